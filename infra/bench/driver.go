package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// driver is the part of Lambda's Runtime API that an init sees: the first question for work, which is never answered.
type driver struct {
	address string
	server  *http.Server

	mutex sync.Mutex
	asked map[string]chan time.Time
	count int
}

// drive opens the Runtime API on a free loopback port.
func drive() (*driver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &driver{address: listener.Addr().String(), asked: map[string]chan time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{instance}/2018-06-01/runtime/invocation/next", d.next)
	d.server = &http.Server{Handler: mux}
	go d.server.Serve(listener)
	return d, nil
}

// Close ends the Runtime API.
func (d *driver) Close() error { return d.server.Close() }

func (d *driver) next(_ http.ResponseWriter, r *http.Request) {
	at := time.Now()
	d.mutex.Lock()
	asked := d.asked[r.PathValue("instance")]
	d.mutex.Unlock()
	if asked != nil {
		select {
		case asked <- at:
		default:
		}
	}
	<-r.Context().Done()
}

// start is one start of a program.
type start struct {
	wall   time.Duration // from the start of the process to its first question for work
	cpu    time.Duration // that the process itself used until then, as itself and in the kernel: other programs do not lengthen it
	memory int64         // bytes it holds then, 0 where the machine has no /proc
}

// start runs the program until it asks for work, and kills it. It fails where the program ends by itself, with its words, or does not ask
// within 10 seconds.
func (d *driver) start(ctx context.Context, path string, environment []string) (start, error) {
	asked := make(chan time.Time, 1)
	d.mutex.Lock()
	d.count++
	name := "i" + strconv.Itoa(d.count)
	d.asked[name] = asked
	d.mutex.Unlock()
	defer func() {
		d.mutex.Lock()
		delete(d.asked, name)
		d.mutex.Unlock()
	}()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var said strings.Builder
	command := exec.CommandContext(ctx, path)
	command.Dir = filepath.Dir(path)
	command.Stdout, command.Stderr = &said, &said
	command.Env = append(environment, "AWS_LAMBDA_RUNTIME_API="+d.address+"/"+name)
	begun := time.Now()
	if err := command.Start(); err != nil {
		return start{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case at := <-asked:
		held := resident(command.Process.Pid)
		command.Process.Kill()
		<-ended
		used := command.ProcessState
		return start{at.Sub(begun), used.UserTime() + used.SystemTime(), held}, nil
	case err := <-ended:
		return start{}, fmt.Errorf("%s asked for no work: %v: %s", path, err, strings.TrimSpace(said.String()))
	}
}

// startCopy is start of a copy of the program, which it makes in the folder and removes. It writes page by page: the kernel then keeps the file
// in pieces of a page, of every program alike. Of larger pieces it maps more beside what is touched, and counts that as the program's memory.
func (d *driver) startCopy(ctx context.Context, path, folder string, environment []string) (start, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return start{}, err
	}
	path = filepath.Join(folder, "bootstrap")
	defer os.Remove(path)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return start{}, err
	}
	for piece := range slices.Chunk(content, os.Getpagesize()) {
		if _, err = file.Write(piece); err != nil {
			break
		}
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return start{}, err
	}
	return d.start(ctx, path, environment)
}

// resident returns the bytes of memory that the process holds.
func resident(process int) int64 {
	file, err := os.Open("/proc/" + strconv.Itoa(process) + "/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "VmRSS:" {
			kilobytes, _ := strconv.ParseInt(words[1], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// environment is what Lambda and the templates tell a function; one that fits them all, so that every init reads the same.
func environment(table, endpoint string) []string {
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=en_US.UTF-8", "TZ=:UTC", "HOME=/tmp", "_HANDLER=bootstrap",
		"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=LOCAL", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_SESSION_TOKEN=local", "AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
		"AWS_ENDPOINT_URL_DYNAMODB=" + endpoint, "TABLE_NAME=" + table,
		"API_URL=https://api.example", "PAGES_URL=https://pages.example", "ISSUER=https://issuer.example", "AUDIENCES=", "USER_POOL_ID=eu-central-1_bench", "PAGES_CLIENT_ID=bench",
		"MAIL_FROM=partners@liaison.example", "MAIL_REPORTS=reports@liaison.example", "MAIL_CONFIGURATION_SET=bench",
		"MAIL_PER_HOUR=3", "MAIL_PER_DAY=10", "INVITATIONS_PER_DAY=500", "POSTS_PER_ADDRESS=10", "POSTS_PER_CLIENT=60", "CHECKS_PER_CALLER=30",
	}
}
