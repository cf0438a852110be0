// A log on a simulated disk, and the verbs of its tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/log.h"
#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"
#include "tests/testing.h"

namespace klamm::storage {

class LogFixture {
 public:
  static constexpr const char* kDirectory = "/logs/topic-0";

  LogFixture() {
    REQUIRE(disk.make_directories("/logs").ok());
    REQUIRE(disk.sync_directory("/").ok());
    config.segment_bytes = 1 << 20;
    config.index_interval_bytes = 0;
  }

  void open() {
    auto opened = try_open();
    if (!opened.ok()) FAIL(opened.error().what);
    log = *std::move(opened);
  }
  DiskResult<std::unique_ptr<Log>> try_open() {
    log.reset();
    return Log::open(disk, kDirectory, config, hints, now_ms);
  }
  void reopen_clean() {
    REQUIRE(log->close().ok());
    hints.clean_shutdown = true;
    open();
    hints.clean_shutdown = false;
  }
  // The process dies; what it wrote is in the page cache still.
  void reopen_killed() {
    log.reset();
    disk.kill_process();
    open();
  }

  AppendResult append(TestBatch batch) {
    const Bytes bytes = batch.at(log->end().offset.value).bytes();
    const ByteView view = bytes;
    return log->append({&view, 1}, now_ms);
  }
  void append_ok(const TestBatch& batch) {
    auto result = append(batch);
    if (result.failure) FAIL(result.failure->what);
  }
  // `count` batches of one record each.
  void append_many(int count, TestBatch batch = {}) {
    for (int i = 0; i < count; ++i) append_ok(batch);
  }
  int64_t end() const { return log->end().offset.value; }

  // The bytes that a reader gets, from `from` on, with everything readable.
  Bytes read(int64_t from, uint32_t max_bytes = 1 << 20, bool at_least_one = true) {
    return read_up_to(log->end(), from, max_bytes, at_least_one);
  }
  Bytes read_up_to(const LogPosition& limit, int64_t from, uint32_t max_bytes = 1 << 20,
                   bool at_least_one = true) {
    auto result = log->view()->read(Offset{from}, limit, max_bytes, at_least_one);
    if (!result.ok()) FAIL(result.error().what);
    return bytes_of(result->slice);
  }
  static Bytes bytes_of(const FileSlice& slice) {
    Bytes bytes(slice.size);
    if (slice.size > 0) REQUIRE(slice.file->file().read_at(slice.position, bytes).value() == bytes.size());
    return bytes;
  }
  // Base offsets of the batches in `bytes`, those that are whole.
  static std::vector<int64_t> offsets_in(ByteView bytes) {
    std::vector<int64_t> offsets;
    while (auto header = BatchHeader::decode(bytes)) {
      if (header->size > bytes.size()) break;
      REQUIRE(crc_is_valid(*header, bytes.first(header->size)));
      offsets.push_back(header->base_offset.value);
      bytes = bytes.subspan(header->size);
    }
    return offsets;
  }
  std::vector<int64_t> read_offsets(int64_t from) { return offsets_in(read(from)); }

  std::string path(const std::string& name) const { return std::string(kDirectory) + "/" + name; }
  std::vector<std::string> names() { return disk.list(kDirectory).value(); }
  std::vector<std::string> log_files() {
    std::vector<std::string> found;
    for (const std::string& name : names())
      if (name.ends_with(".log")) found.push_back(name.substr(0, 20));
    return found;
  }
  Bytes content(const std::string& name) { return disk.content(path(name)); }

  sim::SimDisk disk;
  LogConfig config;
  OpenHints hints;
  int64_t now_ms = 1000;
  std::unique_ptr<Log> log;
};

}  // namespace klamm::storage
