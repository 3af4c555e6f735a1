// Package customergroups is the HTTP face of the groups of a customer's users: list, create, read, change, delete, and who is in them; by the
// customer's own administrators, and by a partner on its behalf.
package customergroups

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
	"liaison/shared/view"
)

// Reader is what reading groups needs of the table.
type Reader interface {
	administration.Store
	// CustomerGroup reads one group, strongly consistent; NotFound where there is none, or it was deleted.
	CustomerGroup(ctx context.Context, id customer.GroupID) (customer.Group, error)
}

// Lister is what listing a customer's groups needs of the table.
type Lister interface {
	administration.Store
	// CustomerGroups lists a customer's groups, the oldest first.
	CustomerGroups(ctx context.Context, of customer.ID, page dynamo.Page) ([]customer.Group, string, error)
}

// MemberLister is what listing a group's members needs of the table.
type MemberLister interface {
	Reader
	// GroupMembers lists a group's users, but those who were deleted.
	GroupMembers(ctx context.Context, id customer.GroupID, page dynamo.Page) ([]customer.Member, string, error)
}

// Table is what acting on groups needs of the table.
type Table interface {
	Reader
	administration.GroupStore
}

// List serves GET /v1/customers/{customer_id}/groups: the oldest first.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/groups",
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
			return gateway.Paged(w, r, func(limit int, cursor string) ([]customer.Group, string, error) {
				return table.CustomerGroups(r.Context(), authority.Customer.ID, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.Group)
		},
	}
}

// Create serves POST /v1/customers/{customer_id}/groups: a new group without members.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/customers/{customer_id}/groups",
		Requires: access.AdministerUsers,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			authority, _, err := gateway.Administered(r, table)
			if err != nil {
				return err
			}
			var body contract.CustomerGroupCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			description := ""
			if body.Description != nil {
				description = *body.Description
			}
			made, err := administration.CreateGroup(r.Context(), table, authority, body.Name, description, gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.CustomerGroup(r.Context(), customer.GroupID(result))
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func created(w http.ResponseWriter, g customer.Group) error {
	return gateway.Created(w, "/v1/customers/"+string(g.Customer)+"/groups/"+string(g.ID), tag(g), view.Group(g))
}

// Get serves GET /v1/customers/{customer_id}/groups/{group_id}.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/groups/{group_id}",
		Requires: access.ReadUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := named(r, table)
			if err != nil {
				return err
			}
			if _, err := on.by.Allow(administration.ReadUsers); err != nil {
				return err
			}
			return gateway.OK(w, r, tag(on.group), view.Group(on.group))
		},
	}
}

// target is the group that a path names, with some users, and what the caller may do there.
type target struct {
	by    administration.Authority
	group customer.Group
	users map[customer.UserID]customer.User
}

// named reads the group in the path, which belongs to the customer in the path. Another's looks like none.
func named(r *http.Request, table Reader, users ...customer.UserID) (target, error) {
	of, err := gateway.CustomerOf(r)
	if err != nil {
		return target{}, err
	}
	id := customer.GroupID(r.PathValue("group_id"))
	if owner, _, ok := customer.Under("grp", string(id)); !ok || owner != of {
		return target{}, fault.NotFound
	}
	authority, found, err := gateway.Administered(r, table, users...)
	if err != nil {
		return target{}, err
	}
	g, err := table.CustomerGroup(r.Context(), id)
	return target{authority, g, found}, err
}

// Update serves PATCH /v1/customers/{customer_id}/groups/{group_id}: name and description.
func Update(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/customers/{customer_id}/groups/{group_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerGroupUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changes := customer.GroupChanges{Name: body.Name, Description: body.Description}
			if changes.Empty() {
				return fault.TooFew.With(1)
			}
			var changed customer.Group
			if err := change(r, table, func(on target, o op.Op) (err error) {
				changed, err = administration.UpdateGroup(r.Context(), table, on.by, on.group, changes, o)
				return err
			}); err != nil {
				return err
			}
			return gateway.OK(w, r, tag(changed), view.Group(changed))
		},
	}
}

// Delete serves DELETE /v1/customers/{customer_id}/groups/{group_id}: its users stay.
func Delete(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/customers/{customer_id}/groups/{group_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if err := change(r, table, func(on target, o op.Op) error {
				return administration.DeleteGroup(r.Context(), table, on.by, on.group, o)
			}); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// change decides on the group in the path as the caller saw it.
func change(r *http.Request, table Table, decide func(on target, o op.Op) error) error {
	return op.RetryStale(func() error {
		on, err := named(r, table)
		if err != nil {
			return err
		}
		if err := gateway.IfMatch(r, tag(on.group)); err != nil {
			return err
		}
		return decide(on, gateway.Op(r))
	})
}

// MembersList serves GET /v1/customers/{customer_id}/groups/{group_id}/members.
func MembersList(table MemberLister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/customers/{customer_id}/groups/{group_id}/members",
		Requires: access.ReadUsers,
		Queries:  gateway.Paging,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			on, err := named(r, table)
			if err != nil {
				return err
			}
			if _, err := on.by.Allow(administration.ReadUsers); err != nil {
				return err
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]customer.Member, string, error) {
				return table.GroupMembers(r.Context(), on.group.ID, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view.GroupMember)
		},
	}
}

// AddMember serves PUT /v1/customers/{customer_id}/groups/{group_id}/members/{user_id}: the user is in the group.
func AddMember(table Table) gateway.Endpoint {
	return membership(table, "PUT", administration.AddMember)
}

// RemoveMember serves DELETE /v1/customers/{customer_id}/groups/{group_id}/members/{user_id}: the user is not in the group.
func RemoveMember(table Table) gateway.Endpoint {
	return membership(table, "DELETE", administration.RemoveMember)
}

// membership decides whether the user in the path is in the group in the path.
func membership(table Table, method string, decide func(context.Context, administration.GroupStore, administration.Authority, customer.Group, customer.User, op.Op) error) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  method + " /v1/customers/{customer_id}/groups/{group_id}/members/{user_id}",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := gateway.CustomerOf(r)
			if err != nil {
				return err
			}
			id := customer.UserID(r.PathValue("user_id"))
			if owner, _, ok := customer.Under("usr", string(id)); !ok || owner != of {
				return fault.NotFound
			}
			if err := op.RetryStale(func() error {
				on, err := named(r, table, id)
				if err != nil {
					return err
				}
				u, ok := on.users[id]
				if !ok {
					return fault.NotFound
				}
				return decide(r.Context(), table, on.by, on.group, u, gateway.Op(r))
			}); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// tag changes with what is shown: also with who comes and goes.
func tag(g customer.Group) string { return gateway.ContentTag(view.Group(g)) }
