package sample

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"liaison/infra/local/client"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// Person is somebody who can sign in to the pages.
type Person struct{ Name, Email, Password string }

// The partner's people, by the addresses that their mail goes to.
var (
	administrator = Person{Name: "Ewa Lis", Email: "ewa.lis@balticbridge.example"}
	colleague     = Person{Name: "Jan Kos", Email: "jan.kos@balticbridge.example"}
)

// operatorName is what the vendor's first operator is called.
const operatorName = "Marta Lis"

// People gives the vendor's operator, the partner's global administrator and a colleague with limited access their passwords, by the links that
// they are mailed. It waits for mail, so only who signs in as them asks for it, once a program.
func (p *Program) People(ctx context.Context, s *system.System) error {
	if _, err := p.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", contract.PartnerUserCreate{
		Name: colleague.Name, Email: colleague.Email, CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessLimited,
	}, nil); err != nil {
		return err
	}
	for person, into := range map[Person]*Person{{Name: operatorName, Email: s.Identity.OperatorName}: &p.Staff, administrator: &p.Administrator, colleague: &p.Colleague} {
		person.Password = rand.Text()
		if err := SetPassword(ctx, s, person.Email, person.Password); err != nil {
			return fmt.Errorf("%s: %w", person.Email, err)
		}
		*into = person
	}
	return nil
}

// SetPassword sets a password as its owner does: by the link of the mail that an address got last, waited for where there is none yet.
func SetPassword(ctx context.Context, s *system.System, address, password string) error {
	mails, err := client.Mailbox{Base: s.Endpoints.Mailbox}.Wait(ctx, address, 1)
	if err != nil {
		return err
	}
	link := ""
	for _, m := range mails {
		if found := m.Link(s.Endpoints.Pages + "/set-password/"); found != "" {
			link = found
		}
	}
	if link == "" {
		return errors.New("no mail has a link that sets a password")
	}
	v, w := client.NewVisitor("en"), locale.In(locale.English)
	if _, err := v.Get(ctx, link+"?lang=en"); err != nil { // whatever the person's language
		return err
	}
	if _, err := v.Press(ctx, w.PasswordButton(), "password", password); err != nil {
		return err
	}
	if v.Page.Status != http.StatusOK || v.Page.Heading() != w.PasswordSetTitle() {
		return fmt.Errorf("setting the password: %d %q", v.Page.Status, v.Page.Heading())
	}
	return nil
}
