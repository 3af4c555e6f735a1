// Package export lets a customer's global administrators download all that is kept of it, as files of JSON lines.
package export

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/customer"
	"liaison/shared/exported"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	customer.ExportStore
	exported.Table
}

//go:embed *.html
var files embed.FS

var (
	begin = page.Parse(files, "begin.html")
	part  = page.Parse(files, "part.html")
)

type exportPage struct{ table Table }

const path = "/account/export"

// Page serves /account/export, where an export begins; below it each part of it, and that as a file.
func Page(env boot.Env, table Table) http.Handler {
	p := exportPage{table}
	own := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Customers(table, access.ExportData, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: own(p.show), Post: own(p.begin)},
		site.Route{Path: path + "/part", Get: own(p.begun(p.part))},
		site.Route{Path: path + "/file", Get: own(p.begun(p.file))},
	)
}

type beginBody struct{ Token string }

func (p exportPage) show(v *site.Visit, who site.Signed) error {
	frame := v.Frame(v.Words.ExportTitle())
	frame.Narrow, frame.Lead = true, v.Words.ExportLead(who.Customer.Name)
	frame.Back = &page.Link{URL: "/account/settings", Text: v.Words.SettingsTitle()}
	return v.Render(begin, http.StatusOK, frame, beginBody{site.Token(who.Secret, "export", string(who.Customer.ID))})
}

// begin notes that an export begins and leads to its first part.
func (p exportPage) begin(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "export", string(who.Customer.ID)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.show(v, who)
	}
	err := customer.BeginExport(v.R.Context(), p.table, who.Customer.ID, "", v.By(who))
	if fault.Is(err, fault.NotYourRole) {
		return v.Redirect(path) // it says who may
	}
	if err != nil {
		return err
	}
	return v.Redirect(at("part", who, 1, "", ""))
}

// at is where a part of the session's export is, which has a number and lies between two cursors.
func at(what string, who site.Signed, number int, from, until string) string {
	query := url.Values{"begun": {begunToken(who)}, "n": {strconv.Itoa(number)}}
	if from != "" {
		query.Set("from", from)
	}
	if until != "" {
		query.Set("until", until)
	}
	return path + "/" + what + "?" + query.Encode()
}

// begunToken shows that this session began an export: what is read of it by GET is in the account's activity then.
func begunToken(who site.Signed) string {
	return site.Token(who.Secret, "export-begun", string(who.Customer.ID))
}

// mostParts is beyond what any export has.
const mostParts = 100000

// asked is the part that a path names.
type asked struct {
	number      int
	from, until string
}

// begun lets an export through that this session began; another begins it first.
func (p exportPage) begun(step func(*site.Visit, site.Signed, asked) error) func(*site.Visit, site.Signed) error {
	return func(v *site.Visit, who site.Signed) error {
		query := v.R.URL.Query()
		number, err := strconv.Atoi(query.Get("n"))
		if err != nil || number < 1 || number > mostParts || query.Get("begun") != begunToken(who) {
			return v.Redirect(path)
		}
		return step(v, who, asked{number, query.Get("from"), query.Get("until")})
	}
}

// read reads a part; a cursor that is none begins the export anew.
func (p exportPage) read(v *site.Visit, who site.Signed, of asked) (exported.File, error) {
	about := exported.Asked{
		Customer: who.Customer.ID, By: who.Caller, At: v.Op.At, Below: v.Env.CustomersDomain, Detail: func(f *fault.Fault) string { return v.Detail(f) },
	}
	return about.File(v.R.Context(), p.table, of.from, of.until)
}

type partBody struct {
	Text     string
	Download page.Link
	Next     string // path of the next part; empty after the last
}

func (p exportPage) part(v *site.Visit, who site.Signed, of asked) error {
	file, err := p.read(v, who, asked{from: of.from})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	w := v.Words
	b := partBody{
		Text:     w.ExportEntries(file.Things),
		Download: page.Link{URL: at("file", who, of.number, of.from, file.Next), Text: w.ExportDownload(of.number)},
	}
	if file.Next != "" {
		b.Next = at("part", who, of.number+1, file.Next, "")
	}
	frame := v.Frame(w.ExportPart(of.number))
	frame.Narrow, frame.Back = true, &page.Link{URL: "/account/settings", Text: w.SettingsTitle()}
	return v.Render(part, http.StatusOK, frame, b)
}

// file answers with a part as a file. One that is not what its page showed any more, as too much came to it, is shown anew.
func (p exportPage) file(v *site.Visit, who site.Signed, of asked) error {
	file, err := p.read(v, who, of)
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(path)
	}
	if err != nil {
		return err
	}
	if file.Next != of.until {
		return v.Redirect(at("part", who, of.number, of.from, ""))
	}
	h := v.W.Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+v.Op.At.UTC().Format(time.DateOnly)+"-export-"+strconv.Itoa(of.number)+`.jsonl"`)
	v.W.WriteHeader(http.StatusOK)
	_, err = v.W.Write(file.Lines)
	return err
}
