package lambda

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
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
	// Cache keeps the bootstraps between runs. One is rebuilt only when the module's source changed.
	Cache string
	// Run is this run's own folder. It gets a second name for each bootstrap, so that
	// another run's build can't change a program under our feet.
	Run string

	mutex sync.Mutex
	built map[string]*build
	slots chan struct{}

	reading sync.Once
	source  string // the fingerprint of all that a build reads; empty where it could not be read
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
	cached, stamp := filepath.Join(folder, "bootstrap"), filepath.Join(folder, ".source")
	if !b.fresh(cached, stamp) {
		_ = os.Remove(stamp) // a half-made bootstrap is nobody's
		command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", cached, ".")
		command.Dir = source
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := command.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", name, err, strings.TrimSpace(string(said)))
		}
		if b.source != "" {
			if err := os.WriteFile(stamp, []byte(b.source), 0o644); err != nil {
				return "", err
			}
		}
	}
	own := filepath.Join(b.Run, name)
	if err := os.MkdirAll(own, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(own, "bootstrap")
	return path, os.Link(cached, path)
}

// fresh says whether the bootstrap was made of the source as it stands. Go would say so too, but asking it of a hundred functions takes
// a quarter of a minute of each run.
func (b *Builder) fresh(bootstrap, stamp string) bool {
	b.reading.Do(func() { b.source, _ = fingerprint(b.Root) })
	made, err := os.ReadFile(stamp)
	if err != nil || b.source == "" || string(made) != b.source {
		return false
	}
	_, err = os.Stat(bootstrap)
	return err == nil
}

// fingerprint returns a hash of Go's version and settings and of every file in the module that a build may read: all but what is built,
// fetched or hidden.
func fingerprint(root string) (string, error) {
	settings, err := exec.Command("go", "env", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOWORK").Output()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = sum.Write(settings)
	err = fs.WalkDir(os.DirFS(root), ".", func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != "." && (path == "build" || name == "node_modules" || strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case !entry.Type().IsRegular() || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(filepath.Join(root, path))
		fmt.Fprintf(sum, "%s %d\n", path, len(content))
		_, _ = sum.Write(content)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}
