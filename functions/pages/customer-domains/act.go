package customerdomains

import (
	"net/http"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
)

type formBody struct {
	Action, Token, Keep string
	Name                page.Input
}

// adding is the step whose token the form carries.
const adding = "domain-new"

// showNew is the form that adds a domain; who may not is led to the list, which says why.
func (p domainsPage) showNew(v *site.Visit, d administered.Directory) error {
	if cannot(v, d) != "" {
		return v.Redirect(d.Path + "/domains")
	}
	return putForm(v, d, http.StatusOK, "", "")
}

func putForm(v *site.Visit, d administered.Directory, status int, typed, wrong string) error {
	w := v.Words
	frame := v.Frame(w.DomainsNew())
	frame.Narrow, frame.Form, frame.Back = true, "domain", &page.Link{URL: d.Path + "/domains", Text: w.DomainsTitle()}
	if wrong != "" {
		frame.Errors = page.Errors{{Field: "name", Text: wrong}}
	}
	return v.Render(form, status, frame, formBody{
		Action: d.Path + "/domains/new", Keep: d.Path + "/domains", Token: site.Token(d.Secret, adding, string(d.By.Customer.ID)),
		Name: page.Input{Name: "name", Label: w.DomainsDomain(), Hint: w.DomainsNewHint(), Value: typed, Error: wrong, Autocomplete: "off"},
	})
}

// add adds the domain that was typed; added already, it leads to it.
func (p domainsPage) add(v *site.Visit, d administered.Directory) error {
	if err := v.Posted(d.Secret, adding, string(d.By.Customer.ID)); err != nil {
		return err
	}
	typed := v.Form("name")
	if page.Switched(v.R) {
		return putForm(v, d, http.StatusOK, typed, "")
	}
	made, err := administration.AddDomain(v.R.Context(), p.table, d.By, typed, v.Env.Domains(), v.By(d.Signed))
	switch {
	case fault.Is(err, fault.Exists):
		return v.Redirect(at(d, made))
	case fault.Is(err, fault.Required):
		return putForm(v, d, http.StatusUnprocessableEntity, typed, v.Words.DomainsNewMissing())
	case fault.Is(err, fault.TooLong, fault.TooManyDomains, fault.InvalidDomain, fault.PublicSuffix, fault.VendorDomain):
		return putForm(v, d, gateway.Status(err), typed, v.Detail(err))
	case d.Why(v, locale.Words.CustomerUsersNeedsGlobal, err) != "":
		return v.Redirect(d.Path + "/domains")
	case err != nil:
		return err
	}
	return v.Redirect(at(d, made) + "?done=added")
}

// check looks the record up now, and says what is there where it is not the one that is wanted.
func (p domainsPage) check(v *site.Visit, d administered.Directory) error {
	seen, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "check", string(seen.Name)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.put(v, d, seen, http.StatusOK, "", nil)
	}
	var checked customer.Domain
	err = op.RetryStale(func() error {
		now, err := p.named(v, d)
		if err != nil {
			return err
		}
		checked, err = administration.VerifyDomain(v.R.Context(), p.table, p.dns, d.By, now, v.By(d.Signed))
		return err
	})
	switch {
	case err == nil:
		return v.Redirect(at(d, checked) + "?done=checked")
	case fault.Is(err, fault.DomainRecordMissing, fault.DomainRecordDiffers, fault.DomainTaken, fault.DNSUnavailable):
		return p.put(v, d, checked, http.StatusConflict, v.Detail(err), nil) // silent DNS, too: the page itself works
	case d.Why(v, locale.Words.CustomerUsersNeedsGlobal, err) != "":
		return v.Redirect(at(d, seen)) // which says why
	}
	return err
}

type sureBody struct {
	Action, Token, Keep, Button string
	Text                        []string
}

// ask asks once more before a domain is removed; who may not is led to its page, which says why.
func (p domainsPage) ask(v *site.Visit, d administered.Directory) error {
	of, err := p.named(v, d)
	if err != nil {
		return err
	}
	if cannot(v, d) != "" {
		return v.Redirect(at(d, of))
	}
	w, name := v.Words, shown(of)
	b := sureBody{
		Action: at(d, of) + "/remove", Token: site.Token(d.Secret, "remove", string(of.Name)), Keep: at(d, of), Button: w.DomainsRemoveName(name),
		Text: []string{w.DomainsRemoveText(name)},
	}
	if of.Verified() {
		b.Text = append(b.Text, w.DomainsRemoveVerified(d.By.Customer.Name, v.Vendor().Name))
	}
	if !of.VerifiedAt.IsZero() { // a lost one may have mailboxes, too
		b.Text = append(b.Text, w.DomainsRemoveMailboxes(name))
	}
	frame := v.Frame(w.DomainsRemoveTitle(name))
	frame.Narrow, frame.Back = true, &page.Link{URL: at(d, of), Text: name}
	return v.Render(sure, http.StatusOK, frame, b)
}

// remove removes the domain, however it stands by then. Pressed twice it leads to the same page.
func (p domainsPage) remove(v *site.Visit, d administered.Directory) error {
	list := d.Path + "/domains"
	of, err := p.named(v, d)
	if fault.Is(err, fault.NotFound) {
		return v.Redirect(list)
	}
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "remove", string(of.Name)); err != nil {
		return err
	}
	err = op.RetryStale(func() error {
		now, err := p.named(v, d)
		if err != nil {
			return err
		}
		return administration.RemoveDomain(v.R.Context(), p.table, d.By, now, v.By(d.Signed))
	})
	switch {
	case err == nil, fault.Is(err, fault.NotFound):
		return v.Redirect(list + "?done=removed")
	case d.Why(v, locale.Words.CustomerUsersNeedsGlobal, err) != "":
		return v.Redirect(at(d, of))
	}
	return err
}
