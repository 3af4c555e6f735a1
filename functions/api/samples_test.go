package api_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/lambda"
	"liaison/tests/fixture"
)

// TestSamples hands every payload of API Gateway that aws-lambda-go tests itself with, of REST, WebSocket and HTTP APIs and of their authorizers,
// to the bootstraps of an API function, a page and the authorizer: none panics, dies or answers 5xx.
func TestSamples(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "events", "testdata", "apigw-*.json"))
	if err != nil || len(samples) < 12 {
		t.Fatal(samples, err)
	}
	e := fixture.Open(t).Populate(t).Env
	runtime, err := lambda.Start(lambda.Options{Logs: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = runtime.Close() })
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	builder := &lambda.Builder{Root: root, Cache: filepath.Join(root, "build", "local", "bin"), Run: t.TempDir()}
	for _, folder := range []string{"api/offers/create", "pages/fallback/lambda", "api/authorizer"} {
		bootstrap, err := builder.Bootstrap(t.Context(), folder, filepath.Join(root, "functions", folder))
		if err != nil {
			t.Fatal(err)
		}
		name := strings.ReplaceAll(folder, "/", "-")
		if err := runtime.Add(lambda.Function{
			Name: name, Memory: 256, Timeout: time.Minute, Program: func() string { return bootstrap },
			Environment: map[string]string{
				"TABLE_NAME": e.Table, "AWS_REGION": e.Region, "AWS_ENDPOINT_URL_DYNAMODB": e.DynamoEndpoint,
				"API_URL": "https://api.test", "PAGES_URL": "https://pages.test", "ISSUER": "https://issuer.test",
			},
		}); err != nil {
			t.Fatal(err)
		}
		statuses := map[int]int{}
		for _, sample := range samples {
			payload, err := os.ReadFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := runtime.Invoke(t.Context(), name, payload)
			var failure *lambda.Failure
			switch {
			case errors.As(err, &failure) && !failure.Died && !strings.Contains(string(failure.Payload), "stackTrace"):
				t.Logf("%s, %s: a clean error, %s", folder, filepath.Base(sample), failure.Payload)
				continue
			case err != nil:
				t.Errorf("%s, %s: %v", folder, filepath.Base(sample), err)
				continue
			}
			var said struct {
				Status  int   `json:"statusCode"`
				Allowed *bool `json:"isAuthorized"`
			}
			err = json.Unmarshal(answer, &said)
			asks := folder == "api/authorizer"
			if err != nil || asks != (said.Allowed != nil) || !asks && (said.Status < 200 || said.Status >= 500) {
				t.Errorf("%s, %s: %v %s", folder, filepath.Base(sample), err, answer)
			}
			statuses[said.Status]++
		}
		t.Logf("%s: %v", folder, statuses)
	}
}
