// Package provisioningtasks is the HTTP face of what the vendor's systems are to set up: list and read, by both sides and by those systems; claim and
// report, by those systems alone; and have a failed one tried again.
package provisioningtasks

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/administration"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/provisioning"
	"liaison/shared/view"
)

// Lister is what listing tasks needs of the table.
type Lister interface {
	administration.Store
	// OpenTasks lists those of all customers that stand in a state.
	OpenTasks(ctx context.Context, state provisioning.State, kinds []provisioning.Kind, at time.Time, page dynamo.Page) ([]provisioning.Task, string, error)
	// TasksOf lists a customer's.
	TasksOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[provisioning.Task]) ([]provisioning.Task, string, error)
}

// List serves GET /v1/provisioning-tasks: a customer's, newest first; or, to the vendor's systems and staff, those of all customers that are to be
// done, run or failed, the oldest first.
func List(table Lister) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/provisioning-tasks",
		Requires: access.SeeProvisioning,
		Queries:  append([]string{"customer_id", "state", "kind"}, gateway.Paging...),
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			asked, err := asks(r)
			if err != nil {
				return err
			}
			found, next, err := asked.read(r, table)
			if err != nil {
				return err
			}
			views, at := make([]contract.ProvisioningTask, len(found)), gateway.Op(r).At
			for i, t := range found {
				views[i] = view.Task(gateway.Caller(r), t, "", at)
			}
			return gateway.Listed(w, r, views, next)
		},
	}
}

// listing is which tasks are asked for.
type listing struct {
	customer customer.ID // empty for those of all
	state    provisioning.State
	kind     provisioning.Kind
	page     dynamo.Page
}

// asks reads a list's parameters. Who asks for all customers' names a state: what is done stands with its customer alone.
func asks(r *http.Request) (asked listing, err error) {
	if asked.page.Limit, asked.page.Cursor, err = gateway.Page(r); err != nil {
		return asked, err
	}
	if asked.state, err = gateway.Choice(r, "state", provisioning.States...); err != nil {
		return asked, err
	}
	if asked.kind, err = gateway.Choice(r, "kind", provisioning.Kinds...); err != nil {
		return asked, err
	}
	by := gateway.Caller(r)
	asked.customer = customer.ID(r.URL.Query().Get("customer_id"))
	if by.OfCustomer() && (asked.customer == "" || asked.customer == "me") {
		asked.customer = by.Customer.ID
	}
	switch open := []provisioning.State{provisioning.Requested, provisioning.Running, provisioning.Failed}; {
	case asked.customer != "" && !asked.customer.Valid():
		return asked, fault.InvalidFormat.With(fault.CustomerID).InParameter("customer_id")
	case asked.customer != "":
		return asked, nil
	case !by.Operates():
		return asked, fault.Required.InParameter("customer_id")
	case asked.state == "":
		return asked, fault.Required.InParameter("state")
	case !slices.Contains(open, asked.state):
		return asked, fault.InvalidValue.With(fault.OneOf(open...)).InParameter("state")
	}
	return asked, nil
}

func (asked listing) read(r *http.Request, table Lister) ([]provisioning.Task, string, error) {
	at := gateway.Op(r).At
	if asked.customer == "" {
		kinds := provisioning.Kinds
		if asked.kind != "" {
			kinds = []provisioning.Kind{asked.kind}
		}
		return table.OpenTasks(r.Context(), asked.state, kinds, at, asked.page)
	}
	if err := sees(r, table, asked.customer); err != nil {
		return nil, "", err
	}
	return table.TasksOf(r.Context(), asked.customer, asked.page, func(found []provisioning.Task) ([]bool, error) {
		keep := make([]bool, len(found))
		for i, t := range found {
			keep[i] = (asked.state == "" || t.StateAt(at) == asked.state) && (asked.kind == "" || t.Kind == asked.kind)
		}
		return keep, nil
	})
}

// sees fails where the caller may not read a customer's tasks: with NotFound as if there were no such customer, or with Forbidden.
func sees(r *http.Request, table administration.Store, of customer.ID) error {
	if gateway.Caller(r).Operates() {
		return nil
	}
	authority, _, err := gateway.AdministeredOf(r, table, of)
	if err != nil {
		return err
	}
	_, err = authority.Allow(administration.SeeTasks)
	return err
}

// Reader is what reading a task needs of the table.
type Reader interface {
	administration.Store
	ProvisioningTask(ctx context.Context, id provisioning.ID) (provisioning.Task, error)
}

// Get serves GET /v1/provisioning-tasks/{task_id}.
func Get(table Reader) gateway.Endpoint {
	return gateway.Endpoint{
		Pattern:  "GET /v1/provisioning-tasks/{task_id}",
		Requires: access.SeeProvisioning,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			id, of, err := named(r)
			if err != nil {
				return err
			}
			if err := sees(r, table, of); err != nil {
				return err
			}
			t, err := table.ProvisioningTask(r.Context(), id)
			if err != nil {
				return err
			}
			at := gateway.Op(r).At
			return gateway.OK(w, r, tag(t, at), view.Task(gateway.Caller(r), t, "", at))
		},
	}
}

// named returns the task in the path and whose it is. What is no task's id costs no read.
func named(r *http.Request) (provisioning.ID, customer.ID, error) {
	id := provisioning.ID(r.PathValue("task_id"))
	of, _, ok := id.Customer()
	if !ok {
		return "", "", fault.NotFound
	}
	return id, of, nil
}

// ClaimTable is what claiming a task needs of the table.
type ClaimTable interface {
	provisioning.Store
	// CustomerUser reads one user, strongly consistent; NotFound where there is none.
	CustomerUser(ctx context.Context, id customer.UserID) (customer.User, error)
}

// Claim serves POST /v1/provisioning-tasks/{task_id}/claim: the task is the caller's until its lease ends. The answer alone holds the lease's id, and the
// addresses of a mailbox: so who reads them is in the event of the claim.
func Claim(table ClaimTable) gateway.Endpoint {
	return act(table, "claim", access.Provision, func(r *http.Request, id provisioning.ID, _ gateway.NoBody) (leased, error) {
		t, err := provisioning.ClaimTask(r.Context(), table, id, gateway.Op(r))
		return leased{Task: t, lease: t.Lease.ID}, err
	}, func(r *http.Request, t leased) (leased, error) {
		if t.lease != t.Lease.ID || t.Kind != provisioning.Mailbox && t.Kind != provisioning.Migration {
			return t, nil
		}
		u, err := table.CustomerUser(r.Context(), customer.UserID(t.Subject))
		if fault.Is(err, fault.Absent) { // purged, and its mailbox is to be removed
			return t, nil
		}
		if m := u.Mailbox; m != nil && !u.Deleted() {
			t.mailbox = &contract.ProvisioningMailbox{Address: m.Address, MigrateFrom: gateway.MailboxSource(m.From)}
		}
		return t, err
	})
}

// Report serves POST /v1/provisioning-tasks/{task_id}/report: how far it is, that it is done, or why it failed; by whoever has the lease.
func Report(table provisioning.Store) gateway.Endpoint {
	return act(table, "report", access.Provision, func(r *http.Request, id provisioning.ID, body contract.ProvisioningReport) (leased, error) {
		said := provisioning.Report{Lease: body.LeaseID, State: provisioning.State(body.State)}
		if body.Percent != nil {
			said.Percent = *body.Percent
		}
		if body.Reason != nil {
			said.Reason = *body.Reason
		}
		t, err := provisioning.ReportTask(r.Context(), table, id, said, gateway.Op(r))
		return leased{Task: t, lease: body.LeaseID}, err
	}, nil)
}

// Table is what having a task tried again needs of the table.
type Table interface {
	administration.Store
	provisioning.Store
}

// Retry serves POST /v1/provisioning-tasks/{task_id}/retry: a failed task is due again.
func Retry(table Table) gateway.Endpoint {
	return act(table, "retry", access.RetryProvisioning, func(r *http.Request, id provisioning.ID, _ gateway.NoBody) (leased, error) {
		leave, err := retries(r, table, id)
		if err != nil {
			return leased{}, err
		}
		t, err := provisioning.RetryTask(r.Context(), table, id, leave, gateway.Op(r))
		return leased{Task: t}, err
	}, nil)
}

// retries returns the caller's leave to have a task tried again; the vendor's staff needs none.
func retries(r *http.Request, table administration.Store, id provisioning.ID) (*administration.Permit, error) {
	if gateway.Caller(r).Operates() {
		return nil, nil
	}
	of, _, _ := id.Customer()
	authority, _, err := gateway.AdministeredOf(r, table, of)
	if err != nil {
		return nil, err
	}
	leave, err := authority.Allow(administration.RetryTasks)
	return &leave, err
}

// leased is a task with the id of the lease that its worker has or had, empty for others.
type leased struct {
	provisioning.Task
	lease   string
	mailbox *contract.ProvisioningMailbox // that the task is about, where it is said
}

// act is an action on the task in the path; with adds to its answer, where it is not nil. A replay shows the lease that the first answer did, while it
// still counts.
func act[B any](
	table provisioning.Store, name string, right access.Right, do func(r *http.Request, id provisioning.ID, body B) (leased, error),
	with func(r *http.Request, t leased) (leased, error),
) gateway.Endpoint {
	return gateway.Action("POST /v1/provisioning-tasks/{task_id}/"+name, right, gateway.Thing[provisioning.ID, leased]{
		Key: func(r *http.Request) (provisioning.ID, error) {
			id, _, err := named(r)
			return id, err
		},
		Replay: func(r *http.Request, result string) (leased, error) {
			id, lease, _ := strings.Cut(result, " ")
			t, err := table.ProvisioningTask(r.Context(), provisioning.ID(id))
			return leased{Task: t, lease: lease}, err
		},
		Show: func(w http.ResponseWriter, r *http.Request, t leased) error {
			if with != nil {
				var err error
				if t, err = with(r, t); err != nil {
					return err
				}
			}
			at := gateway.Op(r).At
			v := view.Task(gateway.Caller(r), t.Task, t.lease, at)
			v.Mailbox = t.mailbox
			return gateway.OK(w, r, tag(t.Task, at), v)
		},
	}, do)
}

func tag(t provisioning.Task, at time.Time) string {
	return gateway.ETag(t.Version, string(t.StateAt(at)))
}
