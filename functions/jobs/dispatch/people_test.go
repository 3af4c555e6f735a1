package dispatch_test

import (
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
