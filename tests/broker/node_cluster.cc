#include "tests/broker/node_cluster.h"

#include "broker/config/descriptors.h"

namespace klamm::broker::testing {
namespace {

constexpr std::string_view kCluster = "4L6g3nShT-eMCtK--X86sw";
constexpr uint16_t kClients = 9999;

}  // namespace

// ---- One node

// One thread only for logs: the disk is simulated, and knows of no others.
void ClusterNode::format(const std::string& settings) {
  disk.plant("/server.properties",
             "process.roles=broker,controller\nnode.id=" + std::to_string(id.value) +
                 "\ncontroller.listener.names=CONTROLLER\nlisteners=PLAINTEXT://127.0.0.1:" +
                 std::to_string(port()) + ",CONTROLLER://127.0.0.1:" + std::to_string(controller_port()) +
                 "\nlog.dirs=/d\nnum.io.threads=1\nnum.recovery.threads.per.data.dir=1\n" + settings);
  auto loaded = load_node_config("/server.properties", {}, sources);
  if (!loaded) FAIL(loaded.error().message);
  config = std::make_unique<NodeConfig>(std::move(loaded->config));
  if (disk.exists("/d/meta.properties")) return;
  std::ostringstream out, errors;
  const std::vector<std::string_view> args = {"format", "-t", kCluster, "-c", "/server.properties"};
  const int status = run_storage_tool(args, sources, random, clock, out, errors);
  INFO(errors.str());
  REQUIRE(status == 0);
}

void ClusterNode::start() {
  auto handle = [this](Request request, Reply reply) {
    node->handler().handle(std::move(request), std::move(reply));
  };
  fenced = true;
  times_fenced = 0;
  paused = false;
  may_stop = false;
  quorum_loop = std::make_unique<FakeLoop>(clock);
  loop = std::make_unique<FakeLoop>(clock);
  workers.inline_now = true;  // what runs on the lane is done at once
  node = std::make_unique<Node>(
      *config, Node::World{.disk = disk,
                           .data_disk = disk,
                           .clock = clock,
                           .random = random,
                           .quorum_loop = *quorum_loop,
                           .loops = {loop.get()},
                           .workers = workers,
                           .fsync = fsync,
                           .flushers = flushers,
                           .client_memory = 64 << 20,
                           .connect =
                               [this](PeerListener, Loop& on, NodeId, const NodeAddress& address) {
                                 return network.connect(on, port(), address.port);
                               },
                           .store_trial = {},
                           .is_cancelled = [] { return false; },
                           .fatal = [this](const std::string& why) { fatal.push_back(why); },
                           .on_image =
                               [this](const ClusterImage&, const ClusterImage& after) {
                                 if (on_image) on_image(after);
                               },
                           .on_caught_up = [this] { node->ready(); },
                           .on_fenced =
                               [this, handle](bool now) {
                                 // As a server, which listens to clients and brokers once it counts.
                                 if (!now && times_fenced == 0) network.listen(port(), *loop, handle, false);
                                 if (now) ++times_fenced;
                                 fenced = now;
                               },
                           .on_may_stop = [this] { may_stop = true; }});
  auto loaded = node->load();
  if (!loaded) FAIL(loaded.error().message);
  network.listen(controller_port(), *loop, handle, true);
  node->join();
}

void ClusterNode::end(bool cleanly) {
  if (!runs()) return;
  network.close(port());
  network.close(controller_port());
  auto wait = [this](const std::function<void(Task)>& begin) {
    bool ended = false;
    begin([&ended] { ended = true; });
    for (int i = 0; i < 10'000 && !ended; ++i) turn();
  };
  if (cleanly) node->close_logs(wait);
  // Nothing is written any more: a process that is killed writes nothing either.
  node->leave(wait);
  while (turn()) {
  }
  node.reset();
  quorum_loop.reset();
  loop.reset();
  workers.tasks.clear();
  fsync.tasks.clear();
  flushers.tasks.clear();
}

bool ClusterNode::turn() {
  bool did = false;
  if (quorum_loop) did |= quorum_loop->run_all();
  if (loop) did |= loop->run_all();
  did |= workers.run_one();
  did |= fsync.run_one();
  did |= flushers.run_one();
  return did;
}

// ---- All of them

NodeCluster::NodeCluster(int32_t size, std::string settings) {
  std::string voters = "controller.quorum.voters=";
  for (int32_t number = 1; number <= size; ++number) {
    auto& node = *nodes.emplace_back(std::make_unique<ClusterNode>(number, clock, network));
    voters += (number > 1 ? "," : "") + std::to_string(number) +
              "@127.0.0.1:" + std::to_string(node.controller_port());
  }
  for (auto& node : nodes) node->format(voters + "\n" + settings);
}

NodeCluster::~NodeCluster() {
  for (auto& node : nodes) node->kill();
}

void NodeCluster::start_all() {
  for (auto& node : nodes) node->start();
  REQUIRE(wait_for([this] { return is_whole(); }));
}

void NodeCluster::settle() {
  for (bool again = true; again;) {
    again = clients.run_all();
    for (auto& node : nodes) {
      if (node->acts()) again |= node->turn();
    }
  }
}

void NodeCluster::advance(int64_t ms) {
  const int64_t until = clock.now + ms;
  settle();
  while (true) {
    int64_t next = clients.next_deadline();
    for (auto& node : nodes) {
      if (!node->acts()) continue;
      next = std::min({next, node->quorum_loop->next_deadline(), node->loop->next_deadline()});
    }
    if (next > until) break;
    clock.now = std::max(clock.now, next);
    clients.fire_due();
    for (auto& node : nodes) {
      if (!node->acts()) continue;
      node->quorum_loop->fire_due();
      node->loop->fire_due();
    }
    settle();
  }
  clock.now = until;
}

bool NodeCluster::is_whole() {
  for (auto& seen_by : nodes) {
    if (!seen_by->runs()) continue;
    const auto image = seen_by->node->images().get();
    for (auto& node : nodes) {
      const BrokerImage* broker = image->brokers().find(node->id);
      if (node->runs() && (broker == nullptr || broker->fenced)) return false;
    }
  }
  return true;
}

ClusterNode* NodeCluster::active() {
  for (auto& node : nodes) {
    if (node->acts() && node->node->is_active_controller()) return node.get();
  }
  return nullptr;
}

std::optional<PartitionImage> NodeCluster::partition(ClusterNode& seen_by, std::string_view topic,
                                                     int32_t index) {
  const auto image = seen_by.node->images().get();
  const TopicImage* found = image->topics().find(topic);
  const PartitionImage* state = found == nullptr ? nullptr : found->partition(index);
  return state == nullptr ? std::nullopt : std::optional(*state);
}

std::optional<PartitionImage> NodeCluster::newest(std::string_view topic) {
  ClusterNode* best = nullptr;
  const auto end_of = [](ClusterNode& node) { return node.node->images().get()->last_applied().offset; };
  for (auto& node : nodes) {
    if (node->runs() && (best == nullptr || end_of(*node) > end_of(*best))) best = node.get();
  }
  return best == nullptr ? std::nullopt : partition(*best, topic);
}

Bytes NodeCluster::exchange(ClusterNode& node, int16_t key, int16_t version,
                            std::function<void(int16_t, Bytes&)> encode, int64_t patience_ms) {
  auto peer = network.connect(clients, kClients, node.port());
  std::optional<Bytes> body;
  PeerRequest request{.key = key,
                      .version_min = version,
                      .version_max = version,
                      .encode = std::move(encode),
                      .deadline_ms = clock.now + patience_ms};
  std::string why;
  bool answered = false;
  peer->send(std::move(request), [&](Result<PeerAnswer, PeerFailure> answer) {
    answered = true;
    if (answer) {
      body = Bytes(answer->body.begin(), answer->body.end());
    } else {
      why = answer.error().why;
    }
  });
  wait_for([&] { return answered; }, patience_ms + 1'000);
  INFO(why);
  REQUIRE(body.has_value());
  return *std::move(body);
}

}  // namespace klamm::broker::testing
