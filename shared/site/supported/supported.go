// Package supported is customers' service requests as pages show them to every side: in a list, and each with what was written and what the reader does
// to it.
package supported

import (
	"context"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/support"
)

// Table is what the page of a service request needs of the table.
type Table interface {
	access.Requests
	access.Notes
	support.Store
	// ServiceRequestComments lists what was written about a request, the oldest first.
	ServiceRequestComments(ctx context.Context, id support.ID, page dynamo.Page) ([]support.Comment, string, error)
}

// Desk is where one side works on service requests.
type Desk struct {
	Table Table
	Path  string      // of its list; each request stands below it
	Of    customer.ID // whose requests alone; empty where those of every customer stand there
}

// At is the page of a request.
func (d Desk) At(id support.ID) string { return d.Path + "/" + string(id) }

// Badge says how a request stands: what waits for somebody is not calm.
func Badge(w locale.Words, status support.Status) page.Badge {
	switch status {
	case support.Open:
		return page.Badge{Kind: "info", Text: w.SupportOpen()}
	case support.Answered:
		return page.Badge{Kind: "warn", Text: w.SupportAnswered()}
	case support.Resolved:
		return page.Badge{Kind: "good", Text: w.SupportResolved()}
	}
	return page.Badge{Kind: "calm", Text: w.SupportClosed()}
}

// Severity says in a word how severe a request is.
func Severity(w locale.Words, s support.Severity) page.Badge {
	switch s {
	case support.Low:
		return page.Badge{Kind: "calm", Text: w.SupportLow()}
	case support.High:
		return page.Badge{Kind: "warn", Text: w.SupportHigh()}
	case support.Critical:
		return page.Badge{Kind: "bad", Text: w.SupportCritical()}
	}
	return page.Badge{Kind: "info", Text: w.SupportNormal()}
}

// Severities offers every severity for a choice.
func Severities(w locale.Words) []page.Option {
	return options(support.Severities, func(s support.Severity) string { return Severity(w, s).Text })
}

// Running are the states of a request that is not closed, what waits for the vendor first.
var Running = []support.Status{support.Open, support.Answered, support.Resolved}

// State is the filter of a list by some states, with the one that is chosen; empty where none is.
func State(w locale.Words, chosen support.Status, of ...support.Status) page.Filter {
	return filter("state", w.SupportState(), w.SupportStateAll(), string(chosen), options(of, func(s support.Status) string { return Badge(w, s).Text }))
}

// SeverityFilter is the filter of a list by severity, with the one that is chosen; empty where none is.
func SeverityFilter(w locale.Words, chosen support.Severity) page.Filter {
	return filter("severity", w.SupportSeverity(), w.SupportSeverityAll(), string(chosen), Severities(w))
}

func filter(name, label, all, chosen string, of []page.Option) page.Filter {
	return page.Filter{Select: &page.Select{Name: name, Label: label, Value: chosen, Options: append([]page.Option{{Label: all}}, of...)}}
}

func options[T ~string](of []T, label func(T) string) []page.Option {
	made := make([]page.Option, len(of))
	for i, one := range of {
		made[i] = page.Option{Value: string(one), Label: label(one)}
	}
	return made
}

// Name says who wrote: a customer's user or a partner by the name it had, and the vendor.
func Name(v *site.Visit, by support.Author) string {
	if by.Side == support.ByVendor {
		return v.Vendor().Name
	}
	return by.Name
}

// side says for whom somebody writes.
func side(w locale.Words, of support.Side) page.Badge {
	switch of {
	case support.ByVendor:
		return page.Badge{Kind: "info", Text: w.SupportVendor()}
	case support.ByPartner:
		return page.Badge{Kind: "warn", Text: w.SupportPartner()}
	}
	return page.Badge{Kind: "calm", Text: w.SupportCustomer()}
}

// Wrong says what is wrong with what was typed into the form of a request, beside each field and on top; nil where nothing is.
func Wrong(v *site.Visit, err error) page.Errors {
	w, wrong := v.Words, faultOf(err)
	var errs page.Errors
	for _, field := range wrong {
		name := field.Pointer[1:]
		said := v.Beside(field)
		switch {
		case name == "subscription_id":
			name = "subscription"
		case name == "subject" && missing(field):
			said = w.SupportSubjectMissing()
		case name == "message" && missing(field):
			said = w.SupportMessageMissing()
		}
		errs = append(errs, page.FieldError{Field: name, Text: said})
	}
	return errs
}

// seen is what a form of a request was decided on: its version, and how it stood.
func seen(r support.Request) string { return strconv.Itoa(r.Version) + "-" + string(r.Status) }
