package vendorinbox

import (
	"context"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/matter"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/granted"
	"liaison/shared/site/offered"
	"liaison/shared/subscription"
	"liaison/shared/suppression"
	"liaison/shared/textinput"
)

// both names the customer and the partner of a tie, whose page is titled so.
func both(v *site.Visit, t Table, c customer.ID, p partner.ID) (company, seller string, err error) {
	customers, err := t.CustomerNames(v.R.Context(), []customer.ID{c})
	if err != nil {
		return "", "", err
	}
	partners, err := t.PartnerNames(v.R.Context(), []partner.ID{p})
	return customers[c], partners[p], err
}

var dispute = affair{
	name: "dispute", of: matter.Dispute, icon: "scales", right: access.DecideDispute, plural: locale.Words.VendorDisputes, title: between(locale.Words.VendorDispute),
	badge:   always(disputed),
	read:    readDispute,
	settled: []fault.Mark{fault.NoDispute},
	decide: func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
		of, _, err := consent.Parse(subject)
		if err != nil {
			return err
		}
		_, err = consent.DecideDispute(ctx, t, of, consent.ID(subject), consent.DisputeStatus(choice), reason, o)
		return err
	},
}

func disputed(w locale.Words) page.Badge { return page.Badge{Kind: "bad", Text: w.VendorDisputed()} }

func readDispute(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	of, _, err := consent.Parse(subject)
	if err != nil || of == "" {
		return facts{}, fault.NotFound
	}
	s, err := t.Redemption(v.R.Context(), consent.ID(subject))
	if err != nil {
		return facts{}, err
	}
	if s.Dispute == nil {
		return facts{}, fault.NotFound
	}
	seller := s.Receipt.Sharer()
	company, name, err := both(v, t, of, seller)
	if err != nil {
		return facts{}, err
	}
	f := facts{title: w.VendorDispute(company, name), whose: event.Customer(string(of)), badge: disputed(w)}
	if s.Dispute.Reason != "" {
		f.quote = &page.Quote{Text: s.Dispute.Reason, By: company}
	}
	rows := []page.Row{
		{Key: w.VendorCustomer(), Values: []string{company}},
		{Key: w.VendorPartner(), Values: []string{name, seller.Spoken()}},
		{Key: w.VendorConsent(), Values: []string{s.ID.Reference(), w.Date(s.CreatedAt)}},
		{Key: w.VendorDisputedOn(), Values: []string{w.Date(s.Dispute.At)}},
	}
	if given := s.Receipt.DelegatedAdministration; given != nil {
		rows = append(rows, page.Row{Key: w.DelegatedAdministrationLabel(), Values: []string{granted.Rights(w, given.Role)}})
	}
	f.sections = []page.Section{{Heading: w.VendorFacts(), Rows: rows}}
	day := w.Date(s.Dispute.DecidedAt)
	switch s.Dispute.Status {
	case consent.DisputeUpheld:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorUpheld()}, &page.Note{Kind: "calm", Title: w.VendorUpheldOn(day), Text: s.Dispute.Answer}
	case consent.DisputeRejected:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorDisputeRejected()}, &page.Note{Kind: "calm", Title: w.VendorDisputeRejectedOn(day), Text: s.Dispute.Answer}
	default:
		f.choices = []choice{
			{value: string(consent.DisputeUpheld), label: w.VendorUphold(company), hint: w.VendorUpholdHint(name)},
			{value: string(consent.DisputeRejected), label: w.VendorRejectDispute(), hint: w.VendorRejectDisputeHint(name)},
		}
	}
	return f, nil
}

var removal = affair{
	name: "removal", of: matter.Removal, icon: "hands", right: access.DecideRemoval, plural: locale.Words.VendorRemovals, title: between(locale.Words.VendorRemoval),
	badge: func(w locale.Words, _ matter.Matter) page.Badge {
		return page.Badge{Kind: "warn", Text: w.VendorDay(relationship.DecisionDays)}
	},
	read:    readRemoval,
	settled: []fault.Mark{fault.NoRemovalRequest, fault.AlreadyEnded},
	decide:  decideRemoval,
}

// left is the tie of a reseller that left the program: it is decided as a removal that nobody asked for.
var left = affair{
	name: "reseller", of: matter.ResellerTie, icon: "store", right: access.DecideRemoval, plural: locale.Words.VendorLefts, title: between(locale.Words.VendorLeft),
	badge:   always(gone),
	read:    readRemoval,
	settled: []fault.Mark{fault.NoRemovalRequest, fault.AlreadyEnded},
	decide:  decideRemoval,
}

func gone(w locale.Words) page.Badge { return page.Badge{Kind: "warn", Text: w.VendorGone()} }

func decideRemoval(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
	c, p, err := relationship.Parse(subject)
	if err != nil {
		return err
	}
	_, err = relationship.DecideRemoval(ctx, t, c, p, relationship.RemovalStatus(choice), reason, o)
	return err
}

func readRemoval(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	c, p, err := relationship.Parse(subject)
	if err != nil {
		return facts{}, err
	}
	tie, _, err := t.Relationship(v.R.Context(), c, p)
	if err != nil {
		return facts{}, err
	}
	asked := tie.Removal
	if asked == nil {
		return facts{}, fault.NotFound
	}
	company, name, err := both(v, t, c, p)
	if err != nil {
		return facts{}, err
	}
	billed, err := t.BilledBy(v.R.Context(), c, p)
	if err != nil {
		return facts{}, err
	}
	running := 0
	for _, s := range billed {
		if s.Billed(p, v.Op.At) {
			running++
		}
	}
	f := facts{title: w.VendorRemoval(company, name), whose: event.Customer(string(c)), badge: page.Badge{Kind: "warn", Text: w.VendorDay(asked.Days(v.Op.At))}}
	if asked.Reason != "" {
		f.quote = &page.Quote{Text: asked.Reason, By: company}
	}
	f.sections = []page.Section{{Heading: w.VendorFacts(), Rows: []page.Row{
		{Key: w.VendorCustomer(), Values: []string{company, w.Country(tie.CustomerCountry)}},
		{Key: w.VendorReseller(), Values: []string{name, p.Spoken()}},
		{Key: w.VendorAsked(), Values: []string{w.Date(v.In(asked.AskedAt, tie.CustomerCountry))}},
		{Key: w.VendorBilled(), Values: []string{w.VendorSubscriptions(running)}},
	}}}
	if asked.AskedBy == "" {
		f.title, f.badge = w.VendorLeft(company, name), gone(w)
		f.sections[0].Rows[2].Key = w.VendorLeftOn()
	}
	day := w.Date(v.In(asked.ClosedAt, tie.CustomerCountry))
	switch {
	case asked.Status == relationship.Open && !v.Op.At.Before(asked.Decidable()):
		f.choices = []choice{
			{value: string(relationship.Removed), label: w.VendorRemove(name), hint: w.VendorRemoveHint(company)},
			{value: string(relationship.Kept), label: w.VendorKeep(name), hint: w.VendorKeepHint()},
		}
	case asked.Status == relationship.Open:
		f.decided = &page.Note{Kind: "calm", Text: w.VendorNotYet(v.In(asked.Decidable(), tie.CustomerCountry))}
	case asked.Status == relationship.Removed:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorRemoved()}, &page.Note{Kind: "calm", Title: w.VendorRemovedOn(day), Text: asked.Answer}
	case asked.Status == relationship.Kept:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorKept()}, &page.Note{Kind: "calm", Title: w.VendorKeptOn(day), Text: asked.Answer}
	default:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorClosed()}, &page.Note{Kind: "calm", Text: w.VendorClosedOn(day)}
	}
	return f, nil
}

const (
	keep     = "keep"
	pause    = "pause"
	resume   = "resume"
	withdraw = "withdraw"
)

// report is an offer that somebody reported, from the first report on. A pause by the vendor decides nothing: it waits on until it is kept,
// resumed or ended.
var report = affair{
	name: "report", of: matter.Report, icon: "flag", right: access.DecideReports, plural: locale.Words.VendorReports,
	title: func(w locale.Words, m matter.Matter, _, seller string) string {
		return w.VendorReport(seller, offer.ID(m.Subject).Reference())
	},
	badge:   reported,
	read:    readReport,
	settled: []fault.Mark{fault.OfferNotPaused, fault.OfferNotActive, fault.PauseNotYours},
	done:    locale.Words.VendorReportDone,
	reason:  locale.Words.VendorReasonUnless,
	decide: func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
		what := map[string]event.Typed{
			keep: offer.KeptEvent{Reason: reason}, pause: offer.PausedEvent{Reason: offer.PausedByVendor}, resume: offer.ResumedEvent{}, withdraw: offer.WithdrawnEvent{Reason: reason},
		}[choice]
		_, _, err := offer.Change(ctx, t, offer.ID(subject), what, o, func(of offer.Offer, used int) (offer.Offer, error) {
			switch choice {
			case keep:
				return of.Keep(used, o.At)
			case pause:
				return of.Pause(offer.PausedByVendor, used, o.At)
			case withdraw:
				return of.Withdraw(used, o.At)
			}
			return of.Resume(offer.PausedByVendor, used, o.At)
		})
		return err
	},
}

func reported(w locale.Words, m matter.Matter) page.Badge {
	if m.Halted {
		return paused(w)
	}
	return page.Badge{Kind: "info", Text: w.VendorReportCount(m.Count)}
}

func paused(w locale.Words) page.Badge { return page.Badge{Kind: "warn", Text: w.VendorPaused()} }

func readReport(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	id, err := offer.Parse(subject)
	if err != nil {
		return facts{}, err
	}
	of, used, err := t.Offer(v.R.Context(), id)
	if err != nil {
		return facts{}, err
	}
	m, waits := of.Waits()
	if m.Kind == "" {
		return facts{}, fault.NotFound
	}
	reports, err := t.Reports(v.R.Context(), id)
	if err != nil {
		return facts{}, err
	}
	names, err := t.PartnerNames(v.R.Context(), []partner.ID{of.Partner})
	if err != nil {
		return facts{}, err
	}
	name := names[of.Partner]
	f := facts{title: w.VendorReport(name, of.ID.Reference()), whose: event.Partner(string(of.Partner)), badge: reported(w, m)}
	if of.Message != "" {
		f.quote = &page.Quote{Text: of.Message, By: name}
	}
	by := []string{w.VendorAddresses(reports.Recipients)}
	if reports.Visitors > 0 {
		by = append(by, w.VendorVisitors(reports.Visitors))
	}
	rows := []page.Row{
		{Key: w.VendorPartner(), Values: []string{name, of.Partner.Spoken()}, URL: page.PathURL("/vendor/partners/" + string(of.Partner))},
		{Key: w.VendorOffer(), Values: []string{of.ID.Reference(), offered.Kind(w, of.Kind), w.Date(of.CreatedAt)}},
		{Key: w.VendorReportedBy(), Values: by},
		{Key: w.VendorReportedOn(), Values: []string{w.Time(of.ReportedAt)}},
	}
	if reports.Invitation != "" {
		said := []string{w.Time(reports.At)}
		switch last, err := t.Invitation(v.R.Context(), invitation.ID(reports.Invitation), false); {
		case err == nil:
			said = append(said, textinput.ShownMail(last.Mail))
		case !fault.Is(err, fault.NotFound):
			return facts{}, err
		}
		rows = append(rows, page.Row{Key: w.VendorReportedLast(), Values: said})
	}
	status := of.StatusAt(v.Op.At, used)
	if status == offer.Paused {
		rows = append(rows, page.Row{Key: w.VendorPausedOn(), Values: []string{w.Date(of.EndedAt)}})
	}
	f.sections = []page.Section{{Heading: w.VendorFacts(), Rows: rows}}
	ends := choice{value: withdraw, label: w.VendorWithdraw(), hint: w.VendorWithdrawHint()}
	switch {
	case status != offer.Active && status != offer.Paused:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorEnded()}, &page.Note{Kind: "calm", Text: w.VendorEndedText()}
	case waits && status == offer.Paused && of.PauseReason != offer.PausedByPartner:
		f.choices = []choice{{value: resume, label: w.VendorResume(), hint: w.VendorResumeHint(), reasonless: true}, ends}
	case waits && status == offer.Paused:
		f.choices = []choice{{value: keep, label: w.VendorKeepOffer(), hint: w.VendorKeepOfferPausedHint()}, ends}
	case waits:
		f.choices = []choice{
			{value: keep, label: w.VendorKeepOffer(), hint: w.VendorKeepOfferHint()},
			{value: pause, label: w.VendorPause(), hint: w.VendorPauseHint(), reasonless: true},
			ends,
		}
	case status == offer.Paused:
		f.badge, f.decided = paused(w), &page.Note{Kind: "calm", Text: w.VendorPausedText()}
	default:
		f.badge, f.decided = page.Badge{Kind: "good", Text: w.VendorRuns()}, &page.Note{Kind: "good", Icon: "check", Text: w.VendorRunsText()}
	}
	return f, nil
}

var deletion = affair{
	name: "deletion", of: matter.Deletion, icon: "mail", right: access.ManageSubscriptions, plural: locale.Words.VendorDeletions,
	title:   func(w locale.Words, _ matter.Matter, company, _ string) string { return w.VendorDeletion(company) },
	badge:   always(untold),
	read:    readDeletion,
	settled: []fault.Mark{fault.NoDeletionHeld},
	done:    locale.Words.VendorDeletionDone,
	decide: func(ctx context.Context, t Table, subject, choice, reason string, o op.Op) error {
		_, err := subscription.DecideDeletion(ctx, t, subscription.ID(subject), subscription.HeldDecision(choice), reason, o)
		return err
	},
}

func untold(w locale.Words) page.Badge { return page.Badge{Kind: "warn", Text: w.VendorNobodyTold()} }

// refusals say why an address takes no mail, as far as it is known.
var refusals = map[string]func(locale.Words) string{
	suppression.Bounced: locale.Words.VendorSuppressionsBounced, suppression.Complaint: locale.Words.VendorSuppressionsComplaint,
}

func readDeletion(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	s, c, _, err := t.SubscriptionFor(v.R.Context(), subscription.ID(subject))
	if err != nil {
		return facts{}, err
	}
	if !s.Held && s.HeldAt.IsZero() {
		return facts{}, fault.NotFound
	}
	shown, err := v.Catalogue(s.Plan)
	if err != nil {
		return facts{}, err
	}
	administrators, err := t.AdministratorsOf(v.R.Context(), c.ID)
	if err != nil {
		return facts{}, err
	}
	plan := v.PlanName(shown.Plans, s.Plan)
	f := facts{title: w.VendorDeletion(c.Name), whose: event.Customer(string(c.ID)), badge: untold(w)}
	rows := []page.Row{
		{Key: w.VendorCustomer(), Values: []string{c.Name, w.Country(c.Country)}},
		{Key: w.VendorPlan(), Values: []string{plan}},
	}
	var past []string
	if s.Overheld(v.Op.At) {
		past = []string{w.VendorGracePast()}
	}
	for _, on := range []struct {
		key  string
		at   time.Time
		more []string
	}{{w.VendorEndedOn(), s.EndedAt, nil}, {w.VendorGraceUntil(), s.GraceEndsAt, past}, {w.VendorHeldSince(), s.HeldAt, nil}} {
		if !on.at.IsZero() {
			rows = append(rows, page.Row{Key: on.key, Values: append([]string{w.Date(v.In(on.at, c.Country))}, on.more...)})
		}
	}
	for _, u := range administrators {
		reason, err := t.Suppressed(v.R.Context(), u.Mail)
		if err != nil {
			return facts{}, err
		}
		why := w.VendorRefusalUnknown()
		if say := refusals[reason]; say != nil {
			why = say(w)
		}
		rows = append(rows, page.Row{Key: w.VendorAdministrator(), Values: []string{textinput.ShownMail(u.Mail), why}, URL: page.MailURL(u.Mail)})
	}
	f.sections = []page.Section{{Heading: w.VendorFacts(), Rows: rows}}
	switch {
	case s.Held:
		f.choices = []choice{
			{value: string(subscription.AnnounceAnew), label: w.VendorAnnounce(), hint: w.VendorAnnounceHint(subscription.AnnounceDays)},
			{value: string(subscription.DeleteHeld), label: w.VendorDelete(), hint: w.VendorDeleteHint(plan, v.In(s.DeletionDate(v.Op.At), c.Country))},
		}
	case s.Status == subscription.Deleted:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorDeleted()}, &page.Note{Kind: "calm", Text: w.VendorDeletedText()}
	case s.Status != subscription.Expired && s.Status != subscription.Cancelled:
		f.badge, f.decided = page.Badge{Kind: "good", Text: w.VendorStays()}, &page.Note{Kind: "good", Icon: "check", Text: w.VendorStaysText()}
	case s.DeleteAfter.IsZero():
		f.badge, f.decided = page.Badge{Kind: "info", Text: w.VendorAnnounced()}, &page.Note{Kind: "calm", Text: w.VendorAnnouncedText()}
	default:
		f.badge, f.decided = page.Badge{Kind: "calm", Text: w.VendorGoes()}, &page.Note{Kind: "calm", Text: w.VendorGoesText(v.In(s.DeleteAfter, c.Country))}
	}
	return f, nil
}

var call = affair{
	name: "call", of: matter.PhoneCall, icon: "person", right: access.ManagePartners, plural: locale.Words.VendorCalls,
	title:   func(w locale.Words, _ matter.Matter, _, company string) string { return w.VendorCall(company) },
	badge:   always(waitsForCall),
	read:    readCall,
	settled: []fault.Mark{fault.AlreadyProved},
	make: func(v *site.Visit, t Table, subject string, o op.Op) (page.Section, error) {
		w := v.Words
		called, _, err := t.Codes(v.R.Context(), partner.ID(subject))
		if err != nil {
			return page.Section{}, err
		}
		made, err := partner.MakePhoneCode(v.R.Context(), t, called.ID, o)
		return page.Section{Heading: w.VendorCodeTitle(), Rows: []page.Row{
			{Key: w.VendorCode(), Values: []string{spaced(made.Digits)}},
			{Key: w.VendorCodeUntil(), Values: []string{w.Time(v.In(made.EndsAt, called.Country))}},
		}}, err
	},
}

// spaced is a code in two groups, as it is read out.
func spaced(digits string) string {
	half := len(digits) / 2
	return strings.TrimSpace(digits[:half] + " " + digits[half:])
}

func waitsForCall(w locale.Words) page.Badge {
	return page.Badge{Kind: "info", Text: w.VendorWaitsForCall()}
}

func readCall(v *site.Visit, t Table, subject string) (facts, error) {
	w := v.Words
	p, kept, err := t.Codes(v.R.Context(), partner.ID(subject))
	if err != nil {
		return facts{}, err
	}
	f := facts{title: w.VendorCall(p.LegalName), whose: event.Partner(string(p.ID)), badge: waitsForCall(w)}
	rows := []page.Row{
		{Key: w.VendorPartner(), Values: []string{p.LegalName, p.ID.Spoken()}},
		{Key: w.VendorPhone(), Values: []string{p.Phone}},
	}
	if p.SupportHours != "" {
		rows = append(rows, page.Row{Key: w.VendorHours(), Values: []string{w.Hours(p.SupportHours)}})
	}
	rows = append(rows, page.Row{Key: w.VendorSeat(), Values: []string{p.City + ", " + w.Country(p.Country)}})
	if asked := kept.Phone.Asked; len(asked) > 0 {
		rows = append(rows, page.Row{Key: w.VendorAsked(), Values: []string{w.Time(v.In(asked[len(asked)-1], p.Country))}})
	}
	f.sections = []page.Section{{Heading: w.VendorFacts(), Rows: rows}}
	if !p.Verification.PhoneAt.IsZero() {
		f.badge, f.decided = page.Badge{Kind: "good", Text: w.VendorProved()}, &page.Note{Kind: "good", Icon: "check", Text: w.VendorProvedOn(v.In(p.Verification.PhoneAt, p.Country))}
		return f, nil
	}
	f.button = w.VendorMakeCode()
	return f, nil
}
