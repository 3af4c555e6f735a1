package person_test

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/fault"
	"liaison/shared/person"
	"liaison/shared/token"
)

var now = time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)

const (
	first  = "00000000000000000000000001"
	second = "00000000000000000000000002"
)

// TestMaySet asks of each link of a user what it does at a time.
func TestMaySet(t *testing.T) {
	until := now.Add(time.Hour)
	holder := func(p person.Password) person.Person { return person.Person{Mail: "anna@example.com", Password: p} }
	mailed := person.Password{}.Mailed(first, until)
	again := mailed.Mailed(second, until)
	set := again.HasSet(now)
	asked := set.Renew().Mailed(second, until)
	disabled := holder(mailed)
	disabled.Disabled = true
	for name, c := range map[string]struct {
		holder person.Person
		secret string
		at     time.Time
		want   string
	}{
		"its link":                     {holder(mailed), first, now, ""},
		"at the last moment":           {holder(mailed), first, until.Add(-1), ""},
		"at its end":                   {holder(mailed), first, until, "password_link_expired"},
		"a stranger's":                 {holder(mailed), second, now, "not_found"},
		"mailed once more":             {holder(again), first, now, ""},
		"used":                         {holder(set), first, now, "password_link_used"},
		"the other one after it":       {holder(set), second, now, "password_link_used"},
		"a newer mail was asked for":   {holder(set.Renew().Mailed("00000000000000000000000003", until)), first, now, "password_link_superseded"},
		"the newer one":                {holder(asked), second, now, ""},
		"disabled":                     {disabled, first, now, "not_found"},
		"asked for before any was set": {holder(mailed.Renew()), first, now, "password_link_superseded"},
	} {
		err := c.holder.MaySet(c.secret, c.at)
		if got := fault.As(err); (got == nil) != (c.want == "") || got != nil && got.Code.String() != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if !set.SetAt.Equal(now) {
		t.Errorf("%+v", set)
	}
	if token.Look(set.Kept, token.Receipt, first, 0) != token.Unknown {
		t.Error("a link of one purpose opens another")
	}
}

func TestCheckPassword(t *testing.T) {
	u := person.Person{Mail: "Anna.Maria@example.com"}
	for typed, want := range map[string]string{
		"": "required", strings.Repeat("x", 11): "too_short", strings.Repeat("x", 12): "", strings.Repeat("ł", 256): "", strings.Repeat("x", 257): "too_long",
		" anna.maria@EXAMPLE.com ": "personal", "            ": "required",
		" correct horse battery": "edge_space", "correct horse battery ": "edge_space", "correct horse battery\t": "edge_space", "correct horse battery": "",
	} {
		err := fault.As(u.CheckPassword(typed))
		if (err == nil) != (want == "") || err != nil && err.Fields[0].Code.String() != want {
			t.Errorf("%q: %v, want %q", typed, err, want)
		}
	}
	// An address is kept in ASCII, and its owner types it as it is read.
	u.Mail = "anna@xn--mller-example-wob.de"
	for _, typed := range []string{"anna@m\u00fcller-example.de", "Anna@M\u00dcLLER-example.de", "anna@xn--mller-example-wob.de", "anna@m\u00fcller-example.de\u200b"} {
		if err := fault.As(u.CheckPassword(typed)); err == nil || err.Fields[0].Code != fault.Personal {
			t.Errorf("%q: %v, want personal", typed, err)
		}
	}
}
