// Package vendorinbox is where the vendor's people find all that waits for them, the most urgent first, and decide it.
package vendorinbox

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/catalog"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/invitation"
	"liaison/shared/listing"
	"liaison/shared/locale"
	"liaison/shared/matter"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/listed"
	"liaison/shared/subscription"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	access.Notes
	partner.ApplicationStore
	partner.CodeStore
	consent.DisputeStore
	relationship.ResellerStore
	offer.Store
	subscription.Store
	listing.Store
	Entries(ctx context.Context, ids []partner.ID, plan catalog.PlanID, fresh bool) ([]listing.Entry, error)
	SubscriptionFor(ctx context.Context, id subscription.ID) (subscription.Subscription, customer.Customer, *relationship.Grant, error)
	AdministratorsOf(ctx context.Context, c customer.ID) ([]customer.User, error)
	Suppressed(ctx context.Context, mail string) (string, error)
	Reports(ctx context.Context, o offer.ID) (offer.Reports, error)
	Invitation(ctx context.Context, id invitation.ID, fresh bool) (invitation.Invitation, error)
	Applications(ctx context.Context, status partner.ApplicationStatus, page dynamo.Page) ([]partner.Application, string, error)
	Matters(ctx context.Context, at time.Time, page dynamo.Page) ([]matter.Matter, string, error)
	PartnerNames(ctx context.Context, ids []partner.ID) (map[partner.ID]string, error)
	CustomerNames(ctx context.Context, ids []customer.ID) (map[customer.ID]string, error)
}

//go:embed *.html
var files embed.FS

var list, one = page.Parse(files, "list.html"), page.Parse(listed.With(files), "one.html", listed.File)

type inboxPage struct{ table Table }

const path = "/vendor"

// Page serves /vendor, all that waits, and below it each thing with its facts and its decision.
func Page(env boot.Env, table Table) http.Handler {
	p := inboxPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.DecideApplications, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.list)},
		site.Route{Path: path + "/inbox/{kind}/{subject}", Get: only(p.show), Post: only(p.decide)},
	)
}

// size is how many things of a source the inbox holds: the most urgent.
const size = 100

// waiting is one thing that waits, as its row shows it.
type waiting struct {
	kind  string // its affair's name
	icon  string
	due   time.Time
	title string
	where string // of a company
	said  string // in the words of who asks
	url   string
	badge page.Badge
}

type listBody struct {
	Tabs   page.Tabs
	Groups []group
	Empty  page.Empty
	More   string // that not everything is shown
}

// group is what is equally urgent.
type group struct {
	ID, Title string
	Badge     *page.Badge
	Items     []page.Item
}

func (p inboxPage) list(v *site.Visit, who site.Signed) error {
	w := v.Words
	found, more, err := p.waiting(v)
	if err != nil {
		return err
	}
	if err := v.NoteRead(p.table, who, event.Vendor(), "inbox"); err != nil {
		return err
	}
	kind, _ := affairNamed(v.R.URL.Query().Get("kind"))
	b := listBody{
		Tabs:  page.Tabs{Label: w.VendorKind(), Links: []page.Link{{Text: w.VendorAll(), URL: path, Count: len(found), Current: kind.name == ""}}},
		Empty: page.Empty{Icon: "check", Title: w.VendorNone(), Text: w.VendorNoneText()},
	}
	for _, of := range affairs {
		count := 0
		for _, one := range found {
			if one.kind == of.name {
				count++
			}
		}
		if count > 0 || of.name == kind.name {
			b.Tabs.Links = append(b.Tabs.Links, page.Link{Text: of.plural(w), URL: path + "?kind=" + of.name, Count: count, Current: of.name == kind.name})
		}
	}
	if more {
		b.More = w.VendorMore(size)
	}
	late := 0
	for _, urgency := range matter.Urgencies {
		g := group{ID: string(urgency), Title: titles[urgency](w)}
		for _, one := range found {
			if matter.Urgent(one.due, v.Op.At) != urgency {
				continue
			}
			if urgency == matter.Late {
				late++
			}
			if kind.name == "" || one.kind == kind.name {
				g.Items = append(g.Items, one.item(w, urgency == matter.Late))
			}
		}
		if urgency == matter.Late && len(g.Items) > 0 {
			g.Badge = &page.Badge{Kind: "bad", Icon: "clock", Text: w.VendorOver(int(v.Op.At.Sub(found[0].due) / (24 * time.Hour)))}
		}
		if len(g.Items) > 0 {
			b.Groups = append(b.Groups, g)
		}
	}
	frame := v.Frame(w.VendorInbox())
	if len(found) > 0 {
		frame.Lead = w.VendorWaiting(len(found))
		if late > 0 {
			frame.Lead += ", " + w.VendorLate(late)
		}
	}
	return v.Render(list, http.StatusOK, frame, b)
}

var titles = map[matter.Urgency]func(locale.Words) string{
	matter.Late: locale.Words.VendorGroupLate, matter.ThisWeek: locale.Words.VendorGroupWeek, matter.Later: locale.Words.VendorGroupLater,
}

func (one waiting) item(w locale.Words, late bool) page.Item {
	made := page.Item{Icon: one.icon, Title: one.title, URL: one.url, Badge: &one.badge}
	if one.where != "" {
		made.Lines = append(made.Lines, one.where)
	}
	if one.said != "" {
		made.Lines = append(made.Lines, w.VendorSaid(one.said))
	}
	made.Lines = append(made.Lines, w.VendorDue(one.due))
	made.Acts = []page.Act{{Text: w.VendorDecide(), URL: one.url, About: one.title, Small: true, Primary: late}}
	return made
}

// waiting is all that can be decided now, the most urgent first, and whether there is more than the page holds.
func (p inboxPage) waiting(v *site.Visit) ([]waiting, bool, error) {
	ctx, w := v.R.Context(), v.Words
	applied, moreApplied, err := p.table.Applications(ctx, partner.ApplicationWaiting, dynamo.Page{Limit: size})
	if err != nil {
		return nil, false, err
	}
	matters, more, err := p.table.Matters(ctx, v.Op.At, dynamo.Page{Limit: size})
	if err != nil {
		return nil, false, err
	}
	var found []waiting
	for _, a := range applied {
		found = append(found, waiting{
			kind: application.name, icon: application.icon, due: a.DueAt(), title: w.VendorApplication(a.LegalName), where: a.City + ", " + w.Country(a.Country), url: at(application, string(a.ID)),
			badge: page.Badge{Kind: "info", Text: w.VendorNew()},
		})
	}
	partners, customers, err := p.names(ctx, matters)
	if err != nil {
		return nil, false, err
	}
	for _, m := range matters {
		kind, known := affairOf(m.Kind)
		if !known { // of a newer version
			continue
		}
		name := cmp.Or(partners[partner.ID(m.Partner)], m.Partner)
		found = append(found, waiting{
			kind: kind.name, icon: kind.icon, due: m.DueAt, title: kind.title(w, m, cmp.Or(customers[customer.ID(m.Customer)], name), name), said: brief(m.Reason),
			url: at(kind, m.Subject), badge: kind.badge(w, m),
		})
	}
	slices.SortStableFunc(found, func(a, b waiting) int { return a.due.Compare(b.due) })
	return found, more != "" || moreApplied != "", nil
}

// names reads what the partners and customers of some matters are called.
func (p inboxPage) names(ctx context.Context, of []matter.Matter) (map[partner.ID]string, map[customer.ID]string, error) {
	var partners []partner.ID
	var customers []customer.ID
	for _, m := range of {
		if id := partner.ID(m.Partner); id != "" && !slices.Contains(partners, id) {
			partners = append(partners, id)
		}
		if id := customer.ID(m.Customer); id != "" && !slices.Contains(customers, id) {
			customers = append(customers, id)
		}
	}
	byPartner, err := p.table.PartnerNames(ctx, partners)
	if err != nil {
		return nil, nil, err
	}
	byCustomer, err := p.table.CustomerNames(ctx, customers)
	return byPartner, byCustomer, err
}

// brief is the beginning of a text, on one line of a list.
func brief(text string) string {
	const most = 120
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// at is the page of one thing that waits.
func at(kind affair, subject string) string { return site.InboxPath + "/" + kind.name + "/" + subject }
