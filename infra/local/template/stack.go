package template

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// The account and region that local ARNs name.
const (
	Region  = "eu-central-1"
	Account = "123456789012"
)

// noValue is what AWS::NoValue evaluates to: the property is left out.
type noValue struct{}

// stack is one template with its parameters, evaluated as CloudFormation would.
type stack struct {
	name     string // file name without extension; "template" for the root
	path     string
	doc      map[string]any
	params   map[string]any
	parent   *stack
	options  *Options
	children map[string]*stack
	loading  map[string]bool
	order    []*stack // children in the order they were needed
}

func openStack(path string, given map[string]any, parent *stack, o *Options) (*stack, error) {
	doc, err := readYAML(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	s := &stack{
		name: name, path: path, doc: doc, params: map[string]any{}, parent: parent, options: o,
		children: map[string]*stack{}, loading: map[string]bool{},
	}
	for section := range doc {
		switch section {
		case "AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Globals",
			"Parameters", "Conditions", "Resources", "Outputs", "Rules":
		default:
			return nil, fmt.Errorf("%s: section %s is not known here", name, section)
		}
	}
	declared := asMap(doc["Parameters"])
	for key := range given {
		if _, ok := declared[key]; !ok {
			return nil, fmt.Errorf("%s: no parameter %s", name, key)
		}
	}
	for _, key := range sortedKeys(declared) {
		definition := asMap(declared[key])
		switch value, ok := given[key]; {
		case ok:
			s.params[key] = value
		case definition["Default"] != nil:
			s.params[key] = definition["Default"]
		default:
			return nil, fmt.Errorf("%s: parameter %s has no value", name, key)
		}
		if kind, _ := definition["Type"].(string); kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<") {
			if text, ok := s.params[key].(string); ok {
				s.params[key] = splitList(text)
			}
		}
	}
	for _, key := range sortedKeys(s.resources()) {
		if s.kind(key) == "AWS::Serverless::Application" {
			if _, err := s.child(key); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func splitList(text string) []any {
	if text == "" {
		return []any{}
	}
	var list []any
	for part := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(part))
	}
	return list
}

func (s *stack) resources() map[string]any { return asMap(s.doc["Resources"]) }

func (s *stack) kind(resource string) string {
	kind, _ := asMap(s.resources()[resource])["Type"].(string)
	return kind
}

// exists says whether the resource's condition, if it has one, holds.
func (s *stack) exists(resource string) (bool, error) {
	condition, ok := asMap(s.resources()[resource])["Condition"].(string)
	if !ok {
		return true, nil
	}
	return s.condition(condition)
}

// child opens a nested stack. Stacks that need each other's outputs in a
// circle are an error, as they are to CloudFormation.
func (s *stack) child(resource string) (*stack, error) {
	if c := s.children[resource]; c != nil {
		return c, nil
	}
	if s.loading[resource] {
		return nil, fmt.Errorf("%s: nested stack %s needs its own outputs", s.name, resource)
	}
	s.loading[resource] = true
	defer delete(s.loading, resource)
	properties := asMap(asMap(s.resources()[resource])["Properties"])
	if err := only(properties, "Location", "Parameters", "Tags", "TimeoutInMinutes"); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.name, resource, err)
	}
	given := map[string]any{}
	expressions := asMap(properties["Parameters"])
	for _, key := range sortedKeys(expressions) {
		v, err := s.eval(expressions[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %s: %w", s.name, resource, key, err)
		}
		if _, none := v.(noValue); !none {
			given[key] = v
		}
	}
	location, ok := properties["Location"].(string)
	if !ok {
		return nil, fmt.Errorf("%s: %s: Location is not a path", s.name, resource)
	}
	c, err := openStack(filepath.Join(filepath.Dir(s.path), location), given, s, s.options)
	if err != nil {
		return nil, err
	}
	s.children[resource] = c
	s.order = append(s.order, c)
	return c, nil
}

func (s *stack) output(name string) (any, error) {
	definition, ok := asMap(s.doc["Outputs"])[name]
	if !ok {
		return nil, fmt.Errorf("%s: no output %s", s.name, name)
	}
	return s.eval(asMap(definition)["Value"])
}

func (s *stack) condition(name string) (bool, error) {
	expression, ok := asMap(s.doc["Conditions"])[name]
	if !ok {
		return false, fmt.Errorf("%s: no condition %s", s.name, name)
	}
	v, err := s.eval(expression)
	if err != nil {
		return false, fmt.Errorf("condition %s: %w", name, err)
	}
	holds, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("%s: condition %s is %v, not true or false", s.name, name, v)
	}
	return holds, nil
}

// eval returns the value with every intrinsic in it replaced by what it stands
// for. It fails on an intrinsic it does not know.
func (s *stack) eval(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			item, err := s.eval(item)
			if err != nil {
				return nil, err
			}
			if _, none := item.(noValue); !none {
				list = append(list, item)
			}
		}
		return list, nil
	case map[string]any:
		if len(v) == 1 {
			for key, argument := range v {
				if key == "Ref" || key == "Condition" && isString(argument) || strings.HasPrefix(key, "Fn::") {
					return s.intrinsic(key, argument)
				}
			}
		}
		m := make(map[string]any, len(v))
		for _, key := range sortedKeys(v) {
			item, err := s.eval(v[key])
			if err != nil {
				return nil, err
			}
			if _, none := item.(noValue); !none {
				m[key] = item
			}
		}
		return m, nil
	}
	return v, nil
}

func (s *stack) intrinsic(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		text, ok := argument.(string)
		if !ok {
			return nil, fmt.Errorf("%s: Ref of %v", s.name, argument)
		}
		return s.ref(text)
	case "Condition":
		return s.condition(argument.(string))
	case "Fn::Sub":
		return s.sub(argument)
	case "Fn::Transform":
		return s.include(asMap(argument))
	case "Fn::If":
		list, ok := argument.([]any)
		if !ok || len(list) != 3 || !isString(list[0]) {
			return nil, fmt.Errorf("%s: Fn::If wants a condition and two values", s.name)
		}
		holds, err := s.condition(list[0].(string))
		if err != nil {
			return nil, err
		}
		if holds {
			return s.eval(list[1])
		}
		return s.eval(list[2])
	case "Fn::GetAtt", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or":
	default:
		return nil, fmt.Errorf("%s: intrinsic %s is not known here", s.name, name)
	}
	v, err := s.eval(argument)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("%s: %s wants a list", s.name, name)
	}
	bad := func() (any, error) { return nil, fmt.Errorf("%s: %s does not take %v", s.name, name, list) }
	switch name {
	case "Fn::GetAtt":
		if len(list) != 2 || !isString(list[0]) || !isString(list[1]) {
			return bad()
		}
		return s.attribute(list[0].(string), list[1].(string))
	case "Fn::Join":
		if len(list) != 2 {
			return bad()
		}
		parts, ok := list[1].([]any)
		if !ok {
			return bad()
		}
		texts := make([]string, len(parts))
		for i, part := range parts {
			texts[i] = fmt.Sprint(part)
		}
		return strings.Join(texts, fmt.Sprint(list[0])), nil
	case "Fn::Split":
		if len(list) != 2 {
			return bad()
		}
		var parts []any
		for part := range strings.SplitSeq(fmt.Sprint(list[1]), fmt.Sprint(list[0])) {
			parts = append(parts, part)
		}
		return parts, nil
	case "Fn::Select":
		if len(list) != 2 {
			return bad()
		}
		var i int
		if _, err := fmt.Sscan(fmt.Sprint(list[0]), &i); err != nil {
			return bad()
		}
		items, ok := list[1].([]any)
		if !ok || i < 0 || i >= len(items) {
			return bad()
		}
		return items[i], nil
	case "Fn::Equals":
		if len(list) != 2 {
			return bad()
		}
		return fmt.Sprint(list[0]) == fmt.Sprint(list[1]), nil
	case "Fn::Not":
		if len(list) != 1 {
			return bad()
		}
		holds, ok := list[0].(bool)
		if !ok {
			return bad()
		}
		return !holds, nil
	}
	all, some := true, false // Fn::And, Fn::Or
	for _, item := range list {
		holds, ok := item.(bool)
		if !ok {
			return bad()
		}
		all, some = all && holds, some || holds
	}
	if name == "Fn::And" {
		return all, nil
	}
	return some, nil
}

// include returns the file that stands in the intrinsic's place.
func (s *stack) include(argument map[string]any) (any, error) {
	location, ok := asMap(argument["Parameters"])["Location"].(string)
	if argument["Name"] != "AWS::Include" || !ok {
		return nil, fmt.Errorf("%s: Fn::Transform %v is not known here", s.name, argument)
	}
	doc, err := readYAML(filepath.Join(filepath.Dir(s.path), location))
	if err != nil {
		return nil, err
	}
	return s.eval(doc)
}

func (s *stack) sub(argument any) (any, error) {
	text, isText := argument.(string)
	own := map[string]any{}
	if list, ok := argument.([]any); ok && len(list) == 2 {
		text, isText = list[0].(string)
		own = asMap(list[1])
	}
	if !isText {
		return nil, fmt.Errorf("%s: Fn::Sub of %v", s.name, argument)
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("%s: Fn::Sub without its closing brace: %q", s.name, text)
		}
		text = after
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			out.WriteString("${" + literal + "}")
			continue
		}
		var value any
		var err error
		if expression, ok := own[name]; ok {
			value, err = s.eval(expression)
		} else if resource, attribute, dotted := strings.Cut(name, "."); dotted {
			value, err = s.attribute(resource, attribute)
		} else {
			value, err = s.ref(name)
		}
		if err != nil {
			return nil, err
		}
		fmt.Fprint(&out, value)
	}
}

func (s *stack) ref(name string) (any, error) {
	switch name {
	case "AWS::NoValue":
		return noValue{}, nil
	case "AWS::Region":
		return Region, nil
	case "AWS::AccountId":
		return Account, nil
	case "AWS::Partition":
		return "aws", nil
	case "AWS::URLSuffix":
		return "amazonaws.com", nil
	case "AWS::StackName":
		return "local", nil
	case "AWS::StackId":
		return "arn:aws:cloudformation:" + Region + ":" + Account + ":stack/local/00000000-0000-0000-0000-000000000000", nil
	}
	if v, ok := s.params[name]; ok {
		return v, nil
	}
	if s.resources()[name] == nil {
		return nil, fmt.Errorf("%s: Ref to unknown %s", s.name, name)
	}
	if v, ok := s.options.Attributes[name]; ok {
		return v, nil
	}
	return s.physicalName(name)
}

// names lists, for each type of resource, the property that names it and the
// service and path of its ARN. A type that is not here has no local meaning
// unless build gives it one.
var names = map[string]struct{ property, service, path string }{
	"AWS::DynamoDB::Table":                       {"TableName", "dynamodb", "table/"},
	"AWS::Serverless::Function":                  {"FunctionName", "lambda", "function:"},
	"AWS::Serverless::HttpApi":                   {},
	"AWS::SQS::Queue":                            {"QueueName", "sqs", ""},
	"AWS::SNS::Topic":                            {"TopicName", "sns", ""},
	"AWS::SNS::TopicPolicy":                      {},
	"AWS::SNS::Subscription":                     {},
	"AWS::SQS::QueuePolicy":                      {},
	"AWS::Logs::LogGroup":                        {"LogGroupName", "logs", "log-group:"},
	"AWS::Logs::MetricFilter":                    {},
	"AWS::CloudWatch::Alarm":                     {"AlarmName", "cloudwatch", "alarm:"},
	"AWS::SES::ConfigurationSet":                 {"Name", "ses", "configuration-set/"},
	"AWS::SES::EmailIdentity":                    {"EmailIdentity", "ses", "identity/"},
	"AWS::Events::Rule":                          {"Name", "events", "rule/"},
	"AWS::Cognito::UserPool":                     {"", "cognito-idp", "userpool/"},
	"AWS::Cognito::UserPoolClient":               {},
	"AWS::Cognito::UserPoolDomain":               {"Domain", "", ""},
	"AWS::IAM::Role":                             {"RoleName", "iam", "role/"},
	"AWS::KMS::Key":                              {"", "kms", "key/"},
	"AWS::KMS::Alias":                            {"AliasName", "kms", ""},
	"AWS::Lambda::Permission":                    {},
	"AWS::ApiGatewayV2::DomainName":              {"DomainName", "", ""},
	"AWS::ApiGatewayV2::ApiMapping":              {},
	"AWS::Route53::RecordSet":                    {"Name", "", ""},
	"AWS::Serverless::Application":               {},
	"AWS::Scheduler::ScheduleGroup":              {"Name", "scheduler", "schedule-group/"},
	"AWS::Cognito::UserPoolResourceServer":       {},
	"AWS::Cognito::ManagedLoginBranding":         {},
	"AWS::SES::ConfigurationSetEventDestination": {},
}

func (s *stack) physicalName(resource string) (any, error) {
	known, ok := names[s.kind(resource)]
	if !ok {
		return nil, fmt.Errorf("%s: %s: type %s is not known here", s.name, resource, s.kind(resource))
	}
	if known.property != "" {
		if expression, ok := asMap(asMap(s.resources()[resource])["Properties"])[known.property]; ok {
			v, err := s.eval(expression)
			if err != nil {
				return nil, err
			}
			if _, none := v.(noValue); !none {
				return v, nil
			}
		}
	}
	return resource, nil
}

func (s *stack) attribute(resource, attribute string) (any, error) {
	if s.resources()[resource] == nil {
		return nil, fmt.Errorf("%s: GetAtt of unknown %s", s.name, resource)
	}
	if v, ok := s.options.Attributes[resource+"."+attribute]; ok {
		return v, nil
	}
	kind := s.kind(resource)
	if output, ok := strings.CutPrefix(attribute, "Outputs."); ok && kind == "AWS::Serverless::Application" {
		c, err := s.child(resource)
		if err != nil {
			return nil, err
		}
		return c.output(output)
	}
	name, err := s.physicalName(resource)
	if err != nil {
		return nil, err
	}
	known := names[kind]
	arn := fmt.Sprintf("arn:aws:%s:%s:%s:%s%v", known.service, Region, Account, known.path, name)
	switch kind + "." + attribute {
	case "AWS::DynamoDB::Table.StreamArn":
		return arn + "/stream/local", nil
	case "AWS::SQS::Queue.QueueName", "AWS::SNS::Topic.TopicName":
		return name, nil
	case "AWS::SQS::Queue.QueueUrl":
		return fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%v", Region, Account, name), nil
	case "AWS::SNS::Topic.TopicArn":
		return arn, nil
	case "AWS::Cognito::UserPool.ProviderURL":
		return fmt.Sprintf("https://cognito-idp.%s.amazonaws.com/%v", Region, name), nil
	case "AWS::Cognito::UserPool.UserPoolId", "AWS::Cognito::UserPoolClient.ClientId":
		return name, nil
	case "AWS::ApiGatewayV2::DomainName.RegionalDomainName", "AWS::ApiGatewayV2::DomainName.RegionalHostedZoneId":
		return fmt.Sprint(name), nil
	case "AWS::Serverless::HttpApi.ApiEndpoint":
		return fmt.Sprintf("https://%v.execute-api.%s.amazonaws.com", name, Region), nil
	}
	if attribute == "Arn" && known.service != "" {
		return arn, nil
	}
	return nil, fmt.Errorf("%s: %s.%s is not known here", s.name, resource, attribute)
}

func isString(v any) bool { _, ok := v.(string); return ok }

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// only fails on a key that the reader would silently ignore.
func only(m map[string]any, keys ...string) error {
	for _, key := range sortedKeys(m) {
		if !slices.Contains(keys, key) {
			return fmt.Errorf("property %s is not known here", key)
		}
	}
	return nil
}
