package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
)

// mostReaders is how many may read one shard of a table's stream at once before DynamoDB throttles them.
const mostReaders = 2

// ownNames are the properties that give a resource its name in the account, where a second stack would find it taken.
var ownNames = map[string]string{
	"AWS::CloudWatch::Alarm":       "AlarmName",
	"AWS::Cognito::UserPoolDomain": "Domain",
	"AWS::DynamoDB::Table":         "TableName",
	"AWS::Events::Rule":            "Name",
	"AWS::IAM::Role":               "RoleName",
	"AWS::Logs::LogGroup":          "LogGroupName",
	"AWS::Serverless::Function":    "FunctionName",
	"AWS::SES::ConfigurationSet":   "Name",
	"AWS::SNS::Topic":              "TopicName",
	"AWS::SQS::Queue":              "QueueName",
}

// deploys is what AWS asks for and no local part shows: each rule is here because a stack that breaks it fails, or alarms nobody.
func deploys(t *tree) (wrong []string) {
	readers := map[string]int{}
	for _, template := range t.templates() {
		for _, r := range t.resources(template) {
			if name := r.get("Properties", ownNames[r.kind]); name != nil && name.tag == "" && len(name.pairs) == 0 {
				wrong = append(wrong, r.say("%s has the fixed name %s: a second stack in the account would fail, let CloudFormation name it", r.id, name.text))
			}
			switch r.kind {
			case "AWS::CloudWatch::Alarm":
				wrong = append(wrong, t.alarm(r)...)
			case "AWS::Serverless::HttpApi":
				wrong = append(wrong, t.gateway(r)...)
			case "AWS::Lambda::EventSourceMapping":
				wrong = append(wrong, reads(r, r.get("Properties", "EventSourceArn"), readers)...)
			}
			for _, e := range pairs(r.get("Properties", "Events")) {
				switch e.value.string("Type") {
				case "ScheduleV2":
					if e.value.string("Properties", "OmitName") != "true" {
						wrong = append(wrong, fmt.Sprintf("%s:%d: %s: SAM gives the schedule %s a fixed name, and a second stack in the account would fail: OmitName: true", r.template, e.line, r.id, e.key))
					}
				case "DynamoDB":
					wrong = append(wrong, reads(r, e.value.get("Properties", "Stream"), readers)...)
				}
			}
			r.all(func(statement *node) {
				if statement.get("Effect") != nil && statement.get("Action") != nil {
					wrong = append(wrong, sends(r, statement)...)
				}
			})
		}
	}
	if !strings.Contains(string(t.text("samconfig.toml")), "\ntemplate_file = \"template.yaml\"") {
		wrong = append(wrong, "samconfig.toml:1: sam deploy takes what an earlier sam build left in .aws-sam/build: template_file = \"template.yaml\"")
	}
	return wrong
}

func pairs(n *node) []pair {
	if n == nil {
		return nil
	}
	return n.pairs
}

// alarm wants a page for whoever it wakes, and a metric of this stack alone.
func (t *tree) alarm(r resource) (wrong []string) {
	_, book, named := strings.Cut(r.string("Properties", "AlarmDescription"), ": infra/runbooks/")
	if !named || path.Ext(book) != ".md" || t.text("infra/runbooks/"+book) == nil {
		wrong = append(wrong, r.say("%s says nobody what to do: end its AlarmDescription with \": infra/runbooks/<page>.md\", and write the page", r.id))
	}
	if !strings.HasPrefix(r.string("Properties", "Namespace"), "AWS/") && r.get("Properties", "Dimensions") == nil {
		wrong = append(wrong, r.say("%s rings for every stack of the account: name the table as its metric's dimension", r.id))
	}
	return wrong
}

func (t *tree) gateway(r resource) (wrong []string) {
	if r.string("Properties", "FailOnWarnings") == "true" {
		wrong = append(wrong, r.say("%s fails on the warnings that API Gateway may give, which no deployment has shown yet: leave FailOnWarnings out", r.id))
	}
	caller, assumes, calls := t.yaml(r.template).get("Resources", "Caller"), false, false
	caller.all(func(n *node) {
		assumes = assumes || n.string("Action") == "sts:AssumeRole" && n.string("Principal", "Service") == "apigateway.amazonaws.com"
		calls = calls || n.string("Effect") == "Allow" && ownFunctions(n, n.string("Resource"))
	})
	if !assumes || !calls {
		wrong = append(wrong, r.say("%s could call no function and would answer 500: its stack needs the role Caller, which API Gateway takes on and which may lambda:InvokeFunction \"…:function:${Prefix}-*\"", r.id))
	}
	to := r.get("Properties", "AccessLogSettings", "DestinationArn")
	if to == nil {
		return wrong
	}
	group := t.yaml(r.template).string("Resources", strings.TrimSuffix(to.text, ".Arn"), "Properties", "LogGroupName")
	if !strings.HasPrefix(group, "/aws/vendedlogs/") || !strings.Contains(group, "${AWS::StackName}") {
		wrong = append(wrong, r.say("%s logs to %q: below /aws/vendedlogs/${AWS::StackName}/ AWS need not add to the account's policy of logs, which is short", r.id, group))
	}
	return wrong
}

// reads counts the readers of a stream.
func reads(r resource, stream *node, readers map[string]int) []string {
	if stream == nil {
		return nil
	}
	if readers[stream.text]++; readers[stream.text] > mostReaders {
		return []string{r.say("%s is reader %d of the stream %s, which serves %d at once: let what already reads it do this too", r.id, readers[stream.text], stream.text, mostReaders)}
	}
	return nil
}

// sends looks at a right to send mail: SES asks for one action or the other by how the mail was written, for the identity it chose itself, and
// in the sandbox for the recipient's identity too; so all identities are named, and the address that mails come from bounds them.
func sends(r resource, statement *node) (wrong []string) {
	var actions []string
	for _, action := range statement.get("Action").list() {
		actions = append(actions, actionName(action))
	}
	if !slices.ContainsFunc(actions, func(name string) bool { return strings.HasPrefix(name, "ses:Send") }) {
		return nil
	}
	if !slices.Contains(actions, "ses:SendEmail") || !slices.Contains(actions, "ses:SendRawEmail") {
		wrong = append(wrong, fmt.Sprintf("%s:%d: %s may send by one action alone: SES asks for ses:SendEmail or ses:SendRawEmail", r.template, statement.line, r.id))
	}
	if from := statement.get("Condition", "StringEquals", "ses:FromAddress"); from == nil || from.tag != "!Ref" {
		wrong = append(wrong, fmt.Sprintf("%s:%d: %s may send from any address: Condition: {StringEquals: {\"ses:FromAddress\": !Ref MailFrom}}", r.template, statement.line, r.id))
	}
	if !slices.ContainsFunc(statement.get("Resource").list(), func(n *node) bool { return strings.HasSuffix(n.text, ":identity/*") }) {
		wrong = append(wrong, fmt.Sprintf("%s:%d: %s may send by one identity alone: SES may choose another, name identity/*", r.template, statement.line, r.id))
	}
	return wrong
}

// anyIdentity says whether the star stands for SES identities in a statement that the sender's address bounds.
func anyIdentity(statement *node, star string) bool {
	return strings.HasSuffix(star, ":identity/*") && statement.get("Condition", "StringEquals", "ses:FromAddress") != nil
}

func TestDeploys(t *testing.T) { obey(t, deploys) }

func TestDeploysBites(t *testing.T) {
	const jobs, api = "infra/stacks/jobs.yaml", "infra/stacks/api.yaml"
	alarm := func(description, rest string) change {
		return change{"infra/stacks/alarms.yaml", "", "Resources:\n  Errors:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      AlarmDescription: \"" + description + "\"\n      " + rest + "\n"}
	}
	log := func(group string) change {
		return change{api, "    Type: AWS::Serverless::HttpApi\n", "    Type: AWS::Serverless::HttpApi\n    Properties: {AccessLogSettings: {DestinationArn: !GetAtt Log.Arn}}\n  Log: {Type: AWS::Logs::LogGroup, Properties: {" + group + "}}\n"}
	}
	stream := "  More%d:\n    Type: AWS::Serverless::Function\n    Properties: {Events: {Stream: {Type: DynamoDB, Properties: {Stream: !Ref StreamArn}}}}\n"
	send := func(statement string) change {
		return change{jobs, "        - Statement:\n", "        - Statement:\n            - {Effect: Allow, " + statement + "}\n"}
	}
	const (
		both  = "Action: [ses:SendEmail, ses:SendRawEmail]"
		any   = "Resource: !Sub \"arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/*\""
		bound = "Condition: {StringEquals: {\"ses:FromAddress\": !Ref MailFrom}}"
	)
	bite(
		t, deploys,
		broken{"a named table", []change{{"infra/stacks/data.yaml", "", "Resources:\n  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: liaison}}\n"}}, "infra/stacks/data.yaml:2: Table has the fixed name liaison"},
		broken{"a named schedule", []change{{jobs, ", OmitName: true", ""}}, jobs + ":6: TrialsJob: SAM gives the schedule Clock a fixed name"},
		broken{"an alarm without page", []change{alarm("Errors", "Namespace: AWS/Lambda")}, "infra/stacks/alarms.yaml:2: Errors says nobody what to do"},
		broken{"an alarm whose page is not there", []change{alarm("Errors: infra/runbooks/errors.md", "Namespace: AWS/Lambda")}, "infra/stacks/alarms.yaml:2: Errors says nobody what to do"},
		broken{"an alarm for all stacks", []change{{"infra/runbooks/errors.md", "", "# Errors\n"}, alarm("Errors: infra/runbooks/errors.md", "Namespace: Liaison")}, "infra/stacks/alarms.yaml:2: Errors rings for every stack"},
		broken{"a gateway that fails on warnings", []change{{api, "    Type: AWS::Serverless::HttpApi\n", "    Type: AWS::Serverless::HttpApi\n    Properties: {FailOnWarnings: true}\n"}}, api + ":2: Api fails on the warnings"},
		broken{"a gateway that may call nothing", []change{{api, "Allow, Action: lambda:InvokeFunction", "Deny, Action: lambda:InvokeFunction"}}, api + ":2: Api could call no function"},
		broken{"a gateway that has no role", []change{{api, "apigateway.amazonaws.com", "lambda.amazonaws.com"}}, api + ":2: Api could call no function"},
		broken{"an access log elsewhere", []change{log("LogGroupName: !Sub \"/liaison/${AWS::StackName}/access\"")}, api + ":2: Api logs to \"/liaison/"},
		broken{"an access log without name", []change{log("RetentionInDays: 3")}, api + ":2: Api logs to \"\""},
		broken{"a third reader of the stream", []change{{jobs, "Resources:\n", "Resources:\n" + fmt.Sprintf(stream+stream+stream, 1, 2, 3)}}, jobs + ":8: More3 is reader 3 of the stream StreamArn"},
		broken{"mail by one action", []change{send("Action: ses:SendRawEmail, " + any + ", " + bound)}, jobs + ":9: TrialsJob may send by one action alone"},
		broken{"mail from any address", []change{send(both + ", " + any)}, jobs + ":9: TrialsJob may send from any address"},
		broken{"mail by one identity", []change{send(both + ", Resource: !Ref Identity, " + bound)}, jobs + ":9: TrialsJob may send by one identity alone"},
		broken{"what sam build left", []change{{"samconfig.toml", "template_file", "# template_file"}}, "samconfig.toml:1: sam deploy takes what an earlier sam build left"},
	)
}
