package vendoroperators_test

import (
	"context"
	"net/http"
	"os"
	"sync"
	"testing"

	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/operator"
	"liaison/shared/site"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const path = "/vendor/operators"

// TestOperators follows a colleague from the invitation to the end of the account: a disabled one is signed out with the next request.
func TestOperators(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v, _ := s.Staff("Marta Lis", "marta@skylark.example", language)
		w := v.W
		v.Open(http.StatusOK, path+"?lang="+language)
		v.Has("Marta Lis", "marta@skylark.example", w.PartnerUsersInvited())
		v.See("vendor-operators")
		v.Open(http.StatusOK, path+"/new")
		v.Click(http.StatusUnprocessableEntity, w.PartnerUsersSend(), "name", "Jan Kot", "email", "nowhere")
		v.Has(w.PartnerUsersEmailWrong())
		v.Click(http.StatusConflict, w.PartnerUsersSend(), "email", "marta@skylark.example")
		v.Has(w.PartnerUsersEmailTaken())
		v.Click(http.StatusOK, w.PartnerUsersSend(), "email", "jan@skylark.example", "language", "pl")
		v.Has(w.OperatorsInvitedNotice(), "jan@skylark.example")
		found, _, err := s.Operators(context.Background(), dynamo.Page{Limit: 10})
		s.Must(err)
		if len(found) != 2 || found[1].Name != "Jan Kot" || found[1].Language != "pl" {
			t.Fatalf("%+v", found)
		}
		jan := s.SignedIn("jan@skylark.example", "pl")
		jan.Open(http.StatusOK, path)
		v.Open(http.StatusOK, path+"/"+site.ULID(string(found[1].ID)))
		v.Has(w.PartnerUsersDisableTitle("Jan Kot"))
		v.See("vendor-operator-disable")
		v.Click(http.StatusOK, w.PartnerUsersDisableName("Jan Kot"))
		v.Has(w.PartnerUsersDisabled())
		if got, err := jan.Get(t.Context(), s.URL+path); err != nil || got.URL.Path != "/sign-in" {
			t.Errorf("who is disabled still sees %s: %v", got.URL, err)
		}
		v.Open(http.StatusOK, path+"/"+site.ULID(string(found[1].ID)))
		v.Click(http.StatusOK, w.PartnerUsersEnableName("Jan Kot"))
		if now, err := s.Operator(context.Background(), found[1].ID); err != nil || now.Disabled {
			t.Errorf("%+v, %v", now, err)
		}
	})
}

// TestLastOperatorStays: the last operator cannot be disabled, and the page says why.
func TestLastOperatorStays(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	v, marta := s.Staff("Marta Lis", "marta@skylark.example", "en")
	v.Open(http.StatusOK, path+"/"+site.ULID(string(marta.ID)))
	v.Click(http.StatusConflict, v.W.PartnerUsersDisableName("Marta Lis"))
	v.Has(v.W.OperatorsLast())
	if now, err := s.Operator(context.Background(), marta.ID); err != nil || now.Disabled {
		t.Errorf("%+v, %v", now, err)
	}
}

// TestTwoDisableEachOther: of two operators who disable each other at once one stays.
func TestTwoDisableEachOther(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	_, a := s.Staff("Marta Lis", "marta@skylark.example", "en")
	_, b := s.Staff("Jan Kot", "jan@skylark.example", "en")
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, id := range []operator.ID{a.ID, b.ID} {
		both.Go(func() { _, errs[i] = operator.Switch(context.Background(), s, id, true, s.Op()) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !fault.Is(errs[0], fault.LastAdmin) && !fault.Is(errs[1], fault.LastAdmin) {
		t.Errorf("%v and %v", errs[0], errs[1])
	}
}
