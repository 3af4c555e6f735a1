// Package inquiries is the HTTP face of messages to partners of the marketplace: send one while signed in, ask as a visitor, list them, read what became of one.
package inquiries

import (
	"context"
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/textinput"
	"liaison/shared/view"
)

// Lister is what listing inquiries needs of the table.
type Lister interface {
	// SentInquiries lists the inquiries that a company's people sent and that keep lets through, the newest first, each with what became of it.
	SentInquiries(ctx context.Context, c customer.ID, p partner.ID, page dynamo.Page, keep dynamo.Keep[lead.SentInquiry]) ([]lead.Followed, string, error)
}

// Reader is what reading an inquiry needs of the table.
type Reader interface {
	// Inquiry reads one inquiry, strongly consistent; NotFound where there is none.
	Inquiry(ctx context.Context, id lead.InquiryID) (lead.Inquiry, error)
	// LeadsOf reads the leads of a sent inquiry by the partners that have one, and these partners.
	LeadsOf(ctx context.Context, i lead.Inquiry) (map[partner.ID]lead.Lead, map[partner.ID]partner.Partner, error)
}

// Asking is what a visitor's inquiry needs of the table.
type Asking interface {
	lead.InquiryStore
	// Count counts one thing in the current window of a subject.
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

// Sending is what the inquiry of who is signed in needs of the table.
type Sending interface {
	Asking
	Reader
}

// count counts one of a caller's tries, and fails with Throttled rate_limited where its minute is full.
func count(w http.ResponseWriter, r *http.Request, table Asking, what, subject string, limit int) error {
	rate, err := table.Count(r.Context(), what, subject, limit, time.Minute, gateway.Op(r).At)
	if err != nil {
		return err
	}
	return gateway.Counted(w.Header(), what, rate)
}

// Create serves POST /v1/marketplace/inquiries: who is signed in writes to partners.
func Create(table Sending) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/marketplace/inquiries",
		Requires: access.ContactPartners,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			by := gateway.Caller(r)
			if err := count(w, r, table, quota.Contacts, by.Party(), gateway.Env(r).ChecksPerCaller); err != nil {
				return err
			}
			var body contract.InquiryCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			made, err := lead.Contact(r.Context(), table, by.Sender(), draft(body), gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, r, table, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.Inquiry(r.Context(), lead.InquiryID(result))
			if err != nil {
				return err
			}
			return created(w, r, table, made)
		},
	}
}

func created(w http.ResponseWriter, r *http.Request, table Reader, i lead.Inquiry) error {
	shown, err := read(r, table, i)
	if err != nil {
		return err
	}
	return gateway.Created(w, "/v1/marketplace/inquiries/"+string(i.ID), gateway.ContentTag(shown), shown)
}

// Ask serves POST /v1/marketplace/visitor-inquiries: a visitor writes to partners, and is mailed a link to send it. It is counted by the client's address,
// then by the address that the mail goes to, as posts on public links are.
func Ask(table Asking) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/marketplace/visitor-inquiries",
		Requires: access.Public,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if err := count(w, r, table, quota.Contacts, gateway.ClientAddress(r), gateway.Env(r).ChecksPerCaller); err != nil {
				return err
			}
			var body contract.VisitorInquiryCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			if to, code := textinput.Mail(body.Email); code == nil {
				if err := count(w, r, table, "post_address", customer.FoldCaps(to), gateway.Env(r).PostsPerAddress); err != nil {
					return err
				}
			}
			made, err := lead.Ask(r.Context(), table, visitors(body), gateway.Op(r))
			if err != nil {
				return err
			}
			return asked(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.Inquiry(r.Context(), lead.InquiryID(result))
			if err != nil {
				return err
			}
			return asked(w, made)
		},
	}
}

// asked answers a visitor, also where the link was pressed meanwhile: who knows the key learns no more than before.
func asked(w http.ResponseWriter, i lead.Inquiry) error {
	return gateway.Created(w, "/v1/marketplace/inquiries/"+string(i.ID), gateway.ETag(1, string(lead.Unconfirmed)), contract.VisitorInquiry{
		ID: contract.InquiryID(i.ID), Status: string(lead.Unconfirmed), Email: textinput.ShownMail(i.From.Mail), LinkEndsAt: i.EndsAt, CreatedAt: i.CreatedAt,
	})
}

// List serves GET /v1/marketplace/inquiries: who is signed in lists what it, or its company, wrote to partners.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/marketplace/inquiries",
		Requires: access.ContactPartners,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			by, at := gateway.Caller(r), gateway.Op(r).At
			read := func(limit int, cursor string) ([]lead.Followed, string, error) {
				return table.SentInquiries(r.Context(), by.Customer.ID, by.Partner.ID, dynamo.Page{Limit: limit, Cursor: cursor}, access.SeenInquiries(by, at))
			}
			return gateway.Paged(w, r, read, func(i lead.Followed) contract.Inquiry { return view.Inquiry(i, at) }, view.InquiryColumns...)
		},
	}
}

// Get serves GET /v1/marketplace/inquiries/{inquiry_id}: its sender, or its company, reads what became of it.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/marketplace/inquiries/{inquiry_id}",
		Requires: access.ContactPartners,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id := lead.InquiryID(r.PathValue("inquiry_id"))
			if _, ok := id.ULID(); !ok {
				return fault.NotFound
			}
			found, err := table.Inquiry(r.Context(), id)
			if err != nil {
				return err
			}
			if sent, is := found.Listed(); !is || !access.SeesInquiry(gateway.Caller(r), sent, gateway.Op(r).At) {
				return fault.NotFound
			}
			shown, err := read(r, table, found)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, gateway.ContentTag(shown), shown)
		},
	}
}

func read(r *http.Request, table Reader, i lead.Inquiry) (contract.Inquiry, error) {
	leads, partners, err := table.LeadsOf(r.Context(), i)
	return view.Inquiry(lead.Followed{Inquiry: i, Leads: leads, Receivers: partners}, gateway.Op(r).At), err
}

// draft reads the body as the inquiry of somebody who is known.
func draft(body contract.InquiryCreate) lead.Draft {
	return lead.Draft{
		Partners: view.Texts[partner.ID](body.PartnerIds), Services: view.Texts[listing.Service](body.Services), Plan: catalog.PlanID(value(body.PlanID)), Text: body.Message,
		MayCall: body.MayCall != nil && *body.MayCall, Privacy: value(body.PrivacyVersion),
		From: lead.From{Phone: value(body.Phone), Size: lead.Size(value(body.CompanySize))},
	}
}

// visitors reads the body as a visitor's inquiry.
func visitors(body contract.VisitorInquiryCreate) lead.Draft {
	return lead.Draft{
		Partners: view.Texts[partner.ID](body.PartnerIds), Services: view.Texts[listing.Service](body.Services), Plan: catalog.PlanID(value(body.PlanID)), Text: body.Message,
		MayCall: body.MayCall != nil && *body.MayCall, Privacy: value(body.PrivacyVersion),
		From: lead.From{
			Company: body.Company, Name: body.Name, Mail: body.Email, Phone: value(body.Phone), Country: body.Country, Language: string(value(body.Language)),
			Size: lead.Size(value(body.CompanySize)),
		},
	}
}

// value returns what was sent, zero where nothing was.
func value[T any](sent *T) (v T) {
	if sent != nil {
		v = *sent
	}
	return v
}
