package catalog

import (
	"context"
	"maps"
	"slices"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// ProgramName says whether the text has the shape of a program's name: 2 to 40 small letters, digits, underscores and hyphens, a letter first.
func ProgramName(text string) bool {
	return textinput.Word(text, textinput.Small, textinput.Small+textinput.Digits+"_-", 2, 40)
}

// Names lists the programs in alphabetical order.
func (p Programs) Names() []string { return slices.Sorted(maps.Keys(p.ByName)) }

// Rights lists what the programs of these names give together, in a fixed order.
func (p Programs) Rights(names ...string) []Right {
	var given []Right
	for _, right := range Rights {
		if slices.ContainsFunc(names, func(name string) bool { return p.Gives(name, right) }) {
			given = append(given, right)
		}
	}
	return given
}

// PutProgram checks the program as it should be and writes it. decided is asked about the program that stands there now (zero
// where none does) each time the programs are read, and fails where that is not what the caller decided on. PutProgram fails as
// decided does, with Invalid naming every wrong field, and with Stale where others keep being faster.
func PutProgram(ctx context.Context, store Store, wanted Program, decided func(now Program) error, o op.Op) (Program, error) {
	if !ProgramName(wanted.Name) {
		return Program{}, fault.NotFound
	}
	made, err := wanted.Clean()
	if err != nil {
		return Program{}, err
	}
	happened := event.New(o, event.Vendor(), event.Of(made.Name, ProgramChangedEvent{}))
	err = op.RetryStale(func() error { // another program may change meanwhile, or this one: what was decided on is asked again
		all, err := store.Programs(ctx)
		if err != nil {
			return err
		}
		now := all.ByName[made.Name]
		if err := decided(now); err != nil {
			return err
		}
		if now.Version == 0 && len(all.ByName) >= MaxPrograms {
			return fault.TooMany.With(MaxPrograms)
		}
		made.Version, made.CreatedAt, made.ChangedAt = now.Version+1, now.CreatedAt, o.At
		if now.Version == 0 {
			made.CreatedAt = o.At
		}
		next := Programs{ByName: maps.Clone(all.ByName), Version: all.Version}
		if next.ByName == nil {
			next.ByName = map[string]Program{}
		}
		next.ByName[made.Name] = made
		return store.SavePrograms(ctx, next, happened, o)
	})
	return made, err
}

// Equal says whether two programs are called the same and give the same, whenever they were written.
func (p Program) Equal(other Program) bool {
	return p.Name == other.Name && maps.Equal(p.Title, other.Title) && slices.Equal(slices.Sorted(slices.Values(p.Rights)), slices.Sorted(slices.Values(other.Rights)))
}

// Clean returns the program with its texts cleaned, or Invalid naming every field that is wrong: what PutProgram would write, or why not.
func (p Program) Clean() (Program, error) {
	var wrong fault.Check
	p.Title = name(p.Title, &wrong, "/name")
	for i, right := range p.Rights {
		switch {
		case right != DelegatedAdministration && right != Reselling:
			wrong.Add(at("/rights", i, ""), fault.InvalidValue)
		case slices.Contains(p.Rights[:i], right):
			wrong.Add(at("/rights", i, ""), fault.DuplicateEntry, string(right))
		}
	}
	return p, wrong.Err()
}
