package lead

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/listing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// When a lead that nobody answers is called to mind, and when it ends: full days after it came. IdleDays is after how many one ends that was
// answered and then forgotten, from its answer or its last offer: none stays open, with what it says of a person, for ever.
const (
	FirstReminderDays = 3
	LastReminderDays  = 10
	ExpiryDays        = 14
	IdleDays          = 180
)

// MaxAnswer is the most characters of an answer, MaxReason those of a reason.
const (
	MaxAnswer = 2000
	MaxReason = 500
)

// ID is led_<partner ID>_<ulid>, with the ULID of its inquiry.
type ID string

// Partner returns whose lead it is and the ULID; false where the id has another shape.
func (l ID) Partner() (partner.ID, string, bool) {
	rest, found := strings.CutPrefix(string(l), "led_")
	owner, ulid, cut := strings.Cut(rest, "_")
	p := partner.ID(owner)
	return p, ulid, found && cut && p.Valid() && id.Made(ulid, 26)
}

// Status of a lead:
//
//	new -> active (answered, or an offer was made of it) -> won | lost
//	new, active -> declined
//	new -> expired (nobody answered)
//	active -> lost (180 days after its answer or last offer)
type Status string

// The states.
const (
	New      Status = "new"
	Active   Status = "active"
	Won      Status = "won"
	Lost     Status = "lost"
	Declined Status = "declined"
	Expired  Status = "expired"
)

// Statuses lists every state.
var Statuses = []Status{New, Active, Won, Lost, Declined, Expired}

// Open says whether the partner still has to do with it.
func (s Status) Open() bool { return s == New || s == Active }

// Lead is what one partner has of an inquiry, with all that it needs to answer.
type Lead struct {
	ID         ID
	Partner    partner.ID
	Inquiry    InquiryID
	From       From
	Services   []listing.Service
	Plan       catalog.PlanID
	Text       string
	MayCall    bool
	Status     Status   // as stored; StatusAt says how it stands
	Reason     string   // why it was declined, which the sender reads, or lost
	Answer     string   // to the sender; empty where an offer was the answer
	Offer      offer.ID // that was made of it last; empty for none
	AnswerBy   time.Time
	AnsweredAt time.Time // also when it was declined, or an offer was made of it; zero until then
	Late       bool      // AnswerBy passed without an answer
	Reminded   int       // how many reminders its partner was sent
	ExpiresAt  time.Time // when it ends by itself: as Expired where it is New, as Lost where it is Active
	EndedAt    time.Time
	CreatedAt  time.Time
	Version    int
}

// Lead returns the inquiry as the lead of one of its partners, whose country says which days are working days.
func (i Inquiry) lead(of partner.Partner, at time.Time) Lead {
	return Lead{
		ID: i.Lead(of.ID), Partner: of.ID, Inquiry: i.ID, From: i.From, Services: i.Services, Plan: i.Plan, Text: i.Text, MayCall: i.MayCall,
		Status: New, AnswerBy: calendar.WorkingDays(at, of.Country, listing.AnswerDays), ExpiresAt: at.AddDate(0, 0, ExpiryDays), CreatedAt: at, Version: 1,
	}
}

// StatusAt returns how the lead stands at a time: it ends by itself whether or not a job ran.
func (l Lead) StatusAt(at time.Time) Status {
	switch {
	case at.Before(l.ExpiresAt):
		return l.Status
	case l.Status == New:
		return Expired
	case l.Status == Active:
		return Lost
	}
	return l.Status
}

// At returns the lead as it stands at a time: late and expired count from the clock, whether or not a job ran.
func (l Lead) At(at time.Time) Lead {
	if l.Status == New && !at.Before(l.AnswerBy) {
		l.Late = true
	}
	if now := l.StatusAt(at); now != l.Status {
		l.Status, l.EndedAt = now, l.ExpiresAt
	}
	return l
}

// Having returns what a list keeps: the leads that have a status at a time; nil for all where none is named.
func Having(status Status, at time.Time) func([]Lead) ([]bool, error) {
	if status == "" {
		return nil
	}
	return func(found []Lead) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, l := range found {
			kept[i] = l.StatusAt(at) == status
		}
		return kept, nil
	}
}

// reminders are the times of a lead's reminders.
func (l Lead) reminders() []time.Time {
	return []time.Time{l.CreatedAt.AddDate(0, 0, FirstReminderDays), l.CreatedAt.AddDate(0, 0, LastReminderDays)}
}

// NextAt is when the clock does something to the lead next; zero where nothing is left to it.
func (l Lead) NextAt() time.Time {
	switch l.Status {
	case New:
	case Active:
		return l.ExpiresAt
	default:
		return time.Time{}
	}
	next := l.ExpiresAt
	if times := l.reminders(); l.Reminded < len(times) && times[l.Reminded].Before(next) {
		next = times[l.Reminded]
	}
	if !l.Late && l.AnswerBy.Before(next) {
		next = l.AnswerBy
	}
	return next
}

// GoesAt is when the lead is deleted with all that it says of a person; zero until it has ended.
func (l Lead) GoesAt() time.Time {
	if l.EndedAt.IsZero() {
		return time.Time{}
	}
	return l.EndedAt.AddDate(0, 0, KeptDays)
}

// Counts says how a change of a lead counts for its partner's share of answers.
type Counts int

// The ways: each lead counts once, when it is answered in time or when its time has passed.
const (
	Nothing Counts = iota
	InTime
	TooLate
)

// Move is what a partner makes of a lead.
type Move struct {
	Status Status // Active, Won, Lost or Declined
	Answer string // to the sender, where it becomes Active
	Reason string // which the sender reads, where it is Declined; the partner's own note where it is Lost
}

// clean returns the move cleaned, or every field that is wrong.
func (m Move) clean() (Move, error) {
	var wrong fault.Check
	if to := []Status{Active, Won, Lost, Declined}; !slices.Contains(to, m.Status) {
		wrong.Add("/status", fault.InvalidValue, fault.OneOf(to...))
		return m, wrong.Err()
	}
	var code *fault.Code
	switch {
	case m.Status == Active:
		if m.Answer, code = textinput.Block(m.Answer, MaxAnswer); code != nil {
			wrong.Add("/answer", code, MaxAnswer)
		}
	case m.Answer != "":
		wrong.Add("/answer", fault.NotForStatus, string(Active))
	}
	switch {
	case m.Status == Declined || m.Status == Lost && m.Reason != "":
		if m.Reason, code = textinput.Block(m.Reason, MaxReason); code != nil {
			wrong.Add("/reason", code, MaxReason)
		}
	case m.Reason != "":
		wrong.Add("/reason", fault.NotForStatus, fault.OneOf(Declined, Lost))
	}
	return m, wrong.Err()
}

// Moved returns the lead as its partner makes it, and how that counts. It fails with Invalid naming every wrong field, with Conflict already_answered where an
// answer was given before, lead_not_active where it is to be won or lost and was not answered, lead_closed where it has ended.
func (l Lead) Moved(m Move, at time.Time) (Lead, Counts, error) {
	m, err := m.clean()
	if err != nil {
		return l, Nothing, err
	}
	status := l.StatusAt(at)
	switch {
	case !status.Open():
		return l, Nothing, fault.LeadClosed.With(string(status))
	case m.Status == Active && status == Active:
		return l, Nothing, fault.AlreadyAnswered.With(l.AnsweredAt)
	case (m.Status == Won || m.Status == Lost) && status == New:
		return l, Nothing, fault.LeadNotActive
	}
	next, counts := l.answered(at)
	next.Status, next.Reason = m.Status, m.Reason
	if m.Status == Active {
		next.Answer, next.ExpiresAt = m.Answer, at.AddDate(0, 0, IdleDays)
	} else {
		next.EndedAt = at
	}
	return next, counts, nil
}

// answered returns the lead with the time of its first answer, and how that counts.
func (l Lead) answered(at time.Time) (Lead, Counts) {
	if !l.AnsweredAt.IsZero() {
		return l, Nothing
	}
	l.AnsweredAt = at
	switch {
	case l.Late:
		return l, Nothing
	case !at.Before(l.AnswerBy):
		l.Late = true
		return l, TooLate
	}
	return l, InTime
}

// Offered returns the lead with an offer that was made of it, which answers it. It fails with Conflict lead_closed where it has ended.
func (l Lead) Offered(o offer.ID, at time.Time) (Lead, Counts, error) {
	if status := l.StatusAt(at); !status.Open() {
		return l, Nothing, fault.LeadClosed.With(string(status))
	}
	next, counts := l.answered(at)
	next.Status, next.Offer, next.ExpiresAt = Active, o, at.AddDate(0, 0, IdleDays)
	return next, counts, nil
}

// Accepted returns the lead as won by the offer's yes; op.ErrUnchanged where it has ended otherwise.
func (l Lead) Accepted(at time.Time) (Lead, error) {
	if l.StatusAt(at) != Active {
		return l, op.ErrUnchanged
	}
	l.Status, l.EndedAt = Won, at
	return l, nil
}

// Step is what the clock does to a lead.
type Step struct {
	Late   bool   // its time for an answer has passed
	Remind int    // which reminder its partner is sent, from 1; 0 for none: of several that are overdue only the last
	Ended  Status // Expired or Lost, by itself; empty where it goes on
}

// Due returns the lead as the clock makes it, all that is due at once. It returns op.ErrUnchanged where nothing is.
func (l Lead) Due(at time.Time) (Lead, Step, error) {
	next := l.NextAt()
	if next.IsZero() || at.Before(next) {
		return l, Step{}, op.ErrUnchanged
	}
	var did Step
	if l.Status == New && !l.Late && !at.Before(l.AnswerBy) {
		l.Late, did.Late = true, true
	}
	if now := l.StatusAt(at); now != l.Status {
		l.Status, l.EndedAt, did.Ended = now, l.ExpiresAt, now
		return l, did, nil
	}
	for n, when := range l.reminders() {
		if n >= l.Reminded && !at.Before(when) {
			l.Reminded, did.Remind = n+1, n+1
		}
	}
	return l, did, nil
}
