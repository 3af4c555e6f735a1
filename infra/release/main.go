// Command release makes a release of what stands in the repository: it gives it the version, dates the changelog, and keeps the contract, to
// which every later one is held. make release VERSION=1.1.0 runs it at the top of the repository.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: make release VERSION=1.1.0")
		os.Exit(1)
	}
	if err := release(".", os.Args[1], time.Now().UTC()); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
	fmt.Printf("This is %[1]s now. Look at git status and git diff, commit all of it, and tag the commit v%[1]s.\n", os.Args[1])
}

const (
	contract  = "infra/openapi.yaml"
	changelog = "CHANGELOG.md"
)

// kept is the last release's contract; before the first release there is none.
var kept = filepath.Join("infra", "release", "contract.yaml")

// said is where the version of the last release stands, each time as what the expression holds in parentheses.
var said = map[string]*regexp.Regexp{
	contract:        regexp.MustCompile(`(?m)^  version: ([0-9.]+)$`),
	"template.yaml": regexp.MustCompile(`(?m)^  Version:\n    Description: .*\n    Value: ([0-9.]+)$`),
	"README.md":     regexp.MustCompile(`The last release is ([0-9.]+[0-9])`),
}

var (
	unreleased = regexp.MustCompile(`(?m)^## Unreleased$`)
	released   = regexp.MustCompile(`(?m)^## ([0-9.]+) - [0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// release writes the version into the repository whose folder is root. It writes nothing and says why where the version is no step from the
// last one, where the contract's changes ask for a larger step, and where the changelog tells of nothing new.
func release(root, version string, today time.Time) error {
	files := map[string]string{}
	for _, name := range append(sayers(), changelog) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		files[name] = string(text)
	}
	last, err := current(contract, files[contract])
	if err != nil {
		return err
	}
	taken, err := stepped(last, version)
	if err != nil {
		return err
	}
	if before := filepath.Join(root, kept); taken != major && stands(before) {
		changes, err := compare(root, before, filepath.Join(root, contract))
		if err == nil {
			err = allowed(taken, changes)
		}
		if err != nil {
			return err
		}
	}
	if err := written(files, version, today); err != nil {
		return err
	}
	files[kept] = files[contract]
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func stands(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sayers() []string {
	var names []string
	for name := range said {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// current returns the version that a file says.
func current(name, text string) (string, error) {
	found := said[name].FindStringSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("%s says no version: it has nothing like %s", name, said[name])
	}
	return found[1], nil
}

// A step is how far a version is from the one before it.
type step int

const (
	major step = iota // may break clients
	minor             // adds
	patch             // mends, and leaves the contract as it is
)

// stepped returns the step that leads from the last version to the next one. It fails where none does.
func stepped(last, next string) (step, error) {
	from, err := numbers(last)
	if err != nil {
		return 0, err
	}
	to, err := numbers(next)
	if err != nil {
		return 0, err
	}
	var all []string
	for s := major; s <= patch; s++ {
		after := [3]int{}
		copy(after[:], from[:s])
		after[s] = from[s] + 1
		if to == after {
			return s, nil
		}
		all = append(all, fmt.Sprintf("%d.%d.%d", after[0], after[1], after[2]))
	}
	return 0, fmt.Errorf("%s does not follow %s; what does: %s", next, last, strings.Join(all, ", "))
}

func numbers(version string) (n [3]int, err error) {
	parts := strings.Split(version, ".")
	for i, part := range parts {
		if len(parts) != 3 {
			break
		}
		if n[i], err = strconv.Atoi(part); err != nil || strconv.Itoa(n[i]) != part {
			break
		}
		if i == 2 {
			return n, nil
		}
	}
	return n, fmt.Errorf("%q is no version such as 1.1.0", version)
}

// allowed returns why a minor release or a patch may not have the contract's changes, nil where it may.
func allowed(taken step, changes []change) error {
	if err := broken(changes); err != nil {
		return err
	}
	if taken == patch && len(changes) > 0 {
		return fmt.Errorf("the contract has changed, which takes a minor release: %s", changes[0])
	}
	return nil
}

// written gives the files the version and the changelog a heading with the day. It fails where the changelog tells of nothing new.
func written(files map[string]string, version string, today time.Time) error {
	for _, name := range sayers() {
		at := said[name].FindStringSubmatchIndex(files[name])
		if at == nil {
			_, err := current(name, files[name])
			return err
		}
		files[name] = files[name][:at[2]] + version + files[name][at[3]:]
	}
	at := unreleased.FindStringIndex(files[changelog])
	if at == nil {
		return errors.New(changelog + " has no heading `## Unreleased`")
	}
	news, _, _ := strings.Cut(files[changelog][at[1]:], "\n## ")
	if !strings.Contains(news, "\n- ") {
		return errors.New(changelog + " tells of nothing new under Unreleased: say what the release brings")
	}
	files[changelog] = files[changelog][:at[1]] + fmt.Sprintf("\n\n## %s - %s", version, today.Format(time.DateOnly)) + files[changelog][at[1]:]
	return nil
}
