// Package token is the secret inside an emailed link: an id, 130 random bits, and only a hash kept.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"liaison/shared/id"
)

// Purpose is what a link is for; a secret of one purpose opens no other.
type Purpose string

// The purposes.
const (
	Answer      Purpose = "answer"       // a personal invitation link
	Receipt     Purpose = "receipt"      // shows the receipt of a consent
	Unsubscribe Purpose = "unsubscribe"  // stops mail to one address
	Password    Purpose = "password"     // sets the password of a user
	Application Purpose = "application"  // confirms the address of who applies for a company
	Inquiry     Purpose = "inquiry"      // sends a message to partners, later shows what became of it
	ProfileCode Purpose = "profile_code" // proves how a partner is reached: 6 digits, mailed or read out
	Session     Purpose = "session"      // keeps a person signed in: not mailed, in a cookie
)

const secretLength = 26

// Kept is what the table holds of one secret.
type Kept struct {
	Hash       string // hex SHA-256 over purpose and secret
	Generation int    // raised by resend, revoke, change of address; older secrets no longer count
}

// Join returns the text a link carries: the item's id and the secret.
func Join(itemID, secret string) string { return itemID + "_" + secret }

// Split returns the id and the secret of a link's text; false where the text has not that form.
func Split(text string) (itemID, secret string, ok bool) {
	cut := strings.LastIndexByte(text, '_')
	if cut < 1 || !id.Made(text[cut+1:], secretLength) {
		return "", "", false
	}
	return text[:cut], text[cut+1:], true
}

// Hash returns what is kept of a secret with its purpose.
func Hash(purpose Purpose, secret string) string {
	sum := sha256.Sum256([]byte(string(purpose) + "\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// Derive returns the secret of another purpose that follows from one secret and cannot be traced back to it.
func Derive(secret string, purpose Purpose) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(purpose))
	return strings.ToLower(crockford.EncodeToString(mac.Sum(nil)))[:secretLength]
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// State of a presented secret against what is kept.
type State int

// The states.
const (
	Unknown  State = iota // never ours
	Outdated              // ours once; a newer mail was sent, or it was revoked
	Live                  // counts now
)

// Look compares a presented secret with every hash kept, in constant time, and says how it stands in the current generation.
func Look(kept []Kept, purpose Purpose, secret string, generation int) State {
	hash := []byte(Hash(purpose, secret))
	state := Unknown
	for _, k := range kept {
		if subtle.ConstantTimeCompare(hash, []byte(k.Hash)) != 1 {
			continue
		}
		if k.Generation == generation {
			state = Live
		} else if state == Unknown {
			state = Outdated
		}
	}
	return state
}

// Add returns kept with one more secret's hash: at most 5 of the current generation and the last 5 of older ones stay.
func Add(kept []Kept, purpose Purpose, secret string, generation int) []Kept {
	const most = 5
	var older, current []Kept
	for _, k := range kept {
		if k.Generation == generation {
			current = append(current, k)
		} else {
			older = append(older, k)
		}
	}
	current = append(current, Kept{Hash: Hash(purpose, secret), Generation: generation})
	return append(last(older, most), last(current, most)...)
}

func last(kept []Kept, n int) []Kept { return kept[max(0, len(kept)-n):] }
