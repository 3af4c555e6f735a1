package events

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"liaison/shared/contract"
	"liaison/shared/gateway"
)

// wantsCSV says whether an Accept header names CSV, and not JSON before it.
func wantsCSV(accept string) bool {
	for one := range strings.SplitSeq(accept, ",") {
		media, parameters, _ := strings.Cut(one, ";")
		if refused := strings.ReplaceAll(parameters, " ", ""); refused == "q=0" || strings.HasPrefix(refused, "q=0.0") {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(media)) {
		case "text/csv":
			return true
		case "application/json":
			return false
		}
	}
	return false
}

// writeCSV answers with one page as CSV (RFC 4180), its next page in Link.
func writeCSV(w http.ResponseWriter, r *http.Request, data []contract.Event, next string) error {
	var table bytes.Buffer
	out := csv.NewWriter(&table)
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
	for _, row := range rows {
		for i := range row {
			row[i] = cell(row[i])
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	gateway.Next(w, r, next)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="events.csv"`)
	_, _ = w.Write(table.Bytes())
	return nil
}

// cell returns a text that no spreadsheet takes for a formula (trust.md, rule 18).
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
