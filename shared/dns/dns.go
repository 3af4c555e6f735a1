// Package dns asks the domain name system.
package dns

import (
	"context"
	"errors"
	"net"
	"time"

	"liaison/shared/boot"
	"liaison/shared/fault"
)

// patience is how long one question may take, with all that the resolver tries.
const patience = 3 * time.Second

// Resolver asks the resolver of the machine, or the one that the environment names.
type Resolver struct{ resolver *net.Resolver }

// Open returns the resolver that the environment names. It asks nothing.
func Open(env boot.Env) Resolver {
	r := &net.Resolver{PreferGo: true}
	if env.DNSResolver != "" {
		r.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, env.DNSResolver)
		}
	}
	return Resolver{r}
}

// TXT returns the values of all TXT records at a name, in any order; none where there is no such record. It fails with Busy dns_unavailable where DNS
// does not answer within 3 seconds, or answers that it cannot say.
func (r Resolver) TXT(ctx context.Context, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := r.resolver.LookupTXT(ctx, name+".") // the dot keeps the machine's search domains out of it
	var said *net.DNSError
	if errors.As(err, &said) && said.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fault.DNSUnavailable.Because(err)
	}
	return found, nil
}
