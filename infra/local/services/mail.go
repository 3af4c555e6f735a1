package services

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// MailOptions says how to start the SES v2 emulator.
type MailOptions struct {
	// Port to listen on; 0 takes a free one.
	Port int
	// Log gets what the service says; nil drops it. It must bear use by several services at once
	// if they share it.
	Log io.Writer
}

// Mail starts the SES v2 emulator and returns when it answers: the API and the mailbox page
// are at URL, all mails as JSON at URL/store. It fails when Node or the package is missing,
// when the given port is taken, and with ctx, which is for the start only.
func Mail(ctx context.Context, o MailOptions) (*Process, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "aws-ses-v2-local", "dist", "cli.js")
	if _, err := os.Stat(program); err != nil {
		return nil, errors.New("the SES emulator is not installed: run `make setup`")
	}
	path, err := node.find(ctx)
	if err != nil {
		return nil, err
	}
	return onPort(ctx, o.Port, func(port int) command {
		args := []string{program, "--host", "127.0.0.1", "--port", strconv.Itoa(port)}
		return command{name: "the SES emulator", path: path, args: args, dir: dir, log: o.Log}
	}, func(ctx context.Context, url string) bool {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/health-check", nil)
		return err == nil && answers(ctx, r)
	})
}
