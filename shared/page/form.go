package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

// TokenField is the name of the hidden field that carries a form's token.
const TokenField = "form_token"

// FormToken returns what a form must send back: an HMAC over parts (for example step and offer)
// keyed by the secret of the session or link, so that only a page we gave to its holder can post.
func FormToken(secret []byte, parts ...string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("liaison form token v1"))
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		mac.Write(length[:])
		mac.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckFormToken says in constant time whether token is FormToken of the same secret and parts.
// An empty secret has no valid token.
func CheckFormToken(secret []byte, token string, parts ...string) bool {
	return len(secret) > 0 && hmac.Equal([]byte(token), []byte(FormToken(secret, parts...)))
}

// cookiePrefix makes browsers insist on Secure, the path / and no domain.
const cookiePrefix = "__Host-"

// SetCookie keeps a value in the browser, for this site only and unseen by scripts; for the
// session where age is 0. Name is without prefix.
func SetCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	http.SetCookie(w, cookie(name, value, int(age/time.Second)))
}

// DropCookie takes a cookie back.
func DropCookie(w http.ResponseWriter, name string) {
	http.SetCookie(w, cookie(name, "", -1))
}

// Cookie returns a cookie's value, empty where there is none. Name is without prefix.
func Cookie(r *http.Request, name string) string {
	c, err := r.Cookie(cookiePrefix + name)
	if err != nil {
		return ""
	}
	return c.Value
}

func cookie(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: cookiePrefix + name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
