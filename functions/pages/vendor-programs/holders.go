package vendorprograms

import (
	"slices"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// most is how many partners are looked through: what one call reads. Nothing lists a program's partners, so that more would be a call for each
// hundred of the vendor's.
const most = 100

// looked are the newest partners, and whether there are more.
type looked struct {
	partners []partner.Partner
	more     bool
}

func (p programsPage) newest(v *site.Visit) (looked, error) {
	listed, next, err := p.table.Partners(v.R.Context(), partner.Wanted{}, dynamo.Page{Limit: most})
	if err != nil {
		return looked{}, err
	}
	ids := make([]partner.ID, len(listed))
	for i, one := range listed {
		ids[i] = one.ID
	}
	found := looked{more: next != ""}
	if len(ids) == 0 {
		return found, nil
	}
	whole, err := p.table.PartnersOf(v.R.Context(), ids)
	for _, id := range ids {
		if of := whole[id]; of.Status != partner.Closed {
			found.partners = append(found.partners, of)
		}
	}
	return found, err
}

// in are those that are in a program at the time.
func (l looked) in(program string, at time.Time) (found []partner.Partner) {
	for _, one := range l.partners {
		if slices.Contains(one.ProgramsAt(at), program) {
			found = append(found, one)
		}
	}
	return found
}

// turned counts the partners that lose and get each right where the programs become others.
func (l looked) turned(before, after catalog.Programs, at time.Time) (lose, get map[catalog.Right]int) {
	lose, get = map[catalog.Right]int{}, map[catalog.Right]int{}
	for _, one := range l.partners {
		for _, right := range catalog.Rights {
			switch had, has := one.Holds(right, before, at), one.Holds(right, after, at); {
			case had && !has:
				lose[right]++
			case has && !had:
				get[right]++
			}
		}
	}
	return lose, get
}

// counted says how far was looked; empty where that is all there is.
func (l looked) counted(w locale.Words) string {
	if l.more {
		return w.ProgramsCounted(most)
	}
	return ""
}
