package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/boot"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Table is the one table.
type Table struct {
	// CustomersDomain is the vendor's, below which each customer has a domain of its own; empty where none has.
	CustomersDomain string

	db   operations
	name string
}

// operations are those of the service that are used, one by one, as in package directory: a field of the client's own type would keep all of
// them in every program that renders templates.
type operations struct {
	GetItem            operation[dynamodb.GetItemInput, dynamodb.GetItemOutput]
	BatchGetItem       operation[dynamodb.BatchGetItemInput, dynamodb.BatchGetItemOutput]
	Query              operation[dynamodb.QueryInput, dynamodb.QueryOutput]
	Scan               operation[dynamodb.ScanInput, dynamodb.ScanOutput]
	PutItem            operation[dynamodb.PutItemInput, dynamodb.PutItemOutput]
	UpdateItem         operation[dynamodb.UpdateItemInput, dynamodb.UpdateItemOutput]
	DeleteItem         operation[dynamodb.DeleteItemInput, dynamodb.DeleteItemOutput]
	TransactWriteItems operation[dynamodb.TransactWriteItemsInput, dynamodb.TransactWriteItemsOutput]
}

type operation[I, O any] func(context.Context, *I, ...func(*dynamodb.Options)) (*O, error)

// Open returns the table that the environment names. It makes no call.
func Open(env boot.Env) *Table {
	options := dynamodb.Options{
		Region: env.Region, Credentials: env.Credentials(), HTTPClient: env.Client(), Retryer: env.Retryer(),
	}
	if env.DynamoEndpoint != "" {
		options.BaseEndpoint = aws.String(env.DynamoEndpoint)
		options.DisableValidateResponseChecksum = true // DynamoDB Local sends none with errors
	}
	t := Over(dynamodb.New(options), env.Table)
	t.CustomersDomain = env.CustomersDomain
	return t
}

// Over returns the table of that name behind the caller's own client: for tools and tests that run outside Lambda.
func Over(db *dynamodb.Client, name string) *Table {
	return &Table{name: name, db: operations{
		GetItem: db.GetItem, BatchGetItem: db.BatchGetItem, Query: db.Query, Scan: db.Scan, PutItem: db.PutItem, UpdateItem: db.UpdateItem,
		DeleteItem: db.DeleteItem, TransactWriteItems: db.TransactWriteItems,
	}}
}

// Ready fails where the table does not answer.
func (t *Table) Ready(ctx context.Context) error {
	_, err := t.get(ctx, vendorKey(), false)
	return err
}

// get reads one item; nil where there is none.
func (t *Table) get(ctx context.Context, k key, fresh bool) (item, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: k.item(), ConsistentRead: aws.Bool(fresh)})
	if err != nil {
		return nil, failed(err)
	}
	if len(out.Item) == 0 {
		return nil, nil
	}
	return out.Item, nil
}

// load reads one item as its type, strongly consistent; zero where there is none.
func load[T any](ctx context.Context, t *Table, k key) (found T, err error) {
	it, err := t.get(ctx, k, true)
	if err == nil {
		err = decode(it, &found)
	}
	return found, err
}

// one reads one item as its type, strongly consistent where fresh; NotFound where there is none.
func one[T any](ctx context.Context, t *Table, k key, fresh bool) (found T, err error) {
	it, err := t.get(ctx, k, fresh)
	switch {
	case err != nil:
		return found, err
	case it == nil:
		return found, fault.NotFound
	}
	err = decode(it, &found)
	return found, err
}

// maybe reads an item of some that were read; nil where it is not among them.
func maybe[T any](it item) (*T, error) {
	if it == nil {
		return nil, nil
	}
	found := new(T)
	return found, decode(it, found)
}

// batch reads up to 100 items in one call and returns them by key; what does not exist is absent.
func (t *Table) batch(ctx context.Context, fresh bool, keys ...key) (map[key]item, error) {
	found := make(map[key]item, len(keys))
	want := make([]map[string]types.AttributeValue, 0, len(keys))
	asked := make(map[key]bool, len(keys))
	for _, k := range keys {
		if !asked[k] { // the service refuses a key named twice
			asked[k] = true
			want = append(want, k.item())
		}
	}
	for try := 0; len(want) > 0; try++ {
		if try > 0 {
			if err := pause(ctx, try); err != nil {
				return nil, err
			}
		}
		out, err := t.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			t.name: {Keys: want, ConsistentRead: aws.Bool(fresh)},
		}})
		if err != nil {
			return nil, failed(err)
		}
		for _, one := range out.Responses[t.name] {
			found[keyOf(one)] = one
		}
		want = out.UnprocessedKeys[t.name].Keys
	}
	return found, nil
}

// query reads one page of a partition or index.
type query struct {
	index  string
	pk, sk string // attribute names; empty: the table's
	owner  string // value of the partition key
	prefix string // the sort key begins with; empty: any
	until  string // the sort key is at most; empty: any
	from   string // with until: the sort key is at least
	newest bool   // newest first
	limit  int
	after  item // cursor
	fresh  bool
	// purpose is what its cursors are for, where several lists read one partition.
	purpose string
}

func (t *Table) query(ctx context.Context, q query) (found []item, next item, err error) {
	if q.pk == "" {
		q.pk, q.sk = "PK", "SK"
	}
	in := &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: aws.String("#pk = :pk"), ScanIndexForward: aws.Bool(!q.newest),
		ExpressionAttributeNames:  map[string]string{"#pk": q.pk},
		ExpressionAttributeValues: item{":pk": text(q.owner)}, ExclusiveStartKey: q.after,
	}
	if q.index != "" {
		in.IndexName = &q.index
	} else {
		in.ConsistentRead = aws.Bool(q.fresh)
	}
	if q.limit > 0 {
		in.Limit = aws.Int32(int32(q.limit))
	}
	switch {
	case q.from != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk BETWEEN :from AND :until")
		in.ExpressionAttributeNames["#sk"] = q.sk
		in.ExpressionAttributeValues[":from"], in.ExpressionAttributeValues[":until"] = text(q.from), text(q.until)
	case q.prefix != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND begins_with(#sk, :sk)")
		in.ExpressionAttributeNames["#sk"], in.ExpressionAttributeValues[":sk"] = q.sk, text(q.prefix)
	case q.until != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk <= :sk")
		in.ExpressionAttributeNames["#sk"], in.ExpressionAttributeValues[":sk"] = q.sk, text(q.until)
	}
	out, err := t.db.Query(ctx, in)
	if err != nil {
		return nil, nil, failed(err)
	}
	return out.Items, out.LastEvaluatedKey, nil
}

// part is one conditional write of a transaction.
type part struct {
	kind   string // put, update, delete, check
	key    key
	item   item
	change string // update expression
	cond   string
	values item
	refuse func(old item) error // what a failed condition means; nil: the item was changed meanwhile
}

func put(k key, it item) part { return part{kind: "put", key: k, item: it, values: item{}} }

// update changes attributes; in expressions every attribute is written #name and every value :name.
func update(k key, change string, values ...any) part {
	return part{kind: "update", key: k, change: change, values: item{}}.with(values)
}

func erase(k key) part { return part{kind: "delete", key: k, values: item{}} }
func check(k key) part { return part{kind: "check", key: k, values: item{}} }

func (p part) with(pairs []any) part {
	for i := 0; i+1 < len(pairs); i += 2 {
		p.values[":"+pairs[i].(string)] = attribute(pairs[i+1])
	}
	return p
}

// when adds a condition.
func (p part) when(cond string, values ...any) part {
	if p.cond != "" {
		cond = p.cond + " AND " + cond
	}
	p.cond = cond
	p.values = maps.Clone(p.values)
	return p.with(values)
}

// ifAbsent writes only where no item stands.
func (p part) ifAbsent() part { return p.when("attribute_not_exists(#PK)") }

// ifVersion writes only over the version that was read.
func (p part) ifVersion(seen int) part { return p.when("#version = :seen", "seen", seen) }

// whenAmong writes only where an attribute has one of the values.
func (p part) whenAmong(attribute string, values []string) part {
	names, bound := make([]string, len(values)), make([]any, 0, 2*len(values))
	for i, value := range values {
		name := "among" + strconv.Itoa(i)
		names[i], bound = ":"+name, append(bound, name, value)
	}
	return p.when(attribute+" IN ("+strings.Join(names, ", ")+")", bound...)
}

// texts returns values of a text type as texts.
func texts[T ~string](values []T) []string {
	made := make([]string, len(values))
	for i, value := range values {
		made[i] = string(value)
	}
	return made
}

// or says what a failed condition means.
func (p part) or(refuse func(old item) error) part {
	p.refuse = refuse
	return p
}

// names returns the attributes that the expressions of a part write as #name.
func (p part) names() map[string]string {
	names := map[string]string{}
	for _, found := range strings.Split(p.change+" "+p.cond, "#")[1:] {
		if end := strings.IndexFunc(found, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
			found = found[:end]
		}
		names["#"+found] = found
	}
	if len(names) == 0 {
		return nil
	}
	return names
}

func (p part) bound() item {
	if len(p.values) == 0 {
		return nil
	}
	return p.values
}

// write is try for which a failed condition is a fault: what the part says (or), otherwise Stale.
func (t *Table) write(ctx context.Context, o op.Op, parts ...part) error {
	applied, _, err := t.try(ctx, o, parts...)
	if err == nil && !applied {
		return stale()
	}
	return err
}

// try writes all parts or none, each under its condition. applied says that they are written: now, or before by this very operation, and
// then old is the item that carries the operation's id. Where a condition failed, applied is false and old is the first item whose
// condition did, empty where there is none; a part that says itself what that means (or) fails with it.
// Where a partner's user or machine or an operator acts it fails with Forbidden once that actor's right was taken away (see acting).
// Conflicts between transactions and throttling are tried again for up to 2 seconds, then it fails with Unavailable.
func (t *Table) try(ctx context.Context, o op.Op, parts ...part) (applied bool, old item, err error) {
	operation := o.ID
	if parts, err = acting(o, parts); err != nil {
		return false, nil, err
	}
	if o.Step != nil {
		parts = append(slices.Clone(parts), stepPart(*o.Step))
	}
	for i, p := range parts {
		if p.cond == "" {
			return false, nil, fmt.Errorf("dynamo: %s %v without a condition", p.kind, p.key) // infra/design/house.md, law 6
		}
		switch p.kind {
		case "put":
			it := maps.Clone(p.item)
			maps.Copy(it, p.key.item())
			it["op"] = text(operation)
			parts[i].item = it
		case "update":
			if _, set := p.values[":op"]; !set {
				parts[i].change = p.change + " SET #op = :op"
				if before, after, set := strings.Cut(p.change, "SET "); set {
					parts[i].change = before + "SET #op = :op, " + after
				}
				parts[i] = parts[i].with([]any{"op", operation})
			}
		}
	}
	for try := range 5 {
		if try > 0 {
			if pause(ctx, try) != nil {
				break
			}
		}
		if len(parts) == 1 && parts[0].kind != "check" {
			err = t.single(ctx, parts[0])
		} else {
			err = t.transact(ctx, parts)
		}
		reasons, again := refused(err)
		if reasons != nil {
			return meaning(operation, parts, reasons)
		}
		if !again {
			return err == nil, nil, failed(err)
		}
	}
	return false, nil, fault.Unavailable.After(time.Second).Because(err)
}

// refused returns the old items of failed conditions by the parts' order (an empty item where that part did not fail is nil),
// and whether the write is worth another try.
func refused(err error) (reasons []*item, again bool) {
	var single *types.ConditionalCheckFailedException
	if errors.As(err, &single) {
		old := item(single.Item)
		return []*item{&old}, false
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		found := false
		reasons = make([]*item, len(cancelled.CancellationReasons))
		for i, reason := range cancelled.CancellationReasons {
			switch aws.ToString(reason.Code) {
			case "ConditionalCheckFailed":
				old := item(reason.Item)
				reasons[i], found = &old, true
			case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
				again = true
			}
		}
		if found {
			return reasons, false
		}
		return nil, again
	}
	var conflict *types.TransactionConflictException
	var throttled *types.ProvisionedThroughputExceededException
	var limited *types.RequestLimitExceeded
	var busy *types.TransactionInProgressException
	return nil, errors.As(err, &conflict) || errors.As(err, &throttled) || errors.As(err, &limited) || errors.As(err, &busy)
}

// meaning says what failed conditions mean, as try does.
func meaning(operation string, parts []part, reasons []*item) (applied bool, old item, err error) {
	for i, old := range reasons {
		// Two requests with one Idempotency-Key at once are one operation, but each made ids of its own: the second must get those that count.
		if old != nil && parts[i].key.sk == idemSort {
			return false, nil, parts[i].refuse(*old)
		}
	}
	for _, old := range reasons {
		if old != nil && read(*old, "op") == operation {
			return true, *old, nil
		}
	}
	for i, old := range reasons {
		if old == nil {
			continue
		}
		if parts[i].refuse != nil {
			return false, nil, parts[i].refuse(*old)
		}
		return false, *old, nil
	}
	return false, nil, stale() // never: something failed
}

// stale is what a failed condition means where nothing else is said: somebody changed the item meanwhile.
func stale() error { return fault.PreconditionFailed }

func (t *Table) single(ctx context.Context, p part) error {
	keep := types.ReturnValuesOnConditionCheckFailureAllOld
	var err error
	switch p.kind {
	case "put":
		_, err = t.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &t.name, Item: p.item, ConditionExpression: &p.cond,
			ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
		})
	case "update":
		_, err = t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &t.name, Key: p.key.item(), UpdateExpression: &p.change, ConditionExpression: &p.cond,
			ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
		})
	case "delete":
		_, err = t.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &t.name, Key: p.key.item(), ConditionExpression: &p.cond,
			ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
		})
	}
	return err
}

// changed makes one update, once, and returns the item as it is after it; where the condition failed, false and the item as it stands.
func (t *Table) changed(ctx context.Context, p part) (applied bool, it item, err error) {
	out, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: p.key.item(), UpdateExpression: &p.change, ConditionExpression: &p.cond,
		ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValues: types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if reasons, _ := refused(err); reasons != nil {
		return false, *reasons[0], nil
	}
	if err != nil {
		return false, nil, failed(err)
	}
	return true, out.Attributes, nil
}

// transact builds its input anew on every try: the SDK writes its token into the struct, and the same input sent twice is ignored.
func (t *Table) transact(ctx context.Context, parts []part) error {
	keep := types.ReturnValuesOnConditionCheckFailureAllOld
	items := make([]types.TransactWriteItem, len(parts))
	for i, p := range parts {
		switch p.kind {
		case "put":
			items[i].Put = &types.Put{
				TableName: &t.name, Item: p.item, ConditionExpression: &parts[i].cond,
				ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
			}
		case "update":
			items[i].Update = &types.Update{
				TableName: &t.name, Key: p.key.item(), UpdateExpression: &parts[i].change, ConditionExpression: &parts[i].cond,
				ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
			}
		case "delete":
			items[i].Delete = &types.Delete{
				TableName: &t.name, Key: p.key.item(), ConditionExpression: &parts[i].cond,
				ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
			}
		case "check":
			items[i].ConditionCheck = &types.ConditionCheck{
				TableName: &t.name, Key: p.key.item(), ConditionExpression: &parts[i].cond,
				ExpressionAttributeNames: p.names(), ExpressionAttributeValues: p.bound(), ReturnValuesOnConditionCheckFailure: keep,
			}
		}
	}
	_, err := t.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return err
}

// pause waits before another try: 25, 50, 100, 200 milliseconds on average, and no longer than the caller has.
func pause(ctx context.Context, try int) error {
	most := 50 * time.Millisecond << (try - 1)
	timer := time.NewTimer(rand.N(most) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// transport recognises lost connections and time-outs, which the SDK has tried again by itself.
var transport = retry.IsErrorRetryables(retry.DefaultRetryables)

// failed turns what the service answered into Unavailable where waiting helps, and leaves the rest as it is.
func failed(err error) error {
	if err == nil {
		return nil
	}
	var throttled *types.ProvisionedThroughputExceededException
	var limited *types.RequestLimitExceeded
	var broken *types.InternalServerError
	if errors.As(err, &throttled) || errors.As(err, &limited) || errors.As(err, &broken) ||
		errors.Is(err, context.DeadlineExceeded) || transport.IsErrorRetryable(err) == aws.TrueTernary {
		return fault.Unavailable.After(time.Second).Because(err)
	}
	return fmt.Errorf("dynamo: %w", err)
}
