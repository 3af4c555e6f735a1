package service

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"liaison/shared/locale"
)

// ways are the operations by which what a problem's words tell to do is done. A text that tells more gets its row.
var ways = map[string][]string{
	"active_subscriptions":     {"SubscriptionsCancel", "SubscriptionsTransferBilling"},
	"auto_extend_limited_only": {"OffersCreate"},
	"billed_by_reseller":       {"SubscriptionsCancel", "SubscriptionsTransferBilling"},
	"daily_invitation_limit":   {"PartnersUpdate"}, // trusted
	"ends_by_notice":           {"RelationshipsEnd", "RelationshipsWithdrawRemoval"},
	"feature_unavailable":      {"FeatureAvailabilityGet"},
	"invitation_answered":      {"InvitationsSend"},
	"invitation_declined":      {"InvitationsSend"},
	"invitation_expired":       {"InvitationsResend"},
	"invitation_revoked":       {"InvitationsSend"},
	"not_authorised_for_plan":  {"PlansList"},
	"not_enrolled":             {"PartnersEnrol"},
	"offer_paused":             {"OffersResume"},
	"other_country":            {"OffersCreate"},
	"profile_unverified":       {"PartnersVerify"},
	"purchase_offer_needed":    {"SubscriptionsTransferBilling", "SubscriptionsCancel"},
	"removal_requested":        {"RelationshipsWithdrawRemoval"},
	"ask_the_reseller":         {"RelationshipsRequestRemoval"},
	"subscription_cancelled":   {"SubscriptionsUndoCancel"},
	"unknown_plan":             {"PlansList"},
	"client_not_active":        {"APIClientsCreate"},
}

// elsewhere finds what a text says to do elsewhere than in the request that failed.
var elsewhere = regexp.MustCompile(`Ask the (vendor to|customer for|partner for an offer|reseller)|by code|approve|page shows|Resume the|Resend|Send a new invitation|plan list|enrol your|undo that|withdraw the request|Make another one|Move the billing|agree to the vendor's price`)

// TestWaysExist holds the words of every problem, in every language, to operations that are there.
func TestWaysExist(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile("../../../infra/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var operations []string
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			operations = append(operations, operation.OperationID)
		}
	}
	for code, needs := range ways {
		if _, _, ok := locale.Problem(locale.English, code, nil); !ok {
			t.Errorf("%s: no such problem", code)
		}
		for _, id := range needs {
			if !slices.ContainsFunc(operations, func(one string) bool { return strings.EqualFold(one, id) }) {
				t.Errorf("%s tells a way that does not exist: %s", code, id)
			}
		}
	}
	named := regexp.MustCompile(`\b(GET|POST|PUT|PATCH|DELETE) (/[a-z0-9/_-]+)`)
	for _, language := range locale.Languages() {
		for _, code := range locale.ProblemCodes() {
			_, detail, _ := locale.Problem(language, code, nil)
			for _, way := range named.FindAllStringSubmatch(detail, -1) {
				item := doc.Paths.Value(way[2])
				if item == nil || item.GetOperation(way[1]) == nil {
					t.Errorf("%s in %s names %s", code, language, way[0])
				}
			}
			if language == locale.English && elsewhere.MatchString(detail) && ways[code] == nil {
				t.Errorf("%s tells to do something else, and no row says how: %s", code, detail)
			}
		}
	}
}
