package system

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// tokenTrigger is where the identity provider asks before it gives a token.
const tokenTrigger = "/token-trigger"

// control serves the runner's own commands on loopback:
//
//	GET  /state                      {"now","offset","underway","dead_letters","program"}
//	POST /travel  {"to":"2027-01-15"}  the same, after the journey
//	POST /settle                     the same, once nothing is left to happen
//	POST /dns  {"name":"_liaison.example.com","txt":["…"]}  204: these are the name's TXT records; none takes them away
//	POST /token-trigger  {event}     what the function answers that the user pool asks before it gives a token; 204 where there is none
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
	mux.HandleFunc("POST /dns", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Name string
			TXT  []string
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.DNS.Set(body.Name, body.TXT...)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST "+tokenTrigger, func(w http.ResponseWriter, r *http.Request) {
		if s.App.TokenTrigger == "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		event, err := io.ReadAll(r.Body)
		if err == nil {
			event, err = s.Invoke(r.Context(), s.App.TokenTrigger, event)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(event)
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
