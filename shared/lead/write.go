package lead

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Facts are what sending an inquiry rests on.
type Facts struct {
	Partners map[partner.ID]partner.Partner // those of the chosen ones whose listings the public sees
	Privacy  catalog.TermsHead              // of the privacy notice; zero where none was published
	Plan     bool                           // there is such a plan, or none is asked about
}

// InquiryStore is what inquiries need of the table.
type InquiryStore interface {
	// InquiryFacts reads what an inquiry to those partners about that plan (empty for none) rests on, strongly consistent.
	InquiryFacts(ctx context.Context, partners []partner.ID, plan catalog.PlanID) (Facts, error)
	// Inquiry reads one inquiry, strongly consistent; NotFound where there is none.
	Inquiry(ctx context.Context, id InquiryID) (Inquiry, error)
	// CreateInquiry writes a visitor's new inquiry. It fails with op.Replay where this very request was done before.
	CreateInquiry(ctx context.Context, i Inquiry, happened event.Event, o op.Op) error
	// SendInquiry writes an inquiry over the version that it has (0: it is new) with its leads. It fails with Throttled rate_limited where its address sent
	// PerDay today, with Conflict too_many_leads, naming the partner, where one has MaxOpen of that address, with Stale where somebody was faster, and with op.Replay
	// where this very request was done before.
	SendInquiry(ctx context.Context, i Inquiry, leads []Lead, happened []event.Event, o op.Op) error
}

// checked returns the draft as a new inquiry that its sender agreed to send. It fails with Invalid naming every wrong field, unknown_partner_id for a
// partner whose listing nobody sees, and with Conflict terms_outdated.
func checked(ctx context.Context, store InquiryStore, draft Draft, o op.Op) (Inquiry, Facts, error) {
	var wrong fault.Check
	made := draft.clean(&wrong)
	if err := wrong.Err(); err != nil {
		return made, Facts{}, err
	}
	facts, err := store.InquiryFacts(ctx, made.Partners, made.Plan)
	if err != nil {
		return made, facts, err
	}
	for n, p := range made.Partners {
		if facts.Partners[p].ID == "" {
			wrong.Add("/partner_ids/"+strconv.Itoa(n), fault.UnknownPartnerID)
		}
	}
	if !facts.Plan {
		wrong.Add("/plan_id", fault.UnknownPlan, string(made.Plan))
	}
	if err := wrong.Err(); err != nil {
		return made, facts, err
	}
	made.ID, made.CreatedAt = InquiryID("inq_"+o.NewID()), o.At
	made.Terms, err = agreed(draft.Privacy, made.From.Language, facts.Privacy)
	return made, facts, err
}

// Ask keeps a visitor's inquiry, whose address is mailed a link; nothing is sent before somebody presses there. It fails as checked does, and with op.Replay.
// What it does is the same for every address.
func Ask(ctx context.Context, store InquiryStore, draft Draft, o op.Op) (Inquiry, error) {
	made, _, err := checked(ctx, store, draft, o)
	if err != nil {
		return made, err
	}
	made.Status, made.EndsAt, made.Version = Unconfirmed, o.At.AddDate(0, 0, ConfirmDays), 1
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(made.ID)}
	happened := event.New(o, event.Vendor(), event.Of(made.ID, InquiryCreatedEvent{}))
	return made, store.CreateInquiry(ctx, made, happened, o.Giving(string(made.ID)))
}

// Contact sends the inquiry of who is signed in, as whom it is known, to all of its partners or to none: who learns that one is full may leave it out. It
// fails as checked and SendInquiry do, with Invalid own_partner where a partner writes to itself, and with Conflict profile_unverified where the sender's
// address was not proved: answers are mailed there.
func Contact(ctx context.Context, store InquiryStore, by Sender, draft Draft, o op.Op) (Inquiry, error) {
	if by.From.Mail == "" {
		return Inquiry{}, fault.ProfileUnverified
	}
	phone, size := draft.From.Phone, draft.From.Size
	draft.From = by.From
	draft.From.Phone, draft.From.Size = phone, size
	made, facts, err := checked(ctx, store, draft, o)
	if err != nil {
		return made, err
	}
	for n, p := range made.Partners {
		if p == by.Partner {
			return made, fault.OwnPartner.In("/partner_ids/" + strconv.Itoa(n))
		}
	}
	made.By, made.Customer, made.FromPartner = by.By, by.Customer, by.Partner
	made.Status, made.SentAt = Sent, o.At
	if err := send(ctx, store, made, facts, o.Giving(string(made.ID))); err != nil {
		return made, err
	}
	made.Version++
	return made, nil
}

// Confirm sends the inquiry of a visitor who pressed the mailed link: to those partners whose listings the public sees still and that have not MaxOpen of
// the address, as who pressed can choose no others there. Pressed again nothing is sent. It fails as MayOpen and SendInquiry do, and with Conflict
// no_recipient where none of the partners is left.
func Confirm(ctx context.Context, store InquiryStore, id InquiryID, secret string, o op.Op) (next Inquiry, err error) {
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(id)}
	err = op.RetryStale(func() error {
		stored, err := store.Inquiry(ctx, id)
		if err != nil {
			return err
		}
		if err := stored.MayOpen(secret, o.At); err != nil {
			return err
		}
		if next, err = stored.confirm(o.At); errors.Is(err, op.ErrUnchanged) {
			return nil
		}
		facts, err := store.InquiryFacts(ctx, next.Partners, "")
		if err != nil {
			return err
		}
		if len(facts.Partners) == 0 {
			return fault.NoRecipient
		}
		for {
			err := send(ctx, store, next, facts, o)
			full := next.Full(err)
			if full == "" || len(facts.Partners) == 1 {
				return err
			}
			delete(facts.Partners, full)
		}
	})
	return next, err
}

// Full returns which of the inquiry's partners has too many leads of its sender, where that is why it was not sent; empty where it is not.
func (i Inquiry) Full(err error) partner.ID {
	if fault.Is(err, fault.TooManyLeads) {
		for _, field := range fault.As(err).Fields {
			for n, p := range i.Partners {
				if field.Pointer == "/partner_ids/"+strconv.Itoa(n) {
					return p
				}
			}
		}
	}
	return ""
}

// send writes a sent inquiry with a lead for each of its partners that can be reached, and the events that tell of it: the sender's side of it, and each
// partner of its lead.
func send(ctx context.Context, store InquiryStore, i Inquiry, facts Facts, o op.Op) error {
	var leads []Lead
	said := InquirySentEvent{}
	for _, id := range i.Partners {
		if p := facts.Partners[id]; p.ID != "" {
			leads = append(leads, i.lead(p, o.At))
			said.PartnerIDs = append(said.PartnerIDs, id)
		}
	}
	of := event.Vendor()
	switch {
	case i.Customer != "":
		of = event.Customer(string(i.Customer))
	case i.FromPartner != "":
		of = event.Partner(string(i.FromPartner))
	}
	happened := []event.Event{event.New(o, of, event.Of(i.ID, said))}
	for _, l := range leads {
		happened = append(happened, event.New(o, event.Partner(string(l.Partner)),
			event.Of(l.ID, CreatedEvent{InquiryID: i.ID, PlanID: i.Plan, AnswerBy: l.AnswerBy})))
	}
	return store.SendInquiry(ctx, i, leads, happened, o)
}

// Store is what leads need of the table.
type Store interface {
	// LeadFacts reads a lead and how its partner answers so far, strongly consistent; NotFound where there is none.
	LeadFacts(ctx context.Context, id ID) (Lead, Tally, error)
	// SaveLead writes a changed lead over the version that it has, with its partner's tally over the version that that has where it counts (nil: it does
	// not). It fails with Stale where somebody changed either.
	SaveLead(ctx context.Context, l Lead, counted *Tally, happened event.Event, o op.Op) error
}

// change writes what decide makes of a lead, with how that counts; it decides again where somebody was faster. Where decide returns op.ErrUnchanged nothing
// is written.
func change(ctx context.Context, store Store, id ID, o op.Op, decide func(Lead) (Lead, Counts, []event.Typed, error)) (next Lead, err error) {
	err = op.RetryStale(func() error {
		stored, tally, err := store.LeadFacts(ctx, id)
		if err != nil {
			return err
		}
		var counts Counts
		var said []event.Typed
		if next, counts, said, err = decide(stored); err != nil {
			return err
		}
		changes := make([]event.Change, len(said))
		for n, what := range said {
			changes[n] = event.Of(id, what)
		}
		happened := event.New(o, event.Partner(string(stored.Partner)), changes...)
		if err := store.SaveLead(ctx, next, counts.in(tally, stored.Partner, o.At), happened, o); err != nil {
			return err
		}
		next.Version++
		return nil
	})
	return next, err
}

// in returns the tally with what counts; nil where nothing does.
func (c Counts) in(t Tally, of partner.ID, at time.Time) *Tally {
	if c == Nothing {
		return nil
	}
	next := t.Count(of, c, at)
	return &next
}

// Decide writes what a partner makes of one of its leads. It fails as Moved does, with Stale where the lead is of another version than the request was
// decided on, and with Conflict partner_not_active where a partner that does not work in the program would answer.
func Decide(ctx context.Context, store Store, by partner.Partner, id ID, m Move, o op.Op) (Lead, error) {
	return change(ctx, store, id, o, func(l Lead) (Lead, Counts, []event.Typed, error) {
		if err := o.On(l.Version); err != nil {
			return l, Nothing, nil, err
		}
		if m.Status == Active {
			if err := by.Working(); err != nil {
				return l, Nothing, nil, err
			}
		}
		next, counts, err := l.Moved(m, o.At)
		if err != nil {
			return l, Nothing, nil, err
		}
		return next, counts, []event.Typed{next.said()}, nil
	})
}

// said is the event of a partner's own move.
func (l Lead) said() event.Typed {
	switch l.Status {
	case Declined:
		return DeclinedEvent{Reason: l.Reason, Late: l.Late}
	case Won:
		return WonEvent{}
	case Lost:
		return LostEvent{Reason: l.Reason}
	default:
		return AnsweredEvent{Late: l.Late}
	}
}

// Tick does all to a lead that the clock says is due. It returns op.ErrUnchanged where nothing is.
func Tick(ctx context.Context, store Store, id ID, o op.Op) error {
	_, err := change(ctx, store, id, o, func(l Lead) (Lead, Counts, []event.Typed, error) {
		next, did, err := l.Due(o.At)
		if err != nil {
			return l, Nothing, nil, err
		}
		counts := Nothing
		var said []event.Typed
		if did.Late {
			counts, said = TooLate, append(said, LateEvent{})
		}
		if did.Remind > 0 {
			said = append(said, RemindedEvent{Number: did.Remind})
		}
		switch did.Ended {
		case Expired:
			said = append(said, ExpiredEvent{})
		case Lost:
			said = append(said, LostEvent{})
		}
		return next, counts, said, nil
	})
	return err
}

// Win notes that an offer that was made of a lead was accepted. Nothing happens where the lead has ended, or is gone.
func Win(ctx context.Context, store Store, id ID, by offer.ID, o op.Op) error {
	_, err := change(ctx, store, id, o, func(l Lead) (Lead, Counts, []event.Typed, error) {
		next, err := l.Accepted(o.At)
		return next, Nothing, []event.Typed{WonEvent{OfferID: by}}, err
	})
	if errors.Is(err, op.ErrUnchanged) || fault.Is(err, fault.Absent) {
		return nil
	}
	return err
}

// Linking is what an offer that answers a lead needs of the table.
type Linking interface {
	// LeadFacts is as in Store.
	LeadFacts(ctx context.Context, id ID) (Lead, Tally, error)
}

// Link is what an offer makes of the lead that it answers: the lead as it is then, and its partner's tally where that counts. It is written in the offer's
// own transaction.
type Link struct {
	Lead    Lead
	Counted *Tally
}

// LinkTo returns what an offer that may be made does to the lead that it names, nil where it names none, and adds to its event what tells of that. It fails
// with Invalid unknown_lead where its partner has no such lead, with Conflict lead_closed where that has ended.
func LinkTo(ctx context.Context, store Linking, p *offer.Proposal, o op.Op) (*Link, error) {
	if p.Offer.Lead == "" {
		return nil, nil
	}
	of := ID(p.Offer.Lead)
	if err := of.of(p.Offer.Partner); err != nil {
		return nil, err
	}
	stored, tally, err := store.LeadFacts(ctx, of)
	if fault.Is(err, fault.Absent) {
		return nil, fault.UnknownLead.In("/lead_id")
	}
	if err != nil {
		return nil, err
	}
	next, counts, err := stored.Offered(p.Offer.ID, o.At)
	if err != nil {
		return nil, err
	}
	p.Happened.Changes = append(p.Happened.Changes, event.Of(of, OfferedEvent{OfferID: p.Offer.ID, Late: next.Late}))
	return &Link{next, counts.in(tally, next.Partner, o.At)}, nil
}

// of fails with Invalid unknown_lead where the id is no lead's of the partner.
func (l ID) of(p partner.ID) error {
	if owner, _, ok := l.Partner(); !ok || owner != p {
		return fault.UnknownLead.In("/lead_id")
	}
	return nil
}

// OfferStore is what making an offer of a lead needs of the table.
type OfferStore interface {
	offer.Store
	Linking
	// MakeOfferOf writes an offer as offer.Store's MakeOffer does, with the lead that it answers.
	MakeOfferOf(ctx context.Context, answers Link, made offer.Offer, replaced *offer.Offer, happened event.Event, o op.Op) error
}

// Offer makes an offer of one of the partner's leads, which answers it. It fails as offer.Make and LinkTo do.
func Offer(ctx context.Context, store OfferStore, of ID, draft offer.Draft, o op.Op) (made offer.Offer, err error) {
	if err := of.of(draft.Partner); err != nil {
		return made, err
	}
	if draft.ID == "" {
		draft.ID = offer.NewID(draft.Partner, o)
	}
	draft.Lead = string(of)
	err = op.RetryStale(func() error {
		p, err := offer.Propose(ctx, store, draft, o)
		if err != nil {
			return err
		}
		answers, err := LinkTo(ctx, store, &p, o)
		if err != nil {
			return err
		}
		made = p.Offer
		return store.MakeOfferOf(ctx, *answers, p.Offer, p.Replaced, p.Happened, o.Giving(string(made.ID)))
	})
	if err != nil {
		return offer.Offer{}, err
	}
	return made, nil
}

// TallyStore is what the ageing of tallies needs of the table.
type TallyStore interface {
	// SaveTally writes a partner's tally over the version that it has; it fails with Stale where somebody changed it.
	SaveTally(ctx context.Context, t Tally, happened event.Event, o op.Op) error
}

// Age takes off a tally what stopped counting. It returns op.ErrUnchanged where all of it counts.
func Age(ctx context.Context, store TallyStore, t Tally, o op.Op) error {
	next, err := t.Aged(o.At)
	if err != nil {
		return err
	}
	return store.SaveTally(ctx, next, event.New(o, event.Partner(string(t.Partner)), event.Of(t.Partner, ShareChangedEvent{})), o)
}
