package main

// Public list prices in US dollars, without free tiers, taxes and data transfer, as known in November 2026 from aws.amazon.com/dynamodb/pricing,
// /lambda/pricing, /api-gateway/pricing, /ses/pricing, /cognito/pricing, /xray/pricing and /cloudwatch/pricing. DynamoDB (on demand, Standard
// class, since November 2024), the gateway and logs are Frankfurt's (eu-central-1); the others are the same there and in US East.
const (
	writePrice   = 0.7625       // a million write request units
	readPrice    = 0.1525       // a million read request units
	callPrice    = 0.20         // a million invocations
	gigabytePay  = 0.0000133334 // a GB-second of an arm64 function
	gatewayPrice = 1.20         // a million requests to an HTTP API of up to 512 kB

	// SES sells plans since 21 July 2026. An account that begins is in Essentials: no monthly fee, 0.16 a thousand mails up to 10 million a
	// month. One that sent mail since June 2025 keeps paying for each feature, 0.10 a thousand, unless it chooses a plan. Source: AWS's price
	// list of SES of 22 July 2026 (offers/v1.0/aws/AmazonSES/20260722172054), as read in github.com/api-evangelist/amazon-ses, plans.
	mailPrice    = 160.0 // a million mails of an account that begins
	oldMailPrice = 100.0 // a million mails of one that sent before

	tokenPrice  = 2250.0 // a million tokens for machines (client credentials), the first tier, 2.25 a thousand
	personPrice = 0.015  // a person who signs in that month, above the first 10,000 (tier Essentials)
	tracePrice  = 5.0    // a million traces recorded
	logPrice    = 0.63   // a GB of logs taken in
)

// What DynamoDB serves one partition a second.
const (
	partitionReads  = 3000.0
	partitionWrites = 1000.0
)
