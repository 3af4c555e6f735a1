package brand

import "testing"

// accents are 16 colours from yellow to black, as vendors have them.
var accents = []Accent{
	"#ffff00", "#ffd400", "#ff9900", "#ff5a1f", "#e60012", "#c2185b", "#ff4fd8", "#8e24aa",
	"#4338ca", "#1565c0", "#00b8d4", "#00897b", "#22c55e", "#0f6b3c", "#777777", "#000000",
}

func TestTextOnEveryAccentIsLegible(t *testing.T) {
	for _, a := range accents {
		if got := Contrast(a.Text(), string(a)); got < 4.5 {
			t.Errorf("%s on %s: %.2f", a.Text(), a, got)
		}
		for _, ground := range []string{"#ffffff", "#f6f7f9", "#151920", "#0d1015"} {
			if got := Contrast(a.On(ground), ground); got < 4.5 {
				t.Errorf("%s shown as %s on %s: %.2f", a, a.On(ground), ground, got)
			}
		}
	}
}

func TestAnAccentThatIsLegibleStaysAsItIs(t *testing.T) {
	if got := Accent("#4338ca").On("#ffffff"); got != "#4338ca" {
		t.Error(got)
	}
	if got := Accent("#4338CA").Text(); got != "#ffffff" {
		t.Error(got)
	}
	if got := Accent("#ffd400").Text(); got != "#000000" {
		t.Error(got)
	}
}

func TestParseAccent(t *testing.T) {
	for text, want := range map[string]Accent{"#4338CA": "#4338ca", "#000000": "#000000", "": "", "4338ca": "", "#abc": "", "red": "", "#4338ca;": "", "#4338cg": ""} {
		got, ok := ParseAccent(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

func TestASheetIsWhatItsNameSays(t *testing.T) {
	for name, want := range map[string]string{
		Accent("#4338CA").SheetName():  ":root{--brand:#4338ca;--on-brand:#ffffff}\n",
		Accent("nonsense").SheetName(): ":root{--brand:#3346d3;--on-brand:#ffffff}\n",
		"brand-FFD400.css":             "",
		"brand-ffd400":                 "",
		"brand-}body{x.css":            "",
		"style-4338ca.css":             "",
	} {
		if got, ok := Sheet(name); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
