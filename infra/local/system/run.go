package system

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// runFolder makes a folder for this run alone, and removes those whose run died.
func runFolder(root string) (string, error) {
	runs := filepath.Join(root, "build", "local", "runs")
	if err := os.MkdirAll(runs, 0o755); err != nil {
		return "", err
	}
	old, err := os.ReadDir(runs)
	if err != nil {
		return "", err
	}
	for _, entry := range old {
		id, _, _ := strings.Cut(entry.Name(), "-")
		pid, err := strconv.Atoi(id)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			os.RemoveAll(filepath.Join(runs, entry.Name()))
		}
	}
	return os.MkdirTemp(runs, strconv.Itoa(os.Getpid())+"-")
}
