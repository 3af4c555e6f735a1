package customerusers

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/op"
	"liaison/shared/subscription"
)

// SetLicenses serves PUT /v1/customers/{customer_id}/users/{user_id}/licenses: all licences that the user has from then on.
func SetLicenses(table administration.LicenseStore) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "PUT /v1/customers/{customer_id}/users/{user_id}/licenses",
		Requires: access.AdministerUsers,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			var body contract.CustomerUserLicensesSet
			if err := gateway.ReadJSON(r, &body); err != nil {
				return err
			}
			changed, err := change(r, table, func(on target, o op.Op) (customer.User, error) {
				return administration.SetLicenses(r.Context(), table, on.by, on.user, body.SubscriptionIds, o)
			})
			if err != nil {
				return err
			}
			v, err := licenses(r, table, changed)
			if err != nil {
				return err
			}
			return gateway.OK(w, r, tag(changed), v)
		},
	}
}

// licenses shows a user's licences with the counts of their subscriptions as they are now.
func licenses(r *http.Request, table administration.LicenseStore, u customer.User) (contract.CustomerUserLicenses, error) {
	v := contract.CustomerUserLicenses{UserID: string(u.ID), Licenses: make([]contract.CustomerUserLicense, len(u.Licenses))}
	ids := make([]subscription.ID, len(u.Licenses))
	for i, id := range u.Licenses {
		ids[i] = subscription.ID(id)
	}
	found, err := table.Subscriptions(r.Context(), ids...)
	for i, id := range ids {
		s := found[id]
		v.Licenses[i] = contract.CustomerUserLicense{
			SubscriptionID: string(id), PlanID: string(s.Plan), Status: contract.SubscriptionStatus(s.StatusAt(gateway.Op(r).At)),
			Bought: s.Licenses.Bought, Assigned: s.Licenses.Assigned, Available: s.Licenses.Left(),
		}
	}
	return v, err
}
