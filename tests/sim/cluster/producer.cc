#include "tests/sim/cluster/producer.h"

#include <algorithm>

#include "base/check.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch_builder.h"

namespace klamm::sim::cluster {
namespace {

constexpr size_t kInFlightMax = 5;
constexpr size_t kQueuedMax = 10;
constexpr int64_t kRequestMs = 10'000;
constexpr int64_t kBackoffMs = 100;
constexpr int16_t kProduceVersion = 9;
constexpr int16_t kInitVersion = 4;

// What a client takes for a reason to try again, and nothing else.
bool may_be_tried_again(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNetworkException:
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kLeaderNotAvailable:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kRequestTimedOut:
    case ErrorCode::kNotEnoughReplicas:
    case ErrorCode::kNotEnoughReplicasAfterAppend:
    case ErrorCode::kKafkaStorageError:
      return true;
    default:
      return false;
  }
}

}  // namespace

Producer::Producer(Cluster& cluster, int32_t number, int64_t interval_ms)
    : Client(cluster, number), interval_ms_(interval_ms) {}

void Producer::start() { initialize(); }

bool Producer::is_idle() const {
  return std::ranges::all_of(partitions_, [](const auto& entry) { return entry.second.batches.empty(); });
}

void Producer::initialize() {
  protocol::InitProducerIdRequest request;
  request.transactional_id = std::nullopt;
  request.transaction_timeout_ms = 60'000;
  ask<protocol::InitProducerIdResponse>(any_broker(), request, kInitVersion, kRequestMs,
                                        [this](const protocol::InitProducerIdResponse* response) {
                                          if (response == nullptr || response->error_code != 0)
                                            return after(kBackoffMs, [this] { initialize(); });
                                          producer_id_ = response->producer_id;
                                          producer_epoch_ = response->producer_epoch;
                                          produce();
                                        });
}

void Producer::produce() {
  after(1 + static_cast<int64_t>(random().below(static_cast<uint64_t>(2 * interval_ms_))),
        [this] { produce(); });
  if (rests()) return;
  const auto& topics = cluster_.topics();
  const SteadyTopic& topic = topics[random().below(topics.size())];
  const TopicPartition where{topic.name,
                             static_cast<int32_t>(random().below(static_cast<uint64_t>(topic.partitions)))};
  if (partitions_[where].batches.size() < kQueuedMax) add_batch(where);
  pump(where);
}

void Producer::add_batch(const TopicPartition& where) {
  Partition& partition = partitions_[where];
  Batch& batch = partition.batches.emplace_back();
  batch.first = {number_, partition.last_number + 1};
  batch.count = 1 + static_cast<int32_t>(random().below(random().one_in(8) ? 12 : 3));
  batch.sequence = partition.next_sequence;
  partition.last_number += batch.count;
  partition.next_sequence = protocol::sequence_after(batch.sequence, batch.count);
  cluster_.ledger.on_sent(where, {number_, partition.last_number});
}

void Producer::pump(const TopicPartition& where) {
  Partition& partition = partitions_[where];
  if (partition.waits || partition.retrying || partition.batches.empty()) return;
  const auto leader = leader_of(where);
  if (!leader) return retry(where);
  // What is tried again goes alone: a broker remembers the last five batches of a producer, and would not
  // know it any more behind five others.
  for (Batch& batch : partition.batches) {
    const bool is_again = batch.tries > (batch.in_flight ? 1 : 0);
    if (partition.in_flight >= kInFlightMax || (is_again && partition.in_flight > 0)) break;
    if (!batch.in_flight) send(where, batch, *leader);
    if (is_again) break;
  }
}

void Producer::send(const TopicPartition& where, Batch& batch, const Leader& leader) {
  Partition& partition = partitions_[where];
  protocol::BatchFields fields;
  fields.producer_id = producer_id_;
  fields.producer_epoch = producer_epoch_;
  fields.base_sequence = batch.sequence;
  protocol::RecordBatchBuilder builder(fields);
  for (int32_t i = 0; i < batch.count; ++i) {
    const Bytes value = bytes_of({batch.first.producer, batch.first.number + i});
    builder.append(cluster_.world.now() / kMs, std::nullopt, ByteView(value));
  }
  const Bytes records = builder.build();
  protocol::ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = kRequestMs / 2;
  auto& topic = request.topic_data.emplace_back();
  topic.name = where.first;
  auto& data = topic.partition_data.emplace_back();
  data.index = where.second;
  data.records = protocol::Records{.bytes = records};
  batch.in_flight = true;
  ++batch.tries;
  ++partition.in_flight;
  ask<protocol::ProduceResponse>(
      leader.node, request, kProduceVersion, kRequestMs,
      [this, where, number = batch.first.number](const protocol::ProduceResponse* response) {
        const bool is_right = response != nullptr && response->responses.size() == 1 &&
                              response->responses[0].partition_responses.size() == 1;
        if (!is_right) return on_answer(where, number, ErrorCode::kNetworkException, -1);
        const auto& answer = response->responses[0].partition_responses[0];
        on_answer(where, number, static_cast<ErrorCode>(answer.error_code), answer.base_offset);
      });
}

void Producer::on_answer(const TopicPartition& where, int64_t number, ErrorCode code, int64_t offset) {
  Partition& partition = partitions_[where];
  const auto found = std::ranges::find_if(partition.batches,
                                          [&](const Batch& batch) { return batch.first.number == number; });
  CHECK(found != partition.batches.end() && found->in_flight);
  found->in_flight = false;
  --partition.in_flight;
  if (code == ErrorCode::kNone || code == ErrorCode::kDuplicateSequenceNumber) {
    if (code != ErrorCode::kNone) ++cluster_.counters.duplicates;
    on_acknowledged(where, static_cast<size_t>(found - partition.batches.begin()),
                    code == ErrorCode::kNone ? offset : -1);
  } else {
    // With one before it that has failed, a batch comes too early; by itself, the broker has forgotten what
    // it had acknowledged.
    const bool is_early = code == ErrorCode::kOutOfOrderSequenceNumber && found != partition.batches.begin();
    if (!may_be_tried_again(code) && !is_early) {
      cluster_.note_logs(where);
      cluster_.world.fail(fmt::format("{}-{}: #{} of producer {} was answered with error {}", where.first,
                                      where.second, number, number_, static_cast<int>(code)));
    }
    partition.retrying = true;
    ++cluster_.counters.client_retries;
  }
  if (!partition.retrying) return pump(where);
  if (partition.in_flight == 0) {
    partition.retrying = false;
    retry(where);
  }
}

void Producer::on_acknowledged(const TopicPartition& where, size_t index, int64_t offset) {
  Partition& partition = partitions_[where];
  const Batch batch = partition.batches[index];
  ++cluster_.counters.batches;
  cluster_.counters.records += batch.count;
  const int32_t epoch = cluster_.images.leader_epoch(where.first, where.second);
  for (int32_t i = 0; i < batch.count; ++i) {
    cluster_.ledger.on_acknowledged(where, {number_, batch.first.number + i}, offset < 0 ? -1 : offset + i,
                                    epoch);
  }
  // What one was not told of, because its answer was lost, the ones after it imply.
  partition.batches.erase(partition.batches.begin() + static_cast<std::ptrdiff_t>(index));
}

void Producer::retry(const TopicPartition& where) {
  Partition& partition = partitions_[where];
  if (std::exchange(partition.waits, true)) return;
  refresh([this, where] {
    after(kBackoffMs + static_cast<int64_t>(random().below(kBackoffMs)), [this, where] {
      partitions_[where].waits = false;
      pump(where);
    });
  });
}

}  // namespace klamm::sim::cluster
