package invited

import (
	"reflect"
	"strings"
	"testing"

	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/locale"
)

type row = invitation.Row

// TestRead reads lists as people paste and send them, with headings in either language and without.
func TestRead(t *testing.T) {
	w := locale.In(locale.English)
	for name, c := range map[string]struct {
		text string
		want []row
	}{
		"nothing":             {"", nil},
		"only a separator":    {"\",\"", []row{{Line: 1, Mail: ","}}},
		"a line each":         {"anna@example.com\n\n ola@example.com ", []row{{Line: 1, Mail: "anna@example.com"}, {Line: 3, Mail: "ola@example.com"}}},
		"in one line":         {"anna@example.com, pl; ola@example.com", []row{{Line: 1, Mail: "anna@example.com", Language: "pl"}, {Line: 1, Mail: "ola@example.com"}}},
		"several a line":      {"a@example.com; b@example.com\nnobody\nc@example.com, en", []row{{Line: 1, Mail: "a@example.com"}, {Line: 1, Mail: "b@example.com"}, {Line: 2, Mail: "nobody"}, {Line: 3, Mail: "c@example.com", Language: "en"}}},
		"all three":           {"a@example.com, pl, \"Nowak, Anna\"", []row{{Line: 1, Mail: "a@example.com", Language: "pl", Name: "Nowak, Anna"}}},
		"no language":         {"a@example.com;;Anna Nowak;;", []row{{Line: 1, Mail: "a@example.com", Name: "Anna Nowak"}}},
		"English headings":    {"Name,E-mail Address:,LANGUAGE,Phone\nAnna,a@example.com,English,123\n", []row{{Line: 2, Mail: "a@example.com", Language: "en", Name: "Anna"}}},
		"Polish headings":     {"Imię i nazwisko;Adres e-mail;Język\r\nAnna;a@example.com;polski\r\n", []row{{Line: 2, Mail: "a@example.com", Language: "pl", Name: "Anna"}}},
		"only a heading":      {"email\n", nil},
		"a heading of one":    {"e-mail\na@example.com\n", []row{{Line: 2, Mail: "a@example.com"}}},
		"no such heading":     {"kto,co\na@example.com", []row{{Line: 1, Mail: "kto", Language: "co"}, {Line: 2, Mail: "a@example.com"}}},
		"a region":            {"a@example.com,pl-PL\nb@example.com,EN_us\nc@example.com,de", []row{{Line: 1, Mail: "a@example.com", Language: "pl"}, {Line: 2, Mail: "b@example.com", Language: "en"}, {Line: 3, Mail: "c@example.com", Language: "de"}}},
		"a heading's address": {"email,name\n\"a@example.com\",\"a@b\"", []row{{Line: 2, Mail: "a@example.com", Name: "a@b"}}},
	} {
		got, errs := Typed{Text: c.text}.Read(w, nil)
		if errs != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v %v, want %+v", name, got, errs, c.want)
		}
	}
	both, errs := Typed{Text: "b@example.com", File: []byte("c@example.com")}.Read(w, []row{{Line: 7, Mail: "a@example.com"}})
	if errs != nil || len(both) != 3 || both[0].Line != 7 || both[2].Mail != "c@example.com" {
		t.Errorf("%+v %v", both, errs)
	}
}

// TestWrong says what is wrong with a list by the field it came from, by row and column.
func TestWrong(t *testing.T) {
	w := locale.In(locale.Polish)
	many := strings.Repeat("a@example.com\n", invitation.MaxBulk)
	for name, c := range map[string]struct{ text, want string }{
		"a NUL":                 {"a@example.com\nb@exa\x00mple.com", w.InvitedWrongControl(2, 1)},
		"a quote":               {"a@example.com,pl,\"Anna", w.InvitedWrongQuotes(1, 3)},
		"an encoding":           {"a@example.com,pl,\xb3", w.InvitedWrongEncoding()},
		"a fourth column":       {"a@example.com,pl,Anna\nb@example.com,pl,Ola,x", w.InvitedWrongColumns(2, 4)},
		"one without a heading": {"email,language,name,phone\nb@example.com,pl,Ola,1,2", w.InvitedWrongColumns(2, 5)},
		"one row too many":      {many + "b@example.com", w.InvitedWrongRows(invitation.MaxBulk + 1)},
		"too many bytes":        {strings.Repeat("x", gateway.MaxBody+1), w.InvitedWrongSize(256)},
	} {
		_, errs := Typed{Text: c.text}.Read(w, nil)
		if len(errs) != 1 || errs[0].Field != Field || errs[0].Text != c.want {
			t.Errorf("%s: %v", name, errs)
		}
		if _, errs = (Typed{File: []byte(c.text)}).Read(w, nil); len(errs) != 1 || errs[0].Field != FileField || errs[0].Text != c.want {
			t.Errorf("%s, as a file: %v", name, errs)
		}
	}
	if _, errs := (Typed{Text: "typed@example.com", File: []byte{}}).Read(w, nil); len(errs) != 1 || errs.For(FileField) != w.InvitedWrongEmpty() {
		t.Errorf("an empty file: %v", errs)
	}
	if got, errs := (Typed{Text: many}).Read(w, nil); errs != nil || len(got) != invitation.MaxBulk {
		t.Errorf("as many as are taken: %d %v", len(got), errs)
	}
	if _, errs := (Typed{Text: many}).Read(w, []row{{Mail: "kept@example.com"}}); len(errs) != 1 {
		t.Errorf("more than are taken with what is kept: %v", errs)
	}
	if _, errs := (Typed{Text: strings.Repeat("x", 1000)}).Read(w, []row{{Mail: strings.Repeat("x", gateway.MaxBody)}}); len(errs) != 1 {
		t.Errorf("more bytes than are taken with what is kept: %v", errs)
	}
}

// TestLines: what is written to be mended is read again as it was.
func TestLines(t *testing.T) {
	to := []invitation.Recipient{
		{Mail: "anna@example.com"}, {Mail: "wrong", Language: "xx"}, {Mail: "b@example.com", Name: `Jan "Jasiek" Nowak, dyrektor`}, {Mail: "", Language: "pl", Name: "Ola"},
	}
	if got := Lines(to); got != "anna@example.com\nwrong, xx\nb@example.com, , \"Jan \"\"Jasiek\"\" Nowak, dyrektor\"\n, pl, Ola" {
		t.Errorf("%q", got)
	}
	rows, errs := Typed{Text: Lines(to)}.Read(locale.In(locale.English), nil)
	if errs != nil || len(rows) != len(to) {
		t.Fatalf("%+v %v", rows, errs)
	}
	for i, row := range rows {
		if row.Recipient() != to[i] {
			t.Errorf("%+v is not %+v", row, to[i])
		}
	}
}
