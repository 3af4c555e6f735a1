package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The written order of what stands below the nouns, and of the nouns. Each may know those before it.
var (
	below = []string{"brand", "fault", "brand/picture", "id", "textinput", "calendar", "quota", "op", "token", "event"}
	nouns = []string{"person", "matter", "catalog", "partner", "operator", "listing", "customer", "subscription", "offer", "lead", "invitation", "relationship", "administration", "provisioning", "importing", "support", "consent", "redemption", "order", "suppression", "mailing"}
)

// outside is what each thing around the nouns may know beside what stands below them: other things by name, or all nouns.
var outside = map[string][]string{
	"access":             {"nouns"},                                                                                       // who may do what
	"event/known":        {"nouns"},                                                                                       // every change that there is
	"locale":             {},                                                                                              // words
	"markdown":           {},                                                                                              // published terms as HTML
	"password":           {},                                                                                              // how soon a password is guessed
	"contract":           {},                                                                                              // generated
	"boot":               {},                                                                                              // environment, log, clock
	"dynamo":             {"nouns", "access", "boot"},                                                                     // the table
	"gateway":            {"nouns", "access", "boot", "contract", "csv", "locale"},                                        // HTTP and JSON
	"view":               {"nouns", "access", "contract", "gateway"},                                                      // things as the API shows them
	"exported":           {"nouns", "access", "contract", "dynamo", "gateway", "view"},                                    // what is kept of a customer, thing by thing
	"page":               {"locale"},                                                                                      // HTML
	"site":               {"nouns", "access", "boot", "csv", "dynamo", "gateway", "locale", "page"},                       // a visit to a page
	"site/price":         {"nouns", "locale", "page"},                                                                     // what is paid, and to whom
	"site/available":     {"nouns", "locale", "page", "site"},                                                             // what is available where
	"site/granted":       {"nouns", "locale", "page"},                                                                     // what delegated administration allows
	"site/offered":       {"nouns", "locale", "page", "site", "site/granted", "site/partnername", "site/price"},           // an offer
	"site/previewed":     {"nouns", "locale", "mail", "mail/filled", "page", "site", "site/offered"},                      // an offer's mail and page, before anybody gets them
	"site/subscribed":    {"nouns", "page", "site"},                                                                       // how a subscription stands
	"site/partnername":   {"nouns", "locale", "page", "site"},                                                             // a partner's name, ID and card
	"site/partnerpicker": {"nouns", "gateway", "locale", "page", "site", "site/partnername"},                              // a partner named by its ID
	"site/partnersearch": {"nouns", "page", "site", "site/partnerpicker"},                                                 // the way from an order to the search for a partner, and back
	"site/listed":        {"nouns", "locale", "page", "site", "site/partnername"},                                         // a partner as customers find it
	"site/confirm":       {"nouns", "gateway", "locale", "page", "site"},                                                  // the page that checks answers and presses once
	"site/invited":       {"nouns", "csv", "gateway", "locale", "page", "site"},                                           // a list of recipients, and how far it is sent
	"site/reviewed":      {"nouns", "page", "site", "site/edited", "site/listed"},                                         // the same, as the vendor reads it
	"site/edited":        {"nouns", "locale", "page", "site"},                                                             // a document of the vendor that is changed
	"site/awaited":       {"nouns", "dynamo", "page", "site", "site/links", "site/offered", "site/price"},                 // offers that wait for an answer
	"site/receipted":     {"nouns", "locale", "page", "site"},                                                             // a receipt in a list
	"site/colleague":     {"nouns", "locale", "page"},                                                                     // what people of a partner may do
	"site/links":         {"nouns", "dynamo", "page", "site", "site/available", "site/partnername"},                       // what a link leads to
	"site/tied":          {"nouns", "locale", "page", "site", "site/subscribed"},                                          // how a tie stands, as its partner reads it
	"site/administered":  {"nouns", "access", "locale", "page", "site", "site/available", "site/granted", "site/offered"}, // a customer's directory, and who may act on it
	"site/supported":     {"nouns", "access", "dynamo", "locale", "page", "site", "site/confirm"},                         // a service request, as each side sees it
	"site/activity":      {"nouns", "dynamo", "event/known", "locale", "page", "site", "site/partnername"},                // what happened, in words
	"overview":           {"nouns", "dynamo"},                                                                             // how a partner's business stands
	"sharing":            {"nouns", "locale"},                                                                             // an offer's link, passed on
	"imported":           {"nouns", "csv", "locale"},                                                                      // a file of rows, read and written
	"mail":               {"locale"},                                                                                      // what we say
	"ses":                {"boot"},                                                                                        // how it is sent
	"mail/filled":        {"nouns", "locale", "mail"},                                                                     // what mails say of an offer, from the table
	"outbox":             {"nouns", "event/known", "boot", "dynamo", "locale", "mail", "mail/filled", "ses"},              // what an event sends
	"dns":                {"boot"},                                                                                        // records of customers' domains
	"schedule":           {"boot", "dynamo"},                                                                              // what falls due
	"directory":          {"boot"},                                                                                        // sign-in accounts
	"webhook":            {"boot"},                                                                                        // signing, delivery

	"contract/generate":           {"contract/generate/reference"},
	"contract/generate/reference": {"locale", "markdown"}, // what developers read
}

// unknowing know nothing of ours, not even what stands below the nouns.
var unknowing = []string{"locale", "markdown", "password", "contract", "locale/generate"}

// libraries is which of our folders may import which library (a new one is decided here). The longest match counts.
var libraries = map[string][]string{
	"github.com/awslabs/aws-lambda-go-api-proxy":                   {"shared/gateway"},
	"github.com/aws/aws-lambda-go":                                 {"shared/gateway", "shared/dynamo", "shared/schedule", "functions/jobs", "functions/api/authorizer"},
	"github.com/aws/aws-sdk-go-v2":                                 {"shared/boot", "shared/dynamo", "shared/ses", "shared/directory"},
	"github.com/aws/aws-sdk-go-v2/service/dynamodb":                {"shared/dynamo"},
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue": {"shared/dynamo"},
	"github.com/aws/aws-sdk-go-v2/service/sesv2":                   {"shared/ses"},
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider": {"shared/directory"},
	"github.com/aws/aws-sdk-go-v2/config":                          {},
	"github.com/aws/smithy-go":                                     {"shared/dynamo", "shared/ses", "shared/directory"},
	"github.com/caarlos0/env/v11":                                  {"shared/boot"},
	"github.com/oklog/ulid/v2":                                     {"shared/id"},
	"github.com/gowebpki/jcs":                                      {"shared/event", "shared/consent", "shared/gateway"},
	"github.com/lestrrat-go/jwx/v3":                                {"functions/api/authorizer"},
	"github.com/coreos/go-oidc/v3":                                 {"functions/pages/sign-in"},
	"golang.org/x/oauth2":                                          {"functions/pages/sign-in"},
	"github.com/yuin/goldmark":                                     {"shared/markdown"},
	"github.com/goccy/go-yaml":                                     {"shared/contract/generate"},
	"github.com/nbutton23/zxcvbn-go/data":                          {"shared/password"},
	"github.com/boombuler/barcode":                                 {"shared/sharing"},
	"golang.org/x/text":                                            {"shared/textinput", "shared/partner", "shared/locale/generate"},
	"golang.org/x/net/idna":                                        {"shared/textinput"},
	"golang.org/x/net/html":                                        {"shared/mail"},
	"golang.org/x/net/publicsuffix":                                {"shared/textinput"}, // whose names nobody can have alone
}

// notInside are the standard library's packages that only outside things may import.
var notInside = []string{"net/http", "log", "log/slog", "html/template", "text/template", "database/sql", "os/exec"}

// arrows is law 1: nouns <- outside things <- functions, never back.
func arrows(t *tree) (broken []string) {
	for _, p := range t.under("functions", "shared", "infra") {
		for _, f := range p.files {
			for _, i := range f.imports() {
				if why := refused(p, i.path); why != "" {
					broken = append(broken, t.say(i.pos, "%s imports %s: %s", p.folder, i.path, why))
				}
			}
		}
	}
	return broken
}

// refused says why a package may not import another; empty where it may.
func refused(p *pack, what string) string {
	door := strings.SplitN(p.folder, "/", 2)[0]
	first, _, _ := strings.Cut(what, "/")
	if ours, ok := strings.CutPrefix(what, module+"/"); ok {
		switch door {
		case "functions":
			if !within(ours, "shared") && (p.name != "main" || ours != path.Dir(p.folder)) {
				return "a function knows shared and a main its own parent; move what two functions share to shared"
			}
		case "shared":
			if !within(ours, "shared") {
				return "shared is what the others stand on; turn the arrow round"
			}
			return strange(strings.TrimPrefix(p.folder, "shared/"), strings.TrimPrefix(ours, "shared/"))
		case "infra":
			if within(ours, "tests") {
				return "what runs without tests knows none of them; turn the arrow round"
			}
		}
		return ""
	}
	if door == "infra" {
		return ""
	}
	name := strings.TrimPrefix(p.folder, "shared/")
	if !strings.Contains(first, ".") {
		if slices.Contains(notInside, what) && (slices.Contains(below, name) || slices.Contains(nouns, name)) {
			return "a noun decides and touches nothing; this belongs to an outside thing"
		}
		return ""
	}
	longest := ""
	for library := range libraries {
		if within(what, library) && len(library) > len(longest) {
			longest = library
		}
	}
	if longest == "" {
		return "a library nobody decided for; write it into the table of this law, and say in the commit why"
	}
	if !slices.ContainsFunc(libraries[longest], func(folder string) bool { return within(p.folder, folder) }) {
		return fmt.Sprintf("only %v may; call that", libraries[longest])
	}
	return ""
}

// strange says why a package of shared may not know another of it.
func strange(who, what string) string {
	if slices.Contains(unknowing, who) {
		return "it knows nothing of ours; give it what it needs as an argument"
	}
	whos, whats := slices.Index(nouns, who), slices.Index(nouns, what)
	switch {
	case slices.Contains(below, who):
		if i := slices.Index(below, what); i < 0 || i >= slices.Index(below, who) {
			return fmt.Sprintf("the order below the nouns is %v, and each knows only those before it", below)
		}
	case slices.Contains(below, what):
	case whos >= 0 && whats < 0:
		return "a noun knows nothing outside; say what it needs as a small interface of its own"
	case whos >= 0 && whats >= whos:
		return fmt.Sprintf("the order of the nouns is %v, and each knows only those before it; if it presses, merge two nouns", nouns)
	case whos >= 0:
	default:
		known, ok := outside[who]
		if !ok {
			return "this package is in no table; say in tests/house/imports_test.go what it is and what it may know"
		}
		if !slices.Contains(known, what) && (whats < 0 || !slices.Contains(known, "nouns")) {
			return fmt.Sprintf("beside what stands below the nouns it may know %v; turn the arrow round or decide for it in tests/house/imports_test.go", known)
		}
	}
	return ""
}

// costly is what only these functions may link: it is heavy at start, or turns off the linker's pruning (infra/design/speed.md).
var costly = map[string][]string{
	"liaison/shared/brand/picture":          {"functions/api/brand", "functions/api/listings", "functions/pages/partner-listing", "functions/pages/vendor-brand"},
	"html/template":                         {"functions/pages"},
	"text/template":                         {"functions/pages"},
	"github.com/lestrrat-go/jwx":            {"functions/api/authorizer", "functions/pages/sign-in"},
	"github.com/coreos/go-oidc":             {"functions/pages/sign-in"},
	"golang.org/x/oauth2":                   {"functions/pages/sign-in"},
	"github.com/nbutton23/zxcvbn-go":        {"functions/pages/set-password"},
	"github.com/aws/aws-sdk-go-v2/config":   {},
	"github.com/getkin/kin-openapi":         {},
	"github.com/santhosh-tekuri/jsonschema": {},
	"github.com/nyaruka/phonenumbers":       {},
	"github.com/go-playground/validator":    {},
	"github.com/nicksnyder/go-i18n":         {},
	"go.opentelemetry.io":                   {},
	"golang.org/x/text/message":             {},
	"golang.org/x/text/language":            {},
	"golang.org/x/text/feature/plural":      {},
}

// weight is the law of what a bootstrap may link: linked holds what each main is built of.
func weight(linked map[string][]string) (broken []string) {
	for _, main := range sorted(linked) {
		for _, heavy := range sorted(costly) {
			allowed := costly[heavy]
			if slices.ContainsFunc(allowed, func(folder string) bool { return within(main, folder) }) {
				continue
			}
			if i := slices.IndexFunc(linked[main], func(one string) bool { return within(one, heavy) }); i >= 0 {
				broken = append(broken, fmt.Sprintf("%s/main.go:1: links %s, which only %v may: see `go mod why` or `go list -deps` and cut the way to it", main, linked[main][i], allowed))
			}
		}
	}
	return broken
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// dependencies asks the go command once what each bootstrap is built of.
var dependencies = sync.OnceValues(func() (map[string][]string, error) {
	list := exec.Command("go", "list", "-e", "-tags", "lambda.norpc,nethttpomithttp2", "-json=ImportPath,Name,Deps", "./functions/...")
	list.Dir = "../.."
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	linked := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var one struct {
			ImportPath, Name string
			Deps             []string
		}
		if err := d.Decode(&one); err != nil {
			return nil, err
		}
		if one.Name == "main" {
			linked[strings.TrimPrefix(one.ImportPath, module+"/")] = one.Deps
		}
	}
	return linked, nil
})

func TestArrows(t *testing.T) { obey(t, arrows) }

// TestWordsLinked links the page that shows most, offers with their mails and previews: it may have what it says, not all words (decision 91).
// `make bench` counts them in every page.
func TestWordsLinked(t *testing.T) {
	linked := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-o", linked, "./functions/pages/partner-offer-new/lambda")
	build.Dir = "../.."
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	program, err := os.ReadFile(linked)
	if err != nil {
		t.Fatal(err)
	}
	const most = 1500
	if n := bytes.Count(program, []byte("locale.(*speech).")); n == 0 || n > most {
		t.Errorf("%d words are linked, more than %d: some type that becomes an any names locale.Words", n, most)
	}
}

func TestWeight(t *testing.T) {
	linked, err := dependencies()
	if err != nil {
		t.Fatal(err)
	}
	if len(linked) != len(repository().mains()) {
		t.Errorf("go list knows %d mains, the tree has %d", len(linked), len(repository().mains()))
	}
	for _, line := range weight(linked) {
		t.Error(line)
	}
}

func TestArrowsBite(t *testing.T) {
	imports := func(file, what string) change {
		return change{file, "import (", "import (\n\t\"" + what + "\""}
	}
	bite(t, arrows,
		broken{"a noun knows a later one", []change{imports("shared/partner/partner.go", "liaison/shared/offer")}, "shared/partner/partner.go:5: shared/partner imports liaison/shared/offer: the order of the nouns is"},
		broken{"a noun knows the table", []change{imports("shared/offer/offer.go", "liaison/shared/dynamo")}, "shared/offer/offer.go:5: shared/offer imports liaison/shared/dynamo: a noun knows nothing outside"},
		broken{"a noun knows the SDK", []change{imports("shared/offer/offer.go", "github.com/aws/aws-sdk-go-v2/service/dynamodb/types")}, "shared/offer/offer.go:5: shared/offer imports github.com/aws/aws-sdk-go-v2/service/dynamodb/types: only [shared/dynamo] may"},
		broken{"a noun serves HTTP", []change{imports("shared/offer/offer.go", "net/http")}, "shared/offer/offer.go:5: shared/offer imports net/http: a noun decides and touches nothing"},
		broken{"what stands below knows a noun", []change{{"shared/fault/fault.go", "package fault\n", "package fault\n\nimport _ \"liaison/shared/offer\"\n"}}, "shared/fault/fault.go:4: shared/fault imports liaison/shared/offer: the order below the nouns is"},
		broken{"words know something", []change{{"shared/locale/locale.go", "package locale\n", "package locale\n\nimport _ \"liaison/shared/fault\"\n"}}, "shared/locale/locale.go:4: shared/locale imports liaison/shared/fault: it knows nothing of ours"},
		broken{"the table knows the gateway", []change{imports("shared/dynamo/table.go", "liaison/shared/gateway")}, "shared/dynamo/table.go:5: shared/dynamo imports liaison/shared/gateway: beside what stands below the nouns it may know [nouns access boot]"},
		broken{"a package in no table", []change{{"shared/stamp/stamp.go", "", "// Package stamp stamps.\npackage stamp\n\nimport _ \"liaison/shared/offer\"\n"}}, "shared/stamp/stamp.go:4: shared/stamp imports liaison/shared/offer: this package is in no table"},
		broken{"shared knows a function", []change{imports("shared/gateway/gateway.go", "liaison/functions/api/offers")}, "shared/gateway/gateway.go:5: shared/gateway imports liaison/functions/api/offers: shared is what the others stand on"},
		broken{"shared knows infra", []change{imports("shared/gateway/gateway.go", "liaison/infra/local/services")}, "shared/gateway/gateway.go:5: shared/gateway imports liaison/infra/local/services: shared is what"},
		broken{"infra knows a fixture", []change{{"infra/local/walk/walk.go", "", "// Package walk walks.\npackage walk\n\nimport _ \"liaison/tests/fixture\"\n"}}, "infra/local/walk/walk.go:4: infra/local/walk imports liaison/tests/fixture: what runs without tests knows none of them"},
		broken{"a function knows another", []change{imports("functions/pages/redeem/page.go", "liaison/functions/api/offers")}, "functions/pages/redeem/page.go:5: functions/pages/redeem imports liaison/functions/api/offers: a function knows shared"},
		broken{"a main knows a stranger", []change{imports("functions/api/offers/create/main.go", "liaison/functions/pages/redeem")}, "functions/api/offers/create/main.go:5: functions/api/offers/create imports liaison/functions/pages/redeem: a function knows shared"},
		broken{"a second adapter", []change{imports("functions/pages/redeem/page.go", "github.com/awslabs/aws-lambda-go-api-proxy/httpadapter")}, "functions/pages/redeem/page.go:5: functions/pages/redeem imports github.com/awslabs/aws-lambda-go-api-proxy/httpadapter: only [shared/gateway] may"},
		broken{"a library nobody decided for", []change{imports("functions/pages/redeem/page.go", "github.com/nobody/knows")}, "functions/pages/redeem/page.go:5: functions/pages/redeem imports github.com/nobody/knows: a library nobody decided for"},
	)
}

func TestWeightBites(t *testing.T) {
	for heavy, allowed := range costly {
		linked := map[string][]string{"functions/api/offers/create": {"fmt", heavy}}
		for _, folder := range allowed {
			linked[folder+"/lambda"] = []string{heavy}
		}
		got := weight(linked)
		if len(got) != 1 || !strings.HasPrefix(got[0], "functions/api/offers/create/main.go:1: links "+heavy+", which only") {
			t.Errorf("%s linked by a JSON function: %q", heavy, got)
		}
	}
	if got := weight(map[string][]string{"functions/api/offers/create": {"text/template/parse", "fmt"}}); len(got) != 1 {
		t.Errorf("a package below a heavy one: %q", got)
	}
}
