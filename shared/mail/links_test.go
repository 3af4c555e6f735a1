package mail

import (
	"encoding/json"
	"html"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"liaison/shared/locale"
)

// Where an act is done that a mail's words name: on one of our pages, or by asking somebody whose address the mail shows.
const (
	atOffer         = "https://pages.example/i/"
	atReceipt       = "https://pages.example/receipts/"
	atAccount       = "https://pages.example/account"
	atTies          = "https://pages.example/account/partners"
	atSubscriptions = "https://pages.example/account/subscriptions"
	atRequests      = "https://pages.example/account/support/"
	atDesk          = "https://pages.example/vendor/support/"
	atInbox         = "https://pages.example/vendor/inbox/"
	atCall          = atInbox + "call/"
	atLead          = "https://pages.example/partner/leads/"
	atMessage       = "https://pages.example/find-a-partner/messages/"
	atMatch         = "https://pages.example/find-a-partner/match"
	atCustomers     = "https://pages.example/partner/customers/"
	atRecord        = "https://pages.example/account/subscriptions/partner"
	atListing       = "https://pages.example/partner/listing"
	atPassword      = "https://pages.example/set-password/"
	atStop          = "https://pages.example/unsubscribe/"
	askVendor       = "help@northwind.example"
	askPartner      = "biuro@contoso.example"
	reply           = "ewa@fabrikam.example"
)

// acting says of all words that tell the reader to do something where that is done. What a Yes can be followed by is done with the link in the
// mail that confirms the Yes; the words say so, and stand beside the link to the offer.
var acting = map[string][]string{
	"mail.accepted.button":                  {atReceipt},
	"mail.accepted.note_administration":     {atReceipt},
	"mail.accepted.owner":                   {atAccount},
	"mail.accepted.password_button":         {atPassword},
	"mail.accepted.password_note":           {atPassword},
	"mail.accepted.revoke":                  {atReceipt},
	"mail.acted.undo":                       {atSubscriptions + "/sub_"},
	"mail.acted.removal_withdraw":           {atTies},
	"mail.administration_ended.unexpected":  {askVendor},
	"mail.administration_ending.customer":   {atTies},
	"mail.administration_extended.customer": {atTies},
	"mail.application_approved.agreement":   {atPassword},
	"mail.application_approved.password":    {atPassword},
	"mail.application_approved.preheader":   {atPassword},
	"mail.application_rejected.questions":   {askVendor},
	"mail.button.details":                   {atTies, atSubscriptions, atInbox},
	"mail.continue_here.button":             {atOffer},
	"mail.continue_here.intro":              {atOffer},
	"mail.continue_here.subject":            {atOffer},
	"mail.deletion_notice.ask_partner":      {askPartner},
	"mail.fact.answer_by":                   {atOffer},
	"mail.find_partner.button":              {atMatch},
	"mail.footer.report":                    {atOffer},
	"mail.footer.unsubscribe":               {atStop},
	"mail.granted.revoke":                   {atTies},
	"mail.inquiry_confirm.button":           {atMessage},
	"mail.invitation_reminder.preheader":    {atOffer},
	"mail.lead_answered.button":             {atMessage},
	"mail.lead_received.button":             {atLead},
	"mail.listing.button":                   {atListing},
	"mail.listing.questions":                {askVendor},
	"mail.listing.sent_back_mend":           {atListing},
	"mail.new_link.administrator_subject":   {reply},
	"mail.new_link.next":                    {reply},
	"mail.offer.ask_full":                   {atOffer},
	"mail.offer.ask_limited":                {atOffer},
	"mail.offer.revoke":                     {atOffer},
	"mail.ordered.cancel":                   {atSubscriptions},
	"mail.ordered.renews":                   {atSubscriptions},
	"mail.purchase_offer.preheader":         {atOffer},
	"mail.purchase_offer.renews":            {atOffer},
	"mail.partner_of_record.change":         {atRecord},
	"mail.partner_of_record_request.change": {atOffer},
	"mail.partner_of_record_request.intro":  {atOffer},
	"mail.operator_invited.unexpected":      {askVendor},
	"mail.phone_call.code":                  {atCall},
	"mail.removal.button":                   {atCustomers},
	"mail.removal_answered.disagree":        {askVendor},
	"mail.request.button":                   {atOffer},
	"mail.request.preheader":                {atOffer},
	"mail.request.sign_in":                  {atOffer},
	"mail.request.sign_in_billing":          {atOffer},
	"mail.reseller.ask":                     {atTies},
	"mail.reseller.removal":                 {atOffer, atTies},
	"mail.reseller.removal_notice":          {atOffer, atTies},
	"mail.reseller.removal_now":             {atOffer, atTies},
	"mail.service_request.button":           {atRequests, atDesk},
	"mail.set_password.button":              {atPassword},
	"mail.set_password.subject":             {atPassword},
	"mail.trial.ask_partner":                {askPartner},
	"mail.trial.ask_vendor":                 {askVendor},
	"mail.trial.button":                     {atSubscriptions, atAccount + "/buy"},
	"mail.trial.buy":                        {atSubscriptions, atAccount + "/buy"},
	"mail.trial_invitation.button":          {atOffer},
	"mail.trial_invitation.preheader":       {atOffer},
	"mail.password_reset.subject":           {atPassword},
	"mail.password_reset.until_then":        {atPassword},
	"mail.password_reset_notice.revoke":     {atTies},
	"mail.user_invited.preheader":           {atPassword},
	"mail.user_invited.unexpected":          {askVendor},
	"mail.withdrawn.question":               {askPartner},
}

// tells holds the words that only sound as if they named an act: they say what happens without one, or what somebody else asks for.
var tells = map[string]string{
	"mail.accepted.ends":              "what does not happen by itself",
	"mail.fact.change":                "a noun: what changed",
	"mail.removal.notice":             "what may be done sooner: the mail asks for nothing",
	"mail.phone_call.never":           "what must not be done",
	"mail.standing.reinstated_offers": "done by the API, which has no page",
	"mail.standing.suspended_offers":  "what cannot be done",
	"mail.title.go_on":                "the title over the actions",
	"mail.trial_ending.preheader":     "what the mail is about",
}

// sounds finds words that tell the reader to do something.
var sounds = regexp.MustCompile(`(?i)\b(you (can|may|must|have to|need|want|ask|choose|answer|cancel|buy|find|sign|say|place|pause)|unless you|until you)\b|` +
	`(^|[.:,;] )(then |or |please )?(open|buy|cancel|ask|contact|send|answer|decide|say|use|sign|set|end|switch|share|check|choose|change|remove|pause|let|` +
	`decline|uphold|reject|report|stop|read|invite|extend|write|see|go|continue|place|pay|undo|withdraw|move|click|make|tell|take)\b`)

// texts returns what stands under each key of mails in a language, every plural form of it.
func texts(t *testing.T, l locale.Language) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("../locale/" + string(l) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for key, value := range all {
		switch forms := value.(type) {
		case string:
			found[key] = []string{forms}
		case map[string]any:
			for _, form := range forms {
				found[key] = append(found[key], form.(string))
			}
		}
		if !strings.HasPrefix(key, "mail.") {
			delete(found, key)
		}
	}
	return found
}

// TestActsArePlaced: whoever adds words that tell the reader to do something must say here where that is done.
func TestActsArePlaced(t *testing.T) {
	there := texts(t, locale.English)
	for key, forms := range there {
		if _, placed := acting[key]; sounds.MatchString(strings.Join(forms, ". ")) && !placed && tells[key] == "" {
			t.Errorf("%s names an act: %q. Add to shared/mail/links_test.go where it is done, `%q: {askVendor},` in acting; or, where it is none, "+
				"`%q: \"why not\",` in tells", key, forms[0], key, key)
		}
	}
	for key := range acting {
		if there[key] == nil {
			t.Errorf("there are no words %s", key)
		}
	}
	for key := range tells {
		if there[key] == nil || acting[key] != nil {
			t.Errorf("%s is not there, or named twice", key)
		}
	}
}

// hidden finds what a mail program shows beside the subject.
var hidden = regexp.MustCompile(`<div style="display:none[^>]*>([^<&]*)`)

// says returns what finds the words of a key in what a mail says: all that stands between the values, in one line.
func says(t *testing.T, m Message) func(forms []string) bool {
	t.Helper()
	preheader := hidden.FindStringSubmatch(m.HTML)
	if preheader == nil {
		t.Fatal("no preheader")
	}
	lines := append(strings.Split(m.Text, "\n"), m.Subject, html.UnescapeString(preheader[1]))
	return func(forms []string) bool {
		for _, form := range forms {
			for _, line := range lines {
				line, all := strings.ReplaceAll(line, "\u00a0", " "), true
				for _, piece := range values.Split(strings.ReplaceAll(form, "\u00a0", " "), -1) {
					_, after, found := strings.Cut(line, piece)
					all = all && found
					line = after
				}
				if all {
					return true
				}
			}
		}
		return false
	}
}

var values = regexp.MustCompile(`\{[^}]*\}`)

// TestActsHaveTheirLink: a mail whose words name an act shows, in both its parts, where it is done.
func TestActsHaveTheirLink(t *testing.T) {
	for _, l := range locale.Languages() {
		used, forms := map[string]bool{}, texts(t, l)
		for name, one := range all(l) {
			m := one.Message()
			names := says(t, m)
			for key, ways := range acting {
				if !names(forms[key]) {
					continue
				}
				used[key] = true
				leads := false
				for _, way := range ways {
					at := way
					if strings.HasPrefix(way, "https:") {
						at = `href="` + way
					}
					leads = leads || strings.Contains(m.Text, way) && strings.Contains(m.HTML, at)
				}
				if !leads {
					t.Errorf("%s %s: %s names an act, and none of %q stands in both parts:\n%s", name, l, key, ways, m.Text)
				}
				if ways[0] == reply && m.ReplyTo != reply {
					t.Errorf("%s: an answer goes to %s", name, m.ReplyTo)
				}
			}
		}
		for key := range acting {
			if !used[key] {
				t.Errorf("%s: no mail says %s", l, key)
			}
		}
	}
}

// TestEverythingIsPictured: what a mail may say stands in a picture, so that somebody looks at it. Of the reasons that fill a row, one of
// each row is enough.
func TestEverythingIsPictured(t *testing.T) {
	forms, said := texts(t, locale.English), map[string]bool{}
	for _, one := range all(locale.English) {
		names := says(t, one.Message())
		for key := range forms {
			said[key] = said[key] || names(forms[key])
		}
	}
	for key := range forms {
		if !said[key] && key != "mail.from" && key != "mail.or_copy" && // of the header, and of the HTML alone
			!strings.Contains(key, ".reason_") && !strings.Contains(key, ".cause_") {
			t.Errorf("no picture says %s: add to the list `all` in shared/mail/mail_test.go the mail that says it", key)
		}
	}
}

// TestNoPageNoWord: where no page stands and nobody can be reached, no act is named.
func TestNoPageNoWord(t *testing.T) {
	for _, l := range locale.Languages() {
		forms := texts(t, l)
		for name, one := range all(l) {
			bare := reflect.New(reflect.TypeOf(one)).Elem()
			bare.Set(reflect.ValueOf(one))
			strip(bare)
			m := bare.Interface().(Mail).Message()
			names := says(t, m)
			for key, ways := range acting {
				switch {
				case ways[0] == atOffer || ways[0] == atPassword || ways[0] == atStop || ways[0] == reply: // such a mail is there for its link
				case key == "mail.ordered.renews": // what happens by itself is said in any case
				case names(forms[key]):
					t.Errorf("%s %s: %s names an act that has no page:\n%s", name, l, key, m.Text)
				}
			}
		}
	}
}

// strip empties every link to a page and every way to reach somebody.
func strip(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Kind() == reflect.Struct && f.CanSet() && f.Type() != reflect.TypeOf(ends):
			strip(f)
		case f.Kind() == reflect.String:
			switch v.Type().Field(i).Name {
			case "Link", "Revoke", "Receipt", "Account", "HelpMail", "HelpPhone", "Website", "Phone":
				f.SetString("")
			case "Mail":
				if v.Type() == reflect.TypeOf(Partner{}) {
					f.SetString("")
				}
			}
		}
	}
}
