package template

import (
	"os"
	"path/filepath"
	"slices"
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
  One:
    Type: AWS::Serverless::Function
    Properties:
      {Runtime: provided.al2023, Handler: bootstrap, CodeUri: x, ` + properties + `Events: {E: ` + event + `}}
`
}

func TestUnknownIsAnError(t *testing.T) {
	const event = "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(5 minutes)}}"
	for text, want := range map[string]string{
		"Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [a, b, c]}}}\nOutputs: {O: {Value: !Ref A}}": "Fn::FindInMap",
		"Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue a}}}\nOutputs: {O: {Value: !Ref A}}":       "Fn::ImportValue",
		"Resources: {A: {Type: AWS::EC2::Instance}}":                                                                    "AWS::EC2::Instance",
		"Resources: {A: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !GetAtt A.Colour}}":                              "A.Colour",
		"Resources: {}\nOutputs: {O: {Value: !Ref Nobody}}":                                                             "Nobody",
		"Mappings: {}\nResources: {}":                                                                                   "Mappings",
		"Parameters: {P: {Type: String}}\nResources: {}":                                                                "P has no value",
		function("Layers: [], ", event):                                                                                 "Layers",
		function("Policies: [{DynamoDBCrudPolicy: {TableName: x}}], ", event):                                           "DynamoDBCrudPolicy",
		function("", "{Type: Kinesis, Properties: {}}"):                                                                 "Kinesis",
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
	const event = "{Type: ScheduleV2, Properties: {ScheduleExpression: rate(5 minutes)}}"
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
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: x}}}, ", event),
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
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: x}}}, ", event):               `Type is ""`,
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Lambda}}}, ", event):                 "no Destination",
		function("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: Pigeon, Destination: x}}}, ", event): "Pigeon",
		function("Policies: [{Version: x}], ", event):                                                            "Statement",
		function("", event) + "Globals: {Function: {Policies: []}}\n":                                            "Policies",
		"Resources: {A-B: {Type: AWS::SQS::Queue}}":                                                              "A-B",
	} {
		if _, err := load(t, text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nfails with %v, want %q", text, err, want)
		}
	}
}

// route is a template with a function and an API, whose document has one operation with the properties beside its integration's address.
func route(properties, integration, path, method string) string {
	return `
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: x, FunctionName: !Sub "${AWS::StackName}-one"}}
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      RouteSettings: {"GET /": {ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2}}
      DefinitionBody:
        openapi: 3.0.1
        components:
          securitySchemes:
            Bearer:
              x-amazon-apigateway-authorizer:
                {type: request, identitySource: [$request.header.Authorization], authorizerPayloadFormatVersion: "2.0", enableSimpleResponses: true,
                authorizerUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${One.Arn}/invocations"}
        paths:
          ` + path + `:
            ` + method + `:
              {` + properties + `responses: {}, x-amazon-apigateway-integration: {` + integration + `,
              uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:local-one/invocations"}}
`
}

// proxied is what API Gateway wants beside the address of a function.
const proxied = `type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0"`

func TestRoutes(t *testing.T) {
	for text, want := range map[string]Route{
		route("", proxied, "/", "get"):                                                         {Method: "GET", Path: "/", Function: "One"},
		route("", proxied, "/a/{b}", "x-amazon-apigateway-any-method"):                         {Method: "ANY", Path: "/a/{b}", Function: "One"},
		route("isDefaultRoute: true, ", proxied, "$default", "x-amazon-apigateway-any-method"): {Function: "One"},
		route("", strings.ReplaceAll(proxied, "type", "credentials: x, type"), "/", "get"):     {Method: "GET", Path: "/", Function: "One"},
	} {
		app, err := load(t, text, Options{})
		switch {
		case err != nil:
			t.Errorf("%s\nfails with %v", text, err)
		case len(app.APIs) != 1 || len(app.APIs[0].Routes) != 1 || app.APIs[0].Routes[0] != want:
			t.Errorf("routes %+v, want %+v", app.APIs[0].Routes, want)
		case app.APIs[0].RouteThrottles["GET /"] != Throttle{Rate: 1, Burst: 2}:
			t.Errorf("throttles %+v", app.APIs[0].RouteThrottles)
		}
	}
	app, err := load(t, route("security: [{Bearer: []}], ", proxied, "/", "get"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := app.APIs[0].Routes[0].Authorizer
	if a == nil || a.Function != "One" || !slices.Equal(a.Headers, []string{"Authorization"}) || a.TTL != 300*time.Second {
		t.Errorf("authorizer %+v", a)
	}
	sound := route("", proxied, "/", "get")
	for text, want := range map[string]string{
		strings.Replace(sound, "openapi: 3.0.1", "openapi: 3.1.0", 1):                  `OpenAPI "3.1.0"`,
		strings.Replace(sound, "aws_proxy", "http_proxy", 1):                           "type is",
		strings.Replace(sound, `payloadFormatVersion: "2.0"`, `timeoutInMillis: 5`, 1): "payloadFormatVersion is",
		strings.Replace(sound, "/invocations\"}}", "\"}}", 1):                          "no function's address",
		strings.Replace(sound, "enableSimpleResponses: true", "x: y", 1):               "policy answers",
		strings.Replace(sound, "$request.header", "$request.querystring", 1):           "identity source",
		strings.Replace(sound, "get:", "fetch:", 1):                                    "no method",
		strings.Replace(sound, "  /:", "  $default:", 1):                               "isDefaultRoute",
		route("security: [{Other: []}], ", proxied, "/", "get"):                        "Other is not declared",
		route("colour: red, ", proxied, "/", "get"):                                    "colour",
		strings.Replace(sound, "local-one", "local-two", 1):                            "local-two, which is no function",
		strings.Replace(sound, "  Api:", "  Two: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: x, FunctionName: local-one}}\n  Api:", 1): "both named local-one",
	} {
		if _, err := load(t, text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nfails with %v, want %q", text, err, want)
		}
	}
}

func TestAnchors(t *testing.T) {
	app, err := load(t, "Resources: {}\nOutputs:\n  One: &one {Value: 1, Description: x}\n  Two: {<<: *one, Value: 2}\n  Three: *one\n", Options{})
	if err != nil || app.Outputs["One"]+app.Outputs["Two"]+app.Outputs["Three"] != "121" {
		t.Errorf("outputs %v, %v", app, err)
	}
	if _, err := load(t, "Resources: {}\nOutputs: {One: *one}\n", Options{}); err == nil {
		t.Error("an alias of nothing is read")
	}
}

// TestInclude reads a file in the place of AWS::Include, with the intrinsics in it.
func TestInclude(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"template.yaml": "Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {One: {Value: {\"Fn::Transform\": {Name: AWS::Include, Parameters: {Location: one.json}}}}}\n",
		"one.json":      `{"Fn::Sub": "${AWS::Region}-${Queue}"}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	app, err := Load(filepath.Join(folder, "template.yaml"), Options{})
	if err != nil || app.Outputs["One"] != "eu-central-1-Queue" {
		t.Errorf("outputs %v, %v", app, err)
	}
	if _, err := load(t, "Resources: {}\nOutputs: {One: {Value: {\"Fn::Transform\": {Name: Other, Parameters: {Location: one.json}}}}}\n", Options{}); err == nil {
		t.Error("another transform is taken")
	}
}

// TestTrigger: the function that the user pool asks is one that it may call, in the version that the local issuer speaks.
func TestTrigger(t *testing.T) {
	const one = "\nResources:\n  One: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: x}}\n"
	pool := func(config string) string {
		return one + "  Pool: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {" + config + "}}}\n"
	}
	const (
		asks    = "PreTokenGenerationConfig: {LambdaArn: !GetAtt One.Arn, LambdaVersion: V3_0}"
		permits = "  May: {Type: AWS::Lambda::Permission, Properties: {Action: \"lambda:InvokeFunction\", FunctionName: !Ref One, Principal: cognito-idp.amazonaws.com}}\n"
	)
	if app, err := load(t, pool(asks)+permits, Options{}); err != nil || app.TokenTrigger != "One" {
		t.Errorf("%+v %v", app, err)
	}
	if app, err := load(t, pool(""), Options{}); err != nil || app.TokenTrigger != "" {
		t.Errorf("%+v %v", app, err)
	}
	for text, want := range map[string]string{
		pool(asks): "no AWS::Lambda::Permission",
		pool(asks) + strings.Replace(permits, "cognito-idp", "events", 1):   "no AWS::Lambda::Permission",
		pool(strings.Replace(asks, "V3_0", "V2_0", 1)) + permits:            "V2_0",
		pool(strings.Replace(asks, "!GetAtt One.Arn", "x", 1)) + permits:    "no function",
		pool(strings.Replace(asks, "PreTokenGeneration", "PreSignUp", 1)):   "PreSignUpConfig",
		pool(strings.Replace(asks, "LambdaVersion", "Colour", 1)) + permits: "Colour",
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
	health := app.Function("ServiceHealth")
	if health == nil {
		t.Fatal("no ServiceHealth")
	}
	if health.Door != "api" {
		t.Errorf("ServiceHealth is of the door %q", health.Door)
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
	if app.TokenTrigger != "TokensJob" {
		t.Errorf("the user pool asks %q", app.TokenTrigger)
	}
	if len(app.Tables) != 1 || len(app.Tables[0].Indexes) != 2 || app.Tables[0].TTL != "ttl" || app.Tables[0].StreamView != "NEW_IMAGE" {
		t.Errorf("tables: %+v", app.Tables)
	}
	if len(app.APIs) != 2 || len(app.APIs[0].Routes) < 50 || len(app.APIs[1].Routes) < 20 {
		t.Errorf("APIs: %+v", app.APIs)
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
