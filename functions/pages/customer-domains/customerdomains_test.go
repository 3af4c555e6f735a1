package customerdomains_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/administration"
	"liaison/shared/calendar"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/offer"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	// admin signs in the asking partner's first user.
	admin = "piotr@" + string(pagetest.Asking) + ".example"
	path  = "/account/domains"
	// company is the name of every customer here.
	company = "Zakład Nowak"
	domain  = "contoso.example"
)

// read reads a domain of a customer.
func read(s *pagetest.World, of customer.ID, name customer.DomainName) customer.Domain {
	d, err := dynamo.Domains{Table: s.Table.Table}.CustomerDomain(context.Background(), of, name)
	s.Must(err)
	return d
}

// TestDomain follows a domain from the form to its removal, as the customer's global administrator has it.
func TestDomain(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.Company(language)
		w := v.W
		v.Open(http.StatusOK, "/account?lang="+language)
		v.Has(w.DomainsTitle(), w.DomainsAbout())
		v.Open(http.StatusOK, path)
		v.Has("."+fixture.CustomersDomain, w.DomainsInitialText(), w.DomainsInitialChecked(), w.DomainsNew())
		v.See("domains-none")

		v.Open(http.StatusOK, path+"/new")
		v.See("domain-new")
		v.Click(http.StatusUnprocessableEntity, w.DomainsAdd(), "name", "")
		v.Has(w.DomainsNewMissing())
		for _, wrong := range []string{"anna@contoso.example", "gov.pl", "127.0.0.1"} {
			v.Click(http.StatusUnprocessableEntity, w.DomainsAdd(), "name", wrong)
			if _, form := v.Page.Form(w.DomainsAdd()); form.Get("name") != wrong {
				t.Errorf("what was typed is lost: %v", form)
			}
		}
		v.See("domain-errors")
		v.Click(http.StatusOK, w.DomainsAdd(), "name", "Contoso.Example")
		v.Visitor.At(path + "/" + domain)
		d := read(s, v.ID, domain)
		name, value := d.Record()
		v.Has(w.DomainsAdded(domain), w.DomainsPending(), w.DomainsRecordWanted(), name, value, w.DomainsNever())
		v.See("domain-pending")
		v.Open(http.StatusOK, path+"/new")
		v.Click(http.StatusOK, w.DomainsAdd(), "name", domain)
		v.Visitor.At(path + "/" + domain)

		v.Click(http.StatusConflict, w.DomainsCheck())
		v.Has(w.DomainsFailedMissing(), w.DomainsPending())
		s.DNS.Set(name, "<b>other</b>")
		v.Click(http.StatusConflict, w.DomainsCheck())
		v.Has(w.DomainsFailedDiffers(), "<b>other</b>")
		v.See("domain-differs")
		s.DNS.Silent(true)
		v.Click(http.StatusConflict, w.DomainsCheck())
		v.Has(w.DomainsFailedDns())
		s.DNS.Silent(false)
		s.DNS.Set(name, value)
		v.Click(http.StatusOK, w.DomainsCheck())
		v.Has(w.DomainsIsVerified(domain, company), w.DomainsVerified(), w.DomainsRecordStays(), w.DomainsFound())
		v.See("domain-verified")

		s.DNS.Set(name)
		v.Click(http.StatusConflict, w.DomainsCheck())
		d = read(s, v.ID, domain)
		v.Has(w.DomainsMissing(d.LosesAt().In(calendar.Zone("PL"))))
		v.See("domain-missing")
		v.Open(http.StatusOK, path)
		v.Has(domain, w.DomainsMissing(d.LosesAt().In(calendar.Zone("PL"))))
		v.See("domains")
		lost := d
		lost.Status, lost.LostAt, lost.MissingSince, lost.CheckAt = customer.DomainLost, d.CheckedAt, time.Time{}, time.Time{}
		s.Must(dynamo.Domains{Table: s.Table.Table}.SaveDomain(context.Background(), lost, d, nil, nil, s.Op()))
		v.Open(http.StatusOK, path+"/"+domain)
		v.Has(w.DomainsLost(), w.DomainsLostAt(), w.DomainsRecordWanted())
		v.See("domain-lost")
		s.DNS.Set(name, value)
		v.Click(http.StatusOK, w.DomainsCheck())

		v.Open(http.StatusOK, v.Page.Links(w.DomainsRemove())[0])
		v.Has(w.DomainsRemoveTitle(domain), w.DomainsRemoveText(domain), strings.Split(w.DomainsRemoveVerified(company, "!"), "!")[0], w.DomainsRemoveMailboxes(domain))
		v.See("domain-remove")
		again := v.Tab()
		again.Open(http.StatusOK, path+"/"+domain+"/remove")
		v.Click(http.StatusOK, w.DomainsRemoveName(domain))
		v.Has(w.DomainsRemoved(), w.DomainsInitialText())
		again.Click(http.StatusOK, w.DomainsRemoveName(domain))
		again.At(path)
		for _, gone := range []string{"/" + domain, "/" + domain + "/remove", "/none"} {
			v.Open(http.StatusNotFound, path+gone)
		}
	})
}

// TestNone: a vendor that gives no domain has customers without any.
func TestNone(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	s.Env.CustomersDomain = ""
	s.Restart(0)
	v := s.Company("en")
	v.Open(http.StatusOK, path)
	v.Has(v.W.DomainsNone(), v.W.DomainsNoneText())
}

// TestLetters: a domain of other letters is shown in them, and its record in those that DNS takes.
func TestLetters(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Company("en")
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusOK, v.W.DomainsAdd(), "name", "Żółw.example")
	v.Has("żółw.example", "_liaison.xn--w-uga1v8h.example")
	v.Open(http.StatusOK, path+"/%C5%BC%C3%B3%C5%82w.example")
	v.Has("_liaison.xn--w-uga1v8h.example")
}

// TestTaken: a domain that another customer has is not given away, and not said whose it is.
func TestTaken(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v := s.Company("en")
	v.Open(http.StatusOK, path+"/new")
	v.Click(http.StatusOK, v.W.DomainsAdd(), "name", domain)
	d := read(s, v.ID, domain)
	name, value := d.Record()
	s.DNS.Set(name, value)
	other := d
	other.Customer = "cus_000000000000"
	by := administration.Permit{Authority: administration.Authority{Self: v.OwnerID}}
	s.Must(dynamo.Domains{Table: s.Table.Table}.AddDomain(context.Background(), other, by, event.New(s.Op(), event.Customer("000000000000")), s.Op()))
	found, _ := other.Check(customer.Seen{Values: []string{value}}, s.Op().At)
	s.Must(dynamo.Domains{Table: s.Table.Table}.SaveDomain(context.Background(), found, other, nil, nil, s.Op()))
	v.Click(http.StatusConflict, v.W.DomainsCheck())
	v.Lacks("cus_000000000000", v.W.DomainsVerified()+"<")
	v.See("domain-taken")
}

// TestRights: who reads only sees each act greyed, with who can, and a form that asks for it is refused.
func TestRights(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, path+"/new?lang="+language)
		c.Click(http.StatusOK, w.DomainsAdd(), "name", domain)
		ula := c.Colleague("ula@nowak.example", customer.UserAdmin)
		ula.Open(http.StatusOK, path+"?lang="+language)
		ula.Has(domain, w.CustomerUsersNeedsGlobal(company))
		ula.Open(http.StatusOK, path+"/"+domain)
		ula.Has(w.CustomerUsersNeedsGlobal(company))
		ula.See("domain-reader")
		ula.Open(http.StatusOK, path+"/"+domain+"/remove")
		ula.At(path + "/" + domain)
		ula.Open(http.StatusOK, path+"/new")
		ula.At(path)
		nobody := c.Colleague("jan@nowak.example")
		nobody.Open(http.StatusForbidden, path+"?lang="+language)
		s.SetCustomer("status", string(customer.ReadOnly))
		c.Open(http.StatusOK, path+"/"+domain)
		c.Has(w.CustomerUsersReadOnly(company))
	})
}

// TestOnBehalf: a partner with a full grant does what a global administrator does, under the banner; with a limited one it reads.
func TestOnBehalf(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		_, link := s.Invite(s.MakeOffer(func(d *offer.Draft) {
			pagetest.Plain(d)
			d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull}
		}), "anna@example.com", "en")
		s.AtCheck(link, "en", "yes").StartTrial(http.StatusOK)
		of := s.Owner()
		at := "/partner/admin/" + of.Customer.Bare()
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, at+"?lang="+language)
		v.Has(w.DomainsAdminAbout(company))
		v.Open(http.StatusOK, at+"/domains/new")
		v.Click(http.StatusOK, w.DomainsAdd(), "name", domain)
		v.At(at + "/domains/" + domain)
		if len(v.Page.Links(w.AdminLeave())) != 1 {
			t.Errorf("no banner says for whom: %s", v.Page.Body)
		}
		v.See("admin-domain")
		name, value := read(s, of.Customer, domain).Record()
		s.DNS.Set(name, value)
		v.Click(http.StatusOK, w.DomainsCheck())
		v.Has(w.DomainsVerified())

		s.Set(t, "CUSTOMER#"+of.Customer.Bare(), "DELEGATED_ADMINISTRATOR", &types.AttributeValueMemberS{Value: offer.RoleLimited}, "role")
		v.Open(http.StatusOK, at+"/domains/"+domain)
		v.Has(w.CustomersNeedsGrant())
		v.See("admin-domain-limited")
	})
}
