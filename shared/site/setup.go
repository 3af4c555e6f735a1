package site

import (
	"liaison/shared/locale"
	"liaison/shared/provisioning"
)

// TaskKind names what the vendor's systems set up by tasks of a kind.
func TaskKind(w locale.Words, of provisioning.Kind) string {
	switch of {
	case provisioning.Subscription:
		return w.ProvisioningSubscription()
	case provisioning.License:
		return w.ProvisioningLicense()
	case provisioning.Mailbox:
		return w.ProvisioningMailbox()
	case provisioning.Migration:
		return w.ProvisioningMigration()
	case provisioning.Domain:
		return w.ProvisioningDomain()
	}
	return string(of)
}
