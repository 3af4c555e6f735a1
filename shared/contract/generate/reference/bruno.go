package reference

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// bruno returns a collection as Bruno exports and imports one: a folder a tag, a request an operation, and an environment whose variables are the
// interface's address and the token.
func (d *document) bruno() string {
	object := func(of ...any) (made yaml.MapSlice) {
		for i := 0; i < len(of); i += 2 {
			made = append(made, yaml.MapItem{Key: of[i], Value: of[i+1]})
		}
		return made
	}
	var folders []any
	for i, t := range d.tags {
		var requests []any
		for j, o := range t.operations {
			requests = append(requests, d.brunoRequest(o, j+1, object))
		}
		folders = append(folders, object("type", "folder", "name", t.Name, "filename", t.Name, "seq", i+1, "items", requests))
	}
	none := []any{}
	variable := func(name, value string, secret bool) any {
		return object("name", name, "value", value, "enabled", true, "secret", secret, "type", "text")
	}
	return indented(object(
		"name", "Liaison", "version", "1", "items", folders, "activeEnvironmentUid", nil,
		"environments", []any{object("name", "Liaison", "variables", []any{variable("api", "http://localhost:8080", false), variable("token", "", true)})},
		"root", object("request", object("headers", none, "auth", object("mode", "bearer", "bearer", object("token", "{{token}}")))),
		"brunoConfig", object("version", "1", "name", "Liaison", "type", "collection"),
	)) + "\n"
}

func (d *document) brunoRequest(o operation, seq int, object func(...any) yaml.MapSlice) yaml.MapSlice {
	s := d.request(o)
	headers, params := []any{}, []any{}
	for _, h := range s.headers {
		if h[0] != "Authorization" {
			headers = append(headers, object("name", h[0], "value", strings.ReplaceAll(h[1], "$RANDOM$RANDOM", "{{$guid}}"), "enabled", true))
		}
	}
	for _, p := range o.Parameters {
		if p.In != "query" && p.In != "path" {
			continue
		}
		for _, one := range several(p.Example) {
			value := ""
			if one != nil {
				value = fmt.Sprint(one)
			}
			params = append(params, object("name", p.Name, "value", value, "type", p.In, "enabled", p.In == "path" || p.Required))
		}
	}
	address := "{{api}}" + strings.NewReplacer("{", ":", "}", "").Replace(o.Path)
	if s.query != nil {
		address += "?" + strings.Join(s.query, "&")
	}
	body, auth := object("mode", "none"), object("mode", "inherit")
	if s.body != nil {
		body = object("mode", "json", "json", indented(s.body))
	}
	if o.Open {
		auth = object("mode", "none")
	}
	return object(
		"type", "http", "name", o.Summary, "filename", o.ID+".bru", "seq", seq,
		"request", object(
			"url", address, "method", o.Method, "headers", headers, "params", params, "body", body, "auth", auth,
			"docs", strings.TrimSpace(o.Description),
		),
	)
}
