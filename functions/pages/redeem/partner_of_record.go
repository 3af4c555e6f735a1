package redeem

import (
	"net/http"

	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/redemption"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/site/partnerpicker"
)

// The choices of partner of record.
const (
	choiceOffering = "offering"
	choiceOther    = "other"
	choiceNone     = redemption.None
)

// partnerOfRecordBody is what an offer with a subscription asks: who becomes its partner of record.
type partnerOfRecordBody struct {
	Now       string // who it is as answered so far
	Open      bool   // what was answered last is about it
	Typed     bool   // an ID stands there
	Choice    page.Radios
	PartnerID page.Lookup
}

func (p redeemPage) askPartnerOfRecord(v *site.Visit, f reading, a answers, errs page.Errors, b *readBody) error {
	w, asking := v.Words, f.Facts.Partner
	now, err := p.partnerOfRecord(v, f)
	wrong := errs.For("advisor") != "" || errs.For(partnerpicker.Field) != ""
	b.PartnerOfRecord = &partnerOfRecordBody{
		Now: now, Open: wrong || changing(v) || a.checked != "" || page.Switched(v.R), Typed: wrong || a.partnerID != "",
		Choice: page.Radios{
			Name: "advisor", Legend: w.PartnerOfRecordLegend(), Value: a.choice, Error: errs.For("advisor"),
			Options: []page.Option{
				{Value: choiceOffering, Label: w.PartnerOfRecordOffering(asking.LegalName), Hint: w.PartnerOfRecordOfferingHint(partnername.ID(asking.ID))},
				{Value: choiceOther, Label: w.PartnerOfRecordOther(), Hint: w.PartnerOfRecordOtherHint()},
				{Value: choiceNone, Label: w.PartnerOfRecordNone()},
			},
		},
		PartnerID: partnerpicker.InOffer(w).Lookup(a.partnerID, errs, a.checked),
	}
	return err
}

// answerPartnerOfRecord takes the choice into the draft; an ID that was typed is looked up, which counts.
func (p redeemPage) answerPartnerOfRecord(v *site.Visit, f reading, a answers, d *invitation.Draft) (page.Errors, error) {
	switch a.choice {
	case choiceOffering:
		if a.partnerID != "" && a.partnerID != f.Invitation.Draft.PartnerOfRecord {
			return page.Errors{{Field: "advisor", Text: v.Words.PartnerOfRecordOtherNotChosen()}}, nil
		}
		return nil, nil
	case choiceNone:
		d.PartnerOfRecord = redemption.None
		return nil, nil
	case choiceOther:
		var errs page.Errors
		if d.PartnerOfRecord, errs = other(v, a.partnerID, f.Facts.Offer.Partner); errs != nil {
			return errs, nil
		}
		return nil, partnerpicker.Count(v, p.table, gateway.ClientAddress(v.R))
	}
	return page.Errors{{Field: "advisor", Text: v.Words.PartnerOfRecordChoose()}}, nil
}

// other reads the ID typed instead of the offering partner's: empty where it is that one after all.
func other(v *site.Visit, typed string, offering partner.ID) (string, page.Errors) {
	given, wrong := partnerpicker.InOffer(v.Words).Parse(typed)
	switch {
	case wrong != "":
		return "", page.Errors{{Field: partnerpicker.Field, Text: wrong}}
	case given == offering:
		return "", nil
	}
	return string(given), nil
}

// ineligible says why another partner that a draft names cannot be partner of record; nil where it names none.
func ineligible(v *site.Visit, facts redemption.Facts) page.Errors {
	if d := facts.Invitation.Draft.PartnerOfRecord; d == "" || d == redemption.None {
		return nil
	}
	if err := facts.Eligible(v.Op.At); err != nil {
		return page.Errors{{Field: partnerpicker.Field, Text: partnerpicker.InOffer(v.Words).Ineligible(err)}}
	}
	return nil
}

// showChecked says whose ID was typed, or what is wrong with it.
func (p redeemPage) showChecked(v *site.Visit, f reading, a answers, facts redemption.Facts, errs page.Errors) error {
	if errs != nil {
		return p.renderRead(v, f, http.StatusUnprocessableEntity, a, errs, nil)
	}
	found := f.Facts.Partner
	if facts.Invitation.Draft.PartnerOfRecord != "" {
		found = facts.Other.Partner
	}
	a.checked = partnerpicker.Found(v.Words, found)
	// The page begins anew at its top, far above the field: what was found stands there too, with the way back.
	return p.renderRead(v, f, http.StatusOK, a, nil, &page.Notice{
		Text: a.checked, Success: true, Link: &page.Link{Text: v.Words.PartnerIDBack(), URL: "#partner_id"},
	})
}

// partnerOfRecordRows say who becomes partner of record.
func (p redeemPage) partnerOfRecordRows(v *site.Visit, f reading) ([]page.Row, error) {
	said, err := p.partnerOfRecord(v, f)
	return []page.Row{{Key: v.Words.PartnerOfRecordLabel(), Values: []string{said}, Change: change(f, stepRead, "advisor", v.Words.PartnerOfRecordLabel())}}, err
}

func (p redeemPage) partnerOfRecord(v *site.Visit, f reading) (string, error) {
	switch d := f.Invitation.Draft.PartnerOfRecord; d {
	case "":
		return f.Facts.Partner.LegalName, nil // whose ID stands on the first card
	case redemption.None:
		return v.Words.PartnerOfRecordNobody(), nil
	default:
		names, err := partnername.Read(v, p.table, partner.ID(d))
		return names.Full(partner.ID(d)), err
	}
}
