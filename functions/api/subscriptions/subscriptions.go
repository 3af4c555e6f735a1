// Package subscriptions is the HTTP face of what customers have: they buy, convert, change, cancel, and name who advises them; partners
// cancel a trial on behalf and step down; operators extend, suspend and reinstate, and decide deletions that are held.
package subscriptions

import (
	"context"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/order"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/view"
)

// Table is what these operations need of the table.
type Table interface {
	subscription.ManageStore
	relationship.BehalfStore
	relationship.OneStepDownStore
	order.Store
	// Redemption reads one answer.
	Redemption(ctx context.Context, id consent.ID) (consent.StoredConsent, error)
	// SubscriptionsByPartnerOfRecord lists the subscriptions that name the partner and keep lets through, newest first.
	SubscriptionsByPartnerOfRecord(ctx context.Context, p partner.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
	// SubscriptionsOf lists a customer's subscriptions that keep lets through, newest first.
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
	// Relationship reads the tie of a customer to a partner and the customer's one grant, strongly consistent. NotFound where there is no tie.
	Relationship(ctx context.Context, c customer.ID, p partner.ID) (relationship.Relationship, *relationship.Grant, error)
	// CustomerNames reads the names of up to 100 customers.
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
}

// List serves GET /v1/subscriptions, newest first: those that the calling partner is partner of record for, or of a customer that it names
// all that it may read; the calling customer's own; an operator names the partner or the customer.
func List(table Table) gateway.Endpoint {
	return gateway.List[subscription.Subscription, contract.Subscription]{
		Pattern:  "GET /v1/subscriptions",
		Requires: access.SeeCustomers,
		Filters:  []string{"status"},
		What:     "subscriptions",
		Filter: func(r *http.Request, of gateway.Sides) (func(subscription.Subscription) bool, error) {
			status, err := gateway.Choice(r, "status", subscription.Trialing, subscription.Active, subscription.Suspended,
				subscription.Cancelled, subscription.Expired, subscription.Deleted)
			if err != nil {
				return nil, err
			}
			counts, err := counts(r, table, of)
			if err != nil || counts == nil && status == "" {
				return nil, err
			}
			return func(s subscription.Subscription) bool {
				return (counts == nil || counts(s)) && (status == "" || s.StatusAt(gateway.Op(r).At) == status)
			}, nil
		},
		Read: func(r *http.Request, of gateway.Sides, limit int, cursor string, keep func([]subscription.Subscription) ([]bool, error)) ([]subscription.Subscription, string, error) {
			page := dynamo.Page{Limit: limit, Cursor: cursor}
			if of.Customer == "" {
				return table.SubscriptionsByPartnerOfRecord(r.Context(), of.Partner, page, keep)
			}
			return table.SubscriptionsOf(r.Context(), of.Customer, page, keep)
		},
		Views: func(r *http.Request, found []subscription.Subscription) ([]contract.Subscription, error) {
			customers := make([]customer.ID, len(found))
			for i, s := range found {
				customers[i] = s.Customer
			}
			names, err := table.CustomerNames(r.Context(), customers)
			data := make([]contract.Subscription, len(found))
			for i, s := range found {
				data[i] = view.Subscription(gateway.Caller(r), s, names[s.Customer], gateway.Op(r).At)
				data[i].PartnerOfRecordHistory = nil // a list's rows hold none
			}
			return data, err
		},
		Columns: view.SubscriptionColumns,
	}.Endpoint()
}

// counts says which of a customer's subscriptions are a partner's to read: of those that the caller names, what its grants show or what
// names the partner. nil: each is.
func counts(r *http.Request, table Table, of gateway.Sides) (func(subscription.Subscription) bool, error) {
	by, at := gateway.Caller(r), gateway.Op(r).At
	switch {
	case of.Partner == "" || of.Customer == "":
		return nil, nil
	case !by.OfPartner():
		return func(s subscription.Subscription) bool { return slices.Contains(s.Concerns(), of.Partner) }, nil
	}
	_, grant, err := table.Relationship(r.Context(), of.Customer, of.Partner)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	return func(s subscription.Subscription) bool {
		return relationship.Sees(s, grant, of.Partner, by.CustomerAccess, at)
	}, nil
}

// Get serves GET /v1/subscriptions/{subscription_id}: to its customer, its partner of record, who bills it, the customer's full administrator
// and operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/subscriptions/{subscription_id}",
		Requires: access.SeeCustomers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := parse(r)
			if err != nil {
				return err
			}
			v, etag, err := seen(r, table, id)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Customer(v.CustomerID), string(id)); err != nil {
				return err
			}
			return gateway.OK(w, r, etag, v)
		},
	}
}

func parse(r *http.Request) (subscription.ID, error) {
	id := subscription.ID(r.PathValue("subscription_id"))
	if _, _, ok := id.Customer(); !ok {
		return "", fault.NotFound
	}
	return id, nil
}

// shown answers with a subscription as it stands.
func shown(w http.ResponseWriter, r *http.Request, table Table, id subscription.ID) error {
	v, etag, err := seen(r, table, id)
	if err != nil {
		return err
	}
	return gateway.OK(w, r, etag, v)
}

// seen returns a subscription as the caller sees it, with its tag; one that the caller does not see looks like none.
func seen(r *http.Request, table Table, id subscription.ID) (contract.Subscription, string, error) {
	s, owner, grant, err := table.SubscriptionFor(r.Context(), id)
	if err != nil {
		return contract.Subscription{}, "", err
	}
	if !sees(r, s, grant) {
		return contract.Subscription{}, "", fault.NotFound
	}
	return view.Subscription(gateway.Caller(r), s, owner.Name, gateway.Op(r).At), tag(r, s), nil
}

func tag(r *http.Request, s subscription.Subscription) string {
	return gateway.ETag(s.Version, string(s.StatusAt(gateway.Op(r).At)))
}

// sees says whether a subscription is the caller's to see: its customer's, an operator, its partner of record, who bills it, a full administrator.
func sees(r *http.Request, s subscription.Subscription, grant *relationship.Grant) bool {
	by := gateway.Caller(r)
	return access.Shares(by, "", s.Customer) == nil || by.OfPartner() && relationship.Sees(s, grant, by.Partner.ID, by.CustomerAccess, gateway.Op(r).At)
}

// Update serves PATCH /v1/subscriptions/{subscription_id}: a customer gives a paid subscription another licence count.
func Update(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PATCH /v1/subscriptions/{subscription_id}",
		Requires: access.Buy,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := parse(r)
			if err != nil {
				return err
			}
			var body contract.SubscriptionUpdate
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			s, err := table.StoredSubscription(r.Context(), id)
			if err != nil {
				return err
			}
			if !sees(r, s, nil) {
				return fault.NotFound
			}
			if err := gateway.IfMatch(r, tag(r, s)); err != nil {
				return err
			}
			if _, err := subscription.ChangeLicenses(r.Context(), table, s.Customer, id, body.Licenses, s.Version, gateway.Op(r)); err != nil {
				return err
			}
			return shown(w, r, table, id)
		},
	}
}

// Cancel serves POST /v1/subscriptions/{subscription_id}/cancel: a customer ends a trial at once and a paid subscription with its term; a
// partner with a live full grant ends a trial. One that is suspended acts for nobody, though its grants stay.
func Cancel(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/cancel", access.CancelTrials, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionCancel) (subscription.ID, error) {
			by := gateway.Caller(r)
			if by.OfPartner() {
				if err := by.Partner.Working(); err != nil {
					return id, err
				}
			}
			reason, err := gateway.Reason(body.Reason, false)
			switch {
			case err != nil:
				return id, err
			case by.OfCustomer():
				_, err = subscription.Cancel(r.Context(), table, by.Customer.ID, id, reason, gateway.Op(r))
				return id, err
			}
			return id, relationship.CancelTrial(r.Context(), table, by.Partner.ID, id, reason, gateway.Op(r))
		})
}

// UndoCancel serves POST /v1/subscriptions/{subscription_id}/undo-cancel: a customer takes back what it said, until the term ends.
func UndoCancel(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/undo-cancel", access.Buy, actions(table),
		func(r *http.Request, id subscription.ID, _ gateway.NoBody) (subscription.ID, error) {
			_, err := subscription.UndoCancel(r.Context(), table, gateway.Caller(r).Customer.ID, id, gateway.Op(r))
			return id, err
		})
}

// Suspend serves POST /v1/subscriptions/{subscription_id}/suspend: an operator stops a paid subscription, and says why.
func Suspend(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/suspend", access.ManageSubscriptions, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionSuspend) (subscription.ID, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return id, err
			}
			_, err = subscription.Halt(r.Context(), table, id, reason, gateway.Op(r))
			return id, err
		})
}

// Reinstate serves POST /v1/subscriptions/{subscription_id}/reinstate: an operator opens it again, and says why.
func Reinstate(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/reinstate", access.ManageSubscriptions, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionReinstate) (subscription.ID, error) {
			reason, err := gateway.Reason(&body.Reason, true)
			if err != nil {
				return id, err
			}
			_, err = subscription.Reopen(r.Context(), table, id, reason, gateway.Op(r))
			return id, err
		})
}

// DecideDeletion serves POST /v1/subscriptions/{subscription_id}/decide-deletion: an operator decides about a deletion that is held, and says why.
func DecideDeletion(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/decide-deletion", access.ManageSubscriptions, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionDecideDeletion) (subscription.ID, error) {
			var wrong fault.Check
			decision := subscription.HeldDecision(body.Decision)
			if decision != subscription.AnnounceAnew && decision != subscription.DeleteHeld {
				wrong.Add("/decision", fault.InvalidValue, fault.OneOf(subscription.AnnounceAnew, subscription.DeleteHeld))
			}
			reason, err := gateway.Reason(&body.Reason, true)
			if wrong.Take(err); wrong.Err() != nil {
				return id, wrong.Err()
			}
			_, err = subscription.DecideDeletion(r.Context(), table, id, decision, reason, gateway.Op(r))
			return id, err
		})
}

// ExtendTrial serves POST /v1/subscriptions/{subscription_id}/extend-trial: an operator adds days to a running trial.
func ExtendTrial(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/subscriptions/{subscription_id}/extend-trial", access.ExtendTrials, actions(table),
		func(r *http.Request, id subscription.ID, body contract.SubscriptionExtendTrial) (subscription.ID, error) {
			reason, err := gateway.Reason(body.Reason, false)
			if err != nil {
				return id, err
			}
			return id, subscription.ExtendTrial(r.Context(), table, id, body.Days, reason, gateway.Op(r))
		})
}

// actions is what the actions on a subscription share.
func actions(table Table) gateway.Thing[subscription.ID, subscription.ID] {
	return gateway.Thing[subscription.ID, subscription.ID]{
		Key: parse,
		Replay: func(r *http.Request, result string) (subscription.ID, error) {
			return given(r.Context(), table, result)
		},
		Show: func(w http.ResponseWriter, r *http.Request, id subscription.ID) error { return shown(w, r, table, id) },
	}
}

// given returns the subscription that an operation was done to, from what it kept for a replay: its id, or that of the answer which sold it.
func given(ctx context.Context, table Table, result string) (subscription.ID, error) {
	if _, _, err := consent.Parse(result); err != nil {
		return subscription.ID(result), nil
	}
	found, err := table.Redemption(ctx, consent.ID(result))
	if err != nil {
		return "", err
	}
	return subscription.ID(found.Receipt.Subscriptions[0].ID), nil
}
