// Package partner is a company in the vendor's program: its state, its profile, what it holds and who works there.
package partner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/person"
	"liaison/shared/textinput"
)

// ID is 8 digits, the last a Luhn check digit, easy to type and to read aloud.
type ID string

// NewID returns the id of 7 digits with their check digit.
func NewID(seven string) ID { return ID(seven + string('0'+byte(luhn(seven)))) }

// luhn returns the check digit (ISO/IEC 7812-1, annex B) of a run of digits.
func luhn(digits string) int {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}

// Valid says whether the id has 8 digits and the right check digit.
func (p ID) Valid() bool {
	return shape(string(p)) && int(p[7]-'0') == luhn(string(p[:7]))
}

func shape(text string) bool { return len(text) == 8 && strings.Trim(text, "0123456789") == "" }

// ParseID reads an id as people type or paste it: spaces, hyphens and what can't be seen don't count. It fails with Invalid
// invalid_format where it is not 8 digits and mistyped_partner_id where the check digit is wrong.
func ParseID(typed string) (ID, error) {
	text := strings.NewReplacer(" ", "", "-", "").Replace(textinput.Bare(typed))
	switch {
	case !shape(text):
		return "", fault.InvalidFormat.With(fault.PartnerID)
	case !ID(text).Valid():
		return "", fault.MistypedPartnerID
	}
	return ID(text), nil
}

// UserID is usr_<partner ID>_<ulid>.
type UserID string

// Partner returns whose user it is; false where the id has another shape.
func (u UserID) Partner() (ID, bool) {
	rest, ok := strings.CutPrefix(string(u), "usr_")
	owner, ulid, found := strings.Cut(rest, "_")
	return ID(owner), ok && found && ID(owner).Valid() && id.Made(ulid, 26)
}

// ClientID is cli_<partner ID>_<ulid>.
type ClientID string

// Partner returns whose client it is, and the ULID; false where the id has another shape.
func (c ClientID) Partner() (ID, string, bool) {
	rest, ok := strings.CutPrefix(string(c), "cli_")
	owner, ulid, found := strings.Cut(rest, "_")
	return ID(owner), ulid, ok && found && ID(owner).Valid() && id.Made(ulid, 26)
}

// Status of a partner:
//
//	applied -> agreement_pending -> active <-> suspended -> closed
//	applied -> rejected
type Status string

// The states. Only an active partner's links work.
const (
	Applied          Status = "applied"
	AgreementPending Status = "agreement_pending"
	Active           Status = "active"
	Suspended        Status = "suspended"
	Closed           Status = "closed"
	Rejected         Status = "rejected"
)

// Statuses lists every state.
var Statuses = []Status{Applied, AgreementPending, Active, Suspended, Closed, Rejected}

// Enrolment of a partner in a program.
type Enrolment struct {
	Program string
	From    time.Time
	To      time.Time // zero: without end
}

func running(from, to, at time.Time) bool {
	return !at.Before(from) && (to.IsZero() || at.Before(to))
}

// Authorisation to offer one plan in some countries.
type Authorisation struct {
	Partner   ID
	Plan      catalog.PlanID
	Countries []string
	From      time.Time
	To        time.Time // zero: without end
	Version   int
	CreatedAt time.Time
}

// Covers says whether the authorisation holds for the country at the time.
func (a Authorisation) Covers(country string, at time.Time) bool {
	return a.Plan != "" && running(a.From, a.To, at) && slices.Contains(a.Countries, country)
}

// Verification says which parts of the profile were proved. The profile is verified once all three are set.
type Verification struct {
	MailAt      time.Time
	PhoneAt     time.Time
	ConfirmedAt time.Time
	By          string // who confirmed: a user of the partner, or the operator that vouched
}

// Partner is a company in the program.
type Partner struct {
	ID           ID
	Status       Status
	StatusReason string
	LegalName    string
	Country      string
	City         string
	Website      string
	Phone        string
	Mail         string
	SupportHours string
	Language     string // of mail to it
	Verification Verification
	Agreement    Agreement
	Enrolments   []Enrolment
	Trusted      bool
	GlobalAdmins int
	ClosedAt     time.Time // zero while it is not closed
	Closing      Closing   // how far what follows from its end is done
	StepAt       time.Time // when more of that falls due; zero where nothing is left
	CreatedAt    time.Time
	Version      int
}

// Verified says whether customers may see the profile as proved.
func (p Partner) Verified() bool {
	v := p.Verification
	return !v.MailAt.IsZero() && !v.PhoneAt.IsZero() && !v.ConfirmedAt.IsZero()
}

// Proved returns the partner without the mail address and the phone number that were not proved: as strangers reach it.
func (p Partner) Proved() Partner {
	if p.Verification.MailAt.IsZero() {
		p.Mail = ""
	}
	if p.Verification.PhoneAt.IsZero() {
		p.Phone = ""
	}
	return p
}

// Holds says whether any running enrolment gives the right.
func (p Partner) Holds(right catalog.Right, programs catalog.Programs, at time.Time) bool {
	for _, e := range p.Enrolments {
		if running(e.From, e.To, at) && programs.Gives(e.Program, right) {
			return true
		}
	}
	return false
}

// Working fails with Conflict partner_not_active where the partner is not active.
func (p Partner) Working() error {
	if p.Status != Active {
		return fault.PartnerNotActive.With(string(p.Status))
	}
	return nil
}

// Wanted are the partners that a list shows: what is empty is not asked about.
type Wanted struct {
	Status  Status
	Country string
	Typed   string // a part of the name, or of the ID however it is spaced
}

// Has says whether a partner is wanted.
func (w Wanted) Has(p Partner) bool {
	if w.Status != "" && p.Status != w.Status || w.Country != "" && p.Country != w.Country {
		return false
	}
	digits := strings.NewReplacer(" ", "", "-", "").Replace(w.Typed)
	return strings.Contains(textinput.Fold(p.LegalName), textinput.Fold(textinput.Bare(w.Typed))) || digits != "" && strings.Contains(string(p.ID), digits)
}

// CompanyRole is a user's access to its own company.
type CompanyRole string

// The company roles; empty is none.
const (
	NoRole       CompanyRole = ""
	GlobalAdmin  CompanyRole = "global_admin"
	UserAdmin    CompanyRole = "user_admin"
	BillingAdmin CompanyRole = "billing_admin"
)

// CustomerAccess is a user's access to the companies its partner supports.
type CustomerAccess string

// The customer accesses; empty is none.
const (
	NoAccess CustomerAccess = ""
	Limited  CustomerAccess = "limited"
	Full     CustomerAccess = "full"
)

// User is a person who works for a partner.
type User struct {
	ID             UserID
	Partner        ID
	Name           string
	Mail           string
	Language       string
	CompanyRole    CompanyRole
	CustomerAccess CustomerAccess
	Disabled       bool
	Password       person.Password
	Epoch          int // of the sessions
	CreatedAt      time.Time
	Version        int
}

// Client is a machine of a partner.
type Client struct {
	ID             ClientID
	Partner        ID
	Name           string
	Issuer         string // of its tokens
	OAuthID        string // the token issuer's id of the client; empty while it is being made
	Retired        string // an account from before secrets were changed within one; it goes with the client
	Secret         string // the issuer's id of the secret that stays; empty until the first new one
	Old            OldSecret
	CompanyRole    CompanyRole
	CustomerAccess CustomerAccess
	Status         ClientStatus
	LeaseAt        time.Time // while it is being made, or its secrets are being changed: until when the one who does it is waited for
	Disabled       bool
	CreatedBy      string
	CreatedAt      time.Time
	RotatedAt      time.Time // when the secret that stays was made, where it is not the first
	LastUsedAt     time.Time // when it was last given a token, noted once in UseStep; changes no version
	Version        int
}

// OldSecret is the secret before a new one, which works on for a while; without an ID there is none.
type OldSecret struct {
	ID     string // the issuer's
	MadeAt time.Time
	EndsAt time.Time
}

// String returns the 8 digits.
func (p ID) String() string { return string(p) }

// Spoken returns the id in two groups, as people read it aloud.
func (p ID) Spoken() string {
	if len(p) != 8 {
		return string(p)
	}
	return fmt.Sprintf("%s %s", p[:4], p[4:])
}
