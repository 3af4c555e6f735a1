package authz

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"liaison/infra/local/client"
	"liaison/shared/id"
	"liaison/shared/partner"
)

// target is what a request is about, from where its caller stands.
type target string

const (
	own       target = "own"       // the caller's company's; for an operator the first partner's
	foreign   target = "foreign"   // another partner's
	unknown   target = "unknown"   // of the right shape, but there is none
	misshapen target = "misshapen" // of no shape any thing has
)

// row is one line of the matrix: an operation and what makes the difference visible.
type row struct {
	operation string
	about     string // where an operation has several rows
	right     *may
	ask       func(ctx context.Context, c cell) (request, error)
	targets   []target
	// statuses where somebody has the right; own is 200 and the others are 404 unless said.
	want      map[target]int
	operator  map[target]int // where it differs for operators
	suspended map[target]int // where it differs for a suspended partner
	customer  map[target]int // where it differs for customers' users
	// also is the line of rights that the own thing takes beside the route's: who lacks only this one is refused there, 403.
	also *may
	// harmful requests go without their Idempotency-Key or If-Match where they must be refused before that is looked at.
	harmful bool
	// sees says who sees the own thing at all; to others it looks like none. nil: everyone with the right.
	sees func(c caller) bool
	// last rows take from a customer's home what others need there: they are asked when the others are through.
	last bool
	// turn is held while a cell is asked and answered, for rows whose preparation other rows' would undo.
	turn *sync.Mutex
}

// cell is one request of the matrix.
type cell struct {
	caller
	target target
	spend  bool // the request will be done: it takes a fresh thing
}

// owner is whose thing the request is about. Foreign to a customer is another partner with another customer of the own one.
func (c cell) owner() *company {
	if c.home != nil {
		if c.target != foreign {
			return c.home
		}
		other := all.foreign.with(all.own.customer)
		other.events["redemption.accepted"] = all.own.events["redemption.accepted"]
		return other
	}
	mine := c.company
	if mine == nil {
		mine = all.own
	}
	if c.target != foreign {
		return mine
	}
	if mine == all.foreign {
		return all.own
	}
	return all.foreign
}

// thing returns the id that the request names; make, where there is one, makes a thing to be used up.
func (c cell) thing(ctx context.Context, shared func(*company) string, make func(context.Context, *company) (string, error)) (string, error) {
	switch {
	case c.target == misshapen:
		return "no-such-thing", nil
	case c.target == unknown:
		return unlike(shared(c.owner())), nil
	case c.target == own && c.spend && make != nil:
		return make(ctx, c.owner())
	}
	return shared(c.owner()), nil
}

// request is what fills the operation's route.
type request struct {
	path    map[string]string
	query   url.Values
	body    any
	headers []string
}

// unlike returns an id of the same shape and, where ids name an owner, of the same owner, that nothing has.
func unlike(thing string) string {
	other := id.From(rand.Reader)
	switch {
	case len(thing) == 8: // a partner ID
		return string(partner.NewID("9" + other.Digits(6)))
	case strings.HasPrefix(thing, "rel_"):
		return "rel_" + other.Random(12) + thing[strings.LastIndexByte(thing, '_'):]
	case strings.HasPrefix(thing, "cus_"):
		return "cus_" + other.Random(12)
	case strings.HasPrefix(thing, "plan_"):
		return "plan_of_nobody"
	case strings.HasPrefix(thing, "cloud-"):
		return "cloud-of-nobody"
	}
	end := len(thing)
	if strings.HasPrefix(thing, "evt_") {
		end = strings.LastIndexByte(thing, '-') // the change's number stays
	}
	return thing[:end-8] + other.Random(8) + thing[end:]
}

func (r row) expect(c cell) int {
	switch {
	case r.right.public:
	case c.standing == anonymous, c.standing == refused:
		return http.StatusUnauthorized
	case c.standing == nobody, !r.right.has(c.caller):
		return http.StatusForbidden
	}
	if c.target == own && r.also != nil && !r.also.has(c.caller) {
		return http.StatusForbidden
	}
	if status, ok := r.customer[c.target]; ok && c.home != nil {
		return status
	}
	if status, ok := r.operator[c.target]; ok && c.caller.operator {
		return status
	}
	if status, ok := r.suspended[c.target]; ok && c.company != nil && c.company.suspended {
		return status
	}
	if c.target == own && r.sees != nil && !c.caller.operator && !r.sees(c.caller) {
		return http.StatusNotFound
	}
	if status, ok := r.want[c.target]; ok {
		return status
	}
	if c.target == own {
		return http.StatusOK
	}
	return http.StatusNotFound
}

// route is an operation as the contract has it.
type route struct {
	method, path string
	public       bool
}

func routes() map[string]route {
	found := map[string]route{}
	document := checker.Document()
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			found[operation.OperationID] = route{method, path, operation.Security != nil && len(*operation.Security) == 0}
		}
	}
	return found
}

var cells, agreed atomic.Int64

// TestMatrix asks everything. Operations run beside each other, but for the last; the cells of one after the other.
func TestMatrix(t *testing.T) {
	known, byOperation := routes(), map[string][]row{}
	for _, r := range rows() {
		byOperation[r.operation] = append(byOperation[r.operation], r)
		if _, ok := known[r.operation]; !ok {
			t.Errorf("the row %s has no route in infra/openapi.yaml", r.operation)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if len(byOperation[name]) == 0 {
			t.Errorf("the route %s %s has no row: write down who may %s", known[name].method, known[name].path, name)
		}
	}
	if t.Failed() {
		return
	}
	t.Cleanup(func() {
		t.Logf("%d cells of %d operations; the oracle was asked %d times", cells.Load(), len(known), agreed.Load())
	})
	first, last := map[string][]row{}, map[string][]row{}
	for name, of := range byOperation {
		if slices.ContainsFunc(of, func(r row) bool { return r.last }) {
			last[name] = of
		} else {
			first[name] = of
		}
	}
	t.Run("first", func(t *testing.T) { walkAll(t, first, known) })
	t.Run("last", func(t *testing.T) { walkAll(t, last, known) })
}

// walkAll asks every cell of every operation.
func walkAll(t *testing.T, byOperation map[string][]row, known map[string]route) {
	for _, name := range slices.Sorted(maps.Keys(byOperation)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, r := range byOperation[name] {
				if r.right.public != known[name].public {
					t.Errorf("public is %v in rights and %v in the contract", r.right.public, known[name].public)
				}
				for _, c := range all.callers {
					agree(t, r, c)
					asked := r
					if c.standing != authentic {
						// Who calls is asked before what is called: one row of an operation shows it, with a thing that is there.
						if i > 0 {
							continue
						}
						asked.targets = one
					}
					asked.walk(t, known[name], c)
				}
			}
		})
	}
}

// agree holds the row's rights against the oracle's, for who is known.
func agree(t *testing.T, r row, c caller) {
	for _, right := range []*may{r.right, r.also} {
		if right == nil || right.public || c.standing != authentic {
			continue
		}
		switch allowed, err := right.asked(c); {
		case err != nil:
			t.Errorf("%s: %s: %v", r.operation, c.name, err)
		case allowed != right.has(c):
			t.Errorf("%s: %s: the policies of %q say %v, the matrix %v", r.operation, c.name, right.policy, allowed, !allowed)
		}
		agreed.Add(1)
	}
}

// walk asks one caller's cells of a row, and holds against each other what must look alike.
func (r row) walk(t *testing.T, to route, by caller) {
	name := strings.TrimSpace(r.operation + " " + r.about)
	alike := map[int]string{}
	for _, at := range r.targets {
		if at == foreign && by.operator {
			continue // nothing is foreign to an operator
		}
		c := cell{caller: by, target: at}
		want := r.expect(c)
		c.spend = want < 300
		got, err := r.answer(t.Context(), to, c)
		if err != nil {
			t.Fatalf("%s: %s: %s: %v", name, by.name, at, err)
		}
		cells.Add(1)
		if got.Status != want {
			t.Errorf("%s: %s: %s: %d, not %d: %.300s", name, by.name, at, got.Status, want, got.Body)
			continue
		}
		r.look(t, name, c, got)
		if at == own || want == http.StatusUnprocessableEntity && at == misshapen {
			continue // a mistyped partner ID is told from an unknown one
		}
		bare := stripped(got)
		if before, ok := alike[want]; ok && before != bare {
			t.Errorf("%s: %s: %s can be told from another thing that is not the caller's:\n%s\n%s", name, by.name, at, bare, before)
		}
		alike[want] = bare
	}
}

// answer prepares one cell, and asks it.
func (r row) answer(ctx context.Context, to route, c cell) (client.Answer, error) {
	if r.turn != nil {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	ask, err := r.ask(ctx, c)
	if err != nil {
		return client.Answer{}, fmt.Errorf("cannot be asked: %w", err)
	}
	return send(ctx, to, c, ask, r.harmful && (c.standing != authentic || !r.right.has(c.caller)))
}

// look checks what a status does not say.
func (r row) look(t *testing.T, name string, c cell, got client.Answer) {
	switch code := got.Code(); {
	case got.Status == http.StatusUnauthorized && c.standing == anonymous:
		if code != "" || string(bytes.TrimSpace(got.Body)) != `{"message":"Unauthorized"}` {
			t.Errorf("%s: %s: not the gateway's own 401: %s", name, c.name, got.Body)
		}
	case got.Status == http.StatusUnauthorized:
		want := "token_invalid"
		if c.name == "token: expired" {
			want = "token_expired"
		}
		if challenge := got.Header.Get("X-Amzn-Remapped-Www-Authenticate"); code != want || challenge == "" { // so API Gateway renames WWW-Authenticate
			t.Errorf("%s: %s: code %q, challenge %q", name, c.name, code, challenge)
		}
	case got.Status < 300 && c.home != nil && !r.right.public:
		for _, other := range []*company{all.own, all.foreign, all.stopped} {
			if bytes.Contains(got.Body, []byte(strings.TrimPrefix(other.customer.customer, "cus_"))) {
				t.Errorf("%s: %s: %s: the answer tells of customer %s: %s", name, c.name, c.target, other.customer.customer, got.Body)
			}
		}
	case got.Status < 300 && c.company != nil && c.standing == authentic:
		for _, other := range []*company{all.own, all.foreign, all.stopped} {
			if other != c.company && bytes.Contains(got.Body, []byte(other.id)) && !r.right.public {
				t.Errorf("%s: %s: %s: the answer tells of partner %s: %s", name, c.name, c.target, other.id, got.Body)
			}
		}
	}
}

// send makes the request; where it is only to be refused it goes without what lets a write through.
func send(ctx context.Context, to route, c cell, ask request, harmless bool) (client.Answer, error) {
	path := to.path
	for name, value := range ask.path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	if strings.Contains(path, "{") {
		return client.Answer{}, fmt.Errorf("the row leaves %s open", path)
	}
	if len(ask.query) > 0 {
		path += "?" + ask.query.Encode()
	}
	headers := slices.Clone(ask.headers)
	if harmless {
		headers = []string{"Idempotency-Key", ""}
	}
	return c.api.Do(ctx, to.method, path, ask.body, headers...)
}

// stripped is an answer without what may differ between two things that must look alike.
func stripped(a client.Answer) string {
	var said struct {
		Instance  string
		RequestID string `json:"request_id"`
	}
	body := a.Body
	if json.Unmarshal(body, &said) == nil && said.RequestID != "" {
		for name, value := range map[string]string{"request_id": said.RequestID, "instance": said.Instance} {
			quoted, _ := json.Marshal(value)
			body = bytes.Replace(body, append([]byte(`"`+name+`":`), quoted...), []byte(`"`+name+`":""`), 1)
		}
	}
	header := a.Header.Clone()
	for _, name := range []string{"Date", "Content-Length", "Request-Id", "Apigw-Requestid", "Ratelimit"} {
		header.Del(name)
	}
	var b strings.Builder
	_ = header.Write(&b) // into memory
	return fmt.Sprintf("%d\n%s\n%s", a.Status, b.String(), body)
}
