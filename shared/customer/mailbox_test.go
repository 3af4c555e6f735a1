package customer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/shared/customer"
	"liaison/shared/fault"
)

// TestSetMailbox: what is left out is the default, what differs is named, and what is asked for anew has another revision.
func TestSetMailbox(t *testing.T) {
	quota := 50
	imap := &customer.Source{Kind: customer.IMAP, Host: " IMAP.Old.Example ", Address: "ewa@old.example"}
	u := customer.User{Mail: "ewa@nowak.example", Version: 1}
	for n, step := range []struct {
		draft    customer.MailboxDraft
		fields   string
		want     customer.Mailbox
		from     string
		revision int // of the source
	}{
		{customer.MailboxDraft{}, "address", customer.Mailbox{Address: "ewa@nowak.example", Revision: 2}, "", 0},
		{customer.MailboxDraft{Address: "ewa@nowak.example"}, "", customer.Mailbox{Address: "ewa@nowak.example", Revision: 2}, "", 0},
		{customer.MailboxDraft{From: imap}, "migrate_from", customer.Mailbox{Address: "ewa@nowak.example", Revision: 2}, "imap imap.old.example ewa@old.example", 4},
		{customer.MailboxDraft{QuotaGB: &quota, From: imap}, "quota_gb", customer.Mailbox{Address: "ewa@nowak.example", QuotaGB: 50, Revision: 5}, "imap imap.old.example ewa@old.example", 4},
		{
			customer.MailboxDraft{Address: "e.krol@nowak.example", From: &customer.Source{Kind: customer.Google}},
			"address quota_gb migrate_from",
			customer.Mailbox{Address: "e.krol@nowak.example", Revision: 6},
			"google  e.krol@nowak.example", 6,
		},
	} {
		next, fields, err := u.SetMailbox(step.draft)
		if err != nil || strings.Join(fields, " ") != step.fields {
			t.Fatalf("%d: %v differ, %v", n, fields, err)
		}
		got := *next.Mailbox
		from := got.From
		if got.From = nil; got != step.want || (from == nil) != (step.from == "") {
			t.Errorf("%d: %+v", n, got)
		}
		if from != nil && (string(from.Kind)+" "+from.Host+" "+from.Address != step.from || from.Revision != step.revision) {
			t.Errorf("%d: moved from %+v", n, from)
		}
		u, u.Version = next, u.Version+1
		if n == 0 && u.Version != 2 {
			t.Fatal("a step is a version")
		}
	}
}

// TestSetMailboxWrong: each wrong field is named, and nothing changes.
func TestSetMailboxWrong(t *testing.T) {
	u := customer.User{Mail: "ewa@nowak.example", Version: 1}
	many, none := customer.MaxQuotaGB+1, 0
	from := func(kind, host, address string) customer.MailboxDraft {
		return customer.MailboxDraft{From: &customer.Source{Kind: customer.SourceKind(kind), Host: host, Address: address}}
	}
	for name, c := range map[string]struct {
		draft customer.MailboxDraft
		want  string
	}{
		"no address":   {customer.MailboxDraft{Address: "nowhere"}, "/address invalid_email"},
		"too much":     {customer.MailboxDraft{QuotaGB: &many}, "/quota_gb out_of_range"},
		"nothing":      {customer.MailboxDraft{QuotaGB: &none}, "/quota_gb out_of_range"},
		"another kind": {from("pop3", "pop.old.example", ""), "/migrate_from/kind invalid_value"},
		"no host":      {from("imap", " ", ""), "/migrate_from/host required"},
		"a URL":        {from("imap", "https://old.example/", ""), "/migrate_from/host invalid_format"},
		"a machine":    {from("exchange", "10.0.0.1", ""), "/migrate_from/host invalid_format"},
		"one label":    {from("imap", "localhost", ""), "/migrate_from/host invalid_format"},
		"too long":     {from("imap", strings.Repeat("a.", 127)+"example", ""), "/migrate_from/host invalid_format"},
		"a source that is no address, and no quota": {
			customer.MailboxDraft{QuotaGB: &none, From: &customer.Source{Kind: customer.IMAP, Host: "imap.old.example", Address: "x@"}},
			"/quota_gb out_of_range, /migrate_from/address invalid_email",
		},
	} {
		next, fields, err := u.SetMailbox(c.draft)
		failed := fault.As(err)
		if failed == nil || next.Mailbox != nil || fields != nil {
			t.Errorf("%s: %+v %v %v", name, next.Mailbox, fields, err)
			continue
		}
		var said []string
		for _, f := range failed.Fields {
			said = append(said, f.Pointer+" "+f.Code.String())
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestMailboxOfDeleted: nothing is set up or removed for who is deleted; the mailbox stays, for when the user is restored.
func TestMailboxOfDeleted(t *testing.T) {
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	u, _, err := customer.User{Mail: "ewa@nowak.example", Version: 1}.SetMailbox(customer.MailboxDraft{})
	if err == nil {
		u, err = u.Delete(at)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, _, set := u.SetMailbox(customer.MailboxDraft{})
	_, removed := u.RemoveMailbox()
	if !fault.Is(set, fault.UserDeleted) || !fault.Is(removed, fault.UserDeleted) {
		t.Errorf("%v, %v", set, removed)
	}
	u, err = u.Restore(at)
	if err != nil || u.Mailbox == nil {
		t.Errorf("restored with %+v, %v", u.Mailbox, err)
	}
	if u, err = u.RemoveMailbox(); err != nil || u.Mailbox != nil || !slices.Equal(u.Licenses, nil) {
		t.Errorf("%+v, %v", u, err)
	}
}
