// klamm: the node and its tools, in one binary.

#include <absl/synchronization/mutex.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/logging.h"
#include "base/random.h"
#include "broker/config/descriptors.h"
#include "broker/config/java_variables.h"
#include "broker/config/load.h"
#include "broker/config/loggers.h"
#include "broker/config/page.h"
#include "broker/container_tool/options.h"
#include "broker/container_tool/prepare.h"
#include "broker/declared/check_tool.h"
#include "broker/notify.h"
#include "broker/options.h"
#include "broker/server.h"
#include "broker/storage_tool/tool.h"
#include "cli/tool.h"
#include "storage/posix_disk.h"

namespace {

using namespace klamm;
using namespace klamm::broker;

using Words = std::vector<std::string_view>;

constexpr std::string_view kUsage =
    "usage: klamm server FILE [--override key=value]... [--jaas FILE]\n"
    "       klamm storage format|info|version-mapping|feature-dependencies|random-uuid ...\n"
    "       klamm declared check DIRECTORY\n"
    "       klamm declared status HOST:PORT...\n"
    "       klamm container configure|format|run [options]\n"
    "       klamm config-docs\n"
    "       klamm completion\n"
    "       klamm links FOLDER\n"
    "       klamm TOOL ... with one of the tools:\n";

ConfigSources sources_of(storage::Disk& disk) {
  auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return {disk, environment, host, std::nullopt};
}

// Kafka ends with 1 whatever was wrong. What it was is said even where klamm.log.levels keeps it out of the
// log.
int fail(const Failure& failure) {
  if (log_level_of(__FILE__) <= LogLevel::kError) {
    LOG_ERROR("{}", failure.message);
  } else {
    std::cerr << failure.message << "\n";
  }
  return 1;
}

void tell(const std::vector<Notice>& notices) {
  for (const Notice& notice : notices) {
    if (log_enabled(notice.level)) log_line(notice.level, notice.text, __FILE__);
  }
}

// `notices` are of what came before. They are told as soon as the settings have said how the log is written.
int run_server(const Words& words, const std::vector<Notice>& notices) {
  // Debian's library watches the order of all locks, with one lock for that watching. Tests keep it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  auto options = parse_server_options(words);
  if (!options) {
    std::cerr << options.error().message << "\n" << server_usage();
    return 1;
  }
  if (options->wants_help) {
    std::cout << server_usage();
    return 0;
  }
  hold_ending_signals();
  storage::PosixDisk disk;
  ConfigSources sources = sources_of(disk);
  sources.jaas_file = options->jaas_file;
  auto loaded = load_node_config(options->file, options->overrides, sources);
  if (!loaded) {
    tell(notices);
    return fail(loaded.error());
  }
  if (loaded->config.admin.json_log) set_log_format(LogFormat::kJson);
  BrokerLoggers(loaded->config.admin.logger_levels).take_effect();
  tell(notices);
  tell(loaded->notices);
  auto descriptors = check_descriptor_limit(raise_descriptor_limit());
  if (!descriptors) return fail(descriptors.error());
  Server server(std::move(loaded->config), notify_terms(sources.environment, getpid()));
  auto started = server.start();
  // A disk that fails ends the node with such a signal, too.
  const bool is_unwanted = !started && is_asked_to_end();
  if (started) server.wait_for_end();
  server.stop();
  if (server.has_failed()) return 1;
  if (started) return 0;
  if (!is_unwanted) return fail(started.error());
  LOG_INFO("Terminating process due to a signal, before it has started: {}", started.error().message);
  return 0;
}

int run_storage(const Words& words) {
  storage::PosixDisk disk;
  SystemRandom random;
  SystemClock clock;
  return run_storage_tool(words, sources_of(disk), random, clock, std::cout, std::cerr);
}

Environment whole_environment() {
  Environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == text.npos) continue;
    variables[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
  }
  return variables;
}

int run_container(const Words& words) {
  auto options = parse_container_options(words);
  if (!options) {
    std::cerr << options.error().message << "\n" << container_usage();
    return 1;
  }
  if (options->wants_help) {
    std::cout << container_usage();
    return 0;
  }
  // What asks the node to end while its directories are formatted is taken when it starts: the first process
  // of a container is not ended by a signal that it does not take.
  hold_ending_signals();
  storage::PosixDisk disk;
  SystemRandom random;
  SystemClock clock;
  auto prepared =
      prepare_container(*options, whole_environment(), sources_of(disk), random, clock, std::cout);
  std::cout.flush();
  if (!prepared) return fail(prepared.error());
  if (options->step == ContainerStep::kRun) return run_server({prepared->file}, prepared->notices);
  tell(prepared->notices);
  return 0;
}

}  // namespace

// Tools come first: nothing of the server is touched before one of them runs.
int main(int argc, char** argv) {
  const std::string_view program = argc > 0 ? argv[0] : "klamm";
  const Words words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (const auto status = cli::run_as_tool(program, words)) return *status;
  if (cli::tool_name(program) == "kafka-storage") return run_storage(words);
  std::string_view command = words.empty() ? std::string_view() : words.front();
  Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "server") return run_server(rest, java_notices(whole_environment()));
  if (command == "storage") return run_storage(rest);
  if (command == "declared") {
    storage::PosixDisk disk;
    return run_declared_tool(rest, disk, std::cout, std::cerr);
  }
  if (command == "container") return run_container(rest);
  if (command == "config-docs") {
    std::cout << configuration_page();
    return 0;
  }
  std::cerr << kUsage;
  for (const cli::Tool& tool : cli::tools()) {
    std::cerr << fmt::format("         {:<26} {}\n", tool.word, tool.help);
  }
  return 1;
}
