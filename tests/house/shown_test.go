package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	statesFolder = "tests/browser/states"
	asksFile     = "shared/outbox/asks.go"
	files        = "AssetsPage" // serves what pages load, and is no page that somebody reads
)

// apart is the page that pagetest puts an answer in the place of: a sign-in needs who says who somebody is.
const apart = "SignInPage"

// shown is law 13: a page is served by a test and seen by the browser; a mail is pictured, and a change sends it under the mail's own name.
func shown(t *tree) []string { return slices.Concat(t.unseen(), t.unsent(), t.misnamed()) }

// unseen are the pages without a test of their own, those that no test walks with all others, and those that the browser never opens.
func (t *tree) unseen() (wrong []string) {
	served, opened, walked := t.selected(), t.literals(statesFolder), map[string]bool{}
	if all := t.at["functions/pages"]; all != nil {
		texts(walked, all.tests)
	}
	for _, main := range t.mains() {
		p, _ := placed(main.folder)
		in := t.at[p.parent]
		if p.door != "pages" || in == nil || slices.Contains(behind, p.logical) {
			continue
		}
		paths := sorted(t.pagePaths(in))
		if len(in.tests) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no test stands beside %s.Page: write %s/%s_test.go, which renders each state over tests/fixture/pagetest", main.folder, in.name, in.folder, in.name))
		}
		if len(paths) == 0 {
			continue
		}
		if !served[in.name+".Page"] && p.logical != apart {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no test serves %s.Page: add the row `{%s.Page(s.Env, table), []string{%s}},` to tests/fixture/pagetest/pagetest.go, and %s.Table to its Table", main.folder, in.name, in.name, quoted(paths), in.name))
		}
		if !opens(walked, paths) && p.logical != apart {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no test of all pages opens %s: add it to the paths in functions/pages/account_test.go, or to those of TestOpeningWritesNothing beside it", main.folder, paths[0]))
		}
		if !opens(opened, paths) && p.logical != files {
			wrong = append(wrong, fmt.Sprintf("%s/main.go:1: no state of the browser opens %s: add a row a state to a list in %s, with the words that it alone says", main.folder, paths[0], statesFolder))
		}
	}
	return wrong
}

// quoted returns texts as a list of Go has them.
func quoted(texts []string) string {
	made := make([]string, len(texts))
	for i, text := range texts {
		made[i] = strconv.Quote(text)
	}
	return strings.Join(made, ", ")
}

// opens says whether one of some texts leads to one of some paths.
func opens(texts map[string]bool, paths []string) bool {
	for text := range texts {
		if slices.ContainsFunc(paths, func(at string) bool {
			before, _, made := strings.Cut(at, "{")
			return text == at || strings.HasPrefix(text, at+"?") || made && strings.HasPrefix(text, before)
		}) {
			return true
		}
	}
	return false
}

// unsent are the mails without a picture, those that nothing makes, and what would send one and stands in no row.
func (t *tree) unsent() (wrong []string) {
	mails, outbox := t.at["shared/mail"], t.at["shared/outbox"]
	if mails == nil || outbox == nil {
		return nil
	}
	pictured, made := made(mails.tests), made(slices.Concat(mails.files, outbox.files))
	for _, f := range mails.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Message" {
				continue
			}
			of := t.source(fn.Recv.List[0].Type)
			if !pictured[of] {
				wrong = append(wrong, t.say(fn.Pos(), "mail.%s has no picture: add what it may say to the list `all` in shared/mail/mail_test.go", of))
			}
			if !made[of] {
				wrong = append(wrong, t.say(fn.Pos(), "nothing makes mail.%s: add to shared/outbox the method that says to whom, and its row to %s", of, asksFile))
			}
		}
	}
	named := map[string]bool{}
	for _, f := range outbox.files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				named[s.Sel.Name] = true
			}
			return true
		})
	}
	for _, f := range outbox.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Recv != nil && fn.Type.Results != nil && t.source(fn.Type.Results.List[0].Type) == "[]letter" && !named[fn.Name.Name] {
				wrong = append(wrong, t.say(fn.Pos(), "no change asks for what %s sends: add the row `…Event{}.Type(): {mails: (*Outbox).%s},` to %s", fn.Name.Name, fn.Name.Name, asksFile))
			}
		}
	}
	return wrong
}

// misnamed are the templates under which the outbox sends a mail that calls itself otherwise: two mails of one name to one person are one mail.
func (t *tree) misnamed() (wrong []string) {
	mails, outbox := t.at["shared/mail"], t.at["shared/outbox"]
	if mails == nil || outbox == nil {
		return nil
	}
	calls := map[string][]string{} // a mail's type to the words that its Message() holds
	for _, fn := range methods(mails.files) {
		if fn.Name.Name == "Message" {
			calls[t.source(fn.Recv.List[0].Type)] = wordsOf(fn)
		}
	}
	takes := map[string]bool{} // what is given a template first
	for _, fn := range methods(outbox.files) {
		if in := fn.Type.Params.List; len(in) > 0 && len(in[0].Names) > 0 && in[0].Names[0].Name == "template" {
			takes[fn.Name.Name] = true
		}
	}
	for _, fn := range methods(outbox.files) {
		var own []string
		var sent []*ast.BasicLit
		ast.Inspect(fn, func(n ast.Node) bool {
			var template ast.Expr
			switch n := n.(type) {
			case *ast.CompositeLit:
				if of, ok := n.Type.(*ast.SelectorExpr); ok && t.source(of.X) == "mail" {
					own = append(own, calls[of.Sel.Name]...)
				}
			case *ast.KeyValueExpr:
				if t.source(n.Key) == "template" {
					template = n.Value
				}
			case *ast.CallExpr:
				if of, ok := n.Fun.(*ast.SelectorExpr); ok && takes[of.Sel.Name] && len(n.Args) > 0 {
					template = n.Args[0]
				}
			}
			if word, ok := template.(*ast.BasicLit); ok {
				sent = append(sent, word)
			}
			return true
		})
		for _, word := range sent {
			if len(own) > 0 && !slices.Contains(own, word.Value) {
				wrong = append(wrong, t.say(word.Pos(), "%s sends as %s a mail whose Message() says another name: write the same in both", fn.Name.Name, word.Value))
			}
		}
	}
	return wrong
}

// methods returns the methods of files.
func methods(files []*source) (found []*ast.FuncDecl) {
	for _, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				found = append(found, fn)
			}
		}
	}
	return found
}

// wordsOf returns the texts that a function holds, in their quotes.
func wordsOf(fn *ast.FuncDecl) (found []string) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
			found = append(found, text.Value)
		}
		return true
	})
	return found
}

// made returns the types of which files write a value, or convert one to, without their packages.
func made(files []*source) map[string]bool {
	found := map[string]bool{}
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			var of ast.Expr
			switch n := n.(type) {
			case *ast.CompositeLit:
				of = n.Type
			case *ast.CallExpr:
				of = n.Fun
			}
			switch of := of.(type) {
			case *ast.Ident:
				found[of.Name] = true
			case *ast.SelectorExpr:
				found[of.Sel.Name] = true
			}
			return true
		})
	}
	return found
}

func TestShown(t *testing.T) { obey(t, shown) }

func TestShownBites(t *testing.T) {
	const page, mails = "functions/pages/redeem/lambda/main.go", "shared/mail/mail.go"
	mail := change{mails, "", "package mail\n\nfunc (m Paused) Message() Message { return Message{} }\n"}
	picture := change{"shared/mail/mail_test.go", "", "package mail\n\nvar all = []Mail{Paused{}}\n"}
	outbox := func(asks string) change {
		return change{"shared/outbox/outbox.go", "", "package outbox\n\nfunc (d *Outbox) paused() ([]letter, error) { return send(mail.Paused{}) }\n\nvar asks = []any{" + asks + "}\n"}
	}
	const row = "(*Outbox).paused"
	bite(
		t, shown,
		broken{"no test of a page", []change{{"functions/pages/redeem/redeem_test.go", "", "package redeem_test\n"}}, page + ":1: no test serves redeem.Page: add the row `{redeem.Page(s.Env, table), []string{\"/redeem\", \"/redeem/check\"}},` to"},
		broken{"no test beside a page", []change{{"functions/pages/redeem/redeem_test.go", "", ""}, {"tests/fixture/pagetest/pagetest.go", "", "// Package pagetest serves.\npackage pagetest\n\nvar pages = []any{redeem.Page}\n"}}, page + ":1: no test stands beside redeem.Page: write functions/pages/redeem/redeem_test.go"},
		broken{"no test of all pages", []change{{"functions/pages/walk_test.go", "/redeem/", "/redeemed/"}}, page + ":1: no test of all pages opens /redeem: add it"},
		broken{"no state of a page", []change{{statesFolder + "/states.go", "/redeem?", "/redeemed?"}}, page + ":1: no state of the browser opens /redeem: add a row"},
		broken{"no picture", []change{mail, outbox(row)}, mails + ":3: mail.Paused has no picture: add"},
		broken{"nothing makes it", []change{mail, picture, {"shared/outbox/outbox.go", "", "package outbox\n"}}, mails + ":3: nothing makes mail.Paused: add"},
		broken{"no row", []change{mail, picture, outbox("")}, "shared/outbox/outbox.go:3: no change asks for what paused sends: add the row"},
	)
	named := change{mails, "", "package mail\n\nfunc (m Paused) Message() Message { return l.message(\"paused\") }\n"}
	as := func(template string) []change {
		return []change{named, picture, {"shared/outbox/outbox.go", "", "package outbox\n\nfunc (d *Outbox) tell(template string, m mail.Mail) []letter { return []letter{{template: template}} }\n\n" +
			"func (d *Outbox) paused() ([]letter, error) { return d.tell(\"" + template + "\", mail.Paused{}), nil }\n\nvar asks = []any{(*Outbox).paused, (*Outbox).tell}\n"}}
	}
	bite(t, shown, broken{"another's name", as("resumed"), "shared/outbox/outbox.go:5: paused sends as \"resumed\" a mail whose Message() says another name"})
	if got := shown(build(t, as("paused"))); len(got) > 0 {
		t.Errorf("a mail that is sent as itself: %v", got)
	}
	if got := shown(build(t, []change{mail, picture, outbox(row)})); len(got) > 0 {
		t.Errorf("a mail that is sent: %v", got)
	}
}
