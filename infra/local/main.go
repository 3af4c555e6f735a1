// Command local runs the whole of Liaison on this machine until Ctrl-C (`make
// run`), sends a running one forward in time (`make travel`), has it build what
// changes (`make watch`), or names what breaks an invariant in its table (`make
// verify`).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/infra/operate/verify"
	"liaison/shared/dynamo"
)

// endpointsFile tells tests and scripts where the system answers.
const endpointsFile = "build/local/endpoints.json"

func main() {
	port := flag.Int("port", 0, "port of the API; pages, mailbox and issuer take the next three (0: free ones)")
	keep := flag.String("keep", "", "folder to keep the data in (empty: in memory)")
	debug := flag.Bool("debug", false, "build the functions for a debugger, and give each an hour")
	travel := flag.String("travel", "", "send the running system to this day or RFC 3339 time, and end")
	watching := flag.Bool("watch", false, "have the running system build what changes, and say what came of it, until Ctrl-C")
	check := flag.Bool("verify", false, "name what breaks an invariant in the running system's table, and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case *travel != "":
		err = send(ctx, *travel)
	case *watching:
		err = watch(ctx)
	case *check:
		err = inspect(ctx)
	default:
		err = run(ctx, *port, *keep, *debug)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// keptPort is the API's port of a run that keeps its data: tokens name their issuer with its port, so it must not change.
const keptPort = 8080

// run starts the system, makes the sample program in it and keeps it until ctx ends.
func run(ctx context.Context, port int, keep string, debug bool) error {
	begun := time.Now()
	if keep != "" && port == 0 {
		port = keptPort
	}
	at, err := findPlace()
	if err != nil {
		return err
	}
	defer at.leave()
	log, err := os.Create(filepath.Join(at.logs, "runner.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s, err := system.Start(ctx, system.Options{Port: port, Keep: keep, Log: log, Logs: at.logs, Schedules: true, Follow: true, Debug: debug, Tell: func(words string) {
		fmt.Println(words)
		fmt.Fprintln(log, words)
	}})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Printf("Liaison runs (%.1f s). Making the sample program.\n", time.Since(begun).Seconds())
	program, err := sample.Open(ctx, s, keep)
	if err != nil {
		return fmt.Errorf("sample program: %w (see %s)", err, at.logs)
	}
	program.Fill(&s.Endpoints)
	if err := s.Endpoints.WriteEndpoints(at.endpoints); err != nil {
		return err
	}
	defer os.Remove(at.endpoints)
	vendor := sample.Provisioner(s)
	vendor.Pause = time.Second
	go vendor.Run(ctx, log)
	fmt.Printf("Ready after %.1f s.\n%s", time.Since(begun).Seconds(), guide(s.Endpoints, program, at))
	select {
	case <-ctx.Done():
		fmt.Println("\nending")
		return s.Close()
	case err := <-s.Broken():
		return fmt.Errorf("%w: see %s", err, log.Name())
	}
}

// guide says the way through the main story: lines that work when pasted, addresses that open when clicked.
func guide(e system.Endpoints, p *sample.Program, at place) string {
	curl := func(method, path, body string) string {
		line := "curl -sS -H \"Authorization: Bearer $TOKEN\""
		if method == http.MethodPost {
			line += " -H \"Idempotency-Key: $RANDOM$RANDOM\" -H 'Content-Type: application/json' -d '" + body + "'"
		}
		return line + " \"$API" + path + "\""
	}
	return fmt.Sprintf(`
  API       %s
  pages     %s
  mailbox   %s
  issuer    %s

The way through the main story. You are partner %s; your token is good for an hour. Paste these into a shell:

TOKEN=%s
API=%s
OFFER=%s

1. Make a trial invitation that asks for delegated administration; the answer begins with its link:

%s

2. Invite Anna to the one that is there already, then read her mail at %s and open its link:

%s

   or be a visitor of its public link: %s/o/%s

3. Say Yes or No, fill in a company, check, start the trial. Then see the answer:

%s

The partner's console is at %s/partner. Sign in as its global administrator or as a colleague with limited access:

  %-16s %s   %s
  %-16s %s   %s

The vendor's console is at %s/vendor. Sign in as its operator:

  %-16s %s   %s

What a customer takes is set up by the sample's provisioner, which plays the vendor's own systems: see how far it is in
"$API/v1/provisioning-tasks?customer_id=…". A subscription with 13 licences fails once, to be retried.

A customer's own domain counts once a TXT record proves it. This machine's DNS has the records that you set so:

curl -sS -d '{"name":"_liaison.example.com","txt":["liaison-verification=…"]}' %s/dns

Everything is in %s, the operator's token too; the functions' logs are in %s.
Change a function: the next request builds it. Ctrl-C ends everything.
Send the clock forward: to a reminder with   make travel TO=%s   and then to the trial's end with   make travel TO=%s
`, e.API, e.Pages, e.Mailbox, e.Issuer, e.PartnerID, e.Token, e.API, p.Offer,
		curl(http.MethodPost, "/v1/offers", `{"kind":"trial","country":"PL","language":"en","items":[{"plan_id":"plan_suite"}],"delegated_administration":{"role":"limited"}}`),
		e.Mailbox,
		curl(http.MethodPost, "/v1/offers/$OFFER/invitations", `{"recipients":[{"email":"anna@example.com","language":"en"}]}`),
		e.Pages, strings.TrimPrefix(p.Offer, "ofr_"),
		curl(http.MethodGet, "/v1/redemptions", ""),
		e.Pages, p.Administrator.Name, p.Administrator.Email, p.Administrator.Password, p.Colleague.Name, p.Colleague.Email, p.Colleague.Password,
		e.Pages, p.Staff.Name, p.Staff.Email, p.Staff.Password,
		e.Control, at.endpoints, at.logs,
		time.Now().AddDate(0, 0, 18).Format(time.DateOnly), time.Now().AddDate(0, 0, 32).Format(time.DateOnly))
}

// place is where a run leaves what others read: build/local/endpoints.json and build/local/logs, or those with a number where another run that
// goes on has them.
type place struct {
	endpoints, logs string
	held            *os.File
}

// findPlace takes the first place that is free, and clears what a run before left there.
func findPlace() (place, error) {
	for n := 1; ; n++ {
		number := ""
		if n > 1 {
			number = "-" + strconv.Itoa(n)
		}
		p := place{endpoints: strings.Replace(endpointsFile, ".json", number+".json", 1), logs: filepath.Join(filepath.Dir(endpointsFile), "logs"+number)}
		if err := os.MkdirAll(p.logs, 0o755); err != nil {
			return p, err
		}
		var err error
		if p.held, err = os.OpenFile(filepath.Join(p.logs, ".lock"), os.O_CREATE|os.O_RDWR, 0o644); err != nil {
			return p, err
		}
		switch err := syscall.Flock(int(p.held.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
		case errors.Is(err, syscall.EWOULDBLOCK):
			p.leave()
			continue
		case err != nil:
			return p, errors.Join(err, p.held.Close())
		}
		old, err := filepath.Glob(filepath.Join(p.logs, "*.log"))
		for _, file := range old {
			err = errors.Join(err, os.Remove(file))
		}
		return p, err
	}
}

// leave gives the place free.
func (p place) leave() { _ = p.held.Close() }

// send asks the running system to travel.
func send(ctx context.Context, to string) error {
	body, err := json.Marshal(map[string]string{"to": to})
	if err != nil {
		return err
	}
	_, state, err := command(ctx, http.MethodPost, "/travel", body)
	if err != nil {
		return err
	}
	fmt.Printf("it is now %s\n", state.Now.Format(time.RFC3339))
	if state.DeadLetters > 0 {
		fmt.Printf("%d events failed for good: see build/local/logs/runner.log\n", state.DeadLetters)
	}
	return nil
}

// watch has the running system build what changes, which any request makes it do, and shows each time what came of it.
func watch(ctx context.Context) error {
	for shown := ""; ; {
		_, now, err := command(ctx, http.MethodGet, "/state", nil)
		said := "built " + now.Program
		if broken := new(refusal); errors.As(err, &broken) {
			said = broken.words
		} else if err != nil {
			return err
		}
		if said != shown {
			fmt.Println(time.Now().Format(time.TimeOnly), said)
		}
		shown = said
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// inspect reads the running system's whole table at the system's time, once nothing is left to happen in it.
func inspect(ctx context.Context) error {
	e, state, err := command(ctx, http.MethodPost, "/settle", nil)
	if err != nil {
		return err
	}
	return verify.Run(ctx, dynamo.Over(system.TableAt(e.TableEndpoint), e.Table), verify.Options{At: state.Now}, os.Stdout)
}

// state is how the running system stands after a command.
type state struct {
	Now         time.Time
	DeadLetters int `json:"dead_letters"`
	// Program is the program of all functions that was built last.
	Program string
}

// refusal is why the running system does not obey, for instance the compiler's words.
type refusal struct{ path, words string }

// Error names the command, too.
func (r *refusal) Error() string { return strings.TrimPrefix(r.path, "/") + ": " + r.words }

// command sends the running system a command of its own. It fails with a refusal where the system does not obey.
func command(ctx context.Context, method, path string, body []byte) (system.Endpoints, state, error) {
	var s state
	e, err := system.ReadEndpoints(endpointsFile)
	if err != nil {
		return e, s, fmt.Errorf("no running system: %w (start one with `make run`)", err)
	}
	r, err := http.NewRequestWithContext(ctx, method, e.Control+path, bytes.NewReader(body))
	if err != nil {
		return e, s, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return e, s, fmt.Errorf("no running system: %w (start one with `make run`)", err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		return e, s, err
	}
	if response.StatusCode != http.StatusOK {
		return e, s, &refusal{path, string(bytes.TrimSpace(said))}
	}
	return e, s, json.Unmarshal(said, &s)
}
