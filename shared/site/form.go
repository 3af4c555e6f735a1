package site

import (
	"bufio"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/page"
)

// again shows the page of a form whose token was too old, or another session's, once more: with what was typed, a notice, and a token that
// counts. It stays a refusal, with its status. Where the page can't be shown, the refusal is.
func (v *Visit) again(get func(*Visit) error, refused error) error {
	shown := *v
	shown.retyped = v.R.PostForm
	shown.R = v.R.Clone(v.R.Context())
	shown.R.Method, shown.R.PostForm, shown.R.Form = http.MethodGet, nil, v.R.URL.Query()
	if err := get(&shown); err != nil {
		if fault.As(err) == nil {
			return err
		}
		v.Words, v.signed = shown.Words, shown.signed
	}
	return refused
}

// Retyped returns what a form sent whose token was too old, where its page is shown once more: see again. Else nil. A page asks it where what was
// typed says which fields there are; all others show it by themselves.
func (v *Visit) Retyped() url.Values { return v.retyped }

// readForm reads a form in either encoding that browsers and mail programs send, and the files in it by their fields. What has no body is an empty
// form, whatever it says to be. A form in parts that is too large leaves what came before.
func readForm(r *http.Request) (files map[string][]byte, err error) {
	body := bufio.NewReader(r.Body)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		r.Header.Del("Content-Type")
	}
	r.Body = io.NopCloser(body)
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	for files = map[string][]byte{}; err == nil; {
		err = readPart(r, parts, files)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return files, err
}

// readPart reads the next field or file of a form in parts; io.EOF after the last. A body is bounded, so each is held in memory.
func readPart(r *http.Request, parts *multipart.Reader, files map[string][]byte) error {
	part, err := parts.NextPart()
	if err != nil {
		return err
	}
	value, err := io.ReadAll(part)
	switch name := part.FormName(); {
	case err != nil:
		return err
	case name == "":
	case part.FileName() != "":
		files[name] = value
	default:
		r.Form.Add(name, string(value))
		r.PostForm.Add(name, string(value))
	}
	return nil
}

// readable fails where the posted form could not be read: TooLarge over 256 kB, otherwise Malformed.
func (v *Visit) readable() error {
	var large *http.MaxBytesError
	switch {
	case errors.As(v.form, &large):
		return fault.BodyTooLarge.With(gateway.MaxBody)
	case v.form != nil:
		return fault.BadRequest.Because(v.form)
	}
	return nil
}

// fromOurPage lets a POST through that a browser sent from our own pages; everything else is Forbidden cross_site.
func (v *Visit) fromOurPage(post func(*Visit) error) error {
	err := error(fault.CrossSite)
	refused := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	through := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { err = post(v) })
	checked, wrong := page.SameOrigin(v.Env.PagesURL, refused, through)
	if wrong != nil {
		return wrong
	}
	checked.ServeHTTP(v.W, v.R)
	return err
}

// Form returns a posted value, cut to a length no honest form reaches, so that a rule can say what is too long and
// nothing huge is shown back.
func (v *Visit) Form(name string) string {
	const most = 64 << 10
	given := v.R.PostForm.Get(name)
	return given[:min(len(given), most)]
}

// Upload returns the posted file of a field, nil where none was chosen. It is no longer than the form, which is bounded.
func (v *Visit) Upload(name string) []byte { return v.files[name] }

// Token returns the form token of one step, keyed by the secret of the link or cookie.
func Token(secret string, parts ...string) string { return page.FormToken([]byte(secret), parts...) }

// Posted fails with Forbidden form_expired where the form does not carry the token of this step and secret.
func (v *Visit) Posted(secret string, parts ...string) error {
	if !page.CheckFormToken([]byte(secret), v.Form(page.TokenField), parts...) {
		return fault.FormExpired
	}
	return nil
}

// NameWrong says what is wrong with a person's name.
func NameWrong(w locale.Words, code *fault.Code) string {
	switch code {
	case fault.Required:
		return w.RedeemNameMissing()
	case fault.TooLong:
		return w.RedeemNameLong(customer.MaxName)
	case fault.MixedScripts:
		return w.RedeemNameMixed()
	case fault.NoLetters:
		return w.RedeemNameNothing()
	}
	return w.RedeemNameWrong()
}

// CompanyWrong says what is wrong with a company's name.
func CompanyWrong(w locale.Words, code *fault.Code) string {
	switch code {
	case fault.Required:
		return w.RedeemCompanyMissing()
	case fault.TooLong:
		return w.RedeemCompanyLong(customer.MaxCompany)
	case fault.MixedScripts:
		return w.RedeemCompanyMixed()
	case fault.NoLetters:
		return w.RedeemCompanyNothing()
	}
	return w.RedeemCompanyWrong()
}

// PersonWrong says what is wrong with the name, the address and the language of somebody who is invited or changed; nil where wrong is nil.
func PersonWrong(w locale.Words, wrong *fault.Fault) page.Errors {
	var errs page.Errors
	if wrong == nil {
		return nil
	}
	for _, field := range wrong.Fields {
		switch field.Pointer {
		case "/name":
			said := NameWrong(w, field.Code)
			if field.Code == fault.Required {
				said = w.PartnerUsersNameMissing() // it is not the reader's own
			}
			errs = append(errs, page.FieldError{Field: "name", Text: said})
		case "/email":
			said := w.PartnerUsersEmailWrong()
			if field.Code == fault.Required {
				said = w.PartnerUsersEmailMissing()
			}
			if field.Code == fault.AddressTaken {
				said = w.PartnerUsersEmailTaken()
			}
			errs = append(errs, page.FieldError{Field: "email", Text: said})
		case "/language":
			errs = append(errs, page.FieldError{Field: "language", Text: w.RedeemLanguageMissing()})
		}
	}
	slices.SortStableFunc(errs, func(a, b page.FieldError) int {
		return slices.Index(personFields, a.Field) - slices.Index(personFields, b.Field)
	})
	return errs
}

// personFields are in the order of the forms that ask for a person, which the list of what is wrong keeps.
var personFields = []string{"name", "email", "language"}
