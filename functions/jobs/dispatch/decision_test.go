package dispatch_test

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/order"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/token"
	"liaison/tests/fixture"
)

// priced lets the world's plan be bought.
func (s *suite) priced(t *testing.T) {
	t.Helper()
	o := s.Op("operator")
	plan, err := s.Table.Plan(t.Context(), s.Plan)
	if err == nil {
		plan.Prices = []catalog.Price{{Term: catalog.Month, Price: catalog.Money{AmountMinor: 4999, Currency: "PLN"}}}
		err = s.Table.SavePlan(t.Context(), plan, event.New(o, event.Vendor(), event.Of(s.Plan, catalog.PlanChangedEvent{})), o)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// twice delivers what stands in the stream twice, then whatever follows from it.
func (s *suite) twice(t *testing.T) {
	t.Helper()
	batch := fixture.ToBatch(t, s.Streamed(t))
	for range 2 {
		if answer := s.handle(t, batch); len(answer.Failures) > 0 {
			t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
		}
	}
	s.settle(t)
}

// next returns the mails that came to each address since the last call; it fails where they are not as many as wanted.
func (s *suite) next(t *testing.T, had map[string]int, want map[string]int) map[string]fixture.Mail {
	t.Helper()
	last := map[string]fixture.Mail{}
	for address, more := range want {
		got := s.count(t, address, had[address]+more)
		had[address] = len(got)
		if more > 0 {
			last[address] = got[len(got)-1]
		}
	}
	return last
}

func says(t *testing.T, m fixture.Mail, words ...string) {
	t.Helper()
	said := strings.ReplaceAll(m.Subject+"\n"+m.Body.Text, "\u00a0", " ")
	for _, w := range words {
		if !strings.Contains(said, strings.ReplaceAll(w, "\u00a0", " ")) {
			t.Errorf("no %q in %s\n%s", w, m.Subject, m.Body.Text)
		}
	}
}

// TestActs goes through what a customer decides beside trials, with an offer and without: at most one mail a person and act, though all is
// delivered twice.
func TestActs(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	other := &suite{s.Company(t), s.box}
	anna, ben := fresh("anna"), fresh("ben")
	had := map[string]int{}
	ctx := t.Context()

	// 2, then 12 with the way to a password, and 7.
	made := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items = offer.Purchase, []offer.Item{{Plan: s.Plan, Licenses: 5, Term: catalog.Month}}
	})
	inv := s.Invite(t, made.ID, anna)[0]
	s.twice(t)
	m := s.next(t, had, map[string]int{anna: 1})[anna]
	says(t, m, "49,99\u00a0zł netto za licencję", "249,95\u00a0zł netto miesięcznie", "Northwind")
	_, secret := link(t, m, "/i/")
	accepted := s.Accept(t, inv.ID, secret, "")
	s.twice(t)
	got := s.next(t, had, map[string]int{anna: 1, s.Mail: 1})
	says(t, got[anna], "Zamówienie przyjęte: Pakiet", "249,95\u00a0zł netto miesięcznie", accepted.ID.Reference(), string(s.Partner), "/account/subscriptions/"+string(accepted.First().ID)+"\n")
	link(t, got[anna], "/set-password/")
	link(t, got[anna], "/receipts/")
	says(t, got[s.Mail], "accepted your purchase offer", "PLN\u00a0249.95 net a month", "Your company")

	vendor, err := s.Table.Vendor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	vendor.Prices = catalog.Gross
	if err := s.Table.SaveVendor(ctx, vendor, s.Op("operator")); err != nil {
		t.Fatal(err)
	}
	// A billing administrator buys without an offer: 12 to it and to the billing owner, 7 to the partner of record, without the price.
	by := consent.Visitor{User: s.Member(t, accepted.Customer.ID, ben, customer.BillingAdmin), Language: "en"}
	bought, err := order.Buy(ctx, s.Table, by, order.Wish{
		Plan: s.Plan, Into: "separate", Licenses: 2, Term: catalog.Month, PartnerOfRecord: other.Partner, Terms: "1",
	}, s.Op("customer"))
	if err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 1, other.Mail: 1, s.Mail: 0})
	says(t, got[ben], "Order confirmed: Suite", "PLN\u00a099.98 gross a month", "you made this change for")
	says(t, got[anna], "Zamówienie przyjęte", "właściciela konta rozliczeniowego firmy")
	says(t, got[other.Mail], "New order of", "Your company")
	if strings.Contains(got[other.Mail].Body.Text, "PLN") || strings.Contains(got[anna].Body.Text, "/set-password/") || strings.Contains(got[ben].From, "via") {
		t.Errorf("%s\n%s", got[other.Mail].Body.Text, got[anna].Body.Text)
	}

	// Both subscriptions get the other partner: one mail a person, the partner before hears of its own only.
	subs := []subscription.ID{accepted.First().ID, bought.First().ID}
	named, _, err := order.SetPartnerOfRecord(ctx, s.Table, by, subs, other.Partner, false, s.Op("customer"))
	if err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 1, other.Mail: 1, s.Mail: 1})
	says(t, got[ben], "is now your partner of record", "Suite, 5 licences", "before: Fabrikam "+string(s.Partner), "/account/subscriptions/partner\n")
	link(t, got[ben], "/receipts/")
	says(t, got[other.Mail], "made you its partner of record", "Suite, 5 licences", named.ID.Reference())
	says(t, got[s.Mail], "no longer", "Suite, 5 licences")
	if strings.Contains(got[s.Mail].Body.Text, string(other.Partner)) || strings.Contains(got[other.Mail].Body.Text, "Suite, 2") {
		t.Errorf("a partner hears of what is not its own:\n%s\n%s", got[s.Mail].Body.Text, got[other.Mail].Body.Text)
	}

	// Removed by the customer, then set again by an offer; the new owner of the role hears once.
	if _, _, err := order.SetPartnerOfRecord(ctx, s.Table, by, subs, "", false, s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 1, other.Mail: 1, s.Mail: 0})
	says(t, got[ben], "is no longer your partner of record", "None; before: Fabrikam "+string(other.Partner))
	says(t, got[other.Mail], "no longer", "Suite, 5 licences", "Suite, 2 licences")

	asked := other.Offer(t, func(d *offer.Draft) { d.Kind, d.Items = offer.PartnerOfRecord, nil })
	inv = other.Invite(t, asked.ID, ben)[0]
	s.twice(t)
	says(t, s.next(t, had, map[string]int{ben: 1})[ben], "przypisanie do Twoich subskrypcji")
	s.pick(t, inv.ID, by, subs)
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 1, other.Mail: 1, s.Mail: 0})
	says(t, got[ben], "is now your partner of record")
	says(t, got[other.Mail], "made you its partner of record")

	// The partner steps down: the customer's global administrators and the partner hear of both at once.
	if _, err := relationship.StepDown(ctx, s.Table, accepted.Customer.ID, other.Partner, relationship.ByPartner, "We close.", s.Op("partner")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 0, other.Mail: 1, s.Mail: 0})
	says(t, got[anna], "zrezygnowała", "Pakiet, 5 licencji", "Pakiet, 2 licencje", "We close.")
	says(t, got[other.Mail], "has stepped down")

	// A customer ends the whole tie, which is no act with a receipt: its administrators hear of it all the same.
	if _, _, err := order.SetPartnerOfRecord(ctx, s.Table, by, subs, other.Partner, false, s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	s.next(t, had, map[string]int{anna: 1, ben: 1, other.Mail: 1})
	if _, err := relationship.StepDown(ctx, s.Table, accepted.Customer.ID, other.Partner, relationship.ByCustomer, "", s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got = s.next(t, had, map[string]int{anna: 1, ben: 0, other.Mail: 1})
	says(t, got[anna], "Pakiet, 5 licencji", "Pakiet, 2 licencje", "usunęła partnera z poniższych subskrypcji")
	says(t, got[other.Mail], "no longer")
	if n := s.waiting(t); n != 0 {
		t.Errorf("%d events wait still\n%s", n, s.Log)
	}
}

// TestReceiptsStay: a mail that is tried again and again pushes out neither the page's own link to the receipt nor one that was delivered.
func TestReceiptsStay(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	anna, ben := fresh("anna"), fresh("ben")
	f := s.faults(t)
	inv := s.Invite(t, s.Offer(t, nil).ID, anna)[0]
	s.settle(t)
	_, secret := link(t, s.count(t, anna, 1)[0], "/i/")
	accepted := s.Accept(t, inv.ID, secret, "")
	s.settle(t)
	s.count(t, anna, 2)
	page := s.Op("customer").IDs.Secret()
	by := consent.Visitor{User: s.Member(t, accepted.Customer.ID, ben, customer.BillingAdmin), Language: "en", Secret: page}
	bought, err := order.Buy(t.Context(), s.Table, by, order.Wish{Plan: s.Plan, Into: "separate", Licenses: 2, Term: catalog.Month, Terms: "1"}, s.Op("customer"))
	if err != nil {
		t.Fatal(err)
	}
	f.set(func(to string) string {
		if to == anna {
			return "InternalServiceError"
		}
		return ""
	})
	batch := s.Batch(t)
	for range 6 {
		if answer := s.handle(t, batch); len(answer.Failures) != 1 {
			t.Fatalf("failures %v\n%s", answer.Failures, s.Log)
		}
	}
	f.set(nil)
	s.handle(t, batch)
	s.settle(t)
	_, first := link(t, s.count(t, ben, 1)[0], "/receipts/")
	_, late := link(t, s.count(t, anna, 3)[2], "/receipts/")
	stored, err := s.Table.Redemption(t.Context(), bought.ID)
	if err != nil {
		t.Fatal(err)
	}
	for whose, secret := range map[string]string{"page": page, "ben": first, "anna": late} {
		if token.Look(stored.Kept, token.Receipt, secret, 1) != token.Live {
			t.Errorf("the link of %s does not open the receipt any more", whose)
		}
	}
	if len(stored.Kept) != 3 {
		t.Errorf("%d hashes are kept of 3 links", len(stored.Kept))
	}
}

// TestBillingEnds moves the billing of a reseller's subscription to the vendor: the reseller hears of it once, without prices and without the
// reference of an act that is not its own.
func TestBillingEnds(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Resells(t)
	buyer := s.Trial(t, fresh("anna"), "")
	s.Resold(t, buyer)
	s.twice(t)
	for i, m := range s.count(t, buyer.User.Mail, 2) { // the trial, the reseller: where that is asked to end it
		if leads := strings.Contains(m.Body.Text, "https://pages.example/account/partners\n"); leads != strings.Contains(m.Subject, "odsprzedawcą") {
			t.Errorf("mail %d leads to the page of relationships: %v\n%s", i, leads, m.Body.Text)
		}
	}
	had := map[string]int{}
	moves := func(answer invitation.Draft) (reference string, notified fixture.Mail) {
		t.Helper()
		sold := s.Answered(t, s.Sale(t).ID, buyer, answer).First()
		s.twice(t)
		for _, address := range []string{buyer.User.Mail, s.Mail} {
			had[address] = len(s.box.To(t, address))
		}
		moved, err := order.Transfer(t.Context(), s.Table, consent.Visitor{User: buyer.User.ID, Language: "en"}, sold.ID,
			catalog.Money{AmountMinor: 2490, Currency: "PLN"}, "1", s.Op("customer"))
		if err != nil {
			t.Fatal(err)
		}
		s.twice(t)
		return moved.ID.Reference(), s.next(t, had, map[string]int{buyer.User.Mail: 1, s.Mail: 1})[s.Mail]
	}
	reference, notified := moves(fixture.Separate)
	says(t, notified, "Billing has changed at", "no longer does", "Licences: 5", "Northwind")
	if strings.Contains(notified.Body.Text, "PLN") || strings.Contains(notified.Body.Text, reference) {
		t.Error(notified.Body.Text)
	}
	advised := fixture.Separate
	advised.PartnerOfRecord = "" // the reseller itself
	reference, notified = moves(advised)
	says(t, notified, "stays its partner of record", reference)
}

// pick says yes to a request to become partner of record, signed in.
func (s *suite) pick(t *testing.T, of invitation.ID, by consent.Visitor, subs []subscription.ID) {
	t.Helper()
	inv := s.invitation(t, of)
	draft := inv.Draft
	draft.Terms = "1"
	for _, sub := range subs {
		draft.Picked = append(draft.Picked, string(sub))
	}
	draft, err := s.Table.SaveDraft(t.Context(), of, draft, s.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	by.Secret = s.Link(t, of)
	if _, err := redemption.Accept(t.Context(), s.Table, of, by, draft.Rev, "1", s.Op("customer")); err != nil {
		t.Fatal(err)
	}
}

// TestTies: what is decided about resellers, disputes and delegated administration that goes on, each told once to whom it concerns.
func TestTies(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Env.MailReports = fresh("reports")
	anna := fresh("anna")
	accepted := s.Trial(t, anna, "yes")
	s.settle(t)
	had := map[string]int{anna: len(s.box.To(t, anna)), s.Mail: len(s.box.To(t, s.Mail))}
	tie := string(relationship.NewID(accepted.Customer.ID, s.Partner))
	p := string(s.Partner)
	for _, c := range []struct {
		changes []event.Change
		anna    string
		partner string
		vendor  string
	}{
		{[]event.Change{event.Of(tie, relationship.RemovalDeclinedEvent{PartnerID: s.Partner, Reason: "Bills are open."})}, "Bills are open.", "", ""},
		{[]event.Change{event.Of(tie, relationship.RemovalWithdrawnEvent{PartnerID: s.Partner})}, "wycofała wniosek", "was withdrawn", ""},
		{[]event.Change{event.Of(tie, relationship.RemovalDecidedEvent{PartnerID: s.Partner, Decision: "kept", Reason: "R"})}, "pozostaje Twoim odsprzedawcą", "stays", ""},
		{[]event.Change{
			event.Of(tie, relationship.ResellerEndedEvent{PartnerID: s.Partner, Cause: "vendor"}), event.Of(tie, relationship.RemovalDecidedEvent{PartnerID: s.Partner, Decision: "removed", Reason: "R"}),
		}, "rozpatrzyła wniosek", "no longer the reseller", ""},
		{[]event.Change{event.Of(tie, relationship.ResellerEndedEvent{PartnerID: s.Partner, Cause: "partner"})}, "została zakończona", "has ended", ""},
		{[]event.Change{event.Of(tie, relationship.RemovalRequestedEvent{PartnerID: s.Partner})}, "", "", ""}, // overtaken: no request stands
		{[]event.Change{event.Of(accepted.ID, consent.DisputedEvent{PartnerID: s.Partner, Reason: "Not me."})}, "Not me.", "Not me.", "Not me."},
		{[]event.Change{
			event.Of(accepted.ID, consent.DisputeDecidedEvent{PartnerID: s.Partner, Decision: "rejected", Reason: "R"}),
			event.Of(tie, relationship.AdministrationResumedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}}),
		}, "znów obowiązują", "apply again", ""},
		{[]event.Change{event.Of(accepted.ID, consent.DisputeDecidedEvent{PartnerID: s.Partner, Decision: "rejected", Reason: "R"})}, "zakończyła się już wcześniej", "had already ended", ""},
		{[]event.Change{
			event.Of(accepted.ID, consent.DisputeDecidedEvent{PartnerID: s.Partner, Decision: "upheld", Reason: "R"}),
			event.Of(tie, relationship.AdministrationEndedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, Cause: "vendor"}),
		}, "spór na korzyść", "has upheld", ""},
		{[]event.Change{event.Of(tie, relationship.AdministrationExtendedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, EndsAt: time.Date(2027, 12, 21, 10, 0, 0, 0, time.UTC), Auto: true})}, "automatycznie przedłużona", "extended automatically", ""},
		{[]event.Change{event.Of(tie, relationship.AdministrationExtendedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, EndsAt: time.Date(2027, 12, 21, 10, 0, 0, 0, time.UTC)})}, "", "", ""},
	} {
		o := s.Op("test")
		if err := s.Table.SaveEvent(t.Context(), event.New(o, event.Customer(string(accepted.Customer.ID)), c.changes...).SharedWith(p), o); err != nil {
			t.Fatal(err)
		}
		s.twice(t)
		for address, words := range map[string]string{anna: c.anna, s.Mail: c.partner, s.Env.MailReports: c.vendor} {
			more := 0
			if words != "" {
				more = 1
			}
			got := s.next(t, had, map[string]int{address: more})
			if words == "" {
				continue
			}
			says(t, got[address], words)
			if ways := strings.Contains(got[address].Body.Text, "https://pages.example/account/partners"); ways != (address == anna) {
				t.Errorf("leads to the customer's page: %v\n%s", ways, got[address].Body.Text)
			}
		}
	}
}

// TestGrantedToAll: who decided gets the receipt's link, though it is the last of many administrators; whoever gets none is led to where the
// account takes the power back, also where the Yes is part of an order.
func TestGrantedToAll(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	const back = "https://pages.example/account/partners"
	limited := &offer.AskedGrant{Role: offer.RoleLimited, Days: 365}
	ask := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, limited
	})
	sale := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.Purchase, []offer.Item{{Plan: s.Plan, Licenses: 5, Term: catalog.Month}}, limited
	})
	ordered := fixture.Separate
	ordered.DelegatedAdministration = redemption.Yes
	for _, c := range []struct {
		of       offer.ID
		answer   invitation.Draft
		receipts int // of the mails to six administrators
	}{{ask.ID, invitation.Draft{DelegatedAdministration: redemption.Yes}, 4}, {sale.ID, ordered, 2}} { // the order's own go to who decided and to the billing owner
		accepted := s.Trial(t, fresh("anna"), "")
		notified := []string{accepted.User.Mail}
		for range 5 {
			notified = append(notified, fresh("admin"))
			accepted.User.Mail = notified[len(notified)-1]
			accepted.User.ID = s.Member(t, accepted.Customer.ID, accepted.User.Mail, customer.GlobalAdmin)
		}
		s.settle(t)
		had := map[string]int{}
		for _, address := range notified {
			had[address] = len(s.box.To(t, address))
		}
		s.Answered(t, c.of, accepted, c.answer)
		s.settle(t)
		receipts := 0
		for _, address := range notified {
			text := s.count(t, address, had[address]+1)[had[address]].Body.Text
			received := strings.Contains(text, "/receipts/")
			if received {
				receipts++
			}
			if received == strings.Contains(text, back) || received == (strings.Contains(text, "Partner relationships in your account") || strings.Contains(text, "„Relacje partnerskie”")) || address == accepted.User.Mail && !received {
				t.Errorf("to %s, of %v:\n%s", address, notified, text)
			}
		}
		if receipts != c.receipts {
			t.Errorf("%d mails hold the receipt's link, not %d", receipts, c.receipts)
		}
	}
}

// TestNoKeeps: a No to a partner that administers already leaves that as it is, and its mail says so.
func TestNoKeeps(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.priced(t)
	accepted := s.Trial(t, fresh("anna"), "yes")
	s.settle(t)
	had := len(s.box.To(t, accepted.User.Mail))
	sale := s.Offer(t, func(d *offer.Draft) {
		d.Kind, d.Items, d.DelegatedAdministration = offer.Purchase, []offer.Item{{Plan: s.Plan, Licenses: 5, Term: catalog.Month}}, &offer.AskedGrant{Role: offer.RoleLimited}
	})
	answer := fixture.Separate
	answer.DelegatedAdministration = "no"
	s.Answered(t, sale.ID, accepted, answer)
	s.settle(t)
	got := s.count(t, accepted.User.Mail, had+1)[had]
	says(t, got, "nie uzyskuje tego uprawnienia")
	if strings.Contains(got.Body.Text, "nie ma dostępu") {
		t.Error(got.Body.Text)
	}
}

// TestEndingSuspended: mail 15 says what the partner may do until the end, so there is none while a dispute suspends it.
func TestEndingSuspended(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna := fresh("anna")
	accepted := s.Trial(t, anna, "yes")
	s.settle(t)
	had := map[string]int{anna: len(s.box.To(t, anna)), s.Mail: len(s.box.To(t, s.Mail))}
	expiring := func(mails int) map[string]fixture.Mail {
		t.Helper()
		_, grant, err := s.Table.Relationship(t.Context(), accepted.Customer.ID, s.Partner)
		if err != nil {
			t.Fatal(err)
		}
		o := s.Op("test")
		expiring := event.Of(relationship.NewID(accepted.Customer.ID, s.Partner), relationship.AdministrationExpiringEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, EndsAt: grant.EndsAt.UTC(), Days: 30})
		if err := s.Table.SaveEvent(t.Context(), event.New(o, event.Customer(string(accepted.Customer.ID)), expiring).SharedWith(string(s.Partner)), o); err != nil {
			t.Fatal(err)
		}
		s.twice(t)
		return s.next(t, had, map[string]int{anna: mails, s.Mail: mails})
	}
	expiring(1)
	// It says that it goes on by itself only where it does: while administration is available to the customer.
	for _, side := range []relationship.Side{relationship.CustomerSide, relationship.PartnerSide} {
		if _, err := relationship.SwitchAutoExtend(t.Context(), s.Table, accepted.Customer.ID, s.Partner, side, true, s.Op("test")); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Table.Partner(t.Context(), s.Partner)
	if err != nil {
		t.Fatal(err)
	}
	goesOn := locale.In(locale.Polish).MailAdministrationEndingSubjectExtends(p.LegalName)
	says(t, expiring(1)[anna], goesOn)
	s.Close(t, catalog.FeatureAdministration)
	if got := expiring(1)[anna]; got.Subject == goesOn {
		t.Errorf("%s\n%s", got.Subject, got.Body.Text)
	}
	s.Close(t)
	if _, err := consent.Object(t.Context(), s.Table, accepted.Customer.ID, accepted.ID, accepted.User.ID, "Not me.", s.Op("customer")); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	had[anna], had[s.Mail] = len(s.box.To(t, anna)), len(s.box.To(t, s.Mail))
	expiring(0)
}

// TestRemovalAsked: mail 21 with why, from when the vendor decides, and the days since; a reminder of a closed request is overtaken.
func TestRemovalAsked(t *testing.T) {
	t.Parallel()
	s := open(t)
	accepted := s.Trial(t, fresh("anna"), "")
	s.settle(t)
	had := map[string]int{s.Mail: len(s.box.To(t, s.Mail))}
	save := func(change func(*relationship.Removal), what event.Typed) {
		t.Helper()
		tie, _, err := s.Table.Relationship(t.Context(), accepted.Customer.ID, s.Partner)
		if err != nil {
			t.Fatal(err)
		}
		if tie.Removal == nil {
			tie.Removal = &relationship.Removal{Status: relationship.Open, AskedAt: s.Env.Now(), Reason: "We moved."}
		}
		change(tie.Removal)
		o := s.Op("customer")
		happened := event.New(o, event.Customer(string(accepted.Customer.ID)), event.Of(relationship.NewID(accepted.Customer.ID, s.Partner), what))
		if err := s.Table.SaveStepDown(t.Context(), tie, nil, happened.SharedWith(string(s.Partner)), o); err != nil {
			t.Fatal(err)
		}
		s.twice(t)
	}
	save(func(*relationship.Removal) {}, relationship.RemovalRequestedEvent{PartnerID: s.Partner})
	says(t, s.next(t, had, map[string]int{s.Mail: 1})[s.Mail], "asks you to end", "We moved.", accepted.Customer.Name, "/partner/customers/"+accepted.Customer.ID.Bare())
	s.Travel(14 * day)
	save(func(*relationship.Removal) {}, relationship.RemovalRemindedEvent{PartnerID: s.Partner})
	says(t, s.next(t, had, map[string]int{s.Mail: 1})[s.Mail], "Reminder", "Days since then: 14")
	save(func(r *relationship.Removal) { r.Status = relationship.Withdrawn }, relationship.RemovalRemindedEvent{PartnerID: s.Partner})
	s.next(t, had, map[string]int{s.Mail: 0})
}

// TestReplaced: who administered until a yes hears of it; the customer is told by the yes's own mail alone.
func TestReplaced(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna := fresh("anna")
	accepted := s.Trial(t, anna, "yes")
	s.settle(t)
	other := &suite{s.Company(t), s.box}
	had := map[string]int{anna: len(s.box.To(t, anna)), s.Mail: len(s.box.To(t, s.Mail))}
	o := s.Op("customer")
	tie := string(relationship.NewID(accepted.Customer.ID, s.Partner))
	for _, changes := range [][]event.Change{
		{event.Of(tie, relationship.AdministrationReplacedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, Cause: "replaced", ReplacedBy: other.Partner})},
		{
			event.Of(accepted.First().ID, relationship.PartnerOfRecordRemovedEvent{PartnerID: s.Partner, Cause: "customer", To: other.Partner, RedemptionID: string(accepted.ID)}),
			event.Of(tie, relationship.AdministrationReplacedEvent{Administered: relationship.Administered{PartnerID: s.Partner, Role: "limited"}, Cause: "replaced", ReplacedBy: other.Partner}),
		},
	} {
		o.ID = o.NewID()
		if err := s.Table.SaveEvent(t.Context(), event.New(o, event.Customer(string(accepted.Customer.ID)), changes...).SharedWith(string(s.Partner)), o); err != nil {
			t.Fatal(err)
		}
		s.twice(t)
		got := s.next(t, had, map[string]int{anna: 0, s.Mail: 1})[s.Mail]
		says(t, got, "another delegated administrator")
		if strings.Contains(got.Body.Text, string(other.Partner)) {
			t.Error(got.Body.Text)
		}
	}
}

// TestActed: what is done to what a customer pays for, uses or allowed is told to its administrators and its billing owner, once each, with the
// reference and the date from which it counts, by the vendor.
func TestActed(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Resells(t)
	anna, ben, vera := fresh("anna"), fresh("ben"), fresh("vera")
	accepted := s.Trial(t, anna, "yes")
	owner := accepted.Customer.ID
	s.Member(t, owner, ben, customer.GlobalAdmin)
	s.Member(t, owner, vera, customer.UserAdmin)
	s.settle(t)
	trial := accepted.First().ID
	had := map[string]int{}
	notified := func(about string, ways string, words ...string) fixture.Mail {
		t.Helper()
		s.twice(t)
		got := s.next(t, had, map[string]int{anna: 1, ben: 1, vera: 0})
		says(t, got[anna], append(words, about, "https://pages.example"+ways)...)
		for address, m := range got {
			if strings.Contains(m.From, "via") || !strings.Contains(m.From, "Northwind") {
				t.Errorf("to %s from %s", address, m.From)
			}
		}
		return got[ben]
	}
	count := func() {
		for _, address := range []string{anna, ben, vera} {
			had[address] = len(s.box.To(t, address))
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	day := func(at time.Time) string { return locale.In(locale.Polish).Time(at.In(calendar.Zone("PL"))) }
	stands := func(id subscription.ID) subscription.Subscription {
		t.Helper()
		sub, err := s.Table.StoredSubscription(ctx, id)
		must(err)
		return sub
	}
	page := func(id subscription.ID) string { return "/account/subscriptions/" + string(id) }

	count()
	must(subscription.ExtendTrial(ctx, s.Table, trial, 14, "A hospital asked.", s.Op("operator")))
	notified(string(trial), page(trial), "Okres próbny planu Pakiet przedłużono", day(stands(trial).TrialEndsAt), "A hospital asked.")

	_, err := subscription.Cancel(ctx, s.Table, owner, trial, "", s.Op("customer"))
	must(err)
	notified(string(trial), page(trial), "Okres próbny planu Pakiet został anulowany", "Dane są przechowywane do: "+
		locale.In(locale.Polish).Date(stands(trial).GraceEndsAt.In(calendar.Zone("PL"))))

	// Bought within a yes: no mail beside its own, also where licences are added by it.
	sold := s.Answered(t, s.Sale(t).ID, accepted, fixture.Separate).First()
	s.settle(t)
	count()
	more := fixture.Separate
	more.Items = []invitation.Choice{{Into: string(sold.ID)}}
	s.Answered(t, s.Sale(t).ID, accepted, more)
	s.twice(t)
	for _, m := range s.box.To(t, anna)[had[anna]:] {
		if strings.Contains(m.Subject, "obejmuje teraz") {
			t.Errorf("a second mail of a yes: %s", m.Subject)
		}
	}
	if n := stands(sold.ID).Licenses.Bought; n != 10 {
		t.Fatalf("%d licences: the yes added none", n)
	}

	count()
	_, err = subscription.ChangeLicenses(ctx, s.Table, owner, sold.ID, 3, 0, s.Op("customer"))
	must(err)
	m := notified(string(sold.ID), page(sold.ID), "Subskrypcja planu Pakiet obejmuje teraz 3 licencje", "74,70\u00a0zł netto miesięcznie", "od razu", "10", day(stands(sold.ID).TermEndsAt))
	charged := locale.In(locale.Polish).MailActedLicencesFewer(stands(sold.ID).TermEndsAt.In(calendar.Zone("PL")))
	if strings.Contains(m.Body.Text, "The lower number is charged") {
		t.Errorf("who bills it is the partner:\n%s", m.Body.Text)
	}
	says(t, m, "Your subscription of Suite has 3 licences now", "PLN\u00a074.70 net a month")
	for _, one := range []struct {
		by   string
		to   int
		said string
	}{{subscription.Vendor, 2, charged}, {string(s.Partner), 3, "3 licencje"}} {
		billed := stands(sold.ID)
		billed.BilledBy = one.by
		must(s.Table.SaveSubscription(ctx, billed, nil, s.Op("operator")))
		_, err = subscription.ChangeLicenses(ctx, s.Table, owner, sold.ID, one.to, 0, s.Op("customer"))
		must(err)
		notified(string(sold.ID), page(sold.ID), one.said)
	}

	_, err = subscription.Halt(ctx, s.Table, sold.ID, "Three invoices are open.", s.Op("operator"))
	must(err)
	notified(string(sold.ID), page(sold.ID), "została zawieszona", "Three invoices are open.", day(s.Env.Now())[:10])
	_, err = subscription.Reopen(ctx, s.Table, sold.ID, "", s.Op("operator"))
	must(err)
	notified(string(sold.ID), page(sold.ID), "można znów korzystać", day(s.Env.Now())[:10])

	ending, err := subscription.Cancel(ctx, s.Table, owner, sold.ID, "", s.Op("customer"))
	must(err)
	notified(string(sold.ID), page(sold.ID), "Subskrypcja planu Pakiet zakończy się", day(ending.TermEndsAt), "cofnąć anulowanie",
		locale.In(locale.Polish).Date(ending.TermEndsAt.AddDate(0, 0, subscription.GraceDays).In(calendar.Zone("PL"))))
	_, err = subscription.UndoCancel(ctx, s.Table, owner, sold.ID, s.Op("customer"))
	must(err)
	notified(string(sold.ID), page(sold.ID), "trwa dalej", day(ending.TermEndsAt))

	// What was given: a consent disputed, a reseller asked to leave.
	_, err = consent.Object(ctx, s.Table, owner, accepted.ID, accepted.User.ID, "Not me.", s.Op("customer"))
	must(err)
	notified(accepted.ID.Reference(), "/account/partners", "Zakwestionowana zgoda", "jest zawieszona do decyzji", string(s.Partner), "Not me.")

	s.Resold(t, accepted)
	s.settle(t)
	count()
	_, err = relationship.RequestRemoval(ctx, s.Table, owner, s.Partner, accepted.User.ID, "We moved.", s.Op("customer"))
	must(err)
	notified(string(relationship.NewID(owner, s.Partner)), "/account/partners", "Poproszono firmę Fabrikam", "We moved.",
		locale.In(locale.Polish).Date(s.Env.Now().AddDate(0, 0, relationship.DecisionDays).In(calendar.Zone("PL"))))

	// The clock's end of what was cancelled was told when it was.
	_, err = subscription.Cancel(ctx, s.Table, owner, sold.ID, "", s.Op("customer"))
	must(err)
	notified(string(sold.ID), page(sold.ID))
	s.Travel(ending.TermEndsAt.Sub(s.Env.Now()) + time.Hour)
	over, changes := stands(sold.ID).Advance(s.Env.Now())
	o := s.Op("trials")
	must(s.Table.SaveSubscription(ctx, over, over.Tell(o, "", changes...), o))
	s.twice(t)
	if over.Status != subscription.Cancelled {
		t.Fatal(over.Status)
	}
	s.next(t, had, map[string]int{anna: 0, ben: 0, vera: 0})
}

// TestActedFor: what a partner cancels on behalf of its customer names the partner, and a billing owner that is no administrator is told as such.
func TestActedFor(t *testing.T) {
	t.Parallel()
	s := open(t)
	anna := fresh("anna")
	made := s.Offer(t, func(d *offer.Draft) { d.DelegatedAdministration = &offer.AskedGrant{Role: offer.RoleFull, Days: 365} })
	inv := s.Invite(t, made.ID, anna)[0]
	accepted := s.Accept(t, inv.ID, s.Link(t, inv.ID), "yes")
	ben := fresh("ben")
	s.Member(t, accepted.Customer.ID, ben, customer.GlobalAdmin)
	u, err := s.Table.CustomerUser(t.Context(), accepted.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	u.Roles = []customer.Role{customer.BillingAdmin} // it owns the bills still
	o := s.Op("customer")
	if err := s.Table.SaveUser(t.Context(), u, event.New(o, event.Customer(string(accepted.Customer.ID)), event.Change{Type: "test", Subject: string(u.ID)}), o); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	had := map[string]int{anna: len(s.box.To(t, anna)), ben: len(s.box.To(t, ben))}
	by := s.Op("partner")
	for _, item := range s.Items(t) {
		if fixture.Text(item, "PK") == "PARTNER#"+string(s.Partner) && strings.HasPrefix(fixture.Text(item, "SK"), "USER#") {
			by.Actor = op.Actor{Kind: op.PartnerUser, ID: fixture.Text(item, "id")}
		}
	}
	if err := relationship.CancelTrial(t.Context(), s.Table, s.Partner, accepted.First().ID, "They asked by phone.", by); err != nil {
		t.Fatal(err)
	}
	s.twice(t)
	got := s.next(t, had, map[string]int{anna: 1, ben: 1})
	says(t, got[anna], "anulowała w imieniu firmy", "They asked by phone.", "właściciela konta rozliczeniowego")
	says(t, got[ben], "They asked by phone.", string(s.Partner))
	if strings.Contains(got[ben].Body.Text, "właściciela konta") || strings.Contains(got[ben].From, "via") {
		t.Errorf("%s\n%s", got[ben].From, got[ben].Body.Text)
	}
}
