package view

import (
	"liaison/shared/contract"
	"liaison/shared/customer"
	"liaison/shared/textinput"
)

// Group shows a group.
func Group(g customer.Group) contract.CustomerGroup {
	return contract.CustomerGroup{
		ID: string(g.ID), CustomerID: string(g.Customer), Name: g.Name, Description: g.Description, Members: g.Members, CreatedAt: g.CreatedAt,
	}
}

// GroupMember shows who is in a group.
func GroupMember(m customer.Member) contract.CustomerGroupMember {
	return contract.CustomerGroupMember{UserID: string(m.User.ID), Name: m.User.Name, Email: textinput.ShownMail(m.User.Mail), AddedAt: m.Since}
}
