package dynamo

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// leftOut is what the sort keys begin with of the items in a customer's partition that its export does not hold, and why.
var leftOut = map[string]string{
	"FIND#":                   "finds a user by what the user's item says",
	"MAILBOX#":                "holds a mailbox's address for the user whose item says it",
	"GROUPNAME#":              "holds a group's name for the group whose item says it",
	"IN#":                     "is the same as MEMBER#, by the user; the export of one user reads it instead",
	"ROWS#":                   "is a file that the customer has itself; what failed of it is in the import",
	"FAILED#":                 "is in the import",
	"DOMAINS":                 "counts",
	"REQUESTS":                "counts",
	"IMPORTS":                 "says which imports are started and not done, as they say themselves",
	"CLIENT#":                 "is evidence for a dispute, which no operation shows",
	"DELEGATED_ADMINISTRATOR": "is in the customer and in the relationship",
	"WAITS#":                  "notes a partner's invitation, whose mail has the link",
	"MATTER#":                 "is the vendor's list of what it has to decide",
}

// TestExported: of each key in a customer's partition it is known whether its export holds it, or why not.
func TestExported(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^//\t(?:CUSTOMER#<12>|<a tenant's PK>) +(\S+)`).FindAllStringSubmatch(string(doc), -1) {
		key, _, _ := strings.Cut(row[1], "<")
		named[key] = true
		if why, out := leftOut[key]; slices.Contains(exported, key) == out {
			t.Errorf("%s stands in a customer's partition: list it in exported, show it in shared/exported, or say in leftOut why not (now %q)", row[1], why)
		}
	}
	if len(named) != len(exported)+len(leftOut) {
		t.Errorf("doc.go names %d keys of a customer, exported %d and leftOut %d", len(named), len(exported), len(leftOut))
	}
	if !slices.IsSorted(exported) {
		t.Error("exported is not in the order of the partition")
	}
	of := exportedOf("usr_4q8z1m7x2c9v_01kaj4t0n5q0s2v4x6z8a1b3c5")
	if !slices.IsSorted(of) {
		t.Error("exportedOf is not in the order of the partition")
	}
}
