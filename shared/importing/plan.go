package importing

import (
	"slices"
	"time"

	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

// Asked is what knowing what rows ask for reads: addresses and groups' names as they were typed, and whether any names a licence.
type Asked struct {
	Mails, Groups []string
	Pairs         []Member              // of which it is asked whether the user is in the group
	Domains       []customer.DomainName // of which it is asked whether the customer has verified them
	Licenses      bool
}

// Facts are what rows are decided on, by addresses and names as Fold has them.
type Facts struct {
	Users         map[string]customer.User // the customer's own, those who were deleted too
	Taken         map[string]bool          // addresses of somebody else
	Groups        map[string]customer.Group
	Members       map[Member]bool
	Domains       map[customer.DomainName]bool // that the customer has verified
	Subscriptions []subscription.Subscription
	Plans         map[catalog.PlanID]catalog.Plan
}

// Member is an address and the group that its user is in.
type Member struct{ Group, Mail string }

// Fold returns a name as names are compared.
func Fold(name string) string { return customer.FoldSearch(name) }

// asked returns what deciding on rows reads.
func asked(kind Kind, columns []Column, rows ...Row) (a Asked) {
	a.Licenses = kind == Mailboxes
	for _, row := range rows {
		if row.Problems != nil {
			continue
		}
		c := row.cells(columns)
		mail, _ := textinput.Mail(c[MailColumn])
		a.Mails = append(a.Mails, mail)
		if kind == Mailboxes {
			if d := (customer.Mailbox{Address: mail}).Domain(); !slices.Contains(a.Domains, d) {
				a.Domains = append(a.Domains, d)
			}
		}
		for _, name := range c.groups() {
			a.Groups = append(a.Groups, name)
			a.Pairs = append(a.Pairs, Member{Fold(name), textinput.FoldMail(mail)})
		}
		a.Licenses = a.Licenses || len(c.list(LicensesColumn)) > 0
	}
	return a
}

// wish is what a row asks for and does not stand so yet.
type wish struct {
	draft    *customer.UserDraft // of a user who is to be made
	user     customer.User       // as it stands, or will
	licenses []string            // all that the user has then; nil: as it is
	mailbox  *customer.MailboxDraft
	groups   []customer.Group // that the user comes into; one without an id is to be made
}

// steps is how many transactions the wish takes.
func (w wish) steps() int {
	n := len(w.groups)
	for _, g := range w.groups {
		if g.ID == "" {
			n++
		}
	}
	if w.draft != nil {
		n++
	}
	if w.licenses != nil {
		n++
	}
	if w.mailbox != nil {
		n++
	}
	return n
}

// refused is why a row cannot be applied: a fault, and the column that asks for it.
type refused struct {
	column Column
	err    error
}

// plan decides what a row without problems asks for, by somebody's authority.
func (im Import) plan(row Row, by administration.Authority, f Facts, at time.Time) (w wish, no *refused) {
	c := row.cells(im.Columns)
	mail, _ := textinput.Mail(c[MailColumn])
	mail = textinput.FoldMail(mail)
	there := false
	if w.user, there = f.Users[mail]; !there {
		if im.Kind != Users {
			return w, &refused{MailColumn, fault.UnknownUser.With(c[MailColumn])}
		}
		if f.Taken[mail] {
			return w, &refused{MailColumn, fault.AddressTaken.With(nil)}
		}
		d := c.draft()
		made, err := d.User(by.Customer, "", at)
		if err != nil {
			return w, &refused{"", err}
		}
		w.draft, w.user = &d, made
	}
	if w.user.Deleted() {
		return w, &refused{MailColumn, fault.UserDeleted.With(w.user.PurgeAt)}
	}
	if im.Kind == Users && there {
		if column := differs(w.user, c, by.Customer, at); column != "" {
			return w, &refused{column, fault.UserDiffers.With(nil)}
		}
	}
	if no := w.license(c.list(LicensesColumn), f, at); no != nil {
		return w, no
	}
	if im.Kind == Mailboxes {
		if no := w.receive(c, f, at); no != nil {
			return w, no
		}
	}
	for _, name := range c.groups() {
		folded := Fold(name)
		if f.Members[Member{folded, mail}] || slices.ContainsFunc(w.groups, func(g customer.Group) bool { return Fold(g.Name) == folded }) {
			continue
		}
		g, ok := f.Groups[folded]
		if !ok {
			g = customer.Group{Name: name}
		}
		w.groups = append(w.groups, g)
	}
	if w.steps() > 0 {
		if _, err := by.Allow(administration.AdministerUsers, w.user); err != nil {
			return w, &refused{MailColumn, err}
		}
	}
	return w, nil
}

// differs returns the first column of which a user has something else than its row says; empty where the row says nothing else. What a row leaves
// empty it does not say.
func differs(u customer.User, c cells, of customer.Customer, at time.Time) Column {
	want, err := c.draft().User(of, u.ID, at)
	switch {
	case err != nil:
		return MailColumn // never: the row was reviewed
	case want.Name != u.Name:
		return NameColumn
	case c[LanguageColumn] != "" && want.Language != u.Language:
		return LanguageColumn
	}
	for _, field := range customer.ContactFields {
		if said := *field.Of(&want.Contact); said != "" && said != *field.Of(&u.Contact) {
			return Column(field.Name)
		}
	}
	return ""
}

// license adds licences of what a row names: each a subscription by its id, or a plan by its id or its name in any language. Of several
// subscriptions of a plan it is the newest that has a licence left.
func (w *wish) license(named []string, f Facts, at time.Time) *refused {
	all := slices.Clone(w.user.Licenses)
	for _, name := range named {
		var of *subscription.Subscription
		var why error = fault.UnknownSubscription.With(name)
		held := false
		for i, s := range f.Subscriptions {
			if !names(name, s, f.Plans[s.Plan]) {
				continue
			}
			if held = slices.Contains(all, string(s.ID)); held {
				break
			}
			if err := s.Assignable(at); err != nil {
				if !fault.Is(why, fault.NoLicenseLeft) { // the reason of one that could be used says more
					why = err
				}
			} else if of == nil {
				of = &f.Subscriptions[i]
			}
		}
		switch {
		case held:
		case of == nil:
			return &refused{LicensesColumn, why}
		default:
			all = append(all, string(of.ID))
		}
	}
	if len(all) > len(w.user.Licenses) {
		if len(all) > customer.MaxLicenses {
			return &refused{LicensesColumn, fault.TooMany.With(customer.MaxLicenses)}
		}
		w.licenses = all
	}
	return nil
}

// receive asks for a mailbox. One that the user has keeps its address and quota: a file says where from its mail is moved in, and nothing else.
func (w *wish) receive(c cells, f Facts, at time.Time) *refused {
	d := c.mailbox()
	if m := w.user.Mailbox; m != nil {
		d.Address = m.Address
		if m.QuotaGB > 0 {
			d.QuotaGB = &m.QuotaGB
		}
		if d.From == nil {
			d.From = m.From
		}
	} else if !slices.ContainsFunc(f.Subscriptions, func(s subscription.Subscription) bool {
		return slices.Contains(w.user.Licenses, string(s.ID)) && s.Usable(at) == nil
	}) {
		return &refused{MailColumn, fault.NoLicense}
	}
	next, fields, err := w.user.SetMailbox(d)
	if err != nil {
		return &refused{"", err}
	}
	if domain := next.Mailbox.Domain(); w.user.Mailbox == nil && !f.Domains[domain] {
		return &refused{MailColumn, fault.DomainUnverified.With(domain)}
	}
	if len(fields) > 0 {
		w.mailbox = &d
	}
	return nil
}

// names says whether a cell names a subscription.
func names(cell string, s subscription.Subscription, p catalog.Plan) bool {
	if cell == string(s.ID) || cell == string(s.Plan) {
		return true
	}
	folded := Fold(cell)
	for _, name := range p.Name {
		if Fold(name) == folded {
			return true
		}
	}
	return false
}

// Result is what would become of a row.
type Result string

// The results.
const (
	Makes  Result = "makes"
	Stands Result = "stands"
	Fails  Result = "fails"
)

// Try says of each row what would become of it if all were applied now, in their order: nothing is written.
func (im Import) Try(rows []Row, by administration.Authority, f Facts, at time.Time) ([]Row, []Result) {
	tried, results := slices.Clone(rows), make([]Result, len(rows))
	for i, row := range rows {
		if row.Problems != nil {
			results[i] = Fails
			continue
		}
		w, no := im.plan(row, by, f, at)
		switch {
		case no != nil:
			tried[i].Problems, results[i] = problems(fault.As(no.err), no.column), Fails
		case w.steps() == 0:
			results[i] = Stands
		default:
			results[i] = Makes
			f.follow(w)
		}
	}
	return tried, results
}

// follow makes of the facts what they are once a wish is done.
func (f Facts) follow(w wish) {
	mail := textinput.FoldMail(w.user.Mail)
	if w.licenses != nil {
		for i, s := range f.Subscriptions {
			if slices.Contains(w.licenses, string(s.ID)) && !slices.Contains(w.user.Licenses, string(s.ID)) {
				f.Subscriptions[i].Licenses.Assigned++
			}
		}
		w.user.Licenses = w.licenses
	}
	f.Users[mail] = w.user
	for _, g := range w.groups {
		f.Groups[Fold(g.Name)] = g
		f.Members[Member{Fold(g.Name), mail}] = true
	}
}
