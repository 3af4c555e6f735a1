package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/shared/dynamo"
	"liaison/shared/partner"
)

// P4's goal, and how it is asked.
const (
	throughputGoal = 0.8
	redeemers      = 200
	workers        = 64
	// raced is how many yeses one measured round holds.
	raced = 64
)

// p4 lets 200 visitors of one shared link say yes at once, by redemption.Accept in this process on DynamoDB Local, and then writes the same
// items by bare TransactWriteItems calls of the SDK into a second table; n rounds of each, in turn.
func (r *report) p4(ctx context.Context, l *lab, base []item, by partner.ID, n int) error {
	const ours, raw = "p4-ours", "p4-raw"
	if err := l.table(ctx, ours, base); err != nil {
		return err
	}
	kept := &recorder{http: newHTTP()}
	table := dynamo.Over(connect(l.process.URL, func(o *dynamodb.Options) { o.HTTPClient = kept }), ours)
	plain := connect(l.process.URL, func(o *dynamodb.Options) { o.HTTPClient = newHTTP() })
	link, err := open(ctx, table, func() ([]item, error) { return scan(ctx, l.db, ours) }, by, time.Now())
	if err != nil {
		return err
	}
	if err := l.table(ctx, raw, base, []item{link.offer}); err != nil {
		return err
	}
	if _, err := kept.take(raw); err != nil {
		return err
	}
	before, err := scan(ctx, l.db, ours)
	if err != nil {
		return err
	}
	var rates, bare []float64
	failures, customers, events := 0, 0, 0
	for round := range n + 1 {
		size := raced
		if round == 0 {
			size = redeemers
		}
		items, invited := link.visitors(size, time.Now())
		for _, name := range []string{ours, raw} {
			if err := fill(ctx, l.db, name, items); err != nil {
				return err
			}
		}
		took, failed, err := all(size, func(i int) error {
			_, err := link.accept(ctx, table, invited[i], time.Now())
			return err
		})
		failures += failed
		if err != nil && round == 0 {
			return fmt.Errorf("p4: %w", err)
		}
		writes, err := kept.take(raw)
		if err != nil {
			return err
		}
		bareTook, failed, err := all(len(writes), func(i int) error {
			_, err := plain.TransactWriteItems(ctx, writes[i])
			return err
		})
		if err != nil {
			return fmt.Errorf("p4: the bare side: %d failed: %w", failed, err)
		}
		if round == 0 { // both sides warm up; what they wrote is counted
			after, err := scan(ctx, l.db, ours)
			if err != nil {
				return err
			}
			customers = len(of("customer", after)) - len(of("customer", before))
			events = len(of("event", after)) - len(of("event", before))
			continue
		}
		rates = append(rates, float64(size)/took.Seconds())
		bare = append(bare, float64(len(writes))/bareTook.Seconds())
	}
	ratio := median(rates) / median(bare)
	v, short := met, ""
	if customers != redeemers || events != redeemers || failures != 0 {
		v, short = missed, "see the counts"
	}
	r.judge("P4", fmt.Sprintf("%d at once redeem one link: %d customers, %d events, 0 conflicts", redeemers, redeemers, redeemers),
		fmt.Sprintf("%d customers, %d events; %d refused then and in %d further rounds of %d", customers, events, failures, n, raced), v, short)
	v, short = met, ""
	if ratio < throughputGoal {
		v, short = missed, fmt.Sprintf("%.0f %% short", -above(ratio, throughputGoal))
	}
	r.judge("P4", fmt.Sprintf("throughput >= %.1f x raw TransactWriteItems of the same items", throughputGoal), fmt.Sprintf("%.2f x raw", ratio), v, short)
	shown, err := r.plot("p4-throughput", chart{Title: "P4: yeses of one shared link, as a share of the raw transactions' rate", Form: "%.2f", Unit: " x", Bars: []bar{
		{Label: "raw TransactWriteItems", Value: 1, Mark: true}, {Label: "redemption.Accept", Value: ratio},
	}})
	r.section("P4: one popular link", fmt.Sprintf("`redemption.Accept` with `dynamo.Table` in this process, not through the page: what is compared is what we add to the transaction, "+
		"and that is two strongly consistent reads, the decision and the receipt before each. %d workers on each side, %d interleaved rounds of %d; the middle half of our rounds lay within ± %.0f %%, "+
		"of the raw ones within ± %.0f %%. DynamoDB Local and this program share the machine, so that our own work takes processor time from the table too. "+
		"It never answers TransactionConflict: that none can happen follows from the keys, of which no two yeses share one.\n\n%s",
		workers, n, raced, halfWidth(rates)*100, halfWidth(bare)*100, shown))
	return err
}

// all does n things by the workers and returns how long all of them took, how many failed, and the first failure.
func all(n int, do func(i int) error) (time.Duration, int, error) {
	var next, failed atomic.Int64
	var wait sync.WaitGroup
	var once sync.Once
	var first error
	begun := time.Now()
	for range workers {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					failed.Add(1)
					once.Do(func() { first = err })
				}
			}
		})
	}
	wait.Wait()
	return time.Since(begun), int(failed.Load()), first
}
