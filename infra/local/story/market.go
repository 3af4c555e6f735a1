package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// Seeker is a company that knows no partner, and the address of who asks for it; nobody has that address yet.
type Seeker struct{ Company, Mail string }

// Market walks how a customer who knows nobody finds a partner: the partner writes its listing and the vendor publishes it; a visitor comes by the
// front page and the match to it and writes a message, which leaves when the mailed link is pressed; the partner is mailed and answers, makes an
// offer of the lead, and the visitor's Yes wins it. The partner, as whose user by calls, has no listing yet and may
// offer the sample's trial plan; who has its address signs in with Passphrase.
func (s Story) Market(ctx context.Context, language string, by client.API, who Seeker) error {
	w := locale.In(locale.Language(language))
	var partner contract.Partner
	if _, err := by.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partners/me", nil, &partner); err != nil {
		return err
	}
	if err := s.list(ctx, language, by, partner); err != nil {
		return err
	}
	v := client.NewVisitor(language)
	if err := s.matched(ctx, w, v, partner); err != nil {
		return err
	}
	if err := s.ask(ctx, w, v, by, partner, who); err != nil {
		return err
	}
	lead, err := s.answer(ctx, w, by, partner, who)
	if err != nil {
		return err
	}
	return s.win(ctx, w, by, partner, lead, who)
}

// list has a partner found in the marketplace.
func (s Story) list(ctx context.Context, language string, by client.API, partner contract.Partner) error {
	const mine = "/v1/listings/me"
	if _, err := by.Must(ctx, http.StatusCreated, http.MethodPut, mine, contract.ListingPut{
		Headline: ptr("Mail for companies on the coast"), Text: ptr("We move mail, train your people and stay. Przenosimy pocztę, szkolimy i zostajemy."),
		Services: []contract.ListingService{"migrate", "train", "develop"}, Expertise: []contract.ListingIndustry{"hospitality"}, PlanIds: []contract.PlanID{sample.TrialPlan},
		Countries: []contract.Country{sample.Country}, Languages: []contract.SpokenLanguage{"en", "pl"}, Roles: []contract.ListingRole{"advice"},
	}, nil, "If-None-Match", "*"); err != nil {
		return err
	}
	if _, err := by.Must(ctx, http.StatusOK, http.MethodPost, mine+"/submit", nil, nil); err != nil {
		return err
	}
	if _, err := s.Program.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/"+partner.PartnerID+"/publish", nil, nil); err != nil {
		return err
	}
	if err := s.System.Settle(ctx); err != nil { // the search follows the listing by moments
		return err
	}
	return s.tellDone(nil, "%s: %s writes its listing, and the vendor publishes it", language, partner.LegalName)
}

// matched leads a visitor from the front page to the match, and to the form that writes to the partner.
func (s Story) matched(ctx context.Context, w locale.Words, v *client.Visitor, partner contract.Partner) error {
	if err := s.open(ctx, v, s.System.Endpoints.Pages+"/"); err != nil {
		return err
	}
	for _, words := range []string{w.MarketplaceTitle(), w.MarketplaceMatch()} {
		if err := s.follow(ctx, v, words); err != nil {
			return err
		}
	}
	if page, err := v.Press(ctx, w.MarketplaceMatchButton()); err != nil || page.Status != http.StatusUnprocessableEntity {
		return fmt.Errorf("a match that says nothing of what is needed: %d %w", page.Status, err)
	}
	if err := s.press(ctx, v, w.MarketplaceMatchButton(), "service", "develop", "country", sample.Country, "plan", sample.TrialPlan); err != nil {
		return err
	}
	for _, word := range []string{partner.LegalName, w.MarketplaceWhyAll()} {
		if !strings.Contains(v.Page.Text(), word) {
			return fmt.Errorf("the match lacks %q:\n%s", word, v.Page.Text())
		}
	}
	s.tell("%s: a visitor comes by the front page to “%s”: the match names %s, and why", w.Language(), v.Page.Heading(), partner.LegalName)
	return s.press(ctx, v, w.MessageChosen(), "partner", partner.PartnerID)
}

// follow follows the first link of the page whose text contains the words.
func (s Story) follow(ctx context.Context, v *client.Visitor, words string) error {
	to := v.Page.Links(words)
	if len(to) == 0 {
		return fmt.Errorf("no link %q on %s:\n%s", words, v.Page.URL, v.Page.Text())
	}
	return s.open(ctx, v, to[0])
}

// ask writes the message and sends it by the mailed link. Nothing reaches the partner before.
func (s Story) ask(ctx context.Context, w locale.Words, v *client.Visitor, by client.API, partner contract.Partner, who Seeker) error {
	if err := s.press(ctx, v, w.InquirySend(), "company", who.Company, "name", "Anna Nowak", "email", who.Mail, "text", "We are 40 people and want to move our mail.", "agree", "yes"); err != nil {
		return err
	}
	if v.Page.Heading() != w.OfferSentTitle() {
		return fmt.Errorf("the message leads to %s:\n%s", v.Page.URL, v.Page.Text())
	}
	mails, err := s.mailbox().Wait(ctx, who.Mail, 1)
	if err != nil {
		return err
	}
	if _, err := s.leads(ctx, by, 0); err != nil {
		return err
	}
	if err := s.open(ctx, v, mails[0].Link(s.System.Endpoints.Pages+"/find-a-partner/messages/"), partner.LegalName); err != nil {
		return err
	}
	if _, err := s.leads(ctx, by, 0); err != nil {
		return err
	}
	if err := s.press(ctx, v, w.InquirySend()); err != nil {
		return err
	}
	if v.Page.Heading() != w.InquirySentTitle() {
		return fmt.Errorf("the button leads to %s:\n%s", v.Page.URL, v.Page.Text())
	}
	s.tell("%s: %s writes to it; the mail “%s” brings a link, and only its button sends the message", w.Language(), who.Company, mails[0].Subject)
	return nil
}

// leads returns the partner's leads that wait for its answer, and fails where they are not so many.
func (s Story) leads(ctx context.Context, by client.API, many int) ([]contract.LeadSummary, error) {
	if err := s.System.Settle(ctx); err != nil {
		return nil, err
	}
	var open contract.LeadPage
	if _, err := by.Must(ctx, http.StatusOK, http.MethodGet, "/v1/leads?status=new", nil, &open); err != nil {
		return nil, err
	}
	if len(open.Data) != many {
		return nil, fmt.Errorf("%d leads wait for an answer, not %d", len(open.Data), many)
	}
	return open.Data, nil
}

// answer has the partner, who was mailed, answer the lead, and the visitor read by the mailed link who answered.
func (s Story) answer(ctx context.Context, w locale.Words, by client.API, partner contract.Partner, who Seeker) (contract.Lead, error) {
	var lead contract.Lead
	open, err := s.leads(ctx, by, 1)
	if err != nil {
		return lead, err
	}
	mails, err := s.mailbox().To(ctx, partner.Email)
	if err != nil {
		return lead, err
	}
	link := s.System.Endpoints.Pages + "/partner/leads/" + open[0].ID
	notified := slices.IndexFunc(mails, func(m client.Mail) bool { return m.Link(link) != "" })
	if notified < 0 {
		return lead, fmt.Errorf("no mail to %s leads to %s: %s", partner.Email, link, subjects(mails))
	}
	const said = "We can begin in January."
	v, err := s.console(ctx, string(w.Language()), sample.Person{Email: partner.Email, Password: Passphrase})
	if err != nil {
		return lead, err
	}
	if err := s.open(ctx, v, s.System.Endpoints.Pages+"/partner/leads", who.Company); err != nil {
		return lead, err
	}
	if err := s.open(ctx, v, link, who.Company, who.Mail); err != nil {
		return lead, err
	}
	if err := s.press(ctx, v, w.LeadsAnswer(), "answer", said); err != nil {
		return lead, err
	}
	if _, err := by.Must(ctx, http.StatusOK, http.MethodGet, "/v1/leads/"+open[0].ID, nil, &lead); err != nil {
		return lead, err
	}
	if lead.Status != contract.LeadStatusActive || lead.Sender.Company != who.Company || lead.Sender.Email != who.Mail {
		return lead, fmt.Errorf("the answered lead is %+v", lead)
	}
	s.tell("%s: the partner is mailed “%s” and answers", w.Language(), mails[notified].Subject)
	if mails, err = s.mailbox().Wait(ctx, who.Mail, 2); err != nil {
		return lead, err
	}
	return lead, s.tellDone(s.open(ctx, client.NewVisitor(string(w.Language())), mails[1].Link(s.System.Endpoints.Pages+"/find-a-partner/messages/"),
		partner.LegalName, w.InquiryAnswered(), said), "%s: the sender is mailed “%s” and reads who answered, and what", w.Language(), mails[1].Subject)
}

// win has the partner make an offer of the lead, and the visitor say yes to it.
func (s Story) win(ctx context.Context, w locale.Words, by client.API, partner contract.Partner, lead contract.Lead, who Seeker) error {
	offer, link, err := s.Propose(ctx, by, contract.OfferCreate{
		Kind: contract.OfferKindTrial, Country: sample.Country, Language: ptr(contract.Language(w.Language())), Items: []contract.OfferItemCreate{{PlanID: sample.TrialPlan}}, LeadID: &lead.ID,
	}, who.Mail)
	if err != nil {
		return err
	}
	v := client.NewVisitor(string(w.Language()))
	if err := s.open(ctx, v, link, partner.LegalName); err != nil {
		return err
	}
	for _, fields := range [][]string{nil, {"company", who.Company, "name", "Anna Nowak"}} {
		if err := s.press(ctx, v, w.SiteNext(), fields...); err != nil {
			return err
		}
	}
	if err := s.press(ctx, v, w.RedeemStart(30), "agree", "yes"); err != nil {
		return err
	}
	if err := s.System.Settle(ctx); err != nil {
		return err
	}
	if _, err := by.Must(ctx, http.StatusOK, http.MethodGet, "/v1/leads/"+lead.ID, nil, &lead); err != nil {
		return err
	}
	if lead.Status != contract.LeadStatusWon || lead.OfferID == nil || *lead.OfferID != offer.ID {
		return fmt.Errorf("after the Yes the lead is %+v", lead)
	}
	s.tell("%s: the partner makes an offer of the lead, %s, and the sender's Yes wins it: “%s”", w.Language(), offer.Reference, v.Page.Heading())
	return nil
}
