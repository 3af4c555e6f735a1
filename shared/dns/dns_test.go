package dns_test

import (
	"net"
	"slices"
	"testing"

	"liaison/infra/local/services"
	"liaison/shared/boot"
	"liaison/shared/dns"
	"liaison/shared/fault"
)

// TestTXT: the records of a name are told apart from a name without any, and from no answer.
func TestTXT(t *testing.T) {
	server, err := services.StartDNS()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	server.Set("_liaison.Contoso.example", "one", "two words")
	asks := dns.Open(boot.Env{DNSResolver: server.Address})
	for name, want := range map[string][]string{"_liaison.contoso.example": {"one", "two words"}, "_liaison.other.example": nil} {
		got, err := asks.TXT(t.Context(), name)
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	server.Set("_liaison.contoso.example")
	if got, err := asks.TXT(t.Context(), "_liaison.contoso.example"); err != nil || got != nil {
		t.Errorf("taken away: %q %v", got, err)
	}
}

// TestNoAnswer: a resolver that does not answer, and one that is not there, are no word about a record.
func TestNoAnswer(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	gone, err := services.StartDNS()
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	for _, at := range []string{silent.LocalAddr().String(), gone.Address} {
		if got, err := dns.Open(boot.Env{DNSResolver: at}).TXT(t.Context(), "_liaison.contoso.example"); got != nil || !fault.Is(err, fault.DNSUnavailable) {
			t.Errorf("%q %v", got, err)
		}
	}
}
