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
		return a.addAPI(name, p)
	case "AWS::DynamoDB::Table":
		return a.addTable(s, name, p)
	case "AWS::Cognito::UserPool":
		return a.addTrigger(p.sub("LambdaConfig"))
	case "AWS::Lambda::Permission":
		if p.text("Principal") == "cognito-idp.amazonaws.com" && p.text("Action") == "lambda:InvokeFunction" {
			a.poolCalls = append(a.poolCalls, lastPart(p.text("FunctionName")))
		}
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
		Name:        name,
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
	root := s
	for root.parent != nil {
		root = root.parent
	}
	if folder, err := filepath.Rel(filepath.Join(filepath.Dir(root.path), "build"), f.Code); err == nil {
		f.Door, _, _ = strings.Cut(filepath.ToSlash(folder), "/")
	}
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
	physical, err := s.physicalName(name)
	if err != nil {
		return err
	}
	f.physical = fmt.Sprint(physical)
	p.skip("Architectures", "Tracing", "Description", "LoggingConfig", "ReservedConcurrentExecutions", "Tags",
		"PermissionsBoundary", "FunctionName", "AutoPublishAlias", "PropagateTags")
	if err := errors.Join(p.done(), environment.done(), invoke.done()); err != nil {
		return err
	}
	a.Functions = append(a.Functions, f)
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

// addTrigger reads which function a user pool asks before it gives a token. The local issuer asks as one of version V3_0 does, and knows no other
// trigger.
func (a *App) addTrigger(config *reader) error {
	trigger := config.sub("PreTokenGenerationConfig")
	arn, version := trigger.text("LambdaArn"), trigger.text("LambdaVersion")
	if err := errors.Join(config.done(), trigger.done()); err != nil {
		return fmt.Errorf("LambdaConfig: %w", err)
	}
	if arn == "" {
		return nil
	}
	if version != "V3_0" {
		return fmt.Errorf("LambdaConfig: LambdaVersion %q is not known here", version)
	}
	a.TokenTrigger = lastPart(arn)
	return nil
}

// addAPI reads an API with the document that its routes stand in.
func (a *App) addAPI(name string, p *reader) error {
	api := &API{Name: name, RouteThrottles: map[string]Throttle{}}
	throttle, err := throttled(p.sub("DefaultRouteSettings"))
	if err != nil {
		return err
	}
	api.Rate, api.Burst = throttle.Rate, throttle.Burst
	for key, settings := range p.sub("RouteSettings").rest() {
		if api.RouteThrottles[key], err = throttled(&reader{values: asMap(settings)}); err != nil {
			return fmt.Errorf("route %s: %w", key, err)
		}
	}
	definition := p.sub("DefinitionBody")
	if version := definition.text("openapi"); !strings.HasPrefix(version, "3.0.") {
		return fmt.Errorf("API Gateway takes no document of OpenAPI %q, only of 3.0", version)
	}
	components := definition.sub("components")
	authorizers := map[string]*Authorizer{}
	for key, scheme := range components.sub("securitySchemes").rest() {
		if authorizers[key], err = authorizer(key, &reader{values: asMap(scheme)}); err != nil {
			return err
		}
	}
	paths := definition.sub("paths").rest()
	for _, path := range sortedKeys(paths) {
		operations := asMap(paths[path])
		for _, method := range sortedKeys(operations) {
			route, err := routed(path, method, &reader{values: asMap(operations[method])}, authorizers)
			if err != nil {
				return fmt.Errorf("%s %s: %w", method, path, err)
			}
			api.Routes = append(api.Routes, route)
		}
	}
	definition.skip("info")
	p.skip("AccessLogSettings", "Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name", "Tags", "PropagateTags")
	a.APIs = append(a.APIs, api)
	return errors.Join(p.done(), definition.done(), components.done())
}

func throttled(p *reader) (Throttle, error) {
	t := Throttle{Rate: p.number("ThrottlingRateLimit"), Burst: p.int("ThrottlingBurstLimit", 0)}
	p.skip("DetailedMetricsEnabled")
	return t, p.done()
}

// routed reads one operation of an API's document.
func routed(path, method string, p *reader, authorizers map[string]*Authorizer) (Route, error) {
	route := Route{Method: strings.ToUpper(method), Path: path}
	switch {
	case path == "$default":
		route.Method, route.Path = "", ""
	case method == "x-amazon-apigateway-any-method":
		route.Method = "ANY"
	case !slices.Contains([]string{"get", "post", "put", "patch", "delete", "head", "options"}, method):
		return route, errors.New("no method")
	}
	if p.bool("isDefaultRoute") != (path == "$default") {
		return route, errors.New("$default and isDefaultRoute go together")
	}
	integration := p.sub("x-amazon-apigateway-integration")
	for key, want := range map[string]string{"type": "aws_proxy", "httpMethod": "POST", "payloadFormatVersion": "2.0"} {
		if have := integration.text(key); have != want {
			return route, fmt.Errorf("the integration's %s is %q, want %s", key, have, want)
		}
	}
	var err error
	if route.Function, err = invoked(integration.text("uri")); err != nil {
		return route, err
	}
	for _, security := range p.list("security") {
		for key := range asMap(security) {
			if route.Authorizer = authorizers[key]; route.Authorizer == nil {
				return route, fmt.Errorf("authorizer %s is not declared", key)
			}
		}
	}
	integration.skip("credentials")
	p.skip("operationId", "parameters", "responses")
	return route, errors.Join(p.done(), integration.done())
}

// invoked returns the name of the function that API Gateway is to call at an address.
func invoked(uri string) (string, error) {
	name, found := strings.CutPrefix(uri, "arn:aws:apigateway:"+Region+":lambda:path/2015-03-31/functions/arn:aws:lambda:"+Region+":"+Account+":function:")
	name, ends := strings.CutSuffix(name, "/invocations")
	if !found || !ends {
		return "", fmt.Errorf("%q is no function's address", uri)
	}
	return name, nil
}

func authorizer(name string, p *reader) (*Authorizer, error) {
	own := p.sub("x-amazon-apigateway-authorizer")
	a := &Authorizer{Name: name, TTL: time.Duration(own.int("authorizerResultTtlInSeconds", 300)) * time.Second}
	for _, source := range own.texts("identitySource") {
		header, ok := strings.CutPrefix(source, "$request.header.")
		if !ok {
			return nil, fmt.Errorf("authorizer %s: identity source %q is not known here", name, source)
		}
		a.Headers = append(a.Headers, header)
	}
	var err error
	if a.Function, err = invoked(own.text("authorizerUri")); err != nil {
		return nil, fmt.Errorf("authorizer %s: %w", name, err)
	}
	if kind, version := own.text("type"), own.text("authorizerPayloadFormatVersion"); kind != "request" || version != "2.0" {
		return nil, fmt.Errorf("authorizer %s: type %q with payload format %q is not known here", name, kind, version)
	}
	if !own.bool("enableSimpleResponses") {
		return nil, fmt.Errorf("authorizer %s: policy answers are not known here", name)
	}
	own.skip("authorizerCredentials")
	p.skip("type", "in", "name")
	return a, errors.Join(p.done(), own.done())
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
