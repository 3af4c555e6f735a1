package dispatch_test

import (
	"testing"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/support"
)

// TestServiceRequests: mail 17 goes to the vendor where one is opened, to the customer's administrators too where a partner opened it, and to who opened it
// where the vendor writes; each once, and to a partner only while its grant runs.
func TestServiceRequests(t *testing.T) {
	t.Parallel()
	s := open(t)
	english, polish := locale.In(locale.English), locale.In(locale.Polish)
	anna, help := fresh("anna"), "help@northwind.example"
	yes := s.Trial(t, anna, "yes")
	c, p := yes.Customer, mustPartner(t, s)
	s.settle(t)
	had := map[string]int{anna: len(s.box.To(t, anna)), s.Mail: len(s.box.To(t, s.Mail)), help: len(s.box.To(t, help))}
	writer := func(author support.Author, claim administration.Claim) (support.Writer, op.Op) {
		t.Helper()
		stands, err := s.Table.Administration(t.Context(), c.ID, s.Partner)
		if err != nil {
			t.Fatal(err)
		}
		w, err := support.Join(claim, author, stands, s.Env.Now())
		if err != nil {
			t.Fatal(err)
		}
		return w, s.Op("test")
	}
	owner := support.Author{Side: support.ByCustomer, ID: string(yes.User.ID), Name: "Anna"}
	asOwner := administration.Claim{User: customer.User{ID: yes.User.ID, Customer: c.ID, Roles: []customer.Role{customer.GlobalAdmin}}}
	behalf := support.Author{Side: support.ByPartner, ID: "cli_" + string(p.ID) + "_01kaj2a7b9d1f3h5k7n9q1s3v5", Name: p.LegalName, Partner: p.ID}
	asPartner := administration.Claim{Partner: p, Access: partner.Full}
	ask := func(author support.Author, claim administration.Claim, subject string) support.Request {
		t.Helper()
		w, o := writer(author, claim)
		made, err := support.Ask(t.Context(), s.Table, w, support.Draft{Subject: subject, Severity: support.High, Text: "Since <b>8:00</b>."}, o)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	write := func(r support.Request, author support.Author, claim administration.Claim, text string) {
		t.Helper()
		w, o := writer(author, claim)
		now, err := s.Table.ServiceRequest(t.Context(), r.ID)
		if err == nil {
			_, err = support.Write(t.Context(), s.Table, w, now, text, o)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	vendor := support.Author{Side: support.ByVendor, ID: "usr_v_01kaj2a7b9d1f3h5k7n9q1s3v5"}

	own := ask(owner, asOwner, "No mail")
	s.twice(t)
	got := s.next(t, had, map[string]int{help: 1, anna: 0, s.Mail: 0})
	says(t, got[help], english.MailServiceRequestOpenedSubject(c.Name, "No mail"), english.MailServiceRequestOpenedIntro("Anna", c.Name), "Since <b>8:00</b>.", string(own.ID))
	write(own, owner, asOwner, "Still none.")
	s.twice(t)
	s.next(t, had, map[string]int{help: 0, anna: 0, s.Mail: 0})
	write(own, vendor, administration.Claim{}, "It is mended.")
	s.twice(t)
	got = s.next(t, had, map[string]int{help: 0, anna: 1, s.Mail: 0})
	says(t, got[anna], polish.MailServiceRequestAnsweredSubject("No mail"), "It is mended.", s.Env.PagesURL+"/account/support/"+string(own.ID))

	theirs := ask(behalf, asPartner, "No files")
	s.twice(t)
	got = s.next(t, had, map[string]int{help: 1, anna: 1, s.Mail: 0})
	says(t, got[help], english.MailServiceRequestOpenedIntroBehalf(p.LegalName, c.Name))
	says(t, got[anna], polish.MailServiceRequestOpenedSubjectBehalf(p.LegalName), "No files", s.Env.PagesURL+"/account/support/"+string(theirs.ID))
	write(theirs, vendor, administration.Claim{}, "Which ones?")
	s.twice(t)
	got = s.next(t, had, map[string]int{help: 0, anna: 0, s.Mail: 1})
	says(t, got[s.Mail], english.MailServiceRequestAnsweredIntroBehalf("Northwind", "No files", c.Name), "Which ones?")

	if _, err := relationship.EndGrant(t.Context(), s.Table, c.ID, p.ID, relationship.ByCustomer, "", s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	had[anna], had[s.Mail] = len(s.box.To(t, anna)), len(s.box.To(t, s.Mail))
	write(theirs, vendor, administration.Claim{}, "Are you there?")
	s.twice(t)
	s.next(t, had, map[string]int{help: 0, anna: 0, s.Mail: 0})
}

func mustPartner(t *testing.T, s *suite) partner.Partner {
	t.Helper()
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
