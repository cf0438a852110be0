// NodeCluster: whole nodes but for network, threads and files, with one clock and a network of bytes between
// them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "broker/config/load.h"
#include "broker/node.h"
#include "broker/storage_tool/tool.h"
#include "protocol/frame.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_network.h"
#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

// One node: its disk outlives the process.
struct ClusterNode {
  ClusterNode(int32_t number, FakeClock& shared_clock, FakeNetwork& shared_network)
      : id(number), clock(shared_clock), network(shared_network) {}

  uint16_t controller_port() const { return static_cast<uint16_t>(9090 + id.value); }
  uint16_t port() const { return static_cast<uint16_t>(9190 + id.value); }
  bool runs() const { return node != nullptr; }
  bool acts() const { return runs() && !paused; }
  // Clients and brokers reach it: it listens to them once it counts, in each of its lives.
  bool serves() const { return acts() && !fenced; }

  void format(const std::string& settings);
  void start();
  // As a process that is killed.
  void kill() { end(false); }
  // As one that is asked to end: its logs are closed, and it says so on its disk.
  void stop() { end(true); }
  // As one that is stopped and goes on (SIGSTOP, SIGCONT): it does nothing, and its connections stand.
  void pause() { paused = true; }
  void go_on() { paused = false; }
  // Whether something was done.
  bool turn();

  const NodeId id;
  FakeClock& clock;
  FakeNetwork& network;
  sim::SimDisk disk;
  ConfigSources sources{disk, [](const std::string&) { return std::nullopt; }, "localhost"};
  SeededRandom random{static_cast<uint64_t>(id.value)};
  std::unique_ptr<NodeConfig> config;

  FakeWorkers workers, fsync, flushers;
  std::unique_ptr<FakeLoop> quorum_loop, loop;
  std::unique_ptr<Node> node;
  bool fenced = true;
  int times_fenced = 0;  // that it has heard of, while it ran
  bool paused = false;
  bool may_stop = false;
  std::vector<std::string> fatal;
  std::function<void(const ClusterImage&)> on_image;  // each that it publishes, for who looks on

 private:
  void end(bool cleanly);
};

struct NodeCluster {
  explicit NodeCluster(int32_t size = 3, std::string settings = "");
  ~NodeCluster();

  ClusterNode& at(int32_t number) { return *nodes[static_cast<size_t>(number) - 1]; }
  void start_all();
  void settle();
  void advance(int64_t ms);
  template <class Condition>
  bool wait_for(Condition condition, int64_t ms = 30'000) {
    for (const int64_t until = clock.now + ms; clock.now < until; advance(10)) {
      if (condition()) return true;
    }
    return condition();
  }
  // All brokers that run are unfenced in each other's metadata.
  bool is_whole();
  ClusterNode* active();
  std::optional<PartitionImage> partition(ClusterNode& seen_by, std::string_view topic, int32_t index = 0);
  // As the node has it that knows most: one that has just started may know no more than when it ended.
  std::optional<PartitionImage> newest(std::string_view topic);

  // What a node answers to a client.
  template <class Response, class Request>
  Response call(ClusterNode& node, const Request& request, int16_t version, int64_t patience_ms = 20'000) {
    Bytes frame = exchange(
        node, Request::kKey, version,
        [&](int16_t agreed, Bytes& out) {
          protocol::Writer writer(out);
          request.write(writer, agreed);
        },
        patience_ms);
    answers.push_back(std::move(frame));
    protocol::Reader reader(answers.back());
    Response response;
    response.read(reader, version);
    REQUIRE(reader.ok());
    return response;
  }

  FakeClock clock;
  FakeNetwork network;
  FakeLoop clients{clock};
  std::vector<std::unique_ptr<ClusterNode>> nodes;
  std::deque<Bytes> answers;  // which responses point into

 private:
  Bytes exchange(ClusterNode& node, int16_t key, int16_t version, std::function<void(int16_t, Bytes&)> encode,
                 int64_t patience_ms);
};

}  // namespace klamm::broker::testing
