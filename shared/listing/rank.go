package listing

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"liaison/shared/partner"
)

// NoShare is the step of a partner of whom nothing is known: nobody wrote to it in the days that count.
const NoShare = -1

// MostShare is the highest step of a share: the steps are tenths.
const MostShare = 10

// ShareDays is over how many days the share of answered messages is counted, and AnswerDays within how many working days an answer counts.
const (
	ShareDays  = 90
	AnswerDays = 2
)

// Share returns the step of a share of answered messages: the lower bound of Wilson's interval at 95 % (E. B. Wilson, "Probable Inference, the Law of
// Succession, and Statistical Inference", 1927), so that few messages count little, in tenths, so that a small difference is none. NoShare without any.
func Share(answered, counted int) int {
	if counted <= 0 {
		return NoShare
	}
	const z = 1.96
	n := float64(counted)
	p := float64(min(answered, counted)) / n
	low := (p + z*z/(2*n) - z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
	return int(math.Max(0, low) * MostShare)
}

// Fact is what the place of a published partner rests on beside its terms.
type Fact struct {
	Share   int    // a step, or NoShare
	Country string // of its seat
}

// Place is where a partner stands among those that were found; less is before. Nothing of it can be bought, and nothing of it is a name.
type Place struct {
	Share   int // a step; who has none, the median of those who have one
	Matched int // of the services that were asked for
	Near    int // 2: its seat is in the country that was asked for, 1: in its region, 0: elsewhere
	Draw    uint64
	Partner partner.ID
}

// Compare is negative where the place is before the other one, positive where it is behind.
func (p Place) Compare(other Place) int {
	return cmp.Or(cmp.Compare(other.Share, p.Share), cmp.Compare(other.Matched, p.Matched), cmp.Compare(other.Near, p.Near),
		cmp.Compare(p.Draw, other.Draw), cmp.Compare(p.Partner, other.Partner))
}

// suits is Compare of a match: first what the partner does of what is needed.
func (p Place) suits(other Place) int {
	return cmp.Or(cmp.Compare(other.Matched, p.Matched), p.Compare(other))
}

// Index is what the table says for one query.
type Index struct {
	Postings map[Term][]partner.ID // who has each of the query's terms
	Facts    map[partner.ID]Fact   // every partner that is published
	Region   func(country string) string
}

// Day is the day of a draw (UTC): who is equal otherwise is drawn anew each day.
type Day string

// DayOf returns the day of a time.
func DayOf(at time.Time) Day { return Day(at.UTC().Format(time.DateOnly)) }

// draw is a partner's number of the day. It follows from its ID and the day, which the partner chooses neither of, and over the days everybody's are alike.
func (d Day) draw(p partner.ID) uint64 {
	sum := sha256.Sum256([]byte(string(d) + " " + string(p)))
	return binary.BigEndian.Uint64(sum[:8])
}

// Search returns all partners that the query finds, in their order on a day.
func (x Index) Search(q Query, on Day) []Place {
	return x.found(q, on, Place.Compare)
}

// Match returns all partners that the query finds, the most suitable one first.
func (x Index) Match(q Query, on Day) []Place {
	return x.found(q, on, Place.suits)
}

func (x Index) found(q Query, on Day, order func(Place, Place) int) []Place {
	matched := make(map[partner.ID]int, len(x.Facts))
	for p := range x.Facts {
		matched[p] = 0
	}
	for _, g := range q.groups() {
		has := make(map[partner.ID]int, len(matched))
		for _, term := range g.terms {
			for _, p := range x.Postings[term] {
				if _, still := matched[p]; still {
					has[p]++
				}
			}
		}
		for p, n := range has {
			if !g.counted {
				has[p] = matched[p]
			} else {
				has[p] = matched[p] + n
			}
		}
		matched = has
	}
	median, region := x.median(), x.Region(q.Country)
	made := make([]Place, 0, len(matched))
	for p, n := range matched {
		fact := x.Facts[p]
		place := Place{Share: fact.Share, Matched: n, Draw: on.draw(p), Partner: p}
		if fact.Share == NoShare {
			place.Share = median
		}
		switch {
		case q.Country == "":
		case fact.Country == q.Country:
			place.Near = 2
		case region != "" && x.Region(fact.Country) == region:
			place.Near = 1
		}
		made = append(made, place)
	}
	slices.SortFunc(made, order)
	return made
}

// median is the lower median of the shares of all published partners that have one; 0 where none has.
func (x Index) median() int {
	var shares []int
	for _, fact := range x.Facts {
		if fact.Share != NoShare {
			shares = append(shares, fact.Share)
		}
	}
	if len(shares) == 0 {
		return 0
	}
	slices.Sort(shares)
	return shares[(len(shares)-1)/2]
}
