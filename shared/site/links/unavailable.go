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
	if len(of.Items) == 0 {
		return shown.Availability.Check("", of.Country, of.Features()...)
	}
	for _, item := range of.Items {
		plan, ok := shown.Plans[item.Plan]
		if !ok || plan.Status != catalog.PlanActive || of.Kind.Tries() && plan.Trial == nil || of.Kind.Orders() && !plan.SoldBy(item.Term) {
			return fault.PlanWithdrawn.With(string(item.Plan))
		}
		if !plan.SoldIn(of.Country) {
			return fault.NotAuthorisedForPlan.With(string(item.Plan))
		}
		if err := shown.Availability.Check(item.Plan, of.Country, of.Features()...); err != nil {
			return err
		}
	}
	return nil
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
	status := http.StatusGone
	contact := d.Facts != nil
	switch f.Code {
	case fault.NotFound:
		status, contact = http.StatusNotFound, false
		m.Title, m.Text = w.UnavailableUnknownTitle(), []string{w.UnavailableUnknownText(), w.UnavailableUnknownNext()}
	case fault.InvitationAnswered:
		m.Title, m.Text = w.UnavailableUsedTitle(), []string{w.UnavailableUsedText(), w.UnavailableUsedNext()}
	case fault.InvitationDeclined:
		m.Title, m.Text = w.UnavailableDeclinedTitle(), []string{dated(w.UnavailableDeclinedOn, w.UnavailableDeclinedText()), w.UnavailableDeclinedNext(name)}
	case fault.InvitationExpired:
		m.Title, m.Text = w.UnavailableExpiredTitle(), []string{dated(w.UnavailableExpiredOn, w.UnavailableExpiredText()), w.UnavailableAskNext(name)}
	case fault.InvitationRevoked:
		m.Title, m.Text = w.UnavailableRevokedTitle(), []string{dated(func(t time.Time) string { return w.UnavailableRevokedOn(name, t) }, w.UnavailableRevokedText(name)), w.UnavailableAskNext(name)}
	case fault.InvitationSuperseded:
		m.Title, m.Text = w.UnavailableSupersededTitle(), []string{w.UnavailableSupersededText(), w.UnavailableSupersededNext()}
	case fault.InvitationPaused:
		m.Title, m.Text, m.Button, contact = w.UnavailableReportedTitle(), []string{w.UnavailableReportedText(name), w.UnavailableReportedNext()}, nil, false
	case fault.OfferWithdrawn:
		m.Title, m.Text = w.UnavailableWithdrawnTitle(), []string{dated(func(t time.Time) string { return w.UnavailableWithdrawnOn(name, t) }, w.UnavailableWithdrawnText(name)), w.UnavailableAskNext(name)}
	case fault.OfferReplaced:
		m.Title, m.Text = w.UnavailableReplacedTitle(), []string{dated(func(t time.Time) string { return w.UnavailableReplacedOn(name, t) }, w.UnavailableReplacedText(name)), w.UnavailableAskNext(name)}
		if d.Newer != "" {
			m.Text[1] = w.UnavailableReplacedNext(name)
		}
	case fault.OfferExpired:
		m.Title, m.Text = w.UnavailableOfferExpiredTitle(), []string{dated(w.UnavailableOfferExpiredOn, w.UnavailableOfferExpiredText()), w.UnavailableAskNext(name)}
	case fault.OfferUsedUp:
		m.Title, m.Text = w.UnavailableUsedUpTitle(), []string{w.UnavailableUsedUpText(name), w.UnavailableAskNext(name)}
	case fault.OfferPaused:
		m.Title, m.Text = w.UnavailablePausedTitle(), []string{dated(w.UnavailablePausedOn, w.UnavailablePausedText()), w.UnavailablePausedNext(name)}
	case fault.PartnerNotActive, fault.ProfileUnverified:
		// Neutral: why is between the vendor and the partner.
		m.Title, m.Text, m.Button, contact = w.UnavailablePartnerTitle(), []string{w.UnavailablePartnerText(), w.UnavailablePartnerNext(v.Vendor().Name)}, nil, false
	case fault.PlanWithdrawn, fault.UnknownPlan, fault.NoTrial, fault.NotSold:
		m.Title, m.Text = w.UnavailablePlanTitle(), []string{w.UnavailablePlanText(), w.UnavailableNothingChanged(), w.UnavailableAskNext(name)}
	case fault.FeatureUnavailable:
		m.Title, m.Text = w.UnavailableRegionTitle(), []string{w.UnavailableRegionText(w.Country(country))}
		if missing, ok := f.About.(catalog.Missing); ok && len(missing.Reason) > 0 {
			m.Text = append(m.Text, w.UnavailableRegionReason(missing.Reason.In(string(w.Language()))))
		}
		m.Text = append(m.Text, w.UnavailableNothingChanged(), w.UnavailableAskNext(name))
	case fault.NotAuthorisedForPlan:
		m.Title, m.Text = w.UnavailableCountryTitle(), []string{w.UnavailableCountryText(name, w.Country(country)), w.UnavailableNothingChanged(), w.UnavailableAskNext(name)}
	case fault.NotEnrolled:
		m.Title, m.Text = w.UnavailableEnrolmentTitle(), []string{w.UnavailableEnrolmentText(name), w.UnavailableNothingChanged(), w.UnavailableAskNext(name)}
		if len(f.Fields) > 0 && f.Fields[0].Pointer != "/delegated_administration" {
			m.Text[0] = w.UnavailableEnrolmentReseller(name)
		}
	default:
		return d.Err
	}
	if d.Receipt != "" {
		m.Links = append(m.Links, page.Link{Text: w.UnavailableReceipt(), URL: d.Receipt})
	}
	if d.Newer != "" {
		m.First = &page.Link{Text: w.UnavailableReplacedLink(), URL: d.Newer}
	}
	if contact && d.Facts.Partner.ID != "" && d.Facts.Partner.Working() == nil {
		m.Heading, m.Rows = w.UnavailableContact(), partnername.Card(v.Words, d.Facts.Partner)
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
