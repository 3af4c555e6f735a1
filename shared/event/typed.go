package event

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"liaison/shared/textinput"
)

// Type is what a change is called where it is stored and shown: noun, dot, verb in the past tense (infra/design/api.md, "Events").
type Type string

// Noun returns what stands before the dot.
func (t Type) Noun() string {
	noun, _, _ := strings.Cut(string(t), ".")
	return noun
}

// Typed is one kind of change, as its noun declares it in events.go: a struct whose fields are what the change says. A field is stored and
// shown under its name in snake case, as text, and is left out where it has no value: a time in UTC to the second, a list with commas. Behind
// a pointer zero and false are values too. The fields of an embedded struct are the change's own.
type Typed interface{ Type() Type }

// Row is one line of the catalogue: a kind of change and who reads it.
type Row struct {
	Of Typed // its zero value
	Readers
}

// Readers are those on whose partitions a change stands: the letters of Tenant.Kind, and a plus where a partner shares a customer's.
type Readers string

// Who reads a change.
const (
	Vendors     Readers = "v"
	Partners    Readers = "p"
	Customers   Readers = "c"
	Shared      Readers = "c+" // the customer and, where there is one, the partner that the event names
	Invitations Readers = "pi" // the partner, or the invitation alone where a visitor asked for it
)

// Read says whether a change with these readers may stand in the event.
func (r Readers) Read(e Event) bool {
	tenants, shared := strings.CutSuffix(string(r), "+")
	return strings.IndexByte(tenants, e.Tenant.Kind) >= 0 && (shared || e.Tenant.Kind == 'p' || e.Partner == "")
}

// Rows returns the lines of the catalogue for kinds of change that they all read.
func (r Readers) Rows(kinds ...Typed) []Row {
	rows := make([]Row, len(kinds))
	for i, of := range kinds {
		rows[i] = Row{Of: of, Readers: r}
	}
	return rows
}

// Of returns one change of a subject.
func Of[S ~string](subject S, what Typed) Change {
	c := Change{Type: what.Type(), Subject: string(subject)}
	each(reflect.ValueOf(what), func(name string, v reflect.Value) {
		if said := text(v); said != "" {
			if c.Data == nil {
				c.Data = map[string]string{}
			}
			c.Data[name] = said
		}
	})
	return c
}

// As returns what a change says, where it is of that type. A field that was never written is zero, and so is one that cannot be read.
func As[T Typed](c Change) (what T, ok bool) {
	if !Is[T](c) {
		return what, false
	}
	c.read(reflect.ValueOf(&what).Elem())
	return what, true
}

// Is says whether a change is of a type.
func Is[T Typed](c Change) bool {
	var of T
	return c.Type == of.Type()
}

// Like returns what a change says as one of the row's type, whose fields must be the change's.
func (r Row) Like(c Change) Typed {
	what := reflect.New(reflect.TypeOf(r.Of)).Elem()
	c.read(what)
	return what.Interface().(Typed)
}

func (c Change) read(into reflect.Value) {
	each(into, func(name string, v reflect.Value) {
		if said := c.Data[name]; said != "" {
			parse(said, v)
		}
	})
}

// Names lists the fields of a kind of change by the names they are stored under.
func Names(what Typed) (names []string) {
	each(reflect.ValueOf(what), func(name string, _ reflect.Value) { names = append(names, name) })
	return names
}

// Values returns all that a change says in fields of one type, for example the partners that it names; what is zero is left out.
// what may be nil.
func Values[T any](what Typed) (found []T) {
	if what == nil {
		return nil
	}
	if whole, ok := part[T](reflect.ValueOf(what)); ok {
		return []T{whole}
	}
	each(reflect.ValueOf(what), func(_ string, v reflect.Value) {
		if is, ok := v.Interface().(T); ok && !v.IsZero() {
			found = append(found, is)
		}
	})
	return found
}

// Value returns the first of Values, or zero.
func Value[T any](what Typed) T {
	return append(Values[T](what), *new(T))[0]
}

// part returns the embedded struct of a type.
func part[T any](v reflect.Value) (found T, ok bool) {
	for i := range v.NumField() {
		if v.Type().Field(i).Anonymous {
			if found, ok = v.Field(i).Interface().(T); ok {
				break
			}
		}
	}
	return found, ok
}

// each visits the fields of a struct, those of embedded ones too.
func each(v reflect.Value, visit func(name string, v reflect.Value)) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous {
			each(v.Field(i), visit)
		} else {
			visit(textinput.Snake(f.Name), v.Field(i))
		}
	}
}

var timeType = reflect.TypeFor[time.Time]()

// text returns how a field is stored, empty where it has no value.
func text(v reflect.Value) string {
	switch {
	case v.IsZero():
		return ""
	case v.Kind() == reflect.Pointer:
		return word(v.Elem())
	case v.Type() == timeType:
		return v.Interface().(time.Time).UTC().Format(time.RFC3339)
	case v.Kind() == reflect.Slice:
		words := make([]string, v.Len())
		for i := range words {
			words[i] = word(v.Index(i))
		}
		return strings.Join(words, ",")
	}
	return word(v)
}

func word(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.String:
		return v.String()
	}
	panic("event: no text for " + v.Type().String())
}

// parse reads what text wrote; what is no such value changes nothing.
func parse(said string, into reflect.Value) {
	switch {
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		parse(said, into.Elem())
	case into.Type() == timeType:
		if at, err := time.Parse(time.RFC3339, said); err == nil {
			into.Set(reflect.ValueOf(at))
		}
	case into.Kind() == reflect.Slice:
		for word := range strings.SplitSeq(said, ",") {
			one := reflect.New(into.Type().Elem()).Elem()
			parse(word, one)
			into.Set(reflect.Append(into, one))
		}
	case into.Kind() == reflect.Int:
		n, _ := strconv.Atoi(said)
		into.SetInt(int64(n))
	case into.Kind() == reflect.Bool:
		into.SetBool(said == "true")
	default:
		into.SetString(said)
	}
}
