package site

import (
	"embed"

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
	Links   []page.Link
	Heading string // above Rows
	Rows    []page.Row
	Panel   *page.Panel
	Notice  *page.Notice
	Back    *page.Link
}

// Button posts one decision.
type Button struct {
	Text, Value string // value of the field "action"
	Action      string // empty: this page
	Token       string
	Danger      bool   // it takes something away
	Keep        string // path of the way out without deciding; empty for none
}

// Say shows a message with the status.
func (v *Visit) Say(status int, m Message) error {
	frame := v.Frame(m.Title)
	frame.Panel, frame.Notice, frame.Back = m.Panel, m.Notice, m.Back
	return v.Render(message, status, frame, m)
}
