package system

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
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
	// SubType of a bounce: General, Suppressed or OnAccountSuppressionList.
	SubType string
	At      time.Time
}

// Payload returns the event as EventBridge delivers it.
func (e MailEvent) Payload() []byte {
	at := e.At.UTC().Format("2006-01-02T15:04:05.000Z")
	tags := map[string][]string{"ses:configuration-set": {"ConfigurationSet"}, "ses:from-domain": {e.From[strings.LastIndexByte(e.From, '@')+1:]}}
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
			"feedbackId": e.MessageID + "-feedback", "bounceType": "Permanent", "bounceSubType": e.SubType, "timestamp": at,
			"bouncedRecipients": []any{map[string]any{
				"emailAddress": e.Recipient, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown",
			}},
			"reportingMTA": "dsn; local",
		}
	case Complained:
		detail["eventType"] = "Complaint"
		detail["complaint"] = map[string]any{
			"feedbackId": e.MessageID + "-feedback", "complaintSubType": nil, "timestamp": at, "arrivalDate": at,
			"complainedRecipients": []any{map[string]any{"emailAddress": e.Recipient}},
			"userAgent":            "Amazon SES Mailbox Simulator", "complaintFeedbackType": "abuse",
		}
	}
	payload, _ := json.Marshal(map[string]any{
		"version": "0", "id": rand.Text(), "detail-type": e.Kind, "source": "aws.ses", "account": template.Account, "time": e.At.UTC().Format(time.RFC3339),
		"region": template.Region, "resources": []string{"arn:aws:ses:" + template.Region + ":" + template.Account + ":configuration-set/ConfigurationSet"},
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

// address returns the bare address of "Name <address>".
func address(text string) string {
	if _, after, found := strings.Cut(text, "<"); found {
		return strings.TrimSuffix(after, ">")
	}
	return text
}
