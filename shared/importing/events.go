package importing

import "liaison/shared/event"

// Events lists the changes of an import.
func Events() []event.Row { return event.Shared.Rows(StartedEvent{}, FinishedEvent{}) }

type (
	// StartedEvent: the rows of a file are being applied.
	StartedEvent struct {
		Kind Kind
		Rows int
	}
	// FinishedEvent: all rows are done with; so many changed something, stood so already, or failed.
	FinishedEvent struct {
		Kind                    Kind
		Made, Unchanged, Failed *int
	}
)

func (StartedEvent) Type() event.Type  { return "import.started" }
func (FinishedEvent) Type() event.Type { return "import.finished" }
