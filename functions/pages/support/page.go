// Package support is where a customer's people ask the vendor for help, and a partner on their behalf, and read and answer what was written about that.
package support

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/site/confirm"
	"liaison/shared/site/supported"
	"liaison/shared/subscription"
	requests "liaison/shared/support"
)

// Table is what the pages need of the table.
type Table interface {
	site.Table
	site.Sessions
	supported.Table
	ServiceRequestsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[requests.Request]) ([]requests.Request, string, error)
	SubscriptionsOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[subscription.Subscription]) ([]subscription.Subscription, string, error)
}

//go:embed new.html
var files embed.FS

var form = page.Parse(files, "new.html")

type supportPage struct{ table Table }

// desk is where the reader works on the requests of one customer: its own, or one that it acts for.
type desk struct {
	supported.Desk
	site.Signed
	of   customer.Customer
	back page.Link // what lies before the list
}

const (
	path   = "/account/support"
	behalf = "/partner/admin/{customer}/support"
	fresh  = "support-new" // the step that opens one
)

// Page serves /account/support, the reader's service requests, and below it the form of a new one and the page of each; on a customer's behalf
// /partner/admin/{customer}/support does.
func Page(env boot.Env, table Table) http.Handler {
	p := supportPage{table}
	own := func(right access.Right, step func(*site.Visit, desk) error) func(*site.Visit) error {
		return site.Customers(table, right, func(v *site.Visit, who site.Signed) error {
			return step(v, desk{supported.Desk{Table: table, Path: path, Of: who.Customer.ID}, who, who.Customer, page.Link{URL: "/account", Text: v.Words.FrameAccount()}})
		})
	}
	theirs := func(step func(*site.Visit, desk) error) func(*site.Visit) error {
		return administered.OnBehalf(table, func(v *site.Visit, d administered.Directory) error {
			of := d.By.Customer
			return step(v, desk{supported.Desk{Table: table, Path: d.Path + "/support", Of: of.ID}, d.Signed, of, page.Link{URL: d.Path, Text: v.Words.AdminTitle()}})
		})
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: own(access.HandleRequests, p.list)},
		site.Route{Path: behalf, Get: theirs(p.list)},
		site.Route{Path: path + "/new", Get: own(access.OpenRequests, p.begin), Post: site.Keeping(table, own(access.OpenRequests, p.ask))},
		site.Route{Path: behalf + "/new", Get: theirs(p.begin), Post: site.Keeping(table, theirs(p.ask))},
		site.Route{Path: path + "/{request}", Get: own(access.HandleRequests, show), Post: site.Keeping(table, own(access.HandleRequests, post))},
		site.Route{Path: behalf + "/{request}", Get: theirs(show), Post: site.Keeping(table, theirs(post))},
	)
}

func show(v *site.Visit, d desk) error { return d.Show(v, d.Signed) }
func post(v *site.Visit, d desk) error { return d.Post(v, d.Signed) }

// list lists the requests that the reader sees, the newest first.
func (p supportPage) list(v *site.Visit, d desk) error {
	w, query, ctx := v.Words, v.R.URL.Query(), v.R.Context()
	by, err := access.WriterOf(ctx, p.table, d.Caller, d.of.ID, v.Op.At)
	if err != nil {
		return err
	}
	state := requests.Status(query.Get("state"))
	if !slices.Contains(requests.Statuses, state) {
		state = ""
	}
	seen := func(found []requests.Request) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, r := range found {
			kept[i] = by.Sees(r) && (state == "" || r.StatusAt(v.Op.At) == state)
		}
		return kept, nil
	}
	found, next, err := p.table.ServiceRequestsOf(ctx, d.of.ID, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")}, seen)
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(d.Path)
	}
	if err != nil {
		return err
	}
	l := v.Listing(d.Path, next, page.Hidden{}, page.Hidden{Name: "state", Value: string(state)})
	l.Filters = []page.Filter{supported.State(w, state, requests.Statuses...)}
	l.Empty = page.Empty{Icon: "help", Title: w.SupportNone(), Text: w.SupportNoneText(v.Vendor().Name)}
	if state != "" {
		l.Empty.Title, l.Empty.Text = w.SupportNoneSo(), w.SupportNoneSoText()
	}
	l.Table.Heads = []string{w.SupportSubject(), w.SupportState(), w.SupportSeverity(), w.SupportLast()}
	for _, r := range found {
		l.Table.Rows = append(l.Table.Rows, page.TableRow{
			Title: r.Subject, URL: d.At(r.ID), Lines: []string{w.SupportOpened(supported.Name(v, r.OpenedBy), v.In(r.CreatedAt, d.of.Country))},
			Cells: []page.Cell{
				{Badges: []page.Badge{supported.Badge(w, r.StatusAt(v.Op.At))}},
				{Badges: []page.Badge{supported.Severity(w, r.Severity)}},
				{Text: w.Time(v.In(r.LastCommentAt, d.of.Country))},
			},
		})
	}
	frame := v.Frame(w.SupportTitle())
	frame.Lead = w.SupportOwnLead(v.Vendor().Name)
	if by.SeesAll() {
		frame.Lead = w.SupportLead(d.of.Name, v.Vendor().Name)
	}
	frame.Back = &d.back
	frame.Act = &page.Act{Text: w.SupportNew(), URL: d.Path + "/new", Primary: true}
	return v.RenderListing(frame, l)
}

type newBody struct {
	Action       string
	Hidden       []page.Hidden
	Subject      page.Input
	Severity     page.Radios
	Subscription *page.Select
	Message      page.Textarea
}

// severities are the plain sentences of each severity.
var severities = map[requests.Severity]func(locale.Words) string{
	requests.Low: locale.Words.ServiceRequestLow, requests.Normal: locale.Words.ServiceRequestNormal, requests.High: locale.Words.ServiceRequestHigh,
	requests.Critical: locale.Words.ServiceRequestCritical,
}

func (p supportPage) begin(v *site.Visit, d desk) error {
	return p.render(v, d, http.StatusOK, confirm.NewKey(v), requests.Draft{Severity: requests.Normal}, nil, nil)
}

func (p supportPage) render(v *site.Visit, at desk, status int, key string, d requests.Draft, errs page.Errors, notice *page.Notice) error {
	w := v.Words
	b := newBody{
		Action: at.Path + "/new", Hidden: []page.Hidden{{Name: page.TokenField, Value: site.Token(at.Secret, fresh, key)}, {Name: "key", Value: key}},
		Subject:  page.Input{Name: "subject", Label: w.SupportSubject(), Hint: w.SupportSubjectHint(), Value: d.Subject, Error: errs.For("subject"), Autocomplete: "off"},
		Severity: page.Radios{Name: "severity", Legend: w.SupportSeverity(), Value: string(d.Severity), Error: errs.For("severity")},
		Message:  page.Textarea{Name: "message", Label: w.SupportMessage(), Hint: w.SupportMessageHint(), Value: d.Text, Error: errs.For("message"), Rows: 8},
	}
	for _, s := range requests.Severities {
		b.Severity.Options = append(b.Severity.Options, page.Option{Value: string(s), Label: severities[s](w)})
	}
	if access.Has(at.Caller, access.SeeCustomers) {
		held, err := p.held(v, at)
		if err != nil {
			return err
		}
		b.Subscription = &page.Select{
			Name: "subscription", Label: w.SupportSubscriptionOptional(), Value: string(d.Subscription), Error: errs.For("subscription"), Options: held,
		}
	}
	frame := v.Frame(w.SupportNew())
	frame.Lead, frame.Errors, frame.Notice, frame.Form = w.SupportNewLead(v.Vendor().Name), errs, notice, "request"
	frame.Back = &page.Link{URL: at.Path, Text: w.SupportTitle()}
	return v.Render(form, status, frame, b)
}

// most is how many subscriptions there are to choose from.
const most = 100

// held offers those of the customer's subscriptions that the reader sees, the newest first, and none of them.
func (p supportPage) held(v *site.Visit, at desk) ([]page.Option, error) {
	stands, err := p.table.Administration(v.R.Context(), at.of.ID, at.Signed.Partner.ID)
	if err != nil {
		return nil, err
	}
	there := func(found []subscription.Subscription) ([]bool, error) {
		kept := make([]bool, len(found))
		for i, s := range found {
			kept[i] = s.Status != subscription.Deleted &&
				(at.OfCustomer() || relationship.Sees(s, stands.Grant, at.Signed.Partner.ID, at.CustomerAccess, v.Op.At))
		}
		return kept, nil
	}
	subs, _, err := p.table.SubscriptionsOf(v.R.Context(), at.of.ID, dynamo.Page{Limit: most}, there)
	if err != nil {
		return nil, err
	}
	var plans []catalog.PlanID
	for _, s := range subs {
		plans = append(plans, s.Plan)
	}
	shown, err := v.Catalogue(plans...)
	if err != nil {
		return nil, err
	}
	made := []page.Option{{Label: v.Words.SupportSubscriptionNone()}}
	for _, s := range subs {
		made = append(made, page.Option{Value: string(s.ID), Label: v.PlanName(shown.Plans, s.Plan) + ", " + v.Words.SiteLicenceCount(s.Licenses.Bought)})
	}
	return made, nil
}

// ask opens a request, once however often the form is sent, and leads to it.
func (p supportPage) ask(v *site.Visit, at desk) error {
	key := confirm.Key(v.Form("key"))
	if err := v.Posted(at.Secret, fresh, key); err != nil {
		return err
	}
	d := requests.Draft{
		Subject: v.Form("subject"), Severity: requests.Severity(v.Form("severity")), Subscription: subscription.ID(v.Form("subscription")), Text: v.Form("message"),
	}
	if page.Switched(v.R) {
		return p.render(v, at, http.StatusOK, key, d, nil, nil)
	}
	by, err := access.WriterOf(v.R.Context(), p.table, at.Caller, at.of.ID, v.Op.At)
	if err != nil {
		return err
	}
	made, err := requests.Ask(v.R.Context(), p.table, by, d, confirm.OpBy(v, at.Signed, fresh, key))
	var before *op.Replay
	if errors.As(err, &before) {
		made.ID, err = requests.ID(before.Once.Result), nil
	}
	if err == nil {
		return v.Redirect(at.At(made.ID) + "?done=open")
	}
	if errs := supported.Wrong(v, err); errs != nil {
		return p.render(v, at, http.StatusUnprocessableEntity, key, d, errs, nil)
	}
	if fault.Is(err, fault.TooManyServiceRequests, fault.PartnerNotActive) {
		return p.render(v, at, http.StatusConflict, key, d, nil, &page.Notice{Text: v.Detail(err)})
	}
	return err
}
