package verify

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// placed is a noun with the key it stands under.
// placedAnswer is a Yes or a No with its key.
type placedAnswer = placed[consent.StoredConsent]

type placed[T any] struct {
	key string
	is  T
}

// domain names one customer's domain.
type domain struct {
	customer customer.ID
	name     customer.DomainName
}

// facts is everything that was read.
type facts struct {
	Options
	rule  string
	found []Violation
	items int

	unreadable    []placed[error]
	strays        []placed[string] // what does not belong to the partition it stands in
	customers     map[customer.ID]placed[customer.Customer]
	users         map[customer.UserID]placed[customer.User]
	partners      []placed[partner.Partner]
	offers        map[offer.ID]placed[offer.Offer]
	uses          map[string]placed[offer.Uses] // by the offer's code
	invitations   map[invitation.ID]placed[invitation.Invitation]
	subscriptions map[subscription.ID]placed[subscription.Subscription]
	ties          []placed[relationship.Relationship]
	grants        map[customer.ID]placed[relationship.Grant]
	accepted      []placed[consent.StoredConsent]
	declined      map[invitation.ID]placed[consent.StoredConsent]
	mails         []placed[mailing.Mail]
	tasks         []task
	imports       map[importing.ID]placed[importing.Import]
	queues        []placed[importing.Queue]
	unfound       []string // keys of queues that hold something and stand where the job does not find them
	domains       map[domain]placed[customer.Domain]
	undue         []string                                    // keys of domains that stand where the job does not find them in time
	domainOwners  map[customer.DomainName]placed[customer.ID] // whose each name is
	listings      map[partner.ID]placed[listing.Listing]
	indexed       map[partner.ID]placed[listing.Indexed]
	index         map[string]map[partner.ID]string // who stands in each partition of the marketplace's index
	leads         []placed[lead.Lead]
	tallies       []placed[lead.Tally]
	senders       map[string]int // how many open leads are counted in each partner's partition
	seals         []placed[event.Seal]
	head          *placed[event.Seal]

	events         []*happened                   // oldest first
	byID           map[string]*happened          // by the event's id
	kinds          map[event.Type][]change       // by the change's type, oldest first
	changes        map[string][]change           // by the change's subject, oldest first
	grantHistories map[customer.ID]*grantHistory // who administered, as the audit tells it
}

func newFacts(o Options) *facts {
	return &facts{
		Options: o, customers: map[customer.ID]placed[customer.Customer]{}, users: map[customer.UserID]placed[customer.User]{}, offers: map[offer.ID]placed[offer.Offer]{},
		uses: map[string]placed[offer.Uses]{}, invitations: map[invitation.ID]placed[invitation.Invitation]{},
		subscriptions: map[subscription.ID]placed[subscription.Subscription]{}, grants: map[customer.ID]placed[relationship.Grant]{},
		declined: map[invitation.ID]placed[consent.StoredConsent]{}, byID: map[string]*happened{}, kinds: map[event.Type][]change{},
		changes: map[string][]change{}, grantHistories: map[customer.ID]*grantHistory{},
		listings: map[partner.ID]placed[listing.Listing]{}, indexed: map[partner.ID]placed[listing.Indexed]{}, index: map[string]map[partner.ID]string{}, senders: map[string]int{},
		imports: map[importing.ID]placed[importing.Import]{}, domains: map[domain]placed[customer.Domain]{}, domainOwners: map[customer.DomainName]placed[customer.ID]{},
	}
}

// add takes one item in.
func (f *facts) add(w dynamo.Walked) {
	f.items++
	key := w.Key()
	if w.Err != nil {
		f.unreadable = append(f.unreadable, placed[error]{key, w.Err})
		return
	}
	for _, what := range strays(w) {
		f.strays = append(f.strays, placed[string]{key, what})
	}
	if w.Class == "domain_owner" {
		f.domainOwners[customer.DomainName(strings.TrimPrefix(w.PK, "DOMAIN#"))] = placed[customer.ID]{key, customer.ID(w.Word("customer"))}
	}
	if w.Class == "sender" {
		f.senders[w.PK] += w.Count("used")
	}
	if w.Class == "postings" || w.Class == "facts" {
		if f.index[w.PK] == nil {
			f.index[w.PK] = map[partner.ID]string{}
		}
		maps.Copy(f.index[w.PK], w.Found())
	}
	switch is := w.Noun.(type) {
	case lead.Lead:
		f.leads = append(f.leads, placed[lead.Lead]{key, is})
	case lead.Tally:
		f.tallies = append(f.tallies, placed[lead.Tally]{key, is})
	case listing.Listing:
		f.listings[is.Partner] = placed[listing.Listing]{key, is}
	case listing.Indexed:
		f.indexed[is.Partner] = placed[listing.Indexed]{key, is}
	case customer.Customer:
		f.customers[is.ID] = placed[customer.Customer]{key, is}
	case customer.User:
		f.users[is.ID] = placed[customer.User]{key, customer.User{ID: is.ID, Licenses: is.Licenses, Mailbox: is.Mailbox, DeletedAt: is.DeletedAt}}
	case customer.Domain:
		f.domains[domain{is.Customer, is.Name}] = placed[customer.Domain]{key, is}
		if due, _, _ := strings.Cut(w.Word("due"), "#"); due != stamped(is.CheckAt) {
			f.undue = append(f.undue, key)
		}
	case partner.Partner:
		f.partners = append(f.partners, placed[partner.Partner]{key, is})
	case offer.Offer:
		f.offers[is.ID] = placed[offer.Offer]{key, is}
	case offer.Uses:
		f.uses[strings.TrimPrefix(w.SK, "USES#")] = placed[offer.Uses]{key, is}
	case invitation.Invitation:
		is.Draft, is.Links, is.Stops = invitation.Draft{}, nil, nil
		f.invitations[is.ID] = placed[invitation.Invitation]{key, is}
	case subscription.Subscription:
		f.subscriptions[is.ID] = placed[subscription.Subscription]{key, is}
	case relationship.Relationship:
		f.ties = append(f.ties, placed[relationship.Relationship]{key, is})
	case relationship.Grant:
		f.grants[is.Customer] = placed[relationship.Grant]{key, is}
	case consent.StoredConsent:
		if bare, no := strings.CutPrefix(w.PK, "INV#"); no {
			f.declined[invitation.ID("inv_"+bare)] = placed[consent.StoredConsent]{key, is}
		} else {
			f.accepted = append(f.accepted, placed[consent.StoredConsent]{key, is})
		}
	case mailing.Mail:
		f.mails = append(f.mails, placed[mailing.Mail]{key, is})
	case importing.Import:
		f.imports[is.ID] = placed[importing.Import]{key, is}
	case importing.Queue:
		f.queues = append(f.queues, placed[importing.Queue]{key, is})
		if (len(is.Imports) > 0) != (w.Word("due") != "" && strings.HasPrefix(w.Word("due_class"), w.Class+"#")) {
			f.unfound = append(f.unfound, key)
		}
	case provisioning.Task:
		f.tasks = append(f.tasks, task{is, key, w.Word("due"), w.Word("due_class")})
	case event.Seal:
		if w.Class == "head" {
			f.head = &placed[event.Seal]{key, is}
		} else {
			f.seals = append(f.seals, placed[event.Seal]{key, is})
		}
	case event.Event:
		f.events = append(f.events, &happened{is, key, w.Word("due"), w.Word("due_class"), w.Word("done_at")})
	}
}

// stamped is a time as the index of what falls due has it; empty for the zero time.
func stamped(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

// order puts what was read into the order of time.
func (f *facts) order() {
	slices.SortFunc(f.events, func(a, b *happened) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ULID, b.ULID)) })
	slices.SortFunc(f.accepted, func(a, b placed[consent.StoredConsent]) int { return strings.Compare(a.key, b.key) })
	slices.SortFunc(f.seals, func(a, b placed[event.Seal]) int { return cmp.Compare(a.is.N, b.is.N) })
	for _, e := range f.events {
		f.byID[e.ID()] = e
		for _, c := range e.Changes {
			one := change{e, c}
			f.kinds[c.Type] = append(f.kinds[c.Type], one)
			f.changes[c.Subject] = append(f.changes[c.Subject], one)
		}
	}
	f.readGrantHistories()
}

// byLink returns the changes of a type by the invitation that they name.
func (f *facts) byLink(kind event.Type) map[invitation.ID][]change {
	found := map[invitation.ID][]change{}
	for _, c := range f.kinds[kind] {
		link := event.Value[invitation.ID](known.Read(c.Change))
		found[link] = append(found[link], c)
	}
	return found
}

// count returns how many changes of one type a subject has.
func (f *facts) count(kind event.Type, subject string) (n int) {
	for _, c := range f.changes[subject] {
		if c.Type == kind {
			n++
		}
	}
	return n
}

// owner returns the customer on whose partition an event stands; empty where it is another's.
func (e *happened) owner() customer.ID {
	if e.Tenant.Kind != 'c' {
		return ""
	}
	return customer.ID("cus_" + e.Tenant.ID)
}
