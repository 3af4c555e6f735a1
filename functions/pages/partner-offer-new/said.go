package partneroffernew

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/invitation"
	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
	"liaison/shared/partner"
	"liaison/shared/site"
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

func (p newPage) answerAccess(v *site.Visit, m *making) (page.Errors, error) {
	w := v.Words
	_, alone := m.Draft.Kind.Administers()
	m.Draft.DelegatedAdministration = nil
	switch answer := v.Form("access"); {
	case alone, answer == yes:
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
	return wrong(v, err, func(f fault.Field) (string, string) {
		switch {
		case f.Pointer == "/delegated_administration/role" && f.Code == fault.Forbidden:
			return "role", w.OfferNewNeedsFull()
		case f.Pointer == "/delegated_administration/role":
			return "role", w.OfferNewRoleMissing()
		case f.Pointer == "/delegated_administration/duration_days":
			return "days", w.OfferNewDaysWrong(offer.MaxGrantDays)
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
	return wrong(v, err, func(f fault.Field) (string, string) {
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
	languages := page.Radios{Name: "language", Legend: w.OfferNewLanguage(), Hint: w.OfferNewLanguageHint(), Error: errs.For("language"), Value: language}
	for _, l := range locale.Languages() {
		languages.Options = append(languages.Options, page.Option{Value: string(l), Label: locale.LanguageName(l)})
	}
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
		errs = append(errs, page.FieldError{Field: "valid", Text: w.OfferNewDaysWrong(offer.MaxDays)})
		days = offer.DefaultDays
	}
	m.Days = days
	if m.Draft.Language == "" {
		m.Draft.Language = "none"
	}
	_, err := m.Propose(v.R.Context(), p.table, m.who.CustomerAccess, v.By(m.who))
	more, err := wrong(v, err, func(f fault.Field) (string, string) {
		required := f.Code == fault.Required
		switch f.Pointer {
		case "/message":
			return "message", ""
		case "/language":
			return "language", w.RedeemLanguageMissing()
		case "/partner_terms/title":
			if required {
				return "terms_title", w.OfferNewTermsTitleMissing()
			}
			return "terms_title", ""
		case "/partner_terms/text":
			if required {
				return "terms_text", w.OfferNewTermsTextMissing()
			}
			return "terms_text", ""
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
	return []question{
		{Radios: &page.Radios{
			Name: "visibility", Legend: w.OfferNewWho(), Error: errs.For("visibility"), Value: string(m.Draft.Visibility), Heading: true,
			Options: []page.Option{
				{Value: string(offer.Invited), Label: w.OfferNewInvited(), Hint: w.OfferNewInvitedHint()},
				{Value: string(offer.Public), Label: w.PartnerOffersPublic(), Hint: w.OfferNewPublicHint()},
			},
		}},
		{Textarea: &page.Textarea{
			Name: "recipients", Label: w.OfferNewRecipients(), Hint: w.OfferNewRecipientsHint(invitation.MaxRecipients), Error: errs.For("recipients"), Value: pasted(m.Recipients), Rows: 6,
		}},
		{Input: &page.Input{Name: "most", Label: w.OfferNewMost(), Hint: hint, Error: errs.For("most"), Value: most, InputMode: "numeric", Width: 8}},
	}, nil
}

// pasted writes recipients as they are typed: one a line, its language after it.
func pasted(to []invitation.Recipient) string {
	lines := make([]string, len(to))
	for i, one := range to {
		if lines[i] = one.Mail; one.Language != "" {
			lines[i] += ", " + one.Language
		}
	}
	return strings.Join(lines, "\n")
}

// recipients reads addresses as people paste them: apart by lines, commas or semicolons; a language's code belongs to the address before it.
func recipients(typed string) (to []invitation.Recipient) {
	for _, part := range strings.FieldsFunc(typed, func(c rune) bool { return strings.ContainsRune("\n\r,;", c) }) {
		part = strings.TrimSpace(part)
		switch last := len(to) - 1; {
		case part == "":
		case slices.Contains(catalog.Languages, strings.ToLower(part)) && last >= 0:
			to[last].Language = strings.ToLower(part)
		default:
			to = append(to, invitation.Recipient{Mail: part})
		}
	}
	return to
}

func (p newPage) answerRecipients(v *site.Visit, m *making) (page.Errors, error) {
	w := v.Words
	var errs page.Errors
	m.Draft.Visibility, m.Draft.MaxRedemptions = offer.Visibility(v.Form("visibility")), 0
	m.Recipients = recipients(v.Form("recipients"))
	if m.Draft.Visibility != offer.Public && m.Draft.Visibility != offer.Invited {
		errs = append(errs, page.FieldError{Field: "visibility", Text: w.OfferNewWhoMissing()})
	}
	if m.Draft.Visibility == offer.Invited && len(m.Recipients) == 0 {
		errs = append(errs, page.FieldError{Field: "recipients", Text: w.OfferNewRecipientsMissing()})
	}
	if len(m.Recipients) > 0 {
		clean, err := invitation.CheckRecipients(m.Recipients)
		more, err := wrong(v, err, func(f fault.Field) (string, string) {
			number, _, _ := strings.Cut(strings.TrimPrefix(f.Pointer, "/recipients/"), "/")
			i, bad := strconv.Atoi(number)
			switch {
			case f.Code == fault.TooMany:
				return "recipients", w.OfferNewRecipientsMany(invitation.MaxRecipients)
			case bad != nil || i >= len(m.Recipients):
				return "recipients", ""
			case f.Code == fault.DuplicateRecipient:
				return "recipients", w.OfferNewRecipientTwice(m.Recipients[i].Mail)
			}
			return "recipients", w.OfferNewRecipientWrong(m.Recipients[i].Mail)
		})
		if err != nil {
			return nil, err
		}
		if errs = append(errs, more...); len(more) == 0 {
			m.Recipients = clean
		}
	}
	limit := 0
	if typed := strings.TrimSpace(v.Form("most")); typed != "" {
		n, ok := site.Count(w, typed)
		if !ok || n < 1 || n > offer.MostRedemptions {
			errs = append(errs, page.FieldError{Field: "most", Text: w.OfferNewMostWrong(offer.MostRedemptions)})
			return errs, nil
		}
		limit, m.Draft.MaxRedemptions = n, n
	} else if m.Draft.Kind.Orders() {
		limit = 1
	}
	if limit > 0 && limit < len(m.Recipients) {
		errs = append(errs, page.FieldError{Field: "most", Text: w.OfferNewMostFew(len(m.Recipients))})
	}
	return errs, nil
}
