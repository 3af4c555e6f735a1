// Package customerusers is the HTTP face of a customer's people: list, create, read, change, delete, restore, and start a password reset; by the
// customer's own administrators, and by a partner on its behalf.
package customerusers

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

// Lister is what listing a customer's users needs of the table.
type Lister interface {
	administration.Store
	// FindCustomerUsers lists those that a text finds and keep lets through; an empty text finds all.
	FindCustomerUsers(ctx context.Context, of customer.ID, text string, keep func(customer.User) bool, page dynamo.Page) ([]customer.User, string, error)
}

// maxSearch is the most characters that are searched for.
const maxSearch = 120

// List serves GET /v1/customers/{customer_id}/users: the oldest first, or in the order of what they are found by. Those who were deleted are left out
// unless they are asked for.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/users",
		Requires: access.ReadUsers,
		Queries:  append([]string{"search", "status"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, _, err := gateway.Administered(r, table)
			if err != nil {
				return err
			}
			if _, err := authority.Allow(administration.ReadUsers); err != nil {
				return err
			}
			wanted, err := gateway.Choice(r, "status", contract.CustomerUserStatusActive, contract.CustomerUserStatusDisabled, contract.CustomerUserStatusDeleted)
			if err != nil {
				return err
			}
			typed, code := textinput.Line(r.URL.Query().Get("search"), maxSearch)
			if code != nil && code != fault.Required {
				return code.With(maxSearch).InParameter("search")
			}
			keep := func(u customer.User) bool {
				return view.Status(u) == wanted || wanted == "" && !u.Deleted()
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]customer.User, string, error) {
				return table.FindCustomerUsers(r.Context(), authority.Customer.ID, typed, keep, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.User, view.UserColumns...)
		},
	}
}

// Table is what acting on a customer's users needs of the table.
type Table interface {
	administration.UserStore
	// CustomerUser reads one user, strongly consistent; NotFound where there is none.
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
}

// Create serves POST /v1/customers/{customer_id}/users: a new user, who is mailed a link to set a password.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customers/{customer_id}/users",
		Requires: access.AdministerUsers,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, _, err := gateway.Administered(r, table)
			if err != nil {
				return err
			}
			var body contract.CustomerUserCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			draft := customer.UserDraft{Name: body.Name, Mail: body.Email, Roles: roles(body.Roles)}
			if body.Language != nil {
				draft.Language = string(*body.Language)
			}
			for _, f := range customer.ContactFields {
				if typed, ok := typed(body.Contact)[f.Name]; ok {
					*f.Of(&draft.Contact) = typed
				}
			}
			made, err := administration.CreateUser(r.Context(), table, authority, draft, gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.CustomerUser(r.Context(), customer.UserID(result))
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func created(w http.ResponseWriter, u customer.User) error {
	return gateway.Created(w, "/v1/customers/"+string(u.Customer)+"/users/"+string(u.ID), tag(u), view.User(u))
}

// ReadTable is what reading a user needs of the table.
type ReadTable interface {
	administration.Store
	TaskReader
}

// Get serves GET /v1/customers/{customer_id}/users/{user_id}. How far its mailbox is stands in the answer and not in its tag, which a change names: so an
// answer with a mailbox is never 304.
func Get(table ReadTable) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/users/{user_id}",
		Requires: access.ReadUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := named(r, table)
			if err != nil {
				return err
			}
			if _, err := on.by.Allow(administration.ReadUsers); err != nil {
				return err
			}
			v, err := whole(r, table, on.user)
			if err != nil {
				return err
			}
			if v.Mailbox != nil {
				r.Header.Del("If-None-Match")
			}
			return gateway.OK(w, r, tag(on.user), v)
		},
	}
}

// target is the user that a path names, and what the caller may do there.
type target struct {
	by   administration.Authority
	user customer.User
}

// named reads the user in the path, who belongs to the customer in the path. Another's looks like none.
func named(r *http.Request, table administration.Store) (target, error) {
	of, err := gateway.CustomerOf(r)
	if err != nil {
		return target{}, err
	}
	id := customer.UserID(r.PathValue("user_id"))
	if owner, _, ok := customer.Under("usr", string(id)); !ok || owner != of {
		return target{}, fault.NotFound
	}
	authority, found, err := gateway.Administered(r, table, id)
	if err != nil {
		return target{}, err
	}
	u, ok := found[id]
	if !ok {
		return target{}, fault.NotFound
	}
	return target{authority, u}, nil
}

// Update serves PATCH /v1/customers/{customer_id}/users/{user_id}: details, roles, contact, and whether the user is disabled.
func Update(table administration.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/customers/{customer_id}/users/{user_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerUserUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changes := customer.UserChanges{Name: body.Name, Language: (*string)(body.Language), Disabled: body.Disabled, Contact: typed(body.Contact)}
			if body.Roles != nil {
				given := roles(body.Roles)
				changes.Roles = &given
			}
			if changes.Empty() {
				return fault.TooFew.With(1)
			}
			changed, err := change(r, table, func(on target, o op.Op) (customer.User, error) {
				return administration.UpdateUser(r.Context(), table, on.by, on.user, changes, o)
			})
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(changed), view.User(changed))
		},
	}
}

// Delete serves DELETE /v1/customers/{customer_id}/users/{user_id}: the user signs in no more, and can be restored for 30 days.
func Delete(table administration.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/customers/{customer_id}/users/{user_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if _, err := change(r, table, func(on target, o op.Op) (customer.User, error) {
				return administration.DeleteUser(r.Context(), table, on.by, on.user, o)
			}); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// change decides on the user in the path as the caller saw it.
func change(r *http.Request, table administration.Store, decide func(on target, o op.Op) (customer.User, error)) (customer.User, error) {
	var changed customer.User
	err := op.RetryStale(func() error {
		on, err := named(r, table)
		if err != nil {
			return err
		}
		if err := gateway.IfMatch(r, tag(on.user)); err != nil {
			return err
		}
		changed, err = decide(on, gateway.Op(r))
		return err
	})
	return changed, err
}

// Restore serves POST /v1/customers/{customer_id}/users/{user_id}/restore: a deleted user is there again, as it was.
func Restore(table Table) gateway.Endpoint {
	return act(table, "restore", access.AdministerUsers, administration.RestoreUser)
}

// ResetPassword serves POST /v1/customers/{customer_id}/users/{user_id}/reset-password: a link that sets a new password is mailed to the user, and to
// nobody else. No answer holds it.
func ResetPassword(table Table) gateway.Endpoint {
	return act(table, "reset-password", access.ResetPasswords, administration.ResetPassword)
}

// decision is an act on a user as it was read.
type decision = func(ctx context.Context, store administration.UserStore, by administration.Authority, old customer.User, o op.Op) (customer.User, error)

// act is an action on the user in the path.
func act(table Table, name string, right access.Right, decide decision) gateway.Endpoint {
	return gateway.Action("POST /v1/customers/{customer_id}/users/{user_id}/"+name, right, gateway.Thing[struct{}, customer.User]{
		Key: func(*http.Request) (struct{}, error) { return struct{}{}, nil },
		Replay: func(r *http.Request, result string) (customer.User, error) {
			return table.CustomerUser(r.Context(), customer.UserID(result))
		},
		Show: func(w http.ResponseWriter, r *http.Request, u customer.User) error {
			return gateway.OK(w, r, tag(u), view.User(u))
		},
	}, func(r *http.Request, _ struct{}, _ gateway.NoBody) (u customer.User, err error) {
		err = op.RetryStale(func() error {
			on, err := named(r, table)
			if err == nil {
				u, err = decide(r.Context(), table, on.by, on.user, gateway.Op(r))
			}
			return err
		})
		return u, err
	})
}

// tag changes with what is shown, and not with the links that set the password.
func tag(u customer.User) string { return gateway.ContentTag(view.User(u)) }

func roles(given []contract.CustomerRole) []customer.Role {
	read := make([]customer.Role, len(given))
	for i, role := range given {
		read[i] = customer.Role(role)
	}
	return read
}

// typed returns the fields of a contact that a body gives, by name.
func typed(given *contract.UserContact) map[string]string {
	if given == nil {
		return nil
	}
	read := map[string]string{}
	for name, at := range view.ContactFields(given) {
		if *at != nil {
			read[name] = **at
		}
	}
	return read
}
