package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"liaison/shared/fault"
)

const maxDepth = 16

// ReadJSON reads the request's body, one JSON object, into the struct that into points at. It fails with Media for another media
// type, with Malformed invalid_json or duplicate_field where it cannot be read, and with Invalid naming every field that
// is unknown, missing or of another type; then into holds what could be read. An empty body is an empty object.
func ReadJSON(r *http.Request, into any) error {
	body := of(r).body
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	} else if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return fault.UnsupportedMediaType.With(fault.Allowed("application/json"))
	}
	if !utf8.Valid(body) {
		return fault.InvalidJSON
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	walk := &walk{d: d}
	err := walk.value(reflect.TypeOf(into).Elem(), "", 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = fault.InvalidJSON
		}
	}
	if err != nil {
		return err
	}
	if err := walk.wrong.Err(); err != nil {
		_ = json.Unmarshal(body, into) // as far as it can be read, for who has more to say about it
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.InvalidJSON.Because(err)
	}
	return nil
}

// walk reads a body along the type it is meant for, so that each thing that is wrong has its pointer.
type walk struct {
	d     *json.Decoder
	wrong fault.Check
}

var timeType = reflect.TypeFor[time.Time]()

// value reads one value; t is nil where the value's place is unknown and anything may stand.
func (w *walk) value(t reflect.Type, pointer string, depth int) error {
	if depth > maxDepth {
		return fault.TooDeep.With(maxDepth)
	}
	token, err := w.d.Token()
	if err != nil {
		return fault.InvalidJSON.Because(err)
	}
	nullable := t == nil
	for t != nil && t.Kind() == reflect.Pointer {
		t, nullable = t.Elem(), true
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '[' {
			return w.list(t, pointer, depth)
		}
		return w.object(t, pointer, depth)
	case nil:
		if !nullable && t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
			w.wrong.Add(pointer, fault.Required)
		}
	case string:
		w.scalar(t, pointer, reflect.String)
		if t == timeType {
			if _, err := time.Parse(time.RFC3339, token); err != nil {
				w.wrong.Add(pointer, fault.InvalidFormat, fault.Moment)
			}
		}
	case bool:
		w.scalar(t, pointer, reflect.Bool)
	case json.Number:
		w.scalar(t, pointer, reflect.Int)
		if t != nil && (t.Kind() == reflect.Int || t.Kind() == reflect.Int64) {
			if _, err := strconv.ParseInt(token.String(), 10, 64); err != nil {
				w.wrong.Add(pointer, fault.InvalidFormat, fault.Allowed("integer"))
			}
		}
	}
	return nil
}

// jsonType names the type of JSON value that is read into t.
func jsonType(t reflect.Type) fault.Allowed {
	switch {
	case t == timeType || t.Kind() == reflect.String:
		return "string"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Slice:
		return "array"
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return "object"
	}
	return "number"
}

func (w *walk) scalar(t reflect.Type, pointer string, kind reflect.Kind) {
	if t == nil {
		return
	}
	got := t.Kind()
	if got == reflect.Int64 || got == reflect.Float64 {
		got = reflect.Int
	}
	if t == timeType {
		got = reflect.String
	}
	if got != kind {
		w.wrong.Add(pointer, fault.InvalidType, jsonType(t))
	}
}

func (w *walk) list(t reflect.Type, pointer string, depth int) error {
	var element reflect.Type
	if t != nil {
		if t.Kind() != reflect.Slice {
			w.wrong.Add(pointer, fault.InvalidType, jsonType(t))
		} else {
			element = t.Elem()
		}
	}
	for i := 0; w.d.More(); i++ {
		if err := w.value(element, pointer+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
	}
	return w.close()
}

func (w *walk) close() error {
	if _, err := w.d.Token(); err != nil {
		return fault.InvalidJSON.Because(err)
	}
	return nil
}

func (w *walk) object(t reflect.Type, pointer string, depth int) error {
	var known map[string]property
	var element reflect.Type
	anything := t == nil
	switch {
	case anything:
	case t.Kind() == reflect.Map:
		element, anything = t.Elem(), true
	case t.Kind() == reflect.Struct && t != timeType:
		known = properties(t)
	default:
		w.wrong.Add(pointer, fault.InvalidType, jsonType(t))
		anything = true
	}
	seen := map[string]bool{}
	for w.d.More() {
		token, err := w.d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return fault.InvalidJSON.Because(err)
		}
		at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name[:min(len(name), 100)])
		if seen[name] {
			return fault.DuplicateField.With(name[:min(len(name), 100)]).In(at)
		}
		seen[name] = true
		into := element
		if !anything {
			p, ok := known[name]
			if !ok {
				w.wrong.Add(at, fault.UnknownField, name[:min(len(name), 100)])
			}
			into = p.kind
		}
		if err := w.value(into, at, depth+1); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name].required && !seen[name] {
			w.wrong.Add(pointer+"/"+name, fault.Required)
		}
	}
	return w.close()
}

type property struct {
	kind     reflect.Type
	required bool
}

// properties lists a generated struct's JSON fields. The generator leaves out omitempty exactly where the contract requires a field.
func properties(t reflect.Type) map[string]property {
	known := make(map[string]property, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = property{f.Type, !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero")}
	}
	return known
}
