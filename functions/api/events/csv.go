package events

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"liaison/shared/contract"
	"liaison/shared/csv"
	"liaison/shared/gateway"
)

// writeCSV answers with one page as CSV, its next page in Link.
func writeCSV(w http.ResponseWriter, r *http.Request, data []contract.Event, next string) error {
	rows := [][]string{{"id", "time", "type", "subject", "actor", "actorkind", "requestid", "data"}}
	for _, e := range data {
		more, err := json.Marshal(e.Data)
		if err != nil {
			return fmt.Errorf("events: %w", err)
		}
		rows = append(rows, []string{
			e.ID, e.Time.UTC().Format(time.RFC3339Nano), e.Type, e.Subject, e.Actor, string(e.ActorKind), e.RequestID, string(more),
		})
	}
	gateway.Next(w, r, next)
	w.Header().Set("Content-Type", csv.Media)
	w.Header().Set("Content-Disposition", `attachment; filename="events.csv"`)
	_, _ = w.Write(csv.CSV(rows))
	return nil
}
