// Package customerdomains is the HTTP face of the internet domains of a customer: list, add, read, verify, remove; by the customer's own administrators,
// and by a partner on its behalf.
package customerdomains

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/textinput"
	"liaison/shared/view"
)

// Reader is what reading domains needs of the table.
type Reader interface {
	administration.Store
	// CustomerDomain reads one domain, strongly consistent; NotFound where the customer has no such domain.
	CustomerDomain(ctx context.Context, of customer.ID, name customer.DomainName) (customer.Domain, error)
}

// Lister is what listing a customer's domains needs of the table.
type Lister interface {
	administration.Store
	// CustomerDomains lists a customer's domains by their names.
	CustomerDomains(ctx context.Context, of customer.ID, page dynamo.Page) ([]customer.Domain, string, error)
}

// Table is what acting on domains needs of the table.
type Table interface {
	Reader
	administration.DomainStore
}

// List serves GET /v1/customers/{customer_id}/domains, by their names.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/domains",
		Requires: access.ReadUsers,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, _, err := gateway.Administered(r, table)
			if err != nil {
				return err
			}
			if _, err := authority.Allow(administration.ReadUsers); err != nil {
				return err
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]customer.Domain, string, error) {
				return table.CustomerDomains(r.Context(), authority.Customer.ID, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.Domain)
		},
	}
}

// Create serves POST /v1/customers/{customer_id}/domains: a domain that waits for its record.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customers/{customer_id}/domains",
		Requires: access.AdministerDomains,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, _, err := gateway.Administered(r, table)
			if err != nil {
				return err
			}
			var body contract.CustomerDomainCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			made, err := administration.AddDomain(r.Context(), table, authority, body.Name, gateway.Env(r).Domains(), gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := replayed(r, table, result)
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func created(w http.ResponseWriter, d customer.Domain) error {
	return gateway.Created(w, "/v1/customers/"+string(d.Customer)+"/domains/"+string(d.Name), tag(d), view.Domain(d))
}

// replayed reads the domain that an act before this one kept for a replay.
func replayed(r *http.Request, table Reader, result string) (customer.Domain, error) {
	of, err := gateway.CustomerOf(r)
	if err != nil {
		return customer.Domain{}, err
	}
	return table.CustomerDomain(r.Context(), of, customer.DomainName(result))
}

// Get serves GET /v1/customers/{customer_id}/domains/{domain}.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/domains/{domain}",
		Requires: access.ReadUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := named(r, table)
			if err != nil {
				return err
			}
			if _, err := on.by.Allow(administration.ReadUsers); err != nil {
				return err
			}
			return gateway.OK(w, r, tag(on.domain), view.Domain(on.domain))
		},
	}
}

// target is the domain that a path names, and what the caller may do there.
type target struct {
	by     administration.Authority
	domain customer.Domain
}

// named reads the domain in the path, in whatever letters, of the customer in the path. What can be no domain costs no read.
func named(r *http.Request, table Reader) (target, error) {
	name, code := textinput.OwnDomain(r.PathValue("domain"))
	if code != nil {
		return target{}, fault.NotFound
	}
	authority, _, err := gateway.Administered(r, table)
	if err != nil {
		return target{}, err
	}
	d, err := table.CustomerDomain(r.Context(), authority.Customer.ID, customer.DomainName(name))
	return target{authority, d}, err
}

// Delete serves DELETE /v1/customers/{customer_id}/domains/{domain}: another customer may have it from then on.
func Delete(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/customers/{customer_id}/domains/{domain}",
		Requires: access.AdministerDomains,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			err := op.RetryStale(func() error {
				on, err := named(r, table)
				if err != nil {
					return err
				}
				if err := gateway.IfMatch(r, tag(on.domain)); err != nil {
					return err
				}
				return administration.RemoveDomain(r.Context(), table, on.by, on.domain, gateway.Op(r))
			})
			if err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// Verify serves POST /v1/customers/{customer_id}/domains/{domain}/verify: the record is looked up now.
func Verify(table Table, dns administration.Records) gateway.Endpoint {
	on := gateway.Thing[string, customer.Domain]{
		Key: func(r *http.Request) (string, error) { return r.PathValue("domain"), nil },
		Replay: func(r *http.Request, result string) (customer.Domain, error) {
			return replayed(r, table, result)
		},
		Show: func(w http.ResponseWriter, r *http.Request, d customer.Domain) error {
			return gateway.OK(w, r, tag(d), view.Domain(d))
		},
	}
	return gateway.Action("POST /v1/customers/{customer_id}/domains/{domain}/verify", access.AdministerDomains, on,
		func(r *http.Request, _ string, _ gateway.NoBody) (checked customer.Domain, err error) {
			err = op.RetryStale(func() error {
				on, err := named(r, table)
				if err != nil {
					return err
				}
				checked, err = administration.VerifyDomain(r.Context(), table, dns, on.by, on.domain, gateway.Op(r))
				return err
			})
			return checked, err
		})
}

func tag(d customer.Domain) string { return gateway.ContentTag(view.Domain(d)) }
