// Package partneroverview is where a partner's people begin: what is left to set up, what ends soon, and the latest answers.
package partneroverview

import (
	"embed"
	"net/http"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/overview"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/offered"
	"liaison/shared/site/subscribed"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	overview.Store
}

//go:embed overview.html
var files embed.FS

var shown = page.Parse(files, "overview.html")

type overviewPage struct{ table Table }

// Page serves /partner.
func Page(env boot.Env, table Table) http.Handler {
	p := overviewPage{table}
	return site.New(env, table, site.Route{Path: "/partner", Get: site.Partners(table, access.Known, p.show)})
}

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
		{"start", w.OverviewTaskTrial(), w.OverviewTaskTrialText(invitation.MaxBulk), offered.Making(offer.Trial)},
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
		stands, err := overview.Read(v.R.Context(), p.table, who.Partner, v.Op.At)
		if err != nil {
			return err
		}
		b.Start = first(w, stands.Steps, b.Why)
		if stands.Steps.OfferMade && b.Why != "" {
			frame.Notice = &page.Notice{Title: b.Why, Text: w.OverviewLinksDead()}
		}
		if err := b.fill(v, who, stands); err != nil {
			return err
		}
	} else {
		b.Start = first(w, overview.StepsOf(who.Partner, true), b.Why)
	}
	return v.Render(shown, http.StatusOK, frame, b)
}

// first are the first steps of a company, and which are done.
func first(w locale.Words, of overview.Steps, why string) *start {
	offering := "/partner/offers/new"
	if why != "" {
		offering = ""
	}
	s := start{Steps: []step{
		{w.OverviewStepAgreement(), "/partner/agreement", of.AgreementSigned},
		{w.OverviewStepVerify(), site.CompanyPath, of.ProfileVerified},
		{w.OverviewStepOffer(), offering, of.OfferMade},
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

// fill fills in the figures and the two lists.
func (b *body) fill(v *site.Visit, who site.Signed, o overview.Overview) error {
	w := v.Words
	awaiting := w.OverviewAwaiting()
	if o.Awaiting.AtLeast {
		awaiting = w.OverviewAwaitingLeast()
	}
	b.Figures = []page.Fact{
		{Key: awaiting, Value: w.Int(o.Awaiting.N)},
		{Key: w.OverviewAccepted(), Value: strconv.Itoa(o.Accepted)},
		{Key: w.OverviewTrials(overview.TrialDays), Value: strconv.Itoa(o.Trials)},
		{Key: w.OverviewGrants(overview.GrantDays), Value: strconv.Itoa(o.Grants)},
	}
	if o.Partial {
		b.Newest = w.OverviewNewest(overview.Looked)
	}
	plans := make([]catalog.PlanID, len(o.Ending))
	for i, s := range o.Ending {
		plans[i] = s.Plan
	}
	known, err := v.Catalogue(plans...)
	if err != nil {
		return err
	}
	for _, s := range o.Ending {
		row := page.Item{
			Title: o.Names[s.Customer], Badge: subscribed.Badge(v, s, who.Partner.Country),
			Lines: []string{w.OverviewTrial(v.PlanName(known.Plans, s.Plan), s.Licenses.Bought)},
		}
		if of := offer.ID(s.Offer); b.Why == "" && s.Offer != "" && of.Partner() == who.Partner.ID {
			row.Acts = []page.Act{{Text: w.OverviewFollow(), About: row.Title, URL: offered.Following(of), Small: true}}
		}
		b.Trials = append(b.Trials, row)
	}
	for _, r := range o.Answers {
		row := page.Item{Title: o.Names[customer.ID(r.Customer)], Badge: &page.Badge{Kind: "good", Text: w.OverviewYes()}, Lines: []string{offered.Kind(w, r.Kind())}}
		if r.Answer != "accepted" {
			row.Title, row.Badge, row.Lines = offered.Kind(w, r.Kind()), &page.Badge{Kind: "bad", Text: w.OverviewNo()}, nil
		}
		if r.Offer.ID != "" {
			row.URL = "/partner/offers/" + r.Offer.ID
		}
		if decided, err := time.Parse(time.RFC3339, r.DecidedAt); err == nil {
			row.End = w.Date(v.In(decided, who.Partner.Country))
		}
		b.Answers = append(b.Answers, row)
	}
	return nil
}
