package links

import (
	"context"
	"net/http"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/partnername"
)

// Unavailable is a link or offer that no longer counts.
type Unavailable struct {
	Err     error             // why: a fault of invitation or offer
	Facts   *invitation.Facts // nil where the link was never ours
	Button  *site.Button      // "ask for a new link"; nil where there is nobody to ask
	Receipt string            // path of the receipt of the answer; empty where there is none
	Newer   string            // path of the offer that took this one's place; empty where it has no public link
}

// Closed returns why an offer that stands cannot be taken up any more by what the catalogue says: its plan was withdrawn or its country
// closed; nil where it can. The last button asks again, afresh.
func Closed(of offer.Offer, shown catalog.View) error {
	for _, item := range of.Items {
		plan, ok := shown.Plans[item.Plan]
		if !ok || plan.Status != catalog.PlanActive || of.Kind.Tries() && plan.Trial == nil || of.Kind.Orders() && !plan.SoldBy(item.Term) {
			return fault.PlanWithdrawn.With(string(item.Plan))
		}
		if !plan.SoldIn(of.Country) {
			return fault.NotAuthorisedForPlan.With(string(item.Plan))
		}
	}
	return of.Available(shown.Availability)
}

// ShowUnavailable shows the page of a link that no longer counts: what happened, when, and what to do now.
// An error that says something else is returned as it is.
func ShowUnavailable(v *site.Visit, d Unavailable) error {
	f := fault.As(d.Err)
	if f == nil {
		return d.Err
	}
	w := v.Words
	m := site.Message{Button: d.Button}
	country, name := "", ""
	if d.Facts != nil {
		country, name = d.Facts.Offer.Country, d.Facts.Partner.LegalName
	}
	when, _ := f.About.(time.Time)
	when = v.In(when, country)
	dated := func(dated func(time.Time) string, undated string) string {
		if when.IsZero() {
			return undated
		}
		return dated(when)
	}
	// nothing says what became of the offer, and that the reader need fear nothing.
	nothing := func(title string, said ...string) {
		m.Title, m.Text = title, append([]string{said[0] + " " + w.UnavailableNothingChanged()}, said[1:]...)
	}
	status := http.StatusGone
	contact, help := d.Facts != nil, false
	next := w.UnavailableAskNext(name)
	switch f.Code {
	case fault.NotFound:
		status, contact = http.StatusNotFound, false
		m.Title, m.Text = w.UnavailableUnknownTitle(), []string{w.UnavailableUnknownText()}
		next = w.UnavailableUnknownNext()
	case fault.InvitationAnswered:
		m.Kind, m.Icon = "info", "check"
		m.Title, m.Text = w.UnavailableUsedTitle(), []string{w.UnavailableUsedText()}
		next = w.UnavailableUsedNext()
	case fault.InvitationDeclined:
		m.Kind, m.Icon = "calm", "x"
		nothing(w.UnavailableDeclinedTitle(), dated(w.UnavailableDeclinedOn, w.UnavailableDeclinedText()))
		next = w.UnavailableDeclinedNext(name)
	case fault.InvitationExpired:
		m.Icon = "clock"
		nothing(w.UnavailableExpiredTitle(), dated(w.UnavailableExpiredOn, w.UnavailableExpiredText()))
	case fault.InvitationRevoked:
		nothing(w.UnavailableRevokedTitle(), dated(func(t time.Time) string { return w.UnavailableRevokedOn(name, t) }, w.UnavailableRevokedText(name)))
	case fault.InvitationSuperseded:
		m.Kind, m.Icon = "info", "mail"
		m.Title, m.Text = w.UnavailableSupersededTitle(), []string{w.UnavailableSupersededText(), w.UnavailableSupersededNext()}
	case fault.InvitationPaused:
		nothing(w.UnavailableReportedTitle(), w.UnavailableReportedText(name))
		next, m.Button, contact, help = w.UnavailableReportedNext(), nil, false, true
	case fault.OfferWithdrawn:
		nothing(w.UnavailableWithdrawnTitle(), dated(func(t time.Time) string { return w.UnavailableWithdrawnOn(name, t) }, w.UnavailableWithdrawnText(name)))
	case fault.OfferReplaced:
		m.Kind, m.Icon = "info", "info"
		nothing(w.UnavailableReplacedTitle(), dated(func(t time.Time) string { return w.UnavailableReplacedOn(name, t) }, w.UnavailableReplacedText(name)))
		if d.Newer != "" {
			m.First, next = &page.Link{Text: w.UnavailableReplacedLink(), URL: d.Newer}, ""
		}
	case fault.OfferExpired:
		m.Icon = "clock"
		nothing(w.UnavailableOfferExpiredTitle(), dated(w.UnavailableOfferExpiredOn, w.UnavailableOfferExpiredText()))
	case fault.OfferUsedUp:
		nothing(w.UnavailableUsedUpTitle(), w.UnavailableUsedUpText(name))
	case fault.OfferPaused:
		m.Icon = "clock"
		nothing(w.UnavailablePausedTitle(), dated(w.UnavailablePausedOn, w.UnavailablePausedText()))
		next = w.UnavailablePausedNext(name)
	case fault.PartnerNotActive, fault.ProfileUnverified:
		// Neutral: why is between the vendor and the partner.
		nothing(w.UnavailablePartnerTitle(), w.UnavailablePartnerText())
		next, m.Button, contact, help = w.UnavailablePartnerNext(v.Vendor().Name), nil, false, true
	case fault.PlanWithdrawn, fault.UnknownPlan, fault.NoTrial, fault.NotSold:
		nothing(w.UnavailablePlanTitle(), w.UnavailablePlanText())
	case fault.FeatureUnavailable:
		nothing(w.UnavailableRegionTitle(), w.UnavailableRegionText(w.Country(country)))
		if missing, ok := available.Missing(f); ok {
			if len(missing.Reason) > 0 {
				m.Text = append(m.Text, w.UnavailableRegionReason(missing.Reason.In(string(w.Language()))))
			}
			m.Links = append(m.Links, *available.Link(w, missing))
		}
	case fault.NotAuthorisedForPlan:
		nothing(w.UnavailableCountryTitle(), w.UnavailableCountryText(name, w.Country(country)))
	case fault.NotEnrolled:
		said := w.UnavailableEnrolmentText(name)
		if len(f.Fields) > 0 && f.Fields[0].Pointer != "/delegated_administration" {
			said = w.UnavailableEnrolmentReseller(name)
		}
		nothing(w.UnavailableEnrolmentTitle(), said)
	default:
		return d.Err
	}
	switch {
	case m.Button != nil:
		m.Button.Note = w.UnavailableAskNote(name)
	case next != "":
		m.Text = append(m.Text, next)
	}
	if d.Receipt != "" {
		m.Links = append(m.Links, page.Link{Text: w.UnavailableReceipt(), URL: d.Receipt})
	}
	switch {
	case contact && d.Facts.Partner.ID != "" && d.Facts.Partner.Working() == nil:
		m.Who, m.Contact = partnername.Who(v.Words, d.Facts.Partner), partnername.Contact(v.Words, d.Facts.Partner)
	case help:
		m.Who, m.Contact = v.Help()
	}
	return v.Say(status, m)
}

// AskTable is what asking for a new link needs of the table.
type AskTable interface {
	invitation.Visitors
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

const askStep = "ask"

// forAdministrator says whether the link counts and only its reader may not answer it: an administrator may.
func forAdministrator(err error) bool {
	return fault.Is(err, fault.NotYourRole) || fault.Is(err, fault.WrongAccount)
}

// AskButton returns the button that asks the partner for a new link or, where the link counts, to write to an administrator; keyed by the link's
// own secret.
func AskButton(v *site.Visit, p Followed) *site.Button {
	text := v.Words.UnavailableAsk()
	if forAdministrator(p.Err) {
		text = v.Words.UnavailableAdministratorAsk(p.Facts.Partner.LegalName)
	}
	return &site.Button{Text: text, Value: askStep, Token: site.Token(p.Secret, askStep, string(p.Invitation.ID))}
}

// AskPressed says whether AskButton was pressed.
func AskPressed(v *site.Visit) bool {
	return v.R.Method == http.MethodPost && v.Form("action") == askStep
}

// Ask tells the partner that the holder of a link that no longer counts wants a new one, or that the reader of one that counts needs an
// administrator, each at most once a day, and says so.
func Ask(v *site.Visit, table AskTable, p Followed) error {
	if err := v.Posted(p.Secret, askStep, string(p.Invitation.ID)); err != nil {
		return err
	}
	reason := ""
	if f := fault.As(p.Err); f != nil {
		reason = askReasons[f.Code]
	}
	if reason == "" {
		return p.Err
	}
	w, name := v.Words, p.Facts.Partner.LegalName
	what, said := "ask_again", site.Message{Title: w.UnavailableAskedTitle(), Text: []string{w.UnavailableAskedText(name), w.UnavailableAskedNext()}}
	if forAdministrator(p.Err) {
		what, said = "ask_administrator", site.Message{
			Title: w.UnavailableAdministratorAskedTitle(), Text: []string{w.UnavailableAdministratorAskedText(name), w.UnavailableAdministratorAskedNext()},
		}
	}
	said.Kind, said.Icon = "good", "check"
	rate, err := table.Count(v.R.Context(), what, string(p.Invitation.ID), 1, 24*time.Hour, v.Op.At)
	if err != nil {
		return err
	}
	if !rate.Over {
		if err := invitation.AskAgain(v.R.Context(), table, p.Invitation, reason, ByHolder(v, p.Invitation.ID)); err != nil {
			return err
		}
	}
	return v.Say(http.StatusOK, said)
}

// askReasons are why a link no longer counts where a new one can follow, and why its reader may not answer, by the words mail 28 knows.
var askReasons = map[*fault.Code]string{
	fault.InvitationDeclined: "declined", fault.InvitationExpired: "expired", fault.InvitationRevoked: "revoked", fault.InvitationSuperseded: "superseded",
	fault.OfferWithdrawn: "withdrawn", fault.OfferReplaced: "withdrawn", fault.OfferExpired: "expired", fault.OfferUsedUp: "used_up", fault.OfferPaused: "paused",
	fault.PlanWithdrawn: "withdrawn", fault.FeatureUnavailable: "withdrawn", fault.NotAuthorisedForPlan: "withdrawn", fault.NotEnrolled: "withdrawn",
	fault.NotYourRole: "role", fault.WrongAccount: "account",
}
