package provisioning

import "liaison/shared/event"

// Events lists the changes of a task. Its customer reads them with the partner that the task names, or that had it tried again.
func Events() []event.Row {
	return event.Shared.Rows(RequestedEvent{}, RunningEvent{}, DoneEvent{}, FailedEvent{}, RetriedEvent{})
}

// Of is what every event of a task says: what is to be set up. What the vendor's systems need to know of it stands in the task alone.
type Of struct {
	Kind    Kind
	Subject string
}

type (
	// RequestedEvent: something is to be set up, or set up otherwise than was asked for before.
	RequestedEvent struct {
		Of
	}
	// RunningEvent: one of the vendor's systems has begun, for the n-th time.
	RunningEvent struct {
		Of
		Attempts int
	}
	// DoneEvent: it is set up.
	DoneEvent struct {
		Of
	}
	// FailedEvent: it could not be set up.
	FailedEvent struct {
		Of
		Reason string
	}
	// RetriedEvent: somebody had it tried again.
	RetriedEvent struct {
		Of
	}
)

func (RequestedEvent) Type() event.Type { return "provisioning_task.requested" }
func (RunningEvent) Type() event.Type   { return "provisioning_task.running" }
func (DoneEvent) Type() event.Type      { return "provisioning_task.done" }
func (FailedEvent) Type() event.Type    { return "provisioning_task.failed" }
func (RetriedEvent) Type() event.Type   { return "provisioning_task.retried" }
