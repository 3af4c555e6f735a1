package partner_test

import (
	"slices"
	"testing"

	"liaison/shared/partner"
)

func alike(a, b string) bool {
	seen := partner.Skeletons(a)
	return slices.ContainsFunc(partner.Skeletons(b), func(one string) bool { return slices.Contains(seen, one) })
}

func TestSkeletons(t *testing.T) {
	for _, one := range []struct {
		a, b  string
		alike bool
	}{
		{"Contoso", "CONTOSO", true},
		{"Contoso", "C0ntos0", true},
		{"Contoso", "Сontoso", true},                    // Cyrillic С
		{"CONTOSO", "СОΝТОЅО", true},                    // Cyrillic and Greek capitals
		{"paypal", "paypaI", true},                      // capital i
		{"paypal", "PAYPA1", true},                      //
		{"modern", "modem", true},                       // rn
		{"vvoodgrove", "Woodgrove", true},               //
		{"Łódź", "Lodz", true},                          //
		{"Ｆａｂｒｉｋａｍ", "Fabrikam", true},                  // full width
		{"Contoso, Ltd.", "Contoso Ltd", true},          //
		{"АВТО", "авто", true},                          // case of Cyrillic
		{"АВТО", "ABTO", true},                          //
		{"Ёлка", "елка", true},                          // accent
		{"Contoso", "Contoso\u3164", true},              // Hangul filler
		{"Contoso", "Con\u034ftoso", true},              // combining grapheme joiner
		{"Contoso", "C\u0335o\u20ddntoso", true},        // marks over it
		{"Contoso", "C o\u2003n\u2800toso...", true},    // spaces and dots
		{"Contoso", "𝐂𝗼𝓃𝚝𝕠𝖘𝔬", true},                    // mathematical letters
		{"Contoso", "ⒸⓄⓃⓉⓄⓈⓄ", true},                    // circled
		{"Contoso", "🅒🅾🅝🆃🅾🇸🅞", true},                    // black circles and squares, half a flag
		{"Contoso", "ᴄᴏɴᴛᴏѕᴏ", true},                    // small capitals
		{"Skylark", "Skylark™", true},                   //
		{"SkylarkTM", "Skylark℠ ™", false},              // another sign
		{"SkylarkTM", "Skylark™", true},                 //
		{"H2O", "H²O", true},                            //
		{"Skylark", "Skylark 🚀 ✅", true},                // symbols
		{"ايران", "ایران", true},                        // Arabic and Persian ye
		{"ニトリ", "二トリ", true},                            // a numeral for a syllable
		{"ﾆﾄﾘ", "ニトリ", true},                            // half width
		{"Ελλάς", "ΕΛΛΑΣ", true},                        //
		{"राम", "रोम", false},                           // vowels are marks in Hindi
		{"ดี", "ดู", false},                             // and in Thai
		{"ハス", "バス", false},                             // voiced in Japanese
		{"می\u200cشا", "میشا", true},                    // Persian with and without its joiner
		{"Contoso", "Contosa", false},                   //
		{"Contoso", "Contoso Polska", false},            //
		{"Fabrikam", "Tailspin", false},                 //
		{"ванк", "bank", false},                         // small letters that don't look alike
		{"Contoso sp. z o.o.", "Contoso Sp. k.", false}, //
	} {
		if alike(one.a, one.b) != one.alike {
			t.Errorf("%q and %q: %v\n%q\n%q", one.a, one.b, !one.alike, partner.Skeletons(one.a), partner.Skeletons(one.b))
		}
	}
	if partner.Skeletons(" .,- ") != nil {
		t.Error("something is left of punctuation")
	}
}
