#include "cli/client/fetcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/messages/fetch_request.h"
#include "protocol/record_batch_control.h"
#include "protocol/record_batch_records.h"

namespace klamm::cli {
namespace {

using protocol::BatchView;
using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;

// From the next one on topics have ids in place of names.
constexpr int16_t kFetchByName = 12;
constexpr size_t kPlainBytesMax = size_t{1} << 30;

std::optional<std::string> text_of(const std::optional<ByteView>& bytes) {
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

// Whether a control batch ends a transaction with an abort.
bool is_abort(const BatchView& batch, protocol::Decompressor& decompressor) {
  protocol::DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, kPlainBytesMax);
  if (!section) return false;
  protocol::RecordCursor records(*section, batch.record_count());
  const protocol::Record* record = records.next();
  if (record == nullptr) return false;
  const auto type = protocol::control_type_of(record->key);
  return type && *type == static_cast<int16_t>(protocol::ControlType::kAbort);
}

}  // namespace

Attempt<> Fetcher::assign(const std::map<TopicPartition, int64_t>& positions) {
  positions_ = positions;
  leaders_.clear();
  std::map<TopicPartition, int64_t> named;
  for (const auto& [partition, offset] : positions) {
    if (offset < 0) named[partition] = offset;
  }
  return named.empty() ? Attempt<>() : resolve(named);
}

Attempt<> Fetcher::resolve(const std::map<TopicPartition, int64_t>& named) {
  auto found = list_offsets(client_, named, config_.read_committed);
  if (!found) return Error{found.error()};
  for (const auto& [partition, offset] : *found) {
    if (!offset) return Error{offset.error()};
    positions_[partition] = offset->offset;
  }
  return {};
}

Attempt<> Fetcher::find_leaders_again(const Deadline& deadline) {
  std::vector<std::string> topics;
  for (const auto& [partition, offset] : positions_) {
    if (topics.empty() || topics.back() != partition.topic) topics.push_back(partition.topic);
  }
  auto found = find_leaders(client_, topics, deadline);
  if (!found) return Error{found.error()};
  leaders_ = *std::move(found);
  return {};
}

Attempt<std::vector<FetchedRecord>> Fetcher::poll() {
  const Deadline deadline(client_.session().clock, client_.config().request_timeout_ms);
  std::vector<FetchedRecord> records;
  if (positions_.empty()) {
    client_.session().network.pause(config_.max_wait_ms);
    return records;
  }
  if (leaders_.empty()) {
    auto done = find_leaders_again(deadline);
    if (!done && !done.error().is_passing) return Error{done.error()};
  }
  std::set<int32_t> nodes;
  for (const auto& [partition, offset] : positions_) {
    const auto leader = leaders_.find(partition);
    if (leader != leaders_.end()) nodes.insert(leader->second);
  }
  if (nodes.empty()) {
    leaders_.clear();
    client_.session().network.pause(client_.config().retry_backoff_ms);
    return records;
  }
  // They are asked one after the other: none may keep the others waiting for long.
  const auto wait_ms = static_cast<int32_t>(config_.max_wait_ms / static_cast<int32_t>(nodes.size()));
  for (const int32_t node : nodes) {
    auto done = fetch_from(node, wait_ms, deadline, records);
    if (done) continue;
    if (!done.error().is_passing) return Error{done.error()};
    leaders_.clear();
    client_.session().network.pause(client_.config().retry_backoff_ms);
    break;
  }
  return records;
}

Attempt<> Fetcher::fetch_from(int32_t node, int32_t max_wait_ms, const Deadline& deadline,
                              std::vector<FetchedRecord>& records) {
  auto connection = client_.node(node, deadline);
  if (!connection) return Error{connection.error()};
  FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = config_.min_bytes;
  request.max_bytes = config_.max_bytes;
  request.isolation_level = config_.read_committed ? 1 : 0;
  for (const auto& [partition, offset] : positions_) {
    const auto leader = leaders_.find(partition);
    if (leader == leaders_.end() || leader->second != node) continue;
    if (request.topics.empty() || request.topics.back().topic != partition.topic) {
      request.topics.emplace_back().topic = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition = partition.partition;
    one.fetch_offset = offset;
    one.partition_max_bytes = config_.partition_bytes;
  }
  auto answer = client_.ask<FetchResponse>(**connection, request, deadline, {.max = kFetchByName});
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code);
  for (const auto& topic : (*answer)->responses) {
    for (const auto& data : topic.partitions) {
      const TopicPartition partition{std::string(topic.topic), data.partition_index};
      if (auto done = take(partition, data, records); !done) return done;
    }
  }
  return {};
}

Attempt<> Fetcher::take(const TopicPartition& partition, const PartitionData& data,
                        std::vector<FetchedRecord>& records) {
  const auto error = static_cast<ErrorCode>(data.error_code);
  if (error == ErrorCode::kNone) return take_batches(partition, data, records);
  if (error == ErrorCode::kOffsetOutOfRange) {
    if (config_.reset) return resolve({{partition, *config_.reset}});
    return broker_error(error, fmt::format("Fetch position {} of {} is out of range", positions_[partition],
                                           partition.text()));
  }
  if (error == ErrorCode::kTopicAuthorizationFailed) {
    return broker_error(error, fmt::format("Not authorized to access topics: [{}]", partition.topic));
  }
  if (protocol::is_retriable(error)) {
    leaders_.clear();
    return {};
  }
  return broker_error(error);
}

Attempt<> Fetcher::take_batches(const TopicPartition& partition, const PartitionData& data,
                                std::vector<FetchedRecord>& records) {
  if (!data.records) return {};
  // Which producers' records are of transactions that were aborted, from which offset on.
  std::multimap<int64_t, int64_t> aborted_from;
  if (config_.read_committed && data.aborted_transactions) {
    for (const auto& one : *data.aborted_transactions) {
      aborted_from.emplace(one.first_offset, one.producer_id);
    }
  }
  std::set<int64_t> aborted;
  protocol::BatchCursor batches(data.records->bytes);
  while (const auto batch = batches.next()) {
    const int64_t next = batch->next_offset().value;
    while (!aborted_from.empty() && aborted_from.begin()->first < next) {
      aborted.insert(aborted_from.begin()->second);
      aborted_from.erase(aborted_from.begin());
    }
    if (batch->is_control()) {
      if (aborted.contains(batch->producer_id()) && is_abort(*batch, decompressor_)) {
        aborted.erase(batch->producer_id());
      }
    } else if (!batch->is_transactional() || !aborted.contains(batch->producer_id())) {
      if (auto done = take_batch(partition, *batch, records); !done) return done;
    }
    positions_[partition] = std::max(positions_[partition], next);
  }
  return {};
}

Attempt<> Fetcher::take_batch(const TopicPartition& partition, const BatchView& batch,
                              std::vector<FetchedRecord>& records) {
  const auto broken = [&](std::string_view what) {
    return failed(fmt::format("Record batch for partition {} at offset {} is invalid: {}", partition.text(),
                              batch.base_offset().value, what));
  };
  if (batch.is_legacy()) return broken("its format is older than Kafka 0.11's");
  if (!batch.crc_matches()) return broken("its checksum is wrong");
  if (batch.last_offset() < batch.base_offset() || batch.next_offset() < batch.base_offset()) {
    return broken("its offsets run beyond the largest that there is");
  }
  protocol::DecompressedRecords plain;
  auto section = plain.of(batch, decompressor_, kPlainBytesMax);
  if (!section) return broken(protocol::name_of(section.error()));
  protocol::RecordCursor cursor(*section, batch.record_count());
  const int64_t from = positions_[partition];
  while (const protocol::Record* record = cursor.next()) {
    const int64_t offset = protocol::offset_of(batch, *record).value;
    if (offset < from) continue;
    if (offset > batch.last_offset().value) return broken("a record's offset is behind its last");
    FetchedRecord& made = records.emplace_back();
    made.partition = partition;
    made.offset = offset;
    made.timestamp = protocol::timestamp_of(batch, *record);
    made.timestamp_type = batch.timestamp_type();
    made.key = text_of(record->key);
    made.value = text_of(record->value);
    protocol::HeaderCursor headers(*record);
    while (const auto header = headers.next()) {
      made.headers.emplace_back(std::string(header->key), text_of(header->value));
    }
  }
  if (!cursor.ok()) return broken("its records do not end where it does");
  return {};
}

}  // namespace klamm::cli
