// Package api_test runs what crosses the resources of the API, over HTTP and on a real table: what a customer's users read, what a refusal says,
// what a read leaves, how a request arrives. Every answer is checked against the contract. A resource's own tests stand beside it.
package api_test

import (
	"os"
	"testing"

	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any
