// Command authorizer says who stands behind a bearer token, for every route of the API that needs a caller.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"liaison/shared/boot"
)

func main() {
	lambda.Start(open(boot.Load("ISSUER")).answer)
}
