// Package verify reads the whole table and names everything in it that breaks an invariant of the product, I1 to I17. It rests on
// nothing but the table: the audit must explain how things stand, whoever wrote it.
//
// The table is read while others write it, so a first finding may be a write seen in part. What is named was found, in the same words, by
// a second reading too. It holds states, ids and events in memory, one kilobyte an item or less.
package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/provisioning"
)

// Violation is one thing that breaks an invariant.
type Violation struct {
	Invariant string // I1 to I17
	Key       string // the item's partition and sort key
	What      string // what is wrong with it; ids, states and times, never a name or an address
}

// String is the violation in one line.
func (v Violation) String() string { return v.Invariant + "  " + v.Key + ": " + v.What }

// Options say what a reader of the table can't see in it.
type Options struct {
	At      time.Time // the system's present; zero: nothing is overdue
	Stopped bool      // the schedules do not run: what is overdue breaks nothing
}

// Report is what was found.
type Report struct {
	Items, Events int
	Violations    []Violation // by invariant and key
}

// invariant is one rule over everything that was read.
type invariant struct {
	name, rule string
	check      func(*facts)
}

var invariants = []invariant{
	{"I1", "at most one active delegated administrator a customer", administrators},
	{"I2", "no act on behalf outside an active grant of that role", behalf},
	{"I3", "yeses <= max_redemptions", redemptions},
	{"I4", "each operation has at most one effect", operations},
	{"I5", "an outbox entry is sent, waiting or dead, never gone", outbox},
	{"I6", "the chain is whole and every change is in exactly one event", ledger},
	{"I7", "a trial and a cancelled subscription end on time, a paid term is renewed", trials},
	{"I8", "partner of record and delegated administration never change each other", independence},
	{"I9", "an item's tenant is its key's tenant", tenants},
	{"I10", "a No never turns into a Yes", refusals},
	{"I11", "nothing hangs on a closed partner", closings},
	{"I12", "a provisioning task stands where it is looked for, and asks for what is wanted last", provisions},
	{"I13", "as many licences of a subscription are assigned as users have", licenses},
	{"I14", "a verified domain is one customer's, and is checked again", domains},
	{"I15", "an import has counted each row that it is done with once, and goes on until none is left", imports},
	{"I16", "the marketplace's index holds what is published, and nothing else", market},
	{"I17", "a lead's offer was made of it, and leads are counted as they are", leads},
}

// latest is how long a request may last: the times that two operations say they were at may be so far out of the order in
// which they were written.
const latest = 30 * time.Second

// Table reads the table and returns what breaks an invariant. It fails where the table cannot be read.
func Table(ctx context.Context, table *dynamo.Table, o Options) (Report, error) {
	report, err := once(ctx, table, o)
	if err != nil || len(report.Violations) == 0 {
		return report, err
	}
	again, err := once(ctx, table, o)
	again.Violations = slices.DeleteFunc(again.Violations, func(v Violation) bool { return !slices.Contains(report.Violations, v) })
	return again, err
}

func once(ctx context.Context, table *dynamo.Table, o Options) (Report, error) {
	f := newFacts(o)
	if err := table.Walk(ctx, f.add); err != nil {
		return Report{}, err
	}
	f.order()
	for _, one := range invariants {
		f.rule = one.name
		one.check(f)
	}
	slices.SortStableFunc(f.found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(len(a.Invariant), len(b.Invariant)), strings.Compare(a.Invariant, b.Invariant), strings.Compare(a.Key, b.Key), strings.Compare(a.What, b.What))
	})
	return Report{Items: f.items, Events: len(f.events), Violations: slices.Compact(f.found)}, nil
}

// Run verifies the table and writes the violations and their counts. It fails where there are any, and as Table does.
func Run(ctx context.Context, table *dynamo.Table, o Options, out io.Writer) error {
	report, err := Table(ctx, table, o)
	if err != nil {
		return err
	}
	if _, err = io.WriteString(out, report.Print()); err == nil && len(report.Violations) > 0 {
		err = errors.New("verify: the table breaks its invariants")
	}
	return err
}

// say names a violation of the rule that is being checked.
func (f *facts) say(key, format string, about ...any) {
	f.found = append(f.found, Violation{f.rule, key, fmt.Sprintf(format, about...)})
}

// Print returns the violations line by line, and one line that counts them.
func (r Report) Print() string {
	var text strings.Builder
	count := map[string]int{}
	for _, v := range r.Violations {
		fmt.Fprintln(&text, v)
		count[v.Invariant]++
	}
	fmt.Fprintf(&text, "%d items, %d events, %d violations", r.Items, r.Events, len(r.Violations))
	for _, one := range invariants {
		if count[one.name] > 0 {
			fmt.Fprintf(&text, "; %s %d (%s)", one.name, count[one.name], one.rule)
		}
	}
	text.WriteByte('\n')
	return text.String()
}

// change is one change of an event.
type change struct {
	*happened
	event.Change
}

// task is a provisioning task with its key and where it is listed.
type task struct {
	provisioning.Task
	key, due, class string
}

// happened is an event with its place and how far its dispatch came.
type happened struct {
	event.Event
	key                string
	due, class, doneAt string
}
