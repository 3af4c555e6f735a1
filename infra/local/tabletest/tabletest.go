// Package tabletest gives tests the one table on a DynamoDB Local of their own: one process a test binary, one table a test.
package tabletest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

var (
	running *parts.Process
	shape   *template.Table
	made    atomic.Int64
)

// Run is what a TestMain does: it starts DynamoDB Local, runs the tests and ends it. It returns the exit code; where the
// part cannot be started it says why and fails.
func Run(m *testing.M) int { return run(m, false) }

// Long is Run for a package whose tests take more than some twenty seconds.
func Long(m *testing.M) int { return run(m, true) }

func run(m *testing.M, long bool) int {
	if err := start(long); err != nil {
		fmt.Fprintln(os.Stderr, "tabletest:", err)
		return 1
	}
	defer running.Close()
	return m.Run()
}

func start(long bool) error {
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
		return err
	}
	// The stack alone needs no parameter of the deployer.
	app, err := template.Load(filepath.Join(folder, "infra", "stacks", "data.yaml"), template.Options{})
	if err != nil {
		return err
	}
	shape = app.Tables[0]
	running, err = parts.Table(context.Background(), parts.TableOptions{Long: long})
	return err
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
	db := dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: aws.String(running.URL), Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
		DisableValidateResponseChecksum: true,
	})
	name := fmt.Sprintf("table-%d", made.Add(1))
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
	return Table{Table: dynamo.Over(db, name), DB: db, Name: name, URL: running.URL}
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
