package dynamo

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/relationship"
	"liaison/shared/textinput"
)

// The one mapping between domain types and items. A field is stored under its Go name in snake case (storedAs has the exceptions); zero values are left out,
// so an item says only what is so and old code reads new items. testdata/items.golden pins every name that is stored.

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

// read returns a text attribute, empty where there is none.
func read(it item, name string) string {
	if s, ok := it[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// count returns a number attribute, 0 where there is none.
func count(it item, name string) int {
	if n, ok := it[name].(*types.AttributeValueMemberN); ok {
		v, _ := strconv.Atoi(n.Value)
		return v
	}
	return 0
}

func classed(class string, v any) item {
	it := encode(v)
	it["class"] = text(class)
	return it
}

// born is an item of a class, with its time of birth where the type has none.
func born(class string, v any, at time.Time) item {
	it := classed(class, v)
	if read(it, "created_at") == "" {
		it["created_at"] = text(stamp(at))
	}
	return it
}

// listAttributes moves the attributes that an item's list shows into "card", the one attribute that the index of lists projects.
// They stand there alone: an item that said them twice would cost twice. decode finds them there.
func listAttributes(it item, shown ...string) item {
	kept := item{}
	for _, name := range shown {
		if v, ok := it[name]; ok {
			kept[name] = v
			delete(it, name)
		}
	}
	it["card"] = &types.AttributeValueMemberM{Value: kept}
	return it
}

// stampLayout is how times are stored: UTC, milliseconds, sortable as text.
const stampLayout = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string               { return t.UTC().Format(stampLayout) }
func parseStamp(s string) (time.Time, error) { return time.Parse(stampLayout, s) }

var timeType = reflect.TypeFor[time.Time]()

// encode returns the attributes of a struct.
func encode(from any) item {
	v, ok := value(reflect.ValueOf(from)).(*types.AttributeValueMemberM)
	if !ok {
		return item{}
	}
	return v.Value
}

// attribute returns one value as an attribute; nil where it is zero.
func attribute(v any) types.AttributeValue {
	if made := value(reflect.ValueOf(v)); made != nil {
		return made
	}
	switch reflect.ValueOf(v).Kind() {
	case reflect.String:
		return &types.AttributeValueMemberS{}
	case reflect.Bool:
		return &types.AttributeValueMemberBOOL{}
	case reflect.Int, reflect.Int64:
		return &types.AttributeValueMemberN{Value: "0"}
	case reflect.Slice:
		return &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	}
	return &types.AttributeValueMemberNULL{Value: true}
}

func value(v reflect.Value) types.AttributeValue {
	if !v.IsValid() || v.IsZero() && v.Kind() != reflect.Struct {
		return nil
	}
	if v.Type() == timeType {
		at := v.Interface().(time.Time)
		if at.IsZero() {
			return nil
		}
		return &types.AttributeValueMemberS{Value: stamp(at)}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return value(v.Elem())
	case reflect.String:
		return &types.AttributeValueMemberS{Value: v.String()}
	case reflect.Bool:
		return &types.AttributeValueMemberBOOL{Value: v.Bool()}
	case reflect.Int, reflect.Int64:
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint8:
		return &types.AttributeValueMemberN{Value: strconv.FormatUint(v.Uint(), 10)}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return &types.AttributeValueMemberB{Value: v.Bytes()}
		}
		list := make([]types.AttributeValue, v.Len())
		for i := range list {
			if list[i] = value(v.Index(i)); list[i] == nil {
				list[i] = attribute(v.Index(i).Interface())
			}
		}
		return &types.AttributeValueMemberL{Value: list}
	case reflect.Map:
		made := make(item, v.Len())
		for walk := v.MapRange(); walk.Next(); {
			one := value(walk.Value())
			if one == nil {
				one = attribute(walk.Value().Interface())
			}
			made[walk.Key().String()] = one
		}
		return &types.AttributeValueMemberM{Value: made}
	case reflect.Struct:
		made := make(item, v.NumField())
		for _, f := range fields(v.Type()) {
			if one := value(v.Field(f.index)); one != nil {
				// A struct of nothing but zeros is left out, but a pointer to one says that it is there.
				if m, is := one.(*types.AttributeValueMemberM); !is || len(m.Value) > 0 || v.Field(f.index).Kind() == reflect.Pointer {
					made[f.name] = one
				}
			}
		}
		return &types.AttributeValueMemberM{Value: made}
	}
	panic(fmt.Sprintf("dynamo: no attribute for %s", v.Type()))
}

// decode fills what into points at from an item and what it keeps for lists; attributes it does not know are passed over.
func decode(from item, into any) error {
	if e, is := into.(*event.Event); is {
		return decodeEvent(from, e)
	}
	if err := decodeFields(from, into); err != nil {
		return err
	}
	if kept, ok := from["card"].(*types.AttributeValueMemberM); ok {
		return decodeFields(kept.Value, into)
	}
	return nil
}

// decodeFields fills the struct that into points at.
func decodeFields(from item, into any) error {
	v := reflect.ValueOf(into).Elem()
	for _, f := range fields(v.Type()) {
		if one, ok := from[f.name]; ok {
			if err := fill(one, v.Field(f.index)); err != nil {
				return fmt.Errorf("dynamo: attribute %s: %w", f.name, err)
			}
		}
	}
	return nil
}

func fill(from types.AttributeValue, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return fill(from, v.Elem())
	}
	switch one := from.(type) {
	case *types.AttributeValueMemberS:
		if v.Type() == timeType {
			at, err := parseStamp(one.Value)
			if err != nil {
				return err
			}
			v.Set(reflect.ValueOf(at))
			return nil
		}
		if v.Kind() == reflect.String {
			v.SetString(one.Value)
			return nil
		}
	case *types.AttributeValueMemberN:
		if v.CanInt() {
			n, err := strconv.ParseInt(one.Value, 10, 64)
			if err != nil {
				return err
			}
			v.SetInt(n)
			return nil
		}
		if v.CanUint() {
			n, err := strconv.ParseUint(one.Value, 10, 64)
			if err != nil {
				return err
			}
			v.SetUint(n)
			return nil
		}
	case *types.AttributeValueMemberBOOL:
		if v.Kind() == reflect.Bool {
			v.SetBool(one.Value)
			return nil
		}
	case *types.AttributeValueMemberB:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(one.Value)
			return nil
		}
	case *types.AttributeValueMemberL:
		if v.Kind() == reflect.Slice {
			list := reflect.MakeSlice(v.Type(), len(one.Value), len(one.Value))
			for i, el := range one.Value {
				if err := fill(el, list.Index(i)); err != nil {
					return err
				}
			}
			v.Set(list)
			return nil
		}
	case *types.AttributeValueMemberM:
		switch v.Kind() {
		case reflect.Struct:
			return decodeFields(one.Value, v.Addr().Interface())
		case reflect.Map:
			made := reflect.MakeMapWithSize(v.Type(), len(one.Value))
			for name, el := range one.Value {
				held := reflect.New(v.Type().Elem()).Elem()
				if err := fill(el, held); err != nil {
					return err
				}
				made.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), held)
			}
			v.Set(made)
			return nil
		}
	case *types.AttributeValueMemberNULL:
		return nil
	}
	return fmt.Errorf("%T does not fit %s", from, v.Type())
}

type field struct {
	index int
	name  string
}

// storedAs are the fields that were renamed since items hold them: the attribute keeps its first name.
var storedAs = map[reflect.Type]map[string]string{
	reflect.TypeFor[invitation.Draft]():          {"PartnerOfRecord": "advisor", "DelegatedAdministration": "delegation"},
	reflect.TypeFor[offer.Offer]():               {"DelegatedAdministration": "delegation"},
	reflect.TypeFor[relationship.Relationship](): {"PartnerOfRecordSubscriptions": "por_subscriptions"},
}

var known sync.Map // reflect.Type -> []field

func fields(t reflect.Type) []field {
	if found, ok := known.Load(t); ok {
		return found.([]field)
	}
	made := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			made = append(made, field{i, cmp.Or(storedAs[t][f.Name], textinput.Snake(f.Name))})
		}
	}
	known.Store(t, made)
	return made
}
