package view

import (
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/gateway"
	"liaison/shared/textinput"
)

// Domain shows a domain with the record that proves it.
func Domain(d customer.Domain) contract.CustomerDomain {
	name, value := d.Record()
	return contract.CustomerDomain{
		CustomerID: string(d.Customer), Name: string(d.Name), DisplayName: textinput.ShownDomain(string(d.Name)), Status: contract.CustomerDomainStatus(d.Status),
		Record:     contract.DNSRecord{Type: contract.DNSRecordTypeTXT, Name: name, Value: value},
		VerifiedAt: gateway.Some(d.VerifiedAt), CheckedAt: gateway.Some(d.CheckedAt), Failure: gateway.Some(contract.CustomerDomainFailure(d.Failure)),
		LosesAt: gateway.Some(d.LosesAt()), LostAt: gateway.Some(d.LostAt), CreatedAt: d.CreatedAt,
	}
}
