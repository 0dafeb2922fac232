// SPDX-License-Identifier: MIT

package tags

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

var ada = User{UserID: 1, Name: "Ada", Secret: "x", Age: 36, Role: Writer, Picture: []byte("ab")}

func TestJSONHasTheNamesOfTags(t *testing.T) {
	want := `{"user_id":1,"fullName":"Ada","age":36,"role":1,"picture":"YWI="}`
	got, err := json.Marshal(ada)
	if err != nil || string(got) != want {
		t.Fatalf("got %s, %v; want %s", got, err, want)
	}
	var back User
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	back.Secret = ada.Secret
	if !reflect.DeepEqual(back, ada) {
		t.Errorf("got back %+v", back)
	}
}

func TestATagIsCarriedVerbatimBesideTheKeysAskedFor(t *testing.T) {
	fields := reflect.TypeFor[User]()
	for _, want := range [][3]string{
		{"Name", "validate", "max=80"},
		{"Name", "db", "name"},
		{"Age", "yaml", "age"},
		{"IsAdmin", "note", `a "quote" é A`},
	} {
		field, _ := fields.FieldByName(want[0])
		if got, ok := field.Tag.Lookup(want[1]); !ok || got != want[2] {
			t.Errorf("%s: key %s is %q", want[0], want[1], got)
		}
		if strings.Count(string(field.Tag), "json:") != 1 {
			t.Errorf("%s: not one key json: %s", want[0], field.Tag)
		}
	}
}

// The padding of what a C host sends holds whatever its memory held.
func TestPaddingIsNeitherPrintedNorCompared(t *testing.T) {
	dirty := ada
	bytes := (*[unsafe.Sizeof(dirty)]byte)(unsafe.Pointer(&dirty))
	bytes[unsafe.Offsetof(dirty.UserID)+unsafe.Sizeof(dirty.UserID)] = 0xa5
	if got := fmt.Sprintf("%+v", dirty); strings.Contains(got, "_:") {
		t.Errorf("%%+v prints %s", got)
	}
	if !reflect.DeepEqual(dirty, ada) {
		t.Error("padding makes a difference to reflect.DeepEqual")
	}
}
