package view

import (
	"time"

	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/provisioning"
	"liaison/shared/textinput"
)

// Status is how a user stands.
func Status(u customer.User) contract.CustomerUserStatus {
	switch {
	case u.Deleted():
		return contract.CustomerUserStatusDeleted
	case u.Disabled:
		return contract.CustomerUserStatusDisabled
	}
	return contract.CustomerUserStatusActive
}

// UserColumns are those of a list of a customer's users as CSV.
var UserColumns = []string{
	"id", "customer_id", "name", "email", "language", "roles", "status", "licenses", "mailbox.address", "mailbox.quota_gb", "mailbox.migrate_from.kind",
	"mailbox.migrate_from.host", "mailbox.migrate_from.address", "contact.given_name", "contact.family_name", "contact.job_title", "contact.department",
	"contact.office", "contact.phone", "contact.mobile_phone", "contact.fax", "contact.address", "contact.city", "contact.state",
	"contact.postal_code", "contact.country", "password_set_at", "created_at", "deleted_at", "purge_at",
}

// User shows a user, and not how far its mailbox is.
func User(u customer.User) contract.CustomerUser {
	v := contract.CustomerUser{
		ID: string(u.ID), CustomerID: string(u.Customer), Name: u.Name, Email: textinput.ShownMail(u.Mail), Language: contract.Language(u.Language),
		Roles: make([]contract.CustomerRole, len(u.Roles)), Contact: contact(u.Contact), Licenses: append([]string{}, u.Licenses...), Mailbox: mailbox(u.Mailbox),
		Status: Status(u), PasswordSetAt: gateway.Some(u.Password.SetAt),
		CreatedAt: u.CreatedAt, DeletedAt: gateway.Some(u.DeletedAt), PurgeAt: gateway.Some(u.PurgeAt),
	}
	for i, role := range u.Roles {
		v.Roles[i] = contract.CustomerRole(role)
	}
	return v
}

// WholeUser shows a user with how far its mailbox is, as the tasks of it and of its migration say.
func WholeUser(u customer.User, setup, migration provisioning.Task, at time.Time) contract.CustomerUser {
	v := User(u)
	if u.Mailbox == nil {
		return v
	}
	want, _ := provisioning.OfMailbox(u.ID, u, "")
	v.Mailbox.Setup = progress(u, setup.For(want), at)
	if u.Mailbox.From != nil {
		want, _ := provisioning.OfMigration(u.ID, u, "")
		v.Mailbox.Migration = progress(u, migration.For(want), at)
	}
	return v
}

// progress shows how far a task of a user's mailbox is.
func progress(u customer.User, t provisioning.Task, at time.Time) *contract.MailboxProgress {
	return &contract.MailboxProgress{
		TaskID: string(provisioning.IDFor(u.ID, t.Kind, "")), State: contract.ProvisioningState(t.StateAt(at)), Percent: t.Percent, Reason: gateway.Some(t.Reason),
	}
}

// mailbox shows a mailbox as it is to stand; nil where there is to be none.
func mailbox(m *customer.Mailbox) *contract.CustomerUserMailbox {
	if m == nil {
		return nil
	}
	return &contract.CustomerUserMailbox{Address: textinput.ShownMail(m.Address), QuotaGb: gateway.Some(m.QuotaGB), MigrateFrom: gateway.MailboxSource(m.From)}
}

// contact shows each field that holds something.
func contact(c customer.Contact) contract.UserContact {
	var v contract.UserContact
	shown := ContactFields(&v)
	for _, f := range customer.ContactFields {
		if held := *f.Of(&c); held != "" {
			*shown[f.Name] = &held
		}
	}
	return v
}

// ContactFields are the contract's fields of a contact by the names that the domain has for them.
func ContactFields(v *contract.UserContact) map[string]**string {
	return map[string]**string{
		"given_name": &v.GivenName, "family_name": &v.FamilyName, "job_title": &v.JobTitle, "department": &v.Department, "office": &v.Office,
		"phone": &v.Phone, "mobile_phone": &v.MobilePhone, "fax": &v.Fax, "address": &v.Address, "city": &v.City, "state": &v.State,
		"postal_code": &v.PostalCode, "country": &v.Country,
	}
}
