package findapartner

import (
	"net/http"
	"net/url"
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/site/partnersearch"
	"liaison/shared/view"
)

// shown is how many partners a page of the search has.
const shown = 20

// mostPlans is how many plans there are to choose from; the vendor has few.
const mostPlans = 100

// wanted is what the address asks for, as it was chosen or typed, and what that is called.
type wanted struct {
	query  url.Values
	back   partnersearch.Back
	plans  []page.Option
	labels map[string]string // of the fields
}

// The fields, in the order of the form.
const (
	words     = partnersearch.Words
	plan      = partnersearch.Plan
	country   = partnersearch.Country
	language  = partnersearch.Language
	service   = partnersearch.Service
	expertise = partnersearch.Expertise
	role      = partnersearch.Role
)

// read returns what the address asks for, with the plans that it may be about.
func (p findPage) read(v *site.Visit) (wanted, error) {
	asked := wanted{query: v.R.URL.Query(), back: partnersearch.Read(v.R.URL.Query().Get(partnersearch.Field))}
	for _, field := range partnersearch.Fields {
		asked.query[field] = several(asked.query[field], field == service || field == expertise || field == role)
	}
	w := v.Words
	asked.labels = map[string]string{
		words: w.MarketplaceWords(), plan: w.SitePlan(), country: w.SiteCountry(), language: w.SiteLanguage(),
		service: w.ListingServices(), expertise: w.MarketplaceIndustries(), role: w.ListingRoles(),
	}
	plans, _, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: mostPlans})
	if err != nil {
		return asked, err
	}
	for _, one := range plans {
		if one.Status == catalog.PlanActive {
			asked.plans = append(asked.plans, page.Option{Value: string(one.ID), Label: one.Name.In(string(w.Language()))})
		}
	}
	return asked, nil
}

// several returns the answers of a field, each once, and of a field with one answer the first. Of more than a search takes it returns one too many, so that
// the search says so: each is shown with an address that holds the others.
func several(given []string, many bool) (kept []string) {
	most := 1
	if many {
		most = listing.MaxChecked + 1
	}
	for _, one := range given {
		if len(kept) < most && !slices.Contains(kept, one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// listing returns the query of it.
func (a wanted) listing() listing.Query {
	return listing.Query{
		Words: a.query.Get(words), Services: view.Texts[listing.Service](a.query[service]), Expertise: view.Texts[listing.Industry](a.query[expertise]),
		Roles: view.Texts[listing.Role](a.query[role]), Plan: catalog.PlanID(a.query.Get(plan)), Country: a.query.Get(country), Language: a.query.Get(language),
	}
}

// options are the answers of a field.
func (a wanted) options(w locale.Words, field string) []page.Option {
	switch field {
	case plan:
		return a.plans
	case country:
		return choices(w.Countries(), w.Country)
	case language:
		return choices(w.Tongues(listing.Languages), func(code string) string { return listed.Language(w, code) })
	case service:
		return choices(listing.Services, func(s listing.Service) string { return listed.Service(w, s) })
	case expertise:
		return choices(listing.Industries, func(i listing.Industry) string { return listed.Industry(w, i) })
	case role:
		return choices(listing.Roles, func(r listing.Role) string { return listed.Role(w, r) })
	}
	return nil
}

func choices[T ~string](all []T, name func(T) string) []page.Option {
	made := make([]page.Option, len(all))
	for i, one := range all {
		made[i] = page.Option{Value: string(one), Label: name(one)}
	}
	return made
}

// selects returns a field of one answer, with any as the first.
func (a wanted) selects(w locale.Words, field, label, otherwise string, errs page.Errors) page.Select {
	return page.Select{
		Name: field, Label: label, Value: a.query.Get(field), Error: errs.For(field),
		Options: append([]page.Option{{Label: otherwise}}, a.options(w, field)...),
	}
}

// checks returns a field of several answers.
func (a wanted) checks(w locale.Words, field, legend string, errs page.Errors) page.Checkboxes {
	made := page.Checkboxes{Name: field, Legend: legend, Error: errs.For(field), Options: a.options(w, field), Columns: true}
	for i := range made.Options {
		made.Options[i].Checked = slices.Contains(a.query[field], made.Options[i].Value)
	}
	return made
}

// without returns the address of the search without one answer of a field, or without all answers.
func (a wanted) without(field, value string) string {
	query := url.Values{}
	if a.back.Leads() {
		query.Set(partnersearch.Field, a.back.URL())
	}
	for _, name := range partnersearch.Fields {
		for _, given := range a.query[name] {
			if field != "" && given != "" && (name != field || given != value) {
				query.Add(name, given)
			}
		}
	}
	return address(path, query)
}

func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// set lists what was asked for, each as a link to the search without it.
func (a wanted) set(w locale.Words) []page.Link {
	var made []page.Link
	for _, field := range partnersearch.Fields {
		for i, given := range a.query[field] {
			if given == "" || slices.Contains(a.query[field][:i], given) {
				continue
			}
			name := given
			for _, option := range a.options(w, field) {
				if option.Value == given {
					name = option.Label
				}
			}
			if field == words {
				made = append(made, page.Link{Text: w.MarketplaceTyped(name), URL: a.without(field, given)})
				continue
			}
			made = append(made, page.Link{Text: a.labels[field] + ": " + name, URL: a.without(field, given)})
		}
	}
	return made
}

// wrong says what is wrong with what the address asks for; nil for an error that is not about it.
func (a wanted) wrong(w locale.Words, err error) page.Errors {
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return nil
	}
	field := f.Fields[0].Pointer
	if field == "plan_id" {
		field = plan
	}
	switch {
	case fault.Is(err, fault.TooMany):
		return page.Errors{{Field: words, Text: w.MarketplaceTooMany(listing.MaxChecked)}}
	case field == words:
		return page.Errors{{Field: words, Text: w.MarketplaceWordsLong(listing.MaxTyped)}}
	case a.labels[field] != "":
		return page.Errors{{Field: field, Text: w.MarketplaceWrong(a.labels[field])}}
	}
	return nil
}

type searchBody struct {
	Words                   page.Input
	Plan, Country, Language page.Select
	More                    []page.Checkboxes
	Set                     string // how many of More are chosen
	Open                    bool   // something of More is wrong
	Back                    *page.Hidden
	Note                    *page.Note
	Match                   string
	Clear                   string
	Count                   string
	Chips                   []page.Link
	Found                   []listed.Card
	Order                   page.Details
	Empty                   page.Empty
	Pager                   page.Pager
}

func (p findPage) showSearch(v *site.Visit) error {
	asked, err := p.read(v)
	if err != nil {
		return err
	}
	w := v.Words
	results, err := listing.Search(v.R.Context(), p.table, asked.listing(), shown, asked.query.Get(partnersearch.Cursor), v.Op.At)
	if fault.Is(err, fault.InvalidCursor) {
		asked.query.Del(partnersearch.Cursor)
		return v.Redirect(asked.without(partnersearch.Cursor, ""))
	}
	errs, status := asked.wrong(w, err), http.StatusOK
	switch {
	case errs != nil:
		status = http.StatusUnprocessableEntity
	case err != nil:
		return err
	}
	b := searchBody{
		Words:   page.Input{Name: words, Label: w.MarketplaceWords(), Value: asked.query.Get(words), Error: errs.For(words), Type: "search"},
		Plan:    asked.selects(w, plan, asked.labels[plan], w.MarketplaceAnyPlan(), errs),
		Country: asked.selects(w, country, asked.labels[country], w.MarketplaceAnyCountry(), errs), Language: asked.selects(w, language, asked.labels[language], w.MarketplaceAnyLanguage(), errs),
		Match: asked.match(), Chips: asked.set(w), Order: order(v),
	}
	chosen := 0
	for _, field := range []string{service, expertise, role} {
		b.More = append(b.More, asked.checks(w, field, asked.labels[field], errs))
		b.Open = b.Open || errs.For(field) != ""
		chosen += len(asked.query[field])
	}
	if b.Set = w.MarketplaceMoreSmall(); chosen > 0 {
		b.Set = w.MarketplaceMoreSet(chosen)
	}
	if asked.back.Leads() {
		b.Back = &page.Hidden{Name: partnersearch.Field, Value: asked.back.URL()}
		b.Note = &page.Note{Kind: "info", Text: w.MarketplaceChoosing()}
	}
	if len(b.Chips) > 0 {
		b.Clear = asked.without("", "")
	}
	searched := partnersearch.Ask(asked.query)
	for _, one := range results.Found {
		card := entry(one).Card(v, at(one.Partner.ID, searched))
		card.Buttons = asked.choose(v, one)
		b.Found = append(b.Found, card)
	}
	b.turn(v, asked, results)
	b.Empty = asked.nobody(v, b.Chips)
	frame := v.Frame(w.MarketplaceTitle())
	frame.Lead, frame.Errors = w.MarketplaceLead(v.Vendor().Name), errs
	if asked.back.Leads() {
		frame.Back = &page.Link{Text: w.MarketplaceBack(), URL: asked.back.URL()}
	}
	return v.Render(search, status, frame, b)
}

// turn says how many partners there are, and leads to the first and to the next page.
func (b *searchBody) turn(v *site.Visit, asked wanted, results listing.Results) {
	w, first := v.Words, asked.query.Get(partnersearch.Cursor) == ""
	n := results.Total
	if first && results.Next == "" {
		n = len(results.Found) // the index may lag
	}
	if len(results.Found) > 0 {
		b.Count = w.MarketplaceCount(n)
	}
	b.Pager = page.Pager{First: page.Link{Text: w.MarketplaceFirst()}, More: page.Link{Text: w.MarketplaceNext()}}
	if !first {
		b.Pager.First.URL = asked.without(partnersearch.Cursor, "")
	}
	if results.Next != "" {
		next, _ := url.Parse(asked.without(partnersearch.Cursor, "")) // made by us
		query := next.Query()
		query.Set(partnersearch.Cursor, results.Next)
		b.Pager.More.URL = address(path, query)
	}
}

// nobody says what to do where nobody was found: what to take away, or whom else to ask.
func (a wanted) nobody(v *site.Visit, chips []page.Link) page.Empty {
	w := v.Words
	if len(chips) == 0 {
		return page.Empty{Icon: "search", Title: w.MarketplaceNobodyTitle(), Text: w.MarketplaceNobodyText(v.Vendor().Name)}
	}
	made := page.Empty{Icon: "search", Title: w.MarketplaceNoneTitle(), Text: w.MarketplaceNoneText()}
	for _, chip := range chips {
		made.Acts = append(made.Acts, page.Act{Text: w.MarketplaceWithout(chip.Text), URL: chip.URL})
	}
	return made
}

// entry is what was published of a partner that was found.
func entry(found listing.Found) listed.Entry {
	return listed.Entry{Partner: found.Partner, Content: *found.Listing.Published, Share: found.Share}
}

// choose is the way back with a partner; none where nobody came to choose one.
func (a wanted) choose(v *site.Visit, found listing.Found) []page.Act {
	if !a.back.Leads() {
		return nil
	}
	return []page.Act{{Text: v.Words.MarketplaceChoose(), About: found.Partner.LegalName, URL: a.back.With(found.Partner.ID), Primary: true}}
}

// order explains in which order partners stand, and that nobody can buy a better place.
func order(v *site.Visit) page.Details {
	made := listed.Order(v.Words)
	made.Text = v.Words.MarketplaceOrderText(v.Vendor().Name)
	return made
}
