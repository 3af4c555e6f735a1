package access

import (
	"testing"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// TestLacks says to each kind of caller who has the right that it lacks.
func TestLacks(t *testing.T) {
	operator := Caller{Kind: op.Operator, ID: "usr_v_x"}
	machine := Caller{Kind: op.PartnerClient, ID: "cli_x", CustomerAccess: partner.Limited}
	plain := Caller{Kind: op.CustomerUser, ID: "usr_x"}
	global := plain
	global.Roles = []customer.Role{customer.GlobalAdmin}
	billing := plain
	billing.Roles = []customer.Role{customer.BillingAdmin}
	for _, c := range []struct {
		by    Caller
		needs Right
		want  any
	}{
		{plain, Buy, fault.Allowed("roles global_admin, billing_admin")},
		{billing, Dispute, fault.Allowed("roles global_admin")},
		{billing, Buy, nil},
		{global, SeeCustomers, nil},
		{global, MakeOffers, Partners},
		{plain, ReadCatalog, nil},
		{plain, CancelTrials, fault.Allowed("roles global_admin, billing_admin")},
		{operator, CancelTrials, Parties},
		{global, DecideDispute, Operators},
		{machine, Buy, Customers},
		{machine, AutoExtend, fault.Allowed("customer_access full")},
		{machine, EditCompany, fault.Allowed("company_role global_admin")},
		{machine, DecideRemoval, Operators},
		{operator, Buy, Customers},
		{operator, AnswerRemoval, Partners},
		{operator, AutoExtend, Parties},
		{operator, ManageSubscriptions, nil},
	} {
		err := fault.As(Check(c.by, c.needs))
		if (err == nil) != (c.want == nil) || err != nil && err.About != c.want {
			t.Errorf("%s %v lacks %s: %+v, want %v", c.by.Kind, c.by.Roles, c.needs, err, c.want)
		}
	}
}

// TestRights wants every right of the table in the list that GET /v1/me shows, but the one that everybody known has.
func TestRights(t *testing.T) {
	held := map[Right]bool{}
	for _, c := range []Caller{
		{Kind: op.Operator, ID: "usr_v_x"},
		{Kind: op.PartnerUser, ID: "usr_x", CompanyRole: partner.GlobalAdmin, CustomerAccess: partner.Full},
		{Kind: op.CustomerUser, ID: "usr_x", Roles: []customer.Role{customer.GlobalAdmin}},
	} {
		for _, r := range Rights(c) {
			held[r] = true
		}
	}
	for r := range table {
		if held[r] == (r == Known) {
			t.Errorf("%s is listed: %v", r, held[r])
		}
	}
}

// TestShares holds that nothing that is nobody's becomes somebody's.
func TestShares(t *testing.T) {
	const p, c = partner.ID("12345674"), customer.ID("cus_000000000000")
	ours := Caller{Kind: op.PartnerUser, ID: "usr_x", Partner: partner.Partner{ID: p}}
	theirs := Caller{Kind: op.CustomerUser, ID: "usr_x", Customer: customer.Customer{ID: c}}
	for _, one := range []struct {
		by   Caller
		p    partner.ID
		c    customer.ID
		want bool
	}{
		{ours, p, c, true},
		{ours, p, "", true},
		{ours, "", c, false},
		{ours, "", "", false},
		{theirs, p, c, true},
		{theirs, "", c, true},
		{theirs, p, "", false},
		{theirs, p, "cus_111111111111", false},
		{theirs, "", "", false},
		{Caller{Kind: op.PartnerUser, ID: "usr_x"}, "", "", false},
		{Caller{Kind: op.CustomerUser, ID: "usr_x"}, "", "", false},
		{Caller{Kind: op.Operator, ID: "usr_v_x"}, "", "", true},
	} {
		if got := Shares(one.by, one.p, one.c) == nil; got != one.want {
			t.Errorf("%s of %s%s shares %s %s: %v", one.by.Kind, one.by.Partner.ID, one.by.Customer.ID, one.p, one.c, got)
		}
	}
}
