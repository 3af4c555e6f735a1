package system

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// runFolder makes a folder for this run alone, and removes those whose run is
// gone. A run holds the lock in its folder for as long as its process lives,
// however that ends; end gives it up and removes the folder.
func runFolder(root string) (folder string, end func() error, err error) {
	runs := filepath.Join(root, "build", "local", "runs")
	if err := os.MkdirAll(runs, 0o755); err != nil {
		return "", nil, err
	}
	// One run at a time looks at the folders, so that none removes another's before it is locked.
	door, err := lock(filepath.Join(runs, ".lock"), 0)
	if err != nil {
		return "", nil, err
	}
	defer door.Close()
	old, err := os.ReadDir(runs)
	if err != nil {
		return "", nil, err
	}
	for _, entry := range old {
		if !entry.IsDir() {
			continue
		}
		path := filepath.Join(runs, entry.Name())
		if held, err := lock(filepath.Join(path, ".lock"), syscall.LOCK_NB); err == nil {
			os.RemoveAll(path)
			held.Close()
		}
	}
	if folder, err = os.MkdirTemp(runs, ""); err != nil {
		return "", nil, err
	}
	held, err := lock(filepath.Join(folder, ".lock"), 0)
	if err != nil {
		return "", nil, err
	}
	return folder, func() error { return errors.Join(os.RemoveAll(folder), held.Close()) }, nil
}

// lock opens the file and takes its lock until the file is closed.
func lock(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|how); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
