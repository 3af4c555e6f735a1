package reference

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
)

// contract reads the contract as pages show it.
func contract(t *testing.T) *document {
	t.Helper()
	text, err := os.ReadFile("../../../../infra/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(text, &root, yaml.UseOrderedMap()); err != nil {
		t.Fatal(err)
	}
	d, err := read(root, os.DirFS("../../../.."))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCallers: every operation says who may call it. A right that cannot be read would leave a page that is silent about it.
func TestCallers(t *testing.T) {
	for _, tag := range contract(t).tags {
		for _, o := range tag.operations {
			c := o.Callers
			if known := c.Right != "" && c.Partner+c.Customer+c.Operator != ""; known == o.Open {
				t.Errorf("%s: open %v, callers %+v: its endpoint in functions/api names Pattern and Requires, and infra/design/rights.md has the right", o.ID, o.Open, c)
			}
		}
	}
}

// TestCodes: every problem code is a sort's, or named by the operations that answer with it.
func TestCodes(t *testing.T) {
	d := contract(t)
	for _, code := range d.codes {
		named := d.namedBy(code)
		if d.sortOf(code) == nil && named == nil {
			t.Errorf("%s: name it in infra/openapi.yaml, in the description of each operation that answers with it, or in the sort of requests in problems.go", code)
		}
	}
	for _, s := range sorts {
		for _, code := range s.codes {
			if by := d.namedBy(code.String()); s.Name == "none" && by != nil {
				t.Errorf("%s: %s names it: take it out of the sort of what no operation answers", code, by[0].ID)
			}
		}
	}
}

// TestRights reads each form that an endpoint may have.
func TestRights(t *testing.T) {
	files := fstest.MapFS{
		"shared/access/access.go": {Data: []byte("package access\n\ntype Right string\n\nconst (\n\tPublic Right = \"\"\n\tBuy Right = \"buy\"\n\tSee Right = \"see\" // things\n)\n")},
		"infra/design/rights.md":  {Data: []byte("| a | b |\n|---|---|\n\n| right | what | partner | customer | operator |\n|---|---|---|---|---|\n| `buy` | b | - | billing_admin | - |\n| `see` | s | access limited, full | any role | yes, read |\n")},
		"functions/api/things/things.go": {Data: []byte(`package things

const things = "/v1/things"

func List() gateway.Endpoint { return gateway.List[a, b]{Pattern: "GET " + things, Requires: access.See}.Endpoint() }

func Buy() gateway.Endpoint { return gateway.Action("POST /v1/things/buy", access.Buy, nil, nil) }

func Return() gateway.Endpoint { return act("return", access.Buy) }

func act(name string, right access.Right) gateway.Endpoint {
	return gateway.Endpoint{Pattern: "POST /v1/things/" + name, Requires: right}
}

func Health() gateway.Endpoint { return gateway.Endpoint{Pattern: "GET /health", Requires: access.Public} }

func Hidden() gateway.Endpoint { return gateway.Endpoint{Pattern: "GET /hidden", Requires: right()} }
`)},
	}
	got, err := allowed(files)
	if err != nil {
		t.Fatal(err)
	}
	buy := callers{Right: "buy", Customer: "users with the role `global_admin` or `billing_admin`"}
	want := map[string]callers{
		"GET /v1/things":         {"see", "customer access `limited` or `full`", "users with any role", "operators; their reading is an event"},
		"POST /v1/things/buy":    buy,
		"POST /v1/things/return": buy,
		"GET /health":            {},
	}
	for route, by := range want {
		if have, known := got[route]; have != by || !known {
			t.Errorf("%s: %+v, want %+v", route, have, by)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d endpoints were read: %v", len(got), got)
	}
}

// TestIndented: an example keeps its order, and what is short stays on one line.
func TestIndented(t *testing.T) {
	value := yaml.MapSlice{{Key: "z", Value: []any{1, "<a>", nil, true}}, {Key: "a", Value: yaml.MapSlice{{Key: "long", Value: strings.Repeat("x", 60)}}}}
	want := "{\n  \"z\": [1, \"<a>\", null, true],\n  \"a\": {\n    \"long\": \"" + strings.Repeat("x", 60) + "\"\n  }\n}"
	if got := indented(value); got != want {
		t.Errorf("%s", got)
	}
}

// TestSample: what has no example of its own is made of its parts' examples, as a last page.
func TestSample(t *testing.T) {
	d := contract(t)
	page := compact(d.sample(yaml.MapSlice{{Key: "$ref", Value: "#/components/schemas/OfferPage"}}))
	if !strings.HasPrefix(page, `{"data": [{"id": "ofr_`) || !strings.HasSuffix(page, `}], "has_more": false, "next_cursor": null}`) {
		t.Errorf("%s", page)
	}
}

// TestQuoted: whatever stands in a body is one word of a shell.
func TestQuoted(t *testing.T) {
	body := yaml.MapSlice{{Key: "text", Value: "it's $TOKEN `x` \\ \"y\""}}
	command := sent{method: "POST", address: "/v1/things", body: body}.curl()
	out, err := exec.Command("sh", "-euc", "API=a\ncurl() { for word; do last=$word; done; printf %s \"$last\"; }\n"+command).Output()
	if err != nil || string(out) != indented(body) {
		t.Errorf("%s is %s (%v)", command, out, err)
	}
}

// TestHome: an object stands with the operations nearest to it, wherever else it is found; what is no object is shared.
func TestHome(t *testing.T) {
	d := contract(t)
	for name, page := range map[string]string{"Offer": "offers", "Subscription": "subscriptions", "Event": "events", "OfferKind": shared, "Problem": shared} {
		if d.home[name] != page {
			t.Errorf("%s stands on the page %s, not %s", name, d.home[name], page)
		}
	}
}
