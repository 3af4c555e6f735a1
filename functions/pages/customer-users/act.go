package customerusers

import (
	"context"
	"net/http"
	"strconv"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/textinput"
)

// step is one act on a user. All but the form that changes it have a page of their own that asks once more.
type step struct {
	name   string // in the address
	act    administration.Act
	role   func(w locale.Words, company string) string // which of the customer's own people may
	text   func(w locale.Words, name string) string
	fits   func(customer.User) bool // whether it is offered of such a user
	danger bool
	// next is what the act makes of a user; it fails where the user's state does not allow it.
	next func(u customer.User, o op.Op) (customer.User, error)

	title, button func(w locale.Words, name string) string
	means         func(v *site.Visit, d administered.Directory, u customer.User) []string
	do            func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error)
	done          func(v *site.Visit, d administered.Directory, u customer.User) string
	// links says whether what the act does shows in the links alone that set the password.
	links bool
	// apart says whether it stands beside what it changes, and not among what can be done to the user.
	apart bool
}

// plain is of a word that names nobody.
func plain(said func(locale.Words) string) func(locale.Words, string) string {
	return func(w locale.Words, _ string) string { return said(w) }
}

// there says whether a user was not deleted.
func there(u customer.User) bool { return !u.Deleted() }

var (
	edit = step{
		name: "edit", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: plain(locale.Words.CustomerUsersEdit), fits: there,
		next: func(u customer.User, _ op.Op) (customer.User, error) { return u, nil },
	}
	reset = step{
		name: "reset-password", act: administration.ResetPasswords, role: locale.Words.CustomerUsersNeedsPasswordAdmin, text: plain(locale.Words.CustomerUsersReset),
		fits:  func(u customer.User) bool { return there(u) && !u.Password.SetAt.IsZero() },
		next:  func(u customer.User, _ op.Op) (customer.User, error) { return u.ResetPassword() },
		title: locale.Words.CustomerUsersResetTitle, button: plain(locale.Words.CustomerUsersResetButton),
		means: func(v *site.Visit, d administered.Directory, u customer.User) []string {
			return linked(v, d, u, v.Words.CustomerUsersResetUntil())
		},
		do: func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
			return administration.ResetPassword(ctx, t, by, u, o)
		},
		done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
			return v.Words.CustomerUsersResetDone(textinput.ShownMail(u.Mail))
		},
		links: true,
	}
	// first is reset of who has no password yet.
	first = step{
		name: reset.name, act: reset.act, role: reset.role, text: plain(locale.Words.CustomerUsersFirst), next: reset.next, do: reset.do, links: true,
		fits:  func(u customer.User) bool { return there(u) && u.Password.SetAt.IsZero() },
		title: locale.Words.CustomerUsersFirstTitle, button: reset.button,
		means: func(v *site.Visit, d administered.Directory, u customer.User) []string {
			return linked(v, d, u, v.Words.CustomerUsersFirstNone(u.Name))
		},
		done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
			return v.Words.CustomerUsersFirstDone(textinput.ShownMail(u.Mail))
		},
	}
	disable = step{
		name: "disable", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: locale.Words.PartnerUsersDisableName, danger: true,
		fits:  func(u customer.User) bool { return there(u) && !u.Disabled },
		next:  switched(true),
		title: locale.Words.PartnerUsersDisableTitle, button: locale.Words.PartnerUsersDisableName,
		means: func(v *site.Visit, _ administered.Directory, _ customer.User) []string {
			return []string{v.Words.PartnerUsersDisableText()}
		},
		do: switches(true),
		done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
			return v.Words.PartnerUsersIsDisabled(u.Name)
		},
	}
	enable = step{
		name: "enable", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: locale.Words.PartnerUsersEnableName,
		fits:  func(u customer.User) bool { return there(u) && u.Disabled },
		next:  switched(false),
		title: locale.Words.CustomerUsersEnableTitle, button: locale.Words.PartnerUsersEnableName,
		means: func(v *site.Visit, _ administered.Directory, u customer.User) []string {
			return []string{v.Words.CustomerUsersEnableText(u.Name)}
		},
		do: switches(false),
		done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
			return v.Words.PartnerUsersIsEnabled(u.Name)
		},
	}
	remove = step{
		name: "delete", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: locale.Words.CustomerUsersDeleteName, danger: true, fits: there,
		next:  func(u customer.User, o op.Op) (customer.User, error) { return u.Delete(o.At) },
		title: locale.Words.CustomerUsersDeleteTitle, button: locale.Words.CustomerUsersDeleteName,
		means: func(v *site.Visit, d administered.Directory, u customer.User) []string {
			u, _ = u.Delete(v.Op.At) // asked of none that was
			said := []string{v.Words.CustomerUsersDeleteText(u.Name), v.Words.CustomerUsersDeleteUntil(v.In(u.PurgeAt, d.By.Customer.Country))}
			if u.Mailbox != nil {
				said = append(said, v.Words.MailboxGoes(textinput.ShownMail(u.Mailbox.Address)))
			}
			return said
		},
		do: func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
			return administration.DeleteUser(ctx, t, by, u, o)
		},
		done: func(v *site.Visit, d administered.Directory, u customer.User) string {
			return v.Words.CustomerUsersDeleteDone(u.Name, v.In(u.PurgeAt, d.By.Customer.Country))
		},
	}
	restore = step{
		name: "restore", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: locale.Words.CustomerUsersRestoreName, fits: customer.User.Deleted,
		next:  func(u customer.User, o op.Op) (customer.User, error) { return u.Restore(o.At) },
		title: locale.Words.CustomerUsersRestoreTitle, button: locale.Words.CustomerUsersRestoreName,
		means: func(v *site.Visit, _ administered.Directory, u customer.User) []string {
			said := []string{v.Words.CustomerUsersRestoreText()}
			if u.Mailbox != nil {
				said = append(said, v.Words.MailboxAgain(textinput.ShownMail(u.Mailbox.Address)))
			}
			return said
		},
		do: func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
			return administration.RestoreUser(ctx, t, by, u, o)
		},
		done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
			return v.Words.CustomerUsersRestoreDone(u.Name)
		},
	}
	steps = []step{edit, reset, first, disable, enable, remove, restore, removeMailbox}
)

// linked says to whom a link that sets the password goes, what becomes of what the user has, and who is told.
func linked(v *site.Visit, d administered.Directory, u customer.User, had string) []string {
	said := []string{v.Words.CustomerUsersResetText(textinput.ShownMail(u.Mail)), had}
	if d.By.OnBehalf() {
		said = append(said, v.Words.CustomerUsersResetNotice(d.By.Customer.Name))
	}
	return said
}

// switched returns the user as disabled or enabled.
func switched(off bool) func(customer.User, op.Op) (customer.User, error) {
	return func(u customer.User, _ op.Op) (customer.User, error) {
		next, _, err := customer.UserChanges{Disabled: &off}.Apply(u)
		return next, err
	}
}

func switches(off bool) func(context.Context, Table, administration.Authority, customer.User, op.Op) (customer.User, error) {
	return func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		return administration.UpdateUser(ctx, t, by, u, customer.UserChanges{Disabled: &off}, o)
	}
}

// cannot says why the reader may not do a step to a user as it stands, and who can change that; empty where it may.
func cannot(v *site.Visit, d administered.Directory, s step, u customer.User) string {
	next, err := s.next(u, v.Op)
	if err == nil {
		_, err = d.By.Change(s.act, u, next)
	}
	return d.Why(v, s.role, err)
}

// done says what was done, by the name in the address; empty where it is none, or no longer so.
func done(v *site.Visit, d administered.Directory, u customer.User, name string) string {
	switch name {
	case "created":
		return v.Words.CustomerUsersCreated(u.Name)
	case "saved":
		return v.Words.PartnerUsersSaved()
	case "licenses":
		return v.Words.CustomerLicensesSaved(u.Name)
	case "mailbox":
		if u.Mailbox != nil {
			return v.Words.MailboxSaved(u.Name)
		}
	case "retried":
		return v.Words.SetupRetried()
	}
	if s, ok := stepNamed(name, u); ok && (s.links || !s.fits(u)) {
		return s.done(v, d, u)
	}
	return ""
}

// stepNamed returns the step with a page of its own that an address names, of several that which fits the user; false where it names none.
func stepNamed(name string, u customer.User) (found step, ok bool) {
	for _, s := range steps {
		if s.name == name && s.do != nil && (!ok || s.fits(u)) {
			found, ok = s, true
		}
	}
	return found, ok
}

// asked returns the step and the user that the path names.
func (p usersPage) asked(v *site.Visit, d administered.Directory) (step, customer.User, error) {
	act := v.R.PathValue("act")
	if _, ok := stepNamed(act, customer.User{}); !ok {
		return step{}, customer.User{}, fault.NotFound
	}
	u, err := p.named(v, d)
	s, _ := stepNamed(act, u)
	return s, u, err
}

// ask asks once more before an act; what cannot be done leads to the user's page, which says why.
func (p usersPage) ask(v *site.Visit, d administered.Directory) error {
	s, u, err := p.asked(v, d)
	if err != nil {
		return err
	}
	if !s.fits(u) || cannot(v, d, s, u) != "" {
		return v.Redirect(at(d, u))
	}
	return p.put(v, d, s, u, http.StatusOK, "", nil)
}

type sureBody struct {
	Action, Token, Seen, Button, Keep string
	Text                              []string
	Danger                            bool
}

func (p usersPage) put(v *site.Visit, d administered.Directory, s step, u customer.User, status int, wrong string, notice *page.Notice) error {
	frame := v.Frame(s.title(v.Words, u.Name))
	frame.Narrow, frame.Notice, frame.Back = true, notice, &page.Link{URL: at(d, u), Text: u.Name}
	if wrong != "" {
		frame.Errors = page.Errors{{Text: wrong}}
	}
	return v.Render(sure, status, frame, sureBody{
		Action: at(d, u) + "/" + s.name, Token: site.Token(d.Secret, s.name, string(u.ID), s.seen(d, u)), Seen: s.seen(d, u), Text: s.means(v, d, u), Button: s.button(v.Words, u.Name),
		Keep: at(d, u), Danger: s.danger,
	})
}

// seen signs what the page of a step decides on.
func (s step) seen(d administered.Directory, u customer.User) string {
	if s.links {
		return site.Token(d.Secret, seen(d, u), strconv.Itoa(u.Version)) // pressed twice it sends one mail
	}
	return seen(d, u)
}

// act does what the page asked, to the user as the page showed it. Pressed twice it leads to the same page.
func (p usersPage) act(v *site.Visit, d administered.Directory) error {
	s, u, err := p.asked(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, s.name, string(u.ID), v.Form("seen")); err != nil {
		return err
	}
	if !s.fits(u) {
		return v.Redirect(at(d, u) + "?done=" + s.name)
	}
	overtaken := func(now customer.User) error {
		return p.put(v, d, s, now, http.StatusConflict, "", &page.Notice{Text: v.Words.CustomerUsersChanged()})
	}
	if v.Form("seen") != s.seen(d, u) {
		return overtaken(u)
	}
	_, err = p.decide(v, d, u, func(now customer.User) string { return seen(d, now) }, func(now customer.User) (customer.User, error) {
		return s.do(v.R.Context(), p.table, d.By, now, v.By(d.Signed))
	})
	if fault.Is(err, fault.PreconditionFailed) {
		if u, err = p.named(v, d); err == nil {
			return overtaken(u)
		}
	}
	if why := d.Why(v, s.role, err); why != "" {
		return p.put(v, d, s, u, gateway.Status(err), why, nil)
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(d, u) + "?done=" + s.name)
}

// decide does something to a user who stands as the page showed it, also where only what the page did not show changed since it was read, such as its
// password's links. It fails with precondition_failed where it stands otherwise.
func (p usersPage) decide(
	v *site.Visit, d administered.Directory, u customer.User, shown func(customer.User) string, do func(now customer.User) (customer.User, error),
) (changed customer.User, err error) {
	err = op.RetryStale(func() error {
		now, err := p.named(v, d)
		if err != nil {
			return err
		}
		if shown(now) != shown(u) {
			return fault.PreconditionFailed
		}
		changed, err = do(now)
		return err
	})
	return changed, err
}
