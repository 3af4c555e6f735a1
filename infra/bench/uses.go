package main

import (
	"fmt"
	"slices"
	"strings"

	"liaison/infra/local/proxy"
)

// cost is what some calls to the table cost.
type cost struct {
	calls              map[string]int
	read, write, index float64
}

// requests returns how many calls there were.
func (c cost) requests() (n int) {
	for _, one := range c.calls {
		n += one
	}
	return n
}

// plus returns both together.
func (c cost) plus(other cost) cost {
	sum := cost{calls: map[string]int{}, read: c.read + other.read, write: c.write + other.write, index: c.index + other.index}
	for _, some := range []map[string]int{c.calls, other.calls} {
		for name, n := range some {
			sum.calls[name] += n
		}
	}
	return sum
}

// tally sums calls to the table, without those of inits.
func tally(calls []*proxy.Call) cost {
	sum := cost{calls: map[string]int{}}
	for _, c := range calls {
		if c.Service != proxy.DynamoDB || c.Invocation == "" {
			continue
		}
		sum.calls[c.Operation]++
		sum.read += c.Read
		sum.write += c.Write
		sum.index += c.Index
	}
	return sum
}

// held is one use as it was seen.
type held struct {
	use  use
	seen cost
	more string // what is more than infra/design/data.md allows, empty where nothing is
	gone string // why it could not be run
}

// hold compares what a use cost with what it may cost. More fails the benchmark.
func (r *report) hold(u use, seen cost) {
	h := held{use: u, seen: seen}
	if !u.printed {
		var more []string
		for _, name := range sortedNames(seen.calls) {
			if n := seen.calls[name]; n > u.calls[name] {
				more = append(more, fmt.Sprintf("%d %s instead of %d", n, name, u.calls[name]))
			}
		}
		if seen.read > u.read {
			more = append(more, fmt.Sprintf("%g RRU instead of %g", seen.read, u.read))
		}
		if seen.write > u.write {
			more = append(more, fmt.Sprintf("%g WRU instead of %g", seen.write, u.write))
		}
		if h.more = strings.Join(more, ", "); h.more != "" {
			r.excess = append(r.excess, u.name+": "+h.more)
		}
	}
	r.uses = append(r.uses, h)
}

// skip notes a use that could not be run.
func (r *report) skip(u use, err error) {
	r.uses = append(r.uses, held{use: u, gone: oneLine(err)})
}

// p3 judges the uses seen so far.
func (r *report) p3() error {
	var text strings.Builder
	text.WriteString("Calls of the running system's own functions, counted by the runner's proxy, which computes the units from the items' sizes. Writes without indexes; what the indexes cost stands beside.\n\n" +
		"| use | requests | RRU | at most | WRU | at most | index WRU | |\n|---|---|---|---|---|---|---|---|\n")
	over, gone, judged := 0, []string{}, 0
	var bars []bar
	for _, h := range r.uses {
		u, v := h.use, string(met)
		switch {
		case h.gone != "":
			v = string(notMeasured) + ": " + h.gone
			gone = append(gone, u.name)
		case u.printed:
			v = "printed"
		case h.more != "":
			v = string(missed) + ": " + h.more
			over++
		case h.seen.requests() < expectedRequests(u):
			v = "met, with fewer requests"
		}
		if h.gone == "" && !u.printed {
			judged++
			bars = append(bars, bar{Label: u.name, Value: share(h.seen, u)})
		}
		fmt.Fprintf(&text, "| %s | %s | %g | %s | %g | %s | %g | %s |\n",
			u.name, words(h.seen.calls), h.seen.read, most(u, u.read), h.seen.write, most(u, u.write), h.seen.index, v)
	}
	text.WriteString("\n| use | requests allowed | source |\n|---|---|---|\n")
	for _, h := range r.uses {
		fmt.Fprintf(&text, "| %s | %s | %s |\n", h.use.name, words(h.use.calls), h.use.source)
	}
	text.WriteString("\nThe items that these uses and P8's visits wrote, the sample program's own among them.\n\n" + r.sizes)
	goal := "requests and units of each use as in infra/design/data.md"
	switch {
	case over > 0:
		r.judge("P3", goal, fmt.Sprintf("%d of %d uses cost more", over, judged), missed, "see the table")
	case judged > 0:
		r.judge("P3", goal, fmt.Sprintf("%d uses, none costs more", judged), met, "")
	}
	if len(gone) > 0 {
		r.judge("P3", goal, fmt.Sprintf("%d uses not run", len(gone)), notMeasured, strings.Join(gone, ", "))
	}
	for i := range bars {
		bars[i].Limit = 1
	}
	shown, err := r.plot("p3-units", chart{Title: "P3: units (reads and writes) as a share of what infra/design/data.md allows", Form: "%.2f", Unit: " x", Bars: bars})
	r.section("P3: what each use costs", text.String()+"\n"+shown)
	return err
}

// share is how much of what is allowed a use took, reads and writes weighed by their price.
func share(seen cost, u use) float64 {
	return (seen.read*readPrice + seen.write*writePrice) / (u.read*readPrice + u.write*writePrice)
}

func expectedRequests(u use) int { return cost{calls: u.calls}.requests() }

func most(u use, value float64) string {
	if u.printed {
		return ""
	}
	return fmt.Sprintf("%g", value)
}

func words(calls map[string]int) string {
	var all []string
	for _, name := range sortedNames(calls) {
		all = append(all, fmt.Sprintf("%d %s", calls[name], name))
	}
	return strings.Join(all, ", ")
}

func sortedNames(calls map[string]int) []string {
	names := make([]string, 0, len(calls))
	for name := range calls {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
