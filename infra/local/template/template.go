// Package template reads template.yaml and its nested stacks as CloudFormation
// and SAM would, and returns what of them has a meaning on one machine:
// functions, HTTP APIs with their routes, tables, streams, schedules and
// rules. What it does not know is an error, never a silent gap.
package template

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options says what CloudFormation would learn from the deployer and from AWS.
type Options struct {
	// Parameters are the root template's parameters by name.
	Parameters map[string]string
	// Attributes override what a resource's name ("UserPool") or attribute
	// ("UserPool.ProviderURL") stands for.
	Attributes map[string]string
}

// App is everything the templates describe that runs.
type App struct {
	Functions []*Function
	APIs      []*API
	Tables    []*Table
	Streams   []*Stream
	Schedules []*Schedule
	Rules     []*Rule
	// TokenTrigger is the function that the user pool asks before it gives a token, or empty.
	TokenTrigger string
	// MailSets holds, by the name of each configuration set of SES, the reasons for which it keeps mail back: BOUNCE, COMPLAINT.
	MailSets map[string][]string
	// Outputs are the root template's outputs.
	Outputs map[string]string

	// poolCalls are the names in the account of the functions that a user pool may call.
	poolCalls []string
}

// Function is one Lambda function.
type Function struct {
	// Name is its logical ID, which is its local name too.
	Name string
	// physical is its name in the account.
	physical string
	// Door is the folder of build that it comes from: api, pages, jobs.
	Door string
	// Code is the folder of its bootstrap, absolute: …/build/api/offers/create.
	Code string
	// Memory is in MiB.
	Memory int
	// Timeout ends an invocation.
	Timeout time.Duration
	// Environment holds its variables, globals included.
	Environment map[string]string
	// Statements are its IAM rights.
	Statements []Statement
	// Retries says how often a failed asynchronous event is tried again.
	Retries int
	// OnFailure is the ARN that takes what failed for good, or empty.
	OnFailure string
}

// Statement is one IAM statement of a function.
type Statement struct {
	Effect    string
	Actions   []string
	Resources []string
	// Condition is the statement's condition block, or nil.
	Condition map[string]any
}

// API is one HTTP API.
type API struct {
	// Name is its logical ID.
	Name   string
	Routes []Route
	// Rate and Burst are the throttle of a route without its own; 0 means none.
	Rate  float64
	Burst int
	// RouteThrottles are the throttles of single routes by route key.
	RouteThrottles map[string]Throttle
}

// Throttle is a token bucket.
type Throttle struct {
	Rate  float64
	Burst int
}

// Route leads a method and path to a function.
type Route struct {
	// Method is upper case, or ANY; empty in the $default route.
	Method string
	// Path is as in the template (/v1/offers/{offer_id}); empty in the $default route.
	Path     string
	Function string
	// Authorizer is nil on an open route.
	Authorizer *Authorizer
}

// Key returns the route key: "GET /v1/offers" or "$default".
func (r Route) Key() string {
	if r.Path == "" {
		return "$default"
	}
	return r.Method + " " + r.Path
}

// Authorizer is a Lambda authorizer (payload 2.0, simple response).
type Authorizer struct {
	Name     string
	Function string
	// Headers are the identity sources: all must be there, and together they are the cache key.
	Headers []string
	// TTL is how long an answer is cached.
	TTL time.Duration
}

// Table is a DynamoDB table.
type Table struct {
	// Name is the table's local name.
	Name       string
	Attributes map[string]string // attribute -> S, N or B
	Keys       []string          // partition key, sort key
	Indexes    []Index
	// StreamView is NEW_IMAGE etc., or empty for a table without a stream.
	StreamView string
	// TTL is the time-to-live attribute, or empty.
	TTL string
}

// Index is a global secondary index.
type Index struct {
	Name       string
	Keys       []string
	Projection string   // ALL, KEYS_ONLY or INCLUDE
	Included   []string // the attributes of INCLUDE
}

// Stream leads a table's stream to a function.
type Stream struct {
	Function  string
	Table     string
	BatchSize int
	// Window is how long a batch waits to fill up.
	Window time.Duration
	// Patterns are the filters as JSON; an event must match one. None means every event.
	Patterns []string
	// PartialReplies says that the function reports single failed records.
	PartialReplies bool
	Bisect         bool
	// Retries is how often a failed batch is tried again; -1 is without end.
	Retries int
	// MaxAge is the age at which a record is given up; 0 is never.
	MaxAge time.Duration
	// Parallel is the number of batches of one shard under way at once.
	Parallel  int
	OnFailure string
}

// Schedule runs a function on a clock.
type Schedule struct {
	Name     string
	Function string
	// Every is the rate.
	Every time.Duration
	// Input is the payload with <aws.scheduler.scheduled-time> in it.
	Input     string
	Retries   int
	OnFailure string
}

// Rule leads EventBridge events to a function.
type Rule struct {
	Name     string
	Function string
	// Pattern is the event pattern as JSON.
	Pattern string
}

// Load reads the template at path with everything it nests.
func Load(path string, o Options) (*App, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	given := map[string]any{}
	for key, value := range o.Parameters {
		given[key] = value
	}
	root, err := openStack(path, given, nil, &o)
	if err != nil {
		return nil, err
	}
	app := &App{Outputs: map[string]string{}}
	if err := app.add(root); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(asMap(root.doc["Outputs"])) {
		definition := asMap(asMap(root.doc["Outputs"])[name])
		if condition, ok := definition["Condition"].(string); ok {
			if holds, err := root.condition(condition); err != nil {
				return nil, err
			} else if !holds {
				continue
			}
		}
		v, err := root.output(name)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		app.Outputs[name] = fmt.Sprint(v)
	}
	return app, app.check()
}

// Function returns the function of that name, or nil.
func (a *App) Function(name string) *Function {
	for _, f := range a.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Exists says whether the function's main.go is on disk, where it is a function of this repository.
func (f *Function) Exists(root string) bool {
	_, err := os.Stat(filepath.Join(f.Source(root), "main.go"))
	return err == nil
}

// Source returns the folder of the function's main package: build/api/offers/create is
// made from functions/api/offers/create.
func (f *Function) Source(root string) string {
	relative, err := filepath.Rel(filepath.Join(root, "build"), f.Code)
	if err != nil {
		return f.Code
	}
	return filepath.Join(root, "functions", relative)
}

// check finds what no stack alone could: names given twice, and what routes and streams lead to, which it writes into them.
func (a *App) check() error {
	seen, physical := map[string]string{}, map[string]string{}
	for _, f := range a.Functions {
		if other, twice := seen[f.Name]; twice {
			return fmt.Errorf("function %s runs %s and %s", f.Name, other, f.Code)
		}
		if other, twice := physical[f.physical]; twice {
			return fmt.Errorf("functions %s and %s are both named %s", other, f.Name, f.physical)
		}
		seen[f.Name], physical[f.physical] = f.Code, f.Name
	}
	for _, api := range a.APIs {
		resolved := map[*Authorizer]bool{}
		for i, r := range api.Routes {
			if api.Routes[i].Function = physical[r.Function]; physical[r.Function] == "" {
				return fmt.Errorf("%s: route %s leads to %s, which is no function", api.Name, r.Key(), r.Function)
			}
			if r.Authorizer == nil || resolved[r.Authorizer] {
				continue
			}
			if physical[r.Authorizer.Function] == "" {
				return fmt.Errorf("%s: authorizer %s is not a function", api.Name, r.Authorizer.Function)
			}
			r.Authorizer.Function, resolved[r.Authorizer] = physical[r.Authorizer.Function], true
		}
	}
	if trigger := a.TokenTrigger; trigger != "" {
		if a.TokenTrigger = physical[trigger]; a.TokenTrigger == "" {
			return fmt.Errorf("the user pool asks %s, which is no function", trigger)
		}
		if !slices.Contains(a.poolCalls, trigger) {
			return fmt.Errorf("the user pool asks %s, which no AWS::Lambda::Permission lets cognito-idp.amazonaws.com call", trigger)
		}
	}
	for _, s := range a.Streams {
		if !slices.ContainsFunc(a.Tables, func(t *Table) bool { return t.Name == s.Table }) {
			return fmt.Errorf("%s reads the stream of unknown table %s", s.Function, s.Table)
		}
	}
	return nil
}

func compactJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// lastPart returns the name at the end of an ARN.
func lastPart(arn string) string {
	return arn[strings.LastIndexAny(arn, ":/")+1:]
}
