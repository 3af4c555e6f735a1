package mailevents_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/lambda"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/mailing"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const root = "../../.."

// postbox is a small program whose mail events go to the function's own bootstrap.
type postbox struct {
	fixture.World
	runtime *lambda.Runtime
	offer   func(t *testing.T, addresses ...string) []invitation.Invitation
}

func open(t *testing.T) *postbox {
	t.Helper()
	p := &postbox{World: fixture.Open(t).Populate(t)}
	of := p.Offer(t, nil).ID
	p.offer = func(t *testing.T, addresses ...string) []invitation.Invitation {
		t.Helper()
		return p.Invite(t, of, addresses...)
	}
	var err error
	if p.runtime, err = lambda.Start(lambda.Options{Logs: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.runtime.Close() })
	absolute, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	builder := &lambda.Builder{Root: absolute, Cache: filepath.Join(absolute, "build", "local", "bin"), Run: t.TempDir()}
	bootstrap, err := builder.Bootstrap(t.Context(), "jobs/mailevents/lambda", filepath.Join(absolute, "functions/jobs/mailevents/lambda"))
	if err != nil {
		t.Fatal(err)
	}
	e := p.Env
	if err := p.runtime.Add(lambda.Function{
		Name: "MaileventsJob", Memory: 512, Timeout: time.Minute,
		Environment: map[string]string{"TABLE_NAME": e.Table, "AWS_REGION": e.Region, "AWS_ENDPOINT_URL_DYNAMODB": e.DynamoEndpoint},
		Program:     func() string { return bootstrap },
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// tell hands the bootstrap an event twice, as EventBridge may. An error would end among the dead letters.
func (p *postbox) tell(t *testing.T, payload []byte) {
	t.Helper()
	for range 2 {
		if answer, err := p.runtime.Invoke(t.Context(), "MaileventsJob", payload); err != nil {
			t.Fatalf("%v: %s\n%s", err, answer, payload)
		}
	}
}

// sent invites an address and notes the mail as SES's answer leaves it.
func (p *postbox) sent(t *testing.T, address string) (invitation.Invitation, mailing.Mail) {
	t.Helper()
	inv, row := p.taken(t, address)
	p.noted(t, inv)
	return inv, row
}

// taken invites an address and hands its mail to SES, whose answer is not noted on the invitation yet.
func (p *postbox) taken(t *testing.T, address string) (invitation.Invitation, mailing.Mail) {
	t.Helper()
	inv := p.offer(t, address)[0]
	o := p.Op("dispatch")
	row := mailing.Mail{
		Event: "evt_i" + strings.TrimPrefix(string(inv.ID), "inv_") + "_" + o.NewID(), Template: "trial_invitation", Address: dynamo.AddressHash(address),
		Invitation: inv.ID, Generation: 1,
	}
	row, ours, err := p.Mailings().ClaimMail(t.Context(), row, o)
	if err != nil || !ours {
		t.Fatal(ours, err)
	}
	if err := p.Mailings().SetMail(t.Context(), row, mailing.Sent, "", "0107-m", o); err != nil {
		t.Fatal(err)
	}
	return inv, row
}

// noted notes SES's answer on the invitation, as its sender does.
func (p *postbox) noted(t *testing.T, inv invitation.Invitation) {
	t.Helper()
	o := p.Op("dispatch")
	happened := event.New(o, inv.Tenant(), event.Of(inv.ID, invitation.SentEvent{}))
	if _, err := p.Table.SetDelivery(t.Context(), inv, invitation.Sent, "", "0107-m", &happened, o); err != nil {
		t.Fatal(err)
	}
}

// detail writes an event of SES about a mail, as EventBridge delivers it, with the part that its kind has.
func detail(kind, part, body string) string {
	return fmt.Sprintf(`{"version":"0","id":"b4c9","detail-type":"Email %s","source":"aws.ses","account":"210987654321","time":"2026-11-27T08:14:09Z",
"region":"eu-central-1","resources":["arn:aws:ses:eu-central-1:210987654321:configuration-set/liaison-offers"],"detail":{"eventType":%q,
"mail":{"timestamp":"2026-11-27T08:14:07.412Z","source":"offers@vendor.example","sourceArn":"arn:aws:ses:eu-central-1:210987654321:identity/vendor.example",
"sendingAccountId":"210987654321","messageId":"MESSAGE","destination":["ADDRESS"],"headersTruncated":false,
"headers":[{"name":"Subject","value":"Hello"}],"commonHeaders":{"from":["offers@vendor.example"],"to":["ADDRESS"],"messageId":"MESSAGE","subject":"Hello"},
"tags":{"event":["EVENT"],"template":["trial_invitation"],"address":["HASH"],"ses:configuration-set":["liaison-offers"],"ses:caller-identity":["role"]}},
%q:%s}}`, kind, kind, part, body)
}

func bounce(kind, sub string) string {
	return detail("Bounce", "bounce", fmt.Sprintf(`{"feedbackId":"f1","bounceType":%q,"bounceSubType":%q,"bouncedRecipients":[{"emailAddress":"ADDRESS",
"action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}],"timestamp":"2026-11-27T08:14:31.010Z","reportingMTA":"dsn; mta.example"}`, kind, sub))
}

func complaint(feedback string) string {
	return detail("Complaint", "complaint", `{"feedbackId":"f2","complaintSubType":null,"complainedRecipients":[{"emailAddress":"ADDRESS"}],
"timestamp":"2026-11-27T09:02:11.000Z","userAgent":"Loop/1.0","complaintFeedbackType":`+feedback+`,"arrivalDate":"2026-11-27T09:02:10.000Z"}`)
}

const timed = `{"timestamp":"2026-11-27T08:14:08.000Z"}`

// about puts a mail into an event.
func about(text, address string, row mailing.Mail) []byte {
	return []byte(strings.NewReplacer("MESSAGE", "0107-m", "ADDRESS", address, "EVENT", row.Event, "HASH", row.Address).Replace(text))
}

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestWhatSESTells takes every kind of event for what it means: what becomes of the invitation, of the address, and of the figures.
func TestWhatSESTells(t *testing.T) {
	p := open(t)
	delivered := detail("Delivery", "delivery", `{"timestamp":"2026-11-27T08:14:08.512Z","processingTimeMillis":1100,"recipients":["ADDRESS"],
"smtpResponse":"250 2.0.0 OK","remoteMtaIp":"198.51.100.7","reportingMTA":"a8.smtp-out.eu-central-1.amazonses.com"}`)
	var counted mailing.Figures
	for i, c := range []struct {
		name    string
		reports []string
		want    string // delivery, with its reason
		stop    string // why the address takes no more offers
		counts  mailing.Figures
		events  []event.Type // of the invitation
	}{
		{"an automatic reply", []string{delivered, file(t, "automatic_reply")}, "delivered", "", mailing.Figures{Delivered: 1}, []event.Type{invitation.DeliveredEvent{}.Type()}},
		{"an automatic reply that overtakes the delivery", []string{file(t, "automatic_reply"), delivered}, "delivered", "", mailing.Figures{Delivered: 1}, []event.Type{invitation.DeliveredEvent{}.Type()}},
		{"not spam", []string{delivered, file(t, "complaint_not_spam")}, "delivered", "", mailing.Figures{Delivered: 1}, []event.Type{invitation.DeliveredEvent{}.Type()}},
		{"a failed signature", []string{delivered, complaint(`"auth-failure"`)}, "delivered", "", mailing.Figures{Delivered: 1}, []event.Type{invitation.DeliveredEvent{}.Type()}},
		{"a bounce withheld for the account", []string{file(t, "bounce_withheld")}, "suppressed: mail_service", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"a complaint withheld for the account", []string{file(t, "complaint_withheld")}, "suppressed: mail_service", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"withheld by the list of all accounts", []string{bounce("Permanent", "Suppressed")}, "suppressed: mail_service", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"unsubscribed at the service", []string{bounce("Permanent", "UnsubscribedRecipient")}, "suppressed: mail_service", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"a full mailbox", []string{bounce("Transient", "MailboxFull")}, "sent: transient", "", mailing.Figures{}, nil},
		{"too large", []string{bounce("Transient", "MessageTooLarge")}, "sent: transient", "", mailing.Figures{}, nil},
		{"a refused text", []string{bounce("Transient", "ContentRejected")}, "sent: transient", "", mailing.Figures{}, nil},
		{"a refused attachment", []string{bounce("Transient", "AttachmentRejected")}, "sent: transient", "", mailing.Figures{}, nil},
		{"tried for too long", []string{bounce("Transient", "CustomTimeoutExceeded")}, "sent: transient", "", mailing.Figures{}, nil},
		{"nobody knows why", []string{bounce("Undetermined", "Undetermined")}, "sent: undetermined", "", mailing.Figures{}, nil},
		{"nobody there", []string{bounce("Permanent", "NoEmail")}, "bounced: permanent", suppression.Bounced, mailing.Figures{Bounced: 1}, []event.Type{invitation.BouncedEvent{}.Type()}},
		{"refused after it was taken", []string{delivered, bounce("Permanent", "General")}, "bounced: permanent", suppression.Bounced, mailing.Figures{Delivered: 1, Bounced: 1}, []event.Type{invitation.BouncedEvent{}.Type(), invitation.DeliveredEvent{}.Type()}},
		{"spam", []string{delivered, complaint(`"abuse"`)}, "complained: complaint", suppression.Complaint, mailing.Figures{Delivered: 1, Complained: 1}, []event.Type{invitation.ComplainedEvent{}.Type(), invitation.DeliveredEvent{}.Type()}},
		{"a complaint without a type", []string{complaint(`null`)}, "complained: complaint", suppression.Complaint, mailing.Figures{Complained: 1}, []event.Type{invitation.ComplainedEvent{}.Type()}},
		{"rejected", []string{detail("Reject", "reject", `{"reason":"Bad content"}`)}, "suppressed: rejected", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"not rendered", []string{detail("Rendering Failure", "failure", `{"templateName":"x","errorMessage":"missing"}`)}, "suppressed: rejected", "", mailing.Figures{}, []event.Type{invitation.SuppressedEvent{}.Type()}},
		{"later, perhaps", []string{detail("DeliveryDelay", "deliveryDelay", `{"timestamp":"2026-11-27T09:14:08.512Z","delayType":"MailboxFull",
"expirationTime":"2026-11-27T20:14:08.512Z","delayedRecipients":[{"emailAddress":"ADDRESS","status":"4.2.2","diagnosticCode":"452 4.2.2 over quota"}]}`)}, "sent", "", mailing.Figures{}, nil},
		{"sent", []string{detail("Send", "send", `{}`)}, "sent", "", mailing.Figures{}, nil},
		{"opened", []string{detail("Open", "open", `{"ipAddress":"192.0.2.1","timestamp":"2026-11-27T10:00:00.000Z","userAgent":"Mozilla/5.0"}`)}, "sent", "", mailing.Figures{}, nil},
		{"clicked", []string{detail("Click", "click", `{"ipAddress":"192.0.2.1","link":"https://vendor.example/","linkTags":{"a":["b"]},"timestamp":"2026-11-27T10:00:00.000Z"}`)}, "sent", "", mailing.Figures{}, nil},
		{"another list's", []string{detail("Subscription", "subscription", `{"contactList":"x","timestamp":"2026-11-27T10:00:00.000Z","source":"UnsubscribeHeader","newTopicPreferences":{"unsubscribeAll":true,"topicSubscriptionStatus":[]}}`)}, "sent", "", mailing.Figures{}, nil},
		{"something new", []string{detail("Forwarded", "forward", timed)}, "sent", "", mailing.Figures{}, nil},
	} {
		address := fmt.Sprintf("person%d@example.com", i)
		inv, row := p.sent(t, address)
		for _, one := range c.reports {
			p.tell(t, about(one, address, row))
		}
		now, err := p.Table.Invitation(t.Context(), inv.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		got := string(now.Delivery)
		if now.DeliveryReason != "" {
			got += ": " + now.DeliveryReason
		}
		if got != c.want {
			t.Errorf("%s: the invitation is %s, want %s", c.name, got, c.want)
		}
		if reason, err := p.Table.Suppressed(t.Context(), address); err != nil || reason != c.stop {
			t.Errorf("%s: the address is stopped for %q %v, want %q", c.name, reason, err, c.stop)
		}
		counted.Delivered, counted.Bounced, counted.Complained = counted.Delivered+c.counts.Delivered, counted.Bounced+c.counts.Bounced, counted.Complained+c.counts.Complained
		if figures, err := p.Mailings().MailFigures(t.Context(), p.Env.Now()); err != nil || figures != counted {
			t.Errorf("%s: the figures are %+v %v, want %+v", c.name, figures, err, counted)
			counted = figures
		}
		if events := p.events(t, inv.ID); !slices.Equal(events, c.events) {
			t.Errorf("%s: events %q, want %q", c.name, events, c.events)
		}
	}
	if v, err := p.Table.Vendor(t.Context()); err != nil || !v.Sending {
		t.Errorf("all sending is stopped: %v", err)
	}
}

// TestReportBeforeAnswer: a report may come before SES's answer is noted. The mail counts as sent all the same, once.
func TestReportBeforeAnswer(t *testing.T) {
	p := open(t)
	for i, c := range []struct {
		report, want string
		events       []event.Type
	}{
		{detail("Delivery", "delivery", timed), "delivered", []event.Type{invitation.DeliveredEvent{}.Type(), invitation.SentEvent{}.Type()}},
		{bounce("Permanent", "NoEmail"), "bounced", []event.Type{invitation.BouncedEvent{}.Type(), invitation.SentEvent{}.Type()}},
		{bounce("Transient", "MailboxFull"), "sent", []event.Type{invitation.SentEvent{}.Type()}},
	} {
		address := fmt.Sprintf("early%d@example.com", i)
		inv, row := p.taken(t, address)
		p.tell(t, about(c.report, address, row))
		p.noted(t, inv)
		now, err := p.Table.Invitation(t.Context(), inv.ID, true)
		if err != nil || string(now.Delivery) != c.want {
			t.Errorf("the invitation is %s, want %s: %v", now.Delivery, c.want, err)
		}
		if events := p.all(t, inv.ID); !slices.Equal(events, c.events) {
			t.Errorf("%s: events %q, want %q", c.want, events, c.events)
		}
	}
}

// events lists the events of an invitation's mail after it was sent.
func (p *postbox) events(t *testing.T, of invitation.ID) []event.Type {
	t.Helper()
	return slices.DeleteFunc(p.all(t, of), func(e event.Type) bool { return e == invitation.SentEvent{}.Type() })
}

// all lists the events of an invitation's mail.
func (p *postbox) all(t *testing.T, of invitation.ID) (found []event.Type) {
	t.Helper()
	for _, item := range p.Items(t) {
		if fixture.Text(item, "class") != "event" || fixture.Text(item, "PK") != "PARTNER#"+string(p.Partner) {
			continue
		}
		e, err := p.Table.Event(t.Context(), event.Partner(string(p.Partner)), strings.TrimPrefix(fixture.Text(item, "SK"), "EVENT#"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range e.Changes {
			if c.Subject == string(of) && !event.Is[invitation.CreatedEvent](c) {
				found = append(found, c.Type)
			}
		}
	}
	slices.Sort(found)
	return found
}

// TestNothingStopsSending tells of many automatic replies, many mails that SES withheld, complaints that are none, and the same dead mailbox
// over and over: all sending goes on. Ten mailboxes that are not there stop it.
func TestNothingStopsSending(t *testing.T) {
	p := open(t)
	sending := func() bool {
		v, err := p.Table.Vendor(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v.Sending
	}
	for i := range 12 {
		address := fmt.Sprintf("many%d@example.com", i)
		_, row := p.sent(t, address)
		for _, name := range []string{"automatic_reply", "bounce_withheld", "complaint_withheld", "complaint_not_spam"} {
			p.tell(t, about(file(t, name), address, row))
		}
	}
	for range 12 {
		_, row := p.sent(t, "dead@example.com")
		p.tell(t, about(bounce("Permanent", "General"), "dead@example.com", row))
		p.tell(t, about(complaint("null"), "dead@example.com", row))
	}
	if !sending() {
		t.Fatal("what does not count stopped all sending")
	}
	for i := range 9 {
		if !sending() {
			t.Fatalf("stopped after %d dead mailboxes", i+1)
		}
		address := fmt.Sprintf("dead%d@example.com", i)
		_, row := p.sent(t, address)
		p.tell(t, about(bounce("Permanent", "General"), address, row))
	}
	if sending() {
		t.Error("ten dead mailboxes don't stop sending")
	}
}

// TestSamples hands the bootstrap the samples of SES events that come with AWS's own library for Go: none is one of EventBridge's, and
// none may end among the dead letters.
func TestSamples(t *testing.T) {
	p := open(t)
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "events", "testdata", "ses-*.json"))
	if err != nil || len(samples) < 3 {
		t.Fatalf("%d samples: %v", len(samples), err)
	}
	for _, name := range samples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p.tell(t, text)
		var records struct {
			Records []struct {
				SNS struct{ Message string } `json:"Sns"`
			}
		}
		if json.Unmarshal(text, &records) == nil {
			for _, r := range records.Records {
				if r.SNS.Message != "" { // the notice itself, as the detail of an event
					p.tell(t, []byte(`{"detail":`+r.SNS.Message+`}`))
				}
			}
		}
	}
	for _, odd := range []string{`{}`, `{"detail":{}}`, `{"detail":{"eventType":"Bounce","mail":{"tags":null,"destination":null},"bounce":null}}`} {
		p.tell(t, []byte(odd))
	}
}
