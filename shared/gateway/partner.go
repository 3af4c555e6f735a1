package gateway

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// PartnerOf returns the partner in the path, where "me" is the caller's own. It fails with NotFound for another than the caller's own, which costs no read
// and looks like none; an operator names any.
func PartnerOf(r *http.Request) (partner.ID, error) {
	by, id := Caller(r), partner.ID(r.PathValue("partner_id"))
	if id == "me" {
		id = by.Partner.ID
	}
	if !id.Valid() {
		return "", fault.NotFound
	}
	return id, access.Owns(by, id)
}
