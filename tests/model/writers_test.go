package model

import (
	"context"
	"fmt"
	"strings"

	"liaison/functions/jobs/groups"
	"liaison/functions/jobs/users"
	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/imported"
	"liaison/shared/importing"
	"liaison/shared/op"
	"liaison/shared/support"
	"liaison/tests/fixture"
)

// directoryWriters are the acts on a customer's directory, each by its global administrator, and what the jobs make of them.
var directoryWriters = []writer{
	{"a user", func(s *scene) func(*dynamo.Table, op.Op) error {
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			_, err := administration.CreateUser(s.t.Context(), table, by, s.colleague(), o)
			return err
		})
	}, ""},
	{"a user's licences", func(s *scene) func(*dynamo.Table, op.Op) error {
		return s.onUser(s.hire(), func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.SetLicenses(s.t.Context(), table, by, u, []string{string(s.sub())}, o)
			return err
		})
	}, ""},
	{"a user's mailbox", func(s *scene) func(*dynamo.Table, op.Op) error {
		id := s.hire()
		s.license(id)
		var dns fixture.DNS
		s.claim(&dns)
		s.do(s.onDomain(func(table *dynamo.Table, by administration.Authority, d customer.Domain, o op.Op) error {
			_, err := administration.VerifyDomain(s.t.Context(), dynamo.Domains{Table: table}, &dns, by, d, o)
			return err
		}))
		return s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.SetMailbox(s.t.Context(), table, by, u, customer.MailboxDraft{Address: "box@" + s.domain()}, o)
			return err
		})
	}, ""},
	{"a user that is deleted", func(s *scene) func(*dynamo.Table, op.Op) error {
		id := s.hire()
		s.license(id)
		return s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.DeleteUser(s.t.Context(), table, by, u, o)
			return err
		})
	}, "user_deleted"},
	{"a user that is restored", func(s *scene) func(*dynamo.Table, op.Op) error {
		id := s.hire()
		s.discard(id)
		return s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
			_, err := administration.RestoreUser(s.t.Context(), table, by, u, o)
			return err
		})
	}, "user_not_deleted"},
	{"a group", func(s *scene) func(*dynamo.Table, op.Op) error {
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			_, err := administration.CreateGroup(s.t.Context(), dynamo.Groups{Table: table}, by, "Sales", "", o)
			return err
		})
	}, "group_name_taken"},
	{"a member of a group", func(s *scene) func(*dynamo.Table, op.Op) error {
		g, id := s.group(), s.hire()
		return s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
			now, err := dynamo.Groups{Table: table}.CustomerGroup(s.t.Context(), g.ID)
			if err != nil {
				return err
			}
			return administration.AddMember(s.t.Context(), dynamo.Groups{Table: table}, by, now, u, o)
		})
	}, ""},
	{"a group that is deleted", func(s *scene) func(*dynamo.Table, op.Op) error {
		g := s.group()
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			now, err := dynamo.Groups{Table: table}.CustomerGroup(s.t.Context(), g.ID)
			if err != nil {
				return err
			}
			return administration.DeleteGroup(s.t.Context(), dynamo.Groups{Table: table}, by, now, o)
		})
	}, "not_found"},
	{"a domain", func(s *scene) func(*dynamo.Table, op.Op) error {
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			_, err := administration.AddDomain(s.t.Context(), dynamo.Domains{Table: table}, by, s.domain(), nil, o)
			return err
		})
	}, "exists"},
	{"a domain that is verified", func(s *scene) func(*dynamo.Table, op.Op) error {
		var dns fixture.DNS
		s.claim(&dns)
		return s.onDomain(func(table *dynamo.Table, by administration.Authority, d customer.Domain, o op.Op) error {
			_, err := administration.VerifyDomain(s.t.Context(), dynamo.Domains{Table: table}, &dns, by, d, o)
			return err
		})
	}, ""},
	{"a domain that is removed", func(s *scene) func(*dynamo.Table, op.Op) error {
		var dns fixture.DNS
		s.claim(&dns)
		s.do(s.onDomain(func(table *dynamo.Table, by administration.Authority, d customer.Domain, o op.Op) error {
			_, err := administration.VerifyDomain(s.t.Context(), dynamo.Domains{Table: table}, &dns, by, d, o)
			return err
		}))
		return s.onDomain(func(table *dynamo.Table, by administration.Authority, d customer.Domain, o op.Op) error {
			return administration.RemoveDomain(s.t.Context(), dynamo.Domains{Table: table}, by, d, o)
		})
	}, "not_found"},
	{"an import", func(s *scene) func(*dynamo.Table, op.Op) error {
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			_, err := importing.Begin(s.t.Context(), dynamo.ImportsOf(table), by, s.sheet(), o)
			return err
		})
	}, ""},
	{"an import that was kept", func(s *scene) func(*dynamo.Table, op.Op) error {
		var kept importing.Import
		s.do(s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) (err error) {
			kept, err = importing.Keep(s.t.Context(), dynamo.ImportsOf(table), by, s.sheet(), o)
			return err
		}))
		return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			now, err := dynamo.ImportsOf(table).Import(s.t.Context(), kept.ID, o.At)
			if err != nil {
				return err
			}
			return importing.Start(s.t.Context(), dynamo.ImportsOf(table), by, now, o)
		})
	}, "precondition_failed"},
	{"a service request", func(s *scene) func(*dynamo.Table, op.Op) error {
		return func(table *dynamo.Table, o op.Op) error {
			o = s.byOwner(o)
			stands, err := table.Administration(s.t.Context(), s.owner.Customer.ID, "")
			if err != nil {
				return err
			}
			author := support.Author{Side: support.ByCustomer, ID: string(s.owner.User.ID), Name: s.owner.User.Name}
			by, err := support.Join(administration.Claim{User: s.owner.User}, author, stands, o.At)
			if err != nil {
				return err
			}
			_, err = support.Ask(s.t.Context(), table, by, support.Draft{Subject: "Mail", Text: "None."}, o)
			return err
		}
	}, ""},
	{"the job users purges one that is in a group", func(s *scene) func(*dynamo.Table, op.Op) error {
		id := s.hire()
		s.join(s.group(), id)
		gone := s.discard(id)
		return func(table *dynamo.Table, o op.Op) error {
			o.At = gone.PurgeAt
			u, err := s.Table.CustomerUser(s.t.Context(), id)
			if err != nil {
				return nil // purged
			}
			return moot(users.Job(table, forgets{s}).Step(s.t.Context(), dynamo.Due[customer.User]{Item: u}, o))
		}
	}, ""},
	{"the job groups empties a deleted one", func(s *scene) func(*dynamo.Table, op.Op) error {
		g := s.group()
		s.join(g, s.hire())
		s.do(s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
			now, err := dynamo.Groups{Table: table}.CustomerGroup(s.t.Context(), g.ID)
			if err != nil {
				return err
			}
			return administration.DeleteGroup(s.t.Context(), dynamo.Groups{Table: table}, by, now, o)
		}))
		return func(table *dynamo.Table, o op.Op) error {
			var due []customer.Group
			if err := s.Table.Walk(s.t.Context(), func(one dynamo.Walked) {
				if g, is := one.Noun.(customer.Group); is && g.Customer == s.owner.Customer.ID {
					due = append(due, g)
				}
			}); err != nil {
				s.t.Fatal(err)
			}
			for _, g := range due {
				if err := moot(groups.Job(table).Step(s.t.Context(), dynamo.Due[customer.Group]{Item: g}, o)); err != nil {
					return err
				}
			}
			return nil
		}
	}, ""},
}

// forgets is the directory of a process that is alive: it deletes every account.
type forgets struct{ s *scene }

func (d forgets) DeletePerson(context.Context, string) error {
	if d.s.process.dead.Load() {
		return errDead
	}
	return nil
}

// byOwner is the operation as the customer's owner does it.
func (s *scene) byOwner(o op.Op) op.Op {
	o.Actor = op.Actor{Kind: op.CustomerUser, ID: string(s.owner.User.ID)}
	return o
}

// do does an act of the owner before it is looked at.
func (s *scene) do(act func(*dynamo.Table, op.Op) error) {
	s.t.Helper()
	if err := act(s.Table, s.Op("owner")); err != nil {
		s.t.Fatal(err)
	}
}

// administering returns an act of the owner on the directory, with what the owner may do by then.
func (s *scene) administering(act func(*dynamo.Table, administration.Authority, op.Op) error) func(*dynamo.Table, op.Op) error {
	return func(table *dynamo.Table, o op.Op) error {
		stands, err := table.Administration(s.t.Context(), s.owner.Customer.ID, "")
		if err != nil {
			return err
		}
		by, err := administration.Claim{User: s.owner.User}.Over(stands, o.At)
		if err != nil {
			return err
		}
		return act(table, by, s.byOwner(o))
	}
}

// onUser is one on a user as it is by then.
func (s *scene) onUser(id customer.UserID, act func(*dynamo.Table, administration.Authority, customer.User, op.Op) error) func(*dynamo.Table, op.Op) error {
	return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
		u, err := table.CustomerUser(s.t.Context(), id)
		if err != nil {
			return err
		}
		return act(table, by, u, o)
	})
}

// domain is a name of the scene's own.
func (s *scene) domain() string { return fmt.Sprintf("scene%d.example", s.serial) }

// claim adds the scene's domain and sets its record.
func (s *scene) claim(dns *fixture.DNS) {
	s.t.Helper()
	s.do(s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
		d, err := administration.AddDomain(s.t.Context(), dynamo.Domains{Table: table}, by, s.domain(), nil, o)
		at, value := d.Record()
		dns.Set(at, value)
		return err
	}))
}

// onDomain is an act of the owner on the scene's domain as it is by then.
func (s *scene) onDomain(act func(*dynamo.Table, administration.Authority, customer.Domain, op.Op) error) func(*dynamo.Table, op.Op) error {
	return s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
		d, err := dynamo.Domains{Table: table}.CustomerDomain(s.t.Context(), s.owner.Customer.ID, customer.DomainName(s.domain()))
		if err != nil {
			return err
		}
		return act(table, by, d, o)
	})
}

// sheet is a file with two chunks of rows.
func (s *scene) sheet() importing.Sheet {
	s.t.Helper()
	var file strings.Builder
	file.WriteString("email,name\n")
	for i := range importing.ChunkRows + 1 {
		fmt.Fprintf(&file, "ewa%d-%d@customer.example,Ewa Lis\n", s.serial, i)
	}
	sheet, err := imported.Read(importing.Users, []byte(file.String()), 1<<16)
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet
}

// colleague is a user with an address of its own.
func (s *scene) colleague() customer.UserDraft {
	return customer.UserDraft{Name: "Ewa Lis", Mail: fmt.Sprintf("ewa%d@customer.example", s.serial), Language: "pl"}
}

// hire creates a user.
func (s *scene) hire() (made customer.UserID) {
	s.t.Helper()
	s.do(s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) error {
		u, err := administration.CreateUser(s.t.Context(), table, by, s.colleague(), o)
		made = u.ID
		return err
	}))
	return made
}

// license gives a user a licence of the scene's subscription.
func (s *scene) license(id customer.UserID) {
	s.t.Helper()
	s.do(s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
		_, err := administration.SetLicenses(s.t.Context(), table, by, u, []string{string(s.sub())}, o)
		return err
	}))
}

// discard deletes a user.
func (s *scene) discard(id customer.UserID) (gone customer.User) {
	s.t.Helper()
	s.do(s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) (err error) {
		gone, err = administration.DeleteUser(s.t.Context(), table, by, u, o)
		return err
	}))
	return gone
}

// group creates a group.
func (s *scene) group() (made customer.Group) {
	s.t.Helper()
	s.do(s.administering(func(table *dynamo.Table, by administration.Authority, o op.Op) (err error) {
		made, err = administration.CreateGroup(s.t.Context(), dynamo.Groups{Table: table}, by, "Sales", "", o)
		return err
	}))
	return made
}

// join makes a user a member of a group.
func (s *scene) join(g customer.Group, id customer.UserID) {
	s.t.Helper()
	s.do(s.onUser(id, func(table *dynamo.Table, by administration.Authority, u customer.User, o op.Op) error {
		return administration.AddMember(s.t.Context(), dynamo.Groups{Table: table}, by, g, u, o)
	}))
}
