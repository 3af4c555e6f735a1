package reference

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/goccy/go-yaml"
)

// shared is the page of what several pages need.
const shared = "schemas"

// field is one line of a schema's table.
type field struct {
	Name     string
	Type     template.HTML
	Required bool
	About    template.HTML
}

// writer renders for one page: what stands there is linked without its path.
type writer struct {
	*document
	page string
}

// link returns the way to a schema.
func (w writer) link(name string) string {
	if w.home[name] == w.page {
		return "#schema-" + name
	}
	return "/docs/" + w.home[name] + "#schema-" + name
}

// kind says what a value is: a schema by its name, a list of something, or the JSON type.
func (w writer) kind(of yaml.MapSlice) template.HTML {
	if name := named(of); name != "" {
		return template.HTML(`<a href="` + w.link(name) + `">` + name + `</a>`)
	}
	for _, key := range []string{"anyOf", "oneOf", "allOf"} {
		var parts []string
		for _, one := range list(of, key) {
			parts = append(parts, string(w.kind(one.(yaml.MapSlice))))
		}
		if parts != nil {
			return template.HTML(strings.Join(parts, " or "))
		}
	}
	var parts []string
	for _, kind := range types(of) {
		switch items, values := pairs(of, "items"), pairs(of, "additionalProperties"); {
		case kind == "array" && items != nil:
			parts = append(parts, "list of "+string(w.kind(items)))
		case kind == "object" && values != nil:
			parts = append(parts, "map of "+string(w.kind(values)))
		default:
			parts = append(parts, kind)
		}
	}
	if parts == nil {
		return "any value"
	}
	return template.HTML(strings.Join(parts, " or "))
}

// types returns the JSON types of a schema.
func types(of yaml.MapSlice) (found []string) {
	if one := text(of, "type"); one != "" {
		return []string{one}
	}
	for _, one := range list(of, "type") {
		found = append(found, one.(string))
	}
	return found
}

// about returns what is said of a value: its description, then its limits.
func (w writer) about(of yaml.MapSlice) template.HTML {
	return join(inline(text(of, "description")), w.bounds(of))
}

// bounds returns a value's limits as a sentence, empty where it has none.
func (w writer) bounds(of yaml.MapSlice) template.HTML {
	limits := w.limits(of)
	if limits == nil {
		return ""
	}
	return template.HTML(`<span class="muted">` + sentence(strings.Join(limits, ", ")) + `</span>`)
}

func join(a, b template.HTML) template.HTML {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// sentence begins with a capital and ends with a stop.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

// limits returns what a value must keep to, in HTML.
func (w writer) limits(of yaml.MapSlice) (said []string) {
	say := func(format string, values ...any) { said = append(said, fmt.Sprintf(format, values...)) }
	span := func(least, most, unit string) {
		low, high := at(of, least), at(of, most)
		switch {
		case low != nil && low == high:
			say("exactly %v%s", low, unit)
		case low != nil && high != nil && fmt.Sprint(low) != "0":
			say("%v to %v%s", low, high, unit)
		case high != nil:
			say("at most %v%s", high, unit)
		case low != nil:
			say("at least %v%s", low, unit)
		}
	}
	if format := text(of, "format"); format != "" {
		say("format %s", format)
	}
	if always := at(of, "const"); always != nil {
		say("always %s", coded(always))
	}
	if words := list(of, "enum"); words != nil {
		say("one of %s", choice(words))
	}
	if words := list(of, "x-extensible-enum"); words != nil {
		say("one of these, and later also others: %s", choice(words))
	}
	span("minLength", "maxLength", " characters")
	if low, high := at(of, "minimum"), at(of, "maximum"); low != nil && high != nil {
		say("%v to %v", low, high)
	} else {
		span("minimum", "maximum", "")
	}
	span("minItems", "maxItems", " items")
	span("minProperties", "maxProperties", " entries")
	if unique, _ := at(of, "uniqueItems").(bool); unique {
		say("each once")
	}
	if pattern := text(of, "pattern"); pattern != "" {
		say("pattern %s", coded(pattern))
	}
	if names := list(of, "propertyNames", "enum"); names != nil {
		say("by %s", choice(names))
	}
	if preset := at(of, "default"); preset != nil {
		say("without it %s", coded(preset))
	}
	for _, part := range []string{"items", "additionalProperties"} {
		if inner := pairs(of, part); inner != nil && named(inner) == "" && len(pairs(inner, "properties")) == 0 {
			if limits := w.limits(inner); limits != nil {
				say("each %s", strings.Join(limits, ", "))
			}
		}
	}
	for _, key := range []string{"anyOf", "oneOf", "allOf"} {
		for _, one := range list(of, key) {
			if inner := one.(yaml.MapSlice); named(inner) == "" {
				said = append(said, w.limits(inner)...)
			}
		}
	}
	return said
}

func coded(value any) string { return "<code>" + html.EscapeString(fmt.Sprint(value)) + "</code>" }

func choice(words []any) string {
	marked := make([]string, len(words))
	for i, word := range words {
		marked[i] = coded(word)
	}
	return strings.Join(marked, " ")
}

// fields returns the lines of an object's table; what an object without a name of its own holds stands in them with its way.
func (w writer) fields(way string, of yaml.MapSlice) (found []field) {
	needed := map[any]bool{}
	for _, name := range list(of, "required") {
		needed[name] = true
	}
	for _, p := range pairs(of, "properties") {
		value := p.Value.(yaml.MapSlice)
		name := way + p.Key.(string)
		found = append(found, field{name, w.kind(value), needed[p.Key], w.about(value)})
		found = append(found, w.nested(name, value)...)
	}
	return found
}

// nested returns the fields of what has no name of its own: the value, one of a list of it, or of a map.
func (w writer) nested(way string, value yaml.MapSlice) (found []field) {
	found = w.fields(way+".", value)
	if items := pairs(value, "items"); items != nil {
		found = append(found, w.nested(way+"[]", items)...)
	}
	if values := pairs(value, "additionalProperties"); values != nil {
		found = append(found, w.nested(way+".*", values)...)
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		for _, one := range list(value, key) {
			found = append(found, w.nested(way, one.(yaml.MapSlice))...)
		}
	}
	return found
}

// indented returns a value as JSON over several lines, its fields in their order. What is short stands on one line.
func indented(value any) string {
	var b strings.Builder
	write(&b, value, "\n")
	return b.String()
}

// compact returns a value as JSON on one line.
func compact(value any) string {
	var b strings.Builder
	write(&b, value, "")
	return b.String()
}

// short is how long a list or an object on one line may be.
const short = 60

func write(b *strings.Builder, value any, line string) {
	inner, open, end := line, "", ""
	switch v := value.(type) {
	case yaml.MapSlice:
		open, end = "{", "}"
	case []any:
		open, end = "[", "]"
	default:
		var one strings.Builder
		raw := json.NewEncoder(&one)
		raw.SetEscapeHTML(false)
		_ = raw.Encode(v) // text, numbers, truth values and null
		b.WriteString(strings.TrimSuffix(one.String(), "\n"))
		return
	}
	if line != "" {
		if one := compact(value); len(one) <= short {
			b.WriteString(one)
			return
		}
		inner = line + "  "
	}
	b.WriteString(open)
	each(value, func(i int, key string, one any) {
		if i > 0 {
			b.WriteString(",")
			if line == "" {
				b.WriteString(" ")
			}
		}
		b.WriteString(inner)
		if key != "" {
			write(b, key, "")
			b.WriteString(": ")
		}
		write(b, one, inner)
	})
	b.WriteString(line + end)
}

func each(value any, do func(i int, key string, one any)) {
	switch v := value.(type) {
	case yaml.MapSlice:
		for i, p := range v {
			do(i, fmt.Sprint(p.Key), p.Value)
		}
	case []any:
		for i, one := range v {
			do(i, "", one)
		}
	}
}
