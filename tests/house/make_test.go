package house

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// late is what GNU make 3.81, bash 3.2 or BSD's tools, all of them macOS's own, do not know, each with what does instead.
var late = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\.SHELLFLAGS|\.ONESHELL`), "make 3.81 ignores it: join commands by &&"},
	{regexp.MustCompile(`\$\((file|guile) `), "make 3.81 has no such function: let the shell write"},
	{regexp.MustCompile(`^[\w-]+ *(!=|::=|:::=)`), "make 3.81 has no such assignment: use := and $(shell …)"},
	{regexp.MustCompile(`^(undefine|private|load)\b|^define\b.*=`), "make 3.81 has no such directive"},
	{regexp.MustCompile(`&:`), "make 3.81 has no grouped targets"},
	{regexp.MustCompile(`^[^\t#].*: *export `), "make 3.81 exports no variable of a target: export it in the recipe"},
	{regexp.MustCompile(`\bgrep -[A-Za-z]*P|\breadlink -f|\bsed -i|\bsed -[A-Za-z]*r|\bdate -d|\bdate --|\bsort -V|\bxargs -r|\bcp -[A-Za-z]*t|\brealpath\b|\bnproc\b|\bmktemp --|\bstat -c|\bfind -`), "BSD's tool does not know it"},
	{regexp.MustCompile(`\$\$\{\w+(,|\^|@)|\bmapfile\b|\breadarray\b|\bdeclare -A|\|&|&>>|\bcoproc\b`), "bash 3.2 does not know it"},
}

// plainMake holds the Makefile to what the make, shell and tools of macOS know.
func plainMake(t *tree) (wrong []string) {
	for i, line := range strings.Split(string(t.text("Makefile")), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, l := range late {
			if found := l.pattern.FindString(line); found != "" {
				wrong = append(wrong, fmt.Sprintf("Makefile:%d: %q: %s", i+1, strings.TrimSpace(found), l.instead))
			}
		}
	}
	return wrong
}

// freshSuites holds the Makefile to run the suites of the whole system each time: they start what is built beside them, so Go sees no change
// in it and would answer from the results that it keeps.
func freshSuites(t *tree) (wrong []string) {
	for i, line := range strings.Split(string(t.text("Makefile")), "\n") {
		if strings.Contains(line, "go test") && strings.Contains(line, "$(WHOLE)") && !strings.Contains(line, "-count=1") {
			wrong = append(wrong, fmt.Sprintf("Makefile:%d: the suites of the whole system without -count=1", i+1))
		}
	}
	return wrong
}

func TestMake(t *testing.T) {
	obey(t, plainMake)
	obey(t, freshSuites)
}

func TestMakeBites(t *testing.T) {
	for _, line := range []string{
		".SHELLFLAGS := -e", ".ONESHELL:", "X := $(file < x)", "NOW != date", "X ::= 1", "undefine X", "define X =", "a b &: c", "test: export X := 1",
		"\tgrep -hP x", "\treadlink -f x", "\tsed -i s/a/b/ x", "\tsed -nr p x", "\tdate -d now", "\tfind -name x", "\techo $${x,,}", "\tmapfile -t x", "\tx |& y",
	} {
		bite(t, plainMake, broken{line, []change{{"Makefile", "", "# What it is.\n" + line + "\n"}}, "Makefile:2: "})
	}
	bite(t, freshSuites, broken{"kept results", []change{{"Makefile", "", "# What it is.\ntest:\n\tgo test -p 1 $(WHOLE)\n"}}, "Makefile:3: "})
}
