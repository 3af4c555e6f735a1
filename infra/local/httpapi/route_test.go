package httpapi

import (
	"maps"
	"testing"

	"liaison/infra/local/template"
)

func TestMatch(t *testing.T) {
	var routes []template.Route
	for _, pair := range [][2]string{
		{"", ""},
		{"GET", "/"},
		{"GET", "/offers"},
		{"POST", "/offers"},
		{"GET", "/offers/{id}"},
		{"GET", "/offers/search"},
		{"ANY", "/offers/{id}/pause"},
		{"POST", "/offers/{id}/pause"},
		{"GET", "/files/{path+}"},
		{"GET", "/files/one"},
	} {
		routes = append(routes, template.Route{Method: pair[0], Path: pair[1]})
	}
	for _, test := range []struct {
		method, path, key string
		parameters        map[string]string
	}{
		{"GET", "/", "GET /", nil},
		{"GET", "/offers", "GET /offers", nil},
		{"HEAD", "/offers", "$default", nil},
		{"PUT", "/offers", "$default", nil},
		{"GET", "/offers/", "$default", nil},
		{"GET", "/offers/1", "GET /offers/{id}", map[string]string{"id": "1"}},
		{"GET", "/offers/search", "GET /offers/search", nil},
		{"POST", "/offers/1/pause", "POST /offers/{id}/pause", map[string]string{"id": "1"}},
		{"HEAD", "/offers/1/pause", "ANY /offers/{id}/pause", map[string]string{"id": "1"}},
		{"GET", "/files/a/b", "GET /files/{path+}", map[string]string{"path": "a/b"}},
		{"GET", "/files/one", "GET /files/one", nil},
		{"GET", "/nowhere", "$default", nil},
	} {
		route, parameters, found := match(routes, test.method, test.path)
		if !found || route.Key() != test.key || !maps.Equal(parameters, test.parameters) {
			t.Errorf("%s %s leads to %s %v, want %s %v", test.method, test.path, route.Key(), parameters, test.key, test.parameters)
		}
	}
	if _, _, found := match(routes[1:], "DELETE", "/offers"); found {
		t.Error("a route was found without $default")
	}
}
