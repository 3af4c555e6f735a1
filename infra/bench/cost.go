package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"liaison/infra/local/proxy"
	"liaison/infra/local/template"
	"liaison/shared/contract"
)

// P8's goals: dollars a million redemptions may cost at tables and indexes, dollars of the whole visit without its mails, and how many times the
// floor, the units of the items it writes, the last button's request may cost.
const (
	costGoal  = 50.0
	visitGoal = 76.0
	floorGoal = 1.12
)

// sealed is how many events one batch of the ledger holds at a million redemptions a month: those of its window of 60 seconds.
const sealed = 1e6 / (30 * 24 * 60)

// visit is one redemption as it was seen, by the lines of the bill.
type visit struct {
	pages, request, events, mails, ledger cost
	index                                 float64 // of all but the pages before the last button
	pagesIndex                            float64
	requests, invocations, sent           int
	// catalog are the units of the partition CATALOG, which every visit reads, and lastCatalog those of the last button.
	catalog, lastCatalog units
	gigabyteSeconds      float64
}

// units are read and write units of one partition.
type units struct{ read, write float64 }

func (u *units) add(c *proxy.Call) {
	u.read += c.PartitionReads["CATALOG"]
	u.write += c.PartitionWrites["CATALOG"]
}

// rate is how often a second a partition serves them.
func (u units) rate() float64 {
	return min(partitionReads/max(u.read, 1e-9), partitionWrites/max(u.write, 1e-9))
}

// measureVisit walks one new customer from the mailed link to the receipt, with a Yes to delegated administration, and counts everything it caused.
func measureVisit(ctx context.Context, s *running) (*visit, error) {
	made, err := s.offer(ctx, func(*contract.OfferCreate) {})
	if err != nil {
		return nil, err
	}
	link, err := s.invited(ctx, made.ID)
	if err != nil {
		return nil, err
	}
	functions := map[string]*template.Function{}
	for _, f := range s.App.Functions {
		functions[f.Name] = f
	}
	check, err := s.served("Pages", "/redeem/check")
	if err != nil {
		return nil, err
	}
	seen := &visit{}
	add := func(calls []*proxy.Call, last bool) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		for _, c := range calls {
			if c.Service == proxy.SES && c.Operation == "SendEmail" && c.Error == "" {
				seen.sent++
			}
			one := tally([]*proxy.Call{c})
			if c.Invocation != "" {
				seen.catalog.add(c)
				if last && c.Function == check {
					seen.lastCatalog.add(c)
				}
			}
			folder := filepath.ToSlash(functions[c.Function].Code)
			into := &seen.pages
			switch {
			case strings.Contains(folder, "/jobs/ledger"):
				into = &seen.ledger
				one.index /= sealed
			case s.mail[call{c.Invocation, c.Seq}]:
				into = &seen.mails
			case strings.Contains(folder, "/jobs/"):
				into = &seen.events
			case last && c.Function == check:
				into = &seen.request
			}
			if into == &seen.pages {
				seen.pagesIndex += one.index
			} else {
				seen.index += one.index
			}
			*into = into.plus(one)
		}
	}
	work := func() {
		for _, i := range s.invocations() {
			f := functions[i.Function]
			seen.invocations++
			seen.gigabyteSeconds += i.Duration.Round(time.Millisecond).Seconds() * float64(f.Memory) / 1024
			if f.Door == "pages" {
				seen.requests++
			}
		}
	}
	var calls []*proxy.Call
	var last func() error
	if calls, err = s.during(ctx, func() error {
		v, err := s.answer(ctx, link, "yes")
		last = func() error { return s.start(ctx, v) }
		return err
	}); err != nil {
		return nil, err
	}
	add(calls, false)
	work()
	if calls, err = s.during(ctx, last); err != nil {
		return nil, err
	}
	add(calls, true)
	work()
	return seen, nil
}

// p8 prints the bill of a million redemptions. Units come from one visit with units counted, Lambda's time from n further ones without,
// because counting takes time.
func (r *report) p8(ctx context.Context, s *running, n int) error {
	goal := fmt.Sprintf("a million redemptions: tables and indexes <= %g dollars", costGoal)
	visitCost := fmt.Sprintf("a million visits without their mails <= %g dollars", visitGoal)
	requestCost := fmt.Sprintf("the request alone <= %g x its floor", floorGoal)
	s.Proxy.Measure(true)
	seen, err := measureVisit(ctx, s)
	s.Proxy.Measure(false)
	if err != nil {
		r.judge("P8", goal, "no redemption ran", notMeasured, oneLine(err))
		return nil
	}
	var times []float64
	for range n {
		one, err := measureVisit(ctx, s)
		if err != nil {
			return err
		}
		times = append(times, one.gigabyteSeconds)
	}
	dollars := func(c cost) float64 { return c.read*readPrice + c.write*writePrice }
	type line struct {
		what    string
		seen    string
		dollars float64
		table   bool
	}
	said := func(c cost) string { return fmt.Sprintf("%g RRU, %g WRU", c.read, c.write) }
	mails := float64(seen.sent) * mailPrice
	lines := []line{
		{"the request: the last button", said(seen.request), dollars(seen.request), true},
		{"its event through dispatch, without mail rows", said(seen.events), dollars(seen.events), true},
		{"mail rows", said(seen.mails), dollars(seen.mails), true},
		{fmt.Sprintf("ledger: a share of 1/%.0f of a seal (%s)", sealed, said(seen.ledger)), "", dollars(seen.ledger) / sealed, true},
		{"indexes of all these", fmt.Sprintf("%.3g WRU", seen.index), seen.index * writePrice, true},
		{"the pages before the last button, their drafts and indexes", fmt.Sprintf("%s, %g WRU", said(seen.pages), seen.pagesIndex), dollars(seen.pages) + seen.pagesIndex*writePrice, false},
		{"Lambda: invocations", fmt.Sprint(seen.invocations), float64(seen.invocations) * callPrice, false},
		{"Lambda: time on this machine, which is not Lambda's", fmt.Sprintf("%.3f GB-s", median(times)), median(times) * 1e6 * gigabytePay, false},
		{"gateway: requests of the whole visit", fmt.Sprint(seen.requests), float64(seen.requests) * gatewayPrice, false},
		{"the mails themselves, of an account that begins", fmt.Sprint(seen.sent), mails, false},
	}
	tables, whole := 0.0, 0.0
	var text strings.Builder
	text.WriteString("A visit from the mailed link to the receipt, with a Yes to delegated administration. Request units times public prices (infra/bench/prices.go names region and date), no free tiers.\n\n" +
		"| line | a redemption | dollars a million |\n|---|---|---|\n")
	var bars []bar
	for _, l := range lines {
		if l.table {
			tables += l.dollars
		}
		whole += l.dollars
		fmt.Fprintf(&text, "| %s | %s | %.2f |\n", l.what, l.seen, l.dollars)
		bars = append(bars, bar{Label: shorten(l.what), Value: l.dollars, Mark: !l.table})
	}
	bars = append(bars, bar{Label: "tables and indexes", Value: tables, Limit: costGoal})
	fmt.Fprintf(&text, "| **tables and indexes** (the first five lines) | | **%.2f** |\n| everything without the mails | | %.2f |\n| everything | | %.2f |\n", tables, whole-mails, whole)
	floor := seen.request.write * writePrice
	fmt.Fprintf(&text, "\nThe request alone costs %.2f, %.2f times its floor: the units of the items it writes (%.2f).\n", dollars(seen.request), dollars(seen.request)/floor, floor)
	text.WriteString(seen.beside())
	r.limit("P8", goal, "dollars", tables, costGoal, "%.2f")
	r.limit("P8", visitCost, "dollars", whole-mails, visitGoal, "%.2f")
	r.limit("P8", requestCost, "x", dollars(seen.request)/floor, floorGoal, "%.2f")
	shown, err := r.plot("p8-cost", chart{Title: "P8: dollars a million redemptions", Form: "%.2f", Bars: bars})
	r.section("P8: what a million redemptions cost", text.String()+"\n"+shown)
	return err
}

// beside is what a visit's bill does not show: the one partition that all visits share, and prices that grow with something else than visits.
func (v *visit) beside() string {
	const hours = 30 * 24
	line := func(what, price string) string { return "| " + what + " | " + price + " |\n" }
	return fmt.Sprintf("\n`CATALOG` is one partition, and every visit reads it: %g RRU and %g WRU of it by the last button, %g and %g by the whole visit with its events. DynamoDB serves one partition "+
		"%g RRU and %g WRU a second, so at most %.0f last buttons and %.0f whole visits a second.\n\n",
		v.lastCatalog.read, v.lastCatalog.write, v.catalog.read, v.catalog.write, partitionReads, partitionWrites, v.lastCatalog.rate(), v.catalog.rate()) +
		"| beside the visit | dollars |\n|---|---|\n" +
		line("a mail of an account that sent before July 2026", fmt.Sprintf("%.2f a thousand", oldMailPrice/1000)) +
		line("Cognito: a machine's token", fmt.Sprintf("%.2f a thousand", tokenPrice/1000)) +
		line("Cognito: a client that keeps its token for its hour, a month", fmt.Sprintf("%.2f", hours*tokenPrice/1e6)) +
		line("Cognito: a client that asks for a token at each of a million calls", fmt.Sprintf("%.0f", tokenPrice)) +
		line("Cognito: a person who signs in, a month, above the first 10,000", fmt.Sprintf("%.3f", personPrice)) +
		line("X-Ray: one function traced once a second, a month (`Tracing`)", fmt.Sprintf("at most %.2f", hours*3600*tracePrice/1e6)) +
		line("CloudWatch: a million invocations' own lines, about a kilobyte each (`PlatformLogs`)", fmt.Sprintf("%.2f", logPrice))
}

// shorten returns a line's words up to the first that explains.
func shorten(what string) string {
	if cut := strings.IndexAny(what, ",("); cut > 0 {
		what = what[:cut]
	}
	return strings.TrimSpace(what)
}
