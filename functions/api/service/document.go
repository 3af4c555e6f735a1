package service

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/gateway"
)

// infra/openapi.yaml as JSON, made by shared/contract/generate.
//
//go:embed openapi.json
var document []byte

// Openapi serves GET /openapi.json: the document of this interface.
func Openapi() gateway.Endpoint {
	sum := sha256.Sum256(document)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	return gateway.Endpoint{
		Pattern:  "GET /openapi.json",
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			w.Header().Set("Cache-Control", "public, max-age=300")
			return gateway.OK(w, r, tag, json.RawMessage(document))
		},
	}
}
