// Command lambda serves /account/domains, /partner/admin/{customer}/domains and what is below them.
package main

import (
	customerdomains "liaison/functions/pages/customer-domains"
	"liaison/shared/boot"
	"liaison/shared/dns"
	"liaison/shared/dynamo"
	"liaison/shared/gateway"
)

func main() {
	env := boot.Load("PAGES_URL")
	gateway.ServeHTTP(env, customerdomains.Page(env, dynamo.Domains{Table: dynamo.Open(env)}, dns.Open(env)))
}
