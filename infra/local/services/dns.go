package services

import (
	"errors"
	"net"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// DNS answers on a UDP port of this machine with the TXT records that it was given, and knows no other name.
type DNS struct {
	// Address is where it answers, host and port.
	Address string

	conn    net.PacketConn
	done    sync.WaitGroup
	mutex   sync.Mutex
	records map[string][]string
}

// StartDNS returns a server without records. It fails where no port is to be had.
func StartDNS() (*DNS, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &DNS{Address: conn.LocalAddr().String(), conn: conn, records: map[string][]string{}}
	d.done.Go(d.serve)
	return d, nil
}

// Close ends it.
func (d *DNS) Close() error {
	err := d.conn.Close()
	d.done.Wait()
	return err
}

// Set gives a name these TXT records in place of those that it had; without any there is no such name any more.
func (d *DNS) Set(name string, values ...string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.records[strings.ToLower(strings.TrimSuffix(name, "."))] = values
}

func (d *DNS) serve() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := d.conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		if answer, err := d.answer(buffer[:n]); err == nil {
			_, _ = d.conn.WriteTo(answer, from)
		}
	}
}

func (d *DNS) answer(asked []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(asked); err != nil {
		return nil, err
	}
	if len(m.Questions) == 0 {
		return nil, errors.New("no question")
	}
	q := m.Questions[0]
	d.mutex.Lock()
	values := d.records[strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))]
	d.mutex.Unlock()
	reply := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true, RecursionAvailable: true}, Questions: m.Questions[:1]}
	if len(values) == 0 {
		reply.RCode = dnsmessage.RCodeNameError
	}
	for _, value := range values {
		if q.Type == dnsmessage.TypeTXT {
			reply.Answers = append(reply.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.TXTResource{TXT: []string{value}},
			})
		}
	}
	return reply.Pack()
}
