// Package granted is how pages write what delegated administration allows.
package granted

import (
	"liaison/shared/locale"
	"liaison/shared/offer"
)

// Allowed returns what a delegated administrator of the role can and cannot do, as sentences.
func Allowed(w locale.Words, role string) (can, cannot string) {
	if role == offer.RoleFull {
		return w.DelegatedAdministrationFullCan(), w.DelegatedAdministrationFullCannot()
	}
	return w.DelegatedAdministrationLimitedCan(), w.DelegatedAdministrationLimitedCannot()
}

// Rights names the role of a delegated administrator.
func Rights(w locale.Words, role string) string {
	if role == offer.RoleFull {
		return w.DelegatedAdministrationFullName()
	}
	return w.DelegatedAdministrationLimitedName()
}
