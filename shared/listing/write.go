package listing

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"liaison/shared/brand"
	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/partner"
)

// Store is what changes of listings need of the table.
type Store interface {
	// Listing reads a partner's listing, strongly consistent; NotFound where it never made one.
	Listing(ctx context.Context, p partner.ID) (Listing, error)
	// SaveListing writes a listing over the version that it has (0: there was none), with the picture that is new and the files that are not used any more.
	// It fails with Stale where somebody was faster, and with op.Replay where this very request was done before.
	SaveListing(ctx context.Context, l Listing, pictures brand.Change, happened event.Event, o op.Op) error
	// Plan reads a plan, strongly consistent; NotFound where there is none.
	Plan(ctx context.Context, id catalog.PlanID) (catalog.Plan, error)
}

// Put writes the newest content of a partner's listing over old, the zero listing where it has none. Content that is as it was stays as far as it is;
// other content is a draft again, and what was published before stays visible. picture is the logo where it is new. It fails with Invalid naming every
// wrong field, with Conflict partner_not_active, and as SaveListing does.
func Put(ctx context.Context, store Store, of partner.Partner, old Listing, wanted Content, picture *brand.Picture, o op.Op) (Listing, error) {
	if err := of.Working(); err != nil {
		return Listing{}, err
	}
	var wrong fault.Check
	next := old
	next.Content = wanted.Clean(&wrong)
	if err := wrong.Err(); err != nil { // before each plan costs a read
		return Listing{}, err
	}
	for i, id := range next.Content.Plans {
		switch _, err := store.Plan(ctx, id); {
		case fault.Is(err, fault.Absent):
			wrong.Add("/plan_ids/"+strconv.Itoa(i), fault.UnknownPlan, string(id))
		case err != nil:
			return Listing{}, err
		}
	}
	if err := wrong.Err(); err != nil {
		return Listing{}, err
	}
	fields := old.Content.differs(next.Content)
	if old.Version > 0 && len(fields) == 0 {
		return old, nil
	}
	if old.Version == 0 {
		next.Partner, next.CreatedAt = of.ID, o.At
	}
	next.Review = Unsent
	if next.Published != nil && next.Content.Equal(*next.Published) {
		next.Review, next.Reason = Passed, "" // it is again as the vendor let it through: nothing is left to mend
	}
	change := brand.Change{Until: o.At.Add(brand.Lingers)}
	if picture != nil {
		change.New = append(change.New, *picture)
	}
	if gone := old.Content.Logo; gone != "" && gone != next.Content.Logo && (next.Published == nil || gone != next.Published.Logo) {
		change.Gone = append(change.Gone, gone)
	}
	happened := event.New(o, event.Partner(string(of.ID)), event.Of(of.ID, ChangedEvent{Fields: fields}))
	if err := store.SaveListing(ctx, next, change, happened, o.Giving(string(of.ID))); err != nil {
		return Listing{}, err
	}
	next.Version++
	return next, nil
}

// Logo returns a picture under a name that is its partner's own: what one partner replaces, another may still show.
func Logo(of partner.ID, p brand.Picture) brand.Picture {
	p.File = brand.FileName(brand.Partner, p.Kind, slices.Concat(p.Data, []byte(of)))
	return p
}

// differs returns the fields of two contents that are not the same.
func (c Content) differs(next Content) []string {
	var fields []string
	for _, one := range []struct {
		name string
		same bool
	}{
		{"logo", c.Logo == next.Logo},
		{"headline", c.Headline == next.Headline},
		{"text", c.Text == next.Text},
		{"services", slices.Equal(c.Services, next.Services)},
		{"expertise", slices.Equal(c.Expertise, next.Expertise)},
		{"plans", slices.Equal(c.Plans, next.Plans)},
		{"countries", slices.Equal(c.Countries, next.Countries)},
		{"languages", slices.Equal(c.Languages, next.Languages)},
		{"roles", slices.Equal(c.Roles, next.Roles)},
	} {
		if !one.same {
			fields = append(fields, one.name)
		}
	}
	return fields
}

// Change decides one transition of a stored listing and writes it with its event. decide is asked again where somebody else changed the listing
// meanwhile, unless the request was decided on a version; where it returns op.ErrUnchanged nothing is written. It fails as decide does, with NotFound
// where the partner has no listing, with Stale where the request was decided on another version, with Unavailable where others keep being faster.
func Change(ctx context.Context, store Store, of partner.ID, change event.Typed, o op.Op, decide func(Listing) (Listing, error)) (Listing, error) {
	var next Listing
	err := op.RetryStale(func() error {
		old, err := store.Listing(ctx, of)
		if err == nil {
			err = o.On(old.Version)
		}
		if err != nil {
			return err
		}
		next, err = decide(old)
		switch {
		case errors.Is(err, op.ErrUnchanged):
			next = old
			return nil
		case err != nil:
			return err
		}
		var gone brand.Change
		if old.Published != nil && next.Published != nil && old.Published.Logo != "" && old.Published.Logo != next.Published.Logo {
			gone = brand.Change{Gone: []string{old.Published.Logo}, Until: o.At.Add(brand.Lingers)}
		}
		happened := event.New(o, event.Partner(string(of)), event.Of(of, change))
		if err := store.SaveListing(ctx, next, gone, happened, o.Giving(string(of))); err != nil {
			return err
		}
		next.Version++
		return nil
	})
	if fault.Is(err, fault.Stale) && o.Seen == 0 {
		err = fault.Unavailable.After(time.Second).Because(err)
	}
	if err != nil {
		return Listing{}, err
	}
	return next, nil
}

// Ask has the vendor asked to publish a partner's listing. It fails as Change and Listing.Submit do, with Conflict partner_not_active and, before the
// partner's profile is verified, profile_unverified: customers will see it.
func Ask(ctx context.Context, store Store, of partner.Partner, o op.Op) (Listing, error) {
	return Change(ctx, store, of.ID, SubmittedEvent{}, o, func(l Listing) (Listing, error) {
		if err := of.Working(); err != nil {
			return l, err
		}
		if !of.Verified() {
			return l, fault.ProfileUnverified
		}
		return l.Submit(o.At)
	})
}

// LetThrough publishes what a partner submitted. It fails as Change and Listing.Publish do.
func LetThrough(ctx context.Context, store Store, of partner.ID, o op.Op) (Listing, error) {
	return Change(ctx, store, of, PublishedEvent{}, o, func(l Listing) (Listing, error) { return l.Publish(o.At) })
}

// Return sends what a partner submitted back, for a reason. It fails as Change and Listing.SendBack do.
func Return(ctx context.Context, store Store, of partner.ID, reason string, o op.Op) (Listing, error) {
	return Change(ctx, store, of, SentBackEvent{Reason: reason}, o, func(l Listing) (Listing, error) { return l.SendBack(reason) })
}

// Hide takes a listing out of the marketplace. It fails as Change and Listing.Hide do.
func Hide(ctx context.Context, store Store, of partner.ID, by Side, reason string, o op.Op) (Listing, error) {
	return Change(ctx, store, of, HiddenEvent{By: by, Reason: reason}, o, func(l Listing) (Listing, error) { return l.Hide(by, reason) })
}

// Show puts a hidden listing back into the marketplace. It fails as Change and Listing.Show do.
func Show(ctx context.Context, store Store, of partner.ID, by Side, o op.Op) (Listing, error) {
	return Change(ctx, store, of, ShownEvent{By: by}, o, func(l Listing) (Listing, error) { return l.Show(by) })
}
