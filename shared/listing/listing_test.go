package listing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/partner"
)

var at = time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)

func whole() Content {
	return Content{
		Headline: "Moves mail", Text: "We migrate.", Services: []Service{"migrate"}, Countries: []string{"PL"}, Languages: []string{"pl"}, Roles: []Role{"advice"},
	}
}

// TestTransitions: each act from each state, and where it leads.
func TestTransitions(t *testing.T) {
	draft := Listing{Partner: "12345674", Review: Unsent, Content: whole()}
	waiting, _ := draft.Submit(at)
	passed, _ := waiting.Publish(at)
	hidden, _ := passed.Hide(ByPartner, "")
	stopped, _ := passed.Hide(ByVendor, "Asked for.")
	submit := func(l Listing) (Listing, error) { return l.Submit(at) }
	publish := func(l Listing) (Listing, error) { return l.Publish(at) }
	sendBack := func(l Listing) (Listing, error) { return l.SendBack("Mend it.") }
	hide := func(by Side) func(Listing) (Listing, error) {
		return func(l Listing) (Listing, error) { return l.Hide(by, "Asked for.") }
	}
	show := func(by Side) func(Listing) (Listing, error) {
		return func(l Listing) (Listing, error) { return l.Show(by) }
	}
	for _, one := range []struct {
		name string
		from Listing
		act  func(Listing) (Listing, error)
		want Status
		err  error
	}{
		{"submit a draft", draft, submit, Submitted, nil},
		{"submit twice", waiting, submit, Submitted, op.ErrUnchanged},
		{"submit what is published", passed, submit, Published, fault.ListingPublished},
		{"publish a draft", draft, publish, Draft, fault.ListingNotSubmitted},
		{"publish what waits", waiting, publish, Published, nil},
		{"publish twice", passed, publish, Published, fault.ListingNotSubmitted},
		{"send a draft back", draft, sendBack, Draft, fault.ListingNotSubmitted},
		{"send back", waiting, sendBack, Draft, nil},
		{"hide a draft", draft, hide(ByPartner), Draft, fault.ListingNotPublished},
		{"hide", passed, hide(ByPartner), Hidden, nil},
		{"hide twice", hidden, hide(ByPartner), Hidden, op.ErrUnchanged},
		{"the vendor hides what the partner hid", hidden, hide(ByVendor), Hidden, nil},
		{"the partner hides what the vendor hid", stopped, hide(ByPartner), Hidden, op.ErrUnchanged},
		{"show", hidden, show(ByPartner), Published, nil},
		{"the vendor shows what the partner hid", hidden, show(ByVendor), Published, nil},
		{"the partner shows what the vendor hid", stopped, show(ByPartner), Hidden, fault.ListingHiddenByVendor},
		{"show what is shown", passed, show(ByPartner), Published, op.ErrUnchanged},
	} {
		got, err := one.act(one.from)
		if code, is := one.err.(*fault.Code); is && !fault.Is(err, code) || !is && !errors.Is(err, one.err) {
			t.Errorf("%s: %v, not %v", one.name, err, one.err)
		}
		if got.Status() != one.want {
			t.Errorf("%s: %s, not %s", one.name, got.Status(), one.want)
		}
	}
}

// TestChangedMeanwhile: who mends what is published stays visible as it was, and waits only for what is new.
func TestChangedMeanwhile(t *testing.T) {
	p := partner.Partner{ID: "12345674", Status: partner.Active}
	l, _ := Listing{Partner: p.ID, Review: Unsent, Content: whole()}.Submit(at)
	if l.Visible(p) {
		t.Error("what only waits is visible")
	}
	l, _ = l.Publish(at)
	l.Content.Headline, l.Review = "Moves more mail", Unsent
	if l.Status() != Draft || !l.Visible(p) || l.Published.Headline != "Moves mail" {
		t.Errorf("%s, visible %v as %q", l.Status(), l.Visible(p), l.Published.Headline)
	}
	p.Status = partner.Suspended
	if l.Visible(p) {
		t.Error("the listing of a suspended partner is visible")
	}
}

// TestSubmitNeedsAll: all that is missing is named at once.
func TestSubmitNeedsAll(t *testing.T) {
	_, err := Listing{Review: Unsent}.Submit(at)
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 6 {
		t.Fatalf("%v", err)
	}
}

// TestClean: each field's limits and lists, and the order of what is chosen.
func TestClean(t *testing.T) {
	var wrong fault.Check
	got := Content{Services: []Service{"train", "advise"}, Languages: []string{"pl", "en"}, Countries: []string{"PL"}}.Clean(&wrong)
	if wrong.Err() != nil || !slices.Equal(got.Services, []Service{"advise", "train"}) || !slices.Equal(got.Languages, []string{"en", "pl"}) {
		t.Errorf("%v %+v", wrong.Err(), got)
	}
	for pointer, c := range map[string]Content{
		"/headline":    {Headline: strings.Repeat("x", MaxHeadline+1)},
		"/text":        {Text: strings.Repeat("x", MaxText+1)},
		"/services/0":  {Services: []Service{"cook"}},
		"/services/1":  {Services: []Service{"train", "train"}},
		"/roles/0":     {Roles: []Role{"boss"}},
		"/languages/0": {Languages: []string{"xx"}},
		"/countries/0": {Countries: []string{"pl"}},
		"/countries":   {Countries: make([]string, MaxCountries+1)},
	} {
		var wrong fault.Check
		c.Clean(&wrong)
		f := fault.As(wrong.Err())
		if f == nil || f.Fields[0].Pointer != pointer {
			t.Errorf("%s: %v", pointer, wrong.Err())
		}
	}
}

// TestWords: accents don't count, each word stands once.
func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Poczta, POCZTA":            "poczta",
		"Łódź, Gdańsk – Straße a I": "lodz gdansk strasse",
		"Office 365 & co.":          "office 365 co",
		"ﬁrma":                      "firma",
		"":                          "",
		"1 2 3":                     "",
		"e-mail":                    "mail",
		"Zażółć gęślą jaźń":         "zazolc gesla jazn",
	} {
		if got := strings.Join(words(text, MaxWords), " "); got != want {
			t.Errorf("%.30q: %q, not %q", text, got, want)
		}
	}
	if got := words(strings.Join(distinctWords(100), " "), MaxWords); len(got) != MaxWords {
		t.Errorf("%d words", len(got))
	}
}

// TestInflected: who looks for one form of a word finds the others, and no word that begins otherwise.
func TestInflected(t *testing.T) {
	for _, one := range []struct {
		sought, stands string
		found          bool
	}{
		{"poczty", "pocztę", true},
		{"poczta", "poczcie", true},
		{"migracja", "migracji", true},
		{"migration", "migrate", true},
		{"migrate", "migrations", true},
		{"łodzi", "Łódź", true},
		{"mail", "mails", true},
		{"szkoleniach", "szkolenie", true},
		{"training", "trains", true},
		{"365", "365", true},
		{"365", "3650", false},
		{"it", "item", false},
		{"kopie", "kopenhaga", false},
		{"security", "secretary", false},
		{"серверы", "сервер", true},
	} {
		has := stems(words(one.stands, MaxWords))
		for _, term := range sought(words(one.sought, MaxAsked)) {
			if slices.Contains(has, term) != one.found {
				t.Errorf("%s finds %s: %v", one.sought, one.stands, !one.found)
			}
		}
	}
}

func distinctWords(n int) []string {
	made := make([]string, n)
	for i := range made {
		made[i] = fmt.Sprintf("w%d", i)
	}
	return made
}

// TestShare: few messages count little, and the steps are tenths.
func TestShare(t *testing.T) {
	for _, one := range []struct{ answered, counted, want int }{
		{0, 0, NoShare}, {1, 1, 2}, {2, 2, 3}, {10, 10, 7}, {50, 50, 9}, {0, 10, 0}, {5, 10, 2}, {90, 100, 8}, {1000000, 1000000, 9}, {11, 10, 7},
	} {
		if got := Share(one.answered, one.counted); got != one.want {
			t.Errorf("%d of %d: %d, not %d", one.answered, one.counted, got, one.want)
		}
	}
}

// market is an index of some partners.
func market(facts map[partner.ID]Fact, has map[partner.ID][]Term) Index {
	x := Index{Postings: map[Term][]partner.ID{}, Facts: facts, Region: func(country string) string {
		return map[string]string{"PL": "europe", "DE": "europe", "US": "america"}[country]
	}}
	for p, terms := range has {
		for _, term := range terms {
			x.Postings[term] = append(x.Postings[term], p)
		}
	}
	return x
}

func ids(places []Place) []partner.ID {
	made := make([]partner.ID, len(places))
	for i, p := range places {
		made[i] = p.Partner
	}
	return made
}

// TestOrder: share first, who has none as the median; then services, nearness; a match asks for services first.
func TestOrder(t *testing.T) {
	has := map[partner.ID][]Term{
		"a": {"service:migrate", "country:PL"}, "b": {"service:migrate", "service:train", "country:PL"},
		"c": {"service:train", "country:PL"}, "d": {"service:migrate", "country:PL"}, "e": {"service:advise", "country:PL"}, "f": {"service:migrate", "country:DE"},
	}
	x := market(map[partner.ID]Fact{"a": {9, "US"}, "b": {3, "PL"}, "c": {NoShare, "DE"}, "d": {5, "PL"}, "e": {5, "PL"}, "f": {5, "DE"}}, has)
	q := Query{Services: []Service{"migrate", "train"}, Country: "PL"}
	if got := ids(x.Search(q, "2026-11-21")); !slices.Equal(got, []partner.ID{"a", "d", "c", "b"}) {
		t.Errorf("search: %v", got)
	}
	if got := ids(x.Match(q, "2026-11-21")); !slices.Equal(got, []partner.ID{"b", "a", "d", "c"}) {
		t.Errorf("match: %v", got)
	}
	if got := x.Search(Query{}, "2026-11-21"); len(got) != 6 {
		t.Errorf("without a question: %v", got)
	}
}

// TestTiesAreFair: who is equal comes first equally often over 1,000 days, whatever its ID, and the order of one day stays.
func TestTiesAreFair(t *testing.T) {
	const n, days = 8, 1000
	facts := map[partner.ID]Fact{}
	source := id.From(strings.NewReader(strings.Repeat("listing ties are drawn", 100)))
	for range n {
		facts[partner.NewID(source.Digits(7))] = Fact{Share: NoShare, Country: "PL"}
	}
	x := market(facts, nil)
	places := map[partner.ID]*[n]int{}
	for p := range facts {
		places[p] = new([n]int)
	}
	for day := range days {
		on := DayOf(at.AddDate(0, 0, day))
		order := ids(x.Search(Query{}, on))
		if !slices.Equal(order, ids(x.Search(Query{}, on))) {
			t.Fatal("the order of one day is not one")
		}
		for i, p := range order {
			places[p][i]++
		}
	}
	// Each count is binomial, n·p = 125, sigma 10.5: all 64 within 4 sigma, but for one run in 250; the days are fixed, so a run is all runs.
	for p, counts := range places {
		for i, got := range counts {
			if got < days/n-42 || got > days/n+42 {
				t.Errorf("%s is at place %d on %d of %d days", p, i+1, got, days)
			}
		}
	}
}

// TestRanking: nothing but what the page says decides. A partner's ID or name moves nobody beyond the draw, a better share never moves down, and what
// does not answer the question is not there.
func TestRanking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts, has := map[partner.ID]Fact{}, map[partner.ID][]Term{}
		for i := range rapid.IntRange(1, 20).Draw(t, "partners") {
			p := partner.NewID(fmt.Sprintf("%07d", i*37))
			facts[p] = Fact{rapid.IntRange(NoShare, MostShare).Draw(t, "share"), rapid.SampledFrom([]string{"PL", "DE", "US"}).Draw(t, "seat")}
			for _, term := range []Term{"service:migrate", "service:train", "country:PL", "language:pl"} {
				if rapid.Bool().Draw(t, string(term)) {
					has[p] = append(has[p], term)
				}
			}
		}
		q := Query{Country: "PL", Services: []Service{"migrate", "train"}}
		x := market(facts, has)
		on := Day(rapid.StringMatching(`2026-1[12]-[012][1-8]`).Draw(t, "day"))
		got := x.Search(q, on)
		for _, place := range got {
			terms := has[place.Partner]
			if !slices.Contains(terms, "country:PL") || !slices.Contains(terms, "service:migrate") && !slices.Contains(terms, "service:train") {
				t.Fatalf("%s does not answer", place.Partner)
			}
		}
		if !slices.IsSortedFunc(got, Place.Compare) {
			t.Fatal("not in order")
		}
		if len(got) == 0 {
			return
		}
		better := got[rapid.IntRange(0, len(got)-1).Draw(t, "one")]
		before := slices.IndexFunc(got, func(p Place) bool { return p.Partner == better.Partner })
		facts[better.Partner] = Fact{MostShare, facts[better.Partner].Country}
		after := slices.IndexFunc(market(facts, has).Search(q, on), func(p Place) bool { return p.Partner == better.Partner })
		// The median may rise with it, and with it those of whom nothing is known; nobody else passes.
		for i, place := range market(facts, has).Search(q, on)[:after] {
			if place.Share < MostShare {
				t.Fatalf("from place %d to %d, behind %v at %d", before, after, place, i)
			}
		}
	})
}

// TestCursor: a page goes on behind the place where the last one ended, and takes nothing else for a cursor, nor that of another search.
func TestCursor(t *testing.T) {
	p := Place{Share: 7, Matched: 2, Near: 1, Draw: 1<<64 - 1, Partner: "12345674"}
	q := Query{Services: []Service{"train"}, Country: "PL"}
	on, got, err := q.openCursor(q.closeCursor("2026-11-21", p))
	if err != nil || on != "2026-11-21" || got != p {
		t.Errorf("%v %v %v", on, got, err)
	}
	others := Query{Services: []Service{"train"}, Country: "LT"}
	for _, bad := range []string{
		"x", "!", q.closeCursor("2026-13-21", p), q.closeCursor("2026-11-21", p) + "A", q.closeCursor("", Place{}), others.closeCursor("2026-11-21", p),
	} {
		if _, _, err := q.openCursor(bad); !fault.Is(err, fault.InvalidCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestStep: the index comes to what is wanted in steps that fit one transaction, from anything.
func TestStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) []Term {
			found := rapid.SliceOfNDistinct(rapid.IntRange(0, 400), 0, 300, rapid.ID).Draw(t, label)
			slices.Sort(found)
			made := make([]Term, len(found))
			for i, n := range found {
				made[i] = Term(fmt.Sprintf("word:%03d", n))
			}
			return made
		}
		now, wanted := Indexed{Terms: some("now")}, Indexed{Terms: some("wanted"), Fact: &Fact{Share: 3, Country: "PL"}}
		held := map[Term]bool{}
		for _, term := range now.Terms {
			held[term] = true
		}
		for range 20 {
			next, added, gone, moves := now.Step(wanted)
			if !moves {
				break
			}
			if len(added)+len(gone) > MostMoved {
				t.Fatalf("%d terms in one step", len(added)+len(gone))
			}
			for _, term := range added {
				held[term] = true
			}
			for _, term := range gone {
				delete(held, term)
			}
			now = next
		}
		if !slices.Equal(now.Terms, wanted.Terms) || len(held) != len(wanted.Terms) {
			t.Fatalf("%d terms, %d in the index, %d wanted", len(now.Terms), len(held), len(wanted.Terms))
		}
	})
}
