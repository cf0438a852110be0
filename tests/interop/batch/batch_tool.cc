// Our half of the comparison with Apache Kafka's own classes (see run.sh): makes Produce payloads, good and
// spoilt, and says of each what we do with it, in lines that Kafka's half (BatchJudge.java) prints in the
// same form.
//
//   batch_tool make FILE SEED COUNT     batch_tool judge FILE
//
// A file is a run of entries: i32 size, then a byte that chooses the rules, a byte with the Produce version,
// and the payload.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "base/crc32c.h"
#include "base/random.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_batch_validation.h"
#include "protocol/wire.h"

using namespace klamm;
using namespace klamm::protocol;

namespace {

constexpr int64_t kNow = 1'700'000'000'000;
constexpr size_t kPlainMax = 64 << 20;

// The meaning of the rules' byte; BatchJudge has the same.
AppendRules rules_of(uint8_t bits, uint8_t version) {
  AppendRules rules;
  rules.now_ms = kNow;
  rules.produce_version = version;
  rules.is_compacted = bits & 1;
  if (bits & 2) rules.timestamp_type = TimestampType::kLogAppendTime;
  if (bits & 4) rules.timestamp_before_max_ms = 1000;
  int target = bits >> 4;
  if (target > 0) rules.compression = Compression::by_default(static_cast<Codec>((target - 1) % kCodecs));
  return rules;
}

Bytes random_bytes(Random& random, size_t size_max) {
  Bytes bytes(random.below(size_max + 1));
  uint8_t base = static_cast<uint8_t>(random.next());
  bool noise = random.one_in(3);
  for (uint8_t& byte : bytes) byte = noise ? static_cast<uint8_t>(random.next()) : base;
  return bytes;
}

void append_random(RecordBatchBuilder& builder, Random& random) {
  size_t size_max = random.one_in(20) ? 90'000 : 200;
  Bytes key = random_bytes(random, 20);
  Bytes value = random_bytes(random, size_max);
  NewHeader headers[] = {{"a header", value}, {"", std::nullopt}};
  std::span<const NewHeader> some(headers, random.one_in(4) ? 2 : 0);
  std::optional<ByteView> maybe_key;
  if (!random.one_in(10)) maybe_key = key;
  std::optional<ByteView> maybe_value;
  if (!random.one_in(10)) maybe_value = value;
  int64_t timestamp = kNow + static_cast<int64_t>(random.below(500)) - 250;
  if (random.one_in(200)) timestamp = kNow - 5000;
  if (random.one_in(300)) timestamp = kNow + 4'000'000;
  if (random.one_in(300)) timestamp = kNoTimestamp;
  Offset offset = builder.next_offset();
  if (random.one_in(1000)) offset = offset + 1;
  builder.append_at(offset, timestamp, maybe_key, maybe_value, some);
}

Bytes random_batch(Random& random, Compressor& compressor) {
  BatchFields fields;
  Codec codec = static_cast<Codec>(random.below(kCodecs));
  fields.compression = Compression::by_default(codec);
  if (random.one_in(3)) {
    fields.producer_id = static_cast<int64_t>(random.below(1000));
    fields.producer_epoch = static_cast<int16_t>(random.below(10));
    fields.base_sequence = static_cast<int32_t>(random.below(1000));
    fields.is_transactional = random.one_in(2);
  }
  if (random.one_in(15)) fields.log_append_time_ms = kNow - 7;
  RecordBatchBuilder builder(fields);
  size_t count = 1 + random.below(random.one_in(10) ? 200 : 8);
  for (size_t i = 0; i < count; ++i) append_random(builder, random);
  Bytes batch = builder.build(compressor);
  int32_t offsets = BatchView(batch).record_count();
  store_be32(&batch[batch_layout::kLastOffsetDelta], static_cast<uint32_t>(offsets - 1));
  refresh_crc(batch);
  return batch;
}

void put_right(Bytes& batch) {
  if (batch.size() < batch_layout::kRecords) return;
  store_be32(&batch[batch_layout::kLength], static_cast<uint32_t>(batch.size() - 12));
  refresh_crc(batch);
}

// A change to the plain record section, which is then compressed again; to the compressed bytes; or to the
// header.
void spoil(Bytes& batch, Random& random, Codecs& codecs) {
  using namespace batch_layout;
  auto spoil_at = [&](size_t from, size_t to) {
    size_t at = from + random.below(to - from);
    if (random.one_in(2)) {
      batch[at] ^= static_cast<uint8_t>(1 << random.below(8));
    } else {
      batch[at] = static_cast<uint8_t>(random.next());
    }
  };
  switch (random.below(6)) {
    case 0:
      spoil_at(0, kRecords);
      if (random.one_in(2)) put_right(batch);
      return;
    case 1:
      batch.resize(batch.size() - 1 - random.below(std::min<size_t>(batch.size() - 1, 40)));
      if (random.one_in(2)) put_right(batch);
      return;
    case 2:
      spoil_at(kRecords, batch.size());
      return put_right(batch);
    default: break;
  }
  BatchView view(batch);
  DecompressedRecords plain;
  auto section = plain.of(view, codecs.decompressor, kPlainMax);
  Bytes spoilt(section->begin(), section->end());
  size_t head = std::min<size_t>(spoilt.size(), random.one_in(2) ? 12 : spoilt.size());
  spoilt[random.below(head)] ^= static_cast<uint8_t>(1 << random.below(8));
  if (random.one_in(10)) spoilt.push_back(0);
  if (random.one_in(10)) spoilt.pop_back();
  Codec codec = *view.codec();
  batch.resize(kRecords);
  codecs.compressor.compress(Compression::by_default(codec), spoilt, batch);
  put_right(batch);
}

void make(const char* path, uint64_t seed, int count) {
  SeededRandom random(seed);
  Codecs codecs;
  Bytes file;
  Writer writer(file);
  for (int i = 0; i < count; ++i) {
    Bytes payload = random_batch(random, codecs.compressor);
    if (!random.one_in(3)) spoil(payload, random, codecs);
    if (random.one_in(40)) {
      Bytes more = random_batch(random, codecs.compressor);
      more.resize(random.below(more.size() + 1));
      payload.insert(payload.end(), more.begin(), more.end());
    }
    writer.i32(static_cast<int32_t>(payload.size() + 2));
    writer.u8(random.one_in(2) ? 0 : static_cast<uint8_t>(random.below(0x60)));
    writer.u8(random.one_in(10) ? 6 : 12);
    writer.raw(payload);
  }
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(file.data()),
                                              static_cast<std::streamsize>(file.size()));
}

std::string sum_of(std::optional<ByteView> bytes) {
  return bytes ? std::to_string(bytes->size()) + ":" + std::to_string(crc32c(*bytes)) : "null";
}

// What is not ASCII may not be UTF-8 either, and then Java has lost the bytes.
std::string ascii_of(std::string_view key) {
  bool ascii = std::all_of(key.begin(), key.end(), [](char c) { return static_cast<uint8_t>(c) < 128; });
  return ascii ? std::string(key) : "?";
}

// One number over all that a consumer would see.
uint32_t records_sum(const BatchView& batch, Decompressor& decompressor) {
  DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, kPlainMax);
  if (!section.ok()) return 0;
  uint32_t sum = 0;
  RecordCursor records(*section, batch.record_count());
  while (const Record* record = records.next()) {
    std::string line = std::to_string(offset_of(batch, *record).value) + " " +
                       std::to_string(timestamp_of(batch, *record)) + " " + sum_of(record->key) + " " +
                       sum_of(record->value);
    HeaderCursor headers(*record);
    while (auto header = headers.next()) line += " " + ascii_of(header->key) + "=" + sum_of(header->value);
    sum = crc32c(as_bytes(line), sum);
  }
  return records.ok() ? sum : 0;
}

std::string judgement(std::span<uint8_t> payload, const AppendRules& rules, Codecs& codecs) {
  auto result = validate_for_append(payload, rules, codecs);
  if (!result.ok()) {
    std::string line = "refused " + std::to_string(wire_value(result.error().code));
    for (const RecordError& error : result.error().record_errors)
      line += " #" + std::to_string(error.batch_index);
    return line;
  }
  patch_base_offset(result->batch, Offset{100});
  patch_leader_epoch(result->batch, Epoch{5});
  BatchView batch(result->batch);
  std::string line =
      "accepted " + std::string(name_of(*batch.codec())) + " last " +
      std::to_string(batch.last_offset().value) + " count " + std::to_string(batch.record_count()) +
      " type " + std::to_string(static_cast<int>(batch.timestamp_type())) + " max " +
      std::to_string(result->max_timestamp) + "/" + std::to_string(batch.max_timestamp()) + " producer " +
      std::to_string(batch.producer_id()) + "/" + std::to_string(batch.producer_epoch()) + "/" +
      std::to_string(batch.base_sequence()) + (batch.is_transactional() ? " txn" : "") + " crc " +
      (batch.crc_matches() ? "ok" : "bad") + " records " +
      std::to_string(records_sum(batch, codecs.decompressor));
  if (result->rewritten.empty()) line += " bytes " + std::to_string(crc32c(result->batch));
  return line;
}

void judge(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Reader reader(as_bytes(file));
  Codecs codecs;
  while (reader.remaining() > 0 && reader.ok()) {
    size_t size = static_cast<size_t>(reader.i32());
    uint8_t bits = reader.u8();
    uint8_t version = reader.u8();
    ByteView view = reader.raw(size - 2);
    Bytes payload(view.begin(), view.end());
    std::printf("%s\n", judgement(payload, rules_of(bits, version), codecs).c_str());
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::string verb = count > 1 ? arguments[1] : "";
  if (verb == "make" && count == 5) {
    make(arguments[2], std::strtoull(arguments[3], nullptr, 10), std::atoi(arguments[4]));
  } else if (verb == "judge" && count == 3) {
    judge(arguments[2]);
  } else {
    std::fputs("usage: batch_tool make FILE SEED COUNT | batch_tool judge FILE\n", stderr);
    return 2;
  }
  return 0;
}
