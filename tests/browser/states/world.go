// Package states is the running system as the tests of pages find it, and the list of everything that can stand before a person:
// each page in each state, with the way there. The tests look at all of it, the camera pictures all of it.
package states

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/tests/browser/chrome"
)

// World is the system, its sample program, and a browser before it.
type World struct {
	System  *system.System
	Program *sample.Program
	Mailbox client.Mailbox
	Browser *chrome.Browser
	// Candidate is a partner that may become partner of record in place of the sample's.
	Candidate string

	numbers atomic.Int64
	shared  map[string]*shared // by language
}

// shared is what the states of a language have in common.
type shared struct {
	invited struct {
		sync.Mutex
		of      contract.Offer // the sample's trial offer
		waiting []invited      // invited by mail already, for who needs an invitation
	}
	kept sync.Map // what states only look at, by name: *kept
}

// kept is what was made once for all states of a language.
type kept struct {
	sync.Mutex
	is any
}

// once returns what has been made under a name for the visit's language, and makes it where it is the first to ask.
func once[T any](v *Visit, name string, first func() T) T {
	found, _ := v.shared[v.Language].kept.LoadOrStore(name, &kept{})
	one := found.(*kept)
	one.Lock()
	defer one.Unlock()
	if one.is == nil {
		one.is = first()
	}
	return one.is.(T)
}

// PostsPerAddress is how often a minute one address can be typed on a public link here.
const PostsPerAddress = 2

// Open starts everything; Close ends it.
func Open(ctx context.Context) (*World, error) {
	s := &World{shared: map[string]*shared{}}
	for _, language := range Languages {
		s.shared[language] = &shared{}
	}
	var err error
	if s.System, err = system.Start(ctx, system.Options{Long: true, Borrow: true, Environment: map[string]string{
		"MAIL_PER_SECOND": "1000", // many are invited at once; a mail that finds no turn waits for the job retry
		// Every visitor of a test comes from one address.
		"POSTS_PER_CLIENT": "1000000", "CHECKS_PER_CALLER": "1000000", "POSTS_PER_ADDRESS": fmt.Sprint(PostsPerAddress),
	}}); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *World) open(ctx context.Context) error {
	var err error
	s.Mailbox = client.Mailbox{Base: s.System.Endpoints.Mailbox}
	if s.Browser, err = s.Start(chrome.Shell); err != nil {
		return err
	}
	if s.Program, err = sample.Load(ctx, s.System); err != nil {
		return err
	}
	var made contract.Partner
	if _, err := s.Program.Operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners", contract.PartnerCreate{
		LegalName: "Vistula Advice S.A.", Country: "PL", City: "Kraków", Website: "https://vistula.example", Phone: "+48 12 555 01 11",
		Email: "biuro@vistula.example", Administrator: contract.Administrator{Name: "Jan Maj", Email: "jan.maj@vistula.example"},
	}, &made); err != nil {
		return err
	}
	s.Candidate = made.PartnerID
	if _, err := s.Program.Operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+s.Candidate+"/verify", contract.PartnerVerify{}, nil); err != nil {
		return err
	}
	_, err = s.Program.Operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+s.Candidate+"/authorisations/"+sample.TrialPlan,
		contract.PartnerAuthorise{Countries: []string{sample.Country}}, nil)
	return err
}

// Start starts one more browser, the one that chrome.Shell or chrome.Full finds.
func (s *World) Start(find func() (string, error)) (*chrome.Browser, error) {
	return chrome.Start(find, filepath.Join(s.System.Root(), "infra", "local", "services", "node_modules", "axe-core", "axe.min.js"))
}

// Close ends the browser and the system.
func (s *World) Close() error {
	var err error
	if s.Browser != nil {
		err = s.Browser.Close()
	}
	return errors.Join(err, s.System.Close())
}

// Address returns a mail address that nobody else has.
func (s *World) Address(name string) string {
	return fmt.Sprintf("%s-%d@example.com", name, s.numbers.Add(1))
}

// Patience ends when something that should have happened by itself has not. It outlives the test: what a test changed is changed back after it.
func Patience(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// Must makes a call of the API and fails where it gets another status.
func (s *World) Must(t testing.TB, who client.API, status int, method, path string, body, into any, headers ...string) client.Answer {
	t.Helper()
	got, err := who.Must(Patience(t), status, method, path, body, into, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Settle waits until nothing is left to happen by itself.
func (s *World) Settle(t testing.TB) {
	t.Helper()
	if err := s.System.Settle(Patience(t)); err != nil {
		t.Fatal(err)
	}
}

// Apply lets the job apply the imports that were started.
func (s *World) Apply(t testing.TB) {
	t.Helper()
	if err := s.System.Tick(Patience(t), "ImportsJob", s.System.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
}

// Offer makes a trial offer of the sample's partner in a language; change may change the wish.
func (s *World) Offer(t testing.TB, language string, change func(*contract.OfferCreate)) contract.Offer {
	t.Helper()
	wish := sample.TrialOffer(language)
	if change != nil {
		change(&wish)
	}
	var made contract.Offer
	s.Must(t, s.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/offers", wish, &made)
	return made
}

// Plain is an offer that asks for nothing but a yes.
func Plain(o *contract.OfferCreate) {
	o.DelegatedAdministration, o.PartnerTerms, o.Message = nil, nil, nil
}

// Public returns the address of an offer's own link.
func (s *World) Public(of contract.Offer) string {
	return s.System.Endpoints.Pages + "/o/" + strings.TrimPrefix(of.ID, "ofr_")
}

// Dump returns every item of the table as text, sorted: two equal dumps are two equal tables.
func (s *World) Dump(t testing.TB) string {
	t.Helper()
	var lines []string
	pages := dynamodb.NewScanPaginator(s.System.Table(), &dynamodb.ScanInput{TableName: &s.System.Endpoints.Table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			raw, err := json.Marshal(item)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(raw))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

type invited struct {
	contract.Invitation
	Offer contract.Offer
	Link  string // the personal one
	Stop  string // the one to unsubscribe
}

// invite mails personal links of an offer and waits until they have come.
func (s *World) invite(t testing.TB, of contract.Offer, language string, addresses ...string) []invited {
	t.Helper()
	var send contract.InvitationSend
	for _, address := range addresses {
		send.Recipients = append(send.Recipients, contract.Recipient{Email: address, Language: ptr(contract.Language(language))})
	}
	var sent contract.InvitationsSent
	s.Must(t, s.Program.Partner, http.StatusCreated, http.MethodPost, "/v1/offers/"+of.ID+"/invitations", send, &sent)
	made, missing := make([]invited, len(addresses)), len(addresses)
	for i := range made {
		made[i] = invited{Invitation: sent.Data[i], Offer: of}
	}
	if err := s.Mailbox.Watch(Patience(t), func(m client.Mail) bool {
		for i := range made {
			if link := s.personal(m, made[i].ID); link != "" {
				made[i].Link, made[i].Stop = link, m.Link(s.System.Endpoints.Pages+"/unsubscribe/")
				missing--
			}
		}
		return missing == 0
	}); err != nil {
		said, _ := s.System.Logs("DispatchJob")
		t.Fatalf("%d of %d mails with a link: %v\n%s", len(made)-missing, len(made), err, said[max(0, len(said)-4000):])
	}
	return made
}

// personal returns the personal link of an invitation in a mail; empty where it is another mail.
func (s *World) personal(m client.Mail, invitation string) string {
	return m.Link(s.System.Endpoints.Pages + "/i/" + invitation)
}

// Invite returns somebody newly invited to the language's offer.
func (s *World) Invite(t testing.TB, language string) invited {
	t.Helper()
	const atOnce = 30
	ready := &s.shared[language].invited
	ready.Lock()
	defer ready.Unlock()
	if len(ready.waiting) == 0 {
		if ready.of.ID == "" {
			ready.of = s.Offer(t, language, nil)
		}
		var addresses []string
		for range atOnce {
			addresses = append(addresses, s.Address("anna"))
		}
		ready.waiting = s.invite(t, ready.of, language, addresses...)
	}
	next := ready.waiting[0]
	ready.waiting = ready.waiting[1:]
	return next
}

// Visit is one person before the browser, in one language.
type Visit struct {
	*World
	*chrome.Page
	T        testing.TB
	Language string
	W        locale.Words
}

// Visit returns somebody before a page, or before none yet where it is nil.
func (s *World) Visit(t testing.TB, language string, page *chrome.Page) *Visit {
	v := &Visit{World: s, T: t, Language: language, W: locale.In(locale.Language(language))}
	if page != nil {
		v.Page = page.In(t)
	}
	return v
}

// URL returns the address of a path of the pages.
func (v *Visit) URL(path string) string { return v.System.Endpoints.Pages + path }

// Invited returns a new invitation in the visit's language.
func (v *Visit) Invited() invited { return v.World.Invite(v.T, v.Language) }

// To invites an address, or a new one where it is empty, to an offer.
func (v *Visit) To(of contract.Offer, address string) invited {
	v.T.Helper()
	if address == "" {
		address = v.Address("anna")
	}
	return v.invite(v.T, of, v.Language, address)[0]
}

// Answered answers an invitation up to the last button, with an answer to delegated administration and fields of the first page, past the browser: what was answered stands on the invitation.
func (v *Visit) Answered(inv invited, administration string, fields ...string) *client.Visitor {
	v.T.Helper()
	someone := client.NewVisitor(v.Language)
	_, err := someone.Get(v.T.Context(), inv.Link)
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.SiteNext(), fields...)
	}
	if err == nil && inv.Offer.DelegatedAdministration != nil {
		_, err = someone.Press(v.T.Context(), v.W.SiteNext(), "delegation", administration)
	}
	if err == nil {
		_, err = someone.Press(v.T.Context(), v.W.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak", "language", v.Language)
	}
	if err == nil && someone.Page.URL.Path != "/redeem/check" {
		err = fmt.Errorf("stands on %s: %s", someone.Page.URL, someone.Page.Text())
	}
	if err != nil {
		v.T.Fatal(err)
	}
	return someone
}

// Started is Answered and the last button: it returns the receipt's address.
func (v *Visit) Started(inv invited, administration string, fields ...string) string {
	v.T.Helper()
	someone := v.Answered(inv, administration, fields...)
	page, err := someone.Press(v.T.Context(), v.W.RedeemStart(30), "agree", "yes")
	if err == nil && !strings.HasPrefix(page.URL.Path, "/receipts/") {
		err = fmt.Errorf("stands on %s: %s", page.URL, page.Text())
	}
	if err != nil {
		v.T.Fatal(err)
	}
	return page.URL.String()
}

// Check returns the address of the check page of an invitation.
func (v *Visit) Check(inv invited) string { return v.URL("/redeem/check?i=" + inv.ID) }

func ptr[T any](v T) *T { return &v }
