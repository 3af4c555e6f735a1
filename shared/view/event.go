package view

import (
	"strconv"

	"liaison/shared/contract"
	"liaison/shared/event"
)

// Event returns one change of an event, numbered from 1, as CloudEvents 1.0 has it.
func Event(e event.Event, number int) contract.Event {
	c := e.Changes[number-1]
	v := contract.Event{
		Specversion: "1.0", ID: e.ID() + "-" + strconv.Itoa(number), Source: source(e.Tenant), Type: string(c.Type), Time: e.At, Subject: c.Subject,
		Datacontenttype: "application/json", Data: c.Data, Actor: e.Actor.ID, ActorKind: contract.ActorKind(e.Actor.Kind), RequestID: e.RequestID,
	}
	if v.Data == nil {
		v.Data = map[string]string{}
	}
	return v
}

// source says whose event it is.
func source(t event.Tenant) string {
	switch t.Kind {
	case 'c':
		return "/v1/customers/cus_" + t.ID
	case 'p':
		return "/v1/partners/" + t.ID
	case 'i':
		return "/v1/invitations/inv_" + t.ID
	}
	return "/v1"
}
