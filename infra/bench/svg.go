package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// chart is a plot of horizontal bars, each with a label, a value and, where it has one, a limit.
type chart struct {
	Title string
	Unit  string // after each value, with its space
	Form  string // of a value, as fmt takes it
	Bars  []bar
}

type bar struct {
	Label string
	Value float64
	Limit float64 // 0: none
	Mark  bool    // a yardstick, drawn paler
}

// The measures of a chart in pixels.
const (
	labelWidth = 290
	plotWidth  = 420
	valueWidth = 150
	barHeight  = 16
	barStep    = 24
	headHeight = 44
	footHeight = 30
)

// svg draws the chart. Its colours follow the reader's light or dark setting; a bar over its limit differs in pattern too, not in colour alone.
func (c chart) svg() string {
	most := 0.0
	limits := false
	for _, one := range c.Bars {
		most = math.Max(most, math.Max(one.Value, one.Limit))
		limits = limits || one.Limit > 0
	}
	if most == 0 {
		most = 1
	}
	most *= 1.04
	width := labelWidth + plotWidth + valueWidth
	height := headHeight + barStep*len(c.Bars) + footHeight
	x := func(value float64) float64 { return labelWidth + value/most*plotWidth }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`+"\n",
		width, height, width, height, html.EscapeString(c.Title))
	b.WriteString(`<style>
svg{background:#fff;font:13px system-ui,sans-serif}
text{fill:#1b1f24}.title{font-weight:600;font-size:15px}.quiet{fill:#59636e;font-size:12px}
.bar{fill:#1f6feb}.mark{fill:#8c959f}.over{fill:url(#stripes)}.stripe{fill:#cf222e}.gap{fill:#fff}
.limit{stroke:#1b1f24;stroke-width:2}.axis{stroke:#d1d9e0}
@media (prefers-color-scheme:dark){
svg{background:#0d1117}text{fill:#f0f6fc}.quiet{fill:#9198a1}
.bar{fill:#4493f8}.mark{fill:#656c76}.stripe{fill:#f85149}.gap{fill:#0d1117}
.limit{stroke:#f0f6fc}.axis{stroke:#3d444d}}
</style>
<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="gap" width="6" height="6"/><rect class="stripe" width="4" height="6"/></pattern></defs>
`)
	fmt.Fprintf(&b, `<text class="title" x="12" y="25">%s</text>`+"\n", html.EscapeString(c.Title))
	fmt.Fprintf(&b, `<line class="axis" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", labelWidth, headHeight-4, labelWidth, height-footHeight)
	for i, one := range c.Bars {
		top := headHeight + i*barStep
		class := "bar"
		switch {
		case one.Limit > 0 && one.Value > one.Limit:
			class = "over"
		case one.Mark:
			class = "mark"
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`, labelWidth-8, top+13, html.EscapeString(one.Label))
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>`, class, labelWidth, top, math.Max(1, x(one.Value)-labelWidth), barHeight)
		if one.Limit > 0 {
			fmt.Fprintf(&b, `<line class="limit" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`, x(one.Limit), top-3, x(one.Limit), top+barHeight+3)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d">%s</text>`+"\n", x(math.Max(one.Value, one.Limit))+8, top+13, html.EscapeString(fmt.Sprintf(c.Form, one.Value)+c.Unit))
	}
	if limits {
		fmt.Fprintf(&b, `<text class="quiet" x="%d" y="%d">the upright line is the limit; a striped bar is over it</text>`+"\n", labelWidth, height-10)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
