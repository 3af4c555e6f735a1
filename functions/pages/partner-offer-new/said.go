package partneroffernew

import (
	"cmp"
	"slices"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
	"liaison/shared/site/available"
	"liaison/shared/site/invited"
)

const (
	yes = "yes"
	no  = "no"
)

func (p newPage) askAccess(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	var asked []question
	held := m.Draft.DelegatedAdministration
	role, days := "", offer.DefaultGrant
	if held != nil {
		role, days = held.Role, cmp.Or(held.Days, offer.DefaultGrant)
	}
	if _, alone := m.Draft.Kind.Administers(); !alone {
		answer := ""
		switch {
		case held != nil:
			answer = yes
		case m.done("access"):
			answer = no
		}
		ask := page.Option{Value: yes, Label: w.OfferNewAccessYes(), Hint: w.OfferNewAccessYesHint()}
		if !m.who.Partner.Holds(catalog.DelegatedAdministration, m.facts.Programs, v.Op.At) {
			ask.Disabled, ask.Hint = true, w.OfferNewNotEnrolled(v.Vendor().Name)
		} else if f := m.closed(); f != nil {
			ask.Disabled, ask.Hint = true, m.reason(v, f, m.Draft.Country)
		}
		asked = append(asked, question{Radios: &page.Radios{
			Name: "access", Legend: w.OfferNewAccessQuestion(), Error: errs.For("access"), Value: answer, Heading: true, Cards: true,
			Options: []page.Option{ask, {Value: no, Label: w.OfferNewAccessNo(), Hint: w.OfferNewAccessNoHint()}},
		}})
	}
	full := page.Option{Value: offer.RoleFull, Label: w.CustomerAccessFull(), Hint: w.OfferNewFullHint()}
	if m.who.CustomerAccess != partner.Full {
		full.Disabled, full.Hint = true, w.PartnerUsersNeedsFull()
	}
	return append(asked,
		question{Radios: &page.Radios{
			Name: "role", Legend: w.OfferNewRole(), Error: errs.For("role"), Value: role,
			Options: []page.Option{{Value: offer.RoleLimited, Label: w.CustomerAccessLimited(), Hint: w.OfferNewLimitedHint()}, full},
		}},
		question{Input: &page.Input{
			Name: "days", Label: w.OfferNewAccessDays(), Hint: w.OfferNewDaysHint(offer.MaxGrantDays), Error: errs.For("days"), Value: w.Int(days), InputMode: "numeric", Width: 8,
		}},
	), nil
}

// closed returns why no administration can be asked for in the offer's country, by what is available there; nil where it can.
func (m *making) closed() *fault.Fault {
	asked := offer.Offer{Kind: m.Draft.Kind, Country: m.Draft.Country, Items: m.Draft.Items, DelegatedAdministration: &offer.AskedGrant{}}
	err := asked.Available(m.facts.Availability)
	if missing, ok := available.Missing(err); ok && missing.Feature == catalog.FeatureAdministration {
		return fault.As(err)
	}
	return nil
}

func (p newPage) answerAccess(v *site.Visit, m *making) (page.Errors, error) {
	if err := p.mayOffer(v, m); err != nil {
		return nil, err
	}
	w := v.Words
	_, alone := m.Draft.Kind.Administers()
	m.Draft.DelegatedAdministration = nil
	switch answer := v.Form("access"); {
	case alone:
	case answer == yes:
		if f := m.closed(); f != nil {
			return page.Errors{{Field: "access", Text: m.reason(v, f, m.Draft.Country)}}, nil
		}
	case answer == no:
		return nil, nil
	default:
		return page.Errors{{Field: "access", Text: w.OfferNewAccessMissing()}}, nil
	}
	days, ok := site.Count(w, v.Form("days"))
	if !ok || days < 1 {
		days = -1 // 0 would be the default
	}
	m.Draft.DelegatedAdministration = &offer.AskedGrant{Role: v.Form("role"), Days: days}
	_, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	return wrong(err, func(f fault.Field) (string, string) {
		switch {
		case f.Pointer == "/delegated_administration/role" && f.Code == fault.Forbidden:
			return "role", w.OfferNewNeedsFull()
		case f.Pointer == "/delegated_administration/role":
			return "role", w.OfferNewRoleMissing()
		case f.Pointer == "/delegated_administration/duration_days":
			return "days", w.OfferNewAccessDaysWrong(offer.MaxGrantDays)
		case f.Pointer == "/delegated_administration":
			return "access", w.OfferNewNotEnrolled(v.Vendor().Name)
		}
		return "", ""
	})
}

func (p newPage) askNotice(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	w, answer, days := v.Words, "", ""
	switch n := m.Draft.NoticePeriod; {
	case n != nil:
		answer, days = yes, w.Int(n.Days)
	case m.done("notice"):
		answer = no
	}
	return []question{
		{Radios: &page.Radios{
			Name: "notice", Legend: w.OfferNewNoticeQuestion(), Error: errs.For("notice"), Value: answer, Heading: true, Cards: true,
			Options: []page.Option{
				{Value: yes, Label: w.OfferNewNoticeYes(), Hint: w.OfferNewNoticeYesHint()}, {Value: no, Label: w.OfferNewNoticeNo(), Hint: w.OfferNewNoticeNoHint(v.Vendor().Name)},
			},
		}},
		{Input: &page.Input{
			Name: "notice_days", Label: w.OfferNewNoticeDays(), Hint: w.OfferNewNoticeDaysHint(offer.MaxNoticeDays), Error: errs.For("notice_days"), Value: days, InputMode: "numeric", Width: 8,
		}},
	}, nil
}

func (p newPage) answerNotice(v *site.Visit, m *making) (page.Errors, error) {
	w := v.Words
	m.Draft.NoticePeriod = nil
	switch v.Form("notice") {
	case no:
		return nil, nil
	case yes:
	default:
		return page.Errors{{Field: "notice", Text: w.OfferNewNoticeMissing()}}, nil
	}
	days, ok := site.Count(w, v.Form("notice_days"))
	if !ok {
		days = -1
	}
	m.Draft.NoticePeriod = &offer.NoticePeriod{Days: days}
	_, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	return wrong(err, func(f fault.Field) (string, string) {
		if f.Pointer == "/notice_days" {
			return "notice_days", w.OfferNewNoticeWrong(offer.MaxNoticeDays)
		}
		return "", ""
	})
}

func (p newPage) askMessage(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	w := v.Words
	language := cmp.Or(m.Draft.Language, m.who.Partner.Language, catalog.Languages[0])
	var title, text string
	if t := m.Draft.PartnerTerms; t != nil {
		title, text = t.Title, t.Text
	}
	languages := page.Radios{Name: "language", Legend: w.OfferNewLanguage(), Hint: w.OfferNewLanguageHint(), Error: errs.For("language"), Value: language, Options: site.LanguageOptions()}
	return []question{
		{Textarea: &page.Textarea{Name: "message", Label: w.PartnerOfferMessage(), Hint: w.OfferNewMessageHint(offer.MaxMessage), Error: errs.For("message"), Value: m.Draft.Message}},
		{Radios: &languages},
		{Input: &page.Input{
			Name: "valid", Label: w.OfferNewValid(), Hint: w.OfferNewDaysHint(offer.MaxDays), Error: errs.For("valid"), Value: w.Int(cmp.Or(m.Days, offer.DefaultDays)),
			InputMode: "numeric", Width: 8,
		}},
		{Heading: w.PartnerOfferTerms()},
		{Input: &page.Input{Name: "terms_title", Label: w.OfferNewTermsTitle(), Hint: w.OfferNewTermsHint(), Error: errs.For("terms_title"), Value: title}},
		{Textarea: &page.Textarea{Name: "terms_text", Label: w.OfferNewTermsText(), Hint: w.OfferNewTermsTextHint(offer.MaxTermsText), Error: errs.For("terms_text"), Value: text, Rows: 6}},
	}, nil
}

func (p newPage) answerMessage(v *site.Visit, m *making) (page.Errors, error) {
	w := v.Words
	m.Draft.Message, m.Draft.Language, m.Draft.PartnerTerms = v.Form("message"), v.Form("language"), nil
	if title, text := v.Form("terms_title"), v.Form("terms_text"); strings.TrimSpace(title+text) != "" {
		m.Draft.PartnerTerms = &offer.Terms{Title: title, Text: text}
	}
	var errs page.Errors
	days, ok := site.Count(w, v.Form("valid"))
	if !ok || days < 1 || days > offer.MaxDays {
		errs = append(errs, page.FieldError{Field: "valid", Text: w.OfferNewValidWrong(offer.MaxDays)})
		days = offer.DefaultDays
	}
	m.Days = days
	if m.Draft.Language == "" {
		m.Draft.Language = "none"
	}
	_, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	more, err := wrong(err, func(f fault.Field) (string, string) {
		required := f.Code == fault.Required
		named := func(field string) string { return w.CatalogField(field, v.Detail(f.Code.With(f.About))) }
		switch f.Pointer {
		case "/message":
			return "message", named(w.PartnerOfferMessage())
		case "/language":
			return "language", w.RedeemLanguageMissing()
		case "/partner_terms/title":
			if required {
				return "terms_title", w.OfferNewTermsTitleMissing()
			}
			return "terms_title", named(w.CatalogPart(w.PartnerOfferTerms(), w.OfferNewTermsTitle()))
		case "/partner_terms/text":
			if required {
				return "terms_text", w.OfferNewTermsTextMissing()
			}
			return "terms_text", named(w.CatalogPart(w.PartnerOfferTerms(), w.OfferNewTermsText()))
		}
		return "", ""
	})
	return append(errs, more...), err
}

func (p newPage) askRecipients(v *site.Visit, m *making, errs page.Errors) ([]question, error) {
	w := v.Words
	most := ""
	if m.Draft.MaxRedemptions > 0 {
		most = w.Int(m.Draft.MaxRedemptions)
	}
	hint := w.OfferNewMostHint()
	if m.Draft.Kind.Orders() {
		hint = w.OfferNewMostHintOne()
	}
	if err := p.showList(v, m); err != nil {
		return nil, err
	}
	text, file := invited.Fields(w, m.review, m.Recipients, errs)
	return []question{
		{Radios: &page.Radios{
			Name: "visibility", Legend: w.OfferNewWho(), Error: errs.For("visibility"), Value: string(m.Draft.Visibility), Heading: true,
			Options: []page.Option{
				{Value: string(offer.Invited), Label: w.OfferNewInvited(), Hint: w.OfferNewInvitedHint()},
				{Value: string(offer.Public), Label: w.PartnerOffersPublic(), Hint: w.OfferNewPublicHint()},
			},
		}},
		{Textarea: &text},
		{File: &file},
		{Input: &page.Input{Name: "most", Label: w.OfferNewMost(), Hint: hint, Error: errs.For("most"), Value: most, InputMode: "numeric", Width: 8}},
	}, nil
}

// showList reads the rows of the list, if there is one.
func (p newPage) showList(v *site.Visit, m *making) error {
	if m.list == nil {
		return nil
	}
	rows, err := p.table.BulkRows(v.R.Context(), m.ID, m.Bulk, v.Op.At)
	if err != nil {
		return err
	}
	left, err := invited.Left(v, p.table, m.who)
	if err != nil {
		return err
	}
	list := invited.Of(v, rows, left, path+"/recipients", page.Hidden{Name: "offer", Value: m.ID.Code()})
	m.review = &list
	return nil
}

// answerRecipients takes up to 40 good recipients as they are typed; what is more, or comes with a flaw, is kept as a list and shown row by row.
func (p newPage) answerRecipients(v *site.Visit, m *making) (page.Errors, error) {
	w := v.Words
	m.Draft.Visibility, m.Draft.MaxRedemptions = offer.Visibility(v.Form("visibility")), 0
	var errs page.Errors
	if m.Draft.Visibility != offer.Public && m.Draft.Visibility != offer.Invited {
		errs = append(errs, page.FieldError{Field: "visibility", Text: w.OfferNewWhoMissing()})
	}
	wrong, n, err := p.takeRecipients(v, m)
	if err != nil {
		return nil, err
	}
	if errs = append(errs, wrong...); m.Draft.Visibility == offer.Invited && n == 0 && wrong == nil && !m.stay {
		errs = append(errs, page.FieldError{Field: invited.Field, Text: w.OfferNewRecipientsMissing()})
	}
	limit := 0
	if typed := strings.TrimSpace(v.Form("most")); typed != "" {
		many, ok := site.Count(w, typed)
		if !ok || many < 1 || many > offer.MostRedemptions {
			errs = append(errs, page.FieldError{Field: "most", Text: w.OfferNewMostWrong(offer.MostRedemptions)})
		} else {
			limit, m.Draft.MaxRedemptions = many, many
		}
	} else if m.Draft.Kind.Orders() {
		limit = 1
	}
	if limit > 0 && limit < n {
		errs = append(errs, page.FieldError{Field: "most", Text: w.OfferNewMostFew(n)})
	}
	if m.stay {
		return nil, nil // no file is sent twice because something else is missing: the step asks again
	}
	return errs, nil
}

// goOn is the button that goes on with the good rows of a list.
const goOn = "good"

// takeRecipients takes the good rows of the list that was shown, or what was typed and sent with what is kept of that list. It returns how many can
// be invited.
func (p newPage) takeRecipients(v *site.Visit, m *making) (errs page.Errors, good int, err error) {
	typed := invited.Posted(v, m.list != nil)
	var kept []invitation.Row
	if m.list != nil && len(typed.File) == 0 {
		if kept, err = p.table.BulkRows(v.R.Context(), m.ID, m.Bulk, v.Op.At); err != nil {
			return nil, 0, err
		}
		kept = slices.DeleteFunc(kept, func(row invitation.Row) bool { return row.Flaw != "" })
		if v.Form("action") == goOn {
			if len(kept) <= invitation.MaxRecipients {
				m.Recipients, m.Bulk, m.list = invitation.Good(kept), "", nil
			}
			return nil, len(kept), nil
		}
	}
	read, errs := typed.Read(v.Words, kept)
	if errs != nil {
		return errs, 0, nil
	}
	rows := invitation.Review(read, nil)
	to := invitation.Good(rows)
	switch few := len(rows) <= invitation.MaxRecipients; {
	case few && len(to) == len(rows):
		m.Recipients, m.Bulk, m.list = to, "", nil
	case few && m.list == nil && len(typed.File) == 0:
		return flaws(v.Words, rows), len(to), nil
	default:
		list, of := invitation.NewBulk(m.ID, rows, m.By, v.By(m.who))
		if err := p.table.SaveBulk(v.R.Context(), list, of, v.By(m.who)); err != nil {
			return nil, 0, err
		}
		m.Recipients, m.Bulk, m.stay = nil, list.ID, true
	}
	return nil, len(to), nil
}

// flaws says beside the field what is wrong with the rows that were typed there.
func flaws(w locale.Words, rows []invitation.Row) (errs page.Errors) {
	for _, row := range rows {
		var text string
		switch row.Flaw {
		case "":
			continue
		case invitation.NotAnAddress:
			text = w.OfferNewRecipientWrong(row.Mail)
		case invitation.Twice:
			text = w.OfferNewRecipientTwice(row.Mail)
		default:
			text = w.InvitedRowWrong(row.Mail, invited.Flaw(w, row))
		}
		errs = append(errs, page.FieldError{Field: invited.Field, Text: text})
	}
	return errs
}
