package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"liaison/infra/local/lambda"
)

// kind is which limits a function has.
type kind string

// The kinds of functions: a mail sender is whatever may call SES, and what links one of two libraries is of a kind of its own (decision 71).
const (
	jsonFunction kind = "JSON"
	pageFunction kind = "page"
	mailSender   kind = "mail sender"
	renderer     kind = "Markdown renderer"
	passwords    kind = "judge of passwords"
	yardstick    kind = "yardstick"
)

// judged are the kinds that have limits, in the order of the report.
var judged = []kind{jsonFunction, pageFunction, mailSender, renderer, passwords}

// limits are what a kind of function may take at most.
type limits struct {
	init     float64 // P1: times the bare handler's
	size     float64 // P7: megabytes (10^6 bytes) of the stripped binary
	archive  float64 // P7: megabytes of the archive that holds it
	resident float64 // P7: times the memory of the bare handler with the SDK
}

// limitsOf are the limits of each kind; a yardstick has none.
var limitsOf = map[kind]limits{
	jsonFunction: {1.45, 9, 3.6, 1.3},
	pageFunction: {1.7, 14, 5.2, 1.3},
	mailSender:   {2, 14, 5.2, 1.3},
	renderer:     {2.2, 14, 5.2, 1.5},
	passwords:    {1.7, 14, 5.6, 1.3},
}

// program is one function's bootstrap.
type program struct {
	Name   string // api/offers/create
	Kind   kind
	Source string // folder of its main package
	Path   string // of its bootstrap for this machine
	Size   int64  // bytes of the bootstrap for deployment
	Zipped int64  // bytes of its archive
	Words  int    // how many of locale's words it has linked
}

// find lists every main package below functions/, and the yardsticks, the bare handler first.
func find(ctx context.Context, root string) ([]*program, error) {
	list := exec.CommandContext(ctx, "go", "list", "-tags", "lambda.norpc,nethttpomithttp2", "-json=Dir,Name,Deps", "./functions/...")
	list.Dir = root
	var said bytes.Buffer
	list.Stderr = &said
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, said.String())
	}
	bench := filepath.Join(root, "infra", "bench")
	found := []*program{
		{Name: "bare", Kind: yardstick, Source: filepath.Join(bench, "bare")},
		{Name: "bare + SDK", Kind: yardstick, Source: filepath.Join(bench, "raw")},
		{Name: "bare + SDK's table client alone", Kind: yardstick, Source: filepath.Join(bench, "floor")},
		{Name: yardReads, Kind: yardstick, Source: filepath.Join(bench, "reads")},
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one struct {
			Dir, Name string
			Deps      []string
		}
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if one.Name != "main" {
			continue
		}
		name, err := filepath.Rel(filepath.Join(root, "functions"), one.Dir)
		if err != nil {
			return nil, err
		}
		p := &program{Name: strings.TrimSuffix(filepath.ToSlash(name), "/lambda"), Source: one.Dir, Kind: jsonFunction}
		switch {
		case slices.Contains(one.Deps, "github.com/yuin/goldmark"):
			p.Kind = renderer
		case slices.Contains(one.Deps, "github.com/nbutton23/zxcvbn-go/data"):
			p.Kind = passwords
		case strings.HasPrefix(p.Name, "pages/"):
			p.Kind = pageFunction
		case slices.Contains(one.Deps, "liaison/shared/ses"):
			p.Kind = mailSender
		}
		found = append(found, p)
	}
}

// build makes every bootstrap for this machine and for deployment (linux/arm64), two at a time, with the flags of the Makefile.
// Without P1 and P7 it needs few of them: the running system builds its own. What does not build is left out and told in the error.
func build(ctx context.Context, root string, programs []*program, all bool) ([]*program, error) {
	// The runner's own builder: it finds these bootstraps built already.
	here := &lambda.Builder{Root: root, Cache: filepath.Join(root, "build", "local", "bin"), Run: filepath.Join(root, "build", "bench", "here")}
	if err := os.RemoveAll(here.Run); err != nil {
		return nil, err
	}
	slots := make(chan struct{}, 2)
	errs := make([]error, len(programs))
	var wait sync.WaitGroup
	for i, p := range programs {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if all || p.Name == trialsJob || warmed(p.Name) || isListed(p.Name) || isSought(p.Name) {
				errs[i] = p.build(ctx, root, here)
			}
		})
	}
	wait.Wait()
	var built []*program
	for i, p := range programs {
		if errs[i] == nil {
			built = append(built, p)
		}
	}
	return built, errors.Join(errs...)
}

func (p *program) build(ctx context.Context, root string, here *lambda.Builder) error {
	name, err := filepath.Rel(filepath.Join(root, "functions"), p.Source)
	if err != nil {
		return err
	}
	if p.Kind == yardstick {
		name = filepath.Join("bench", filepath.Base(p.Source))
	}
	if p.Path, err = here.Bootstrap(ctx, name, p.Source); err != nil {
		return err
	}
	deployed := filepath.Join(root, "build", "bench", "arm64", name, "bootstrap")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", deployed, ".")
	command.Dir = p.Source
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", p.Name, err, bytes.TrimSpace(said))
	}
	content, err := os.ReadFile(deployed)
	if err != nil {
		return err
	}
	p.Size, p.Words = int64(len(content)), bytes.Count(content, []byte("locale.(*speech)."))
	p.Zipped, err = zipped(content)
	return err
}

// zipped returns the bytes of an archive that holds the bootstrap alone, as Lambda takes it.
func zipped(content []byte) (int64, error) {
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	file, err := writer.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := file.Write(content); err != nil {
		return 0, err
	}
	err = writer.Close()
	return int64(archive.Len()), err
}
