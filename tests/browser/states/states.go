package states

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// stranger is well formed, and no partner has it.
const stranger = "11111119"

// open is the Show of a state that a link leads to.
func open(v *Visit, link string) { v.Open(link) }

// at returns the Show that opens a path.
func at(path string) func(*Visit, string) {
	return func(v *Visit, _ string) { v.Open(v.URL(path) + language(path, v)) }
}

func language(path string, v *Visit) string {
	if strings.Contains(path, "?") {
		return "&lang=" + v.Language
	}
	return "?lang=" + v.Language
}

// invite is the Ready of what an invitation's link leads to.
func invite(v *Visit) string { return v.Invited().Link }

// public is the Ready of what an offer's own link leads to.
func public(v *Visit) string { return v.Public(v.Offer(v.T, v.Language, nil)) }

// read opens the authorization page and does something on it.
func read(act func(v *Visit)) func(*Visit, string) {
	return func(v *Visit, link string) {
		v.Open(link)
		act(v)
	}
}

// withPartnerOfRecord types a partner ID on the authorization page and has it checked.
func withPartnerOfRecord(id func(v *Visit) string) func(*Visit, string) {
	return read(func(v *Visit) {
		v.Choose("advisor", "other")
		if typed := id(v); typed != "" {
			v.Fill("partner_id", typed)
		}
		v.Press(v.W.PartnerIDCheck())
	})
}

// step opens a step of an invitation that was answered before.
func step(path string, act func(v *Visit)) func(*Visit, string) {
	return func(v *Visit, link string) {
		v.Open(link)
		at := v.Standing().URL
		if i := strings.Index(at, "&"); i > 0 {
			at = at[:i]
		}
		v.Open(strings.Replace(at, "/redeem?", path, 1))
		if act != nil {
			act(v)
		}
	}
}

const (
	account = "/redeem/account?"
	check   = "/redeem/check?"
)

// answered is the Ready of an invitation that stands before the last button.
func answered(v *Visit) string {
	inv := v.Invited()
	v.Answered(inv, "yes")
	return inv.Link
}

// answeredReader is that of a state that decides nothing.
func answeredReader(v *Visit) string {
	return once(v, "answered", func() string { return answered(v) })
}

// startedReader is the Ready of a state that only looks at what somebody agreed to.
func startedReader(v *Visit) string {
	return once(v, "started", func() string { return v.Started(v.Invited(), "yes") })
}

func (v *Visit) partner(status int, method, path string, body any) {
	v.T.Helper()
	v.Must(v.T, v.Program.Partner, status, method, path, body, nil)
}

// ended is the Ready of what a public link of an offer leads to that the partner ended; personal is that of a personal link.
func ended(act func(v *Visit, of contract.Offer)) func(*Visit) string {
	return func(v *Visit) string {
		of := v.Offer(v.T, v.Language, nil)
		act(v, of)
		return v.Public(of)
	}
}

func personal(act func(v *Visit, inv invited)) func(*Visit) string {
	return func(v *Visit) string {
		inv := v.To(v.Offer(v.T, v.Language, func(o *contract.OfferCreate) { once := 1; o.MaxRedemptions = &once }), "")
		act(v, inv)
		return inv.Link
	}
}

func withdraw(v *Visit, of contract.Offer) {
	v.partner(http.StatusOK, http.MethodPost, "/v1/offers/"+of.ID+"/withdraw", nil)
}

func pause(v *Visit, of contract.Offer) {
	v.partner(http.StatusOK, http.MethodPost, "/v1/offers/"+of.ID+"/pause", nil)
}

func replace(v *Visit, of contract.Offer) {
	v.Offer(v.T, v.Language, func(o *contract.OfferCreate) { o.Replaces = &of.ID })
}

func revoke(v *Visit, inv invited) {
	v.partner(http.StatusOK, http.MethodPost, "/v1/invitations/"+inv.ID+"/revoke", nil)
}

// operator does something as the vendor's staff.
func (s *World) operator(t testing.TB, status int, method, path string, body, into any, headers ...string) string {
	t.Helper()
	return s.Must(t, s.Program.Operator, status, method, path, body, into, headers...).Header.Get("ETag")
}

// unchanged is the Program of a state that changes by itself what others stand on.
func unchanged(*World, testing.TB) func() { return func() {} }

// forget makes every function read the catalogue anew, as after a minute.
func (s *World) forget(t testing.TB) {
	t.Helper()
	s.Settle(t)
	s.System.Runtime.EndAll()
}

func suspended(of func(s *World) string) func(*World, testing.TB) func() {
	return func(s *World, t testing.TB) func() {
		s.operator(t, http.StatusOK, http.MethodPost, "/v1/partners/"+of(s)+"/suspend", contract.PartnerSuspend{Reason: "An inquiry."}, nil)
		return func() {
			s.operator(t, http.StatusOK, http.MethodPost, "/v1/partners/"+of(s)+"/reinstate", contract.PartnerReinstate{}, nil)
		}
	}
}

func planWithdrawn(s *World, t testing.TB) func() {
	const path = "/v1/plans/" + sample.TrialPlan
	set := func(status string) {
		var plan map[string]any
		etag := s.operator(t, http.StatusOK, http.MethodGet, path, nil, &plan)
		body := map[string]any{"status": status}
		for _, name := range []string{"name", "description", "services", "prices", "trial", "licenses", "countries"} {
			body[name] = plan[name]
		}
		s.operator(t, http.StatusOK, http.MethodPut, path, body, nil, "If-Match", etag)
		s.forget(t)
	}
	set("withdrawn")
	return func() { set("active") }
}

func regionClosed(s *World, t testing.TB) func() {
	const path = "/v1/feature-availability"
	var doc contract.FeatureAvailability
	s.operator(t, http.StatusOK, http.MethodGet, path, nil, &doc)
	set := func(gaps []contract.AvailabilityGap) {
		etag := s.operator(t, http.StatusOK, http.MethodGet, path, nil, nil)
		s.operator(t, http.StatusOK, http.MethodPut, path, contract.FeatureAvailabilityPut{Gaps: gaps, Regions: doc.Regions}, nil, "If-Match", etag)
		s.forget(t)
	}
	set(append([]contract.AvailabilityGap{{Feature: contract.FeatureTrialInvitations, Region: "europe"}}, doc.Gaps...))
	return func() { set(doc.Gaps) }
}

func deauthorised(s *World, t testing.TB) func() {
	path := "/v1/partners/" + s.Program.PartnerID + "/authorisations/" + sample.TrialPlan
	s.operator(t, http.StatusNoContent, http.MethodDelete, path, nil, nil)
	return func() {
		s.operator(t, http.StatusOK, http.MethodPut, path, contract.PartnerAuthorise{Countries: []string{"PL", "DE", "CZ"}}, nil)
	}
}

func enrolmentEnded(s *World, t testing.TB) func() {
	path := "/v1/partners/" + s.Program.PartnerID + "/programs/cloud-accelerate"
	s.operator(t, http.StatusNoContent, http.MethodDelete, path, nil, nil)
	return func() { s.operator(t, http.StatusOK, http.MethodPut, path, contract.PartnerEnrol{}, nil) }
}

// broken lets the table fail whatever the page of a personal link asks it.
func broken(s *World, _ testing.TB) func() {
	s.System.Proxy.SetHook(func(c *proxy.Call) proxy.Fault {
		if c.Function == "InvitationPage" {
			return proxy.Fault{Error: proxy.ServerError}
		}
		return proxy.Fault{}
	})
	return func() { s.System.Proxy.SetHook(nil) }
}

// next answers the offer and the question after it.
func next(v *Visit) {
	v.Press(v.W.SiteNext())
	v.Choose("delegation", "yes")
	v.Press(v.W.SiteNext())
}

// publish puts a new version of the customers' terms in force.
func (v *Visit) publish() {
	v.T.Helper()
	version := strings.TrimSuffix(strings.TrimPrefix(v.Address("v"), "v-"), "@example.com")
	v.operator(v.T, http.StatusCreated, http.MethodPost, "/v1/terms/customer", contract.TermsPublish{
		Version: "2." + version, Texts: map[string]contract.TermsText{
			"en": {Title: "Terms of service", Text: "## 1. Trial\n\nThe trial costs nothing and ends by itself."},
			"pl": {Title: "Warunki korzystania z usług", Text: "## 1. Okres próbny\n\nOkres próbny jest bezpłatny i kończy się sam."},
		},
	}, nil)
}

// past opens an address past the browser, follows a link there (none where it is empty) and presses a button.
func (v *Visit) past(address, link, button string, fields ...string) {
	v.T.Helper()
	someone := client.NewVisitor(v.Language)
	page, err := someone.Get(v.T.Context(), address)
	if err == nil && link != "" {
		to := page.Links(link)
		if len(to) == 0 {
			v.T.Fatalf("no link %q on %s", link, page.URL)
		}
		_, err = someone.Get(v.T.Context(), to[0])
	}
	if err == nil {
		page, err = someone.Press(v.T.Context(), button, fields...)
	}
	if err != nil || page.Status >= 500 {
		v.T.Fatalf("%q leads to %d: %v", button, page.Status, err)
	}
}

// known returns an invitation to another offer for somebody who has accepted one already.
func known(v *Visit) string {
	address := v.Address("known")
	v.Started(v.To(v.Offer(v.T, v.Language, Plain), address), "yes")
	return v.To(v.Offer(v.T, v.Language, nil), address).Link
}

// brief is an offer whose time, and that of the administration it asks for, is over when time has passed.
func (v *Visit) brief() contract.Offer {
	return v.Offer(v.T, v.Language, func(o *contract.OfferCreate) {
		ends, days := v.System.Now().AddDate(0, 0, 10).Truncate(time.Second), 5
		o.ExpiresAt = &ends
		o.DelegatedAdministration.DurationDays = &days
	})
}

// States are all of them, in the order of the story; what changes the terms for good stands last.
var States = slices.Concat(members, purchases, []State{
	{Name: "home", Says: locale.Words.HomeInvited, Status: 200, Show: at("/")},
	{Name: "not-found", Says: problem("not_found"), Status: 404, Show: at("/nothing")},
	{Name: "not-allowed", Says: locale.Words.SiteNotThatWayTitle, Status: 405, Show: func(v *Visit, _ string) {
		v.Open(v.URL("/terms/customer?lang=" + v.Language))
		v.Post("/terms/customer")
	}},
	{Name: "terms-customer", Says: customerTerms, Status: 200, Show: at("/terms/customer")},
	{Name: "terms-partner", Says: locale.Words.HomeAgreement, Status: 200, Show: at("/terms/partner")},
	{Name: "terms-privacy", Says: locale.Words.HomePrivacy, Status: 200, Show: at("/terms/privacy")},
	{Name: "feature-availability", Says: locale.Words.AvailabilityElsewhere, Status: 200, Show: at("/feature-availability")},
	{Name: "feature-availability-country", Says: func(w locale.Words) string { return w.AvailabilityInCountry(w.Country("CN")) }, Status: 200, Show: at("/feature-availability?country=CN")},
	{Name: "feature-availability-all", Says: func(w locale.Words) string { return w.AvailabilityAllInCountry(w.Country("FR")) }, Status: 200, Show: at("/feature-availability?country=FR")},
	{Name: "terms-unknown", Says: problem("not_found"), Status: 404, Show: at("/terms/none")},

	{Name: "offer", Says: func(w locale.Words) string { return piece(w.OfferAsk(asking, "…", 365), "…") }, Status: 200, Ready: public, Show: open},
	{Name: "offer-plain", Says: locale.Words.OfferGoOnText, Status: 200, Ready: func(v *Visit) string { return v.Public(v.Offer(v.T, v.Language, Plain)) }, Show: open},
	{Name: "offer-no-address", Says: locale.Words.OfferEmailMissing, Status: 422, Errors: true, Ready: public, Show: read(func(v *Visit) { v.Press(v.W.OfferSend()) })},
	{Name: "offer-wrong-address", Says: locale.Words.OfferEmailWrong, Status: 422, Errors: true, Ready: public, Show: read(func(v *Visit) { v.Fill("email", "anna@"); v.Press(v.W.OfferSend()) })},
	{Name: "offer-sent", Says: locale.Words.OfferSentTitle, Status: 200, Ready: public, Show: read(func(v *Visit) { v.Fill("email", v.Address("visitor")); v.Press(v.W.OfferSend()) })},
	{Name: "offer-too-many", Says: problem("rate_limited"), Status: 429, Ready: public, Show: func(v *Visit, link string) {
		address := v.Address("often")
		for range 2*PostsPerAddress + 1 { // the minute may end meanwhile
			v.Open(link)
			v.Fill("email", address)
			v.Press(v.W.OfferSend())
			if v.Standing().Status != http.StatusOK {
				return
			}
		}
	}},
	{Name: "offer-unknown", Says: locale.Words.UnavailableUnknownNext, Status: 404, Show: at("/o/12345674-XXXXXXXX")},
	{Name: "offer-paused", Says: locale.Words.UnavailablePausedTitle, Status: 410, Ready: ended(pause), Show: open},
	{Name: "offer-withdrawn", Says: locale.Words.UnavailableWithdrawnTitle, Status: 410, Ready: ended(withdraw), Show: open},
	{Name: "offer-replaced", Says: locale.Words.UnavailableReplacedTitle, Status: 410, Ready: ended(replace), Show: open},
	{Name: "offer-used-up", Says: locale.Words.UnavailableUsedUpTitle, Status: 410, Ready: func(v *Visit) string {
		once := 1
		of := v.Offer(v.T, v.Language, func(o *contract.OfferCreate) { o.MaxRedemptions = &once })
		v.Started(v.To(of, ""), "yes")
		return v.Public(of)
	}, Show: open},
	{Name: "offer-partner-not-active", Says: locale.Words.UnavailablePartnerTitle, Status: 410, Ready: public, Program: suspended(func(s *World) string { return s.Program.PartnerID }), Show: open},

	{Name: "read", Says: locale.Words.RedeemAccessNext, Status: 200, Ready: invite, Show: open},
	{Name: "read-plain", Says: locale.Words.PartnerOfRecordLabel, Status: 200, Ready: func(v *Visit) string { return v.To(v.Offer(v.T, v.Language, Plain), "").Link }, Show: open},
	{Name: "access", Says: locale.Words.DelegatedAdministrationFree, Status: 200, Ready: invite, Show: read(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "access-full", Says: func(w locale.Words) string { return strings.Split(w.DelegatedAdministrationFullCanList(), "\n")[0] }, Status: 200, Ready: func(v *Visit) string {
		return v.To(v.Offer(v.T, v.Language, func(o *contract.OfferCreate) { o.DelegatedAdministration.Role = contract.RoleFull }), "").Link
	}, Show: read(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "access-no-answer", Says: locale.Words.DelegatedAdministrationMissing, Status: 422, Errors: true, Ready: invite, Show: read(func(v *Visit) {
		v.Press(v.W.SiteNext())
		v.Press(v.W.SiteNext())
	})},
	{Name: "read-which-partner", Says: locale.Words.PartnerOfRecordOtherNotChosen, Status: 422, Errors: true, Ready: invite, Show: read(func(v *Visit) {
		v.Choose("advisor", "other")
		v.Fill("partner_id", v.Candidate)
		v.Choose("advisor", "offering")
		v.Press(v.W.SiteNext())
	})},
	{Name: "read-partner-checked", Says: found, Status: 200, Ready: invite, Show: withPartnerOfRecord(func(v *Visit) string { return v.Candidate })},
	{Name: "read-partner-missing", Says: locale.Words.PartnerIDOtherRequired, Status: 422, Errors: true, Ready: invite, Show: withPartnerOfRecord(func(*Visit) string { return "" })},
	{Name: "read-partner-format", Says: locale.Words.PartnerIDFormat, Status: 422, Errors: true, Ready: invite, Show: withPartnerOfRecord(func(*Visit) string { return "12AB" })},
	{Name: "read-partner-mistyped", Says: locale.Words.PartnerIDMistyped, Status: 422, Errors: true, Ready: invite, Show: withPartnerOfRecord(func(v *Visit) string {
		return v.Candidate[:7] + string('0'+(v.Candidate[7]-'0'+1)%10)
	})},
	{Name: "read-partner-unknown", Says: locale.Words.PartnerIDUnknown, Status: 422, Errors: true, Ready: invite, Show: withPartnerOfRecord(func(*Visit) string { return stranger })},
	{Name: "read-partner-not-eligible", Says: locale.Words.PartnerIDPlan, Status: 422, Errors: true, Ready: invite, Show: withPartnerOfRecord(func(v *Visit) string { return v.Program.Other })},
	{Name: "read-terms-changed", Says: locale.Words.RedeemTermsChangedTitle, Status: 409, Ready: invite, Show: read(func(v *Visit) { v.Set("terms", "0"); v.Press(v.W.SiteNext()) })},
	{Name: "read-form-expired", Says: locale.Words.SiteOldFormTitle, Status: 403, Ready: invite, Show: read(func(v *Visit) { v.Set("form_token", "0"); v.Press(v.W.SiteNext()) })},
	{Name: "read-sign-in", Says: locale.Words.RedeemSignInTitle, Status: 409, Ready: known, Show: read(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "read-no-link", Says: locale.Words.RedeemNoLinkTitle, Status: 404, Show: func(v *Visit, _ string) { v.Open(v.URL("/redeem?i=" + v.Invited().ID + "&lang=" + v.Language)) }},

	{Name: "no", Says: locale.Words.RedeemNoTitle, Status: 200, Ready: invite, Show: read(func(v *Visit) { v.Press(v.W.RedeemDecline()) })},
	{Name: "no-wrong-reason", Says: func(w locale.Words) string { return w.RedeemNoReasonLong(500) }, Status: 422, Errors: true, Ready: invite, Show: read(func(v *Visit) {
		v.Press(v.W.RedeemDecline())
		v.Fill("reason", strings.Repeat("Zbyt drogo. ", 200))
		v.Press(v.W.RedeemNoButton())
	})},
	{Name: "receipt-no", Says: locale.Words.ReceiptNoTitle, Status: 200, Ready: invite, Show: read(func(v *Visit) {
		v.Press(v.W.RedeemDecline())
		v.Fill("reason", "Zbyt drogo")
		v.Press(v.W.RedeemNoButton())
	})},
	{Name: "report", Says: locale.Words.RedeemReportTitle, Status: 200, Ready: invite, Show: read(func(v *Visit) { v.Press(v.W.RedeemReportLink()) })},
	{Name: "reported", Says: locale.Words.RedeemReportedTitle, Status: 200, Ready: invite, Show: read(func(v *Visit) {
		v.Press(v.W.RedeemReportLink())
		v.Choose("sure", "yes")
		v.Press(v.W.RedeemReportButton())
	})},
	{Name: "report-unsure", Says: func(w locale.Words) string { return w.RedeemReportUnsure(asking) }, Status: 422, Errors: true, Ready: invite, Show: read(func(v *Visit) { v.Press(v.W.RedeemReportLink()); v.Press(v.W.RedeemReportButton()) })},

	{Name: "account", Says: locale.Words.RedeemOwner, Status: 200, Ready: invite, Show: read(next)},
	{Name: "account-empty", Says: locale.Words.RedeemCompanyMissing, Status: 422, Errors: true, Ready: invite, Show: read(func(v *Visit) {
		next(v)
		v.Press(v.W.SiteNext())
	})},
	{Name: "account-wrong", Says: locale.Words.RedeemCompanyMixed, Status: 422, Errors: true, Ready: answered, Show: step(account, func(v *Visit) {
		v.Fill("company", "Zakłаd Nowak") // with a Cyrillic letter
		v.Fill("name", strings.Repeat("Anna ", 60))
		v.Press(v.W.SiteNext())
	})},

	{Name: "check", Says: locale.Words.RedeemCheckTitle, Status: 200, Ready: answeredReader, Show: step(check, nil)},
	{Name: "check-other-partner", Says: func(w locale.Words) string { return w.DelegatedAdministrationNo(asking) }, Status: 200, Ready: func(v *Visit) string {
		inv := v.Invited()
		v.Answered(inv, "no", "advisor", "other", "partner_id", v.Candidate)
		return inv.Link
	}, Show: step(check, nil)},
	{Name: "check-change", Says: locale.Words.RedeemAccountTitle, Status: 200, Ready: answeredReader, Show: step(check, func(v *Visit) { v.Press(v.W.FrameChange()) })},
	{Name: "check-not-agreed", Says: locale.Words.RedeemAgreeMissing, Status: 422, Errors: true, Ready: answeredReader, Show: step(check, func(v *Visit) { v.Press(v.W.RedeemStart(30)) })},
	{Name: "check-stale-tab", Says: locale.Words.RedeemStaleTitle, Status: 409, Show: func(v *Visit, _ string) {
		inv := v.Invited()
		v.Answered(inv, "yes")
		v.Open(inv.Link)
		v.Open(v.Check(inv))
		v.Answered(inv, "no")
		v.Choose("agree", "yes")
		v.Press(v.W.RedeemStart(30))
	}},
	{Name: "check-partner-gone", Says: locale.Words.PartnerOfRecordOtherGone, Status: 422, Errors: true, Ready: func(v *Visit) string {
		inv := v.Invited()
		v.Answered(inv, "yes", "advisor", "other", "partner_id", v.Candidate)
		return inv.Link
	}, Program: suspended(func(s *World) string { return s.Candidate }), Show: step(check, func(v *Visit) { v.Choose("agree", "yes"); v.Press(v.W.RedeemStart(30)) })},

	{Name: "receipt", Says: func(w locale.Words) string { return w.ReceiptTitle(30) }, Status: 200, Ready: answered, Show: step(check, func(v *Visit) { v.Choose("agree", "yes"); v.Press(v.W.RedeemStart(30)) })},
	{Name: "receipt-other-partner", Says: func(w locale.Words) string { return w.ReceiptDelegationNo(asking) }, Status: 200, Ready: func(v *Visit) string {
		return v.Started(v.Invited(), "no", "advisor", "other", "partner_id", v.Candidate)
	}, Show: open},
	{Name: "take-back", Says: func(w locale.Words) string { return w.ReceiptTakeTitle(asking) }, Status: 200, Ready: startedReader, Show: read(func(v *Visit) { v.Press(v.W.ReceiptTakeLink()) })},
	{Name: "taken-back", Says: func(w locale.Words) string { return w.ReceiptTakenBack(asking) }, Status: 200, Ready: func(v *Visit) string { return v.Started(v.Invited(), "yes") }, Show: read(func(v *Visit) {
		v.Press(v.W.ReceiptTakeLink())
		v.Choose("sure", "yes")
		v.Press(v.W.ReceiptTakeButton())
	})},
	{Name: "take-back-unsure", Says: locale.Words.ReceiptTakeUnsure, Status: 422, Errors: true, Ready: startedReader, Show: read(func(v *Visit) {
		v.Press(v.W.ReceiptTakeLink())
		v.Press(v.W.ReceiptTakeButton())
	})},
	{Name: "receipt-unknown", Says: locale.Words.ReceiptUnknownNext, Status: 404, Show: at("/receipts/none")},
	{Name: "unavailable", Says: problem("unavailable"), Status: 503, Ready: invite, Program: broken, Show: open},

	{Name: "unsubscribe", Says: locale.Words.UnsubscribeTitle, Status: 200, Ready: func(v *Visit) string { return v.Invited().Stop }, Show: open},
	{Name: "unsubscribed", Says: locale.Words.UnsubscribeStoppedTitle, Status: 200, Ready: func(v *Visit) string { return v.Invited().Stop }, Show: read(func(v *Visit) { v.Press(v.W.UnsubscribeStop()) })},
	{Name: "subscribed-again", Says: func(w locale.Words) string { return piece(w.UnsubscribeStarted("…"), "…") }, Status: 200, Ready: func(v *Visit) string { return v.Invited().Stop }, Show: read(func(v *Visit) { v.Press(v.W.UnsubscribeStop()); v.Press(v.W.UnsubscribeStart()) })},
	{Name: "unsubscribe-refused", Says: locale.Words.UnsubscribeAgain, Status: 200, Ready: func(v *Visit) string {
		inv := v.To(v.Offer(v.T, v.Language, Plain), "complaint+"+v.Language+"@simulator.amazonses.com")
		v.Settle(v.T) // the complaint comes after the mail
		return inv.Stop
	}, Show: open},
	{Name: "unsubscribe-unknown", Says: locale.Words.UnavailableUnknownNext, Status: 404, Show: at("/unsubscribe/none")},

	{Name: "link-unknown", Says: locale.Words.UnavailableUnknownNext, Status: 404, Show: at("/i/none")},
	{Name: "link-declined", Says: locale.Words.UnavailableDeclinedTitle, Status: 410, Ready: func(v *Visit) string {
		inv := v.Invited()
		v.past(inv.Link, v.W.RedeemDecline(), v.W.RedeemNoButton())
		return inv.Link
	}, Show: open},
	{Name: "link-revoked", Says: locale.Words.UnavailableRevokedTitle, Status: 410, Ready: personal(revoke), Show: open},
	{Name: "link-asked", Says: locale.Words.UnavailableAskedTitle, Status: 200, Ready: personal(revoke), Show: read(func(v *Visit) { v.Press(v.W.UnavailableAsk()) })},
	{Name: "link-superseded", Says: locale.Words.UnavailableSupersededTitle, Status: 410, Ready: personal(func(v *Visit, inv invited) {
		v.partner(http.StatusOK, http.MethodPost, "/v1/invitations/"+inv.ID+"/resend", contract.InvitationResend{})
		if err := v.Mailbox.Watch(Patience(v.T), func(m client.Mail) bool {
			link := v.personal(m, inv.ID)
			return link != "" && link != inv.Link
		}); err != nil {
			v.T.Fatal(err)
		}
	}), Show: open},
	{Name: "link-reported", Says: locale.Words.UnavailableReportedTitle, Status: 410, Ready: personal(func(v *Visit, inv invited) {
		v.past(inv.Link, v.W.RedeemReportLink(), v.W.RedeemReportButton(), "sure", "yes")
	}), Show: open},
	{Name: "link-withdrawn", Says: locale.Words.UnavailableWithdrawnTitle, Status: 410, Ready: personal(func(v *Visit, inv invited) { withdraw(v, inv.Offer) }), Show: open},
	{Name: "link-paused", Says: locale.Words.UnavailablePausedTitle, Status: 410, Ready: personal(func(v *Visit, inv invited) { pause(v, inv.Offer) }), Show: open},
	{Name: "link-replaced", Says: locale.Words.UnavailableReplacedTitle, Status: 410, Ready: personal(func(v *Visit, inv invited) { replace(v, inv.Offer) }), Show: open},
	{Name: "link-used-up", Says: locale.Words.UnavailableUsedUpTitle, Status: 410, Ready: func(v *Visit) string {
		of := v.Offer(v.T, v.Language, func(o *contract.OfferCreate) { once := 1; o.MaxRedemptions = &once })
		address := v.Address("visitor")
		v.past(v.Public(of), "", v.W.OfferSend(), "email", address)
		v.Started(v.To(of, ""), "yes")
		mails, err := v.Mailbox.Wait(Patience(v.T), address, 1)
		if err != nil {
			v.T.Fatal(err)
		}
		return mails[0].Link(v.URL("/i/"))
	}, Show: open},
	{Name: "link-partner-not-active", Says: locale.Words.UnavailablePartnerTitle, Status: 410, Ready: invite, Program: suspended(func(s *World) string { return s.Program.PartnerID }), Show: open},
	{Name: "link-plan-withdrawn", Says: locale.Words.UnavailablePlanTitle, Status: 410, Ready: invite, Program: planWithdrawn, Show: open},
	{Name: "link-region-closed", Says: locale.Words.UnavailableRegionTitle, Status: 410, Ready: invite, Program: regionClosed, Show: open},
	{Name: "link-country", Says: func(w locale.Words) string { return piece(w.UnavailableCountryText(asking, "…"), "…") }, Status: 410, Ready: invite, Program: deauthorised, Show: read(func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "link-enrolment", Says: func(w locale.Words) string { return w.UnavailableEnrolmentText(asking) }, Status: 410, Ready: invite, Program: enrolmentEnded, Show: read(func(v *Visit) { v.Press(v.W.SiteNext()) })},

	{Name: "check-terms-changed", Says: locale.Words.RedeemTermsChangedTitle, Status: 409, Ready: answered, Program: unchanged, Show: step(check, func(v *Visit) {
		v.publish()
		v.Choose("agree", "yes")
		v.Press(v.W.RedeemStart(30))
	})},
	{Name: "terms-old", Says: locale.Words.TermsOld, Status: 200, Program: func(s *World, t testing.TB) func() { s.forget(t); return unchanged(s, t) }, Show: at("/terms/customer?version=1")},

	{Name: "offer-expired", Says: locale.Words.UnavailableOfferExpiredTitle, Status: 410, Later: true, Ready: func(v *Visit) string { return v.Public(v.brief()) }, Show: open},
	{Name: "link-expired", Says: locale.Words.UnavailableExpiredTitle, Status: 410, Later: true, Ready: invite, Show: open},
	{Name: "receipt-ended", Says: locale.Words.ReceiptEndedTitle, Status: 200, Later: true, Ready: func(v *Visit) string { return v.Started(v.Invited(), "yes") }, Show: open},
	{Name: "receipt-expired", Says: func(w locale.Words) string { return piece(w.ReceiptExpired(time.Time{}), w.Time(time.Time{})) }, Status: 200, Later: true, Ready: func(v *Visit) string { return v.Started(v.To(v.brief(), ""), "yes") }, Show: open},
})
