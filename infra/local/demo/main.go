// Command demo starts the whole system, walks the whole story by HTTP, its beginning in both languages, and says, one line a step, what was
// checked (`make demo`). It ends non-zero when a step does not hold.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/infra/local/system"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s, err := system.Start(ctx, system.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	program, err := sample.Load(ctx, s)
	if err != nil {
		return err
	}
	steps := 0
	walk := story.Story{System: s, Program: program, Tell: func(step string) {
		steps++
		fmt.Printf("%3d  %s\n", steps, step)
	}}
	anna, err := walk.Trial(ctx, "en", "anna@example.com", "yes")
	if err != nil {
		return err
	}
	hanna, err := walk.Trial(ctx, "pl", "hanna@example.com", "no")
	if err != nil {
		return err
	}
	for _, of := range []struct{ language, offer string }{{"en", anna.Offer}, {"pl", hanna.Offer}} {
		if err := walk.Public(ctx, of.language, of.offer, "visitor-"+of.language+"@example.com"); err != nil {
			return err
		}
		if err := walk.No(ctx, of.language, of.offer, "no-"+of.language+"@example.com"); err != nil {
			return err
		}
	}
	member, err := walk.Whole(ctx, "en", anna)
	if err != nil {
		return err
	}
	if err := walk.Colleagues(ctx, "en", "piotr.zajac@balticbridge.example"); err != nil {
		return err
	}
	amber, err := walk.Joining(ctx, "en", story.Newcomer{
		Company: "Amber Coast Cloud", Boss: "maria@amber.example", Colleague: "ola@amber.example", Customer: "jan@example.com",
	})
	if err != nil {
		return err
	}
	if err := walk.Market(ctx, "en", amber, story.Seeker{Company: "Litware", Mail: "adam@litware.example"}); err != nil {
		return err
	}
	if err := walk.End(ctx, hanna); err != nil {
		return err
	}
	if err := walk.Year(ctx, member); err != nil {
		return err
	}
	fmt.Printf("%d steps, all held\n", steps)
	return nil
}
