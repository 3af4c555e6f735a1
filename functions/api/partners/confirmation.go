package partners

import (
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/partner"
)

// SignAgreement serves POST /v1/partners/{partner_id}/agreement: a partner's global_admin signs the vendor's agreement that is in force.
func SignAgreement(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/agreement", access.SignAgreement, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerSignAgreement) (partner.Partner, error) {
			given := partner.Signature{Version: body.Version, Name: body.Name, Language: string(value(body.Language))}
			return partner.SignAgreement(r.Context(), table, id, given, gateway.Op(r))
		})
}

// ConfirmProfile serves POST /v1/partners/{partner_id}/profile-confirmation: a partner's global_admin asks for a code, types one, or, once mail
// address and phone are proved, confirms the profile.
func ConfirmProfile(table Table) gateway.Endpoint {
	return gateway.Action("POST /v1/partners/{partner_id}/profile-confirmation", access.ConfirmProfile, actions(table),
		func(r *http.Request, id partner.ID, body contract.PartnerConfirmProfile) (partner.Partner, error) {
			o := gateway.Op(r)
			step, err := stepOf(body)
			if err != nil {
				return partner.Partner{}, err
			}
			switch step {
			case "send":
				channel := partner.Channel(*body.Send)
				if !slices.Contains(partner.Channels, channel) {
					return partner.Partner{}, fault.InvalidValue.With(fault.OneOf(partner.Channels...)).In("/send")
				}
				return partner.AskCode(r.Context(), table, id, channel, o)
			case "email_code":
				return partner.ProveChannel(r.Context(), table, id, partner.MailChannel, *body.EmailCode, o)
			case "phone_code":
				return partner.ProveChannel(r.Context(), table, id, partner.PhoneChannel, *body.PhoneCode, o)
			}
			return partner.Change(r.Context(), table, id, partner.ProfileVerifiedEvent{}, o, func(p partner.Partner) (partner.Partner, error) {
				return p.Confirm(o.Actor.ID, o.At)
			})
		})
}

// stepOf returns the one field that the body gives. It fails with Invalid too_few, too_many, or invalid_value where it confirms nothing.
func stepOf(body contract.PartnerConfirmProfile) (string, error) {
	given := []string{}
	for _, one := range []struct {
		name string
		is   bool
	}{{"send", body.Send != nil}, {"email_code", body.EmailCode != nil}, {"phone_code", body.PhoneCode != nil}, {"confirm", body.Confirm != nil}} {
		if one.is {
			given = append(given, one.name)
		}
	}
	switch {
	case len(given) == 0:
		return "", fault.TooFew.With(1)
	case len(given) > 1:
		return "", fault.TooMany.With(1)
	case given[0] == "confirm" && !*body.Confirm:
		return "", fault.InvalidValue.With(fault.OneOf("true")).In("/confirm")
	}
	return given[0], nil
}

// MakePhoneCode serves POST /v1/partners/{partner_id}/phone-code: an operator gets the code to read out on the phone. It is shown once: who sends
// the same request again sees when it ends, and makes another.
func MakePhoneCode(table Table) gateway.Endpoint {
	shown := func(w http.ResponseWriter, made partner.MadeCode) error {
		v := contract.PhoneCode{Phone: made.Of, ExpiresAt: gateway.Some(made.EndsAt)}
		if made.Digits != "" {
			v.Digits = &made.Digits
		}
		return gateway.Created(w, "", "", v)
	}
	return gateway.Endpoint{
		Pattern:  "POST /v1/partners/{partner_id}/phone-code",
		Requires: access.ManagePartners,
		Creates:  true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, err := gateway.PartnerOf(r)
			if err != nil {
				return err
			}
			made, err := partner.MakePhoneCode(r.Context(), table, id, gateway.Op(r))
			if err != nil {
				return err
			}
			return shown(w, made)
		},
		Replay: func(w http.ResponseWriter, r *http.Request, result string) error {
			p, kept, err := table.Codes(r.Context(), partner.ID(result))
			if err != nil {
				return err
			}
			return shown(w, partner.MadeCode{Of: p.Phone, EndsAt: kept.Phone.EndsAt})
		},
	}
}
