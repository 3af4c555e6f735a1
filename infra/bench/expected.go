package main

import "fmt"

// use is one row of the table in infra/design/data.md, "Cost of each use": what one use of the system may cost.
type use struct {
	name   string
	source string // where the figures come from
	calls  map[string]int
	// read and write are request units at most, without indexes. An item counts as up to 4 kB to read and as 1 kB to write,
	// the consent as 2 kB.
	read, write float64
	printed     bool // no figure is set: measured and printed
}

// The parts that rows share.
const (
	// access is one eventually consistent subject and a strongly consistent caller and partner.
	access = 0.5 + 1 + 1
	// onceRead is the idempotency row of a POST that takes a key, read with the caller.
	onceRead = 1
	// facts are partner, programs, availability, plan and authorisation.
	facts = 5
	// still is the check, in the transaction, that who does it may still.
	still = 2
	// dailyCap is the counter of a partner's mailings of the day.
	dailyCap = 2
	// linkFacts are offer, uses and partner.
	linkFacts = 3
	// member are the customer, its user, its grant and its tie to the partner.
	member = 4
	// session is a session with its user and the user's customer.
	session = 3
	// planFacts are a plan and the partner's authorisation for it, which a request that sells nothing does not read.
	planFacts = 2
	// yesFacts are what a yes rests on: facts, offer, uses, terms, vendor, login.
	yesFacts = facts + 5
)

const (
	dataPage     = "infra/design/data.md"
	withOnce     = "decision 0002 (1 RRU: the idempotency row)"
	withClient   = "decisions 0004 (2 WRU: address and browser) and 0005 (1 GetItem and 1 BatchGetItem)"
	withStill    = withOnce + "; decision 0022 (2 WRU: the actor may still)"
	withCap      = withStill + "; decision 0006 (2 WRU: the daily cap of a partner that is not trusted)"
	withMember   = "decisions 0004 (2 WRU: address and browser), 0010 (2 WRU: the role; the caller's access) and 0014 (2 WRU: the customer)"
	withRecord   = "decision 0011 (the consent of 2 kB, its person's address and browser, an event a partner)"
	ofAct        = "decision 0011"
	readFirst    = "; decision 0014 (1 BatchGetItem: the customer before what it has)"
	guardedRead  = "; decision 0019 (1 GetItem: the version that the caller holds)"
	withPersonal = "0.5 RRU an item (invitation, offer, partner; uses by decision 0006)"
)

func calls(get, batch, query, transact int) map[string]int {
	made := map[string]int{}
	for name, n := range map[string]int{"GetItem": get, "BatchGetItem": batch, "Query": query, "TransactWriteItems": transact} {
		if n > 0 {
			made[name] = n
		}
	}
	return made
}

// The uses that take nothing.
var (
	publicLink     = use{name: "open a public link", source: dataPage, calls: calls(0, 1, 0, 0), read: 0.5 * linkFacts}
	personalLink   = use{name: "open a personal link", source: withPersonal, calls: calls(1, 1, 0, 0), read: 0.5 + 0.5*linkFacts}
	authorized     = use{name: "see what the link asks", source: withPersonal, calls: calls(1, 1, 0, 0), read: 0.5 + 0.5*linkFacts}
	known          = use{name: "caller's access (an API call that ends there)", source: dataPage, calls: calls(1, 1, 0, 0), read: access}
	me             = use{name: "GET /v1/me, which reads the programs too", source: "no figure is set", printed: true}
	makeOffer      = use{name: "make an offer", source: withStill, calls: calls(1, 2, 0, 1), read: access + onceRead + facts, write: 6 + still}
	wordyOffer     = use{name: "make an offer with a message and the partner's terms", source: "no figure is set: its item is as large as its words", printed: true}
	replaceOffer   = use{name: "make an offer that replaces one", source: withStill, calls: calls(1, 2, 0, 1), read: access + onceRead + facts + 2, write: 10 + still}
	customers      = use{name: "partner's customers, page of 50", source: "one page of the index, and the caller's access", calls: calls(1, 1, 1, 0), read: access + 6.5}
	buyAlone       = use{name: "buy a plan without an offer", source: ofAct + readFirst, calls: calls(1, 4, 2, 1), read: 15.5, write: 16}
	changeLicenses = use{name: "change licences", source: ofAct, calls: calls(4, 2, 0, 1), read: 8.5, write: 6}
	convertYes     = use{name: "a member's yes to a purchase offer: the trial converts", source: ofAct, calls: calls(2, 2, 2, 1), read: 20, write: 16}
	recordSet      = use{name: "partner of record set", source: withRecord + readFirst + guardedRead, calls: calls(2, 4, 2, 1), read: 18.5, write: 14}
	recordChanged  = use{name: "partner of record changed", source: withRecord + readFirst + guardedRead, calls: calls(2, 4, 2, 1), read: 18.5, write: 20}
	oneEvent       = use{name: "one event through dispatch and ledger", source: dataPage, printed: true}
)

func invite(n int) use {
	return use{
		name: fmt.Sprintf("invite %d", n), source: withCap, calls: calls(1, 2, 0, 1),
		read: access + onceRead + linkFacts, write: float64(4*n + 2 + dailyCap + still),
	}
}

// redeem is a yes; read and write are what its further parts cost: another partner of record is read with its authorisation.
func redeem(with string, read, write float64) use {
	return use{name: "redeem a trial, new customer" + with, source: withClient, calls: calls(1, 1, 0, 1), read: 1 + yesFacts + read, write: 20 + write}
}

// memberYes is a signed-in member's yes to delegated administration alone; read and write are what a replacement costs more.
func memberYes(with string, read, write float64) use {
	return use{
		name: "delegated administration yes, existing customer" + with, source: withMember, calls: calls(2+int(read), 2, 0, 1),
		read: 1 + yesFacts - planFacts + member + session + read, write: 18 + write,
	}
}

// expiring is n trials that ended, with a page of every shard, each of which costs a unit at most.
func expiring(n int) use {
	return use{
		name: fmt.Sprintf("expire %d trials", n), source: "1 RRU a trial, and at most 1 for each of 8 index queries",
		calls: calls(0, (n+99)/100, 8, n), read: float64(n) + 8, write: float64(4 * n),
	}
}
