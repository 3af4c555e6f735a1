package fault

import (
	"errors"
	"slices"
	"time"
)

// Code is one way to fail, declared once. It is an error itself, of its kind and about nothing: return fault.NotFound.
type Code struct {
	word     string
	kind     Kind
	other    Kind // a second kind it may have
	mentions []string
}

var all []*Code

// declare adds a code to the list. What its words mention is named in the order in which a bare text takes its place.
// It is not inlined: two hundred copies would be 30 kB that every program runs through when it starts.
//
//go:noinline
func declare(word string, kind Kind, mentions ...string) *Code {
	c := &Code{word: word, kind: kind, mentions: mentions}
	all = append(all, c)
	return c
}

// or lets the code have a second kind.
func (c *Code) or(other Kind) *Code {
	c.other = other
	return c
}

// All returns every code, in the order of their kinds' status.
func All() []*Code { return slices.Clone(all) }

// Named returns the code with a word, nil where there is none.
func Named(word string) *Code {
	if i := slices.IndexFunc(all, func(c *Code) bool { return c.word == word }); i >= 0 {
		return all[i]
	}
	return nil
}

// String returns the code's word, which is part of the contract; empty for nil.
func (c *Code) String() string {
	if c == nil {
		return ""
	}
	return c.word
}

// Kind returns the kind it has unless a fault says otherwise (Of, InParameter).
func (c *Code) Kind() Kind { return c.kind }

// Kinds returns every kind it is declared with, its own first.
func (c *Code) Kinds() []Kind {
	if c.other == "" {
		return []Kind{c.kind}
	}
	return []Kind{c.kind, c.other}
}

// Mentions returns the names of the values that its words may mention.
func (c *Code) Mentions() []string { return slices.Clone(c.mentions) }

// With returns the fault with what its text mentions: a value with Vars or VarsIn, a Form, or a bare date, number or text.
func (c *Code) With(about any) *Fault { return &Fault{Kind: c.kind, Code: c, About: about} }

// Of returns the fault as its second kind. It panics where the code is declared with no such kind.
func (c *Code) Of(kind Kind) *Fault { return c.With(nil).Of(kind) }

// In returns the fault naming the field of the request that it comes from.
func (c *Code) In(pointer string) *Fault { return c.With(nil).In(pointer) }

// InParameter returns the fault naming the query parameter or header that it comes from.
func (c *Code) InParameter(name string) *Fault { return c.With(nil).InParameter(name) }

// Because returns the fault with the cause that is logged but never shown.
func (c *Code) Because(err error) *Fault { return c.With(nil).Because(err) }

// After returns the fault with the time the caller should wait.
func (c *Code) After(wait time.Duration) *Fault { return c.With(nil).After(wait) }

// Error returns the code's word.
func (c *Code) Error() string { return c.String() }

// As lets errors.As find the fault that a bare code stands for.
func (c *Code) As(target any) bool {
	f, ok := target.(**Fault)
	if ok {
		*f = c.With(nil)
	}
	return ok
}

// Mark is what a fault can be recognised by: its code or its kind.
type Mark interface{ marks(f *Fault) bool }

func (c *Code) marks(f *Fault) bool { return f.Code == c }

func (k Kind) marks(f *Fault) bool { return f.Kind == k }

// Is says whether err is a fault with one of the codes or kinds.
func Is(err error, one ...Mark) bool {
	var f *Fault
	return errors.As(err, &f) && f != nil && slices.ContainsFunc(one, func(m Mark) bool { return m.marks(f) })
}
