package imports_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/functions/jobs/imports"
	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

// company is a customer that gave the world's partner full administration.
type company struct {
	fixture.World
	of      customer.Customer
	partner partner.Partner
	anna    customer.User // its first user
	machine partner.ClientID
}

// fresh returns an address that no other test uses.
func fresh(name string) string { return name + strings.ToLower(rand.Text()[:10]) + "@example.com" }

func administered(t *testing.T) *company {
	t.Helper()
	w := fixture.Open(t).Populate(t)
	o := w.Op("operator")
	c := partner.Client{
		ID: partner.ClientID("cli_" + string(w.Partner) + "_" + o.NewID()), Partner: w.Partner, Name: "machine", OAuthID: o.NewID(), CustomerAccess: partner.Full,
		CreatedBy: "usr_v_test", CreatedAt: o.At, Version: 1,
	}
	must(t, w.Table.StartClient(t.Context(), c, o))
	p, err := w.Table.Partner(t.Context(), w.Partner)
	must(t, err)
	return (&company{World: w, partner: p, machine: c.ID}).another(t)
}

// another is one more customer of the same partner's.
func (d *company) another(t *testing.T) *company {
	t.Helper()
	made := d.Offer(t, func(draft *offer.Draft) {
		draft.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 365}
	})
	inv := d.Invite(t, made.ID, fresh("anna"))[0]
	yes := d.Accept(t, inv.ID, d.Link(t, inv.ID), "yes")
	of, err := d.Table.Customer(t.Context(), yes.Customer.ID)
	must(t, err)
	return &company{World: d.World, of: of, partner: d.partner, anna: yes.User, machine: d.machine}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// may returns what the partner, or the customer's first user, may do, and the operation by which it does it.
func (d *company) may(t *testing.T, partners bool) (administration.Authority, op.Op) {
	t.Helper()
	stands, err := d.Table.Administration(t.Context(), d.of.ID, d.Partner)
	must(t, err)
	o := d.Op("test")
	claim := administration.Claim{User: d.anna}
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(d.anna.ID)}
	if partners {
		claim = administration.Claim{Partner: d.partner, Access: partner.Full}
		o.Actor = op.Actor{Kind: op.PartnerClient, ID: string(d.machine)}
	}
	by, err := claim.Over(stands, o.At)
	must(t, err)
	return by, o
}

// hire makes a user, as the customer's first user.
func (d *company) hire(t *testing.T, draft customer.UserDraft) customer.User {
	t.Helper()
	by, o := d.may(t, false)
	made, err := administration.CreateUser(t.Context(), d.Table, by, draft, o)
	must(t, err)
	return made
}

// sheet is a file that was read.
func sheet(kind importing.Kind, columns []importing.Column, rows ...[]string) importing.Sheet {
	read := importing.Sheet{Kind: kind, Columns: columns}
	for i, cells := range rows {
		read.Rows = append(read.Rows, importing.Row{Line: i + 2, Cells: cells})
	}
	read.Rows = importing.Review(kind, columns, read.Rows)
	return read
}

// begin starts an import of rows, as the partner or as the customer's first user.
func (d *company) begin(t *testing.T, partners bool, kind importing.Kind, columns []importing.Column, rows ...[]string) importing.ID {
	t.Helper()
	by, o := d.may(t, partners)
	im, err := importing.Begin(t.Context(), d.Imports(), by, sheet(kind, columns, rows...), o)
	must(t, err)
	return im.ID
}

// runs lets the job run once, in an environment of its own where one is given.
func (d *company) runs(ctx context.Context, env boot.Env) (schedule.Outcome, error) {
	return imports.Job(env, dynamo.Open(env)).Handler(env, dynamo.Open(env))(ctx, schedule.Tick{Time: env.Now()})
}

func (d *company) run(t *testing.T) schedule.Outcome {
	t.Helper()
	out, err := d.runs(t.Context(), d.Env)
	if err != nil {
		t.Fatalf("%v\n%s", err, d.Log)
	}
	return out
}

// changes lists the changes of a kind in all events.
func (d *company) changes(t *testing.T, kind event.Type) (found []event.Change) {
	t.Helper()
	must(t, d.Table.Walk(t.Context(), func(one dynamo.Walked) {
		if e, is := one.Noun.(event.Event); is {
			for _, c := range e.Changes {
				if c.Type == kind {
					found = append(found, c)
				}
			}
		}
	}))
	return found
}

// queue is what waits of the customer's, and whether the job finds it.
func (d *company) queue(t *testing.T) (q importing.Queue, due bool) {
	t.Helper()
	must(t, d.Table.Walk(t.Context(), func(one dynamo.Walked) {
		if is, ok := one.Noun.(importing.Queue); ok && is.Customer == d.of.ID {
			q, due = is, one.Word("due") != "" && strings.HasPrefix(one.Word("due_class"), "import_queue#")
		}
	}))
	return q, due
}

func (d *company) imported(t *testing.T, id importing.ID) importing.Import {
	t.Helper()
	im, err := d.Imports().Import(t.Context(), id, d.Env.Now())
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// counts says how an import ended.
func counts(im importing.Import) string {
	return fmt.Sprintf("%s %d+%d+%d of %d", im.Status, im.Made, im.Unchanged, im.Failed, im.Rows)
}

// failures are the rows of an import that failed, with their first problem.
func (d *company) failures(t *testing.T, id importing.ID) map[int]string {
	t.Helper()
	found, err := d.Imports().ImportFailures(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]string{}
	for _, f := range found {
		said[f.Row] = string(f.Problems[0].Column) + " " + f.Problems[0].Code
	}
	return said
}

func (d *company) users(t *testing.T) (found map[string]int) {
	t.Helper()
	all, err := d.Table.CustomerUsers(t.Context(), d.of.ID)
	if err != nil {
		t.Fatal(err)
	}
	found = map[string]int{}
	for _, u := range all {
		found[u.Mail]++
	}
	return found
}

var nameAndMail = []importing.Column{importing.MailColumn, importing.NameColumn}

// many are rows of users who there are not.
func many(n int) (rows [][]string) {
	domain := strings.TrimPrefix(fresh(""), "@")
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("u%d.%s", i, domain), fmt.Sprintf("User %c%c", 'A'+i%26, 'a'+i/26%26)})
	}
	return rows
}

// TestImport: as many users as a file may hold, or 300; the job dies twice on the way, once with its answer lost; then it goes on from the row it
// reached. Each user is made once, a further run does nothing, and the same file once more finds all as it stands.
func TestImport(t *testing.T) {
	t.Parallel()
	d := administered(t)
	rows := many(fixture.Full(300, importing.MaxRows))
	id := d.begin(t, true, importing.Users, nameAndMail, rows...)
	for run, c := range []struct {
		at      int
		written bool
		want    int
	}{{91, true, 91}, {120, false, 210}} {
		env, ctx := d.Dying(t, c.at, c.written)
		if _, err := d.runs(ctx, env); err == nil {
			t.Fatal("it did not die")
		}
		if im := d.imported(t, id); im.Row != c.want || im.Made != c.want || im.Status != importing.Running {
			t.Fatalf("run %d: %s at %d", run, counts(im), im.Row)
		}
		if q, due := d.queue(t); !due || !slices.Equal(q.Imports, []importing.ID{id}) {
			t.Fatalf("run %d: %+v", run, q)
		}
	}
	if out := d.run(t); out.Done != 1 || out.More {
		t.Errorf("%+v", out)
	}
	if im := d.imported(t, id); counts(im) != fmt.Sprintf("done %d+0+0 of %[1]d", len(rows)) || im.EndedAt.IsZero() {
		t.Fatalf("%s\n%s", counts(im), d.Log)
	}
	found := d.users(t)
	if len(found) != len(rows)+1 || slices.ContainsFunc(slices.Collect(maps.Values(found)), func(n int) bool { return n != 1 }) {
		t.Errorf("%d users", len(found))
	}
	if n := len(d.changes(t, customer.UserCreatedEvent{}.Type())); n != len(rows) {
		t.Errorf("%d events tell of a new user, each of which is mailed", n)
	}
	q, due := d.queue(t)
	if n := len(d.changes(t, importing.FinishedEvent{}.Type())); n != 1 || due || len(q.Imports) != 0 {
		t.Errorf("%d events tell of the end, and %v wait", n, q.Imports)
	}
	before := len(d.Items(t))
	if out := d.run(t); out.Found != 0 {
		t.Errorf("%+v", out)
	}
	if after := len(d.Items(t)); after != before {
		t.Errorf("a further run made %d items of %d", after, before)
	}
	again := d.begin(t, false, importing.Users, nameAndMail, rows...)
	d.run(t)
	if im := d.imported(t, again); counts(im) != fmt.Sprintf("done 0+%d+0 of %[1]d", len(rows)) {
		t.Errorf("the same file: %s", counts(im))
	}
}

// TestTurn: a turn is 50 rows, and a short file beside a long one is done with its first.
func TestTurn(t *testing.T) {
	t.Parallel()
	d := administered(t)
	other := d.another(t)
	long, short := d.begin(t, true, importing.Users, nameAndMail, many(120)...), other.begin(t, false, importing.Users, nameAndMail, many(3)...)
	step := imports.Job(d.Env, d.Table).Step
	turn := func(ctx context.Context, d *company) error {
		q, _ := d.queue(t)
		return step(ctx, dynamo.Due[importing.Queue]{Item: q}, d.Op("run"))
	}
	for range 2 {
		if err := turn(t.Context(), d); err != schedule.ErrMore {
			t.Fatal(err)
		}
	}
	ctx := fixture.Ending(t.Context(), func() bool { return true }) // so near that no row is begun
	if err := turn(ctx, d); err != schedule.ErrMore {
		t.Fatal(err)
	}
	if im := d.imported(t, long); im.Row != 100 || im.Status != importing.Running {
		t.Errorf("two turns: %s at %d", counts(im), im.Row)
	}
	must(t, turn(t.Context(), other))
	if im := other.imported(t, short); counts(im) != "done 3+0+0 of 3" {
		t.Error(counts(im))
	}
	if out, err := d.runs(ctx, d.Env); err != nil || !out.More || d.imported(t, long).Row != 100 {
		t.Errorf("%+v %v", out, err)
	}
	d.run(t)
	if im := d.imported(t, long); counts(im) != "done 120+0+0 of 120" {
		t.Error(counts(im))
	}
}

// TestInOrder: a customer's files are applied in the order in which they were started; what the first one makes the second one finds.
func TestInOrder(t *testing.T) {
	t.Parallel()
	d := administered(t)
	rows := many(60)
	var members [][]string
	for _, row := range rows {
		members = append(members, []string{"Sales", row[0]})
	}
	first, second := d.begin(t, true, importing.Users, nameAndMail, rows...), d.begin(t, false, importing.Groups, importing.Groups.Columns(), members...)
	if out := d.run(t); out.Found != 1 || out.Done != 1 {
		t.Errorf("%+v", out)
	}
	if got := counts(d.imported(t, first)) + ", " + counts(d.imported(t, second)); got != "done 60+0+0 of 60, done 60+0+0 of 60" {
		t.Error(got)
	}
}

// TestRivals: of any number of files that are started at once as many run as may; the others are refused, and can be started once there is room.
func TestRivals(t *testing.T) {
	t.Parallel()
	d := administered(t)
	by, o := d.may(t, false)
	kept := make([]importing.Import, importing.MaxRunning+5)
	for i := range kept {
		var err error
		next := d.Op("test")
		next.Actor = o.Actor
		kept[i], err = importing.Keep(t.Context(), d.Imports(), by, sheet(importing.Users, nameAndMail, many(2)...), next)
		must(t, err)
	}
	start := func(im importing.Import) error {
		next := d.Op("test")
		next.Actor = o.Actor
		return importing.Start(t.Context(), d.Imports(), by, im, next)
	}
	results := make([]error, len(kept))
	var wait sync.WaitGroup
	for i := range kept {
		wait.Go(func() {
			for results[i] = start(kept[i]); fault.Is(results[i], fault.Busy); results[i] = start(kept[i]) { // rivals met: as a caller asks again
			}
		})
	}
	wait.Wait()
	started := 0
	var left []importing.Import
	for i, err := range results {
		switch f := fault.As(err); {
		case err == nil:
			started++
		case f != nil && f.Code == fault.TooManyImports:
			left = append(left, kept[i])
		default:
			t.Error(err)
		}
	}
	q, due := d.queue(t)
	if started != importing.MaxRunning || len(q.Imports) != importing.MaxRunning || !due {
		t.Fatalf("%d are started, and %v wait", started, q.Imports)
	}
	if im := d.imported(t, left[0].ID); im.Status != importing.Checked {
		t.Errorf("what was refused is %s", im.Status)
	}
	_, err := importing.Begin(t.Context(), d.Imports(), by, sheet(importing.Users, nameAndMail, many(1)...), func() op.Op { _, o := d.may(t, false); return o }())
	if f := fault.As(err); f == nil || f.Code != fault.TooManyImports {
		t.Errorf("one more: %v", err)
	}
	d.run(t)
	for _, im := range left[:importing.MaxRunning] {
		must(t, start(im))
	}
	d.run(t)
	for _, im := range left[:importing.MaxRunning] {
		if now := d.imported(t, im.ID); counts(now) != "done 2+0+0 of 2" {
			t.Error(counts(now))
		}
	}
}

// TestKeptNoLonger: what the job was too late for leaves the queue, so that it holds nothing back.
func TestKeptNoLonger(t *testing.T) {
	t.Parallel()
	d := administered(t)
	d.begin(t, false, importing.Users, nameAndMail, many(1)...)
	d.Travel((importing.Days + 1) * 24 * time.Hour)
	next := d.begin(t, false, importing.Users, nameAndMail, many(1)...)
	d.run(t)
	if q, due := d.queue(t); due || len(q.Imports) != 0 || d.imported(t, next).Status != importing.Done {
		t.Errorf("%v wait", q.Imports)
	}
}

// TestAtOnce: runs at once do each row once, and count it once.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	d := administered(t)
	rows := append(many(30), []string{"nobody", "Nobody"}, []string{d.anna.Mail, "Anna Other"})
	id := d.begin(t, true, importing.Users, nameAndMail, rows...)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if out, err := d.runs(t.Context(), d.Env); err != nil && out.Failed != 1 { // so many rivals that its last try was in vain: the next run goes on
				t.Error(err)
			}
		})
	}
	wait.Wait()
	d.run(t)
	if im := d.imported(t, id); counts(im) != "done 30+0+2 of 32" || len(d.users(t)) != 31 {
		t.Errorf("%s, %d users", counts(im), len(d.users(t)))
	}
	if got := d.failures(t, id); !maps.Equal(got, map[int]string{30: "email invalid_email", 31: "name user_differs"}) {
		t.Errorf("%v", got)
	}
	if n := len(d.changes(t, importing.FinishedEvent{}.Type())); n != 1 {
		t.Errorf("%d events tell of the end", n)
	}
}

// TestKinds: licences and groups, with the users whom a file makes and by files of their own; what fails says why, and the file once more does
// what is left.
func TestKinds(t *testing.T) {
	t.Parallel()
	d := administered(t)
	found, _, err := d.Table.SubscriptionsOf(t.Context(), d.of.ID, dynamo.Page{Limit: 1}, nil)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	s := found[0]
	plan := string(s.Plan)
	ewa, jan, admin := fresh("ewa"), fresh("jan"), d.anna.Mail
	run := func(partners bool, kind importing.Kind, columns []importing.Column, want string, failed map[int]string, rows ...[]string) {
		t.Helper()
		id := d.begin(t, partners, kind, columns, rows...)
		d.run(t)
		if im := d.imported(t, id); counts(im) != want {
			t.Errorf("%s, want %s", counts(im), want)
		}
		if got := d.failures(t, id); !maps.Equal(got, failed) {
			t.Errorf("failed: %v, want %v", got, failed)
		}
	}
	bare := d.hire(t, customer.UserDraft{Name: "Bez Licencji", Mail: fresh("bare")}).Mail
	all := append(slices.Clone(nameAndMail), importing.LicensesColumn, importing.GroupsColumn)
	run(true, importing.Users, all, "done 2+0+1 of 3", map[int]string{2: "licenses unknown_subscription"},
		[]string{ewa, "Ewa Lis", plan, "Sales; Support"}, []string{jan, "Jan Kos", "", "SALES"}, []string{fresh("ola"), "Ola Sowa", "plan_nothing", ""})
	run(false, importing.Users, all, "done 1+1+0 of 2", map[int]string{},
		[]string{ewa, "Ewa Lis", plan, "Sales; Support"}, []string{jan, "Jan Kos", string(s.ID), "Sales"})
	run(true, importing.Groups, importing.Groups.Columns(), "done 1+1+1 of 3", map[int]string{2: "email unknown_user"},
		[]string{"sales", ewa}, []string{"Managers", jan}, []string{"Managers", fresh("nobody")})
	run(true, importing.Licenses, importing.Licenses.Columns(), "done 1+1+1 of 3", map[int]string{1: "licenses unknown_subscription"},
		[]string{ewa, plan}, []string{ewa, "sub_nothing"}, []string{admin, plan})
	run(true, importing.Mailboxes, importing.Mailboxes.Columns()[:1], "done 0+0+1 of 1", map[int]string{0: "email domain_unverified"}, []string{ewa})
	by, o := d.may(t, true)
	fixture.Verified(t, d.Table, by, o, "example.com")
	run(true, importing.Mailboxes, importing.Mailboxes.Columns(), "done 1+0+2 of 3", map[int]string{1: "email no_license", 2: "migrate_from_host required"},
		[]string{ewa, "IMAP", "imap.old.example", ""}, []string{bare, "", "", ""}, []string{admin, "imap", "", ""})
	run(true, importing.Mailboxes, importing.Mailboxes.Columns()[:1], "done 0+1+0 of 1", map[int]string{}, []string{ewa})

	groups, _, err := d.Groups().CustomerGroups(t.Context(), d.of.ID, dynamo.Page{Limit: 10})
	members := map[string]int{} // two were made at once, in whatever order
	for _, g := range groups {
		members[g.Name] = g.Members
	}
	if err != nil || !maps.Equal(members, map[string]int{"Sales": 2, "Support": 1, "Managers": 1}) {
		t.Errorf("%+v %v", groups, err)
	}
	now, err := d.Table.StoredSubscription(t.Context(), s.ID)
	if err != nil || now.Licenses.Assigned != 3 {
		t.Errorf("%+v %v", now.Licenses, err)
	}
}

// TestRevoked: where the grant ends on the way, or who started it is disabled, the rest fails and the import says why; nothing is done after.
func TestRevoked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		partners bool
		revoke   func(t *testing.T, d *company)
		reason   string
	}{
		"the grant ends": {true, func(t *testing.T, d *company) {
			if _, err := relationship.EndGrant(t.Context(), d.Table, d.of.ID, d.Partner, relationship.ByCustomer, "", d.Op("customer")); err != nil {
				t.Fatal(err)
			}
		}, "forbidden"},
		"a role is taken": {false, func(t *testing.T, d *company) {
			d.Administrator(t, d.of.ID, fresh("boss"))
			fixture.Table{DB: d.DB, Name: d.Env.Table}.Set(t, "CUSTOMER#"+d.of.ID.Bare(), "USER#"+string(d.anna.ID[len("usr_")+13:]), &types.AttributeValueMemberL{}, "roles")
		}, "forbidden"},
	} {
		d := administered(t)
		id := d.begin(t, c.partners, importing.Users, nameAndMail, many(40)...)
		env, ctx := d.Dying(t, 11, false)
		if _, err := d.runs(ctx, env); err == nil {
			t.Fatal("it did not die")
		}
		c.revoke(t, d)
		d.run(t)
		im := d.imported(t, id)
		if counts(im) != "done 10+0+30 of 40" || im.Reason == nil || im.Reason.Code != c.reason || im.Row != 10 {
			t.Errorf("%s: %s %+v", name, counts(im), im.Reason)
		}
		if n := len(d.changes(t, customer.UserCreatedEvent{}.Type())); n != 10 {
			t.Errorf("%s: %d users are made", name, n)
		}
	}
}

// TestLeastRights: a user administrator's file does nothing to a user who has a role.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	d := administered(t)
	clerk := d.hire(t, customer.UserDraft{Name: "Karol Bąk", Mail: fresh("karol"), Roles: []customer.Role{customer.UserAdmin}})
	stands, err := d.Table.Administration(t.Context(), d.of.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	o := d.Op("test")
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(clerk.ID)}
	by, err := administration.Claim{User: clerk}.Over(stands, o.At)
	if err != nil {
		t.Fatal(err)
	}
	columns := importing.Groups.Columns()
	rows := importing.Review(importing.Groups, columns, []importing.Row{{Line: 2, Cells: []string{"All", d.anna.Mail}}})
	im, err := importing.Begin(t.Context(), d.Imports(), by, importing.Sheet{Kind: importing.Groups, Columns: columns, Rows: rows}, o)
	if err != nil {
		t.Fatal(err)
	}
	d.run(t)
	if got := d.failures(t, im.ID); !maps.Equal(got, map[int]string{0: "email target_is_admin"}) {
		t.Errorf("%v", got)
	}
	if groups, _, err := d.Groups().CustomerGroups(t.Context(), d.of.ID, dynamo.Page{Limit: 1}); err != nil || len(groups) != 0 {
		t.Errorf("%+v %v", groups, err)
	}
}
