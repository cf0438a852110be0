// Group: what every kind of group answers about itself, whatever its protocol: to the committed offsets, to
// the tools that list and delete groups. Classic groups are the first kind; consumer, share and streams
// groups will be others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/coordinator_record.h"
#include "broker/group/journal.h"
#include "protocol/errors.h"

namespace klamm::broker::group {

enum class GroupType : uint8_t { kClassic, kConsumer, kShare, kStreams };
// As ListGroups has them: "classic", "consumer", ...
std::string_view name_of(GroupType type);

// Who commits offsets, as the request says it.
struct Committer {
  std::string_view member_id;
  std::optional<std::string_view> instance_id{};
  int32_t generation = -1;  // or the member's epoch
  bool transactional = false;
  int16_t version = 0;  // of the request
};

// From what time on the age of an offset counts (KIP-211).
enum class ExpiryBase : uint8_t {
  kNever,       // the group is in use
  kCommit,      // the time of its commit
  kGroupState,  // the time since which the group has been as it is (state_timestamp_ms)
};

class Group {
 public:
  explicit Group(std::string id) : id_(std::move(id)) {}
  virtual ~Group() = default;

  const std::string& id() const { return id_; }

  virtual GroupType type() const = 0;
  virtual std::string_view state_name() const = 0;     // "PreparingRebalance"
  virtual std::string_view protocol_type() const = 0;  // "consumer", "connect"; empty for none
  virtual bool is_empty() const = 0;
  virtual size_t member_count() const = 0;

  // kNone, or what the commit, the fetch, the deletion is refused with.
  virtual protocol::ErrorCode check_commit(const Committer& committer) const = 0;
  virtual protocol::ErrorCode check_fetch(std::optional<std::string_view> member_id,
                                          int32_t member_epoch) const = 0;
  virtual protocol::ErrorCode check_offset_delete() const = 0;
  virtual protocol::ErrorCode check_delete() const = 0;
  // A commit was accepted: its member is alive.
  virtual void on_commit(const Committer& /*committer*/, Now /*now*/) {}

  virtual ExpiryBase expiry_base() const = 0;
  virtual int64_t state_timestamp_ms() const = 0;
  // Whether members read the topic now. A group of consumers whose subscriptions cannot be read does.
  virtual bool is_subscribed_to(std::string_view topic) const = 0;
  // The tombstones of everything the log holds of this group but its offsets.
  virtual void append_tombstones(std::vector<CoordinatorRecord>& records) const = 0;

 private:
  const std::string id_;
};

}  // namespace klamm::broker::group
