#include "broker/scrape/groups_section.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace klamm::broker::scrape {
namespace {

using metrics::Labels;

// So many are copied in one turn of a shard: a few hundred microseconds.
constexpr size_t kGroupsOfTurn = 500;
constexpr size_t kOffsetsOfTurn = 500;
// So many lines are written in one step.
constexpr size_t kLinesOfStep = 500;

Labels labels_of(std::string_view group, std::string_view topic, int32_t partition) {
  Labels labels("consumergroup", group);
  labels.add("topic", topic).add("partition", std::to_string(partition));
  return labels;
}

}  // namespace

// What was looked at by the scrape before is asked for now, and is there, mostly, when it is needed.
GroupsSection::GroupsSection(const NodeView& node)
    : node_(node),
      image_(node.images.get()),
      groups_(node.groups, node.clock,
              [](group::GroupShard& shard, std::string& after, std::vector<Member>& found) {
                const auto& all = shard.groups().by_id();
                auto at = after.empty() ? all.begin() : all.upper_bound(after);
                for (; at != all.end() && found.size() < kGroupsOfTurn; ++at) {
                  const group::Group& one = *at->second;
                  found.push_back({at->first, group::name_of(one.type()), one.state_name(),
                                   static_cast<int64_t>(one.member_count())});
                }
                if (!found.empty()) after = found.back().group;
                return at != all.end();
              }) {
  node.ends.refresh();
}

void GroupsSection::begin_commits() {
  has_begun_ = false;
  commits_ = std::make_unique<Commits>(
      node_.groups, node_.clock,
      [](group::GroupShard& shard, group::Offsets::Place& after, std::vector<Commit>& found) {
        const auto committed = shard.offsets().some(after, kOffsetsOfTurn);
        for (const auto& one : committed)
          found.push_back({std::string(one.group), std::string(one.topic), one.partition, one.offset});
        if (found.empty()) return false;
        after = {found.back().group, found.back().topic, found.back().partition};
        return committed.size() == kOffsetsOfTurn;
      });
}

Progress GroupsSection::write(Exposition& out) {
  if (phase_ == Phase::kGroups) return write_groups(out);
  const Progress progress = write_commits(out);
  if (progress != Progress::kDone) return progress;
  if (phase_ == Phase::kLags) {
    phase_ = Phase::kOffsets;
    begin_commits();
    return Progress::kMore;
  }
  write_counts(out);
  return Progress::kDone;
}

Progress GroupsSection::write_groups(Exposition& out) {
  const auto state = groups_.take(members_);
  if (state == Groups::State::kWait) return Progress::kWait;
  if (!std::exchange(has_begun_, true)) out.begin(Family::kConsumerGroupMembers);
  for (const Member& member : members_) {
    ++by_type_[std::string(member.type)];
    ++by_state_[std::string(member.state)];
    out.add(Labels("consumergroup", member.group).text(), member.members);
  }
  if (state == Groups::State::kMore) return Progress::kMore;
  phase_ = Phase::kLags;
  begin_commits();
  return Progress::kMore;
}

// A round's commits, a step at a time, and then the next round's.
Progress GroupsSection::write_commits(Exposition& out) {
  if (at_ == committed_.size()) {
    at_ = 0;
    const auto state = commits_->take(committed_);
    if (state == Commits::State::kWait) return Progress::kWait;
    if (state == Commits::State::kDone) return Progress::kDone;
  }
  const bool tells_lag = phase_ == Phase::kLags;
  if (!std::exchange(has_begun_, true))
    out.begin(tells_lag ? Family::kConsumerGroupLag : Family::kConsumerGroupOffset);
  if (tells_lag) {
    write_lags(out);
    return Progress::kMore;
  }
  const size_t end = std::min(at_ + kLinesOfStep, committed_.size());
  for (; at_ < end; ++at_) {
    const Commit& one = committed_[at_];
    ++offsets_;
    out.add(labels_of(one.group, one.topic, one.partition).text(), one.offset.value);
  }
  return Progress::kMore;
}

void GroupsSection::write_lags(Exposition& out) {
  const size_t end = std::min(at_ + kLinesOfStep, committed_.size());
  std::vector<group::Offsets::Committed> views;
  for (; at_ < end; ++at_) {
    const Commit& one = committed_[at_];
    views.push_back({one.group, one.topic, one.partition, one.offset});
  }
  const auto lags = group::lag_of(
      views, [this](std::string_view topic, int32_t partition) { return range_of(topic, partition); });
  for (const group::GroupLag& lag : lags) {
    for (const group::PartitionLag& one : lag.partitions)
      out.add(labels_of(lag.group, one.topic, one.partition).text(), one.records);
  }
}

// What consumers can read: up to the high watermark, which a follower hears of with every fetch.
std::optional<group::ReadableRange> GroupsSection::range_of(std::string_view topic, int32_t partition) {
  if (last_topic_ == nullptr || last_topic_->name != topic) last_topic_ = image_->topics().find(topic);
  if (last_topic_ == nullptr) return std::nullopt;
  if (const auto held = node_.partitions.find(last_topic_->id, partition)) {
    const PartitionSample sample = held->sample();
    return group::ReadableRange{sample.view->start(), sample.high_watermark};
  }
  // Offsets may be committed of partitions that there are not: nobody is asked of these.
  if (last_topic_->partition(partition) == nullptr) return std::nullopt;
  const auto told = node_.ends.find(last_topic_->id, partition, node_.clock.monotonic_ms());
  if (!told) return std::nullopt;
  return group::ReadableRange{told->start, told->end};
}

void GroupsSection::write_counts(Exposition& out) const {
  out.begin(Family::kGroupCount);
  int64_t groups = 0;
  for (const auto& [type, count] : by_type_) {
    groups += count;
    out.add(Labels("protocol", type).text(), count);
  }
  for (const auto& [state, count] : by_state_) out.add(Labels("state", state).text(), count);
  out.add_only(Family::kNumGroups, groups);
  out.add_only(Family::kNumOffsets, offsets_);
  const auto in_state = [this](std::string_view state) {
    const auto found = by_state_.find(state);
    return found == by_state_.end() ? int64_t{0} : found->second;
  };
  out.add_only(Family::kNumGroupsPreparingRebalance, in_state("PreparingRebalance"));
  out.add_only(Family::kNumGroupsCompletingRebalance, in_state("CompletingRebalance"));
  out.add_only(Family::kNumGroupsStable, in_state("Stable"));
  out.add_only(Family::kNumGroupsEmpty, in_state("Empty"));
  out.add_only(Family::kNumGroupsDead, in_state("Dead"));
}

}  // namespace klamm::broker::scrape
