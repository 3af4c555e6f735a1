package invitation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/person"
	"liaison/shared/token"
)

// Waiting notes an invitation where whoever may answer it looks. No rule rests on it: whether the invitation still waits, it says itself.
type Waiting struct {
	Invitation ID
	User       customer.UserID // who has the address; empty where nobody of a customer had it
	CreatedAt  time.Time
	Version    int
}

// Person is who is signed in, of a customer.
type Person struct {
	ID            customer.UserID
	Mail          string
	Customer      customer.ID
	Administrator bool // a global one, who may answer for every user of the customer
}

// may says whether the person may answer an invitation, its address being that of a customer's user (empty: of none).
func (p Person) may(inv Invitation, addressee customer.ID) bool {
	return person.FoldLogin(inv.Mail) == person.FoldLogin(p.Mail) || p.Administrator && addressee != "" && addressee == p.Customer
}

// Asked is an invitation with what its answer rests on.
type Asked struct {
	Invitation Invitation
	Facts      Facts
	Addressee  customer.ID // whose user has its address; empty where nobody of a customer has
}

// Waits is what listing the invitations that wait for an answer needs of the table.
type Waits interface {
	// Waiting lists the newest notes of invitations to a person, and to a global administrator's whole customer, at most so many of each.
	Waiting(ctx context.Context, by Person, most int) ([]Waiting, error)
	// Standing reads up to 100 invitations, strongly consistent, in the order of their ids; what is not there is left out.
	Standing(ctx context.Context, ids []ID) ([]Invitation, error)
	// AskedBy reads what up to 25 invitations rest on.
	AskedBy(ctx context.Context, invs []Invitation) ([]Asked, error)
}

// What is listed of the invitations that wait: so many, and of so many notes, since those that were answered are noted until their links end.
const (
	MostAwaited = 25
	mostNoted   = 50
)

// Awaited lists what a person may answer now, the newest first, at most MostAwaited: of several invitations of an address to one offer the newest;
// more says that there may be others.
func Awaited(ctx context.Context, store Waits, by Person, o op.Op) (awaited []Asked, more bool, err error) {
	noted, err := store.Waiting(ctx, by, mostNoted)
	if err != nil || len(noted) == 0 {
		return nil, false, err
	}
	ids := make([]ID, len(noted))
	for i, one := range noted {
		ids[i] = one.Invitation
	}
	slices.SortFunc(ids, func(a, b ID) int { return cmp.Compare(b, a) })
	ids = slices.Compact(ids)
	more = len(ids) >= mostNoted
	found, err := store.Standing(ctx, ids[:min(len(ids), mostNoted)])
	if err != nil {
		return nil, false, err
	}
	found = newest(slices.DeleteFunc(found, func(inv Invitation) bool { return inv.Open(o.At) != nil }))
	more = more || len(found) > MostAwaited
	if awaited, err = store.AskedBy(ctx, found[:min(len(found), MostAwaited)]); err != nil {
		return nil, false, err
	}
	return slices.DeleteFunc(awaited, func(a Asked) bool {
		return !by.may(a.Invitation, a.Addressee) || a.Facts.Standing(o) != nil
	}), more, nil
}

// newest leaves out an invitation of which a newer one to the same address and offer is there; the newest come first.
func newest(found []Invitation) []Invitation {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(inv Invitation) bool {
		same := string(inv.Offer) + " " + person.FoldLogin(inv.Mail)
		was := seen[same]
		seen[same] = true
		return was
	})
}

// Entrances is what letting somebody in without a mailed link needs of the table.
type Entrances interface {
	Invitation(ctx context.Context, of ID, fresh bool) (Invitation, error)
	// CustomerOf reads the customer whose user has the address, strongly consistent; empty where none has.
	CustomerOf(ctx context.Context, mail string) (customer.ID, error)
	// AddEntrance keeps the hash of a secret; Stale where the invitation was changed since it was read.
	AddEntrance(ctx context.Context, inv Invitation, secret string, o op.Op) error
}

// Enter lets somebody who is signed in answer an invitation without its mailed link: their sign-in has shown that the address is theirs, or they
// administer its user's customer. The secret then opens it as a mailed one does, and the mailed ones go on counting. It fails with NotFound for
// everybody else, and as Open does.
func Enter(ctx context.Context, store Entrances, of ID, by Person, secret string, o op.Op) error {
	return op.RetryStale(func() error {
		inv, err := store.Invitation(ctx, of, true)
		if err != nil {
			return err
		}
		if !by.may(inv, "") {
			owner, err := store.CustomerOf(ctx, inv.Mail)
			if err != nil {
				return err
			}
			if !by.may(inv, owner) {
				return fault.NotFound
			}
		}
		if err := inv.Open(o.At); err != nil {
			return err
		}
		if inv.Link(secret) == token.Live {
			return nil // pressed before
		}
		return store.AddEntrance(ctx, inv, secret, o)
	})
}
