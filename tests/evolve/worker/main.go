// SPDX-License-Identifier: MIT

// Command worker serves the variant of people.h that EVOLVE_WORKER names.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	ringcall "ringcall/goside"
	"ringcall/goside/rt"
	"ringcall/tests/evolve/enum_changed"
	"ringcall/tests/evolve/field_added"
	"ringcall/tests/evolve/field_moved"
	"ringcall/tests/evolve/field_padded"
	"ringcall/tests/evolve/idempotent"
	"ringcall/tests/evolve/method_inserted"
	"ringcall/tests/evolve/method_removed"
	"ringcall/tests/evolve/method_reordered"
	"ringcall/tests/evolve/one_way"
	"ringcall/tests/evolve/parameter_added"
	"ringcall/tests/evolve/parameter_changed"
	"ringcall/tests/evolve/received_enum_grown"
	"ringcall/tests/evolve/reply_changed"
	"ringcall/tests/evolve/sent_enum_grown"
	"ringcall/tests/evolve/v1"
	"ringcall/tests/evolve/v2"
	"ringcall/tests/evolve/v3"
	"ringcall/tests/evolve/version"
)

// A service has the methods that its hosts call; the others are those of a nil interface.
type (
	serviceV1                struct{ v1.Service }
	serviceV2                struct{ v2.Service }
	serviceV3                struct{ v3.Service }
	serviceMore              struct{}
	serviceReceivedEnumGrown struct{ received_enum_grown.Service }
	serviceSentEnumGrown     struct{ sent_enum_grown.Service }
)

func answer(number uint32, same *uint32) error {
	*same = number
	return nil
}

func answerLater(number uint32, text string, same *uint32) error {
	if text != "text" {
		return fmt.Errorf("the text is %q", text)
	}
	return answer(number, same)
}

// callBack is the number with which a ping has the worker call what its header has of the host.
const callBack = 70

// asked says what calls of the host came to, each of which shall answer with the number.
func asked(number uint32, calls map[string]func(uint32) (uint32, error)) error {
	said := ""
	for _, name := range []string{"ask", "askLater", "tellLater"} {
		if call := calls[name]; call != nil {
			same, err := call(number)
			said += fmt.Sprintf("\n%s: %d, %v", name, same, err)
		}
	}
	return errors.New(said)
}

func (serviceV1) Ping(ctx context.Context, number uint32, same *uint32) error {
	if number == callBack {
		return asked(number, map[string]func(uint32) (uint32, error){
			"ask": v1.NewPeopleHostClient(ctx).Ask,
		})
	}
	return answer(number, same)
}

func (serviceV2) Ping(ctx context.Context, number uint32, same *uint32) error {
	if number == callBack {
		host := v2.NewPeopleHostClient(ctx)
		return asked(number, map[string]func(uint32) (uint32, error){
			"ask":      host.Ask,
			"askLater": host.AskLater,
			"tellLater": func(number uint32) (uint32, error) {
				return number, host.TellLater(number)
			},
		})
	}
	return answer(number, same)
}

func (serviceV2) Later(ctx context.Context, number uint32, text string, same *uint32) error {
	return answerLater(number, text, same)
}

func (serviceV2) LaterNote(ctx context.Context, number uint32) error { return nil }

func (serviceV3) Ping(ctx context.Context, number uint32, same *uint32) error {
	return answer(number, same)
}

func (serviceV3) Later(ctx context.Context, number uint32, text string, same *uint32) error {
	return answerLater(number, text, same)
}

func (serviceV3) LaterNote(ctx context.Context, number uint32) error { return nil }

func (serviceMore) Twice(ctx context.Context, number uint32, doubled *uint32) error {
	*doubled = 2 * number
	return nil
}

func (serviceReceivedEnumGrown) Ping(ctx context.Context, number uint32, same *uint32) error {
	return answer(number, same)
}

func (serviceSentEnumGrown) Ping(ctx context.Context, number uint32, same *uint32) error {
	return answer(number, same)
}

// What each variant registers. The services of changes that no host accepts are never called.
var variants = map[string][]*rt.Service{
	"nothing": nil,
	"more":    {v3.NewPeopleMoreService(serviceMore{})},
	"v1":      {v1.NewService(serviceV1{})},
	"v2":      {v2.NewService(serviceV2{})},
	"v3":      {v3.NewPeopleMoreService(serviceMore{}), v3.NewService(serviceV3{})},

	"received_enum_grown": {received_enum_grown.NewService(serviceReceivedEnumGrown{})},
	"sent_enum_grown":     {sent_enum_grown.NewService(serviceSentEnumGrown{})},

	"enum_changed":      {enum_changed.NewService(nil)},
	"field_added":       {field_added.NewService(nil)},
	"field_moved":       {field_moved.NewService(nil)},
	"field_padded":      {field_padded.NewService(nil)},
	"idempotent":        {idempotent.NewService(nil)},
	"method_inserted":   {method_inserted.NewService(nil)},
	"method_removed":    {method_removed.NewService(nil)},
	"method_reordered":  {method_reordered.NewService(nil)},
	"one_way":           {one_way.NewService(nil)},
	"parameter_added":   {parameter_added.NewService(nil)},
	"parameter_changed": {parameter_changed.NewService(nil)},
	"reply_changed":     {reply_changed.NewService(nil)},
	"version":           {version.NewService(nil)},
}

func main() {
	services, ok := variants[os.Getenv("EVOLVE_WORKER")]
	if !ok {
		panic("no variant " + os.Getenv("EVOLVE_WORKER"))
	}
	for _, service := range services {
		ringcall.Register(service)
	}
	ringcall.Main()
}
