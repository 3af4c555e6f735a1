// Command fresh does what somebody does who sees Liaison for the first time (`make fresh`): it clones the repository into an empty folder, calls
// `make run` there with empty caches, pastes the README's curl lines, follows the mail's link and accepts the invitation, changes a handler,
// presses Ctrl-C, and looks that nothing is left running. It prints how long each took, and ends non-zero when a step does not hold.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/system"
	"liaison/shared/locale"
)

func main() {
	keep := flag.Bool("keep-downloads", false, "use the Go modules and npm packages that this machine has downloaded before; the compiler's cache is empty all the same")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "fresh:", err)
		os.Exit(1)
	}
}

// run does it all in a folder of its own, which stays where something does not hold.
func run(ctx context.Context, keep bool) error {
	folder, err := os.MkdirTemp("", "liaison-fresh-")
	if err != nil {
		return err
	}
	h := &home{folder: filepath.Join(folder, "liaison")}
	h.environment = append(os.Environ(), "GOCACHE="+filepath.Join(folder, "go-build"), "MAKEFLAGS=", "MAKELEVEL=")
	if !keep {
		h.environment = append(h.environment, "GOMODCACHE="+filepath.Join(folder, "go-mod"), "npm_config_cache="+filepath.Join(folder, "npm"))
	}
	if err := errors.Join(h.walk(ctx), h.end()); err != nil {
		return fmt.Errorf("%w\nthe folder stays: %s", err, folder)
	}
	return remove(folder)
}

// home is the clone, and what was measured in it.
type home struct {
	folder      string
	environment []string
	running     *running // the `make run` under way; nil where there is none
	figures     []string
}

// walk is what the newcomer does.
func (h *home) walk(ctx context.Context) error {
	if err := h.clone(ctx); err != nil {
		return err
	}
	empty, err := h.start(ctx)
	if err != nil {
		return err
	}
	h.measured("make run with empty caches, ready after", empty, "180 s")
	if err := h.story(ctx); err != nil {
		return err
	}
	changed, err := h.change(ctx)
	if err != nil {
		return err
	}
	h.measured("a changed handler answers after", changed, "3 s")
	if err := h.end(); err != nil {
		return err
	}
	warm, err := h.start(ctx)
	if err != nil {
		return err
	}
	h.measured("make run again, ready after", warm, "15 s")
	if err := h.end(); err != nil {
		return err
	}
	fmt.Println()
	for _, figure := range h.figures {
		fmt.Println(figure)
	}
	if load, err := exec.CommandContext(ctx, "uptime").Output(); err == nil {
		fmt.Printf("(the goals are for two idle cores; this machine now:%s)\n", strings.TrimRight(string(load), "\n"))
	}
	return nil
}

func (h *home) measured(what string, took time.Duration, goal string) {
	h.figures = append(h.figures, fmt.Sprintf("%-40s %6.1f s  (goal %s)", what, took.Seconds(), goal))
}

// clone clones the repository around the working folder, as it is committed.
func (h *home) clone(ctx context.Context) error {
	changed, err := exec.CommandContext(ctx, "git", "status", "--porcelain").Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(changed) > 0 {
		fmt.Println("what is not committed is left out")
	}
	if said, err := exec.CommandContext(ctx, "git", "clone", "--quiet", ".", h.folder).CombinedOutput(); err != nil {
		return fmt.Errorf("git clone: %w\n%s", err, said)
	}
	return nil
}

// story pastes what `make run` and the README print, in the order of the README, and accepts the invitation that was mailed on the way.
func (h *home) story(ctx context.Context) error {
	readme, err := os.ReadFile(filepath.Join(h.folder, "README.md"))
	if err != nil {
		return err
	}
	endpoints, err := system.ReadEndpoints(filepath.Join(h.folder, "build", "local", "endpoints.json"))
	if err != nil {
		return err
	}
	said := map[string][]byte{}
	for _, block := range blocks(string(readme)) {
		answer, err := h.paste(ctx, block)
		if err != nil {
			return err
		}
		fmt.Printf("%s", answer)
		said[strings.Trim(block[strings.LastIndex(block, "/")+1:], "\"\n")] = answer
		if strings.Contains(block, "/invitations") {
			if err := accept(ctx, endpoints); err != nil {
				return err
			}
		}
	}
	var redemptions struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(said["redemptions"], &redemptions); err != nil || len(redemptions.Data) == 0 {
		return fmt.Errorf("the README's lines show no answer of the customer: %w: %s", err, said["redemptions"])
	}
	if !strings.HasPrefix(string(said["offers"]), `{"url":"`+endpoints.Pages) {
		return fmt.Errorf("the offer that the README's line makes does not begin with its link: %s", said["offers"])
	}
	return nil
}

// blocks returns the shell blocks of the README that call the API with what `make run` prints.
func blocks(readme string) []string {
	var found []string
	for _, part := range strings.Split(readme, "\n```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		if strings.Contains(block, "$API/") {
			found = append(found, block)
		}
	}
	return found
}

// paste runs lines in a shell that has what `make run` printed for pasting.
func (h *home) paste(ctx context.Context, lines string) ([]byte, error) {
	shell := exec.CommandContext(ctx, "bash", "-eu", "-o", "pipefail", "-c", strings.Join(h.running.given, "\n")+"\n"+lines)
	shell.Stderr = os.Stderr
	said, err := shell.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", lines, err)
	}
	return said, nil
}

// invited is who the README invites.
const invited = "anna@example.com"

// accept follows the link in the mail and says yes.
func accept(ctx context.Context, e system.Endpoints) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	mails, err := client.Mailbox{Base: e.Mailbox}.Wait(ctx, invited, 1)
	if err != nil {
		return err
	}
	w, visitor := locale.In(locale.English), client.NewVisitor("en")
	if _, err := visitor.Get(ctx, mails[0].Link(e.Pages+"/i/")); err != nil {
		return err
	}
	for _, press := range [][]string{
		{w.SiteNext()},
		{w.SiteNext(), "delegation", "yes"},
		{w.SiteNext(), "company", "Nowak", "name", "Anna Nowak", "language", "en"},
		{w.RedeemStart(30), "agree", "yes"},
	} {
		if page, err := visitor.Press(ctx, press[0], press[1:]...); err != nil || page.Status != http.StatusOK {
			return fmt.Errorf("%q: %d %w\n%s", press[0], page.Status, err, visitor.Page.Text())
		}
	}
	if !strings.HasPrefix(visitor.Page.URL.String(), e.Pages+"/receipts/") {
		return fmt.Errorf("the last button leads to %s:\n%s", visitor.Page.URL, visitor.Page.Text())
	}
	fmt.Printf("%s\n", visitor.Page.Heading())
	return nil
}

// change changes a handler of the running system and returns how long the next request takes.
func (h *home) change(ctx context.Context) (time.Duration, error) {
	const handler, before, after = "functions/api/service/service.go", "contract.HealthStatusOk", `"changed"`
	path := filepath.Join(h.folder, handler)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	if !strings.Contains(string(text), before) {
		return 0, fmt.Errorf("%s does not say %s any more", handler, before)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), before, after)), 0o644); err != nil {
		return 0, err
	}
	begun := time.Now()
	answer, err := h.paste(ctx, `curl -sS "$API/healthz"`)
	if err != nil {
		return 0, err
	}
	if !strings.Contains(string(answer), after[1:len(after)-1]) {
		return 0, fmt.Errorf("after the change of %s it still answers %s", handler, answer)
	}
	return time.Since(begun), nil
}

// remove removes a folder in which Go's module cache has made everything read-only.
func remove(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
	return errors.Join(err, os.RemoveAll(folder))
}
