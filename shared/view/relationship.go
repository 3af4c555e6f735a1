package view

import (
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/relationship"
)

// RelationshipColumns are those of a list of ties as CSV: how each stands, without what the caller may end.
var RelationshipColumns = []string{
	"id", "customer.id", "customer.name", "customer.country", "partner.partner_id", "partner.name", "kinds",
	"delegated_administration.status", "delegated_administration.role", "delegated_administration.since", "delegated_administration.ends_at",
	"delegated_administration.agreed_by", "delegated_administration.auto_extend", "delegated_administration.auto_extend_by.customer",
	"delegated_administration.auto_extend_by.partner", "delegated_administration.ended_at", "delegated_administration.ended_cause", "notice_days",
	"removal_request.status", "removal_request.opened_at", "removal_request.opened_by", "removal_request.days", "removal_request.decide_from",
	"removal_request.decided_at", "removal_request.decision", "removal_request.reason", "removal_request.answer", "removal_request.ends_at",
	"removal_request.billed_by", "created_at",
}

// Relationship returns the tie as it stands now, with what the caller may end.
func Relationship(by access.Caller, tie relationship.Relationship, name string, at time.Time) contract.Relationship {
	v := contract.Relationship{
		ID:       string(relationship.NewID(tie.Customer, tie.Partner)),
		Customer: contract.CustomerRef{ID: string(tie.Customer), Name: tie.CustomerName, Country: tie.CustomerCountry},
		Partner:  contract.PartnerRef{PartnerID: string(tie.Partner), Name: name}, Kinds: []contract.RelationshipKind{}, CreatedAt: tie.CreatedAt,
	}
	if a := tie.Administration; a != nil {
		v.DelegatedAdministration = &contract.DelegatedAdministration{
			Status: contract.GrantStatus(a.StatusAt(at)), Role: contract.Role(a.Role), Since: a.Since, EndsAt: a.EndsAt,
			AgreedBy: string(a.AgreedBy), AutoExtend: a.AutoExtend.Both(), AutoExtendBy: contract.AutoExtendSides(a.AutoExtend), EndedAt: gateway.Some(a.EndedAt), EndedCause: gateway.Some(contract.GrantEndCause(a.Cause)),
		}
	}
	if n := tie.NoticePeriod; n != nil && tie.Reseller {
		v.NoticeDays = &n.Days
	}
	if request := tie.Removal; request != nil {
		v.RemovalRequest = removal(*request, at)
	}
	for _, kind := range tie.Kinds(at) {
		v.Kinds = append(v.Kinds, contract.RelationshipKind(kind))
		can, reason := removable(by, kind)
		switch kind {
		case relationship.DelegatedAdministrator:
			v.CanRemove.DelegatedAdministrator, v.Reason.DelegatedAdministrator = &can, reason
		case relationship.PartnerOfRecord:
			v.CanRemove.PartnerOfRecord, v.Reason.PartnerOfRecord = &can, reason
		case relationship.Reseller:
			v.CanRemove.Reseller, v.Reason.Reseller = &can, reason
		}
	}
	return v
}

// removable says whether the caller may end a kind of tie, and where it may not, why: nil where it may.
func removable(by access.Caller, kind relationship.Kind) (bool, *string) {
	needs, lacking := access.EndRelationships, "full_access_needed"
	if kind == relationship.DelegatedAdministrator {
		needs = access.EndGrant
	}
	if by.OfCustomer() {
		lacking = fault.NotYourRole.String()
	}
	switch {
	case kind == relationship.Reseller && by.OfCustomer():
		return false, gateway.Some(fault.AskTheReseller.String())
	case kind == relationship.Reseller && by.Operates():
		return false, gateway.Some(fault.RelationshipKindNotAvailable.String())
	case !access.Has(by, needs):
		return false, &lacking
	}
	return true, nil
}

// removal returns the newest request as it stands at the time.
func removal(of relationship.Removal, at time.Time) *contract.RemovalRequest {
	v := &contract.RemovalRequest{
		Status: contract.RemovalRequestStatus(of.Status), OpenedAt: of.AskedAt, OpenedBy: gateway.Some(string(of.AskedBy)), Days: of.Days(at),
		DecideFrom: of.Decidable(), DecidedAt: gateway.Some(of.ClosedAt), Reason: gateway.Some(of.Reason), Answer: gateway.Some(of.Answer),
	}
	if !of.EndsAt.IsZero() {
		v.EndsAt, v.BilledBy = &of.EndsAt, gateway.Some(contract.Handover(of.Handover))
	}
	if of.Status == relationship.Removed || of.Status == relationship.Kept {
		v.Status, v.Decision = contract.RemovalRequestStatusDecided, gateway.Some(contract.RemovalDecided(of.Status))
	}
	return v
}
