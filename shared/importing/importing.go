// Package importing is a customer's directory read from a file: what its rows ask for, what is wrong with them, and how far they are done.
package importing

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// ID is imp_<cus12>_<ulid>.
type ID string

// Customer returns whose import it is and its ULID; false for what is no import's id.
func (i ID) Customer() (customer.ID, string, bool) { return customer.Under("imp", string(i)) }

// MaxRows is the most rows of an import (infra/design/product.md, "Imports").
const MaxRows = 1000

// MaxRunning is how many imports of a customer are started and not done at once, at most.
const MaxRunning = 3

// For how many days an import is kept with its rows: one that was only read until it is started, one that was started until nobody asks any more.
const (
	ReadDays = 7
	Days     = 30
)

// Import is one file that was read, and how far it is done:
//
//	checked -> running -> done
//
// Its rows are applied in their order, each by itself: one that fails keeps no other back. They stand in items of their own, as they never change and
// this one is written with each step.
type Import struct {
	ID        ID
	Customer  customer.ID
	Kind      Kind
	By        op.Actor   // who read it, and by whose rights each row is applied
	Partner   partner.ID // of that actor; empty for the customer's own user
	Status    Status
	Columns   []Column // what its rows hold, in their order
	Headings  []string // what the file calls each of them; none in imports from before it was kept
	Unknown   []string // headings that say nothing to us: their cells were passed over
	Rows      int
	Row       int // the step: how many rows are done with
	Made      int // rows that changed something
	Unchanged int // rows that stood so already
	Failed    int
	Reason    *Problem // why the rest was not tried
	StartedAt time.Time
	EndedAt   time.Time
	CreatedAt time.Time
	Version   int
}

// Queue is what a customer's imports wait in that are started and not done. They are applied one after the other, in the order in which they were started:
// what one makes the next one finds. It falls due once one is in it.
type Queue struct {
	Customer  customer.ID
	Imports   []ID
	CreatedAt time.Time
	Version   int
}

// Status is how an import stands.
type Status string

// The states.
const (
	Checked Status = "checked" // read, shown, and not started
	Running Status = "running"
	Done    Status = "done"
)

// KeptUntil is when the import goes, with its rows.
func (im Import) KeptUntil() time.Time {
	if im.Status == Checked {
		return im.CreatedAt.AddDate(0, 0, ReadDays)
	}
	return im.StartedAt.AddDate(0, 0, Days)
}

// ChunkRows is how many rows of an import are kept as one.
const ChunkRows = 100

// Chunk is some of the rows of an import, from one on.
type Chunk struct {
	Import    ID
	From      int
	Rows      []Row
	CreatedAt time.Time
	Version   int
}

// Chunks returns the rows of an import as they are kept.
func (im Import) Chunks(rows []Row) []Chunk {
	var chunks []Chunk
	for from := 0; from < len(rows); from += ChunkRows {
		chunks = append(chunks, Chunk{im.ID, from, rows[from:min(from+ChunkRows, len(rows))], im.CreatedAt, 1})
	}
	return chunks
}

// Failure is a row that could not be applied, and why.
type Failure struct {
	Import    ID
	Row       int // from 0
	Problems  []Problem
	CreatedAt time.Time
	Version   int
}

// Kind is what an import is about.
type Kind string

// The kinds.
const (
	Users    Kind = "users"    // makes users, with their licences and groups
	Groups   Kind = "groups"   // puts users into groups; a group that is not there is made
	Licenses Kind = "licenses" // gives users licences
	// Mailboxes gives users mailboxes, with what is moved in from elsewhere.
	Mailboxes Kind = "mailboxes"
)

// Kinds lists all of them, in the order they are shown.
var Kinds = []Kind{Users, Groups, Licenses, Mailboxes}

// Column is what a cell holds, as the API names it.
type Column string

// The columns beside those of a user's contact, which have the names of customer.ContactFields.
const (
	MailColumn     Column = "email"
	NameColumn     Column = "name"
	LanguageColumn Column = "language"
	LicensesColumn Column = "licenses"
	GroupsColumn   Column = "groups"

	// Of a mailbox: the kind of the old one, its server, and its address.
	FromColumn        Column = "migrate_from"
	FromHostColumn    Column = "migrate_from_host"
	FromAddressColumn Column = "migrate_from_address"
)

// Columns lists what a file of the kind may hold, in the order of a sample.
func (k Kind) Columns() []Column {
	switch k {
	case Groups:
		return []Column{GroupsColumn, MailColumn}
	case Licenses:
		return []Column{MailColumn, LicensesColumn}
	case Mailboxes:
		return []Column{MailColumn, FromColumn, FromHostColumn, FromAddressColumn}
	}
	columns := []Column{MailColumn}
	for _, f := range customer.ContactFields {
		columns = append(columns, Column(f.Name))
	}
	return append(slices.Insert(columns, 3, NameColumn), LanguageColumn, LicensesColumn, GroupsColumn) // after the two parts of a name
}

// Requires lists what a file of the kind must hold. A user's name may come in two parts.
func (k Kind) Requires() []Column {
	switch k {
	case Users:
		return []Column{MailColumn, NameColumn}
	case Mailboxes:
		return []Column{MailColumn}
	}
	return k.Columns()
}

// Lacks returns the first column that a file of the kind must hold and some columns do not name; empty where they name all.
func (k Kind) Lacks(columns []Column) Column {
	for _, one := range k.Requires() {
		parts := slices.Contains(columns, "given_name") && slices.Contains(columns, "family_name")
		if !slices.Contains(columns, one) && (one != NameColumn || !parts) {
			return one
		}
	}
	return ""
}

// Row is one row of a file: the line on which it begins, from 1, its cells in the order of the columns, and what reading it found.
type Row struct {
	Line     int
	Cells    []string
	Problems []Problem
}

// cells are those of a row by their columns.
type cells map[Column]string

func (r Row) cells(columns []Column) cells {
	found := cells{}
	for i, column := range columns {
		if i < len(r.Cells) {
			found[column] = r.Cells[i]
		}
	}
	return found
}

// list returns what a cell names that may name several things: on lines of their own, or with a semicolon or a bar between them.
func (c cells) list(column Column) []string {
	var names []string
	for _, name := range strings.FieldsFunc(c[column], func(r rune) bool { return strings.ContainsRune(";|\n", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// groups returns the names of a row's groups as groups are called.
func (c cells) groups() []string {
	names := c.list(GroupsColumn)
	for i, name := range names {
		names[i], _ = textinput.Name(name, customer.MaxName)
	}
	return names
}
