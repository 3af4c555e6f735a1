// Command bare is the smallest handler there is: aws-lambda-go and nothing else. The benchmark measures our functions against it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context, map[string]any) (string, error) { return "ok", nil })
}
