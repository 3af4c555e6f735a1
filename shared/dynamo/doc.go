// Package dynamo is the one table: every key, every item, every read and write of it.
//
// # Keys
//
//	PK                     SK                            item
//	CATALOG                VENDOR                        the vendor and its switch for sending
//	CATALOG                PICTURE#<file>                a picture of its brand, named by content; TTL 7 days once it is replaced
//	CATALOG                PLAN#<plan>                   plan
//	CATALOG                PROGRAMS                      all programs by name (decision 1)
//	CATALOG                AVAILABILITY                  feature x plan x region
//	CATALOG                TERMS#<document>              head: current version, SHA-256 by language
//	CATALOG                TERMS#<document>#<v>#<lang>   one text; never changes
//	VENDOR                 USER#<ulid>                   operator
//	VENDOR                 OPERATORS                     how many operators are enabled
//	PARTNER#<8 digits>     PROFILE                       partner: state, profile, agreement, enrolments
//	PARTNER#<8 digits>     CODES                         hashes of the codes that prove its mail address and phone
//	PARTNER#<8 digits>     AUTHORISATION#<plan>          plan and countries it may offer
//	PARTNER#<8 digits>     USER#<ulid>, CLIENT#<ulid>    its people and machines
//	PARTNER#<8 digits>     CLIENTS                       how many machines it has
//	PARTNER#<8 digits>     OFFER#<code>                  offer
//	PARTNER#<8 digits>     BEGUN#<code>                  an offer that is being made on pages; TTL 7 days after the last answer
//	PARTNER#<8 digits>     BULK#<code>#<ulid>            a list of recipients of an offer, and how far it is sent; TTL 7 days, 30 once it is sent
//	PARTNER#<8 digits>     ROWS#<code>#<ulid>            its rows, which never change; TTL
//	PARTNER#<8 digits>     USES#<code>                   acceptances of an offer that counts them: used, max
//	PARTNER#<8 digits>     LISTING                       its entry in the marketplace: the newest content, and what was published
//	PARTNER#<8 digits>     INDEXED                       what the marketplace's index holds for it (decision 82)
//	PARTNER#<8 digits>     REPORTS#<code>                who reported an offer: sets of address hashes, and the invitation that was last
//	PARTNER#<8 digits>     LEAD#<ulid>                   what it has of an inquiry, with that one's ULID; TTL 365 days once it has ended
//	PARTNER#<8 digits>     TALLY                         how many leads it answered in time, by weeks
//	PARTNER#<8 digits>     SENDER#<sha256>               how many leads of one address it has that have not ended
//	PARTNER#<8 digits>     INQUIRY#<ulid>                that one of its people sent an inquiry, under that one's ULID; TTL 365 days
//	INQUIRY#<ulid>         INQUIRY                       a message to one to three partners; TTL 7 days until its address is proved, then 365
//	APPLICATION#<ulid>     APPLICATION                   a company that asks to be a partner; TTL 30 days until its address is proved, 180 once it is rejected
//	INV#<ulid>             INVITATION                    invitation: hashes of its links, draft, delivery, answer
//	INV#<ulid>             REDEMPTION                    the answer that declined it
//	INV#<ulid>             CLIENT                        address and browser of who decided; TTL 12 months
//	CUSTOMER#<12>          PROFILE                       customer
//	CUSTOMER#<12>          USER#<ulid>                   its user, with the hashes of the links that stop reminders
//	CUSTOMER#<12>          FIND#<term>#<ulid>            a user, by what its address or name begins with
//	CUSTOMER#<12>          MAILBOX#<sha256>              a mailbox's address is one user's within the customer
//	CUSTOMER#<12>          GROUP#<ulid>                  a group of its users: name, how many
//	CUSTOMER#<12>          GROUPNAME#<sha256>            a group's name is one group's within the customer
//	CUSTOMER#<12>          MEMBER#<ulid>#<ulid>          a group has a user
//	CUSTOMER#<12>          IN#<ulid>#<ulid>              the same by the user, who leaves its groups when it is purged
//	CUSTOMER#<12>          IMPORT#<ulid>                 a file that was read, and how many of its rows are done with; TTL 7 days, 30 once it is started
//	CUSTOMER#<12>          IMPORTS                       which imports are started and not done, in their order
//	CUSTOMER#<12>          ROWS#<ulid>#<n>               100 of its rows, from one on, which never change; TTL
//	CUSTOMER#<12>          FAILED#<ulid>#<n>             a row of it that failed, and why; TTL
//	CUSTOMER#<12>          DOMAIN#<domain>               a domain that it says is its own: record, state, when it is checked again
//	CUSTOMER#<12>          DOMAINS                       how many domains it has
//	CUSTOMER#<12>          SUB#<ulid>                    subscription
//	CUSTOMER#<12>          TASK#<ulid>                   what the vendor's systems are to set up: state, percent, reason, lease
//	CUSTOMER#<12>          RED#<ulid>                    a consent with its receipt
//	CUSTOMER#<12>          CLIENT#<ulid>                 address and browser of who decided without an offer; TTL 12 months
//	CUSTOMER#<12>          REL#<8 digits>                tie to one partner
//	CUSTOMER#<12>          DELEGATED_ADMINISTRATOR       the one grant; overwritten by the next, never deleted
//	CUSTOMER#<12>          REQUEST#<ulid>                service request
//	CUSTOMER#<12>          COMMENT#<ulid>#<ulid>         what a side wrote about a request, under its ULID; never changes
//	CUSTOMER#<12>          REQUESTS                      how many requests are not closed
//	CUSTOMER#<12>          INQUIRY#<ulid>                that one of its users sent an inquiry, under that one's ULID; TTL 365 days
//	CUSTOMER#<12>          WAITS#<ulid>                  an invitation to one of its users waits for an answer; TTL
//	<a tenant's PK>        EVENT#<ulid>                  what happened: PARTNER#…, CUSTOMER#…, INV#… or VENDOR
//	<a tenant's PK>        MATTER#<kind>#<subject>       what waits for the vendor's decision; TTL once decided
//	LOGIN#<sha256>         LOGIN                         an address is a user of at most one customer or partner, or an operator
//	LOGIN#<sha256>         WAITS#<ulid>                  an invitation to an address that was no customer's waits; TTL
//	DOMAIN#<domain>        DOMAIN                        a verified domain is one customer's
//	NAME#<sha256>          NAME                          a legal name's look-alike skeleton -> partner
//	SUBJECT#<sha256>       SUBJECT                       a token's issuer and subject -> tenant, user
//	SESSION#<sha256>       SESSION                       who is signed in to the pages; TTL, counts 12 hours
//	IDEM#<sha256>          IDEM                          done under an Idempotency-Key; TTL, counts 24 hours
//	FIND#<term>            <0..f>                        who is found by a term in the marketplace: a set of partner IDs
//	FACTS                  <0..f>                        every published partner's share of answered messages and country
//	MAIL#<event>#<t>#<h>   MAIL                          one mail: claimed, sent, delivered, bounced, complained
//	SUPPRESSED#<sha256>    SUPPRESSED                    why an address gets no offer mail, or once got none; TTL once lifted
//	COUNT#<offer>#<0..7>   COUNT                         the offer's funnel
//	COUNT#mail-<date>#<0..7> COUNT                       how a day's mails fared; TTL
//	RATE#<what>#<h>#<t>    RATE                          things counted in one window; TTL
//	SEAL#<date>, HEAD      <n>, HEAD                     the chain over the events
//
// # Indexes
//
// by-owner (owner, owner_at) lists what an owner has, newest first, from the attributes kept for lists, in "card":
// <partner>#offer, #lead, #redemption, #relationship, #subscription, #event; OFFER#<code>#invitation; VENDOR#0#partner, #application, #listing, #service_request that is not closed, and #matter by its deadline.
// due (due_class, due) holds what falls due: <class>#<0..7> at <time>#<PK>#<SK>, for trial, invitation, offer, grant, removal,
// partner, client, customer_user, customer_group that was deleted, customer_domain that is verified, import_queue that is not empty, service_request, lead that nobody answered, tally, event, and dead for events that were given up (GiveUpEvent), which no job reads; nor does one read task-<kind>,
// what the vendor's systems may claim then, and failed-task-<kind>, what failed then (OpenTasks).
// Both lag, so no rule rests on one and no page reads one right after its own POST.
//
// # Writes
//
// Every write carries a condition: absent, the version that was read, or a guard on exactly the attributes the decision rests on.
// What belongs together is one transaction. Every item carries op, the id of the operation that wrote it last: a condition that fails
// on the same operation's own item means that it was done before.
package dynamo
