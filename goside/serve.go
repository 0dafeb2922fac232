// SPDX-License-Identifier: MIT

package ringcall

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/entry"
	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// Main serves the registered services to the host that started this process, until the host
// closes the peer or dies. It does not return: the worker exits with status 0, with 1 when it
// could not serve, and with 2 when no host started it. Call it from main.
func Main() {
	fd, err := strconv.Atoi(os.Getenv(controlVariable))
	if err != nil || fd != layout.ControlFd {
		fmt.Fprintf(os.Stderr, "%s is a ringcall worker: a host starts it, by "+
			"rc_open(\"worker:%s\", ...)\n", os.Args[0], os.Args[0])
		os.Exit(2)
	}
	os.Unsetenv(controlVariable)
	if runtime.NumCPU() == 1 && os.Getenv("GOMAXPROCS") == "" {
		// A poller that sleeps in the kernel keeps its processor while there is an idle one
		// as well. Else the scheduler takes it at once, and runs for that.
		runtime.GOMAXPROCS(2)
	}
	syscall.CloseOnExec(fd)
	w := newWorker(newControl(fd), startServing())
	process.Store(&w.anyLane)
	if err := w.serve(); err != nil {
		fmt.Fprintf(os.Stderr, "ringcall: worker %s: %v\n", os.Args[0], err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process is the host of this process, if that is a worker.
var process atomic.Pointer[laneHost]

// controlVariable is how the host tells a process that it is a worker.
const controlVariable = "RINGCALL_CONTROL_FD"

// A worker is the Go side of a peer.
type worker struct {
	control    control
	services   []registration
	region     []byte
	geometry   layout.Region
	membarrier bool // both sides have it
	methods    []method
	hostHere   entry.Host // when the host is this process
	anyLane    laneHost   // the host for contexts of no call
	bindings   rt.HostBindings
	hostCalls  hostCalls
	routes     routes
	threaded   atomic.Bool // routes.thread

	handlersMax int // of one lane, at once
	watch       *watch

	mu      sync.Mutex
	lanes   map[uint32]*lane // guarded by mu
	watched []*lane          // guarded by mu: those of lanes
	opened  *sync.Cond       // some lane was, or ended is set
	ended   bool             // guarded by mu: no lane will be opened any more
	leaving sync.WaitGroup   // lanes that the host closed, until it has been told
}

func newWorker(c control, services []registration) *worker {
	w := &worker{control: c, services: services, lanes: make(map[uint32]*lane)}
	w.handlersMax = handlersMax()
	w.opened = sync.NewCond(&w.mu)
	w.anyLane = laneHost{w, noLane}
	w.hostCalls.idle = make(chan struct{}, 1)
	w.watch = newWatch(w)
	for _, registered := range services {
		for _, m := range registered.service.Methods {
			inline := m.Flags&rt.MethodInline != 0
			w.methods = append(w.methods, method{
				name:         m.Name,
				new:          m.New,
				concurrent:   registered.concurrent && !inline,
				inline:       inline,
				requestBytes: m.RequestBytes,
				replyBytes:   m.ReplyBytes,
			})
		}
	}
	return w
}

// serve does the handshake and then opens and closes lanes as the host says. It returns nil when
// the host is done or gone.
func (w *worker) serve() error {
	if err := w.introduce(); err != nil {
		return err
	}
	err := w.receiveRegion()
	if err == nil {
		err = w.watch.open()
	}
	if err != nil {
		if errors.Is(err, errHostGone) {
			return nil // it says why itself
		}
		w.control.refuse(err)
		return err
	}
	var ready layout.Control
	if err := w.control.send(&ready, layout.ControlReady, asBytes(&ready)); err != nil {
		return err
	}
	return w.obey()
}

// introduce sends who we are and what we serve.
func (w *worker) introduce() error {
	hello := layout.ControlHelloPacket{
		Magic:      layout.HelloMagic,
		VersionMin: layout.VersionMin,
		VersionMax: layout.VersionMax,
		ProcessID:  uint32(os.Getpid()),
		Services:   uint32(len(w.services)),
	}
	if w.membarrier = membarrierRegister(); w.membarrier {
		hello.Features |= layout.FeatureMembarrier
	}
	if err := w.control.send(&hello.Control, layout.ControlHello, asBytes(&hello)); err != nil {
		return err
	}
	for _, registered := range w.services {
		if err := w.describe(registered.service); err != nil {
			return err
		}
	}
	return nil
}

// describe sends one service and its description.
func (w *worker) describe(service *rt.Service) error {
	packet := layout.ControlServicePacket{
		Digest:           service.Digest,
		Methods:          uint32(len(service.Methods)),
		DescriptionBytes: uint32(len(service.Description)),
	}
	copy(packet.Name[:layout.NameBytes-1], service.Name)
	err := w.control.send(&packet.Control, layout.ControlService, asBytes(&packet))
	const pieceBytes = layout.ControlBytesMax - 8
	for rest := service.Description; err == nil && rest != ""; {
		piece := rest[:min(len(rest), pieceBytes)]
		rest = rest[len(piece):]
		err = w.control.sendText(layout.ControlDescription, piece)
	}
	return err
}

// obey opens and closes lanes until the host says STOP or is gone.
func (w *worker) obey() error {
	for {
		var packet layout.ControlLane
		kind, fd, err := w.control.receive(asBytes(&packet))
		switch {
		case errors.Is(err, errHostGone):
			return nil
		case err != nil:
			return err
		case (kind == layout.ControlLaneFd) != (fd >= 0):
			return fmt.Errorf("the host sent control packet %d with descriptor %d",
				kind, fd)
		case kind == layout.ControlStop:
			w.closeAll()
			return nil
		case packet.Lane >= w.geometry.Lanes:
			return fmt.Errorf("the host named lane %d of %d", packet.Lane,
				w.geometry.Lanes)
		case kind == layout.ControlLaneFd && w.openBell(packet.Lane, fd):
		case kind == layout.ControlCancel:
			w.cancel(packet.Lane, packet.Call)
		case kind == layout.ControlLook:
			w.watch.asked(packet.Flags&layout.LaneAsleep != 0)
		case kind == layout.ControlLaneOpen && w.openLane(&packet):
		case kind == layout.ControlLaneClose && w.closeLane(packet.Lane):
		default:
			return fmt.Errorf("the host sent a senseless control packet %d for lane %d",
				kind, packet.Lane)
		}
	}
}

// openLane begins to serve a lane. It reports false when the lane is served already.
func (w *worker) openLane(packet *layout.ControlLane) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lanes[packet.Lane] != nil {
		return false
	}
	l := newLane(w, packet)
	w.lanes[packet.Lane] = l
	w.watched = append(w.watched, l)
	l.tellLooks()
	w.opened.Broadcast()
	w.routeTo(l, packet.Flags)
	w.watch.start()
	go l.poll(l.poller.Load())
	return true
}

// closeLane lets a lane serve what it holds and then tells the host that it is free; meanwhile
// the other lanes go on. It reports false when the lane is not open.
func (w *worker) closeLane(index uint32) bool {
	w.mu.Lock()
	l := w.lanes[index]
	w.mu.Unlock()
	if l == nil || l.closing.Load() {
		return false
	}
	w.leaving.Add(1)
	go func() {
		defer w.leaving.Done()
		l.cancelAll()
		l.close()
		l.bell.close()
		w.mu.Lock()
		delete(w.lanes, index)
		w.watched = slices.DeleteFunc(w.watched, func(o *lane) bool { return o == l })
		removeDirect(l)
		w.mu.Unlock()
		packet := layout.ControlLane{
			Lane:            index,
			RequestPosition: l.requests.position,
			ReplyPosition:   l.replies.position,

			ReverseRequestPosition: l.reverse.requests.position,
			ReverseReplyPosition:   l.reverse.replies.position,
		}
		// It fails only when the host is gone, and then obey sees that too.
		_ = w.control.send(&packet.Control, layout.ControlLaneClosed, asBytes(&packet))
	}()
	return true
}

// closeAll lets every lane serve what it holds.
func (w *worker) closeAll() {
	w.mu.Lock()
	lanes := make([]*lane, 0, len(w.lanes))
	for _, l := range w.lanes {
		lanes = append(lanes, l)
	}
	w.mu.Unlock()
	for _, l := range lanes {
		l.close()
		l.bell.close()
	}
}
