package partner

import (
	"context"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
)

// maxEnrolments is how many programs a partner can be in: all that there can be.
const maxEnrolments = catalog.MaxPrograms

// Term is from when until when something holds, as it is asked for.
type Term struct {
	From time.Time // zero: from now, or from when it holds already
	To   time.Time // zero: without end
}

// withStart returns the term with its start. Invalid out_of_range where it would end before it starts.
func (t Term) withStart(since, at time.Time) (Term, error) {
	if t.From.IsZero() {
		t.From = at
		if !since.IsZero() && since.Before(at) {
			t.From = since
		}
	}
	t.From, t.To = t.From.UTC().Truncate(time.Millisecond), t.To.UTC().Truncate(time.Millisecond)
	if !t.To.IsZero() && !t.From.Before(t.To) {
		return t, fault.OutOfRange.In("/to")
	}
	return t, nil
}

// Enrol puts a partner into a program or, once it is in, sets the dates; asked twice it does it once. It fails with NotFound where
// there is no such partner or program, with Invalid out_of_range, with Conflict partner_not_active where the partner left.
func Enrol(ctx context.Context, store Store, id ID, program string, term Term, o op.Op) (Enrolment, error) {
	programs, err := store.Programs(ctx)
	if err != nil {
		return Enrolment{}, err
	}
	if _, known := programs.ByName[program]; !known {
		return Enrolment{}, fault.NotFound
	}
	var made Enrolment
	_, err = Change(ctx, store, id, ProgramJoinedEvent{Program: program}, o, func(p Partner) (Partner, error) {
		p, made, err = p.enrol(program, term, o.At)
		return p, err
	})
	return made, err
}

// enrol returns the partner in the program, and the enrolment; op.ErrUnchanged where it stands there already.
func (p Partner) enrol(program string, term Term, at time.Time) (Partner, Enrolment, error) {
	if err := p.inProgram(); err != nil {
		return p, Enrolment{}, err
	}
	i := p.enrolment(program)
	var old Enrolment
	if i >= 0 {
		old = p.Enrolments[i]
	}
	term, err := term.withStart(old.From, at)
	if err != nil {
		return p, Enrolment{}, err
	}
	made := Enrolment{Program: program, From: term.From, To: term.To}
	switch {
	case i >= 0 && old.From.Equal(made.From) && old.To.Equal(made.To):
		return p, old, op.ErrUnchanged
	case i < 0 && len(p.Enrolments) >= maxEnrolments:
		return p, made, fault.TooMany.With(maxEnrolments).Of(fault.Conflict)
	}
	p.Enrolments = slices.Clone(p.Enrolments)
	if i < 0 {
		p.Enrolments = append(p.Enrolments, made)
	} else {
		p.Enrolments[i] = made
	}
	return p, made, nil
}

func (p Partner) enrolment(program string) int {
	return slices.IndexFunc(p.Enrolments, func(e Enrolment) bool { return e.Program == program })
}

// Leave takes a partner out of a program now; where it is in none, nothing changes. NotFound where there is no such partner.
func Leave(ctx context.Context, store Store, id ID, program string, o op.Op) error {
	_, err := Change(ctx, store, id, ProgramLeftEvent{Program: program}, o, func(p Partner) (Partner, error) {
		i := p.enrolment(program)
		if i < 0 {
			return p, op.ErrUnchanged
		}
		p.Enrolments = slices.Delete(slices.Clone(p.Enrolments), i, i+1)
		return p, nil
	})
	return err
}

// Authorise lets a partner offer a plan in some countries or, once it may, sets countries and dates; asked twice it does it once.
// It fails with Invalid naming every wrong field, NotFound where there is no such partner or plan, Conflict partner_not_active where
// the partner left.
func Authorise(ctx context.Context, store Store, id ID, plan catalog.PlanID, countries []string, term Term, o op.Op) (Authorisation, error) {
	var wrong fault.Check
	catalog.CheckCountries(&wrong, "/countries", countries, 1)
	if err := wrong.Err(); err != nil {
		return Authorisation{}, err
	}
	happened := event.New(o, event.Partner(string(id)), event.Of(id, AuthorisedEvent{PlanID: plan}))
	var made Authorisation
	err := decide(o, func() error {
		p, old, err := store.AuthorisationFacts(ctx, id, plan)
		if err != nil {
			return err
		}
		if err := p.inProgram(); err != nil {
			return err
		}
		settled, err := term.withStart(old.From, o.At)
		if err != nil {
			return err
		}
		made = Authorisation{
			Partner: id, Plan: plan, Countries: slices.Sorted(slices.Values(countries)), From: settled.From, To: settled.To,
			Version: old.Version, CreatedAt: old.CreatedAt,
		}
		if old.Version == 0 {
			made.CreatedAt = o.At
		} else if slices.Equal(old.Countries, made.Countries) && old.From.Equal(made.From) && old.To.Equal(made.To) {
			return nil
		}
		err = store.SaveAuthorisation(ctx, made, happened, o)
		made.Version++
		return err
	})
	if err != nil {
		return Authorisation{}, err
	}
	return made, nil
}

// Deauthorise ends a partner's authorisation for a plan now; where it has none, nothing changes. NotFound where there is no such
// partner or plan.
func Deauthorise(ctx context.Context, store Store, id ID, plan catalog.PlanID, o op.Op) error {
	happened := event.New(o, event.Partner(string(id)), event.Of(id, DeauthorisedEvent{PlanID: plan}))
	return decide(o, func() error {
		_, old, err := store.AuthorisationFacts(ctx, id, plan)
		if err != nil || old.Version == 0 {
			return err
		}
		return store.EndAuthorisation(ctx, old, happened, o)
	})
}

// ProgramsAt lists the programs that the partner is in at the time.
func (p Partner) ProgramsAt(at time.Time) (names []string) {
	for _, e := range p.Enrolments {
		if running(e.From, e.To, at) {
			names = append(names, e.Program)
		}
	}
	return names
}

// RightsAt lists what the partner's running enrolments give it at the time.
func (p Partner) RightsAt(programs catalog.Programs, at time.Time) []catalog.Right {
	return programs.Rights(p.ProgramsAt(at)...)
}

// Ineligible says why a partner cannot be partner of record: suspended (it is not active), plan (it is not authorised for the plan),
// country (not for the plan in that country, or for no plan there); empty where it can. An empty plan or country is not asked about.
func (p Partner) Ineligible(held []Authorisation, plan catalog.PlanID, country string, at time.Time) string {
	if p.Status != Active {
		return "suspended"
	}
	forPlan, inCountry := plan == "", plan == "" && country == ""
	for _, a := range held {
		if plan != "" && a.Plan != plan || !running(a.From, a.To, at) {
			continue
		}
		forPlan = true
		inCountry = inCountry || country == "" || slices.Contains(a.Countries, country)
	}
	switch {
	case !forPlan:
		return "plan"
	case !inCountry:
		return "country"
	}
	return ""
}

// Candidate is a partner that is to become partner of record, with its authorisations for the plans at hand.
type Candidate struct {
	Partner
	Authorisations []Authorisation
}

// CheckEligible fails where a customer cannot name the candidate as partner of record for some plans in a country: Invalid on the field
// partner_id, unknown_partner_id where no partner has the ID that was typed (c is nil), partner_not_eligible about the reason as Ineligible
// says it.
func (c *Candidate) CheckEligible(plans []catalog.PlanID, country string, at time.Time) error {
	if c == nil {
		return fault.UnknownPartnerID.In("partner_id")
	}
	for _, plan := range plans {
		if reason := c.Ineligible(c.Authorisations, plan, country, at); reason != "" {
			return fault.PartnerNotEligible.With(reason).In("partner_id")
		}
	}
	return nil
}
