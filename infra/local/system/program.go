package system

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/lambda"
	"liaison/infra/local/template"
)

// program is the one local program of all functions, and the source that it was built of.
type program struct {
	mutex  sync.Mutex
	source uint64 // 0 before the first build
	path   string
	err    error
}

// Path returns the program built last.
func (p *program) Path() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.path
}

// fresh builds the program where it was not built yet or where its source changed, and says whether it did. It fails with the compiler's
// words, and with ctx.
func (s *System) fresh(ctx context.Context) (built bool, err error) {
	s.program.mutex.Lock()
	defer s.program.mutex.Unlock()
	source, err := look(s.root)
	if err != nil || source == s.program.source {
		return false, errors.Join(err, s.program.err)
	}
	path, err := s.builder.Program(ctx)
	if ctx.Err() != nil {
		return false, err
	}
	// Where the source does not build the program stays what it was, so that what runs by clock and stream goes on.
	if err == nil {
		s.program.path = path
	}
	s.program.source, s.program.err = source, err
	return true, err
}

// look returns a number that changes with everything in the repository that functions are made of.
func look(root string) (uint64, error) {
	sum := fnv.New64a()
	for _, part := range []string{"go.mod", "go.sum", "functions", "shared"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // an editor's file, gone again
			}
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			about, err := entry.Info()
			if err != nil {
				return nil // so is this one
			}
			_, _ = sum.Write([]byte(path))
			return binary.Write(sum, binary.LittleEndian, []int64{about.Size(), about.ModTime().UnixNano()})
		})
		if err != nil {
			return 0, err
		}
	}
	return sum.Sum64(), nil
}

// follow lets a request wait until the program is built of the source as it stands, and answers it with the compiler's words where that fails.
func (s *System) follow(next http.Handler) http.Handler {
	if !s.options.Follow {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The program serves later requests too, so its build must not end with this one.
		begun := time.Now()
		built, err := s.fresh(s.context)
		switch {
		case built && err != nil:
			s.say("%v", err)
		case built:
			s.say("the source has changed: built again in %.1f s", time.Since(begun).Seconds())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// say tells what is being built.
func (s *System) say(format string, about ...any) {
	if s.options.Tell != nil {
		s.options.Tell(fmt.Sprintf(format, about...))
	}
}

// prepare starts the services and builds the local program meanwhile, where the templates are those that need it. The first to fail ends the other.
func (s *System) prepare(ctx context.Context) error {
	s.builder = &lambda.Builder{
		Root: s.root, Cache: filepath.Join(s.root, "build", "local", "bin"), Run: filepath.Join(s.run, "bin"), Tell: s.options.Tell,
		Debug: s.options.Debug,
	}
	if s.options.Template != "" || slices.Contains(s.options.Bootstraps, "*") {
		return s.startParts(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	build := func(ctx context.Context) error {
		_, err := s.fresh(ctx)
		return err
	}
	for _, part := range []func(context.Context) error{build, s.startParts} {
		wait.Go(func() {
			if err := part(ctx); err != nil {
				cancel(err)
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

// programs returns what each function runs from, everything built: the one local program, or its own bootstrap where the options ask for it
// and where it is a test's, outside functions/. Two are built at a time. It fails with the compiler's words.
func (s *System) programs(ctx context.Context) (map[string]func() string, error) {
	found := map[string]func() string{}
	var own []*template.Function
	for _, f := range s.App.Functions {
		if s.own(f) {
			own = append(own, f)
		} else {
			found[f.Name] = s.program.Path
		}
	}
	if len(found) > 0 {
		if _, err := s.fresh(ctx); err != nil {
			return nil, err
		}
	}
	paths, errs := make([]string, len(own)), make([]error, len(own))
	slots := make(chan struct{}, 2)
	var wait sync.WaitGroup
	for i, f := range own {
		slots <- struct{}{}
		s.say("building %d of %d: %s", i+1, len(own), s.folder(f))
		wait.Go(func() {
			defer func() { <-slots }()
			paths[i], errs[i] = s.builder.Bootstrap(ctx, s.folder(f), f.Source(s.root))
		})
	}
	wait.Wait()
	for i, f := range own {
		found[f.Name] = func() string { return paths[i] }
	}
	return found, errors.Join(errs...)
}

// own says whether a function runs from its own bootstrap.
func (s *System) own(f *template.Function) bool {
	return !s.shared(f) || slices.Contains(s.options.Bootstraps, "*") || slices.Contains(s.options.Bootstraps, f.Name)
}

// shared says whether a function is part of the one local program.
func (s *System) shared(f *template.Function) bool {
	_, err := os.Stat(filepath.Join(s.root, "functions", s.folder(f), "main.go"))
	return err == nil
}

// folder is the function's folder below functions/, or one made from its name for a function of a test.
func (s *System) folder(f *template.Function) string {
	relative, err := filepath.Rel(filepath.Join(s.root, "functions"), f.Source(s.root))
	if err != nil || strings.HasPrefix(relative, "..") {
		return filepath.Join("other", f.Name)
	}
	return filepath.ToSlash(relative)
}
