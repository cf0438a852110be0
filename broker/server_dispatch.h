// ServerDispatch: from a request to its handler. Handlers and the network meet here, through the API table.
#pragma once

#include <absl/functional/any_invocable.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "broker/api.h"
#include "broker/config/alter.h"
#include "broker/config/loggers.h"
#include "broker/config/node_config.h"
#include "broker/active_controller.h"
#include "broker/controller_host.h"
#include "broker/forwarding.h"
#include "broker/handlers/fetch.h"
#include "broker/handlers/produce.h"
#include "broker/handlers/topics.h"
#include "broker/lane.h"
#include "broker/led_groups.h"
#include "broker/producer_ids.h"
#include "broker/quorum_network.h"
#include "broker/quota/client_quotas.h"
#include "broker/replica/replica_manager.h"
#include "broker/request.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"

namespace klamm::broker {

class ClientSubscriptions;

class ServerDispatch final : public RequestHandler {
 public:
  struct Uses {
    const NodeConfig& config;
    const std::string& cluster_id;
    const Clock& clock;
    const PublishedImage& images;
    const Partitions& partitions;
    FetchSessionCache& sessions;
    ProducerIds& producer_ids;
    Workers& workers;
    Lane& lane;  // the replica manager's
    ReplicaManager& replicas;
    Loop& quorum_loop;  // the controller's
    ControllerHost& controller;
    QuorumNetwork& quorum;
    Forwarding& forwarding;
    ControllerClient& controller_client;        // what this node asks for itself; on the quorum loop
    std::function<ActiveController*()> active;  // nullptr where another node is it; on the quorum loop
    std::function<NodeId()> quorum_leader;      // as this node knows it; from any thread
    BrokerLoggers& loggers;
    LedGroups& groups;
    StoreTrial store_trial{};  // blocks; from any thread
    ClientSubscriptions* telemetry = nullptr;
    metrics::NodeStats* stats = nullptr;  // if anybody wants to know
    ClientQuotas* quotas = nullptr;       // null where nobody has any
  };

  explicit ServerDispatch(const Uses& uses);

  void handle(Request request, Reply reply) override;
  bool may_overlap(int16_t api_key) const override;
  ClientQuotas* quotas() override { return uses_.quotas; }

 private:
  using Handler = std::function<void(ServerDispatch&, Request, Reply)>;

  // What a handler over the metadata alone is given.
  template <class Body, class Function>
  void on_image(int16_t key, Function function);
  // A handler that asks the logs, on the workers.
  template <class Body, class Function>
  void on_workers(int16_t key, Function function);
  // A decision of the controller, which creates or deletes partitions. Up to `strict_from` requests are only
  // held back by a quota, and from that version on they are refused (KIP-599).
  template <class Body, class Decide>
  void on_controller(int16_t key, int16_t strict_from, Decide decide);
  MutationQuota mutations(const Request& request, int16_t strict_from) const;

  // Refers to the image and to the request's client.
  Access access(const ClusterImage& image, const Request& request) const {
    return access_of(uses_.config.security.authorizer, image, request);
  }

  bool can_authorize(const Request& request) const;
  void refuse_unauthorized(const Request& request, Reply reply);

  void bind_cluster();
  void bind_logs();
  void bind_controller();
  void bind_configs();
  void bind_groups();
  void bind_quorum();
  void bind_operators();
  void bind_security();
  void bind_telemetry();
  void answer_api_versions(Request request, Reply reply);
  void answer_quorum(Request request, Reply reply);
  void answer_node(Request request, Reply reply);
  void answer_metadata(Request request, Reply reply);
  void answer_find_coordinator(Request request, Reply reply);
  void answer_init_producer_id(Request request, Reply reply);
  void answer_describe_log_dirs(Request request, Reply reply);
  // Creates topics for nobody's CreateTopics. `describe` adds them to the request, whose strings `texts`
  // keeps; `client` is who asked, or nobody where the broker needs them itself; `answer` is called when they
  // are there, cannot be made, or are long in coming.
  void create_automatically(
      absl::AnyInvocable<void(protocol::CreateTopicsRequest& request, Texts& texts)> describe,
      std::optional<Request> client, Answer answer);
  // The controller's answer, if there is one.
  using Created = absl::AnyInvocable<void(std::optional<protocol::CreateTopicsResponse>)>;
  void create_elsewhere(protocol::CreateTopicsRequest creation, std::shared_ptr<Texts> texts,
                        const std::optional<Request>& client, Answer answer);
  void create_for_client(const protocol::CreateTopicsRequest& creation, const Request& client,
                         Created created);
  void create_for_itself(protocol::CreateTopicsRequest creation, std::shared_ptr<Texts> texts,
                         Created created);
  void create_missing(Request request, Reply reply, std::vector<std::string> missing);

  const Uses uses_;
  std::map<int16_t, Handler> handlers_;
  std::set<std::string> creating_;  // topics that the controller elsewhere is asked for; on the quorum loop
};

}  // namespace klamm::broker
