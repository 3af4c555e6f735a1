package reference

import (
	"html/template"
	"slices"
	"strings"

	"liaison/shared/fault"
	"liaison/shared/locale"
)

// sort is what all operations have that answer with some codes, whatever else they do.
type sort struct {
	Name  string // as functions/api/service says it in the reader's language
	Words template.HTML
	codes []*fault.Code
}

// sorts are the codes that belong to no operation, but to a kind of request. Every other code is named by the operations that answer with it, or is a
// page's.
var sorts = []sort{
	{"any", "Any request.", []*fault.Code{fault.BadRequest, fault.UnknownParameter, fault.InvalidValue, fault.InvalidFormat, fault.NotFound, fault.MethodNotAllowed, fault.RateLimited, fault.Internal, fault.Timeout, fault.Unavailable}},
	{"token", "Any request that needs a token.", []*fault.Code{fault.Unauthorized, fault.TokenInvalid, fault.TokenExpired, fault.UnknownCaller, fault.CallerDisabled, fault.Forbidden}},
	{"list", "Any request for a list.", []*fault.Code{fault.InvalidCursor, fault.OutOfRange}},
	{"key", "Any request that takes an <code>Idempotency-Key</code>.", []*fault.Code{fault.IdempotencyKeyMissing, fault.IdempotencyKeyTooLong, fault.IdempotencyKeyReused}},
	{"match", "Any request that takes <code>If-Match</code>.", []*fault.Code{fault.PreconditionRequired, fault.PreconditionFailed}},
	{"none", "No operation: a page says it, or nobody.", []*fault.Code{
		fault.AlreadyReseller, fault.ApplicationLinkExpired, fault.CrossSite, fault.DelegatedAdministratorExists, fault.FormExpired, fault.InquiryLinkExpired, fault.InvitationSuperseded,
		fault.NoRecipient, fault.NotDue, fault.NothingAccepted, fault.OtherCountry, fault.PartnerIDTaken, fault.PasswordLinkCounts, fault.PasswordLinkExpired,
		fault.PasswordLinkSuperseded, fault.PasswordLinkUsed, fault.Personal, fault.Refused, fault.SignInRequired, fault.SignInUnavailable, fault.SignedOut,
		fault.StaleDraft, fault.TrialAlreadyUsed, fault.WrongAccount, fault.AddressRefusesMail,
	}},
	{"body", "Any request with a body.", []*fault.Code{
		fault.InvalidJSON, fault.DuplicateField, fault.TooDeep, fault.BodyTooLarge, fault.UnsupportedMediaType, fault.UnknownField, fault.InvalidType, fault.Required, fault.TooShort, fault.TooLong,
		fault.TooFew, fault.DuplicateEntry, fault.InvalidCharacters, fault.MixedScripts, fault.EdgeSpace, fault.NoLetters, fault.InvalidEmail, fault.MailboxNotASCII,
	}},
}

// sortOf returns the sort of a code, nil where its operations name it.
func (d *document) sortOf(code string) *sort {
	for i := range sorts {
		if slices.Contains(sorts[i].codes, fault.Named(code)) {
			return &sorts[i]
		}
	}
	return nil
}

// namedBy returns the operations whose description names the code.
func (d *document) namedBy(code string) (found []operation) {
	for _, t := range d.tags {
		for _, o := range t.operations {
			if slices.ContainsFunc(o.Problems, func(p problems) bool { return slices.Contains(p.Codes, code) }) {
				found = append(found, o)
			}
		}
	}
	return found
}

// answered is a code as the list of problems shows it.
type answered struct {
	Code, Title string
	Statuses    string
	Sort        *sort
	By          []operation
}

// group is the codes of one status.
type group struct {
	Status, Means string
	Codes         []answered
}

// problems returns all codes by their status.
func (b *binder) problems() (groups []group) {
	for _, code := range b.codes {
		all := b.statuses(code)
		i := slices.IndexFunc(groups, func(g group) bool { return g.Status == all[0] })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{Status: all[0], Means: b.means[all[0]]})
		}
		title, _, _ := locale.Problem(locale.English, code, nil)
		one := answered{Code: code, Title: title, Statuses: strings.Join(all[1:], ", "), Sort: b.sortOf(code)}
		if one.Sort == nil {
			one.By = b.namedBy(code)
		}
		groups[i].Codes = append(groups[i].Codes, one)
	}
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.Status, b.Status) })
	return groups
}

// answering says how a code is answered: its statuses, its sort or "-", and the operations that name it, a line each.
func (b *binder) answering(code string) string {
	lines := []string{strings.Join(b.statuses(code), ", "), "-"}
	if s := b.sortOf(code); s != nil {
		lines[1] = s.Name
	} else {
		for _, o := range b.namedBy(code) {
			lines = append(lines, `<li><a href="/docs/`+o.Tag+`#`+o.ID+`"><code>`+o.Method+` `+o.Path+`</code></a></li>`)
		}
	}
	return strings.Join(lines, "\n")
}
