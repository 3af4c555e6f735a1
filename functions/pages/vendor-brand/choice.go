package vendorbrand

import (
	"encoding/base64"
	"strconv"
	"strings"

	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
)

// What a button asks for; anything else is the preview.
const (
	change = "change"
	save   = "save"
)

// previewed marks a form that the preview sent, so that a change of language shows the preview again.
var previewed = page.Hidden{Name: "shown", Value: "preview"}

// The fields beside that of a file: what was chosen before, and that there is to be no such picture.
const (
	keptField = "_kept"
	noneField = "_none"
)

// uses are the pictures, in the order of the page.
var uses = []struct {
	use        brand.Use
	field      string
	name, hint func(locale.Words) string
	file       func(*catalog.Vendor) *string
}{
	{brand.Logo, "logo", locale.Words.VendorBrandLogo, locale.Words.VendorBrandLogoHint, func(v *catalog.Vendor) *string { return &v.Logo }},
	{brand.LogoDark, "logo_dark", locale.Words.VendorBrandLogoDark, locale.Words.VendorBrandLogoDarkHint, func(v *catalog.Vendor) *string { return &v.LogoDark }},
	{brand.Icon, "icon", locale.Words.VendorBrandIcon, locale.Words.VendorBrandIconHint, func(v *catalog.Vendor) *string { return &v.Icon }},
}

// choice is what somebody chose: the colour as typed, the pictures that are new, and those that are to go. A browser sends a file once, so that the
// form carries new pictures from page to page.
type choice struct {
	accent   string
	pictures map[brand.Use]brand.Picture
	none     map[brand.Use]bool
	seen     int // the vendor's version when the choosing began
}

// chosen reads what a form sent, with what is wrong with its files. A picture that came before is read again: a form can be forged.
func chosen(v *site.Visit) (choice, page.Errors, error) {
	seen, _ := strconv.Atoi(v.Form("seen"))
	c := choice{accent: strings.TrimSpace(v.Form("accent")), pictures: map[brand.Use]brand.Picture{}, none: map[brand.Use]bool{}, seen: seen}
	var errs page.Errors
	for _, one := range uses {
		c.none[one.use] = v.Form(one.field+noneField) == "yes"
		sent := v.Upload(one.field)
		if sent != nil {
			c.none[one.use] = false
		} else if sent, _ = base64.StdEncoding.DecodeString(v.Form(one.field + keptField)); len(sent) == 0 {
			continue
		}
		made, err := picture.Read(one.use, sent)
		switch {
		case err == nil:
			c.pictures[one.use] = made
		case fault.As(err) == nil:
			return c, nil, err
		default:
			errs = append(errs, page.FieldError{Field: one.field, Text: one.name(v.Words) + ": " + why(v, fault.As(err))})
		}
	}
	return c, errs, nil
}

// why says what is wrong with a file, and names what in an SVG is not allowed.
func why(v *site.Visit, wrong *fault.Fault) string {
	if name, ok := wrong.About.(string); ok {
		return v.Detail(wrong.Code.With(site.Vars{"name": name}))
	}
	return v.Detail(wrong)
}

// carried is what the form takes along: the new pictures, and over which version they were chosen.
func (c choice) carried() []page.Hidden {
	carried := []page.Hidden{{Name: "seen", Value: strconv.Itoa(c.seen)}}
	for _, one := range uses {
		if made, ok := c.pictures[one.use]; ok {
			carried = append(carried, page.Hidden{Name: one.field + keptField, Value: base64.StdEncoding.EncodeToString(made.Data)})
		}
	}
	return carried
}

// over returns the vendor as it would be, and its pictures that are new.
func (c choice) over(stored catalog.Vendor) (wanted catalog.Vendor, fresh []brand.Picture) {
	wanted = stored
	wanted.Accent = c.accent
	if accent, ok := brand.ParseAccent(c.accent); ok {
		wanted.Accent = string(accent)
		if accent == brand.Standard && stored.Accent == "" {
			wanted.Accent = ""
		}
	}
	for _, one := range uses {
		file := one.file(&wanted)
		made, ok := c.pictures[one.use]
		switch {
		case c.none[one.use]:
			*file = ""
		case ok && *file != made.File:
			*file, fresh = made.File, append(fresh, made)
		}
	}
	return wanted, fresh
}
