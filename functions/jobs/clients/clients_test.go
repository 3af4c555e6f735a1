package clients_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"liaison/functions/jobs/clients"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/schedule"
	"liaison/tests/fixture"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type story struct {
	*fixture.Fixture
	t        *testing.T
	accounts fixture.Machines
	id       partner.ClientID
	account  string
	first    string // the first secret
}

func open(t *testing.T) *story {
	f := fixture.Streaming(t)
	s := &story{Fixture: f, t: t}
	c, secret, err := partner.MakeClient(t.Context(), f.Table, &s.accounts, partner.ClientDraft{Partner: f.Populate(t).Partner, Name: "Machine", Issuer: "i"}, s.op())
	s.must(err)
	s.id, s.account, s.first = c.ID, c.OAuthID, secret
	s.Batch(t)
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

func (s *story) rotate() (string, error) {
	_, secret, err := partner.RotateClient(s.t.Context(), s.Table, &s.accounts, s.id, s.op())
	return secret, err
}

func (s *story) client() partner.Client {
	s.t.Helper()
	c, err := s.Table.Client(s.t.Context(), s.id)
	s.must(err)
	return c
}

// run lets the job run once.
func (s *story) run() (schedule.Outcome, error) {
	return clients.Job(s.Table, &s.accounts).Handler(s.Env, s.Table)(s.t.Context(), schedule.Tick{Time: s.Env.Now()})
}

// works holds the client's secrets to whether they count.
func (s *story) works(want map[string]bool) {
	s.t.Helper()
	for secret, works := range want {
		if s.accounts.Works(s.account, secret) != works {
			s.t.Errorf("%s works: %v, want %v", secret, !works, works)
		}
	}
}

// TestOldSecretEnds: the old secret works for seven days beside the new one, and ends once, however often the job runs; two secrets later the first
// has no more to say.
func TestOldSecretEnds(t *testing.T) {
	s := open(t)
	second, err := s.rotate()
	s.must(err)
	s.Travel(7*24*time.Hour - time.Minute)
	if out, err := s.run(); out.Found != 0 || err != nil {
		t.Errorf("before its end: %+v %v", out, err)
	}
	if err := partner.ForgetSecrets(t.Context(), s.Table, &s.accounts, s.client(), s.op()); !errors.Is(err, op.ErrUnchanged) {
		t.Errorf("called too early: %v", err)
	}
	s.works(map[string]bool{s.first: true, second: true})
	if _, err := s.rotate(); !fault.Is(err, fault.OldSecretWorks) {
		t.Errorf("a third secret: %v", err)
	}
	s.Travel(2 * time.Minute)
	if c := s.client(); len(c.Secrets(s.Env.Now())) != 1 {
		t.Errorf("after its end it counts as long as no job ran: %+v", c)
	}
	for run, done := range []int{1, 0} {
		if out, err := s.run(); out.Done != done || err != nil {
			t.Errorf("run %d: %+v %v", run, out, err)
		}
	}
	s.works(map[string]bool{s.first: false, second: true})
	if c := s.client(); c.Old != (partner.OldSecret{}) || !c.StepAt().IsZero() || c.Secret == "" {
		t.Errorf("left %+v", c)
	}
	third, err := s.rotate()
	s.must(err)
	s.works(map[string]bool{s.first: false, second: true, third: true})
	s.Travel(8 * 24 * time.Hour)
	fourth, err := s.rotate() // before the job came to it
	s.must(err)
	s.works(map[string]bool{second: false, third: true, fourth: true})
}

// TestRotationBreaksOff: whatever answer is lost while a client gets a new secret, the one before works on; the job leaves no secret that nobody
// has seen, and a new one can be had.
func TestRotationBreaksOff(t *testing.T) {
	for _, call := range []string{"Secrets", "AddSecret"} {
		for _, rotated := range []bool{false, true} {
			s := open(t)
			keep := s.first
			if rotated {
				var err error
				keep, err = s.rotate()
				s.must(err)
				_, err = partner.EndOldSecret(t.Context(), s.Table, &s.accounts, s.id, func(partner.Client) error { return nil }, s.op())
				s.must(err)
			}
			lost := errors.New("the answer was lost")
			s.accounts.After = func(name string) error {
				if name == call {
					return lost
				}
				return nil
			}
			if _, err := s.rotate(); !errors.Is(err, lost) {
				t.Fatalf("%s: %v", call, err)
			}
			s.accounts.After = nil
			s.works(map[string]bool{keep: true})
			s.Travel(time.Minute)
			for range 2 {
				if _, err := s.run(); err != nil {
					t.Errorf("%s: %v", call, err)
				}
			}
			if n := s.accounts.Held(s.account); n != 1 {
				t.Errorf("%s: the issuer has %d secrets", call, n)
			}
			next, err := s.rotate()
			s.must(err)
			s.works(map[string]bool{keep: true, next: true})
		}
	}
}

// TestEndBreaksOff: where the issuer does not answer who ends the old secret, it counts as ended, and the job ends it.
func TestEndBreaksOff(t *testing.T) {
	for _, call := range []string{"Secrets", "DeleteSecret"} {
		s := open(t)
		second, err := s.rotate()
		s.must(err)
		down := errors.New("no answer")
		s.accounts.Before = func(name string) error {
			if name == call {
				return down
			}
			return nil
		}
		s.Travel(time.Second)
		decided := func(partner.Client) error { return nil }
		if _, err := partner.EndOldSecret(t.Context(), s.Table, &s.accounts, s.id, decided, s.op()); !errors.Is(err, down) {
			t.Fatalf("%s: %v", call, err)
		}
		if c := s.client(); len(c.Secrets(s.Env.Now())) != 1 {
			t.Errorf("%s: it counts on: %+v", call, c)
		}
		s.Travel(time.Minute)
		if out, err := s.run(); err == nil || out.Failed != 1 {
			t.Errorf("%s: while the issuer does not answer: %+v %v", call, out, err)
		}
		s.accounts.Before = nil
		s.Travel(time.Minute)
		if out, err := s.run(); err != nil || out.Done != 1 {
			t.Errorf("%s: %+v %v", call, out, err)
		}
		s.works(map[string]bool{s.first: false, second: true})
	}
}

// TestLease: while one changes a client's secrets nobody else does, and the job leaves a secret alone that is being made.
func TestLease(t *testing.T) {
	s := open(t)
	var met []error
	s.accounts.After = func(name string) error {
		if name != "AddSecret" {
			return nil
		}
		s.accounts.After = nil
		_, err := s.rotate()
		met = append(met, err)
		s.Travel(14 * time.Second)
		_, err = s.run()
		met = append(met, err)
		return nil
	}
	second, err := s.rotate()
	s.must(err)
	if len(met) != 2 || !fault.Is(met[0], fault.InProgress) || met[1] != nil {
		t.Errorf("at the same time: %v", met)
	}
	s.works(map[string]bool{s.first: true, second: true})
}

// TestDeletedMeanwhile: of a client that is deleted while its old secret works on, nothing is due and nothing is left.
func TestDeletedMeanwhile(t *testing.T) {
	s := open(t)
	_, err := s.rotate()
	s.must(err)
	end := func() error {
		return partner.DeleteClient(t.Context(), s.Table, &s.accounts, s.id, func(partner.Client) error { return nil }, s.op())
	}
	down := errors.New("no answer")
	s.accounts.Before = func(string) error { return down }
	if err := end(); !errors.Is(err, down) {
		t.Fatal(err)
	}
	s.accounts.Before = nil
	s.Travel(8 * 24 * time.Hour)
	if out, err := s.run(); err != nil || out.Found != 0 {
		t.Errorf("half deleted: %+v %v", out, err)
	}
	s.must(end())
	if out, err := s.run(); err != nil || out.Found != 0 || s.accounts.Accounts() != 0 {
		t.Errorf("%+v %v, %d accounts", out, err, s.accounts.Accounts())
	}
}
