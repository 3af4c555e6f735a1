// Package client is how the sample program, the demonstration and the journeys use a running system: as a partner's machine
// calling HTTPS endpoints, as a person following links and pressing buttons, as somebody reading mail.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Answer is what an HTTP request got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	URL    *url.URL // after redirects
}

// Code returns the code of a problem, empty for another answer.
func (a Answer) Code() string {
	var p struct{ Code string }
	_ = json.Unmarshal(a.Body, &p)
	return p.Code
}

// Into reads the answer's JSON.
func (a Answer) Into(v any) error {
	if err := json.Unmarshal(a.Body, v); err != nil {
		return fmt.Errorf("answer %d: %w: %.200s", a.Status, err, a.Body)
	}
	return nil
}

// Seen is told of every answer of the API: the journeys hold each against the contract.
type Seen func(r *http.Request, a Answer) error

// API calls the JSON interface with one bearer token; an empty one sends none.
type API struct {
	Base  string
	Token string
	Seen  Seen `json:"-"` // nil: nobody
}

var transport = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// Do makes one request. A POST gets a fresh Idempotency-Key unless headers, given as names and values, say otherwise;
// an empty value takes a header away. body is sent as JSON, or as it is where it is []byte; nil sends none.
func (a API) Do(ctx context.Context, method, path string, body any, headers ...string) (Answer, error) {
	var raw []byte
	switch b := body.(type) {
	case nil:
	case []byte:
		raw = b
	default:
		var err error
		if raw, err = json.Marshal(b); err != nil {
			return Answer{}, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, a.Base+path, bytes.NewReader(raw))
	if err != nil {
		return Answer{}, err
	}
	if raw != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.Token != "" {
		r.Header.Set("Authorization", "Bearer "+a.Token)
	}
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	got, err := send(transport, r)
	if err != nil || a.Seen == nil {
		return got, err
	}
	again := r.Clone(ctx) // the request as sent, for who reads its body once more
	again.Body = io.NopCloser(bytes.NewReader(raw))
	return got, a.Seen(again, got)
}

// Must is Do that fails where the answer has another status, naming what came; into, if not nil, gets the answer's JSON.
func (a API) Must(ctx context.Context, status int, method, path string, body, into any, headers ...string) (Answer, error) {
	got, err := a.Do(ctx, method, path, body, headers...)
	if err != nil {
		return got, err
	}
	if got.Status != status {
		return got, fmt.Errorf("%s %s: %d, not %d: %.600s", method, path, got.Status, status, got.Body)
	}
	if into == nil {
		return got, nil
	}
	return got, got.Into(into)
}

func send(c *http.Client, r *http.Request) (Answer, error) {
	got, err := c.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	return Answer{Status: got.StatusCode, Header: got.Header, Body: body, URL: got.Request.URL}, err
}

// Mail is one message in the mailbox.
type Mail struct {
	MessageID   string `json:"messageId"`
	From        string `json:"from"`
	Destination struct {
		To []string `json:"to"`
	} `json:"destination"`
	Subject string `json:"subject"`
	Body    struct {
		HTML string `json:"html"`
		Text string `json:"text"`
	} `json:"body"`
	Headers []struct{ Name, Value string } `json:"headers"`
	At      int64                          `json:"at"`
}

// Link returns the first address in the mail's text that begins with the prefix; empty where there is none.
func (m Mail) Link(prefix string) string {
	for _, word := range strings.FieldsFunc(m.Body.Text, func(r rune) bool { return r <= ' ' || r == '<' || r == '>' || r == '"' }) {
		if strings.HasPrefix(word, prefix) {
			return word
		}
	}
	return ""
}

// Mailbox reads what was mailed.
type Mailbox struct{ Base string }

// letters are what this process has read of a mailbox.
type letters struct {
	mutex sync.Mutex
	all   []Mail // the oldest first
	known map[string]bool
	after int64 // by then, in seconds since 1970, every mail has been read
}

var mailboxes sync.Map // base -> *letters

// slow is how many seconds a mail may take between its time and its place in the mailbox.
const slow = 5

// All returns every mail, the oldest first. It asks only for what is new since it was last called for this mailbox: the mail service writes
// out anew all that it is asked for, and sends nothing meanwhile.
func (m Mailbox) All(ctx context.Context) ([]Mail, error) {
	entry, _ := mailboxes.LoadOrStore(m.Base, &letters{known: map[string]bool{}})
	read := entry.(*letters)
	read.mutex.Lock()
	defer read.mutex.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.Base+"/store?since="+strconv.FormatInt(read.after, 10), nil)
	if err != nil {
		return nil, err
	}
	got, err := send(transport, r)
	if err != nil {
		return nil, err
	}
	var store struct{ Emails []Mail }
	if err := got.Into(&store); err != nil {
		return nil, err
	}
	for _, one := range store.Emails {
		if !read.known[one.MessageID] {
			read.known[one.MessageID] = true
			read.all = append(read.all, one)
			read.after = max(read.after, one.At-slow)
		}
	}
	return slices.Clone(read.all), nil
}

// To returns every mail to an address, the oldest first.
func (m Mailbox) To(ctx context.Context, address string) ([]Mail, error) {
	all, err := m.All(ctx)
	return slices.DeleteFunc(all, func(one Mail) bool { return !one.reaches(address) }), err
}

// reaches says whether the mail was sent to the address.
func (m Mail) reaches(address string) bool {
	return slices.ContainsFunc(m.Destination.To, func(to string) bool {
		parsed, err := mail.ParseAddress(to)
		return err == nil && strings.EqualFold(parsed.Address, address)
	})
}

// Wait returns the mails to an address once there are n of them; it fails when the context ends first.
func (m Mailbox) Wait(ctx context.Context, address string, n int) ([]Mail, error) {
	var found []Mail
	err := m.Watch(ctx, func(one Mail) bool {
		if one.reaches(address) {
			found = append(found, one)
		}
		return len(found) >= n
	})
	if err != nil {
		err = fmt.Errorf("%d of %d mails to %s: %w", len(found), n, address, err)
	}
	return found, err
}

// Watch shows every mail once, those that came before the oldest first, until one of them is said to be enough; those that came together with
// it are still shown. It fails when the context ends first.
func (m Mailbox) Watch(ctx context.Context, show func(Mail) (enough bool)) error {
	for shown := 0; ; {
		all, err := m.All(ctx)
		enough := false
		for ; shown < len(all); shown++ {
			enough = show(all[shown]) || enough
		}
		if err != nil || enough {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
