// Writes logs for Apache Kafka's own dump tool, when it is told where: KLAMM_DUMP_DIRECTORY=/tmp/x, and then
//   kafka-dump-log --deep-iteration --index-sanity-check --files <every .log, .index, .timeindex, ...>
// must have no complaint.
#include <cstdlib>
#include <filesystem>

#include "storage/posix_disk.h"
#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;

TEST_CASE("logs are written for Kafka's dump tool where it is told", "[.kafka]") {
  const char* directory = std::getenv("KLAMM_DUMP_DIRECTORY");
  if (directory == nullptr) return;
  PosixDisk disk;
  LogConfig config;
  config.segment_bytes = 100'000;
  const std::string path = std::string(directory) + "/topic-0";
  auto log = *Log::open(disk, path, config, {}, 0);
  SeededRandom random(1);
  std::array<int32_t, 4> sequences{};
  std::array<bool, 4> open{};
  for (int i = 0; i < 3000; ++i) {
    TestBatch batch;
    batch.at(log->end().offset.value).records(1 + static_cast<int32_t>(random.below(4)));
    batch.value_size(random.below(300))
        .time(1'700'000'000'000 + i * 10 - static_cast<int64_t>(random.below(100)));
    batch.epoch(i / 500);
    const size_t id = random.below(4);
    if (open[id] && random.one_in(5)) {
      batch.records(1).producer(static_cast<int64_t>(id), 0, -1).marker(random.one_in(2), 3);
      open[id] = false;
    } else if (id < 3) {
      batch.producer(static_cast<int64_t>(id), 0, sequences[id]);
      if (id > 0) batch.transactional();
      open[id] = id > 0;
      sequences[id] += batch.header().last_offset_delta + 1;
    }
    const Bytes bytes = batch.bytes();
    const ByteView view = bytes;
    REQUIRE_FALSE(log->append({&view, 1}, i).failure);
    if (i == 1500) REQUIRE(log->truncate_to(log->end().offset - 300, i).ok());
  }
  const char* ending = std::getenv("KLAMM_DUMP_ENDING");
  if (ending && std::string(ending) == "killed")
    REQUIRE(log->flush().ok());
  else
    REQUIRE(log->close().ok());
}

// The reverse: KLAMM_OPEN_DIRECTORY names a copy of a log directory that Apache Kafka has written.
TEST_CASE("logs that Kafka wrote are opened and read whole", "[.kafka]") {
  const char* directory = std::getenv("KLAMM_OPEN_DIRECTORY");
  if (directory == nullptr) return;
  PosixDisk disk;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (!entry.is_directory()) continue;
    Offset end;
    for (bool is_clean : {true, false}) {
      OpenHints hints;
      hints.clean_shutdown = is_clean;
      auto opened = Log::open(disk, entry.path(), {}, hints, 0);
      if (!opened.ok()) FAIL(opened.error().what);
      Log& log = **opened;
      if (is_clean) end = log.end().offset;
      REQUIRE(log.end().offset == end);
      size_t batches = 0;
      for (Offset next = log.view()->local_start(); next < end;) {
        auto result = log.view()->read(next, log.end(), 1, true);
        REQUIRE(result.ok());
        const Bytes batch = LogFixture::bytes_of(result->slice);
        const auto header = BatchHeader::decode(batch);
        REQUIRE((header && crc_is_valid(*header, batch)));
        next = header->next_offset();
        ++batches;
      }
      WARN(entry.path().filename().string()
           << (is_clean ? " clean: " : " unclean: ") << batches << " batches up to " << end.value
           << ", epochs " << log.epochs().entries().size() << ", producers "
           << log.producers().producers().size());
    }
  }
}
