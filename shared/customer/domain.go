package customer

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// MaxDomains is how many domains a customer may have, verified or not.
const MaxDomains = 20

// The days of a verified domain.
const (
	RecheckDays = 7  // from one check to the next
	MissingDays = 1  // the same after a check that did not find the record
	LostDays    = 14 // for which it stays verified without its record
)

const day = 24 * time.Hour

// A record stands below a label of its own and not at the domain itself: what mail servers and browsers read there stays short, a name that is an
// alias (CNAME) can have one, and who may write this one name needs no right to the rest. So do certificate authorities (_acme-challenge), and the
// IETF's draft on domain verification asks for it.
const (
	recordLabel = "_liaison."
	recordValue = "liaison-verification="
)

// DomainStatus is how a domain stands:
//
//	pending -> verified (a check found the record)
//	verified -> lost (LostDays after a check first missed it)
//	lost -> verified (a check found it again)
type DomainStatus string

// The states.
const (
	DomainPending  DomainStatus = "pending"
	DomainVerified DomainStatus = "verified"
	DomainLost     DomainStatus = "lost"
)

// DomainFailure is why a check did not find the record.
type DomainFailure string

// The failures. Where DNS does not answer nothing is known, and the domain stays what it is.
const (
	RecordMissing DomainFailure = "record_missing"
	RecordDiffers DomainFailure = "record_differs"
	DNSFailed     DomainFailure = "dns_failed"
)

// DomainName is a domain in its ASCII form and small letters: textinput.OwnDomain.
type DomainName string

// Vars returns the name as people read it, for the words of a fault that is about it.
func (d DomainName) Vars() map[string]string {
	return map[string]string{"name": textinput.ShownDomain(string(d))}
}

// InitialDomain is the domain that a customer has of the vendor from its first day on, below the vendor's own: 4q8z1m7x2c9v.cloud.example. It is proved by
// nobody and lost by nobody. It is empty where the vendor gives none.
func InitialDomain(of ID, below string) DomainName {
	if below == "" {
		return ""
	}
	return DomainName(of.Bare() + "." + below)
}

// HasInitialDomain returns whose initial domain it is, whether or not there is such a customer; empty where it is no such domain.
func HasInitialDomain(name DomainName, below string) ID {
	bare, rest, _ := strings.Cut(string(name), ".")
	if of := ID("cus_" + bare); rest == below && below != "" && of.Valid() {
		return of
	}
	return ""
}

// Domain is an internet domain that a customer says is its own. It counts once its record was found, and of one customer at a time.
type Domain struct {
	Name         DomainName
	Customer     ID
	Token        string // what the record holds; DNS tells it to everybody, so it is no secret
	Status       DomainStatus
	VerifiedAt   time.Time     // zero before
	CheckedAt    time.Time     // zero before the first check
	Failure      DomainFailure // of the last check; empty where it found the record
	MissingSince time.Time     // of a verified one: when a check first missed the record; zero while it is there
	LostAt       time.Time     // of a lost one
	CheckAt      time.Time     // when the job checks it next; zero where it is not verified
	CreatedAt    time.Time
	Version      int
}

// NewDomain returns a domain that waits for its record. vendor are the domains that the vendor registered for itself. It fails with Invalid naming
// what is wrong with it.
func NewDomain(of ID, typed string, vendor []string, token string, at time.Time) (Domain, error) {
	name, code := textinput.OwnDomain(typed)
	if code == nil && slices.ContainsFunc(vendor, func(own string) bool { return own != "" && (name == own || strings.HasSuffix(name, "."+own)) }) {
		code = fault.VendorDomain
	}
	if code != nil {
		return Domain{}, code.With(textinput.MaxDomain).In("/name")
	}
	return Domain{Name: DomainName(name), Customer: of, Token: token, Status: DomainPending, CreatedAt: at, Version: 1}, nil
}

// Record returns the TXT record that says that the domain is the customer's: where it stands, and what it holds.
func (d Domain) Record() (name, value string) {
	return recordLabel + string(d.Name), recordValue + d.Token
}

// Verified says whether the domain counts as its customer's.
func (d Domain) Verified() bool { return d.Status == DomainVerified }

// LosesAt returns when a verified domain whose record is missing is lost; zero for any other.
func (d Domain) LosesAt() time.Time {
	if d.MissingSince.IsZero() {
		return time.Time{}
	}
	return d.MissingSince.Add(LostDays * day)
}

// Seen is what DNS says of a domain's record.
type Seen struct {
	Values []string // of all TXT records at its name
	Failed bool     // DNS did not answer: nothing is known
}

// Check returns the domain after a check that somebody asked for, and what happened to it. It takes a domain from nobody.
func (d Domain) Check(seen Seen, at time.Time) (Domain, []event.Typed) {
	d.CheckedAt = at
	_, value := d.Record()
	switch {
	case seen.Failed:
		d.Failure = DNSFailed
	case slices.Contains(seen.Values, value):
		return d.found(at)
	case len(seen.Values) == 0:
		d.Failure = RecordMissing
	default:
		d.Failure = RecordDiffers
	}
	if !d.Verified() {
		return d, nil
	}
	d.CheckAt = at.Add(MissingDays * day)
	switch {
	case seen.Failed:
		return d, nil
	case d.MissingSince.IsZero():
		d.MissingSince = at
		return d, []event.Typed{DomainMissingEvent{LostAt: d.LosesAt()}}
	case d.CheckAt.After(d.LosesAt()):
		d.CheckAt = d.LosesAt()
	}
	return d, nil
}

// Recheck returns the domain after a check by the clock, and what happened to it: one that was without its record for LostDays is lost. A check that DNS did
// not answer loses none.
func (d Domain) Recheck(seen Seen, at time.Time) (Domain, []event.Typed) {
	next, happened := d.Check(seen, at)
	if seen.Failed || next.MissingSince.IsZero() || at.Before(next.LosesAt()) {
		return next, happened
	}
	next.Status, next.LostAt, next.MissingSince, next.CheckAt = DomainLost, at, time.Time{}, time.Time{}
	return next, append(happened, DomainLostEvent{})
}

// found returns the domain after a check that found its record.
func (d Domain) found(at time.Time) (Domain, []event.Typed) {
	var happened []event.Typed
	switch {
	case !d.Verified():
		d.Status, d.VerifiedAt, d.LostAt = DomainVerified, at, time.Time{}
		happened = []event.Typed{DomainVerifiedEvent{}}
	case !d.MissingSince.IsZero():
		happened = []event.Typed{DomainFoundEvent{}}
	}
	d.Failure, d.MissingSince, d.CheckAt = "", time.Time{}, at.Add(RecheckDays*day)
	return d, happened
}

// maxSeen is how many of the records found a refusal shows, and how many characters of each.
const maxSeen, maxSeenText = 3, 100

// Refusal says why a check did not find the record: Conflict domain_record_missing or domain_record_differs, with what is there and what is wanted;
// or that DNS did not answer. It is nil where the check found it.
func (d Domain) Refusal(seen Seen) error {
	switch d.Failure {
	case "":
		return nil
	case DNSFailed:
		return fault.DNSUnavailable.With(nil).After(time.Minute)
	}
	w := Wanted{}
	w.Name, w.Value = d.Record()
	for _, one := range seen.Values[:min(len(seen.Values), maxSeen)] {
		clean := []rune(textinput.Bare(one))
		w.Found = append(w.Found, string(clean[:min(len(clean), maxSeenText)]))
	}
	if d.Failure == RecordMissing {
		return fault.DomainRecordMissing.With(w)
	}
	return fault.DomainRecordDiffers.With(w)
}

// Wanted is a record that is wanted, and what was found in its place.
type Wanted struct {
	Name, Value string
	Found       []string
}

// Vars returns what the problem's words mention.
func (w Wanted) Vars() map[string]string {
	said := map[string]string{"name": w.Name, "value": w.Value}
	if len(w.Found) > 0 {
		said["found"] = strings.Join(w.Found, ", ")
	}
	return said
}
