package proxy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table is what computing units needs to know of a table.
type Table struct {
	Name    string
	Keys    []string
	Indexes []Index
}

// Index is a global secondary index.
type Index struct {
	Name       string
	Keys       []string
	Projection string // ALL, KEYS_ONLY, INCLUDE
	Included   []string
}

// Item is an item as DynamoDB's JSON has it: attribute -> {"S": "…"}.
type Item = map[string]any

type request struct {
	TableName, IndexName, ProjectionExpression, FilterExpression, Select string
	AttributesToGet                                                      []string
	ConsistentRead                                                       bool
	Key, Item                                                            Item
	TransactItems                                                        []map[string]part
	RequestItems                                                         map[string]json.RawMessage
}

type part struct {
	TableName string
	Key, Item Item
}

type keysAndAttributes struct {
	Keys           []Item
	ConsistentRead bool
}

// Size returns the bytes that DynamoDB counts for an item: its attributes'
// names and values, by the rules of "DynamoDB item sizes and formats".
func Size(item Item) int {
	size := 0
	for name, value := range item {
		size += len(name) + valueSize(value)
	}
	return size
}

// SizeOf is Size for an item as the SDK has it.
func SizeOf(it map[string]types.AttributeValue) int {
	plain := Item{}
	for name, v := range it {
		plain[name] = plainValue(v)
	}
	return Size(plain)
}

// plainValue returns a value as DynamoDB's JSON has it.
func plainValue(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, one := range v.Value {
			list[i] = plainValue(one)
		}
		return map[string]any{"L": list}
	case *types.AttributeValueMemberM:
		made := map[string]any{}
		for name, one := range v.Value {
			made[name] = plainValue(one)
		}
		return map[string]any{"M": made}
	}
	return map[string]any{"NULL": true}
}

func valueSize(value any) int {
	typed, _ := value.(map[string]any)
	for kind, v := range typed {
		switch kind {
		case "S":
			s, _ := v.(string)
			return len(s)
		case "N":
			return numberSize(fmt.Sprint(v))
		case "B":
			s, _ := v.(string)
			return base64.StdEncoding.DecodedLen(len(s)) - strings.Count(s, "=")
		case "BOOL", "NULL":
			return 1
		case "SS", "NS", "BS":
			size := 0
			list, _ := v.([]any)
			for _, item := range list {
				size += valueSize(map[string]any{kind[:1]: item})
			}
			return size
		case "L":
			size := 3
			list, _ := v.([]any)
			for _, item := range list {
				size += 1 + valueSize(item)
			}
			return size
		case "M":
			size := 3
			m, _ := v.(map[string]any)
			for name, item := range m {
				size += 1 + len(name) + valueSize(item)
			}
			return size
		}
	}
	return 0
}

// numberSize is one byte for two significant digits, and one more, and one for a minus.
func numberSize(text string) int {
	digits, negative := strings.CutPrefix(text, "-")
	digits, _, _ = strings.Cut(strings.ToLower(digits), "e")
	whole, fraction, _ := strings.Cut(digits, ".")
	if fraction == "" {
		whole = strings.TrimRight(whole, "0")
	}
	digits = strings.TrimLeft(whole+strings.TrimRight(fraction, "0"), "0")
	size := (len(digits)+1)/2 + 1
	if negative {
		size++
	}
	return size
}

// WriteUnits returns the units of writing so many bytes: one for each begun kB, at least one.
func WriteUnits(size int) float64 { return math.Max(1, math.Ceil(float64(size)/1024)) }

// ReadUnits returns the units of reading so many bytes strongly consistent:
// one for each begun 4 kB, at least one. An eventually consistent read costs half.
func ReadUnits(size int) float64 { return math.Max(1, math.Ceil(float64(size)/4096)) }

// images are the items that a call touches, before it.
type images struct {
	request request
	writes  []write
	before  []Item
}

type write struct {
	table string
	key   Item
	check bool
	twice bool
}

// before reads the items that the call is going to write.
func (p *Proxy) before(call *Call) *images {
	m := &images{}
	if json.Unmarshal(call.Body, &m.request) != nil {
		return nil
	}
	add := func(table string, key, item Item, check, twice bool) {
		if key == nil {
			key = p.keyOf(table, item)
		}
		m.writes = append(m.writes, write{table: tableName(table), key: key, check: check, twice: twice})
	}
	switch call.Operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		add(m.request.TableName, m.request.Key, m.request.Item, false, false)
	case "TransactWriteItems":
		for _, t := range m.request.TransactItems {
			for kind, item := range t {
				add(item.TableName, item.Key, item.Item, kind == "ConditionCheck", true)
			}
		}
	case "BatchWriteItem":
		for table, raw := range m.request.RequestItems {
			var list []struct {
				PutRequest    struct{ Item Item }
				DeleteRequest struct{ Key Item }
			}
			json.Unmarshal(raw, &list)
			for _, item := range list {
				add(table, item.DeleteRequest.Key, item.PutRequest.Item, false, false)
			}
		}
	}
	m.before = p.read(m.writes)
	return m
}

// after computes the call's units.
func (p *Proxy) after(call *Call, m *images) {
	if call.Status >= 300 && call.Error != "ConditionalCheckFailedException" && call.Error != "TransactionCanceledException" {
		return // nothing was read or written
	}
	call.PartitionReads, call.PartitionWrites = map[string]float64{}, map[string]float64{}
	after := p.read(m.writes)
	for i, w := range m.writes {
		was, is := m.before[i], after[i]
		if call.Status >= 300 {
			is = was
		}
		units := WriteUnits(max(Size(was), Size(is)))
		if w.twice {
			units *= 2
		}
		call.Write += units
		call.PartitionWrites[p.partition(w.table, w.key)] += units
		if call.Status < 300 && !w.check {
			call.Index += p.indexUnits(w.table, was, is)
		}
	}
	if call.Status >= 300 {
		return
	}
	half := 0.5
	if m.request.ConsistentRead {
		half = 1
	}
	switch call.Operation {
	case "GetItem":
		item := p.read([]write{{table: tableName(m.request.TableName), key: m.request.Key}})
		call.Read = half * ReadUnits(Size(item[0]))
		call.PartitionReads[p.partition(tableName(m.request.TableName), m.request.Key)] = call.Read
	case "BatchGetItem":
		for table, raw := range m.request.RequestItems {
			var wanted keysAndAttributes
			json.Unmarshal(raw, &wanted)
			half := 0.5
			if wanted.ConsistentRead {
				half = 1
			}
			var keys []write
			for _, key := range wanted.Keys {
				keys = append(keys, write{table: tableName(table), key: key})
			}
			for i, item := range p.read(keys) {
				units := half * ReadUnits(Size(item))
				call.Read += units
				call.PartitionReads[p.partition(keys[i].table, keys[i].key)] += units
			}
		}
	case "TransactGetItems":
		var keys []write
		for _, t := range m.request.TransactItems {
			keys = append(keys, write{table: tableName(t["Get"].TableName), key: t["Get"].Key})
		}
		for i, item := range p.read(keys) {
			units := 2 * ReadUnits(Size(item))
			call.Read += units
			call.PartitionReads[p.partition(keys[i].table, keys[i].key)] += units
		}
	case "Query", "Scan":
		size, partition := 0, ""
		for _, item := range p.examined(call, m.request) {
			size += Size(item)
			partition = p.partition(tableName(m.request.TableName), item)
		}
		call.Read = half * ReadUnits(size)
		if call.Operation == "Query" && m.request.IndexName == "" && partition != "" {
			call.PartitionReads[partition] = call.Read
		}
	}
}

// partition returns an item's partition key, empty where it has none.
func (p *Proxy) partition(table string, item Item) string {
	keys := p.table(table).Keys
	if len(keys) == 0 {
		return ""
	}
	value, _ := item[keys[0]].(map[string]any)
	text, _ := value["S"].(string)
	return text
}

// examined returns the items a query or scan looked at, before filter and projection.
func (p *Proxy) examined(call *Call, r request) []Item {
	var answer struct{ Items []Item }
	if r.ProjectionExpression == "" && r.FilterExpression == "" && r.Select == "" && r.AttributesToGet == nil {
		json.Unmarshal(call.Answer, &answer)
		return answer.Items
	}
	var body map[string]any
	if json.Unmarshal(call.Body, &body) != nil {
		return nil
	}
	delete(body, "ProjectionExpression")
	delete(body, "FilterExpression")
	delete(body, "Select")
	delete(body, "AttributesToGet")
	// Names and values that only the removed expressions used would be refused.
	used, _ := body["KeyConditionExpression"].(string)
	for _, key := range []string{"ExpressionAttributeNames", "ExpressionAttributeValues"} {
		given, _ := body[key].(map[string]any)
		maps.DeleteFunc(given, func(name string, _ any) bool { return !mentions(used, name) })
		if len(given) == 0 {
			delete(body, key)
		}
	}
	p.ask(call.Operation, body, &answer)
	return answer.Items
}

// mentions says whether an expression uses the placeholder, and not just a longer one.
func mentions(expression, placeholder string) bool {
	for rest := expression; ; {
		_, after, found := strings.Cut(rest, placeholder)
		if !found {
			return false
		}
		if after == "" || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", rune(after[0])) {
			return true
		}
		rest = after
	}
}

// indexUnits returns the units of keeping the table's indexes: one write for an
// entry that comes, goes or changes, two for one that moves.
func (p *Proxy) indexUnits(table string, was, is Item) float64 {
	units := 0.0
	for _, index := range p.table(table).Indexes {
		before, after := p.entry(table, index, was), p.entry(table, index, is)
		switch {
		case before == nil && after == nil, reflect.DeepEqual(before, after):
		case before == nil:
			units += WriteUnits(Size(after))
		case after == nil:
			units += WriteUnits(Size(before))
		case slices.ContainsFunc(index.Keys, func(key string) bool { return !reflect.DeepEqual(before[key], after[key]) }):
			units += WriteUnits(Size(before)) + WriteUnits(Size(after))
		default:
			units += WriteUnits(max(Size(before), Size(after)))
		}
	}
	return units
}

// entry returns what the index holds of an item, or nil.
func (p *Proxy) entry(table string, index Index, item Item) Item {
	for _, key := range index.Keys {
		if item[key] == nil {
			return nil
		}
	}
	if index.Projection == "ALL" {
		return item
	}
	entry := Item{}
	for _, name := range slices.Concat(p.table(table).Keys, index.Keys, index.Included) {
		if value, ok := item[name]; ok {
			entry[name] = value
		}
	}
	return entry
}

func (p *Proxy) table(name string) Table {
	for _, t := range p.options.Tables {
		if t.Name == name {
			return t
		}
	}
	return Table{Keys: []string{"PK", "SK"}}
}

func (p *Proxy) keyOf(table string, item Item) Item {
	key := Item{}
	for _, name := range p.table(tableName(table)).Keys {
		key[name] = item[name]
	}
	return key
}

// read returns the items as they are now, straight from the table, nil where there is none.
func (p *Proxy) read(keys []write) []Item {
	items := make([]Item, len(keys))
	for i, w := range keys {
		var answer struct{ Item Item }
		p.ask("GetItem", map[string]any{"TableName": w.table, "Key": w.key, "ConsistentRead": true}, &answer)
		items[i] = answer.Item
	}
	return items
}

// ask calls DynamoDB Local past the record.
func (p *Proxy) ask(operation string, body, answer any) {
	text, err := json.Marshal(body)
	if err != nil {
		return
	}
	r, err := http.NewRequest(http.MethodPost, p.options.Services[DynamoDB]+"/", bytes.NewReader(text))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+p.options.AccessKey+"/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	response, err := p.client.Do(r)
	if err != nil {
		return
	}
	defer response.Body.Close()
	if read, err := io.ReadAll(response.Body); err == nil {
		json.Unmarshal(read, answer)
	}
}
