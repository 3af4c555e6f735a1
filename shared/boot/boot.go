// Package boot reads a function's environment and builds its logger, clock and AWS clients, once, when the function starts.
package boot

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/caarlos0/env/v11"

	"liaison/shared/id"
	"liaison/shared/textinput"
)

// Env is what the template tells a function.
type Env struct {
	Function string `env:"AWS_LAMBDA_FUNCTION_NAME"`
	Region   string `env:"AWS_REGION"`
	Table    string `env:"TABLE_NAME"`
	APIURL   string `env:"API_URL"`   // without a slash at the end
	PagesURL string `env:"PAGES_URL"` // without a slash at the end
	// below which each customer has a domain of its own; empty: none has
	CustomersDomain string `env:"CUSTOMERS_DOMAIN"`

	Issuer      string `env:"ISSUER"`
	Scope       string `env:"SCOPE"`     // that every bearer token must carry; empty: none
	Audiences   string `env:"AUDIENCES"` // comma list of audiences and client ids whose tokens count; empty: any of the issuer's
	UserPool    string `env:"USER_POOL_ID"`
	PagesClient string `env:"PAGES_CLIENT_ID"` // the pages' own client at the issuer: code + PKCE

	TrustAddresses bool `env:"TRUST_ISSUER_ADDRESSES"` // an ID token without email_verified holds a verified address

	MailFrom         string `env:"MAIL_FROM"` // address on the vendor's domain that every mail comes from
	MailReports      string `env:"MAIL_REPORTS"`
	ConfigurationSet string `env:"MAIL_CONFIGURATION_SET"` // of invitations, offers and reminders
	// of receipts and mail about the account
	AccountConfigurationSet string `env:"MAIL_ACCOUNT_CONFIGURATION_SET"`

	MailPerHour       int           `env:"MAIL_PER_HOUR" envDefault:"3"` // offer mails to one address over all partners
	MailPerDay        int           `env:"MAIL_PER_DAY" envDefault:"10"`
	InvitationsPerDay int           `env:"INVITATIONS_PER_DAY" envDefault:"500"` // of one partner until trusted
	MailPerSecond     int           `env:"MAIL_PER_SECOND" envDefault:"14"`      // that the mail service takes of this account
	RequestsPerSecond int           `env:"REQUESTS_PER_SECOND"`                  // of each HTTP API; GET /v1/limits alone tells it
	PostsPerAddress   int           `env:"POSTS_PER_ADDRESS" envDefault:"10"`    // of a public link, a minute
	PostsPerClient    int           `env:"POSTS_PER_CLIENT" envDefault:"60"`
	ChecksPerCaller   int           `env:"CHECKS_PER_CALLER" envDefault:"30"` // partner checks, a minute
	Offset            time.Duration `env:"LIAISON_CLOCK_OFFSET"`
	Debug             bool          `env:"LOG_DEBUG"`
	DynamoEndpoint    string        `env:"AWS_ENDPOINT_URL_DYNAMODB"`
	MailEndpoint      string        `env:"AWS_ENDPOINT_URL_SESV2"`
	DirectoryEndpoint string        `env:"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"`
	DNSResolver       string        `env:"LIAISON_DNS_RESOLVER"` // host and port; empty: the machine's own
	AccessKey         string        `env:"AWS_ACCESS_KEY_ID"`
	SecretKey         string        `env:"AWS_SECRET_ACCESS_KEY"`
	SessionToken      string        `env:"AWS_SESSION_TOKEN"`
	Log               *slog.Logger
}

// Load returns the function's environment, or ends the process naming every variable of needs that is missing.
// needs are names of variables beside those every function has; the credentials are Lambda's own.
func Load(needs ...string) Env {
	var loaded Env
	if err := env.Parse(&loaded); err != nil {
		fail(err.Error())
	}
	var missing []string
	for _, name := range append([]string{"AWS_REGION", "TABLE_NAME"}, needs...) {
		if os.Getenv(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		fail("missing: " + strings.Join(missing, ", "))
	}
	level := slog.LevelInfo
	if loaded.Debug {
		level = slog.LevelDebug
	}
	// Powertools' key names, so that its log tools read ours.
	loaded.Log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey:
			a.Key = "timestamp"
		case slog.MessageKey:
			a.Key = "message"
		}
		return a
	}})).With("service", "liaison", "function_name", loaded.Function)
	return loaded
}

func fail(text string) {
	fmt.Fprintln(os.Stderr, "environment:", text)
	os.Exit(1)
}

// Now returns the time the function goes by: UTC, whole milliseconds, as the table keeps it.
func (e Env) Now() time.Time { return time.Now().Add(e.Offset).UTC().Truncate(time.Millisecond) }

// IssuerName returns an issuer under the one name that the table knows it by: without the slash that some write at its end and some do not.
func IssuerName(issuer string) string { return strings.TrimSuffix(issuer, "/") }

// Domains returns the domains that the vendor registered to have the API and the pages there, and the one below which customers have theirs: no
// customer can add one of them.
func (e Env) Domains() []string {
	own := []string{e.CustomersDomain}
	for _, base := range []string{e.APIURL, e.PagesURL} {
		if at, err := url.Parse(base); err == nil {
			if domain := textinput.Registered(at.Hostname()); domain != "" {
				own = append(own, domain)
			}
		}
	}
	return own
}

// Ending says that a call has less than spare left before its deadline, so that nothing new is begun. A call without a deadline never ends.
func Ending(ctx context.Context, spare time.Duration) bool {
	end, ok := ctx.Deadline()
	return ok && time.Until(end) < spare
}

// IDs returns the source of new ids and secrets.
func (e Env) IDs() id.Source { return id.From(rand.Reader) }

// Credentials returns Lambda's own credentials; Lambda replaces the process before they end.
func (e Env) Credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: e.AccessKey, SecretAccessKey: e.SecretKey, SessionToken: e.SessionToken, Source: "environment"}, nil
	})
}

// Client returns the HTTP client of AWS calls: a lost peer is noticed within seconds, connections are kept.
func (e Env) Client() *http.Client { return client(false) }

// Once returns the HTTP client of calls that nobody may repeat: a mail, a code for tokens. Each call has a connection of its own. A kept one
// may be closed by its peer while the call is written, above all after Lambda froze the process, and then nobody knows whether it was heard.
func (e Env) Once() *http.Client { return client(true) }

func client(once bool) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 3 * time.Second, ResponseHeaderTimeout: 8 * time.Second, DisableKeepAlives: once,
		MaxIdleConns: 32, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, ForceAttemptHTTP2: false,
	}}
}

// Retryer returns how one AWS call is retried: 3 tries, at most a third of a second between two.
func (e Env) Retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 3, 300*time.Millisecond
	})
}
