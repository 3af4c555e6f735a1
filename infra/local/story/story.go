// Package story walks the main story of Liaison by HTTP, as its users do, and checks each step: what `make demo` shows
// and the journeys begin with.
package story

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// Story is one walk through a running system.
type Story struct {
	System  *system.System
	Program *sample.Program
	// Tell is told of each step that held, in words.
	Tell func(step string)
}

// Customer is what a walk made.
type Customer struct {
	Mail         string
	Offer        string
	Invitation   string
	Link         string // the personal link
	Receipt      string // the receipt's page
	ReceiptSHA   string
	Redemption   contract.Redemption
	Subscription contract.Subscription
}

func (s Story) mailbox() client.Mailbox { return client.Mailbox{Base: s.System.Endpoints.Mailbox} }

func (s Story) tell(format string, about ...any) { s.Tell(fmt.Sprintf(format, about...)) }

// Trial walks from the partner's offer to the customer's receipt in a language: a trial invitation over HTTPS, Anna invited by mail, her Yes
// (or, with delegation "no", her No) to delegated administration, her account, the check, the receipt, and what the partner sees of it.
func (s Story) Trial(ctx context.Context, language, mail, administration string) (*Customer, error) {
	w := locale.In(locale.Language(language))
	c := &Customer{Mail: mail}
	var offer contract.Offer
	if _, err := s.Program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", sample.TrialOffer(language), &offer); err != nil {
		return nil, err
	}
	c.Offer = offer.ID
	s.tell("%s: the partner makes a trial invitation: %s, %s", language, offer.Reference, offer.URL)
	var sent contract.InvitationsSent
	if _, err := s.Program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer.ID+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail, Language: ptr(contract.Language(language))}}}, &sent); err != nil {
		return nil, err
	}
	c.Invitation = sent.Data[0].ID
	mails, err := s.mailbox().Wait(ctx, mail, 1)
	if err != nil {
		return nil, err
	}
	if c.Link = mails[0].Link(s.System.Endpoints.Pages + "/i/"); c.Link == "" {
		return nil, fmt.Errorf("no personal link in the mail:\n%s", mails[0].Body.Text)
	}
	s.tell("%s: %s gets the mail “%s” with a personal link", language, mail, mails[0].Subject)
	v := client.NewVisitor(language)
	if err := s.open(ctx, v, c.Link, "Baltic Bridge IT sp. z o.o.", s.Program.PartnerID[:4]); err != nil {
		return nil, err
	}
	s.tell("%s: the link opens “%s”: who asks, what for, both terms; nothing is chosen beforehand", language, v.Page.Heading())
	if err := s.press(ctx, v, w.SiteNext()); err != nil {
		return nil, err
	}
	if page, err := v.Press(ctx, w.SiteNext()); err != nil || page.Status != http.StatusUnprocessableEntity {
		return nil, fmt.Errorf("pressing Next without an answer: %d %w", page.Status, err)
	}
	s.tell("%s: Next without an answer names the question that is open", language)
	if err := s.press(ctx, v, w.SiteNext(), "delegation", administration); err != nil {
		return nil, err
	}
	if page, err := v.Press(ctx, w.SiteNext(), "company", " ", "name", ""); err != nil || page.Status != http.StatusUnprocessableEntity {
		return nil, fmt.Errorf("an empty company: %d %w", page.Status, err)
	}
	if err := s.press(ctx, v, w.SiteNext(), "company", "Zakład Nowak "+strings.ToUpper(language), "name", "Anna Nowak", "language", language); err != nil {
		return nil, err
	}
	s.tell("%s: delegated administration: %s; company and name are filled in; “%s” shows every answer", language, administration, v.Page.Heading())
	if err := s.press(ctx, v, w.RedeemStart(30), "agree", "yes"); err != nil {
		return nil, err
	}
	c.Receipt = v.Page.URL.String()
	if !strings.HasPrefix(c.Receipt, s.System.Endpoints.Pages+"/receipts/") {
		return nil, fmt.Errorf("the last button leads to %s:\n%s", c.Receipt, v.Page.Text())
	}
	s.tell("%s: the trial starts: “%s”", language, v.Page.Heading())
	return c, s.both(ctx, language, c, administration)
}

// both holds the receipt of the customer against the partner's, and looks at what the partner sees.
func (s Story) both(ctx context.Context, language string, c *Customer, administration string) error {
	mine, err := client.NewVisitor(language).Get(ctx, c.Receipt+"?format=json")
	if err != nil {
		return err
	}
	if err := s.System.Settle(ctx); err != nil {
		return err
	}
	var list contract.RedemptionPage
	if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions", nil, &list); err != nil {
		return err
	}
	at := slices.IndexFunc(list.Data, func(r contract.RedemptionSummary) bool { return r.OfferID != nil && *r.OfferID == c.Offer })
	if at < 0 {
		return fmt.Errorf("the partner's list of %d answers lacks the offer %s", len(list.Data), c.Offer)
	}
	if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions/"+list.Data[at].ID, nil, &c.Redemption); err != nil {
		return err
	}
	if got := c.Redemption.DelegatedAdministration; got == nil || string(got.Answer) != administration {
		return fmt.Errorf("the partner sees delegated administration %+v, not %s", got, administration)
	}
	var theirs struct {
		Receipt json.RawMessage
		SHA256  string
	}
	if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions/"+c.Redemption.ID+"/receipt", nil, &theirs); err != nil {
		return err
	}
	sum := sha256.Sum256(mine.Body)
	c.ReceiptSHA = hex.EncodeToString(sum[:])
	if theirs.SHA256 != c.ReceiptSHA || string(theirs.Receipt) != string(mine.Body) {
		return fmt.Errorf("the receipts differ:\n%s\n%s", mine.Body, theirs.Receipt)
	}
	s.tell("%s: the partner sees the answer; both hold the same receipt, SHA-256 %s…", language, c.ReceiptSHA[:12])
	if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+c.Redemption.SubscriptionIds[0], nil, &c.Subscription); err != nil {
		return err
	}
	if c.Subscription.Status != "trialing" || c.Subscription.PartnerOfRecord == nil || c.Subscription.PartnerOfRecord.PartnerID != s.Program.PartnerID {
		return fmt.Errorf("the subscription is %+v", c.Subscription)
	}
	s.tell("%s: the subscription runs until %s with the partner of record %s", language, c.Subscription.TrialEndsAt.Format(time.DateOnly), s.Program.PartnerID)
	mails, err := s.mailbox().Wait(ctx, c.Mail, 2)
	if err != nil {
		return err
	}
	if link := mails[1].Link(s.System.Endpoints.Pages + "/receipts/"); link == "" {
		return fmt.Errorf("no receipt's link in %q:\n%s", mails[1].Subject, mails[1].Body.Text)
	}
	s.tell("%s: the customer gets “%s” with the receipt", language, mails[1].Subject)
	again, err := client.NewVisitor(language).Get(ctx, c.Link)
	if err != nil {
		return err
	}
	if !strings.Contains(again.URL.Path, "/receipts/") {
		return fmt.Errorf("the used link leads to %s:\n%s", again.URL, again.Text())
	}
	s.tell("%s: the used link leads to the receipt", language)
	return nil
}

// No walks the refusal: somebody says "No, thank you" with a reason, and the partner is told.
func (s Story) No(ctx context.Context, language, offer, mail string) error {
	w := locale.In(locale.Language(language))
	v, link, err := s.invited(ctx, language, offer, mail)
	if err != nil {
		return err
	}
	to := v.Page.Links(w.RedeemDecline())
	if len(to) == 0 {
		return fmt.Errorf("no way to say %q:\n%s", w.RedeemDecline(), v.Page.Text())
	}
	if _, err := v.Get(ctx, to[0]); err != nil {
		return err
	}
	if err := s.press(ctx, v, w.RedeemNoButton(), "reason", "We have a provider already."); err != nil {
		return err
	}
	s.tell("%s: %s says no: “%s”", language, mail, v.Page.Heading())
	later := client.NewVisitor(language)
	page, err := later.Get(ctx, link)
	if err != nil {
		return err
	}
	if page.Status != http.StatusGone && !strings.Contains(page.URL.Path, "/receipts/") {
		return fmt.Errorf("the declined link still opens %s: %d", page.URL, page.Status)
	}
	s.tell("%s: a later visit with the same link can't make it a yes: %d “%s”", language, page.Status, page.Heading())
	return nil
}

// Public walks from the public link to a visitor's own personal link: an address is left, a mail comes, its link opens.
func (s Story) Public(ctx context.Context, language, offer, mail string) error {
	w := locale.In(locale.Language(language))
	v := client.NewVisitor(language)
	if _, err := v.Get(ctx, s.System.Endpoints.Pages+"/o/"+strings.TrimPrefix(offer, "ofr_")); err != nil {
		return err
	}
	if err := s.press(ctx, v, w.OfferSend(), "email", mail); err != nil {
		return err
	}
	mails, err := s.mailbox().Wait(ctx, mail, 1)
	if err != nil {
		return err
	}
	return s.tellDone(s.open(ctx, v, mails[0].Link(s.System.Endpoints.Pages+"/i/"), "Baltic Bridge IT sp. z o.o."),
		"%s: a visitor of the public link leaves an address and goes on from the mail “%s”", language, mails[0].Subject)
}

func (s Story) tellDone(err error, format string, about ...any) error {
	if err == nil {
		s.tell(format, about...)
	}
	return err
}

// invited returns a new invitee standing on the page that the personal link opens.
func (s Story) invited(ctx context.Context, language, offer, mail string) (*client.Visitor, string, error) {
	if _, err := s.Program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail, Language: ptr(contract.Language(language))}}}, nil); err != nil {
		return nil, "", err
	}
	mails, err := s.mailbox().Wait(ctx, mail, 1)
	if err != nil {
		return nil, "", err
	}
	link := mails[0].Link(s.System.Endpoints.Pages + "/i/")
	v := client.NewVisitor(language)
	return v, link, s.open(ctx, v, link)
}

// open follows a link and fails where the page is none, or lacks the words.
func (s Story) open(ctx context.Context, v *client.Visitor, link string, words ...string) error {
	page, err := v.Get(ctx, link)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("%s answers %d:\n%s", link, page.Status, page.Text())
	}
	for _, word := range words {
		if !strings.Contains(page.Text(), word) {
			return fmt.Errorf("%s lacks %q:\n%s", page.URL, word, page.Text())
		}
	}
	return nil
}

func (s Story) press(ctx context.Context, v *client.Visitor, button string, fields ...string) error {
	page, err := v.Press(ctx, button, fields...)
	if err != nil {
		return err
	}
	if page.Status != http.StatusOK {
		return fmt.Errorf("%q leads to %d on %s:\n%s", button, page.Status, page.URL, page.Text())
	}
	return nil
}

// End sends the clock from the trial's reminders to its deletion and checks the customer's mails on the way.
func (s Story) End(ctx context.Context, customers ...*Customer) error {
	box := s.mailbox()
	seen := map[string]int{}
	for _, c := range customers {
		mails, err := box.To(ctx, c.Mail)
		if err != nil {
			return err
		}
		seen[c.Mail] = len(mails)
	}
	ends := *customers[0].Subscription.TrialEndsAt
	for _, step := range []struct {
		to    time.Time
		what  string
		mails int
	}{
		{ends.AddDate(0, 0, -14).Add(time.Hour), "14 days before the end: a reminder", 1},
		{ends.AddDate(0, 0, -7).Add(time.Hour), "7 days before: a reminder", 1},
		{ends.AddDate(0, 0, -1).Add(time.Hour), "1 day before, the reminder of 3 days slept through: one reminder", 1},
		{ends.Add(time.Hour), "the trial has ended by itself: what comes next", 1},
		{ends.AddDate(0, 0, 24), "the data will be deleted: the mail that announces it", 1},
	} {
		if err := s.System.Travel(ctx, step.to); err != nil {
			return err
		}
		for _, c := range customers {
			mails, err := box.To(ctx, c.Mail)
			if err != nil {
				return err
			}
			if got := len(mails) - seen[c.Mail]; got != step.mails {
				return fmt.Errorf("%s: %s: %d mails to %s, not %d: %s", step.to.Format(time.DateOnly), step.what, got, c.Mail, step.mails, subjects(mails[seen[c.Mail]:]))
			}
			seen[c.Mail] = len(mails)
			s.tell("%s, %s: “%s”", step.to.Format(time.DateOnly), step.what, mails[len(mails)-1].Subject)
		}
	}
	if err := s.System.Travel(ctx, ends.AddDate(0, 0, 40)); err != nil {
		return err
	}
	for _, c := range customers {
		var sub contract.Subscription
		if _, err := s.Program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+c.Subscription.ID, nil, &sub); err != nil {
			return err
		}
		if sub.Status != "deleted" {
			return fmt.Errorf("40 days after its end the subscription %s is %s", c.Subscription.ID, sub.Status)
		}
	}
	s.tell("%s: the data is deleted, 7 full days after the mail that announced it; the receipts stay", ends.AddDate(0, 0, 40).Format(time.DateOnly))
	for _, c := range customers {
		if err := s.open(ctx, client.NewVisitor("en"), c.Receipt, consent.ID(c.Redemption.ID).Reference()); err != nil {
			return err
		}
	}
	return nil
}

func subjects(mails []client.Mail) string {
	var b strings.Builder
	for _, m := range mails {
		fmt.Fprintf(&b, "“%s” ", m.Subject)
	}
	return b.String()
}

func ptr[T any](v T) *T { return &v }
