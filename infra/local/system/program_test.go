package system

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// saying returns a function that answers each invocation with a word, without any library.
func saying(word string) string {
	return `package main

import (
	"net/http"
	"os"
	"strings"
)

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			return
		}
		answer, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", strings.NewReader(` + word + `))
		if err != nil {
			return
		}
		next.Body.Close()
		answer.Body.Close()
	}
}
`
}

// TestFollow changes functions of a running system: the next request waits for the build, outside the function's time, and gets the new answer,
// or the compiler's words.
func TestFollow(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module follows\n\ngo 1.24\n")
	write("functions/api/one/main.go", saying(`"1"`))
	write("functions/api/two/main.go", saying(`"1"`))
	write("template.yaml", `Transform: AWS::Serverless-2016-10-31
Parameters: {ApiUrl: {Type: String}, PagesUrl: {Type: String}, CustomersDomain: {Type: String}, MailFrom: {Type: String}}
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap, Timeout: 5}}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /one:
            get: {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${One.Arn}/invocations"}}
          /two:
            get: {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Two.Arn}/invocations"}}
  One: {Type: AWS::Serverless::Function, Properties: {CodeUri: build/api/one}}
  Two: {Type: AWS::Serverless::Function, Properties: {CodeUri: build/api/two}}
`)
	var mutex sync.Mutex
	var messages []string
	s, err := Start(t.Context(), Options{
		Root: root, Template: filepath.Join(root, "template.yaml"), WithoutMail: true, WithoutIdentity: true, Log: os.Stderr,
		Bootstraps: []string{"Two"}, Follow: true,
		Tell: func(words string) {
			mutex.Lock()
			defer mutex.Unlock()
			messages = append(messages, words)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	gets := func(path, want string) {
		t.Helper()
		answer, err := http.Get(s.Endpoints.API + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %d %s %v, want %s", path, answer.StatusCode, text, err, want)
		}
	}
	tells := func(want string, times int) {
		t.Helper()
		mutex.Lock()
		defer mutex.Unlock()
		if n := strings.Count(strings.Join(messages, "\n"), want); n != times {
			t.Errorf("told %q %d times, want %d: %q", want, n, times, messages)
		}
	}
	tells("building 1 of 1: api/two", 1)
	gets("/one", "1")
	gets("/two", "1")
	write("functions/api/one/main.go", saying(`"22"`))
	gets("/one", "22")
	gets("/one", "22")
	tells("built again", 1)
	write("functions/api/one/main.go", saying("wrong"))
	gets("/one", "functions/api/one/main.go:16:132: undefined: wrong")
	gets("/one", "functions/api/one/main.go:16:132: undefined: wrong")
	tells("undefined: wrong", 1)
	write("functions/api/one/main.go", saying(`"333"`))
	gets("/one", "333")
	gets("/two", "1")
	write("README.md", "What it is.")
	gets("/one", "333")
	tells("built again", 2)

	// Looking at its state is enough to make it build: so does who watches.
	state := func(want string) {
		t.Helper()
		answer, err := http.Get(s.Endpoints.Control + "/state")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if text, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("state %s %v, want %q", text, err, want)
		}
	}
	write("functions/api/one/main.go", saying("wrong"))
	state("undefined: wrong")
	write("functions/api/one/main.go", saying(`"4444"`))
	state(`"program":"` + filepath.ToSlash(filepath.Dir(s.program.Path())))
	tells("built again", 3)
	gets("/one", "4444")
	tells("built again", 3)
}
