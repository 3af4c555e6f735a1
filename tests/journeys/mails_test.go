package journeys

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/shared/contract"
)

// ours finds the links of a mail that lead to our pages.
func ours(m client.Mail) []string {
	return regexp.MustCompile(regexp.QuoteMeta(sys.Endpoints.Pages)+`/[^\s"<>]*`).FindAllString(m.Body.Text+"\n"+m.Body.HTML, -1)
}

// kind is a link without what is of one mail alone: ids and secrets.
func kind(link string) string {
	at, err := url.Parse(link)
	if err != nil {
		return link
	}
	parts := strings.Split(at.Path, "/")
	for i, part := range parts {
		if strings.ContainsAny(part, "_.0123456789") {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/") + " " + at.RawQuery
}

// ask has a visitor write to a partner now, and waits for the mail: the clock may have passed the day on which each older message is deleted.
func ask(ctx context.Context) error {
	visitor := client.API{Base: sys.Endpoints.API}
	var terms contract.Terms
	if _, err := visitor.Must(ctx, http.StatusOK, http.MethodGet, "/v1/terms/privacy", nil, &terms); err != nil {
		return err
	}
	const address = "last-visitor@example.com"
	if _, err := visitor.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/marketplace/visitor-inquiries", contract.VisitorInquiryCreate{
		PartnerIds: []contract.PartnerID{program.PartnerID}, Company: "Nowak", Name: "Anna Nowak", Email: address, Country: "PL", Message: "Please move our mail.",
		PrivacyVersion: &terms.Version,
	}, nil); err != nil {
		return err
	}
	_, err := mailbox.Wait(ctx, address, 1)
	return err
}

// unled fails where mails carried a kind of link that leads nowhere. The newest of each kind are tried: what an old one opened may be gone.
func unled(ctx context.Context) error {
	if err := ask(ctx); err != nil {
		return err
	}
	all, err := mailbox.All(ctx)
	if err != nil {
		return err
	}
	byKind := map[string][]string{}
	for _, m := range slices.Backward(all) {
		for _, link := range ours(m) {
			if k := kind(link); !slices.Contains(byKind[k], link) && len(byKind[k]) < 20 {
				byKind[k] = append(byKind[k], link)
			}
		}
	}
	var found []error
	for k, links := range byKind {
		leads := false
		for _, link := range links {
			page, err := client.NewVisitor("en").Get(ctx, link)
			if err != nil {
				return err
			}
			if leads = page.Status != http.StatusNotFound && page.Status < 500; leads {
				break
			}
		}
		if !leads {
			found = append(found, fmt.Errorf("mails link to %s, which leads nowhere, such as %s", k, links[0]))
		}
	}
	return errors.Join(found...)
}
