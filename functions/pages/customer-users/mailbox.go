package customerusers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/provisioning"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/textinput"
)

// setMailbox is the form of a user's mailbox.
var setMailbox = step{
	name: "mailbox", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, fits: there, apart: true,
	next: func(u customer.User, _ op.Op) (customer.User, error) { return u, nil },
}

// removeMailbox has a user no mailbox any more.
var removeMailbox = step{
	name: "remove-mailbox", act: administration.AdministerUsers, role: locale.Words.CustomerUsersNeedsUserAdmin, text: plain(locale.Words.MailboxRemove), danger: true, apart: true,
	fits:  func(u customer.User) bool { return there(u) && u.Mailbox != nil },
	next:  func(u customer.User, _ op.Op) (customer.User, error) { return u.RemoveMailbox() },
	title: locale.Words.MailboxRemoveTitle, button: plain(locale.Words.MailboxRemove),
	means: func(v *site.Visit, _ administered.Directory, u customer.User) []string {
		return []string{v.Words.MailboxRemoveText(textinput.ShownMail(u.Mailbox.Address))}
	},
	do: func(ctx context.Context, t Table, by administration.Authority, u customer.User, o op.Op) (customer.User, error) {
		return administration.RemoveMailbox(ctx, t, by, u, o)
	},
	done: func(v *site.Visit, _ administered.Directory, u customer.User) string {
		return v.Words.MailboxRemoved(u.Name)
	},
}

// mailboxBody is what a user's page says of its mailbox.
type mailboxBody struct {
	Nothing bool
	Rows    []page.Row
	Acts    page.Item
}

// mailbox says how a user's mailbox is to stand and how far the vendor's systems are; nil where nothing is to be said. licensed says whether the user has
// a licence that a first one takes.
func (p usersPage) mailbox(v *site.Visit, d administered.Directory, u customer.User, licensed bool) (*mailboxBody, error) {
	w, m := v.Words, u.Mailbox
	b := &mailboxBody{Nothing: m == nil}
	why := ""
	if !u.Deleted() {
		why = cannot(v, d, setMailbox, u)
	}
	act := func(made page.Act) {
		if made.Ask = d.Ask(v, made.Why); made.Why != "" {
			made.ID = "why-mailbox"
		}
		b.Acts.Acts = append(b.Acts.Acts, made)
	}
	if m == nil {
		if u.Deleted() {
			return nil, nil
		}
		if why == "" && !licensed {
			why = v.Detail(fault.NoLicense)
		}
		act(page.Act{Text: w.MailboxSet(), URL: at(d, u) + "/" + setMailbox.name, Why: why})
		return b, nil
	}
	b.Rows = []page.Row{{Key: w.MailboxAddress(), Values: []string{textinput.ShownMail(m.Address)}}, {Key: w.MailboxSize(), Values: []string{size(v, *m)}}}
	if m.From != nil {
		from := page.Row{Key: w.MailboxMoved(), Values: []string{textinput.ShownMail(m.From.Address), sourceName(w, m.From.Kind)}}
		if m.From.Host != "" {
			from.Values[1] += ", " + m.From.Host
		}
		b.Rows = append(b.Rows, from)
	}
	setup, migration, err := p.table.MailboxTasks(v.R.Context(), u.ID)
	if err != nil {
		return nil, err
	}
	retry := func(t provisioning.Task) {
		if t.State == provisioning.Failed && !u.Deleted() {
			b.Acts.Acts = append(b.Acts.Acts, p.retryAct(v, d, t, w.SetupRetryWhat(site.TaskKind(w, t.Kind)), site.ULID(string(u.ID))))
		}
	}
	want, _ := provisioning.OfMailbox(u.ID, u, "")
	setup = setup.For(want)
	key := w.MailboxSetup()
	if u.Deleted() {
		key = w.MailboxRemoval()
	}
	b.Rows = append(b.Rows, progress(v, d, key, setup))
	if m.From != nil && !u.Deleted() {
		want, _ := provisioning.OfMigration(u.ID, u, "")
		migration = migration.For(want)
		b.Rows = append(b.Rows, progress(v, d, w.MailboxMigration(), migration))
	} else {
		migration = provisioning.Task{}
	}
	retry(setup)
	retry(migration)
	if !u.Deleted() {
		act(page.Act{Text: w.MailboxChange(), URL: at(d, u) + "/" + setMailbox.name, Why: why})
		act(page.Act{Text: w.MailboxRemove(), URL: at(d, u) + "/" + removeMailbox.name, Danger: true, Why: why})
	}
	return b, nil
}

// size says how large a mailbox is to be.
func size(v *site.Visit, m customer.Mailbox) string {
	if m.QuotaGB == 0 {
		return v.Words.MailboxStandard(v.Vendor().Name)
	}
	return v.Words.MailboxGigabytes(m.QuotaGB)
}

// sourceName names a kind of old mailbox.
func sourceName(w locale.Words, kind customer.SourceKind) string {
	switch kind {
	case customer.IMAP:
		return "IMAP"
	case customer.Exchange:
		return "Exchange"
	}
	return "Google"
}

// progress is the row of a task: its state and since when, and why it failed.
func progress(v *site.Visit, d administered.Directory, key string, t provisioning.Task) page.Row {
	badge := stateOf(v, t)
	row := page.Row{Key: key, Values: []string{since(v, d, t)}, Badge: &badge}
	if t.Reason != "" {
		row.Values = append(row.Values, t.Reason)
	}
	return row
}

// wish is what the form of a mailbox holds, as typed.
type wish struct{ address, quota, kind, host, old string }

// noSource is the answer that nothing is moved.
const noSource = "none"

// wished is the form as a user's mailbox stands now.
func wished(u customer.User) wish {
	m := u.Mailbox
	if m == nil {
		return wish{address: textinput.ShownMail(u.Mail)}
	}
	is := wish{address: textinput.ShownMail(m.Address), kind: noSource}
	if m.QuotaGB > 0 {
		is.quota = strconv.Itoa(m.QuotaGB)
	}
	if from := m.From; from != nil {
		is.kind, is.host, is.old = string(from.Kind), from.Host, textinput.ShownMail(from.Address)
	}
	return is
}

// draft reads what was typed, and notes what is no number and no answer.
func (is wish) draft(w locale.Words) (customer.MailboxDraft, page.Errors) {
	var errs page.Errors
	d := customer.MailboxDraft{Address: is.address}
	if typed := strings.TrimSpace(is.quota); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil {
			errs = append(errs, page.FieldError{Field: "quota", Text: w.MailboxQuotaWrong(customer.MaxQuotaGB)})
		}
		d.QuotaGB = &n
	}
	switch is.kind {
	case noSource:
	case "":
		errs = append(errs, page.FieldError{Field: "from", Text: w.MailboxFromMissing()})
	default:
		d.From = &customer.Source{Kind: customer.SourceKind(is.kind), Host: is.host, Address: is.old}
	}
	return d, errs
}

// seenMailbox signs what the form of a user's mailbox shows.
func seenMailbox(d administered.Directory, u customer.User) string {
	is := wished(u)
	return site.Token(d.Secret, "mailbox", string(u.ID), status(u), strconv.FormatBool(u.Mailbox != nil), is.address, is.quota, is.kind, is.host, is.old)
}

type mailboxForm struct {
	Action, Token, Seen, Keep, Button, Consent string
	Address, Quota, Host, Old                  page.Input
	From                                       page.Radios
	Domains                                    page.Link // the address is of one of them
}

func (p usersPage) renderMailbox(v *site.Visit, d administered.Directory, u customer.User, status int, is wish, errs page.Errors, notice *page.Notice) error {
	w, vendor := v.Words, v.Vendor().Name
	b := mailboxForm{
		Action: at(d, u) + "/" + setMailbox.name, Seen: seenMailbox(d, u), Keep: at(d, u), Button: w.MailboxSave(), Consent: w.MailboxConsent(vendor, u.Name),
		Address: page.Input{Name: "address", Label: w.MailboxAddress(), Hint: w.MailboxAddressHint(), Value: is.address, Error: errs.For("address"), Type: "email", Autocomplete: "off"},
		Quota: page.Input{
			Name: "quota", Label: w.MailboxQuota(), Hint: w.MailboxQuotaHint(customer.MaxQuotaGB, vendor), Value: is.quota, Error: errs.For("quota"), InputMode: "numeric", Width: 4, Autocomplete: "off",
		},
		From: page.Radios{Name: "from", Legend: w.MailboxFrom(), Value: is.kind, Error: errs.For("from"), Options: []page.Option{
			{Value: noSource, Label: w.MailboxFromNone()},
			{Value: string(customer.IMAP), Label: w.MailboxFromImap()},
			{Value: string(customer.Exchange), Label: w.MailboxFromExchange()},
			{Value: string(customer.Google), Label: w.MailboxFromGoogle()},
		}},
		Host:    page.Input{Name: "host", Label: w.MailboxHost(), Hint: w.MailboxHostHint(), Value: is.host, Error: errs.For("host"), Autocomplete: "off"},
		Domains: page.Link{Text: w.MailboxDomains(d.By.Customer.Name), URL: d.Path + "/domains"},
		Old:     page.Input{Name: "old", Label: w.MailboxOld(), Hint: w.MailboxOldHint(), Value: is.old, Error: errs.For("old"), Type: "email", Autocomplete: "off"},
	}
	if u.Mailbox == nil {
		b.Button = w.MailboxSet()
	}
	b.Token = site.Token(d.Secret, "mailbox", string(u.ID), b.Seen)
	frame := v.Frame(w.MailboxTitleOf(u.Name))
	frame.Back = &page.Link{URL: at(d, u), Text: u.Name}
	frame.Errors, frame.Notice, frame.Form, frame.Narrow = errs, notice, "mailbox", true
	return v.Render(mailbox, status, frame, b)
}

// showMailbox shows the form; who may not set the mailbox is led to the user's page, which says why.
func (p usersPage) showMailbox(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	if u.Deleted() || cannot(v, d, setMailbox, u) != "" {
		return v.Redirect(at(d, u))
	}
	return p.renderMailbox(v, d, u, http.StatusOK, wished(u), nil, nil)
}

// saveMailbox sets the mailbox of a user as the form showed it.
func (p usersPage) saveMailbox(v *site.Visit, d administered.Directory) error {
	u, err := p.named(v, d)
	if err != nil {
		return err
	}
	if err := v.Posted(d.Secret, "mailbox", string(u.ID), v.Form("seen")); err != nil {
		return err
	}
	is := wish{v.Form("address"), v.Form("quota"), v.Form("from"), v.Form("host"), v.Form("old")}
	if page.Switched(v.R) {
		return p.renderMailbox(v, d, u, http.StatusOK, is, nil, nil)
	}
	shown := func(now customer.User) string { return seenMailbox(d, now) }
	overtaken := func() error {
		now, err := p.named(v, d)
		if err != nil {
			return err
		}
		if now.Deleted() {
			return v.Redirect(at(d, now))
		}
		return p.renderMailbox(v, d, now, http.StatusConflict, wished(now), nil, &page.Notice{Text: v.Words.CustomerUsersChanged()})
	}
	if v.Form("seen") != shown(u) {
		return overtaken()
	}
	draft, errs := is.draft(v.Words)
	if errs != nil {
		return p.renderMailbox(v, d, u, http.StatusUnprocessableEntity, is, errs, nil)
	}
	_, err = p.decide(v, d, u, shown, func(now customer.User) (customer.User, error) {
		return administration.SetMailbox(v.R.Context(), p.table, d.By, now, draft, v.By(d.Signed))
	})
	if fault.Is(err, fault.PreconditionFailed) {
		return overtaken()
	}
	if errs := wrongMailbox(v, d, err); errs != nil {
		return p.renderMailbox(v, d, u, gateway.Status(err), is, errs, nil)
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(d, u) + "?done=mailbox")
}

// wrongMailbox says what is wrong with what was typed, by its field, or what stands in the way; nil where the error is about something else.
func wrongMailbox(v *site.Visit, d administered.Directory, err error) page.Errors {
	w := v.Words
	if fault.Is(err, fault.NoLicense) {
		return page.Errors{{Text: v.Detail(err)}}
	}
	if why := d.Why(v, setMailbox.role, err); why != "" {
		return page.Errors{{Text: why}}
	}
	failed := fault.As(err)
	if failed == nil {
		return nil
	}
	var errs page.Errors
	for _, field := range failed.Fields {
		var said page.FieldError
		switch field.Pointer {
		case "/address":
			said = page.FieldError{Field: "address", Text: w.CatalogField(w.MailboxAddress(), w.PartnerUsersEmailWrong())}
			switch domain, _ := field.About.(customer.DomainName); field.Code {
			case fault.AddressTaken:
				said.Text = w.MailboxAddressTaken()
			case fault.DomainUnverified:
				said.Text = w.MailboxDomainUnverified(textinput.ShownDomain(string(domain)), d.By.Customer.Name)
			}
		case "/migrate_from/address":
			said = page.FieldError{Field: "old", Text: w.CatalogField(w.MailboxOld(), w.PartnerUsersEmailWrong())}
		case "/quota_gb":
			said = page.FieldError{Field: "quota", Text: w.MailboxQuotaWrong(customer.MaxQuotaGB)}
		case "/migrate_from/kind":
			said = page.FieldError{Field: "from", Text: w.MailboxFromMissing()}
		case "/migrate_from/host":
			if said = (page.FieldError{Field: "host", Text: w.MailboxHostWrong()}); field.Code == fault.Required {
				said.Text = w.MailboxHostMissing()
			}
		default:
			continue
		}
		errs = append(errs, said)
	}
	return errs
}
