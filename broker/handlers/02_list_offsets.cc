// ListOffsets, versions 1-11: where a partition begins and ends, and which record is the first of a time.
// KIP-79 (v1), KIP-98 (v2: isolation), KIP-320 (v4: epochs), KIP-734 (v7: -3), KIP-405 (v8: -4), KIP-1005
// (v9: -5), KIP-1023 (v11: -6). A partition that a request names twice is refused, and answered once.
//
// Differs from Apache Kafka: the largest timestamp (-3) is that of the records that are not deleted, where
// Kafka may name an offset below the log's start.

#include <map>
#include <utility>

#include "broker/handlers/logs.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using Answer = ListOffsetsResponse::ListOffsetsPartitionResponse;
using Topic = ListOffsetsResponse::ListOffsetsTopicResponse;

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kMaxTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5;
constexpr int64_t kEarliestPendingUpload = -6;
constexpr int8_t kReadCommitted = 1;
constexpr int32_t kConsumer = -1;  // replica_id of those that are no replica
constexpr int32_t kDebugger = -2;  // need not ask the leader
constexpr int16_t kFirstVersionWithOffsetNotAvailable = 5;
constexpr int kAnswered = 0;
// How often a view may turn out to be replaced before that is an error.
constexpr int kStaleReadsMax = 3;
// Stands for a view that has been replaced, within this file: it is no answer to ListOffsets.
constexpr ErrorCode kViewReplaced = ErrorCode::kOffsetOutOfRange;
// What a batch may come to when it is read for a timestamp; what was accepted is below it.
constexpr size_t kPlainSizeMax = size_t{1} << 30;

// The version from which on a special timestamp means something.
int16_t first_version_of(int64_t timestamp) {
  switch (timestamp) {
    case kMaxTimestamp:
      return 7;
    case kEarliestLocal:
      return 8;
    case kLatestTiered:
      return 9;
    case kEarliestPendingUpload:
      return 11;
    default:
      return 1;
  }
}

Answer failed(ErrorCode code) {
  Answer answer;
  answer.error_code = protocol::wire_value(code);
  return answer;
}

Answer unavailable(const storage::DiskError& error) {
  return failed(storage::is_stale(error) ? kViewReplaced : ErrorCode::kKafkaStorageError);
}

Answer found_at(Offset offset, int64_t timestamp, std::optional<Epoch> epoch) {
  Answer answer;
  answer.timestamp = timestamp;
  answer.offset = offset.value;
  answer.leader_epoch = epoch.value_or(kNoEpoch).value;
  return answer;
}

// The records of a batch that are not deleted: the first that is as young as `timestamp`, or, for
// kMaxTimestamp, the first of the largest timestamp.
Answer pick_record(const Partition::State& state, const storage::FoundBatch& found, int64_t timestamp) {
  Bytes bytes(found.bytes.size);
  auto size = found.bytes.file->file().read_at(found.bytes.position, bytes);
  if (!size) return unavailable(size.error());
  if (*size != bytes.size()) return failed(ErrorCode::kKafkaStorageError);
  protocol::BatchView batch(bytes);
  protocol::Decompressor decompressor;
  protocol::DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, kPlainSizeMax);
  if (!section) return failed(section.error());
  protocol::RecordCursor records(*section, batch.record_count());
  Answer best;
  while (const protocol::Record* record = records.next()) {
    int64_t time = protocol::timestamp_of(batch, *record);
    Offset offset = protocol::offset_of(batch, *record);
    if (offset < state.view->start()) continue;
    if (timestamp != kMaxTimestamp && time < timestamp) continue;
    if (timestamp == kMaxTimestamp && time <= best.timestamp) continue;
    best = found_at(offset, time, state.view->epochs().epoch_of(offset));
    if (timestamp != kMaxTimestamp) break;
  }
  return best;
}

bool is_found(const Answer& answer) { return answer.error_code == 0 && answer.offset >= 0; }

// A batch that the log's start cuts may have reached the time with records that are deleted.
Answer look_up(const Partition::State& state, int64_t timestamp, const storage::LogPosition& limit) {
  Offset from = state.view->start();
  while (true) {
    auto found = state.view->find_timestamp(timestamp, limit, from);
    if (!found) return unavailable(found.error());
    if (!*found) return {};
    Answer answer = pick_record(state, **found, timestamp);
    if (is_found(answer) || answer.error_code != 0) return answer;
    from = (*found)->header.next_offset();
  }
}

// What the header of a batch says is the largest timestamp may be that of a record which is deleted: then
// the others of the batch, and the batches behind it, have to be compared.
Answer look_up_max(const Partition::State& state, const storage::LogPosition& limit) {
  auto found = state.view->find_max_timestamp(limit);
  if (!found) return unavailable(found.error());
  if (!*found) return {};
  Answer answer = pick_record(state, **found, kMaxTimestamp);
  bool is_cut = (*found)->header.base_offset < state.view->start();
  if (!is_cut || answer.error_code != 0 || answer.timestamp == (*found)->header.max_timestamp) return answer;
  auto behind = state.view->find_max_timestamp(limit, (*found)->header.next_offset());
  if (!behind) return unavailable(behind.error());
  if (!*behind || (*behind)->header.max_timestamp <= answer.timestamp) return answer;
  return pick_record(state, **behind, kMaxTimestamp);
}

Answer earliest(const Partition::State& state) {
  auto epoch = state.view->epochs().earliest();
  bool covers = epoch && epoch->start <= state.view->start();
  return found_at(state.view->start(), -1, covers ? std::optional(epoch->epoch) : std::nullopt);
}

// A leader whose high watermark has not reached its own epoch yet does not know what is committed (KIP-207).
bool lags(const Partition::State& state) {
  auto latest = state.view->epochs().latest();
  bool has_records = latest && latest->epoch == state.leader_epoch;
  Offset epoch_start = has_records ? latest->start : state.end.offset;
  return state.leads && epoch_start > state.high_watermark.offset;
}

// What is asked of a partition, and by whom.
struct Asked {
  int64_t timestamp;
  int32_t leader_epoch;
  int32_t replica_id;  // negative: kConsumer or kDebugger
  bool committed_only;
  int16_t version;
};

Answer answer_now(const Asked& asked, const Partition& partition) {
  std::optional<Epoch> epoch;
  if (asked.leader_epoch >= 0) epoch = Epoch{asked.leader_epoch};
  ErrorCode code = partition.check_leader(epoch);
  bool any_replica = asked.replica_id == kDebugger && code == ErrorCode::kNotLeaderOrFollower;
  if (code != ErrorCode::kNone && !any_replica) return failed(code);
  Partition::State state = partition.state();
  if (asked.timestamp == kEarliest || asked.timestamp == kEarliestLocal) return earliest(state);
  bool is_consumer = asked.replica_id == kConsumer;
  const bool is_behind = is_consumer && lags(state);
  const bool has_code = asked.version >= kFirstVersionWithOffsetNotAvailable;
  const Answer not_yet = failed(has_code ? ErrorCode::kOffsetNotAvailable : ErrorCode::kLeaderNotAvailable);
  if (is_behind && (asked.timestamp == kLatest || asked.timestamp == kMaxTimestamp)) return not_yet;
  const storage::LogPosition& limit = !is_consumer           ? state.end
                                      : asked.committed_only ? state.last_stable
                                                             : state.high_watermark;
  switch (asked.timestamp) {
    case kLatest:
      return found_at(limit.offset, -1, state.leader_epoch);
    // Nothing is tiered, so nothing is the latest that is, and nothing waits to be.
    case kLatestTiered:
    case kEarliestPendingUpload:
      return {};
    case kMaxTimestamp:
      return look_up_max(state, limit);
    default: {
      // What was found is committed; what was not may be.
      Answer answer = look_up(state, asked.timestamp, limit);
      return is_behind && answer.error_code == 0 && !is_found(answer) ? not_yet : answer;
    }
  }
}

Answer answer_partition(const Asked& asked, std::string_view topic, int32_t index, const LogUses& uses) {
  if (asked.version < first_version_of(asked.timestamp) || asked.timestamp < kEarliestPendingUpload)
    return failed(ErrorCode::kUnsupportedVersion);
  auto partition = held_partition(uses, topic, index);
  if (!partition) return failed(partition.error());
  for (int attempt = 0; attempt < kStaleReadsMax; ++attempt) {
    Answer answer = answer_now(asked, **partition);
    if (answer.error_code != protocol::wire_value(kViewReplaced)) return answer;
  }
  return failed(ErrorCode::kKafkaStorageError);
}

// As it was asked for, partitions that are named twice included: nothing of the topic is looked at.
Topic refuse(const ListOffsetsRequest::ListOffsetsTopic& topic) {
  Topic refused;
  refused.name = topic.name;
  for (const auto& asked : topic.partitions) {
    refused.partitions.push_back(failed(ErrorCode::kTopicAuthorizationFailed));
    refused.partitions.back().partition_index = asked.partition_index;
  }
  return refused;
}

}  // namespace

ListOffsetsResponse list_offsets(const ListOffsetsRequest& request, int16_t version, const LogUses& uses) {
  std::map<std::pair<std::string_view, int32_t>, int> mentions;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) ++mentions[{topic.name, asked.partition_index}];
  }
  bool known_isolation = request.isolation_level == 0 || request.isolation_level == kReadCommitted;
  ListOffsetsResponse response;
  std::vector<Topic> refused;
  for (const auto& topic : request.topics) {
    if (!uses.access.allows(security::AclOperation::kDescribe, security::ResourceType::kTopic, topic.name)) {
      refused.push_back(refuse(topic));
      continue;
    }
    Topic answers;
    answers.name = topic.name;
    for (const auto& one : topic.partitions) {
      int& mentioned = mentions[{topic.name, one.partition_index}];
      if (mentioned == kAnswered) continue;
      Asked asked{one.timestamp, one.current_leader_epoch, request.replica_id,
                  request.isolation_level == kReadCommitted, version};
      Answer answer = !known_isolation ? failed(ErrorCode::kUnknownServerError)
                      : mentioned > 1  ? failed(ErrorCode::kInvalidRequest)
                                       : answer_partition(asked, topic.name, one.partition_index, uses);
      answer.partition_index = one.partition_index;
      answers.partitions.push_back(answer);
      mentioned = kAnswered;
    }
    if (!answers.partitions.empty()) response.topics.push_back(std::move(answers));
  }
  response.topics.insert(response.topics.end(), refused.begin(), refused.end());
  return response;
}

}  // namespace klamm::broker
