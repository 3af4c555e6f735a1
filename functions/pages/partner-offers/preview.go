package partneroffers

import (
	"net/http"

	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/offered"
	"liaison/shared/site/previewed"
)

// preview shows the mail of an offer and the page that the customer opens, as somebody who is invited now gets them.
func (p offersPage) preview(v *site.Visit, who site.Signed) error {
	o, used, err := p.named(v, who)
	if err != nil {
		return err
	}
	until := invitation.New(o, invitation.Recipient{}, invitation.FromPartner, invitation.DefaultDays, v.Op).ExpiresAt
	body, err := previewed.Of(v, previewed.Offer{Offer: o, Partner: who.Partner, To: who.Mail, Until: until}, *v.R.URL)
	if err != nil {
		return err
	}
	shown, err := v.Catalogue(o.Plans()...)
	if err != nil {
		return err
	}
	state := badge(v.Words, o, used, v.Op.At)
	frame := v.Frame(offered.Name(v, o, shown))
	frame.Badge, frame.Lead, frame.Back = &state, o.ID.Reference(), &page.Link{URL: at(o.ID), Text: o.ID.Reference()}
	return v.Render(preview, http.StatusOK, frame, body)
}
