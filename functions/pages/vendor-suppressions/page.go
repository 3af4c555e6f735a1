// Package vendorsuppressions is where the vendor's people see why an address gets no invitations, offers and reminders, and let mail go there again.
package vendorsuppressions

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/locale"
	"liaison/shared/page"
	"liaison/shared/site"
	"liaison/shared/suppression"
	"liaison/shared/textinput"
)

// Table is what the page needs of the table.
type Table interface {
	site.Table
	site.Sessions
	access.Notes
	suppression.Store
	Suppression(ctx context.Context, address string) (suppression.Suppression, error)
}

//go:embed *.html
var files embed.FS

var find, sure = page.Parse(files, "find.html"), page.Parse(files, "sure.html")

type suppressionsPage struct{ table Table }

const path = "/vendor/suppressions"

// Page serves /vendor/suppressions, where one address is looked up, and below it the page that says what lifting does before it is done. An address is
// kept as a hash alone, so that there is no list. Each look at an address is noted.
func Page(env boot.Env, table Table) http.Handler {
	p := suppressionsPage{table}
	only := func(step func(*site.Visit, site.Signed) error) func(*site.Visit) error {
		return site.Operators(table, access.LiftSuppressions, step)
	}
	return site.New(
		env, table,
		site.Route{Path: path, Get: only(p.find)},
		site.Route{Path: path + "/lift", Get: only(p.ask), Post: only(p.lift)},
	)
}

// at is a page about an address.
func at(path, address string) string {
	return site.Query(path, page.Hidden{Name: "email", Value: address})
}

// look reads what stops the mails to an address; zero where nothing does. It notes the read of an operator before.
func (p suppressionsPage) look(v *site.Visit, who site.Signed, address string) (suppression.Suppression, error) {
	if err := v.NoteRead(p.table, who, event.Vendor(), "suppressions"); err != nil {
		return suppression.Suppression{}, err
	}
	s, err := p.table.Suppression(v.R.Context(), dynamo.AddressHash(address))
	if fault.Is(err, fault.NotFound) {
		return s, nil
	}
	return s, err
}

type findBody struct {
	Address page.Input
	Heading string
	Badge   *page.Badge
	Rows    []page.Row
	Lift    *page.Act
}

// find asks for an address, and shows why it is suppressed and since when.
func (p suppressionsPage) find(v *site.Visit, who site.Signed) error {
	w, query := v.Words, v.R.URL.Query()
	b := findBody{Address: page.Input{Name: "email", Label: w.VendorEmail(), Value: query.Get("email"), Type: "email", Autocomplete: "off"}}
	frame := v.Frame(w.VendorSuppressions())
	frame.Lead = w.VendorSuppressionsLead()
	if !query.Has("email") {
		v.ReadNothing()
		return v.Render(find, http.StatusOK, frame, b)
	}
	address, code := textinput.Mail(query.Get("email"))
	if code != nil {
		b.Address.Error = w.PartnerUsersEmailWrong()
		if code == fault.Required {
			b.Address.Error = w.PartnerUsersEmailMissing()
		}
		frame.Errors = page.Errors{{Field: "email", Text: b.Address.Error}}
		return v.Render(find, http.StatusUnprocessableEntity, frame, b)
	}
	s, err := p.look(v, who, address)
	if err != nil {
		return err
	}
	b.Heading = textinput.ShownMail(address)
	if s.Reason == "" {
		b.Badge = &page.Badge{Kind: "good", Text: w.VendorSuppressionsNone()}
	} else {
		b.Badge, b.Rows = &page.Badge{Kind: "bad", Text: w.VendorSuppressionsStopped()}, causes(w, s)
		b.Lift = &page.Act{Text: w.VendorSuppressionsLift(), URL: at(path+"/lift", address)}
	}
	if query.Get("done") == "lifted" && s.Reason == "" {
		frame.Notice = &page.Notice{Success: true, Text: w.VendorSuppressionsLifted(b.Heading)}
	}
	return v.Render(find, http.StatusOK, frame, b)
}

// causes are what stopped the mails, each with its day.
func causes(w locale.Words, s suppression.Suppression) []page.Row {
	said := map[string]string{
		suppression.Unsubscribed: w.VendorSuppressionsUnsubscribed(), suppression.Bounced: w.VendorSuppressionsBounced(), suppression.Complaint: w.VendorSuppressionsComplaint(),
	}
	rows := []page.Row{{Key: w.VendorSuppressionsSince(), Values: []string{w.Time(s.CreatedAt.UTC())}}}
	for _, c := range s.Causes {
		rows = append(rows, page.Row{Key: w.VendorSuppressionsWhy(), Values: []string{said[c.Reason], w.Time(c.At.UTC())}})
	}
	return rows
}

type sureBody struct {
	Carried     []page.Hidden
	Token, Keep string
	Rows        []page.Row
	Follows     []string
	Wish        string // the recipient's own, which lifting goes against
}

// named reads the address that a page is about; empty where it names none.
func named(text string) string {
	address, code := textinput.Mail(text)
	if code != nil {
		return ""
	}
	return address
}

// ask says what lifting does. Where nothing is to be lifted it leads back.
func (p suppressionsPage) ask(v *site.Visit, who site.Signed) error {
	address := named(v.R.URL.Query().Get("email"))
	if address == "" {
		return v.Redirect(path)
	}
	s, err := p.look(v, who, address)
	switch {
	case err != nil:
		return err
	case s.Reason == "":
		return v.Redirect(at(path, address))
	}
	return p.sure(v, who, address, s, http.StatusOK, nil)
}

func (p suppressionsPage) sure(v *site.Visit, who site.Signed, address string, s suppression.Suppression, status int, notice *page.Notice) error {
	w, shown := v.Words, textinput.ShownMail(address)
	b := sureBody{
		Carried: []page.Hidden{{Name: "email", Value: address}, {Name: "seen", Value: strconv.Itoa(s.Version)}},
		Token:   site.Token(who.Secret, "lift", address), Keep: at(path, address), Rows: causes(w, s),
		Follows: []string{w.VendorSuppressionsFollowsAgain(), w.VendorSuppressionsFollowsLost()},
	}
	if s.Held {
		b.Follows = append(b.Follows, w.VendorSuppressionsFollowsHeld())
	}
	b.Follows = append(b.Follows, w.VendorSuppressionsFollowsNext())
	if slices.ContainsFunc(s.Causes, func(c suppression.Cause) bool { return c.Reason != suppression.Bounced }) {
		b.Wish = w.VendorSuppressionsWish()
	}
	frame := v.Frame(w.VendorSuppressionsLiftName(shown))
	frame.Narrow, frame.Notice, frame.Back = true, notice, &page.Link{URL: b.Keep, Text: w.VendorSuppressions()}
	return v.Render(sure, status, frame, b)
}

// lift lets mail go there again, whatever stopped it, as the page said. What stopped it since then is shown first. Pressed twice it leads to the same
// page.
func (p suppressionsPage) lift(v *site.Visit, who site.Signed) error {
	address := named(v.Form("email"))
	if err := v.Posted(who.Secret, "lift", address); err != nil {
		return err
	}
	s, err := p.look(v, who, address)
	if err != nil {
		return err
	}
	if s.Reason != "" && strconv.Itoa(s.Version) != v.Form("seen") {
		return p.sure(v, who, address, s, http.StatusConflict, &page.Notice{Text: v.Words.VendorSuppressionsMeanwhile()})
	}
	o, hash := v.By(who), dynamo.AddressHash(address)
	err = suppression.Lift(v.R.Context(), p.table, hash, event.New(o, event.Vendor(), event.Of(hash, event.SuppressionLiftedEvent{})), o)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return v.Redirect(at(path, address) + "&done=lifted")
}
