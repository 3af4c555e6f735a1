package dynamo

import (
	"context"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/operator"
)

// Operator implements operator.Store.
func (t *Table) Operator(ctx context.Context, id operator.ID) (operator.Operator, error) {
	k, ok := operatorKey(id)
	if !ok {
		return operator.Operator{}, fault.NotFound
	}
	return one[operator.Operator](ctx, t, k, true)
}

// Operators lists the vendor's people, the oldest first; one page, strongly consistent.
func (t *Table) Operators(ctx context.Context, page Page) ([]operator.Operator, string, error) {
	return under[operator.Operator](ctx, t, operatorsKey().pk, "USER#", false, page)
}

// operatorsPart counts the enabled operators on an item of its own: one always stays, also where two disable each other at once.
func operatorsPart(more int, o op.Op) part {
	counted := update(operatorsKey(), "SET #class = :class, #created_at = if_not_exists(#created_at, :now) ADD #used :more, #version :one",
		"class", "operators", "now", stamp(o.At), "more", more, "one", 1)
	if more > 0 {
		return counted.when("(attribute_not_exists(#PK) OR #class = :class)")
	}
	return counted.when("#used > :fewer", "fewer", -more).or(func(item) error { return fault.LastAdmin })
}

// operatorParts write a new operator who signs in by an address, or fail with Conflict address_taken.
func operatorParts(made operator.Operator, happened event.Event, o op.Op) []part {
	k, _ := operatorKey(made.ID)
	return []part{
		put(k, classed("operator", made)).ifAbsent().or(exists),
		loginPart(made.Mail, "", string(made.ID), o).or(func(item) error { return fault.AddressTaken.In("/email") }),
		operatorsPart(1, o), eventPart(happened),
	}
}

// CreateOperator implements operator.Store.
func (t *Table) CreateOperator(ctx context.Context, made operator.Operator, happened event.Event, o op.Op) error {
	return t.write(ctx, o, append(once(o), operatorParts(made, happened, o)...)...)
}

// BindOperator writes an operator who signs in by an address and is bound to the subject of its tokens: how the first one comes into being
// (operate bootstrap). It fails with Conflict exists where the subject is bound already, address_taken where somebody signs in by the address.
func (t *Table) BindOperator(ctx context.Context, who operator.Operator, issuer, subject string, happened event.Event, o op.Op) error {
	bound := put(subjectKey(issuer, subject), subjectItem("", string(who.ID), o.At)).ifAbsent().or(exists)
	return t.write(ctx, o, append([]part{bound}, operatorParts(who, happened, o)...)...)
}

// SaveOperator implements operator.Store.
func (t *Table) SaveOperator(ctx context.Context, changed operator.Operator, more int, happened event.Event, o op.Op) error {
	k, ok := operatorKey(changed.ID)
	if !ok {
		return fault.NotFound
	}
	seen := changed.Version
	changed.Version++
	return t.write(ctx, o, append(once(o), put(k, classed("operator", changed)).ifVersion(seen), operatorsPart(more, o), eventPart(happened))...)
}
