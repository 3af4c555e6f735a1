// Package customers is the HTTP face of the companies that buy: list those that a partner is tied to, find
// one by a user's address or by a domain, read one with what the caller may do there, change its profile, and name its billing owner.
package customers

import (
	"context"
	"net/http"
	"slices"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/relationship"
	"liaison/shared/textinput"
	"liaison/shared/view"
)

// Lister is what listing customers needs of the table.
type Lister interface {
	// Relationships lists a partner's ties that keep lets through, newest first.
	Relationships(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
	// RelationshipsOf lists a customer's ties that keep lets through.
	RelationshipsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[relationship.Relationship]) ([]relationship.Relationship, string, error)
}

// List serves GET /v1/customers: whom the calling partner is tied to, newest first; an operator names the partner or the customer. A customer's own
// user reads its company by its id.
func List(table Lister) gateway.Endpoint {
	return gateway.List[relationship.Relationship, contract.CustomerSummary]{
		Pattern:  "GET /v1/customers",
		Requires: access.SeeCustomers,
		Filters:  []string{"kind"},
		What:     "customers",
		Filter: func(r *http.Request, of gateway.Sides) (func(relationship.Relationship) bool, error) {
			kind, err := gateway.Choice(r, "kind", relationship.DelegatedAdministrator, relationship.PartnerOfRecord, relationship.Reseller)
			return func(tie relationship.Relationship) bool {
				return (of.Customer == "" || tie.Customer == of.Customer) && (of.Partner == "" || tie.Partner == of.Partner) &&
					(kind == "" || slices.Contains(tie.Kinds(gateway.Op(r).At), kind))
			}, err
		},
		Read: func(r *http.Request, of gateway.Sides, limit int, cursor string, keep func([]relationship.Relationship) ([]bool, error)) ([]relationship.Relationship, string, error) {
			page := dynamo.Page{Limit: limit, Cursor: cursor}
			if gateway.Caller(r).OfPartner() || of.Customer == "" {
				return table.Relationships(r.Context(), of.Partner, page, keep)
			}
			return table.RelationshipsOf(r.Context(), of.Customer, page, keep)
		},
		Views: func(r *http.Request, found []relationship.Relationship) ([]contract.CustomerSummary, error) {
			views := make([]contract.CustomerSummary, len(found))
			for i, tie := range found {
				views[i] = contract.CustomerSummary{
					ID: string(tie.Customer), Name: tie.CustomerName, Country: contract.Country(tie.CustomerCountry), Kinds: view.Kinds(&tie, gateway.Op(r).At), Since: tie.CreatedAt,
				}
				if a := tie.Administration; a != nil {
					views[i].DelegatedAdministration = view.Administration(tie.Partner, a.StatusAt(gateway.Op(r).At), *a)
				}
			}
			return views, nil
		},
	}.Endpoint()
}

// Get serves GET /v1/customers/{customer_id}: one customer, to partners that are tied to it, to its own users with a role and to operators, with what
// the caller may do to its directory.
func Get(table administration.Store) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}",
		Requires: access.SeeCustomers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := gateway.CustomerOf(r)
			if err != nil {
				return err
			}
			by := gateway.Caller(r)
			stands, err := table.Administration(r.Context(), of, by.Partner.ID)
			if err != nil {
				return err
			}
			if by.OfPartner() && stands.Tie == nil {
				return fault.NotFound
			}
			if err := gateway.AuditRead(r, event.Customer(string(of)), string(of)); err != nil {
				return err
			}
			v := view.Customer(gateway.Caller(r), stands, gateway.Env(r).CustomersDomain, gateway.Op(r).At)
			return gateway.OK(w, r, gateway.ContentTag(v), v)
		},
	}
}

// Searcher is what finding a customer needs of the table.
type Searcher interface {
	administration.Finder
	Count(ctx context.Context, what, subject string, limit int, window time.Duration, at time.Time) (quota.Rate, error)
}

// Search serves POST /v1/customer-searches: the customer of the calling partner whose user signs in by an
// address, or whose domain it is. It is counted a minute, of all users
// and machines of the partner together, so that addresses can't be tried out.
func Search(table Searcher) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customer-searches",
		Requires: access.FindCustomers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerSearch
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			by, at := gateway.Caller(r), gateway.Op(r).At
			rate, err := table.Count(r.Context(), quota.Searches, by.Party(), gateway.Env(r).ChecksPerCaller, time.Minute, at)
			if err != nil {
				return err
			}
			if err := gateway.Counted(w.Header(), quota.Searches, rate); err != nil {
				return err
			}
			found, err := find(r, table, body)
			if err != nil {
				return err
			}
			v := contract.FoundCustomer{Customer: view.Customer(gateway.Caller(r), found.Standing, gateway.Env(r).CustomersDomain, gateway.Op(r).At), UserID: gateway.Some(string(found.User))}
			return gateway.OK(w, r, "", v)
		},
	}
}

// find finds what the body asks for. It fails with Invalid where it asks for nothing, or for two things.
func find(r *http.Request, table Searcher, body contract.CustomerSearch) (administration.Found, error) {
	by, at := gateway.Caller(r).Claim(), gateway.Op(r).At
	switch {
	case body.Email != nil && body.Domain != nil:
		return administration.Found{}, fault.TooMany.With(1).In("/domain")
	case body.Domain != nil:
		name, code := textinput.OwnDomain(*body.Domain)
		if code != nil {
			return administration.Found{}, code.With(textinput.MaxDomain).In("/domain")
		}
		return by.FindByDomain(r.Context(), table, customer.DomainName(name), at)
	case body.Email == nil:
		return administration.Found{}, fault.Required.In("/email")
	}
	mail, code := textinput.Mail(*body.Email)
	if code != nil {
		return administration.Found{}, code.With(textinput.MaxMail).In("/email")
	}
	return by.Find(r.Context(), table, mail, at)
}

// Update serves PATCH /v1/customers/{customer_id}: name and language, by the customer's global administrator or under a full grant.
func Update(table administration.ProfileStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/customers/{customer_id}",
		Requires: access.EditCustomer,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changes := customer.Changes{Name: body.Name, Language: (*string)(body.Language)}
			if changes.Empty() {
				return fault.TooFew.With(1)
			}
			of, err := gateway.CustomerOf(r)
			if err != nil {
				return err
			}
			var v contract.Customer
			err = op.RetryStale(func() error {
				stands, err := table.Administration(r.Context(), of, gateway.Caller(r).Partner.ID)
				if err != nil {
					return err
				}
				authority, err := gateway.Caller(r).Claim().Over(stands, gateway.Op(r).At)
				if err != nil {
					return err
				}
				if err := gateway.IfMatch(r, gateway.ContentTag(view.Customer(gateway.Caller(r), stands, gateway.Env(r).CustomersDomain, gateway.Op(r).At))); err != nil {
					return err
				}
				stands.Customer, err = administration.UpdateProfile(r.Context(), table, authority, changes, gateway.Op(r))
				v = view.Customer(gateway.Caller(r), stands, gateway.Env(r).CustomersDomain, gateway.Op(r).At)
				return err
			})
			if err != nil {
				return err
			}
			return gateway.OK(w, r, gateway.ContentTag(v), v)
		},
	}
}

// SetBillingOwner serves PUT /v1/customers/{customer_id}/billing-owner, by the customer's own users. It takes no If-Match: a billing owner without a role
// reads no customer, and the write holds whoever asks to what it is by then.
func SetBillingOwner(table customer.SettingsStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/customers/{customer_id}/billing-owner",
		Requires: access.ChangeBillingOwner,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerBillingOwner
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			of, err := gateway.CustomerOf(r)
			if err != nil {
				return err
			}
			err = customer.ChangeBillingOwner(r.Context(), table, of, customer.UserID(body.BillingOwner), customer.UserID(gateway.Caller(r).ID), gateway.Op(r))
			if err != nil {
				return err
			}
			return gateway.OK(w, r, "", body)
		},
	}
}
