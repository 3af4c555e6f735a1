package system

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/pattern"
	"liaison/infra/local/proxy"
	"liaison/infra/local/template"
)

// delay is how long SES takes to tell what became of a mail: short, but longer
// than the function that sent it needs to note so.
const delay = 100 * time.Millisecond

// The kinds of mail events, as EventBridge names them.
const (
	Delivered  = "Email Delivered"
	Bounced    = "Email Bounced"
	Complained = "Email Complaint Received"
)

// MailEvent is one event of SES about one mail.
type MailEvent struct {
	Kind      string
	MessageID string
	Recipient string
	From      string
	// Tags are the tags the mail was sent with.
	Tags map[string]string
	// Set is the configuration set that the mail was sent with.
	Set string
	// Type of a bounce, empty for Permanent.
	Type string
	// SubType of a bounce: General, Suppressed or OnAccountSuppressionList; of a complaint: OnAccountSuppressionList or empty.
	SubType string
	// Feedback is a complaint's type, empty for abuse.
	Feedback string
	At       time.Time
}

// Payload returns the event as EventBridge delivers it.
func (e MailEvent) Payload() []byte {
	at := e.At.UTC().Format("2006-01-02T15:04:05.000Z")
	tags := map[string][]string{"ses:configuration-set": {e.Set}, "ses:from-domain": {e.From[strings.LastIndexByte(e.From, '@')+1:]}}
	for name, value := range e.Tags {
		tags[name] = []string{value}
	}
	detail := map[string]any{"mail": map[string]any{
		"timestamp": at, "source": e.From, "sendingAccountId": template.Account, "messageId": e.MessageID,
		"destination": []string{e.Recipient}, "headersTruncated": false, "headers": []any{}, "commonHeaders": map[string]any{}, "tags": tags,
	}}
	switch e.Kind {
	case Delivered:
		detail["eventType"] = "Delivery"
		detail["delivery"] = map[string]any{
			"timestamp": at, "processingTimeMillis": 500, "recipients": []string{e.Recipient},
			"smtpResponse": "250 2.6.0 Message received", "reportingMTA": "local",
		}
	case Bounced:
		detail["eventType"] = "Bounce"
		detail["bounce"] = map[string]any{
			"feedbackId": e.MessageID + "-feedback", "bounceType": cmp.Or(e.Type, "Permanent"), "bounceSubType": e.SubType, "timestamp": at,
			"bouncedRecipients": []any{map[string]any{
				"emailAddress": e.Recipient, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown",
			}},
			"reportingMTA": "dsn; local",
		}
	case Complained:
		detail["eventType"] = "Complaint"
		complaint := map[string]any{
			"feedbackId": e.MessageID + "-feedback", "complaintSubType": nil, "timestamp": at,
			"complainedRecipients": []any{map[string]any{"emailAddress": e.Recipient}},
		}
		if e.SubType != "" { // nobody sent a report
			complaint["complaintSubType"] = e.SubType
		} else {
			complaint["arrivalDate"], complaint["userAgent"] = at, "Amazon SES Mailbox Simulator"
			complaint["complaintFeedbackType"] = cmp.Or(e.Feedback, "abuse")
		}
		detail["complaint"] = complaint
	}
	payload, _ := json.Marshal(map[string]any{
		"version": "0", "id": rand.Text(), "detail-type": e.Kind, "source": "aws.ses", "account": template.Account, "time": e.At.UTC().Format(time.RFC3339),
		"region": template.Region, "resources": []string{"arn:aws:ses:" + template.Region + ":" + template.Account + ":configuration-set/" + e.Set},
		"detail": detail,
	})
	return payload
}

// HoldMailEvents keeps SES's events back until ReleaseMailEvents.
func (s *System) HoldMailEvents() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.hold = true
}

// ReleaseMailEvents stops holding, and returns what was held without posting it.
func (s *System) ReleaseMailEvents() []MailEvent {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	held := s.held
	s.hold, s.held = false, nil
	return held
}

// PostMailEvent hands an event to every function with a rule for it, in the background.
func (s *System) PostMailEvent(e MailEvent) {
	s.ses.note(e, s.App.MailSets[e.Set])
	payload := e.Payload()
	var event map[string]any
	json.Unmarshal(payload, &event)
	for _, rule := range s.App.Rules {
		wanted, err := pattern.Parse(rule.Pattern)
		if err != nil {
			fmt.Fprintf(s.log, "rule %s: %v\n", rule.Name, err)
			continue
		}
		if wanted.Matches(event) {
			s.background(func() { s.invokeLater(rule.Function, payload, "") })
		}
	}
}

// mailSent posts what SES would tell about a mail it accepted. Recipients are
// read as SES's mailbox simulator names them; every other address is delivered to.
func (s *System) mailSent(call *proxy.Call) {
	var sent struct {
		FromEmailAddress string
		Destination      struct{ ToAddresses, CcAddresses, BccAddresses []string }
		EmailTags        []struct{ Name, Value string }

		ConfigurationSetName string
	}
	var answer struct{ MessageId string }
	if json.Unmarshal(call.Body, &sent) != nil || json.Unmarshal(call.Answer, &answer) != nil {
		return
	}
	tags := map[string]string{}
	for _, tag := range sent.EmailTags {
		tags[tag.Name] = tag.Value
	}
	for _, recipient := range append(append(sent.Destination.ToAddresses, sent.Destination.CcAddresses...), sent.Destination.BccAddresses...) {
		event := MailEvent{
			Kind: Delivered, MessageID: answer.MessageId, Recipient: recipient, From: address(sent.FromEmailAddress), Tags: tags, At: s.Now(),
			Set: sent.ConfigurationSetName,
		}
		name, domain, _ := strings.Cut(strings.ToLower(address(recipient)), "@")
		events := []MailEvent{event}
		if domain == "simulator.amazonses.com" {
			name, _, _ = strings.Cut(name, "+")
			switch name {
			case "bounce":
				events[0].Kind, events[0].SubType = Bounced, "General"
			case "suppressionlist":
				events[0].Kind, events[0].SubType = Bounced, "Suppressed"
			case "complaint":
				complaint := event
				complaint.Kind = Complained
				events = append(events, complaint)
			}
		}
		if kind := s.ses.keeps(recipient, s.App.MailSets[event.Set]); kind != "" {
			event.Kind, event.SubType = kind, "OnAccountSuppressionList"
			events = []MailEvent{event}
		}
		for _, e := range events {
			s.mutex.Lock()
			held := s.hold
			if held {
				s.held = append(s.held, e)
			}
			s.mutex.Unlock()
			if held {
				continue
			}
			s.background(func() {
				select {
				case <-time.After(delay):
					s.PostMailEvent(e)
				case <-s.context.Done():
				}
			})
		}
	}
}

// mailService is what SES does and the emulator of its API does not: the account's suppression list, and an end to what it takes.
type mailService struct {
	mutex   sync.Mutex
	list    map[string]string // the kind of event that put an address on it
	limited bool
	left    int
}

// reasons are the kinds of events that put an address on the list, as configuration sets name them.
var reasons = map[string]string{Bounced: "BOUNCE", Complained: "COMPLAINT"}

// note puts an address on the list, where the mail's configuration set does so for what happened.
func (m *mailService) note(e MailEvent, set []string) {
	if e.SubType == "OnAccountSuppressionList" || e.Type != "" && e.Type != "Permanent" || e.Feedback == "not-spam" || !slices.Contains(set, reasons[e.Kind]) {
		return
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.list == nil {
		m.list = map[string]string{}
	}
	m.list[strings.ToLower(address(e.Recipient))] = e.Kind
}

// keeps returns the kind of event by which a mail is kept back, empty where it leaves.
func (m *mailService) keeps(recipient string, set []string) string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if kind := m.list[strings.ToLower(address(recipient))]; slices.Contains(set, reasons[kind]) {
		return kind
	}
	return ""
}

// LimitMails lets SES take so many more mails and then answer that the account sends too fast; less than 0 lifts that.
func (s *System) LimitMails(most int) {
	s.ses.mutex.Lock()
	defer s.ses.mutex.Unlock()
	s.ses.limited, s.ses.left = most >= 0, most
}

// mailStand answers for SES what its emulator does not do.
func (s *System) mailStand(call *proxy.Call, path string) (*proxy.Error, bool) {
	m := &s.ses
	m.mutex.Lock()
	defer m.mutex.Unlock()
	switch {
	case call.Service != proxy.SES:
		return nil, false
	case call.Operation == "SendEmail" && m.limited && m.left == 0:
		return proxy.TooManyMails, true
	case call.Operation == "SendEmail" && m.limited:
		m.left--
	case call.Operation == "DeleteSuppressedDestination":
		name, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
		if err != nil || m.list[strings.ToLower(name)] == "" {
			return proxy.NotSuppressed, true
		}
		delete(m.list, strings.ToLower(name))
		return nil, true
	}
	return nil, false
}

// address returns the bare address of "Name <address>".
func address(text string) string {
	if _, after, found := strings.Cut(text, "<"); found {
		return strings.TrimSuffix(after, ">")
	}
	return text
}
