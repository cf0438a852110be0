#include "cli/topics_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr OptionSpec kOptions[] = {
    kServerOption,
    kCommandConfigOption,
    {.name = "list", .help = "Name all topics."},
    {.name = "create", .help = "Make a topic."},
    {.name = "delete", .help = "Delete topics."},
    {.name = "alter", .help = "Give topics more partitions. (kafka-configs alters their configuration.)"},
    {.name = "describe", .help = "Show topics with their partitions."},
    {.name = "topic",
     .takes = Takes::kArgument,
     .argument = "topic",
     .help = "The topic; a regular expression for several, but for --create."},
    {.name = "topic-id", .takes = Takes::kArgument, .argument = "topic-id", .help = "The id to describe."},
    {.name = "config",
     .takes = Takes::kArgument,
     .argument = "name=value",
     .help = "A configuration of the topic to be made; may be repeated. Only with --create.",
     .is_repeated = true},
    {.name = "delete-config",
     .takes = Takes::kArgument,
     .argument = "name",
     .help = "Gone since Kafka 4.0: kafka-configs does it.",
     .is_repeated = true},
    {.name = "partitions",
     .takes = Takes::kArgument,
     .argument = "# of partitions",
     .help = "How many partitions the topic shall have. By default what the cluster has configured. More "
             "partitions for a topic with keys mean that keys go to other partitions than before.",
     .type = ArgumentType::kInteger},
    {.name = "replication-factor",
     .takes = Takes::kArgument,
     .argument = "replication factor",
     .help = "How many replicas each partition shall have. By default what the cluster has configured.",
     .type = ArgumentType::kInteger},
    {.name = "replica-assignment",
     .takes = Takes::kArgument,
     .argument = "broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , "
                 "broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...",
     .help = "The brokers of each partition, written out."},
    {.name = "under-replicated-partitions",
     .help = "With --describe: only partitions with fewer replicas in sync than they have."},
    {.name = "unavailable-partitions",
     .help = "With --describe: only partitions whose leader is not there."},
    {.name = "under-min-isr-partitions",
     .help = "With --describe: only partitions with fewer replicas in sync than min.insync.replicas."},
    {.name = "at-min-isr-partitions",
     .help = "With --describe: only partitions with just as many replicas in sync as min.insync.replicas."},
    {.name = "topics-with-overrides",
     .help = "With --describe: only topics with a configuration of their own."},
    {.name = "if-exists",
     .help = "With --alter, --delete, --describe: a topic that is not there is no error."},
    {.name = "if-not-exists", .help = "With --create: a topic that is there is no error."},
    {.name = "exclude-internal", .help = "With --list, --describe: without internal topics."},
    {.name = "partition-size-limit-per-response",
     .takes = Takes::kArgument,
     .argument = "maximum number of partitions per response",
     .help = "How many partitions one answer of a broker may describe.",
     .type = ArgumentType::kInteger},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

using Names = std::vector<std::string_view>;

// The five actions but for these, and besides these.
Names actions_without(const Names& removed, const Names& added = {}) {
  Names names;
  for (const std::string_view name : {"alter", "create", "describe", "list", "delete"}) {
    if (std::ranges::find(removed, name) == removed.end()) names.push_back(name);
  }
  names.insert(names.end(), added.begin(), added.end());
  return names;
}

Attempt<> check_required(const Options& options, Console& console) {
  if (!options.has("bootstrap-server")) return wrong_argument("--bootstrap-server must be specified");
  if (options.has("describe") && options.has("if-exists")) {
    if (!options.has("topic") && !options.has("topic-id")) {
      return wrong_usage("--topic or --topic-id is required to describe a topic");
    }
    if (options.has("topic") && options.has("topic-id")) {
      console.line(
          "Only topic id will be used when both --topic and --topic-id are specified and topicId is not "
          "Uuid.ZERO_UUID");
    }
  }
  if (!options.has("list") && !options.has("describe")) {
    if (auto done = require_options(options, {"topic"}); !done) return done;
  }
  if (!options.has("alter")) return {};
  if (options.has("config")) {
    return wrong_usage(
        "Option combination \"[[bootstrap-server], [config]]\" can't be used with option \"[alter]\" (To "
        "alter topic configurations, the kafka-configs tool can be used.)");
  }
  return require_options(options, {"partitions"});
}

struct Rule {
  std::string_view used;
  Names forbidden;
};

std::vector<Rule> rules_of(const Options& options) {
  const Names reports = {"under-replicated-partitions", "under-min-isr-partitions", "at-min-isr-partitions",
                         "unavailable-partitions"};
  std::vector<Rule> rules = {
      {"config", actions_without({"alter", "create"})},
      {"partitions", actions_without({"alter", "create"})},
      {"replication-factor", actions_without({"create"})},
      {"replica-assignment", actions_without({"alter", "create"})},
  };
  if (options.has("create")) rules.push_back({"replica-assignment", {"partitions", "replication-factor"}});
  for (const std::string_view report : reports) {
    rules.push_back({report, actions_without({"describe"}, {"topics-with-overrides"})});
  }
  rules.push_back({"topics-with-overrides", actions_without({"describe"}, reports)});
  rules.push_back({"if-exists", actions_without({"alter", "delete", "describe"})});
  rules.push_back({"if-not-exists", actions_without({"create"})});
  rules.push_back({"exclude-internal", actions_without({"list", "describe"})});
  rules.push_back({"json", actions_without({"list", "describe"})});
  return rules;
}

}  // namespace

OptionTable topics_options() { return kOptions; }

Attempt<> check_topics_options(const Options& options, Console& console) {
  if (options.count({"create", "list", "alter", "describe", "delete"}) != 1) {
    return wrong_usage(
        "Command must include exactly one action: --list, --describe, --create, --alter or --delete");
  }
  if (options.has("delete-config")) {
    console.error_line(
        "delete-config option is no longer supported and deprecated since version 4.0. The config will be "
        "fully removed in future releases.");
  }
  if (auto done = check_required(options, console); !done) return done;
  for (const Rule& rule : rules_of(options)) {
    if (auto done = forbid_beside(options, rule.used, rule.forbidden); !done) return done;
  }
  return {};
}

Attempt<ReplicaLists> parse_replica_lists(std::string_view text) {
  ReplicaLists lists;
  for (const std::string_view partition : split(text, ',')) {
    std::vector<int32_t>& brokers = lists.emplace_back();
    std::set<int32_t> seen;
    std::vector<int32_t> twice;
    for (const std::string_view piece : split(partition, ':')) {
      const auto id = parse_int(trimmed(piece));
      if (!id) return wrong_argument(fmt::format("For input string: \"{}\"", trimmed(piece)));
      brokers.push_back(*id);
      if (!seen.insert(*id).second && std::ranges::find(twice, *id) == twice.end()) twice.push_back(*id);
    }
    if (!twice.empty()) {
      return wrong_argument("Partition replica lists may not contain duplicate entries: " +
                            joined_numbers(twice));
    }
    if (brokers.size() != lists.front().size()) {
      return wrong_argument(fmt::format("Partition {} has different replication factor: [{}]",
                                        lists.size() - 1, joined_numbers(brokers, ", ")));
    }
  }
  return lists;
}

}  // namespace klamm::cli
