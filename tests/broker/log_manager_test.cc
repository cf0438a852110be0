// Many logs at once, on a real disk: its threads are real, too.
#include "tests/testing.h"

#include <set>

#include <stdlib.h>

#include <filesystem>

#include "broker/replica/log_manager.h"
#include "storage/partition_metadata.h"
#include "storage/posix_disk.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/klamm-logs-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
    const std::string identity = "version=1\ncluster.id=ours\nnode.id=1\n";
    REQUIRE(storage::replace_file(disk, path + "/meta.properties", as_bytes(identity)).ok());
    config.log_dirs = {path};
    open();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void open() {
    logs.reset();
    auto opened = LogManager::open(disk, random, NodeId{1}, config);
    if (!opened) FAIL(opened.error().message);
    logs = std::move(*opened);
    REQUIRE(logs->load(TopicConfig(), 1, 4).ok());
  }

  storage::PosixDisk disk;
  SeededRandom random{1};
  StorageConfig config;
  std::string path;
  std::unique_ptr<LogManager> logs;
};

std::vector<WantedLog> wanted(int32_t count, const Uuid& topic_id) {
  std::vector<WantedLog> all;
  for (int32_t i = 0; i < count; ++i) all.push_back({{"t", i}, topic_id, {}});
  return all;
}

}  // namespace

TEST_CASE_METHOD(Folder,
                 "logs that several threads make are there, each with its topic id, and found again") {
  for (const auto& made : logs->take_or_create(wanted(50, Uuid::of(1, 1)), 1, 8)) REQUIRE(made.log);
  for (int i = 0; i < 50; ++i) {
    const std::string directory = path + "/t-" + std::to_string(i);
    REQUIRE(storage::read_partition_metadata(disk, directory).value() == Uuid::of(1, 1));
  }
  open();
  REQUIRE(logs->partition_count() == 50);
  for (const auto& taken : logs->take_or_create(wanted(50, Uuid::of(1, 1)), 1, 8)) REQUIRE(taken.log);
}

TEST_CASE_METHOD(Folder, "logs of a topic that was made again take the place of those that are set aside") {
  for (const auto& made : logs->take_or_create(wanted(20, Uuid::of(1, 1)), 1, 8)) REQUIRE(made.log);
  open();
  for (const auto& made : logs->take_or_create(wanted(20, Uuid::of(2, 2)), 1, 8)) REQUIRE(made.log);
  REQUIRE(storage::read_partition_metadata(disk, path + "/t-19").value() == Uuid::of(2, 2));
  open();
  REQUIRE(logs->partition_count() == 40);
}

TEST_CASE("jitter is always the same for a log, another for most, and below what is allowed") {
  TopicConfig topic;
  topic.segment_ms = 1000;
  REQUIRE(segment_jitter(topic, {"t", 0}) == 0);
  topic.segment_jitter_ms = 50;
  std::set<int64_t> seen;
  for (int32_t i = 0; i < 100; ++i) {
    const int64_t jitter = segment_jitter(topic, {"t", i});
    REQUIRE(jitter == segment_jitter(topic, {"t", i}));
    REQUIRE((jitter >= 0 && jitter < 50));
    seen.insert(jitter);
  }
  REQUIRE(seen.size() > 20);
  topic.segment_jitter_ms = INT64_MAX;
  for (int32_t i = 0; i < 100; ++i) REQUIRE(segment_jitter(topic, {"t", i}) < topic.segment_ms);
}
