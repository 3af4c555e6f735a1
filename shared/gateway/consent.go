package gateway

import (
	"cmp"
	"net/http"
	"strings"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/locale"
)

// Visitor returns who decides something for a customer by this request, as a receipt names it. The terms count as read in the language asked
// for, else in the caller's own.
func Visitor(r *http.Request) consent.Visitor {
	by := Caller(r)
	language, asked := locale.Preferred(r.Header.Get("Accept-Language"))
	if !asked {
		language = cmp.Or(locale.Language(by.Language), locale.English)
	}
	return consent.Visitor{
		User: customer.UserID(by.ID), Address: ClientAddress(r), Browser: r.UserAgent(), Language: string(language),
	}
}

// InBody returns a refusal whose fields are named by JSON pointers into the body: the nouns name some as a page's form does.
func InBody(err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	pointed := *f
	pointed.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		field.Pointer = "/" + strings.TrimPrefix(field.Pointer, "/")
		pointed.Fields[i] = field
	}
	return &pointed
}
