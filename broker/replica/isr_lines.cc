#include "broker/replica/isr_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "broker/metadata/topics_image.h"

namespace klamm::broker {
namespace {

std::string text_of(const std::vector<NodeId>& isr) {
  return fmt::format("{}", fmt::join(numbers_of(isr), ","));
}

std::vector<NodeId> members_of(const IsrProposal& proposal) {
  std::vector<NodeId> members;
  for (const IsrMember& member : proposal.isr) members.push_back(member.id);
  return members;
}

std::string where_is(const LeaderTerm& term, NodeId member, int64_t now_ms) {
  const LeaderTerm::Follower* follower = term.find(member);
  if (follower == nullptr || follower->progress.end() == kNoOffset)
    return fmt::format("node {}, which has not fetched in this leader epoch", member.value);
  const int64_t caught_up_ms = follower->progress.last_caught_up_ms();
  const std::string since = caught_up_ms == FollowerProgress::kNever
                                ? std::string("which never had all there was in this leader epoch")
                                : fmt::format("which had all there was {} ms ago", now_ms - caught_up_ms);
  return fmt::format("node {} at {}, {}", member.value, follower->progress.end().value, since);
}

}  // namespace

std::string shrinking_line(const LeaderTerm& term, const IsrProposal& proposal, int64_t now_ms) {
  const std::vector<NodeId> stay = members_of(proposal);
  std::string leave;
  for (NodeId member : term.isr()) {
    if (std::find(stay.begin(), stay.end(), member) != stay.end()) continue;
    leave += fmt::format("{}{}", leave.empty() ? "" : "; ", where_is(term, member, now_ms));
  }
  return fmt::format(
      "Shrinking ISR from {} to {}. The log ends at {}, and is committed up to {}. Out of sync: {}",
      text_of(term.isr()), text_of(stay), term.end().offset.value, term.high_watermark().offset.value, leave);
}

std::string answer_line(const LeaderTerm& term, const IsrProposal& proposal,
                        const Outcome<CommittedIsr>& answer, const Moves& moves) {
  if (moves.isr == Moves::Isr::kExpanded || moves.isr == Moves::Isr::kShrunk) {
    return fmt::format("ISR updated to {}{} in partition epoch {}", text_of(term.isr()),
                       term.is_under_min_isr() ? " (under-min-isr)" : "", term.partition_epoch().value);
  }
  if (answer || moves.isr != Moves::Isr::kFailed) return "";
  return fmt::format("The ISR {} that was proposed in partition epoch {} is not taken: {}",
                     text_of(members_of(proposal)), proposal.partition_epoch.value, name_of(answer.error()));
}

}  // namespace klamm::broker
