// SPDX-License-Identifier: MIT

package rt

import (
	"errors"
	"math"
	"math/rand"
	"reflect"
	"testing"

	"ringcall/goside/internal/layout"
)

func readNode(reader *Reader, pool *Pool[node], from *wireNode, to *node) {
	to.Name = reader.String(from.Name, "node.name")
	wires, values := Array[wireNode](reader, pool, from.Children, 8, "node.children")
	if wires != nil {
		for i := range wires {
			readNode(reader, pool, &wires[i], &values[i])
		}
		reader.Leave()
	}
	to.Children = values
	to.Version = from.Version
	to.Open = reader.Bool(from.Open, "node.open")
}

func measureNode(measure *Measure, from *node) {
	measure.Plain(len(from.Name), 1, 1)
	if measure.Array(len(from.Children), nodeBytes, 8, "node.children") {
		for i := range from.Children {
			measureNode(measure, &from.Children[i])
		}
		measure.Leave()
	}
}

func writeNode(writer *Writer, from *node, to *wireNode) {
	to.Name = writer.String(from.Name)
	wires, part := WriteArray[wireNode](writer, len(from.Children), 8)
	for i := range wires {
		writeNode(writer, &from.Children[i], &wires[i])
	}
	to.Children = part
	to.Version = from.Version
	to.Open = 0
	if from.Open {
		to.Open = 1
	}
}

// encode returns a message of from, and its size.
func encode(t *testing.T, from *node) (message, uint64) {
	t.Helper()
	var measure Measure
	measure.Begin(nodeBytes)
	measureNode(&measure, from)
	if err := measure.Err(); err != nil {
		t.Fatal(err)
	}
	to := make(message, (measure.Bytes()+nodeBytes-1)/nodeBytes)
	space := to.space()
	space.Bytes = measure.Bytes()
	var writer Writer
	writer.Reset(space)
	writeRoot(&writer, from)
	if err := writer.Err(); err != nil {
		t.Fatal(err)
	}
	if writer.used != measure.Bytes() {
		t.Fatalf("%d bytes were measured, %d written", measure.Bytes(), writer.used)
	}
	return to, measure.Bytes()
}

// decode checks a message whose root is a node.
func decode(space Space, pool *Pool[node]) (node, error) {
	var reader Reader
	var root node
	reader.Reset(space)
	wire := rootOf(&reader)
	if wire == nil {
		return root, reader.Err()
	}
	pool.Reset()
	readNode(&reader, pool, wire, &root)
	return root, reader.Err()
}

func tree() *node {
	return &node{Name: "root", Version: 7, Open: true, Children: []node{
		{Name: "one", Version: 1},
		{Name: "two", Children: []node{{Name: "a"}, {}}},
		{Name: "three", Open: true},
	}}
}

// expect wants a *MessageError of the field and why.
func expect(t *testing.T, err error, field, why string) {
	t.Helper()
	var refused *MessageError
	if !errors.As(err, &refused) {
		t.Fatalf("not refused: %v", err)
	}
	if refused.Field != field || refused.Why != why {
		t.Fatalf("%q, expected %q %q", err, field, why)
	}
}

const outside = "points outside of the message"

func TestNestedValueSurvivesTheWay(t *testing.T) {
	sent := tree()
	to, bytes := encode(t, sent)
	space := to.space()
	space.Bytes = bytes
	var pool Pool[node]
	for range 3 {
		received, err := decode(space, &pool)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&received, sent) {
			t.Fatalf("received %+v", received)
		}
		if children := received.Children; cap(children) != len(children) {
			t.Fatalf("capacity %d of %d", cap(children), len(children))
		}
	}
}

func TestStringStaysAndArrayIsCopied(t *testing.T) {
	to, _ := encode(t, &node{Name: "root", Children: []node{{Name: "one"}}})
	var pool Pool[node]
	received, err := decode(to.space(), &pool)
	if err != nil {
		t.Fatal(err)
	}
	if !sameMemory(received.Name, to.bytes(), int(nodeBytes)) {
		t.Fatal("the string was moved")
	}
	clear(to)
	if len(received.Children[0].Name) != 3 {
		t.Fatal("the array was not copied")
	}
}

func TestEmptyPartsHavePointer0(t *testing.T) {
	to, bytes := encode(t, &node{Name: "", Children: []node{}})
	if bytes != nodeBytes || to[0].Name.Pointer != 0 || to[0].Children.Pointer != 0 {
		t.Fatalf("%d bytes, %+v", bytes, to[0])
	}
}

func TestHostileString(t *testing.T) {
	to := make(message, 2)
	end := 2 * nodeBytes
	var pool Pool[node]
	for _, wire := range []WireString{
		{end, 1}, {end - 1, 2}, {0, end + 1}, {end + 1, 1}, {1, math.MaxUint64},
		{math.MaxInt64, 1}, {math.MaxInt64, math.MaxUint64}, {pointerInLane, 1},
		{math.MaxUint64, 1}, {math.MaxUint64, math.MaxUint64},
		{pointerInLane, 1 << 63},
	} {
		to[0].Name = wire
		_, err := decode(to.space(), &pool)
		expect(t, err, "node.name", outside)
	}
	to[0].Name = WireString{end - 1, 1}
	if _, err := decode(to.space(), &pool); err != nil {
		t.Fatal(err)
	}
	to[0].Name = WireString{math.MaxUint64, 0}
	if root, err := decode(to.space(), &pool); err != nil || root.Name != "" {
		t.Fatal(root, err)
	}
}

func TestHostileArray(t *testing.T) {
	to := make(message, 2)
	end := 2 * nodeBytes
	var pool Pool[node]
	for _, wire := range []WireSlice{
		{end, 1, 1}, {nodeBytes, 2, 2}, {nodeBytes + 8, 1, 1}, {0, math.MaxUint64, 0},
		{0, math.MaxUint64/nodeBytes + 1, 0}, {math.MaxInt64 - 7, 1, 1},
		{pointerInLane, 1, 1}, {math.MaxUint64 - 7, 1, 1},
	} {
		to[0].Children = wire
		_, err := decode(to.space(), &pool)
		expect(t, err, "node.children", outside)
	}
	to[0].Children = WireSlice{4, 1, 1}
	_, err := decode(to.space(), &pool)
	expect(t, err, "node.children", "is not aligned")
}

func TestArrayThatHoldsItself(t *testing.T) {
	to := make(message, 2)
	to[0].Children = WireSlice{nodeBytes, 1, 1}
	to[1].Children = WireSlice{nodeBytes, 1, 1}
	var pool Pool[node]
	_, err := decode(to.space(), &pool)
	expect(t, err, "node.children", "shares bytes with other parts")
}

func TestSharedArraysCannotMakeAMessageGrow(t *testing.T) {
	to := make(message, 16)
	for i := range to {
		to[i].Children = WireSlice{nodeBytes, 15, 15}
	}
	var pool Pool[node]
	_, err := decode(to.space(), &pool)
	expect(t, err, "node.children", "shares bytes with other parts")
	if pool.taken > len(to) {
		t.Fatalf("%d elements of %d were taken", pool.taken, len(to))
	}
}

func chain(levels int) *node {
	root := &node{}
	for range levels {
		root = &node{Children: []node{*root}}
	}
	return root
}

func TestDepthIsLimited(t *testing.T) {
	to, _ := encode(t, chain(layout.DepthMax))
	var pool Pool[node]
	if _, err := decode(to.space(), &pool); err != nil {
		t.Fatal(err)
	}

	var measure Measure
	measure.Begin(nodeBytes)
	measureNode(&measure, chain(layout.DepthMax+1))
	var refused *ReplyError
	if err := measure.Err(); !errors.As(err, &refused) || refused.Field != "node.children" {
		t.Fatalf("a reply that is too deep: %v", err)
	}

	deep := make(message, layout.DepthMax+2)
	for i := range deep[1:] {
		deep[i].Children = WireSlice{uint64(i+1) * nodeBytes, 1, 1}
	}
	_, err := decode(deep.space(), &pool)
	expect(t, err, "node.children", nestedTooDeep)
}

func TestBoolIs0Or1(t *testing.T) {
	to := make(message, 1)
	var pool Pool[node]
	for value := range 256 {
		to[0].Open = uint8(value)
		root, err := decode(to.space(), &pool)
		if value > 1 {
			expect(t, err, "node.open", "is neither 0 nor 1")
		} else if err != nil || root.Open != (value == 1) {
			t.Fatal(value, root.Open, err)
		}
	}
}

func TestRequestShorterThanItsRoot(t *testing.T) {
	to := make(message, 1)
	space := to.space()
	space.Bytes--
	var pool Pool[node]
	_, err := decode(space, &pool)
	expect(t, err, "the request", "is shorter than its root")
	_, err = decode(Space{}, &pool)
	expect(t, err, "the request", "is shorter than its root")
}

func TestPayloadSpaceIsBounded(t *testing.T) {
	pool := make([]byte, 64)
	copy(pool[60:], "text")
	var reader Reader
	for pointer := range uint64(80) {
		for length := uint64(1); length < 80; length++ {
			reader.Reset(Space{})
			reader.SetPool(spaceOfBytes(pool))
			text := reader.String(WireString{pointerInLane | pointer, length}, "text")
			fits := pointer+length <= 64
			if (reader.Err() == nil) != fits || (text != "") != fits {
				t.Fatal(pointer, length, text, reader.Err())
			}
		}
	}
	reader.Reset(Space{})
	reader.SetPool(spaceOfBytes(pool))
	if text := reader.String(WireString{pointerInLane | 60, 4}, "text"); text != "text" {
		t.Fatalf("%q", text)
	}
	var nodes Pool[node]
	Array[wireNode](&reader, &nodes, WireSlice{pointerInLane, 1, 1}, 8, "array")
	expect(t, reader.Err(), "array", outside)
	Slice[uint64](&reader, WireSlice{pointerInLane | 4, 1, 1}, 8, "later")
	expect(t, reader.Err(), "array", outside)
}

func TestPlainSlice(t *testing.T) {
	to := make(message, 1)
	to[0].Version = 5
	var reader Reader
	reader.Reset(to.space())
	words := Slice[uint32](&reader, WireSlice{40, 1, 9}, 4, "words")
	if len(words) != 1 || cap(words) != 1 || words[0] != 5 {
		t.Fatal(words, cap(words))
	}
	if Slice[uint32](&reader, WireSlice{40, 0, 9}, 4, "words") != nil {
		t.Fatal("empty but not nil")
	}
	Slice[uint32](&reader, WireSlice{42, 1, 1}, 4, "words")
	expect(t, reader.Err(), "words", "is not aligned")
}

func TestReplyThatChangesWhileItIsWritten(t *testing.T) {
	from := tree()
	var measure Measure
	measure.Begin(nodeBytes)
	measureNode(&measure, from)
	to := make(message, measure.Bytes()/nodeBytes+4)
	space := to.space()
	space.Bytes = measure.Bytes()
	from.Children[2].Name = "much longer than it was when it was measured"
	from.Children[1].Children = make([]node, 20)
	var writer Writer
	writer.Reset(space)
	writeRoot(&writer, from)
	var refused *ReplyError
	if !errors.As(writer.Err(), &refused) {
		t.Fatal("not refused")
	}
	for i, value := range to.bytes()[measure.Bytes():] {
		if value != 0 {
			t.Fatalf("byte %d behind the message was written", i)
		}
	}
}

func TestReplyTooLarge(t *testing.T) {
	for _, count := range []int{math.MaxInt, MessageBytesMax, MessageBytesMax - 4} {
		var measure Measure
		measure.Begin(8)
		measure.Plain(count, 16, 8)
		measure.Plain(1, 1, 1)
		var refused *ReplyError
		if !errors.As(measure.Err(), &refused) {
			t.Fatalf("%d elements were not refused", count)
		}
	}
}

func TestFirstFaultOfAReplyWins(t *testing.T) {
	var measure Measure
	measure.Begin(0)
	measure.Fail("first", "why")
	measure.Fail("second", "what")
	if err := measure.Err(); err.Error() != "ringcall: reply: first why" {
		t.Fatal(err)
	}
	if measure.Array(1, 8, 8, "array") {
		t.Fatal("an array is visited after a fault")
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	to, _ := encode(t, tree())
	space := to.space()
	pool := new(Pool[node])
	var reader Reader
	root := new(node)
	serve := func() {
		reader.Reset(space)
		pool.Reset()
		readNode(&reader, pool, rootOf(&reader), root)
		if reader.Err() != nil {
			t.Error(reader.Err())
		}
	}
	serve()
	serve()
	if allocations := testing.AllocsPerRun(100, serve); allocations != 0 {
		t.Fatalf("%v allocations a request", allocations)
	}
}

func TestPoolKeepsWhatItHandedOut(t *testing.T) {
	var pool Pool[int]
	for range 3 {
		var taken [][]int
		for count := 1; count < 50; count++ {
			part := pool.take(count)
			for i := range part {
				part[i] = count
			}
			taken = append(taken, part)
		}
		for _, part := range taken {
			for _, value := range part {
				if value != len(part) {
					t.Fatal("taken twice")
				}
			}
		}
		pool.Reset()
	}
}

// touch reads all that was let through.
func touch(from *node) int {
	sum := 0
	for i := range len(from.Name) {
		sum += int(from.Name[i])
	}
	for i := range from.Children {
		sum += touch(&from.Children[i])
	}
	return sum
}

func TestRandomDamageIsRefusedOrHarmless(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	fresh, bytes := encode(t, tree())
	var pool Pool[node]
	good := 0
	for range 20000 {
		to := append(message(nil), fresh...)
		for range 1 + random.Intn(3) {
			at := random.Intn(int(bytes)/8) * 8
			value := uint64(random.Intn(int(bytes) + 16))
			if random.Intn(4) == 0 {
				value = random.Uint64()
			}
			for i := range 8 {
				to.bytes()[at+i] = byte(value >> (8 * i))
			}
		}
		space := to.space()
		space.Bytes = bytes
		root, err := decode(space, &pool)
		if err != nil {
			continue
		}
		touch(&root)
		good++
	}
	if good < 100 {
		t.Fatalf("only %d messages were good", good)
	}
}
