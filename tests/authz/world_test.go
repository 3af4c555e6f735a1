package authz

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/infra/local/sample"
	"liaison/shared/contract"
	"liaison/shared/id"
	"liaison/shared/locale"
	"liaison/shared/offer"
)

// world is the sample program with what the matrix needs: three companies with things of their own, and everybody who may call.
type world struct {
	operator  client.API
	mailbox   client.Mailbox
	candidate *company // only ever named as partner of record
	own       *company
	foreign   *company
	stopped   *company // suspended once its things are made
	callers   []caller

	application string // of a company that is none yet; its address is not confirmed
}

// company is a partner with its things. Reads and what is refused use the shared ones; what changes a thing uses up a fresh one.
type company struct {
	id, name string
	api      client.API // its machine with every access
	offer    string
	rested   string // an offer that it paused
	stopped  string // an offer that the vendor paused
	invited  string
	customer deal // it gave full administration
	limited  deal // it gave limited administration
	none     deal // it refused administration
	apart    deal // it gave full administration and chose another partner of record
	client   contract.APIClient
	user     contract.PartnerUser
	lead     string            // of a message that another company wrote to it
	events   map[string]string // by type, one id each

	// What a suspended company can no longer make.
	suspended                   bool
	offers, paused, invitations chan string
	deals                       chan deal
}

// deal is what one yes made.
type deal struct {
	customer, redemption, subscription, relationship, mail string
	request                                                string // a service request that the company opened, where it administers
}

var numbered atomic.Int64

func fresh(word string) string { return fmt.Sprintf("%s-%d", word, numbered.Add(1)) }

func ptr[T any](v T) *T { return &v }

func populate(ctx context.Context, program *sample.Program) (*world, error) {
	w := &world{operator: api(program.Operator.Token), mailbox: client.Mailbox{Base: sys.Endpoints.Mailbox}}
	w.own = &company{id: program.PartnerID, name: "Baltic Bridge IT sp. z o.o.", api: api(program.Partner.Token)}
	var err error
	if w.foreign, err = w.company(ctx, "Foreign Affairs IT"); err != nil {
		return nil, err
	}
	if w.stopped, err = w.company(ctx, "Halted Harbour IT"); err != nil {
		return nil, err
	}
	if w.candidate, err = w.company(ctx, "Counsel Cloud Advice"); err != nil {
		return nil, err
	}
	if err := w.publish(ctx, w.candidate); err != nil {
		return nil, err
	}
	asks := w.visit()
	for range 2 { // the second time what was made is read again
		if _, err := w.operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/marketplace/visitor-inquiries", asks, nil, "Idempotency-Key", "visit"); err != nil {
			return nil, err
		}
	}
	if err := together(
		func() error { return w.furnish(ctx, w.own) }, func() error { return w.furnish(ctx, w.foreign) }, func() error { return w.furnish(ctx, w.stopped) },
	); err != nil {
		return nil, err
	}
	if err := w.stop(ctx); err != nil {
		return nil, err
	}
	if err := w.apply(ctx); err != nil {
		return nil, err
	}
	return w, w.call(ctx)
}

func together(work ...func() error) error {
	errs := make([]error, len(work))
	var wait sync.WaitGroup
	for i, do := range work {
		wait.Go(func() { errs[i] = do() })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// partner takes a company into the program; it makes no offers until it is verified.
func (w *world) partner(ctx context.Context, name string) (contract.Partner, error) {
	var made contract.Partner
	_, err := w.operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners", newPartner(name), &made)
	return made, err
}

func newPartner(name string) contract.PartnerCreate {
	mail := strings.ToLower(strings.ReplaceAll(name, " ", "-")) + "@example.com"
	return contract.PartnerCreate{
		LegalName: name, Country: "PL", City: "Sopot", Website: "https://partner.example", Phone: "+48 58 555 03 00", Email: mail,
		Administrator: contract.Administrator{Name: "Adam Zaleski", Email: "admin-" + mail},
	}
}

// company takes a company into the program that may do all that the sample's may.
func (w *world) company(ctx context.Context, name string) (*company, error) {
	made, err := w.partner(ctx, name)
	if err != nil {
		return nil, err
	}
	c, at := &company{id: made.PartnerID, name: name}, "/v1/partners/"+made.PartnerID
	for _, step := range []struct {
		method, path string
		body         any
	}{
		{http.MethodPost, "/verify", contract.PartnerVerify{}},
		{http.MethodPut, "/programs/cloud-accelerate", contract.PartnerEnrol{}},
		{http.MethodPut, "/authorisations/plan_suite", contract.PartnerAuthorise{Countries: []string{"PL"}}},
	} {
		if _, err := w.operator.Must(ctx, http.StatusOK, step.method, at+step.path, step.body, nil); err != nil {
			return nil, err
		}
	}
	c.api, _, err = w.machine(ctx, c, contract.CompanyRoleGlobalAdmin, contract.CustomerAccessFull)
	return c, err
}

// machine makes a machine client of a company and gets it a token.
func (w *world) machine(ctx context.Context, c *company, role contract.CompanyRole, access contract.CustomerAccess) (client.API, contract.APIClient, error) {
	made, err := w.makeClient(ctx, c, role, access)
	if err != nil {
		return client.API{}, made, err
	}
	token, err := sys.Identity.Token(ctx, made.ClientID, *made.Secret)
	return api(token), made, err
}

func (w *world) makeClient(ctx context.Context, c *company, role contract.CompanyRole, access contract.CustomerAccess) (made contract.APIClient, err error) {
	_, err = w.operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/api-clients", contract.APIClientCreate{
		Name: fresh("machine"), PartnerID: &c.id, CompanyRole: &role, CustomerAccess: access,
	}, &made)
	return made, err
}

// makeUser makes a user of a company who may do nothing.
func (w *world) makeUser(ctx context.Context, c *company) (made contract.PartnerUser, err error) {
	_, err = c.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partners/me/users", newUser(), &made)
	return made, err
}

// apply makes the application that the matrix shares.
func (w *world) apply(ctx context.Context) error {
	var made contract.PartnerApplication
	_, err := w.operator.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/partner-applications", newApplication(), &made)
	w.application = made.ID
	return err
}

func newApplication() contract.PartnerApplicationCreate {
	return contract.PartnerApplicationCreate{
		LegalName: fresh("Applying Company"), RegistrationNumber: "KRS 0000123456", Country: "PL", City: "Gdańsk", Website: "https://applicant.example",
		Phone: "+48 58 555 01 23", Contact: contract.Administrator{Name: "Ewa Matrix", Email: fresh("ewa") + "@applicant.example"}, Why: "We help.",
	}
}

func newUser() contract.PartnerUserCreate {
	return contract.PartnerUserCreate{
		Name: "Ewa Matrix", Email: fresh("ewa") + "@partner.example", CompanyRole: contract.CompanyRoleNone, CustomerAccess: contract.CustomerAccessNone,
	}
}

// furnish makes the things of a company that the matrix shares.
func (w *world) furnish(ctx context.Context, c *company) (err error) {
	if c.offer, err = w.makeOffer(ctx, c); err != nil {
		return err
	}
	if c.rested, err = w.pausedOffer(ctx, c); err != nil {
		return err
	}
	if c.stopped, err = w.stoppedOffer(ctx, c); err != nil {
		return err
	}
	if c.invited, err = w.makeInvitation(ctx, c); err != nil {
		return err
	}
	for _, one := range []struct {
		into            *deal
		role, answer    string
		partnerOfRecord string
	}{
		{&c.customer, "full", "yes", ""}, {&c.limited, "limited", "yes", ""}, {&c.none, "full", "no", ""}, {&c.apart, "full", "yes", w.candidate.id},
	} {
		if *one.into, err = w.deal(ctx, c, one.role, one.answer, one.partnerOfRecord); err != nil {
			return err
		}
	}
	if err := w.publish(ctx, c); err != nil {
		return err
	}
	if c.lead, err = w.lead(ctx, c); err != nil {
		return err
	}
	if c.client, err = w.makeClient(ctx, c, contract.CompanyRoleNone, contract.CustomerAccessNone); err != nil {
		return err
	}
	if c.user, err = w.makeUser(ctx, c); err != nil {
		return err
	}
	c.events = map[string]string{}
	for _, kind := range []string{"offer.created", "redemption.accepted", "api_client.created"} {
		if c.events[kind], err = w.happened(ctx, c, kind); err != nil {
			return err
		}
	}
	return nil
}

// lead returns the lead that a company has of a message which the candidate writes to it.
func (w *world) lead(ctx context.Context, c *company) (string, error) {
	var made contract.Inquiry
	if _, err := w.candidate.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/marketplace/inquiries", writing(c.id), &made); err != nil {
		return "", err
	}
	id := "led_" + c.id + "_" + strings.TrimPrefix(made.ID, "inq_")
	for _, to := range []contract.LeadUpdate{{Status: contract.LeadUpdateStatusActive, Answer: ptr("Gladly.")}, {Status: contract.LeadUpdateStatusLost}} {
		got, err := c.api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/leads/"+id, nil, nil)
		if err != nil {
			return id, err
		}
		if _, err := c.api.Must(ctx, http.StatusOK, http.MethodPatch, "/v1/leads/"+id, to, nil, "If-Match", got.Header.Get("ETag")); err != nil {
			return id, err
		}
	}
	return id, nil
}

// visit is what a visitor writes to the candidate, each time another one.
func (w *world) visit() contract.VisitorInquiryCreate {
	return contract.VisitorInquiryCreate{
		PartnerIds: []contract.PartnerID{w.candidate.id}, Message: "The matrix asks.", Company: "Matrix", Name: "Anna Nowak", Email: fresh("anna") + "@matrix.example",
		Country: "PL", PrivacyVersion: ptr("1"),
	}
}

func writing(to string) contract.InquiryCreate {
	return contract.InquiryCreate{PartnerIds: []contract.PartnerID{to}, Message: "The matrix asks.", PrivacyVersion: ptr("1")}
}

// happened returns the id of the newest event of a type that a company sees.
func (w *world) happened(ctx context.Context, c *company, kind string) (string, error) {
	var page contract.EventPage
	if _, err := c.api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/events?type="+kind, nil, &page); err != nil {
		return "", err
	}
	if len(page.Data) == 0 {
		return "", fmt.Errorf("%s sees no event %s", c.name, kind)
	}
	return page.Data[0].ID, nil
}

// with returns the company as if every deal of its were that one.
func (c company) with(d deal) *company {
	c.customer, c.limited, c.none, c.apart = d, d, d, d
	c.events = maps.Clone(c.events)
	return &c
}

// partition is where the company's first customer stands.
func (c *company) partition() string {
	return "CUSTOMER#" + strings.TrimPrefix(c.customer.customer, "cus_")
}

// employed makes a customer's user who has some roles: not every customer has somebody left who could.
func employed(held ...contract.CustomerRole) func(ctx context.Context, pk string) (string, error) {
	return func(ctx context.Context, pk string) (string, error) {
		one, err := another(ctx, pk)
		if err == nil {
			err = one.hold(ctx, held)
		}
		return one.id(), err
	}
}

// dismissed makes one who was deleted.
func dismissed(held ...contract.CustomerRole) func(ctx context.Context, pk string) (string, error) {
	return func(ctx context.Context, pk string) (string, error) {
		one, err := another(ctx, pk)
		if err == nil {
			err = one.hold(ctx, held)
		}
		if err == nil {
			err = one.disable(ctx, true)
		}
		now := sys.Now().UTC()
		for name, at := range map[string]time.Time{"deleted_at": now, "purge_at": now.AddDate(0, 0, 30)} {
			if err == nil {
				err = tell(ctx, one.pk, one.sk, name, text(at.Format("2006-01-02T15:04:05.000Z")))
			}
		}
		return one.id(), err
	}
}

// mailed makes one who has a mailbox, at an address of its own.
func mailed(held ...contract.CustomerRole) func(ctx context.Context, pk string) (string, error) {
	return func(ctx context.Context, pk string) (string, error) {
		one, err := another(ctx, pk)
		if err == nil {
			err = one.hold(ctx, held)
		}
		address := strings.TrimPrefix(one.sk, "USER#") + "@customer.example"
		sum := sha256.Sum256([]byte(address))
		if err == nil {
			err = tell(ctx, one.pk, one.sk, "mail", text(address))
		}
		if err == nil {
			err = tell(ctx, one.pk, one.sk, "mailbox", &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				"address": text(address), "revision": &types.AttributeValueMemberN{Value: "1"},
			}})
		}
		if err != nil {
			return one.id(), err
		}
		return one.id(), add(ctx, map[string]types.AttributeValue{
			"PK": text(pk), "SK": text("MAILBOX#" + hex.EncodeToString(sum[:])), "class": text("mailbox"), "user": text(one.id()), "created_at": text("2026-11-21T13:45:00.000Z"),
		})
	}
}

// grouped makes a group with an id: not every customer has somebody left who could.
func grouped(ctx context.Context, id string) (string, error) {
	ids := strings.Split(id, "_")
	pk, name := "CUSTOMER#"+ids[1], "Group "+ids[2]
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	kept := map[string]types.AttributeValue{
		"PK": text(pk), "SK": text("GROUP#" + ids[2]), "class": text("customer_group"), "id": text(id), "customer": text("cus_" + ids[1]), "name": text(name),
		"version": &types.AttributeValueMemberN{Value: "1"}, "created_at": text("2026-11-21T13:45:00.000Z"),
	}
	taken := map[string]types.AttributeValue{
		"PK": text(pk), "SK": text("GROUPNAME#" + hex.EncodeToString(sum[:])), "class": text("group_name"), "group": text(id), "created_at": text("2026-11-21T13:45:00.000Z"),
	}
	if err := add(ctx, kept); err != nil {
		return id, err
	}
	return id, add(ctx, taken)
}

// imported returns a finished import of the customer's; the first call makes it.
func imported(ctx context.Context, customer string) (string, error) {
	pk := "CUSTOMER#" + strings.TrimPrefix(customer, "cus_")
	first, err := firstPerson(ctx, pk)
	if err != nil {
		return "", err
	}
	ulid, one, at := strings.TrimPrefix(first["SK"].(*types.AttributeValueMemberS).Value, "USER#"), &types.AttributeValueMemberN{Value: "1"}, text("2026-11-21T13:45:00.000Z")
	id := "imp_" + strings.TrimPrefix(customer, "cus_") + "_" + ulid
	err = add(ctx, map[string]types.AttributeValue{
		"PK": text(pk), "SK": text("IMPORT#" + ulid), "class": text("import"), "id": text(id), "customer": text(customer), "kind": text("licenses"), "status": text("done"),
		"rows": one, "row": one, "failed": one, "version": one, "created_at": at, "started_at": at, "ended_at": at, "ttl": &types.AttributeValueMemberN{Value: "4102444800"},
	})
	var stands *types.ConditionalCheckFailedException
	if errors.As(err, &stands) {
		err = nil
	}
	return id, err
}

// standingGroup returns a group of the customer that stays; the first call makes it.
func standingGroup(ctx context.Context, customer string) (string, error) {
	pk := "CUSTOMER#" + strings.TrimPrefix(customer, "cus_")
	first, err := firstPerson(ctx, pk)
	if err != nil {
		return "", err
	}
	id := "grp_" + strings.TrimPrefix(customer, "cus_") + "_" + strings.TrimPrefix(first["SK"].(*types.AttributeValueMemberS).Value, "USER#")
	_, err = grouped(ctx, id)
	return id, passing(err)
}

// standingDomain makes sure that a customer has a domain, which waits for its record, and that this is set.
func standingDomain(ctx context.Context, customer, name string) error {
	const proof = "7w2k9q4m1x8c5v3b6n0z4h2j5g"
	sys.DNS.Set("_liaison."+name, "liaison-verification="+proof)
	return passing(add(ctx, map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + strings.TrimPrefix(customer, "cus_")), "SK": text("DOMAIN#" + name), "class": text("customer_domain"), "name": text(name),
		"customer": text(customer), "token": text(proof), "status": text("pending"), "version": &types.AttributeValueMemberN{Value: "1"},
		"created_at": text("2026-11-21T13:45:00.000Z"),
	}))
}

// roomForDomains lets a customer have more domains than there are callers.
func roomForDomains(ctx context.Context, customer string) error {
	return passing(add(ctx, map[string]types.AttributeValue{
		"PK": text("CUSTOMER#" + strings.TrimPrefix(customer, "cus_")), "SK": text("DOMAINS"), "class": text("customer_domains"),
		"used": &types.AttributeValueMemberN{Value: "-100000"}, "version": &types.AttributeValueMemberN{Value: "1"}, "created_at": text("2026-11-21T13:45:00.000Z"),
	}))
}

// roomForImports lets a customer's imports go, so that as many are started as there are callers.
func roomForImports(ctx context.Context, customer string) error {
	_, err := sys.Table().DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &sys.Endpoints.Table, Key: map[string]types.AttributeValue{"PK": text("CUSTOMER#" + strings.TrimPrefix(customer, "cus_")), "SK": text("IMPORTS")},
	})
	return err
}

// passing passes over what is there already.
func passing(err error) error {
	var stands *types.ConditionalCheckFailedException
	if errors.As(err, &stands) {
		return nil
	}
	return err
}

// stop stocks the company that is suspended then.
func (w *world) stop(ctx context.Context) error {
	const each = 6
	c := w.stopped
	c.offers, c.paused, c.invitations, c.deals = make(chan string, each), make(chan string, each), make(chan string, each), make(chan deal, each)
	for range each {
		one, err := w.makeOffer(ctx, c)
		if err != nil {
			return err
		}
		two, err := w.pausedOffer(ctx, c)
		if err != nil {
			return err
		}
		three, err := w.makeInvitation(ctx, c)
		if err != nil {
			return err
		}
		four, err := w.deal(ctx, c, "full", "yes", "")
		if err != nil {
			return err
		}
		c.offers <- one
		c.paused <- two
		c.invitations <- three
		c.deals <- four
	}
	c.suspended = true
	_, err := w.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/partners/"+c.id+"/suspend", contract.PartnerSuspend{Reason: "The matrix asks for it."}, nil)
	return err
}

func taken[T any](from chan T) (one T, err error) {
	select {
	case one = <-from:
	default:
		err = errors.New("the suspended company has none left: stock more")
	}
	return one, err
}

// makeOffer returns a fresh active offer of the company's.
func (w *world) makeOffer(ctx context.Context, c *company) (string, error) {
	if c.suspended {
		return taken(c.offers)
	}
	return w.offerOf(ctx, c, "limited")
}

func (w *world) offerOf(ctx context.Context, c *company, role string) (string, error) {
	wish := sample.TrialOffer("en")
	wish.DelegatedAdministration = &contract.DelegationRequest{Role: contract.Role(role)}
	var made contract.Offer
	_, err := c.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", wish, &made)
	return made.ID, err
}

// pausedOffer returns a fresh paused offer of the company's.
func (w *world) pausedOffer(ctx context.Context, c *company) (string, error) {
	if c.suspended {
		return taken(c.paused)
	}
	made, err := w.makeOffer(ctx, c)
	if err != nil {
		return "", err
	}
	_, err = c.api.Must(ctx, http.StatusOK, http.MethodPost, "/v1/offers/"+made+"/pause", nil, nil)
	return made, err
}

// reportedOffer returns a fresh offer of the company's as one that somebody reported.
func (w *world) reportedOffer(ctx context.Context, c *company) (string, error) {
	made, err := w.makeOffer(ctx, c)
	if err != nil {
		return "", err
	}
	of := offer.ID(made)
	return made, tell(ctx, "PARTNER#"+string(of.Partner()), "OFFER#"+of.Code(), "reports_wait", &types.AttributeValueMemberBOOL{Value: true})
}

// stoppedOffer returns a fresh offer of the company's that the vendor paused.
func (w *world) stoppedOffer(ctx context.Context, c *company) (string, error) {
	made, err := w.makeOffer(ctx, c)
	if err != nil {
		return "", err
	}
	_, err = w.operator.Must(ctx, http.StatusOK, http.MethodPost, "/v1/offers/"+made+"/pause", nil, nil)
	return made, err
}

// makeInvitation returns a fresh open invitation to the company's shared offer.
func (w *world) makeInvitation(ctx context.Context, c *company) (string, error) {
	if c.suspended {
		return taken(c.invitations)
	}
	var sent contract.InvitationsSent
	_, err := c.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+c.offer+"/invitations", recipients(), &sent)
	if err != nil {
		return "", err
	}
	return sent.Data[0].ID, nil
}

func recipients() contract.InvitationSend {
	return contract.InvitationSend{Recipients: []contract.Recipient{{Email: fresh("guest") + "@example.com"}}}
}

// freshDeal returns a new customer of the company's that gave it full administration and has it as partner of record.
func (w *world) freshDeal(ctx context.Context, c *company) (deal, error) {
	if c.suspended {
		return taken(c.deals)
	}
	return w.deal(ctx, c, "full", "yes", "")
}

// deal walks a new customer through the pages: an invitation by mail, an answer about administration in the role, a partner of record
// (the company itself where advisor is empty), and the trial.
func (w *world) deal(ctx context.Context, c *company, role, answer, partnerOfRecord string) (made deal, err error) {
	offer, err := w.offerOf(ctx, c, role)
	if err != nil {
		return made, err
	}
	mail := fresh("customer") + "@example.com"
	if _, err = c.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations",
		contract.InvitationSend{Recipients: []contract.Recipient{{Email: mail}}}, nil); err != nil {
		return made, err
	}
	mails, err := w.mailbox.Wait(ctx, mail, 1)
	if err != nil {
		return made, err
	}
	v, words := client.NewVisitor("en"), locale.In(locale.English)
	if page, err := v.Get(ctx, mails[0].Link(sys.Endpoints.Pages+"/i/")); err != nil {
		return made, err
	} else if page.Status != http.StatusOK {
		return made, fmt.Errorf("the personal link: %d\n%s", page.Status, page.Text())
	}
	var reading []string
	if partnerOfRecord != "" {
		reading = append(reading, "advisor", "other", "partner_id", partnerOfRecord)
	}
	for _, step := range []struct {
		button string
		fields []string
	}{
		{words.SiteNext(), reading},
		{words.SiteNext(), []string{"delegation", answer}},
		{words.SiteNext(), []string{"company", fresh("Firma"), "name", "Anna Nowak", "language", "en"}},
		{words.RedeemStart(30), []string{"agree", "yes"}},
	} {
		if page, err := v.Press(ctx, step.button, step.fields...); err != nil {
			return made, err
		} else if page.Status != http.StatusOK {
			return made, fmt.Errorf("%q: %d\n%s", step.button, page.Status, page.Text())
		}
	}
	if !strings.HasPrefix(v.Page.URL.Path, "/receipts/") {
		return made, fmt.Errorf("the last button leads to %s:\n%s", v.Page.URL, v.Page.Text())
	}
	var list contract.RedemptionPage
	var full contract.Redemption
	if _, err = c.api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions?offer_id="+url.QueryEscape(offer), nil, &list); err != nil {
		return made, err
	}
	if len(list.Data) != 1 {
		return made, fmt.Errorf("%d answers to %s", len(list.Data), offer)
	}
	if _, err = c.api.Must(ctx, http.StatusOK, http.MethodGet, "/v1/redemptions/"+list.Data[0].ID, nil, &full); err != nil {
		return made, err
	}
	made = deal{customer: *full.CustomerID, redemption: full.ID, subscription: full.SubscriptionIds[0], mail: mail}
	made.relationship = "rel_" + strings.TrimPrefix(made.customer, "cus_") + "_" + c.id
	if answer == "yes" {
		made.request, err = w.openRequest(ctx, c, made.customer)
	}
	return made, err
}

// openRequest returns a fresh service request that the company opened for a customer.
func (w *world) openRequest(ctx context.Context, c *company, customer string) (string, error) {
	var made contract.ServiceRequest
	_, err := c.api.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/service-requests", requesting(customer), &made)
	return made.ID, err
}

// tasked makes a provisioning task of a customer in a state; one that runs is leased as lse_matrix.
func tasked(of func(*company) string, state string) func(context.Context, *company) (string, error) {
	return func(ctx context.Context, c *company) (string, error) {
		bare, ulid, now := strings.TrimPrefix(of(c), "cus_"), id.From(rand.Reader).ULID(sys.Now()), sys.Now().UTC()
		task, stamp := "tsk_"+bare+"_"+ulid, func(at time.Time) types.AttributeValue { return text(at.Format("2006-01-02T15:04:05.000Z")) }
		return task, add(ctx, map[string]types.AttributeValue{
			"PK": text("CUSTOMER#" + bare), "SK": text("TASK#" + ulid), "class": text("provisioning_task"), "op": text("matrix"), "id": text(task), "customer": text(of(c)),
			"wanted": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"kind": text("domain"), "subject": text("customer.example")}},
			"state":  text(state), "lease": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"id": text("lse_matrix"), "until": stamp(now.Add(time.Minute))}},
			"requested_at": stamp(now.Add(-time.Minute)), "created_at": stamp(now), "version": &types.AttributeValueMemberN{Value: "1"},
		})
	}
}
