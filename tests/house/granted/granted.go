// Package granted is the living half of law 3 (infra/design/house.md): the AWS actions that each function really made while a suite ran are exactly those that the
// templates grant it.
package granted

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"liaison/infra/local/system"
	"liaison/infra/local/template"
)

// rare are rights that no suite's normal run uses, as Check names them ("DispatchJob: dynamodb:Query Table"), each with the moment that
// needs it.
var rare = map[string]string{
	"RetryJob: ses:DeleteSuppressedDestination": "the first mail after a suppression was lifted failed in dispatch",
}

// Check fails with every action that a function made without being granted it, at whatever door, with every entry of rare that no function
// holds, and with every right that a function of the named doors ("api", "pages", "jobs") holds but did not use: those must be doors of
// which the suite reaches all there is. Where the suite ran only in part (go test -run), rights that were not used say nothing.
func Check(sys *system.System, doors ...string) error {
	if Partly() {
		doors = nil
	}
	used, from := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, call := range sys.Proxy.Calls() {
		if used[call.Function] == nil {
			used[call.Function], from[call.Function] = map[string]bool{}, map[string]bool{}
		}
		for _, action := range call.Actions {
			if action.From != "" {
				from[call.Function][action.From] = true
			}
			used[call.Function][right(action.Name, action.ARN())] = true
		}
	}
	var wrong []string
	for _, function := range sys.App.Functions {
		for from := range from[function.Name] {
			if bounds := senders(function); !slices.Contains(bounds, from) {
				wrong = append(wrong, fmt.Sprintf("%s: mail from %q, its rights allow %q", function.Name, from, bounds))
			}
		}
	}
	stale := maps.Clone(rare)
	for _, function := range sys.App.Functions {
		held := map[string]bool{}
		for _, statement := range function.Statements {
			for _, action := range statement.Actions {
				for _, arn := range statement.Resources {
					if recorded(action) {
						held[right(action, arn)] = true
					}
				}
			}
		}
		maps.DeleteFunc(stale, func(name, _ string) bool {
			owner, right, _ := strings.Cut(name, ": ")
			return owner == function.Name && held[right]
		})
		for right := range used[function.Name] {
			if !held[right] {
				wrong = append(wrong, fmt.Sprintf("%s: used but not granted: %s", function.Name, right))
			}
		}
		if !slices.Contains(doors, function.Door) {
			continue
		}
		for right := range held {
			if name := function.Name + ": " + right; !used[function.Name][right] && rare[name] == "" {
				wrong = append(wrong, fmt.Sprintf("%s: granted but never used: %s", function.Name, right))
			}
		}
	}
	for name := range stale {
		wrong = append(wrong, name+": called rare, but no function holds it")
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return errors.New("law 3:\n" + strings.Join(wrong, "\n"))
}

// senders returns the addresses that the function may send mail from: SES compares them with each mail's sender.
func senders(function *template.Function) (addresses []string) {
	for _, statement := range function.Statements {
		equals, _ := statement.Condition["StringEquals"].(map[string]any)
		if address, ok := equals["ses:FromAddress"].(string); ok {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// Partly says whether flags of go test chose among the suite's tests, so that it is over soon. A TestMain may ask before it runs them.
func Partly() bool {
	if !flag.Parsed() {
		flag.Parse()
	}
	return slices.ContainsFunc([]string{"test.run", "test.skip"}, func(name string) bool {
		chosen := flag.Lookup(name)
		return chosen != nil && chosen.Value.String() != ""
	})
}

// recorded says whether the proxy sees calls of an action. Reading a stream is not among them: the event source mapping does it in the
// function's name.
func recorded(action string) bool {
	service, name, _ := strings.Cut(action, ":")
	return slices.Contains([]string{"dynamodb", "ses", "cognito-idp"}, service) &&
		!strings.Contains(name, "Stream") && name != "GetRecords" && name != "GetShardIterator"
}

// right names a right: the action and, of the ARN, whether it is a table or an index; the resources of other services are left out.
func right(action, arn string) string {
	if !strings.HasPrefix(action, "dynamodb:") {
		return action
	}
	_, table, _ := strings.Cut(arn, ":table/")
	return action + " " + table
}
