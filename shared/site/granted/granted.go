// Package granted is how pages write what delegated administration allows.
package granted

import (
	"strings"

	"liaison/shared/locale"
	"liaison/shared/offer"
	"liaison/shared/page"
)

// Allowed returns what a delegated administrator of the role can and cannot do, as sentences.
func Allowed(w locale.Words, role string) (can, cannot string) {
	if role == offer.RoleFull {
		return w.DelegatedAdministrationFullCan(), w.DelegatedAdministrationFullCannot()
	}
	return w.DelegatedAdministrationLimitedCan(), w.DelegatedAdministrationLimitedCannot()
}

// Abilities returns the same in two lists, for a question.
func Abilities(w locale.Words, role string) page.Abilities {
	can, cannot := w.DelegatedAdministrationLimitedCanList(), w.DelegatedAdministrationLimitedCannotList()
	if role == offer.RoleFull {
		can, cannot = w.DelegatedAdministrationFullCanList(), w.DelegatedAdministrationFullCannotList()
	}
	return page.Abilities{
		CanTitle: w.DelegatedAdministrationCan(), CannotTitle: w.DelegatedAdministrationCannot(),
		Can: strings.Split(can, "\n"), Cannot: strings.Split(cannot, "\n"),
	}
}

// Rights names the role of a delegated administrator.
func Rights(w locale.Words, role string) string {
	if role == offer.RoleFull {
		return w.DelegatedAdministrationFullName()
	}
	return w.DelegatedAdministrationLimitedName()
}
