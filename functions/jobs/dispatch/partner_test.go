package dispatch_test

import (
	"testing"

	"liaison/shared/event"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

// TestStanding: a partner is told once that it is suspended and once that it goes on, and not of what was undone before the mail left.
func TestStanding(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	had, w := map[string]int{s.Mail: len(s.box.To(t, s.Mail))}, locale.In(locale.English)
	change := func(what event.Typed, transition func(partner.Partner) (partner.Partner, error)) partner.Partner {
		t.Helper()
		p, err := partner.Change(t.Context(), s.Table, s.Partner, what, s.Op("operator"), transition)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	suspend := func() partner.Partner {
		t.Helper()
		return change(partner.SuspendedEvent{Reason: "Too many complaints."}, func(p partner.Partner) (partner.Partner, error) {
			return p.Suspend("Too many complaints.")
		})
	}
	reinstate := func() {
		t.Helper()
		change(partner.ReinstatedEvent{Reason: "All is well."}, partner.Partner.Reinstate)
	}
	name := suspend().LegalName
	s.twice(t)
	got := s.next(t, had, map[string]int{s.Mail: 1})[s.Mail]
	says(t, got, w.MailStandingSuspendedSubject(name), "Too many complaints.")
	reinstate()
	s.twice(t)
	got = s.next(t, had, map[string]int{s.Mail: 1})[s.Mail]
	says(t, got, w.MailStandingReinstatedSubject(name), "All is well.")

	suspend()
	reinstate()
	s.twice(t)
	got = s.next(t, had, map[string]int{s.Mail: 1})[s.Mail]
	says(t, got, w.MailStandingReinstatedSubject(name))

	// One that is closed is told so, and nothing more: not of each customer that it loses.
	who := s.Trial(t, fresh("anna"), "yes")
	s.twice(t)
	had[s.Mail] = len(s.box.To(t, s.Mail))
	change(partner.ClosedEvent{Reason: "Wound up."}, func(p partner.Partner) (partner.Partner, error) { return p.Close("Wound up.", s.Env.Now()) })
	o := s.Op("job")
	o.Actor = op.Actor{Kind: op.Job, ID: "partners"}
	if _, err := relationship.EndGrant(t.Context(), s.Table, who.Customer.ID, s.Partner, relationship.ByVendor, "", o); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{s.Mail: 1})[s.Mail]
	says(t, got, w.MailStandingClosedSubject(name), "Wound up.")
	mails := s.box.To(t, who.User.Mail)
	w = locale.In(locale.Polish)
	says(t, mails[len(mails)-1], w.MailAdministrationEndedSubject(name), w.MailAdministrationEndedLeft(name, "Northwind"))
}
