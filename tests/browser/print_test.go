package browser

import "testing"

// TestPrint: a receipt, and what is available where, print on one sheet, with what is folded on the screen.
func TestPrint(t *testing.T) {
	for _, name := range []string{"receipt", "receipt-no", "purchase-converted", "request-granted", "feature-availability"} {
		t.Run(name, func(t *testing.T) {
			if sheets := shown(t, name).Sheets(); sheets != 1 {
				t.Errorf("%d sheets", sheets)
			}
		})
	}
}
