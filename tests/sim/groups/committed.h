// Committed: what the committed log says, read by the simulator itself and not by what it tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/uuid.h"
#include "tests/sim/groups/offsets_log.h"

namespace klamm::sim::groups {

struct CommittedGroup {
  int32_t generation = -1;
  std::string protocol{};
  std::string leader{};
  struct Member {
    std::optional<std::string> instance_id{};
    Bytes assignment{};
  };
  std::map<std::string, Member, std::less<>> members{};
};

struct OffsetKey {
  std::string group;
  std::string topic;
  int32_t partition;
  friend auto operator<=>(const OffsetKey&, const OffsetKey&) = default;
};

// What an offset has been, one after the other; -1 for none. No other value comes twice.
struct OffsetHistory {
  std::vector<int64_t> values{-1};
  int64_t plain_at = -1;  // where in the log the record of the last value is
  Uuid topic_id{};        // of the topic that the last value is for; zero where it does not say
};

class Committed {
 public:
  void apply(const LogRecord& record);

  // nullptr when the log knows no such group.
  const CommittedGroup* group(std::string_view id) const;
  // How often the group has been deleted.
  int32_t life(std::string_view id) const;
  const std::map<OffsetKey, OffsetHistory>& offsets() const { return offsets_; }
  const OffsetHistory* offset(const OffsetKey& key) const;
  bool is_pending(const OffsetKey& key) const;

 private:
  void end_transaction(int64_t producer_id, bool commits);

  std::map<std::string, CommittedGroup, std::less<>> groups_;
  std::map<std::string, int32_t, std::less<>> lives_;
  std::map<OffsetKey, OffsetHistory> offsets_;
  struct Pending {
    int64_t value;
    int64_t at;
    Uuid topic_id;
  };
  std::map<int64_t, std::map<OffsetKey, Pending>> pending_;
};

}  // namespace klamm::sim::groups
