package importing

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// maxNamed is the most licences, and the most groups, that one row names.
const maxNamed = customer.MaxLicenses

// number is what a phone number may be that begins as a formula does.
var number = regexp.MustCompile(`^[+-][0-9 ()./-]*$`)

// formula says whether a spreadsheet would compute a cell.
func formula(cell string) bool {
	switch {
	case cell == "":
		return false
	case cell[0] == '=' || cell[0] == '@':
		return true
	}
	return (cell[0] == '+' || cell[0] == '-') && !number.MatchString(cell)
}

// Review says of each row what is wrong with it, as far as the file alone shows it.
func Review(kind Kind, columns []Column, rows []Row) []Row {
	reviewed := make([]Row, len(rows))
	seen := map[string]bool{}
	for i, row := range rows {
		row.Problems = wrong(kind, columns, row)
		if mail := textinput.FoldMail(row.cells(columns)[MailColumn]); kind == Users && row.Problems == nil {
			if seen[mail] {
				row.Problems = []Problem{problem(MailColumn, fault.DuplicateEntry, mail)}
			}
			seen[mail] = true
		}
		reviewed[i] = row
	}
	return reviewed
}

// wrong is what is wrong with the cells of a row.
func wrong(kind Kind, columns []Column, row Row) (found []Problem) {
	c := row.cells(columns)
	for _, column := range columns {
		if formula(c[column]) {
			found = append(found, problem(column, fault.FormulaCell, nil))
		}
	}
	if found != nil {
		return found
	}
	if kind == Users {
		_, err := c.draft().User(customer.Customer{Language: catalog.Languages[0]}, "", time.Time{})
		if f := fault.As(err); f != nil {
			found = problems(f, "")
		}
	} else if _, code := textinput.Mail(c[MailColumn]); code != nil {
		found = append(found, problem(MailColumn, code, textinput.MaxMail))
	}
	if mail, _ := textinput.Mail(c[MailColumn]); kind == Mailboxes && mail != "" {
		if _, _, err := (customer.User{Mail: mail}).SetMailbox(c.mailbox()); err != nil {
			found = append(found, problems(fault.As(err), "")...)
		}
	}
	for _, column := range []Column{LicensesColumn, GroupsColumn} {
		named := c.list(column)
		if len(named) == 0 && kind != Users && slices.Contains(kind.Requires(), column) {
			found = append(found, problem(column, fault.Required, nil))
		}
		if len(named) > maxNamed {
			found = append(found, problem(column, fault.TooMany, maxNamed))
		}
	}
	for _, name := range c.list(GroupsColumn) {
		if _, code := textinput.Name(name, customer.MaxName); code != nil {
			found = append(found, problem(GroupsColumn, code, customer.MaxName))
		}
	}
	return found
}

// mailbox returns the mailbox that a row of mailboxes asks for.
func (c cells) mailbox() (d customer.MailboxDraft) {
	if c[FromColumn]+c[FromHostColumn]+c[FromAddressColumn] != "" {
		d.From = &customer.Source{Kind: customer.SourceKind(strings.ToLower(c[FromColumn])), Host: c[FromHostColumn], Address: c[FromAddressColumn]}
	}
	return d
}

// draft returns the user that a row of users is about.
func (c cells) draft() customer.UserDraft {
	d := customer.UserDraft{Name: c[NameColumn], Mail: c[MailColumn], Language: c[LanguageColumn]}
	for _, f := range customer.ContactFields {
		*f.Of(&d.Contact) = c[Column(f.Name)]
	}
	if d.Name == "" && d.Contact.GivenName != "" && d.Contact.FamilyName != "" {
		d.Name = d.Contact.GivenName + " " + d.Contact.FamilyName
	}
	return d
}
