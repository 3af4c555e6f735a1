package customer

import (
	"cmp"
	"slices"
	"strings"

	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// Mailbox is how a user's mailbox is to stand. The vendor's systems set it up so (infra/design/product.md, "Mailboxes").
type Mailbox struct {
	Address  string
	QuotaGB  int     // zero: as much as the vendor gives by itself
	From     *Source // whose mail is moved in; nil where none is
	Revision int     // of the user that had its address or quota so first
}

// Domain is the one that the mailbox's address is of; a sub-domain is one of its own.
func (m Mailbox) Domain() DomainName {
	return DomainName(m.Address[strings.LastIndexByte(m.Address, '@')+1:])
}

// Source is an old mailbox, at another provider, whose data is moved. No secret of it stands anywhere: the vendor's systems have its holder agree there.
type Source struct {
	Kind     SourceKind
	Host     string // its server; empty where the kind needs none
	Address  string
	Revision int // of the user that had it so first
}

// SourceKind is by what an old mailbox is read.
type SourceKind string

// The kinds of sources.
const (
	IMAP     SourceKind = "imap"
	Exchange SourceKind = "exchange"
	Google   SourceKind = "google"
)

// SourceKinds are all of them.
var SourceKinds = []SourceKind{IMAP, Exchange, Google}

// MaxQuotaGB is the most that can be asked for.
const MaxQuotaGB = 1000

// MailboxDraft is a mailbox as somebody asks for one.
type MailboxDraft struct {
	Address string // empty: the user's own
	QuotaGB *int   // nil: as much as the vendor gives by itself
	From    *Source
}

// SetMailbox returns the user with the mailbox of a draft, cleaned, and which of its fields differ. It fails with Invalid naming every wrong field, and
// with Conflict user_deleted.
func (u User) SetMailbox(d MailboxDraft) (User, []string, error) {
	if u.Deleted() {
		return u, nil, fault.UserDeleted.With(u.PurgeAt)
	}
	old, next := Mailbox{}, Mailbox{Address: u.Mail, Revision: u.Version + 1}
	if u.Mailbox != nil {
		old = *u.Mailbox
	}
	var wrong fault.Check
	if d.Address != "" {
		next.Address = address(d.Address, "/address", &wrong)
	}
	if d.QuotaGB != nil {
		if next.QuotaGB = *d.QuotaGB; next.QuotaGB < 1 || next.QuotaGB > MaxQuotaGB {
			wrong.Add("/quota_gb", fault.OutOfRange, fault.Between(1, MaxQuotaGB))
		}
	}
	if d.From != nil {
		next.From = d.From.checked(next, &wrong)
	}
	if err := wrong.Err(); err != nil {
		return u, nil, err
	}
	var fields []string
	note := func(name string, differs bool) {
		if differs {
			fields = append(fields, name)
		}
	}
	note("address", next.Address != old.Address)
	note("quota_gb", next.QuotaGB != old.QuotaGB)
	if len(fields) == 0 {
		next.Revision = old.Revision
	}
	note("migrate_from", !next.From.same(old.From))
	if next.From.same(old.From) {
		next.From = old.From
	}
	u.Mailbox = &next
	return u, fields, nil
}

// RemoveMailbox returns the user without a mailbox. It fails with Conflict user_deleted.
func (u User) RemoveMailbox() (User, error) {
	if u.Deleted() {
		return u, fault.UserDeleted.With(u.PurgeAt)
	}
	u.Mailbox = nil
	return u, nil
}

// address returns an address cleaned, and notes what is wrong with it.
func address(typed, pointer string, wrong *fault.Check) string {
	clean, code := textinput.Mail(typed)
	if code != nil {
		wrong.Add(pointer, code, textinput.MaxMail)
	}
	return clean
}

// checked returns the source cleaned, as that of a mailbox, whose address it has where it names none. It notes what is wrong.
func (s Source) checked(of Mailbox, wrong *fault.Check) *Source {
	s.Revision = of.Revision
	if !slices.Contains(SourceKinds, s.Kind) {
		wrong.Add("/migrate_from/kind", fault.InvalidValue, fault.OneOf(SourceKinds...))
	}
	if s.Address = cmp.Or(textinput.Bare(s.Address), of.Address); s.Address != of.Address {
		s.Address = address(s.Address, "/migrate_from/address", wrong)
	}
	switch s.Host = textinput.Bare(s.Host); {
	case s.Host == "" && s.Kind != Google:
		wrong.Add("/migrate_from/host", fault.Required)
	case s.Host != "":
		host, fine := textinput.Domain(s.Host)
		if last := host[strings.LastIndexByte(host, '.')+1:]; !fine || len(host) > maxHost || strings.Trim(last, textinput.Digits) == "" { // no number of a machine
			wrong.Add("/migrate_from/host", fault.InvalidFormat, fault.Host)
		}
		s.Host = host
	}
	return &s
}

// maxHost is the longest name of a host (RFC 1035, 2.3.4).
const maxHost = 253

// same says whether two sources are one, whenever they were named.
func (s *Source) same(other *Source) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.Kind == other.Kind && s.Host == other.Host && s.Address == other.Address
}
