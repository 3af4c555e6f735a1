// Package tokens is what the user pool asks before it gives a token (Cognito's pre token generation trigger, event version V3_0): it notes when a
// machine client was last given one. It never changes a token nor stands in its way: the answer is the question, whatever fails here.
package tokens

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"liaison/shared/boot"
)

// patience is how long a token waits for the note, whatever the table does. Cognito itself gives up after 5 seconds, and the token with it.
const patience = 2 * time.Second

// machines is the source of a token that a machine client asked for; every other is about a person.
const machines = "TokenGeneration_ClientCredentials"

// Table is what noting a use needs of the table.
type Table interface {
	NoteUse(ctx context.Context, issuer, subject string, at time.Time) error
}

// event is what is read of Cognito's event.
type event struct {
	TriggerSource string `json:"triggerSource"`
	UserPoolID    string `json:"userPoolId"`
	CallerContext struct {
		ClientID string `json:"clientId"`
	} `json:"callerContext"`
}

type trigger struct {
	env   boot.Env
	table Table
}

// Trigger returns the handler of the user pool's trigger. The pool's issuer ends with the pool's id, which only the event knows: the pool needs the
// function and is made after it. So an ISSUER with a slash at its end is what stands before the id.
func Trigger(env boot.Env, table Table) lambda.Handler { return trigger{env, table} }

// Invoke implements lambda.Handler. It never fails.
func (t trigger) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		t.env.Log.Error("event cannot be read", "error", err.Error())
		return payload, nil
	}
	if e.TriggerSource != machines {
		return payload, nil
	}
	issuer := t.env.Issuer
	if strings.HasSuffix(issuer, "/") {
		issuer += e.UserPoolID
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := t.table.NoteUse(ctx, issuer, e.CallerContext.ClientID, t.env.Now()); err != nil {
		t.env.Log.Warn("use of a machine client is not noted", "client_id", e.CallerContext.ClientID, "error", err.Error())
	}
	return payload, nil
}
