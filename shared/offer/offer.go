// Package offer is what a partner proposes to customers, behind one link.
package offer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// ID is ofr_<partner ID>_<26 random characters>. The link's code is the same without ofr_.
type ID string

// Parse returns the id behind a text of an offer's shape, else NotFound.
func Parse(text string) (ID, error) {
	code, ok := strings.CutPrefix(text, "ofr_")
	if !ok {
		return "", fault.NotFound
	}
	return FromCode(code)
}

// FromCode returns the id of the offer whose link carries the code, else NotFound.
func FromCode(code string) (ID, error) {
	owner, random, found := strings.Cut(code, "_")
	if !found || !partner.ID(owner).Valid() || !id.Made(random, 26) {
		return "", fault.NotFound
	}
	return ID("ofr_" + code), nil
}

// Code is what the link carries.
func (o ID) Code() string { return strings.TrimPrefix(string(o), "ofr_") }

// Partner is whose offer it is.
func (o ID) Partner() partner.ID {
	owner, _, _ := strings.Cut(o.Code(), "_")
	return partner.ID(owner)
}

// Reference is what people read to each other on the phone: 8 characters of the code, 7K3M-Q2XF.
func (o ID) Reference() string {
	_, random, _ := strings.Cut(o.Code(), "_")
	short := strings.ToUpper(random[:8])
	return short[:4] + "-" + short[4:]
}

// Status of an offer; content never changes:
//
//	active <-> paused; both end as withdrawn, replaced, expired or used_up
type Status string

// The states. Expired and used up count from the clock and the counter, whether stored or not.
const (
	Active    Status = "active"
	Paused    Status = "paused"
	Withdrawn Status = "withdrawn"
	Replaced  Status = "replaced"
	Expired   Status = "expired"
	UsedUp    Status = "used_up"
)

// Why an offer is paused.
const (
	PausedByPartner = "partner"
	PausedByVendor  = "vendor"
	PausedByReports = "reported" // too many recipients do not know the partner
)

// Visibility says who may follow the offer's own link.
type Visibility string

// The visibilities: with invited the public link is 404 and only personal links work.
const (
	Public  Visibility = "public"
	Invited Visibility = "invited"
)

// Item is a plan in an offer. Term and Price are a purchase's.
type Item struct {
	Plan     catalog.PlanID
	Licenses int
	Term     catalog.Term
	Price    *catalog.Money // nil: the plan's
}

// DelegatedAdministration is the request to administer the customer.
type AskedGrant struct {
	Role string // full or limited
	Days int
}

// NoticePeriod is how long a reseller's tie runs on after its customer asked for its end; then it ends by itself.
type NoticePeriod struct {
	Days int // 0: it ends at once
}

// Roles of a delegated administrator.
const (
	RoleFull    = "full"
	RoleLimited = "limited"
)

// Terms are the partner's own, one version an offer.
type Terms struct {
	Title  string
	Text   string
	SHA256 string // hex, over title, line feed, text
}

// Who bills a purchase, as a draft says it.
const (
	ByVendor  = subscription.Vendor
	ByPartner = "partner"
)

// Offer is what a partner proposes.
type Offer struct {
	ID                      ID
	Kind                    Kind
	Status                  Status // as stored; StatusAt says how it stands
	Partner                 partner.ID
	Country                 string
	Items                   []Item
	Language                string
	Message                 string
	PartnerTerms            *Terms
	DelegatedAdministration *AskedGrant
	ExpiresAt               time.Time
	MaxRedemptions          int // 0: any number
	Visibility              Visibility
	BilledBy                string        // of a purchase: empty for the vendor, or the partner's own ID
	NoticePeriod            *NoticePeriod // of a reseller; nil: it ends as the reseller or the vendor decides
	Follows                 ID            // the earlier trial that a purchase follows
	Lead                    string        // id of the lead that it was made of; empty for none
	Replaces                ID
	ReplacedBy              ID
	PauseReason             string
	ReportedAt              time.Time // when the first of the reports came that the vendor decides about, or decided last; zero where there never was one
	Reports                 int       // how many addresses reported it so far
	ReportsWait             bool      // the vendor has not decided about the reports
	EndedAt                 time.Time
	CreatedAt               time.Time
	CreatedBy               string
	Version                 int
}

// StatusAt returns how the offer stands at the time, accepted used times.
func (o Offer) StatusAt(at time.Time, used int) Status {
	switch {
	case o.Status != Active && o.Status != Paused:
		return o.Status
	case !at.Before(o.ExpiresAt):
		return Expired
	case o.MaxRedemptions > 0 && used >= o.MaxRedemptions:
		return UsedUp
	}
	return o.Status
}

// ended is how an offer refuses that can no longer be accepted.
var ended = map[Status]*fault.Code{
	Paused: fault.OfferPaused, Withdrawn: fault.OfferWithdrawn, Replaced: fault.OfferReplaced, Expired: fault.OfferExpired, UsedUp: fault.OfferUsedUp,
}

// Usable fails with Gone offer_<status> where nobody can accept the offer at the time.
func (o Offer) Usable(at time.Time, used int) error {
	status := o.StatusAt(at, used)
	if status == Active {
		return nil
	}
	return ended[status].With(o.endedAt(status))
}

func (o Offer) endedAt(status Status) time.Time {
	if status == Expired {
		return o.ExpiresAt
	}
	return o.EndedAt
}

// Limits of an offer (infra/design/product.md, "Figures").
const (
	MaxItems        = 10
	MaxMessage      = 1000
	MaxTermsTitle   = 200
	MaxTermsText    = 10000
	DefaultDays     = 90
	MaxDays         = 365
	MaxGrantDays    = 730
	DefaultGrant    = 365
	MostRedemptions = 1000000
	MaxNoticeDays   = 90
)

// Draft is an offer as a partner asks for it.
type Draft struct {
	ID                      ID // that the offer gets; empty: a fresh one
	Kind                    Kind
	Partner                 partner.ID
	Access                  partner.CustomerAccess // of who asks: full administration can be asked for by full access only
	Country                 string
	Items                   []Item
	Language                string
	Message                 string
	PartnerTerms            *Terms
	DelegatedAdministration *AskedGrant
	ExpiresAt               time.Time // zero: the default
	MaxRedemptions          int
	Visibility              Visibility
	BilledBy                string // empty or ByVendor, else ByPartner: the one that offers
	NoticePeriod            *NoticePeriod
	Replaces                ID
	Follows                 ID
	Lead                    string // id of the lead that it is made of, which shared/lead looks at; empty for none
}

// Facts are what a decision about an offer rests on, read strongly consistent in one go.
type Facts struct {
	Partner        partner.Partner
	Plans          map[catalog.PlanID]catalog.Plan
	Authorisations map[catalog.PlanID]partner.Authorisation
	Programs       catalog.Programs
	Availability   catalog.Availability
	Replaces       *Offer
	ReplacesUsed   int
	Follows        *Offer // nil where there is no such offer
}

// Store is what offers need of the table.
type Store interface {
	// OfferFacts reads what making an offer rests on, the offers it replaces and follows too, in one strongly consistent read.
	OfferFacts(ctx context.Context, made Offer) (Facts, error)
	// MakeOffer writes a new offer with its event and, where it replaces one, ends that in the same transaction.
	MakeOffer(ctx context.Context, made Offer, replaced *Offer, happened event.Event, o op.Op) error
	// Offer reads one offer and how often it was accepted, strongly consistent; NotFound where there is none.
	Offer(ctx context.Context, offer ID) (Offer, int, error)
	// SaveOffer writes a changed status, guarded by the version it was decided on.
	SaveOffer(ctx context.Context, changed Offer, happened event.Event, o op.Op) error
}

// Proposal is an offer that may be made, decided and not written, with what that rests on.
type Proposal struct {
	Offer    Offer
	Partner  partner.Partner
	Plans    map[catalog.PlanID]catalog.Plan
	Replaced *Offer // as it ends by it; nil where it replaces none
	Happened event.Event
}

// Propose decides whether a draft may become an offer, from facts read afresh, and writes nothing. It fails with Invalid naming every wrong field;
// Conflict profile_unverified or partner_not_active; Forbidden not_enrolled, not_authorised_for_plan, feature_unavailable.
func Propose(ctx context.Context, store Store, draft Draft, o op.Op) (Proposal, error) {
	made, err := draft.offer(o)
	if err != nil {
		return Proposal{}, err
	}
	facts, err := store.OfferFacts(ctx, made)
	if err != nil {
		return Proposal{}, err
	}
	if made, err = draft.checked(made, facts, o.At); err != nil {
		return Proposal{}, err
	}
	p := Proposal{Offer: made, Partner: facts.Partner, Plans: facts.Plans}
	changes := []event.Change{event.Of(made.ID, CreatedEvent{Kind: made.Kind})}
	if made.Replaces != "" {
		old, err := facts.replaced(made, o.At)
		if err != nil {
			return Proposal{}, err
		}
		p.Replaced = &old
		changes = append(changes, event.Of(old.ID, ReplacedEvent{ReplacedBy: made.ID}))
	}
	p.Happened = event.New(o, event.Partner(string(made.Partner)), changes...)
	return p, nil
}

// NewID returns a fresh id for an offer of the partner.
func NewID(p partner.ID, o op.Op) ID { return ID("ofr_" + string(p) + "_" + o.IDs.Random(26)) }

// Make writes the offer of a draft that may be made. It fails as Propose does.
func Make(ctx context.Context, store Store, draft Draft, o op.Op) (made Offer, err error) {
	if draft.ID == "" {
		draft.ID = NewID(draft.Partner, o)
	}
	err = op.RetryStale(func() error { // the offer it replaces may change meanwhile
		p, err := Propose(ctx, store, draft, o)
		if err != nil {
			return err
		}
		made = p.Offer
		return store.MakeOffer(ctx, p.Offer, p.Replaced, p.Happened, o.Giving(string(made.ID)))
	})
	if err != nil {
		return Offer{}, err
	}
	return made, nil
}

// checked returns the offer with what it takes from the facts, or why they forbid it.
func (d Draft) checked(made Offer, facts Facts, now time.Time) (Offer, error) {
	if err := made.Allowed(facts, now); err != nil {
		return made, err
	}
	if made.DelegatedAdministration != nil && made.DelegatedAdministration.Role == RoleFull && d.Access != partner.Full {
		return made, fault.Forbidden.With("customer_access " + fault.OneOf(partner.Full)).In("/delegated_administration/role")
	}
	var wrong fault.Check
	for i, item := range made.Items {
		plan := facts.Plans[item.Plan]
		if made.Kind.Tries() {
			made.Items[i].Licenses = plan.Trial.Licenses
			continue
		}
		made.Items[i] = item.ordered(plan, made.Country)
		made.Order(i).Check(plan, at("/items", i, "/"), &wrong)
	}
	if err := wrong.Err(); err != nil {
		return made, err
	}
	if made.Follows != "" && (facts.Follows == nil || !facts.Follows.Kind.Tries()) {
		return made, fault.UnknownOffer.In("/follows")
	}
	if made.Language == "" {
		made.Language = facts.Partner.Language
	}
	if made.Language == "" {
		made.Language = catalog.Languages[0]
	}
	return made, nil
}

// ordered returns the item with what the plan says where the draft says nothing: licences, the only term it is sold by, the price.
func (i Item) ordered(plan catalog.Plan, country string) Item {
	if i.Licenses == 0 {
		i.Licenses = plan.Licenses.Default
	}
	if terms := plan.Terms(); i.Term == "" && len(terms) > 0 {
		i.Term = terms[0]
	}
	if price, sold := plan.PriceIn(country, i.Term); i.Price == nil && sold {
		i.Price = &price
	}
	return i
}

// Order returns what the i-th item of a purchase commits its customer to.
func (o Offer) Order(i int) subscription.Order {
	item := o.Items[i]
	ordered := subscription.Order{Licenses: item.Licenses, Term: item.Term, Country: o.Country, BilledBy: o.BilledBy, Offer: string(o.ID)}
	if ordered.BilledBy == "" {
		ordered.BilledBy = subscription.Vendor
	}
	if item.Price != nil {
		ordered.Price = *item.Price
	}
	return ordered
}

func (f Facts) replaced(by Offer, at time.Time) (Offer, error) {
	if f.Replaces == nil {
		return Offer{}, fault.UnknownOffer.In("/replaces")
	}
	old := *f.Replaces
	if status := old.StatusAt(at, f.ReplacesUsed); status != Active && status != Paused {
		return Offer{}, fault.OfferNotActive.With(string(status)).Of(fault.Invalid).In("/replaces")
	}
	old.Status, old.ReplacedBy, old.EndedAt = Replaced, by.ID, at
	return old, nil
}

// offer returns the draft with its defaults, or every field that is wrong.
func (d Draft) offer(o op.Op) (Offer, error) {
	var wrong fault.Check
	if !slices.Contains(Kinds(), d.Kind) {
		return Offer{}, fault.InvalidValue.With(fault.OneOf(Kinds()...)).In("/kind")
	}
	made := Offer{
		ID: d.ID, Kind: d.Kind, Status: Active, Partner: d.Partner,
		Country: d.Country, Items: slices.Clone(d.Items), Language: d.Language, ExpiresAt: d.ExpiresAt,
		MaxRedemptions: d.MaxRedemptions, Visibility: d.Visibility, Replaces: d.Replaces, Follows: d.Follows, Lead: d.Lead, NoticePeriod: d.NoticePeriod,
		CreatedAt: o.At, CreatedBy: o.Actor.ID, Version: 1,
	}
	if made.ID == "" {
		made.ID = NewID(d.Partner, o)
	}
	d.holds(&wrong)
	seen := map[catalog.PlanID]bool{}
	for i, item := range d.Items {
		if !item.Plan.Valid() {
			wrong.Add(at("/items", i, "/plan_id"), fault.InvalidFormat, fault.PlanID)
		} else if seen[item.Plan] && len(d.Items) <= MaxItems {
			wrong.Add(at("/items", i, "/plan_id"), fault.DuplicateEntry, string(item.Plan))
		}
		seen[item.Plan] = true
	}
	if d.Kind.Orders() {
		made.BilledBy, made.MaxRedemptions = d.sold(&wrong), max(1, d.MaxRedemptions)
	} else {
		d.unsold(d.Kind.rules().unpriced, &wrong)
	}
	if len(d.Country) != 2 || strings.Trim(d.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		wrong.Add("/country", fault.InvalidFormat, fault.Country)
	}
	if made.Language != "" && !slices.Contains(catalog.Languages, made.Language) {
		wrong.Add("/language", fault.InvalidValue, fault.OneOf(catalog.Languages...))
	}
	var code *fault.Code
	if made.Message, code = textinput.Note(d.Message, MaxMessage); code != nil {
		wrong.Add("/message", code, MaxMessage)
	}
	if d.PartnerTerms != nil {
		made.PartnerTerms = d.PartnerTerms.clean(&wrong)
	}
	if d.DelegatedAdministration != nil {
		asked := *d.DelegatedAdministration
		if asked.Role != RoleFull && asked.Role != RoleLimited {
			wrong.Add("/delegated_administration/role", fault.InvalidValue, fault.OneOf(RoleFull, RoleLimited))
		}
		if asked.Days == 0 {
			asked.Days = DefaultGrant
		} else if asked.Days < 1 || asked.Days > MaxGrantDays {
			wrong.Add("/delegated_administration/duration_days", fault.OutOfRange, fault.Between(1, MaxGrantDays))
		}
		made.DelegatedAdministration = &asked
	}
	if made.ExpiresAt.IsZero() {
		made.ExpiresAt = o.At.AddDate(0, 0, DefaultDays)
	} else if made.ExpiresAt.Before(o.At.AddDate(0, 0, 1)) || made.ExpiresAt.After(o.At.AddDate(0, 0, MaxDays)) {
		wrong.Add("/expires_at", fault.OutOfRange, fault.DaysAhead{Least: 1, Most: MaxDays})
	}
	if d.MaxRedemptions < 0 || d.MaxRedemptions > MostRedemptions {
		wrong.Add("/max_redemptions", fault.OutOfRange, fault.Between(1, MostRedemptions))
	}
	switch d.Visibility {
	case "":
		made.Visibility = Public
	case Public, Invited:
	default:
		wrong.Add("/visibility", fault.InvalidValue, fault.OneOf(Public, Invited))
	}
	if d.Replaces != "" && d.Replaces.Partner() != d.Partner {
		wrong.Add("/replaces", fault.UnknownOffer)
	}
	return made, wrong.Err()
}

// holds notes where the draft holds what its kind's offers must not hold, or lacks what they must.
func (d Draft) holds(wrong *fault.Check) {
	rules := d.Kind.rules()
	switch code := rules.administration; {
	case code == fault.Required && d.DelegatedAdministration == nil:
		wrong.Add("/delegated_administration", code)
	case code == fault.NotForKind && d.DelegatedAdministration != nil:
		wrong.Add("/delegated_administration", code, string(d.Kind))
	}
	switch n := d.NoticePeriod; {
	case n == nil:
	case !rules.ends:
		wrong.Add("/notice_days", fault.NotForKind, string(d.Kind))
	case n.Days < 0 || n.Days > MaxNoticeDays:
		wrong.Add("/notice_days", fault.OutOfRange, fault.Between(0, MaxNoticeDays))
	}
	switch n := len(d.Items); {
	case !d.Kind.Sells() && n > 0:
		wrong.Add("/items", fault.NotForKind, string(d.Kind))
	case !d.Kind.Sells():
	case n == 0:
		wrong.Add("/items", fault.Required)
	case n > MaxItems:
		wrong.Add("/items", fault.TooManyItems, MaxItems)
	case n > 1 && rules.single != nil:
		wrong.Add("/items", rules.single)
	}
}

// sold notes what is wrong with a purchase's bill, and with the trial it follows, and returns who sends it: empty for the vendor. A partner that
// bills may state its own price; the vendor's is the plan's.
func (d Draft) sold(wrong *fault.Check) string {
	own := d.BilledBy == ByPartner
	if d.BilledBy != "" && d.BilledBy != ByVendor && !own {
		wrong.Add("/billed_by", fault.InvalidValue, fault.OneOf(ByVendor, ByPartner))
	}
	for i, item := range d.Items {
		switch price := item.Price; {
		case price == nil:
		case !own:
			wrong.Add(at("/items", i, "/price"), fault.PriceNotYours)
		default:
			price.Check(at("/items", i, "/price"), wrong)
		}
	}
	if d.Follows != "" && d.Follows.Partner() != d.Partner {
		wrong.Add("/follows", fault.UnknownOffer)
	}
	if !own {
		return ""
	}
	return string(d.Partner)
}

// unsold notes what belongs to a purchase alone: the plan says a trial's licences, and nobody pays for it or for a request.
func (d Draft) unsold(code *fault.Code, wrong *fault.Check) {
	for i, item := range d.Items {
		for _, given := range []struct {
			is    bool
			field string
		}{{item.Licenses != 0, "/licenses"}, {item.Term != "", "/billing_term"}, {item.Price != nil, "/price"}} {
			if given.is {
				wrong.Add(at("/items", i, given.field), code)
			}
		}
	}
	if d.BilledBy != "" && d.BilledBy != ByVendor {
		wrong.Add("/billed_by", code)
	}
	if d.Follows != "" {
		wrong.Add("/follows", code)
	}
}

func (t Terms) clean(wrong *fault.Check) *Terms {
	title, code := textinput.Title(t.Title, MaxTermsTitle)
	if code != nil {
		wrong.Add("/partner_terms/title", code, MaxTermsTitle)
	}
	text, code := textinput.Block(t.Text, MaxTermsText)
	if code != nil {
		wrong.Add("/partner_terms/text", code, MaxTermsText)
	}
	sum := sha256.Sum256([]byte(title + "\n" + text))
	return &Terms{Title: title, Text: text, SHA256: hex.EncodeToString(sum[:])}
}

func at(list string, i int, field string) string { return list + "/" + strconv.Itoa(i) + field }

// Plans lists the plans of the offer.
func (o Offer) Plans() []catalog.PlanID {
	plans := make([]catalog.PlanID, len(o.Items))
	for i, item := range o.Items {
		plans[i] = item.Plan
	}
	return plans
}

// Plan returns the first plan of the offer, which names it; empty where it holds none.
func (o Offer) Plan() catalog.PlanID {
	if len(o.Items) == 0 {
		return ""
	}
	return o.Items[0].Plan
}

// Allowed says whether the partner may propose this at the time: asked when the offer is made AND when it is redeemed,
// from facts read afresh. It fails as Make does; each of its faults names the field of the offer it comes from.
func (o Offer) Allowed(facts Facts, now time.Time) error {
	if err := facts.Partner.Working(); err != nil {
		return err
	}
	if !facts.Partner.Verified() {
		return fault.ProfileUnverified
	}
	for i, item := range o.Items {
		plan, known := facts.Plans[item.Plan]
		where := at("/items", i, "/plan_id")
		switch {
		case !known:
			return fault.UnknownPlan.With(string(item.Plan)).In(where)
		case plan.Status != catalog.PlanActive:
			return fault.PlanWithdrawn.With(string(item.Plan)).In(where)
		case o.Kind.Tries() && plan.Trial == nil:
			return fault.NoTrial.With(string(item.Plan)).In(where)
		case o.Kind.Orders() && len(plan.Prices) == 0:
			return fault.NotSold.With(string(item.Plan)).In(where)
		case !facts.Authorisations[item.Plan].Covers(o.Country, now), !plan.SoldIn(o.Country):
			return fault.NotAuthorisedForPlan.With(string(item.Plan)).In(where)
		}
	}
	if err := o.Available(facts.Availability); err != nil {
		return err
	}
	if o.DelegatedAdministration != nil && !facts.Partner.Holds(catalog.DelegatedAdministration, facts.Programs, now) {
		return fault.NotEnrolled.In("/delegated_administration")
	}
	if right := o.Kind.rules().right; right != "" && !facts.Partner.Holds(right, facts.Programs, now) {
		return fault.NotEnrolled.In("/kind")
	}
	if o.BilledBy != "" && !facts.Partner.Holds(catalog.Reselling, facts.Programs, now) {
		return fault.NotEnrolled.In("/billed_by")
	}
	return nil
}

// Plain returns an offer of a kind in a country with only what all of that kind ask for: to learn whether any may be made there.
func Plain(kind Kind, country string) Offer {
	o := Offer{Kind: kind, Country: country}
	if _, alone := kind.Administers(); alone {
		o.DelegatedAdministration = &AskedGrant{}
	}
	return o
}

// Available fails as catalog.Availability.Check does where the offer asks for something, or is about a plan, that its country has not.
func (o Offer) Available(in catalog.Availability) error {
	if len(o.Items) == 0 {
		return in.Check("", o.Country, o.Features()...)
	}
	for _, item := range o.Items {
		if err := in.Check(item.Plan, o.Country, o.Features()...); err != nil {
			return err
		}
	}
	return nil
}

// Features lists what must be available in the offer's country for it to be made and redeemed.
func (o Offer) Features() []catalog.Feature {
	var needed []catalog.Feature
	if own := o.Kind.rules().feature; own != "" {
		needed = append(needed, own)
	}
	if o.BilledBy != "" {
		needed = append(needed, catalog.FeatureReselling)
	}
	if o.DelegatedAdministration != nil {
		needed = append(needed, catalog.FeatureAdministration)
	}
	return needed
}

// Pause stops the offer for a while; reason is a stable word. Conflict offer_not_active where it is not active.
func (o Offer) Pause(reason string, used int, at time.Time) (Offer, error) {
	if status := o.StatusAt(at, used); status != Active {
		return o, fault.OfferNotActive.With(standing{status, Paused})
	}
	o.Status, o.PauseReason, o.EndedAt = Paused, reason, at
	if reason == PausedByReports {
		o = o.waiting(at)
	}
	return o, nil
}

// Reports are who said of an offer that they do not know its partner.
type Reports struct {
	Recipients int       // addresses that the partner had written to
	Visitors   int       // addresses that somebody had typed at the public link
	Invitation string    // the id of the last one that was reported
	At         time.Time // when it was
}

// All counts them.
func (r Reports) All() int { return r.Recipients + r.Visitors }

// Report notes that so many addresses in all reported the offer: it waits for the vendor. Conflict offer_not_active where it has ended;
// op.ErrUnchanged where they are no more than were noted before.
func (o Offer) Report(reports, used int, at time.Time) (Offer, error) {
	if status := o.StatusAt(at, used); status != Active && status != Paused {
		return o, fault.OfferNotActive.With(string(status))
	}
	if reports <= o.Reports {
		return o, op.ErrUnchanged
	}
	o.Reports = reports
	return o.waiting(at), nil
}

// waiting returns the offer as one that waits for the vendor, since when it did before.
func (o Offer) waiting(at time.Time) Offer {
	if !o.ReportsWait {
		o.ReportsWait, o.ReportedAt = true, at
	}
	return o
}

// Keep is the vendor's word that the reports so far change nothing. Conflict offer_not_active where it has ended, or was paused by the vendor or
// by reports: then it is resumed or withdrawn. op.ErrUnchanged where no report waits.
func (o Offer) Keep(used int, at time.Time) (Offer, error) {
	status := o.StatusAt(at, used)
	if status != Active && (status != Paused || o.PauseReason != PausedByPartner) {
		return o, fault.OfferNotActive.With(string(status))
	}
	if !o.ReportsWait {
		return o, op.ErrUnchanged
	}
	o.ReportsWait = false
	return o, nil
}

// urgentDays is how long the vendor gives itself where reports paused the offer: nobody can accept it meanwhile.
const urgentDays = 7

// Waits returns the offer as it waits for the vendor since it was reported, and whether it does: until the vendor keeps or resumes it, or it ends.
func (o Offer) Waits() (matter.Matter, bool) {
	if o.ReportedAt.IsZero() {
		return matter.Matter{}, false
	}
	m := matter.New(matter.Report, event.Partner(string(o.Partner)), string(o.ID), o.ReportedAt, o.ReportedAt)
	m.Partner, m.Count, m.Halted = string(o.Partner), o.Reports, o.Status == Paused
	byReports := o.Status == Paused && o.PauseReason == PausedByReports
	if due := o.EndedAt.AddDate(0, 0, urgentDays); byReports && due.Before(m.DueAt) {
		m.DueAt = due
	}
	return m, byReports || o.ReportsWait && (o.Status == Active || o.Status == Paused)
}

// Resume opens a paused offer again for one side, PausedByPartner or PausedByVendor; the vendor's side resumes what reports paused, too.
// Conflict offer_not_paused where it is not paused, pause_not_yours where the other side paused it.
func (o Offer) Resume(by string, used int, at time.Time) (Offer, error) {
	if status := o.StatusAt(at, used); status != Paused {
		return o, fault.OfferNotPaused.With(standing{status, Active})
	}
	if vendors := o.PauseReason == PausedByVendor || o.PauseReason == PausedByReports; vendors != (by == PausedByVendor) {
		return o, fault.PauseNotYours
	}
	o.Status, o.PauseReason, o.EndedAt = Active, "", time.Time{}
	if by == PausedByVendor {
		o.ReportsWait = false
	}
	return o, nil
}

// Withdraw ends the offer. Conflict offer_not_active where it has ended already.
func (o Offer) Withdraw(used int, at time.Time) (Offer, error) {
	if status := o.StatusAt(at, used); status != Active && status != Paused {
		return o, fault.OfferNotActive.With(standing{status, Withdrawn})
	}
	o.Status, o.EndedAt = Withdrawn, at
	return o, nil
}

// standing is how an offer stands that cannot become what is wanted, for the text of the problem: it is that already, or has ended.
type standing struct{ is, wanted Status }

// Vars returns the state by the name that the texts use.
func (s standing) Vars() map[string]string {
	if s.is == s.wanted {
		return map[string]string{"already": string(s.is)}
	}
	return map[string]string{"state": string(s.is)}
}

// End returns the offer as the clock or the counter ended it; Conflict offer_not_active where it has ended or its time has not come.
func (o Offer) End(used int, at time.Time) (Offer, error) {
	status := o.StatusAt(at, used)
	if o.Status != Active && o.Status != Paused || status != Expired && status != UsedUp {
		return o, fault.OfferNotActive.With(string(status))
	}
	o.Status, o.EndedAt = status, at
	if status == Expired {
		o.EndedAt = o.ExpiresAt
	}
	return o, nil
}

// Change decides one transition of a stored offer and writes it with its event. decide is one of the transitions above;
// where somebody changed the offer meanwhile it decides again, and where it returns op.ErrUnchanged nothing is written.
func Change(ctx context.Context, store Store, offer ID, change event.Typed, o op.Op, decide func(Offer, int) (Offer, error)) (next Offer, used int, err error) {
	err = op.RetryStale(func() error {
		var stored Offer
		if stored, used, err = store.Offer(ctx, offer); err != nil {
			return err
		}
		next, err = decide(stored, used)
		switch {
		case errors.Is(err, op.ErrUnchanged):
			next = stored
			return nil
		case err != nil:
			return err
		}
		happened := event.New(o, event.Partner(string(next.Partner)), event.Of(next.ID, change))
		err = store.SaveOffer(ctx, next, happened, o.Giving(string(next.ID)))
		next.Version++
		return err
	})
	if err != nil {
		return Offer{}, 0, err
	}
	return next, used, nil
}
