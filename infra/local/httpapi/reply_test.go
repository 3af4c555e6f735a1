package httpapi

import (
	"net/http/httptest"
	"testing"
)

// TestChallengeIsRenamed holds what API Gateway does to a function's WWW-Authenticate.
func TestChallengeIsRenamed(t *testing.T) {
	w := httptest.NewRecorder()
	reply(w, []byte(`{"statusCode":401,"headers":{"www-authenticate":"Bearer error=\"invalid_token\"","content-type":"application/problem+json"},"body":"{}"}`))
	if got := w.Header().Get("X-Amzn-Remapped-Www-Authenticate"); got != `Bearer error="invalid_token"` {
		t.Errorf("the renamed challenge is %q", got)
	}
	if w.Header().Get("WWW-Authenticate") != "" || w.Header().Get("Content-Type") != "application/problem+json" || w.Code != 401 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
