/* SPDX-License-Identifier: MIT */
/*
 * ringcall/message.h - messages: how generated code sizes, writes and checks them.
 *
 * A message is its root struct and, behind it, the parts that the root's strings, slices and
 * optionals point to, each aligned for its type. In a message a pointer holds the offset of its
 * part from the message's start; `cap` is `len`; an empty part is pointer 0 and length 0. An
 * optional is a pointer without a length: 0 when absent, else to an array of one. A pointer with
 * RC_POINTER_IN_LANE set holds an offset into the lane's payload space instead: memory of
 * rc_alloc(), sent without a copy.
 *
 * Types are of two kinds. Plain ones hold no pointer, bool or enum; arrays of them stay where
 * they are. The others are checked: the receiver copies arrays of them to private memory first and
 * checks the copy, so the peer cannot change what has been checked.
 *
 * A sender measures, gets space for as many bytes, and writes in the same order. A receiver checks
 * its private copy of the root and turns offsets into pointers there. All of it is for one thread.
 *
 * This header is for generated code and the library; nothing in it is API.
 */
#ifndef RINGCALL_MESSAGE_H
#define RINGCALL_MESSAGE_H

#ifdef __cplusplus
#pragma GCC system_header /* what is written for C does not keep the rules for C++ */
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How these are padded is the compiler's affair. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpadded"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wused-but-marked-unused"
#endif

/* Set in a pointer: the rest is an offset into the lane's payload space. Plain parts only. */
#define RC_POINTER_IN_LANE (UINT64_C(1) << 63)

/*
 * No message is as large. A part that is larger is refused at once, and an array when all up to it
 * is. So between two arrays lie at most a message's worth of pointers, 2^28, to parts of at most
 * 2^31 bytes: no sum wraps, and most parts need no check of it.
 */
#define RC_MESSAGE_BYTES_END (UINT64_C(1) << 31)

/* What is said of a level too many. The number is RC_DEPTH_MAX, as cside/call.c asserts. */
#define RC_NESTED_TOO_DEEP "is nested deeper than 64 levels"

/* Why a message cannot be sent, or is refused. The first fault wins. */
struct rc_fault {
	const char *field; /* "kv_key.name"; NULL: no fault */
	const char *why;   /* "NULL with a length" */
};

/*
 * Sizes a message before it is written, and checks what its sender could have got wrong.
 *
 * How many bytes there are so far goes from call to call as `measured`, and begins at the root's
 * size; as `written` it is the same for rc_writer. It lies outside of the struct so that it stays
 * in a register: in memory, each part would wait for the one before.
 */
struct rc_measure {
	uintptr_t pool; /* the client's payload space: plain parts in it are not copied */
	uint64_t pool_bytes;
	uint32_t depth; /* levels of checked arrays and optionals left */
	bool too_large; /* then the rest means nothing */
	struct rc_fault fault;
};

/*
 * Writes a message that was measured; or a clone, in which what counts as offsets are addresses:
 * then base is NULL, and `written` begins at an address.
 */
struct rc_writer {
	unsigned char *base; /* the message's start, in shared memory */
	uintptr_t pool;      /* as in rc_measure */
	uint64_t pool_bytes;
};

/* Checks a message that was received, while its sender may still write to it. */
struct rc_reader {
	const unsigned char *message; /* 8-aligned */
	uint64_t message_bytes;
	const unsigned char *pool;   /* the lane's payload space, for RC_POINTER_IN_LANE */
	uint64_t pool_bytes;         /* 0: no such pointer is allowed */
	unsigned char *private_next; /* where copies of checked arrays go; begins 8-aligned */
	uint64_t private_left;       /* begins at message_bytes, so parts that share bytes cannot
	                               * make a message grow. That is enough for honest messages:
	                               * copies are aligned as the parts, in the same order. */
	uint32_t depth;              /* levels of checked arrays and optionals left */
	struct rc_fault fault;
};

/* Rounds up to a power of two. */
static inline uint64_t rc__round_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

/* Whether a plain part lies in the payload space as a whole, where the receiver can use it. */
static inline bool rc__in_pool(uintptr_t pool, uint64_t pool_bytes, const void *ptr, uint64_t bytes,
			       size_t align)
{
	uint64_t offset = (uintptr_t)ptr - pool;

	return (uintptr_t)ptr >= pool && offset <= pool_bytes && bytes <= pool_bytes - offset &&
	       offset % align == 0;
}

/* Notes why the message cannot be sent. */
static inline void rc__measure_fault(struct rc_measure *measure, const char *field, const char *why)
{
	if (measure->fault.field)
		return;
	measure->fault.field = field;
	measure->fault.why = why;
}

/* Counts a part, and marks what is too large. Returns the bytes with it. */
static inline uint64_t rc__measure_part(struct rc_measure *measure, uint64_t measured, size_t count,
					size_t element_bytes, size_t align)
{
	uint64_t start = rc__round_up(measured, align);

	if (start > RC_MESSAGE_BYTES_END ||
	    count > (RC_MESSAGE_BYTES_END - start) / element_bytes) {
		measure->too_large = true;
		return measured;
	}
	return start + count * element_bytes;
}

/* rc__measure_plain() where something is out of the ordinary. */
static __attribute__((cold, noinline, unused)) uint64_t
rc__measure_rare(struct rc_measure *measure, uint64_t measured, const void *ptr, size_t count,
		 size_t element_bytes, size_t align, const char *field)
{
	if (count == 0)
		return measured;
	if (!ptr)
		rc__measure_fault(measure, field, "NULL with a length");
	else if (count > RC_MESSAGE_BYTES_END / element_bytes)
		measure->too_large = true;
	else if (!rc__in_pool(measure->pool, measure->pool_bytes, ptr, count * element_bytes,
			      align))
		return rc__measure_part(measure, measured, count, element_bytes, align);
	return measured;
}

/* Counts a plain part, unless it lies in the payload space. Faults on NULL with a length. */
static inline void rc__measure_plain(struct rc_measure *measure, uint64_t *measured,
				     const void *ptr, size_t count, size_t element_bytes,
				     size_t align, const char *field)
{
	/* Not empty, not too large, and it does not begin in the payload space. */
	if (__builtin_expect(ptr && count - 1 < RC_MESSAGE_BYTES_END / element_bytes &&
				     (uintptr_t)ptr - measure->pool >= measure->pool_bytes,
			     1))
		*measured = rc__round_up(*measured, align) + count * element_bytes;
	else
		*measured = rc__measure_rare(measure, *measured, ptr, count, element_bytes, align,
					     field);
}

/* Counts elements without bytes: each takes one, so that a message's size bounds their number. */
static inline void rc__measure_empty(struct rc_measure *measure, uint64_t *measured,
				     const void *ptr, size_t count, size_t align, const char *field)
{
	if (count == 0)
		return;
	if (!ptr)
		rc__measure_fault(measure, field, "NULL with a length");
	*measured = rc__measure_part(measure, *measured, count, 1, align);
}

/*
 * Whether the message is larger than the payload space already. Then its size decides, and elements
 * are not looked at: a length that is wrong leads behind their end. Without a space: no.
 */
static inline bool rc__measure_is_over(const struct rc_measure *measure, uint64_t measured)
{
	return measure->pool_bytes && measured > measure->pool_bytes;
}

/*
 * Counts an array of checked elements and goes one level down.
 *
 * Returns whether the elements are to be measured. If so, rc__measure_leave() ends them.
 */
static inline bool rc__measure_array(struct rc_measure *measure, uint64_t *measured,
				     const void *ptr, size_t count, size_t element_bytes,
				     size_t align, const char *field)
{
	if (count == 0)
		return false;
	if (!ptr)
		rc__measure_fault(measure, field, "NULL with a length");
	else if (measure->depth == 0)
		rc__measure_fault(measure, field, RC_NESTED_TOO_DEEP);
	*measured = rc__measure_part(measure, *measured, count, element_bytes, align);
	if (measure->too_large || measure->fault.field || rc__measure_is_over(measure, *measured))
		return false;
	measure->depth--;
	return true;
}

static inline void rc__measure_leave(struct rc_measure *measure)
{
	measure->depth++;
}

/* Whether a message of what was measured could be sent, as far as that is known. */
static inline bool rc__measure_is_good(const struct rc_measure *measure, uint64_t measured)
{
	return !measure->fault.field && !measure->too_large &&
	       !rc__measure_is_over(measure, measured);
}

/* Whether Go may have a measured value where it lies: a bool is 0 or 1, */
static inline bool rc__place_bool(const bool *value)
{
	unsigned char byte;

	memcpy(&byte, value, 1);
	return byte <= 1;
}

/* what is pointed to is aligned, */
static inline bool rc__place_is_aligned(const void *ptr, size_t align)
{
	return (uintptr_t)ptr % align == 0;
}

/* and a slice cannot grow in place; an empty one is nil, as in a message. */
static inline bool rc__place_slice(const void *ptr, size_t count, size_t capacity, size_t align)
{
	return capacity == count && (count ? rc__place_is_aligned(ptr, align) : !ptr);
}

/* Takes the space that rc__measure_part() counted. Returns its offset. */
static inline uint64_t rc__write_part(uint64_t *written, uint64_t bytes, size_t align)
{
	uint64_t start = rc__round_up(*written, align);

	*written = start + bytes;
	return start;
}

/* Where a part of this offset lies. By integers, because base may be NULL. */
static inline void *rc__write_to(const struct rc_writer *writer, uint64_t start)
{
	return (void *)((uintptr_t)writer->base + start);
}

/* Copies a plain part, unless it lies in the payload space. Returns the pointer to store. */
static inline uint64_t rc__write_plain(const struct rc_writer *writer, uint64_t *written,
				       const void *ptr, size_t count, size_t element_bytes,
				       size_t align)
{
	uint64_t bytes = count * element_bytes;
	uint64_t start;

	if (bytes == 0)
		return 0;
	if (__builtin_expect((uintptr_t)ptr - writer->pool < writer->pool_bytes, 0) &&
	    rc__in_pool(writer->pool, writer->pool_bytes, ptr, bytes, align))
		return ((uintptr_t)ptr - writer->pool) | RC_POINTER_IN_LANE;
	start = rc__write_part(written, bytes, align);
	memcpy(rc__write_to(writer, start), ptr, bytes);
	return start;
}

/* Takes space for elements without bytes, and leaves it as it is. Returns the pointer to store. */
static inline uint64_t rc__write_empty(const struct rc_writer *writer, uint64_t *written,
				       size_t count, size_t align)
{
	(void)writer; /* so that a struct of such alone uses its parameters, too */
	return count ? rc__write_part(written, count, align) : 0;
}

/* Takes space for an array of checked elements. Returns it, and in *pointer what to store. */
static inline void *rc__write_array(const struct rc_writer *writer, uint64_t *written, size_t count,
				    size_t element_bytes, size_t align, uint64_t *pointer)
{
	*pointer = 0;
	if (count == 0)
		return NULL;
	*pointer = rc__write_part(written, count * element_bytes, align);
	return rc__write_to(writer, *pointer);
}

/* Writes a bool as 0 or 1, whatever its byte is. */
static inline void rc__write_bool(bool *to, const bool *from)
{
	unsigned char byte;

	memcpy(&byte, from, 1);
	byte = byte != 0;
	memcpy(to, &byte, 1);
}

/* Notes why the message is refused. Returns false. */
static inline bool rc__read_fault(struct rc_reader *reader, const char *field, const char *why)
{
	if (!reader->fault.field) {
		reader->fault.field = field;
		reader->fault.why = why;
	}
	return false;
}

/* Whether count elements lie at offset, in a space of limit bytes. Does not wrap. */
static inline bool rc__read_fits(uint64_t limit, uint64_t offset, uint64_t count,
				 uint64_t element_bytes)
{
	return offset <= limit && count <= (limit - offset) / element_bytes;
}

/*
 * Checks the pointer and length of a plain part, which the caller has copied from the message.
 *
 * Sets *out to the part, or to NULL when it is empty. Returns false with the fault set.
 */
static inline bool rc__read_plain(struct rc_reader *reader, uint64_t pointer, size_t count,
				  size_t element_bytes, size_t align, const char *field,
				  const void **out)
{
	const unsigned char *base = reader->message;
	uint64_t limit = reader->message_bytes;

	*out = NULL;
	if (count == 0)
		return true;
	if (pointer & RC_POINTER_IN_LANE) {
		pointer &= ~RC_POINTER_IN_LANE;
		base = reader->pool;
		limit = reader->pool_bytes;
	}
	if (!rc__read_fits(limit, pointer, count, element_bytes))
		return rc__read_fault(reader, field, "points outside of the message");
	if (pointer % align)
		return rc__read_fault(reader, field, "is not aligned");
	*out = base + pointer;
	return true;
}

/*
 * Copies an array of checked elements to private memory and goes one level down.
 *
 * Returns the copy, aligned as asked; then rc__read_leave() ends the elements. NULL when the array
 * is empty, or with the fault set.
 */
static inline void *rc__read_array(struct rc_reader *reader, uint64_t pointer, size_t count,
				   size_t element_bytes, size_t align, const char *field)
{
	uint64_t gap = -(uintptr_t)reader->private_next & (align - 1);
	uint64_t bytes = gap;
	unsigned char *copy;

	if (count == 0)
		return NULL;
	if (!rc__read_fits(reader->message_bytes, pointer, count, element_bytes)) {
		rc__read_fault(reader, field, "points outside of the message");
		return NULL;
	}
	if (pointer % align) {
		rc__read_fault(reader, field, "is not aligned");
		return NULL;
	}
	if (reader->depth == 0) {
		rc__read_fault(reader, field, RC_NESTED_TOO_DEEP);
		return NULL;
	}
	bytes += count * element_bytes;
	if (bytes > reader->private_left) {
		rc__read_fault(reader, field, "shares bytes with other parts");
		return NULL;
	}
	copy = reader->private_next + gap;
	memcpy(copy, reader->message + pointer, count * element_bytes);
	reader->private_next += bytes;
	reader->private_left -= bytes;
	reader->depth--;
	return copy;
}

static inline void rc__read_leave(struct rc_reader *reader)
{
	reader->depth++;
}

/* Checks a bool in private memory, without reading it as one. */
static inline bool rc__read_bool(struct rc_reader *reader, const bool *value, const char *field)
{
	unsigned char byte;

	memcpy(&byte, value, 1);
	return byte <= 1 || rc__read_fault(reader, field, "is neither 0 nor 1");
}

#pragma GCC diagnostic pop

#ifdef __cplusplus
}
#endif

#endif
