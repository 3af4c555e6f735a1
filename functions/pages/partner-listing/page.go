// Package partnerlisting is where a partner writes what customers find about it in the marketplace, asks the vendor to publish it, and hides and shows it.
package partnerlisting

import (
	"context"
	"embed"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/listed"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	listing.Store
	Indexed(ctx context.Context, p partner.ID) (listing.Indexed, listing.Entry, bool, error)
	Plans(ctx context.Context, page dynamo.Page) ([]catalog.Plan, string, error)
	Authorisations(ctx context.Context, id partner.ID) ([]partner.Authorisation, error)
}

//go:embed *.html
var files embed.FS

var (
	first   = page.Parse(files, "first.html")
	own     = page.Parse(listed.With(files), "own.html", listed.File)
	form    = page.Parse(files, "form.html")
	preview = page.Parse(listed.With(files), "preview.html", listed.File)
)

type listingPage struct{ table Table }

const (
	path        = "/partner/listing"
	editPath    = path + "/edit"
	previewPath = path + "/preview"
	hidePath    = path + "/hide"
	showPath    = path + "/show"
)

// Page serves /partner/listing, how the listing stands, and below it the form, the preview, and what is asked before it is hidden or shown.
func Page(env boot.Env, table Table) http.Handler {
	p := listingPage{table}
	may := func(right access.Right, step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Partners(table, right, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: may(access.SeeListings, p.show), Post: may(access.EditListing, p.submit)},
		site.Route{
			Path: path + "/edit", Get: may(access.EditListing, p.edit), Post: site.Keeping(table, may(access.EditListing, p.save)),
			TooLarge: site.Keeping(table, may(access.EditListing, p.large)),
		},
		site.Route{Path: path + "/preview", Get: may(access.SeeListings, p.preview)},
		site.Route{Path: path + "/hide", Get: may(access.HideListings, p.askHide), Post: may(access.HideListings, p.hide)},
		site.Route{Path: path + "/show", Get: may(access.HideListings, p.askShow), Post: may(access.HideListings, p.unhide)},
	)
}

// stored reads the partner's listing; the zero listing where it never made one.
func (p listingPage) stored(v *site.Visit, who site.Signed) (listing.Listing, error) {
	found, err := p.table.Listing(v.R.Context(), who.Partner.ID)
	if fault.Is(err, fault.NotFound) {
		return listing.Listing{}, nil
	}
	return found, err
}

type firstBody struct {
	Takes []need
	Acts  []page.Act
	Order page.Details
}

// need is one thing that a published listing needs.
type need struct {
	Icon, Title, Text string
	Done              bool
}

// begin says what a listing is and needs, to a partner that has none.
func (p listingPage) begin(v *site.Visit, who site.Signed) error {
	w, verified := v.Words, who.Partner.Verified()
	b := firstBody{Order: listed.Order(w), Takes: []need{
		{Icon: "card", Title: w.ListingNeedWords(), Text: w.ListingNeedWordsText()},
		{Icon: "verified", Title: w.ListingNeedVerified(), Text: w.ListingNeedVerifiedOpen(), Done: verified},
		{Icon: "search", Title: w.ListingNeedRead(v.Vendor().Name), Text: w.ListingNeedReadText(readDays)},
	}}
	b.Acts = []page.Act{{Text: w.ListingWrite(), URL: editPath, Primary: true}}
	if verified {
		b.Takes[1].Text = w.ListingNeedVerifiedDone()
	} else {
		b.Acts = append(b.Acts, page.Act{Text: w.ListingVerify(), URL: site.CompanyPath})
	}
	return v.Render(first, http.StatusOK, v.Frame(w.ListingTitle()), b)
}

type ownBody struct {
	Token    string
	Note     *page.Note
	Hidden   *page.Note
	Card     listed.Card
	Sections []page.Section
	Submit   string // the button that asks for publication; empty where there is nothing to ask for
	Why      string // why it cannot be asked for now
	Acts     []page.Act
	Public   *page.Link
	Order    page.Details
}

// readDays is within how many days the vendor reads what was submitted, as a rule.
const readDays = 3

func (p listingPage) show(v *site.Visit, who site.Signed) error {
	l, err := p.stored(v, who)
	if err != nil {
		return err
	}
	if l.Version == 0 {
		return p.begin(v, who)
	}
	return p.render(v, who, l, http.StatusOK, nil)
}

// render shows how the listing stands, with what may be done now.
func (p listingPage) render(v *site.Visit, who site.Signed, l listing.Listing, status int, errs page.Errors) error {
	w, of, vendor := v.Words, who.Partner, v.Vendor().Name
	e, err := p.entry(v, who, l)
	if err != nil {
		return err
	}
	b := ownBody{Token: site.Token(who.Secret, "listing"), Card: e.Card(v, ""), Sections: e.Sections(v), Order: listed.Order(w)}
	frame := v.Frame(w.ListingTitle())
	badge := listed.State(w, l)
	frame.Badge, frame.Lead, frame.Errors = &badge, p.line(v, of, l), errs
	switch {
	case l.HiddenBy == listing.ByVendor:
		b.Hidden = &page.Note{Kind: "bad", Icon: "alert", Title: w.ListingHiddenByVendor(vendor), Text: w.ListingHiddenByVendorText(vendor)}
	case l.HiddenBy == listing.ByPartner:
		b.Hidden = &page.Note{Kind: "warn", Icon: "alert", Title: w.ListingHiddenByPartner(), Text: w.ListingHiddenByPartnerText()}
	case l.Review == listing.Unsent && l.Reason != "":
		b.Note = &page.Note{Kind: "warn", Icon: "alert", Title: w.ListingSentBackTitle(vendor), Text: l.Reason}
	}
	if b.Hidden != nil && l.HideReason != "" {
		b.Hidden.Text += "\n" + w.ListingReasonIs(l.HideReason)
	}
	if access.Has(who.Caller, access.EditListing) {
		if l.Review == listing.Unsent {
			b.Submit, b.Why = w.ListingSubmit(), p.cannotSubmit(v, of)
		}
		b.Acts = append(b.Acts, page.Act{Text: w.ListingEdit(), URL: editPath})
	}
	b.Acts = append(b.Acts, page.Act{Text: w.ListingPreview(), URL: previewPath})
	if l.Published != nil && access.Has(who.Caller, access.HideListings) {
		switch l.HiddenBy {
		case "":
			b.Acts = append(b.Acts, page.Act{Text: w.ListingHide(), URL: hidePath})
		case listing.ByPartner:
			b.Acts = append(b.Acts, page.Act{Text: w.ListingShow(), URL: showPath})
		}
	}
	if l.Visible(of) {
		b.Public = &page.Link{Text: w.ListingPublicHeading(), URL: "/find-a-partner/" + string(of.ID)}
	}
	frame.Notice = done(v, l)
	return v.Render(own, status, frame, b)
}

// line says in one line what the state means to customers.
func (p listingPage) line(v *site.Visit, of partner.Partner, l listing.Listing) string {
	w, vendor := v.Words, v.Vendor().Name
	due := v.In(l.SubmittedAt.AddDate(0, 0, readDays), of.Country)
	published := v.In(l.PublishedAt, of.Country)
	switch seen := l.Visible(of); {
	case l.Review == listing.Waiting && seen:
		return w.ListingLineSubmittedChanges(vendor, due)
	case l.Review == listing.Waiting:
		return w.ListingLineSubmitted(vendor, due)
	case l.Review == listing.Unsent && seen:
		return w.ListingLineChanges(published)
	case seen:
		return w.ListingLinePublished(published)
	}
	return w.ListingLineDraft()
}

// cannotSubmit says why the partner cannot ask for publication now; empty where it can.
func (p listingPage) cannotSubmit(v *site.Visit, of partner.Partner) string {
	switch {
	case of.Working() != nil:
		return v.Words.ListingWhySuspended(of.LegalName)
	case !of.Verified():
		return v.Words.ListingUnverified()
	}
	return ""
}

// entry is the newest content as it is shown, with the plans that it names.
func (p listingPage) entry(v *site.Visit, who site.Signed, l listing.Listing) (listed.Entry, error) {
	shown, err := v.Catalogue(l.Content.Plans...)
	if err != nil {
		return listed.Entry{}, err
	}
	indexed, _, _, err := p.table.Indexed(v.R.Context(), who.Partner.ID)
	e := listed.Entry{Partner: who.Partner, Content: l.Content, Share: listing.NoShare, Plans: shown.Plans}
	if indexed.Fact != nil {
		e.Share = indexed.Fact.Share
	}
	return e, err
}

// What an act leads back with, and what is said then, as far as it is still true.
const (
	saved     = "saved"
	submitted = "submitted"
	hidden    = "hidden"
	shown     = "shown"
)

func done(v *site.Visit, l listing.Listing) *page.Notice {
	w := v.Words
	said := ""
	switch act := v.R.URL.Query().Get("done"); {
	case act == saved && l.Review == listing.Passed:
		said = w.ListingDoneSame()
	case act == saved && l.Review == listing.Unsent:
		said = w.ListingDoneSaved()
	case act == submitted && l.Review == listing.Waiting:
		said = w.ListingDoneSubmitted(v.Vendor().Name)
	case act == submitted && l.Review == listing.Passed:
		said = w.ListingDoneSame()
	case act == hidden && l.HiddenBy != "":
		said = w.ListingDoneHidden()
	case act == shown && l.HiddenBy == "":
		said = w.ListingDoneShown()
	}
	if said == "" {
		return nil
	}
	return &page.Notice{Success: true, Text: said}
}

// submit asks the vendor to publish what is stored.
func (p listingPage) submit(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "listing"); err != nil {
		return err
	}
	_, err := listing.Ask(v.R.Context(), p.table, who.Partner, v.By(who))
	switch f := fault.As(err); {
	case err == nil, fault.Is(err, fault.ListingPublished):
		return v.Redirect(path + "?done=" + submitted)
	case fault.Is(err, fault.NotFound):
		return v.Redirect(path)
	case f != nil && len(f.Fields) > 0: // what it lacks is mended in the form
		l, err := p.stored(v, who)
		if err != nil {
			return err
		}
		return p.ask(v, who, typedOf(v, l), http.StatusUnprocessableEntity, wrong(v, f), nil)
	case fault.Is(err, fault.ProfileUnverified, fault.PartnerNotActive):
		l, err := p.stored(v, who)
		if err != nil {
			return err
		}
		return p.render(v, who, l, http.StatusConflict, page.Errors{{Text: p.cannotSubmit(v, who.Partner)}})
	}
	return err
}

type previewBody struct {
	Languages page.Tabs
	Card      page.Part // of listed.Card, in the preview's language
	Profile   page.Part
	Language  string
}

// preview shows the newest content as customers see it.
func (p listingPage) preview(v *site.Visit, who site.Signed) error {
	l, err := p.stored(v, who)
	if err != nil {
		return err
	}
	if l.Version == 0 {
		return v.Redirect(path)
	}
	e, err := p.entry(v, who, l)
	if err != nil {
		return err
	}
	w := v.Words
	reader, tabs := listed.Reader(v)
	profile := e.Profile(reader)
	profile.Within = true
	b := previewBody{
		Languages: tabs, Language: string(reader.Words.Language()),
		Card: page.Part{Words: reader.Words.Shown(), P: e.Card(reader, "")}, Profile: page.Part{Words: reader.Words.Shown(), P: profile},
	}
	frame := v.Frame(w.ListingPreview())
	frame.Lead, frame.Back = w.ListingPreviewLead(), &page.Link{URL: path, Text: w.ListingTitle()}
	return v.Render(preview, http.StatusOK, frame, b)
}

// askHide and askShow ask once more.
func (p listingPage) askHide(v *site.Visit, who site.Signed) error {
	w := v.Words
	return v.Say(http.StatusOK, site.Message{
		Title: w.ListingHideTitle(), Text: []string{w.ListingHideText()}, Back: &page.Link{URL: path, Text: w.ListingTitle()},
		Button: &site.Button{Text: w.ListingHide(), Value: hidden, Token: site.Token(who.Secret, "listing", hidden), Danger: true, Keep: path, KeepText: w.FrameBack()},
	})
}

func (p listingPage) hide(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "listing", hidden); err != nil {
		return err
	}
	_, err := listing.Hide(v.R.Context(), p.table, who.Partner.ID, listing.ByPartner, "", v.By(who))
	if err != nil && !fault.Is(err, fault.ListingNotPublished, fault.NotFound) {
		return err
	}
	return v.Redirect(path + "?done=" + hidden)
}

func (p listingPage) askShow(v *site.Visit, who site.Signed) error {
	w := v.Words
	return v.Say(http.StatusOK, site.Message{
		Title: w.ListingShowTitle(), Text: []string{w.ListingShowText()}, Back: &page.Link{URL: path, Text: w.ListingTitle()},
		Button: &site.Button{Text: w.ListingShow(), Value: shown, Token: site.Token(who.Secret, "listing", shown), Keep: path, KeepText: w.FrameBack()},
	})
}

func (p listingPage) unhide(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, "listing", shown); err != nil {
		return err
	}
	_, err := listing.Show(v.R.Context(), p.table, who.Partner.ID, listing.ByPartner, v.By(who))
	if err != nil && !fault.Is(err, fault.ListingHiddenByVendor, fault.NotFound) {
		return err
	}
	return v.Redirect(path + "?done=" + shown)
}
