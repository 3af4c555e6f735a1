package invitation

import (
	"bytes"
	"context"
	"crypto/sha256"
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
)

// Bulk is a list of recipients that was read at once, from a paste or a file, and is shown before anything is sent:
//
//	read -> sending -> sent | stopped
//
// One of so few recipients that they are invited at once is sent without being on its way. Its rows stand in an item of their own, as they never change and this one is written with each step.
type Bulk struct {
	ID        string // ULID
	Offer     offer.ID
	By        partner.UserID // who read it, and alone may have it sent
	Rows      int
	Good      int       // rows that can be invited
	First     Recipient // the first of them
	Status    BulkStatus
	Reason    string // why it was stopped: a fault's code
	Invited   int    // how many of the good rows are invited, in their order
	Counted   bool   // all of them took their place in the partner's day when it was started
	StartedAt time.Time
	EndedAt   time.Time
	CreatedAt time.Time
	Version   int
}

// BulkStatus is how a list stands.
type BulkStatus string

// The states of a list.
const (
	BulkRead    BulkStatus = "read"
	BulkSending BulkStatus = "sending"
	BulkSent    BulkStatus = "sent"
	BulkStopped BulkStatus = "stopped"
)

// MaxBulk is the most rows of a list (infra/design/product.md, "Figures").
const MaxBulk = 1000

// For how many days a list is kept: one that was only read as long as the offer that names it, one that was sent until nobody asks any more.
const (
	BulkReadDays = 7
	BulkDays     = 30
)

// BulkRows are the rows of a list, in the order in which they were read.
type BulkRows struct {
	ID        string
	Offer     offer.ID
	Rows      []Row
	CreatedAt time.Time
	Version   int
}

// Row is one row of a list: as it was read where it has a flaw, else as it is written to.
type Row struct {
	Line     int // where it stood in what was read, from 1
	Mail     string
	Language string
	Name     string
	Flaw     Flaw // empty where it can be invited
}

// Recipient returns whom a row names.
func (r Row) Recipient() Recipient {
	return Recipient{Mail: r.Mail, Language: r.Language, Name: r.Name}
}

// Flaw is why a row cannot be invited.
type Flaw string

// The flaws.
const (
	NotAnAddress    Flaw = "address"
	UnknownLanguage Flaw = "language"
	BadName         Flaw = "name"
	Formula         Flaw = "formula" // a spreadsheet would compute it
	Twice           Flaw = "twice"   // an earlier row has the address
	AlreadyInvited  Flaw = "invited" // to this offer
)

// Review says of each row whether it can be invited. invited says of an address whether the offer was mailed to it; nil where nobody was.
func Review(read []Row, invited func(mail string) bool) []Row {
	rows := make([]Row, len(read))
	seen := map[string]bool{}
	for i, row := range read {
		clean, wrong := row.Recipient().clean()
		mail := textinput.FoldMail(clean.Mail)
		row.Flaw = ""
		switch {
		case formula(row.Mail, "=") || formula(row.Language, "=") || formula(row.Name, "=+-@"):
			row.Flaw = Formula
		case wrong.mail != nil:
			row.Flaw = NotAnAddress
		case wrong.language != nil:
			row.Flaw = UnknownLanguage
		case wrong.name != nil:
			row.Flaw = BadName
		case seen[mail]:
			row.Flaw = Twice
		case invited != nil && invited(clean.Mail):
			row.Flaw = AlreadyInvited
		default:
			seen[mail] = true
			row.Mail, row.Language, row.Name = clean.Mail, clean.Language, clean.Name
		}
		rows[i] = row
	}
	return rows
}

func formula(text, begins string) bool {
	return text != "" && strings.ContainsRune(begins, rune(text[0]))
}

// unclean is what is wrong with the fields of a recipient; nil where nothing is.
type unclean struct{ mail, language, name *fault.Code }

// clean returns a recipient as it is written to.
func (r Recipient) clean() (clean Recipient, wrong unclean) {
	clean = r
	clean.Mail, wrong.mail = textinput.Mail(r.Mail)
	if r.Language != "" && !slices.Contains(catalog.Languages, r.Language) {
		wrong.language = fault.InvalidValue
	}
	if r.Name != "" {
		clean.Name, wrong.name = textinput.Name(r.Name, customer.MaxName)
	}
	return clean, wrong
}

// NewBulk returns a list of reviewed rows that was just read for an offer.
func NewBulk(of offer.ID, reviewed []Row, by partner.UserID, o op.Op) (Bulk, BulkRows) {
	b := Bulk{ID: o.NewID(), Offer: of, By: by, Rows: len(reviewed), Status: BulkRead, CreatedAt: o.At, Version: 1}
	if good := Good(reviewed); len(good) > 0 {
		b.Good, b.First = len(good), good[0]
	}
	return b, BulkRows{ID: b.ID, Offer: of, Rows: reviewed, CreatedAt: o.At, Version: 1}
}

// Good are the recipients of the rows without a flaw, in their order.
func Good(rows []Row) []Recipient {
	var good []Recipient
	for _, row := range rows {
		if row.Flaw == "" {
			good = append(good, row.Recipient())
		}
	}
	return good
}

// KeptUntil is when the list goes.
func (b Bulk) KeptUntil() time.Time {
	if b.Status == BulkRead {
		return b.CreatedAt.AddDate(0, 0, BulkReadDays)
	}
	return b.StartedAt.AddDate(0, 0, BulkDays)
}

// BulkStore is what lists of recipients need of the table.
type BulkStore interface {
	InvitationFacts(ctx context.Context, o offer.ID, fresh bool) (Facts, error)
	// SaveBulk writes a new list with its rows.
	SaveBulk(ctx context.Context, b Bulk, rows BulkRows, o op.Op) error
	// Bulk reads a list, strongly consistent; NotFound where there is none, or it is kept no longer.
	Bulk(ctx context.Context, of offer.ID, id string, at time.Time) (Bulk, error)
	// BulkRows reads a list's rows; NotFound as Bulk does.
	BulkRows(ctx context.Context, of offer.ID, id string, at time.Time) ([]Row, error)
	// MoveBulk writes a list one step on, guarded by the version it was decided on, with the invitations of that step and what happened, and counts
	// count mailings as Invite does; below zero they are given back to the day it was started on. All in one transaction.
	MoveBulk(ctx context.Context, moved Bulk, invited []Invitation, happened []event.Event, count, daily int, o op.Op) error
}

// mine fails with NotFound where somebody else read the list, and with Stale where it was sent before.
func (b Bulk) mine(o op.Op) error {
	switch {
	case string(b.By) != o.Actor.ID:
		return fault.NotFound
	case b.Status != BulkRead:
		return fault.PreconditionFailed
	}
	return nil
}

// start returns the list as one that is being sent, with the event from which its invitations follow; as its offer says.
func (f Facts) start(b Bulk, o op.Op) (Bulk, event.Event, error) {
	if err := f.room(b.Good); err != nil {
		return b, event.Event{}, err
	}
	b.Status, b.StartedAt = BulkSending, o.At
	return b, event.New(o, event.Partner(string(b.Offer.Partner())), event.Of(b.Offer, BulkStartedEvent{Bulk: b.ID, Recipients: b.Good})), nil
}

// SendBulk has a list sent that was read for an offer which stands: up to 40 are invited at once, more by SendOn. daily counts all of them. It fails
// as Send does, with NotFound for another's list, and with Stale where it was sent before.
func SendBulk(ctx context.Context, store BulkStore, of offer.ID, list string, daily int, o op.Op) error {
	b, err := store.Bulk(ctx, of, list, o.At)
	if err != nil {
		return err
	}
	if err := b.mine(o); err != nil {
		return err
	}
	if b.Good == 0 {
		return fault.Required.In("/recipients")
	}
	facts, err := store.InvitationFacts(ctx, of, true)
	if err == nil {
		err = facts.open(o.At)
	}
	if err != nil {
		return err
	}
	if b.Good > MaxRecipients {
		started, happened, err := facts.start(b, o)
		if err != nil {
			return err
		}
		started.Counted = facts.cap(daily) > 0
		return store.MoveBulk(ctx, started, nil, []event.Event{happened}, b.Good, facts.cap(daily), o.Giving(b.ID))
	}
	rows, err := store.BulkRows(ctx, of, list, o.At)
	if err != nil {
		return err
	}
	made, events, err := facts.invite(Good(rows), DefaultDays, o)
	if err != nil {
		return err
	}
	b.Status, b.StartedAt, b.EndedAt, b.Invited = BulkSent, o.At, o.At, b.Good
	return store.MoveBulk(ctx, b, made, events, b.Good, facts.cap(daily), o.Giving(b.ID))
}

// SendOn invites the next 40 of a list that is being sent, as by who had it sent, and returns the list as it then stands. Where the offer or its
// partner may send no more, the list is stopped, says why, and gives back the places in the partner's day that it did not use. Its operation is the same for the same step, and so are the ids of what it makes: a
// second run does nothing more. It fails with Stale where another run was faster.
func SendOn(ctx context.Context, store BulkStore, b Bulk, rows []Row, by op.Actor, o op.Op) (Bulk, error) {
	facts, err := store.InvitationFacts(ctx, b.Offer, true)
	if err != nil {
		return b, err
	}
	moved, made, events, err := facts.step(b, Good(rows), by, o)
	if err != nil {
		return b, err
	}
	if err := store.MoveBulk(ctx, moved, made, events, -moved.unused(o.At), 0, o); err != nil {
		return b, err
	}
	moved.Version++
	return moved, nil
}

// unused is how many places in the partner's day a list gives back that is stopped at a time: those of rows that were not sent, as long as the day
// is not over. Where it was started with no limit it took none.
func (b Bulk) unused(at time.Time) int {
	const day = 24 * time.Hour
	if b.Status != BulkStopped || !b.Counted || !b.StartedAt.Truncate(day).Equal(at.Truncate(day)) {
		return 0
	}
	return b.Good - b.Invited
}

// step decides the next step of a list that is being sent.
func (f Facts) step(b Bulk, good []Recipient, by op.Actor, o op.Op) (moved Bulk, made []Invitation, events []event.Event, err error) {
	next := good[min(b.Invited, len(good)):min(b.Invited+MaxRecipients, len(good))]
	if err = f.open(o.At); err == nil {
		o.Actor = by
		made, events, err = f.invite(next, DefaultDays, o)
	}
	if f := fault.As(err); f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		b.Status, b.Reason, b.EndedAt = BulkStopped, f.Code.String(), o.At
		return b, nil, nil, nil
	}
	if err != nil {
		return b, nil, nil, err
	}
	for i := range made {
		made[i].ID = b.invitation(b.Invited + i)
		events[i].Changes[0].Subject = string(made[i].ID)
	}
	if b.Invited += len(made); b.Invited >= len(good) {
		b.Status, b.EndedAt = BulkSent, o.At
	}
	return b, made, events, nil
}

// invitation is the id of the n-th invitation of a list: the same on every run.
func (b Bulk) invitation(n int) ID {
	sum := sha256.Sum256([]byte(b.ID + "\x00" + strconv.Itoa(n)))
	return ID("inv_" + id.From(bytes.NewReader(sum[:])).ULID(b.StartedAt))
}
