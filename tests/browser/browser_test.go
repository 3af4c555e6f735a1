// Package browser walks the story in Chromium as a person does, and holds every page in every state against what every page must be.
package browser

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"liaison/tests/browser/states"
)

var set *states.World

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if set, err = states.Open(ctx); err != nil {
		return 1, err
	}
	defer func() {
		if wrong := set.Close(); wrong != nil {
			code, err = 1, wrong
		}
	}()
	return m.Run(), nil
}
