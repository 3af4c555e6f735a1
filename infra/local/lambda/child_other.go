//go:build !linux

package lambda

import "syscall"

// childAttributes puts an instance into a process group of its own, so that Ctrl-C reaches only
// the runner.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
