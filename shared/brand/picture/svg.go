package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"liaison/shared/fault"
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// elements may stand in an SVG: shapes, colours, clips and their names. Not among them are what runs, loads, links or moves, text (its
// fonts are elsewhere), and use, mask and pattern: nested in each other a few of them draw for ever.
var elements = words(`svg g defs title desc style path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath`)

// attributes may stand on them, beside data-* and aria-*, which nobody reads.
var attributes = words(`id class style type role version baseProfile viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy
	fr d points pathLength transform offset fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit
	stroke-dasharray stroke-dashoffset stroke-opacity opacity color display visibility overflow clip-path clip-rule clipPathUnits stop-color
	stop-opacity gradientUnits gradientTransform spreadMethod vector-effect shape-rendering color-interpolation paint-order isolation
	mix-blend-mode enable-background`)

// functions may stand in a style or an attribute; what has no name is a bracket, as of @media.
var functions = append(words(`rgb rgba hsl hsla url matrix translate translatex translatey rotate scale scalex scaley skewx skewy`), "")

func words(text string) []string { return strings.Fields(text) }

// svg checks an SVG: XML without a document type, and so without entities of its own, one root with a size, and of elements, attributes
// and styles only those that draw.
func svg(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data)) // strict: UTF-8, every tag closed, no entity but XML's own five
	var open []string
	var style strings.Builder
	for first, rooted := true, false; ; first = false {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && rooted {
			return nil
		}
		if err != nil {
			return fault.PictureFormat.Because(err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return forbidden("<!DOCTYPE>")
		case xml.ProcInst:
			if token.Target != "xml" || !first {
				return forbidden("<?" + token.Target + "?>")
			}
		case xml.CharData:
			switch {
			case len(open) > 0:
				if open[len(open)-1] == "style" {
					style.Write(token)
				}
			case len(bytes.TrimSpace(token)) > 0:
				return fault.PictureFormat
			}
		case xml.StartElement:
			if len(open) == 0 {
				if err := root(token, rooted); err != nil {
					return err
				}
				rooted = true
			}
			if err := element(token, open); err != nil {
				return err
			}
			open = append(open, token.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
			if token.Name.Local == "style" && !draws(style.String(), true) { // of all its text: a comment inside cuts it into parts
				return forbidden("<style>")
			}
		}
	}
}

// root checks that there is one root, an svg with a viewBox or with a width and a height.
func root(e xml.StartElement, another bool) error {
	if another || e.Name != (xml.Name{Space: svgSpace, Local: "svg"}) {
		return fault.PictureFormat
	}
	value := func(name string) string {
		i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name == xml.Name{Local: name} })
		if i < 0 {
			return ""
		}
		return e.Attr[i].Value
	}
	box := strings.FieldsFunc(value("viewBox"), func(r rune) bool { return r == ' ' || r == ',' })
	if len(box) == 4 && positive(box[2]) && positive(box[3]) || positive(value("width")) && positive(value("height")) {
		return nil
	}
	return fault.PictureDimensions
}

// positive says whether the text is a length above nothing, in pixels.
func positive(text string) bool {
	text = strings.TrimSuffix(text, "px")
	n, err := strconv.ParseFloat(text, 64)
	return err == nil && n > 0 && strings.Trim(text, "0123456789.") == ""
}

// element checks an element below those that are open, and its attributes.
func element(e xml.StartElement, open []string) error {
	if e.Name.Space != svgSpace || !slices.Contains(elements, e.Name.Local) || e.Name.Local == "svg" && len(open) > 0 {
		return forbidden("<" + e.Name.Local + ">")
	}
	clipped := e.Name.Local == "clipPath" || slices.Contains(open, "clipPath")
	seen := map[xml.Name]bool{}
	for _, a := range e.Attr {
		if seen[a.Name] || !attribute(a, e.Name.Local) || clipped && a.Name.Local == "clip-path" { // clips of clips draw for ever, too
			return forbidden(a.Name.Local + "=\"\"")
		}
		seen[a.Name] = true
	}
	return nil
}

// attribute says whether an attribute may stand on an element.
func attribute(a xml.Attr, on string) bool {
	name := a.Name.Local
	switch {
	case a.Name.Space == "xmlns", a.Name.Space == "" && name == "xmlns":
		return a.Value == svgSpace || a.Value == xlinkSpace
	case a.Name.Space == xmlSpace:
		return name == "space" || name == "lang"
	case name == "href" && (a.Name.Space == "" || a.Name.Space == xlinkSpace):
		return strings.HasPrefix(a.Value, "#") && strings.HasSuffix(on, "Gradient")
	case a.Name.Space != "":
		return false
	case strings.HasPrefix(name, "data-"), strings.HasPrefix(name, "aria-"):
		return true
	}
	return slices.Contains(attributes, name) && draws(a.Value, name == "style")
}

// draws says whether a style's or an attribute's value only draws: it asks for nothing but our own fragments, calls no other function
// than those above, and hides nothing behind an escape. Clips stand in attributes alone, where element sees them.
func draws(value string, css bool) bool {
	value = strings.ReplaceAll(strings.ToLower(value), "@media", "")
	if strings.ContainsAny(value, "\\@\"'<&") || css && strings.Contains(value, "clip-path") {
		return false
	}
	parts := strings.Split(value, "(")
	for i, before := range parts[:len(parts)-1] {
		name := before[strings.LastIndexFunc(before, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') })+1:]
		if !slices.Contains(functions, name) || name == "url" && !strings.HasPrefix(strings.TrimSpace(parts[i+1]), "#") {
			return false
		}
	}
	return true
}

// forbidden names what an SVG may not hold.
func forbidden(what string) error {
	return fault.PictureContent.With(strings.ToValidUTF8(what[:min(len(what), 40)], ""))
}
