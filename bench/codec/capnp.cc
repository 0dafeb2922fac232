/* SPDX-License-Identifier: MIT */
/*
 * capnp.cc - the same content in Cap'n Proto: built in one segment that is there already, and read
 * from there, where pointers are checked as they are followed.
 */
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <cstdlib>

#include "bench/codec/content.h"
#include "bench/codec/subject.h"
#include "bench/fail.h"
#include "bench/lists.capnp.h"

namespace
{

const size_t STRINGS_WORDS = 1 << 16;
const size_t ARRAY_WORDS = CONTENT_BLOCK_BYTES / 8 + 64;

capnp::word *strings_segment()
{
	static capnp::word *segment =
		static_cast<capnp::word *>(calloc(STRINGS_WORDS, sizeof(capnp::word)));

	return segment;
}

size_t strings_words; /* of the message in the segment */

capnp::Text::Reader text_of(const rc_str &text)
{
	return capnp::Text::Reader(text.ptr, text.len);
}

uint64_t add(uint64_t sum, capnp::Text::Reader text)
{
	return content_add(sum, text.begin(), text.size());
}

void build(cap::Batch::Builder batch)
{
	const lists_record_slice &from = content_get()->batch.records;
	auto records = batch.initRecords(static_cast<unsigned>(from.len));

	for (unsigned i = 0; i < from.len; i++) {
		auto record = records[i];

		record.setKey(text_of(from.ptr[i].key));
		record.setName(text_of(from.ptr[i].name));
		record.setText(text_of(from.ptr[i].text));
	}
}

} // namespace

void capnp_encode_strings(void)
{
	/* Its destructor clears what was used of the segment, which the next message relies on. */
	capnp::MallocMessageBuilder message(kj::arrayPtr(strings_segment(), STRINGS_WORDS));

	build(message.initRoot<cap::Batch>());
	if (message.getSegmentsForOutput().size() != 1)
		fail("Cap'n Proto's message has more than one segment");
}

/* A message that stays, for those that read it. */
static kj::ArrayPtr<const capnp::word> message_to_read()
{
	static capnp::MallocMessageBuilder message(STRINGS_WORDS);

	if (!strings_words) {
		build(message.initRoot<cap::Batch>());
		strings_words = message.getSegmentsForOutput()[0].size();
	}
	return message.getSegmentsForOutput()[0];
}

void capnp_read_strings(void)
{
	const kj::ArrayPtr<const capnp::word> segments[] = { message_to_read() };
	capnp::SegmentArrayMessageReader reader(kj::arrayPtr(segments, 1));
	uint64_t sum = 0;

	for (auto record : reader.getRoot<cap::Batch>().getRecords()) {
		sum = add(sum, record.getKey());
		sum = add(sum, record.getName());
		sum = add(sum, record.getText());
	}
	fail_unless_equal("strings read by Cap'n Proto", sum, content_get()->sum);
}

void capnp_encode_array(void)
{
	static capnp::word *segment =
		static_cast<capnp::word *>(calloc(ARRAY_WORDS, sizeof(capnp::word)));
	capnp::MallocMessageBuilder message(kj::arrayPtr(segment, ARRAY_WORDS));
	const rc_bytes &block = content_get()->block;
	auto made = message.initRoot<cap::Block>();

	made.setBytes(capnp::Data::Reader(block.ptr, block.len));
	fail_unless_equal("Cap'n Proto's array", made.getBytes()[block.len - 1],
			  block.ptr[block.len - 1]);
}
