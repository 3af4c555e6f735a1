package authz

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"liaison/infra/local/client"
	"liaison/shared/contract"
)

// standing is what becomes of a caller before any right is asked for.
type standing int

const (
	authentic standing = iota // somebody we know
	anonymous                 // no Authorization header: API Gateway's own 401
	refused                   // a token that does not hold: our 401
	nobody                    // a genuine token, but its subject is nobody, or nobody any more: 403
)

// caller is somebody who asks. A partner's has a company, its roles there and among customers; a customer's user has a home and roles there; an
// operator and those who are nobody have none.
type caller struct {
	name     string
	api      client.API
	standing standing
	operator bool
	company  *company
	role     contract.CompanyRole
	access   contract.CustomerAccess
	home     *company // of a customer's user: a partner's things whose every deal is with this one customer
	users    []contract.CustomerRole
	decided  bool // it said the yes of its home
}

var (
	roles    = []contract.CompanyRole{contract.CompanyRoleNone, contract.CompanyRoleGlobalAdmin, contract.CompanyRoleUserAdmin, contract.CompanyRoleBillingAdmin}
	accesses = []contract.CustomerAccess{contract.CustomerAccessNone, contract.CustomerAccessLimited, contract.CustomerAccessFull}
)

// call makes everybody who asks.
func (w *world) call(ctx context.Context) error {
	w.callers = append(w.callers, caller{name: "operator", api: w.operator, operator: true})
	for _, role := range roles {
		for _, access := range accesses {
			machine, _, err := w.machine(ctx, w.own, role, access)
			if err != nil {
				return err
			}
			w.callers = append(w.callers, caller{name: fmt.Sprintf("machine role=%s access=%s", role, access), api: machine, company: w.own, role: role, access: access})
		}
	}
	person, err := bound(ctx, "PARTNER#"+w.own.id)
	if err != nil {
		return err
	}
	admin := func(name string, api client.API, c *company) caller {
		return caller{name: name, api: api, company: c, role: contract.CompanyRoleGlobalAdmin, access: contract.CustomerAccessFull}
	}
	w.callers = append(w.callers, admin("person", person.api, w.own), admin("other partner's machine", w.foreign.api, w.foreign),
		admin("suspended partner's machine", w.stopped.api, w.stopped))
	if err := w.members(ctx); err != nil {
		return err
	}
	if err := w.gone(ctx); err != nil {
		return err
	}
	return w.strangers()
}

// members are users of customers. Those who may end something have a customer of their own.
func (w *world) members(ctx context.Context) error {
	for _, roles := range [][][]contract.CustomerRole{
		{{contract.CustomerRoleGlobalAdmin}},
		{{contract.CustomerRoleBillingAdmin}},
		{{contract.CustomerRoleUserAdmin}, {contract.CustomerRolePasswordAdmin}, {contract.CustomerRoleServiceAdmin}, {contract.CustomerRolePasswordAdmin, contract.CustomerRoleServiceAdmin}, nil},
	} {
		home, err := w.home(ctx)
		if err != nil {
			return err
		}
		for _, held := range roles {
			one, err := bound(ctx, home.partition())
			if err == nil {
				err = one.hold(ctx, held)
			}
			if err != nil {
				return err
			}
			w.callers = append(w.callers, caller{name: fmt.Sprintf("customer's user roles=%v", held), api: one.api, home: home, users: held})
		}
		if len(roles) == 1 {
			continue
		}
		decider, err := first(ctx, home.partition())
		if err == nil {
			err = decider.hold(ctx, nil)
		}
		if err != nil {
			return err
		}
		w.callers = append(w.callers, caller{name: "customer's user who decided and has no role any more", api: decider.api, home: home, decided: true})
		disabled, err := bound(ctx, home.partition())
		if err == nil {
			err = disabled.disable(ctx, true)
		}
		if err != nil {
			return err
		}
		w.callers = append(w.callers, caller{name: "customer's disabled user", api: disabled.api, standing: nobody})
	}
	return nil
}

// home returns the first partner's things as a new customer of its stands to them.
func (w *world) home(ctx context.Context) (*company, error) {
	made, err := w.freshDeal(ctx, w.own)
	if err != nil {
		return nil, err
	}
	c := w.own.with(made)
	c.events["redemption.accepted"], err = w.happened(ctx, w.own, "redemption.accepted&customer_id="+made.customer)
	return c, err
}

// gone makes those whose token still holds but who may no longer do anything.
func (w *world) gone(ctx context.Context) error {
	off := func(name string, api client.API) {
		w.callers = append(w.callers, caller{name: name, api: api, standing: nobody})
	}
	deleted, made, err := w.machine(ctx, w.own, contract.CompanyRoleGlobalAdmin, contract.CustomerAccessFull)
	if err != nil {
		return err
	}
	if _, err := w.operator.Must(ctx, http.StatusNoContent, http.MethodDelete, "/v1/api-clients/"+made.ID, nil, nil, "If-Match", made.Etag); err != nil {
		return err
	}
	off("deleted machine", deleted)

	// This part of the API has no way to disable somebody or to close a partner: the table is told.
	for _, pk := range []string{"PARTNER#" + w.own.id, "VENDOR"} {
		one, err := bound(ctx, pk)
		if err != nil {
			return err
		}
		if err := one.disable(ctx, true); err != nil {
			return err
		}
		off("disabled member of "+pk, one.api)
	}
	for _, status := range []string{"closed", "rejected"} {
		company, err := w.partner(ctx, fresh("Left Company"))
		if err != nil {
			return err
		}
		one, err := bound(ctx, "PARTNER#"+company.PartnerID)
		if err != nil {
			return err
		}
		if err := tell(ctx, "PARTNER#"+company.PartnerID, "PROFILE", "card.status", &types.AttributeValueMemberS{Value: status}); err != nil {
			return err
		}
		off("person of a "+status+" partner", one.api)
	}
	return nil
}

// member is a person whom the matrix bound to a subject, as the pages' sign-in will.
type member struct {
	api    client.API
	pk, sk string
}

// hold gives a customer's user its roles.
func (m member) hold(ctx context.Context, roles []contract.CustomerRole) error {
	held := make([]types.AttributeValue, len(roles))
	for i, role := range roles {
		held[i] = text(string(role))
	}
	return tell(ctx, m.pk, m.sk, "roles", &types.AttributeValueMemberL{Value: held})
}

func (m member) disable(ctx context.Context, yes bool) error {
	return tell(ctx, m.pk, m.sk, "disabled", &types.AttributeValueMemberBOOL{Value: yes})
}

// tell changes one attribute, named by its path, of an item that stands there.
func tell(ctx context.Context, pk, sk, path string, value types.AttributeValue) error {
	names, steps := map[string]string{}, strings.Split(path, ".")
	for i, name := range steps {
		steps[i] = "#" + name
		names[steps[i]] = name
	}
	_, err := sys.Table().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &sys.Endpoints.Table, Key: map[string]types.AttributeValue{"PK": text(pk), "SK": text(sk)},
		UpdateExpression: aws.String("SET " + strings.Join(steps, ".") + " = :value"), ConditionExpression: aws.String("attribute_exists(PK)"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: map[string]types.AttributeValue{":value": value},
	})
	return err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

var firsts sync.Map // by PK: the person whom the API made

func firstPerson(ctx context.Context, pk string) (map[string]types.AttributeValue, error) {
	if person, ok := firsts.Load(pk); ok {
		return person.(map[string]types.AttributeValue), nil
	}
	found, err := sys.Table().Query(ctx, &dynamodb.QueryInput{
		TableName: &sys.Endpoints.Table, KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :user)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": text(pk), ":user": text("USER#")},
	})
	if err != nil {
		return nil, err
	}
	if len(found.Items) == 0 {
		return nil, fmt.Errorf("%s has no person", pk)
	}
	person, _ := firsts.LoadOrStore(pk, found.Items[0]) // the oldest: ids sort by time
	return person.(map[string]types.AttributeValue), nil
}

// bound makes one more person beside the first of a partner (PK "PARTNER#<ID>"), of a customer ("CUSTOMER#<12>") or of the vendor ("VENDOR"), with the same rights, and a
// token for it.
func bound(ctx context.Context, pk string) (m member, err error) {
	if m, err = another(ctx, pk); err != nil {
		return m, err
	}
	return bind(ctx, pk, strings.TrimPrefix(m.sk, "USER#"))
}

// another makes one more person beside the first of a partition, who has no token.
func another(ctx context.Context, pk string) (m member, err error) {
	first, err := firstPerson(ctx, pk)
	if err != nil {
		return m, err
	}
	made := maps.Clone(first)
	m = member{pk: pk, sk: "USER#" + unlike(strings.TrimPrefix(made["SK"].(*types.AttributeValueMemberS).Value, "USER#"))}
	made["SK"], made["id"] = text(m.sk), text(m.id())
	delete(made, "terms") // nothing finds it
	return m, add(ctx, made)
}

func (m member) id() string {
	_, prefix := whose(m.pk)
	return prefix + strings.TrimPrefix(m.sk, "USER#")
}

// first returns the person whom the API or the pages made, with a token for it.
func first(ctx context.Context, pk string) (m member, err error) {
	person, err := firstPerson(ctx, pk)
	if err != nil {
		return m, err
	}
	return bind(ctx, pk, strings.TrimPrefix(person["SK"].(*types.AttributeValueMemberS).Value, "USER#"))
}

// whose returns the tenant of a partition, empty for the vendor's, and how the ids of its people begin.
func whose(pk string) (tenant, prefix string) {
	if partner, ok := strings.CutPrefix(pk, "PARTNER#"); ok {
		return partner, "usr_" + partner + "_"
	}
	if customer, ok := strings.CutPrefix(pk, "CUSTOMER#"); ok {
		return "cus_" + customer, "usr_" + customer + "_"
	}
	return "", "usr_v_"
}

// bind binds a person to a subject of the issuer.
func bind(ctx context.Context, pk, ulid string) (m member, err error) {
	tenant, prefix := whose(pk)
	subject := rand.Text()
	sum := sha256.Sum256([]byte(sys.Endpoints.Issuer + "\x00" + subject))
	binding := map[string]types.AttributeValue{
		"PK": text("SUBJECT#" + hex.EncodeToString(sum[:])), "SK": text("SUBJECT"), "class": text("subject"),
		"version": &types.AttributeValueMemberN{Value: "1"}, "created_at": text(time.Now().UTC().Format(time.RFC3339)), "user": text(prefix + ulid),
	}
	if tenant != "" {
		binding["tenant"] = text(tenant)
	}
	if err := add(ctx, binding); err != nil {
		return m, err
	}
	token, err := signed(map[string]any{"sub": subject}, nil)
	return member{api: api(token), pk: pk, sk: "USER#" + ulid}, err
}

// add puts an item that was not there.
func add(ctx context.Context, item map[string]types.AttributeValue) error {
	_, err := sys.Table().PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &sys.Endpoints.Table, Item: item, ConditionExpression: aws.String("attribute_not_exists(PK)"),
	})
	return err
}

// signed returns a token of the issuer like the operator's, but for some claims and members of its header.
func signed(claims, header map[string]any) (string, error) {
	said := map[string]any{
		"iss": sys.Endpoints.Issuer, "aud": sys.Identity.Audience, "token_use": "access", "sub": sys.Identity.OperatorClientID,
		"client_id": sys.Identity.OperatorClientID, "scope": sys.Identity.Scope,
		"iat": time.Now().Add(-time.Minute).Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	for name, value := range claims {
		if said[name] = value; value == nil {
			delete(said, name)
		}
	}
	return sys.Identity.Sign(said, header)
}

// strangers are those without a token, with one that does not hold, and with a genuine one of nobody. Each of the tokens would be the
// operator's, but for one thing.
func (w *world) strangers() error {
	w.callers = append(w.callers, caller{name: "anonymous", api: api(""), standing: anonymous}, caller{name: "garbage", api: api("garbage"), standing: refused})
	like, err := signed(nil, nil)
	if err != nil {
		return err
	}
	w.callers = append(w.callers, caller{name: "operator's token signed here", api: api(like), operator: true}) // what follows is refused for its one thing
	ago := time.Now().Add(-time.Hour).Unix()
	for _, bad := range []struct {
		name           string
		claims, header map[string]any
	}{
		{"expired", map[string]any{"exp": ago}, nil},
		{"without end", map[string]any{"exp": nil}, nil},
		{"not yet", map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}, nil},
		{"other issuer", map[string]any{"iss": "https://issuer.example"}, nil},
		{"other audience", map[string]any{"aud": "somebody", "client_id": "somebody"}, nil},
		{"ID token", map[string]any{"token_use": "id"}, nil},
		{"no subject", map[string]any{"sub": nil}, nil},
		{"alg none", nil, map[string]any{"alg": "none"}},
		{"alg HS256", nil, map[string]any{"alg": "HS256"}},
		{"alg ES256", nil, map[string]any{"alg": "ES256"}},
		{"other typ", nil, map[string]any{"typ": "logout+jwt"}},
		{"unknown kid", nil, map[string]any{"kid": "nobodys"}},
		{"no kid", nil, map[string]any{"kid": nil}},
		{"crit", nil, map[string]any{"crit": []string{"exp"}}},
	} {
		token, err := signed(bad.claims, bad.header)
		if err != nil {
			return err
		}
		w.callers = append(w.callers, caller{name: "token: " + bad.name, api: api(token), standing: refused})
	}
	forged, err := forge(like)
	if err != nil {
		return err
	}
	parts := strings.Split(like, ".")
	w.callers = append(w.callers, caller{name: "token: other key", api: api(forged), standing: refused},
		caller{name: "token: changed", api: api(parts[0] + "." + unlike(parts[1]) + "." + parts[2]), standing: refused})
	unbound, err := signed(map[string]any{"sub": rand.Text()}, nil)
	if err != nil {
		return err
	}
	w.callers = append(w.callers, caller{name: "subject of nobody", api: api(unbound), standing: nobody})
	return nil
}

// forge signs a token's words anew with a key of its own, under the same key id.
func forge(token string) (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	said := token[:strings.LastIndexByte(token, '.')]
	digest := sha256.Sum256([]byte(said))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	return said + "." + base64.RawURLEncoding.EncodeToString(signature), err
}
