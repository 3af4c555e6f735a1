// Package typed holds what people of many countries type when they sign up, and what is to be stored and shown of it. The suites of the
// pages and of the API take the same.
package typed

// Text is one field: as it is typed, as it is stored, and as it is shown where that differs.
type Text struct{ Typed, Stored, Shown string }

// Read returns how the field is shown again.
func (t Text) Read() string {
	if t.Shown != "" {
		return t.Shown
	}
	return t.Stored
}

// Person is who signs up, for a company.
type Person struct {
	Country string
	Company Text
	Name    Text
	City    Text
	Address Text
	Phone   Text
}

func same(text string) Text { return Text{Typed: text, Stored: text} }

// People are of ten countries.
var People = []Person{
	{
		Country: "PL", Company: same("Zakład Usług „Żółw” sp. z o.o. ®"), Name: same("Świętosława Dziędziel-Łoś"), City: same("Łódź"),
		Address: Text{Typed: "\u202aSwieta.Los+oferta@Zolw.example\u202c", Stored: "Swieta.Los+oferta@zolw.example"},
		Phone:   Text{Typed: "+48\u00a022\u00a0123\u00a045\u00a067", Stored: "+48 22 123 45 67"},
	},
	{
		Country: "DE", Company: same("µ-lab Größe & Söhne GmbH"), Name: same("Jörg Weiß"), City: same("Köln"),
		Address: Text{Typed: "anna@müller-example.de\u200b", Stored: "anna@xn--mller-example-wob.de", Shown: "anna@müller-example.de"},
		Phone:   Text{Typed: "0049 (0)30/901820", Stored: "+49 (0)30 901820"},
	},
	{
		Country: "GR", Company: same("NAUTIS ΕΜΠΟΡΙΚΗ ΑΕ"), Name: same("Ιωάννης Παπαδόπουλος"), City: same("Αθήνα"),
		Address: Text{Typed: "info@παράδειγμα.gr", Stored: "info@xn--hxajbheg2az3al.gr", Shown: "info@παράδειγμα.gr"},
		Phone:   Text{Typed: "+30 210\u2013123\u20134567", Stored: "+30 210-123-4567"},
	},
	{
		Country: "BG", Company: same(`ООД "Orbit" България`), Name: same("Йордан Щерев"), City: same("София"),
		Address: Text{Typed: "\ufeffyordan@пример.бг", Stored: "yordan@xn--e1afmkfd.xn--90ae", Shown: "yordan@пример.бг"},
		Phone:   Text{Typed: "(+359) 2 123 4567", Stored: "+359 2 123 4567"},
	},
	{
		Country: "JP", Company: same("株式会社ＡＢＣソフト"), Name: Text{Typed: "葛󠄀城　太郎", Stored: "葛󠄀城 太郎"}, City: same("東京都"),
		Address: Text{Typed: "taro@例え。jp", Stored: "taro@xn--r8jz45g.jp", Shown: "taro@例え.jp"},
		Phone:   Text{Typed: "＋８１ー３ー１２３４ー５６７８", Stored: "+81-3-1234-5678"},
	},
	{
		Country: "KR", Company: same("㈜삼성테스트 H²O™"), Name: Text{Typed: "\u1112\u1161\u11ab 소희", Stored: "한 소희"}, City: same("서울"),
		Address: same("sohee_han@example.kr"), Phone: Text{Typed: "+82.2.123.4567", Stored: "+82 2 123 4567"},
	},
	{
		Country: "AE", Company: Text{Typed: "\u200fشركة المثال Skylark\u200f", Stored: "شركة المثال Skylark"}, Name: same("محمّد بن راشد"), City: same("دبي"),
		Address: Text{Typed: "info@مثال.امارات", Stored: "info@xn--mgbh0fb.xn--mgbaam7a8h", Shown: "info@مثال.امارات"},
		Phone:   Text{Typed: "+٩٧١ ٤ ١٢٣ ٤٥٦٧", Stored: "+971 4 123 4567"},
	},
	{
		Country: "IN", Company: same("राम एंड सन्स प्रा. लि."), Name: same("क्\u200dषितिज शर्मा"), City: same("नई दिल्ली"),
		Address: same("ram.sons+crm@example.in"), Phone: Text{Typed: "+९१ ११ २३४५ ६७८९", Stored: "+91 11 2345 6789"},
	},
	{
		Country: "AF", Company: same("شرکت دانش\u200cبنیان نمونه"), Name: same("نیلوفر مهدی\u200cزاده"), City: same("کابل"),
		Address: same("niloufar@example.af"), Phone: Text{Typed: "+۹۳ ۲۰ ۱۲۳ ۴۵۶۷\u200c", Stored: "+93 20 123 4567"},
	},
	{
		Country: "IE", Company: same("Café ☕️ O’Neill 7 Ltd"), Name: same("Seán O'Brien"), City: same("Dún Laoghaire"),
		Address: same("sean.o'brien@example.ie"), Phone: Text{Typed: " +353 (1) 123\u20114567 ", Stored: "+353 (1) 123-4567"},
	},
}
