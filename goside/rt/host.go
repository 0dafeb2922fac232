// SPDX-License-Identifier: MIT

package rt

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"

	"ringcall/goside/internal/layout"
)

// A HostService is what a generated client knows of a service that the host implements.
type HostService struct {
	Name        string
	Digest      uint64 // FNV-1a of Description
	Description string
	Methods     []HostMethod

	Leaves []LeafFunc // by method: nil, or its call by a Begin; empty when all are nil
}

// A HostMethod is one entry of a HostService.
type HostMethod struct {
	Name       string // "kv_host.now"
	OneWay     bool   // no reply
	ReplyBytes uint64 // of the reply's root
	Keeps      bool   // results point into the reply, so its memory is not used again
}

// A Host is the C program of a peer, as this side calls it. Each transport has one for each lane,
// which the contexts of the lane's handlers lead to, and one for contexts that are of no call.
//
// A transport carries bytes, and knows nothing of services: see cside/host.h for the other end.
type Host interface {
	// CallHost sends call.Request to the host, and waits for the reply unless call.OneWay is
	// set. It puts what rc__host_run returned into call.Status and the reply into memory that
	// call.ReplyRoom gives. An error says that there is no reply; it is a *CallError. Any
	// goroutine may call it, several at once.
	CallHost(ctx context.Context, call *HostCall) error

	// CallSmall makes a small call in one step. When it returns nil, the reply is there, and
	// is a success; else what it returns has to make the call, or to go on with it.
	CallSmall(ctx context.Context, shape SmallShape, request Words) (reply Words,
		next HostCaller)

	// HostBindings returns the one HostBindings of the peer.
	HostBindings() *HostBindings
}

// HostKey is the key by which contexts have a Host as a value.
type HostKey struct{}

// SoleHost returns the host of contexts that are of no call. Package ringcall sets it.
var SoleHost func() (Host, error)

func hostOf(ctx context.Context) (Host, error) {
	if host, ok := ctx.Value(HostKey{}).(Host); ok {
		return host, nil
	}
	return SoleHost()
}

// A HostError is what a function of a host service returned: it ran, and failed.
type HostError struct {
	Method string // "kv_host.now"
	Code   int    // the function's result, as -2 for -ENOENT
	Text   string // what it said by rc_host_fail, else the text of the errno
}

// Error returns the method and the text.
func (e *HostError) Error() string { return "ringcall: " + e.Method + ": " + e.Text }

// Unwrap returns a syscall.Errno when the code is a negative errno, else nil: so
// errors.Is(err, syscall.ENOENT) holds for -ENOENT.
func (e *HostError) Unwrap() error {
	const errnoMax = 4095
	if e.Code >= 0 || e.Code < -errnoMax {
		return nil
	}
	return syscall.Errno(-e.Code)
}

// A CallError says why a call of a host service failed outside of the function:
//
//   - ENOSYS: the host does not serve it. It did not run.
//   - EINVAL: an argument cannot be sent, or the output could not.
//   - ELOOP: calls to the host and back are nested too deep. It did not run.
//   - EMSGSIZE, ENOMEM: there is no room for the request or the reply.
//   - EPROTO: services that differ, or a malformed message.
//   - ENOTCONN: the host closed the peer, or there is none. It did not run.
//   - what else the transport says.
type CallError struct {
	Errno syscall.Errno
	Text  string
}

// CallErrorf returns a *CallError with a formatted text.
func CallErrorf(errno syscall.Errno, format string, arguments ...any) error {
	return &CallError{errno, fmt.Sprintf(format, arguments...)}
}

// Error returns the text.
func (e *CallError) Error() string { return e.Text }

// Unwrap returns the errno.
func (e *CallError) Unwrap() error { return e.Errno }

// A hostBinding is what a host says of a service: which numbers its methods have.
type hostBinding struct {
	service *HostService
	first   uint32
	methods int             // that both sides have
	hints   []atomic.Uint32 // by method: bytes that the last reply needed
	leaves  []HostLeaf      // by method: those that can be called in place
	funcs   []LeafFunc      // by method: service.Leaves, or what calls C in their place
}

// HostBindings is what a host has said of its services. Its zero value is ready.
type HostBindings struct {
	mu     sync.Mutex
	known  atomic.Pointer[[]*hostBinding] // copied when it changes
	closed bool                           // guarded by mu
}

// Close ends the calls of leaf functions, which ask nobody: the host is leaving.
func (b *HostBindings) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if known := b.known.Load(); known != nil {
		for _, binding := range *known {
			binding.closeLeaves()
		}
	}
}

func (b *HostBindings) find(service *HostService) *hostBinding {
	if known := b.known.Load(); known != nil {
		for _, binding := range *known {
			if binding.service == service {
				return binding
			}
		}
	}
	return nil
}

func (b *HostBindings) add(binding *hostBinding) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var known []*hostBinding
	if before := b.known.Load(); before != nil {
		known = append(known, *before...)
	}
	if b.closed {
		binding.closeLeaves()
	}
	known = append(known, binding)
	b.known.Store(&known)
}

// A HostClient calls one service of one host. Generated clients are made of it. Several goroutines
// may use one at once.
type HostClient struct {
	ctx     context.Context
	host    Host
	service *HostService
	bound   *hostBinding // nil: the host did not have the service when the client was made
}

// NewHostClient returns a client of the host that ctx leads to: that of the call which ctx, or a
// context that it was made of, belongs to; else the only one that there is.
func NewHostClient(ctx context.Context, service *HostService) HostClient {
	c := HostClient{ctx: ctx, service: service}
	c.host, _ = hostOf(ctx)
	if c.host != nil {
		c.bound, _ = c.bind()
	}
	return c
}

// bind asks the host for the service, unless that is known.
func (c *HostClient) bind() (*hostBinding, error) {
	bindings := c.host.HostBindings()
	if binding := bindings.find(c.service); binding != nil {
		return binding, nil
	}
	binding, err := askForService(c.ctx, c.host, c.service)
	if err != nil {
		return nil, err
	}
	bindings.add(binding)
	return binding, nil
}

// Begin begins a call of the method with this index. It ends with Run's error, or with End.
func (c *HostClient) Begin(index int) (*HostCall, error) {
	host, binding := c.host, c.bound
	if host == nil {
		_, err := hostOf(c.ctx)
		if err == nil {
			err = c.errorf(index, syscall.ENOTCONN, "its host came after the client")
		}
		return nil, err
	}
	if binding == nil {
		var err error
		if binding, err = c.bind(); err != nil {
			return nil, err
		}
	}
	if index >= binding.methods {
		return nil, c.errorf(index, syscall.ENOSYS, "the host was built without it; "+
			"build it from the newer header")
	}
	call := newHostCall(c.ctx, host, &c.service.Methods[index], &binding.hints[index])
	call.Number = binding.first + uint32(index)
	return call, nil
}

func (c *HostClient) errorf(index int, errno syscall.Errno, why string) error {
	return CallErrorf(errno, "ringcall: %s: %s", c.service.Methods[index].Name, why)
}

// A HostCall is one call of a method of the host. It belongs to one goroutine.
type HostCall struct {
	Number uint32 // of the method, as the host knows it
	Name   string // for errors
	OneWay bool   // there is no reply
	Status int32  // set by CallHost: 0, or a negative errno

	ctx    context.Context
	host   Host
	method *HostMethod
	hint   *atomic.Uint32

	request      []uint64
	requestBytes uint64
	reply        []uint64 // behind hostReplyWords words for the transport
	replyBytes   uint64
	measure      Measure
	writer       Writer
	reader       Reader
}

// Buffers of more than this are not kept for later calls.
const hostBufferWordsMax = 8192

var hostCalls = sync.Pool{New: func() any { return new(HostCall) }}

// newHostCall returns a call of which the number is still to be set.
func newHostCall(ctx context.Context, host Host, method *HostMethod,
	hint *atomic.Uint32) *HostCall {
	call := hostCalls.Get().(*HostCall)
	call.Name, call.OneWay = method.Name, method.OneWay
	call.ctx, call.host = ctx, host
	call.method, call.hint = method, hint
	return call
}

// drop ends the call.
func (c *HostCall) drop() {
	if c.method.Keeps || len(c.reply) > hostBufferWordsMax {
		c.reply = nil
		c.reader.Reset(Space{})
	}
	if len(c.request) > hostBufferWordsMax {
		c.request = nil
	}
	c.ctx, c.host = nil, nil
	hostCalls.Put(c)
}

// Measure begins to size a request with a root of as many bytes. Encode ends it.
func (c *HostCall) Measure(rootBytes uint64) *Measure {
	c.measure.Begin(rootBytes)
	return &c.measure
}

// Encode returns a writer of the request that was measured. With an error the call is over.
func (c *HostCall) Encode() (*Writer, error) {
	if m := &c.measure; m.field != "" {
		err := CallErrorf(syscall.EINVAL, "ringcall: %s: it cannot be sent: %s %s", c.Name,
			m.field, m.why)
		c.drop()
		return nil, err
	}
	return c.Plain(c.measure.Bytes()), nil
}

// Plain returns a writer of a request of the given size.
func (c *HostCall) Plain(bytes uint64) *Writer {
	c.requestBytes = bytes
	if words := int(bytes+7) / 8; words > len(c.request) {
		c.request = make([]uint64, words)
	}
	c.writer.Reset(spaceOfWords(c.request))
	return &c.writer
}

// Request returns the encoded request, in Go memory without pointers that stays where it is.
func (c *HostCall) Request() Space {
	space := spaceOfWords(c.request)
	space.Bytes = c.requestBytes
	return space
}

// ReplyHint returns how many bytes the reply will likely have.
func (c *HostCall) ReplyHint() uint64 {
	const errorBytes = 256 // most texts of errors
	return max(uint64(c.hint.Load()), c.method.ReplyBytes, errorBytes)
}

// LikelyReply returns how many bytes a reply of the function will likely have: not what the text of
// an error may need, as ReplyHint does.
func (c *HostCall) LikelyReply() uint64 {
	if c.OneWay {
		return 0
	}
	return max(uint64(c.hint.Load()), c.method.ReplyBytes)
}

// ReplyRoom returns Go memory without pointers for a reply of at least as many bytes. Before it
// lies a layout.HostReply, which is the transport's, too. What the call before it returned is lost.
func (c *HostCall) ReplyRoom(bytes uint64) Space {
	if words := int(bytes+7)/8 + hostReplyWords; words > len(c.reply) {
		c.reply = make([]uint64, words)
	}
	return spaceOfWords(c.reply[hostReplyWords:])
}

// SetReply says how many bytes of the room are the reply. They are not written any more.
func (c *HostCall) SetReply(bytes uint64) { c.replyBytes = bytes }

// Run makes the call. With an error the call is over.
func (c *HostCall) Run() error { return c.runBy(c.host) }

func (c *HostCall) runBy(host HostCaller) error {
	if c.writer.fault {
		err := &CallError{syscall.EINVAL, "ringcall: " + c.Name +
			": its arguments were changed while they were encoded"}
		c.drop()
		return err
	}
	c.Status, c.replyBytes = 0, 0
	err := host.CallHost(c.ctx, c)
	switch {
	case err != nil:
	case c.Status != 0:
		err = c.failure()
	case c.replyBytes < c.method.ReplyBytes:
		err = c.malformed("the reply", "is shorter than its type")
	default:
		return nil
	}
	c.drop()
	return err
}

// Reader returns a reader of the reply.
func (c *HostCall) Reader() *Reader {
	space := spaceOfWords(c.reply[hostReplyWords:])
	space.Bytes = c.replyBytes
	c.reader.Reset(space)
	return &c.reader
}

// EndRead ends the call once its reply is read. The error says that the reply is malformed.
func (c *HostCall) EndRead() error {
	var err error
	if c.reader.field != "" {
		err = c.malformed(c.reader.field, c.reader.why)
	}
	c.End()
	return err
}

// End ends a call that has returned.
func (c *HostCall) End() {
	if bytes := uint32(min(c.replyBytes, MessageBytesMax)); bytes != c.hint.Load() {
		c.hint.Store(bytes)
	}
	c.drop()
}

func (c *HostCall) malformed(field, why string) error {
	return CallErrorf(syscall.EPROTO, "ringcall: %s: the host's reply: %s %s", c.Name, field,
		why)
}

// failure returns the error that the reply holds.
func (c *HostCall) failure() error {
	code, text := c.errorReply()
	if c.Status == -int32(syscall.EREMOTEIO) {
		return &HostError{c.Name, int(code), text}
	}
	if text == "" {
		text = fmt.Sprintf("ringcall: %s: %v", c.Name, syscall.Errno(-c.Status))
	}
	return &CallError{syscall.Errno(-c.Status), text}
}

// LeafError returns the error of a leaf function that returned other than 0.
func (c *HostClient) LeafError(index int, result int32) error {
	return c.service.leafError(index, result)
}

func (s *HostService) leafError(index int, result int32) error {
	err := &HostError{Method: s.Methods[index].Name, Code: int(result)}
	err.Text = "the host function failed"
	if errno := err.Unwrap(); errno != nil {
		err.Text = errno.Error()
	}
	return err
}

// ArgumentError returns the error of an argument that a leaf function cannot be called with.
func (c *HostClient) ArgumentError(index int, measure *Measure) error {
	return c.errorf(index, syscall.EINVAL,
		"it cannot be called: "+measure.field+" "+measure.why)
}

// ReplyError returns the error of an output of a leaf function that Go cannot have.
func (c *HostClient) ReplyError(index int, reader *Reader) error {
	return c.errorf(index, syscall.EPROTO, "the host's reply: "+reader.field+" "+reader.why)
}

// bindingMethod is the method by which hosts are asked for services.
var bindingMethod = HostMethod{Name: "a host service", ReplyBytes: hostBoundBytes}

// askForService asks a host for the numbers of a service's methods.
func askForService(ctx context.Context, host Host, service *HostService) (*hostBinding, error) {
	call := newHostCall(ctx, host, &bindingMethod, new(atomic.Uint32))
	call.Number = layout.HostNumberBind
	call.Name = service.Name
	call.writeQuestion(service)
	if err := call.Run(); err != nil {
		return nil, err
	}
	binding := &hostBinding{
		service: service,
		hints:   make([]atomic.Uint32, len(service.Methods)),
		leaves:  make([]HostLeaf, len(service.Methods)),
		funcs:   service.Leaves,
	}
	err := call.readAnswer(binding)
	call.End()
	return binding, err
}
