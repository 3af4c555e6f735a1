// Package lambda runs functions as AWS Lambda does: each instance is a process
// of the function's own bootstrap that asks the Runtime API for one invocation
// at a time.
package lambda

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// initLimit is how long an instance may take to ask for its first invocation.
const initLimit = 10 * time.Second

// payloadLimit is the largest event or answer of a synchronous invocation.
const payloadLimit = 6 << 20

// ErrTimeout is the error of an invocation that outlived the function's time-out.
var ErrTimeout = errors.New("the function timed out")

// Failure is the error of an invocation whose function answered with an error or died.
type Failure struct {
	// Type is the error's type, Runtime.ExitError for a process that died.
	Type string
	// Payload is what the function said.
	Payload []byte
	// Died says that the process is gone.
	Died bool
}

// Error tells the type and what the function said.
func (f *Failure) Error() string { return fmt.Sprintf("function failed: %s: %s", f.Type, f.Payload) }

// Function is what the runtime needs to know of one function.
type Function struct {
	Name   string
	Memory int // MiB, told to the function, not enforced
	// Timeout ends an invocation.
	Timeout time.Duration
	// Environment holds the template's variables.
	Environment map[string]string
	// Program returns the path of the program to run. Where it is another one than before, instances of the old one end instead of being asked again.
	Program func() string
	// Instances is how many may run at once; 0 means 16. Further invocations wait.
	Instances int
}

// Invocation tells what happened in one invocation.
type Invocation struct {
	Function, Instance, ID string
	// Init is the time from the start of the process to its first question, in a first invocation.
	Init time.Duration
	// Duration is the time from the event to the answer.
	Duration time.Duration
	// PID is the instance's process.
	PID int
	// Payload is the event.
	Payload []byte
	Err     error
}

// Options says where instances run.
type Options struct {
	// Logs is the folder that gets one file a function.
	Logs string
	// Environment returns further variables of one instance.
	Environment func(function, instance string) []string
	// Observe is called after each invocation; nil drops it.
	Observe func(Invocation)
}

// Runtime runs functions.
type Runtime struct {
	options  Options
	server   *http.Server
	address  string
	mutex    sync.Mutex
	fns      map[string]*function
	all      map[string]*instance
	count    int
	underway int
	closed   bool
	living   sync.WaitGroup
}

type function struct {
	Function
	log     *os.File
	idle    []*instance
	running int
	waiting []chan *instance // callers in line; nil means "start your own"
}

type instance struct {
	id      string
	fn      *function
	path    string // of the program it runs
	process *os.Process
	started time.Time
	work    chan *work
	asked   chan struct{} // closed at the first question
	gone    chan struct{} // closed when the process is gone
	doomed  chan struct{} // closed when nothing it says counts any more
	doom    sync.Once
	init    time.Duration
	fresh   bool

	mutex   sync.Mutex
	current *work
}

type work struct {
	id      string
	payload []byte
	picked  chan struct{}
	answer  chan answer
	begun   time.Time
	sent    bool
}

type answer struct {
	payload []byte
	err     error
}

// Start opens the Runtime API on a free loopback port.
func Start(o Options) (*Runtime, error) {
	if err := os.MkdirAll(o.Logs, 0o755); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Runtime{options: o, address: listener.Addr().String(), fns: map[string]*function{}, all: map[string]*instance{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{instance}/2018-06-01/runtime/invocation/next", r.next)
	mux.HandleFunc("POST /{instance}/2018-06-01/runtime/invocation/{id}/response", r.response)
	mux.HandleFunc("POST /{instance}/2018-06-01/runtime/invocation/{id}/error", r.failure)
	mux.HandleFunc("POST /{instance}/2018-06-01/runtime/init/error", r.failure)
	r.server = &http.Server{Handler: mux}
	go r.server.Serve(listener)
	return r, nil
}

// Add makes a function known.
func (r *Runtime) Add(f Function) error {
	if f.Instances == 0 {
		f.Instances = 16
	}
	log, err := os.OpenFile(filepath.Join(r.options.Logs, f.Name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.fns[f.Name] = &function{Function: f, log: log}
	return nil
}

// Close ends every instance and the Runtime API.
func (r *Runtime) Close() error {
	r.mutex.Lock()
	r.closed = true
	r.mutex.Unlock()
	r.EndAll()
	r.living.Wait()
	for _, f := range r.fns {
		f.log.Close()
	}
	return r.server.Close()
}

// EndAll kills every instance by its id; later invocations start fresh ones.
func (r *Runtime) EndAll() {
	r.mutex.Lock()
	var ids []string
	for id := range r.all {
		ids = append(ids, id)
	}
	r.mutex.Unlock()
	for _, id := range ids {
		r.Kill(id)
	}
}

// Doom says that nothing the instance does from now on counts: its answers are
// refused, and so should be its calls.
func (r *Runtime) Doom(id string) {
	if i := r.instance(id); i != nil {
		i.doom.Do(func() { close(i.doomed) })
	}
}

// Doomed says whether Doom or Kill was called on the instance, or whether it is gone.
func (r *Runtime) Doomed(id string) bool {
	i := r.instance(id)
	if i == nil {
		return true
	}
	select {
	case <-i.doomed:
		return true
	default:
		return false
	}
}

// Kill ends the instance with SIGKILL and returns when it is gone.
func (r *Runtime) Kill(id string) {
	i := r.instance(id)
	if i == nil {
		return
	}
	r.Doom(id)
	i.process.Kill()
	<-i.gone
}

// Current returns the id of the invocation the instance works on, or "" during its init.
func (r *Runtime) Current(id string) string {
	i := r.instance(id)
	if i == nil {
		return ""
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if i.current == nil {
		return ""
	}
	return i.current.id
}

// Underway returns how many invocations wait or run.
func (r *Runtime) Underway() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.underway
}

// Count returns how many invocations were ever begun.
func (r *Runtime) Count() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.count
}

func (r *Runtime) instance(id string) *instance {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.all[id]
}

// Invoke runs the function once with the payload and returns its answer. It
// fails with ErrTimeout, with a *Failure, or with ctx; the function then goes on, as on AWS.
func (r *Runtime) Invoke(ctx context.Context, name string, payload []byte) ([]byte, error) {
	r.mutex.Lock()
	f := r.fns[name]
	if r.closed || f == nil {
		r.mutex.Unlock()
		return nil, fmt.Errorf("no function %s", name)
	}
	r.underway++
	r.count++
	r.mutex.Unlock()
	done := make(chan answer, 1)
	go func() {
		a := r.run(f, payload)
		r.mutex.Lock()
		r.underway--
		r.mutex.Unlock()
		done <- a
	}()
	select {
	case a := <-done:
		return a.payload, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Runtime) run(f *function, payload []byte) answer {
	if len(payload) > payloadLimit {
		return answer{err: &Failure{Type: "RequestTooLarge", Payload: []byte(strconv.Itoa(len(payload)) + " bytes")}}
	}
	w := &work{id: rand.Text(), payload: payload, picked: make(chan struct{}), answer: make(chan answer, 1)}
	for {
		i, err := r.acquire(f)
		if err != nil {
			return answer{err: err}
		}
		i.work <- w
		limit := time.NewTimer(initLimit)
		select {
		case <-w.picked:
			limit.Stop()
		case <-limit.C:
			r.Kill(i.id)
			r.release(i)
			return answer{err: ErrTimeout}
		case <-i.gone:
			limit.Stop()
			r.release(i)
			select {
			case <-w.picked: // it died right after it had asked
				return answer{err: &Failure{Type: "Runtime.ExitError", Died: true}}
			default:
			}
			if i.fresh {
				return answer{err: &Failure{Type: "Runtime.ExitError", Payload: []byte("the process ended during its init"), Died: true}}
			}
			continue // an idle instance died unnoticed: nobody saw this event yet
		}
		limit = time.NewTimer(f.Timeout)
		var a answer
		select {
		case a = <-w.answer:
		case <-i.gone:
			select {
			case a = <-w.answer: // answered, then died
			default:
				a.err = &Failure{Type: "Runtime.ExitError", Died: true}
			}
		case <-limit.C:
			r.Kill(i.id)
			a.err = ErrTimeout
		}
		limit.Stop()
		i.mutex.Lock()
		i.current = nil
		i.mutex.Unlock()
		if r.options.Observe != nil {
			ran := Invocation{Function: f.Name, Instance: i.id, ID: w.id, Duration: time.Since(w.begun), PID: i.process.Pid, Payload: payload, Err: a.err}
			if i.fresh {
				ran.Init = i.init
			}
			r.options.Observe(ran)
		}
		i.fresh = false
		r.release(i)
		return a
	}
}

// acquire returns an idle instance, or a new one, or waits until one is free.
func (r *Runtime) acquire(f *function) (*instance, error) {
	path := f.Program()
	r.mutex.Lock()
	for len(f.idle) > 0 {
		i := f.idle[len(f.idle)-1]
		f.idle = f.idle[:len(f.idle)-1]
		if i.path != path {
			i.doom.Do(func() { close(i.doomed) })
			i.process.Kill()
		}
		select {
		case <-i.doomed:
			f.running--
			continue
		default:
		}
		r.mutex.Unlock()
		return i, nil
	}
	if f.running >= f.Instances {
		turn := make(chan *instance, 1)
		f.waiting = append(f.waiting, turn)
		r.mutex.Unlock()
		if i := <-turn; i != nil {
			return i, nil
		}
	} else {
		f.running++
		r.mutex.Unlock()
	}
	i, err := r.spawn(f, path)
	if err != nil {
		r.handOn(f, nil)
		return nil, err
	}
	return i, nil
}

// release gives a healthy instance to whoever waits, and a dead one's place to a new one.
func (r *Runtime) release(i *instance) {
	select {
	case <-i.doomed:
		i = &instance{fn: i.fn}
		r.handOn(i.fn, nil)
	default:
		r.handOn(i.fn, i)
	}
}

func (r *Runtime) handOn(f *function, i *instance) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	switch {
	case len(f.waiting) > 0:
		turn := f.waiting[0]
		f.waiting = f.waiting[1:]
		turn <- i
	case i == nil:
		f.running--
	default:
		f.idle = append(f.idle, i)
	}
}

func (r *Runtime) spawn(f *function, path string) (*instance, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.closed {
		return nil, errors.New("the runner is closing")
	}
	i := &instance{
		id: f.Name + "-" + rand.Text()[:10], fn: f, path: path, work: make(chan *work, 1), fresh: true,
		asked: make(chan struct{}), gone: make(chan struct{}), doomed: make(chan struct{}), started: time.Now(),
	}
	command := exec.Command(path)
	command.Args[0] = f.Name // by which people and debuggers find the process: many run from one program
	command.Dir = filepath.Dir(path)
	command.Stdout, command.Stderr = f.log, f.log
	command.SysProcAttr = childAttributes()
	command.Env = append(environment(f), "AWS_LAMBDA_RUNTIME_API="+r.address+"/"+i.id, "AWS_LAMBDA_LOG_STREAM_NAME="+i.id)
	if r.options.Environment != nil {
		command.Env = append(command.Env, r.options.Environment(f.Name, i.id)...)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", f.Name, err)
	}
	i.process = command.Process
	r.all[i.id] = i
	r.living.Go(func() {
		err := command.Wait()
		if signal, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && !signal.Signaled() {
			fmt.Fprintf(f.log, "INSTANCE %s ended: %v\n", i.id, err)
		}
		i.doom.Do(func() { close(i.doomed) })
		r.mutex.Lock()
		delete(r.all, i.id)
		r.mutex.Unlock()
		close(i.gone)
	})
	return i, nil
}

// environment is what Lambda itself gives every function, and the template's variables.
func environment(f *function) []string {
	list := []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=en_US.UTF-8", "TZ=:UTC", "HOME=/tmp",
		"_HANDLER=bootstrap", "LAMBDA_TASK_ROOT=/var/task", "AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=LOCAL", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=local",
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name, "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.Memory), "AWS_LAMBDA_LOG_GROUP_NAME=/local/" + f.Name,
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
	}
	for key, value := range f.Environment {
		list = append(list, key+"="+value)
	}
	return list
}

// next serves an instance that asks for its next invocation.
func (r *Runtime) next(w http.ResponseWriter, req *http.Request) {
	i := r.instance(req.PathValue("instance"))
	if i == nil {
		http.Error(w, "no such instance", http.StatusForbidden)
		return
	}
	i.mutex.Lock()
	if i.init == 0 {
		i.init = time.Since(i.started)
	}
	i.mutex.Unlock()
	select {
	case job := <-i.work:
		now := time.Now()
		i.mutex.Lock()
		i.current = job
		job.begun = now
		i.mutex.Unlock()
		close(job.picked)
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", job.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(now.Add(i.fn.Timeout).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:"+i.fn.Name)
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
		h.Set("Content-Type", "application/json")
		w.Write(job.payload)
	case <-i.doomed:
		http.Error(w, "the instance is ending", http.StatusForbidden)
	case <-req.Context().Done():
	}
}

// response takes an invocation's answer.
func (r *Runtime) response(w http.ResponseWriter, req *http.Request) {
	r.take(w, req, func(body []byte, job *work, i *instance) answer {
		if len(body) > payloadLimit {
			return answer{err: &Failure{Type: "Function.ResponseSizeTooLarge"}}
		}
		return answer{payload: body}
	})
}

// failure takes an invocation's error, or that of an init.
func (r *Runtime) failure(w http.ResponseWriter, req *http.Request) {
	r.take(w, req, func(body []byte, job *work, i *instance) answer {
		kind := req.Header.Get("Lambda-Runtime-Function-Error-Type")
		if kind == "" {
			kind = "Unhandled"
		}
		fmt.Fprintf(i.fn.log, "ERROR %s %s\n", kind, bytes.TrimSpace(body))
		return answer{err: &Failure{Type: kind, Payload: body}}
	})
}

func (r *Runtime) take(w http.ResponseWriter, req *http.Request, read func([]byte, *work, *instance) answer) {
	i := r.instance(req.PathValue("instance"))
	if i == nil || r.Doomed(i.id) {
		http.Error(w, "no such instance", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, payloadLimit+1))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	i.mutex.Lock()
	job := i.current
	if job != nil && (job.id != req.PathValue("id") || job.sent) {
		job = nil
	}
	if job != nil {
		job.sent = true
	}
	i.mutex.Unlock()
	if job == nil {
		if strings.HasSuffix(req.URL.Path, "/init/error") {
			fmt.Fprintf(i.fn.log, "INIT ERROR %s\n", body)
			w.WriteHeader(http.StatusAccepted)
			return
		}
		http.Error(w, "no such invocation", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	if flusher, ok := w.(http.Flusher); ok {
		flusher.Flush()
	}
	job.answer <- read(body, job, i)
}
