package dynamo

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/op"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// importItem is an import without its rows.
func importItem(im importing.Import) item {
	it := classed("import", im)
	it["ttl"] = number(int(im.KeptUntil().Unix()))
	return it
}

// stayingRows is when what belongs to an import goes: it is written once, so it is kept as if the import were started on its last day.
func stayingRows(it item, created time.Time) item {
	it["ttl"] = number(int(created.AddDate(0, 0, importing.ReadDays+importing.Days).Unix()))
	return it
}

// chunkItem is some of an import's rows.
func chunkItem(c importing.Chunk) item { return stayingRows(classed("import_rows", c), c.CreatedAt) }

// failureItem is a row that failed.
func failureItem(f importing.Failure) item {
	return stayingRows(classed("import_failure", f), f.CreatedAt)
}

// stepPart counts a row that was made, in the transaction that makes it.
func stepPart(s op.Step) part {
	return nextRow(importing.ID(s.Of), s.At, "made")
}

// nextRow counts a row as of a result, guarded by the step.
func nextRow(im importing.ID, at int, result string) part {
	return update(importKey(im), "ADD #row :one, #"+result+" :one, #version :one", "one", 1).
		when("#status = :running AND (#row = :at"+first(at)+")", "running", string(importing.Running), "at", at)
}

// first lets a guard on the step through before there is one: zero is not stored.
func first(at int) string {
	if at == 0 {
		return " OR attribute_not_exists(#row)"
	}
	return ""
}

// Imports is the table with what only imports need, which make groups, too: of a page's program the linker keeps every method of a type, so these are
// no other page's weight (infra/design/speed.md).
type Imports struct{ Groups }

// ImportsOf returns the imports of a table.
func ImportsOf(t *Table) Imports { return Imports{Groups{t}} }

// SaveImport implements importing.Starter.
func (t Imports) SaveImport(ctx context.Context, im importing.Import, rows []importing.Row, by administration.Permit, happened *event.Event, o op.Op) error {
	parts := append(once(o), put(importKey(im.ID), importItem(im)).ifAbsent())
	for _, chunk := range im.Chunks(rows) {
		parts = append(parts, put(importRowsKey(im.ID, chunk.From), chunkItem(chunk)).ifAbsent())
	}
	if im.Status == importing.Running {
		parts = append(parts, queuedPart(im, o))
	}
	if parts = byPermit(by, o, parts...); happened != nil {
		parts = append(parts, eventPart(*happened))
	}
	return t.write(ctx, o, parts...)
}

// StartImport implements importing.Starter.
func (t Imports) StartImport(ctx context.Context, im importing.Import, by administration.Permit, happened event.Event, o op.Op) error {
	seen := im.Version
	im.Version++
	parts := append(once(o), put(importKey(im.ID), importItem(im)).ifVersion(seen), queuedPart(im, o))
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// queuedPart puts an import into its customer's queue, while there is room. The queue falls due when its first import comes.
func queuedPart(im importing.Import, o op.Op) part {
	k := importsKey(im.Customer)
	place := due(item{}, importQueue, k, o.At)
	return update(k, "SET #class = :class, #customer = :customer, #created_at = if_not_exists(#created_at, :now), "+
		"#imports = list_append(if_not_exists(#imports, :none), :this), #due_class = :due_class, #due = if_not_exists(#due, :due) ADD #version :one",
		"class", importQueue, "customer", string(im.Customer), "now", stamp(o.At), "none", []string{}, "this", []string{string(im.ID)},
		"due_class", read(place, "due_class"), "due", read(place, "due"), "one", 1).
		when("(attribute_not_exists(#imports) OR size(#imports) < :most)", "most", importing.MaxRunning).
		or(func(item) error { return fault.TooManyImports.With(importing.MaxRunning) })
}

// importQueue is the class of queues, among items and in the index of what falls due.
const importQueue = "import_queue"

// leaving returns the parts that take an import out of its customer's queue, none where it is not in it. An empty queue is not due.
func (t Imports) leaving(ctx context.Context, id importing.ID) ([]part, error) {
	of, _, _ := id.Customer()
	q, err := load[importing.Queue](ctx, t.Table, importsKey(of))
	at := slices.Index(q.Imports, id)
	if err != nil || at < 0 {
		return nil, err
	}
	change := "REMOVE #imports[" + strconv.Itoa(at) + "]"
	if len(q.Imports) == 1 {
		change = "REMOVE #imports, #due, #due_class"
	}
	return []part{update(importsKey(of), change+" ADD #version :one", "one", 1).ifVersion(q.Version)}, nil
}

// DropImport implements importing.Store.
func (t Imports) DropImport(ctx context.Context, id importing.ID, o op.Op) error {
	parts, err := t.leaving(ctx, id)
	if err != nil || len(parts) == 0 {
		return err
	}
	return t.write(ctx, o, parts...)
}

// Import implements importing.Store.
func (t Imports) Import(ctx context.Context, id importing.ID, at time.Time) (importing.Import, error) {
	return kept[importing.Import](ctx, t.Table, importKey(id), at)
}

// ImportChunk implements importing.Store.
func (t Imports) ImportChunk(ctx context.Context, id importing.ID, from int) ([]importing.Row, error) {
	found, err := one[importing.Chunk](ctx, t.Table, importRowsKey(id, from), true)
	return found.Rows, err
}

// ImportRows reads all rows of an import, strongly consistent.
func (t Imports) ImportRows(ctx context.Context, im importing.Import) ([]importing.Row, error) {
	var keys []key
	for from := 0; from < im.Rows; from += importing.ChunkRows {
		keys = append(keys, importRowsKey(im.ID, from))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return nil, err
	}
	rows := make([]importing.Row, 0, im.Rows)
	for _, k := range keys {
		var chunk importing.Chunk
		if err := decode(found[k], &chunk); err != nil {
			return nil, err
		}
		rows = append(rows, chunk.Rows...)
	}
	return rows, nil
}

// Imports lists a customer's imports that were started, newest first, strongly consistent.
func (t Imports) Imports(ctx context.Context, of customer.ID, at time.Time, page Page) ([]importing.Import, string, error) {
	return sieved(ctx, t.Table, customerKey(of).pk, importSort, true, page, func(found []importing.Import) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, im := range found {
			kept[i] = im.Status != importing.Checked && im.KeptUntil().After(at)
		}
		return kept, nil
	})
}

// ImportFailures reads the rows of an import that failed so far, in their order, strongly consistent.
func (t Imports) ImportFailures(ctx context.Context, id importing.ID) ([]importing.Failure, error) {
	return everything(ctx, func(page Page) ([]importing.Failure, string, error) {
		return under[importing.Failure](ctx, t.Table, importKey(id).pk, failureSort(id), false, page)
	})
}

// ImportAuthority implements importing.Store.
func (t Imports) ImportAuthority(ctx context.Context, im importing.Import, o op.Op) (administration.Authority, op.Op, error) {
	who, found, err := t.member(ctx, companyOf(im.By.ID), im.By.ID, standingKeys(im.Customer, im.Partner)...)
	if err == nil {
		err = access.Check(who, access.AdministerUsers)
	}
	if err != nil {
		return administration.Authority{}, o, err
	}
	stands, err := readStanding(found, im.Customer, im.Partner)
	if err != nil {
		return administration.Authority{}, o, err
	}
	by, err := who.Claim().Over(stands, o.At)
	return by, who.Operation(o), err
}

// PassImport implements importing.Store.
func (t Imports) PassImport(ctx context.Context, im importing.Import, failed *importing.Failure, o op.Op) error {
	if failed == nil {
		return t.write(ctx, o, nextRow(im.ID, im.Row, "unchanged"))
	}
	return t.write(ctx, o, nextRow(im.ID, im.Row, "failed"), put(failureKey(*failed), failureItem(*failed)).ifAbsent())
}

// FinishImport implements importing.Store.
func (t Imports) FinishImport(ctx context.Context, im importing.Import, happened event.Event, o op.Op) error {
	change, values := "SET #status = :done, #ended_at = :now, #failed = :failed", []any{"done", string(im.Status), "now", stamp(im.EndedAt), "failed", im.Failed, "one", 1}
	if im.Reason != nil {
		change, values = change+", #reason = :reason", append(values, "reason", *im.Reason)
	}
	parts, err := t.leaving(ctx, im.ID)
	if err != nil {
		return err
	}
	return t.write(ctx, o, append(parts, update(importKey(im.ID), change+" ADD #version :one", values...).
		when("#status = :running AND (#row = :at"+first(im.Row)+")", "running", string(importing.Running), "at", im.Row), eventPart(happened))...)
}

// ImportFacts implements importing.Reader.
func (t Imports) ImportFacts(ctx context.Context, of customer.ID, asked importing.Asked) (importing.Facts, error) {
	f := importing.Facts{
		Users: map[string]customer.User{}, Taken: map[string]bool{}, Groups: map[string]customer.Group{}, Members: map[importing.Member]bool{},
		Domains: map[customer.DomainName]bool{}, Plans: map[catalog.PlanID]catalog.Plan{},
	}
	logins, names := map[string]key{}, map[string]key{}
	for _, mail := range asked.Mails {
		logins[textinput.FoldMail(mail)] = loginKey(mail)
	}
	for _, name := range asked.Groups {
		names[importing.Fold(name)] = groupNameKey(customer.Group{Customer: of, Name: name})
	}
	keys := slices.AppendSeq(slices.Collect(maps.Values(logins)), maps.Values(names))
	for _, name := range asked.Domains {
		keys = append(keys, domainOwnerKey(name))
	}
	found, err := t.all(ctx, keys)
	if err != nil {
		return f, err
	}
	for _, name := range asked.Domains {
		f.Domains[name] = name == customer.InitialDomain(of, t.CustomersDomain) || read(found[domainOwnerKey(name)], "customer") == string(of)
	}
	users, groups := map[string]customer.UserID{}, map[string]customer.GroupID{}
	keys = nil
	for mail, k := range logins {
		if owner, id := ofCustomer(found[k]); found[k] != nil && owner == of {
			users[mail] = id
			keys = append(keys, customerUserKey(id))
		} else if found[k] != nil {
			f.Taken[mail] = true
		}
	}
	for name, k := range names {
		if it := found[k]; it != nil {
			groups[name] = customer.GroupID(read(it, "group"))
			keys = append(keys, groupKey(groups[name]))
		}
	}
	members := map[importing.Member]key{}
	for _, pair := range asked.Pairs {
		user, is := users[pair.Mail]
		if group, ok := groups[pair.Group]; ok && is {
			members[pair] = groupMemberKey(group, user)
			keys = append(keys, members[pair])
		}
	}
	if found, err = t.all(ctx, keys); err != nil {
		return f, err
	}
	for mail, id := range users {
		u, err := maybe[customer.User](found[customerUserKey(id)])
		if err != nil {
			return f, err
		}
		if u != nil {
			f.Users[mail] = *u
		}
	}
	for name, id := range groups {
		g, err := maybe[customer.Group](found[groupKey(id)])
		if err != nil {
			return f, err
		}
		if g != nil && !g.Deleted() {
			f.Groups[name] = *g
		}
	}
	for pair, k := range members {
		f.Members[pair] = found[k] != nil
	}
	if asked.Licenses {
		err = t.importLicenses(ctx, of, &f)
	}
	return f, err
}

// importLicenses reads what licences a customer has to give.
func (t Imports) importLicenses(ctx context.Context, of customer.ID, f *importing.Facts) (err error) {
	if f.Subscriptions, err = t.subscriptionsThat(ctx, of, func(subscription.Subscription) bool { return true }); err != nil {
		return err
	}
	var keys []key
	for _, s := range f.Subscriptions {
		keys = append(keys, planKey(s.Plan))
	}
	found, err := t.all(ctx, keys)
	for _, s := range f.Subscriptions {
		var p catalog.Plan
		if err == nil {
			err = decode(found[planKey(s.Plan)], &p)
		}
		f.Plans[s.Plan] = p
	}
	return err
}

// all reads any number of items, strongly consistent.
func (t *Table) all(ctx context.Context, keys []key) (map[key]item, error) {
	all := make(map[key]item, len(keys))
	for some := range slices.Chunk(keys, 100) { // what one call reads at most
		found, err := t.batch(ctx, true, some...)
		if err != nil {
			return nil, err
		}
		for k, it := range found {
			all[k] = it
		}
	}
	return all, nil
}
