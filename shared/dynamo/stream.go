package dynamo

import (
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/event"
)

// Streamed is one new event as the table's stream tells it.
type Streamed struct {
	Sequence string // names the record to the stream
	Event    event.Event
	Err      error // the record cannot be read
}

// Stream returns the new events of a batch, in their order. The mappings filter already; what else comes is passed over.
func Stream(batch events.DynamoDBEvent) []Streamed {
	var found []Streamed
	for _, record := range batch.Records {
		image := record.Change.NewImage
		if record.EventName != string(events.DynamoDBOperationTypeInsert) || len(image) == 0 ||
			image["class"].DataType() != events.DataTypeString || image["class"].String() != "event" {
			continue
		}
		one := Streamed{Sequence: record.Change.SequenceNumber}
		it, err := streamed(image)
		if err == nil {
			err = decode(it, &one.Event)
		}
		if err == nil && one.Event.ULID == "" {
			err = fmt.Errorf("dynamo: record %s holds no event", one.Sequence)
		}
		one.Err = err
		found = append(found, one)
	}
	return found
}

func streamed(image map[string]events.DynamoDBAttributeValue) (item, error) {
	it := make(item, len(image))
	for name, v := range image {
		one, err := streamedValue(v)
		if err != nil {
			return nil, err
		}
		it[name] = one
	}
	return it, nil
}

func streamedValue(v events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	switch v.DataType() {
	case events.DataTypeString:
		return &types.AttributeValueMemberS{Value: v.String()}, nil
	case events.DataTypeNumber:
		return &types.AttributeValueMemberN{Value: v.Number()}, nil
	case events.DataTypeBoolean:
		return &types.AttributeValueMemberBOOL{Value: v.Boolean()}, nil
	case events.DataTypeNull:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case events.DataTypeMap:
		made, err := streamed(v.Map())
		return &types.AttributeValueMemberM{Value: made}, err
	case events.DataTypeList:
		list := make([]types.AttributeValue, len(v.List()))
		for i, el := range v.List() {
			one, err := streamedValue(el)
			if err != nil {
				return nil, err
			}
			list[i] = one
		}
		return &types.AttributeValueMemberL{Value: list}, nil
	}
	return nil, fmt.Errorf("dynamo: a stream record holds a value of kind %v", v.DataType())
}
