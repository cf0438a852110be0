// kafka-cluster: the id of a cluster, its endpoints, and brokers that are gone for good.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/commands.h"
#include "cli/java_order.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"
#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"

namespace klamm::cli {
namespace {

using protocol::DescribeClusterRequest;
using protocol::DescribeClusterResponse;

constexpr int8_t kBrokers = 1;
constexpr int8_t kControllers = 2;
// The first version that knows fenced brokers.
constexpr int16_t kWithFenced = 2;
constexpr size_t kHostColumn = 100;  // where there is no host
constexpr size_t kRackColumn = 10;   // where there is no rack

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .help = "A broker's address, or several with commas.",
     .letter = 'b'},
    {.name = "bootstrap-controller",
     .takes = Takes::kArgument,
     .help = "A controller's address, or several with commas.",
     .letter = 'C'},
    {.name = "config",
     .takes = Takes::kArgument,
     .help = "The old name of --command-config.",
     .completes = Completes::kFile},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .help = "A file with the configuration of a Java client.",
     .completes = Completes::kFile,
     .letter = 'c'},
    {.name = "id",
     .takes = Takes::kArgument,
     .help = "The broker's id.",
     .type = ArgumentType::kInteger,
     .letter = 'i'},
    {.name = "include-fenced-brokers", .help = "List fenced brokers, too."},
    kJsonOption,
};

constexpr Command kCommands[] = {
    {.name = "cluster-id",
     .help = "Say which id the cluster has.",
     .options = "bootstrap-server bootstrap-controller config command-config json"},
    {.name = "unregister",
     .help = "Let the cluster forget a broker that is gone for good.",
     .options = "bootstrap-server bootstrap-controller config command-config id json",
     .required = "id"},
    {.name = "list-endpoints",
     .help = "List the addresses of brokers, or of controllers.",
     .options = "bootstrap-server bootstrap-controller config command-config include-fenced-brokers json"},
};
constexpr CommandLine kLine{
    .name = "kafka-cluster", .about = "The Kafka cluster tool.", .table = kOptions, .commands = kCommands};

Attempt<ClientConfig> config_of(const Options& options, Session& session) {
  const auto old = options.value("config");
  const auto path = options.value("command-config");
  if (old && path) return wrong_argument("--config and --command-config cannot be specified together.");
  if (old) {
    session.console.line(
        "Option --config has been deprecated and will be removed in a future version. Use --command-config "
        "instead.");
  }
  auto properties = load_properties(session.disk, old ? old : path);
  if (!properties) return Error{properties.error()};
  const bool is_for_controllers = options.has("bootstrap-controller");
  properties->remove(is_for_controllers ? "bootstrap.servers" : "bootstrap.controllers");
  if (is_for_controllers) {
    properties->set("bootstrap.controllers", *options.value("bootstrap-controller"));
  } else {
    properties->set("bootstrap.servers", *options.value("bootstrap-server"));
  }
  return make_client_config(*properties, session);
}

Attempt<> show_id(Client& client, bool as_json) {
  auto done = client.retried(
      "listNodes", [&](const Deadline& deadline) { return client.refresh_nodes(deadline); });
  if (!done) return done;
  Console& console = client.session().console;
  if (as_json) {
    console.line("{}", protocol::JsonWriter()
                           .begin_object()
                           .field("cluster_id", client.cluster_id())
                           .end_object()
                           .str());
  } else if (client.cluster_id().empty()) {
    console.line("No cluster ID found. The Kafka version is probably too old.");
  } else {
    console.line("Cluster ID: {}", client.cluster_id());
  }
  return {};
}

Attempt<> unregister(Client& client, int32_t id, bool as_json) {
  protocol::UnregisterBrokerRequest request;
  request.broker_id = id;
  auto answer = client.retried(
      "unregisterBroker",
      [&](const Deadline& deadline) -> Attempt<Answer<protocol::UnregisterBrokerResponse>> {
        auto connection = client.controller(deadline);
        if (!connection) return Error{connection.error()};
        auto got = client.ask<protocol::UnregisterBrokerResponse>(**connection, request, deadline);
        if (!got) return got;
        const auto error = static_cast<protocol::ErrorCode>((*got)->error_code);
        if (error == protocol::ErrorCode::kRequestTimedOut) {
          return passing_error((*got)->error_code, (*got)->error_message);
        }
        if (error != protocol::ErrorCode::kNone) return broker_error(error, (*got)->error_message);
        return got;
      });
  Console& console = client.session().console;
  if (!answer && answer.error().kind == ToolError::Kind::kUnsupported) {
    console.line("The target cluster does not support the broker unregistration API.");
    return {};
  }
  if (!answer) return Error{answer.error()};
  if (as_json) {
    console.line("{}", protocol::JsonWriter().begin_object().field("unregistered", id).end_object().str());
  } else {
    console.line("Broker {} is no longer registered.", id);
  }
  return {};
}

using Brokers = std::vector<DescribeClusterResponse::DescribeClusterBroker>;

void print_endpoints(Console& console, const Brokers& brokers, bool are_controllers) {
  size_t host = 0;
  size_t rack = 0;
  for (const auto& one : brokers) {
    host = std::max(host, java_length(one.host));
    if (one.rack) rack = std::max(rack, java_length(*one.rack));
  }
  if (brokers.empty()) host = kHostColumn;
  const bool has_racks = std::ranges::any_of(brokers, [](const auto& one) { return one.rack.has_value(); });
  if (!has_racks) rack = kRackColumn;
  const auto row = [&](std::string_view id, std::string_view where, std::string_view port,
                       std::string_view in, std::string_view state) {
    const std::string begin = fmt::format("{} {} {} {} ", padded(id, 10), padded(where, host),
                                          padded(port, 10), padded(in, rack));
    const bool is_head = id == "ID";
    const std::string_view type = is_head ? "ENDPOINT_TYPE" : are_controllers ? "controller" : "broker";
    if (are_controllers) {
      console.line("{}{}", begin, padded(type, 15));
    } else {
      console.line("{}{} {}", begin, padded(state, 10), padded(type, 15));
    }
  };
  row("ID", "HOST", "PORT", "RACK", "STATE");
  for (const auto& one : brokers) {
    row(fmt::format("{}", one.broker_id), one.host, fmt::format("{}", one.port), one.rack.value_or("null"),
        one.is_fenced ? "fenced" : "unfenced");
  }
}

void print_json(Console& console, const Brokers& brokers) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const auto& one : brokers) {
    json.begin_object().field("id", one.broker_id).field("host", one.host).field("port", one.port);
    if (one.rack) json.field("rack", *one.rack);
    json.key("fenced").boolean(one.is_fenced).end_object();
  }
  console.line("{}", json.end_array().str());
}

Attempt<> list_endpoints(Client& client, const Options& options) {
  const bool are_controllers = options.has("bootstrap-controller");
  const bool with_fenced = options.has("include-fenced-brokers");
  if (with_fenced && are_controllers) {
    return wrong_argument(
        "The option --include-fenced-brokers is only supported with --bootstrap-server option");
  }
  DescribeClusterRequest request;
  request.endpoint_type = are_controllers ? kControllers : kBrokers;
  request.include_fenced_brokers = with_fenced;
  const int16_t min = with_fenced ? kWithFenced : int16_t{0};
  auto answer = client.ask_any<DescribeClusterResponse>("listNodes", request, {.min = min});
  Console& console = client.session().console;
  if (!answer && answer.error().kind == ToolError::Kind::kUnsupported) {
    console.line("{}", answer.error().message);
    return {};
  }
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  const Brokers brokers =
      in_java_order((*answer)->brokers, [](const auto& one) { return one.broker_id; });
  if (options.has("json")) {
    print_json(console, brokers);
  } else {
    print_endpoints(console, brokers, are_controllers);
  }
  return {};
}

Attempt<> run_chosen(const ChosenCommand& chosen, Session& session) {
  const Options& options = chosen.options;
  auto config = config_of(options, session);
  if (!config) return Error{config.error()};
  Client client(*std::move(config), session);
  if (chosen.name == "cluster-id") return show_id(client, options.has("json"));
  if (chosen.name == "list-endpoints") return list_endpoints(client, options);
  return unregister(client, static_cast<int32_t>(options.number("id").value_or(-1)), options.has("json"));
}

}  // namespace

OptionTable cluster_options() { return kOptions; }

int run_cluster(Session& session, Words words) {
  const ChosenCommand chosen = begin_command(session, kLine, words);
  if (chosen.name.empty()) return chosen.status;
  const auto done = run_chosen(chosen, session);
  if (done) return 0;
  session.console.error_line("{}", thrown_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
