package brand_test

import (
	"encoding/base64"
	"maps"
	"os"
	"strings"
	"testing"

	"liaison/functions/api/brand"
	"liaison/shared/catalog"
	"liaison/shared/contract"
	"liaison/shared/op"
	"liaison/tests/fixture"
	"liaison/tests/fixture/gatewaytest"
)

func TestMain(m *testing.M) { os.Exit(fixture.Run(m)) }

type object = map[string]any

const (
	operator, at = gatewaytest.Operator, "/v1/brand"
	drawn        = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"/>`
)

func svg(text string) object {
	return object{"media_type": "image/svg+xml", "data": base64.StdEncoding.EncodeToString([]byte(text))}
}

// full is a brand with everything.
func full() object {
	return object{
		"name": "Skylark Cloud", "legal_name": "Skylark Cloud sp. z o.o.", "address": "ul. Prosta 20, 00-850 Warszawa", "website": "https://skylark.example",
		"email": "help@skylark.example", "phone": "+48 22 555 01 00", "support_hours": "8-18", "language": "pl", "accent": "#4338CA", "prices": "gross", "licenses_charged": "next_term",
		"logo": svg(drawn), "logo_dark": svg(drawn + "\n"), "icon": svg(drawn),
	}
}

// with is a full brand with another value in one field; nil leaves the field out.
func with(field string, value any) object {
	made := full()
	made[field] = value
	if value == nil {
		delete(made, field)
	}
	return made
}

func open(t *testing.T) *gatewaytest.API {
	table := fixture.NewTable(t)
	return gatewaytest.Open(t, table, gatewaytest.Env(), brand.Get(table), brand.Put(table))
}

// begin writes the vendor as a bootstrap does.
func begin(t *testing.T, a *gatewaytest.API) {
	t.Helper()
	o := op.Op{ID: "bootstrap", At: a.Env.Now(), IDs: a.Env.IDs()}
	if err := a.Table.SaveVendor(t.Context(), catalog.Vendor{Name: "Northwind", Sending: true}, o); err != nil {
		t.Fatal(err)
	}
}

func TestBrand(t *testing.T) {
	a := open(t)
	a.Call(t, operator, "GET", at, nil).Want(t, 404, "not_found")
	a.Call(t, operator, "PUT", at, full(), "If-Match", `"1"`).Want(t, 404, "not_found")
	begin(t, a)
	a.Call(t, operator, "PUT", at, full()).Want(t, 428, "precondition_required")
	a.Call(t, operator, "PUT", at, full(), "If-Match", `"9"`).Want(t, 412, "precondition_failed")
	made := a.Call(t, operator, "PUT", at, full(), "If-Match", `"1"`).Want(t, 200, "")
	a.Call(t, operator, "PUT", at, full(), "If-Match", `"1"`).Want(t, 412, "precondition_failed")
	read := a.Call(t, operator, "GET", at, nil).Want(t, 200, "")
	if string(read.Body) != string(made.Body) || read.Header.Get("ETag") != made.Header.Get("ETag") {
		t.Errorf("read %s, made %s", read.Body, made.Body)
	}
	a.Call(t, operator, "GET", at, nil, "If-None-Match", read.Header.Get("ETag")).Want(t, 304, "")

	var b contract.Brand
	read.Into(t, &b)
	pages := gatewaytest.Env().PagesURL + "/assets/"
	if b.Name != "Skylark Cloud" || b.Accent != "#4338ca" || b.Language != "pl" || b.Prices != "gross" || b.LicensesCharged != "next_term" || b.Logo.MediaType != contract.BrandPictureTypeImageSVGXML ||
		!strings.HasPrefix(b.Logo.URL, pages+"logo-") || !strings.HasPrefix(b.LogoDark.URL, pages+"logo-dark-") || !strings.HasPrefix(b.Icon.URL, pages+"icon-") {
		t.Errorf("read %s", read.Body)
	}
	for _, one := range []string{b.Logo.URL, b.LogoDark.URL, b.Icon.URL} {
		kept, err := a.Table.Picture(t.Context(), strings.TrimPrefix(one, pages))
		if err != nil || !strings.HasPrefix(string(kept.Data), drawn) || kept.Kind != "image/svg+xml" {
			t.Errorf("%s: %q, %v", one, kept.Data, err)
		}
	}
	if v, err := a.Table.Vendor(t.Context()); err != nil || !v.Sending {
		t.Errorf("a new brand stops the mail: %+v, %v", v, err)
	}

	another := with("logo", object{"media_type": "image/png", "url": b.Logo.URL})
	a.Call(t, operator, "PUT", at, another, "If-Match", `"2"`).Want(t, 422, "invalid_value")
	another = with("icon", object{"media_type": "image/svg+xml", "url": b.Logo.URL}) // that is the logo's
	a.Call(t, operator, "PUT", at, another, "If-Match", `"2"`).Want(t, 422, "invalid_value")

	// What was read is sent back: the pictures stay. What is left out is taken away.
	var same object
	read.Into(t, &same)
	again := a.Call(t, operator, "PUT", at, same, "If-Match", `"2"`).Want(t, 200, "")
	if string(again.Body) != string(read.Body) {
		t.Errorf("read %s, made %s", read.Body, again.Body)
	}
	for _, field := range []string{"logo_dark", "icon", "phone", "support_hours", "prices", "licenses_charged"} {
		delete(same, field)
	}
	var less contract.Brand
	a.Call(t, operator, "PUT", at, same, "If-Match", `"3"`).Want(t, 200, "").Into(t, &less)
	if less.Logo == nil || *less.Logo != *b.Logo || less.LogoDark != nil || less.Icon != nil || less.Phone != "" || less.SupportHours != "" || less.Prices != "net" || less.LicensesCharged != "prorated" {
		t.Errorf("without dark logo, icon, phone, hours and what prices are: %+v", less)
	}
	a.Call(t, operator, "PUT", at, full(), "If-Match", `"4"`).Want(t, 200, "") // the same pictures, as before
	if n := a.Events(t); n != 4 {
		t.Errorf("%d events of 4 changes", n)
	}
	if n := a.Table.Holds(t, "picture"); n != 3 {
		t.Errorf("%d pictures were kept of 3", n)
	}
}

// TestWrongBrand: each wrong field is named with its code, all of them at once.
func TestWrongBrand(t *testing.T) {
	a := open(t)
	begin(t, a)
	type wrong struct{ Pointer, Code string }
	pixel := svg("\x89PNG\r\n\x1a\n")
	kept := func(change object) object {
		made := svg(drawn)
		maps.Copy(made, change)
		return made
	}
	for want, body := range map[wrong]object{
		{"/prices", "invalid_value"}:           with("prices", "taxed"),
		{"/licenses_charged", "invalid_value"}: with("licenses_charged", "never"),
		{"/name", "required"}:                  with("name", ""),
		{"/legal_name", "too_long"}:            with("legal_name", strings.Repeat("a", 201)),
		{"/address", "required"}:               with("address", " "),
		{"/website", "invalid_format"}:         with("website", "http://skylark.example"),
		{"/email", "invalid_email"}:            with("email", "help"),
		{"/phone", "too_long"}:                 with("phone", strings.Repeat("1", 201)),
		{"/language", "invalid_value"}:         with("language", "de"),
		{"/accent", "invalid_format"}:          with("accent", "indigo"),
		{"/logo/data", "invalid_format"}:       with("logo", object{"media_type": "image/png", "data": "?"}),
		{"/icon/data", "picture_content"}:      with("icon", svg(strings.Replace(drawn, "/>", "><script/></svg>", 1))),
		{"/icon/data", "picture_format"}:       with("icon", pixel),
		{"/icon/data", "picture_too_large"}:    with("icon", svg(strings.Repeat("x", 33000))),
		{"/icon/data", "picture_dimensions"}:   with("icon", svg(`<svg xmlns="http://www.w3.org/2000/svg"/>`)),
		{"/icon/data", "required"}:             with("icon", object{"media_type": "image/png"}),
		{"/icon/media_type", "invalid_value"}:  with("icon", kept(object{"media_type": "image/png"})),
		{"/icon/url", "invalid_value"}:         with("icon", object{"media_type": "image/png", "url": "https://elsewhere.example/icon.png"}),
		{"/logo/url", "invalid_value"}:         with("logo", kept(object{"url": "https://elsewhere.example/logo.svg"})),
	} {
		answer := a.Call(t, operator, "PUT", at, body, "If-Match", `"1"`)
		var problem struct {
			Errors []struct{ Pointer, Code string }
		}
		answer.Into(t, &problem)
		if answer.Status != 422 || len(problem.Errors) != 1 || wrong(problem.Errors[0]) != want {
			t.Errorf("%v: %d %s", want, answer.Status, answer.Body)
		}
	}
	both := with("icon", pixel)
	both["name"] = ""
	if answer := a.Call(t, operator, "PUT", at, both, "If-Match", `"1"`); !strings.Contains(string(answer.Body), `"/name"`) || !strings.Contains(string(answer.Body), `"/icon/data"`) {
		t.Errorf("two wrong fields: %s", answer.Body)
	}
	if n := a.Table.Holds(t, "picture") + a.Events(t); n != 0 {
		t.Errorf("%d pictures and events of what was refused", n)
	}
}
