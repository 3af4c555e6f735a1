// Package limits is the HTTP face of one question: what is limited here, and what is left of it for me.
package limits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/importing"
	"liaison/shared/invitation"
	"liaison/shared/lead"
	"liaison/shared/offer"
	"liaison/shared/partner"
	"liaison/shared/quota"
	"liaison/shared/support"
)

// Table is what this operation needs of the table.
type Table interface {
	// Used reads how much of each counter's window is used, in their order.
	Used(ctx context.Context, at time.Time, counters ...quota.Counter) ([]int, error)
}

const day = 24 * time.Hour

// limit is one limit. A new one is a row of the list below; the contract's enum LimitName and the README name it too.
type limit struct {
	name   contract.LimitName
	most   func(boot.Env) int
	window time.Duration // over which it counts; zero: it holds for each thing by itself
	per    contract.LimitPer
	of     func(access.Caller) bool // whom it concerns beside operators; nil: everybody
	// counter is what counts the caller's own use, where something does; false: the caller is not limited.
	counter func(access.Caller) (quota.Counter, bool)
}

var list = []limit{
	{name: contract.LimitNameBodyBytes, most: fixed(gateway.MaxBody), per: contract.LimitPerRequest},
	{name: contract.LimitNamePageItems, most: fixed(gateway.MaxPage), per: contract.LimitPerRequest},
	{name: contract.LimitNameRequests, most: func(e boot.Env) int { return e.RequestsPerSecond }, window: time.Second, per: contract.LimitPerDeployment},
	{
		name: contract.LimitNamePartnerChecks, most: func(e boot.Env) int { return e.ChecksPerCaller }, window: time.Minute, per: contract.LimitPerCaller,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Checks, Subject: by.Party(), Window: time.Minute}, true
		},
	},
	{
		name: contract.LimitNameCustomerSearches, most: func(e boot.Env) int { return e.ChecksPerCaller }, window: time.Minute, per: contract.LimitPerPartner, of: access.Caller.OfPartner,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Searches, Subject: by.Party(), Window: time.Minute}, by.OfPartner()
		},
	},
	{name: contract.LimitNameOfferItems, most: fixed(offer.MaxItems), per: contract.LimitPerRequest, of: access.Caller.OfPartner},
	{name: contract.LimitNameInvitationRecipients, most: fixed(invitation.MaxRecipients), per: contract.LimitPerRequest, of: access.Caller.OfPartner},
	{name: contract.LimitNameInvitationList, most: fixed(invitation.MaxBulk), per: contract.LimitPerRequest, of: access.Caller.OfPartner},
	{
		name: contract.LimitNameInvitations, most: func(e boot.Env) int { return e.InvitationsPerDay }, window: day, per: contract.LimitPerPartner, of: access.Caller.OfPartner,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Invitations, Subject: string(by.Partner.ID), Window: day}, by.OfPartner() && !by.Partner.Trusted
		},
	},
	{name: contract.LimitNameImportRows, most: fixed(importing.MaxRows), per: contract.LimitPerRequest, of: directories},
	{
		name: contract.LimitNameImports, most: fixed(importing.MaxRunning), per: contract.LimitPerCustomer, of: access.Caller.OfCustomer,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Imports, Subject: string(by.Customer.ID)}, by.OfCustomer()
		},
	},
	{
		name: contract.LimitNameMachineClients, most: fixed(partner.MaxClients), per: contract.LimitPerPartner, of: access.Caller.OfPartner,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Clients, Subject: string(by.Partner.ID)}, by.OfPartner()
		},
	},
	{
		name: contract.LimitNameContacts, most: func(e boot.Env) int { return e.ChecksPerCaller }, window: time.Minute, per: contract.LimitPerCaller, of: directories,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Contacts, Subject: by.Party(), Window: time.Minute}, directories(by)
		},
	},
	{
		name: contract.LimitNameInquiries, most: fixed(lead.PerDay), window: day, per: contract.LimitPerAddress, of: directories,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Inquiries, Subject: customer.FoldCaps(by.Sender().From.Mail), Window: day}, directories(by)
		},
	},
	{name: contract.LimitNameOpenLeads, most: fixed(lead.MaxOpen), per: contract.LimitPerAddress, of: directories},
	{
		name: contract.LimitNameOpenServiceRequests, most: fixed(support.MaxOpen), per: contract.LimitPerCustomer, of: access.Caller.OfCustomer,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.ServiceRequests, Subject: string(by.Customer.ID)}, by.OfCustomer()
		},
	},
	{
		name: contract.LimitNameCustomerDomains, most: fixed(customer.MaxDomains), per: contract.LimitPerCustomer, of: access.Caller.OfCustomer,
		counter: func(by access.Caller) (quota.Counter, bool) {
			return quota.Counter{What: quota.Domains, Subject: string(by.Customer.ID)}, by.OfCustomer()
		},
	},
	{name: contract.LimitNameProfileCodes, most: fixed(partner.CodesPerDay), window: day, per: contract.LimitPerPartner, of: access.Caller.OfPartner},
	{name: contract.LimitNameOfferMailsHour, most: func(e boot.Env) int { return e.MailPerHour }, window: time.Hour, per: contract.LimitPerAddress},
	{name: contract.LimitNameOfferMailsDay, most: func(e boot.Env) int { return e.MailPerDay }, window: day, per: contract.LimitPerAddress},
	{name: contract.LimitNameLinkPostsAddress, most: func(e boot.Env) int { return e.PostsPerAddress }, window: time.Minute, per: contract.LimitPerAddress},
	{name: contract.LimitNameLinkPostsClient, most: func(e boot.Env) int { return e.PostsPerClient }, window: time.Minute, per: contract.LimitPerClient},
	{
		name: contract.LimitNameMails, most: func(e boot.Env) int { return e.MailPerSecond }, window: time.Second, per: contract.LimitPerDeployment,
		of: func(access.Caller) bool { return false },
	},
}

// directories are those who may act on a customer's.
func directories(by access.Caller) bool { return by.OfCustomer() || by.OfPartner() }

func fixed(n int) func(boot.Env) int { return func(boot.Env) int { return n } }

// Get serves GET /v1/limits: every limit that concerns the caller, an operator all of them, with its window, and what is left of those
// that count the caller itself or its company.
func Get(table Table) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/limits",
		Requires: access.Known,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			v, err := view(r.Context(), table, gateway.Env(r), gateway.Caller(r), gateway.Op(r).At)
			if err != nil {
				return err
			}
			raw, err := json.Marshal(v)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(raw) // what it is made of has no version of its own
			return gateway.OK(w, r, `"`+hex.EncodeToString(sum[:12])+`"`, v)
		},
	}
}

func view(ctx context.Context, table Table, env boot.Env, by access.Caller, at time.Time) (contract.Limits, error) {
	v := contract.Limits{Limits: []contract.Limit{}}
	var counters []quota.Counter
	var counted []int // their places in v
	for _, one := range list {
		if one.of != nil && !one.of(by) && !by.Operates() {
			continue
		}
		shown := contract.Limit{Name: one.name, Limit: gateway.Some(one.most(env)), WindowSeconds: gateway.Some(int(one.window.Seconds())), Per: one.per}
		if one.per == contract.LimitPerCaller && by.OfPartner() {
			shown.Per = contract.LimitPerPartner // all its users and machines together: see access.Caller.Party
		}
		if one.counter != nil {
			counter, limited := one.counter(by)
			switch {
			case limited:
				counters, counted = append(counters, counter), append(counted, len(v.Limits))
			case by.OfPartner():
				shown.Limit = nil
			}
		}
		v.Limits = append(v.Limits, shown)
	}
	used, err := table.Used(ctx, at, counters...)
	if err != nil {
		return v, err
	}
	for i, place := range counted {
		shown := &v.Limits[place]
		left := max(0, *shown.Limit-used[i])
		shown.Remaining = &left
		if window := counters[i].Window; window > 0 {
			reset := at.Truncate(window).Add(window)
			shown.ResetsAt = &reset
		}
	}
	return v, nil
}
