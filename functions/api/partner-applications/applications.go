// Package partnerapplications is the HTTP face of companies that ask to be taken into the program: apply, list, read, approve, reject.
package partnerapplications

import (
	"context"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/textinput"
)

// Applicants is what applying needs of the table.
type Applicants interface {
	partner.ApplicationStore
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

// Create serves POST /v1/partner-applications: anybody applies for a company, and is mailed a link to confirm the address. It is counted as
// posts on public links are: by the client's address, then by the contact's, to which the mail goes.
func Create(table Applicants) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/partner-applications",
		Requires: access.Public,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			count := func(what, subject string, limit int) error {
				rate, err := table.Count(r.Context(), what, subject, limit, time.Minute, gateway.Op(r).At)
				if err != nil {
					return err
				}
				return gateway.Counted(w.Header(), what, rate)
			}
			if err := count("post_client", gateway.ClientAddress(r), gateway.Env(r).PostsPerClient); err != nil {
				return err
			}
			var body contract.PartnerApplicationCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			if to, code := textinput.Mail(body.Contact.Email); code == nil {
				if err := count("post_address", customer.FoldCaps(to), gateway.Env(r).PostsPerAddress); err != nil {
					return err
				}
			}
			made, err := partner.Apply(r.Context(), table, typed(body), gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.Application(r.Context(), partner.ApplicationID(result))
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func created(w http.ResponseWriter, a partner.Application) error {
	return gateway.Created(w, "/v1/partner-applications/"+string(a.ID), tag(a), view(a))
}

// typed reads the body as what an applicant typed.
func typed(body contract.PartnerApplicationCreate) partner.Application {
	a := partner.Application{
		LegalName: body.LegalName, RegistrationNumber: body.RegistrationNumber, Country: body.Country, City: body.City, Website: body.Website,
		Phone: body.Phone, Contact: partner.Contact{Name: body.Contact.Name, Mail: body.Contact.Email}, Programs: body.Programs, Why: body.Why,
	}
	if body.Contact.Language != nil {
		a.Contact.Language = string(*body.Contact.Language)
	}
	return a
}

// Lister is what listing applications needs of the table.
type Lister interface {
	Applications(ctx context.Context, status partner.ApplicationStatus, page dynamo.Page) ([]partner.Application, string, error)
}

// List serves GET /v1/partner-applications: who applied, the newest first, to operators.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partner-applications",
		Requires: access.DecideApplications,
		Queries:  slices.Concat(gateway.Paging, []string{"status"}),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			status, err := gateway.Choice(r, "status", partner.ApplicationStatuses...)
			if err != nil {
				return err
			}
			found, next, err := table.Applications(r.Context(), status, dynamo.Page{Limit: limit, Cursor: cursor})
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Vendor(), "partner_applications"); err != nil {
				return err
			}
			views := make([]contract.PartnerApplicationSummary, len(found))
			for i, a := range found {
				views[i] = contract.PartnerApplicationSummary{
					ID: string(a.ID), Status: contract.ApplicationStatus(a.Status), LegalName: a.LegalName, Country: a.Country, City: a.City, CreatedAt: a.CreatedAt,
				}
			}
			return gateway.Listed(w, r, views, next)
		},
	}
}

// Get serves GET /v1/partner-applications/{application_id}: one application with its contact, to operators.
func Get(table partner.ApplicationStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partner-applications/{application_id}",
		Requires: access.DecideApplications,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := named(r)
			if err != nil {
				return err
			}
			found, err := table.Application(r.Context(), id)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Vendor(), string(id)); err != nil {
				return err
			}
			return show(w, r, found)
		},
	}
}

// Approve serves POST /v1/partner-applications/{application_id}/approve: the company becomes a partner that is to sign the agreement.
func Approve(table partner.ApplicationStore) gateway.Endpoint {
	return gateway.Action("POST /v1/partner-applications/{application_id}/approve", access.DecideApplications, decisions(table),
		func(r *http.Request, id partner.ApplicationID, _ gateway.NoBody) (partner.Application, error) {
			return partner.ApproveApplication(r.Context(), table, id, gateway.Op(r))
		})
}

// Reject serves POST /v1/partner-applications/{application_id}/reject: the contact is mailed why.
func Reject(table partner.ApplicationStore) gateway.Endpoint {
	return gateway.Action("POST /v1/partner-applications/{application_id}/reject", access.DecideApplications, decisions(table),
		func(r *http.Request, id partner.ApplicationID, body contract.PartnerApplicationReject) (partner.Application, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return partner.Application{}, err
			}
			return partner.RejectApplication(r.Context(), table, id, reason, gateway.Op(r))
		})
}

// decisions is what the decisions on an application share.
func decisions(table partner.ApplicationStore) gateway.Thing[partner.ApplicationID, partner.Application] {
	return gateway.Thing[partner.ApplicationID, partner.Application]{
		Key: named,
		Replay: func(r *http.Request, result string) (partner.Application, error) {
			return table.Application(r.Context(), partner.ApplicationID(result))
		},
		Show: show,
	}
}

// named returns the application in the path; an id of another shape costs no read.
func named(r *http.Request) (partner.ApplicationID, error) {
	id := partner.ApplicationID(r.PathValue("application_id"))
	if _, ok := id.ULID(); !ok {
		return "", fault.NotFound
	}
	return id, nil
}

func show(w http.ResponseWriter, r *http.Request, a partner.Application) error {
	return gateway.OK(w, r, tag(a), view(a))
}

func tag(a partner.Application) string { return gateway.ETag(a.Version, string(a.Status)) }

func view(a partner.Application) contract.PartnerApplication {
	v := contract.PartnerApplication{
		ID: string(a.ID), Status: contract.ApplicationStatus(a.Status), LegalName: a.LegalName, RegistrationNumber: a.RegistrationNumber,
		Country: a.Country, City: a.City, Website: a.Website, Phone: a.Phone,
		Contact:  contract.Contact{Name: a.Contact.Name, Email: textinput.ShownMail(a.Contact.Mail), Language: contract.Language(a.Contact.Language)},
		Programs: append([]string{}, a.Programs...), Why: a.Why, ConfirmedAt: gateway.Some(a.ConfirmedAt), DecidedAt: gateway.Some(a.DecidedAt),
		CreatedAt: a.CreatedAt,
	}
	if a.Partner != "" {
		v.PartnerID = (*string)(&a.Partner)
	}
	if a.Reason != "" {
		v.Reason = &a.Reason
	}
	return v
}
