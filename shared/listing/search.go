package listing

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/fault"
	"liaison/shared/partner"
)

// MaxMatched is how many partners a match names.
const MaxMatched = 3

// A search reads at most so many entries at once, and so many times for one page.
const (
	chunkSize  = 30
	mostChunks = 10
)

// SearchStore is what finding partners needs of the table.
type SearchStore interface {
	// Postings reads who has each of some terms, and the facts of every partner that is published.
	Postings(ctx context.Context, terms []Term) (map[Term][]partner.ID, map[partner.ID]Fact, error)
	// Entries reads the listings of up to 30 partners with the partners and, where a plan is named, their authorisations for it, in the order of the ids.
	Entries(ctx context.Context, ids []partner.ID, plan catalog.PlanID, fresh bool) ([]Entry, error)
	// Indexed reads what stands in the index for a partner, with its listing and itself; the zero entry where it has no listing.
	Indexed(ctx context.Context, p partner.ID) (Indexed, Entry, bool, error)
	// Availability reads which country is in which region.
	Availability(ctx context.Context) (catalog.Availability, error)
}

// Found is one partner that was found.
type Found struct {
	Entry
	Place Place
	Share int // as it is known of the partner: a step, or NoShare
}

// Results are one page of what was found.
type Results struct {
	Found []Found
	Total int    // of all pages, as the index has them
	Next  string // cursor of the next page; empty where there is none
}

// Search returns one page of what the query finds, in the order of the day of the first page. It fails as Query.Clean does, and with Malformed
// invalid_cursor.
func Search(ctx context.Context, store SearchStore, q Query, limit int, cursor string, at time.Time) (Results, error) {
	q, err := q.Clean()
	if err != nil {
		return Results{}, err
	}
	day, after := DayOf(at), Place{}
	if cursor != "" {
		if day, after, err = q.openCursor(cursor); err != nil {
			return Results{}, err
		}
	}
	index, err := read(ctx, store, q)
	if err != nil {
		return Results{}, err
	}
	places := index.Search(q, day)
	results := Results{Total: len(places)}
	if cursor != "" {
		places = slices.DeleteFunc(places, func(p Place) bool { return p.Compare(after) <= 0 })
	}
	found, last, err := q.visible(ctx, store, index, places, limit, at)
	if err != nil {
		return Results{}, err
	}
	results.Found = found
	if last < len(places) {
		results.Next = q.closeCursor(day, places[last-1])
	}
	return results, nil
}

// Find returns one partner that the public sees. It fails with NotFound for any other.
func Find(ctx context.Context, store SearchStore, id partner.ID) (Found, error) {
	if !id.Valid() {
		return Found{}, fault.NotFound
	}
	indexed, entry, _, err := store.Indexed(ctx, id)
	switch {
	case err != nil:
		return Found{}, err
	case !entry.Visible():
		return Found{}, fault.NotFound
	}
	found := Found{Entry: entry, Share: NoShare}
	if indexed.Fact != nil {
		found.Share = indexed.Fact.Share
	}
	return found, nil
}

// Match returns up to MaxMatched partners for what is needed, the most suitable one first; who is equal is drawn anew each day. It fails as Query.Clean
// does.
func Match(ctx context.Context, store SearchStore, q Query, at time.Time) ([]Found, error) {
	q, err := q.Clean()
	if err != nil {
		return nil, err
	}
	index, err := read(ctx, store, q)
	if err != nil {
		return nil, err
	}
	found, _, err := q.visible(ctx, store, index, index.Match(q, DayOf(at)), MaxMatched, at)
	return found, err
}

func read(ctx context.Context, store SearchStore, q Query) (Index, error) {
	postings, facts, err := store.Postings(ctx, q.Terms())
	index := Index{Postings: postings, Facts: facts, Region: func(string) string { return "" }}
	if err != nil || q.Country == "" {
		return index, err
	}
	regions, err := store.Availability(ctx)
	index.Region = regions.RegionOf
	return index, err
}

// visible reads the first of the places up to limit and leaves out who is not to be seen now, whatever the index says: the table has the last word. It
// returns how many of the places it went through.
func (q Query) visible(ctx context.Context, store SearchStore, index Index, places []Place, limit int, at time.Time) (found []Found, gone int, err error) {
	for range mostChunks {
		chunk := places[gone:min(gone+chunkSize, len(places))]
		ids := make([]partner.ID, len(chunk))
		for i, p := range chunk {
			ids[i] = p.Partner
		}
		entries, err := store.Entries(ctx, ids, q.Plan, false)
		if err != nil {
			return nil, gone, err
		}
		read := make(map[partner.ID]Entry, len(entries))
		for _, e := range entries {
			read[e.Listing.Partner] = e
		}
		for _, place := range chunk {
			gone++
			if e := read[place.Partner]; e.Visible() && q.eligible(e, at) {
				found = append(found, Found{Entry: e, Place: place, Share: index.Facts[place.Partner].Share})
			}
			if len(found) == limit {
				return found, gone, nil
			}
		}
		if gone == len(places) {
			break
		}
	}
	return found, gone, nil
}

// eligible says whether a customer could name the partner for the plan that it asks about.
func (q Query) eligible(e Entry, at time.Time) bool {
	return q.Plan == "" || e.Partner.Ineligible(e.Authorisations, q.Plan, q.Country, at) == ""
}

// A cursor is the query that it goes on with, as a digest, the day of the draw and the last place of a page. It holds nothing that the page did not show,
// so it is not sealed as others are.
func (q Query) closeCursor(on Day, p Place) string {
	asked := sha256.Sum256(fmt.Append(nil, q.Terms()))
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%x %s %d %d %d %d %s", asked[:4], on, p.Share, p.Matched, p.Near, p.Draw, p.Partner))
}

func (q Query) openCursor(cursor string) (on Day, p Place, err error) {
	wrong := fault.InvalidCursor.In("cursor")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) > 100 {
		return on, p, wrong
	}
	var asked string
	if n, err := fmt.Sscanf(string(raw), "%8s %10s %d %d %d %d %8s", &asked, &on, &p.Share, &p.Matched, &p.Near, &p.Draw, &p.Partner); n != 7 || err != nil {
		return on, p, wrong
	}
	if _, err := time.Parse(time.DateOnly, string(on)); err != nil || q.closeCursor(on, p) != cursor {
		return on, p, wrong
	}
	return on, p, nil
}
