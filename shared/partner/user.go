package partner

import (
	"context"
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// UserDraft is a user as a colleague asks for one.
type UserDraft struct {
	Partner        ID
	Name           string
	Mail           string
	Language       string // empty: the company's
	CompanyRole    CompanyRole
	CustomerAccess CustomerAccess
}

// UserChanges is what a colleague changes of a user; nil stays as it is.
type UserChanges struct {
	Name, Language *string
	CompanyRole    *CompanyRole
	CustomerAccess *CustomerAccess
	Disabled       *bool
}

// UserStore is what users of a partner need of the table. Each write checks that at least one global administrator stays, and fails with
// Conflict last_admin where none would.
type UserStore interface {
	// Partner reads a partner, strongly consistent; NotFound where there is none.
	Partner(ctx context.Context, p ID) (Partner, error)
	// PartnerUser reads a user, strongly consistent; NotFound where there is none.
	PartnerUser(ctx context.Context, u UserID) (User, error)
	// CreateUser writes a new user who signs in by an address. It fails with Conflict address_taken where somebody does already, and with
	// op.Replay where this very request was done before.
	CreateUser(ctx context.Context, u User, happened event.Event, o op.Op) error
	// SavePartnerUser writes a changed user, guarded by the version that was read. administrators is by how many the enabled global
	// administrators of the company become more.
	SavePartnerUser(ctx context.Context, u User, administrators int, happened event.Event, o op.Op) error
}

// Bounds of what users are given, each with the words of the contract.
var (
	companyRoles     = []CompanyRole{NoRole, GlobalAdmin, UserAdmin, BillingAdmin}
	customerAccesses = []CustomerAccess{NoAccess, Limited, Full} // each holds what stands before it
)

// checkSettings notes a role or access that there is not.
func checkSettings(wrong *fault.Check, role CompanyRole, access CustomerAccess) {
	if !slices.Contains(companyRoles, role) {
		wrong.Add("/company_role", fault.InvalidValue, fault.OneOf(GlobalAdmin, UserAdmin, BillingAdmin, none))
	}
	if !slices.Contains(customerAccesses, access) {
		wrong.Add("/customer_access", fault.InvalidValue, fault.OneOf(Full, Limited, none))
	}
}

// checkDetails returns a person's details cleaned and notes what is wrong.
func (u User) checkDetails(wrong *fault.Check, at, companys string) User {
	var code *fault.Code
	if u.Name, code = textinput.Name(u.Name, MaxPerson); code != nil {
		wrong.Add(at+"/name", code, MaxPerson)
	}
	if u.Mail, code = textinput.Mail(u.Mail); code != nil {
		wrong.Add(at+"/email", code, textinput.MaxMail)
	}
	u.Language = language(u.Language, companys, at+"/language", wrong)
	return u
}

// administers says whether the user counts as a global administrator of the company: a disabled one does not.
func (u User) administers() bool { return u.CompanyRole == GlobalAdmin && !u.Disabled }

// reach returns what the user can do for customers now: nothing where it is disabled.
func (u User) reach() int {
	if u.Disabled {
		return 0
	}
	return slices.Index(customerAccesses, u.CustomerAccess)
}

// MayManage fails with Forbidden where a colleague may not turn one user into another (infra/design/rights.md): a user administrator leaves
// global administrators alone, makes none, and gives nobody more than it holds itself. before is zero for a new user.
func (u User) MayManage(before, after User) error {
	switch {
	case u.administers():
		return nil
	case u.Disabled || u.CompanyRole != UserAdmin:
		return fault.NotYourRole
	case before.CompanyRole == GlobalAdmin || after.CompanyRole == GlobalAdmin:
		return fault.TargetIsAdmin
	case after.CompanyRole != before.CompanyRole && after.CompanyRole != NoRole && after.CompanyRole != UserAdmin:
		return fault.BeyondOwnRights
	case after.reach() > before.reach() && after.reach() > u.reach():
		return fault.BeyondOwnRights
	}
	return nil
}

// user returns the draft as a user, cleaned; a language that is left out is the company's.
func (d UserDraft) user(companys string) (User, error) {
	var wrong fault.Check
	made := User{
		Partner: d.Partner, Name: d.Name, Mail: d.Mail, Language: d.Language, CompanyRole: d.CompanyRole, CustomerAccess: d.CustomerAccess,
	}.checkDetails(&wrong, "", companys)
	checkSettings(&wrong, made.CompanyRole, made.CustomerAccess)
	return made, wrong.Err()
}

// Check fails with Invalid naming every wrong field of the draft.
func (d UserDraft) Check() error {
	_, err := d.user(catalog.Languages[0])
	return err
}

// InviteUser makes a user, who gets a mail with a link to set a password. by is the colleague or machine that invites, as the table says now.
// It fails with Invalid naming every wrong field, Forbidden as infra/design/rights.md says, Conflict partner_not_active where the partner left the program,
// address_taken where somebody signs in by the address already, op.Replay where this very request was done before.
func InviteUser(ctx context.Context, store UserStore, by User, draft UserDraft, o op.Op) (User, error) {
	company, err := store.Partner(ctx, draft.Partner)
	if err != nil {
		return User{}, err
	}
	if err := company.inProgram(); err != nil {
		return User{}, err
	}
	made, err := draft.user(company.Language)
	if err != nil {
		return User{}, err
	}
	made.ID, made.CreatedAt, made.Version = UserID("usr_"+string(draft.Partner)+"_"+o.NewID()), o.At, 1
	if err := by.MayManage(User{}, made); err != nil {
		return User{}, err
	}
	happened := event.New(o, event.Partner(string(made.Partner)), event.Of(made.ID, UserInvitedEvent{
		CompanyRole: made.CompanyRole, CustomerAccess: made.CustomerAccess,
	}))
	return made, store.CreateUser(ctx, made, happened, o.Giving(string(made.ID)))
}

// apply returns the user with the changes, and which fields differ.
func (c UserChanges) apply(u User) (User, []string) {
	var fields []string
	for _, one := range []struct {
		name   string
		differ bool
		set    func()
	}{
		{"name", c.Name != nil && *c.Name != u.Name, func() { u.Name = *c.Name }},
		{"language", c.Language != nil && *c.Language != u.Language, func() { u.Language = *c.Language }},
		{"company_role", c.CompanyRole != nil && *c.CompanyRole != u.CompanyRole, func() { u.CompanyRole = *c.CompanyRole }},
		{"customer_access", c.CustomerAccess != nil && *c.CustomerAccess != u.CustomerAccess, func() { u.CustomerAccess = *c.CustomerAccess }},
		{"disabled", c.Disabled != nil && *c.Disabled != u.Disabled, func() { u.Disabled = *c.Disabled }},
	} {
		if one.differ {
			one.set()
			fields = append(fields, one.name)
		}
	}
	return u, fields
}

// UpdateUser writes the changes over a user as it was read. Who is disabled is signed out at once, and its tokens count no longer. Where
// nothing differs nothing is written. It fails with Invalid naming every wrong field, Forbidden as infra/design/rights.md says, Conflict last_admin where the
// company would have no global administrator, Stale where the user changed meanwhile.
func UpdateUser(ctx context.Context, store UserStore, by, old User, changes UserChanges, o op.Op) (User, error) {
	next, fields := changes.apply(old)
	var wrong fault.Check
	next = next.checkDetails(&wrong, "", old.Language)
	checkSettings(&wrong, next.CompanyRole, next.CustomerAccess)
	if err := wrong.Err(); err != nil {
		return User{}, err
	}
	if by.ID == old.ID { // what it holds is what was read now, not what the request began with
		by = old
	}
	if err := by.MayManage(old, next); err != nil {
		return User{}, err
	}
	if len(fields) == 0 {
		return old, nil
	}
	change := event.Of(next.ID, UserUpdatedEvent{Fields: fields, CompanyRole: next.CompanyRole, CustomerAccess: next.CustomerAccess})
	if next.Disabled && !old.Disabled {
		next.Epoch++ // a session of before does not come back when the user is enabled again
		change = event.Of(next.ID, UserDisabledEvent{})
	}
	more := count(next.administers()) - count(old.administers())
	if err := store.SavePartnerUser(ctx, next, more, event.New(o, event.Partner(string(next.Partner)), change), o.Giving(string(next.ID))); err != nil {
		return User{}, err
	}
	next.Version++
	return next, nil
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Matches says whether what was typed is the beginning of a word of the user's name, or of its address; the empty text matches everybody.
func (u User) Matches(typed string) bool {
	typed = textinput.Fold(textinput.Bare(typed))
	return slices.ContainsFunc(append(strings.Fields(u.Name), u.Name, u.Mail, textinput.ShownMail(u.Mail)), func(word string) bool {
		return strings.HasPrefix(textinput.Fold(word), typed)
	})
}
