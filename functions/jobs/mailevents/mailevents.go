// Package mailevents takes what SES tells of mails that it accepted: delivered, bounced, complained about, withheld. Everything may
// come twice, late and out of order: each state is only ever left for a later one, and each thing has one event. Only a permanent bounce
// is a failed delivery, and only it and a person's complaint count against the sender.
package mailevents

import (
	"context"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/invitation"
	"liaison/shared/mailing"
	"liaison/shared/op"
	"liaison/shared/subscription"
	"liaison/shared/suppression"
)

// Event is one event of SES as EventBridge delivers it; only what is used here, so that nothing else of it can be misread.
type Event struct {
	Detail struct {
		EventType string `json:"eventType"`
		Mail      struct {
			MessageID   string              `json:"messageId"`
			Destination []string            `json:"destination"`
			Tags        map[string][]string `json:"tags"`
		} `json:"mail"`
		Bounce struct {
			Type    string `json:"bounceType"`
			SubType string `json:"bounceSubType"`
		} `json:"bounce"`
		Complaint struct {
			SubType  string `json:"complaintSubType"`
			Feedback string `json:"complaintFeedbackType"`
		} `json:"complaint"`
	} `json:"detail"`
}

// The rates at which all sending stops by itself (infra/design/trust.md, rule 9), in the last seven days, and the fewest cases that make a rate.
const (
	bounceRate, fewestBounces       = 0.04, 10
	complaintRate, fewestComplaints = 0.0008, 3
)

// word is what one event means.
type word struct {
	state    mailing.State
	delivery invitation.Delivery
	reason   string
	stop     string // why the address takes no more offer mail, empty where it does
}

// withheld are the kinds of a bounce or complaint that say that SES itself kept the mail back: the address is on its own list, on the
// account's, or unsubscribed there. Nothing bounced, and nobody complained.
var withheld = map[string]bool{"Suppressed": true, "OnAccountSuppressionList": true, "UnsubscribedRecipient": true}

// Reasons why the mail service did not send a mail that it had accepted.
const (
	reasonWithheld = "mail_service"
	reasonRejected = "rejected"
)

func suppressed(reason string) (word, bool) {
	return word{state: mailing.Suppressed, delivery: invitation.Suppressed, reason: reason}, true
}

// word returns what the event means; false where it means nothing for us.
func (e Event) word() (word, bool) {
	switch d := e.Detail; d.EventType {
	case "Delivery":
		return word{state: mailing.Delivered, delivery: invitation.Delivered}, true
	case "Bounce":
		switch {
		case withheld[d.Bounce.SubType]:
			return suppressed(reasonWithheld)
		case d.Bounce.Type == "Permanent":
			return word{mailing.Bounced, invitation.Bounced, "permanent", suppression.Bounced}, true
		case d.Bounce.Type == "Undetermined":
			return word{state: mailing.Sent, delivery: invitation.Sent, reason: "undetermined"}, true
		}
		// An automatic reply to a mail that was delivered, or the end of SES's own tries. Only what was not delivered yet keeps the reason.
		return word{state: mailing.Sent, delivery: invitation.Sent, reason: "transient"}, true
	case "Complaint":
		switch {
		case withheld[d.Complaint.SubType]:
			return suppressed(reasonWithheld)
		case d.Complaint.Feedback == "not-spam", d.Complaint.Feedback == "auth-failure":
			return word{}, false // a mail that was taken for spam is none; a signature failed that no person looked at
		}
		return word{mailing.Complained, invitation.Complained, "complaint", suppression.Complaint}, true
	case "Reject", "Rendering Failure":
		return suppressed(reasonRejected)
	}
	return word{}, false // Send, Open, Click, Subscription say nothing of a delivery; a DeliveryDelay is no end: SES goes on trying, and tells
}

func tag(tags map[string][]string, name string) string {
	if values := tags[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}

// Handler returns what takes SES's events. It fails, and the event comes again, where the table does not answer.
func Handler(env boot.Env, of *dynamo.Table) func(context.Context, Event) error {
	table := dynamo.Mailings{Table: of}
	return func(ctx context.Context, e Event) error {
		mail := e.Detail.Mail
		means, ok := e.word()
		asked := mailing.Mail{Event: tag(mail.Tags, "event"), Template: tag(mail.Tags, "template"), Address: tag(mail.Tags, "address")}
		if !ok || asked.Event == "" || asked.Template == "" || asked.Address == "" || len(mail.Destination) != 1 {
			env.Log.Info("mail event passed over", "kind", e.Detail.EventType, "message_id", mail.MessageID)
			return nil
		}
		row, known, err := table.MailRow(ctx, asked)
		if err != nil {
			return err
		}
		if !known {
			env.Log.Info("mail event of an unknown mail", "kind", e.Detail.EventType, "message_id", mail.MessageID)
			return nil
		}
		h := heard{env: env, table: table, row: row, word: means, to: mail.Destination[0], message: mail.MessageID}
		return h.note(ctx)
	}
}

type heard struct {
	env   boot.Env
	table dynamo.Mailings
	row   mailing.Mail
	word
	to, message string
}

// op returns the operation of one part of what follows; the same mail and word are the same one.
func (h heard) op(part string) op.Op {
	return op.Op{
		ID:        op.Name("mailevents", part, h.row.Event, h.row.Template, h.row.Address, string(h.state)),
		RequestID: h.message, Actor: op.Actor{Kind: op.Job, ID: "mailevents"}, At: h.env.Now(), IDs: h.env.IDs(),
	}
}

// note does all that follows from a word. Where it fails, everything is done again, and each part is guarded so that it is done once.
func (h heard) note(ctx context.Context) error {
	counts := h.state == mailing.Delivered
	if h.stop != "" {
		o := h.op("suppress")
		happened := event.New(o, event.Vendor(), event.Of(h.row.Address, event.AddressSuppressedEvent{Reason: h.stop}))
		var err error
		// The next account mail to the same mailbox bounces too, which says nothing new: an address counts once.
		if counts, err = suppression.Stop(ctx, h.table, dynamo.AddressHash(h.to), h.stop, happened, o); err != nil {
			return err
		}
	}
	if h.row.Invitation != "" {
		if err := h.invitation(ctx); err != nil {
			return err
		}
	}
	first, err := h.table.HeardOfMail(ctx, h.row, h.state, h.reason, h.message, counts, h.op("row"))
	if err != nil {
		return err
	}
	if h.row.Subscription != "" && h.state != mailing.Delivered && h.state != mailing.Complained {
		// After the row, and each time: of two administrators' bounces at once, the later sees both.
		if err := h.announcement(ctx); err != nil {
			return err
		}
	}
	if !first || h.stop == "" {
		return nil
	}
	return h.watch(ctx)
}

// invitation notes the delivery on the invitation whose mail it was, with its event: from it follows the inviter's mail. A report may be faster than
// the sender, who then finds the invitation further along: so the event says, too, that the mail was sent.
func (h heard) invitation(ctx context.Context) error {
	for {
		inv, err := h.table.Invitation(ctx, h.row.Invitation, true)
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		if inv.Generation != h.row.Generation { // a newer mail keeps its own state
			return nil
		}
		o := h.op("delivery")
		var changes []event.Change
		if inv.Delivery == invitation.Queued {
			changes = append(changes, inv.DeliveryEvent(invitation.Sent, ""))
		}
		if h.delivery != invitation.Sent {
			changes = append(changes, inv.DeliveryEvent(h.delivery, h.reason))
		}
		var happened *event.Event
		if changes != nil {
			made := event.New(o, inv.Tenant(), changes...)
			happened = &made
		}
		// Where the sender was faster after all it is read once more: a delivery only goes on, so that ends.
		if noted, err := h.table.SetDelivery(ctx, inv, h.delivery, h.reason, h.message, happened, o); noted || err != nil {
			return err
		}
	}
}

// announcement leaves a deletion to the vendor where the mail that announced it reached none of the administrators.
func (h heard) announcement(ctx context.Context) error {
	of, ulid, _, ok := event.ParseID(h.row.Event)
	owner, _, under := h.row.Subscription.Customer()
	if !ok || !under || of.Kind != 'c' || ulid == "" {
		return nil
	}
	administrators, err := h.table.AdministratorsOf(ctx, owner)
	if err != nil {
		return err
	}
	open := false // another administrator's mail is still on its way
	for _, u := range administrators {
		row, known, err := h.table.MailRow(ctx, mailing.Mail{Event: h.row.Event, Template: h.row.Template, Address: dynamo.AddressHash(u.Mail)})
		if err != nil {
			return err
		}
		switch {
		case !known, row.State == mailing.Claimed, row.State == mailing.Released:
			open = true
		case row.Taken():
			return nil
		}
	}
	notice, _ := id.Time(ulid)
	o := h.op("announcement")
	return subscription.Update(ctx, h.table, h.row.Subscription, o, func(s subscription.Subscription) (subscription.Subscription, []event.Event) {
		if open && s.Step != subscription.Delete { // dispatch decides once every mail was tried
			return s, nil
		}
		return s.Unannounced(notice, o)
	})
}

// watch stops all sending, by the vendor's own switch, where too many mails bounced or were complained about.
func (h heard) watch(ctx context.Context) error {
	figures, err := h.table.MailFigures(ctx, h.env.Now())
	if err != nil {
		return err
	}
	reason := tooMany(figures)
	if reason == "" {
		return nil
	}
	o := h.op("stop")
	happened := event.New(o, event.Vendor(), event.Of("vendor", event.SendingStoppedEvent{Reason: reason}))
	stopped, err := h.table.StopSending(ctx, happened, o)
	if stopped {
		h.env.Count("all sending is stopped", "SendingStopped", 1, "reason", reason,
			"delivered", figures.Delivered, "bounced", figures.Bounced, "complained", figures.Complained)
	}
	return err
}

// tooMany returns bounces or complaints where their rate is over the line, else nothing.
func tooMany(f mailing.Figures) string {
	sent := float64(f.Delivered + f.Bounced)
	switch {
	case f.Bounced >= fewestBounces && float64(f.Bounced) >= bounceRate*sent:
		return "bounces"
	case f.Complained >= fewestComplaints && float64(f.Complained) >= complaintRate*sent:
		return "complaints"
	}
	return ""
}
