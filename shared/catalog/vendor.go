package catalog

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"liaison/shared/brand"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// Prices says whether every price in the program is without tax or with it (decision 56).
type Prices string

// The two kinds of prices; a vendor that says nothing has net ones.
const (
	Net   Prices = "net"
	Gross Prices = "gross"
)

// Or returns the prices as they are: net where nothing is said.
func (p Prices) Or() Prices { return cmp.Or(p, Net) }

// LicensesCharged says from when licences are charged that are added to a running term. Fewer count from the next term in any case.
type LicensesCharged string

// From today for the rest of the term, which is what counts where nothing is said, or from the next term on.
const (
	Prorated LicensesCharged = "prorated"
	NextTerm LicensesCharged = "next_term"
)

// Or returns from when they are charged: prorated where nothing is said.
func (c LicensesCharged) Or() LicensesCharged { return cmp.Or(c, Prorated) }

// MaxVendorText is how long each of the vendor's own texts may be, in characters.
const MaxVendorText = 200

// PutBrand checks the vendor as it should be and writes it over the one that was read, with those of its pictures that are new. Whether it
// sends stays as it was. It fails with Invalid naming every wrong field, and with Stale where the vendor changed meanwhile.
func PutBrand(ctx context.Context, store Store, old, wanted Vendor, pictures []brand.Picture, o op.Op) (Vendor, error) {
	made, err := wanted.Clean()
	if err != nil {
		return Vendor{}, err
	}
	made.Sending, made.Version = old.Sending, old.Version
	happened := event.New(o, event.Vendor(), event.Of("brand", BrandChangedEvent{}))
	if err := store.SaveBrand(ctx, made, brand.Change{New: pictures, Gone: old.dropped(made), Until: o.At.Add(brand.Lingers)}, happened, o); err != nil {
		return Vendor{}, err
	}
	made.Version++
	return made, nil
}

// dropped returns the files of pictures that the next brand does not use.
func (v Vendor) dropped(next Vendor) []string {
	var gone []string
	for _, file := range []string{v.Logo, v.LogoDark, v.Icon} {
		if file != "" && !slices.Contains([]string{next.Logo, next.LogoDark, next.Icon}, file) {
			gone = append(gone, file)
		}
	}
	return gone
}

// Clean returns the vendor with its texts cleaned, or every field that is wrong. Phone, hours, accent and pictures may be empty; prices
// and how licences are charged then are what they are where nothing is said.
func (v Vendor) Clean() (Vendor, error) {
	var wrong fault.Check
	for _, field := range []struct {
		pointer string
		value   *string
		read    func(string, int) (string, *fault.Code)
	}{
		{"/name", &v.Name, textinput.Title},
		{"/legal_name", &v.LegalName, textinput.Title},
		{"/address", &v.Address, textinput.Line},
		{"/website", &v.Website, website},
		{"/email", &v.HelpMail, func(text string, _ int) (string, *fault.Code) { return textinput.Mail(text) }},
		{"/phone", &v.HelpPhone, maybe},
		{"/support_hours", &v.HelpHours, maybe},
	} {
		clean, code := field.read(*field.value, MaxVendorText)
		if code != nil {
			wrong.Add(field.pointer, code, MaxVendorText)
		}
		*field.value = clean
	}
	if !slices.Contains(Languages, v.DefaultLanguage) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(Languages...))
	}
	if v.Prices = v.Prices.Or(); v.Prices != Net && v.Prices != Gross {
		wrong.Add("/prices", fault.InvalidValue, fault.OneOf(Net, Gross))
	}
	if v.LicensesCharged = v.LicensesCharged.Or(); v.LicensesCharged != Prorated && v.LicensesCharged != NextTerm {
		wrong.Add("/licenses_charged", fault.InvalidValue, fault.OneOf(Prorated, NextTerm))
	}
	if accent, isColour := brand.ParseAccent(v.Accent); isColour {
		v.Accent = string(accent)
	} else if v.Accent != "" {
		wrong.Add("/accent", fault.InvalidFormat, "#rrggbb")
	}
	return v, wrong.Err()
}

// maybe reads a line that may be empty.
func maybe(text string, most int) (string, *fault.Code) {
	if clean, code := textinput.Line(text, most); code != fault.Required {
		return clean, code
	}
	return "", nil
}

// website reads the address of a page that is loaded in secret.
func website(text string, most int) (string, *fault.Code) {
	clean, code := textinput.Line(text, most)
	if code != nil {
		return "", code
	}
	if u, err := url.Parse(clean); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", fault.InvalidFormat
	}
	return clean, nil
}
