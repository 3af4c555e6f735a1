package verify

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

// TestOrder tells histories of one customer: each word is a change and its second, "+A1" a grant of A for an hour. What two requests at one
// time say of themselves need not be the order in which they were written, but there must be one order that explains all.
func TestOrder(t *testing.T) {
	begin := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	type maker = func(who relationship.Administered, until time.Time) event.Typed
	kinds := map[byte]maker{ // any other is a type that is not known
		'+': func(who relationship.Administered, until time.Time) event.Typed {
			return relationship.AdministrationGrantedEvent{Administered: who, EndsAt: until}
		},
		'>': func(who relationship.Administered, until time.Time) event.Typed {
			return relationship.AdministrationExtendedEvent{Administered: who, EndsAt: until}
		},
		'-': func(who relationship.Administered, _ time.Time) event.Typed {
			return relationship.AdministrationEndedEvent{Administered: who}
		},
		'x': func(who relationship.Administered, _ time.Time) event.Typed {
			return relationship.AdministrationExpiredEvent{Administered: who}
		},
		'/': func(who relationship.Administered, _ time.Time) event.Typed {
			return relationship.AdministrationReplacedEvent{Administered: who}
		},
		'!': func(who relationship.Administered, _ time.Time) event.Typed {
			return relationship.AdministrationSuspendedEvent{Administered: who}
		},
		'?': func(who relationship.Administered, _ time.Time) event.Typed {
			return relationship.AdministrationResumedEvent{Administered: who}
		},
		'v': func(who relationship.Administered, _ time.Time) event.Typed {
			who.Role = offer.RoleLimited
			return relationship.AdministrationLoweredEvent{Administered: who}
		},
	}
	for history, want := range map[string]struct{ periods, wrong string }{
		"+A1 -A5 +B9":            {"A B", ""},
		"+A1 >A5 /A9 +B9":        {"A A B", ""},
		"/A9 +B9 +A1":            {"A B", ""},      // one moment, whichever event comes first
		"+A1 +B4 -A5":            {"A B", ""},      // B asked first and was written last
		"+B1 +A2 -A3":            {"A B", ""},      // the same, with nobody before
		"+A1 +B3601":             {"A B", ""},      // A's hour was over and no job wrote it down
		"+A1 xA3700 +B3701":      {"A B", ""},      // and here one did
		"+A1 !A2 ?A3 -A4":        {"A", ""},        // a dispute
		"+A1 !A2 +A3":            {"A A", ""},      // the power is given anew while it is disputed
		"+A1 +B100":              {"A B", "+B"},    // two at once
		"+A1 +B100 -A200":        {"A B", "+B -A"}, // too far apart for a race
		"+A1 +B2":                {"A B", "+B"},
		"+A1 -B2":                {"A", "-B"},
		"-A1":                    {"", "-A"},
		"+A1 -A2 -A3":            {"A", "-A"},
		"+A1 xA2":                {"A", "xA"},    // before its time
		"+A1 >A3700":             {"A", ">A"},    // what has ended is never revived
		"+A1 *A2 -A3":            {"A", ""},      // a type that is not known
		"+A1 +B2 +C3 -A4 -B5":    {"A B C", ""},  // three that raced
		"+A1 +B2 +C3 -A4":        {"A B C", "B"}, // one of them too many
		"+A1 -A100 +B200 -B3000": {"A B", ""},
		"+A1 vA100 -A200":        {"A A", ""},   // full rights become limited ones
		"+A1 !A2 vA100 ?A200":    {"A A", ""},   // while they are disputed
		"+A1 vA100 vA200":        {"A A", "vA"}, // limited rights have nothing to lose
		"+A1 vB100":              {"A", "vB"},
		"+A1 vA3700":             {"A", "vA"},
		"vA1":                    {"", "vA"},
	} {
		var changes []change
		for _, word := range strings.Fields(history) {
			second, err := time.ParseDuration(word[2:] + "s")
			if err != nil {
				t.Fatal(err)
			}
			at := begin.Add(second)
			who, until := relationship.Administered{PartnerID: partner.ID(word[1:2]), Role: offer.RoleFull}, at.Add(time.Hour)
			one := event.Change{Type: "delegated_administrator.reviewed", Subject: word[:2]}
			if is := kinds[word[0]]; is != nil {
				one = event.Of(word[:2], is(who, until))
			}
			changes = append(changes, change{&happened{Event: event.Event{At: at}}, one})
		}
		for i := range changes { // as order does
			for j := i; j > 0 && changes[j].At.Before(changes[j-1].At); j-- {
				changes[j], changes[j-1] = changes[j-1], changes[j]
			}
		}
		p := &grantHistory{}
		p.tell(changes)
		var periods, wrong []string
		for _, one := range p.periods {
			periods = append(periods, string(one.partner))
		}
		for _, c := range p.wrong {
			wrong = append(wrong, c.Subject)
		}
		got := strings.Join(wrong, " ")
		if strings.Join(periods, " ") != want.periods || got != want.wrong && (len(want.wrong) != 1 || len(wrong) != 1) {
			t.Errorf("%s: %v, wrong %v", history, periods, wrong)
		}
	}
}

// TestLowered: what was lowered allows limited acts alone, as long as it would have run, and goes on resting where it rested.
func TestLowered(t *testing.T) {
	begin := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	at := func(minute int, what event.Typed) change {
		e := event.Event{At: begin.Add(time.Duration(minute) * time.Minute)}
		return change{&happened{Event: e}, event.Of("rel_x", what)}
	}
	who := relationship.Administered{PartnerID: "A", Role: offer.RoleFull}
	granted := at(0, relationship.AdministrationGrantedEvent{Administered: who, EndsAt: begin.Add(time.Hour)})
	who.Role = offer.RoleLimited
	lowered := at(20, relationship.AdministrationLoweredEvent{Administered: who})
	running, disputed := &grantHistory{}, &grantHistory{}
	running.tell([]change{granted, lowered})
	disputed.tell([]change{granted, at(10, relationship.AdministrationSuspendedEvent{Administered: who}), lowered, at(40, relationship.AdministrationResumedEvent{Administered: who})})
	for _, c := range []struct {
		name   string
		of     *grantHistory
		minute int
		role   string
		want   bool
	}{
		{"full before", running, 15, offer.RoleFull, true},
		{"full after", running, 25, offer.RoleFull, false},
		{"limited after", running, 25, offer.RoleLimited, true},
		{"limited past its end", running, 65, offer.RoleLimited, false},
		{"while it rests, before", disputed, 15, offer.RoleLimited, false},
		{"while it rests, after", disputed, 30, offer.RoleLimited, false},
		{"limited when it runs again", disputed, 45, offer.RoleLimited, true},
		{"full when it runs again", disputed, 45, offer.RoleFull, false},
	} {
		if got := c.of.allows("A", c.role, begin.Add(time.Duration(c.minute)*time.Minute)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestRows: no kind of change is forgotten that makes a delegated administration another one, or leaves it as it is.
func TestRows(t *testing.T) {
	for _, row := range known.Events() {
		of := row.Of.Type()
		if relationship.Kind(of.Noun()) == relationship.DelegatedAdministrator && turns[of] == 0 {
			t.Errorf("turns: write what %s does to a delegated administration, or stays", of)
		}
	}
}
