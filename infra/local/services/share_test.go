package services_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/services"
)

// alone gives a test a file of its own: the checkout's may be in use by the very command that runs it.
func alone(t *testing.T) string {
	t.Helper()
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	return cache
}

// borrowed returns what is lent now, and gives it back at once.
func borrowed() string {
	url, giveBack := services.Borrow()
	giveBack()
	return url
}

func TestShare(t *testing.T) {
	alone(t)
	if url := borrowed(); url != "" {
		t.Errorf("lent %s before anybody lends", url)
	}
	sharing, err := services.Share()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := services.Share(); !errors.Is(err, services.ErrShared) {
		t.Errorf("a second one lends: %v", err)
	}
	early := make(chan string)
	go func() { early <- borrowed() }()
	if err := sharing.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	url, giveBack := services.Borrow()
	if url == "" {
		t.Fatal("nothing is lent")
	}
	if got := <-early; got != url {
		t.Errorf("who came during the start got %q, want %q", got, url)
	}
	if _, err := services.Share(); !errors.Is(err, services.ErrShared) {
		t.Errorf("a second one lends: %v", err)
	}
	for _, key := range []string{"ONE", "OTHER"} { // both make the same table
		if _, err := tableClient(url, key).CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: aws.String("same"), BillingMode: ddb.BillingModePayPerRequest,
			AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: ddb.ScalarAttributeTypeS}},
			KeySchema:            []ddb.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: ddb.KeyTypeHash}},
		}); err != nil {
			t.Errorf("under the key %s: %v", key, err)
		}
	}
	closed := make(chan error, 1)
	go func() { closed <- sharing.Close() }()
	for borrowed() != "" { // until nothing more is lent
	}
	for range 300 { // more requests than an ending process answers
		answer, err := http.Post(url, "application/x-amz-json-1.0", nil)
		if err != nil {
			t.Fatalf("ended under a borrower: %v", err)
		}
		_ = answer.Body.Close()
	}
	giveBack()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if again, err := services.Share(); err != nil || again.Close() != nil {
		t.Errorf("lends no more afterwards: %v", err)
	}
}

// TestShareLeft meets the address that a killed command has left: nobody borrows it, and the next command lends its own.
func TestShareLeft(t *testing.T) {
	cache := alone(t)
	borrowed()
	found, err := filepath.Glob(filepath.Join(cache, "*", "*", "table"))
	if more, _ := filepath.Glob(filepath.Join(cache, "*", "*", "*", "table")); err != nil || len(found)+len(more) != 1 {
		t.Fatal(found, more, err)
	} else if len(more) == 1 { // macOS keeps caches a folder deeper
		found = more
	}
	if err := os.WriteFile(found[0], []byte("http://127.0.0.1:1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if url := borrowed(); url != "" {
		t.Errorf("lent %s, where nobody answers", url)
	}
	sharing, err := services.Share()
	if err != nil {
		t.Fatal(err)
	}
	if err := sharing.Close(); err != nil {
		t.Error(err)
	}
}
