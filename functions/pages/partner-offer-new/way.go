package partneroffernew

import (
	"net/http"
	"slices"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/invited"
	"liaison/shared/site/offered"
)

// step is one page of the way from the kind to the check.
type step struct {
	name   string // in its path, in the answered steps, and as the form's token names it
	title  func(locale.Words) string
	asks   func(offer.Kind) bool
	ask    func(p newPage, v *site.Visit, m *making, errs page.Errors) ([]question, error) // as answered so far
	answer func(p newPage, v *site.Visit, m *making) (page.Errors, error)                  // takes the form into m
}

// way is all steps before the check, in order.
var way = []step{
	{"country", locale.Words.OfferNewCountry, always, newPage.askCountry, newPage.answerCountry},
	{"plan", locale.Words.OfferNewPlan, offer.Kind.Sells, newPage.askPlan, newPage.answerPlan},
	{"licenses", locale.Words.SiteLicences, offer.Kind.Orders, newPage.askLicenses, newPage.answerLicenses},
	{"access", locale.Words.OfferNewAccess, func(k offer.Kind) bool { may, _ := k.Administers(); return may }, newPage.askAccess, newPage.answerAccess},
	{"notice", locale.Words.ResellerNotice, offer.Kind.Ends, newPage.askNotice, newPage.answerNotice},
	{"message", locale.Words.OfferNewMessage, always, newPage.askMessage, newPage.answerMessage},
	{"recipients", locale.Words.PartnerOfferRecipients, always, newPage.askRecipients, newPage.answerRecipients},
}

// last is the check, which is never done: its button ends the way.
const last = "check"

func always(offer.Kind) bool { return true }

// named returns the step of that name.
func named(name string) step {
	return way[slices.IndexFunc(way, func(s step) bool { return s.name == name })]
}

// steps are what an offer of the kind is asked.
func steps(k offer.Kind) []step {
	var asked []step
	for _, s := range way {
		if s.asks(k) {
			asked = append(asked, s)
		}
	}
	return asked
}

// question is one field of a step; exactly one is set, or a heading above the next.
type question struct {
	Heading    string
	Radios     *page.Radios
	Select     *page.Select
	Checkboxes *page.Checkboxes
	Input      *page.Input
	Textarea   *page.Textarea
	File       *page.File
}

// name is the field's.
func (q question) name() string {
	switch {
	case q.Radios != nil:
		return q.Radios.Name
	case q.Select != nil:
		return q.Select.Name
	case q.Checkboxes != nil:
		return q.Checkboxes.Name
	case q.Input != nil:
		return q.Input.Name
	case q.Textarea != nil:
		return q.Textarea.Name
	case q.File != nil:
		return q.File.Name
	}
	return ""
}

// inOrder returns the errors in the order of the fields.
func inOrder(errs page.Errors, asked []question) page.Errors {
	place := func(field string) int {
		return slices.IndexFunc(asked, func(q question) bool { return q.name() == field })
	}
	slices.SortStableFunc(errs, func(a, b page.FieldError) int { return place(a.Field) - place(b.Field) })
	return errs
}

type stepBody struct {
	Action, Back string
	Hidden       []page.Hidden
	Questions    []question
	Why          string     // why nothing can be chosen
	Where        *page.Link // to what is available where, if that is why something can't be chosen
	Files        bool
	List         *invited.List // what was read, to go on with or to mend
}

func (m *making) done(name string) bool { return slices.Contains(m.Answered, name) }

// forget takes a step's answer back, as one before it changed what it may be.
func (m *making) forget(name string) {
	m.Answered = slices.DeleteFunc(slices.Clone(m.Answered), func(one string) bool { return one == name })
}

// at is the address of a step; of an offer that nothing is kept of yet only the first is one.
func (m *making) at(name string) string {
	if m.Version == 0 && len(m.Answered) == 0 {
		return path + "/" + name + "?kind=" + string(m.Draft.Kind)
	}
	return path + "/" + name + "?offer=" + m.ID.Code()
}

// open is the first step that is not answered; the check where all are.
func (m *making) open() string {
	for _, s := range steps(m.Draft.Kind) {
		if !m.done(s.name) {
			return s.name
		}
	}
	return last
}

// frame is around a step: where the reader is, and what is done.
func (m *making) frame(v *site.Visit, here string) page.Frame {
	w := v.Words
	frame := v.Frame(offered.New(w, m.Draft.Kind))
	frame.Back = &page.Link{URL: list, Text: w.ConsoleOffers()}
	for _, s := range steps(m.Draft.Kind) {
		made := page.Step{Text: s.title(w), Current: s.name == here}
		if m.done(s.name) && !made.Current {
			made.URL = m.at(s.name)
		}
		frame.Steps = append(frame.Steps, made)
	}
	frame.Steps = append(frame.Steps, page.Step{Text: w.OfferNewCheck(), Current: here == last})
	return frame
}

// back is the address of the page before a step.
func (m *making) back(here string) string {
	before := path
	for _, s := range steps(m.Draft.Kind) {
		if s.name == here {
			break
		}
		before = m.at(s.name)
	}
	return before
}

// show shows a step. Nobody gets to a step whose answer rests on one before it that is not answered.
func (p newPage) show(v *site.Visit, m *making, s step, status int, errs page.Errors) error {
	all := steps(m.Draft.Kind)
	place := func(name string) int { return slices.IndexFunc(all, func(one step) bool { return one.name == name }) }
	if open := m.open(); open != last && place(open) < place(s.name) || place(s.name) < 0 {
		return v.Redirect(m.at(open))
	}
	asked, err := s.ask(p, v, m, errs)
	if err != nil {
		return err
	}
	b := stepBody{
		Action: v.R.URL.RequestURI(), Back: m.back(s.name), Questions: asked, Why: m.why, Where: m.where,
		Hidden: []page.Hidden{{Name: page.TokenField, Value: m.token(s.name)}, {Name: "offer", Value: m.ID.Code()}},
	}
	b.List, b.Files = m.review, slices.ContainsFunc(asked, func(q question) bool { return q.File != nil })
	frame := m.frame(v, s.name)
	frame.Errors, frame.Form = inOrder(errs, asked), "step"
	if v.R.Method == http.MethodPost {
		frame.Typed = v.R.PostForm
	}
	return v.Render(form, status, frame, b)
}

func (m *making) token(name string) string {
	return site.Token(m.who.Secret, "offer-new", name, m.ID.Code())
}

// post keeps a step's answer and leads on: to the next step, or to the check where all are answered.
func (p newPage) post(v *site.Visit, m *making, s step) error {
	if err := v.Posted(m.who.Secret, "offer-new", s.name, m.ID.Code()); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.show(v, m, s, http.StatusOK, nil)
	}
	before, list := m.Begun, m.list
	errs, err := s.answer(p, v, m)
	if err != nil {
		return err
	}
	if errs != nil {
		m.Begun, m.list = before, list
		return p.show(v, m, s, http.StatusUnprocessableEntity, errs)
	}
	if m.stay {
		m.forget(s.name)
	} else if !m.done(s.name) {
		m.Answered = append(slices.Clone(m.Answered), s.name)
	}
	err = p.table.SaveBegun(v.R.Context(), m.Begun, v.By(m.who))
	if fault.Is(err, fault.Stale) {
		return v.Redirect(m.at(s.name)) // another press or tab was faster: its answer stands there
	}
	if err != nil {
		return err
	}
	if m.stay {
		return v.Redirect(m.at(s.name))
	}
	return v.Redirect(m.at(m.after(s.name)))
}

// after is the step after one that was answered; who came to change one answer goes back to the check.
func (m *making) after(name string) string {
	all := steps(m.Draft.Kind)
	next := slices.IndexFunc(all, func(s step) bool { return s.name == name }) + 1
	if open := m.open(); open == last || next == len(all) {
		return open
	}
	return all[next].name
}

// wrong turns what the domain says is wrong into the errors of a step. said returns the field and the words for a pointer; an empty field is about
// another step.
func wrong(err error, said func(f fault.Field) (field, text string)) (page.Errors, error) {
	f := fault.As(err)
	if f == nil {
		return nil, err
	}
	var errs page.Errors
	for _, one := range f.Fields {
		if field, text := said(one); field != "" {
			errs = append(errs, page.FieldError{Field: field, Text: text})
		}
	}
	return errs, nil
}
