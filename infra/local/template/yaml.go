package template

import (
	"fmt"
	"maps"
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
	value, err := (&document{anchors: map[string]any{}}).plain(file.Docs[0].Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	doc, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: not a mapping", path)
	}
	return doc, nil
}

// document holds what anchors of a file stand for. CloudFormation itself knows none: SAM's client writes them out before it uploads.
type document struct{ anchors map[string]any }

func (d *document) plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.AnchorNode:
		value, err := d.plain(n.Value)
		d.anchors[n.Name.GetToken().Value] = value
		return value, err
	case *ast.AliasNode:
		value, ok := d.anchors[n.Value.GetToken().Value]
		if !ok {
			return nil, fmt.Errorf("line %d: alias of nothing before it", n.Start.Position.Line)
		}
		return value, nil
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
			v, err := d.plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case *ast.MappingValueNode:
		return d.mapping([]*ast.MappingValueNode{n})
	case *ast.MappingNode:
		return d.mapping(n.Values)
	case *ast.TagNode:
		value, err := d.plain(n.Value)
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

func (d *document) mapping(values []*ast.MappingValueNode) (any, error) {
	m, merged := make(map[string]any, len(values)), map[string]any{}
	for _, pair := range values {
		key := pair.Key.GetToken().Value
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("line %d: key %q twice", pair.Key.GetToken().Position.Line, key)
		}
		v, err := d.plain(pair.Value)
		if err != nil {
			return nil, err
		}
		if pair.Key.IsMergeKey() { // what is written beside it goes before what it brings
			maps.Copy(merged, asMap(v))
			continue
		}
		m[key] = v
	}
	maps.Copy(merged, m)
	return merged, nil
}
