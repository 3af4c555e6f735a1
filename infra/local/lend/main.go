// Command lend runs a command, mostly `go test`, and lends DynamoDB Local to all test binaries that it starts, so that they need no process
// of their own each. It ends as the command does.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"liaison/infra/local/services"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: lend <command> …")
		os.Exit(2)
	}
	code, err := run(exec.Command(os.Args[1], os.Args[2:]...))
	if err != nil {
		fmt.Fprintln(os.Stderr, "lend:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// run returns the command's exit code.
func run(command *exec.Cmd) (code int, err error) {
	sharing, err := services.Share()
	if err != nil && !errors.Is(err, services.ErrShared) {
		fmt.Fprintln(os.Stderr, "lend: each test binary starts its own:", err)
	}
	// Ctrl-C reaches the command, too: it ends first, what it borrowed afterwards.
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return 1, err
	}
	go func() {
		for sign := range asked {
			if sign == syscall.SIGTERM {
				_ = command.Process.Signal(sign)
			}
		}
	}()
	if sharing != nil {
		if err := sharing.Start(context.Background()); err != nil { // the command compiles meanwhile
			fmt.Fprintln(os.Stderr, "lend: each test binary starts its own:", err)
		}
		defer func() { err = errors.Join(err, sharing.Close()) }()
	}
	_ = command.Wait() // its exit code says it
	return command.ProcessState.ExitCode(), nil
}
