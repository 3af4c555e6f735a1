package services

import "syscall"

// childAttributes puts a part into a process group of its own, so that Ctrl-C reaches only us
// and we end the services in order, and has the kernel kill it when we are gone.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
