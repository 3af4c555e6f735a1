package story

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// Colleagues walks how a partner's people come to work: the global administrator signs in and invites a colleague with limited access by the
// console, and the colleague sets a password from the mail, signs in and may do what offers need, and no more.
func (s Story) Colleagues(ctx context.Context, language, mail string) error {
	w := locale.In(locale.Language(language))
	if s.Program.Administrator.Email == "" {
		if err := s.Program.People(ctx, s.System); err != nil {
			return err
		}
	}
	boss, err := s.console(ctx, language, s.Program.Administrator)
	if err != nil {
		return err
	}
	s.tell("%s: %s, the partner's global administrator, signs in and is led to “%s”", language, s.Program.Administrator.Email, boss.Page.Heading())
	if err := s.open(ctx, boss, s.System.Endpoints.Pages+"/partner/users/new", w.PartnerUsersSupportQuestion()); err != nil {
		return err
	}
	if err := s.press(ctx, boss, w.PartnerUsersSend(), "name", "Piotr Zając", "email", mail, "language", language, "own", "no", "support", "yes", "support_role", "limited"); err != nil {
		return err
	}
	if !strings.Contains(boss.Page.Text(), w.PartnerUsersInvitedNotice("Piotr Zając")) {
		return fmt.Errorf("inviting %s leads to:\n%s", mail, boss.Page.Text())
	}
	s.tell("%s: the administrator invites %s with limited access", language, mail)
	invited := sample.Person{Name: "Piotr Zając", Email: mail, Password: Passphrase}
	if err := sample.SetPassword(ctx, s.System, mail, Passphrase); err != nil {
		return err
	}
	colleague, err := s.console(ctx, language, invited)
	if err != nil {
		return err
	}
	if page, err := colleague.Get(ctx, s.System.Endpoints.Pages+"/partner/users"); err != nil || page.Status != http.StatusForbidden {
		return fmt.Errorf("the colleague opens the users' page: %d %w", page.Status, err)
	}
	tokens, err := s.System.Identity.SignIn(ctx, mail, Passphrase)
	if err != nil {
		return err
	}
	var me contract.Me
	as := client.API{Base: s.System.Endpoints.API, Token: tokens.Access, Seen: s.Program.Partner.Seen}
	if _, err := as.Must(ctx, http.StatusOK, http.MethodGet, "/v1/me", nil, &me); err != nil {
		return err
	}
	if !slices.Contains(me.Rights, "make_offers") || slices.Contains(me.Rights, "manage_users") {
		return fmt.Errorf("the colleague's rights are %v", me.Rights)
	}
	s.tell("%s: the colleague sets a password from the mail, signs in and may make offers, but not manage users", language)
	return nil
}

// console signs a partner's person in, who is led to the partners' console.
func (s Story) console(ctx context.Context, language string, who sample.Person) (*client.Visitor, error) {
	v := client.NewVisitor(language)
	if _, err := v.Get(ctx, s.System.Endpoints.Pages+"/account"); err != nil {
		return nil, err
	}
	if err := s.press(ctx, v, locale.In(locale.Language(language)).SiteSignIn(), "user", who.Email, "password", who.Password); err != nil {
		return nil, err
	}
	if at := v.Page.URL.String(); at != s.System.Endpoints.Pages+"/partner" {
		return nil, fmt.Errorf("signing in leads to %s:\n%s", at, v.Page.Text())
	}
	return v, nil
}
