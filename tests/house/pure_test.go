package house

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// clocks are the names of package time that go by the machine's clock or zone instead of an argument.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Local"}

// chances are packages that a noun cannot import without chance or environment coming in.
var chances = []string{"crypto/rand", "math/rand", "math/rand/v2", "os", "os/user", "syscall"}

// pure is law 5: no domain package knows the clock, chance or the environment.
func pure(t *tree) (wrong []string) {
	for _, p := range t.packages {
		name := strings.TrimPrefix(p.folder, "shared/")
		if !slices.Contains(below, name) && !slices.Contains(nouns, name) && name != "access" && name != "locale" {
			continue
		}
		for _, f := range p.files {
			for _, i := range f.imports() {
				if slices.Contains(chances, i.path) {
					wrong = append(wrong, t.say(i.pos, "%s imports %s: chance and environment are arguments (op.Op brings ids)", p.folder, i.path))
				}
				if i.path == "time" && i.as == "." {
					wrong = append(wrong, t.say(i.pos, "%s imports time under no name, so that its clock cannot be seen: give it its name", p.folder))
				}
			}
			f.uses(func(from, name string, at *ast.SelectorExpr) {
				if from == "time" && slices.Contains(clocks, name) {
					wrong = append(wrong, t.say(at.Pos(), "%s calls time.%s: time is an argument (op.Op brings it)", p.folder, name))
				}
			})
		}
	}
	return wrong
}

func TestPure(t *testing.T) { obey(t, pure) }

func TestPureBites(t *testing.T) {
	const file = "shared/offer/offer.go"
	for _, name := range clocks {
		bite(t, pure, broken{name, []change{{file, "at.Before(o.ExpiresAt)", "at.Before(o.ExpiresAt, time." + name + ")"}}, file + ":25: shared/offer calls time." + name})
	}
	for _, name := range chances {
		bite(t, pure, broken{name, []change{{file, "import (", "import (\n\t\"" + name + "\""}}, file + ":5: shared/offer imports " + name})
	}
	bite(
		t, pure,
		broken{"under another name", []change{{file, "\t\"time\"\n", "\tclock \"time\"\n"}, {file, "at.Before(o.ExpiresAt)", "clock.Now().Before(o.ExpiresAt)"}}, file + ":25: shared/offer calls time.Now"},
		broken{"under no name", []change{{file, "\t\"time\"\n", "\t. \"time\"\n"}}, file + ":5: shared/offer imports time under no name"},
		broken{"in the words", []change{{"shared/locale/locale.go", "package locale\n", "package locale\n\nimport _ \"os\"\n"}}, "shared/locale/locale.go:4: shared/locale imports os"},
	)
}
