package site

import (
	"context"
	"slices"
	"sync"
	"time"

	"liaison/shared/catalog"
)

// catalogCache keeps what pages show of the catalogue for 60 seconds in the process; texts of terms, which never change, for good.
type catalogCache struct {
	table Table

	mu    sync.Mutex
	shown catalog.View
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
func (c *catalogCache) take(ctx context.Context, at time.Time, plans ...catalog.PlanID) (catalog.View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	missing := slices.ContainsFunc(plans, func(p catalog.PlanID) bool { return !slices.Contains(c.asked, p) })
	if age := at.Sub(c.at); !missing && !c.at.IsZero() && age >= 0 && age < freshFor {
		return c.shown, nil
	}
	asked := plans
	for _, p := range c.asked {
		if !slices.Contains(asked, p) && len(asked) < mostPlans {
			asked = append(asked, p)
		}
	}
	shown, err := c.table.CatalogView(ctx, asked)
	if err != nil {
		return shown, err
	}
	c.shown, c.asked, c.at = shown, asked, at
	return shown, nil
}

// text returns one version of a document.
func (c *catalogCache) text(ctx context.Context, d catalog.Document, version, language string) (catalog.TermsText, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := textKey{d, version, language}
	if found, ok := c.texts[k]; ok {
		return found, nil
	}
	found, err := c.table.CatalogText(ctx, d, version, language)
	if err != nil {
		return found, err
	}
	if c.texts == nil || len(c.texts) >= mostTexts {
		c.texts = map[textKey]catalog.TermsText{}
	}
	c.texts[k] = found
	return found, nil
}

// vendor returns the vendor as last seen, however old: it only dresses a page.
func (c *catalogCache) vendor() catalog.Vendor {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown.Vendor
}

// forget makes the next take read again: something turned out to be newer than what is kept.
func (c *catalogCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}

// Catalogue returns what the vendor shows now, with the plans, at most 60 seconds old.
func (v *Visit) Catalogue(plans ...catalog.PlanID) (catalog.View, error) {
	return v.site.catalog.take(v.R.Context(), v.Op.At, plans...)
}

// Vendor returns the vendor as last seen, however old: it only dresses a page.
func (v *Visit) Vendor() catalog.Vendor { return v.site.catalog.vendor() }

// Renewed forgets what is kept of the catalogue and reads it again.
func (v *Visit) Renewed(plans ...catalog.PlanID) (catalog.View, error) {
	v.site.catalog.forget()
	return v.Catalogue(plans...)
}

// Terms returns one version of a document in the visit's language.
func (v *Visit) Terms(d catalog.Document, version string) (catalog.TermsText, error) {
	return v.site.catalog.text(v.R.Context(), d, version, string(v.Words.Language()))
}
