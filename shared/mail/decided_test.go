package mail

import (
	"slices"
	"strings"
	"testing"

	"liaison/shared/locale"
)

// decided returns every mail about what customers decide beside trials, by a name for its file.
func decided(to Recipient, trial Offer, yes Administration, grant, theirs Grant) map[string]Mail {
	plan, second, reason := trial.Plan, "Archive", "We found another partner nearby."
	if to.Language == locale.Polish {
		second, reason = "Archiwum", "Mamy innego partnera na miejscu."
	}
	tailspin := Partner{Name: "Tailspin Toys S.A.", ID: "23456785", Country: "PL", Mail: "partner@tailspin.example"}
	zloty := func(minor int64) locale.Money { return locale.Money{AmountMinor: minor, Currency: "PLN"} }
	one := []Order{{Plan: plan, Services: trial.Services, Licenses: 25, Term: "month", Price: zloty(4999)}}
	two := []Order{one[0], {Plan: second, Licenses: 1, Term: "year", Price: zloty(1_234_50)}, {Plan: second, Licenses: 3, Term: "year", Price: zloty(1_234_50)}}
	ordered := func(orders []Order, change string) []Order {
		done := make([]Order, len(orders))
		for i, o := range orders {
			done[i] = o
			done[i].Change, done[i].TermEnds = change, ends.AddDate(0, 1, 0)
		}
		return done
	}
	asked := func(kind *OfferKind) InvitationReminder {
		o := Offer{Kind: kind, Message: trial.Message}
		switch kind {
		case KindAdministration:
			o.Role, o.RoleDays = "limited", 365
		case KindPurchase:
			o.Items, o.Biller, o.Role, o.RoleDays, o.TermsTitle, o.Terms, o.Plan = one, vendor.Name, "full", 22, trial.TermsTitle, trial.Terms, plan
		}
		link := "https://pages.example/i/k7x2m9q4v8n3c6b1z5w0r7t2y4"
		return InvitationReminder{
			To: to, Vendor: vendor, Partner: contoso, ReplyTo: "jan@contoso.example", Offer: o, Until: ends, Link: link, Report: link + "?step=report",
			Unsubscribe: "https://pages.example/unsubscribe/p3h8s1d6f9g2j5k7l0",
		}
	}
	noticed, atOnce, days, none := asked(KindReseller), asked(KindReseller), 30, 0
	noticed.Offer.NoticeDays, atOnce.Offer.NoticeDays = &days, &none
	several := asked(KindPurchase)
	several.Offer.Items, several.Offer.Biller, several.Offer.Role = two, contoso.Name, ""
	act := Decided{
		To: to, Vendor: vendor, Partner: contoso, Customer: "Fabrikam S.A.", Reference: "7K3M-Q2XF", At: ends.AddDate(0, 0, -30),
		Terms: []AgreedTerms{{"Northwind", "3"}}, Receipt: "https://pages.example/receipts/q4v8n3c6b1z5w0",
	}
	order, record, tie := act, act, act
	order.Link, record.Link, tie.Link = "https://pages.example/account/subscriptions", "https://pages.example/account/subscriptions/partner", grant.Link
	own := act
	own.Link = "https://pages.example/account/subscriptions/sub_1"
	own.Partner, own.Terms = Partner{}, []AgreedTerms{{"Northwind", "3"}}
	owner := own
	owner.BillingOwner = true
	admin := act
	admin.Administrator, admin.Reference, admin.Receipt, admin.Terms = true, "", "", nil
	replacing := yes
	replacing.Replaced = tailspin.Name
	changes := []Changes{
		{Plan: plan, Licenses: 25, Now: contoso.Name, NowID: contoso.ID, Before: tailspin.Name, BeforeID: tailspin.ID},
		{Plan: second, Licenses: 1, Now: contoso.Name, NowID: contoso.ID},
	}
	gone := []Changes{{Plan: plan, Licenses: 22, Before: contoso.Name, BeforeID: contoso.ID}}
	partner := PartnerOfRecordNotice{To: to, Vendor: vendor, Partner: contoso, Customer: act.Customer, CustomerCountry: "PL", Reference: act.Reference, At: act.At, Changes: changes}
	lost := partner
	lost.Removed, lost.Cause, lost.Changes, lost.Reference = true, "customer", gone, ""
	lostAll := lost
	lostAll.Administration = true
	vendors := lost
	vendors.Cause = "vendor"
	stepped := lost
	stepped.Cause = "partner"
	removal := RemovalAsked{To: to, Vendor: vendor, Partner: contoso, Customer: act.Customer, Asked: act.At, Decides: ends, Reason: reason, Link: "https://pages.example/partner/customers/4kq6x1c9t2bn"}
	ending, leaving := removal, removal
	ending.Ends, ending.ToVendor, leaving.Ends = ends, true, ends
	reminded := removal
	reminded.Reminder, reminded.Days = true, 14
	answered := func(outcome, why string, toPartner bool) RemovalAnswered {
		m := RemovalAnswered{To: to, Vendor: vendor, Partner: contoso, Customer: act.Customer, ToPartner: toPartner, Outcome: outcome, At: act.At, Reason: why}
		if !toPartner {
			m.Link = grant.Link
		}
		return m
	}
	dispute := Dispute{To: to, Vendor: vendor, Partner: contoso, Customer: act.Customer, Reference: act.Reference, At: act.At, Reason: reason}
	bought := OrderedPartner{
		To: to, Vendor: vendor, Partner: contoso, Customer: act.Customer, CustomerCountry: "PL", Reference: act.Reference, At: act.At, Offered: true,
		Orders: ordered(two, ""), Biller: contoso.Name, PartnerOfRecord: true, Administration: yes,
	}
	theirOrder := bought
	theirOrder.Offered, theirOrder.Biller, theirOrder.Administration, theirOrder.Orders = false, vendor.Name, Administration{}, []Order{{Plan: plan, Licenses: 25, Term: "month", TermEnds: ends}}
	moved := theirOrder
	moved.Orders = ordered(theirOrder.Orders, "billing_transferred")
	lostBilling := moved
	lostBilling.Reference, lostBilling.PartnerOfRecord, lostBilling.BilledBefore = "", false, true
	added := ordered(one, "licenses_changed")
	added[0].Before = 3
	acted := func(what Action, change func(*Acted)) Acted {
		m := Acted{
			To: to, Vendor: vendor, Customer: act.Customer, What: what, Reference: "sub_7k3m2q_01", At: act.At, From: act.At,
			Order: Order{Plan: plan, Licenses: 25, Term: "month", Price: zloty(4999)}, Link: "https://pages.example/account/subscriptions/sub_7k3m2q_01",
		}
		if what == TrialCancelled || what == TrialExtended {
			m.Order.Term, m.Order.Price = "", locale.Money{}
		}
		if what == ConsentDisputed || what == RemovalRequested || what == ResellerLeft {
			m.Order, m.Partner, m.Reason, m.Reference, m.Link = Order{}, contoso, reason, act.Reference, "https://pages.example/account/partners"
		}
		if change != nil {
			change(&m)
		}
		return m
	}
	noticeOver := func(handover string) Mail {
		m := answered("ended", "", false)
		m.Handover = handover
		return m
	}
	return map[string]Mail{
		"acted-trial-cancelled":              acted(TrialCancelled, func(m *Acted) { m.DataUntil = ends }),
		"acted-trial-cancelled-behalf":       acted(TrialCancelled, func(m *Acted) { m.DataUntil, m.Partner, m.Reason = ends, contoso, reason }),
		"acted-cancelled":                    acted(Cancelled, func(m *Acted) { m.From, m.DataUntil = ends, ends.AddDate(0, 0, 30) }),
		"acted-cancelled-billing-owner":      acted(Cancelled, func(m *Acted) { m.From, m.DataUntil, m.BillingOwner = ends, ends.AddDate(0, 0, 30), true }),
		"acted-cancel-undone":                acted(CancelUndone, func(m *Acted) { m.From = ends }),
		"acted-licences":                     acted(LicensesChanged, func(m *Acted) { m.Order.Before, m.Order.TermEnds, m.Charged = 22, ends, "prorated" }),
		"acted-licences-next-term":           acted(LicensesChanged, func(m *Acted) { m.Order.Before, m.Order.TermEnds, m.Charged = 22, ends, "next_term" }),
		"acted-licences-fewer":               acted(LicensesChanged, func(m *Acted) { m.Order.Before, m.Order.TermEnds, m.Charged = 30, ends, "prorated" }),
		"acted-licences-partner":             acted(LicensesChanged, func(m *Acted) { m.Order.Before, m.Order.TermEnds = 22, ends }),
		"acted-suspended":                    acted(Suspended, func(m *Acted) { m.Reason = reason }),
		"acted-reinstated":                   acted(Reinstated, nil),
		"acted-trial-extended":               acted(TrialExtended, func(m *Acted) { m.From, m.DataUntil = ends, ends.AddDate(0, 0, 30) }),
		"acted-disputed":                     acted(ConsentDisputed, func(m *Acted) { m.Rests = true }),
		"acted-disputed-no-power":            acted(ConsentDisputed, nil),
		"acted-reseller-left":                acted(ResellerLeft, func(m *Acted) { m.From = ends }),
		"acted-removal-requested":            acted(RemovalRequested, func(m *Acted) { m.From = ends }),
		"acted-removal-notice":               acted(RemovalRequested, func(m *Acted) { m.From, m.Ends = ends, true }),
		"02-purchase-offer":                  PurchaseOffer(asked(KindPurchase)),
		"02-purchase-offer-several":          PurchaseOffer(several),
		"03-request-administration":          Request(asked(KindAdministration)),
		"03-request-record":                  Request(asked(KindPartnerOfRecord)),
		"03-request-reseller":                Request(asked(KindReseller)),
		"03-request-reseller-notice":         Request(noticed),
		"03-request-reseller-at-once":        Request(atOnce),
		"04-reminder-purchase":               asked(KindPurchase),
		"04-reminder-administration":         asked(KindAdministration),
		"04-reminder-record":                 asked(KindPartnerOfRecord),
		"04-reminder-reseller":               asked(KindReseller),
		"05-continue-purchase":               ContinueHere(asked(KindPurchase)),
		"05-continue-administration":         ContinueHere(asked(KindAdministration)),
		"05-continue-record":                 ContinueHere(asked(KindPartnerOfRecord)),
		"05-continue-reseller":               ContinueHere(asked(KindReseller)),
		"06-granted":                         AdministrationGranted{Grant: grant, Reference: act.Reference, At: act.At, Replaced: tailspin.Name, Receipt: act.Receipt},
		"06-reseller":                        ResellerAdded{Decided: tie},
		"06-reseller-notice":                 ResellerAdded{Decided: tie, NoticeDays: &days},
		"06-granted-no-receipt":              AdministrationGranted{Grant: grant, Reference: act.Reference, At: act.At},
		"07-granted-partner":                 AdministrationGranted{Grant: theirs, Reference: act.Reference, At: act.At},
		"07-ordered-partner":                 bought,
		"07-ordered-partner-of-record":       theirOrder,
		"07-billing-moved-partner":           moved,
		"07-billing-ended-partner":           lostBilling,
		"07-reseller-partner":                ResellerAdded{Decided: act, ToPartner: true, CustomerCountry: "PL"},
		"08-declined-purchase":               Declined{To: to, Vendor: vendor, Partner: contoso, Address: "ewa@fabrikam.example", Offer: several.Offer, At: ends},
		"12-ordered":                         Ordered{Decided: order, Offered: true, Orders: ordered(two, ""), Biller: contoso.Name, PartnerOfRecord: contoso.Name, PartnerOfRecordID: contoso.ID, Administration: replacing},
		"12-ordered-new-owner":               Ordered{Decided: order, Offered: true, Orders: ordered(one, ""), Biller: vendor.Name, PartnerOfRecord: contoso.Name, PartnerOfRecordID: contoso.ID, Administration: Administration{Asked: true}, Owner: true, Password: "https://pages.example/set-password/usr_1.k7x2m9q4", PasswordUntil: ends},
		"12-ordered-alone":                   Ordered{Decided: own, Orders: ordered(one, ""), Biller: vendor.Name},
		"12-converted":                       Ordered{Decided: own, Orders: ordered(one, "converted"), Biller: vendor.Name, PartnerOfRecord: contoso.Name, PartnerOfRecordID: contoso.ID},
		"12-licences-added":                  Ordered{Decided: order, Offered: true, Orders: added, Biller: vendor.Name},
		"12-billing-moved-billing-owner":     Ordered{Decided: owner, Orders: ordered(one, "billing_transferred"), Biller: vendor.Name},
		"13-record-set":                      PartnerOfRecordChanged{Decided: record, Cause: "customer", Changes: changes},
		"13-record-removed":                  PartnerOfRecordChanged{Decided: record, Cause: "customer", Removed: true, Changes: gone},
		"13-record-cleared":                  PartnerOfRecordChanged{Decided: own, Cause: "customer", Removed: true, Changes: gone},
		"13-record-stepped-down":             PartnerOfRecordChanged{Decided: admin, Cause: "partner", Removed: true, Changes: gone, Reason: reason},
		"13-record-by-vendor":                PartnerOfRecordChanged{Decided: admin, Cause: "vendor", Removed: true, Changes: gone},
		"13-record-partner-set":              partner,
		"13-record-partner-removed":          lost,
		"13-record-partner-all":              lostAll,
		"13-record-partner-vendor":           vendors,
		"13-record-partner-stepped-down":     stepped,
		"14-administration-extended":         AdministrationExtended{grant},
		"14-administration-extended-partner": AdministrationExtended{theirs},
		"14-administration-lowered":          AdministrationLowered{grant, act.At},
		"14-administration-lowered-partner":  AdministrationLowered{theirs, act.At},
		"21-removal-asked":                   removal,
		"21-removal-reminder":                reminded,
		"21-removal-notice-vendor":           ending,
		"21-removal-notice-term":             leaving,
		"26-removal-declined":                answered("declined", reason, false),
		"26-removal-withdrawn":               answered("withdrawn", "", false),
		"26-removal-withdrawn-partner":       answered("withdrawn", "", true),
		"26-removal-kept":                    answered("kept", reason, false),
		"26-removal-kept-partner":            answered("kept", reason, true),
		"26-removal-removed":                 answered("removed", reason, false),
		"26-removal-removed-partner":         answered("removed", reason, true),
		"26-reseller-ended":                  answered("ended", "", false),
		"26-reseller-ended-vendor":           noticeOver("vendor"),
		"26-reseller-ended-term":             noticeOver("term_end"),
		"26-reseller-ended-partner":          answered("ended", "", true),
		"disputed-partner":                   Disputed{Dispute: dispute},
		"disputed-vendor":                    Disputed{Dispute: dispute, Operator: true, Link: atInbox + "dispute/red_7k3mq2xf9d4b_01kaj2a7b9d1f3h5k7n9q1s3v5"},
		"dispute-upheld":                     DisputeDecided{Dispute: dispute, Upheld: true, Link: grant.Link},
		"dispute-upheld-partner":             DisputeDecided{Dispute: dispute, Upheld: true, ToPartner: true},
		"dispute-rejected":                   DisputeDecided{Dispute: dispute, Resumed: true, Link: grant.Link},
		"dispute-rejected-over":              DisputeDecided{Dispute: dispute, Link: grant.Link},
	}
}

// TestWhatIsBought: the mails say the price of each, the total of each term apart, and who bills; a partner that offered nothing sees no price.
func TestWhatIsBought(t *testing.T) {
	for l, want := range map[locale.Language][]string{
		locale.English: {"PLN\u00a049.99 net per licence and month", "PLN\u00a01,249.75 net a month", "PLN\u00a01,249.75 net a month + PLN\u00a04,938.00 net a year", contoso.Name},
		locale.Polish:  {"49,99\u00a0zł netto za licencję miesięcznie", "1249,75\u00a0zł netto miesięcznie", "1249,75\u00a0zł netto miesięcznie + 4938,00\u00a0zł netto rocznie", contoso.Name},
	} {
		mails := all(l)
		for _, name := range []string{"02-purchase-offer-several", "07-ordered-partner", "12-ordered"} {
			text := mails[name].Message().Text
			for _, words := range want {
				if !strings.Contains(text, words) {
					t.Errorf("%s %s: no %q in\n%s", name, l, words, text)
				}
			}
		}
		if text := mails["07-ordered-partner-of-record"].Message().Text; strings.Contains(text, "PLN") || strings.Contains(text, "\u00a0zł") {
			t.Errorf("%s: a price for who offered nothing:\n%s", l, text)
		}
		offered, order := mails["02-purchase-offer-several"].(PurchaseOffer), mails["12-ordered"].(Ordered)
		offered.Vendor.Gross, order.Vendor.Gross = true, true
		gross := locale.In(l).Priced(true).PerLicense(locale.Cost{Money: locale.Money{AmountMinor: 4999, Currency: "PLN"}})
		for _, text := range []string{offered.Message().Text, order.Message().Text} {
			if !strings.Contains(text, gross) || strings.Contains(text, locale.In(l).CostMonth(locale.Money{AmountMinor: 124975, Currency: "PLN"})) {
				t.Errorf("%s: where prices are gross, no %q in\n%s", l, gross, text)
			}
		}
	}
}

// TestLicensesCharged: the mail about changed licences says from when the vendor charges them, and nothing where another does.
func TestLicensesCharged(t *testing.T) {
	for l, words := range map[locale.Language][]string{
		locale.English: {"in proportion", "Added licences are charged from the next term", "The lower number is charged"},
		locale.Polish:  {"proporcjonalnie", "Za dodane licencje płaci się od następnego okresu", "Mniejsza liczba licencji jest rozliczana"},
	} {
		for i, name := range []string{"acted-licences", "acted-licences-next-term", "acted-licences-fewer", "acted-licences-partner"} {
			text := all(l)[name].Message().Text
			for j, said := range words {
				if strings.Contains(text, said) != (i == j) {
					t.Errorf("%s %s: %q said: %v in\n%s", name, l, said, i != j, text)
				}
			}
		}
	}
}

// TestDeletionOfWhatWasCancelled: nobody is told to buy back what can't be bought back, cancelled or too late, and what was paid is never called a trial.
func TestDeletionOfWhatWasCancelled(t *testing.T) {
	for name, one := range all(locale.English) {
		if m, ok := one.(DeletionNotice); ok {
			said := m.Message()
			if got := strings.Contains(said.Text, "Buy the plan"); got != (!m.Cancelled && !m.BuyUntil.IsZero()) {
				t.Errorf("%s says Buy the plan: %v", name, got)
			}
			if m.Paid && strings.Contains(strings.ToLower(said.Subject+said.Text), "trial") {
				t.Errorf("%s calls it a trial:\n%s", name, said.Text)
			}
		}
	}
}

// TestWhoAsks: what a partner proposes comes from it through the vendor, and answers go to it. Mail about an account, receipts among it,
// comes from the vendor alone, and answers go to its help: a partner's name there would let it speak for the account.
func TestWhoAsks(t *testing.T) {
	proposes := []string{"trial_invitation", "purchase_offer", "partner_request", "invitation_reminder", "continue_here", "withdrawn"}
	for _, language := range []locale.Language{locale.English, locale.Polish} {
		for name, one := range all(language) {
			if strings.HasSuffix(name, "-bare") || strings.HasSuffix(name, "-no-partner") { // without all that may be left out
				continue
			}
			m := one.Message()
			from, to := vendor.Name, vendor.HelpMail
			if slices.Contains(proposes, m.Template) {
				from, to = locale.In(language).MailFrom(contoso.Name, vendor.Name), "jan@contoso.example"
			}
			if m.Template == "new_link_asked" || m.Template == "lead_answered" { // one side answers the other
				to = m.ReplyTo
			}
			if m.FromName != from || m.ReplyTo != to || m.From != vendor.Mail {
				t.Errorf("%s comes from %s %s, answers go to %s", name, m.FromName, m.From, m.ReplyTo)
			}
			if stops := m.Unsubscribe != ""; stops != (slices.Contains(proposes, m.Template) || m.Template == "trial_ending") {
				t.Errorf("%s can be stopped: %v", name, stops)
			}
		}
	}
}

// TestOwnSubscriptionsOnly: a partner is never told who comes after it or who was there before.
func TestOwnSubscriptionsOnly(t *testing.T) {
	for name, one := range all(locale.English) {
		if m, ok := one.(PartnerOfRecordNotice); ok {
			if text := m.Message().Text; strings.Contains(text, "Tailspin") {
				t.Errorf("%s:\n%s", name, text)
			}
		}
	}
}
