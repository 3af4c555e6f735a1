// Package house holds the laws of the house: what is asked of every folder and no compiler checks (infra/design/house.md, "Laws"). Each law is a function over
// a tree of files that returns what breaks it, one line each: file:line, what is wrong, what to do. Each is tried on this
// repository, where nothing may break it, and on a small sound house in which one thing at a time is broken, where it must say so.
package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the module's own import path.
const module = "liaison"

// tree is a repository as the laws see it.
type tree struct {
	fs.FS
	paths    []string // every file, without what is generated for one machine or fetched
	packages []*pack  // in the order of their folders
	at       map[string]*pack
	places   *token.FileSet
	broken   []string // what could not be read
	yamls    map[string]*node
}

// pack is a folder with Go files.
type pack struct {
	folder string // shared/offer
	name   string
	files  []*source // without tests
	tests  []*source
}

type source struct {
	*ast.File
	path      string
	generated bool
}

// read returns the tree of the files.
func read(files fs.FS) *tree {
	t := &tree{FS: files, at: map[string]*pack{}, places: token.NewFileSet(), yamls: map[string]*node{}}
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata" || p == "build") {
				return fs.SkipDir
			}
			return nil
		}
		t.paths = append(t.paths, p)
		if path.Ext(p) == ".go" {
			t.parse(p)
		}
		return nil
	})
	if err != nil {
		t.broken = append(t.broken, err.Error())
	}
	for _, folder := range slices.Sorted(maps.Keys(t.at)) {
		t.packages = append(t.packages, t.at[folder])
	}
	return t
}

func (t *tree) parse(p string) {
	parsed, err := parser.ParseFile(t.places, p, t.text(p), parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.broken = append(t.broken, err.Error())
		return
	}
	folder := path.Dir(p)
	in := t.at[folder]
	if in == nil {
		in = &pack{folder: folder}
		t.at[folder] = in
	}
	file := &source{File: parsed, path: p, generated: ast.IsGenerated(parsed)}
	if strings.HasSuffix(p, "_test.go") {
		in.tests = append(in.tests, file)
		return
	}
	in.name = parsed.Name.Name
	in.files = append(in.files, file)
}

// text returns a file, empty where there is none.
func (t *tree) text(p string) []byte {
	text, err := fs.ReadFile(t.FS, p)
	if err != nil {
		return nil
	}
	return text
}

// under returns the packages of a folder and below.
func (t *tree) under(folders ...string) (found []*pack) {
	for _, p := range t.packages {
		if slices.ContainsFunc(folders, func(folder string) bool { return within(p.folder, folder) }) {
			found = append(found, p)
		}
	}
	return found
}

// within says whether a path is the folder or in it.
func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }

// say names the place of what is broken.
func (t *tree) say(pos token.Pos, format string, values ...any) string {
	place := t.places.Position(pos)
	return fmt.Sprintf("%s:%d: ", place.Filename, place.Line) + fmt.Sprintf(format, values...)
}

type imported struct {
	path string
	as   string // its name in the file
	pos  token.Pos
}

func (f *source) imports() (found []imported) {
	for _, spec := range f.Imports {
		i := imported{pos: spec.Pos()}
		i.path, _ = strconv.Unquote(spec.Path.Value)
		i.as = path.Base(i.path)
		if len(i.as) > 1 && i.as[0] == 'v' && strings.Trim(i.as[1:], "0123456789") == "" {
			i.as = path.Base(path.Dir(i.path))
		}
		if spec.Name != nil {
			i.as = spec.Name.Name
		}
		found = append(found, i)
	}
	return found
}

// uses calls visit with each name that the file takes from another package: import path and name.
func (f *source) uses(visit func(from, name string, at *ast.SelectorExpr)) {
	from := map[string]string{}
	for _, i := range f.imports() {
		from[i.as] = i.path
	}
	ast.Inspect(f.File, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && from[x.Name] != "" {
				visit(from[x.Name], s.Sel.Name, s)
			}
		}
		return true
	})
}

// mains returns the packages that become Lambda functions.
func (t *tree) mains() (found []*pack) {
	for _, p := range t.under("functions") {
		if p.name == "main" {
			found = append(found, p)
		}
	}
	return found
}

// camel returns a folder's name as a Go name: reset-password is ResetPassword.
func camel(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// kebab is the other way round.
func kebab(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && 'A' <= c && c <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteString(strings.ToLower(string(c)))
	}
	return b.String()
}

func lineOf(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }

// repository is this repository, read once for all laws.
var repository = sync.OnceValue(func() *tree { return read(os.DirFS("../..")) })

// obey fails with everything that breaks a law in this repository.
func obey(t *testing.T, law func(*tree) []string) {
	t.Helper()
	house := repository()
	for _, line := range slices.Concat(law(house), house.broken) {
		t.Error(line)
	}
}

// TestRead fails where the tree is read from the wrong place, which would let every law pass.
func TestRead(t *testing.T) {
	if house := repository(); house.at["shared/offer"] == nil || len(house.mains()) < 5 || house.text("template.yaml") == nil {
		t.Fatal("this is not the repository")
	}
}

func TestReadBites(t *testing.T) {
	for file, text := range map[string]string{"shared/offer/more.go": "package offer\n\nfunc {\n", "infra/stacks/api.yaml": "Resources: [\n"} {
		house := build(t, []change{{file, "", text}})
		house.functions()
		if len(house.broken) != 1 || !strings.HasPrefix(house.broken[0], file+":") {
			t.Errorf("%s cannot be read, and the tree says %q", file, house.broken)
		}
	}
}
