// Package contract_test holds infra/openapi.yaml to what it must hold: how its operations are named, what each
// must say, and that its examples are true.
package contract_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"liaison/tests/contract/answers"
)

// opened is validated, with every example.
var opened = sync.OnceValues(func() (*answers.Checker, error) { return answers.Open("../../infra/openapi.yaml") })

func document(t *testing.T) *openapi3.T {
	t.Helper()
	checker, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	return checker.Document()
}

// TestBrokenDocuments shows that answers.Open refuses what the other tests rely on it to refuse.
func TestBrokenDocuments(t *testing.T) {
	text, err := os.ReadFile("../../infra/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"operationId: OffersList", "operationId: OffersCreate"},
		{"offer_id: ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza, invited: 12", "offer_id: none, invited: 12"},
		{"enum: [public, invited]", "enum: [invited]"},
		{"#/components/schemas/OfferCreate", "#/components/schemas/Nothing"},
		{"      name: offer_id\n", "      name: offer\n"},
		{"openapi: 3.1.0", "openapi: 3.0.3"},
	} {
		broken := strings.Replace(string(text), change[0], change[1], 1)
		if broken == string(text) {
			t.Errorf("%q is not in the document", change[0])
			continue
		}
		path := filepath.Join(t.TempDir(), "openapi.yaml")
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := answers.Open(path); err == nil {
			t.Errorf("accepted with %q", change[1])
		}
	}
}

func each(doc *openapi3.T, do func(route string, operation *openapi3.Operation)) {
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			do(method+" "+path, operation)
		}
	}
}

// nouns are the paths that infra/design/api.md calls by what is given, and not by what is done: the name says the act.
var nouns = map[string]string{
	"invitations": "Send", "users": "Create", "comments": "Create", "groups": "Create", "domains": "Create", "imports": "Create", "agreement": "SignAgreement", "profile-confirmation": "ConfirmProfile", "phone-code": "MakePhoneCode",
}

func TestOperations(t *testing.T) {
	each(document(t), func(route string, operation *openapi3.Operation) {
		if operation.Summary == "" || operation.Description == "" || len(operation.Tags) != 1 {
			t.Errorf("infra/openapi.yaml, %s lacks a summary, a description or its one tag: add what it lacks", operation.OperationID)
			return
		}
		// The resource of the name is the tag, so that the folder functions/api/<tag> can be found from both.
		if resource := camel(operation.Tags[0]); !strings.HasPrefix(operation.OperationID, resource) {
			t.Errorf("infra/openapi.yaml, %s has the tag %s: begin its operationId with %s, or give it the tag of its resource", operation.OperationID, operation.Tags[0], resource)
		}
		words := regexp.MustCompile(`[A-Z][a-z]*`).FindAllString(strings.TrimPrefix(operation.OperationID, camel(operation.Tags[0])), -1)
		last := route[strings.LastIndex(route, "/")+1:]
		if strings.HasPrefix(route, "POST ") && strings.Contains(route, "}/") && camel(last) != strings.Join(words, "") && nouns[last] != strings.Join(words, "") {
			t.Errorf("infra/openapi.yaml, %s is at %s: end both alike, as OffersArchive at …/archive", operation.OperationID, route)
		}
	})
}

func camel(kebab string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// TestConventions holds every operation to infra/design/api.md, "Conventions".
func TestConventions(t *testing.T) {
	public := []string{
		"ServiceHealth", "ServiceReady", "ServiceOpenapi", "ServiceDocs", "ServiceReference", "ServiceGuide", "ServiceProblem", "TermsGet", "FeatureAvailabilityGet", "InquiriesAsk", "PartnerApplicationsCreate",
		"MarketplaceSearch", "MarketplaceGet", "MarketplaceMatch",
	}
	membership := []string{"PartnersEnrol", "PartnersLeave", "PartnersAuthorise", "PartnersDeauthorise", "CustomerGroupsAddMember", "CustomerGroupsRemoveMember", "CustomersSetBillingOwner", "SuppressionsLift"}
	stands := []string{"SubscriptionsSetPartnerOfRecord", "BrandPut", "CustomerUsersSetLicenses", "CustomerUsersSetMailbox"} // of a subscription, vendor or user that is there: nothing to create
	keyless := []string{"PartnerChecksCreate", "CustomersSearch"}                                                            // they change nothing
	dry := []string{"PartnerOfRecordChangesCreate", "ImportsCreate", "CustomersExport"}                                      // they take none where they only try, or go on
	judging := []string{"ListingsPublish", "ListingsSendBack", "PartnersVerify"}                                             // they may say what was read (decision 93)
	doc := document(t)
	each(doc, func(route string, operation *openapi3.Operation) {
		id := operation.OperationID
		method, path, _ := strings.Cut(route, " ")
		must := func(ok bool, what string) {
			if !ok {
				t.Errorf("infra/openapi.yaml, %s: asks for %s", id, what)
			}
		}
		header := func(name string) *openapi3.Parameter { return operation.Parameters.GetByInAndName("header", name) }
		answers := func(status string) bool { return operation.Responses.Value(status) != nil }
		isPublic := slices.Contains(public, id)
		must((operation.Security != nil && len(*operation.Security) == 0) == isPublic, "`security: []` exactly where TestConventions lists it as public")
		must(answers("401") != isPublic && (isPublic || answers("403") && answers("404")), "the answers 401, 403 and 404, as `<<: *read` or `<<: *act` holds them; 401 not where it is public")
		for _, status := range []string{"400", "429", "431", "500", "503"} {
			must(answers(status), "the answer "+status+", as every merged list of answers holds it (`<<: *read`, `<<: *act`)")
		}
		must(header("Request-Id") != nil, "the line `- $ref: '#/components/parameters/RequestId'` in parameters")
		writes := method != "GET"
		keyed := method == "POST" && !slices.Contains(keyless, id)
		key := header("Idempotency-Key")
		must((key != nil) == keyed, "the line `- $ref: '#/components/parameters/IdempotencyKey'` in parameters where it is a POST, else not")
		must(!keyed || key != nil && key.Required == !slices.Contains(dry, id) && answers("422") && answers("409"), "a required Idempotency-Key, with 409 and 422")
		single := !slices.Contains(membership, id)
		guarded := single && (method == "PUT" || method == "PATCH" || method == "DELETE")
		match := slices.Contains(judging, id)
		must((header("If-Match") != nil) == (guarded || match) && answers("412") == (guarded || match) && answers("428") == guarded, "the parameter If-Match with the answers 412 and 428, at PUT, PATCH and DELETE of one thing alone")
		must((method == "PUT" && single && !slices.Contains(stands, id)) == (writes && header("If-None-Match") != nil), "the parameter If-None-Match, at a PUT that creates alone")
		list := strings.HasSuffix(id, "List") || id == "MarketplaceSearch"
		one := method == "GET" && !list && !strings.HasPrefix(id, "Service")
		must(!one || answers("304") && operation.Responses.Value("200").Value.Headers["ETag"] != nil, "the answer 304 and `headers: *tagged` under 200")
		must(!answers("304") || header("If-None-Match") != nil, "the line `- $ref: '#/components/parameters/IfNoneMatch'` in parameters, for its 304")
		must(operation.RequestBody == nil || writes && answers("413") && answers("415") && answers("422"), "the answers 413, 415 and 422, as it has a body")
		must((operation.Parameters.GetByInAndName("query", "limit") != nil) == list && (operation.Parameters.GetByInAndName("query", "cursor") != nil) == list, "the parameters limit and cursor, at a list alone")
		for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
			p := operation.Parameters.GetByInAndName("path", name[1])
			must(p != nil && p.Example != nil, "the path parameter "+name[1]+" with an example")
		}
		for status, response := range operation.Responses.Map() {
			switch {
			case status >= "400" && status != "431": // which no function sees
				must(response.Value.Content["application/problem+json"] != nil, "a problem under "+status+": one of components/responses")
			case status == "201" && id != "InvitationsSend" && id != "PartnersMakePhoneCode" && id != "ServiceRequestCommentsCreate": // several, or what is never shown alone again
				must(response.Value.Headers["Location"] != nil && response.Value.Headers["ETag"] != nil, "Location and ETag in the headers of 201")
			}
			must(response.Value.Headers["Request-Id"] != nil, "Request-Id in the headers of "+status)
			own := response.Value.Content["application/json"] != nil && status >= "400"
			must(own == slices.Contains([]string{"401", "413", "429", "431", "500", "503"}, status), "application/json under "+status+" exactly where the gateway answers itself")
		}
	})
}

// TestOneName holds that what means the same is called the same in every body and parameter.
func TestOneName(t *testing.T) {
	called := map[string]string{ // by what a property refers to
		"EmailAddress": "email", "Country": "country", "Language": "language", "PartnerID": "partner_id", "OfferID": "offer_id", "PlanID": "plan_id",
		"CustomerID": "customer_id", "InvitationID": "invitation_id", "RedemptionID": "redemption_id", "SubscriptionID": "subscription_id",
	}
	otherwise := map[string]string{ // names of a meaning that the schema does not tell
		"mail": "email", "end_cause": "ended_cause", "seats": "licenses", "quantity": "licenses", "licences": "licenses", "country_code": "country", "locale": "language",
	}
	// Where the role matters more than the kind: the thing's own id, an offer before or after another, who the partner is to what.
	roles := []string{"id", "replaces", "replaced_by", "follows", "from", "to", "partner_of_record", "add_to"}
	var look func(where string, of *openapi3.SchemaRef)
	look = func(where string, of *openapi3.SchemaRef) {
		if of == nil || of.Value == nil {
			return
		}
		for name, p := range of.Value.Properties {
			refs := []string{p.Ref}
			for _, one := range p.Value.AnyOf {
				refs = append(refs, one.Ref)
			}
			for _, ref := range refs {
				want := called[ref[strings.LastIndex(ref, "/")+1:]]
				if want != "" && name != want && !slices.Contains(roles, name) {
					t.Errorf("%s.%s is called %s elsewhere", where, name, want)
				}
			}
			if want := otherwise[name]; want != "" {
				t.Errorf("%s.%s is called %s elsewhere", where, name, want)
			}
			if p.Ref == "" {
				look(where+"."+name, p)
			}
		}
		if items := of.Value.Items; items != nil && items.Ref == "" {
			look(where+"[]", items)
		}
	}
	doc := document(t)
	for name, s := range doc.Components.Schemas {
		look(name, s)
	}
	for _, p := range doc.Components.Parameters {
		if want := otherwise[p.Value.Name]; want != "" {
			t.Errorf("the parameter %s is called %s elsewhere", p.Value.Name, want)
		}
	}
}

// TestBounds finds text and lists that have no end, and objects that take anything.
func TestBounds(t *testing.T) {
	doc := document(t)
	// What others write, and receipts, which never change while the interface grows.
	open := []string{"OpenAPI", "GatewayMessage", "ReceiptDocument", "BrunoCollection"}
	for name, schema := range doc.Components.Schemas {
		if slices.Contains(open, name) {
			continue
		}
		bounds(t, name, schema.Value)
	}
	each(doc, func(_ string, operation *openapi3.Operation) {
		for _, p := range operation.Parameters {
			bounds(t, operation.OperationID+" "+p.Value.Name, p.Value.Schema.Value)
		}
	})
}

func bounds(t *testing.T, where string, s *openapi3.Schema) {
	t.Helper()
	is := func(kind string) bool { return s.Type != nil && s.Type.Includes(kind) }
	switch {
	case is("string") && s.MaxLength == nil && len(s.Enum) == 0 && s.Const == nil:
		t.Errorf("infra/openapi.yaml, %s: text without an end: add maxLength", where)
	case is("array") && s.MaxItems == nil:
		t.Errorf("infra/openapi.yaml, %s: a list without an end: add maxItems", where)
	case is("object") && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil:
		t.Errorf("infra/openapi.yaml, %s: an object that takes anything: add `additionalProperties: false`", where)
	case is("object") && s.AdditionalProperties.Schema != nil && s.MaxProps == nil:
		t.Errorf("infra/openapi.yaml, %s: a map without an end: add maxProperties", where)
	}
	for name, p := range s.Properties {
		if !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(name) {
			t.Errorf("%s: %s is not snake_case", where, name)
		}
		if p.Ref != "#/components/schemas/ReceiptDocument" {
			bounds(t, where+"."+name, p.Value)
		}
	}
	for _, name := range s.Required {
		if len(s.Properties) > 0 && s.Properties[name] == nil {
			t.Errorf("infra/openapi.yaml, %s: requires %s, which it does not have: add it to properties, or take it off required", where, name)
		}
	}
	if s.Items != nil {
		bounds(t, where+"[]", s.Items.Value)
	}
}

// TestExamples wants an example of every body, so that nothing is explained by its schema alone. That they are true,
// answers.Open has checked.
func TestExamples(t *testing.T) {
	doc := document(t)
	for name, schema := range doc.Components.Schemas {
		s := schema.Value
		enum := len(s.Enum) > 0
		page := s.Properties["data"] != nil && name != "Event"
		if !enum && !page && len(s.Examples) == 0 && name != "OpenAPI" && name != "ReceiptDocument" {
			t.Errorf("infra/openapi.yaml, %s has no example: add `examples: [{…}]` to the schema", name)
		}
	}
	each(doc, func(_ string, operation *openapi3.Operation) {
		if operation.RequestBody != nil && len(operation.RequestBody.Value.Content["application/json"].Schema.Value.Examples) == 0 {
			t.Errorf("infra/openapi.yaml, %s: no example of its body: add `examples: [{…}]` to the body's schema", operation.OperationID)
		}
	})
}
