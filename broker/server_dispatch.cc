#include "broker/server_dispatch.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/client_software.h"
#include "broker/controller/topics.h"
#include "broker/envelope.h"
#include "broker/handlers/cluster.h"
#include "broker/handlers/logs.h"
#include "broker/server_dispatch_forward.h"
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/produce_request.h"

namespace klamm::broker {
namespace {

constexpr int16_t kFirstVersionWithTopicConfigs = 5;
// From which versions on a request is refused that is too much for the client's quota (KIP-599).
constexpr int16_t kStrictCreateTopics = 6;
constexpr int16_t kStrictDeleteTopics = 5;
constexpr int16_t kStrictCreatePartitions = 3;

// Where this node cannot decide, every item of a controller request is answered with the error. Items are
// told by what `name` copies of them.
template <class Items, class Results, class Name>
void refuse_each(const Items& items, ErrorCode code, Results& results, Name name) {
  for (const auto& item : items) {
    auto& result = results.emplace_back();
    name(item, result);
    result.error_code = protocol::wire_value(code);
  }
}

void name_topic(const auto& item, auto& result) { result.name = item.name; }

protocol::CreateTopicsResponse refuse(const protocol::CreateTopicsRequest& request, ErrorCode code) {
  protocol::CreateTopicsResponse response;
  refuse_each(request.topics, code, response.topics, [](auto& a, auto& b) { name_topic(a, b); });
  return response;
}

protocol::DeleteTopicsResponse refuse(const protocol::DeleteTopicsRequest& request, ErrorCode code) {
  protocol::DeleteTopicsResponse response;
  refuse_each(request.topic_names, code, response.responses, [](auto& name, auto& b) { b.name = name; });
  refuse_each(request.topics, code, response.responses, [](auto& a, auto& b) {
    name_topic(a, b);
    b.topic_id = a.topic_id;
  });
  return response;
}

protocol::CreatePartitionsResponse refuse(const protocol::CreatePartitionsRequest& request, ErrorCode code) {
  protocol::CreatePartitionsResponse response;
  refuse_each(request.topics, code, response.results, [](auto& a, auto& b) { name_topic(a, b); });
  return response;
}

// Before there are transactions to tell of: a transactional id that may not be written to is refused as such.
// Whoever may write to some topic may do so idempotently (KIP-679).
ErrorCode check_producer_allowed(const protocol::InitProducerIdRequest& request, const Access& access) {
  using security::AclOperation;
  using security::ResourceType;
  if (request.transactional_id) {
    const bool allowed =
        access.allows(AclOperation::kWrite, ResourceType::kTransactionalId, *request.transactional_id);
    return allowed ? ErrorCode::kNone : ErrorCode::kTransactionalIdAuthorizationFailed;
  }
  const bool allowed = access.allows_cluster(AclOperation::kIdempotentWrite, IfDenied::kUnsaid) ||
                       access.allows_some(AclOperation::kWrite, ResourceType::kTopic);
  return allowed ? ErrorCode::kNone : ErrorCode::kClusterAuthorizationFailed;
}

}  // namespace

ServerDispatch::ServerDispatch(const Uses& uses) : uses_(uses) {
  bind_cluster();
  bind_logs();
  bind_controller();
  bind_configs();
  bind_groups();
  bind_quorum();
  bind_operators();
  bind_security();
  bind_telemetry();
  // Advertise only what is served, and serve what is advertised.
  for (const Api& api : api_table()) CHECK(handlers_.contains(api.key));
}

bool ServerDispatch::may_overlap(int16_t api_key) const {
  const Api* api = find_api(api_key);
  return api != nullptr && api->may_overlap;
}

void ServerDispatch::handle(Request request, Reply reply) {
  const Api* api = find_api(request.header.api_key);
  ListenerKind listener =
      request.client->controller_listener ? ListenerKind::kController : ListenerKind::kBroker;
  bool served = api != nullptr && (static_cast<uint8_t>(api->listeners) & static_cast<uint8_t>(listener));
  int16_t version = request.header.api_version;
  // ApiVersions alone is answered in a version that is not known: it is how a client finds out (KIP-511).
  bool known = served && version >= api->version_min && version <= api->version_max;
  if (!known && !(served && api->key == protocol::ApiVersionsRequest::kKey)) {
    LOG_WARN_LIMITED("closing the connection from {} on {}: it sent {} version {}, which is not served there",
                     request.client->host, request.client->listener,
                     api == nullptr ? std::to_string(request.header.api_key) : std::string(api->name),
                     version);
    return reply.close();
  }
  if (!can_authorize(request)) return refuse_unauthorized(request, std::move(reply));
  handlers_.at(api->key)(*this, std::move(request), std::move(reply));
}

// Replicas of the quorum talk before any of them has read the metadata. Until then it is known of super users
// alone what they may do. (Apache Kafka's StandardAuthorizer: AuthorizerNotReadyException.)
bool ServerDispatch::can_authorize(const Request& request) const {
  const AuthorizerRules& rules = uses_.config.security.authorizer;
  if (!rules.enabled || request.client->is_this_node || uses_.images.is_known()) return true;
  if (request.header.api_key == protocol::ApiVersionsRequest::kKey) return true;
  const auto image = uses_.images.get();
  return access(*image, request).is_super_user() && request.header.api_key != protocol::EnvelopeRequest::kKey;
}

// So that it is asked again. (Apache Kafka answers UNKNOWN_SERVER_ERROR, for which some of its own clients
// give up.) Of an envelope it is not known who is in it.
void ServerDispatch::refuse_unauthorized(const Request& request, Reply reply) {
  LOG_INFO_LIMITED("{} at {} cannot be authorized before this node has read the metadata",
                   request.client->principal, request.client->host);
  if (request.header.api_key == protocol::EnvelopeRequest::kKey)
    return reply.send(refuse_envelope(ErrorCode::kNotController));
  reply.close();
}

template <class Body, class Function>
void ServerDispatch::on_image(int16_t key, Function function) {
  handlers_[key] = [function](ServerDispatch& self, Request request, Reply reply) {
    Body body;
    if (!read_body(request, body)) return reply.close();
    auto image = self.uses_.images.get();
    const Access access = self.access(*image, request);
    // A controller tells who is the active one, a broker names one that takes requests to it.
    const NodeId controller =
        request.client->controller_listener ? self.uses_.quorum_leader() : self.uses_.config.id;
    ClusterUses uses{*image, self.uses_.cluster_id, *request.client, controller, access};
    Texts texts;
    reply.send(function(self, body, reply.version(), uses, texts));
  };
}

template <class Body, class Function>
void ServerDispatch::on_workers(int16_t key, Function function) {
  handlers_[key] = [function](ServerDispatch& self, Request request, Reply reply) {
    self.uses_.workers.run(
        [&self, function, request = std::move(request), reply = std::move(reply)]() mutable {
          Body body;
          if (!read_body(request, body)) return reply.close();
          auto image = self.uses_.images.get();
          const Access access = self.access(*image, request);
          reply.send(function(body, reply.version(), LogUses{*image, self.uses_.partitions, access}));
        });
  };
}

MutationQuota ServerDispatch::mutations(const Request& request, int16_t strict_from) const {
  if (uses_.quotas == nullptr) return {};
  return uses_.quotas->mutations(request.client->principal, request.header.client_id.value_or(""),
                                 request.header.api_version >= strict_from, uses_.clock.monotonic_ms());
}

template <class Body, class Decide>
void ServerDispatch::on_controller(int16_t key, int16_t strict_from, Decide decide) {
  handlers_[key] = [strict_from, decide](ServerDispatch& self, Request request, Reply reply) {
    Body read;
    if (!read_body(request, read)) return reply.close();
    self.uses_.quorum_loop.post([&self, strict_from, decide, body = std::move(read),
                                 request = std::move(request), reply = std::move(reply)]() mutable {
      auto refused = [](const Body& asked, ErrorCode code) { return refuse(asked, code); };
      if (forward_to_controller(self.uses_, body, request, reply, refused)) return;
      int16_t version = reply.version();
      auto image = self.uses_.images.get();
      const Asker asker{self.access(*image, request), request.client->controller_listener};
      MutationQuota quota = self.mutations(request, strict_from);
      self.uses_.controller.answer(
          std::move(reply),
          [&](ControllerView view) {
            view.asker = asker;
            view.charge_partitions = [&quota](size_t partitions) { return quota.charge(partitions); };
            auto decided = decide(view, body, version);
            decided.response.throttle_time_ms = quota.throttle_ms();
            return decided;
          },
          [body, frame = request.frame](ErrorCode code) { return refuse(body, code); },
          request.client->controller_listener);
    });
  };
}

void ServerDispatch::bind_cluster() {
  handlers_[protocol::ApiVersionsRequest::kKey] = &ServerDispatch::answer_api_versions;
  handlers_[protocol::MetadataRequest::kKey] = &ServerDispatch::answer_metadata;
  handlers_[protocol::FindCoordinatorRequest::kKey] = &ServerDispatch::answer_find_coordinator;
  on_image<protocol::DescribeClusterRequest>(
      protocol::DescribeClusterRequest::kKey,
      [](ServerDispatch&, const auto& body, int16_t version, const ClusterUses& uses, Texts& texts) {
        return describe_cluster(body, version, uses, texts);
      });
  on_image<protocol::DescribeTopicPartitionsRequest>(
      protocol::DescribeTopicPartitionsRequest::kKey,
      [](ServerDispatch& self, const auto& body, int16_t, const ClusterUses& uses, Texts&) {
        return describe_topic_partitions(body, uses, self.uses_.config.broker.request_partitions_max);
      });
}

void ServerDispatch::bind_logs() {
  handlers_[protocol::ProduceRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    handle_produce(
        std::move(request), std::move(reply),
        {self.uses_.images, self.uses_.partitions, self.uses_.clock, self.uses_.config.security.authorizer,
         self.uses_.stats});
  };
  handlers_[protocol::FetchRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    // Replicas of the metadata quorum fetch at the controllers' listener, and nobody else does.
    if (request.client->controller_listener) {
      reply.count_as(metrics::RequestKind::kFetchFollower);
      return self.answer_quorum(std::move(request), std::move(reply));
    }
    handle_fetch(std::move(request), std::move(reply),
                 {self.uses_.images, self.uses_.partitions, self.uses_.sessions, self.uses_.clock,
                  self.uses_.config.broker.fetch_size_max, self.uses_.config.security.authorizer,
                  self.uses_.config.replication.reads_by_rack, self.uses_.stats});
  };
  on_workers<protocol::ListOffsetsRequest>(protocol::ListOffsetsRequest::kKey,
                                           [](const auto& body, int16_t version, const LogUses& uses) {
                                             return list_offsets(body, version, uses);
                                           });
  handlers_[protocol::DeleteRecordsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    self.uses_.workers.run([&self, request = std::move(request), reply = std::move(reply)]() mutable {
      auto image = self.uses_.images.get();
      const Access access = self.access(*image, request);
      const LogUses uses{*image, self.uses_.partitions, access};
      handle_delete_records(std::move(request), std::move(reply), uses);
    });
  };
  on_workers<protocol::OffsetForLeaderEpochRequest>(
      protocol::OffsetForLeaderEpochRequest::kKey,
      [](const auto& body, int16_t, const LogUses& uses) { return offset_for_leader_epoch(body, uses); });
  on_workers<protocol::DescribeProducersRequest>(
      protocol::DescribeProducersRequest::kKey,
      [](const auto& body, int16_t, const LogUses& uses) { return describe_producers(body, uses); });
  handlers_[protocol::DescribeLogDirsRequest::kKey] = &ServerDispatch::answer_describe_log_dirs;
  handlers_[protocol::InitProducerIdRequest::kKey] = &ServerDispatch::answer_init_producer_id;
}

void ServerDispatch::bind_controller() {
  on_controller<protocol::CreateTopicsRequest>(
      protocol::CreateTopicsRequest::kKey, kStrictCreateTopics,
      [](ControllerView view, const auto& body, int16_t version) {
        if (version < kFirstVersionWithTopicConfigs) view.describe_topic_config = nullptr;
        return decide_create_topics(view, body);
      });
  on_controller<protocol::DeleteTopicsRequest>(
      protocol::DeleteTopicsRequest::kKey, kStrictDeleteTopics,
      [](const ControllerView& view, const auto& body, int16_t version) {
        return decide_delete_topics(view, body, version);
      });
  on_controller<protocol::CreatePartitionsRequest>(
      protocol::CreatePartitionsRequest::kKey, kStrictCreatePartitions,
      [](const ControllerView& view, const auto& body, int16_t) {
        return decide_create_partitions(view, body);
      });
}

void ServerDispatch::answer_api_versions(Request request, Reply reply) {
  protocol::ApiVersionsRequest body;
  int16_t version = request.header.api_version;
  bool known = version >= 0 && version <= protocol::ApiVersionsRequest::kVersionMax;
  if (known && !read_body(request, body)) return reply.close();
  if (request.client->software && is_client_software_text(body.client_software_name) &&
      is_client_software_text(body.client_software_version)) {
    request.client->software->say(body.client_software_name, body.client_software_version);
  }
  auto image = uses_.images.get();
  const Access allowed = access(*image, request);
  ClusterUses uses{*image,          uses_.cluster_id, *request.client,
                   uses_.config.id, allowed,          uses_.controller.driver().kraft_version()};
  protocol::ApiVersionsResponse response = api_versions(body, version, uses);
  std::vector<FinalizedFeature> finalized = image->features().finalized(uses.kraft_version);
  if (response.error_code == 0) {
    for (const auto& feature : finalized) {
      response.finalized_features.push_back({feature.name, feature.level, feature.level});
    }
    response.finalized_features_epoch = image->last_applied().offset.value;
  }
  reply.send(reply.encode(response, known ? version : 0));
}

void ServerDispatch::answer_metadata(Request request, Reply reply) {
  protocol::MetadataRequest body;
  if (!read_body(request, body)) return reply.close();
  auto image = uses_.images.get();
  const Access allowed = access(*image, request);
  const bool auto_create = uses_.config.broker.auto_create_topics;
  std::vector<std::string> missing;
  if (auto_create && body.allow_auto_topic_creation) {
    auto names = creatable_topics(body, reply.version(), *image, allowed);
    missing.assign(names.begin(), names.end());
  }
  // The controller would refuse so many, after all that they take.
  const bool fits = missing.size() <= kRecordsPerRequestMax;
  if (fits && !missing.empty())
    return create_missing(std::move(request), std::move(reply), std::move(missing));
  const ClusterUses uses{*image, uses_.cluster_id, *request.client, uses_.config.id, allowed};
  reply.send(metadata(body, reply.version(), uses, auto_create));
}

// InitProducerId without a transactional id: a new producer id, or, for one that a client brings to be
// renewed, a new one as well (KIP-360: what an idempotent producer without transactions is given).
void ServerDispatch::answer_init_producer_id(Request request, Reply reply) {
  protocol::InitProducerIdRequest body;
  if (!read_body(request, body)) return reply.close();
  const auto refuse = [&reply](ErrorCode code) {
    protocol::InitProducerIdResponse response;
    response.error_code = protocol::wire_value(code);
    response.producer_epoch = -1;
    reply.send(response);
  };
  auto image = uses_.images.get();
  ErrorCode refusal = check_producer_allowed(body, access(*image, request));
  if (refusal != ErrorCode::kNone) return refuse(refusal);
  // One that is renewed has both.
  if ((body.producer_id == -1) != (body.producer_epoch == -1)) return refuse(ErrorCode::kInvalidRequest);
  if (body.transactional_id) {
    bool empty = body.transactional_id->empty();
    return refuse(empty ? ErrorCode::kInvalidRequest : ErrorCode::kNotCoordinator);
  }
  uses_.producer_ids.next([reply = std::move(reply)](Outcome<int64_t> id) mutable {
    protocol::InitProducerIdResponse response;
    if (id) {
      response.producer_id = *id;
    } else {
      response.error_code = protocol::wire_value(ErrorCode::kCoordinatorLoadInProgress);
      response.producer_epoch = -1;
    }
    reply.send(response);
  });
}

void ServerDispatch::answer_describe_log_dirs(Request request, Reply reply) {
  uses_.lane.run([this, request = std::move(request), reply = std::move(reply)]() mutable {
    protocol::DescribeLogDirsRequest body;
    if (!read_body(request, body)) return reply.close();
    auto image = uses_.images.get();
    auto reports = uses_.replicas.describe();
    reply.send(describe_log_dirs(body, access(*image, request), reports));
  });
}

}  // namespace klamm::broker
