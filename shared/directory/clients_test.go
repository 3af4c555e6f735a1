package directory_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/fault"
)

// TestSecrets holds what becomes of each answer to a change of an account's secrets: what is not there needs no deleting, and what the pool has no
// room for, or fails at, may be tried again.
func TestSecrets(t *testing.T) {
	for answer, want := range map[string]struct{ add, list, end string }{
		"LimitExceededException":    {"unavailable", "unavailable", "unavailable"},
		"ResourceNotFoundException": {"client_not_active", "", ""},
		"InternalServerException":   {"unavailable", "unavailable", "unavailable"},
		"TooManyRequestsException":  {"unavailable", "unavailable", "unavailable"},
		"InvalidParameterException": {"other", "other", "other"},
	} {
		pool := answering(t, http.StatusBadRequest, answer, "{}")
		_, _, added := pool.AddSecret(t.Context(), "account")
		_, listed := pool.Secrets(t.Context(), "account")
		ended := pool.DeleteSecret(t.Context(), "account", "secret")
		for what, one := range map[string]struct {
			err  error
			want string
		}{"add": {added, want.add}, "list": {listed, want.list}, "end": {ended, want.end}} {
			code := ""
			if f := fault.As(one.err); f != nil {
				code = f.Code.String()
			} else if one.err != nil {
				code = "other"
			}
			if code != one.want {
				t.Errorf("%s, %s: %v, want %q", answer, what, one.err, one.want)
			}
		}
	}
	pool := answering(t, http.StatusOK, "", `{"ClientSecrets":[{"ClientSecretId":"b","ClientSecretCreateDate":20.5},{"ClientSecretId":"a","ClientSecretCreateDate":10}]}`)
	if ids, err := pool.Secrets(t.Context(), "account"); err != nil || !slices.Equal(ids, []string{"a", "b"}) {
		t.Errorf("%q %v, want the oldest first", ids, err)
	}
}

// answering is a pool that answers every call so.
func answering(t *testing.T, status int, fails, body string) *directory.Clients {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if fails != "" {
			w.Header().Set("X-Amzn-ErrorType", fails)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return directory.OpenClients(boot.Env{Region: "eu-central-1", UserPool: "eu-central-1_x", DirectoryEndpoint: server.URL, AccessKey: "x", SecretKey: "x"})
}
