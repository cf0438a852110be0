// Groups of consumers: how soon they are stable, what their heartbeats cost and what their commits.

#include <fmt/format.h>

#include "bench/load/crowd.h"
#include "bench/load/measure.h"
#include "bench/load/request_load.h"
#include "bench/load/runs.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/offset_commit_request.h"
#include "protocol/messages/offset_commit_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kCommitVersion = 10;
constexpr int64_t kCommittedOffset = 1'000'000;

void check_heartbeat(ByteView response) {
  auto beaten = Client::decode<HeartbeatResponse>(response, Member::kHeartbeatVersion);
  if (beaten.error_code != 0) give_up(fmt::format("heartbeat: error {}", beaten.error_code));
}

void check_commit(ByteView response) {
  auto committed = Client::decode<OffsetCommitResponse>(response, kCommitVersion);
  for (const auto& topic : committed.topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code == 0) continue;
      give_up(
          fmt::format("commit of partition {}: error {}", partition.partition_index, partition.error_code));
    }
  }
}

Bytes heartbeat_of(Member& member) {
  const ByteView frame = member.beat();
  return {frame.begin(), frame.end()};
}

// What a consumer of all the topic's partitions commits. The offset is always the same: a coordinator does
// not look at what was committed before.
Bytes commit_of(const Member& member, const Topic& topic) {
  OffsetCommitRequest request;
  request.group_id = member.group();
  request.generation_id_or_member_epoch = member.generation();
  request.member_id = member.id();
  auto& committed = request.topics.emplace_back();
  committed.topic_id = topic.id;
  for (int32_t i = 0; i < topic.partitions; ++i) {
    auto& partition = committed.partitions.emplace_back();
    partition.partition_index = i;
    partition.committed_offset = kCommittedOffset;
    partition.committed_leader_epoch = 0;
    partition.committed_metadata = "";
  }
  Bytes frame;
  append_request(frame, kCommitVersion, 1, kClientId, request);
  return frame;
}

// Every member, each on its connection, while its group stays as it is.
template <class MakeFrame>
Report run_requests(const Options& options, RequestLoad::Check check, MakeFrame frame_of) {
  Crowd crowd(options);
  crowd.join();
  Window window;
  std::vector<Tally> tallies(crowd.threads());
  std::vector<std::unique_ptr<RequestLoad>> loads;
  std::vector<Work> work;
  for (size_t thread = 0; thread < crowd.threads(); ++thread) {
    std::vector<Caller> callers;
    for (Seat* seat : crowd.seats_of(thread)) {
      callers.push_back({&seat->client, frame_of(seat->member, crowd.topic())});
    }
    loads.push_back(std::make_unique<RequestLoad>(std::move(callers), check,
                                                  options.rate / static_cast<double>(crowd.threads()), window,
                                                  tallies[thread]));
    work.push_back([load = loads.back().get()] { load->run(); });
  }
  Report report(options.mode);
  measure(options, window, tallies, std::move(work), report);
  crowd.check_stable();
  crowd.leave();
  return report;
}

}  // namespace

Report run_groups_join(const Options& options) {
  Crowd crowd(options);
  const ProcessStats before = stats_of(options.pids);
  crowd.join();
  const ProcessStats behind = stats_of(options.pids);
  crowd.check_stable();
  const double seconds = static_cast<double>(crowd.whole_ns() - crowd.began_ns()) / 1e9;
  const auto members = static_cast<int64_t>(options.groups) * options.members;
  Report report(options.mode);
  report.set("stable_s", seconds);
  report.set("cpu_s", behind.cpu_s - before.cpu_s);
  report.set("joins_per_member", static_cast<double>(crowd.joins()) / static_cast<double>(members));
  report.set_latencies("", crowd.latencies());
  report.set_process(before, behind, seconds, members);
  crowd.leave();
  return report;
}

Report run_groups_heartbeat(const Options& options) {
  return run_requests(options, check_heartbeat,
                      [](Member& member, const Topic&) { return heartbeat_of(member); });
}

Report run_groups_commit(const Options& options) { return run_requests(options, check_commit, commit_of); }

}  // namespace klamm::bench
