package importing

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// Reader is what knowing what a file asks for needs of the table.
type Reader interface {
	administration.Store
	// ImportFacts reads what rows of a customer's are decided on, strongly consistent.
	ImportFacts(ctx context.Context, of customer.ID, asked Asked) (Facts, error)
}

// Starter is what starting an import needs of the table.
type Starter interface {
	Reader
	// SaveImport writes a new import with its rows, and what happened, if anything did. One that runs comes into its customer's queue. It checks the permit
	// again (fault.Forbidden once it no longer stands), and fails with Conflict too_many_imports where the queue holds MaxRunning, and with op.Replay where
	// this very request was done before.
	SaveImport(ctx context.Context, im Import, rows []Row, by administration.Permit, happened *event.Event, o op.Op) error
	// StartImport writes an import as one that runs over the version that was read, and what happened. It checks the permit and fails as SaveImport does.
	StartImport(ctx context.Context, im Import, by administration.Permit, happened event.Event, o op.Op) error
}

// Store is what applying an import's rows needs of the table.
type Store interface {
	Reader
	administration.LicenseStore
	administration.GroupStore
	// Import reads an import, strongly consistent; NotFound where there is none, or it is kept no longer.
	Import(ctx context.Context, id ID, at time.Time) (Import, error)
	// ImportChunk reads the rows of an import from one on that begins a chunk.
	ImportChunk(ctx context.Context, id ID, from int) ([]Row, error)
	// ImportAuthority reads what who started an import may do to its directory now, and returns the operation as that actor's own. It fails with a
	// fault where it is nobody any more, or may do nothing.
	ImportAuthority(ctx context.Context, im Import, o op.Op) (administration.Authority, op.Op, error)
	// PassImport counts a row that changes nothing, with its failure, if it is one, guarded by the step.
	PassImport(ctx context.Context, im Import, failed *Failure, o op.Op) error
	// FinishImport writes an import as done, guarded by the step, and what happened, and takes it out of its customer's queue.
	FinishImport(ctx context.Context, im Import, happened event.Event, o op.Op) error
	// DropImport takes an import that is kept no longer out of its customer's queue.
	DropImport(ctx context.Context, id ID, o op.Op) error
}

// Sheet is what was read from a file.
type Sheet struct {
	Kind     Kind
	Columns  []Column
	Headings []string // what the file calls each of them
	Unknown  []string
	Rows     []Row
}

// Facts reads what deciding on the rows takes.
func (s Sheet) Facts(ctx context.Context, store Reader, of customer.ID) (Facts, error) {
	return store.ImportFacts(ctx, of, asked(s.Kind, s.Columns, s.Rows...))
}

// NewImport returns an import of a sheet as one that was only read.
func NewImport(s Sheet, by administration.Authority, o op.Op) Import {
	return Import{
		ID: ID("imp_" + by.Customer.ID.Bare() + "_" + o.NewID()), Customer: by.Customer.ID, Kind: s.Kind, By: o.Actor, Partner: by.Partner.ID, Status: Checked,
		Columns: s.Columns, Headings: s.Headings, Unknown: s.Unknown, Rows: len(s.Rows), CreatedAt: o.At, Version: 1,
	}
}

// start returns the import as running, with the event from which its rows follow.
func (im Import) start(o op.Op) (Import, event.Event) {
	im.Status, im.StartedAt = Running, o.At
	return im, im.tell(o, StartedEvent{Kind: im.Kind, Rows: im.Rows})
}

func (im Import) tell(o op.Op, what event.Typed) event.Event {
	return event.New(o, event.Customer(string(im.Customer)), event.Of(im.ID, what)).SharedWith(string(im.Partner))
}

// Keep keeps a sheet as an import that is shown before it is started. It fails as Allow does.
func Keep(ctx context.Context, store Starter, by administration.Authority, s Sheet, o op.Op) (Import, error) {
	leave, err := by.Allow(administration.AdministerUsers)
	if err != nil {
		return Import{}, err
	}
	im := NewImport(s, by, o)
	return im, store.SaveImport(ctx, im, s.Rows, leave, nil, o)
}

// Begin starts an import of a sheet: its rows are applied by Next. It fails as Allow does, and with Conflict too_many_imports.
func Begin(ctx context.Context, store Starter, by administration.Authority, s Sheet, o op.Op) (Import, error) {
	leave, err := by.Allow(administration.AdministerUsers)
	if err != nil {
		return Import{}, err
	}
	im, happened := NewImport(s, by, o).start(o)
	return im, store.SaveImport(ctx, im, s.Rows, leave, &happened, o.Giving(string(im.ID)))
}

// Start starts an import that was kept, by who kept it. It fails as Allow does, with NotFound for another's, with Stale where it was started before, and
// with Conflict too_many_imports: then it can be started later.
func Start(ctx context.Context, store Starter, by administration.Authority, im Import, o op.Op) error {
	leave, err := by.Allow(administration.AdministerUsers)
	switch {
	case err != nil:
		return err
	case im.By.ID != o.Actor.ID:
		return fault.NotFound
	case im.Status != Checked:
		return fault.PreconditionFailed
	}
	started, happened := im.start(o)
	return store.StartImport(ctx, started, leave, happened, o.Giving(string(im.ID)))
}

// ErrMore says that time ran out: the next run goes on from the step it reached.
var ErrMore = errors.New("importing: more rows than one run takes")

// Runner is one run over an import's rows.
type Runner struct {
	Store Store
	Op    func(words ...string) op.Op // the same words make the same operation on every run
	More  func() bool                 // whether there is time for another row
}

// Next applies the rows of a customer's imports in their order. It fails as Run does.
func (r Runner) Next(ctx context.Context, q Queue) error {
	for _, id := range q.Imports {
		if err := r.Run(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// Run applies the rows of an import from the step it reached, each by the rights that its starter has by then, and each counted in the transaction that
// does it: stopped anywhere and run twice, also at once, it does each row once. Where the starter may do nothing more the rest fails with that reason.
// It fails with ErrMore where time runs out.
func (r Runner) Run(ctx context.Context, id ID) error {
	for {
		im, err := r.Store.Import(ctx, id, r.Op().At)
		if fault.Is(err, fault.NotFound) { // so late that it is kept no longer
			return r.Store.DropImport(ctx, id, r.Op(string(id), "dropped"))
		}
		if err != nil || im.Status != Running {
			return err
		}
		if err := r.from(ctx, im); !fault.Is(err, fault.Stale) { // else another run is faster: this one goes on behind it
			return err
		}
	}
}

// from applies the rows from the step that an import was read at.
func (r Runner) from(ctx context.Context, im Import) error {
	var rows []Row
	for ; im.Row < im.Rows; im.Row++ {
		if !r.More() {
			return ErrMore
		}
		from := im.Row - im.Row%ChunkRows
		if rows == nil || im.Row == from {
			var err error
			if rows, err = r.Store.ImportChunk(ctx, im.ID, from); err != nil {
				return err
			}
		}
		if stopped, err := r.row(ctx, im, rows[im.Row-from]); stopped || err != nil {
			return err
		}
	}
	im, err := r.Store.Import(ctx, im.ID, r.Op().At) // for its counts
	if err != nil || im.Status != Running {
		return err
	}
	return r.finish(ctx, im)
}

// finish ends an import.
func (r Runner) finish(ctx context.Context, im Import) error {
	o := r.op(im, "finished")
	im.Failed += im.Rows - im.Row
	im.Status, im.EndedAt = Done, o.At
	happened := im.tell(o, FinishedEvent{Kind: im.Kind, Made: &im.Made, Unchanged: &im.Unchanged, Failed: &im.Failed})
	return r.Store.FinishImport(ctx, im, happened, o)
}

func (r Runner) op(im Import, words ...string) op.Op {
	return r.Op(append([]string{string(im.ID), strconv.Itoa(im.Row)}, words...)...)
}

// tries is how often a row is decided on that others change at the same time.
const tries = 5

// row applies one row; stopped says that none is applied any more.
func (r Runner) row(ctx context.Context, im Import, row Row) (stopped bool, err error) {
	if row.Problems != nil {
		return false, r.fail(ctx, im, row.Problems)
	}
	var no *refused
	for range tries {
		by, o, err := r.Store.ImportAuthority(ctx, im, r.op(im))
		if err == nil {
			_, err = by.Allow(administration.AdministerUsers)
		}
		if fault.Is(err, fault.Denied, fault.Conflict, fault.Absent) {
			return true, r.stop(ctx, im, fault.As(err))
		}
		if err != nil {
			return false, err
		}
		if no, err = r.apply(ctx, im, row, by, o); no == nil {
			return false, err
		}
		if !fault.Is(no.err, fault.Stale, fault.Denied) || fault.Is(no.err, fault.TargetIsAdmin) {
			break // else it is decided on anew: also whether its starter may do anything still
		}
	}
	return false, r.fail(ctx, im, problems(fault.As(no.err), no.column))
}

// stop ends an import of which the rest is not tried.
func (r Runner) stop(ctx context.Context, im Import, why *fault.Fault) error {
	now, err := r.Store.Import(ctx, im.ID, r.Op().At)
	switch {
	case err != nil:
		return err
	case now.Status != Running:
		return nil
	case now.Row != im.Row:
		return fault.PreconditionFailed
	}
	reason := problem("", why.Code, why.About)
	now.Reason = &reason
	return r.finish(ctx, now)
}

// apply decides on one row and does what it asks for. It returns what refused it where that is the row's failure, and an error where the run is to end.
func (r Runner) apply(ctx context.Context, im Import, row Row, by administration.Authority, o op.Op) (*refused, error) {
	f, err := r.Store.ImportFacts(ctx, im.Customer, asked(im.Kind, im.Columns, row))
	if err != nil {
		return nil, err
	}
	w, no := im.plan(row, by, f, o.At)
	if no != nil {
		return no, nil
	}
	if w.steps() == 0 {
		return nil, r.Store.PassImport(ctx, im, nil, r.op(im, "unchanged"))
	}
	if no := r.do(ctx, im, w, by, o); no != nil {
		if f := fault.As(no.err); f == nil || fault.Is(f, fault.Busy, fault.Failed, fault.Throttled) {
			return nil, no.err
		}
		return no, nil
	}
	return nil, nil
}

// do does what a row asks for by the very operations that do it one by one. The last of them counts the row: one that is stopped before is decided on
// again, and what is done of it stands so already.
func (r Runner) do(ctx context.Context, im Import, w wish, by administration.Authority, o op.Op) *refused {
	left := w.steps()
	step := func(words ...string) op.Op {
		next := o.Part(words...)
		if left--; left == 0 {
			next.Step = &op.Step{Of: string(im.ID), At: im.Row}
		}
		return next
	}
	u, err := w.user, error(nil)
	if w.draft != nil {
		if u, err = administration.CreateUser(ctx, r.Store, by, *w.draft, step("user")); err != nil {
			return &refused{"", err}
		}
	}
	if w.licenses != nil {
		if u, err = administration.SetLicenses(ctx, r.Store, by, u, w.licenses, step("licenses")); err != nil {
			return &refused{LicensesColumn, err}
		}
	}
	if w.mailbox != nil {
		if u, err = administration.SetMailbox(ctx, r.Store, by, u, *w.mailbox, step("mailbox")); err != nil {
			return &refused{"", err}
		}
	}
	for _, g := range w.groups {
		if g.ID == "" {
			if g, err = administration.CreateGroup(ctx, r.Store, by, g.Name, "", step("group", g.Name)); err != nil {
				return &refused{GroupsColumn, err}
			}
		}
		if err = administration.AddMember(ctx, r.Store, by, g, u, step("member", g.Name)); err != nil {
			return &refused{GroupsColumn, err}
		}
	}
	return nil
}

// fail counts a row that could not be applied.
func (r Runner) fail(ctx context.Context, im Import, found []Problem) error {
	o := r.op(im, "failed")
	return r.Store.PassImport(ctx, im, &Failure{Import: im.ID, Row: im.Row, Problems: found, CreatedAt: o.At, Version: 1}, o)
}
