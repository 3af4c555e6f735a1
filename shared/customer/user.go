package customer

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// RestoreDays is how long a deleted user can be restored (infra/design/product.md, "Customers' users").
const RestoreDays = 30

// Roles lists every role that a user may have, in the order they are shown.
var Roles = []Role{GlobalAdmin, BillingAdmin, UserAdmin, PasswordAdmin, ServiceAdmin}

// Contact is what a user's entry in the directory says beside the name. Any of it may be empty.
type Contact struct {
	GivenName, FamilyName        string
	JobTitle, Department, Office string
	Phone, MobilePhone, Fax      string
	Address, City, State         string
	PostalCode                   string
	Country                      string // of the address, as people write it
}

// ContactField is one field of a Contact.
type ContactField struct {
	Name string // as the API names it
	Max  int    // characters
	Of   func(*Contact) *string
}

// ContactFields lists the fields of a Contact with the most that each holds: what the forms hold that administrators of directories fill in elsewhere.
var ContactFields = []ContactField{
	{"given_name", 64, func(c *Contact) *string { return &c.GivenName }},
	{"family_name", 64, func(c *Contact) *string { return &c.FamilyName }},
	{"job_title", 64, func(c *Contact) *string { return &c.JobTitle }},
	{"department", 64, func(c *Contact) *string { return &c.Department }},
	{"office", 128, func(c *Contact) *string { return &c.Office }},
	{"phone", 64, func(c *Contact) *string { return &c.Phone }},
	{"mobile_phone", 64, func(c *Contact) *string { return &c.MobilePhone }},
	{"fax", 64, func(c *Contact) *string { return &c.Fax }},
	{"address", 1023, func(c *Contact) *string { return &c.Address }},
	{"city", 128, func(c *Contact) *string { return &c.City }},
	{"state", 128, func(c *Contact) *string { return &c.State }},
	{"postal_code", 40, func(c *Contact) *string { return &c.PostalCode }},
	{"country", 128, func(c *Contact) *string { return &c.Country }},
}

// check returns the contact cleaned and notes what is wrong.
func (c Contact) check(wrong *fault.Check) Contact {
	for _, f := range ContactFields {
		clean, code := textinput.Line(*f.Of(&c), f.Max)
		if code != nil && code != fault.Required {
			wrong.Add("/contact/"+f.Name, code, f.Max)
		}
		*f.Of(&c) = clean
	}
	return c
}

// UserDraft is a user as somebody creates one.
type UserDraft struct {
	Name     string
	Mail     string
	Language string // empty: the customer's
	Roles    []Role
	Contact  Contact
}

// User returns the draft as a new user of the customer, cleaned. It fails with Invalid naming every wrong field.
func (d UserDraft) User(of Customer, id UserID, at time.Time) (User, error) {
	var wrong fault.Check
	u := User{ID: id, Customer: of.ID, Name: d.Name, Mail: d.Mail, Language: d.Language, Roles: d.Roles, Contact: d.Contact, CreatedAt: at, Version: 1}
	if u.Language == "" {
		u.Language = of.Language
	}
	var code *fault.Code
	if u.Mail, code = textinput.Mail(u.Mail); code != nil {
		wrong.Add("/email", code, textinput.MaxMail)
	}
	u, err := u.checked(&wrong)
	u.Terms = u.SearchTerms()
	return u, err
}

// checked returns the user with what is typed of it cleaned. It fails with Invalid naming every wrong field, those that were noted before too.
func (u User) checked(wrong *fault.Check) (User, error) {
	var code *fault.Code
	if u.Name, code = textinput.Name(u.Name, MaxName); code != nil {
		wrong.Add("/name", code, MaxName)
	}
	if !slices.Contains(catalog.Languages, u.Language) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	u.Contact = u.Contact.check(wrong)
	kept := make([]Role, 0, len(u.Roles))
	for _, role := range Roles {
		if slices.Contains(u.Roles, role) {
			kept = append(kept, role)
		}
	}
	for _, role := range u.Roles {
		if !slices.Contains(Roles, role) {
			wrong.Add("/roles", fault.InvalidValue, fault.OneOf(Roles...))
			break
		}
	}
	if u.Roles = kept; len(kept) == 0 {
		u.Roles = nil
	}
	return u, wrong.Err()
}

// UserChanges is what is changed of a user; nil stays as it is.
type UserChanges struct {
	Name, Language *string
	Roles          *[]Role
	Disabled       *bool
	Contact        map[string]string // by the names of ContactFields; a field that is not there stays
}

// Empty says whether nothing is asked for.
func (c UserChanges) Empty() bool {
	return c.Name == nil && c.Language == nil && c.Roles == nil && c.Disabled == nil && len(c.Contact) == 0
}

// Apply returns the user with the changes, cleaned, and which fields differ. A user who becomes disabled loses its sessions. It fails with Invalid naming
// every wrong field, and with Conflict user_deleted.
func (c UserChanges) Apply(old User) (User, []string, error) {
	if old.Deleted() {
		return old, nil, fault.UserDeleted.With(old.PurgeAt)
	}
	u := old
	if c.Name != nil {
		u.Name = *c.Name
	}
	if c.Language != nil {
		u.Language = *c.Language
	}
	if c.Roles != nil {
		u.Roles = *c.Roles
	}
	if c.Disabled != nil {
		u.Disabled = *c.Disabled
	}
	for _, f := range ContactFields {
		if typed, ok := c.Contact[f.Name]; ok {
			*f.Of(&u.Contact) = typed
		}
	}
	var wrong fault.Check
	u, err := u.checked(&wrong)
	if err != nil {
		return old, nil, err
	}
	var fields []string
	note := func(name string, differs bool) {
		if differs {
			fields = append(fields, name)
		}
	}
	note("name", u.Name != old.Name)
	note("language", u.Language != old.Language)
	note("roles", !slices.Equal(u.Roles, old.Roles))
	note("disabled", u.Disabled != old.Disabled)
	note("contact", u.Contact != old.Contact)
	if u.Disabled && !old.Disabled {
		u.Epoch++ // a session of before does not come back when the user is enabled again
	}
	return u, fields, nil
}

// Deleted says whether the user was deleted and can still be restored.
func (u User) Deleted() bool { return !u.DeletedAt.IsZero() }

// MaxLicenses is of how many subscriptions a user can have a licence.
const MaxLicenses = 25

// License returns the user with licences of exactly these subscriptions, and of which it was given one or has one no more. It fails with Invalid
// too_many_items, and with Conflict user_deleted.
func (u User) License(subscriptions []string) (next User, given, taken []string, err error) {
	if u.Deleted() {
		return u, nil, nil, fault.UserDeleted.With(u.PurgeAt)
	}
	next = u
	next.Licenses = slices.Compact(slices.Sorted(slices.Values(subscriptions)))
	if len(next.Licenses) > MaxLicenses {
		return u, nil, nil, fault.TooManyItems.With(MaxLicenses).In("/subscription_ids")
	}
	return next, Beyond(next.Licenses, u.Licenses), Beyond(u.Licenses, next.Licenses), nil
}

// Beyond returns what of a list is not in another.
func Beyond(list, other []string) (more []string) {
	for _, one := range list {
		if !slices.Contains(other, one) {
			more = append(more, one)
		}
	}
	return more
}

// Delete returns the user as deleted: it signs in no more, gives its licences back, and is gone for good after RestoreDays. It fails with Conflict
// user_deleted.
func (u User) Delete(at time.Time) (User, error) {
	if u.Deleted() {
		return u, fault.UserDeleted.With(u.PurgeAt)
	}
	u.DeletedAt, u.PurgeAt, u.WasDisabled = at, at.AddDate(0, 0, RestoreDays), u.Disabled
	u.Disabled, u.Licenses = true, nil
	u.Epoch++
	return u, nil
}

// Restore returns a deleted user as it was, but for its licences, which others may have by now. It fails with Conflict user_not_deleted, and with NotFound once its time is over.
func (u User) Restore(at time.Time) (User, error) {
	switch {
	case !u.Deleted():
		return u, fault.UserNotDeleted
	case !at.Before(u.PurgeAt):
		return u, fault.NotFound
	}
	u.Disabled = u.WasDisabled
	u.DeletedAt, u.PurgeAt, u.WasDisabled = time.Time{}, time.Time{}, false
	return u, nil
}

// ResetPassword returns the user with no link that counts: a new one is mailed to it, and to nobody else. It fails with Conflict user_disabled or
// user_deleted.
func (u User) ResetPassword() (User, error) {
	switch {
	case u.Deleted():
		return u, fault.UserDeleted.With(u.PurgeAt)
	case u.Disabled:
		return u, fault.UserDisabled
	}
	u.Password = u.Password.Renew()
	return u, nil
}

// Keeps fails where a change of one of its users would leave the customer without what it must have: with Conflict user_owns_billing where its billing
// owner would be disabled or deleted, last_admin where no enabled global administrator would stay. The transaction that writes checks both again.
func (c Customer) Keeps(old, next User) error {
	switch {
	case next.Disabled && !old.Disabled && old.ID == c.BillingOwner:
		return fault.UserOwnsBilling
	case old.Administers() && !next.Administers() && c.GlobalAdmins < 2:
		return fault.LastAdmin
	}
	return nil
}

// Administers says whether the user counts as a global administrator of its customer: a disabled one does not.
func (u User) Administers() bool { return slices.Contains(u.Roles, GlobalAdmin) && !u.Disabled }

// maxSearched is of how many words of its name a user is found by the beginning.
const maxSearched = 4

// SearchTerms returns what a user is found by the beginning of: its address, and its name from each of its first words on; folded, sorted and without
// repeats.
func (u User) SearchTerms() []string {
	terms := []string{FoldSearch(u.Mail)}
	words := strings.Fields(FoldSearch(u.Name))
	for i := range min(len(words), maxSearched) {
		terms = append(terms, strings.Join(words[i:], " "))
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// FoldSearch returns text as users are searched by it.
func FoldSearch(text string) string { return strings.Join(strings.Fields(textinput.Fold(text)), " ") }

// FoundFirst says whether, among the terms that begin with the text, this is the first of the user's: so a search shows a user once.
func (u User) FoundFirst(term, text string) bool {
	for _, one := range u.Terms {
		if strings.HasPrefix(one, text) {
			return one == term
		}
	}
	return false
}
