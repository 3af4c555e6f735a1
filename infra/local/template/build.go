package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// general are the properties of a function that SAM lets Globals set and that have a meaning here; it refuses Policies and Events there.
var general = []string{
	"Architectures", "CodeUri", "Description", "Environment", "EventInvokeConfig", "Handler", "LoggingConfig", "MemorySize", "PermissionsBoundary",
	"PropagateTags", "ReservedConcurrentExecutions", "Runtime", "Tags", "Timeout", "Tracing",
}

// managed are the AWS-managed policies that a function may carry besides its statements.
var managed = []string{"AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"}

// add puts what the stack and its children describe into the app.
func (a *App) add(s *stack) error {
	globals := asMap(s.doc["Globals"])
	if err := only(globals, "Function"); err != nil {
		return fmt.Errorf("%s: Globals: %w", s.name, err)
	}
	if err := only(asMap(globals["Function"]), general...); err != nil {
		return fmt.Errorf("%s: Globals: Function: %w", s.name, err)
	}
	for _, name := range sortedKeys(s.resources()) {
		exists, err := s.exists(name)
		if err != nil {
			return err
		}
		if !exists {
			continue
		}
		a.Resources[s.name]++
		if err := a.addResource(s, name, asMap(globals["Function"])); err != nil {
			return fmt.Errorf("%s: %s: %w", s.name, name, err)
		}
	}
	for _, child := range s.order {
		if err := a.add(child); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) addResource(s *stack, name string, globals map[string]any) error {
	resource := asMap(s.resources()[name])
	if strings.ContainsFunc(name, func(c rune) bool { return !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z') }) {
		return errors.New("a logical ID holds letters and digits only")
	}
	if err := only(resource, "Type", "Properties", "Condition", "Metadata", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy"); err != nil {
		return err
	}
	kind := s.kind(name)
	if _, ok := names[kind]; !ok {
		return fmt.Errorf("type %q is not known here", kind)
	}
	if kind == "AWS::Serverless::Application" {
		return nil // child has read it
	}
	properties := asMap(resource["Properties"])
	if kind == "AWS::Serverless::Function" {
		properties = merge(globals, properties)
	}
	value, err := s.eval(properties)
	if err != nil {
		return err
	}
	p := &reader{values: asMap(value)}
	switch kind {
	case "AWS::Serverless::Function":
		return a.addFunction(s, name, p)
	case "AWS::Serverless::HttpApi":
		return a.addAPI(s, name, p)
	case "AWS::DynamoDB::Table":
		return a.addTable(s, name, p)
	case "AWS::SES::ConfigurationSet":
		set, err := s.physicalName(name)
		if err != nil {
			return err
		}
		if a.MailSets == nil {
			a.MailSets = map[string][]string{}
		}
		a.MailSets[fmt.Sprint(set)] = p.sub("SuppressionOptions").texts("SuppressedReasons")
	}
	return nil
}

// merge lays own over general as SAM lays a resource over Globals: mappings are
// merged, lists are joined, anything else is replaced.
func merge(general, own map[string]any) map[string]any {
	out := make(map[string]any, len(general)+len(own))
	for key, value := range general {
		out[key] = value
	}
	for key, value := range own {
		switch below := out[key].(type) {
		case map[string]any:
			if above, ok := value.(map[string]any); ok {
				out[key] = merge(below, above)
				continue
			}
		case []any:
			if above, ok := value.([]any); ok {
				out[key] = append(slices.Clone(below), above...)
				continue
			}
		}
		out[key] = value
	}
	return out
}

func (a *App) addFunction(s *stack, name string, p *reader) error {
	f := &Function{
		Name: name, Stack: s.name,
		Memory:      p.int("MemorySize", 128),
		Timeout:     time.Duration(p.int("Timeout", 3)) * time.Second,
		Environment: map[string]string{},
		Retries:     2,
	}
	code := p.text("CodeUri")
	if code == "" {
		return errors.New("no CodeUri")
	}
	f.Code = filepath.Join(filepath.Dir(s.path), code)
	if handler := p.text("Handler"); handler != "bootstrap" {
		return fmt.Errorf("handler is %q, want bootstrap", handler)
	}
	if runtime := p.text("Runtime"); runtime != "provided.al2023" {
		return fmt.Errorf("runtime is %q, want provided.al2023", runtime)
	}
	environment := p.sub("Environment")
	for key, value := range environment.sub("Variables").rest() {
		f.Environment[key] = fmt.Sprint(value)
	}
	invoke := p.sub("EventInvokeConfig")
	f.Retries = invoke.int("MaximumRetryAttempts", 2)
	invoke.skip("MaximumEventAgeInSeconds")
	if invoke.values["DestinationConfig"] != nil {
		var err error
		if f.OnFailure, err = onFailure(invoke, "EventBridge", "Lambda", "S3Bucket", "SNS", "SQS"); err != nil {
			return err
		}
	}
	for _, policy := range p.list("Policies") {
		switch policy := policy.(type) {
		case string:
			if !slices.Contains(managed, lastPart(policy)) {
				return fmt.Errorf("policy %s is not known here", policy)
			}
		case map[string]any:
			if err := only(policy, "Statement", "Version"); err != nil {
				return fmt.Errorf("policies: %w", err)
			}
			if policy["Statement"] == nil {
				return errors.New("policies: no Statement")
			}
			list, ok := policy["Statement"].([]any)
			if !ok {
				list = []any{policy["Statement"]}
			}
			for _, item := range list {
				statement := &reader{values: asMap(item)}
				statement.skip("Sid")
				f.Statements = append(f.Statements, Statement{
					Effect: statement.text("Effect"), Actions: statement.texts("Action"),
					Resources: statement.texts("Resource"), Condition: statement.sub("Condition").rest(),
				})
				if err := statement.done(); err != nil {
					return fmt.Errorf("statement: %w", err)
				}
			}
		}
	}
	events := p.sub("Events").rest()
	p.skip("Architectures", "Tracing", "Description", "LoggingConfig", "ReservedConcurrentExecutions", "Tags",
		"PermissionsBoundary", "FunctionName", "AutoPublishAlias", "PropagateTags")
	if err := errors.Join(p.done(), environment.done(), invoke.done()); err != nil {
		return err
	}
	a.Functions = append(a.Functions, f)
	a.Resources[s.name]++ // its role
	for _, event := range sortedKeys(events) {
		e := asMap(events[event])
		kind, _ := e["Type"].(string)
		if err := a.addEvent(s, f, event, kind, &reader{values: asMap(e["Properties"])}); err != nil {
			return fmt.Errorf("event %s: %w", event, err)
		}
	}
	return nil
}

func (a *App) addEvent(s *stack, f *Function, name, kind string, p *reader) error {
	full := f.Name + name
	switch kind {
	case "HttpApi":
		route := Route{Function: f.Name, Method: strings.ToUpper(p.text("Method")), Path: p.text("Path")}
		if (route.Method == "") != (route.Path == "") {
			return errors.New("one of Method and Path without the other")
		}
		if route.Method == "*" {
			route.Method = "ANY"
		}
		if route.Path == "$default" {
			route.Method, route.Path = "", ""
		}
		id := p.text("ApiId")
		if id == "" {
			return errors.New("no ApiId")
		}
		auth := p.sub("Auth")
		wanted := auth.text("Authorizer")
		settings := p.sub("RouteSettings")
		throttle := Throttle{Rate: settings.number("ThrottlingRateLimit"), Burst: settings.int("ThrottlingBurstLimit", 0)}
		settings.skip("DetailedMetricsEnabled")
		format := p.text("PayloadFormatVersion")
		if format != "" && format != "2.0" {
			return fmt.Errorf("PayloadFormatVersion %s is not known here", format)
		}
		p.skip("TimeoutInMillis")
		if err := errors.Join(p.done(), auth.done(), settings.done()); err != nil {
			return err
		}
		api := a.api(s, id)
		if api == nil {
			return fmt.Errorf("no HTTP API %s in this stack", id)
		}
		definition, err := s.eval(asMap(asMap(s.resources()[id])["Properties"])["Auth"])
		if err != nil {
			return err
		}
		if wanted == "" {
			wanted, _ = asMap(definition)["DefaultAuthorizer"].(string)
		}
		if wanted != "" && wanted != "NONE" {
			if route.Authorizer, err = authorizer(wanted, asMap(asMap(definition)["Authorizers"])[wanted]); err != nil {
				return err
			}
		}
		if throttle.Rate > 0 {
			api.RouteThrottles[route.Key()] = throttle
		}
		api.Routes = append(api.Routes, route)
		a.Resources[s.name]++ // the permission to be called
	case "DynamoDB":
		stream := &Stream{
			Function: f.Name, BatchSize: p.int("BatchSize", 100),
			Window:  time.Duration(p.int("MaximumBatchingWindowInSeconds", 0)) * time.Second,
			Bisect:  p.bool("BisectBatchOnFunctionError"),
			Retries: p.int("MaximumRetryAttempts", -1), Parallel: p.int("ParallelizationFactor", 1),
		}
		if age := p.int("MaximumRecordAgeInSeconds", -1); age > 0 {
			stream.MaxAge = time.Duration(age) * time.Second
		}
		arn := p.text("Stream")
		table, ok := strings.CutPrefix(arn, "arn:aws:dynamodb:"+Region+":"+Account+":table/")
		if !ok {
			return fmt.Errorf("Stream %q is not a table's", arn)
		}
		stream.Table, _, _ = strings.Cut(table, "/")
		if position := p.text("StartingPosition"); position != "TRIM_HORIZON" && position != "LATEST" {
			return fmt.Errorf("StartingPosition %q is not known here", position)
		}
		for _, reply := range p.texts("FunctionResponseTypes") {
			if reply != "ReportBatchItemFailures" {
				return fmt.Errorf("FunctionResponseTypes %q is not known here", reply)
			}
			stream.PartialReplies = true
		}
		criteria := p.sub("FilterCriteria")
		for _, filter := range criteria.list("Filters") {
			pattern, ok := asMap(filter)["Pattern"].(string)
			if !ok || !json.Valid([]byte(pattern)) {
				return fmt.Errorf("filter %v has no JSON pattern", filter)
			}
			stream.Patterns = append(stream.Patterns, pattern)
		}
		if p.values["DestinationConfig"] != nil {
			var err error
			if stream.OnFailure, err = onFailure(p, "Kafka", "S3", "SNS", "SQS"); err != nil {
				return err
			}
		}
		p.skip("Enabled")
		if err := errors.Join(p.done(), criteria.done()); err != nil {
			return err
		}
		a.Streams = append(a.Streams, stream)
		a.Resources[s.name]++
	case "ScheduleV2":
		schedule := &Schedule{Name: full, Function: f.Name, Input: p.text("Input")}
		var err error
		if schedule.Every, err = rate(p.text("ScheduleExpression")); err != nil {
			return err
		}
		retry := p.sub("RetryPolicy")
		schedule.Retries = retry.int("MaximumRetryAttempts", 185)
		retry.skip("MaximumEventAgeInSeconds")
		if schedule.OnFailure, err = deadLetters(p); err != nil {
			return err
		}
		if p.bool("OmitName") && p.values["Name"] != nil {
			return errors.New("a Name, and OmitName")
		}
		p.skip("FlexibleTimeWindow", "Name", "GroupName", "State", "Description", "ScheduleExpressionTimezone", "RoleArn", "PermissionsBoundary")
		if err := errors.Join(p.done(), retry.done()); err != nil {
			return err
		}
		a.Schedules = append(a.Schedules, schedule)
		a.Resources[s.name] += 2 // the schedule and its role
	case "EventBridgeRule":
		rule := &Rule{Name: full, Function: f.Name}
		var err error
		if rule.Pattern, err = compactJSON(p.sub("Pattern").rest()); err != nil {
			return err
		}
		if _, err := deadLetters(p); err != nil {
			return err
		}
		p.skip("RetryPolicy", "RuleName", "State", "Target")
		if err := p.done(); err != nil {
			return err
		}
		a.Rules = append(a.Rules, rule)
		a.Resources[s.name] += 2 // the rule and the permission
	default:
		return fmt.Errorf("type %q is not known here", kind)
	}
	return nil
}

// deadLetters returns the ARN of the queue that takes what a schedule or a rule could not deliver, empty where none is named. SAM takes the ARN
// of a queue or the type of one that it makes, which is not known here, and refuses both at once and neither.
func deadLetters(p *reader) (string, error) {
	if p.values["DeadLetterConfig"] == nil {
		return "", nil
	}
	config := p.sub("DeadLetterConfig")
	arn, kind := config.text("Arn"), config.text("Type")
	switch {
	case arn != "" && kind != "":
		return "", errors.New("DeadLetterConfig has an Arn and a Type: SAM takes one of them")
	case kind != "":
		return "", fmt.Errorf("DeadLetterConfig: Type %s is not known here: name an Arn", kind)
	case arn == "":
		return "", errors.New("DeadLetterConfig has no Arn")
	}
	return arn, config.done()
}

// onFailure returns the ARN that takes what failed for good. SAM makes a queue where the destination is missing, which is not known here, and
// refuses any type but the ones it knows at this place.
func onFailure(p *reader, kinds ...string) (string, error) {
	config := p.sub("DestinationConfig")
	destination := config.sub("OnFailure")
	kind, arn := destination.text("Type"), destination.text("Destination")
	if !slices.Contains(kinds, kind) {
		return "", fmt.Errorf("OnFailure: Type is %q, want one of %s", kind, strings.Join(kinds, ", "))
	}
	if arn == "" {
		return "", errors.New("OnFailure has no Destination")
	}
	return arn, errors.Join(config.done(), destination.done())
}

// rate reads "rate(5 minutes)"; cron expressions are not known here.
func rate(expression string) (time.Duration, error) {
	inner, ok := strings.CutPrefix(expression, "rate(")
	inner, closed := strings.CutSuffix(inner, ")")
	count, unit, _ := strings.Cut(inner, " ")
	n, err := strconv.Atoi(count)
	if !ok || !closed || err != nil || n < 1 {
		return 0, fmt.Errorf("ScheduleExpression %q is not known here", expression)
	}
	switch strings.TrimSuffix(unit, "s") {
	case "minute":
		return time.Duration(n) * time.Minute, nil
	case "hour":
		return time.Duration(n) * time.Hour, nil
	case "day":
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return 0, fmt.Errorf("ScheduleExpression %q is not known here", expression)
}

func authorizer(name string, definition any) (*Authorizer, error) {
	p := &reader{values: asMap(definition)}
	if len(p.values) == 0 {
		return nil, fmt.Errorf("authorizer %s is not declared", name)
	}
	identity := p.sub("Identity")
	a := &Authorizer{
		Name: name, Function: lastPart(p.text("FunctionArn")), Headers: identity.texts("Headers"),
		TTL: time.Duration(identity.int("ReauthorizeEvery", 300)) * time.Second,
	}
	if version := p.text("AuthorizerPayloadFormatVersion"); version != "2.0" {
		return nil, fmt.Errorf("authorizer %s: payload format %q is not known here", name, version)
	}
	if !p.bool("EnableSimpleResponses") {
		return nil, fmt.Errorf("authorizer %s: policy answers are not known here", name)
	}
	p.skip("EnableFunctionDefaultPermissions", "FunctionInvokeRole")
	return a, errors.Join(p.done(), identity.done())
}

func (a *App) api(s *stack, name string) *API {
	for _, api := range a.APIs {
		if api.Name == name {
			return api
		}
	}
	if s.kind(name) != "AWS::Serverless::HttpApi" {
		return nil
	}
	api := &API{Name: name, Stack: s.name, RouteThrottles: map[string]Throttle{}}
	a.APIs = append(a.APIs, api)
	return api
}

func (a *App) addAPI(s *stack, name string, p *reader) error {
	api := a.api(s, name)
	settings := p.sub("DefaultRouteSettings")
	api.Rate, api.Burst = settings.number("ThrottlingRateLimit"), settings.int("ThrottlingBurstLimit", 0)
	settings.skip("DetailedMetricsEnabled")
	auth := p.sub("Auth")
	declared := asMap(auth.sub("Authorizers").rest())
	if name := auth.text("DefaultAuthorizer"); name != "" && declared[name] == nil {
		return fmt.Errorf("DefaultAuthorizer %s is not declared", name)
	}
	for _, key := range sortedKeys(declared) {
		if _, err := authorizer(key, asMap(asMap(p.values["Auth"])["Authorizers"])[key]); err != nil {
			return err
		}
	}
	p.skip("Auth", "AccessLogSettings", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name", "Tags", "PropagateTags")
	a.Resources[s.name]++ // its stage
	return errors.Join(p.done(), settings.done(), auth.done())
}

func (a *App) addTable(s *stack, name string, p *reader) error {
	physical, err := s.ref(name)
	if err != nil {
		return err
	}
	t := &Table{Name: fmt.Sprint(physical), Attributes: map[string]string{}}
	for _, item := range p.list("AttributeDefinitions") {
		attribute := &reader{values: asMap(item)}
		t.Attributes[attribute.text("AttributeName")] = attribute.text("AttributeType")
		if err := attribute.done(); err != nil {
			return err
		}
	}
	if t.Keys, err = keySchema(p.list("KeySchema")); err != nil {
		return err
	}
	for _, item := range p.list("GlobalSecondaryIndexes") {
		index := &reader{values: asMap(item)}
		keys, err := keySchema(index.list("KeySchema"))
		if err != nil {
			return err
		}
		projection := index.sub("Projection")
		t.Indexes = append(t.Indexes, Index{
			Name: index.text("IndexName"), Keys: keys,
			Projection: projection.text("ProjectionType"), Included: projection.texts("NonKeyAttributes"),
		})
		index.skip("OnDemandThroughput", "ContributorInsightsSpecification")
		if err := errors.Join(index.done(), projection.done()); err != nil {
			return err
		}
	}
	stream := p.sub("StreamSpecification")
	t.StreamView = stream.text("StreamViewType")
	ttl := p.sub("TimeToLiveSpecification")
	t.TTL = ttl.text("AttributeName")
	ttl.skip("Enabled")
	if mode := p.text("BillingMode"); mode != "PAY_PER_REQUEST" {
		return fmt.Errorf("BillingMode %q is not known here", mode)
	}
	p.skip("TableName", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "SSESpecification", "Tags",
		"OnDemandThroughput", "ContributorInsightsSpecification", "TableClass")
	a.Tables = append(a.Tables, t)
	return errors.Join(p.done(), stream.done(), ttl.done())
}

// keySchema returns the partition key, then the sort key.
func keySchema(list []any) ([]string, error) {
	keys := make([]string, len(list))
	for i, item := range list {
		key := &reader{values: asMap(item)}
		keys[i] = key.text("AttributeName")
		kind := key.text("KeyType")
		if want := [...]string{"HASH", "RANGE"}; i > 1 || kind != want[i] {
			return nil, fmt.Errorf("key %d is %s", i, kind)
		}
		if err := key.done(); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// reader takes properties by name; done fails on those nobody took and on
// values of the wrong type.
type reader struct {
	values map[string]any
	taken  []string
	errs   []error
}

func (r *reader) take(key string) any {
	r.taken = append(r.taken, key)
	return r.values[key]
}

func (r *reader) skip(keys ...string) { r.taken = append(r.taken, keys...) }

func (r *reader) text(key string) string {
	switch v := r.take(key).(type) {
	case nil:
		return ""
	case string:
		return v
	case int64, bool, float64:
		return fmt.Sprint(v)
	default:
		r.errs = append(r.errs, fmt.Errorf("%s is %v, not a text", key, v))
		return ""
	}
}

func (r *reader) number(key string) float64 {
	text := r.text(key)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", key, err))
	}
	return n
}

func (r *reader) int(key string, missing int) int {
	if r.values[key] == nil {
		r.skip(key)
		return missing
	}
	return int(r.number(key))
}

func (r *reader) bool(key string) bool { return r.text(key) == "true" }

func (r *reader) list(key string) []any {
	switch v := r.take(key).(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

func (r *reader) texts(key string) []string {
	list := r.list(key)
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = fmt.Sprint(item)
		// The YAML library reads dynamodb:GetItem between brackets as a mapping; to YAML, without a space, it is one word.
		if pair, ok := item.(map[string]any); ok && len(pair) == 1 {
			for before, after := range pair {
				texts[i] = before + ":" + fmt.Sprint(after)
			}
		}
	}
	return texts
}

func (r *reader) sub(key string) *reader { return &reader{values: asMap(r.take(key))} }

func (r *reader) rest() map[string]any {
	r.taken = append(r.taken, sortedKeys(r.values)...)
	return r.values
}

func (r *reader) done() error {
	return errors.Join(append(r.errs, only(r.values, r.taken...))...)
}
