package customer_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// TestPassBills asks who may make whom the billing owner.
func TestPassBills(t *testing.T) {
	company := customer.Customer{ID: "cus_a", Status: customer.Active, BillingOwner: "usr_a_1"}
	owner := customer.User{ID: "usr_a_1", Customer: "cus_a"}
	admin := customer.User{ID: "usr_a_2", Customer: "cus_a", Roles: []customer.Role{customer.GlobalAdmin}}
	billing := customer.User{ID: "usr_a_3", Customer: "cus_a", Roles: []customer.Role{customer.BillingAdmin}}
	stranger := customer.User{ID: "usr_b_1", Customer: "cus_b", Roles: []customer.Role{customer.GlobalAdmin}}
	disabled := func(u customer.User) customer.User { u.Disabled = true; return u }
	closed, ownerless := company, company
	closed.Status, ownerless.BillingOwner = customer.ReadOnly, ""
	for name, c := range map[string]struct {
		of     customer.Customer
		to, by customer.User
		want   error
	}{
		"by the owner":                  {company, billing, owner, nil},
		"by a global administrator":     {company, admin, admin, nil},
		"by a billing administrator":    {company, admin, billing, fault.NotYourRole},
		"by a disabled owner":           {company, billing, disabled(owner), fault.NotYourRole},
		"by a disabled administrator":   {company, billing, disabled(admin), fault.NotYourRole},
		"by nobody, where nobody is it": {ownerless, billing, customer.User{}, fault.NotYourRole},
		"of a customer only to be read": {closed, billing, owner, fault.CustomerReadOnly},
		"to a disabled user":            {company, disabled(billing), owner, fault.InvalidValue},
		"to another customer's user":    {company, stranger, owner, fault.InvalidValue},
		"to nobody":                     {company, customer.User{}, owner, fault.InvalidValue},
		"to who is it":                  {company, owner, admin, op.ErrUnchanged},
	} {
		got, err := c.of.PassBills(c.to, c.by)
		mark, marked := c.want.(fault.Mark)
		if c.want == nil && (err != nil || got.BillingOwner != c.to.ID) || c.want != nil && (got.BillingOwner != c.of.BillingOwner || !errors.Is(err, c.want) && !(marked && fault.Is(err, mark))) {
			t.Errorf("%s: %q %v, want %v", name, got.BillingOwner, err, c.want)
		}
	}
}

// TestDetails holds what somebody says of itself against the limits.
func TestDetails(t *testing.T) {
	long := strings.Repeat("x", customer.MaxName)
	for _, c := range []struct {
		said  customer.Details
		name  string
		wrong []string
	}{
		{customer.Details{Name: " Jan  Kowalski ", Language: "pl"}, "Jan Kowalski", nil},
		{customer.Details{Name: long, Language: "en"}, long, nil},
		{customer.Details{Name: long + "x", Language: "en"}, "", []string{"name"}},
		{customer.Details{Name: "", Language: "de"}, "", []string{"name", "language"}},
	} {
		got, err := c.said.Check()
		var wrong []string
		if f := fault.As(err); f != nil {
			for _, field := range f.Fields {
				wrong = append(wrong, field.Pointer)
			}
		}
		if !reflect.DeepEqual(wrong, c.wrong) || c.wrong == nil && got.Name != c.name {
			t.Errorf("%+v: %q %v", c.said, got.Name, err)
		}
	}
}
