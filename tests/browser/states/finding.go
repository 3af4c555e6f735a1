package states

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/contract"
	"liaison/shared/locale"
)

func init() { States = slices.Concat(finding, States) }

// findable is the Ready of a state that finds the sample's partner: the search follows its listing by moments.
func findable(v *Visit) string {
	return once(v, "findable", func() string {
		for end := Patience(v.T); ; {
			var found contract.MarketplacePage
			v.Must(v.T, v.Program.Operator, http.StatusOK, http.MethodGet, "/v1/marketplace/partners?service=migrate", nil, &found)
			if found.Total > 0 {
				return v.Program.PartnerID
			}
			select {
			case <-end.Done():
				v.T.Fatal("the sample's partner is not found")
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
}

// foundAt returns the Show that opens a path below the search.
func foundAt(path string) func(*Visit, string) {
	return func(v *Visit, _ string) { at("/find-a-partner"+path)(v, "") }
}

var forOrder = "back=" + url.QueryEscape("/account/buy/plan_mail?licenses=7&billing_term=month")

// headline is what the sample's partner says first.
func headline(locale.Words) string { return "We move your company to the cloud, and stay" }

var finding = []State{
	{Name: "find", Says: headline, Status: http.StatusOK, Ready: findable, Show: at("/find-a-partner")},
	{Name: "find-filtered", Says: locale.Words.MarketplaceClear, Status: http.StatusOK, Ready: findable, Show: foundAt("?q=cloud&country=PL&service=migrate&service=train&expertise=logistics")},
	{Name: "find-none", Says: locale.Words.MarketplaceNoneTitle, Status: http.StatusOK, Show: foundAt("?country=FR&language=uk")},
	{Name: "find-wrong", Says: func(w locale.Words) string { return w.MarketplaceWordsLong(100) }, Status: http.StatusUnprocessableEntity, Errors: true, Show: foundAt("?country=PL&q=" + strings.Repeat("x", 101))},
	{Name: "find-for-order", Says: locale.Words.MarketplaceChoosing, Status: http.StatusOK, Ready: findable, Show: foundAt("?country=PL&plan=plan_mail&" + forOrder)},
	{Name: "match", Says: locale.Words.MarketplaceMatchLead, Status: http.StatusOK, Show: foundAt("/match")},
	{Name: "match-error", Says: locale.Words.MarketplaceMatchNeedMissing, Status: http.StatusUnprocessableEntity, Errors: true, Show: foundAt("/match?sent=1")},
	{Name: "match-found", Says: locale.Words.MarketplaceWhyAll, Status: http.StatusOK, Ready: findable, Show: foundAt("/match?sent=1&country=PL&service=train&service=migrate&language=pl&plan=plan_mail")},
	{Name: "match-for-order", Says: locale.Words.MarketplaceChoosing, Status: http.StatusOK, Ready: findable, Show: foundAt("/match?sent=1&country=PL&service=train&service=migrate&plan=plan_mail&" + forOrder)},
	{Name: "match-none", Says: locale.Words.MarketplaceNoneTitle, Status: http.StatusOK, Show: foundAt("/match?sent=1&country=FR&service=develop")},
	{Name: "profile", Says: locale.Words.ListingAbout, Status: http.StatusOK, Ready: findable, Show: func(v *Visit, partner string) { foundAt("/"+partner)(v, "") }},
	{Name: "profile-to-choose", Says: locale.Words.MarketplaceChoose, Status: http.StatusOK, Ready: findable, Show: func(v *Visit, partner string) { foundAt("/"+partner+"?"+forOrder)(v, "") }},
	{Name: "contact", Says: func(w locale.Words) string { return w.MessageTitle(1) }, Status: http.StatusOK, Ready: findable, Show: func(v *Visit, partner string) { foundAt("/contact?country=PL&service=migrate&partner="+partner)(v, "") }},
	{Name: "contact-errors", Says: locale.Words.MessageTextMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: findable, Show: func(v *Visit, partner string) {
		foundAt("/contact?partner="+partner)(v, "")
		v.Fill("email", "nowhere")
		v.Press(v.W.InquirySend())
	}},
	{Name: "contact-mail", Says: locale.Words.MessageMailText, Status: http.StatusOK, Show: foundAt("/contact?sent=mail")},
	{Name: "contact-sent", Says: locale.Words.MessageSentText, Status: http.StatusOK, Show: foundAt("/contact?sent=now")},
	{Name: "contact-nobody", Says: locale.Words.MessageNobodyText, Status: http.StatusNotFound, Show: at("/find-a-partner/contact")},
	{Name: "profile-gone", Says: locale.Words.MarketplaceGoneTitle, Status: http.StatusNotFound, Show: foundAt("/" + stranger)},
}
