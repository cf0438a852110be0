// A formatted node on a simulated disk: what the server makes of its part in the quorum, without the server.
// Alone, unless a QuorumCluster joins several.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "broker/config/load.h"
#include "broker/controller_host.h"
#include "broker/quorum_network.h"
#include "broker/quorum_start.h"
#include "broker/storage_tool/tool.h"
#include "protocol/record_batch_control.h"
#include "protocol/record_batch_records.h"
#include "storage/meta_properties.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/fake_network.h"
#include "tests/sim/sim_disk.h"
#include "tests/testing.h"

namespace klamm::broker::testing {

struct QuorumNode {
  static constexpr const char* kFile = "/server.properties";
  static constexpr std::string_view kCluster = "4L6g3nShT-eMCtK--X86sw";

  QuorumNode() : clock(own_clock) {}
  QuorumNode(NodeId number, FakeClock& shared_clock, FakeNetwork& shared_network)
      : id(number), port(port_of(number)), clock(shared_clock), network(shared_network) {}
  ~QuorumNode() { stop(); }

  static uint16_t port_of(NodeId number) { return static_cast<uint16_t>(9092 + number.value); }

  // `quorum`: how the node learns its voters.
  void configure(const std::string& quorum, const std::string& port = "9093") {
    const bool is_controller = roles != "broker";
    disk.plant(kFile, "process.roles=" + roles + "\nnode.id=" + std::to_string(id.value) +
                          "\ncontroller.listener.names=CONTROLLER\nlisteners=PLAINTEXT://127.0.0.1:9092" +
                          (is_controller ? ",CONTROLLER://127.0.0.1:" + port : "") + "\nlog.dirs=/d\n" +
                          quorum);
    auto loaded = load_node_config(kFile, {}, sources);
    if (!loaded) FAIL(loaded.error().message);
    config = std::make_unique<NodeConfig>(std::move(loaded->config));
  }
  void format(std::vector<std::string_view> more) {
    std::vector<std::string_view> args = {"format", "-t", kCluster, "-c", kFile};
    args.insert(args.end(), more.begin(), more.end());
    std::ostringstream out, errors;
    const int status = run_storage_tool(args, sources, random, clock, out, errors);
    INFO(errors.str());
    REQUIRE(status == 0);
  }
  void standalone() {
    configure("controller.quorum.bootstrap.servers=127.0.0.1:9093\n");
    format({"-s"});
  }

  Result<QuorumStart, Failure> read_start() {
    auto meta = storage::read_meta_properties(disk, "/d");
    REQUIRE(meta.ok());
    return read_quorum_start(disk, *config, std::string(kCluster), *meta->directory_id, clock.now);
  }
  void start() {
    auto begun = read_start();
    if (!begun) FAIL(begun.error().message);
    loop = std::make_unique<FakeLoop>(clock);
    auto on_fatal = [this](const std::string& why) { fatal.push_back(why); };
    auto apply = [](ControllerHost::Image, ControllerHost::Image, Task done) { done(); };
    auto on_active = [this](bool active) { activity += active ? "+" : "-"; };
    controller = std::make_unique<ControllerHost>(
        ControllerHost::Uses{*loop, random, *config, published, disk, clock, workers, apply, on_active,
                             on_fatal, [](const ControllerHost::Image&) {}, [](raft::Leadership) {}});
    link = std::make_unique<QuorumNetwork>(QuorumNetwork::Uses{*loop,
                                                               [this](NodeId, const NodeAddress& at) {
                                                                 return network.connect(*loop, port, at.port);
                                                               },
                                                               id,
                                                               std::string(kCluster),
                                                               {{"CONTROLLER", "127.0.0.1", port}},
                                                               "CONTROLLER",
                                                               begun->config.request_timeout_ms},
                                           begun->addresses);
    driver = std::make_unique<RaftDriver>(
        RaftDriver::Uses{*loop, fsync, disk, clock, random, *controller, *link, on_fatal},
        std::move(begun->log), begun->config, begun->self, begun->voters, begun->remembered,
        begun->kraft_version, begun->applied);
    link->attach(*driver);
    controller->attach(*driver, std::move(begun->bootstrap), std::move(begun->loader), begun->applied);
    driver->start();
    settle();
  }
  void stop() {
    if (link) link->stop();
    if (driver) driver->stop();
    link.reset();
    driver.reset();
    controller.reset();
  }
  void restart() {
    stop();
    start();
  }
  void settle() {
    do loop->run();
    while (fsync.run_one() || workers.run_one());
  }

  // The control records of the log, in order: "LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS | LEADER_CHANGE".
  std::string control_records() {
    std::string text;
    auto read = driver->log().read(Offset{0}, driver->log().end().offset, [&](ByteView bytes) {
      protocol::BatchView batch(bytes);
      if (!batch.is_control()) return Result<void, Failure>();
      if (!text.empty()) text += " |";
      protocol::RecordCursor records(batch.records(), batch.record_count());
      while (const protocol::Record* record = records.next()) {
        const int16_t type = protocol::control_type_of(record->key).value_or(-1);
        text += type == 2   ? " LEADER_CHANGE"
                : type == 5 ? " KRAFT_VERSION"
                : type == 6 ? " KRAFT_VOTERS"
                            : " ?";
      }
      return Result<void, Failure>();
    });
    REQUIRE(read.ok());
    return text.empty() ? text : text.substr(1);
  }

  const NodeId id{1};
  std::string roles = "broker,controller";
  uint16_t port = 9093;
  sim::SimDisk disk;
  SeededRandom random{static_cast<uint64_t>(id.value)};
  FakeClock own_clock;
  FakeClock& clock;
  FakeNetwork own_network;
  FakeNetwork& network = own_network;
  ConfigSources sources{disk, [](const std::string&) { return std::nullopt; }, "localhost"};
  std::unique_ptr<NodeConfig> config;
  FakeWorkers fsync;
  FakeWorkers workers;
  PublishedImage published;
  std::unique_ptr<FakeLoop> loop;
  std::vector<std::string> fatal;
  std::string activity;  // + and -, as the node became the active controller, and was no longer
  std::unique_ptr<ControllerHost> controller;
  std::unique_ptr<QuorumNetwork> link;
  std::unique_ptr<RaftDriver> driver;
};

}  // namespace klamm::broker::testing
