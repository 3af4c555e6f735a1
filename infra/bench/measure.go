package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"liaison/infra/local/client"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/redemption"
)

// measureUses runs every use through the running system and holds it against infra/design/data.md. A use that cannot be run is noted, and the next is run.
func (r *report) measureUses(ctx context.Context, s *running) {
	s.Proxy.Measure(true)
	defer s.Proxy.Measure(false)
	u := uses{report: r, running: s, ctx: ctx}
	u.offers()
	u.invitations()
	u.links()
	u.customers()
	u.redemptions()
	if m := u.members(); m != nil {
		u.purchases(m)
	}
	u.converted()
	// An id of the wrong shape is 404 without a read: what is left is the caller's access.
	u.api(known, "GET /v1/offers/{offer_id}", func() error {
		_, err := s.program.Partner.Must(ctx, http.StatusNotFound, http.MethodGet, "/v1/offers/none", nil, nil)
		return err
	})
	u.api(me, "GET /v1/me", func() error { return s.get(ctx, "/v1/me") })
}

type uses struct {
	*report
	*running
	ctx context.Context
}

func (r *running) get(ctx context.Context, path string) error {
	_, err := r.program.Partner.Must(ctx, http.StatusOK, http.MethodGet, path, nil, nil)
	return err
}

// api measures what one operation's function did. It does it once before, so that no first call is in it.
func (u uses) api(of use, route string, do func() error) {
	function, err := u.served("Api", route)
	if err == nil {
		err = do()
	}
	var seen []*proxy.Call
	if err == nil {
		seen, err = u.during(u.ctx, do)
	}
	u.note(of, err, callsOf(seen, function))
}

func (u uses) note(of use, err error, seen []*proxy.Call) {
	if err != nil {
		u.skip(of, err)
		return
	}
	u.hold(of, tally(seen))
}

func (u uses) offers() {
	const route = "POST /v1/offers"
	u.api(makeOffer, route, func() error { _, err := u.offer(u.ctx, wordless); return err })
	u.api(wordyOffer, route, func() error { _, err := u.offer(u.ctx); return err })
	var old []string
	for range 2 {
		if made, err := u.offer(u.ctx, wordless); err == nil {
			old = append(old, made.ID)
		}
	}
	u.api(replaceOffer, route, func() error {
		if len(old) == 0 {
			return errors.New("there is no offer to replace")
		}
		replaced := old[0]
		old = old[1:]
		_, err := u.offer(u.ctx, wordless, func(o *contract.OfferCreate) { o.Replaces = &replaced })
		return err
	})
}

// wordless leaves out what the partner wrote: the figures are for items of up to 1 kB.
func wordless(o *contract.OfferCreate) { o.Message, o.PartnerTerms = nil, nil }

func (u uses) invitations() {
	made, err := u.offer(u.ctx)
	for _, n := range []int{1, 40} {
		if err != nil {
			u.skip(invite(n), err)
			continue
		}
		u.api(invite(n), "POST /v1/offers/{offer_id}/invitations", func() error { _, err := u.invite(u.ctx, made.ID, n); return err })
	}
	// What one mailed invitation makes of its event.
	if err != nil {
		u.skip(oneEvent, err)
		return
	}
	seen, err := u.during(u.ctx, func() error { _, err := u.invite(u.ctx, made.ID, 1); return err })
	u.stream(oneEvent, err, seen)
}

// stream holds what hangs on the stream.
func (u uses) stream(of use, err error, seen []*proxy.Call) {
	var names []string
	for _, folder := range []string{"jobs/dispatch", "jobs/ledger", "jobs/mailevents"} {
		name, missing := u.job(folder)
		names, err = append(names, name), errors.Join(err, missing)
	}
	u.note(of, err, callsOf(seen, names...))
}

// links opens a public and a personal link, each with the catalogue in the page's memory as it is 59 of 60 seconds.
func (u uses) links() {
	made, err := u.offer(u.ctx)
	u.page(publicLink, "/o/{code}", err, func() error {
		page, err := client.NewVisitor("en").Get(u.ctx, u.Endpoints.Pages+"/o/"+strings.TrimPrefix(made.ID, "ofr_"))
		return opened(page, err)
	})
	link := ""
	if err == nil {
		link, err = u.invited(u.ctx, made.ID)
	}
	for _, step := range []struct {
		of   use
		path string
	}{{personalLink, "/i/{token}"}, {authorized, "/redeem"}} {
		u.page(step.of, step.path, err, func() error { return opened(client.NewVisitor("en").Get(u.ctx, link)) })
	}
}

func opened(page client.Page, err error) error {
	if err == nil && page.Status != http.StatusOK {
		err = fmt.Errorf("%s answers %d", page.URL.Path, page.Status)
	}
	return err
}

func (u uses) page(of use, path string, err error, do func() error) {
	function, missing := u.served("Pages", path)
	if err = errors.Join(err, missing); err == nil {
		u.Runtime.EndAll() // the memory of the catalogue begins with the visit before
		err = do()
	}
	var seen []*proxy.Call
	if err == nil {
		seen, err = u.during(u.ctx, do)
	}
	u.note(of, err, callsOf(seen, function))
}

// redemptions presses the last button of four visits, each with a further part that costs more, and counts that request alone.
func (u uses) redemptions() {
	most := 10
	eligible := u.eligible(sample.TrialPlan)
	for _, visit := range []struct {
		of     use
		change func(*contract.OfferCreate)
		answer string // to delegated administration
		fields []string
	}{
		{redeem("", 0, 0), func(*contract.OfferCreate) {}, "no", nil},
		{redeem(", with delegated administrator", 0, 2), func(*contract.OfferCreate) {}, "yes", nil},
		{redeem(", with max_redemptions", 0, 2), func(o *contract.OfferCreate) { o.MaxRedemptions = &most }, "no", nil},
		{
			redeem(", with another partner of record", 2, 4), func(*contract.OfferCreate) {},
			"no",
			[]string{"advisor", "other", "partner_id", u.program.Other},
		},
	} {
		function, err := u.served("Pages", "/redeem/check")
		var seen []*proxy.Call
		if len(visit.fields) > 0 {
			err = errors.Join(err, eligible)
		}
		if err == nil {
			seen, err = u.redemption(visit.change, visit.answer, visit.fields...)
		}
		u.note(visit.of, err, callsOf(seen, function))
	}
}

// members presses the last button of requests for delegated administration, each as a signed-in owner, and counts that request alone. It returns
// the owner, nil where there is none.
func (u uses) members() *story.Member {
	walk := story.Story{System: u.System, Program: u.program, Tell: func(string) {}}
	first, second := []string{"Baltic Bridge IT sp. z o.o.", u.program.PartnerID}, []string{"Green Field Advisers Ltd", u.program.Other}
	function, err := u.served("Pages", "/redeem/check")
	var m *story.Member
	if err == nil {
		m, err = u.owner(walk, "member@nowak.example")
	}
	rival, failed := story.Rival(u.ctx, u.System, u.program)
	err = errors.Join(err, failed)
	for _, one := range []struct {
		of       use
		by       client.API
		who, was []string
	}{{memberYes("", 0, 0), u.program.Partner, first, nil}, {memberYes(", replacing another", 1, 4), rival, second, first}} {
		var seen []*proxy.Call
		if err == nil {
			err = walk.Administration(u.ctx, "en", one.by, m, one.who[0], one.was...)
		}
		if err == nil {
			seen, err = u.during(u.ctx, func() error { return walk.Authorize(u.ctx, "en", m, one.who[0]) })
		}
		u.note(one.of, err, callsOf(seen, function))
	}
	return m
}

// purchases buys without an offer, changes licences and names partners of record.
func (u uses) purchases(m *story.Member) {
	var head struct{ Version string }
	_, err := u.program.Operator.Must(u.ctx, http.StatusOK, http.MethodGet, "/v1/terms/customer?language=en", nil, &head)
	if err == nil {
		err = u.eligible("plan_mail")
	}
	apart := "separate"
	var bought contract.Subscription
	u.api(buyAlone, "POST /v1/subscriptions", func() error {
		_, wrong := m.API.Must(u.ctx, http.StatusCreated, http.MethodPost, "/v1/subscriptions", contract.SubscriptionCreate{
			PlanID: "plan_mail", BillingTerm: contract.BillingTermMonth, AddTo: &apart, TermsVersion: head.Version,
		}, &bought)
		return errors.Join(err, wrong)
	})
	at := "/v1/subscriptions/" + bought.ID
	licenses := 10
	u.api(changeLicenses, "PATCH /v1/subscriptions/{subscription_id}", func() error {
		answer, err := m.API.Must(u.ctx, http.StatusOK, http.MethodGet, at, nil, nil)
		if err != nil {
			return err
		}
		licenses++
		_, err = m.API.Must(u.ctx, http.StatusOK, http.MethodPatch, at, map[string]any{"licenses": licenses}, nil, "If-Match", answer.Header.Get("ETag"))
		return err
	})
	name := func(who string) func() error {
		return func() error {
			answer, err := m.API.Must(u.ctx, http.StatusOK, http.MethodGet, at, nil, nil)
			if err == nil {
				_, err = m.API.Must(u.ctx, http.StatusOK, http.MethodPut, at+"/partner-of-record", contract.PartnerOfRecordSet{PartnerID: who}, nil, "If-Match", answer.Header.Get("ETag"))
			}
			return err
		}
	}
	set := "PUT /v1/subscriptions/{subscription_id}/partner-of-record"
	u.turns(recordSet, set, name(u.program.Other), func() error {
		answer, err := m.API.Must(u.ctx, http.StatusOK, http.MethodGet, at, nil, nil)
		if err == nil {
			_, err = m.API.Must(u.ctx, http.StatusNoContent, http.MethodDelete, at+"/partner-of-record", nil, nil, "If-Match", answer.Header.Get("ETag"))
		}
		return err
	})
	u.turns(recordChanged, set, name(u.program.PartnerID), name(u.program.Other))
}

// turns measures what an operation's function does after something that is not measured: it does both twice, so that no first call is in it.
func (u uses) turns(of use, route string, do, before func() error) {
	function, err := u.served("Api", route)
	var seen []*proxy.Call
	for range 2 {
		if err == nil {
			err = before()
		}
		if err == nil {
			seen, err = u.during(u.ctx, do)
		}
	}
	u.note(of, err, callsOf(seen, function))
}

// converted accepts a purchase offer that follows another owner's trial, and counts the last button's request alone.
func (u uses) converted() {
	walk := story.Story{System: u.System, Program: u.program, Tell: func(string) {}}
	function, err := u.served("Pages", "/redeem/check")
	var m *story.Member
	if err == nil {
		m, err = u.owner(walk, "buyer@nowak.example")
	}
	var seen []*proxy.Call
	if err == nil {
		seen, err = u.during(u.ctx, func() error { return walk.Convert(u.ctx, "en", m) })
	}
	u.note(convertYes, err, heaviest(callsOf(seen, function)))
}

// owner is a new customer's, signed in, with a trial.
func (u uses) owner(walk story.Story, mail string) (*story.Member, error) {
	c, err := walk.Trial(u.ctx, "en", mail, redemption.No)
	if err != nil {
		return nil, err
	}
	return walk.Join(u.ctx, "en", c)
}

// heaviest returns the calls of the invocation that wrote most.
func heaviest(calls []*proxy.Call) []*proxy.Call {
	wrote := map[string]float64{}
	most := ""
	for _, c := range calls {
		if wrote[c.Invocation] += c.Write; wrote[c.Invocation] > wrote[most] {
			most = c.Invocation
		}
	}
	return slices.DeleteFunc(calls, func(c *proxy.Call) bool { return c.Invocation != most })
}

// eligible lets the sample's other partner advise on a plan.
func (u uses) eligible(plan string) error {
	to := "/v1/partners/" + u.program.Other
	for path, body := range map[string]any{
		"/programs/cloud-accelerate": contract.PartnerEnrol{},
		"/authorisations/" + plan:    contract.PartnerAuthorise{Countries: []string{sample.Country}},
	} {
		if _, err := u.program.Operator.Must(u.ctx, http.StatusOK, http.MethodPut, to+path, body, nil); err != nil {
			return err
		}
	}
	return nil
}

func (u uses) redemption(change func(*contract.OfferCreate), administration string, fields ...string) ([]*proxy.Call, error) {
	made, err := u.offer(u.ctx, change)
	if err != nil {
		return nil, err
	}
	link, err := u.invited(u.ctx, made.ID)
	if err != nil {
		return nil, err
	}
	u.Runtime.EndAll()
	v, err := u.answer(u.ctx, link, administration, fields...)
	if err != nil {
		return nil, err
	}
	return u.during(u.ctx, func() error { return u.start(u.ctx, v) })
}

// customers lists 50 of a partner's customers, made from one: relationships are written straight into the table, as no rule is at stake.
func (u uses) customers() {
	var err error
	if _, err = u.redemption(func(*contract.OfferCreate) {}, "yes"); err == nil {
		err = u.manyCustomers(60)
	}
	if err != nil {
		u.skip(customers, err)
		return
	}
	u.api(customers, "GET /v1/relationships", func() error {
		var page contract.RelationshipPage
		_, err := u.program.Partner.Must(u.ctx, http.StatusOK, http.MethodGet, "/v1/relationships?limit=50", nil, &page)
		if err == nil && len(page.Data) != 50 {
			err = fmt.Errorf("a page of %d customers, not 50", len(page.Data))
		}
		return err
	})
}

func (u uses) manyCustomers(n int) error {
	items, err := scan(u.ctx, u.Table(), u.Endpoints.Table)
	if err != nil {
		return err
	}
	ties := of("relationship", items)
	if len(ties) == 0 {
		return errors.New("a yes made no relationship")
	}
	like := ties[0]
	old := read(like, "PK")[len("CUSTOMER#"):]
	made := make([]item, n)
	for i := range made {
		made[i] = renamed(like, old, ids.Random(12))
	}
	return fill(u.ctx, u.Table(), u.Endpoints.Table, made)
}
