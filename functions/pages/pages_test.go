// Package pages_test walks every page over HTTP on a real table: each state, each refusal, each change in between.
package pages_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/pages/fallback"
	"liaison/functions/pages/home"
	"liaison/functions/pages/invitation"
	"liaison/functions/pages/offer"
	"liaison/functions/pages/receipt"
	"liaison/functions/pages/redeem"
	"liaison/functions/pages/terms"
	"liaison/functions/pages/unsubscribe"
	"liaison/infra/local/client"
	"liaison/infra/local/httpapi"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/id"
	invitations "liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/markdown"
	offers "liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	suite     = catalog.PlanID("plan_suite_trial")
	asking    = partner.ID("12345674")
	advising  = partner.ID("87654323")
	stranger  = partner.ID("11111119") // no partner has it
	idle      = partner.ID("22222228") // suspended
	unrelated = partner.ID("33333337") // not authorised for the plan
	closedIn  = "DE"
)

// seeded is what every world begins with: the first makes it by the domain's own operations, the others copy it.
var seeded struct {
	sync.Mutex
	items []map[string]types.AttributeValue
}

// world is all pages on one table, as a visitor finds them.
type world struct {
	fixture.Table
	t    testing.TB
	url  string
	at   time.Time // of the operations behind the visitor's back
	live atomic.Pointer[http.Handler]
	env  boot.Env
	last invitations.ID // for what a case does to the invitation it stands before
}

// pagesTable is what all pages together need of the table.
type pagesTable interface {
	redeem.Table
	receipt.Table
	unsubscribe.Table
}

func open(t testing.TB) *world {
	t.Helper()
	s := &world{Table: fixture.NewTable(t), t: t, at: time.Now().UTC().Truncate(time.Millisecond)}
	live := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.live.Load()).ServeHTTP(w, r) })
	server := httptest.NewServer(httpapi.Direct(nil, lambda.NewHandler(gateway.Lambda(boot.Env{}, live)).Invoke))
	t.Cleanup(server.Close)
	s.url = server.URL
	s.env = boot.Env{
		PagesURL: s.url, APIURL: "https://api.example", PostsPerAddress: 10, PostsPerClient: 60, ChecksPerCaller: 30,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if testing.Verbose() {
		s.env.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s.start(0)
	seeded.Lock()
	defer seeded.Unlock()
	if seeded.items == nil {
		s.seed()
		seeded.items = s.Items(t)
	} else {
		s.Fill(t, seeded.items)
	}
	return s
}

// start serves the pages as new processes would: with nothing remembered, on a clock that is ahead by the offset.
func (s *world) start(offset time.Duration) {
	s.env.Offset = offset
	s.serve(s.Table.Table)
}

func (s *world) serve(table pagesTable) {
	mux := http.NewServeMux()
	received, answering := receipt.Page(s.env, table), redeem.Page(s.env, table)
	for path, page := range map[string]http.Handler{
		"/{$}": home.Page(s.env, table), "/o/{code}": offer.Page(s.env, table), "/i/{token}": invitation.Page(s.env, table),
		"/redeem": answering, "/redeem/account": answering, "/redeem/check": answering, "/receipts/{token}": received, "/receipts/{token}/take-back": received,
		"/unsubscribe/{token}": unsubscribe.Page(s.env, table), "/terms/{document}": terms.Page(s.env, table), "/": fallback.Page(s.env, table),
	} {
		mux.Handle(path, page)
	}
	var all http.Handler = mux
	s.live.Store(&all)
}

func (s *world) op() op.Op {
	ids := id.From(rand.Reader)
	return op.Op{ID: ids.ULID(s.at), RequestID: "req_test", Actor: op.Actor{Kind: op.Job, ID: "test"}, At: s.at, IDs: ids}
}

func (s *world) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func both(en, pl string) catalog.Text { return catalog.Text{"en": en, "pl": pl} }

func (s *world) seed() {
	s.t.Helper()
	ctx := context.Background()
	s.must(s.SaveVendor(ctx, catalog.Vendor{
		Name: "Skylark Cloud", LegalName: "Skylark Cloud sp. z o.o.", Address: "ul. Prosta 20, 00-850 Warszawa", HelpMail: "help@skylark.example",
		HelpPhone: "+48 22 555 01 00", HelpHours: "Mon-Fri 8:00-18:00 CET", DefaultLanguage: "en", Sending: true,
	}, s.op()))
	s.plan(catalog.PlanActive)
	_, err := catalog.PutProgram(ctx, s.Table, catalog.Program{
		Name: "cloud_essentials", Title: both("Cloud Essentials", "Cloud Essentials"), Rights: []catalog.Right{catalog.DelegatedAdministration},
	}, func(catalog.Program) error { return nil }, s.op())
	s.must(err)
	s.publish(catalog.CustomerTerms, "1")
	s.publish(catalog.PartnerAgreement, "1")
	s.publish(catalog.PrivacyNotice, "1")
	s.partner(asking, "Baltic Bridge IT sp. z o.o.", "Gdańsk", "PL")
	s.partner(advising, "Vistula Advice S.A.", "Kraków", "PL")
	s.partner(idle, "Sleeping Partner GmbH", "Berlin", "PL")
	s.partner(unrelated, "Elsewhere Ltd", "London")
	s.status(idle, partner.Suspended)
}

// publish puts a version of a document in force.
func (s *world) publish(d catalog.Document, version string) {
	s.t.Helper()
	_, _, err := catalog.PublishTerms(context.Background(), s.Table, catalog.TermsDraft{Document: d, Version: version, Texts: map[string]catalog.TermsText{
		"en": {Title: "Terms of service", Markdown: "These are the terms, version " + version + ".\n\n## 1. Trial\n\nA trial costs nothing and ends by itself.\n\n- Until the end you may stop at any time.\n- Before anything is deleted you get a mail."},
		"pl": {Title: "Warunki korzystania z usług", Markdown: "Oto warunki, wersja " + version + ".\n\n## 1. Okres próbny\n\nOkres próbny jest bezpłatny i kończy się sam.\n\n- Z usługi można zrezygnować w każdej chwili.\n- Zanim cokolwiek usuniemy, wyślemy wiadomość."},
	}}, markdown.HTML, s.op())
	s.must(err)
}

func (s *world) plan(status catalog.PlanStatus) {
	s.t.Helper()
	stored, err := s.Plan(context.Background(), suite)
	if err == nil {
		stored.Status = status
	} else {
		stored = catalog.Plan{
			ID: suite, Status: status, Name: both("Skylark Suite", "Pakiet Skylark"), Description: both("Mail, files and meetings in one plan", "Poczta, pliki i spotkania w jednym planie"),
			Services: []catalog.Service{
				{ID: "mail", Name: both("Skylark Mail", "Poczta Skylark"), Description: both("50 GB a mailbox", "50 GB na skrzynkę")},
				{ID: "files", Name: both("Skylark Files", "Pliki Skylark"), Description: both("1 TB a user", "1 TB na użytkownika")},
			},
			Trial: &catalog.Trial{Licenses: 25, Days: 30}, Licenses: catalog.Bounds{Min: 1, Max: 300, Default: 25}, Countries: []string{"PL", closedIn},
			CreatedAt: s.at, ChangedAt: s.at,
		}
	}
	s.must(s.SavePlan(context.Background(), stored, event.New(s.op(), event.Vendor(), event.Of(suite, catalog.PlanChangedEvent{})), s.op()))
}

func (s *world) partner(p partner.ID, name, city string, countries ...string) {
	s.t.Helper()
	ctx := context.Background()
	first := partner.User{
		ID: partner.UserID("usr_" + string(p) + "_" + s.op().NewID()), Partner: p, Name: "Piotr", Mail: "piotr@" + string(p) + ".example", CompanyRole: partner.GlobalAdmin,
		CustomerAccess: partner.Full, CreatedAt: s.at, Version: 1,
	}
	s.must(s.CreatePartner(ctx, partner.Partner{
		ID: p, Status: partner.Active, LegalName: name, Country: "PL", City: city, Website: "https://www.baltic.example", Phone: "+48 58 555 02 00",
		Mail: "hello@" + string(p) + ".example", SupportHours: "Mon–Fri 8:00–18:00", Language: "pl",
		Verification: partner.Verification{MailAt: s.at, PhoneAt: s.at, ConfirmedAt: s.at, By: "usr_v_test"},
		Enrolments:   []partner.Enrolment{{Program: "cloud_essentials", From: s.at.AddDate(0, -1, 0)}}, GlobalAdmins: 1, CreatedAt: s.at, Version: 1,
	}, []string{string(p)}, first, event.New(s.op(), event.Partner(string(p)), event.Of(p, partner.ActivatedEvent{})), s.op()))
	if len(countries) > 0 {
		s.must(s.SaveAuthorisation(ctx, partner.Authorisation{Partner: p, Plan: suite, Countries: countries, From: s.at.AddDate(0, -1, 0), CreatedAt: s.at},
			event.New(s.op(), event.Partner(string(p)), event.Of(p, partner.AuthorisedEvent{})), s.op()))
	}
}

// status puts a partner into another state.
func (s *world) status(p partner.ID, status partner.Status) {
	s.t.Helper()
	stored, err := s.Partner(context.Background(), p)
	s.must(err)
	stored.Status = status
	s.must(s.SavePartner(context.Background(), stored, nil, nil, event.New(s.op(), event.Partner(string(p)), event.Of(p, partner.SuspendedEvent{})), s.op()))
}

// offer makes a trial offer that asks for limited administration; change may change the wish.
func (s *world) offer(change func(*offers.Draft)) offers.Offer {
	s.t.Helper()
	wish := offers.Draft{
		Kind: offers.Trial, Partner: asking, Access: partner.Full, Country: "PL", Items: []offers.Item{{Plan: suite}}, Language: "en",
		Message:      "Good morning, as agreed on the phone: try the suite with your team.\nWe help you with the move.",
		PartnerTerms: &offers.Terms{Title: "Support agreement", Text: "1. We answer within one working day.\n2. Advice during the trial is free."},
		Delegation:   &offers.Delegation{Role: offers.RoleLimited},
	}
	if change != nil {
		change(&wish)
	}
	made, err := offers.Make(context.Background(), s.Table, wish, s.op())
	s.must(err)
	return made
}

// plain is an offer that asks for nothing but a yes.
func plain(d *offers.Draft) { d.Delegation, d.PartnerTerms, d.Message = nil, nil, "" }

// invite makes an invitation and its personal link, as dispatch does.
func (s *world) invite(of offers.Offer, mail, language string) (invitations.Invitation, string) {
	s.t.Helper()
	made, err := invitations.Send(context.Background(), s.Table, of.ID, []invitations.Recipient{{Mail: mail, Language: language}}, 0, 500, s.op())
	s.must(err)
	return s.link(made[0].ID)
}

// link mails one more secret of an invitation.
func (s *world) link(inv invitations.ID) (invitations.Invitation, string) {
	s.t.Helper()
	stored, err := s.Invitation(context.Background(), inv, true)
	s.must(err)
	o := s.op()
	secret := o.IDs.Secret()
	ok, err := s.AddLink(context.Background(), stored, secret, o)
	s.must(err)
	if !ok {
		s.t.Fatal("the link was refused")
	}
	stored.Version++
	return stored, "/i/" + token.Join(string(inv), secret)
}

// invitation reads it as it stands.
func (s *world) invitation(inv invitations.ID) invitations.Invitation {
	s.t.Helper()
	stored, err := s.Invitation(context.Background(), inv, true)
	s.must(err)
	return stored
}

// resend is what the partner does: the old link dies.
func (s *world) save(inv invitations.ID, decide func(invitations.Invitation) (invitations.Invitation, error)) {
	s.t.Helper()
	changed, err := decide(s.invitation(inv))
	s.must(err)
	s.must(s.SaveInvitation(context.Background(), changed, event.New(s.op(), event.Partner(string(asking)), event.Of(inv, invitations.RevokedEvent{})), s.op()))
}

// change makes one transition of an offer.
func (s *world) change(of offers.ID, decide func(offers.Offer, int) (offers.Offer, error)) {
	s.t.Helper()
	_, _, err := offers.Change(context.Background(), s.Table, of, offers.WithdrawnEvent{}, s.op(), decide)
	s.must(err)
}

func (s *world) withdraw(of offers.ID) {
	s.change(of, func(o offers.Offer, used int) (offers.Offer, error) { return o.Withdraw(used, s.at) })
}

func (s *world) pause(of offers.ID) {
	s.change(of, func(o offers.Offer, used int) (offers.Offer, error) { return o.Pause("partner", used, s.at) })
}

// closeRegion makes trials unavailable in the offer's country.
func (s *world) closeRegion() {
	s.t.Helper()
	s.must(s.SaveAvailability(context.Background(), catalog.Availability{
		Regions: []catalog.Region{{ID: "eu_central", Name: both("Central Europe", "Europa Środkowa"), Countries: []string{"PL"}}},
		Gaps:    []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "eu_central", Reason: both("closed", "zamknięte")}},
	}, event.New(s.op(), event.Vendor(), event.Of("availability", catalog.AvailabilityChangedEvent{})), s.op()))
}

// leave ends the asking partner's enrolment, and with it its right to ask for delegated administration.
func (s *world) leave() {
	s.t.Helper()
	stored, err := s.Partner(context.Background(), asking)
	s.must(err)
	stored.Enrolments = nil
	s.must(s.SavePartner(context.Background(), stored, nil, nil, event.New(s.op(), event.Partner(string(asking)), event.Of(asking, partner.ProgramLeftEvent{})), s.op()))
}

// deauthorise takes the plan from the asking partner.
func (s *world) deauthorise() {
	s.t.Helper()
	_, held, err := s.AuthorisationFacts(context.Background(), asking, suite)
	s.must(err)
	s.must(s.EndAuthorisation(context.Background(), held, event.New(s.op(), event.Partner(string(asking)), event.Of(asking, partner.DeauthorisedEvent{})), s.op()))
}

// user makes the address a user of a customer, by way of another offer.
func (s *world) user(mail string) {
	s.t.Helper()
	_, link := s.invite(s.offer(plain), mail, "en")
	s.atCheck(link, "en", "").start(http.StatusOK)
}

// report says "I do not know this partner" of the last invitation.
func (s *world) report() {
	s.t.Helper()
	s.save(s.last, func(i invitations.Invitation) (invitations.Invitation, error) { return i.Report(s.at) })
}

// visitor is a person before these pages.
type visitor struct {
	*client.Visitor
	s *world
	w locale.Words
}

func (s *world) visitor(language string) *visitor {
	return &visitor{client.NewVisitor(language), s, locale.In(locale.Language(language))}
}

// get opens a path and fails where the status is another.
func (v *visitor) get(status int, path string) client.Page {
	v.s.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.s.url + path
	}
	page, err := v.Get(v.s.t.Context(), path)
	v.s.must(err)
	v.look(page, status, path)
	return page
}

// press presses a button and fails where the status is another.
func (v *visitor) press(status int, button string, fields ...string) client.Page {
	v.s.t.Helper()
	page, err := v.Press(v.s.t.Context(), button, fields...)
	v.s.must(err)
	v.look(page, status, button)
	return page
}

// look holds a page against what every page must be.
func (v *visitor) look(page client.Page, status int, way string) {
	v.s.t.Helper()
	if page.Status != status {
		v.s.t.Fatalf("%s: %d on %s, not %d:\n%s", way, page.Status, page.URL, status, page.Text())
	}
	h := page.Header
	if !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" ||
		h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Strict-Transport-Security") == "" ||
		h.Get("Cross-Origin-Opener-Policy") == "" || h.Get("Request-Id") == "" {
		v.s.t.Errorf("%s: headers %v", way, h)
	}
	if strings.Contains(h.Get("Content-Type"), "html") {
		body := string(page.Body)
		for _, broken := range []string{"ZgotmplZ", "<no value>", "%!", "<script", " style="} {
			if strings.Contains(body, broken) {
				v.s.t.Errorf("%s: %q stands in the page", way, broken)
			}
		}
		if main, _, _ := strings.Cut(body, "</main>"); page.Status >= 400 && !strings.Contains(main, `class="button`) {
			v.s.t.Errorf("%s: %d, and no button leads on:\n%s", way, page.Status, page.Text())
		}
		if n := strings.Count(body, "<h1>"); n != 1 {
			v.s.t.Errorf("%s: %d h1", way, n)
		}
	}
}

// atCheck brings an invitee before the last button.
func (s *world) atCheck(link, language, delegation string) *visitor {
	s.t.Helper()
	v := s.visitor(language)
	v.get(http.StatusOK, link)
	fields := []string{}
	if delegation != "" {
		fields = append(fields, "delegation", delegation)
	}
	v.press(http.StatusOK, v.w.RedeemNext(), fields...)
	v.press(http.StatusOK, v.w.RedeemContinue(), "company", "Zakład Nowak", "name", "Anna Nowak", "language", language)
	if v.Page.URL.Path != "/redeem/check" {
		s.t.Fatalf("stands on %s", v.Page.URL)
	}
	return v
}

func (v *visitor) start(status int) client.Page {
	v.s.t.Helper()
	return v.press(status, v.w.RedeemStart(30), "agree", "yes")
}

// spaced returns a text with ordinary spaces alone, so that a test can say its words as one types them.
func spaced(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// has fails where the page lacks one of the words.
func (v *visitor) has(words ...string) {
	v.s.t.Helper()
	text := v.Page.Text()
	for _, word := range words {
		if !strings.Contains(spaced(text), spaced(word)) {
			v.s.t.Errorf("%s lacks %q:\n%s", v.Page.URL, word, text)
		}
	}
}

// see leaves the page for the camera where LIAISON_PICTURES names a folder.
func (v *visitor) see(name string) {
	folder := os.Getenv("LIAISON_PICTURES")
	if folder == "" {
		return
	}
	v.s.must(os.WriteFile(filepath.Join(folder, name+"-"+string(v.w.Language())+".html"), v.Page.Body, 0o600))
}

// events returns the types of what happened, in order.
func (s *world) events(kind event.Type) int {
	s.t.Helper()
	n := 0
	for _, item := range s.Items(s.t) {
		raw, err := json.Marshal(item) // some events keep their changes in what lists show
		s.must(err)
		n += strings.Count(string(raw), strconv.Quote(string(kind)))
	}
	return n
}
