package services_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	ses "github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"liaison/infra/local/services"
)

var anyKey = credentials.NewStaticCredentialsProvider("local", "local", "")

func tableClient(url, key string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(key, "local", ""),
		DisableValidateResponseChecksum: true,
	})
}

func TestTable(t *testing.T) {
	p, err := services.Table(t.Context(), services.TableOptions{Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	out, err := tableClient(p.URL, "any").ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.TableNames) != 0 {
		t.Errorf("a new store has tables: %v", out.TableNames)
	}
	endsAll(t, p)
}

// TestTableKeeps stops the part and starts it again on the same folder.
func TestTableKeeps(t *testing.T) {
	keep := t.TempDir()
	first, err := services.Table(t.Context(), services.TableOptions{Keep: keep, Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, err = tableClient(first.URL, "any").CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("kept"), BillingMode: ddb.BillingModePayPerRequest,
		AttributeDefinitions: []ddb.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: ddb.ScalarAttributeTypeS}},
		KeySchema:            []ddb.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: ddb.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	endsAll(t, first)

	again, err := services.Table(t.Context(), services.TableOptions{Keep: keep, Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	out, err := tableClient(again.URL, "any").ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.TableNames) != 1 || out.TableNames[0] != "kept" {
		t.Errorf("tables after a restart: %v, want the one that was made", out.TableNames)
	}
}

func TestMail(t *testing.T) {
	p, err := services.Mail(t.Context(), services.MailOptions{Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	client := sesv2.New(sesv2.Options{Region: "eu-central-1", BaseEndpoint: &p.URL, Credentials: anyKey})
	_, err = client.SendEmail(t.Context(), &sesv2.SendEmailInput{
		FromEmailAddress: aws.String("offers@northwind.example"),
		Destination:      &ses.Destination{ToAddresses: []string{"anna@fabrikam.example"}},
		Content: &ses.EmailContent{Simple: &ses.Message{
			Subject: &ses.Content{Data: aws.String("Zaproszenie dla Łucji")},
			Body:    &ses.Body{Text: &ses.Content{Data: aws.String("Good morning")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var store struct {
		Emails []struct {
			Subject     string
			Destination struct{ To []string }
		}
	}
	if err := json.Unmarshal(get(t, p.URL+"/store"), &store); err != nil {
		t.Fatal(err)
	}
	if len(store.Emails) != 1 || store.Emails[0].Subject != "Zaproszenie dla Łucji" || store.Emails[0].Destination.To[0] != "anna@fabrikam.example" {
		t.Errorf("the store holds %+v, want the mail that was sent", store)
	}
	endsAll(t, p)
}

// TestGivenPort takes the port of another part: an error, and nothing left running.
func TestGivenPort(t *testing.T) {
	p, err := services.Mail(t.Context(), services.MailOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var port int
	if _, err := fmt.Sscanf(p.URL, "http://127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	second, err := services.Mail(t.Context(), services.MailOptions{Port: port})
	if err == nil {
		second.Close()
		t.Fatal("a second part started on a port in use")
	}
}

// TestStartEnds gives up while the part starts.
func TestStartEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := writer(func(b []byte) { cancel() }) // it says something long before it answers
	p, err := services.Table(ctx, services.TableOptions{Log: log})
	if err == nil {
		p.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

// TestDies ends a part from outside: whoever waits on Done learns it.
func TestDies(t *testing.T) {
	p, err := services.Mail(t.Context(), services.MailOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.Done() // where that never comes, the test's own end does
}

// TestMissing takes away or ages what the services need: one line says what to do.
func TestMissing(t *testing.T) {
	program := func(t *testing.T, name, says string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho '"+says+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir)
	}
	table := func() error { _, err := services.Table(t.Context(), services.TableOptions{}); return err }
	mail := func() error { _, err := services.Mail(t.Context(), services.MailOptions{}); return err }
	identity := func() error { _, err := services.Identity(t.Context(), services.IdentityOptions{}); return err }
	for _, c := range []struct {
		name  string
		set   func(t *testing.T)
		start func() error
		want  string
	}{
		{"no Java", func(t *testing.T) { t.Setenv("PATH", t.TempDir()) }, table, "java is missing: install a Java 17"},
		{"old Java", func(t *testing.T) { program(t, "java", `openjdk version "11.0.2" 2019-01-15`) }, table, "java is too old, it is version 11: install"},
		{"very old Java", func(t *testing.T) { program(t, "java", `java version "1.8.0_402"`) }, table, "java is too old, it is version 1: install"},
		{"no Node", func(t *testing.T) { t.Setenv("PATH", t.TempDir()) }, mail, "node is missing: install Node.js 22"},
		{"old Node", func(t *testing.T) { program(t, "node", "v18.20.4") }, identity, "node is too old, it is version 18: install"},
		{"not set up", func(t *testing.T) {
			root := t.TempDir()
			if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module liaison\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Chdir(root)
		}, mail, "run `make setup`"},
		{"elsewhere", func(t *testing.T) { t.Chdir(t.TempDir()) }, identity, "run this inside the repository"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.set(t)
			err := c.start()
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
}

// endsAll closes the part and checks that its process is gone.
func endsAll(t *testing.T, p *services.Process) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(p.PID, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there after Close: %v", p.PID, err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s: %s", url, res.Status, body)
	}
	return body
}
