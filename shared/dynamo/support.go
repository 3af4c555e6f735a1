package dynamo

import (
	"context"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/support"
)

// requestItem stands in the vendor's list of what is not closed, by when it was opened.
func requestItem(r support.Request) item {
	it := due(classed("service_request", r), "service_request", requestKey(r.ID), r.ClosesAt)
	if r.Status == support.Closed {
		return it
	}
	it = listAttributes(it, "id", "customer", "subject", "severity", "subscription", "opened_by", "status", "comments", "last_comment_at",
		"last_comment_by", "closes_at")
	return owned(it, matterOwner, "service_request", r.CreatedAt, string(r.ID))
}

func commentItem(c support.Comment) item { return classed("service_request_comment", c) }

// ServiceRequest reads one request, strongly consistent; NotFound where there is none.
func (t *Table) ServiceRequest(ctx context.Context, id support.ID) (support.Request, error) {
	if _, _, ok := id.Customer(); !ok {
		return support.Request{}, fault.NotFound
	}
	return one[support.Request](ctx, t, requestKey(id), true)
}

// ServiceRequestsOf lists a customer's requests that keep lets through, the newest first, strongly consistent.
func (t *Table) ServiceRequestsOf(ctx context.Context, c customer.ID, page Page, keep Keep[support.Request]) ([]support.Request, string, error) {
	return sieved(ctx, t, customerKey(c).pk, requestSort, true, page, keep)
}

// OpenServiceRequests lists all customers' requests that are not closed and that keep lets through, the oldest first; pages of the index, which may lag.
func (t *Table) OpenServiceRequests(ctx context.Context, page Page, keep Keep[support.Request]) ([]support.Request, string, error) {
	by := ownerQuery(matterOwner, "service_request")
	by.newest = false
	found, next, err := rows(ctx, t, by, page, keep)
	return bare(found), next, err
}

// ServiceRequestComments lists what was written about a request, the oldest first, strongly consistent.
func (t *Table) ServiceRequestComments(ctx context.Context, id support.ID, page Page) ([]support.Comment, string, error) {
	of := commentKey(id, "")
	return under[support.Comment](ctx, t, of.pk, of.sk, false, page)
}

// ServiceRequestComment reads one comment, strongly consistent; NotFound where there is none.
func (t *Table) ServiceRequestComment(ctx context.Context, id support.ID, comment support.CommentID) (support.Comment, error) {
	return one[support.Comment](ctx, t, commentKey(id, comment), true)
}

// OpenServiceRequest implements support.Store.
func (t *Table) OpenServiceRequest(ctx context.Context, r support.Request, first support.Comment, by *administration.Permit, happened event.Event, o op.Op) error {
	parts := append(once(o), put(requestKey(r.ID), requestItem(r)).ifAbsent(), put(commentKey(r.ID, first.ID), commentItem(first)).ifAbsent(),
		openRequestsPart(r.Customer, o))
	return t.write(ctx, o, append(permitted(by, o, parts...), eventPart(happened))...)
}

// SaveServiceRequest implements support.Store.
func (t *Table) SaveServiceRequest(ctx context.Context, r, old support.Request, said *support.Comment, by *administration.Permit, happened event.Event, o op.Op) error {
	r.Version = old.Version + 1
	parts := append(once(o), put(requestKey(r.ID), requestItem(r)).ifVersion(old.Version))
	if said != nil {
		parts = append(parts, put(commentKey(r.ID, said.ID), commentItem(*said)).ifAbsent())
	}
	switch was := old.Status == support.Closed; {
	case was && r.Status != support.Closed:
		parts = append(parts, countRequestsPart(r.Customer, 1, "attribute_exists(#PK)", o))
	case !was && r.Status == support.Closed:
		parts = append(parts, countRequestsPart(r.Customer, -1, "#used >= :one", o))
	}
	return t.write(ctx, o, append(permitted(by, o, parts...), eventPart(happened))...)
}

// permitted is byPermit where one is needed.
func permitted(by *administration.Permit, o op.Op, parts ...part) []part {
	if by == nil {
		return parts
	}
	return byPermit(*by, o, parts...)
}

// countRequestsPart counts a customer's requests that are not closed on an item of its own, under a condition. Opening one again is refused to nobody.
func countRequestsPart(c customer.ID, n int, cond string, o op.Op, values ...any) part {
	return update(requestsKey(c), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :n, #version :one",
		"class", "service_requests", "now", stamp(o.At), "n", n, "one", 1).when(cond, values...)
}

func openRequestsPart(c customer.ID, o op.Op) part {
	return countRequestsPart(c, 1, "(attribute_not_exists(#used) OR #used < :most)", o, "most", support.MaxOpen).
		or(func(item) error { return fault.TooManyServiceRequests.With(support.MaxOpen) })
}
