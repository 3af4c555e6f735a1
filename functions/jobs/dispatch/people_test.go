package dispatch_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/token"
)

// TestUserInvited: a partner's new user gets one mail with a link that sets the password, by which it can sign in; who was disabled before the
// mail left gets none.
func TestUserInvited(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	w := locale.In(locale.Polish)
	admin := partner.User{Partner: s.Partner, CompanyRole: partner.GlobalAdmin}
	invite := func(mail string) partner.User {
		t.Helper()
		o := s.Op("operator")
		o.Actor = op.Actor{Kind: op.Job, ID: "test"}
		made, err := partner.InviteUser(t.Context(), s.Table, admin, partner.UserDraft{
			Partner: s.Partner, Name: "Ewa Zielińska", Mail: mail, Language: "pl", CompanyRole: partner.UserAdmin, CustomerAccess: partner.Limited,
		}, o)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	ewa, gone := invite(fresh("ewa")), invite(fresh("gone"))
	o, disabled := s.Op("operator"), true
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	if _, err := partner.UpdateUser(t.Context(), s.Table, admin, gone, partner.UserChanges{Disabled: &disabled}, o); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got := s.next(t, map[string]int{}, map[string]int{ewa.Mail: 1})[ewa.Mail]
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	says(t, got, w.MailUserInvitedByVendor("Northwind", p.LegalName), w.RoleUserAdmin(), w.CustomerAccessLimited(), ewa.Mail)
	if footer := w.MailFooterWhyUser(p.LegalName, ewa.Mail); !strings.Contains(strings.ReplaceAll(got.Body.Text, "\u00a0", " "), strings.ReplaceAll(footer, "\u00a0", " ")) {
		t.Errorf("no %q", footer)
	}
	if n := len(s.box.To(t, gone.Mail)); n != 0 {
		t.Errorf("%d mails to who is disabled", n)
	}
	_, link, found := strings.Cut(got.Body.Text, "/set-password/")
	text, secret, ok := token.Split(strings.Fields(link)[0])
	if !found || !ok || text != string(ewa.ID) {
		t.Fatalf("no link of %s in\n%s", ewa.ID, got.Body.Text)
	}
	now, err := s.Table.Person(t.Context(), person.ID(ewa.ID))
	if err != nil {
		t.Fatal(err)
	}
	at := s.Env.Now()
	if err := now.MaySet(secret, at.Add(person.NewPasswordDays*24*time.Hour-time.Minute)); err != nil {
		t.Error(err)
	}
}

// TestCodes: mail 25 brings the code that proves the partner's address, once and to that address; the call to its phone is asked of the vendor, and no
// mail says the code.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.settle(t)
	english := locale.In(locale.English)
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	by := func() op.Op {
		o := s.Op("operator")
		o.Actor = op.Actor{Kind: op.Job, ID: "test"}
		return o
	}
	address, phone := fresh("biuro"), "+48 58 555 09 99"
	if p, err = partner.Update(t.Context(), s.Table, p, partner.Changes{Mail: &address, Phone: &phone}, by()); err != nil {
		t.Fatal(err)
	}
	for _, channel := range partner.Channels {
		if _, err := partner.AskCode(t.Context(), s.Table, s.Partner, channel, by()); err != nil {
			t.Fatal(err)
		}
	}
	reports := len(s.box.To(t, s.Env.MailReports))
	s.twice(t)
	got := s.next(t, map[string]int{}, map[string]int{address: 1})[address]
	says(t, got, english.MailProfileCodeSubject(p.LegalName), s.Env.PagesURL+"/partner/company")
	code := regexp.MustCompile(`(?m)^` + english.MailProfileCodeHeadline("([0-9]{6})") + `\r?$`).FindStringSubmatch(got.Body.Text)
	if code == nil {
		t.Fatalf("no code in\n%s", got.Body.Text)
	}
	if strings.Contains(got.Subject, code[1]) {
		t.Errorf("the subject says the code: %s", got.Subject)
	}
	o := by()
	o.At = s.Env.Now()
	if p, err = partner.ProveChannel(t.Context(), s.Table, s.Partner, partner.MailChannel, code[1], o); err != nil || p.Verification.MailAt.IsZero() {
		t.Errorf("the code of the mail: %v", err)
	}
	calls := s.box.To(t, s.Env.MailReports)
	if len(calls) != reports+1 {
		t.Fatalf("%d mails to the vendor", len(calls)-reports)
	}
	says(t, calls[len(calls)-1], p.LegalName, phone)
	if regexp.MustCompile(`\b[0-9]{6}\b`).MatchString(calls[len(calls)-1].Body.Text) {
		t.Errorf("a code in\n%s", calls[len(calls)-1].Body.Text)
	}
}
