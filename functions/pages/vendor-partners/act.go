package vendorpartners

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// maxReason is the most characters of a reason, as the API has it.
const maxReason = 500

// words are some of a page's.
type words = func(locale.Words) string

// act is one thing that an operator does to a partner: the API's own operation.
type act struct {
	name    string // in the address
	text    words
	title   func(w locale.Words, partner string) string
	follows []words // what it does, said before it is done
	danger  bool
	reason  bool  // asked for
	needed  bool  // the reason
	note    words // what becomes of the reason, where it is not mailed to the partner
	read    bool  // it rests on what the partner's page showed: where that changed meanwhile nothing is done
	fits    func(partner.Partner) bool
	do      func(ctx context.Context, t partner.Store, id partner.ID, reason string, o op.Op) (partner.Partner, error)
}

func within(of partner.Partner) bool {
	return of.Status != partner.Closed && of.Status != partner.Rejected
}

// acts are all, in the order of the page.
var acts = []act{
	{
		name: "suspend", text: locale.Words.VendorPartnersSuspend, title: locale.Words.VendorPartnersSuspendName, danger: true, reason: true, needed: true,
		follows: []words{locale.Words.VendorPartnersSuspendLinks, locale.Words.VendorPartnersSuspendGoesOn, locale.Words.VendorPartnersSuspendBack},
		fits:    func(of partner.Partner) bool { return of.Status == partner.Active },
		do:      partner.Suspend,
	},
	{
		name: "reinstate", text: locale.Words.VendorPartnersReinstate, title: locale.Words.VendorPartnersReinstateName, reason: true,
		follows: []words{locale.Words.VendorPartnersReinstateLinks},
		fits:    func(of partner.Partner) bool { return of.Status == partner.Suspended },
		do:      partner.Reinstate,
	},
	{
		name: "verify", text: locale.Words.VendorPartnersVerify, title: locale.Words.VendorPartnersVerifyName, reason: true, note: locale.Words.VendorPartnersVerifyNote, read: true,
		follows: []words{locale.Words.VendorPartnersVerifyCounts, locale.Words.VendorPartnersVerifyUntil},
		fits:    within,
		do:      partner.Verify,
	},
	{
		name: "trust", text: locale.Words.VendorPartnersTrust, title: locale.Words.VendorPartnersTrustName,
		follows: []words{locale.Words.VendorPartnersTrustText},
		fits:    func(of partner.Partner) bool { return within(of) && !of.Trusted },
		do:      trusts(true),
	},
	{
		name: "untrust", text: locale.Words.VendorPartnersUntrust, title: locale.Words.VendorPartnersUntrustName,
		follows: []words{locale.Words.VendorPartnersUntrustText},
		fits:    func(of partner.Partner) bool { return within(of) && of.Trusted },
		do:      trusts(false),
	},
	{
		name: "close", text: locale.Words.VendorPartnersClose, title: locale.Words.VendorPartnersCloseName, danger: true, reason: true, needed: true,
		follows: []words{
			locale.Words.VendorPartnersCloseFinal, locale.Words.VendorPartnersCloseAccess, locale.Words.VendorPartnersCloseTies,
			locale.Words.VendorPartnersCloseReseller,
		},
		fits: within,
		do:   partner.Close,
	},
}

func trusts(trusted bool) func(context.Context, partner.Store, partner.ID, string, op.Op) (partner.Partner, error) {
	return func(ctx context.Context, t partner.Store, id partner.ID, _ string, o op.Op) (partner.Partner, error) {
		return partner.Trust(ctx, t, id, trusted, o)
	}
}

type sureBody struct {
	Action, Token, Button, Keep string
	Danger                      bool
	Seen                        int // the version of the partner; 0 where it does not matter
	Follows                     []string
	Reason                      *page.Textarea
}

// chosen reads the partner and the act in the path; NotFound where there is no such act.
func (p partnersPage) chosen(v *site.Visit) (partner.Partner, act, error) {
	i := slices.IndexFunc(acts, func(a act) bool { return a.name == v.R.PathValue("act") })
	if i < 0 {
		return partner.Partner{}, act{}, fault.NotFound
	}
	of, err := p.named(v)
	return of, acts[i], err
}

// ask says what an act does. One that does not fit any more leads to the partner.
func (p partnersPage) ask(v *site.Visit, who site.Signed) error {
	of, a, err := p.chosen(v)
	switch {
	case err != nil:
		return err
	case !a.fits(of):
		return v.Redirect(at(of.ID))
	}
	return p.sure(v, who, of, a, http.StatusOK, nil)
}

func (p partnersPage) sure(v *site.Visit, who site.Signed, of partner.Partner, a act, status int, errs page.Errors) error {
	w := v.Words
	title := a.title(w, of.LegalName)
	b := sureBody{
		Action: at(of.ID) + "/" + a.name, Token: site.Token(who.Secret, a.name, string(of.ID)), Button: title, Keep: at(of.ID), Danger: a.danger,
	}
	if a.read {
		b.Seen = seen(v, of)
	}
	for _, text := range a.follows {
		b.Follows = append(b.Follows, text(w))
	}
	if a.reason {
		b.Reason = &page.Textarea{Name: "reason", Label: w.VendorReason(), Hint: w.VendorPartnersReasonHint(), Value: v.Form("reason"), Error: errs.For("reason")}
		if a.note != nil {
			b.Reason.Hint = a.note(w)
		}
		if !a.needed {
			b.Reason.Label = w.VendorPartnersReasonOptional()
		}
	}
	frame := v.Frame(title)
	frame.Narrow, frame.Errors, frame.Back = true, errs, &page.Link{URL: at(of.ID), Text: of.LegalName}
	if a.reason {
		frame.Form = "act"
	}
	return v.Render(sure, status, frame, b)
}

// seen is the version of the partner that its page showed, as the link and the form bring it; the newest where they bring none.
func seen(v *site.Visit, of partner.Partner) int {
	if n, err := strconv.Atoi(cmp.Or(v.Form("seen"), v.R.URL.Query().Get("seen"))); err == nil && n > 0 {
		return n
	}
	return of.Version
}

// do does the act. Where it does not fit any more, nothing changes and the partner's page says so.
func (p partnersPage) do(v *site.Visit, who site.Signed) error {
	of, a, err := p.chosen(v)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, a.name, string(of.ID)); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.sure(v, who, of, a, http.StatusOK, nil)
	}
	w, reason, said := v.Words, "", "saved"
	if a.reason {
		if a.note == nil {
			said = "told"
		}
		var code *fault.Code
		var wrong string
		switch reason, code = textinput.Note(v.Form("reason"), maxReason); {
		case code == fault.TooLong:
			wrong = w.PartnersReasonLong(maxReason)
		case code != nil && code != fault.Required:
			wrong = w.PartnersReasonWrong()
		case reason == "" && a.needed:
			wrong = w.CustomersReasonMissing()
		}
		if wrong != "" {
			return p.sure(v, who, of, a, http.StatusUnprocessableEntity, page.Errors{{Field: "reason", Text: wrong}})
		}
	}
	o := v.By(who)
	if a.read {
		o.Seen = seen(v, of)
	}
	_, err = a.do(v.R.Context(), p.table, of.ID, reason, o)
	switch {
	case fault.Is(err, fault.Stale):
		said = "meanwhile"
	case fault.Is(err, fault.PartnerNotActive, fault.PartnerNotSuspended):
		said = "before"
	case err != nil:
		return err
	}
	return v.Redirect(at(of.ID) + "?done=" + said)
}
