// kafka-get-offsets: offsets of partitions, as of a time. What is wrong is told on standard error, as
// Kafka's GetOffsetShell does.
#include <fmt/format.h>

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/console_options.h"
#include "cli/pattern.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/json_writer.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kAbout = "An interactive shell for getting topic-partition offsets.";
constexpr int32_t kNoEnd = std::numeric_limits<int32_t>::max();

constexpr OptionSpec kOptions[] = {
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "HOST1:PORT1,...,HOST3:PORT3",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "broker-list",
     .takes = Takes::kArgument,
     .argument = "HOST1:PORT1,...,HOST3:PORT3",
     .help = "The old name of --bootstrap-server."},
    {.name = "topic-partitions",
     .takes = Takes::kArgument,
     .argument = "topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3",
     .help = "Patterns of topics, each with one of its partitions, or some, behind a colon: 1, or 0-3 "
             "(without 3), or 5-, or -3. Without a topic: of all."},
    {.name = "topic",
     .takes = Takes::kArgument,
     .argument = "topic",
     .help = "The topic, or a regular expression; without it all topics that may be seen. Not beside "
             "--topic-partitions."},
    {.name = "partitions",
     .takes = Takes::kArgument,
     .argument = "partition ids",
     .help = "Of which partitions, with commas between them; without it of all. Not beside "
             "--topic-partitions."},
    {.name = "time",
     .takes = Takes::kArgument,
     .argument = "<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / "
                 "-5 or latest-tiered / -6 or earliest-pending-upload",
     .help = "The offset of the first record that is not before this time. There is none when all are.",
     .default_value = "latest",
     .choices = "latest earliest max-timestamp earliest-local latest-tiered earliest-pending-upload"},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "A file with the configuration of a Java client: security.protocol and what belongs to it.",
     .completes = Completes::kFile},
    {.name = "exclude-internal-topics", .help = "Leave out internal topics."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

constexpr std::string_view kTimeNames[] = {"latest",         "earliest",      "max-timestamp",
                                           "earliest-local", "latest-tiered", "earliest-pending-upload"};

// The names have the numbers from -1 on down.
Attempt<int64_t> parse_time(const std::string& text) {
  int64_t number = -1;
  for (const std::string_view name : kTimeNames) {
    if (text == name) return number;
    --number;
  }
  if (const auto timestamp = parse_long(text)) return *timestamp;
  return wrong_argument(
      fmt::format("Malformed time argument {}. Please use -1 or latest / -2 or earliest / -3 or "
                  "max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or "
                  "earliest-pending-upload, or a specified long format timestamp",
                  text));
}

// Topics, and which of their partitions.
struct Rule {
  Pattern topics;
  std::set<int32_t> only;  // empty: from `from` to before `end`
  int32_t from = 0;
  int32_t end = kNoEnd;

  bool allows(const TopicPartition& one) const {
    if (!topics.matches(one.topic)) return false;
    return only.empty() ? one.partition >= from && one.partition < end : only.contains(one.partition);
  }
};
using Rules = std::vector<Rule>;

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Error<ToolError> wrong_rule(std::string_view text) {
  return wrong_argument(fmt::format("Invalid rule specification: {}", text));
}

// "5", "5-", "-5", "2-5", or nothing.
Attempt<> take_partitions(std::string_view text, std::string_view whole, Rule& rule) {
  const size_t dash = text.find('-');
  const std::string_view low = text.substr(0, dash);
  const std::string_view high = dash == std::string_view::npos ? std::string_view() : text.substr(dash + 1);
  if (!is_digits(low) || !is_digits(high)) return wrong_rule(whole);
  const auto from = parse_int(low.empty() ? "0" : low);
  const auto end = high.empty() ? std::optional(kNoEnd) : parse_int(high);
  if (!from || !end) return wrong_argument(fmt::format("For input string: \"{}\"", from ? high : low));
  if (dash == std::string_view::npos && !low.empty()) {
    rule.only = {*from};
  } else {
    rule.from = *from;
    rule.end = *end;
  }
  return {};
}

Attempt<Rules> parse_rules(std::string_view text) {
  Rules rules;
  for (const std::string_view piece : split(text, ',')) {
    const size_t colon = piece.find(':');
    const std::string_view topics = piece.substr(0, colon);
    auto pattern = Pattern::parse_include_list(topics.empty() ? ".*" : topics);
    if (!pattern) return Error{pattern.error()};
    Rule rule{.topics = *std::move(pattern), .only = {}};
    if (colon != std::string_view::npos) {
      auto done = take_partitions(piece.substr(colon + 1), piece, rule);
      if (!done) return Error{done.error()};
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Attempt<Rules> rules_of(const Options& options) {
  if (const auto text = options.value("topic-partitions")) {
    if (options.count({"topic", "partitions"}) > 0) {
      return wrong_argument("--topic-partitions cannot be used with --topic or --partitions");
    }
    return parse_rules(*text);
  }
  auto pattern = Pattern::parse_include_list(options.value("topic").value_or(".*"));
  if (!pattern) return Error{pattern.error()};
  Rule rule{.topics = *std::move(pattern), .only = {}};
  const std::string partitions = options.value("partitions").value_or("");
  if (!partitions.empty()) {
    for (const std::string_view piece : split(partitions, ',')) {
      const auto id = parse_int(piece);
      if (!id) {
        return wrong_argument(
            "--partitions expects a comma separated list of numeric partition ids, but received: " +
            partitions);
      }
      rule.only.insert(*id);
    }
  }
  Rules rules;
  rules.push_back(std::move(rule));
  return rules;
}

Attempt<std::set<TopicPartition>> find_partitions(Client& client, const Rules& rules,
                                                  bool excludes_internal) {
  auto listed = list_topics(client);
  if (!listed) return Error{listed.error()};
  std::vector<std::string> names;
  for (const TopicListing& topic : *listed) {
    if (excludes_internal && topic.is_internal) continue;
    for (const Rule& rule : rules) {
      if (!rule.topics.matches(topic.name)) continue;
      names.push_back(topic.name);
      break;
    }
  }
  auto described = describe_topics(client, names);
  if (!described) return Error{described.error()};
  std::set<TopicPartition> partitions;
  for (const TopicDescription& topic : *described) {
    for (const auto& one : topic.partitions) {
      const TopicPartition partition{topic.name, one.partition};
      for (const Rule& rule : rules) {
        if (rule.allows(partition)) partitions.insert(partition);
      }
    }
  }
  return partitions;
}

void print_offsets(Console& console, const std::map<std::string, std::pair<TopicPartition, int64_t>>& offsets,
                   bool as_json) {
  protocol::JsonWriter json;
  json.begin_array();
  for (const auto& [text, found] : offsets) {
    const auto& [partition, offset] = found;
    if (as_json) {
      json.begin_object().field("topic", partition.topic).field("partition", partition.partition);
      json.field("offset", offset).end_object();
    } else {
      console.line("{}:{}:{}", partition.topic, partition.partition, offset);
    }
  }
  if (as_json) console.line("{}", json.end_array().str());
}

Attempt<> get_offsets(const Options& options, Session& session, const std::string& bootstrap) {
  auto rules = rules_of(options);
  if (!rules) return Error{rules.error()};
  auto time = parse_time(options.value("time").value_or("latest"));
  if (!time) return Error{time.error()};
  auto properties = load_properties(session.disk, options.value("command-config"));
  if (!properties) return Error{properties.error()};
  properties->set("bootstrap.servers", bootstrap);
  properties->set("client.id", "GetOffsetShell");
  auto config = make_client_config(*properties, session);
  if (!config) return Error{config.error()};
  Client client(*std::move(config), session);
  auto partitions = find_partitions(client, *rules, options.has("exclude-internal-topics"));
  if (!partitions) return Error{partitions.error()};
  if (partitions->empty()) return failed("Could not match any topic-partitions with the specified filters");
  OffsetsWanted wanted;
  for (const TopicPartition& partition : *partitions) wanted[partition] = *time;
  auto found = list_offsets(client, wanted);
  if (!found) return Error{found.error()};
  // By "topic-partition", as text: 10 comes before 2.
  std::map<std::string, std::pair<TopicPartition, int64_t>> offsets;
  for (const auto& [partition, offset] : *found) {
    if (!offset) {
      session.console.error_line("Skip getting offsets for topic-partition {} due to error: {}",
                                 partition.text(), exception_text(offset.error()));
    } else if (offset->offset != -1) {
      offsets.insert_or_assign(partition.text(), std::pair(partition, offset->offset));
    }
  }
  print_offsets(session.console, offsets, options.has("json"));
  return {};
}

}  // namespace

OptionTable get_offsets_options() { return kOptions; }

int run_get_offsets(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  auto parsed = parse_options(table, words);
  if (!parsed) {
    session.console.error_line("Error occurred: {}", parsed.error().message);
    return 1;
  }
  Begun begun = begin_tool(session, table, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (!options.has("broker-list")) {
    auto done = require_options(options, {"bootstrap-server"});
    if (!done) return say_wrong(session, table, done.error());
  }
  auto bootstrap = bootstrap_of(options);
  if (!bootstrap) return say_wrong(session, table, bootstrap.error());
  auto done = get_offsets(options, session, *bootstrap);
  if (done) return 0;
  session.console.error_line("Error occurred: {}", thrown_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
