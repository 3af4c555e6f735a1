// Package service is the API's own face: whether it runs, what it offers, what its problems mean.
package service

import (
	"context"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/gateway"
)

// Health serves GET /healthz: the function runs. It asks nobody else.
func Health() gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /healthz",
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			return gateway.OK(w, r, "", contract.Health{Status: contract.HealthStatusOk})
		},
	}
}

// Table is what readiness needs of the table.
type Table interface {
	Ready(ctx context.Context) error
}

// Ready serves GET /readyz: the table answers too. It fails with Unavailable where it does not.
func Ready(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /readyz",
		Requires: access.Public,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			if err := table.Ready(r.Context()); err != nil {
				return err
			}
			return gateway.OK(w, r, "", contract.Health{Status: contract.HealthStatusOk})
		},
	}
}
