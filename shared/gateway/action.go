package gateway

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/textinput"
)

// Thing is what the actions on one kind of thing share: K names one, T is one as it stands.
type Thing[K, T any] struct {
	// Key returns the thing that the path names. It fails with NotFound where the caller may not see it.
	Key func(r *http.Request) (K, error)
	// Replay returns the thing by what an action on it kept for a replay.
	Replay func(r *http.Request, result string) (T, error)
	// Show answers 200 with the thing.
	Show func(w http.ResponseWriter, r *http.Request, thing T) error
}

// NoBody is the body of an action that reads none.
type NoBody struct{}

// Action returns the endpoint of an action on one thing, which takes an Idempotency-Key and answers with the thing as it is then. do is the
// domain's one call; the request's body has been read into B.
func Action[B, K, T any](pattern string, requires access.Right, on Thing[K, T], do func(r *http.Request, of K, body B) (T, error)) Endpoint {
	return Endpoint{
		Pattern:  pattern,
		Requires: requires,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := on.Key(r)
			if err != nil {
				return err
			}
			var body B
			if _, none := any(body).(NoBody); !none {
				if err := ReadJSON(r, &body); err != nil {
					return err
				}
			}
			thing, err := do(r, of, body)
			if err != nil {
				return err
			}
			return on.Show(w, r, thing)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			thing, err := on.Replay(r, result)
			if err != nil {
				return err
			}
			return on.Show(w, r, thing)
		},
	}
}

// maxReason is the most characters that a reason may have.
const maxReason = 500

// Reason returns the reason that a body gives, empty where it gives none. It fails with Invalid naming /reason, required where one is needed.
func Reason(sent *string, needed bool) (string, error) { return Note("/reason", sent, needed) }

// Note is Reason of another field of the body.
func Note(pointer string, sent *string, needed bool) (string, error) {
	text := ""
	if sent != nil {
		text = *sent
	}
	clean, code := textinput.Note(text, maxReason)
	switch {
	case code != nil:
		return "", code.With(maxReason).In(pointer)
	case clean == "" && needed:
		return "", fault.Required.In(pointer)
	}
	return clean, nil
}
