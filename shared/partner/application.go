package partner

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liaison/shared/catalog"
	"liaison/shared/event"
	"liaison/shared/fault"
	"liaison/shared/id"
	"liaison/shared/op"
	"liaison/shared/textinput"
	"liaison/shared/token"
)

// Limits of an application, in characters.
const (
	MaxRegistration = 60
	MaxWhy          = 2000
)

// How long an application waits for the press on the mailed link, and how long it is kept without one.
const (
	ApplicationLinkDays = 7
	ApplicationKeptDays = 30
	// RejectedKeptDays is how long a rejected one is kept after the decision: as long as somebody may ask why.
	RejectedKeptDays = 180
	// ApplicationDays is how long the vendor gives itself for the decision.
	ApplicationDays = 7
)

// ApplicationID is app_<ulid>.
type ApplicationID string

// ULID returns the id without its prefix; false where the id has another shape.
func (a ApplicationID) ULID() (string, bool) {
	ulid, ok := strings.CutPrefix(string(a), "app_")
	return ulid, ok && id.Made(ulid, 26)
}

// ApplicationStatus says how far an application is:
//
//	unconfirmed -> waiting -> approved | rejected
type ApplicationStatus string

// The states of an application. It is decided only once the contact's address is proved.
const (
	ApplicationUnconfirmed ApplicationStatus = "unconfirmed"
	ApplicationWaiting     ApplicationStatus = "waiting"
	ApplicationApproved    ApplicationStatus = "approved"
	ApplicationRejected    ApplicationStatus = "rejected"
)

// ApplicationStatuses lists every state.
var ApplicationStatuses = []ApplicationStatus{ApplicationUnconfirmed, ApplicationWaiting, ApplicationApproved, ApplicationRejected}

// Contact is who applies for a company, and becomes its first user.
type Contact struct {
	Name     string
	Mail     string
	Language string // empty: the first one of the program
}

// Application is a company that asks to be taken into the program.
type Application struct {
	ID                 ApplicationID
	Status             ApplicationStatus
	LegalName          string
	RegistrationNumber string
	Country            string
	City               string
	Website            string
	Phone              string
	Contact            Contact
	Programs           []string // that it would like to be in; may be none
	Why                string
	Links              []token.Kept // hashes of the mailed link's secrets
	EndsAt             time.Time    // of that link
	ConfirmedAt        time.Time    // zero until the link was pressed
	Partner            ID           // what it became, once approved
	Reason             string       // why it was rejected
	DecidedAt          time.Time
	DecidedBy          string
	CreatedAt          time.Time
	Version            int
}

// ApplicationStore is what applications need of the table. Each write but the first is guarded by the version that was read and fails with
// Stale where somebody was faster; each fails with op.Replay where this very request was done before.
type ApplicationStore interface {
	// Application reads an application, strongly consistent; NotFound where there is none.
	Application(ctx context.Context, a ApplicationID) (Application, error)
	// CreateApplication writes a new application.
	CreateApplication(ctx context.Context, a Application, happened event.Event, o op.Op) error
	// SaveApplication writes a changed application.
	SaveApplication(ctx context.Context, a Application, happened event.Event, o op.Op) error
	// ApproveApplication writes the application with the partner that it becomes, the names that one takes, and its first user. It fails
	// with Conflict partner_id_taken, name_taken or address_taken.
	ApproveApplication(ctx context.Context, a Application, p Partner, names []string, first User, happened []event.Event, o op.Op) error
	// Programs reads every program, strongly consistent.
	Programs(ctx context.Context) (catalog.Programs, error)
}

// DueAt is by when the vendor should decide.
func (a Application) DueAt() time.Time { return a.CreatedAt.AddDate(0, 0, ApplicationDays) }

// GoesAt is when the application is deleted with all that it says of a person: one whose address nobody proved, and one that was rejected. Zero
// where it waits, or became a partner.
func (a Application) GoesAt() time.Time {
	switch a.Status {
	case ApplicationUnconfirmed:
		return a.CreatedAt.AddDate(0, 0, ApplicationKeptDays)
	case ApplicationRejected:
		return a.DecidedAt.AddDate(0, 0, RejectedKeptDays)
	}
	return time.Time{}
}

// profile is the application as the company's profile, as far as it says one.
func (a Application) profile() Profile {
	return Profile{LegalName: a.LegalName, Country: a.Country, City: a.City, Website: a.Website, Phone: a.Phone, Mail: a.Contact.Mail, Language: a.Contact.Language}
}

// clean returns what was typed cleaned and notes what is wrong.
func (a Application) clean(programs catalog.Programs, wrong *fault.Check) Application {
	company := a.profile().company(wrong)
	a.LegalName, a.Country, a.City, a.Website, a.Phone = company.LegalName, company.Country, company.City, company.Website, company.Phone
	var code *fault.Code
	if a.RegistrationNumber, code = textinput.Title(a.RegistrationNumber, MaxRegistration); code != nil {
		wrong.Add("/registration_number", code, MaxRegistration)
	}
	who := User{Name: a.Contact.Name, Mail: a.Contact.Mail, Language: a.Contact.Language}.checkDetails(wrong, "/contact", catalog.Languages[0])
	a.Contact = Contact{Name: who.Name, Mail: who.Mail, Language: who.Language}
	if len(a.Programs) > catalog.MaxPrograms {
		wrong.Add("/programs", fault.TooMany, catalog.MaxPrograms)
		a.Programs = nil
	}
	names := programs.Names()
	for i, name := range a.Programs {
		if !slices.Contains(names, name) {
			wrong.Add("/programs/"+strconv.Itoa(i), fault.InvalidValue, fault.OneOf(names...))
		}
	}
	a.Programs = slices.Compact(slices.Sorted(slices.Values(a.Programs)))
	if a.Why, code = textinput.Block(a.Why, MaxWhy); code != nil {
		wrong.Add("/why", code, MaxWhy)
	}
	return a
}

// asked returns what an applicant types of an application, and nothing else.
func (a Application) asked() Application {
	return Application{
		LegalName: a.LegalName, RegistrationNumber: a.RegistrationNumber, Country: a.Country, City: a.City, Website: a.Website, Phone: a.Phone,
		Contact: a.Contact, Programs: a.Programs, Why: a.Why,
	}
}

// Apply writes a company's application, of which only what an applicant types counts. The contact is mailed a link; the vendor decides once
// that was pressed. Whether the name or the address is taken already is not said here: who applies may be anybody.
// It fails with Invalid naming every wrong field, with op.Replay where this very request was done before.
func Apply(ctx context.Context, store ApplicationStore, typed Application, o op.Op) (Application, error) {
	programs, err := store.Programs(ctx)
	if err != nil {
		return Application{}, err
	}
	var wrong fault.Check
	made := typed.asked().clean(programs, &wrong)
	if err := wrong.Err(); err != nil {
		return Application{}, err
	}
	made.ID, made.Status, made.CreatedAt, made.Version = ApplicationID("app_"+o.NewID()), ApplicationUnconfirmed, o.At, 1
	made.EndsAt = o.At.AddDate(0, 0, ApplicationLinkDays)
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(made.ID)}
	happened := event.New(o, event.Vendor(), event.Of(made.ID, AppliedEvent{}))
	return made, store.CreateApplication(ctx, made, happened, o.Giving(string(made.ID)))
}

// Mailed returns the application with one more link that confirms it.
func (a Application) Mailed(secret string) Application {
	a.Links = token.Add(a.Links, token.Application, secret, 0)
	return a
}

// MayConfirm fails where a secret does not confirm the application at a time: NotFound where it was never the application's, Gone
// application_link_expired after the link's end. A link that was pressed once stays good.
func (a Application) MayConfirm(secret string, at time.Time) error {
	switch {
	case token.Look(a.Links, token.Application, secret, 0) != token.Live:
		return fault.NotFound
	case a.Status == ApplicationUnconfirmed && !at.Before(a.EndsAt):
		return fault.ApplicationLinkExpired.With(a.EndsAt)
	}
	return nil
}

// confirm returns the application as one that waits for the vendor; op.ErrUnchanged where its address is proved already.
func (a Application) confirm(at time.Time) (Application, error) {
	if a.Status != ApplicationUnconfirmed {
		return a, op.ErrUnchanged
	}
	a.Status, a.ConfirmedAt = ApplicationWaiting, at
	return a, nil
}

// decidable fails with Conflict application_not_waiting where the vendor cannot decide: the address is not proved, or it is decided.
func (a Application) decidable() error {
	if a.Status != ApplicationWaiting {
		return fault.ApplicationNotWaiting.With(string(a.Status))
	}
	return nil
}

// reject returns the application rejected. It fails as decidable does.
func (a Application) reject(reason, by string, at time.Time) (Application, error) {
	if err := a.decidable(); err != nil {
		return a, err
	}
	a.Status, a.Reason, a.DecidedBy, a.DecidedAt = ApplicationRejected, reason, by, at
	return a, nil
}

// approve returns the application approved, the partner that it becomes and that one's first user. It fails as decidable does.
func (a Application) approve(p ID, user, by string, at time.Time) (Application, Partner, User, error) {
	if err := a.decidable(); err != nil {
		return a, Partner{}, User{}, err
	}
	made := Partner{ID: p, Status: AgreementPending, GlobalAdmins: 1, CreatedAt: at, Version: 1}.with(a.profile())
	made.Verification.MailAt = a.ConfirmedAt // the company's address is the one that pressed the link
	first := User{
		ID: UserID(user), Partner: p, Name: a.Contact.Name, Mail: a.Contact.Mail, Language: a.Contact.Language,
		CompanyRole: GlobalAdmin, CustomerAccess: Full, CreatedAt: at, Version: 1,
	}
	a.Status, a.Partner, a.DecidedBy, a.DecidedAt = ApplicationApproved, p, by, at
	return a, made, first, nil
}

// ConfirmApplication notes that the contact pressed the mailed link: from now on the application waits for the vendor. Pressed again nothing
// changes. It fails as MayConfirm does.
func ConfirmApplication(ctx context.Context, store ApplicationStore, of ApplicationID, secret string, o op.Op) (Application, error) {
	o.Actor = op.Actor{Kind: op.Visitor, ID: string(of)}
	return changeApplication(ctx, store, of, ApplicationConfirmedEvent{}, o, func(a Application) (Application, error) {
		if err := a.MayConfirm(secret, o.At); err != nil {
			return a, err
		}
		return a.confirm(o.At)
	})
}

// RejectApplication ends an application; the contact is mailed the reason. It fails with NotFound, and with Conflict application_not_waiting.
func RejectApplication(ctx context.Context, store ApplicationStore, of ApplicationID, reason string, o op.Op) (Application, error) {
	return changeApplication(ctx, store, of, RejectedEvent{Reason: reason}, o, func(a Application) (Application, error) {
		return a.reject(reason, o.Actor.ID, o.At)
	})
}

// changeApplication decides one transition of a stored application and writes it with its event; transition is asked again where somebody
// was faster.
func changeApplication(ctx context.Context, store ApplicationStore, of ApplicationID, change event.Typed, o op.Op, transition func(Application) (Application, error)) (Application, error) {
	happened := event.New(o, event.Vendor(), event.Of(of, change))
	return transit(o, func() (Application, error) { return store.Application(ctx, of) }, transition, func(next *Application) error {
		err := store.SaveApplication(ctx, *next, happened, o.Giving(string(of)))
		next.Version++
		return err
	})
}

// ApproveApplication takes the company into the program: a partner that is to sign the agreement, the contact its first user with every right
// of the company and full customer access, who is mailed a link to set a password. It fails with NotFound, with Conflict
// application_not_waiting, name_taken where another partner's name looks the same, address_taken where the contact is somebody's user already.
func ApproveApplication(ctx context.Context, store ApplicationStore, of ApplicationID, o op.Op) (Application, error) {
	var next Application
	ulid := o.NewID()
	for try := 1; ; try++ {
		p := NewID(o.IDs.Digits(7))
		user := "usr_" + string(p) + "_" + ulid
		err := decide(o, func() error {
			stored, err := store.Application(ctx, of)
			if err != nil {
				return err
			}
			approved, made, first, err := stored.approve(p, user, o.Actor.ID, o.At)
			if err != nil {
				return err
			}
			became := event.Of(of, ApprovedEvent{PartnerID: p})
			happened := []event.Event{
				event.New(o, event.Vendor(), became),
				event.New(o, event.Partner(string(p)), became,
					event.Of(first.ID, UserInvitedEvent{CompanyRole: first.CompanyRole, CustomerAccess: first.CustomerAccess})),
			}
			err = store.ApproveApplication(ctx, approved, made, Skeletons(made.LegalName), first, happened, o.Giving(string(of)))
			next = approved
			next.Version++
			return err
		})
		if fault.Is(err, fault.PartnerIDTaken) && try < idTries {
			continue
		}
		if err != nil {
			return Application{}, err
		}
		return next, nil
	}
}
