// Package partners is the job that does what follows from the end of a partner: its machine clients go, its delegated administrations end, it is
// no longer partner of record, and what becomes of its reseller's ties is put to the vendor.
package partners

import (
	"context"
	"errors"
	"time"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/schedule"
)

// Job returns the job over the table and the token issuer's accounts of machines.
func Job(table *dynamo.Table, accounts partner.Accounts) schedule.Job[partner.Partner] {
	j := job{table, accounts}
	return schedule.Job[partner.Partner]{
		Class: "partner", Name: "partners",
		Step: func(ctx context.Context, due dynamo.Due[partner.Partner], o op.Op) error {
			return j.sweep(ctx, due.Item, o)
		},
	}
}

type job struct {
	table    *dynamo.Table
	accounts partner.Accounts
}

const (
	pageSize = 50               // ties in one page; after each it is noted how far the sweep came
	spare    = 20 * time.Second // before the deadline no new page is begun: the next run goes on
)

// sweep goes through the partner's ties from where the last run left off. What fails is tried again by the next sweep, and stops no other.
func (j job) sweep(ctx context.Context, stored partner.Partner, o op.Op) error {
	p, err := stored.Sweep(o.At)
	if errors.Is(err, op.ErrUnchanged) {
		return schedule.ErrMoot
	}
	var failed error
	found := false
	if p.Closing.Cursor == "" {
		found, failed = j.clients(ctx, p, o)
	}
	for {
		ties, next, err := j.table.Relationships(ctx, p.ID, dynamo.Page{Limit: pageSize, Cursor: p.Closing.Cursor}, nil)
		if err != nil {
			return errors.Join(failed, err)
		}
		for _, tie := range ties {
			did, err := j.untie(ctx, tie, o)
			found, failed = found || did || err != nil, errors.Join(failed, err)
		}
		page := o.Part("page", p.Closing.Cursor)
		p = p.Swept(next, found, o.At)
		if err := j.table.SaveClosing(ctx, p, page); err != nil {
			return errors.Join(failed, err)
		}
		p.Version++
		if next == "" || boot.Ending(ctx, spare) {
			return failed
		}
	}
}

// clients deletes the partner's machine clients, and says whether there were any.
func (j job) clients(ctx context.Context, p partner.Partner, o op.Op) (bool, error) {
	clients, _, err := j.table.Clients(ctx, p.ID, dynamo.Page{Limit: partner.MaxClients})
	if err != nil {
		return true, err
	}
	anyway := func(partner.Client) error { return nil }
	for _, c := range clients {
		if gone := partner.DeleteClient(ctx, j.table, j.accounts, c.ID, anyway, o.Part("client", string(c.ID))); !fault.Is(gone, fault.Absent) {
			err = errors.Join(err, gone)
		}
	}
	return len(clients) > 0, err
}

// untie ends what the list says of one tie, each kind in its own transaction, and says whether there was anything. The list lags: what has ended
// already is left as it is.
func (j job) untie(ctx context.Context, tie relationship.Relationship, o op.Op) (bool, error) {
	var failed error
	did := false
	note := func(err error) {
		if ended := fault.Is(err, fault.Conflict) || errors.Is(err, op.ErrUnchanged); !ended {
			did, failed = true, errors.Join(failed, err)
		}
	}
	c, p := tie.Customer, tie.Partner
	part := func(kind relationship.Kind) op.Op { return o.Part(string(kind), string(c)) }
	for _, kind := range tie.Kinds(o.At) {
		switch kind {
		case relationship.DelegatedAdministrator:
			_, err := relationship.EndGrant(ctx, j.table, c, p, relationship.ByVendor, "", part(kind))
			note(err)
		case relationship.PartnerOfRecord:
			_, err := relationship.StepDown(ctx, j.table, c, p, relationship.ByVendor, "", part(kind))
			note(err)
		case relationship.Reseller:
			note(relationship.LeaveToVendor(ctx, j.table, c, p, part(kind)))
		}
	}
	return did, failed
}
