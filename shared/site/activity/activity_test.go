package activity

import (
	"net/http/httptest"
	"strings"
	"testing"

	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/locale"
	"liaison/shared/site"
	"liaison/shared/site/partnername"
	"liaison/shared/subscription"
)

// TestWords: each change that a customer or a partner reads says in words what happened.
func TestWords(t *testing.T) {
	for _, language := range locale.Languages() {
		v := &site.Visit{R: httptest.NewRequest("GET", "/account/activity", nil), Words: locale.In(language)}
		names, err := partnername.Read(v, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := Formatter{v: v, partners: names}
		for _, row := range known.Events() {
			change := event.Of("", row.Of)
			if event.Is[subscription.BillingTransferredEvent](change) { // from the vendor its name would be read
				change = event.Of("", subscription.BillingTransferredEvent{Sale: subscription.Sale{BilledBy: "12345674"}})
			}
			if strings.ContainsAny(string(row.Readers), "cp") && f.What(change) == "" {
				t.Errorf("%s: %s has no words: give it a key activity.* and a row here", language, row.Of.Type())
			}
		}
	}
}
