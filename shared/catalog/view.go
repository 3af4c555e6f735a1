package catalog

// View is what pages show of the catalogue. It may be up to 60 seconds old, so nothing is decided by it:
// what writes reads afresh (infra/design/data.md, "How we write").
type View struct {
	Vendor       Vendor
	Availability Availability
	Plans        map[PlanID]Plan
	Terms        map[Document]TermsHead
}
