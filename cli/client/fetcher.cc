#include "cli/client/fetcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/messages/fetch_request.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/record_batch_control.h"
#include "protocol/record_batch_records.h"

namespace klamm::cli {
namespace {

using protocol::BatchView;
using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

// From the next one on topics have ids in place of names.
constexpr int16_t kFetchByName = 12;
constexpr size_t kPlainBytesMax = size_t{1} << 30;
// How soon partitions without a leader are looked for again.
constexpr int64_t kLookAgainMs = 250;
// How long to wait where there is nothing to be read.
constexpr int32_t kIdleLeastMs = 100;

Error<ToolError> not_authorized(const std::string& topic) {
  return broker_error(ErrorCode::kTopicAuthorizationFailed,
                      fmt::format("Not authorized to access topics: [{}]", topic));
}

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
  looked_at_ms_.reset();
  if (positions_.empty()) return {};
  const Deadline deadline(client_.session().clock, client_.config().request_timeout_ms);
  auto done = find_leaders(deadline);
  if (done) done = resolve();
  return done || !done.error().is_passing ? done : Attempt<>();
}

Attempt<> Fetcher::resolve() {
  OffsetsWanted named;
  for (const auto& [partition, offset] : positions_) {
    if (offset < 0 && leaders_.contains(partition)) named[partition] = offset;
  }
  if (named.empty()) return {};
  auto found = list_offsets(client_, named, config_.read_committed);
  if (!found) {
    looked_at_ms_.reset();
    return protocol::is_retriable(found.error().code) ? Attempt<>() : Error{found.error()};
  }
  for (const auto& [partition, offset] : *found) {
    if (offset) {
      positions_[partition] = offset->offset;
    } else if (protocol::is_retriable(offset.error().code)) {
      looked_at_ms_.reset();
    } else {
      return Error{offset.error()};
    }
  }
  return {};
}

Attempt<> Fetcher::find_leaders(const Deadline& deadline) {
  const int64_t now_ms = client_.session().clock.monotonic_ms();
  const bool is_known = std::ranges::all_of(
      positions_, [&](const auto& position) { return leaders_.contains(position.first); });
  if (looked_at_ms_ && (is_known || now_ms - *looked_at_ms_ < kLookAgainMs)) return {};
  MetadataRequest request;
  request.allow_auto_topic_creation = false;
  auto& topics = request.topics.emplace();
  for (const auto& [partition, offset] : positions_) {
    if (topics.empty() || topics.back().name != partition.topic) {
      topics.emplace_back().name = partition.topic;
    }
  }
  // Who leads now may not have been there before, or elsewhere.
  if (auto done = client_.refresh_nodes(deadline); !done) return done;
  auto connection = client_.any(deadline);
  if (!connection) return Error{connection.error()};
  auto answer = client_.ask<MetadataResponse>(**connection, request, deadline, {.min = 4});
  if (!answer) return Error{answer.error()};
  leaders_.clear();
  for (const auto& topic : (*answer)->topics) {
    const std::string name(topic.name.value_or(""));
    if (topic.error_code == protocol::wire_value(ErrorCode::kTopicAuthorizationFailed)) {
      return not_authorized(name);
    }
    for (const auto& one : topic.partitions) {
      if (one.leader_id >= 0) leaders_[TopicPartition{name, one.partition_index}] = one.leader_id;
    }
  }
  looked_at_ms_ = now_ms;
  return {};
}

Attempt<std::vector<FetchedRecord>> Fetcher::poll() {
  const Deadline deadline(client_.session().clock, client_.config().request_timeout_ms);
  std::vector<FetchedRecord> records;
  if (positions_.empty()) {
    client_.session().network.pause(std::max(config_.max_wait_ms, kIdleLeastMs));
    return records;
  }
  auto done = find_leaders(deadline);
  if (done) done = resolve();
  if (!done && !done.error().is_passing) return Error{done.error()};
  std::set<int32_t> nodes;
  for (const auto& [partition, offset] : positions_) {
    const auto leader = leaders_.find(partition);
    if (leader != leaders_.end() && offset >= 0) nodes.insert(leader->second);
  }
  if (nodes.empty()) {
    client_.session().network.pause(std::max<int64_t>(client_.config().retry_backoff_ms, 1));
    return records;
  }
  // They are asked one after the other: none may keep the others waiting for long.
  const auto wait_ms = static_cast<int32_t>(config_.max_wait_ms / static_cast<int32_t>(nodes.size()));
  bool has_failed = false;
  for (const int32_t node : nodes) {
    done = fetch_from(node, wait_ms, deadline, records);
    if (done) continue;
    if (!done.error().is_passing) return Error{done.error()};
    has_failed = true;
  }
  if (has_failed) {
    looked_at_ms_.reset();
    client_.session().network.pause(std::max<int64_t>(client_.config().retry_backoff_ms, 1));
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
    if (leader == leaders_.end() || leader->second != node || offset < 0) continue;
    if (request.topics.empty() || request.topics.back().topic != partition.topic) {
      request.topics.emplace_back().topic = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition = partition.partition;
    one.fetch_offset = offset;
    one.partition_max_bytes = config_.partition_bytes;
  }
  if (request.topics.empty()) return {};
  auto answer = client_.ask<FetchResponse>(**connection, request, deadline, {.max = kFetchByName});
  if (!answer) return Error{answer.error()};
  if (const int16_t code = (*answer)->error_code; code != 0) {
    return protocol::is_retriable(static_cast<ErrorCode>(code)) ? passing_error(code) : broker_error(code);
  }
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
    if (config_.reset) {
      positions_[partition] = *config_.reset;
      return {};
    }
    return broker_error(error, fmt::format("Fetch position {} of {} is out of range", positions_[partition],
                                           partition.text()));
  }
  if (error == ErrorCode::kTopicAuthorizationFailed) return not_authorized(partition.topic);
  if (protocol::is_retriable(error)) {
    // Of the others nothing is known that is wrong: they are read on, and this one when a leader is found.
    leaders_.erase(partition);
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
