package site

import (
	"context"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
)

// Spoken returns a partner ID in two groups that stay on one line.
func Spoken(p partner.ID) string { return strings.ReplaceAll(p.Spoken(), " ", "\u00a0") }

// PartnerCard returns who a partner is, as verified, in rows; empty facts are left out.
func (v *Visit) PartnerCard(p partner.Partner) []page.Row {
	w := v.Words
	rows := []page.Row{
		{Key: w.SitePartnerName(), Values: []string{p.LegalName}},
		{Key: w.SitePartnerID(), Values: []string{Spoken(p.ID)}},
		{Key: w.SiteCountry(), Values: []string{w.Country(p.Country)}},
	}
	add := func(key, value string, row page.Row) {
		if value != "" {
			row.Key, row.Values = key, []string{value}
			rows = append(rows, row)
		}
	}
	add(w.SiteWebsite(), p.Website, page.Row{URL: page.WebURL(p.Website)})
	add(w.SitePhone(), p.Phone, page.Row{URL: page.PhoneURL(p.Phone)})
	add(w.SiteMail(), p.Mail, page.Row{URL: page.MailURL(p.Mail)})
	add(w.SiteHours(), p.SupportHours, page.Row{})
	return rows
}

// Partners is what naming another partner reads.
type Partners interface {
	Partner(ctx context.Context, p partner.ID) (partner.Partner, error)
}

// Adviser names a partner of record that is not the one who offers: one GetItem; by its ID alone where it is gone.
func (v *Visit) Adviser(table Partners, p partner.ID) (string, error) {
	found, err := table.Partner(v.R.Context(), p)
	switch f := fault.As(err); {
	case err == nil:
		return v.Words.RedeemAdvisorIs(found.LegalName, Spoken(p)), nil
	case f != nil && f.Kind == fault.NotFound:
		return v.Words.RedeemAdvisorID(Spoken(p)), nil
	}
	return "", err
}

// OfferTitle names an offer by its kind and what it brings.
func (v *Visit) OfferTitle(of offer.Offer, plan catalog.Plan) string {
	if of.Kind == offer.DelegatedAdministration {
		return v.Words.OfferTitleAdministration()
	}
	return v.Words.OfferTitle(plan.Name.In(string(v.Words.Language())))
}

// Offered returns what an offer holds in rows: plan, services, length, licences, price, or what it asks for; country, reference, until when.
func (v *Visit) Offered(of offer.Offer, plan catalog.Plan, vendor catalog.Vendor, until time.Time) []page.Row {
	w, l := v.Words, string(v.Words.Language())
	var rows []page.Row
	if of.Kind.Sells() {
		rows = append(rows, page.Row{Key: w.SitePlan(), Values: lines(plan.Name.In(l), plan.Description.In(l))})
	} else if d := of.Delegation; d != nil {
		rows = append(rows, page.Row{Key: w.SiteAsked(), Values: []string{w.SiteAdministration(), v.Rights(d.Role)}}, page.Row{Key: w.SiteAskedFor(), Values: []string{w.SiteDays(d.Days)}})
	}
	if len(plan.Services) > 0 {
		services := make([]string, len(plan.Services))
		for i, s := range plan.Services {
			services[i] = s.Name.In(l)
			if about := s.Description.In(l); about != "" {
				services[i] = w.SiteService(services[i], about)
			}
		}
		rows = append(rows, page.Row{Key: w.SiteServices(), Values: services})
	}
	if plan.Trial != nil && of.Kind == offer.Trial {
		rows = append(rows,
			page.Row{Key: w.SiteLength(), Values: []string{w.SiteDays(plan.Trial.Days)}},
			page.Row{Key: w.SiteLicences(), Values: []string{w.SiteLicenceCount(plan.Trial.Licenses)}},
			page.Row{Key: w.SitePrice(), Values: []string{w.SiteFree(), w.SiteBilledBy(vendor.Name)}})
	}
	return append(rows,
		page.Row{Key: w.SiteCountry(), Values: []string{w.Country(of.Country)}},
		page.Row{Key: w.SiteUntil(), Values: []string{w.Time(v.In(until, of.Country))}},
		page.Row{Key: w.SiteReference(), Values: []string{of.ID.Reference()}})
}

func lines(some ...string) []string {
	var kept []string
	for _, line := range some {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// In returns a time in the zone of a country, in which pages write it.
func (v *Visit) In(t time.Time, country string) time.Time { return t.In(locale.Zone(country)) }

// Powers returns what a delegated administrator of the role can and cannot do, as sentences.
func (v *Visit) Powers(role string) (can, cannot string) {
	if role == offer.RoleFull {
		return v.Words.AdministrationFullCan(), v.Words.AdministrationFullCannot()
	}
	return v.Words.AdministrationLimitedCan(), v.Words.AdministrationLimitedCannot()
}

// Rights names the role of a delegated administrator.
func (v *Visit) Rights(role string) string {
	if role == offer.RoleFull {
		return v.Words.AdministrationFullName()
	}
	return v.Words.AdministrationLimitedName()
}
