package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"liaison/infra/local/proxy"
)

// sizes lists the largest item of each class, with what writing it costs: where a use costs more than it should, here it shows why.
func sizes(items []item) string {
	largest := map[string]int{}
	for _, it := range items {
		class := read(it, "class")
		largest[class] = max(largest[class], proxy.SizeOf(it))
	}
	var text strings.Builder
	text.WriteString("| class | largest item, bytes | WRU in a transaction |\n|---|---|---|\n")
	for _, class := range slices.Sorted(maps.Keys(largest)) {
		fmt.Fprintf(&text, "| %s | %d | %g |\n", class, largest[class], 2*proxy.WriteUnits(largest[class]))
	}
	return text.String()
}
