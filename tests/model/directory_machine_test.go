package model

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/imported"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/outbox"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
)

// entries gathers what a table holds of customers' directories.
type entries struct {
	without  map[customer.UserID]bool
	heeds    func(event.Event) bool
	users    map[string]customer.User
	groups   []customer.Group
	members  map[string][]string // by groups, as each group lists them
	in       map[string][]string // the same as each user does
	domains  []customer.Domain
	tasks    []provisioning.Task
	imports  []importing.Import
	happened []event.Event
}

func newEntries(without map[customer.UserID]bool, heeds func(event.Event) bool) *entries {
	return &entries{without: without, heeds: heeds, users: map[string]customer.User{}, members: map[string][]string{}, in: map[string][]string{}}
}

func (d *entries) see(w dynamo.Walked) {
	switch is := w.Noun.(type) {
	case customer.User:
		if !d.without[is.ID] {
			d.users[string(is.ID)] = is
		}
	case customer.Group:
		d.groups = append(d.groups, is)
	case customer.Domain:
		d.domains = append(d.domains, is)
	case provisioning.Task:
		d.tasks = append(d.tasks, is)
	case importing.Import:
		d.imports = append(d.imports, is)
	case event.Event:
		if d.heeds(is) {
			d.happened = append(d.happened, is)
		}
	}
	if w.Class != "group_member" {
		return
	}
	side := d.in
	if strings.HasPrefix(w.SK, "MEMBER#") {
		side = d.members
	}
	side[w.Word("group")] = append(side[w.Word("group")], w.Word("user"))
}

// tell adds what was gathered to a snapshot.
func (d *entries) tell(all snapshot) {
	for id, u := range d.users {
		is := aPerson{name: u.Name, roles: u.Roles, disabled: u.Disabled, purge: u.PurgeAt, licenses: u.Licenses}
		if b := u.Mailbox; b != nil {
			is.box = &aBox{address: b.Address, quota: b.QuotaGB}
			if b.From != nil {
				is.box.from = string(b.From.Kind) + " " + b.From.Address
			}
		}
		all[id] = is.String()
	}
	for _, g := range d.groups {
		members, in := slices.Sorted(slices.Values(d.members[string(g.ID)])), slices.Sorted(slices.Values(d.in[string(g.ID)]))
		all[string(g.ID)] = fmt.Sprintf("%q, deleted %t, %d members %v", g.Name, g.Deleted(), g.Members, members)
		if !slices.Equal(members, in) {
			all[string(g.ID)] += fmt.Sprintf(", of whom it is the group of %v", in)
		}
	}
	for _, one := range d.domains {
		is := aDomain{status: one.Status, failure: one.Failure, missing: one.MissingSince, check: one.CheckAt, lost: one.LostAt}
		all[string(one.Customer)+" "+string(one.Name)] = is.String()
	}
	for _, t := range d.tasks {
		details, current := t.Details["status"], false
		u := d.users[t.Subject]
		is := t.Details["revision"]
		switch t.Kind {
		case provisioning.Subscription:
			details = fmt.Sprintf("%s %s %s", t.Details["plan_id"], t.Details["licenses"], details)
		case provisioning.Mailbox:
			if details == "active" {
				details = fmt.Sprintf("active %s GB", orZero(t.Details["quota_gb"]))
			}
			current = u.Mailbox != nil && !u.Deleted() && is == fmt.Sprint(u.Mailbox.Revision)
		case provisioning.Migration:
			if details == "active" {
				details = "active from " + t.Details["from"]
			}
			current = u.Mailbox != nil && u.Mailbox.From != nil && !u.Deleted() && is == fmt.Sprint(u.Mailbox.From.Revision)
		}
		all[string(t.ID)] = described(t.Kind, details, current, t.State, t.Percent, t.Attempts, t.Reason)
	}
	for _, im := range d.imports {
		is := anImport{
			kind: im.Kind, status: im.Status, rows: make([]aRow, im.Rows), row: im.Row, made: im.Made, unchanged: im.Unchanged, failed: im.Failed,
		}
		if im.Reason != nil {
			is.reason = im.Reason.Code
		}
		all[string(im.ID)] = is.String()
	}
}

func orZero(number string) string {
	if number == "" {
		return "0"
	}
	return number
}

// asksFor are the kinds of what is to be set up once something happened; a mailbox's stands for its migration, too.
var asksFor = func() map[event.Type]provisioning.Kind {
	all := map[event.Type]provisioning.Kind{}
	for kind, of := range map[provisioning.Kind][]event.Typed{
		provisioning.Subscription: {
			subscription.CreatedEvent{},
			subscription.ConvertedEvent{},
			subscription.DeletedEvent{},
			subscription.TrialExpiredEvent{},
			subscription.CancelledEvent{},
			subscription.LicensesChangedEvent{},
			subscription.SuspendedEvent{},
			subscription.ReinstatedEvent{},
		},
		provisioning.License: {customer.LicensesChangedEvent{}},
		provisioning.Mailbox: {customer.MailboxSetEvent{}, customer.MailboxRemovedEvent{}, customer.UserDeletedEvent{}, customer.UserRestoredEvent{}},
		provisioning.Domain:  {customer.DomainVerifiedEvent{}, customer.DomainLostEvent{}, customer.DomainRemovedEvent{}},
	} {
		for _, one := range of {
			all[one.Type()] = kind
		}
	}
	return all
}()

// setsUp says whether an event has something set up.
func setsUp(e event.Event) bool {
	return slices.ContainsFunc(e.Changes, func(c event.Change) bool { return asksFor[c.Type] != "" })
}

// nobody is the people's directory of a world where nobody signs in.
type nobody struct{}

func (nobody) DeletePerson(context.Context, string) error { return nil }

func (nobody) CreatePerson(context.Context, string, string) error { return nil }

// silence switches all of the vendor's mail off: what an event asks for is done up to its mails.
func (m *machine) silence() {
	v, err := m.Table.Vendor(m.t.Context())
	m.must(err)
	v.Sending = false
	m.must(m.Table.SaveVendor(m.t.Context(), v, m.Op("operator")))
}

// buyer draws a customer, mostly one that is not only read any more.
func (m *machine) buyer(t *rapid.T) *aCustomer {
	return mostly(t, m.customers, "customer", func(c *aCustomer) bool { return !c.readOnly })
}

// hand draws who acts on a customer's directory: one of its people, or of another's, or a partner's user; mostly one who may administer users.
func (m *machine) hand(t *rapid.T, c *aCustomer) aHand {
	var people, partners []aHand
	for _, p := range c.people {
		if !p.disabled {
			people = append(people, aHand{own: p})
		}
	}
	for i := range m.partners {
		for _, access := range []partner.CustomerAccess{partner.Full, partner.Limited} {
			partners = append(partners, aHand{partner: &m.partners[i], access: access})
		}
	}
	if len(m.customers) > 1 && oftenYes(t, "another's", 1) {
		if other := pick(t, m.customers, "whose").people[0]; !other.disabled {
			return aHand{own: other}
		}
	}
	may := func(h aHand) bool {
		return decide(func() { h.over(c, m.Env.Now()).may(c, administersUsers) }) == ""
	}
	if oftenYes(t, "on behalf", 5) && (slices.ContainsFunc(partners, may) || oftenYes(t, "by a stranger", 3)) {
		return mostly(t, partners, "partner", may)
	}
	return mostly(t, people, "who", may)
}

// claim is who the hand is, as the table says, and the operation that it does.
func (m *machine) claim(h aHand) (administration.Claim, op.Op, error) {
	if h.own != nil {
		u, err := m.Table.CustomerUser(m.t.Context(), h.own.id)
		return administration.Claim{User: u}, m.as(op.CustomerUser, string(h.own.id)), err
	}
	company, known := m.companies[h.partner.id]
	if !known {
		var err error
		if company, err = m.Table.Partner(m.t.Context(), h.partner.id); err != nil {
			return administration.Claim{}, op.Op{}, err
		}
		m.companies[h.partner.id] = company
	}
	return administration.Claim{Partner: company, Access: h.access}, m.as(op.PartnerUser, h.partner.user), nil
}

// administer does an act on a customer's directory by whoever is drawn: the model's part, and the domain's.
func (m *machine) administer(t *rapid.T, c *aCustomer, what string, model func(h aHand, now time.Time), domain func(by administration.Authority, o op.Op) error) {
	m.administerAs(t, m.hand(t, c), c, what, model, domain)
}

func (m *machine) administerAs(
	t *rapid.T, h aHand, c *aCustomer, what string, model func(h aHand, now time.Time), domain func(by administration.Authority, o op.Op) error,
) {
	claim, o, err := m.claim(h)
	m.must(err)
	about := fmt.Sprintf("%s at %s by %s", what, c.id, h)
	want := decide(func() { model(h.over(c, o.At), o.At) })
	stands, err := m.Table.Administration(m.t.Context(), c.id, claim.Partner.ID)
	m.must(err)
	by, err := claim.Over(stands, o.At)
	if err == nil {
		err = domain(by, o)
	}
	m.same(t, about, want, err)
}

// onPerson is administer on somebody as the table has it.
func (m *machine) onPerson(
	t *rapid.T, c *aCustomer, p *aPerson, what string, model func(h aHand, now time.Time), domain func(by administration.Authority, u customer.User, o op.Op) error,
) {
	m.administer(t, c, what+" "+string(p.id), model, func(by administration.Authority, o op.Op) error {
		u, err := m.Table.CustomerUser(m.t.Context(), p.id)
		if err == nil {
			err = domain(by, u, o)
		}
		return err
	})
}

// someone draws somebody of a customer, mostly one who is fit.
func (m *machine) someone(t *rapid.T, fit func(*aPerson) bool) (*aCustomer, *aPerson) {
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return !c.readOnly && slices.ContainsFunc(c.people, fit) })
	return c, mostly(t, c.people, "user", fit)
}

func present(p *aPerson) bool { return !p.deleted() }

// staff are those who are not the owner, and not deleted.
func (m *machine) staff(p *aPerson) bool {
	return present(p) && !slices.ContainsFunc(m.customers, func(c *aCustomer) bool { return c.people[0] == p })
}

// someRoles draws the roles of a user: mostly none.
func someRoles(t *rapid.T) []customer.Role {
	return one(t, "roles", nil, nil, nil, nil, []customer.Role{customer.UserAdmin}, []customer.Role{customer.PasswordAdmin}, []customer.Role{customer.GlobalAdmin},
		[]customer.Role{customer.BillingAdmin, customer.ServiceAdmin})
}

// hire makes a user; rarely with an address that somebody has.
func (m *machine) hire(t *rapid.T) {
	m.hireAt(t, m.buyer(t))
}

// address is one that nobody had, of a domain that some customer may verify.
func (m *machine) address(t *rapid.T) string {
	m.mails++
	return fmt.Sprintf("user%d@%s", m.mails, one(t, "domain of the address", domainNames...))
}

func (m *machine) hireAt(t *rapid.T, c *aCustomer) {
	mail := m.address(t)
	if oftenYes(t, "a taken address", 1) {
		mail = pick(t, pick(t, m.customers, "whose address").people, "address").mail
	}
	m.hireAs(t, c, mail)
}

// hireAs makes a user with an address.
func (m *machine) hireAs(t *rapid.T, c *aCustomer, mail string) {
	p := &aPerson{mail: mail, name: one(t, "name", "Jan Kos", "Ewa Lis"), roles: someRoles(t)}
	m.administer(t, c, fmt.Sprintf("hire %s as %v", mail, p.roles), func(h aHand, _ time.Time) { m.aWorld.hire(c, h, p) }, func(by administration.Authority, o op.Op) error {
		made, err := administration.CreateUser(m.t.Context(), m.Table, by, customer.UserDraft{Name: p.name, Mail: mail, Language: "pl", Roles: p.roles}, o)
		p.id = made.ID
		return err
	})
}

// alter gives somebody other roles, or disables or enables it.
func (m *machine) alter(t *rapid.T) {
	c, p := m.someone(t, m.staff)
	var changes customer.UserChanges
	if oftenYes(t, "disables", 5) {
		disabled := !p.disabled
		if oftenYes(t, "as it is", 2) {
			disabled = p.disabled
		}
		changes.Disabled = &disabled
	} else {
		roles := someRoles(t)
		if p == c.people[0] { // who answers offers and buys
			roles = []customer.Role{one(t, "owner's role", customer.GlobalAdmin, customer.BillingAdmin)}
		}
		changes.Roles = &roles
	}
	m.onPerson(t, c, p, fmt.Sprintf("change %s", wish(changes)), func(h aHand, _ time.Time) { c.alter(h, p, changes.Roles, changes.Disabled) },
		func(by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.UpdateUser(m.t.Context(), m.Table, by, u, changes, o)
			return err
		})
}

func wish(c customer.UserChanges) string {
	if c.Roles != nil {
		return fmt.Sprintf("roles to %v", *c.Roles)
	}
	return fmt.Sprintf("disabled to %t", *c.Disabled)
}

// remove deletes somebody.
func (m *machine) remove(t *rapid.T) {
	c, p := m.someone(t, m.staff)
	m.discardOne(t, c, p)
}

func (m *machine) discardOne(t *rapid.T, c *aCustomer, p *aPerson) {
	m.onPerson(t, c, p, "delete", func(h aHand, now time.Time) { c.discard(h, p, now) }, func(by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.DeleteUser(m.t.Context(), m.Table, by, u, o)
		return err
	})
}

// restore brings somebody back; often one with a mailbox that the stream has had taken away meanwhile.
func (m *machine) restore(t *rapid.T) {
	c, p := m.someone(t, (*aPerson).deleted)
	if oftenYes(t, "deleted before", 5) {
		c, p = m.someone(t, func(p *aPerson) bool { return m.staff(p) && p.box != nil })
		m.discardOne(t, c, p)
		possible(func() { m.stream(t) })
	}
	m.onPerson(t, c, p, "restore", func(h aHand, now time.Time) { c.restore(h, p, now) }, func(by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.RestoreUser(m.t.Context(), m.Table, by, u, o)
		return err
	})
}

func (m *machine) resetPassword(t *rapid.T) {
	c, p := m.someone(t, present)
	m.onPerson(t, c, p, "reset password of", func(h aHand, _ time.Time) { c.reset(h, p) }, func(by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.ResetPassword(m.t.Context(), m.Table, by, u, o)
		return err
	})
}

// license gives somebody licences of some subscriptions, and takes the others.
func (m *machine) license(t *rapid.T) {
	now := m.Env.Now()
	usable := func(c *aCustomer) bool {
		return slices.ContainsFunc(c.subs, func(s *aSub) bool { return s.usable(now) })
	}
	c := mostly(t, m.customers, "customer", usable)
	p := mostly(t, c.people, "user", present)
	var of []string
	for _, s := range c.subs {
		if slices.Contains(p.licenses, string(s.id)) == oftenYes(t, "keeps it as it is", 3) {
			of = append(of, string(s.id))
		}
	}
	if oftenYes(t, "another's", 1) {
		if other := pick(t, m.customers, "whose"); other != c && len(other.subs) > 0 {
			of = append(of, string(other.subs[0].id))
		}
	}
	slices.Sort(of)
	m.licenseOf(t, c, p, of)
}

// licenseOf gives somebody licences of exactly these subscriptions.
func (m *machine) licenseOf(t *rapid.T, c *aCustomer, p *aPerson, of []string) {
	m.onPerson(t, c, p, fmt.Sprintf("licences of %v to", of), func(h aHand, now time.Time) { c.license(h, p, of, now) },
		func(by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.SetLicenses(m.t.Context(), m.Table, by, u, of, o)
			return err
		})
}

// crowd lets everybody have a licence of one subscription, which is brought down to few before.
func (m *machine) crowd(t *rapid.T) {
	now := m.Env.Now()
	var small []*aCustomer
	for _, c := range m.customers {
		if slices.ContainsFunc(c.subs, func(s *aSub) bool { return s.at(now) == subscription.Active }) {
			small = append(small, c)
		}
	}
	c := pick(t, small, "customer that pays")
	s := first(c.subs, func(s *aSub) bool { return s.at(now) == subscription.Active })
	few, o := max(planOf(s.plan).min, c.assigned(s)), m.user(t)(c)
	want := decide(func() { c.resize(s, few, o.At) })
	_, err := subscription.ChangeLicenses(m.t.Context(), m.Table, c.id, s.id, few, 0, o)
	m.same(t, fmt.Sprintf("licences %d %s", few, s.id), want, err)
	m.giveLicenses(t, c, s)
}

// giveLicenses gives some a licence of one subscription each.
func (m *machine) giveLicenses(t *rapid.T, c *aCustomer, s *aSub) {
	for range 2 {
		p := mostly(t, c.people, "user", func(p *aPerson) bool { return present(p) && !slices.Contains(p.licenses, string(s.id)) })
		of := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(p.licenses), string(s.id)))))
		m.licenseOf(t, c, p, of)
	}
}

// mailbox sets somebody's mailbox up, or removes it.
func (m *machine) mailbox(t *rapid.T) {
	now := m.Env.Now()
	fit := func(c *aCustomer) func(*aPerson) bool {
		return func(p *aPerson) bool { return present(p) && (p.box != nil || c.licensed(p, now)) }
	}
	proved := func(d *aDomain) bool { return d.status == customer.DomainVerified }
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool {
		return !c.readOnly && slices.ContainsFunc(c.people, fit(c)) && slices.ContainsFunc(c.domains, proved)
	})
	p := mostly(t, c.people, "user", fit(c))
	if oftenYes(t, "removes it", 2) {
		m.onPerson(t, c, p, "no mailbox of", func(h aHand, _ time.Time) { c.loses(h, p) }, func(by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.RemoveMailbox(m.t.Context(), m.Table, by, u, o)
			return err
		})
		return
	}
	want := aBox{address: p.mail}
	if oftenYes(t, "another address", 7) {
		domain := one(t, "domain of the mailbox", domainNames...)
		if d := first(c.domains, proved); d != nil && oftenYes(t, "a verified domain", 8) {
			domain = d.name
		}
		if oftenYes(t, "the initial domain", 2) {
			domain = pick(t, []*aCustomer{c, c, m.customers[0]}, "whose").initial()
		}
		want.address = one(t, "address", "office@"+domain, "sales@"+domain, "news@"+domain, pick(t, c.people, "whose address").mail)
	}
	draft := customer.MailboxDraft{Address: want.address}
	if oftenYes(t, "quota", 5) {
		want.quota = one(t, "quota", 5, 50)
		draft.QuotaGB = &want.quota
	}
	if oftenYes(t, "moves", 5) {
		from := customer.Source{Kind: one(t, "from", customer.IMAP, customer.Google), Address: "old@before.example", Host: "imap.before.example"}
		want.from, draft.From = string(from.Kind)+" "+from.Address, &from
	}
	m.mailboxOf(t, c, p, want, draft)
}

// mailboxOf has somebody a mailbox as it is wanted.
func (m *machine) mailboxOf(t *rapid.T, c *aCustomer, p *aPerson, want aBox, draft customer.MailboxDraft) {
	m.onPerson(t, c, p, fmt.Sprintf("mailbox %+v of", want), func(h aHand, now time.Time) { m.receives(c, h, p, want, now) },
		func(by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.SetMailbox(m.t.Context(), m.Table, by, u, draft, o)
			return err
		})
}

// newcomer is a user who gets a licence and a mailbox, to which an old one moves.
func (m *machine) newcomer(t *rapid.T, c *aCustomer) {
	n := len(c.people)
	m.hireAt(t, c)
	for _, p := range c.people[n:] {
		if s := first(c.subs, func(s *aSub) bool { return s.usable(m.Env.Now()) }); s != nil {
			m.licenseOf(t, c, p, []string{string(s.id)})
		}
		address := fmt.Sprintf("box%d@%s", m.mails, c.initial())
		m.mailboxOf(t, c, p, aBox{address: address, from: "google " + address}, customer.MailboxDraft{Address: address, From: &customer.Source{Kind: customer.Google}})
	}
}

// names are what groups are called: few, so that they meet.
var names = []string{"Sales", "sales", "Support", "Board"}

func (m *machine) group(t *rapid.T) {
	c := m.buyer(t)
	g := &aGroup{name: one(t, "name", names...)}
	m.administer(t, c, "group "+g.name, func(h aHand, _ time.Time) { c.found(h, g) }, func(by administration.Authority, o op.Op) error {
		made, err := administration.CreateGroup(m.t.Context(), m.Groups(), by, g.name, "", o)
		g.id = made.ID
		return err
	})
}

// onGroup is administer on one of a customer's groups, mostly one that is not deleted.
func (m *machine) onGroup(
	t *rapid.T, c *aCustomer, g *aGroup, what string, model func(h aHand, now time.Time), domain func(by administration.Authority, g customer.Group, o op.Op) error,
) {
	m.administer(t, c, what+" "+string(g.id), model, func(by administration.Authority, o op.Op) error {
		now, err := m.Groups().CustomerGroup(m.t.Context(), g.id)
		if err == nil {
			err = domain(by, now, o)
		}
		return err
	})
}

func (m *machine) someGroup(t *rapid.T) (*aCustomer, *aGroup) {
	stands := func(g *aGroup) bool { return !g.deleted }
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool { return !c.readOnly && slices.ContainsFunc(c.groups, stands) })
	return c, mostly(t, c.groups, "group", stands)
}

// regroup renames a group or deletes it.
func (m *machine) regroup(t *rapid.T) {
	c, g := m.someGroup(t)
	if oftenYes(t, "deletes it", 5) {
		m.onGroup(t, c, g, "delete", func(h aHand, _ time.Time) { c.dissolve(h, g) }, func(by administration.Authority, is customer.Group, o op.Op) error {
			return administration.DeleteGroup(m.t.Context(), m.Groups(), by, is, o)
		})
		return
	}
	name := one(t, "name", names...)
	m.onGroup(t, c, g, "call "+name, func(h aHand, _ time.Time) { c.rename(h, g, name) }, func(by administration.Authority, is customer.Group, o op.Op) error {
		_, err := administration.UpdateGroup(m.t.Context(), m.Groups(), by, is, customer.GroupChanges{Name: &name}, o)
		return err
	})
}

// member brings somebody into a group, or out of it.
func (m *machine) member(t *rapid.T) {
	c, g := m.someGroup(t)
	p := mostly(t, c.people, "user", present)
	if oftenYes(t, "leaves", 3) {
		p = mostly(t, c.people, "member", func(p *aPerson) bool { return slices.Contains(g.members, p) })
		m.onGroup(t, c, g, string(p.id)+" leaves", func(h aHand, _ time.Time) { c.leave(h, g, p) }, m.moves(p, administration.RemoveMember))
		return
	}
	m.onGroup(t, c, g, string(p.id)+" joins", func(h aHand, _ time.Time) { c.join(h, g, p) }, m.moves(p, administration.AddMember))
}

type membership func(context.Context, administration.GroupStore, administration.Authority, customer.Group, customer.User, op.Op) error

func (m *machine) moves(p *aPerson, act membership) func(administration.Authority, customer.Group, op.Op) error {
	return func(by administration.Authority, g customer.Group, o op.Op) error {
		u, err := m.Table.CustomerUser(m.t.Context(), p.id)
		if err == nil {
			err = act(m.t.Context(), m.Groups(), by, g, u, o)
		}
		return err
	}
}

// domainNames are few, so that several customers want one.
var domainNames = []string{"contoso.example", "fabrikam.example", "northwind.example"}

func (m *machine) claimDomain(t *rapid.T) {
	m.claimAt(t, m.buyer(t), one(t, "domain", domainNames...))
}

// claimAt adds a domain to a customer.
func (m *machine) claimAt(t *rapid.T, c *aCustomer, name string) {
	d := &aDomain{name: name, status: customer.DomainPending}
	m.administer(t, c, "add "+name, func(h aHand, _ time.Time) { c.claim(h, d) }, func(by administration.Authority, o op.Op) error {
		made, err := administration.AddDomain(m.t.Context(), m.Domains(), by, name, nil, o)
		_, d.record = made.Record()
		return err
	})
}

func (m *machine) someDomain(t *rapid.T, fit func(*aCustomer, *aDomain) bool) (*aCustomer, *aDomain) {
	c := mostly(t, m.customers, "customer", func(c *aCustomer) bool {
		return !c.readOnly && slices.ContainsFunc(c.domains, func(d *aDomain) bool { return fit(c, d) })
	})
	return c, mostly(t, c.domains, "domain", func(d *aDomain) bool { return fit(c, d) })
}

// record gives a domain other records: of some of the customers that want it, or a stranger's, or none.
func (m *machine) record(t *rapid.T) {
	_, d := m.someDomain(t, func(*aCustomer, *aDomain) bool { return true })
	m.write(t, d.name, 6)
}

// write sets what DNS says of a domain: each customer's record so often of ten.
func (m *machine) write(t *rapid.T, name string, often int) {
	var values []string
	for _, c := range m.customers {
		if d := c.domain(name); d != nil && oftenYes(t, "has its record", often) {
			values = append(values, d.record)
		}
	}
	if oftenYes(t, "a stranger's", 3) {
		values = append(values, "v=spf1 -all")
	}
	m.dns.records[name] = values
	at, _ := customer.Domain{Name: customer.DomainName(name)}.Record()
	m.answers.Set(at, values...)
	m.same(t, fmt.Sprintf("DNS says %v of %s", values, name), "", nil)
}

// hush stops DNS, or lets it answer again.
func (m *machine) hush(t *rapid.T) {
	m.dns.silent = !m.dns.silent && oftenYes(t, "silent", 3)
	m.answers.Silent(m.dns.silent)
	m.same(t, fmt.Sprintf("DNS is silent: %t", m.dns.silent), "", nil)
}

// onDomain is administer on a domain as the table has it.
func (m *machine) onDomain(
	t *rapid.T, c *aCustomer, d *aDomain, what string, model func(h aHand, now time.Time), domain func(by administration.Authority, d customer.Domain, o op.Op) error,
) {
	m.administer(t, c, what+" "+d.name, model, func(by administration.Authority, o op.Op) error {
		is, err := m.Domains().CustomerDomain(m.t.Context(), c.id, customer.DomainName(d.name))
		if err == nil {
			err = domain(by, is, o)
		}
		return err
	})
}

// clock sets what a job did to domains to the job's own clock, which is a moment behind the model's.
func (m *machine) clock(now time.Time) {
	for _, c := range m.customers {
		for _, d := range c.domains {
			if !d.aged {
				continue
			}
			is, err := m.Domains().CustomerDomain(m.t.Context(), c.id, customer.DomainName(d.name))
			m.must(err)
			for of, at := range map[*time.Time]time.Time{&d.missing: is.MissingSince, &d.check: is.CheckAt, &d.lost: is.LostAt} {
				if behind := at.Sub(*of); !at.IsZero() && behind >= 0 && behind <= m.Env.Now().Sub(now) {
					*of = at
				}
			}
			d.aged = false
		}
	}
}

// prove has a domain looked up, mostly one whose record is there.
func (m *machine) prove(t *rapid.T) {
	c, d := m.someDomain(t, func(_ *aCustomer, d *aDomain) bool { return slices.Contains(m.dns.records[d.name], d.record) })
	m.proveOne(t, c, d)
}

func (m *machine) proveOne(t *rapid.T, c *aCustomer, d *aDomain) {
	m.onDomain(t, c, d, "verify", func(h aHand, now time.Time) { m.aWorld.prove(c, h, d, now) }, func(by administration.Authority, is customer.Domain, o op.Op) error {
		_, err := administration.VerifyDomain(m.t.Context(), m.Domains(), &m.answers, by, is, o)
		return err
	})
}

// contest has every customer add one domain and verify it.
func (m *machine) contest(t *rapid.T) {
	name := one(t, "domain", domainNames...)
	for _, c := range m.customers {
		if c.domain(name) == nil {
			m.claimAt(t, c, name)
		}
	}
	m.write(t, name, 9)
	for _, c := range m.customers {
		if its := c.domain(name); its != nil {
			m.proveOne(t, c, its)
		}
	}
}

func (m *machine) disown(t *rapid.T) {
	c, d := m.someDomain(t, func(_ *aCustomer, d *aDomain) bool { return d.status == customer.DomainVerified })
	m.onDomain(t, c, d, "remove", func(h aHand, _ time.Time) { c.disown(h, d) }, func(by administration.Authority, is customer.Domain, o op.Op) error {
		return administration.RemoveDomain(m.t.Context(), m.Domains(), by, is, o)
	})
}

// stream hands some events to the job that asks for what is to be set up: in any order, late, and some twice.
func (m *machine) stream(t *rapid.T) {
	var waiting, again []event.Event
	for _, e := range m.happened {
		if m.delivered[e.ID()] {
			again = append(again, e)
		} else {
			waiting = append(waiting, e)
		}
	}
	some := waiting
	if oftenYes(t, "in any order", 4) && len(some) > 1 {
		some = rapid.Permutation(some).Draw(t, "events")
	}
	if oftenYes(t, "not all", 4) && len(some) > 1 {
		some = some[:1+evenly(t, "how many", len(some)-1)]
	}
	if len(again) > 0 && oftenYes(t, "one again", 3) {
		some = append(slices.Clone(some), pick(t, again, "again"))
	}
	if len(some) == 0 {
		panic(nothing{})
	}
	m.deliver(t, some)
}

func (m *machine) deliver(t *rapid.T, some []event.Event) {
	job := outbox.New(m.Env, m.Table, nil, nobody{})
	for _, e := range some {
		if err := job.Do(m.t.Context(), e); err != nil && !errors.Is(err, outbox.ErrHeld) {
			t.Fatalf("%s: %v", e.ID(), err)
		}
		m.delivered[e.ID()] = true
		for _, change := range e.Changes {
			m.request(e, change)
			m.comesThrough(change)
		}
	}
	m.same(t, fmt.Sprintf("%d events come", len(some)), "", nil)
}

// request is what the model has set up after a change.
func (m *machine) request(e event.Event, change event.Change) {
	kind := asksFor[change.Type]
	if kind == "" {
		return
	}
	of := customer.ID("cus_" + e.Tenant.ID)
	for _, prefix := range []string{"usr", "sub"} {
		if owner, _, is := customer.Under(prefix, change.Subject); is {
			of = owner
		}
	}
	c := first(m.customers, func(c *aCustomer) bool { return c.id == of })
	switch kind {
	case provisioning.License:
		is, _ := event.As[customer.LicensesChangedEvent](change)
		for _, sub := range slices.Concat(is.Given, is.Taken) {
			c.request(taskID{kind, change.Subject, sub})
		}
	case provisioning.Mailbox:
		c.request(taskID{kind, change.Subject, ""})
		c.request(taskID{provisioning.Migration, change.Subject, ""})
	default:
		c.request(taskID{kind, change.Subject, ""})
	}
}

// settle hands over all that waits, and holds what is to be set up against the whole directory: nothing is lost, and nothing stands that was overtaken.
func (m *machine) settle(t *rapid.T) {
	var waiting []event.Event
	for _, e := range m.happened {
		if !m.delivered[e.ID()] {
			waiting = append(waiting, e)
		}
	}
	m.deliver(t, waiting)
	for _, c := range m.customers {
		needed := map[taskID]bool{}
		for id := range c.tasks {
			needed[id] = true
		}
		for _, s := range c.subs {
			needed[taskID{provisioning.Subscription, string(s.id), ""}] = true
		}
		for _, p := range c.people {
			for _, id := range p.licenses {
				needed[taskID{provisioning.License, string(p.id), id}] = true
			}
			needed[taskID{provisioning.Mailbox, string(p.id), ""}] = p.box != nil && !p.deleted()
			needed[taskID{provisioning.Migration, string(p.id), ""}] = p.box != nil && p.box.from != "" && !p.deleted()
		}
		for _, d := range c.domains {
			needed[taskID{provisioning.Domain, d.name, ""}] = d.status == customer.DomainVerified
		}
		for id, is := range needed {
			details, rev, _ := c.wanted(id)
			switch task := c.tasks[id]; {
			case !is && task == nil:
			case task == nil:
				t.Errorf("nobody was asked for %v of %s", id, c.id)
			case task.details != details || task.rev != rev:
				t.Errorf("%v of %s is to be %q, and %q was asked for last", id, c.id, details, task.details)
			}
		}
	}
}

// task draws one of all tasks, mostly one that is fit.
func (m *machine) task(t *rapid.T, fit func(*aTask) bool) (*aCustomer, *aTask) {
	type held struct {
		c  *aCustomer
		is *aTask
	}
	var all []held
	for _, c := range m.customers {
		of := slices.SortedFunc(maps.Values(c.tasks), func(a, b *aTask) int { return strings.Compare(string(a.id), string(b.id)) })
		for _, is := range of {
			all = append(all, held{c, is})
		}
	}
	drawn := mostly(t, all, "task", func(h held) bool { return fit(h.is) })
	return drawn.c, drawn.is
}

// take claims a task, mostly one that is due.
func (m *machine) take(t *rapid.T) {
	now := m.Env.Now()
	_, task := m.task(t, func(task *aTask) bool { return task.stateAt(now) == provisioning.Requested })
	o := m.vendor(nil)
	want := decide(func() { task.take(o.At) })
	is, err := provisioning.ClaimTask(m.t.Context(), m.Table, task.id, o)
	if err == nil {
		task.lease = is.Lease.ID
	}
	m.same(t, "claim "+string(task.id), want, err)
}

// tells says how far a task is, sometimes too late or by another's lease.
func (m *machine) tells(t *rapid.T) {
	_, task := m.task(t, func(task *aTask) bool { return task.state == provisioning.Running })
	r := provisioning.Report{Lease: task.lease, State: one(t, "state", provisioning.Running, provisioning.Done, provisioning.Failed, provisioning.Failed)}
	switch r.State {
	case provisioning.Running:
		r.Percent = one(t, "percent", 10, 50, 90)
	case provisioning.Failed:
		r.Reason = "no room"
	}
	if oftenYes(t, "another's lease", 1) {
		r.Lease = "lse_another"
	}
	if oftenYes(t, "late", 1) {
		m.Travel(6 * time.Minute)
	}
	o := m.vendor(nil)
	want := decide(func() { task.report(r, o.At) })
	_, err := provisioning.ReportTask(m.t.Context(), m.Table, task.id, r, o)
	m.same(t, fmt.Sprintf("%s is %s at %d", task.id, r.State, r.Percent), want, err)
}

// work claims a task and reports on it.
func (m *machine) work(t *rapid.T) {
	m.take(t)
	m.tells(t)
}

// retry has a failed task tried again: by the customer, on its behalf, or by the vendor's staff.
func (m *machine) retry(t *rapid.T) {
	c, task := m.task(t, func(task *aTask) bool { return task.state == provisioning.Failed })
	if oftenYes(t, "by the vendor", 2) {
		o := m.vendor(nil)
		want := decide(task.retry)
		_, err := provisioning.RetryTask(m.t.Context(), m.Table, task.id, nil, o)
		m.same(t, "retry "+string(task.id), want, err)
		return
	}
	m.administer(t, c, "retry "+string(task.id), func(h aHand, _ time.Time) {
		h.may(c, retriesTasks)
		task.retry()
	}, func(by administration.Authority, o op.Op) error {
		leave, err := by.Allow(administration.RetryTasks)
		if err == nil {
			_, err = provisioning.RetryTask(m.t.Context(), m.Table, task.id, &leave, o)
		}
		return err
	})
}

// rows draws a small file, and what it is as text.
func (m *machine) rows(t *rapid.T, c *aCustomer, kind importing.Kind) ([]aRow, string) {
	text := map[importing.Kind]string{
		importing.Users: "email,name,licenses,groups\n", importing.Groups: "groups,email\n", importing.Licenses: "email,licenses\n", importing.Mailboxes: "email,migrate_from\n",
	}[kind]
	var rows []aRow
	for range 1 + evenly(t, "rows", 4) {
		r := aRow{name: one(t, "name", "Jan Kos", "Ewa Lis")}
		known := mostly(t, c.people, "user of the row", present)
		switch r.mail = known.mail; {
		case kind == importing.Users && oftenYes(t, "somebody new", 7):
			r.mail = m.address(t)
		case oftenYes(t, "a stranger", 1):
			r.mail = one(t, "stranger", "nobody@nowhere.example", pick(t, pick(t, m.customers, "stranger's customer").people, "stranger").mail)
		case oftenYes(t, "its name", 8):
			r.name = known.name
		}
		if kind == importing.Licenses || kind == importing.Users && oftenYes(t, "with licences", 5) {
			r.licenses = []string{one(t, "licence", string(plans[0].id), string(plans[1].id), "plan_nothing")}
			if len(c.subs) > 0 && oftenYes(t, "by its id", 6) {
				r.licenses = []string{string(mostly(t, c.subs, "licence", func(s *aSub) bool { return s.usable(m.Env.Now()) }).id)}
			}
		}
		if kind == importing.Groups || kind == importing.Users && oftenYes(t, "with groups", 5) {
			r.groups = []string{one(t, "group", names...)}
			if oftenYes(t, "a second group", 3) {
				r.groups = append(r.groups, one(t, "second group", names...))
			}
		}
		r.from = kind == importing.Mailboxes && oftenYes(t, "moves", 5)
		if kind == importing.Users && slices.ContainsFunc(rows, func(other aRow) bool { return other.mail == r.mail && other.wrong == "" }) {
			r.wrong = "duplicate_entry"
		}
		mail, from := r.mail, ""
		if oftenYes(t, "formula", 1) {
			mail, r.wrong = "=1+1", "formula_cell"
		}
		if r.from {
			from = "google"
		}
		text += map[importing.Kind]string{
			importing.Users:  strings.Join([]string{mail, r.name, strings.Join(r.licenses, ";"), strings.Join(r.groups, ";")}, ","),
			importing.Groups: strings.Join(r.groups, ";") + "," + mail, importing.Licenses: mail + "," + strings.Join(r.licenses, ";"), importing.Mailboxes: mail + "," + from,
		}[kind] + "\n"
		rows = append(rows, r)
	}
	return rows, text
}

// send tries a file: what would become of each row is as the model has it. Then it is kept, to be started later, or started at once.
func (m *machine) send(t *rapid.T) {
	c, kind := m.buyer(t), one(t, "kind", importing.Kinds...)
	rows, text := m.rows(t, c, kind)
	sheet, err := imported.Read(kind, []byte(text), 1<<16)
	m.must(err)
	h := m.hand(t, c)
	h.access = partner.Full // what the table says of the user counts once rows are applied
	im := &anImport{kind: kind, of: c, by: h, rows: rows, status: importing.Checked}
	begins := oftenYes(t, "at once", 5)
	m.administerAs(t, h, c, fmt.Sprintf("import, at once %t:\n%s", begins, text), func(h aHand, now time.Time) {
		h.may(c, administersUsers)
		if im.until = now.AddDate(0, 0, 7); begins {
			m.queue(im, now)
		}
		m.imports = append(m.imports, im)
	}, func(by administration.Authority, o op.Op) error {
		if _, err := by.Allow(administration.AdministerUsers); err != nil {
			return err
		}
		facts, err := sheet.Facts(m.t.Context(), m.Imports(), c.id)
		m.must(err)
		tried, results := importing.NewImport(sheet, by, o).Try(sheet.Rows, by, facts, o.At)
		m.tried(t, c, h.over(c, o.At), im, tried, results, o.At)
		start := importing.Keep
		if begins {
			start = importing.Begin
		}
		made, err := start(m.t.Context(), m.Imports(), by, sheet, o)
		im.id = made.ID
		return err
	})
}

// tried compares what would become of the rows.
func (m *machine) tried(t *rapid.T, c *aCustomer, h aHand, im *anImport, tried []importing.Row, results []importing.Result, now time.Time) {
	onto, want, got := c.copied(), []string{}, []string{}
	for i, r := range im.rows {
		is := importing.Stands
		no := decide(func() {
			if m.apply(onto, h, im.kind, r, true, now) {
				is = importing.Makes
			}
		})
		if no != "" {
			is = importing.Fails
		}
		said := ""
		if len(tried[i].Problems) > 0 {
			said = tried[i].Problems[0].Code
		}
		want, got = append(want, string(is)+" "+no), append(got, string(results[i])+" "+said)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("what would become of the rows differs (-model +domain):\n%s", diff)
	}
}

// start starts a file that was kept, sometimes by another than who kept it, or once more.
func (m *machine) start(t *rapid.T) {
	im := mostly(t, m.imports, "import", func(im *anImport) bool { return im.status == importing.Checked })
	h := im.by
	if oftenYes(t, "by another", 2) || h.own != nil && (h.own.disabled || !slices.Contains(im.of.people, h.own)) {
		h = m.hand(t, im.of)
		h.access = partner.Full
	}
	m.administerAs(t, h, im.of, "start "+string(im.id), func(by aHand, now time.Time) {
		if !now.Before(im.until) {
			refuse("not_found")
		}
		by.may(im.of, administersUsers)
		if h.own != im.by.own || h.partner != im.by.partner {
			refuse("not_found")
		}
		if im.status != importing.Checked {
			refuse("error: precondition_failed")
		}
		m.queue(im, now)
	}, func(by administration.Authority, o op.Op) error {
		is, err := m.Imports().Import(m.t.Context(), im.id, o.At)
		if err == nil {
			err = importing.Start(m.t.Context(), m.Imports(), by, is, o)
		}
		return err
	})
}

// applyRows applies some rows of an import that runs; the process may stop after any of them.
func (m *machine) applyRows(t *rapid.T) {
	im := mostly(t, m.imports, "import", func(im *anImport) bool { return im.status == importing.Running })
	o := m.as(op.Job, "dispatch")
	most, late := one(t, "rows", 1, 2, 100), !o.At.Before(im.until)
	want := decide(func() {
		if late || im.status != importing.Running {
			return
		}
		for n := 0; im.status == importing.Running && im.row < len(im.rows); n++ {
			if n == most {
				refuse(codeOf(importing.ErrMore))
			}
			m.step(im, o.At)
		}
		im.status = importing.Done
	})
	n := 0
	run := importing.Runner{
		Store: m.Imports(),
		Op: func(words ...string) op.Op {
			one := o
			one.ID = op.Name(append([]string{string(im.id)}, words...)...)
			return one
		},
		More: func() bool {
			n++
			return n <= most
		},
	}
	err := run.Run(m.t.Context(), im.id)
	m.learn()
	if late { // it has left its queue, and the table forgets it in its own time
		m.forget(im)
	}
	if kept, failed := m.Imports().ImportFailures(m.t.Context(), im.id); failed != nil {
		t.Fatal(failed)
	} else {
		var codes []string
		for _, one := range kept {
			codes = append(codes, one.Problems[0].Code)
		}
		if diff := cmp.Diff(im.failures, codes); diff != "" {
			t.Fatalf("the rows that failed differ (-model +domain):\n%s", diff)
		}
	}
	m.same(t, fmt.Sprintf("up to %d rows of %s", most, im.id), want, err)
}

// forget erases an import that is kept no longer, as the table does by itself.
func (m *machine) forget(im *anImport) {
	_, ulid, _ := im.id.Customer()
	_, err := m.DB.DeleteItem(m.t.Context(), &dynamodb.DeleteItemInput{TableName: &m.Env.Table, Key: map[string]types.AttributeValue{
		"PK": &types.AttributeValueMemberS{Value: "CUSTOMER#" + im.of.id.Bare()}, "SK": &types.AttributeValueMemberS{Value: "IMPORT#" + ulid},
	}})
	m.must(err)
	m.imports = slices.DeleteFunc(m.imports, func(one *anImport) bool { return one == im })
}

// learn finds the ids of whom and what an import made.
func (m *machine) learn() {
	ctx := m.t.Context()
	for _, c := range m.customers {
		for _, p := range c.people {
			if p.id == "" {
				_, id, err := m.Table.MemberWith(ctx, p.mail)
				m.must(err)
				p.id = id
			}
		}
		for _, g := range c.groups {
			if g.id != "" {
				continue
			}
			found, _, err := m.Groups().CustomerGroups(ctx, c.id, dynamo.Page{Limit: 100})
			m.must(err)
			for _, one := range found {
				if one.Name == g.name {
					g.id = one.ID
				}
			}
		}
	}
}

// leaver is a user in a group who is deleted and gone for good; somebody else gets its address.
func (m *machine) leaver(t *rapid.T) {
	c, g := m.someGroup(t)
	p := mostly(t, c.people, "user", m.staff)
	m.onGroup(t, c, g, string(p.id)+" joins", func(h aHand, _ time.Time) { c.join(h, g, p) }, m.moves(p, administration.AddMember))
	m.discardOne(t, c, p)
	m.pass(t, 31*24*time.Hour, false)
	m.hireAs(t, c, p.mail)
}

// enterprise is a customer that tries a plan and has people and a domain, and that a partner mostly administers.
func (m *machine) enterprise(t *rapid.T) {
	n := len(m.customers)
	of := m.offer(t, offer.Trial)
	if of == nil {
		return
	}
	if inv := m.inviteOne(t, of, fmt.Sprintf("new%d@customer.example", m.mails)); inv != nil {
		m.mails++
		m.answer(t, inv)
	}
	for _, c := range m.customers[n:] {
		m.hireAt(t, c)
		m.newcomer(t, c)
		m.giveLicenses(t, c, c.subs[0])
		name := domainNames[len(m.customers)%len(domainNames)]
		m.claimAt(t, c, name)
		m.write(t, name, 10)
		if d := c.domain(name); d != nil {
			m.proveOne(t, c, d)
		}
	}
}

// TestDirectories is TestModel for what customers, and partners on their behalf, do to directories while subscriptions and grants come and go.
func TestDirectories(t *testing.T) {
	run(t, func(m *machine, t *rapid.T) {
		for range 3 {
			m.enterprise(t)
		}
		m.deal(t)
	}, func(m *machine) []action {
		return []action{
			{"hire", 2, m.hire},
			{"newcomer", 2, func(t *rapid.T) { m.newcomer(t, m.buyer(t)) }},
			{"alter", 3, m.alter},
			{"remove", 3, m.remove},
			{"restore", 2, m.restore},
			{"reset password", 1, m.resetPassword},
			{"license", 3, m.license},
			{"crowd", 2, m.crowd},
			{"mailbox", 4, m.mailbox},
			{"group", 2, m.group},
			{"regroup", 2, m.regroup},
			{"member", 3, m.member},
			{"leaver", 1, m.leaver},
			{"claim domain", 2, m.claimDomain},
			{"record", 1, m.record},
			{"hush", 1, m.hush},
			{"prove", 2, m.prove},
			{"contest", 2, m.contest},
			{"disown", 2, m.disown},
			{"stream", 4, m.stream},
			{"take", 1, m.take},
			{"work", 3, m.work},
			{"retry", 2, m.retry},
			{"send", 3, m.send},
			{"start", 1, m.start},
			{"apply rows", 3, m.applyRows},
			{"deal", 1, m.deal},
			{"buy", 2, m.buy},
			{"licenses", 1, m.licenses},
			{"cancel", 1, m.cancel},
			{"suspend", 1, m.suspend},
			{"reinstate", 1, m.reinstate},
			{"end administration", 1, m.endAdministration},
			{"lower", 2, m.lower},
			{"object", 1, m.object},
			{"decide dispute", 1, m.decideDispute},
			{"travel", 1, m.travel},
		}
	})
}
