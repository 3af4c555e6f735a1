package offer

import (
	"slices"

	"liaison/shared/catalog"
	"liaison/shared/fault"
)

// Kind of an offer, as it is stored and as the contract names it. What the domain says of each is a row of the table below. What accepting it
// does stands in shared/redemption; the words, and what a page or a mail shows, are one view a kind in the packages that tests/house names.
type Kind string

// The kinds.
const (
	Trial                   Kind = "trial"
	Purchase                Kind = "purchase"
	DelegatedAdministration Kind = "delegated_administration"
	PartnerOfRecord         Kind = "partner_of_record"
	Reseller                Kind = "reseller"
)

// rules are what holds for the offers of one kind.
type rules struct {
	kind           Kind
	tries, orders  bool            // they bring plans: free for a while, or at a price
	single         *fault.Code     // what is wrong with more plans than one; nil where there may be several
	unpriced       *fault.Code     // what is wrong with licences, a price and who bills; nil where they belong to it
	administration *fault.Code     // what is wrong with no request to administer (required), or with one (not_for_kind); nil where either is right
	owner          bool            // the answer is about delegated administration, which only a global administrator decides
	picks          bool            // they ask which of the customer's subscriptions they are about
	ends           bool            // they may say how long before its end the customer asks for it
	feature        catalog.Feature // must be available in the offer's country
	right          catalog.Right   // the partner must hold; empty where being authorised for the plans is enough
}

var kinds = []rules{
	{kind: Trial, tries: true, single: fault.SingleTrialOnly, unpriced: fault.NotForTrial, feature: catalog.FeatureTrials},
	{kind: Purchase, orders: true, feature: catalog.FeaturePurchases},
	{kind: DelegatedAdministration, unpriced: fault.NotForKind, administration: fault.Required, owner: true},
	{kind: PartnerOfRecord, unpriced: fault.NotForKind, administration: fault.NotForKind, picks: true},
	{kind: Reseller, unpriced: fault.NotForKind, administration: fault.NotForKind, ends: true, feature: catalog.FeatureReselling, right: catalog.Reselling},
}

// Kinds lists the kinds, in the order in which texts name them.
func Kinds() []Kind {
	all := make([]Kind, len(kinds))
	for i, row := range kinds {
		all[i] = row.kind
	}
	return all
}

// rules returns the row of the kind, empty where there is no such kind.
func (k Kind) rules() rules {
	if i := slices.IndexFunc(kinds, func(row rules) bool { return row.kind == k }); i >= 0 {
		return kinds[i]
	}
	return rules{}
}

// Tries says whether the kind brings a free trial.
func (k Kind) Tries() bool { return k.rules().tries }

// Orders says whether the kind brings plans at a price, of which the customer chooses how many licences and to which subscription they go.
func (k Kind) Orders() bool { return k.rules().orders }

// Sells says whether the kind brings a subscription, with a partner of record; that also makes a customer of somebody who is none yet. All
// others ask for a role and need a customer.
func (k Kind) Sells() bool { return k.Tries() || k.Orders() }

// Picks says whether the kind asks which of the customer's subscriptions it is about.
func (k Kind) Picks() bool { return k.rules().picks }

// Bills says whether a billing administrator may answer the kind besides a global administrator: never about delegated administration
// (infra/design/rights.md, "What the table can't say").
func (k Kind) Bills() bool { return !k.rules().owner }

// Administers says whether the kind's offers may ask for delegated administration; alone says that they ask for nothing else.
func (k Kind) Administers() (may, alone bool) {
	code := k.rules().administration
	return code != fault.NotForKind, code == fault.Required
}

// Ends says whether the kind's offers may say how a tie ends that its customer wants to end.
func (k Kind) Ends() bool { return k.rules().ends }

// Single says whether the kind's offers hold one plan at most.
func (k Kind) Single() bool { return k.rules().single != nil }

// Right is what the partner must hold to make such an offer; empty where being authorised for the plans is enough.
func (k Kind) Right() catalog.Right { return k.rules().right }
