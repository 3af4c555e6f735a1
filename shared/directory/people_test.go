package directory_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"liaison/shared/boot"
	"liaison/shared/directory"
	"liaison/shared/fault"
)

// TestSetPassword holds what becomes of each answer to a password: what the pool says of the password itself is an error of the field.
func TestSetPassword(t *testing.T) {
	for answer, want := range map[string]fault.Kind{
		"": "", "InvalidPasswordException": fault.Invalid, "InvalidParameterException": fault.Invalid, "TooManyRequestsException": fault.Busy,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			if answer != "" {
				w.Header().Set("X-Amzn-ErrorType", answer)
				w.WriteHeader(http.StatusBadRequest)
			}
			_, _ = io.WriteString(w, "{}")
		}))
		pool := directory.OpenPasswords(boot.Env{Region: "eu-central-1", UserPool: "eu-central-1_x", DirectoryEndpoint: server.URL, AccessKey: "x", SecretKey: "x"})
		err := pool.SetPassword(t.Context(), "anna@example.com", " what Cognito does not take ")
		server.Close()
		f := fault.As(err)
		if (err == nil) != (want == "") || err != nil && (f == nil || f.Kind != want) {
			t.Errorf("%s: %v, want %s", answer, err, want)
		}
		if want == fault.Invalid && (f == nil || len(f.Fields) != 1 || f.Fields[0].Pointer != "password") {
			t.Errorf("%s: %+v", answer, f)
		}
	}
}
