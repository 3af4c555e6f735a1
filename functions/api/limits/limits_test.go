package limits_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/functions/api/limits"
	"liaison/functions/api/partner-checks"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/support"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// program is a small program with a machine of its partner, and the limits.
type program struct {
	fixture.World
	*gatewaytest.API
}

func open(t *testing.T) *program {
	t.Helper()
	f := fixture.Open(t)
	now := f.Env.Now()
	f.Travel(now.Truncate(24*time.Hour).AddDate(0, 0, 1).Sub(now)) // a day begins, so that no window ends meanwhile
	s := &program{World: f.Populate(t)}
	table := fixture.Table{Table: s.World.Table, DB: s.DB, Name: s.World.Env.Table}
	env := gatewaytest.Env()
	env.Offset = f.Env.Offset
	env.InvitationsPerDay, env.MailPerHour, env.MailPerDay, env.MailPerSecond = 500, 3, 10, 14
	env.PostsPerAddress, env.PostsPerClient, env.RequestsPerSecond = 10, 60, 2000
	s.API = gatewaytest.Open(t, table, env, limits.Get(table), partnerchecks.Create(table))
	gatewaytest.Machine(t, s.API, s.Partner, "machine", partner.Full)
	return s
}

// limits reads the limits as the subject sees them, by name.
func (s *program) limits(t *testing.T, subject string) map[contract.LimitName]contract.Limit {
	t.Helper()
	var v contract.Limits
	s.Call(t, subject, "GET", "/v1/limits", nil).Want(t, 200, "").Into(t, &v)
	found := map[contract.LimitName]contract.Limit{}
	for _, one := range v.Limits {
		found[one.Name] = one
	}
	return found
}

// TestLimits reads what is limited, and what is left after some of it was used.
func TestLimits(t *testing.T) {
	s := open(t)
	at := s.World.Env.Now()
	s.Invite(t, s.Offer(t, nil).ID, "anna@example.com", "jan@example.com")
	check := map[string]any{"partner_id": string(s.Partner)}
	s.Call(t, "machine", "POST", "/v1/partner-checks", check, "Idempotency-Key", "-").Want(t, 200, "")

	got := s.limits(t, "machine")
	for name, want := range map[contract.LimitName][3]int{
		contract.LimitNameInvitations:      {500, 86400, 498},
		contract.LimitNamePartnerChecks:    {30, 60, 29},
		contract.LimitNameCustomerSearches: {30, 60, 30},
		contract.LimitNameMachineClients:   {50, 0, 49},
		contract.LimitNameOfferMailsHour:   {3, 3600, -1},
		contract.LimitNameLinkPostsClient:  {60, 60, -1},
		contract.LimitNameBodyBytes:        {262144, 0, -1},
	} {
		one, listed := got[name]
		seen := [3]int{-1, 0, -1}
		if one.Limit != nil {
			seen[0] = *one.Limit
		}
		if one.WindowSeconds != nil {
			seen[1] = *one.WindowSeconds
		}
		if one.Remaining != nil {
			seen[2] = *one.Remaining
		}
		if !listed || seen != want {
			t.Errorf("%s: limit, window and what is left are %v, want %v", name, seen, want)
		}
		if one.Remaining != nil && want[1] > 0 && (one.ResetsAt == nil || !one.ResetsAt.After(at) || one.ResetsAt.After(at.Add(time.Duration(want[1]+60)*time.Second))) {
			t.Errorf("%s starts anew at %v", name, one.ResetsAt)
		}
	}
	if _, listed := got[contract.LimitNameMails]; listed {
		t.Error("a partner is told how fast the vendor's account sends")
	}

	all := s.limits(t, gatewaytest.Operator)
	for name := range got {
		if _, listed := all[name]; !listed {
			t.Errorf("an operator is not told of %s", name)
		}
	}
	if one := all[contract.LimitNameMails]; one.Limit == nil || *one.Limit != 14 {
		t.Errorf("mails a second: %+v", one)
	}
	if one := all[contract.LimitNamePartnerChecks]; one.Remaining == nil || *one.Remaining != 30 {
		t.Errorf("another's checks are counted for the operator: %+v", one)
	}
}

// TestOpenServiceRequests: a customer's user is told how many more its company may open, a partner nothing of it.
func TestOpenServiceRequests(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, "anna@customer.example", "")
	gatewaytest.Bind(t, s.API, string(yes.Customer.ID), string(yes.User.ID), "owner")
	stands, err := s.World.Table.Administration(t.Context(), yes.Customer.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	claim := administration.Claim{User: customer.User{ID: yes.User.ID, Customer: yes.Customer.ID}}
	by, err := support.Join(claim, support.Author{Side: support.ByCustomer, ID: string(yes.User.ID)}, stands, s.World.Env.Now())
	if err == nil {
		_, err = support.Ask(t.Context(), s.World.Table, by, support.Draft{Subject: "Mail", Text: "It fails."}, s.Op("test"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if one := s.limits(t, "owner")[contract.LimitNameOpenServiceRequests]; one.Limit == nil || *one.Limit != 100 || one.Remaining == nil || *one.Remaining != 99 || one.Per != contract.LimitPerCustomer {
		t.Errorf("%+v", one)
	}
	if _, listed := s.limits(t, "machine")[contract.LimitNameOpenServiceRequests]; listed {
		t.Error("a partner is told")
	}
}

// TestCustomerDomains: a customer's user is told how many more domains its company may have, a partner nothing of it.
func TestCustomerDomains(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, "anna@customer.example", "")
	gatewaytest.Bind(t, s.API, string(yes.Customer.ID), string(yes.User.ID), "owner")
	by := administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	if _, err := administration.AddDomain(t.Context(), s.World.Domains(), by, "contoso.example", nil, s.Op("test")); err != nil {
		t.Fatal(err)
	}
	if one := s.limits(t, "owner")[contract.LimitNameCustomerDomains]; one.Limit == nil || *one.Limit != 20 || one.Remaining == nil || *one.Remaining != 19 || one.Per != contract.LimitPerCustomer {
		t.Errorf("%+v", one)
	}
	if _, listed := s.limits(t, "machine")[contract.LimitNameCustomerDomains]; listed {
		t.Error("a partner is told")
	}
}

// TestImports: a customer's user is told how many more files its company may start now, a partner nothing of it.
func TestImports(t *testing.T) {
	s := open(t)
	yes := s.Trial(t, "anna@customer.example", "")
	gatewaytest.Bind(t, s.API, string(yes.Customer.ID), string(yes.User.ID), "owner")
	by := administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	o := s.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(yes.User.ID)}
	if _, err := importing.Begin(t.Context(), s.World.Imports(), by, importing.Sheet{Kind: importing.Groups}, o); err != nil {
		t.Fatal(err)
	}
	if one := s.limits(t, "owner")[contract.LimitNameImports]; one.Limit == nil || *one.Limit != 3 || one.Remaining == nil || *one.Remaining != 2 || one.Per != contract.LimitPerCustomer {
		t.Errorf("%+v", one)
	}
	if _, listed := s.limits(t, "machine")[contract.LimitNameImports]; listed {
		t.Error("a partner is told")
	}
}

// TestTrusted lifts the daily cap: there is nothing left to count.
func TestTrusted(t *testing.T) {
	s := open(t)
	p, err := s.World.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	p.Trusted = true
	o := s.Op("operator")
	happened := event.New(o, event.Partner(string(p.ID)), event.Of(p.ID, partner.ProfileChangedEvent{}))
	if err := s.World.Table.SavePartner(t.Context(), p, nil, nil, happened, o); err != nil {
		t.Fatal(err)
	}
	if one := s.limits(t, "machine")[contract.LimitNameInvitations]; one.Limit != nil || one.Remaining != nil {
		t.Errorf("%+v", one)
	}
}

// TestEveryLimitIsShown wants each name of the contract in the list, as operators see it.
func TestEveryLimitIsShown(t *testing.T) {
	s := open(t)
	got := s.limits(t, gatewaytest.Operator)
	var names []string
	for name := range got {
		names = append(names, string(name))
	}
	slices.Sort(names)
	document, err := os.ReadFile("../../../infra/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	enum := regexp.MustCompile(`(?s)\n    LimitName:\n.*?\n      enum:\n((?:        - \w+\n)+)`).FindSubmatch(document)
	if enum == nil {
		t.Fatal("the contract has no LimitName")
	}
	want := strings.Fields(strings.ReplaceAll(string(enum[1]), "- ", ""))
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("told\n%v, the contract names\n%v", names, want)
	}
}
