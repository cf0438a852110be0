// kafka-dump-log: what is in the files of a log, in Kafka's words.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/dump/files.h"
#include "cli/dump/index_dump.h"
#include "cli/dump/log_dump.h"
#include "cli/dump/payloads.h"
#include "cli/text.h"
#include "cli/tool_list.h"

namespace klamm::cli {
namespace {

constexpr std::string_view kAbout =
    "This tool helps to parse a log file and dump its contents to the console, useful for debugging a "
    "seemingly corrupt log segment.";

constexpr OptionSpec kOptions[] = {
    {.name = "print-data-log", .help = "Show keys and values, too; as with any decoder."},
    {.name = "verify-index-only", .help = "Of indexes, say only what is wrong with them."},
    {.name = "index-sanity-check",
     .help = "Of indexes, make only the check that a start of the broker makes."},
    {.name = "files",
     .takes = Takes::kArgument,
     .argument = "file1, file2, ...",
     .help = "REQUIRED: the files, with commas between them: .log, .index, .timeindex, .txnindex, .snapshot, "
             ".checkpoint.",
     .completes = Completes::kFile},
    {.name = "max-message-size",
     .takes = Takes::kArgument,
     .argument = "size",
     .help = "Taken, and of no effect: batches of any size are read.",
     .default_value = "5242880",
     .type = ArgumentType::kInteger},
    {.name = "max-bytes",
     .takes = Takes::kArgument,
     .argument = "size",
     .help = "How many bytes of each log to read.",
     .default_value = "2147483647",
     .type = ArgumentType::kInteger},
    {.name = "deep-iteration", .help = "Show the records of the batches; as with --print-data-log."},
    {.name = "value-decoder-class",
     .takes = Takes::kMaybeArgument,
     .help = "How values are read: Kafka's StringDecoder, LongDecoder, IntegerDecoder or DefaultDecoder.",
     .default_value = "org.apache.kafka.tools.api.StringDecoder"},
    {.name = "key-decoder-class",
     .takes = Takes::kMaybeArgument,
     .help = "The same for keys.",
     .default_value = "org.apache.kafka.tools.api.StringDecoder"},
    {.name = "offsets-decoder", .help = "The log is one of __consumer_offsets."},
    {.name = "transaction-log-decoder", .help = "The log is one of __transaction_state."},
    {.name = "cluster-metadata-decoder", .help = "The log, or snapshot, is that of the metadata."},
    {.name = "remote-log-metadata-decoder", .help = "Refused: there is no tiered storage here."},
    {.name = "share-group-state-decoder", .help = "The log is one of __share_group_state."},
    {.name = "skip-record-metadata", .help = "Of records show keys and values alone."},
    kHelpOption,
    kVersionOption,
};

class DumpTool {
 public:
  DumpTool(const Options& options, PayloadDecoder& decoder, Session& session)
      : decoder_(decoder), disk_(session.disk), console_(session.console) {
    log_.prints_contents =
        options.count({"print-data-log", "offsets-decoder", "transaction-log-decoder",
                       "cluster-metadata-decoder", "remote-log-metadata-decoder", "value-decoder-class",
                       "key-decoder-class", "share-group-state-decoder"}) > 0;
    log_.deep = options.has("deep-iteration") || log_.prints_contents;
    log_.skips_metadata = options.has("skip-record-metadata");
    log_.bytes_max = options.number("max-bytes").value_or(log_.bytes_max);
    index_.only_sanity = options.has("index-sanity-check");
    index_.only_verify = options.has("verify-index-only");
  }

  Attempt<> dump(const std::string& path) {
    console_.line("Dumping {}", path);
    const std::string name = file_name(path);
    const size_t dot = name.rfind('.');
    const std::string ending = dot == std::string::npos ? "" : name.substr(dot);
    if (ending == ".log" || ending == ".checkpoint") {
      return dump_log(disk_, path, log_, decoder_, console_, gaps_);
    }
    if (ending == ".index") return dump_offset_index(disk_, path, index_, console_, mismatches_);
    if (ending == ".timeindex") return dump_time_index(disk_, path, index_, console_, mismatches_);
    if (ending == ".snapshot") return dump_producer_snapshot(disk_, path, console_);
    if (ending == ".txnindex") return dump_txn_index(disk_, path, console_);
    console_.error_line("Ignoring unknown file {}", path);
    return {};
  }

  void print_findings() {
    mismatches_.print(console_);
    for (const auto& [file, pairs] : gaps_) {
      console_.error_line("Non-consecutive offsets in {}", file);
      for (const auto& [before, after] : pairs) {
        console_.error_line("  {} is followed by {}", before, after);
      }
    }
  }

 private:
  PayloadDecoder& decoder_;
  storage::Disk& disk_;
  Console& console_;
  LogDumpOptions log_;
  IndexDumpOptions index_;
  OffsetGaps gaps_;
  IndexMismatches mismatches_;
};

}  // namespace

OptionTable dump_log_options() { return kOptions; }

int run_dump_log(Session& session, Words words) {
  Begun begun = begin_tool(session, kOptions, words, kAbout);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  if (auto done = require_options(options, {"files"}); !done) {
    return say_wrong(session, kOptions, done.error());
  }
  if (const auto bytes = options.number("max-bytes"); bytes && *bytes < 0) {
    session.console.error_line("Invalid size: {}; --max-bytes takes a number from 0 on", *bytes);
    return 1;
  }
  auto decoder = make_payload_decoder(options);
  if (!decoder) return say_wrong(session, kOptions, decoder.error());
  DumpTool tool(options, **decoder, session);
  const std::string files = *options.value("files");
  for (const std::string_view path : split(files, ',')) {
    auto done = tool.dump(std::string(path));
    if (!done) {
      session.console.error_line("{}", done.error().message);
      return 1;
    }
  }
  tool.print_findings();
  return 0;
}

}  // namespace klamm::cli
