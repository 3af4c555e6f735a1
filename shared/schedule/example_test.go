package schedule_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"

	"liaison/shared/boot"
	"liaison/shared/dynamo"
	"liaison/shared/offer"
	"liaison/shared/op"
	"liaison/shared/schedule"
)

// A job names its class of things that fall due, and moves one of them on. Whatever fails stays due for the next run.
func ExampleJob() {
	env := boot.Load()
	table := dynamo.Open(env)
	lambda.Start(schedule.Job[offer.Offer]{
		Class: "offer",
		Name:  "greet-offers",
		Step: func(_ context.Context, due dynamo.Due[offer.Offer], o op.Op) error {
			if due.Item.ExpiresAt.After(o.At) {
				return schedule.ErrMoot // prolonged meanwhile
			}
			fmt.Println("overdue:", due.Item.ID)
			return nil
		},
	}.Handler(env, table))
}
