#include "tests/sim/cluster/client.h"

#include <utility>

#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kMetadataPatienceMs = 5'000;
constexpr int16_t kMetadataVersion = 12;

}  // namespace

Client::Client(Cluster& cluster, int32_t number) : cluster_(cluster), number_(number) {}
Client::~Client() = default;

int64_t Client::now_ms() const { return cluster_.client_loop().now_ms(); }

void Client::after(int64_t delay_ms, std::function<void()> task) {
  cluster_.client_loop().call_at(now_ms() + delay_ms, std::move(task));
}

void Client::exchange(int32_t node, int16_t key, int16_t version, Bytes body, int64_t patience_ms,
                      Answered done) {
  std::unique_ptr<SimPeer>& peer = peers_[node];
  if (peer == nullptr) {
    const auto known = ports_.find(node);
    const auto port = known == ports_.end() ? static_cast<uint16_t>(kBrokerPort + node) : known->second;
    const SimPeer::Target target{kFirstClientPlace + number_, place_of(port), port};
    peer = std::make_unique<SimPeer>(cluster_.world, cluster_.network, cluster_.client_loop(), target);
  }
  broker::PeerRequest request{.key = key,
                              .version_min = version,
                              .version_max = version,
                              .encode = {},
                              .deadline_ms = now_ms() + patience_ms};
  request.encode = [body = std::move(body)](int16_t, Bytes& out) {
    out.insert(out.end(), body.begin(), body.end());
  };
  peer->send(std::move(request),
             [done = std::move(done)](Result<broker::PeerAnswer, broker::PeerFailure> answer) {
               done(answer ? &*answer : nullptr);
             });
}

// What waits at the old place is answered from within, as a failure: not in the middle of an answer.
void Client::learn_address(int32_t node, int32_t port) {
  if (node < 0 || port <= 0) return;
  const auto known = ports_.try_emplace(node, static_cast<uint16_t>(kBrokerPort + node)).first;
  if (std::exchange(known->second, static_cast<uint16_t>(port)) == port) return;
  std::unique_ptr<SimPeer> old = std::move(peers_[node]);
  if (old == nullptr) return;
  left_.push_back(std::move(old));
  after(1, [this] {
    for (auto& left : std::exchange(left_, {})) left->stop();
  });
}

int32_t Client::any_broker() {
  const auto ids = cluster_.broker_ids();
  return ids[random().below(ids.size())];
}

std::optional<Client::Leader> Client::leader_of(const TopicPartition& where) const {
  const auto found = leaders_.find(where);
  if (found == leaders_.end() || found->second.node < 0) return std::nullopt;
  return found->second;
}

void Client::refresh(std::function<void()> then) {
  after_refresh_.push_back(std::move(then));
  if (std::exchange(refreshing_, true)) return;
  protocol::MetadataRequest request;
  request.allow_auto_topic_creation = false;
  for (const SteadyTopic& topic : cluster_.topics()) request.topics->emplace_back().name = topic.name;
  auto done = [this](const protocol::MetadataResponse* response) {
    refreshing_ = false;
    if (response != nullptr) {
      for (const auto& broker : response->brokers) learn_address(broker.node_id, broker.port);
      for (const auto& topic : response->topics) {
        for (const auto& partition : topic.partitions) {
          Leader& known = leaders_[{std::string(topic.name.value_or("")), partition.partition_index}];
          // A broker that lags behind tells of leaders who were.
          if (partition.leader_epoch >= known.epoch) known = {partition.leader_id, partition.leader_epoch};
        }
      }
    }
    for (auto& next : std::exchange(after_refresh_, {})) next();
  };
  ask<protocol::MetadataResponse>(any_broker(), request, kMetadataVersion, kMetadataPatienceMs, done);
}

}  // namespace klamm::sim::cluster
