package textinput_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// Unicode derives Default_Ignorable_Code_Point so (DerivedCoreProperties.txt); every such mark alone is nothing typed.
func TestInvisible(t *testing.T) {
	shows := func(r rune) bool {
		return r >= 0xFFF9 && r <= 0xFFFB || r >= 0x13430 && r <= 0x13440 || unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	}
	for r := range rune(unicode.MaxRune + 1) {
		if !utf8.ValidRune(r) || r == utf8.RuneError {
			continue
		}
		silent := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector) && !shows(r) || r >= 0xFFF9 && r <= 0xFFFB
		if bare := textinput.Bare("a" + string(r) + "b"); (bare == "ab") != silent {
			t.Errorf("%U: Bare gives %q", r, bare)
		}
		if !silent {
			if line, code := textinput.Line("a"+string(r)+"b", 10); unicode.IsGraphic(r) && (line == "ab" || code != nil) {
				t.Errorf("%U is lost: %q %s", r, line, code)
			}
			continue
		}
		for _, read := range []func(string, int) (string, *fault.Code){textinput.Line, textinput.Block, textinput.Name} {
			if clean, code := read("a"+string(r)+"b", 10); clean != "ab" || code != nil {
				t.Errorf("%U inside: %q %s", r, clean, code)
			}
			if _, code := read(string(r), 10); code.String() != "required" {
				t.Errorf("%U alone: %q", r, code)
			}
		}
	}
}

// TestUnaccented: letters that differ by an accent or a stroke alone are the same.
func TestUnaccented(t *testing.T) {
	for text, want := range map[string]string{"Zażółć GĘŚLĄ": "zazolc gesla", "Straße": "strasse", "Ærø": "aero", "ИЙ": "ии", "": ""} {
		if got := textinput.Unaccented(text); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestTyped(t *testing.T) {
	for _, typed := range []string{
		"Dziękuję ❤️", "✔️ mail", "Café ☕️ Central", "1️⃣ first, #️⃣ second", "👩\u200d💻 und 🧑🏽\u200d🚀", "👨\u200d👩\u200d👧\u200d👦", "🏳️\u200d🌈 🏴\u200d☠️", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F England", "🇵🇱 Polska", "❤️\u200d🔥", "☎︎ text",
		"می\u200cخواهم", "شرکت دانش\u200cبنیان نمونه", "خانه\u200cها", "تأسیس ۱۴۰۲ ه\u200d.ش.", "क्\u200dष क्\u200cष", "র\u200d্যাব", "ശ്രീ ന്\u200d", "ශ්\u200dරී ලංකා", "葛󠄀城市", "ᠠ᠋",
		"H²O", "Skylark™", "Ｆａｂｒｉｋａｍ", "O’Neill & Sons", "L'Œuvre d'Été", "µ-lab Polska", "x\u0301", "50 % …", "١٢٣", "ᏣᎳᎩ", "\U0001FADF neu",
	} {
		want := norm.NFC.String(typed)
		if line, code := textinput.Line(typed, 100); line != want || code != nil {
			t.Errorf("line %q: %q %s", typed, line, code)
		}
		if block, code := textinput.Block(typed, 100); block != want || code != nil {
			t.Errorf("block %q: %q %s", typed, block, code)
		}
	}
}

func TestCleaned(t *testing.T) {
	for _, one := range []struct{ typed, line, block string }{
		{"\ufeffHello", "Hello", "Hello"},
		{"soft\u00adhyphen", "softhyphen", "softhyphen"},
		{"one\u000btwo\u000cthree\u0085four\u2028five\u2029six", "one two three four five six", "one\ntwo\nthree\nfour\nfive\nsix"},
		{"one\r\ntwo\rthree\nfour", "one two three four", "one\ntwo\nthree\nfour"},
		{"a\x00b\x07c\u009fd", "a b c d", "a b c d"},
		{"a \u00a0\u2003\u3000 b", "a b", "a \u00a0\u2003\u3000 b"},
		{"a\u2800b", "a b", "a\u2800b"},
		{"\u202dContoso\u202c \u2066x\u2069", "Contoso x", "Contoso x"},
		{"a\u200cb\u200dc", "abc", "abc"},             // Latin needs no joiner
		{"❤\u200d", "❤", "❤"},                         // nothing to join
		{"❤️\u200d\u200d🔥", "❤️\u200d🔥", "❤️\u200d🔥"}, // one is enough
		{"a\ufe0f\ufe0f", "a", "a"},                   // no other shape
		{"❤\ufe0f\ufe0f", "❤\ufe0f", "❤\ufe0f"},
		{"5\ufe0f", "5", "5"},                                                        // no keycap
		{"🏴\U000E0070\U000E0077\U000E006E\U000E007F hidden", "🏴 hidden", "🏴 hidden"}, // tags that are no flag
		{"Z" + strings.Repeat("\u0323", 30) + "!", "Ẓ" + strings.Repeat("\u0323", 8) + "!", "Ẓ" + strings.Repeat("\u0323", 8) + "!"},
		{"می\u200c", "می", "می"},
		{"3\ufe0f\u20e3", "3\ufe0f\u20e3", "3\ufe0f\u20e3"},
	} {
		if line, code := textinput.Line(one.typed, 100); line != one.line || code != nil {
			t.Errorf("line %q: %q %s", one.typed, line, code)
		}
		if block, code := textinput.Block(one.typed, 100); block != one.block || code != nil {
			t.Errorf("block %q: %q %s", one.typed, block, code)
		}
	}
	for _, broken := range []string{"a\xff", "a\ufffdb"} {
		if _, code := textinput.Block(broken, 100); code.String() != "invalid_characters" {
			t.Errorf("%q: %s", broken, code)
		}
	}
	if got := textinput.Bare("\u202a +48\u00a022\u200b\u2066 "); got != "+48 22" {
		t.Errorf("bare: %q", got)
	}
}

func TestNames(t *testing.T) {
	for _, honest := range []string{
		"NAUTIS ΕΜΠΟΡΙΚΗ ΑΕ", `ООО "Orbit"`, "µ-lab Polska", "µTorrent", "Café ☕️ Central", "Skylark™", "H²O", "Ｆａｂｒｉｋａｍ", "365", "①", "3M", "7-Eleven",
		"ソフトバンクＢＢ株式会社", "IT企業", "Tシャツ屋", "トヨタ自動車", "삼성SDS", "三星 電子", "ㄅㄆ半島 LINE", "1С-Битрикс", "IT-компания", "АО «Е-Решения»", "O'Brien & Søn A/S",
		"دانش\u200cبنیان", "شركة Orbit", "राम एंड सन्स", "ความสุข จำกัด", "Công ty Cổ phần Hòa Bình", "ශ්\u200dරී Telecom", "חברת Orbit בע״מ", "Հայ Tech", "საქართველო", "Ñandú S.A.", "Łódź",
		"Hawaiʻi Ltd", "Þórr ehf.", "İstanbul A.Ş.", "Zażółć gęślą jaźń", "Ⅳ Wheel", "№5 Аптека", "Аптека№5", "Ελλάς Α.Ε.", "Iñtërnâtiônàl",
	} {
		if clean, code := textinput.Name(honest, 100); clean != norm.NFC.String(honest) || code != nil {
			t.Errorf("%q: %q %s", honest, clean, code)
		}
	}
	for typed, want := range map[string]string{
		"Соntoso": "mixed_scripts", "ООО Орbit": "mixed_scripts", "Pαris": "mixed_scripts", "Contosო": "mixed_scripts", "Contoso౦": "mixed_scripts",
		"ϲontoso": "mixed_scripts", "Ꮯontoso": "mixed_scripts", "Соnтosо": "mixed_scripts", "ｃонт": "mixed_scripts", "カタкана": "mixed_scripts", "漢字Ж": "mixed_scripts",
		"한글かな": "mixed_scripts", "Contoso٣": "mixed_scripts", "АВ\u200bX": "mixed_scripts", "ʜиllo": "mixed_scripts",
		".": "no_letters", "—": "no_letters", "🚀": "no_letters", "❤️ ☕️": "no_letters", "... !!! ???": "no_letters", "™": "no_letters", "ー": "no_letters", "ʼ": "no_letters", "🅲🅾": "no_letters",
		"\u3164": "required", "\u2800": "required", " \u00a0\u3000": "required", "\u115f\u1160\uffa0": "required", "": "required",
		"Conto\u0335\u0335so": "invalid_characters", "A\u0301\u0302\u0303\u0304\u0305": "invalid_characters", "Con\ue000toso": "invalid_characters",
	} {
		if clean, code := textinput.Name(typed, 100); code.String() != want {
			t.Errorf("%q: %q %q, and not %q", typed, clean, code, want)
		}
	}
}

// The tables of the standard library know each character's one script; ours know also in which others it is used.
func TestScripts(t *testing.T) {
	if unicode.Version != "15.0.0" {
		t.Errorf("the standard library now knows Unicode %s: shared/textinput/scripts_table.go is of 15.0", unicode.Version)
	}
	var latin, greek strings.Builder
	for r := range rune(unicode.MaxRune + 1) {
		if !unicode.IsLetter(r) || r == 0x115F || r == 0x1160 || norm.NFKC.String(string(r)) != string(r) {
			continue
		}
		for name, table := range unicode.Scripts {
			if name == "Common" || name == "Inherited" || !unicode.Is(table, r) {
				continue
			}
			_, beside := textinput.Name("a"+string(r), 10)
			fine := map[string]bool{"Latin": true, "Han": true, "Hiragana": true, "Katakana": true, "Hangul": true, "Bopomofo": true}[name]
			if (beside == nil) != fine && r != 0x10FB && r != 0x0485 && r != 0x0486 {
				t.Errorf("%U of %s beside a: %q", r, name, beside)
			}
			if _, alone := textinput.Name(string(r)+string(r), 10); alone != nil && !unicode.Is(unicode.Lm, r) {
				t.Errorf("%U of %s twice: %q", r, name, alone)
			}
			switch name {
			case "Latin":
				latin.WriteRune(r)
			case "Greek":
				greek.WriteRune(r)
			}
		}
	}
	for _, all := range []string{latin.String(), greek.String()} {
		if _, code := textinput.Name(all, 5000); all == "" || code != nil {
			t.Errorf("all of one script: %q", code)
		}
	}
}

// Whatever is typed: what was read once is read again as it is, is bounded, and hides nothing.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"Dziękuję ❤️", "a\u200bb", "می\u200cخواهم", "\ufeffx\u000by", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "Соntoso", "\u3164", "क्\u200dष", "❤️\u200d\u200d🔥", "Z\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323", "\r\n\u2028",
		"=?utf-8?Q?x?=", "\u1100\u1161\u11a8", "\u115f\u1161", "ᠠ᠋", "葛󠄀", "\xff", "a\u0315\u0300\u05ae\u0062",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, read := range map[string]func(string, int) (string, *fault.Code){"line": textinput.Line, "block": textinput.Block, "title": textinput.Title, "name": textinput.Name} {
			clean, code := read(text, 50)
			if code != nil {
				continue
			}
			if again, code := read(clean, 50); again != clean || code != nil {
				t.Fatalf("%s %q: %q is then %q %s", name, text, clean, again, code)
			}
			if n := utf8.RuneCountInString(clean); n == 0 || n > 50 || !norm.NFC.IsNormalString(clean) || !utf8.ValidString(clean) {
				t.Fatalf("%s %q: %q", name, text, clean)
			}
			if strings.ContainsFunc(clean, func(r rune) bool {
				return unicode.IsControl(r) && (name != "block" || r != '\n' && r != '\t') || unicode.Is(unicode.Bidi_Control, r) || unicode.In(r, unicode.Zl, unicode.Zp)
			}) {
				t.Fatalf("%s %q leaves %q", name, text, clean)
			}
		}
		if bare := textinput.Bare(text); textinput.Bare(bare) != bare {
			t.Fatalf("bare %q", text)
		}
	})
}
