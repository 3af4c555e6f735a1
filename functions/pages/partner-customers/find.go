package partnercustomers

import (
	"strings"
	"time"

	"liaison/shared/administration"
	"liaison/shared/customer"
	"liaison/shared/fault"
	"liaison/shared/gateway"
	"liaison/shared/page"
	"liaison/shared/quota"
	"liaison/shared/site"
	"liaison/shared/textinput"
)

// finding is the step whose token the form carries.
const finding = "find"

// find leads to the company's customer whose user signs in by the address that was typed, or whose domain it is. Whose any other is, or whether it is
// anybody's, is not said.
func (p customersPage) find(v *site.Visit, who site.Signed) error {
	if err := v.Posted(who.Secret, finding); err != nil {
		return err
	}
	if page.Switched(v.R) {
		return p.put(v, who, "")
	}
	w := v.Words
	typed, mail := v.Form("find"), strings.Contains(v.Form("find"), "@")
	read := textinput.OwnDomain
	if mail {
		read = textinput.Mail
	}
	name, code := read(typed)
	switch code {
	case nil:
	case fault.Required:
		return p.put(v, who, w.CustomersFindMissing())
	default:
		return p.put(v, who, w.CustomersFindWrong())
	}
	rate, err := p.table.Count(v.R.Context(), quota.Searches, who.Party(), v.Env.ChecksPerCaller, time.Minute, v.Op.At)
	if err != nil {
		return err
	}
	if err := gateway.Counted(v.W.Header(), quota.Searches, rate); err != nil {
		return err
	}
	var found administration.Found
	if mail {
		found, err = who.Claim().Find(v.R.Context(), p.table, name, v.Op.At)
	} else {
		found, err = who.Claim().FindByDomain(v.R.Context(), p.table, customer.DomainName(name), v.Op.At)
	}
	if fault.Is(err, fault.NotFound) {
		return p.put(v, who, w.CustomersFindNone())
	}
	if err != nil {
		return err
	}
	return v.Redirect(at(found.Customer.ID))
}
