package partnerlisting

import (
	"cmp"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
)

// The fields beside the file: the picture that was chosen before, as a browser sends a file once, and that there is to be none.
const (
	logoField = "logo"
	keptField = "logo_kept"
	noneField = "logo_none"
)

// saveAndSubmit is what the button sends that also asks for publication.
const saveAndSubmit = "submit"

// answers are what the form holds.
type answers struct {
	listing.Content          // its logo is the file that is to stand there
	countries       string   // as typed
	unknown         []string // of those, what is no country
	picture         *brand.Picture
	none            bool // no logo
	version         int  // of the listing that the form showed
}

// typedOf returns the answers that a listing was made with.
func typedOf(v *site.Visit, l listing.Listing) answers {
	return answers{Content: l.Content, countries: site.CountryNames(v.Words, l.Content.Countries), version: l.Version}
}

// typed reads what a form sent, over the listing that is stored, with what is wrong with its file. A picture that came before is read again: a form can
// be forged.
func typed(v *site.Visit, sent url.Values, of partner.ID, stored listing.Listing) (answers, page.Errors, error) {
	version, _ := strconv.Atoi(sent.Get("version"))
	a := answers{countries: sent.Get("countries"), none: sent.Get(noneField) == "yes", version: version}
	a.Content = listing.Content{
		Logo: stored.Content.Logo, Headline: sent.Get("headline"), Text: sent.Get("text"), Services: texts[listing.Service](sent["services"]),
		Expertise: texts[listing.Industry](sent["industries"]), Plans: texts[catalog.PlanID](sent["plans"]), Languages: sent["languages"],
		Roles: texts[listing.Role](sent["roles"]),
	}
	a.Countries, a.unknown = site.Countries(a.countries)
	data := v.Upload(logoField)
	if data != nil {
		a.none = false
	} else {
		data, _ = base64.StdEncoding.DecodeString(sent.Get(keptField))
	}
	if a.none {
		a.Logo = ""
	}
	if a.none || len(data) == 0 {
		return a, nil, nil
	}
	made, err := picture.Read(brand.Partner, data)
	switch f := fault.As(err); {
	case err == nil:
		made = listing.Logo(of, made)
		a.Logo, a.picture = made.File, &made
	case f == nil:
		return a, nil, err
	default:
		return a, page.Errors{{Field: logoField, Text: pictureWrong(v, f)}}, nil
	}
	return a, nil, nil
}

func texts[T ~string](sent []string) []T {
	var made []T
	for _, one := range sent {
		made = append(made, T(one))
	}
	return made
}

// pictureWrong says what is wrong with a file, and names what in an SVG is not allowed.
func pictureWrong(v *site.Visit, f *fault.Fault) string {
	if name, ok := f.About.(string); ok {
		return v.Detail(f.Code.With(site.Vars{"name": name}))
	}
	return v.Detail(f)
}

func (p listingPage) edit(v *site.Visit, who site.Signed) error {
	l, err := p.stored(v, who)
	if err != nil {
		return err
	}
	a := typedOf(v, l)
	if again := v.Retyped(); again != nil {
		if a, _, err = typed(v, again, who.Partner.ID, l); err != nil {
			return err
		}
	}
	return p.ask(v, who, a, http.StatusOK, nil, nil)
}

// large says that the file is too large. What came before it is kept.
func (p listingPage) large(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "listing-form"); err != nil {
		return err
	}
	l, err := p.stored(v, who)
	if err != nil {
		return err
	}
	a, _, err := typed(v, v.R.PostForm, who.Partner.ID, l)
	if err != nil {
		return err
	}
	return p.ask(v, who, a, http.StatusRequestEntityTooLarge, page.Errors{{Field: logoField, Text: v.Words.VendorBrandTooLarge(picture.MaxBytes >> 10)}}, nil)
}

type formBody struct {
	Token                                         string
	Carried                                       []page.Hidden
	Headline                                      page.Input
	Text, Countries                               page.Textarea
	Services, Roles, Industries, Plans, Languages page.Checkboxes
	Logo                                          page.File
	Shown                                         template.URL // the logo as it will stand
	New                                           string       // that it is not saved yet
	None                                          *page.Checkboxes
	Submit                                        string // what the button that also asks for publication sends; empty where it cannot be asked for
	Why                                           string
}

// ask shows the form.
func (p listingPage) ask(v *site.Visit, who site.Signed, a answers, status int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	plans, err := p.plans(v, who, a.Plans)
	if err != nil {
		return err
	}
	b := formBody{
		Token: site.Token(who.Secret, "listing-form"), Carried: []page.Hidden{{Name: "version", Value: strconv.Itoa(a.version)}}, Submit: saveAndSubmit,
		Headline: page.Input{
			Name: "headline", Label: w.ListingHeadline(), Hint: w.ListingHeadlineHint(listing.MaxHeadline), Value: a.Headline, Error: errs.For("headline"), Autocomplete: "off",
		},
		Text: page.Textarea{Name: "text", Label: w.ListingText(), Hint: w.ListingTextHint(listing.MaxText, listed.Begin), Value: a.Text, Error: errs.For("text"), Rows: 12},
		Countries: page.Textarea{
			Name: "countries", Label: w.ListingCountries(), Hint: w.ListingCountriesHint(listing.MaxCountries), Value: a.countries, Error: errs.For("countries"), Rows: 3,
		},
		Services:   choices("services", w.ListingServices(), w.ListingServicesHint(), errs, listing.Services, a.Services, func(s listing.Service) string { return listed.Service(w, s) }),
		Roles:      choices("roles", w.ListingRoles(), "", errs, listing.Roles, a.Roles, func(r listing.Role) string { return listed.Role(w, r) }),
		Industries: choices("industries", w.ListingIndustries(), w.ListingIndustriesHint(), errs, listing.Industries, a.Expertise, func(i listing.Industry) string { return listed.Industry(w, i) }),
		Languages:  choices("languages", w.ListingLanguages(), w.ListingLanguagesHint(listing.MaxLanguages), errs, w.Tongues(listing.Languages), a.Languages, func(code string) string { return listed.Language(w, code) }),
		Plans:      page.Checkboxes{Name: "plans", Legend: w.ListingPlans(), Hint: w.ListingPlansHint(listing.MaxPlans), Error: errs.For("plans"), Options: plans},
		Logo: page.File{
			Name: logoField, Label: w.VendorBrandFile(w.ListingLogo()), Hint: w.VendorBrandFileHint(picture.MaxBytes >> 10), Error: errs.For(logoField), Accept: brand.SVG + "," + brand.PNG,
		},
		Shown: listed.Picture(a.Logo), Why: p.cannotSubmit(v, who.Partner),
	}
	b.Roles.Columns = false
	if n := len([]rune(a.Text)); n > 0 {
		b.Text.Hint += " " + w.ListingTextCount(n)
	}
	if a.picture != nil {
		sent := base64.StdEncoding.EncodeToString(a.picture.Data)
		b.Carried = append(b.Carried, page.Hidden{Name: keptField, Value: sent})
		b.Shown, b.New = template.URL("data:"+a.picture.Kind+";base64,"+sent), w.ListingFormNew() // picture.Read lets nothing in that runs
	}
	if a.Logo != "" || a.none {
		b.None = &page.Checkboxes{Name: noneField, Options: []page.Option{{Value: "yes", Label: w.VendorBrandNone(w.ListingLogo()), Checked: a.none}}}
	}
	if b.Why != "" {
		b.Submit = ""
	}
	frame := v.Frame(w.ListingEdit())
	frame.Lead = w.ListingSaveText(v.Vendor().Name)
	frame.Errors, frame.Notice, frame.Form, frame.Back = inOrder(errs), notice, "listing-form", &page.Link{URL: path, Text: w.ListingTitle()}
	return v.Render(form, status, frame, b)
}

// order is that of the form's fields.
var order = []string{"headline", "text", logoField, "services", "roles", "industries", "plans", "countries", "languages"}

func inOrder(errs page.Errors) page.Errors {
	slices.SortStableFunc(errs, func(a, b page.FieldError) int {
		return cmp.Compare(slices.Index(order, a.Field), slices.Index(order, b.Field))
	})
	return errs
}

// choices asks for some of a list.
func choices[T ~string](name, legend, hint string, errs page.Errors, all, chosen []T, called func(T) string) page.Checkboxes {
	made := page.Checkboxes{Name: name, Legend: legend, Hint: hint, Error: errs.For(name), Columns: true}
	for _, one := range all {
		made.Options = append(made.Options, page.Option{Value: string(one), Label: called(one), Checked: slices.Contains(chosen, one)})
	}
	return made
}

// mostPlans is how many of the vendor's plans the form offers.
const mostPlans = 100

// plans are what may be chosen: first the plans that the partner may offer, then the others that are sold, and what was chosen before in any case.
func (p listingPage) plans(v *site.Visit, who site.Signed, chosen []catalog.PlanID) ([]page.Option, error) {
	w := v.Words
	held, err := p.table.Authorisations(v.R.Context(), who.Partner.ID)
	if err != nil {
		return nil, err
	}
	all, _, err := p.table.Plans(v.R.Context(), dynamo.Page{Limit: mostPlans})
	if err != nil {
		return nil, err
	}
	var may, others []page.Option
	for _, plan := range all {
		is := slices.Contains(chosen, plan.ID)
		if plan.Status != catalog.PlanActive && !is {
			continue
		}
		one := page.Option{Value: string(plan.ID), Label: plan.Name.In(string(w.Language())), Checked: is}
		if slices.ContainsFunc(held, func(a partner.Authorisation) bool {
			return a.Plan == plan.ID && len(a.Countries) > 0 && a.Covers(a.Countries[0], v.Op.At)
		}) {
			may = append(may, one)
			continue
		}
		one.Hint = w.ListingPlanUnauthorised()
		others = append(others, one)
	}
	byName := func(a, b page.Option) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) }
	slices.SortFunc(may, byName)
	slices.SortFunc(others, byName)
	return append(may, others...), nil
}

// save writes what was typed, and where the button says so asks for publication.
func (p listingPage) save(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "listing-form"); err != nil {
		return err
	}
	l, err := p.stored(v, who)
	if err != nil {
		return err
	}
	a, errs, err := typed(v, v.R.PostForm, who.Partner.ID, l)
	if err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.ask(v, who, a, http.StatusOK, errs, nil)
	}
	submits := v.Form("action") == saveAndSubmit
	if errs = append(errs, check(v, a, submits)...); len(errs) > 0 {
		return p.ask(v, who, a, http.StatusUnprocessableEntity, errs, nil)
	}
	if a.version != l.Version {
		return p.overtaken(v, who, a)
	}
	made, err := listing.Put(v.R.Context(), p.table, who.Partner, l, a.Content, a.picture, v.By(who))
	switch f := fault.As(err); {
	case fault.Is(err, fault.Stale):
		return p.overtaken(v, who, a)
	case fault.Is(err, fault.PartnerNotActive):
		return p.ask(v, who, a, http.StatusConflict, page.Errors{{Text: p.cannotSubmit(v, who.Partner)}}, nil)
	case f != nil && len(f.Fields) > 0:
		return p.ask(v, who, a, http.StatusUnprocessableEntity, wrong(v, f), nil)
	case err != nil:
		return err
	case !submits || made.Review == listing.Passed:
		return v.Redirect(path + "?done=" + saved)
	}
	o := v.By(who)
	o.ID = o.NewID() // a second act of one press
	if _, err = listing.Ask(v.R.Context(), p.table, who.Partner, o); fault.Is(err, fault.ProfileUnverified) {
		return v.Redirect(path + "?done=" + saved) // the page says why it cannot be asked for
	}
	if err != nil {
		return err
	}
	return v.Redirect(path + "?done=" + submitted)
}

// check returns what is wrong with the answers; where it is to be published, what they lack too.
func check(v *site.Visit, a answers, submits bool) page.Errors {
	var errs page.Errors
	if len(a.unknown) > 0 {
		errs = append(errs, page.FieldError{Field: "countries", Text: v.Words.CatalogCountriesUnknown(strings.Join(a.unknown, ", "))})
	}
	var noted fault.Check
	clean := a.Content.Clean(&noted)
	errs = append(errs, wrong(v, fault.As(noted.Err()))...)
	if submits {
		_, err := listing.Listing{Review: listing.Unsent, Content: clean}.Submit(v.Op.At)
		for _, one := range wrong(v, fault.As(err)) {
			if errs.For(one.Field) == "" {
				errs = append(errs, one)
			}
		}
	}
	return errs
}

// overtaken shows what was typed once more, because a colleague changed the listing since the form was shown.
func (p listingPage) overtaken(v *site.Visit, who site.Signed, a answers) error {
	w := v.Words
	now, err := p.stored(v, who)
	if err != nil {
		return err
	}
	a.version = now.Version
	return p.ask(v, who, a, http.StatusConflict, nil, &page.Notice{
		Title: w.CatalogOvertakenTitle(), Text: w.ListingOvertakenText(), Link: &page.Link{Text: w.CatalogOvertakenLink(), URL: path},
	})
}

// wrong says what is wrong with each field.
func wrong(v *site.Visit, f *fault.Fault) (errs page.Errors) {
	if f == nil {
		return nil
	}
	w := v.Words
	missing := map[string]string{
		"headline": w.ListingHeadlineMissing(), "text": w.ListingTextMissing(), "services": w.ListingServicesMissing(), "roles": w.ListingRolesMissing(),
		"languages": w.ListingLanguagesMissing(), "countries": w.CatalogCountriesMissing(),
	}
	labels := map[string]string{
		"headline": w.ListingHeadline(), "text": w.ListingText(), "services": w.ListingServices(), "roles": w.ListingRoles(), "plans": w.ListingPlans(),
		"languages": w.ListingLanguages(), "countries": w.ListingCountries(), "industries": w.ListingIndustries(),
	}
	many := map[string]string{
		"languages": w.ListingTooManyLanguages(listing.MaxLanguages), "plans": w.ListingTooManyPlans(listing.MaxPlans), "countries": w.ListingTooManyCountries(listing.MaxCountries),
	}
	for _, field := range f.Fields {
		name, _, _ := strings.Cut(field.Pointer[1:], "/")
		switch name {
		case "expertise":
			name = "industries"
		case "plan_ids":
			name = "plans"
		}
		one := page.FieldError{Field: name}
		switch {
		case field.Code == fault.Required:
			one.Text = missing[name]
		case field.Code == fault.TooMany:
			one.Text = many[name]
		case field.Code == fault.UnknownPlan:
			one.Text = w.ListingPlanGone()
		default:
			one.Text = w.CatalogField(labels[name], v.Beside(field))
		}
		errs = append(errs, one)
	}
	return errs
}
