package partnerdevelopers

import (
	"errors"
	"net/http"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/site/confirm"
)

// none is the answer that gives no access.
const none = "none"

type formBody struct {
	Action, Token, Key string
	Name               page.Input
	Own, Customers     page.Radios
}

// answers are what the form holds.
type answers struct{ name, own, customers string }

func typed(v *site.Visit) answers {
	return answers{v.Form("name"), v.Form("own"), v.Form("customers")}
}

// draft reads the answers as the client to make. Its errors are about an answer that is missing.
func (a answers) draft(v *site.Visit, who site.Signed) (partner.ClientDraft, page.Errors) {
	var errs page.Errors
	given := func(field, answer, missing string) string {
		switch answer {
		case "":
			errs = append(errs, page.FieldError{Field: field, Text: missing})
		case none:
			return ""
		}
		return answer
	}
	own, held := given("own", a.own, v.Words.DevelopersOwnMissing()), given("customers", a.customers, v.Words.DevelopersCustomersMissing())
	return partner.ClientDraft{
		Partner: who.Partner.ID, Name: a.name, CompanyRole: partner.CompanyRole(own), CustomerAccess: partner.CustomerAccess(held), Issuer: v.Env.Issuer,
	}, errs
}

func (p clientsPage) showNew(v *site.Visit, who site.Signed) error {
	return p.renderNew(v, who, http.StatusOK, confirm.NewKey(v), answers{}, nil, nil)
}

func (p clientsPage) renderNew(v *site.Visit, who site.Signed, status int, key string, a answers, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	nothing := page.Option{Value: none, Label: w.CustomerAccessNone()}
	b := formBody{
		Action: path + "/new", Key: key, Token: site.Token(who.Secret, "client", key),
		Name: page.Input{Name: "name", Label: w.DevelopersName(), Hint: w.DevelopersNameHint(), Value: a.name, Error: errs.For("name"), Autocomplete: "off"},
		Own: page.Radios{
			Name: "own", Legend: w.DevelopersOwn(), Value: a.own, Error: errs.For("own"), Heading: true, Options: append([]page.Option{nothing}, colleague.Companies(w)...),
		},
		Customers: page.Radios{
			Name: "customers", Legend: w.DevelopersCustomers(), Hint: w.PartnerUsersSupportHint(), Value: a.customers, Error: errs.For("customers"), Heading: true,
			Options: append([]page.Option{nothing}, colleague.Accesses(w)...),
		},
	}
	frame := v.Frame(w.DevelopersMake())
	frame.Errors, frame.Notice, frame.Form, frame.Back = errs, notice, "client", &page.Link{URL: path, Text: w.DevelopersTitle()}
	return v.Render(form, status, frame, b)
}

// make makes a client and shows its secret. The same form sent again makes no second one: it leads to the client, whose secret was shown.
func (p clientsPage) make(v *site.Visit, who site.Signed) error {
	key := confirm.Key(v.Form("key"))
	if err := v.Posted(who.Secret, "client", key); err != nil {
		return err
	}
	a := typed(v)
	if page.Switched(v.R) {
		return p.renderNew(v, who, http.StatusOK, key, a, nil, nil)
	}
	draft, errs := a.draft(v, who)
	if errs != nil {
		return p.renderNew(v, who, http.StatusUnprocessableEntity, key, a, append(wrong(v.Words, draft.Check()), errs...), nil)
	}
	o := confirm.OpBy(v, who, "client", key)
	made, words, err := partner.MakeClient(v.R.Context(), p.table, p.accounts, draft, o)
	var before *op.Replay
	if errors.As(err, &before) {
		made, words, err = partner.ResumeClient(v.R.Context(), p.table, p.accounts, partner.ClientID(before.Once.Result), o)
	}
	switch {
	case err == nil:
		return p.reveal(v, made, words)
	case fault.Is(err, fault.TooManyClients):
		return p.renderNew(v, who, http.StatusConflict, key, a, nil, &page.Notice{Text: v.Detail(err)})
	}
	if errs := wrong(v.Words, err); errs != nil {
		return p.renderNew(v, who, http.StatusUnprocessableEntity, key, a, errs, nil)
	}
	return err
}

// wrong says what is wrong with the answers.
func wrong(w locale.Words, err error) page.Errors {
	var errs page.Errors
	f := fault.As(err)
	if f == nil {
		return nil
	}
	for _, field := range f.Fields {
		switch field.Pointer {
		case "/name":
			said := w.DevelopersNameWrong(w.Int(partner.MaxPerson))
			if field.Code == fault.Required {
				said = w.DevelopersNameMissing()
			}
			errs = append(errs, page.FieldError{Field: "name", Text: said})
		case "/company_role":
			errs = append(errs, page.FieldError{Field: "own", Text: w.DevelopersOwnMissing()})
		case "/customer_access":
			errs = append(errs, page.FieldError{Field: "customers", Text: w.DevelopersCustomersMissing()})
		}
	}
	return errs
}

type secretBody struct {
	ClientID, Secret, Client string
	About                    []page.Row
}

// reveal shows a secret, in the answer to the press that made it and nowhere else. Where the press came before there is none to show: it leads to
// the client.
func (p clientsPage) reveal(v *site.Visit, c partner.Client, words string) error {
	if words == "" {
		return v.Redirect(at(c) + "?done=shown")
	}
	w := v.Words
	frame := v.Frame(w.DevelopersSecretTitle())
	frame.Narrow, frame.Lead, frame.Languages = true, w.DevelopersSecretText(), nil
	return v.Render(secret, http.StatusOK, frame, secretBody{
		ClientID: c.OAuthID, Secret: words, Client: at(c), About: []page.Row{
			{Key: w.DevelopersName(), Values: []string{c.Name}},
			{Key: w.DevelopersAPI(), Values: []string{v.Env.APIURL}},
			{Key: w.DevelopersIssuer(), Values: []string{v.Env.Issuer}},
		},
	})
}
