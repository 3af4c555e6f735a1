package partners

import (
	"context"
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/overview"
	"liaison/shared/partner"
)

// OverviewTable is what an overview needs of the table.
type OverviewTable interface {
	overview.Store
	Partner(ctx context.Context, id partner.ID) (partner.Partner, error)
}

// Overview serves GET /v1/partners/{partner_id}/overview: what is left to set up, what ends soon, and the latest answers, as /partner shows it.
func Overview(table OverviewTable) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/partners/{partner_id}/overview",
		Requires: access.SeeOffers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			of, err := table.Partner(r.Context(), id)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, gateway.Tenant(id, ""), "overview"); err != nil {
				return err
			}
			stands, err := overview.Read(r.Context(), table, of, gateway.Op(r).At)
			if err != nil {
				return err
			}
			v, err := standing(stands)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, gateway.ContentTag(v), v)
		},
	}
}

// standing is the overview as the contract says it.
func standing(o overview.Overview) (contract.PartnerOverview, error) {
	v := contract.PartnerOverview{
		Steps:          contract.PartnerSteps{AgreementSigned: o.Steps.AgreementSigned, ProfileVerified: o.Steps.ProfileVerified, OfferMade: o.Steps.OfferMade},
		AwaitingAnswer: o.Awaiting.N, AwaitingMore: o.Awaiting.AtLeast, AcceptedThisMonth: o.Accepted, TrialsEnding: o.Trials, AdministrationsEnding: o.Grants, Partial: o.Partial,
		NextTrials: []contract.EndingTrial{}, LatestAnswers: []contract.LatestAnswer{},
	}
	for _, s := range o.Ending {
		v.NextTrials = append(v.NextTrials, contract.EndingTrial{
			SubscriptionID: string(s.ID), CustomerID: string(s.Customer), CustomerName: gateway.Some(o.Names[s.Customer]), PlanID: string(s.Plan),
			Licenses: s.Licenses.Bought, TrialEndsAt: s.TrialEndsAt,
		})
	}
	for _, a := range o.Answers {
		decided, err := time.Parse(time.RFC3339, a.DecidedAt)
		if err != nil {
			return v, err
		}
		v.LatestAnswers = append(v.LatestAnswers, contract.LatestAnswer{
			RedemptionID: a.ID, Kind: contract.OfferKind(a.Kind()), Answer: contract.RedemptionAnswer(a.Answer), CustomerID: gateway.Some(a.Customer),
			CustomerName: gateway.Some(o.Names[customer.ID(a.Customer)]), DecidedAt: decided,
		})
	}
	return v, nil
}
