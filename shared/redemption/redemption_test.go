package redemption

import (
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/token"
	"liaison/tests/fixture/rule"
)

var now = time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)

const (
	day    = 24 * time.Hour
	asking = partner.ID("12345674")
	other  = partner.ID("87654323")
	secret = "00000000000000000000000000"
)

func operation() op.Op { return rule.Op(now, op.Visitor) }

// of returns the facts as those of an invitation.
func (f Facts) of(inv invitation.Invitation) Facts {
	f.Invitation = inv
	return f
}

// ready is an invitation whose holder may press the last button, and what the yes rests on.
func ready() (invitation.Invitation, Facts) {
	working := partner.Partner{
		ID: asking, Status: partner.Active, LegalName: "Contoso", Country: "PL", Verification: partner.Verification{MailAt: now, PhoneAt: now, ConfirmedAt: now},
		Enrolments: []partner.Enrolment{{Program: "essentials", From: now.Add(-day)}},
	}
	authorised := partner.Authorisation{Partner: asking, Plan: "plan_a", Countries: []string{"PL"}, From: now.Add(-day)}
	of := offer.Offer{
		ID: "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza", Kind: offer.Trial, Status: offer.Active, Partner: asking, Country: "PL",
		Items: []offer.Item{{Plan: "plan_a", Licenses: 25}}, ExpiresAt: now.Add(90 * day), DelegatedAdministration: &offer.AskedGrant{Role: offer.RoleFull, Days: 365},
		PartnerTerms: &offer.Terms{Title: "t", Text: "x", SHA256: strings.Repeat("c", 64)},
	}
	inv := invitation.New(of, invitation.Recipient{Mail: "Anna@example.com", Language: "pl"}, invitation.FromPartner, 30, operation())
	inv.Links = token.Add(nil, token.Answer, secret, 1)
	inv.MessageID = "message"
	inv.Draft = invitation.Draft{Company: "Fabryka", Name: "Anna", Language: "pl", Terms: "3", DelegatedAdministration: "yes", Rev: 4}
	advising := working
	advising.ID = other
	advises := authorised
	advises.Partner = other
	return inv, Facts{
		Grounds: offer.Facts{
			Partner:        working,
			Plans:          map[catalog.PlanID]catalog.Plan{"plan_a": {ID: "plan_a", Status: catalog.PlanActive, Trial: &catalog.Trial{Licenses: 25, Days: 30}, Countries: []string{"PL"}}},
			Authorisations: map[catalog.PlanID]partner.Authorisation{"plan_a": authorised},
			Programs:       catalog.Programs{ByName: map[string]catalog.Program{"essentials": {Rights: []catalog.Right{catalog.DelegatedAdministration}}}},
		},
		Offer: of, Terms: catalog.TermsHead{Document: catalog.CustomerTerms, Version: "3", SHA256: map[string]string{"pl": strings.Repeat("a", 64)}},
		Vendor: catalog.Vendor{LegalName: "Vendor S.A."}, Other: &partner.Candidate{Partner: advising, Authorisations: []partner.Authorisation{advises}},
	}
}

// TestDecide refuses whatever changed between reading and pressing.
func TestDecide(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*invitation.Invitation, *Facts)
		terms  string
		want   string
	}{
		"all is well":       {func(*invitation.Invitation, *Facts) {}, "3", ""},
		"withdrawn":         {func(_ *invitation.Invitation, f *Facts) { f.Offer.Status = offer.Withdrawn }, "3", "offer_withdrawn"},
		"paused":            {func(_ *invitation.Invitation, f *Facts) { f.Offer.Status = offer.Paused }, "3", "offer_paused"},
		"expired":           {func(_ *invitation.Invitation, f *Facts) { f.Offer.ExpiresAt = now }, "3", "offer_expired"},
		"used up":           {func(_ *invitation.Invitation, f *Facts) { f.Offer.MaxRedemptions, f.Used = 5, 5 }, "3", "offer_used_up"},
		"partner suspended": {func(_ *invitation.Invitation, f *Facts) { f.Grounds.Partner.Status = partner.Suspended }, "3", "partner_not_active"},
		"plan withdrawn": {func(_ *invitation.Invitation, f *Facts) {
			f.Grounds.Plans["plan_a"] = catalog.Plan{Status: catalog.PlanWithdrawn}
		}, "3", "plan_withdrawn"},
		"plan tried no more": {func(_ *invitation.Invitation, f *Facts) {
			f.Grounds.Plans["plan_a"] = catalog.Plan{Status: catalog.PlanActive}
		}, "3", "plan_withdrawn"},
		"plan gone":          {func(_ *invitation.Invitation, f *Facts) { f.Grounds.Plans = nil }, "3", "plan_withdrawn"},
		"authorised no more": {func(_ *invitation.Invitation, f *Facts) { f.Grounds.Authorisations = nil }, "3", "not_authorised_for_plan"},
		"enrolled no more":   {func(_ *invitation.Invitation, f *Facts) { f.Grounds.Partner.Enrolments = nil }, "3", "not_enrolled"},
		"country closed": {func(_ *invitation.Invitation, f *Facts) {
			f.Grounds.Availability = catalog.Availability{Regions: []catalog.Region{{ID: "s", Countries: []string{"PL"}}}, Gaps: []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "s"}}}
		}, "3", "feature_unavailable"},
		"an account":              {func(_ *invitation.Invitation, f *Facts) { f.Known = true }, "3", "sign_in_required"},
		"newer terms":             {func(_ *invitation.Invitation, f *Facts) { f.Terms.Version = "4" }, "3", "terms_outdated"},
		"newer terms, unread":     {func(_ *invitation.Invitation, f *Facts) { f.Terms.Version = "4" }, "4", "terms_outdated"},
		"older terms confirmed":   {func(*invitation.Invitation, *Facts) {}, "2", "terms_outdated"},
		"no answer to delegation": {func(i *invitation.Invitation, _ *Facts) { i.Draft.DelegatedAdministration = "" }, "3", "required"},
		"a strange answer":        {func(i *invitation.Invitation, _ *Facts) { i.Draft.DelegatedAdministration = "maybe" }, "3", "required"},
		"no company":              {func(i *invitation.Invitation, _ *Facts) { i.Draft.Company = " " }, "3", "required"},
		"a name in two scripts":   {func(i *invitation.Invitation, _ *Facts) { i.Draft.Company = "Mіcrosoft" }, "3", "mixed_scripts"},
		"a broken letter":         {func(i *invitation.Invitation, _ *Facts) { i.Draft.Name = "Anna\ufffd" }, "3", "invalid_characters"},
		"a company of a dot":      {func(i *invitation.Invitation, _ *Facts) { i.Draft.Company = "." }, "3", "no_letters"},
		"a name of an emoji":      {func(i *invitation.Invitation, _ *Facts) { i.Draft.Name = "🚀" }, "3", "no_letters"},
		"no language":             {func(i *invitation.Invitation, _ *Facts) { i.Draft.Language = "" }, "3", "invalid_value"},
		"a mistyped advisor":      {func(i *invitation.Invitation, _ *Facts) { i.Draft.PartnerOfRecord = "12345675" }, "3", "mistyped_partner_id"},
		"no such advisor":         {func(i *invitation.Invitation, f *Facts) { i.Draft.PartnerOfRecord = string(other); f.Other = nil }, "3", "unknown_partner_id"},
		"advisor suspended": {func(i *invitation.Invitation, f *Facts) {
			i.Draft.PartnerOfRecord = string(other)
			f.Other.Status = partner.Suspended
		}, "3", "partner_not_eligible"},
		"used":         {func(i *invitation.Invitation, _ *Facts) { i.Answer = invitation.Accepted }, "3", "invitation_answered"},
		"a No before":  {func(i *invitation.Invitation, _ *Facts) { i.Answer = invitation.Declined }, "3", "invitation_declined"},
		"reported":     {func(i *invitation.Invitation, _ *Facts) { i.Paused = true }, "3", "invitation_paused"},
		"link expired": {func(i *invitation.Invitation, _ *Facts) { i.ExpiresAt = now }, "3", "invitation_expired"},
	} {
		inv, facts := ready()
		c.change(&inv, &facts)
		if _, err := Decide(facts.of(inv), consent.Visitor{Secret: secret}, c.terms, operation()); rule.Code(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestYes looks at everything a yes makes, for each choice of partner of record and each answer to delegation: the two never change each other.
func TestYes(t *testing.T) {
	for name, c := range map[string]struct {
		partnerOfRecord, administration string
		record                          partner.ID
		grant                           bool
		ties                            []partner.ID
		events                          int
	}{
		"the offering partner, yes": {"", "yes", asking, true, []partner.ID{asking}, 1},
		"the offering partner, no":  {"", "no", asking, false, []partner.ID{asking}, 1},
		"its own id typed":          {"1234 5674", "no", asking, false, []partner.ID{asking}, 1},
		"nobody, yes":               {None, "yes", "", true, []partner.ID{asking}, 1},
		"nobody, no":                {None, "no", "", false, nil, 1},
		"another, yes":              {string(other), "yes", other, true, []partner.ID{asking, other}, 2},
		"another, no":               {string(other), "no", other, false, []partner.ID{other}, 2},
	} {
		inv, facts := ready()
		inv.Draft.PartnerOfRecord, inv.Draft.DelegatedAdministration = c.partnerOfRecord, c.administration
		o := operation()
		r, err := Decide(facts.of(inv), consent.Visitor{Secret: secret}, "3", o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var record partner.ID
		if r.First().PartnerOfRecord != nil {
			record = r.First().PartnerOfRecord.Partner
		}
		var ties []partner.ID
		for _, tie := range r.Ties {
			ties = append(ties, tie.Partner)
			if (tie.PartnerOfRecordSubscriptions == 1) != (tie.Partner == record) || (tie.Administration != nil) != (c.grant && tie.Partner == asking) {
				t.Errorf("%s: tie %+v", name, tie)
			}
		}
		if record != c.record || (r.Grant != nil) != c.grant || !slices.Equal(ties, c.ties) || r.Receipt.PartnerOfRecord != string(c.record) || r.Receipt.DelegatedAdministration.Answer != c.administration {
			t.Errorf("%s: record %s, grant %v, ties %v, receipt %+v", name, record, r.Grant, ties, r.Receipt)
		}
		if c.grant && (r.Grant.Partner != asking || !r.Grant.EndsAt.Equal(now.AddDate(0, 0, 365)) || r.Grant.AgreedBy != r.User.ID) {
			t.Errorf("%s: %+v", name, r.Grant)
		}
		if r.Customer.BillingOwner != r.User.ID || r.Customer.GlobalAdmins != 1 || !r.User.Has("global_admin") || r.User.Mail != "Anna@example.com" || r.Customer.Country != "PL" ||
			r.Answer.Invitation.Redemption != string(r.ID) || r.Answer.Invitation.Answer != invitation.Accepted || r.Customer.Tried[0] != "plan_a" {
			t.Errorf("%s: %+v", name, r)
		}
		events := r.Events(o)
		if len(events) != c.events || events[0].Partner != string(asking) || c.events == 2 && events[1].Partner != string(other) {
			t.Errorf("%s: %+v", name, events)
		}
		for _, e := range events {
			for _, change := range e.Changes {
				for _, v := range change.Data {
					if strings.Contains(v, "@") || strings.Contains(v, "Anna") || strings.Contains(v, "Fabryka") || strings.Contains(v, secret) {
						t.Errorf("%s: a person or a secret in %v", name, change)
					}
				}
			}
		}
		// The holder of the used link opens the receipt, and nobody learns the link from what is kept.
		if token.Look(r.Kept, token.Receipt, token.Derive(secret, token.Receipt), 1) != token.Live || token.Look(r.Kept, token.Receipt, secret, 1) != token.Unknown {
			t.Errorf("%s: the receipt's secret", name)
		}
	}
}

// TestReceiptBytes fixes the canonical form: other bytes for the same consent would break every receipt that is out there.
func TestReceiptBytes(t *testing.T) {
	inv, facts := ready()
	r, err := Decide(facts.of(inv), consent.Visitor{Secret: secret}, "3", operation())
	if err != nil {
		t.Fatal(err)
	}
	fixed := r.Receipt
	fixed.ID, fixed.Customer, fixed.DecidedBy = "red_x", "cus_x", consent.Decider{Role: "owner", UserID: "usr_x", Digest: consent.Digest("salt", "Anna@example.com")}
	fixed.Via.Invitation, fixed.Subscriptions[0].ID = "inv_x", "sub_x"
	text, sha, err := fixed.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"answer":"accepted","customer_id":"cus_x","decided_at":"2026-11-21T13:45:00Z","decided_by":{"digest":"DIGEST","role":"owner","user_id":"usr_x"},` +
		`"delegated_administration":{"answer":"yes","ends_at":"2027-11-21T13:45:00Z","role":"full"},"id":"red_x","offer":{"id":"ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza","kind":"trial"},` +
		`"partner":{"country":"PL","legal_name":"Contoso","partner_id":"12345674"},"partner_of_record":"12345674","partner_terms_sha256":"CCC","schema":"liaison/receipt/1",` +
		`"subscriptions":[{"billed_by":"vendor","id":"sub_x","licenses":25,"plan_id":"plan_a","trial_ends_at":"2026-12-21T13:45:00Z"}],` +
		`"terms":[{"document":"customer","language":"pl","sha256":"AAA","version":"3"}],"vendor":"Vendor S.A.",` +
		`"via":{"invitation_id":"inv_x","language":"pl","link":"personal","message_id":"message","origin":"partner","page":"/redeem/check"}}`
	wanted := strings.NewReplacer("DIGEST", consent.Digest("salt", "anna@EXAMPLE.com"), "CCC", strings.Repeat("c", 64), "AAA", strings.Repeat("a", 64)).Replace(want)
	if text != wanted || len(sha) != 64 {
		t.Errorf("\n%s\nwant\n%s", text, wanted)
	}
	back, err := consent.ReadReceipt(text)
	if err != nil {
		t.Fatal(err)
	}
	if again, shaAgain, _ := back.Canonical(); again != text || shaAgain != sha {
		t.Errorf("read back:\n%s", again)
	}
}

func TestHolds(t *testing.T) {
	inv, _ := ready()
	if err := Holds(inv, secret); err != nil {
		t.Error(err)
	}
	if err := Holds(inv, secret[1:]+"1"); rule.Code(err) != "not_found" {
		t.Error(err)
	}
	resent, err := inv.Resend(offer.Offer{ExpiresAt: now.Add(90 * day)}, 30, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := Holds(resent, secret); err != nil {
		t.Errorf("before the mail has a link: %v", err)
	}
	resent.Links = token.Add(resent.Links, token.Answer, "11111111111111111111111111", resent.Generation)
	if err := Holds(resent, secret); rule.Code(err) != "invitation_superseded" {
		t.Error(err)
	}
	revoked, err := inv.Revoke(now)
	if err != nil {
		t.Fatal(err)
	}
	if err := Holds(revoked, secret); rule.Code(err) != "invitation_revoked" {
		t.Error(err)
	}
}
