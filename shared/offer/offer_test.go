package offer

import (
	"strings"
	"testing"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture/rule"
)

var now = time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)

const day = 24 * time.Hour

func operation() op.Op { return rule.Op(now, op.PartnerUser) }

func TestParse(t *testing.T) {
	const good = "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"
	for text, ok := range map[string]bool{
		good: true, "12345674_7k3mq2xf9d4bh8w5n1p6rt0vza": false, good + "0": false, good[:len(good)-1]: false, strings.ToUpper(good): false,
		"ofr_12345675_7k3mq2xf9d4bh8w5n1p6rt0vza": false, // the check digit is wrong
		"ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vzu": false, // no Crockford letter
		"ofr_12345674": false, "ofr__": false, "": false,
	} {
		got, err := Parse(text)
		if (err == nil) != ok || ok && (got.Partner() != "12345674" || got.Reference() != "7K3M-Q2XF" || got.Code() != text[4:]) {
			t.Errorf("%q: %q %v", text, got, err)
		}
		if !ok && rule.Code(err) != "not_found" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestStatus lets clock and counter decide, whatever is stored.
func TestStatus(t *testing.T) {
	for name, c := range map[string]struct {
		stored    Status
		most, use int
		at        time.Time
		want      Status
		usable    string
	}{
		"active":                     {Active, 0, 1000, now, Active, ""},
		"a moment before the end":    {Active, 0, 0, now.Add(day - 1), Active, ""},
		"at its end":                 {Active, 0, 0, now.Add(day), Expired, "offer_expired"},
		"paused":                     {Paused, 0, 0, now, Paused, "offer_paused"},
		"paused, at its end":         {Paused, 0, 0, now.Add(day), Expired, "offer_expired"},
		"the last one left":          {Active, 5, 4, now, Active, ""},
		"used up":                    {Active, 5, 5, now, UsedUp, "offer_used_up"},
		"used up, paused":            {Paused, 5, 6, now, UsedUp, "offer_used_up"},
		"used up and then its end":   {Active, 5, 5, now.Add(day), Expired, "offer_expired"},
		"withdrawn, at its end":      {Withdrawn, 5, 5, now.Add(day), Withdrawn, "offer_withdrawn"},
		"replaced":                   {Replaced, 0, 0, now, Replaced, "offer_replaced"},
		"stored used up, at its end": {UsedUp, 5, 5, now.Add(day), UsedUp, "offer_used_up"},
	} {
		o := Offer{Status: c.stored, MaxRedemptions: c.most, ExpiresAt: now.Add(day)}
		if got := o.StatusAt(c.at, c.use); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := rule.Code(o.Usable(c.at, c.use)); got != c.usable {
			t.Errorf("%s: usable %q, want %q", name, got, c.usable)
		}
	}
}

// TestTransitions walks every transition from every state.
func TestTransitions(t *testing.T) {
	for _, c := range []struct {
		from                          Status
		at                            time.Time
		pause, resume, withdraw, ends string // the state it leads to, or the refusal
	}{
		{Active, now, "paused", "!offer_not_paused", "withdrawn", "!offer_not_active"},
		{Paused, now, "!offer_not_active", "active", "withdrawn", "!offer_not_active"},
		{Active, now.Add(day), "!offer_not_active", "!offer_not_paused", "!offer_not_active", "expired"},
		{Paused, now.Add(day), "!offer_not_active", "!offer_not_paused", "!offer_not_active", "expired"},
		{Withdrawn, now, "!offer_not_active", "!offer_not_paused", "!offer_not_active", "!offer_not_active"},
		{Replaced, now, "!offer_not_active", "!offer_not_paused", "!offer_not_active", "!offer_not_active"},
		{Expired, now.Add(day), "!offer_not_active", "!offer_not_paused", "!offer_not_active", "!offer_not_active"},
		{UsedUp, now, "!offer_not_active", "!offer_not_paused", "!offer_not_active", "!offer_not_active"},
	} {
		o := Offer{Status: c.from, ExpiresAt: now.Add(day), PauseReason: "partner"}
		said := func(next Offer, err error) string {
			if err != nil {
				if next.Status != c.from {
					t.Errorf("refused from %s, and yet %s", c.from, next.Status)
				}
				return "!" + rule.Code(err)
			}
			return string(next.Status)
		}
		for action, got := range map[string][2]string{
			"pause":    {c.pause, said(o.Pause("vendor", 0, c.at))},
			"resume":   {c.resume, said(o.Resume(PausedByPartner, 0, c.at))},
			"withdraw": {c.withdraw, said(o.Withdraw(0, c.at))},
			"end":      {c.ends, said(o.End(0, c.at))},
		} {
			if got[0] != got[1] {
				t.Errorf("%s from %s: %s, want %s", action, c.from, got[1], got[0])
			}
		}
	}
	for reason, by := range map[string]string{PausedByVendor: PausedByVendor, PausedByReports: PausedByVendor, PausedByPartner: PausedByPartner} {
		o := Offer{Status: Paused, ExpiresAt: now.Add(day), PauseReason: reason}
		for _, side := range []string{PausedByPartner, PausedByVendor} {
			if _, err := o.Resume(side, 0, now); err == nil != (side == by) || err != nil && rule.Code(err) != "pause_not_yours" {
				t.Errorf("paused by %s, resumed by %s: %v", reason, side, err)
			}
		}
	}
	used := Offer{Status: Active, ExpiresAt: now.Add(day), MaxRedemptions: 1}
	if ended, err := used.End(1, now); err != nil || ended.Status != UsedUp || !ended.EndedAt.Equal(now) {
		t.Errorf("used up: %+v %v", ended, err)
	}
	if ended, err := used.End(0, now.Add(9*day)); err != nil || !ended.EndedAt.Equal(used.ExpiresAt) {
		t.Errorf("an end is counted from the stored end: %+v %v", ended, err)
	}
	resumed, err := Offer{Status: Paused, ExpiresAt: now.Add(day), PauseReason: PausedByReports, EndedAt: now}.Resume(PausedByVendor, 0, now)
	if err != nil || resumed.PauseReason != "" || !resumed.EndedAt.IsZero() {
		t.Errorf("resumed: %+v %v", resumed, err)
	}
}

// TestReports: an offer waits for the vendor from its first report on, until the vendor decides or it ends, and is more urgent once it is paused by them.
func TestReports(t *testing.T) {
	decided := func(o Offer, err error) Offer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	waits := func(o Offer, want bool, due time.Time) {
		t.Helper()
		if m, is := o.Waits(); is != want || want && !m.DueAt.Equal(due) {
			t.Errorf("waits %t, due %s, of %+v", is, m.DueAt, o)
		}
	}
	o := Offer{Status: Active, ExpiresAt: now.Add(90 * day)}
	waits(o, false, now)
	one := decided(o.Report(1, 0, now))
	waits(one, true, now.Add(14*day))
	if _, err := one.Report(1, 0, now.Add(day)); err != op.ErrUnchanged {
		t.Error("counted twice: ", err)
	}
	two := decided(one.Report(2, 0, now.Add(day)))
	waits(two, true, now.Add(14*day))
	waits(decided(two.Pause(PausedByReports, 0, now.Add(2*day))), true, now.Add(9*day))
	waits(decided(two.Pause(PausedByReports, 0, now.Add(12*day))), true, now.Add(14*day))
	by := decided(two.Pause(PausedByVendor, 0, now))
	waits(by, true, now.Add(14*day))
	for name, ended := range map[string]Offer{
		"kept": decided(two.Keep(0, now)), "resumed": decided(by.Resume(PausedByVendor, 0, now)), "withdrawn": decided(two.Withdraw(0, now)),
		"expired": decided(two.End(0, now.Add(90*day))),
	} {
		if m, is := ended.Waits(); is || m.Kind == "" {
			t.Errorf("%s, and yet waits: %t %+v", name, is, m)
		}
	}
	kept := decided(two.Keep(0, now))
	if _, err := kept.Keep(0, now); err != op.ErrUnchanged {
		t.Error("kept twice: ", err)
	}
	if _, err := kept.Report(2, 0, now); err != op.ErrUnchanged {
		t.Error("what the vendor decided waits again: ", err)
	}
	waits(decided(kept.Report(3, 0, now.Add(5*day))), true, now.Add(19*day))
	own := decided(two.Pause(PausedByPartner, 0, now))
	waits(decided(own.Resume(PausedByPartner, 0, now)), true, now.Add(14*day))
	waits(decided(own.Keep(0, now)), false, now)
	if _, err := by.Keep(0, now); rule.Code(err) != "offer_not_active" {
		t.Error("what the vendor paused is kept: ", err)
	}
	if _, err := decided(two.Withdraw(0, now)).Report(3, 0, now); rule.Code(err) != "offer_not_active" {
		t.Error("ended and reported: ", err)
	}
}

func good() Draft {
	return Draft{Kind: Trial, Partner: "12345674", Access: partner.Full, Country: "PL", Items: []Item{{Plan: "plan_a"}}}
}

// TestDefaults fills in what a partner may leave out.
func TestDefaults(t *testing.T) {
	d := good()
	d.DelegatedAdministration = &AskedGrant{Role: RoleLimited}
	d.PartnerTerms = &Terms{Title: " Title ", Text: "a\r\nb"}
	made, err := d.offer(operation())
	if err != nil {
		t.Fatal(err)
	}
	if !made.ExpiresAt.Equal(now.AddDate(0, 0, 90)) || made.Visibility != Public || made.DelegatedAdministration.Days != 365 || made.Status != Active || made.MaxRedemptions != 0 ||
		made.PartnerTerms.Title != "Title" || made.PartnerTerms.Text != "a\nb" || len(made.PartnerTerms.SHA256) != 64 || made.Version != 1 {
		t.Errorf("%+v", made)
	}
	if _, err := Parse(string(made.ID)); err != nil {
		t.Errorf("the id %s has no shape", made.ID)
	}
	if d.DelegatedAdministration.Days != 0 {
		t.Error("the draft was changed")
	}
}

func TestBounds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Draft)
		want   string
	}{
		"a day":             {func(d *Draft) { d.ExpiresAt = now.AddDate(0, 0, 1) }, ""},
		"a moment less":     {func(d *Draft) { d.ExpiresAt = now.AddDate(0, 0, 1).Add(-1) }, "out_of_range"},
		"a year":            {func(d *Draft) { d.ExpiresAt = now.AddDate(0, 0, 365) }, ""},
		"a moment more":     {func(d *Draft) { d.ExpiresAt = now.AddDate(0, 0, 365).Add(1) }, "out_of_range"},
		"730 days":          {func(d *Draft) { d.DelegatedAdministration = &AskedGrant{Role: RoleFull, Days: 730} }, ""},
		"731 days":          {func(d *Draft) { d.DelegatedAdministration = &AskedGrant{Role: RoleFull, Days: 731} }, "out_of_range"},
		"-1 day":            {func(d *Draft) { d.DelegatedAdministration = &AskedGrant{Role: RoleFull, Days: -1} }, "out_of_range"},
		"no role":           {func(d *Draft) { d.DelegatedAdministration = &AskedGrant{} }, "invalid_value"},
		"a million":         {func(d *Draft) { d.MaxRedemptions = 1000000 }, ""},
		"a million and one": {func(d *Draft) { d.MaxRedemptions = 1000001 }, "out_of_range"},
		"1,000 letters":     {func(d *Draft) { d.Message = strings.Repeat("ż", 1000) }, ""},
		"1,001 letters":     {func(d *Draft) { d.Message = strings.Repeat("ż", 1001) }, "too_long"},
		"10,000 of terms":   {func(d *Draft) { d.PartnerTerms = &Terms{Title: "t", Text: strings.Repeat("x", 10000)} }, ""},
		"10,001 of terms":   {func(d *Draft) { d.PartnerTerms = &Terms{Title: "t", Text: strings.Repeat("x", 10001)} }, "too_long"},
		"invited only":      {func(d *Draft) { d.Visibility = Invited }, ""},
		"vendor bills":      {func(d *Draft) { d.BilledBy = "vendor" }, ""},
		"partner bills":     {func(d *Draft) { d.BilledBy = "partner" }, "not_for_trial"},
		"licences":          {func(d *Draft) { d.Items[0].Licenses = 1 }, "not_for_trial"},
		"a price":           {func(d *Draft) { d.Items[0].Price = &catalog.Money{} }, "not_for_trial"},
		"a term":            {func(d *Draft) { d.Items[0].Term = catalog.Month }, "not_for_trial"},
		"follows":           {func(d *Draft) { d.Follows = "ofr_x" }, "not_for_trial"},
		"a request that follows": {func(d *Draft) {
			d.Kind, d.Items, d.DelegatedAdministration, d.Follows = DelegatedAdministration, nil, &AskedGrant{Role: RoleLimited}, "ofr_x"
		}, "not_for_kind"},
		"a request with a plan": {func(d *Draft) {
			d.Kind, d.DelegatedAdministration = DelegatedAdministration, &AskedGrant{Role: RoleLimited}
		}, "not_for_kind"},
		"a request for nothing": {func(d *Draft) { d.Kind, d.Items = DelegatedAdministration, nil }, "required"},
		"replaces its own":      {func(d *Draft) { d.Replaces = "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza" }, ""},
		"replaces another's":    {func(d *Draft) { d.Replaces = "ofr_87654323_7k3mq2xf9d4bh8w5n1p6rt0vza" }, "unknown_offer"},
		"a country in lower":    {func(d *Draft) { d.Country = "pl" }, "invalid_format"},
		"a purchase":            {func(d *Draft) { d.Kind = Purchase }, ""},
		"a purchase of nothing": {func(d *Draft) { d.Kind, d.Items = Purchase, nil }, "required"},
		"a purchase, twice one": {func(d *Draft) { d.Kind, d.Items = Purchase, append(d.Items, d.Items[0]) }, "duplicate_entry"},
		"a price of the vendor's": {func(d *Draft) {
			d.Kind, d.Items[0].Price = Purchase, &catalog.Money{AmountMinor: 1, Currency: "PLN"}
		}, "price_not_yours"},
		"an own price": {func(d *Draft) {
			d.Kind, d.BilledBy, d.Items[0].Price = Purchase, ByPartner, &catalog.Money{AmountMinor: 1, Currency: "PLN"}
		}, ""},
		"a price in no currency": {func(d *Draft) {
			d.Kind, d.BilledBy, d.Items[0].Price = Purchase, ByPartner, &catalog.Money{AmountMinor: 1}
		}, "invalid_format"},
		"billed by another":      {func(d *Draft) { d.Kind, d.BilledBy = Purchase, "87654323" }, "invalid_value"},
		"a partner of record":    {func(d *Draft) { d.Kind, d.Items = PartnerOfRecord, nil }, ""},
		"a reseller with a plan": {func(d *Draft) { d.Kind = Reseller }, "not_for_kind"},
		"a reseller that asks for more": {func(d *Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = Reseller, nil, &AskedGrant{Role: RoleLimited}
		}, "not_for_kind"},
		"a trial with notice":    {func(d *Draft) { d.NoticePeriod = &NoticePeriod{Days: 30} }, "not_for_kind"},
		"a reseller's notice":    {func(d *Draft) { d.Kind, d.Items, d.NoticePeriod = Reseller, nil, &NoticePeriod{Days: 90} }, ""},
		"91 days":                {func(d *Draft) { d.Kind, d.Items, d.NoticePeriod = Reseller, nil, &NoticePeriod{Days: 91} }, "out_of_range"},
		"no kind":                {func(d *Draft) { d.Kind = "" }, "invalid_value"},
		"a plan of no shape":     {func(d *Draft) { d.Items[0].Plan = "Plan" }, "invalid_format"},
		"two plans":              {func(d *Draft) { d.Items = append(d.Items, d.Items[0]) }, "single_trial_only"},
		"a name in two scripts":  {func(d *Draft) { d.PartnerTerms = &Terms{Title: "раypal", Text: "x"} }, ""},
		"a title in two lines":   {func(d *Draft) { d.PartnerTerms = &Terms{Title: "a\nb", Text: "x"} }, ""},
		"a right-to-left letter": {func(d *Draft) { d.Message = "\u05d0" }, ""},
		"a right-to-left mark":   {func(d *Draft) { d.Message = "\u200f" }, ""},
		"a title of signs":       {func(d *Draft) { d.PartnerTerms = &Terms{Title: "***", Text: "x"} }, "no_letters"},
		"a broken letter":        {func(d *Draft) { d.Message = "a\ufffd" }, "invalid_characters"},
	} {
		d := good()
		c.change(&d)
		if _, err := d.offer(operation()); rule.Code(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func facts() Facts {
	return Facts{
		Partner: partner.Partner{
			ID: "12345674", Status: partner.Active, Verification: partner.Verification{MailAt: now, PhoneAt: now, ConfirmedAt: now},
			Enrolments: []partner.Enrolment{{Program: "essentials", From: now.Add(-day), To: now.Add(day)}}, Language: "pl",
		},
		Plans: map[catalog.PlanID]catalog.Plan{"plan_a": {ID: "plan_a", Status: catalog.PlanActive, Trial: &catalog.Trial{Licenses: 25, Days: 30}, Countries: []string{"PL", "CZ"}}},
		Authorisations: map[catalog.PlanID]partner.Authorisation{
			"plan_a": {Plan: "plan_a", Countries: []string{"PL"}, From: now.Add(-day), To: now.Add(day)},
		},
		Programs: catalog.Programs{ByName: map[string]catalog.Program{"essentials": {Rights: []catalog.Right{catalog.DelegatedAdministration}}}},
	}
}

// TestAllowed asks what an offer rests on, one fact after the other, as it stands when it is made or redeemed.
func TestAllowed(t *testing.T) {
	sovereign := []catalog.Region{{ID: "s", Countries: []string{"PL"}}}
	for name, c := range map[string]struct {
		change func(*Offer, *Facts)
		at     time.Time
		want   string
	}{
		"all is well":        {func(*Offer, *Facts) {}, now, ""},
		"suspended":          {func(_ *Offer, f *Facts) { f.Partner.Status = partner.Suspended }, now, "partner_not_active"},
		"phone unproved":     {func(_ *Offer, f *Facts) { f.Partner.Verification.PhoneAt = time.Time{} }, now, "profile_unverified"},
		"unconfirmed":        {func(_ *Offer, f *Facts) { f.Partner.Verification.ConfirmedAt = time.Time{} }, now, "profile_unverified"},
		"no such plan":       {func(_ *Offer, f *Facts) { delete(f.Plans, "plan_a") }, now, "unknown_plan"},
		"plan withdrawn":     {func(_ *Offer, f *Facts) { f.Plans["plan_a"] = catalog.Plan{Status: catalog.PlanWithdrawn} }, now, "plan_withdrawn"},
		"no trial":           {func(_ *Offer, f *Facts) { f.Plans["plan_a"] = catalog.Plan{Status: catalog.PlanActive} }, now, "no_trial"},
		"another country":    {func(o *Offer, _ *Facts) { o.Country = "CZ" }, now, "not_authorised_for_plan"},
		"no authorisation":   {func(_ *Offer, f *Facts) { f.Authorisations = nil }, now, "not_authorised_for_plan"},
		"authorisation over": {func(*Offer, *Facts) {}, now.Add(day), "not_authorised_for_plan"},
		"not sold there":     {func(_ *Offer, f *Facts) { p := f.Plans["plan_a"]; p.Countries = []string{"CZ"}; f.Plans["plan_a"] = p }, now, "not_authorised_for_plan"},
		"trials closed": {func(_ *Offer, f *Facts) {
			f.Availability = catalog.Availability{Regions: sovereign, Gaps: []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "s"}}}
		}, now, "feature_unavailable"},
		"closed for another plan": {func(_ *Offer, f *Facts) {
			f.Availability = catalog.Availability{Regions: sovereign, Gaps: []catalog.Gap{{Feature: catalog.FeatureTrials, Region: "s", Plan: "plan_b"}}}
		}, now, ""},
		"all closed": {func(_ *Offer, f *Facts) {
			f.Availability = catalog.Availability{Regions: sovereign, Gaps: []catalog.Gap{{Feature: catalog.FeaturePartners, Region: "s"}}}
		}, now, "feature_unavailable"},
		"delegation closed": {func(_ *Offer, f *Facts) {
			f.Availability = catalog.Availability{Regions: sovereign, Gaps: []catalog.Gap{{Feature: catalog.FeatureAdministration, Region: "s"}}}
		}, now, ""},
		"delegation closed, asked": {func(o *Offer, f *Facts) {
			o.DelegatedAdministration = &AskedGrant{}
			f.Availability = catalog.Availability{Regions: sovereign, Gaps: []catalog.Gap{{Feature: catalog.FeatureAdministration, Region: "s"}}}
		}, now, "feature_unavailable"},
		"not enrolled":        {func(_ *Offer, f *Facts) { f.Partner.Enrolments = nil }, now, ""},
		"not enrolled, asked": {func(o *Offer, f *Facts) { o.DelegatedAdministration = &AskedGrant{}; f.Partner.Enrolments = nil }, now, "not_enrolled"},
		"enrolment not begun": {func(o *Offer, f *Facts) {
			o.DelegatedAdministration = &AskedGrant{}
			f.Partner.Enrolments[0].From = now.Add(1)
		}, now, "not_enrolled"},
		"enrolled elsewhere": {func(o *Offer, f *Facts) {
			o.DelegatedAdministration = &AskedGrant{}
			f.Partner.Enrolments[0].Program = "other"
		}, now, "not_enrolled"},
	} {
		o, f := Offer{Kind: Trial, Country: "PL", Items: []Item{{Plan: "plan_a"}}}, facts()
		c.change(&o, &f)
		if err := o.Allowed(f, c.at); rule.Code(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestChecked takes licences and language from the facts, and lets only full access ask for full administration.
func TestChecked(t *testing.T) {
	for _, c := range []struct {
		has  partner.CustomerAccess
		role string
		want string
	}{{partner.Full, RoleFull, ""}, {partner.Limited, RoleFull, "forbidden"}, {partner.Limited, RoleLimited, ""}, {partner.Limited, "", ""}} {
		d := good()
		d.Access = c.has
		if c.role != "" {
			d.DelegatedAdministration = &AskedGrant{Role: c.role}
		}
		o, err := d.offer(operation())
		if err != nil {
			t.Fatal(err)
		}
		if o, err = d.checked(o, facts(), now); rule.Code(err) != c.want {
			t.Errorf("%s asks for %q: %v", c.has, c.role, err)
		}
		if err == nil && (o.Items[0].Licenses != 25 || o.Language != "pl") {
			t.Errorf("%+v", o)
		}
	}
}
