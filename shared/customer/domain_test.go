package customer_test

import (
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
)

const domainDay = 24 * time.Hour

// TestDomainChecks follows a domain through what DNS says of it.
func TestDomainChecks(t *testing.T) {
	at := time.Date(2026, 11, 21, 13, 45, 0, 0, time.UTC)
	d, err := customer.NewDomain("cus_4q8z1m7x2c9v", "Contoso.example", []string{"vendor.example", ""}, "secret", at)
	if err != nil {
		t.Fatal(err)
	}
	_, value := d.Record()
	there, none := customer.Seen{Values: []string{"other", value}}, customer.Seen{}
	other, silent := customer.Seen{Values: []string{"other", value + "x"}}, customer.Seen{Failed: true}
	start := at
	for i, step := range []struct {
		after   time.Duration // since the first check
		seen    customer.Seen
		status  customer.DomainStatus
		failure customer.DomainFailure
		event   event.Typed
		next    time.Duration // since the first check; 0 for never
		loses   time.Duration
	}{
		{0, none, customer.DomainPending, customer.RecordMissing, nil, 0, 0},
		{0, silent, customer.DomainPending, customer.DNSFailed, nil, 0, 0},
		{0, other, customer.DomainPending, customer.RecordDiffers, nil, 0, 0},
		{0, there, customer.DomainVerified, "", customer.DomainVerifiedEvent{}, 7 * domainDay, 0},
		{0, there, customer.DomainVerified, "", nil, 7 * domainDay, 0},
		{7 * domainDay, silent, customer.DomainVerified, customer.DNSFailed, nil, 8 * domainDay, 0},
		{50 * domainDay, none, customer.DomainVerified, customer.RecordMissing, customer.DomainMissingEvent{}, 51 * domainDay, 64 * domainDay}, // late: the grace begins
		{51 * domainDay, other, customer.DomainVerified, customer.RecordDiffers, nil, 52 * domainDay, 64 * domainDay},
		{52 * domainDay, there, customer.DomainVerified, "", customer.DomainFoundEvent{}, 59 * domainDay, 0},
		{60 * domainDay, none, customer.DomainVerified, customer.RecordMissing, customer.DomainMissingEvent{}, 61 * domainDay, 74 * domainDay},
		{73*domainDay + time.Hour, none, customer.DomainVerified, customer.RecordMissing, nil, 74 * domainDay, 74 * domainDay},
		{75 * domainDay, silent, customer.DomainVerified, customer.DNSFailed, nil, 76 * domainDay, 74 * domainDay}, // nothing is known: nothing is lost
		{76 * domainDay, other, customer.DomainLost, customer.RecordDiffers, customer.DomainLostEvent{}, 0, 0},
		{77 * domainDay, none, customer.DomainLost, customer.RecordMissing, nil, 0, 0},
		{78 * domainDay, there, customer.DomainVerified, "", customer.DomainVerifiedEvent{}, 85 * domainDay, 0},
	} {
		at := start.Add(step.after)
		next, happened := d.Recheck(step.seen, at)
		d = next
		due := func(want time.Duration, is time.Time) bool {
			return want == 0 && is.IsZero() || want != 0 && is.Equal(start.Add(want))
		}
		if d.Status != step.status || d.Failure != step.failure || !d.CheckedAt.Equal(at) || !due(step.next, d.CheckAt) || !due(step.loses, d.LosesAt()) ||
			(d.Status == customer.DomainLost) != !d.LostAt.IsZero() {
			t.Errorf("%d: %+v", i, d)
		}
		switch {
		case step.event == nil && len(happened) != 0, step.event != nil && (len(happened) != 1 || happened[0].Type() != step.event.Type()):
			t.Errorf("%d: happened %v", i, happened)
		}
		var want fault.Mark
		switch step.failure {
		case customer.RecordMissing:
			want = fault.DomainRecordMissing
		case customer.RecordDiffers:
			want = fault.DomainRecordDiffers
		case customer.DNSFailed:
			want = fault.DNSUnavailable
		}
		if err := d.Refusal(step.seen); (want == nil) != (err == nil) || want != nil && !fault.Is(err, want) {
			t.Errorf("%d: refused with %v", i, err)
		}
	}
	d, _ = d.Check(none, at)
	late := d.LosesAt().Add(domainDay)
	if asked, happened := d.Check(none, late); !asked.Verified() || len(happened) != 0 || late.Before(asked.CheckAt) {
		t.Errorf("who asks for a check after the grace loses the domain, or the job does not look: %+v %v", asked, happened)
	}
	for name, want := range map[customer.DomainName]customer.ID{
		"4q8z1m7x2c9v.cloud.example": "cus_4q8z1m7x2c9v", "cloud.example": "", "4q8z1m7x2c9v.example": "", "mail.4q8z1m7x2c9v.cloud.example": "",
		"4q8z1m7x2c9.cloud.example": "", "4q8z1m7x2c9v.cloud.example.com": "",
	} {
		if got := customer.HasInitialDomain(name, "cloud.example"); got != want || want != "" && customer.InitialDomain(want, "cloud.example") != name {
			t.Errorf("%s is the initial domain of %q", name, got)
		}
	}
	if of, name := customer.HasInitialDomain("4q8z1m7x2c9v", ""), customer.InitialDomain("cus_4q8z1m7x2c9v", ""); of != "" || name != "" {
		t.Errorf("a vendor that gives none: %q, %q", of, name)
	}
	for _, name := range []string{"vendor.example", "shop.Vendor.example"} {
		if _, err := customer.NewDomain("cus_4q8z1m7x2c9v", name, []string{"vendor.example", ""}, "secret", at); !fault.Is(err, fault.VendorDomain) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
