package redemption

import (
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// None is the draft's PartnerOfRecord where the customer wants no partner of record.
const None = "none"

// The answers to the question of delegated administration, as a draft keeps them. replace is the answer to the separate, named question
// and is followed by the partner that it names, so that nobody is replaced whom the person did not read of.
const (
	Yes     = "yes"
	No      = "no"
	replace = "replace:"
)

// Replacing returns the answer that replaces one partner as delegated administrator.
func Replacing(current partner.ID) string { return replace + string(current) }

// givesGrant says whether an answer gives delegated administration, and whom it replaces: empty where nobody.
func givesGrant(answer string) (gives bool, replaces partner.ID) {
	if len(answer) > len(replace) && answer[:len(replace)] == replace {
		return true, partner.ID(answer[len(replace):])
	}
	return answer == Yes, ""
}

// Answered says whether a draft answers the question of delegated administration.
func Answered(d invitation.Draft) bool {
	gives, _ := givesGrant(d.DelegatedAdministration)
	return gives || d.DelegatedAdministration == No
}

// Limits of what a visitor types.
const (
	MaxCompany = customer.MaxCompany
	MaxReason  = 500
)

// CheckAccount returns the draft with company, name and language cleaned, or every field of the account step that is wrong.
func CheckAccount(d invitation.Draft) (invitation.Draft, error) {
	var wrong fault.Check
	var code *fault.Code
	if d.Company, code = textinput.Name(d.Company, MaxCompany); code != nil {
		wrong.Add("company", code, MaxCompany)
	}
	about, err := customer.Details{Name: d.Name, Language: d.Language}.Check()
	wrong.Take(err)
	d.Name = about.Name
	return d, wrong.Err()
}

// ParsePartnerOfRecord says which partner of record a draft names: the offering one, none (empty), or another whose typed ID is right.
// It fails with Invalid on the field partner_id: invalid_format, mistyped_partner_id.
func ParsePartnerOfRecord(d invitation.Draft, offering partner.ID) (partner.ID, error) {
	switch d.PartnerOfRecord {
	case "":
		return offering, nil
	case None:
		return "", nil
	}
	other, err := partner.ParseID(d.PartnerOfRecord)
	if f := fault.As(err); f != nil {
		return "", f.In("partner_id")
	}
	return other, err
}

// Ready fails where the draft does not yet answer everything the offer asks: Invalid on the field that is missing. A member of a
// customer that exists is asked for no account.
func Ready(d invitation.Draft, of offer.Offer, member bool) error {
	if of.DelegatedAdministration != nil && !Answered(d) {
		return fault.Required.In("delegation")
	}
	if of.Kind.Picks() && len(d.Picked) == 0 {
		return fault.Required.In("subscriptions")
	}
	if member {
		return nil
	}
	_, err := CheckAccount(d)
	return err
}

// Orders returns what each item of a purchase comes to with what the customer chose; none for other kinds.
func Orders(of offer.Offer, d invitation.Draft) []subscription.Order {
	if !of.Kind.Orders() {
		return nil
	}
	orders := make([]subscription.Order, len(of.Items))
	for i := range of.Items {
		orders[i] = chosen(of, i, d.Choice(i))
	}
	return orders
}

// chosen returns what an item commits the customer to with its choice.
func chosen(of offer.Offer, i int, choice invitation.Choice) subscription.Order {
	ordered := of.Order(i)
	if choice.Licenses != 0 {
		ordered.Licenses = choice.Licenses
	}
	return ordered
}
