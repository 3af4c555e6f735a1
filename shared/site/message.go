package site

import (
	"embed"
	"net/http"

	"liaison/shared/page"
)

//go:embed message.html
var files embed.FS

var message = page.Parse(files, "message.html")

// Message is a page that only says something, and what to do now.
type Message struct {
	Title   string
	Text    []string   // paragraphs
	First   *page.Link // the better way, above the button
	Button  *Button
	Links   []page.Link // the first is the way on where there is neither First nor Button
	Heading string      // above Rows
	Rows    []page.Row
	Panel   *page.Panel
	Notice  *page.Notice
	Back    *page.Link
	Errors  page.Errors
}

// Button posts one decision.
type Button struct {
	Text, Value string // value of the field "action"
	Action      string // empty: this page
	Token       string
	Danger      bool   // it takes something away
	Keep        string // path of the way out without deciding; empty for none
	KeepText    string // what Keep says; "Keep it" unless set
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
	frame := v.Frame(m.Title)
	frame.Panel, frame.Notice, frame.Back, frame.Errors = m.Panel, m.Notice, m.Back, m.Errors
	return v.Render(message, status, frame, m)
}
