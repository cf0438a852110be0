// ListOffsets, versions 1-11: where a partition begins and ends, and which record is the first of a time.
// KIP-79 (v1), KIP-98 (v2: isolation), KIP-320 (v4: epochs), KIP-734 (v7: -3), KIP-405 (v8: -4), KIP-1005
// (v9: -5), KIP-1023 (v11: -6).

#include <algorithm>

#include "broker/handlers/logs.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using Answer = ListOffsetsResponse::ListOffsetsPartitionResponse;

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kMaxTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5;
constexpr int64_t kEarliestPendingUpload = -6;
constexpr int8_t kReadCommitted = 1;
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

// The first record of the batch that `wanted` accepts.
template <class Wanted>
Answer pick_record(const Partition::State& state, const storage::FoundBatch& found, Wanted wanted) {
  Bytes bytes(found.bytes.size);
  auto size = found.bytes.file->file().read_at(found.bytes.position, bytes);
  if (!size || *size != bytes.size()) return failed(ErrorCode::kKafkaStorageError);
  protocol::BatchView batch(bytes);
  protocol::Decompressor decompressor;
  protocol::DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, kPlainSizeMax);
  if (!section) return failed(section.error());
  protocol::RecordCursor records(*section, batch.record_count());
  while (const protocol::Record* record = records.next()) {
    int64_t timestamp = protocol::timestamp_of(batch, *record);
    Offset offset = protocol::offset_of(batch, *record);
    if (offset < state.view->start() || !wanted(timestamp)) continue;
    Answer answer;
    answer.timestamp = timestamp;
    answer.offset = offset.value;
    auto epoch = state.view->epochs().epoch_of(offset);
    answer.leader_epoch = epoch ? epoch->value : -1;
    return answer;
  }
  return {};
}

Answer edge(const Partition::State& state, Offset offset) {
  Answer answer;
  answer.offset = offset.value;
  auto epoch = offset < state.end.offset ? state.view->epochs().epoch_of(offset) : std::nullopt;
  auto latest = state.view->epochs().latest();
  if (epoch) {
    answer.leader_epoch = epoch->value;
  } else if (latest) {
    answer.leader_epoch = latest->epoch.value;
  }
  return answer;
}

Answer look_up(const Partition::State& state, int64_t timestamp, const storage::LogPosition& limit) {
  auto found = timestamp == kMaxTimestamp ? state.view->find_max_timestamp(limit)
                                          : state.view->find_timestamp(timestamp, limit);
  if (!found) return failed(ErrorCode::kKafkaStorageError);
  if (!*found) return {};
  int64_t max = (*found)->header.max_timestamp;
  if (timestamp == kMaxTimestamp) return pick_record(state, **found, [&](int64_t t) { return t == max; });
  return pick_record(state, **found, [&](int64_t t) { return t >= timestamp; });
}

Answer answer_partition(const ListOffsetsRequest& request, int16_t version, std::string_view topic,
                        const ListOffsetsRequest::ListOffsetsPartition& asked, const LogUses& uses) {
  if (version < first_version_of(asked.timestamp) || asked.timestamp < kEarliestPendingUpload) {
    return failed(ErrorCode::kUnsupportedVersion);
  }
  auto partition = held_partition(uses, topic, asked.partition_index);
  if (!partition) return failed(partition.error());
  std::optional<Epoch> epoch;
  if (asked.current_leader_epoch >= 0) epoch = Epoch{asked.current_leader_epoch};
  if (ErrorCode code = (*partition)->check_leader(epoch); code != ErrorCode::kNone) return failed(code);
  Partition::State state = (*partition)->state();
  const storage::LogPosition& limit =
      request.isolation_level == kReadCommitted ? state.last_stable : state.high_watermark;
  switch (asked.timestamp) {
    case kLatest:
      return edge(state, limit.offset);
    case kEarliest:
      return edge(state, state.view->start());
    case kEarliestLocal:
      return edge(state, state.view->local_start());
    // Nothing is tiered, so nothing is the latest that is, and nothing waits to be.
    case kLatestTiered:
      return {};
    case kEarliestPendingUpload:
      return {};
    default:
      return look_up(state, asked.timestamp, limit);
  }
}

}  // namespace

ListOffsetsResponse list_offsets(const ListOffsetsRequest& request, int16_t version, const LogUses& uses) {
  ListOffsetsResponse response;
  for (const auto& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = topic.name;
    for (const auto& asked : topic.partitions) {
      Answer answer = answer_partition(request, version, topic.name, asked, uses);
      answer.partition_index = asked.partition_index;
      answers.partitions.push_back(answer);
    }
  }
  return response;
}

}  // namespace klamm::broker
