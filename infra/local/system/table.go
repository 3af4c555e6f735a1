package system

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/template"
)

// Table returns a client of the table itself, past the proxy: for tests and tools.
func (s *System) Table() *dynamodb.Client { return tableAt(s.Endpoints.TableEndpoint, s.AccessKey) }

// TableAt returns a client of a DynamoDB Local that nobody lends, for instance of a system that runs already.
func TableAt(endpoint string) *dynamodb.Client { return tableAt(endpoint, ownKey) }

// ownKey is the access key where DynamoDB Local is the system's own and does not look at it.
const ownKey = "LOCAL"

func tableAt(endpoint, key string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider(key, "local", ""),
		// DynamoDB Local's checksums differ from AWS's.
		DisableValidateResponseChecksum: true,
	})
}

// createTables creates the templates' tables where they are not there from an earlier run.
func (s *System) createTables(ctx context.Context) error {
	client := s.Table()
	for _, t := range s.App.Tables {
		input := &dynamodb.CreateTableInput{
			TableName: aws.String(t.Name), BillingMode: types.BillingModePayPerRequest, KeySchema: keySchema(t.Keys),
		}
		for name, kind := range t.Attributes {
			input.AttributeDefinitions = append(input.AttributeDefinitions,
				types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: types.ScalarAttributeType(kind)})
		}
		for _, index := range t.Indexes {
			input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
				IndexName: aws.String(index.Name), KeySchema: keySchema(index.Keys),
				Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection), NonKeyAttributes: slices.Clone(index.Included)},
			})
		}
		if t.StreamView != "" {
			input.StreamSpecification = &types.StreamSpecification{
				StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(t.StreamView),
			}
		}
		var there *types.ResourceInUseException
		if _, err := client.CreateTable(ctx, input); err != nil && !errors.As(err, &there) {
			return fmt.Errorf("create table %s: %w", t.Name, err)
		}
	}
	return nil
}

func keySchema(keys []string) []types.KeySchemaElement {
	var schema []types.KeySchemaElement
	for i, name := range keys {
		schema = append(schema, types.KeySchemaElement{
			AttributeName: aws.String(name), KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i],
		})
	}
	return schema
}
