// Command probe is the function of the runner's own tests: what it does depends on its name.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	mail "github.com/aws/aws-sdk-go-v2/service/sesv2/types"
)

var (
	table = dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")),
		Credentials:      credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), "local", ""),
		RetryMaxAttempts: 2,
	})
	posted = map[string]int{}
)

func main() {
	lambda.Start(map[string]func(context.Context, json.RawMessage) (any, error){
		"Authorizer": authorize, "Fallback": status(404), "Echo": echo, "Slow": slow, "Crash": crash,
		"Writer": write, "Reader": read, "Job": job, "Mailer": send, "MailEvents": note,
	}[os.Getenv("AWS_LAMBDA_FUNCTION_NAME")])
}

func authorize(_ context.Context, event json.RawMessage) (any, error) {
	var e struct{ IdentitySource []string }
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	posted["asked"]++
	return map[string]any{"isAuthorized": e.IdentitySource[0] != "no", "context": map[string]any{"subject": e.IdentitySource[0], "asked": posted["asked"]}}, nil
}

func status(code int) func(context.Context, json.RawMessage) (any, error) {
	return func(_ context.Context, event json.RawMessage) (any, error) {
		return map[string]any{"statusCode": code, "body": string(event), "headers": map[string]string{"Content-Type": "application/json"}}, nil
	}
}

func echo(_ context.Context, event json.RawMessage) (any, error) {
	return map[string]any{"statusCode": 201, "body": string(event), "cookies": []string{"a=1", "b=2"}, "headers": map[string]string{"X-One": "1"}}, nil
}

func slow(ctx context.Context, _ json.RawMessage) (any, error) {
	time.Sleep(5 * time.Second)
	return "late", nil
}

func crash(context.Context, json.RawMessage) (any, error) {
	os.Exit(3)
	return nil, nil
}

type order struct {
	PK, Class string
	Size      int
	Times     int
	Together  bool
	Read      bool
}

// write puts items one after the other, or in one transaction.
func write(ctx context.Context, event json.RawMessage) (any, error) {
	var o order
	if err := json.Unmarshal(event, &o); err != nil {
		return nil, err
	}
	if o.Read {
		return nil, readBack(ctx, o)
	}
	var parts []types.TransactWriteItem
	for i := range max(1, o.Times) {
		item := map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: o.PK}, "SK": &types.AttributeValueMemberS{Value: fmt.Sprintf("%03d", i)},
			"class":     &types.AttributeValueMemberS{Value: o.Class},
			"due_class": &types.AttributeValueMemberS{Value: o.Class}, "due": &types.AttributeValueMemberS{Value: "2026"},
			"text": &types.AttributeValueMemberS{Value: strings.Repeat("x", o.Size)},
		}
		if o.Together {
			parts = append(parts, types.TransactWriteItem{Put: &types.Put{TableName: aws.String(os.Getenv("TABLE_NAME")), Item: item}})
			continue
		}
		if _, err := table.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(os.Getenv("TABLE_NAME")), Item: item}); err != nil {
			return nil, err
		}
	}
	if o.Together {
		if _, err := table.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: parts}); err != nil {
			var cancelled *types.TransactionCanceledException
			if errors.As(err, &cancelled) {
				return nil, errors.New(aws.ToString(cancelled.CancellationReasons[0].Code))
			}
			return nil, err
		}
	}
	return "done", nil
}

// readBack reads what write wrote, in each way once.
func readBack(ctx context.Context, o order) error {
	name := aws.String(os.Getenv("TABLE_NAME"))
	key := map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: o.PK}, "SK": &types.AttributeValueMemberS{Value: "000"}}
	other := map[string]types.AttributeValue{"PK": key["PK"], "SK": &types.AttributeValueMemberS{Value: "999"}}
	bound := map[string]types.AttributeValue{":pk": key["PK"]}
	for _, step := range []func() error{
		func() error {
			_, err := table.GetItem(ctx, &dynamodb.GetItemInput{TableName: name, Key: key, ProjectionExpression: aws.String("PK")})
			return err
		},
		func() error {
			_, err := table.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				*name: {Keys: []map[string]types.AttributeValue{key, other}, ConsistentRead: aws.Bool(true)},
			}})
			return err
		},
		func() error {
			_, err := table.Query(ctx, &dynamodb.QueryInput{TableName: name, KeyConditionExpression: aws.String("PK = :pk"), ExpressionAttributeValues: bound})
			return err
		},
		func() error {
			_, err := table.Query(ctx, &dynamodb.QueryInput{
				TableName: name, KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true), FilterExpression: aws.String("#t = :t"),
				ExpressionAttributeNames:  map[string]string{"#t": "text"},
				ExpressionAttributeValues: map[string]types.AttributeValue{":pk": key["PK"], ":t": &types.AttributeValueMemberS{Value: "none"}},
			})
			return err
		},
		func() error {
			_, err := table.Query(ctx, &dynamodb.QueryInput{
				TableName: name, IndexName: aws.String("due"), KeyConditionExpression: aws.String("due_class = :c"),
				ExpressionAttributeValues: map[string]types.AttributeValue{":c": &types.AttributeValueMemberS{Value: o.Class}},
			})
			return err
		},
		func() error {
			_, err := table.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: name, Key: key})
			return err
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// read notes each record's key, fails on "poison", and reports "partial" as failed.
func read(ctx context.Context, event json.RawMessage) (any, error) {
	var e struct {
		Records []struct {
			Dynamodb struct {
				Keys           map[string]map[string]string
				SequenceNumber string
			}
		}
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	var keys []string
	var failed []map[string]string
	for _, r := range e.Records {
		key := r.Dynamodb.Keys["PK"]["S"] + "/" + r.Dynamodb.Keys["SK"]["S"]
		keys = append(keys, key)
		if key == "poison/003" {
			fmt.Println("BATCH", len(keys), "poisoned")
			return nil, errors.New("poison")
		}
		if key == "partial/003" {
			failed = append(failed, map[string]string{"itemIdentifier": r.Dynamodb.SequenceNumber})
		}
	}
	fmt.Println("BATCH", strings.Join(keys, " "))
	return map[string]any{"batchItemFailures": failed}, nil
}

// job writes one item a day it is told of, and nothing the second time.
func job(ctx context.Context, event json.RawMessage) (any, error) {
	var e struct{ Time time.Time }
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	fmt.Println("JOB", e.Time.Format(time.RFC3339), os.Getenv("LIAISON_CLOCK_OFFSET"))
	_, err := table.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(os.Getenv("TABLE_NAME")), ConditionExpression: aws.String("attribute_not_exists(PK)"),
		Item: map[string]types.AttributeValue{
			"PK": &types.AttributeValueMemberS{Value: "job"}, "SK": &types.AttributeValueMemberS{Value: e.Time.Format(time.DateOnly)},
			"class": &types.AttributeValueMemberS{Value: "event"},
		},
	})
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		return nil, nil
	}
	return nil, err
}

func send(ctx context.Context, event json.RawMessage) (any, error) {
	var to string
	if err := json.Unmarshal(event, &to); err != nil {
		return nil, err
	}
	client := sesv2.New(sesv2.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_SESV2")),
		Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
	})
	text := &mail.Content{Data: aws.String("hello")}
	sent, err := client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("Liaison <partners@liaison.example>"), Destination: &mail.Destination{ToAddresses: []string{to}},
		EmailTags: []mail.MessageTag{{Name: aws.String("event"), Value: aws.String("evt_1")}},
		Content:   &mail.EmailContent{Simple: &mail.Message{Subject: text, Body: &mail.Body{Text: text}}},
	})
	if err != nil {
		return nil, err
	}
	return sent.MessageId, nil
}

func note(_ context.Context, event json.RawMessage) (any, error) {
	fmt.Println("MAIL", string(event))
	return nil, nil
}
