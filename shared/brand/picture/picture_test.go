package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"

	"liaison/shared/brand"
	"liaison/shared/fault"
)

const start = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 28 28">`

// drawn is an SVG with that inside.
func drawn(inside string) string { return start + inside + "</svg>" }

// encoded is a PNG of that size.
func encoded(t *testing.T, width, height int) string {
	t.Helper()
	var made bytes.Buffer
	if err := png.Encode(&made, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return made.String()
}

// TestReadTakesPictures: what drawing programs write is taken, under the name of its content.
func TestReadTakesPictures(t *testing.T) {
	pixels := encoded(t, MaxWidth, MaxHeight)
	for name, data := range map[string]string{
		"shapes":       drawn(`<title>A &amp; B (C)</title><g id="a" transform="translate(1, 2) rotate(3)"><path d="M1 1h2" fill="#4338ca"/></g>`),
		"gradients":    drawn(`<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient><linearGradient id="b" xlink:href="#a"/></defs><rect width="9" height="9" fill="url(#b)"/>`),
		"a clip":       drawn(`<clipPath id="a"><rect width="9" height="9"/></clipPath><g clip-path="url(#a)"><path d="M1 1h2"/></g>`),
		"classes":      drawn(`<style>.a{fill:url( #b )}@media (prefers-color-scheme: dark){.a{fill:rgb(1,2,3)}}</style><path class="a" d="M1 1h2" style="opacity:.5"/>`),
		"an Inkscape":  `<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- made by hand -->\n" + drawn(`<path data-name="It's (one)" d="M1 1h2"/>`) + "\n",
		"width":        `<svg xmlns="http://www.w3.org/2000/svg" width="28px" height="28.5"/>`,
		"a PNG":        pixels,
		"a small icon": encoded(t, 1, 1),
	} {
		got, err := Read(brand.LogoDark, []byte(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kind := map[bool]string{false: brand.SVG, true: brand.PNG}[strings.Contains(name, "PNG") || strings.Contains(name, "icon")]
		if got.Kind != kind || got.File != brand.FileName(brand.LogoDark, kind, []byte(data)) || string(got.Data) != data {
			t.Errorf("%s: %s of kind %s", name, got.File, got.Kind)
		}
	}
}

// TestReadRefuses: every way in which a file is no picture, or more than one.
func TestReadRefuses(t *testing.T) {
	small := encoded(t, 20, 10)
	measured := func(width, height uint32) string { // a PNG that says to be of a size, whatever it holds
		raw := []byte(small)
		binary.BigEndian.PutUint32(raw[16:], width)
		binary.BigEndian.PutUint32(raw[20:], height)
		binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
		return string(raw)
	}
	broken := []byte(small)
	broken[len(broken)-20] ^= 1
	for name, one := range map[string]struct {
		data string
		want *fault.Code
		says string
	}{
		"nothing":            {"", fault.PictureFormat, ""},
		"too large":          {drawn("<desc>" + strings.Repeat("x", MaxBytes) + "</desc>"), fault.PictureTooLarge, ""},
		"a page":             {"<!DOCTYPE html><script>alert(1)</script>", fault.PictureContent, "<!DOCTYPE>"},
		"a text":             {"hello", fault.PictureFormat, ""},
		"a GIF":              {"GIF89a\x01\x00\x01\x00\x00\x00\x00;", fault.PictureFormat, ""},
		"a JPEG":             {"\xff\xd8\xff\xe0\x00\x10JFIF", fault.PictureFormat, ""},
		"Latin letters":      {drawn("<title>\xe9</title>"), fault.PictureFormat, ""},
		"half a PNG":         {small[:len(small)-12], fault.PictureFormat, ""},
		"a broken PNG":       {string(broken), fault.PictureFormat, ""},
		"a PNG's beginning":  {"\x89PNG\r\n\x1a\n<script>", fault.PictureFormat, ""},
		"a wide PNG":         {encoded(t, MaxWidth+1, 1), fault.PictureDimensions, ""},
		"a high PNG":         {encoded(t, 1, MaxHeight+1), fault.PictureDimensions, ""},
		"a huge PNG":         {measured(1<<15, 1<<15), fault.PictureDimensions, ""},
		"no PNG so large":    {measured(1<<30, 1<<30), fault.PictureFormat, ""},
		"a PNG and a page":   {small + "<script>alert(1)</script>", fault.PictureFormat, ""},
		"a PNG and an SVG":   {small + drawn(""), fault.PictureFormat, ""},
		"an SVG and a page":  {drawn("") + "<script>alert(1)</script>", fault.PictureFormat, ""},
		"an SVG and a text":  {drawn("") + "PK\x03\x04", fault.PictureFormat, ""},
		"an SVG and a word":  {drawn("") + "PK", fault.PictureFormat, ""},
		"a GIF and an SVG":   {"GIF89a" + drawn(""), fault.PictureFormat, ""},
		"two SVGs":           {drawn("") + drawn(""), fault.PictureFormat, ""},
		"half an SVG":        {start, fault.PictureFormat, ""},
		"tags that cross":    {drawn("<g><path></g></path>"), fault.PictureFormat, ""},
		"no namespace":       {`<svg viewBox="0 0 1 1"/>`, fault.PictureFormat, ""},
		"another root":       {`<g xmlns="http://www.w3.org/2000/svg"/>`, fault.PictureFormat, ""},
		"no size":            {`<svg xmlns="http://www.w3.org/2000/svg" width="28"/>`, fault.PictureDimensions, ""},
		"a part as size":     {`<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"/>`, fault.PictureDimensions, ""},
		"no end":             {`<svg xmlns="http://www.w3.org/2000/svg" width="Inf" height="Inf"/>`, fault.PictureDimensions, ""},
		"no room":            {`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 1"/>`, fault.PictureDimensions, ""},
		"an entity bomb":     {`<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + drawn("<title>&b;</title>"), fault.PictureContent, "<!DOCTYPE>"},
		"an entity":          {drawn("<title>&nbsp;</title>"), fault.PictureFormat, ""},
		"a style sheet":      {`<?xml-stylesheet href="https://elsewhere.example/x.css"?>` + drawn(""), fault.PictureContent, "<?xml-stylesheet?>"},
		"another encoding":   {`<?xml version="1.0" encoding="UTF-7"?>` + drawn(""), fault.PictureFormat, ""},
		"a script":           {drawn("<script>alert(1)</script>"), fault.PictureContent, "<script>"},
		"a disguised script": {`<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><s:script/></svg>`, fault.PictureContent, "<script>"},
		"a page inside":      {drawn(`<path xmlns="http://www.w3.org/1999/xhtml"/>`), fault.PictureContent, "<path>"},
		"a foreign object":   {drawn("<foreignObject/>"), fault.PictureContent, "<foreignObject>"},
		"an animation":       {drawn(`<path><set attributeName="d"/></path>`), fault.PictureContent, "<set>"},
		"an image":           {drawn(`<image href="https://elsewhere.example/x.png"/>`), fault.PictureContent, "<image>"},
		"a link":             {drawn(`<a href="#x"/>`), fault.PictureContent, "<a>"},
		"uses of uses":       {drawn(`<g id="a"/><use href="#a"/>`), fault.PictureContent, "<use>"},
		"an SVG inside":      {drawn(`<svg viewBox="0 0 1 1"/>`), fault.PictureContent, "<svg>"},
		"an event":           {drawn(`<path onclick="alert(1)"/>`), fault.PictureContent, `onclick=""`},
		"an event's name":    {drawn(`<path onclick="run"/>`), fault.PictureContent, `onclick=""`},
		"an event's capital": {drawn(`<path onLoad="alert(1)"/>`), fault.PictureContent, `onLoad=""`},
		"an event on top":    {strings.Replace(drawn(""), "viewBox", `onload="alert(1)" viewBox`, 1), fault.PictureContent, `onload=""`},
		"an external href":   {drawn(`<linearGradient href="https://elsewhere.example/x.svg#a"/>`), fault.PictureContent, `href=""`},
		"an external xlink":  {drawn(`<linearGradient xlink:href="//elsewhere.example"/>`), fault.PictureContent, `href=""`},
		"a script as href":   {drawn(`<linearGradient href="javascript:alert(1)"/>`), fault.PictureContent, `href=""`},
		"a href of a path":   {drawn(`<path href="#a"/>`), fault.PictureContent, `href=""`},
		"another namespace":  {drawn(`<path xmlns:x="urn:x" x:href="#a"/>`), fault.PictureContent, `x=""`},
		"an unknown prefix":  {drawn(`<path x:d="M1 1"/>`), fault.PictureContent, `d=""`},
		"a late declaration": {drawn("") + `<?xml version="1.0"?>`, fault.PictureContent, "<?xml?>"},
		"a base":             {drawn(`<path xml:base="https://elsewhere.example/"/>`), fault.PictureContent, `base=""`},
		"twice the same":     {drawn(`<path d="M1 1" d="M2 2"/>`), fault.PictureContent, `d=""`},
		"a style that loads": {drawn(`<style>.a{fill:url(https://elsewhere.example/x)}</style>`), fault.PictureContent, "<style>"},
		"a style that reads": {drawn(`<style>@import "https://elsewhere.example/x.css";</style>`), fault.PictureContent, "<style>"},
		"a font":             {drawn(`<style>@font-face{src:local(x)}</style>`), fault.PictureContent, "<style>"},
		"an image in parts":  {drawn(`<style>.a{fill:u<!-- -->rl(x)}</style>`), fault.PictureContent, "<style>"},
		"an escape":          {drawn(`<style>.a{fill:ur\6c (x)}</style>`), fault.PictureContent, "<style>"},
		"an image set":       {drawn(`<style>.a{background:image-set(x 1x)}</style>`), fault.PictureContent, "<style>"},
		"capitals":           {drawn(`<style>.a{fill:URL(x)}</style>`), fault.PictureContent, "<style>"},
		"CDATA":              {drawn(`<style><![CDATA[.a{fill:url(x)}]]></style>`), fault.PictureContent, "<style>"},
		"a style attribute":  {drawn(`<path style="fill:url(https://elsewhere.example/x)"/>`), fault.PictureContent, `style=""`},
		"a fill that loads":  {drawn(`<path fill="url(https://elsewhere.example/x#a)"/>`), fault.PictureContent, `fill=""`},
		"clips of clips":     {drawn(`<clipPath id="a"><path clip-path="url(#b)"/></clipPath>`), fault.PictureContent, `clip-path=""`},
		"a clip of a clip":   {drawn(`<clipPath id="a" clip-path="url(#b)"/>`), fault.PictureContent, `clip-path=""`},
		"a clip by class":    {drawn(`<style>.a{clip-path:url(#a)}</style>`), fault.PictureContent, "<style>"},
	} {
		_, err := Read(brand.Logo, []byte(one.data))
		if !fault.Is(err, one.want) {
			t.Errorf("%s: %v, and not %s", name, err, one.want)
		} else if got, _ := fault.As(err).About.(string); got != one.says {
			t.Errorf("%s: names %q, and not %q", name, got, one.says)
		}
	}
}

// FuzzSVG: whatever is taken holds no word that runs or loads.
func FuzzSVG(f *testing.F) {
	for _, inside := range []string{"<script/>", `<path onload="x"/>`, `<style>@import "x"</style>`, `<path fill="url(#a)"/>`, `<image href="http://x"/>`} {
		f.Add(drawn(inside))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Read(brand.Icon, []byte(text)); err != nil {
			return
		}
		for _, never := range []string{"<script", "<foreignobject", "<image", "<use", "<!doctype", "<!entity"} {
			if bare := comments(strings.ToLower(text)); strings.Contains(bare, never) {
				t.Errorf("%q was taken with %s", text, never)
			}
		}
	})
}

// comments takes a text's comments and CDATA sections out: what stands in them is no element.
func comments(text string) string {
	for _, mark := range [][2]string{{"<!--", "-->"}, {"<![cdata[", "]]>"}} {
		for {
			before, after, found := strings.Cut(text, mark[0])
			_, behind, closed := strings.Cut(after, mark[1])
			if !found || !closed {
				break
			}
			text = before + behind
		}
	}
	return text
}
