package dynamo

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/provisioning"
	"liaison/shared/subscription"
)

// Where tasks stand in the index of what falls due, with their kind behind: those that somebody may claim at that time, and those that failed then.
const (
	openTasks   = "task-"
	failedTasks = "failed-task-"
)

// taskItem lists a task where the vendor's systems and its staff look for it, until it is done.
func taskItem(t provisioning.Task) item {
	it, k := classed("provisioning_task", t), taskKey(t.ID)
	if t.State == provisioning.Failed {
		return due(it, failedTasks+string(t.Kind), k, t.EndedAt)
	}
	return due(it, openTasks+string(t.Kind), k, t.Next())
}

// taskPart writes a task over the version that it was decided on, or a new one.
func taskPart(t provisioning.Task) part {
	seen := t.Version
	t.Version++
	p := put(taskKey(t.ID), taskItem(t))
	if seen == 0 {
		return p.ifAbsent()
	}
	return p.ifVersion(seen)
}

// ProvisioningTask implements provisioning.Store.
func (t *Table) ProvisioningTask(ctx context.Context, id provisioning.ID) (provisioning.Task, error) {
	if _, _, ok := id.Customer(); !ok {
		return provisioning.Task{}, fault.NotFound
	}
	return one[provisioning.Task](ctx, t, taskKey(id), true)
}

// SaveProvisioningTask implements provisioning.Store.
func (t *Table) SaveProvisioningTask(ctx context.Context, task provisioning.Task, happened []event.Event, by *administration.Permit, o op.Op) error {
	parts := append(append(once(o), taskPart(task)), eventParts(happened)...)
	if by != nil {
		parts = byPermit(*by, o, parts...)
	}
	return t.write(ctx, o, parts...)
}

// SubscriptionTask implements provisioning.SubscriptionStore.
func (t *Table) SubscriptionTask(ctx context.Context, of subscription.ID, id provisioning.ID) (s subscription.Subscription, task provisioning.Task, err error) {
	if _, _, ok := of.Customer(); !ok {
		return s, task, nil
	}
	found, err := t.batch(ctx, true, subscriptionKey(of), taskKey(id))
	if err == nil {
		err = decode(found[subscriptionKey(of)], &s)
	}
	if err == nil {
		err = decode(found[taskKey(id)], &task)
	}
	return s, task, err
}

// UserTask implements provisioning.UserStore.
func (t *Table) UserTask(ctx context.Context, u customer.UserID, id provisioning.ID) (user customer.User, task provisioning.Task, err error) {
	found, err := t.batch(ctx, true, customerUserKey(u), taskKey(id))
	if err == nil {
		err = decode(found[customerUserKey(u)], &user)
	}
	if err == nil {
		err = decode(found[taskKey(id)], &task)
	}
	return user, task, err
}

// MailboxTasks reads the tasks of a user's mailbox and of its migration, one call, strongly consistent; zero where there is none.
func (t *Table) MailboxTasks(ctx context.Context, u customer.UserID) (mailbox, migration provisioning.Task, err error) {
	of := func(kind provisioning.Kind) key { return taskKey(provisioning.IDFor(u, kind, "")) }
	found, err := t.batch(ctx, true, of(provisioning.Mailbox), of(provisioning.Migration))
	if err == nil {
		err = decode(found[of(provisioning.Mailbox)], &mailbox)
	}
	if err == nil {
		err = decode(found[of(provisioning.Migration)], &migration)
	}
	return mailbox, migration, err
}

// TasksOf lists a customer's tasks that keep lets through, newest first, strongly consistent.
func (t *Table) TasksOf(ctx context.Context, c customer.ID, page Page, keep Keep[provisioning.Task]) ([]provisioning.Task, string, error) {
	return sieved(ctx, t, customerKey(c).pk, "TASK#", true, page, keep)
}

// OpenTasks lists the tasks of some kinds that stand in a state at a time, of all customers, the oldest first: those that somebody may claim, those
// that run by when their lease ends, or those that failed. It reads no others: one page of the index, which may lag, of each shard of each kind, and
// then those things of the first page, as they stand now. One that went on meanwhile is left out.
func (t *Table) OpenTasks(ctx context.Context, state provisioning.State, kinds []provisioning.Kind, at time.Time, page Page) ([]provisioning.Task, string, error) {
	class, first, last := openTasks, "", stamp(at)+"$" // "$" follows the "#" behind the time
	switch state {
	case provisioning.Running:
		first, last = last, "~"
	case provisioning.Failed:
		class, last = failedTasks, "~"
	}
	list := query{index: "due", owner: class + string(state)} // what the cursor is sealed for
	after, err := openCursor(page.Cursor, list)
	if err != nil {
		return nil, "", err
	}
	if seen := read(after, "owner_at"); seen != "" {
		first = seen + "!" // nothing stands between the two
	}
	found, err := t.inShards(ctx, class, kinds, first, last, page.Limit+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(found) > page.Limit {
		found = found[:page.Limit]
		end := found[page.Limit-1]
		place := end.key.item()
		maps.Copy(place, item{"owner": text(list.owner), "owner_at": text(end.due)})
		next = closeCursor(place, list)
	}
	items, err := DueItems[provisioning.Task](ctx, t, found)
	tasks := make([]provisioning.Task, 0, len(items))
	for _, one := range items {
		if one.Err != nil {
			return nil, "", one.Err
		}
		tasks = append(tasks, one.Item)
	}
	return tasks, next, err
}

// inShards reads the first things of some kinds between two places of the index, all shards at once, in their order.
func (t *Table) inShards(ctx context.Context, class string, kinds []provisioning.Kind, first, last string, most int) ([]DueKey, error) {
	pages, errs := make([][]item, len(kinds)*shards), make([]error, len(kinds)*shards)
	var all sync.WaitGroup
	for n := range pages {
		all.Go(func() {
			pages[n], _, errs[n] = t.query(ctx, query{
				index: "due", pk: "due_class", sk: "due", owner: class + string(kinds[n/shards]) + "#" + strconv.Itoa(n%shards), from: first, until: last, limit: most,
			})
		})
	}
	all.Wait()
	var found []DueKey
	for n, page := range pages {
		if errs[n] != nil {
			return nil, errs[n]
		}
		for _, it := range page {
			found = append(found, DueKey{keyOf(it), read(it, "due")})
		}
	}
	slices.SortFunc(found, func(a, b DueKey) int { return strings.Compare(a.due, b.due) })
	return found, nil
}
