package password

import (
	"bytes"

	"github.com/nbutton23/zxcvbn-go/data"
)

// lists are zxcvbn's: passwords that became known, the words of films and television, and names, each the most frequent first.
var lists = []string{"data/Passwords.json", "data/English.json", "data/MaleNames.json", "data/FemaleNames.json", "data/Surnames.json"}

// longestListed is the longest word that the lists are asked for.
const longestListed = 24

// listed calls for every word of the lists with its rank in its list. The lists are JSON, {"List":["you","i",…]}, without an escaped sign: a
// test holds that; so what stands between quotes is a word, and to read them so takes a tenth of what decoding takes. They are unpacked
// for each question: kept as an index they would cost every start of the page more than a question does.
func listed(each func(word []byte, rank int)) {
	for _, name := range lists {
		rank := 0
		for text := data.MustAsset(name); ; rank++ {
			_, after, some := bytes.Cut(text, []byte{'"'})
			word, rest, _ := bytes.Cut(after, []byte{'"'})
			if !some {
				break
			}
			if rank > 0 { // the first is the list's own name
				each(word, rank)
			}
			text = rest
		}
	}
}
