package states

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/importing"
	"liaison/shared/locale"
	"liaison/shared/site"
	"liaison/tests/fixture"
)

// The states of a customer's account stand first, before anything changes the terms for good.
func init() { States = slices.Concat(accounts, States) }

// shopper is a customer with a trial and a paid subscription.
type shopper struct{ address, trial, paid string }

// customer is a new customer with a trial and a paid subscription, and its owner signed in past the browser.
func (v *Visit) customer() (shopper, *client.Visitor) {
	v.T.Helper()
	address, _ := v.member()
	someone := v.signIn(address)
	must := func(err error) {
		v.T.Helper()
		if err != nil {
			v.T.Fatal(err)
		}
	}
	_, err := someone.Get(v.T.Context(), v.URL("/account/buy/plan_mail/check?licenses=12&billing_term=month&advisor=none"))
	must(err)
	_, err = someone.Press(v.T.Context(), v.W.BuyPlaceOrder(), "agree", "yes")
	must(err)
	if !strings.HasPrefix(someone.Page.URL.Path, "/receipts/") {
		v.T.Fatalf("the order leads to %s:\n%s", someone.Page.URL, someone.Page.Text())
	}
	_, err = someone.Get(v.T.Context(), v.URL("/account/subscriptions"))
	must(err)
	made := shopper{address: address}
	for _, link := range someone.Page.Links("Skylark") {
		if !strings.Contains(link, "/account/subscriptions/sub_") {
			continue
		}
		if made.paid == "" { // the newest stands first
			made.paid = link
		} else {
			made.trial = link
		}
	}
	if made.trial == "" {
		v.T.Fatalf("the subscriptions are not listed:\n%s", someone.Page.Text())
	}
	return made, someone
}

// Owner signs the owner of a new customer in, before its account: the customer has a trial and a paid subscription, and the sample's partner is
// its reseller.
func (v *Visit) Owner() {
	v.T.Helper()
	held, _ := v.customer()
	v.resells(held.address)
	signedIn("", nil)(v, held.address+" "+v.URL("/account?lang="+v.Language))
}

// shopper returns the customer that the states of this language only look at.
func (v *Visit) shopper() shopper {
	v.T.Helper()
	return once(v, "shopper", func() shopper {
		held, _ := v.customer()
		return held
	})
}

// looks is the Ready of a state that changes nothing: where, of what the customer has.
func looks(where func(shopper) string) func(*Visit) string {
	return func(v *Visit) string { return v.before(v.shopper(), where) }
}

// decides is the Ready of a state that changes what the customer has, so that it needs one of its own.
func decides(where func(shopper) string) func(*Visit) string {
	return func(v *Visit) string {
		held, _ := v.customer()
		return v.before(held, where)
	}
}

// before returns what signedIn takes: who signs in, and where to.
func (v *Visit) before(held shopper, where func(shopper) string) string {
	at := where(held)
	if strings.HasPrefix(at, "/") {
		at = v.URL(at)
	}
	return held.address + " " + at
}

// accompanied is the Ready of a state that looks at a customer with one more user, who is put there behind the product's back: no operation
// makes one yet.
func accompanied(v *Visit) string {
	v.T.Helper()
	return once(v, "accompanied", func() string {
		address := anyMember(v)
		owner, err := story.UserOf(v.T.Context(), v.System, address)
		if err != nil {
			v.T.Fatal(err)
		}
		of, _, _ := customer.Under("usr", string(owner))
		item := fixture.MemberItem(customer.UserID("usr_"+of.Bare()+"_"+strings.Repeat("0", 26)), "jan.kowalski@example.com", v.System.Now(), customer.BillingAdmin)
		if _, err := v.System.Table().PutItem(v.T.Context(), &dynamodb.PutItemInput{TableName: &v.System.Endpoints.Table, Item: item}); err != nil {
			v.T.Fatal(err)
		}
		return address
	})
}

// mailing makes a user, from the form for a new one on, with a licence, and asks for a mailbox into which data is moved; at its own address where none is given.
func mailing(v *Visit, domain string) {
	v.Fill("name", "Ewa Król")
	v.Fill("email", v.Address("ewa"))
	v.Press(v.W.CustomerUsersCreate())
	v.Choose("licenses", "")
	v.Press(v.W.CustomerLicensesSave())
	v.Press(v.W.MailboxSet())
	if domain != "" {
		v.Fill("address", "ewa@"+domain)
	}
	v.Choose("from", "imap")
	v.Fill("host", "imap.oldhost.example")
	v.Press(v.W.MailboxSet())
}

// mailed verifies the domain whose page is open, and makes a user with a mailbox there.
func mailed(v *Visit) {
	at := v.Standing().URL
	v.Press(v.W.DomainsCheck())
	v.Open(v.URL("/account/users/new"))
	mailing(v, at[strings.LastIndexByte(at, '/')+1:])
}

// provable is the Ready of a state that looks at a mailbox: a customer with a domain of its own, whose record is there.
func provable(v *Visit) string {
	return v.claim(anyMember(v), strings.Replace(v.Address("box"), "@example.com", ".example", 1), "liaison-verification="+proof)
}

// proof is what the record of a claimed domain is to hold.
const proof = "7w2k9q4m1x8c5v3b6n0z4h2j5g"

// claimed is a domain of one name in each language.
func claimed(name string, language locale.Language) string {
	return name + "-" + string(language) + ".example"
}

// claims is the Ready of a state of a domain with a record in DNS. It is put there behind the product's back, which would draw what is to be there.
func claims(name, record string) func(*Visit) string {
	return func(v *Visit) string {
		v.T.Helper()
		domain := claimed(name, locale.Language(v.Language))
		return once(v, "claims "+name, func() string { return v.claim(anyMember(v), domain, record) })
	}
}

// claim puts a domain of somebody's customer there, and its record into DNS; it returns that person and the domain's page.
func (v *Visit) claim(address, domain, record string) string {
	v.T.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	of := v.companyOf(address)
	item := map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + of.Bare()), "SK": text("DOMAIN#" + domain), "class": text("customer_domain"), "name": text(domain), "customer": text(string(of)),
		"token": text(proof), "status": text(string(customer.DomainPending)), "version": &types.AttributeValueMemberN{Value: "1"},
		"created_at": text(v.System.Now().UTC().Format("2006-01-02T15:04:05.000Z")),
	}
	if _, err := v.System.Table().PutItem(v.T.Context(), &dynamodb.PutItemInput{TableName: &v.System.Endpoints.Table, Item: item}); err != nil {
		v.T.Fatal(err)
	}
	if record != "" {
		v.System.DNS.Set("_liaison."+domain, record)
	}
	return address + " " + v.URL("/account/domains/"+domain)
}

func checksDomain(v *Visit) { v.Press(v.W.DomainsCheck()) }

// pasted reads rows of users, from the form on: one that can be made, and one that cannot.
func pasted(v *Visit) {
	v.Choose("kind", "users")
	v.Fill("text", "User name;Display name;Job title\n"+v.Address("ewa")+";Ewa Król;Head of sales\njan.kowalski;Jan Kowalski;Sales\n")
	v.Press(v.W.ImportsRead())
}

// colleaguePath is where that colleague is administered.
var colleaguePath = "/account/users/" + strings.Repeat("0", 26)

// grouped is what is said about the group that the states of groups look at.
const grouped = "Everyone who sells"

// grouping is the Ready of a state that looks at a group with one member, at the path that follows the group's.
func grouping(after string) func(*Visit) string {
	return func(v *Visit) string {
		return once(v, "grouping", func() string {
			address := anyMember(v)
			someone := v.signIn(address)
			_, err := someone.Get(v.T.Context(), v.URL("/account/groups/new"))
			if err == nil {
				_, err = someone.Press(v.T.Context(), v.W.GroupsCreate(), "name", "Sales", "description", grouped)
			}
			at := v.URL(someone.Page.URL.Path)
			if err == nil {
				_, err = someone.Get(v.T.Context(), at+"/add")
			}
			if err == nil {
				_, err = someone.Press(v.T.Context(), v.W.GroupsAddOne()+" Anna Nowak")
			}
			if err != nil || someone.Page.URL.Query().Get("done") == "" {
				v.T.Fatalf("grouping leads to %s: %v", someone.Page.URL, err)
			}
			return address + " " + at
		}) + after
	}
}

func path(at string) func(shopper) string { return func(shopper) string { return at } }

func paid(step string) func(shopper) string {
	return func(held shopper) string { return held.paid + step }
}

func trial(step string) func(shopper) string {
	return func(held shopper) string { return held.trial + step }
}

const mailCheck = "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=none&into=separate"

// adds is the check of licences that are added to the paid subscription.
func adds(held shopper) string {
	return "/account/buy/plan_mail/check?licenses=3&billing_term=month&advisor=keep&into=" + held.paid[strings.LastIndex(held.paid, "/")+1:]
}

// chosen types a partner ID for the trial's partner of record.
func chosen(of func(v *Visit) string, button func(v *Visit) string) func(*Visit) {
	return func(v *Visit) {
		v.Choose("what", "other")
		v.Fill("partner_id", of(v))
		v.Press(button(v))
	}
}

func partnerOf(held shopper) string {
	return "/account/subscriptions/partner?s=" + site.ULID(held.trial)
}

func candidate(v *Visit) string { return v.Candidate }

func checkID(v *Visit) string { return v.W.PartnerIDCheck() }

func goOn(v *Visit) string { return v.W.SiteNext() }

var accounts = []State{
	{Name: "account-owned", Says: locale.Words.SubscriptionActive, Status: http.StatusOK, Ready: looks(path("/account")), Show: signedIn("", nil)},
	{Name: "account-owned-dashboard", Says: locale.Words.AccountChangePartner, Status: http.StatusOK, Ready: looks(path("/account?view=dashboard")), Show: signedIn("", nil)},
	{Name: "buy", Says: func(w locale.Words) string { return w.BuyLead(w.Country("PL")) }, Status: http.StatusOK, Ready: looks(path("/account/buy")), Show: signedIn("", nil)},
	{Name: "buy-plan", Says: locale.Words.BuyNothingYet, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_archive")), Show: signedIn("", nil)},
	{Name: "buy-plan-trial", Says: func(w locale.Words) string { return piece(w.BuyConverts("", time.Time{}), w.Time(time.Time{})) }, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_suite")), Show: signedIn("", nil)},
	{Name: "buy-plan-owned", Says: locale.Words.BuyIntoUnadvised, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_mail")), Show: signedIn("", nil)},
	{Name: "buy-plan-counted", Says: locale.Words.BuyCount, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_suite")), Show: signedIn("", func(v *Visit) {
		v.Fill("licenses", "40")
		v.Choose("billing_term", "month")
		v.Press(v.W.BuyCount())
	})},
	{Name: "buy-plan-known", Says: locale.Words.PartnerOfRecordOther, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_archive?licenses=12&billing_term=month&change=advisor")), Show: signedIn("", nil)},
	{Name: "buy-plan-error", Says: func(w locale.Words) string { return w.OrderLicencesWrong(1, 1000) }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/buy/plan_mail")), Show: signedIn("", func(v *Visit) {
		v.Fill("licenses", "0")
		v.Press(v.W.SiteNext())
	})},
	{Name: "buy-plan-mistyped", Says: locale.Words.PartnerIDMistyped, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/buy/plan_suite")), Show: signedIn("", func(v *Visit) {
		v.Choose("advisor", "other")
		v.Fill("partner_id", "12345678")
		v.Press(v.W.PartnerIDCheck())
	})},
	{Name: "buy-plan-checked", Says: found, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_suite")), Show: signedIn("", func(v *Visit) {
		v.Choose("advisor", "other")
		v.Fill("partner_id", v.Candidate)
		v.Press(v.W.PartnerIDCheck())
	})},
	{Name: "buy-check", Says: locale.Words.BuyNew, Status: http.StatusOK, Ready: looks(path(mailCheck)), Show: signedIn("", nil)},
	{Name: "buy-check-error", Says: locale.Words.BuyAgreeMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path(mailCheck)), Show: signedIn("", func(v *Visit) { v.Press(v.W.BuyPlaceOrder()) })},
	{Name: "buy-check-trial", Says: func(w locale.Words) string { return piece(w.BuyConverted(time.Time{}), w.Time(time.Time{})) }, Status: http.StatusOK, Ready: looks(path("/account/buy/plan_suite/check?licenses=12&billing_term=month&advisor=keep")), Show: signedIn("", nil)},
	{Name: "buy-check-added", Says: func(w locale.Words) string { return w.OrderThenAdded() }, Status: http.StatusOK, Ready: looks(adds), Show: signedIn("", nil)},
	{Name: "subscriptions", Says: locale.Words.SubscriptionsFree, Status: http.StatusOK, Ready: looks(path("/account/subscriptions")), Show: signedIn("", nil)},
	{Name: "subscription-trial", Says: locale.Words.SubscriptionsDataUntil, Status: http.StatusOK, Ready: looks(trial("")), Show: signedIn("", nil)},
	{Name: "subscription-paid", Says: locale.Words.SubscriptionsRenews, Status: http.StatusOK, Ready: looks(paid("")), Show: signedIn("", nil)},
	{Name: "licenses", Says: locale.Words.LicencesNew, Status: http.StatusOK, Ready: looks(paid("/licenses")), Show: signedIn("", nil)},
	{Name: "licenses-error", Says: func(w locale.Words) string { return w.OrderLicencesWrong(1, 1000) }, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(paid("/licenses")), Show: signedIn("", func(v *Visit) {
		v.Fill("licenses", "0")
		v.Press(v.W.SiteNext())
	})},
	{Name: "licenses-check", Says: locale.Words.LicencesCheckTitle, Status: http.StatusOK, Ready: looks(paid("/licenses?licenses=20")), Show: signedIn("", nil)},
	{Name: "cancel-trial", Says: locale.Words.CancelTrialNow, Status: http.StatusOK, Ready: looks(trial("/cancel")), Show: signedIn("", nil)},
	{Name: "cancel-paid", Says: locale.Words.CancelPaidButton, Status: http.StatusOK, Ready: looks(paid("/cancel")), Show: signedIn("", nil)},
	{Name: "subscription-ending", Says: locale.Words.SubscriptionsDoneCancel, Status: http.StatusOK, Ready: decides(paid("/cancel")), Show: signedIn("", func(v *Visit) { v.Press(v.W.CancelPaidButton()) })},
	{Name: "undo", Says: func(w locale.Words) string { return piece(w.UndoText(time.Time{}), w.Time(time.Time{})) }, Status: http.StatusOK, Ready: decides(paid("/cancel")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.CancelPaidButton())
		v.Press(v.W.SubscriptionsUndo())
	})},
	{Name: "partner", Says: locale.Words.PartnerOfRecordTitle, Status: http.StatusOK, Ready: looks(path("/account/subscriptions/partner")), Show: signedIn("", nil)},
	{Name: "partner-error", Says: locale.Words.PartnerOfRecordWhichSubscriptionsMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/subscriptions/partner")), Show: signedIn("", func(v *Visit) { v.Press(v.W.SiteNext()) })},
	{Name: "partner-checked", Says: found, Status: http.StatusOK, Ready: looks(partnerOf), Show: signedIn("", chosen(candidate, checkID))},
	{Name: "partner-check", Says: locale.Words.PartnerOfRecordCheckTitle, Status: http.StatusOK, Ready: looks(partnerOf), Show: signedIn("", chosen(candidate, goOn))},
	{Name: "partner-result", Says: func(w locale.Words) string { return w.PartnerOfRecordResultTitle(1, 1) }, Status: http.StatusOK, Ready: decides(partnerOf), Show: signedIn("", func(v *Visit) {
		chosen(candidate, goOn)(v)
		v.Press(v.W.PartnerOfRecordRequestButton("Vistula Advice S.A."))
	})},
	{Name: "activity", Says: locale.Words.ActivityDownload, Status: http.StatusOK, Ready: looks(path("/account/activity")), Show: signedIn("", nil)},
	{Name: "agreements", Says: locale.Words.AgreementsAt, Status: http.StatusOK, Ready: looks(path("/account/agreements")), Show: signedIn("", nil)},
	{Name: "account-offers", Says: func(w locale.Words) string { return w.OffersCount(2) }, Status: http.StatusOK, Ready: waitingReader, Show: signedIn("/account", nil)},
	{Name: "account-offers-dashboard", Says: func(w locale.Words) string { return w.OffersCount(2) }, Status: http.StatusOK, Ready: waitingReader, Show: signedIn("/account?view=dashboard", nil)},
	{Name: "offers", Says: locale.Words.OffersOpen, Status: http.StatusOK, Ready: waitingReader, Show: signedIn("/account/offers", nil)},
	{Name: "offers-open", Says: func(w locale.Words) string { return w.OfferTitlePurchases(2) }, Status: http.StatusOK, Ready: waitingReader, Show: signedIn("/account/offers", func(v *Visit) { v.Press(v.W.OffersOpen()) })},
	{Name: "offers-none", Says: locale.Words.OffersNone, Status: http.StatusOK, Ready: looks(path("/account/offers")), Show: signedIn("", nil)},
	{Name: "offers-ended", Says: locale.Words.OffersEnded, Status: http.StatusOK, Ready: looks(path("/account/offers?ended=1")), Show: signedIn("", nil)},
	{Name: "receipts", Says: locale.Words.ReceiptViaAccount, Status: http.StatusOK, Ready: looks(path("/account/receipts")), Show: signedIn("", nil)},
	{Name: "account-receipt", Says: locale.Words.ReceiptKeepAccount, Status: http.StatusOK, Ready: looks(path("/account/receipts")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.ReceiptTrialOf(suite(v.W)))
	})},
	{Name: "customer-users", Says: locale.Words.CustomerUsersAll, Status: http.StatusOK, Ready: accompanied, Show: signedIn("/account/users", nil)},
	{Name: "customer-users-none", Says: locale.Words.PartnerUsersNone, Status: http.StatusOK, Ready: looks(path("/account/users?search=nobody")), Show: signedIn("", nil)},
	{Name: "customer-user-new", Says: locale.Words.CustomerUsersCreate, Status: http.StatusOK, Ready: looks(path("/account/users/new")), Show: signedIn("", nil)},
	{Name: "customer-user-errors", Says: locale.Words.PartnerUsersEmailMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/users/new")), Show: signedIn("", func(v *Visit) {
		v.Fill("name", "Ewa Król")
		v.Press(v.W.CustomerUsersCreate())
	})},
	{Name: "customer-user-owner", Says: locale.Words.SettingsBillingOwner, Status: http.StatusOK, Ready: looks(path("/account/users")), Show: signedIn("", func(v *Visit) { v.Press("Anna Nowak") })},
	{Name: "customer-user", Says: locale.Words.CustomerUsersActs, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath, nil)},
	{Name: "customer-user-edit", Says: locale.Words.PartnerUsersSave, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath+"/edit", nil)},
	{Name: "customer-user-reset", Says: locale.Words.CustomerUsersResetUntil, Status: http.StatusOK, Ready: reader, Show: signedIn("/account/users", func(v *Visit) {
		v.Press("Anna Nowak")
		v.Press(v.W.CustomerUsersReset())
	})},
	{Name: "customer-user-first", Says: func(w locale.Words) string { return w.CustomerUsersFirstNone("Jan") }, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath+"/reset-password", nil)},
	{Name: "customer-user-disable", Says: locale.Words.PartnerUsersDisableText, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath+"/disable", nil)},
	{Name: "customer-user-delete", Says: func(w locale.Words) string { return w.CustomerUsersDeleteName("Jan") }, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath+"/delete", nil)},
	{Name: "customer-user-deleted", Says: func(w locale.Words) string { return w.CustomerUsersRestoreName("Ewa Król") }, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/users/new", func(v *Visit) {
		v.Fill("name", "Ewa Król")
		v.Fill("email", v.Address("ewa"))
		v.Press(v.W.CustomerUsersCreate())
		v.Press(v.W.CustomerUsersDeleteName("Ewa Król"))
		v.Press(v.W.CustomerUsersDeleteName("Ewa Król"))
	})},
	{Name: "customer-user-groups", Says: locale.Words.GroupsAll, Status: http.StatusOK, Ready: grouping(""), Show: signedIn("", func(v *Visit) {
		at := v.Standing().URL
		v.Press("Anna Nowak")
		if v.Standing().URL == at {
			v.T.Fatal("no member leads to its page")
		}
	})},
	{Name: "customer-mailbox-new", Says: locale.Words.MailboxOldHint, Status: http.StatusOK, Ready: accompanied, Show: signedIn(colleaguePath+"/mailbox", nil)},
	{Name: "customer-mailbox-errors", Says: locale.Words.MailboxFromMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: accompanied, Show: signedIn(colleaguePath+"/mailbox", func(v *Visit) {
		v.Press(v.W.MailboxSet())
	})},
	{Name: "customer-mailbox", Says: func(w locale.Words) string { return w.MailboxSaved("Ewa Król") }, Status: http.StatusOK, Ready: provable, Show: signedIn("", mailed)},
	{Name: "customer-mailbox-domain", Says: func(w locale.Words) string { return w.MailboxDomainUnverified("example.com", "Zakład Nowak") }, Status: http.StatusConflict, Errors: true, Ready: anyMember, Show: signedIn("/account/users/new", func(v *Visit) {
		mailing(v, "")
	})},
	{Name: "customer-mailbox-remove", Says: func(w locale.Words) string { return w.MailboxRemoveTitle("Ewa Król") }, Status: http.StatusOK, Ready: provable, Show: signedIn("", func(v *Visit) {
		mailed(v)
		v.Press(v.W.MailboxRemove())
	})},
	{Name: "customer-setup", Says: locale.Words.SetupOpen, Status: http.StatusOK, Ready: accompanied, Show: signedIn("/account/users/setup", nil)},
	{Name: "imports", Says: locale.Words.ImportsSamplesText, Status: http.StatusOK, Ready: looks(path("/account/imports")), Show: signedIn("", nil)},
	{Name: "imports-errors", Says: locale.Words.ImportsKindMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/imports")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.ImportsRead())
	})},
	{Name: "import-checked", Says: locale.Words.ImportsCheck, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/imports", pasted)},
	{Name: "import-started", Says: locale.Words.ImportsProgress, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/imports", func(v *Visit) {
		pasted(v)
		v.Press(v.W.ImportsStart(1))
	})},
	{Name: "import-done", Says: locale.Words.ImportsDonePartly, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/imports", func(v *Visit) {
		pasted(v)
		v.Press(v.W.ImportsStart(1))
		v.Apply(v.T)
		v.Open(v.URL("/account/imports"))
		v.Press(v.W.ImportsUsers())
	})},
	{Name: "import-too-many", Says: func(w locale.Words) string {
		_, detail, _ := locale.Problem(w.Language(), fault.TooManyImports.String(), map[string]string{"limit": w.Int(importing.MaxRunning)})
		return detail
	}, Status: http.StatusConflict, Errors: true, Ready: anyMember, Program: unchanged, Show: signedIn("/account/imports", func(v *Visit) { // alone: where another state lets the job run, there is room
		for range importing.MaxRunning + 1 {
			v.Open(v.URL("/account/imports"))
			pasted(v)
			v.Press(v.W.ImportsStart(1))
		}
	})},
	{Name: "groups-none", Says: locale.Words.GroupsNoneText, Status: http.StatusOK, Ready: looks(path("/account/groups")), Show: signedIn("", nil)},
	{Name: "group-new", Says: locale.Words.GroupsCreate, Status: http.StatusOK, Ready: looks(path("/account/groups/new")), Show: signedIn("", nil)},
	{Name: "group-errors", Says: locale.Words.GroupsNameMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/groups/new")), Show: signedIn("", func(v *Visit) {
		v.Fill("description", "Everyone who sells")
		v.Press(v.W.GroupsCreate())
	})},
	{Name: "group-empty", Says: locale.Words.GroupsMembersNoneText, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/groups/new", func(v *Visit) {
		v.Fill("name", "Sales")
		v.Press(v.W.GroupsCreate())
	})},
	{Name: "groups", Says: func(locale.Words) string { return grouped }, Status: http.StatusOK, Ready: grouping(""), Show: signedIn("", func(v *Visit) { v.Press(v.W.GroupsTitle()) })},
	{Name: "group", Says: locale.Words.GroupsRemove, Status: http.StatusOK, Ready: grouping(""), Show: signedIn("", nil)},
	{Name: "group-add", Says: locale.Words.GroupsIn, Status: http.StatusOK, Ready: grouping("/add"), Show: signedIn("", nil)},
	{Name: "group-edit", Says: func(w locale.Words) string { return w.GroupsEditTitle("Sales") }, Status: http.StatusOK, Ready: grouping("/edit"), Show: signedIn("", nil)},
	{Name: "group-delete", Says: locale.Words.GroupsDeleteText, Status: http.StatusOK, Ready: grouping("/delete"), Show: signedIn("", nil)},
	{Name: "group-deleted", Says: locale.Words.GroupsDeleted, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/groups/new", func(v *Visit) {
		v.Fill("name", "Sales")
		v.Press(v.W.GroupsCreate())
		v.Press(v.W.GroupsDeleteName("Sales"))
		v.Press(v.W.GroupsDeleteName("Sales"))
	})},
	{Name: "domains-none", Says: locale.Words.DomainsInitialText, Status: http.StatusOK, Ready: looks(path("/account/domains")), Show: signedIn("", nil)},
	{Name: "domain-new", Says: locale.Words.DomainsNewHint, Status: http.StatusOK, Ready: looks(path("/account/domains/new")), Show: signedIn("", nil)},
	{Name: "domain-errors", Says: locale.Words.DomainsNewMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/domains/new")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.DomainsAdd())
	})},
	{Name: "domains", Says: locale.Words.DomainsPending, Status: http.StatusOK, Ready: claims("waiting", ""), Show: signedIn("", func(v *Visit) { v.Press(v.W.DomainsTitle()) })},
	{Name: "domain-pending", Says: locale.Words.DomainsRecordWanted, Status: http.StatusOK, Ready: claims("waiting", ""), Show: signedIn("", nil)},
	{Name: "domain-differs", Says: locale.Words.DomainsFailedDiffers, Status: http.StatusConflict, Errors: true, Ready: claims("differs", "another record"), Show: signedIn("", checksDomain)},
	{Name: "domain-verified", Says: locale.Words.DomainsFound, Status: http.StatusOK, Ready: claims("proved", "liaison-verification="+proof), Show: signedIn("", checksDomain)},
	{Name: "domain-remove", Says: func(w locale.Words) string { return w.DomainsRemoveMailboxes(claimed("removed", w.Language())) }, Status: http.StatusOK, Ready: claims("removed", "liaison-verification="+proof), Show: signedIn("", func(v *Visit) {
		checksDomain(v)
		v.Press(v.W.DomainsRemove())
	})},
	{Name: "settings", Says: locale.Words.SettingsWho, Status: http.StatusOK, Ready: looks(path("/account/settings")), Show: signedIn("", nil)},
	{Name: "settings-you", Says: locale.Words.SettingsLanguageHint, Status: http.StatusOK, Ready: looks(path("/account/settings/you")), Show: signedIn("", nil)},
	{Name: "settings-you-error", Says: locale.Words.RedeemNameMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/settings/you")), Show: signedIn("", func(v *Visit) {
		v.Fill("name", "")
		v.Press(v.W.SettingsSave())
	})},
	{Name: "settings-saved", Says: locale.Words.SettingsSaved, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/settings/you", func(v *Visit) {
		v.Fill("name", "Anna Nowak-Lis")
		v.Press(v.W.SettingsSave())
	})},
	{Name: "settings-company", Says: locale.Words.SettingsCompanyHint, Status: http.StatusOK, Ready: looks(path("/account/settings/company")), Show: signedIn("", nil)},
	{Name: "settings-company-error", Says: locale.Words.RedeemCompanyMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: looks(path("/account/settings/company")), Show: signedIn("", func(v *Visit) {
		v.Fill("name", "")
		v.Press(v.W.SettingsSave())
	})},
	{Name: "billing-owner", Says: locale.Words.SettingsOwnerNow, Status: http.StatusOK, Ready: accompanied, Show: signedIn("/account/settings/billing-owner", nil)},
	{Name: "billing-owner-error", Says: locale.Words.SettingsOwnerMissing, Status: http.StatusUnprocessableEntity, Errors: true, Ready: accompanied, Show: signedIn("/account/settings/billing-owner", func(v *Visit) {
		v.Press(v.W.SettingsOwnerTitle())
	})},
	{Name: "settings-colleague", Says: locale.Words.SettingsOwnerTitle, Status: http.StatusOK, Ready: accompanied, Show: signedIn("/account/settings", nil)},
	{Name: "export", Says: locale.Words.ExportNoted, Status: http.StatusOK, Ready: looks(path("/account/export")), Show: signedIn("", nil)},
	{Name: "export-part", Says: locale.Words.ExportLast, Status: http.StatusOK, Ready: looks(path("/account/export")), Show: signedIn("", func(v *Visit) {
		v.Press(v.W.ExportBegin())
	})},
	{Name: "account-mail", Says: locale.Words.UnsubscribeTitle, Status: http.StatusOK, Ready: looks(path("/account/mail")), Show: signedIn("", nil)},
	{Name: "account-mail-stopped", Says: locale.Words.UnsubscribeStoppedTitle, Status: http.StatusOK, Ready: anyMember, Show: signedIn("/account/mail", func(v *Visit) {
		v.Press(v.W.UnsubscribeStop())
	})},
}
