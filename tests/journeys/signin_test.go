package journeys

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"liaison/infra/local/client"
	"liaison/infra/local/story"
	"liaison/shared/contract"
	"liaison/shared/locale"
)

const passphrase = "twelve geese on the frozen lake"

// owner walks a trial to its receipt and returns the new owner with the link that sets the password.
func owner(t *testing.T, name string) (*story.Customer, string) {
	t.Helper()
	c, err := walk(t).Trial(patience(t), "en", address(name), "no")
	if err != nil {
		t.Fatal(err)
	}
	mails, err := mailbox.Wait(patience(t), c.Mail, 2)
	if err != nil {
		t.Fatal(err)
	}
	link := mails[1].Link(sys.Endpoints.Pages + "/set-password/")
	if link == "" {
		t.Fatalf("no link to set a password in %q:\n%s", mails[1].Subject, mails[1].Body.Text)
	}
	return c, link
}

// sees fails where the visitor's page has another status or heading.
func sees(t *testing.T, v *client.Visitor, err error, status int, heading string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if v.Page.Status != status || v.Page.Heading() != heading {
		t.Fatalf("%s: %d %q, want %d %q:\n%s", v.Page.URL, v.Page.Status, v.Page.Heading(), status, heading, v.Page.Text())
	}
}

// signIn signs a person in who wanted to see a path, and returns its browser with the page it ends at.
func signIn(ctx context.Context, t *testing.T, mail, password, path string) *client.Visitor {
	t.Helper()
	v := client.NewVisitor("en")
	if _, err := v.Get(ctx, sys.Endpoints.Pages+path); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(v.Page.URL.String(), sys.Endpoints.Issuer+"/sign-in/") {
		t.Fatalf("%s leads to %s and not to the issuer:\n%s", path, v.Page.URL, v.Page.Text())
	}
	if _, err := v.Press(ctx, "Sign in", "user", mail, "password", password); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestSignIn sets a new owner's password by the mailed link, signs in, and holds every way a session must end.
func TestSignIn(t *testing.T) {
	ctx, w := patience(t), locale.In(locale.English)
	c, link := owner(t, "owner")
	v := client.NewVisitor("en")
	_, err := v.Get(ctx, link)
	sees(t, v, err, http.StatusOK, w.PasswordTitle())
	for typed, said := range map[string]string{
		"": w.PasswordMissing(), "short": w.PasswordShort(12), strings.ToUpper(c.Mail): w.PasswordPersonal(), strings.Repeat("x", 257): w.PasswordLong(256),
		" " + passphrase: w.PasswordEdgeSpace(), passphrase + " ": w.PasswordEdgeSpace(),
	} {
		_, err := v.Press(ctx, w.PasswordButton(), "password", typed)
		sees(t, v, err, http.StatusUnprocessableEntity, w.PasswordTitle())
		if !strings.Contains(v.Page.Text(), said) || strings.Contains(string(v.Page.Body), `value="`+typed+`"`) && typed != "" && typed != strings.ToUpper(c.Mail) {
			t.Fatalf("typed %q, want %q:\n%s", typed, said, v.Page.Text())
		}
	}
	_, err = v.Press(ctx, w.PasswordButton(), "password", passphrase)
	sees(t, v, err, http.StatusOK, w.PasswordSetTitle())
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusGone, w.PasswordSetTitle())

	tokens, err := sys.Identity.SignIn(ctx, c.Mail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	person := client.API{Base: sys.Endpoints.API, Token: tokens.Access, Seen: program.Partner.Seen}
	if answer, err := person.Do(ctx, http.MethodGet, "/v1/me", nil); err != nil || answer.Status != http.StatusForbidden {
		t.Fatalf("a token of somebody who never signed in to the pages: %d %v", answer.Status, err)
	}
	first := signIn(ctx, t, c.Mail, "not this one, surely", "/account")
	if first.Page.Status != http.StatusUnauthorized {
		t.Fatalf("a wrong password: %d %s", first.Page.Status, first.Page.URL)
	}
	first = signIn(ctx, t, c.Mail, passphrase, "/account?view=dashboard")
	sees(t, first, nil, http.StatusOK, "Zakład Nowak EN")
	if first.Page.URL.RequestURI() != "/account?view=dashboard" || len(first.Page.Links("Skylark Suite")) == 0 {
		t.Fatalf("%s:\n%s", first.Page.URL, first.Page.Text())
	}
	var me contract.Me
	must(t)(person.Must(ctx, http.StatusOK, http.MethodGet, "/v1/me", nil, &me))
	if me.Kind != "customer_user" || me.Customer == nil || me.Customer.Name != "Zakład Nowak EN" || len(me.Roles) != 1 || me.Roles[0] != "global_admin" {
		t.Fatalf("%+v", me)
	}
	if answer, err := person.Do(ctx, http.MethodGet, "/v1/offers", nil); err != nil || answer.Status != http.StatusForbidden {
		t.Fatalf("a customer's user reads the partners' offers: %d %v", answer.Status, err)
	}
	second := signIn(ctx, t, c.Mail, passphrase, "/account")
	sees(t, second, nil, http.StatusOK, "Zakład Nowak EN")

	_, err = first.Get(ctx, sys.Endpoints.Pages+"/sign-out")
	sees(t, first, err, http.StatusOK, w.SignOutTitle())
	stolen := first.Page
	_, err = first.Press(ctx, w.FrameSignOut())
	sees(t, first, err, http.StatusOK, w.SignOutDoneTitle())
	// The issuer's own session ended too: whoever asks it without naming prompt=login meets the password, and not the person before.
	ask := url.Values{
		"response_type": {"code"}, "client_id": {sys.Identity.PagesClientID}, "redirect_uri": {sys.Endpoints.Pages + "/sign-in/callback"}, "scope": {"openid"},
		"code_challenge": {strings.Repeat("c", 43)}, "code_challenge_method": {"S256"},
	}
	if page, err := first.Get(ctx, sys.Endpoints.Issuer+"/oauth2/authorize?"+ask.Encode()); err != nil || !strings.HasPrefix(page.URL.String(), sys.Endpoints.Issuer+"/sign-in/") {
		t.Fatalf("after the sign-out the issuer leads to %s: %v", page.URL, err)
	}
	to, form := stolen.Form(w.FrameSignOut())
	if page, err := second.Post(ctx, to, form); err != nil || page.Status != http.StatusForbidden {
		t.Fatalf("another session's form token: %d %v", page.Status, err)
	}
	_, err = second.Get(ctx, sys.Endpoints.Pages+"/account")
	sees(t, second, err, http.StatusOK, "Zakład Nowak EN")

	// A new link, asked for by the used one, goes to the same address; the password set with it ends the other sessions.
	_, err = v.Press(ctx, w.PasswordAsk(), "email", c.Mail)
	sees(t, v, err, http.StatusOK, w.PasswordAskedTitle())
	mails, err := mailbox.Wait(ctx, c.Mail, 3)
	if err != nil {
		t.Fatal(err)
	}
	newer := mails[2].Link(sys.Endpoints.Pages + "/set-password/")
	if newer == "" || newer == link {
		t.Fatalf("no new link:\n%s", mails[2].Body.Text)
	}
	_, err = v.Get(ctx, link)
	sees(t, v, err, http.StatusGone, w.PasswordSupersededTitle())
	_, err = v.Get(ctx, newer)
	sees(t, v, err, http.StatusOK, w.PasswordTitle())
	_, err = v.Press(ctx, w.PasswordButton(), "password", passphrase+" again")
	sees(t, v, err, http.StatusOK, w.PasswordSetTitle())
	if _, err = second.Get(ctx, sys.Endpoints.Pages+"/account"); err != nil || !strings.HasPrefix(second.Page.URL.String(), sys.Endpoints.Issuer) {
		t.Fatalf("a session outlived its password: %s %v", second.Page.URL, err)
	}
	third := signIn(ctx, t, c.Mail, passphrase+" again", "/account")
	sees(t, third, nil, http.StatusOK, "Zakład Nowak EN")
}

// TestSignInRefused holds what infra/design/trust.md, rules 2, 8 and 19 forbid of a sign-in.
func TestSignInRefused(t *testing.T) {
	ctx, w, pages := patience(t), locale.In(locale.English), sys.Endpoints.Pages
	c, link := owner(t, "careful")
	v := client.NewVisitor("en")
	if _, err := v.Get(ctx, link); err != nil {
		t.Fatal(err)
	}
	_, err := v.Press(ctx, w.PasswordButton(), "password", passphrase)
	sees(t, v, err, http.StatusOK, w.PasswordSetTitle())

	for _, back := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/sign-out", "/sign-in?return=/sign-in", "evil"} {
		end := signIn(ctx, t, c.Mail, passphrase, "/sign-in?return="+url.QueryEscape(back))
		if end.Page.URL.String() != pages+"/account" {
			t.Errorf("return=%s ends at %s", back, end.Page.URL)
		}
	}
	// The cookie of a sign-in on its way is the browser's own: where it leads is looked at again.
	for _, back := range []string{"https://evil.example/", "//evil.example/", "", "/sign-in/callback?state=x"} {
		forger := client.NewVisitor("en")
		if _, err := forger.Get(ctx, pages+"/account"); err != nil {
			t.Fatal(err)
		}
		for _, c := range forger.Cookies(pages) {
			if !strings.HasPrefix(c.Name, "__Host-sign_in_") {
				continue
			}
			var attempt map[string]string
			raw, err := base64.RawURLEncoding.DecodeString(c.Value)
			if err := errors.Join(err, json.Unmarshal(raw, &attempt)); err != nil {
				t.Fatal(err)
			}
			attempt["Return"] = back
			if raw, err = json.Marshal(attempt); err != nil {
				t.Fatal(err)
			}
			forger.Plant(pages, c.Name, base64.RawURLEncoding.EncodeToString(raw))
		}
		if _, err := forger.Press(ctx, "Sign in", "user", c.Mail, "password", passphrase); err != nil {
			t.Fatal(err)
		}
		if sees(t, forger, nil, http.StatusOK, "Zakład Nowak EN"); forger.Page.URL.String() != pages+"/account" {
			t.Errorf("a cookie that leads to %q ends at %s", back, forger.Page.URL)
		}
	}
	for name, query := range map[string]string{"no state": "?code=x", "a foreign state": "?code=x&state=00000000000000000000000000", "a strange state": "?code=x&state=%3Bpath%3D/"} {
		if page, err := client.NewVisitor("en").Get(ctx, pages+"/sign-in/callback"+query); err != nil || page.Status != http.StatusForbidden || page.Heading() != w.SignInLostTitle() {
			t.Errorf("%s: %d %q %v", name, page.Status, page.Heading(), err)
		}
	}
	// A session that somebody planted is not the one that the sign-in gives.
	planted := client.NewVisitor("en")
	planted.Plant(pages, "__Host-session", "0123456789abcdefghjkmnpqrs")
	if _, err := planted.Get(ctx, pages+"/account"); err != nil {
		t.Fatal(err)
	}
	if _, err := planted.Press(ctx, "Sign in", "user", c.Mail, "password", passphrase); err != nil {
		t.Fatal(err)
	}
	sees(t, planted, nil, http.StatusOK, "Zakład Nowak EN")
	thief := client.NewVisitor("en")
	thief.Plant(pages, "__Host-session", "0123456789abcdefghjkmnpqrs")
	if _, err := thief.Get(ctx, pages+"/account"); err != nil || !strings.HasPrefix(thief.Page.URL.String(), sys.Endpoints.Issuer) {
		t.Errorf("the planted session is signed in: %s %v", thief.Page.URL, err)
	}
	// Somebody the issuer knows and we do not.
	pool := cognito.New(cognito.Options{
		Region: "eu-central-1", BaseEndpoint: &sys.Identity.CognitoURL, Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
	unknown := address("unknown")
	if _, err := pool.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &sys.Identity.UserPoolID, Username: &unknown, MessageAction: types.MessageActionTypeSuppress, TemporaryPassword: aws.String(passphrase),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &unknown}, {Name: aws.String("email_verified"), Value: aws.String("true")}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &sys.Identity.UserPoolID, Username: &unknown, Password: aws.String(passphrase), Permanent: true,
	}); err != nil {
		t.Fatal(err)
	}
	stranger := signIn(ctx, t, unknown, passphrase, "/account")
	if stranger.Page.Status != http.StatusForbidden || stranger.Page.Heading() != w.SignInUnknownTitle() {
		t.Errorf("a stranger: %d %q", stranger.Page.Status, stranger.Page.Heading())
	}
	if page, err := client.NewVisitor("en").Get(ctx, pages+"/set-password/usr_nobody"); err != nil || page.Status != http.StatusNotFound {
		t.Errorf("a link that was never ours: %d %v", page.Status, err)
	}
}
