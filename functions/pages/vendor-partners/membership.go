package vendorpartners

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// membership is one sort of what the vendor lets a partner into for a time: a program, or a plan that it may offer.
type membership struct {
	path    string // below the partner's
	heading words
	add     words
	which   words
	missing words
	ends    words // the button that ends it
	endName func(w locale.Words, of, partner string) string
	follows []words // what ending it does
	// read gives all that there are, by name, with what the partner has of them.
	read func(v *site.Visit, t Table, of partner.Partner) ([]member, error)
	// save lets the partner in, or sets dates and countries: the API's own operation.
	save func(ctx context.Context, t Table, of partner.ID, m member, o op.Op) error
	end  func(ctx context.Context, t Table, of partner.ID, id string, o op.Op) error
}

// member is one program or plan, and how the partner stands in it.
type member struct {
	id, name  string
	held      bool
	from, to  time.Time
	countries []string // that are held; nil where there is none to choose
	possible  []string // that can be held
}

// open are the countries to choose from: where the plan is sold, and where the partner may offer it already.
func (m member) open() []string { return slices.Concat(m.possible, m.countries) }

// perRead is how many plans one read of the catalogue takes.
const perRead = 100

var (
	programs = membership{
		path: "programs", heading: locale.Words.VendorPartnersPrograms, add: locale.Words.VendorPartnersProgramAdd, which: locale.Words.VendorPartnersProgramOne,
		missing: locale.Words.VendorPartnersProgramMissing, ends: locale.Words.VendorPartnersLeave, endName: func(w locale.Words, of, partner string) string { return w.VendorPartnersLeaveName(partner, of) },
		follows: []words{locale.Words.VendorPartnersLeaveNew, locale.Words.VendorPartnersLeaveGoesOn},
		read:    enrolments,
		save: func(ctx context.Context, t Table, of partner.ID, m member, o op.Op) error {
			_, err := partner.Enrol(ctx, t, of, m.id, partner.Term{From: m.from, To: m.to}, o)
			return err
		},
		end: func(ctx context.Context, t Table, of partner.ID, id string, o op.Op) error {
			return partner.Leave(ctx, t, of, id, o)
		},
	}
	plans = membership{
		path: "plans", heading: locale.Words.VendorPartnersPlans, add: locale.Words.VendorPartnersPlanAdd, which: locale.Words.VendorPartnersPlanOne,
		missing: locale.Words.VendorPartnersPlanMissing, ends: locale.Words.VendorPartnersWithdraw, endName: locale.Words.VendorPartnersWithdrawName,
		follows: []words{locale.Words.VendorPartnersWithdrawNew, locale.Words.VendorPartnersWithdrawGoesOn},
		read:    authorisations,
		save: func(ctx context.Context, t Table, of partner.ID, m member, o op.Op) error {
			_, err := partner.Authorise(ctx, t, of, catalog.PlanID(m.id), m.countries, partner.Term{From: m.from, To: m.to}, o)
			return err
		},
		end: func(ctx context.Context, t Table, of partner.ID, id string, o op.Op) error {
			return partner.Deauthorise(ctx, t, of, catalog.PlanID(id), o)
		},
	}
)

func enrolments(v *site.Visit, t Table, of partner.Partner) ([]member, error) {
	known, err := t.Programs(v.R.Context())
	var all []member
	for id, one := range known.ByName {
		m := member{id: id, name: one.Title.In(string(v.Words.Language()))}
		if i := slices.IndexFunc(of.Enrolments, func(e partner.Enrolment) bool { return e.Program == id }); i >= 0 {
			m.held, m.from, m.to = true, of.Enrolments[i].From, of.Enrolments[i].To
		}
		all = append(all, m)
	}
	return byName(all), err
}

func authorisations(v *site.Visit, t Table, of partner.Partner) ([]member, error) {
	held, err := t.Authorisations(v.R.Context(), of.ID)
	if err != nil {
		return nil, err
	}
	var all []member
	for cursor := ""; ; {
		sold, next, err := t.Plans(v.R.Context(), dynamo.Page{Limit: perRead, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, one := range sold {
			m := member{id: string(one.ID), name: one.Name.In(string(v.Words.Language())), possible: one.Countries}
			if i := slices.IndexFunc(held, func(a partner.Authorisation) bool { return a.Plan == one.ID }); i >= 0 {
				m.held, m.from, m.to, m.countries = true, held[i].From, held[i].To, held[i].Countries
			}
			if m.held || one.Status == catalog.PlanActive {
				all = append(all, m)
			}
		}
		if cursor = next; cursor == "" {
			return byName(all), nil
		}
	}
}

func byName(all []member) []member {
	slices.SortFunc(all, func(a, b member) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.id, b.id)) })
	return all
}

func listed(w locale.Words, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = w.Country(code)
	}
	return strings.Join(names, ", ")
}

// memberSection is a summary under a heading, with the way to add to it.
type memberSection struct {
	page.Section
	Add *page.Act
}

// section is what the partner has of the sort, each with the way to change it, and last the way to add one.
func (m membership) section(v *site.Visit, of partner.Partner, all []member) memberSection {
	w := v.Words
	s := memberSection{Section: page.Section{Heading: m.heading(w)}}
	for _, one := range all {
		if !one.held {
			continue
		}
		row := page.Row{Key: one.name, Values: []string{w.VendorPartnersFrom(v.In(one.from, of.Country))}}
		if !one.to.IsZero() {
			row.Values[0] = w.VendorPartnersFromTo(v.In(one.from, of.Country), v.In(one.to, of.Country))
		}
		if len(one.countries) > 0 {
			row.Values = append([]string{listed(w, one.countries)}, row.Values...)
		}
		if within(of) {
			row.Change = &page.Link{URL: m.at(of, one.id), About: one.name}
		}
		s.Rows = append(s.Rows, row)
	}
	if within(of) && slices.ContainsFunc(all, func(one member) bool { return !one.held }) {
		s.Add = &page.Act{Text: m.add(w), URL: m.at(of, "")}
	}
	return s
}

func (m membership) at(of partner.Partner, id string) string {
	path := at(of.ID) + "/" + m.path
	if id == "" {
		return path
	}
	return path + "/" + url.PathEscape(id)
}

// memberBody is the form of one: which, where, from when until when.
type memberBody struct {
	Action, Token, Button, Keep string
	Name                        string // of the one; empty where it is chosen first
	Which                       *page.Radios
	Countries                   *page.Checkboxes
	From, To                    *page.Input
	End                         *page.Act
}

// about does a step of the page with what the path names of the sort.
func (p partnersPage) about(m membership, do func(*site.Visit, site.Signed, chosenMember) error) func(*site.Visit, site.Signed) error {
	return func(v *site.Visit, who site.Signed) error {
		c, err := m.chosen(v, p)
		if err != nil {
			return err
		}
		return do(v, who, c)
	}
}

// chosenMember is what the path names: the partner, and a program or plan where there is one in it.
type chosenMember struct {
	membership
	of  partner.Partner
	all []member
	one *member // nil where it is to be chosen
}

// chosen reads what the path names; NotFound where there is no such thing.
func (m membership) chosen(v *site.Visit, p partnersPage) (chosenMember, error) {
	of, err := p.named(v)
	if err != nil {
		return chosenMember{}, err
	}
	c := chosenMember{membership: m, of: of}
	if c.all, err = m.read(v, p.table, of); err != nil {
		return c, err
	}
	if id := v.R.PathValue("member"); id != "" {
		i := slices.IndexFunc(c.all, func(one member) bool { return one.id == id })
		if i < 0 {
			return c, fault.NotFound
		}
		c.one = &c.all[i]
	}
	return c, nil
}

func (p partnersPage) showMember(v *site.Visit, who site.Signed, c chosenMember) error {
	if !within(c.of) {
		return v.Redirect(at(c.of.ID))
	}
	return p.memberForm(v, who, c, http.StatusOK, nil)
}

// memberForm shows the form with what was typed, else with what is held. Which plan comes first: what countries there are depends on it.
func (p partnersPage) memberForm(v *site.Visit, who site.Signed, c chosenMember, status int, errs page.Errors) error {
	w, id := v.Words, ""
	if c.one != nil {
		id = c.one.id
	}
	b := memberBody{
		Action: c.at(c.of, id), Token: site.Token(who.Secret, c.path, string(c.of.ID), id), Button: w.PartnerUsersSave(), Keep: at(c.of.ID),
	}
	title := c.add(w)
	if c.one == nil {
		b.Which = &page.Radios{Name: "member", Legend: c.which(w), Value: v.Form("member"), Error: errs.For("member")}
		for _, one := range c.all {
			if !one.held {
				b.Which.Options = append(b.Which.Options, page.Option{Value: one.id, Label: one.name})
			}
		}
		b.Button = w.SiteNext()
	} else {
		one := *c.one
		typed := v.R.Method == http.MethodPost
		title = one.name
		day := func(name, label, hint string, held time.Time) *page.Input {
			in := &page.Input{Name: name, Label: label, Hint: hint, Type: "date", Width: 12, Error: errs.For(name), Value: dayOf(v, held, c.of)}
			if typed {
				in.Value = v.Form(name)
			}
			return in
		}
		b.From, b.To = day("from", w.VendorPartnersFromDay(), w.VendorPartnersFromHint(), one.from), day("to", w.VendorPartnersToDay(), w.VendorPartnersToHint(), one.to)
		if len(one.possible) > 0 {
			b.Countries = &page.Checkboxes{Name: "countries", Legend: w.VendorPartnersCountries(), Error: errs.For("countries")}
			chosen := one.countries
			if typed {
				chosen = v.R.PostForm["countries"]
			}
			for _, country := range w.Countries() {
				if slices.Contains(one.open(), country) {
					b.Countries.Options = append(b.Countries.Options, page.Option{Value: country, Label: w.Country(country), Checked: slices.Contains(chosen, country)})
				}
			}
		}
		if one.held {
			b.End = &page.Act{Text: c.ends(w), URL: c.at(c.of, id) + "/end", Danger: true}
		}
	}
	frame := v.Frame(title)
	frame.Narrow, frame.Errors, frame.Form, frame.Back = true, errs, "membership", &page.Link{URL: at(c.of.ID), Text: c.of.LegalName}
	return v.Render(membershipForm, status, frame, b)
}

// saveMember leads from the choice to its form, and from the form to the partner.
func (p partnersPage) saveMember(v *site.Visit, who site.Signed, c chosenMember) error {
	id := v.R.PathValue("member")
	if err := v.Posted(who.Secret, c.path, string(c.of.ID), id); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.memberForm(v, who, c, http.StatusOK, nil)
	}
	w := v.Words
	if c.one == nil {
		chosen := v.Form("member")
		if !slices.ContainsFunc(c.all, func(one member) bool { return one.id == chosen }) {
			return p.memberForm(v, who, c, http.StatusUnprocessableEntity, page.Errors{{Field: "member", Text: c.missing(w)}})
		}
		return v.Redirect(c.at(c.of, chosen))
	}
	wanted, errs := *c.one, page.Errors(nil)
	if len(wanted.possible) > 0 {
		wanted.countries = slices.DeleteFunc(slices.Clone(v.R.PostForm["countries"]), func(typed string) bool { return !slices.Contains(c.one.open(), typed) })
		if len(wanted.countries) == 0 {
			errs = append(errs, page.FieldError{Field: "countries", Text: w.VendorPartnersCountriesMissing()})
		}
	}
	var ok bool
	if wanted.from, ok = day(v, v.Form("from"), c.one.from, c.of, false); !ok {
		errs = append(errs, page.FieldError{Field: "from", Text: w.ActivitySinceWrong()})
	}
	if wanted.to, ok = day(v, v.Form("to"), c.one.to, c.of, true); !ok {
		errs = append(errs, page.FieldError{Field: "to", Text: w.ActivitySinceWrong()})
	}
	if errs != nil {
		return p.memberForm(v, who, c, http.StatusUnprocessableEntity, errs)
	}
	err := c.save(v.R.Context(), p.table, c.of.ID, wanted, v.By(who))
	switch {
	case fault.Is(err, fault.OutOfRange):
		return p.memberForm(v, who, c, http.StatusUnprocessableEntity, page.Errors{{Field: "to", Text: w.VendorPartnersToWrong()}})
	case fault.Is(err, fault.PartnerNotActive):
		return v.Redirect(at(c.of.ID) + "?done=before")
	case err != nil:
		return err
	}
	return v.Redirect(at(c.of.ID) + "?done=saved")
}

// askEnd says what ending it does.
func (p partnersPage) askEnd(v *site.Visit, who site.Signed, c chosenMember) error {
	if !c.one.held {
		return v.Redirect(at(c.of.ID))
	}
	w := v.Words
	title := c.endName(w, c.one.name, c.of.LegalName)
	b := sureBody{
		Action: c.at(c.of, c.one.id) + "/end", Token: site.Token(who.Secret, c.path+" end", string(c.of.ID), c.one.id), Button: title, Keep: at(c.of.ID), Danger: true,
	}
	for _, text := range c.follows {
		b.Follows = append(b.Follows, text(w))
	}
	frame := v.Frame(title)
	frame.Narrow, frame.Back = true, &page.Link{URL: at(c.of.ID), Text: c.of.LegalName}
	return v.Render(sure, http.StatusOK, frame, b)
}

func (p partnersPage) end(v *site.Visit, who site.Signed, c chosenMember) error {
	if err := v.Posted(who.Secret, c.path+" end", string(c.of.ID), c.one.id); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.askEnd(v, who, c)
	}
	if err := c.membership.end(v.R.Context(), p.table, c.of.ID, c.one.id, v.By(who)); err != nil {
		return err
	}
	return v.Redirect(at(c.of.ID) + "?done=saved")
}

// dayOf is a moment's day in the partner's country, as a date field has it; empty for none.
func dayOf(v *site.Visit, t time.Time, of partner.Partner) string {
	if t.IsZero() {
		return ""
	}
	return v.In(t, of.Country).Format(time.DateOnly)
}

// day reads a date field as a moment in the partner's country: the day's beginning, or the last millisecond of a day that is the last. A day that
// stood there before keeps its moment, so that saving a form anew moves nothing. Nothing typed is the zero time.
func day(v *site.Visit, typed string, before time.Time, of partner.Partner, last bool) (time.Time, bool) {
	switch {
	case typed == "":
		return time.Time{}, true
	case typed == dayOf(v, before, of):
		return before, true
	}
	at, err := time.ParseInLocation(time.DateOnly, typed, v.In(v.Op.At, of.Country).Location())
	if err != nil {
		return at, false
	}
	if last {
		at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	return at, true
}
