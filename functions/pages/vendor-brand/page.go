// Package vendorbrand is where the vendor's people change its colour, logo and icon, and see how they look on light and on dark pages before they do.
package vendorbrand

import (
	"cmp"
	"context"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/brand"
	"liaison/shared/brand/picture"
	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/page"
	"liaison/shared/site"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	catalog.Store
	Vendor(ctx context.Context) (catalog.Vendor, error)
}

//go:embed *.html
var files embed.FS

var form, check = page.Parse(files, "form.html", "look.html"), page.Parse(files, "check.html", "look.html")

type brandPage struct{ table Table }

const path = "/vendor/brand"

// Page serves /vendor/brand: the form, and the page that shows what was chosen before it counts. Names and ways to reach the vendor come by the API.
func Page(env boot.Env, table Table) http.Handler {
	p := brandPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.WriteCatalog, step)
	}
	return site.New(env, table, site.Route{Path: path, Get: only(p.show), Post: site.Keeping(table, only(p.post)), TooLarge: site.Keeping(table, only(p.large))})
}

// stored reads the vendor as it stands; NotFound where nothing was set up.
func (p brandPage) stored(v *site.Visit) (catalog.Vendor, error) {
	found, err := p.table.Vendor(v.R.Context())
	if err == nil && found.Version == 0 {
		err = fault.NotFound
	}
	return found, err
}

// show shows the form and how the brand looks now.
func (p brandPage) show(v *site.Visit, who site.Signed) error {
	stored, err := p.stored(v)
	if err != nil {
		return err
	}
	c := choice{accent: string(brand.Accent(stored.Accent).Or()), seen: stored.Version}
	var notice *page.Notice
	if v.R.URL.Query().Get("done") == "saved" {
		notice = &page.Notice{Success: true, Text: v.Words.VendorBrandSaved()}
	}
	return p.ask(v, who, stored, c, http.StatusOK, nil, notice)
}

// large says that the files are too large. What came before them is kept.
func (p brandPage) large(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "brand"); err != nil {
		return err
	}
	stored, err := p.stored(v)
	if err != nil {
		return err
	}
	c, _, err := chosen(v)
	if err != nil {
		return err
	}
	return p.ask(v, who, stored, c, http.StatusRequestEntityTooLarge, page.Errors{{Text: v.Words.VendorBrandTooLarge(picture.MaxBytes >> 10)}}, nil)
}

type formBody struct {
	Token    string
	Carried  []page.Hidden
	Accent   page.Input
	Pictures []field
	Look     look
}

// field asks for one picture.
type field struct {
	Heading string
	File    page.File
	New     template.URL // the one that was chosen and waits
	NewText string
	None    *page.Checkboxes
}

// ask shows the form, with what was chosen.
func (p brandPage) ask(v *site.Visit, who site.Signed, stored catalog.Vendor, c choice, status int, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b := formBody{
		Token: site.Token(who.Secret, "brand"), Carried: c.carried(), Look: looks(v, stored, nil),
		Accent: page.Input{Name: "accent", Label: w.VendorBrandAccent(), Hint: w.VendorBrandAccentHint(), Value: c.accent, Error: errs.For("accent"), Autocomplete: "off", Width: 8},
	}
	for _, one := range uses {
		f := field{
			Heading: one.name(w),
			File: page.File{
				Name: one.field, Label: w.VendorBrandFile(one.name(w)), Hint: one.hint(w) + " " + w.VendorBrandFileHint(picture.MaxBytes>>10), Error: errs.For(one.field),
				Accept: brand.SVG + "," + brand.PNG,
			},
		}
		if made, ok := c.pictures[one.use]; ok {
			f.New, f.NewText = data(made), w.VendorBrandNew()
		}
		if *one.file(&stored) != "" || f.New != "" {
			f.None = &page.Checkboxes{Name: one.field + noneField, Options: []page.Option{{Value: "yes", Label: w.VendorBrandNone(one.name(w)), Checked: c.none[one.use]}}}
		}
		b.Pictures = append(b.Pictures, f)
	}
	frame := v.Frame(w.VendorBrand())
	frame.Lead, frame.Errors, frame.Notice, frame.Form = w.VendorBrandLead(), errs, notice, "brand"
	frame.Brand.SheetURL = b.Look.sheet
	return v.Render(form, status, frame, b)
}

type checkBody struct {
	Token   string
	Carried []page.Hidden
	Look    look
	Means   []string
}

// preview shows how the brand would look, on the page and around it.
func (p brandPage) preview(v *site.Visit, who site.Signed, wanted catalog.Vendor, c choice, status int, notice *page.Notice) error {
	w := v.Words
	b := checkBody{
		Token: site.Token(who.Secret, "brand"), Carried: append(c.carried(), page.Hidden{Name: "accent", Value: c.accent}, previewed), Look: looks(v, wanted, c.pictures),
		Means: []string{w.VendorBrandMeansPages(), w.VendorBrandMeansMails()},
	}
	for _, one := range uses {
		if c.none[one.use] {
			b.Carried = append(b.Carried, page.Hidden{Name: one.field + noneField, Value: "yes"})
		}
	}
	frame := v.Frame(w.VendorBrandCheck())
	frame.Lead, frame.Notice, frame.Form, frame.Back = w.VendorBrandCheckLead(), notice, "brand", &page.Link{URL: path, Text: w.VendorBrand()}
	frame.Brand.SheetURL = b.Look.sheet
	return v.Render(check, status, frame, b)
}

// look is how a brand looks.
type look struct {
	Name, Accent         string
	Contrast             string // of text on the accent
	Logo, LogoDark, Icon template.URL
	sheet                string // the style sheet of its colour
}

// looks shows a vendor's brand; of its pictures, those that are not stored yet are given.
func looks(v *site.Visit, of catalog.Vendor, fresh map[brand.Use]brand.Picture) look {
	w, accent := v.Words, brand.Accent(of.Accent).Or()
	shown := func(use brand.Use, file string) template.URL {
		if made, ok := fresh[use]; ok && made.File == file {
			return data(made)
		}
		if file == "" {
			return ""
		}
		return page.PathURL("/assets/" + file)
	}
	said := w.VendorBrandBlack
	if accent.Text() == "#ffffff" {
		said = w.VendorBrandWhite
	}
	return look{
		Name: of.Name, Logo: shown(brand.Logo, of.Logo), LogoDark: cmp.Or(shown(brand.LogoDark, of.LogoDark), shown(brand.Logo, of.Logo)), Icon: shown(brand.Icon, of.Icon),
		Accent: string(accent), Contrast: said(w.Number(rounded(brand.Contrast(accent.Text(), string(accent))))), sheet: "/assets/" + accent.SheetName(),
	}
}

// data is a picture that no file carries yet. It was checked by picture.Read, which lets nothing in that runs.
func data(p brand.Picture) template.URL {
	return template.URL("data:" + p.Kind + ";base64," + base64.StdEncoding.EncodeToString(p.Data))
}

// rounded is a ratio of contrast with one decimal, never said to be more than it is.
func rounded(x float64) float64 { return float64(int(x*10)) / 10 }

// post shows what was chosen, or makes it count.
func (p brandPage) post(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "brand"); err != nil {
		return err
	}
	stored, err := p.stored(v)
	if err != nil {
		return err
	}
	c, errs, err := chosen(v)
	if err != nil {
		return err
	}
	action, shown := v.Form("action"), v.Form(previewed.Name) == previewed.Value
	switched := page.Switched(v.R)
	if action == change || switched && !shown {
		return p.ask(v, who, stored, c, http.StatusOK, nil, nil)
	}
	wanted, fresh := c.over(stored)
	if _, ok := brand.ParseAccent(wanted.Accent); !ok && wanted.Accent != "" {
		errs = append(page.Errors{{Field: "accent", Text: v.Words.VendorBrandAccentWrong()}}, errs...)
	}
	switch {
	case errs != nil:
		return p.ask(v, who, stored, c, http.StatusUnprocessableEntity, errs, nil)
	case wanted == stored && action == save:
		return v.Redirect(path + "?done=saved")
	case wanted == stored:
		return p.ask(v, who, stored, c, http.StatusUnprocessableEntity, page.Errors{{Text: v.Words.VendorBrandNothing()}}, nil)
	case action != save || switched:
		return p.preview(v, who, wanted, c, http.StatusOK, nil)
	case c.seen == stored.Version:
		_, err = catalog.PutBrand(v.R.Context(), p.table, stored, wanted, fresh, v.By(who))
		if !fault.Is(err, fault.Stale) {
			if err != nil {
				return err
			}
			return v.Redirect(path + "?done=saved")
		}
	}
	return p.overtaken(v, who, c)
}

// overtaken shows what was chosen over what a colleague changed meanwhile. Where that is the same, it is as pressed twice.
func (p brandPage) overtaken(v *site.Visit, who site.Signed, c choice) error {
	stored, err := p.stored(v)
	if err != nil {
		return err
	}
	wanted, _ := c.over(stored)
	if wanted == stored {
		return v.Redirect(path + "?done=saved")
	}
	c.seen = stored.Version
	return p.preview(v, who, wanted, c, http.StatusConflict, &page.Notice{Text: v.Words.VendorBrandMeanwhile()})
}
