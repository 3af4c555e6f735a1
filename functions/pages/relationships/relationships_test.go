package relationships_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"liaison/functions/pages/relationships"
	"liaison/infra/local/client"
	"liaison/infra/local/httpapi"
	"liaison/shared/boot"
	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// tied is a customer of one partner that is everything to it, and the pages about that.
type tied struct {
	fixture.World
	t     *testing.T
	url   string
	live  atomic.Pointer[http.Handler]
	owner consent.Consent
	name  string
}

const day = 24 * time.Hour

func ties(t *testing.T) *tied {
	t.Helper()
	s := &tied{t: t}
	live := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.live.Load()).ServeHTTP(w, r) })
	server := httptest.NewServer(httpapi.Direct(nil, lambda.NewHandler(gateway.Lambda(boot.Env{}, live)).Invoke))
	t.Cleanup(server.Close)
	f := fixture.Open(t)
	s.url, f.Env.PagesURL = server.URL, server.URL
	s.World = f.Populate(t)
	s.Resells(t)
	s.owner = s.Trial(t, "anna@customer.example", "yes")
	s.Resold(t, s.owner)
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	s.name = p.LegalName
	s.later(0)
	return s
}

// later serves the pages on a clock that is ahead.
func (s *tied) later(by time.Duration) {
	s.Env.Offset = by
	var page http.Handler = relationships.Page(s.Env, s.Table)
	s.live.Store(&page)
}

// member returns a user of the customer with a role, signed in, as it reads in a language.
func (s *tied) member(language string, roles ...customer.Role) *client.Visitor {
	s.t.Helper()
	o := s.Op("test")
	mail, secret := "m"+o.NewID()+"@customer.example", o.IDs.Secret()
	s.Login(s.t, s.Member(s.t, s.owner.Customer.ID, mail, roles...), mail)
	if _, err := s.Table.SignIn(s.t.Context(), "https://issuer.test", mail, mail, secret, "", o); err != nil {
		s.t.Fatal(err)
	}
	v := client.NewVisitor(language)
	v.Plant(s.url, "__Host-"+site.SessionCookie, secret)
	if _, err := v.Get(s.t.Context(), s.url+"/account/partners?lang="+language); err != nil {
		s.t.Fatal(err)
	}
	return v
}

func (s *tied) path(step string) string {
	return "/account/partners/" + string(s.Partner) + "/" + step
}

func (s *tied) get(v *client.Visitor, status int, path string, words ...string) {
	s.t.Helper()
	page, err := v.Get(s.t.Context(), s.url+path)
	s.look(v, page, err, status, words)
}

func (s *tied) press(v *client.Visitor, status int, button string, fields []string, words ...string) {
	s.t.Helper()
	page, err := v.Press(s.t.Context(), button, fields...)
	s.look(v, page, err, status, words)
}

func (s *tied) look(_ *client.Visitor, page client.Page, err error, status int, words []string) {
	s.t.Helper()
	if err != nil || page.Status != status {
		s.t.Fatalf("%s: %d, not %d: %v\n%s", page.URL, page.Status, status, err, page.Text())
	}
	for _, word := range words {
		if !strings.Contains(pagetest.Spaced(page.Text()), pagetest.Spaced(word)) {
			s.t.Fatalf("%s lacks %q:\n%s", page.URL, word, page.Text())
		}
	}
}

func (s *tied) tie() (relationship.Relationship, *relationship.Grant) {
	s.t.Helper()
	r, g, err := s.Table.Relationship(s.t.Context(), s.owner.Customer.ID, s.Partner)
	if err != nil {
		s.t.Fatal(err)
	}
	return r, g
}

func (s *tied) dump() string {
	s.t.Helper()
	text, err := json.Marshal(s.Items(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

var steps = []string{"remove", "ask", "withdraw", "extend", "dispute"}

// TestTies shows every tie with what it allows, to each role what it may do, in both languages; opening writes nothing.
func TestTies(t *testing.T) {
	t.Parallel()
	s := ties(t)
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		w := locale.In(language)
		global, billing, users := s.member(string(language), customer.GlobalAdmin), s.member(string(language), customer.BillingAdmin), s.member(string(language), customer.UserAdmin)
		nobody := s.member(string(language))
		before := s.dump()
		all := []string{s.name, w.DelegatedAdministrationLabel(), w.PartnerOfRecordLabel(), w.PartnersReseller(), w.PartnersCanAdvise(), w.PartnersCanSell(), w.PartnersResellerOnly(), s.owner.User.Name, w.PartnersExtendNone()}
		all = append(all, strings.Split(w.DelegatedAdministrationLimitedCanList(), "\n")...)
		s.get(global, 200, "/account/partners", append(all, w.PartnersDispute(), w.PartnersExtendOn(), w.PartnersRemove(), w.PartnersAsk(), w.PartnersChangePartnerOfRecord())...)
		s.get(billing, 200, "/account/partners", append(all, w.PartnersAsk(), w.PartnersChangePartnerOfRecord(), w.PartnersAdministratorOnly())...)
		s.get(users, 200, "/account/partners", append(all, w.PartnersAdministratorOnly())...)
		for v, absent := range map[*client.Visitor][]string{
			billing: {w.PartnersDispute(), w.PartnersExtendOn(), w.PartnersRemove()}, users: {w.PartnersAsk(), w.PartnersChangePartnerOfRecord(), w.PartnersDispute()},
		} {
			for _, word := range absent {
				if len(v.Page.Links(word)) > 0 {
					t.Errorf("%q is offered to who may not", word)
				}
			}
		}
		if !strings.Contains(string(global.Page.Body), "disabled aria-describedby") {
			t.Error("the reseller's Remove is not greyed")
		}
		s.get(nobody, 403, "/account/partners")
		for _, step := range steps {
			want := 200
			s.get(global, want, s.path(step))
			s.get(users, 403, s.path(step))
			if step == "ask" || step == "withdraw" {
				s.get(billing, 200, s.path(step))
			} else {
				s.get(billing, 403, s.path(step))
			}
			s.get(global, 404, "/account/partners/11111119/"+step)
		}
		if s.dump() != before {
			t.Error("opening pages changed the table")
		}
	}
}

// TestTiesFacts: the card of a partner says how it is reached, once that is verified, what each tie allows, and since when.
func TestTiesFacts(t *testing.T) {
	t.Parallel()
	s := ties(t)
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := s.tie()
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		w := locale.In(language)
		v := s.member(string(language), customer.BillingAdmin)
		since := s.subscription().PartnerOfRecord.Since.In(calendar.Zone(r.CustomerCountry))
		s.get(v, 200, "/account/partners", p.Phone, p.Mail, p.SupportHours, w.PartnersAdvisedSince("", since))
		seen := regexp.MustCompile(`<span class="hidden-text">[^<]*</span>`).ReplaceAllString(string(v.Page.Body), "")
		if n := strings.Count(pagetest.Spaced(seen), s.name); n != 1 {
			t.Errorf("the partner is named %d times, not once", n)
		}
	}
	o := s.Op("test")
	p.Verification.MailAt = time.Time{}
	if err := s.Table.SavePartner(t.Context(), p, nil, nil, event.New(o, event.Partner(string(p.ID)), event.Of(p.ID, partner.ProfileChangedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	v := s.member("en", customer.BillingAdmin)
	for _, unverified := range []string{p.Phone, p.Mail} {
		if strings.Contains(v.Page.Text(), unverified) {
			t.Errorf("%q is shown, and was not verified", unverified)
		}
	}
}

// oneCall is the table, which counts how often the page reads partners.
type oneCall struct {
	*dynamo.Table
	read *atomic.Int32
}

func (c oneCall) Partner(ctx context.Context, id partner.ID) (partner.Partner, error) {
	c.read.Add(1)
	return c.Table.Partner(ctx, id)
}

func (c oneCall) PartnersOf(ctx context.Context, ids []partner.ID) (map[partner.ID]partner.Partner, error) {
	c.read.Add(1)
	return c.Table.PartnersOf(ctx, ids)
}

// TestTiesRead reads the partners of several ties in one call.
func TestTiesRead(t *testing.T) {
	t.Parallel()
	s := ties(t)
	other := s.Company(t)
	other.Resold(t, s.owner)
	v := s.member("en", customer.BillingAdmin)
	table := oneCall{s.Table, new(atomic.Int32)}
	var page http.Handler = relationships.Page(s.Env, table)
	s.live.Store(&page)
	s.get(v, 200, "/account/partners", partnername.ID(s.Partner), partnername.ID(other.Partner))
	if n := table.read.Load(); n != 1 {
		t.Errorf("%d calls read the partners of two ties, not one", n)
	}
}

// subscription returns the customer's only one.
func (s *tied) subscription() subscription.Subscription {
	s.t.Helper()
	found, _, err := s.Table.SubscriptionsOf(s.t.Context(), s.owner.Customer.ID, dynamo.Page{Limit: 1}, nil)
	if err != nil || len(found) != 1 {
		s.t.Fatal(found, err)
	}
	return found[0]
}

// over is the badge of what has ended.
const over = `class="badge calm dot"`

// TestTiesEnded: what has ended stands below what runs, with since and until when, by whom, and the receipt; nothing of it can be pressed.
func TestTiesEnded(t *testing.T) {
	t.Parallel()
	s := ties(t)
	other := s.Company(t)
	other.Resold(t, s.owner)
	ctx, mine, r := t.Context(), s.owner.Customer.ID, consent.ID(s.owner.ID)
	named := s.subscription().PartnerOfRecord.Since.In(calendar.Zone("PL"))
	at := s.Op("test").At.In(calendar.Zone("PL"))
	_, err := relationship.RequestRemoval(ctx, s.Table, mine, s.Partner, s.owner.User.ID, "", s.Op("customer"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = relationship.EndReseller(ctx, s.Table, mine, s.Partner, "We stop selling.", s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	shown := func(v *client.Visitor, words ...string) {
		t.Helper()
		s.get(v, 200, "/account/partners", words...)
	}
	for _, language := range []locale.Language{locale.English, locale.Polish} { // the delegated administration runs on
		w := locale.In(language)
		v := s.member(string(language), customer.GlobalAdmin)
		shown(v, w.PartnersActive(), w.PartnersEnded(), w.PartnersEndedTerm(at, at), w.PartnersEndedByPartner(), w.PartnersAnswer("We stop selling."))
	}
	if _, err = relationship.EndGrant(ctx, s.Table, mine, s.Partner, relationship.ByCustomer, "", s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	if _, err = relationship.StepDown(ctx, s.Table, mine, s.Partner, relationship.ByPartner, "", s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		w := locale.In(language)
		plan := map[locale.Language]string{locale.English: "Suite", locale.Polish: "Pakiet"}[language]
		v := s.member(string(language), customer.UserAdmin)
		shown(v, w.PartnersEndedByCustomer(), w.PartnersTerm(w.DelegatedAdministrationLimitedName(), at, at), w.ReceiptNamed(r.Reference()),
			w.PartnersEndedAdvised(plan, named, at), w.PartnersAgreedBy(s.owner.User.Name))
		if to := v.Page.Links(w.ReceiptNamed(r.Reference())); len(to) != 1 || to[0] != s.url+"/account/receipts/"+string(r) {
			t.Errorf("the receipt is at %v", to)
		}
		said := pagetest.Spaced(v.Page.Text())
		if n := strings.Count(string(v.Page.Body), over); n != 3 {
			t.Errorf("%d have ended, not 3:\n%s", n, said)
		}
		runs, ended := strings.Index(said, pagetest.Spaced(partnername.ID(other.Partner))), strings.Index(said, pagetest.Spaced(partnername.ID(s.Partner)))
		if runs < 0 || ended < runs {
			t.Error("what has ended does not stand last")
		}
		if n := strings.Count(said, pagetest.Spaced(w.PartnersAllowed())); n != 1 {
			t.Errorf("%d partners may do something, not one", n)
		}
		_, card, _ := strings.Cut(string(v.Page.Body), `id="partner-`+string(s.Partner))
		if strings.Contains(card, "<button") || strings.Contains(card, s.path("")) {
			t.Errorf("something that has ended can be pressed:\n%s", card)
		}
	}
}

// TestTiesExpired: a delegated administration whose day has come has ended, whether or not a job ran; before, its badge counts the days.
func TestTiesExpired(t *testing.T) {
	t.Parallel()
	s := ties(t)
	w := locale.In(locale.English)
	s.later(355 * day)
	s.get(s.member("en", customer.GlobalAdmin), 200, "/account/partners", w.PartnersEndsIn(10))
	s.later(366 * day)
	v := s.member("en", customer.GlobalAdmin)
	s.get(v, 200, "/account/partners", w.PartnersEnded(), w.PartnersEndedInTime())
	if len(v.Page.Links(w.PartnersRemove())) > 0 {
		t.Error("what has ended is offered to be removed")
	}
}

// TestTiesOlder: of partners whose ties all ended the ten newest are shown, and the way to the others.
func TestTiesOlder(t *testing.T) {
	t.Parallel()
	s := ties(t)
	w := locale.In(locale.English)
	v := s.member("en", customer.GlobalAdmin)
	var first partner.ID
	for i := range 11 {
		other := s.Company(t)
		other.Resold(t, s.owner)
		if _, err := relationship.EndReseller(t.Context(), s.Table, s.owner.Customer.ID, other.Partner, "", s.Op("partner")); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = other.Partner
		} else if i < 9 {
			continue
		}
		s.get(v, 200, "/account/partners", partnername.ID(other.Partner))
		n, older := strings.Count(string(v.Page.Body), over), len(v.Page.Links(w.PartnersEndedOlder()))
		if n != min(i+1, 10) || older != i/10 {
			t.Errorf("of %d that ended %d are shown, with %d ways to the others", i+1, n, older)
		}
	}
	if strings.Contains(pagetest.Spaced(v.Page.Text()), pagetest.Spaced(partnername.ID(first))) {
		t.Error("it is not the oldest that is left out")
	}
}

// TestTiesAsk asks the reseller to go, sees how that stands as the days pass, takes it back, and reads its answers.
func TestTiesAsk(t *testing.T) {
	t.Parallel()
	s := ties(t)
	w := locale.In(locale.English)
	v := s.member("en", customer.BillingAdmin)
	s.get(v, 200, s.path("ask"), w.PartnersAskText(s.name, "Northwind"))
	s.press(v, 422, w.PartnersAsk(), []string{"reason", strings.Repeat("x", 501)}, w.PartnersReasonLong(500))
	s.press(v, 200, w.PartnersAsk(), []string{"reason", "We leave."}, w.PartnersAsked(), w.PartnersWithdraw(), w.PartnersRequestToday())
	if r, _ := s.tie(); r.Removal == nil || r.Removal.Reason != "We leave." || r.Removal.Status != relationship.Open {
		t.Fatalf("%+v", r.Removal)
	}
	s.get(v, 200, s.path("ask"), w.PartnersTitle()) // one is open
	s.later(8 * day)
	v = s.member("en", customer.BillingAdmin)
	s.get(v, 200, "/account/partners", w.PartnersRequestDays(8))
	s.later(31 * day)
	v = s.member("en", customer.BillingAdmin)
	s.get(v, 200, "/account/partners", w.PartnersRequestDue("Northwind"))
	s.get(v, 200, s.path("withdraw"), w.PartnersWithdrawText())
	s.press(v, 200, w.PartnersWithdraw(), nil, w.PartnersWithdrawn(), w.PartnersAsk())
	if r, _ := s.tie(); r.Removal.Status != relationship.Withdrawn {
		t.Fatalf("%+v", r.Removal)
	}
	s.get(v, 200, s.path("ask"))
	s.press(v, 200, w.PartnersAsk(), nil, w.PartnersAsked())
	if _, err := relationship.DeclineRemoval(t.Context(), s.Table, s.owner.Customer.ID, s.Partner, "A contract runs.", s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	s.get(v, 200, "/account/partners", "A contract runs.", w.PartnersAsk())
	// Once the reseller has left the program the vendor decides; there is nobody to ask, and nothing to withdraw.
	if err := relationship.LeaveToVendor(t.Context(), s.Table, s.owner.Customer.ID, s.Partner, s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	s.get(v, 200, "/account/partners", w.PartnersLeftBadge(), w.PartnersLeftDecides("Northwind"), w.PartnersLeftOnly("Northwind"))
	if len(v.Page.Links(w.PartnersAsk()))+len(v.Page.Links(w.PartnersWithdraw())) > 0 {
		t.Error("a reseller that left can be asked")
	}
}

// TestTiesNotice asks for the end of a tie with notice: the day, the choice with the vendor's prices, which are signed, and the way back.
func TestTiesNotice(t *testing.T) {
	t.Parallel()
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		s := ties(t)
		w := locale.In(language)
		if _, err := relationship.EndReseller(t.Context(), s.Table, s.owner.Customer.ID, s.Partner, "", s.Op("partner")); err != nil {
			t.Fatal(err)
		}
		s.Noticed(t, s.owner, 30)
		s.Answered(t, s.Sale(t).ID, s.owner, fixture.Separate)
		v := s.member(string(language), customer.BillingAdmin)
		ends := s.Op("test").At.AddDate(0, 0, 30).In(calendar.Zone("PL"))
		s.get(v, 200, "/account/partners", w.PartnersNotice(w.SiteDays(30)), w.PartnersAsk())
		s.get(v, 200, s.path("ask"), w.Date(ends), w.PartnersNoticeChoice(s.name), w.PartnersNoticeToVendor("Northwind"))
		before := s.dump()
		to, form := v.Page.Form(w.PartnersAsk())
		form.Set("shown", form.Get("shown")+"0")
		form.Set("handover", "vendor")
		page, err := v.Post(t.Context(), to, form)
		s.look(v, page, err, 403, nil)
		s.get(v, 200, s.path("ask"))
		s.press(v, 422, w.PartnersAsk(), nil, w.PartnersNoticeMissing())
		if s.dump() != before {
			t.Error("a refused request changed the table")
		}
		s.press(v, 200, w.PartnersAsk(), []string{"handover", "vendor"}, w.PartnersAsked(), w.PartnersNoticeVendor("Northwind"), w.PartnersWithdraw())
		if r, _ := s.tie(); r.Removal == nil || r.Removal.Handover != relationship.ToVendor || len(r.Removal.Prices) != 1 || r.Removal.EndsAt.IsZero() {
			t.Fatalf("%+v", r.Removal)
		}
		s.get(v, 200, s.path("withdraw"))
		s.press(v, 200, w.PartnersWithdraw(), nil, w.PartnersWithdrawn())
	}
}

// TestTiesExtend switches the customer's side on and off, and disputes the consent: the power rests until it is decided.
func TestTiesExtend(t *testing.T) {
	t.Parallel()
	s := ties(t)
	w := locale.In(locale.Polish)
	v := s.member("pl", customer.GlobalAdmin)
	s.get(v, 200, s.path("extend"), w.PartnersExtendOnText(s.name))
	s.press(v, 200, w.PartnersExtendOn(), nil, w.PartnersExtendedOn(), w.PartnersExtendMine())
	if _, g := s.tie(); !g.AutoExtend.Customer || g.AutoExtend.Partner {
		t.Fatalf("%+v", g.AutoExtend)
	}
	if _, err := relationship.SwitchAutoExtend(t.Context(), s.Table, s.owner.Customer.ID, s.Partner, relationship.PartnerSide, true, s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	s.get(v, 200, "/account/partners", w.PartnersExtendBoth())
	s.Close(t, catalog.FeatureAdministration)
	s.later(0)
	closed := catalog.Missing{Feature: catalog.FeatureAdministration, Country: "PL", Reason: catalog.Text{"pl": "Jeszcze nie."}}
	s.get(v, 200, "/account/partners", w.PartnersExtendBoth(), w.PartnersExtendClosed(available.Why(w, closed)))
	if to := v.Page.Links(w.AvailabilitySee()); len(to) != 1 || !strings.HasSuffix(to[0], closed.Page()) {
		t.Errorf("%v", to)
	}
	s.get(v, 200, s.path("extend"), w.PartnersExtendOffTitle(s.name))
	s.press(v, 200, w.PartnersExtendOff(), nil, w.PartnersExtendedOff(), w.PartnersExtendOn())
	s.get(v, 200, s.path("dispute"), w.PartnersDisputeText(s.name))
	s.press(v, 422, w.PartnersDispute(), []string{"reason", "a\ufffdb"}, w.PartnersReasonWrong())
	s.press(v, 200, w.PartnersDispute(), []string{"reason", "Nikt się nie zgodził."}, w.PartnersDisputed(), w.PartnersSuspended())
	if _, g := s.tie(); g.Status != relationship.Suspended {
		t.Fatalf("%s", g.Status)
	}
	if said := v.Page.Text(); !strings.Contains(said, w.PartnersCannotDisputed()) || strings.Count(said, w.PartnersDisputed()) != 1 {
		t.Errorf("what rests is not said, or said twice:\n%s", said)
	}
	if len(v.Page.Links(w.PartnersDispute())) > 0 {
		t.Error("disputed twice")
	}
	given := consent.ID(s.owner.ID)
	if _, err := consent.DecideDispute(t.Context(), s.Table, s.owner.Customer.ID, given, consent.DisputeRejected, "It was right.", s.Op("operator")); err != nil {
		t.Fatal(err)
	}
	s.get(v, 409, s.path("dispute"), w.PartnersDisputedBeforeText(s.name))
	s.get(v, 200, s.path("remove"), w.PartnersActsNone(s.name))
	s.press(v, 200, w.PartnersRemoveButton(s.name), nil, w.PartnersRemoved())
}

// TestTiesLower leaves a full administrator limited rights; the page says what that means, and a limited one has nothing to lose.
func TestTiesLower(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl"} {
		s := ties(t)
		w := locale.In(locale.Language(language))
		v := s.member(language, customer.GlobalAdmin)
		s.get(v, 200, "/account/partners")
		if len(v.Page.Links(w.PartnersLower())) > 0 {
			t.Error("limited rights are offered to be lowered")
		}
		tie, g := s.tie()
		g.Role = offer.RoleFull
		tie.Administration = g.Summary()
		if err := s.Table.SaveGrant(t.Context(), *g, tie, nil, s.Op("test")); err != nil {
			t.Fatal(err)
		}
		s.get(v, 200, "/account/partners", w.PartnersLower())
		s.get(v, 200, s.path("lower"), w.PartnersLowerText(s.name))
		billing := s.member(language, customer.BillingAdmin)
		s.get(billing, 200, "/account/partners", w.PartnersAdministratorOnly())
		if len(billing.Page.Links(w.PartnersLower())) > 0 {
			t.Error("lowering is offered to who may not")
		}
		s.get(billing, 403, s.path("lower"))
		if _, g := s.tie(); g.Role != offer.RoleFull {
			t.Fatal("opening the page lowers")
		}
		to, form := v.Page.Form(w.PartnersLowerButton(s.name))
		form.Set("form_token", "x")
		page, err := v.Post(t.Context(), to, form)
		s.look(v, page, err, 403, nil)
		if _, g := s.tie(); g.Role != offer.RoleFull {
			t.Fatal("a forged form lowers")
		}
		s.get(v, 200, s.path("lower"))
		s.press(v, 200, w.PartnersLowerButton(s.name), nil, w.PartnersLowered(), w.PartnersExtendOn())
		if _, g := s.tie(); g.Role != offer.RoleLimited || g.Status != relationship.Active {
			t.Errorf("%+v", g)
		}
		s.get(v, 200, s.path("lower")) // nothing is left to lower: the list
		if len(v.Page.Links(w.PartnersLower())) > 0 {
			t.Error("offered twice")
		}
	}
}

// TestTiesForged sends each form as somebody else would: always 403, and nothing is written.
func TestTiesForged(t *testing.T) {
	t.Parallel()
	s := ties(t)
	w := locale.In(locale.English)
	mine, other := s.member("en", customer.GlobalAdmin), s.member("en", customer.GlobalAdmin)
	if _, err := relationship.RequestRemoval(t.Context(), s.Table, s.owner.Customer.ID, s.Partner, s.owner.User.ID, "", s.Op("test")); err != nil {
		t.Fatal(err)
	}
	for step, button := range map[string]string{
		"remove": w.PartnersRemoveButton(s.name), "withdraw": w.PartnersWithdraw(), "extend": w.PartnersExtendOn(), "dispute": w.PartnersDispute(),
	} {
		s.get(other, 200, s.path(step))
		_, theirs := other.Page.Form(button)
		s.get(mine, 200, s.path(step))
		before := s.dump()
		to, form := mine.Page.Form(button)
		for _, token := range []string{"", theirs.Get("form_token"), "x"} {
			form.Set("form_token", token)
			page, err := mine.Post(t.Context(), to, form)
			s.look(mine, page, err, 403, nil)
		}
		if s.dump() != before {
			t.Errorf("%s: a forged form changed the table", step)
		}
	}
}

// TestTiesActs tells, before a partner is removed, what it did on the customer's behalf in the words of the activity, and nothing that it
// did in a matter of its own.
func TestTiesActs(t *testing.T) {
	t.Parallel()
	s := ties(t)
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		w := locale.In(language)
		v := s.member(string(language), customer.GlobalAdmin)
		for _, change := range []event.Change{
			event.Of("usr_x", person.CustomerPasswordLinkAskedEvent{}), event.Of("rel_x", relationship.AutoExtendChangedEvent{PartnerID: s.Partner}),
			event.Of("sub_x", relationship.PartnerOfRecordRemovedEvent{PartnerID: s.Partner}), event.Of("rel_x", relationship.RemovalDeclinedEvent{PartnerID: s.Partner}),
		} {
			o := s.Op("test")
			o.Actor = op.Actor{Kind: op.PartnerUser, ID: "usr_" + string(s.Partner) + "_x"}
			happened := event.New(o, event.Customer(string(s.owner.Customer.ID)), change).SharedWith(string(s.Partner))
			if err := s.Table.SaveEvent(t.Context(), happened, o); err != nil {
				t.Fatal(err)
			}
		}
		s.get(v, 200, s.path("remove"), w.PartnersActs(s.name), w.ActivityPasswordAsked())
		for _, own := range []string{w.PartnersActOther(), "auto_extend", "partner_of_record", "removal_declined", w.ActivityAutoExtendOn(), w.ActivityAutoExtendOff(), w.ActivityPartnerOfRecordRemoved(s.name, "sub_x"), w.ActivityRemovalDeclined(s.name)} {
			if strings.Contains(v.Page.Text(), own) {
				t.Errorf("%q is told as an act on the customer's behalf:\n%s", own, v.Page.Text())
			}
		}
	}
}
