package house

import (
	"go/ast"
	"testing"
)

// keptBack are the classes of items that the export of a customer does not show, and why.
var keptBack = map[string]string{
	"client":           "evidence for a dispute, which no operation shows",
	"customer_domains": "counts",
	"domain_owner":     "makes a domain one customer's",
	"grant":            "is in the customer and in the relationship",
	"group_name":       "makes a group's name one group's",
	"idempotency":      "a caller's key",
	"inquiry":          "stands apart from its customer: sent_inquiry leads to it, and is shown as it",
	"import_failure":   "is in the import",
	"import_rows":      "a file that the customer has itself",
	"login":            "makes an address one user's",
	"mailbox":          "makes an address one user's",
	"matter":           "what the vendor has to decide",
	"search_term":      "finds a user",
	"service_requests": "counts",
	"session":          "who is signed in",
	"subject":          "leads from a token to a user",
	"suppression":      "says no address, and is of no customer",
	"waiting":          "notes a partner's invitation",
}

// elsewhere are the classes of items that are no customer's: the catalogue's, the vendor's, partners', and those of what is sent and counted.
var elsewhere = []string{
	"application", "authorisation", "availability", "begun_offer", "bulk", "bulk_rows", "clients", "codes", "count", "figures", "head", "indexed", "invitation", "lead", "listing", "mail", "name", "offer",
	"operator", "operators", "partner", "partner_client", "partner_user", "picture", "plan", "programs", "rate", "reports", "seal", "sender", "tally", "terms", "terms_text", "uses",
	"vendor",
}

// exportedClasses holds that each class of item is shown by the export of a customer (shared/exported), or listed here with why not: so none is forgotten.
func exportedClasses(t *tree) (wrong []string) {
	table, shows := t.at["shared/dynamo"], t.at["shared/exported"]
	if table == nil || shows == nil {
		return nil
	}
	known := map[string]bool{}
	for _, class := range elsewhere {
		known[class] = true
	}
	for class := range keptBack {
		known[class] = true
	}
	shown := map[string]bool{}
	for _, f := range shows.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok && fn.Name.Name != "show" {
				return false
			}
			if c, ok := n.(*ast.CaseClause); ok {
				for _, of := range c.List {
					shown["reflect.TypeFor["+t.source(of)+"]()"] = true
				}
			}
			return true
		})
	}
	for _, f := range table.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok && shown[t.source(kv.Value)] {
				if class, ok := kv.Key.(*ast.BasicLit); ok {
					known[word(class)] = true
				}
			}
			return true
		})
	}
	for _, f := range table.files {
		for _, c := range classes(f) {
			if !known[word(c)] {
				known[word(c)] = true
				wrong = append(wrong, t.say(c.Pos(), "nobody says whether the export of a customer holds items of class %s: add it to opens in shared/dynamo/walk.go and show it in shared/exported/show.go, or say in tests/house/exported_test.go why not", word(c)))
			}
		}
	}
	return wrong
}

func TestExportedClasses(t *testing.T) {
	obey(t, exportedClasses)
	made := map[string]bool{}
	for _, f := range repository().at["shared/dynamo"].files {
		for _, c := range classes(f) {
			made[word(c)] = true
		}
	}
	for _, class := range append(sorted(keptBack), elsewhere...) {
		if !made[class] {
			t.Errorf("no item is of class %s: take it out of the list", class)
		}
	}
}

func TestExportedClassesBite(t *testing.T) {
	shows := change{"shared/exported/show.go", "", "package exported\n\nfunc show(noun any) {\n\tswitch noun.(type) {\n\tcase customer.Badge:\n\t}\n}\n"}
	badge := func(opens string) []change {
		return []change{shows, {"shared/dynamo/badge.go", "", "package dynamo\n\nvar opens = map[string]reflect.Type{" + opens + "}\n\nfunc badgeItem() item { return classed(\"badge\", nil) }\n"}}
	}
	bite(
		t, exportedClasses,
		broken{"a class that nobody shows", badge(""), "shared/dynamo/badge.go:5: nobody says whether the export of a customer holds items of class badge"},
		broken{"one that is read as what nobody shows", badge("\"badge\": reflect.TypeFor[customer.Pin]()"), "shared/dynamo/badge.go:5: nobody says whether the export of a customer holds items of class badge"},
	)
	if got := exportedClasses(build(t, badge("\"badge\": reflect.TypeFor[customer.Badge]()"))); len(got) > 0 {
		t.Errorf("a class that is shown: %q", got)
	}
}
