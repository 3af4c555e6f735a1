package directory

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// Scope is the one scope that lets a token call the API (infra/stacks/identity.yaml); what its bearer may do is in the table.
const Scope = "liaison/api"

// Clients are the accounts of programs.
type Clients struct {
	api  clientOperations
	pool string
}

type clientOperations struct {
	createClient operation[cognito.CreateUserPoolClientInput, cognito.CreateUserPoolClientOutput]
	deleteClient operation[cognito.DeleteUserPoolClientInput, cognito.DeleteUserPoolClientOutput]
	addSecret    operation[cognito.AddUserPoolClientSecretInput, cognito.AddUserPoolClientSecretOutput]
	secrets      operation[cognito.ListUserPoolClientSecretsInput, cognito.ListUserPoolClientSecretsOutput]
	deleteSecret operation[cognito.DeleteUserPoolClientSecretInput, cognito.DeleteUserPoolClientSecretOutput]
}

// OpenClients returns the clients of the pool that the environment names. It makes no call.
func OpenClients(env boot.Env) *Clients {
	pool := open(env)
	return &Clients{pool: env.UserPool, api: clientOperations{
		createClient: pool.CreateUserPoolClient, deleteClient: pool.DeleteUserPoolClient,
		addSecret: pool.AddUserPoolClientSecret, secrets: pool.ListUserPoolClientSecrets, deleteSecret: pool.DeleteUserPoolClientSecret,
	}}
}

// CreateClient implements partner.Accounts: an account for the client credentials grant.
func (c *Clients) CreateClient(ctx context.Context, name string) (string, string, error) {
	made, err := c.api.createClient(ctx, &cognito.CreateUserPoolClientInput{
		UserPoolId: &c.pool, ClientName: &name, GenerateSecret: true,
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
func (c *Clients) DeleteClient(ctx context.Context, account string) error {
	_, err := c.api.deleteClient(ctx, &cognito.DeleteUserPoolClientInput{UserPoolId: &c.pool, ClientId: &account})
	if isMissing(err) {
		return nil
	}
	return failed(err)
}

// AddSecret implements partner.Accounts. LimitExceededException, for a third secret, is among the faults that the SDK tries again.
func (c *Clients) AddSecret(ctx context.Context, account string) (string, string, error) {
	made, err := c.api.addSecret(ctx, &cognito.AddUserPoolClientSecretInput{UserPoolId: &c.pool, ClientId: &account})
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
func (c *Clients) Secrets(ctx context.Context, account string) ([]string, error) {
	found, err := c.api.secrets(ctx, &cognito.ListUserPoolClientSecretsInput{UserPoolId: &c.pool, ClientId: &account})
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
func (c *Clients) DeleteSecret(ctx context.Context, account, id string) error {
	_, err := c.api.deleteSecret(ctx, &cognito.DeleteUserPoolClientSecretInput{UserPoolId: &c.pool, ClientId: &account, ClientSecretId: &id})
	if isMissing(err) {
		return nil
	}
	return failed(err)
}

func isMissing(err error) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing)
}
