/* SPDX-License-Identifier: MIT */
/*
 * flatbuffers.cc - the same content in FlatBuffers: built by a builder that is used again, read
 * after its verifier.
 */
#include <flatbuffers/flatbuffers.h>

#include "bench/codec/content.h"
#include "bench/codec/subject.h"
#include "bench/fail.h"
#include "bench/lists_generated.h"

namespace
{

flatbuffers::FlatBufferBuilder &strings_builder()
{
	static flatbuffers::FlatBufferBuilder builder(1 << 20);

	return builder;
}

flatbuffers::Offset<flatbuffers::String> make(flatbuffers::FlatBufferBuilder &builder,
					      const rc_str &text)
{
	return builder.CreateString(text.ptr, text.len);
}

uint64_t add(uint64_t sum, const flatbuffers::String *text)
{
	return content_add(sum, text->c_str(), text->size());
}

} // namespace

void flatbuffers_encode_strings(void)
{
	static flatbuffers::Offset<flat::Record> records[CONTENT_RECORDS];
	flatbuffers::FlatBufferBuilder &builder = strings_builder();
	const content *content = content_get();

	builder.Clear();
	for (size_t i = 0; i < CONTENT_RECORDS; i++) {
		const lists_record &from = content->batch.records.ptr[i];
		auto key = make(builder, from.key);
		auto name = make(builder, from.name);
		auto text = make(builder, from.text);

		records[i] = flat::CreateRecord(builder, key, name, text);
	}
	builder.Finish(flat::CreateBatch(builder, builder.CreateVector(records, CONTENT_RECORDS)));
	if (builder.GetSize() <= content->string_bytes)
		fail("FlatBuffers made a message without the strings");
}

void flatbuffers_read_strings(void)
{
	flatbuffers::FlatBufferBuilder &builder = strings_builder();
	uint64_t sum = 0;

	if (!builder.GetSize())
		flatbuffers_encode_strings();
	flatbuffers::Verifier verifier(builder.GetBufferPointer(), builder.GetSize());
	if (!verifier.VerifyBuffer<flat::Batch>(nullptr))
		fail("FlatBuffers refuses its own message");
	for (const flat::Record *record :
	     *flatbuffers::GetRoot<flat::Batch>(builder.GetBufferPointer())->records()) {
		sum = add(sum, record->key());
		sum = add(sum, record->name());
		sum = add(sum, record->text());
	}
	fail_unless_equal("strings read by FlatBuffers", sum, content_get()->sum);
}

void flatbuffers_encode_array(void)
{
	static flatbuffers::FlatBufferBuilder builder(2 * CONTENT_BLOCK_BYTES);
	const rc_bytes &block = content_get()->block;

	builder.Clear();
	builder.Finish(flat::CreateBlock(builder, builder.CreateVector(block.ptr, block.len)));
	auto made = flatbuffers::GetRoot<flat::Block>(builder.GetBufferPointer())->bytes();
	fail_unless_equal("FlatBuffers' array", made->Get(made->size() - 1),
			  block.ptr[block.len - 1]);
}
