package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"

	"liaison/shared/csv"
)

// listedCSV answers 200 with one page of a list as CSV, its next page in Link: a row a thing, and a column a name. A name is that of the JSON's
// field, with a dot before each one inside another; the file is called as the path's last part.
func listedCSV(w http.ResponseWriter, r *http.Request, data any, next string, columns []string) error {
	rows, err := table(data, columns)
	if err != nil {
		return fmt.Errorf("gateway: CSV: %w", err)
	}
	Next(w, r, next)
	w.Header().Set("Content-Type", csv.Media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+path.Base(r.URL.Path)+`.csv"`)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(csv.CSV(rows))
	return nil
}

// table reads the columns out of what the list would be as JSON, so that both say the same in the same form.
func table(data any, columns []string) ([][]string, error) {
	raw, err := encoded(data)
	if err != nil {
		return nil, err
	}
	var things []json.RawMessage
	if err := json.Unmarshal(raw, &things); err != nil {
		return nil, err
	}
	rows := [][]string{columns}
	for _, thing := range things {
		row := make([]string, len(columns))
		for i, column := range columns {
			if row[i], err = cell(thing, strings.Split(column, ".")); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// cell returns what stands under names inside each other, empty for null and for what is not there.
func cell(raw json.RawMessage, names []string) (string, error) {
	if len(raw) == 0 {
		return "", nil
	}
	if len(names) > 0 {
		var of map[string]json.RawMessage // nil for null
		if err := json.Unmarshal(raw, &of); err != nil {
			return "", err
		}
		return cell(of[names[0]], names[1:])
	}
	switch raw[0] {
	case 'n':
		return "", nil
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case '[':
		return words(raw)
	}
	return string(raw), nil
}

// words returns a list's words with spaces between them; a list of objects stays JSON.
func words(raw json.RawMessage) (string, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return "", err
	}
	made := make([]string, len(parts))
	for i, part := range parts {
		if part[0] == '{' {
			return string(raw), nil
		}
		var err error
		if made[i], err = cell(part, nil); err != nil {
			return "", err
		}
	}
	return strings.Join(made, " "), nil
}
