// Package previewed shows a partner what comes of an offer before anybody gets it: the mail and the page that the customer opens, in either
// language. Both are made by what makes the real ones.
package previewed

import (
	"embed"
	"html/template"
	"io/fs"
	"net/url"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/locale"
	"liaison/shared/mail"
	"liaison/shared/mail/filled"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/offered"
	"liaison/shared/subscription"
)

//go:embed previewed.html
var own embed.FS

// File is the template of a preview, in the files that With returns beside that of an offer.
const File = "previewed.html"

// With returns the files of a page together with the templates that show a preview.
func With(of fs.FS) fs.FS { return page.With(offered.With(of), own, File) }

// Body is what the template shows.
type Body struct {
	Languages     page.Tabs
	Language      locale.Language
	From, Subject string
	Mail          template.HTML
	Page          page.Part // of offered.Shown, in the preview's language
	Separate      string
	Button        string
}

// Offer is what is shown: an offer of a partner, made or not, with its plans, and to whom it is mailed.
type Offer struct {
	offer.Offer
	Partner partner.Partner
	To      string
	Until   time.Time // when the recipient's link ends
	// Visitor tells that nobody is invited: then the mail is the one that a visitor of the public link gets.
	Visitor bool
}

// Of returns the preview in the language that the address names by "in", else the offer's. here is the path of the page, with its query.
func Of(v *site.Visit, o Offer, here url.URL) (Body, error) {
	l, ok := locale.Parse(v.R.URL.Query().Get("in"))
	if !ok {
		l = locale.Language(o.Language)
	}
	shown, err := v.Catalogue(o.Plans()...)
	if err != nil {
		return Body{}, err
	}
	reader := v.ReadIn(l)
	b := Body{Language: l, Languages: page.Tabs{Label: v.Words.PreviewLanguage()}}
	for _, one := range locale.Languages() {
		query := here.Query()
		query.Set("in", string(one))
		to := url.URL{Path: here.Path, RawQuery: query.Encode()}
		b.Languages.Links = append(b.Languages.Links, page.Link{Text: locale.LanguageName(one), URL: to.String(), Current: one == l, Language: one})
	}
	said := o.message(v, shown, l)
	b.From, b.Subject = said.FromName, said.Subject
	b.Mail = template.HTML(said.OnPage()) //nolint:gosec // shared/mail escapes what it writes
	return b, o.page(reader, shown, &b)
}

// message is the mail.
func (o Offer) message(v *site.Visit, shown catalog.View, l locale.Language) mail.Message {
	biller := shown.Vendor.Name
	if o.BilledBy != "" && o.BilledBy != subscription.Vendor {
		biller = o.Partner.LegalName
	}
	m := filled.Invitation(
		mail.Recipient{Address: o.To, Language: l, Country: o.Country}, filled.Vendor(shown.Vendor, "", v.Env.PagesURL), o.Partner,
		filled.Offer(o.Offer, shown.Plans, biller, l), o.Until,
	)
	m.Link, m.Report, m.Unsubscribe = v.Env.PagesURL, v.Env.PagesURL, v.Env.PagesURL
	if o.Visitor {
		return mail.ContinueHere(m).Message()
	}
	return filled.First(o.Kind, m).Message()
}

// page is the first page that the holder of the link sees.
func (o Offer) page(reader *site.Visit, shown catalog.View, b *Body) error {
	w := reader.Words
	var orders []subscription.Order
	if o.Kind.Orders() {
		for i := range o.Items {
			orders = append(orders, o.Order(i))
		}
	}
	as := offered.Of(reader, o.Offer, shown, o.Partner, orders, o.Until)
	made := as.Show()
	made.Within = true
	head := shown.Terms[catalog.CustomerTerms]
	text, err := reader.Terms(catalog.CustomerTerms, head.Version)
	if err != nil {
		return err
	}
	made.Details = append(made.Details, as.Terms(head.Version, text, false, false)...)
	b.Page, b.Button = page.Part{Words: w.Shown(), P: made}, w.SiteNext()
	if _, alone := o.Kind.Administers(); o.DelegatedAdministration != nil && !alone {
		b.Separate = w.RedeemAccessNext()
	}
	return nil
}
