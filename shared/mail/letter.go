package mail

import (
	"slices"
	"strings"

	"liaison/shared/brand"
	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Vendor is the program's owner as its mails name it. All mail leaves from its domain.
type Vendor struct {
	Name string
	// Mail is the address that mails come from.
	Mail string
	// Address is the postal address in one line.
	Address   string
	HelpPhone string
	HelpMail  string
	// Accent is the vendor's colour: of buttons, and of links where they can be read in it.
	Accent brand.Accent
	// Gross tells that prices are with tax.
	Gross bool
	// Account is where customers sign in to their accounts.
	Account string
}

// Partner is the card by which a customer knows a partner: verified facts only.
type Partner struct {
	Name string
	// ID is the partner ID of 8 digits.
	ID string
	// Country is ISO 3166-1 alpha-2.
	Country string
	Website string
	Phone   string
	Mail    string
	// Hours are the support hours as the partner wrote them.
	Hours string
}

// Recipient is who a mail goes to.
type Recipient struct {
	Address  string
	Language locale.Language
	// Country is that of the recipient's company, ISO 3166-1 alpha-2: times stand in its zone.
	Country string
}

// reachable says whether the card names a way to ask the partner something.
func (p Partner) reachable() bool { return p.Website+p.Phone+p.Mail != "" }

// ways lists how to reach the partner in one line, the hours behind the phone, whose digits stay together.
func (p Partner) ways(l *letter) string {
	return listed(strings.ReplaceAll(p.Phone, " ", "\u00a0"), words(l).Hours(p.Hours), textinput.ShownMail(p.Mail), p.Website)
}

// listed joins what is not empty with commas.
func listed(some ...string) string {
	return strings.Join(slices.DeleteFunc(some, func(one string) bool { return one == "" }), ", ")
}

// shown returns the address as the recipient reads it.
func (r Recipient) shown() string { return textinput.ShownMail(r.Address) }

// letter is a mail's content, of which text and HTML are made.
type letter struct {
	shown     locale.Shown // the words that it says: see words
	Vendor    Vendor
	Subject   string
	Preheader string
	// Asker is the partner that asks and Asking what it does ("invites you to a trial"), empty in mails that ask nothing.
	Asker, Asking string
	// Headline says in large what this is; the subject unless set.
	Headline string
	Blocks   []block
	// Why says why the recipient gets this mail.
	Why string
	// About names the partner in the footer, where the mail is about one.
	About string
	// Report and Unsubscribe are links, empty where there is nothing to report or to stop.
	Report      string
	Unsubscribe string
}

// words returns what a letter says its words with. No method or field of what a page shows of a mail names all words: see locale.Words.
func words(l *letter) locale.Words { return locale.WordsOf(l.shown) }

// block is one piece of a letter; exactly one field besides Title is set.
type block struct {
	Title   string
	Para    string
	Quote   string
	Facts   []fact
	Figures []fact // two or three short ones, side by side
	List    []item
	Box     *box
	Button  *button
}

// box is what stands apart from the rest, as a question of its own does.
type box struct {
	Title  string
	Points []string
}

type fact struct{ Key, Value string }

// item is one point of a list; where it names an action, URL is the page for it.
type item struct{ Text, URL string }

// link is the text as a link has it: the colon before the address, which stands in the mail's text alone, goes.
func (i item) link() string { return strings.TrimSuffix(i.Text, ":") }

// button leads on; Second is set on each after the first.
type button struct {
	Text, URL, Note string
	Second          bool
}

func (l *letter) para(text string)  { l.Blocks = append(l.Blocks, block{Para: line(text)}) }
func (l *letter) title(text string) { l.Blocks = append(l.Blocks, block{Title: line(text)}) }

// list adds points that name no action, or one whose link stands elsewhere in the letter.
func (l *letter) list(points ...string) {
	items := make([]item, len(points))
	for i, text := range points {
		items[i].Text = text
	}
	l.items(items...)
}

// items adds a list, if it has any point.
func (l *letter) items(items ...item) {
	var clean []item
	for _, one := range items {
		clean = append(clean, item{line(one.Text), line(one.URL)})
	}
	if clean != nil {
		l.Blocks = append(l.Blocks, block{List: clean})
	}
}

// actions leaves out the points without a page for their action: nothing is suggested that cannot be done.
func actions(items ...item) []item {
	return slices.DeleteFunc(items, func(one item) bool { return one.URL == "" })
}

// link adds a button with its bare URL under it, and what to know about it. The first stands before all facts, so that nobody has to look for it.
func (l *letter) link(text, url, note string) {
	made := block{Button: &button{Text: line(text), URL: line(url), Note: line(note)}}
	at := slices.IndexFunc(l.Blocks, func(one block) bool { return one.Para == "" })
	if made.Button.Second = slices.ContainsFunc(l.Blocks, func(one block) bool { return one.Button != nil }); made.Button.Second || at < 0 {
		at = len(l.Blocks)
	}
	l.Blocks = slices.Insert(l.Blocks, at, made)
}

// box adds what stands apart.
func (l *letter) box(title string, points ...string) {
	for i := range points {
		points[i] = line(points[i])
	}
	l.Blocks = append(l.Blocks, block{Box: &box{line(title), points}})
}

// figures adds the short facts that have a value, side by side.
func (l *letter) figures(rows ...fact) {
	if some := stated(rows); some != nil {
		l.Blocks = append(l.Blocks, block{Figures: some})
	}
}

// facts adds the rows that have a value.
func (l *letter) facts(rows ...fact) {
	if some := stated(rows); some != nil {
		l.Blocks = append(l.Blocks, block{Facts: some})
	}
}

// stated returns the facts that have a value.
func stated(rows []fact) (some []fact) {
	for _, row := range rows {
		if row.Key, row.Value = line(row.Key), line(row.Value); row.Value != "" {
			some = append(some, row)
		}
	}
	return some
}

// quote adds somebody else's words, set apart from ours.
func (l *letter) quote(text string) {
	if text = lines(text); text != "" {
		l.Blocks = append(l.Blocks, block{Quote: text})
	}
}

// message makes the mail. Where partner is set the mail is shown as sent by it through the vendor.
func (l *letter) message(name string, to Recipient, partner, replyTo string) Message {
	v := &l.Vendor
	if l.Headline == "" {
		l.Headline = l.Subject
	}
	for _, text := range []*string{&l.Subject, &l.Preheader, &l.Asker, &l.Asking, &l.Headline, &l.Why, &l.About, &l.Report, &l.Unsubscribe, &v.Name, &v.Address, &v.HelpPhone, &v.HelpMail} {
		*text = line(*text)
	}
	m := Message{
		Template: name, To: to.Address, From: v.Mail, FromName: v.Name, ReplyTo: replyTo,
		Subject: l.Subject, Language: words(l).Language(), Unsubscribe: l.Unsubscribe,
		Text: l.text(), HTML: l.html(), letter: l,
	}
	if partner != "" {
		m.FromName = words(l).MailFrom(partner, v.Name)
	}
	if m.ReplyTo == "" {
		m.ReplyTo = v.HelpMail
	}
	return m
}

// text writes the letter as plain text.
func (l *letter) text() string {
	var b strings.Builder
	if l.Asker != "" {
		b.WriteString(l.Asker + " (" + words(l).FrameVerified() + ")\n" + l.Asking + "\n\n")
	}
	b.WriteString(l.Headline + "\n\n")
	for _, one := range l.Blocks {
		switch {
		case one.Box != nil:
			b.WriteString("\n" + one.Box.Title + "\n\n" + strings.Join(one.Box.Points, "\n\n") + "\n\n")
		case one.Title != "":
			b.WriteString("\n" + one.Title + "\n\n")
		case one.Para != "":
			b.WriteString(one.Para + "\n\n")
		case one.Quote != "":
			for l := range strings.Lines(one.Quote + "\n") {
				b.WriteString(strings.TrimRight("> "+l, " \n") + "\n")
			}
			b.WriteString("\n")
		case one.Facts != nil, one.Figures != nil:
			for _, f := range append(one.Facts, one.Figures...) {
				b.WriteString(f.Key + ": " + f.Value + "\n")
			}
			b.WriteString("\n")
		case one.List != nil:
			for _, item := range one.List {
				b.WriteString(strings.TrimRight("* "+item.Text+" "+item.URL, " ") + "\n")
			}
			b.WriteString("\n")
		case one.Button != nil:
			b.WriteString(one.Button.Text + ":\n" + one.Button.URL + "\n\n")
			if one.Button.Note != "" {
				b.WriteString(one.Button.Note + "\n\n")
			}
		}
	}
	b.WriteString("\n-- \n" + l.Why + "\n")
	if l.About != "" {
		b.WriteString(l.About + "\n")
	}
	if l.Report != "" {
		b.WriteString(words(l).MailFooterReport() + " " + l.Report + "\n")
	}
	if l.Unsubscribe != "" {
		b.WriteString(words(l).MailFooterUnsubscribe() + ": " + l.Unsubscribe + "\n")
	}
	b.WriteString("\n" + l.Vendor.Name + ", " + l.Vendor.Address + "\n")
	if help := l.help(); help != "" {
		b.WriteString(help + "\n")
	}
	return strings.TrimLeft(b.String(), "\n")
}

// reportText is the words of the link with which the recipient reports the partner.
func (l *letter) reportText() string { return item{Text: words(l).MailFooterReport()}.link() }

// help is the footer's line on how to reach the vendor, empty where it names no way, and in an invitation, whose questions are the partner's and
// whose doubts have a link of their own.
func (l *letter) help() string {
	if ways := l.ways(); ways != "" && l.Report == "" {
		return words(l).MailFooterHelp(ways)
	}
	return ""
}

// askVendor tells the reader to contact the vendor, where the footer says how.
func (l *letter) askVendor(text string) {
	if l.ways() != "" {
		l.para(text)
	}
}

// ways lists how to reach the vendor.
func (l *letter) ways() string {
	return listed(l.Vendor.HelpPhone, textinput.ShownMail(l.Vendor.HelpMail))
}
