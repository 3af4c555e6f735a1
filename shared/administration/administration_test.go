package administration_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/relationship"
)

const (
	mine   customer.ID = "cus_aaaaaaaaaaaa"
	theirs customer.ID = "cus_bbbbbbbbbbbb"
	us     partner.ID  = "12345674"
	rival  partner.ID  = "87654321"
)

var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func grant(role string, change ...func(*relationship.Grant)) *relationship.Grant {
	g := relationship.Grant{Customer: mine, Partner: us, Role: role, Status: relationship.Active, EndsAt: now.Add(time.Hour)}
	for _, c := range change {
		c(&g)
	}
	return &g
}

func member(of customer.ID, roles ...customer.Role) administration.Claim {
	return administration.Claim{User: customer.User{ID: "usr_1", Customer: of, Roles: roles}}
}

func machine(of partner.ID, access partner.CustomerAccess) administration.Claim {
	return administration.Claim{Partner: partner.Partner{ID: of, Status: partner.Active}, Access: access}
}

// TestAuthority is what each claim allows: of the grant and of the own access whichever is less.
func TestAuthority(t *testing.T) {
	tie, none := &relationship.Relationship{Customer: mine, Partner: us}, (*relationship.Relationship)(nil)
	everything, resets := "read_users administer_users reset_passwords see_provisioning retry_provisioning handle_service_requests edit_customer administer_domains", "read_users reset_passwords see_provisioning handle_service_requests"
	for name, c := range map[string]struct {
		claim  administration.Claim
		tie    *relationship.Relationship
		grant  *relationship.Grant
		fails  fault.Mark
		rights string
	}{
		"global admin":    {member(mine, customer.GlobalAdmin), none, nil, nil, everything},
		"user admin":      {member(mine, customer.UserAdmin), none, nil, nil, "read_users administer_users reset_passwords see_provisioning retry_provisioning"},
		"password admin":  {member(mine, customer.PasswordAdmin), none, nil, nil, "read_users reset_passwords see_provisioning"},
		"billing admin":   {member(mine, customer.BillingAdmin), none, nil, nil, "read_users see_provisioning retry_provisioning"},
		"service admin":   {member(mine, customer.ServiceAdmin), none, nil, nil, "read_users see_provisioning handle_service_requests"},
		"no role":         {member(mine), none, nil, nil, ""},
		"of another":      {member(theirs, customer.GlobalAdmin), none, nil, fault.NotFound, ""},
		"full, full":      {machine(us, partner.Full), tie, grant(offer.RoleFull), nil, everything},
		"full, limited":   {machine(us, partner.Limited), tie, grant(offer.RoleFull), nil, resets},
		"full, none":      {machine(us, partner.NoAccess), tie, grant(offer.RoleFull), nil, ""},
		"limited, full":   {machine(us, partner.Full), tie, grant(offer.RoleLimited), nil, resets},
		"limited, none":   {machine(us, partner.NoAccess), tie, grant(offer.RoleLimited), nil, ""},
		"no grant":        {machine(us, partner.Full), tie, nil, fault.Forbidden, ""},
		"another's grant": {machine(us, partner.Full), tie, grant(offer.RoleFull, func(g *relationship.Grant) { g.Partner = rival }), fault.Forbidden, ""},
		"no tie":          {machine(us, partner.Full), none, grant(offer.RoleFull), fault.NotFound, ""},
		"another's tie":   {machine(rival, partner.Full), tie, grant(offer.RoleFull, func(g *relationship.Grant) { g.Partner = rival }), fault.NotFound, ""},
		"nobody":          {administration.Claim{}, &relationship.Relationship{}, grant(offer.RoleFull, func(g *relationship.Grant) { g.Partner = "" }), fault.NotFound, ""},
		"it ended":        {machine(us, partner.Full), tie, grant(offer.RoleFull, func(g *relationship.Grant) { g.Status = relationship.Ended }), fault.Forbidden, ""},
		"it is disputed":  {machine(us, partner.Full), tie, grant(offer.RoleFull, func(g *relationship.Grant) { g.Status = relationship.Suspended }), fault.Forbidden, ""},
		"its end is now":  {machine(us, partner.Full), tie, grant(offer.RoleFull, func(g *relationship.Grant) { g.EndsAt = now }), fault.Forbidden, ""},
	} {
		got, err := c.claim.Over(administration.Standing{Customer: customer.Customer{ID: mine, Status: customer.Active}, Tie: c.tie, Grant: c.grant}, now)
		if c.fails != nil {
			if !fault.Is(err, c.fails) || len(got.Roles) > 0 {
				t.Errorf("%s: %v, may %v", name, err, got.Roles)
			}
			continue
		}
		if err != nil || strings.Join(got.Rights(), " ") != c.rights {
			t.Errorf("%s: may %q, want %q, %v", name, got.Rights(), c.rights, err)
		}
	}
}

// TestPermit: what an act takes is what its write checks again.
func TestPermit(t *testing.T) {
	by := administration.Authority{Customer: customer.Customer{Status: customer.Active}, Roles: []customer.Role{customer.GlobalAdmin}}
	admin, plain := customer.User{Roles: []customer.Role{customer.ServiceAdmin}}, customer.User{}
	for name, c := range map[string]struct {
		act      administration.Act
		on       []customer.User
		requires []customer.Role
		full     bool
	}{
		"reading":                 {administration.ReadUsers, []customer.User{admin}, customer.Roles, false},
		"changing":                {administration.AdministerUsers, []customer.User{plain, plain}, []customer.Role{customer.UserAdmin}, true},
		"changing who has a role": {administration.AdministerUsers, []customer.User{admin, admin}, []customer.Role{customer.GlobalAdmin}, true},
		"giving a role":           {administration.AdministerUsers, []customer.User{plain, admin}, []customer.Role{customer.GlobalAdmin}, true},
		"taking a role":           {administration.AdministerUsers, []customer.User{admin, plain}, []customer.Role{customer.GlobalAdmin}, true},
		"resetting":               {administration.ResetPasswords, []customer.User{plain}, []customer.Role{customer.UserAdmin, customer.PasswordAdmin}, false},
		"resetting an admin's":    {administration.ResetPasswords, []customer.User{admin}, []customer.Role{customer.GlobalAdmin}, true},
	} {
		got, err := by.Allow(c.act, c.on...)
		if err != nil || !slices.Equal(got.Requires, c.requires) || got.Full() != c.full {
			t.Errorf("%s: requires %v, full %v, %v", name, got.Requires, got.Full(), err)
		}
	}
}

// TestChange: whatever the authority, a customer keeps its billing owner and one global administrator who can sign in.
func TestChange(t *testing.T) {
	full := []customer.Role{customer.GlobalAdmin}
	boss, owner, plain := customer.User{ID: "usr_1", Roles: full}, customer.User{ID: "usr_2"}, customer.User{ID: "usr_3"}
	off := func(u customer.User) customer.User { u.Disabled = true; return u }
	with := func(u customer.User, roles ...customer.Role) customer.User { u.Roles = roles; return u }
	for name, c := range map[string]struct {
		admins    int
		old, next customer.User
		fails     fault.Mark
	}{
		"the last one is disabled":      {1, boss, off(boss), fault.LastAdmin},
		"the last one loses the role":   {1, boss, with(boss, customer.UserAdmin), fault.LastAdmin},
		"one of two is disabled":        {2, boss, off(boss), nil},
		"the last one is renamed":       {1, boss, boss, nil},
		"a disabled one loses the role": {1, off(boss), with(off(boss)), nil},
		"the billing owner is disabled": {2, owner, off(owner), fault.UserOwnsBilling},
		"the billing owner gets a role": {2, owner, with(owner, full...), nil},
		"anybody else is disabled":      {1, plain, off(plain), nil},
	} {
		by := administration.Authority{Customer: customer.Customer{Status: customer.Active, GlobalAdmins: c.admins, BillingOwner: owner.ID}, Roles: full}
		if _, err := by.Change(administration.AdministerUsers, c.old, c.next); c.fails == nil && err != nil || c.fails != nil && !fault.Is(err, c.fails) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
