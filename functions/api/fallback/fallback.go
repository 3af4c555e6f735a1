package main

import (
	"net/http"
	"strings"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/gateway"
)

// route is a path of the API, and the methods it has as Allow names them.
type route struct{ path, allow string }

// refuse answers any request: 405 with Allow where the path is known under other methods, HEAD among them; else 404.
func refuse() gateway.Endpoint {
	return gateway.Endpoint{
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			allow := methods(r.URL.Path)
			if allow == "" || has(allow, r.Method) {
				return fault.NotFound
			}
			w.Header().Set("Allow", allow)
			return fault.MethodNotAllowed.With(fault.Allowed(allow))
		},
	}
}

func has(allow, method string) bool {
	for one := range strings.SplitSeq(allow, ", ") {
		if one == method {
			return true
		}
	}
	return false
}

// methods returns what a path has, empty where there is no such path. A path without parameters goes before one with.
func methods(path string) string {
	found := ""
	for _, known := range routes {
		if known.path == path {
			return known.allow
		}
		if matches(known.path, path) {
			found = known.allow
		}
	}
	return found
}

func matches(pattern, path string) bool {
	for {
		want, wantRest, wantMore := strings.Cut(pattern, "/")
		have, haveRest, haveMore := strings.Cut(path, "/")
		parameter := strings.HasPrefix(want, "{")
		if wantMore != haveMore || parameter && have == "" || !parameter && want != have {
			return false
		}
		if !wantMore {
			return true
		}
		pattern, path = wantRest, haveRest
	}
}
