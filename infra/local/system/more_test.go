package system

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var noContext = context.Background()

// count returns how many items a partition holds.
func count(t *testing.T, pk string) int {
	t.Helper()
	out, err := one.Table().Query(t.Context(), &dynamodb.QueryInput{
		TableName: aws.String(one.Endpoints.Table), KeyConditionExpression: aws.String("PK = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return int(out.Count)
}

// settle waits until nothing is left to happen, and returns what Reader wrote since.
func settle(t *testing.T, function string, since int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := one.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	text, err := one.Logs(function)
	if err != nil {
		t.Fatal(err)
	}
	return text[since:]
}

func TestStream(t *testing.T) {
	since := len(settle(t, "Reader", 0))
	if err := write(t, map[string]any{"PK": "plain", "Class": "plain", "Times": 3}); err != nil {
		t.Fatal(err)
	}
	if said := settle(t, "Reader", since); said != "" {
		t.Errorf("what the filter leaves out was delivered: %s", said)
	}
	if err := write(t, map[string]any{"PK": "good", "Class": "event", "Times": 12}); err != nil {
		t.Fatal(err)
	}
	said := settle(t, "Reader", since)
	if !strings.Contains(said, "BATCH good/000 good/001") || strings.Count(said, "good/") != 12 {
		t.Errorf("delivered: %s", said)
	}
	since += len(said)
	dead := len(one.DeadLetters())
	if err := write(t, map[string]any{"PK": "poison", "Class": "event", "Times": 8, "Together": true}); err != nil {
		t.Fatal(err)
	}
	said = settle(t, "Reader", since)
	for _, want := range []string{"poison/000", "poison/002", "poison/004", "poison/007"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s was lost: %s", want, said)
		}
	}
	letters := one.DeadLetters()[dead:]
	if len(letters) != 1 || !strings.HasSuffix(letters[0].Destination, ":DeadLetters") {
		t.Fatalf("dead letters: %+v", letters)
	}
	var body struct {
		RequestContext     struct{ Condition string }
		DDBStreamBatchInfo struct{ BatchSize int }
	}
	if err := json.Unmarshal(letters[0].Body, &body); err != nil || body.RequestContext.Condition != "RetryAttemptsExhausted" || body.DDBStreamBatchInfo.BatchSize != 1 {
		t.Errorf("dead letter %s: %v", letters[0].Body, err)
	}
	since += len(said)
	if err := write(t, map[string]any{"PK": "partial", "Class": "event", "Times": 5, "Together": true}); err != nil {
		t.Fatal(err)
	}
	said = settle(t, "Reader", since)
	if strings.Count(said, "partial/002") != 1 || strings.Count(said, "partial/003") != 3 {
		t.Errorf("after a partial reply only what failed is tried again: %s", said)
	}
}

func TestTravel(t *testing.T) {
	since := len(settle(t, "Reader", 0))
	to := time.Now().AddDate(0, 0, 40).UTC().Truncate(time.Second)
	if err := one.Travel(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if off := one.Now().Sub(to); off < 0 || off > 10*time.Second {
		t.Errorf("now is %s, want %s", one.Now(), to)
	}
	jobs, err := one.Logs("Job")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(jobs, "JOB "+to.Format(time.DateOnly)); n != 2 || !strings.Contains(jobs, " 959h59m") && !strings.Contains(jobs, " 960h0m0s") {
		t.Errorf("the job ran %d times, want one with work and one without: %s", n, jobs)
	}
	if said := settle(t, "Reader", since); !strings.Contains(said, "job/"+to.Format(time.DateOnly)) {
		t.Errorf("what the job wrote was not delivered: %s", said)
	}
	if err := one.Travel(t.Context(), time.Now()); err == nil {
		t.Error("the clock went back")
	}
	if err := one.Tick(t.Context(), "Job", one.Now()); err != nil {
		t.Error(err)
	}
}

func TestMailEvents(t *testing.T) {
	for _, to := range []string{"anna@example.com", "bounce+1@simulator.amazonses.com", "complaint@simulator.amazonses.com", "suppressionlist@simulator.amazonses.com"} {
		payload, _ := json.Marshal(to)
		if _, err := one.Invoke(t.Context(), "Mailer", payload); err != nil {
			t.Fatal(err)
		}
	}
	said := settle(t, "MailEvents", 0)
	for _, want := range []string{`"detail-type":"Email Delivered"`, `"bounceSubType":"General"`, `"bounceSubType":"Suppressed"`, `"detail-type":"Email Complaint Received"`, `"event":["evt_1"]`} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in %s", want, said)
		}
	}
	if n := strings.Count(said, "MAIL "); n != 5 {
		t.Errorf("%d events, want 5: %s", n, said)
	}
}

// TestKeep runs a second system beside the first, twice over the same data.
func TestKeep(t *testing.T) {
	keep := t.TempDir()
	to := time.Now().AddDate(0, 0, 3)
	for run := range 2 {
		s, err := Start(t.Context(), Options{Template: "testdata/template.yaml", Keep: keep, WithoutIdentity: true, WithoutMail: true})
		if err != nil {
			t.Fatal(err)
		}
		if s.Endpoints.TableEndpoint == one.Endpoints.TableEndpoint || s.Endpoints.API == one.Endpoints.API {
			t.Error("two systems share a part")
		}
		if run == 0 {
			if _, err := s.Invoke(t.Context(), "Writer", []byte(`{"PK":"kept","Class":"event"}`)); err != nil {
				t.Error(err)
			}
			if err := s.Travel(t.Context(), to); err != nil {
				t.Error(err)
			}
		} else {
			out, err := s.Table().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: map[string]types.AttributeValue{
				"PK": &types.AttributeValueMemberS{Value: "kept"}, "SK": &types.AttributeValueMemberS{Value: "000"},
			}})
			if err != nil || out.Item == nil {
				t.Errorf("the item is gone: %v", err)
			}
			if s.Now().Before(to) {
				t.Errorf("the clock fell back to %s", s.Now())
			}
			if err := s.Settle(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkRequest shows what the runner itself adds to a warm request.
func BenchmarkRequest(b *testing.B) {
	for b.Loop() {
		response, err := http.Post(one.Endpoints.API+"/open", "text/plain", strings.NewReader("x"))
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}
