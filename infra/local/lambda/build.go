package lambda

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Builder makes bootstraps from main packages, each once, two at a time.
type Builder struct {
	// Root is the folder of go.mod.
	Root string
	// Cache keeps the bootstraps between runs. Go rebuilds one there only when its source changed.
	Cache string
	// Run is this run's own folder. It gets a second name for each bootstrap, so that
	// another run's build can't change a program under our feet.
	Run string

	mutex sync.Mutex
	built map[string]*build
	slots chan struct{}
}

type build struct {
	done chan struct{}
	path string
	err  error
}

// Build returns the bootstrap of the main package in source, known as name. A second
// call waits for the first and returns its answer. It fails with the compiler's words.
func (b *Builder) Build(ctx context.Context, name, source string) (string, error) {
	b.mutex.Lock()
	if b.built == nil {
		b.built, b.slots = map[string]*build{}, make(chan struct{}, 2)
	}
	made := b.built[name]
	if made == nil {
		made = &build{done: make(chan struct{})}
		b.built[name] = made
		go func() {
			defer close(made.done)
			b.slots <- struct{}{}
			defer func() { <-b.slots }()
			made.path, made.err = b.build(name, source)
		}()
	}
	b.mutex.Unlock()
	select {
	case <-made.done:
		return made.path, made.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (b *Builder) build(name, source string) (string, error) {
	folder := filepath.Join(b.Cache, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(folder, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	cached := filepath.Join(folder, "bootstrap")
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", cached, ".")
	command.Dir = source
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, strings.TrimSpace(string(said)))
	}
	own := filepath.Join(b.Run, name)
	if err := os.MkdirAll(own, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(own, "bootstrap")
	return path, os.Link(cached, path)
}
