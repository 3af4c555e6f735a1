package site

import (
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/id"
	"liaison/shared/page"
	"liaison/shared/textinput"
)

// Customers lets only people of a customer through who have a right; the others get a page that says who has it.
func Customers(table Sessions, right access.Right, step func(*Visit, Signed) error) func(*Visit) error {
	return SignedIn(table, func(v *Visit, who Signed) error {
		w := v.Words
		switch {
		case !who.OfCustomer():
			return v.Say(http.StatusForbidden, Message{Title: w.CustomerElsewhereTitle(), Text: []string{w.CustomerElsewhereText(who.Name, textinput.ShownMail(who.Mail))}})
		case !access.Has(who.Caller, right):
			return v.Say(http.StatusForbidden, Message{
				Title: w.CustomerRoleTitle(), Text: []string{w.CustomerRoleText(textinput.ShownMail(who.Mail)), v.WhoMay(who, right)},
				Back: &page.Link{URL: "/account", Text: w.FrameAccount()},
			})
		}
		return step(v, who)
	})
}

// WhoMay says which people of a customer have a right.
func (v *Visit) WhoMay(who Signed, right access.Right) string {
	switch right {
	case access.Buy, access.SetPartnerOfRecord:
		return v.Words.CustomerRoleBilling(who.Customer.Name)
	case access.ChangeBillingOwner:
		return v.Words.SettingsOwnerWhy()
	case access.ExportData:
		return v.Words.SettingsExportWhy()
	}
	return v.Words.CustomerRoleAny(who.Customer.Name)
}

// CannotOrder says why a customer that can only be read orders nothing, and whom to ask; empty where it can order.
func (v *Visit) CannotOrder(c customer.Customer) string {
	if c.Status == customer.Active {
		return ""
	}
	vendor := v.Vendor()
	var ways []string
	for _, way := range []string{textinput.ShownMail(vendor.HelpMail), vendor.HelpPhone, v.Words.Hours(vendor.HelpHours)} {
		if way != "" {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return v.Words.CustomerReadOnly(vendor.Name)
	}
	return v.Words.CustomerReadOnly(vendor.Name + " (" + strings.Join(ways, ", ") + ")")
}

// ULID returns the last part of an id, by which addresses name what is the customer's own.
func ULID(of string) string { return of[strings.LastIndexByte(of, '_')+1:] }

// Made says whether the text is the last part of an id.
func Made(text string) bool { return id.Made(text, 26) }
