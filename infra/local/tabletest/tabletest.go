// Package tabletest gives tests the one table, one a test, on DynamoDB Local: the one that infra/local/lend lends to all test binaries,
// else a process of the binary's own. It starts with the first table, so tests without one don't wait for it.
package tabletest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/parts"
	"liaison/infra/local/template"
	"liaison/shared/dynamo"
)

// tables is what tests make their tables on: lent by the command that runs them, else a process of this binary's own.
type tables struct {
	url   string
	shape *template.Table
	end   func() // gives back or ends
}

var (
	used    atomic.Bool
	long    bool
	made    atomic.Int64
	running = sync.OnceValues(func() (*tables, error) {
		used.Store(true)
		return start()
	})
)

// Run is what a TestMain does: it runs the tests and ends the DynamoDB Local that the first of their tables has started. It returns the exit code.
func Run(m *testing.M) int {
	code := m.Run()
	if used.Load() {
		if it, err := running(); err == nil {
			it.end()
		}
	}
	return code
}

// Long is Run for a package whose tests take more than some twenty seconds.
func Long(m *testing.M) int {
	long = true
	return Run(m)
}

func start() (*tables, error) {
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if _, missing := os.Stat(filepath.Join(folder, "template.yaml")); missing == nil {
			break
		}
		if folder == filepath.Dir(folder) {
			err = fmt.Errorf("no template.yaml above the tests")
		}
	}
	if err != nil {
		return nil, err
	}
	// The stack alone needs no parameter of the deployer.
	app, err := template.Load(filepath.Join(folder, "infra", "stacks", "data.yaml"), template.Options{})
	if err != nil {
		return nil, err
	}
	it := &tables{shape: app.Tables[0]}
	if it.url, it.end = parts.Borrow(); it.url != "" {
		return it, nil
	}
	own, err := parts.Table(context.Background(), parts.TableOptions{Long: long})
	if err != nil {
		return nil, err
	}
	it.url, it.end = own.URL, func() { _ = own.Close() }
	return it, nil
}

// Table is an empty table of one test.
type Table struct {
	*dynamo.Table
	DB   *dynamodb.Client
	Name string
	URL  string // of DynamoDB Local
}

// New makes an empty table for a test, which goes with it. It has no stream: DynamoDB Local writes at half the speed where there is one, and
// slower with every table that it keeps.
func New(t testing.TB) Table {
	t.Helper()
	return create(t, false)
}

// Streaming makes an empty table with its stream.
func Streaming(t testing.TB) Table {
	t.Helper()
	return create(t, true)
}

func create(t testing.TB, stream bool) Table {
	t.Helper()
	on, err := running()
	if err != nil {
		t.Fatal(err)
	}
	shape := on.shape
	db := dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: &on.url, Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
		DisableValidateResponseChecksum: true,
	})
	// Other binaries make tables beside this one's.
	name := fmt.Sprintf("%s-%d-%s", strings.TrimSuffix(filepath.Base(os.Args[0]), ".test"), made.Add(1), rand.Text()[:8])
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema(shape.Keys)}
	for _, attribute := range slices.Sorted(maps.Keys(shape.Attributes)) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeType(shape.Attributes[attribute]),
		})
	}
	if stream {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(shape.StreamView)}
	}
	for _, index := range shape.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name), KeySchema: schema(index.Keys),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection), NonKeyAttributes: slices.Clone(index.Included)},
		})
	}
	if _, err := db.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		if gone := new(types.ResourceNotFoundException); err != nil && !errors.As(err, &gone) {
			t.Error(err)
		}
	})
	return Table{Table: dynamo.Over(db, name), DB: db, Name: name, URL: on.url}
}

func schema(keys []string) []types.KeySchemaElement {
	kinds := []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}
	made := make([]types.KeySchemaElement, len(keys))
	for i, key := range keys {
		made[i] = types.KeySchemaElement{AttributeName: aws.String(key), KeyType: kinds[i]}
	}
	return made
}

// Items returns every item of the table.
func (x Table) Items(t testing.TB) []map[string]types.AttributeValue {
	t.Helper()
	var all []map[string]types.AttributeValue
	pages := dynamodb.NewScanPaginator(x.DB, &dynamodb.ScanInput{TableName: &x.Name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Items...)
	}
	return all
}

// Fill puts items into the table as they are, behind everybody's back.
func (x Table) Fill(t testing.TB, items []map[string]types.AttributeValue) {
	t.Helper()
	for some := range slices.Chunk(items, 25) { // as many as one call takes
		puts := make([]types.WriteRequest, len(some))
		for i, item := range some {
			puts[i].PutRequest = &types.PutRequest{Item: item}
		}
		made, err := x.DB.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{x.Name: puts}})
		if err != nil || len(made.UnprocessedItems) > 0 {
			t.Fatal(err, made)
		}
	}
}

// Dump returns every item as text, sorted, so that two dumps of the same table are the same bytes.
func (x Table) Dump(t testing.TB) string {
	t.Helper()
	var lines []string
	for _, item := range x.Items(t) {
		raw, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(raw))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Holds returns how many items of a class the table holds.
func (x Table) Holds(t testing.TB, class string) int {
	t.Helper()
	n := 0
	for _, item := range x.Items(t) {
		if is, ok := item["class"].(*types.AttributeValueMemberS); ok && is.Value == class {
			n++
		}
	}
	return n
}
