package browser

import "testing"

// TestPrint: a receipt prints on one sheet, with what is folded on the screen.
func TestPrint(t *testing.T) {
	for _, name := range []string{"receipt", "receipt-no", "purchase-converted", "request-granted"} {
		t.Run(name, func(t *testing.T) {
			if sheets := shown(t, name).Sheets(); sheets != 1 {
				t.Errorf("%d sheets", sheets)
			}
		})
	}
}
