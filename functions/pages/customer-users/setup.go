package customerusers

import (
	"context"
	"slices"

	"liaison/shared/administration"
	"liaison/shared/catalog"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/provisioning"
	"liaison/shared/site"
	"liaison/shared/site/administered"
	"liaison/shared/subscription"
)

// TaskTable is what showing and retrying what the vendor's systems set up needs of the table.
type TaskTable interface {
	provisioning.Store
	MailboxTasks(ctx context.Context, u customer.UserID) (mailbox, migration provisioning.Task, err error)
	TasksOf(ctx context.Context, c customer.ID, page dynamo.Page, keep dynamo.Keep[provisioning.Task]) ([]provisioning.Task, string, error)
}

// setupPath is where the list of what is being set up stands, below a directory's pages.
func setupPath(d administered.Directory) string { return d.Path + "/users/setup" }

// tabs lead to the list of users and to that of what is being set up.
func tabs(w locale.Words, d administered.Directory, setup bool) *page.Tabs {
	return &page.Tabs{Label: w.CustomerUsersTitle(), Links: []page.Link{
		{Text: w.CustomerUsersTitle(), URL: d.Path + "/users", Current: !setup}, {Text: w.SetupTitle(), URL: setupPath(d), Current: setup},
	}}
}

// stateOf says how a task stands now.
func stateOf(v *site.Visit, t provisioning.Task) page.Badge {
	w := v.Words
	switch t.StateAt(v.Op.At) {
	case provisioning.Running:
		return page.Badge{Kind: "info", Text: w.SetupRunning(t.Percent)}
	case provisioning.Done:
		return page.Badge{Kind: "good", Text: w.SetupDone()}
	case provisioning.Failed:
		return page.Badge{Kind: "bad", Text: w.SetupFailed()}
	}
	return page.Badge{Kind: "calm", Text: w.SetupRequested()}
}

// since is the day on which a task was done or failed, or else was requested: today where it is not made yet.
func since(v *site.Visit, d administered.Directory, t provisioning.Task) string {
	at := v.Op.At
	switch {
	case !t.EndedAt.IsZero():
		at = t.EndedAt
	case !t.RequestedAt.IsZero():
		at = t.RequestedAt
	}
	return v.Words.Date(v.In(at, d.By.Customer.Country))
}

// retryAct is the button that has a failed task tried again; from is the user whose page it stands on, empty for the list.
func (p usersPage) retryAct(v *site.Visit, d administered.Directory, t provisioning.Task, text, from string) page.Act {
	_, err := d.By.Allow(administration.RetryTasks)
	why, ulid := d.Why(v, locale.Words.CustomerUsersNeedsUserAdmin, err), site.ULID(string(t.ID))
	return page.Act{
		Text: text, URL: setupPath(d), Small: from == "", Why: why, Ask: d.Ask(v, why), ID: "why-" + ulid,
		Form: []page.Hidden{{Name: page.TokenField, Value: site.Token(d.Secret, "retry", ulid)}, {Name: "task", Value: ulid}, {Name: "from", Value: from}},
	}
}

// retry has a failed task tried again. One that is requested already, or went on meanwhile, stays as it is, and the page shows it.
func (p usersPage) retry(v *site.Visit, d administered.Directory) error {
	ulid, from := v.Form("task"), v.Form("from")
	if err := v.Posted(d.Secret, "retry", ulid); err != nil {
		return err
	}
	back := setupPath(d)
	if site.Made(from) {
		back = d.Path + "/users/" + from
	}
	leave, err := d.By.Allow(administration.RetryTasks)
	if err != nil {
		return err
	}
	_, err = provisioning.RetryTask(v.R.Context(), p.table, provisioning.NewID(d.By.Customer.ID, ulid), &leave, v.By(d.Signed))
	if fault.Is(err, fault.TaskNotFailed) {
		return v.Redirect(back)
	}
	if err != nil {
		return err
	}
	return v.Redirect(back + "?done=retried")
}

// setup lists what the vendor's systems set up for the customer: what is not done, unless a state is chosen.
func (p usersPage) setup(v *site.Visit, d administered.Directory) error {
	w, query := v.Words, v.R.URL.Query()
	choice := page.Select{Name: "state", Label: w.SetupState(), Options: []page.Option{{Label: w.SetupOpen()}}}
	for _, state := range provisioning.States {
		label := w.SetupRequested()
		switch state {
		case provisioning.Running:
			label = w.SetupRunningNow()
		case provisioning.Done:
			label = w.SetupDone()
		case provisioning.Failed:
			label = w.SetupFailed()
		}
		choice.Options = append(choice.Options, page.Option{Value: string(state), Label: label})
	}
	if slices.Contains(provisioning.States, provisioning.State(query.Get("state"))) {
		choice.Value = query.Get("state")
	}
	found, next, err := p.table.TasksOf(v.R.Context(), d.By.Customer.ID, dynamo.Page{Limit: site.PageSize, Cursor: query.Get("cursor")}, func(found []provisioning.Task) ([]bool, error) {
		keep := make([]bool, len(found))
		for i, t := range found {
			state := t.StateAt(v.Op.At)
			keep[i] = string(state) == choice.Value || choice.Value == "" && state != provisioning.Done
		}
		return keep, nil
	})
	if fault.Is(err, fault.InvalidCursor) {
		return v.Redirect(setupPath(d))
	}
	if err != nil {
		return err
	}
	names, err := p.naming(v, d, found)
	if err != nil {
		return err
	}
	l := v.Listing(setupPath(d), next, page.Hidden{}, page.Hidden{Name: "state", Value: choice.Value})
	l.Tabs = tabs(w, d, true)
	l.Filters = []page.Filter{{Select: &choice}}
	l.Empty = page.Empty{Icon: "check", Title: w.SetupNone(), Text: w.SetupNoneText()}
	if next != "" { // a page reads so many and no more
		l.Empty.Title, l.Empty.Text = w.SetupNoneHere(), w.SetupNoneHereText()
	}
	l.Table.Heads = []string{w.SetupWhat(), w.SetupState(), w.SetupSince(), w.SetupAct()}
	for _, t := range found {
		row := page.TableRow{Title: names.title(v, t), Lines: []string{names.line(v, t)}, Cells: []page.Cell{
			{Badges: []page.Badge{stateOf(v, t)}, Small: t.Reason}, {Text: since(v, d, t)}, {},
		}}
		if u, ok := names.users[customer.UserID(t.Subject)]; ok {
			row.URL = at(d, u)
		}
		if t.StateAt(v.Op.At) == provisioning.Failed {
			again := p.retryAct(v, d, t, w.SetupRetry(), "")
			again.About = row.Lines[0] + ", " + row.Title
			row.Cells[2].Act = &again
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	frame := v.Frame(w.SetupTitle())
	frame.Lead, frame.Back = w.SetupAbout(v.Vendor().Name), &page.Link{URL: d.Path + "/users", Text: w.CustomerUsersTitle()}
	if query.Get("done") == "retried" {
		frame.Notice = &page.Notice{Success: true, Text: w.SetupRetried()}
	}
	return v.RenderListing(frame, l)
}

// names are what a page of tasks calls what they are about.
type names struct {
	users         map[customer.UserID]customer.User
	subscriptions map[subscription.ID]subscription.Subscription
	plans         map[catalog.PlanID]catalog.Plan
}

// ofTask is the subscription that a task is about; empty where it is about none.
func ofTask(t provisioning.Task) subscription.ID {
	switch t.Kind {
	case provisioning.Subscription:
		return subscription.ID(t.Subject)
	case provisioning.License:
		return subscription.ID(t.Details["subscription_id"])
	}
	return ""
}

// naming reads the users, subscriptions and plans that some tasks are about, each kind in one call.
func (p usersPage) naming(v *site.Visit, d administered.Directory, tasks []provisioning.Task) (n names, err error) {
	var users []customer.UserID
	var subs []subscription.ID
	for _, t := range tasks {
		if id := customer.UserID(t.Subject); t.Kind != provisioning.Subscription && t.Kind != provisioning.Domain && !slices.Contains(users, id) {
			users = append(users, id)
		}
		if id := ofTask(t); id != "" && !slices.Contains(subs, id) {
			subs = append(subs, id)
		}
	}
	stands, err := p.table.Administration(v.R.Context(), d.By.Customer.ID, "", users...)
	if err != nil {
		return n, err
	}
	n.users = stands.Users
	if n.subscriptions, err = p.table.Subscriptions(v.R.Context(), subs...); err != nil {
		return n, err
	}
	var plans []catalog.PlanID
	for _, s := range n.subscriptions {
		if !slices.Contains(plans, s.Plan) {
			plans = append(plans, s.Plan)
		}
	}
	known, err := v.Catalogue(plans...)
	n.plans = known.Plans
	return n, err
}

// title names whom or what a task is for.
func (n names) title(v *site.Visit, t provisioning.Task) string {
	switch t.Kind {
	case provisioning.Subscription:
		return v.PlanName(n.plans, n.subscriptions[ofTask(t)].Plan)
	case provisioning.Domain:
		return t.Subject
	}
	if u, ok := n.users[customer.UserID(t.Subject)]; ok {
		return u.Name
	}
	return t.Subject // purged
}

// line says what of it is set up.
func (n names) line(v *site.Visit, t provisioning.Task) string {
	kind := site.TaskKind(v.Words, t.Kind)
	if t.Kind == provisioning.License {
		return kind + ": " + v.PlanName(n.plans, n.subscriptions[ofTask(t)].Plan)
	}
	return kind
}
