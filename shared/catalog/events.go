package catalog

import (
	"liaison/shared/event"
)

// Events lists the changes of the catalogue, which are the vendor's alone.
func Events() []event.Row {
	return event.Vendors.Rows(
		AvailabilityChangedEvent{}, ProgramChangedEvent{}, TermsPublishedEvent{}, PlanChangedEvent{}, BrandChangedEvent{},
	)
}

type (
	// AvailabilityChangedEvent: which countries have which features.
	AvailabilityChangedEvent struct{}
	// ProgramChangedEvent: a program was written.
	ProgramChangedEvent struct{}
	// TermsPublishedEvent: a version of terms counts from now on.
	TermsPublishedEvent struct {
		Version string
	}
	// PlanChangedEvent: a plan was written.
	PlanChangedEvent struct {
		Status PlanStatus
	}
	// BrandChangedEvent: the vendor's names, ways to reach it or its look were written.
	BrandChangedEvent struct{}
)

func (AvailabilityChangedEvent) Type() event.Type { return "availability.changed" }
func (ProgramChangedEvent) Type() event.Type      { return "program.changed" }
func (TermsPublishedEvent) Type() event.Type      { return "terms.published" }
func (PlanChangedEvent) Type() event.Type         { return "plan.changed" }
func (BrandChangedEvent) Type() event.Type        { return "brand.changed" }
