// What a Node does when something has happened: another image, another leader, another epoch of its own.
#include <algorithm>
#include <string>
#include <utility>

#include "base/logging.h"
#include "broker/metadata/image_delta.h"
#include "broker/node_parts.h"
#include "protocol/messages/allocate_producer_ids_request.h"
#include "protocol/messages/allocate_producer_ids_response.h"

namespace klamm::broker {

// ---- On the lane

void Node::Parts::act_on(const ClusterImage& before, const ClusterImage& after) {
  follow_brokers(after);
  quotas.follow(after.client_quotas());
  act_as_broker(after);
  if (stats.health.is_active_controller) count_elections(before, after);
  world.on_image(before, after);
}

// Not before the metadata has the registration of this process: what it says of this broker until then, it
// says of an earlier one, which may have had what was lost with it. Who led on in that one's epoch could
// write other records where its followers have the lost ones; and the fetches of who followed would have no
// broker epoch, by which leaders tell them from those of before a reboot, or of another process with this id
// (KIP-903). Apache Kafka's brokers do not wait.
void Node::Parts::act_as_broker(const ClusterImage& image) {
  const bool is_registered = broker_epoch >= 0 && image.last_applied().offset.value >= broker_epoch;
  acts = acts || is_registered || !config.is_broker;
  if (!acts) return;
  fetchers->gather();
  replicas->apply(acted_on, image);
  fetchers->tell_gathered();
  groups->follow(acted_on, image);
  acted_on = image;
}

// As the active controller sees what it has decided. Of several changes that come as one, the last counts.
void Node::Parts::count_elections(const ClusterImage& before, const ClusterImage& after) {
  using metrics::NodeCounter;
  const ImageDelta delta = difference(before, after);
  for (const PartitionDelta& partition : delta.partitions) {
    if (partition.before == nullptr || partition.after == nullptr || !partition.after->has_leader()) continue;
    const NodeId leader = partition.after->leader;
    if (leader == partition.before->leader) continue;
    stats.counters.add(NodeCounter::kLeaderElections);
    if (partition.before->in_isr(leader)) continue;
    // A move has ended, with an ISR that holds who is added.
    const bool is_clean = partition.after->leader_recovery_state == LeaderRecoveryState::kRecovered;
    if (partition.before->adds(leader) && partition.after->adding_replicas.empty() && is_clean) continue;
    const auto& eligible = partition.before->elr;
    const bool is_eligible = std::find(eligible.begin(), eligible.end(), leader) != eligible.end();
    stats.counters.add(is_eligible ? NodeCounter::kEligibleLeaderElections
                                   : NodeCounter::kUncleanLeaderElections);
  }
}

// Where leaders are reached, before anything of them is followed.
void Node::Parts::follow_brokers(const ClusterImage& image) {
  const auto version = image.features().metadata_version();
  FetcherSettings settings = fetching;
  if (version) settings.set_versions(*version);
  settings.broker_epoch = broker_epoch;
  if (settings != fetching) fetchers->configure(fetching = settings);
  for (const auto& [id, broker] : image.brokers().brokers()) {
    for (const EndpointImage& endpoint : broker.endpoints) {
      if (endpoint.listener == config.network.inter_broker_listener)
        fetchers->set_address(id, {endpoint.host, endpoint.port});
    }
  }
}

// ---- On the quorum loop

void Node::Parts::on_published(const ControllerHost::Image& image) {
  if (registrar) registrar->on_metadata(*image);
  if (life) life->on_metadata(*image);
  if (declarations) declarations->on_metadata(*image);
  if (!life && !std::exchange(caught_up, true)) {
    stats.health.is_caught_up = true;
    lane.run([this] { world.on_caught_up(); });
  }
}

void Node::Parts::on_active(bool active_now) {
  stats.health.is_active_controller = active_now;
  declarations.reset();
  active.reset();
  if (!active_now) return;
  auto connect = [this](NodeId id, const NodeAddress& address) {
    return world.connect(PeerListener::kBrokers, world.quorum_loop, id, address);
  };
  active = std::make_unique<ActiveController>(world.quorum_loop, *controller, config, cluster_id, connect);
  if (config.declared.directory.empty()) return;
  declarations = std::make_unique<Declarations>(Declarations::Uses{.loop = world.quorum_loop,
                                                                   .workers = world.workers,
                                                                   .disk = world.disk,
                                                                   .random = world.random,
                                                                   .clock = world.clock,
                                                                   .host = *controller,
                                                                   .config = config,
                                                                   .loggers = loggers,
                                                                   .published = declared});
}

void Node::Parts::on_leader(raft::Leadership now) {
  const bool is_known = now.leader == leadership.leader && now.epoch == leadership.epoch;
  const bool is_new = now.leader != kNoNode && !is_known;
  if (is_new) stats.counters.add(metrics::NodeCounter::kNewActiveControllers);
  leadership = now;
  quorum_leader = now.leader.value;
  if (now.leader != kNoNode) met_leader = true;
  if (!tell_clients_of_leader()) return;
  if (life) life->on_controller_found();
  if (registrar) registrar->on_controller_found();
}

// Behind what the quorum is doing just now.
void Node::Parts::on_moved(NodeId replica) {
  world.quorum_loop.post([this, replica] {
    if (replica == leadership.leader) tell_clients_of_leader();
  });
}

std::optional<ControllerNode> Node::Parts::tell_clients_of_leader() {
  std::optional<ControllerNode> leader;
  if (leadership.leader != kNoNode) {
    if (const auto address = quorum->address_of(leadership.leader))
      leader = {leadership.leader, leadership.epoch, address->host, address->port};
  }
  for (ControllerClient* client : {heartbeats.get(), isr_client.get(), forwards.get()})
    client->on_leader(leader);
  return leader;
}

void Node::Parts::on_registered(int64_t epoch) {
  broker_epoch = epoch;
  stats.health.is_registered = true;
  LOG_INFO("Registered broker {} at broker epoch {}", config.id.value, epoch);
  lane.run([this] {
    const auto image = images.get();
    follow_brokers(*image);
    // The metadata may have had it before its answer came.
    if (!acts) act_as_broker(*image);
  });
}

// Behind the image that has the registration, on the lane: what no image claims is a stray.
void Node::Parts::on_caught_up() {
  lane.run([this] {
    replicas->finish_start();
    stats.health.is_caught_up = true;
    world.on_caught_up();
  });
}

void Node::Parts::allocate_producer_ids() {
  world.quorum_loop.post([this] {
    ControllerRequest request;
    request.key = protocol::AllocateProducerIdsRequest::kKey;
    request.version_min = protocol::AllocateProducerIdsRequest::kVersionMin;
    request.version_max = protocol::AllocateProducerIdsRequest::kVersionMax;
    request.deadline_ms = world.quorum_loop.now_ms() + config.broker.request_timeout_ms;
    request.encode = [this](int16_t version, Bytes& out) {
      protocol::AllocateProducerIdsRequest body;
      body.broker_id = config.id.value;
      body.broker_epoch = broker_epoch;
      protocol::Writer writer(out);
      body.write(writer, version);
    };
    forwards->send(std::move(request), [this](Result<PeerAnswer, ControllerFailure> answer) {
      protocol::AllocateProducerIdsResponse response;
      response.error_code = protocol::wire_value(ErrorCode::kCoordinatorNotAvailable);
      if (answer) {
        protocol::Reader reader(answer->body);
        response.read(reader, answer->version);
        if (!reader.ok()) response.error_code = protocol::wire_value(ErrorCode::kUnknownServerError);
      }
      const auto code = static_cast<ErrorCode>(response.error_code);
      if (code != ErrorCode::kNone) {
        LOG_WARN("[Broker id={}] the controller has given no producer ids, and producers have to retry: {}",
                 config.id.value, answer ? std::string(protocol::name_of(code)) : answer.error().why);
        return producer_ids->on_block(Error{code}, 0);
      }
      producer_ids->on_block(response.producer_id_start, response.producer_id_len);
    });
  });
}

}  // namespace klamm::broker
