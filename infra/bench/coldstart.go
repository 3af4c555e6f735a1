package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// started is what the starts of one program showed.
type started struct {
	wall, cpu []time.Duration
	memory    []int64
}

// measureInits starts every program n times, one after the other, in a new order each round, with the bare handler after every fourth:
// what disturbs the machine disturbs all of them. Each start is of a fresh copy: where in memory a file lies makes its program start up to a half
// slower, every time for as long as it lies there, and a median over starts of one file would judge that. A program that does not start is told in
// its place.
func measureInits(ctx context.Context, programs []*program, environment []string, n int) (map[*program]*started, map[*program]error, error) {
	d, err := drive()
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	seen, broken := map[*program]*started{}, map[*program]error{}
	for _, p := range programs {
		seen[p] = &started{}
	}
	folder, err := os.MkdirTemp("", "liaison-starts")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(folder)
	once := func(p *program) {
		if broken[p] != nil {
			return
		}
		one, err := d.startCopy(ctx, p.Path, folder, environment)
		if err != nil {
			broken[p] = err
		} else {
			seen[p].wall = append(seen[p].wall, one.wall)
			seen[p].cpu = append(seen[p].cpu, one.cpu)
			seen[p].memory = append(seen[p].memory, one.memory)
		}
	}
	bare := programs[0]
	for range n {
		for i, at := range rand.Perm(len(programs)) {
			if p := programs[at]; p != bare {
				once(p)
			}
			if i%4 == 0 {
				once(bare)
			}
		}
	}
	return seen, broken, ctx.Err()
}

// p1 judges the inits of every kind by its slowest function: by the processes' own time or by the clock's, whichever was steadier for the bare
// handler. A function is over its limit where it is by more than what so few starts leave uncertain.
func (r *report) p1(programs []*program, seen map[*program]*started, broken map[*program]error) error {
	bare := seen[programs[0]]
	byClock, byCPU := halfWidth(bare.wall), halfWidth(bare.cpu)
	steady, name := func(s *started) []time.Duration { return s.cpu }, "the process's own time"
	if byClock < byCPU {
		steady, name = func(s *started) []time.Duration { return s.wall }, "the clock's time"
	}
	multiple := func(p *program, of func(*started) []time.Duration) float64 {
		return float64(median(of(seen[p]))) / float64(median(of(bare)))
	}
	ratio := func(p *program) float64 { return multiple(p, steady) }
	uncertain := func(p *program) float64 { return math.Hypot(uncertainty(steady(seen[p])), uncertainty(steady(bare))) }
	var text strings.Builder
	fmt.Fprintf(&text, "From the start of the process to its first question for work, as a multiple of the bare aws-lambda-go handler's, each a median of %d interleaved "+
		"starts, each of a fresh copy. The middle half of the bare handler's starts lay within ± %.0f %% of its median by the clock and within ± %.0f %% by the process's own time, so %s judges; "+
		"a function above its limit by less than what is uncertain draws with it.\n\n| function | kind | x bare | uncertain | by the clock | limit | |\n|---|---|---|---|---|---|---|\n",
		len(seen[programs[len(programs)-1]].wall), byClock*100, byCPU*100, name)
	worst := map[kind]*program{}
	over := map[kind]int{}
	count := map[kind]int{}
	var bars []bar
	for _, p := range programs[1:] {
		limit, judged := limitsOf[p.Kind].init, p.Kind != yardstick
		if err := broken[p]; err != nil {
			if judged {
				r.judge("P1", fmt.Sprintf("%s starts", p.Name), p.Name+" does not start", notMeasured, oneLine(err))
			}
			continue
		}
		v := ""
		if judged {
			switch {
			case ratio(p) <= limit:
				v = string(met)
			case ratio(p) <= limit*(1+uncertain(p)):
				v = "draw"
			default:
				v = string(missed)
				over[p.Kind]++
			}
			count[p.Kind]++
			if worst[p.Kind] == nil || ratio(p) > ratio(worst[p.Kind]) {
				worst[p.Kind] = p
			}
		}
		clock := multiple(p, func(s *started) []time.Duration { return s.wall })
		fmt.Fprintf(&text, "| %s | %s | %.2f | ± %.0f %% | %.2f | %s | %s |\n", p.Name, p.Kind, ratio(p), uncertain(p)*100, clock, number(limit), v)
		bars = append(bars, bar{Label: p.Name, Value: ratio(p), Limit: limit, Mark: !judged})
	}
	for _, k := range judged {
		limit := limitsOf[k].init
		goal := fmt.Sprintf("init of every %s <= %.2f x bare", k, limit)
		p := worst[k]
		if p == nil {
			r.judge("P1", goal, "no "+string(k), notMeasured, "there is none yet")
			continue
		}
		what := fmt.Sprintf("x bare at most (%s; %d of %d over)", p.Name, over[k], count[k])
		if measured := fmt.Sprintf("%.2f %s", ratio(p), what); over[k] == 0 && ratio(p) > limit {
			r.judge("P1", goal, measured, met, "a draw: nearer to its limit than so few starts can tell")
		} else {
			r.limit("P1", goal, what, ratio(p), limit, "%.2f")
		}
	}
	shown, err := r.plot("p1-init", chart{Title: "P1: init as a multiple of the bare handler's", Unit: " x", Form: "%.2f", Bars: bars})
	r.section("P1: init", text.String()+"\n"+shown)
	return err
}

func number(limit float64) string {
	if limit == 0 {
		return ""
	}
	return fmt.Sprintf("%g", limit)
}

func oneLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	const most = 200
	if len(line) > most {
		line = strings.ToValidUTF8(line[:most], "") + "…"
	}
	return strings.ReplaceAll(line, "|", "/")
}
