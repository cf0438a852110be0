#include "tests/sim/cluster/consumer.h"

#include <algorithm>

#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"

namespace klamm::sim::cluster {
namespace {

constexpr int32_t kWaitMs = 2'000;
constexpr int64_t kRequestMs = 12'000;
constexpr int64_t kBackoffMs = 250;
constexpr int64_t kPollMs = 200;
constexpr int64_t kLatestMs = 3'000;
constexpr int32_t kPeekWaitMs = 500;
constexpr uint64_t kPeeksInARow = 20;
constexpr int16_t kFetchVersion = 12;
constexpr int16_t kListVersion = 6;

}  // namespace

Consumer::Consumer(Cluster& cluster, int32_t number, std::vector<TopicPartition> partitions)
    : Client(cluster, number) {
  for (TopicPartition& partition : partitions) positions_[std::move(partition)] = {};
}

void Consumer::start() {
  begin_again();
  ask_latest();
  peek();
}

bool Consumer::is_idle() const {
  return !committing_ && std::ranges::all_of(positions_, [this](const auto& entry) {
    return entry.second.next >= cluster_.ledger.acknowledged_end(entry.first);
  });
}

// One request to each leader; the next round when all have answered.
void Consumer::fetch() {
  std::map<int32_t, std::vector<TopicPartition>> by_leader;
  bool is_complete = true;
  for (const auto& [where, position] : positions_) {
    const auto leader = leader_of(where);
    if (leader) {
      by_leader[leader->node].push_back(where);
    } else {
      is_complete = false;
    }
  }
  for (auto& [node, partitions] : by_leader) fetch_from(node, std::move(partitions));
  if (is_complete) return;
  refresh([this, life = life_] {
    after(kBackoffMs, [this, life] {
      if (life == life_) begin_again();
    });
  });
}

void Consumer::fetch_from(int32_t node, std::vector<TopicPartition> partitions) {
  protocol::FetchRequest request;
  request.max_wait_ms = kWaitMs;
  request.min_bytes = 1;
  request.max_bytes = 1 << 20;
  for (const TopicPartition& where : partitions) {
    if (request.topics.empty() || request.topics.back().topic != where.first)
      request.topics.emplace_back().topic = where.first;
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition = where.second;
    const auto leader = leader_of(where);
    partition.current_leader_epoch = leader ? leader->epoch : -1;
    partition.fetch_offset = positions_[where].next;
    partition.partition_max_bytes = 1 << 16;
  }
  ask<protocol::FetchResponse>(
      node, request, kFetchVersion, kRequestMs,
      [this, life = life_, node, partitions](const protocol::FetchResponse* response) {
        if (life != life_) return;
        bool is_wrong = response == nullptr || response->error_code != 0;
        if (!is_wrong) {
          for (const auto& topic : response->responses) {
            for (const auto& part : topic.partitions) {
              is_wrong |= part.error_code != 0;
              const ByteView records = part.records ? part.records->bytes : ByteView{};
              take({std::string(topic.topic), part.partition_index}, part.error_code, part.high_watermark,
                   part.log_start_offset, records);
            }
          }
        }
        if (life != life_) return;
        auto again = [this, life, partitions] { fetch_again(life, partitions); };
        if (!is_wrong) return after(kPollMs, again);
        refresh([this, again] { after(kBackoffMs, again); });
      });
}

// What nobody leads waits, as with real clients: a follower that is asked may not have come so far.
void Consumer::fetch_again(int64_t life, const std::vector<TopicPartition>& partitions) {
  if (life != life_) return;
  std::map<int32_t, std::vector<TopicPartition>> by_leader;
  std::vector<TopicPartition> led_by_nobody;
  for (const TopicPartition& where : partitions) {
    const auto leader = leader_of(where);
    (leader ? by_leader[leader->node] : led_by_nobody).push_back(where);
  }
  for (auto& [node, some] : by_leader) fetch_from(node, std::move(some));
  if (led_by_nobody.empty()) return;
  refresh([this, life, led_by_nobody] {
    after(kBackoffMs, [this, life, led_by_nobody] { fetch_again(life, led_by_nobody); });
  });
}

void Consumer::take(const TopicPartition& where, int16_t code, int64_t high_watermark, int64_t log_start,
                    ByteView records) {
  switch (static_cast<ErrorCode>(code)) {
    case ErrorCode::kNone:
      return read(where, high_watermark, records);
    case ErrorCode::kOffsetOutOfRange:
      return on_out_of_range(where, log_start);
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kLeaderNotAvailable:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kFencedLeaderEpoch:
    case ErrorCode::kUnknownLeaderEpoch:
    case ErrorCode::kOffsetNotAvailable:
    case ErrorCode::kKafkaStorageError:
    case ErrorCode::kReplicaNotAvailable:
      return;
    case ErrorCode::kCorruptMessage:
      // Of a leader whose log is damaged, and with whom nobody is in sync.
      if (cluster_.may_be_damaged) return;
      [[fallthrough]];
    default:
      cluster_.world.fail(
          fmt::format("{}-{}: a fetch was answered with error {}", where.first, where.second, code));
  }
}

// What is deleted may be asked for in vain; what was read once, never.
void Consumer::on_out_of_range(const TopicPartition& where, int64_t log_start) {
  Position& position = positions_[where];
  const int64_t deletable = cluster_.ledger.deletable_before(where);
  if (position.next >= deletable) {
    cluster_.note_logs(where);
    if (const auto leader = leader_of(where))
      cluster_.world.note("{}-{} was asked of node {} in epoch {}", where.first, where.second, leader->node,
                          leader->epoch);
    return cluster_.world.fail(
        fmt::format("{}-{}: offset {} is out of range (log start {}), and nothing was "
                    "deleted beyond {}",
                    where.first, where.second, position.next, log_start, deletable));
  }
  position.next = std::max(log_start, position.next + 1);
}

void Consumer::read(const TopicPartition& where, int64_t high_watermark, ByteView records) {
  Position& position = positions_[where];
  auto wrong = [&](const std::string& what) {
    cluster_.world.fail(
        fmt::format("{}-{}, fetched from {}: {}", where.first, where.second, position.next, what));
  };
  protocol::BatchCursor batches(records);
  while (const auto batch = batches.next()) {
    if (!batch->crc_matches()) return wrong("a batch with a wrong checksum");
    if (batch->last_offset().value < position.next) continue;
    protocol::RecordCursor cursor(batch->records(), batch->record_count());
    while (const protocol::Record* record = cursor.next()) {
      const int64_t offset = protocol::offset_of(*batch, *record).value;
      if (offset < position.next) continue;
      if (offset >= high_watermark) {
        return wrong(fmt::format("offset {}, with the high watermark at {}", offset, high_watermark));
      }
      const bool may_skip = position.next < cluster_.ledger.deletable_before(where);
      if (offset != position.next && !may_skip) return wrong(fmt::format("offset {} comes next", offset));
      const auto value = value_of(record->value.value_or(ByteView{}));
      if (!value) return wrong(fmt::format("nobody has sent what is at offset {}", offset));
      cluster_.ledger.on_read(where, *value, offset, "a consumer");
      ++cluster_.counters.records_read;
      position.next = offset + 1;
    }
    if (!cursor.ok()) return wrong("a batch that is not one");
  }
}

void Consumer::ask_latest() {
  after(kLatestMs, [this] { ask_latest(); });
  auto some = positions_.begin();
  std::advance(some, static_cast<std::ptrdiff_t>(random().below(positions_.size())));
  const TopicPartition where = some->first;
  const auto leader = leader_of(where);
  if (!leader) return;
  protocol::ListOffsetsRequest request;
  request.replica_id = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = where.first;
  auto& partition = topic.partitions.emplace_back();
  partition.partition_index = where.second;
  partition.current_leader_epoch = leader->epoch;
  partition.timestamp = -1;
  ask<protocol::ListOffsetsResponse>(
      leader->node, request, kListVersion, kRequestMs,
      [this, where, epoch = leader->epoch, known = cluster_.ledger.latest_of(where, leader->epoch)](
          const protocol::ListOffsetsResponse* response) {
        if (response == nullptr || response->topics.empty() || response->topics[0].partitions.empty()) return;
        const auto& answer = response->topics[0].partitions[0];
        if (answer.error_code == 0) cluster_.ledger.on_latest(where, epoch, answer.offset, known);
      });
}

// ---- Followers

void Consumer::peek() {
  auto some = positions_.begin();
  std::advance(some, static_cast<std::ptrdiff_t>(random().below(positions_.size())));
  peek_at(any_broker(), some->first, std::max<int64_t>(0, some->second.next - 1));
}

// What a follower gives is committed (KIP-392): nobody reads anything else there, ever (S12). It is asked
// without an epoch, and goes on being asked for what comes next, whoever leads meanwhile.
void Consumer::peek_at(int32_t node, const TopicPartition& where, int64_t offset) {
  protocol::FetchRequest request;
  request.max_wait_ms = kPeekWaitMs;
  request.min_bytes = 1;
  request.max_bytes = 1 << 16;
  auto& topic = request.topics.emplace_back();
  topic.topic = where.first;
  auto& asked = topic.partitions.emplace_back();
  asked.partition = where.second;
  asked.fetch_offset = offset;
  asked.partition_max_bytes = 1 << 16;
  ask<protocol::FetchResponse>(
      node, request, kFetchVersion, kRequestMs,
      [this, node, where, offset](const protocol::FetchResponse* response) {
        const bool is_there =
            response != nullptr && !response->responses.empty() && !response->responses[0].partitions.empty();
        const auto* part = is_there ? &response->responses[0].partitions[0] : nullptr;
        if (part == nullptr || part->error_code != 0 || random().one_in(kPeeksInARow))
          return after(kBackoffMs, [this] { peek(); });
        const ByteView records = part->records ? part->records->bytes : ByteView{};
        const int64_t next = records.empty() ? part->high_watermark : learn(where, offset, records);
        after(kPollMs, [this, node, where, next] { peek_at(node, where, next); });
      });
}

// Where the records go on.
int64_t Consumer::learn(const TopicPartition& where, int64_t offset, ByteView records) {
  protocol::BatchCursor batches(records);
  while (const auto batch = batches.next()) {
    protocol::RecordCursor cursor(batch->records(), batch->record_count());
    while (const protocol::Record* record = cursor.next()) {
      const int64_t at = protocol::offset_of(*batch, *record).value;
      const auto value = value_of(record->value.value_or(ByteView{}));
      if (at >= offset && value) cluster_.ledger.on_read(where, *value, at, "a reader of a follower");
      offset = std::max(offset, at + 1);
    }
  }
  return offset;
}

}  // namespace klamm::sim::cluster
