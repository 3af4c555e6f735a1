package site

import (
	"context"
	"slices"
	"sync"
	"time"

	"liaison/shared/catalog"
)

// shelf keeps what pages show of the catalogue for 60 seconds in the process; texts of terms, which never change, for good.
type shelf struct {
	table Table

	mu    sync.Mutex
	shown catalog.Shown
	asked []catalog.PlanID
	at    time.Time
	texts map[textKey]catalog.TermsText
}

type textKey struct {
	document          catalog.Document
	version, language string
}

const (
	freshFor  = time.Minute
	mostPlans = 50
	mostTexts = 20
)

// take returns the catalogue with the plans, from memory where it is fresh enough; otherwise with one read.
func (s *shelf) take(ctx context.Context, at time.Time, plans ...catalog.PlanID) (catalog.Shown, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing := slices.ContainsFunc(plans, func(p catalog.PlanID) bool { return !slices.Contains(s.asked, p) })
	if age := at.Sub(s.at); !missing && !s.at.IsZero() && age >= 0 && age < freshFor {
		return s.shown, nil
	}
	asked := plans
	for _, p := range s.asked {
		if !slices.Contains(asked, p) && len(asked) < mostPlans {
			asked = append(asked, p)
		}
	}
	shown, err := s.table.Shown(ctx, asked)
	if err != nil {
		return shown, err
	}
	s.shown, s.asked, s.at = shown, asked, at
	return shown, nil
}

// text returns one version of a document.
func (s *shelf) text(ctx context.Context, d catalog.Document, version, language string) (catalog.TermsText, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := textKey{d, version, language}
	if found, ok := s.texts[k]; ok {
		return found, nil
	}
	found, err := s.table.ShownText(ctx, d, version, language)
	if err != nil {
		return found, err
	}
	if s.texts == nil || len(s.texts) >= mostTexts {
		s.texts = map[textKey]catalog.TermsText{}
	}
	s.texts[k] = found
	return found, nil
}

// vendor returns the vendor as last seen, however old: it only dresses a page.
func (s *shelf) vendor() catalog.Vendor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.Vendor
}

// forget makes the next take read again: something turned out to be newer than what is kept.
func (s *shelf) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Time{}
}

// Catalogue returns what the vendor shows now, with the plans, at most 60 seconds old.
func (v *Visit) Catalogue(plans ...catalog.PlanID) (catalog.Shown, error) {
	return v.site.shelf.take(v.R.Context(), v.Op.At, plans...)
}

// Renewed forgets what is kept of the catalogue and reads it again.
func (v *Visit) Renewed(plans ...catalog.PlanID) (catalog.Shown, error) {
	v.site.shelf.forget()
	return v.Catalogue(plans...)
}

// Terms returns one version of a document in the visit's language.
func (v *Visit) Terms(d catalog.Document, version string) (catalog.TermsText, error) {
	return v.site.shelf.text(v.R.Context(), d, version, string(v.Words.Language()))
}
