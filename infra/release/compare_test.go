package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"liaison/shared/offer"
)

const root = "../.."

// TestContractIsKept is what clients of the last release rely on. Only before the first release is there none to keep: a version that claims one fails.
func TestContractIsKept(t *testing.T) {
	last := filepath.Join(root, kept)
	if !stands(last) {
		if version := today(t).at("info")["version"]; version != "0.0.0" {
			t.Errorf("the contract says version %v, and %s is not there: make release VERSION=1.0.0 makes the first", version, kept)
		}
		return
	}
	changes, err := compare(root, last, filepath.Join(root, contract))
	if err != nil {
		t.Fatal(err)
	}
	if err := broken(changes); err != nil {
		t.Error(err)
	}
}

// A part is a mapping somewhere in the contract.
type part map[string]any

// at returns the part at a path of names and of places in lists.
func (p part) at(path ...any) part {
	here := any(map[string]any(p))
	for _, step := range path {
		switch step := step.(type) {
		case string:
			here = here.(map[string]any)[step]
		case int:
			here = here.([]any)[step]
		}
	}
	return here.(map[string]any)
}

func (p part) schema(name string) part { return p.at("components", "schemas", name) }
func (p part) field(name, field string) part {
	return p.at("components", "schemas", name, "properties", field)
}
func (p part) operation(method, path string) part { return p.at("paths", path, method) }

// add puts values at the end of a list, and take takes one out of it.
func (p part) add(list string, values ...any) { p[list] = append(p[list].([]any), values...) }

func (p part) take(list string, value any) {
	is := func(one any) bool { return one == value }
	if !slices.ContainsFunc(p[list].([]any), is) {
		panic(value)
	}
	p[list] = slices.DeleteFunc(p[list].([]any), is)
}

func (p part) remove(name string) {
	if _, stands := p[name]; !stands {
		panic(name)
	}
	delete(p, name)
}

// planted is a change that is made to the contract as it stands, and what must be said of it.
type planted struct {
	name  string
	plant func(doc part)
	want  string
}

var text = map[string]any{"type": "string", "maxLength": 10}

var breaks = []planted{
	{"an operation removed", func(doc part) { doc.at("paths").remove("/v1/offers/{offer_id}/pause") }, "OffersPause, POST /v1/offers/{offer_id}/pause: API path removed"},
	{"one of a path's operations removed", func(doc part) { doc.at("paths", "/v1/customers/{customer_id}/groups/{group_id}").remove("delete") }, "CustomerGroupsDelete, DELETE /v1/customers/{customer_id}/groups/{group_id}: API removed"},
	{"a deprecated operation removed", func(doc part) { doc.at("paths").remove("/v1/limits") }, "LimitsGet, GET /v1/limits: API path removed with deprecation"},
	{"a deprecated one of a path's operations removed", func(doc part) { doc.at("paths", "/v1/plans/{plan_id}").remove("put") }, "PlansPut, PUT /v1/plans/{plan_id}: API removed with deprecation"},
	{"a deprecated field of a request removed", func(doc part) { doc.schema("OfferCreate").at("properties").remove("follows") }, "OffersCreate, POST /v1/offers: removed the deprecated request property `follows`"},
	{"a deprecated parameter removed", func(doc part) { programs(doc)["parameters"] = programs(doc)["parameters"].([]any)[1:] }, "ProgramsList, GET /v1/programs: deleted the `query` request parameter `since` with deprecation"},
	{"a deprecated field of an answer removed", func(doc part) {
		doc.at("components", "schemas", "Plan", "properties").remove("name")
		doc.schema("Plan").take("required", "name")
	}, "removed the deprecated required property `data/items/name`"},
	{"an operation called otherwise", func(doc part) {
		doc.operation("post", "/v1/relationships/{relationship_id}/lower")["operationId"] = "RelationshipsLessen"
	}, "API operation id `RelationshipsLower` removed"},
	{"a token asked for", func(doc part) { doc.operation("get", "/healthz").remove("security") }, "ServiceHealth, GET /healthz: the endpoint no longer allows anonymous access"},

	{"another status of success", func(doc part) {
		answers := doc.operation("post", "/v1/partners/{partner_id}/verify").at("responses")
		answers["202"] = answers["200"]
		answers.remove("200")
	}, "PartnersVerify, POST /v1/partners/{partner_id}/verify: removed the success response with the status `200`"},
	{"a status of refusal removed", func(doc part) { doc.operation("post", "/v1/offers/{offer_id}/withdraw").at("responses").remove("409") }, "OffersWithdraw, POST /v1/offers/{offer_id}/withdraw: removed the non-success response with the status `409`"},
	{"a field of an answer removed", func(doc part) {
		doc.schema("Offer").take("required", "reference")
		doc.schema("Offer").at("properties").remove("reference")
	}, "removed the required property `reference`"},
	{"a second field of the same answer removed", func(doc part) {
		doc.schema("Offer").take("required", "visibility")
		doc.schema("Offer").at("properties").remove("visibility")
	}, "removed the required property `visibility`"},
	{"a third one, of the second one's type", func(doc part) { doc.schema("Offer").at("properties").remove("audience") }, "removed the optional property `audience`"},
	{"a fourth one, of the same type", func(doc part) { doc.schema("Offer").at("properties").remove("circle") }, "removed the optional property `circle`"},
	{"a field that may be missing removed from an answer", func(doc part) { doc.schema("Problem").at("properties").remove("errors") }, "removed the optional property `errors`"},
	{"a field that may now be missing in an answer", func(doc part) { doc.schema("Offer").take("required", "url") }, "the response property `url` became optional"},
	{"null in an answer", func(doc part) { doc.field("Offer", "created_at")["type"] = []any{"string", "null"} }, "the response property `created_at` became nullable"},
	{"null in an answer, beside a schema with a name", func(doc part) {
		fields := doc.schema("Offer").at("properties")
		fields["partner_id"] = map[string]any{"anyOf": []any{fields["partner_id"], map[string]any{"type": "null"}}}
	}, "response property `partner_id` list-of-types was widened by adding types `null`"},
	{"another type in an answer", func(doc part) { doc.field("Offer", "max_redemptions")["type"] = []any{"string", "null"} }, "the `max_redemptions` response's property `type` changed from `integer, null` to `string, null`"},
	{"another format in an answer", func(doc part) { doc.field("Offer", "expires_at")["format"] = "date" }, "the `expires_at` response's property `format` changed from `date-time` to `date`"},
	{"another sort of thing in an answer", func(doc part) {
		doc.field("Offer", "partner_terms").add("anyOf", map[string]any{"$ref": "#/components/schemas/Plan"})
	}, "added `#/components/schemas/Plan` to the `partner_terms` response property `anyOf` list"},
	{"text without an end in an answer", func(doc part) { doc.field("Offer", "message").remove("maxLength") }, "`message` response property's maxLength was unset"},
	{"a value removed from an answer", func(doc part) { doc.schema("OfferStatus").take("enum", "used_up") }, "removed the `used_up` enum value from the `data/items/status` response property"},
	{"a problem's code removed", func(doc part) { doc.schema("ProblemCode").take("enum", "domain_taken") }, "removed the `domain_taken` enum value from the `code` response property"},
	{"an event's type removed", func(doc part) {
		doc.field("Event", "type").take("x-extensible-enum", string(offer.CreatedEvent{}.Type()))
	}, "removed the value `" + string(offer.CreatedEvent{}.Type()) + "` from `components.schemas.Event.properties.type`"},
	{"a constant changed", func(doc part) { doc.field("Event", "specversion")["const"] = "2.0" }, "`specversion` response property const value changed from `1.0` to `2.0`"},
	{"a header of an answer removed", func(doc part) {
		doc.operation("post", "/v1/offers").at("responses", "201", "headers").remove("Location")
	}, "OffersCreate, POST /v1/offers: the mandatory response header `location` removed"},
	{"a header that may be missing removed", func(doc part) { doc.operation("get", "/v1/plans").at("responses", "200", "headers").remove("Link") }, "PlansList, GET /v1/plans: the optional response header `link` removed"},
	{"a media type of an answer removed", func(doc part) {
		doc.operation("get", "/v1/offers").at("responses", "200", "content").remove("text/csv")
	}, "OffersList, GET /v1/offers: removed the media type `text/csv`"},

	{"a new field that a request must have", func(doc part) {
		doc.schema("OfferCreate").at("properties")["purpose"] = text
		doc.schema("OfferCreate").add("required", "purpose")
	}, "OffersCreate, POST /v1/offers: added the new required request property `purpose`"},
	{"a field that a request must now have", func(doc part) { doc.schema("OfferCreate").add("required", "items") }, "OffersCreate, POST /v1/offers: the request property `items` became required"},
	{"a field of a request removed", func(doc part) { doc.schema("OfferCreate").at("properties").remove("notice_days") }, "OffersCreate, POST /v1/offers: removed the request property `notice_days`"},
	{"null refused", func(doc part) { doc.field("OfferCreate", "max_redemptions")["type"] = "integer" }, "OffersCreate, POST /v1/offers: the request property `max_redemptions` became not nullable"},
	{"null refused, beside a schema with a name", func(doc part) {
		doc.schema("OfferCreate").at("properties")["language"] = doc.field("OfferCreate", "language")["anyOf"].([]any)[0]
	}, "OffersCreate, POST /v1/offers: request property `language` list-of-types was narrowed by removing types `null`"},
	{"a value refused", func(doc part) { doc.schema("BilledBy").take("enum", "partner") }, "OffersCreate, POST /v1/offers: removed the enum value `partner` of the request property `billed_by`"},
	{"another type asked for", func(doc part) { doc.field("DelegationRequest", "duration_days")["type"] = "string" }, "request property `type` changed from"},
	{"shorter text", func(doc part) { doc.field("OfferCreate", "message")["maxLength"] = 500 }, "OffersCreate, POST /v1/offers: the `message` request property's maxLength was decreased to `500`"},
	{"shorter text further down", func(doc part) { doc.field("PartnerTerms", "text")["maxLength"] = 10 }, "/text` request property's maxLength was decreased to `10`"},
	{"a shorter list", func(doc part) { doc.field("OfferCreate", "items")["maxItems"] = 5 }, "OffersCreate, POST /v1/offers: the `items` request property's maxItems was decreased to `5`"},
	{"another default of a field", func(doc part) { doc.field("OfferCreate", "visibility")["default"] = "invited" }, "OffersCreate, POST /v1/offers: the `visibility` request property default value changed from `public` to `invited`"},

	{"no default of a field", func(doc part) { doc.field("OfferWithdraw", "tell_recipients").remove("default") }, "OffersWithdraw, POST /v1/offers/{offer_id}/withdraw: the `tell_recipients` request property default value `false` was removed"},

	{"a new parameter that must be sent", func(doc part) {
		doc.operation("get", "/v1/redemptions").add("parameters", map[string]any{"name": "until", "in": "query", "required": true, "schema": text})
	}, "RedemptionsList, GET /v1/redemptions: added the new required `query` request parameter `until`"},
	{"a parameter that must now be sent", func(doc part) { doc.at("components", "parameters", "IfNoneMatch")["required"] = true }, "the `header` request parameter `if-none-match` became required"},
	{"a parameter removed", func(doc part) {
		list := doc.operation("get", "/v1/relationships")
		list["parameters"] = slices.DeleteFunc(list["parameters"].([]any), func(p any) bool {
			return p.(map[string]any)["$ref"] == "#/components/parameters/RelationshipKindFilter"
		})
	}, "RelationshipsList, GET /v1/relationships: deleted the `query` request parameter `kind`"},
	{"a value of a parameter removed", func(doc part) { doc.schema("OfferKind").take("enum", "reseller") }, "OffersList, GET /v1/offers: removed the enum value `reseller` from the `query` request parameter `kind`"},
	{"a lower bound of a parameter", func(doc part) { doc.at("components", "parameters", "Limit", "schema")["maximum"] = 50 }, "for the `query` request parameter `limit`, the max was decreased from `100.00` to `50.00`"},
	{"another default of a parameter", func(doc part) { doc.at("components", "parameters", "Limit", "schema")["default"] = 10 }, "for the `query` request parameter `limit`, default value was changed from `25.00` to `10.00`"},
	{"no default of a parameter", func(doc part) {
		for _, one := range programs(doc)["parameters"].([]any) {
			if one := one.(map[string]any); one["name"] == "order" {
				one["schema"] = text
			}
		}
	}, "ProgramsList, GET /v1/programs: for the `query` request parameter `order`, default value `name` was removed"},
	{"another form of an id", func(doc part) { doc.schema("InvitationID")["pattern"] = "^inv_[0-9]{26}$" }, "changed the pattern of the `path` request parameter `invitation_id`"},
}

var additions = []planted{
	{"an operation", func(doc part) {
		added := doc.at("paths", "/v1/offers/{offer_id}/pause", "post")
		doc.at("paths")["/v1/offers/{offer_id}/archive"] = map[string]any{"post": with(added, "operationId", "OffersArchive")}
	}, "OffersArchive, POST /v1/offers/{offer_id}/archive: endpoint added"},
	{"a field of an answer", func(doc part) {
		doc.schema("Offer").at("properties")["purpose"] = text
		doc.schema("Offer").add("required", "purpose")
	}, "added the required property `purpose` to the response"},
	{"a field of an answer that may be missing", func(doc part) { doc.schema("Offer").at("properties")["notes"] = text }, "added the optional property `notes` to the response"},
	{"a field of a request", func(doc part) { doc.schema("OfferCreate").at("properties")["purpose"] = text }, "OffersCreate, POST /v1/offers: added the new optional request property `purpose`"},
	{"a value that a request may have", func(doc part) { doc.schema("OfferKind").add("enum", "renewal") }, "added the new `renewal` enum value to the request property `kind`"},
	{"a value of an answer", func(doc part) { doc.schema("OfferStatus").add("enum", "archived") }, "added the new `archived` enum value to the `data/items/status` response property"},
	{"a problem's code", func(doc part) { doc.schema("ProblemCode").add("enum", "offer_archived") }, "added the new `offer_archived` enum value to the `code` response property"},
	{"an event's type", func(doc part) { doc.field("Event", "type").add("x-extensible-enum", "offer.archived") }, "added the value `offer.archived` to `components.schemas.Event.properties.type`"},
	{"a parameter", func(doc part) {
		doc.operation("get", "/v1/redemptions").add("parameters", map[string]any{"name": "until", "in": "query", "schema": text})
	}, "RedemptionsList, GET /v1/redemptions: added the new optional `query` request parameter `until`"},
	{"a status of refusal", func(doc part) {
		answers := doc.operation("get", "/v1/plans").at("responses")
		answers["422"] = answers["400"]
	}, "PlansList, GET /v1/plans: added the non-success response with the status `422`"},
	{"a media type of an answer", func(doc part) {
		doc.operation("get", "/v1/plans").at("responses", "200", "content")["text/csv"] = map[string]any{"schema": text}
	}, "PlansList, GET /v1/plans: added the media type `text/csv`"},
	{"a header of an answer", func(doc part) {
		doc.operation("get", "/v1/plans").at("responses", "200", "headers")["Vary"] = map[string]any{"schema": text}
	}, "PlansList, GET /v1/plans: the response header `vary` was added"},
	{"longer text in a request", func(doc part) { doc.field("OfferCreate", "message")["maxLength"] = 2000 }, "OffersCreate, POST /v1/offers: the `message` request property's maxLength was increased from `1000` to `2000`"},
	{"longer text in an answer", func(doc part) { doc.field("Offer", "message")["maxLength"] = 2000 }, "the `message` response property's maxLength was increased from `1000` to `2000`"},
	{"a larger number in an answer", func(doc part) { doc.field("Offer", "notice_days")["maximum"] = 180 }, "the `notice_days` response property's max was increased"},
	{"a larger map in an answer", func(doc part) { doc.field("TermsPublished", "texts")["maxProperties"] = 20 }, "maxProperties"},
	{"a longer list in an answer", func(doc part) { doc.field("Offer", "items")["maxItems"] = 20 }, "the `items` response property's maxItems was increased"},
	{"a sort of thing in an export", func(doc part) {
		doc.field("ExportedThing", "data").add("anyOf", map[string]any{"$ref": "#/components/schemas/Plan"})
	}, "added `#/components/schemas/Plan` to the `data/items/data` response property `anyOf` list"},
	{"an operation that is deprecated", func(doc part) { doc.operation("get", "/v1/limits")["deprecated"] = true }, "LimitsGet, GET /v1/limits: endpoint deprecated"},
	{"a field that is deprecated", func(doc part) { doc.field("Plan", "name")["deprecated"] = true }, "response property `data/items/name` deprecated"},
	{"a parameter that is deprecated", func(doc part) { doc.at("components", "parameters", "OfferKindFilter")["deprecated"] = true }, "`query` request parameter `kind` was deprecated"},
}

func programs(doc part) part { return doc.operation("get", "/v1/programs") }

func with(of part, name string, value any) part {
	other := maps.Clone(of)
	other[name] = value
	return other
}

// TestPlantedBreaks plants every sort of break in the contract as it stands, and each must be named, with its operation.
func TestPlantedBreaks(t *testing.T) {
	before := today(t)
	before.operation("get", "/v1/limits")["deprecated"] = true
	before.operation("put", "/v1/plans/{plan_id}")["deprecated"] = true
	before.field("Plan", "name")["deprecated"] = true
	before.field("OfferCreate", "follows")["deprecated"] = true
	programs(before)["parameters"] = append([]any{
		map[string]any{"name": "since", "in": "query", "deprecated": true, "schema": text},
		map[string]any{"name": "order", "in": "query", "schema": map[string]any{"type": "string", "maxLength": 10, "default": "name"}},
	}, programs(before)["parameters"].([]any)...)
	for _, name := range []string{"audience", "circle"} {
		before.schema("Offer").at("properties")[name] = before.field("Offer", "visibility")
	}
	changes := plant(t, before, breaks)
	if len(changes) > 2*len(breaks) {
		t.Errorf("%d breaks are named by %d lines: each is to be said once, not with each answer that shows it", len(breaks), len(changes))
	}
	for _, c := range breaks {
		t.Run(c.name, func(t *testing.T) { named(t, changes, c, change.breaks) })
	}
}

// TestAdditionsPass plants what may come at any time: none of it breaks a client.
func TestAdditionsPass(t *testing.T) {
	changes := plant(t, today(t), additions)
	if err := broken(changes); err != nil {
		t.Error(err)
	}
	for _, c := range additions {
		t.Run(c.name, func(t *testing.T) { named(t, changes, c, func(change) bool { return true }) })
	}
}

// TestNothingToTell changes what no client sees: a patch may.
func TestNothingToTell(t *testing.T) {
	before := today(t)
	before.at("components", "schemas")["Unused"] = text
	for _, c := range plant(t, before, []planted{{plant: func(doc part) {
		doc.at("info")["version"] = "9.9.9"
		doc.at("info")["description"] = "Other."
		doc.operation("get", "/v1/offers")["summary"] = "Other"
		doc.operation("get", "/v1/offers")["tags"] = []any{"plans"}
		doc.field("OfferCreate", "notice_days")["description"] = "Other."
		doc.at("components", "schemas").remove("Unused")
	}}}) {
		t.Error(c)
	}
}

func named(t *testing.T, changes []change, c planted, counts func(change) bool) {
	t.Helper()
	if !slices.ContainsFunc(changes, func(one change) bool { return counts(one) && strings.Contains(one.String(), c.want) }) {
		t.Errorf("nothing says %q", c.want)
	}
}

// plant compares the document with itself, changed.
func plant(t *testing.T, before part, all []planted) []change {
	t.Helper()
	folder := t.TempDir()
	was, is := filepath.Join(folder, "before.json"), filepath.Join(folder, "after.json")
	keep(t, was, before)
	after := copied(t, before)
	for _, c := range all {
		c.plant(after)
	}
	keep(t, is, after)
	changes, err := compare(root, was, is)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// today is the contract as it stands.
func today(t *testing.T) part {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, contract))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return copied(t, doc)
}

// copied shares nothing with the document, and nothing is shared inside it: what YAML merges stands at each place by itself.
func copied(t *testing.T, doc part) (other part) {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(raw, &other)
	}
	if err != nil {
		t.Fatal(err)
	}
	return other
}

func keep(t *testing.T, path string, doc part) {
	t.Helper()
	raw, err := json.MarshalIndent(doc, "", " ")
	if err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
