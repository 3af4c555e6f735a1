package services

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// Dir gives the folder with the npm packages of the services. It fails when the working folder
// is outside the module, or when the packages were not installed.
func Dir() (string, error) {
	root, err := folder()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "node_modules")
	// npm writes this file last: without it an install is missing or was cut off.
	if _, err := os.Stat(filepath.Join(dir, ".package-lock.json")); err != nil {
		return "", errors.New("the local services are not installed: run `make setup`")
	}
	return dir, nil
}

// folder gives this package's folder in the module around the working folder.
func folder() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return filepath.Join(at, "infra", "local", "services"), nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", errors.New("there is no go.mod in this folder or above it: run this inside the repository")
		}
		at = up
	}
}

// program is a program of the machine that services need.
type program struct {
	name    string
	flag    string         // makes it say its version
	version *regexp.Regexp // finds the main number in what it says
	least   int
	how     string // to get it
}

var (
	java = program{
		name: "java", flag: "-version", version: regexp.MustCompile(`version "(\d+)`), least: 17,
		how: "install a Java 17 or newer runtime (Debian and Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@17)",
	}
	node = program{
		name: "node", flag: "--version", version: regexp.MustCompile(`^v(\d+)`), least: 20,
		how: "install Node.js 22 or newer (https://nodejs.org, or your package manager)",
	}
)

// find gives the path of a program that is there and new enough, or one line that says what
// is missing and how to get it.
func (p program) find(ctx context.Context) (string, error) {
	path, err := exec.LookPath(p.name)
	if err != nil {
		return "", fmt.Errorf("%s is missing: %s", p.name, p.how)
	}
	said, err := exec.CommandContext(ctx, path, p.flag).CombinedOutput()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("%s does not run (%w): %s", p.name, err, p.how)
	}
	main, err := strconv.Atoi(first(p.version.FindSubmatch(said)))
	if err != nil {
		return "", fmt.Errorf("%s does not tell its version: %s", p.name, p.how)
	}
	if main < p.least {
		return "", fmt.Errorf("%s is too old, it is version %d: %s", p.name, main, p.how)
	}
	return path, nil
}

// first gives the first group of a match, or nothing.
func first(match [][]byte) string {
	if len(match) < 2 {
		return ""
	}
	return string(match[1])
}
