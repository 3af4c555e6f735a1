package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

const (
	faultFolder = "shared/fault"
	problemCode = "ProblemCode" // the contract's schema that lists the codes
)

// declared is one code as package fault declares it.
type declared struct {
	name     string // of the Go value
	word     string
	mentions []string
	at       ast.Node
}

// faults returns the declared codes in their order.
func (t *tree) faults() (found []declared) {
	for _, p := range t.under(faultFolder) {
		for _, f := range p.files {
			ast.Inspect(f.File, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || len(spec.Values) != 1 {
					return true
				}
				ast.Inspect(spec.Values[0], func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return true
					}
					if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "declare" || len(call.Args) < 2 {
						return true
					}
					one := declared{name: spec.Names[0].Name, at: spec}
					one.word, _ = literal(call.Args[0])
					for _, arg := range call.Args[2:] {
						mention, _ := literal(arg)
						one.mentions = append(one.mentions, "{"+mention+"}")
					}
					found = append(found, one)
					return false
				})
				return false
			})
		}
	}
	return found
}

// otherwise are texts that are a code's word by chance and mean something else, by the files that say them.
var otherwise = map[string][]string{
	"exists":            {"infra/local/pattern/pattern.go"},                                                                 // an operator of EventBridge
	"personal":          {"shared/consent/receipt.go"},                                                                      // the kind of a link
	"refused":           {"shared/outbox/letter.go"},                                                                        // what became of a letter
	"required":          {"shared/contract/generate/reference/contract.go", "shared/contract/generate/reference/schema.go"}, // a word of JSON Schema
	"removal_requested": {"shared/mail/acted.go"},                                                                           // an act that is told of
}

// declaredOnce is law 9 for faults: a code is declared in package fault, once, and its word stands nowhere else; its words in
// both languages mention what it declares, and the contract lists it.
func declaredOnce(t *tree) (wrong []string) {
	codes := map[string]declared{}
	for _, one := range t.faults() {
		if first, twice := codes[one.word]; twice {
			wrong = append(wrong, t.say(one.at.Pos(), "%s is declared as %s too: take one away", one.word, first.name))
			continue
		}
		if name := camel(strings.ReplaceAll(one.word, "_", "-")); !strings.EqualFold(name, one.name) {
			wrong = append(wrong, t.say(one.at.Pos(), "%s is the code %s: call it %s", one.name, one.word, name))
		}
		codes[one.word] = one
	}
	used := map[string]bool{}
	for _, p := range t.under("functions", "shared", "infra") {
		for _, f := range p.files {
			if f.generated || p.folder == faultFolder {
				continue
			}
			f.uses(func(from, name string, _ *ast.SelectorExpr) {
				used[name] = used[name] || from == module+"/"+faultFolder
			})
			ast.Inspect(f.File, func(n ast.Node) bool {
				word, ok := literal(n)
				if one, is := codes[word]; ok && is && !slices.Contains(otherwise[word], f.path) {
					wrong = append(wrong, t.say(n.Pos(), "says %q: write fault.%s, or fault.%s.String() where its word is wanted; what is no fault, as a mail's template, takes another name", word, one.name, one.name))
				}
				return true
			})
		}
	}
	for _, word := range sorted(codes) {
		if one := codes[word]; !used[one.name] {
			wrong = append(wrong, t.say(one.at.Pos(), "nothing fails with %s: take it away, with its words", one.name))
		}
	}
	return slices.Concat(wrong, t.wordless(codes), t.unlisted(codes))
}

// wordless finds codes whose words are missing or mention something else than they declare, and words of no code.
func (t *tree) wordless(codes map[string]declared) (wrong []string) {
	en, _ := t.words(english)
	for _, word := range sorted(codes) {
		one := codes[word]
		title, problem := en["problem."+word+".title"]
		field, alone := en["field."+word]
		mentioned := slices.Concat(title.variables(), en["problem."+word+".detail"].variables())
		if !problem {
			mentioned = field.variables()
		}
		slices.Sort(mentioned)
		want := slices.Sorted(slices.Values(one.mentions))
		switch {
		case !problem && !alone:
			wrong = append(wrong, t.say(one.at.Pos(), "the code %s has no words: add problem.%s.title and .detail to %s and %s", word, word, english, polish))
		case !slices.Equal(slices.Compact(mentioned), want):
			wrong = append(wrong, t.say(one.at.Pos(), "%s mentions %v, its words %v: make them the same", one.name, want, mentioned))
		}
		for _, name := range field.variables() {
			if problem && !slices.Contains(want, name) {
				wrong = append(wrong, fmt.Sprintf("%s:%d: field.%s mentions %s, fault.%s does not: declare it there", english, field.line, word, name, one.name))
			}
		}
	}
	for _, key := range sorted(en) {
		words := strings.Split(key, ".")
		if _, is := codes[words[min(1, len(words)-1)]]; !is && (words[0] == "problem" || words[0] == "field") {
			wrong = append(wrong, fmt.Sprintf("%s:%d: no code says %s: take it away, or declare it in %s", english, en[key].line, key, faultFolder))
		}
	}
	return wrong
}

// unlisted compares the codes with those of the contract.
func (t *tree) unlisted(codes map[string]declared) (wrong []string) {
	schema := t.yaml(contractFile).get("components", "schemas", problemCode)
	listed := map[string]bool{}
	for _, one := range schema.get("enum").list() {
		listed[one.text] = true
		if _, is := codes[one.text]; !is {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s is no code of %s: take it away, or declare it", contractFile, one.line, one.text, faultFolder))
		}
	}
	for _, word := range sorted(codes) {
		if !listed[word] {
			wrong = append(wrong, t.say(codes[word].at.Pos(), "%s is not in %s: add the line `- %s` to the enum of %s", word, contractFile, word, problemCode))
		}
	}
	return wrong
}

func TestFaults(t *testing.T) {
	obey(t, declaredOnce)
	if found := repository().faults(); len(found) < 100 {
		t.Errorf("only %d codes were read", len(found))
	}
}

func TestFaultsBite(t *testing.T) {
	const list, page, offers = "shared/fault/fault.go", "functions/pages/redeem/page.go", "shared/offer/offer.go"
	anchor := "	Mail "
	declare := func(line string) change { return change{list, anchor, "	" + line + "\n" + anchor} }
	both := func(key string) []change {
		return []change{{english, "{\n", "{\n  \"" + key + "\": \"X\",\n"}, {polish, "{\n", "{\n  \"" + key + "\": \"X\",\n"}}
	}
	bite(
		t, declaredOnce,
		broken{"a literal in a page", []change{{page, "fault.Mail", "fault.Mail\n}\n\nfunc old() string {\n\treturn \"offer_expired\""}}, page + ":24: says \"offer_expired\": write fault.OfferExpired"},
		broken{"a literal in a noun", []change{{offers, "fault.OfferExpired", "errors.Join(fault.OfferExpired, fault.Named(\"offer_expired\"))"}}, offers + ":26: says \"offer_expired\": write fault.OfferExpired"},
		broken{"a code twice", []change{declare("Mail = declare(\"mail\", Gone)")}, list + ":19: mail is declared as Mail too"},
		broken{"another name", []change{{list, anchor, "	Address "}, {page, "fault.Mail", "fault.Address"}}, list + ":18: Address is the code mail: call it Mail"},
		broken{"a code that nothing uses", []change{{offers, "fault.OfferExpired", "fault.New(\"x\")"}}, list + ":17: nothing fails with OfferExpired"},
		broken{"no words", []change{declare("TooLate = declare(\"too_late\", Gone)"), {page, "fault.Mail", "fault.Mail\n}\n\nfunc late() error {\n\treturn fault.TooLate"}, {contractFile, "[mail,", "[too_late, mail,"}}, list + ":18: the code too_late has no words"},
		broken{"words that mention more", []change{{english, "Ask for a new one.", "Ask for {name}."}, {polish, "Poproś o nową.", "Poproś: {name}."}}, list + ":17: OfferExpired mentions [], its words [{name}]"},
		broken{"a code that mentions more", []change{{list, "\"offer_expired\", Gone", "\"offer_expired\", Gone, \"when\""}}, list + ":17: OfferExpired mentions [{when}], its words []"},
		broken{"words of no code", both("problem.too_old.title"), english + ":2: no code says problem.too_old.title"},
		broken{"a field's words of no code", both("field.age"), english + ":2: no code says field.age"},
		broken{"not in the contract", []change{{contractFile, "[mail,", "["}}, list + ":18: mail is not in " + contractFile},
		broken{"only in the contract", []change{{contractFile, "[mail,", "[mail, post,"}}, contractFile + ":11: post is no code"},
	)
}
