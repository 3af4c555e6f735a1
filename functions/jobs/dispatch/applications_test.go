package dispatch_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"liaison/shared/locale"
	"liaison/shared/partner"
	"liaison/shared/person"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (s *suite) apply(t *testing.T, name, mail, language string) partner.Application {
	t.Helper()
	made, err := partner.Apply(t.Context(), s.Table, partner.Application{
		LegalName: name, RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Gdańsk", Website: "https://applicant.example", Phone: "+48585550123",
		Contact: partner.Contact{Name: "Ewa Zielińska", Mail: mail, Language: language}, Why: "Secret words of the applicant.",
	}, s.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestApplied: who applies gets mail 22 once, whose link confirms until its end, and then mail 23, whose link sets the password of the new
// partner's first user, or mail 24 with the reason.
func TestApplied(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	had := map[string]int{}
	ewa, jan := fresh("ewa"), fresh("jan")
	taken, turned := s.apply(t, "Adatum", ewa, "pl"), s.apply(t, "Litware", jan, "en")
	s.twice(t)
	got := s.next(t, had, map[string]int{ewa: 1, jan: 1})
	w := locale.In(locale.Polish)
	says(t, got[ewa], w.MailApplicationReceivedIntro("Northwind", ewa), w.MailApplicationReceivedButton(), "Adatum")
	if strings.Contains(got[ewa].Body.Text+got[ewa].Body.HTML, "Secret words") {
		t.Error("anybody can have us mail what they typed")
	}
	for address, a := range map[string]partner.Application{ewa: taken, jan: turned} {
		id, secret := link(t, got[address], "/become-a-partner/confirm/")
		if id != string(a.ID) {
			t.Fatalf("the link is of %s", id)
		}
		confirmed, err := partner.ConfirmApplication(t.Context(), s.Table, a.ID, secret, s.Op("visitor"))
		if err != nil || confirmed.Status != partner.ApplicationWaiting {
			t.Fatalf("%s %v", confirmed.Status, err)
		}
	}
	s.twice(t)
	s.next(t, had, map[string]int{ewa: 0, jan: 0})

	approved, err := partner.ApproveApplication(t.Context(), s.Table, taken.ID, s.Op("operator"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := partner.RejectApplication(t.Context(), s.Table, turned.ID, "Not in the register.", s.Op("operator")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{ewa: 1, jan: 1})
	says(t, got[ewa], w.MailApplicationApprovedIntro("Northwind", "Adatum"), w.MailApplicationApprovedAgreement(), string(approved.Partner))
	id, secret := link(t, got[ewa], "/set-password/")
	first, err := s.Table.Person(t.Context(), person.ID(id))
	if owner, _ := partner.UserID(id).Partner(); err != nil || owner != approved.Partner || first.MaySet(secret, s.Env.Now().Add(6*24*time.Hour)) != nil {
		t.Errorf("%s of %s: %v", id, owner, err)
	}
	says(t, got[jan], locale.In(locale.English).MailApplicationRejectedIntro("Northwind", "Litware"), "Not in the register.")
	goes := func(a partner.Application) time.Time {
		ulid, _ := a.ID.ULID()
		n, _ := s.Items(t)["APPLICATION#"+ulid+" APPLICATION"]["ttl"].(*types.AttributeValueMemberN)
		if n == nil {
			return time.Time{}
		}
		at, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return time.Unix(at, 0)
	}
	if left := goes(turned).Sub(s.Env.Now()); left < 179*24*time.Hour || left > 180*24*time.Hour {
		t.Errorf("what was rejected goes in %v", left)
	}
	if at := goes(taken); !at.IsZero() {
		t.Errorf("what was approved goes at %v", at)
	}
}

// TestApplicationMoot: a mail that comes late asks nobody to confirm what is confirmed, and an address gets no more of them than of offers.
func TestApplicationMoot(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	late := fresh("late")
	a := s.apply(t, "Adatum", late, "en")
	o := s.Op("visitor")
	if err := s.Table.AddApplicationLink(t.Context(), a, "secret", o.Part("link")); err != nil {
		t.Fatal(err)
	}
	if _, err := partner.ConfirmApplication(t.Context(), s.Table, a.ID, "secret", o); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	s.count(t, late, 0)

	flooded := fresh("flooded")
	for range 5 {
		s.apply(t, "Adatum", flooded, "en")
	}
	s.settle(t)
	s.count(t, flooded, 3)
}
