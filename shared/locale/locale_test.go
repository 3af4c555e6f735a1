package locale

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func TestPluralIsCLDR(t *testing.T) {
	names := map[plural.Form]form{plural.Other: other, plural.One: one, plural.Few: few, plural.Many: many}
	check := func(n int) {
		for _, l := range Languages() {
			want := names[plural.Cardinal.MatchPlural(language.Make(string(l)), n%10_000_000, 0, 0, 0, 0)]
			if got := In(l).plural(n); got != want {
				t.Fatalf("%s: %d is %d, want %d", l, n, got, want)
			}
			if got := In(l).plural(-n); got != want {
				t.Fatalf("%s: -%d is %d, want %d", l, n, got, want)
			}
			if got := In(l).pluralNumber(float64(n)); got != want {
				t.Fatalf("%s: %d as a number is %d, want %d", l, n, got, want)
			}
		}
	}
	for n := range 2000 {
		check(n)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		check(random.IntN(9_000_000))
	}
	for _, x := range []float64{0.5, 1.5, 1.01, 2.25, 1000.1, -1.5} {
		whole := int(math.Abs(x))
		fraction := int(math.Round((math.Abs(x) - float64(whole)) * 100))
		for _, l := range Languages() {
			want := names[plural.Cardinal.MatchPlural(language.Make(string(l)), whole, 2, 2, fraction, fraction)]
			if got := In(l).pluralNumber(x); got != want {
				t.Errorf("%s: %v is %d, want %d", l, x, got, want)
			}
		}
	}
	if got := In(Polish).pluralNumber(1.001); got != one {
		t.Errorf("1.001, written 1, is %d", got)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		n      int
		en, pl string
	}{
		{0, "0", "0"},
		{999, "999", "999"},
		{1000, "1,000", "1000"},
		{12345, "12,345", "12_345"},
		{-1234567, "-1,234,567", "-1_234_567"},
		{math.MinInt64, "-9,223,372,036,854,775,808", "-9_223_372_036_854_775_808"},
	} {
		same(t, In(English).Int(c.n), c.en)
		same(t, In(Polish).Int(c.n), c.pl)
	}
	same(t, In(English).Number(1.5), "1.5")
	same(t, In(Polish).Number(1.5), "1,5")
	same(t, In(Polish).Number(12345.678), "12_345,68")
	same(t, In(Polish).Number(2), "2")
	same(t, In(Polish).Number(-0.001), "0")
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		m      Money
		en, pl string
	}{
		{Money{123456, "PLN"}, "PLN_1,234.56", "1234,56_zł"},
		{Money{1234567, "PLN"}, "PLN_12,345.67", "12_345,67_zł"},
		{Money{1234567, "EUR"}, "€12,345.67", "12_345,67_EUR"},
		{Money{5, "GBP"}, "£0.05", "0,05_GBP"},
		{Money{-5, "USD"}, "-$0.05", "-0,05_USD"},
		{Money{0, "PLN"}, "PLN_0.00", "0,00_zł"},
		{Money{1234, "JPY"}, "JPY_1,234", "1234_JPY"},
		{Money{1234, "KWD"}, "KWD_1.234", "1,234_KWD"},
		{Money{12345, "CLF"}, "CLF_1.2345", "1,2345_CLF"},
		{Money{math.MinInt64, "EUR"}, "-€92,233,720,368,547,758.08", "-92_233_720_368_547_758,08_EUR"},
	} {
		same(t, In(English).Money(c.m), c.en)
		same(t, In(Polish).Money(c.m), c.pl)
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)
	for _, c := range []struct{ country, en, pl string }{
		{"PL", "21_November_2026 at_14:30 (CET)", "21_listopada_2026_r., godz._14:30 (CET)"},
		{"IN", "21_November_2026 at_19:00 (IST)", "21_listopada_2026_r., godz._19:00 (IST)"},
		{"BR", "21_November_2026 at_10:30 (UTC-3)", "21_listopada_2026_r., godz._10:30 (UTC-3)"},
		{"NP", "21_November_2026 at_19:15 (UTC+5:45)", "21_listopada_2026_r., godz._19:15 (UTC+5:45)"},
		{"NZ", "22_November_2026 at_02:30 (NZDT)", "22_listopada_2026_r., godz._02:30 (NZDT)"},
		{"??", "21_November_2026 at_13:30 (UTC)", "21_listopada_2026_r., godz._13:30 (UTC)"},
	} {
		same(t, In(English).Time(at.In(calendar.Zone(c.country))), c.en)
		same(t, In(Polish).Time(at.In(calendar.Zone(c.country))), c.pl)
	}
	same(t, In(English).Date(at), "21_November_2026")
	same(t, In(Polish).Date(at.AddDate(0, 6, -20)), "1_maja_2027_r.")
}

// TestAgo: how long ago something was, in the plural of each language.
func TestAgo(t *testing.T) {
	for passed, want := range map[time.Duration][2]string{
		-time.Minute:              {"less than an hour ago", "mniej niż godzinę temu"},
		time.Hour - time.Second:   {"less than an hour ago", "mniej niż godzinę temu"},
		time.Hour:                 {"1 hour ago", "1 godzinę temu"},
		3*time.Hour + time.Minute: {"3 hours ago", "3 godziny temu"},
		47 * time.Hour:            {"47 hours ago", "47 godzin temu"},
		48 * time.Hour:            {"2 days ago", "2 dni temu"},
		1200*24*time.Hour - 1:     {"1,199 days ago", "1199 dni temu"},
	} {
		same(t, In(English).Ago(passed), want[0])
		same(t, In(Polish).Ago(passed), want[1])
	}
}

// same compares with no-break spaces written as _.
func same(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.ReplaceAll(want, "_", "\u00a0") {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEndDoesNotDoubleTheStop(t *testing.T) {
	same(t, end("Contoso sp. z o.o."), "Contoso sp. z o.o.")
	same(t, end("Contoso"), "Contoso.")
	same(t, end(""), ".")
}

func TestCountry(t *testing.T) {
	same(t, In(English).Country("PL"), "Poland")
	same(t, In(Polish).Country("PL"), "Polska")
	same(t, In(Polish).Country("AD"), "Andora")
	same(t, In(Polish).Country("ZW"), "Zimbabwe")
	same(t, In(English).Country("MK"), "North Macedonia")
	same(t, In(Polish).Country("MK"), "Macedonia Północna")
	same(t, In(Polish).Country("SZ"), "Eswatini")
	for _, code := range []string{"", "ZZ", "pl", "P", "\tP", "POL", "\n\n"} {
		same(t, In(Polish).Country(code), code)
	}
}

func TestTongue(t *testing.T) {
	for code, want := range map[string][2]string{"pl": {"Polish", "polski"}, "no": {"Norwegian", "norweski"}, "uk": {"Ukrainian", "ukraiński"}, "zz": {"zz", "zz"}, "PL": {"PL", "PL"}} {
		same(t, In(English).Tongue(code), want[0])
		same(t, In(Polish).Tongue(code), want[1])
	}
}

func TestTongues(t *testing.T) {
	same(t, strings.Join(In(Polish).Tongues([]string{"lv", "en", "hu", "it"}), " "), "en lv hu it") // angielski, łotewski, węgierski, włoski
	same(t, strings.Join(In(English).Tongues([]string{"lv", "en", "hu", "it"}), " "), "en hu it lv")
}

func TestCountryCode(t *testing.T) {
	for typed, code := range map[string]string{
		"PL": "PL", "pl": "PL", " Poland ": "PL", "polska": "PL", "Antigua i  Barbuda": "AG", "Antigua i\u00a0Barbuda": "AG", "ZZ": "", "": "", "Pol": "", "PL\tPoland": "",
	} {
		same(t, CountryCode(typed), code)
	}
	for _, code := range In(Polish).Countries() {
		for _, l := range Languages() {
			same(t, CountryCode(In(l).Country(code)), code)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]Language{
		"": English, "pl": Polish, "pl-PL": Polish, "PL": Polish, "de": English, "de, pl;q=0.5": Polish, "pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7": Polish,
		"en;q=0.5, pl;q=0.7": Polish, "pl;q=0": English, "pl;q=0, en;q=0.1": English, "*": English, "pl;q=1.1": English, "pl;q=x, en": English,
		"pl ; q=0.001": Polish, "en,pl": English, "pl;q=": English, ";;;": English, "pl;Q=1.000": Polish, "plx": English,
	} {
		if got := Match(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

// FuzzMatch holds our matcher against the one of x/text, which would add 180 kB to each function.
func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"pl", "en-GB,pl;q=0.8", "de,pl;q=0.3,en;q=0.2", "pl;q=0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, ok := Preferred(header)
		tags, weights, err := language.ParseAcceptLanguage(header)
		if err != nil || !wellFormed.MatchString(header) || strings.Count(header, ",") >= maxRanges {
			return
		}
		for i, tag := range tags { // highest weight first
			base, confidence := tag.Base()
			if l, known := Parse(base.String()); known && confidence == language.Exact && weights[i] > 0 {
				if ok && got != l && weightOf(tags, weights, got) < weights[i] {
					t.Errorf("%q: %s, want %s", header, got, l)
				}
				return
			}
		}
	})
}

// wellFormed are the headers that RFC 9110 allows; of others only that they do no harm is asked.
var wellFormed = regexp.MustCompile(`^ *[a-z]{2}(-[A-Z]{2})?(;q=(0(\.[0-9]{1,3})?|1(\.0{1,3})?))?( *, *[a-z]{2}(-[A-Z]{2})?(;q=(0(\.[0-9]{1,3})?|1(\.0{1,3})?))?)*$`)

func weightOf(tags []language.Tag, weights []float32, l Language) float32 {
	for i, tag := range tags {
		if base, _ := tag.Base(); base.String() == string(l) {
			return weights[i]
		}
	}
	return 0
}

func TestProblem(t *testing.T) {
	title, detail, ok := Problem(English, "too_long", map[string]string{"limit": "255"})
	if !ok || title != "The text is too long" || detail != "Shorten the text. At most 255 characters are allowed." {
		t.Errorf("%q %q %v", title, detail, ok)
	}
	if _, _, ok := Problem(Polish, "no_such_code", nil); ok {
		t.Error("words for a code that is none")
	}
	if got, ok := Field(Polish, "required", nil); !ok || got != "Wypełnij to pole." {
		t.Errorf("%q", got)
	}
	if got, ok := Field(English, "single_trial_only", nil); !ok || !strings.Contains(got, "exactly one trial plan") {
		t.Errorf("a field without words of its own says %q", got)
	}
	if _, ok := Field(English, "no_such_code", nil); ok {
		t.Error("words for a code that is none")
	}
}

// TestProblemsReadWell expands every text without and with its values.
func TestProblemsReadWell(t *testing.T) {
	all := map[string]string{}
	for _, name := range []string{"name", "limit", "allowed", "retry", "when", "partner", "plan", "feature", "country", "region", "state", "reason"} {
		all[name] = "Contoso sp. z o.o."
	}
	for _, code := range ProblemCodes() {
		for _, l := range Languages() {
			for _, vars := range []map[string]string{nil, all} {
				title, detail, ok := Problem(l, code, vars)
				text := fmt.Sprintf("%s · %s", title, detail)
				if !ok || strings.ContainsAny(text, "{}[]") || strings.Contains(text, "  ") || strings.Contains(text, "..") || !strings.HasSuffix(detail, ".") || strings.HasSuffix(title, ".") {
					t.Errorf("%s %s: %q", code, l, text)
				}
			}
		}
	}
}

func TestExpandTakesValuesAsTheyAre(t *testing.T) {
	if got := expand("A {x}[ b {y}] c.", map[string]string{"x": "{y}[", "y": "}]"}); got != "A {y}[ b }] c." {
		t.Errorf("%q", got)
	}
}

// TestPriced: every price says whether it is net or gross, whatever its term.
func TestPriced(t *testing.T) {
	month := Cost{Money: Money{AmountMinor: 4600, Currency: "PLN"}}
	year := month
	year.Yearly = true
	for language, want := range map[Language][2][4]string{
		English: {
			{"PLN\u00a046.00 net per licence and month", "PLN\u00a046.00 net a month", "PLN\u00a046.00 net per licence and year", "PLN\u00a046.00 net a year"},
			{"PLN\u00a046.00 gross per licence and month", "PLN\u00a046.00 gross a month", "PLN\u00a046.00 gross per licence and year", "PLN\u00a046.00 gross a year"},
		},
		Polish: {
			{"46,00\u00a0zł netto za licencję miesięcznie", "46,00\u00a0zł netto miesięcznie", "46,00\u00a0zł netto za licencję rocznie", "46,00\u00a0zł netto rocznie"},
			{"46,00\u00a0zł brutto za licencję miesięcznie", "46,00\u00a0zł brutto miesięcznie", "46,00\u00a0zł brutto za licencję rocznie", "46,00\u00a0zł brutto rocznie"},
		},
	} {
		for i, gross := range []bool{false, true} {
			w := In(language).Priced(gross)
			if got := [4]string{w.PerLicense(month), w.PerTerm(month), w.PerLicense(year), w.Sums(year)[0]}; got != want[i] {
				t.Errorf("%s, gross %v: %q", language, gross, got)
			}
			if w.Language() != language {
				t.Errorf("%s became %s", language, w.Language())
			}
		}
	}
}

// TestHours: whichever language the days were typed in, each reader reads its own; nothing else changes.
func TestHours(t *testing.T) {
	for typed, want := range map[string][2]string{
		"Mon–Fri 8:00–18:00 CET":          {"Mon–Fri 8:00–18:00 CET", "pon.–pt. 8:00–18:00 CET"},
		"pn.-pt. 8-16, sob. 9-13":         {"Mon-Fri 8-16, Sat 9-13", "pon.-pt. 8-16, sob. 9-13"},
		"24 hours, but Sun: support only": {"24 hours, but Sun: support only", "24 hours, but niedz.: support only"},
		"Monday to Friday":                {"Monday to Friday", "Monday to Friday"},
		"":                                {"", ""},
	} {
		same(t, In(English).Hours(typed), want[0])
		same(t, In(Polish).Hours(typed), want[1])
	}
}

// said are words that neither pages nor mails say, with what they say instead; mails write Twój with a capital, pages don't.
var said = map[string][]struct{ not, but string }{
	"en.json": {{`(?i)\bplease\b`, ""}, {`(?i)successful`, "what happened"}, {`(?i)in order to`, "to"}, {`switched on on`, "is on for"}, {`end it whenever`, "end the relationship whenever"}},
	"pl.json": {
		{`(?i)rachun`, "faktura"},
		{`(?i)"(apply|problem\.application|vendor\.application|mail\.application|mail\.footer\.why_application)[^"]*": .*zgłosz`, "wniosek"},
		{`głoszono ofertę`, "zgłoszenie: oferta"}, // it also says that one was made
		{`prosi o rolę`, "chce zostać"},
		{`zakończyć ją w każdej`, "relację"},
		{`(?i)\bterminy\b`, "warunki"},
		{`(?i)proszę`, ""},
		{`(?i)pomyślnie`, "co się stało"},
		{`\b(Pan|Pani|Państw\pL+)\b`, "ty"},
		{`\pL(łeś|łaś)([^\pL]|$)`, "bezosobowo: wpisano"},
		{`^ {2}"(?:[^ms]|m[^a]|s[^h])[^"]*": .*\pL,? (Ciebie|Ci|Twoj\pL+|Twój)\b`, "ci, twój"},
	},
}

// TestSaid holds the words against what they never say.
func TestSaid(t *testing.T) {
	for file, words := range said {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range words {
			for _, line := range strings.Split(string(text), "\n") {
				if regexp.MustCompile(one.not).MatchString(line) {
					t.Errorf("%s says %s, not %q: %s", file, one.not, one.but, line)
				}
			}
		}
	}
}
