package oracle

import (
	"fmt"
	"regexp"
	"testing"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

const (
	ownPartner, otherPartner   = "12345674", "87654321"
	ownCustomer, otherCustomer = "cus_00000000own0", "cus_000000other0"
)

// everybody is every kind of caller as both sides describe it.
func everybody() map[string][2]any {
	all := map[string][2]any{}
	add := func(ours access.Caller, theirs Caller) {
		all[fmt.Sprintf("%+v", theirs)] = [2]any{ours, theirs}
	}
	for _, disabled := range []bool{false, true} {
		add(access.Caller{Kind: op.Operator, ID: "usr_v_x", Disabled: disabled}, Caller{Operator: true, Disabled: disabled})
		for _, kind := range []op.Kind{op.PartnerUser, op.PartnerClient} {
			for _, status := range []partner.Status{partner.AgreementPending, partner.Active, partner.Suspended, partner.Closed, partner.Rejected} {
				for _, role := range []partner.CompanyRole{partner.NoRole, partner.GlobalAdmin, partner.UserAdmin, partner.BillingAdmin} {
					for _, reach := range []partner.CustomerAccess{partner.NoAccess, partner.Limited, partner.Full} {
						add(access.Caller{
							Kind: kind, ID: "usr_x", Partner: partner.Partner{ID: ownPartner, Status: status}, CompanyRole: role, CustomerAccess: reach, Disabled: disabled,
						}, Caller{Partner: ownPartner, PartnerStatus: string(status), CompanyRole: string(role), CustomerAccess: string(reach), Disabled: disabled})
					}
				}
			}
		}
		roles := []customer.Role{customer.GlobalAdmin, customer.BillingAdmin, customer.UserAdmin, customer.PasswordAdmin, customer.ServiceAdmin}
		for held := range 1 << len(roles) {
			for _, owner := range []customer.UserID{"usr_x", "usr_y"} {
				ours := access.Caller{
					Kind: op.CustomerUser, ID: "usr_x", Customer: customer.Customer{ID: ownCustomer, BillingOwner: owner}, Disabled: disabled,
				}
				theirs := Caller{Customer: ownCustomer, BillingOwner: owner == "usr_x", Disabled: disabled}
				for i, role := range roles {
					if held&(1<<i) != 0 {
						ours.Roles, theirs.Roles = append(ours.Roles, role), append(theirs.Roles, string(role))
					}
				}
				add(ours, theirs)
			}
		}
	}
	return all
}

// TestRights asks shared/access and the policies the same of everybody about things of the own and of other companies. They agree everywhere.
func TestRights(t *testing.T) {
	named := map[access.Right]bool{access.Known: true}
	for _, who := range everybody() {
		for _, right := range access.Rights(who[0].(access.Caller)) {
			named[right] = true
		}
	}
	policy := map[string]bool{}
	for _, found := range regexp.MustCompile(`Action::"([a-z_]+)"`).FindAllSubmatch(written, -1) {
		policy[string(found[1])] = true
	}
	cells, granted := 0, 0
	for right := range named {
		if !policy[string(right)] {
			t.Errorf("no policy names %s", right)
		}
		for name, who := range everybody() {
			ours, theirs := who[0].(access.Caller), who[1].(Caller)
			for _, of := range []struct {
				partner  partner.ID
				customer customer.ID
			}{{ownPartner, ownCustomer}, {otherPartner, otherCustomer}, {ownPartner, otherCustomer}, {otherPartner, ownCustomer}} {
				want, failed := Decide(theirs, string(right), string(of.partner), string(of.customer))
				if failed != nil {
					t.Fatalf("%s: %s: %v", right, name, failed)
				}
				if got := access.Check(ours, right) == nil && access.Shares(ours, of.partner, of.customer) == nil; got != want {
					t.Errorf("%s of %v by %s: shared/access says %v, the policies %v", right, of, name, got, want)
				}
				cells++
				if want {
					granted++
				}
			}
		}
	}
	t.Logf("%d rights, %d cells, %d granted", len(named), cells, granted)
}
