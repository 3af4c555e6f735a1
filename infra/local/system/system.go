// Package system runs the whole of Liaison on one machine: the bootstraps that
// the templates name, behind two HTTP APIs, on a real DynamoDB, a mail service
// and an identity provider. Tests, the demo, the benchmark and `make run` all
// use it.
package system

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"liaison/infra/local/httpapi"
	"liaison/infra/local/lambda"
	"liaison/infra/local/proxy"
	"liaison/infra/local/services"
	"liaison/infra/local/stream"
	"liaison/infra/local/template"
)

// Options says how to start a system. The zero value starts everything on free ports, in memory.
type Options struct {
	// Port is the API's; the pages, the mailbox and the issuer take the next three. 0 takes free ones.
	Port int
	// Keep is a folder for the data of the run; empty keeps it in memory and drops it.
	Keep string
	// Log gets what the services and the runner say; nil drops it.
	Log io.Writer
	// Root is the repository; empty looks for go.mod in this folder and above.
	Root string
	// Template is the root template; empty means template.yaml in Root.
	Template string
	// Logs is the folder for one log a function; empty takes one that goes with the run.
	Logs string
	// Parameters override the template's parameters.
	Parameters map[string]string
	// Environment overrides variables of every function.
	Environment map[string]string
	// WithoutMail and WithoutIdentity leave a part out, for tests that need neither.
	WithoutMail, WithoutIdentity bool
	// LikeCognito makes tokens leave `aud` out, as Cognito's machine tokens do.
	LikeCognito bool
	// Long is for a suite of more than some twenty seconds: the table starts later and then is twice as fast.
	Long bool
	// Borrow takes tables in the DynamoDB Local that a command lends, where one does. Nobody else sees them.
	Borrow bool
	// Schedules makes the schedules tick; tests tick by hand.
	Schedules bool
	// Bootstraps are functions that run from their own bootstrap, built as for deployment; "*" means every one. The others run from one local
	// program of all functions, which is linked once: each is still a process of its own behind its own proxy.
	Bootstraps []string
	// Follow builds the local program again where its source changed before a request, and lets the caller wait.
	Follow bool
	// Debug builds the local program for a debugger and gives every function an hour, so that one may stand still in it.
	Debug bool
	// Tell is told, in words, what is being built; nil drops it.
	Tell func(string)
	// Instances is how many processes of one function may run at once; 0 means 16.
	Instances int
	// Observe is told of each invocation; nil drops it.
	Observe func(lambda.Invocation)
}

// Endpoints says where the system answers. It is written to build/local/endpoints.json,
// where main adds what its sample program made.
type Endpoints struct {
	API           string `json:"api"`
	Pages         string `json:"pages"`
	Mailbox       string `json:"mailbox"`
	Issuer        string `json:"issuer"`
	Cognito       string `json:"cognito"`
	UserPool      string `json:"user_pool"`
	TableEndpoint string `json:"table_endpoint"`
	Table         string `json:"table"`
	Control       string `json:"control"`
	DNS           string `json:"dns"` // host and port of the resolver that knows the records set by Control
	// OperatorSubject is the subject of the operator person's tokens.
	OperatorSubject string `json:"operator_subject,omitempty"`
	// The rest is filled by who makes a program in the system.
	Token         string `json:"token,omitempty"`
	OperatorToken string `json:"operator_token,omitempty"`
	PartnerID     string `json:"partner_id,omitempty"`
	PartnerClient string `json:"partner_client,omitempty"`
	PartnerSecret string `json:"partner_secret,omitempty"`
}

// System is a running system.
type System struct {
	// Endpoints says where it answers.
	Endpoints Endpoints
	// App is what the templates describe.
	App *template.App
	// Proxy records the functions' calls and takes the faults of tests.
	Proxy *proxy.Proxy
	// Runtime runs the functions.
	Runtime *lambda.Runtime
	// DNS answers the functions' questions; what stands there is set by tests, and by POST /dns of Control.
	DNS *services.DNS
	// Identity gives tokens; nil without identity.
	Identity *services.Provider
	// AccessKey is the key under which DynamoDB Local keeps the system's tables.
	AccessKey string

	options Options
	root    string
	run     string // this run's own folder
	log     io.Writer
	apis    []*httpapi.API
	streams []*stream.Reader
	builder *lambda.Builder
	program program
	closers []func() error
	closing sync.Once
	closed  error
	stop    context.CancelFunc
	context context.Context
	later   sync.WaitGroup // timers and events of our own making

	mutex       sync.Mutex
	offset      time.Duration
	broken      chan error
	posting     int // events and asynchronous invocations under way
	deadLetters []DeadLetter
	hold        bool // mail events are held back
	held        []MailEvent
	ses         mailService
}

// DeadLetter is an event that failed for good.
type DeadLetter struct {
	// Destination is the ARN it went to; empty where the template names none and AWS would drop it.
	Destination string
	Function    string
	Body        json.RawMessage
}

// Start starts the system and returns when it answers. It fails when a part
// is missing or does not come up, when a port is taken, and when the templates
// hold something the runner does not know. ctx is for the start only.
func Start(ctx context.Context, o Options) (*System, error) {
	s := &System{AccessKey: ownKey, options: o, log: o.Log, broken: make(chan error, 1)}
	if s.log == nil {
		s.log = io.Discard
	}
	s.log = &shared{w: s.log}
	s.context, s.stop = context.WithCancel(context.Background())
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *System) start(ctx context.Context) error {
	o := s.options
	var err error
	if s.root, err = repository(o.Root); err != nil {
		return err
	}
	run, end, err := runFolder(s.root)
	if err != nil {
		return err
	}
	s.run = run
	s.onClose(end)
	if o.Keep != "" {
		if err := os.MkdirAll(o.Keep, 0o755); err != nil {
			return err
		}
		s.offset = keptOffset(o.Keep)
	}
	var listeners [3]net.Listener // api, pages, control
	for i := range listeners {
		port := 0
		if o.Port != 0 && i < 2 {
			port = o.Port + i
		}
		listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			return err
		}
		listeners[i] = listener
		s.onClose(func() error {
			listener.Close() // a server that runs has closed it already
			return nil
		})
	}
	s.Endpoints.API, s.Endpoints.Pages = localURL(listeners[0]), localURL(listeners[1])
	s.Endpoints.Control = localURL(listeners[2])
	if err = s.prepare(ctx); err != nil {
		return err
	}
	if err = s.readTemplates(); err != nil {
		return err
	}
	if err = s.createTables(ctx); err != nil {
		return err
	}
	if err = s.startFunctions(ctx); err != nil {
		return err
	}
	if err = s.startStreams(); err != nil {
		return err
	}
	s.serve(listeners)
	if o.Schedules {
		s.tickSchedules()
	}
	return nil
}

// Close ends everything the system started, each child by its id.
func (s *System) Close() error {
	s.closing.Do(func() {
		s.stop()
		var errs []error
		for i := len(s.closers) - 1; i >= 0; i-- {
			errs = append(errs, s.closers[i]())
		}
		s.later.Wait()
		s.closed = errors.Join(errs...)
	})
	return s.closed
}

func (s *System) onClose(f func() error) { s.closers = append(s.closers, f) }

func (s *System) startParts(ctx context.Context) error {
	var wait sync.WaitGroup
	var lent string
	var giveBack func()
	var table, mail *services.Process
	var errs [3]error
	port := func(n int) int {
		if s.options.Port == 0 {
			return 0
		}
		return s.options.Port + n
	}
	keep := func(part string) string {
		if s.options.Keep == "" {
			return ""
		}
		return filepath.Join(s.options.Keep, part)
	}
	wait.Go(func() {
		if s.options.Borrow {
			if lent, giveBack = services.Borrow(); lent != "" {
				return
			}
		}
		table, errs[0] = services.Table(ctx, services.TableOptions{Keep: keep("table"), Long: s.options.Long, Log: s.log})
	})
	if !s.options.WithoutMail {
		wait.Go(func() { mail, errs[1] = services.Mail(ctx, services.MailOptions{Port: port(2), Log: s.log}) })
	}
	if !s.options.WithoutIdentity {
		wait.Go(func() {
			s.Identity, errs[2] = services.Identity(ctx, services.IdentityOptions{
				Port: port(3), Keep: keep("identity"), Log: s.log, LikeCognito: s.options.LikeCognito, Trigger: s.Endpoints.Control + tokenTrigger,
				Redirects: []string{s.Endpoints.Pages + "/sign-in/callback"}, Logouts: []string{s.Endpoints.Pages + "/sign-out"},
			})
		})
	}
	wait.Wait()
	var none error
	if s.DNS, none = services.StartDNS(); none == nil {
		s.Endpoints.DNS = s.DNS.Address
		s.onClose(s.DNS.Close)
	}
	if lent != "" {
		s.onClose(func() error { giveBack(); return nil })
		s.Endpoints.TableEndpoint, s.AccessKey = lent, rand.Text()
	}
	if table != nil {
		s.onClose(table.Close)
		s.Endpoints.TableEndpoint = table.URL
	}
	if mail != nil {
		s.onClose(mail.Close)
		s.Endpoints.Mailbox = mail.URL
	}
	if s.Identity != nil {
		s.onClose(s.Identity.Close)
		s.Endpoints.Issuer, s.Endpoints.Cognito, s.Endpoints.UserPool = s.Identity.Issuer, s.Identity.CognitoURL, s.Identity.UserPoolID
		s.Endpoints.OperatorSubject = s.Identity.OperatorSub
	}
	for name, part := range map[string]*services.Process{"DynamoDB Local": table, "the mail service": mail} {
		s.watch(name, part)
	}
	if s.Identity != nil {
		s.watch("the identity provider", s.Identity.Process)
	}
	return errors.Join(append(errs[:], none)...)
}

// watch tells Broken when a part ends by itself.
func (s *System) watch(name string, part *services.Process) {
	if part == nil {
		return
	}
	s.later.Go(func() {
		select {
		case <-s.context.Done():
		case <-part.Done():
			select {
			case s.broken <- fmt.Errorf("%s has ended by itself", name):
			default:
			}
		}
	})
}

// Broken gives an error when a part ends by itself.
func (s *System) Broken() <-chan error { return s.broken }

func (s *System) readTemplates() error {
	path := s.options.Template
	if path == "" {
		path = filepath.Join(s.root, "template.yaml")
	}
	given := map[string]string{
		"ApiUrl": s.Endpoints.API, "PagesUrl": s.Endpoints.Pages,
		"MailFrom": "partners@liaison.example", "CustomersDomain": "cloud.skylark.example",
	}
	o := template.Options{Attributes: map[string]string{}}
	if s.Identity != nil {
		o.Attributes["UserPool"], o.Attributes["PagesClient"] = s.Identity.UserPoolID, s.Identity.PagesClientID
		o.Attributes["UserPool.ProviderURL"] = s.Identity.Issuer
	}
	for name, value := range s.options.Parameters {
		given[name] = value
	}
	o.Parameters = given
	var err error
	if s.App, err = template.Load(path, o); err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	if len(s.App.Tables) > 0 {
		s.Endpoints.Table = s.App.Tables[0].Name
	}
	return nil
}

func (s *System) startFunctions(ctx context.Context) error {
	services := map[proxy.Service]string{proxy.DynamoDB: s.Endpoints.TableEndpoint}
	if s.Endpoints.Mailbox != "" {
		services[proxy.SES] = s.Endpoints.Mailbox
	}
	if s.Endpoints.Cognito != "" {
		services[proxy.Cognito] = s.Endpoints.Cognito
	}
	var tables []proxy.Table
	for _, t := range s.App.Tables {
		table := proxy.Table{Name: t.Name, Keys: t.Keys}
		for _, index := range t.Indexes {
			table.Indexes = append(table.Indexes, proxy.Index(index))
		}
		tables = append(tables, table)
	}
	var err error
	if s.Proxy, err = proxy.Start(proxy.Options{Services: services, AccessKey: s.AccessKey, Tables: tables, Observe: s.observe, Stand: s.mailStand}); err != nil {
		return err
	}
	s.onClose(s.Proxy.Close)
	logs := s.options.Logs
	if logs == "" {
		logs = filepath.Join(s.run, "logs")
	}
	s.Runtime, err = lambda.Start(lambda.Options{Logs: logs, Observe: s.options.Observe, Environment: s.environment})
	if err != nil {
		return err
	}
	s.onClose(s.Runtime.Close)
	s.Proxy.Attach(s.Runtime)
	programs, err := s.programs(ctx)
	if err != nil {
		return err
	}
	for _, f := range s.App.Functions {
		limit := f.Timeout
		if s.options.Debug {
			limit = time.Hour
		}
		if err := s.Runtime.Add(lambda.Function{
			Name: f.Name, Memory: f.Memory, Timeout: limit, Environment: f.Environment, Instances: s.options.Instances, Program: programs[f.Name],
		}); err != nil {
			return err
		}
	}
	return nil
}

// environment returns what an instance is told besides the template's variables.
func (s *System) environment(function, instance string) []string {
	list := append(s.Proxy.Environment(function, instance), lambda.FunctionVariable+"="+s.folder(s.App.Function(function)))
	// The emulator of the mail service takes what comes; at a real account's rate a suite's mails would wait for minutes.
	list = append(list, "MAIL_PER_SECOND=500", "AWS_ACCESS_KEY_ID="+s.AccessKey, "LIAISON_DNS_RESOLVER="+s.Endpoints.DNS)
	if function == s.App.TokenTrigger {
		list = append(list, "ISSUER="+s.Endpoints.Issuer) // unlike Cognito's it does not end with the pool's id
	}
	if offset := s.Offset(); offset != 0 {
		list = append(list, "LIAISON_CLOCK_OFFSET="+offset.String())
	}
	for name, value := range s.options.Environment {
		list = append(list, name+"="+value)
	}
	return list
}

func (s *System) serve(listeners [3]net.Listener) {
	for i, name := range []string{"Api", "Pages"} {
		var handler http.Handler = http.NotFoundHandler()
		for _, api := range s.App.APIs {
			if api.Name == name {
				served := httpapi.New(api, strings.TrimPrefix(localURL(listeners[i]), "http://"), s.Invoke)
				s.apis = append(s.apis, served)
				handler = served
			}
		}
		s.listen(listeners[i], handler)
	}
	s.listen(listeners[2], s.control())
}

func (s *System) listen(listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: s.follow(handler), ReadHeaderTimeout: 30 * time.Second}
	go server.Serve(listener)
	s.onClose(server.Close)
}

func (s *System) startStreams() error {
	byTable := map[string][]*template.Stream{}
	for _, m := range s.App.Streams {
		byTable[m.Table] = append(byTable[m.Table], m)
	}
	for table, mappings := range byTable {
		reader, err := stream.Open(stream.Options{
			Endpoint: s.Endpoints.TableEndpoint, AccessKey: s.AccessKey, Invoke: s.Invoke, OnFailure: s.keepDeadLetter, Log: s.log,
		}, table, mappings)
		if err != nil {
			return err
		}
		s.streams = append(s.streams, reader)
		s.onClose(func() error { reader.Close(); return nil })
	}
	return nil
}

// Invoke runs a function once with the payload and returns its answer. It fails as lambda.Runtime.Invoke does.
func (s *System) Invoke(ctx context.Context, function string, payload []byte) ([]byte, error) {
	return s.Runtime.Invoke(ctx, function, payload)
}

// ForgetAuthorizations empties the authorizers' caches, as after 300 seconds.
func (s *System) ForgetAuthorizations() {
	for _, api := range s.apis {
		api.ForgetAuthorizations()
	}
}

// Logs returns what a function wrote so far.
func (s *System) Logs(function string) (string, error) {
	folder := s.options.Logs
	if folder == "" {
		folder = filepath.Join(s.run, "logs")
	}
	text, err := os.ReadFile(filepath.Join(folder, function+".log"))
	return string(text), err
}

// DeadLetters returns what failed for good, oldest first.
func (s *System) DeadLetters() []DeadLetter {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]DeadLetter(nil), s.deadLetters...)
}

func (s *System) keepDeadLetter(destination, function string, body []byte) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	letter := DeadLetter{Destination: destination, Function: function, Body: body}
	s.deadLetters = append(s.deadLetters, letter)
	fmt.Fprintf(s.log, "dead letter: %s: %s\n", function, body)
	folder := s.options.Keep
	if folder == "" {
		folder = s.run
	}
	file, err := os.OpenFile(filepath.Join(folder, "dead-letters.jsonl"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		fmt.Fprintln(s.log, err)
		return
	}
	defer file.Close()
	if err := json.NewEncoder(file).Encode(letter); err != nil {
		fmt.Fprintln(s.log, err)
	}
}

// observe sees each call that reached its service.
func (s *System) observe(call *proxy.Call) {
	if !call.Writes {
		return
	}
	switch call.Service {
	case proxy.DynamoDB:
		for _, reader := range s.streams {
			reader.Wake()
		}
	case proxy.SES:
		s.mailSent(call)
	}
}

// WriteEndpoints writes the endpoints as JSON, whole or not at all.
func (e Endpoints) WriteEndpoints(path string) error {
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	half := path + ".new"
	if err := os.WriteFile(half, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(half, path)
}

// ReadEndpoints reads what WriteEndpoints wrote.
func ReadEndpoints(path string) (Endpoints, error) {
	var e Endpoints
	text, err := os.ReadFile(path)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("%s: %w", path, err)
	}
	return e, nil
}

// localURL is the address a browser uses: cookies that need a secure origin work on localhost only.
func localURL(l net.Listener) string {
	return "http://localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// repository returns the folder of go.mod, from root, or from this folder upwards.
func repository(root string) (string, error) {
	if root != "" {
		return filepath.Abs(root)
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("no go.mod in this folder or above: start inside the repository")
		}
	}
}

// shared lets several services write to one log.
type shared struct {
	mutex sync.Mutex
	w     io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.w.Write(p)
}
