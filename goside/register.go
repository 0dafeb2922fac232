// SPDX-License-Identifier: MIT

package ringcall

import (
	"fmt"
	"sync"

	"ringcall/goside/internal/layout"
	"ringcall/goside/rt"
)

// An Option says how a service is served.
type Option func(*registration)

// Concurrent has each call of the service served by a goroutine of its own, so that calls of one
// client overtake each other. Without it a client's calls are served in order, and faster.
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
	services []registration
	started  bool
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
