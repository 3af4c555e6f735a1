// Package listed is how pages show a partner's entry in the marketplace: its card among others, its own page, what stands in it row by row, and what
// its state, services, industries, roles and languages are called.
package listed

import (
	"embed"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"liaison/shared/catalog"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/textinput"
)

var industries = map[listing.Industry]func(locale.Words) string{
	"agriculture": locale.Words.ListingIndustryAgriculture, "construction": locale.Words.ListingIndustryConstruction,
	"education": locale.Words.ListingIndustryEducation, "energy": locale.Words.ListingIndustryEnergy, "finance": locale.Words.ListingIndustryFinance,
	"government": locale.Words.ListingIndustryGovernment, "health": locale.Words.ListingIndustryHealth, "hospitality": locale.Words.ListingIndustryHospitality,
	"legal": locale.Words.ListingIndustryLegal, "logistics": locale.Words.ListingIndustryLogistics,
	"manufacturing": locale.Words.ListingIndustryManufacturing, "media": locale.Words.ListingIndustryMedia, "nonprofit": locale.Words.ListingIndustryNonprofit,
	"professional_services": locale.Words.ListingIndustryProfessionalServices, "retail": locale.Words.ListingIndustryRetail,
	"technology": locale.Words.ListingIndustryTechnology,
}

var roles = map[listing.Role]func(locale.Words) string{
	"advice": locale.Words.ListingRoleAdvice, "implementation_and_managed_services": locale.Words.ListingRoleImplementation,
	"reselling": locale.Words.ListingRoleReselling,
}

// named returns what one of a list's words is called; the word itself where it is of a newer version.
func named(w locale.Words, say func(locale.Words) string, one string) string {
	if say != nil {
		return say(w)
	}
	return one
}

// Service, Industry and Role name one of what a listing may choose.
func Service(w locale.Words, one listing.Service) string { return w.Service(string(one)) }

// Industry names one.
func Industry(w locale.Words, one listing.Industry) string {
	return named(w, industries[one], string(one))
}

// Role names one.
func Role(w locale.Words, one listing.Role) string { return named(w, roles[one], string(one)) }

// Language names a spoken language as a choice or a line begins with it: in a capital letter.
func Language(w locale.Words, code string) string { return capital(w.Tongue(code)) }

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// all names every one of a list.
func all[T ~string](w locale.Words, name func(locale.Words, T) string, list []T) []string {
	made := make([]string, len(list))
	for i, one := range list {
		made[i] = name(w, one)
	}
	return made
}

// State is how a listing stands, as its partner and the vendor read it.
func State(w locale.Words, l listing.Listing) page.Badge {
	switch l.Status() {
	case listing.Submitted:
		return page.Badge{Kind: "info", Text: w.ListingSubmitted()}
	case listing.Published:
		return page.Badge{Kind: "good", Text: w.ListingPublished()}
	case listing.Hidden:
		return page.Badge{Kind: "warn", Text: w.ListingHidden()}
	}
	return page.Badge{Kind: "calm", Text: w.ListingDraft()}
}

// Status names a state, for a filter.
func Status(w locale.Words, s listing.Status) string {
	return State(w, map[listing.Status]listing.Listing{
		listing.Draft: {Review: listing.Unsent}, listing.Submitted: {Review: listing.Waiting}, listing.Published: {Review: listing.Passed},
		listing.Hidden: {Review: listing.Passed, HiddenBy: listing.ByVendor},
	}[s]).Text
}

// Picture returns the address of a logo that is kept; empty where there is none.
func Picture(file string) template.URL {
	if file == "" {
		return ""
	}
	return page.PathURL("/assets/" + file)
}

// Entry is what is shown: a content of a partner, published or not.
type Entry struct {
	Partner partner.Partner
	Content listing.Content
	// Share is the step of its share of answered messages; listing.NoShare where it has none.
	Share int
	Plans map[catalog.PlanID]catalog.Plan
}

// Card is an entry among others.
type Card struct {
	URL                     string // of its page; empty where the card only shows how it looks
	Logo                    template.URL
	Name, Place             string
	Verified                bool
	Headline, Begins, Share string
	Services                []string
	Reasons                 []string   // why it suits; none where nobody said what is needed
	Contacts                []Contact  // to reach it; none where its page says so
	Buttons                 []page.Act // what its reader may do, beside opening its page
	Pick                    partner.ID // chosen by a box in the form around it; empty where none is chosen so
}

// Contact is one way to reach a partner, with what schema.org calls it; empty where it has no name there.
type Contact struct {
	Icon, Key, Value, Property string
	URL                        template.URL
}

// Contacts are all ways to reach the partner that it proved.
func (e Entry) Contacts(w locale.Words) []Contact {
	of := e.Partner.Proved()
	return slices.DeleteFunc([]Contact{
		{"phone", w.SitePhone(), of.Phone, "telephone", page.PhoneURL(of.Phone)},
		{"mail", w.SiteMail(), textinput.ShownMail(of.Mail), "email", page.MailURL(of.Mail)},
		{"globe", w.SiteWebsite(), strings.TrimSuffix(strings.TrimPrefix(of.Website, "https://"), "/"), "url", page.WebURL(of.Website)},
		{"clock", w.SiteHours(), w.Hours(of.SupportHours), "", ""},
	}, func(c Contact) bool { return c.Value == "" })
}

// Begin is how many characters of a text a card shows at most.
const Begin = 200

// Card returns the entry's card, which leads to an address, or nowhere where it only shows how it looks.
func (e Entry) Card(v *site.Visit, url string) Card {
	w := v.Words
	return Card{
		URL: url, Logo: Picture(e.Content.Logo), Name: e.Partner.LegalName, Verified: e.Partner.Verified(), Headline: e.Content.Headline,
		Place:  e.place(w) + " · " + e.languages(w),
		Begins: begin(e.Content.Text), Services: all(w, Service, e.Content.Services), Share: Share(w, e.Share),
	}
}

func (e Entry) place(w locale.Words) string {
	return e.Partner.City + ", " + w.Country(e.Partner.Country)
}

func (e Entry) languages(w locale.Words) string {
	return strings.Join(all(w, locale.Words.Tongue, w.Tongues(e.Content.Languages)), ", ")
}

// begin is the beginning of a text on one line, up to a whole word.
func begin(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	letters := []rune(text)
	if len(letters) <= Begin {
		return text
	}
	cut := string(letters[:Begin])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, ".,;:–- ") + "…"
}

// Share says how often a partner answers, by the step that its place rests on; where that is none, or the lowest, too few wrote to it to say so.
func Share(w locale.Words, step int) string {
	if step <= 0 {
		return w.ListingShareNone()
	}
	return w.ListingShare(w.Int(step*100/listing.MostShare), listing.AnswerDays)
}

// Profile is an entry's own page.
type Profile struct {
	Logo                  template.URL
	Name, Place           string
	Verified              bool
	Roles                 []string
	Headline, Text, Share string
	Services, Industries  []string
	City, Country         string // as machines read them
	Contacts              []Contact
	Says                  []page.Row
	Certified             []page.Tick // what it holds of the vendor, see Held
	ID                    string      // as people read it
	Buttons               []page.Act  // what its reader may do; none where the page only shows how it looks
	Within                bool        // it stands in another page, which has the heading
}

// Profile returns the entry's own page.
func (e Entry) Profile(v *site.Visit) Profile {
	w, of, c := v.Words, e.Partner, e.Content
	p := Profile{
		Logo: Picture(c.Logo), Name: of.LegalName, Place: e.place(w), Verified: of.Verified(), Roles: all(w, Role, c.Roles), Headline: c.Headline, Text: c.Text,
		Share: Share(w, e.Share), Services: all(w, Service, c.Services), Industries: all(w, Industry, c.Expertise), ID: partnername.ID(of.ID),
		City: of.City, Country: of.Country, Contacts: e.Contacts(w),
	}
	add := func(key, value string) {
		if value != "" {
			p.Says = append(p.Says, page.Row{Key: key, Values: []string{value}})
		}
	}
	add(w.ListingPlans(), e.plans(v))
	add(w.ListingCountries(), site.CountryNames(w, c.Countries))
	add(w.ListingLanguages(), capital(e.languages(w)))
	return p
}

func (e Entry) plans(v *site.Visit) string {
	return strings.Join(all(v.Words, func(_ locale.Words, id catalog.PlanID) string { return v.PlanName(e.Plans, id) }, e.Content.Plans), ", ")
}

// Held returns what the partner holds of the vendor at a time: its programs, and the plans that it may offer, with the countries. What is no longer in the
// catalogue is left out.
func (e Entry) Held(v *site.Visit, programs catalog.Programs, authorisations []partner.Authorisation) (held []page.Tick) {
	w, at := v.Words, v.Op.At
	for _, name := range e.Partner.ProgramsAt(at) {
		if program, known := programs.ByName[name]; known {
			held = append(held, page.Tick{Title: program.Title.In(string(w.Language())), Text: w.ListingProgram()})
		}
	}
	for _, a := range authorisations {
		in := slices.DeleteFunc(slices.Clone(a.Countries), func(country string) bool { return !a.Covers(country, at) || !e.Plans[a.Plan].SoldIn(country) })
		if len(in) > 0 {
			held = append(held, page.Tick{Title: v.PlanName(e.Plans, a.Plan), Text: w.ListingAuthorised(site.CountryNames(w, in))})
		}
	}
	return held
}

// Sections are all that the content says but for its logo, row by row, as its partner and the vendor read it.
func (e Entry) Sections(v *site.Visit) []page.Section {
	w, c := v.Words, e.Content
	said := func(key string, values ...string) page.Row {
		if text := strings.Join(values, ", "); text != "" {
			return page.Row{Key: key, Values: []string{text}}
		}
		return page.Row{Key: key, Values: []string{w.ListingNothing()}}
	}
	return []page.Section{
		{Heading: w.ListingWords(), Rows: []page.Row{
			said(w.ListingHeadline(), c.Headline), said(w.ListingText(), c.Text),
		}},
		{Heading: w.ListingDoes(), Rows: []page.Row{
			said(w.ListingServices(), all(w, Service, c.Services)...), said(w.ListingRoles(), all(w, Role, c.Roles)...),
			said(w.ListingIndustries(), all(w, Industry, c.Expertise)...), said(w.ListingPlans(), e.plans(v)),
		}},
		{Heading: w.ListingWhere(), Rows: []page.Row{
			said(w.ListingCountries(), site.CountryNames(w, c.Countries)), said(w.ListingLanguages(), capital(e.languages(w))),
		}},
	}
}

//go:embed listed.html
var own embed.FS

// File is the template that shows an entry, in the files that With returns: "listed-card" of a Card, "listed-profile" of a Profile.
const File = "listed.html"

// With returns the files of a page together with the template that shows an entry.
func With(of fs.FS) fs.FS { return page.With(of, own, File) }

// Order explains in which order partners are found.
func Order(w locale.Words) page.Details {
	return page.Details{Summary: w.ListingOrder(), Small: w.ListingOrderSmall(), List: []string{
		w.ListingOrderShare(listing.AnswerDays, w.Int(listing.ShareDays)), w.ListingOrderServices(), w.ListingOrderNear(), w.ListingOrderDraw(),
	}}
}

// Reader returns the visit as somebody has it who reads in the language that the address names by "in", else in the page's; and the tabs that choose
// between them.
func Reader(v *site.Visit) (*site.Visit, page.Tabs) {
	chosen, ok := locale.Parse(v.R.URL.Query().Get("in"))
	if !ok {
		chosen = v.Words.Language()
	}
	tabs := page.Tabs{Label: v.Words.PreviewLanguage()}
	for _, one := range locale.Languages() {
		tabs.Links = append(tabs.Links, page.Link{
			Text: locale.LanguageName(one), URL: v.R.URL.Path + "?in=" + string(one), Current: one == chosen, Language: one,
		})
	}
	return v.ReadIn(chosen), tabs
}
