package view

import (
	"time"

	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/support"
)

// ServiceRequest shows a request, with the name of its customer.
func ServiceRequest(one support.Request, name string, at time.Time) contract.ServiceRequest {
	one = one.At(at)
	return contract.ServiceRequest{
		ID: string(one.ID), CustomerID: string(one.Customer), CustomerName: name, Subject: one.Subject, Severity: contract.ServiceRequestSeverity(one.Severity),
		SubscriptionID: gateway.Some(string(one.Subscription)), OpenedBy: gateway.ByAuthor(one.OpenedBy), Status: contract.ServiceRequestStatus(one.Status),
		Comments: one.Comments, LastCommentAt: one.LastCommentAt, LastCommentBy: contract.ServiceRequestLastCommentBy(one.LastCommentBy),
		ClosesAt: gateway.Some(one.ClosesAt), ClosedAt: gateway.Some(one.ClosedAt), CreatedAt: one.CreatedAt,
	}
}

// ServiceRequestComment shows what was written.
func ServiceRequestComment(said support.Comment) contract.ServiceRequestComment {
	return contract.ServiceRequestComment{ID: string(said.ID), Author: gateway.ByAuthor(said.By), Message: said.Text, CreatedAt: said.CreatedAt}
}
