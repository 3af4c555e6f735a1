package proxy

import (
	"encoding/json"
	"testing"
)

func TestSize(t *testing.T) {
	for text, want := range map[string]int{
		`{}`: 0, `{"ab":{"S":"łx"}}`: 5, `{"a":{"N":"0"}}`: 2, `{"a":{"N":"27"}}`: 3, `{"a":{"N":"-27"}}`: 4, `{"a":{"N":"1000"}}`: 3,
		`{"a":{"N":"123.45"}}`: 5, `{"a":{"B":"YWI="}}`: 3, `{"a":{"BOOL":true}}`: 2, `{"a":{"NULL":true}}`: 2,
		`{"a":{"SS":["x","yz"]}}`: 4, `{"a":{"L":[]}}`: 4, `{"a":{"L":[{"S":"x"}]}}`: 6, `{"a":{"M":{"bc":{"S":"x"}}}}`: 8,
	} {
		var item Item
		if err := json.Unmarshal([]byte(text), &item); err != nil {
			t.Fatal(err)
		}
		if got := Size(item); got != want {
			t.Errorf("%s is %d bytes, want %d", text, got, want)
		}
	}
	for size, want := range map[int][2]float64{0: {1, 1}, 1024: {1, 1}, 1025: {2, 1}, 4096: {4, 1}, 4097: {5, 2}} {
		if WriteUnits(size) != want[0] || ReadUnits(size) != want[1] {
			t.Errorf("%d bytes cost %v and %v, want %v", size, WriteUnits(size), ReadUnits(size), want)
		}
	}
}

func TestIndexUnits(t *testing.T) {
	p := &Proxy{options: Options{Tables: []Table{{Name: "T", Keys: []string{"PK", "SK"}, Indexes: []Index{
		{Name: "due", Keys: []string{"due_class", "due"}, Projection: "KEYS_ONLY"},
		{Name: "by-owner", Keys: []string{"owner"}, Projection: "INCLUDE", Included: []string{"card"}},
	}}}}}
	item := func(text string) Item {
		var i Item
		if text == "" {
			return nil
		}
		if err := json.Unmarshal([]byte(text), &i); err != nil {
			t.Fatal(err)
		}
		return i
	}
	due := `{"PK":{"S":"a"},"SK":{"S":"b"},"due_class":{"S":"c"},"due":{"S":"1"},"x":{"S":"1"}}`
	later := `{"PK":{"S":"a"},"SK":{"S":"b"},"due_class":{"S":"c"},"due":{"S":"2"},"x":{"S":"1"}}`
	other := `{"PK":{"S":"a"},"SK":{"S":"b"},"due_class":{"S":"c"},"due":{"S":"1"},"x":{"S":"2"}}`
	none := `{"PK":{"S":"a"},"SK":{"S":"b"},"x":{"S":"1"}}`
	card := `{"PK":{"S":"a"},"SK":{"S":"b"},"owner":{"S":"o"},"card":{"S":"1"}}`
	changed := `{"PK":{"S":"a"},"SK":{"S":"b"},"owner":{"S":"o"},"card":{"S":"2"}}`
	for _, test := range []struct {
		was, is string
		want    float64
	}{
		{"", due, 1}, {due, "", 1}, {due, none, 1}, {none, due, 1}, {due, later, 2}, {due, other, 0}, {"", none, 0}, {card, changed, 1}, {card, card, 0},
	} {
		if got := p.indexUnits("T", item(test.was), item(test.is)); got != test.want {
			t.Errorf("%s -> %s costs %v, want %v", test.was, test.is, got, test.want)
		}
	}
}

func TestMentions(t *testing.T) {
	for _, test := range []struct {
		expression, placeholder string
		want                    bool
	}{
		{"PK = :pk AND #s > :s", ":s", true}, {"PK = :pk AND begins_with(SK, :sk)", ":s", false}, {"a = :a", ":b", false}, {"a = :a", ":a", true},
	} {
		if got := mentions(test.expression, test.placeholder); got != test.want {
			t.Errorf("%q in %q: %v", test.placeholder, test.expression, got)
		}
	}
}
