// Command local runs the whole of Liaison on this machine until Ctrl-C (`make
// run`), or sends a running one forward in time (`make travel`).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"liaison/infra/local/system"
)

// endpointsFile tells tests and scripts where the system answers.
const endpointsFile = "build/local/endpoints.json"

func main() {
	port := flag.Int("port", 0, "port of the API; pages, mailbox and issuer take the next three (0: free ones)")
	keep := flag.String("keep", "", "folder to keep the data in (empty: in memory)")
	travel := flag.String("travel", "", "send the running system to this day or RFC 3339 time, and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *travel != "" {
		err = send(ctx, *travel)
	} else {
		err = run(ctx, *port, *keep)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run starts the system and keeps it until ctx ends.
func run(ctx context.Context, port int, keep string) error {
	begun := time.Now()
	if err := os.MkdirAll("build/local/logs", 0o755); err != nil {
		return err
	}
	log, err := os.Create("build/local/logs/runner.log")
	if err != nil {
		return err
	}
	defer log.Close()
	s, err := system.Start(ctx, system.Options{Port: port, Keep: keep, Log: log, Logs: "build/local/logs", Schedules: true})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Endpoints.WriteEndpoints(endpointsFile); err != nil {
		return err
	}
	defer forget(s.Endpoints)
	e := s.Endpoints
	fmt.Printf("Liaison runs (ready after %.1f s). Ctrl-C ends it.\n\n  API      %s\n  pages    %s\n  mailbox  %s\n  sign-in  %s\n\n",
		time.Since(begun).Seconds(), e.API, e.Pages, e.Mailbox, e.Issuer)
	fmt.Printf("All of it is in %s, the logs are in build/local/logs.\n", endpointsFile)
	select {
	case <-ctx.Done():
		fmt.Println("\nending")
		return s.Close()
	case err := <-s.Broken():
		return fmt.Errorf("%w: see build/local/logs/runner.log", err)
	}
}

// forget removes the file of endpoints, unless another run has put its own there.
func forget(e system.Endpoints) {
	if there, err := system.ReadEndpoints(endpointsFile); err == nil && there.Control == e.Control {
		os.Remove(endpointsFile)
	}
}

// send asks the running system to travel.
func send(ctx context.Context, to string) error {
	e, err := system.ReadEndpoints(endpointsFile)
	if err != nil {
		return fmt.Errorf("no running system: %w (start one with `make run`)", err)
	}
	body, err := json.Marshal(map[string]string{"to": to})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Control+"/travel", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("no running system: %w (start one with `make run`)", err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("travel: %s", bytes.TrimSpace(said))
	}
	var state struct {
		Now         string
		DeadLetters int `json:"dead_letters"`
	}
	if err := json.Unmarshal(said, &state); err != nil {
		return err
	}
	fmt.Printf("it is now %s\n", state.Now)
	if state.DeadLetters > 0 {
		fmt.Printf("%d events failed for good: see build/local/logs/runner.log\n", state.DeadLetters)
	}
	return nil
}
