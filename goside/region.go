// SPDX-License-Identifier: MIT

package ringcall

import (
	"fmt"
	"syscall"

	"ringcall/goside/internal/layout"
)

// receiveRegion receives the shared memory and maps it, after checking that it is what it has to
// be: sealed, so that it cannot shrink under us, and as large as its geometry says.
func (w *worker) receiveRegion() error {
	var packet layout.ControlRegionPacket
	kind, fd, err := w.control.receive(asBytes(&packet))
	if err != nil {
		return err
	}
	if kind != layout.ControlRegion || fd < 0 {
		return fmt.Errorf("the host sent control packet %d where the region belongs", kind)
	}
	defer syscall.Close(fd)
	if err := w.control.checkPeer(); err != nil {
		return err
	}
	w.geometry = packet.Region
	if err := checkGeometry(&w.geometry); err != nil {
		return fmt.Errorf("the region: %w", err)
	}
	if err := checkMemfd(fd, w.geometry.RegionBytes); err != nil {
		return fmt.Errorf("the region: %w", err)
	}
	w.membarrier = w.membarrier && w.geometry.Features&layout.FeatureMembarrier != 0
	w.region, err = syscall.Mmap(fd, 0, int(w.geometry.RegionBytes),
		syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("mapping %d bytes of the region: %w", w.geometry.RegionBytes, err)
	}
	if *regionHeader(w.region) != w.geometry {
		return fmt.Errorf("the region: its header differs from what the host said")
	}
	return nil
}

func checkMemfd(fd int, bytes uint64) error {
	got, err := seals(fd)
	if err != nil {
		return fmt.Errorf("it has no seals: %w", err)
	}
	const needed = sealSeal | sealShrink | sealGrow
	if got&needed != needed {
		return fmt.Errorf("it has seals %#x, and needs %#x", got, needed)
	}
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return fmt.Errorf("fstat: %w", err)
	}
	if info.Size < 0 || uint64(info.Size) < bytes {
		return fmt.Errorf("it has %d bytes where the host said %d", info.Size, bytes)
	}
	return nil
}

// checkGeometry checks that lanes, rings and payload lie inside of the region and are aligned.
func checkGeometry(g *layout.Region) error {
	powerOfTwo := func(value uint64) bool { return value != 0 && value&(value-1) == 0 }
	const laneBytes = layout.LaneBytes
	ringsBytes := 2*uint64(ringBytes(g.RingSlots)) +
		uint64(g.RingSlots)*layout.CancelWordBytes
	reverseRingsBytes := 2 * uint64(ringBytes(g.ReverseSlots))
	switch {
	case g.Magic != layout.RegionMagic:
		return fmt.Errorf("magic %#x", g.Magic)
	case g.Version < layout.VersionMin || g.Version > layout.VersionMax:
		return fmt.Errorf("protocol version %d; this worker speaks %d to %d", g.Version,
			layout.VersionMin, layout.VersionMax)
	case g.Lanes == 0 || g.Lanes > layout.LanesMax:
		return fmt.Errorf("%d lanes", g.Lanes)
	case !powerOfTwo(uint64(g.RingSlots)) || g.RingSlots < layout.RingSlotsMin ||
		g.RingSlots > layout.RingSlotsMax:
		return fmt.Errorf("%d slots a ring", g.RingSlots)
	case !powerOfTwo(g.PayloadBytes) || g.PayloadBytes > layout.PayloadBytesMax:
		return fmt.Errorf("%d bytes of payload space", g.PayloadBytes)
	case g.PayloadOffset < laneBytes+ringsBytes || g.PayloadOffset%layout.LineBytes != 0 ||
		g.PayloadOffset > 1<<40:
		return fmt.Errorf("payload at byte %d of a lane", g.PayloadOffset)
	case !powerOfTwo(uint64(g.ReverseSlots)) || g.ReverseSlots < layout.ReverseSlotsMin ||
		g.ReverseSlots > layout.RingSlotsMax:
		return fmt.Errorf("%d slots a ring of a reverse lane", g.ReverseSlots)
	case g.ReverseOffset < g.PayloadOffset+g.PayloadBytes ||
		g.ReverseOffset%layout.LineBytes != 0 || g.ReverseOffset > 1<<41:
		return fmt.Errorf("reverse lane at byte %d of a lane", g.ReverseOffset)
	case g.ReversePayloadOffset < g.ReverseOffset+layout.ReverseBytes+reverseRingsBytes ||
		g.ReversePayloadOffset%layout.LineBytes != 0 || g.ReversePayloadOffset > 1<<41:
		return fmt.Errorf("reverse payload at byte %d of a lane", g.ReversePayloadOffset)
	case g.ReversePayloadBytes == 0 || g.ReversePayloadBytes%layout.LineBytes != 0 ||
		g.ReversePayloadBytes > layout.PayloadBytesMax:
		return fmt.Errorf("%d bytes of reverse payload space", g.ReversePayloadBytes)
	case g.LaneStrideBytes < g.ReversePayloadOffset+uint64(g.ReversePayloadBytes) ||
		g.LaneStrideBytes%layout.LineBytes != 0 || g.LaneStrideBytes > 1<<42:
		return fmt.Errorf("%d bytes a lane", g.LaneStrideBytes)
	case g.FirstLaneOffset < layout.RegionHeaderBytes ||
		g.FirstLaneOffset%layout.LineBytes != 0 || g.FirstLaneOffset > 1<<40:
		return fmt.Errorf("first lane at byte %d", g.FirstLaneOffset)
	case g.RegionBytes > 1<<60 ||
		g.FirstLaneOffset+uint64(g.Lanes)*g.LaneStrideBytes > g.RegionBytes:
		return fmt.Errorf("%d lanes of %d bytes in %d bytes", g.Lanes, g.LaneStrideBytes,
			g.RegionBytes)
	}
	return nil
}
