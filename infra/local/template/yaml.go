package template

import (
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// readYAML returns the file's document as maps, lists and scalars. The short
// form of an intrinsic (!Ref x) becomes its long form ({"Ref": x}), so that
// only one form is left to evaluate.
func readYAML(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(file.Docs) != 1 {
		return nil, fmt.Errorf("%s: %d documents, want 1", path, len(file.Docs))
	}
	value, err := plain(file.Docs[0].Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	doc, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: not a mapping", path)
	}
	return doc, nil
}

func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			return v, nil
		case uint64:
			return int64(v), nil
		}
		return nil, fmt.Errorf("line %d: number %s", n.Token.Position.Line, n.Token.Value)
	case *ast.FloatNode:
		return n.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for _, item := range n.Values {
			v, err := plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case *ast.MappingValueNode:
		return mapping([]*ast.MappingValueNode{n})
	case *ast.MappingNode:
		return mapping(n.Values)
	case *ast.TagNode:
		value, err := plain(n.Value)
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(n.Start.Value, "!")
		switch name {
		case "Ref", "Condition":
			return map[string]any{name: value}, nil
		case "GetAtt":
			if text, ok := value.(string); ok {
				resource, attribute, _ := strings.Cut(text, ".")
				value = []any{resource, attribute}
			}
		}
		return map[string]any{"Fn::" + name: value}, nil
	}
	return nil, fmt.Errorf("line %d: unexpected %s", node.GetToken().Position.Line, node.Type())
}

func mapping(values []*ast.MappingValueNode) (any, error) {
	m := make(map[string]any, len(values))
	for _, pair := range values {
		key := pair.Key.GetToken().Value
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("line %d: key %q twice", pair.Key.GetToken().Position.Line, key)
		}
		v, err := plain(pair.Value)
		if err != nil {
			return nil, err
		}
		m[key] = v
	}
	return m, nil
}
