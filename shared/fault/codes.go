package fault

// Below stands each way to fail once: its word, its kind, and the values that its words in shared/locale mention
// (problem.<word>.title and .detail say what it means). or names a second kind, where the same thing meets two callers: an offer that has
// ended is gone for who holds its link, and in the way of the partner who made it.

// 400: the request cannot be read.
var (
	BadRequest            = declare("bad_request", Malformed, "name")
	DuplicateField        = declare("duplicate_field", Malformed, "name")
	IdempotencyKeyMissing = declare("idempotency_key_missing", Malformed)
	IdempotencyKeyTooLong = declare("idempotency_key_too_long", Malformed)
	InvalidCursor         = declare("invalid_cursor", Malformed)
	InvalidJSON           = declare("invalid_json", Malformed, "name")
	TooDeep               = declare("too_deep", Malformed, "limit")
	UnknownParameter      = declare("unknown_parameter", Malformed, "name")
)

// 401: no caller, or a token that no longer counts.
var (
	TokenExpired = declare("token_expired", Unauthenticated)
	TokenInvalid = declare("token_invalid", Unauthenticated)
	Unauthorized = declare("unauthorized", Unauthenticated)
)

// 403: a known caller who may not.
var (
	BeyondOwnRights        = declare("beyond_own_rights", Denied)
	CallerDisabled         = declare("caller_disabled", Denied)
	CrossSite              = declare("cross_site", Denied)
	FeatureUnavailable     = declare("feature_unavailable", Denied, "feature", "plan", "region", "reason", "page")
	Forbidden              = declare("forbidden", Denied, "allowed")
	FormExpired            = declare("form_expired", Denied)
	NotAuthorisedForPlan   = declare("not_authorised_for_plan", Denied, "plan", "country")
	NotEnrolled            = declare("not_enrolled", Denied, "name")
	NotYourRole            = declare("not_your_role", Denied)
	OtherCountry           = declare("other_country", Denied, "name")
	PlanNotSoldHere        = declare("plan_not_sold_here", Denied, "name")
	ServiceRequestNotYours = declare("service_request_not_yours", Denied)
	SignedOut              = declare("signed_out", Denied)
	TargetIsAdmin          = declare("target_is_admin", Denied)
	UnknownCaller          = declare("unknown_caller", Denied)
	WrongAccount           = declare("wrong_account", Denied)
)

// 404: does not exist, or is another tenant's.
var (
	NotFound = declare("not_found", Absent)
)

// 405: the path exists, the method does not.
var (
	MethodNotAllowed = declare("method_not_allowed", NotAllowed, "allowed")
)

// 409: the state of things forbids it.
var (
	ActiveSubscriptions          = declare("active_subscriptions", Conflict, "name")
	AddressRefusesMail           = declare("address_refuses_mail", Conflict)
	AddressTaken                 = declare("address_taken", Conflict)
	AlreadyDisputed              = declare("already_disputed", Conflict, "when")
	AlreadyEnded                 = declare("already_ended", Conflict, "when")
	AlreadyLimited               = declare("already_limited", Conflict)
	AlreadyReseller              = declare("already_reseller", Conflict)
	ApplicationNotWaiting        = declare("application_not_waiting", Conflict)
	AskTheReseller               = declare("ask_the_reseller", Conflict)
	AutoExtendLimitedOnly        = declare("auto_extend_limited_only", Conflict)
	BilledByReseller             = declare("billed_by_reseller", Conflict, "plan")
	ClientNotActive              = declare("client_not_active", Conflict)
	AlreadyProved                = declare("already_proved", Conflict)
	NotProved                    = declare("not_proved", Conflict)
	NoOldSecret                  = declare("no_old_secret", Conflict)
	OldSecretWorks               = declare("old_secret_works", Conflict, "when")
	CustomerReadOnly             = declare("customer_read_only", Conflict)
	DelegatedAdministratorExists = declare("delegated_administrator_exists", Conflict)
	DomainRecordDiffers          = declare("domain_record_differs", Conflict, "name", "value", "found")
	DomainRecordMissing          = declare("domain_record_missing", Conflict, "name", "value")
	DomainTaken                  = declare("domain_taken", Conflict)
	DomainUnverified             = declare("domain_unverified", Conflict, "name")
	Exists                       = declare("exists", Conflict)
	GroupNameTaken               = declare("group_name_taken", Conflict)
	InProgress                   = declare("in_progress", Conflict)
	EndsByNotice                 = declare("ends_by_notice", Conflict, "when")
	InvitationAnswered           = declare("invitation_answered", Conflict, "when")
	LastAdmin                    = declare("last_admin", Conflict)
	NameTaken                    = declare("name_taken", Conflict)
	NoDeletionHeld               = declare("no_deletion_held", Conflict)
	NoDispute                    = declare("no_dispute", Conflict)
	NoLicense                    = declare("no_license", Conflict)
	NoLicenseLeft                = declare("no_license_left", Conflict, "plan", "assigned", "bought")
	NoRemovalRequest             = declare("no_removal_request", Conflict)
	NotDue                       = declare("not_due", Conflict)
	OfferNotActive               = declare("offer_not_active", Conflict, "state", "already").or(Invalid)
	OfferNotPaused               = declare("offer_not_paused", Conflict, "state", "already")
	PartnerIDTaken               = declare("partner_id_taken", Conflict)
	PartnerNotActive             = declare("partner_not_active", Conflict)
	PartnerNotSuspended          = declare("partner_not_suspended", Conflict)
	PasswordLinkCounts           = declare("password_link_counts", Conflict)
	PauseNotYours                = declare("pause_not_yours", Conflict)
	PlanOwned                    = declare("plan_owned", Conflict, "plan")
	PlanWithdrawn                = declare("plan_withdrawn", Conflict, "plan")
	PriceChanged                 = declare("price_changed", Conflict)
	ProfileUnverified            = declare("profile_unverified", Conflict)
	RemovalNotDue                = declare("removal_not_due", Conflict, "when")
	RemovalRequested             = declare("removal_requested", Conflict, "when")
	RequestClosed                = declare("request_closed", Conflict, "when")
	ResellerGone                 = declare("reseller_gone", Conflict)
	SameBiller                   = declare("same_biller", Conflict, "name")
	SignInRequired               = declare("sign_in_required", Conflict)
	StaleDraft                   = declare("stale_draft", Conflict)
	SubscriptionCancelled        = declare("subscription_cancelled", Conflict, "when")
	SubscriptionEnded            = declare("subscription_ended", Conflict, "state")
	SubscriptionNotActive        = declare("subscription_not_active", Conflict, "state")
	SubscriptionNotAssignable    = declare("subscription_not_assignable", Conflict, "plan", "state")
	SubscriptionNotConvertible   = declare("subscription_not_convertible", Conflict, "state")
	SubscriptionNotEnding        = declare("subscription_not_ending", Conflict, "state")
	SubscriptionNotSuspended     = declare("subscription_not_suspended", Conflict, "state")
	SubscriptionNotTrialing      = declare("subscription_not_trialing", Conflict, "state")
	TermsOutdated                = declare("terms_outdated", Conflict)
	TooManyClients               = declare("too_many_clients", Conflict, "limit")
	TooManyDomains               = declare("too_many_domains", Conflict, "limit")
	TooManyImports               = declare("too_many_imports", Conflict, "limit")
	TooManyServiceRequests       = declare("too_many_service_requests", Conflict, "limit")
	TrialAlreadyUsed             = declare("trial_already_used", Conflict)
	LeaseLost                    = declare("lease_lost", Conflict)
	TaskNotDue                   = declare("task_not_due", Conflict, "when")
	TaskNotFailed                = declare("task_not_failed", Conflict)
	UserDiffers                  = declare("user_differs", Conflict)
	UserDeleted                  = declare("user_deleted", Conflict, "when")
	UserDisabled                 = declare("user_disabled", Conflict)
	UserNotDeleted               = declare("user_not_deleted", Conflict)
	UserOwnsBilling              = declare("user_owns_billing", Conflict)
	VersionExists                = declare("version_exists", Conflict)
)

// 410: it was there and has ended.
var (
	ApplicationLinkExpired = declare("application_link_expired", Gone, "when")
	InvitationDeclined     = declare("invitation_declined", Gone, "when")
	InvitationExpired      = declare("invitation_expired", Gone, "when")
	InvitationPaused       = declare("invitation_paused", Gone)
	InvitationRevoked      = declare("invitation_revoked", Gone, "when")
	InvitationSuperseded   = declare("invitation_superseded", Gone)
	OfferExpired           = declare("offer_expired", Gone, "when").or(Conflict)
	OfferPaused            = declare("offer_paused", Gone, "when").or(Conflict)
	OfferReplaced          = declare("offer_replaced", Gone, "when").or(Conflict)
	OfferUsedUp            = declare("offer_used_up", Gone).or(Conflict)
	OfferWithdrawn         = declare("offer_withdrawn", Gone, "when").or(Conflict)
	PasswordLinkExpired    = declare("password_link_expired", Gone)
	PasswordLinkSuperseded = declare("password_link_superseded", Gone)
	PasswordLinkUsed       = declare("password_link_used", Gone)
)

// 412: the caller decided on an older version.
var (
	PreconditionFailed = declare("precondition_failed", Stale)
)

// 413: the body is over the limit.
var (
	BodyTooLarge = declare("body_too_large", TooLarge, "limit")
)

// 415: the body is of another media type.
var (
	UnsupportedMediaType = declare("unsupported_media_type", Media, "allowed")
)

// 422: readable, but a field cannot be accepted.
var (
	CodeEnded                     = declare("code_ended", Invalid)
	CountryInTwoRegions           = declare("country_in_two_regions", Invalid, "name")
	DuplicateEntry                = declare("duplicate_entry", Invalid, "name")
	DuplicateRecipient            = declare("duplicate_recipient", Invalid)
	EdgeSpace                     = declare("edge_space", Invalid)
	IdempotencyKeyReused          = declare("idempotency_key_reused", Invalid)
	InvalidCharacters             = declare("invalid_characters", Invalid)
	InvalidDomain                 = declare("invalid_domain", Invalid)
	InvalidEmail                  = declare("invalid_email", Invalid)
	InvalidFormat                 = declare("invalid_format", Invalid, "allowed")
	InvalidType                   = declare("invalid_type", Invalid, "allowed")
	InvalidValue                  = declare("invalid_value", Invalid, "allowed")
	LicensesAssigned              = declare("licenses_assigned", Invalid, "limit")
	MailboxNotASCII               = declare("mailbox_not_ascii", Invalid)
	MistypedPartnerID             = declare("mistyped_partner_id", Invalid)
	MixedScripts                  = declare("mixed_scripts", Invalid)
	MoreRecipientsThanRedemptions = declare("more_recipients_than_redemptions", Invalid, "limit")
	NoLetters                     = declare("no_letters", Invalid)
	NoTrial                       = declare("no_trial", Invalid, "name")
	NotForKind                    = declare("not_for_kind", Invalid)
	NotForTrial                   = declare("not_for_trial", Invalid)
	NotSold                       = declare("not_sold", Invalid, "name")
	NothingAccepted               = declare("nothing_accepted", Invalid)
	OutOfRange                    = declare("out_of_range", Invalid, "allowed", "limit")
	PartnerNotEligible            = declare("partner_not_eligible", Invalid, "reason")
	Personal                      = declare("personal", Invalid)
	PictureContent                = declare("picture_content", Invalid, "name")
	PictureDimensions             = declare("picture_dimensions", Invalid)
	PictureFormat                 = declare("picture_format", Invalid)
	PictureTooLarge               = declare("picture_too_large", Invalid, "limit")
	PriceNotYours                 = declare("price_not_yours", Invalid)
	PublicSuffix                  = declare("public_suffix", Invalid)
	PurchaseOfferNeeded           = declare("purchase_offer_needed", Invalid, "name")
	Refused                       = declare("refused", Invalid)
	RelationshipKindNotAvailable  = declare("relationship_kind_not_available", Invalid, "allowed")
	Required                      = declare("required", Invalid, "name")
	SingleTrialOnly               = declare("single_trial_only", Invalid)
	TooFew                        = declare("too_few", Invalid, "limit")
	TooLong                       = declare("too_long", Invalid, "limit")
	TooMany                       = declare("too_many", Invalid, "limit").or(Conflict)
	TooManyItems                  = declare("too_many_items", Invalid, "limit")
	TooShort                      = declare("too_short", Invalid, "limit")
	UnknownField                  = declare("unknown_field", Invalid, "name")
	UnknownOffer                  = declare("unknown_offer", Invalid)
	UnknownPartnerID              = declare("unknown_partner_id", Invalid).or(Absent)
	UnknownPlan                   = declare("unknown_plan", Invalid, "name")
	UnknownRegion                 = declare("unknown_region", Invalid, "name")
	FormulaCell                   = declare("formula_cell", Invalid)
	TableCells                    = declare("table_cells", Invalid, "row", "column")
	TableControl                  = declare("table_control", Invalid, "row", "column")
	TableEncoding                 = declare("table_encoding", Invalid)
	TableHeading                  = declare("table_heading", Invalid, "name")
	TableQuotes                   = declare("table_quotes", Invalid, "row", "column")
	TableRows                     = declare("table_rows", Invalid, "limit")
	UnknownUser                   = declare("unknown_user", Invalid, "name")
	UnknownSubscription           = declare("unknown_subscription", Invalid, "name")
	VendorDomain                  = declare("vendor_domain", Invalid)
	WrongCode                     = declare("wrong_code", Invalid, "limit")
)

// 428: If-Match is missing.
var (
	PreconditionRequired = declare("precondition_required", Unguarded)
)

// 429: a rate is used up.
var (
	DailyCodeLimit       = declare("daily_code_limit", Throttled, "limit")
	DailyInvitationLimit = declare("daily_invitation_limit", Throttled, "limit")
	RateLimited          = declare("rate_limited", Throttled, "retry")
)

// 500: a defect.
var (
	Internal = declare("internal", Failed)
)

// 503: try again later.
var (
	DNSUnavailable    = declare("dns_unavailable", Busy)
	SignInUnavailable = declare("sign_in_unavailable", Busy)
	Timeout           = declare("timeout", Busy)
	Unavailable       = declare("unavailable", Busy)
)
