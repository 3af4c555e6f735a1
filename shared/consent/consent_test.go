package consent

import (
	"slices"
	"strings"
	"testing"

	"liaison/shared/fault"
	"liaison/shared/token"
)

func TestParse(t *testing.T) {
	const ulid = "01kaj4t0n5r7w9y1a2b3c4d5e6"
	for text, owner := range map[string]string{"red_4q8z1m7x2c9v_" + ulid: "cus_4q8z1m7x2c9v", "red_i" + ulid: ""} {
		if c, got, err := Parse(text); err != nil || string(c) != owner || got != ulid {
			t.Errorf("%s: %s %s %v", text, c, got, err)
		}
	}
	for _, text := range []string{"", "red_", "red_i", "red_i" + ulid + "0", "red_4q8z1m7x2c9_" + ulid, "red_4q8z1m7x2c9v_" + ulid[1:], "sub_4q8z1m7x2c9v_" + ulid} {
		if _, _, err := Parse(text); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestMailed: however many secrets are mailed, the page's own stays, and an unsent one leaves its place.
func TestMailed(t *testing.T) {
	secret := func(n int) string { return strings.Repeat("0", 24) + string(rune('a'+n)) + "0" }
	live := func(r StoredConsent, n int) bool {
		return token.Look(r.Kept, token.Receipt, secret(n), 1) == token.Live
	}
	r := StoredConsent{Kept: token.Add(nil, token.Receipt, secret(0), 1)}
	for n := 1; n <= 8; n++ {
		r.Kept = r.Mailed(secret(n), "")
	}
	if len(r.Kept) != 5 || !live(r, 0) || live(r, 4) || !live(r, 5) || !live(r, 8) {
		t.Errorf("%d kept: %+v", len(r.Kept), r.Kept)
	}
	before := slices.Clone(r.Kept)
	again := StoredConsent{Kept: r.Mailed(secret(9), token.Hash(token.Receipt, secret(8)))}
	if len(again.Kept) != 5 || !live(again, 0) || !live(again, 5) || live(again, 8) || !live(again, 9) || !slices.Equal(r.Kept, before) {
		t.Errorf("%+v", again.Kept)
	}
	if none := (StoredConsent{}).Mailed(secret(1), ""); len(none) != 1 {
		t.Errorf("%+v", none)
	}
}
