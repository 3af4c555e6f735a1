package exported

import (
	"context"
	"fmt"

	"liaison/shared/administration"
	"liaison/shared/consent"
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/dynamo"
	"liaison/shared/event"
	"liaison/shared/importing"
	"liaison/shared/lead"
	"liaison/shared/partner"
	"liaison/shared/provisioning"
	"liaison/shared/relationship"
	"liaison/shared/subscription"
	"liaison/shared/support"
	"liaison/shared/view"
)

// thing is what is shown of an item: its kind, whose part it is where it does not say so itself, and it as its operation answers with it.
type thing struct {
	kind contract.ExportedKind
	of   string
	is   any
}

// beside is what the things of a page are shown with.
type beside struct {
	standing administration.Standing
	users    map[customer.UserID]customer.User
	groups   map[customer.GroupID]customer.Group
	tasks    map[provisioning.ID]provisioning.Task
	partners map[partner.ID]string
	sent     map[lead.InquiryID]lead.Followed
}

// read reads what the items of a page are shown with, one call for each sort of it.
func (a Asked) read(ctx context.Context, table Table, items []dynamo.Kept) (with beside, err error) {
	if len(items) == 0 {
		return with, nil
	}
	var users []customer.UserID
	var groups []customer.GroupID
	var tasks []provisioning.ID
	var partners []partner.ID
	var sent []lead.InquiryID
	for _, item := range items {
		switch is := item.Noun.(type) {
		case customer.Membership:
			users = append(users, is.User)
			if a.User != "" {
				groups = append(groups, is.Group)
			}
		case customer.User:
			if is.Mailbox != nil {
				tasks = append(tasks, mailboxTask(is.ID), migrationTask(is.ID))
			}
		case relationship.Relationship:
			partners = append(partners, is.Partner)
		case lead.SentInquiry:
			sent = append(sent, is.ID)
		}
	}
	if with.standing, err = table.Administration(ctx, a.Customer, ""); err != nil {
		return with, err
	}
	if with.users, err = table.UsersByID(ctx, users); err != nil {
		return with, err
	}
	if with.groups, err = table.GroupsByID(ctx, groups); err != nil {
		return with, err
	}
	if with.tasks, err = table.TasksByID(ctx, tasks); err != nil {
		return with, err
	}
	if with.sent, err = table.Inquiries(ctx, sent); err != nil {
		return with, err
	}
	if len(partners) > 0 {
		with.partners, err = table.PartnerNames(ctx, partners)
	}
	return with, err
}

func mailboxTask(u customer.UserID) provisioning.ID {
	return provisioning.IDFor(u, provisioning.Mailbox, "")
}

func migrationTask(u customer.UserID) provisioning.ID {
	return provisioning.IDFor(u, provisioning.Migration, "")
}

// show returns the things that an item is shown as.
func (a Asked) show(ctx context.Context, table Table, noun any, with beside) ([]thing, error) {
	name := with.standing.Customer.Name
	one := func(kind contract.ExportedKind, of string, is any) ([]thing, error) {
		return []thing{{kind, of, is}}, nil
	}
	switch is := noun.(type) {
	case customer.Customer:
		return one(contract.ExportedKindCustomer, "", view.Customer(a.By, with.standing, a.Below, a.At))
	case customer.User:
		return one(contract.ExportedKindCustomerUser, "", view.WholeUser(is, with.tasks[mailboxTask(is.ID)], with.tasks[migrationTask(is.ID)], a.At))
	case customer.Group:
		return one(contract.ExportedKindCustomerGroup, "", view.Group(is))
	case customer.Membership:
		return a.member(is, with), nil
	case customer.Domain:
		return one(contract.ExportedKindCustomerDomain, "", view.Domain(is))
	case subscription.Subscription:
		return one(contract.ExportedKindSubscription, "", view.Subscription(a.By, is, name, a.At))
	case relationship.Relationship:
		return one(contract.ExportedKindRelationship, "", view.Relationship(a.By, is, with.partners[is.Partner], a.At))
	case consent.StoredConsent:
		agreed, err := view.Redemption(is, map[customer.ID]string{a.Customer: name})
		return []thing{{contract.ExportedKindRedemption, "", agreed}, {contract.ExportedKindReceipt, string(is.ID), view.Receipt(is)}}, err
	case lead.SentInquiry:
		followed, there := with.sent[is.ID]
		if !there {
			return nil, nil
		}
		return one(contract.ExportedKindInquiry, "", view.Inquiry(followed, a.At))
	case support.Request:
		return one(contract.ExportedKindServiceRequest, "", view.ServiceRequest(is, name, a.At))
	case support.Comment:
		return one(contract.ExportedKindServiceRequestComment, string(is.Request), view.ServiceRequestComment(is))
	case importing.Import:
		failed, err := importing.Failed(ctx, table, is)
		return []thing{{contract.ExportedKindImport, "", view.ImportReport(is, view.ImportErrors(failed, a.Detail))}}, err
	case provisioning.Task:
		return one(contract.ExportedKindProvisioningTask, "", view.Task(a.By, is, "", a.At))
	case event.Event:
		var happened []thing
		for _, number := range a.changes(is) {
			happened = append(happened, thing{contract.ExportedKindEvent, "", view.Event(is, number)})
		}
		return happened, nil
	}
	return nil, fmt.Errorf("exported: %T is kept, and nothing shows it", noun)
}

// member shows who is in a group; for one user the group, too, which no other item of that user's says. Nobody is in a group who is gone.
func (a Asked) member(is customer.Membership, with beside) []thing {
	var shown []thing
	if g, ok := with.groups[is.Group]; ok && !g.Deleted() {
		shown = append(shown, thing{contract.ExportedKindCustomerGroup, "", view.Group(g)})
	}
	if u, ok := with.users[is.User]; ok {
		shown = append(shown, thing{contract.ExportedKindCustomerGroupMember, string(is.Group), view.GroupMember(customer.Member{User: u, Since: is.CreatedAt})})
	}
	return shown
}
