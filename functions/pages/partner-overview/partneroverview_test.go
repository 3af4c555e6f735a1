package partneroverview_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/overview"
	"liaison/shared/partner"
	"liaison/tests/fixture"
	"liaison/tests/fixture/pagetest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const admin = "piotr@" + string(pagetest.Asking) + ".example"

// TestOverview: what is left to do stands first until all is done; then a trial that was started counts, is listed once it ends soon, and its
// answer stands among the latest.
func TestOverview(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		v.Open(http.StatusOK, "/partner?lang="+language)
		v.Has(w.OverviewStart(), w.OverviewDone(2, 3), w.OverviewStepOffer(), w.OverviewNoTrials(), w.OverviewNoAnswers())
		v.See("partner-overview-new")
		s.SignUp("anna@example.com")
		v.Open(http.StatusOK, "/partner")
		v.Lacks(w.OverviewStart(), w.OverviewNoAnswers())
		v.Has(w.OverviewAccepted()+" 1", w.OverviewTrials(14)+" 0", w.OfferedTrial(), w.OverviewNoTrials(), w.OverviewYes())
		s.Restart(17 * 24 * time.Hour)
		s.At = s.At.Add(17 * 24 * time.Hour)
		late := s.SignedIn(admin, language)
		late.Open(http.StatusOK, "/partner?lang="+language)
		late.Has(w.OverviewTrials(14)+" 1", w.OverviewTrial(map[string]string{"en": "Skylark Suite", "pl": "Pakiet Skylark"}[language], 25))
		late.See("partner-overview")
		if !strings.Contains(string(late.Page.Body), `href="/partner/offers/ofr_`+string(pagetest.Asking)) {
			t.Error("an answer does not lead to its offer")
		}
		tasks := late.Page.Links
		if len(tasks(w.OverviewTaskTrial())) != 1 || len(tasks(w.OverviewTaskPurchase())) != 1 || len(tasks(w.OverviewTaskAdministration())) != 1 || len(tasks(w.OverviewTaskFind())) != 1 {
			t.Errorf("a task leads nowhere:\n%s", late.Page.Text())
		}
		late.Open(http.StatusOK, tasks(w.OverviewFollow() + " Zakład Nowak")[0])
		late.Has(w.OfferNewTitlePurchase())
		if !strings.Contains(late.Page.URL.RawQuery, "follows=ofr_"+string(pagetest.Asking)) {
			t.Errorf("stands on %s", late.Page.URL)
		}
	})
}

// TestAwaiting counts whom the company wrote to and who can answer now: not who answered, got no mail, has an expired link or reported it, nor
// those of an offer that is paused or ended, nor a visitor. Of more offers than are looked into it says that there are more.
func TestAwaiting(t *testing.T) {
	t.Parallel()
	pagetest.InBoth(t, func(t *testing.T, s *pagetest.World, language string) {
		v := s.SignedIn(admin, language)
		w := v.W
		stands := func(say string) {
			t.Helper()
			v.Open(http.StatusOK, "/partner?lang="+language)
			v.Has(say)
		}
		stands(w.OverviewAwaiting() + " " + w.Int(0))
		of := s.MakeOffer(pagetest.Plain)
		s.Invite(of, "waits@example.com", "en")
		_, link := s.Invite(of, "anna@example.com", "en")
		bounced, _ := s.Invite(of, "bounced@example.com", "en")
		unknown, _ := s.Invite(of, "reports@example.com", "en")
		stands(w.OverviewAwaiting() + " " + w.Int(4))
		s.AtCheck(link, "en", "").StartTrial(http.StatusOK)
		stands(w.OverviewAwaiting() + " " + w.Int(3))
		s.Set(t, "INV#"+bounced.ID.Bare(), "INVITATION", &types.AttributeValueMemberS{Value: string(invitation.Bounced)}, "card", "delivery")
		s.Set(t, "INV#"+unknown.ID.Bare(), "INVITATION", &types.AttributeValueMemberBOOL{Value: true}, "card", "paused")
		stands(w.OverviewAwaiting() + " " + w.Int(1))
		s.Invite(s.MakeOffer(pagetest.Plain), "second@example.com", "en")
		stands(w.OverviewAwaiting() + " " + w.Int(2))
		s.Pause(of.ID)
		stands(w.OverviewAwaiting() + " " + w.Int(1))
		v.See("partner-overview-awaiting")
		for range overview.LookedInto {
			s.Invite(s.MakeOffer(pagetest.Plain), "more@example.com", "en")
		}
		stands(w.OverviewAwaitingLeast() + " " + w.Int(overview.LookedInto))
		v.See("partner-overview-more")
		s.Restart(31 * 24 * time.Hour)
		s.At = s.At.Add(31 * 24 * time.Hour)
		v = s.SignedIn(admin, language)
		stands(w.OverviewAwaitingLeast() + " " + w.Int(0))
	})
}

// TestOverviewWithoutCustomers: who has no access to customers sees none of them, and the company's first steps.
func TestOverviewWithoutCustomers(t *testing.T) {
	t.Parallel()
	s := pagetest.Open(t)
	found, _, err := s.PartnerUsers(context.Background(), pagetest.Asking, "", dynamo.Page{Limit: 1})
	s.Must(err)
	u, o := found[0], s.Op()
	u.CustomerAccess = partner.NoAccess
	s.Must(s.SavePartnerUser(context.Background(), u, 0, event.New(o, event.Partner(string(u.Partner)), event.Of(u.ID, partner.UserUpdatedEvent{})), o))
	s.SignUp("anna@example.com")
	v := s.SignedIn(admin, "en")
	v.Open(http.StatusOK, "/partner")
	v.Lacks(v.W.OverviewAccepted(), v.W.OverviewAnswersTitle())
	if !strings.Contains(string(v.Page.Body), `href="/partner/users"`) {
		t.Error("the pane does not lead to the users")
	}
	s.PartnerStatus(pagetest.Asking, partner.Suspended)
	v.Open(http.StatusOK, "/partner")
	v.Has(v.W.OverviewSuspended("Skylark Cloud"))
}
