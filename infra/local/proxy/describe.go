package proxy

import (
	"encoding/json"
	"net/http"
	"strings"
)

// describe fills in which operation the call is and which rights it uses.
func describe(call *Call, r *http.Request, path string) {
	if call.Service == SES {
		call.Operation = mailOperation(r.Method, path)
		call.Actions = []Action{{Name: "ses:" + call.Operation}}
		if call.Operation == "SendEmail" { // of a mail given as its own text SES may ask for either
			var mail struct{ FromEmailAddress string }
			json.Unmarshal(call.Body, &mail)
			call.Actions = []Action{{Name: "ses:SendEmail", From: mail.FromEmailAddress}, {Name: "ses:SendRawEmail", From: mail.FromEmailAddress}}
		}
		return
	}
	_, call.Operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if call.Service != DynamoDB {
		call.Actions = []Action{{Name: string(call.Service) + ":" + call.Operation}}
		return
	}
	var body request
	json.Unmarshal(call.Body, &body)
	switch call.Operation {
	case "TransactWriteItems":
		for _, part := range body.TransactItems {
			for kind, item := range part {
				call.Actions = append(call.Actions, Action{Name: "dynamodb:" + partAction[kind], Resource: tableName(item.TableName)})
			}
		}
	case "TransactGetItems":
		for _, part := range body.TransactItems {
			call.Actions = append(call.Actions, Action{Name: "dynamodb:GetItem", Resource: tableName(part["Get"].TableName)})
		}
	case "BatchGetItem", "BatchWriteItem":
		for table := range body.RequestItems {
			call.Actions = append(call.Actions, Action{Name: "dynamodb:" + call.Operation, Resource: tableName(table)})
		}
	default:
		resource := tableName(body.TableName)
		if body.IndexName != "" {
			resource += "/index/" + body.IndexName
		}
		call.Actions = []Action{{Name: "dynamodb:" + call.Operation, Resource: resource}}
	}
}

// partAction is the right that each part of a transaction needs.
var partAction = map[string]string{
	"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
}

// tableName returns the table's name, of its ARN or its name.
func tableName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// mailOperation names SES v2's operations that functions may use; another is named by its method and path.
func mailOperation(method, path string) string {
	path = strings.TrimPrefix(path, "/v2/email/")
	switch {
	case method == http.MethodPost && path == "outbound-emails":
		return "SendEmail"
	case method == http.MethodPost && path == "outbound-bulk-emails":
		return "SendBulkEmail"
	case method == http.MethodGet && path == "account":
		return "GetAccount"
	case strings.HasPrefix(path, "suppression/addresses"):
		switch {
		case method == http.MethodPut:
			return "PutSuppressedDestination"
		case method == http.MethodDelete:
			return "DeleteSuppressedDestination"
		case path == "suppression/addresses":
			return "ListSuppressedDestinations"
		}
		return "GetSuppressedDestination"
	}
	return method + " " + path
}

// writes says whether a call that succeeded changed something.
func writes(call *Call) bool {
	switch call.Operation {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "SendEmail", "SendBulkEmail":
		return true
	}
	return call.Service == Cognito && (strings.HasPrefix(call.Operation, "AdminCreate") || strings.HasPrefix(call.Operation, "AdminSet") ||
		strings.HasPrefix(call.Operation, "AdminDelete") || strings.HasPrefix(call.Operation, "AdminUpdate") ||
		strings.HasPrefix(call.Operation, "AdminDisable") || strings.HasPrefix(call.Operation, "Create") || strings.HasPrefix(call.Operation, "Delete"))
}
