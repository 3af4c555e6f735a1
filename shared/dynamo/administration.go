package dynamo

import (
	"context"
	"slices"
	"strings"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
)

// Administration implements administration.Store.
func (t *Table) Administration(ctx context.Context, of customer.ID, with partner.ID, users ...customer.UserID) (administration.Standing, error) {
	keys := standingKeys(of, with)
	for _, u := range users {
		keys = append(keys, customerUserKey(u))
	}
	found, err := t.batch(ctx, true, keys...)
	if err != nil {
		return administration.Standing{}, err
	}
	return readStanding(found, of, with, users...)
}

// standingKeys are where it stands who may act on a customer's directory.
func standingKeys(of customer.ID, with partner.ID) []key {
	keys := []key{customerKey(of), grantKey(of)}
	if with != "" {
		keys = append(keys, tieKey(of, with))
	}
	return keys
}

// readStanding returns what stands there, and those of some users that are there, of items that were read. NotFound where there is no such customer.
func readStanding(found map[key]item, of customer.ID, with partner.ID, users ...customer.UserID) (stands administration.Standing, err error) {
	if found[customerKey(of)] == nil {
		return stands, fault.NotFound
	}
	if err := decode(found[customerKey(of)], &stands.Customer); err != nil {
		return stands, err
	}
	if stands.Grant, err = maybe[relationship.Grant](found[grantKey(of)]); err != nil {
		return stands, err
	}
	if with != "" {
		if stands.Tie, err = maybe[relationship.Relationship](found[tieKey(of, with)]); err != nil {
			return stands, err
		}
	}
	stands.Users = make(map[customer.UserID]customer.User, len(users))
	for _, id := range users {
		if it := found[customerUserKey(id)]; it != nil {
			var u customer.User
			if err := decode(it, &u); err != nil {
				return stands, err
			}
			stands.Users[id] = u
		}
	}
	return stands, nil
}

// MemberWith implements administration.Finder.
func (t *Table) MemberWith(ctx context.Context, mail string) (customer.ID, customer.UserID, error) {
	login, err := t.get(ctx, loginKey(mail), true)
	c, user := ofCustomer(login)
	return c, user, err
}

// byPermit adds to what is written the check that the permit still stands: that the customer's own user has a role for it, or is there where it takes none, or that the partner's grant
// runs, is the same partner's, and is full where it must be. What the partner's own user or machine holds is checked by acting. Nothing commits after
// either was taken away (infra/design/trust.md, rule 6). An actor that is written itself is guarded by its version.
func byPermit(p administration.Permit, o op.Op, parts ...part) []part {
	var still part
	switch {
	case p.OnBehalf():
		gone, roles := administration.AnyGrant, []string{offer.RoleLimited, offer.RoleFull}
		if p.Full() {
			gone, roles = relationship.FullGrant, roles[1:]
		}
		still = check(grantKey(p.Customer.ID)).when("#partner = :partner AND #status = :active AND #ends_at > :now",
			"partner", string(p.Partner.ID), "active", string(relationship.Active), "now", stamp(o.At)).whenAmong("#role", roles).
			or(func(item) error { return fault.Forbidden.With(gone) })
	case len(p.Requires) == 0:
		still = check(customerUserKey(p.Self)).when("attribute_exists(#PK) AND attribute_not_exists(#disabled)").or(func(item) error { return fault.CallerDisabled })
	default:
		still = memberStill(p.Self, p.Requires...)
	}
	if slices.ContainsFunc(parts, func(one part) bool { return one.key == still.key }) {
		return parts
	}
	return append(parts, still)
}

// CreateCustomerUser implements administration.UserStore.
func (t *Table) CreateCustomerUser(ctx context.Context, u customer.User, by administration.Permit, happened event.Event, o op.Op) error {
	parts := append(append(once(o), userParts(u, nil, o, part.ifAbsent)...),
		loginPart(u.Mail, string(u.Customer), string(u.ID), o).or(func(item) error { return fault.AddressTaken.In("/email") }))
	if u.Administers() {
		parts = append(parts, customerAdministratorsPart(u.Customer, 1))
	}
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// SaveCustomerUser implements administration.UserStore.
func (t *Table) SaveCustomerUser(ctx context.Context, u, old customer.User, by administration.Permit, happened event.Event, o op.Op) error {
	parts := append(once(o), userParts(versioned(old.Version, u), old.Terms, o, func(p part) part { return p.ifVersion(old.Version) })...)
	more := 0
	if u.Administers() {
		more++
	}
	if old.Administers() {
		more--
	}
	leaves := u.Disabled && !old.Disabled
	switch {
	case more != 0:
		counted := customerAdministratorsPart(u.Customer, more)
		if leaves {
			counted = counted.when("#billing_owner <> :leaver", "leaver", string(u.ID)).or(func(old item) error {
				if read(old, "billing_owner") == string(u.ID) {
					return fault.UserOwnsBilling
				}
				return fault.LastAdmin
			})
		}
		parts = append(parts, counted)
	case leaves:
		parts = append(parts, check(customerKey(u.Customer)).when("#billing_owner <> :leaver", "leaver", string(u.ID)).
			or(func(item) error { return fault.UserOwnsBilling }))
	}
	parts = append(parts, t.mailboxParts(u, old, o)...)
	for _, id := range customer.Beyond(u.Licenses, old.Licenses) {
		parts = append(parts, givenPart(subscription.ID(id), o))
	}
	for _, id := range customer.Beyond(old.Licenses, u.Licenses) {
		parts = append(parts, assignedPart(subscription.ID(id), -1).when("#card.#licenses.#assigned > :none", "none", 0))
	}
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// mailboxRow makes a mailbox's address one user's within the customer.
type mailboxRow struct{ User customer.UserID }

// mailboxParts take the address of a user's mailbox for it, and give the former one back. Its domain is verified of the customer by then, which is looked
// at first: who has not proved it learns nothing about its addresses. An address by which somebody else signs in is not taken: whose mail it gets could
// set that person's password.
func (t *Table) mailboxParts(u, old customer.User, o op.Op) (parts []part) {
	now, was := mailboxKey(u), mailboxKey(old)
	if now == was {
		return nil
	}
	if old.Mailbox != nil {
		parts = append(parts, erase(was).when("#user = :user", "user", string(u.ID)))
	}
	if u.Mailbox == nil {
		return parts
	}
	taken := func(item) error { return fault.AddressTaken.In("/address") }
	domain := u.Mailbox.Domain()
	if domain != customer.InitialDomain(u.Customer, t.CustomersDomain) {
		parts = append(parts, check(domainOwnerKey(domain)).when("#customer = :customer", "customer", string(u.Customer)).
			or(func(item) error { return fault.DomainUnverified.With(domain).In("/address") }))
	}
	parts = append(parts, put(now, born("mailbox", mailboxRow{u.ID}, o.At)).ifAbsent().or(taken))
	if loginKey(u.Mailbox.Address) != loginKey(u.Mail) {
		parts = append(parts, check(loginKey(u.Mailbox.Address)).when("(attribute_not_exists(#PK) OR #user = :user)", "user", string(u.ID)).or(taken))
	}
	return parts
}

// givenPart counts a licence that a user is given. It fails as subscription.Subscription.Assignable does, as the subscription stands by then.
func givenPart(id subscription.ID, o op.Op) part {
	return assignedPart(id, 1).
		when("(attribute_not_exists(#card.#licenses.#assigned) OR #card.#licenses.#assigned < #card.#licenses.#bought)").
		when("(#card.#status = :trialing AND #card.#trial_ends_at > :now OR #card.#status = :active AND (attribute_not_exists(#card.#ending) OR #card.#term_ends_at > :now))",
			"trialing", string(subscription.Trialing), "active", string(subscription.Active), "now", stamp(o.At)).
		or(func(old item) error {
			var s subscription.Subscription
			if err := decode(old, &s); err != nil {
				return err
			}
			if err := s.Assignable(o.At); err != nil {
				return err
			}
			return stale()
		})
}

// assignedPart counts the licences of a subscription that users have: no decision on the subscription that was read before stands after it.
func assignedPart(id subscription.ID, more int) part {
	return update(subscriptionKey(id), "SET #card.#licenses.#assigned = if_not_exists(#card.#licenses.#assigned, :nobody) + :more ADD #version :one",
		"nobody", 0, "more", more, "one", 1).when("attribute_exists(#PK)")
}

// PurgeUser implements administration.PurgeStore.
func (t *Table) PurgeUser(ctx context.Context, u customer.User, happened event.Event, o op.Op) error {
	parts := []part{
		erase(customerUserKey(u.ID)).ifVersion(u.Version),
		erase(loginKey(u.Mail)).when("#user = :user", "user", string(u.ID)),
	}
	if u.Mailbox != nil {
		parts = append(parts, erase(mailboxKey(u)).when("#user = :user", "user", string(u.ID)))
	}
	for _, term := range u.Terms {
		parts = append(parts, erase(termKey(u.ID, term)).when("attribute_exists(#PK)"))
	}
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// namedTies is how many ties of a customer get its new name in the transaction that changes it (infra/design/data.md, "Names in ties").
const namedTies = 50

// SaveProfile implements administration.ProfileStore.
func (t *Table) SaveProfile(ctx context.Context, c, old customer.Customer, by administration.Permit, happened event.Event, o op.Op) error {
	c.Version = old.Version
	parts := append(once(o), customerPart(c))
	if c.Name != old.Name {
		ties, _, err := t.RelationshipsOf(ctx, c.ID, Page{Limit: namedTies}, nil)
		if err != nil {
			return err
		}
		for _, tie := range ties {
			tie.CustomerName = c.Name
			parts = append(parts, tiePart(tie))
		}
	}
	return t.write(ctx, o, append(byPermit(by, o, parts...), eventPart(happened))...)
}

// customerAdministratorsPart counts a customer's enabled global administrators: one always stays, also where two take each other's role at once.
func customerAdministratorsPart(c customer.ID, more int) part {
	return update(customerKey(c), "ADD #global_admins :more, #version :one", "more", more, "one", 1).
		when("#global_admins > :fewer", "fewer", max(-more, 0)).or(func(item) error { return fault.LastAdmin })
}

// userParts write a user and the rows by which it is found, where they are others than those that it had; each part under a condition. guard makes
// it that of the user's own row.
func userParts(u customer.User, had []string, o op.Op, guard func(part) part) []part {
	want := u.SearchTerms()
	u.Terms = want
	parts := []part{guard(put(customerUserKey(u.ID), customerUserItem(u)))}
	for _, term := range had {
		if !slices.Contains(want, term) {
			parts = append(parts, erase(termKey(u.ID, term)).when("attribute_exists(#PK)"))
		}
	}
	for _, term := range want {
		if !slices.Contains(had, term) {
			parts = append(parts, put(termKey(u.ID, term), born("search_term", searchTerm{User: u.ID, Term: term}, o.At)).ifAbsent())
		}
	}
	return parts
}

// searchTerm is a row by which a user is found.
type searchTerm struct {
	User customer.UserID
	Term string
}

// FindCustomerUsers lists a customer's users that keep lets through and whose address or name, from any of its first words on, begins with a text; in
// the order of what they are found by, strongly consistent. An empty text lists all, the oldest first.
func (t *Table) FindCustomerUsers(ctx context.Context, of customer.ID, text string, keep func(customer.User) bool, page Page) ([]customer.User, string, error) {
	typed := customer.FoldSearch(text)
	if typed == "" {
		return sieved(ctx, t, customerKey(of).pk, "USER#", false, page, func(users []customer.User) ([]bool, error) {
			kept := make([]bool, len(users))
			for i, u := range users {
				kept[i] = keep(u)
			}
			return kept, nil
		})
	}
	seen := map[customer.UserID]customer.User{}
	found, next, err := sieved(ctx, t, customerKey(of).pk, termSort+typed, false, page, func(rows []searchTerm) ([]bool, error) {
		kept := make([]bool, 0, len(rows))
		for some := range slices.Chunk(rows, 100) { // what one call reads at most
			keys := make([]key, len(some))
			for i, row := range some {
				keys[i] = customerUserKey(row.User)
			}
			items, err := t.batch(ctx, true, keys...)
			if err != nil {
				return nil, err
			}
			for i, row := range some {
				var u customer.User
				if err := decode(items[keys[i]], &u); err != nil {
					return nil, err
				}
				seen[row.User] = u
				kept = append(kept, u.FoundFirst(row.Term, typed) && keep(u))
			}
		}
		return kept, nil
	})
	users := make([]customer.User, len(found))
	for i, row := range found {
		users[i] = seen[row.User]
	}
	if err == nil && len(users) == 0 && page.Cursor == "" {
		return t.findAlone(ctx, of, typed, keep)
	}
	return users, next, err
}

// findAlone is FindCustomerUsers of a customer whose first user is alone, or was until just now: it has no rows by which it is found.
func (t *Table) findAlone(ctx context.Context, of customer.ID, typed string, keep func(customer.User) bool) ([]customer.User, string, error) {
	first, err := t.FirstCustomerUser(ctx, of)
	switch {
	case fault.Is(err, fault.Absent):
		return nil, "", nil
	case err != nil || first.Terms != nil || !keep(first):
		return nil, "", err
	case slices.ContainsFunc(first.SearchTerms(), func(term string) bool { return strings.HasPrefix(term, typed) }):
		return []customer.User{first}, "", nil
	}
	return nil, "", nil
}

// FirstCustomerUser reads the oldest user of a customer, strongly consistent. NotFound where there is none.
func (t *Table) FirstCustomerUser(ctx context.Context, of customer.ID) (customer.User, error) {
	oldest, _, err := under[customer.User](ctx, t, customerKey(of).pk, "USER#", false, Page{Limit: 1})
	if err == nil && len(oldest) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return customer.User{}, err
	}
	return oldest[0], nil
}

// KeepSearchTerms writes the rows by which a user is found where they are not those of its name and address: a customer's first user is made in the
// transaction of its consent, which costs less without them.
func (t *Table) KeepSearchTerms(ctx context.Context, id customer.UserID, o op.Op) error {
	return op.RetryStale(func() error {
		u, err := t.CustomerUser(ctx, id)
		if err != nil || slices.Equal(u.Terms, u.SearchTerms()) {
			return err
		}
		return t.write(ctx, o, userParts(versioned(u.Version, u), u.Terms, o, func(p part) part { return p.ifVersion(u.Version) })...)
	})
}

// versioned returns the user as the version after the one that was read.
func versioned(seen int, u customer.User) customer.User {
	u.Version = seen + 1
	return u
}
