// Command bench measures the goals of infra/design/speed.md (`make bench`): rows P1 to P8, in one run, with the bare handler beside.
// It writes build/bench/report.md with its plots and prints one line a goal. It fails where a use costs more requests or units
// than infra/design/data.md allows; a ratio that was missed is told, as machines are noisy.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"liaison/infra/local/template"
	"liaison/shared/partner"
)

// size is how much is measured.
type size struct {
	words                         string
	starts, rounds, visits, races int
	requests                      int
	due                           int
	among                         []int
	lists, listings               []int // P6's lengths
	rows                          []string
}

// has says whether one of the rows is to be measured.
func (z size) has(rows ...string) bool {
	return slices.ContainsFunc(rows, func(row string) bool { return slices.Contains(z.rows, row) })
}

var (
	full  = size{words: "medians of 40", starts: 40, requests: 2000, rounds: 40, visits: 10, races: 3, due: 1000, among: []int{1000, 10_000, 100_000}, lists: []int{300, 100_000}, listings: []int{10, 10_000}}
	short = size{words: "QUICK: medians of 5, smaller tables", starts: 5, requests: 200, rounds: 5, visits: 3, races: 3, due: 100, among: []int{100, 1000, 10_000}, lists: []int{300, 3000}, listings: []int{10, 1000}}
)

func main() {
	rows := flag.String("rows", "P1,P2,P3,P4,P5,P6,P7,P8", "the rows to measure; P1 comes with P7")
	quick := flag.Bool("quick", false, "medians of 5 and smaller tables, to try the benchmark itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	measured := full
	if *quick {
		measured = short
	}
	measured.rows = strings.Split(*rows, ",")
	r, err := measure(ctx, measured)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	fmt.Printf("\n%s\n%s\n", r.summary(), filepath.Join(r.folder, "report.md"))
	if len(r.excess) > 0 {
		os.Exit(1)
	}
}

// measure runs every row. A row that cannot be measured is told in its place; an error means that nothing could be.
func measure(ctx context.Context, z size) (*report, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return nil, errors.New("run it in the repository's folder: make bench")
	}
	r := &report{folder: filepath.Join(root, "build", "bench"), settings: z.words}
	if err := os.MkdirAll(r.folder, 0o755); err != nil {
		return nil, err
	}
	found, err := find(ctx, root)
	if err != nil {
		return nil, err
	}
	say("building %d programs, each for this machine and for deployment", len(found))
	programs, broken := build(ctx, root, found, z.has("P1", "P7"))
	if len(programs) < 3 || programs[2].Kind != yardstick {
		return nil, broken
	}
	if broken != nil {
		r.judge("P7", "every function builds", fmt.Sprintf("%d of %d build", len(programs), len(found)), notMeasured, oneLine(broken))
	}
	say("starting the system and its sample program")
	left, err := r.inSystem(ctx, z)
	if err != nil {
		return nil, err
	}
	if z.has("P1", "P7") {
		r.attempt("P1", inLab(ctx, left, func(l *lab) error { return r.starts(ctx, z, l, programs) }))
	}
	if left.items != nil {
		r.inLab(ctx, z, programs, left)
		if z.has("P3") {
			r.attempt("P3", r.p3())
		}
	}
	slices.SortStableFunc(r.rows, func(a, b row) int { return int(a.ID[1]) - int(b.ID[1]) })
	slices.SortStableFunc(r.sections, func(a, b string) int { return int(a[len("## P")]) - int(b[len("## P")]) })
	return r, r.write()
}

// remains is what the system leaves for the rows that want a quiet table: the templates and, where there is one, the sample program's items.
type remains struct {
	app     *template.App
	items   []item
	partner partner.ID
	// warm are P2's requests, and warmItems what they read.
	warm      []warm
	warmItems []item
	// lists are P6's, and listItems what there was when they were kept.
	lists     []listed
	market    []sought
	listItems []item
}

// inSystem measures what needs the running system: P3 and P8, and keeps what P2 and P6 do again in the lab.
func (r *report) inSystem(ctx context.Context, z size) (*remains, error) {
	s, err := run(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	left := &remains{app: s.App}
	if s.unloaded != nil {
		for _, id := range []string{"P3", "P4", "P5", "P6", "P8"} {
			r.judge(id, "see infra/design/speed.md", "no sample program", notMeasured, oneLine(s.unloaded))
		}
	} else {
		left.partner = partner.ID(s.program.PartnerID)
		if left.items, err = scan(ctx, s.Table(), s.Endpoints.Table); err != nil {
			return nil, err
		}
		if z.has("P3") {
			say("P3: every use with its units")
			r.measureUses(ctx, s)
		}
		if z.has("P2") {
			if left.warm, err = s.keepWarm(ctx); err != nil {
				r.attempt("P2", err)
			} else if left.warmItems, err = scan(ctx, s.Table(), s.Endpoints.Table); err != nil {
				return nil, err
			}
		}
		if z.has("P6") {
			if left.lists, err = s.keepLists(ctx, r); err != nil {
				r.attempt("P6", err)
			} else if left.market, err = s.keepMarket(ctx); err != nil {
				r.attempt("P6", err)
			} else if left.listItems, err = scan(ctx, s.Table(), s.Endpoints.Table); err != nil {
				return nil, err
			}
		}
		if z.has("P8") {
			say("P8: visits")
			r.attempt("P8", r.p8(ctx, s, z.visits))
		}
		all, err := scan(ctx, s.Table(), s.Endpoints.Table)
		if err != nil {
			return nil, err
		}
		r.sizes = sizes(all)
	}
	return left, nil
}

// starts measures P1 and P7, with nothing else running but a table.
func (r *report) starts(ctx context.Context, z size, l *lab, programs []*program) error {
	const table = "p1-starts"
	if err := l.table(ctx, table); err != nil {
		return err
	}
	say("P1, P7: %d starts of %d programs", z.starts, len(programs))
	seen, broken, err := measureInits(ctx, programs, environment(table, l.process.URL), z.starts)
	if err != nil {
		return err
	}
	r.attempt("P1", r.p1(programs, seen, broken))
	r.attempt("P7", r.p7(programs, seen))
	return nil
}

// inLab measures what needs a table without anybody else: P2 and P4 to P6, each with its own.
func (r *report) inLab(ctx context.Context, z size, programs []*program, left *remains) {
	if z.has("P2") && left.warm != nil {
		say("P2: %d warm requests of each kind", z.requests)
		r.attempt("P2", inLab(ctx, left, func(l *lab) error { return r.p2(ctx, l, programs, left, z.requests) }))
	}
	if z.has("P4") {
		say("P4: %d at once, and %d rounds of %d", redeemers, z.rounds, raced)
		r.attempt("P4", inLab(ctx, left, func(l *lab) error { return r.p4(ctx, l, left.items, left.partner, z.rounds) }))
	}
	if z.has("P6") && left.lists != nil {
		say("P6: every page of lists of %v", z.lists)
		named := map[string]*program{}
		for _, p := range programs {
			named[p.Name] = p
		}
		r.attempt("P6", inLab(ctx, left, func(l *lab) error { return r.p6(ctx, l, left, named, z) }))
		if left.market != nil {
			say("P6: the marketplace with %v listings", z.listings)
			r.attempt("P6", inLab(ctx, left, func(l *lab) error { return r.market(ctx, l, left, named, z) }))
		}
	}
	if !z.has("P3", "P5") {
		return
	}
	job := slices.IndexFunc(programs, func(p *program) bool { return p.Name == trialsJob })
	if job < 0 {
		r.judge("P5", "see infra/design/speed.md", "there is no "+trialsJob, notMeasured, "")
		return
	}
	say("P5: %d due among %v", z.due, z.among)
	r.attempt("P5", inLab(ctx, left, func(l *lab) error {
		return r.p5(ctx, l, left, programs[job], z)
	}))
}

func inLab(ctx context.Context, left *remains, measure func(*lab) error) error {
	l, err := openLab(ctx, left.app.Tables[0])
	if err != nil {
		return err
	}
	defer l.Close()
	return measure(l)
}

// attempt notes that a row broke off; the others are measured all the same.
func (r *report) attempt(id string, err error) {
	if err != nil {
		r.judge(id, "see infra/design/speed.md", "it broke off", notMeasured, oneLine(err))
	}
}

func say(format string, about ...any) {
	fmt.Printf("%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, about...))
}
