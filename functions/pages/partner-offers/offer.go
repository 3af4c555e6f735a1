package partneroffers

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"liaison/shared/access"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/page"
	"liaison/shared/sharing"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/confirm"
	"liaison/shared/site/granted"
	"liaison/shared/site/invited"
	"liaison/shared/site/offered"
	"liaison/shared/subscription"
	"liaison/shared/textinput"
)

type offerBody struct {
	Acts       []page.Act
	Why        string
	WhyInvite  string
	Lists      *lists
	Link       *linked
	Funnel     []bar
	Numbers    page.Details
	Recipients []recipient
	Pager      page.Pager
	Resends    bool
	Empty      page.Empty
	Sections   []page.Section
	Details    []page.Details
}

// linked is an offer's link with what goes with it.
type linked struct {
	URL, Text string
	Public    bool
	QR        template.URL
	Name      string
	Share     page.Details
}

// bar is a step of the funnel: how many came so far, and how much of a hundred that is.
type bar struct {
	Text    string
	N       string
	Percent int
}

// lists are the lists of recipients that were sent; Refresh leads to the page once more while one is on its way.
type lists struct {
	Lists   []invited.Progress
	Refresh string
}

type recipient struct {
	Mail, About      string
	Delivery, Answer page.Badge
	Reason, When     string
	Why, ID          string
	Acts             []page.Act
}

func at(o offer.ID) string { return path + "/" + string(o) }

// named reads the offer in the path, of the reader's own company.
func (p offersPage) named(v *site.Visit, who site.Signed) (offer.Offer, int, error) {
	id, err := offer.Parse(v.R.PathValue("offer"))
	if err == nil {
		err = access.Owns(who.Caller, id.Partner())
	}
	if err != nil {
		return offer.Offer{}, 0, err
	}
	return p.table.Offer(v.R.Context(), id)
}

// done says what was done, by the name of the act in the address.
var done = map[string]func(locale.Words) string{
	pause: locale.Words.PartnerOfferDonePause, resume: locale.Words.PartnerOfferDoneResume, withdraw: locale.Words.PartnerOfferDoneWithdraw,
	invite: locale.Words.PartnerOfferDoneInvite, resend: locale.Words.PartnerOfferDoneResend, revoke: locale.Words.PartnerOfferDoneRevoke,
	"made": locale.Words.PartnerOfferDoneMade, "sent": locale.Words.PartnerOfferDoneSent,
}

func (p offersPage) show(v *site.Visit, who site.Signed) error {
	o, used, err := p.named(v, who)
	if err != nil {
		return err
	}
	if v.AsFile() {
		return p.recipientsFile(v, o, used)
	}
	var notice *page.Notice
	if said := done[v.R.URL.Query().Get("done")]; said != nil {
		notice = &page.Notice{Success: true, Text: said(v.Words)}
	}
	return p.render(v, who, o, used, http.StatusOK, notice)
}

func (p offersPage) render(v *site.Visit, who site.Signed, o offer.Offer, used, status int, notice *page.Notice) error {
	w := v.Words
	shown, err := v.Catalogue(o.Plans()...)
	if err != nil {
		return err
	}
	frame, state := v.Frame(offered.Name(v, o, shown)), badge(w, o, used, v.Op.At)
	frame.Badge, frame.Notice, frame.Back = &state, notice, &page.Link{URL: path, Text: w.ConsoleOffers()}
	frame.Lead = o.ID.Reference() + " · " + w.Country(o.Country) + " · " + w.PartnerOfferUntil(v.In(o.ExpiresAt, o.Country))
	if status := o.StatusAt(v.Op.At, used); notice == nil && (status == offer.Active || status == offer.Paused) {
		if frame.Notice = dead(v, who); frame.Notice == nil {
			frame.Notice = closed(v, o)
		}
	}
	key := confirm.NewKey(v)
	var b offerBody
	facts := invitation.Facts{Offer: o, Used: used, Partner: who.Partner}
	b.Acts, b.Why = acts(v, who, o, used, key)
	b.invite(v, who, facts)
	if b.Why == "" {
		if b.Link, err = linkOf(v, o); err != nil {
			return err
		}
	}
	if err := p.numbers(v, o, &b); err != nil {
		return err
	}
	sent, err := p.table.Bulks(v.R.Context(), o.ID)
	if err != nil {
		return err
	}
	if shown, on := invited.Sent(v, sent, o.Country); len(shown) > 0 {
		b.Lists = &lists{Lists: shown}
		if on {
			b.Lists.Refresh = at(o.ID)
		}
	}
	if err := p.recipients(v, who, facts, key, &b); err != nil {
		if fault.Is(err, fault.InvalidCursor) {
			return v.Redirect(at(o.ID))
		}
		return err
	}
	orders := make([]subscription.Order, 0, len(o.Items))
	if o.Kind.Orders() {
		for i := range o.Items {
			orders = append(orders, o.Order(i))
		}
	}
	b.Sections = holds(offered.Of(v, o, shown, who.Partner, orders, o.ExpiresAt).ToPartner(), o, about(v, o, used))
	if o.Message != "" {
		b.Details = append(b.Details, page.Details{Summary: w.PartnerOfferMessage(), Text: o.Message})
	}
	if o.PartnerTerms != nil {
		b.Details = append(b.Details, page.Details{Summary: w.PartnerOfferTerms(), Small: o.PartnerTerms.Title, Text: o.PartnerTerms.Text})
	}
	return v.Render(single, status, frame, b)
}

// closed says that nobody can accept the offer now, as something in it is not available in its country; nil where that is not so.
func closed(v *site.Visit, o offer.Offer) *page.Notice {
	why, where := available.Closed(v, o)
	if why == "" {
		return nil
	}
	return &page.Notice{Title: v.Words.PartnerOfferClosed(), Text: why, Link: where}
}

// holds is what an offer holds, and what is about all of it. A trial's is in short: it starts with the answer, so that its end is not known yet.
func holds(as offered.Offer, o offer.Offer, about []page.Row) []page.Section {
	if rows := as.Sum(); rows != nil && !o.Kind.Orders() {
		return []page.Section{{Rows: append(rows, about...)}}
	}
	made := as.Sections()
	last := &made[len(made)-1]
	last.Rows = append(last.Rows, about...)
	return made
}

// about is what holds for the whole offer.
func about(v *site.Visit, o offer.Offer, used int) []page.Row {
	w := v.Words
	rows := []page.Row{
		{Key: w.PartnerOfferVisible(), Values: []string{link(w, o)}}, {Key: w.PartnerOfferLanguage(), Values: []string{locale.LanguageName(locale.Language(o.Language))}},
	}
	if asked := o.DelegatedAdministration; asked != nil && len(o.Items) > 0 {
		rows = append(rows, page.Row{Key: w.SiteAdministration(), Values: []string{granted.Rights(w, asked.Role), w.SiteDays(asked.Days)}})
	}
	if o.MaxRedemptions > 0 {
		rows = append(rows, page.Row{Key: w.PartnerOfferUses(), Values: []string{w.PartnerOfferUsesOf(used, o.MaxRedemptions)}})
	}
	return rows
}

// acts are what may be done with an offer, and why something may not.
func acts(v *site.Visit, who site.Signed, o offer.Offer, used int, key string) ([]page.Act, string) {
	const id = "why-not"
	w := v.Words
	see := page.Act{Text: w.PartnerOfferPreview(), URL: at(o.ID) + "/preview"}
	first := page.Act{Text: w.PartnerOfferPause(), URL: at(o.ID), Form: form(who, o.ID, pause, "", key)}
	if _, err := o.Resume(offer.PausedByPartner, used, v.Op.At); !fault.Is(err, fault.OfferNotPaused) {
		first = page.Act{Text: w.PartnerOfferResume(), URL: at(o.ID), Form: form(who, o.ID, resume, "", key)}
		if err != nil {
			first.Why, first.ID = w.PartnerOfferWhyNotYours(), id
		}
	}
	last := page.Act{Text: w.PartnerOfferWithdraw(), URL: at(o.ID) + "/withdraw", Danger: true}
	if _, err := o.Withdraw(used, v.Op.At); err != nil {
		first.Why, last.Why, first.ID, last.ID = w.PartnerOfferWhyEnded(), w.PartnerOfferWhyEnded(), id, id
	}
	made := []page.Act{see, first, last}
	bought := offer.Offer{Kind: offer.Purchase, Country: o.Country, Items: []offer.Item{{Plan: o.Plan()}}}
	if why, _ := available.Closed(v, bought); o.Kind.Tries() && v.CannotOffer(who) == "" && why == "" {
		made = append([]page.Act{{Text: w.PartnerOfferFollow(), URL: offered.Following(o.ID)}}, made...)
	}
	return made, first.Why
}

// invite adds the way to invite more people, or why there is none now, unless the offer's end says so already.
func (b *offerBody) invite(v *site.Visit, who site.Signed, facts invitation.Facts) {
	more := page.Act{Text: v.Words.InvitedMore(), URL: inviting(facts.Offer.ID), Why: cannotInvite(v, who, facts), ID: "why-invite"}
	switch {
	case more.Why != "" && b.Why != "":
		more.ID = "why-not"
	case more.Why != "":
		b.WhyInvite = more.Why
	}
	b.Acts = slices.Insert(b.Acts, len(b.Acts)-2, more)
}

// form are the fields of a form of one button. about is the invitation that it is about, empty for the offer.
func form(who site.Signed, o offer.ID, action, about, key string) []page.Hidden {
	return []page.Hidden{
		{Name: page.TokenField, Value: site.Token(who.Secret, "partner-offer", string(o), action, about, key)},
		{Name: "action", Value: action},
		{Name: "about", Value: about},
		{Name: "key", Value: key},
	}
}

func linkOf(v *site.Visit, o offer.Offer) (*linked, error) {
	if o.Visibility == offer.Invited {
		return &linked{}, nil
	}
	made := &linked{Public: true, URL: sharing.Link(v.Env.PagesURL, o), Name: "offer-" + o.ID.Reference() + ".svg"}
	drawing, err := sharing.Drawn(made.URL)
	if err != nil {
		return nil, err
	}
	made.QR = template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(drawing))) //nolint:gosec // our own drawing
	made.Text = sharing.Of(o, made.URL).Text
	made.Share = page.Details{Summary: v.Words.PartnerOfferShare(), Small: sharing.Of(o, made.URL).Subject, Text: made.Text}
	return made, nil
}

// numbers fills the funnel: as a picture, and all of it as a list.
func (p offersPage) numbers(v *site.Visit, o offer.Offer, b *offerBody) error {
	w := v.Words
	funnel, err := p.table.Funnel(v.R.Context(), o.ID)
	if err != nil {
		return err
	}
	n := func(step string) int { return funnel.Steps[step] }
	all := max(n("sent"), 1)
	for _, one := range []struct {
		text string
		n    int
	}{
		{w.PartnerOfferSent(), n("sent")},
		{w.PartnerOfferDelivered(), n("delivered")},
		{w.PartnerOfferAnswered(), n("accepted") + n("declined")},
		{w.PartnerOfferAccepted(), n("accepted")},
	} {
		b.Funnel = append(b.Funnel, bar{one.text, w.Int(one.n), min(100, 100*one.n/all)})
	}
	b.Numbers.Summary = w.PartnerOfferNumbers()
	for _, one := range []struct{ text, step string }{
		{w.PartnerOfferInvited(), "invited"},
		{w.PartnerOfferRequested(), "requested"},
		{w.PartnerOfferSent(), "sent"},
		{w.PartnerOfferDelivered(), "delivered"},
		{w.PartnerOfferBounced(), "bounced"},
		{w.PartnerOfferComplained(), "complained"},
		{w.PartnerOfferSuppressed(), "suppressed"},
		{w.PartnerOfferAccepted(), "accepted"},
		{w.PartnerOfferDeclined(), "declined"},
		{w.PartnerOfferExpired(), "expired"},
		{w.PartnerOfferRevoked(), "revoked"},
		{w.PartnerOfferReported(), "reported"},
		{w.PartnerOfferDelegated(), "delegated"},
	} {
		if one.step != "delegated" || o.DelegatedAdministration != nil {
			b.Numbers.Rows = append(b.Numbers.Rows, page.Row{Key: one.text, Values: []string{w.Int(n(one.step))}})
		}
	}
	return nil
}

// recipients fills a page of who was invited by name.
func (p offersPage) recipients(v *site.Visit, who site.Signed, facts invitation.Facts, key string, b *offerBody) error {
	w, o, cursor := v.Words, facts.Offer, v.R.URL.Query().Get("cursor")
	found, next, err := p.table.Invitations(v.R.Context(), o.ID, dynamo.Page{Limit: site.PageSize, Cursor: cursor}, nil)
	if err != nil {
		return err
	}
	b.Empty = page.Empty{Icon: "mail", Title: w.PartnerOfferNoRecipients(), Text: w.PartnerOfferNoRecipientsText()}
	b.Pager = v.Pager(at(o.ID), next)
	if len(found) > 0 {
		b.Pager.File = v.ToFile(at(o.ID))
	}
	for i, inv := range found {
		r := recipient{
			Mail: textinput.ShownMail(inv.Mail), About: locale.LanguageName(locale.Language(inv.Language)), ID: "why-" + strconv.Itoa(i+1),
		}
		if inv.Name != "" {
			r.About = inv.Name + " · " + r.About
		}
		r.Delivery, r.Reason = delivery(w, inv)
		r.Answer, r.When = answer(v, facts, inv)
		again := page.Act{Text: w.PartnerOfferResend(), About: r.Mail, Small: true, URL: at(o.ID), Form: form(who, o.ID, resend, string(inv.ID), key)}
		stop := page.Act{Text: w.PartnerOfferRevoke(), About: r.Mail, Small: true, URL: at(o.ID) + "/" + revoke + "/" + inv.ID.Bare()}
		stands, _ := inv.AnswerUnder(o, facts.Used, v.Op.At)
		if _, err := facts.Resend(inv, invitation.DefaultDays, v.Op.At); err != nil {
			again.Why, again.ID = short(v, err), r.ID
			r.Why = again.Why
		}
		if _, err := inv.Revoke(v.Op.At); err != nil || stands == invitation.Revoked {
			if stop.Why, stop.ID = w.PartnerOfferWhyRevoked(), r.ID; stands != invitation.Revoked {
				stop.Why = short(v, err)
			}
			if r.Why == "" {
				r.Why = stop.Why
			}
		}
		b.Resends = b.Resends || again.Why == ""
		r.Acts = []page.Act{again, stop}
		b.Recipients = append(b.Recipients, r)
	}
	return nil
}

// recipientsFile answers with all who were invited by name.
func (p offersPage) recipientsFile(v *site.Visit, o offer.Offer, used int) error {
	w := v.Words
	return v.SendList(site.List{
		Name: "recipients-" + o.ID.Reference(),
		Heads: []string{
			w.PartnerOfferRecipient(), w.PartnerUsersName(), w.PartnerOfferLanguage(), w.PartnerOfferMail(), w.CustomersReason(), w.PartnerOfferAnswer(),
			w.CustomersSince(), w.RelationshipsUntil(),
		},
		Read: func(of dynamo.Page) ([][]string, string, error) {
			found, next, err := p.table.Invitations(v.R.Context(), o.ID, of, nil)
			rows := make([][]string, len(found))
			for i, inv := range found {
				mail, reason := delivery(w, inv)
				said, _ := answer(v, invitation.Facts{Offer: o, Used: used}, inv)
				_, since := inv.AnswerUnder(o, used, v.Op.At)
				rows[i] = []string{
					textinput.ShownMail(inv.Mail), inv.Name, locale.LanguageName(locale.Language(inv.Language)), mail.Text, reason, said.Text,
					v.Day(since, o.Country), v.Day(inv.ExpiresAt, o.Country),
				}
			}
			return rows, next, err
		},
	})
}

// short says in a few words why something may not be done; an error that has none in its own words.
func short(v *site.Visit, err error) string {
	w := v.Words
	switch {
	case fault.Is(err, fault.InvitationAnswered, fault.InvitationDeclined):
		return w.PartnerOfferWhyAnswered()
	case fault.Is(err, fault.InvitationRevoked):
		return w.PartnerOfferWhyRevoked()
	case fault.Is(err, fault.InvitationExpired):
		return w.PartnerOfferWhyExpired()
	case fault.Is(err, fault.InvitationPaused):
		return w.PartnerOfferWhyReported()
	case fault.Is(err, fault.OfferPaused):
		return w.PartnerOfferWhyPaused()
	case fault.Is(err, fault.OfferWithdrawn, fault.OfferReplaced, fault.OfferExpired, fault.OfferUsedUp):
		return w.PartnerOfferWhyEnded()
	}
	return v.Detail(err)
}

// delivery says what became of an invitation's newest mail, and why it did not arrive.
func delivery(w locale.Words, inv invitation.Invitation) (page.Badge, string) {
	switch inv.Delivery {
	case invitation.Delivered:
		return page.Badge{Kind: "good", Text: w.PartnerOfferIsDelivered()}, ""
	case invitation.Bounced:
		return page.Badge{Kind: "bad", Text: w.PartnerOfferIsBounced()}, w.MailBouncedReasonBounced()
	case invitation.Complained:
		return page.Badge{Kind: "bad", Text: w.PartnerOfferUnwanted()}, ""
	case invitation.Suppressed:
		if inv.DeliveryReason == "rate" {
			return page.Badge{Kind: "warn", Text: w.PartnerOfferIsSuppressed()}, w.PartnerOfferReasonRate()
		}
		return page.Badge{Kind: "warn", Text: w.PartnerOfferIsSuppressed()}, w.MailBouncedReasonSuppressed()
	case invitation.Sent:
		return page.Badge{Kind: "info", Text: w.PartnerOfferIsSent()}, ""
	}
	return page.Badge{Kind: "calm", Text: w.PartnerOfferQueued()}, ""
}

// answer is how an invitation stands, and since when; an open one until when.
func answer(v *site.Visit, facts invitation.Facts, inv invitation.Invitation) (page.Badge, string) {
	w, country := v.Words, facts.Offer.Country
	stands, since := inv.AnswerUnder(facts.Offer, facts.Used, v.Op.At)
	when := w.PartnerOfferSince(v.In(since, country))
	switch stands {
	case invitation.Accepted:
		return page.Badge{Kind: "good", Text: w.OverviewYes()}, when
	case invitation.Declined:
		return page.Badge{Kind: "bad", Text: w.OverviewNo()}, when
	case invitation.Expired:
		return page.Badge{Kind: "calm", Text: w.PartnerOfferWhyExpired()}, when
	case invitation.Revoked:
		return page.Badge{Kind: "calm", Text: w.PartnerOfferWhyRevoked()}, when
	}
	if inv.Paused {
		return page.Badge{Kind: "bad", Text: w.PartnerOfferWhyReported()}, ""
	}
	return page.Badge{Kind: "calm", Text: w.PartnerOfferPending()}, w.PartnerOfferUntil(v.In(inv.ExpiresAt, country))
}

// The acts, as forms and addresses name them.
const (
	pause    = "pause"
	resume   = "resume"
	withdraw = "withdraw"
	resend   = "resend"
	revoke   = "revoke"
)

// act does what a button of the page says, once however often it is pressed; where it can't be done any more, the page says why.
func (p offersPage) act(v *site.Visit, who site.Signed) error {
	o, _, err := p.named(v, who)
	if err != nil {
		return err
	}
	action, about, key := v.Form("action"), v.Form("about"), v.Form("key")
	if err := v.Posted(who.Secret, "partner-offer", string(o.ID), action, about, key); err != nil {
		return err
	}
	return p.once(v, who, o, action, about, key, func(once op.Op) error {
		switch action {
		case pause:
			return change(v, p.table, o.ID, offer.PausedEvent{Reason: offer.PausedByPartner}, once, func(o offer.Offer, used int) (offer.Offer, error) {
				return o.Pause(offer.PausedByPartner, used, once.At)
			})
		case resume:
			return change(v, p.table, o.ID, offer.ResumedEvent{}, once, func(o offer.Offer, used int) (offer.Offer, error) {
				return o.Resume(offer.PausedByPartner, used, once.At)
			})
		case withdraw:
			withdrawn := offer.WithdrawnEvent{}
			if v.Form("tell") != "" {
				withdrawn.Tell = offer.TellRecipients
			}
			return change(v, p.table, o.ID, withdrawn, once, func(o offer.Offer, used int) (offer.Offer, error) { return o.Withdraw(used, once.At) })
		}
		id, err := invitation.Parse(about)
		if err != nil {
			return err
		}
		if action == revoke {
			_, err = invitation.Recall(v.R.Context(), p.table, who.Partner.ID, id, once)
			return err
		}
		_, err = invitation.SendAgain(v.R.Context(), p.table, who.Partner.ID, id, "", 0, v.Env.InvitationsPerDay, once)
		return err
	})
}

func change(v *site.Visit, table Table, id offer.ID, what event.Typed, o op.Op, decide func(offer.Offer, int) (offer.Offer, error)) error {
	_, _, err := offer.Change(v.R.Context(), table, id, what, o, decide)
	return err
}

// once does what a form says whose key makes it one operation, and leads back to the offer.
func (p offersPage) once(v *site.Visit, who site.Signed, o offer.Offer, action, about, key string, do func(op.Op) error) error {
	once := confirm.OnceBy(v, p.table, who, action+" "+string(o.ID)+" "+about, key, path)
	before, err := once.Before()
	if err != nil {
		return err
	}
	if before == "" {
		err = do(once.Op)
	}
	var replay *op.Replay
	switch {
	case err == nil, errors.As(err, &replay):
		return v.Redirect(at(o.ID) + "?done=" + action)
	case fault.As(err) == nil || fault.Is(err, fault.NotFound):
		return err
	}
	now, used, wrong := p.table.Offer(v.R.Context(), o.ID)
	if wrong != nil {
		return wrong
	}
	return p.render(v, who, now, used, gateway.Status(err), &page.Notice{Text: v.Detail(err)})
}

type sureBody struct {
	Action, Text, Button, Keep string
	Form                       []page.Hidden
	Tell                       *page.Checkboxes // whether the invited people hear of it; nil where nobody is asked
}

// ask asks once more before an offer is withdrawn.
func (p offersPage) ask(v *site.Visit, who site.Signed) error {
	o, used, err := p.named(v, who)
	if err != nil {
		return err
	}
	if _, err := o.Withdraw(used, v.Op.At); err != nil {
		return v.Redirect(at(o.ID))
	}
	w := v.Words
	shown, err := v.Catalogue(o.Plans()...)
	if err != nil {
		return err
	}
	frame := v.Frame(w.PartnerOfferWithdrawTitle())
	frame.Narrow, frame.Lead, frame.Back = true, offered.Name(v, o, shown)+" · "+o.ID.Reference(), &page.Link{URL: at(o.ID), Text: o.ID.Reference()}
	return v.Render(sure, http.StatusOK, frame, sureBody{
		Action: at(o.ID), Text: w.PartnerOfferWithdrawText(), Button: w.PartnerOfferWithdrawButton(), Keep: at(o.ID),
		Form: form(who, o.ID, withdraw, "", confirm.NewKey(v)),
		Tell: &page.Checkboxes{Name: "tell", Options: []page.Option{{Value: "yes", Label: w.PartnerOfferWithdrawTell()}}},
	})
}

// askRevoke asks once more before an invitation is revoked.
func (p offersPage) askRevoke(v *site.Visit, who site.Signed) error {
	o, used, err := p.named(v, who)
	if err != nil {
		return err
	}
	id, err := invitation.Parse("inv_" + v.R.PathValue("invitation"))
	if err != nil {
		return err
	}
	inv, err := p.table.Invitation(v.R.Context(), id, true)
	if err != nil {
		return err
	}
	if inv.Offer != o.ID || inv.Origin != invitation.FromPartner { // a visitor's address is not the company's to know
		return fault.NotFound
	}
	stands, _ := inv.AnswerUnder(o, used, v.Op.At)
	if _, err := inv.Revoke(v.Op.At); err != nil || stands == invitation.Revoked {
		return v.Redirect(at(o.ID))
	}
	w := v.Words
	frame := v.Frame(w.PartnerOfferRevokeTitle())
	frame.Narrow, frame.Lead, frame.Back = true, textinput.ShownMail(inv.Mail), &page.Link{URL: at(o.ID), Text: o.ID.Reference()}
	if inv.Name != "" {
		frame.Lead = inv.Name + ", " + frame.Lead
	}
	return v.Render(sure, http.StatusOK, frame, sureBody{
		Action: at(o.ID), Text: w.PartnerOfferRevokeText(), Button: w.PartnerOfferRevokeButton(), Keep: at(o.ID),
		Form: form(who, o.ID, revoke, string(inv.ID), confirm.NewKey(v)),
	})
}
