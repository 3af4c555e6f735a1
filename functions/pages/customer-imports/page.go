// Package customerimports is where a customer's administrators read a file of users, groups, licences or mailboxes, see what would become of each row
// before anything is done, start it and follow it; and where a partner does the same on its behalf.
package customerimports

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/administration"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/imported"
	"liaison/shared/importing"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	importing.Starter
	importing.FailureStore
	Import(ctx context.Context, id importing.ID, at time.Time) (importing.Import, error)
	Imports(ctx context.Context, of customer.ID, at time.Time, page dynamo.Page) ([]importing.Import, string, error)
}

//go:embed *.html
var files embed.FS

var (
	overview = page.Parse(files, "overview.html")
	one      = page.Parse(files, "one.html")
)

type importsPage struct{ table Table }

const (
	own    = "/account/imports"
	behalf = "/partner/admin/{customer}/imports"
)

// Page serves /account/imports to a customer's own people and /partner/admin/{customer}/imports to a partner: the imports with the form that reads a file,
// and below it one import, the file of its rows that failed, and a sample of each kind.
func Page(env boot.Env, table Table) http.Handler {
	p := importsPage{table}
	type step = func(*site.Visit, administered.Directory) error
	ours := func(s step) func(*site.Visit) error { return administered.Own(table, s) }
	theirs := func(s step) func(*site.Visit) error { return administered.OnBehalf(table, s) }
	return site.New(
		env, table,
		site.Route{Path: own, Get: ours(p.show), Post: ours(p.read)},
		site.Route{Path: behalf, Get: theirs(p.show), Post: theirs(p.read)},
		site.Route{Path: own + "/{import}", Get: ours(p.showOne), Post: ours(p.start)},
		site.Route{Path: behalf + "/{import}", Get: theirs(p.showOne), Post: theirs(p.start)},
		site.Route{Path: own + "/{import}/{file}", Get: ours(p.file)},
		site.Route{Path: behalf + "/{import}/{file}", Get: theirs(p.file)},
	)
}

func at(d administered.Directory) string { return d.Path + "/imports" }

// cannot says why the reader cannot import now, and who can change that; empty where it can. hidden says that it may not see imports either.
func cannot(v *site.Visit, d administered.Directory) (why string, hidden bool) {
	_, err := d.By.Allow(administration.AdministerUsers)
	return d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err), fault.Is(err, fault.Denied)
}

// The fields of the form that reads a file.
const (
	kindField = "kind"
	textField = "text"
	fileField = "file"
)

type overviewBody struct {
	Action  string
	Hidden  []page.Hidden
	Kind    page.Radios
	Text    page.Textarea
	File    page.File
	Samples []page.Link
	Why     string
	Ask     *page.Link // leads to where what is missing is asked for
	Imports *page.Table
	Pager   page.Pager
}

func (p importsPage) show(v *site.Visit, d administered.Directory) error {
	return p.render(v, d, http.StatusOK, "", nil)
}

// render shows the form that reads a file, above the imports that were started.
func (p importsPage) render(v *site.Visit, d administered.Directory, status int, typed string, errs page.Errors) error {
	w := v.Words
	why, hidden := cannot(v, d)
	b := overviewBody{
		Action: at(d), Why: why, Ask: d.Ask(v, why), Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(d.Secret, "imports")}},
		Kind: page.Radios{Name: kindField, Legend: w.ImportsKind(), Error: errs.For(kindField), Value: v.Form(kindField)},
		File: page.File{Name: fileField, Label: w.ImportsFile(), Hint: w.ImportsFileHint(importing.MaxRows, kilobytes), Error: errs.For(fileField), Accept: ".csv,.txt,.tsv,text/csv,text/plain"},
		Text: page.Textarea{Name: textField, Label: w.ImportsText(), Hint: w.ImportsTextHint(), Error: errs.For(textField), Value: typed, Rows: 6},
	}
	for _, kind := range importing.Kinds {
		b.Kind.Options = append(b.Kind.Options, page.Option{Value: string(kind), Label: named(w, kind), Hint: about(w, kind)})
		b.Samples = append(b.Samples, page.Link{Text: w.ImportsSample(named(w, kind)), URL: at(d) + "/sample/" + string(kind)})
	}
	if !hidden {
		cursor := v.R.URL.Query().Get("cursor")
		found, next, err := p.table.Imports(v.R.Context(), d.By.Customer.ID, v.Op.At, dynamo.Page{Limit: site.PageSize, Cursor: cursor})
		if fault.Is(err, fault.InvalidCursor) {
			return v.Redirect(at(d))
		}
		if err != nil {
			return err
		}
		b.Pager = v.Pager(at(d), next)
		if len(found) > 0 {
			b.Imports = &page.Table{Heads: []string{w.ImportsStarted(), w.ImportsStatus(), w.ImportsRows()}}
		}
		for _, im := range found {
			b.Imports.Rows = append(b.Imports.Rows, page.TableRow{
				Title: named(w, im.Kind), URL: at(d) + "/" + site.ULID(string(im.ID)), Lines: []string{w.Time(v.In(im.StartedAt, d.By.Customer.Country))},
				Cells: []page.Cell{{Badges: []page.Badge{standing(w, im)}}, {Text: w.ImportsDone(im.Row, im.Rows), Small: counts(w, im)}},
			})
		}
	}
	frame := v.Frame(w.ImportsTitle())
	frame.Lead, frame.Errors, frame.Form = w.ImportsAbout(), errs, "import"
	return v.Render(overview, status, frame, b)
}

const kilobytes = gateway.MaxBody >> 10

// named is what a kind is called.
func named(w locale.Words, kind importing.Kind) string {
	switch kind {
	case importing.Groups:
		return w.ImportsGroups()
	case importing.Licenses:
		return w.ImportsLicences()
	case importing.Mailboxes:
		return w.ImportsMailboxes()
	}
	return w.ImportsUsers()
}

// about is what a file of a kind does.
func about(w locale.Words, kind importing.Kind) string {
	switch kind {
	case importing.Groups:
		return w.ImportsGroupsHint()
	case importing.Licenses:
		return w.ImportsLicencesHint()
	case importing.Mailboxes:
		return w.ImportsMailboxesHint()
	}
	return w.ImportsUsersHint()
}

// standing is how an import stands.
func standing(w locale.Words, im importing.Import) page.Badge {
	switch {
	case im.Status == importing.Running:
		return page.Badge{Kind: "info", Text: w.ImportsRunning()}
	case im.Reason != nil:
		return page.Badge{Kind: "bad", Text: w.ImportsStopped()}
	case im.Failed > 0:
		return page.Badge{Kind: "warn", Text: w.ImportsDonePartly()}
	}
	return page.Badge{Kind: "good", Text: w.ImportsDoneAll()}
}

func counts(w locale.Words, im importing.Import) string {
	return w.ImportsCounts(im.Made, im.Unchanged, im.Failed)
}

// read keeps what a file or a paste says, and leads to where it is shown.
func (p importsPage) read(v *site.Visit, d administered.Directory) error {
	if err := v.Posted(d.Secret, "imports"); err != nil {
		return err
	}
	typed := v.R.PostForm.Get(textField)
	if page.Switched(v.R) {
		return p.render(v, d, http.StatusOK, typed, nil)
	}
	w, kind := v.Words, importing.Kind(v.Form(kindField))
	var errs page.Errors
	if !slices.Contains(importing.Kinds, kind) {
		errs = append(errs, page.FieldError{Field: kindField, Text: w.ImportsKindMissing()})
	}
	given, field := v.Upload(fileField), fileField
	if len(given) == 0 {
		given, field = []byte(typed), textField
	}
	if strings.TrimSpace(string(given)) == "" {
		errs = append(errs, page.FieldError{Field: fileField, Text: w.ImportsMissing()})
	}
	if errs != nil {
		return p.render(v, d, http.StatusUnprocessableEntity, typed, errs)
	}
	sheet, err := imported.Read(kind, given, gateway.MaxBody)
	if f := fault.As(err); f != nil {
		if f.Code == fault.TableHeading { // the page calls its columns by their headings
			if column, ok := f.About.(string); ok {
				err = fault.TableHeading.With(imported.Heading(w, importing.Column(column)))
			}
		}
		return p.render(v, d, gateway.Status(err), typed, page.Errors{{Field: field, Text: v.Detail(err)}})
	}
	if err != nil {
		return err
	}
	im, err := importing.Keep(v.R.Context(), p.table, d.By, sheet, v.By(d.Signed))
	if why := d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err); why != "" {
		return p.render(v, d, gateway.Status(err), typed, page.Errors{{Text: why}})
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(d) + "/" + site.ULID(string(im.ID)))
}

// named reads the import in the path. One that was not started is seen by who read it alone.
func (p importsPage) named(v *site.Visit, d administered.Directory) (importing.Import, error) {
	ulid := v.R.PathValue("import")
	if _, hidden := cannot(v, d); hidden || !site.Made(ulid) {
		return importing.Import{}, fault.NotFound
	}
	im, err := p.table.Import(v.R.Context(), importing.ID("imp_"+d.By.Customer.ID.Bare()+"_"+ulid), v.Op.At)
	if err == nil && im.Status == importing.Checked && im.By.ID != d.ID {
		err = fault.NotFound
	}
	return im, err
}

// rows are those of an import with what is known of them: before it is started what would become of each, then those that failed.
func (p importsPage) rows(v *site.Visit, d administered.Directory, im importing.Import) (rows []importing.Row, results []importing.Result, err error) {
	if im.Status != importing.Checked {
		rows, err = importing.Failed(v.R.Context(), p.table, im)
		return rows, slices.Repeat([]importing.Result{importing.Fails}, len(rows)), err
	}
	if rows, err = p.table.ImportRows(v.R.Context(), im); err != nil {
		return nil, nil, err
	}
	facts, err := importing.Sheet{Kind: im.Kind, Columns: im.Columns, Rows: rows}.Facts(v.R.Context(), p.table, im.Customer)
	if err != nil {
		return nil, nil, err
	}
	rows, results = im.Try(rows, d.By, facts, v.Op.At)
	return rows, results, nil
}

type oneBody struct {
	Lead, Unknown     string
	Action            string
	Hidden            []page.Hidden
	Button, Why, Back string
	Ask               *page.Link // leads to where what is missing is asked for
	Domains           *page.Link // where a row's domain is verified
	Progress          *progress
	Title             string
	Table             *page.Table
	Pager             page.Pager
	Failed            string // where the file of the rows that failed is
}

// unverified says whether a row fails because its address is of a domain that the customer has not verified.
func unverified(row importing.Row) bool {
	return slices.ContainsFunc(row.Problems, func(one importing.Problem) bool { return one.Code == fault.DomainUnverified.String() })
}

// progress is how far an import is.
type progress struct {
	Badge               page.Badge
	Text, Counts, When  string
	Why, Going, Refresh string
	Percent             int
}

// rowsShown is how many rows a page has: few, as what to do with them stands below.
const rowsShown = 25

func (p importsPage) showOne(v *site.Visit, d administered.Directory) error {
	im, err := p.named(v, d)
	if err != nil {
		return err
	}
	return p.put(v, d, im, http.StatusOK, "")
}

// put shows an import: before it is started its rows with what would become of them, then how far it is and what failed.
func (p importsPage) put(v *site.Visit, d administered.Directory, im importing.Import, status int, wrong string) error {
	rows, results, err := p.rows(v, d, im)
	if err != nil {
		return err
	}
	w, here := v.Words, at(d)+"/"+site.ULID(string(im.ID))
	frame := v.Frame(w.ImportsOf(named(w, im.Kind)))
	frame.Back = &page.Link{URL: at(d), Text: w.ImportsTitle()}
	if wrong != "" {
		frame.Errors = page.Errors{{Text: wrong}}
	}
	count := map[importing.Result]int{}
	for _, result := range results {
		count[result]++
	}
	b := oneBody{Action: here, Back: at(d), Title: w.ImportsFailedRows()}
	if len(im.Unknown) > 0 {
		b.Unknown = w.ImportsUnknown(strings.Join(im.Unknown, ", "))
	}
	if count[importing.Fails] > 0 {
		b.Failed = here + "/failed"
	}
	if slices.ContainsFunc(rows, unverified) {
		b.Domains = &page.Link{Text: w.MailboxDomains(d.By.Customer.Name), URL: d.Path + "/domains"}
	}
	if im.Status == importing.Checked {
		b.Title, b.Lead = w.ImportsCheck(), w.ImportsChecked(len(rows), count[importing.Makes], count[importing.Stands], count[importing.Fails])
		b.Hidden = []page.Hidden{{Name: page.TokenField, Value: site.Token(d.Secret, "import", string(im.ID))}}
		b.Button = w.ImportsStart(count[importing.Makes])
		b.Why, _ = cannot(v, d)
		if b.Ask = d.Ask(v, b.Why); b.Why == "" && count[importing.Makes] == 0 {
			b.Why = w.ImportsNothing()
		}
	} else {
		made := progress{
			Badge: standing(w, im), Text: w.ImportsDone(im.Row, im.Rows), Counts: counts(w, im), When: w.Time(v.In(im.StartedAt, d.By.Customer.Country)),
			Percent: 100 * im.Row / max(im.Rows, 1),
		}
		if im.Reason != nil {
			made.Why = w.ImportsStoppedText(v.Detail(im.Reason.Fault()))
		}
		if im.Status == importing.Running {
			made.Going, made.Refresh = w.ImportsGoing(), here
			if im.Row == 0 {
				made.Going = w.ImportsSoon()
			}
		}
		b.Progress = &made
	}
	b.Table, b.Pager = list(v, im, rows, results, here)
	return v.Render(one, status, frame, b)
}

// list shows rows, those that fail first, from the one that the query names.
func list(v *site.Visit, im importing.Import, rows []importing.Row, results []importing.Result, here string) (*page.Table, page.Pager) {
	w := v.Words
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return worse(results[a]) - worse(results[b]) })
	from, _ := strconv.Atoi(v.R.URL.Query().Get("from"))
	from = max(0, min(from, len(rows)))
	to := min(from+rowsShown, len(rows))
	pager := page.Pager{First: page.Link{Text: w.InvitedFirst()}, More: page.Link{Text: w.InvitedMoreRows()}}
	if from > 0 {
		pager.First.URL = here
	}
	if to < len(rows) {
		pager.More.URL = site.Query(here, page.Hidden{Name: "from", Value: strconv.Itoa(to)})
	}
	if from == to {
		return nil, pager
	}
	made := page.Table{Heads: []string{w.ImportsRow(), w.InvitedResult(), w.InvitedRow()}}
	for _, i := range order[from:to] {
		made.Rows = append(made.Rows, shown(v, im, rows[i], results[i]))
	}
	return &made, pager
}

// worse orders results: what fails comes first.
func worse(r importing.Result) int {
	return slices.Index([]importing.Result{importing.Fails, importing.Makes, importing.Stands}, r)
}

// shown is one row with what becomes of it.
func shown(v *site.Visit, im importing.Import, row importing.Row, result importing.Result) page.TableRow {
	w := v.Words
	made := page.TableRow{}
	for i, cell := range row.Cells {
		if cell == "" {
			continue
		}
		if im.Columns[i] == importing.MailColumn {
			made.Title = cut(cell)
		} else {
			made.Lines = append(made.Lines, cut(cell))
		}
	}
	made.Lines = []string{cut(strings.Join(made.Lines, " · "))}
	if made.Title == "" {
		made.Title = w.InvitedEmpty()
	}
	badge := map[importing.Result]page.Badge{
		importing.Makes: {Kind: "good", Text: w.ImportsMakes()}, importing.Stands: {Kind: "info", Text: w.ImportsStands()}, importing.Fails: {Kind: "bad", Text: w.ImportsFails()},
	}[result]
	if im.Status != importing.Checked {
		badge.Text = w.ImportsDidFail()
	}
	var said []string
	for _, p := range row.Problems {
		text := v.Detail(p.Fault())
		if p.Column != "" {
			text = imported.Named(w, im, p.Column) + ": " + text
		}
		said = append(said, text)
	}
	made.Cells = []page.Cell{{Badges: []page.Badge{badge}, Small: strings.Join(said, " ")}, {Text: w.Int(row.Line)}}
	return made
}

// cut shortens what nobody types.
func cut(text string) string {
	const most = 130
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// start starts the import, once however often its button is pressed.
func (p importsPage) start(v *site.Visit, d administered.Directory) error {
	im, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "import", string(im.ID)); err != nil {
		return err
	}
	here := at(d) + "/" + site.ULID(string(im.ID))
	err = importing.Start(v.R.Context(), p.table, d.By, im, v.By(d.Signed))
	var replay *op.Replay
	if err == nil || errors.As(err, &replay) || fault.Is(err, fault.Stale) {
		return v.Redirect(here)
	}
	why := d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err)
	if fault.Is(err, fault.TooManyImports) {
		why = v.Detail(err)
	}
	if why != "" {
		return p.put(v, d, im, gateway.Status(err), why)
	}
	return err
}

// file is a sample of a kind, or the rows of an import that failed.
func (p importsPage) file(v *site.Visit, d administered.Directory) error {
	asked := v.R.PathValue("file")
	if kind := importing.Kind(asked); v.R.PathValue("import") == "sample" && slices.Contains(importing.Kinds, kind) {
		return v.SendFile(asked, imported.Sample(v.Words, kind))
	}
	im, err := p.named(v, d)
	if err == nil && asked != "failed" {
		err = fault.NotFound
	}
	if err != nil {
		return err
	}
	rows, _, err := p.rows(v, d, im)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row importing.Row) bool { return row.Problems == nil })
	return v.SendFile(asked, imported.Failed(v.Words, im, rows, func(problem importing.Problem) (string, string) {
		title, _, _ := locale.Problem(v.Words.Language(), problem.Code, nil)
		return title, v.Detail(problem.Fault())
	}))
}
