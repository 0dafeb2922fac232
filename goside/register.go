// SPDX-License-Identifier: MIT

package ringcall

import (
	"fmt"
	"math"
	"sync"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// An Option says how a service is served.
type Option func(*registration)

// Concurrent has each call of the service served by a goroutine of its own from the start, so that
// calls of one client overtake each other at once. Without it they do when a handler takes longer
// than some tens of microseconds, and short calls are faster. Handlers of methods that are
// RC_INLINE run as without it.
func Concurrent() Option {
	return func(r *registration) { r.concurrent = true }
}

// A registration is a service and how to serve it.
type registration struct {
	service    *rt.Service
	concurrent bool
}

var registry struct {
	sync.Mutex
	services    []registration
	handlersMax int // 0: no limit
	started     bool
}

// MaxHandlers sets how many handlers of one client may run at once, of all services together. At
// the limit the client's other calls wait in its ring until a handler returns. With 1 the calls
// of a client are served in order, one after the other. Without a limit of its own a client has as
// many handlers as it may have calls in flight.
//
// A handler that waits for the host counts: at the limit, a host function that it called cannot
// call Go on the same client in turn.
//
// MaxHandlers panics when max is not positive, or when Main has begun.
func MaxHandlers(max int) {
	registry.Lock()
	defer registry.Unlock()
	if max <= 0 {
		panic(fmt.Sprintf("ringcall: MaxHandlers(%d); write 1 or more", max))
	}
	if registry.started {
		panic(fmt.Sprintf("ringcall: MaxHandlers(%d) after Main; call it from init, or "+
			"early in main", max))
	}
	registry.handlersMax = max
}

// handlersMax returns how many handlers of one client may run at once.
func handlersMax() int {
	registry.Lock()
	defer registry.Unlock()
	if registry.handlersMax == 0 {
		return math.MaxInt
	}
	return registry.handlersMax
}

// Register makes a service known, before Main. It panics when a service of that name is known
// already, when Main has begun, or when the service could not be sent to a host: these are
// mistakes of the program, and a worker that starts without a service only hides them.
func Register(service *rt.Service, options ...Option) {
	registered := registration{service: service}
	for _, option := range options {
		option(&registered)
	}
	registry.Lock()
	defer registry.Unlock()
	if registry.started {
		panic(fmt.Sprintf("ringcall: Register(%s) after Main; register from init, or "+
			"early in main", service.Name))
	}
	methods, descriptionBytes := len(service.Methods), len(service.Description)
	for _, other := range registry.services {
		if other.service.Name == service.Name {
			panic(fmt.Sprintf("ringcall: service %q is registered twice", service.Name))
		}
		methods += len(other.service.Methods)
		descriptionBytes += len(other.service.Description)
	}
	if len(service.Name) >= layout.NameBytes {
		panic(fmt.Sprintf("ringcall: service name %q has %d bytes; at most %d can be sent",
			service.Name, len(service.Name), layout.NameBytes-1))
	}
	if methods > layout.MethodsMax || len(registry.services) == layout.ServicesMax {
		panic(fmt.Sprintf("ringcall: service %q is one too many: at most %d services "+
			"with %d methods", service.Name, layout.ServicesMax, layout.MethodsMax))
	}
	if descriptionBytes > layout.DescriptionBytesMax {
		panic(fmt.Sprintf("ringcall: service %q is one too many: their descriptions have "+
			"%d bytes together, and at most %d can be sent", service.Name,
			descriptionBytes, layout.DescriptionBytesMax))
	}
	registry.services = append(registry.services, registered)
}

// startServing returns what is registered and ends registration.
func startServing() []registration {
	registry.Lock()
	defer registry.Unlock()
	registry.started = true
	return registry.services
}
