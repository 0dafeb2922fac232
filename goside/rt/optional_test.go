// SPDX-License-Identifier: MIT

package rt

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"ringcall/goside/internal/layout"
)

// linkPools are what ringgen makes of a request with links.
type linkPools struct {
	ofLink  Pool[link]
	of_bool Pool[bool]
}

func readLink(reader *Reader, pools *linkPools, from *wireLink, to *link) {
	to.Value = from.Value
	wire, value := One[wireLink](reader, &pools.ofLink, from.Next, 8, "link.next")
	if wire != nil {
		readLink(reader, pools, wire, value)
		reader.Leave()
	}
	to.Next = value
	to.Weight = Optional[uint32](reader, from.Weight, 4, "link.weight")
	wireSet, set := One[uint8](reader, &pools.of_bool, from.Set, 1, "link.set")
	if wireSet != nil {
		*set = reader.Bool(*wireSet, "link.set")
		reader.Leave()
	}
	to.Set = set
}

func measureLink(measure *Measure, from *link) {
	if from.Next != nil && measure.Array(1, linkBytes, 8, "link.next") {
		measureLink(measure, from.Next)
		measure.Leave()
	}
	if from.Weight != nil {
		measure.Plain(1, 4, 4)
	}
	if from.Set != nil && measure.Array(1, 1, 1, "link.set") {
		measure.Leave()
	}
}

func writeLink(writer *Writer, from *link, to *wireLink) {
	to.Value = from.Value
	wire, part := WriteOne[wireLink](writer, from.Next != nil, 8)
	if wire != nil {
		writeLink(writer, from.Next, wire)
	}
	to.Next = part
	to.Weight = WriteOptional(writer, from.Weight, 4)
	to.Set = WriteOptional(writer, from.Set, 1)
}

func decodeLink(space Space, pools *linkPools) (link, error) {
	var reader Reader
	var root link
	reader.Reset(space)
	pools.ofLink.Reset()
	pools.of_bool.Reset()
	readLink(&reader, pools, linkOf(&reader), &root)
	return root, reader.Err()
}

// encodeLink returns a message of from in room for so many links.
func encodeLink(t *testing.T, from *link, room int) (links, Space) {
	t.Helper()
	var measure Measure
	measure.Begin(linkBytes)
	measureLink(&measure, from)
	if err := measure.Err(); err != nil {
		t.Fatal(err)
	}
	to := make(links, room)
	space := to.space()
	space.Bytes = measure.Bytes()
	var writer Writer
	writer.Reset(space)
	writeLinkRoot(&writer, from)
	if err := writer.Err(); err != nil || writer.used != measure.Bytes() {
		t.Fatalf("%d bytes measured, %d written: %v", measure.Bytes(), writer.used, err)
	}
	return to, space
}

func linksOf(count int) *link {
	var first *link
	for i := range count {
		first = &link{Value: uint64(i), Next: first}
	}
	return first
}

func TestOptionalsSurviveTheWay(t *testing.T) {
	weight, set, unset := uint32(7), true, false
	sent := &link{Value: 1, Weight: &weight, Next: &link{Value: 2, Set: &set,
		Next: &link{Set: &unset, Weight: &weight}}}
	to, space := encodeLink(t, sent, 8)
	var pools linkPools
	for range 3 {
		received, err := decodeLink(space, &pools)
		if err != nil || !reflect.DeepEqual(&received, sent) {
			t.Fatalf("received %+v, %v", received, err)
		}
	}
	received, _ := decodeLink(space, &pools)
	clear(to)
	if *received.Weight != 0 {
		t.Fatal("a plain optional was copied")
	}
	if received.Next.Value != 2 || !*received.Next.Set {
		t.Fatal("a checked optional was not copied")
	}
}

func TestAbsentOptionalsTakeNoSpace(t *testing.T) {
	to, space := encodeLink(t, &link{Value: 9}, 1)
	if space.Bytes != linkBytes || to[0] != (wireLink{Value: 9}) {
		t.Fatalf("%d bytes, %+v", space.Bytes, to[0])
	}
}

func TestHostileOptional(t *testing.T) {
	var pools linkPools
	end := WireOptional(2 * linkBytes)
	to := make(links, 2)
	for _, wire := range []WireOptional{
		end, end - 8, end + 8, 1 << 62, math.MaxUint64 - 7, pointerInLane,
		pointerInLane | 32, math.MaxInt64 - 7,
	} {
		to[0] = wireLink{Next: wire}
		_, err := decodeLink(to.space(), &pools)
		expect(t, err, "link.next", outside)
	}
	for _, wire := range []WireOptional{end, end - 3, math.MaxUint64, pointerInLane | 4} {
		to[0] = wireLink{Weight: wire}
		_, err := decodeLink(to.space(), &pools)
		expect(t, err, "link.weight", outside)
	}
	to[0] = wireLink{Next: 4}
	_, err := decodeLink(to.space(), &pools)
	expect(t, err, "link.next", "is not aligned")
	to[0] = wireLink{Weight: 2}
	_, err = decodeLink(to.space(), &pools)
	expect(t, err, "link.weight", "is not aligned")
	to[0] = wireLink{Set: WireOptional(linkBytes)}
	to[1].Value = 2
	_, err = decodeLink(to.space(), &pools)
	expect(t, err, "link.set", "is neither 0 nor 1")
}

func TestOptionalsThatFormARing(t *testing.T) {
	var pools linkPools
	for length := 1; length < 200; length++ {
		to := make(links, length+1)
		for i := range to {
			to[i].Next = WireOptional(1+i%length) * WireOptional(linkBytes)
		}
		_, err := decodeLink(to.space(), &pools)
		if len(to) < layout.DepthMax {
			expect(t, err, "link.next", "shares bytes with other parts")
		} else {
			expect(t, err, "link.next", nestedTooDeep)
		}
	}
}

func TestDepthOfOptionalsIsLimited(t *testing.T) {
	_, space := encodeLink(t, linksOf(layout.DepthMax+1), layout.DepthMax+1)
	var pools linkPools
	if _, err := decodeLink(space, &pools); err != nil {
		t.Fatal(err)
	}
	ring := linksOf(1)
	ring.Next = ring
	for _, from := range []*link{linksOf(layout.DepthMax + 2), ring} {
		var measure Measure
		var refused *ReplyError
		measure.Begin(linkBytes)
		measureLink(&measure, from)
		err := measure.Err()
		if !errors.As(err, &refused) || refused.Field != "link.next" ||
			refused.Why != nestedTooDeep {
			t.Fatal(err)
		}
	}
}

func TestOptionalThatIsAddedWhileItIsWritten(t *testing.T) {
	to := make(links, 4)
	space := to.space()
	space.Bytes = linkBytes
	var writer Writer
	var refused *ReplyError
	writer.Reset(space)
	writeLinkRoot(&writer, linksOf(3))
	if !errors.As(writer.Err(), &refused) || to[1] != (wireLink{}) {
		t.Fatal(writer.Err(), to[1])
	}
}

func TestElementsWithoutBytesAreBoundedByTheMessage(t *testing.T) {
	to := make(message, 1)
	var reader Reader
	for _, wire := range []WireSlice{
		{0, nodeBytes + 1, 0}, {1, nodeBytes, 0}, {nodeBytes, 1, 1}, {0, 1 << 63, 0},
		{0, math.MaxUint64, 0}, {math.MaxUint64, 1, 1},
	} {
		reader.Reset(to.space())
		if list := Slice[struct{}](&reader, wire, 1, "list"); list != nil {
			t.Fatal(len(list), wire)
		}
		expect(t, reader.Err(), "list", outside)
	}
	reader.Reset(to.space())
	list := Slice[struct{}](&reader, WireSlice{0, nodeBytes, 0}, 1, "list")
	one := Optional[struct{}](&reader, 8, 1, "one")
	if len(list) != int(nodeBytes) || one == nil || reader.Err() != nil {
		t.Fatal(len(list), one, reader.Err())
	}
	var writer Writer
	writer.Reset(to.space())
	wire := WriteSlice(&writer, make([]struct{}, 7), 1)
	if wire.Length != 7 || WriteOptional(&writer, &struct{}{}, 1) != 7 || writer.used != 8 {
		t.Fatal(wire, writer.used)
	}
	WriteSlice(&writer, make([]struct{}, math.MaxInt), 1)
	if writer.Err() == nil {
		t.Fatal("more elements than the message has bytes were written")
	}
}
