package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// TestEvent holds the events to API Gateway's payload 2.0: one value a header, joined by a comma where it came several times, cookies apart,
// the body as text or base64 by its type.
func TestEvent(t *testing.T) {
	var got events.APIGatewayV2HTTPRequest
	server := httptest.NewServer(Direct(nil, func(_ context.Context, event []byte) ([]byte, error) {
		got = events.APIGatewayV2HTTPRequest{}
		d := json.NewDecoder(strings.NewReader(string(event)))
		d.DisallowUnknownFields()
		return []byte(`{"statusCode":204}`), d.Decode(&got)
	}))
	defer server.Close()
	send := func(method, media, body string, headers ...string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/a/b%20c?x=1&x=2&y=%C5%BC", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if media != "" {
			r.Header.Set("Content-Type", media)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Fatalf("%d", res.StatusCode)
		}
	}

	send("GET", "", "", "X-Many", "one", "X-Many", "two, three", "If-None-Match", `"a,b"`, "Cookie", "a=1; b=2", "Cookie", "c=3,4")
	if got.Headers["x-many"] != "one,two, three" || got.Headers["if-none-match"] != `"a,b"` {
		t.Errorf("headers %v", got.Headers)
	}
	if _, there := got.Headers["cookie"]; there || !slices.Equal(got.Cookies, []string{"a=1", "b=2", "c=3,4"}) {
		t.Errorf("cookies %q, headers %v", got.Cookies, got.Headers)
	}
	if got.Version != "2.0" || got.RawPath != "/a/b c" || got.RawQueryString != "x=1&x=2&y=%C5%BC" || got.QueryStringParameters["x"] != "1,2" || got.Body != "" || got.RequestContext.HTTP.Method != "GET" {
		t.Errorf("%+v", got)
	}
	for name := range got.Headers {
		if name != strings.ToLower(name) {
			t.Errorf("%s is not in small letters", name)
		}
	}
	for _, c := range []struct {
		media, body, want string
		binary            bool
	}{
		{"application/json", `{"a":"ż"}`, `{"a":"ż"}`, false},
		{"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click", "TGlzdC1VbnN1YnNjcmliZT1PbmUtQ2xpY2s=", true},
		{"text/plain", "\xff", "/w==", true},
		{"application/x-www-form-urlencoded", "", "", false},
	} {
		send("POST", c.media, c.body)
		if got.Body != c.want || got.IsBase64Encoded != c.binary {
			t.Errorf("%s: %q %v", c.media, got.Body, got.IsBase64Encoded)
		}
	}
	if got.Headers["content-length"] != "0" {
		t.Errorf("a post of nothing says %q", got.Headers["content-length"])
	}
}
