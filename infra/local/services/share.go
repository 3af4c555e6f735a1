package services

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Sharing is the DynamoDB Local that one command lends to all test binaries of this checkout.
//
// Its address stands in a file whose path is the same in every run and lies outside the module: what a test reads there is no reason for
// `go test` to run it again. Who lends and who borrows hold the file's lock together; who starts or ends the processes holds it alone.
type Sharing struct {
	file  *os.File
	table *Process
}

// ErrShared says that another command lends tables in this checkout, or ended while its borrowers go on.
var ErrShared = errors.New("another command shares its tables")

// sharedFile opens the file with the address, which is empty where nobody lends.
func sharedFile() (*os.File, error) {
	root, err := folder()
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	at := filepath.Join(cache, "liaison", fmt.Sprintf("%x", sha256.Sum256([]byte(root)))[:16])
	if err := os.MkdirAll(at, 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(at, "table"), os.O_RDWR|os.O_CREATE, 0o600)
}

// lent returns the address that the file holds, if somebody answers there: it may be left from a command that was killed.
func lent(file *os.File) string {
	text := make([]byte, 100)
	n, _ := file.ReadAt(text, 0)
	url := string(text[:n])
	if url == "" || !tableAnswers(context.Background(), url) {
		return ""
	}
	return url
}

// Share makes this process the one that lends tables in this checkout. It fails with ErrShared where another does.
func Share() (*Sharing, error) {
	file, err := sharedFile()
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return nil, errors.Join(ErrShared, file.Close())
	}
	return &Sharing{file: file}, nil
}

// Start starts DynamoDB Local. Borrowers wait until it returns, with an error too: then nobody lends. It is called once.
func (s *Sharing) Start(ctx context.Context) error {
	table, err := Table(ctx, TableOptions{Long: true, Apart: true})
	err = errors.Join(err, s.file.Truncate(0))
	if err == nil {
		s.table = table
		_, err = s.file.WriteAt([]byte(table.URL), 0)
	}
	return errors.Join(err, syscall.Flock(int(s.file.Fd()), syscall.LOCK_SH))
}

// Close lends to nobody any more, waits for those who borrow still, and ends DynamoDB Local.
func (s *Sharing) Close() error {
	err := errors.Join(s.file.Truncate(0), syscall.Flock(int(s.file.Fd()), syscall.LOCK_EX))
	if s.table != nil {
		err = errors.Join(err, s.table.Close())
	}
	return errors.Join(err, s.file.Close())
}

// Borrow returns the address of the DynamoDB Local that another process lends, empty where nobody does or can. It answers until this process
// ends or calls giveBack. Each access key has tables of its own there.
func Borrow() (url string, giveBack func()) {
	file, err := sharedFile()
	if err != nil {
		return "", func() {}
	}
	giveBack = func() { _ = file.Close() }
	if syscall.Flock(int(file.Fd()), syscall.LOCK_SH) == nil {
		url = lent(file)
	}
	if url == "" {
		giveBack()
	}
	return url, giveBack
}
