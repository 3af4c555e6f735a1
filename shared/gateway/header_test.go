package gateway_test

import (
	"net/http/httptest"
	"testing"

	"liaison/shared/gateway"
)

// TestTakesGzip: who says that it takes no gzip gets none, however that is said.
func TestTakesGzip(t *testing.T) {
	for said, want := range map[string]bool{
		"": false, "gzip": true, "br, GZIP": true, "gzip;q=0": false, "gzip; q=0.5": true, "identity": false, "*": true, "*, gzip;q=0": false, "gzip, *;q=0": true,
		"gzipped": false, "br;q=1.0, x-gzip": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", said)
		if got := gateway.TakesGzip(r); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}
