// Package invitations is the HTTP face of the mailings of an offer: send, list, read, send again, revoke.
package invitations

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/textinput"
)

// Table is what these operations need of the table.
type Table interface {
	invitation.Store
	// Offer reads one offer with its used yeses.
	Offer(ctx context.Context, id offer.ID) (offer.Offer, int, error)
	// InvitationsByID reads up to 100 invitations in the order of their ids.
	InvitationsByID(ctx context.Context, ids []invitation.ID) ([]invitation.Invitation, error)
	// Invitations lists the invitations of an offer that keep lets through, newest first.
	Invitations(ctx context.Context, o offer.ID, page dynamo.Page, keep dynamo.Keep[invitation.Invitation]) ([]invitation.Invitation, string, error)
}

// Send serves POST /v1/offers/{offer_id}/invitations: one mail to each recipient, with a personal link.
func Send(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "POST /v1/offers/{offer_id}/invitations",
		Requires: access.MakeOffers,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			of, err := own(gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			var body contract.InvitationSend
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			days, err := life(body.ExpiresInDays)
			if err != nil {
				return err
			}
			to := make([]invitation.Recipient, len(body.Recipients))
			for i, recipient := range body.Recipients {
				to[i] = invitation.Recipient{Mail: recipient.Email}
				if recipient.Name != nil {
					to[i].Name = *recipient.Name
				}
				if recipient.Language != nil {
					if to[i].Language = string(*recipient.Language); to[i].Language == "" {
						return fault.InvalidValue.With(fault.OneOf(catalog.Languages...)).In("/recipients/" + strconv.Itoa(i) + "/language")
					}
				}
			}
			made, err := invitation.Send(r.Context(), table, of, to, days, gateway.Env(r).InvitationsPerDay, gateway.Op(r))
			if err != nil {
				return err
			}
			return sent(w, r, made, offer.Offer{}, 0) // just made, they are as they say
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			made, err := table.InvitationsByID(r.Context(), invitation.Apart(result))
			if err != nil {
				return err
			}
			of, used, err := table.Offer(r.Context(), made[0].Offer)
			if err != nil {
				return err
			}
			return sent(w, r, made, of, used)
		},
	}
}

func sent(w http.ResponseWriter, r *http.Request, made []invitation.Invitation, of offer.Offer, used int) error {
	body := contract.InvitationsSent{Data: make([]contract.Invitation, len(made))}
	for i, inv := range made {
		body.Data[i] = view(r, inv, of, used)
	}
	return gateway.Created(w, "", "", body)
}

// life returns for how many days a link is asked to live, 0 where nothing was said.
func life(sent *int) (int, error) {
	if sent == nil {
		return 0, nil
	}
	if *sent < 1 {
		return 0, fault.OutOfRange.With(fault.Between(1, invitation.MaxDays)).In("/expires_in_days")
	}
	return *sent, nil
}

// List serves GET /v1/offers/{offer_id}/invitations, newest first; those that visitors of the public link asked for are not in it.
func List(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/offers/{offer_id}/invitations",
		Requires: access.SeeOffers,
		Queries:  slices.Concat(gateway.Paging, []string{"answer"}),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := own(gateway.Caller(r), r.PathValue("offer_id"))
			if err != nil {
				return err
			}
			limit, cursor, err := gateway.Page(r)
			if err != nil {
				return err
			}
			answer, err := gateway.Choice(r, "answer",
				invitation.Pending, invitation.Accepted, invitation.Declined, invitation.Expired, invitation.Revoked)
			if err != nil {
				return err
			}
			of, used, err := table.Offer(r.Context(), id)
			if err != nil {
				return err
			}
			var keep dynamo.Keep[invitation.Invitation]
			if answer != "" {
				keep = func(found []invitation.Invitation) ([]bool, error) {
					kept := make([]bool, len(found))
					for i, inv := range found {
						stands, _ := inv.AnswerUnder(of, used, gateway.Op(r).At)
						kept[i] = stands == answer
					}
					return kept, nil
				}
			}
			found, next, err := table.Invitations(r.Context(), id, dynamo.Page{Limit: limit, Cursor: cursor}, keep)
			if err != nil {
				return err
			}
			data := make([]contract.Invitation, len(found))
			for i, inv := range found {
				data[i] = view(r, inv, of, used)
			}
			if err := gateway.AuditRead(r, event.Partner(string(id.Partner())), string(id)); err != nil {
				return err
			}
			return gateway.Listed(w, r, data, next, columns...)
		},
	}
}

// Get serves GET /v1/invitations/{invitation_id}: one invitation, to the offer's partner and to operators.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/invitations/{invitation_id}",
		Requires: access.SeeOffers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := invitation.Parse(r.PathValue("invitation_id"))
			if err != nil {
				return err
			}
			inv, of, used, err := read(r, table, id)
			if err != nil {
				return err
			}
			if err := gateway.AuditRead(r, event.Partner(string(of.Partner)), string(id)); err != nil {
				return err
			}
			return stands(w, r, inv, of, used)
		},
	}
}

// read returns an invitation with its offer and how many yeses that has; another partner's looks like none.
func read(r *http.Request, table Table, id invitation.ID) (invitation.Invitation, offer.Offer, int, error) {
	inv, err := table.Invitation(r.Context(), id, true)
	if err != nil {
		return inv, offer.Offer{}, 0, err
	}
	if err := access.Owns(gateway.Caller(r), inv.Offer.Partner()); err != nil {
		return inv, offer.Offer{}, 0, err
	}
	of, used, err := table.Offer(r.Context(), inv.Offer)
	return inv, of, used, err
}

// stands shows an invitation as it stands.
func stands(w http.ResponseWriter, r *http.Request, inv invitation.Invitation, of offer.Offer, used int) error {
	answer, _ := inv.AnswerUnder(of, used, gateway.Op(r).At)
	return gateway.OK(w, r, gateway.ETag(inv.Version, string(answer)), view(r, inv, of, used))
}

// shown answers with an invitation as it stands.
func shown(w http.ResponseWriter, r *http.Request, table Table, id invitation.ID) error {
	inv, of, used, err := read(r, table, id)
	if err != nil {
		return err
	}
	return stands(w, r, inv, of, used)
}

// Resend serves POST /v1/invitations/{invitation_id}/resend: one more mail with a new link; the old one is dead at once.
func Resend(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/invitations/{invitation_id}/resend", access.MakeOffers, actions(table),
		func(r *http.Request, id invitation.ID, body contract.InvitationResend) (invitation.ID, error) {
			days, err := life(body.ExpiresInDays)
			if err != nil {
				return id, err
			}
			language := ""
			if body.Language != nil {
				if language = string(*body.Language); language == "" {
					return id, fault.InvalidValue.With(fault.OneOf(catalog.Languages...)).In("/language")
				}
			}
			_, err = invitation.SendAgain(r.Context(), table, gateway.Caller(r).Partner.ID, id, language, days, gateway.Env(r).InvitationsPerDay, gateway.Op(r))
			return id, err
		})
}

// Revoke serves POST /v1/invitations/{invitation_id}/revoke: its link is dead at once.
func Revoke(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/invitations/{invitation_id}/revoke", access.MakeOffers, actions(table),
		func(r *http.Request, id invitation.ID, _ gateway.NoBody) (invitation.ID, error) {
			_, err := invitation.Recall(r.Context(), table, gateway.Caller(r).Partner.ID, id, gateway.Op(r))
			return id, err
		})
}

// actions is what the actions on an invitation share.
func actions(table Table) gateway.Thing[invitation.ID, invitation.ID] {
	return gateway.Thing[invitation.ID, invitation.ID]{
		Key:    func(r *http.Request) (invitation.ID, error) { return invitation.Parse(r.PathValue("invitation_id")) },
		Replay: func(_ *http.Request, result string) (invitation.ID, error) { return invitation.ID(result), nil },
		Show:   func(w http.ResponseWriter, r *http.Request, id invitation.ID) error { return shown(w, r, table, id) },
	}
}

func own(by access.Caller, sent string) (offer.ID, error) {
	id, err := offer.Parse(sent)
	if err != nil {
		return "", err
	}
	return id, access.Owns(by, id.Partner())
}

// columns are those of the list as CSV.
var columns = []string{
	"id", "offer_id", "partner_id", "origin", "email", "name", "language", "delivery", "delivery_reason", "answer", "answered_at", "reported",
	"redemption_id", "expires_at", "created_at", "created_by",
}

// view returns the invitation as the offer's partner sees it now: never its link.
func view(r *http.Request, inv invitation.Invitation, of offer.Offer, used int) contract.Invitation {
	answer, since := inv.AnswerUnder(of, used, gateway.Op(r).At)
	v := contract.Invitation{
		ID: string(inv.ID), OfferID: string(inv.Offer), PartnerID: string(inv.Offer.Partner()), Origin: contract.InvitationOrigin(inv.Origin),
		Email: textinput.ShownMail(inv.Mail), Language: contract.Language(inv.Language), Name: gateway.Some(inv.Name), Delivery: contract.Delivery(inv.Delivery),
		DeliveryReason: gateway.Some(inv.DeliveryReason), Answer: contract.InvitationAnswer(answer), Reported: inv.Paused,
		RedemptionID: gateway.Some(inv.Redemption), ExpiresAt: inv.ExpiresAt, CreatedAt: inv.CreatedAt,
	}
	if !since.IsZero() {
		v.AnsweredAt = &since
	}
	if inv.Origin == invitation.FromPartner {
		v.CreatedBy = gateway.Some(inv.CreatedBy)
	}
	return v
}
