// The promise of each durability mode (docs/durability.md), when the power goes: acknowledged by page caches,
// all nodes but one in sync may lose what they had not synced; with flush.messages=1 or flush.ms=0, all of
// them.
#include "tests/testing.h"

#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "tests/broker/node_cluster.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr const char* kLog = "/d/orders-0/00000000000000000000.log";

struct PowerCluster : NodeCluster {
  explicit PowerCluster(const std::string& settings) : NodeCluster(3, settings) {
    start_all();
    protocol::CreateTopicsRequest request;
    request.topics.push_back({.name = "orders", .num_partitions = 1, .replication_factor = 3});
    request.timeout_ms = 10'000;
    REQUIRE(call<protocol::CreateTopicsResponse>(at(1), request, 7).topics.at(0).error_code == 0);
    for (auto& node : nodes) {
      node->disk.set_odds({.sectors = {.kept = 1, .lost = 2, .old = 0, .garbage = 1},
                           .names_kept_percent = 50,
                           .uniform_percent = 30});
    }
    wait_in_sync();
  }

  PartitionImage now() { return newest("orders").value_or(PartitionImage()); }
  // All of them, in this life of theirs: an ISR may be of the one before.
  void wait_in_sync() {
    const auto serves = [](const auto& node) { return node->serves(); };
    REQUIRE(wait_for([&] { return std::ranges::all_of(nodes, serves) && now().isr.size() == 3; }, 120'000));
  }
  // Whom a client finds.
  ClusterNode& leader() {
    REQUIRE(wait_for([&] { return now().has_leader() && at(now().leader.value).serves(); }, 60'000));
    return at(now().leader.value);
  }
  // Acknowledged by all that are in sync.
  void produce(int batches) {
    for (int i = 0; i < batches; ++i) REQUIRE(wait_for([&] { return try_produce(); }));
  }
  bool try_produce() {
    const Bytes batch = storage::TestBatch().producer(5, 0, next_).bytes();
    protocol::ProduceRequest request;
    request.acks = -1;
    request.timeout_ms = 5'000;
    auto& data = request.topic_data.emplace_back();
    data.name = "orders";
    data.partition_data.emplace_back().records = protocol::Records{batch};
    const auto response = call<protocol::ProduceResponse>(leader(), request, 9);
    const bool done = response.responses.at(0).partition_responses.at(0).error_code == 0;
    if (done) ++next_;
    return done;
  }
  // Acknowledged by the leader alone.
  void leave_tail(ClusterNode& node, int batches) {
    for (int i = 0; i < batches; ++i) {
      const Bytes batch = storage::TestBatch().bytes();
      protocol::ProduceRequest request;
      request.acks = 1;
      request.timeout_ms = 5'000;
      auto& data = request.topic_data.emplace_back();
      data.name = "orders";
      data.partition_data.emplace_back().records = protocol::Records{batch};
      const auto response = call<protocol::ProduceResponse>(node, request, 9);
      REQUIRE(response.responses.at(0).partition_responses.at(0).error_code == 0);
    }
  }
  static int64_t recovery_point(ClusterNode& node) {
    const std::string text = node.disk.text("/d/recovery-point-offset-checkpoint");
    const std::string name = "\norders 0 ";
    const size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::stoll(text.substr(at + name.size()));
  }
  void cut_power(ClusterNode& node) {
    node.kill();
    node.disk.crash(random);
  }
  // Again and again, everywhere at once.
  void cut_all_power() {
    for (int turn = 0; turn < 4; ++turn) {
      produce(5);
      for (auto& node : nodes) cut_power(*node);
      for (auto& node : nodes) node->start();
      wait_in_sync();
      REQUIRE(batches_in(leader()) >= 5 * (turn + 1));
    }
  }
  static int64_t batches_in(ClusterNode& node) {
    if (!node.disk.exists(kLog)) return 0;
    const Bytes content = node.disk.content(kLog);
    int64_t count = 0;
    for (ByteView rest = content; !rest.empty(); ++count) {
      const auto header = storage::BatchHeader::decode(rest);
      if (!header || header->size > rest.size()) break;
      REQUIRE(
          (storage::crc_is_valid(*header, rest.first(header->size)) && header->base_offset.value == count));
      rest = rest.subspan(header->size);
    }
    return count;
  }
  bool is_eligible(NodeId id) {
    const PartitionImage state = now();
    return std::ranges::find(state.elr, id) != state.elr.end();
  }
  // Whether the node, in its next life, counts as an eligible leader before it is in sync.
  bool is_eligible_after(ClusterNode& node) {
    const auto epoch_of = [&] { return leader().node->images().get()->brokers().find(node.id)->epoch; };
    const int64_t before = epoch_of();
    node.start();
    bool was = false;
    REQUIRE(wait_for(
        [&] {
          was |= epoch_of() != before && is_eligible(node.id);
          return now().in_isr(node.id);
        },
        60'000));
    return was;
  }

  SeededRandom random{11};

 private:
  int32_t next_ = 0;
};

struct PageCaches : PowerCluster {
  PageCaches() : PowerCluster("min.insync.replicas=2\n") {}
};
struct Flushed : PowerCluster {
  Flushed() : PowerCluster("min.insync.replicas=2\nlog.flush.interval.messages=1\n") {}
};
struct FlushedAtOnce : PowerCluster {
  FlushedAtOnce() : PowerCluster("min.insync.replicas=2\nlog.flush.interval.ms=0\n") {}
};
struct AllNeeded : PowerCluster {
  AllNeeded() : PowerCluster("min.insync.replicas=3\n") {}
};

}  // namespace

TEST_CASE_METHOD(PageCaches,
                 "acknowledged by page caches, any one node may lose its power, and nothing is lost") {
  for (int turn = 0; turn < 6; ++turn) {
    produce(5);
    ClusterNode& unlucky = at(turn % 3 + 1);
    cut_power(unlucky);
    produce(2);
    unlucky.start();
    wait_in_sync();
  }
  produce(1);
  for (auto& node : nodes) REQUIRE(batches_in(*node) == 43);
}

TEST_CASE_METHOD(PageCaches,
                 "acknowledged by page caches, all nodes but one in sync may lose their power at once") {
  for (int turn = 0; turn < 6; ++turn) {
    produce(5);
    const ClusterNode& lucky = at(turn % 3 + 1);
    for (auto& node : nodes)
      if (node.get() != &lucky) cut_power(*node);
    for (auto& node : nodes)
      if (node.get() != &lucky) node->start();
    wait_in_sync();
    REQUIRE(batches_in(leader()) == 5 * (turn + 1));
  }
}

TEST_CASE_METHOD(Flushed,
                 "with flush.messages=1 all nodes may lose their power at once, and nothing is lost") {
  cut_all_power();
}

TEST_CASE_METHOD(FlushedAtOnce, "with flush.ms=0 all nodes may lose their power at once, too") {
  cut_all_power();
}

TEST_CASE_METHOD(PageCaches, "who has cut its log says so in the checkpoint before it appends anything") {
  produce(5);
  ClusterNode& old = leader();
  for (auto& node : nodes)
    if (node.get() != &old) node->stop();
  leave_tail(old, 10);
  old.stop();
  REQUIRE(recovery_point(old) == 15);
  for (auto& node : nodes)
    if (node.get() != &old) node->start();
  REQUIRE(wait_for([&] { return now().has_leader() && now().leader != old.id; }, 60'000));
  produce(2);
  old.start();
  REQUIRE(wait_for([&] { return batches_in(old) == 7; }, 60'000));
  REQUIRE(recovery_point(old) <= 5);
}

TEST_CASE_METHOD(AllNeeded, "who was killed is not eligible any more: what it had acknowledged may be gone") {
  ClusterNode& away = at(leader().id.value % 3 + 1);
  away.kill();
  REQUIRE(wait_for([&] { return is_eligible(away.id); }, 60'000));
  REQUIRE_FALSE(is_eligible_after(away));
}

TEST_CASE_METHOD(Flushed, "who has no room to flush follows the next leader, too, once there is some") {
  produce(1);
  const std::vector<NodeId> replicas = now().replicas;
  ClusterNode &first = at(replicas[0].value), &second = at(replicas[1].value), &full = at(replicas[2].value);
  REQUIRE(leader().id == first.id);
  // With the first batch of an epoch a flush writes this file.
  full.disk.inject({.operation = sim::DiskOperation::kWrite,
                    .path_part = "/d/orders-0/leader-epoch-checkpoint",
                    .code = ENOSPC});
  first.kill();
  REQUIRE(leader().id == second.id);
  first.start();
  REQUIRE(wait_for([&] { return try_produce(); }, 180'000));
  REQUIRE(wait_for([&] { return now().isr.size() == 2 && now().in_isr(first.id); }, 120'000));
  second.kill();
  REQUIRE(wait_for([&] { return now().leader == first.id; }, 60'000));
  second.start();
  full.disk.clear_faults();
  wait_in_sync();
}

TEST_CASE_METHOD(AllNeeded, "who was shut down in order is as eligible as before") {
  ClusterNode& away = at(leader().id.value % 3 + 1);
  away.stop();
  REQUIRE(wait_for([&] { return is_eligible(away.id); }, 60'000));
  REQUIRE(is_eligible_after(away));
}
