// kafka-console-producer: sends the lines of standard input to a topic. Readers other than Kafka's own for
// lines are Java classes, and refused.
#include <fmt/format.h>
#include <signal.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/producer.h"
#include "cli/console_options.h"
#include "cli/ending_signals.h"
#include "cli/line_reader.h"
#include "cli/text.h"
#include "cli/tool_list.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kAbout =
    "This tool helps to read data from standard input and publish it to Kafka.";
constexpr std::string_view kLineReader = "org.apache.kafka.tools.LineMessageReader";
// How long a line is waited for at a time where nothing else is to be done.
constexpr int64_t kWaitMs = 1'000;

constexpr std::string_view kReaderHelp =
    "How lines are read, as key=value; may be repeated.\n parse.key=false\n parse.headers=false\n "
    "ignore.error=false\n key.separator=\\t\n headers.delimiter=\\t\n headers.separator=,\n "
    "headers.key.separator=:\n null.marker=   what stands for null\nA line is then "
    "\"h1:v1,h2:v2\\tkey\\tvalue\", without what is not parsed.";

constexpr OptionSpec kOptions[] = {
    {.name = "topic", .takes = Takes::kArgument, .argument = "topic", .help = "REQUIRED: the topic."},
    {.name = "bootstrap-server",
     .takes = Takes::kArgument,
     .argument = "server to connect to",
     .help = "REQUIRED: a broker's address, or several with commas."},
    {.name = "broker-list",
     .takes = Takes::kArgument,
     .argument = "broker-list",
     .help = "The old name of --bootstrap-server."},
    {.name = "sync", .help = "Send each line on its own, and wait until it is there."},
    {.name = "compression-codec",
     .takes = Takes::kMaybeArgument,
     .argument = "compression-codec",
     .help = "none, gzip, snappy, lz4 or zstd; without an argument gzip.",
     .choices = "none gzip snappy lz4 zstd"},
    {.name = "batch-size",
     .takes = Takes::kArgument,
     .argument = "size",
     .help = "How many bytes of a partition's records go together.",
     .default_value = "16384",
     .type = ArgumentType::kInteger},
    {.name = "message-send-max-retries",
     .takes = Takes::kArgument,
     .help = "How often to try again before records are given up.",
     .default_value = "3",
     .type = ArgumentType::kInteger},
    {.name = "retry-backoff-ms",
     .takes = Takes::kArgument,
     .help = "How long to wait before that.",
     .default_value = "100",
     .type = ArgumentType::kLong},
    {.name = "timeout",
     .takes = Takes::kArgument,
     .argument = "timeout_ms",
     .help = "How long a record waits for others to go with.",
     .default_value = "1000",
     .type = ArgumentType::kLong},
    {.name = "request-required-acks",
     .takes = Takes::kArgument,
     .argument = "request required acks",
     .help = "Who must have a record: all replicas in sync (all, -1), the leader (1), nobody (0).",
     .default_value = "-1",
     .choices = "all -1 1 0"},
    {.name = "request-timeout-ms",
     .takes = Takes::kArgument,
     .argument = "request timeout ms",
     .help = "How long a request may take.",
     .default_value = "1500",
     .type = ArgumentType::kInteger},
    {.name = "metadata-expiry-ms",
     .takes = Takes::kArgument,
     .argument = "metadata expiration interval",
     .help = "Taken, and of no effect: leaders are looked for when one was lost.",
     .default_value = "300000",
     .type = ArgumentType::kLong},
    {.name = "max-block-ms",
     .takes = Takes::kArgument,
     .argument = "max block on send",
     .help = "How long to wait for the topic.",
     .default_value = "60000",
     .type = ArgumentType::kLong},
    {.name = "max-memory-bytes",
     .takes = Takes::kArgument,
     .argument = "total memory in bytes",
     .help = "Taken, and of no effect: one batch is kept.",
     .default_value = "33554432",
     .type = ArgumentType::kLong},
    {.name = "max-partition-memory-bytes",
     .takes = Takes::kArgument,
     .argument = "memory in bytes per partition",
     .help = "The old name of --batch-size.",
     .default_value = "16384",
     .type = ArgumentType::kInteger},
    {.name = "line-reader",
     .takes = Takes::kArgument,
     .argument = "reader_class",
     .help = "Kafka's own reader of lines; no other class is there.",
     .default_value = kLineReader},
    {.name = "socket-buffer-size",
     .takes = Takes::kArgument,
     .argument = "size",
     .help = "Taken, and of no effect: the kernel sizes it.",
     .default_value = "102400",
     .type = ArgumentType::kInteger},
    {.name = "property",
     .takes = Takes::kArgument,
     .argument = "prop",
     .help = "The old name of --reader-property.",
     .is_repeated = true},
    {.name = "reader-property",
     .takes = Takes::kArgument,
     .argument = "prop",
     .help = kReaderHelp,
     .is_repeated = true},
    {.name = "reader-config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "A file with such properties.",
     .completes = Completes::kFile},
    {.name = "producer-property",
     .takes = Takes::kArgument,
     .argument = "producer_prop",
     .help = "The old name of --command-property.",
     .is_repeated = true},
    {.name = "command-property",
     .takes = Takes::kArgument,
     .argument = "producer_prop",
     .help = "A property of a Java producer, as key=value; may be repeated.",
     .is_repeated = true},
    {.name = "producer.config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "The old name of --command-config.",
     .completes = Completes::kFile},
    {.name = "command-config",
     .takes = Takes::kArgument,
     .argument = "config file",
     .help = "A file with the configuration of a Java producer.",
     .completes = Completes::kFile},
    kHelpOption,
    kVersionOption,
};

struct Setup {
  std::string topic;
  ClientProperties producer;
  ClientProperties reader;
};

std::string compression_of(const Options& options) {
  if (!options.has("compression-codec")) return "none";
  const std::string name = options.value("compression-codec").value_or("");
  return name.empty() ? "gzip" : name;
}

void merge_options(ClientProperties& properties, const Options& options) {
  properties.set("compression.type", compression_of(options));
  properties.set_default("client.id", "console-producer");
  merge_option(properties, "linger.ms", options, "timeout");
  merge_option(properties, "acks", options, "request-required-acks");
  merge_option(properties, "request.timeout.ms", options, "request-timeout-ms");
  merge_option(properties, "retries", options, "message-send-max-retries");
  merge_option(properties, "retry.backoff.ms", options, "retry-backoff-ms");
  merge_option(properties, "batch.size", options, "batch-size");
  merge_option(properties, "batch.size", options, "max-partition-memory-bytes");
  merge_option(properties, "max.block.ms", options, "max-block-ms");
}

Attempt<Setup> setup_of(const Options& options, Session& session) {
  if (auto done = require_options(options, {"topic"}); !done) return Error{done.error()};
  auto file = current_name(options, "command-config", "producer.config", session.console);
  if (!file) return Error{file.error()};
  auto values = current_name(options, "command-property", "producer-property", session.console);
  if (!values) return Error{values.error()};
  auto reader_values = current_name(options, "reader-property", "property", session.console);
  if (!reader_values) return Error{reader_values.error()};
  if (options.has("max-partition-memory-bytes")) {
    session.console.line(
        "Warning: --max-partition-memory-bytes is deprecated and will be removed in Apache Kafka 5.0. Use "
        "--batch-size instead.");
  }
  auto bootstrap = bootstrap_of(options);
  if (!bootstrap) return Error{bootstrap.error()};
  if (options.value("line-reader") != std::string(kLineReader)) {
    return wrong_argument(fmt::format("--line-reader {}: there is no Java here; {} is built in",
                                      *options.value("line-reader"), kLineReader));
  }
  Setup setup;
  setup.topic = *options.value("topic");
  auto producer = properties_of(options, *file, *values, session);
  if (!producer) return Error{producer.error()};
  setup.producer = *std::move(producer);
  setup.producer.set("bootstrap.servers", *std::move(bootstrap));
  merge_options(setup.producer, options);
  auto reader = properties_of(options, "reader-config", *reader_values, session);
  if (!reader) return Error{reader.error()};
  setup.reader = *std::move(reader);
  return setup;
}

std::string length_text(const std::optional<std::string>& text) {
  return text ? fmt::format("{} bytes", text->size()) : "null";
}

void tell(Console& console, const std::string& topic, const std::vector<LostRecord>& lost) {
  for (const LostRecord& one : lost) {
    console.error_line("ERROR Error when sending message to topic {} with key: {}, value: {} with error:\n{}",
                       topic, length_text(one.record.key), length_text(one.record.value),
                       exception_text(one.error));
  }
}

// The next line; what lies here meanwhile is sent when it is time for it. nullopt at the end of the input,
// and when a signal asks for an end.
std::optional<std::string> next_line(Session& session, const Setup& setup, Producer& producer) {
  for (;;) {
    const auto left_ms = producer.linger_left_ms();
    const bool has_come = session.input.wait(left_ms.value_or(kWaitMs));
    if (EndingSignals::pending() != 0) return std::nullopt;
    if (has_come) return session.input.line();
    if (left_ms) tell(session.console, setup.topic, producer.flush());
  }
}

// Sends line after line. The status is 0 whatever became of the records, but with --sync, as in Kafka.
Attempt<> send_lines(Session& session, const Setup& setup, Producer& producer, LineReader& reader,
                     bool is_sync) {
  const bool prompts = session.input.is_interactive();
  for (;;) {
    if (prompts) {
      session.console.print(">");
      session.console.flush();
    }
    const auto line = next_line(session, setup, producer);
    if (!line) break;
    auto record = reader.read(*line);
    if (!record) {
      // As Kafka's producer, which is closed on the way out.
      tell(session.console, setup.topic, producer.flush());
      return Error{record.error()};
    }
    auto lost = producer.add(*std::move(record));
    if (is_sync && lost.empty()) lost = producer.flush();
    if (is_sync && !lost.empty()) return Error{lost.front().error};
    tell(session.console, setup.topic, lost);
  }
  tell(session.console, setup.topic, producer.flush());
  return {};
}

}  // namespace

OptionTable console_producer_options() { return kOptions; }

int run_console_producer(Session& session, Words words) {
  const OptionTable table = kOptions;
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  auto setup = setup_of(*begun.options, session);
  if (!setup) return say_wrong(session, table, setup.error());
  auto reader = LineReader::make(setup->reader);
  if (!reader) return say_wrong(session, table, reader.error());
  auto producer_config = make_producer_config(setup->producer);
  if (!producer_config) return say_wrong(session, table, producer_config.error());
  auto config = make_client_config(setup->producer, session);
  if (!config) return say_wrong(session, table, config.error());
  Attempt<> done;
  int pending = 0;
  {
    const EndingSignals signals;
    Client client(*std::move(config), session);
    Producer producer(client, *producer_config, setup->topic);
    done = send_lines(session, *setup, producer, *reader, begun.options->has("sync"));
    pending = EndingSignals::pending();
  }
  session.console.flush();
  if (pending != 0) raise(pending);
  if (done) return 0;
  session.console.error_line("{}", exception_text(done.error()));
  return 1;
}

}  // namespace klamm::cli
