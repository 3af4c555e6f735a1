package site

import (
	"errors"
	"net/http/httptest"
	"testing"

	"liaison/shared/fault"
	"liaison/shared/locale"
)

// What is wrong stands in the order of the form, whatever order it was found in.
func TestPersonWrongKeepsTheOrderOfTheForm(t *testing.T) {
	var wrong fault.Check
	wrong.Add("/language", fault.InvalidValue, "")
	wrong.Add("/email", fault.Required, 0)
	wrong.Add("/name", fault.Required, 0)
	errs := PersonWrong(locale.In(locale.English), fault.As(wrong.Err()))
	if len(errs) != 3 || errs[0].Field != "name" || errs[1].Field != "email" || errs[2].Field != "language" {
		t.Fatalf("said in this order: %+v", errs)
	}
}

// A file of what is personal goes to no operator whose read is not noted.
func TestSendFileUnnoted(t *testing.T) {
	answer := httptest.NewRecorder()
	v := &Visit{W: answer, Words: locale.In(locale.English), unnoted: true}
	if err := v.SendFile("users", [][]string{{"Name"}}); !errors.Is(err, errUnnoted) || answer.Body.Len() > 0 {
		t.Errorf("%v %q", err, answer.Body)
	}
}
