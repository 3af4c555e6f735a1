// Package provisioner plays the vendor's own systems, which set up what the sample's customers have: by the public API alone it takes the provisioning
// tasks that are due, says how far each is, and that it is done. What stands for trouble fails at its first attempt, so that there is something to
// retry: a subject with "fail" in it, a subscription with 13 licences, and a mailbox whose address begins with "fail".
package provisioner

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/contract"
)

// Trouble is why what stands for trouble fails.
const Trouble = "The sample's provisioner fails at its first attempt here. Retry it."

// Worker is one of the vendor's systems.
type Worker struct {
	// SignIn returns the API with a token of an operator's machine.
	SignIn func(ctx context.Context) (client.API, error)
	// Takes says which tasks it does; nil: every one.
	Takes func(contract.ProvisioningTask) bool
	// Pause is how long each step of a task takes.
	Pause time.Duration
}

// steps are the percentages that are told of a task.
var steps = []int{25, 50, 75}

// Run works until ctx ends, and looks every few seconds for what is due. What goes wrong it writes to log, and goes on.
func (w Worker) Run(ctx context.Context, log io.Writer) {
	const rest = 3 * time.Second
	for wait(ctx, rest) {
		if _, err := w.Work(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(log, "provisioner:", err)
		}
	}
}

// wait returns false where ctx ends before.
func wait(ctx context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// Work does everything that is due, and returns how many tasks it ended.
func (w Worker) Work(ctx context.Context) (ended int, err error) {
	api, err := w.SignIn(ctx)
	if err != nil {
		return 0, err
	}
	for cursor := ""; ; {
		query := url.Values{"state": {"requested"}, "limit": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page contract.ProvisioningTaskPage
		if _, err := api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/provisioning-tasks?"+query.Encode(), nil, &page); err != nil {
			return ended, err
		}
		for _, task := range page.Data {
			if w.Takes != nil && !w.Takes(task) {
				continue
			}
			did, err := w.setUp(ctx, api, "/v1/provisioning-tasks/"+task.ID)
			if err != nil {
				return ended, err
			}
			if did {
				ended++
			}
		}
		if !page.HasMore {
			return ended, nil
		}
		cursor = *page.NextCursor
	}
}

// setUp claims a task and leads it to its end. It returns false where another has it, or had it in the end.
func (w Worker) setUp(ctx context.Context, api client.API, at string) (bool, error) {
	var task contract.ProvisioningTask
	if mine, err := post(ctx, api, at+"/claim", nil, &task); err != nil || !mine {
		return false, err
	}
	said := contract.ProvisioningReport{LeaseID: *task.Lease.ID, State: contract.ProvisioningReportStateRunning}
	for _, percent := range steps {
		if !wait(ctx, w.Pause) {
			return false, ctx.Err()
		}
		said.Percent = &percent
		if mine, err := post(ctx, api, at+"/report", said, nil); err != nil || !mine {
			return false, err
		}
		if reason := Trouble; troubles(task) {
			return post(ctx, api, at+"/report", contract.ProvisioningReport{LeaseID: said.LeaseID, State: contract.ProvisioningReportStateFailed, Reason: &reason}, nil)
		}
	}
	return post(ctx, api, at+"/report", contract.ProvisioningReport{LeaseID: said.LeaseID, State: contract.ProvisioningReportStateDone}, nil)
}

// troubles says whether a task fails, which it does once.
func troubles(task contract.ProvisioningTask) bool {
	return task.Attempts == 1 && (strings.Contains(task.Subject, "fail") || task.Details["licenses"] == "13" ||
		task.Mailbox != nil && strings.HasPrefix(task.Mailbox.Address, "fail"))
}

// post returns false where the task is another's, or nobody's any more.
func post(ctx context.Context, api client.API, path string, body, into any) (bool, error) {
	got, err := api.Do(ctx, http.MethodPost, path, body)
	switch {
	case err != nil:
		return false, err
	case got.Status == http.StatusConflict:
		return false, nil
	case got.Status != http.StatusOK:
		return false, fmt.Errorf("POST %s: %d: %.300s", path, got.Status, got.Body)
	case into == nil:
		return true, nil
	}
	return true, got.Into(into)
}
