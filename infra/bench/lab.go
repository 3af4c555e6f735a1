package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/services"
	"liaison/infra/local/template"
)

// item is an item as the SDK has it.
type item = map[string]types.AttributeValue

// lab is a DynamoDB Local of its own, without stream readers: nothing happens in it but what a row does.
type lab struct {
	process *services.Process
	db      *dynamodb.Client
	shape   *template.Table
}

// openLab starts it. shape is the table of the templates, of which it makes as many as the rows ask for.
func openLab(ctx context.Context, shape *template.Table) (*lab, error) {
	process, err := services.Table(ctx, services.TableOptions{})
	if err != nil {
		return nil, err
	}
	return &lab{process: process, db: connect(process.URL), shape: shape}, nil
}

// Close ends it.
func (l *lab) Close() error { return l.process.Close() }

// connect returns an SDK client of a local table.
func connect(url string, more ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
		DisableValidateResponseChecksum: true, // DynamoDB Local's differ from AWS's
	}, more...)
}

// table makes an empty table with the templates' keys and indexes, and fills it.
func (l *lab) table(ctx context.Context, name string, items ...[]item) error {
	schema := func(keys []string) (made []types.KeySchemaElement) {
		for i, key := range keys {
			made = append(made, types.KeySchemaElement{AttributeName: aws.String(key), KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]})
		}
		return made
	}
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema(l.shape.Keys)}
	for attribute, kind := range l.shape.Attributes {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeType(kind),
		})
	}
	for _, index := range l.shape.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name), KeySchema: schema(index.Keys),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection), NonKeyAttributes: slices.Clone(index.Included)},
		})
	}
	if _, err := l.db.CreateTable(ctx, in); err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	for _, some := range items {
		if err := fill(ctx, l.db, name, some); err != nil {
			return err
		}
	}
	return nil
}

// fill writes fixtures straight into a table, 25 a call, 4 calls at a time: only here, where no rule is to be kept.
func fill(ctx context.Context, db *dynamodb.Client, table string, items []item) error {
	var wait sync.WaitGroup
	var once sync.Once
	var failed error
	slots := make(chan struct{}, 4)
	for some := range slices.Chunk(items, 25) {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			puts := make([]types.WriteRequest, len(some))
			for i, it := range some {
				puts[i].PutRequest = &types.PutRequest{Item: it}
			}
			for len(puts) > 0 {
				out, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: puts}})
				if err != nil {
					once.Do(func() { failed = fmt.Errorf("fill %s: %w", table, err) })
					return
				}
				puts = out.UnprocessedItems[table]
			}
		})
	}
	wait.Wait()
	return failed
}

// scan returns every item of a table.
func scan(ctx context.Context, db *dynamodb.Client, table string) ([]item, error) {
	var found []item
	for pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, page.Items...)
	}
	return found, nil
}

// with returns a copy of the item with text attributes changed.
func with(it item, words ...string) item {
	changed := maps.Clone(it)
	for i := 0; i+1 < len(words); i += 2 {
		changed[words[i]] = text(words[i+1])
	}
	return changed
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// read returns a text attribute, empty where there is none.
func read(it item, name string) string {
	if s, ok := it[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	if _, has := it["card"]; has {
		return read(card(it), name)
	}
	return ""
}

// card returns what an item keeps for lists, which stands nowhere else in it.
func card(it item) item {
	if m, ok := it["card"].(*types.AttributeValueMemberM); ok {
		return m.Value
	}
	return nil
}

// of returns the items of a class.
func of(class string, items []item) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return read(it, "class") != class })
}
