package redemption

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Preview is what accepting with the answers given so far would do to the subscriptions that the customer has.
type Preview struct {
	// Items are what each item of a purchase becomes, always all of them; none for other kinds.
	Items []subscription.Fulfilment
	// Wrong names every field of the items that is wrong, nil where none is: Invalid on items/<i>/licenses (out_of_range, licenses_assigned),
	// items/<i>/billing_term, items/<i>/into (required).
	Wrong error
	// Namings say for each subscription what naming the offering partner does to it; none where the offer does not ask for that.
	Namings []relationship.Naming
	picked  []string
	sold    string              // what the vendor's prices are; empty where nothing is ordered
	notice  *offer.NoticePeriod // how long before the reseller's end the customer asks for it; nil where nobody said
	added   string              // from when licences are charged that the vendor bills and a running term gets; empty where it gets none
}

// Preview returns the preview of the answers that the invitation keeps, at a time.
func (f Facts) Preview(at time.Time) Preview {
	var owned []subscription.Subscription
	if f.Member != nil {
		owned = f.Member.Subscriptions
	}
	made := PreviewFor(f.Offer, f.Vendor, f.Grounds.Plans, owned, f.Invitation.Draft, at)
	if f.Offer.Kind.Picks() {
		made.Namings = f.namings(at)
	}
	return made
}

// PreviewFor returns the preview of an offer with some answers for a customer that owns some subscriptions, without Namings.
func PreviewFor(of offer.Offer, v catalog.Vendor, plans map[catalog.PlanID]catalog.Plan, owned []subscription.Subscription, d invitation.Draft, at time.Time) Preview {
	made := Preview{picked: d.Picked, notice: of.NoticePeriod}
	if !of.Kind.Orders() {
		return made
	}
	var wrong fault.Check
	made.sold = string(v.Prices.Or())
	made.Items = make([]subscription.Fulfilment, len(of.Items))
	for i, item := range of.Items {
		plan, choice, bad := plans[item.Plan], d.Choice(i), fault.Check{}
		ordered := chosen(of, i, choice)
		found, unasked := subscription.Fulfil(item.Plan, ordered, choice.Into, owned, at)
		if made.Items[i] = found; found.Charges() {
			made.added = string(v.LicensesCharged.Or())
		}
		ordered.Check(plan, "", &bad)
		err := bad.Err()
		if err == nil {
			_, err = found.Done(plan, at)
		}
		wrong.Take(inItem(err, i))
		if unasked != nil {
			wrong.Add(itemField(i)+"into", fault.Required)
		}
	}
	made.Wrong = wrong.Err()
	return made
}

// namings says for each of the member's subscriptions what naming the offering partner does to it.
func (f Facts) namings(at time.Time) []relationship.Naming {
	if f.Member == nil {
		return nil
	}
	made, to := make([]relationship.Naming, len(f.Member.Subscriptions)), f.offering()
	for i, s := range f.Member.Subscriptions {
		made[i] = relationship.NamingOf(s, &to, f.Member.Customer.Country, at)
	}
	return made
}

// Pickable says whether something is picked, and every subscription that is can still get the offering partner.
func (p Preview) Pickable(picked []string) bool {
	can := map[string]bool{}
	for _, one := range p.Namings {
		can[string(one.Subscription.ID)] = one.Result == relationship.Changed
	}
	return len(picked) > 0 && !slices.ContainsFunc(picked, func(id string) bool { return !can[id] })
}

// Picked returns the namings of the subscriptions that were picked.
func (p Preview) Picked() []relationship.Naming {
	var made []relationship.Naming
	for _, one := range p.Namings {
		if slices.Contains(p.picked, string(one.Subscription.ID)) {
			made = append(made, one)
		}
	}
	return made
}

// Charging says in one line what the vendor's prices are that an order is made at, and where it adds licences to a running term from when those
// are charged; empty where nothing is ordered.
func (p Preview) Charging() string { return strings.TrimSpace(p.sold + " " + p.added) }

// Fingerprint says in one line what the page with the last button showed of it, and what has to be true still when the consent is written.
func (p Preview) Fingerprint() string {
	said := strings.Fields(p.Charging())
	for _, item := range p.Items {
		switch {
		case item.Trial != nil:
			said = append(said, "convert:"+string(item.Trial.ID))
		case item.Into != nil:
			said = append(said, "add:"+string(item.Into.ID)+":"+strconv.Itoa(item.Into.Licenses.Bought))
		default:
			said = append(said, "new")
		}
	}
	for _, one := range p.Picked() {
		said = append(said, "name:"+string(one.Subscription.ID)+":"+string(one.Subscription.PartnerOfRecordID()))
	}
	if p.notice != nil {
		said = append(said, "notice:"+strconv.Itoa(p.notice.Days))
	}
	return strings.Join(said, " ")
}

func itemField(i int) string { return "items/" + strconv.Itoa(i) + "/" }

// inItem names the item in the fields of what is wrong with its subscription.
func inItem(err error, i int) error {
	if f := fault.As(err); fault.Is(err, fault.Invalid) {
		for j, field := range f.Fields {
			f.Fields[j].Pointer = itemField(i) + strings.TrimPrefix(field.Pointer, "/")
		}
	}
	return err
}
