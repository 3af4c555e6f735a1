package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/brand"
	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
)

// shown brings a new window to a state, in English.
func shown(t *testing.T, name string) *states.Visit {
	t.Helper()
	v := set.Visit(t, "en", set.Browser.Page(t, chrome.Options{Language: "en"}))
	show(t, v, name)
	return v
}

// show brings somebody's window to a state.
func show(t *testing.T, v *states.Visit, name string) {
	t.Helper()
	i := slices.IndexFunc(states.States, func(s states.State) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no state is called %q", name)
	}
	v.Look(chrome.Desktop, false)
	link := ""
	if state := states.States[i]; state.Ready != nil {
		link = state.Ready(v)
	}
	states.States[i].Show(v, link)
}

// accents are 16 colours from yellow to black, as vendors have them.
var accents = []brand.Accent{
	"#ffff00", "#ffd400", "#ff9900", "#ff5a1f", "#e60012", "#c2185b", "#ff4fd8", "#8e24aa",
	"#4338ca", "#1565c0", "#00b8d4", "#00897b", "#22c55e", "#0f6b3c", "#777777", "#000000",
}

// TestAccents: whatever the vendor's colour, all text and all drawings can be read, on it, in it and beside it, in light and in dark.
func TestAccents(t *testing.T) {
	for _, name := range []string{"read", "check", "account-owned", "subscription-trial", "partners"} {
		t.Run(name, func(t *testing.T) {
			v := shown(t, name)
			for _, accent := range accents {
				v.Accent("/assets/" + accent.SheetName())
				for _, dark := range []bool{false, true} {
					v.Look(chrome.Desktop, dark)
					faint, looked := v.Faint()
					if looked < 20 {
						t.Fatalf("only %d texts were looked at", looked)
					}
					for _, one := range faint {
						t.Errorf("%s, dark %v: %s", accent, dark, one)
					}
				}
			}
		})
	}
}

// TestFirstScreen: whoever opens an offer's link sees who asks, what it is and the button without scrolling.
func TestFirstScreen(t *testing.T) {
	for _, name := range []string{"read", "purchase-read", "record", "reseller", "request"} {
		t.Run(name, func(t *testing.T) {
			v := shown(t, name)
			for width, most := range map[int]float64{chrome.Desktop: 800, chrome.Narrow: 700} {
				v.Look(width, false)
				for _, what := range []string{"h1", ".who", "main .button.primary"} {
					if bottom := v.Bottom(what); bottom == 0 || bottom > most {
						t.Errorf("%d pixels wide, %s ends at %.0f pixels, not within %.0f", width, what, bottom, most)
					}
				}
			}
		})
	}
}

// TestSummary: beside the steps between, on a wide screen, what the offer is stays in sight however far one scrolls; on a narrow one it comes last.
func TestSummary(t *testing.T) {
	for _, name := range []string{"access", "account", "purchase-account"} {
		v := shown(t, name)
		v.Look(chrome.Desktop, false)
		if scrolled, inSight := v.AtEnd("aside"); scrolled < 50 || !inSight {
			t.Errorf("%s: after %.0f pixels the summary is in sight: %v", name, scrolled, inSight)
		}
		v.Look(chrome.Narrow, false)
		if sum, button := v.Bottom("aside"), v.Bottom("main .button.primary"); sum < button {
			t.Errorf("%s: the summary ends at %.0f pixels, above the button", name, sum)
		}
	}
}

// TestMenu: with 320 pixels the account's menu and the person's menu are in sight with all they hold, and the keyboard comes to each.
func TestMenu(t *testing.T) {
	for _, language := range states.Languages {
		v := set.Visit(t, language, set.Browser.Page(t, chrome.Options{Language: language}))
		show(t, v, "account-products")
		v.Look(chrome.Narrow, false)
		hand := v.Keyboard()
		for _, one := range []string{v.W.FrameMenuHome(), v.W.FrameMenuSubscriptions(), v.W.FrameMenuPartners(), v.W.FrameMenuActivity(), v.W.FrameMenuSettings()} {
			hand.Reach(one)
		}
		hand.Unfold("AN")
		hand.Reach(v.W.FrameSignOut())
		for _, one := range v.Beyond() {
			t.Errorf("%s: not in sight: %s", language, one)
		}
	}
}

// TestHeader: with 320 pixels the logo, the language and the sign-in stand on one line, whether the language is a link or keeps what was typed.
func TestHeader(t *testing.T) {
	for _, name := range []string{"offer", "link-unknown"} {
		for _, language := range states.Languages {
			v := set.Visit(t, language, set.Browser.Page(t, chrome.Options{Language: language}))
			show(t, v, name)
			v.Look(chrome.Narrow, false)
			if bottom := v.Bottom(".top"); bottom == 0 || bottom > 64 {
				t.Errorf("%s, %s: the header ends at %.0f pixels", name, language, bottom)
			}
		}
	}
}

// before are the words on the way from the mail to the receipt when offers were answered on one long page, by language.
var before = map[string]int{"en": 1500, "pl": 1415}

// most is how many per cent of them may be read now.
const most = 60

// TestWordsOnTheWay: whoever answers an offer reads less than before, folded texts aside.
func TestWordsOnTheWay(t *testing.T) {
	for _, language := range states.Languages {
		v := set.Visit(t, language, set.Browser.Page(t, chrome.Options{Language: language}))
		inv, sum, counted := v.Invited(), 0, ""
		count := func(what, text string) {
			words := len(strings.Fields(text))
			sum, counted = sum+words, fmt.Sprintf("%s %s %d,", counted, what, words)
		}
		if err := set.Mailbox.Watch(states.Patience(t), func(m client.Mail) bool {
			found := m.Link(inv.Link) != ""
			if found {
				count("mail", m.Body.Text)
			}
			return found
		}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"read", "access", "account", "check", "receipt"} {
			v.Forget()
			show(t, v, name)
			count(name, v.Standing().Text)
		}
		t.Logf("%s:%s %d in all, %d %% of %d", language, counted, sum, 100*sum/before[language], before[language])
		if 100*sum > most*before[language] {
			t.Errorf("%s: too many words", language)
		}
	}
}
