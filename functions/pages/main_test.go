// Package pages_test walks what crosses pages over HTTP on a real table: the whole story, every link, what no page may do. A page's own tests
// stand beside it.
package pages_test

import (
	"os"
	"testing"

	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }
