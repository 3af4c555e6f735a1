package house

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// glossary are words that no Go name has in it, with the word of the field to use: one concept, one name.
var glossary = map[string]string{
	"advisor": "PartnerOfRecord", "adviser": "PartnerOfRecord", "por": "PartnerOfRecord",
	"delegation": "Grant where it is stored, DelegatedAdministration where it is asked or shown",
	"licence":    "License", "licences": "Licenses",
	"teller": "Formatter", "told": "notified, changes, events", "bury": "ShowUnavailable, GiveUp", "buried": "GivenUp", "shelf": "Store, catalogCache", "theatre": "World",
}

// wholly are Go names that are a riddle when they stand alone, with the name to use.
var wholly = map[string]string{
	"Noted": "AuditRead", "Asks": "DryRun", "Needs": "Requires", "Rest": "MakeReadOnly", "Again": "Reload, Replay",
	"Way": "Fulfilment", "Happening": "EventChange",
	"Bury": "ShowUnavailable", "Death": "UnavailableLink", "Dead": "Unavailable, Outdated", "Power": "Grant", "Powers": "Allowed, Grants",
}

// rooms are package names that say nothing, with the name to use.
var rooms = map[string]string{"plain": "textinput", "sheet": "csv", "stage": "states", "theatre": "fixture"}

// settles is where the name Settle would be a decision that is tried again; of a running system it is the ordinary word.
const settles = "shared/op"

// glossed is law 14: Go names are the words of the glossary. What is stored, sent or written on pages keeps its name.
func glossed(t *tree) (wrong []string) {
	for _, p := range t.packages {
		for _, f := range slices.Concat(p.files, p.tests) {
			if f.generated {
				continue
			}
			if better := rooms[strings.TrimSuffix(f.Name.Name, "_test")]; better != "" {
				wrong = append(wrong, t.say(f.Name.Pos(), "package %s: call it %s (infra/design/house.md, \"Names\")", f.Name.Name, better))
			}
			taken := map[*ast.Ident]bool{f.Name: true} // names that other packages or types gave
			ast.Inspect(f.File, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					taken[n.Sel] = true
				case *ast.KeyValueExpr:
					if id, ok := n.Key.(*ast.Ident); ok {
						taken[id] = true
					}
				case *ast.Ident:
					if better := named(n.Name, p.folder); better != "" && !taken[n] {
						wrong = append(wrong, t.say(n.Pos(), "%s: say %s (infra/design/house.md, \"Names\")", n.Name, better))
					}
				}
				return true
			})
		}
		if better := rooms[path.Base(p.folder)]; better != "" && len(p.files) > 0 && p.name == "main" {
			wrong = append(wrong, t.say(p.files[0].Name.Pos(), "folder %s: call it %s (infra/design/house.md, \"Names\")", p.folder, better))
		}
	}
	return wrong
}

// named returns the word to use instead of a name, empty where the name is fine.
func named(name, folder string) string {
	if better := wholly[name]; better != "" {
		return better
	}
	if name == "Settle" && folder == settles {
		return "RetryStale"
	}
	for _, word := range words(name) {
		if better := glossary[word]; better != "" {
			return better
		}
	}
	return ""
}

// words splits a Go name at its capitals: partnerOfRecordID is partner, of, record, id.
func words(name string) (all []string) {
	begins := 0
	runes := []rune(name)
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			all = append(all, strings.ToLower(strings.Trim(string(runes[begins:i]), "_")))
			begins = i
		}
	}
	return all
}

func TestGlossary(t *testing.T) { obey(t, glossed) }

func TestGlossaryBites(t *testing.T) {
	const file, end = "shared/offer/offer.go", "// Open fails where"
	bite(
		t, glossed,
		broken{"a word in a name", []change{{file, end, "var theAdvisorOf = 1\n\n" + end}}, file + ":23: theAdvisorOf: say PartnerOfRecord"},
		broken{"its abbreviation", []change{{file, end, "var PorCount = 1\n\n" + end}}, file + ":23: PorCount: say PartnerOfRecord"},
		broken{"a whole name", []change{{file, end, "func Noted() {}\n\n" + end}}, file + ":23: Noted: say AuditRead"},
		broken{"a local", []change{{file, "\tif !at.", "\tlicences := 1\n\tif !at."}}, file + ":25: licences: say Licenses"},
		broken{"a word that says nothing of whom", []change{{file, "\tif !at.", "\ttold := 1\n\tif !at."}}, file + ":25: told: say notified, changes, events"},
		broken{"a package", []change{{"shared/sheet/sheet.go", "", "// Package sheet writes.\npackage sheet\n"}}, "shared/sheet/sheet.go:2: package sheet: call it csv"},
	)
}
