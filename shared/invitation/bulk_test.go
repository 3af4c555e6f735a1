package invitation

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture/rule"
)

// TestReview says of each row whether it can be invited, and leaves one that can't as it was typed.
func TestReview(t *testing.T) {
	was := func(mail string) bool { return mail == "old@example.com" }
	for name, c := range map[string]struct {
		row  Row
		flaw Flaw
		want Recipient
	}{
		"an address":            {Row{Mail: " anna@example.com "}, "", Recipient{Mail: "anna@example.com"}},
		"all three":             {Row{Mail: "anna@example.com", Language: "pl", Name: "Anna  Nowak"}, "", Recipient{Mail: "anna@example.com", Language: "pl", Name: "Anna Nowak"}},
		"nothing":               {Row{}, NotAnAddress, Recipient{}},
		"no address":            {Row{Mail: "Anna Nowak"}, NotAnAddress, Recipient{}},
		"too long an address":   {Row{Mail: strings.Repeat("a", 250) + "@example.com"}, NotAnAddress, Recipient{}},
		"a language":            {Row{Mail: "anna@example.com", Language: "fr"}, UnknownLanguage, Recipient{}},
		"too long a name":       {Row{Mail: "anna@example.com", Name: strings.Repeat("a", 121)}, BadName, Recipient{}},
		"a name of two scripts": {Row{Mail: "anna@example.com", Name: "Аnna"}, BadName, Recipient{}},
		"a formula":             {Row{Mail: "anna@example.com", Name: "=HYPERLINK(\"https://evil.example\")"}, Formula, Recipient{}},
		"one with a plus":       {Row{Mail: "anna@example.com", Name: "+1"}, Formula, Recipient{}},
		"one for an address":    {Row{Mail: "=1+1@example.com"}, Formula, Recipient{}},
		"an address with a +":   {Row{Mail: "anna+news@example.com"}, "", Recipient{Mail: "anna+news@example.com"}},
		"the first again":       {Row{Mail: "FIRST@example.com"}, Twice, Recipient{}},
		"invited before":        {Row{Mail: "old@example.com"}, AlreadyInvited, Recipient{}},
	} {
		got := Review([]Row{{Mail: "first@example.com"}, c.row}, was)[1]
		if got.Flaw != c.flaw || c.flaw == "" && got.Recipient() != c.want || c.flaw != "" && got.Recipient() != c.row.Recipient() {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := Review([]Row{{Mail: "anna@example.com", Language: "fr"}, {Mail: "anna@example.com", Flaw: Twice}}, nil); got[1].Flaw != "" {
		t.Errorf("a row that was mended is %q because of one that cannot be invited", got[1].Flaw)
	}
}

// sending is a list of n that was started, with facts under which it goes on.
func sending(n int) (Facts, Bulk, []Recipient) {
	of := offer.Offer{ID: "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza", Status: offer.Active, ExpiresAt: now.Add(60 * day)}
	facts := Facts{Offer: of, Partner: partner.Partner{Status: partner.Active, Verification: partner.Verification{MailAt: now, PhoneAt: now, ConfirmedAt: now}}}
	var read []Row
	for i := range n {
		read = append(read, Row{Mail: fmt.Sprintf("r%d@example.com", i)}, Row{Mail: "wrong"})
	}
	o := op.Op{At: now, IDs: id.From(bytes.NewReader(make([]byte, 100))), Actor: op.Actor{ID: "usr"}}
	b, rows := NewBulk(of.ID, Review(read, nil), "usr", o)
	started, _, err := facts.start(b, o)
	if err != nil {
		panic(err)
	}
	return facts, started, Good(rows.Rows)
}

var presser = op.Actor{Kind: op.PartnerUser, ID: "usr_presser"}

// TestSteps invites every good row once, 40 a step, with ids that a second run makes again.
func TestSteps(t *testing.T) {
	facts, b, good := sending(100)
	if b.Rows != 200 || b.Good != 100 || b.First.Mail != "r0@example.com" || b.Status != BulkSending || !b.StartedAt.Equal(now) {
		t.Fatalf("%+v", b)
	}
	o := op.Op{At: now.Add(time.Minute), IDs: id.From(bytes.NewReader(make([]byte, 1<<16))), Actor: op.Actor{Kind: op.Job, ID: "dispatch"}}
	var mailed []string
	seen := map[ID]bool{}
	for _, want := range []int{40, 80, 100} {
		moved, made, events, err := facts.step(b, good, presser, o)
		_, again, _, _ := facts.step(b, good, presser, o)
		if err != nil || moved.Invited != want || len(events) != len(made) {
			t.Fatalf("%+v %v", moved, err)
		}
		for i, inv := range made {
			if _, err := Parse(string(inv.ID)); err != nil || seen[inv.ID] || again[i].ID != inv.ID {
				t.Fatalf("%s is no id, comes twice or changes", inv.ID)
			}
			seen[inv.ID], mailed = true, append(mailed, inv.Mail)
			if events[i].Changes[0].Subject != string(inv.ID) || events[i].Actor != presser || inv.CreatedBy != presser.ID || inv.Origin != FromPartner {
				t.Fatalf("%+v of %+v", events[i], inv)
			}
		}
		b = moved
	}
	slices.Sort(mailed)
	if b.Status != BulkSent || !b.EndedAt.Equal(o.At) || len(mailed) != 100 || len(slices.Compact(mailed)) != 100 {
		t.Errorf("%+v, %d mailed", b, len(mailed))
	}
}

// TestStops ends a list for good, with the reason, where its offer or partner may send no more.
func TestStops(t *testing.T) {
	for want, change := range map[string]func(*Facts){
		"offer_paused":                     func(f *Facts) { f.Offer.Status = offer.Paused },
		"offer_withdrawn":                  func(f *Facts) { f.Offer.Status = offer.Withdrawn },
		"offer_expired":                    func(f *Facts) { f.Offer.ExpiresAt = now },
		"offer_used_up":                    func(f *Facts) { f.Offer.MaxRedemptions, f.Used = 2, 2 },
		"more_recipients_than_redemptions": func(f *Facts) { f.Offer.MaxRedemptions, f.Used = 50, 20 },
		"partner_not_active":               func(f *Facts) { f.Partner.Status = partner.Suspended },
		"profile_unverified":               func(f *Facts) { f.Partner.Verification.MailAt = time.Time{} },
	} {
		facts, b, good := sending(100)
		b.Invited = 40
		change(&facts)
		moved, made, events, err := facts.step(b, good, presser, op.Op{At: now, IDs: id.From(bytes.NewReader(make([]byte, 1<<16)))})
		if err != nil || moved.Status != BulkStopped || moved.Reason != want || moved.Invited != 40 || !moved.EndedAt.Equal(now) || len(made)+len(events) != 0 {
			t.Errorf("%s: %+v, %d made, %v", want, moved, len(made), err)
		}
	}
}

// TestStart refuses a list that is another's, that was sent, or that more may be in than can accept.
func TestStart(t *testing.T) {
	facts, b, _ := sending(100)
	if err := b.mine(op.Op{Actor: op.Actor{ID: "usr"}}); !fault.Is(err, fault.Stale) {
		t.Errorf("sent before, and once more: %v", err)
	}
	b.Status = BulkRead
	if err := b.mine(op.Op{Actor: op.Actor{ID: "usr_other"}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's: %v", err)
	}
	facts.Offer.MaxRedemptions = 99
	if _, _, err := facts.start(b, op.Op{At: now, IDs: id.From(bytes.NewReader(make([]byte, 100)))}); rule.Code(err) != "more_recipients_than_redemptions" {
		t.Errorf("more than can accept: %v", err)
	}
	facts.Offer.MaxRedemptions = 100
	started, happened, err := facts.start(b, op.Op{At: now, IDs: id.From(bytes.NewReader(make([]byte, 100)))})
	is, ok := event.As[BulkStartedEvent](happened.Changes[0])
	if err != nil || !ok || is.Bulk != b.ID || is.Recipients != 100 || happened.Tenant != event.Partner("12345674") || started.Status != BulkSending {
		t.Errorf("%+v %+v %v", started, happened, err)
	}
	if kept := started.KeptUntil(); !kept.Equal(now.AddDate(0, 0, BulkDays)) {
		t.Errorf("kept until %v", kept)
	}
}
