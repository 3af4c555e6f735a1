package settings

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/colleague"
	"liaison/shared/textinput"
)

type ownerBody struct {
	Text  []string
	Owner page.Radios
	// Among takes the place of Owner where there are too many people for radio buttons.
	Among *page.Select
	Token string
}

const ownerPath = path + "/billing-owner"

// fewPeople are shown as radio buttons.
const fewPeople = 6

// dot stands between what is said of a person; no line begins with it.
const dot = "\u00a0· "

// way leads to where another of the people that can do something is made the billing owner, or says why the reader may not.
func way(v *site.Visit, who site.Signed, people []customer.User) *page.Act {
	w := v.Words
	act := page.Act{Text: w.SettingsOwnerTitle(), URL: ownerPath, Small: true, ID: "owner-why"}
	switch {
	case !access.Has(who.Caller, access.ChangeBillingOwner):
		act.Why = w.SettingsOwnerWhy()
	case who.Customer.Status != customer.Active:
		act.Why = w.SettingsOwnerReadOnly()
	case !slices.ContainsFunc(people, func(u customer.User) bool { return u.ID != who.Customer.BillingOwner }):
		act.Why = w.SettingsOwnerAlone()
	}
	return &act
}

// enabled are the people of a customer who can do something, by name.
func enabled(people []customer.User) []customer.User {
	people = slices.DeleteFunc(slices.Clone(people), func(u customer.User) bool { return u.Disabled })
	slices.SortFunc(people, func(a, b customer.User) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return people
}

func (p settingsPage) showOwner(v *site.Visit, who site.Signed) error {
	return p.renderOwner(v, who, http.StatusOK, "", nil)
}

func (p settingsPage) renderOwner(v *site.Visit, who site.Signed, status int, chosen string, errs page.Errors) error {
	people, err := p.table.CustomerUsers(v.R.Context(), who.Customer.ID)
	if err != nil {
		return err
	}
	people = enabled(people)
	if way(v, who, people).Why != "" {
		return v.Redirect(path)
	}
	w := v.Words
	b := ownerBody{Text: []string{w.SettingsOwnerText()}, Token: site.Token(who.Secret, "owner", string(who.Customer.ID))}
	if len(who.Roles) == 0 {
		b.Text = append(b.Text, w.SettingsOwnerLeave())
	}
	options := make([]page.Option, len(people))
	for i, u := range people {
		options[i] = page.Option{Value: site.ULID(string(u.ID)), Label: u.Name, Hint: textinput.ShownMail(u.Mail) + dot + colleague.Held(w, u.Roles)}
		if u.ID == who.Customer.BillingOwner {
			options[i].Hint += dot + w.SettingsOwnerNow()
		}
	}
	b.Owner = page.Radios{Name: "owner", Legend: w.SettingsOwnerWho(), Value: chosen, Error: errs.For("owner"), Options: options}
	if len(people) > fewPeople {
		for i := range options {
			options[i].Label += ", " + options[i].Hint
		}
		b.Among = &page.Select{Name: "owner", Label: b.Owner.Legend, Value: chosen, Error: b.Owner.Error, Options: slices.Insert(options, 0, page.Option{Label: w.SettingsOwnerChoose()})}
	}
	frame := v.Frame(w.SettingsOwnerTitle())
	frame.Errors, frame.Form, frame.Narrow, frame.Back = errs, "owner-form", true, &page.Link{URL: path, Text: w.SettingsTitle()}
	return v.Render(owner, status, frame, b)
}

// saveOwner makes the person that was chosen the billing owner.
func (p settingsPage) saveOwner(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "owner", string(who.Customer.ID)); err != nil {
		return err
	}
	chosen := v.Form("owner")
	if page.Switched(v.R) {
		return p.renderOwner(v, who, http.StatusOK, chosen, nil)
	}
	if !site.Made(chosen) {
		return p.renderOwner(v, who, http.StatusUnprocessableEntity, chosen, page.Errors{{Field: "owner", Text: v.Words.SettingsOwnerMissing()}})
	}
	to := customer.UserID("usr_" + who.Customer.ID.Bare() + "_" + chosen)
	err := customer.ChangeBillingOwner(v.R.Context(), p.table, who.Customer.ID, to, customer.UserID(who.ID), v.By(who))
	switch {
	case fault.Is(err, fault.Invalid):
		return p.renderOwner(v, who, http.StatusUnprocessableEntity, chosen, page.Errors{{Field: "owner", Text: v.Words.SettingsOwnerGone()}})
	case fault.Is(err, fault.NotYourRole, fault.CustomerReadOnly):
		return v.Redirect(path) // it says why
	case err != nil:
		return err
	case to == who.Customer.BillingOwner:
		return v.Redirect(path)
	}
	return v.Redirect(path + "?done=owner")
}
