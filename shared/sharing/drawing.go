package sharing

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"
	"sync"

	"github.com/boombuler/barcode/qr"
)

// quiet is the white border of a QR code in modules (ISO/IEC 18004, 9.1).
const quiet = 4

// drawings are the codes drawn lately: one takes about 3 ms, ten times as long as all else of a GET, and a link never changes.
var drawings = struct {
	sync.Mutex
	of map[string]string
}{of: map[string]string{}}

// mostDrawings is how many are kept, of about 3 kB each.
const mostDrawings = 64

// Drawn returns a link as the SVG image of a QR code, from those kept where it is there. It fails as drawing does.
func Drawn(link string) (string, error) {
	drawings.Lock()
	defer drawings.Unlock()
	if kept, ok := drawings.of[link]; ok {
		return kept, nil
	}
	made, err := drawing(link)
	if err != nil {
		return "", err
	}
	if len(drawings.of) == mostDrawings {
		clear(drawings.of)
	}
	drawings.of[link] = made
	return made, nil
}

// drawing returns a link as the SVG image of a QR code: one path, one run of dark modules after the other. It fails where the
// link is too long for a code.
func drawing(link string) (string, error) {
	code, err := qr.Encode(link, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("sharing: QR code: %w", err)
	}
	size := code.Bounds().Dx()
	side := strconv.Itoa(size + 2*quiet)
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `" shape-rendering="crispEdges">` +
		`<path fill="#fff" d="M0 0h` + side + "v" + side + `H0z"/><path d="`)
	for y := range size {
		for x := 0; x < size; {
			run := 0
			for x+run < size && code.At(x+run, y) == color.Color(color.Black) {
				run++
			}
			if run > 0 {
				n := strconv.Itoa(run)
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + n + "v1h-" + n + "z")
			}
			x += run + 1
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
