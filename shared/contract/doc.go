// Package contract holds the JSON shapes of the API, generated from infra/openapi.yaml. A pointer is a field that may
// be null or missing; the identifiers, languages and codes are checked by whoever reads them, not by these types.
package contract

//go:generate go tool -modfile=../../infra/tools/go.mod oapi-codegen -config oapi-codegen.yaml -o types_gen.go ../../infra/openapi.yaml
//go:generate go run ./generate
