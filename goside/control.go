// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"ringcall/goside/internal/layout"
)

// errHostGone says that the host closed the control socket or died.
var errHostGone = errors.New("the host is gone")

// control is the worker's end of the control socket: one packet a message. Sends are atomic, so
// any goroutine may send; one goroutine receives. It is waited for by Go's poller of descriptors,
// for the reason that timer has.
type control struct {
	fd   int
	file *os.File
	conn syscall.RawConn
}

func newControl(fd int) control {
	// An fd that is none fails when it is written.
	_ = syscall.SetNonblock(fd, true)
	file := os.NewFile(uintptr(fd), "control socket")
	conn, _ := file.SyscallConn()
	return control{fd, file, conn}
}

func (c control) close() { c.file.Close() }

// send sends a packet that begins with header, which it fills in.
func (c control) send(header *layout.Control, kind uint32, packet []byte) error {
	header.Kind = kind
	header.Bytes = uint32(len(packet))
	return c.write(packet)
}

// sendText sends a packet that is a header and a text.
func (c control) sendText(kind uint32, text string) error {
	header := layout.Control{Kind: kind, Bytes: uint32(controlHeaderBytes + len(text))}
	return c.write(append(asBytes(&header), text...))
}

// refuse tells the host why this worker does not serve it.
func (c control) refuse(reason error) {
	// If the host does not hear it, the caller's exit status is left.
	_ = c.sendText(layout.ControlRefused, reason.Error())
}

const controlHeaderBytes = 8 // of layout.Control

func (c control) write(packet []byte) error {
	var err error
	waited := c.conn.Write(func(fd uintptr) bool {
		err = syscall.EINTR
		for err == syscall.EINTR {
			err = syscall.Sendto(int(fd), packet, syscall.MSG_NOSIGNAL, nil)
		}
		return err != syscall.EAGAIN
	})
	switch {
	case waited != nil:
		return fmt.Errorf("waiting to write to the host: %w", waited)
	case err == syscall.EPIPE || err == syscall.ECONNRESET:
		return errHostGone
	case err != nil:
		return fmt.Errorf("writing to the host: %w", err)
	}
	return nil
}

// receive reads one packet into a buffer of exactly its size, or a STOP, and returns its kind, and
// the descriptor that came with it; fd is -1 without one.
func (c control) receive(packet []byte) (kind uint32, fd int, err error) {
	ancillary := make([]byte, syscall.CmsgSpace(4))
	var bytes, ancillaryBytes int
	waited := c.conn.Read(func(fd uintptr) bool {
		err = syscall.EINTR
		for err == syscall.EINTR {
			bytes, ancillaryBytes, _, _, err = syscall.Recvmsg(int(fd), packet,
				ancillary, syscall.MSG_CMSG_CLOEXEC)
		}
		return err != syscall.EAGAIN
	})
	switch {
	case waited != nil:
		return 0, -1, fmt.Errorf("waiting for the host: %w", waited)
	case err == syscall.ECONNRESET || err == nil && bytes == 0:
		return 0, -1, errHostGone
	case err != nil:
		return 0, -1, fmt.Errorf("reading from the host: %w", err)
	case bytes < controlHeaderBytes:
		return 0, -1, fmt.Errorf("the host sent a packet of %d bytes", bytes)
	}
	header := headerOf(packet)
	wrongBytes := header.Kind != layout.ControlStop && bytes != len(packet)
	if wrongBytes || header.Bytes != uint32(bytes) {
		return 0, -1, fmt.Errorf("the host sent a senseless control packet %d of %d bytes",
			header.Kind, bytes)
	}
	fd, err = fdOf(ancillary[:ancillaryBytes])
	return header.Kind, fd, err
}

// fdOf returns the descriptor that came with a packet, or -1.
func fdOf(ancillary []byte) (int, error) {
	if len(ancillary) == 0 {
		return -1, nil
	}
	messages, err := syscall.ParseSocketControlMessage(ancillary)
	if err != nil || len(messages) != 1 {
		return -1, fmt.Errorf("the host sent a malformed control message: %w", err)
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return -1, fmt.Errorf("the host sent no descriptor where one belongs: %w", err)
	}
	return fds[0], nil
}

// checkPeer returns an error unless the host runs as the same user.
func (c control) checkPeer() error {
	credentials, err := syscall.GetsockoptUcred(c.fd, syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	if err != nil {
		return fmt.Errorf("asking who the host is: %w", err)
	}
	if own := syscall.Geteuid(); int(credentials.Uid) != own {
		return fmt.Errorf("the host runs as user %d, this worker as user %d",
			credentials.Uid, own)
	}
	return nil
}
