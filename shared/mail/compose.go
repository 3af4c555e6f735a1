// Package mail holds what we say by mail: each mail is a struct with the fields it shows and a
// Message method that gives subject, text and HTML in the recipient's language. Compose turns
// a Message into the bytes to send; how they are sent is package ses' business.
//
// A mail's content is written once, as a letter of paragraphs, facts, quotes and a button; text
// and HTML are both made from it, so each is complete alone. What a partner wrote is always a
// text node: it can't become a link, a style or a header.
package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"liaison/shared/locale"
	"liaison/shared/textinput"
)

// Mail is anything that can be said by mail.
type Mail interface{ Message() Message }

// Message is one mail to one recipient.
type Message struct {
	// Template names the kind of mail, for tags and for the row that records it ("trial_invitation").
	Template string
	To       string
	From     string
	FromName string
	// ReplyTo may be empty; answers then go to From.
	ReplyTo  string
	Subject  string
	Language locale.Language
	Text     string
	HTML     string
	// Unsubscribe is an https URL that stops such mails by POST (RFC 8058); empty on mails that can't be stopped.
	Unsubscribe string
	// letter is the content, which a page draws in its own way: see OnPage.
	letter *letter
	// At is when the mail was made; left to the sending service where it is zero.
	At time.Time
}

// Compose returns the mail as it goes over the wire (RFC 5322, multipart/alternative). The same
// message gives the same bytes. Control characters in subject and names become spaces; it fails
// where an address or the unsubscribe URL isn't one, as no mail must go anywhere else, and where
// text or HTML is missing.
func Compose(m Message) ([]byte, error) {
	if m.Text == "" || m.HTML == "" {
		return nil, fmt.Errorf("mail %s lacks its text or its HTML", m.Template)
	}
	to, err := address("To", "", m.To)
	if err != nil {
		return nil, err
	}
	from, err := address("From", m.FromName, m.From)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	header := func(name, value string) { b.WriteString(fold(name+": "+value) + "\r\n") }
	header("From", from)
	header("To", to)
	if m.ReplyTo != "" {
		replyTo, err := address("Reply-To", "", m.ReplyTo)
		if err != nil {
			return nil, err
		}
		header("Reply-To", replyTo)
	}
	header("Subject", encode(short(line(m.Subject), 200)))
	if !m.At.IsZero() {
		header("Date", m.At.UTC().Format(time.RFC1123Z))
	}
	header("Content-Language", string(locale.In(m.Language).Language()))
	header("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		u, err := url.Parse(m.Unsubscribe)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(m.Unsubscribe, "<> \t\r\n\x00") {
			return nil, fmt.Errorf("unsubscribe link of mail %s is not a URL", m.Template)
		}
		header("List-Unsubscribe", "<"+m.Unsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")

	sum := sha256.Sum256([]byte(m.Text + "\x00" + m.HTML))
	boundary := "part-" + hex.EncodeToString(sum[:16])
	header("Content-Type", `multipart/alternative; boundary="`+boundary+`"`)
	for _, part := range []struct{ kind, body string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		encoding, body := transfer(part.body)
		b.WriteString("\r\n--" + boundary + "\r\n")
		header("Content-Type", part.kind+"; charset=utf-8")
		header("Content-Transfer-Encoding", encoding)
		b.WriteString("\r\n")
		b.Write(body)
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return b.Bytes(), nil
}

// transfer writes a part as quoted-printable, or as base64 where that is shorter.
func transfer(body string) (encoding string, encoded []byte) {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(body)) // a bytes.Buffer takes everything
	_ = w.Close()
	if b.Len() <= base64.StdEncoding.EncodedLen(len(body))*78/76 {
		return "quoted-printable", b.Bytes()
	}
	b.Reset()
	text := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(body, "\n", "\r\n")))
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text)
	return "base64", b.Bytes()
}

// address returns a mailbox for a header. It fails unless the address is a plain one: a name in
// it, a second one, a control character or a letter outside ASCII is refused.
func address(header, name, address string) (string, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(address) > 254 || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>[\]`, r) }) {
		return "", fmt.Errorf("%s is not a mail address that can be written to", header)
	}
	name = short(line(name), 120)
	if name == "" {
		return address, nil
	}
	return encodePhrase(name) + " <" + address + ">", nil
}

// encodePhrase writes a display name: quoted where ASCII, otherwise encoded (RFC 2047, 5).
func encodePhrase(name string) string {
	if encoded := encode(name); encoded != name {
		return encoded
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// encode writes a text for a header. One that holds the beginning of an encoded word is encoded too: mail programs would decode what
// somebody typed to look like one, and show what it hides.
func encode(text string) string {
	if encoded := mime.BEncoding.Encode("utf-8", text); encoded != text || !strings.Contains(text, "=?") {
		return encoded
	}
	const most = 45 // bytes of ASCII that one encoded word of 75 letters holds
	var words []string
	for some := range slices.Chunk([]byte(text), most) {
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString(some)+"?=")
	}
	return strings.Join(words, " ")
}

// fold breaks a header line at spaces so that no line is longer than 78 where it can be helped.
func fold(header string) string {
	var b strings.Builder
	for len(header) > 78 {
		i := strings.LastIndexByte(header[:78], ' ')
		if i <= strings.IndexByte(header, ':')+1 {
			rest := strings.IndexByte(header[78:], ' ')
			if rest < 0 {
				break
			}
			i = 78 + rest
		}
		b.WriteString(header[:i] + "\r\n")
		header = header[i:]
	}
	b.WriteString(header)
	return b.String()
}

// line makes one harmless line of a text: what can't be seen or turns the direction of writing goes, line breaks and controls become single
// spaces. No-break spaces stay.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(lines(text), func(r rune) bool { return r == ' ' || r == '\n' }), " ")
}

// lines makes a harmless text of several lines of what somebody typed.
func lines(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), string(utf8.RuneError), "")
	return strings.ReplaceAll(textinput.Shown(text, true), "\t", " ")
}

// short cuts a text to at most n letters.
func short(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}
