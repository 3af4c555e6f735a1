package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"liaison/infra/local/proxy"
	"liaison/shared/contract"
)

// listed is a list whose pages P6 compares, as the running system served it.
type listed struct {
	name, program string // GET /v1/offers, api/offers/list
	class         string // of its items
	search        string // what users are found by; empty of a list
	partner       string // who lists: others have such things too
	event         []byte // what API Gateway sent for its first page
}

// P6's page, and how much more than the first page the last may cost: in units, and in time, as a multiple of how much more the bare SDK's query takes.
const (
	listPage   = 100
	pageSpread = 1.2
)

// lists are P6's.
var lists = []listed{
	{name: "GET /v1/relationships", program: "api/relationships/list", class: "relationship"},
	{name: "GET /v1/offers", program: "api/offers/list", class: "offer"},
	{name: "GET /v1/customers/{customer_id}/users", program: "api/customer-users/list", class: "customer_user", search: "lis"},
}

func isListed(program string) bool {
	return slices.ContainsFunc(lists, func(l listed) bool { return l.program == program })
}

// keepLists makes a customer that the partner administers, with users, and lists what the partner has once in the running system, and keeps the events.
func (r *running) keepLists(ctx context.Context, by *report) ([]listed, error) {
	u := uses{report: by, running: r, ctx: ctx}
	if _, err := u.redemption(func(o *contract.OfferCreate) { o.DelegatedAdministration.Role = contract.RoleFull }, "yes"); err != nil {
		return nil, err
	}
	var newest contract.CustomerPage
	if _, err := r.program.Partner.Must(ctx, http.StatusOK, http.MethodGet, "/v1/customers?limit=1", nil, &newest); err != nil || len(newest.Data) == 0 {
		return nil, errors.Join(errors.New("p6: no customer"), err)
	}
	user := contract.CustomerUserCreate{Name: "Ewa Lis", Email: "ewa@nowak.example"}
	if _, err := r.program.Partner.Must(ctx, http.StatusCreated, http.MethodPost, "/v1/customers/"+newest.Data[0].ID+"/users", user, nil); err != nil {
		return nil, err
	}
	kept := slices.Clone(lists)
	for i, one := range kept {
		_, path, _ := strings.Cut(one.name, " ")
		path = strings.Replace(path, "{customer_id}", newest.Data[0].ID, 1)
		event, err := r.kept(ctx, one.name, path+"?"+one.query("").Encode())
		if err != nil {
			return nil, err
		}
		kept[i].event, kept[i].partner = event, r.program.PartnerID
	}
	return kept, nil
}

// query is what a page at a cursor is asked by.
func (l listed) query(cursor string) url.Values {
	asked := url.Values{"limit": {strconv.Itoa(listPage)}}
	if l.search != "" {
		asked.Set("search", l.search)
	}
	if cursor != "" {
		asked.Set("cursor", cursor)
	}
	return asked
}

// after returns the list's event for the page at a cursor.
func (l listed) after(cursor string) ([]byte, error) {
	var event map[string]any
	if err := json.Unmarshal(l.event, &event); err != nil {
		return nil, err
	}
	query, asked := l.query(cursor), map[string]string{}
	for name := range query {
		asked[name] = query.Get(name)
	}
	event["rawQueryString"], event["queryStringParameters"] = query.Encode(), asked
	return json.Marshal(event)
}

// copies returns n items like the first of the list's class that its partner has, each of another customer or offer; users of one customer, each with the row that the
// search finds it by.
func (l listed) copies(items []item, n int) ([]item, error) {
	if l.search != "" {
		return l.users(items, n)
	}
	found := slices.DeleteFunc(of(l.class, items), func(it item) bool { return read(it, "partner") != l.partner })
	if len(found) == 0 {
		return nil, errors.New("p6: no " + l.class + " to copy")
	}
	like := found[0]
	old, size := read(like, "PK")[len("CUSTOMER#"):], 12
	if l.class == "offer" {
		_, old, _ = strings.Cut(read(like, "SK"), "_")
		size = 26
	}
	made := make([]item, n)
	for i := range made {
		made[i] = renamed(like, old, ids.Random(size))
	}
	return made, nil
}

func (l listed) users(items []item, n int) ([]item, error) {
	terms := slices.DeleteFunc(of("search_term", items), func(it item) bool { return !strings.HasPrefix(read(it, "term"), l.search) })
	if len(terms) == 0 {
		return nil, errors.New("p6: nobody to find")
	}
	ulid := read(terms[0], "SK")[strings.LastIndex(read(terms[0], "SK"), "#")+1:]
	users := slices.DeleteFunc(of(l.class, items), func(it item) bool { return !strings.HasSuffix(read(it, "SK"), "#"+ulid) })
	if len(users) != 1 {
		return nil, fmt.Errorf("p6: %d users to copy", len(users))
	}
	made := make([]item, 0, 2*n)
	for range n {
		other := ids.Random(len(ulid))
		made = append(made, renamed(users[0], ulid, other), renamed(terms[0], ulid, other))
	}
	return made, nil
}

// p6 lists from the first page to the last, where there are few and where there are many: every page must cost what the first costs.
func (r *report) p6(ctx context.Context, l *lab, left *remains, programs map[string]*program, z size) error {
	var text strings.Builder
	text.WriteString("| list | there are | pages | requests a page | RRU a page | last page's time, x the first's | the bare query's | ours by its |\n|---|---|---|---|---|---|---|---|\n")
	for _, list := range left.lists {
		names := make([]string, len(z.lists))
		for i, n := range z.lists {
			names[i] = "p6-" + list.class + "-" + strconv.Itoa(n)
		}
		j, err := openJobs(l, programs[list.program], filepath.Join(r.folder, "logs"), names...)
		if j != nil {
			defer j.Close()
		}
		if err != nil {
			return err
		}
		var dearest, cheapest cost
		slowest := 0.0
		for i, n := range z.lists {
			made, err := list.copies(left.listItems, n)
			if err != nil {
				return err
			}
			if err := l.table(ctx, names[i], left.listItems, made); err != nil {
				return err
			}
			p, err := j.pages(ctx, l, list, names[i], z.rounds)
			if err != nil {
				return err
			}
			if i == 0 {
				dearest, cheapest = p.dearest, p.cheapest
			}
			if p.dearest.read > dearest.read {
				dearest = p.dearest
			}
			if p.cheapest.read < cheapest.read {
				cheapest = p.cheapest
			}
			slowest = max(slowest, p.own)
			fmt.Fprintf(&text, "| %s | %d | %d | %d | %g to %g | %.2f | %.2f | %.2f |\n", list.name, n, p.pages, p.dearest.requests(), p.cheapest.read, p.dearest.read,
				p.slower, p.bare, p.own)
		}
		// A page reads an item of 4 kB more or less where the index's rows don't end with the page.
		r.limit("P6", list.name+": a page's units, at any place of any length", "x the cheapest full page at most", dearest.read/cheapest.read, pageSpread, "%.2f")
		r.limit("P6", list.name+": how the last page's time grows", "x how the bare query's grows at most", slowest, pageSpread, "%.2f")
	}
	r.section("P6: lists", fmt.Sprintf("The lists' own bootstraps, %d rows a page, every page from the first to the last; units of full pages; times are medians of %d, in turn. "+
		"DynamoDB Local walks to where a page begins: its time grows with what stands before, and DynamoDB's does not. So each page's query is also made by the bare SDK, "+
		"and our time may grow as much as that.\n\n%s", listPage, z.rounds, text.String()))
	return nil
}

// paged is what listing to the end cost.
type paged struct {
	pages             int
	cheapest, dearest cost    // of the full pages
	slower, bare, own float64 // how many times the first page's time the last takes: ours, the bare SDK's query, and the one by the other
}

// pages lists to the end, and then the first and the last full page in turn.
func (j *jobs) pages(ctx context.Context, l *lab, list listed, table string, rounds int) (p paged, err error) {
	j.proxy.Measure(true)
	var first, last []byte
	for cursor := ""; ; {
		event, err := list.after(cursor)
		if err != nil {
			return p, err
		}
		calls, rows, next, err := j.page(ctx, table, event)
		if err != nil {
			return p, err
		}
		if p.pages++; rows == listPage {
			if seen := tally(calls); first != nil { // the first call opens connections and reads what is kept
				if p.cheapest.calls == nil || seen.read < p.cheapest.read {
					p.cheapest = seen
				}
				if seen.read > p.dearest.read {
					p.dearest = seen
				}
			}
			if last = event; first == nil {
				first = event
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	j.proxy.Measure(false)
	if p.cheapest.calls == nil {
		return p, fmt.Errorf("p6: %s: fewer than two full pages", list.name)
	}
	queries, err := j.queries(ctx, table, first, last)
	if err != nil {
		return p, err
	}
	var took, bare [2][]time.Duration
	for range rounds {
		for i, event := range [][]byte{first, last} {
			if _, _, _, err := j.page(ctx, table, event); err != nil {
				return p, err
			}
			took[i] = append(took[i], j.took)
			begun := time.Now()
			if _, err := l.db.Query(ctx, queries[i]); err != nil {
				return p, err
			}
			bare[i] = append(bare[i], time.Since(begun))
		}
	}
	ours, theirs := [2]float64{}, [2]float64{}
	for i := range 2 {
		ours[i], theirs[i] = median(took[i]).Seconds(), median(bare[i]).Seconds()
	}
	p.slower, p.bare, p.own = ours[1]/ours[0], theirs[1]/theirs[0], ours[1]/ours[0]/(theirs[1]/theirs[0])
	return p, nil
}

// queries returns the query of the table that each page makes, for the bare SDK.
func (j *jobs) queries(ctx context.Context, table string, pages ...[]byte) ([]*dynamodb.QueryInput, error) {
	var sent []byte
	j.proxy.SetHook(func(c *proxy.Call) proxy.Fault {
		if c.Operation == "Query" {
			sent = bytes.Clone(c.Body)
		}
		return proxy.Fault{}
	})
	defer j.proxy.SetHook(nil)
	made := make([]*dynamodb.QueryInput, len(pages))
	for i, event := range pages {
		if _, _, _, err := j.page(ctx, table, event); err != nil {
			return nil, err
		}
		var one struct {
			IndexName                                    *string
			KeyConditionExpression                       string
			ExpressionAttributeNames                     map[string]string
			ExpressionAttributeValues, ExclusiveStartKey map[string]struct{ S string }
			Limit                                        int32
			ScanIndexForward, ConsistentRead             bool
		}
		if err := json.Unmarshal(sent, &one); err != nil {
			return nil, err
		}
		made[i] = &dynamodb.QueryInput{
			TableName: &table, IndexName: one.IndexName, KeyConditionExpression: &one.KeyConditionExpression, ScanIndexForward: &one.ScanIndexForward,
			ConsistentRead:           &one.ConsistentRead,
			ExpressionAttributeNames: one.ExpressionAttributeNames, ExpressionAttributeValues: item{}, Limit: &one.Limit,
		}
		for name, value := range one.ExpressionAttributeValues {
			made[i].ExpressionAttributeValues[name] = text(value.S)
		}
		if one.ExclusiveStartKey != nil {
			made[i].ExclusiveStartKey = item{}
		}
		for name, value := range one.ExclusiveStartKey {
			made[i].ExclusiveStartKey[name] = text(value.S)
		}
	}
	return made, nil
}

// page asks for one page and returns its calls, how many rows it has, and the next cursor.
func (j *jobs) page(ctx context.Context, table string, event []byte) ([]*proxy.Call, int, string, error) {
	j.proxy.Reset()
	said, err := j.runtime.Invoke(ctx, table, event)
	if err != nil {
		return nil, 0, "", err
	}
	var answer struct {
		StatusCode int
		Body       string
	}
	var list struct {
		Data []json.RawMessage
		Next *string `json:"next_cursor"`
	}
	if err := json.Unmarshal(said, &answer); err != nil || answer.StatusCode != http.StatusOK {
		return nil, 0, "", fmt.Errorf("p6: %.300s", said)
	}
	if err := json.Unmarshal([]byte(answer.Body), &list); err != nil {
		return nil, 0, "", err
	}
	next := ""
	if list.Next != nil {
		next = *list.Next
	}
	return j.proxy.Calls(), len(list.Data), next, nil
}
