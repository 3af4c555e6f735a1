package findapartner

import (
	"slices"
	"strings"

	"liaison/shared/gateway"
	"liaison/shared/partner"
	"liaison/shared/site"
)

// most is how many pages one site map names (sitemaps.org).
const most = 50_000

// showMap names the page of every partner that is found, for search engines. The index lags by moments, and so may the map. The vendor's address is no
// text of a person's, and holds nothing that XML reads otherwise.
func (p findPage) showMap(v *site.Visit) error {
	_, published, err := p.table.Postings(v.R.Context(), nil)
	if err != nil {
		return err
	}
	ids := make([]partner.ID, 0, len(published))
	for id := range published {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	b.WriteString("<url><loc>" + v.Env.PagesURL + path + "</loc></url>\n")
	for _, id := range ids[:min(len(ids), most-1)] {
		b.WriteString("<url><loc>" + v.Env.PagesURL + path + "/" + string(id) + "</loc></url>\n")
	}
	b.WriteString("</urlset>\n")
	h := v.W.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=3600")
	return gateway.WriteText(v.W, v.R, b.String()) // a map of all that it may name would not fit through the gateway unpacked
}
