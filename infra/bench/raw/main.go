// Command raw is the bare handler with the SDK's DynamoDB client, which it builds as the SDK's manual says and uses once an invocation.
// The benchmark measures the memory of our functions against it.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func main() {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	db, table := dynamodb.NewFromConfig(loaded), os.Getenv("TABLE_NAME")
	lambda.Start(func(ctx context.Context, _ map[string]any) (string, error) {
		_, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "CATALOG"}, "SK": &types.AttributeValueMemberS{Value: "VENDOR"},
		}})
		return "ok", err
	})
}
