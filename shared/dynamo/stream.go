package dynamo

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/event"
)

// Batch is what the table's stream hands to a function.
type Batch struct {
	Records []struct {
		Name   string `json:"eventName"`
		Change struct {
			Sequence string          `json:"SequenceNumber"`
			Image    json.RawMessage `json:"NewImage"`
		} `json:"dynamodb"`
	} `json:"Records"`
}

// BatchAnswer names the records that the stream should bring again; the others count as done.
type BatchAnswer struct {
	Failures []BatchFailure `json:"batchItemFailures"`
}

// BatchFailure names one record.
type BatchFailure struct {
	Sequence string `json:"itemIdentifier"`
}

// Fail names one more record.
func (a *BatchAnswer) Fail(sequence string) {
	a.Failures = append(a.Failures, BatchFailure{sequence})
}

// Streamed is one new event as the stream tells it.
type Streamed struct {
	Sequence string // names the record to the stream
	Event    event.Event
	Err      error // the record cannot be read
}

// Events returns the new events of the batch, in their order. The mappings filter already; what else comes is passed over.
func (b Batch) Events() []Streamed {
	var found []Streamed
	for _, record := range b.Records {
		if record.Name != "INSERT" {
			continue
		}
		one := Streamed{Sequence: record.Change.Sequence}
		var image map[string]streamed
		if one.Err = json.Unmarshal(record.Change.Image, &image); one.Err == nil {
			it := item{}
			for name, v := range image {
				it[name] = v.AttributeValue
			}
			if read(it, "class") != "event" {
				continue
			}
			one.Err = decode(it, &one.Event)
		}
		if one.Err == nil && one.Event.ULID == "" {
			one.Err = fmt.Errorf("dynamo: record %s holds no event", one.Sequence)
		}
		found = append(found, one)
	}
	return found
}

// streamed is one value in DynamoDB's JSON: {"S":"…"}, {"N":"1"}, {"M":{…}} and so on.
type streamed struct{ types.AttributeValue }

// UnmarshalJSON reads the kinds of values that events have.
func (s *streamed) UnmarshalJSON(text []byte) error {
	var v struct {
		S    *string
		N    *string
		BOOL *bool
		NULL *bool
		M    map[string]streamed
		L    *[]streamed
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	switch {
	case v.S != nil:
		s.AttributeValue = &types.AttributeValueMemberS{Value: *v.S}
	case v.N != nil:
		s.AttributeValue = &types.AttributeValueMemberN{Value: *v.N}
	case v.BOOL != nil:
		s.AttributeValue = &types.AttributeValueMemberBOOL{Value: *v.BOOL}
	case v.NULL != nil:
		s.AttributeValue = &types.AttributeValueMemberNULL{Value: true}
	case v.M != nil:
		made := make(item, len(v.M))
		for name, one := range v.M {
			made[name] = one.AttributeValue
		}
		s.AttributeValue = &types.AttributeValueMemberM{Value: made}
	case v.L != nil:
		list := make([]types.AttributeValue, len(*v.L))
		for i, one := range *v.L {
			list[i] = one.AttributeValue
		}
		s.AttributeValue = &types.AttributeValueMemberL{Value: list}
	default:
		return fmt.Errorf("dynamo: a stream record holds a value of an unknown kind")
	}
	return nil
}
