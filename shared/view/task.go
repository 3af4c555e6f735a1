package view

import (
	"time"

	"liaison/shared/access"
	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/provisioning"
)

// Task shows a task. Who works on it only the vendor reads, and the lease's id only who has it.
func Task(by access.Caller, t provisioning.Task, lease string, at time.Time) contract.ProvisioningTask {
	v := contract.ProvisioningTask{
		ID: string(t.ID), CustomerID: string(t.Customer), Kind: contract.ProvisioningKind(t.Kind), Subject: t.Subject, Details: t.Details,
		State: contract.ProvisioningState(t.StateAt(at)), Percent: t.Percent, Reason: gateway.Some(t.Reason), Attempts: t.Attempts,
		RequestedAt: t.RequestedAt, EndedAt: gateway.Some(t.EndedAt), CreatedAt: t.CreatedAt,
	}
	if v.Details == nil {
		v.Details = map[string]string{}
	}
	if t.StateAt(at) == provisioning.Running && by.Operates() {
		v.Lease = &contract.ProvisioningLease{ClaimedBy: t.Lease.By, EndsAt: t.Lease.Until}
		if lease == t.Lease.ID {
			v.Lease.ID = &lease
		}
	}
	return v
}
