package pattern

import (
	"encoding/json"
	"testing"
)

func TestMatches(t *testing.T) {
	var event map[string]any
	if err := json.Unmarshal([]byte(`{"eventName":"INSERT","n":1,"none":null,"list":["a","b"],"dynamodb":{"NewImage":{"class":{"S":"event"}}}}`), &event); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		`{}`: true, `{"eventName":["INSERT"]}`: true, `{"eventName":["MODIFY","INSERT"]}`: true, `{"eventName":["MODIFY"]}`: false,
		`{"dynamodb":{"NewImage":{"class":{"S":["event"]}}}}`: true, `{"dynamodb":{"NewImage":{"class":{"S":["offer"]}}}}`: false,
		`{"dynamodb":{"OldImage":{"class":{"S":["event"]}}}}`: false,
		`{"eventName":[{"prefix":"INS"}]}`:                    true, `{"eventName":[{"suffix":"SERT"}]}`: true, `{"eventName":[{"prefix":"X"}]}`: false,
		`{"eventName":[{"anything-but":["MODIFY"]}]}`: true, `{"eventName":[{"anything-but":"INSERT"}]}`: false,
		`{"absent":[{"exists":false}]}`: true, `{"eventName":[{"exists":true}]}`: true, `{"absent":[{"exists":true}]}`: false,
		`{"n":[1]}`: true, `{"n":[2]}`: false, `{"list":["b"]}`: true, `{"list":["c"]}`: false, `{"none":[null]}`: true,
	} {
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if p.Matches(event) != want {
			t.Errorf("%s: %v, want %v", text, !want, want)
		}
	}
	for _, text := range []string{`{"n":[{"numeric":[">",1]}]}`, `{"a":"b"}`, `x`} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}
