package browser

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"liaison/infra/local/story"
	"liaison/shared/contract"
)

// TestAdministering is how a partner assists a customer, by pages alone, two people with a browser each: it sets up the customer's users with licences
// and mailboxes at its domain, sends one a link to set a password and asks the vendor for help; the customer reads all that, lowers the grant, and ends it, and each time the next
// act is refused, also of a form that was open.
func TestAdministering(t *testing.T) {
	for w, users := range map[way]int{{language: "en"}: 10, {language: "pl", noScripts: true, narrow: true}: 2} {
		t.Run(fmt.Sprint(w), func(t *testing.T) { administers(t, w, users) })
	}
}

func administers(t *testing.T, on way, users int) {
	ola, anna := meets(t, on, set.Address("ola-staff")), meets(t, on, set.Address("anna-owner"))
	w, company, partner := ola.W, "Zakład pomocy "+on.String(), "Baltic Bridge IT sp. z o.o."
	language := contract.Language(on.language)
	set.Must(t, set.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
		Name: "Ola Fala", Email: ola.address, CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessFull, Language: &language,
	}, nil)
	ola.Open(ola.reads().Link(ola.URL("/set-password/")))
	ola.fills(w.PasswordButton(), "password", story.Passphrase)

	// The customer says yes to a trial and to full administration, and sets a password.
	of := set.Offer(t, on.language, func(o *contract.OfferCreate) { o.DelegatedAdministration.Role = contract.RoleFull })
	anna.Open(anna.To(of, anna.address).Link)
	anna.mails++
	anna.Press(w.SiteNext())
	anna.chooses(w.SiteNext(), "delegation", "yes")
	anna.fills(w.SiteNext(), "company", company, "name", "Anna Nowak")
	anna.chooses(w.RedeemStart(30), "agree", "yes")
	anna.stands(w.ReceiptTitle(30), 0)
	anna.Open(anna.reads().Link(anna.URL("/set-password/")))
	anna.fills(w.PasswordButton(), "password", story.Passphrase)

	// The partner finds the customer by its administrator's address, and sets up its users with licences and mailboxes.
	ola.signsIn("/partner/customers", story.Passphrase)
	ola.fills(w.CustomersFindButton(), "find", anna.address)
	ola.says(company)
	ola.Press(w.AdminAdminister())
	ola.stands(w.AdminTitle(), 0)
	admin := ola.Standing().URL
	name := func(i int) string { return fmt.Sprintf("Ewa %c.", 'A'+i) }
	domain := strings.Replace(set.Address("box"), "@example.com", ".example", 1)
	ola.Open(admin + "/domains/new")
	ola.fills(w.DomainsAdd(), "name", domain)
	var d contract.CustomerDomain
	set.Must(t, set.Program.Partner, http.StatusOK, http.MethodGet, "/v1/customers/cus_"+admin[strings.LastIndexByte(admin, '/')+1:]+"/domains/"+domain, nil, &d)
	set.System.DNS.Set(d.Record.Name, d.Record.Value)
	ola.Press(w.DomainsCheck())
	ola.says(w.DomainsFound())
	first := ""
	for i := range users {
		ola.Open(admin + "/users/new")
		ola.fills(w.CustomerUsersCreate(), "name", name(i), "email", set.Address(fmt.Sprintf("ewa%d", i)))
		ola.says(w.CustomerUsersCreated(name(i)))
		ola.chooses(w.CustomerLicensesSave(), "licenses", "")
		ola.Press(w.MailboxSet())
		ola.Fill("address", fmt.Sprintf("ewa%d@%s", i, domain))
		ola.chooses(w.MailboxSet(), "from", "none")
		ola.says(w.MailboxSaved(name(i)))
		if first == "" {
			first, _, _ = strings.Cut(ola.Standing().URL, "?")
		}
	}
	set.Settle(t)
	ola.Open(first)
	ola.Press(w.CustomerUsersFirst())
	ola.Press(w.CustomerUsersResetButton())
	ola.Open(admin + "/support/new")
	ola.fills(w.SupportSend(), "subject", "Mail from outside", "message", "It arrives an hour late.")
	ola.says(w.SupportOpen())

	// The customer watches it.
	anna.signsIn("/account/activity", story.Passphrase)
	anna.says(w.ActivityRequestOpened(), w.ActivityUserReset(name(0)), w.ActivityUserMailboxSet(name(users-1)), w.ActivityUserLicenses(name(users-1)), partner)
	anna.Open(anna.URL("/account/users"))
	anna.says(name(0), name(users-1))

	// It lowers the grant while the partner has a form open, and the act is refused.
	ola.Open(admin + "/users/new")
	anna.Open(anna.URL("/account/partners"))
	anna.Press(w.PartnersLower())
	anna.Press(w.PartnersLowerButton(partner))
	anna.says(w.PartnersLowered())
	ola.fills(w.CustomerUsersCreate(), "name", "Eve", "email", set.Address("eve"))
	ola.says(w.CustomersNeedsGrant())
	ola.Open(first)
	ola.says(w.CustomersNeedsGrant())
	ola.Press(w.CustomerUsersFirst()) // this much is left

	// It ends the administration, and nothing is left.
	anna.Open(anna.URL("/account/partners"))
	anna.Press(w.PartnersRemove())
	anna.Press(w.PartnersRemoveButton(partner))
	anna.says(w.PartnersTitle())
	ola.Press(w.CustomerUsersResetButton())
	ola.says(w.AdminNoneTitle(company))
	ola.Open(admin + "/support")
	ola.says(w.AdminNoneTitle(company))
}
