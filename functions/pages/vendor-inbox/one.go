package vendorinbox

import (
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/textinput"
)

// maxReason is the most characters of a reason, as the API has it.
const maxReason = 500

type oneBody struct {
	Quote    *page.Quote
	Card     *listed.Card
	Sections []page.Section
	Links    []page.Link
	Decided  *page.Note
	Action   string
	Token    string
	Seen     int
	Choices  *page.Radios
	Reason   page.Textarea
	Made     *page.Section // shown once, in the answer to the press; then the press makes another one
	Button   string        // of a press that makes something
	About    string        // what the press does
}

// named returns the kind of thing that a path names. It fails with NotFound where it names none, Forbidden where the reader may not decide it.
func named(v *site.Visit, who site.Signed) (affair, string, error) {
	kind, ok := affairNamed(v.R.PathValue("kind"))
	if !ok {
		return kind, "", fault.NotFound
	}
	return kind, v.R.PathValue("subject"), access.Check(who.Caller, kind.right)
}

// show shows one thing with its facts and, while it waits, its decision.
func (p inboxPage) show(v *site.Visit, who site.Signed) error {
	kind, subject, err := named(v, who)
	if err != nil {
		return err
	}
	return p.render(v, who, kind, subject, http.StatusOK, nil, nil)
}

func (p inboxPage) render(v *site.Visit, who site.Signed, kind affair, subject string, status int, made *page.Section, errs page.Errors) error {
	w := v.Words
	f, err := kind.read(v, p.table, subject)
	if err != nil {
		return err
	}
	if err := v.NoteRead(p.table, who, f.whose, subject); err != nil {
		return err
	}
	b := oneBody{Quote: f.quote, Card: f.card, Sections: f.sections, Links: f.links, Seen: f.seen, Decided: f.decided, Action: at(kind, subject), Token: site.Token(who.Secret, "decide", kind.name, subject)}
	if b.Made, b.Button = made, f.button; b.Button != "" {
		b.About = w.VendorMakeCodeText(partner.CodeMinutes)
		if made != nil {
			b.Button, b.About = w.VendorMakeCodeAgain(), w.VendorMakeCodeAgainText()
		}
	}
	frame := v.Frame(f.title)
	frame.Back, frame.Badge, frame.Errors = &page.Link{URL: path, Text: w.VendorInbox()}, &f.badge, errs
	if len(f.choices) > 0 {
		frame.Form = "decide"
		b.Choices = &page.Radios{Name: "decision", Legend: w.VendorDecision(), Heading: true, Value: v.Form("decision"), Error: errs.For("decision")}
		for _, c := range f.choices {
			b.Choices.Options = append(b.Choices.Options, page.Option{Value: c.value, Label: c.label, Hint: c.hint})
		}
		b.Reason = page.Textarea{Name: "reason", Label: w.VendorReason(), Hint: w.VendorReasonHint(), Value: v.Form("reason"), Error: errs.For("reason")}
		if slices.ContainsFunc(f.choices, func(c choice) bool { return c.reasonless }) {
			b.Reason.Label = w.VendorReasonIf()
			if kind.reason != nil {
				b.Reason.Label = kind.reason(w)
			}
		}
	}
	switch v.R.URL.Query().Get("done") {
	case "yes":
		said := locale.Words.VendorDone
		if kind.done != nil {
			said = kind.done
		}
		frame.Notice = &page.Notice{Success: true, Text: said(w)}
	case "before":
		said := locale.Words.VendorBefore
		if kind.before != nil {
			said = kind.before
		}
		frame.Notice = &page.Notice{Text: said(w)}
	}
	return v.Render(one, status, frame, b)
}

// decide does what was chosen, by the API's own operation. Pressed twice it leads to the same page; where a colleague was faster the page says so.
func (p inboxPage) decide(v *site.Visit, who site.Signed) error {
	kind, subject, err := named(v, who)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "decide", kind.name, subject); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.render(v, who, kind, subject, http.StatusOK, nil, nil)
	}
	f, err := kind.read(v, p.table, subject)
	if err != nil {
		return err
	}
	if f.button != "" {
		made, err := kind.make(v, p.table, subject, v.By(who))
		switch {
		case fault.Is(err, kind.settled...):
			return v.Redirect(at(kind, subject) + "?done=before")
		case err != nil:
			return err
		}
		return p.render(v, who, kind, subject, http.StatusOK, &made, nil)
	}
	if len(f.choices) == 0 {
		return v.Redirect(at(kind, subject) + "?done=before")
	}
	w := v.Words
	var errs page.Errors
	chosen := slices.IndexFunc(f.choices, func(c choice) bool { return c.value == v.Form("decision") })
	if chosen < 0 {
		errs = append(errs, page.FieldError{Field: "decision", Text: w.VendorDecisionMissing()})
	}
	reason, code := textinput.Note(v.Form("reason"), maxReason)
	needed := chosen < 0 || !f.choices[chosen].reasonless
	switch {
	case code == fault.TooLong:
		errs = append(errs, page.FieldError{Field: "reason", Text: w.PartnersReasonLong(maxReason)})
	case code != nil && code != fault.Required:
		errs = append(errs, page.FieldError{Field: "reason", Text: w.PartnersReasonWrong()})
	case reason == "" && needed && chosen >= 0:
		errs = append(errs, page.FieldError{Field: "reason", Text: w.CustomersReasonMissing()})
	}
	if errs != nil {
		return p.render(v, who, kind, subject, http.StatusUnprocessableEntity, nil, errs)
	}
	o := v.By(who)
	if o.Seen, err = strconv.Atoi(v.Form("seen")); f.seen == 0 || err != nil {
		o.Seen = f.seen
	}
	err = kind.decide(v.R.Context(), p.table, subject, f.choices[chosen].value, reason, o)
	switch {
	case err == nil:
		return v.Redirect(at(kind, subject) + "?done=yes")
	case fault.Is(err, fault.Stale):
		return p.render(v, who, kind, subject, http.StatusConflict, nil, page.Errors{{Field: "decision", Text: w.ListingMeanwhile()}})
	case fault.Is(err, kind.settled...):
		return v.Redirect(at(kind, subject) + "?done=before")
	case fault.Is(err, fault.Conflict):
		said := v.Detail(err)
		if fault.Is(err, fault.NameTaken) { // whose words are for whoever can write another one
			said = w.VendorNameTaken()
		}
		return p.render(v, who, kind, subject, http.StatusConflict, nil, page.Errors{{Field: "decision", Text: said}})
	}
	return err
}
