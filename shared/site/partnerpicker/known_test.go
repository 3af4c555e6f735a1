package partnerpicker_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
)

const advises, administers, past, stranger = partner.ID("12345674"), partner.ID("87654323"), partner.ID("11111117"), partner.ID("55555557")

type called map[partner.ID]string

func (c called) PartnerNames(context.Context, []partner.ID) (map[partner.ID]string, error) {
	return c, nil
}

var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func ties() map[partner.ID]relationship.Relationship {
	administration := func(ends time.Time) *relationship.GrantSummary {
		return &relationship.GrantSummary{Status: relationship.Active, Role: "limited", EndsAt: ends}
	}
	return map[partner.ID]relationship.Relationship{
		advises:     {Partner: advises, PartnerOfRecordSubscriptions: 1, Reseller: true},
		administers: {Partner: administers, Administration: administration(now.Add(time.Hour))},
		past:        {Partner: past, Administration: administration(now)},
	}
}

// TestKnown offers the partners whose ties hold by name, and no other: not one whose time is over, and none that an address merely names.
func TestKnown(t *testing.T) {
	w := locale.In("en")
	known := partnerpicker.KnownAt(ties(), now)
	v := &site.Visit{R: httptest.NewRequest("GET", "/account/buy", nil), Words: w}
	names, err := partnername.Read(v, called{advises: "Zefir", administers: "Antal"}, known.IDs()...)
	if err != nil {
		t.Fatal(err)
	}
	options := known.Options(w, names, now)
	want := []page.Option{
		{Value: string(administers), Label: "Antal", Hint: "Partner ID 8765\u00a04323 · Delegated administration"},
		{Value: string(advises), Label: "Zefir", Hint: "Partner ID 1234\u00a05674 · Partner of record · Reseller"},
	}
	if len(options) != 2 || options[0] != want[0] || options[1] != want[1] {
		t.Errorf("%+v", options)
	}
	if !known.Has(advises) || known.Has(past) || known.Has(stranger) {
		t.Errorf("%+v", known)
	}
	if rest := partnerpicker.KnownAt(ties(), now, advises); rest.Has(advises) || !rest.Has(administers) {
		t.Errorf("%+v", rest)
	}
}

// TestOf: an answer names a partner by its ID, or the one that was looked up, and that only where it is the answer.
func TestOf(t *testing.T) {
	picked := partnerpicker.Pick{Typed: "5555 5557", Partner: stranger}
	for answer, want := range map[string]partner.ID{
		string(advises): advises, partnerpicker.Other: stranger, partnerpicker.None: "", "keep": "", "": "", "12345670": "", "1234 5674": "",
	} {
		if of := picked.Of(answer); of != want {
			t.Errorf("%q: %q", answer, of)
		}
	}
}

// TestAsk: the question offers what the page knows before a field, which stands in sight only where it is needed, in an old form too.
func TestAsk(t *testing.T) {
	w := locale.In("en")
	q := partnerpicker.Question{
		Name: "advisor", Legend: "Who?", None: page.Option{Value: partnerpicker.None, Label: w.PartnerOfRecordNone()},
		Known: []page.Option{{Value: string(advises), Label: "Zefir"}},
	}
	labels := func(asked page.Otherwise) (made []string) {
		for _, o := range asked.Radios.Options {
			made = append(made, o.Label)
		}
		return made
	}
	if got := labels(partnerpicker.InAccount(w).Ask(q, nil, "")); len(got) != 3 || got[0] != "Zefir" || got[1] != w.PartnerOfRecordOther() || got[2] != w.PartnerOfRecordNone() {
		t.Errorf("%q", got)
	}
	q.Known = nil
	asked := partnerpicker.InAccount(w).Ask(q, nil, "")
	if got := labels(asked); asked.Open || got[0] != w.PartnerOfRecordWithID() {
		t.Errorf("%q, %v", got, asked.Open)
	}
	if !partnerpicker.InAccount(w).Ask(q, page.Errors{{Field: partnerpicker.Field, Text: "wrong"}}, "").Open {
		t.Error("what is wrong is hidden")
	}
	body := page.Parse(fstest.MapFS{"ask.html": {Data: []byte(`{{define "body"}}{{template "otherwise" (part $ .Body)}}{{end}}`)}}, "ask.html")
	for typed, hidden := range map[string]bool{"": true, "1234": false} {
		frame := page.Frame{Words: w.Shown(), Typed: map[string][]string{"advisor": {partnerpicker.Other}, partnerpicker.Field: {typed}}}
		rec := httptest.NewRecorder()
		if err := body.Render(rec, 200, page.Page{Frame: frame, Body: asked}); err != nil {
			t.Fatal(err)
		}
		got := rec.Body.String()
		if strings.Contains(got, `class="only-other"`) != hidden || !strings.Contains(got, `value="other" checked`) || !strings.Contains(got, `value="`+typed+`"`) {
			t.Errorf("%q:\n%s", typed, got)
		}
	}
}
