// QuorumCluster: several QuorumNodes with one clock and a network between them: their parts in one metadata
// quorum, down to the bytes of Kafka's requests.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "broker/metadata/snapshot_records.h"
#include "protocol/metadata_record.h"
#include "tests/broker/quorum_node.h"

namespace klamm::broker::testing {

struct QuorumCluster {
  explicit QuorumCluster(int32_t size = 3) {
    for (int32_t number = 1; number <= size; ++number) add(number);
  }
  ~QuorumCluster() {
    for (auto& node : nodes) stop(*node);
  }

  // Static voters: those of the first `size` numbers.
  std::string voters(int32_t size = 3) const {
    std::string text = "controller.quorum.voters=";
    for (int32_t number = 1; number <= size; ++number) {
      const auto port = QuorumNode::port_of(NodeId{number});
      text += (number > 1 ? "," : "") + std::to_string(number) + "@127.0.0.1:" + std::to_string(port);
    }
    return text + "\n";
  }
  QuorumNode& add(int32_t number, const std::string& roles = "broker,controller") {
    auto& node = *nodes.emplace_back(std::make_unique<QuorumNode>(NodeId{number}, clock, network));
    node.roles = roles;
    node.configure(voters() + settings, std::to_string(node.port));
    node.format({});
    return node;
  }
  QuorumNode& at(int32_t number) { return *nodes[static_cast<size_t>(number) - 1]; }

  void start(QuorumNode& node) {
    node.start();
    network.listen(node.port, *node.loop, [&node](Request request, Reply reply) {
      node.link->handle(std::move(request), std::move(reply));
    });
  }
  // As a process that is killed: what it had not synced stays in the cache.
  void stop(QuorumNode& node) {
    if (node.driver == nullptr) return;
    network.close(node.port);
    node.stop();
    node.loop->run();
    node.loop.reset();
  }
  void start_all() {
    for (auto& node : nodes) start(*node);
    settle();
  }

  // All that can happen without time passing.
  void settle() {
    for (bool again = true; again;) {
      again = false;
      for (auto& node : nodes) {
        if (node->loop == nullptr) continue;
        again |= node->loop->run_all() || node->fsync.run_one() || node->workers.run_one();
      }
    }
  }
  void advance(int64_t ms) {
    const int64_t until = clock.now + ms;
    settle();
    while (true) {
      int64_t next = INT64_MAX;
      for (auto& node : nodes) {
        if (node->loop != nullptr) next = std::min(next, node->loop->next_deadline());
      }
      if (next > until) break;
      clock.now = std::max(clock.now, next);
      for (auto& node : nodes) {
        if (node->loop != nullptr) node->loop->fire_due();
      }
      settle();
    }
    clock.now = until;
  }
  // How long it took, or nothing if it never came to be.
  template <class Condition>
  std::optional<int64_t> wait_for(Condition condition, int64_t ms = 30'000) {
    const int64_t begun = clock.now;
    for (; clock.now - begun < ms; advance(1)) {
      if (condition()) return clock.now - begun;
    }
    return std::nullopt;
  }

  // The active controller, or nullptr.
  QuorumNode* leader() {
    for (auto& node : nodes) {
      if (node->driver != nullptr && node->controller->is_active()) return node.get();
    }
    return nullptr;
  }
  std::optional<int64_t> wait_for_leader() {
    return wait_for([this] { return leader() != nullptr; });
  }
  // Whether those that run have read the same, all of the leader's log.
  bool agree() {
    QuorumNode* active = leader();
    if (active == nullptr || !active->published.get()->features().metadata_version()) return false;
    const Bytes content = content_of(*active);
    return std::all_of(nodes.begin(), nodes.end(), [&](const auto& node) {
      if (node->driver == nullptr) return true;
      const auto image = node->published.get();
      return image->last_applied() == active->published.get()->last_applied() && content_of(*node) == content;
    });
  }
  static Bytes content_of(const QuorumNode& node) {
    Bytes bytes;
    protocol::Writer writer(bytes);
    write_records(*node.published.get(), [&](const protocol::MetadataRecord& record, int16_t version) {
      protocol::write_metadata_record(writer, record, version);
    });
    return bytes;
  }

  std::string settings;
  FakeClock clock;
  FakeNetwork network;
  std::vector<std::unique_ptr<QuorumNode>> nodes;
};

}  // namespace klamm::broker::testing
