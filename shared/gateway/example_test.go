package gateway_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/gateway"
)

// An endpoint reads the request, calls one operation of a noun, and writes the answer or returns why not. Here nobody needs an account.
func ExampleEndpoint() {
	greet := gateway.Endpoint{
		Pattern:  "GET /v1/greetings/{name}",
		Requires: access.Public,
		Queries:  []string{"language"},
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			hello := "Hello"
			if r.URL.Query().Get("language") == "pl" {
				hello = "Dzień dobry"
			}
			return gateway.OK(w, r, "", map[string]string{"greeting": hello + ", " + r.PathValue("name")})
		},
	}
	// In a function this is gateway.Serve(env, table, greet).
	handler := gateway.Handler(boot.Env{Log: slog.New(slog.DiscardHandler)}, nil, greet)
	for _, path := range []string{"/v1/greetings/Anna?language=pl", "/v1/greetings/Anna?lang=pl"} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(answer.Code, answer.Header().Get("Content-Type"))
	}
	// Output:
	// 200 application/json
	// 400 application/problem+json
}
