package settings

import (
	"cmp"
	"net/http"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
)

type youBody struct {
	Name     page.Input
	Language page.Radios
	Token    string
}

func (p settingsPage) showYou(v *site.Visit, who site.Signed) error {
	return renderYou(v, who, http.StatusOK, customer.Details{Name: who.Name, Language: cmp.Or(who.Language, string(v.Words.Language()))}, nil)
}

func renderYou(v *site.Visit, who site.Signed, status int, d customer.Details, errs page.Errors) error {
	w := v.Words
	frame := v.Frame(w.SettingsEdit())
	frame.Errors, frame.Form, frame.Narrow, frame.Back = errs, "settings", true, &page.Link{URL: path, Text: w.SettingsTitle()}
	return v.Render(you, status, frame, youBody{
		Name:     page.Input{Name: "name", Label: w.SettingsName(), Value: d.Name, Error: errs.For("name"), Autocomplete: "name"},
		Language: page.Radios{Name: "language", Legend: w.SiteLanguage(), Hint: w.SettingsLanguageHint(), Value: d.Language, Error: errs.For("language"), Options: site.LanguageOptions()},
		Token:    site.Token(who.Secret, "you", who.ID),
	})
}

// saveYou changes the person's own name and language; the page goes on in that language.
func (p settingsPage) saveYou(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "you", who.ID); err != nil {
		return err
	}
	typed := customer.Details{Name: v.Form("name"), Language: v.Form("language")}
	if page.Switched(v.R) {
		return renderYou(v, who, http.StatusOK, typed, nil)
	}
	err := customer.UpdateOwn(v.R.Context(), p.table, customer.UserID(who.ID), typed, v.By(who))
	if wrong := fault.As(err); wrong != nil && fault.Is(err, fault.Invalid) {
		var errs page.Errors
		for _, field := range wrong.Fields {
			said := v.Words.RedeemLanguageMissing()
			if field.Pointer == "name" {
				said = site.NameWrong(v.Words, field.Code)
			}
			errs = append(errs, page.FieldError{Field: field.Pointer, Text: said})
		}
		return renderYou(v, who, http.StatusUnprocessableEntity, typed, errs)
	}
	if err != nil {
		return err
	}
	return v.Redirect(path + "?done=you&lang=" + typed.Language)
}
