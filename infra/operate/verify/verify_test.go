package verify_test

import (
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/jobs/dispatch"
	"liaison/functions/jobs/grants"
	"liaison/functions/jobs/invitations"
	"liaison/functions/jobs/ledger"
	"liaison/functions/jobs/partners"
	"liaison/functions/jobs/removals"
	"liaison/functions/jobs/trials"
	"liaison/infra/operate/verify"
	"liaison/shared/administration"
	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/directory"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/outbox"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/shared/ses"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const day = 24 * time.Hour

// life is a table in which everything happened once that the checker looks at.
type life struct {
	fixture.World
	t     *testing.T
	other fixture.World // another partner
	// Anna's administrator was ended, then Bernard's company cancelled her trial on her behalf, then it was replaced. Bob's trial runs, longer
	// than it was agreed. Carl and Cleo took up an offer for two, and their trials ended.
	anna, bob, carl, dana consent.Consent
	two                   offer.Offer
	refused               invitation.ID
	// Gus bought two subscriptions; one is advised, the other is paid and has everything behind it. Gina's ended with its term.
	advised, paid, ended subscription.ID
	// A partner that was closed, and the customer whom it left.
	gone partner.ID
	left customer.ID
}

func (l *life) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// settle does what the stream does, until nothing comes any more.
func (l *life) settle() {
	l.t.Helper()
	out := outbox.New(l.Env, l.Table, ses.Open(l.Env), directory.OpenPeople(l.Env))
	for records := l.Streamed(l.t); len(records) > 0; records = l.Streamed(l.t) {
		batch := fixture.ToBatch(l.t, records)
		answer, err := dispatch.Stream(l.Env, out)(l.t.Context(), batch)
		if l.must(err); len(answer.Failures) > 0 {
			l.t.Fatal(answer, l.Log)
		}
		_, err = ledger.Stream(l.Env, l.Table)(l.t.Context(), batch)
		l.must(err)
	}
}

func run[T any](l *life, job schedule.Job[T]) {
	l.t.Helper()
	_, err := job.Handler(l.Env, l.Table)(l.t.Context(), schedule.Tick{Time: l.Env.Now()})
	l.must(err)
}

func asks(role string, days int) func(*offer.Draft) {
	return func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: role, Days: days}
	}
}

// answers lets a customer's owner answer an offer of delegated administration.
func (l *life) answers(w fixture.World, of offer.Offer, who consent.Consent, answer string) {
	l.t.Helper()
	ctx, inv := l.t.Context(), w.Invite(l.t, of.ID, who.User.Mail)[0]
	by := consent.Visitor{Secret: w.Link(l.t, inv.ID), User: who.User.ID}
	draft, err := l.Table.SaveDraft(ctx, inv.ID, invitation.Draft{DelegatedAdministration: answer, Terms: "1"}, l.Op("visitor"))
	l.must(err)
	_, err = redemption.Accept(ctx, l.Table, inv.ID, by, draft.Rev, "1", l.Op("visitor"))
	l.must(err)
}

func (l *life) as(kind op.Kind, actor string) op.Op {
	o := l.Op(actor)
	o.Actor.Kind = kind
	return o
}

// employee returns the first user of a partner.
func (l *life) employee(p partner.ID) string {
	for _, item := range l.Items(l.t) {
		if fixture.Text(item, "PK") == "PARTNER#"+string(p) && strings.HasPrefix(fixture.Text(item, "SK"), "USER#") {
			return fixture.Text(item, "id")
		}
	}
	l.t.Fatal("no user of", p)
	return ""
}

func live(t *testing.T) *life {
	f := fixture.Streaming(t)
	f.Mail(t)
	f.Identity(t)
	l := &life{World: f.Populate(t), t: t}
	l.other = l.Company(t)
	ctx := t.Context()
	name := func(who string) string { return strings.ToLower(who) + "." + l.Op("").NewID() + "@customer.example" }

	l.anna = l.Trial(t, name("anna"), "yes")
	_, err := relationship.EndGrant(ctx, l.Table, l.anna.Customer.ID, l.Partner, relationship.ByCustomer, "", l.as(op.CustomerUser, string(l.anna.User.ID)))
	l.must(err)
	l.answers(l.other, l.other.Offer(t, asks(offer.RoleFull, 300)), l.anna, redemption.Yes)
	l.must(relationship.CancelTrial(ctx, l.Table, l.other.Partner, l.anna.First().ID, "", l.as(op.PartnerUser, l.employee(l.other.Partner))))
	l.answers(l.World, l.Offer(t, asks(offer.RoleLimited, 200)), l.anna, redemption.Replacing(l.other.Partner))
	l.answers(l.World, l.Offer(t, asks(offer.RoleFull, 30)), l.anna, redemption.Yes) // goes on, in another role

	l.bob = l.Trial(t, name("bob"), "no")
	l.must(subscription.ExtendTrial(ctx, l.Table, l.bob.First().ID, 20, "asked", l.Op("operator")))
	l.proves(l.bob, "bob.example")
	l.Published(t, nil)
	l.two = l.Offer(t, func(d *offer.Draft) { d.MaxRedemptions = 2 })
	for i, inv := range l.Invite(t, l.two.ID, name("carl"), name("cleo")) {
		if record := l.Accept(t, inv.ID, l.Link(t, inv.ID), ""); i == 0 {
			l.carl = record
		}
	}
	_, err = relationship.StepDown(ctx, l.Table, l.carl.Customer.ID, l.Partner, relationship.ByPartner, "", l.Op("partner"))
	l.must(err)

	l.buys()
	public := l.Offer(t, nil)
	l.refused = l.Invite(t, public.ID, name("dora"), name("eve"))[0].ID
	_, err = redemption.Refuse(ctx, l.Table, l.refused, consent.Visitor{Secret: l.Link(t, l.refused)}, "no need", l.Op("visitor"))
	l.must(err)
	l.must(invitation.AskForLink(ctx, l.Table, public.ID, name("finn"), "en", l.Op("visitor")))
	for what, decide := range map[event.Typed]func(offer.Offer, int) (offer.Offer, error){
		offer.PausedEvent{}:    func(o offer.Offer, used int) (offer.Offer, error) { return o.Pause("", used, l.Env.Now()) },
		offer.WithdrawnEvent{}: func(o offer.Offer, used int) (offer.Offer, error) { return o.Withdraw(used, l.Env.Now()) },
	} {
		_, _, err = offer.Change(ctx, l.Table, l.Offer(t, nil).ID, what, l.Op("partner"), decide)
		l.must(err)
	}
	l.asks()
	l.leaves(name("leo"))
	l.settle()
	for range 2 { // notices, and then the ends
		l.Travel(31 * day / 2)
		run(l, trials.Job(l.Table))
		run(l, grants.Job(l.Table))
		run(l, invitations.Job(l.Table))
		run(l, removals.Job(l.Table))
		run(l, partners.Job(l.Table, directory.OpenClients(l.Env)))
		l.settle()
	}
	return l
}

// proves has a customer verify a domain, and wait for another.
func (l *life) proves(yes consent.Consent, name string) {
	var dns fixture.DNS
	ctx, by := l.t.Context(), administration.Authority{Customer: yes.Customer, Roles: yes.User.Roles, Self: yes.User.ID}
	act := func() op.Op { return l.as(op.CustomerUser, string(by.Self)) }
	_, err := administration.AddDomain(ctx, l.Domains(), by, "waits."+name, nil, act())
	l.must(err)
	d, err := administration.AddDomain(ctx, l.Domains(), by, name, nil, act())
	l.must(err)
	at, value := d.Record()
	dns.Set(at, value)
	_, err = administration.VerifyDomain(ctx, l.Domains(), &dns, by, d, act())
	l.must(err)
}

// leaves closes a partner that had one customer.
func (l *life) leaves(mail string) {
	company := l.Company(l.t)
	owner := company.Trial(l.t, mail, "no")
	l.gone, l.left = company.Partner, owner.Customer.ID
	o := l.Op("operator")
	_, err := partner.Change(l.t.Context(), l.Table, l.gone, partner.ClosedEvent{Reason: "Wound up."}, o, func(p partner.Partner) (partner.Partner, error) {
		return p.Close("Wound up.", o.At)
	})
	l.must(err)
	run(l, partners.Job(l.Table, directory.OpenClients(l.Env)))
}

// asks walks a reseller's exit, auto-extend and a dispute: what Dana's company asks of its partner and of the vendor.
func (l *life) asks() {
	ctx := l.t.Context()
	l.dana = l.Trial(l.t, "dana."+l.Op("").NewID()+"@customer.example", "yes")
	c, by := l.dana.Customer.ID, l.dana.User.ID
	l.Resells(l.t)
	l.Resold(l.t, l.dana)
	for _, step := range []func() error{
		func() error {
			_, err := relationship.RequestRemoval(ctx, l.Table, c, l.Partner, by, "", l.as(op.CustomerUser, string(by)))
			return err
		},
		func() error {
			_, err := relationship.DeclineRemoval(ctx, l.Table, c, l.Partner, "not yet", l.Op("partner"))
			return err
		},
		func() error {
			_, err := relationship.RequestRemoval(ctx, l.Table, c, l.Partner, by, "", l.as(op.CustomerUser, string(by)))
			return err
		},
		func() error {
			_, err := relationship.SwitchAutoExtend(ctx, l.Table, c, l.Partner, relationship.CustomerSide, true, l.as(op.CustomerUser, string(by)))
			return err
		},
		func() error {
			_, err := consent.Object(ctx, l.Table, c, l.dana.ID, by, "", l.as(op.CustomerUser, string(by)))
			return err
		},
		func() error {
			_, err := consent.DecideDispute(ctx, l.Table, c, l.dana.ID, consent.DisputeRejected, "it was right", l.Op("operator"))
			return err
		},
	} {
		l.must(step())
		l.Travel(2 * time.Minute)
	}
}

// buys lets Gus do everything that a customer does without an offer: two subscriptions, one of which ends with its term.
func (l *life) buys() {
	t, ctx, o := l.t, l.t.Context(), l.Op("operator")
	plan, err := l.Table.Plan(ctx, l.Plan)
	l.must(err)
	plan.Prices = []catalog.Price{{Term: catalog.Month, Price: catalog.Money{AmountMinor: 4900, Currency: "PLN"}}}
	l.must(l.Table.SavePlan(ctx, plan, event.New(o, event.Vendor(), event.Of(plan.ID, catalog.PlanChangedEvent{})), o))
	gus := l.Trial(t, "gus."+strings.ToLower(l.Op("").NewID())+"@customer.example", "")
	l.advised = gus.First().ID
	by, c := consent.Visitor{User: gus.User.ID, Language: "en"}, gus.Customer.ID
	act := func() op.Op { return l.as(op.CustomerUser, string(gus.User.ID)) }
	wish := order.Wish{Plan: l.Plan, Into: subscription.Separate, Term: catalog.Month, Terms: "1", Trial: gus.First().ID, Keep: true}
	_, err = order.Buy(ctx, l.Table, by, wish, act())
	l.must(err)
	wish.Trial = ""
	beside, err := order.Buy(ctx, l.Table, by, wish, act())
	l.must(err)
	l.paid = beside.First().ID
	both := []subscription.ID{gus.First().ID, l.paid}
	for _, p := range []partner.ID{l.other.Partner, l.Partner, ""} {
		_, _, err := order.SetPartnerOfRecord(ctx, l.Table, by, both, p, false, act())
		l.must(err)
	}
	l.Travel(2 * time.Minute) // so that each is told in its own moment
	_, _, err = order.SetPartnerOfRecord(ctx, l.Table, by, both[:1], l.Partner, false, act())
	l.must(err)
	_, _, err = order.SetPartnerOfRecord(ctx, l.Table, by, both[1:], l.other.Partner, false, act())
	l.must(err)
	l.must(relationship.StepDownFrom(ctx, l.Table, l.paid, l.other.Partner, relationship.ByPartner, "", l.as(op.PartnerUser, l.employee(l.other.Partner))))
	_, err = subscription.ChangeLicenses(ctx, l.Table, c, l.paid, 30, 0, act())
	l.must(err)
	for range 2 {
		_, err = subscription.Cancel(ctx, l.Table, c, l.paid, "", act())
		l.must(err)
		_, err = subscription.UndoCancel(ctx, l.Table, c, l.paid, act())
		l.must(err)
	}
	_, err = subscription.Halt(ctx, l.Table, l.paid, "unpaid", l.Op("operator"))
	l.must(err)
	_, err = subscription.Reopen(ctx, l.Table, l.paid, "paid", l.Op("operator"))
	l.must(err)
	ends := l.Offer(t, nil) // and one that will end
	inv := l.Invite(t, ends.ID, "gina."+strings.ToLower(l.Op("").NewID())+"@customer.example")[0]
	gina := l.Accept(t, inv.ID, l.Link(t, inv.ID), "")
	theirs := consent.Visitor{User: gina.User.ID, Language: "pl"}
	wish.Trial = gina.First().ID
	_, err = order.Buy(ctx, l.Table, theirs, wish, l.as(op.CustomerUser, string(gina.User.ID)))
	l.must(err)
	_, err = subscription.Cancel(ctx, l.Table, gina.Customer.ID, gina.First().ID, "", l.as(op.CustomerUser, string(gina.User.ID)))
	l.must(err)
	l.ended = gina.First().ID
}

func (l *life) check(o verify.Options) verify.Report {
	l.t.Helper()
	if o.At.IsZero() {
		o.At = l.Env.Now()
	}
	report, err := verify.Table(l.t.Context(), l.Table, o)
	l.must(err)
	return report
}

// restore returns what puts every item back as it is now.
func (l *life) restore() func() {
	before := l.Items(l.t)
	return func() {
		now := l.Items(l.t)
		for place, item := range now {
			if before[place] == nil {
				l.erase(fixture.Text(item, "PK"), fixture.Text(item, "SK"))
			}
		}
		for place, item := range before {
			if !reflect.DeepEqual(item, now[place]) {
				l.put(item)
			}
		}
	}
}

func (l *life) put(item map[string]types.AttributeValue) {
	l.t.Helper()
	_, err := l.DB.PutItem(l.t.Context(), &dynamodb.PutItemInput{TableName: &l.Env.Table, Item: item})
	l.must(err)
}

// queued writes a queue of the customer's with one import, which is due where a class is given.
func (l *life) queued(of customer.ID, id, class string) {
	l.t.Helper()
	q := map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + of.Bare()), "SK": text("IMPORTS"), "class": text("import_queue"), "customer": text(string(of)), "version": number("1"),
		"imports": &types.AttributeValueMemberL{Value: []types.AttributeValue{text(id)}}, "created_at": text("2026-11-21T13:45:00.000Z"), "op": text("test"),
	}
	if class != "" {
		q["due_class"], q["due"] = text(class), text("2026-11-21T13:45:00.000Z#CUSTOMER#"+of.Bare()+"#IMPORTS")
	}
	l.put(q)
}

// imported writes an import of the customer's, with the step it reached and as many rows counted, and returns its id.
func (l *life) imported(of customer.ID, status string, row, counted int) string {
	l.t.Helper()
	n := func(i int) types.AttributeValue { return number(strconv.Itoa(i)) }
	ulid := l.Op("test").NewID()
	l.put(map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + of.Bare()), "SK": text("IMPORT#" + ulid), "class": text("import"), "id": text("imp_" + of.Bare() + "_" + ulid), "customer": text(string(of)),
		"kind": text("users"), "status": text(status), "rows": n(max(row, 2)), "row": n(row), "made": n(counted), "version": n(1), "created_at": text("2026-11-21T13:45:00.000Z"), "started_at": text(l.Env.Now().UTC().Format("2006-01-02T15:04:05.000Z")), "op": text("test"),
	})
	return "imp_" + of.Bare() + "_" + ulid
}

func (l *life) erase(pk, sk string) {
	l.t.Helper()
	_, err := l.DB.DeleteItem(l.t.Context(), &dynamodb.DeleteItemInput{TableName: &l.Env.Table, Key: map[string]types.AttributeValue{"PK": text(pk), "SK": text(sk)}})
	l.must(err)
}

// unlist empties a partition of the marketplace's index.
func (l *life) unlist(partition string) {
	l.t.Helper()
	for place := range l.Items(l.t) {
		if pk, sk, _ := strings.Cut(place, " "); pk == partition {
			l.erase(pk, sk)
		}
	}
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

// set changes attributes of an item behind everybody's back; nil takes one away. A path into its card begins with "card.".
func (l *life) set(place string, pairs ...any) {
	l.t.Helper()
	item := l.Items(l.t)[place]
	if item == nil {
		l.t.Fatal("no item ", place)
	}
	for i := 0; i < len(pairs); i += 2 {
		within, name := item, pairs[i].(string)
		for outer, inner, nested := strings.Cut(name, "."); nested; outer, inner, nested = strings.Cut(name, ".") {
			within, name = within[outer].(*types.AttributeValueMemberM).Value, inner
		}
		if v, is := pairs[i+1].(types.AttributeValue); is {
			within[name] = v
		} else {
			delete(within, name)
		}
	}
	l.put(item)
}

// tell writes an event of an operation and returns its place.
func (l *life) tell(o op.Op, tenant event.Tenant, share partner.ID, changes ...event.Change) string {
	l.t.Helper()
	e := event.New(o, tenant, changes...)
	if share != "" {
		e = e.SharedWith(string(share))
	}
	l.must(l.Table.SaveEvent(l.t.Context(), e, o))
	return map[byte]string{'c': "CUSTOMER#", 'p': "PARTNER#", 'i': "INV#"}[tenant.Kind] + tenant.ID + " EVENT#" + e.ULID
}

// first returns the first place, by name, whose item has the class and lies under the prefix.
func (l *life) first(class, prefix string, is func(map[string]types.AttributeValue) bool) string {
	l.t.Helper()
	items := l.Items(l.t)
	for _, place := range slices.Sorted(maps.Keys(items)) {
		if strings.HasPrefix(place, prefix) && fixture.Text(items[place], "class") == class && (is == nil || is(items[place])) {
			return place
		}
	}
	l.t.Fatal("no ", class)
	return ""
}

// answered puts a lead that was won by an offer.
func (l *life) answered(by string) {
	l.put(map[string]types.AttributeValue{
		"PK": text("PARTNER#" + string(l.Partner)), "SK": text("LEAD#x"), "class": text("lead"), "id": text("led_x"), "partner": text(string(l.Partner)), "status": text("won"),
		"offer": text(by), "version": number("1"), "created_at": text("2026-11-21T13:45:00.000Z"), "op": text("test"),
	})
}

func of(c customer.ID, sort string) string { return "CUSTOMER#" + c.Bare() + " " + sort }

func sub(s subscription.ID) string {
	c, ulid, _ := s.Customer()
	return of(c, "SUB#"+ulid)
}

// stamp is a time as the table keeps it.
func stamp(at time.Time) types.AttributeValue {
	return text(at.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// TestVerify breaks a whole table in every way that an invariant forbids, one after the other: each is named, and no other.
func TestVerify(t *testing.T) {
	l := live(t)
	healthy := l.check(verify.Options{})
	if len(healthy.Violations) > 0 {
		t.Fatal(healthy.Print())
	}
	t.Log(healthy.Print())
	tenant := func(r consent.Consent) event.Tenant { return event.Customer(string(r.Customer.ID)) }
	anna, bob := l.anna.Customer.ID, l.bob.Customer.ID
	besides := map[string]string{ // what else it breaks
		"a closed partner advises": "I8", "a closed partner resells": "I6", "a state that no event made": "I12", "a paid subscription that nobody cancelled": "I12",
		"a paid subscription that runs on": "I12", "a licence of nothing": "I12", "a name without its domain": "I12",
	}
	for _, c := range []struct {
		invariant, name, says string
		plant                 func()
	}{
		{"I15", "a row that is counted twice", "3 rows are counted, and it is done with 2", func() { l.imported(anna, "done", 2, 3) }},
		{"I15", "an import that nothing goes on with", "is in no queue", func() { l.imported(anna, "running", 5, 5) }},
		{"I15", "a queue that is not found", "does not find it", func() { l.queued(anna, l.imported(anna, "running", 5, 5), "") }},
		{"I15", "a queue with what is done", "is in the queue, and is done", func() { l.queued(anna, l.imported(anna, "done", 2, 2), "import_queue#1") }},
		{"I13", "a licence that nobody has", "1 licences are assigned, users have 0", func() {
			l.set(sub(l.bob.First().ID), "card.licenses.assigned", number("1"))
		}},
		{"I13", "a licence of nothing", "which there is not", func() {
			_, ulid, _ := customer.Under("usr", string(l.anna.User.ID))
			l.set(of(anna, "USER#"+ulid), "licenses", &types.AttributeValueMemberL{Value: []types.AttributeValue{text("sub_" + anna.Bare() + "_01kaj4t0n5q0s2v4x6z8a1b3c5")}})
		}},
		{"I17", "a count of nobody's leads", "2 leads are counted as open, and 0 are", func() {
			l.put(map[string]types.AttributeValue{
				"PK": text("PARTNER#" + string(l.Partner)), "SK": text("SENDER#x"), "class": text("sender"), "used": number("2"), "version": number("1"), "created_at": text("2026-11-21T13:45:00.000Z"), "op": text("test"),
			})
		}},
		{"I17", "a lead that nobody counts", "0 leads are counted as open, and 1 are", func() {
			l.put(map[string]types.AttributeValue{
				"PK": text("PARTNER#" + string(l.Partner)), "SK": text("LEAD#x"), "class": text("lead"), "id": text("led_x"), "partner": text(string(l.Partner)), "status": text("new"),
				"version": number("1"), "created_at": text("2026-11-21T13:45:00.000Z"), "op": text("test"),
			})
		}},
		{"I17", "a lead that an offer of nothing answered", "no offer that was made of it", func() { l.answered("ofr_x") }},
		{"I17", "a lead that another's offer answered", "no offer that was made of it", func() { l.answered(string(l.two.ID)) }},
		{"I17", "more answers than leads", "2 of 1 answered", func() {
			l.put(map[string]types.AttributeValue{
				"PK": text("PARTNER#" + string(l.Partner)), "SK": text("TALLY"), "class": text("tally"), "partner": text(string(l.Partner)),
				"weeks":   &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"2026-11-16": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"counted": number("1"), "answered": number("2")}}}},
				"version": number("1"), "created_at": text("2026-11-21T13:45:00.000Z"), "op": text("test"),
			})
		}},
		{"I16", "a posting that is gone", "has it not under country:PL", func() { l.unlist("FIND#country:PL") }},
		{"I16", "a posting of nobody", "its row does not say so", func() { l.erase("PARTNER#"+string(l.Partner), "INDEXED") }},
		{"I16", "facts that are gone", "that the index has its facts is false", func() { l.unlist("FACTS") }},
		{"I16", "a listing that is hidden and found", "not what the listing is to be found by", func() {
			l.set("PARTNER#"+string(l.Partner)+" LISTING", "card.hidden_by", text("vendor"))
		}},
		{"I14", "a verified domain that is nobody's", "its name is nobody's", func() { l.erase("DOMAIN#bob.example", "DOMAIN") }},
		{"I14", "a verified domain that is another's", "its name is that of " + string(anna), func() { l.set("DOMAIN#bob.example DOMAIN", "customer", text(string(anna))) }},
		{"I14", "a name without its domain", "has no such verified domain", func() { l.erase("CUSTOMER#"+l.bob.Customer.ID.Bare(), "DOMAIN#bob.example") }},
		{"I14", "a domain in no state", "which is no state", func() { l.set(of(l.bob.Customer.ID, "DOMAIN#waits.bob.example"), "status", text("found")) }},
		{"I14", "a waiting domain that is checked", "is checked again at", func() {
			l.set(of(l.bob.Customer.ID, "DOMAIN#waits.bob.example"), "check_at", text("2026-11-21T13:45:00.000Z"), "due", text("2026-11-21T13:45:00.000Z#"))
		}},
		{"I14", "a verified domain that no job finds", "at another time than", func() {
			l.set(of(l.bob.Customer.ID, "DOMAIN#bob.example"), "due", text("2036-11-21T13:45:00.000Z#"))
		}},
		{"I12", "a domain that nobody sets up", "no task sets it up", func() {
			_, ulid, _ := provisioning.IDForDomain(l.bob.Customer.ID, "bob.example").Customer()
			l.erase("CUSTOMER#"+l.bob.Customer.ID.Bare(), "TASK#"+ulid)
		}},
		{"I12", "a domain's task for what is wanted no more", "of the domain is wanted", func() {
			_, ulid, _ := provisioning.IDForDomain(l.bob.Customer.ID, "bob.example").Customer()
			l.set(of(l.bob.Customer.ID, "TASK#"+ulid), "wanted.details.status", text("removed"))
		}},
		{"I12", "a mailbox that nobody sets up", "is to have a mailbox, which no task asks for", func() {
			_, ulid, _ := customer.Under("usr", string(l.anna.User.ID))
			l.set(of(anna, "USER#"+ulid), "mailbox", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"address": text("anna@nowak.example"), "revision": number("2")}})
		}},
		{"I1", "a second one is granted", "is granted while", func() {
			// Anna's runs no more: its days are over.
			o := l.Op("visitor")
			l.tell(o, tenant(l.anna), l.Partner, event.Of("", relationship.AdministrationGrantedEvent{Administered: relationship.Administered{PartnerID: l.Partner, Role: "full"}, EndsAt: o.At.Add(day)}))
			l.tell(l.Op("visitor"), tenant(l.anna), l.other.Partner, event.Of("", relationship.AdministrationGrantedEvent{Administered: relationship.Administered{PartnerID: l.other.Partner, Role: "full"}, EndsAt: o.At.Add(day)}))
		}},
		{"I1", "an end of what never ran", "did not administer", func() {
			l.tell(l.Op("visitor"), tenant(l.anna), l.other.Partner, event.Of("", relationship.AdministrationEndedEvent{Administered: relationship.Administered{PartnerID: l.other.Partner}}))
		}},
		{"I1", "the item names another", "the item says", func() { l.set(of(anna, "DELEGATED_ADMINISTRATOR"), "partner", text(string(l.other.Partner))) }},
		{"I1", "the item is gone", "there is no item", func() {
			l.erase("CUSTOMER#"+anna.Bare(), "DELEGATED_ADMINISTRATOR")
		}},
		{"I1", "an end that nobody told", "the item says", func() { l.set(of(anna, "DELEGATED_ADMINISTRATOR"), "status", text("ended")) }},
		{"I1", "two relationships administer", "says that " + string(l.other.Partner) + " administers", func() {
			l.set(of(anna, "REL#"+string(l.other.Partner)), "card.administration.status", text("active"))
		}},
		{"I2", "an act without a grant", "without a running grant", func() {
			s, err := l.Table.StoredSubscription(t.Context(), l.bob.First().ID)
			l.must(err)
			s, err = s.Cancel(l.Env.Now())
			l.must(err)
			o := l.as(op.PartnerUser, l.employee(l.Partner))
			l.must(l.Table.SaveSubscription(t.Context(), s, s.Tell(o, l.Partner, event.Of(s.ID, subscription.CancelledEvent{})), o))
		}},
		{"I2", "an act after the grant", "without a running grant", func() {
			l.tell(l.as(op.PartnerClient, "cli_"+string(l.other.Partner)+"_"+l.Op("").NewID()), tenant(l.anna), l.other.Partner, event.Of(l.anna.User.ID, customer.PasswordResetStartedEvent{}))
		}},
		{"I3", "a yes too many", "2 yeses to an offer for 1", func() {
			code := l.two.ID.Code()
			l.set("PARTNER#"+string(l.Partner)+" OFFER#"+code, "card.max_redemptions", number("1"))
			l.set("PARTNER#"+string(l.Partner)+" USES#"+code, "max", number("1"))
		}},
		{"I3", "a yes that was not counted", "1 of 2 are counted, 2 of 2 are there", func() {
			l.set("PARTNER#"+string(l.Partner)+" USES#"+l.two.ID.Code(), "used", number("1"))
		}},
		{"I4", "an operation that was done twice", "did offer.resumed before", func() {
			o := l.Op("partner")
			l.tell(o, event.Partner(string(l.Partner)), "", event.Of("ofr_a", offer.ResumedEvent{}))
			o.At = o.At.Add(time.Second)
			l.tell(o, event.Partner(string(l.Partner)), "", event.Of("ofr_b", offer.ResumedEvent{}))
		}},
		{"I4", "a change that was told twice", "before", func() {
			o := l.Op("partner")
			for range 2 {
				l.tell(o, tenant(l.bob), "", event.Of(l.bob.User.ID, customer.UpdatedEvent{}))
			}
		}},
		{"I5", "an event that nobody does", "neither done nor waiting", func() {
			l.set(l.tell(l.Op("operator"), tenant(l.bob), "", event.Of("", event.OperatorReadEvent{})), "due", nil, "due_class", nil)
		}},
		{"I5", "an event in a list that nobody reads", "waits where no job looks", func() {
			l.set(l.tell(l.Op("operator"), tenant(l.bob), "", event.Of("", event.OperatorReadEvent{})), "due_class", text("lost#1"))
		}},
		{"I5", "a mail that nobody sends", "nobody will send it", func() { l.set(l.first("mail", "MAIL#", nil), "state", text("released")) }},
		{"I6", "an event that was changed", "another than the one in seal", func() {
			l.set(l.first("event", "PARTNER#", nil), "card.request_id", text("forged"))
		}},
		{"I6", "an event that was taken away", "is gone", func() {
			pk, sk, _ := strings.Cut(l.first("event", "PARTNER#", func(item map[string]types.AttributeValue) bool {
				first := item["card"].(*types.AttributeValueMemberM).Value["changes"].(*types.AttributeValueMemberL).Value[0]
				return fixture.Text(first.(*types.AttributeValueMemberM).Value, "type") == string(partner.AuthorisedEvent{}.Type())
			}), " ")
			l.erase(pk, sk)
		}},
		{"I6", "an event that was put in", "is in no seal", func() {
			o := l.Op("operator")
			o.At = o.At.Add(-16 * time.Minute)
			l.tell(o, tenant(l.bob), "", event.Of("", event.OperatorReadEvent{}))
		}},
		{"I6", "a change that its readers may not read", "stands where others see it", func() {
			l.tell(l.Op("operator"), tenant(l.bob), "", event.Of("ofr_a", offer.ResumedEvent{}))
		}},
		{"I6", "a seal that was taken away", "does not follow", func() {
			pk, sk, _ := strings.Cut(l.first("seal", "SEAL#", nil), " ")
			l.erase(pk, sk)
		}},
		{"I6", "a seal that was changed", "not the one of what it holds", func() { l.set(l.first("seal", "SEAL#", nil), "at", stamp(l.Env.Now())) }},
		{"I6", "a head that was turned back", "the last seal is", func() { l.set("HEAD HEAD", "n", number("1")) }},
		{"I6", "a state that no event made", "its events make it", func() { l.set(sub(l.bob.First().ID), "card.status", text("suspended")) }},
		{"I6", "a customer that nobody made", "0 events tell customer.created", func() {
			item := l.Items(t)[of(bob, "PROFILE")]
			item["PK"], item["id"] = text("CUSTOMER#0123456789ab"), text("cus_0123456789ab")
			delete(item, "billing_owner")
			l.put(item)
		}},
		{"I6", "an answer that no event tells", "accepted, and no event tells so", func() {
			l.set(l.first("invitation", "INV#", func(item map[string]types.AttributeValue) bool {
				return fixture.Text(item["card"].(*types.AttributeValueMemberM).Value, "answer") == "expired"
			}), "card.answer", text("accepted"))
		}},
		{"I6", "a receipt that was changed", "not the one that was given", func() {
			l.set(l.first("redemption", "CUSTOMER#", nil), "sha256", text("0"))
		}},
		{"I6", "a reseller that nobody ended", "says reseller false", func() { l.set(of(l.dana.Customer.ID, "REL#"+string(l.Partner)), "card.reseller", nil) }},
		{"I6", "a request that nobody answered", "the request to end the relationship is", func() {
			l.set(of(l.dana.Customer.ID, "REL#"+string(l.Partner)), "card.removal.status", text("declined"))
		}},
		{"I6", "a dispute that nobody decided so", "the dispute is", func() {
			_, ulid, _ := consent.Parse(string(l.dana.ID))
			l.set(of(l.dana.Customer.ID, "RED#"+ulid), "dispute.status", text("upheld"))
		}},
		{"I6", "an item that cannot be read", "cannot be read", func() { l.set(of(bob, "PROFILE"), "global_admins", text("many")) }},
		{"I7", "a trial that runs on", "on trial 16m", func() {
			l.set(sub(l.bob.First().ID), "card.trial_ends_at", stamp(l.Env.Now().Add(-16*time.Minute-time.Second)))
		}},
		{"I7", "a cancelled subscription that runs on", "cancelled, and active 16m", func() {
			l.set(sub(l.paid), "card.ending", &types.AttributeValueMemberBOOL{Value: true}, "card.term_ends_at", stamp(l.Env.Now().Add(-16*time.Minute-time.Second)))
		}},
		{"I7", "a term that nobody renews", "was not renewed", func() { l.set(sub(l.paid), "card.term_ends_at", stamp(l.Env.Now().Add(-16*time.Minute))) }},
		{"I7", "a term counted on another calendar", "where no month counted in PL from", func() {
			item := l.Items(t)[sub(l.paid)]["card"].(*types.AttributeValueMemberM).Value
			ends, err := time.Parse(time.RFC3339, fixture.Text(item, "term_ends_at"))
			l.must(err)
			l.set(sub(l.paid), "card.term_ends_at", stamp(ends.Add(time.Hour)))
		}},
		{"I6", "a paid subscription that nobody cancelled", "its events make it", func() { l.set(sub(l.paid), "card.status", text("cancelled")) }},
		{"I6", "a paid subscription that runs on", "its events make it", func() {
			from := l.Env.Now().Add(-day)
			l.set(sub(l.ended), "card.status", text("active"), "card.billed_from", stamp(from), "card.term_ends_at", stamp(calendar.Months(from, "PL", 1)))
		}},
		{"I8", "a partner of record that was taken off", "its last event", func() {
			gus, _, _ := l.advised.Customer()
			l.set(sub(l.advised), "card.partner_of_record", nil)
			l.set(of(gus, "REL#"+string(l.Partner)), "card.por_subscriptions", nil)
		}},
		{"I7", "a trial that was extended after its end", "was extended at", func() {
			l.tell(l.Op("operator"), tenant(l.bob), l.Partner, event.Of(l.bob.First().ID, subscription.TrialExtendedEvent{Days: 10, TrialEndsAt: l.Env.Now().Add(5 * day)}))
		}},
		{"I8", "a partner of record that nobody counted", "counts 0 subscriptions", func() {
			l.set(of(bob, "REL#"+string(l.Partner)), "card.por_subscriptions", nil)
		}},
		{"I8", "a partner of record that nobody named", "its last event", func() {
			l.set(sub(l.bob.First().ID), "card.partner_of_record.partner", text(string(l.other.Partner)))
			l.set(of(bob, "REL#"+string(l.Partner)), "card.por_subscriptions", nil)
			tie := l.Items(t)[of(bob, "REL#"+string(l.Partner))]
			tie["SK"], tie["card"].(*types.AttributeValueMemberM).Value["partner"] = text("REL#"+string(l.other.Partner)), text(string(l.other.Partner))
			tie["card"].(*types.AttributeValueMemberM).Value["por_subscriptions"] = number("1")
			l.put(tie)
		}},
		{"I8", "one ends with the other", "changed the partner of record and the delegated administration", func() {
			o := l.Op("partner")
			l.tell(o, tenant(l.carl), l.Partner, event.Of(l.carl.First().ID, relationship.PartnerOfRecordRemovedEvent{PartnerID: l.Partner}),
				event.Change{Type: "delegated_administrator.reviewed", Subject: ""})
		}},
		{"I9", "a user of another customer", "customer is " + string(anna), func() {
			_, ulid, _ := customer.Under("usr", string(l.bob.User.ID))
			l.set(of(bob, "USER#"+ulid), "customer", text(string(anna)))
		}},
		{"I9", "another customer's owner", "it names usr_" + anna.Bare(), func() { l.set(of(bob, "PROFILE"), "billing_owner", text(string(l.anna.User.ID))) }},
		{"I9", "an offer of another partner", "partner is", func() {
			l.set("PARTNER#"+string(l.Partner)+" OFFER#"+l.two.ID.Code(), "partner", text(string(l.other.Partner)))
		}},
		{"I9", "an event about another customer", "customer_user.updated is of", func() {
			l.tell(l.Op("operator"), tenant(l.bob), "", event.Of(l.anna.User.ID, customer.UpdatedEvent{}))
		}},
		{"I11", "a closed partner advises", "was closed and is partner of record", func() { l.set(of(l.left, "REL#"+string(l.gone)), "card.por_subscriptions", number("1")) }},
		{"I11", "a closed partner resells", "was closed and resells", func() {
			l.set(of(l.left, "REL#"+string(l.gone)), "card.reseller", &types.AttributeValueMemberBOOL{Value: true})
		}},
		{"I11", "an end whose job was lost", "closed, and what follows is due since", func() { l.set("PARTNER#"+string(l.gone)+" PROFILE", "step_at", stamp(l.Env.Now().Add(-time.Hour))) }},
		{"I12", "a task that nobody looks for", "stands where nobody looks", func() { l.set(taskOf(l.anna), "due", nil) }},
		{"I12", "a task that is looked for as one that failed", "stands where nobody looks", func() { l.set(taskOf(l.anna), "due_class", text("failed-task-subscription#0")) }},
		{"I12", "a task that is done and listed", "stands among what is due", func() { l.set(taskOf(l.anna), "state", text("done")) }},
		{"I12", "a task that nobody claimed", "its events make it", func() { l.set(taskOf(l.anna), "state", text("running")) }},
		{"I12", "a task for what is wanted no more", "the task asks for", func() { l.set(taskOf(l.anna), "wanted.details.licenses", text("7")) }},
		{"I10", "a No that became a Yes", "a No stands beside the answer accepted", func() { l.set("INV#"+l.refused.Bare()+" INVITATION", "card.answer", text("accepted")) }},
		{"I10", "a No that was taken away", "there is no No", func() { l.erase("INV#"+l.refused.Bare(), "REDEMPTION") }},
	} {
		t.Run(c.invariant+" "+c.name, func(t *testing.T) {
			l.t = t
			defer l.restore()()
			c.plant()
			report := l.check(verify.Options{})
			if !slices.ContainsFunc(report.Violations, func(v verify.Violation) bool { return strings.Contains(v.What, c.says) }) {
				t.Errorf("%q is not said", c.says)
			}
			for _, v := range report.Violations {
				t.Log(v)
				if v.Invariant != c.invariant && v.Invariant != besides[c.name] {
					t.Errorf("%s is named", v.Invariant)
				}
			}
		})
	}
	l.t = t
	if again := l.check(verify.Options{}); !reflect.DeepEqual(again, healthy) {
		t.Error(again.Print())
	}
	late := l.Env.Now().Add(90 * day)
	if over := l.check(verify.Options{At: late}); len(over.Violations) != 3 || slices.ContainsFunc(over.Violations, func(v verify.Violation) bool { return v.Invariant != "I7" }) {
		t.Errorf("months later, and no job ran: %s", over.Print())
	}
	if over := l.check(verify.Options{At: late, Stopped: true}); len(over.Violations) != 0 {
		t.Errorf("the schedules are stopped: %s", over.Print())
	}
	l.imported(anna, "running", 5, 5)
	if over := l.check(verify.Options{At: late, Stopped: true}); len(over.Violations) != 0 {
		t.Errorf("an import that is kept no longer has left its queue before the table forgets it: %s", over.Print())
	}
}

// second is a client that does something before the table is read for the second time.
type second struct {
	do    func()
	reads int
}

func (s *second) Do(r *http.Request) (*http.Response, error) {
	if s.reads++; s.reads == 2 {
		s.do()
	}
	return http.DefaultClient.Do(r)
}

// TestSeenInPart names what was found by two readings: what is half written at the first is whole at the second.
func TestSeenInPart(t *testing.T) {
	l := &life{World: fixture.Streaming(t).Populate(t), t: t}
	record := l.Trial(t, "anna@customer.example", "")
	mended := l.restore()
	l.set(of(record.Customer.ID, "REL#"+string(l.Partner)), "card.por_subscriptions", nil)
	for what, c := range map[string]struct {
		between func()
		want    int
	}{"stays": {func() {}, 1}, "goes": {mended, 0}} {
		between := &second{do: c.between}
		db := dynamodb.New(l.DB.Options(), func(o *dynamodb.Options) { o.HTTPClient = between })
		report, err := verify.Table(t.Context(), dynamo.Over(db, l.Env.Table), verify.Options{At: l.Env.Now()})
		if l.must(err); len(report.Violations) != c.want || between.reads != 2 {
			t.Errorf("%s: %d readings\n%s", what, between.reads, report.Print())
		}
		l.set(of(record.Customer.ID, "REL#"+string(l.Partner)), "card.por_subscriptions", nil)
	}
}

// taskOf is where the task of a customer's first subscription stands.
func taskOf(yes consent.Consent) string {
	_, ulid, _ := yes.First().ID.Customer()
	return of(yes.Customer.ID, "TASK#"+ulid)
}
