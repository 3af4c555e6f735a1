package partner

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// Limits of a profile, in characters.
const (
	MaxLegalName    = 200
	MaxCity         = 120
	MaxWebsite      = 300
	MaxSupportHours = 200
	MaxPerson       = 120
)

// Profile is what a company says about itself.
type Profile struct {
	LegalName    string
	Country      string
	City         string
	Website      string
	Phone        string
	Mail         string
	SupportHours string // may be empty
	Language     string
}

// Draft is a company as an operator takes it into the program.
type Draft struct {
	Profile       Profile
	Administrator User // only Name, Mail and Language count
	Trusted       bool
}

const idTries = 5 // of 10 million ids; each is taken with the likelihood of the share already given

// Create takes a company into the program: active from the start, its administrator as the first user, with every right of the
// company and full customer access. It fails with Invalid naming every wrong field, with Conflict name_taken where another partner's
// name looks the same, address_taken where the administrator's address is a user already.
func Create(ctx context.Context, store Store, draft Draft, o op.Op) (Partner, error) {
	var wrong fault.Check
	profile := draft.Profile.clean(&wrong)
	first := draft.Administrator.checkDetails(&wrong, "/administrator", profile.Language)
	if err := wrong.Err(); err != nil {
		return Partner{}, err
	}
	made := Partner{Status: Active, Trusted: draft.Trusted, GlobalAdmins: 1, CreatedAt: o.At, Version: 1}.with(profile)
	first.CompanyRole, first.CustomerAccess, first.CreatedAt, first.Version = GlobalAdmin, Full, o.At, 1
	ulid := o.NewID()
	for try := 1; ; try++ {
		made.ID = NewID(o.IDs.Digits(7))
		first.Partner, first.ID = made.ID, UserID("usr_"+string(made.ID)+"_"+ulid)
		happened := event.New(o, event.Partner(string(made.ID)),
			event.Of(made.ID, ActivatedEvent{}),
			event.Of(first.ID, UserInvitedEvent{CompanyRole: first.CompanyRole, CustomerAccess: first.CustomerAccess}))
		err := store.CreatePartner(ctx, made, Skeletons(made.LegalName), first, happened, o.Giving(string(made.ID)))
		if fault.Is(err, fault.PartnerIDTaken) && try < idTries {
			continue
		}
		return made, err
	}
}

func (p Partner) profile() Profile {
	return Profile{p.LegalName, p.Country, p.City, p.Website, p.Phone, p.Mail, p.SupportHours, p.Language}
}

func (p Partner) with(f Profile) Partner {
	p.LegalName, p.Country, p.City, p.Website = f.LegalName, f.Country, f.City, f.Website
	p.Phone, p.Mail, p.SupportHours, p.Language = f.Phone, f.Mail, f.SupportHours, f.Language
	return p
}

// company returns the profile with what every company says of itself cleaned, and notes what is wrong: name, country, city, website, phone.
func (f Profile) company(wrong *fault.Check) Profile {
	var code *fault.Code
	if f.LegalName, code = textinput.Name(f.LegalName, MaxLegalName); code != nil {
		wrong.Add("/legal_name", code, MaxLegalName)
	} else if Skeletons(f.LegalName) == nil {
		wrong.Add("/legal_name", fault.NoLetters)
	}
	if !catalog.Country(f.Country) {
		wrong.Add("/country", fault.InvalidFormat, fault.Country)
	}
	if f.City, code = textinput.Name(f.City, MaxCity); code != nil {
		wrong.Add("/city", code, MaxCity)
	}
	if f.Website, code = website(f.Website); code != nil {
		wrong.Add("/website", code, MaxWebsite)
	}
	number, fine := textinput.Phone(f.Phone)
	if f.Phone = number; !fine {
		wrong.Add("/phone", fault.InvalidFormat, fault.Phone)
	}
	return f
}

// clean returns the profile cleaned and notes what is wrong.
func (f Profile) clean(wrong *fault.Check) Profile {
	f = f.company(wrong)
	var code *fault.Code
	if f.Mail, code = textinput.Mail(f.Mail); code != nil {
		wrong.Add("/email", code, textinput.MaxMail)
	}
	if f.SupportHours, code = textinput.Line(f.SupportHours, MaxSupportHours); code != nil && code != fault.Required {
		wrong.Add("/support_hours", code, MaxSupportHours)
	}
	f.Language = language(f.Language, catalog.Languages[0], "/language", wrong)
	return f
}

func language(given, otherwise, pointer string, wrong *fault.Check) string {
	if given == "" {
		return otherwise
	}
	if !slices.Contains(catalog.Languages, given) {
		wrong.Add(pointer, fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	return given
}

// website returns an address of the web: http or https, a host with a domain, no user name, in ASCII: an international domain in its
// ASCII form, other letters of the path as percents.
func website(given string) (clean string, code *fault.Code) {
	clean = textinput.Bare(given)
	switch {
	case clean == "":
		return "", fault.Required
	case len(clean) > 4*MaxWebsite:
		return "", fault.TooLong
	}
	u, err := url.Parse(clean)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", fault.InvalidFormat
	}
	if strings.ContainsFunc(clean, func(r rune) bool { return r > '~' }) {
		host, fine := textinput.Domain(u.Hostname())
		if !fine {
			return "", fault.InvalidFormat
		}
		if u.Port() != "" {
			host += ":" + u.Port()
		}
		u.Host = host
		clean = u.String()
	}
	if len(clean) > MaxWebsite {
		return "", fault.TooLong
	}
	if !strings.Contains(strings.Trim(u.Hostname(), "."), ".") || strings.IndexFunc(clean, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>\^{|}`+"`", r) }) >= 0 {
		return "", fault.InvalidFormat
	}
	return clean, nil
}

// Changes is what a company changes in its profile; nil stays as it is.
type Changes struct {
	LegalName, Country, City, Website, Phone, Mail, SupportHours, Language *string
}

// apply returns the profile with the changes, and whether there is any.
func (c Changes) apply(f Profile) (next Profile, asked bool) {
	next = f
	for _, one := range []struct {
		given *string
		field *string
	}{
		{c.LegalName, &next.LegalName},
		{c.Country, &next.Country},
		{c.City, &next.City},
		{c.Website, &next.Website},
		{c.Phone, &next.Phone},
		{c.Mail, &next.Mail},
		{c.SupportHours, &next.SupportHours},
		{c.Language, &next.Language},
	} {
		if one.given != nil {
			*one.field, asked = *one.given, true
		}
	}
	return next, asked
}

// Update writes the changed profile over the partner that was read. A new legal name or country ends verification, a new phone or
// mail address its own (infra/design/product.md, "Offers"). Where nothing differs nothing is written. It fails with Invalid naming
// every wrong field, Conflict name_taken, and Stale where the partner changed meanwhile.
func Update(ctx context.Context, store Store, old Partner, changes Changes, o op.Op) (Partner, error) {
	profile, asked := changes.apply(old.profile())
	if !asked {
		return Partner{}, fault.TooFew.With(1)
	}
	var wrong fault.Check
	profile = profile.clean(&wrong)
	if err := wrong.Err(); err != nil {
		return Partner{}, err
	}
	next := old.with(profile)
	differs := old.differing(next)
	if len(differs) == 0 {
		return old, nil
	}
	changed := ProfileChangedEvent{Fields: differs}
	next.Verification = old.Verification.after(differs)
	if next.Verification != old.Verification {
		changed.Verification = "ended"
	}
	var given, taken []string
	if before, after := Skeletons(old.LegalName), Skeletons(next.LegalName); !slices.Equal(before, after) {
		given, taken = without(before, after), without(after, before)
	}
	happened := event.New(o, event.Partner(string(next.ID)), event.Of(next.ID, changed))
	if err := store.SavePartner(ctx, next, given, taken, happened, o); err != nil {
		return Partner{}, err
	}
	next.Version++
	return next, nil
}

func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(others, n) })
}

// differing lists the profile's fields that differ.
func (p Partner) differing(next Partner) []string {
	var names []string
	for _, one := range []struct{ name, before, after string }{
		{"legal_name", p.LegalName, next.LegalName},
		{"country", p.Country, next.Country},
		{"city", p.City, next.City},
		{"website", p.Website, next.Website},
		{"phone", p.Phone, next.Phone},
		{"email", p.Mail, next.Mail},
		{"support_hours", p.SupportHours, next.SupportHours},
		{"language", p.Language, next.Language},
	} {
		if one.before != one.after {
			names = append(names, one.name)
		}
	}
	return names
}

// after returns what is still verified once these fields are new.
func (v Verification) after(changed []string) Verification {
	if slices.Contains(changed, "legal_name") || slices.Contains(changed, "country") {
		return Verification{}
	}
	if slices.Contains(changed, "phone") {
		v.PhoneAt = time.Time{}
	}
	if slices.Contains(changed, "email") {
		v.MailAt = time.Time{}
	}
	return v
}
