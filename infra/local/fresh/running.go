package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	readyLimit = 30 * time.Minute // on a machine that does much else
	endLimit   = time.Minute
)

// running is a `make run` under way.
type running struct {
	command *exec.Cmd
	ended   chan error
	given   []string // the lines that set variables, printed for pasting
}

// given is a line of `make run` that sets a variable of the shell.
var given = regexp.MustCompile(`^[A-Z]+=\S+$`)

// start calls `make run` and returns how long it took to be ready. Each line that it prints is told with its second.
func (h *home) start(ctx context.Context) (time.Duration, error) {
	fmt.Printf("make run, in %s\n", h.folder)
	begun := time.Now()
	command := exec.Command("make", "run")
	command.Dir, command.Env = h.folder, h.environment
	// A group of its own is what a terminal gives it, for Ctrl-C.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	read, write, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	command.Stdout, command.Stderr = write, write
	if err := errors.Join(command.Start(), write.Close()); err != nil {
		return 0, err
	}
	r := &running{command: command, ended: make(chan error, 1)}
	h.running = r
	lines := make(chan string)
	go func() {
		for scanner := bufio.NewScanner(read); scanner.Scan(); {
			lines <- scanner.Text()
		}
		close(lines)
		r.ended <- command.Wait()
	}()
	limit := time.NewTimer(readyLimit)
	defer limit.Stop()
	var ready time.Duration
	for {
		select {
		case line, more := <-lines:
			if !more {
				h.running = nil
				return 0, errors.New("make run has ended by itself")
			}
			fmt.Printf("%6.1f  %s\n", time.Since(begun).Seconds(), line)
			if given.MatchString(line) {
				r.given = append(r.given, line)
			}
			if strings.HasPrefix(line, "Ready ") {
				ready = time.Since(begun)
			}
			if strings.HasPrefix(line, "Send the clock") { // the last it prints
				go func() {
					for range lines {
					}
				}()
				return ready, nil
			}
		case <-limit.C:
			return 0, fmt.Errorf("make run is not ready after %s", readyLimit)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// end presses Ctrl-C and fails where something that `make run` started is still there. Without a `make run` it does nothing.
func (h *home) end() error {
	r := h.running
	if r == nil {
		return nil
	}
	h.running = nil
	started, err := descendants(r.command.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("Ctrl-C: %d processes\n", len(started))
	if err := syscall.Kill(-r.command.Process.Pid, syscall.SIGINT); err != nil {
		return fmt.Errorf("Ctrl-C: %w", err)
	}
	select {
	case <-r.ended:
		used := r.command.ProcessState
		fmt.Printf("ended; it took %.0f s of the processors' time\n", (used.UserTime() + used.SystemTime()).Seconds())
	case <-time.After(endLimit):
		err = fmt.Errorf("make run has not ended %s after Ctrl-C", endLimit)
	}
	left, failed := processes()
	if failed != nil {
		return errors.Join(err, failed)
	}
	for _, p := range started {
		if now, there := left[p.id]; there && now.command == p.command {
			err = errors.Join(err, fmt.Errorf("left running: %d %s", p.id, p.command), syscall.Kill(p.id, syscall.SIGKILL))
		}
	}
	return err
}

// process is a line of what ps says.
type process struct {
	id, parent int
	command    string
}

// processes returns every process of the machine by its id.
func processes() (map[int]process, error) {
	said, err := exec.Command("ps", "-axo", "pid=,ppid=,command=").Output()
	if err != nil {
		return nil, fmt.Errorf("ps: %w", err)
	}
	found := map[int]process{}
	for line := range strings.Lines(string(said)) {
		words := strings.Fields(line)
		if len(words) < 3 {
			continue
		}
		id, err := strconv.Atoi(words[0])
		if err != nil {
			return nil, err
		}
		parent, err := strconv.Atoi(words[1])
		if err != nil {
			return nil, err
		}
		found[id] = process{id, parent, strings.Join(words[2:], " ")}
	}
	return found, nil
}

// descendants returns a process and all that it started.
func descendants(of int) ([]process, error) {
	all, err := processes()
	if err != nil {
		return nil, err
	}
	found := []process{all[of]}
	for i := 0; i < len(found); i++ {
		for _, p := range all {
			if p.parent == found[i].id {
				found = append(found, p)
			}
		}
	}
	return found, nil
}
