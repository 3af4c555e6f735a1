package textinput

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"liaison/shared/fault"
)

// MaxDomain is the longest domain that somebody may have, in bytes: DNS takes 253, of which the name of a record below it needs some.
const MaxDomain = 240

// OwnDomain returns a domain that one company can have, in its ASCII form and small letters. code is empty or required, too_long, invalid_domain, or
// public_suffix for one below which anybody registers names, as co.uk is: whoever had it would have all of them.
func OwnDomain(text string) (clean string, code *fault.Code) {
	text = strings.TrimSuffix(Bare(text), ".")
	switch {
	case text == "":
		return "", fault.Required
	case len(text) > 4*MaxDomain:
		return "", fault.TooLong
	}
	clean, fine := Domain(text)
	_, noAddress := netip.ParseAddr(clean)
	switch {
	case !fine || noAddress == nil || strings.Trim(clean[strings.LastIndexByte(clean, '.'):], "."+Digits) == "":
		return "", fault.InvalidDomain
	case len(clean) > MaxDomain:
		return "", fault.TooLong
	}
	if suffix, _ := publicsuffix.PublicSuffix(clean); suffix == clean {
		return "", fault.PublicSuffix
	}
	return clean, nil
}

// Registered returns the domain that was registered for a host to have its name, empty where there is none, as for an IP address.
func Registered(host string) string {
	domain, fine := Domain(host)
	if _, err := netip.ParseAddr(host); !fine || err == nil {
		return ""
	}
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return ""
	}
	return registered
}
