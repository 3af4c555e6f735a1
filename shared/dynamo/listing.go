package dynamo

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/listing"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Listings is the table with what only the marketplace needs, apart for the same reason as Imports.
type Listings struct{ *Table }

// listingItem stands in the vendor's list of listings, by when it was begun.
func listingItem(l listing.Listing) item {
	it := listAttributes(classed("listing", l), "partner", "review", "hidden_by", "reason", "hide_reason", "submitted_at", "published_at")
	return owned(it, partnersOwner, "listing", l.CreatedAt, string(l.Partner))
}

// Listing implements listing.Store.
func (t Listings) Listing(ctx context.Context, p partner.ID) (listing.Listing, error) {
	if !p.Valid() {
		return listing.Listing{}, fault.NotFound
	}
	return one[listing.Listing](ctx, t.Table, listingKey(p), true)
}

// SaveListing implements listing.Store.
func (t Listings) SaveListing(ctx context.Context, l listing.Listing, pictures brand.Change, happened event.Event, o op.Op) error {
	seen := l.Version
	l.Version++
	parts := append(once(o), over(listingKey(l.Partner), listingItem(l), seen))
	parts = append(parts, picturesParts(pictures, o)...)
	parts = append(parts, matterParts(l, o)...)
	return t.write(ctx, o, append(parts, eventPart(happened))...)
}

// AllListings lists the listings that keep lets through without what stands in them, the newest first; pages of the index, which may lag.
func (t Listings) AllListings(ctx context.Context, page Page, keep Keep[listing.Listing]) ([]listing.Listing, string, error) {
	return listed(ctx, t.Table, partnersOwner, "listing", page, keep)
}

// Entries reads the listings of up to 30 partners with the partners and, where a plan is named, their authorisations for it, in the order of the ids;
// strongly consistent where fresh. Who has no listing is left out.
func (t Listings) Entries(ctx context.Context, ids []partner.ID, plan catalog.PlanID, fresh bool) ([]listing.Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([]key, 0, 3*len(ids))
	for _, id := range ids {
		keys = append(keys, listingKey(id), partnerKey(id))
		if plan != "" {
			keys = append(keys, authorisationKey(id, plan))
		}
	}
	found, err := t.batch(ctx, fresh, keys...)
	if err != nil {
		return nil, err
	}
	made := make([]listing.Entry, 0, len(ids))
	for _, id := range ids {
		l, err := maybe[listing.Listing](found[listingKey(id)])
		if err != nil {
			return nil, err
		}
		if l == nil {
			continue
		}
		e := listing.Entry{Listing: *l}
		if err := decode(found[partnerKey(id)], &e.Partner); err != nil {
			return nil, err
		}
		if it := found[authorisationKey(id, plan)]; it != nil {
			var a partner.Authorisation
			if err := decode(it, &a); err != nil {
				return nil, err
			}
			e.Authorisations = append(e.Authorisations, a)
		}
		made = append(made, e)
	}
	return made, nil
}

// Postings reads who has each of some terms, and the facts of every partner that is published: one query each, all at once. The index follows what it
// is made from by moments.
func (t Listings) Postings(ctx context.Context, terms []listing.Term) (map[listing.Term][]partner.ID, map[partner.ID]listing.Fact, error) {
	found := make([][]item, len(terms)+1)
	errs := make([]error, len(terms)+1)
	var all sync.WaitGroup
	for i := range found {
		at := factsPartition
		if i < len(terms) {
			at = termPartition(terms[i])
		}
		all.Go(func() { found[i], errs[i] = t.shards(ctx, at) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, nil, err
		}
	}
	postings := make(map[listing.Term][]partner.ID, len(terms))
	for i, term := range terms {
		for _, it := range found[i] {
			if set, ok := it["partners"].(*types.AttributeValueMemberSS); ok {
				for _, p := range set.Value {
					postings[term] = append(postings[term], partner.ID(p))
				}
			}
		}
	}
	facts := map[partner.ID]listing.Fact{}
	for _, it := range found[len(terms)] {
		for name := range it {
			if p, is := strings.CutPrefix(name, factPrefix); is {
				facts[partner.ID(p)] = readFact(read(it, name))
			}
		}
	}
	return postings, facts, nil
}

// shards reads all items of a partition of the index.
func (t Listings) shards(ctx context.Context, partition string) (found []item, err error) {
	for q := (query{owner: partition}); ; {
		page, next, err := t.query(ctx, q)
		if found = append(found, page...); err != nil || len(next) == 0 {
			return found, err
		}
		q.after = next
	}
}

// Indexed reads what stands in the index for a partner, and what is to stand there rests on: its listing and the partner itself. Strongly consistent;
// false where it has no listing.
func (t Listings) Indexed(ctx context.Context, p partner.ID) (listing.Indexed, listing.Entry, bool, error) {
	now := listing.Indexed{Partner: p}
	var e listing.Entry
	found, err := t.batch(ctx, true, indexedKey(p), listingKey(p), partnerKey(p))
	if err != nil || found[listingKey(p)] == nil {
		return now, e, false, err
	}
	if err := decode(found[indexedKey(p)], &now); err != nil {
		return now, e, false, err
	}
	if err := decode(found[listingKey(p)], &e.Listing); err != nil {
		return now, e, false, err
	}
	return now, e, true, decode(found[partnerKey(p)], &e.Partner)
}

// MoveIndex writes one step of the index, from what stands there to next. It fails with Stale where somebody was faster.
func (t Listings) MoveIndex(ctx context.Context, from, next listing.Indexed, added, gone []listing.Term, o op.Op) error {
	next.Version = from.Version + 1
	parts := []part{over(indexedKey(next.Partner), born("indexed", next, o.At), from.Version)}
	for _, term := range added {
		parts = append(parts, termPart(term, "ADD", next.Partner, o))
	}
	for _, term := range gone {
		parts = append(parts, termPart(term, "DELETE", next.Partner, o))
	}
	name := factPrefix + string(next.Partner)
	switch was, is := from.Fact, next.Fact; {
	case is != nil && (was == nil || *was != *is):
		parts = append(parts, indexPart(factKey(next.Partner), "facts", "SET #"+name+" = :fact", o, "fact", writeFact(*is)))
	case is == nil && was != nil:
		parts = append(parts, indexPart(factKey(next.Partner), "facts", "REMOVE #"+name, o))
	}
	return t.write(ctx, o, parts...)
}

// termPart puts a partner into the set of a term, or takes it out. Either may be done twice: what is in stays in.
func termPart(term listing.Term, act string, p partner.ID, o op.Op) part {
	made := indexPart(termShardKey(term, p), "postings", act+" #partners :one", o)
	made.values[":one"] = &types.AttributeValueMemberSS{Value: []string{string(p)}}
	return made
}

// indexPart changes one shard of the index. What decides is the partner's own row in the same transaction; a shard is any partner's.
func indexPart(k key, class, change string, o op.Op, values ...any) part {
	set := "#class = :class, #created_at = if_not_exists(#created_at, :now)"
	if before, is := strings.CutPrefix(change, "SET "); is {
		change = "SET " + set + ", " + before + " ADD #version :n"
	} else if strings.HasPrefix(change, "ADD ") {
		change = "SET " + set + " " + change + ", #version :n"
	} else {
		change = "SET " + set + " " + change + " ADD #version :n"
	}
	return update(k, change, append(values, "class", class, "now", stamp(o.At), "n", 1)...).
		when("(attribute_not_exists(#PK) OR #class = :class)")
}

// A fact is stored as text: the share's step and the country, with nothing before the bar where there is no share.
func writeFact(f listing.Fact) string {
	if f.Share == listing.NoShare {
		return "|" + f.Country
	}
	return strconv.Itoa(f.Share) + "|" + f.Country
}

func readFact(stored string) listing.Fact {
	share, country, _ := strings.Cut(stored, "|")
	f := listing.Fact{Share: listing.NoShare, Country: country}
	if n, err := strconv.Atoi(share); err == nil {
		f.Share = n
	}
	return f
}
