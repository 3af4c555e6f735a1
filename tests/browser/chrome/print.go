package chrome

import (
	"regexp"

	"github.com/go-rod/rod/lib/proto"
)

// sheet is how a PDF of Chromium begins one page.
var sheet = regexp.MustCompile(`/Type /Page\b`)

// Sheets returns how many sheets of A4 the page takes in print.
func (p *Page) Sheets() int {
	p.t.Helper()
	width, height := 8.27, 11.69 // inches
	printed, err := proto.PagePrintToPDF{PaperWidth: &width, PaperHeight: &height}.Call(p.rod)
	must(p.t, err)
	return len(sheet.FindAll(printed.Data, -1))
}
