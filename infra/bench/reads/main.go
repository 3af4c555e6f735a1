// Command reads is the bare handler with the SDK's DynamoDB client, which makes the reads that its event lists, one after the other. The
// benchmark measures warm requests of our functions against it, given the very reads that they make.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// key is an item's key in DynamoDB's JSON, whose parts are texts.
type key map[string]struct{ S string }

// read is a GetItem where it has a Key, else a BatchGetItem.
type read struct {
	Key            key
	ConsistentRead bool
	RequestItems   map[string]struct {
		Keys           []key
		ConsistentRead bool
	}
}

func (k key) item() map[string]types.AttributeValue {
	made := make(map[string]types.AttributeValue, len(k))
	for name, part := range k {
		made[name] = &types.AttributeValueMemberS{Value: part.S}
	}
	return made
}

func main() {
	db, table := dynamodb.New(dynamodb.Options{
		Region: os.Getenv("AWS_REGION"), BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")),
		Credentials:                     credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
		DisableValidateResponseChecksum: true, // DynamoDB Local's differ from AWS's
	}), os.Getenv("TABLE_NAME")
	lambda.Start(func(ctx context.Context, event struct{ Reads []read }) (string, error) {
		for _, one := range event.Reads {
			if one.Key != nil {
				if _, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: one.Key.item(), ConsistentRead: &one.ConsistentRead}); err != nil {
					return "", err
				}
				continue
			}
			for _, some := range one.RequestItems {
				wanted := types.KeysAndAttributes{ConsistentRead: &some.ConsistentRead}
				for _, k := range some.Keys {
					wanted.Keys = append(wanted.Keys, k.item())
				}
				if _, err := db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: wanted}}); err != nil {
					return "", err
				}
			}
		}
		return "ok", nil
	})
}
