package supported

import (
	"cmp"
	"embed"
	"errors"
	"net/http"

	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/site/confirm"
	"liaison/shared/subscription"
	"liaison/shared/support"
)

//go:embed one.html
var files embed.FS

var one = page.Parse(files, "one.html")

// messages is how many a page of a request shows.
const messages = 100

// What a press does to a request.
const (
	answers   = "answer"
	severity  = "severity"
	closes    = "close"
	resolves  = "resolve"
	reopens   = "reopen"
	doneField = "done"
)

type oneBody struct {
	Action   string
	Count    string
	Messages []message
	Pager    page.Pager
	Hidden   []page.Hidden
	Answer   page.Textarea
	Closed   *page.Act // in place of the form's button: why nobody writes any more; what was typed stays
	Rows     []page.Row
	Severity page.Select
	Changing []page.Hidden
	Locked   *page.Act // in place of its button: why it stays
	Acts     []page.Act
}

// message is what one side wrote.
type message struct {
	Name, At, Text string
	Person         bool
	Side           page.Badge
}

// state is how the page stands: as it is opened, or as a press left it.
type state struct {
	status int
	key    string
	errs   page.Errors
	notice *page.Notice
}

func faultOf(err error) []fault.Field {
	if f := fault.As(err); f != nil {
		return f.Fields
	}
	return nil
}

func missing(field fault.Field) bool { return field.Code == fault.Required }

// named reads the request in the path, as it stands now. Another customer's than the desk's looks like none.
func (d Desk) named(v *site.Visit, who site.Signed) (access.Requested, error) {
	id := support.ID(v.R.PathValue("request"))
	if of, _, _ := id.Customer(); d.Of != "" && of != d.Of {
		return access.Requested{}, fault.NotFound
	}
	return access.RequestOf(v.R.Context(), d.Table, who.Caller, id, v.Op.At)
}

// Show shows one request with what was written, and every act on it.
func (d Desk) Show(v *site.Visit, who site.Signed) error {
	on, err := d.named(v, who)
	if err != nil {
		return err
	}
	return d.render(v, who, on, state{status: http.StatusOK, key: confirm.NewKey(v), notice: done(v.Words, v.R.URL.Query().Get(doneField), on.At(v.Op.At), v.Vendor().Name)})
}

// done says what a press did, while that still stands.
func done(w locale.Words, what string, r support.Request, vendor string) *page.Notice {
	said := ""
	switch {
	case what == "open" && r.Comments == 1:
		said = w.SupportSent(vendor)
	case what == answers:
		said = w.SupportAnswerSent()
	case what == severity:
		said = w.SupportSeverityChanged()
	case what == closes && r.Status == support.Closed:
		said = w.SupportIsClosed()
	case what == resolves && r.Status == support.Resolved:
		said = w.SupportIsResolved()
	case what == reopens && !r.Status.Done():
		said = w.SupportIsReopened()
	}
	if said == "" {
		return nil
	}
	return &page.Notice{Success: true, Text: said}
}

func (d Desk) render(v *site.Visit, who site.Signed, on access.Requested, s state) error {
	w, r, of := v.Words, on.At(v.Op.At), on.By.Customer
	if err := v.NoteRead(d.Table, who, event.Customer(string(r.Customer)), string(r.ID)); err != nil {
		return err
	}
	said, next, err := d.Table.ServiceRequestComments(v.R.Context(), r.ID, dynamo.Page{Limit: messages, Cursor: v.R.URL.Query().Get("cursor")})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(d.At(r.ID))
	}
	if err != nil {
		return err
	}
	b := oneBody{Action: d.At(r.ID), Count: w.Int(r.Comments), Pager: v.Pager(d.At(r.ID), next)}
	b.Pager.First.Text, b.Pager.More.Text = w.PartnerUsersFirst(), w.SupportLater()
	for _, c := range said {
		b.Messages = append(b.Messages, message{
			Name: Name(v, c.By), Person: c.By.Side == support.ByCustomer, Side: side(w, c.By.Side), At: w.Time(v.In(c.CreatedAt, of.Country)), Text: c.Text,
		})
	}
	if b.Rows, err = d.rows(v, who, on); err != nil {
		return err
	}
	d.acts(v, who, on, s, &b)
	frame, badge := v.Frame(r.Subject), Badge(w, r.Status)
	frame.Badge, frame.Lead, frame.Errors, frame.Notice = &badge, lead(v, who, on), s.errs, s.notice
	frame.Back = &page.Link{URL: d.Path, Text: w.SupportTitle()}
	if b.Closed == nil {
		frame.Form = answers
	}
	return v.Render(one, s.status, frame, b)
}

// lead says for whom the request waits, or until when something can be done about it.
func lead(v *site.Visit, who site.Signed, on access.Requested) string {
	w, r, of, vendor := v.Words, on.At(v.Op.At), on.By.Customer, v.Vendor().Name
	switch {
	case r.Status == support.Open && who.Operates():
		return w.SupportWaitsSince(v.In(r.LastCommentAt, of.Country))
	case r.Status == support.Open:
		return w.SupportWaitsVendor(vendor)
	case r.Status == support.Answered && who.Operates():
		return w.SupportWaitsCustomer()
	case r.Status == support.Answered:
		return w.SupportWaitsYou(vendor)
	case r.Status == support.Resolved:
		return w.SupportClosesAt(v.In(r.ClosesAt, of.Country))
	case r.Reopens(v.Op.At):
		return w.SupportReopensUntil(v.In(r.ClosedAt, of.Country), v.In(r.ReopensUntil(), of.Country))
	}
	return w.SupportClosedAt(v.In(r.ClosedAt, of.Country))
}

// rows are what the request is about.
func (d Desk) rows(v *site.Visit, who site.Signed, on access.Requested) ([]page.Row, error) {
	w, r, of := v.Words, on.Request, on.By.Customer
	var rows []page.Row
	if !who.OfCustomer() {
		rows = append(rows, page.Row{Key: w.SupportCustomer(), Values: []string{of.Name, w.Country(of.Country)}})
	}
	rows = append(rows,
		page.Row{Key: w.SupportOpenedBy(), Values: []string{Name(v, r.OpenedBy)}},
		page.Row{Key: w.SupportOpenedOn(), Values: []string{w.Time(v.In(r.CreatedAt, of.Country))}})
	if r.Subscription != "" {
		plan, err := d.plan(v, r.Subscription)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Row{Key: w.SupportSubscription(), Values: []string{plan}})
	}
	return append(rows, page.Row{Key: w.SiteReference(), Values: []string{string(r.ID)}}), nil
}

// plan names the plan of a subscription; its id where it is gone.
func (d Desk) plan(v *site.Visit, id subscription.ID) (string, error) {
	s, err := d.Table.StoredSubscription(v.R.Context(), id)
	if fault.Is(err, fault.Absent) {
		return string(id), nil
	}
	if err != nil {
		return "", err
	}
	shown, err := v.Catalogue(s.Plan)
	return v.PlanName(shown.Plans, s.Plan), err
}

// acts fills in the forms. What cannot be done now is there, with the reason.
func (d Desk) acts(v *site.Visit, who site.Signed, on access.Requested, s state, b *oneBody) {
	w, r := v.Words, on.At(v.Op.At)
	b.Hidden = d.hidden(who, r, answers, page.Hidden{Name: "key", Value: s.key})
	b.Answer = page.Textarea{Name: "message", Label: w.SupportAnswer(), Value: cmp.Or(v.Form("message"), v.Retyped().Get("message")), Error: s.errs.For("message"), Rows: 6}
	if r.Status.Done() && r.Reopens(v.Op.At) {
		b.Answer.Hint = w.SupportAnswerReopens()
	}
	b.Severity = page.Select{
		Name: "severity", Label: w.SupportSeverity(), Value: cmp.Or(v.Form("severity"), string(r.Severity)), Error: s.errs.For("severity"), Options: Severities(w),
	}
	b.Changing = d.changing(who, r, severity)
	act := func(text, what string) page.Act {
		return page.Act{Text: text, URL: d.At(r.ID), Form: d.changing(who, r, what)}
	}
	final := ""
	if r.Status == support.Closed {
		b.Locked = &page.Act{Text: w.SupportSeveritySave(), Why: w.SupportWhyClosed(), ID: "why-severity"}
		if !r.Reopens(v.Op.At) {
			final = w.SupportWhyFinal(support.ReopenDays)
			b.Closed = &page.Act{Text: w.SupportAnswerSend(), Why: final, ID: "why-answer"}
			b.Locked.Why = final
		}
	}
	if !on.By.Changes(r) {
		final = w.SupportWhyNotYours(on.By.Customer.Name, v.Vendor().Name)
		b.Locked = &page.Act{Text: w.SupportSeveritySave(), Why: final, ID: "why-severity"}
	}
	ends := act(w.SupportClose(), closes)
	ends.Why, ends.ID = final, "why-close"
	if who.Operates() {
		ends = act(w.SupportResolve(), resolves)
	}
	again := act(w.SupportReopen(), reopens)
	again.Why, again.ID = final, "why-reopen"
	switch {
	case !r.Status.Done():
		b.Acts = []page.Act{ends}
	case r.Status == support.Resolved && !who.Operates():
		b.Acts = []page.Act{ends, again}
	default:
		b.Acts = []page.Act{again}
	}
}

// hidden are the fields of a form that does something to a request, and its token over what it was decided on.
func (d Desk) hidden(who site.Signed, r support.Request, what string, on page.Hidden) []page.Hidden {
	return []page.Hidden{{Name: page.TokenField, Value: site.Token(who.Secret, "support", what, string(r.ID), on.Value)}, {Name: "action", Value: what}, on}
}

func (d Desk) changing(who site.Signed, r support.Request, what string) []page.Hidden {
	return d.hidden(who, r, what, page.Hidden{Name: "seen", Value: seen(r)})
}

// Post does what a form of the request says.
func (d Desk) Post(v *site.Visit, who site.Signed) error {
	on, err := d.named(v, who)
	if err != nil {
		return err
	}
	what, key := v.Form("action"), confirm.Key(v.Form("key"))
	decidedOn := v.Form("seen")
	if what == answers {
		decidedOn = key
	}
	if err := v.Posted(who.Secret, "support", what, string(on.ID), decidedOn); err != nil {
		return err
	}
	if what == answers {
		return d.answer(v, who, on, key)
	}
	return d.change(v, who, on, what)
}

// answer adds what was written, once however often the form is sent.
func (d Desk) answer(v *site.Visit, who site.Signed, on access.Requested, key string) error {
	if page.Switched(v.R) {
		return d.render(v, who, on, state{status: http.StatusOK, key: key})
	}
	o := confirm.OpBy(v, who, "support-answer "+string(on.ID), key)
	err := op.RetryStale(func() error {
		now, err := d.named(v, who)
		if err == nil {
			_, err = support.Write(v.R.Context(), d.Table, now.By, now.Request, v.Form("message"), o)
		}
		return err
	})
	var before *op.Replay
	if err == nil || errors.As(err, &before) {
		return v.Redirect(site.Query(d.At(on.ID), page.Hidden{Name: doneField, Value: answers}))
	}
	return d.refused(v, who, on, key, err)
}

// change closes, resolves or opens the request again, or changes its severity, as it was shown. What stands so already is done; where it has
// changed meanwhile the page is shown first.
func (d Desk) change(v *site.Visit, who site.Signed, on access.Requested, what string) error {
	var changes support.Changes
	to := func(s support.Status) *support.Status { return &s }
	switch what {
	case severity:
		chosen := support.Severity(v.Form("severity"))
		changes.Severity = &chosen
	case closes:
		changes.Status = to(support.Closed)
	case resolves:
		changes.Status = to(support.Resolved)
	default:
		changes.Status = to(support.Open)
	}
	_, differs, err := changes.Apply(on.Request, v.Op.At)
	if err == nil && len(differs) > 0 {
		if v.Form("seen") != seen(on.At(v.Op.At)) {
			err = fault.PreconditionFailed
		} else {
			_, err = support.Change(v.R.Context(), d.Table, on.By, on.Request, changes, v.By(who))
		}
	}
	if err == nil {
		return v.Redirect(site.Query(d.At(on.ID), page.Hidden{Name: doneField, Value: what}))
	}
	return d.refused(v, who, on, confirm.NewKey(v), err)
}

// refused shows the request as it stands now, with what is wrong and what was typed.
func (d Desk) refused(v *site.Visit, who site.Signed, on access.Requested, key string, wrong error) error {
	if errs := Wrong(v, wrong); errs != nil {
		return d.render(v, who, on, state{status: http.StatusUnprocessableEntity, key: key, errs: errs})
	}
	said := v.Detail(wrong)
	switch {
	case fault.Is(wrong, fault.Stale):
		said = v.Words.SupportChanged()
	case !fault.Is(wrong, fault.RequestClosed, fault.PartnerNotActive):
		return wrong
	}
	now, err := d.named(v, who)
	if err != nil {
		return err
	}
	return d.render(v, who, now, state{status: http.StatusConflict, key: key, notice: &page.Notice{Text: said}})
}
