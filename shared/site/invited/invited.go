// Package invited is how pages read a list of recipients from a paste or a file, show it row by row before anything is sent, and say how far it is
// sent.
package invited

import (
	"context"
	"embed"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

//go:embed invited.html
var own embed.FS

// File is the template of a list, among the files that With returns.
const File = "invited.html"

// With returns the files of a page together with the template that shows a list.
func With(of fs.FS) fs.FS { return page.With(of, own, File) }

// List is a list that was read, as it is shown before it is sent: the rows that cannot be invited first.
type List struct {
	Lead  string // how many rows can be invited
	Left  string // what the partner's day has left, where that is less
	Table page.Table
	Pager page.Pager
	Good  int
	mend  string
}

// rowsShown is how many rows a page has: few, as what to do with them stands below.
const rowsShown = 10

// most is how many rows can be mended on the page; of more the file is mended.
const most = 100

// Of shows the list at the path of its page, whose query may name the row to begin with. left is how many invitations the day has left, negative
// without limit.
func Of(v *site.Visit, rows []invitation.Row, left int, path string, kept ...page.Hidden) List {
	w := v.Words
	var bad, good []invitation.Row
	for _, row := range rows {
		if row.Flaw == "" {
			good = append(good, row)
		} else {
			bad = append(bad, row)
		}
	}
	l := List{Lead: w.InvitedCounts(w.InvitedRead(len(rows)), len(good)), Good: len(good)}
	if left >= 0 && left < len(good) {
		l.Left = w.InvitedLeft(left)
	}
	if len(bad) <= most {
		var wrong []invitation.Recipient
		for _, row := range bad {
			wrong = append(wrong, row.Recipient())
		}
		l.mend = Lines(wrong)
	}
	all := append(bad, good...)
	from, _ := strconv.Atoi(v.R.URL.Query().Get("from"))
	from = max(0, min(from, len(all)))
	to := min(from+rowsShown, len(all))
	l.Table.Heads = []string{w.PartnerOfferRecipient(), w.InvitedResult(), w.InvitedRow()}
	for _, row := range all[from:to] {
		l.Table.Rows = append(l.Table.Rows, shown(w, row))
	}
	l.Pager = page.Pager{First: page.Link{Text: w.InvitedFirst()}, More: page.Link{Text: w.InvitedMoreRows()}}
	if from > 0 {
		l.Pager.First.URL = site.Query(path, kept...)
	}
	if to < len(all) {
		l.Pager.More.URL = site.Query(path, append(kept, page.Hidden{Name: "from", Value: strconv.Itoa(to)})...)
	}
	return l
}

// shown is one row with its result.
func shown(w locale.Words, row invitation.Row) page.TableRow {
	made := page.TableRow{Title: row.Mail, Cells: []page.Cell{
		{Badges: []page.Badge{{Kind: "good", Text: w.InvitedGood()}}}, {Text: w.Int(row.Line)},
	}}
	if row.Flaw == "" {
		made.Title = textinput.ShownMail(row.Mail)
	} else {
		made.Cells[0] = page.Cell{Badges: []page.Badge{{Kind: "bad", Text: w.InvitedBad()}}, Small: Flaw(w, row)}
	}
	if made.Title == "" {
		made.Title = w.InvitedEmpty()
	}
	about := row.Language
	if l, ok := locale.Parse(row.Language); ok {
		about = locale.LanguageName(l)
	}
	said := slices.DeleteFunc([]string{cut(row.Name), cut(about)}, func(text string) bool { return text == "" })
	made.Title, made.Lines = cut(made.Title), []string{strings.Join(said, " · ")}
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

// Flaw says why a row cannot be invited.
func Flaw(w locale.Words, row invitation.Row) string {
	switch row.Flaw {
	case invitation.UnknownLanguage:
		return w.InvitedFlawLanguage(strings.Join(catalog.Languages, ", "))
	case invitation.BadName:
		return w.InvitedFlawName()
	case invitation.Formula:
		return w.InvitedFlawFormula()
	case invitation.Twice:
		return w.InvitedFlawTwice()
	case invitation.AlreadyInvited:
		return w.InvitedFlawInvited()
	}
	return w.InvitedFlawAddress()
}

// Fields are those of the form that takes recipients, with those of a few that were typed before. Where a list is shown they take what is to be
// mended of it, or another one.
func Fields(w locale.Words, l *List, before []invitation.Recipient, errs page.Errors) (page.Textarea, page.File) {
	text := page.Textarea{Name: Field, Label: w.InvitedRecipients(), Hint: w.InvitedRecipientsHint(), Error: errs.For(Field), Value: Lines(before), Rows: 6}
	file := page.File{
		Name: FileField, Label: w.InvitedFile(), Hint: w.InvitedFileHint(invitation.MaxBulk, kilobytes), Error: errs.For(FileField), Accept: ".csv,.txt,.tsv,text/csv,text/plain",
	}
	if l != nil {
		file.Label = w.InvitedReplace()
		if l.mend != "" {
			text.Label, text.Hint, text.Value = w.InvitedMend(), w.InvitedMendHint(), l.mend
		} else {
			text.Label = w.InvitedMore()
		}
	}
	return text, file
}

// Counts is what knowing how much of the partner's day is left reads.
type Counts interface {
	Used(ctx context.Context, at time.Time, counters ...quota.Counter) ([]int, error)
}

// Left is how many invitations the partner's day has left; negative where it has no limit.
func Left(v *site.Visit, table Counts, who site.Signed) (int, error) {
	most := v.Env.InvitationsPerDay
	if who.Partner.Trusted || most == 0 {
		return -1, nil
	}
	used, err := table.Used(v.R.Context(), v.Op.At, quota.Counter{What: quota.Invitations, Subject: string(who.Partner.ID), Window: 24 * time.Hour})
	if err != nil {
		return 0, err
	}
	return max(0, most-used[0]), nil
}

// Progress is how far a list is sent.
type Progress struct {
	Badge      page.Badge
	Text, When string
	Why        string // why it was stopped, or what goes on
	Percent    int
}

// Sent are the lists that were started, the newest first; on says that one is on its way.
func Sent(v *site.Visit, lists []invitation.Bulk, country string) (shown []Progress, on bool) {
	w := v.Words
	for _, b := range lists {
		if b.Status == invitation.BulkRead {
			continue
		}
		p := Progress{
			Badge: page.Badge{Kind: "good", Text: w.InvitedSent()}, Text: w.InvitedProgress(b.Invited, b.Good), When: w.Time(v.In(b.StartedAt, country)), Percent: 100 * b.Invited / max(b.Good, 1),
		}
		switch b.Status {
		case invitation.BulkSending:
			on, p.Badge, p.Why = true, page.Badge{Kind: "info", Text: w.InvitedSending()}, w.InvitedSendingText()
		case invitation.BulkStopped:
			title, _, _ := locale.Problem(w.Language(), b.Reason, nil)
			p.Badge, p.Why = page.Badge{Kind: "bad", Text: w.InvitedStopped()}, w.InvitedStoppedText(title)
		}
		shown = append(shown, p)
	}
	return shown, on
}
