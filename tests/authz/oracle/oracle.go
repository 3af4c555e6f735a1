// Package oracle decides who may do what by policies in Cedar, a language made for that, so that the rules of infra/design/rights.md stand
// written a second time, by other means, and are decided by code that is not ours.
package oracle

import (
	_ "embed"
	"maps"
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

//go:embed rights.cedar
var written []byte

var policies = func() *cedar.PolicySet {
	set, err := cedar.NewPolicySetFromBytes("rights.cedar", written)
	if err != nil {
		panic(err)
	}
	return set
}()

// Caller is who asks. Exactly one of the three kinds is set.
type Caller struct {
	Operator bool

	Partner        string // ID of the company, of its people and machines
	PartnerStatus  string
	CompanyRole    string
	CustomerAccess string

	Customer     string // ID of the customer, of its users
	Roles        []string
	BillingOwner bool

	Disabled bool
}

// Decide says whether the caller may do it to a thing of these tenants, and fails where a policy could not be decided.
func Decide(c Caller, action string, tenants ...string) (bool, []types.DiagnosticError) {
	who := cedar.NewEntityUID("Operator", "asking")
	about := types.RecordMap{"disabled": types.Boolean(c.Disabled)}
	switch {
	case c.Partner != "":
		who = cedar.NewEntityUID("PartnerUser", "asking")
		maps.Copy(about, types.RecordMap{
			"tenant": types.String(c.Partner), "partner_status": types.String(c.PartnerStatus),
			"company_role": types.String(c.CompanyRole), "customer_access": types.String(c.CustomerAccess),
		})
	case c.Customer != "":
		who = cedar.NewEntityUID("CustomerUser", "asking")
		maps.Copy(about, types.RecordMap{
			"tenant": types.String(c.Customer), "roles": words(c.Roles), "billing_owner": types.Boolean(c.BillingOwner),
		})
	}
	thing := cedar.NewEntityUID("Thing", "asked")
	known := types.EntityMap{
		who:   {UID: who, Attributes: types.NewRecord(about)},
		thing: {UID: thing, Attributes: types.NewRecord(types.RecordMap{"tenants": words(tenants)})},
	}
	decision, why := cedar.Authorize(policies, known, cedar.Request{Principal: who, Action: cedar.NewEntityUID("Action", types.String(action)), Resource: thing})
	return decision == cedar.Allow, why.Errors
}

func words(all []string) types.Set {
	var values []types.Value
	for _, one := range slices.Sorted(slices.Values(all)) {
		values = append(values, types.String(one))
	}
	return types.NewSet(values...)
}
