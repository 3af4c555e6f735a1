package partneroffers

import (
	"errors"
	"net/http"
	"slices"

	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/site/invited"
	"liaison/shared/site/offered"
	"liaison/shared/textinput"
)

const (
	invite = "invite"
	send   = "send"
)

func inviting(o offer.ID) string { return at(o) + "/" + invite }

// inviteBody is the form that takes recipients, below the list that it read, if it did.
type inviteBody struct {
	Action, Back string
	Hidden       []page.Hidden
	List         *invited.List
	Text         page.Textarea
	File         page.File
	Send, Why    string
}

// asked is an offer that more people are to be invited to, with the list that was read for it, if one was.
type asked struct {
	facts invitation.Facts
	list  *invitation.Bulk
	rows  []invitation.Row
	key   string // of the form that sends it
}

func (a asked) id() string {
	if a.list == nil {
		return ""
	}
	return a.list.ID
}

func (a asked) signed() []string {
	return []string{"partner-offer", string(a.facts.Offer.ID), invite, a.id(), a.key}
}

// inviteTo reads the offer in the path and the list that the address names; where it was sent, or is kept no longer, the offer is shown.
func (p offersPage) inviteTo(step func(*site.Visit, site.Signed, asked) error) func(*site.Visit, site.Signed) error {
	return func(v *site.Visit, who site.Signed) error {
		o, used, err := p.named(v, who)
		if err != nil {
			return err
		}
		a := asked{facts: invitation.Facts{Offer: o, Used: used, Partner: who.Partner}, key: v.Form("key")}
		list := v.R.URL.Query().Get("list")
		if list == "" {
			return step(v, who, a)
		}
		b, err := p.table.Bulk(v.R.Context(), o.ID, list, v.Op.At)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && (b.Status != invitation.BulkRead || string(b.By) != who.ID):
			return v.Redirect(at(o.ID))
		case err != nil:
			return err
		}
		a.list = &b
		if a.rows, err = p.table.BulkRows(v.R.Context(), o.ID, list, v.Op.At); err != nil {
			return err
		}
		return step(v, who, a)
	}
}

func (p offersPage) showInvite(v *site.Visit, who site.Signed, a asked) error {
	if cannotInvite(v, who, a.facts) != "" {
		return v.Redirect(at(a.facts.Offer.ID))
	}
	a.key = confirm.NewKey(v)
	return p.renderInvite(v, who, a, http.StatusOK, nil, nil)
}

// cannotInvite says why nobody more can be invited to an offer now; empty where somebody can.
func cannotInvite(v *site.Visit, who site.Signed, facts invitation.Facts) string {
	if why := v.CannotOffer(who); why != "" {
		return why
	}
	if err := facts.Sendable(1, v.Op.At); err != nil {
		return short(v, err)
	}
	return ""
}

func (p offersPage) renderInvite(v *site.Visit, who site.Signed, a asked, status int, errs page.Errors, notice *page.Notice) error {
	w, o := v.Words, a.facts.Offer
	shown, err := v.Catalogue(o.Plans()...)
	if err != nil {
		return err
	}
	b := inviteBody{Action: inviting(o.ID), Back: at(o.ID), Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(who.Secret, a.signed()...)}, {Name: "key", Value: a.key}}}
	if a.list != nil {
		here := page.Hidden{Name: "list", Value: a.list.ID}
		b.Action = site.Query(b.Action, here)
		left, err := invited.Left(v, p.table, who)
		if err != nil {
			return err
		}
		list := invited.Of(v, a.rows, left, inviting(o.ID), here)
		b.List, b.Send = &list, w.OfferNewSend(list.Good)
		err = a.facts.Sendable(list.Good, v.Op.At)
		switch {
		case list.Good == 0:
			b.Why = w.InvitedNobody()
		case err != nil:
			b.Why = short(v, err)
		case list.Left != "":
			b.Why = v.Detail(fault.DailyInvitationLimit.With(v.Env.InvitationsPerDay))
		}
	}
	b.Text, b.File = invited.Fields(w, b.List, nil, errs)
	frame := v.Frame(w.InvitedMore())
	frame.Lead, frame.Back = offered.Name(v, o, shown)+" · "+o.ID.Reference(), &page.Link{URL: at(o.ID), Text: o.ID.Reference()}
	frame.Errors, frame.Form, frame.Notice = errs, invite, notice
	if v.R.Method == http.MethodPost {
		frame.Typed = v.R.PostForm
	}
	return v.Render(more, status, frame, b)
}

// takeInvite reads a list and shows it, or has the one that is shown sent.
func (p offersPage) takeInvite(v *site.Visit, who site.Signed, a asked) error {
	if err := v.Posted(who.Secret, a.signed()...); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.renderInvite(v, who, a, http.StatusOK, nil, nil)
	}
	if a.list != nil && v.Form("action") == send {
		return p.sendList(v, who, a)
	}
	w, o := v.Words, a.facts.Offer
	typed := invited.Posted(v, a.list != nil)
	var kept []invitation.Row
	if len(typed.File) == 0 {
		kept = slices.DeleteFunc(slices.Clone(a.rows), func(row invitation.Row) bool { return row.Flaw != "" })
	}
	read, errs := typed.Read(w, kept)
	if errs == nil && len(read) == 0 {
		errs = page.Errors{{Field: invited.Field, Text: w.InvitedMissing()}}
	}
	if errs != nil {
		return p.renderInvite(v, who, a, http.StatusUnprocessableEntity, errs, nil)
	}
	was, err := p.mailed(v, o.ID)
	if err != nil {
		return err
	}
	list, rows := invitation.NewBulk(o.ID, invitation.Review(read, was), partner.UserID(who.ID), v.By(who))
	if err := p.table.SaveBulk(v.R.Context(), list, rows, v.By(who)); err != nil {
		return err
	}
	return v.Redirect(site.Query(inviting(o.ID), page.Hidden{Name: "list", Value: list.ID}))
}

// mostKnown is among how many of an offer's newest invitations an address is looked for.
const mostKnown = 1000

// mailed says of an address whether the offer was mailed to it.
func (p offersPage) mailed(v *site.Visit, o offer.ID) (func(mail string) bool, error) {
	known := map[string]bool{}
	for cursor := ""; len(known) < mostKnown; {
		found, next, err := p.table.Invitations(v.R.Context(), o, dynamo.Page{Limit: 100, Cursor: cursor}, nil)
		if err != nil {
			return nil, err
		}
		for _, inv := range found {
			known[textinput.FoldMail(inv.Mail)] = true
		}
		if cursor = next; next == "" {
			break
		}
	}
	return func(mail string) bool { return known[textinput.FoldMail(mail)] }, nil
}

// sendList has the list sent, once however often its button is pressed, and leads to the offer, which says how far it is.
func (p offersPage) sendList(v *site.Visit, who site.Signed, a asked) error {
	o := a.facts.Offer.ID
	once := confirm.OnceBy(v, p.table, who, invite+" "+string(o)+" "+a.list.ID, a.key, path)
	err := invitation.SendBulk(v.R.Context(), p.table, o, a.list.ID, v.Env.InvitationsPerDay, once.Op)
	var replay *op.Replay
	switch {
	case err == nil, errors.As(err, &replay), fault.Is(err, fault.Stale):
		return v.Redirect(at(o) + "?done=" + invite)
	case fault.As(err) == nil || fault.Is(err, fault.NotFound, fault.Busy):
		return err
	}
	v.After(err)
	return p.renderInvite(v, who, a, gateway.Status(err), nil, &page.Notice{Text: v.Detail(err)})
}
