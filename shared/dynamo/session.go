package dynamo

import (
	"context"
	"time"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// SignIn binds a person's token to our user, the first time by the token's verified address, and starts a session whose secret the
// browser keeps; an earlier session of the same browser (was, or empty) ends. It fails with Forbidden unknown_caller where no user
// has the address, and with Forbidden caller_disabled where the user is disabled.
func (t *Table) SignIn(ctx context.Context, issuer, subject, mail, secret, was string, o op.Op) (access.Caller, error) {
	found, err := t.batch(ctx, true, subjectKey(issuer, subject), loginKey(mail))
	if err != nil {
		return access.Caller{}, err
	}
	who := found[subjectKey(issuer, subject)]
	bound := who != nil
	if !bound {
		who = found[loginKey(mail)]
	}
	tenant, user := read(who, "tenant"), read(who, "user")
	caller, _, err := t.member(ctx, tenant, user)
	if err != nil {
		return caller, err
	}
	if caller.Disabled {
		return caller, fault.CallerDisabled
	}
	row := classed("session", access.NewSession(tenant, user, caller.Epoch, o.At))
	row["ttl"] = number(int(o.At.Add(access.SessionLength).Unix()))
	parts := []part{put(sessionKey(secret), row).ifAbsent()}
	if !bound {
		parts = append(parts, put(subjectKey(issuer, subject), subjectItem(tenant, user, o.At)).when("(attribute_not_exists(#PK) OR #user = :user)", "user", user))
	}
	if was != "" && was != secret {
		parts = append(parts, erase(sessionKey(was)).when("(attribute_not_exists(#PK) OR #class = :class)", "class", "session"))
	}
	return caller, t.write(ctx, o, parts...)
}

// SessionCaller returns who is signed in with a session's secret, as our table says now. It fails with Forbidden signed_out where no
// session has the secret, or it ended: with its time, by sign-out, with the user's password, or because the user was disabled.
func (t *Table) SessionCaller(ctx context.Context, secret string, at time.Time) (access.Caller, error) {
	var s access.Session
	out := fault.SignedOut
	it, err := t.get(ctx, sessionKey(secret), true)
	if err != nil {
		return access.Caller{}, err
	}
	if it == nil {
		return access.Caller{}, out
	}
	if err := decode(it, &s); err != nil {
		return access.Caller{}, err
	}
	caller, _, err := t.member(ctx, s.Tenant, s.User)
	switch {
	case fault.Is(err, fault.UnknownCaller):
		return access.Caller{}, out
	case err != nil:
		return access.Caller{}, err
	case !s.Holds(caller, at):
		return access.Caller{}, out
	}
	return caller, nil
}

// SignOut ends a session. It changes nothing where there is none.
func (t *Table) SignOut(ctx context.Context, secret string, o op.Op) error {
	return t.write(ctx, o, erase(sessionKey(secret)).when("(attribute_not_exists(#PK) OR #class = :class)", "class", "session"))
}
