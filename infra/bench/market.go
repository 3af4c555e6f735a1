package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/partner"
)

// sought is a question to the marketplace, as the running system served it.
type sought struct {
	name, program, query string
	terms                int // that its query asks for
	event                []byte
}

// market are the questions: every listing answers each, so that none is smaller than it looks.
var market = []sought{
	{name: "GET /v1/marketplace/partners", program: "api/marketplace/search", query: "q=cloud&service=migrate,train&country=PL&language=pl", terms: 5},
	{name: "GET /v1/marketplace/matches", program: "api/marketplace/match", query: "service=migrate,train&country=PL&language=pl&plan_id=plan_suite", terms: 5},
}

// What a question may read of so many listings (decision 82): each term's and the facts' items, the page's entries and the regions.
const (
	mostListings = 10_000
	mostRead     = 130 // RRU
)

func isSought(program string) bool {
	for _, one := range market {
		if one.program == program {
			return true
		}
	}
	return false
}

// keepMarket asks each question once in the running system, whose partner is published, and keeps the events.
func (r *running) keepMarket(ctx context.Context) ([]sought, error) {
	kept := append([]sought(nil), market...)
	for i, one := range kept {
		_, path, _ := strings.Cut(one.name, " ")
		event, err := r.kept(ctx, one.name, path+"?"+one.query)
		if err != nil {
			return nil, err
		}
		kept[i].event = event
	}
	return kept, nil
}

// market asks each question where there are few listings and where there are many: the requests must be the same, and the units stay bounded.
func (r *report) market(ctx context.Context, l *lab, left *remains, programs map[string]*program, z size) error {
	var text strings.Builder
	text.WriteString("| question | listings | requests | RRU | time, x the first row's |\n|---|---|---|---|---|\n")
	for _, one := range left.market {
		names := make([]string, len(z.listings))
		for i, n := range z.listings {
			names[i] = "p6-" + strings.ReplaceAll(one.program, "/", "-") + "-" + strconv.Itoa(n)
		}
		j, err := openJobs(l, programs[one.program], filepath.Join(r.folder, "logs"), names...)
		if j != nil {
			defer j.Close()
		}
		if err != nil {
			return err
		}
		var first cost
		var dearest float64
		base := time.Duration(0)
		for i, n := range z.listings {
			made, err := listings(left.listItems, left.partner, n)
			if err != nil {
				return err
			}
			if err := l.table(ctx, names[i], left.listItems, made); err != nil {
				return err
			}
			seen, took, err := j.ask(ctx, names[i], one, z.rounds)
			if err != nil {
				return err
			}
			if i == 0 {
				first, base = seen, took
			}
			dearest = max(dearest, seen.read)
			if seen.requests() != first.requests() {
				r.judge("P6", one.name+": requests", fmt.Sprintf("%d of %d listings, %d of %d", seen.requests(), n, first.requests(), z.listings[0]), missed, "")
			}
			fmt.Fprintf(&text, "| %s?%s | %d | %s | %g | %.2f |\n", one.name, one.query, n, words(seen.calls), seen.read, took.Seconds()/base.Seconds())
		}
		last := z.listings[len(z.listings)-1]
		r.limit("P6", fmt.Sprintf("%s: units of %d terms over %d listings", one.name, one.terms, last), "RRU at most", dearest, mostRead*max(float64(last)/mostListings, 0.5), "%.1f")
	}
	r.section("P6: the marketplace", fmt.Sprintf("The questions' own bootstraps, over listings that answer all of it; times are medians of %d.\n\n%s", z.rounds, text.String()))
	return nil
}

// ask asks a question and returns what it cost, and how long it took in the median; the first time opens connections.
func (j *jobs) ask(ctx context.Context, table string, one sought, rounds int) (seen cost, took time.Duration, err error) {
	var all []time.Duration
	for i := range rounds + 1 {
		j.proxy.Measure(i == 1)
		calls, rows, _, err := j.page(ctx, table, one.event)
		if err != nil {
			return seen, 0, err
		}
		if rows == 0 {
			return seen, 0, errors.New("p6: " + one.name + " found nobody")
		}
		if i == 1 {
			seen = tally(calls)
		}
		if i > 0 {
			all = append(all, j.took)
		}
	}
	return seen, median(all), nil
}

// listings returns n partners with their listings like the sample's, and the index that holds them all.
func listings(items []item, like partner.ID, n int) ([]item, error) {
	own := func(sort string) item {
		for _, it := range items {
			if read(it, "PK") == "PARTNER#"+string(like) && read(it, "SK") == sort {
				return it
			}
		}
		return nil
	}
	listing, company, plan, indexed := own("LISTING"), own("PROFILE"), own("AUTHORISATION#plan_suite"), own("INDEXED")
	if listing == nil || company == nil || plan == nil || indexed == nil {
		return nil, errors.New("p6: the sample's partner is not in the marketplace")
	}
	const shards = 16 // as many as the table's index has
	members, facts := make([][]string, shards), make([]item, shards)
	var made []item
	for i := range n {
		id := string(partner.NewID(fmt.Sprintf("%07d", i+1)))
		for _, it := range []item{listing, company, plan} {
			made = append(made, renamed(it, string(like), id))
		}
		shard := i % shards
		if facts[shard] == nil {
			facts[shard] = item{"PK": text("FACTS"), "SK": text(strconv.FormatInt(int64(shard), 16)), "class": text("facts")}
		}
		facts[shard]["p"+id] = text(strconv.Itoa(i%11) + "|PL")
		members[shard] = append(members[shard], id)
	}
	terms, _ := indexed["terms"].(*types.AttributeValueMemberL)
	for shard, of := range members {
		if len(of) == 0 {
			continue
		}
		made = append(made, maps.Clone(facts[shard]))
		for _, term := range terms.Value {
			made = append(made, item{
				"PK": text("FIND#" + term.(*types.AttributeValueMemberS).Value), "SK": text(strconv.FormatInt(int64(shard), 16)), "class": text("postings"),
				"partners": &types.AttributeValueMemberSS{Value: of},
			})
		}
	}
	// The sample's own partner stands in shards of its own making; here everybody is a copy.
	return made, nil
}

// kept asks for a path once in the running system and returns the event that the function got.
func (r *running) kept(ctx context.Context, name, path string) ([]byte, error) {
	function, err := r.served("Api", name)
	if err != nil {
		return nil, err
	}
	if _, err := r.during(ctx, func() error { return r.get(ctx, path) }); err != nil {
		return nil, err
	}
	var event json.RawMessage
	for _, seen := range r.invocations() {
		if seen.Function == function {
			event = seen.Payload
		}
	}
	if event == nil {
		return nil, errors.New("p6: " + name + " was not seen")
	}
	return event, nil
}
