// What a shard of groups is tested with: a journal in memory, and a group that answers what it is told to.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/group/group.h"
#include "broker/group/group_records.h"
#include "broker/group/journal.h"

namespace klamm::broker::group::testing {

using protocol::ErrorCode;

// Keeps what is written until it is told to append and commit; the log is what was appended.
class LogJournal final : public Journal {
 public:
  struct Logged {
    CoordinatorRecord record;
    int64_t producer_id = -1;
    // For a marker, which has no record: how the producer's transaction ended.
    std::optional<bool> committed{};
  };

  void write(std::vector<CoordinatorRecord> records, Then then) override {
    writes_.push_back({std::move(records), std::move(then)});
  }

  // Appends all that waits, each record given to `apply` with its offset, then says that it is committed.
  template <class Apply>
  void settle(Apply apply, Now now) {
    while (!writes_.empty()) {
      std::vector<Write> writes = std::exchange(writes_, {});
      for (Write& write : writes) {
        if (fails_with != ErrorCode::kNone) continue;
        write_sizes.push_back(write.records.size());
        for (const CoordinatorRecord& record : write.records) append(record, -1, apply);
      }
      for (Write& write : writes) write.then(fails_with, now);
    }
  }
  template <class Apply>
  void append(const CoordinatorRecord& record, int64_t producer_id, Apply apply) {
    const Offset offset{static_cast<int64_t>(log.size())};
    log.push_back({record, producer_id, {}});
    CoordinatorRecordView view = view_of(record, offset);
    view.producer_id = producer_id;
    apply(view);
  }

  ErrorCode fails_with = ErrorCode::kNone;
  std::vector<Logged> log;
  std::vector<size_t> write_sizes;  // records of each write that was appended

 private:
  struct Write {
    std::vector<CoordinatorRecord> records;
    Then then;
  };
  std::vector<Write> writes_;
};

// A group that answers what the test tells it to.
class FakeGroup final : public Group {
 public:
  using Group::Group;
  GroupType type() const override { return GroupType::kClassic; }
  std::string_view state_name() const override { return empty ? "Empty" : "Stable"; }
  std::string_view protocol_type() const override { return "consumer"; }
  bool is_empty() const override { return empty; }
  size_t member_count() const override { return 0; }
  ErrorCode check_commit(const Committer& committer) const override {
    asked_by = std::string(committer.member_id) + "/" + std::to_string(committer.generation);
    return commit;
  }
  ErrorCode check_fetch(std::optional<std::string_view>, int32_t) const override { return fetch; }
  ErrorCode check_offset_delete() const override { return offset_delete; }
  ErrorCode check_delete() const override { return ErrorCode::kNone; }
  void on_commit(const Committer&, Now now) override { heard_ms = now.monotonic_ms; }
  ExpiryBase expiry_base() const override { return base; }
  int64_t state_timestamp_ms() const override { return state_timestamp; }
  bool is_subscribed_to(std::string_view topic) const override { return topic == subscribed; }
  void append_tombstones(std::vector<CoordinatorRecord>& records) const override {
    records.push_back(group_metadata_tombstone(id()));
  }

  bool empty = true;
  ErrorCode commit = ErrorCode::kNone;
  ErrorCode fetch = ErrorCode::kNone;
  ErrorCode offset_delete = ErrorCode::kNone;
  ExpiryBase base = ExpiryBase::kCommit;
  int64_t state_timestamp = 0;
  std::string subscribed;
  int64_t heard_ms = -1;
  mutable std::string asked_by;
};

}  // namespace klamm::broker::group::testing
