// Package directory keeps sign-in accounts: the Cognito user pool that issues the tokens.
package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// Scope is the one scope that lets a token call the API (infra/stacks/identity.yaml); what its bearer may do is in the table.
const Scope = "liaison/api"

// Directory is the user pool.
type Directory struct {
	api  operations
	pool string
}

// operations are those of the service that are used, one by one: a field of the client's own type would keep all of its hundred in every
// program that renders templates, because the linker cannot see what their reflection calls.
type operations struct {
	createClient operation[cognito.CreateUserPoolClientInput, cognito.CreateUserPoolClientOutput]
	deleteClient operation[cognito.DeleteUserPoolClientInput, cognito.DeleteUserPoolClientOutput]
	addSecret    operation[cognito.AddUserPoolClientSecretInput, cognito.AddUserPoolClientSecretOutput]
	secrets      operation[cognito.ListUserPoolClientSecretsInput, cognito.ListUserPoolClientSecretsOutput]
	deleteSecret operation[cognito.DeleteUserPoolClientSecretInput, cognito.DeleteUserPoolClientSecretOutput]
	createUser   operation[cognito.AdminCreateUserInput, cognito.AdminCreateUserOutput]
	setPassword  operation[cognito.AdminSetUserPasswordInput, cognito.AdminSetUserPasswordOutput]
}

type operation[I, O any] func(context.Context, *I, ...func(*cognito.Options)) (*O, error)

// Open returns the pool that the environment names. It makes no call.
func Open(env boot.Env) *Directory {
	options := cognito.Options{Region: env.Region, Credentials: env.Credentials(), HTTPClient: env.Client(), Retryer: env.Retryer()}
	if env.DirectoryEndpoint != "" {
		options.BaseEndpoint = aws.String(env.DirectoryEndpoint)
	}
	client := cognito.New(options)
	return &Directory{pool: env.UserPool, api: operations{
		createClient: client.CreateUserPoolClient, deleteClient: client.DeleteUserPoolClient,
		addSecret: client.AddUserPoolClientSecret, secrets: client.ListUserPoolClientSecrets, deleteSecret: client.DeleteUserPoolClientSecret,
		createUser: client.AdminCreateUser, setPassword: client.AdminSetUserPassword,
	}}
}

// CreateClient implements partner.Accounts: an account for the client credentials grant.
func (d *Directory) CreateClient(ctx context.Context, name string) (string, string, error) {
	made, err := d.api.createClient(ctx, &cognito.CreateUserPoolClientInput{
		UserPoolId: &d.pool, ClientName: &name, GenerateSecret: true,
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials},
		AllowedOAuthScopes: []string{Scope}, EnableTokenRevocation: aws.Bool(true),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth}, // left out, Cognito lets it sign people in
	})
	if err != nil {
		return "", "", failed(err)
	}
	account, secret := aws.ToString(made.UserPoolClient.ClientId), aws.ToString(made.UserPoolClient.ClientSecret)
	if account == "" || secret == "" {
		return "", "", errors.New("directory: a client without id or secret")
	}
	return account, secret, nil
}

// DeleteClient implements partner.Accounts.
func (d *Directory) DeleteClient(ctx context.Context, account string) error {
	_, err := d.api.deleteClient(ctx, &cognito.DeleteUserPoolClientInput{UserPoolId: &d.pool, ClientId: &account})
	if isMissing(err) {
		return nil
	}
	return failed(err)
}

// AddSecret implements partner.Accounts. LimitExceededException, for a third secret, is among the faults that the SDK tries again.
func (d *Directory) AddSecret(ctx context.Context, account string) (string, string, error) {
	made, err := d.api.addSecret(ctx, &cognito.AddUserPoolClientSecretInput{UserPoolId: &d.pool, ClientId: &account})
	if isMissing(err) {
		return "", "", fault.ClientNotActive
	}
	if err != nil {
		return "", "", failed(err)
	}
	var id, secret string
	if one := made.ClientSecretDescriptor; one != nil {
		id, secret = aws.ToString(one.ClientSecretId), aws.ToString(one.ClientSecretValue)
	}
	if id == "" || secret == "" {
		return "", "", errors.New("directory: a secret without id or value")
	}
	return id, secret, nil
}

// Secrets implements partner.Accounts. Cognito has two at most, which it lists in one answer.
func (d *Directory) Secrets(ctx context.Context, account string) ([]string, error) {
	found, err := d.api.secrets(ctx, &cognito.ListUserPoolClientSecretsInput{UserPoolId: &d.pool, ClientId: &account})
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, failed(err)
	}
	slices.SortStableFunc(found.ClientSecrets, func(a, b types.ClientSecretDescriptorType) int {
		return aws.ToTime(a.ClientSecretCreateDate).Compare(aws.ToTime(b.ClientSecretCreateDate))
	})
	ids := make([]string, len(found.ClientSecrets))
	for i, one := range found.ClientSecrets {
		ids[i] = aws.ToString(one.ClientSecretId)
	}
	return ids, nil
}

// DeleteSecret implements partner.Accounts.
func (d *Directory) DeleteSecret(ctx context.Context, account, id string) error {
	_, err := d.api.deleteSecret(ctx, &cognito.DeleteUserPoolClientSecretInput{UserPoolId: &d.pool, ClientId: &account, ClientSecretId: &id})
	if isMissing(err) {
		return nil
	}
	return failed(err)
}

func isMissing(err error) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing)
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
