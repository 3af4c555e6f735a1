package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/lambda"
	"liaison/infra/local/proxy"
	"liaison/shared/dynamo"
	"liaison/shared/partner"
	"liaison/shared/subscription"
)

// P5's goals.
const (
	requestSpread = 1.02
	timeSpread    = 1.2
)

// trialsJob is the folder of the job that ends trials.
const trialsJob = "jobs/trials"

// jobs runs the trials job's bootstrap on tables of the lab, through the recording proxy.
type jobs struct {
	proxy   *proxy.Proxy
	runtime *lambda.Runtime
	took    time.Duration
}

// openJobs makes a function of the job for each table.
func openJobs(l *lab, job *program, logs string, tables ...string) (*jobs, error) {
	j := &jobs{}
	var known []proxy.Table
	for _, name := range tables {
		one := proxy.Table{Name: name, Keys: l.shape.Keys}
		for _, index := range l.shape.Indexes {
			one.Indexes = append(one.Indexes, proxy.Index(index))
		}
		known = append(known, one)
	}
	var err error
	j.proxy, err = proxy.Start(proxy.Options{Services: map[proxy.Service]string{proxy.DynamoDB: l.process.URL}, AccessKey: "LOCAL", Tables: known})
	if err != nil {
		return nil, err
	}
	j.runtime, err = lambda.Start(lambda.Options{Logs: logs, Environment: j.proxy.Environment, Observe: func(i lambda.Invocation) { j.took = i.Duration }})
	if err != nil {
		return nil, err
	}
	j.proxy.Attach(j.runtime)
	for _, name := range tables {
		variables := map[string]string{}
		for _, variable := range environment(name, "") {
			if key, value, _ := strings.Cut(variable, "="); !strings.HasPrefix(key, "AWS_") && value != "" {
				variables[key] = value
			}
		}
		if err := j.runtime.Add(lambda.Function{
			Name: name, Memory: 512, Timeout: 10 * time.Minute, Environment: variables, Instances: 1,
			Program: func() string { return job.Path },
		}); err != nil {
			return j, err
		}
	}
	return j, nil
}

// Close ends the instances.
func (j *jobs) Close() {
	j.runtime.Close()
	j.proxy.Close()
}

// run runs the job once on the table and returns its calls and how long it worked. It fails unless it did n things.
func (j *jobs) run(ctx context.Context, table string, n int) ([]*proxy.Call, time.Duration, error) {
	j.proxy.Reset()
	payload := fmt.Sprintf(`{"time":%q}`, time.Now().UTC().Format(time.RFC3339))
	said, err := j.runtime.Invoke(ctx, table, []byte(payload))
	if err != nil {
		return nil, 0, err
	}
	var outcome struct{ Done int }
	if err := json.Unmarshal(said, &outcome); err != nil || outcome.Done != n {
		return nil, 0, fmt.Errorf("the job ended other than %d trials: %s", n, said)
	}
	return j.proxy.Calls(), j.took, nil
}

// trials are a trial that ended an hour ago with all its reminders sent, and one that runs, as stored.
type trials struct{ due, running item }

// makeTrials redeems an invitation by the domain's own operations in a table of its own, and writes the trial's times back for the one that ended.
func makeTrials(ctx context.Context, l *lab, base []item, by partner.ID) (*trials, error) {
	const name = "p5-prototype"
	if err := l.table(ctx, name, base); err != nil {
		return nil, err
	}
	table := dynamo.Over(l.db, name)
	all := func() ([]item, error) { return scan(ctx, l.db, name) }
	link, err := open(ctx, table, all, by, time.Now())
	if err != nil {
		return nil, err
	}
	if _, err = link.accept(ctx, table, link.id, time.Now()); err != nil {
		return nil, err
	}
	items, err := all()
	if err != nil {
		return nil, err
	}
	stored := of("subscription", items)
	if len(stored) != 1 || read(stored[0], "due") == "" {
		return nil, fmt.Errorf("p5: %d trials in the index of what is due after one yes", len(stored))
	}
	running := stored[0]
	const layout = "2006-01-02T15:04:05.000Z"
	ended := time.Now().UTC().Add(-time.Hour)
	begun := ended.AddDate(0, 0, -30).Format(layout)
	reminded := &types.AttributeValueMemberL{}
	for _, days := range subscription.Reminders {
		reminded.Value = append(reminded.Value, &types.AttributeValueMemberN{Value: strconv.Itoa(days)})
	}
	due := with(renamed(running, read(running, "trial_ends_at"), ended.Format(layout), read(running, "created_at"), begun),
		"step", string(subscription.End), "step_at", ended.Format(layout), "due", ended.Format(layout)+"#"+read(running, "PK")+"#"+read(running, "SK"))
	due["reminded"] = reminded
	return &trials{due: due, running: running}, nil
}

// many returns n trials like the one given, of n customers, spread over the index as the table spreads them.
func many(like item, n int) []item {
	customer, ulid := read(like, "PK")[len("CUSTOMER#"):], read(like, "SK")[len("SUB#"):]
	class, _, _ := strings.Cut(read(like, "due_class"), "#")
	made := make([]item, n)
	for i := range made {
		made[i] = with(renamed(like, customer, ids.Random(12), ulid, ids.ULID(time.Now())), "due_class", class+"#"+strconv.Itoa(i%dynamo.DueShards))
	}
	return made
}

// p5 ends the same number of due trials among more and more that are not due, and, on a table of their own with units counted, P3's hundred.
func (r *report) p5(ctx context.Context, l *lab, left *remains, job *program, z size) error {
	due, sizes, rounds := z.due, z.among, z.races
	found, err := makeTrials(ctx, l, left.items, left.partner)
	if err != nil {
		return err
	}
	names := make([]string, len(sizes))
	for i, size := range sizes {
		names[i] = "p5-" + strconv.Itoa(size)
	}
	const counted, few = "p3-trials", 100
	j, err := openJobs(l, job, filepath.Join(r.folder, "logs"), append(names, counted)...)
	if j != nil {
		defer j.Close()
	}
	if err != nil {
		return err
	}
	if err := l.table(ctx, counted, many(found.due, few)); err != nil {
		return err
	}
	j.proxy.Measure(true)
	calls, _, err := j.run(ctx, counted, few)
	if err != nil {
		return err
	}
	j.proxy.Measure(false)
	r.hold(expiring(few), tally(calls))
	if !z.has("P5") {
		return nil
	}
	ending := many(found.due, due)
	for i, size := range sizes {
		if err := l.table(ctx, names[i], many(found.running, size-due)); err != nil {
			return err
		}
	}
	requests, times := make([]int, len(sizes)), make([][]time.Duration, len(sizes))
	for round := range rounds + 1 {
		for i, name := range names {
			if err := fill(ctx, l.db, name, ending); err != nil {
				return err
			}
			calls, took, err := j.run(ctx, name, due)
			if err != nil {
				return err
			}
			if round > 0 { // the first warms up the process and the table
				requests[i], times[i] = len(calls), append(times[i], took)
			}
		}
	}
	least, most := math.Inf(1), 0.0
	slowest := 0.0
	var text strings.Builder
	text.WriteString("| trials | due | requests | time, as a multiple of the smallest table's |\n|---|---|---|---|\n")
	bars := make([]bar, len(sizes))
	for i, size := range sizes {
		least, most = min(least, float64(requests[i])), max(most, float64(requests[i]))
		ratio := float64(median(times[i])) / float64(median(times[0]))
		slowest = max(slowest, ratio)
		fmt.Fprintf(&text, "| %d | %d | %d | %.2f |\n", size, due, requests[i], ratio)
		bars[i] = bar{Label: fmt.Sprintf("%d due among %d", due, size), Value: ratio, Limit: timeSpread}
	}
	r.limit("P5", "requests equal within 2 %", fmt.Sprintf("x the fewest at most (%d to %d, %d due among up to %d)", int(least), int(most), due, sizes[len(sizes)-1]), most/least, requestSpread, "%.3f")
	r.limit("P5", "time within 1.2 x", "x the smallest table's at most", slowest, timeSpread, "%.2f")
	shown, err := r.plot("p5-expiring", chart{Title: "P5: time to end what is due, by what exists", Unit: " x", Form: "%.2f", Bars: bars})
	r.section("P5: expiring", fmt.Sprintf("The job's own bootstrap; %d interleaved rounds of %d transactions a table, medians of the rounds.\n\n%s\n%s", rounds, due, text.String(), shown))
	return err
}
