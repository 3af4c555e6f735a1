package dynamo

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"liaison/shared/fault"
)

// Page is which part of a list is asked for.
type Page struct {
	Limit  int
	Cursor string // empty: from the start
}

// Keep says which of some rows a list shows; nil shows all. It is asked once for each page of the table.
type Keep[T any] func(rows []T) ([]bool, error)

// A list with a filter reads at most so many pages of the table for one page of its own.
const (
	sieveSize  = 100
	sievePages = 10
)

// placed is a row and the cursor after it.
type placed[T any] struct {
	row   T
	after string
}

// list reads one page of what an owner lists, newest first, from the attributes kept for lists.
func list[T any](ctx context.Context, t *Table, owner, class string, page Page) ([]T, string, error) {
	return listed[T](ctx, t, owner, class, page, nil)
}

// listed is list of the rows that keep lets through.
func listed[T any](ctx context.Context, t *Table, owner, class string, page Page, keep Keep[T]) ([]T, string, error) {
	found, next, err := rows(ctx, t, ownerQuery(owner, class), page, keep)
	return bare(found), next, err
}

func ownerQuery(owner, class string) query {
	return query{index: "by-owner", pk: "owner", sk: "owner_at", owner: owner + "#" + class, newest: true}
}

// under reads one page of a partition's items whose sort key begins with the prefix.
func under[T any](ctx context.Context, t *Table, pk, prefix string, newest bool, page Page) ([]T, string, error) {
	return sieved[T](ctx, t, pk, prefix, newest, page, nil)
}

// sieved is under of the rows that keep lets through.
func sieved[T any](ctx context.Context, t *Table, pk, prefix string, newest bool, page Page, keep Keep[T]) ([]T, string, error) {
	found, next, err := rows(ctx, t, query{owner: pk, prefix: prefix, newest: newest, fresh: true}, page, keep)
	return bare(found), next, err
}

func bare[T any](found []placed[T]) []T {
	made := make([]T, len(found))
	for i, one := range found {
		made[i] = one.row
	}
	return made
}

// everything reads all pages of a list.
func everything[T any](ctx context.Context, list func(Page) ([]T, string, error)) ([]T, error) {
	var all []T
	for cursor := ""; ; {
		page, next, err := list(Page{Limit: 100, Cursor: cursor})
		if all = append(all, page...); err != nil || next == "" {
			return all, errors.Join(err, ctx.Err())
		}
		cursor = next
	}
}

// rows reads a list until it has as many rows as the page may hold and keep lets through, and looks ahead for one more: there is a
// cursor exactly where there is a next row. Where a filter finds little, it stops after sievePages with the cursor of where it stopped.
func rows[T any](ctx context.Context, t *Table, q query, page Page, keep Keep[T]) ([]placed[T], string, error) {
	after, err := openCursor(page.Cursor, q)
	if err != nil {
		return nil, "", err
	}
	q.limit = page.Limit + 1
	made := make([]placed[T], 0, page.Limit)
	last := page.Cursor
	for range sievePages {
		q.after = after
		found, next, err := t.query(ctx, q)
		if err != nil {
			return nil, "", err
		}
		opened := make([]T, len(found))
		for i, it := range found {
			if q.index != "" {
				at, _, _ := strings.Cut(read(it, "owner_at"), "#")
				it["created_at"] = text(at) // the index says it in its sort key
			}
			if err := decode(it, &opened[i]); err != nil {
				return nil, "", err
			}
		}
		var kept []bool
		if keep != nil {
			if kept, err = keep(opened); err != nil {
				return nil, "", err
			}
		}
		for i, row := range opened {
			if kept != nil && !kept[i] {
				continue
			}
			if len(made) == page.Limit {
				return made, last, nil
			}
			last = closeCursor(found[i], q)
			made = append(made, placed[T]{row, last})
		}
		if len(next) == 0 {
			return made, "", nil
		}
		after = next
		if keep != nil {
			q.limit = sieveSize // it lets little through: the first page of the table was no page of the list
		}
	}
	return made, closeCursor(after, q), nil
}

// A cursor is where a page ended: the key attributes, joined and sealed. It only ever opens the list it came from, because it is sealed for
// that list, the partition it names must be the one that is asked for, and the place in it one that the list may have.
func closeCursor(last item, q query) string {
	words := []string{read(last, "PK"), read(last, "SK")}
	if q.index != "" {
		words = append(words, read(last, "owner"), read(last, "owner_at"))
	}
	place := []byte(strings.Join(words, "\x00"))
	seal := q.seal()
	nonce := sha256.Sum256(place) // the same place has the same cursor
	return base64.RawURLEncoding.EncodeToString(seal.Seal(nonce[:seal.NonceSize():seal.NonceSize()], nonce[:seal.NonceSize()], place, nil))
}

// seal hides how the table is keyed from who gets a cursor, and keeps a cursor to its list. The key follows from the list and is no secret:
// whoever wrote a cursor of the own would read nothing but the own list, which openCursor sees to.
func (q query) seal() cipher.AEAD {
	key := sha256.Sum256([]byte(strings.Join([]string{"cursor", q.index, q.owner, q.prefix + q.purpose}, "\x00")))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // never: the key has a length of AES
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // never: the block is AES's
	}
	return seal
}

func openCursor(cursor string, q query) (item, error) {
	if cursor == "" {
		return nil, nil
	}
	wrong := fault.InvalidCursor.In("cursor")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	seal := q.seal()
	if err != nil || len(raw) > 1024 || len(raw) < seal.NonceSize() {
		return nil, wrong
	}
	place, err := seal.Open(nil, raw[:seal.NonceSize()], raw[seal.NonceSize():], nil)
	if err != nil {
		return nil, wrong
	}
	words := strings.Split(string(place), "\x00")
	if slices.Contains(words, "") || len(words) != 2 && len(words) != 4 || (q.index != "") != (len(words) == 4) {
		return nil, wrong
	}
	after := item{"PK": text(words[0]), "SK": text(words[1])}
	owner, at := words[0], words[1]
	if q.index != "" {
		owner, at = words[2], words[3]
		after["owner"], after["owner_at"] = text(owner), text(at)
	}
	if owner != q.owner || !strings.HasPrefix(at, q.prefix) || q.from != "" && (at < q.from || at > q.until) {
		return nil, wrong
	}
	return after, nil
}
