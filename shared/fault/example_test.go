package fault_test

import (
	"errors"
	"fmt"

	"liaison/shared/fault"
)

// A rule returns a code, with what its text mentions; who calls it asks for the code or only for its kind.
func Example() {
	err := fmt.Errorf("save the offer: %w", fault.BadRequest.With("name").Because(errors.New("unexpected end")))
	fmt.Println(fault.Is(err, fault.BadRequest), fault.Is(err, fault.Malformed), fault.Is(err, fault.InvalidJSON))
	fmt.Println(fault.As(err).Code, fault.As(err).About)

	// A form or a body is checked as a whole: each field that is wrong is named.
	var check fault.Check
	fmt.Println(check.Err())
	// Output:
	// true true false
	// bad_request name
	// <nil>
}
