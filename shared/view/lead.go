package view

import (
	"time"

	"liaison/shared/contract"
	"liaison/shared/gateway"
	"liaison/shared/lead"
	"liaison/shared/textinput"
)

func inquirySender(f lead.From) contract.InquirySender {
	return contract.InquirySender{
		Company: f.Company, Name: f.Name, Email: textinput.ShownMail(f.Mail), Phone: gateway.Some(f.Phone), Country: f.Country,
		Language: contract.Language(f.Language), CompanySize: gateway.Some(contract.CompanySize(f.Size)),
	}
}

// Inquiry returns an inquiry that was sent, with what became of it at each of its partners, as its sender reads it.
func Inquiry(i lead.Followed, at time.Time) contract.Inquiry {
	v := contract.Inquiry{
		ID: contract.InquiryID(i.ID), Recipients: []contract.InquiryRecipient{}, Sender: inquirySender(i.From), Services: Texts[contract.ListingService](i.Services),
		PlanID: gateway.Some(contract.PlanID(i.Plan)), Message: i.Text, MayCall: i.MayCall, PrivacyVersion: gateway.Some(i.Terms.Version), SentAt: i.SentAt, CreatedAt: i.CreatedAt,
	}
	for _, p := range i.Partners {
		to := contract.InquiryRecipient{PartnerID: contract.PartnerID(p), Name: i.Receivers[p].LegalName}
		if l, has := i.Leads[p]; has {
			to.Status, to.Answer, to.AnswerBy, to.AnsweredAt = gateway.Some(contract.LeadStatus(l.StatusAt(at))), gateway.Some(l.Answer), gateway.Some(l.AnswerBy), gateway.Some(l.AnsweredAt)
			if l.Status == lead.Declined {
				to.Reason = gateway.Some(l.Reason)
			}
		}
		v.Recipients = append(v.Recipients, to)
	}
	return v
}

// InquiryColumns are those of a list of inquiries as CSV; its partners stay JSON.
var InquiryColumns = []string{
	"id", "recipients", "sender.company", "sender.name", "sender.email", "sender.phone", "sender.country", "sender.language", "sender.company_size", "services",
	"plan_id", "message", "may_call", "privacy_version", "sent_at", "created_at",
}

// LeadColumns are those of a list of leads as CSV.
var LeadColumns = []string{
	"id", "partner_id", "inquiry_id", "status", "sender.company", "sender.name", "sender.email", "sender.phone", "sender.country", "sender.language",
	"sender.company_size", "services", "plan_id", "may_call", "late", "answer_by", "answered_at", "expires_at", "offer_id", "ended_at", "created_at",
}

// LeadSummary returns a lead as lists show it.
func LeadSummary(l lead.Lead, at time.Time) contract.LeadSummary {
	l = l.At(at)
	return contract.LeadSummary{
		ID: contract.LeadID(l.ID), PartnerID: contract.PartnerID(l.Partner), InquiryID: contract.InquiryID(l.Inquiry), Status: contract.LeadStatus(l.Status),
		Sender: inquirySender(l.From), Services: Texts[contract.ListingService](l.Services), PlanID: gateway.Some(contract.PlanID(l.Plan)), MayCall: l.MayCall, Late: l.Late,
		AnswerBy: l.AnswerBy, AnsweredAt: gateway.Some(l.AnsweredAt), ExpiresAt: l.ExpiresAt, OfferID: gateway.Some(contract.OfferID(l.Offer)), EndedAt: gateway.Some(l.EndedAt), CreatedAt: l.CreatedAt,
	}
}

// Lead returns a lead as its partner reads it.
func Lead(l lead.Lead, at time.Time) contract.Lead {
	s := LeadSummary(l, at)
	return contract.Lead{
		ID: s.ID, PartnerID: s.PartnerID, InquiryID: s.InquiryID, Status: s.Status, Sender: s.Sender, Services: s.Services, PlanID: s.PlanID, Message: l.Text,
		MayCall: s.MayCall, Late: s.Late, Answer: gateway.Some(l.Answer), Reason: gateway.Some(l.Reason), AnswerBy: s.AnswerBy, AnsweredAt: s.AnsweredAt,
		ExpiresAt: s.ExpiresAt, OfferID: s.OfferID, EndedAt: s.EndedAt, CreatedAt: s.CreatedAt,
	}
}
