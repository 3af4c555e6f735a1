package main

import (
	"fmt"
	"strings"
)

// P7's limits in megabytes (10^6 bytes), by kind: of the stripped binary and of its archive.
var (
	sizeLimits = map[kind]float64{jsonFunction: 9, pageFunction: 14, mailSender: 14}
	zipLimits  = map[kind]float64{jsonFunction: 3.6, pageFunction: 5.2, mailSender: 5.2}
)

const megabyte = 1e6

// p7 judges sizes by the largest of each kind, and memory by the largest of all.
func (r *report) p7(programs []*program, seen map[*program]*started) error {
	raw := float64(median(seen[programs[1]].memory))
	var text strings.Builder
	text.WriteString("The stripped linux/arm64 bootstrap and the archive that holds it, in megabytes (1,000,000 bytes); resident memory at the first question for work, " +
		"as a multiple of the bare handler's with the SDK, on this machine.\n\n| function | kind | MB | limit | zipped MB | limit | memory |\n|---|---|---|---|---|---|---|\n")
	var bars []bar
	largest := map[kind][2]*program{}
	var heaviest *program
	memory := func(p *program) float64 { return float64(median(seen[p].memory)) / raw }
	for _, p := range programs {
		size, zip := float64(p.Size)/megabyte, float64(p.Zipped)/megabyte
		held := ""
		if raw > 0 && len(seen[p].memory) > 0 {
			held = fmt.Sprintf("%.2f", memory(p))
			if p.Kind != yardstick && (heaviest == nil || memory(p) > memory(heaviest)) {
				heaviest = p
			}
		}
		fmt.Fprintf(&text, "| %s | %s | %.2f | %s | %.2f | %s | %s |\n", p.Name, p.Kind, size, number(sizeLimits[p.Kind]), zip, number(zipLimits[p.Kind]), held)
		bars = append(bars, bar{Label: p.Name, Value: size, Limit: sizeLimits[p.Kind], Mark: p.Kind == yardstick})
		pair := largest[p.Kind]
		if pair[0] == nil || p.Size > pair[0].Size {
			pair[0] = p
		}
		if pair[1] == nil || p.Zipped > pair[1].Zipped {
			pair[1] = p
		}
		largest[p.Kind] = pair
	}
	for _, k := range []kind{jsonFunction, pageFunction, mailSender} {
		size, zip := fmt.Sprintf("binary of every %s <= %g MB", k, sizeLimits[k]), fmt.Sprintf("archive of every %s <= %g MB", k, zipLimits[k])
		pair := largest[k]
		if pair[0] == nil {
			r.judge("P7", size, "no "+string(k), notMeasured, "there is none yet")
			continue
		}
		r.limit("P7", size, "MB at most ("+pair[0].Name+")", float64(pair[0].Size)/megabyte, sizeLimits[k], "%.2f")
		r.limit("P7", zip, "MB at most ("+pair[1].Name+")", float64(pair[1].Zipped)/megabyte, zipLimits[k], "%.2f")
	}
	goal := fmt.Sprintf("memory <= %.1f x bare + SDK", memoryLimit)
	if heaviest == nil {
		r.judge("P7", goal, "memory", notMeasured, "this machine has no /proc")
	} else {
		r.limit("P7", goal, "x bare + SDK at most ("+heaviest.Name+")", memory(heaviest), memoryLimit, "%.2f")
	}
	shown, err := r.plot("p7-size", chart{Title: "P7: stripped binaries, linux/arm64", Unit: " MB", Form: "%.2f", Bars: bars})
	r.section("P7: size and memory", text.String()+"\n"+shown)
	return err
}
