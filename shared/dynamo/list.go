package dynamo

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/shared/fault"
)

// Page is which part of a list is asked for.
type Page struct {
	Limit  int
	Cursor string // empty: from the start
}

// list reads one page of what an owner lists, newest first, from the attributes kept for lists.
func list[T any](ctx context.Context, t *Table, owner, class string, page Page) ([]T, string, error) {
	after, err := openCursor(page.Cursor, owner+"#"+class)
	if err != nil {
		return nil, "", err
	}
	found, next, err := t.query(ctx, query{
		index: "by-owner", pk: "owner", sk: "owner_at", owner: owner + "#" + class, newest: true, limit: page.Limit, after: after,
	})
	if err != nil {
		return nil, "", err
	}
	made := make([]T, len(found))
	for i, it := range found {
		card, _ := it["card"].(*types.AttributeValueMemberM)
		if card == nil {
			continue
		}
		if err := decode(card.Value, &made[i]); err != nil {
			return nil, "", err
		}
	}
	return made, closeCursor(next), nil
}

// under reads one page of a partition's items whose sort key begins with the prefix.
func under[T any](ctx context.Context, t *Table, pk, prefix string, newest bool, page Page) ([]T, string, error) {
	after, err := openCursor(page.Cursor, pk+"#"+prefix)
	if err != nil {
		return nil, "", err
	}
	found, next, err := t.query(ctx, query{owner: pk, prefix: prefix, newest: newest, limit: page.Limit, after: after, fresh: true})
	if err != nil {
		return nil, "", err
	}
	made := make([]T, len(found))
	for i, it := range found {
		if err := decode(it, &made[i]); err != nil {
			return nil, "", err
		}
	}
	return made, closeCursor(next), nil
}

// A cursor is where a page ended: the key attributes, joined. It only ever opens the list it came from,
// because the partition it names must be the one that is asked for.
func closeCursor(last item) string {
	if len(last) == 0 {
		return ""
	}
	var b strings.Builder
	for _, name := range []string{"PK", "SK", "owner", "owner_at"} {
		b.WriteString(read(last, name) + "\x00")
	}
	return base64.RawURLEncoding.EncodeToString([]byte(b.String()))
}

func openCursor(cursor, list string) (item, error) {
	if cursor == "" {
		return nil, nil
	}
	wrong := fault.New(fault.Malformed, "invalid_cursor").In("cursor")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) > 1024 {
		return nil, wrong
	}
	words := strings.Split(string(raw), "\x00")
	if len(words) != 5 || words[4] != "" || words[0] == "" || words[1] == "" {
		return nil, wrong
	}
	after := item{"PK": text(words[0]), "SK": text(words[1])}
	switch {
	case words[2] != "":
		after["owner"], after["owner_at"] = text(words[2]), text(words[3])
		if words[2] != list || words[3] == "" {
			return nil, wrong
		}
	case !strings.HasPrefix(words[0]+"#"+words[1], list):
		return nil, wrong
	}
	return after, nil
}
