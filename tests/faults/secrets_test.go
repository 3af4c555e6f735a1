package faults

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"liaison/infra/local/proxy"
	"liaison/infra/local/template"
	"liaison/shared/contract"
)

// TestNewSecretDies: giving a machine client a new secret dies at every call. The secret before works on, the same request goes on once the lease is
// over, and a week later the client has one secret.
func TestNewSecretDies(t *testing.T) {
	pool := cognito.New(cognito.Options{
		Region: template.Region, BaseEndpoint: &sys.Endpoints.Cognito, Credentials: credentials.NewStaticCredentialsProvider("LOCAL", "local", ""),
	})
	begin := func(t *testing.T) (made contract.APIClient) {
		t.Helper()
		if _, err := program.Operator.Must(t.Context(), http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
			PartnerID: &program.PartnerID, Name: "Machine", CustomerAccess: contract.CustomerAccessNone,
		}, &made); err != nil {
			t.Fatal(err)
		}
		return made
	}
	holds := func(t *testing.T, made contract.APIClient, want int) {
		t.Helper()
		found, err := pool.ListUserPoolClientSecrets(t.Context(), &cognito.ListUserPoolClientSecretsInput{UserPoolId: &sys.Endpoints.UserPool, ClientId: &made.ClientID})
		if err != nil || len(found.ClientSecrets) != want {
			t.Errorf("the pool has %+v, want %d: %v", found, want, err)
		}
	}
	later := func(t *testing.T, by time.Duration) {
		t.Helper()
		if err := sys.Travel(patience(t), sys.Now().Add(by)); err != nil {
			t.Fatal(err)
		}
	}
	ends := func(t *testing.T, made contract.APIClient) {
		t.Helper()
		if _, err := sys.Identity.Token(t.Context(), made.ClientID, *made.Secret); err != nil {
			t.Error(err)
		}
		holds(t, made, 2)
		later(t, 7*24*time.Hour+time.Minute)
		holds(t, made, 1)
		if _, err := sys.Identity.Token(t.Context(), made.ClientID, *made.Secret); err == nil {
			t.Error("the old secret works on")
		}
		if _, err := program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/api-clients/"+made.ID+"/rotate-secret", nil, nil); err != nil {
			t.Error(err)
		}
	}
	whole := begin(t)
	sys.Proxy.Reset()
	if _, err := program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/api-clients/"+whole.ID+"/rotate-secret", nil, nil); err != nil {
		t.Fatal(err)
	}
	n := calls("ApiClientsRotateSecret")
	ends(t, whole)
	points(t, n, func(t *testing.T, seq int, at proxy.Moment) bool {
		made := begin(t)
		key := fmt.Sprintf("rotate-%s", made.ID)
		struck := strike(t, "ApiClientsRotateSecret", seq, at)
		answer, err := program.Operator.Do(t.Context(), http.MethodPost, "/v1/api-clients/"+made.ID+"/rotate-secret", nil, "Idempotency-Key", key)
		sys.Proxy.SetHook(nil)
		if err != nil || struck() && answer.Status < 500 {
			t.Errorf("died and answered %d %v", answer.Status, err)
		}
		if _, err := sys.Identity.Token(t.Context(), made.ClientID, *made.Secret); err != nil {
			t.Error(err)
		}
		later(t, time.Minute)
		if _, err := program.Operator.Must(t.Context(), http.StatusOK, http.MethodPost, "/v1/api-clients/"+made.ID+"/rotate-secret", nil, nil, "Idempotency-Key", key); err != nil {
			t.Error(err)
		}
		ends(t, made)
		return struck()
	})
}
