package partner

import (
	"testing"

	"liaison/shared/fault"
)

// TestMayManage asks of colleagues whether they may make one user of another.
func TestMayManage(t *testing.T) {
	user := func(role CompanyRole, access CustomerAccess) User {
		return User{CompanyRole: role, CustomerAccess: access}
	}
	disabled := func(u User) User { u.Disabled = true; return u }
	admin, manager := user(GlobalAdmin, NoAccess), user(UserAdmin, Limited)
	for name, c := range map[string]struct {
		by, before, after User
		want              *fault.Code
	}{
		"an administrator gives more than it holds":      {admin, user(NoRole, NoAccess), user(GlobalAdmin, Full), nil},
		"a disabled administrator":                       {disabled(admin), user(NoRole, NoAccess), user(NoRole, Limited), fault.NotYourRole},
		"a disabled manager":                             {disabled(manager), user(NoRole, NoAccess), user(NoRole, Limited), fault.NotYourRole},
		"nobody":                                         {user(NoRole, Full), user(NoRole, NoAccess), user(NoRole, Limited), fault.NotYourRole},
		"for the bills":                                  {user(BillingAdmin, Full), user(NoRole, NoAccess), user(NoRole, Limited), fault.NotYourRole},
		"a manager gives what it holds":                  {manager, user(NoRole, NoAccess), user(UserAdmin, Limited), nil},
		"a manager gives more":                           {manager, user(NoRole, NoAccess), user(NoRole, Full), fault.BeyondOwnRights},
		"a manager gives another role":                   {manager, user(NoRole, NoAccess), user(BillingAdmin, NoAccess), fault.BeyondOwnRights},
		"a manager leaves another role":                  {manager, user(BillingAdmin, Full), user(BillingAdmin, Full), nil},
		"a manager lowers":                               {manager, user(BillingAdmin, Full), user(NoRole, NoAccess), nil},
		"a manager makes an administrator":               {manager, user(NoRole, NoAccess), user(GlobalAdmin, NoAccess), fault.TargetIsAdmin},
		"a manager lowers an administrator":              {manager, user(GlobalAdmin, NoAccess), user(NoRole, NoAccess), fault.TargetIsAdmin},
		"a manager enables an administrator":             {manager, disabled(user(GlobalAdmin, NoAccess)), user(GlobalAdmin, NoAccess), fault.TargetIsAdmin},
		"a manager enables one with more":                {manager, disabled(user(NoRole, Full)), user(NoRole, Full), fault.BeyondOwnRights},
		"a manager disables one with more":               {manager, user(NoRole, Full), disabled(user(NoRole, Full)), nil},
		"a manager raises somebody who stays disabled":   {manager, disabled(user(NoRole, NoAccess)), disabled(user(NoRole, Limited)), nil},
		"a manager without access raises to some access": {user(UserAdmin, NoAccess), user(NoRole, NoAccess), user(NoRole, Limited), fault.BeyondOwnRights},
	} {
		err := c.by.MayManage(c.before, c.after)
		if c.want == nil && err != nil || c.want != nil && !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
