#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "cli/completion.h"
#include "cli/declared_status.h"
#include "cli/links.h"
#include "cli/tool.h"
#include "cli/tool_list.h"
#include "storage/posix_disk.h"

namespace klamm::cli {
namespace {

// --json and colours are for `klamm topics`; what runs under Kafka's name prints what Kafka's tool prints.
int run(const Tool& tool, Words words, std::string program, bool is_native) {
  const bool out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  FdSink out(STDOUT_FILENO, out_is_terminal ? FdSink::Flush::kEachLine : FdSink::Flush::kWhenFull);
  FdSink err(STDERR_FILENO, FdSink::Flush::kEachLine);
  Console console(out, err);
  const char* no_color = std::getenv("NO_COLOR");
  console.set_colours(is_native && out_is_terminal && (no_color == nullptr || *no_color == '\0'));
  console.set_progress(is_native && ::isatty(STDERR_FILENO) == 1);
  FdSource input(STDIN_FILENO);
  storage::PosixDisk disk;
  SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Network> network = make_system_network();
  Session session{.console = console,
                  .input = input,
                  .disk = disk,
                  .network = *network,
                  .clock = clock,
                  .random = random,
                  .environment = [](const std::string& name) -> std::optional<std::string> {
                    const char* value = std::getenv(name.c_str());
                    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
                  },
                  .program = std::move(program),
                  .is_native = is_native};
  const int status = tool.run(session, words);
  console.flush();
  return status;
}

int run_links(Words words) {
  FdSink out(STDOUT_FILENO, FdSink::Flush::kWhenFull);
  FdSink err(STDERR_FILENO, FdSink::Flush::kEachLine);
  Console console(out, err);
  if (words.size() != 1 || words.front().starts_with('-')) {
    console.error_line("usage: klamm links FOLDER");
    return 1;
  }
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) {
    console.error_line("cannot read /proc/self/exe: {}", error.message());
    return 1;
  }
  return make_links(tools(), std::string(words.front()), binary.string(), console);
}

int run_declared(Words words) {
  FdSink out(STDOUT_FILENO, FdSink::Flush::kWhenFull);
  FdSink err(STDERR_FILENO, FdSink::Flush::kEachLine);
  Console console(out, err);
  SystemClock clock;
  return run_declared_status(words, *make_system_network(), clock, console);
}

}  // namespace

std::span<const Tool> tools() {
  static const Tool kTools[] = {
      {"kafka-acls", "acls", "Add, remove and list who may do what.", acls_options(), run_acls},
      {"kafka-broker-api-versions", "api-versions", "Show what each broker speaks.",
       broker_api_versions_options(), run_broker_api_versions},
      {"kafka-client-metrics", "client-metrics", "Say which metrics clients are asked for.",
       client_metrics_options(), run_client_metrics},
      {"kafka-cluster", "cluster", "Show the cluster's id and endpoints; unregister brokers.",
       cluster_options(), run_cluster, "cluster-id unregister list-endpoints"},
      {"kafka-configs", "configs", "Alter and describe configurations, quotas and SCRAM users.",
       configs_options(), run_configs},
      {"kafka-console-consumer", "consume", "Print the records of topics.", console_consumer_options(),
       run_console_consumer},
      {"kafka-console-producer", "produce", "Send the lines of standard input to a topic.",
       console_producer_options(), run_console_producer},
      {"kafka-consumer-groups", "consumer-groups", "List, describe, reset and delete groups of consumers.",
       consumer_groups_options(), run_consumer_groups},
      {"kafka-delete-records", "delete-records", "Delete records up to an offset.", delete_records_options(),
       run_delete_records},
      {"kafka-dump-log", "dump-log", "Show what is in the files of a log.", dump_log_options(), run_dump_log},
      {"kafka-features", "features", "Describe and change the levels of features.", features_options(),
       run_features,
       "describe upgrade downgrade disable version-mapping feature-dependencies"},
      {"kafka-get-offsets", "get-offsets", "Show offsets of partitions.", get_offsets_options(),
       run_get_offsets},
      {"kafka-groups", "groups", "List groups of all kinds.", groups_options(), run_groups},
      {"kafka-leader-election", "elect-leaders", "Elect new leaders of partitions.",
       leader_election_options(), run_leader_election},
      {"kafka-log-dirs", "log-dirs", "Show how much lies in brokers' directories.", log_dirs_options(),
       run_log_dirs},
      {"kafka-metadata-quorum", "quorum", "Show the controllers and how far each is.",
       metadata_quorum_options(), run_metadata_quorum, "describe add-controller remove-controller"},
      {"kafka-reassign-partitions", "reassign", "Move replicas between brokers and directories.",
       reassign_options(), run_reassign},
      {"kafka-topics", "topics", "List, describe, make, alter and delete topics.", topics_options(),
       run_topics},
  };
  return kTools;
}

std::optional<int> run_as_tool(std::string_view program, Words words) {
  if (const Tool* tool = find_tool_by_name(program)) {
    const size_t slash = program.rfind('/');
    const std::string_view name = slash == program.npos ? program : program.substr(slash + 1);
    return run(*tool, words, std::string(name), false);
  }
  if (words.empty()) return std::nullopt;
  if (const Tool* tool = find_tool_by_word(words.front())) {
    return run(*tool, words.subspan(1), "klamm " + std::string(tool->word), true);
  }
  if (words.front() == "completion") {
    FdSink out(STDOUT_FILENO, FdSink::Flush::kWhenFull);
    out.write(bash_completion(tools()));
    return 0;
  }
  if (words.front() == "links") return run_links(words.subspan(1));
  // The rest of `klamm declared` is the node's.
  if (words.size() > 1 && words[0] == "declared" && words[1] == "status")
    return run_declared(words.subspan(2));
  return std::nullopt;
}

}  // namespace klamm::cli
