package journeys

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"liaison/infra/local/client"
	"liaison/shared/contract"
	"liaison/shared/locale"
	"liaison/shared/support"
)

// TestServiceRequest follows a partner with limited administration that asks the vendor for help on a customer's behalf: the vendor answers, the customer
// sees all of it, closes it and opens it again; one that is resolved closes by itself. Each mail comes.
func TestServiceRequest(t *testing.T) {
	const partner, path, help = "Baltic Bridge IT sp. z o.o.", "/v1/service-requests", "Mail from outside"
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "helped")
	id := c.Subscription.CustomerID
	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	as := func(who client.API) func(status int, method, path string, body, into any, headers ...string) client.Answer {
		return func(status int, method, path string, body, into any, headers ...string) client.Answer {
			t.Helper()
			return must(t)(who.Must(ctx, status, method, path, body, into, headers...))
		}
	}
	customer, partners, vendor := as(person), as(program.Partner), as(program.Operator)
	wish := contract.ServiceRequestCreate{
		CustomerID: &id, Subject: help, Severity: ptr(contract.ServiceRequestSeverityHigh), SubscriptionID: &c.Subscription.ID, Message: "None since 8:00.",
	}
	partners(http.StatusForbidden, http.MethodPost, path, wish, nil)
	authorize(ctx, t, c)
	settle(t)
	mine := len(subjects(t, c.Mail))

	var made contract.ServiceRequest
	partners(http.StatusCreated, http.MethodPost, path, wish, &made)
	settle(t)
	titled(t, c.Mail, w.MailServiceRequestOpenedSubjectBehalf(partner), 1)
	mails, err := mailbox.To(ctx, c.Mail)
	if err != nil || len(mails) != mine+1 || !strings.Contains(mails[mine].Body.Text, pages+"/account/support/"+made.ID) || !strings.Contains(mails[mine].Body.Text, wish.Message) {
		t.Fatalf("%d mails, %v", len(mails)-mine, err)
	}

	// The vendor has it before it, and answers.
	var waiting contract.ServiceRequestPage
	settle(t)
	vendor(http.StatusOK, http.MethodGet, path+"?severity=high", nil, &waiting)
	if n := len(waiting.Data); n == 0 || waiting.Data[n-1].ID != made.ID || waiting.Data[n-1].OpenedBy.Name == nil || *waiting.Data[n-1].OpenedBy.Name != partner {
		t.Fatalf("%+v", waiting.Data)
	}
	at := path + "/" + made.ID
	vendor(http.StatusOK, http.MethodGet, at, nil, &made)
	vendor(http.StatusCreated, http.MethodPost, at+"/comments", contract.ServiceRequestCommentCreate{Message: "Which address?"}, nil)
	vendor(http.StatusOK, http.MethodGet, at+"/comments", nil, nil)

	// The customer reads both, answers, closes it, and is not done.
	var said contract.ServiceRequestCommentPage
	customer(http.StatusOK, http.MethodGet, at+"/comments", nil, &said)
	if len(said.Data) != 2 || said.Data[0].Author.Side != "partner" || said.Data[1].Author.Side != "vendor" || said.Data[1].Message != "Which address?" {
		t.Fatalf("%+v", said.Data)
	}
	change := func(status contract.ServiceRequestUpdateStatus, as string) {
		t.Helper()
		tag := customer(http.StatusOK, http.MethodGet, at, nil, nil).Header.Get("ETag")
		customer(http.StatusOK, http.MethodPatch, at, contract.ServiceRequestUpdate{Status: &status}, &made, "If-Match", tag)
		if string(made.Status) != as {
			t.Fatalf("%+v", made)
		}
	}
	change("closed", "closed")
	customer(http.StatusCreated, http.MethodPost, at+"/comments", contract.ServiceRequestCommentCreate{Message: "It fails again."}, nil)
	partners(http.StatusOK, http.MethodGet, path+"?status=open&customer_id="+id, nil, &waiting)
	if len(waiting.Data) != 1 || waiting.Data[0].Comments != 3 {
		t.Fatalf("%+v", waiting.Data)
	}
	partners(http.StatusOK, http.MethodGet, at, nil, nil)
	change("resolved", "resolved")
	later(t, sys.Now().AddDate(0, 0, support.CloseDays).Add(time.Hour))
	if n := happenedTo(ctx, t, c, "service_request.closed"); n != 2 {
		t.Errorf("%d times closed, by the customer and by itself", n)
	}
	acts := opened(t, c.again(ctx, t), pages+"/account/activity").Text()
	for _, one := range []string{
		w.ActivityRequestOpened(), w.ActivityRequestCommented(), w.ActivityRequestChanged(), w.ActivityRequestClosed(), w.ActivityRequestReopened(), w.ActivityRead(), partner,
	} {
		if !strings.Contains(acts, one) {
			t.Errorf("no %q in\n%s", one, acts)
		}
	}
}

// TestServiceRequestPages follows a customer that asks the vendor for help by its pages: the mails lead to each side's page, an operator answers, resolves
// and opens again, and the customer reads, closes and comes back.
func TestServiceRequestPages(t *testing.T) {
	const help, vendorMail = "Shared calendars are empty", "help@skylark.example"
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c := customerWithPassword(ctx, t, "asking")
	v := c.browser
	opened(t, v, pages+"/account/support/new")
	pressed(t, v, w.SupportSend(), "subject", help, "message", "Since this morning.\nAll of them.", "severity", "high", "subscription", c.Subscription.ID)
	at := v.Page.URL.String()
	sees(t, v, nil, http.StatusOK, help)
	opened(t, v, pages+"/account/support?state=open")
	if len(v.Page.Links(help)) != 1 {
		t.Errorf("the list lacks it:\n%s", v.Page.Text())
	}
	settle(t)
	last := func(to, path string) string {
		t.Helper()
		mails, err := mailbox.To(ctx, to)
		if err != nil || len(mails) == 0 {
			t.Fatalf("%d mails, %v", len(mails), err)
		}
		return mails[len(mails)-1].Link(pages + path)
	}

	// The vendor's mail leads to its page; the list has it, too.
	staff := signIn(ctx, t, sys.Identity.OperatorName, sys.Identity.OperatorPassword, "/vendor")
	opened(t, staff, pages+"/vendor/support?severity=high")
	if len(staff.Page.Links(help)) != 1 {
		t.Errorf("the vendor's list lacks it:\n%s", staff.Page.Text())
	}
	opened(t, staff, last(vendorMail, "/vendor/support/"))
	sees(t, staff, nil, http.StatusOK, help)
	pressed(t, staff, w.SupportAnswerSend(), "message", "Look now.")
	pressed(t, staff, w.SupportSeveritySave(), "severity", "normal")
	settle(t)

	// The customer's mail leads to its own.
	if to := last(c.Mail, "/account/support/"); to != strings.Split(at, "?")[0] {
		t.Errorf("the customer's mail leads to %s", to)
	}
	says := func(v *client.Visitor, words ...string) {
		t.Helper()
		for _, one := range words {
			if !strings.Contains(v.Page.Text(), one) {
				t.Errorf("no %q on %s:\n%s", one, v.Page.URL, v.Page.Text())
			}
		}
	}
	opened(t, v, last(c.Mail, "/account/support/"))
	says(v, "Look now.", w.SupportAnswered(), w.SupportNormal())
	pressed(t, v, w.SupportClose())
	says(v, w.SupportIsClosed())
	pressed(t, v, w.SupportReopen())
	says(v, w.SupportIsReopened())
	pressed(t, v, w.SupportAnswerSend(), "message", "Now they are there.")
	pressed(t, v, w.SupportClose())

	// What is closed is opened again by the vendor, too, and resolved.
	opened(t, staff, last(vendorMail, "/vendor/support/"))
	says(staff, "Now they are there.", w.SupportClosed())
	pressed(t, staff, w.SupportReopen())
	pressed(t, staff, w.SupportResolve())
	says(staff, w.SupportIsResolved())
}
