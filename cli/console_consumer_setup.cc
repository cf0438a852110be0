#include "cli/console_consumer_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/console_options.h"
#include "cli/pattern.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kFormatterHelp =
    "What is printed of a record, as key=value; may be repeated.\n print.timestamp=true|false\n "
    "print.key=true|false\n print.offset=true|false\n print.partition=true|false\n "
    "print.headers=true|false\n print.value=true|false\n key.separator=<key.separator>\n "
    "line.separator=<line.separator>\n headers.separator=<headers.separator>\n "
    "null.literal=<null.literal>\n key.deserializer=<class>\n value.deserializer=<class>\n "
    "headers.deserializer=<class>";

constexpr OptionSpec kOptions[] = {
    {.name = "topic", .takes = Takes::kArgument, .argument = "topic", .help = "The topic."},
    {.name = "include",
     .takes = Takes::kArgument,
     .argument = "Java regex (String)",
     .help = "A regular expression for the names of the topics."},
    {.name = "partition",
     .takes = Takes::kArgument,
     .argument = "partition",
     .help = "One partition alone; from its end, unless --offset is there.",
     .type = ArgumentType::kInteger},
    {.name = "offset",
     .takes = Takes::kArgument,
     .argument = "consume offset",
     .help = "From where: an offset, 'earliest' or 'latest'.",
     .default_value = "latest"},
    {.name = "consumer-property",
     .takes = Takes::kArgument,
     .argument = "consumer_prop",
     .help = "The old name of --command-property.",
     .is_repeated = true},
    {.name = "command-property",
     .takes = Takes::kArgument,
     .argument = "consumer_prop",
     .help = "A property of a Java consumer, as key=value; may be repeated.",
     .is_repeated = true},
    {.name = "consumer.config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "The old name of --command-config.",
     .completes = Completes::kFile},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "A file with the configuration of a Java consumer.",
     .completes = Completes::kFile},
    {.name = "formatter",
     .takes = Takes::kArgument,
     .argument = "class",
     .help = "Which of Kafka's formatters prints the records.",
     .default_value = "org.apache.kafka.tools.consumer.DefaultMessageFormatter"},
    {.name = "property",
     .takes = Takes::kArgument,
     .argument = "prop",
     .help = "The old name of --formatter-property.",
     .is_repeated = true},
    {.name = "formatter-property",
     .takes = Takes::kArgument,
     .argument = "prop",
     .help = kFormatterHelp,
     .is_repeated = true},
    {.name = "formatter-config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "A file with such properties.",
     .completes = Completes::kFile},
    {.name = "from-beginning", .help = "Where nothing was committed, from the first record on."},
    {.name = "max-messages",
     .takes = Takes::kArgument,
     .argument = "num_messages",
     .help = "How many records to print before the end.",
     .type = ArgumentType::kInteger},
    {.name = "timeout-ms",
     .takes = Takes::kArgument,
     .argument = "timeout_ms",
     .help = "End when none has come for so long.",
     .type = ArgumentType::kLong},
    {.name = "skip-message-on-error", .help = "Go on behind a record that cannot be printed."},
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "key-deserializer",
     .takes = Takes::kArgument,
     .argument = "deserializer for keys",
     .help = "One of Kafka's own, such as org.apache.kafka.common.serialization.LongDeserializer."},
    {.name = "value-deserializer",
     .takes = Takes::kArgument,
     .argument = "deserializer for values",
     .help = "The same for values."},
    {.name = "enable-systest-events", .help = "Say when the end has come."},
    {.name = "isolation-level",
     .takes = Takes::kArgument,
     .help = "read_committed, or read_uncommitted for records of transactions that are open or aborted, too.",
     .default_value = "read_uncommitted",
     .choices = "read_committed read_uncommitted"},
    {.name = "group",
     .takes = Takes::kArgument,
     .argument = "consumer group id",
     .help = "The group to be a member of."},
    kHelpOption,
    kVersionOption,
    kJsonOption,
};

Attempt<> check_options(const Options& options) {
  if (auto done = require_one_of(options, {"topic", "include"}); !done) return done;
  if (options.has("partition")) {
    if (!options.has("topic")) return wrong_usage("The topic is required when partition is specified.");
    if (options.has("from-beginning") && options.has("offset")) {
      return wrong_usage("Options from-beginning and offset cannot be specified together.");
    }
  } else if (options.has("offset")) {
    return wrong_usage("The partition is required when offset is specified.");
  }
  return require_options(options, {"bootstrap-server"});
}

Attempt<int64_t> offset_of(const Options& options) {
  if (!options.has("offset")) return options.has("from-beginning") ? kEarliestOffset : kLatestOffset;
  const std::string text = *options.value("offset");
  if (lower_case(text) == "earliest") return kEarliestOffset;
  if (lower_case(text) == "latest") return kLatestOffset;
  const auto number = parse_long(text);
  if (number && *number >= 0) return *number;
  return wrong_usage(
      fmt::format("The provided offset value '{}' is incorrect. Valid values are 'earliest', 'latest', or a "
                  "non-negative long.",
                  text));
}

// The group of --group, of the file and of the properties must be the same.
Attempt<std::string> group_of(const Options& options, const ClientProperties& file,
                              const ClientProperties& all) {
  std::set<std::string> groups;
  if (const auto group = options.value("group")) groups.insert(*group);
  for (const ClientProperties* properties : {&file, &all}) {
    if (const auto group = properties->text("group.id")) groups.insert(*group);
  }
  if (groups.size() > 1) {
    std::vector<std::string> names;
    for (const std::string& group : groups) names.push_back("'" + group + "'");
    return wrong_usage(
        "The group ids provided in different places (directly using '--group', via '--consumer-property', or "
        "via '--consumer.config') do not match. Detected group ids: " +
        joined(names, ", "));
  }
  if (!groups.empty() && options.has("partition")) {
    return wrong_usage("Options group and partition cannot be specified together.");
  }
  return groups.empty() ? std::string() : *groups.begin();
}

// Numbers of 32 bits among the properties.
struct Number {
  std::string_view key;
  int32_t min;
  int32_t& value;
};

Attempt<> read_numbers(const ClientProperties& consumer, std::span<const Number> numbers) {
  for (const Number& number : numbers) {
    auto given = consumer.number(number.key, number.value, number.min);
    if (!given) return Error{given.error()};
    number.value = static_cast<int32_t>(std::min<int64_t>(*given, std::numeric_limits<int32_t>::max()));
  }
  return {};
}

Attempt<MembershipConfig> membership_of(const ClientProperties& consumer, std::string group) {
  MembershipConfig config;
  config.group = std::move(group);
  config.instance_id = consumer.text("group.instance.id").value_or("");
  const Number numbers[] = {{"session.timeout.ms", 1, config.session_timeout_ms},
                            {"max.poll.interval.ms", 1, config.rebalance_timeout_ms},
                            {"heartbeat.interval.ms", 1, config.heartbeat_ms}};
  if (auto done = read_numbers(consumer, numbers); !done) return Error{done.error()};
  return config;
}

// As current_name(), in the words of this tool.
Attempt<std::string_view> name_in_use(const Options& options, std::string_view name,
                                      std::string_view old_name, Console& console) {
  if (options.has(name) && options.has(old_name)) {
    return wrong_usage(fmt::format("Options --{} and --{} cannot be specified together.", old_name, name));
  }
  if (!options.has(old_name)) return name;
  console.line("Option --{} is deprecated and will be removed in a future version. Use --{} instead.",
               old_name, name);
  return old_name;
}

Attempt<> read_properties(const Options& options, Session& session, ConsumerSetup& setup) {
  auto values = name_in_use(options, "command-property", "consumer-property", session.console);
  if (!values) return Error{values.error()};
  auto file = name_in_use(options, "command-config", "consumer.config", session.console);
  if (!file) return Error{file.error()};
  auto from_file = load_properties(session.disk, options.value(*file));
  if (!from_file) return Error{from_file.error()};
  auto consumer = properties_of(options, *file, *values, session);
  if (!consumer) return Error{consumer.error()};
  auto group = group_of(options, *from_file, *consumer);
  if (!group) return Error{group.error()};
  auto membership = membership_of(*consumer, *std::move(group));
  if (!membership) return Error{membership.error()};
  setup.membership = *std::move(membership);
  setup.consumer = *std::move(consumer);
  auto formatter_values = name_in_use(options, "formatter-property", "property", session.console);
  if (!formatter_values) return Error{formatter_values.error()};
  auto formatter = load_properties(session.disk, options.value("formatter-config"));
  if (!formatter) return Error{formatter.error()};
  for (const std::string_view part : {"key", "value"}) {
    const auto name = options.value(fmt::format("{}-deserializer", part));
    if (name && !name->empty()) formatter->set(fmt::format("{}.deserializer", part), *name);
  }
  for (const std::string& text : options.values(*formatter_values)) set_key_value(*formatter, text);
  setup.formatter = *std::move(formatter);
  return {};
}

// Of --from-beginning and auto.offset.reset.
Attempt<std::optional<int64_t>> reset_of(const Options& options, const ClientProperties& consumer) {
  using Reset = std::optional<int64_t>;
  const auto given = consumer.text("auto.offset.reset");
  if (given && options.has("from-beginning") && *given != "earliest") {
    return wrong_argument(
        fmt::format("Can't simultaneously specify --from-beginning and 'auto.offset.reset={}', please remove "
                    "one option",
                    *given));
  }
  if (!given) return Reset(options.has("from-beginning") ? kEarliestOffset : kLatestOffset);
  const std::string word = lower_case(*given);
  if (word == "earliest") return Reset(kEarliestOffset);
  if (word == "latest") return Reset(kLatestOffset);
  if (word == "none") return Reset();
  return wrong_argument(fmt::format(
      "Invalid value {} for configuration auto.offset.reset: it is one of earliest, latest, none", *given));
}

Attempt<bool> reads_committed(const ClientProperties& consumer) {
  const std::string level = consumer.text("isolation.level").value_or("");
  if (lower_case(level) == "read_committed") return true;
  if (lower_case(level) == "read_uncommitted") return false;
  return wrong_argument(
      fmt::format("Invalid value {} for configuration isolation.level: String must be one of (case "
                  "insensitive): READ_UNCOMMITTED, READ_COMMITTED",
                  level));
}

Attempt<FetchConfig> fetch_of(const Options& options, const ClientProperties& consumer) {
  FetchConfig fetch;
  const Number numbers[] = {{"fetch.max.wait.ms", 0, fetch.max_wait_ms},
                            {"fetch.min.bytes", 0, fetch.min_bytes},
                            {"fetch.max.bytes", 0, fetch.max_bytes},
                            {"max.partition.fetch.bytes", 0, fetch.partition_bytes}};
  if (auto done = read_numbers(consumer, numbers); !done) return Error{done.error()};
  auto committed = reads_committed(consumer);
  if (!committed) return Error{committed.error()};
  fetch.read_committed = *committed;
  auto reset = reset_of(options, consumer);
  if (!reset) return Error{reset.error()};
  fetch.reset = *reset;
  return fetch;
}

}  // namespace

OptionTable console_consumer_options() { return kOptions; }

Attempt<ConsumerSetup> consumer_setup_of(const Options& options, Session& session) {
  if (auto done = check_options(options); !done) return Error{done.error()};
  ConsumerSetup setup;
  if (auto done = read_properties(options, session, setup); !done) return Error{done.error()};
  if (const auto include = options.value("include")) {
    if (auto pattern = Pattern::parse(*include); !pattern) return Error{pattern.error()};
  }
  setup.consumer.set("bootstrap.servers", *options.value("bootstrap-server"));
  setup.consumer.set_default("client.id", "console-consumer");
  merge_option(setup.consumer, "isolation.level", options, "isolation-level");
  auto fetch = fetch_of(options, setup.consumer);
  if (!fetch) return Error{fetch.error()};
  setup.fetch = *fetch;
  auto commits = setup.consumer.flag("enable.auto.commit", setup.commits);
  if (!commits) return Error{commits.error()};
  setup.commits = *commits;
  auto every = setup.consumer.number("auto.commit.interval.ms", setup.commit_every_ms, 0);
  if (!every) return Error{every.error()};
  setup.commit_every_ms = *every;
  if (lower_case(setup.consumer.text("group.protocol").value_or("")) == "consumer") {
    session.console.error_line("WARN group.protocol=consumer: this tool takes part in the classic protocol");
  }
  auto offset = offset_of(options);
  if (!offset) return Error{offset.error()};
  setup.offset = *offset;
  if (const auto partition = options.number("partition")) {
    setup.partition = static_cast<int32_t>(*partition);
  }
  setup.max_messages = options.number("max-messages").value_or(-1);
  if (setup.max_messages < -1) setup.max_messages = 0;
  if (const auto timeout = options.number("timeout-ms"); timeout && *timeout >= 0) {
    setup.timeout_ms = *timeout;
  }
  return setup;
}

}  // namespace klamm::cli
