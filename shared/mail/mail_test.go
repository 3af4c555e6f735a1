package mail

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"liaison/shared/locale"
)

var (
	vendor  = Vendor{Name: "Northwind Cloud", Mail: "program@northwind.example", Address: "ul. Prosta 1, 00-001 Warszawa", HelpPhone: "+48 22 123 45 67", HelpMail: "help@northwind.example", Account: "https://pages.example/account"}
	contoso = Partner{Name: "Contoso sp. z o.o.", ID: "12345674", Country: "PL", Website: "https://contoso.example", Phone: "+48 58 765 43 21", Mail: "biuro@contoso.example", Hours: "pn.–pt. 8:00–16:00"}
	ends    = time.Date(2026, 12, 21, 22, 30, 0, 0, time.UTC)
)

// with returns a service request, changed.
func with(r ServiceRequest, change func(*ServiceRequest)) ServiceRequest {
	change(&r)
	return r
}

// all returns every mail in a language, by a name for its file.
func all(l locale.Language) map[string]Mail {
	to := Recipient{Address: "anna@fabrikam.example", Language: l, Country: "PL"}
	plan, message, terms, services := "Suite Business", "Hello Anna,\n\nas we said on the phone, here is the trial. Call me when you have a minute.\n\nJan Kowalski", "1. Contoso helps with the setup on working days.\n2. Help is free during the trial.", []string{"Mail and calendar", "Files", "Meetings"}
	title, customer := "Terms of help", "Fabrikam S.A."
	if l == locale.Polish {
		plan, message, terms, services = "Pakiet Biznes", "Pani Anno,\n\nzgodnie z naszą rozmową przesyłam okres próbny. Proszę o telefon w wolnej chwili.\n\nJan Kowalski", "1. Contoso pomaga w konfiguracji w dni robocze.\n2. W okresie próbnym pomoc jest bezpłatna.", []string{"Poczta i kalendarz", "Pliki", "Spotkania"}
		title = "Warunki pomocy"
	}
	offer := Offer{Kind: KindTrial, Plan: plan, Services: services, Licenses: 25, Days: 30, Message: message, TermsTitle: title, Terms: terms, Role: "limited", RoleDays: 365}
	full := offer
	full.Role, full.Days, full.Licenses, full.RoleDays = "full", 22, 1, 1
	bare := Offer{Kind: KindTrial, Plan: plan, Licenses: 25, Days: 1}
	link, report, stop := "https://pages.example/i/k7x2m9q4v8n3c6b1z5w0r7t2y4", "https://pages.example/i/k7x2m9q4v8n3c6b1z5w0r7t2y4?report=1", "https://pages.example/unsubscribe/p3h8s1d6f9g2j5k7l0"
	yes := Administration{Asked: true, Yes: true, Role: "limited", Until: ends.AddDate(1, 0, 0)}
	trial := Trial{To: to, Vendor: vendor, Partner: contoso, Customer: customer, Plan: plan, Licenses: 25, Ends: ends, DataUntil: ends.AddDate(0, 0, 30), Link: "https://pages.example/account/subscriptions/sub_1"}
	alone := trial
	alone.Partner, alone.Link = Partner{}, "https://pages.example/account/buy"
	grant := Grant{To: to, Vendor: vendor, Partner: contoso, Customer: customer, Role: "limited", Ends: ends, Link: "https://pages.example/account/partners"}
	theirs := grant
	theirs.ToPartner, theirs.Link = true, ""
	unsold := trial
	unsold.Link = ""
	asked := ServiceRequest{
		ID: "srq_4q8z1m7x2c9v_01kaj4t0n5r0q2s4v6x8z1b3c5", Customer: customer, Subject: "Poczta <b>nie</b> działa", Severity: "high", Text: message, By: "Anna Nowak", At: ends,
	}
	wrote := Inquiry{
		Company: customer, Name: "Anna Nowak", Mail: "anna@fabrikam.example", Phone: "+48 58 555 01 99", MayCall: true, Country: "PL", Size: "10-49", Services: []string{locale.In(l).Service("migrate"), locale.In(l).Service("support")}, Plan: plan, Text: message, At: ends.AddDate(0, 0, -3),
	}
	support, desk := "https://pages.example/account/support/"+asked.ID, "https://pages.example/vendor/support/"+asked.ID
	made := decided(to, offer, yes, grant, theirs)
	maps.Copy(made, map[string]Mail{
		"01-trial-invitation":               TrialInvitation{To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: offer, Until: ends, Link: link, Report: report, Unsubscribe: stop},
		"01-trial-invitation-full":          TrialInvitation{To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: full, Until: ends, Link: link, Report: report, Unsubscribe: stop},
		"01-trial-invitation-bare":          TrialInvitation{To: to, Vendor: vendor, Partner: Partner{Name: "Contoso", ID: "12345674", Country: "DE"}, Offer: bare, Until: ends, Link: link},
		"04-invitation-reminder":            InvitationReminder{To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: offer, Until: ends, Link: link, Report: report, Unsubscribe: stop},
		"05-continue-here":                  ContinueHere{To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: offer, Until: ends, Link: link, Report: report, Unsubscribe: stop},
		"06-accepted-yes":                   Accepted{To: to, Vendor: vendor, Partner: contoso, Customer: customer, Reference: "7K3M-Q2XF", Plan: plan, Services: services, Licenses: 25, At: ends.AddDate(0, 0, -30), TrialEnds: ends, PartnerOfRecord: contoso.Name, PartnerOfRecordID: contoso.ID, Administration: yes, Terms: []AgreedTerms{{title, "1"}, {"Northwind", "3"}}, Owner: true, Receipt: "https://pages.example/receipts/q4v8n3c6b1z5w0"},
		"06-accepted-no":                    Accepted{To: to, Vendor: vendor, Partner: contoso, Customer: customer, Reference: "7K3M-Q2XF", Plan: plan, Licenses: 25, At: ends.AddDate(0, 0, -30), TrialEnds: ends, Administration: Administration{Asked: true}, Terms: []AgreedTerms{{"Northwind", "3"}}, Receipt: "https://pages.example/receipts/q4v8n3c6b1z5w0"},
		"06-accepted-no-kept":               Accepted{To: to, Vendor: vendor, Partner: contoso, Customer: customer, Reference: "7K3M-Q2XF", Plan: plan, Licenses: 25, At: ends.AddDate(0, 0, -30), TrialEnds: ends, Administration: Administration{Asked: true, Kept: ends}, Receipt: "https://pages.example/receipts/q4v8n3c6b1z5w0"},
		"07-accepted-partner":               AcceptedPartner{To: to, Vendor: vendor, Partner: contoso, Customer: customer, CustomerCountry: "PL", Reference: "7K3M-Q2XF", Plan: plan, Licenses: 25, At: ends.AddDate(0, 0, -30), TrialEnds: ends, PartnerOfRecord: true, Administration: yes},
		"07-accepted-partner-no":            AcceptedPartner{To: to, Vendor: vendor, Partner: contoso, Customer: customer, CustomerCountry: "PL", Reference: "7K3M-Q2XF", Plan: plan, Licenses: 25, At: ends.AddDate(0, 0, -30), TrialEnds: ends, Administration: Administration{Asked: true}},
		"08-declined":                       Declined{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, At: ends, Reason: message},
		"09-trial-ending":                   TrialEnding{Trial: trial, Unsubscribe: stop},
		"09-trial-ending-no-partner":        TrialEnding{Trial: alone},
		"09-trial-ending-not-sold":          TrialEnding{Trial: unsold, Unsubscribe: stop},
		"10-trial-ended":                    TrialEnded{trial},
		"10-trial-ended-not-sold":           TrialEnded{unsold},
		"11-deletion-notice":                DeletionNotice{Trial: trial, BuyUntil: ends.AddDate(0, 0, 30)},
		"11-deletion-notice-late":           DeletionNotice{Trial: trial},
		"11-deletion-notice-cancelled":      DeletionNotice{Trial: trial, Cancelled: true},
		"11-deletion-notice-paid":           DeletionNotice{Trial: trial, Paid: true, Cancelled: true},
		"14-administration-ended":           AdministrationEnded{Grant: grant, Cause: "partner"},
		"14-administration-ended-left":      AdministrationEnded{Grant: grant, Cause: "vendor", Left: true},
		"14-administration-ended-partner":   AdministrationEnded{Grant: theirs, Cause: "customer"},
		"15-administration-ending":          AdministrationEnding{Grant: grant},
		"15-administration-ending-partner":  AdministrationEnding{Grant: theirs},
		"15-administration-extends":         AdministrationEnding{Grant: grant, Extends: grant.Ends.AddDate(0, 0, -1), Days: 180},
		"15-administration-extends-partner": AdministrationEnding{Grant: theirs, Extends: grant.Ends.AddDate(0, 0, -1), Days: 180},
		"16-password-reset":                 PasswordReset{To: to, Vendor: vendor, Customer: customer, By: "Ewa Zielińska", Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"16-password-first":                 PasswordReset{To: to, Vendor: vendor, Customer: customer, By: "Ewa Zielińska", First: true, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"16-password-first-by-partner":      PasswordReset{To: to, Vendor: vendor, Customer: customer, Partner: contoso, First: true, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"16-password-first-notice":          PasswordResetNotice{To: to, Vendor: vendor, Customer: customer, Partner: contoso, User: "Ewa Zielińska", First: true, At: ends, Link: "https://pages.example/account/activity", Revoke: "https://pages.example/account/partners"},
		"16-password-reset-by-partner":      PasswordReset{To: to, Vendor: vendor, Customer: customer, Partner: contoso, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"16-password-reset-notice":          PasswordResetNotice{To: to, Vendor: vendor, Customer: customer, Partner: contoso, User: "Ewa Zielińska", At: ends, Link: "https://pages.example/account/activity", Revoke: "https://pages.example/account/partners"},
		"18-customer-user-invited":          CustomerUserInvited{To: to, Vendor: vendor, Customer: customer, By: "Ewa Zielińska", Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"18-customer-user-by-partner":       CustomerUserInvited{To: to, Vendor: vendor, Customer: customer, Partner: contoso, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"18-user-invited":                   UserInvited{To: to, Vendor: vendor, Partner: contoso, CompanyRole: "global_admin", CustomerAccess: "full", Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"18-user-invited-by-colleague":      UserInvited{To: to, Vendor: vendor, Partner: contoso, By: "Ewa Zielińska", CustomerAccess: "limited", Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"18-operator-invited":               OperatorInvited{To: to, Vendor: vendor, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"18-operator-invited-by-colleague":  OperatorInvited{To: to, Vendor: vendor, By: "Marta Lis", Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"19-bounced":                        Bounced{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, Reason: "bounced"},
		"19-bounced-complained":             Bounced{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, Reason: "complained"},
		"25-profile-code":                   ProfileCode{To: to, Vendor: vendor, Partner: contoso, By: "Ewa Zielińska", Code: "402913", Until: ends, Page: "https://pages.example/partner/company"},
		"phone-call-asked":                  PhoneCallAsked{To: to, Vendor: vendor, Partner: contoso, Phone: "+48 58 555 01 23", By: "Ewa Zielińska", At: ends, Link: "https://pages.example/vendor/inbox/call/12345674"},
		"standing-suspended":                Standing{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: PartnerSuspended, Reason: message},
		"standing-closed":                   Standing{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: PartnerClosed, Reason: message},
		"listing-published":                 ListingDecided{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: ListingPublished, Link: "https://pages.example/partner/listing"},
		"listing-published-hidden":          ListingDecided{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: ListingPublished, Hidden: true, Link: "https://pages.example/partner/listing"},
		"listing-sent-back":                 ListingDecided{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: ListingSentBack, Reason: message, Link: "https://pages.example/partner/listing"},
		"listing-hidden":                    ListingDecided{To: to, Vendor: vendor, Partner: contoso, At: ends, Now: ListingHidden, Reason: message, Link: "https://pages.example/partner/listing"},
		"standing-reinstated":               Standing{To: to, Vendor: vendor, Partner: contoso, At: ends},
		"17-request-opened":                 ServiceRequestOpened{To: to, Vendor: vendor, Request: with(asked, func(r *ServiceRequest) { r.Link = desk })},
		"17-request-opened-behalf":          ServiceRequestOpened{To: to, Vendor: vendor, Request: with(asked, func(r *ServiceRequest) { r.Severity, r.By, r.Partner, r.Link = "critical", "", contoso, desk })},
		"17-request-opened-customer":        ServiceRequestOpened{To: to, Vendor: vendor, Customers: true, Request: with(asked, func(r *ServiceRequest) { r.Severity, r.By, r.Partner, r.Link = "low", "", contoso, support })},
		"17-request-answered":               ServiceRequestAnswered{To: to, Vendor: vendor, Request: with(asked, func(r *ServiceRequest) { r.Severity, r.Link = "normal", support })},
		"17-request-answered-partner":       ServiceRequestAnswered{To: to, Vendor: vendor, Request: with(asked, func(r *ServiceRequest) { r.By, r.Partner = "", contoso })},
		"inquiry-confirm":                   InquiryConfirm{To: to, Vendor: vendor, Partners: []string{contoso.Name, "Fourth Coffee"}, Link: atMessage + "inq_1_k7x2m9q4", Until: ends},
		"27-lead-received":                  LeadReceived{To: to, Vendor: vendor, Partner: contoso, Inquiry: wrote, Link: atLead + "led_12345674_1", AnswerBy: ends},
		"27-lead-received-bare":             LeadReceived{To: to, Vendor: vendor, Partner: contoso, Inquiry: Inquiry{Company: customer, Name: "Anna Nowak", Mail: "anna@fabrikam.example", Country: "PL", Text: message, At: ends}, Link: atLead + "led_12345674_1", AnswerBy: ends},
		"lead-reminder":                     LeadReminder{To: to, Vendor: vendor, Partner: contoso, Inquiry: wrote, Link: atLead + "led_12345674_1", Until: ends},
		"lead-answered":                     LeadAnswered{To: to, Vendor: vendor, Partner: contoso, Answer: message, SentAt: ends, Link: atMessage + "inq_1_k7x2m9q4"},
		"lead-declined":                     LeadDeclined{To: to, Vendor: vendor, Partner: contoso, Reason: message, SentAt: ends, Link: atMatch + "?country=PL"},
		"lead-expired":                      LeadExpired{To: to, Vendor: vendor, Partner: contoso, SentAt: ends, Link: atMatch + "?country=PL"},
		"set-password":                      SetPassword{To: to, Vendor: vendor, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"withdrawn":                         Withdrawn{To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: offer, Unsubscribe: stop},
		"22-application-received":           ApplicationReceived{To: to, Vendor: vendor, Company: customer, Link: "https://pages.example/become-a-partner/confirm/app_1_k7x2m9q4", Until: ends},
		"23-application-approved":           ApplicationApproved{To: to, Vendor: vendor, Partner: contoso, Link: "https://pages.example/set-password/usr_1.k7x2m9q4", Until: ends},
		"24-application-rejected":           ApplicationRejected{To: to, Vendor: vendor, Company: customer, Reason: message},
		"28-new-link-asked":                 NewLinkAsked{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, Reference: "7K3M-Q2XF", Reason: "expired"},
		"28-new-link-asked-role":            NewLinkAsked{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, Reference: "7K3M-Q2XF", Reason: "role"},
		"28-new-link-asked-account":         NewLinkAsked{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: offer, Reference: "7K3M-Q2XF", Reason: "account"},
		"29-offer-reported":                 OfferReported{To: to, Vendor: vendor, Partner: contoso, Reference: "7K3M-Q2XF", Offer: offer, Address: "ewa@fabrikam.example", At: ends, Reports: 1, Link: atInbox + "report/ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"},
		"29-offer-reported-and-paused":      OfferReported{To: to, Vendor: vendor, Partner: contoso, Reference: "7K3M-Q2XF", Offer: offer, Address: "ewa@fabrikam.example", At: ends, Reports: 3, OfferPaused: true, Link: atInbox + "report/ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"},
	})
	return made
}

// open takes a composed mail apart as a mail reader does.
func open(t *testing.T, raw []byte) (header mail.Header, text, html string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct {
		kind string
		into *string
	}{{"text/plain; charset=utf-8", &text}, {"text/html; charset=utf-8", &html}} {
		p, err := parts.NextPart() // decodes quoted-printable
		if err != nil || p.Header.Get("Content-Type") != want.kind {
			t.Fatal(want.kind, err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		*want.into = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Fatal("more than two parts")
	}
	return m.Header, text, html
}

// TestEveryMail composes every mail in both languages. With LIAISON_PICTURES=folder it also
// leaves their parts there, to be looked at.
func TestEveryMail(t *testing.T) {
	for _, l := range locale.Languages() {
		for name, one := range all(l) {
			m := one.Message()
			raw, err := Compose(m)
			if err != nil {
				t.Fatal(name, err)
			}
			if folder := os.Getenv("LIAISON_PICTURES"); folder != "" {
				for ext, text := range map[string]string{".html": m.HTML, ".txt": m.Subject + "\n\n" + m.Text, ".eml": string(raw)} {
					if err := os.WriteFile(filepath.Join(folder, "mail-"+name+"-"+string(l)+ext), []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			header, text, html := open(t, raw)
			if text != m.Text || html != m.HTML {
				t.Errorf("%s %s: the parts are not what they were", name, l)
			}
			for _, field := range []string{"From", "To", "Reply-To", "Subject", "Content-Language", "Auto-Submitted", "Mime-Version"} {
				if header.Get(field) == "" {
					t.Errorf("%s %s: no %s", name, l, field)
				}
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
			if err != nil || subject != m.Subject {
				t.Errorf("%s %s: subject %q, want %q (%v)", name, l, subject, m.Subject, err)
			}
			if _, err := header.AddressList("From"); err != nil {
				t.Errorf("%s %s: %v", name, l, err)
			}
			if len(raw) > 100_000 {
				t.Errorf("%s %s: %d bytes", name, l, len(raw))
			}
			for _, row := range strings.Split(string(raw), "\r\n") {
				if len(row) > 120 || strings.Contains(row, "\n") {
					t.Errorf("%s %s: line %q", name, l, row)
				}
			}
			// infra/design/pages.md says who knows none of these.
			for _, bad := range []string{"flex", "grid", "float:", "position:", "var(", "background:", "<img", "<link"} {
				if strings.Contains(html, bad) {
					t.Errorf("%s %s: %s in the letter", name, l, bad)
				}
			}
			if strings.Count(html, "<!--[if mso]>") != 2 || strings.Count(html, "<![endif]-->") != 2 || !strings.Contains(html, `width="600"`) {
				t.Errorf("%s %s: nothing bounds the letter in Outlook", name, l)
			}
			for what, part := range map[string]string{"text": text, "html": html} {
				for _, bad := range []string{"..", "  ", "<no value>", "ZgotmplZ", "0001", "stycznia 1 ", "%!"} {
					if strings.Contains(part, bad) {
						t.Errorf("%s %s %s: %q", name, l, what, bad)
					}
				}
			}
			if want := string(l); header.Get("Content-Language") != want || !strings.Contains(html, `<html lang="`+want+`">`) {
				t.Errorf("%s: language is not %s", name, want)
			}
			if strings.Contains(html, "<img") || strings.Contains(html, "@import") || strings.Contains(html, "url(") {
				t.Errorf("%s: something is loaded from elsewhere", name)
			}
			if !strings.Contains(m.OnPage(), `<p class="headline">`) {
				t.Errorf("%s: a page shows nothing of it", name)
			}
			if again, _ := Compose(one.Message()); !bytes.Equal(raw, again) {
				t.Errorf("%s: made twice it differs", name)
			}
		}
	}
}

// TestTextAndHTMLSayTheSame takes the words out of both parts. Where links lead is TestActsHaveTheirLink's.
func TestTextAndHTMLSayTheSame(t *testing.T) {
	tags, space := regexp.MustCompile(`(?s)<head>.*</head>|<div style="display:none.*?</div>|<[^>]*>`), regexp.MustCompile(`[\s:>*\-]+`)
	links := regexp.MustCompile(`https?://\S+`)
	unescape := strings.NewReplacer("&nbsp;", " ", "&#34;", `"`, "&#39;", "'", "&#43;", "+", "&amp;", "&", "&lt;", "<", "&gt;", ">")
	for name, one := range all(locale.Polish) {
		m := one.Message()
		html := space.ReplaceAllString(unescape.Replace(links.ReplaceAllString(tags.ReplaceAllString(m.HTML, " "), " ")), " ")
		html = strings.Replace(html, " "+vendor.Name+" ", " ", 1)                                               // the heading
		html = strings.ReplaceAll(html, space.ReplaceAllString(locale.In(locale.Polish).MailOrCopy(), " "), "") // the text has no button
		words := map[string]int{}
		for _, w := range strings.Fields(html) {
			words[w]++
		}
		for _, w := range strings.Fields(space.ReplaceAllString(links.ReplaceAllString(m.Text, " "), " ")) {
			words[w]--
		}
		for w, n := range words {
			if n != 0 {
				t.Errorf("%s: %q stands %+d times more in the HTML", name, w, n)
			}
		}
	}
}

// TestWhatAPlanIs: an invitation says what the plan is in its description or else by its services, not in both.
func TestWhatAPlanIs(t *testing.T) {
	asked := Offer{Kind: KindTrial, Plan: "Suite", Services: []string{"Post", "Sheets"}, Licenses: 25, Days: 30}
	described := asked
	described.About = "All that an office writes."
	for _, one := range []struct {
		of          Offer
		about, list bool
	}{{asked, false, true}, {described, true, false}} {
		said := TrialInvitation{To: Recipient{Address: "anna@fabrikam.example", Language: locale.English, Country: "PL"}, Vendor: vendor, Partner: contoso, Offer: one.of, Until: ends}.Message().Text
		if about, list := strings.Contains(said, described.About), strings.Contains(said, "Sheets"); about != one.about || list != one.list {
			t.Errorf("%q stands there: %v, the services: %v", one.of.About, about, list)
		}
	}
}

func TestSender(t *testing.T) {
	for name, want := range map[string]string{
		"01-trial-invitation":        `"Contoso sp. z o.o. via Northwind Cloud" <program@northwind.example>`,
		"08-declined":                `"Northwind Cloud" <program@northwind.example>`,
		"09-trial-ending-no-partner": `"Northwind Cloud" <program@northwind.example>`,
	} {
		raw, err := Compose(all(locale.English)[name].Message())
		if err != nil {
			t.Fatal(err)
		}
		header, _, _ := open(t, raw)
		if got := header.Get("From"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestOneClickUnsubscribe(t *testing.T) {
	for name, one := range all(locale.English) {
		m := one.Message()
		raw, err := Compose(m)
		if err != nil {
			t.Fatal(err)
		}
		header, text, _ := open(t, raw)
		if m.Unsubscribe == "" {
			if header.Get("List-Unsubscribe") != "" {
				t.Errorf("%s can be stopped", name)
			}
			continue
		}
		if header.Get("List-Unsubscribe") != "<"+m.Unsubscribe+">" || header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(text, m.Unsubscribe) {
			t.Errorf("%s: %v", name, header)
		}
	}
}

// TestHostileWords puts hostile text into every string of every mail.
func TestHostileWords(t *testing.T) {
	const evil = "x\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script><a href=\"https://evil.example\" style=\"font-size:99px\">\u202egnp.exe\x00 javascript:alert(1)"
	for name, one := range all(locale.Polish) {
		v := reflect.New(reflect.TypeOf(one)).Elem()
		v.Set(reflect.ValueOf(one))
		poison(v, evil)
		m := v.Interface().(Mail).Message()
		m.To, m.From, m.ReplyTo, m.Unsubscribe = "anna@example.com", "program@example.com", "help@example.com", ""
		raw, err := Compose(m)
		if err != nil {
			t.Fatal(name, err)
		}
		header, _, html := open(t, raw)
		if header.Get("Bcc") != "" {
			t.Errorf("%s: a header was smuggled in", name)
		}
		for field, values := range header {
			for _, value := range values {
				if strings.ContainsAny(value, "\r\n\x00\u202e") {
					t.Errorf("%s: %s holds %q", name, field, value)
				}
			}
		}
		for what, part := range map[string]string{"the HTML": html, "the page": m.OnPage()} {
			for _, bad := range []string{"<script", `style="font-size:99px`, `href="`, "\u202e", "\x00"} {
				if strings.Contains(part, bad) {
					t.Errorf("%s: %q reaches %s", name, bad, what)
				}
			}
			if !strings.Contains(part, "&lt;script&gt;") {
				t.Errorf("%s: what was typed is not in %s", name, what)
			}
		}
		if strings.Count(html, "</style>") != 1 {
			t.Errorf("%s: the style is ended by what was typed", name)
		}
	}
}

// TestLinks: only a page's address becomes a link, whatever browsers or mail programs would make of another.
func TestLinks(t *testing.T) {
	for to, want := range map[string]string{
		"https://pages.example/i/a?b=1&c=2": `<a href="https://pages.example/i/a?b=1&amp;c=2" rel="x"></a>`,
		"http://127.0.0.1:8080/i":           `<a href="http://127.0.0.1:8080/i" rel="x"></a>`,
		`https://a/"><script>`:              `<a href="https://a/&#34;&gt;&lt;script&gt;" rel="x"></a>`,
	} {
		if got := written(tag("a", "href", to, "rel", "x")()); got != want {
			t.Errorf("%q becomes %s, not %s", to, got, want)
		}
	}
	for _, bad := range []string{
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", "javascript://https://a/\nalert(1)",
		"data:text/html,x", "vbscript:x", "file:///etc", "ms-word:ofe|u|https://a", "https:evil", "//evil.example", "/i/a", "",
	} {
		if got := written(tag("a", "href", bad, "rel", "x")()); got != `<a rel="x"></a>` {
			t.Errorf("%q becomes %s", bad, got)
		}
	}
}

// poison sets every string of a struct, but what names a choice.
func poison(v reflect.Value, evil string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Language" && name != "Role" && name != "Change" && name != "Term" && name != "Cause" && name != "Outcome" {
				poison(v.Field(i), evil)
			}
		}
	case reflect.Slice:
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		v.Set(copied)
		for i := range v.Len() {
			poison(v.Index(i), evil)
		}
	case reflect.String:
		v.SetString(evil)
	}
}

// TestEncodedWords has somebody type what a mail program decodes. Decoded as one does, each header says what was typed, letter by letter.
func TestEncodedWords(t *testing.T) {
	var word mime.WordDecoder
	for _, evil := range []string{
		"=?utf-8?Q?=E2=80=AEgnp.exe=0D=0ABcc:_x?=", "=?UTF-8?B?4oCuZXhlLmducA==?=", "Skylark =?iso-8859-1?q?=00?= Polska", "=?utf-8?Q?", "=?", "?==?",
		"=?utf-8?Q?" + strings.Repeat("=41", 40) + "?=", "ąć =?utf-8?Q?=E2=80=AE?=", "a=?b\r\n\x00\x07\u202e\u2066\u200b\u3164c", `"=?utf-8?Q?x?=" <a@evil.example>`,
	} {
		for name, one := range all(locale.Polish) {
			v := reflect.New(reflect.TypeOf(one)).Elem()
			v.Set(reflect.ValueOf(one))
			poison(v, evil)
			m := v.Interface().(Mail).Message()
			m.To, m.From, m.ReplyTo, m.Unsubscribe = "anna@example.com", "program@example.com", "help@example.com", ""
			raw, err := Compose(m)
			if err != nil {
				t.Fatal(name, err)
			}
			header, _, _ := open(t, raw)
			subject, err := word.DecodeHeader(header.Get("Subject"))
			if want := short(line(m.Subject), 200); err != nil || subject != want {
				t.Errorf("%s: the subject %q is decoded as %q, and not %q: %v", name, header.Get("Subject"), subject, want, err)
			}
			for field, want := range map[string]*mail.Address{
				"From": {Name: short(line(m.FromName), 120), Address: m.From}, "To": {Address: m.To}, "Reply-To": {Address: m.ReplyTo},
			} {
				if is, err := mail.ParseAddress(header.Get(field)); err != nil || *is != *want {
					t.Errorf("%s: %s %q is decoded as %v, and not %v: %v", name, field, header.Get(field), is, want, err)
				}
				// Some programs decode words inside quotes too.
				if again, err := word.DecodeHeader(header.Get(field)); err == nil && strings.ContainsAny(again, "\r\n\x00\u202e") {
					t.Errorf("%s: %s is decoded as %q", name, field, again)
				}
			}
			for _, shown := range []string{subject, m.FromName} {
				if strings.ContainsAny(line(shown), "\r\n\x00\x07\u202e\u2066\u200b\u3164") {
					t.Errorf("%s shows %q", name, shown)
				}
			}
		}
	}
}

// An international domain is shown in its own letters, and written to in ASCII's.
func TestInternationalDomain(t *testing.T) {
	const stored, shown = "anna@xn--mller-example-wob.de", "anna@müller-example.de"
	for name, one := range all(locale.English) {
		v := reflect.New(reflect.TypeOf(one)).Elem()
		v.Set(reflect.ValueOf(one))
		poison(v, stored)
		m := v.Interface().(Mail).Message()
		m.Unsubscribe, m.From = "", "program@example.com"
		raw, err := Compose(m)
		if err != nil {
			t.Fatal(name, err)
		}
		if header, _, _ := open(t, raw); header.Get("To") != stored {
			t.Errorf("%s goes to %s", name, header.Get("To"))
		}
	}
	m := all(locale.English)["08-declined"].(Declined)
	m.Address, m.To.Address = stored, stored
	if text := m.Message().Text; !strings.Contains(text, shown) || strings.Contains(text, "xn--") {
		t.Error(text)
	}
	invited := all(locale.English)["01-trial-invitation"].(TrialInvitation)
	invited.To.Address, invited.Partner.Mail = stored, stored
	if said := invited.Message(); strings.Contains(said.Text+said.HTML, "xn--") || strings.Count(said.Text, shown) < 2 {
		t.Error(said.Text)
	}
}

// TestLongestMail has a partner write as much as it may. Text and HTML both hold its terms in full;
// letters of three and four bytes take the whole mail over 100 kB, but never the HTML, which is what readers clip.
func TestLongestMail(t *testing.T) {
	for letters, most := range map[string]int{"a": 60_000, "ą": 100_000, "\"": 100_000, "世": 115_000, "😀": 145_000} {
		m := all(locale.Polish)["01-trial-invitation"].(TrialInvitation)
		m.Offer.Message, m.Offer.Terms = strings.Repeat(letters, 1000), strings.Repeat(letters, 10_000)
		message := m.Message()
		raw, err := Compose(message)
		if err != nil {
			t.Fatal(err)
		}
		if len(message.HTML) > 100_000 || len(raw) > most {
			t.Errorf("%s: HTML has %d bytes, the mail %d", letters, len(message.HTML), len(raw))
		}
	}
}

func TestAddressesAreRefused(t *testing.T) {
	good := all(locale.English)["08-declined"].Message()
	for _, bad := range []string{
		"", "anna", "anna@", "@example.com", "Anna <anna@example.com>", "anna@example.com, ewa@example.com", "anna@example.com\r\nBcc: ewa@example.com",
		" anna@example.com", "anna@example.com\x00", "zażółć@example.com", "anna@exämple.com", `"a b"@example.com`, "a,b@example.com", strings.Repeat("a", 250) + "@example.com",
	} {
		for field, set := range map[string]func(*Message){"To": func(m *Message) { m.To = bad }, "From": func(m *Message) { m.From = bad }, "Reply-To": func(m *Message) { m.ReplyTo = bad }} {
			m := good
			set(&m)
			if _, err := Compose(m); err == nil && !(field == "Reply-To" && bad == "") {
				t.Errorf("%s %q was taken", field, bad)
			}
		}
	}
	for _, bad := range []string{"x", "mailto:a@example.com", "https://", "https://a.example/\r\nX: y", "https://a.example/>"} {
		m := good
		m.Unsubscribe = bad
		if _, err := Compose(m); err == nil {
			t.Errorf("unsubscribe link %q was taken", bad)
		}
	}
	m := good
	m.HTML = ""
	if _, err := Compose(m); err == nil {
		t.Error("a mail without HTML was taken")
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("subject", "name", "text")
	f.Add("a\r\nBcc: b@example.com", "=?utf-8?q?x?=", "\x00\n--part\n")
	f.Add(strings.Repeat("ąć ", 100), "\"\\", "😀")
	f.Add("=?utf-8?Q?=E2=80=AE?=", "=?UTF-8?B?4oCu?= =?", "a\u202e\u3164")
	f.Fuzz(func(t *testing.T, subject, name, text string) {
		raw, err := Compose(Message{Template: "x", To: "a@example.com", From: "b@example.com", FromName: name, Subject: subject, Text: text + ".", HTML: "<p>.</p>"})
		if err != nil {
			return
		}
		header, _, _ := open(t, raw)
		for field := range header {
			switch field {
			case "From", "To", "Subject", "Content-Language", "Auto-Submitted", "Mime-Version", "Content-Type":
			default:
				t.Errorf("header %s was smuggled in", field)
			}
		}
		if list, err := header.AddressList("From"); err != nil || len(list) != 1 || list[0].Address != "b@example.com" || list[0].Name != short(line(name), 120) {
			t.Errorf("From %q: %v %v", header.Get("From"), list, err)
		}
		var word mime.WordDecoder
		if said, err := word.DecodeHeader(header.Get("Subject")); err != nil || said != short(line(subject), 200) {
			t.Errorf("subject %q is decoded as %q: %v", subject, said, err)
		}
	})
}

// TestReportedQuotes: mail 29 says what the recipient pressed, in its words.
func TestReportedQuotes(t *testing.T) {
	for _, l := range locale.Languages() {
		if pressed, said := locale.In(l).RedeemReportButton(), all(l)["29-offer-reported"].Message().Text; !strings.Contains(said, pressed) {
			t.Errorf("%s: no %q in\n%s", l, pressed, said)
		}
	}
}
