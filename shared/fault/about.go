package fault

import (
	"strconv"
	"strings"
)

// Allowed is what a value may be, for the text of its problem: words of the contract, which are the same in every language.
type Allowed string

// Moment is how a point in time is written.
const Moment Allowed = "RFC 3339, 2027-01-31T12:00:00Z"

// OneOf lists the values that are allowed.
func OneOf[T ~string](values ...T) Allowed {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	return Allowed(strings.Join(texts, ", "))
}

// Between says which numbers are allowed: both bounds are.
func Between(least, most int) Allowed {
	return Allowed(strconv.Itoa(least) + "-" + strconv.Itoa(most))
}

// Vars returns it by the name that the texts use.
func (a Allowed) Vars() map[string]string { return map[string]string{"allowed": string(a)} }

// Form names how a value is written, for the text of its problem; gateway says it in the caller's language.
type Form string

// The forms. Those of ids are how the ids begin.
const (
	Country      Form = "country"
	PartnerID    Form = "partner_id"
	PlanID       Form = "plan_"
	OfferID      Form = "ofr_"
	CustomerID   Form = "cus_"
	EventType    Form = "event_type"
	TermsVersion Form = "terms_version"
	Phone        Form = "phone"
	SixDigits    Form = "six_digits"
	Key          Form = "key" // of idempotency
	Host         Form = "host"
)

// DaysAhead is the time between so many days from now, for the text of a problem.
type DaysAhead struct{ Least, Most int }
