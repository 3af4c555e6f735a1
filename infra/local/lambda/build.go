package lambda

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// FunctionVariable names, in the environment of the one program of all functions, the function that it is to be: its folder below functions/.
const FunctionVariable = "LIAISON_FUNCTION"

// Builder makes the programs that functions run from. What is still fresh is left as it is: Go sees that in a third of a second.
type Builder struct {
	// Root is the folder of go.mod.
	Root string
	// Cache keeps the programs between runs.
	Cache string
	// Run is this run's own folder. It gets a second name for each program, so that
	// another run's build can't change a program under our feet.
	Run string
	// Debug builds for a debugger: with its tables, nothing optimised away.
	Debug bool
	// Tell is told now and then how far a build is, in words; nil drops it.
	Tell func(string)

	programs int
}

// Bootstrap builds a function's own bootstrap from its main package in source, as it is deployed but for this machine, and returns its path.
// name is the function's folder below Cache. It fails with the compiler's words, and with ctx. It may be called side by side.
func (b *Builder) Bootstrap(ctx context.Context, name, source string) (string, error) {
	return b.build(ctx, name, filepath.Join(b.Run, name, "bootstrap"), build{
		what: name, source: source, environment: []string{"CGO_ENABLED=0"},
		flags: []string{"-trimpath", "-buildvcs=false", "-tags", "lambda.norpc,nethttpomithttp2"},
	})
}

// Program builds one program of all functions below functions/ and returns its path, a new one each time. FunctionVariable picks the function.
// It is linked once instead of a hundred times, with the flags that `go test` compiles with, so that no package is compiled twice. It fails as
// Bootstrap does.
func (b *Builder) Program(ctx context.Context) (string, error) {
	source := filepath.Join(b.Root, "build", "local", "_all") // the underscore keeps it out of ./...
	numbered := func(n int) string { return filepath.Join(b.Run, "all", strconv.Itoa(n)) }
	made, err := b.build(ctx, "all", numbered(b.programs+1), build{
		what: "the functions", source: source, before: func() error { return gather(b.Root, source) },
	})
	if err != nil {
		return "", err
	}
	b.programs++
	// A process of the program before may just be starting; of the one before that, none is.
	_ = os.Remove(numbered(b.programs - 2))
	return made, nil
}

// build says how to build a program.
type build struct {
	what               string       // as people call it
	source             string       // the folder of its main package
	before             func() error // makes its source; may be nil
	flags, environment []string
}

// build builds into the cache and links the outcome to path.
func (b *Builder) build(ctx context.Context, name, path string, how build) (string, error) {
	folder := filepath.Join(b.Cache, name)
	release, err := b.hold(ctx, folder)
	if err != nil {
		return "", err
	}
	defer release()
	if how.before != nil {
		if err := how.before(); err != nil {
			return "", fmt.Errorf("build %s: %w", how.what, err)
		}
	}
	cached := filepath.Join(folder, "bootstrap")
	args := append([]string{"build", "-v", "-ldflags", "-s -w", "-o", cached}, how.flags...)
	if b.Debug {
		args = append([]string{"build", "-v", "-gcflags", "all=-N -l", "-trimpath=false", "-o", cached}, how.flags...)
	}
	command := exec.CommandContext(ctx, "go", append(args, how.source)...)
	command.Dir, command.Env = b.Root, append(os.Environ(), how.environment...)
	// The go command that is asked to end lets its compilers end first.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	if err := b.follow(command, how.what); err != nil {
		return "", fmt.Errorf("build %s: %w", how.what, errors.Join(err, ctx.Err()))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.Link(cached, path)
}

// patience is how long a build goes on before something is told of it, and then between two words.
const patience = 3 * time.Second

// follow runs a verbose go build, tells how many packages are compiled, and fails with the compiler's words.
func (b *Builder) follow(command *exec.Cmd, what string) error {
	lines, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	said := make(chan string)
	go func() {
		defer close(said)
		for scanner := bufio.NewScanner(lines); scanner.Scan(); {
			said <- scanner.Text()
		}
	}()
	ticker := time.NewTicker(patience)
	defer ticker.Stop()
	var words []string
	compiled := 0
	for open := true; open; {
		var line string
		select {
		case line, open = <-said:
			switch {
			case strings.ContainsAny(line, " \t"):
				words = append(words, line)
			case line != "":
				compiled++ // the name of a package, alone on its line
			}
		case <-ticker.C:
			if b.Tell != nil {
				b.Tell(fmt.Sprintf("building %s: %d packages compiled", what, compiled))
			}
		}
	}
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%w\n%s", err, strings.Join(words, "\n"))
	}
	return nil
}

// hold takes a folder for this process alone, whoever else builds in it, until release is called. It fails with ctx.
func (b *Builder) hold(ctx context.Context, folder string) (release func(), err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(folder, ".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for waits := false; ; waits = true {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { lock.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, lock.Close())
		}
		if !waits && b.Tell != nil {
			b.Tell("another run is building: waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), lock.Close())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

var (
	mainClause = regexp.MustCompile(`(?m)^package main$`)
	mainFunc   = regexp.MustCompile(`(?m)^func main\(\)`)
)

// gather writes the source of the program of all functions into a folder, with a main that calls the one it is asked for. A main that is one file
// with nothing but its main, as nearly all are, becomes a function of the program's own package: a hundred packages would be compiled again with
// every change. Of the others a copy that exports its main becomes a package. Files that are right already stay untouched, others go.
func gather(root, into string) error {
	module, err := modulePath(root)
	if err != nil {
		return err
	}
	within, err := filepath.Rel(root, into)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	var imports, cases bytes.Buffer
	count := 0
	functions := filepath.Join(root, "functions")
	err = filepath.WalkDir(functions, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() != "main.go" {
			return err
		}
		folder, err := filepath.Rel(functions, filepath.Dir(at))
		if err != nil {
			return err
		}
		count++
		called := fmt.Sprintf("main%d", count)
		text, err := alone(at)
		switch {
		case err != nil:
			return err
		case text != nil:
			files[filepath.Join(into, called+".go")] = copied(at, text, "package main", "func "+called+"()")
		default:
			fmt.Fprintf(&imports, "\tin%d %q\n", count, path.Join(module, filepath.ToSlash(within), filepath.ToSlash(folder)))
			called = fmt.Sprintf("in%d.Main", count)
			err = exported(filepath.Dir(at), filepath.Join(into, folder), files)
		}
		fmt.Fprintf(&cases, "\tcase %q:\n\t\t%s()\n", filepath.ToSlash(folder), called)
		return err
	})
	if err != nil {
		return err
	}
	files[filepath.Join(into, "main.go")] = fmt.Appendf(nil, "package main\n\nimport (\n\t\"os\"\n\n%s)\n\nfunc main() {\n\tswitch os.Getenv(%q) {\n%s\tdefault:\n\t\tos.Stderr.WriteString(\"%s names no function\\n\")\n\t\tos.Exit(1)\n\t}\n}\n",
		&imports, FunctionVariable, &cases, FunctionVariable)
	return write(into, files)
}

// alone returns the text of a main.go that is its folder's only source and declares nothing beside its main, else nil. What cannot be parsed is
// not alone: the compiler says of it what is wrong.
func alone(at string) ([]byte, error) {
	entries, err := os.ReadDir(filepath.Dir(at))
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if name := entry.Name(); entry.Type().IsRegular() && name != filepath.Base(at) && !strings.HasSuffix(name, "_test.go") {
			return nil, nil
		}
	}
	text, err := os.ReadFile(at)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), at, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				return nil, nil
			}
		case *ast.FuncDecl:
			if d.Name.Name != "main" {
				return nil, nil
			}
		}
	}
	return text, nil
}

// copied returns the text of a main package's file with another package clause and another main. What the compiler says of the copy, it says of
// the original.
func copied(from string, text []byte, clause, main string) []byte {
	text = mainFunc.ReplaceAll(mainClause.ReplaceAll(text, []byte(clause)), []byte(main))
	return append([]byte("//line "+from+":1:1\n"), text...)
}

// exported adds the files of a main package to those of a copy, a package whose Main is that main.
func exported(from, to string, files map[string][]byte) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if filepath.Ext(name) == ".go" {
			text = copied(filepath.Join(from, name), text, "package function", "func Main()")
		}
		files[filepath.Join(to, name)] = text
	}
	return nil
}

// write makes a folder hold exactly the files.
func write(folder string, files map[string][]byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if _, wanted := files[at]; err != nil || entry.IsDir() || wanted {
			return err
		}
		return os.Remove(at)
	})
	for at, text := range files {
		if there, failed := os.ReadFile(at); failed == nil && bytes.Equal(there, text) {
			continue
		}
		err = errors.Join(err, os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, text, 0o644))
	}
	return err
}

// modulePath returns what go.mod calls the module.
func modulePath(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if name, found := strings.CutPrefix(line, "module "); found {
			return strings.TrimSpace(name), nil
		}
	}
	return "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
}
