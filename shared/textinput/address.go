package textinput

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"liaison/shared/fault"
)

// MaxMail is the longest address taken, in bytes (RFC 5321, 4.5.3.1.3 less the brackets).
const MaxMail = 254

// Mail returns an address as it is mailed to and stored: an international domain in its ASCII form. code is empty or required, too_long,
// invalid_email, or mailbox_not_ascii where letters stand before the @ that the sending service can't mail to. Quoted local parts,
// comments, display names and address literals are refused: no sign-up has honest use for them.
func Mail(text string) (clean string, code *fault.Code) {
	text = Bare(text)
	at := strings.LastIndexByte(text, '@')
	switch {
	case text == "":
		return "", fault.Required
	case len(text) > 4*MaxMail:
		return "", fault.TooLong
	case at <= 0 || strings.ContainsAny(text[:at], "\"()<>[]:;,\\ @"):
		return "", fault.InvalidEmail
	case !ascii(text[:at]):
		return "", fault.MailboxNotASCII
	}
	domain, fine := Domain(text[at+1:])
	clean = text[:at] + "@" + domain
	if !fine || at > 64 {
		return "", fault.InvalidEmail
	}
	if len(clean) > MaxMail {
		return "", fault.TooLong
	}
	if parsed, err := mail.ParseAddress(clean); err != nil || parsed.Address != clean || parsed.Name != "" {
		return "", fault.InvalidEmail
	}
	return clean, nil
}

// FoldMail returns an address as it is compared: an international domain in its ASCII form, small letters. Before the @ only ASCII's letters
// are made small, as others become ASCII's by it (the Kelvin sign a k) and strangers would collide.
func FoldMail(address string) string {
	address = Bare(address)
	at := strings.LastIndexByte(address, '@')
	if domain, fine := Domain(address[at+1:]); fine {
		address = address[:at+1] + domain
	}
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, address)
}

// ShownMail returns a stored address as people read it: an international domain in its own letters, unless these could be taken for others.
func ShownMail(address string) string {
	at := strings.LastIndexByte(address, '@')
	if !strings.Contains(address[at+1:], "xn--") {
		return address
	}
	return address[:at+1] + ShownDomain(address[at+1:])
}

// ShownDomain returns a stored domain as people read it: in its own letters, unless these could be taken for others.
func ShownDomain(domain string) string {
	shown, err := idna.Lookup.ToUnicode(domain)
	if err != nil {
		return domain
	}
	for label := range strings.SplitSeq(shown, ".") {
		if !ascii(label) && (mixed(label) || stacked(label) || disguised(label)) {
			return domain
		}
	}
	return shown
}

// Domain returns the ASCII form of a domain of at least two labels, as it is stored, and whether it is one.
func Domain(domain string) (string, bool) {
	if !ascii(domain) || strings.Contains(strings.ToLower(domain), "xn--") {
		converted, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", false
		}
		domain = converted
	}
	domain = strings.ToLower(domain)
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, Small+Digits+"-") != "" {
			return "", false
		}
	}
	return domain, len(labels) > 1
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// disguised says whether all letters of a label are Cyrillic or Greek ones that look like Latin ones: browsers show such a domain in its
// ASCII form too.
func disguised(label string) bool {
	return strings.Trim(label, Digits+"-"+"аысԁеԍһіюјӏорԗԛѕԝхуъьҽпгѵѡ") == "" || strings.Trim(label, Digits+"-"+"αικνρυωηοτ") == ""
}
