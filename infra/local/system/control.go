package system

import (
	"encoding/json"
	"net/http"
	"time"
)

// control serves the runner's own commands on loopback:
//
//	GET  /state                      {"now","offset","underway","dead_letters","program"}
//	POST /travel  {"to":"2027-01-15"}  the same, after the journey
//	POST /settle                     the same, once nothing is left to happen
func (s *System) control() http.Handler {
	mux := http.NewServeMux()
	state := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{
			"now": s.Now().Format(time.RFC3339), "offset": s.Offset().String(),
			"underway": s.Runtime.Underway(), "dead_letters": len(s.DeadLetters()), "program": s.program.Path(),
		})
	}
	mux.HandleFunc("GET /state", state)
	mux.HandleFunc("POST /travel", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ To string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		to, err := ParseTime(body.To)
		if err == nil {
			err = s.Travel(r.Context(), to)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		state(w, r)
	})
	mux.HandleFunc("POST /settle", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Settle(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		state(w, r)
	})
	// A web page that somebody opens on this machine must not move the clock.
	return http.NewCrossOriginProtection().Handler(mux)
}

// ParseTime reads a day (2027-01-15, its start in UTC) or an RFC 3339 time.
func ParseTime(text string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}
