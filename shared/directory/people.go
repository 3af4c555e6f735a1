package directory

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// People are the accounts of people.
type People struct {
	api  peopleOperations
	pool string
}

type peopleOperations struct {
	createUser operation[cognito.AdminCreateUserInput, cognito.AdminCreateUserOutput]
	deleteUser operation[cognito.AdminDeleteUserInput, cognito.AdminDeleteUserOutput]
}

// OpenPeople returns the people of the pool that the environment names. It makes no call.
func OpenPeople(env boot.Env) *People {
	pool := open(env)
	return &People{pool: env.UserPool, api: peopleOperations{createUser: pool.AdminCreateUser, deleteUser: pool.AdminDeleteUser}}
}

// CreatePerson makes the account of a person whose address a mailed link has proved. Nothing is mailed by the directory, and nobody can
// sign in before a password is set. An account that the address has already stays as it is.
func (p *People) CreatePerson(ctx context.Context, mail, name string) error {
	attribute := func(name, value string) types.AttributeType {
		return types.AttributeType{Name: aws.String(name), Value: aws.String(value)}
	}
	_, err := p.api.createUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &p.pool, Username: &mail, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{attribute("email", mail), attribute("email_verified", "true"), attribute("name", name)},
	})
	var there *types.UsernameExistsException
	if errors.As(err, &there) {
		return nil
	}
	return failed(err)
}

// Passwords are those of people's accounts.
type Passwords struct {
	set  operation[cognito.AdminSetUserPasswordInput, cognito.AdminSetUserPasswordOutput]
	pool string
}

// OpenPasswords returns the passwords of the pool that the environment names. It makes no call.
func OpenPasswords(env boot.Env) *Passwords {
	return &Passwords{open(env).AdminSetUserPassword, env.UserPool}
}

// SetPassword implements person.Accounts. Cognito's rules may refuse what ours let through, such as a password known from a breach.
func (p *Passwords) SetPassword(ctx context.Context, mail, password string) error {
	_, err := p.set(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &p.pool, Username: &mail, Password: &password, Permanent: true,
	})
	var refused *types.InvalidPasswordException
	var malformed *types.InvalidParameterException // of the request's texts only the password is not our own
	if errors.As(err, &refused) || errors.As(err, &malformed) {
		return fault.Refused.In("password")
	}
	return failed(err)
}

// DeletePerson implements administration.Accounts.
func (p *People) DeletePerson(ctx context.Context, mail string) error {
	_, err := p.api.deleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: &p.pool, Username: &mail})
	var missing *types.UserNotFoundException
	if errors.As(err, &missing) {
		return nil
	}
	return failed(err)
}
