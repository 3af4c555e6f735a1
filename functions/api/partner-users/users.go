// Package partnerusers is the HTTP face of the people who work for a partner: list, invite, read, change, disable.
package partnerusers

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// Lister is what listing a partner's users needs of the table.
type Lister interface {
	PartnerUsers(ctx context.Context, p partner.ID, typed string, page dynamo.Page) ([]partner.User, string, error)
}

// maxSearch is the most characters that are searched for.
const maxSearch = 120

// List serves GET /v1/partners/{partner_id}/users: a partner's users, the oldest first.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partners/{partner_id}/users",
		Requires: access.ManageUsers,
		Queries:  append([]string{"search"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			company, err := companyOf(r)
			if err != nil {
				return err
			}
			typed, code := textinput.Line(r.URL.Query().Get("search"), maxSearch)
			if code != nil && code != fault.Required {
				return code.With(maxSearch).InParameter("search")
			}
			return gateway.Paged(w, r, func(limit int, cursor string) ([]partner.User, string, error) {
				return table.PartnerUsers(r.Context(), company, typed, dynamo.Page{Limit: limit, Cursor: cursor})
			}, view, columns...)
		},
	}
}

// companyOf returns the company in the path, which is the caller's own. Another's looks like none.
func companyOf(r *http.Request) (partner.ID, error) {
	by, given := gateway.Caller(r), r.PathValue("partner_id")
	if given != "me" && given != string(by.Partner.ID) {
		return "", fault.NotFound
	}
	return by.Partner.ID, nil
}

// Create serves POST /v1/partners/{partner_id}/users: a new user, who is mailed a link to set a password.
func Create(table partner.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/partners/{partner_id}/users",
		Requires: access.ManageUsers,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			company, err := companyOf(r)
			if err != nil {
				return err
			}
			var body contract.PartnerUserCreate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			draft := partner.UserDraft{
				Partner: company, Name: body.Name, Mail: body.Email, CompanyRole: role(body.CompanyRole), CustomerAccess: customerAccess(body.CustomerAccess),
			}
			if body.Language != nil {
				draft.Language = string(*body.Language)
			}
			made, err := partner.InviteUser(r.Context(), table, gateway.Caller(r).Colleague(), draft, gateway.Op(r))
			if err != nil {
				return err
			}
			return created(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.PartnerUser(r.Context(), partner.UserID(result))
			if err != nil {
				return err
			}
			return created(w, made)
		},
	}
}

func created(w http.ResponseWriter, u partner.User) error {
	return gateway.Created(w, "/v1/partners/"+string(u.Partner)+"/users/"+string(u.ID), tag(u), view(u))
}

// Get serves GET /v1/partners/{partner_id}/users/{user_id}.
func Get(table partner.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partners/{partner_id}/users/{user_id}",
		Requires: access.ManageUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			found, err := named(r, table)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(found), view(found))
		},
	}
}

// named reads the user in the path, who belongs to the company in the path. Another's looks like none, and costs no read.
func named(r *http.Request, table partner.UserStore) (partner.User, error) {
	company, err := companyOf(r)
	if err != nil {
		return partner.User{}, err
	}
	id := partner.UserID(r.PathValue("user_id"))
	if owner, ok := id.Partner(); !ok || owner != company {
		return partner.User{}, fault.NotFound
	}
	return table.PartnerUser(r.Context(), id)
}

// Update serves PATCH /v1/partners/{partner_id}/users/{user_id}: details, role, access, and whether the user is disabled.
func Update(table partner.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/partners/{partner_id}/users/{user_id}",
		Requires: access.ManageUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.PartnerUserUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changes := partner.UserChanges{Name: body.Name, Language: (*string)(body.Language), Disabled: body.Disabled}
			if body.CompanyRole != nil {
				given := role(*body.CompanyRole)
				changes.CompanyRole = &given
			}
			if body.CustomerAccess != nil {
				given := customerAccess(*body.CustomerAccess)
				changes.CustomerAccess = &given
			}
			if changes == (partner.UserChanges{}) {
				return fault.TooFew.With(1)
			}
			changed, err := change(r, table, changes)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(changed), view(changed))
		},
	}
}

// Delete serves DELETE /v1/partners/{partner_id}/users/{user_id}: the user is disabled. Its next request is refused, whatever its token says.
// It stays in the list, for what it did bears its name.
func Delete(table partner.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/partners/{partner_id}/users/{user_id}",
		Requires: access.ManageUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			disabled := true
			if _, err := change(r, table, partner.UserChanges{Disabled: &disabled}); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// change decides the changes on the user in the path as the caller saw it.
func change(r *http.Request, table partner.UserStore, changes partner.UserChanges) (partner.User, error) {
	var changed partner.User
	err := op.RetryStale(func() error {
		stored, err := named(r, table)
		if err != nil {
			return err
		}
		if err := gateway.IfMatch(r, tag(stored)); err != nil {
			return err
		}
		changed, err = partner.UpdateUser(r.Context(), table, gateway.Caller(r).Colleague(), stored, changes, gateway.Op(r))
		return err
	})
	return changed, err
}

func status(u partner.User) contract.PartnerUserStatus {
	if u.Disabled {
		return contract.PartnerUserStatusDisabled
	}
	return contract.PartnerUserStatusActive
}

// tag changes with what is shown, and not with the links that set the password: whoever invites a user may change it with the tag of the answer,
// also once the mail has left.
func tag(u partner.User) string { return gateway.ContentTag(view(u)) }

// columns are those of the list as CSV.
var columns = []string{"id", "partner_id", "name", "email", "language", "company_role", "customer_access", "status", "password_set_at", "created_at"}

func view(u partner.User) contract.PartnerUser {
	v := contract.PartnerUser{
		ID: string(u.ID), PartnerID: string(u.Partner), Name: u.Name, Email: textinput.ShownMail(u.Mail), Language: contract.Language(u.Language),
		CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessNone, Status: status(u),
		PasswordSetAt: gateway.Some(u.Password.SetAt), CreatedAt: u.CreatedAt,
	}
	if u.CompanyRole != partner.NoRole {
		v.CompanyRole = contract.CompanyRole(u.CompanyRole)
	}
	if u.CustomerAccess != partner.NoAccess {
		v.CustomerAccess = contract.CustomerAccess(u.CustomerAccess)
	}
	return v
}

// role and customerAccess read the contract's words, in which none is a word.
func role(given contract.CompanyRole) partner.CompanyRole {
	if given == contract.CompanyRoleNone {
		return partner.NoRole
	}
	return partner.CompanyRole(given)
}

func customerAccess(given contract.CustomerAccess) partner.CustomerAccess {
	if given == contract.CustomerAccessNone {
		return partner.NoAccess
	}
	return partner.CustomerAccess(given)
}
