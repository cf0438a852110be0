// What threads can do to a shard's host. On a real disk, since the simulated one has one thread; meant for
// TSan.
#include "tests/testing.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "broker/net/loop_thread.h"
#include "broker/net/worker_pool.h"
#include "storage/posix_disk.h"
#include "tests/broker/coordinator_fixture.h"
#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int kStepsEach = 300;
constexpr int kThreads = 3;

// The state is how many records each thread's number has; every step says what it saw.
struct CountingShard final : CoordinatorShard {
  explicit CountingShard(Journal& journal) : journal(journal) {}

  bool load(const CoordinatorRecordView& record, Now) override {
    apply(record);
    return true;
  }
  void end_transaction(int64_t, bool) override {}
  void on_loaded(Now now) override { deadline_ms = now.monotonic_ms + 1; }
  void apply(const CoordinatorRecordView& record) override {
    ++count;
    last = record.offset;
  }
  void tick(Now now) override {
    ++ticks;
    deadline_ms = now.monotonic_ms + 1;
  }
  int64_t next_deadline_ms() const override { return deadline_ms; }
  void resign() override { deadline_ms = INT64_MAX; }

  Journal& journal;
  int64_t count = 0, ticks = 0, deadline_ms = INT64_MAX;
  Offset last = kNoOffset;
};

struct Crowd {
  Crowd() {
    std::string pattern = (std::filesystem::temp_directory_path() / "klamm-coordinator-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    directory = pattern;
    storage::LogConfig log_config;
    log_config.segment_bytes = 16 << 10;
    auto log = storage::Log::open(disk, directory + "/t-0", log_config, {.clean_shutdown = true}, 0);
    REQUIRE(log.ok());
    // Now and then an append waits for a flush, on another thread.
    TopicConfig topic;
    topic.flush_messages = 20;
    partition = std::make_shared<Partition>(
        Partition::Uses{disk, clock, flushers, shortage, [](const storage::DiskError&) {}},
        TopicPartitionId{"t", Uuid::of(1, 1), 0}, kSelf, std::move(*log), topic);
    assign_to(*partition, kSelf, 1, 1, {kSelf}, {kSelf});
    loop.start();
    make_host();
  }
  ~Crowd() {
    loop.stop();
    workers.stop();
    flushers.stop();
    host.reset();
    partition.reset();
    std::filesystem::remove_all(directory);
  }
  void make_host() {
    host = std::make_shared<ShardHost>(ShardHost::Uses{clock, workers, loop}, ShardHost::Config{}, partition,
                                       Epoch{1}, [this](Journal& journal) {
                                         auto made = std::make_unique<CountingShard>(journal);
                                         shard = made.get();
                                         return made;
                                       });
    host->start();
    while (host->state() == ShardHost::State::kLoading) std::this_thread::yield();
  }
  void bring(int i) {
    // Not all at once, so that turns are found free as well as taken.
    ++brought;
    while (brought - answered() > 3 * kThreads) std::this_thread::yield();
    const auto kind = i % 4 == 0 ? ShardHost::Step::kOrdered : ShardHost::Step::kIndependent;
    host->run(kind, [this, kind](Outcome<ShardHost::Turn> turn) {
      if (!turn) return void(++refused);
      // Nobody else writes, so that an ordered step has seen all that is in the log.
      const bool all_seen = shard->last == kNoOffset || shard->last + 1 == partition->state().end.offset;
      if (kind == ShardHost::Step::kOrdered && !all_seen) ++wrong;
      shard->journal.write({letter("a")}, [this](ErrorCode code, Now) {
        ++(code == ErrorCode::kNone ? committed : failed);
      });
    });
  }
  void bring_all() {
    for (int i = 0; i < kStepsEach; ++i) bring(i);
  }
  // However late the term ends; what is never refused has an end as well.
  void bring_until_refused() {
    for (int i = 0; refused == 0 && i < 100 * kStepsEach; ++i) bring(i);
  }
  void maintain_all() {
    while (!done) {
      partition->as_writer([](storage::Log&) { return storage::DiskResult<>(); });
      (void)partition->read({.offset = partition->state().view->start(), .size_max = 4096});
    }
  }
  int answered() const { return committed + failed + refused; }

  storage::PosixDisk disk;
  SystemClock clock;
  net::WorkerPool flushers{"flush", 2}, workers{"disk", 2};
  net::LoopThread loop{"loop", clock};
  Shortage shortage{clock};
  std::string directory;
  std::shared_ptr<Partition> partition;
  std::shared_ptr<ShardHost> host;
  CountingShard* shard = nullptr;
  std::atomic<int> brought{0}, committed{0}, failed{0}, refused{0}, wrong{0};
  std::atomic<bool> done{false};
};

}  // namespace

TEST_CASE_METHOD(Crowd, "threads that bring steps to a shard see each other's, and each is answered once") {
  std::thread maintainer([this] { maintain_all(); });
  std::vector<std::thread> bringers;
  for (int i = 0; i < kThreads; ++i) bringers.emplace_back([this] { bring_all(); });
  for (std::thread& bringer : bringers) bringer.join();
  while (answered() < kThreads * kStepsEach) std::this_thread::yield();
  done = true;
  maintainer.join();
  REQUIRE(wrong == 0);
  REQUIRE(committed == kThreads * kStepsEach);
  make_host();
  REQUIRE(shard->count == kThreads * kStepsEach);
}

TEST_CASE_METHOD(Crowd, "a term that ends in the middle of a crowd answers each of it once") {
  std::vector<std::thread> bringers;
  for (int i = 0; i < kThreads; ++i) bringers.emplace_back([this] { bring_until_refused(); });
  while (committed < kStepsEach / 3) std::this_thread::yield();
  std::atomic<bool> resigned{false};
  host->resign([&] { resigned = true; });
  for (std::thread& bringer : bringers) bringer.join();
  while (!resigned || answered() < brought) std::this_thread::yield();
  REQUIRE(wrong == 0);
  REQUIRE(answered() == brought.load());
  REQUIRE(refused > 0);
  const int written = committed;
  make_host();
  REQUIRE(shard->count == written);
}
