package brand

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Use is what a picture of the vendor's is for. The name of its file begins with it.
type Use string

// The uses: a logo, another logo for dark grounds, and the mark that a browser's tab shows.
const (
	Logo     Use = "logo"
	LogoDark Use = "logo-dark"
	Icon     Use = "icon"
	// Partner is the logo of a partner in the marketplace.
	Partner Use = "partner"
)

// The media types of pictures.
const (
	SVG = "image/svg+xml"
	PNG = "image/png"
)

var ending = map[string]string{SVG: ".svg", PNG: ".png"}

// Lingers is how long a picture stands that another has replaced: a page that is open, or was kept by a browser, still asks for it.
const Lingers = 7 * 24 * time.Hour

// Picture is one file of the vendor's brand. What makes one is picture.Read, which checks it.
type Picture struct {
	File string // below /assets/, as FileName makes it
	Kind string // SVG or PNG
	Data []byte
}

// Change is what becomes of the vendor's pictures: those that are new, and the files that are no longer used, with the time until which they
// are served.
type Change struct {
	New   []Picture
	Gone  []string
	Until time.Time
}

// FileName is the name of a picture's file: its use, the first 16 digits of its content's SHA-256, and its kind.
func FileName(use Use, kind string, data []byte) string {
	sum := sha256.Sum256(data)
	return string(use) + "-" + hex.EncodeToString(sum[:8]) + ending[kind]
}

// IsPicture says whether a file is called as FileName calls one.
func IsPicture(file string) bool {
	kind := Kind(file)
	name, isKind := strings.CutSuffix(file, ending[kind])
	use, hash := name[:max(strings.LastIndex(name, "-"), 0)], name[strings.LastIndex(name, "-")+1:]
	return isKind && kind != "" && len(hash) == 16 && strings.Trim(hash, "0123456789abcdef") == "" && slices.Contains([]Use{Logo, LogoDark, Icon, Partner}, Use(use))
}

// Kind is the media type that a file's name ends in, empty where it is no picture's.
func Kind(file string) string {
	for kind, end := range ending {
		if strings.HasSuffix(file, end) {
			return kind
		}
	}
	return ""
}
