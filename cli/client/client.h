// Client: a cluster as a tool sees it: its nodes, connections to them, and who is asked what. It blocks, and
// tries again what passes by itself, until the time for a call is over.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/config.h"
#include "cli/client/connection.h"
#include "cli/error.h"
#include "cli/tool.h"

namespace klamm::cli {

struct Node {
  int32_t id = -1;
  HostPort address;
  std::optional<std::string> rack;
  bool is_fenced = false;  // known where the cluster was described
};

class Client {
 public:
  // `session` outlives it.
  Client(ClientConfig config, Session& session);

  const ClientConfig& config() const { return config_; }
  Session& session() const { return session_; }
  Deadline call_deadline() const { return Deadline(session_.clock, config_.call_timeout_ms); }

  // A connection that is open, or one to the first bootstrap server that answers.
  Attempt<Connection*> any(const Deadline& deadline);
  // To that node, by the address that the cluster gives for it. kBrokerNotAvailable, passing, when the
  // cluster does not know it (in which Kafka's client sees nobody to ask).
  Attempt<Connection*> node(int32_t id, const Deadline& deadline);
  // Who decides: through brokers any of them, which hands on what it is asked; among controllers the active
  // one.
  Attempt<Connection*> controller(const Deadline& deadline);
  // The coordinator of a consumer group.
  Attempt<Connection*> coordinator(const std::string& group, const Deadline& deadline);
  Attempt<Node> coordinator_node(const std::string& group, const Deadline& deadline);
  // After an answer that says it is another node now.
  void forget_coordinator(const std::string& group) { coordinators_.erase(group); }

  // The nodes that the cluster has named; read anew, or when first asked for.
  Attempt<> refresh_nodes(const Deadline& deadline);
  Attempt<std::vector<Node>> nodes(const Deadline& deadline);
  const std::string& cluster_id() const { return cluster_id_; }
  // As the cluster named it at the last refresh; -1 for none.
  int32_t controller_id() const { return controller_id_; }

  // Runs `attempt`, a function of a Deadline that gives an Attempt, until it does not fail with what passes
  // by itself. `call` is what it is for, as Kafka's admin client calls it, for the message when time is over.
  template <class F>
  auto retried(std::string_view call, F attempt) -> decltype(attempt(std::declval<const Deadline&>())) {
    const Deadline deadline = call_deadline();
    int64_t pause_ms = config_.retry_backoff_ms;
    for (;;) {
      auto outcome = attempt(deadline);
      if (outcome.ok() || !outcome.error().is_passing) return outcome;
      lose_broken(outcome.error());
      if (!wait_before_retry(deadline, pause_ms)) return timed_out(call, outcome.error());
    }
  }

  // One request to any node, with retries of what the network does. `wanted` as in Connection::ask.
  template <class Response, class Request>
  Attempt<Answer<Response>> ask_any(std::string_view call, const Request& request, Versions wanted = {}) {
    return retried(call, [&](const Deadline& deadline) -> Attempt<Answer<Response>> {
      auto connection = any(deadline);
      if (!connection) return Error{connection.error()};
      return ask<Response>(**connection, request, deadline, wanted);
    });
  }
  template <class Response, class Request>
  Attempt<Answer<Response>> ask_node(std::string_view call, int32_t id, const Request& request,
                                     Versions wanted = {}) {
    return retried(call, [&](const Deadline& deadline) -> Attempt<Answer<Response>> {
      auto connection = node(id, deadline);
      if (!connection) return Error{connection.error()};
      return ask<Response>(**connection, request, deadline, wanted);
    });
  }
  template <class Response, class Request>
  Attempt<Answer<Response>> ask_controller(std::string_view call, const Request& request,
                                           Versions wanted = {}) {
    return retried(call, [&](const Deadline& deadline) -> Attempt<Answer<Response>> {
      auto connection = controller(deadline);
      if (!connection) return Error{connection.error()};
      return ask<Response>(**connection, request, deadline, wanted);
    });
  }
  // One request over a connection of this client, no longer than request.timeout.ms. A connection that is
  // lost meanwhile, or of which nobody knows what comes next, is given up.
  template <class Response, class Request>
  Attempt<Answer<Response>> ask(Connection& connection, const Request& request, const Deadline& deadline,
                                Versions wanted = {}) {
    auto answer =
        connection.ask<Response>(request, deadline.at_most(config_.request_timeout_ms), wanted);
    if (!answer && answer.error().kind != ToolError::Kind::kUnsupported) give_up(connection);
    return answer;
  }
  // The same of what waits for others, and may take until then.
  template <class Response, class Request>
  Attempt<Answer<Response>> ask_patiently(Connection& connection, const Request& request,
                                          const Deadline& deadline) {
    auto answer = connection.ask<Response>(request, deadline);
    if (!answer) give_up(connection);
    return answer;
  }
  // The same of what is not answered.
  Attempt<> tell(Connection& connection, ByteView frame, const Deadline& deadline) {
    auto done = connection.tell(frame, deadline.at_most(config_.request_timeout_ms));
    if (!done) give_up(connection);
    return done;
  }

 private:
  Attempt<Connection*> connect(const HostPort& to, const Deadline& deadline);
  Attempt<> read_nodes(Connection& connection, const Deadline& deadline);
  Attempt<> read_controllers(Connection& connection, const Deadline& deadline);
  void give_up(const Connection& connection);
  void lose_broken(const ToolError& error);
  bool wait_before_retry(const Deadline& deadline, int64_t& pause_ms);
  static Error<ToolError> timed_out(std::string_view call, const ToolError& last);

  const ClientConfig config_;
  Session& session_;
  std::map<HostPort, std::unique_ptr<Connection>> connections_;
  std::map<HostPort, std::string> unreachable_;  // of which it was said, and why
  std::map<int32_t, Node> nodes_;
  std::map<std::string, Node> coordinators_;
  std::string cluster_id_;
  int32_t controller_id_ = -1;
};

// The client of a tool that has --bootstrap-server, perhaps --bootstrap-controller, and --command-config.
Attempt<std::unique_ptr<Client>> make_client(const Options& options, Session& session);

}  // namespace klamm::cli
