package site

import (
	"cmp"
	"embed"
	"html/template"
	"net/http"

	"liaison/shared/page"
	"liaison/shared/textinput"
)

//go:embed message.html keep.html listing.html
var files embed.FS

var message, keep = page.Parse(files, "message.html"), page.Parse(files, "keep.html")

// Message is a page that says one thing, and what to do now: one card with a mark, what happened, one way on, and whom to ask.
type Message struct {
	Title string
	// Kind and Icon are the mark's. Unless set they follow from the status and from whether something is asked.
	Kind, Icon string
	Text       []string   // paragraphs, the first of them the answer in a line
	First      *page.Link // the better way, above the button
	Button     *Button
	Links      []page.Link // the first is the way on where there is neither First nor Button
	Who        *page.Who   // whom to ask
	Contact    []page.Row  // how to reach them
	Heading    string      // above Rows
	Rows       []page.Row
	Notice     *page.Notice
	Back       *page.Link
	Errors     page.Errors
}

// Aside are the links below the card: all but the one that is its way on.
func (m Message) Aside() []page.Link {
	if m.First == nil && m.Button == nil {
		return m.Links[1:]
	}
	return m.Links
}

// Button posts one decision.
type Button struct {
	Text, Value string // value of the field "action"
	Action      string // empty: this page
	Token       string
	Danger      bool   // it takes something away
	Keep        string // path of the way out without deciding; empty for none
	KeepText    string // what Keep says; "Keep it" unless set
	Note        string // small below it: what pressing it does
	// Sure, where set, is what must be ticked before the button counts, so that a mail scanner that presses every button does no harm:
	// see Sure.
	Sure *page.Checkboxes
}

// Sure returns the box to tick before something that harms is done.
func Sure(label string) *page.Checkboxes {
	return &page.Checkboxes{Name: sure, Options: []page.Option{{Value: "yes", Label: label}}}
}

// sure is the field of the box.
const sure = "sure"

// Unsure shows the page of a button again, with what to tick, where the box of Sure was not ticked: true where it did.
func (v *Visit) Unsure(m Message, missing string) (bool, error) {
	if v.Form(sure) == "yes" {
		return false, nil
	}
	m.Errors = page.Errors{{Field: sure, Text: missing}}
	m.Button.Sure.Error = missing
	return true, v.Say(http.StatusUnprocessableEntity, m)
}

// Say shows a message with the status. One that names no way on leads to the visitor's account, or to the start page.
func (v *Visit) Say(status int, m Message) error {
	if m.First == nil && m.Button == nil && len(m.Links) == 0 {
		m.Links = []page.Link{{Text: v.Words.SiteStart(), URL: "/"}}
		if v.signed.OfCustomer() {
			m.Links[0] = page.Link{Text: v.Words.FrameAccount(), URL: "/account"}
		}
	}
	kind, icon := "info", "info"
	switch {
	case status >= http.StatusBadRequest && m.Errors == nil:
		kind, icon = "warn", "alert"
	case m.Button != nil:
		icon = "help"
	}
	m.Kind, m.Icon = cmp.Or(m.Kind, kind), cmp.Or(m.Icon, icon)
	frame := v.Frame(m.Title)
	frame.OwnTitle, frame.Narrow, frame.Notice, frame.Back, frame.Errors = true, true, m.Notice, m.Back, m.Errors
	return v.Render(message, status, frame, m)
}

// Help returns the vendor as the one to ask, and how to reach it; nil where it says nowhere how.
func (v *Visit) Help() (*page.Who, []page.Row) {
	vendor, w := v.Vendor(), v.Words
	var rows []page.Row
	add := func(key, value string, to template.URL) {
		if value != "" {
			rows = append(rows, page.Row{Key: key, Values: []string{value}, URL: to})
		}
	}
	add(w.SitePhone(), vendor.HelpPhone, page.PhoneURL(vendor.HelpPhone))
	add(w.SiteMail(), textinput.ShownMail(vendor.HelpMail), page.MailURL(vendor.HelpMail))
	if rows == nil {
		return nil, nil
	}
	add(w.SiteHours(), w.Hours(vendor.HelpHours), "")
	return &page.Who{Name: vendor.Name, Line: w.FrameHelp()}, rows
}
