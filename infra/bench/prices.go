package main

// Public list prices in US dollars, without free tiers, taxes and data transfer, as known in November 2026 from aws.amazon.com/dynamodb/pricing,
// /lambda/pricing, /api-gateway/pricing and /ses/pricing. DynamoDB (on demand, Standard class, since November 2024) and the gateway are
// Frankfurt's (eu-central-1), 1.22 and 1.2 times the US East prices of 0.625, 0.125 and 1.00; Lambda's and SES's are the same in both regions.
const (
	writePrice   = 0.7625       // a million write request units
	readPrice    = 0.1525       // a million read request units
	callPrice    = 0.20         // a million invocations
	gigabytePay  = 0.0000133334 // a GB-second of an arm64 function
	gatewayPrice = 1.20         // a million requests to an HTTP API of up to 512 kB
	mailPrice    = 100.0        // a million mails, 0.10 a thousand
)
