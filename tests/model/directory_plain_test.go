package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
	"liaison/tests/fixture"
)

// The model of customers' directories: what infra/design/product.md says from "Customers' users" to "Imports", as plain as the rest of the model.

// aPerson is a user of a customer's directory: its owner, or one who was made there.
type aPerson struct {
	id       customer.UserID
	mail     string
	name     string
	roles    []customer.Role
	disabled bool
	purge    time.Time // of a deleted one
	was      bool      // disabled before it was deleted
	licenses []string
	box      *aBox
}

// aBox is a mailbox. Its revisions tell one from what was wanted before.
type aBox struct {
	address string
	quota   int
	from    string // kind and address of the old one
	rev     int
	fromRev int
}

func (p *aPerson) deleted() bool { return !p.purge.IsZero() }

func (p *aPerson) administers() bool {
	return !p.disabled && slices.Contains(p.roles, customer.GlobalAdmin)
}

func (p *aPerson) String() string {
	box := "none"
	if p.box != nil {
		box = fmt.Sprintf("%s %d GB from %q", p.box.address, p.box.quota, p.box.from)
	}
	return fmt.Sprintf("%s, %v, disabled %t, deleted until %s, licences %v, mailbox %s", p.name, p.roles, p.disabled, day(p.purge), p.licenses, box)
}

type aGroup struct {
	id      customer.GroupID
	name    string
	members []*aPerson
	deleted bool // its members are being removed
}

func (g *aGroup) String() string {
	var ids []string
	for _, p := range g.members {
		ids = append(ids, string(p.id))
	}
	slices.Sort(ids)
	return fmt.Sprintf("%q, deleted %t, %d members %v", g.name, g.deleted, len(ids), ids)
}

type aDomain struct {
	name                 string
	record               string // that DNS is to hold
	status               customer.DomainStatus
	failure              customer.DomainFailure
	missing, check, lost time.Time
	aged                 bool // a job looked at it last: by its own clock
}

func (d *aDomain) String() string {
	return fmt.Sprintf("%s, %q, missing since %s, checked at %s, lost %s", d.status, d.failure, day(d.missing), day(d.check), day(d.lost))
}

// aTask is one thing that the vendor's systems are to set up.
type aTask struct {
	id       provisioning.ID
	details  string
	rev      int // of the mailbox, or of where from its mail is moved; 0 of anything else
	state    provisioning.State
	percent  int
	reason   string
	attempts int
	lease    string
	until    time.Time
}

// stateAt returns how a task stands: one whose worker was lost waits for another.
func (t *aTask) stateAt(now time.Time) provisioning.State {
	if t.state == provisioning.Running && !now.Before(t.until) {
		return provisioning.Requested
	}
	return t.state
}

type aRow struct {
	mail, name string
	licenses   []string // ids of subscriptions or plans
	groups     []string
	from       bool // a mailbox's old one, at Google
	wrong      string
}

type anImport struct {
	id                      importing.ID
	kind                    importing.Kind
	of                      *aCustomer
	by                      aHand
	rows                    []aRow
	status                  importing.Status
	until                   time.Time // when it is kept no longer
	row                     int
	made, unchanged, failed int
	failures                []string // codes of the rows that failed
	reason                  string
}

// queue puts an import behind those of its customer that are started and not done, of which there are three at most.
func (w *aWorld) queue(im *anImport, now time.Time) {
	n := 0
	for _, other := range w.imports {
		if other.of == im.of && other.status == importing.Running {
			n++
		}
	}
	if n == 3 {
		refuse("too_many_imports")
	}
	im.status, im.until = importing.Running, now.AddDate(0, 0, 30)
}

func (im *anImport) String() string {
	return fmt.Sprintf("%s, %s, %d of %d rows, %d made, %d unchanged, %d failed, %q", im.kind, im.status, im.row, len(im.rows), im.made, im.unchanged, im.failed, im.reason)
}

// aHand is who acts on a customer's directory: one of its own people, or a partner's user on its behalf.
type aHand struct {
	own     *aPerson
	partner *aPartner
	access  partner.CustomerAccess
	roles   []customer.Role // that it acts with
}

func (h aHand) String() string {
	if h.own != nil {
		return fmt.Sprintf("%s %v", h.own.id, h.own.roles)
	}
	return fmt.Sprintf("%s (%s)", h.partner.id, h.access)
}

// Who may do what, beside a global administrator.
var (
	administersUsers   = []customer.Role{customer.UserAdmin}
	administersDomains = []customer.Role{customer.GlobalAdmin}
	resetsPasswords    = []customer.Role{customer.UserAdmin, customer.PasswordAdmin}
	retriesTasks       = []customer.Role{customer.UserAdmin, customer.BillingAdmin}
)

// over returns the hand with the roles that it has at a customer: a partner's are those of its grant, or of its own access where that is less.
func (h aHand) over(c *aCustomer, now time.Time) aHand {
	switch {
	case h.own != nil && !slices.Contains(c.people, h.own), h.own == nil && c.ties[h.partner.id] == nil:
		refuse("not_found")
	case h.own != nil:
		h.roles = h.own.roles
	case !c.grant.runs(now) || c.grant.by != h.partner.id:
		refuse("forbidden")
	case h.access == partner.Full && c.grant.role == offer.RoleFull:
		h.roles = []customer.Role{customer.GlobalAdmin}
	default:
		h.roles = []customer.Role{customer.PasswordAdmin, customer.ServiceAdmin}
	}
	return h
}

func (h aHand) has(any []customer.Role) bool {
	return slices.ContainsFunc(h.roles, func(r customer.Role) bool { return r == customer.GlobalAdmin || slices.Contains(any, r) })
}

// may refuses who has none of some roles, and who acts on people with a role and is no global administrator.
func (h aHand) may(c *aCustomer, any []customer.Role, on ...[]customer.Role) {
	if !h.has(any) {
		if h.own != nil {
			refuse("not_your_role")
		}
		refuse("forbidden")
	}
	if slices.ContainsFunc(on, func(roles []customer.Role) bool { return len(roles) > 0 }) && !h.has(nil) {
		refuse("target_is_admin")
	}
	if c.readOnly {
		refuse("customer_read_only")
	}
}

func (c *aCustomer) person(mail string) *aPerson {
	return first(c.people, func(p *aPerson) bool { return p.mail == mail })
}

func (c *aCustomer) group(name string) *aGroup {
	return first(c.groups, func(g *aGroup) bool { return !g.deleted && strings.EqualFold(g.name, name) })
}

func (c *aCustomer) sub(id string) *aSub {
	return first(c.subs, func(s *aSub) bool { return string(s.id) == id })
}

// first returns the first that is fit; nil where none is.
func first[T any](of []*T, fit func(*T) bool) *T {
	if i := slices.IndexFunc(of, fit); i >= 0 {
		return of[i]
	}
	return nil
}

// whose returns who signs in with an address.
func (w *aWorld) whose(mail string) *aPerson {
	for _, c := range w.customers {
		if p := c.person(mail); p != nil {
			return p
		}
	}
	return nil
}

// assigned is how many licences of a subscription people have.
func (c *aCustomer) assigned(s *aSub) (n int) {
	for _, p := range c.people {
		if slices.Contains(p.licenses, string(s.id)) {
			n++
		}
	}
	return n
}

// usable says whether people may use a subscription.
func (s *aSub) usable(now time.Time) bool {
	is := s.at(now)
	return is == subscription.Trialing || is == subscription.Active
}

// gives refuses a licence of what nobody uses now, or of which none is left.
func (c *aCustomer) gives(s *aSub, now time.Time) {
	if !s.usable(now) {
		refuse("subscription_not_assignable")
	}
	if c.assigned(s) >= s.bought {
		refuse("no_license_left")
	}
}

// keeps refuses what would leave the customer without its billing owner or without a global administrator.
func (c *aCustomer) keeps(p *aPerson, next aPerson) {
	if next.disabled && !p.disabled && p == c.people[0] {
		refuse("user_owns_billing")
	}
	others := 0
	for _, one := range c.people {
		if one != p && one.administers() {
			others++
		}
	}
	if p.administers() && !next.administers() && others == 0 {
		refuse("last_admin")
	}
}

func (w *aWorld) hire(c *aCustomer, h aHand, p *aPerson) {
	h.may(c, administersUsers, p.roles)
	if w.whose(p.mail) != nil {
		refuse("address_taken")
	}
	c.people = append(c.people, p)
}

func (p *aPerson) stays() {
	if p.deleted() {
		refuse("user_deleted")
	}
}

// alter changes somebody's roles, or whether it is disabled.
func (c *aCustomer) alter(h aHand, p *aPerson, roles *[]customer.Role, disabled *bool) {
	p.stays()
	next := *p
	if roles != nil {
		next.roles = *roles
	}
	if disabled != nil {
		next.disabled = *disabled
	}
	h.may(c, administersUsers, p.roles, next.roles)
	c.keeps(p, next)
	*p = next
	if p == c.people[0] {
		c.users[0].global = slices.Contains(p.roles, customer.GlobalAdmin)
	}
}

func (c *aCustomer) discard(h aHand, p *aPerson, now time.Time) {
	p.stays()
	next := *p
	next.disabled, next.was, next.purge, next.licenses = true, p.disabled, now.AddDate(0, 0, 30), nil
	h.may(c, administersUsers, p.roles)
	c.keeps(p, next)
	*p = next
}

func (c *aCustomer) restore(h aHand, p *aPerson, now time.Time) {
	if !p.deleted() {
		refuse("user_not_deleted")
	}
	if !now.Before(p.purge) {
		refuse("not_found")
	}
	h.may(c, administersUsers, p.roles)
	p.disabled, p.was, p.purge = p.was, false, time.Time{}
}

func (c *aCustomer) reset(h aHand, p *aPerson) {
	p.stays()
	if p.disabled {
		refuse("user_disabled")
	}
	h.may(c, resetsPasswords, p.roles)
}

// license gives somebody licences of exactly these subscriptions.
func (c *aCustomer) license(h aHand, p *aPerson, of []string, now time.Time) {
	for _, id := range of {
		if c.sub(id) == nil {
			refuse("unknown_subscription")
		}
	}
	p.stays()
	h.may(c, administersUsers, p.roles)
	for _, id := range of {
		if !slices.Contains(p.licenses, id) {
			c.gives(c.sub(id), now)
		}
	}
	if p.licenses = slices.Compact(slices.Sorted(slices.Values(of))); len(of) == 0 {
		p.licenses = nil
	}
}

// licensed says whether somebody has a licence of what may be used.
func (c *aCustomer) licensed(p *aPerson, now time.Time) bool {
	return slices.ContainsFunc(p.licenses, func(id string) bool { return c.sub(id).usable(now) })
}

// receives sets up a mailbox as it is wanted, its revisions aside.
func (w *aWorld) receives(c *aCustomer, h aHand, p *aPerson, want aBox, now time.Time) {
	p.stays()
	h.may(c, administersUsers, p.roles)
	if p.box == nil && !c.licensed(p, now) {
		refuse("no_license")
	}
	old := aBox{}
	if p.box != nil {
		old = *p.box
	}
	if want.address != old.address {
		c.verified(want.address)
		for _, other := range c.people {
			if other != p && other.box != nil && other.box.address == want.address {
				refuse("address_taken")
			}
		}
		if other := w.whose(want.address); other != nil && other != p {
			refuse("address_taken")
		}
	}
	w.revisions++
	if want.rev = old.rev; want.address != old.address || want.quota != old.quota {
		want.rev = w.revisions
	}
	if want.fromRev = old.fromRev; want.from != old.from {
		want.fromRev = w.revisions
	}
	p.box = &want
}

// initial is the domain that the customer has of the vendor from its first day on.
func (c *aCustomer) initial() string { return c.id.Bare() + "." + fixture.CustomersDomain }

// verified refuses an address of a domain that the customer has not verified.
func (c *aCustomer) verified(address string) {
	_, name, _ := strings.Cut(address, "@")
	if d := c.domain(name); name != c.initial() && (d == nil || d.status != customer.DomainVerified) {
		refuse("domain_unverified")
	}
}

func (c *aCustomer) loses(h aHand, p *aPerson) {
	p.stays()
	h.may(c, administersUsers, p.roles)
	p.box = nil
}

func (c *aCustomer) found(h aHand, g *aGroup) {
	h.may(c, administersUsers)
	if c.group(g.name) != nil {
		refuse("group_name_taken")
	}
	c.groups = append(c.groups, g)
}

func (g *aGroup) stays() {
	if g.deleted {
		refuse("not_found")
	}
}

func (c *aCustomer) rename(h aHand, g *aGroup, name string) {
	g.stays()
	h.may(c, administersUsers)
	if other := c.group(name); other != nil && other != g {
		refuse("group_name_taken")
	}
	g.name = name
}

func (c *aCustomer) dissolve(h aHand, g *aGroup) {
	g.stays()
	h.may(c, administersUsers)
	g.deleted = true
}

func (c *aCustomer) join(h aHand, g *aGroup, p *aPerson) {
	g.stays()
	h.may(c, administersUsers, p.roles)
	p.stays()
	if !slices.Contains(g.members, p) {
		g.members = append(g.members, p)
	}
}

func (c *aCustomer) leave(h aHand, g *aGroup, p *aPerson) {
	g.stays()
	h.may(c, administersUsers, p.roles)
	g.lose(p)
}

func (g *aGroup) lose(p *aPerson) {
	g.members = slices.DeleteFunc(g.members, func(one *aPerson) bool { return one == p })
}

func (c *aCustomer) domain(name string) *aDomain {
	return first(c.domains, func(d *aDomain) bool { return d.name == name })
}

// claim adds a domain that waits for its record.
func (c *aCustomer) claim(h aHand, d *aDomain) {
	h.may(c, administersDomains)
	if c.domain(d.name) != nil {
		refuse("exists")
	}
	c.domains = append(c.domains, d)
}

// dns is what the domain name system says.
type dns struct {
	records map[string][]string // by domain
	silent  bool
}

// look notes what DNS says of a domain; refused is the code with which somebody who asked for it is refused.
func (d *aDomain) look(says dns, now time.Time) (refused string) {
	switch values := says.records[d.name]; {
	case says.silent:
		d.failure, refused = customer.DNSFailed, "dns_unavailable"
	case slices.Contains(values, d.record):
		d.failure, d.missing, d.lost, d.status, d.check = "", time.Time{}, time.Time{}, customer.DomainVerified, now.Add(7*24*time.Hour)
		return ""
	case len(values) == 0:
		d.failure, refused = customer.RecordMissing, "domain_record_missing"
	default:
		d.failure, refused = customer.RecordDiffers, "domain_record_differs"
	}
	if d.status != customer.DomainVerified {
		return refused
	}
	d.check = now.Add(24 * time.Hour)
	if says.silent {
		return refused
	}
	if d.missing.IsZero() {
		d.missing = now
	} else if ends := d.missing.Add(14 * 24 * time.Hour); d.check.After(ends) {
		d.check = ends
	}
	return refused
}

// prove has a domain's record looked up. What is refused is noted all the same, but that another has it.
func (w *aWorld) prove(c *aCustomer, h aHand, d *aDomain, now time.Time) {
	h.may(c, administersDomains)
	next := *d
	refused := next.look(w.dns, now)
	if next.status == customer.DomainVerified && d.status != customer.DomainVerified {
		for _, other := range w.customers {
			if its := other.domain(d.name); its != nil && its.status == customer.DomainVerified {
				refuse("domain_taken")
			}
		}
	}
	*d = next
	refuse(refused)
}

func (c *aCustomer) disown(h aHand, d *aDomain) {
	h.may(c, administersDomains)
	c.domains = slices.DeleteFunc(c.domains, func(one *aDomain) bool { return one == d })
}

// age is what the jobs do to a customer's directory.
func (w *aWorld) age(c *aCustomer, now time.Time) {
	for _, p := range slices.Clone(c.people) {
		if !p.deleted() || now.Before(p.purge) {
			continue
		}
		c.people = slices.DeleteFunc(c.people, func(one *aPerson) bool { return one == p })
		for _, g := range c.groups {
			g.lose(p)
		}
	}
	c.groups = slices.DeleteFunc(c.groups, func(g *aGroup) bool { return g.deleted })
	for _, d := range c.domains {
		if d.status != customer.DomainVerified || now.Before(d.check) {
			continue
		}
		d.look(w.dns, now)
		d.aged = true
		if !w.dns.silent && !d.missing.IsZero() && !now.Before(d.missing.Add(14*24*time.Hour)) {
			d.status, d.lost, d.missing, d.check = customer.DomainLost, now, time.Time{}, time.Time{}
		}
	}
}

// wanted is how the thing of a task is to stand; has says that it is to be there at all.
func (c *aCustomer) wanted(id taskID) (details string, rev int, has bool) {
	p := first(c.people, func(p *aPerson) bool { return string(p.id) == id.subject && !p.deleted() })
	switch id.kind {
	case provisioning.Subscription:
		s := c.sub(id.subject)
		status := "active"
		switch s.status {
		case subscription.Suspended, subscription.Deleted:
			status = string(s.status)
		case subscription.Expired, subscription.Cancelled:
			status = "ended"
		}
		return fmt.Sprintf("%s %d %s", s.plan, s.bought, status), 0, true
	case provisioning.License:
		if p != nil && slices.Contains(p.licenses, id.thing) {
			return "active", 0, true
		}
	case provisioning.Mailbox:
		if p != nil && p.box != nil {
			return fmt.Sprintf("active %d GB", p.box.quota), p.box.rev, true
		}
	case provisioning.Migration:
		if p != nil && p.box != nil && p.box.from != "" {
			return "active from " + strings.Fields(p.box.from)[0], p.box.fromRev, true
		}
		return "stopped", 0, false
	case provisioning.Domain:
		if d := c.domain(id.subject); d != nil && d.status == customer.DomainVerified {
			return "active", 0, true
		}
	}
	return "removed", 0, false
}

// taskID is what a task is of.
type taskID struct {
	kind           provisioning.Kind
	subject, thing string
}

func (id taskID) of(c customer.ID) provisioning.ID {
	switch id.kind {
	case provisioning.Subscription:
		_, ulid, _ := subscription.ID(id.subject).Customer()
		return provisioning.NewID(c, ulid)
	case provisioning.Domain:
		return provisioning.IDForDomain(c, customer.DomainName(id.subject))
	}
	return provisioning.IDFor(customer.UserID(id.subject), id.kind, id.thing)
}

// request has a thing set up as it stands by now.
func (c *aCustomer) request(id taskID) {
	details, rev, has := c.wanted(id)
	switch old := c.tasks[id]; {
	case old == nil && !has, old != nil && old.details == details && old.rev == rev:
		return
	}
	c.tasks[id] = &aTask{id: id.of(c.id), details: details, rev: rev, state: provisioning.Requested}
}

func (t *aTask) take(now time.Time) {
	if t.stateAt(now) != provisioning.Requested {
		refuse("task_not_due")
	}
	t.state, t.percent, t.until = provisioning.Running, 0, now.Add(5*time.Minute)
	t.attempts++
}

func (t *aTask) report(r provisioning.Report, now time.Time) {
	switch {
	case r.Lease == "" || r.Lease != t.lease:
		refuse("lease_lost")
	case t.state == r.State && r.State != provisioning.Running:
		return // it said so before
	case t.stateAt(now) != provisioning.Running:
		refuse("lease_lost")
	}
	switch t.state = r.State; r.State {
	case provisioning.Running:
		t.percent, t.until = max(t.percent, r.Percent), now.Add(5*time.Minute)
	case provisioning.Done:
		t.percent = 100
	case provisioning.Failed:
		t.reason = r.Reason
	}
}

func (t *aTask) retry() {
	switch t.state {
	case provisioning.Failed:
		*t = aTask{id: t.id, details: t.details, rev: t.rev, state: provisioning.Requested, attempts: t.attempts}
	case provisioning.Requested:
	default:
		refuse("task_not_failed")
	}
}

// apply does what a row of a file asks for, and says whether that was anything; tried, it may not know yet what only writing it shows.
func (w *aWorld) apply(c *aCustomer, h aHand, kind importing.Kind, r aRow, tried bool, now time.Time) (changed bool) {
	refuse(r.wrong)
	p := c.person(r.mail)
	switch {
	case p == nil && kind != importing.Users:
		refuse("unknown_user")
	case p == nil && w.whose(r.mail) != nil:
		refuse("address_taken")
	case p != nil:
		p.stays()
	}
	fresh := p == nil
	if fresh {
		p = &aPerson{mail: r.mail, name: r.name}
	} else if kind == importing.Users && r.name != p.name {
		refuse("user_differs")
	}
	has := slices.Clone(p.licenses)
	for _, named := range r.licenses {
		has = c.grants(has, named, now)
	}
	box := aBox{}
	if kind == importing.Mailboxes {
		if box = (aBox{address: p.mail}); p.box != nil {
			box = *p.box
		} else if !c.licensed(p, now) {
			refuse("no_license")
		} else {
			c.verified(box.address)
		}
		if r.from {
			box.from = "google " + box.address
		}
	}
	var joins []string
	for _, name := range r.groups {
		g := c.group(name)
		if (g == nil || !slices.Contains(g.members, p)) && !slices.ContainsFunc(joins, func(one string) bool { return strings.EqualFold(one, name) }) {
			joins = append(joins, name)
		}
	}
	receives := kind == importing.Mailboxes && (p.box == nil || box != *p.box)
	if !fresh && len(has) == len(p.licenses) && !receives && len(joins) == 0 {
		return false
	}
	h.may(c, administersUsers, p.roles)
	if receives && !tried {
		w.receives(c, h, p, box, now)
	}
	if fresh {
		c.people = append(c.people, p)
	}
	slices.Sort(has)
	p.licenses = has
	for _, name := range joins {
		g := c.group(name)
		if g == nil {
			g = &aGroup{name: name}
			c.groups = append(c.groups, g)
		}
		g.members = append(g.members, p)
	}
	return true
}

// grants adds a licence of what a row names: of the newest subscription that has one left.
func (c *aCustomer) grants(has []string, named string, now time.Time) []string {
	why, of := "unknown_subscription", ""
	for _, s := range c.newest() {
		if named != string(s.id) && named != string(s.plan) {
			continue
		}
		if slices.Contains(has, string(s.id)) {
			return has
		}
		if no := decide(func() { c.gives(s, now) }); no == "" && of == "" {
			of = string(s.id)
		} else if no != "" && why != "no_license_left" {
			why = no
		}
	}
	if of == "" {
		refuse(why)
	}
	return append(has, of)
}

// copied returns a customer's directory as one of its own, to try things on.
func (c *aCustomer) copied() *aCustomer {
	next := *c
	next.people, next.groups = nil, nil
	same := map[*aPerson]*aPerson{}
	for _, p := range c.people {
		one := *p
		next.people, same[p] = append(next.people, &one), &one
	}
	for _, g := range c.groups {
		one := *g
		one.members = nil
		for _, p := range g.members {
			one.members = append(one.members, same[p])
		}
		next.groups = append(next.groups, &one)
	}
	return &next
}

// starter returns an import's hand with the roles that it has by now; a page's and a file's acts take a whole right.
func (im *anImport) starter(now time.Time) aHand {
	if im.by.own != nil {
		if !slices.Contains(im.of.people, im.by.own) {
			refuse("unknown_caller")
		}
		if im.by.own.disabled {
			refuse("caller_disabled")
		}
		if by := (aHand{roles: im.by.own.roles}); !by.has(administersUsers) {
			refuse("forbidden")
		}
	}
	by := im.by.over(im.of, now)
	by.may(im.of, administersUsers)
	return by
}

// step applies the next row. Where its starter may do nothing any more the rest fails.
func (w *aWorld) step(im *anImport, now time.Time) {
	if im.rows[im.row].wrong == "" {
		var by aHand
		if why := decide(func() { by = im.starter(now) }); why != "" {
			im.reason, im.status = why, importing.Done
			im.failed += len(im.rows) - im.row
			return
		}
		w.counted(im, decide(func() {
			if w.apply(im.of, by, im.kind, im.rows[im.row], false, now) {
				im.made++
			} else {
				im.unchanged++
			}
		}))
		return
	}
	w.counted(im, im.rows[im.row].wrong)
}

func (w *aWorld) counted(im *anImport, failed string) {
	if im.row++; failed != "" {
		im.failed++
		im.failures = append(im.failures, failed)
	}
}

// directory adds a customer's directory to a snapshot, and what of it is to be set up.
func (c *aCustomer) directory(all snapshot) {
	for _, p := range c.people {
		all[string(p.id)] = p.String()
	}
	for _, g := range c.groups {
		all[string(g.id)] = g.String()
	}
	for _, d := range c.domains {
		all[string(c.id)+" "+d.name] = d.String()
	}
	for id, t := range c.tasks {
		_, rev, has := c.wanted(id)
		all[string(t.id)] = described(id.kind, t.details, has && rev != 0 && rev == t.rev, t.state, t.percent, t.attempts, t.reason)
	}
}

// described tells of a task as the model and the table both do; current says of a mailbox's, or a migration's, that it is of what is wanted now.
func described(kind provisioning.Kind, details string, current bool, state provisioning.State, percent, attempts int, reason string) string {
	return fmt.Sprintf("%s to be %s (current %t), %s at %d %%, %d attempts, %q", kind, details, current, state, percent, attempts, reason)
}
