package dynamo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/id"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/matter"
	"liaison/shared/offer"
	"liaison/shared/operator"
	"liaison/shared/partner"
	"liaison/shared/person"
	"liaison/shared/provisioning"
	"liaison/shared/quota"
	"liaison/shared/subscription"
	"liaison/shared/support"
	"liaison/shared/token"
)

const idemSort = "IDEM"

// waitingSort begins the sort key of every invitation that waits for an answer.
const waitingSort = "WAITS#"

// termSort begins the sort key of every row by which a user is found.
const termSort = "FIND#"

// eventSort begins the sort key of every event.
const eventSort = "EVENT#"

// groupSort begins the sort key of every group of users.
const groupSort = "GROUP#"

// importSort begins the sort key of every import.
const importSort = "IMPORT#"

// requestSort begins the sort key of every service request.
const requestSort = "REQUEST#"

// key is an item's place: partition and sort key.
type key struct{ pk, sk string }

func (k key) item() item              { return item{"PK": text(k.pk), "SK": text(k.sk)} }
func keyOf(it item) key               { return key{read(it, "PK"), read(it, "SK")} }
func vendorKey() key                  { return key{"CATALOG", "VENDOR"} }
func pictureKey(file string) key      { return key{"CATALOG", "PICTURE#" + file} }
func planKey(p catalog.PlanID) key    { return key{"CATALOG", "PLAN#" + string(p)} }
func programsKey() key                { return key{"CATALOG", "PROGRAMS"} }
func availabilityKey() key            { return key{"CATALOG", "AVAILABILITY"} }
func termsKey(d catalog.Document) key { return key{"CATALOG", "TERMS#" + string(d)} }

func termsTextKey(d catalog.Document, version, language string) key {
	return key{"CATALOG", "TERMS#" + string(d) + "#" + version + "#" + language}
}

// operatorKey returns the key of an operator; false for what is no operator's id.
func operatorKey(id operator.ID) (key, bool) {
	return key{"VENDOR", "USER#" + strings.TrimPrefix(string(id), "usr_v_")}, id.Valid()
}

func operatorsKey() key           { return key{"VENDOR", "OPERATORS"} }
func partnerKey(p partner.ID) key { return key{"PARTNER#" + string(p), "PROFILE"} }

func applicationKey(a partner.ApplicationID) key {
	ulid, _ := a.ULID()
	return key{"APPLICATION#" + ulid, "APPLICATION"}
}

func authorisationKey(p partner.ID, plan catalog.PlanID) key {
	return key{"PARTNER#" + string(p), "AUTHORISATION#" + string(plan)}
}

// nameKey is the uniqueness row of what a legal name looks like.
func nameKey(skeleton string) key { return key{"NAME#" + hash(skeleton), "NAME"} }

func partnerUserKey(u partner.UserID) key {
	k, _ := partnerMember(string(u))
	return k
}

func clientKey(c partner.ClientID) key {
	k, _ := partnerMember(string(c))
	return k
}

func codesKey(p partner.ID) key   { return key{partnerKey(p).pk, "CODES"} }
func clientsKey(p partner.ID) key { return key{partnerKey(p).pk, "CLIENTS"} }
func offerKey(o offer.ID) key     { return key{"PARTNER#" + string(o.Partner()), "OFFER#" + o.Code()} }

func usesKey(o offer.ID) key { return key{"PARTNER#" + string(o.Partner()), "USES#" + o.Code()} }

func begunKey(o offer.ID) key { return key{"PARTNER#" + string(o.Partner()), "BEGUN#" + o.Code()} }

// bulkKey is where an offer's list of recipients stands; without an id it is what all its lists' keys begin with.
func bulkKey(o offer.ID, id string) key {
	return key{"PARTNER#" + string(o.Partner()), "BULK#" + o.Code() + "#" + id}
}

func bulkRowsKey(o offer.ID, id string) key {
	return key{"PARTNER#" + string(o.Partner()), "ROWS#" + o.Code() + "#" + id}
}

func listingKey(p partner.ID) key { return key{partnerKey(p).pk, "LISTING"} }

// indexedKey is where it stands what the marketplace's index holds for a partner.
func indexedKey(p partner.ID) key { return key{partnerKey(p).pk, "INDEXED"} }

// factsPartition is where the facts of all published partners stand, and factPrefix begins the name of each one's attribute.
const (
	factsPartition = "FACTS"
	factPrefix     = "p"
)

func termPartition(term listing.Term) string { return "FIND#" + string(term) }

// indexShard is one of 16 items over which the index's lists are spread.
func indexShard(p partner.ID) string { return hash(string(p))[:1] }

func termShardKey(term listing.Term, p partner.ID) key {
	return key{termPartition(term), indexShard(p)}
}
func factKey(p partner.ID) key { return key{factsPartition, indexShard(p)} }

func reportsKey(o offer.ID) key {
	return key{"PARTNER#" + string(o.Partner()), "REPORTS#" + o.Code()}
}

func countKey(o, shard string) key      { return key{"COUNT#" + o + "#" + shard, "COUNT"} }
func invitationKey(i invitation.ID) key { return key{"INV#" + i.Bare(), "INVITATION"} }
func refusalKey(i invitation.ID) key    { return key{"INV#" + i.Bare(), "REDEMPTION"} }
func customerKey(c customer.ID) key     { return key{"CUSTOMER#" + c.Bare(), "PROFILE"} }

func customerUserKey(u customer.UserID) key {
	owner, ulid, _ := customer.Under("usr", string(u))
	return key{"CUSTOMER#" + owner.Bare(), "USER#" + ulid}
}

// termKey is where a user is found by what it is called.
func termKey(u customer.UserID, term string) key {
	at := customerUserKey(u)
	return key{at.pk, termSort + term + "#" + strings.TrimPrefix(at.sk, "USER#")}
}

func groupKey(g customer.GroupID) key {
	owner, ulid, _ := customer.Under("grp", string(g))
	return key{customerKey(owner).pk, groupSort + ulid}
}

// groupNameKey is the uniqueness row of a group's name within its customer.
func groupNameKey(g customer.Group) key {
	return key{customerKey(g.Customer).pk, "GROUPNAME#" + hash(customer.FoldSearch(g.Name))}
}

// mailboxKey is the uniqueness row of the address of a user's mailbox within its customer; zero where it has none.
func mailboxKey(u customer.User) key {
	if u.Mailbox == nil {
		return key{}
	}
	return key{customerKey(u.Customer).pk, "MAILBOX#" + hash(person.FoldLogin(u.Mailbox.Address))}
}

// groupMemberKey is where a group has a user; without one it is what the keys of all its members begin with.
func groupMemberKey(g customer.GroupID, u customer.UserID) key {
	at := groupKey(g)
	return key{at.pk, "MEMBER#" + strings.TrimPrefix(at.sk, groupSort) + "#" + strings.TrimPrefix(customerUserKey(u).sk, "USER#")}
}

// membershipKey is where a user has a group; without one it is what the keys of all its groups begin with.
func membershipKey(u customer.UserID, g customer.GroupID) key {
	at := customerUserKey(u)
	return key{at.pk, "IN#" + strings.TrimPrefix(at.sk, "USER#") + "#" + strings.TrimPrefix(groupKey(g).sk, groupSort)}
}

func importKey(i importing.ID) key {
	owner, ulid, _ := i.Customer()
	return key{customerKey(owner).pk, importSort + ulid}
}

// importRowsKey is where the rows of an import stand that begin with one.
func importRowsKey(i importing.ID, from int) key {
	at := importKey(i)
	return key{at.pk, fmt.Sprintf("ROWS#%s#%04d", strings.TrimPrefix(at.sk, importSort), from)}
}

// failureSort begins the sort key of every row of an import that failed.
func failureSort(i importing.ID) string {
	return "FAILED#" + strings.TrimPrefix(importKey(i).sk, importSort) + "#"
}

func failureKey(f importing.Failure) key {
	return key{importKey(f.Import).pk, failureSort(f.Import) + fmt.Sprintf("%04d", f.Row)}
}

// domainKey is where a customer has a domain; without a name it is what the keys of all its domains begin with.
func domainKey(c customer.ID, name customer.DomainName) key {
	return key{customerKey(c).pk, "DOMAIN#" + string(name)}
}

// importsKey is where a customer's imports wait that are started and not done.
func importsKey(c customer.ID) key { return key{customerKey(c).pk, "IMPORTS"} }

func domainsKey(c customer.ID) key { return key{customerKey(c).pk, "DOMAINS"} }

// domainOwnerKey is the uniqueness row of a verified domain.
func domainOwnerKey(name customer.DomainName) key { return key{"DOMAIN#" + string(name), "DOMAIN"} }

func subscriptionKey(s subscription.ID) key {
	owner, ulid, _ := s.Customer()
	return key{"CUSTOMER#" + owner.Bare(), "SUB#" + ulid}
}

func taskKey(t provisioning.ID) key {
	owner, ulid, _ := t.Customer()
	return key{"CUSTOMER#" + owner.Bare(), "TASK#" + ulid}
}

func requestKey(r support.ID) key {
	owner, ulid, _ := r.Customer()
	return key{customerKey(owner).pk, requestSort + ulid}
}

// commentKey is where a comment stands; without its id it is what the keys of all of a request begin with.
func commentKey(r support.ID, c support.CommentID) key {
	at := requestKey(r)
	return key{at.pk, "COMMENT#" + strings.TrimPrefix(at.sk, requestSort) + "#" + strings.TrimPrefix(string(c), "cmt_")}
}

func requestsKey(c customer.ID) key { return key{customerKey(c).pk, "REQUESTS"} }

func grantKey(c customer.ID) key { return key{"CUSTOMER#" + c.Bare(), "DELEGATED_ADMINISTRATOR"} }

func tieKey(c customer.ID, p partner.ID) key { return key{"CUSTOMER#" + c.Bare(), "REL#" + string(p)} }

func redemptionKey(r string) key {
	if owner, ulid, ok := customer.Under("red", r); ok {
		return key{"CUSTOMER#" + owner.Bare(), "RED#" + ulid}
	}
	return key{"INV#" + strings.TrimPrefix(r, "red_i"), "REDEMPTION"}
}

// visitorKey is where the address and browser of who decided stand: beside the invitation, or beside the consent without an offer.
func visitorKey(r consent.Consent) key {
	if a := r.Answer; a != nil {
		return key{"INV#" + a.Invitation.ID.Bare(), "CLIENT"}
	}
	at := redemptionKey(string(r.ID))
	return key{at.pk, "CLIENT#" + strings.TrimPrefix(at.sk, "RED#")}
}

func loginKey(mail string) key { return key{"LOGIN#" + hash(person.FoldLogin(mail)), "LOGIN"} }

// waitingPlace is where an invitation to an address is noted while it waits: with the customer whose user has the address, else with the address.
func waitingPlace(c customer.ID, mail string) string {
	if c != "" {
		return customerKey(c).pk
	}
	return loginKey(mail).pk
}

func waitingKey(c customer.ID, inv invitation.Invitation) key {
	return key{waitingPlace(c, inv.Mail), waitingSort + inv.ID.Bare()}
}

// subjectKey is where the bearer of a token is found.
func subjectKey(issuer, subject string) key {
	return key{"SUBJECT#" + hash(boot.IssuerName(issuer)+"\x00"+subject), "SUBJECT"}
}

// sessionKey is where the holder of a session's cookie is found.
func sessionKey(secret string) key {
	return key{"SESSION#" + token.Hash(token.Session, secret), "SESSION"}
}

func onceKey(k string) key { return key{"IDEM#" + k, idemSort} }

func mailKey(m mailing.Mail) key {
	return key{"MAIL#" + m.Event + "#" + m.Template + "#" + m.Address, "MAIL"}
}

func figureKey(at time.Time, shard string) key {
	return key{"COUNT#mail-" + at.UTC().Format(time.DateOnly) + "#" + shard, "COUNT"}
}

func counterKey(c quota.Counter, at time.Time) key {
	switch c.What {
	case quota.Clients:
		return clientsKey(partner.ID(c.Subject))
	case quota.ServiceRequests:
		return requestsKey(customer.ID(c.Subject))
	case quota.Imports:
		return importsKey(customer.ID(c.Subject))
	case quota.Domains:
		return domainsKey(customer.ID(c.Subject))
	}
	return key{"RATE#" + c.What + "#" + hash(c.Subject) + "#" + strconv.FormatInt(at.Truncate(c.Window).Unix(), 36), "RATE"}
}

// inquiryKey is where an inquiry stands; before it is sent it is no partner's.
func inquiryKey(i lead.InquiryID) key {
	ulid, _ := i.ULID()
	return key{"INQUIRY#" + ulid, "INQUIRY"}
}

// sentInquirySort begins the sort key of what a company keeps of each inquiry that its people sent.
const sentInquirySort = "INQUIRY#"

func sentInquiryKey(s lead.SentInquiry) key {
	ulid, _ := s.ID.ULID()
	return key{senderPK(s.Customer, s.FromPartner), sentInquirySort + ulid}
}

// senderPK is the partition of the company whose people send inquiries: a customer's, or else a partner's.
func senderPK(c customer.ID, p partner.ID) string {
	if c != "" {
		return customerKey(c).pk
	}
	return partnerKey(p).pk
}

func leadKey(l lead.ID) key {
	owner, ulid, _ := l.Partner()
	return key{partnerKey(owner).pk, "LEAD#" + ulid}
}

func tallyKey(p partner.ID) key { return key{partnerKey(p).pk, "TALLY"} }

// senderKey is where the open leads are counted that a partner has of one address, however the mailbox is spelled.
func senderKey(l lead.Lead) key {
	return key{partnerKey(l.Partner).pk, "SENDER#" + hash(customer.FoldCaps(l.From.Mail))}
}

func suppressedKey(address string) key { return key{"SUPPRESSED#" + address, "SUPPRESSED"} }
func headKey() key                     { return key{"HEAD", "HEAD"} }

// sealKey sorts a day's seals by their number.
func sealKey(s event.Seal) key { return key{"SEAL#" + s.Date(), fmt.Sprintf("%012d", s.N)} }

func tenantKey(t event.Tenant) string {
	switch t.Kind {
	case 'c':
		return "CUSTOMER#" + t.ID
	case 'p':
		return "PARTNER#" + t.ID
	case 'i':
		return "INV#" + t.ID
	}
	return "VENDOR"
}

// tenantOf reads what tenantKey wrote.
func tenantOf(pk string) event.Tenant {
	kind, ident, _ := strings.Cut(pk, "#")
	switch kind {
	case "CUSTOMER":
		return event.Tenant{Kind: 'c', ID: ident}
	case "PARTNER":
		return event.Tenant{Kind: 'p', ID: ident}
	case "INV":
		return event.Tenant{Kind: 'i', ID: ident}
	}
	return event.Vendor()
}

func eventKey(t event.Tenant, ulid string) key { return key{tenantKey(t), eventSort + ulid} }

// matterKey stands beside what waits, with its tenant.
func matterKey(m matter.Matter) key {
	return key{tenantKey(m.Tenant), "MATTER#" + string(m.Kind) + "#" + m.Subject}
}

// tenantItemKey returns the key of the partner or customer that an id names; false where it names neither, as an operator's empty one.
func tenantItemKey(tenant string) (key, bool) {
	switch {
	case partner.ID(tenant).Valid():
		return partnerKey(partner.ID(tenant)), true
	case customer.ID(tenant).Valid():
		return customerKey(customer.ID(tenant)), true
	}
	return key{}, false
}

// memberKey returns the key of whoever can call: a user of a customer (usr_<customer>_<ulid>), or as partnerMember does.
func memberKey(member string) (key, bool) {
	if _, _, ok := customer.Under("usr", member); ok {
		return customerUserKey(customer.UserID(member)), true
	}
	return partnerMember(member)
}

// personKey returns the key of a user of any side; false for what is no user's id.
func personKey(id person.ID) (key, bool) {
	if _, ok := id.Kind(); !ok {
		return key{}, false
	}
	return memberKey(string(id))
}

// companyOf returns the partner or customer whose member an id names; empty for an operator.
func companyOf(member string) string {
	_, rest, _ := strings.Cut(member, "_")
	switch owner, _, _ := strings.Cut(rest, "_"); {
	case owner == "v":
		return ""
	case partner.ID(owner).Valid():
		return owner
	default:
		return "cus_" + owner
	}
}

// partnerMember returns the key of a user (usr_<partner>_<ulid>) or client (cli_…) of a partner, or of an operator (usr_v_<ulid>).
func partnerMember(member string) (key, bool) {
	kind, rest, _ := strings.Cut(member, "_")
	owner, ulid, found := strings.Cut(rest, "_")
	if !found || !id.Made(ulid, 26) {
		return key{}, false
	}
	switch {
	case kind == "usr" && owner == "v":
		return operatorKey(operator.ID(member))
	case kind == "usr" && partner.ID(owner).Valid():
		return key{"PARTNER#" + owner, "USER#" + ulid}, true
	case kind == "cli" && partner.ID(owner).Valid():
		return key{"PARTNER#" + owner, "CLIENT#" + ulid}, true
	}
	return key{}, false
}

// shards is over how many partitions of an index one class spreads.
const shards = 8

func shard(k key) string {
	h := fnv.New32a()
	h.Write([]byte(k.pk + k.sk))
	return strconv.Itoa(int(h.Sum32() % shards))
}

// due puts an item into the index of what falls due: under its class, at its time. The zero time leaves it out.
func due(it item, class string, k key, at time.Time) item {
	if at.IsZero() {
		return it
	}
	it["due_class"] = text(class + "#" + shard(k))
	it["due"] = text(stamp(at) + "#" + k.pk + "#" + k.sk)
	return it
}

// owned puts an item into the index of what an owner lists, newest by time.
func owned(it item, owner, class string, at time.Time, ident string) item {
	it["owner"] = text(owner + "#" + class)
	it["owner_at"] = text(stamp(at) + "#" + ident)
	return it
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// AddressHash is how an address stands in keys and in mail tags: hex SHA-256 of it with case folded.
func AddressHash(mail string) string { return hash(person.FoldLogin(mail)) }
