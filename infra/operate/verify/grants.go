package verify

import (
	"slices"
	"strings"
	"time"

	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/importing"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
)

// What a change of a delegated administration does to it. A type that stands in no row makes the customer's later
// history unknown, and what is unknown breaks nothing.
var turns = map[event.Type]turn{
	relationship.AdministrationGrantedEvent{}.Type():   begins,
	relationship.AdministrationExtendedEvent{}.Type():  continues,
	relationship.AdministrationLoweredEvent{}.Type():   lowers,
	relationship.AdministrationReplacedEvent{}.Type():  ends,
	relationship.AdministrationEndedEvent{}.Type():     ends,
	relationship.AdministrationExpiredEvent{}.Type():   expires,
	relationship.AdministrationSuspendedEvent{}.Type(): rests,
	relationship.AdministrationResumedEvent{}.Type():   resumes,
	relationship.AdministrationExpiringEvent{}.Type():  stays,

	relationship.AutoExtendChangedEvent{}.Type(): stays,
}

type turn int

const (
	begins turn = iota + 1
	continues
	lowers
	ends
	expires
	rests
	resumes
	stays
)

// period is one partner's power in one role.
type period struct {
	partner   partner.ID
	role      string
	from      change
	until     time.Time // the end that was agreed, to the second
	to        time.Time // when it really ended; zero while it runs
	by        turn      // what ended it; 0 where nothing was said and it ran out
	suspended bool
	rests     []rest
}

type rest struct{ from, to time.Time } // to is zero while it rests

// grantHistory is who administered one customer, as its audit tells it.
type grantHistory struct {
	periods []period
	wrong   []change // what happened although nothing explains how it could
	unknown bool     // types of change that no row knows
}

// readGrantHistories tells every customer's periods from the audit.
func (f *facts) readGrantHistories() {
	byCustomer := map[customer.ID][]change{}
	for _, e := range f.events {
		owner := e.owner()
		for _, c := range e.Changes {
			if owner != "" && relationship.Kind(c.Type.Noun()) == relationship.DelegatedAdministrator && turns[c.Type] != stays {
				byCustomer[owner] = append(byCustomer[owner], change{e, c})
			}
		}
	}
	for owner, changes := range byCustomer {
		p := &grantHistory{unknown: slices.ContainsFunc(changes, func(c change) bool { return turns[c.Type] == 0 })}
		f.grantHistories[owner] = p
		p.tell(changes)
	}
}

// tell puts the changes into the order in which they can have been written, and where there is none says which are wrong.
func (p *grantHistory) tell(changes []change) {
	for tries := 10_000; len(changes) > 0; {
		if found, ok := explain(p.periods, changes, &tries); ok {
			p.periods = found
			return
		}
		// No order explains all of it: as far as the first goes, one after the other.
		i := slices.IndexFunc(changes, func(c change) bool { return near(changes[0], c) && fits(p.periods, c) })
		if i < 0 {
			p.wrong = append(p.wrong, changes[0])
			if turns[changes[0].Type] == begins { // so that its own end is not wrong too
				p.periods = after(p.periods, changes[0])
			}
			i = 0
		} else {
			p.periods = after(p.periods, changes[i])
		}
		changes = slices.Delete(slices.Clone(changes), i, i+1)
		tries = 10_000
	}
}

func near(first, c change) bool { return c.At.Sub(first.At) <= latest }

// explain looks for an order of the changes in which each can have been written after the one before it.
func explain(so []period, rest []change, tries *int) ([]period, bool) {
	if len(rest) == 0 {
		return so, true
	}
	for i, c := range rest {
		if *tries--; *tries < 0 || !near(rest[0], c) {
			break
		}
		if fits(so, c) {
			if found, ok := explain(after(so, c), slices.Delete(slices.Clone(rest), i, i+1), tries); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// open returns the period that runs, nil where none does.
func open(so []period) *period {
	if len(so) == 0 || !so[len(so)-1].to.IsZero() {
		return nil
	}
	return &so[len(so)-1]
}

// whose returns the partner and the role that a change is about.
func whose(c change) relationship.Administered {
	return event.Value[relationship.Administered](known.Read(c.Change))
}

// fits says whether a change can be written after the periods.
func fits(so []period, c change) bool {
	now, p := open(so), whose(c).PartnerID
	mine := now != nil && now.partner == p
	switch turns[c.Type] {
	case begins: // an end that no job wrote down is one still; who is suspended may be given the power anew
		return now == nil || !c.At.Before(now.until) || mine && now.suspended
	case continues:
		return mine && c.At.Before(now.until)
	case expires:
		return mine && !c.At.Before(now.until)
	case lowers:
		return mine && now.role == offer.RoleFull && c.At.Before(now.until)
	case ends, resumes:
		return mine
	case rests:
		return mine && !now.suspended
	}
	return true
}

// after returns the periods after a change.
func after(so []period, c change) []period {
	so = slices.Clone(so)
	now := open(so)
	until, who := event.Value[time.Time](known.Read(c.Change)), whose(c)
	switch does := turns[c.Type]; does {
	case begins, continues:
		role := who.Role
		if now != nil {
			now.to, now.by = c.At, does
			if does == begins && now.until.Before(c.At) {
				now.to, now.by = now.until, 0
			}
			if role == "" {
				role = now.role
			}
			if until.IsZero() {
				until = now.until
			}
		}
		so = append(so, period{partner: who.PartnerID, role: role, from: c, until: until})
	case lowers: // the same power with less in it: what rests goes on resting
		next := *now
		now.to, now.by = c.At, does
		next.role, next.from, next.rests = who.Role, c, nil
		if next.suspended {
			next.rests = []rest{{from: c.At}}
		}
		so = append(so, next)
	case ends:
		now.to, now.by = c.At, does
	case expires:
		now.to, now.by = now.until, does
	case rests:
		now.suspended, now.rests = true, append(slices.Clone(now.rests), rest{from: c.At})
	case resumes:
		if now.suspended {
			now.suspended, now.rests = false, slices.Clone(now.rests)
			now.rests[len(now.rests)-1].to = c.At
		}
	}
	return so
}

// administrators is I1: the audit knows no moment with two, and the item and the relationships say what the audit says.
func administrators(f *facts) {
	for owner, p := range f.grantHistories {
		for _, c := range p.wrong {
			if now := p.at(c.At); turns[c.Type] == begins && now != nil {
				f.say(c.key, "%s is granted while %s administers %s until %s", whose(c).PartnerID, now.partner, owner, now.until.Format(time.RFC3339))
			} else {
				f.say(c.key, "%s of %s at %s, which did not administer %s then", c.Type, whose(c).PartnerID, c.At.Format(time.RFC3339), owner)
			}
		}
		if _, there := f.grants[owner]; !there && len(p.periods) > 0 {
			f.say(p.periods[0].from.key, "the audit tells of a delegated administrator of %s, and there is no item", owner)
		}
	}
	for owner, g := range f.grants {
		if p := f.grantHistories[owner]; p == nil {
			f.say(g.key, "%s administers %s, and no event tells of it", g.is.Partner, owner)
		} else if !p.unknown && len(p.wrong) == 0 && len(p.periods) > 0 {
			f.agree(g, p.periods[len(p.periods)-1])
		}
	}
	mine := map[customer.ID]bool{}
	for _, tie := range f.ties {
		g, there := f.grants[tie.is.Customer]
		remembered := tie.is.Administration
		switch {
		case there && g.is.Partner == tie.is.Partner:
			mine[tie.is.Customer] = true
			if remembered == nil || *remembered != *g.is.Summary() {
				f.say(tie.key, "the relationship remembers another delegated administration than the one that is: %+v", remembered)
			}
		case remembered == nil:
		case !there:
			f.say(tie.key, "the relationship remembers a delegated administration, and there is none")
		default:
			if status := remembered.StatusAt(g.is.Since); status == relationship.Active || status == relationship.Suspended {
				f.say(tie.key, "the relationship says that %s administers %s, which %s does", tie.is.Partner, tie.is.Customer, g.is.Partner)
			}
		}
	}
	for owner, g := range f.grants {
		if !mine[owner] {
			f.say(g.key, "no relationship remembers the delegated administration of %s", g.is.Partner)
		}
	}
}

// agree fails where the one item is not what the audit's last period says.
func (f *facts) agree(g placed[relationship.Grant], last period) {
	status := map[turn]relationship.Status{0: relationship.Active, ends: relationship.Ended, expires: relationship.Expired}[last.by]
	if last.by == 0 && last.suspended {
		status = relationship.Suspended
	}
	if g.is.Partner != last.partner || g.is.Role != last.role || g.is.Status != status || !g.is.EndsAt.Truncate(time.Second).Equal(last.until) {
		f.say(g.key, "the item says %s %s %s until %s, the audit %s %s %s until %s", g.is.Partner, g.is.Role, g.is.Status, g.is.EndsAt.Format(time.RFC3339),
			last.partner, last.role, status, last.until.Format(time.RFC3339))
	}
}

// at returns the period that ran at the time, as far as the order of requests can be told; nil where none did.
func (p *grantHistory) at(at time.Time) *period {
	for i, one := range p.periods {
		end := one.until
		if !one.to.IsZero() {
			end = one.to
		}
		if !at.Before(one.from.At) && at.Before(end) {
			return &p.periods[i]
		}
	}
	return nil
}

// acts is what a partner does on behalf of a customer and the role it takes. What stands in no row is a partner's own right.
var acts = map[event.Type]string{
	subscription.CancelledEvent{}.Type():        offer.RoleFull,
	provisioning.RetriedEvent{}.Type():          offer.RoleFull,
	customer.UserCreatedEvent{}.Type():          offer.RoleFull,
	customer.UpdatedEvent{}.Type():              offer.RoleFull,
	customer.UserDeletedEvent{}.Type():          offer.RoleFull,
	customer.UserRestoredEvent{}.Type():         offer.RoleFull,
	customer.LicensesChangedEvent{}.Type():      offer.RoleFull,
	customer.MailboxSetEvent{}.Type():           offer.RoleFull,
	customer.MailboxRemovedEvent{}.Type():       offer.RoleFull,
	customer.PasswordResetStartedEvent{}.Type(): offer.RoleLimited,
	support.OpenedEvent{}.Type():                offer.RoleLimited,
	support.CommentedEvent{}.Type():             offer.RoleLimited,
	support.ChangedEvent{}.Type():               offer.RoleLimited,
	support.ClosedEvent{}.Type():                offer.RoleLimited,
	support.ReopenedEvent{}.Type():              offer.RoleLimited,
	customer.GroupCreatedEvent{}.Type():         offer.RoleFull,
	customer.GroupUpdatedEvent{}.Type():         offer.RoleFull,
	customer.GroupDeletedEvent{}.Type():         offer.RoleFull,
	customer.MemberAddedEvent{}.Type():          offer.RoleFull,
	customer.MemberRemovedEvent{}.Type():        offer.RoleFull,
	customer.DomainAddedEvent{}.Type():          offer.RoleFull,
	customer.DomainVerifiedEvent{}.Type():       offer.RoleFull,
	customer.DomainMissingEvent{}.Type():        offer.RoleFull,
	customer.DomainFoundEvent{}.Type():          offer.RoleFull,
	customer.DomainLostEvent{}.Type():           offer.RoleFull,
	customer.DomainRemovedEvent{}.Type():        offer.RoleFull,
	importing.StartedEvent{}.Type():             offer.RoleFull,
}

// behalf is I2.
func behalf(f *facts) {
	for _, e := range f.events {
		owner := e.owner()
		if owner == "" || e.Actor.Kind != op.PartnerUser && e.Actor.Kind != op.PartnerClient {
			continue
		}
		_, rest, _ := strings.Cut(e.Actor.ID, "_")
		company, _, _ := strings.Cut(rest, "_")
		// A reseller that ends its tie sooner does to what it bills what the customer asked for.
		asked := slices.ContainsFunc(e.Changes, func(c event.Change) bool { return event.Is[relationship.ResellerEndedEvent](c) })
		for _, c := range e.Changes {
			role, needs := acts[c.Type]
			if asked && event.Is[subscription.CancelledEvent](c) {
				continue
			}
			if p := f.grantHistories[owner]; needs && (p == nil || !p.unknown && !p.allows(partner.ID(company), role, e.At)) {
				f.say(e.key, "%s did %s to %s at %s without a running grant with role %s", e.Actor.ID, c.Type, c.Subject, e.At.Format(time.RFC3339), role)
			}
		}
	}
}

// allows says whether a partner had at least the role at the time. An act and a revoke that raced may have been written in either order.
func (p *grantHistory) allows(company partner.ID, role string, at time.Time) bool {
	return slices.ContainsFunc(p.periods, func(one period) bool {
		end := one.until
		if !one.to.IsZero() {
			end = one.to
		}
		if one.partner != company || one.role != offer.RoleFull && one.role != role || at.Before(one.from.At.Add(-latest)) || !at.Before(end.Add(latest)) {
			return false
		}
		return !slices.ContainsFunc(one.rests, func(r rest) bool {
			return at.After(r.from.Add(latest)) && (r.to.IsZero() || at.Before(r.to.Add(-latest)))
		})
	})
}
