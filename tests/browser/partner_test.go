package browser

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
)

// TestPartner is a partner's story by pages alone, three people with a browser each: a company applies, the vendor approves it and says what it
// may offer, it signs, is verified, invites a colleague, invites a customer to a trial with delegated administration, sees the Yes arrive and
// follows up with a purchase offer, which the customer gets.
func TestPartner(t *testing.T) {
	for _, w := range []way{{language: "en"}, {language: "pl", noScripts: true, narrow: true}} {
		t.Run(fmt.Sprint(w), func(t *testing.T) { partners(t, w) })
	}
}

// digits are a code as people read it: 123 456.
var digits = regexp.MustCompile(`\d{3}[ \x{a0}]?\d{3}`)

// person is one of a story's people: their browser, address and mails.
type person struct {
	*states.Visit
	address string
	mails   int // that were read
	stands  func(heading string, errors int) chrome.Standing
}

func meets(t *testing.T, w way, address string) *person {
	v, _, stands := begins(t, w)
	return &person{Visit: v, address: address, stands: stands}
}

// reads waits for the person's next mail.
func (p *person) reads() client.Mail {
	p.T.Helper()
	p.mails++
	mails, err := p.Mailbox.Wait(states.Patience(p.T), p.address, p.mails)
	if err != nil {
		p.T.Fatal(err)
	}
	return mails[p.mails-1]
}

// signsIn goes to a path of a console and signs in on the way.
func (p *person) signsIn(path, password string) {
	p.T.Helper()
	p.Open(p.URL(path))
	p.Fill("user", p.address)
	p.Fill("password", password)
	p.Press(p.W.SiteSignIn())
}

// fills answers fields by name; with no name left it presses the button.
func (p *person) fills(button string, fields ...string) {
	p.T.Helper()
	for i := 0; i < len(fields); i += 2 {
		p.Fill(fields[i], fields[i+1])
	}
	p.Press(button)
}

// chooses answers choices by name and value, and presses the button.
func (p *person) chooses(button string, choices ...string) {
	p.T.Helper()
	for i := 0; i < len(choices); i += 2 {
		p.Choose(choices[i], choices[i+1])
	}
	p.Press(button)
}

// says fails where the page lacks some of the words.
func (p *person) says(words ...string) {
	p.T.Helper()
	for s, i := p.Standing(), 0; i < len(words); i++ {
		if !s.Says(words[i]) {
			p.T.Fatalf("%s does not say %q:\n%s", s.URL, words[i], s.Text)
		}
	}
}

func partners(t *testing.T, on way) {
	boss, staff, anna := meets(t, on, set.Address("maria")), meets(t, on, set.System.Identity.OperatorName), meets(t, on, set.Address("anna"))
	w, company := boss.W, "Amber Coast "+on.String()

	// The company applies and confirms the address.
	boss.Open(boss.URL("/become-a-partner"))
	boss.fills(w.ApplyButton())
	if s := boss.Standing(); len(s.Errors) < 5 {
		t.Fatalf("an empty application: %+v", s)
	}
	boss.Pick("country", sample.Country)
	boss.Choose("programs", "cloud-accelerate")
	boss.fills(w.ApplyButton(), "legal_name", company, "registration_number", "0000123456", "city", "Ustka", "website", "https://amber.example",
		"phone", "+48 59 555 01 00", "name", "Maria Bursztyn", "email", boss.address, "why", "We move mail for companies on the coast.")
	boss.stands(w.OfferSentTitle(), 0)
	boss.Open(boss.reads().Link(boss.URL("/become-a-partner/confirm/")))
	boss.Press(w.ApplyConfirmButton())
	boss.stands(w.ApplyReceivedTitle(), 0)

	// The vendor approves it and says which program it is in and which plan it may offer.
	staff.signsIn("/vendor", set.System.Identity.OperatorPassword)
	staff.Press(w.VendorApplication(company))
	staff.chooses(w.VendorDecide(), "decision", "approve")
	staff.says(w.VendorDone())
	staff.Open(staff.URL("/vendor/partners"))
	staff.Press(company)
	staff.Press(w.VendorPartnersProgramAdd())
	staff.chooses(w.SiteNext(), "member", "cloud-accelerate")
	staff.Press(w.PartnerUsersSave())
	staff.Press(w.VendorPartnersPlanAdd())
	staff.chooses(w.SiteNext(), "member", sample.TrialPlan)
	staff.chooses(w.PartnerUsersSave(), "countries", sample.Country)
	staff.says(w.PartnerUsersSaved())

	// Its first administrator sets a password, signs in and is led through the first steps.
	boss.Open(boss.reads().Link(boss.URL("/set-password/")))
	boss.fills(w.PasswordButton(), "password", story.Passphrase)
	boss.stands(w.PasswordSetTitle(), 0)
	boss.signsIn("/partner", story.Passphrase)
	boss.says(w.OverviewStart(), w.OverviewDone(0, 3))
	boss.Press(w.OverviewStepAgreement())
	boss.Fill("name", "Maria Bursztyn")
	boss.chooses(w.PartnerAgreementSign(), "accept", "")
	boss.says(w.PartnerAgreementDone())
	boss.Press(w.PartnerAgreementNext())
	boss.Press(w.PartnerCompanyPhoneSend())
	staff.Open(staff.URL("/vendor"))
	staff.Press(w.VendorCall(company))
	staff.Press(w.VendorMakeCode())
	_, said, _ := strings.Cut(staff.Standing().Text, w.VendorCodeTitle())
	boss.fills(w.PartnerCompanyPhoneCheck(), "phone_code", digits.FindString(said))
	boss.Press(w.PartnerCompanyConfirm())
	boss.says(w.PartnerCompanyConfirmed())

	// A colleague may support customers, with limited access.
	boss.Open(boss.URL("/partner/users"))
	boss.Press(w.PartnerUsersInvite())
	colleague := set.Address("ola")
	boss.Fill("name", "Ola Fala")
	boss.Fill("email", colleague)
	boss.chooses(w.PartnerUsersSend(), "own", "no", "support", "yes", "support_role", "limited")
	boss.says(w.PartnerUsersInvitedNotice("Ola Fala"))
	ola := meets(t, on, colleague)
	ola.Open(ola.reads().Link(ola.URL("/set-password/")))
	ola.fills(w.PasswordButton(), "password", story.Passphrase)
	ola.signsIn("/partner", story.Passphrase)

	// She invites a customer to a trial, and asks to administer it.
	ola.Press(w.OverviewTaskTrial())
	ola.chooses(w.SiteNext(), "country", sample.Country)
	ola.chooses(w.SiteNext(), "plan", sample.TrialPlan)
	ola.chooses(w.SiteNext(), "access", "yes", "role", "limited")
	ola.fills(w.SiteNext(), "message", "As agreed on Tuesday.")
	ola.Choose("visibility", "invited")
	ola.fills(w.SiteNext(), "recipients", anna.address)
	ola.Press(w.OfferNewSend(1))
	ola.says(w.PartnerOfferDoneSent())
	offer, _, _ := strings.Cut(ola.Standing().URL, "?")

	// The customer says yes to both.
	anna.Open(anna.reads().Link(anna.URL("/i/")))
	anna.says(company)
	anna.Press(w.SiteNext())
	anna.chooses(w.SiteNext(), "delegation", "yes")
	anna.fills(w.SiteNext(), "company", "Zakład "+on.String(), "name", "Anna Nowak")
	anna.chooses(w.RedeemStart(30), "agree", "yes")
	anna.stands(w.ReceiptTitle(30), 0)

	// The Yes arrives, and a purchase offer follows it.
	set.Settle(t)
	ola.Open(offer)
	ola.says(w.OverviewYes())
	ola.Press(w.PartnerOfferFollow())
	ola.Press(w.SiteNext())
	ola.Press(w.SiteNext())
	ola.chooses(w.SiteNext(), "biller", "vendor")
	ola.chooses(w.SiteNext(), "access", "no")
	ola.Press(w.SiteNext())
	ola.Choose("visibility", "invited")
	ola.fills(w.SiteNext(), "recipients", anna.address)
	ola.Press(w.OfferNewSend(1))
	ola.says(w.PartnerOfferDoneSent())
	for {
		if mail := anna.reads(); strings.Contains(mail.Body.Text, "/i/") {
			anna.Open(mail.Link(anna.URL("/i/")))
			break
		}
	}
	anna.says(company)

	// Both sides have it: the customer in the partner's list, what happened in its activity.
	ola.Open(ola.URL("/partner/customers"))
	ola.Press("Zakład " + on.String())
	ola.Open(ola.URL("/partner/activity"))
	ola.says("Zakład " + on.String())
}
