package customerusers

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/view"
)

// TaskReader reads how far the vendor's systems are with a user's mailbox.
type TaskReader interface {
	// MailboxTasks reads the tasks of a user's mailbox and of its migration; zero where there is none.
	MailboxTasks(ctx context.Context, u customer.UserID) (mailbox, migration provisioning.Task, err error)
}

// MailboxTable is what setting a mailbox needs of the table.
type MailboxTable interface {
	administration.LicenseStore
	TaskReader
}

// SetMailbox serves PUT /v1/customers/{customer_id}/users/{user_id}/mailbox: the mailbox that the user is to have from then on.
func SetMailbox(table MailboxTable) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/customers/{customer_id}/users/{user_id}/mailbox",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerUserMailboxSet
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			draft := customer.MailboxDraft{Address: value(body.Address), QuotaGB: body.QuotaGb}
			if from := body.MigrateFrom; from != nil {
				draft.From = &customer.Source{Kind: customer.SourceKind(from.Kind), Host: value(from.Host), Address: value(from.Address)}
			}
			changed, err := change(r, table, func(on target, o op.Op) (customer.User, error) {
				return administration.SetMailbox(r.Context(), table, on.by, on.user, draft, o)
			})
			if err != nil {
				return err
			}
			v, err := whole(r, table, changed)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(changed), v)
		},
	}
}

// DeleteMailbox serves DELETE /v1/customers/{customer_id}/users/{user_id}/mailbox: the user is to have none any more.
func DeleteMailbox(table administration.UserStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "DELETE /v1/customers/{customer_id}/users/{user_id}/mailbox",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if _, err := change(r, table, func(on target, o op.Op) (customer.User, error) {
				return administration.RemoveMailbox(r.Context(), table, on.by, on.user, o)
			}); err != nil {
				return err
			}
			return gateway.NoContent(w)
		},
	}
}

// whole shows a user with how far its mailbox is, which costs one more read where there is one.
func whole(r *http.Request, table TaskReader, u customer.User) (contract.CustomerUser, error) {
	if u.Mailbox == nil {
		return view.User(u), nil
	}
	setup, migration, err := table.MailboxTasks(r.Context(), u.ID)
	return view.WholeUser(u, setup, migration, gateway.Op(r).At), err
}

func value(given *string) string {
	if given == nil {
		return ""
	}
	return *given
}
