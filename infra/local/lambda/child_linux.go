package lambda

import "syscall"

// childAttributes puts an instance into a process group of its own, so that Ctrl-C reaches only
// the runner, and has the kernel kill it when the runner is gone.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
