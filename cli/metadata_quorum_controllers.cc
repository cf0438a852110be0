#include "cli/metadata_quorum_controllers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "cli/text.h"
#include "protocol/messages/add_raft_voter_request.h"
#include "protocol/messages/add_raft_voter_response.h"
#include "protocol/messages/remove_raft_voter_request.h"
#include "protocol/messages/remove_raft_voter_response.h"
#include "storage/meta_properties.h"

namespace klamm::cli {
namespace {

using Endpoints = std::vector<RaftEndpoint>;

constexpr std::string_view kNodeId = "node.id";
constexpr std::string_view kRoles = "process.roles";
constexpr std::string_view kNames = "controller.listener.names";

struct NewController {
  int32_t id = -1;
  Uuid directory;
  Endpoints endpoints;
};

std::string lacks(std::string_view key, std::string_view what) {
  return fmt::format("{} {} configuration file. Is this a valid controller configuration file?", key, what);
}

Attempt<int32_t> id_of(const ClientProperties& properties) {
  const auto text = properties.text(kNodeId);
  if (!text) return failed(lacks(kNodeId, "not found in"));
  const auto id = parse_int(trimmed(*text));
  if (!id) return failed(fmt::format("For input string: \"{}\"", *text));
  if (*id < 0) return failed(lacks(kNodeId, "was negative in"));
  if (properties.text(kRoles).value_or("").find("controller") == std::string::npos) {
    return failed(lacks(kRoles, "did not contain 'controller' in"));
  }
  return *id;
}

Attempt<Uuid> directory_id_of(const ClientProperties& properties, storage::Disk& disk) {
  auto directory = properties.text("metadata.log.dir");
  if (!directory) {
    const std::string all = properties.text("log.dirs").value_or(",");
    const auto directories = split(trimmed(all), ',');
    if (directories.empty()) {
      return failed(
          "Neither metadata.log.dir nor log.dirs were found. Is this a valid controller configuration file?");
    }
    directory = std::string(directories.front());
  }
  const auto meta = storage::read_meta_properties(disk, *directory);
  if (!meta) return failed(fmt::format("Unable to read meta.properties from {}", *directory));
  if (!meta->directory_id) return failed(fmt::format("No directory id found in {}", *directory));
  return *meta->directory_id;
}

// "NAME://host:port", by name; later ones take the place of earlier ones.
Attempt<> read_listeners(std::string_view text, std::map<std::string, RaftEndpoint>& into) {
  for (const std::string_view piece : split(text, ',')) {
    const std::string_view one = trimmed(piece);
    if (one.empty()) continue;
    const size_t name_end = one.find("://");
    const size_t colon = one.rfind(':');
    const auto port = colon == one.npos ? std::nullopt : parse_int(one.substr(colon + 1));
    if (name_end == one.npos || colon < name_end + 3 || !port || *port < 0 || *port > UINT16_MAX) {
      return failed(fmt::format("Unable to parse {} to a broker endpoint", one));
    }
    std::string_view host = one.substr(name_end + 3, colon - name_end - 3);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const std::string name = upper_case(one.substr(0, name_end));
    into[name] = {name, host.empty() ? "localhost" : std::string(host), static_cast<uint16_t>(*port)};
  }
  return {};
}

Attempt<Endpoints> endpoints_of(const ClientProperties& properties) {
  std::map<std::string, RaftEndpoint> listeners;
  for (const std::string_view key : {"listeners", "advertised.listeners"}) {
    auto done = read_listeners(properties.text(key).value_or(""), listeners);
    if (!done) return Error{done.error()};
  }
  const auto names = properties.text(kNames);
  if (!names) {
    return failed(
        fmt::format("{} was not found. Is this a valid controller configuration file?", kNames));
  }
  Endpoints endpoints;
  for (const std::string_view piece : split(*names, ',')) {
    const std::string name = upper_case(trimmed(piece));
    const auto found = listeners.find(name);
    if (found == listeners.end()) {
      return failed(fmt::format("Cannot find information about controller listener name: {}", name));
    }
    const bool is_known = std::ranges::find(endpoints, name, &RaftEndpoint::listener) != endpoints.end();
    if (!is_known) endpoints.push_back(found->second);
  }
  return endpoints;
}

Attempt<NewController> read_new_controller(const std::string& path, storage::Disk& disk) {
  auto properties = load_properties(disk, path);
  if (!properties) return Error{properties.error()};
  auto id = id_of(*properties);
  if (!id) return Error{id.error()};
  auto directory = directory_id_of(*properties, disk);
  if (!directory) return Error{directory.error()};
  auto endpoints = endpoints_of(*properties);
  if (!endpoints) return Error{endpoints.error()};
  return NewController{*id, *directory, *std::move(endpoints)};
}

// One request that the active controller answers with a code and a message.
template <class Response, class Request>
Attempt<> ask_quorum(Client& client, std::string_view call, const Request& request) {
  return client.retried(call, [&](const Deadline& deadline) -> Attempt<> {
    auto connection = client.controller(deadline);
    if (!connection) return Error{connection.error()};
    auto answer = client.ask<Response>(**connection, request, deadline);
    if (!answer) return Error{answer.error()};
    const auto code = static_cast<protocol::ErrorCode>((*answer)->error_code);
    if (code == protocol::ErrorCode::kNone) return {};
    auto said = (*answer)->error_message;
    if (said && said->empty()) said.reset();
    if (code == protocol::ErrorCode::kNotController) return passing_error((*answer)->error_code, said);
    return broker_error(code, said);
  });
}

}  // namespace

std::string RaftEndpoint::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("{}://[{}]:{}", listener, host, port)
               : fmt::format("{}://{}:{}", listener, host, port);
}

Attempt<> add_controller(Client& client, const Options& options) {
  const auto path = options.value("command-config");
  if (!path) {
    return failed(
        "You must supply the configuration file of the controller you are adding when using "
        "add-controller.");
  }
  auto controller = read_new_controller(*path, client.session().disk);
  if (!controller) return Error{controller.error()};
  const bool is_dry = options.has("dry-run");
  if (!is_dry) {
    protocol::AddRaftVoterRequest request;
    request.cluster_id.reset();
    request.timeout_ms = static_cast<int32_t>(client.config().request_timeout_ms);
    request.voter_id = controller->id;
    request.voter_directory_id = controller->directory;
    for (const RaftEndpoint& endpoint : controller->endpoints) {
      auto& listener = request.listeners.emplace_back();
      listener.name = endpoint.listener;
      listener.host = endpoint.host;
      listener.port = endpoint.port;
    }
    auto done = ask_quorum<protocol::AddRaftVoterResponse>(client, "addRaftVoter", request);
    if (!done) return done;
  }
  std::vector<std::string> endpoints;
  for (const RaftEndpoint& endpoint : controller->endpoints) endpoints.push_back(endpoint.text());
  client.session().console.line("{} controller {} with directory id {} and endpoints: {}",
                                is_dry ? "DRY RUN of adding" : "Added", controller->id,
                                controller->directory.to_string(), joined(endpoints, ", "));
  return {};
}

Attempt<> remove_controller(Client& client, const Options& options) {
  const auto id = static_cast<int32_t>(options.number("controller-id").value_or(-1));
  if (id < 0) return failed(fmt::format("Invalid negative --controller-id: {}", id));
  const std::string text = options.value("controller-directory-id").value_or("");
  const auto directory = Uuid::from_string(text);
  if (!directory) {
    return failed(fmt::format(
        "Failed to parse --controller-directory-id: {} is not an id as kafka-storage random-uuid makes it",
        text));
  }
  const bool is_dry = options.has("dry-run");
  if (!is_dry) {
    protocol::RemoveRaftVoterRequest request;
    request.cluster_id.reset();
    request.voter_id = id;
    request.voter_directory_id = *directory;
    auto done = ask_quorum<protocol::RemoveRaftVoterResponse>(client, "removeRaftVoter", request);
    if (!done) return done;
  }
  // Two blanks stand there in Kafka's, too.
  client.session().console.line("{} KRaft controller {} with directory id {}",
                                is_dry ? "DRY RUN of removing " : "Removed ", id, directory->to_string());
  return {};
}

}  // namespace klamm::cli
