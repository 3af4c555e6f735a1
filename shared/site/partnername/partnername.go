// Package partnername is how pages write a partner: by its name and its ID, by its card, and as who bills.
package partnername

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// Store reads what up to 100 partners are called, in one call.
type Store interface {
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
}

// Names are the partners that a page mentions, as it writes them.
type Names struct {
	v     *site.Visit
	legal map[partner.ID]string
}

// Read reads what partners are called, each once, 100 in a call. An ID that is none, as the empty one, is not read.
func Read(v *site.Visit, store Store, ids ...partner.ID) (Names, error) {
	names := Names{v, map[partner.ID]string{}}
	ids = slices.DeleteFunc(slices.Clone(ids), func(p partner.ID) bool { return !p.Valid() })
	slices.Sort(ids)
	const most = 100 // one call's
	for some := range slices.Chunk(slices.Compact(ids), most) {
		found, err := store.PartnerNames(v.R.Context(), some)
		if err != nil {
			return names, err
		}
		for id, name := range found {
			names.legal[id] = name
		}
	}
	return names, nil
}

// Full writes a partner with its ID, by that alone where it is gone; the empty partner is "None".
func (n Names) Full(p partner.ID) string {
	if p == "" {
		return n.v.Words.PartnerOfRecordNobody()
	}
	return Full(n.v.Words, p, n.legal[p])
}

// Short writes a partner's name alone, its ID where it is gone; the empty partner is "None".
func (n Names) Short(p partner.ID) string {
	switch name := n.legal[p]; {
	case name != "":
		return name
	case p == "":
		return n.v.Words.PartnerOfRecordNobody()
	}
	return ID(p)
}

// Biller names who bills a subscription: the vendor, or a partner in full.
func (n Names) Biller(by string) string {
	if by == subscription.Vendor || by == "" {
		return n.v.Vendor().Name
	}
	return n.Full(partner.ID(by))
}

// Full writes a partner of a known name with its ID; by its ID alone where the name is empty.
func Full(w locale.Words, p partner.ID, name string) string {
	if name == "" {
		return w.PartnerOfRecordIDOnly(ID(p))
	}
	return w.PartnerOfRecordNameAndID(name, ID(p))
}

// ID writes a partner's ID in two groups that stay on one line.
func ID(p partner.ID) string { return strings.ReplaceAll(p.Spoken(), " ", "\u00a0") }

// Card returns who a partner is, as verified, in rows; empty facts are left out.
func Card(w locale.Words, p partner.Partner) []page.Row {
	return append([]page.Row{
		{Key: w.SitePartnerName(), Values: []string{p.LegalName}},
		{Key: w.SitePartnerID(), Values: []string{ID(p.ID)}},
		{Key: w.SiteCountry(), Values: []string{w.Country(p.Country)}},
	}, Contact(w, p)...)
}

// Contact returns how to reach a partner, in rows; what is empty is left out.
func Contact(w locale.Words, p partner.Partner) []page.Row {
	var rows []page.Row
	add := func(key, value string, to template.URL) {
		if value != "" {
			rows = append(rows, page.Row{Key: key, Values: []string{value}, URL: to})
		}
	}
	add(w.SiteWebsite(), p.Website, page.WebURL(p.Website))
	add(w.SitePhone(), p.Phone, page.PhoneURL(p.Phone))
	add(w.SiteMail(), textinput.ShownMail(p.Mail), page.MailURL(p.Mail))
	add(w.SiteHours(), w.Hours(p.SupportHours), "")
	return rows
}

// Who returns a working partner as the one to ask: its name, its ID and its country.
func Who(w locale.Words, p partner.Partner) *page.Who {
	return &page.Who{Name: p.LegalName, Verified: p.Verified(), Line: w.PartnerOfRecordIDOnly(ID(p.ID)) + " · " + w.Country(p.Country)}
}

// OfSubscriptions lists the partners that subscriptions name: partners of record, now and earlier, and those that bill.
func OfSubscriptions(subs ...subscription.Subscription) []partner.ID {
	var ids []partner.ID
	for _, s := range subs {
		ids = append(ids, s.PartnerOfRecordID(), partner.ID(s.BilledBy))
		for _, past := range s.History {
			ids = append(ids, past.Partner)
		}
	}
	return ids
}
