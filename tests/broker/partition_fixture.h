// A partition of one replica on a simulated disk, and the verbs of its tests.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "broker/metadata/brokers_image.h"
#include "broker/metadata/topics_image.h"
#include "broker/replica/partition.h"
#include "tests/broker/fake_loop.h"
#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

using storage::TestBatch;

inline const NodeId kSelf{1};
inline const NodeId kOther{2};

// As an image would have it.
inline void assign_to(Partition& partition, NodeId leader, int32_t leader_epoch, int32_t partition_epoch,
                      std::vector<NodeId> replicas, std::vector<NodeId> isr) {
  PartitionImage image;
  image.leader = leader;
  image.leader_epoch = Epoch{leader_epoch};
  image.partition_epoch = Epoch{partition_epoch};
  image.replicas = std::move(replicas);
  image.isr = std::move(isr);
  image.directories.assign(image.replicas.size(), Uuid::of(9, 1));
  partition.assign(image, BrokersImage());
}

struct PartitionFixture {
  PartitionFixture() {
    REQUIRE(disk.make_directories("/logs").ok());
    open_clean();
    for (const char* made : {"/", "/logs"}) REQUIRE(disk.sync_directory(made).ok());
    assign(1);
  }

  void open_clean(Offset high_watermark = Offset{0}) {
    storage::LogConfig log_config;
    log_config.segment_bytes = 1 << 20;
    log_config.index_interval_bytes = 0;
    auto log = storage::Log::open(disk, "/logs/t-0", log_config, {.clean_shutdown = true}, clock.now);
    REQUIRE(log.ok());
    Partition::Uses uses{disk, clock, flushers, shortage,
                         [this](const storage::DiskError& error) { disk_errors.push_back(error.what); }};
    uses.propose = [this](const PartitionKey&, IsrProposal proposal) {
      proposals.push_back(std::move(proposal));
    };
    uses.examine = [this](std::shared_ptr<Partition>, storage::SegmentExam exam) {
      exams.push_back(std::move(exam));
    };
    uses.on_damage = [this](const PartitionKey&) { ++damages; };
    uses.quotas = &quotas;
    uses.write_cuts = [this] {
      ++checkpoints;
      partition->on_cuts_written(partition->cuts());
    };
    partition = std::make_shared<Partition>(uses, TopicPartitionId{"t", Uuid::of(1, 1), 0}, kSelf,
                                            std::move(*log), TopicConfig{}, high_watermark);
  }

  void assign(int32_t epoch, NodeId leader = kSelf, std::vector<NodeId> replicas = {kSelf},
              std::vector<NodeId> isr = {kSelf}) {
    assign_to(*partition, leader, epoch, ++partition_epoch, std::move(replicas), std::move(isr));
  }
  void require_in_sync(int32_t replicas) {
    TopicConfig config;
    config.insync_replicas_min = replicas;
    partition->configure(config);
  }
  void flush_every(int64_t records) {
    TopicConfig config;
    config.flush_messages = records;
    partition->configure(config);
  }
  // As flush_every(1), on the calling thread.
  void flush_each() {
    flush_every(1);
    flushers.inline_now = true;
  }
  void fail_syncs() { disk.inject({.operation = sim::DiskOperation::kSync}); }
  // There is room for batches, but not for what a flush writes: the index entry of the second batch on.
  void refuse_flushes(uint64_t times, int code = ENOSPC) {
    disk.inject(
        {.operation = sim::DiskOperation::kWrite, .path_part = ".index", .times = times, .code = code});
  }
  // What is left when all is lost that was not synced.
  Offset end_after_power_cut() {
    SeededRandom random(1);
    disk.set_odds({.sectors = {.kept = 0, .lost = 1, .old = 0, .garbage = 0},
                   .names_kept_percent = 0,
                   .uniform_percent = 0});
    auto left = disk.crash_image(random);
    auto log = storage::Log::open(*left, "/logs/t-0", storage::LogConfig{}, {}, clock.now);
    REQUIRE(log.ok());
    return (*log)->end().offset;
  }
  static PendingAppend pending(const TestBatch& batch, AppendResult& result, bool all_replicas = true) {
    auto frame = std::make_shared<OwnedFrame>(batch.bytes());
    PendingAppend append;
    append.bytes = frame->bytes();
    append.frame = frame;
    append.all_replicas = all_replicas;
    append.done = [&result](const AppendResult& given) { result = given; };
    return append;
  }
  AppendResult append(const TestBatch& batch = {}, bool all_replicas = true) {
    AppendResult result{.error = ErrorCode::kUnknownServerError};
    partition->append(pending(batch, result, all_replicas));
    return result;
  }
  ReadResult read(int64_t offset, uint32_t size_max = 1 << 20, bool at_least_one = true) {
    return partition->read({.offset = {offset}, .size_max = size_max, .at_least_one = at_least_one});
  }
  // Base offsets and epochs of what is read, as "0/1 5/1".
  std::string read_batches(int64_t offset, uint32_t size_max = 1 << 20, bool at_least_one = true) {
    ReadResult result = read(offset, size_max, at_least_one);
    REQUIRE(result.error == ErrorCode::kNone);
    if (!result.slice) return "";
    Bytes bytes(result.slice->size);
    REQUIRE(result.slice->file->file().read_at(result.slice->position, bytes).value() == bytes.size());
    std::string text;
    ByteView rest = bytes;
    while (auto header = storage::BatchHeader::decode(rest)) {
      if (header->size > rest.size()) break;
      REQUIRE(storage::crc_is_valid(*header, rest.first(header->size)));
      text += (text.empty() ? "" : " ") + std::to_string(header->base_offset.value) + "/" +
              std::to_string(load_be32(rest.data() + 12));
      rest = rest.subspan(header->size);
    }
    return text;
  }

  sim::SimDisk disk;
  FakeClock clock;
  FakeWorkers flushers;
  std::vector<std::string> said, disk_errors;
  Shortage shortage{clock, [this](LogLevel, const std::string& line) { said.push_back(line); }};
  ReplicationQuotas quotas{clock};
  int32_t partition_epoch = 0;
  std::deque<storage::SegmentExam> exams;  // that are asked for
  std::vector<IsrProposal> proposals;
  int damages = 0;      // how often it was told of
  int checkpoints = 0;  // that were asked for
  std::shared_ptr<Partition> partition;
};

}  // namespace klamm::broker::testing
