package dispatch_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/op"
	"liaison/shared/relationship"
	"liaison/tests/fixture"
)

// begin starts an import of rows, as the partner or as the customer's first user, and returns it with the event that tells of it.
func (d *company) begin(t *testing.T, partners bool, kind importing.Kind, columns []importing.Column, rows ...[]string) (importing.ID, event.Event) {
	t.Helper()
	by, o := d.may(t, partners)
	sheet := importing.Sheet{Kind: kind, Columns: columns}
	for i, cells := range rows {
		sheet.Rows = append(sheet.Rows, importing.Row{Line: i + 2, Cells: cells})
	}
	sheet.Rows = importing.Review(kind, columns, sheet.Rows)
	im, err := importing.Begin(t.Context(), d.Imports(), by, sheet, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range fixture.ToBatch(t, d.Streamed(t)).Events() {
		if one.Event.Changes[0].Type == (importing.StartedEvent{}).Type() && one.Event.Changes[0].Subject == string(im.ID) {
			return im.ID, one.Event
		}
	}
	t.Fatal("no event tells of the import")
	return im.ID, event.Event{}
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

// TestImport: 1,000 users, dispatch dies twice on the way, once with its answer lost; then it goes on from the step it reached. Each user is made once and
// mailed once, a further run does nothing, and the same file once more finds all as it stands.
func TestImport(t *testing.T) {
	t.Parallel()
	d := administered(t)
	rows := many(importing.MaxRows)
	id, started := d.begin(t, true, importing.Users, nameAndMail, rows...)
	for run, c := range []struct {
		at      int
		written bool
		want    int
	}{{301, true, 301}, {400, false, 700}} {
		out, ctx := d.dying(t, c.at, c.written)
		if err := out.Do(ctx, started); err == nil {
			t.Fatal("it did not die")
		}
		if im := d.imported(t, id); im.Row != c.want || im.Made != c.want || im.Status != importing.Running || d.waiting(t) == 0 {
			t.Fatalf("run %d: %s at %d", run, counts(im), im.Row)
		}
	}
	if err := d.outbox().Do(t.Context(), started); err != nil {
		t.Fatal(err)
	}
	if im := d.imported(t, id); counts(im) != "done 1000+0+0 of 1000" || im.EndedAt.IsZero() {
		t.Fatalf("%s\n%s", counts(im), d.Log)
	}
	d.settle(t)
	found := d.users(t)
	if len(found) != len(rows)+1 || slices.ContainsFunc(slices.Collect(maps.Values(found)), func(n int) bool { return n != 1 }) {
		t.Errorf("%d users", len(found))
	}
	mailed := d.box.Counts(t)
	for _, row := range rows {
		if mailed[row[0]] != 1 {
			t.Errorf("%d mails to %s", mailed[row[0]], row[0])
		}
	}
	if n := len(d.changes(t, importing.FinishedEvent{}.Type())); n != 1 || d.waiting(t) != 0 {
		t.Errorf("%d events tell of the end, %d are due", n, d.waiting(t))
	}
	before := len(d.Items(t))
	if err := d.outbox().Do(t.Context(), started); err != nil {
		t.Fatal(err)
	}
	d.settle(t)
	if after := len(d.Items(t)); after != before {
		t.Errorf("a further run made %d items of %d", after, before)
	}
	again, event := d.begin(t, false, importing.Users, nameAndMail, rows...)
	if err := d.outbox().Do(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if im := d.imported(t, again); counts(im) != "done 0+1000+0 of 1000" {
		t.Errorf("the same file: %s", counts(im))
	}
}

// TestImportAtOnce: runs at once do each row once, and count it once.
func TestImportAtOnce(t *testing.T) {
	t.Parallel()
	d := administered(t)
	rows := append(many(30), []string{"nobody", "Nobody"}, []string{d.anna.Mail, "Anna Other"})
	id, started := d.begin(t, true, importing.Users, nameAndMail, rows...)
	together(func() {
		if err := d.outbox().Do(t.Context(), started); err != nil && !fault.Is(err, fault.Stale, fault.Busy) {
			t.Error(err)
		}
	})
	if err := d.outbox().Do(t.Context(), started); err != nil {
		t.Fatal(err)
	}
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

// TestImportKinds: licences and groups, with the users whom a file makes and by files of their own; what fails says why, and the file once more does
// what is left.
func TestImportKinds(t *testing.T) {
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
		id, started := d.begin(t, partners, kind, columns, rows...)
		if err := d.outbox().Do(t.Context(), started); err != nil {
			t.Fatal(err)
		}
		if im := d.imported(t, id); counts(im) != want {
			t.Errorf("%s, want %s", counts(im), want)
		}
		if got := d.failures(t, id); !maps.Equal(got, failed) {
			t.Errorf("failed: %v, want %v", got, failed)
		}
	}
	bare := d.hire(t, false, customer.UserDraft{Name: "Bez Licencji", Mail: fresh("bare")}).Mail
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

// TestImportRevoked: where the grant ends on the way, or who started it is disabled, the rest fails and the import says why; nothing is done after.
func TestImportRevoked(t *testing.T) {
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
		id, started := d.begin(t, c.partners, importing.Users, nameAndMail, many(40)...)
		out, ctx := d.dying(t, 11, false)
		_ = out.Do(ctx, started)
		c.revoke(t, d)
		if err := d.outbox().Do(t.Context(), started); err != nil {
			t.Fatal(err)
		}
		im := d.imported(t, id)
		if counts(im) != "done 10+0+30 of 40" || im.Reason == nil || im.Reason.Code != c.reason || im.Row != 10 {
			t.Errorf("%s: %s %+v", name, counts(im), im.Reason)
		}
		if n := len(d.changes(t, customer.UserCreatedEvent{}.Type())); n != 10 {
			t.Errorf("%s: %d users are made", name, n)
		}
	}
}

// TestImportLeastRights: a user administrator's file does nothing to a user who has a role.
func TestImportLeastRights(t *testing.T) {
	t.Parallel()
	d := administered(t)
	clerk := d.hire(t, false, customer.UserDraft{Name: "Karol Bąk", Mail: fresh("karol"), Roles: []customer.Role{customer.UserAdmin}})
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
	d.settle(t)
	if got := d.failures(t, im.ID); !maps.Equal(got, map[int]string{0: "email target_is_admin"}) {
		t.Errorf("%v", got)
	}
	if groups, _, err := d.Groups().CustomerGroups(t.Context(), d.of.ID, dynamo.Page{Limit: 1}); err != nil || len(groups) != 0 {
		t.Errorf("%+v %v", groups, err)
	}
}
