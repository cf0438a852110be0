#include "broker/group/group_shard.h"

#include <algorithm>

#include "base/check.h"
#include "base/logging.h"
#include "broker/group/log_text.h"
#include "broker/group/offset_records.h"
#include "broker/group/tombstones.h"
#include "protocol/reader.h"

namespace klamm::broker::group {
namespace {

using protocol::ErrorCode;

constexpr int16_t kGroupMetadataType = 2;
// All members of a shard may be due at once, after a pause of the process or of the network.
constexpr int kDeadlinesPerTick = 100;

// Records of kinds of groups that are not served: consumer groups, share groups and streams groups, in the
// numbers that Kafka has given away so far.
bool is_of_other_kind(int16_t type) { return type >= 3 && type <= 23 && type != 9 && type != 18; }

// The records that say that there is such a group: their tombstones end it.
bool is_group_of_other_kind(int16_t type) { return type == 3 || type == 11 || type == 17; }

void tell_removed(GroupShard::RemoveAnswer& answer, std::string_view group_id, ErrorCode code) {
  answer({.group_id = group_id, .error_code = wire_value(code)});
}

}  // namespace

GroupShard::GroupShard(const GroupCoordinatorConfig& config, Random& random, Journal& journal)
    : config_(config),
      journal_(journal),
      classic_({config, random, journal, groups_, deadlines_}),
      offsets_({config, journal, groups_}) {}

void GroupShard::remove(std::string_view group_id, RemoveAnswer answer) {
  const Group* const group = groups_.find(group_id);
  const ErrorCode refused = group == nullptr ? ErrorCode::kGroupIdNotFound : group->check_delete();
  if (refused != ErrorCode::kNone) return tell_removed(answer, group_id, refused);

  std::vector<CoordinatorRecord> records;
  offsets_.append_tombstones(group_id, records, kTombstonesSizeMax);
  if (tombstones_size(records) > kTombstonesSizeMax) {
    auto go_on = [this, id = std::string(group_id), answer = std::move(answer)](ErrorCode code, Now) mutable {
      if (code != ErrorCode::kNone) return tell_removed(answer, id, code);
      remove(id, std::move(answer));
    };
    return journal_.write(std::move(records), std::move(go_on));
  }
  group->append_tombstones(records);
  auto finish = [id = std::string(group_id), answer = std::move(answer)](ErrorCode code, Now) mutable {
    if (code == ErrorCode::kNone) {
      LOG_INFO_LIMITED("group {}: deleted, and its offsets with it", for_log(id));
    }
    tell_removed(answer, id, code);
  };
  journal_.write(std::move(records), std::move(finish));
}

bool GroupShard::load(const CoordinatorRecordView& record, Now now) {
  const auto type = record_type_of(record.key);
  if (!type) return false;
  switch (*type) {
    case kLegacyOffsetCommitType:
    case kOffsetCommitType:
      return offsets_.apply(record);
    case kGroupMetadataType:
      return classic_.load(record.key, record.value, now);
    default:
      if (is_of_other_kind(*type)) {
        pass_over(*type, record);
      } else {
        ++unknown_kinds_;
      }
      return true;
  }
}

// Their groups are not served, but their offsets are not ours to expire: the partition may go back to a
// broker that serves them. All their keys begin with the group's id.
void GroupShard::pass_over(int16_t type, const CoordinatorRecordView& record) {
  ++other_kinds_;
  protocol::Reader reader(record.key.subspan(sizeof type));
  const std::string_view group_id = reader.string(false);
  if (!reader.ok()) return;
  if (record.value) {
    offsets_.keep_from_expiry(group_id);
  } else if (is_group_of_other_kind(type)) {
    offsets_.let_expire(group_id);
  }
}

void GroupShard::on_loaded(Now now) {
  if (other_kinds_ > 0) {
    LOG_WARN("{} records of consumer, share or streams groups are left alone: they are not served yet",
             other_kinds_);
  }
  if (unknown_kinds_ > 0) {
    LOG_WARN("{} records of kinds that are not known are left alone: a later release may have written them",
             unknown_kinds_);
  }
  offsets_.make_kept_groups();
  classic_.on_loaded(now);
  schedule_expiry(now, config_.expiry_interval_ms);
}

void GroupShard::apply(const CoordinatorRecordView& record) {
  const auto type = record_type_of(record.key);
  CHECK(type.has_value());
  if (*type == kOffsetCommitType) {
    CHECK(offsets_.apply(record));
    return;
  }
  CHECK(*type == kGroupMetadataType);
  // What a group becomes, it is before that is written; that it is gone, only here.
  if (!record.value) CHECK(classic_.load(record.key, record.value, Now{}));
}

void GroupShard::tick(Now now) {
  for (int count = 0; count < kDeadlinesPerTick; ++count) {
    const auto due = deadlines_.take_due(now.monotonic_ms);
    if (!due) return;
    if (due->kind == DeadlineKind::kExpiry) {
      const bool whole = offsets_.expire(now);
      schedule_expiry(now, whole ? config_.expiry_interval_ms : 0);
    } else {
      classic_.on_deadline(*due, now);
    }
  }
}

void GroupShard::schedule_expiry(Now now, int64_t in_ms) {
  deadlines_.set({.kind = DeadlineKind::kExpiry}, now.monotonic_ms + std::max<int64_t>(1, in_ms));
}

}  // namespace klamm::broker::group
