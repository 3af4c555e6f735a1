package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/tests/fixture"
)

// account answers Lambda's GetAccountSettings and SES's GetAccount as AWS documents them; the table is a genuine DynamoDB Local.
type account struct {
	concurrent         int
	production, sends  bool
	enforcement, fails string
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=LOCAL/")
	switch {
	case !signed || a.fails == r.URL.Path:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"Message":"User is not authorized"}`)
	case r.Method == http.MethodGet && r.URL.Path == "/2016-08-19/account-settings/":
		fmt.Fprintf(w, `{"AccountLimit":{"CodeSizeUnzipped":262144000,"CodeSizeZipped":52428800,"ConcurrentExecutions":%d,"TotalCodeSize":80530636800,"UnreservedConcurrentExecutions":%[1]d},"AccountUsage":{"FunctionCount":99,"TotalCodeSize":1}}`, a.concurrent)
	case r.Method == http.MethodGet && r.URL.Path == "/v2/email/account":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"DedicatedIpAutoWarmupEnabled":false,"EnforcementStatus":%q,"ProductionAccessEnabled":%t,"SendQuota":{"Max24HourSend":50000,"MaxSendRate":14,"SentLast24Hours":3},"SendingEnabled":%t}`, a.enforcement, a.production, a.sends)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func TestDoctor(t *testing.T) {
	w := fixture.Open(t).Populate(t)
	a := &account{concurrent: 1000, production: true, sends: true, enforcement: "HEALTHY"}
	server := httptest.NewServer(a)
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "LOCAL", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ENDPOINT_URL_DYNAMODB": w.Env.DynamoEndpoint, "AWS_ENDPOINT_URL_SESV2": server.URL, "AWS_ENDPOINT_URL_LAMBDA": server.URL,
	} {
		t.Setenv(name, value)
	}
	update := func(in dynamodb.UpdateTableInput) {
		t.Helper()
		in.TableName = &w.Env.Table
		if _, err := w.DB.UpdateTable(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
	}
	// said runs the command and returns what it printed of what is wrong.
	said := func(table string) (string, error) {
		var out strings.Builder
		err := examine(t.Context(), []string{"-table", table}, &out)
		return out.String(), err
	}
	update(dynamodb.UpdateTableInput{StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewImage}})
	update(dynamodb.UpdateTableInput{DeletionProtectionEnabled: aws.Bool(true)})
	defer update(dynamodb.UpdateTableInput{DeletionProtectionEnabled: aws.Bool(false)})
	well, err := said(w.Env.Table)
	if err != nil || strings.Count(well, "well ") != 4 || !strings.Contains(well, "1000 at once") || !strings.Contains(well, "14 mails a second") {
		t.Errorf("a sound account: %v\n%s", err, well)
	}
	sound := *a
	for want, spoil := range map[string]func(){
		"ask Service Quotas":           func() { a.concurrent = 10 },
		"sandbox":                      func() { a.production = false },
		"sending is paused":            func() { a.sends = false },
		"SES watches":                  func() { a.enforcement = "PROBATION" },
		"Lambda's concurrency: cannot": func() { a.fails = "/2016-08-19/account-settings/" },
		"SES: cannot be read":          func() { a.fails = "/v2/email/account" },
	} {
		spoil()
		if got, err := said(w.Env.Table); err == nil || !strings.Contains(got, want) || strings.Count(got, "wrong ") != 1 || strings.Count(got, "well ") != 3 {
			t.Errorf("want one line with %q: %v\n%s", want, err, got)
		}
		*a = sound
	}
	if _, err := w.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.Env.Table, UpdateExpression: aws.String("SET sending = :off"),
		Key:                       map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: "CATALOG"}, "SK": &types.AttributeValueMemberS{Value: "VENDOR"}},
		ExpressionAttributeValues: map[string]types.AttributeValue{":off": &types.AttributeValueMemberBOOL{}},
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := said(w.Env.Table); err == nil || !strings.Contains(got, "sending is off") {
		t.Errorf("sending is off: %v\n%s", err, got)
	}
	update(dynamodb.UpdateTableInput{DeletionProtectionEnabled: aws.Bool(false)})
	if got, err := said(w.Env.Table); err == nil || !strings.Contains(got, "not protected") {
		t.Errorf("no protection: %v\n%s", err, got)
	}
	bare := fixture.Open(t)
	if got, err := said(bare.Env.Table); err == nil || !strings.Contains(got, "run operate bootstrap") {
		t.Errorf("an empty table: %v\n%s", err, got)
	}
	if got, err := said("none"); err == nil || !strings.Contains(got, "the table: cannot be read") {
		t.Errorf("no table: %v\n%s", err, got)
	}
	if err := run(t.Context(), []string{"doctor"}); err == nil {
		t.Error("doctor without a table: no error")
	}
}
