// Package pictures photographs every page in every state and language, and every mail, to be looked at (`make pictures`).
package pictures

import (
	"context"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"liaison/tests/browser/chrome"
	"liaison/tests/browser/states"
)

// The looks of a page.
var looks = []struct {
	Name  string
	Width int
	Dark  bool
}{{"desktop", chrome.Desktop, false}, {"narrow", chrome.Narrow, false}, {"dark", chrome.Desktop, true}}

// TestPictures writes one PNG a page, state, language and look, one a mail, language and look, and an index, where PICTURES names a folder.
// Otherwise it photographs one page, so that the camera is known to work.
func TestPictures(t *testing.T) {
	folder := os.Getenv("PICTURES")
	all := folder != ""
	if !all {
		folder = t.TempDir()
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join("..", "..", folder)
	}
	camera := &camera{folder: folder}
	camera.must(t, os.MkdirAll(folder, 0o755))
	if !all {
		browser, err := chrome.Start(chrome.Shell, filepath.Join("..", "..", "infra", "local", "services", "node_modules", "axe-core", "axe.min.js"))
		camera.must(t, err)
		defer browser.Close()
		page := browser.Page(t, chrome.Options{Language: "en"})
		page.Show("<!DOCTYPE html><html lang=en><title>One</title><h1>One page</h1>")
		camera.shoot(t, page, "page", "one", "en")
		for _, look := range looks {
			if file, err := os.Stat(filepath.Join(folder, "page-one-en-"+look.Name+".png")); err != nil || file.Size() < 1000 {
				t.Errorf("%s: %v", look.Name, err)
			}
		}
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	set, err := states.Open(ctx)
	camera.must(t, err)
	defer set.Close()
	set.Tour(t, func(t *testing.T, v *states.Visit, state states.State) {
		camera.shoot(t, v.Page, "page", state.Name, v.Language)
	})
	mails := camera.mails(t, set)
	camera.must(t, camera.index(mails))
	t.Logf("%s has %d pictures", filepath.Join(folder, "index.html"), (len(states.States)*len(states.Languages)+len(mails))*len(looks))
}

type camera struct{ folder string }

func (*camera) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shoot takes one picture a look.
func (c *camera) shoot(t *testing.T, page *chrome.Page, kind, name, language string) {
	for _, look := range looks {
		page.Look(look.Width, look.Dark)
		c.must(t, os.WriteFile(filepath.Join(c.folder, kind+"-"+name+"-"+language+"-"+look.Name+".png"), page.Picture(), 0o644))
	}
}

// mails photographs every kind of mail that package mail composes, and the last of each kind that the tour really sent.
func (c *camera) mails(t *testing.T, set *states.World) []string {
	composed := t.TempDir()
	run := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "^TestEveryMail$", "./shared/mail/")
	run.Dir, run.Env = set.System.Root(), append(os.Environ(), "LIAISON_PICTURES="+composed)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page := set.Browser.Page(t, chrome.Options{NoScripts: true})
	var names []string
	shoot := func(name, language, html string) {
		page.Show(html)
		c.shoot(t, page, "mail", name, language)
		if name += "-" + language; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	files, err := filepath.Glob(filepath.Join(composed, "*.html"))
	c.must(t, err)
	for _, file := range files {
		html, err := os.ReadFile(file)
		c.must(t, err)
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "mail-"), ".html")
		dash := strings.LastIndexByte(name, '-')
		shoot(name[:dash], name[dash+1:], string(html))
	}
	sent, err := set.Mailbox.All(t.Context())
	c.must(t, err)
	last := map[string]string{}
	for _, m := range sent {
		language := states.Languages[0]
		for _, l := range states.Languages {
			if strings.Contains(m.Body.HTML, `<html lang="`+l+`"`) {
				language = l
			}
		}
		kind := strings.Join(strings.Fields(strings.Map(letters, own.ReplaceAllString(plain.Replace(m.Subject), ""))), "-")
		last["sent-"+kind+"/"+language] = m.Body.HTML
	}
	for key, html := range last {
		name, language, _ := strings.Cut(key, "/")
		shoot(name, language, html)
	}
	slices.Sort(names)
	return names
}

// own is what stands in one mail's subject alone: a reference, an address.
var own = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\S+@\S+`)

var plain = strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z")

// letters leaves of a subject what a file's name may hold.
func letters(r rune) rune {
	if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
		return r
	}
	return ' '
}

var gallery = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Pages and mails</title>
<style>body{font:16px sans-serif;margin:2rem}section{margin:0 0 3rem}div{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}img{border:1px solid #999;max-height:60rem}</style>
<h1>Pages and mails</h1>
{{range .}}<section><h2>{{.Name}}</h2><div>{{range .Files}}<a href="{{.}}"><img loading="lazy" src="{{.}}" alt="{{.}}"></a>{{end}}</div></section>
{{end}}`))

// index writes a page that shows all pictures.
func (c *camera) index(mails []string) error {
	type row struct {
		Name  string
		Files []string
	}
	var rows []row
	add := func(kind, name string) {
		r := row{Name: kind + " " + name}
		for _, look := range looks {
			r.Files = append(r.Files, kind+"-"+name+"-"+look.Name+".png")
		}
		rows = append(rows, r)
	}
	for _, state := range states.States {
		for _, language := range states.Languages {
			add("page", state.Name+"-"+language)
		}
	}
	for _, name := range mails {
		add("mail", name)
	}
	file, err := os.Create(filepath.Join(c.folder, "index.html"))
	if err != nil {
		return err
	}
	defer file.Close()
	return gallery.Execute(file, rows)
}
