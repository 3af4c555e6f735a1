// Package invitation is one mailing of an offer to one recipient, with a personal link that is used once.
package invitation

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// ID is inv_<ulid>.
type ID string

// Parse returns the id behind a text of an invitation's shape, else NotFound.
func Parse(text string) (ID, error) {
	bare, ok := strings.CutPrefix(text, "inv_")
	if !ok || !id.Made(bare, 26) {
		return "", fault.NotFound
	}
	return ID(text), nil
}

// Bare returns the ULID.
func (i ID) Bare() string { return strings.TrimPrefix(string(i), "inv_") }

// ulidTime is how many characters of a ULID are its time.
const ulidTime = 10

// Together names the invitations of one mailing in one short text: their common time, then what tells each from the others. 40 of them
// leave room in an idempotency row of 1 kB.
func Together(made []Invitation) string {
	text := made[0].ID.Bare()[:ulidTime]
	for _, inv := range made {
		text += " " + inv.ID.Bare()[ulidTime:]
	}
	return text
}

// Apart returns the ids that Together named.
func Apart(text string) []ID {
	parts := strings.Fields(text)
	ids := make([]ID, 0, len(parts))
	for _, rest := range parts[1:] {
		ids = append(ids, ID("inv_"+parts[0]+rest))
	}
	return ids
}

// Delivery of the invitation's newest mail:
//
//	queued -> sent -> delivered | bounced | complained
//	queued -> suppressed
type Delivery string

// The deliveries.
const (
	Queued     Delivery = "queued"
	Sent       Delivery = "sent"
	Delivered  Delivery = "delivered"
	Bounced    Delivery = "bounced"
	Complained Delivery = "complained"
	Suppressed Delivery = "suppressed"
)

// Before returns the deliveries that this one is later than; every other stays as it is.
func (d Delivery) Before() []Delivery {
	switch d {
	case Sent:
		return []Delivery{Queued}
	case Suppressed, Delivered:
		return []Delivery{Queued, Sent}
	case Bounced, Complained:
		return []Delivery{Queued, Sent, Delivered}
	}
	return nil
}

// Answer of the recipient:
//
//	pending -> accepted | declined | expired | revoked
type Answer string

// The answers. All but pending are final, but that an expired invitation can be mailed once more.
const (
	Pending  Answer = "pending"
	Accepted Answer = "accepted"
	Declined Answer = "declined"
	Expired  Answer = "expired"
	Revoked  Answer = "revoked"
)

// Origin says who asked for the mail.
type Origin string

// The origins.
const (
	FromPartner Origin = "partner" // the partner wrote to the recipient
	FromVisitor Origin = "visitor" // a visitor of the public link left the address
)

// Step is the next thing the clock does to an open invitation.
type Step string

// The steps.
const (
	Remind Step = "remind"
	End    Step = "end"
)

// Draft is what the visitor has typed and chosen so far; it is kept overnight and across tabs.
type Draft struct {
	PartnerOfRecord         string // "" the offering partner, "none", or the partner ID typed instead
	DelegatedAdministration string // "" unanswered, "yes", "no"
	Company                 string
	Name                    string
	Language                string
	Terms                   string   // version of the customer terms that was shown
	Items                   []Choice // of a purchase, in the offer's order
	Picked                  []string // subscriptions that get the offering partner as partner of record
	Rev                     int      // raised by each save, so that a stale tab is noticed
}

// Choice is what the customer makes of one item of a purchase.
type Choice struct {
	Licenses int    // 0: as offered
	Into     string // where the plan is owned: a subscription's id to add to it, subscription.Separate for another one; empty: not asked yet
}

// Same says whether two drafts say the same, whichever revision they are.
func (d Draft) Same(as Draft) bool {
	as.Rev = d.Rev
	return reflect.DeepEqual(d, as)
}

// Choice returns what was chosen for the i-th item.
func (d Draft) Choice(i int) Choice {
	if i < len(d.Items) {
		return d.Items[i]
	}
	return Choice{}
}

// Invitation is one mailing of an offer to one recipient.
type Invitation struct {
	ID             ID
	Offer          offer.ID
	Plans          []catalog.PlanID // of the offer, whose content never changes: so that one read is enough to accept it
	Origin         Origin
	Mail           string
	Language       string
	Name           string // as the partner calls the recipient: shown to the partner alone
	Delivery       Delivery
	DeliveryReason string
	MessageID      string // of the newest mail, as the mail service names it
	Answer         Answer
	AnsweredAt     time.Time
	Redemption     string // id of the answer
	Paused         bool   // reported: "I do not know this partner"
	Generation     int
	Links          []token.Kept // hashes of the secrets mailed
	Stops          []token.Kept // hashes of the unsubscribe secrets mailed
	Entrances      []token.Kept // hashes of the secrets given to people who were signed in (see Enter)
	ExpiresAt      time.Time
	Draft          Draft
	Step           Step
	StepAt         time.Time
	Reminded       []int
	CreatedAt      time.Time
	CreatedBy      string
	Version        int
}

// Limits of a mailing (infra/design/product.md, "Figures").
const (
	MaxRecipients = 40
	DefaultDays   = 30
	MaxDays       = 90
)

// Reminders are the days before a link's end on which its recipient is reminded.
var Reminders = []int{7, 1}

// Recipient of one mailing.
type Recipient struct {
	Mail     string
	Language string // empty: the offer's
	Name     string // as the partner calls them; empty where it was not said
}

// Facts are what inviting rests on.
type Facts struct {
	Offer   offer.Offer
	Used    int
	Partner partner.Partner
}

// Store is what invitations need of the table.
type Store interface {
	// InvitationFacts reads the offer, how often it was accepted, and its partner; strongly consistent where fresh. NotFound where there is no
	// such offer.
	InvitationFacts(ctx context.Context, o offer.ID, fresh bool) (Facts, error)
	// SendInvitations writes new invitations, each with its own event.
	SendInvitations(ctx context.Context, made []Invitation, happened []event.Event, o op.Op) error
	// Invitation reads one invitation; strongly consistent where fresh. NotFound where there is none.
	Invitation(ctx context.Context, invitation ID, fresh bool) (Invitation, error)
	// SaveInvitation writes a changed invitation that was pending, guarded by the version it was decided on.
	SaveInvitation(ctx context.Context, changed Invitation, happened event.Event, o op.Op) error
	// Invite writes new invitations as SendInvitations does and counts them, all in one transaction: TooMany daily_invitation_limit
	// where the partner would pass daily (0: no limit).
	Invite(ctx context.Context, made []Invitation, happened []event.Event, daily int, o op.Op) error
	// Reinvite writes an invitation that is mailed once more, guarded by the version it was decided on, and counts it as Invite does.
	Reinvite(ctx context.Context, changed Invitation, happened event.Event, daily int, o op.Op) error
	// SaveDraft keeps what was typed, guarded by the answer still pending.
	SaveDraft(ctx context.Context, invitation ID, draft Draft, o op.Op) (Draft, error)
}

// New returns a pending invitation to the offer. It counts for the given days, but never longer than the offer.
func New(of offer.Offer, to Recipient, origin Origin, days int, o op.Op) Invitation {
	ends := o.At.AddDate(0, 0, days)
	if of.ExpiresAt.Before(ends) {
		ends = of.ExpiresAt
	}
	if to.Language == "" {
		to.Language = of.Language
	}
	made := Invitation{
		ID: ID("inv_" + o.NewID()), Offer: of.ID, Plans: of.Plans(), Origin: origin, Mail: to.Mail, Language: to.Language,
		Name: to.Name, Delivery: Queued, Answer: Pending, Generation: 1, ExpiresAt: ends,
		CreatedAt: o.At, CreatedBy: o.Actor.ID, Version: 1,
	}
	return made.plan(o.At)
}

// plan sets the next step as seen from a time. A visitor's own mail is never followed by reminders.
func (inv Invitation) plan(at time.Time) Invitation {
	if inv.Origin == FromPartner {
		for _, days := range Reminders {
			if due := inv.ExpiresAt.AddDate(0, 0, -days); due.After(at) {
				inv.Step, inv.StepAt = Remind, due
				return inv
			}
		}
	}
	inv.Step, inv.StepAt = End, inv.ExpiresAt
	return inv
}

// Send invites up to 40 recipients to an offer. daily is how many mailings a partner has a day until the vendor trusts it. It fails
// with Invalid naming every wrong recipient, Conflict where the offer has ended or is paused or its partner may not,
// Invalid more_recipients_than_redemptions, TooMany daily_invitation_limit.
func Send(ctx context.Context, store Store, of offer.ID, to []Recipient, days, daily int, o op.Op) ([]Invitation, error) {
	to, days, err := check(to, days)
	if err != nil {
		return nil, err
	}
	facts, err := store.InvitationFacts(ctx, of, true)
	if err != nil {
		return nil, err
	}
	if err := facts.open(o.At); err != nil {
		return nil, err
	}
	made, events, err := facts.invite(to, days, o)
	if err != nil {
		return nil, err
	}
	return made, store.Invite(ctx, made, events, facts.cap(daily), o.Giving(Together(made)))
}

// invite returns the invitations of clean recipients, each with its event; Invalid more_recipients_than_redemptions.
func (f Facts) invite(to []Recipient, days int, o op.Op) ([]Invitation, []event.Event, error) {
	if err := f.room(len(to)); err != nil {
		return nil, nil, err
	}
	made := make([]Invitation, len(to))
	events := make([]event.Event, len(to))
	for i, recipient := range to {
		made[i] = New(f.Offer, recipient, FromPartner, days, o)
		events[i] = event.New(o, made[i].Tenant(), event.Of(made[i].ID, CreatedEvent{OfferID: f.Offer.ID}))
	}
	return made, events, nil
}

// Sendable fails where so many more recipients may not be invited now: as Send does, but for the daily cap.
func (f Facts) Sendable(recipients int, at time.Time) error {
	if err := f.open(at); err != nil {
		return err
	}
	return f.room(recipients)
}

// room fails with Invalid more_recipients_than_redemptions where not so many can accept any more.
func (f Facts) room(recipients int) error {
	if most := f.Offer.MaxRedemptions; most > 0 && recipients > most-f.Used {
		return fault.MoreRecipientsThanRedemptions.With(most - f.Used).In("/recipients")
	}
	return nil
}

// Resend returns the invitation with a new life of the given days for one more mail. It fails as its own Resend does, and as Send does where the offer or
// its partner may not.
func (f Facts) Resend(inv Invitation, days int, at time.Time) (Invitation, error) {
	again, err := inv.Resend(f.Offer, days, at)
	if err != nil {
		return inv, err
	}
	return again, f.open(at)
}

// open fails where no mail of the offer may go out at the time.
func (f Facts) open(at time.Time) error {
	if err := f.Partner.Working(); err != nil {
		return err
	}
	if !f.Partner.Verified() {
		return fault.ProfileUnverified
	}
	if ended := fault.As(f.Offer.Usable(at, f.Used)); ended != nil {
		return ended.Of(fault.Conflict)
	}
	return nil
}

func (f Facts) cap(daily int) int {
	if f.Partner.Trusted {
		return 0
	}
	return daily
}

// SendAgain mails a partner's invitation once more, in a language if one is given (empty: as before), for the days (0: the default);
// the old link ends once the mail has its own. An expired one counts again. Another partner's is NotFound; it fails as Resend does, and as
// Send does where the offer or its partner may not.
func SendAgain(ctx context.Context, store Store, owner partner.ID, of ID, language string, days, daily int, o op.Op) (changed Invitation, err error) {
	var wrong fault.Check
	if language != "" && !slices.Contains(catalog.Languages, language) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	if days == 0 {
		days = DefaultDays
	} else if days < 1 || days > MaxDays {
		wrong.Add("/expires_in_days", fault.OutOfRange, fault.Between(1, MaxDays))
	}
	if err := wrong.Err(); err != nil {
		return Invitation{}, err
	}
	err = op.RetryStale(func() error {
		inv, err := own(ctx, store, owner, of)
		if err != nil {
			return err
		}
		facts, err := store.InvitationFacts(ctx, inv.Offer, true)
		if err != nil {
			return err
		}
		if changed, err = facts.Resend(inv, days, o.At); err != nil {
			return err
		}
		if language != "" {
			changed.Language = language
		}
		happened := event.New(o, inv.Tenant(), event.Of(of, CreatedEvent{OfferID: inv.Offer, Generation: &changed.Generation}))
		return store.Reinvite(ctx, changed, happened, facts.cap(daily), o.Giving(string(of)))
	})
	changed.Version++
	return changed, err
}

// Recall revokes a partner's invitation. Another partner's is NotFound; it fails as Revoke does.
func Recall(ctx context.Context, store Store, owner partner.ID, of ID, o op.Op) (changed Invitation, err error) {
	err = op.RetryStale(func() error {
		inv, err := own(ctx, store, owner, of)
		if err != nil {
			return err
		}
		if changed, err = inv.Revoke(o.At); err != nil {
			return err
		}
		happened := event.New(o, inv.Tenant(), event.Of(of, RevokedEvent{OfferID: inv.Offer}))
		return store.SaveInvitation(ctx, changed, happened, o.Giving(string(of)))
	})
	changed.Version++
	return changed, err
}

func own(ctx context.Context, store Store, owner partner.ID, of ID) (Invitation, error) {
	inv, err := store.Invitation(ctx, of, true)
	if err == nil && inv.Offer.Partner() != owner {
		return Invitation{}, fault.NotFound
	}
	return inv, err
}

func check(to []Recipient, days int) ([]Recipient, int, error) {
	var wrong fault.Check
	switch {
	case len(to) == 0:
		wrong.Add("/recipients", fault.Required)
	case len(to) > MaxRecipients:
		wrong.Add("/recipients", fault.TooMany, MaxRecipients)
	}
	if days == 0 {
		days = DefaultDays
	} else if days < 1 || days > MaxDays {
		wrong.Add("/expires_in_days", fault.OutOfRange, fault.Between(1, MaxDays))
	}
	seen := map[string]bool{}
	clean := make([]Recipient, 0, len(to))
	for i, recipient := range to {
		if i == MaxRecipients {
			break
		}
		where := "/recipients/" + strconv.Itoa(i)
		to, bad := recipient.clean()
		if bad.mail != nil {
			wrong.Add(where+"/email", bad.mail)
		}
		if bad.language != nil {
			wrong.Add(where+"/language", bad.language, fault.OneOf(catalog.Languages...))
		}
		if bad.name != nil {
			wrong.Add(where+"/name", bad.name, customer.MaxName)
		}
		if key := textinput.FoldMail(to.Mail); key != "" && seen[key] {
			wrong.Add(where+"/email", fault.DuplicateRecipient)
		} else {
			seen[key] = true
		}
		clean = append(clean, to)
	}
	return clean, days, wrong.Err()
}

// AnswerAt returns the answer as it stands at the time: a link ends on time whether or not a job ran.
func (inv Invitation) AnswerAt(at time.Time) Answer {
	if inv.Answer == Pending && !at.Before(inv.ExpiresAt) {
		return Expired
	}
	return inv.Answer
}

// AnswerUnder returns the answer as it stands at the time under the invitation's offer, and since when (zero while pending):
// an offer that was ended for all ends its open invitations with it. A link that had expired before stays expired.
func (inv Invitation) AnswerUnder(of offer.Offer, used int, at time.Time) (Answer, time.Time) {
	if inv.Answer != Pending {
		return inv.Answer, inv.AnsweredAt
	}
	switch of.StatusAt(at, used) {
	case offer.Withdrawn, offer.Replaced, offer.UsedUp:
		if of.EndedAt.Before(inv.ExpiresAt) {
			return Revoked, of.EndedAt
		}
	}
	if inv.AnswerAt(at) == Expired {
		return Expired, inv.ExpiresAt
	}
	return Pending, time.Time{}
}

// Open fails where the invitation can no longer be answered at the time: Conflict invitation_answered (about: the redemption's id),
// Gone invitation_declined, invitation_expired, invitation_revoked, or invitation_paused after a report.
func (inv Invitation) Open(at time.Time) error {
	switch inv.AnswerAt(at) {
	case Accepted:
		return fault.InvitationAnswered.With(inv.Redemption)
	case Declined:
		return fault.InvitationDeclined.With(inv.AnsweredAt)
	case Expired:
		return fault.InvitationExpired.With(inv.ExpiresAt)
	case Revoked:
		return fault.InvitationRevoked.With(inv.AnsweredAt)
	}
	if inv.Paused {
		return fault.InvitationPaused
	}
	return nil
}

// Link says how a presented secret stands: it counts, or no longer because a newer mail was sent or the link was revoked, or was never ours.
func (inv Invitation) Link(secret string) token.State {
	return token.Look(append(slices.Clone(inv.Links), inv.Entrances...), token.Answer, secret, inv.linked())
}

// linked is the generation whose links count: that of the newest mail that was given one. A mail that is on its way, or was held back, ends no older link:
// its recipient would have none that works. A revoked invitation's links are all of before.
func (inv Invitation) linked() int {
	if inv.Answer == Revoked {
		return inv.Generation
	}
	newest := 0
	for _, links := range [][]token.Kept{inv.Links, inv.Entrances} {
		for _, k := range links {
			newest = max(newest, k.Generation)
		}
	}
	return newest
}

// Entered says whether the secret is one that somebody signed in was given, and no mail's.
func (inv Invitation) Entered(secret string) bool {
	return token.Look(inv.Entrances, token.Answer, secret, inv.linked()) == token.Live
}

// Resend returns the invitation with a new life of the given days for one more mail; the old link dies once that mail has its own.
// It fails as Open does; an expired link may be sent again, but nothing goes to who reported it.
func (inv Invitation) Resend(of offer.Offer, days int, at time.Time) (Invitation, error) {
	if inv.Paused && inv.Answer == Pending {
		return inv, fault.InvitationPaused
	}
	if err := inv.Open(at); err != nil && !fault.Is(err, fault.InvitationExpired) {
		return inv, err
	}
	inv.Generation++
	inv.Answer, inv.AnsweredAt = Pending, time.Time{}
	inv.Delivery, inv.DeliveryReason, inv.MessageID = Queued, "", ""
	inv.ExpiresAt = at.AddDate(0, 0, days)
	if of.ExpiresAt.Before(inv.ExpiresAt) {
		inv.ExpiresAt = of.ExpiresAt
	}
	inv.Reminded = nil
	return inv.plan(at), nil
}

// Revoke ends the invitation by the partner's will; it fails as Open does.
func (inv Invitation) Revoke(at time.Time) (Invitation, error) {
	if err := inv.Open(at); err != nil && !fault.Is(err, fault.InvitationPaused) {
		return inv, err
	}
	inv.Answer, inv.AnsweredAt = Revoked, at
	inv.Generation++
	return inv.withoutStep(), nil
}

// Expire ends the invitation, counted from its stored end. Conflict not_due where its time has not come or it was answered.
func (inv Invitation) Expire(at time.Time) (Invitation, error) {
	if inv.Answer != Pending || at.Before(inv.ExpiresAt) {
		return inv, fault.NotDue
	}
	inv.Answer, inv.AnsweredAt = Expired, inv.ExpiresAt
	return inv.withoutStep(), nil
}

// Accept returns the invitation as accepted by the redemption at the time; it fails as Open does.
// An expired invitation cannot be accepted, however it is stored.
func (inv Invitation) Accept(redemption string, at time.Time) (Invitation, error) {
	if err := inv.Open(at); err != nil {
		return inv, err
	}
	inv.Answer, inv.AnsweredAt, inv.Redemption = Accepted, at, redemption
	return inv.withoutStep(), nil
}

// Decline returns the invitation as declined, which is final. It fails as Open does.
func (inv Invitation) Decline(redemption string, at time.Time) (Invitation, error) {
	if err := inv.Open(at); err != nil {
		return inv, err
	}
	inv.Answer, inv.AnsweredAt, inv.Redemption = Declined, at, redemption
	return inv.withoutStep(), nil
}

// Report pauses the invitation: its recipient does not know the partner. It fails as Open does.
func (inv Invitation) Report(at time.Time) (Invitation, error) {
	if err := inv.Open(at); err != nil {
		return inv, err
	}
	inv.Paused = true
	return inv, nil
}

func (inv Invitation) withoutStep() Invitation {
	inv.Step, inv.StepAt = "", time.Time{}
	return inv
}

// Remind returns the invitation with its reminders up to the time done: days is the latest one still true (0 where none is),
// skipped are those overtaken by a later one.
func (inv Invitation) Remind(at time.Time) (next Invitation, days int, skipped []int) {
	for _, d := range Reminders {
		due := inv.ExpiresAt.AddDate(0, 0, -d)
		if due.After(at) || due.Before(inv.CreatedAt) || slices.Contains(inv.Reminded, d) {
			continue
		}
		if days != 0 {
			skipped = append(skipped, days)
		}
		days = d
		inv.Reminded = append(slices.Clone(inv.Reminded), d)
	}
	if !at.Before(inv.ExpiresAt) && days != 0 {
		skipped, days = append(skipped, days), 0
	}
	return inv.plan(at), days, skipped
}
