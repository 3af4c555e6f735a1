package boot

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestOnce: a call that nobody may repeat never goes over a connection that the peer may be closing; every other call keeps its connection.
func TestOnce(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	for _, c := range []struct {
		name   string
		client *http.Client
		want   int32
	}{{"kept", Env{}.Client(), 1}, {"once", Env{}.Once(), 2}} {
		opened.Store(0)
		for range 2 {
			answer, err := c.client.Post(server.URL, "text/plain", strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
		}
		if got := opened.Load(); got != c.want {
			t.Errorf("%s: 2 calls over %d connections, want %d", c.name, got, c.want)
		}
		c.client.CloseIdleConnections()
	}
}
