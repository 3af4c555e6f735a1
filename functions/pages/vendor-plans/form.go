package vendorplans

import (
	"net/http"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/edited"
	"liaison/shared/site/price"
)

// The rows that a form may have more of.
const (
	serviceRows = "service"
	priceRows   = "price"
)

// opened reads the plan that the form is of; one of no version is a new one.
func (p plansPage) opened(v *site.Visit) (catalog.Plan, error) {
	if v.R.PathValue("plan") == "" {
		return catalog.Plan{}, nil
	}
	return p.named(v)
}

func (p plansPage) form(v *site.Visit, who site.Signed) error {
	plan, err := p.opened(v)
	if err != nil {
		return err
	}
	stored := answers(v.Words, plan)
	if plan.Version == 0 {
		stored = edited.None()
		stored.Set("id", "plan_")
		stored.Set("status", string(catalog.PlanActive))
	}
	a, version := edited.Opened(v, stored, plan.Version)
	return p.render(v, who, plan, http.StatusOK, a, version, nil, nil)
}

// answers are those that a plan was made with.
func answers(w locale.Words, plan catalog.Plan) edited.Answers {
	a := edited.None()
	a.Set("status", string(plan.Status))
	a.SetText("name", plan.Name)
	a.SetText("about", plan.Description)
	for i, s := range plan.Services {
		a.Set(edited.Row(serviceRows, i+1, "id"), s.ID)
		a.SetText(edited.Row(serviceRows, i+1, "name"), s.Name)
		a.SetText(edited.Row(serviceRows, i+1, "about"), s.Description)
	}
	for i, one := range plan.Prices {
		a.Set(edited.Row(priceRows, i+1, "term"), string(one.Term))
		a.Set(edited.Row(priceRows, i+1, "currency"), one.Price.Currency)
		a.Set(edited.Row(priceRows, i+1, "amount"), w.Amount(locale.Money(one.Price)))
	}
	a.Set("tried", "no")
	if plan.Trial != nil {
		a.Set("tried", "yes")
		a.Set("trial_days", w.Int(plan.Trial.Days))
		a.Set("trial_licences", w.Int(plan.Trial.Licenses))
	}
	a.Set("least", w.Int(plan.Licenses.Min))
	a.Set("most", w.Int(plan.Licenses.Max))
	a.Set("usual", w.Int(plan.Licenses.Default))
	a.Set("countries", site.CountryNames(w, plan.Countries))
	return a
}

func (p plansPage) render(v *site.Visit, who site.Signed, plan catalog.Plan, status int, a edited.Answers, version int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	f := edited.Form{Action: v.R.URL.Path, Back: path, Token: token(who, plan), Version: version, Cards: cards(w, plan, a, errs)}
	frame := v.Frame(w.PlansNew())
	frame.Notice, frame.Back = notice, &page.Link{URL: path, Text: w.PlansTitle()}
	if plan.Version > 0 {
		name := plan.Name.In(string(w.Language()))
		frame.Title, f.Back = w.PlansEdit(name), at(plan.ID)
		frame.Back = &page.Link{URL: f.Back, Text: name}
	}
	return edited.Show(v, status, frame, f, errs)
}

func token(who site.Signed, plan catalog.Plan) string {
	return site.Token(who.Secret, "plan", string(plan.ID))
}

func cards(w locale.Words, plan catalog.Plan, a edited.Answers, errs page.Errors) []edited.Card {
	input := func(name, label, hint string, width int) edited.Field {
		return edited.Field{Input: &page.Input{Name: name, Label: label, Hint: hint, Value: a.Get(name), Error: errs.For(name), Width: width, Autocomplete: "off"}}
	}
	number := func(name, label, hint string) edited.Field {
		made := input(name, label, hint, 8)
		made.Input.InputMode = "numeric"
		return made
	}
	words := edited.Card{Title: w.PlansWords()}
	if plan.Version == 0 {
		words.Parts = append(words.Parts, edited.Part{Fields: []edited.Field{input("id", w.PlansID(), w.PlansIDHint(), 30)}})
	}
	words.Parts = append(words.Parts, edited.Part{Fields: append(a.Lines(w, "name", w.PlansName(), errs), a.Blocks(w, "about", w.PlansAbout(), errs)...)})

	services := edited.Card{Title: w.PlansServices(), Hint: w.PlansServicesHint()}
	for n := range max(1, a.Rows(serviceRows, catalog.MaxServices)) {
		fields := []edited.Field{input(edited.Row(serviceRows, n+1, "id"), w.PlansID(), w.PlansServiceIDHint(), 30)}
		fields = append(fields, a.Lines(w, edited.Row(serviceRows, n+1, "name"), w.PlansName(), errs)...)
		services.Parts = append(services.Parts, edited.Part{
			Legend: w.PlansService(n + 1), Fields: append(fields, a.Blocks(w, edited.Row(serviceRows, n+1, "about"), w.PlansAbout(), errs)...),
		})
	}
	if len(services.Parts) < catalog.MaxServices {
		services.More = &edited.Button{Text: w.PlansServiceMore(), Action: serviceRows}
	}

	prices := edited.Card{Title: w.PlansPrices(), Hint: w.PlansPricesHint()}
	for n := range max(1, a.Rows(priceRows, catalog.MaxPrices)) {
		term := edited.Row(priceRows, n+1, "term")
		amount := input(edited.Row(priceRows, n+1, "amount"), w.PlansAmount(), "", 12)
		amount.Input.InputMode = "decimal"
		prices.Parts = append(prices.Parts, edited.Part{Legend: w.PlansPrice(n + 1), Beside: true, Fields: []edited.Field{
			{Select: &page.Select{Name: term, Label: w.OrderTerm(), Value: a.Get(term), Error: errs.For(term), Options: []page.Option{
				{Value: string(catalog.Month), Label: price.Term(w, catalog.Month)}, {Value: string(catalog.Year), Label: price.Term(w, catalog.Year)},
			}}},
			input(edited.Row(priceRows, n+1, "currency"), w.PlansCurrency(), "", 4), amount,
		}})
	}
	if len(prices.Parts) < catalog.MaxPrices {
		prices.More = &edited.Button{Text: w.PlansPriceMore(), Action: priceRows}
	}

	trial := edited.Card{Title: w.PlansTrial(), Parts: []edited.Part{
		{Fields: []edited.Field{{Radios: &page.Radios{
			Name: "tried", Legend: w.PlansTriedQuestion(), Value: a.Get("tried"), Error: errs.For("tried"),
			Options: []page.Option{{Value: "yes", Label: w.PartnerUsersYes()}, {Value: "no", Label: w.PartnerUsersNo()}},
		}}}},
		{Beside: true, Fields: []edited.Field{
			number("trial_days", w.PlansTrialDays(), w.PlansTrialHint()), number("trial_licences", w.PlansTrialLicences(), w.PlansTrialHint()),
		}},
	}}
	licenses := edited.Card{Title: w.SiteLicences(), Hint: w.PlansLicencesHint(), Parts: []edited.Part{{Beside: true, Fields: []edited.Field{
		number("least", w.PlansLeast(), ""), number("most", w.PlansMost(), ""), number("usual", w.PlansUsual(), ""),
	}}}}
	where := edited.Card{Title: w.PlansCountries(), Parts: []edited.Part{{Fields: []edited.Field{
		{Textarea: &page.Textarea{
			Name: "countries", Label: w.PlansCountries(), Hint: w.CatalogCountriesHint(), Value: a.Get("countries"), Error: errs.For("countries"),
		}},
		{Radios: &page.Radios{Name: "status", Legend: w.VendorPartnersState(), Value: a.Get("status"), Error: errs.For("status"), Options: []page.Option{
			{Value: string(catalog.PlanActive), Label: w.PlansActive(), Hint: w.PlansActiveHint()},
			{Value: string(catalog.PlanWithdrawn), Label: w.PlansWithdrawn(), Hint: w.PlansWithdrawnHint()},
		}}},
	}}}}
	return []edited.Card{words, services, prices, trial, licenses, where}
}

// typed is a plan as a form says it should be, and which rows of the form its services and prices come from.
type typed struct {
	catalog.Plan
	services, prices []int
	unknown          []string // what is no country
}

// count reads a whole number; what is none is out of every bounds.
func count(w locale.Words, given string) int {
	if n, ok := site.Count(w, given); ok {
		return n
	}
	return -1
}

// read returns the plan that the answers describe. Rows that are empty are left out.
func read(w locale.Words, old catalog.Plan, a edited.Answers) typed {
	t := typed{Plan: catalog.Plan{
		ID: old.ID, Status: catalog.PlanStatus(a.Get("status")), Name: a.Text("name"), Description: a.Text("about"),
		Licenses: catalog.Bounds{Min: count(w, a.Get("least")), Max: count(w, a.Get("most")), Default: count(w, a.Get("usual"))},
	}}
	if old.Version == 0 {
		t.ID = catalog.PlanID(strings.TrimSpace(a.Get("id")))
	}
	for n := 1; n <= a.Rows(serviceRows, catalog.MaxServices); n++ {
		s := catalog.Service{
			ID: strings.TrimSpace(a.Get(edited.Row(serviceRows, n, "id"))), Name: a.Text(edited.Row(serviceRows, n, "name")), Description: a.Text(edited.Row(serviceRows, n, "about")),
		}
		if strings.TrimSpace(s.ID+s.Name["en"]+s.Name["pl"]+s.Description["en"]+s.Description["pl"]) != "" {
			t.Services, t.services = append(t.Services, s), append(t.services, n)
		}
	}
	for n := 1; n <= a.Rows(priceRows, catalog.MaxPrices); n++ {
		currency, amount := strings.ToUpper(strings.TrimSpace(a.Get(edited.Row(priceRows, n, "currency")))), strings.TrimSpace(a.Get(edited.Row(priceRows, n, "amount")))
		if amount == "" {
			continue
		}
		money, ok := w.ParseAmount(amount, currency)
		if !ok {
			money = locale.Money{AmountMinor: -1, Currency: currency} // the operation refuses it
		}
		t.Prices = append(t.Prices, catalog.Price{Term: catalog.Term(a.Get(edited.Row(priceRows, n, "term"))), Price: catalog.Money(money)})
		t.prices = append(t.prices, n)
	}
	if a.Get("tried") == "yes" {
		t.Trial = &catalog.Trial{Days: count(w, a.Get("trial_days")), Licenses: count(w, a.Get("trial_licences"))}
	}
	t.Countries, t.unknown = site.Countries(a.Get("countries"))
	return t
}

// clean returns the plan as the operation would write it, or what is wrong with the answers.
func (t typed) clean(v *site.Visit, a edited.Answers) (catalog.Plan, page.Errors) {
	w := v.Words
	made, err := t.Clean()
	errs := edited.Wrong(err, func(f fault.Field) (string, string) { return t.wrong(v, f) })
	if tried := a.Get("tried"); tried != "yes" && tried != "no" {
		errs = append(errs, page.FieldError{Field: "tried", Text: w.PlansTriedMissing()})
	}
	if len(t.unknown) > 0 {
		errs = append(errs, page.FieldError{Field: "countries", Text: w.CatalogCountriesUnknown(strings.Join(t.unknown, ", "))})
	}
	if !t.ID.Valid() {
		errs = append(errs, page.FieldError{Field: "id", Text: w.CatalogField(w.PlansID(), w.PlansIDWrong())})
	}
	return made, errs
}

// wrong returns the form's field of what the operation refuses, and what is said beside it.
func (t typed) wrong(v *site.Visit, f fault.Field) (name, text string) {
	w, parts := v.Words, strings.Split(strings.TrimPrefix(f.Pointer, "/"), "/")
	switch parts[0] {
	case "name":
		return edited.TextWrong(v, f, "name", w.PlansName())
	case "description":
		return edited.TextWrong(v, f, "about", w.PlansAbout())
	case "services":
		return t.wrongService(v, f, parts)
	case "prices":
		return t.wrongPrice(w, f, parts)
	case "trial":
		if parts[1] == "days" {
			return "trial_days", w.CatalogField(w.PlansTrialDays(), w.CatalogNumberWrong(1, catalog.MaxTrialDays))
		}
		return "trial_licences", w.CatalogField(w.PlansTrialLicences(), w.CatalogNumberWrong(1, catalog.MaxLicenses))
	case "licenses":
		least, most := max(1, t.Licenses.Min), t.Licenses.Max
		if most < least {
			most = catalog.MaxLicenses
		}
		wrong := func(field string, least, most int) string {
			return w.CatalogField(w.CatalogPart(w.SiteLicences(), field), w.CatalogNumberWrong(least, most))
		}
		switch parts[1] {
		case "min":
			return "least", wrong(w.PlansLeast(), 1, catalog.MaxLicenses)
		case "max":
			return "most", wrong(w.PlansMost(), least, catalog.MaxLicenses)
		}
		return "usual", wrong(w.PlansUsual(), least, min(catalog.MaxLicenses, most))
	case "countries":
		if f.Code == fault.DuplicateEntry {
			i, _ := strconv.Atoi(parts[1])
			return "countries", w.CatalogCountriesTwice(w.Country(t.Countries[i]))
		}
		return "countries", w.CatalogCountriesMissing()
	}
	return parts[0], w.CatalogField(w.VendorPartnersState(), v.Beside(f))
}

func (t typed) wrongService(v *site.Visit, f fault.Field, parts []string) (name, text string) {
	w := v.Words
	if len(parts) < 3 {
		return edited.Row(serviceRows, 1, "id"), w.PlansServicesMissing()
	}
	i, _ := strconv.Atoi(parts[1])
	row := func(field string) string { return edited.Row(serviceRows, t.services[i], field) }
	label := func(field string) string { return w.CatalogPart(w.PlansService(t.services[i]), field) }
	switch parts[2] {
	case "id":
		if f.Code == fault.DuplicateEntry {
			return row("id"), w.CatalogField(label(w.PlansID()), w.PlansServiceIDTwice())
		}
		return row("id"), w.CatalogField(label(w.PlansID()), w.PlansServiceIDWrong())
	case "name":
		return edited.TextWrong(v, f, row("name"), label(w.PlansName()))
	}
	return edited.TextWrong(v, f, row("about"), label(w.PlansAbout()))
}

func (t typed) wrongPrice(w locale.Words, f fault.Field, parts []string) (name, text string) {
	if len(parts) < 2 {
		return edited.Row(priceRows, 1, "amount"), w.PlansPricesMissing()
	}
	i, _ := strconv.Atoi(parts[1])
	wrong := func(field, label, said string) (string, string) {
		return edited.Row(priceRows, t.prices[i], field), w.CatalogField(w.CatalogPart(w.PlansPrice(t.prices[i]), label), said)
	}
	switch last := parts[len(parts)-1]; {
	case f.Code == fault.DuplicateEntry:
		return wrong("currency", w.PlansCurrency(), w.PlansPriceTwice())
	case last == "currency":
		return wrong("currency", w.PlansCurrency(), w.PlansCurrencyWrong())
	case last == "amount_minor":
		return wrong("amount", w.PlansAmount(), w.PlansAmountWrong(locale.Money{AmountMinor: catalog.MaxAmount, Currency: t.Prices[i].Price.Currency}))
	}
	return wrong("term", w.OrderTerm(), w.OfferNewTermMissing())
}

// post goes on from the form to the answers, back to the form, or saves.
func (p plansPage) post(v *site.Visit, who site.Signed) error {
	old, err := p.opened(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "plan", string(old.ID)); err != nil {
		return err
	}
	a, version := edited.Typed(v)
	act, switched := edited.Act(v), page.Switched(v.R)
	switch {
	case act == serviceRows:
		a.Set(edited.Row(serviceRows, a.Rows(serviceRows, catalog.MaxServices-1)+1, "id"), "")
		return p.render(v, who, old, http.StatusOK, a, version, nil, nil)
	case act == priceRows:
		a.Set(edited.Row(priceRows, a.Rows(priceRows, catalog.MaxPrices-1)+1, "amount"), "")
		return p.render(v, who, old, http.StatusOK, a, version, nil, nil)
	case act == edited.Change, switched && !edited.Checking(v):
		return p.render(v, who, old, http.StatusOK, a, version, nil, nil)
	}
	return p.goOn(v, who, old, a, version)
}

// goOn shows the answers to be checked, or saves them.
func (p plansPage) goOn(v *site.Visit, who site.Signed, old catalog.Plan, a edited.Answers, version int) error {
	given := read(v.Words, old, a)
	made, errs := given.clean(v, a)
	if errs != nil {
		return p.render(v, who, old, http.StatusUnprocessableEntity, a, version, errs, nil)
	}
	now, err := p.now(v, old, made.ID)
	if err != nil {
		return err
	}
	if stopped, err := p.stopped(v, who, old, now, made, a, version); stopped {
		return err
	}
	if edited.Act(v) != edited.Save {
		return p.check(v, who, now, made, a)
	}
	_, err = catalog.PutPlan(v.R.Context(), p.table, now, given.Plan, v.By(who))
	switch {
	case fault.Is(err, fault.Stale): // somebody was faster, since the plan was read
		if now, err = p.now(v, old, made.ID); err != nil {
			return err
		}
		_, err = p.stopped(v, who, old, now, made, a, version)
		return err
	case err != nil:
		return err
	case now.Version == 0:
		return v.Redirect(at(made.ID) + "?done=made")
	}
	return v.Redirect(at(made.ID) + "?done=saved")
}

// now is the plan that the answers would be written over; none where a new one has an ID that nothing has.
func (p plansPage) now(v *site.Visit, old catalog.Plan, id catalog.PlanID) (catalog.Plan, error) {
	now, err := p.table.Plan(v.R.Context(), id)
	if old.Version == 0 && fault.Is(err, fault.NotFound) {
		return catalog.Plan{}, nil
	}
	return now, err
}

// stopped answers where there is nothing to save, or something else stands there than the form showed; false otherwise.
func (p plansPage) stopped(v *site.Visit, who site.Signed, old, now, made catalog.Plan, a edited.Answers, version int) (bool, error) {
	w := v.Words
	switch {
	case now.Version > 0 && now.Equal(made) && edited.Act(v) == edited.Save: // pressed twice
		return true, v.Redirect(at(made.ID) + "?done=saved")
	case now.Version > 0 && now.Equal(made):
		return true, v.Redirect(at(made.ID) + "?done=same")
	case old.Version == 0 && now.Version > 0:
		return true, p.render(v, who, old, http.StatusConflict, a, version, page.Errors{{Field: "id", Text: w.PlansIDTaken()}}, nil)
	case now.Version != version:
		return true, p.render(v, who, now, http.StatusConflict, a, now.Version, nil, edited.Overtaken(w, at(now.ID)))
	}
	return false, nil
}
