// Package ses sends mail through Amazon SES, and says of each mail that was not taken whether another try makes sense.
package ses

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"liaison/shared/boot"
)

// Letter is one mail to one recipient, ready to go.
type Letter struct {
	From string // bare address; the shown name stands in Raw
	To   string
	Raw  []byte // RFC 5322
	// Account says that it is a receipt or a mail about the account: it leaves under a configuration set of its own, which holds nobody back.
	Account bool
	// Tags come back with everything SES reports of the mail: ASCII letters, digits, _ and - only.
	Tags map[string]string
}

// Sender sends mail. What it does fails with ErrRefused, ErrLater, ErrThrottled or ErrUnclear inside the error.
type Sender interface {
	// Send sends one letter and returns the message id.
	Send(ctx context.Context, l Letter) (string, error)
	// Release takes an address off the account's own suppression list; one that is not on it is no fault.
	Release(ctx context.Context, address string) error
}

// How a send can fail.
var (
	// ErrRefused says that this mail will never be taken: the address or the message is wrong.
	ErrRefused = errors.New("ses: refused")
	// ErrLater says that the mail was not taken, and that another try makes sense: paused, out of order.
	ErrLater = errors.New("ses: not taken now")
	// ErrThrottled says that the mail was not taken, because more are sent than the account may: another try makes sense, but later.
	ErrThrottled = errors.New("ses: more than the account may send")
	// ErrUnclear says that no answer came: the mail may have been taken or not.
	ErrUnclear = errors.New("ses: no answer")
)

// Client is SES's own API, version 2.
type Client struct {
	// A function and not the SDK's client: mail links html/template, with which the linker keeps every method of every type that an
	// interface value leads to, and the client's are 4 MB.
	send    func(context.Context, *sesv2.SendEmailInput) (*sesv2.SendEmailOutput, error)
	release func(context.Context, *sesv2.DeleteSuppressedDestinationInput) error
	// The configuration sets of offer mail and of account mail.
	offers, account string
}

// Open returns the sender that the environment names. It makes no call.
func Open(env boot.Env) *Client {
	options := sesv2.Options{
		Region: env.Region, Credentials: env.Credentials(), HTTPClient: env.Once(),
		// Only what was surely not taken is tried again here: a second try after a lost answer would be a second mail.
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Retryables = []retry.IsErrorRetryable{throttled}
		}),
	}
	if env.MailEndpoint != "" {
		options.BaseEndpoint = aws.String(env.MailEndpoint)
	}
	api := sesv2.New(options)
	return &Client{
		offers: env.ConfigurationSet, account: env.AccountConfigurationSet,
		send: func(ctx context.Context, in *sesv2.SendEmailInput) (*sesv2.SendEmailOutput, error) {
			return api.SendEmail(ctx, in)
		},
		release: func(ctx context.Context, in *sesv2.DeleteSuppressedDestinationInput) error {
			_, err := api.DeleteSuppressedDestination(ctx, in)
			return err
		},
	}
}

// Send implements Sender.
func (c *Client) Send(ctx context.Context, l Letter) (string, error) {
	in := &sesv2.SendEmailInput{
		FromEmailAddress: &l.From, Destination: &types.Destination{ToAddresses: []string{l.To}},
		Content: &types.EmailContent{Raw: &types.RawMessage{Data: l.Raw}},
	}
	set := c.offers
	if l.Account {
		set = c.account
	}
	if set != "" {
		in.ConfigurationSetName = &set
	}
	for name, value := range l.Tags {
		in.EmailTags = append(in.EmailTags, types.MessageTag{Name: aws.String(name), Value: aws.String(value)})
	}
	out, err := c.send(ctx, in)
	if err != nil {
		return "", failed(err)
	}
	return aws.ToString(out.MessageId), nil
}

// Release implements Sender.
func (c *Client) Release(ctx context.Context, address string) error {
	err := c.release(ctx, &sesv2.DeleteSuppressedDestinationInput{EmailAddress: &address})
	var none *types.NotFoundException
	if err == nil || errors.As(err, &none) {
		return nil
	}
	return failed(err)
}

// throttled recognises that too much was sent: in a second, or in a day.
var throttled = retry.RetryableErrorCode{Codes: retry.DefaultThrottleErrorCodes}

// failed sorts what the service answered by what the caller can do. Answers may quote an address: only their kind is kept.
func failed(err error) error {
	var rejected *types.MessageRejected
	var malformed *types.BadRequestException
	var answer *awshttp.ResponseError
	var dial *net.OpError
	switch {
	case throttled.IsErrorRetryable(err) == aws.TrueTernary:
		return ErrThrottled
	case errors.As(err, &rejected):
		if strings.Contains(rejected.ErrorMessage(), "not verified") { // ours, not the recipient's: the sending identity
			return ErrLater
		}
		return ErrRefused
	case errors.As(err, &malformed):
		return ErrRefused
	case errors.As(err, &answer) && answer.HTTPStatusCode() >= 400:
		return ErrLater
	case errors.As(err, &dial) && dial.Op == "dial":
		return ErrLater
	}
	return ErrUnclear
}
