package httpapi

import (
	"strings"

	"liaison/infra/local/template"
)

// match returns the route for a request, with its path parameters. A whole
// path goes before one with a {greedy+} end, a fixed segment before a
// parameter, a method before ANY, and all before $default. HEAD is a method
// like any other: a GET route does not take it.
func match(routes []template.Route, method, path string) (template.Route, map[string]string, bool) {
	var best template.Route
	var parameters map[string]string
	bestScore := ""
	for _, route := range routes {
		if route.Path != "" && route.Method != "ANY" && route.Method != method {
			continue
		}
		score, values, ok := fit(route, path)
		if ok && score > bestScore {
			best, parameters, bestScore = route, values, score
		}
	}
	return best, parameters, bestScore != ""
}

// fit scores a route by its segments from left to right: fixed 3, parameter 2,
// greedy 1, and then the method. A higher text is a better match.
func fit(route template.Route, path string) (string, map[string]string, bool) {
	if route.Path == "" {
		return "0", nil, true
	}
	wanted, given := strings.Split(route.Path, "/")[1:], strings.Split(path, "/")[1:]
	values := map[string]string{}
	var score strings.Builder
	for i, segment := range wanted {
		name, isParameter := strings.CutPrefix(segment, "{")
		name = strings.TrimSuffix(name, "}")
		greedy, isGreedy := strings.CutSuffix(name, "+")
		switch {
		case isParameter && isGreedy:
			if len(given) <= i {
				return "", nil, false
			}
			values[greedy] = strings.Join(given[i:], "/")
			score.WriteByte('1')
			return methodScore(&score, route), values, true
		case i >= len(given):
			return "", nil, false
		case isParameter:
			if given[i] == "" {
				return "", nil, false
			}
			values[name] = given[i]
			score.WriteByte('2')
		case segment == given[i]:
			score.WriteByte('3')
		default:
			return "", nil, false
		}
	}
	if len(given) > len(wanted) {
		return "", nil, false
	}
	return methodScore(&score, route), values, true
}

func methodScore(score *strings.Builder, route template.Route) string {
	if route.Method == "ANY" {
		score.WriteByte('1')
	} else {
		score.WriteByte('2')
	}
	return score.String()
}
