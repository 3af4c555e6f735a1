package administration

import (
	"context"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
)

// Finder is what finding a customer needs of the table.
type Finder interface {
	Store
	// MemberWith reads who of which customer signs in by an address, strongly consistent; empty where nobody of one does.
	MemberWith(ctx context.Context, mail string) (customer.ID, customer.UserID, error)
	// CustomerWithDomain reads which customer's a verified domain is, strongly consistent, or whose initial domain it would be; empty where it is nobody's.
	CustomerWithDomain(ctx context.Context, name customer.DomainName) (customer.ID, error)
}

// Found is a customer that a partner found, as it stands.
type Found struct {
	Standing
	User customer.UserID // whose the address is; empty where the partner may not read the customer's users, and where it asked for a domain
}

// Find finds a customer that the claimant's partner is tied to now by the exact address with which one of its users signs in. It fails with NotFound
// for any other address, whoever's it is, after the same reads.
func (c Claim) Find(ctx context.Context, store Finder, mail string, at time.Time) (Found, error) {
	of, user, err := store.MemberWith(ctx, mail)
	if err != nil {
		return Found{}, err
	}
	return c.found(ctx, store, of, user, at)
}

// FindByDomain finds a customer as Find does, by a domain that was verified to be its own.
func (c Claim) FindByDomain(ctx context.Context, store Finder, name customer.DomainName, at time.Time) (Found, error) {
	of, err := store.CustomerWithDomain(ctx, name)
	if err != nil {
		return Found{}, err
	}
	return c.found(ctx, store, of, "", at)
}

func (c Claim) found(ctx context.Context, store Finder, of customer.ID, user customer.UserID, at time.Time) (Found, error) {
	stands, err := store.Administration(ctx, of, c.Partner.ID)
	if err != nil {
		return Found{}, err
	}
	if stands.Tie == nil || len(stands.Tie.Kinds(at)) == 0 {
		return Found{}, fault.NotFound
	}
	found := Found{Standing: stands}
	if by, err := c.Over(stands, at); err == nil {
		if _, err := by.Allow(ReadUsers); err == nil {
			found.User = user
		}
	}
	return found, nil
}
