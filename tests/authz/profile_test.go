package authz

import (
	"net/http"
	"regexp"
	"testing"

	"liaison/shared/contract"
)

// TestProvesItself: a company that nobody vouches for proves its address and its phone by codes, and its machine confirms the profile.
func TestProvesItself(t *testing.T) {
	ctx := t.Context()
	made, err := all.partner(ctx, fresh("Proving Grounds IT"))
	if err != nil {
		t.Fatal(err)
	}
	at := "/v1/partners/" + made.PartnerID
	machine, _, err := all.machine(ctx, &company{id: made.PartnerID}, contract.CompanyRoleGlobalAdmin, contract.CustomerAccessNone)
	if err != nil {
		t.Fatal(err)
	}
	confirm := func(body contract.PartnerConfirmProfile) {
		t.Helper()
		asks(t, machine, http.StatusOK, "", http.MethodPost, at+"/profile-confirmation", body)
	}
	asks(t, machine, http.StatusConflict, "not_proved", http.MethodPost, at+"/profile-confirmation", contract.PartnerConfirmProfile{Confirm: ptr(true)})
	confirm(contract.PartnerConfirmProfile{Send: ptr(contract.CodeChannelEmail)})
	mails, err := all.mailbox.Wait(ctx, made.Email, 1)
	if err != nil {
		t.Fatal(err)
	}
	confirm(contract.PartnerConfirmProfile{EmailCode: ptr(regexp.MustCompile(`\d{6}|\d{3}[ \x{a0}]\d{3}`).FindString(mails[0].Body.Text))})
	confirm(contract.PartnerConfirmProfile{Send: ptr(contract.CodeChannelPhone)})
	var call contract.PhoneCode
	if _, err := all.operator.Must(ctx, http.StatusCreated, http.MethodPost, at+"/phone-code", nil, &call); err != nil {
		t.Fatal(err)
	}
	confirm(contract.PartnerConfirmProfile{PhoneCode: call.Digits})
	confirm(contract.PartnerConfirmProfile{Confirm: ptr(true)})
}
