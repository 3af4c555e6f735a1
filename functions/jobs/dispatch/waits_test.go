package dispatch_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/redemption"
	"liaison/shared/relationship"
	"liaison/shared/suppression"
	"liaison/tests/fixture"
)

// notes returns where invitations are noted as waiting, by their ids.
func (s *suite) notes(t *testing.T) map[invitation.ID]map[string]string {
	t.Helper()
	found := map[invitation.ID]map[string]string{}
	for _, item := range s.Items(t) {
		if fixture.Text(item, "class") == "waiting" {
			found[invitation.ID(fixture.Text(item, "invitation"))] = map[string]string{"PK": fixture.Text(item, "PK"), "user": fixture.Text(item, "user")}
		}
	}
	return found
}

// TestWaits: an invitation is noted where whoever may answer it looks, once its mail left, and once more when it is mailed again; what is held back
// is not, and no note holds an address.
func TestWaits(t *testing.T) {
	t.Parallel()
	s := open(t)
	known, unknown, stopped := fresh("known"), fresh("unknown"), fresh("stopped")
	const owner = customer.ID("cus_4q8z1m7x2c9v")
	user := customer.UserID("usr_4q8z1m7x2c9v_" + s.Op("x").NewID())
	if _, err := s.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.Env.Table, Item: fixture.LoginItem(user, known, s.Env.Now())}); err != nil {
		t.Fatal(err)
	}
	o := s.Op("visitor")
	if _, err := suppression.Stop(t.Context(), s.Table, dynamo.AddressHash(stopped), suppression.Unsubscribed, event.New(o, event.Vendor(), event.Of("x", event.AddressSuppressedEvent{})), o); err != nil {
		t.Fatal(err)
	}
	of := s.Offer(t, nil)
	invited := s.Invite(t, of.ID, strings.ToUpper(known[:1])+known[1:], unknown, stopped)
	s.settle(t)
	found := s.notes(t)
	if len(found) != 2 {
		t.Fatalf("%v", found)
	}
	if at := found[invited[0].ID]; at["PK"] != "CUSTOMER#"+owner.Bare() || at["user"] != string(user) {
		t.Errorf("a user's is noted at %v", at)
	}
	if at := found[invited[1].ID]; !strings.HasPrefix(at["PK"], "LOGIN#") || strings.Contains(at["PK"], unknown) || at["user"] != "" {
		t.Errorf("another's is noted at %v", at)
	}
	awaits := func(by invitation.Person, want int) {
		t.Helper()
		if got, more, err := invitation.Awaited(t.Context(), s.Table, by, s.Op("x")); err != nil || more || len(got) != want {
			t.Errorf("%+v sees %d, want %d: %v", by, len(got), want, err)
		}
	}
	awaits(invitation.Person{ID: user, Mail: known, Customer: owner}, 1)
	awaits(invitation.Person{ID: "usr_x", Mail: unknown, Customer: owner}, 1)
	awaits(invitation.Person{ID: "usr_x", Mail: "admin@example.com", Customer: owner, Administrator: true}, 1)
	awaits(invitation.Person{ID: "usr_x", Mail: stopped, Customer: owner}, 0)

	s.Travel(31 * 24 * time.Hour)
	awaits(invitation.Person{ID: user, Mail: known, Customer: owner}, 0)
	if _, err := invitation.SendAgain(t.Context(), s.Table, s.Partner, invited[0].ID, "", 0, 500, s.Op("x")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	awaits(invitation.Person{ID: user, Mail: known, Customer: owner}, 1)
	for _, item := range s.Items(t) {
		if fixture.Text(item, "invitation") == string(invited[0].ID) && fixture.Text(item, "class") == "waiting" {
			want := strconv.FormatInt(s.invitation(t, invited[0].ID).ExpiresAt.Unix(), 10)
			if ttl, ok := item["ttl"].(*types.AttributeValueMemberN); !ok || ttl.Value != want {
				t.Errorf("forgotten at %v, want %s", item["ttl"], want)
			}
		}
	}
}

// TestWaitsTakenUp: what somebody signed in took from the offer's own link waits, too, though no mail leaves.
func TestWaitsTakenUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := fresh("own")
	o := s.Op("x")
	made, err := invitation.TakeUp(t.Context(), s.Table, s.Offer(t, nil).ID, invitation.Recipient{Mail: address, Language: "en"}, o.IDs.Secret(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	s.count(t, address, 0)
	if found := s.notes(t); len(found) != 1 || found[made.ID] == nil {
		t.Errorf("%v", found)
	}
}

// TestRenewalAsked: a customer's tie says that its administration was asked for again once the mail left, and no more once that is answered, reported,
// revoked or over; of another kind of offer, and to an address of nobody's, nothing is noted.
func TestRenewalAsked(t *testing.T) {
	t.Parallel()
	s := open(t)
	owner := s.Trial(t, fresh("owner"), "yes")
	s.settle(t)
	tie := func() relationship.Relationship {
		t.Helper()
		found, _, err := s.Table.Relationship(t.Context(), owner.Customer.ID, s.Partner)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	asked := func(want invitation.ID) {
		t.Helper()
		got := tie().Renewing(s.Env.Now())
		if got == nil && want != "" || got != nil && got.Invitation != string(want) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	request := func(address string) invitation.Invitation {
		t.Helper()
		of := s.Offer(t, func(d *offer.Draft) {
			d.Kind, d.Items, d.DelegatedAdministration = offer.DelegatedAdministration, nil, &offer.AskedGrant{Role: offer.RoleLimited, Days: 200}
		})
		s.Travel(2 * time.Hour) // mails to one address are capped
		inv := s.Invite(t, of.ID, address)[0]
		s.settle(t)
		return s.invitation(t, inv.ID)
	}
	s.Invite(t, s.Offer(t, nil).ID, owner.User.Mail)
	s.settle(t)
	request(fresh("nobody"))
	asked("")

	by := func(inv invitation.Invitation) consent.Visitor {
		return consent.Visitor{Secret: s.Link(t, inv.ID), User: owner.User.ID}
	}
	for name, end := range map[string]func(invitation.Invitation) error{
		"a No": func(inv invitation.Invitation) error {
			_, err := redemption.Refuse(t.Context(), s.Table, inv.ID, by(inv), "", s.Op("visitor"))
			return err
		},
		"a report": func(inv invitation.Invitation) error {
			return redemption.Report(t.Context(), s.Table, inv.ID, by(inv), s.Op("visitor"))
		},
		"the offer's end": func(inv invitation.Invitation) error {
			_, _, err := offer.Change(t.Context(), s.Table, inv.Offer, offer.WithdrawnEvent{}, s.Op("partner"), func(o offer.Offer, used int) (offer.Offer, error) {
				return o.Withdraw(used, s.Env.Now())
			})
			return err
		},
	} {
		inv := request(owner.User.Mail)
		asked(inv.ID)
		if err := end(inv); err != nil {
			t.Fatal(name, err)
		}
		s.settle(t)
		if got := tie().RenewalAsked; got != nil {
			t.Errorf("%s leaves %+v", name, got)
		}
	}

	first := request(owner.User.Mail)
	second := request(owner.User.Mail)
	asked(second.ID)
	if _, err := redemption.Refuse(t.Context(), s.Table, first.ID, by(first), "", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	s.settle(t)
	asked(second.ID)
	draft, err := s.Table.SaveDraft(t.Context(), second.ID, invitation.Draft{DelegatedAdministration: redemption.Yes, Terms: "1"}, s.Op("visitor"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := redemption.Accept(t.Context(), s.Table, second.ID, by(second), draft.Rev, "1", s.Op("visitor")); err != nil {
		t.Fatal(err)
	}
	if got := tie().RenewalAsked; got != nil {
		t.Errorf("a Yes leaves %+v", got)
	}
	s.settle(t)
	third := request(owner.User.Mail)
	asked(third.ID)
	s.Travel(31 * day)
	asked("")
}
