// kafka-broker-api-versions: what each broker speaks, and in which version a client of this age would use it.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/java_order.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/catalog.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

using protocol::MessageInfo;
using protocol::MessageKind;
using ApiVersion = protocol::ApiVersionsResponse::ApiVersion;

constexpr std::string_view kAbout = "This tool helps to retrieve broker version information.";

constexpr OptionSpec kOptions[] = {
    kCommandConfigOption,
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server(s) to use for bootstrapping",
     .help = "REQUIRED: a broker's address, or several with commas."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

// APIs that no broker's listener takes: of controllers alone.
constexpr int16_t kOfControllers[] = {52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 73, 82};

bool is_of_controllers(int16_t key) {
  return std::ranges::find(kOfControllers, key) != std::end(kOfControllers);
}

std::map<int16_t, const MessageInfo*> known_apis() {
  std::map<int16_t, const MessageInfo*> known;
  for (const MessageInfo& message : protocol::messages()) {
    if (message.kind == MessageKind::kRequest) known[message.key] = &message;
  }
  return known;
}

std::string version_text(const ApiVersion& api, const MessageInfo* known) {
  std::string text = known == nullptr
                         ? fmt::format("UNKNOWN({}): ", api.api_key)
                         : fmt::format("{}({}): ", *api_name(api.api_key), api.api_key);
  text += api.min_version == api.max_version ? fmt::format("{}", api.min_version)
                                             : fmt::format("{} to {}", api.min_version, api.max_version);
  if (known == nullptr) return text;
  if (known->version_max < api.min_version) return text + " [unusable: node too new]";
  if (api.max_version < known->version_min) return text + " [unusable: node too old]";
  return text + fmt::format(" [usable: {}]", std::min(known->version_max, api.max_version));
}

std::string versions_text(const protocol::ApiVersionsResponse& answer) {
  const auto known = known_apis();
  std::map<int16_t, std::string> lines;
  for (const auto& [key, message] : known) {
    if (!is_of_controllers(key)) lines[key] = fmt::format("{}({}): UNSUPPORTED", *api_name(key), key);
  }
  for (const ApiVersion& api : answer.api_keys) {
    const auto found = known.find(api.api_key);
    lines[api.api_key] = version_text(api, found == known.end() ? nullptr : found->second);
  }
  std::vector<std::string> texts;
  for (auto& [key, text] : lines) texts.push_back(std::move(text));
  return fmt::format("(\n\t{}\n)", joined(texts, ",\n\t"));
}

// Node.hashCode() and Node.toString() of Kafka's clients.
int32_t node_hash(const Node& node) {
  constexpr uint32_t kNotFenced = 1237;
  auto hash = 31 + static_cast<uint32_t>(java_hash(node.address.host));
  hash = hash * 31 + static_cast<uint32_t>(node.id);
  hash = hash * 31 + static_cast<uint32_t>(node.address.port);
  hash = hash * 31 + (node.rack ? static_cast<uint32_t>(java_hash(*node.rack)) : 0);
  return static_cast<int32_t>(hash * 31 + kNotFenced);
}

std::string node_text(const Node& node) {
  return fmt::format("{}:{} (id: {} rack: {} isFenced: false)", node.address.host, node.address.port, node.id,
                     node.rack.value_or("null"));
}

void add_json(protocol::JsonWriter& json, const Node& node, const Attempt<Connection*>& connection) {
  json.begin_object().field("id", node.id).field("host", node.address.host);
  json.field("port", node.address.port);
  if (connection) {
    json.key("apis").begin_array();
    for (const ApiVersion& api : (*connection)->api_versions().api_keys) {
      json.begin_object().field("key", api.api_key).field("name", api_name(api.api_key).value_or(""));
      json.field("min", api.min_version).field("max", api.max_version).end_object();
    }
    json.end_array();
  } else {
    json.field("error", connection.error().message);
  }
  json.end_object();
}

Attempt<> show_versions(Client& client, bool as_json) {
  Console& console = client.session().console;
  auto nodes = client.retried("listNodes", [&](const Deadline& deadline) { return client.nodes(deadline); });
  if (!nodes) return Error{nodes.error()};
  protocol::JsonWriter json;
  json.begin_array();
  for (const Node& node : in_java_order(*std::move(nodes), node_hash)) {
    const auto connection = client.node(node.id, client.call_deadline());
    if (as_json) {
      add_json(json, node, connection);
    } else if (connection) {
      console.line("{} -> {}", node_text(node), versions_text((*connection)->api_versions()));
    } else {
      console.line("{} -> ERROR: {}", node_text(node), connection.error().message);
    }
  }
  if (as_json) console.line("{}", json.end_array().str());
  return {};
}

}  // namespace

OptionTable broker_api_versions_options() { return kOptions; }

int run_broker_api_versions(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  auto done = require_options(options, {"bootstrap-server"});
  if (!done) return say_wrong(session, table, done.error());
  auto client = make_client(options, session);
  if (!client) return say_wrong(session, table, client.error());
  done = show_versions(**client, options.has("json"));
  return done ? 0 : say_wrong(session, table, done.error());
}

}  // namespace klamm::cli
