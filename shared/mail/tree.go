package mail

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// A letter's HTML is a tree of nodes, which golang.org/x/net/html writes and escapes: whoever adds to a letter cannot forget it. html/template
// would do the same, and keep every method of every type in each program that sends mail (decision 72).

// tag returns what makes an element around its content. Attributes are names and values in turn. A link that may not be followed has no href.
func tag(name string, attributes ...string) func(inside ...*html.Node) *html.Node {
	return func(inside ...*html.Node) *html.Node {
		made := &html.Node{Type: html.ElementNode, Data: name}
		for pair := range slices.Chunk(attributes, 2) {
			if pair[0] != "href" || leads(pair[1]) {
				made.Attr = append(made.Attr, html.Attribute{Key: pair[0], Val: pair[1]})
			}
		}
		return add(made, inside)
	}
}

// leads says whether a link may lead to an address: to a page, and never to a script or whatever else programs open.
func leads(to string) bool {
	return strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "http://")
}

// table is a tag for a table that only places what is in it.
func table(attributes ...string) func(rows ...*html.Node) *html.Node {
	return tag("table", append([]string{"role", "presentation", "cellpadding", "0", "cellspacing", "0", "border", "0"}, attributes...)...)
}

// text makes a text.
func text(said string) *html.Node { return &html.Node{Type: html.TextNode, Data: said} }

// outlook makes what only Outlook on Windows reads, which takes comments of this form for HTML.
func outlook(markup string) *html.Node {
	return &html.Node{Type: html.CommentNode, Data: "[if mso]>" + markup + "<![endif]"}
}

// group makes one of several that stand beside each other.
func group(some ...*html.Node) *html.Node { return add(&html.Node{Type: html.DocumentNode}, some) }

// each makes a group of what is drawn for each of some.
func each[T any](some []T, draw func(T) *html.Node) *html.Node {
	all := group()
	for _, one := range some {
		all.AppendChild(draw(one))
	}
	return all
}

// when leaves out what is not to be shown.
func when(shown bool, what *html.Node) *html.Node {
	if shown {
		return what
	}
	return group()
}

// add puts nodes into one.
func add(to *html.Node, inside []*html.Node) *html.Node {
	for _, one := range inside {
		to.AppendChild(one)
	}
	return to
}

// written returns a tree as HTML. It is empty where an element holds what it cannot, such as a text in a br.
func written(tree *html.Node) string {
	var b strings.Builder
	if err := html.Render(&b, tree); err != nil {
		return ""
	}
	return b.String()
}
