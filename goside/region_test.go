// SPDX-License-Identifier: MIT

package ringcall

import (
	"os"
	"strings"
	"testing"

	"ringcall/goside/internal/layout"
)

func TestGeometryOfAHostIsAccepted(t *testing.T) {
	g := testGeometry(4, testSlots)
	if err := checkGeometry(&g); err != nil {
		t.Error(err)
	}
}

func TestImpossibleGeometryIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*layout.Region){
		"magic":           func(g *layout.Region) { g.Magic++ },
		"version":         func(g *layout.Region) { g.Version = layout.VersionMax + 1 },
		"no lanes":        func(g *layout.Region) { g.Lanes = 0 },
		"too many lanes":  func(g *layout.Region) { g.Lanes = layout.LanesMax + 1 },
		"slots":           func(g *layout.Region) { g.RingSlots = 3 },
		"payload":         func(g *layout.Region) { g.PayloadBytes = 3 },
		"rings overlap":   func(g *layout.Region) { g.PayloadOffset = 64 },
		"reverse slots":   func(g *layout.Region) { g.ReverseSlots = 63 },
		"reverse overlap": func(g *layout.Region) { g.ReverseOffset = g.PayloadOffset },
		"reverse rings":   func(g *layout.Region) { g.ReversePayloadOffset -= 2 * 4096 },
		"reverse payload": func(g *layout.Region) { g.ReversePayloadBytes = 1 << 31 },
		"lanes overlap":   func(g *layout.Region) { g.LaneStrideBytes = 4096 },
		"header overlaps": func(g *layout.Region) { g.FirstLaneOffset = 0 },
		"beyond the end":  func(g *layout.Region) { g.RegionBytes-- },
		"stride wraps":    func(g *layout.Region) { g.LaneStrideBytes = 1 << 63 },
		"offset wraps":    func(g *layout.Region) { g.FirstLaneOffset = ^uint64(63) },
	} {
		g := testGeometry(4, testSlots)
		spoil(&g)
		if err := checkGeometry(&g); err == nil {
			t.Errorf("%s: accepted %+v", name, g)
		}
	}
}

func TestMemoryWithoutSealsIsRefused(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	err = checkMemfd(int(read.Fd()), 1)
	if err == nil || !strings.Contains(err.Error(), "seals") {
		t.Errorf("error %v; want one that names seals", err)
	}
}
