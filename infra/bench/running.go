package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/client"
	"liaison/infra/local/lambda"
	"liaison/infra/local/proxy"
	"liaison/infra/local/sample"
	"liaison/infra/local/system"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

// running is the whole system with the sample program in it, and what its functions were seen to do.
type running struct {
	*system.System
	program *sample.Program
	// unloaded says why there is no sample program.
	unloaded error
	words    locale.Words

	mutex sync.Mutex
	done  []lambda.Invocation
	mail  map[call]bool
	count int

	reader string // whose reads are kept
	reads  []json.RawMessage
}

// call names one call of an invocation.
type call struct {
	invocation string
	seq        int
}

// run starts the system and loads the sample program through its public API.
func run(ctx context.Context) (*running, error) {
	r := &running{words: locale.In(locale.English), mail: map[call]bool{}}
	var err error
	if r.System, err = system.Start(ctx, system.Options{Bootstraps: []string{"*"}, Observe: r.observe}); err != nil {
		return nil, err
	}
	if r.program, r.unloaded = sample.Load(ctx, r.System); r.unloaded != nil {
		return r, nil
	}
	r.Proxy.SetHook(func(c *proxy.Call) proxy.Fault { // looks, and lets everything pass
		r.seen(c)
		return proxy.Fault{}
	})
	return r, r.Settle(ctx)
}

func (r *running) observe(i lambda.Invocation) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.done = append(r.done, i)
}

// invocations returns what ran since the last call.
func (r *running) invocations() []lambda.Invocation {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	done := r.done
	r.done = nil
	return done
}

// served returns the name of the function behind a route of an API.
func (r *running) served(api, path string) (string, error) {
	method, want, found := strings.Cut(path, " ")
	if !found {
		method, want = "", path
	}
	for _, a := range r.App.APIs {
		for _, route := range a.Routes {
			if a.Name == api && route.Path == want && (method == "" || route.Method == method) {
				return route.Function, nil
			}
		}
	}
	return "", fmt.Errorf("no stack declares %s", path)
}

// job returns the name of the function in a folder below functions/.
func (r *running) job(folder string) (string, error) {
	for _, f := range r.App.Functions {
		if strings.HasSuffix(strings.TrimSuffix(filepath.ToSlash(f.Code), "/lambda"), folder) {
			return f.Name, nil
		}
	}
	return "", fmt.Errorf("no stack declares %s", folder)
}

// during does something and returns every call it caused, to the last mail event.
func (r *running) during(ctx context.Context, do func() error) ([]*proxy.Call, error) {
	if err := r.Settle(ctx); err != nil {
		return nil, err
	}
	r.Proxy.Reset()
	r.invocations()
	if err := do(); err != nil {
		return nil, err
	}
	err := r.settle(ctx)
	return r.Proxy.Calls(), err
}

// settle waits for what the mail service tells later too.
func (r *running) settle(ctx context.Context) error {
	for range 2 {
		if err := r.Settle(ctx); err != nil {
			return err
		}
		time.Sleep(150 * time.Millisecond)
	}
	return r.Settle(ctx)
}

// callsOf returns the calls of the functions.
func callsOf(calls []*proxy.Call, functions ...string) []*proxy.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c *proxy.Call) bool { return !slices.Contains(functions, c.Function) })
}

// wanted is an offer of the sample's partner as the benchmark asks for it.
func wanted(change ...func(*contract.OfferCreate)) contract.OfferCreate {
	o := sample.TrialOffer("en")
	for _, f := range change {
		f(&o)
	}
	return o
}

func (r *running) offer(ctx context.Context, change ...func(*contract.OfferCreate)) (contract.Offer, error) {
	var made contract.Offer
	_, err := r.program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers", wanted(change...), &made)
	return made, err
}

// invite mails n fresh recipients and returns their addresses.
func (r *running) invite(ctx context.Context, offer string, n int) ([]string, error) {
	language := contract.Language("en")
	var body contract.InvitationSend
	var mails []string
	for range n {
		r.count++
		mails = append(mails, fmt.Sprintf("anna.nowak.%04d@nowak.example", r.count))
		body.Recipients = append(body.Recipients, contract.Recipient{Email: mails[len(mails)-1], Language: &language})
	}
	_, err := r.program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/offers/"+offer+"/invitations", body, nil)
	return mails, err
}

// invited returns the personal link that a new recipient of the offer finds in the mail.
func (r *running) invited(ctx context.Context, offer string) (string, error) {
	mails, err := r.invite(ctx, offer, 1)
	if err != nil {
		return "", err
	}
	if err := r.settle(ctx); err != nil {
		return "", err
	}
	got, err := client.Mailbox{Base: r.Endpoints.Mailbox}.To(ctx, mails[0])
	if err != nil || len(got) == 0 {
		return "", fmt.Errorf("no invitation is in the mailbox: %w", err)
	}
	link := got[0].Link(r.Endpoints.Pages + "/i/")
	if link == "" {
		return "", fmt.Errorf("no personal link in the mail %q", got[0].Subject)
	}
	return link, nil
}

// answer follows a personal link up to the last button, with an answer to delegated administration and the fields of the first page.
func (r *running) answer(ctx context.Context, link, administration string, fields ...string) (*client.Visitor, error) {
	v := client.NewVisitor("en")
	if page, err := v.Get(ctx, link); err != nil || page.Status != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d: %w", link, page.Status, err)
	}
	if err := press(ctx, v, r.words.SiteNext(), fields...); err != nil {
		return nil, err
	}
	if err := press(ctx, v, r.words.SiteNext(), "delegation", administration); err != nil {
		return nil, err
	}
	return v, press(ctx, v, r.words.SiteNext(), "company", "Zakład Nowak", "name", "Anna Nowak", "language", "en")
}

// start presses the last button.
func (r *running) start(ctx context.Context, v *client.Visitor) error {
	return press(ctx, v, r.words.RedeemStart(30), "agree", "yes")
}

func press(ctx context.Context, v *client.Visitor, button string, fields ...string) error {
	page, err := v.Press(ctx, button, fields...)
	if err == nil && page.Status != http.StatusOK {
		err = fmt.Errorf("%q leads to %d on %s: %s", button, page.Status, page.URL.Path, page.Text())
	}
	return err
}
