package invitation

import (
	"time"

	"liaison/shared/event"
	"liaison/shared/offer"
)

// Advance does everything that has fallen due by the time, however late. Of several overdue reminders only the latest that is
// still true is mailed; the change lists the others as skipped, and so every reminder of an invitation that was reported.
// An offer that was ended for all ends it without a mail to its recipient. Without a change nothing was due.
func (inv Invitation) Advance(of offer.Offer, used int, at time.Time) (Invitation, []event.Change) {
	if inv.Answer != Pending {
		return inv, nil
	}
	reminded, days, skipped := inv.Remind(at)
	ended, over := inv.EndWith(of, used, at)
	var notice event.Notice
	if (over || inv.Paused) && days != 0 {
		skipped = append(skipped, days)
	}
	if inv.Paused && days != 0 {
		notice = event.NoNotice
	}
	if over {
		return ended, []event.Change{event.Of(inv.ID, RevokedEvent{
			OfferID: inv.Offer, Generation: inv.Generation, Skipped: skipped, Cause: of.StatusAt(at, used),
		})}
	}
	if ended, err := reminded.Expire(at); err == nil {
		return ended, []event.Change{event.Of(inv.ID, ExpiredEvent{OfferID: inv.Offer, Generation: inv.Generation, Skipped: skipped, Notice: notice})}
	}
	if days == 0 {
		return inv, nil
	}
	return reminded, []event.Change{event.Of(inv.ID, RemindedEvent{
		OfferID: inv.Offer, Generation: inv.Generation, Days: days, Skipped: skipped, Notice: notice,
	})}
}

// EndWith returns the invitation as ended together with its offer, since the offer's end; false where the offer stands, or the
// invitation had ended or was answered before.
func (inv Invitation) EndWith(of offer.Offer, used int, at time.Time) (Invitation, bool) {
	answer, since := inv.AnswerUnder(of, used, at)
	if inv.Answer != Pending || answer != Revoked {
		return inv, false
	}
	if since.IsZero() { // counted out just now, and not written yet
		since = at
	}
	inv.Answer, inv.AnsweredAt = Revoked, since
	return inv.withoutStep(), true
}

// EndedWith says whether the invitation ended because its offer did: what became of the offer then says more than the invitation.
func (inv Invitation) EndedWith(of offer.Offer) bool {
	switch of.Status {
	case offer.Withdrawn, offer.Replaced, offer.UsedUp:
		return inv.Answer == Revoked && !inv.AnsweredAt.Before(of.EndedAt)
	}
	return false
}

// Tenant is whose events the invitation's are: the partner's, or its own where a visitor of the public link asked for it,
// since one popular link must not heat one partner's list.
func (inv Invitation) Tenant() event.Tenant {
	if inv.Origin == FromPartner {
		return event.Partner(string(inv.Offer.Partner()))
	}
	return event.Invitation(string(inv.ID))
}
