#include "broker/coordinator/partition_log.h"

#include <utility>

#include "base/logging.h"
#include "protocol/record_batch_builder.h"

namespace klamm::broker {
namespace {

using protocol::Codec;

// Varints of a record: its length, the deltas of time and offset, the lengths of key and value, and the count
// of headers; and its attributes.
constexpr size_t kRecordOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 1;

}  // namespace

// CoordinatorOperationExceptionHelper of Apache Kafka 4.3. What else there is, clients are told as it is.
ErrorCode coordinator_error(ErrorCode of_log) {
  switch (of_log) {
    case ErrorCode::kNotEnoughReplicas:
    case ErrorCode::kNotEnoughReplicasAfterAppend:
    case ErrorCode::kUnknownTopicOrPartition:
    case ErrorCode::kRequestTimedOut:
      return ErrorCode::kCoordinatorNotAvailable;
    case ErrorCode::kNotLeaderOrFollower:
    case ErrorCode::kKafkaStorageError:
      return ErrorCode::kNotCoordinator;
    case ErrorCode::kMessageTooLarge:
    case ErrorCode::kRecordListTooLarge:
    case ErrorCode::kInvalidFetchSize:
      return ErrorCode::kUnknownServerError;
    default:
      return of_log;
  }
}

void PartitionLog::append(const std::vector<CoordinatorRecord>& records,
                          absl::AnyInvocable<void(const Appended&)> done) {
  size_t plain_size = 0;
  for (const CoordinatorRecord& record : records) plain_size += size_of(record);
  if (plain_size > kPlainSizeMax) {
    const TopicPartitionId& id = partition_->id();
    LOG_ERROR_LIMITED(
        "{} records for {}-{} are not written: together they take {} bytes, and {} are too many",
        records.size(), id.topic, id.partition, plain_size, kPlainSizeMax);
    return done({.error = coordinator_error(ErrorCode::kMessageTooLarge)});
  }
  const auto topic = partition_->config();
  const int64_t now_ms = clock_.wall_ms();
  const bool stamps = topic->timestamp_type == TimestampType::kLogAppendTime;
  protocol::BatchFields fields;
  fields.leader_epoch = leader_epoch_;
  fields.compression = compression_by(*topic);
  if (stamps) fields.log_append_time_ms = now_ms;
  protocol::RecordBatchBuilder builder(fields);
  for (const CoordinatorRecord& record : records) {
    builder.append(now_ms, ByteView(record.key),
                   record.value ? std::optional<ByteView>(*record.value) : std::nullopt);
  }
  PendingAppend append;
  append.owned = builder.build(compressor_);
  if (append.owned.size() > batch_size_max()) {
    const TopicPartitionId& id = partition_->id();
    LOG_ERROR_LIMITED(
        "{} records for {}-{} are not written: together they take {} bytes, and max.message.bytes of the "
        "topic is {}. Raise it with kafka-configs, or make the group smaller",
        records.size(), id.topic, id.partition, append.owned.size(), batch_size_max());
    return done({.error = coordinator_error(ErrorCode::kMessageTooLarge)});
  }
  append.bytes = append.owned;
  append.log_append_time_ms = stamps ? now_ms : -1;
  append.all_replicas = true;
  append.leader_epoch = leader_epoch_;
  append.done = [done = std::move(done)](const AppendResult& result) mutable {
    done({coordinator_error(result.error), result.end_offset, result.committed});
  };
  partition_->append(std::move(append));
}

size_t PartitionLog::batch_size_max() const {
  return static_cast<size_t>(partition_->config()->message_size_max);
}

size_t PartitionLog::size_of(const CoordinatorRecord& record) {
  return kRecordOverhead + record.key.size() + (record.value ? record.value->size() : 0);
}

protocol::Compression PartitionLog::compression_by(const TopicConfig& topic) const {
  switch (topic.compression) {
    case TopicCompression::kProducer:
      return compression_;
    case TopicCompression::kUncompressed:
      return {Codec::kNone, 0};
    case TopicCompression::kGzip:
      return {Codec::kGzip, topic.gzip_level};
    case TopicCompression::kSnappy:
      return {Codec::kSnappy, 0};
    case TopicCompression::kLz4:
      return {Codec::kLz4, topic.lz4_level};
    case TopicCompression::kZstd:
      return {Codec::kZstd, topic.zstd_level};
  }
  return compression_;
}

}  // namespace klamm::broker
