#include "broker/container_tool/options.h"

#include <fmt/format.h>

#include <utility>

#include "broker/storage_tool/arguments.h"

namespace klamm::broker {
namespace {

constexpr ToolOption kOptions[] = {
    {"file", 'f', ToolOption::kValue, false, "Where the settings go."},
    {"mounted", 'm', ToolOption::kValue, false, "A server.properties below the environment."},
    {"defaults", 'd', ToolOption::kValue, false, "The server.properties where nothing is set."},
    {"secrets", 's', ToolOption::kValue, false, "The directory of stores and passwords."},
    {"data", 'l', ToolOption::kValue, false, "log.dirs where none are named."},
};

struct Step {
  std::string_view name;
  ContainerStep step;
};
constexpr Step kSteps[] = {{"configure", ContainerStep::kConfigure},
                           {"format", ContainerStep::kFormat},
                           {"run", ContainerStep::kRun}};

void take(const ToolArguments& arguments, std::string_view option, std::string& into) {
  if (auto value = arguments.value(option)) into = std::move(*value);
}

}  // namespace

Result<ContainerOptions, Failure> parse_container_options(std::span<const std::string_view> words) {
  ContainerOptions options;
  if (!words.empty() && !words.front().starts_with('-')) {
    bool found = false;
    for (const Step& step : kSteps) {
      if (step.name != words.front()) continue;
      options.step = step.step;
      found = true;
    }
    if (!found) {
      return Error{Failure{fmt::format("container: no command '{}'; there are configure, format and run",
                                       words.front())}};
    }
    words = words.subspan(1);
  }
  auto arguments = parse_arguments({"container", "", kOptions}, words);
  if (!arguments) return Error{arguments.error()};
  options.wants_help = arguments->wants_help();
  take(*arguments, "file", options.file);
  take(*arguments, "mounted", options.places.mounted);
  take(*arguments, "defaults", options.places.defaults);
  take(*arguments, "secrets", options.places.secrets);
  take(*arguments, "data", options.places.data);
  return options;
}

std::string_view container_usage() {
  return "usage: klamm container [configure|format|run] [options]\n"
         "  configure   writes what KAFKA_ variables and a mounted file say as a server.properties\n"
         "  format      does that, and formats empty log directories for the cluster CLUSTER_ID\n"
         "  run         does that, and becomes the node (this is the default)\n"
         "\n"
         "  --file FILE      where the settings go: /opt/kafka/config/server.properties, or the same name\n"
         "                   in /tmp or /dev/shm where that cannot be written\n"
         "  --mounted FILE   what the environment is laid over: /mnt/shared/config/server.properties\n"
         "  --defaults FILE  what is taken when nothing is set: /etc/kafka/docker/server.properties\n"
         "  --secrets DIR    where stores and passwords are: /etc/kafka/secrets\n"
         "  --data DIR       log.dirs where none are named: /var/lib/kafka/data\n";
}

}  // namespace klamm::broker
