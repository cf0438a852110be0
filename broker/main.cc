// klamm: the node and its tools, in one binary.

#include <fmt/core.h>

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "base/clock.h"
#include "base/logging.h"
#include "base/random.h"
#include "broker/config/load.h"
#include "broker/server.h"
#include "broker/storage_tool.h"
#include "storage/posix_disk.h"

namespace {

using namespace klamm;
using namespace klamm::broker;

constexpr std::string_view kUsage =
    "usage: klamm server FILE [--override key=value]...\n"
    "       klamm storage format|info|random-uuid ...\n";

ConfigSources sources_of(storage::Disk& disk) {
  auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return {disk, environment, host};
}

int fail(const Failure& failure) {
  LOG_ERROR("{}", failure.message);
  return 1;
}

LogLevel level_of(const Notice& notice) { return notice.level; }

int run_server(const std::vector<std::string_view>& arguments) {
  std::vector<std::pair<std::string, std::string>> overrides;
  std::optional<std::string> file;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--override" && i + 1 < arguments.size()) {
      std::string_view text = arguments[++i];
      size_t equals = text.find('=');
      if (equals == std::string_view::npos) return fail({fmt::format("--override {} is not key=value", text)});
      overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    } else if (!file && !arguments[i].starts_with("-")) {
      file = arguments[i];
    } else {
      std::cerr << kUsage;
      return 1;
    }
  }
  if (!file) {
    std::cerr << kUsage;
    return 1;
  }
  storage::PosixDisk disk;
  auto loaded = load_node_config(*file, overrides, sources_of(disk));
  if (!loaded) return fail(loaded.error());
  for (const Notice& notice : loaded->notices) {
    if (log_enabled(level_of(notice))) log_line(level_of(notice), notice.text);
  }
  Server server(std::move(loaded->config));
  if (auto started = server.start(); !started) {
    server.stop();
    return fail(started.error());
  }
  auto ended = server.wait_for_end();
  server.stop();
  return ended ? 0 : 1;
}

int run_storage(const std::vector<std::string_view>& arguments) {
  storage::PosixDisk disk;
  SystemRandom random;
  SystemClock clock;
  return run_storage_tool(arguments, sources_of(disk), random, clock, std::cout, std::cerr);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (!arguments.empty()) {
    std::vector<std::string_view> rest(arguments.begin() + 1, arguments.end());
    if (arguments[0] == "server") return run_server(rest);
    if (arguments[0] == "storage") return run_storage(rest);
  }
  std::cerr << kUsage;
  return 1;
}
