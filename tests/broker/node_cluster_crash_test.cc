// Whole nodes that crash, pause and lose connections: who leads when, well before sessions end.
#include "tests/testing.h"

#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "tests/broker/node_cluster.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Crashing : NodeCluster {
  explicit Crashing(const std::string& settings = "") : NodeCluster(3, settings) {
    start_all();
    advance(5'000);  // brokers listen once they are unfenced, and are connected to soon after
  }

  // A topic of one partition with a replica on each node, which `first` leads.
  void create(std::string_view name, const ClusterNode& first) {
    protocol::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = -1;
    topic.replication_factor = -1;
    auto& replicas = topic.assignments.emplace_back().broker_ids;
    replicas.push_back(first.id.value);
    for (auto& node : nodes) {
      if (node->id != first.id) replicas.push_back(node->id.value);
    }
    request.timeout_ms = 10'000;
    const auto response = call<protocol::CreateTopicsResponse>(at(1), request, 7);
    REQUIRE(response.topics.at(0).error_code == 0);
    REQUIRE(wait_for([&] { return leader() == first.id; }));
  }
  // A broker that is not the active controller's.
  ClusterNode& follower() { return at(active()->id.value % 3 + 1); }
  // Of "orders", as the controller has it; -1 while there is neither.
  NodeId leader() {
    const auto state = active() == nullptr ? std::nullopt : partition(*active(), "orders");
    return state ? state->leader : kNoNode;
  }
  bool is_led_by_another(NodeId old) { return leader() != kNoNode && leader() != old; }
  bool is_fenced(NodeId id) { return active()->node->images().get()->brokers().find(id)->fenced; }
};

struct Undetected : Crashing {
  Undetected() : Crashing("klamm.broker.crash.detection.enable=false\n") {}
};

}  // namespace

TEST_CASE_METHOD(Crashing, "what a crashed broker led is led by another one within half a second") {
  ClusterNode& crashed = follower();
  create("orders", crashed);
  crashed.kill();
  REQUIRE(wait_for([&] { return is_led_by_another(crashed.id); }, 500));
}

TEST_CASE_METHOD(Crashing,
                 "when the controller crashes with what it led, both are replaced within a second") {
  ClusterNode& crashed = *active();
  create("orders", crashed);
  crashed.kill();
  REQUIRE(wait_for([&] { return is_led_by_another(crashed.id); }, 1'000));
}

TEST_CASE_METHOD(Crashing, "a controller that takes over counts on all who are there") {
  ClusterNode& crashed = *active();
  crashed.kill();
  advance(20'000);
  for (auto& node : nodes) REQUIRE(node->times_fenced == 0);
}

TEST_CASE_METHOD(Crashing, "a broker that is paused keeps what it leads until its session ends") {
  ClusterNode& paused = follower();
  create("orders", paused);
  paused.pause();
  advance(6'500);  // of nine seconds, two of which may have gone by
  REQUIRE(leader() == paused.id);
  REQUIRE(wait_for([&] { return is_led_by_another(paused.id); }, 3'000));
  paused.go_on();
  REQUIRE(wait_for([&] { return is_whole(); }));
}

TEST_CASE_METHOD(Crashing, "a broker that is paused for less than its session changes nothing") {
  ClusterNode& paused = follower();
  create("orders", paused);
  const auto before = partition(*active(), "orders");
  paused.pause();
  advance(5'000);
  paused.go_on();
  advance(5'000);
  REQUIRE(partition(*active(), "orders") == before);
  REQUIRE(paused.times_fenced == 0);
}

TEST_CASE_METHOD(Crashing, "connections that are dropped change nothing") {
  ClusterNode& dropped = follower();
  create("orders", dropped);
  const auto before = partition(*active(), "orders");
  for (int i = 0; i < 100; ++i) {
    network.drop(dropped.port());
    advance(i % 7 * 30);
  }
  REQUIRE(partition(*active(), "orders") == before);
  REQUIRE(dropped.times_fenced == 0);
}

TEST_CASE_METHOD(Crashing, "who is taken for crashed counts again with its next heartbeat, and goes on to") {
  ClusterNode& refusing = follower();
  create("orders", refusing);
  network.close(refusing.port());
  REQUIRE(wait_for([&] { return is_led_by_another(refusing.id); }, 500));
  REQUIRE(wait_for([&] { return !is_fenced(refusing.id); }, 500));
  advance(20'000);
  REQUIRE(refusing.times_fenced == 1);
}

TEST_CASE_METHOD(Crashing, "a broker that is started again at once need not wait for its old session") {
  ClusterNode& crashed = follower();
  crashed.kill();
  crashed.start();
  REQUIRE(wait_for([&] { return !crashed.fenced; }, 5'000));
}

// ---- what was wrong: it waited for the session of its own earlier life, which nobody else could end ----

TEST_CASE("a node that is alone and was killed serves again at once") {
  NodeCluster cluster(1);
  cluster.start_all();
  ClusterNode& alone = cluster.at(1);
  alone.kill();
  alone.start();
  REQUIRE(cluster.wait_for([&] { return !alone.fenced; }, 7'000));
}

TEST_CASE_METHOD(Undetected, "without detection a crashed broker keeps what it led until its session ends") {
  ClusterNode& crashed = follower();
  create("orders", crashed);
  crashed.kill();
  advance(6'500);
  REQUIRE(leader() == crashed.id);
  REQUIRE(wait_for([&] { return is_led_by_another(crashed.id); }, 3'000));
}

// What was wrong: it led on in the epoch of a process that may have had more than it has, and fetched without
// a broker epoch.
TEST_CASE_METHOD(Undetected,
                 "who comes back before its session is over does nothing until it is registered") {
  ClusterNode& back = follower();
  create("orders", back);
  const int64_t before = active()->node->images().get()->brokers().find(back.id)->epoch;
  back.kill();
  back.start();
  const auto is_old = [&] {
    const auto image = back.node->images().get();
    const BrokerImage* broker = image->brokers().find(back.id);
    return broker != nullptr && broker->epoch == before;
  };
  REQUIRE(wait_for(is_old, 5'000));
  for (; is_old(); advance(10)) REQUIRE(back.node->replicas() == 0);
  REQUIRE(wait_for([&] { return back.node->replicas() == 1; }, 5'000));
}
