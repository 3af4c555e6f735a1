package boot

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
)

// TestCount reads the line as CloudWatch does: each name that it calls a dimension or a metric stands beside it with its value.
func TestCount(t *testing.T) {
	var out bytes.Buffer
	env := Env{Table: "liaison-Data-Table", Log: slog.New(slog.NewJSONHandler(&out, nil))}
	env.Count("event is dead", "DeadEvents", 2, "due", "x")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	var logged struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	if err := json.Unmarshal(out.Bytes(), &logged); err != nil {
		t.Fatal(err)
	}
	if len(logged.AWS.CloudWatchMetrics) != 1 || logged.AWS.Timestamp == 0 {
		t.Fatalf("no metric: %s", out.String())
	}
	metric := logged.AWS.CloudWatchMetrics[0]
	if metric.Namespace != "Liaison" || len(metric.Metrics) != 1 || line[metric.Metrics[0].Name] != 2.0 {
		t.Errorf("the metric is not in its line: %s", out.String())
	}
	if len(metric.Dimensions) != 1 || len(metric.Dimensions[0]) != 1 || line[metric.Dimensions[0][0]] != "liaison-Data-Table" {
		t.Errorf("the table is not the metric's dimension: %s", out.String())
	}
}
