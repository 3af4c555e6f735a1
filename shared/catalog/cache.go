package catalog

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Source reads what pages show of the catalogue.
type Source interface {
	CatalogView(ctx context.Context, plans []PlanID) (View, error)
	CatalogText(ctx context.Context, d Document, version, language string) (TermsText, error)
}

// Cache keeps what pages show of the catalogue for 60 seconds in the process; texts of terms, which never change, for good.
type Cache struct {
	source Source

	mu    sync.Mutex
	shown View
	asked []PlanID
	at    time.Time
	texts map[textKey]TermsText
}

// NewCache returns a cache that holds nothing yet.
func NewCache(source Source) *Cache { return &Cache{source: source} }

type textKey struct {
	document          Document
	version, language string
}

const (
	freshFor  = time.Minute
	mostPlans = 50
	mostTexts = 20
)

// Take returns the catalogue with the plans, from memory where it is fresh enough; otherwise with one read.
func (c *Cache) Take(ctx context.Context, at time.Time, plans ...PlanID) (View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	missing := slices.ContainsFunc(plans, func(p PlanID) bool { return !slices.Contains(c.asked, p) })
	if age := at.Sub(c.at); !missing && !c.at.IsZero() && age >= 0 && age < freshFor {
		return c.shown, nil
	}
	asked := plans
	for _, p := range c.asked {
		if !slices.Contains(asked, p) && len(asked) < mostPlans {
			asked = append(asked, p)
		}
	}
	shown, err := c.source.CatalogView(ctx, asked)
	if err != nil {
		return shown, err
	}
	c.shown, c.asked, c.at = shown, asked, at
	return shown, nil
}

// Text returns one version of a document.
func (c *Cache) Text(ctx context.Context, d Document, version, language string) (TermsText, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := textKey{d, version, language}
	if found, ok := c.texts[k]; ok {
		return found, nil
	}
	found, err := c.source.CatalogText(ctx, d, version, language)
	if err != nil {
		return found, err
	}
	if c.texts == nil || len(c.texts) >= mostTexts {
		c.texts = map[textKey]TermsText{}
	}
	c.texts[k] = found
	return found, nil
}

// Vendor returns the vendor as last seen, however old: it only dresses a page.
func (c *Cache) Vendor() Vendor {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown.Vendor
}

// Availability returns what is available where as last seen, however old: it only tells beforehand what an operation will refuse.
func (c *Cache) Availability() Availability {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shown.Availability
}
