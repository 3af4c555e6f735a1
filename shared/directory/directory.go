// Package directory keeps sign-in accounts: the Cognito user pool that issues the tokens.
package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// operation is one of the service's. Those that are used are kept one by one, apart for clients and for people, who are no program's both: a
// field of the service's own type would keep all of its hundred in every program that renders templates, because the linker cannot see what
// their reflection calls.
type operation[I, O any] func(context.Context, *I, ...func(*cognito.Options)) (*O, error)

func open(env boot.Env) *cognito.Client {
	options := cognito.Options{Region: env.Region, Credentials: env.Credentials(), HTTPClient: env.Client(), Retryer: env.Retryer()}
	if env.DirectoryEndpoint != "" {
		options.BaseEndpoint = aws.String(env.DirectoryEndpoint)
	}
	return cognito.New(options)
}

// transport recognises lost connections and time-outs.
var transport = retry.IsErrorRetryables(retry.DefaultRetryables)

// failed turns what the service answered into Unavailable where waiting helps, and leaves the rest as it is.
func failed(err error) error {
	if err == nil {
		return nil
	}
	var often *types.TooManyRequestsException
	var broken *types.InternalErrorException
	var failing *types.InternalServerException
	if errors.As(err, &often) || errors.As(err, &broken) || errors.As(err, &failing) || errors.Is(err, context.DeadlineExceeded) ||
		transport.IsErrorRetryable(err) == aws.TrueTernary {
		return fault.Unavailable.After(time.Second).Because(err)
	}
	return fmt.Errorf("directory: %w", err)
}
