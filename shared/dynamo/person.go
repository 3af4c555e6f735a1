package dynamo

import (
	"context"
	"time"

	"liaison/shared/access"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/person"
)

// Person implements person.Store.
func (t *Table) Person(ctx context.Context, id person.ID) (person.Person, error) {
	k, ok := personKey(id)
	if !ok {
		return person.Person{}, fault.NotFound
	}
	return one[person.Person](ctx, t, k, true)
}

// SavePassword implements person.Store.
func (t *Table) SavePassword(ctx context.Context, p person.Person, o op.Op, happened ...event.Event) error {
	k, ok := personKey(p.ID)
	if !ok {
		return fault.NotFound
	}
	parts := []part{update(k, "SET #password = :password, #epoch = :epoch ADD #version :one", "password", p.Password, "epoch", p.Epoch, "one", 1).ifVersion(p.Version)}
	for _, e := range happened {
		parts = append(parts, eventPart(e))
	}
	return t.write(ctx, o, parts...)
}

// AddPassword keeps the hash of a link that is about to be mailed to a person, with the end of all links of its generation.
func (t *Table) AddPassword(ctx context.Context, p person.Person, secret string, until time.Time, o op.Op) error {
	p.Password = p.Password.Mailed(secret, until)
	return t.SavePassword(ctx, p, o)
}

// Member reads a person with the company that it belongs to, as the table says now; strongly consistent. NotFound where there is none.
func (t *Table) Member(ctx context.Context, id person.ID) (access.Caller, error) {
	if _, ok := personKey(id); !ok {
		return access.Caller{}, fault.NotFound
	}
	found, _, err := t.member(ctx, companyOf(string(id)), string(id))
	if fault.Is(err, fault.UnknownCaller) {
		err = fault.NotFound
	}
	return found, err
}
