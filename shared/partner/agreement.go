package partner

import (
	"context"
	"errors"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/op"
	"liaison/shared/textinput"
)

// Agreement is the version of the vendor's agreement that a partner signed last.
type Agreement struct {
	Version  string
	SHA256   string // of the text in the language that was signed
	Language string
	Name     string // as it was typed
	By       string // the user
	At       time.Time
}

// Signature is what somebody signs, and the name that it types.
type Signature struct {
	Version  string
	Name     string
	Language string // of the text that was read; empty for the partner's
}

// AgreementStore is what signing needs of the table.
type AgreementStore interface {
	// Partner reads a partner, strongly consistent; NotFound where there is none.
	Partner(ctx context.Context, p ID) (Partner, error)
	// TermsHead reads which version of a document is in force, strongly consistent; zero where none was published.
	TermsHead(ctx context.Context, d catalog.Document) (catalog.TermsHead, error)
	// SaveAgreement writes a partner that signed, guarded by its version and by the agreement that is in force: it fails with Conflict
	// terms_outdated where another one came into force meanwhile.
	SaveAgreement(ctx context.Context, p Partner, head catalog.TermsHead, happened event.Event, o op.Op) error
}

// Sign returns the partner with the agreement that is in force signed; one that waited for it is active. It fails with op.ErrUnchanged where it
// signed this version before, with Conflict partner_not_active where it is not in the program, terms_outdated where another version is in force.
func (p Partner) Sign(given Signature, head catalog.TermsHead, by string, at time.Time) (Partner, error) {
	if err := p.inProgram(); err != nil {
		return p, err
	}
	switch {
	case given.Version != head.Version:
		return p, fault.TermsOutdated.With(head.Version)
	case p.Agreement.Version == head.Version && p.Status != AgreementPending:
		return p, op.ErrUnchanged
	}
	p.Agreement = Agreement{
		Version: head.Version, SHA256: head.SHA256[given.Language], Language: given.Language, Name: given.Name, By: by, At: at,
	}
	if p.Status == AgreementPending {
		p.Status = Active
	}
	return p, nil
}

// clean returns the signature cleaned, or Invalid naming every wrong field.
func (s Signature) clean(companys string) (Signature, error) {
	var wrong fault.Check
	var code *fault.Code
	if s.Version == "" {
		wrong.Add("/version", fault.Required)
	} else if !catalog.TermsVersion(s.Version) {
		wrong.Add("/version", fault.InvalidFormat, fault.TermsVersion)
	}
	if s.Name, code = textinput.Name(s.Name, MaxPerson); code != nil {
		wrong.Add("/name", code, MaxPerson)
	}
	s.Language = language(s.Language, companys, "/language", &wrong)
	return s, wrong.Err()
}

// Check fails with Invalid naming every wrong field of the signature.
func (s Signature) Check() error {
	_, err := s.clean(catalog.Languages[0])
	return err
}

// SignAgreement signs the vendor's agreement for a partner: version, hash and language of the text are kept with the typed name, the user and
// the time. It fails with Invalid naming every wrong field, and as Sign does: an agreement that changes while it is signed is signed in neither form.
func SignAgreement(ctx context.Context, store AgreementStore, id ID, given Signature, o op.Op) (Partner, error) {
	var next Partner
	err := decide(o, func() error {
		stored, err := store.Partner(ctx, id)
		if err != nil {
			return err
		}
		signature, err := given.clean(stored.Language)
		if err != nil {
			return err
		}
		head, err := store.TermsHead(ctx, catalog.PartnerAgreement)
		if err != nil {
			return err
		}
		next, err = stored.Sign(signature, head, o.Actor.ID, o.At)
		if errors.Is(err, op.ErrUnchanged) {
			return nil
		}
		if err != nil {
			return err
		}
		changes := []event.Change{event.Of(id, AgreementSignedEvent{Version: next.Agreement.Version, SHA256: next.Agreement.SHA256})}
		if stored.Status == AgreementPending {
			changes = append(changes, event.Of(id, ActivatedEvent{}))
		}
		err = store.SaveAgreement(ctx, next, head, event.New(o, event.Partner(string(id)), changes...), o.Giving(string(id)))
		next.Version++
		return err
	})
	if err != nil {
		return Partner{}, err
	}
	return next, nil
}
