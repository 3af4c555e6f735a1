package gateway

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// CustomerOf returns the customer in the path, where "me" is a customer's user's own. It fails with NotFound for another than a customer's user's own,
// and for what is no customer's id: neither costs a read.
func CustomerOf(r *http.Request) (customer.ID, error) {
	by, of := Caller(r), customer.ID(r.PathValue("customer_id"))
	if by.OfCustomer() {
		if of == "me" {
			of = by.Customer.ID
		}
		return of, access.Shares(by, "", of)
	}
	if !of.Valid() {
		return "", fault.NotFound
	}
	return of, nil
}

// Administered returns what the caller may do to the directory of the customer in the path, and those of some users that there are. It fails as
// CustomerOf and administration.Claim.Over do.
func Administered(r *http.Request, table administration.Store, users ...customer.UserID) (administration.Authority, map[customer.UserID]customer.User, error) {
	of, err := CustomerOf(r)
	if err != nil {
		return administration.Authority{}, nil, err
	}
	return AdministeredOf(r, table, of, users...)
}

// AdministeredOf is Administered of a customer that the path does not name. A customer's user asks for its own alone: another costs no read.
func AdministeredOf(r *http.Request, table administration.Store, of customer.ID, users ...customer.UserID) (administration.Authority, map[customer.UserID]customer.User, error) {
	by := Caller(r)
	if by.OfCustomer() && by.Customer.ID != of {
		return administration.Authority{}, nil, fault.NotFound
	}
	stands, err := table.Administration(r.Context(), of, by.Partner.ID, users...)
	if err != nil {
		return administration.Authority{}, nil, err
	}
	authority, err := by.Claim().Over(stands, Op(r).At)
	return authority, stands.Users, err
}

// MailboxSource shows an old mailbox whose data is moved; nil where none is.
func MailboxSource(from *customer.Source) *contract.MailboxSource {
	if from == nil {
		return nil
	}
	return &contract.MailboxSource{Kind: contract.MailboxSourceKind(from.Kind), Host: Some(from.Host), Address: textinput.ShownMail(from.Address)}
}
