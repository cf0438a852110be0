// What becomes of a cluster's partitions: made, led by others when a node is killed, in sync when it is back.
// It is seen through the broker of the address, which is not the node that comes or goes.

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "bench/load/cluster.h"
#include "bench/load/runs.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kDescribeQuorumVersion = 1;
constexpr int16_t kElectLeadersVersion = 2;
constexpr std::string_view kMetadataTopic = "__cluster_metadata";
constexpr int8_t kPreferred = 0;
constexpr int32_t kElectWithinMs = 60'000;
// Between two looks, at least.
constexpr int64_t kPauseNs = 5'000'000;
// Elections are over in less than a second: there, half of the time may go into looking.
constexpr int64_t kRestsInElections = 1, kRestsOtherwise = 4;
constexpr double kElectAgainS = 5;
constexpr int64_t kReachableWithinNs = 300'000'000'000;

double ms_since(int64_t began_ns) { return static_cast<double>(now_ns() - began_ns) / 1e6; }

// One broker's view, again and again.
class Observer {
 public:
  explicit Observer(const Options& options)
      : address_(options.address), topic_(options.topic), client_(options.address) {}

  View look() { return look_at(client_, address_, topic_); }

  // The first view of which this is so.
  template <class Holds>
  View await(std::string_view what, Holds holds, int64_t rests = kRestsOtherwise) {
    const int64_t began = now_ns();
    while (true) {
      const int64_t looked = now_ns();
      View view = look();
      if (holds(view)) return view;
      if (now_ns() - began > ready_within_ns(static_cast<int64_t>(view.partitions.size()))) {
        give_up(fmt::format("topic {}: waited in vain for {}", topic_, what));
      }
      rest_after_look(looked, kPauseNs, rests);
    }
  }

  // Until the broker is not fenced.
  void await_broker(int32_t node_id) {
    const int64_t deadline = now_ns() + kReachableWithinNs;
    while (!has_broker(client_, node_id)) {
      if (now_ns() > deadline) give_up(fmt::format("waited in vain for node {}", node_id));
      sleep_until_ns(now_ns() + kPauseNs);
    }
  }

  // Once it has come of itself or has been asked for, perhaps more than once: an election that is going on
  // leaves partitions as they are.
  void elect_preferred() {
    int64_t ask_at = 0;
    await("preferred leaders", [&](const View& view) {
      if (is_led_as_preferred(view)) return true;
      if (now_ns() >= ask_at) {
        elect();
        ask_at = now_ns() + static_cast<int64_t>(kElectAgainS * 1e9);
      }
      return false;
    });
  }

 private:
  void elect() {
    ElectLeadersRequest request;
    request.election_type = kPreferred;
    request.topic_partitions = std::nullopt;
    request.timeout_ms = kElectWithinMs;
    client_.call<ElectLeadersRequest, ElectLeadersResponse>(request, kElectLeadersVersion);
  }

  const Address address_;
  const std::string topic_;
  Client client_;
};

void await_reachable(const Address& address) {
  const int64_t deadline = now_ns() + kReachableWithinNs;
  while (!Client::is_reachable(address)) {
    if (now_ns() > deadline) give_up(fmt::format("nobody listens at {}:{}", address.host, address.port));
    sleep_until_ns(now_ns() + kPauseNs);
  }
}

}  // namespace

Report run_create(const Options& options) {
  await_reachable(options.address);
  const int64_t began = now_ns();
  prepare_topic(options);
  Report report(options.mode);
  report.set("created_ms", ms_since(began));
  return report;
}

Report run_controller(const Options& options) {
  DescribeQuorumRequest request;
  auto& asked = request.topics.emplace_back();
  asked.topic_name = kMetadataTopic;
  asked.partitions.emplace_back();
  Client client(options.address);
  Report report(options.mode);
  // Between two of them there is none.
  for (const int64_t deadline = now_ns() + kReachableWithinNs; now_ns() < deadline;) {
    auto response =
        client.call<DescribeQuorumRequest, DescribeQuorumResponse>(request, kDescribeQuorumVersion);
    if (response.error_code == 0 && !response.topics.empty() && !response.topics[0].partitions.empty()) {
      const auto& partition = response.topics[0].partitions[0];
      if (partition.error_code == 0 && partition.leader_id >= 0) {
        report.set("node_id", partition.leader_id);
        return report;
      }
    }
    sleep_until_ns(now_ns() + kPauseNs);
  }
  give_up("no active controller is known");
}

Report run_settle(const Options& options) {
  const int64_t began = now_ns();
  await_reachable(options.address);
  Report report(options.mode);
  Observer observer(options);
  if (options.node_id >= 0) {
    observer.await_broker(options.node_id);
    report.set("unfenced_ms", ms_since(began));
  }
  observer.await("replicas in sync", is_in_sync);
  report.set("in_sync_ms", ms_since(began));
  observer.elect_preferred();
  report.set("preferred_ms", ms_since(began));
  return report;
}

Report run_elections(const Options& options) {
  if (options.pids.size() != 1 || options.pids[0] <= 0 || options.node_id < 0) {
    give_up("elections are for the partitions of one node: --node-id N --pid N");
  }
  Observer observer(options);
  const std::vector<int32_t> orphans = led_by(observer.look(), options.node_id);
  if (orphans.empty()) give_up(fmt::format("node {} leads nothing of {}", options.node_id, options.topic));

  const int64_t began = now_ns();
  if (kill(options.pids[0], SIGKILL) != 0) give_up("the node cannot be killed");
  const auto is_gone = [&](const View& view) {
    return !view.brokers.contains(options.node_id) && is_led_without(view, options.node_id);
  };
  const View elected = observer.await("other leaders", is_gone, kRestsInElections);
  const double elected_ms = ms_since(began);
  await_leadership(options.topic, leaders_of(elected, orphans));
  Report report(options.mode);
  report.set("partitions", static_cast<double>(orphans.size()));
  report.set("elected_ms", elected_ms);
  report.set("served_ms", ms_since(began));
  return report;
}

}  // namespace klamm::bench
