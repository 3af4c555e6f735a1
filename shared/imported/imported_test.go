package imported

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"liaison/shared/csv"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/locale"
)

const most = 256 << 10

// wide writes a text in UTF-16 with its mark.
func wide(text string, little bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		pair := []byte{byte(unit >> 8), byte(unit)}
		if little {
			slices.Reverse(pair)
		}
		b.Write(pair)
	}
	return b.String()
}

// template is the first row of the template that administrators know from elsewhere.
const template = "User Name,First Name,Last Name,Display Name,Job Title,Department,Office Number,Office Phone,Mobile Phone,Fax,Address,City,State or Province,ZIP or Postal Code,Country or Region"

// TestRead reads what spreadsheets save and people paste, whatever the headings' language, case and order.
func TestRead(t *testing.T) {
	two := []string{"ewa@x.example", "Ewa Król"}
	mailAndName := []importing.Column{"email", "name"}
	for name, c := range map[string]struct {
		kind    importing.Kind
		text    string
		columns []importing.Column
		cells   []string
		unknown []string
	}{
		"commas":              {importing.Users, "email,name\newa@x.example,Ewa Król\n", mailAndName, two, nil},
		"a mark":              {importing.Users, "\ufeffUser Name;Display Name\r\newa@x.example;Ewa Król\r\n", mailAndName, two, nil},
		"tabs in UTF-16":      {importing.Users, wide("USER NAME\tdisplay_name\r\newa@x.example\tEwa Król", true), mailAndName, two, nil},
		"big UTF-16, quotes":  {importing.Users, wide("E-mail;\"Name\"\newa@x.example;\"Ewa Król\"", false), mailAndName, two, nil},
		"Polish":              {importing.Users, "Adres e-mail;Imię i nazwisko\newa@x.example;Ewa Król", mailAndName, two, nil},
		"another order":       {importing.Users, "Name,Shoe size,Email\nEwa Król,38,ewa@x.example", []importing.Column{"name", "email"}, []string{"Ewa Król", "ewa@x.example"}, []string{"Shoe size"}},
		"a name in two":       {importing.Users, "Last Name,First Name,Email\nKról,Ewa,ewa@x.example", []importing.Column{"family_name", "given_name", "email"}, []string{"Król", "Ewa", "ewa@x.example"}, nil},
		"a language's name":   {importing.Users, "Email,Name,Language\newa@x.example,Ewa Król,polski", []importing.Column{"email", "name", "language"}, []string{"ewa@x.example", "Ewa Król", "pl"}, nil},
		"what came back":      {importing.Users, "Email,Name,Office phone,Result,Code,What to do\newa@x.example,Ewa Król,'+48 58 555,x,y,z", []importing.Column{"email", "name", "phone"}, []string{"ewa@x.example", "Ewa Król", "+48 58 555"}, nil},
		"what came, Polish":   {importing.Users, "Email;Nazwa;Wynik;Kod;Co zrobić\newa@x.example;Ewa Król;x;y;z", mailAndName, two, nil},
		"members":             {importing.Groups, "Group,Address\nSales,ewa@x.example", []importing.Column{"groups", "email"}, []string{"Sales", "ewa@x.example"}, nil},
		"members, Polish":     {importing.Groups, "Grupa;Adres\nSprzedaż;ewa@x.example", []importing.Column{"groups", "email"}, []string{"Sprzedaż", "ewa@x.example"}, nil},
		"licences":            {importing.Licenses, "login,subscription\newa@x.example,plan_suite", []importing.Column{"email", "licenses"}, []string{"ewa@x.example", "plan_suite"}, nil},
		"mailboxes":           {importing.Mailboxes, "email,migrate from,old server\newa@x.example,IMAP,imap.x.example", []importing.Column{"email", "migrate_from", "migrate_from_host"}, []string{"ewa@x.example", "IMAP", "imap.x.example"}, nil},
		"more cells, of none": {importing.Users, "email,name\newa@x.example,Ewa Król,,,\n", mailAndName, two, nil},
	} {
		sheet, err := Read(c.kind, []byte(c.text), most)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if row := sheet.Rows[0]; !slices.Equal(sheet.Columns, c.columns) || !slices.Equal(row.Cells, c.cells) || !slices.Equal(sheet.Unknown, c.unknown) || row.Line != 2 || row.Problems != nil {
			t.Errorf("%s: %+v", name, sheet)
		}
	}
	sheet, err := Read(importing.Users, []byte(template+"\n"+strings.Repeat(",", 14)+"x"), most)
	if err != nil || len(sheet.Columns) != 15 || sheet.Unknown != nil {
		t.Errorf("the template: %+v %v", sheet, err)
	}
}

// TestUnreadable says of hostile and broken files what is wrong.
func TestUnreadable(t *testing.T) {
	row := "a@x.example,A\n"
	for name, c := range map[string]struct {
		text string
		code *fault.Code
	}{
		"nothing":             {"", fault.TableRows},
		"only headings":       {"email,name\n", fault.TableRows},
		"1,001 rows":          {"email,name\n" + strings.Repeat(row, importing.MaxRows+1), fault.TableRows},
		"a NUL":               {"email,name\na@x\x00.example,A", fault.TableControl},
		"Windows-1250":        {"email,name\na@x.example,\xaf\xf3\xb3w", fault.TableEncoding},
		"half of UTF-16":      {"\xff\xfea\x00\x00\xd8", fault.TableEncoding},
		"UTF-16, no mark":     {"e\x00m\x00", fault.TableControl},
		"a quote open":        {"email,name\na@x.example,\"A", fault.TableQuotes},
		"10 MB":               {"email,name\n" + strings.Repeat(row, 10<<20/len(row)), fault.BodyTooLarge},
		"a million columns":   {strings.Repeat("a,", 1<<20) + "\n" + row, fault.BodyTooLarge},
		"many columns":        {strings.Repeat("a,", 100_000) + "\n" + row, fault.TableHeading},
		"many empty columns":  {strings.Repeat(",", 200_000) + "\n" + row, fault.TableRows},
		"more cells":          {"email,name\na@x.example,A,B", fault.TableCells},
		"no address":          {"name,city\nA,B", fault.TableHeading},
		"no name":             {"email,city\na@x.example,B", fault.TableHeading},
		"a heading twice":     {"email,e-mail,name\na@x.example,b@x.example,A", fault.TableHeading},
		"no headings":         {row + row, fault.TableHeading},
		"another separator":   {"email|name\na@x.example|A", fault.TableHeading},
		"headings of nothing": {";;\n" + row, fault.TableRows},
	} {
		if _, err := Read(importing.Users, []byte(c.text), most); !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestRows says of each row what is wrong with it, by column.
func TestRows(t *testing.T) {
	for name, c := range map[string]struct {
		kind importing.Kind
		text string
		want string
	}{
		"a formula":         {importing.Users, "email,name\n\"=HYPERLINK(\"\"x\"\")\",A", "email formula_cell"},
		"a plus":            {importing.Users, "email,name,phone\na@x.example,+1+cmd|' /C calc'!A0,+48 (58) 555-01.02", "name formula_cell"},
		"an at":             {importing.Users, "email,name,city\na@x.example,A,@SUM(1)", "city formula_cell"},
		"a minus":           {importing.Users, "email,name,city\na@x.example,A,-1+1", "city formula_cell"},
		"marked":            {importing.Users, "email,name,city\na@x.example,A,'=1+1", "city formula_cell"},
		"no name, no mail":  {importing.Users, "email,name,city\n,,Gdańsk", "email required, name required"},
		"no address":        {importing.Users, "email,name\nnobody,A", "email invalid_email"},
		"too long":          {importing.Users, "email,name,postal code\na@x.example,A," + strings.Repeat("0", 41), "postal_code too_long"},
		"a language":        {importing.Users, "email,name,language\na@x.example,A,Klingon", "language invalid_value"},
		"twice":             {importing.Users, "email,name\nA@x.example,A\na@X.example,B", ", email duplicate_entry"},
		"in two groups":     {importing.Groups, "group,email\nA,a@x.example\nB,a@x.example", ", "},
		"no group":          {importing.Groups, "group,email\n;,a@x.example", "groups required"},
		"a group's name":    {importing.Groups, "group,email\n" + strings.Repeat("x", 121) + ",a@x.example", "groups too_long"},
		"too many groups":   {importing.Groups, "group,email\n\"" + strings.Repeat("x;", 26) + "\",a@x.example", "groups too_many"},
		"no licence":        {importing.Licenses, "email,plan\na@x.example,", "licenses required"},
		"an unknown source": {importing.Mailboxes, "email,source,server\na@x.example,pop3,mail.x.example", "migrate_from invalid_value"},
		"a server alone":    {importing.Mailboxes, "email,source,server\na@x.example,,mail.x.example", "migrate_from invalid_value"},
	} {
		sheet, err := Read(c.kind, []byte(c.text), most)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rows []string
		for _, row := range sheet.Rows {
			var said []string
			for _, p := range row.Problems {
				said = append(said, string(p.Column)+" "+p.Code)
			}
			rows = append(rows, strings.Join(said, ", "))
		}
		if got := strings.Join(rows, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestFailed: what failed is written so that no spreadsheet computes it, and is read again as it was.
func TestFailed(t *testing.T) {
	columns := []importing.Column{"email", "name", "phone", "city"}
	row := importing.Row{Line: 7, Cells: []string{"a@x.example", "Ala \"x\", y", "+48 58 555", "=1+1"}, Problems: []importing.Problem{{Column: "city", Code: "formula_cell"}, {Code: "forbidden"}}}
	for _, l := range locale.Languages() {
		w := locale.In(l)
		table := Failed(w, importing.Import{Columns: columns, Headings: []string{"E-mail", "-Name", "", "MIEJSCOWOŚĆ"}}, []importing.Row{row}, func(p importing.Problem) (string, string) { return "title of " + p.Code, "advice" })
		if got := table[1][4:]; !slices.Equal(got, []string{"MIEJSCOWOŚĆ: title of formula_cell / title of forbidden", "formula_cell / forbidden", "advice / advice"}) {
			t.Errorf("%q", got)
		}
		if got := table[0][:4]; !slices.Equal(got, []string{"E-mail", "-Name", Heading(w, "phone"), "MIEJSCOWOŚĆ"}) {
			t.Errorf("headings: %q", got)
		}
		for _, written := range [][]byte{csv.CSV(table), csv.File(table, ';')} {
			if strings.Contains(string(written), ",=") || strings.Contains(string(written), ";=") {
				t.Errorf("a formula: %s", written)
			}
			sheet, err := Read(importing.Users, written, most)
			if err != nil || sheet.Unknown != nil || !slices.Equal(sheet.Columns, columns) || !slices.Equal(sheet.Rows[0].Cells, row.Cells) {
				t.Errorf("%+v %v", sheet, err)
			}
		}
	}
}

// TestSample: the samples are read without a flaw, but that the plan is to be filled in.
func TestSample(t *testing.T) {
	for _, l := range locale.Languages() {
		for _, kind := range importing.Kinds {
			sheet, err := Read(kind, csv.File(Sample(locale.In(l), kind), ';'), most)
			if err != nil || sheet.Rows[0].Problems != nil || !slices.Equal(sheet.Columns, kind.Columns()) {
				t.Errorf("%s %s: %+v %v", l, kind, sheet, err)
			}
		}
	}
}

// TestWords: each column has a heading of its own in each language, and no two columns of a kind share one.
func TestWords(t *testing.T) {
	for _, kind := range importing.Kinds {
		for _, column := range kind.Columns() {
			if headings[column] == nil {
				t.Errorf("%s has no heading", column)
			}
			for _, l := range locale.Languages() {
				for name := range strings.SplitSeq(headings[column](locale.In(l)), "|") {
					if got := meanings(kind)[csv.Heading(name)]; got != column {
						t.Errorf("%s: %q means %q, not %q", kind, name, got, column)
					}
				}
			}
		}
	}
}

// FuzzRead: whatever is given, it ends in a fault or in rows that fit their columns, and what is written of them is read as the same.
func FuzzRead(f *testing.F) {
	f.Add("email,name\na@x.example,A")
	f.Add("Grupa;Adres\n=1;\x00")
	f.Add(wide("email\tname\n'+1\t\"x\"", true))
	f.Fuzz(func(t *testing.T, text string) {
		sheet, err := Read(importing.Users, []byte(text), 1<<16)
		var is *fault.Fault
		if err != nil {
			if !errors.As(err, &is) {
				t.Fatal(err)
			}
			return
		}
		for _, row := range sheet.Rows {
			if len(row.Cells) != len(sheet.Columns) {
				t.Fatalf("%+v", row)
			}
		}
		again, err := Read(importing.Users, csv.CSV(Failed(locale.In(locale.English), importing.Import{Columns: sheet.Columns, Headings: sheet.Headings}, sheet.Rows, func(importing.Problem) (string, string) { return "x", "y" })), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		for i := range again.Rows {
			if !reflect.DeepEqual(again.Rows[i].Cells, sheet.Rows[i].Cells) {
				t.Fatalf("%q is %q", again.Rows[i].Cells, sheet.Rows[i].Cells)
			}
		}
	})
}
