package relationships

import (
	"net/http"

	"liaison/shared/access"
	"liaison/shared/consent"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/offer"
	"liaison/shared/order"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/relationship"
	"liaison/shared/site"
	"liaison/shared/site/activity"
	"liaison/shared/site/granted"
	"liaison/shared/textinput"
)

// about is the tie that a step is about.
type about struct {
	partner partner.Partner
	tie     relationship.Relationship
	grant   *relationship.Grant // the partner's own; nil where it has none
}

// asked returns the tie to the partner named in the path, for a person with the right; NotFound where there is none.
func (p relationshipsPage) asked(v *site.Visit, who site.Signed, right access.Right) (about, error) {
	var found about
	if err := admitted(who); err != nil {
		return found, err
	}
	if !access.Has(who.Caller, right) {
		return found, fault.NotYourRole
	}
	id, err := partner.ParseID(v.R.PathValue("id"))
	if err != nil {
		return found, fault.NotFound
	}
	if found.tie, found.grant, err = p.table.Relationship(v.R.Context(), who.Customer.ID, id); err != nil {
		return found, err
	}
	if found.grant != nil && found.grant.Partner != id {
		found.grant = nil
	}
	found.partner, err = p.table.Partner(v.R.Context(), id)
	return found, err
}

// administers is asked of a partner that administers the customer, or did; NotFound of any other.
func (p relationshipsPage) administers(v *site.Visit, who site.Signed, right access.Right) (about, relationship.GrantSummary, error) {
	found, err := p.asked(v, who, right)
	switch {
	case err != nil:
		return found, relationship.GrantSummary{}, err
	case found.tie.Administration == nil:
		return found, relationship.GrantSummary{}, fault.NotFound
	}
	return found, *found.tie.Administration, nil
}

// confirm says what ends and what stays, and what the partner did lately, before anything ends.
func (p relationshipsPage) confirm(v *site.Visit, who site.Signed) error {
	asked, a, err := p.administers(v, who, access.EndGrant)
	if err != nil {
		return err
	}
	if !running(a.StatusAt(v.Op.At)) {
		return v.Redirect(path)
	}
	w, name := v.Words, asked.partner.LegalName
	said := site.Message{
		Title: w.PartnersRemoveTitle(name), Text: []string{w.PartnersRemoveText(name), w.RemovalStays(), w.PartnersRemoveAgain(name)}, Back: &page.Link{URL: path},
		Button: &site.Button{
			Text: w.PartnersRemoveButton(name), Value: "remove", Danger: true, Keep: path, Token: site.Token(who.Secret, "remove", string(asked.partner.ID)),
		},
		Heading: w.PartnersActs(name),
	}
	said.Rows, err = activity.Behalf(v, p.table, who, who.Customer.ID, asked.partner.ID, func(id customer.UserID) (string, error) {
		u, err := p.table.CustomerUser(v.R.Context(), id)
		return u.Name, err
	})
	if err != nil {
		return err
	}
	if len(said.Rows) == 0 {
		said.Text = append(said.Text, w.PartnersActsNone(name))
	}
	return v.Say(http.StatusOK, said)
}

// end takes the power away. Pressed twice it is the same.
func (p relationshipsPage) end(v *site.Visit, who site.Signed) error {
	asked, _, err := p.administers(v, who, access.EndGrant)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "remove", string(asked.partner.ID)); err != nil {
		return err
	}
	_, err = relationship.EndGrant(v.R.Context(), p.table, who.Customer.ID, asked.partner.ID, relationship.ByCustomer, "", v.By(who))
	if err != nil && !fault.Is(err, fault.AlreadyEnded) {
		return err
	}
	return v.Redirect(path + "?removed=1")
}

// lowering says what a full administration loses, what stays, and until when, before anything is taken away.
func (p relationshipsPage) lowering(v *site.Visit, who site.Signed) error {
	asked, a, err := p.administers(v, who, access.EndGrant)
	if err != nil {
		return err
	}
	if !running(a.StatusAt(v.Op.At)) || !lowerable(a) {
		return v.Redirect(path)
	}
	w, name := v.Words, asked.partner.LegalName
	can, cannot := granted.Allowed(v.Words, offer.RoleLimited)
	return v.Say(http.StatusOK, site.Message{
		Title: w.PartnersLowerTitle(name), Text: []string{w.PartnersLowerText(name), can, cannot, w.PartnersLowerAgain(v.In(a.EndsAt, who.Customer.Country), name)},
		Back: &page.Link{URL: path},
		Button: &site.Button{
			Text: w.PartnersLowerButton(name), Value: "lower", Danger: true, Keep: path, Token: site.Token(who.Secret, "lower", string(asked.partner.ID)),
		},
	})
}

// lowerable says whether an administration has rights to lose.
func lowerable(a relationship.GrantSummary) bool { return a.Role == offer.RoleFull }

// lower leaves the partner limited rights. Pressed twice it is the same.
func (p relationshipsPage) lower(v *site.Visit, who site.Signed) error {
	asked, _, err := p.administers(v, who, access.EndGrant)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "lower", string(asked.partner.ID)); err != nil {
		return err
	}
	_, err = relationship.LowerGrant(v.R.Context(), p.table, who.Customer.ID, asked.partner.ID, relationship.ByCustomer, "", v.By(who))
	if err != nil && !fault.Is(err, fault.AlreadyLimited) {
		return err
	}
	return v.Redirect(path + "?lowered=1")
}

// words is a step with an optional reason in the person's own words.
type words struct {
	Text   []string
	Choice *page.Radios // what becomes of what a reseller bills; nil where nothing is asked
	Rows   []page.Row   // what it bills, with the vendor's price
	Reason page.Textarea
	Shown  string // what the vendor's prices were, signed
	Button string
	Danger bool
	Token  string
	Keep   string
}

// maxReason is the most characters a reason may have.
const maxReason = 500

// put shows a step with a reason as it was typed; wrong says what is wrong with it.
func put(v *site.Visit, title, wrong string, b words, vendor, name string) error {
	w, status := v.Words, http.StatusOK
	field := "reason"
	frame := v.Frame(title)
	frame.Back, frame.Form, frame.Narrow = &page.Link{URL: path, Text: w.PartnersTitle()}, "words", true
	if b.Choice != nil && b.Choice.Error != "" {
		field, wrong = b.Choice.Name, b.Choice.Error
	}
	if wrong != "" {
		status, frame.Errors = http.StatusUnprocessableEntity, page.Errors{{Field: field, Text: wrong}}
	}
	if field != "reason" {
		wrong = ""
	}
	b.Keep = path
	b.Reason = page.Textarea{Name: "reason", Label: w.PartnersReason(), Hint: w.PartnersReasonHint(name, vendor), Value: v.Form("reason"), Error: wrong}
	return v.Render(ask, status, frame, b)
}

// reason reads the posted reason; wrong says in words what is wrong with it.
func reason(v *site.Visit) (clean, wrong string) {
	clean, code := textinput.Note(v.Form("reason"), maxReason)
	switch code {
	case nil:
		return clean, ""
	case fault.TooLong:
		return "", v.Words.PartnersReasonLong(maxReason)
	}
	return "", v.Words.PartnersReasonWrong()
}

// question explains how a reseller's tie ends, before the person asks for that.
func (p relationshipsPage) question(v *site.Visit, who site.Signed) error {
	return p.questioned(v, who, "")
}

func (p relationshipsPage) questioned(v *site.Visit, who site.Signed, wrong string) error {
	asked, err := p.asked(v, who, access.AskRemoval)
	if err != nil {
		return err
	}
	if r := asked.tie; !r.Reseller || r.Removal != nil && r.Removal.Status == relationship.Open {
		return v.Redirect(path)
	}
	vendor, err := vendor(v)
	if err != nil {
		return err
	}
	w, name := v.Words, asked.partner.LegalName
	if asked.tie.NoticePeriod != nil {
		return p.notice(v, who, asked, vendor, wrong, "")
	}
	return put(v, w.PartnersAskTitle(name), wrong, words{
		Text: []string{w.PartnersAskText(name, vendor), w.PartnersAskBilled(name, vendor)}, Button: w.PartnersAsk(),
		Token: site.Token(who.Secret, "ask", string(asked.partner.ID), ""),
	}, vendor, name)
}

// request asks the reseller to end the tie. Pressed twice it is the same.
func (p relationshipsPage) request(v *site.Visit, who site.Signed) error {
	asked, err := p.asked(v, who, access.AskRemoval)
	if err != nil {
		return err
	}
	shown := v.Form(shownField)
	if err := v.Posted(who.Secret, "ask", string(asked.partner.ID), shown); err != nil {
		return err
	}
	why, wrong := reason(v)
	if wrong != "" || page.Switched(v.R) {
		return p.questioned(v, who, wrong)
	}
	wish := relationship.Wish{By: customer.UserID(who.ID), Reason: why}
	if n := asked.tie.NoticePeriod; n != nil && shown != "" {
		if wish.Handover = relationship.Handover(v.Form(handoverField)); wish.Handover != relationship.ToVendor && wish.Handover != relationship.WithTerm {
			return p.refusedNotice(v, who, asked, v.Words.PartnersNoticeMissing())
		}
		wish.Terms, wish.Prices = agreed(shown)
	}
	done, err := order.RequestRemoval(v.R.Context(), p.table, who.Customer.ID, asked.partner.ID, wish, v.By(who))
	switch {
	case fault.Is(err, fault.PriceChanged, fault.TermsOutdated):
		return p.refusedNotice(v, who, asked, v.Words.PartnersNoticeChanged())
	case err != nil && !fault.Is(err, fault.RemovalRequested):
		return err
	case err == nil && !done.Reseller:
		return v.Redirect(path + "?ended=1")
	}
	return v.Redirect(path + "?asked=1")
}

// reconsider asks whether the request is to be taken back.
func (p relationshipsPage) reconsider(v *site.Visit, who site.Signed) error {
	asked, err := p.asked(v, who, access.AskRemoval)
	if err != nil {
		return err
	}
	if r := asked.tie.Removal; r == nil || r.Status != relationship.Open || !r.Left.IsZero() {
		return v.Redirect(path)
	}
	w, name := v.Words, asked.partner.LegalName
	return v.Say(http.StatusOK, site.Message{
		Title: w.PartnersWithdrawTitle(name), Text: []string{w.PartnersWithdrawText()}, Back: &page.Link{URL: path},
		Button: &site.Button{Text: w.PartnersWithdraw(), Value: "withdraw", Keep: path, Token: site.Token(who.Secret, "withdraw", string(asked.partner.ID))},
	})
}

// withdraw takes the request back. Pressed twice it is the same.
func (p relationshipsPage) withdraw(v *site.Visit, who site.Signed) error {
	asked, err := p.asked(v, who, access.AskRemoval)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "withdraw", string(asked.partner.ID)); err != nil {
		return err
	}
	_, err = relationship.WithdrawRemoval(v.R.Context(), p.table, who.Customer.ID, asked.partner.ID, v.By(who))
	if err != nil && !fault.Is(err, fault.NoRemovalRequest) {
		return err
	}
	return v.Redirect(path + "?withdrawn=1")
}

// extendable says whether both sides may let an administration go on by itself.
func extendable(a relationship.GrantSummary) bool { return a.Role == offer.RoleLimited }

// offer asks whether the administration is to go on by itself, or to end, whichever it does not do now.
func (p relationshipsPage) offer(v *site.Visit, who site.Signed) error {
	asked, a, err := p.administers(v, who, access.AutoExtend)
	if err != nil {
		return err
	}
	if !running(a.StatusAt(v.Op.At)) || !extendable(a) {
		return v.Redirect(path)
	}
	w, name := v.Words, asked.partner.LegalName
	said := site.Message{Back: &page.Link{URL: path}, Button: &site.Button{Keep: path, Token: site.Token(who.Secret, "extend", string(asked.partner.ID))}}
	if a.AutoExtend.Customer {
		said.Title, said.Text = w.PartnersExtendOffTitle(name), []string{w.PartnersExtendOffText(v.In(a.EndsAt, who.Customer.Country), name)}
		said.Button.Text, said.Button.Value = w.PartnersExtendOff(), "off"
	} else {
		said.Title, said.Text = w.PartnersExtendOnTitle(name), []string{w.PartnersExtendOnText(name), w.PartnersExtendOnLater(name)}
		said.Button.Text, said.Button.Value = w.PartnersExtendOn(), "on"
	}
	return v.Say(http.StatusOK, said)
}

// extend sets the customer's switch as the button says. Pressed twice it is the same.
func (p relationshipsPage) extend(v *site.Visit, who site.Signed) error {
	asked, _, err := p.administers(v, who, access.AutoExtend)
	if err != nil {
		return err
	}
	if err := v.Posted(who.Secret, "extend", string(asked.partner.ID)); err != nil {
		return err
	}
	on := v.Form("action") == "on"
	if _, err := relationship.SwitchAutoExtend(v.R.Context(), p.table, who.Customer.ID, asked.partner.ID, relationship.CustomerSide, on, v.By(who)); err != nil {
		return err
	}
	if on {
		return v.Redirect(path + "?extended_on=1")
	}
	return v.Redirect(path + "?extended_off=1")
}

// doubt says what a dispute does, before there is one.
func (p relationshipsPage) doubt(v *site.Visit, who site.Signed) error { return p.doubted(v, who, "") }

func (p relationshipsPage) doubted(v *site.Visit, who site.Signed, wrong string) error {
	asked, a, err := p.administers(v, who, access.Dispute)
	if err != nil {
		return err
	}
	if asked.grant == nil || a.StatusAt(v.Op.At) != relationship.Active {
		return v.Redirect(path)
	}
	given, err := p.table.Redemption(v.R.Context(), consent.ID(asked.grant.Redemption))
	if err != nil {
		return err
	}
	w, name := v.Words, asked.partner.LegalName
	if given.Dispute != nil {
		return v.Say(http.StatusConflict, site.Message{
			Title: w.PartnersDisputedBeforeTitle(), Text: []string{w.PartnersDisputedBeforeText(name)}, Back: &page.Link{URL: path},
		})
	}
	vendor, err := vendor(v)
	if err != nil {
		return err
	}
	return put(v, w.PartnersDisputeTitle(name), wrong, words{
		Text: []string{w.PartnersDisputeText(name), w.PartnersDisputeNext(name, vendor), w.PartnersDisputeInstead(name)}, Button: w.PartnersDispute(), Danger: true,
		Token: site.Token(who.Secret, "dispute", asked.grant.Redemption),
	}, vendor, name)
}

// dispute objects to the consent that gave the power which runs now. Pressed twice it is the same.
func (p relationshipsPage) dispute(v *site.Visit, who site.Signed) error {
	asked, _, err := p.administers(v, who, access.Dispute)
	if err != nil {
		return err
	}
	if asked.grant == nil {
		return v.Redirect(path)
	}
	if err := v.Posted(who.Secret, "dispute", asked.grant.Redemption); err != nil {
		return err
	}
	why, wrong := reason(v)
	if wrong != "" || page.Switched(v.R) {
		return p.doubted(v, who, wrong)
	}
	_, err = consent.Object(v.R.Context(), p.table, who.Customer.ID, consent.ID(asked.grant.Redemption), customer.UserID(who.ID), why, v.By(who))
	if err != nil && !fault.Is(err, fault.AlreadyDisputed) {
		return err
	}
	return v.Redirect(path + "?disputed=1")
}
