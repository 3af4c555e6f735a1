package authz

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/shared/subscription"
)

var (
	one       = []target{own}
	things    = []target{own, foreign, unknown, misshapen}
	named     = []target{own, unknown, misshapen}
	made      = map[target]int{own: http.StatusCreated}
	opened    = map[target]int{own: http.StatusCreated, misshapen: 422}
	gone      = map[target]int{own: http.StatusNoContent}
	fine      = map[target]int{own: http.StatusOK}
	halted    = map[target]int{own: http.StatusConflict}
	ungranted = map[target]int{own: http.StatusForbidden}                                                            // the partner is tied to the customer, which gave it less
	powerless = map[target]int{own: http.StatusConflict, foreign: http.StatusConflict, unknown: http.StatusConflict} // it acts for nobody
)

// What a request names, by company.
var (
	offerOf        = func(c *company) string { return c.offer }
	pausedOf       = func(c *company) string { return c.rested }
	stoppedOf      = func(c *company) string { return c.stopped }
	invitationOf   = func(c *company) string { return c.invited }
	redemptionOf   = func(c *company) string { return c.customer.redemption }
	subscriptionOf = func(c *company) string { return c.customer.subscription }
	relationshipOf = func(c *company) string { return c.customer.relationship }
	customerOf     = func(c *company) string { return c.customer.customer }
	limitedOf      = func(c *company) string { return c.limited.customer }
	noneOf         = func(c *company) string { return c.none.customer }
	taskOf         = func(c *company) string { return "tsk_" + strings.TrimPrefix(c.customer.subscription, "sub_") }
	limitedTaskOf  = func(c *company) string { return "tsk_" + strings.TrimPrefix(c.limited.subscription, "sub_") }
	requestOf      = func(c *company) string { return c.customer.request }
	clientOf       = func(c *company) string { return c.client.ID }
	companyOf      = func(c *company) string { return c.id }
	leadOf         = func(c *company) string { return c.lead }
)

type asking = func(ctx context.Context, c cell) (request, error)

// plainly asks the same of everything.
func plainly(ask request) asking {
	return func(context.Context, cell) (request, error) { return ask, nil }
}

// about asks about the thing that the path names.
func about(parameter string, shared func(*company) string, make func(context.Context, *company) (string, error), body any, headers ...string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		named, err := c.thing(ctx, shared, make)
		return request{path: map[string]string{parameter: named}, body: body, headers: headers}, err
	}
}

// by asks for a list of what the query names.
func by(parameter string, shared func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		named, err := c.thing(ctx, shared, nil)
		return request{query: url.Values{parameter: {named}}}, err
	}
}

// listed are the three rows of a list: as it is asked for without a name (an operator must name somebody), by partner, and by customer.
func listed(operation string, right *may, unnamed int, customers bool) []row {
	bad := map[target]int{misshapen: http.StatusBadRequest}
	all := []row{
		{operation: operation, right: right, ask: plainly(request{}), targets: one, operator: map[target]int{own: unnamed}},
		{
			operation: operation, about: "by partner", right: right, ask: by("partner_id", companyOf), targets: things, want: bad,
			operator: map[target]int{unknown: http.StatusOK}, customer: map[target]int{foreign: http.StatusOK, unknown: http.StatusOK},
		},
	}
	if customers {
		all = append(all, row{
			operation: operation, about: "by customer", right: right, ask: by("customer_id", customerOf), targets: things,
			want:     map[target]int{foreign: http.StatusOK, unknown: http.StatusOK, misshapen: http.StatusBadRequest},
			customer: map[target]int{foreign: http.StatusNotFound, unknown: http.StatusNotFound},
		})
	}
	return all
}

// onPartner asks an operator's thing of a partner: what will be done is done to a fresh one.
func onPartner(path map[string]string, body any) asking {
	return func(ctx context.Context, c cell) (request, error) {
		id, err := c.thing(ctx, companyOf, func(ctx context.Context, _ *company) (string, error) {
			made, err := all.partner(ctx, fresh("Spare Company"))
			return made.PartnerID, err
		})
		ask := request{path: map[string]string{"partner_id": id}, body: body}
		for name, value := range path {
			ask.path[name] = value
		}
		return ask, err
	}
}

// rows is the matrix. Every operation of infra/openapi.yaml has at least one.
func rows() []row {
	partners := func(c caller) bool { return c.home == nil }
	reads := func(c caller) bool { return c.home == nil || len(c.users) > 0 || c.decided } // without a role the own ones
	all := []row{
		{operation: "OffersCreate", right: makeOffers, ask: plainly(request{body: sample.TrialOffer("en")}), targets: one, want: made, suspended: halted},
		{
			operation: "OffersCreate", about: "asking for full administration", right: askFull, ask: plainly(request{body: wanting("full")}),
			targets: one, want: made, suspended: halted,
		},
		{
			operation: "OffersCreate", about: "in place of another", right: makeOffers, ask: replacing, targets: things,
			suspended: map[target]int{own: http.StatusConflict, unknown: http.StatusConflict},
			want:      map[target]int{own: http.StatusCreated, foreign: 422, unknown: 422, misshapen: 422},
		},
		{operation: "OffersGet", right: seeOffers, ask: about("offer_id", offerOf, nil, nil), targets: things},
		{operation: "OffersKeep", right: decideReports, ask: about("offer_id", offerOf, reportedOffer, contract.OfferKeep{Reason: "The matrix asks."}), targets: things, harmful: true},
		{operation: "OffersPause", right: stopOffers, ask: about("offer_id", offerOf, makeOffer, nil), targets: things, harmful: true},
		{operation: "OffersResume", right: stopOffers, ask: about("offer_id", pausedOf, pausedOffer, nil), targets: things, harmful: true, operator: halted},
		{
			operation: "OffersResume", about: "that the vendor paused", right: stopOffers, ask: about("offer_id", stoppedOf, stoppedOffer, nil), targets: things,
			harmful: true, want: halted, operator: map[target]int{own: http.StatusOK},
		},
		{operation: "OffersWithdraw", right: stopOffers, ask: about("offer_id", offerOf, makeOffer, contract.OfferWithdraw{}), targets: things, harmful: true},
		{operation: "OffersStatistics", right: seeOffers, ask: about("offer_id", offerOf, nil, nil), targets: things},

		{operation: "InvitationsSend", right: makeOffers, ask: inviting, targets: things, want: made, suspended: halted},
		{operation: "InvitationsList", right: seeOffers, ask: about("offer_id", offerOf, nil, nil), targets: things},
		{operation: "InvitationsGet", right: seeOffers, ask: about("invitation_id", invitationOf, nil, nil), targets: things},
		{
			operation: "InvitationsResend", right: makeOffers, ask: about("invitation_id", invitationOf, nil, contract.InvitationResend{}), targets: things,
			suspended: halted,
		},
		{operation: "InvitationsRevoke", right: makeOffers, ask: about("invitation_id", invitationOf, makeInvitation, nil), targets: things, harmful: true},

		{operation: "RedemptionsGet", right: seeReceipts, ask: about("redemption_id", redemptionOf, nil, nil), targets: things, sees: reads},
		{operation: "RedemptionsReceipt", right: seeReceipts, ask: about("redemption_id", redemptionOf, nil, nil), targets: things, sees: reads},

		{operation: "SubscriptionsGet", right: seeCustomers, ask: about("subscription_id", subscriptionOf, nil, nil), targets: things},
		{
			operation: "SubscriptionsGet", about: "under a limited grant, as partner of record", right: seeCustomers, targets: things,
			ask: about("subscription_id", func(c *company) string { return c.limited.subscription }, nil, nil),
		},
		{
			operation: "SubscriptionsGet", about: "under a full grant, with another partner of record", right: seeCustomers, targets: things,
			ask:  about("subscription_id", func(c *company) string { return c.apart.subscription }, nil, nil),
			sees: func(c caller) bool { return c.home != nil || c.access == contract.CustomerAccessFull },
		},
		{
			operation: "SubscriptionsCancel", right: cancelTrials, ask: spending(advised, contract.SubscriptionCancel{}),
			targets: things, harmful: true, suspended: powerless,
		},
		{
			operation: "SubscriptionsCancel", about: "under a limited grant", right: cancelTrials, targets: things, harmful: true,
			ask:  unspent(func(c *company) string { return c.limited.subscription }),
			want: map[target]int{own: http.StatusForbidden}, customer: unsaid, suspended: powerless,
		},
		{
			operation: "SubscriptionsCancel", about: "without a grant", right: cancelTrials, targets: things, harmful: true,
			ask:  unspent(func(c *company) string { return c.none.subscription }),
			want: map[target]int{own: http.StatusForbidden}, customer: unsaid, suspended: powerless,
		},
		{
			operation: "SubscriptionsCreate", right: buyPlans, targets: one, want: made,
			ask: plainly(request{body: contract.SubscriptionCreate{PlanID: "plan_mail", BillingTerm: "month", TermsVersion: "1", AddTo: ptr("separate")}}),
		},
		{
			operation: "SubscriptionsConvert", right: buyPlans, targets: things, harmful: true, // each may do it to its home's trial, once
			ask: about("subscription_id", subscriptionOf, nil, contract.SubscriptionConvert{BillingTerm: "month", TermsVersion: "1"}),
		},
		{operation: "SubscriptionsUpdate", right: buyPlans, targets: things, harmful: true, ask: spending(bought, contract.SubscriptionUpdate{Licenses: 7}, "If-Match", `"1-active"`)},
		{operation: "SubscriptionsUndoCancel", right: buyPlans, targets: things, harmful: true, ask: spending(cancelled, nil)},
		{
			operation: "SubscriptionsTransferBilling", right: buyPlans, targets: things, harmful: true, ask: spending(resold, contract.SubscriptionTransferBilling{
				BilledBy: "vendor", TermsVersion: "1", Price: contract.Money{AmountMinor: 1900, Currency: "PLN"},
			}),
		},
		{
			operation: "SubscriptionsSuspend", right: manageSubscriptions, targets: things, harmful: true,
			ask: spending(bought, contract.SubscriptionSuspend{Reason: "Asked for."}),
		},
		{
			operation: "SubscriptionsReinstate", right: manageSubscriptions, targets: things, harmful: true,
			ask: spending(suspended, contract.SubscriptionReinstate{Reason: "Asked for."}),
		},
		{
			operation: "SubscriptionsDecideDeletion", right: manageSubscriptions, targets: things, harmful: true,
			ask: about("subscription_id", subscriptionOf, heldDeletion, contract.SubscriptionDecideDeletion{Decision: contract.DeletionDecidedDelete, Reason: "The matrix asks."}),
		},
		{
			operation: "SubscriptionsSetPartnerOfRecord", right: setPartnerOfRecord, targets: things, harmful: true,
			ask: func(ctx context.Context, c cell) (request, error) {
				return spending(bought, contract.PartnerOfRecordSet{PartnerID: all.own.id}, "If-Match", `"1-active"`)(ctx, c)
			},
		},
		{
			operation: "SubscriptionsRemovePartnerOfRecord", right: endRelationships, targets: things, want: gone, harmful: true,
			ask: seen(spending(advised, contract.PartnerOfRecordRemove{Reason: ptr("The matrix asks.")})),
		},
		{
			operation: "PartnerOfRecordChangesCreate", right: setPartnerOfRecord, targets: one, harmful: true,
			ask: func(ctx context.Context, c cell) (request, error) {
				ask, err := spending(bought, nil)(ctx, c)
				ask.body = contract.PartnerOfRecordChangeCreate{SubscriptionIds: []string{ask.path["subscription_id"]}, PartnerID: &all.own.id}
				ask.path = nil
				return ask, err
			},
		},
		{
			operation: "SubscriptionsExtendTrial", right: extendTrials, targets: things, harmful: true,
			ask: about("subscription_id", subscriptionOf, freshSubscription, contract.SubscriptionExtendTrial{Days: 7}),
		},

		{
			operation: "RedemptionsDispute", right: disputeConsents, targets: []target{foreign, unknown, misshapen}, harmful: true,
			ask: about("redemption_id", redemptionOf, nil, contract.DisputeCreate{}),
		},
		{
			operation: "RedemptionsDecideDispute", right: decideDisputes, targets: things, harmful: true, want: halted, // nothing is disputed
			ask: about("redemption_id", redemptionOf, nil, contract.DisputeDecide{Decision: contract.DisputeDecisionUpheld, Reason: "The matrix asks."}),
		},

		{operation: "RelationshipsGet", right: seeCustomers, ask: about("relationship_id", relationshipOf, nil, nil), targets: things},

		{operation: "EventsGet", about: "of the company", right: seeCustomers, ask: about("event_id", event("offer.created"), nil, nil), targets: things, sees: partners},
		{operation: "EventsGet", about: "of a customer", right: seeCustomers, ask: about("event_id", event("redemption.accepted"), nil, nil), targets: things},
		{operation: "EventsGet", about: "of a machine client", right: seeCustomers, ask: about("event_id", event("api_client.created"), nil, nil), targets: things, sees: partners},

		{operation: "PlansList", right: readCatalog, ask: plainly(request{}), targets: one},
		{operation: "PlansGet", right: readCatalog, ask: about("plan_id", func(*company) string { return "plan_suite" }, nil, nil), targets: named},
		{
			operation: "PlansPut", right: writeCatalog, targets: []target{own, unknown}, want: made,
			ask: putting("plan_id", "plan_authz_", contract.PlanPut{
				Name: both("Matrix"), Description: both("A plan of the matrix."), Status: contract.PlanStatusActive, Prices: []contract.PlanPrice{},
				Services:  []contract.PlanService{{ID: "mail", Name: both("Mail"), Description: both("Mail.")}},
				Trial:     &contract.TrialTerms{Days: 7, Licenses: 5},
				Licenses:  contract.LicenseBounds{Min: 1, Max: 10, Default: 5},
				Countries: []string{"DE"},
			}),
		},
		{operation: "ProgramsList", right: readCatalog, ask: plainly(request{}), targets: one},
		{operation: "ProgramsGet", right: readCatalog, ask: about("program", func(*company) string { return "cloud-essentials" }, nil, nil), targets: named},
		{
			operation: "ProgramsPut", right: writeCatalog, targets: []target{own, unknown}, want: made,
			ask: putting("program", "authz-", contract.ProgramPut{Name: both("Matrix"), Rights: []contract.Right{}}),
		},
		{operation: "TermsGet", right: readPublic, ask: about("document", func(*company) string { return "customer" }, nil, nil), targets: []target{own, misshapen}},
		{operation: "TermsPublish", right: writeCatalog, ask: publishing, targets: []target{own, misshapen}, want: made},
		{operation: "FeatureAvailabilityGet", right: readPublic, ask: plainly(request{}), targets: one},
		{operation: "FeatureAvailabilityPut", right: writeCatalog, ask: availability, targets: one},
		{operation: "BrandGet", right: readCatalog, ask: plainly(request{}), targets: one},
		{operation: "BrandPut", right: writeCatalog, ask: branding, targets: one},

		{operation: "PartnersCreate", right: managePartners, targets: one, want: made, ask: func(context.Context, cell) (request, error) {
			return request{body: newPartner(fresh("Made Company"))}, nil
		}},
		{operation: "PartnersList", right: managePartners, ask: plainly(request{}), targets: one},
		{operation: "PartnersGet", right: seeCompany, ask: about("partner_id", companyOf, nil, nil), targets: things},
		{
			operation: "PartnersGet", about: "as me", right: seeCompany, targets: one, operator: map[target]int{own: http.StatusNotFound},
			ask: plainly(request{path: map[string]string{"partner_id": "me"}}),
		},
		{operation: "PartnersUpdate", right: editCompany, ask: moving, targets: things, harmful: true},
		{operation: "PartnersVerify", right: managePartners, ask: onPartner(nil, contract.PartnerVerify{}), targets: things, harmful: true},
		{operation: "PartnersSuspend", right: managePartners, ask: onPartner(nil, contract.PartnerSuspend{Reason: "Asked for."}), targets: things, harmful: true},
		{operation: "PartnersOverview", right: seeOffers, ask: about("partner_id", companyOf, nil, nil), targets: things},
		{operation: "PartnersClose", right: managePartners, ask: onPartner(nil, contract.PartnerClose{Reason: "Asked for."}), targets: things, harmful: true},
		{operation: "PartnersTrust", right: managePartners, ask: onPartner(nil, contract.PartnerTrust{Trusted: true}), targets: things, harmful: true},
		{operation: "PartnersMakePhoneCode", right: managePartners, ask: onPartner(nil, nil), targets: things, want: made, harmful: true},
		{operation: "PartnersSignAgreement", right: signAgreement, ask: signing, targets: things, harmful: true},
		{operation: "PartnersConfirmProfile", right: confirmProfile, ask: about("partner_id", companyOf, nil, contract.PartnerConfirmProfile{Confirm: ptr(true)}), targets: things, harmful: true},
		{operation: "PartnersReinstate", right: managePartners, ask: reinstating, targets: things, harmful: true},
		{
			operation: "PartnersEnrol", right: manageMemberships, targets: things,
			ask: onPartner(map[string]string{"program": "cloud-deployment"}, contract.PartnerEnrol{}),
		},
		{operation: "PartnersLeave", right: manageMemberships, targets: things, want: gone, ask: takingAway("program", "cloud-essentials", "/programs/", contract.PartnerEnrol{})},
		{
			operation: "PartnersAuthorise", right: manageMemberships, targets: things,
			ask: onPartner(map[string]string{"plan_id": "plan_archive"}, contract.PartnerAuthorise{Countries: []string{"PL"}}),
		},
		{
			operation: "PartnersDeauthorise", right: manageMemberships, targets: things, want: gone,
			ask: takingAway("plan_id", "plan_archive", "/authorisations/", contract.PartnerAuthorise{Countries: []string{"PL"}}),
		},
		{
			operation: "PartnerChecksCreate", right: checkPartners, targets: []target{own, unknown, misshapen}, want: map[target]int{misshapen: 422},
			ask: func(ctx context.Context, c cell) (request, error) {
				id, err := c.thing(ctx, companyOf, nil)
				return request{body: contract.PartnerCheckCreate{PartnerID: id}}, err
			},
		},

		{operation: "ListingsList", right: publishListings, ask: plainly(request{}), targets: one},
		{operation: "ListingsGet", right: seeListings, ask: about("partner_id", companyOf, nil, nil), targets: things},
		{operation: "ListingsPut", right: editListing, ask: describing, targets: things, harmful: true, suspended: halted, turn: &listings},
		{operation: "ListingsSubmit", right: editListing, ask: onListing(described, nil), targets: things, harmful: true, suspended: halted, turn: &listings},
		{operation: "ListingsPublish", right: publishListings, ask: onListing(submitted, nil), targets: things, harmful: true, turn: &listings},
		{
			operation: "ListingsSendBack", right: publishListings, ask: onListing(submitted, contract.ListingReason{Reason: "Asked for."}), targets: things,
			harmful: true, turn: &listings,
		},
		{operation: "ListingsHide", right: hideListings, ask: onListing(visible, contract.ListingHide{Reason: ptr("Asked for.")}), targets: things, harmful: true, turn: &listings},
		{operation: "ListingsShow", right: hideListings, ask: onListing(hidden, nil), targets: things, harmful: true, turn: &listings},
		{operation: "MarketplaceSearch", right: readPublic, ask: plainly(request{query: url.Values{"country": {"PL"}}}), targets: one},
		{
			operation: "MarketplaceGet", right: readPublic, ask: onListing(visible, nil), targets: one, turn: &listings,
			suspended: map[target]int{own: http.StatusNotFound},
		},
		{operation: "MarketplaceMatch", right: readPublic, ask: plainly(request{query: url.Values{"service": {"migrate"}, "country": {"PL"}}}), targets: one},

		// No partner is written to: each caller's company and address may do so only a few times.
		{operation: "InquiriesCreate", right: contactPartners, ask: plainly(request{body: writing("99999997")}), targets: one, want: map[target]int{own: 422}},
		{
			operation: "InquiriesAsk", right: writePublicly, targets: one, want: made, ask: func(context.Context, cell) (request, error) {
				return request{body: all.visit()}, nil
			},
		},
		{
			operation: "InquiriesGet", right: contactPartners, targets: []target{unknown, misshapen},
			ask: about("inquiry_id", func(*company) string { return "inq_01kaj2a7b9d1f3h5k7n9q1s3v5" }, nil, nil),
		},
		{operation: "InquiriesList", right: contactPartners, ask: plainly(request{}), targets: one},
		{operation: "LeadsList", right: manageLeads, ask: plainly(request{}), targets: one},
		{operation: "LeadsGet", right: manageLeads, ask: about("lead_id", leadOf, nil, nil), targets: things},
		{
			operation: "LeadsUpdate", right: manageLeads, targets: things, want: map[target]int{own: http.StatusPreconditionFailed},
			ask: about("lead_id", leadOf, nil, contract.LeadUpdate{Status: contract.LeadUpdateStatusActive, Answer: ptr("Gladly.")}, "If-Match", `"0-new"`),
		},

		{operation: "PartnerApplicationsCreate", right: applyPublicly, targets: one, want: made, ask: func(context.Context, cell) (request, error) {
			return request{body: newApplication()}, nil
		}},
		{operation: "PartnerApplicationsList", right: decideApplications, ask: plainly(request{}), targets: one},
		{operation: "PartnerApplicationsGet", right: decideApplications, ask: about("application_id", applied, nil, nil), targets: named},
		// Nobody pressed the link of the one that stands there.
		{
			operation: "PartnerApplicationsApprove", right: decideApplications, targets: named, operator: map[target]int{own: http.StatusConflict},
			ask: about("application_id", applied, nil, nil),
		},
		{
			operation: "PartnerApplicationsReject", right: decideApplications, targets: named, operator: map[target]int{own: http.StatusConflict},
			ask: about("application_id", applied, nil, contract.PartnerApplicationReject{Reason: "Asked for."}),
		},

		{
			operation: "PartnerApplicationsApprove", about: "whose address is proved", right: decideApplications, targets: one, harmful: true,
			ask: about("application_id", applied, waiting, nil),
		},
		{
			operation: "PartnerApplicationsReject", about: "whose address is proved", right: decideApplications, targets: one, harmful: true,
			ask: about("application_id", applied, waiting, contract.PartnerApplicationReject{Reason: "Asked for."}),
		},

		{operation: "PartnerUsersList", right: manageUsers, ask: about("partner_id", companyOf, nil, nil), targets: things},
		{operation: "PartnerUsersCreate", right: manageUsers, ask: hiring(nil), targets: things, want: made},
		{
			operation: "PartnerUsersCreate", about: "a global administrator", right: manageGlobalAdmins, targets: one, want: made,
			ask: hiring(func(u *contract.PartnerUserCreate) { u.CompanyRole = contract.CompanyRoleGlobalAdmin }),
		},
		{operation: "PartnerUsersGet", right: manageUsers, ask: onUser(nil, nil), targets: things},
		{operation: "PartnerUsersUpdate", right: manageUsers, ask: onUser(contract.PartnerUserUpdate{Name: ptr("Ewa Zielińska")}, freshUser), targets: things, harmful: true},
		{
			operation: "PartnerUsersUpdate", about: "into a global administrator", right: manageUsers, also: manageGlobalAdmins, targets: one, harmful: true,
			ask: onUser(contract.PartnerUserUpdate{CompanyRole: ptr(contract.CompanyRoleGlobalAdmin)}, freshUser),
		},
		{operation: "PartnerUsersDelete", right: manageUsers, ask: onUser(nil, freshUser), targets: things, want: gone, harmful: true},
		{
			operation: "PartnerUsersDelete", about: "a global administrator", right: manageUsers, also: manageGlobalAdmins, targets: one, want: gone, harmful: true,
			ask: func(ctx context.Context, c cell) (request, error) {
				c.spend = true // also who will be refused is refused a fresh one
				return onUser(nil, freshAdmin)(ctx, c)
			},
		},

		{operation: "CustomersGet", right: seeCustomers, ask: about("customer_id", customerOf, nil, nil), targets: things},
		{operation: "CustomersExport", right: exportData, ask: about("customer_id", customerOf, nil, contract.CustomerExport{}), targets: things},
		{operation: "CustomersSetBillingOwner", right: changeBillingOwner, ask: namingOwner, targets: things, turn: &details},
		{operation: "CustomersUpdate", right: editCustomer, ask: renaming(customerOf), targets: things, suspended: halted, harmful: true, turn: &details},
		{
			operation: "CustomersUpdate", about: "under a limited grant", right: editCustomer, ask: renaming(limitedOf), targets: one,
			want: ungranted, customer: fine, harmful: true, turn: &details,
		},
		{
			operation: "CustomersUpdate", about: "without a grant", right: editCustomer, ask: renaming(noneOf), targets: one,
			want: ungranted, customer: fine, harmful: true, turn: &details,
		},
		{
			operation: "CustomersSearch", right: findCustomers, targets: things, want: map[target]int{misshapen: 422},
			ask: func(_ context.Context, c cell) (request, error) {
				mail := c.owner().customer.mail
				switch c.target {
				case misshapen:
					mail = "no-such-thing"
				case unknown:
					mail = "nobody-" + mail
				}
				return request{body: contract.CustomerSearch{Email: &mail}}, nil
			},
		},
		{operation: "CustomerUsersList", right: readUsers, ask: about("customer_id", customerOf, nil, nil), targets: things},
		{operation: "CustomerUsersList", about: "under a limited grant", right: readUsers, ask: about("customer_id", limitedOf, nil, nil), targets: things},
		{
			operation: "CustomerUsersList", about: "without a grant", right: readUsers, ask: about("customer_id", noneOf, nil, nil), targets: things,
			want: ungranted, customer: fine,
		},
		{operation: "CustomerUsersGet", right: readUsers, ask: onMember(customerOf, employed(), nil), targets: things},
		{operation: "CustomerUsersGet", about: "who has a role", right: readUsers, ask: onMember(limitedOf, employed(contract.CustomerRoleUserAdmin), nil), targets: one},
		{operation: "CustomerUsersGet", about: "without a grant", right: readUsers, ask: onMember(noneOf, employed(), nil), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerUsersCreate", right: administerUsers, ask: employing(customerOf), targets: things, want: made, suspended: halted},
		{
			operation: "CustomerUsersCreate", about: "with a role", right: administerUsers, also: administerAdmins, targets: things, want: made, suspended: halted,
			ask: employing(customerOf, contract.CustomerRoleServiceAdmin),
		},
		{operation: "CustomerUsersCreate", about: "under a limited grant", right: administerUsers, ask: employing(limitedOf), targets: things, want: ungranted, customer: made},
		{operation: "CustomerUsersCreate", about: "without a grant", right: administerUsers, ask: employing(noneOf), targets: things, want: ungranted, customer: made},
		{operation: "CustomerUsersDelete", right: administerUsers, ask: onMember(customerOf, employed(), nil), targets: things, want: gone, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersDelete", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, want: gone, suspended: halted,
			ask: onMember(customerOf, employed(contract.CustomerRoleServiceAdmin), nil), harmful: true,
		},
		{
			operation: "CustomerUsersDelete", about: "under a limited grant", right: administerUsers, ask: onMember(limitedOf, employed(), nil), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerUsersDelete", about: "without a grant", right: administerUsers, ask: onMember(noneOf, employed(), nil), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{operation: "CustomerUsersRestore", right: administerUsers, ask: onMember(customerOf, dismissed(), nil), targets: things, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersRestore", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, suspended: halted,
			ask: onMember(customerOf, dismissed(contract.CustomerRoleServiceAdmin), nil), harmful: true,
		},
		{
			operation: "CustomerUsersRestore", about: "under a limited grant", right: administerUsers, ask: onMember(limitedOf, dismissed(), nil), targets: one,
			want: ungranted, customer: fine, harmful: true,
		},
		{
			operation: "CustomerUsersRestore", about: "without a grant", right: administerUsers, ask: onMember(noneOf, dismissed(), nil), targets: one,
			want: ungranted, customer: fine, harmful: true,
		},
		{
			operation: "CustomerUsersUpdate", right: administerUsers, ask: onMember(customerOf, employed(), contract.CustomerUserUpdate{Name: ptr("Ewa Zielińska")}),
			targets: things, suspended: halted, harmful: true,
		},
		{
			operation: "CustomerUsersUpdate", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, suspended: halted, harmful: true,
			ask: onMember(customerOf, employed(contract.CustomerRoleServiceAdmin), contract.CustomerUserUpdate{Name: ptr("Ewa Zielińska")}),
		},
		{
			operation: "CustomerUsersUpdate", about: "giving a role", right: administerUsers, also: administerAdmins, targets: one, suspended: halted, harmful: true,
			ask: onMember(customerOf, employed(), contract.CustomerUserUpdate{Roles: []contract.CustomerRole{contract.CustomerRoleServiceAdmin}}),
		},
		{
			operation: "CustomerUsersUpdate", about: "under a limited grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(limitedOf, employed(), contract.CustomerUserUpdate{Disabled: ptr(true)}),
		},
		{
			operation: "CustomerUsersUpdate", about: "without a grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(noneOf, employed(), contract.CustomerUserUpdate{Disabled: ptr(true)}),
		},
		{operation: "CustomerUsersSetLicenses", right: administerUsers, ask: onMember(customerOf, employed(), unlicensed), targets: things, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersSetLicenses", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, suspended: halted, harmful: true,
			ask: onMember(customerOf, employed(contract.CustomerRoleServiceAdmin), unlicensed),
		},
		{
			operation: "CustomerUsersSetLicenses", about: "under a limited grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(limitedOf, employed(), unlicensed),
		},
		{
			operation: "CustomerUsersSetLicenses", about: "without a grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(noneOf, employed(), unlicensed),
		},
		{operation: "CustomerUsersSetMailbox", right: administerUsers, ask: onMember(customerOf, mailed(), roomy), targets: things, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersSetMailbox", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, suspended: halted, harmful: true,
			ask: onMember(customerOf, mailed(contract.CustomerRoleServiceAdmin), roomy),
		},
		{
			operation: "CustomerUsersSetMailbox", about: "under a limited grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(limitedOf, mailed(), roomy),
		},
		{
			operation: "CustomerUsersSetMailbox", about: "without a grant", right: administerUsers, targets: one, want: ungranted, customer: fine, harmful: true,
			ask: onMember(noneOf, mailed(), roomy),
		},
		{operation: "CustomerUsersDeleteMailbox", right: administerUsers, ask: onMember(customerOf, mailed(), nil), targets: things, want: gone, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersDeleteMailbox", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, want: gone, suspended: halted, harmful: true,
			ask: onMember(customerOf, mailed(contract.CustomerRoleServiceAdmin), nil),
		},
		{
			operation: "CustomerUsersDeleteMailbox", about: "under a limited grant", right: administerUsers, targets: one, want: ungranted, customer: gone, harmful: true,
			ask: onMember(limitedOf, mailed(), nil),
		},
		{
			operation: "CustomerUsersDeleteMailbox", about: "without a grant", right: administerUsers, targets: one, want: ungranted, customer: gone, harmful: true,
			ask: onMember(noneOf, mailed(), nil),
		},
		{operation: "CustomerUsersResetPassword", right: resetPasswords, ask: onMember(customerOf, employed(), nil), targets: things, suspended: halted, harmful: true},
		{
			operation: "CustomerUsersResetPassword", about: "who has a role", right: resetPasswords, also: administerAdmins, targets: one, suspended: halted, harmful: true,
			ask: onMember(customerOf, employed(contract.CustomerRoleServiceAdmin), nil),
		},
		{
			operation: "CustomerUsersResetPassword", about: "under a limited grant", right: resetPasswords, ask: onMember(limitedOf, employed(), nil), targets: things,
			suspended: halted, harmful: true,
		},
		{
			operation: "CustomerUsersResetPassword", about: "who has a role, under a limited grant", right: resetPasswords, also: administerAdmins, targets: one,
			want: ungranted, customer: fine, harmful: true, ask: onMember(limitedOf, employed(contract.CustomerRoleServiceAdmin), nil),
		},
		{
			operation: "CustomerUsersResetPassword", about: "without a grant", right: resetPasswords, ask: onMember(noneOf, employed(), nil), targets: one,
			want: ungranted, customer: fine, harmful: true,
		},

		{operation: "CustomerGroupsList", right: readUsers, ask: about("customer_id", customerOf, nil, nil), targets: things},
		{operation: "CustomerGroupsList", about: "under a limited grant", right: readUsers, ask: about("customer_id", limitedOf, nil, nil), targets: one},
		{operation: "CustomerGroupsList", about: "without a grant", right: readUsers, ask: about("customer_id", noneOf, nil, nil), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerGroupsGet", right: readUsers, ask: onGroup(customerOf, nil), targets: things},
		{operation: "CustomerGroupsGet", about: "without a grant", right: readUsers, ask: onGroup(noneOf, nil), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerGroupsMembersList", right: readUsers, ask: onGroup(customerOf, nil), targets: things},
		{operation: "CustomerGroupsMembersList", about: "without a grant", right: readUsers, ask: onGroup(noneOf, nil), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerGroupsCreate", right: administerUsers, ask: grouping(customerOf), targets: things, want: made, suspended: halted},
		{operation: "CustomerGroupsCreate", about: "under a limited grant", right: administerUsers, ask: grouping(limitedOf), targets: one, want: ungranted, customer: made},
		{operation: "CustomerGroupsCreate", about: "without a grant", right: administerUsers, ask: grouping(noneOf), targets: one, want: ungranted, customer: made},
		{operation: "CustomerGroupsUpdate", right: administerUsers, ask: onGroup(customerOf, renamed), targets: things, suspended: halted, harmful: true},
		{
			operation: "CustomerGroupsUpdate", about: "under a limited grant", right: administerUsers, ask: onGroup(limitedOf, renamed), targets: one,
			want: ungranted, customer: fine, harmful: true,
		},
		{
			operation: "CustomerGroupsUpdate", about: "without a grant", right: administerUsers, ask: onGroup(noneOf, renamed), targets: one,
			want: ungranted, customer: fine, harmful: true,
		},
		{operation: "CustomerGroupsDelete", right: administerUsers, ask: onGroup(customerOf, nil), targets: things, want: gone, suspended: halted, harmful: true},
		{
			operation: "CustomerGroupsDelete", about: "under a limited grant", right: administerUsers, ask: onGroup(limitedOf, nil), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerGroupsDelete", about: "without a grant", right: administerUsers, ask: onGroup(noneOf, nil), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerGroupsAddMember", right: administerUsers, ask: inGroup(customerOf, employed()), targets: things, want: gone, suspended: halted, harmful: true,
		},
		{
			operation: "CustomerGroupsAddMember", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, want: gone, suspended: halted,
			ask: inGroup(customerOf, employed(contract.CustomerRoleServiceAdmin)), harmful: true,
		},
		{
			operation: "CustomerGroupsAddMember", about: "under a limited grant", right: administerUsers, ask: inGroup(limitedOf, employed()), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerGroupsAddMember", about: "without a grant", right: administerUsers, ask: inGroup(noneOf, employed()), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerGroupsRemoveMember", right: administerUsers, ask: inGroup(customerOf, employed()), targets: things, want: gone, suspended: halted, harmful: true,
		},
		{
			operation: "CustomerGroupsRemoveMember", about: "who has a role", right: administerUsers, also: administerAdmins, targets: one, want: gone, suspended: halted,
			ask: inGroup(customerOf, employed(contract.CustomerRoleServiceAdmin)), harmful: true,
		},
		{
			operation: "CustomerGroupsRemoveMember", about: "under a limited grant", right: administerUsers, ask: inGroup(limitedOf, employed()), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},
		{
			operation: "CustomerGroupsRemoveMember", about: "without a grant", right: administerUsers, ask: inGroup(noneOf, employed()), targets: one,
			want: ungranted, customer: gone, harmful: true,
		},

		{operation: "ImportsList", right: administerUsers, ask: about("customer_id", customerOf, nil, nil), targets: things},
		{operation: "ImportsList", about: "under a limited grant", right: administerUsers, ask: about("customer_id", limitedOf, nil, nil), targets: one, want: ungranted, customer: fine},
		{operation: "ImportsList", about: "without a grant", right: administerUsers, ask: about("customer_id", noneOf, nil, nil), targets: one, want: ungranted, customer: fine},
		{operation: "ImportsGet", right: administerUsers, ask: onImport(customerOf), targets: things},
		{operation: "ImportsGet", about: "without a grant", right: administerUsers, ask: onImport(noneOf), targets: one, want: ungranted, customer: fine},
		{operation: "ImportsCreate", right: administerUsers, ask: importing(customerOf, false), targets: things, want: made, suspended: halted},
		{operation: "ImportsCreate", about: "under a limited grant", right: administerUsers, ask: importing(limitedOf, false), targets: one, want: ungranted, customer: made},
		{operation: "ImportsCreate", about: "without a grant", right: administerUsers, ask: importing(noneOf, false), targets: one, want: ungranted, customer: made},
		{operation: "ImportsCreate", about: "only to try", right: administerUsers, ask: importing(customerOf, true), targets: things, suspended: halted},
		{operation: "CustomerDomainsList", right: readUsers, ask: about("customer_id", customerOf, nil, nil), targets: things},
		{operation: "CustomerDomainsList", about: "without a grant", right: readUsers, ask: about("customer_id", noneOf, nil, nil), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerDomainsGet", right: readUsers, ask: onDomain(customerOf), targets: things},
		{operation: "CustomerDomainsGet", about: "without a grant", right: readUsers, ask: onDomain(noneOf), targets: one, want: ungranted, customer: fine},
		{operation: "CustomerDomainsCreate", right: administerDomains, ask: naming(customerOf), targets: things, want: made, suspended: halted},
		{operation: "CustomerDomainsCreate", about: "under a limited grant", right: administerDomains, ask: naming(limitedOf), targets: one, want: ungranted, customer: made},
		{operation: "CustomerDomainsCreate", about: "without a grant", right: administerDomains, ask: naming(noneOf), targets: one, want: ungranted, customer: made},
		{operation: "CustomerDomainsVerify", right: administerDomains, ask: onDomain(customerOf), targets: things, suspended: halted, harmful: true},
		{operation: "CustomerDomainsVerify", about: "under a limited grant", right: administerDomains, ask: onDomain(limitedOf), targets: one, want: ungranted, customer: fine, harmful: true},
		{operation: "CustomerDomainsVerify", about: "without a grant", right: administerDomains, ask: onDomain(noneOf), targets: one, want: ungranted, customer: fine, harmful: true},
		{operation: "CustomerDomainsDelete", right: administerDomains, ask: onDomain(customerOf), targets: things, want: gone, suspended: halted, harmful: true},
		{operation: "CustomerDomainsDelete", about: "under a limited grant", right: administerDomains, ask: onDomain(limitedOf), targets: one, want: ungranted, customer: gone, harmful: true},
		{operation: "CustomerDomainsDelete", about: "without a grant", right: administerDomains, ask: onDomain(noneOf), targets: one, want: ungranted, customer: gone, harmful: true},

		{operation: "ProvisioningTasksList", right: seeProvisioning, ask: plainly(request{}), targets: one, want: map[target]int{own: http.StatusBadRequest}, customer: fine},
		{operation: "ProvisioningTasksList", about: "by state", right: seeProvisioning, ask: plainly(request{query: url.Values{"state": {"requested"}}}), targets: one, want: map[target]int{own: http.StatusBadRequest}, customer: fine, operator: fine},
		{
			operation: "ProvisioningTasksList", about: "by customer", right: seeProvisioning, ask: by("customer_id", customerOf), targets: things,
			want: map[target]int{misshapen: http.StatusBadRequest}, operator: map[target]int{unknown: http.StatusOK},
		},
		{
			operation: "ProvisioningTasksList", about: "without a grant", right: seeProvisioning, ask: by("customer_id", noneOf),
			targets: one, want: ungranted, operator: fine, customer: fine,
		},
		{operation: "ProvisioningTasksGet", right: seeProvisioning, ask: about("task_id", taskOf, nil, nil), targets: things},
		{operation: "ProvisioningTasksClaim", right: provision, ask: about("task_id", taskOf, tasked(customerOf, "requested"), nil), targets: named, harmful: true},
		{
			operation: "ProvisioningTasksReport", right: provision, targets: named, harmful: true,
			ask: about("task_id", taskOf, tasked(customerOf, "running"), contract.ProvisioningReport{LeaseID: "lse_matrix", State: contract.ProvisioningReportStateDone}),
		},
		{
			operation: "ProvisioningTasksRetry", right: retryProvisioning, ask: about("task_id", taskOf, tasked(customerOf, "failed"), nil), targets: things,
			suspended: map[target]int{own: http.StatusConflict, unknown: http.StatusConflict}, harmful: true,
		},
		{
			operation: "ProvisioningTasksRetry", about: "under a limited grant", right: retryProvisioning, targets: one, harmful: true,
			ask: about("task_id", limitedTaskOf, tasked(limitedOf, "failed"), nil), want: ungranted, operator: fine, customer: fine,
		},

		{operation: "ServiceRequestsCreate", right: openRequests, ask: helped(customerOf), targets: things, want: opened, suspended: halted},
		{
			operation: "ServiceRequestsCreate", about: "under a limited grant", right: openRequests, ask: helped(limitedOf), targets: things, want: opened,
			suspended: halted,
		},
		{
			operation: "ServiceRequestsCreate", about: "without a grant", right: openRequests, ask: helped(noneOf), targets: one, want: ungranted, customer: opened,
		},
		// A customer's user without the role sees what it opened itself, and these a partner did.
		{operation: "ServiceRequestsGet", right: handleRequests, ask: about("service_request_id", requestOf, nil, nil), targets: things, sees: serves},
		{operation: "ServiceRequestCommentsList", right: handleRequests, ask: about("service_request_id", requestOf, nil, nil), targets: things, sees: serves},
		{
			operation: "ServiceRequestCommentsCreate", right: handleRequests, targets: things, want: made, suspended: halted, sees: serves,
			ask: about("service_request_id", requestOf, nil, contract.ServiceRequestCommentCreate{Message: "The matrix asks."}),
		},
		{
			operation: "ServiceRequestCommentsCreate", about: "that is closed", right: handleRequests, targets: one, want: made, suspended: halted, sees: serves,
			ask: about("service_request_id", requestOf, closedRequest, contract.ServiceRequestCommentCreate{Message: "The matrix asks."}),
		},
		{
			operation: "ServiceRequestsUpdate", right: handleRequests, targets: things, suspended: halted, sees: serves, harmful: true,
			ask: about("service_request_id", requestOf, openRequest, contract.ServiceRequestUpdate{Status: ptr(contract.ServiceRequestUpdateStatusClosed)}, "If-Match", `"1-open"`),
		},
		{
			operation: "ServiceRequestsList", right: handleRequests, ask: plainly(request{}), targets: one, want: map[target]int{own: http.StatusBadRequest},
			operator: fine, customer: fine,
		},
		{
			operation: "ServiceRequestsList", about: "by customer", right: handleRequests, ask: by("customer_id", customerOf), targets: things,
			want: map[target]int{misshapen: http.StatusBadRequest},
		},
		{
			operation: "ServiceRequestsList", about: "without a grant", right: handleRequests, ask: by("customer_id", noneOf), targets: one, want: ungranted,
			customer: fine, operator: fine,
		},

		{operation: "ApiClientsCreate", right: manageClients, targets: one, want: made, operator: map[target]int{own: 422}, ask: plainly(request{
			body: contract.APIClientCreate{Name: "Matrix", CustomerAccess: contract.CustomerAccessNone},
		})},
		{
			operation: "ApiClientsCreate", about: "for a partner", right: manageClients, targets: things,
			want: map[target]int{own: http.StatusCreated, foreign: 422, unknown: 422, misshapen: 422},
			ask: func(ctx context.Context, c cell) (request, error) {
				id, err := c.thing(ctx, companyOf, nil)
				return request{body: contract.APIClientCreate{Name: "Matrix", PartnerID: &id, CustomerAccess: contract.CustomerAccessNone}}, err
			},
		},
		{operation: "ApiClientsDelete", right: manageClients, ask: deleting, targets: things, want: gone, harmful: true},
		{operation: "ApiClientsRotateSecret", right: manageClients, ask: about("api_client_id", clientOf, freshClient, nil), targets: things, harmful: true},
		{operation: "ApiClientsEndOldSecret", right: manageClients, ask: about("api_client_id", clientOf, rotatedClient, nil), targets: things, harmful: true},

		// A customer's user knows of its own address alone; an operator must name one. What nothing stops is not there.
		{operation: "SuppressionsList", right: liftSuppressions, ask: plainly(request{}), targets: one, operator: map[target]int{own: http.StatusBadRequest}},
		{
			operation: "SuppressionsLift", right: liftSuppressions, targets: one, want: map[target]int{own: http.StatusNotFound},
			ask: plainly(request{path: map[string]string{"address_hash": strings.Repeat("0a", 32)}}),
		},
		{operation: "LimitsGet", right: knowLimits, ask: plainly(request{}), targets: one},
		{operation: "MeGet", right: knowOneself, ask: plainly(request{}), targets: one},
		{operation: "ServiceHealth", right: readPublic, ask: plainly(request{}), targets: one},
		{operation: "ServiceReady", right: readPublic, ask: plainly(request{}), targets: one},
		{operation: "ServiceOpenapi", right: readPublic, ask: plainly(request{}), targets: one},
		{operation: "ServiceDocs", right: readPublic, ask: plainly(request{}), targets: one},
		{operation: "ServiceReference", right: readPublic, ask: about("page", func(*company) string { return "offers" }, nil, nil), targets: []target{own, misshapen}},
		{operation: "ServiceGuide", right: readPublic, ask: about("guide", func(*company) string { return "first-offer" }, nil, nil), targets: []target{own, misshapen}},
		{operation: "ServiceProblem", right: readPublic, ask: about("code", func(*company) string { return "not_found" }, nil, nil), targets: []target{own, misshapen}},
	}
	all = append(all, ending()...)
	all = append(all, listed("CustomersList", seeCustomers, http.StatusBadRequest, true)...)
	all = append(all, listed("OffersList", seeOffers, http.StatusBadRequest, false)...)
	all = append(all, listed("RedemptionsList", seeReceipts, http.StatusBadRequest, true)...)
	all = append(all, listed("SubscriptionsList", seeCustomers, http.StatusBadRequest, true)...)
	all = append(all, listed("RelationshipsList", seeCustomers, http.StatusBadRequest, true)...)
	all = append(all, listed("EventsList", seeCustomers, http.StatusOK, true)...) // without a name an operator reads the vendor's own
	all = append(all, listed("ApiClientsList", manageClients, http.StatusBadRequest, false)...)
	return all
}

func both(words string) map[string]string { return map[string]string{"en": words, "pl": words} }

func wanting(role contract.Role) contract.OfferCreate {
	wish := sample.TrialOffer("en")
	wish.DelegatedAdministration = &contract.DelegationRequest{Role: role}
	return wish
}

func event(kind string) func(*company) string {
	return func(c *company) string { return c.events[kind] }
}

func makeOffer(ctx context.Context, c *company) (string, error) { return all.makeOffer(ctx, c) }
func reportedOffer(ctx context.Context, c *company) (string, error) {
	return all.reportedOffer(ctx, c)
}

func stoppedOffer(ctx context.Context, c *company) (string, error) {
	return all.stoppedOffer(ctx, c)
}

func pausedOffer(ctx context.Context, c *company) (string, error) { return all.pausedOffer(ctx, c) }
func makeInvitation(ctx context.Context, c *company) (string, error) {
	return all.makeInvitation(ctx, c)
}

func freshSubscription(ctx context.Context, c *company) (string, error) {
	made, err := all.freshDeal(ctx, c)
	return made.subscription, err
}

// heldDeletion is a trial whose deletion nobody could be told of.
func heldDeletion(ctx context.Context, c *company) (string, error) {
	made, err := freshSubscription(ctx, c)
	if err == nil {
		err = story.HoldDeletion(ctx, sys, subscription.ID(made))
	}
	return made, err
}

// unsaid is what a customer's user hears whose reason is too long.
var unsaid = map[target]int{own: 422, foreign: 422, unknown: 422}

// unspent asks to cancel a trial that a partner may not cancel; a customer's user, who may, so that nothing is cancelled.
func unspent(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		var body contract.SubscriptionCancel
		if c.home != nil {
			body.Reason = ptr(strings.Repeat("x", 501))
		}
		return about("subscription_id", of, nil, body)(ctx, c)
	}
}

// spending asks for something that uses a subscription up, which is made as make says.
func spending(make func(ctx context.Context, c cell) (string, error), body any, headers ...string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		fresh := func(ctx context.Context, _ *company) (string, error) { return make(ctx, c) }
		return about("subscription_id", subscriptionOf, fresh, body, headers...)(ctx, c)
	}
}

// seen asks for a change of a subscription as it stands.
func seen(ask asking) asking {
	return func(ctx context.Context, c cell) (request, error) {
		asked, err := ask(ctx, c)
		asked.headers = []string{"If-Match", `"1-active"`}
		if c.spend && err == nil {
			got, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/subscriptions/"+asked.path["subscription_id"], nil, nil)
			if err != nil {
				return asked, err
			}
			asked.headers = []string{"If-Match", got.Header.Get("ETag")}
		}
		return asked, err
	}
}

// advised returns a fresh subscription that the partner advises: a trial of a new customer, but a customer's user buys one of its own.
func advised(ctx context.Context, c cell) (string, error) {
	if c.home == nil {
		return freshSubscription(ctx, c.owner())
	}
	return buying(ctx, c.api, &c.home.id)
}

// bought returns a fresh paid subscription: of the caller, or for an operator of a customer.
func bought(ctx context.Context, c cell) (string, error) {
	return buying(ctx, c.purchaser().api, nil)
}

func buying(ctx context.Context, by client.API, partnerOfRecord *string) (string, error) {
	var made contract.Subscription
	_, err := by.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/subscriptions", contract.SubscriptionCreate{
		PlanID: "plan_mail", BillingTerm: "month", TermsVersion: "1", AddTo: ptr("separate"), PartnerID: partnerOfRecord,
	}, &made)
	return made.ID, err
}

// purchaser is the caller, or the first customer's user who may buy.
func (c cell) purchaser() caller {
	if c.home == nil {
		for _, one := range all.callers {
			if one.home != nil && buyPlans.has(one) {
				return one
			}
		}
	}
	return c.caller
}

func cancelled(ctx context.Context, c cell) (string, error) {
	id, err := bought(ctx, c)
	if err == nil {
		_, err = c.purchaser().api.Must(ctx, http.StatusOK, http.MethodPost, "/v1/subscriptions/"+id+"/cancel", nil, nil)
	}
	return id, err
}

func suspended(ctx context.Context, c cell) (string, error) {
	id, err := bought(ctx, c)
	if err == nil {
		_, err = all.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/subscriptions/"+id+"/suspend", contract.SubscriptionSuspend{Reason: "To be reinstated."}, nil)
	}
	return id, err
}

// resold is billed by a partner, as the table is told.
func resold(ctx context.Context, c cell) (string, error) {
	id, err := bought(ctx, c)
	if err == nil {
		_, rest, _ := strings.Cut(id, "_")
		owner, ulid, _ := strings.Cut(rest, "_")
		err = tell(ctx, "CUSTOMER#"+owner, "SUB#"+ulid, "card.billed_by", &types.AttributeValueMemberS{Value: all.own.id})
	}
	return id, err
}

func replacing(ctx context.Context, c cell) (request, error) {
	old, err := c.thing(ctx, offerOf, makeOffer)
	wish := sample.TrialOffer("en")
	wish.Replaces = &old
	return request{body: wish}, err
}

func inviting(ctx context.Context, c cell) (request, error) {
	id, err := c.thing(ctx, offerOf, nil)
	return request{path: map[string]string{"offer_id": id}, body: recipients()}, err
}

// ending is both kinds that can be ended in this part: the second row ends at the same customer what the first one left.
func ending() []row {
	ends := map[string]deal{}
	ask := func(kind contract.RelationshipKind) asking {
		return func(ctx context.Context, c cell) (request, error) {
			id, err := c.thing(ctx, relationshipOf, func(ctx context.Context, of *company) (string, error) {
				if c.home != nil {
					return relationshipOf(of), nil // it ends nobody else's
				}
				if _, ok := ends[c.name]; !ok {
					made, err := all.freshDeal(ctx, of)
					if err != nil {
						return "", err
					}
					ends[c.name] = made
				}
				return ends[c.name].relationship, nil
			})
			return request{path: map[string]string{"relationship_id": id}, body: contract.RelationshipEnd{Kind: kind, Reason: ptr("The matrix asks.")}}, err
		}
	}
	reseller := func(operation string, right *may, body any) row { // nobody resells to these customers: who may hears that
		return row{operation: operation, right: right, targets: things, harmful: true, want: halted, ask: about("relationship_id", relationshipOf, nil, body)}
	}
	return []row{
		reseller("RelationshipsRequestRemoval", askRemoval, contract.RemovalRequestCreate{}),
		reseller("RelationshipsWithdrawRemoval", askRemoval, nil),
		reseller("RelationshipsDeclineRemoval", answerRemoval, contract.RemovalRequestDecline{Reason: "The matrix asks."}),
		reseller("RelationshipsDecideRemoval", decideRemoval, contract.RemovalDecision{Decision: contract.RemovalDecidedKept, Reason: "The matrix asks."}),
		{
			operation: "RelationshipsAutoExtend", right: autoExtend, targets: things, harmful: true, want: halted, // they administer with full rights
			ask: about("relationship_id", relationshipOf, nil, contract.AutoExtendSet{Enabled: true}),
		},
		{ // who may hears that the reason is too long, so that the powers stay for the other rows
			operation: "RelationshipsLower", right: endAdministration, targets: one, want: map[target]int{own: http.StatusUnprocessableEntity},
			ask: about("relationship_id", relationshipOf, nil, contract.AdministrationLower{Reason: ptr(strings.Repeat("x", 501))}),
		},
		{
			operation: "RelationshipsEnd", about: "reseller", right: endRelationships, targets: one, want: halted, operator: map[target]int{own: 422},
			ask: about("relationship_id", relationshipOf, nil, contract.RelationshipEnd{Kind: "reseller", Reason: ptr("The matrix asks.")}),
		},
		{
			operation: "RelationshipsEnd", about: "delegated administration", right: endRelationships, also: endAdministration, targets: things, harmful: true,
			ask: ask(contract.RelationshipKind("delegated_administrator")), last: true,
		},
		{
			operation: "RelationshipsEnd", about: "partner of record", right: endRelationships, targets: things, harmful: true,
			ask: ask(contract.RelationshipKind("partner_of_record")), last: true,
		},
		{
			operation: "RelationshipsEnd", about: "delegated administration without a reason", right: endRelationships, also: endAdministration, targets: one,
			ask: about("relationship_id", func(c *company) string { return c.none.relationship }, nil,
				contract.RelationshipEnd{Kind: contract.RelationshipKind("delegated_administrator")}),
			want: map[target]int{own: http.StatusConflict}, operator: map[target]int{own: 422}, // a partner has nothing to end there
		},
	}
}

// putting makes a new thing, or changes one that is not there.
func putting(parameter, prefix string, body any) asking {
	return func(_ context.Context, c cell) (request, error) {
		headers := []string{"If-None-Match", "*"}
		if c.target == unknown {
			headers = []string{"If-Match", `"1"`}
		}
		return request{path: map[string]string{parameter: prefix + strconv.FormatInt(numbered.Add(1), 10)}, body: body, headers: headers}, nil
	}
}

// publishing publishes the partner agreement: nobody who reads an offer meanwhile agrees to that.
func publishing(_ context.Context, c cell) (request, error) {
	document := "partner"
	if c.target == misshapen {
		document = "no-such-thing"
	}
	return request{path: map[string]string{"document": document}, body: contract.TermsPublish{
		Version: strconv.FormatInt(1000+numbered.Add(1), 10),
		Texts:   map[string]contract.TermsText{"en": {Title: "Agreement", Text: "Words."}, "pl": {Title: "Umowa", Text: "Słowa."}},
	}}, nil
}

// availability writes the document as it stands.
func availability(ctx context.Context, _ cell) (request, error) {
	var stands contract.FeatureAvailability
	got, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/feature-availability", nil, &stands)
	return request{body: contract.FeatureAvailabilityPut{Regions: stands.Regions, Gaps: stands.Gaps}, headers: []string{"If-Match", got.Header.Get("ETag")}}, err
}

// branding writes the brand as it stands, which an answer says as a request does, but for its icon, which ends.
func branding(ctx context.Context, _ cell) (request, error) {
	var stands contract.BrandPut
	got, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/brand", nil, &stands)
	stands.Icon = nil
	return request{body: stands, headers: []string{"If-Match", got.Header.Get("ETag")}}, err
}

// moving changes a partner's city.
func moving(ctx context.Context, c cell) (request, error) {
	id, err := c.thing(ctx, companyOf, nil)
	ask := request{path: map[string]string{"partner_id": id}, body: contract.PartnerUpdate{City: ptr("Gdynia")}, headers: []string{"If-Match", `"1-active"`}}
	if c.spend && err == nil {
		got, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partners/"+id, nil, nil)
		if err != nil {
			return ask, err
		}
		ask.headers = []string{"If-Match", got.Header.Get("ETag")}
	}
	return ask, err
}

// signing signs the agreement that is in force by then: other rows publish new versions.
func signing(ctx context.Context, c cell) (request, error) {
	id, err := c.thing(ctx, companyOf, nil)
	body := contract.PartnerSignAgreement{Version: "1", Name: "Ewa Matrix"}
	if c.spend && err == nil {
		var terms contract.Terms
		_, err = all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/partner", nil, &terms)
		body.Version = terms.Version
	}
	return request{path: map[string]string{"partner_id": id}, body: body}, err
}

// takingAway asks an operator to end what a partner holds; where that will be done, the partner has just been given it.
func takingAway(parameter, named, under string, given any) asking {
	ask := onPartner(map[string]string{parameter: named}, nil)
	return func(ctx context.Context, c cell) (request, error) {
		asked, err := ask(ctx, c)
		if c.spend && err == nil {
			_, err = all.operator.Must(ctx, http.StatusOK, http.MethodPut, "/v1/partners/"+asked.path["partner_id"]+under+named, given, nil)
		}
		return asked, err
	}
}

func reinstating(ctx context.Context, c cell) (request, error) {
	ask, err := onPartner(nil, contract.PartnerReinstate{})(ctx, c)
	if c.spend && err == nil {
		_, err = all.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+ask.path["partner_id"]+"/suspend",
			contract.PartnerSuspend{Reason: "To be reinstated."}, nil)
	}
	return ask, err
}

// applied names the application that stands there; it is nobody's.
func applied(*company) string { return all.application }

// hiring invites a colleague into the company that the path names.
func hiring(as func(*contract.PartnerUserCreate)) asking {
	return func(ctx context.Context, c cell) (request, error) {
		id, err := c.thing(ctx, companyOf, nil)
		body := newUser()
		if as != nil {
			as(&body)
		}
		return request{path: map[string]string{"partner_id": id}, body: body}, err
	}
}

func freshUser(ctx context.Context, of *company) (string, error) {
	made, err := all.makeUser(ctx, of)
	return made.ID, err
}

// freshAdmin makes one more global administrator.
func freshAdmin(ctx context.Context, of *company) (string, error) {
	var made contract.PartnerUser
	body := newUser()
	body.CompanyRole = contract.CompanyRoleGlobalAdmin
	_, err := of.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", body, &made)
	return made.ID, err
}

// waiting makes an application whose contact has pressed the mailed link's button.
func waiting(ctx context.Context, _ *company) (string, error) {
	var made contract.PartnerApplication
	body := newApplication()
	if _, err := all.operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partner-applications", body, &made); err != nil {
		return "", err
	}
	mails, err := all.mailbox.Wait(ctx, body.Contact.Email, 1)
	if err != nil {
		return "", err
	}
	v := client.NewVisitor("en")
	if _, err := v.Get(ctx, mails[0].Link(sys.Endpoints.Pages+"/become-a-partner/confirm/")); err != nil {
		return "", err
	}
	_, err = v.Press(ctx, locale.In(locale.English).ApplyConfirmButton())
	return made.ID, err
}

// onUser asks about a user of the company that owns it. A user of another company is foreign under its own company's path.
func onUser(body any, make func(context.Context, *company) (string, error)) asking {
	return func(ctx context.Context, c cell) (request, error) {
		id, err := c.thing(ctx, func(of *company) string { return of.user.ID }, make)
		ask := request{path: map[string]string{"partner_id": c.owner().id, "user_id": id}, body: body, headers: []string{"If-Match", `"1"`}}
		if err == nil && body != nil && c.target == own || c.spend {
			got, err := c.owner().api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/partners/me/users/"+id, nil, nil)
			if err != nil {
				return ask, err
			}
			ask.headers = []string{"If-Match", got.Header.Get("ETag")}
		}
		return ask, err
	}
}

// employing makes a user of the customer that the path names.
func employing(of func(*company) string, held ...contract.CustomerRole) asking {
	return func(ctx context.Context, c cell) (request, error) {
		return about("customer_id", of, nil, contract.CustomerUserCreate{Name: "Ewa Matrix", Email: fresh("ewa") + "@customer.example", Roles: held})(ctx, c)
	}
}

// unlicensed is the body that leaves a user without a licence.
var unlicensed = contract.CustomerUserLicensesSet{SubscriptionIds: []string{}}

// roomy is the body that gives a user's mailbox another quota.
var roomy = contract.CustomerUserMailboxSet{QuotaGb: ptr(50)}

// onMember asks about a user of a customer, as it stands; each caller who is known is given a fresh one.
func onMember(of func(*company) string, make func(ctx context.Context, pk string) (string, error), body any) asking {
	return func(ctx context.Context, c cell) (request, error) {
		customer := of(c.owner())
		pk := "CUSTOMER#" + strings.TrimPrefix(customer, "cus_")
		first, err := firstPerson(ctx, pk)
		if err != nil {
			return request{}, err
		}
		c.spend = c.target == own && c.standing == authentic
		id, err := c.thing(ctx, func(*company) string { return first["id"].(*types.AttributeValueMemberS).Value }, func(ctx context.Context, _ *company) (string, error) {
			return make(ctx, pk)
		})
		ask := request{path: map[string]string{"customer_id": customer, "user_id": id}, body: body, headers: []string{"If-Match", `"1"`}}
		if err == nil && c.spend {
			got, err := c.api.Do(ctx, http.MethodGet, "/v1/customers/"+customer+"/users/"+id, nil)
			if err != nil {
				return ask, err
			}
			if tag := got.Header.Get("ETag"); tag != "" {
				ask.headers = []string{"If-Match", tag}
			}
		}
		return ask, err
	}
}

// renamed is a change of a group.
func renamed() any { return contract.CustomerGroupUpdate{Name: ptr(fresh("group"))} }

// importing starts, or only tries, an import of one row, of a user whom there is not, into the customer that the path names.
func importing(of func(*company) string, dry bool) asking {
	return func(ctx context.Context, c cell) (request, error) {
		body := contract.ImportCreate{Kind: contract.ImportKindLicenses, Csv: "email,plan\nnobody@nowhere.example,plan_suite\n"}
		if dry {
			body.DryRun = ptr(true)
		} else if err := roomForImports(ctx, of(c.owner())); err != nil {
			return request{}, err
		}
		return about("customer_id", of, nil, body)(ctx, c)
	}
}

// onImport asks about an import of a customer's that was done.
func onImport(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		customer := of(c.owner())
		shared, err := imported(ctx, customer)
		if err != nil {
			return request{}, err
		}
		id, err := c.thing(ctx, func(*company) string { return shared }, nil)
		return request{path: map[string]string{"customer_id": customer, "import_id": id}}, err
	}
}

// grouping makes a group of the customer that the path names.
func grouping(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		return about("customer_id", of, nil, contract.CustomerGroupCreate{Name: fresh("group")})(ctx, c)
	}
}

// onGroup asks about a group of a customer, as it stands; each caller who is known is given a fresh one.
func onGroup(of func(*company) string, body func() any) asking {
	return func(ctx context.Context, c cell) (request, error) {
		customer := of(c.owner())
		shared, err := standingGroup(ctx, customer)
		if err != nil {
			return request{}, err
		}
		c.spend = c.target == own && c.standing == authentic
		id, err := c.thing(ctx, func(*company) string { return shared }, func(ctx context.Context, _ *company) (string, error) {
			return grouped(ctx, unlike(shared))
		})
		ask := request{path: map[string]string{"customer_id": customer, "group_id": id}, headers: []string{"If-Match", `"1"`}}
		if body != nil {
			ask.body = body()
		}
		if err == nil && c.spend {
			got, err := c.api.Do(ctx, http.MethodGet, "/v1/customers/"+customer+"/groups/"+id, nil)
			if err != nil {
				return ask, err
			}
			if tag := got.Header.Get("ETag"); tag != "" {
				ask.headers = []string{"If-Match", tag}
			}
		}
		return ask, err
	}
}

// naming adds a domain to the customer that the path names.
func naming(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		if err := roomForDomains(ctx, of(c.owner())); err != nil {
			return request{}, err
		}
		return about("customer_id", of, nil, contract.CustomerDomainCreate{Name: fresh("domain") + ".example"})(ctx, c)
	}
}

// onDomain asks about a domain of a customer whose record is set; each caller who is known is given a fresh one.
func onDomain(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		customer := of(c.owner())
		if err := roomForDomains(ctx, customer); err != nil {
			return request{}, err
		}
		name := "of-" + strings.TrimPrefix(customer, "cus_") + ".example"
		c.spend = c.target == own && c.standing == authentic
		switch {
		case c.target == misshapen:
			name = "no-such-thing"
		case c.target == unknown:
			name = fresh("nobody") + ".example"
		case c.spend:
			name = fresh("spent") + ".example"
			fallthrough
		default:
			if err := standingDomain(ctx, customer, name); err != nil {
				return request{}, err
			}
		}
		ask := request{path: map[string]string{"customer_id": customer, "domain": name}, headers: []string{"If-Match", `"1"`}}
		if c.spend {
			got, err := c.api.Do(ctx, http.MethodGet, "/v1/customers/"+customer+"/domains/"+name, nil)
			if err != nil {
				return ask, err
			}
			if tag := got.Header.Get("ETag"); tag != "" {
				ask.headers = []string{"If-Match", tag}
			}
		}
		return ask, nil
	}
}

// inGroup asks about a user and a group of a customer; the user as onMember has it.
func inGroup(of func(*company) string, make func(ctx context.Context, pk string) (string, error)) asking {
	return func(ctx context.Context, c cell) (request, error) {
		ask, err := onMember(of, make, nil)(ctx, c)
		if err == nil {
			ask.headers = nil
			ask.path["group_id"], err = standingGroup(ctx, of(c.owner()))
		}
		return ask, err
	}
}

// namingOwner names a billing owner: a global administrator, who has a customer of its own, somebody else; all others who is it, so that it stays it.
func namingOwner(ctx context.Context, c cell) (request, error) {
	id, err := c.thing(ctx, customerOf, nil)
	if err != nil {
		return request{}, err
	}
	pk := "CUSTOMER#" + strings.TrimPrefix(c.owner().customer.customer, "cus_")
	person, err := firstPerson(ctx, pk)
	if err != nil {
		return request{}, err
	}
	named := member{pk: pk, sk: person["SK"].(*types.AttributeValueMemberS).Value}
	if c.spend && slices.Contains(c.users, contract.CustomerRoleGlobalAdmin) {
		named, err = another(ctx, pk)
	}
	return request{path: map[string]string{"customer_id": id}, body: contract.CustomerBillingOwner{BillingOwner: named.id()}}, err
}

// details of a customer are read and changed one at a time, so that nobody else's change comes between.
var details sync.Mutex

// renaming gives a customer another name, as the caller last read it.
func renaming(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		id, err := c.thing(ctx, of, nil)
		ask := request{path: map[string]string{"customer_id": id}, body: contract.CustomerUpdate{Name: ptr(fresh("Firma"))}, headers: []string{"If-Match", `"1"`}}
		if err == nil && c.target == own && c.standing == authentic {
			got, err := c.api.Do(ctx, http.MethodGet, "/v1/customers/"+id, nil)
			if err != nil {
				return ask, err
			}
			if tag := got.Header.Get("ETag"); tag != "" {
				ask.headers = []string{"If-Match", tag}
			}
		}
		return ask, err
	}
}

func freshClient(ctx context.Context, of *company) (string, error) {
	made, err := all.makeClient(ctx, of, contract.CompanyRoleNone, contract.CustomerAccessNone)
	return made.ID, err
}

// rotatedClient is one whose old secret works on.
func rotatedClient(ctx context.Context, of *company) (string, error) {
	id, err := freshClient(ctx, of)
	if err == nil {
		_, err = all.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/api-clients/"+id+"/rotate-secret", nil, nil)
	}
	return id, err
}

func deleting(ctx context.Context, c cell) (request, error) {
	tag := `"1-active"`
	id, err := c.thing(ctx, clientOf, func(ctx context.Context, of *company) (string, error) {
		made, err := all.makeClient(ctx, of, contract.CompanyRoleNone, contract.CustomerAccessNone)
		tag = made.Etag
		return made.ID, err
	})
	return request{path: map[string]string{"api_client_id": id}, headers: []string{"If-Match", tag}}, err
}

// helped asks for help in the name of a customer.
func helped(of func(*company) string) asking {
	return func(ctx context.Context, c cell) (request, error) {
		customer, err := c.thing(ctx, of, nil)
		return request{body: requesting(customer)}, err
	}
}

func requesting(customer string) contract.ServiceRequestCreate {
	return contract.ServiceRequestCreate{CustomerID: &customer, Subject: "Mail", Message: "The matrix asks."}
}

// serves says who reads what others opened.
func serves(c caller) bool {
	return c.home == nil || slices.Contains(c.users, contract.CustomerRoleGlobalAdmin) || slices.Contains(c.users, contract.CustomerRoleServiceAdmin)
}

func openRequest(ctx context.Context, c *company) (string, error) {
	return all.openRequest(ctx, c, c.customer.customer)
}

// closedRequest is one that the company closed.
func closedRequest(ctx context.Context, c *company) (string, error) {
	made, err := openRequest(ctx, c)
	if err == nil {
		_, err = c.api.Must(ctx, http.StatusOK, http.MethodPatch, "/v1/service-requests/"+made,
			contract.ServiceRequestUpdate{Status: ptr(contract.ServiceRequestUpdateStatusClosed)}, nil, "If-Match", `"1-open"`)
	}
	return made, err
}

// listings are prepared one at a time: a company has one.
var listings sync.Mutex

// description is what a company says of itself, another thing each time.
func description() contract.ListingPut {
	return contract.ListingPut{
		Headline: ptr(fresh("Moves mail")), Text: ptr("We advise, migrate and train."), Services: []contract.ListingService{"advise", "migrate"},
		Countries: []contract.Country{"PL"}, Languages: []contract.SpokenLanguage{"pl"}, Roles: []contract.ListingRole{"advice"},
		Logo: &contract.BrandPicturePut{MediaType: contract.BrandPictureTypeImageSVGXML, Data: ptr(drawing())},
	}
}

// drawing is a logo, another one each time.
func drawing() string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 1"><path d="M0 0h1v1z"/></svg>`, numbered.Add(1)))
}

// describe has a company write its listing, whether it has one or not.
func (w *world) describe(ctx context.Context, c *company) error {
	at, guard := "/v1/listings/"+c.id, []string{"If-None-Match", "*"}
	if got, err := w.operator.Do(ctx, http.MethodGet, at, nil); err != nil {
		return err
	} else if got.Status == http.StatusOK {
		guard = []string{"If-Match", got.Header.Get("ETag")}
	}
	got, err := c.api.Do(ctx, http.MethodPut, at, description(), guard...)
	if err == nil && got.Status >= 300 {
		err = fmt.Errorf("%s cannot write its listing: %d %s", c.name, got.Status, got.Body)
	}
	return err
}

// publish has a company's listing published.
func (w *world) publish(ctx context.Context, c *company) error {
	if err := w.submit(ctx, c); err != nil {
		return err
	}
	_, err := w.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/"+c.id+"/publish", nil, nil)
	return err
}

// submit has a company ask for another listing.
func (w *world) submit(ctx context.Context, c *company) error {
	if err := w.describe(ctx, c); err != nil {
		return err
	}
	_, err := c.api.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/me/submit", nil, nil)
	return err
}

// What a listing must be like before an act on it.
func described(ctx context.Context, c *company, _ cell) error {
	if c.suspended {
		return nil
	}
	return all.describe(ctx, c)
}

func submitted(ctx context.Context, c *company, _ cell) error { return all.submit(ctx, c) }

func visible(ctx context.Context, c *company, _ cell) error {
	_, err := all.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/"+c.id+"/show", nil, nil)
	return err
}

func hidden(ctx context.Context, c *company, at cell) error {
	if err := visible(ctx, c, at); err != nil {
		return err
	}
	by := c.api
	if at.caller.operator {
		by = all.operator
	}
	_, err := by.Must(ctx, http.StatusOK, http.MethodPost, "/v1/listings/"+c.id+"/hide", contract.ListingHide{Reason: ptr("Asked for.")}, nil)
	return err
}

// onListing asks for an act on a listing, which is prepared where it will be done.
func onListing(prepare func(context.Context, *company, cell) error, body any) asking {
	return func(ctx context.Context, c cell) (request, error) {
		id, err := c.thing(ctx, companyOf, nil)
		if err == nil && c.spend && c.target == own {
			err = prepare(ctx, c.owner(), c)
		}
		return request{path: map[string]string{"partner_id": id}, body: body}, err
	}
}

// describing writes a listing as the caller last read it.
func describing(ctx context.Context, c cell) (request, error) {
	id, err := c.thing(ctx, companyOf, nil)
	ask := request{path: map[string]string{"partner_id": id}, body: description(), headers: []string{"If-Match", `"1-draft"`}}
	if c.target == own && err == nil {
		got, err := all.operator.Must(ctx, http.StatusOK, http.MethodGet, "/v1/listings/"+id, nil, nil)
		if err != nil {
			return ask, err
		}
		ask.headers = []string{"If-Match", got.Header.Get("ETag")}
	}
	return ask, err
}
