package customer

import (
	"time"

	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// MaxGroupDescription is the most characters of what is said about a group.
const MaxGroupDescription = 1024

// GroupID is grp_<cus12>_<ulid>.
type GroupID string

// Group is users of a customer under one name. It gives them no role. Its members are items of their own, so that a group may have any number.
type Group struct {
	ID          GroupID
	Customer    ID
	Name        string // no two of a customer's groups have one name, whatever its case
	Description string
	Members     int       // users who were deleted and can still be restored count
	DeletedAt   time.Time // it is nobody's group any more, and its members are being removed
	CreatedAt   time.Time
	Version     int
}

// Membership is one user in one group.
type Membership struct {
	Group     GroupID
	User      UserID
	CreatedAt time.Time
}

// Member is a user of a group, since a time.
type Member struct {
	User  User
	Since time.Time
}

// Deleted says whether the group is nobody's any more.
func (g Group) Deleted() bool { return !g.DeletedAt.IsZero() }

// checked returns the group with what is typed of it cleaned. It fails with Invalid naming every wrong field.
func (g Group) checked() (Group, error) {
	var wrong fault.Check
	var code *fault.Code
	if g.Name, code = textinput.Name(g.Name, MaxName); code != nil {
		wrong.Add("/name", code, MaxName)
	}
	if g.Description, code = textinput.Line(g.Description, MaxGroupDescription); code != nil && code != fault.Required {
		wrong.Add("/description", code, MaxGroupDescription)
	}
	return g, wrong.Err()
}

// NewGroup returns a group without members, cleaned. It fails with Invalid naming every wrong field.
func NewGroup(of ID, id GroupID, name, description string, at time.Time) (Group, error) {
	return Group{ID: id, Customer: of, Name: name, Description: description, CreatedAt: at, Version: 1}.checked()
}

// GroupChanges is what is changed of a group; nil stays as it is.
type GroupChanges struct {
	Name, Description *string
}

// Empty says whether nothing is asked for.
func (c GroupChanges) Empty() bool { return c.Name == nil && c.Description == nil }

// Apply returns the group with the changes, cleaned, and which fields differ. It fails with Invalid naming every wrong field.
func (c GroupChanges) Apply(old Group) (Group, []string, error) {
	g := old
	if c.Name != nil {
		g.Name = *c.Name
	}
	if c.Description != nil {
		g.Description = *c.Description
	}
	g, err := g.checked()
	if err != nil {
		return old, nil, err
	}
	var fields []string
	if g.Name != old.Name {
		fields = append(fields, "name")
	}
	if g.Description != old.Description {
		fields = append(fields, "description")
	}
	return g, fields, nil
}

// Delete returns the group as deleted: its name is free at once, its members are removed after.
func (g Group) Delete(at time.Time) Group {
	g.DeletedAt = at
	return g
}
