package verify

import (
	"maps"
	"slices"
	"strings"
	"time"

	"liaison/shared/calendar"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/event/known"
	"liaison/shared/id"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/listing"
	"liaison/shared/mailing"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// redemptions is I3.
func redemptions(f *facts) {
	yeses := map[string]int{}
	for _, r := range f.accepted {
		yeses[r.is.Receipt.Offer.ID]++
	}
	for ident, of := range f.offers {
		n, most := yeses[string(ident)], of.is.MaxRedemptions
		uses, counted := f.uses[ident.Code()]
		switch {
		case most > 0 && n > most:
			f.say(of.key, "%d yeses to an offer for %d", n, most)
		case most > 0 && !counted:
			f.say(of.key, "an offer for %d yeses has no counter", most)
		case most == 0 && counted:
			f.say(uses.key, "an offer without a limit is counted")
		case counted && (uses.is.Used != n || uses.is.Max != most):
			f.say(uses.key, "%d of %d are counted, %d of %d are there", uses.is.Used, uses.is.Max, n, most)
		}
	}
}

// stepwise are the changes that one operation makes in several transactions, also in a later run that finishes the rest: each
// subject once. Every other operation is one transaction, so that all of it is of one time.
var stepwise = []event.Type{
	relationship.PartnerOfRecordSetEvent{}.Type(), relationship.PartnerOfRecordChangedEvent{}.Type(), relationship.PartnerOfRecordRemovedEvent{}.Type(),
}

// keyed is how long an Idempotency-Key names one operation; under the same key a later one is another.
const keyed = 24 * time.Hour

// operations is I4.
func operations(f *facts) {
	byOperation := map[string][]change{}
	for _, e := range f.events {
		if e.Operation != "" {
			for _, c := range e.Changes {
				byOperation[e.Operation] = append(byOperation[e.Operation], change{e, c})
			}
		}
	}
	for _, changes := range byOperation {
		for i, c := range changes {
			for _, before := range changes[:i] {
				again := before.happened != c.happened && before.Type == c.Type && c.At.Sub(before.At) < keyed
				switch {
				case !again:
				case before.Subject == c.Subject && before.Event.Partner == c.Event.Partner:
					f.say(c.key, "operation %s did %s to %s before, at %s", c.Operation, c.Type, c.Subject, before.At.Format(time.RFC3339Nano))
				case !before.At.Equal(c.At) && !slices.Contains(stepwise, c.Type):
					f.say(c.key, "operation %s did %s before, at %s", c.Operation, c.Type, before.At.Format(time.RFC3339Nano))
				}
			}
		}
	}
	by := map[string]string{}
	for _, r := range f.accepted { // a personal link is one operation's
		link := r.is.Receipt.Via.Invitation
		if link != "" && by[link] != "" {
			f.say(r.key, "the link of %s was used for %s and for %s", link, by[link], r.is.ID)
		}
		by[link] = string(r.is.ID)
	}
}

// outbox is I5.
func outbox(f *facts) {
	for _, e := range f.events {
		class, _, _ := strings.Cut(e.class, "#")
		listed := class == "event" || class == dynamo.FailedEvents
		switch {
		case e.due == "" && e.doneAt == "":
			f.say(e.key, "the event is neither done nor waiting")
		case e.due != "" && (!listed || !strings.HasSuffix(e.due, "#"+strings.ReplaceAll(e.key, " ", "#"))):
			f.say(e.key, "the event waits where no job looks: %q in %q", e.due, e.class)
		}
	}
	states := []mailing.State{
		mailing.Claimed, mailing.Released, mailing.Sent, mailing.Delivered, mailing.Bounced, mailing.Complained, mailing.Suppressed, mailing.Moot,
	}
	for _, m := range f.mails {
		e := f.byID[m.is.Event]
		switch {
		case !slices.Contains(states, m.is.State):
			f.say(m.key, "the mail is %q, which is no state", m.is.State)
		case e == nil:
			f.say(m.key, "the event that asked for the mail is gone")
		case e.due == "" && e.doneAt != "" && (m.is.State == mailing.Claimed || m.is.State == mailing.Released):
			f.say(m.key, "the mail is %s, and nobody will send it: its event is done", m.is.State)
		}
	}
}

// trials is I7.
func trials(f *facts) {
	for ident, s := range f.subscriptions {
		if over := f.At.Sub(s.is.TrialEndsAt); !f.Stopped && s.is.Status == subscription.Trialing && over > event.Late {
			f.say(s.key, "on trial %s after its end", over.Truncate(time.Second))
		}
		f.paid(s)
		// What a trial's end was before it was extended, each extension says itself.
		end := s.is.TrialEndsAt
		changes := f.changes[string(ident)]
		for _, c := range slices.Backward(changes) {
			switch is := known.Read(c.Change).(type) {
			case subscription.TrialExtendedEvent:
				if is.TrialEndsAt.IsZero() || is.Days == 0 {
					continue
				}
				if end = is.TrialEndsAt.AddDate(0, 0, -is.Days); !c.At.Before(end) {
					f.say(c.key, "the trial %s was extended at %s, after its end at %s", ident, c.At.Format(time.RFC3339), end.Format(time.RFC3339))
				}
			case subscription.CancelledEvent:
				if f.trialing(changes, c) && !c.At.Before(end) {
					f.say(c.key, "the trial %s was cancelled at %s, after its end at %s", ident, c.At.Format(time.RFC3339), end.Format(time.RFC3339))
				}
			case subscription.ConvertedEvent:
				if f.wasTrial(changes) && c.At.After(end.AddDate(0, 0, subscription.GraceDays).Add(latest)) {
					f.say(c.key, "the trial %s was bought at %s, after its grace: it ended at %s", ident, c.At.Format(time.RFC3339), end.Format(time.RFC3339))
				}
			}
		}
	}
}

// paid checks that a paid subscription's terms are renewed, or end, on time, and that each ends on the customer's own calendar.
func (f *facts) paid(s placed[subscription.Subscription]) {
	over := f.At.Sub(s.is.TermEndsAt)
	if !s.is.TermEndsAt.IsZero() && !counted(s.is) {
		f.say(s.key, "its term ends at %s, where no %s counted in %s from %s ends", s.is.TermEndsAt.Format(time.RFC3339), s.is.BillingTerm, s.is.Country,
			s.is.BilledFrom.Format(time.RFC3339))
	}
	switch {
	case f.Stopped || s.is.TermEndsAt.IsZero() || s.is.Status != subscription.Active && s.is.Status != subscription.Suspended || over <= event.Late:
	case s.is.Ending:
		f.say(s.key, "cancelled, and %s %s after its end", s.is.Status, over.Truncate(time.Second))
	default:
		f.say(s.key, "its term ended %s ago and was not renewed", over.Truncate(time.Second))
	}
}

// counted says whether a paid term ends a whole number of terms after the first one began.
func counted(s subscription.Subscription) bool {
	zone := calendar.Zone(s.Country)
	from, end := s.BilledFrom.In(zone), s.TermEndsAt.In(zone)
	months := (end.Year()-from.Year())*12 + int(end.Month()-from.Month())
	if s.BillingTerm == catalog.Year && months%12 != 0 {
		return false
	}
	return months > 0 && calendar.Months(s.BilledFrom, s.Country, months).Equal(s.TermEndsAt)
}

// wasTrial says whether a subscription began as a trial.
func (f *facts) wasTrial(changes []change) bool {
	return slices.ContainsFunc(changes, func(c change) bool {
		created, _ := event.As[subscription.CreatedEvent](c.Change)
		return created.Status == subscription.Trialing
	})
}

// trialing says whether a subscription was a trial still when something happened to it.
func (f *facts) trialing(changes []change, then change) bool {
	return f.wasTrial(changes) && !slices.ContainsFunc(changes, func(c change) bool {
		return event.Is[subscription.ConvertedEvent](c.Change) && !c.At.After(then.At)
	})
}

// together are what may change both partner of record and delegated administration at once: the customer's own yes that says both, and
// a partner that leaves the program.
var together = []event.Type{consent.AcceptedEvent{}.Type(), partner.ClosedEvent{}.Type()}

// independence is I8.
func independence(f *facts) {
	record, grant, both := map[string]*happened{}, map[string]*happened{}, map[string]bool{}
	for _, e := range f.events {
		for _, c := range e.Changes {
			switch {
			case slices.Contains(together, c.Type):
				both[e.Operation] = true
			case relationship.Kind(c.Type.Noun()) == relationship.PartnerOfRecord:
				record[e.Operation] = e
			case relationship.Kind(c.Type.Noun()) == relationship.DelegatedAdministrator && turns[c.Type] != stays:
				grant[e.Operation] = e
			}
		}
	}
	for operation, e := range record {
		if grant[operation] != nil && !both[operation] && operation != "" {
			f.say(e.key, "operation %s changed the partner of record and the delegated administration, and no yes says both", operation)
		}
	}
	type tie struct {
		customer customer.ID
		partner  partner.ID
	}
	advised := map[tie]int{}
	for _, s := range f.subscriptions {
		if s.is.PartnerOfRecord != nil && s.is.Status != subscription.Deleted {
			advised[tie{s.is.Customer, s.is.PartnerOfRecord.Partner}]++
		}
	}
	for _, r := range f.ties {
		of := tie{r.is.Customer, r.is.Partner}
		if r.is.PartnerOfRecordSubscriptions != advised[of] {
			f.say(r.key, "the relationship counts %d subscriptions with the partner of record %s, there are %d", r.is.PartnerOfRecordSubscriptions, r.is.Partner, advised[of])
		}
		delete(advised, of)
	}
	for of, n := range advised {
		f.say("CUSTOMER#"+of.customer.Bare()+" REL#"+string(of.partner), "%d subscriptions name a partner of record without a relationship", n)
	}
	for ident, s := range f.subscriptions {
		if last := f.recorded(string(ident)); !slices.Contains(last, s.is.PartnerOfRecordID()) {
			f.say(s.key, "the subscription names %q as partner of record, its last event %q", s.is.PartnerOfRecordID(), last)
		}
	}
}

// recorded returns whom a subscription's events leave as partner of record: of changes at nearly the same time each may have been written
// last.
func (f *facts) recorded(sub string) []partner.ID {
	named := []partner.ID{""}
	var at time.Time
	for _, c := range f.changes[sub] {
		if relationship.Kind(c.Type.Noun()) != relationship.PartnerOfRecord {
			continue
		}
		if c.At.Sub(at) > latest {
			named = nil
		}
		at = c.At
		said := known.Read(c.Change)
		is := event.Value[partner.ID](said)
		if removed, ok := said.(relationship.PartnerOfRecordRemovedEvent); ok { // of a change the partner before is told by an event of its own
			is = removed.To
		}
		named = append(named, is)
	}
	return named
}

// closings is I11. Once what follows from a partner's end is done, nothing hangs on it any more.
func closings(f *facts) {
	for _, p := range f.partners {
		switch over := f.At.Sub(p.is.StepAt); {
		case p.is.Status != partner.Closed:
			if !p.is.StepAt.IsZero() {
				f.say(p.key, "%s, and what follows from its end is due", p.is.Status)
			}
		case !p.is.StepAt.IsZero():
			if !f.Stopped && over > event.Late {
				f.say(p.key, "closed, and what follows is due since %s", over.Truncate(time.Second))
			}
		default:
			for _, g := range f.grants {
				if g.is.Partner == p.is.ID && (g.is.Status == relationship.Active || g.is.Status == relationship.Suspended) {
					f.say(g.key, "the grant of %s, which was closed, is %s", p.is.ID, g.is.Status)
				}
			}
			for _, r := range f.ties {
				switch {
				case r.is.Partner != p.is.ID:
				case r.is.PartnerOfRecordSubscriptions > 0:
					f.say(r.key, "%s was closed and is partner of record", p.is.ID)
				case r.is.Reseller && (r.is.Removal == nil || r.is.Removal.Left.IsZero()):
					f.say(r.key, "%s was closed and resells, which nobody decides", p.is.ID)
				}
			}
		}
	}
}

// strays says what of an item belongs to another tenant than its partition.
func strays(w dynamo.Walked) (found []string) {
	kind, ident, _ := strings.Cut(w.PK, "#")
	own := map[string]string{"CUSTOMER": "cus_" + ident, "PARTNER": ident, "INV": "inv_" + ident}[kind]
	if own == "" {
		return nil
	}
	about := func(name, is, wants string) {
		if is != "" && is != wants {
			found = append(found, name+" is "+is)
		}
	}
	_, place, _ := strings.Cut(w.SK, "#")
	if e, is := w.Noun.(event.Event); is {
		for _, c := range e.Changes {
			if of := ownerOf(c.Subject); kind != "INV" && of != "" && len(of) == len(ident) && of != ident {
				found = append(found, string(c.Type)+" is of "+c.Subject)
			}
		}
		if kind == "PARTNER" {
			about("partner", e.Partner, ident)
		}
		return found
	}
	name := w.Word("id")
	switch kind {
	case "CUSTOMER":
		about("customer", w.Word("customer"), own)
		for word := range w.Words() {
			if of := ownerOf(word); len(of) == len(ident) && of != ident {
				found = append(found, "it names "+word)
			}
		}
		if w.SK == "PROFILE" {
			about("id", name, own)
		}
		if p, tied := strings.CutPrefix(w.SK, "REL#"); tied {
			about("partner", w.Word("partner"), p)
		}
	case "PARTNER":
		about("partner", w.Word("partner"), own)
		if w.SK == "PROFILE" {
			about("id", name, own)
		} else if of := ownerOf(name); of != "" {
			about("id", of, own)
		}
	case "INV":
		switch w.SK {
		case "INVITATION":
			about("id", name, own)
		case "REDEMPTION":
			about("id", name, "red_i"+ident)
		}
	}
	if _, ulid, two := cut2(name); two && place != "" && kind != "INV" && !strings.HasSuffix(name, place) {
		found = append(found, "id ends with "+ulid)
	}
	return found
}

// ownerOf returns the customer or partner that an id says it belongs to, without prefix: sub_<12>_<ulid> and usr_<8 digits>_<ulid> alike.
func ownerOf(ident string) string {
	owner, _, ok := cut2(ident)
	if ok && (id.Made(owner, 12) || partner.ID(owner).Valid()) {
		return owner
	}
	return ""
}

func cut2(ident string) (owner, rest string, ok bool) {
	kind, after, _ := strings.Cut(ident, "_")
	owner, rest, ok = strings.Cut(after, "_")
	return owner, rest, ok && len(kind) == 3 && (id.Made(rest, 26) || partner.ID(rest).Valid())
}

// tenants is I9.
func tenants(f *facts) {
	for _, one := range f.strays {
		f.say(one.key, "%s", one.is)
	}
}

// refusals is I10.
func refusals(f *facts) {
	used := map[string]string{}
	for _, r := range f.accepted {
		used[r.is.Receipt.Via.Invitation] = string(r.is.ID)
	}
	for ident, no := range f.declined {
		switch inv, there := f.invitations[ident]; {
		case there && inv.is.Answer != invitation.Declined:
			f.say(inv.key, "a No stands beside the answer %s", inv.is.Answer)
		case used[string(ident)] != "":
			f.say(no.key, "%s is a Yes to the same invitation", used[string(ident)])
		case no.is.Receipt.Answer != string(invitation.Declined):
			f.say(no.key, "the receipt of a No says %s", no.is.Receipt.Answer)
		}
	}
	for ident, inv := range f.invitations {
		if _, there := f.declined[ident]; inv.is.Answer == invitation.Declined && !there {
			f.say(inv.key, "declined, and there is no No")
		}
	}
	said := f.byLink(consent.AcceptedEvent{}.Type())
	for link, noes := range f.byLink(consent.DeclinedEvent{}.Type()) {
		if yes := said[link]; len(yes) > 0 {
			f.say(yes[0].key, "a Yes to %s, which was declined at %s", link, noes[0].At.Format(time.RFC3339))
		}
	}
}

// provisions is I12. What is wanted last is asked for once nothing of the subscription's, or of the user's, waits to be told any more.
func provisions(f *facts) {
	asked := map[provisioning.ID]bool{}
	for _, t := range f.tasks {
		asked[t.ID] = true
		class, at := "", t.Next()
		switch {
		case t.State == provisioning.Failed:
			class, at = "failed-task-", t.EndedAt
		case !at.IsZero():
			class = "task-"
		}
		listed, _, _ := strings.Cut(t.class, "#")
		said, _, _ := strings.Cut(t.due, "#")
		switch {
		case !slices.Contains(provisioning.States, t.State):
			f.say(t.key, "the task is %q, which is no state", t.State)
		case class == "" && t.due != "":
			f.say(t.key, "the task is %s, and stands among what is due", t.State)
		case class != "" && (listed != class+string(t.Kind) || said != stamped(at)):
			f.say(t.key, "the task is %s, and stands where nobody looks: %q in %q", t.State, t.due, t.class)
		}
		f.stands(t.key, "provisioning_task", string(t.ID), string(t.State), string(provisioning.Requested))
		sub, is := f.subscriptions[subscription.ID(t.Subject)]
		waits := f.waits(t.Subject)
		if want := provisioning.OfSubscription(sub.is, ""); is && !waits && !maps.Equal(t.Details, want.Details) {
			f.say(t.key, "the task asks for %v, and the subscription is %v", t.Details, want.Details)
		}
		if t.Kind == provisioning.License && !waits {
			u, of := customer.UserID(t.Subject), t.Details["subscription_id"]
			has := slices.Contains(f.users[u].is.Licenses, of)
			if want := provisioning.OfLicense(u, subscription.ID(of), has, ""); !maps.Equal(t.Details, want.Details) {
				f.say(t.key, "the task asks for %v, and of the user is wanted %v", t.Details, want.Details)
			}
		}
		for kind, of := range mailboxes {
			if u := customer.UserID(t.Subject); t.Kind == kind && !waits {
				if want, _ := of(u, f.users[u].is, ""); !maps.Equal(t.Details, want.Details) {
					f.say(t.key, "the task asks for %v, and of the user is wanted %v", t.Details, want.Details)
				}
			}
		}
	}
	for _, t := range f.tasks {
		name := customer.DomainName(t.Subject)
		if want := provisioning.OfDomain(name, f.domains[domain{t.Customer, name}].is.Verified(), ""); t.Kind == provisioning.Domain && !f.waits(t.Subject) && !maps.Equal(t.Details, want.Details) {
			f.say(t.key, "the task asks for %v, and of the domain is wanted %v", t.Details, want.Details)
		}
	}
	for of, d := range f.domains {
		if d.is.Verified() && !asked[provisioning.IDForDomain(of.customer, of.name)] && !f.waits(string(of.name)) {
			f.say(d.key, "the domain is verified, and no task sets it up")
		}
	}
	for id, u := range f.users {
		for kind, of := range mailboxes {
			if _, has := of(id, u.is, ""); has && !asked[provisioning.IDFor(id, kind, "")] && !f.waits(string(id)) {
				f.say(u.key, "the user is to have a %s, which no task asks for", kind)
			}
		}
		for _, of := range u.is.Licenses {
			if !asked[provisioning.IDFor(id, provisioning.License, of)] && !f.waits(string(id)) {
				f.say(u.key, "the user has a licence of %s, which no task asks for", of)
			}
		}
	}
}

// mailboxes are what a user has beside its licences, by the kind of its task.
var mailboxes = map[provisioning.Kind]func(customer.UserID, customer.User, partner.ID) (provisioning.Wanted, bool){
	provisioning.Mailbox: provisioning.OfMailbox, provisioning.Migration: provisioning.OfMigration,
}

// waits says whether an event of a subject waits to be told.
func (f *facts) waits(subject string) bool {
	return slices.ContainsFunc(f.changes[subject], func(c change) bool { return c.due != "" })
}

// licenses is I13. Those of a subscription that has ended are counted still.
func licenses(f *facts) {
	held := map[subscription.ID]int{}
	for _, u := range f.users {
		for _, of := range u.is.Licenses {
			held[subscription.ID(of)]++
			if _, there := f.subscriptions[subscription.ID(of)]; !there {
				f.say(u.key, "the user has a licence of %s, which there is not", of)
			}
		}
	}
	for id, s := range f.subscriptions {
		switch is := s.is.Licenses; {
		case is.Assigned != held[id]:
			f.say(s.key, "%d licences are assigned, users have %d", is.Assigned, held[id])
		case is.Assigned > is.Bought:
			f.say(s.key, "%d licences are assigned, %d are bought", is.Assigned, is.Bought)
		}
	}
}

// domains is I14. Several customers may wait for one domain.
func domains(f *facts) {
	for of, d := range f.domains {
		owner, owned := f.domainOwners[of.name]
		switch {
		case d.is.Status != customer.DomainPending && d.is.Status != customer.DomainVerified && d.is.Status != customer.DomainLost:
			f.say(d.key, "the domain is %q, which is no state", d.is.Status)
		case d.is.Verified() && !owned:
			f.say(d.key, "the domain is verified, and its name is nobody's")
		case d.is.Verified() && owner.is != of.customer:
			f.say(d.key, "the domain is verified, and its name is that of %s", owner.is)
		}
		if d.is.Verified() == d.is.CheckAt.IsZero() {
			f.say(d.key, "the domain is %s, and is checked again at %q", d.is.Status, stamped(d.is.CheckAt))
		}
	}
	for _, key := range f.undue {
		f.say(key, "the domain is checked again at another time than the job looks for it")
	}
	for name, owner := range f.domainOwners {
		if d, is := f.domains[domain{owner.is, name}]; !is || !d.is.Verified() {
			f.say(owner.key, "the name is that of %s, which has no such verified domain", owner.is)
		}
	}
}

// imports is I15. A queue may name one that is kept no longer: the job takes it out.
func imports(f *facts) {
	waits := map[importing.ID]bool{}
	for _, q := range f.queues {
		for _, id := range q.is.Imports {
			waits[id] = true
			if im, there := f.imports[id]; there && im.is.Status != importing.Running {
				f.say(q.key, "%s is in the queue, and is %s", id, im.is.Status)
			}
		}
	}
	for _, key := range f.unfound {
		f.say(key, "the job that goes on with what is in the queue does not find it, or finds it empty")
	}
	for _, im := range f.imports {
		is := im.is
		counted, done := is.Made+is.Unchanged+is.Failed, is.Row
		switch is.Status {
		case importing.Checked:
			continue
		case importing.Running:
			if kept := f.At.IsZero() || f.At.Before(is.KeptUntil()); kept && !waits[is.ID] { // else it goes, and no queue holds it any more
				f.say(im.key, "the import runs, and is in no queue")
			}
		case importing.Done:
			done = is.Rows
		}
		if counted != done {
			f.say(im.key, "%d rows are counted, and it is done with %d", counted, done)
		}
	}
}

// leads is I17. Of each partner's leads as many are open as its senders' rows count.
func leads(f *facts) {
	open := map[string]int{}
	for _, l := range f.leads {
		if l.is.Status.Open() {
			open["PARTNER#"+string(l.is.Partner)]++
		}
		if of, there := f.offers[l.is.Offer]; l.is.Offer != "" && (!there || of.is.Lead != string(l.is.ID) || of.is.Partner != l.is.Partner) {
			f.say(l.key, "it was answered by %s, which is no offer that was made of it", l.is.Offer)
		}
	}
	for pk := range f.senders {
		open[pk] += 0 // also where none is open
	}
	for pk, are := range open {
		if counted := f.senders[pk]; counted != are {
			f.say(pk, "%d leads are counted as open, and %d are", counted, are)
		}
	}
	for _, t := range f.tallies {
		if err := t.is.Check(); err != nil {
			f.say(t.key, "%v", err)
		}
	}
}

// market is I16. What is published is in the index once its events are through, and each partner's row says exactly what stands there for it.
func market(f *facts) {
	partners := map[partner.ID]partner.Partner{}
	for _, p := range f.partners {
		partners[p.is.ID] = p.is
	}
	waits := map[string]bool{}
	for _, e := range f.events {
		if e.Tenant.Kind == 'p' && e.due != "" {
			waits[e.Tenant.ID] = true
		}
	}
	for id, row := range f.indexed {
		for _, term := range row.is.Terms {
			if _, stands := f.index["FIND#"+string(term)][id]; !stands {
				f.say(row.key, "the index has it not under %s", term)
			}
		}
		if _, stands := f.index["FACTS"][id]; stands != (row.is.Fact != nil) {
			f.say(row.key, "that the index has its facts is %v", stands)
		}
		l, is := f.listings[id]
		share := listing.NoShare
		if row.is.Fact != nil {
			share = row.is.Fact.Share
		}
		wanted := listing.Entry{Listing: l.is, Partner: partners[id]}.Wanted(share)
		if _, _, _, moves := row.is.Step(wanted); is && moves && !waits[string(id)] {
			f.say(row.key, "it is not what the listing is to be found by")
		}
	}
	for partition, found := range f.index {
		for id := range found {
			row, is := f.indexed[id]
			if term, posting := strings.CutPrefix(partition, "FIND#"); !is || posting && !slices.Contains(row.is.Terms, listing.Term(term)) {
				f.say(partition, "%s stands there, and its row does not say so", id)
			}
		}
	}
	for id, l := range f.listings {
		if _, is := f.indexed[id]; !is && l.is.Visible(partners[id]) && !waits[string(id)] {
			f.say(l.key, "it is published, and not in the index")
		}
	}
}
