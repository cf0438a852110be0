// kafka-console-consumer: prints the records of topics. With --group it is a member of that group, and
// commits; without, it reads all partitions by itself (where Kafka's joins a group of a random name, which
// nobody sees again). As in Kafka, the end by --timeout-ms has status 0.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/fetcher.h"
#include "cli/client/groups.h"
#include "cli/client/membership.h"
#include "cli/client/topics.h"
#include "cli/console_options.h"
#include "cli/pattern.h"
#include "cli/record_formatter.h"
#include "cli/text.h"
#include "cli/tool_list.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

constexpr std::string_view kAbout =
    "This tool helps to read data from Kafka topics and outputs it to standard output.";
// How long new topics and partitions may go unnoticed.
constexpr int64_t kLookAgainMs = 30'000;
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
    {.name = "skip-message-on-error", .help = "Taken, and of no effect: there is nothing that fails."},
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

// Set by a signal: the one thing that a handler may touch.
volatile sig_atomic_t g_ending_signal = 0;

void note_signal(int number) { g_ending_signal = number; }

// While it lives, SIGINT and SIGTERM end the reading in order; then they are passed on.
class EndingSignals {
 public:
  EndingSignals() {
    struct sigaction action {};
    action.sa_handler = note_signal;
    sigaction(SIGINT, &action, &of_interrupt_);
    sigaction(SIGTERM, &action, &of_terminate_);
  }
  ~EndingSignals() {
    sigaction(SIGINT, &of_interrupt_, nullptr);
    sigaction(SIGTERM, &of_terminate_, nullptr);
  }
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  static int pending() { return g_ending_signal; }

 private:
  struct sigaction of_interrupt_ {};
  struct sigaction of_terminate_ {};
};

struct Setup {
  ClientProperties consumer;
  ClientProperties formatter;
  std::string group;  // empty: none
  std::optional<int32_t> partition;
  int64_t offset = kLatestOffset;
  bool from_beginning = false;
  int64_t max_messages = -1;
  int64_t timeout_ms = std::numeric_limits<int64_t>::max();
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

Attempt<> read_properties(const Options& options, Session& session, Setup& setup) {
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
  setup.group = *std::move(group);
  setup.consumer = *std::move(consumer);
  auto formatter_values = name_in_use(options, "formatter-property", "property", session.console);
  if (!formatter_values) return Error{formatter_values.error()};
  auto formatter = properties_of(options, "formatter-config", *formatter_values, session);
  if (!formatter) return Error{formatter.error()};
  for (const std::string_view part : {"key", "value"}) {
    const auto name = options.value(fmt::format("{}-deserializer", part));
    if (name) formatter->set_default(fmt::format("{}.deserializer", part), *name);
  }
  setup.formatter = *std::move(formatter);
  return {};
}

Attempt<Setup> setup_of(const Options& options, Session& session) {
  if (auto done = check_options(options); !done) return Error{done.error()};
  Setup setup;
  if (auto done = read_properties(options, session, setup); !done) return Error{done.error()};
  const auto reset = setup.consumer.text("auto.offset.reset");
  if (reset && options.has("from-beginning") && *reset != "earliest") {
    return wrong_argument(
        fmt::format("Can't simultaneously specify --from-beginning and 'auto.offset.reset={}', please remove "
                    "one option",
                    *reset));
  }
  setup.from_beginning = reset ? *reset == "earliest" : options.has("from-beginning");
  setup.consumer.set("bootstrap.servers", *options.value("bootstrap-server"));
  setup.consumer.set_default("client.id", "console-consumer");
  merge_option(setup.consumer, "isolation.level", options, "isolation-level");
  auto offset = offset_of(options);
  if (!offset) return Error{offset.error()};
  setup.offset = *offset;
  if (const auto partition = options.number("partition")) {
    setup.partition = static_cast<int32_t>(*partition);
  }
  setup.max_messages = options.number("max-messages").value_or(-1);
  if (const auto timeout = options.number("timeout-ms"); timeout && *timeout >= 0) {
    setup.timeout_ms = *timeout;
  }
  return setup;
}

class ConsoleConsumer {
 public:
  ConsoleConsumer(Client& client, const Setup& setup, const Options& options, FetchConfig fetch,
                  RecordFormatter& formatter)
      : client_(client),
        session_(client.session()),
        setup_(setup),
        options_(options),
        fetcher_(client, fetch),
        formatter_(formatter) {
    if (setup.group.empty()) return;
    MembershipConfig config;
    config.group = setup.group;
    config.instance_id = setup.consumer.text("group.instance.id").value_or("");
    membership_.emplace(client, std::move(config));
  }

  // Until the end that was asked for, or a signal.
  Attempt<> run() {
    auto done = start();
    int64_t came_at_ms = now_ms();
    while (done && !is_over()) {
      auto records = fetcher_.poll();
      if (!records) {
        done = Error{records.error()};
        break;
      }
      for (const FetchedRecord& record : *records) {
        if (is_over()) break;
        print(record);
      }
      session_.console.flush();
      if (!records->empty()) came_at_ms = now_ms();
      if (records->empty() && now_ms() - came_at_ms > setup_.timeout_ms) {
        session_.console.error_line(
            "ERROR Error processing message, terminating consumer process: "
            "org.apache.kafka.common.errors.TimeoutException");
        break;
      }
      done = keep_up();
    }
    stop();
    return done;
  }

  int64_t count() const { return count_; }

 private:
  int64_t now_ms() const { return session_.clock.monotonic_ms(); }
  bool is_over() const {
    return EndingSignals::pending() != 0 || (setup_.max_messages >= 0 && count_ >= setup_.max_messages);
  }
  bool commits() const {
    return membership_ && setup_.consumer.text("enable.auto.commit").value_or("true") != "false";
  }

  void print(const FetchedRecord& record) {
    std::string text;
    formatter_.format(record, text);
    session_.console.write(text);
    ++count_;
    printed_[record.partition] = record.offset + 1;
  }

  Attempt<> start() {
    if (auto done = touch_topic(); !done) return done;
    if (setup_.partition) {
      return fetcher_.assign({{TopicPartition{*options_.value("topic"), *setup_.partition}, setup_.offset}});
    }
    return membership_ ? join() : read_all();
  }

  // A topic that is named is made, where the broker makes topics.
  Attempt<> touch_topic() {
    const auto topic = options_.value("topic");
    if (!topic || setup_.consumer.text("allow.auto.create.topics") == "false") return {};
    protocol::MetadataRequest request;
    request.topics.emplace().emplace_back().name = *topic;
    request.allow_auto_topic_creation = true;
    auto answer = client_.ask_any<protocol::MetadataResponse>("metadata", request, {.min = 4});
    if (!answer) return Error{answer.error()};
    for (const auto& one : (*answer)->topics) {
      if (one.error_code == protocol::wire_value(ErrorCode::kInvalidTopicException)) {
        return broker_error(one.error_code, fmt::format("Invalid topics: [{}]", *topic));
      }
    }
    return {};
  }

  // The topics that are asked for, by name or by those that are there.
  Attempt<std::vector<std::string>> wanted_topics() {
    if (const auto topic = options_.value("topic")) return std::vector<std::string>{*topic};
    auto pattern = Pattern::parse(*options_.value("include"));
    if (!pattern) return Error{pattern.error()};
    auto all = list_topics(client_);
    if (!all) return Error{all.error()};
    std::vector<std::string> names;
    for (const TopicListing& topic : *all) {
      if (!topic.is_internal && pattern->matches(topic.name)) names.push_back(topic.name);
    }
    return names;
  }

  // All partitions of all topics, by ourselves. Those that are read already go on where they are.
  Attempt<> read_all() {
    looked_at_ms_ = now_ms();
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto described = try_describe_topics(client_, *topics);
    if (!described) return Error{described.error()};
    std::map<TopicPartition, int64_t> positions = fetcher_.positions();
    const bool is_first = positions.empty();
    for (const auto& [name, topic] : *described) {
      if (!topic) {
        const ErrorCode code = topic.error().code;
        if (code != ErrorCode::kUnknownTopicOrPartition && code != ErrorCode::kLeaderNotAvailable) {
          return Error{topic.error()};
        }
        if (!std::exchange(is_missing_said_, true)) {
          session_.console.error_line("WARN The metadata response reported an error for topic {}: {}", name,
                                      protocol::name_of(code));
        }
        looked_at_ms_ = now_ms() - kLookAgainMs;  // soon
        continue;
      }
      for (const auto& one : topic->partitions) {
        // What comes to be later is read from its first record on.
        const bool at_end = is_first && !setup_.from_beginning;
        positions.try_emplace(TopicPartition{name, one.partition}, at_end ? kLatestOffset : kEarliestOffset);
      }
    }
    if (positions.size() == fetcher_.positions().size()) return {};
    return fetcher_.assign(positions);
  }

  // How many partitions each topic that is asked for has: with another number of them the group forms anew.
  Attempt<std::map<std::string, size_t>> topic_sizes() {
    looked_at_ms_ = now_ms();
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto described = try_describe_topics(client_, *topics);
    if (!described) return Error{described.error()};
    std::map<std::string, size_t> sizes;
    for (const auto& [name, topic] : *described) {
      if (topic) sizes[name] = topic->partitions.size();
    }
    return sizes;
  }

  Attempt<> join() {
    auto sizes = topic_sizes();
    if (!sizes) return Error{sizes.error()};
    sizes_ = *std::move(sizes);
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto assigned = membership_->join(*topics);
    if (!assigned) return Error{assigned.error()};
    printed_.clear();
    auto committed = committed_offsets(client_, setup_.group);
    if (!committed) return Error{committed.error()};
    std::map<TopicPartition, int64_t> positions;
    for (const TopicPartition& partition : *assigned) {
      const auto found = committed->find(partition);
      const int64_t reset = setup_.from_beginning ? kEarliestOffset : kLatestOffset;
      positions[partition] = found != committed->end() ? found->second.offset : reset;
    }
    return fetcher_.assign(positions);
  }

  // What is to be done between two polls.
  Attempt<> keep_up() {
    if (!membership_) {
      const bool is_due = !setup_.partition && now_ms() - looked_at_ms_ >= kLookAgainMs;
      return is_due ? read_all() : Attempt<>();
    }
    auto is_in = membership_->beat();
    if (!is_in) return Error{is_in.error()};
    const int64_t every_ms = parse_long(setup_.consumer.text("auto.commit.interval.ms").value_or("5000"))
                                 .value_or(5'000);
    if (commits() && (!*is_in || now_ms() - committed_at_ms_ >= every_ms)) commit();
    if (!*is_in) return join();
    const int64_t look_ms = sizes_.empty() ? kLookAgainMs / 10 : kLookAgainMs;
    if (now_ms() - looked_at_ms_ < look_ms) return {};
    auto sizes = topic_sizes();
    if (!sizes) return sizes.error().is_passing ? Attempt<>() : Error{sizes.error()};
    return *sizes == sizes_ ? Attempt<>() : join();
  }

  // Only what was printed; what goes wrong goes right the next time, or is read twice.
  void commit() {
    committed_at_ms_ = now_ms();
    auto done = membership_->commit(printed_);
    if (!done) session_.console.error_line("WARN offsets were not committed: {}", done.error().message);
  }

  void stop() {
    if (!membership_) return;
    if (commits() && membership_->is_member()) commit();
    membership_->leave();
  }

  Client& client_;
  Session& session_;
  const Setup& setup_;
  const Options& options_;
  Fetcher fetcher_;
  RecordFormatter& formatter_;
  std::optional<Membership> membership_;
  std::map<TopicPartition, int64_t> printed_;  // behind what was printed of each
  std::map<std::string, size_t> sizes_;        // of the topics at the last joining
  int64_t count_ = 0;
  int64_t looked_at_ms_ = 0;
  int64_t committed_at_ms_ = 0;
  bool is_missing_said_ = false;
};

FetchConfig fetch_config_of(const Setup& setup) {
  FetchConfig fetch;
  const auto number = [&](std::string_view key, int32_t otherwise) {
    const auto value = parse_int(setup.consumer.text(key).value_or(""));
    return value && *value >= 0 ? *value : otherwise;
  };
  fetch.max_wait_ms = number("fetch.max.wait.ms", fetch.max_wait_ms);
  fetch.min_bytes = number("fetch.min.bytes", fetch.min_bytes);
  fetch.max_bytes = number("fetch.max.bytes", fetch.max_bytes);
  fetch.partition_bytes = number("max.partition.fetch.bytes", fetch.partition_bytes);
  fetch.read_committed = setup.consumer.text("isolation.level") == "read_committed";
  fetch.reset = setup.from_beginning ? kEarliestOffset : kLatestOffset;
  if (setup.consumer.text("auto.offset.reset") == "none") fetch.reset.reset();
  return fetch;
}

}  // namespace

OptionTable console_consumer_options() { return kOptions; }

int run_console_consumer(Session& session, Words words) {
  const OptionTable table = table_for(session, kOptions);
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  auto setup = setup_of(options, session);
  if (!setup) return say_wrong(session, table, setup.error());
  const std::string name = *options.value("formatter");
  auto formatter = options.has("json") ? Attempt<std::unique_ptr<RecordFormatter>>(make_json_formatter())
                                       : make_record_formatter(name, setup->formatter, session.console);
  if (!formatter) return say_wrong(session, table, formatter.error());
  auto config = make_client_config(setup->consumer, session);
  if (!config) return say_wrong(session, table, config.error());
  int pending = 0;
  Attempt<> done;
  {
    const EndingSignals signals;
    Client client(*std::move(config), session);
    ConsoleConsumer consumer(client, *setup, options, fetch_config_of(*setup), **formatter);
    done = consumer.run();
    if (!done) {
      session.console.error_line("ERROR Error processing message, terminating consumer process: {}",
                                 exception_text(done.error()));
    }
    session.console.error_line("Processed a total of {} messages", consumer.count());
    pending = EndingSignals::pending();
  }
  if (options.has("enable-systest-events")) session.console.line("shutdown_complete");
  session.console.flush();
  if (pending != 0) raise(pending);
  const bool is_refused = !done && done.error().kind == ToolError::Kind::kAuthentication;
  return is_refused ? 1 : 0;
}

}  // namespace klamm::cli
