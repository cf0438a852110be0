#include "broker/container_tool/prepare.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/uuid.h"
#include "broker/config/missing_keys.h"
#include "broker/config/text.h"
#include "broker/storage_tool/config.h"
#include "broker/storage_tool/tool.h"
#include "storage/meta_properties.h"
#include "storage/properties.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kClusterVariable = "CLUSTER_ID";
// That of Kafka's image, which all nodes have that are not told another.
constexpr std::string_view kDefaultCluster = "5L6g3nShT-eMCtK--X86sw";

// Where the settings go when the place that was asked for cannot be written: the root file system is
// read-only, or the file is mounted. Shared memory, which every container has, comes last.
constexpr std::string_view kOtherFolders[] = {"/tmp", "/dev/shm"};

constexpr std::string_view kWritable =
    "; the user of this container has to be able to write there: mount a volume that this user or group 0 "
    "owns, in a pod by securityContext.fsGroup";

Error<Failure> failure(std::string message) { return Error{Failure{std::move(message)}}; }

std::optional<std::string> asked_cluster(const Environment& environment) {
  const auto found = environment.find(std::string(kClusterVariable));
  if (found == environment.end() || java_trim(found->second).empty()) return std::nullopt;
  return std::string(java_trim(found->second));
}

// What is known of a node's directories before anything is done to them.
struct Survey {
  bool all_formatted = true;
  std::map<std::string, std::string> clusters;  // by directory, of those that are formatted
  std::string refusal;                          // what the system says of one that this user may not enter
};

Survey survey(const std::set<std::string>& directories, storage::Disk& disk) {
  Survey found;
  for (const std::string& directory : directories) {
    auto meta = storage::read_meta_properties(disk, directory);
    if (!meta) {
      // What cannot be read for another reason is told of when the node starts.
      if (meta.error().code == ENOENT) found.all_formatted = false;
      if (meta.error().code == EACCES) found.refusal = meta.error().what;
    } else if (meta->cluster_id) {
      found.clusters[directory] = *meta->cluster_id;
    }
  }
  return found;
}

// The directories of settings that may lack everything else.
std::set<std::string> directories_of(const ConfigMap& settings) {
  std::set<std::string> directories;
  for (const std::string_view key : {"log.dirs", "log.dir", "metadata.log.dir"}) {
    const auto found = settings.find(key);
    if (found == settings.end()) continue;
    for (std::string& directory : split_list(found->second)) directories.insert(std::move(directory));
  }
  return directories;
}

std::set<std::string> directories_of(const NodeConfig& config) {
  std::set<std::string> directories(config.storage.log_dirs.begin(), config.storage.log_dirs.end());
  directories.insert(config.metadata_log.dir);
  return directories;
}

// What has to be added before there can be a node. An environment made for ZooKeeper lacks all of it, and the
// cluster's id, too.
std::vector<std::string> missing_variables(const MappedEnvironment& mapped, const Environment& environment,
                                           const ConfigSources& sources, Random& random) {
  if (mapped.settings.empty()) return {};
  std::vector<std::string> missing = missing_keys(mapped.settings, sources.host_name, variable_line);
  if (missing.empty() || asked_cluster(environment)) return missing;
  const Survey found = survey(directories_of(mapped.settings), sources.disk);
  const std::string id =
      found.clusters.empty() ? Uuid::random(random).to_string() : found.clusters.begin()->second;
  missing.push_back(fmt::format("{0} is missing; add {0}={1} (the same on every node of the cluster)",
                                kClusterVariable, id));
  return missing;
}

// Nobody else may read what is written meanwhile: the settings have passwords.
class OwnFilesOnly {
 public:
  OwnFilesOnly() : before_(::umask(077)) {}
  OwnFilesOnly(const OwnFilesOnly&) = delete;
  OwnFilesOnly& operator=(const OwnFilesOnly&) = delete;
  ~OwnFilesOnly() { ::umask(before_); }

 private:
  mode_t before_;
};

std::string text_of(const ConfigMap& settings) {
  storage::Properties properties;
  for (const auto& [key, value] : settings) properties.add(key, value);
  return "# Written by `klamm container` at each start, from the environment and from what is mounted.\n" +
         storage::properties_text(properties);
}

// Where the settings have been written.
Result<std::string, Failure> write_settings(const ConfigMap& settings, const std::string& asked,
                                            storage::Disk& disk) {
  const OwnFilesOnly own;
  const std::string text = text_of(settings);
  const std::string name = asked.substr(asked.rfind('/') + 1);
  std::vector<std::string> places = {asked};
  for (const std::string_view folder : kOtherFolders) places.push_back(fmt::format("{}/{}", folder, name));
  std::vector<std::string> reasons;
  for (const std::string& place : places) {
    // One that is there already keeps the rights that it has, which may be others'.
    (void)disk.remove(place + ".tmp");
    auto written = storage::replace_file(disk, place, as_bytes(text));
    if (written) return place;
    reasons.push_back(written.error().what);
    // Left behind where a file is mounted in that place, which nothing can be renamed to.
    (void)disk.remove(place + ".tmp");
  }
  return failure(fmt::format("the settings can be written nowhere ({}); mount an empty directory at /tmp",
                             join(reasons, "; ")));
}

// Whether an error of the file system is one of rights; it has the system's words at its end.
bool is_refusal(std::string_view message) {
  for (const int code : {EACCES, EPERM, EROFS}) {
    if (message.ends_with(std::generic_category().message(code))) return true;
  }
  return false;
}

class Formatter {
 public:
  Formatter(const Environment& environment, const ConfigSources& sources, Random& random, const Clock& clock,
            std::ostream& out)
      : asked_(asked_cluster(environment)), sources_(sources), random_(random), clock_(clock), out_(out) {}

  // Formats what is empty of the directories that `file` names.
  Result<void, Failure> format(const std::string& file, std::vector<Notice>& notices) {
    auto config = read_storage_tool_config(file, sources_);
    if (!config) return Error{config.error()};
    const Survey found = survey(directories_of(*config), sources_.disk);
    if (!found.refusal.empty()) return failure(found.refusal + std::string(kWritable));
    for (const auto& [directory, cluster] : found.clusters) {
      if (!asked_ || cluster == *asked_) continue;
      return failure(fmt::format(
          "{0}={1}, but {2} belongs to the cluster {3}, as its {4} says. Set {0}={3} to go on with what is "
          "there, or give this node an empty directory",
          kClusterVariable, *asked_, directory, cluster, storage::kMetaPropertiesFile));
    }
    if (found.all_formatted) return {};
    if (config->is_controller && config->quorum.voters.empty()) return without_voters();
    std::string cluster(kDefaultCluster);
    if (asked_) {
      cluster = *asked_;
    } else if (!found.clusters.empty()) {
      cluster = found.clusters.begin()->second;
    } else {
      notices.push_back(
          {LogLevel::kInfo, fmt::format("{} is not set: the cluster is {}, as with Kafka's image; "
                                        "`klamm storage random-uuid` makes another",
                                        kClusterVariable, cluster)});
    }
    return run_tool(file, cluster);
  }

 private:
  static Result<void, Failure> without_voters() {
    return failure(
        "the log directories are not formatted, and controller.quorum.voters is not set: a container's "
        "cluster begins with the voters that all its nodes are told of, as in "
        "KAFKA_CONTROLLER_QUORUM_VOTERS=1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093; or format the "
        "directories before, by klamm storage format with --standalone or --initial-controllers");
  }

  Result<void, Failure> run_tool(const std::string& file, const std::string& cluster) {
    const std::string_view args[] = {"format", "--ignore-formatted", "--cluster-id",
                                     cluster,  "--config",           file};
    std::ostringstream err;
    if (run_storage_tool(args, sources_, random_, clock_, out_, err) == 0) return {};
    std::string message = err.str();
    while (message.ends_with('\n')) message.pop_back();
    if (is_refusal(message)) message += kWritable;
    return failure(std::move(message));
  }

  std::optional<std::string> asked_;
  const ConfigSources& sources_;
  Random& random_;
  const Clock& clock_;
  std::ostream& out_;
};

}  // namespace

Result<PreparedContainer, Failure> prepare_container(const ContainerOptions& options,
                                                     const Environment& environment,
                                                     const ConfigSources& sources, Random& random,
                                                     const Clock& clock, std::ostream& out) {
  MappedEnvironment mapped = map_environment(environment, options.places, sources.disk);
  std::vector<std::string> problems = std::move(mapped.problems);
  for (std::string& missing : missing_variables(mapped, environment, sources, random)) {
    problems.push_back(std::move(missing));
  }
  if (!problems.empty()) return failure(join(problems, "\n"));

  auto file = write_settings(mapped.settings, options.file, sources.disk);
  if (!file) return Error{file.error()};
  PreparedContainer prepared{std::move(*file), std::move(mapped.notices)};
  prepared.notices.push_back({LogLevel::kInfo, fmt::format("the settings are in {}", prepared.file)});
  if (options.step == ContainerStep::kConfigure) return prepared;

  auto formatted =
      Formatter(environment, sources, random, clock, out).format(prepared.file, prepared.notices);
  if (!formatted) return Error{formatted.error()};
  return prepared;
}

}  // namespace klamm::broker
