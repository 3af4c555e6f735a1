// Package outbox makes what an event asks for: mails, follow-ups and the offer's counts. The job dispatch does it for each new event;
// what could not be done stays due on the event, where the job retry does the same once more.
//
// Everything may run twice: each mail is claimed by its own row, each follow-up has a deterministic id, and the event is taken off
// what is due together with its counts in one transaction. One window stays open, which SES leaves (it takes no idempotency key): where
// SES accepted a mail and neither its answer nor a delivery report reached us, the mail is sent again once its claim is 5 minutes old.
package outbox

import (
	"context"
	"errors"
	"sync/atomic"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/ses"
)

// Accounts makes the accounts that people sign in with.
type Accounts interface {
	// CreatePerson makes the account of a person whose address is proved; one that is there stays.
	CreatePerson(ctx context.Context, mail, name string) error
}

// Outbox does what events ask for.
type Outbox struct {
	env      boot.Env
	table    dynamo.Mailings
	sender   ses.Sender
	accounts Accounts
	filled   atomic.Int64 // milliseconds: the end of the last second in which no more mails may leave
}

// New returns an outbox that sends by the sender and makes sign-in accounts in accounts. It makes no call.
func New(env boot.Env, table *dynamo.Table, sender ses.Sender, accounts Accounts) *Outbox {
	return &Outbox{env: env, table: dynamo.Mailings{Table: table}, sender: sender, accounts: accounts}
}

// ErrHeld says that the vendor's switch is off: nothing is sent, the event stays due and no attempt counts.
var ErrHeld = errors.New("outbox: the vendor has stopped all sending")

// errBusy says that somebody else is at one of the event's mails right now.
var errBusy = errors.New("outbox: a mail of the event is being sent by somebody else")

// Do makes everything that an event asks for, and takes it off what is due once all of it is done. It fails with ErrHeld where the
// vendor has stopped all sending; otherwise the event stays due and can be done again.
func (d *Outbox) Do(ctx context.Context, e event.Event) error {
	var errs []error
	for _, change := range e.Changes {
		asked, ok := asks[change.Type]
		if !ok {
			continue
		}
		if asked.first != nil {
			if err := asked.first(d, ctx, e, change); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		if asked.mails != nil && !change.Silent() {
			if err := d.deliver(ctx, e, change, asked); err != nil {
				errs = append(errs, err)
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	counts, err := d.counted(ctx, e)
	if err != nil {
		return err
	}
	return d.table.EventDone(ctx, e, d.env.Now(), counts)
}

// deliver sends the mails that one change asks for. One that fails keeps none of the others back.
func (d *Outbox) deliver(ctx context.Context, e event.Event, change event.Change, asked ask) error {
	letters, err := asked.mails(d, ctx, e, change)
	if err != nil {
		return err
	}
	if len(letters) > 0 && !letters[0].about.Vendor.Sending {
		return ErrHeld
	}
	var errs []error
	states := make([]mailing.State, len(letters))
	turns := &turns{mails: len(letters)}
	for i, l := range letters {
		if states[i], err = d.send(ctx, e, l, turns); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if asked.then != nil {
		return asked.then(d, ctx, e, change, states)
	}
	return nil
}

// op returns an operation of this job; the words make it the same one on every run, without words it is of this one run.
func (d *Outbox) op(e event.Event, words ...string) op.Op {
	o := op.Op{RequestID: e.RequestID, Actor: op.Actor{Kind: op.Job, ID: "dispatch"}, At: d.env.Now(), IDs: d.env.IDs()}
	if len(words) > 0 {
		o.ID = op.Name(words...)
	} else {
		o.ID = o.NewID()
	}
	return o
}
