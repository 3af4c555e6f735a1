package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestCostsWritten holds the table of what each use costs, in infra/design/data.md, to what the benchmark allows: the same uses in the same
// order, each with its requests and units.
func TestCostsWritten(t *testing.T) {
	const page = "../design/data.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, below, found := strings.Cut(string(text), "\n## Cost of each use\n")
	if !found {
		t.Fatal(page + " has no section Cost of each use")
	}
	var said []string
	for line := range strings.SplitSeq(below, "\n") {
		if strings.HasPrefix(line, "## ") {
			break
		}
		if cells := strings.Split(line, " | "); len(cells) == 5 {
			said = append(said, strings.Join(cells[:4], " | "))
		}
	}
	want := []string{"| use | requests | RRU | WRU"}
	for _, u := range []use{
		publicLink, personalLink, authorized, known, me, makeOffer, wordyOffer, replaceOffer, invite(1), invite(40), redeem("", 0, 0),
		redeem(", with delegated administrator", 0, 2), redeem(", with max_redemptions", 0, 2), redeem(", with another partner of record", 2, 4),
		memberYes("", 0, 0), memberYes(", replacing another", 1, 4), convertYes, buyAlone, changeLicenses, recordSet, recordChanged, customers,
		expiring(100), oneEvent,
	} {
		row := fmt.Sprintf("| %s | %s | %g | %g", u.name, words(u.calls), u.read, u.write)
		if u.printed {
			row = fmt.Sprintf("| %s | measured | measured | measured", u.name)
		}
		want = append(want, row)
	}
	for _, row := range want {
		if !slices.Contains(said, row) {
			t.Errorf("%s lacks the row\n\t%s | …", page, row)
		}
	}
	for _, row := range said {
		if !slices.Contains(want, row) {
			t.Errorf("%s has a row that the benchmark does not allow so:\n\t%s | …", page, row)
		}
	}
}

// TestGoalsWritten holds the goals of infra/design/speed.md to the limits that the benchmark judges by.
func TestGoalsWritten(t *testing.T) {
	const page = "../design/speed.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	json, pages := limitsOf[jsonFunction], limitsOf[pageFunction]
	for _, goal := range []string{
		fmt.Sprintf("JSON functions <= %g x the bare handler, pages <= %g x, the mail sender <= %g x |", json.init, pages.init, limitsOf[mailSender].init),
		fmt.Sprintf("what renders Markdown starts within %g x and takes %g x the memory; the page that judges passwords is <= %g MB zipped",
			limitsOf[renderer].init, limitsOf[renderer].resident, limitsOf[passwords].archive),
		fmt.Sprintf("their tail (p99) <= %g x their own median |", tail),
		fmt.Sprintf("| P4 | %d at once redeem one link: %d customers, %d events, no conflict; throughput >= %g x", redeemers, redeemers, redeemers, throughputGoal),
		fmt.Sprintf("a binary <= %g MB for JSON functions, <= %g MB for pages and mail, zipped <= %g and <= %g MB; memory <= %g x",
			json.size, pages.size, json.archive, pages.archive, json.resident),
		fmt.Sprintf("tables and indexes <= %g dollars; the request <= %g x the units of its items; a visit without mail <= %g dollars |", costGoal, floorGoal, visitGoal),
	} {
		if !strings.Contains(string(text), goal) {
			t.Errorf("%s should say: %s", page, goal)
		}
	}
	for _, other := range []kind{mailSender, renderer, passwords} {
		alike := limitsOf[other]
		switch other {
		case mailSender:
			alike.init = pages.init
		case renderer:
			alike.init, alike.resident = pages.init, pages.resident
		case passwords:
			alike.archive = pages.archive
		}
		if alike != pages {
			t.Errorf("%s gives a %s the limits of a page, but for what it names", page, other)
		}
	}
}
