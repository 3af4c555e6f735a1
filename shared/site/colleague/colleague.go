// Package colleague says in words how people of a partner, a customer and the vendor stand, what those of a partner, its machines and those of a
// customer may do, and offers that for a choice.
package colleague

import (
	"slices"
	"strings"

	"liaison/shared/customer"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/person"
)

// Company names what a role allows in the own company; none where it is no role.
func Company(role partner.CompanyRole, none string, w locale.Words) string {
	return named(Companies(w), string(role), none)
}

// Customers names an access to the companies that the partner supports; none where it is no access.
func Customers(access partner.CustomerAccess, none string, w locale.Words) string {
	return named(Accesses(w), string(access), none)
}

func named(among []page.Option, value, none string) string {
	for _, o := range among {
		if o.Value == value {
			return o.Label
		}
	}
	return none
}

// Companies are the roles in the own company, the one that allows most first.
func Companies(w locale.Words) []page.Option {
	return []page.Option{
		{Value: string(partner.GlobalAdmin), Label: w.RoleGlobalAdmin(), Hint: w.PartnerUsersGlobalHint()},
		{Value: string(partner.UserAdmin), Label: w.RoleUserAdmin(), Hint: w.PartnerUsersUserHint()},
		{Value: string(partner.BillingAdmin), Label: w.RoleBillingAdmin(), Hint: w.PartnerUsersBillingHint()},
	}
}

// Accesses are the accesses to the companies that the partner supports, the one that allows most first.
func Accesses(w locale.Words) []page.Option {
	return []page.Option{
		{Value: string(partner.Full), Label: w.CustomerAccessFull(), Hint: w.PartnerUsersFullHint()},
		{Value: string(partner.Limited), Label: w.CustomerAccessLimited(), Hint: w.PartnerUsersLimitedHint()},
	}
}

// Roles are the roles of a customer's user, as customer.Roles has them.
func Roles(w locale.Words) []page.Option {
	said := map[customer.Role]page.Option{
		customer.GlobalAdmin:   {Label: w.RoleGlobalAdmin(), Hint: w.RoleGlobalAdminHint()},
		customer.BillingAdmin:  {Label: w.RoleBillingAdmin(), Hint: w.RoleBillingAdminHint()},
		customer.UserAdmin:     {Label: w.RoleUserAdmin(), Hint: w.RoleUserAdminHint()},
		customer.PasswordAdmin: {Label: w.RolePasswordAdmin(), Hint: w.RolePasswordAdminHint()},
		customer.ServiceAdmin:  {Label: w.RoleServiceAdmin(), Hint: w.RoleServiceAdminHint()},
	}
	made := make([]page.Option, len(customer.Roles))
	for i, role := range customer.Roles {
		made[i] = said[role]
		made[i].Value = string(role)
	}
	return made
}

// Held names the roles that a customer's user has.
func Held(w locale.Words, held []customer.Role) string {
	var said []string
	for _, o := range Roles(w) {
		if slices.Contains(held, customer.Role(o.Value)) {
			said = append(said, o.Label)
		}
	}
	if len(said) == 0 {
		return w.RoleNone()
	}
	return strings.Join(said, ", ")
}

// Standing is whether somebody can sign in: who has set no password was only invited.
func Standing(w locale.Words, disabled bool, password person.Password) page.Badge {
	switch {
	case disabled:
		return page.Badge{Kind: "bad", Text: w.PartnerUsersDisabled()}
	case password.SetAt.IsZero():
		return page.Badge{Kind: "calm", Text: w.PartnerUsersInvited()}
	}
	return page.Badge{Kind: "good", Text: w.PartnerUsersActive()}
}
