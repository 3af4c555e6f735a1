package consent

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/gowebpki/jcs"

	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/person"
)

// Receipt is what both sides hold of a consent, the same bytes for both (RFC 8785, SHA-256).
// Persons stand in it as digests salted with a secret of the consent, so that it still verifies when a name was erased.
type Receipt struct {
	Schema                  string                   `json:"schema"`
	ID                      string                   `json:"id"`
	Answer                  string                   `json:"answer"` // accepted or declined
	DecidedAt               string                   `json:"decided_at"`
	DecidedBy               Decider                  `json:"decided_by"`
	Via                     Via                      `json:"via"`
	Vendor                  string                   `json:"vendor"`
	Partner                 ReceiptPartner           `json:"partner,omitzero"` // absent where the customer acted without an offer
	Offer                   ReceiptOffer             `json:"offer,omitzero"`
	Customer                string                   `json:"customer_id,omitempty"`
	Subscriptions           []ReceiptPlan            `json:"subscriptions,omitempty"`
	PricesAre               catalog.Prices           `json:"prices,omitempty"` // absent where there is none
	PartnerOfRecord         string                   `json:"partner_of_record,omitempty"`
	PartnerOfRecordChanges  []ReceiptPartnerOfRecord `json:"partner_of_record_changes,omitempty"`
	Reseller                bool                     `json:"reseller,omitempty"`    // the offering partner became the customer's reseller
	NoticeDays              *int                     `json:"notice_days,omitempty"` // after a request the reseller's tie ends by itself; absent where it does not
	DelegatedAdministration *ReceiptAdministration   `json:"delegated_administration,omitempty"`
	Terms                   []ReceiptTerms           `json:"terms,omitempty"`
	PartnerTerms            string                   `json:"partner_terms_sha256,omitempty"`
	Reason                  bool                     `json:"reason_given,omitempty"`
}

// Decider is who decided: the digest is hex SHA-256 over salt, line feed, mail address in lower case.
type Decider struct {
	Role   string `json:"role"` // owner (creates the account), visitor, or the role of a signed-in user: global_admin, billing_admin
	UserID string `json:"user_id,omitempty"`
	Digest string `json:"digest"`
}

// Via is how the decision came: which link, mailed by which message, and which page was served and confirmed.
type Via struct {
	Link       string `json:"link"` // personal, or account where a signed-in user acted without an offer
	Origin     string `json:"origin,omitempty"`
	Invitation string `json:"invitation_id,omitempty"`
	MessageID  string `json:"message_id,omitempty"`
	Opened     string `json:"opened,omitempty"` // account where somebody signed in opened the invitation there, and not by its mailed link
	Page       string `json:"page"`
	Language   string `json:"language"`
}

// ReceiptPartner is who asked.
type ReceiptPartner struct {
	ID        string `json:"partner_id"`
	LegalName string `json:"legal_name"`
	Country   string `json:"country"`
}

// ReceiptOffer is what was offered.
type ReceiptOffer struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

// ReceiptPlan is one subscription that the consent created or changed, as it stood then.
type ReceiptPlan struct {
	ID          string        `json:"id"`
	Plan        string        `json:"plan_id"`
	Change      string        `json:"change,omitempty"` // converted, licenses_changed, billing_transferred; absent where it was created
	Licenses    int           `json:"licenses"`
	TrialEndsAt string        `json:"trial_ends_at,omitempty"`
	BilledBy    string        `json:"billed_by"`
	Term        string        `json:"billing_term,omitempty"`
	Price       *ReceiptMoney `json:"price,omitempty"` // of a licence for a term
	TermEndsAt  string        `json:"term_ends_at,omitempty"`
}

// ReceiptMoney is an amount in the currency's minor unit.
type ReceiptMoney struct {
	AmountMinor int64  `json:"amount_minor"`
	Currency    string `json:"currency"`
}

// ReceiptPartnerOfRecord is one subscription whose partner of record changed; an absent side is nobody.
type ReceiptPartnerOfRecord struct {
	ID   string `json:"subscription_id"`
	Plan string `json:"plan_id"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// ReceiptAdministration is the answer to the question of delegated administration.
type ReceiptAdministration struct {
	Answer string `json:"answer"` // yes or no
	Role   string `json:"role"`
	EndsAt string `json:"ends_at,omitempty"`
	// Replaced is the partner whose delegated administration the consent ended.
	Replaced string `json:"replaced_partner_id,omitempty"`
}

// ReceiptTerms is one document that was agreed to.
type ReceiptTerms struct {
	Document string `json:"document"`
	Version  string `json:"version"`
	SHA256   string `json:"sha256"`
	Language string `json:"language"`
}

// The links by which a decision comes.
const (
	viaPersonal = "personal"
	viaAccount  = "account"
)

// AnswersOffer says whether the customer answered an offer; else it decided without one.
func (r Receipt) AnswersOffer() bool { return r.Via.Link != viaAccount }

// Kind is the kind of the offer that was answered. A consent without an offer has the kind that does the same: an order, or a partner of record.
func (r Receipt) Kind() offer.Kind {
	switch {
	case r.AnswersOffer():
		return offer.Kind(r.Offer.Kind)
	case len(r.Subscriptions) > 0:
		return offer.Purchase
	}
	return offer.PartnerOfRecord
}

// Digest returns how a person with the address stands in a receipt with the salt, whichever form of the address is given.
func Digest(salt, mail string) string {
	sum := sha256.Sum256([]byte(salt + "\n" + person.FoldLogin(mail)))
	return hex.EncodeToString(sum[:])
}

// Notice returns the notice that was agreed with the reseller; nil where none was.
func (r Receipt) Notice() *offer.NoticePeriod {
	if r.NoticeDays == nil {
		return nil
	}
	return &offer.NoticePeriod{Days: *r.NoticeDays}
}

// Plans returns the plans that the receipt is about, in its order; one may stand twice.
func (r Receipt) Plans() []catalog.PlanID {
	var plans []catalog.PlanID
	for _, sub := range r.Subscriptions {
		plans = append(plans, catalog.PlanID(sub.Plan))
	}
	for _, named := range r.PartnerOfRecordChanges {
		plans = append(plans, catalog.PlanID(named.Plan))
	}
	return plans
}

// Done returns what was done to the receipt's subscriptions: the same to all of them, or else Created, as by an order.
func (r Receipt) Done() What {
	what := r.Subscriptions[0].Change
	for _, sub := range r.Subscriptions {
		if sub.Change != what {
			return Created
		}
	}
	return cmp.Or(What(what), Created)
}

// Canonical returns the receipt's bytes by RFC 8785 and their hex SHA-256.
func (r Receipt) Canonical() (text, sha string, err error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return "", "", fmt.Errorf("consent: receipt %s: %w", r.ID, err)
	}
	canonical, err := jcs.Transform(plain)
	if err != nil {
		return "", "", fmt.Errorf("consent: receipt %s: %w", r.ID, err)
	}
	sum := sha256.Sum256(canonical)
	return string(canonical), hex.EncodeToString(sum[:]), nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// WriteReceipt returns the receipt.
func (r Consent) WriteReceipt(vendor catalog.Vendor) Receipt {
	made := Receipt{
		Schema: "liaison/receipt/1", ID: string(r.ID), Answer: string(invitation.Accepted), DecidedAt: stamp(r.DecidedAt),
		DecidedBy: Decider{Role: "visitor", Digest: Digest(r.Person.Salt, r.Person.Mail)},
		Via:       Via{Link: viaAccount, Page: r.Client.Page, Language: r.Client.Language}, Vendor: vendor.LegalName,
	}
	if made.Via.Page == "" {
		made.Via.Page = "api"
	}
	if a := r.Answer; a != nil {
		made.Answer, made.Via, made.Reason = string(a.Invitation.Answer), a.via(r.Client), a.Reason != ""
		made.Partner = ReceiptPartner{ID: string(a.Offer.Partner), LegalName: a.Partner.LegalName, Country: a.Partner.Country}
		made.Offer = ReceiptOffer{ID: string(a.Offer.ID), Kind: string(a.Offer.Kind)}
	}
	if !r.Accepted {
		made.Via.Page = "/redeem"
		return made
	}
	made.DecidedBy.Role, made.DecidedBy.UserID = "owner", string(r.User.ID)
	if r.Member {
		made.DecidedBy.Role = string(customer.BillingAdmin)
		if r.User.Has(customer.GlobalAdmin) {
			made.DecidedBy.Role = string(customer.GlobalAdmin)
		}
	}
	made.Customer = string(r.Customer.ID)
	r.sold(&made)
	if slices.ContainsFunc(made.Subscriptions, func(s ReceiptPlan) bool { return s.Price != nil }) {
		made.PricesAre = vendor.Prices.Or()
	}
	made.Reseller = r.Reseller != ""
	if a := r.Answer; a != nil {
		if n := a.Offer.NoticePeriod; n != nil && made.Reseller {
			made.NoticeDays = &n.Days
		}
		made.DelegatedAdministration = r.administration(a.Offer.DelegatedAdministration)
		if a.Offer.PartnerTerms != nil {
			made.PartnerTerms = a.Offer.PartnerTerms.SHA256
		}
	}
	if terms := r.Terms; terms.Version != "" {
		made.Terms = []ReceiptTerms{{
			Document: string(terms.Document), Version: terms.Version, SHA256: terms.SHA256[made.Via.Language], Language: made.Via.Language,
		}}
	}
	return made
}

// via says how the answer came.
func (a Answer) via(client Visitor) Via {
	inv, language := a.Invitation, a.Invitation.Language
	if client.Language != "" {
		language = client.Language
	}
	via := Via{
		Link: viaPersonal, Origin: string(inv.Origin), Invitation: string(inv.ID), MessageID: inv.MessageID, Page: "/redeem/check", Language: language,
	}
	if inv.Entered(client.Secret) {
		via.Opened = viaAccount
	}
	return via
}

// administration says what was answered to the question of delegated administration, nil where it was not asked.
func (r Consent) administration(asked *offer.AskedGrant) *ReceiptAdministration {
	if asked == nil {
		return nil
	}
	made := &ReceiptAdministration{Answer: "no", Role: asked.Role}
	if r.Grant != nil {
		made.Answer, made.EndsAt = "yes", stamp(r.Grant.EndsAt)
	}
	if r.Replaced != nil {
		made.Replaced = string(r.Replaced.Partner)
	}
	return made
}

// sold writes into the receipt what became of each subscription. A new subscription's partner of record is no change of its own.
func (r Consent) sold(made *Receipt) {
	for _, s := range r.Sold {
		if s.What != Created && s.PartnerOfRecordID() != s.From {
			made.PartnerOfRecordChanges = append(made.PartnerOfRecordChanges, ReceiptPartnerOfRecord{ID: string(s.ID), Plan: string(s.Plan), From: string(s.From), To: string(s.PartnerOfRecordID())})
		}
		if s.PartnerOfRecordID() != "" {
			made.PartnerOfRecord = string(s.PartnerOfRecordID())
		}
		if s.What == OnlyPartnerOfRecord {
			continue
		}
		plan := ReceiptPlan{ID: string(s.ID), Plan: string(s.Plan), Licenses: s.Licenses.Bought, BilledBy: s.BilledBy}
		if s.What != Created {
			plan.Change = string(s.What)
		}
		if s.Trial {
			plan.TrialEndsAt = stamp(s.TrialEndsAt)
		} else {
			plan.Term, plan.TermEndsAt = string(s.BillingTerm), stamp(s.TermEndsAt)
			plan.Price = &ReceiptMoney{AmountMinor: s.Price.AmountMinor, Currency: s.Price.Currency}
		}
		made.Subscriptions = append(made.Subscriptions, plan)
	}
}

// Sharer is the partner that sees the consent's events: the one that offered, or without an offer the one named as partner of record; empty
// where there is neither.
func (r Receipt) Sharer() partner.ID {
	if r.AnswersOffer() {
		return partner.ID(r.Partner.ID)
	}
	return partner.ID(r.PartnerOfRecord)
}

// Removes says whether a consent without an offer took the partner off a subscription: it may read that receipt too.
func (r Receipt) Removes(p partner.ID) bool {
	return !r.AnswersOffer() && slices.ContainsFunc(r.PartnerOfRecordChanges, func(n ReceiptPartnerOfRecord) bool { return n.From == string(p) })
}

// Prices says whether the receipt of a consent without an offer shows a price that another than the partner bills: that is between the
// customer and who bills it (decision 13).
func (r Receipt) Prices(p partner.ID) bool {
	return !r.AnswersOffer() && slices.ContainsFunc(r.Subscriptions, func(s ReceiptPlan) bool { return s.Price != nil && s.BilledBy != string(p) })
}

// ReadReceipt returns the receipt of its canonical bytes.
func ReadReceipt(canonical string) (Receipt, error) {
	var r Receipt
	if err := json.Unmarshal([]byte(canonical), &r); err != nil {
		return r, fmt.Errorf("consent: receipt: %w", err)
	}
	return r, nil
}
