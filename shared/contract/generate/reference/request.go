package reference

import (
	"fmt"
	"net/url"
	"strings"
)

// sent is a request as an example sends it.
type sent struct {
	method, address string // below the interface's own address
	query           []string
	headers         [][2]string
	body            any // nil where none is sent
}

// request returns the request that shows an operation: what it needs and no more, each value an example.
func (d *document) request(o operation) sent {
	s := sent{method: o.Method, address: o.Path}
	if !o.Open {
		s.headers = append(s.headers, [2]string{"Authorization", "Bearer $TOKEN"})
	}
	creates := false
	for _, p := range o.Parameters {
		creates = creates || p.In == "header" && p.Name == "If-None-Match" && p.Schema != nil && text(p.Schema, "const") == "*"
	}
	for _, p := range o.Parameters {
		value := fmt.Sprint(p.Example)
		switch {
		case p.In == "path":
			s.address = strings.ReplaceAll(s.address, "{"+p.Name+"}", url.PathEscape(value))
		case p.In == "query" && p.Required:
			for _, one := range several(p.Example) {
				s.query = append(s.query, p.Name+"="+url.QueryEscape(fmt.Sprint(one)))
			}
		case p.Name == "Idempotency-Key":
			s.headers = append(s.headers, [2]string{p.Name, "$RANDOM$RANDOM"})
		case p.Name == "If-None-Match" && creates:
			s.headers = append(s.headers, [2]string{p.Name, "*"})
		case p.In == "header" && p.Required:
			s.headers = append(s.headers, [2]string{p.Name, value})
		}
	}
	if o.Body != nil {
		s.headers = append(s.headers, [2]string{"Content-Type", "application/json"})
		s.body = d.example(o.Body)
	}
	return s
}

// several returns the values of a query parameter: a list stands there once a value.
func several(example any) []any {
	if list, ok := example.([]any); ok {
		return list
	}
	return []any{example}
}

// curl returns the request as a command of a POSIX shell, in which API and TOKEN are set.
func (s sent) curl() string {
	lines := []string{"curl -sS"}
	if s.method != "GET" && !(s.method == "POST" && s.body != nil) {
		lines[0] += " -X " + s.method
	}
	address := s.address
	if s.query != nil {
		address += "?" + strings.Join(s.query, "&")
	}
	lines[0] += ` "$API` + address + `"`
	for _, h := range s.headers {
		line := "-H "
		if strings.Contains(h[1], "$") { // set by the shell
			line += `"` + h[0] + ": " + h[1] + `"`
		} else {
			line += quoted(h[0] + ": " + h[1])
		}
		lines = append(lines, line)
	}
	if s.body != nil {
		lines = append(lines, "-d "+quoted(indented(s.body)))
	}
	return strings.Join(lines, " \\\n  ")
}

// quoted returns a text as one word of a POSIX shell, whatever it holds.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
