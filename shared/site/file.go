package site

import (
	"net/http"
	"slices"
	"time"

	"liaison/shared/csv"
	"liaison/shared/dynamo"
	"liaison/shared/locale"
	"liaison/shared/page"
)

// A file is read in so many steps of so many rows, and holds some 4 MB at most: what Lambda hands on ends at 6.
const (
	fileRead  = 100
	fileReads = 100
	fileBytes = 4 << 20
)

// inFile asks a list for its file.
var inFile = page.Hidden{Name: "format", Value: "csv"}

// ToFile leads from a list to all of it as a file, with the tab and the filters that are kept.
func (v *Visit) ToFile(path string, kept ...page.Hidden) page.Link {
	return page.Link{Text: v.Words.SiteDownload(), URL: Query(path, append(slices.Clone(kept), inFile)...)}
}

// AsFile says whether a list is asked for as a file.
func (v *Visit) AsFile() bool { return v.R.URL.Query().Get(inFile.Name) == inFile.Value }

// Day writes a day into a file as every spreadsheet reads it, in the zone of a country; empty for no time.
func (v *Visit) Day(at time.Time, country string) string {
	if at.IsZero() {
		return ""
	}
	return v.In(at, country).Format(time.DateOnly)
}

// List is a list that people take away as a file.
type List struct {
	Name  string   // of the file, without its ending
	Heads []string // in the reader's language
	// From is the cursor of the page that it begins with; empty for the first.
	From string
	// Read returns the rows of a page of the list, with as many cells as there are heads, and the cursor of the next one.
	Read func(of dynamo.Page) ([][]string, string, error)
}

// SendList answers with all pages of a list as one file. Where there are more rows than a file holds, its last row says that the list goes on.
// It fails as Read does.
func (v *Visit) SendList(l List) error {
	rows, bytes, cursor := [][]string{l.Heads}, 0, l.From
	more := true
	for n := 0; n < fileReads && more && bytes < fileBytes; n++ {
		read, next, err := l.Read(dynamo.Page{Limit: fileRead, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, row := range read {
			for _, cell := range row {
				bytes += len(cell) + 1
			}
		}
		rows, cursor, more = append(rows, read...), next, next != ""
	}
	if more {
		last := make([]string, len(l.Heads))
		last[0] = v.Words.SiteListGoesOn()
		rows = append(rows, last)
	}
	return v.SendFile(l.Name, rows)
}

// SendFile answers with rows, the heads first, as a file of that name that people open in a spreadsheet.
func (v *Visit) SendFile(name string, rows [][]string) error {
	if v.unnoted {
		return errUnnoted
	}
	h := v.W.Header()
	h.Set("Content-Type", csv.Media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	v.W.WriteHeader(http.StatusOK)
	between := ','
	if v.Words.Language() == locale.Polish { // the comma stands in numbers, and Excel expects the semicolon
		between = ';'
	}
	_, err := v.W.Write(csv.File(rows, between))
	return err
}
