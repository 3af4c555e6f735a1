package partner

import (
	"context"
	"slices"
	"strings"
	"time"

	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/matter"
	"liaison/shared/op"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Channel is what a partner proves with a code.
type Channel string

// The channels.
const (
	MailChannel  Channel = "email"
	PhoneChannel Channel = "phone"
)

// Channels lists every channel.
var Channels = []Channel{MailChannel, PhoneChannel}

// Bounds of a code (infra/design/product.md, "Figures").
const (
	CodeDigits  = 6
	CodeMinutes = 15
	CodeTries   = 5 // wrong ones, which end a code
	CodesPerDay = 5 // that are asked for, of one channel
)

// Code is how far the proof of one channel is.
type Code struct {
	Of     string      // the address or number that it proves
	Asked  []time.Time // in the last 24 hours, the oldest first
	Hash   string      // hex SHA-256 of the code; empty until it is made
	EndsAt time.Time
	Tries  int // wrong ones
	Proved bool
}

// Codes are a partner's, on an item of their own: what is written there while a mail leaves does not change the partner.
type Codes struct {
	Partner   ID
	Mail      Code
	Phone     Code
	CreatedAt time.Time
	Version   int
}

// Of returns the code of a channel.
func (c Codes) Of(channel Channel) Code {
	if channel == PhoneChannel {
		return c.Phone
	}
	return c.Mail
}

// Waits returns the call that the partner asked for as it waits for the vendor, and whether it does: until a code was made for it.
func (c Codes) Waits() (matter.Matter, bool) {
	if len(c.Phone.Asked) == 0 {
		return matter.Matter{}, false
	}
	asked := c.Phone.Asked[len(c.Phone.Asked)-1]
	m := matter.New(matter.PhoneCall, event.Partner(string(c.Partner)), string(c.Partner), asked, asked)
	m.Partner = string(c.Partner)
	return m, c.Phone.Hash == "" && !c.Phone.Proved
}

func (c Codes) with(channel Channel, code Code) Codes {
	if channel == PhoneChannel {
		c.Phone = code
	} else {
		c.Mail = code
	}
	return c
}

// Counts says whether a code for what it proves can still be typed.
func (c Code) Counts(of string, at time.Time) bool {
	return c.Hash != "" && c.Of == of && at.Before(c.EndsAt) && c.Tries < CodeTries
}

// ask returns the code as asked for once more: an earlier one no longer counts. Throttled daily_code_limit where that was done too often in 24 hours.
func (c Code) ask(of string, at time.Time) (Code, error) {
	const day = 24 * time.Hour
	recent := slices.DeleteFunc(slices.Clone(c.Asked), func(then time.Time) bool { return !at.Before(then.Add(day)) })
	if len(recent) >= CodesPerDay {
		return c, fault.DailyCodeLimit.With(CodesPerDay).After(recent[0].Add(day).Sub(at))
	}
	return Code{Of: of, Asked: append(recent, at)}, nil
}

// made returns the code with its digits; an earlier one no longer counts.
func (c Code) made(of string, p ID, channel Channel, digits string, at time.Time) Code {
	return Code{Of: of, Asked: c.Asked, Hash: hashed(p, channel, digits), EndsAt: at.Add(CodeMinutes * time.Minute)}
}

// hashed is what is kept of a code: one partner's, for one channel.
func hashed(p ID, channel Channel, digits string) string {
	return token.Hash(token.ProfileCode, string(p)+"\x00"+string(channel)+"\x00"+digits)
}

// channel returns what a channel is now, and whether it is proved.
func (p Partner) channel(c Channel) (of string, proved bool) {
	if c == PhoneChannel {
		return p.Phone, !p.Verification.PhoneAt.IsZero()
	}
	return p.Mail, !p.Verification.MailAt.IsZero()
}

// proves returns the partner with a channel proved.
func (p Partner) proves(c Channel, at time.Time) Partner {
	if c == PhoneChannel {
		p.Verification.PhoneAt = at
	} else {
		p.Verification.MailAt = at
	}
	return p
}

// Confirm returns the partner with its profile confirmed by its own administrator. It fails with op.ErrUnchanged where it was confirmed before,
// with Conflict partner_not_active where the partner is not in the program, not_proved before mail address and phone are proved.
func (p Partner) Confirm(by string, at time.Time) (Partner, error) {
	if err := p.inProgram(); err != nil {
		return p, err
	}
	switch v := p.Verification; {
	case v.MailAt.IsZero() || v.PhoneAt.IsZero():
		return p, fault.NotProved
	case !v.ConfirmedAt.IsZero():
		return p, op.ErrUnchanged
	}
	p.Verification.ConfirmedAt, p.Verification.By = at, by
	return p, nil
}

// CodeStore is what codes need of the table.
type CodeStore interface {
	// Codes reads a partner and its codes (zero where it has none), strongly consistent; NotFound where there is no such partner.
	Codes(ctx context.Context, p ID) (Partner, Codes, error)
	// SaveCodes writes codes over the version that was read, with the event where there is one.
	SaveCodes(ctx context.Context, c Codes, o op.Op, happened ...event.Event) error
	// SaveProof writes a partner that proved a channel together with its codes, each guarded by the version that was read.
	SaveProof(ctx context.Context, p Partner, c Codes, happened event.Event, o op.Op) error
}

// codes reads a partner in the program with its codes at a time.
func codes(ctx context.Context, store CodeStore, id ID, at time.Time) (Partner, Codes, error) {
	p, kept, err := store.Codes(ctx, id)
	if err == nil {
		err = p.inProgram()
	}
	if kept.Version == 0 {
		kept.Partner, kept.CreatedAt = id, at
	}
	return p, kept, err
}

// AskCode asks for a code: by mail to the partner's address, or by a call that the vendor makes to its phone. Where that is proved nothing
// happens. It fails with Throttled daily_code_limit where CodesPerDay were asked for.
func AskCode(ctx context.Context, store CodeStore, id ID, channel Channel, o op.Op) (p Partner, err error) {
	err = decide(o, func() error {
		var kept Codes
		if p, kept, err = codes(ctx, store, id, o.At); err != nil {
			return err
		}
		of, proved := p.channel(channel)
		if proved {
			return nil
		}
		asked, err := kept.Of(channel).ask(of, o.At)
		if err != nil {
			return err
		}
		var change event.Typed = EmailCodeAskedEvent{}
		if channel == PhoneChannel {
			change = PhoneCallAskedEvent{}
		}
		happened := event.New(o, event.Partner(string(id)), event.Of(id, change))
		return store.SaveCodes(ctx, kept.with(channel, asked), o.Giving(string(id)), happened)
	})
	return p, err
}

// MadeCode is a code while it is known: nobody can read it again.
type MadeCode struct {
	Of     string // where it goes
	Digits string
	EndsAt time.Time
}

// MakeMailCode makes the code that was asked for at a time, to be mailed. It returns false where it is no longer asked for: it was asked for once
// more, the address changed or is proved.
func MakeMailCode(ctx context.Context, store CodeStore, id ID, asked time.Time, o op.Op) (made MadeCode, waits bool, err error) {
	err = decide(o, func() error {
		p, kept, err := store.Codes(ctx, id)
		if err != nil {
			return err
		}
		of, proved := p.channel(MailChannel)
		now := kept.Mail
		if waits = !proved && p.inProgram() == nil && now.Of == of && len(now.Asked) > 0 && now.Asked[len(now.Asked)-1].Equal(asked); !waits {
			return nil
		}
		made = MadeCode{Of: of, Digits: o.IDs.Digits(CodeDigits)}
		next := now.made(of, id, MailChannel, made.Digits, o.At)
		made.EndsAt = next.EndsAt
		return store.SaveCodes(ctx, kept.with(MailChannel, next), o)
	})
	return made, waits, err
}

// MakePhoneCode makes the code that an operator reads out on the phone. It fails with Conflict already_proved where the number is proved.
func MakePhoneCode(ctx context.Context, store CodeStore, id ID, o op.Op) (made MadeCode, err error) {
	err = decide(o, func() error {
		p, kept, err := codes(ctx, store, id, o.At)
		if err != nil {
			return err
		}
		of, proved := p.channel(PhoneChannel)
		if proved {
			return fault.AlreadyProved
		}
		made = MadeCode{Of: of, Digits: o.IDs.Digits(CodeDigits)}
		next := kept.Phone.made(of, id, PhoneChannel, made.Digits, o.At)
		made.EndsAt = next.EndsAt
		happened := event.New(o, event.Partner(string(id)), event.Of(id, PhoneCodeMadeEvent{}))
		return store.SaveCodes(ctx, kept.with(PhoneChannel, next), o.Giving(string(id)), happened)
	})
	return made, err
}

// ProveChannel proves a channel with the code that was typed. Each wrong try is written before the answer, so that however many come at once,
// at most CodeTries are compared. Where the channel is proved nothing happens. It fails with Invalid: wrong_code naming the tries that are left,
// code_ended where none counts.
func ProveChannel(ctx context.Context, store CodeStore, id ID, channel Channel, typed string, o op.Op) (p Partner, err error) {
	pointer := "/" + string(channel) + "_code"
	digits := strings.NewReplacer(" ", "", "-", "").Replace(textinput.Bare(typed))
	if len(digits) != CodeDigits || strings.Trim(digits, textinput.Digits) != "" {
		return p, fault.InvalidFormat.With(fault.SixDigits).In(pointer)
	}
	err = decide(o, func() error {
		var kept Codes
		if p, kept, err = codes(ctx, store, id, o.At); err != nil {
			return err
		}
		of, proved := p.channel(channel)
		if proved {
			return nil
		}
		code := kept.Of(channel)
		if !code.Counts(of, o.At) {
			return fault.CodeEnded.In(pointer)
		}
		if code.Hash != hashed(id, channel, digits) {
			code.Tries++
			if err := store.SaveCodes(ctx, kept.with(channel, code), o.Part("wrong", o.NewID())); err != nil {
				return err
			}
			return fault.WrongCode.With(CodeTries - code.Tries).In(pointer)
		}
		p = p.proves(channel, o.At)
		var proof event.Typed = EmailVerifiedEvent{}
		if channel == PhoneChannel {
			proof = PhoneVerifiedEvent{}
		}
		changes := []event.Change{event.Of(id, proof)}
		if p.Verified() { // the rest was proved and confirmed before
			changes = append(changes, event.Of(id, ProfileVerifiedEvent{}))
		}
		happened := event.New(o, event.Partner(string(id)), changes...)
		err := store.SaveProof(ctx, p, kept.with(channel, Code{Of: of, Asked: code.Asked, Proved: true}), happened, o.Giving(string(id)))
		p.Version++
		return err
	})
	return p, err
}
