package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liaison/shared/access"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// The pages of infra/design say what the code does. What stands there as a table is held against the code here, so that neither changes alone.

const (
	apiPage     = "infra/design/api.md"
	faultCode   = "shared/fault/fault.go"
	rightsPage  = "infra/design/rights.md"
	rightsCode  = "shared/access/access.go"
	productPage = "infra/design/product.md"
	dataPage    = "infra/design/data.md"
	dataCode    = "shared/dynamo/doc.go"
)

// row is one row of a page's table, with its line.
type row struct {
	line  int
	cells []string
}

// rows returns the rows of the first table of a page below a heading, without the head of the table. Code marks are taken off a cell that is code
// as a whole.
func (t *tree) rows(page, heading string) (found []row) {
	below := false
	for i, line := range strings.Split(string(t.text(page)), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			if below {
				return found
			}
			below = strings.TrimLeft(line, "# ") == heading
		case below && strings.HasPrefix(line, "|"):
			r := row{line: i + 1}
			for cell := range strings.SplitSeq(strings.Trim(line, "|"), " | ") {
				cell = strings.TrimSpace(cell)
				if bare := strings.Trim(cell, "`"); "`"+bare+"`" == cell && !strings.Contains(bare, "`") {
					cell = bare
				}
				r.cells = append(r.cells, cell)
			}
			found = append(found, r)
		case len(found) > 0:
			return found[min(2, len(found)):]
		}
	}
	return found[min(2, len(found)):]
}

// constants returns the texts of a file's constants of a type by name.
func (t *tree) constants(file, of string) map[string]string {
	found := map[string]string{}
	for _, p := range t.packages {
		for _, f := range p.files {
			if f.path != file {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok {
					return true
				}
				if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == of && len(spec.Values) == 1 {
					if text, ok := spec.Values[0].(*ast.BasicLit); ok && text.Kind == token.STRING {
						found[spec.Names[0].Name], _ = strconv.Unquote(text.Value)
					}
				}
				return true
			})
		}
	}
	return found
}

// rightsWritten holds the table of infra/design/rights.md to what package access says of each right and each kind of caller.
func rightsWritten(t *tree) (wrong []string) {
	said := map[string]row{}
	for _, r := range t.rows(rightsPage, "The table") {
		if len(r.cells) != 5 {
			wrong = append(wrong, fmt.Sprintf("%s:%d: has %d cells, should have 5", rightsPage, r.line, len(r.cells)))
		}
		said[r.cells[0]] = r
	}
	for _, name := range sorted(t.constants(rightsCode, "Right")) {
		right := access.Right(t.constants(rightsCode, "Right")[name])
		if right == access.Public {
			continue
		}
		r, there := said[string(right)]
		delete(said, string(right))
		want := held(right)
		switch {
		case !there:
			wrong = append(wrong, fmt.Sprintf("%s:1: the right %s has no row: write | `%s` | what it lets its holder do | %s |", rightsPage, right, right, strings.Join(want, " | ")))
		case len(r.cells) == 5 && !slices.Equal(r.cells[2:], want):
			wrong = append(wrong, fmt.Sprintf("%s:%d: shared/access gives %s to | %s |: write that, or change the code", rightsPage, r.line, right, strings.Join(want, " | ")))
		}
	}
	for _, name := range sorted(said) {
		wrong = append(wrong, fmt.Sprintf("%s:%d: shared/access knows no right %s: take the row out", rightsPage, said[name].line, name))
	}
	return wrong
}

// held says in the page's words who has a right: of a partner, of a customer, of the vendor's staff.
func held(right access.Right) []string {
	partners := func(role partner.CompanyRole, held partner.CustomerAccess) bool {
		return access.Has(access.Caller{Kind: op.PartnerUser, ID: "usr", CompanyRole: role, CustomerAccess: held}, right)
	}
	customers := func(roles ...customer.Role) bool {
		return access.Has(access.Caller{Kind: op.CustomerUser, ID: "usr", Roles: roles}, right)
	}
	cells := []string{"-", "-", "-"}
	var by []string
	for _, one := range []partner.CustomerAccess{partner.Limited, partner.Full} {
		if partners(partner.NoRole, one) {
			by = append(by, string(one))
		}
	}
	var roles []string
	for _, one := range []partner.CompanyRole{partner.GlobalAdmin, partner.UserAdmin, partner.BillingAdmin} {
		if partners(one, partner.NoAccess) {
			roles = append(roles, string(one))
		}
	}
	switch {
	case partners(partner.NoRole, partner.NoAccess):
		cells[0] = "everyone"
	case by != nil && roles != nil:
		cells[0] = "access " + strings.Join(by, ", ") + "; role " + strings.Join(roles, ", ")
	case by != nil:
		cells[0] = "access " + strings.Join(by, ", ")
	case roles != nil:
		cells[0] = "role " + strings.Join(roles, ", ")
	}
	var each []string
	lesser := []customer.Role{customer.BillingAdmin, customer.UserAdmin, customer.PasswordAdmin, customer.ServiceAdmin}
	for _, one := range lesser {
		if customers(one) {
			each = append(each, string(one))
		}
	}
	switch {
	case customers():
		cells[1] = "everyone"
	case len(each) == len(lesser):
		cells[1] = "any role"
	case each != nil:
		cells[1] = strings.Join(each, ", ")
	case customers(customer.GlobalAdmin):
		cells[1] = string(customer.GlobalAdmin)
	}
	if access.Has(access.Caller{Kind: op.Operator, ID: "usr"}, right) {
		cells[2] = "yes"
		if right.Personal() {
			cells[2] = "yes, read"
		}
	}
	return cells
}

func TestRightsWritten(t *testing.T) { obey(t, rightsWritten) }

func TestRightsWrittenBites(t *testing.T) {
	page, code := string(repository().text(rightsPage)), string(repository().text(rightsCode))
	with := func(right, old, new string) []change {
		line := regexp.MustCompile("(?m)^\\| `" + right + "` .*\n").FindString(page)
		changed := ""
		if old != "" {
			changed = strings.Replace(line, old, new, 1)
		}
		return []change{{rightsCode, "", code}, {rightsPage, "", strings.Replace(page, line, changed, 1)}}
	}
	at := func(right string) string {
		return fmt.Sprintf("%s:%d: ", rightsPage, 1+strings.Count(page[:strings.Index(page, "| `"+right+"`")], "\n"))
	}
	bite(
		t, rightsWritten,
		broken{"a right without a row", with("buy", "", ""), rightsPage + ":1: the right buy has no row: write | `buy` |"},
		broken{"a right of nobody", with("buy", "|", "| `sell` | sell | - | - | - |\n|"), at("buy") + "shared/access knows no right sell"},
		broken{"another partner", with("make_offers", "limited, full", "full"), at("make_offers") + "shared/access gives make_offers to | access limited, full | - | - |"},
		broken{"another user", with("dispute", "global_admin", "any role"), at("dispute") + "shared/access gives dispute to | - | global_admin | - |"},
		broken{"another operator", with("see_offers", "yes, read", "yes"), at("see_offers") + "shared/access gives see_offers to | access limited, full | - | yes, read |"},
		broken{"half a row", with("buy", " | - |", " |"), at("buy") + "has 4 cells, should have 5"},
	)
}

// keys returns the keys in the doc comment of package dynamo, PK and SK, in its order.
func (t *tree) keys() (found [][]string) {
	_, listed, _ := strings.Cut(string(t.text(dataCode)), "\n//\tPK ")
	listed, _, _ = strings.Cut(listed, "\n//\n")
	for _, line := range strings.Split(listed, "\n")[1:] {
		cells := wide.Split(strings.TrimPrefix(line, "//\t"), 3)
		if cut := strings.LastIndexByte(cells[0], ' '); len(cells) == 2 && cut > 0 { // a partition key that fills its column
			cells = []string{cells[0][:cut], cells[0][cut+1:]}
		}
		found = append(found, cells[:min(2, len(cells))])
	}
	return found
}

// wide is what stands between two columns.
var wide = regexp.MustCompile(` {2,}`)

// keysWritten holds the keys of infra/design/data.md to those of the doc comment of package dynamo: the same, in the same order.
func keysWritten(t *tree) (wrong []string) {
	want := t.keys()
	said := t.rows(dataPage, "Keys")
	for i := range max(len(said), len(want)) {
		line := 1
		if i < len(said) {
			line = said[i].line
		}
		switch {
		case i >= len(want):
			return append(wrong, fmt.Sprintf("%s:%d: shared/dynamo/doc.go lists no such key: take the row out, or list it there", dataPage, line))
		case i >= len(said) || !slices.Equal(said[i].cells[:min(2, len(said[i].cells))], want[i]):
			return append(wrong, fmt.Sprintf("%s:%d: shared/dynamo/doc.go lists %s, %s here: write | `%s` | `%s` | what stands there |", dataPage, line, want[i][0], want[i][1], want[i][0], want[i][1]))
		}
	}
	return wrong
}

func TestKeysWritten(t *testing.T) {
	obey(t, keysWritten)
	if got := len(repository().rows(dataPage, "Keys")); got < 30 { // else no key was found in the comment
		t.Errorf("%s lists %d keys", dataPage, got)
	}
}

func TestKeysWrittenBites(t *testing.T) {
	page, code := string(repository().text(dataPage)), string(repository().text(dataCode))
	with := func(in, old, new string) []change {
		return []change{{dataCode, "", code}, {dataPage, "", page}, {in, old, new}}
	}
	at := func(key string, more int) string {
		return fmt.Sprintf("%s:%d: ", dataPage, 1+more+strings.Count(page[:strings.Index(page, key)], "\n"))
	}
	const grant = "| `CUSTOMER#<12>` | `DELEGATED_ADMINISTRATOR` |"
	bite(
		t, keysWritten,
		broken{"a key that the page lacks", with(dataCode, "//\tLOGIN", "//\tLOGOUT#<sha256>        LOGOUT                        nothing\n//\tLOGIN"), at("| `LOGIN#", 0) + "shared/dynamo/doc.go lists LOGOUT#<sha256>, LOGOUT here"},
		broken{"a key that is none", with(dataPage, "| `LOGIN#", "| `LOGOUT#` | `A` | b |\n| `LOGIN#"), at("| `LOGIN#", 0) + "shared/dynamo/doc.go lists LOGIN#<sha256>, LOGIN here"},
		broken{"another sort key", with(dataPage, grant, strings.Replace(grant, "DELEGATED_", "THE_", 1)), at(grant, 0) + "shared/dynamo/doc.go lists CUSTOMER#<12>, DELEGATED_ADMINISTRATOR here"},
		broken{"one more at the end", with(dataPage, "its head |\n", "its head |\n| `A` | `B` | c |\n"), at("`SEAL#", 1) + "shared/dynamo/doc.go lists no such key"},
	)
}

// diagram is a line of a diagram of states in a doc comment.
var diagram = regexp.MustCompile(`(?m)^//\t(\S.* ->.*|\S.*<->.*)$`)

// statesWritten holds the diagrams of infra/design/product.md to those that stand above the nouns' states.
func statesWritten(t *tree) (wrong []string) {
	want := map[string]string{}
	for _, noun := range nouns {
		if p := t.at["shared/"+noun]; p != nil {
			for _, f := range p.files {
				for _, found := range diagram.FindAllStringSubmatch(string(t.text(f.path)), -1) {
					want[noun+": "+found[1]] = f.path
				}
			}
		}
	}
	_, below, _ := strings.Cut(string(t.text(productPage)), "\n## States\n")
	_, block, _ := strings.Cut(below, "\n```\n")
	block, _, _ = strings.Cut(block, "\n```\n")
	for line := range strings.SplitSeq(block, "\n") {
		if line != "" && want[line] == "" {
			wrong = append(wrong, fmt.Sprintf("%s:1: no noun's comment has the diagram %q: write it as the comment above the states does", productPage, line))
		}
		delete(want, line)
	}
	for _, line := range sorted(want) {
		wrong = append(wrong, fmt.Sprintf("%s:1: lacks the diagram of %s: write %q", productPage, want[line], line))
	}
	return wrong
}

func TestStatesWritten(t *testing.T) {
	obey(t, statesWritten)
	if !strings.Contains(string(repository().text(productPage)), "offer: active <-> paused") {
		t.Error(productPage + " has no diagram of an offer")
	}
}

func TestStatesWrittenBites(t *testing.T) {
	const offer = "shared/offer/offer.go"
	with := func(line string) []change {
		return []change{{offer, "// The states of an offer.\n", "// Status of an offer:\n//\n//\tactive -> expired\n"}, {productPage, "", "# The product\n\n## States\n\nWords.\n\n```\n" + line + "\n```\n"}}
	}
	if got := statesWritten(build(t, with("offer: active -> expired\n"))); got != nil {
		t.Fatal(got)
	}
	bite(
		t, statesWritten,
		broken{"one that the page lacks", with(""), productPage + ":1: lacks the diagram of " + offer},
		broken{"one that no noun has", with("offer: active -> expired\noffer: active -> lost\n"), productPage + `:1: no noun's comment has the diagram "offer: active -> lost"`},
	)
}

// figure returns what a constant or a list of days in a package of shared says, as a page writes it; false where there is none of the name.
func (t *tree) figure(name string) (string, bool) {
	of, name, _ := strings.Cut(name, ".")
	p := t.at["shared/"+of]
	if p == nil {
		return "", false
	}
	var value ast.Expr
	for _, f := range p.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, one := range spec.Names {
					if one.Name == name && i < len(spec.Values) {
						value = spec.Values[i]
					}
				}
			}
			return true
		})
	}
	switch v := value.(type) {
	case *ast.BasicLit:
		return v.Value, true
	case *ast.CompositeLit:
		var all []string
		for _, one := range v.Elts {
			if number, ok := one.(*ast.BasicLit); ok {
				all = append(all, number.Value)
			}
		}
		return strings.Join(all, ", "), true
	}
	return "", false
}

// figuresWritten holds the figures of infra/design/product.md to the constants that they name.
func figuresWritten(t *tree) (wrong []string) {
	for _, r := range t.rows(productPage, "Figures") {
		var want []string
		for name := range strings.SplitSeq(strings.ReplaceAll(r.cells[len(r.cells)-1], "`", ""), ", ") {
			value, ok := t.figure(name)
			if !ok {
				wrong = append(wrong, fmt.Sprintf("%s:%d: shared has no constant %s", productPage, r.line, name))
			}
			want = append(want, value)
		}
		if said := thousands.ReplaceAllString(r.cells[1], "$1"); len(want) > 0 && said != strings.Join(want, "; ") {
			wrong = append(wrong, fmt.Sprintf("%s:%d: says %s, the code says %s", productPage, r.line, said, strings.Join(want, "; ")))
		}
	}
	return wrong
}

// thousands is the comma inside a number.
var thousands = regexp.MustCompile(`,(\d{3})`)

func TestFiguresWritten(t *testing.T) {
	obey(t, figuresWritten)
	if got := len(repository().rows(productPage, "Figures")); got < 10 {
		t.Errorf("%s has %d figures", productPage, got)
	}
}

func TestFiguresWrittenBites(t *testing.T) {
	const offer = "shared/offer/offer.go"
	with := func(row string) []change {
		return []change{{offer, "// Offer is what", "// Days are those of reminders.\nvar Days = []int{7, 1}\n\n// Most is the most.\nconst Most = 1000\n\n// Offer is what"}, {productPage, "", "# The product\n\n## Figures\n\n| figure | value | constant |\n|---|---|---|\n" + row}}
	}
	if got := figuresWritten(build(t, with("| most; days | 1,000; 7, 1 | `offer.Most`, `offer.Days` |\n"))); got != nil {
		t.Fatal(got)
	}
	bite(
		t, figuresWritten,
		broken{"another figure", with("| most | 999 | `offer.Most` |\n"), productPage + ":7: says 999, the code says 1000"},
		broken{"other days", with("| days | 7, 2 | `offer.Days` |\n"), productPage + ":7: says 7, 2, the code says 7, 1"},
		broken{"no constant", with("| most |  | `offer.Least` |\n"), productPage + ":7: shared has no constant offer.Least"},
	)
}

// kindsWritten holds the table of infra/design/api.md to the kinds of package fault and to the status that the gateway answers each with.
func kindsWritten(t *tree) (wrong []string) {
	kinds := t.constants(faultCode, "Kind")
	want := map[string]string{}
	for _, kind := range kinds {
		want[kind] = strconv.Itoa(gateway.Status(&fault.Fault{Kind: fault.Kind(kind)}))
	}
	for _, r := range t.rows(apiPage, "Problems") {
		if status := want[r.cells[0]]; status == "" || status != r.cells[1] {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s is answered with %q, not %s", apiPage, r.line, r.cells[0], status, r.cells[1]))
		}
		delete(want, r.cells[0])
	}
	for _, kind := range sorted(want) {
		wrong = append(wrong, fmt.Sprintf("%s:1: lacks the kind %s, which is answered with %s", apiPage, kind, want[kind]))
	}
	return wrong
}

func TestKindsWritten(t *testing.T) { obey(t, kindsWritten) }

func TestKindsWrittenBites(t *testing.T) {
	page, code := string(repository().text(apiPage)), string(repository().text(faultCode))
	const gone = "| `gone` | 410 | it was there and has ended |\n"
	with := func(line string) []change {
		return []change{{faultCode, "", code}, {apiPage, "", page}, {apiPage, gone, line}}
	}
	at := fmt.Sprintf("%s:%d: ", apiPage, 1+strings.Count(page[:strings.Index(page, gone)], "\n"))
	bite(
		t, kindsWritten,
		broken{"one less", []change{{faultCode, "", code}, {apiPage, "", strings.Replace(page, gone, "", 1)}}, apiPage + ":1: lacks the kind gone, which is answered with 410"},
		broken{"another status", with(strings.Replace(gone, "410", "404", 1)), at + `gone is answered with "410", not 404`},
		broken{"one more", with("| `lost` | 404 | it is lost |\n" + gone), at + `lost is answered with "", not 404`},
	)
}
