// Package partneroverview is where a partner's people begin: what is left to set up, what ends soon, and the latest answers.
package partneroverview

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/offered"
	"liaison/shared/site/subscribed"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
	Offers(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[offer.Offer]) ([]offer.Offer, string, error)
	Redemptions(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[consent.Receipt]) ([]consent.Receipt, string, error)
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	SubscriptionsByPartnerOfRecord(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed overview.html
var files embed.FS

var overview = page.Parse(files, "overview.html")

type overviewPage struct{ table Table }

// Page serves /partner.
func Page(env boot.Env, table Table) http.Handler {
	p := overviewPage{table}
	return site.New(env, table, site.Route{Path: "/partner", Get: site.Partners(table, access.Known, p.show)})
}

// Of everything at most so many of the newest are looked through: the page costs the same however much a partner has.
const looked = 100

// shown is how many rows a list of the page has.
const shown = 5

// How far ahead the page looks.
const (
	trialDays = 14
	grantDays = 30
)

type body struct {
	Start   *start
	Tasks   []task
	Why     string // why no task that makes an offer can be done now
	Figures []page.Fact
	Newest  string // that not all was looked through; empty where all was
	Trials  []page.Item
	Answers []page.Item
}

// task is a card that leads to what people of a partner come for; without a URL it can't be done now.
type task struct{ Icon, Title, Text, URL string }

// tasks are the four.
func tasks(w locale.Words, why string) []task {
	made := []task{
		{"start", w.OverviewTaskTrial(), w.OverviewTaskTrialText(invitation.MaxRecipients), offered.Making(offer.Trial)},
		{"receipt", w.OverviewTaskPurchase(), w.OfferNewAboutPurchase(), offered.Making(offer.Purchase)},
		{"key", w.OverviewTaskAdministration(), w.OfferNewAboutAdministration(), offered.Making(offer.DelegatedAdministration)},
	}
	for i := range made {
		if why != "" {
			made[i].URL = ""
		}
	}
	return append(made, task{"search", w.OverviewTaskFind(), w.OverviewTaskFindText(), "/partner/customers"})
}

// start are the first steps; nil once all are done.
type start struct {
	Done, All int
	Said      string
	Steps     []step
}

// Width is how much of a hundred is done.
func (s start) Width() int { return 100 * s.Done / s.All }

// step is one of the first steps; URL leads to where it is done, once there is such a page.
type step struct {
	Text, URL string
	Done      bool
}

func (p overviewPage) show(v *site.Visit, who site.Signed) error {
	w := v.Words
	frame := v.Frame(w.OverviewTitle())
	frame.Lead = w.Date(v.In(v.Op.At, who.Partner.Country))
	if who.Partner.Status == partner.Suspended {
		frame.Notice = &page.Notice{Text: w.OverviewSuspended(v.Vendor().Name)}
	}
	var b body
	b.Why = v.CannotOffer(who)
	b.Tasks = tasks(w, b.Why)
	if access.Has(who.Caller, access.SeeOffers) {
		made, _, err := p.table.Offers(v.R.Context(), who.Partner.ID, dynamo.Page{Limit: 1}, nil)
		if err != nil {
			return err
		}
		b.Start = first(w, who.Partner, len(made) > 0, b.Why)
		if len(made) > 0 && b.Why != "" {
			frame.Notice = &page.Notice{Title: b.Why, Text: w.OverviewLinksDead()}
		}
		if err := p.numbers(v, who, &b); err != nil {
			return err
		}
	} else {
		b.Start = first(w, who.Partner, true, b.Why)
	}
	return v.Render(overview, http.StatusOK, frame, b)
}

// first are the first steps of a company, and which are done.
func first(w locale.Words, of partner.Partner, offers bool, why string) *start {
	offering := "/partner/offers/new"
	if why != "" {
		offering = ""
	}
	s := start{Steps: []step{
		{w.OverviewStepAgreement(), "/partner/agreement", of.Status != partner.AgreementPending},
		{w.OverviewStepVerify(), site.CompanyPath, of.Verified()},
		{w.OverviewStepOffer(), offering, offers},
	}}
	for _, one := range s.Steps {
		if s.All++; one.Done {
			s.Done++
		}
	}
	if s.Done == s.All {
		return nil
	}
	s.Said = w.OverviewDone(s.Done, s.All)
	return &s
}

// numbers fills the figures and the two lists.
func (p overviewPage) numbers(v *site.Visit, who site.Signed, b *body) error {
	ctx, of, w, at := v.R.Context(), who.Partner, v.Words, v.Op.At
	window := dynamo.Page{Limit: looked}
	answers, moreAnswers, err := p.table.Redemptions(ctx, of.ID, window, nil)
	if err != nil {
		return err
	}
	subs, moreSubs, err := p.table.SubscriptionsByPartnerOfRecord(ctx, of.ID, window, nil)
	if err != nil {
		return err
	}
	ties, moreTies, err := p.table.Relationships(ctx, of.ID, window, nil)
	if err != nil {
		return err
	}
	here := v.In(at, of.Country)
	month := time.Date(here.Year(), here.Month(), 1, 0, 0, 0, 0, here.Location())
	accepted := 0
	for _, r := range answers {
		if decided, err := time.Parse(time.RFC3339, r.DecidedAt); err == nil && r.Answer == "accepted" && !decided.Before(month) {
			accepted++
		}
	}
	ending := 0
	for _, r := range ties {
		if a := r.Administration; a != nil && a.StatusAt(at) == relationship.Active && a.EndsAt.Before(at.AddDate(0, 0, grantDays)) {
			ending++
		}
	}
	subs = slices.DeleteFunc(subs, func(s subscription.Subscription) bool {
		return s.StatusAt(at) != subscription.Trialing || !s.TrialEndsAt.Before(at.AddDate(0, 0, trialDays))
	})
	slices.SortStableFunc(subs, func(a, b subscription.Subscription) int { return a.TrialEndsAt.Compare(b.TrialEndsAt) })
	b.Figures = []page.Fact{
		{Key: w.OverviewAccepted(), Value: strconv.Itoa(accepted)},
		{Key: w.OverviewTrials(trialDays), Value: strconv.Itoa(len(subs))},
		{Key: w.OverviewGrants(grantDays), Value: strconv.Itoa(ending)},
	}
	if moreAnswers+moreSubs+moreTies != "" {
		b.Newest = w.OverviewNewest(looked)
	}
	answers, subs = answers[:min(shown, len(answers))], subs[:min(shown, len(subs))]
	return p.lists(v, who, answers, subs, b)
}

// lists fills the rows of the trials that end next and of the latest answers, by the customers' names.
func (p overviewPage) lists(v *site.Visit, who site.Signed, answers []consent.Receipt, subs []subscription.Subscription, b *body) error {
	w := v.Words
	var ids []customer.ID
	var plans []catalog.PlanID
	for _, s := range subs {
		ids = append(ids, s.Customer)
		plans = append(plans, s.Plan)
	}
	for _, r := range answers {
		if r.Customer != "" {
			ids = append(ids, customer.ID(r.Customer))
		}
	}
	slices.Sort(ids)
	names := map[customer.ID]string{}
	if ids = slices.Compact(ids); len(ids) > 0 {
		var err error
		if names, err = p.table.CustomerNames(v.R.Context(), ids); err != nil {
			return err
		}
	}
	known, err := v.Catalogue(plans...)
	if err != nil {
		return err
	}
	for _, s := range subs {
		row := page.Item{
			Title: names[s.Customer], Badge: subscribed.Badge(v, s, who.Partner.Country),
			Lines: []string{w.OverviewTrial(v.PlanName(known.Plans, s.Plan), s.Licenses.Bought)},
		}
		if of := offer.ID(s.Offer); b.Why == "" && s.Offer != "" && of.Partner() == who.Partner.ID {
			row.Act = &page.Act{Text: w.OverviewFollow(), About: row.Title, URL: offered.Following(of), Small: true}
		}
		b.Trials = append(b.Trials, row)
	}
	for _, r := range answers {
		row := page.Item{Title: names[customer.ID(r.Customer)], Badge: &page.Badge{Kind: "good", Text: w.OverviewYes()}, Lines: []string{offered.Kind(w, r.Kind())}}
		if r.Answer != "accepted" {
			row.Title, row.Badge, row.Lines = offered.Kind(w, r.Kind()), &page.Badge{Kind: "bad", Text: w.OverviewNo()}, nil
		}
		if decided, err := time.Parse(time.RFC3339, r.DecidedAt); err == nil {
			row.End = w.Date(v.In(decided, who.Partner.Country))
		}
		b.Answers = append(b.Answers, row)
	}
	return nil
}
