package exported

import (
	"bytes"
	"context"

	"liaison/shared/dynamo"
)

// mostFile is how many bytes a file's text may have inside Lambda's answer, which is JSON of at most 6 MB: some 4 MB of JSON lines.
const mostFile = 5_000_000

// File is a part of an export as a file: JSON, a thing a line.
type File struct {
	Lines  []byte
	Things int
	Next   string // the cursor of the next part; empty after the last
}

// File returns the part that begins at a cursor, empty for the first. It ends where it would be too large, or at the cursor of the part after it where that
// is known: so a part that was shown begins and ends where it did once it is downloaded. One that ends elsewhere grew too large meanwhile.
func (a Asked) File(ctx context.Context, table Table, from, until string) (File, error) {
	file, size := File{Next: from}, 0
	for {
		things, next, err := a.Page(ctx, table, dynamo.Page{Limit: MaxPage, Cursor: file.Next})
		if err != nil {
			return File{}, err
		}
		for _, one := range things {
			line, err := raw(one.ExportedThing)
			if err != nil {
				return File{}, err
			}
			if size += weight(line); size > mostFile && file.Things > 0 {
				return file, nil
			}
			file.Lines = append(append(file.Lines, line...), '\n')
			file.Things++
			if file.Next = one.After; file.Next == until {
				return file, nil
			}
		}
		if file.Next = next; next == "" {
			return file, nil
		}
	}
}

// weight is how many bytes a line takes in JSON: what is escaped there takes more.
func weight(line []byte) int {
	n := len(line) + len(`\n`)
	for _, short := range []string{`"`, `\`} {
		n += bytes.Count(line, []byte(short))
	}
	for _, long := range []string{"<", ">", "&"} {
		n += bytes.Count(line, []byte(long)) * len(`u003c`)
	}
	return n
}
