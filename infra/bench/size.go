package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const megabyte = 1e6

// mostWords is how many of some 3,700 words a program may link: what it says, and not what its templates could say (decision 91).
const mostWords = 1500

// p7 judges every kind by its largest in each way.
func (r *report) p7(programs []*program, seen map[*program]*started) error {
	raw := float64(median(seen[programs[1]].memory))
	var text strings.Builder
	text.WriteString("The stripped linux/arm64 bootstrap and the archive that holds it, in megabytes (1,000,000 bytes); resident memory at the first question for work, " +
		"as a multiple of the bare handler's with the SDK, on this machine.\n\n| function | kind | MB | limit | zipped MB | limit | memory | limit |\n|---|---|---|---|---|---|---|---|\n")
	var bars []bar
	memory := func(p *program) float64 { return float64(median(seen[p].memory)) / raw }
	size := func(p *program) float64 { return float64(p.Size) / megabyte }
	archive := func(p *program) float64 { return float64(p.Zipped) / megabyte }
	of := map[kind][]*program{}
	for _, p := range programs {
		held := ""
		if raw > 0 && len(seen[p].memory) > 0 {
			held = fmt.Sprintf("%.2f", memory(p))
		}
		limit := limitsOf[p.Kind]
		fmt.Fprintf(&text, "| %s | %s | %.2f | %s | %.2f | %s | %s | %s |\n", p.Name, p.Kind, size(p), number(limit.size), archive(p), number(limit.archive), held, number(limit.resident))
		bars = append(bars, bar{Label: p.Name, Value: size(p), Limit: limit.size, Mark: p.Kind == yardstick})
		of[p.Kind] = append(of[p.Kind], p)
	}
	for _, k := range judged {
		limit := limitsOf[k]
		for _, one := range []struct {
			goal, unit string
			value      func(*program) float64
			most       float64
			measured   bool
		}{
			{fmt.Sprintf("binary of every %s <= %g MB", k, limit.size), "MB", size, limit.size, true},
			{fmt.Sprintf("archive of every %s <= %g MB", k, limit.archive), "MB", archive, limit.archive, true},
			{fmt.Sprintf("words linked in every %s <= %d", k, mostWords), "words", func(p *program) float64 { return float64(p.Words) }, mostWords, true},
			{fmt.Sprintf("memory of every %s <= %g x bare + SDK", k, limit.resident), "x bare + SDK", memory, limit.resident, raw > 0},
		} {
			switch {
			case len(of[k]) == 0:
				r.judge("P7", one.goal, "no "+string(k), notMeasured, "there is none yet")
			case !one.measured:
				r.judge("P7", one.goal, "memory", notMeasured, "this machine has no /proc")
			default:
				worst := slices.MaxFunc(of[k], func(a, b *program) int { return cmp.Compare(one.value(a), one.value(b)) })
				r.limit("P7", one.goal, one.unit+" at most ("+worst.Name+")", one.value(worst), one.most, "%.2f")
			}
		}
	}
	shown, err := r.plot("p7-size", chart{Title: "P7: stripped binaries, linux/arm64", Unit: " MB", Form: "%.2f", Bars: bars})
	r.section("P7: size and memory", text.String()+"\n"+shown)
	return err
}
