package dispatch_test

import (
	"html"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

// company is a customer that gave the world's partner full administration.
type company struct {
	*suite
	of      customer.Customer
	partner partner.Partner
	anna    customer.User // its first user
	machine partner.ClientID
}

func administered(t *testing.T) *company {
	s := open(t)
	made := s.Offer(t, func(d *offer.Draft) { d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 365} })
	inv := s.Invite(t, made.ID, fresh("anna"))[0]
	yes := s.Accept(t, inv.ID, s.Link(t, inv.ID), "yes")
	d := &company{suite: s, of: yes.Customer, anna: yes.User}
	// What is typed stands in mails as it was typed, and never as markup.
	rename := func(pk, to string, path ...string) {
		fixture.Table{DB: s.DB, Name: s.Env.Table}.Set(t, pk, "PROFILE", &types.AttributeValueMemberS{Value: to}, path...)
	}
	rename("PARTNER#"+string(s.Partner), "Fabrikam & <b>Söhne</b>", "card", "legal_name")
	rename("CUSTOMER#"+d.of.ID.Bare(), "Contoso <i>& Co</i>", "name")
	o := s.Op("operator")
	c := partner.Client{
		ID: partner.ClientID("cli_" + string(s.Partner) + "_" + o.NewID()), Partner: s.Partner, Name: "machine", OAuthID: o.NewID(), CustomerAccess: partner.Full,
		CreatedBy: "usr_v_test", CreatedAt: o.At, Version: 1,
	}
	if err := s.Table.StartClient(t.Context(), c, o); err != nil {
		t.Fatal(err)
	}
	d.machine = c.ID
	var err error
	if d.partner, err = s.Table.Partner(t.Context(), s.Partner); err == nil {
		d.of, err = s.Table.Customer(t.Context(), d.of.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	return d
}

// may returns what the partner, or the customer's first user, may do, and the operation by which it does it.
func (d *company) may(t *testing.T, partners bool) (administration.Authority, op.Op) {
	t.Helper()
	stands, err := d.Table.Administration(t.Context(), d.of.ID, d.Partner)
	if err != nil {
		t.Fatal(err)
	}
	o := d.Op("test")
	claim := administration.Claim{User: d.anna}
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(d.anna.ID)}
	if partners {
		claim = administration.Claim{Partner: d.partner, Access: partner.Full}
		o.Actor = op.Actor{Kind: op.PartnerClient, ID: string(d.machine)}
	}
	by, err := claim.Over(stands, o.At)
	if err != nil {
		t.Fatal(err)
	}
	return by, o
}

// hire makes a user, as the partner or as the customer's first user.
func (d *company) hire(t *testing.T, partners bool, draft customer.UserDraft) customer.User {
	t.Helper()
	by, o := d.may(t, partners)
	made, err := administration.CreateUser(t.Context(), d.Table, by, draft, o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// act does something to a user as it stands.
func (d *company) act(t *testing.T, partners bool, on customer.UserID, act func(by administration.Authority, u customer.User, o op.Op) error) {
	t.Helper()
	u, err := d.Table.CustomerUser(t.Context(), on)
	if err != nil {
		t.Fatal(err)
	}
	by, o := d.may(t, partners)
	if err := act(by, u, o); err != nil {
		t.Fatal(err)
	}
}

func (d *company) disable(t *testing.T, on customer.UserID) {
	t.Helper()
	d.act(t, false, on, func(by administration.Authority, u customer.User, o op.Op) error {
		yes := true
		_, err := administration.UpdateUser(t.Context(), d.Table, by, u, customer.UserChanges{Disabled: &yes}, o)
		return err
	})
}

func (d *company) reset(t *testing.T, partners bool, on customer.UserID) {
	t.Helper()
	d.act(t, partners, on, func(by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.ResetPassword(t.Context(), d.Table, by, u, o)
		return err
	})
}

// secret returns what the link in a mail sets the password of a user with.
func secret(t *testing.T, m fixture.Mail, of customer.UserID) string {
	t.Helper()
	_, link, found := strings.Cut(m.Body.Text, "/set-password/")
	if !found {
		t.Fatalf("no link in\n%s", m.Body.Text)
	}
	who, secret, ok := token.Split(strings.Fields(link)[0])
	if !ok || who != string(of) {
		t.Fatalf("the link is of %s, not %s", who, of)
	}
	return secret
}

// lasts fails where the secret does not set the password until just before a duration has passed, or does after it.
func (d *company) lasts(t *testing.T, of customer.UserID, secret string, during time.Duration) {
	t.Helper()
	now, err := d.Table.Person(t.Context(), person.ID(of))
	if err != nil {
		t.Fatal(err)
	}
	at := d.Env.Now()
	if err := now.MaySet(secret, at.Add(during-time.Minute)); err != nil {
		t.Errorf("a minute before its end: %v", err)
	}
	if now.MaySet(secret, at.Add(during+time.Minute)) == nil {
		t.Error("it works after its end")
	}
}

// escaped fails where a name stands in the HTML as markup.
func escaped(t *testing.T, m fixture.Mail, names ...string) {
	t.Helper()
	for _, name := range names {
		if strings.Contains(m.Body.HTML, name) || !strings.Contains(strings.ReplaceAll(html.UnescapeString(m.Body.HTML), "\u00a0", " "), name) {
			t.Errorf("%q is not escaped in\n%s", name, m.Body.HTML)
		}
	}
}

// TestCustomerUserInvited: mail 18 goes to a customer's new user alone, says who made the account, and its link sets the password; who was disabled or
// deleted before it left gets none.
func TestCustomerUserInvited(t *testing.T) {
	t.Parallel()
	d := administered(t)
	w, had := locale.In(locale.Polish), map[string]int{}
	d.next(t, had, map[string]int{d.anna.Mail: len(d.box.To(t, d.anna.Mail))})
	ewa := d.hire(t, true, customer.UserDraft{Name: "Ewa <b>Lis</b>", Mail: fresh("ewa")})
	adam := d.hire(t, false, customer.UserDraft{Name: "Adam", Mail: fresh("adam"), Language: "en", Roles: []customer.Role{customer.ServiceAdmin}})
	off, gone := d.hire(t, false, customer.UserDraft{Name: "Off", Mail: fresh("off")}), d.hire(t, false, customer.UserDraft{Name: "Gone", Mail: fresh("gone")})
	d.disable(t, off.ID)
	d.act(t, false, gone.ID, func(by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.DeleteUser(t.Context(), d.Table, by, u, o)
		return err
	})
	d.twice(t)
	mails := d.next(t, had, map[string]int{ewa.Mail: 1, adam.Mail: 1, off.Mail: 0, gone.Mail: 0, d.anna.Mail: 0, d.Mail: len(d.box.To(t, d.Mail))})
	got := mails[ewa.Mail]
	says(t, got, w.MailCustomerUserInvitedSubject(d.of.Name, "Northwind"), w.MailCustomerUserInvitedByPartner(d.partner.LegalName, d.of.Name, "Northwind"), ewa.Mail,
		w.MailFooterWhyUser(d.of.Name, ewa.Mail))
	escaped(t, got, d.of.Name, d.partner.LegalName)
	d.lasts(t, ewa.ID, secret(t, got, ewa.ID), person.NewPasswordDays*24*time.Hour)
	if got = mails[adam.Mail]; strings.Contains(got.Body.Text, d.partner.LegalName) {
		t.Errorf("a partner that did nothing is named:\n%s", got.Body.Text)
	}
	says(t, got, locale.In(locale.English).MailCustomerUserInvitedByColleague("Anna", "Northwind", d.of.Name))
	secret(t, got, adam.ID)
}

// TestPasswordReset: mail 16 brings the user alone a link that counts for an hour, and ends the one before. Where a partner started it the customer's
// global administrators are notified, without the link; who is disabled gets none.
func TestPasswordReset(t *testing.T) {
	t.Parallel()
	d := administered(t)
	w, english, had := locale.In(locale.Polish), locale.In(locale.English), map[string]int{}
	ewa := d.hire(t, false, customer.UserDraft{Name: "Ewa <b>Lis</b>", Mail: fresh("ewa")})
	off := d.hire(t, false, customer.UserDraft{Name: "Off", Mail: fresh("off")})
	second := d.hire(t, false, customer.UserDraft{Name: "Second", Mail: fresh("second"), Language: "en", Roles: []customer.Role{customer.GlobalAdmin}})
	former := d.hire(t, false, customer.UserDraft{Name: "Former", Mail: fresh("former"), Roles: []customer.Role{customer.GlobalAdmin}})
	manager := d.hire(t, false, customer.UserDraft{Name: "Manager", Mail: fresh("manager"), Roles: []customer.Role{customer.UserAdmin, customer.BillingAdmin}})
	d.settle(t)
	d.disable(t, former.ID)
	d.settle(t)
	everyone := func(more map[string]int) map[string]fixture.Mail {
		t.Helper()
		want := map[string]int{d.Mail: 0}
		for _, u := range []customer.User{ewa, off, second, former, manager, d.anna} {
			want[u.Mail] = more[u.Mail]
		}
		return d.next(t, had, want)
	}
	for _, u := range []customer.User{ewa, off, second, former, manager, d.anna} {
		had[u.Mail] = len(d.box.To(t, u.Mail))
	}
	had[d.Mail] = len(d.box.To(t, d.Mail))

	d.reset(t, true, ewa.ID)
	d.twice(t)
	mails := everyone(map[string]int{ewa.Mail: 1, d.anna.Mail: 1, second.Mail: 1})
	got := mails[ewa.Mail]
	says(t, got, w.MailSetPasswordSubject("Northwind"), w.MailPasswordResetFirstByPartner(d.partner.LegalName, d.of.Name, ewa.Mail))
	if strings.Contains(got.Body.Text, w.MailPasswordResetUntilThen()) {
		t.Errorf("who has no password reads of one:\n%s", got.Body.Text)
	}
	escaped(t, got, d.of.Name, d.partner.LegalName)
	first := secret(t, got, ewa.ID)
	d.lasts(t, ewa.ID, first, time.Hour)
	for address, words := range map[string]locale.Words{d.anna.Mail: w, second.Mail: english} {
		notice := mails[address]
		says(t, notice, words.MailPasswordResetNoticeFirstSubject(d.partner.LegalName), words.MailPasswordResetNoticeFirstIntro(ewa.Name, d.partner.LegalName),
			d.Env.PagesURL+"/account/activity", d.Env.PagesURL+"/account/partners")
		escaped(t, notice, d.partner.LegalName, ewa.Name)
		if strings.Contains(notice.Body.Text+notice.Body.HTML, "set-password") || strings.Contains(notice.Body.Text, first) {
			t.Errorf("a notice holds a link that sets the password:\n%s", notice.Body.Text)
		}
	}

	// A colleague's: no notice. The link before counts no more.
	d.reset(t, false, ewa.ID)
	d.twice(t)
	got = everyone(map[string]int{ewa.Mail: 1})[ewa.Mail]
	says(t, got, w.MailPasswordResetFirstByColleague("Anna", d.of.Name, ewa.Mail))
	now, err := d.Table.Person(t.Context(), person.ID(ewa.ID))
	if err != nil || now.MaySet(first, d.Env.Now()) == nil {
		t.Errorf("the first link still counts: %v", err)
	}
	d.lasts(t, ewa.ID, secret(t, got, ewa.ID), time.Hour)

	// Who has set a password by then sets another one.
	owner, ulid, _ := customer.Under("usr", string(ewa.ID))
	fixture.Table{DB: d.DB, Name: d.Env.Table}.Set(t, "CUSTOMER#"+owner.Bare(), "USER#"+ulid,
		&types.AttributeValueMemberS{Value: d.Env.Now().Format("2006-01-02T15:04:05.000Z")}, "password", "set_at")
	d.reset(t, true, ewa.ID)
	d.twice(t)
	mails = everyone(map[string]int{ewa.Mail: 1, d.anna.Mail: 1, second.Mail: 1})
	says(t, mails[ewa.Mail], w.MailPasswordResetSubject("Northwind"), w.MailPasswordResetByPartner(d.partner.LegalName, d.of.Name, ewa.Mail), w.MailPasswordResetUntilThen())
	says(t, mails[d.anna.Mail], w.MailPasswordResetNoticeSubject(d.partner.LegalName), w.MailPasswordResetNoticeIntro(d.partner.LegalName, ewa.Name))
	d.reset(t, false, ewa.ID)
	d.twice(t)
	says(t, everyone(map[string]int{ewa.Mail: 1})[ewa.Mail], w.MailPasswordResetByColleague("Anna", d.of.Name, ewa.Mail))

	// Who was disabled before the mail left gets none, and nobody hears of a link that was not sent.
	d.reset(t, true, off.ID)
	d.disable(t, off.ID)
	d.twice(t)
	everyone(nil)
}

// TestFirstUserIsFound: a customer's first user is found while it is alone, and as any other is once there is a second one and the stream has passed.
func TestFirstUserIsFound(t *testing.T) {
	t.Parallel()
	d := administered(t)
	find := func(text string) int {
		t.Helper()
		all := func(customer.User) bool { return true }
		found, _, err := d.Table.FindCustomerUsers(t.Context(), d.of.ID, text, all, dynamo.Page{Limit: 25})
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	terms := func() int {
		t.Helper()
		u, err := d.Table.CustomerUser(t.Context(), d.anna.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(u.Terms)
	}
	if find("ANN") != 1 || find("nobody") != 0 || terms() != 0 {
		t.Fatalf("alone: %d, %d, %d rows", find("ANN"), find("nobody"), terms())
	}
	d.hire(t, true, customer.UserDraft{Name: "Annika Berg", Mail: fresh("annika")})
	d.twice(t)
	if find("ANN") != 2 || find("nobody") != 0 || terms() == 0 {
		t.Errorf("with a second one: %d, %d, %d rows", find("ANN"), find("nobody"), terms())
	}
}
