//go:build unix && !linux

package services

import "syscall"

// childAttributes leaves a part in our process group: Ctrl-C ends it with us, which is the
// most that systems without a death signal offer.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{}
}
