package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// recorder is an HTTP client that keeps the bodies of transactions, so that the very same items can be written without us.
type recorder struct {
	http  *http.Client
	mutex sync.Mutex
	kept  [][]byte
}

// newHTTP returns the client that both sides of a comparison use: as many connections as there are workers.
func newHTTP() *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 128, IdleConnTimeout: time.Minute}}
}

// Do makes one call.
func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		r.mutex.Lock()
		r.kept = append(r.kept, body)
		r.mutex.Unlock()
	}
	return r.http.Do(request)
}

// take returns the transactions since the last call, as inputs for another table.
func (r *recorder) take(table string) ([]*dynamodb.TransactWriteItemsInput, error) {
	r.mutex.Lock()
	kept := r.kept
	r.kept = nil
	r.mutex.Unlock()
	inputs := make([]*dynamodb.TransactWriteItemsInput, len(kept))
	for i, body := range kept {
		var sent struct {
			TransactItems []map[string]struct {
				Item, Key, ExpressionAttributeValues  map[string]any
				ConditionExpression, UpdateExpression *string
				ExpressionAttributeNames              map[string]string
			}
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			return nil, err
		}
		inputs[i] = &dynamodb.TransactWriteItemsInput{}
		for _, parts := range sent.TransactItems {
			for kind, p := range parts {
				var one types.TransactWriteItem
				switch kind {
				case "Put":
					one.Put = &types.Put{
						TableName: &table, Item: attributes(p.Item), ConditionExpression: p.ConditionExpression,
						ExpressionAttributeNames: p.ExpressionAttributeNames, ExpressionAttributeValues: attributes(p.ExpressionAttributeValues),
					}
				case "Update":
					one.Update = &types.Update{
						TableName: &table, Key: attributes(p.Key), UpdateExpression: p.UpdateExpression, ConditionExpression: p.ConditionExpression,
						ExpressionAttributeNames: p.ExpressionAttributeNames, ExpressionAttributeValues: attributes(p.ExpressionAttributeValues),
					}
				default:
					return nil, fmt.Errorf("bench: a redemption holds a %s, which the raw side does not know", kind)
				}
				inputs[i].TransactItems = append(inputs[i].TransactItems, one)
			}
		}
	}
	return inputs, nil
}

// attributes reads DynamoDB's JSON.
func attributes(from map[string]any) item {
	if from == nil {
		return nil
	}
	made := make(item, len(from))
	for name, v := range from {
		made[name] = attribute(v)
	}
	return made
}

func attribute(v any) types.AttributeValue {
	typed, _ := v.(map[string]any)
	for kind, v := range typed {
		switch v := v.(type) {
		case string:
			if kind == "N" {
				return &types.AttributeValueMemberN{Value: v}
			}
			return &types.AttributeValueMemberS{Value: v}
		case bool:
			if kind == "NULL" {
				return &types.AttributeValueMemberNULL{Value: v}
			}
			return &types.AttributeValueMemberBOOL{Value: v}
		case []any:
			list := make([]types.AttributeValue, len(v))
			for i, one := range v {
				list[i] = attribute(one)
			}
			return &types.AttributeValueMemberL{Value: list}
		case map[string]any:
			return &types.AttributeValueMemberM{Value: attributes(v)}
		}
	}
	return nil
}
