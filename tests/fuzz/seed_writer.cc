// Writes what the fuzzer could hardly guess, as seeds: seed_writer DIR makes DIR/<target>/<name>.
//
// For log_recovery, directories as the log itself leaves them, one and several segments, with producers,
// transactions and epochs; the same for dump, and records that its decoders read. For record_batch, batches
// of every codec in each of the target's forms. For tools, what a broker answers to each.
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "base/check.h"
#include "base/logging.h"
#include "protocol/messages/feature_level_record.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch_builder.h"
#include "storage/log.h"
#include "tests/fuzz/partition_input.h"
#include "tests/fuzz/tool_seeds.h"
#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

constexpr const char* kDirectory = "/logs/topic-0";
constexpr int64_t kNow = 1'700'000'000'000;

void write_seed(const std::string& directory, const std::string& name, ByteView bytes) {
  mkdir(directory.c_str(), 0755);
  std::ofstream file(directory + "/" + name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  CHECK(file.good());
}

void append(Log& log, TestBatch batch) {
  const Bytes bytes = batch.at(log.end().offset.value).bytes();
  const ByteView view = bytes;
  CHECK(!log.append({&view, 1}, kNow).failure);
}

// Two epochs; an idempotent producer; a committed, an aborted and an open transaction.
void fill(Log& log) {
  append(log, TestBatch().time(kNow));
  append(log, TestBatch().records(3).producer(7, 0, 0).time(kNow + 1));
  append(log, TestBatch().records(2).producer(8, 1, 0).transactional());
  append(log, TestBatch().producer(9, 0, 0).transactional());
  append(log, TestBatch().producer(8, 1, -1).marker(false));
  append(log, TestBatch().epoch(2).producer(7, 0, 3).time(kNow + 7));
  append(log, TestBatch().epoch(2).producer(9, 0, -1).marker(true));
  append(log, TestBatch().epoch(2).producer(10, 0, 0).transactional());
}

Bytes partition_seed(uint8_t bits, int32_t segment_bytes, bool is_closed) {
  sim::SimDisk disk;
  LogConfig config;
  config.segment_bytes = segment_bytes;
  config.index_interval_bytes = 0;
  config.producer_id_expiration_ms = std::numeric_limits<int64_t>::max() / 2;
  auto log = Log::open(disk, kDirectory, config, {}, kNow).value();
  fill(*log);
  CHECK((is_closed ? log->close() : log->flush()).ok());
  Bytes seed = {bits, 0, 0};
  const std::vector<std::string> names = disk.list(kDirectory).value();
  for (const std::string& name : names) {
    const Bytes content = disk.content(std::string(kDirectory) + "/" + name);
    for (int kind = 0; kind < kStray; ++kind) {
      for (int offset = 0; offset < 256; ++offset) {
        const PartitionFile file{static_cast<PartitionFileKind>(kind), Offset{offset}, {}};
        if (file.name() != name) continue;
        write_partition_file(seed, file.kind, static_cast<uint8_t>(offset), content);
        offset = 256;
      }
    }
  }
  return seed;
}

void write_partitions(const std::string& directory) {
  for (const uint8_t bits : {0, int{kCleanStop}, int{kCompacted}, kRightCrcs | kRightOffsets,
                             kRightCrcs | kIndexAll, kCleanStop | kRightCrcs | kSmallSegments}) {
    for (const int32_t segment_bytes : {1 << 20, 300}) {
      for (const bool is_closed : {false, true}) {
        write_seed(
            directory,
            std::to_string(bits) + (is_closed ? "-closed-" : "-flushed-") + std::to_string(segment_bytes),
            partition_seed(bits, segment_bytes, is_closed));
      }
    }
  }
}

template <class Message>
Bytes numbered(int16_t number, const Message& message, int16_t version) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(number);
  message.write(writer, version);
  return bytes;
}

// One of the log of the metadata, and one of __consumer_offsets with a value and without.
Bytes batch_of_records() {
  protocol::FeatureLevelRecord feature;
  feature.name = "metadata.version";
  feature.feature_level = 30;
  Bytes level;
  protocol::Writer writer(level);
  protocol::write_metadata_record(writer, feature, 0);
  protocol::OffsetCommitKey key;
  key.group = "g";
  key.topic = "t";
  protocol::OffsetCommitValue value;
  value.offset = 7;
  protocol::RecordBatchBuilder builder(protocol::BatchFields{});
  builder.append(kNow, numbered(1, key, 0), level);
  builder.append(kNow, numbered(1, key, 0), numbered(3, value, 3));
  builder.append(kNow, numbered(1, key, 0), std::nullopt);
  return builder.build();
}

// As dump_fuzz reads them: u8 bits, u8 how payloads are read, u8 what is asked for, and files.
void write_dumps(const std::string& directory) {
  const Bytes partition = partition_seed(kRightCrcs, 300, true);
  const ByteView files = ByteView(partition).subspan(3);
  for (uint8_t decoder = 0; decoder < 6; ++decoder) {
    for (const uint8_t asked : {0x00, 0x01, 0x02, 0x06, 0x08, 0x10}) {
      Bytes seed = {kRightCrcs, decoder, asked};
      if (asked <= 2) {
        const Bytes batch = batch_of_records();
        write_partition_file(seed, kSegment, 0, batch);
        write_partition_file(seed, kSwap, 3, batch);
      }
      seed.insert(seed.end(), files.begin(), files.end());
      write_seed(directory, std::to_string(decoder) + "-" + std::to_string(asked), seed);
    }
  }
}

void write_batches(const std::string& directory) {
  using namespace protocol;
  Compressor compressor;
  for (int codec = 0; codec < kCodecs; ++codec) {
    BatchFields fields;
    fields.compression = Compression::by_default(static_cast<Codec>(codec));
    RecordBatchBuilder builder(fields);
    BatchFields plain_fields;
    RecordBatchBuilder plain_builder(plain_fields);
    const std::string long_text(900, 'x');
    for (RecordBatchBuilder* each : {&builder, &plain_builder}) {
      each->append(kNow, as_bytes("key"), as_bytes("value"));
      const NewHeader headers[] = {{"trace", as_bytes("17")}, {"empty", std::nullopt}};
      each->append(kNow + 3, std::nullopt, as_bytes(long_text), headers);
      each->append(kNow + 2, as_bytes("gone"), std::nullopt);
    }
    const Bytes batch = builder.build(compressor);
    const Bytes plain = plain_builder.build();
    const ByteView section = ByteView(plain).subspan(batch_layout::kRecords);
    const ByteView body = ByteView(batch).subspan(batch_layout::kRecords);
    // form | codec << 2, rules, and for forms 2 and 3 a count.
    for (const uint8_t rules : {0x00, 0x01, 0x02, 0x48, 0x38}) {
      const auto seed = [&](int form, ByteView content) {
        Bytes bytes = {static_cast<uint8_t>(form | codec << 2), rules};
        if (form >= 2) bytes.push_back(3);
        bytes.insert(bytes.end(), content.begin(), content.end());
        write_seed(directory,
                   std::to_string(codec) + "-" + std::to_string(form) + "-" + std::to_string(rules), bytes);
      };
      seed(0, batch);
      seed(1, batch);
      seed(2, body);
      seed(3, section);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
    return 2;
  }
  set_log_level(LogLevel::kError);
  const std::string directory = argv[1];
  mkdir(directory.c_str(), 0755);
  write_partitions(directory + "/log_recovery_fuzz");
  write_batches(directory + "/record_batch_fuzz");
  write_dumps(directory + "/dump_fuzz");
  cli::write_tool_seeds([&](const std::string& name, ByteView bytes) {
    write_seed(directory + "/tools_fuzz", name, bytes);
  });
  return 0;
}
