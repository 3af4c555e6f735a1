// Package partnerofrecordchanges is the HTTP face of one change: a customer sets or removes the partner of record of several subscriptions.
package partnerofrecordchanges

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Table is what the change needs of the table.
type Table interface {
	order.Store
	// Redemption reads one answer.
	Redemption(ctx context.Context, id consent.ID) (consent.StoredConsent, error)
}

// Create serves POST /v1/partner-of-record-changes: a result for each subscription, in the order asked. With dry_run it only says what
// would happen, and takes no key.
func Create(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/partner-of-record-changes",
		Requires: access.SetPartnerOfRecord,
		DryRun: func(r *http.Request) bool {
			body, _, _, err := read(r)
			return err == nil && tries(body)
		},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			body, of, to, err := read(r)
			if err != nil {
				return err
			}
			made, outcomes, err := order.SetPartnerOfRecord(r.Context(), table, gateway.Visitor(r), of, to, tries(body), gateway.Op(r))
			if err != nil {
				return gateway.InBody(err)
			}
			return answer(w, r, outcomes, to, made.ID)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			_, of, to, err := read(r)
			if err != nil {
				return err
			}
			stored, err := table.Redemption(r.Context(), consent.ID(result))
			if err != nil {
				return err
			}
			_, now, err := order.SetPartnerOfRecord(r.Context(), table, gateway.Visitor(r), of, to, true, gateway.Op(r))
			if err != nil {
				return gateway.InBody(err)
			}
			return answer(w, r, before(stored.Receipt, now), to, stored.ID)
		},
	}
}

func tries(body contract.PartnerOfRecordChangeCreate) bool { return body.DryRun != nil && *body.DryRun }

// read reads the body, or says every field that is wrong. What is no subscription's id is found to be none like any other that is not there.
func read(r *http.Request) (body contract.PartnerOfRecordChangeCreate, of []subscription.ID, to partner.ID, err error) {
	if err := gateway.ReadJSON(r, &body); err != nil {
		return body, nil, "", err
	}
	if body.PartnerID != nil {
		to, err = partner.ParseID(*body.PartnerID)
		if f := fault.As(err); f != nil {
			return body, nil, "", f.In("/partner_id")
		}
	}
	for _, id := range body.SubscriptionIds {
		of = append(of, subscription.ID(id))
	}
	return body, of, to, nil
}

// before returns the outcomes of a change that was made: what changed stands in its receipt; the rest is as it stands now, and counts as
// unchanged where it could be changed by now.
func before(receipt consent.Receipt, now []relationship.Naming) []relationship.Naming {
	for i, one := range now {
		if one.Result == relationship.Changed {
			one.Result = relationship.Unchanged
		}
		for _, turn := range receipt.PartnerOfRecordChanges {
			if turn.ID != string(one.Subscription.ID) {
				continue
			}
			s := subscription.Subscription{ID: one.Subscription.ID}
			if turn.From != "" {
				s.PartnerOfRecord = &subscription.PartnerOfRecord{Partner: partner.ID(turn.From)}
			}
			one = relationship.Naming{Subscription: s, Result: relationship.Changed}
			break
		}
		now[i] = one
	}
	return now
}

func answer(w http.ResponseWriter, r *http.Request, outcomes []relationship.Naming, to partner.ID, by consent.ID) error {
	made := contract.PartnerOfRecordChange{Data: make([]contract.PartnerOfRecordResult, len(outcomes)), RedemptionID: gateway.Some(string(by))}
	for i, one := range outcomes {
		v := contract.PartnerOfRecordResult{
			SubscriptionID: string(one.Subscription.ID), Result: contract.PartnerOfRecordOutcome(one.Result),
			From: gateway.Some(string(one.Subscription.PartnerOfRecordID())), To: gateway.Some(string(one.Subscription.PartnerOfRecordID())),
		}
		if one.Result == relationship.Changed {
			v.To = gateway.Some(string(to))
		}
		if one.Err != nil {
			v.Code, v.Detail = gateway.Some(one.Err.Code.String()), gateway.Some(gateway.Detail(r, one.Err))
		}
		made.Data[i] = v
	}
	return gateway.OK(w, r, "", made)
}
