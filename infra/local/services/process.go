// Package services starts the genuine services the local system runs on: DynamoDB Local, an SES v2
// emulator, and an OpenID provider in front of a Cognito emulator. They come from the npm
// packages pinned in this folder; each is a child process of ours that ends with us.
package services

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startLimit = 90 * time.Second // until a part must answer, on a busy machine
	stopLimit  = 3 * time.Second  // from asking a part to end to ending it
	portTries  = 3                // a free port can be taken by somebody else before the part has it
)

// Process is one running part.
type Process struct {
	// URL is where the part answers, without a slash at its end.
	URL string
	// PID is the part's process id.
	PID int

	done chan struct{}
	err  error // how the process ended; read only after done
	tail *tail
}

// Done is closed when the process has ended, by Close or by itself.
func (p *Process) Done() <-chan struct{} { return p.done }

// Close ends the process and returns when it is gone. It asks first, and insists after three
// seconds. Closing what has already ended does nothing and gives nil.
func (p *Process) Close() error {
	select {
	case <-p.done:
		return nil
	default:
	}
	// Our own child, not yet waited for: its id cannot belong to anybody else.
	if err := syscall.Kill(p.PID, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end process %d: %w", p.PID, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopLimit):
	}
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill process %d: %w", p.PID, err)
	}
	<-p.done
	return nil
}

// command is a part to start.
type command struct {
	name string // as people call it, for errors
	path string
	args []string
	dir  string
	env  []string  // besides what clean gives
	out  io.Writer // gets what it prints; nil sends that to the log
	log  io.Writer // may be nil
	then func()    // what to clean up when it has ended; may be nil
}

// run starts the command and returns at once. The process is killed when ours ends, however
// it ends.
func run(c command) (*Process, error) {
	logged := &tail{to: c.log}
	cmd := exec.Command(c.path, c.args...)
	cmd.Dir = c.dir
	cmd.Env = append(clean(), c.env...)
	cmd.Stderr = logged
	cmd.Stdout = logged
	if c.out != nil {
		cmd.Stdout = c.out
	}
	cmd.WaitDelay = stopLimit
	cmd.SysProcAttr = childAttributes()

	p := &Process{done: make(chan struct{}), tail: logged}
	started := make(chan error)
	go func() {
		// The kernel ends a child when the thread that made it ends, so that thread stays
		// with the child until it is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.PID = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		if c.then != nil {
			c.then()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	return p, nil
}

// errEnded says that a part ended while it was waited for, as it does when its port is taken.
var errEnded = errors.New("ended before it answered")

// await returns nil as soon as ready says that the part answers. It fails when the part ends
// first (errEnded), or with the context.
func (p *Process) await(ctx context.Context, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		if ready(ctx) {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%w: %w: %s", errEnded, p.err, p.tail)
		case <-ctx.Done():
			return fmt.Errorf("does not answer: %w: %s", ctx.Err(), p.tail)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// onPort starts a command that needs a port and waits until it answers there. With port 0 it
// takes a free one, and another when somebody was faster.
func onPort(ctx context.Context, port int, with func(port int) command, ready func(ctx context.Context, url string) bool) (*Process, error) {
	for try := 1; ; try++ {
		// Looked at before the start: afterwards, somebody else's part on this port would
		// answer as ours should.
		on, err := freePort(port)
		if err != nil {
			return nil, err
		}
		c := with(on)
		p, err := run(c)
		if err != nil {
			return nil, err
		}
		p.URL = fmt.Sprintf("http://127.0.0.1:%d", on)
		err = p.await(ctx, func(ctx context.Context) bool { return ready(ctx, p.URL) })
		if err == nil {
			return p, nil
		}
		err = errors.Join(fmt.Errorf("%s %w", c.name, err), p.Close())
		if port != 0 || try == portTries || !errors.Is(err, errEnded) {
			return nil, err
		}
	}
}

// freePort gives the port of the loopback address that was asked for, or any when that is 0.
// It fails when somebody listens on it now.
func freePort(port int) (int, error) {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return 0, fmt.Errorf("the port is not free: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// answers tells whether the request is answered with 200 within a second.
func answers(ctx context.Context, r *http.Request) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	res, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// clean is the environment of every part: nothing a shell or make has set (PORT, HOST, DEBUG,
// NODE_OPTIONS, …) changes what a part does.
func clean() []string {
	var kept []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LANG"} {
		if v, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+v)
		}
	}
	return kept
}

// tail hands what a part says on to the log and keeps the end of it for the error that says
// why the part did not start.
type tail struct {
	mu   sync.Mutex
	to   io.Writer
	last []byte
}

const tailBytes = 2000

// Write never fails: a part must not stall because its log is gone.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b...)
	if over := len(t.last) - tailBytes; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
	}
	if t.to != nil {
		_, _ = t.to.Write(b)
	}
	return len(b), nil
}

// String gives the last things the part said.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if said := strings.TrimSpace(string(bytes.ToValidUTF8(t.last, nil))); said != "" {
		return said
	}
	return "it said nothing"
}
