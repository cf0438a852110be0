#include "tests/raft/describe.h"

#include <fmt/format.h>

namespace klamm::raft {
namespace {

// What every response tells: "epoch 3, leader 1", and what went wrong.
std::string common(ErrorCode error, Epoch epoch, NodeId leader) {
  std::string text = error == ErrorCode::kNone ? "" : fmt::format(" {}", protocol::name_of(error));
  if (epoch == kNoEpoch) return text;
  text += fmt::format(" epoch {}", epoch.value);
  return leader == kNoNode ? text : text + fmt::format(" leader {}", leader.value);
}

std::string span(const Batch& batch) {
  std::string text =
      batch.record_count == 1
          ? fmt::format("{}@{}", batch.base_offset.value, batch.epoch.value)
          : fmt::format("{}-{}@{}", batch.base_offset.value, batch.end().value - 1, batch.epoch.value);
  return std::holds_alternative<LeaderChangeRecord>(batch.content) ? text + " LEADER_CHANGE" : text;
}

std::string spans(const std::vector<Batch>& batches) {
  std::string text;
  for (const Batch& batch : batches) text += (text.empty() ? "" : ", ") + span(batch);
  return text;
}

std::string keys(const std::vector<ReplicaKey>& replicas) {
  std::string text;
  for (const ReplicaKey& replica : replicas)
    text += (text.empty() ? "" : ",") + std::to_string(replica.id.value);
  return text;
}

struct DescribeRequest {
  std::string operator()(const VoteRequest& r) const {
    return fmt::format("{} epoch {} end {}", r.pre_vote ? "PreVote" : "Vote", r.epoch.value,
                       describe(r.log_end));
  }
  std::string operator()(const BeginQuorumEpochRequest& r) const {
    return fmt::format("BeginQuorumEpoch epoch {} leader {}", r.epoch.value, r.leader.value);
  }
  std::string operator()(const EndQuorumEpochRequest& r) const {
    return fmt::format("EndQuorumEpoch epoch {} leader {} preferred [{}]", r.epoch.value, r.leader.value,
                       keys(r.preferred_candidates));
  }
  std::string operator()(const FetchRequest& r) const {
    return fmt::format("Fetch epoch {} from {}@{} hw {}", r.current_leader_epoch.value, r.fetch_offset.value,
                       r.last_fetched_epoch.value, r.high_watermark.value);
  }
  std::string operator()(const FetchSnapshotRequest& r) const {
    return fmt::format("FetchSnapshot epoch {} of {} at {}", r.current_leader_epoch.value,
                       describe(r.snapshot), r.position);
  }
};

struct DescribeResponse {
  std::string operator()(const VoteResponse& r) const {
    return "vote" + common(r.error, r.epoch, r.leader) + (r.granted ? ": granted" : ": refused");
  }
  std::string operator()(const BeginQuorumEpochResponse& r) const {
    return "begun" + common(r.error, r.epoch, r.leader);
  }
  std::string operator()(const EndQuorumEpochResponse& r) const {
    return "ended" + common(r.error, r.epoch, r.leader);
  }
  std::string operator()(const FetchResponse& r) const {
    std::string text = "fetched" + common(r.error, r.epoch, r.leader);
    if (r.error != ErrorCode::kNone) return text;
    text += fmt::format(" hw {}", r.high_watermark.value);
    if (r.diverging) text += ": diverging at " + describe(*r.diverging);
    if (r.snapshot) text += ": snapshot " + describe(*r.snapshot);
    if (r.read) text += fmt::format(": records from {}", r.read->from.value);
    return r.batches.empty() ? text : text + ": " + spans(r.batches);
  }
  std::string operator()(const FetchSnapshotResponse& r) const {
    std::string text = "snapshot" + common(r.error, r.epoch, r.leader);
    if (r.error != ErrorCode::kNone) return text;
    size_t bytes = r.read_size > 0 ? static_cast<size_t>(r.read_size) : r.bytes.bytes.size();
    return text +
           fmt::format(": {} bytes at {} of {} of {}", bytes, r.position, r.size, describe(r.snapshot));
  }
};

std::string describe(const ElectionState& state) {
  std::string text = fmt::format("remember epoch {}", state.epoch.value);
  if (state.leader != kNoNode) text += fmt::format(" leader {}", state.leader.value);
  if (state.has_vote()) text += fmt::format(" vote {}", state.voted.id.value);
  return text;
}

}  // namespace

std::string describe(const LogPoint& point) {
  return fmt::format("{}@{}", point.offset.value, point.epoch.value);
}
std::string describe(const Request& request) { return std::visit(DescribeRequest{}, request); }
std::string describe(const Response& response) { return std::visit(DescribeResponse{}, response); }

std::vector<std::string> describe(const Output& output) {
  std::vector<std::string> lines;
  if (output.quorum_state) lines.push_back(describe(*output.quorum_state));
  if (output.truncate_to) lines.push_back(fmt::format("truncate to {}", output.truncate_to->value));
  if (output.snapshot_chunk) {
    lines.push_back(fmt::format("store {} bytes at {} of snapshot {}",
                                output.snapshot_chunk->bytes.bytes.size(), output.snapshot_chunk->position,
                                describe(output.snapshot_chunk->id)));
  }
  if (output.install_snapshot) lines.push_back("install snapshot " + describe(*output.install_snapshot));
  if (!output.append.empty()) lines.push_back("append " + spans(output.append));
  if (output.sync) lines.push_back(fmt::format("sync to {}", output.sync->end.value));
  for (const Message& message : output.messages) {
    auto* request = std::get_if<Request>(&message.body);
    std::string what = request ? describe(*request) : describe(std::get<Response>(message.body));
    lines.push_back(fmt::format("-> {} {}", message.to.value, what));
  }
  if (output.high_watermark) lines.push_back(fmt::format("commit to {}", output.high_watermark->value));
  if (output.leadership) {
    lines.push_back(output.leadership->leader == kNoNode
                        ? fmt::format("announce epoch {}", output.leadership->epoch.value)
                        : fmt::format("announce epoch {} leader {}", output.leadership->epoch.value,
                                      output.leadership->leader.value));
  }
  return lines;
}

}  // namespace klamm::raft
