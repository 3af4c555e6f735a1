package partners_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/contract"
	"liaison/tests/fixture/gatewaytest"
	"liaison/tests/fixture/typed"
)

// holds says whether an item of the table has the attribute with the value.
func holds(t *testing.T, a *gatewaytest.API, attribute, value string) bool {
	t.Helper()
	return slices.ContainsFunc(a.Table.Items(t), func(item map[string]types.AttributeValue) bool {
		if card, found := item["card"].(*types.AttributeValueMemberM); found { // what lists show stands apart
			if is, ok := card.Value[attribute].(*types.AttributeValueMemberS); ok && is.Value == value {
				return true
			}
		}
		is, ok := item[attribute].(*types.AttributeValueMemberS)
		return ok && is.Value == value
	})
}

// Companies of ten countries are taken in, read and changed by the API, as they are written there.
func TestTenCountries(t *testing.T) {
	a := open(t)
	_, admin := take(t, a, "Contoso")
	for _, p := range typed.People {
		body := object{
			"legal_name": p.Company.Typed, "country": p.Country, "city": p.City.Typed, "phone": p.Phone.Typed, "email": p.Address.Typed,
			"administrator": object{"name": p.Name.Typed, "email": p.Address.Typed},
		}
		var made, read contract.Partner
		a.Call(t, operator, "POST", "/v1/partners", company("x", body)).Want(t, 201, "").Into(t, &made)
		a.Call(t, operator, "GET", "/v1/partners/"+made.PartnerID, nil).Want(t, 200, "").Into(t, &read)
		for _, got := range []contract.Partner{made, read} {
			if got.LegalName != p.Company.Read() || got.City != p.City.Read() || got.Phone != p.Phone.Read() || got.Email != p.Address.Read() {
				t.Errorf("%s: %+v", p.Country, got)
			}
		}
		for attribute, want := range map[string]string{"legal_name": p.Company.Stored, "mail": p.Address.Stored, "phone": p.Phone.Stored, "name": p.Name.Stored} {
			if !holds(t, a, attribute, want) {
				t.Errorf("%s: nothing stored has %s %q", p.Country, attribute, want)
			}
		}
		// Nobody else gets the name, dressed up, nor the administrator's address in another form.
		other := company("x", body, object{"legal_name": p.Company.Typed + "\u3164 \u200b."})
		a.Call(t, operator, "POST", "/v1/partners", other).Want(t, 409, "name_taken")
		second := company("Second of "+p.Country, object{"administrator": object{"name": "X", "email": p.Address.Read()}})
		a.Call(t, operator, "POST", "/v1/partners", second).Want(t, 409, "address_taken")

		var me, changed contract.Partner
		of := bind(t, a, made.PartnerID)
		a.Call(t, of, "PATCH", "/v1/partners/"+made.PartnerID, object{"city": "X", "phone": "+48 22 000 00 00", "email": "x@example.com"}, "If-Match", `"1-active"`).Want(t, 200, "").Into(t, &changed)
		a.Call(t, of, "PATCH", "/v1/partners/"+made.PartnerID,
			object{"city": p.City.Typed, "phone": p.Phone.Typed, "email": p.Address.Typed}, "If-Match", `"2-active"`).Want(t, 200, "").Into(t, &me)
		if me.City != p.City.Read() || me.Phone != p.Phone.Read() || me.Email != p.Address.Read() {
			t.Errorf("%s, changed: %+v", p.Country, me)
		}
		a.Call(t, admin, "PATCH", "/v1/partners/me", object{"legal_name": p.Company.Typed + "\u3164"}, "If-Match", `"1-active"`).Want(t, 409, "name_taken")
		var said struct{ Email string }
		a.Call(t, of, "GET", "/v1/me", nil).Want(t, 200, "").Into(t, &said)
		if said.Email != p.Address.Read() {
			t.Errorf("%s: me is %q", p.Country, said.Email)
		}
	}
}

// A name of nothing is refused where the field stands, in words.
func TestNamesOfNothing(t *testing.T) {
	a := open(t)
	for _, name := range []string{".", "—", "🚀", "❤️", "™", "\u3164", "\u2800", "?!"} {
		for field, change := range map[string]object{
			"/legal_name": {"legal_name": name}, "/city": {"city": name}, "/administrator/name": {"administrator": object{"name": name, "email": "x@x.example"}},
		} {
			var said contract.Problem
			answer := a.Call(t, operator, "POST", "/v1/partners", company("Fabrikam", change))
			answer.Into(t, &said)
			if answer.Status != 422 || len(said.Errors) != 1 || said.Errors[0].Pointer != field || said.Errors[0].Detail == "" || said.Code != "no_letters" && said.Code != "required" {
				t.Errorf("%s %q: %d %s", field, name, answer.Status, answer.Body)
			}
		}
	}
}
