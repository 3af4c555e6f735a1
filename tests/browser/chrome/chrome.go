// Package chrome drives the installed Chromium for tests of pages: as a person with a mouse or with a keyboard alone, with scripts
// on or off, on a wide or a narrow, a light or a dark screen; and looks at what stands there as axe does.
package chrome

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// Browser is a running Chromium without a window.
type Browser struct {
	rod       *rod.Browser
	launcher  *launcher.Launcher
	axe       string
	userAgent string
}

// Full returns the Chromium that people have: the one that CHROMIUM names, or the first in PATH; it fails where there is none.
func Full() (string, error) {
	if found, err := first("CHROMIUM", "chromium", "chromium-browser", "google-chrome"); found != "" || err != nil {
		return found, err
	}
	return "", errors.New("chromium is missing: install it (Debian: apt-get install chromium) or name it in CHROMIUM")
}

// Shell returns the Chromium that has no window to draw and shows the same pages in half the time: the one that CHROMIUM_SHELL names, or the
// first in PATH, or else the full one; it fails where there is neither.
func Shell() (string, error) {
	if found, err := first("CHROMIUM_SHELL", "chromium-headless-shell", "chrome-headless-shell", "headless_shell"); found != "" || err != nil {
		return found, err
	}
	return Full()
}

// first returns the program that a variable of the environment names, or the first of some in PATH; it is empty where there is none.
func first(variable string, names ...string) (string, error) {
	if named := os.Getenv(variable); named != "" {
		return exec.LookPath(named)
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", nil
}

// Start starts the browser that Full or Shell found; axe is the file of axe-core.
func Start(find func() (string, error), axe string) (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	script, err := os.ReadFile(axe)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "liaison-chromium-")
	if err != nil {
		return nil, err
	}
	b := &Browser{axe: string(script), launcher: launcher.New().Bin(path).Leakless(false).Headless(true).NoSandbox(true).UserDataDir(folder).
		Set("disable-gpu").Set("disable-quic").Set("no-first-run").Set("disable-background-networking").Set("disable-component-update").Set("disable-sync")}
	address, err := b.launcher.Launch()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	b.rod = rod.New().ControlURL(address).NoDefaultDevice()
	version := &proto.BrowserGetVersionResult{}
	if err = b.rod.Connect(); err == nil {
		version, err = b.rod.Version()
	}
	if err != nil {
		b.launcher.Kill()
		b.launcher.Cleanup()
		return nil, err
	}
	b.userAgent = version.UserAgent
	return b, nil
}

// Close ends the browser, by its process id where it does not end when asked.
func (b *Browser) Close() error {
	err := b.rod.Close()
	ended := make(chan struct{})
	go func() {
		b.launcher.Cleanup()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		b.launcher.Kill()
		<-ended
	}
	return err
}

// Options say who sits before the browser.
type Options struct {
	Language  string // the browser's own, sent as Accept-Language
	NoScripts bool
	Width     int // of the screen in CSS pixels; 0 is 1000
	Dark      bool
}

// Page opens a window with no cookies. It is closed when the test ends.
func (b *Browser) Page(t testing.TB, o Options) *Page {
	t.Helper()
	own, err := b.rod.Incognito()
	must(t, err)
	page, err := own.Page(proto.TargetCreateTarget{URL: "about:blank"})
	must(t, err)
	t.Cleanup(func() {
		page.Close()
		proto.TargetDisposeBrowserContext{BrowserContextID: own.BrowserContextID}.Call(b.rod)
	})
	p := &Page{t: t, rod: page}
	_, err = proto.PageAddScriptToEvaluateOnNewDocument{Source: b.axe}.Call(page) // the pages bring no script, and their CSP stays in force
	must(t, err)
	must(t, proto.EmulationSetScrollbarsHidden{Hidden: true}.Call(page)) // the width asked for is the page's, as on a phone
	must(t, proto.EmulationSetScriptExecutionDisabled{Value: o.NoScripts}.Call(page))
	must(t, proto.EmulationSetFocusEmulationEnabled{Enabled: true}.Call(page)) // each window as if it were the one in front
	must(t, proto.NetworkSetUserAgentOverride{UserAgent: b.userAgent, AcceptLanguage: o.Language}.Call(page))
	if o.Width == 0 {
		o.Width = Desktop
	}
	p.Look(o.Width, o.Dark)
	return p
}

// Tabs opens all addresses at once in one window with no cookies, scripts on, as a scanner of mails does. It waits for none of them.
func (b *Browser) Tabs(t testing.TB, addresses ...string) []*Page {
	t.Helper()
	own, err := b.rod.Incognito()
	must(t, err)
	t.Cleanup(func() { proto.TargetDisposeBrowserContext{BrowserContextID: own.BrowserContextID}.Call(b.rod) })
	var tabs []*Page
	for _, address := range addresses {
		page, err := own.Page(proto.TargetCreateTarget{URL: address})
		must(t, err)
		tabs = append(tabs, &Page{t: t, rod: page})
	}
	return tabs
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Violation is one rule of axe that a page breaks.
type Violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string
		FailureSummary string
	}
}

// String says what is wrong, and where.
func (v Violation) String() string {
	said := v.ID + ": " + v.Help
	for _, node := range v.Nodes {
		said += fmt.Sprintf("\n\t%s\n\t\t%s", node.HTML, node.FailureSummary)
	}
	return said
}

// Axe returns what axe finds on a page that was opened: WCAG 2.2 A and AA and its best practices, or the named rules alone.
func (p *Page) Axe(rules ...string) []Violation {
	p.t.Helper()
	only := map[string]any{"type": "tag", "values": []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"}}
	if len(rules) > 0 {
		only = map[string]any{"type": "rule", "values": rules}
	}
	found, err := p.rod.Eval(`only => axe.run(document, {runOnly: only, rules: {'target-size': {enabled: true}}, resultTypes: ['violations'], preload: false, elementRef: false})
		.then(r => JSON.stringify(r.violations))`, only)
	must(p.t, err)
	var violations []Violation
	must(p.t, json.Unmarshal([]byte(found.Value.Str()), &violations))
	return violations
}
