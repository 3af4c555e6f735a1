package tokens_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"liaison/functions/jobs/tokens"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const (
	pool   = "eu-central-1_Pool"
	before = "https://cognito-idp.eu-central-1.amazonaws.com/" // the pool's id
)

// event is what Cognito sends before it gives a token.
func event(source, account string) []byte {
	return fmt.Appendf(nil, `{"version":"3","triggerSource":"TokenGeneration_%s","region":"eu-central-1","userPoolId":%q,"userName":"<x>",
		"callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":%q},
		"request":{"userAttributes":{},"groupConfiguration":null,"scopes":["liaison/api"]},"response":{"claimsAndScopeOverrideDetails":null}}`, source, pool, account)
}

const machine = "ClientCredentials"

type story struct {
	*fixture.Fixture
	t        *testing.T
	accounts fixture.Machines
	id       partner.ClientID
	account  string
}

func open(t *testing.T) *story {
	f := fixture.Open(t)
	f.Env.Issuer = before
	s := &story{Fixture: f, t: t}
	c, _, err := partner.MakeClient(t.Context(), f.Table, &s.accounts, partner.ClientDraft{Partner: f.Populate(t).Partner, Name: "Machine", Issuer: before + pool}, s.op())
	s.must(err)
	s.id, s.account = c.ID, c.OAuthID
	return s
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) op() op.Op {
	o := s.Fixture.Op("test")
	o.Actor = op.Actor{Kind: op.Job, ID: "test"}
	return o
}

func (s *story) client() partner.Client {
	s.t.Helper()
	c, err := s.Table.Client(s.t.Context(), s.id)
	s.must(err)
	return c
}

// person is a user of the client's company.
func (s *story) person() string {
	s.t.Helper()
	people, _, err := s.Table.PartnerUsers(s.t.Context(), s.client().Partner, "", dynamo.Page{Limit: 1})
	s.must(err)
	return string(people[0].ID)
}

// asked asks for a token: it is given as it was asked for, whatever becomes of the note.
func (s *story) asked(table tokens.Table, payload []byte) {
	s.t.Helper()
	answer, err := tokens.Trigger(s.Env, table).Invoke(s.t.Context(), payload)
	if err != nil || !bytes.Equal(answer, payload) {
		s.t.Errorf("%v\n%s", err, answer)
	}
}

// TestNoted: a machine's token is noted, once in five minutes and never backwards, and nothing else of its client changes.
func TestNoted(t *testing.T) {
	s := open(t)
	made := s.client()
	if !made.LastUsedAt.IsZero() {
		t.Fatalf("used before its first token: %+v", made)
	}
	s.asked(s.Table, event(machine, s.account))
	first := s.client()
	if since := s.Env.Now().Sub(first.LastUsedAt); since < 0 || since > time.Minute {
		t.Errorf("used at %v, which is %v ago", first.LastUsedAt, since)
	}
	rest := first
	if rest.LastUsedAt = (time.Time{}); !reflect.DeepEqual(rest, made) {
		t.Errorf("changed %+v\nto %+v", made, rest)
	}
	for _, at := range []time.Time{first.LastUsedAt.Add(-time.Hour), first.LastUsedAt.Add(partner.UseStep - time.Millisecond)} {
		s.must(s.Table.NoteUse(t.Context(), before+pool, s.account, at))
		if now := s.client().LastUsedAt; !now.Equal(first.LastUsedAt) {
			t.Errorf("noted %v for %v", now, at)
		}
	}
	s.Travel(time.Hour)
	s.asked(s.Table, event(machine, s.account))
	if next := s.client().LastUsedAt; next.Sub(first.LastUsedAt) < time.Hour {
		t.Errorf("an hour later %v, before %v", next, first.LastUsedAt)
	}
}

// TestNothingNoted: people's tokens and those of clients that are not ours write nothing, and are given.
func TestNothingNoted(t *testing.T) {
	s := open(t)
	s.must(s.Table.BindUser(t.Context(), "", "usr_v_01kaj2r1e3g5j7m9p1r3t5v7x9", before+pool, "operator", s.op()))
	s.must(s.Table.BindUser(t.Context(), string(s.client().Partner), s.person(), before+pool, "person", s.op()))
	gone := partner.ClientID("cli_" + string(s.client().Partner) + "_01kaj2r1e3g5j7m9p1r3t5v7x9")
	s.must(s.Table.BindUser(t.Context(), string(s.client().Partner), string(gone), before+pool, "gone", s.op()))
	stands := s.Items(t)
	for _, source := range []string{"HostedAuth", "Authentication", "RefreshTokens", "NewPasswordChallenge"} {
		s.asked(s.Table, event(source, s.account))
	}
	for _, account := range []string{"nobody", "", "operator", "person", "gone"} {
		s.asked(s.Table, event(machine, account))
	}
	s.asked(s.Table, bytes.Replace(event(machine, s.account), []byte(pool), []byte("eu-central-1_Other"), 1))
	s.asked(s.Table, []byte("no event"))
	if now := s.Items(t); !reflect.DeepEqual(now, stands) {
		t.Errorf("written: %v\nbefore: %v", now, stands)
	}
	for _, said := range []string{`"client_id":"nobody"`, "event cannot be read"} {
		if !strings.Contains(s.Log.String(), said) {
			t.Errorf("not logged: %s\n%s", said, s.Log)
		}
	}
}

// failing is a table that fails, or that never answers.
type failing struct{ err error }

func (f failing) NoteUse(ctx context.Context, _, _ string, _ time.Time) error {
	if f.err != nil {
		return f.err
	}
	<-ctx.Done()
	return ctx.Err()
}

// TestTableFails: a table that is throttled, broken or silent keeps no token back for as long as Cognito waits.
func TestTableFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, err := range []error{fault.Unavailable, errors.New("broken"), nil} {
			s, begun := &story{Fixture: &fixture.Fixture{}, t: t}, time.Now()
			s.Env.Log = slog.New(slog.DiscardHandler)
			s.asked(failing{err}, event(machine, "account"))
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("%v: the token waited %v", err, took)
			}
		}
	})
}

// TestWhileChanged: a use that is noted while somebody changes the client stays, and hinders nobody.
func TestWhileChanged(t *testing.T) {
	s := open(t)
	var noted time.Time
	s.accounts.After = func(string) error {
		s.Travel(time.Hour)
		s.asked(s.Table, event(machine, s.account))
		noted = s.client().LastUsedAt
		return nil
	}
	for _, change := range []func() error{
		func() error {
			_, _, err := partner.RotateClient(t.Context(), s.Table, &s.accounts, s.id, s.op())
			return err
		},
		func() error {
			_, err := partner.EndOldSecret(t.Context(), s.Table, &s.accounts, s.id, func(partner.Client) error { return nil }, s.op())
			return err
		},
	} {
		version := s.client().Version
		s.must(change())
		if c := s.client(); noted.IsZero() || !c.LastUsedAt.Equal(noted) || c.Version != version+2 {
			t.Errorf("last used %v, want %v, version %d after %d", c.LastUsedAt, noted, c.Version, version)
		}
		noted = time.Time{}
	}
	s.accounts.After = nil
	err := partner.DeleteClient(t.Context(), s.Table, &s.accounts, s.id, func(partner.Client) error {
		s.Travel(time.Hour)
		s.asked(s.Table, event(machine, s.account))
		return nil
	}, s.op())
	s.must(err)
	stands := len(s.Items(t))
	s.Travel(time.Hour)
	s.asked(s.Table, event(machine, s.account))
	if now := len(s.Items(t)); now != stands {
		t.Errorf("a deleted client's token made %d items", now-stands)
	}
}
