#include "cli/client/producer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "cli/text.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch_builder.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;
using protocol::InitProducerIdRequest;
using protocol::InitProducerIdResponse;
using protocol::MetadataRequest;
using protocol::MetadataResponse;
using protocol::ProduceRequest;
using protocol::ProduceResponse;

// From the next one on topics have ids in place of names.
constexpr int16_t kProduceByName = 12;
// A record's own, about.
constexpr size_t kRecordOverhead = 20;

std::optional<protocol::Codec> codec_from(std::string_view name) {
  for (int number = 0; number < protocol::kCodecs; ++number) {
    const auto codec = protocol::codec_of(number);
    if (codec && protocol::name_of(*codec) == name) return codec;
  }
  return std::nullopt;
}

// What would have records go elsewhere, or in another way, than they do here.
Attempt<> refuse_others(const ClientProperties& properties) {
  for (const std::string_view key : {"transactional.id", "partitioner.class", "interceptor.classes"}) {
    if (!properties.filled(key)) continue;
    return wrong_argument(fmt::format(
        "{} is nothing that this tool has: it sends outside of transactions, by Kafka's own partitioner; "
        "leave it out",
        key));
  }
  return {};
}

// With the level of compression.gzip.level and its sisters.
Attempt<protocol::Compression> compression_of(protocol::Codec codec, const ClientProperties& properties) {
  auto compression = protocol::Compression::by_default(codec);
  const std::string key = fmt::format("compression.{}.level", protocol::name_of(codec));
  if (!properties.has(key)) return compression;
  auto level = properties.number(key, compression.level, std::numeric_limits<int32_t>::min());
  if (!level) return Error{level.error()};
  const bool is_int = *level <= std::numeric_limits<int32_t>::max();
  if (!is_int || !protocol::is_valid_level(codec, static_cast<int>(*level))) {
    return wrong_argument(fmt::format("Invalid value {} for configuration {}", *level, key));
  }
  compression.level = static_cast<int>(*level);
  return compression;
}

std::optional<ByteView> bytes_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return as_bytes(*text);
}

size_t size_of(const NewRecord& record) {
  size_t size = kRecordOverhead;
  if (record.key) size += record.key->size();
  if (record.value) size += record.value->size();
  for (const auto& [key, value] : record.headers) size += key.size() + (value ? value->size() : 0) + 2;
  return size;
}

}  // namespace

uint32_t murmur2(ByteView bytes) {
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  constexpr uint32_t kSeed = 0x9747b28c;
  uint32_t hash = kSeed ^ static_cast<uint32_t>(bytes.size());
  const size_t whole = bytes.size() / 4 * 4;
  for (size_t i = 0; i < whole; i += 4) {
    uint32_t word = static_cast<uint32_t>(bytes[i]) | static_cast<uint32_t>(bytes[i + 1]) << 8 |
                    static_cast<uint32_t>(bytes[i + 2]) << 16 | static_cast<uint32_t>(bytes[i + 3]) << 24;
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash *= kMultiplier;
    hash ^= word;
  }
  if (whole < bytes.size()) {
    for (size_t i = bytes.size(); i > whole; --i) {
      hash ^= static_cast<uint32_t>(bytes[i - 1]) << (8 * (i - 1 - whole));
    }
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  return hash ^ (hash >> 15);
}

Attempt<ProducerConfig> make_producer_config(const ClientProperties& properties) {
  if (auto done = refuse_others(properties); !done) return Error{done.error()};
  ProducerConfig config;
  const std::string acks = properties.text("acks").value_or("-1");
  const auto number = acks == "all" ? std::optional<int32_t>(-1) : parse_int(trimmed(acks));
  if (!number || *number < -1 || *number > 1) {
    return wrong_argument(
        fmt::format("Invalid value {} for configuration acks: String must be one of: all, -1, 0, 1", acks));
  }
  config.acks = static_cast<int16_t>(*number);
  auto linger = properties.number("linger.ms", config.linger_ms, 0);
  if (!linger) return Error{linger.error()};
  config.linger_ms = *linger;
  auto batch = properties.number("batch.size", static_cast<int64_t>(config.batch_bytes), 0);
  if (!batch) return Error{batch.error()};
  config.batch_bytes = static_cast<size_t>(*batch);
  auto retries = properties.number("retries", config.retries, 0);
  if (!retries) return Error{retries.error()};
  config.retries = *retries;
  auto block = properties.number("max.block.ms", config.max_block_ms, 0);
  if (!block) return Error{block.error()};
  config.max_block_ms = *block;
  auto idempotent = properties.flag("enable.idempotence", true);
  if (!idempotent) return Error{idempotent.error()};
  if (properties.has("enable.idempotence") && *idempotent && config.acks != -1) {
    return wrong_argument("Must set acks to all in order to use the idempotent producer.");
  }
  config.is_idempotent = *idempotent && config.acks == -1;
  const std::string name = properties.text("compression.type").value_or("none");
  const auto codec = codec_from(name);
  if (!codec) {
    return wrong_argument(fmt::format(
        "Invalid value {} for configuration compression.type: String must be one of: none, gzip, snappy, "
        "lz4, zstd",
        name));
  }
  auto compression = compression_of(*codec, properties);
  if (!compression) return Error{compression.error()};
  config.compression = *compression;
  return config;
}

Producer::Producer(Client& client, ProducerConfig config, std::string topic)
    : client_(client), config_(config), topic_(std::move(topic)) {}

std::optional<int64_t> Producer::linger_left_ms() const {
  if (!oldest_at_ms_) return std::nullopt;
  const int64_t waited = client_.session().clock.monotonic_ms() - *oldest_at_ms_;
  return std::max<int64_t>(config_.linger_ms - waited, 0);
}

std::vector<LostRecord> Producer::add(NewRecord record) {
  if (leaders_.empty()) {
    if (auto done = find_partitions(); !done) {
      std::vector<LostRecord> lost;
      lost.push_back({std::move(record), done.error()});
      return lost;
    }
  }
  const int32_t partition = partition_of(record);
  Pending& pending = pending_[partition];
  pending.bytes += size_of(record);
  pending.records.push_back(std::move(record));
  pending.times.push_back(client_.session().clock.wall_ms());
  if (!oldest_at_ms_) oldest_at_ms_ = client_.session().clock.monotonic_ms();
  return pending.bytes >= config_.batch_bytes ? flush() : std::vector<LostRecord>();
}

std::vector<LostRecord> Producer::flush() {
  std::vector<LostRecord> lost;
  for (auto& [partition, pending] : pending_) {
    if (auto done = send(partition, pending); !done) {
      for (NewRecord& record : pending.records) lost.push_back({std::move(record), done.error()});
    }
  }
  pending_.clear();
  oldest_at_ms_.reset();
  sticky_ = -1;
  return lost;
}

int32_t Producer::partition_of(const NewRecord& record) {
  if (record.key) {
    const uint32_t hash = murmur2(as_bytes(*record.key)) & 0x7FFFFFFF;
    return static_cast<int32_t>(hash % leaders_.size());
  }
  if (sticky_ >= 0) return sticky_;
  std::vector<int32_t> led;
  for (const auto& [partition, leader] : leaders_) {
    if (leader >= 0) led.push_back(partition);
  }
  const uint64_t random = client_.session().random.next();
  sticky_ = led.empty() ? static_cast<int32_t>(random % leaders_.size()) : led[random % led.size()];
  return sticky_;
}

// The topic may be made for us, and takes a moment then.
Attempt<> Producer::find_partitions() {
  const Deadline deadline(client_.session().clock, config_.max_block_ms);
  bool is_said = false;
  for (;;) {
    auto connection = client_.any(deadline);
    if (connection) {
      MetadataRequest request;
      request.topics.emplace().emplace_back().name = topic_;
      request.allow_auto_topic_creation = true;
      auto answer = client_.ask<MetadataResponse>(**connection, request, deadline, {.min = 4});
      if (answer && !(*answer)->topics.empty()) {
        const auto& topic = (*answer)->topics.front();
        const auto error = static_cast<ErrorCode>(topic.error_code);
        leaders_.clear();
        for (const auto& one : topic.partitions) leaders_[one.partition_index] = one.leader_id;
        if (error == ErrorCode::kNone && !leaders_.empty()) return {};
        if (error == ErrorCode::kTopicAuthorizationFailed) {
          return broker_error(error, fmt::format("Not authorized to access topics: [{}]", topic_));
        }
        if (error != ErrorCode::kNone && !protocol::is_retriable(error)) {
          return broker_error(error, error == ErrorCode::kInvalidTopicException
                                         ? fmt::format("Invalid topics: [{}]", topic_)
                                         : std::string(default_message(error)));
        }
        if (!std::exchange(is_said, true)) {
          client_.session().console.error_line(
              "WARN The metadata response reported an error for topic {}: {}", topic_,
              protocol::name_of(error));
        }
      } else if (!answer && !answer.error().is_passing) {
        return Error{answer.error()};
      }
    } else if (!connection.error().is_passing) {
      return Error{connection.error()};
    }
    if (deadline.is_over()) {
      Error<ToolError> error = failed(
          fmt::format("Topic {} not present in metadata after {} ms.", topic_, config_.max_block_ms));
      error.error.kind = ToolError::Kind::kTimeout;
      return error;
    }
    client_.session().network.pause(std::min(client_.config().retry_backoff_ms, deadline.left_ms()));
  }
}

Attempt<> Producer::find_producer_id() {
  InitProducerIdRequest request;
  request.transactional_id.reset();
  request.transaction_timeout_ms = 0x7FFFFFFF;
  return client_.retried("initProducerId", [&](const Deadline& deadline) -> Attempt<> {
    auto connection = client_.any(deadline);
    if (!connection) return Error{connection.error()};
    auto answer = client_.ask<InitProducerIdResponse>(**connection, request, deadline);
    if (!answer) return Error{answer.error()};
    const auto error = static_cast<ErrorCode>((*answer)->error_code);
    if (protocol::is_retriable(error)) return passing_error((*answer)->error_code);
    if (error != ErrorCode::kNone) return broker_error(error);
    producer_id_ = (*answer)->producer_id;
    producer_epoch_ = (*answer)->producer_epoch;
    sequences_.clear();
    return {};
  });
}

Bytes Producer::batch_of(int32_t partition, const Pending& pending) {
  protocol::BatchFields fields;
  fields.compression = config_.compression;
  if (config_.is_idempotent) {
    fields.producer_id = producer_id_;
    fields.producer_epoch = producer_epoch_;
    fields.base_sequence = sequences_[partition];
  }
  protocol::RecordBatchBuilder builder(fields);
  for (size_t i = 0; i < pending.records.size(); ++i) {
    const NewRecord& record = pending.records[i];
    std::vector<protocol::NewHeader> headers;
    for (const auto& [key, value] : record.headers) headers.push_back({key, bytes_of(value)});
    builder.append(pending.times[i], bytes_of(record.key), bytes_of(record.value), headers);
  }
  return builder.build(compressor_);
}

Attempt<> Producer::send(int32_t partition, const Pending& pending) {
  if (config_.is_idempotent && producer_id_ < 0) {
    if (auto done = find_producer_id(); !done) return done;
  }
  auto done = send_with_retries(partition, batch_of(partition, pending));
  if (!done) {
    // Whether it was written is not known, so that the next sequence is not either.
    producer_id_ = -1;
  } else if (config_.is_idempotent) {
    const auto count = static_cast<int32_t>(pending.records.size());
    sequences_[partition] = protocol::sequence_after(sequences_[partition], count);
  }
  return done;
}

Attempt<> Producer::send_with_retries(int32_t partition, const Bytes& batch) {
  int64_t pause_ms = client_.config().retry_backoff_ms;
  for (int64_t tries = 0;; ++tries) {
    auto done = send_once(partition, batch, client_.call_deadline());
    if (done || !done.error().is_passing || tries >= config_.retries) return done;
    client_.session().network.pause(pause_ms);
    pause_ms = std::min(std::max<int64_t>(pause_ms, 1) * 2, client_.config().retry_backoff_max_ms);
    if (auto found = find_partitions(); !found) return found;
  }
}

Attempt<> Producer::send_once(int32_t partition, ByteView batch, const Deadline& deadline) {
  const auto leader = leaders_.find(partition);
  if (leader == leaders_.end() || leader->second < 0) {
    return passing_error(protocol::wire_value(ErrorCode::kLeaderNotAvailable));
  }
  auto connection = client_.node(leader->second, deadline);
  if (!connection) return Error{connection.error()};
  ProduceRequest request;
  request.acks = config_.acks;
  request.timeout_ms = static_cast<int32_t>(client_.config().request_timeout_ms);
  auto& topic = request.topic_data.emplace_back();
  topic.name = topic_;
  auto& data = topic.partition_data.emplace_back();
  data.index = partition;
  data.records = protocol::Records{.bytes = batch};
  const Versions versions{.max = kProduceByName};
  if (config_.acks == 0) {
    Bytes frame;
    const auto version =
        (*connection)->newest(ProduceRequest::kKey, {ProduceRequest::kVersionMin, kProduceByName});
    if (!version) return failed("the broker does not support Produce in a version that is known here");
    protocol::append_request(frame, *version, (*connection)->next_correlation(), client_.config().client_id,
                             request);
    return client_.tell(**connection, frame, deadline);
  }
  auto answer = client_.ask<ProduceResponse>(**connection, request, deadline, versions);
  if (!answer) return Error{answer.error()};
  for (const auto& one_topic : (*answer)->responses) {
    for (const auto& one : one_topic.partition_responses) {
      const auto error = static_cast<ErrorCode>(one.error_code);
      // What was sent before has come after all.
      if (error == ErrorCode::kNone || error == ErrorCode::kDuplicateSequenceNumber) continue;
      if (protocol::is_retriable(error)) return passing_error(one.error_code, one.error_message);
      if (error == ErrorCode::kTopicAuthorizationFailed) {
        return broker_error(error, fmt::format("Not authorized to access topics: [{}]", topic_));
      }
      return broker_error(error, one.error_message);
    }
  }
  return {};
}

}  // namespace klamm::cli
