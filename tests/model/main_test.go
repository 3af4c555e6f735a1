// Package model holds the domain, over the real table, against what it must do: command by command against a small pure model of the whole
// state, in concurrent histories against sequential ones, and by clients in several processes that all want the same.
package model

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"liaison/tests/fixture"
)

func TestMain(m *testing.M) {
	if os.Getenv(workerTable) != "" {
		os.Exit(work())
	}
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, n := range map[string]int{"rapid.checks": fixture.Full(10, 2000), "rapid.steps": 40} {
		if !given[name] {
			_ = flag.Set(name, strconv.Itoa(n))
		}
	}
	os.Exit(fixture.Long(m))
}
