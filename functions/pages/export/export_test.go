package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/account/export"

// lines reads a file, a thing a line.
func lines(t *testing.T, file []byte) (things []contract.ExportedThing) {
	t.Helper()
	for line := range bytes.Lines(file) {
		var one contract.ExportedThing
		if err := json.Unmarshal(line, &one); err != nil || !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("%v: %q", err, line)
		}
		things = append(things, one)
	}
	return things
}

// TestExport: from the settings to a file with all that is kept, and once in the activity.
func TestExport(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		c := s.Company(language)
		w := c.W
		c.Open(http.StatusOK, "/account/settings")
		c.Has(w.SettingsExport())
		c.Open(http.StatusOK, c.Page.Links(w.ExportTitle())[0])
		c.See("export")
		c.Has(w.ExportWithout(), w.ExportNoted())
		if n := s.CountEvents(customer.ExportedEvent{}.Type()); n != 0 {
			t.Errorf("%d events before anything is downloaded", n)
		}
		c.Click(http.StatusOK, w.ExportBegin())
		c.See("export-part")
		c.Has(w.ExportPart(1), w.ExportLast())
		c.Lacks(w.ExportNext())
		file, err := c.Tab().Get(t.Context(), c.Page.Links(w.ExportDownload(1))[0])
		s.Must(err)
		things := lines(t, file.Body)
		if h := file.Header; len(things) < 5 || !strings.HasPrefix(h.Get("Content-Type"), "application/jsonl") || !strings.HasSuffix(h.Get("Content-Disposition"), `-export-1.jsonl"`) || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%d things, %v", len(things), h)
		}
		c.Has(w.ExportEntries(len(things)))
		if n := s.CountEvents(customer.ExportedEvent{}.Type()); n != 1 {
			t.Errorf("%d events of one export", n)
		}
		c.Open(http.StatusOK, "/account/activity")
		c.Has(w.ActivityCustomerExported())
	})
}

// TestExportParts: what is too much for one file comes in several, which are the whole together.
func TestExportParts(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	for i := range 25 {
		o := s.Op()
		note := map[string]string{"note": strings.Repeat(`<ż"`, 40000)}
		s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.ID)), event.Change{Type: "x.y", Subject: fmt.Sprint(i), Data: note}), o))
	}
	c.Open(http.StatusOK, path)
	c.Click(http.StatusOK, w.ExportBegin())
	var whole []byte
	parts := 1
	for ; ; parts++ {
		c.Has(w.ExportPart(parts))
		if parts == 2 {
			c.See("export-next")
		}
		file, err := c.Tab().Get(t.Context(), c.Page.Links(w.ExportDownload(parts))[0])
		s.Must(err)
		whole = append(whole, file.Body...)
		sent, err := json.Marshal(string(file.Body))
		s.Must(err)
		if len(sent) > 5_000_100 {
			t.Errorf("part %d has %d bytes of text in an answer", parts, len(sent))
		}
		if len(c.Page.Links(w.ExportNext())) == 0 {
			break
		}
		c.Has(w.ExportMore())
		c.Open(http.StatusOK, c.Page.Links(w.ExportNext())[0])
	}
	// What came to a part since its page was shown is in its file, or the page is shown anew.
	o := s.Op()
	o.At = o.At.AddDate(0, 0, -1)
	add := func(bytes int) {
		s.Must(s.SaveEvent(t.Context(), event.New(o, event.Customer(string(c.ID)), event.Of("late", customer.GroupCreatedEvent{Name: strings.Repeat("x", bytes)})), o))
		o.ID = o.NewID()
	}
	c.Open(http.StatusOK, path)
	c.Click(http.StatusOK, w.ExportBegin())
	first := c.Page.Links(w.ExportDownload(1))[0]
	add(10)
	file, err := c.Tab().Get(t.Context(), first)
	if s.Must(err); !bytes.Contains(file.Body, []byte(`"late"`)) || lines(t, file.Body)[0].Kind != contract.ExportedKindEvent {
		t.Errorf("what came late is not in its part")
	}
	for range 4 {
		add(200_000)
	}
	c.Open(http.StatusOK, first)
	c.Has(w.ExportPart(1), w.ExportMore())
	c.Visitor.At(path + "/part")
	for cursor := c.Page.Links(w.ExportNext()); len(cursor) > 0; cursor = c.Page.Links(w.ExportNext()) {
		c.Open(http.StatusOK, cursor[0])
	}
	if c.Has(w.ExportLast()); parts < 3 {
		t.Errorf("%d parts", parts)
	}
	notes, seen := 0, map[string]bool{}
	for _, one := range lines(t, whole) {
		if seen[string(one.Data)] {
			t.Errorf("twice: %.200s", one.Data)
		}
		seen[string(one.Data)] = true
		var e contract.Event
		if s.Must(json.Unmarshal(one.Data, &e)); e.Type == "x.y" {
			notes++
		}
	}
	if last := lines(t, whole); notes != 25 || last[len(last)-1].Kind != contract.ExportedKindCustomerUser {
		t.Errorf("%d notes, and %s last", notes, last[len(last)-1].Kind)
	}
}

// TestExportWho: who may not reads why, begins nothing and gets no part; nor does who has begun nothing.
func TestExportWho(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	c := s.Company("en")
	w := c.W
	c.Open(http.StatusOK, path)
	address, form := c.Page.Form(w.ExportBegin())
	c.Click(http.StatusOK, w.ExportBegin())
	begun := c.Page.URL.RequestURI()

	ewa := c.Colleague("ewa@example.com", customer.BillingAdmin, customer.UserAdmin)
	ewa.Open(http.StatusOK, "/account/settings")
	ewa.See("settings-export-why")
	ewa.Has(w.SettingsExport(), w.SettingsExportWhy())
	if links := ewa.Page.Links(w.ExportTitle()); len(links) > 0 {
		t.Errorf("who may not is led to %v", links)
	}
	for _, at := range []string{path, begun} {
		ewa.Open(http.StatusForbidden, at)
		ewa.Has(w.SettingsExportWhy())
	}
	got, err := ewa.Post(t.Context(), address, form)
	s.Must(err)
	ewa.Look(got, http.StatusForbidden, "who may not")
	nobody := c.Colleague("jan@example.com")
	nobody.Open(http.StatusOK, "/account/settings")
	nobody.Lacks(w.SettingsExport())

	other := c.Colleague("ada@example.com", customer.GlobalAdmin)
	for _, at := range []string{begun, path + "/part", path + "/part?n=1", path + "/file?n=1&begun=x"} {
		other.Open(http.StatusOK, at)
		other.At(path)
	}
	other.Click(http.StatusOK, w.ExportBegin())
	here := other.Page.URL.RequestURI()
	other.Open(http.StatusOK, here+"&from=000x")
	other.At(path)
	other.Open(http.StatusOK, strings.Replace(here, "n=1", "n=0", 1))
	other.At(path)
	if n := s.CountEvents(customer.ExportedEvent{}.Type()); n != 2 {
		t.Errorf("%d events of two exports", n)
	}
}
