// The groups that this node coordinates: their members, what they have committed, and how far they are behind
// the ends of the logs: led here, followed here, or as their leaders say (RemoteEnds).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/group/lag.h"
#include "broker/scrape/node_view.h"
#include "broker/scrape/section.h"
#include "broker/scrape/shard_rounds.h"

namespace klamm::broker::scrape {

class GroupsSection final : public Section {
 public:
  // The node outlives it.
  explicit GroupsSection(const NodeView& node);

  Progress write(Exposition& out) override;

 private:
  struct Member {
    std::string group;
    std::string_view type;  // both are of texts that stay
    std::string_view state;
    int64_t members = 0;
  };
  struct Commit {
    std::string group;
    std::string topic;
    int32_t partition = 0;
    Offset offset;
  };
  using Groups = ShardRounds<Member, std::string>;
  using Commits = ShardRounds<Commit, group::Offsets::Place>;
  enum class Phase { kGroups, kLags, kOffsets };

  Progress write_groups(Exposition& out);
  Progress write_commits(Exposition& out);
  void write_lags(Exposition& out);
  void write_counts(Exposition& out) const;
  std::optional<group::ReadableRange> range_of(std::string_view topic, int32_t partition);
  void begin_commits();

  const NodeView& node_;
  const std::shared_ptr<const ClusterImage> image_;
  Phase phase_ = Phase::kGroups;
  bool has_begun_ = false;  // the phase's family
  Groups groups_;
  std::unique_ptr<Commits> commits_;
  std::vector<Member> members_;
  std::vector<Commit> committed_;
  size_t at_ = 0;  // of committed_
  const TopicImage* last_topic_ = nullptr;
  std::map<std::string, int64_t, std::less<>> by_type_;
  std::map<std::string, int64_t, std::less<>> by_state_;
  int64_t offsets_ = 0;
};

}  // namespace klamm::broker::scrape
