package programs_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"liaison/functions/api/programs"
	"liaison/shared/contract"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

const operator = gatewaytest.Operator

type object = map[string]any

func program(name string, rights ...string) object {
	return object{"name": object{"en": name, "pl": name}, "rights": append([]string{}, rights...)}
}

func TestPrograms(t *testing.T) {
	table := fixture.NewTable(t)
	a := gatewaytest.Open(t, table, gatewaytest.Env(), programs.List(table), programs.Get(table), programs.Put(table))
	const at = "/v1/programs/cloud-essentials"
	a.Call(t, operator, "GET", at, nil).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", at, program("Essentials")).Want(t, 428, "precondition_required")
	a.Call(t, operator, "PUT", at, program("Essentials"), "If-Match", `"1"`).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", at, program("Essentials", "everything"), "If-None-Match", "*").Want(t, 422, "invalid_value")
	a.Call(t, operator, "PUT", at, program("Essentials", "reselling", "reselling"), "If-None-Match", "*").Want(t, 422, "duplicate_entry")
	a.Call(t, operator, "PUT", "/v1/programs/Cloud", program("Essentials"), "If-None-Match", "*").Want(t, 404, "not_found")
	made := a.Call(t, operator, "PUT", at, program("Essentials", "reselling"), "If-None-Match", "*").Want(t, 201, "")
	a.Call(t, operator, "PUT", at, program("Essentials"), "If-None-Match", "*").Want(t, 412, "precondition_failed")
	if read := a.Call(t, operator, "GET", at, nil); string(read.Body) != string(made.Body) || read.Header.Get("ETag") != made.Header.Get("ETag") {
		t.Errorf("read %s, made %s", read.Body, made.Body)
	}
	a.Call(t, operator, "PUT", at, program("Cloud Essentials"), "If-Match", made.Header.Get("ETag")).Want(t, 200, "")
	a.Call(t, operator, "PUT", at, program("Cloud"), "If-Match", made.Header.Get("ETag")).Want(t, 412, "precondition_failed")

	// All programs are one item: writers of different programs must not refuse each other while few are at it.
	var wait sync.WaitGroup
	for i := range 2 {
		wait.Go(func() {
			a.Call(t, operator, "PUT", fmt.Sprintf("/v1/programs/p%d", i), program("P"), "If-None-Match", "*").Want(t, 201, "")
		})
	}
	wait.Wait()

	var got []string
	for cursor := ""; ; {
		var page contract.ProgramPage
		a.Call(t, operator, "GET", "/v1/programs?limit=2"+cursor, nil).Want(t, 200, "").Into(t, &page)
		for _, p := range page.Data {
			got = append(got, p.Program)
		}
		if page.NextCursor == nil {
			break
		}
		cursor = "&cursor=" + *page.NextCursor
	}
	if want := []string{"cloud-essentials", "p0", "p1"}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	a.Call(t, operator, "GET", "/v1/programs?cursor=!", nil).Want(t, 400, "invalid_cursor")
	if n := a.Events(t); n != 4 {
		t.Errorf("%d events of 4 changes", n)
	}
}
