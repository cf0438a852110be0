// What threads can do to a Partition. On a real disk, since the simulated one has one thread; meant for TSan.
#include "tests/testing.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "broker/net/worker_pool.h"
#include "storage/posix_disk.h"
#include "tests/broker/net_fixture.h"
#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int kAppendsEach = 150;

struct Shared {
  Shared() {
    std::string pattern = (std::filesystem::temp_directory_path() / "klamm-partition-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    directory = pattern;
    storage::LogConfig config;
    config.segment_bytes = 4096;
    auto log = storage::Log::open(disk, directory + "/t-0", config, {.clean_shutdown = true}, 0);
    REQUIRE(log.ok());
    // Now and then a round is flushed by another thread before it is acknowledged.
    TopicConfig topic;
    topic.flush_messages = 20;
    partition = std::make_shared<Partition>(
        Partition::Uses{disk, clock, flushers, shortage, [](const storage::DiskError&) {}},
        TopicPartitionId{"t", Uuid::of(1, 1), 0}, kSelf, std::move(*log), topic);
    assign_to(*partition, kSelf, 1, 1, {kSelf}, {kSelf});
  }
  ~Shared() {
    partition.reset();
    std::filesystem::remove_all(directory);
  }

  void append_all() {
    for (int i = 0; i < kAppendsEach; ++i) {
      auto frame = std::make_shared<OwnedFrame>(TestBatch().records(2).bytes());
      PendingAppend append;
      append.bytes = frame->bytes();
      append.frame = frame;
      append.done = [this](const AppendResult& result) {
        ++(result.error == ErrorCode::kNone ? appended : failed);
        partition->when_committed(result.end_offset, result.leader_epoch, [this](ErrorCode code) {
          if (code == ErrorCode::kNone) ++committed;
        });
      };
      partition->append(std::move(append));
    }
  }
  void read_all() {
    while (!done) {
      auto state = partition->state();
      auto result = partition->read({.offset = state.view->start(), .size_max = 4096, .at_least_one = true});
      bool fine = result.error == ErrorCode::kNone || result.error == ErrorCode::kOffsetOutOfRange;
      if (!fine || result.high_watermark > partition->state().end.offset) ++wrong;
    }
  }
  void maintain_all() {
    for (int32_t epoch = 2; !done; ++epoch) {
      if (!partition->delete_records_before(kNoOffset).ok()) ++wrong;
      assign_to(*partition, kSelf, epoch, epoch, {kSelf}, {kSelf});
      partition->as_writer([](storage::Log& log) {
        auto kept = log.apply_retention(log.end().offset, 0);
        (void)log.take_retired();
        return kept;
      });
    }
  }

  storage::PosixDisk disk;
  FakeClock clock;
  net::WorkerPool flushers{"flush", 2};
  Shortage shortage{clock};
  std::string directory;
  std::shared_ptr<Partition> partition;
  std::atomic<int> appended{0}, failed{0}, committed{0}, wrong{0};
  std::atomic<bool> done{false};
};

}  // namespace

TEST_CASE_METHOD(Shared, "threads that append, read, delete records and change epochs agree at the end") {
  std::thread reader([this] { read_all(); });
  std::thread maintainer([this] { maintain_all(); });
  std::thread first([this] { append_all(); });
  std::thread second([this] { append_all(); });
  first.join();
  second.join();
  // Those whose round is being flushed are still to come.
  const bool all_came = net::eventually([this] {
    partition->as_writer([](storage::Log&) { return storage::DiskResult<>(); });
    return committed + failed >= 2 * kAppendsEach;
  });
  done = true;
  reader.join();
  maintainer.join();
  REQUIRE(all_came);
  REQUIRE(wrong == 0);
  REQUIRE(appended == 2 * kAppendsEach);
  REQUIRE(committed == 2 * kAppendsEach);
  REQUIRE(partition->state().end.offset == Offset{4 * kAppendsEach});
  REQUIRE(partition->state().high_watermark.offset == Offset{4 * kAppendsEach});
}
