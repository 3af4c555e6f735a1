package services_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"liaison/infra/local/services"
)

// TestNoOrphan kills the process that started a part: the part goes with it.
func TestNoOrphan(t *testing.T) {
	if os.Getenv("PARTS_TEST_PARENT") != "" {
		p, err := services.Mail(t.Context(), services.MailOptions{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("part", p.PID)
		<-p.Done()
		return
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestNoOrphan$")
	parent.Env = append(os.Environ(), "PARTS_TEST_PARENT=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	_, err = fmt.Fscanf(out, "part %d", &pid)
	if killed := parent.Process.Kill(); err != nil || killed != nil {
		t.Fatal(err, killed)
	}
	_ = parent.Wait()
	for until := time.Now().Add(5 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(10 * time.Millisecond) {
		// A container may have nobody who collects the dead: those are gone, too.
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(status), ") Z ") {
			break
		}
		if time.Now().After(until) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("the part %d is still there five seconds after its parent was killed", pid)
		}
	}
}
