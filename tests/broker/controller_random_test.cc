// Random clusters against what has to hold in all of them, and against a model of the data: which replicas
// hold everything that was committed.
#include "tests/testing.h"

#include <algorithm>
#include <map>
#include <set>

#include "broker/controller/leader_elections.h"
#include "broker/controller/node_requests.h"
#include "broker/controller/reassignments.h"
#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr int32_t kBrokers = 4;
constexpr int32_t kPartitions = 5;
constexpr size_t kIsrMin = 2;

struct RandomCluster : ManyBrokers {
  SeededRandom chance;
  std::map<int32_t, std::set<NodeId>> holders;  // by partition: who has all that was committed
  std::map<int32_t, PartitionImage> before;
  uint64_t lives = 1;

  RandomCluster(uint64_t seed, bool elr, bool unclean) : chance(seed) {
    apply(feature("eligible.leader.replicas.version", elr ? 1 : 0));
    for (int32_t number = 1; number <= kBrokers; ++number) live(number);
    for (int32_t index = 0; index < kPartitions; ++index) {
      std::vector<int32_t> replicas{index % 4 + 1, (index + 1) % 4 + 1, (index + 2) % 4 + 1};
      partition_on(replicas);
      for (int32_t replica : replicas) holders[index].insert(NodeId{replica});
    }
    set("min.insync.replicas", std::to_string(kIsrMin));
    if (unclean) set("unclean.leader.election.enable", "true");
  }

  int32_t any_broker() { return 1 + static_cast<int32_t>(chance.below(kBrokers)); }
  int32_t any_partition() { return static_cast<int32_t>(chance.below(kPartitions)); }
  bool registered(int32_t number) const { return image.brokers().find(NodeId{number}) != nullptr; }

  void beat_somehow(int32_t number) {
    if (!registered(number)) return;
    auto request = heartbeat(number);
    request.want_fence = chance.one_in(8);
    request.want_shut_down = chance.one_in(8);
    if (chance.one_in(4)) request.current_metadata_offset -= static_cast<int64_t>(chance.below(20));
    if (chance.one_in(20)) request.offline_log_dirs = {id(900 + number)};
    beat(request);
  }
  void contact_all_but(int32_t silent) {
    for (const auto& [id, broker] : image.brokers().brokers()) {
      if (id.value != silent) sessions.contact(image.brokers(), id, broker.epoch, now_ms);
    }
  }
  void fall_silent(int32_t number) {
    now_ms += kSessionMs + 1;
    contact_all_but(number);
    expire();
  }
  // The process ends and begins again; if that was not in order, the end of its logs is gone.
  void restart(int32_t number) {
    const bool clean = chance.one_in(2);
    now_ms += kSessionMs + 1;
    contact_all_but(number);
    auto request = registration(number, ++lives);
    if (clean && registered(number)) request.previous_broker_epoch = broker(number).epoch;
    if (!clean) {
      for (auto& [index, holding] : holders) holding.erase(NodeId{number});
    }
    REQUIRE(enter(request).find("registers") != std::string::npos);
  }
  // The leader finds a random choice of its replicas in sync; who is taken in has caught up.
  void alter(int32_t index) {
    const PartitionImage now = partition(index);
    if (!now.has_leader()) return;
    protocol::AlterPartitionRequest request;
    request.broker_id = now.leader.value;
    request.broker_epoch = broker(now.leader.value).epoch;
    request.topics.push_back({id(1), {{}}});
    auto& data = request.topics[0].partitions[0];
    data.partition_index = index;
    data.leader_epoch = now.leader_epoch.value - (chance.one_in(10) ? 1 : 0);
    data.partition_epoch = now.partition_epoch.value - (chance.one_in(10) ? 1 : 0);
    for (NodeId replica : now.replicas) {
      if (replica != now.leader && chance.one_in(3)) continue;
      const BrokerImage* known = image.brokers().find(replica);
      const int64_t epoch = known == nullptr ? 7 : known->epoch;
      data.new_isr_with_epochs.push_back({replica.value, epoch - (chance.one_in(10) ? 1 : 0)});
    }
    perform(decide_alter_partition(view(), request, 3).decision);
    for (NodeId replica : partition(index).isr) holders[index].insert(replica);
  }
  // Committed when all in sync have it and they are enough.
  void produce(int32_t index) {
    const PartitionImage& now = partition(index);
    if (!now.has_leader() || now.isr.size() < std::min(kIsrMin, now.replicas.size())) return;
    holders[index] = std::set<NodeId>(now.isr.begin(), now.isr.end());
  }
  void assign(int32_t number) {
    if (!registered(number)) return;
    protocol::AssignReplicasToDirsRequest request;
    request.broker_id = number;
    request.broker_epoch = broker(number).epoch;
    auto& directory = request.directories.emplace_back();
    directory.id = chance.one_in(4) ? kLostDirectory : id(950 + number);
    directory.topics.push_back({id(1), {{any_partition()}}});
    perform(decide_assign_replicas_to_dirs(view(), request).decision);
  }
  void elect() {
    protocol::ElectLeadersRequest request;
    request.election_type = chance.one_in(4) ? 1 : 0;
    request.topic_partitions.reset();
    perform(decide_elect_leaders(view(), request).decision);
  }
  // To any brokers, or not after all.
  void move(int32_t index) {
    std::optional<std::vector<int32_t>> wanted;
    if (!chance.one_in(4)) {
      wanted.emplace();
      for (int32_t number = 1; number <= kBrokers; ++number) {
        if (chance.one_in(2)) wanted->push_back(number);
      }
    }
    protocol::AlterPartitionReassignmentsRequest request;
    request.topics.push_back({"t", {{index, std::move(wanted)}}});
    perform(decide_alter_partition_reassignments(view(), request).decision);
  }
  void step() {
    switch (chance.below(22)) {
      case 0:
        return restart(any_broker());
      case 1:
        return fall_silent(any_broker());
      case 2:
        return assign(any_broker());
      case 3:
        return elect();
      case 4:
        perform(decide_balance_leaders(view(), 2).decision);
        return;
      case 5:
        perform(decide_unclean_elections(view()).decision);
        return;
      case 6:
        if (chance.one_in(5)) perform(decide_unregister_broker(view(), {.broker_id = any_broker()}).decision);
        return;
      case 7:
        return sessions.take_over(image.brokers(), now_ms);
      case 8:
      case 9:
      case 10:
      case 11:
        return alter(any_partition());
      case 12:
      case 13:
      case 14:
      case 15:
        return produce(any_partition());
      case 20:
        return move(any_partition());
      default:
        return beat_somehow(any_broker());
    }
  }

  // The first thing that does not hold, or "".
  std::string broken(int32_t index) {
    const PartitionImage& now = partition(index);
    const bool elr = image.features().elr_enabled();
    auto serves = [&](NodeId id) {
      return is_active(id) && broker(id.value).has_online_directory(now.directory_of(id));
    };
    if (now.has_leader() && !now.in_isr(now.leader)) return "the leader is not in sync";
    if (now.has_leader() && !serves(now.leader)) return "the leader is fenced, going, or without directory";
    for (NodeId id : now.isr) {
      if (!now.has_replica(id)) return "who holds no replica is in sync";
      if (!is_active(id) && (elr || now.has_leader())) return "who is fenced or going is in sync";
      if (std::ranges::count(now.elr, id) > 0) return "who is in sync is eligible, too";
    }
    for (NodeId id : now.elr) {
      if (!now.has_replica(id)) return "who holds no replica is eligible";
    }
    if (!elr && (now.isr.empty() || !now.elr.empty())) return "KIP-966 without being asked for";
    if (now.isr.size() >= kIsrMin && !now.elr.empty()) return "eligible although enough are in sync";
    const auto was = before.find(index);
    if (was == before.end()) return "";
    if (now.leader_epoch < was->second.leader_epoch) return "the leader epoch fell";
    if (now.partition_epoch < was->second.partition_epoch) return "the partition epoch fell";
    if (now.leader != was->second.leader && now.leader_epoch == was->second.leader_epoch) {
      return "another leader in the same epoch";
    }
    if (now != was->second && now.partition_epoch == was->second.partition_epoch)
      return "a change without epoch";
    return "";
  }
  bool is_active(NodeId id) const {
    const BrokerImage* known = image.brokers().find(id);
    return known != nullptr && !known->fenced && !known->in_controlled_shutdown;
  }
  // Whether a leader that was not elected uncleanly lacks something. After an unclean election all is well
  // again: what it has is what there is.
  bool lost_data(int32_t index) {
    const PartitionImage& now = partition(index);
    // Whoever is no replica any more deletes its log.
    std::erase_if(holders[index], [&](NodeId id) { return !now.has_replica(id); });
    if (!now.has_leader()) return false;
    if (now.leader_recovery_state == LeaderRecoveryState::kRecovering) holders[index] = {now.leader};
    return !holders[index].contains(now.leader);
  }
};

void run(bool elr, bool unclean) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RandomCluster cluster(seed, elr, unclean);
    for (int step = 0; step < 400; ++step) {
      INFO("seed " << seed << " step " << step);
      cluster.step();
      for (int32_t index = 0; index < kPartitions; ++index) {
        INFO("t-" << index << " " << cluster.state(index));
        REQUIRE(cluster.broken(index) == "");
        if (elr) REQUIRE_FALSE(cluster.lost_data(index));
        cluster.before[index] = cluster.partition(index);
      }
    }
  }
}

}  // namespace

TEST_CASE("random clusters with KIP-966 keep their invariants, and what was committed") { run(true, false); }
TEST_CASE("random clusters with unclean elections keep their invariants") { run(true, true); }
TEST_CASE("random clusters without KIP-966 keep their invariants") { run(false, false); }
TEST_CASE("random clusters without KIP-966, with unclean elections, keep their invariants") {
  run(false, true);
}
