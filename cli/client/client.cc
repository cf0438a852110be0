#include "cli/client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

constexpr int8_t kGroupKey = 0;
constexpr int8_t kBrokerEndpoints = 1;
constexpr int8_t kControllerEndpoints = 2;

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

Client::Client(ClientConfig config, Session& session) : config_(std::move(config)), session_(session) {}

Attempt<Connection*> Client::connect(const HostPort& to, const Deadline& deadline) {
  const auto known = connections_.find(to);
  if (known != connections_.end()) return known->second.get();
  auto opened =
      Connection::open(config_, session_.network, to, deadline.at_most(config_.connect_timeout_ms));
  if (!opened) {
    const ToolError& error = opened.error();
    // Said once for each address, since retries go on for a minute.
    if (error.kind == ToolError::Kind::kNetwork && unreachable_.try_emplace(to, error.message).second) {
      session_.console.error_line("WARN {}; trying again for up to {} s", error.message,
                                  deadline.left_ms() / 1000);
    }
    return Error{error};
  }
  unreachable_.erase(to);
  return connections_.emplace(to, *std::move(opened)).first->second.get();
}

Attempt<Connection*> Client::any(const Deadline& deadline) {
  if (!connections_.empty()) return connections_.begin()->second.get();
  Attempt<Connection*> last = network_error("there is no server to connect to");
  for (const HostPort& address : config_.bootstrap) {
    last = connect(address, deadline);
    if (last || last.error().kind != ToolError::Kind::kNetwork) return last;
  }
  for (const auto& [id, node] : nodes_) {
    last = connect(node.address, deadline);
    if (last) return last;
  }
  return last;
}

Attempt<Connection*> Client::node(int32_t id, const Deadline& deadline) {
  if (!nodes_.contains(id)) {
    if (auto done = refresh_nodes(deadline); !done) return Error{done.error()};
  }
  const auto known = nodes_.find(id);
  if (known == nodes_.end()) {
    return passing_error(protocol::wire_value(ErrorCode::kBrokerNotAvailable),
                         fmt::format("node {} is not in the cluster at present", id));
  }
  return connect(known->second.address, deadline);
}

Attempt<Connection*> Client::controller(const Deadline& deadline) {
  if (!config_.is_for_controllers) return any(deadline);
  if (auto done = refresh_nodes(deadline); !done) return Error{done.error()};
  if (controller_id_ < 0) {
    return passing_error(protocol::wire_value(ErrorCode::kNotController),
                         "the quorum has no active controller at present");
  }
  return node(controller_id_, deadline);
}

Attempt<Node> Client::coordinator_node(const std::string& group, const Deadline& deadline) {
  if (const auto known = coordinators_.find(group); known != coordinators_.end()) return known->second;
  auto connection = any(deadline);
  if (!connection) return Error{connection.error()};
  protocol::FindCoordinatorRequest request;
  request.key = group;
  request.key_type = kGroupKey;
  request.coordinator_keys = {group};
  auto answer = ask<protocol::FindCoordinatorResponse>(**connection, request, deadline);
  if (!answer) return Error{answer.error()};
  const protocol::FindCoordinatorResponse& body = **answer;
  int16_t code = body.error_code;
  std::optional<std::string_view> said = body.error_message;
  Node found{.id = body.node_id, .address = {std::string(body.host), body.port}, .rack = {}};
  if (answer->version() >= 4) {
    if (body.coordinators.empty()) return failed("FindCoordinator was answered without a coordinator");
    const auto& one = body.coordinators.front();
    code = one.error_code;
    said = one.error_message;
    found = {.id = one.node_id, .address = {std::string(one.host), one.port}, .rack = {}};
  }
  if (said && said->empty()) said.reset();
  const auto error = static_cast<ErrorCode>(code);
  if (protocol::is_retriable(error)) return passing_error(code, said);
  if (error == ErrorCode::kGroupAuthorizationFailed) {
    return broker_error(error, fmt::format("Not authorized to access group: {}", group));
  }
  if (error != ErrorCode::kNone) return broker_error(error, said);
  coordinators_[group] = found;
  return found;
}

Attempt<Connection*> Client::coordinator(const std::string& group, const Deadline& deadline) {
  auto found = coordinator_node(group, deadline);
  if (!found) return Error{found.error()};
  auto connection = connect(found->address, deadline);
  if (!connection) forget_coordinator(group);
  return connection;
}

Attempt<std::vector<Node>> Client::nodes(const Deadline& deadline) {
  if (nodes_.empty()) {
    if (auto done = refresh_nodes(deadline); !done) return Error{done.error()};
  }
  std::vector<Node> all;
  for (const auto& [id, node] : nodes_) all.push_back(node);
  return all;
}

Attempt<> Client::refresh_nodes(const Deadline& deadline) {
  auto connection = any(deadline);
  if (!connection) return Error{connection.error()};
  return config_.is_for_controllers ? read_controllers(**connection, deadline)
                                    : read_nodes(**connection, deadline);
}

Attempt<> Client::read_nodes(Connection& connection, const Deadline& deadline) {
  protocol::MetadataRequest request;
  request.topics.emplace();  // none of them
  request.allow_auto_topic_creation = false;
  auto answer = ask<protocol::MetadataResponse>(connection, request, deadline, {.min = 1});
  if (!answer) return Error{answer.error()};
  const protocol::MetadataResponse& body = **answer;
  if (body.error_code != 0) return broker_error(body.error_code);
  nodes_.clear();
  for (const auto& broker : body.brokers) {
    nodes_[broker.node_id] = {.id = broker.node_id,
                              .address = {std::string(broker.host), broker.port},
                              .rack = owned(broker.rack)};
  }
  cluster_id_ = body.cluster_id.value_or("");
  controller_id_ = body.controller_id;
  return {};
}

Attempt<> Client::read_controllers(Connection& connection, const Deadline& deadline) {
  protocol::DescribeClusterRequest request;
  request.endpoint_type = kControllerEndpoints;
  auto answer = ask<protocol::DescribeClusterResponse>(connection, request, deadline, {.min = 1});
  if (!answer) return Error{answer.error()};
  const protocol::DescribeClusterResponse& body = **answer;
  if (body.error_code != 0) return broker_error(body.error_code, body.error_message);
  if (body.endpoint_type == kBrokerEndpoints) {
    return failed("these are brokers; write --bootstrap-server in place of --bootstrap-controller");
  }
  nodes_.clear();
  for (const auto& one : body.brokers) {
    nodes_[one.broker_id] = {
        .id = one.broker_id, .address = {std::string(one.host), one.port}, .rack = owned(one.rack)};
  }
  cluster_id_ = body.cluster_id;
  controller_id_ = body.controller_id;
  return {};
}

void Client::give_up(const Connection& connection) {
  const auto found = std::ranges::find_if(
      connections_, [&](const auto& entry) { return entry.second.get() == &connection; });
  if (found != connections_.end()) connections_.erase(found);
}

// Who leads and who coordinates may have changed.
void Client::lose_broken(const ToolError& error) {
  if (error.kind == ToolError::Kind::kNetwork || protocol::wants_metadata_refresh(error.code)) {
    nodes_.clear();
    coordinators_.clear();
  }
}

bool Client::wait_before_retry(const Deadline& deadline, int64_t& pause_ms) {
  const int64_t left = deadline.left_ms();
  if (left == 0) return false;
  session_.network.pause(std::min(pause_ms, left));
  pause_ms = std::min(std::max<int64_t>(pause_ms, 1) * 2, config_.retry_backoff_max_ms);
  return !deadline.is_over();
}

Error<ToolError> Client::timed_out(std::string_view call, const ToolError& last) {
  const bool nobody =
      last.kind == ToolError::Kind::kNetwork || last.code == ErrorCode::kBrokerNotAvailable;
  return {ToolError{.kind = ToolError::Kind::kTimeout,
                    .code = ErrorCode::kRequestTimedOut,
                    .message = nobody ? fmt::format("Timed out waiting for a node assignment. Call: {}", call)
                                      : fmt::format("Call {} timed out: {}", call, last.message),
                    .is_passing = false}};
}

Attempt<std::unique_ptr<Client>> make_client(const Options& options, Session& session) {
  auto config = client_config_of(options, session);
  if (!config) return Error{config.error()};
  return std::make_unique<Client>(*std::move(config), session);
}

}  // namespace klamm::cli
