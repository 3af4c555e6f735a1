package template

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// load reads one template with the given text.
func load(t *testing.T, text string, o Options) (*App, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path, o)
}

func TestIntrinsics(t *testing.T) {
	for expression, want := range map[string]string{
		`!Ref Name`: "liaison", `!Sub "${Name}-${AWS::Region}-${!literal}"`: "liaison-eu-central-1-${literal}",
		`!Sub ["${a}/${Name}", {a: !Ref Name}]`:                "liaison/liaison",
		`!Join ["-", [a, !Ref Name, 1]]`:                       "a-liaison-1",
		`!Select [2, !Split ["/", "https://api.example.com"]]`: "api.example.com",
		`!If [Empty, yes-it-is, no]`:                           "no", `!If [Both, 1, 2]`: "1", `!If [Either, 1, 2]`: "1",
		`!GetAtt Queue.Arn`: "arn:aws:sqs:eu-central-1:123456789012:Queue", `!Sub "${Queue.Arn}x"`: "arn:aws:sqs:eu-central-1:123456789012:Queuex",
		`!GetAtt Pool.ProviderURL`: "http://issuer", `!Ref Pool`: "local_pool", `!Ref AWS::AccountId`: "123456789012",
		"{Ref: Name}": "liaison", "{'Fn::Sub': '${Name}'}": "liaison",
	} {
		app, err := load(t, `
Parameters: {Name: {Type: String, Default: other}, List: {Type: CommaDelimitedList, Default: "a,b"}}
Conditions:
  Empty: !Equals [!Ref Name, ""]
  Both: !And [!Not [Condition: Empty], !Equals [a, a]]
  Either: !Or [Condition: Empty, !Not [!Equals [1, 2]]]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Pool: {Type: AWS::Cognito::UserPool}
Outputs:
  Out:
    Value: `+expression, Options{
			Parameters: map[string]string{"Name": "liaison"},
			Attributes: map[string]string{"Pool": "local_pool", "Pool.ProviderURL": "http://issuer"},
		})
		if err != nil {
			t.Errorf("%s: %v", expression, err)
		} else if got := app.Outputs["Out"]; got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}

// function is a template with one function, its properties and one event.
func function(properties, event string) string {
	return `
Resources:
  Api: {Type: AWS::Serverless::HttpApi}
  One:
    Type: AWS::Serverless::Function
    Properties:
      {Runtime: provided.al2023, Handler: bootstrap, CodeUri: x, ` + properties + `Events: {E: ` + event + `}}
`
}

func TestUnknownIsAnError(t *testing.T) {
	route := "{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /}}"
	for text, want := range map[string]string{
		"Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [a, b, c]}}}\nOutputs: {O: {Value: !Ref A}}": "Fn::FindInMap",
		"Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue a}}}\nOutputs: {O: {Value: !Ref A}}":       "Fn::ImportValue",
		"Resources: {A: {Type: AWS::EC2::Instance}}":                                                                    "AWS::EC2::Instance",
		"Resources: {A: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !GetAtt A.Colour}}":                              "A.Colour",
		"Resources: {}\nOutputs: {O: {Value: !Ref Nobody}}":                                                             "Nobody",
		"Mappings: {}\nResources: {}":                                                                                   "Mappings",
		"Parameters: {P: {Type: String}}\nResources: {}":                                                                "P has no value",
		function("Layers: [], ", route):                                                                                 "Layers",
		function("Policies: [{DynamoDBCrudPolicy: {TableName: x}}], ", route):                                           "DynamoDBCrudPolicy",
		function("", "{Type: Kinesis, Properties: {}}"):                                                                 "Kinesis",
		function("", "{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /, Colour: red}}"):               "Colour",
		function("", "{Type: HttpApi, Properties: {ApiId: !Ref Api, Auth: {Authorizer: X}}}"):                           "authorizer X",
		function("", "{Type: ScheduleV2, Properties: {ScheduleExpression: cron(0 1 * * ? *)}}"):                         "cron",
		function("", "{Type: DynamoDB, Properties: {Stream: x, StartingPosition: LATEST, TumblingWindowInSeconds: 1}}"): "Stream",
		"Resources: {A: {Type: AWS::SQS::Queue}, A: {Type: AWS::SQS::Queue}}":                                           "A",
	} {
		if _, err := load(t, text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nfails with %v, want %q", text, err, want)
		}
	}
}

// TestRefusedAsTransformDoes holds what SAM's transform refuses, each seen in its own words (aws-sam-translator 1.115): a template that runs here
// must deploy there.
func TestRefusedAsTransformDoes(t *testing.T) {
	route := "{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET, Path: /}}"
	schedule := func(properties string) string {
		return function("", "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(5 minutes), "+properties+"}}")
	}
	rule := func(properties string) string {
		return function("", "{Type: EventBridgeRule, Properties: {Pattern: {source: [aws.ses]}, "+properties+"}}")
	}
	stream := func(properties string) string {
		return "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      BillingMode: PAY_PER_REQUEST\n" +
			"      AttributeDefinitions: [{AttributeName: PK, AttributeType: S}]\n      KeySchema: [{AttributeName: PK, KeyType: HASH}]\n" +
			strings.TrimPrefix(function("", "{Type: DynamoDB, Properties: {"+properties+"}}"), "\nResources:\n")
	}
	const from = "Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST, "
	for _, sound := range []string{
		schedule("DeadLetterConfig: {Arn: x}, OmitName: true"), rule("DeadLetterConfig: {Arn: x}"),
		stream(from + "DestinationConfig: {OnFailure: {Type: SQS, Destination: x}}"),
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: x}}}, ", route),
	} {
		if _, err := load(t, sound, Options{}); err != nil {
			t.Errorf("%s\nfails with %v", sound, err)
		}
	}
	for text, want := range map[string]string{
		schedule("DeadLetterConfig: {Type: SQS, Arn: x}"):                                                        "SAM takes one",
		schedule("DeadLetterConfig: {}"):                                                                         "no Arn",
		schedule("DeadLetterConfig: {Type: SNS}"):                                                                "Type SNS",
		schedule("OmitName: true, Name: clock"):                                                                  "OmitName",
		schedule("Enabled: true"):                                                                                "Enabled",
		function("", "{Type: ScheduleV2, Properties: {Input: x}}"):                                               "ScheduleExpression",
		function("", "{Type: ScheduleV2}"):                                                                       "ScheduleExpression",
		function("", "{Properties: {Input: x}}"):                                                                 `type ""`,
		rule("DeadLetterConfig: {Type: SQS, Arn: x}"):                                                            "SAM takes one",
		rule("Colour: red"):                                                                                      "Colour",
		stream("Stream: !GetAtt Table.StreamArn"):                                                                "StartingPosition",
		stream("StartingPosition: LATEST"):                                                                       "Stream",
		stream(from + "Colour: red"):                                                                             "Colour",
		stream(from + "BatchSize: many"):                                                                         "BatchSize",
		stream(from + "DestinationConfig: {OnFailure: {Type: Lambda, Destination: x}}"):                          "Lambda",
		stream(from + "DestinationConfig: {OnSuccess: {Type: SQS, Destination: x}}"):                             "OnFailure",
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: x}}}, ", route):               `Type is ""`,
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}, ", route):                 "no Destination",
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Pigeon, Destination: x}}}, ", route): "Pigeon",
		function("Policies: [{Version: x}], ", route):                                                            "Statement",
		function("", "{Type: HttpApi, Properties: {ApiId: !Ref Api, Method: GET}}"):                              "without the other",
		function("", "{Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /}}"):                                  "without the other",
		function("", route+", F: "+route):                                                                        "leads to",
		function("", route) + "Globals: {Function: {Policies: []}}\n":                                            "Policies",
		"Resources: {A: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: Bearer}}}}":      "Bearer",
		"Resources: {A-B: {Type: AWS::SQS::Queue}}":                                                              "A-B",
	} {
		if _, err := load(t, text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nfails with %v, want %q", text, err, want)
		}
	}
}

// TestOwn reads the repository's own templates.
func TestOwn(t *testing.T) {
	app, err := Load("../../../template.yaml", Options{
		Parameters: map[string]string{
			"ApiUrl": "http://localhost:1", "PagesUrl": "http://localhost:2", "MailFrom": "a@b.example", "Issuer": "http://issuer",
		},
		Attributes: map[string]string{"UserPool": "local_pool"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for stack, n := range app.Resources {
		if n >= 480 {
			t.Errorf("stack %s has %d resources, want under 480", stack, n)
		}
	}
	health := app.Function("ServiceHealth")
	if health == nil {
		t.Fatal("no ServiceHealth")
	}
	for name, want := range map[string]string{
		"TABLE_NAME": "Table", "API_URL": "http://localhost:1", "PAGES_URL": "http://localhost:2", "ISSUER": "http://issuer", "USER_POOL_ID": "local_pool", "AUDIENCES": "",
	} {
		if got := health.Environment[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := health.Source(root), filepath.Join(root, "functions/api/service/health"); got != want {
		t.Errorf("source is %s, want %s", got, want)
	}
	if len(app.Tables) != 1 || len(app.Tables[0].Indexes) != 2 || app.Tables[0].TTL != "ttl" || app.Tables[0].StreamView != "NEW_IMAGE" {
		t.Errorf("tables: %+v", app.Tables)
	}
	for _, api := range app.APIs {
		for _, r := range api.Routes {
			if r.Authorizer != nil && (r.Authorizer.TTL != 300*time.Second || r.Authorizer.Function != "Authorizer") {
				t.Errorf("%s: authorizer %+v", r.Key(), r.Authorizer)
			}
			if (r.Key() == "$default" || r.Key() == "GET /healthz") && r.Authorizer != nil {
				t.Errorf("%s is not open", r.Key())
			}
		}
	}
}
