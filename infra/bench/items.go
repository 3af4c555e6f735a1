package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/proxy"
)

// bytesOf returns what DynamoDB counts for an item.
func bytesOf(it item) int {
	plain := proxy.Item{}
	for name, v := range it {
		plain[name] = plainValue(v)
	}
	return proxy.Size(plain)
}

// plainValue returns a value as DynamoDB's JSON has it.
func plainValue(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, one := range v.Value {
			list[i] = plainValue(one)
		}
		return map[string]any{"L": list}
	case *types.AttributeValueMemberM:
		made := map[string]any{}
		for name, one := range v.Value {
			made[name] = plainValue(one)
		}
		return map[string]any{"M": made}
	}
	return map[string]any{"NULL": true}
}

// sizes lists the largest item of each class, with what writing it costs: where a use costs more than it should, here it shows why.
func sizes(items []item) string {
	largest := map[string]int{}
	for _, it := range items {
		class := read(it, "class")
		largest[class] = max(largest[class], bytesOf(it))
	}
	var text strings.Builder
	text.WriteString("| class | largest item, bytes | WRU in a transaction |\n|---|---|---|\n")
	for _, class := range slices.Sorted(maps.Keys(largest)) {
		fmt.Fprintf(&text, "| %s | %d | %g |\n", class, largest[class], 2*proxy.WriteUnits(largest[class]))
	}
	return text.String()
}
