// Package listing is a partner's entry in the marketplace: what it says there, how the vendor lets it through, and in which order listings are found.
package listing

import (
	"slices"
	"strconv"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/partner"
	"liaison/shared/textinput"
)

// What a listing holds at most: characters of its texts, entries of its lists.
const (
	MaxHeadline  = 120
	MaxText      = 2500
	MaxReason    = 500
	MaxPlans     = 20
	MaxCountries = 50
	MaxLanguages = 10
)

// Service is what a partner does for a customer.
type Service string

// Services lists every service.
var Services = []Service{"advise", "set_up", "migrate", "manage", "train", "support", "integrate", "secure", "develop"}

// Industry is whom a partner has experience with.
type Industry string

// Industries lists every industry.
var Industries = []Industry{
	"agriculture", "construction", "education", "energy", "finance", "government", "health", "hospitality", "legal", "logistics", "manufacturing",
	"media", "nonprofit", "professional_services", "retail", "technology",
}

// Role is how a partner works with a customer.
type Role string

// Roles lists every role.
var Roles = []Role{"advice", "implementation_and_managed_services", "reselling"}

// Languages lists the languages that a partner may say it speaks (ISO 639-1), in the order of their codes.
var Languages = []string{
	"ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "he", "hi", "hr", "hu", "it", "ja", "ko", "lt", "lv", "mt", "nl", "no", "pl", "pt",
	"ro", "sk", "sl", "sv", "tr", "uk", "zh",
}

// Content is what a partner says of itself. Name, place and the ways to reach it stand in its profile.
type Content struct {
	Logo      string // file of the picture, empty for none
	Headline  string
	Text      string
	Services  []Service
	Expertise []Industry // may be empty
	Plans     []catalog.PlanID
	Countries []string // where it works, ISO 3166-1 alpha-2
	Languages []string // that it speaks, ISO 639-1
	Roles     []Role
}

// Status of a listing's newest content:
//
//	draft -> submitted -> published
//	submitted -> draft (sent back with a reason, or taken back by a change)
//	published -> draft (changed; what was published before stays visible)
//	published <-> hidden (by the partner or by the vendor)
type Status string

// The states.
const (
	Draft     Status = "draft"
	Submitted Status = "submitted"
	Published Status = "published"
	Hidden    Status = "hidden"
)

// Statuses lists every state.
var Statuses = []Status{Draft, Submitted, Published, Hidden}

// Side is who hid a listing.
type Side string

// The sides; empty where it is not hidden.
const (
	ByPartner Side = "partner"
	ByVendor  Side = "vendor"
)

// Listing is a partner's one entry.
type Listing struct {
	Partner     partner.ID
	Review      Review   // of Content
	Content     Content  // the newest
	Published   *Content // what the vendor let through last; nil before the first time
	HiddenBy    Side
	Reason      string // why the newest content was sent back
	HideReason  string // why it is hidden
	SubmittedAt time.Time
	PublishedAt time.Time // the last time
	CreatedAt   time.Time
	Version     int
}

// Review is how far the vendor is with the newest content.
type Review string

// The stages.
const (
	Unsent  Review = "draft"
	Waiting Review = "submitted"
	Passed  Review = "published"
)

// Status is how the listing stands.
func (l Listing) Status() Status {
	if l.Review == Passed && l.HiddenBy != "" {
		return Hidden
	}
	return Status(l.Review)
}

// Visible says whether the public sees what was published of a partner that works in the program.
func (l Listing) Visible(p partner.Partner) bool {
	return l.Published != nil && l.HiddenBy == "" && p.ID == l.Partner && p.Status == partner.Active
}

// Waits returns the listing as it waits for the vendor, and whether it does.
func (l Listing) Waits() (matter.Matter, bool) {
	if l.SubmittedAt.IsZero() {
		return matter.Matter{}, false
	}
	m := matter.New(matter.Listing, event.Partner(string(l.Partner)), string(l.Partner), l.SubmittedAt, l.SubmittedAt)
	m.Partner = string(l.Partner)
	return m, l.Review == Waiting
}

// Equal says whether two contents say the same.
func (c Content) Equal(other Content) bool {
	return c.Logo == other.Logo && c.Headline == other.Headline && c.Text == other.Text && slices.Equal(c.Services, other.Services) &&
		slices.Equal(c.Expertise, other.Expertise) && slices.Equal(c.Plans, other.Plans) && slices.Equal(c.Countries, other.Countries) &&
		slices.Equal(c.Languages, other.Languages) && slices.Equal(c.Roles, other.Roles)
}

// Clean returns the content as it is kept and notes what is wrong. A draft may lack what only a listing that is submitted must have.
func (c Content) Clean(wrong *fault.Check) Content {
	var code *fault.Code
	if c.Headline, code = textinput.Title(c.Headline, MaxHeadline); code != nil && code != fault.Required {
		wrong.Add("/headline", code, MaxHeadline)
	}
	if c.Text, code = textinput.Block(c.Text, MaxText); code != nil && code != fault.Required {
		wrong.Add("/text", code, MaxText)
	}
	c.Services = known(wrong, "/services", c.Services, Services)
	c.Expertise = known(wrong, "/expertise", c.Expertise, Industries)
	c.Roles = known(wrong, "/roles", c.Roles, Roles)
	c.Languages = known(wrong, "/languages", c.Languages, Languages)
	within(wrong, "/languages", len(c.Languages), MaxLanguages)
	if within(wrong, "/plan_ids", len(c.Plans), MaxPlans) {
		c.Plans = known(wrong, "/plan_ids", c.Plans, nil)
	}
	if within(wrong, "/countries", len(c.Countries), MaxCountries) {
		catalog.CheckCountries(wrong, "/countries", c.Countries, 0)
	}
	return c
}

func within(wrong *fault.Check, pointer string, n, most int) bool {
	if n > most {
		wrong.Add(pointer, fault.TooMany, most)
	}
	return n <= most
}

// known returns the entries in the order of those that may stand there (nil: any, in their own), each once, and notes others.
func known[T ~string](wrong *fault.Check, pointer string, given, all []T) []T {
	var clean []T
	for i, one := range given {
		switch {
		case len(all) > 0 && !slices.Contains(all, one):
			wrong.Add(pointer+"/"+strconv.Itoa(i), fault.InvalidValue, fault.OneOf(all...))
		case slices.Contains(clean, one):
			wrong.Add(pointer+"/"+strconv.Itoa(i), fault.DuplicateEntry, string(one))
		default:
			clean = append(clean, one)
		}
	}
	slices.SortStableFunc(clean, func(a, b T) int { return slices.Index(all, a) - slices.Index(all, b) })
	return clean
}

// complete notes what a listing lacks that customers are to find.
func (c Content) complete(wrong *fault.Check) {
	for _, one := range []struct {
		pointer string
		there   bool
	}{
		{"/headline", c.Headline != ""},
		{"/text", c.Text != ""},
		{"/services", len(c.Services) > 0},
		{"/countries", len(c.Countries) > 0},
		{"/languages", len(c.Languages) > 0},
		{"/roles", len(c.Roles) > 0},
	} {
		if !one.there {
			wrong.Add(one.pointer, fault.Required)
		}
	}
}

// Submit returns the listing as it waits for the vendor. It fails with op.ErrUnchanged where it waits already, with Conflict listing_published where the
// vendor let it through as it is, and with Invalid naming everything that it lacks.
func (l Listing) Submit(at time.Time) (Listing, error) {
	switch l.Review {
	case Waiting:
		return l, op.ErrUnchanged
	case Passed:
		return l, fault.ListingPublished
	}
	var wrong fault.Check
	if l.Content.complete(&wrong); wrong.Err() != nil {
		return l, wrong.Err()
	}
	l.Review, l.SubmittedAt, l.Reason = Waiting, at, ""
	return l, nil
}

// waiting fails with Conflict listing_not_submitted where the vendor is not asked.
func (l Listing) waiting() error {
	if l.Review != Waiting {
		return fault.ListingNotSubmitted
	}
	return nil
}

// Publish returns the listing as the public sees it from now on, unless its partner hides it. It fails with Conflict listing_not_submitted.
func (l Listing) Publish(at time.Time) (Listing, error) {
	if err := l.waiting(); err != nil {
		return l, err
	}
	shown := l.Content
	l.Review, l.Published, l.PublishedAt = Passed, &shown, at
	return l, nil
}

// SendBack returns the listing as one that the partner is to mend, for a reason. What was published before stays. It fails with Conflict
// listing_not_submitted.
func (l Listing) SendBack(reason string) (Listing, error) {
	if err := l.waiting(); err != nil {
		return l, err
	}
	l.Review, l.Reason = Unsent, reason
	return l, nil
}

// Hide returns the listing as the public does not see it. The vendor's word stands above the partner's. It fails with op.ErrUnchanged where it is hidden
// so already, with Conflict listing_not_published where nothing was ever published.
func (l Listing) Hide(by Side, reason string) (Listing, error) {
	switch {
	case l.Published == nil:
		return l, fault.ListingNotPublished
	case l.HiddenBy == ByVendor, l.HiddenBy == by:
		return l, op.ErrUnchanged
	}
	l.HiddenBy, l.HideReason = by, reason
	return l, nil
}

// Show returns the listing as the public sees it again. It fails with op.ErrUnchanged where it is not hidden, with Conflict listing_hidden_by_vendor where
// a partner would undo what the vendor did.
func (l Listing) Show(by Side) (Listing, error) {
	switch {
	case l.HiddenBy == "":
		return l, op.ErrUnchanged
	case l.HiddenBy == ByVendor && by == ByPartner:
		return l, fault.ListingHiddenByVendor
	}
	l.HiddenBy, l.HideReason = "", ""
	return l, nil
}
