#include "broker/storage_tool/format.h"

#include <fmt/format.h>

#include <cerrno>
#include <map>
#include <ostream>
#include <utility>

#include "broker/metadata/snapshot_file.h"
#include "broker/storage_tool/scram.h"
#include "storage/meta_properties.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kMetadataLogDirectory = "__cluster_metadata-0";

Error<Failure> failure(std::string message) { return Error{Failure{std::move(message)}}; }

// What the directories are before anything is done to them.
struct Survey {
  std::vector<std::string> empty;
  std::vector<std::string> unreadable;
  std::map<std::string, storage::MetaProperties> formatted;
};

Result<Survey, Failure> survey(const FormatRequest& request, storage::Disk& disk, std::ostream& out) {
  Survey found;
  std::map<Uuid, std::string> seen;
  for (const std::string& directory : request.directories) {
    auto meta = storage::read_meta_properties(disk, directory);
    if (!meta && meta.error().code == ENOENT) {
      found.empty.push_back(directory);
      continue;
    }
    if (!meta) {
      out << "I/O error trying to read log directory " << directory << " (" << meta.error().what
          << "). Ignoring...\n";
      found.unreadable.push_back(directory);
      continue;
    }
    const std::string file = directory + "/" + std::string(storage::kMetaPropertiesFile);
    if (meta->cluster_id && *meta->cluster_id != request.cluster_id) {
      return failure(fmt::format("Invalid cluster.id in: {}. Expected {}, but read {}", file,
                                 request.cluster_id, *meta->cluster_id));
    }
    if (meta->node_id && *meta->node_id != request.node_id) {
      return failure(fmt::format("Invalid node.id in: {}. The configuration says {}, the file {}", file,
                                 request.node_id.value, meta->node_id->value));
    }
    if (meta->directory_id && !seen.emplace(*meta->directory_id, directory).second) {
      return failure(fmt::format("{} and {} have the same directory.id {}: one is a copy of the other",
                                 seen[*meta->directory_id], directory, meta->directory_id->to_string()));
    }
    found.formatted.emplace(directory, std::move(*meta));
  }
  return found;
}

Result<void, Failure> checked(const storage::DiskResult<>& done) {
  if (!done) return Error{Failure{done.error().what}};
  return {};
}

std::string_view description(const FormatRequest& request, const std::string& directory) {
  if (directory != request.metadata_directory) return "data directory";
  if (!request.initial_voters) return "metadata directory";
  return request.initial_voters->find(request.node_id) ? "dynamic metadata voter directory"
                                                       : "dynamic metadata directory";
}

// A directory that is there after a crash.
Result<void, Failure> make_directory(storage::Disk& disk, const std::string& path) {
  if (auto made = disk.make_directories(path); !made) return checked(made);
  const size_t slash = path.find_last_of('/');
  const std::string parent = slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  return checked(disk.sync_directory(parent));
}

// The checkpoint (0, 0), from which a new voter learns the set of voters.
Result<void, Failure> write_voters(const FormatRequest& request, int16_t kraft_version, storage::Disk& disk,
                                   int64_t now_ms) {
  const std::string directory = request.metadata_directory + "/" + std::string(kMetadataLogDirectory);
  if (auto made = make_directory(disk, directory); !made) return made;
  auto writer = SnapshotFileWriter::create(disk, directory, raft::kBootstrapSnapshot);
  if (!writer) return Error{Failure{writer.error().what}};
  SnapshotEncoder encoder(raft::kBootstrapSnapshot.epoch, now_ms,
                          {now_ms, kraft_version, *request.initial_voters});
  encoder.finish();
  if (auto written = writer->append(encoder.take()); !written) return checked(written);
  return checked(writer->freeze());
}

class Formatting {
 public:
  Formatting(const FormatRequest& request, FeatureLevels levels, Bytes bootstrap, storage::Disk& disk)
      : request_(request), levels_(std::move(levels)), bootstrap_(std::move(bootstrap)), disk_(disk) {}

  Result<void, Failure> format(const std::string& directory, Uuid directory_id, int64_t now_ms) {
    if (auto made = make_directory(disk_, directory); !made) return made;
    const std::string bootstrap_path = directory + "/" + std::string(kBootstrapFile);
    if (auto written = checked(storage::replace_file(disk_, bootstrap_path, bootstrap_)); !written)
      return written;
    if (directory == request_.metadata_directory && request_.initial_voters) {
      const int16_t kraft_version = levels_.find(kKraftVersionFeature)->second;
      if (auto written = write_voters(request_, kraft_version, disk_, now_ms); !written) return written;
    }
    storage::MetaProperties meta;
    meta.cluster_id = request_.cluster_id;
    meta.node_id = request_.node_id;
    meta.directory_id = directory_id;
    return checked(storage::write_meta_properties(disk_, directory, meta));
  }

 private:
  const FormatRequest& request_;
  FeatureLevels levels_;
  Bytes bootstrap_;
  storage::Disk& disk_;
};

Uuid directory_id_for(const FormatRequest& request, const std::string& directory, Random& random) {
  const raft::Voter* voter = request.initial_voters && directory == request.metadata_directory
                                 ? request.initial_voters->find(request.node_id)
                                 : nullptr;
  return voter ? voter->key.directory_id : storage::random_directory_id(random);
}

// What the cluster begins with, in one line. (Kafka prints the records, keys of credentials included.)
std::string summary(const FeatureLevels& levels, const std::vector<NewScramCredential>& credentials) {
  std::string text = "Bootstrap metadata:";
  for (const auto& [name, level] : levels) {
    if (level > 0 && name != kKraftVersionFeature) text += fmt::format(" {}={}", name, level);
  }
  for (const auto& credential : credentials)
    text += fmt::format(" SCRAM credential of {}", credential.key.user);
  return text;
}

}  // namespace

Result<void, Failure> format_directories(const FormatRequest& request, storage::Disk& disk, Random& random,
                                         const Clock& clock, std::ostream& out) {
  CHECK(request.directories.contains(request.metadata_directory));
  auto levels = effective_levels(request);
  if (!levels) return Error{levels.error()};
  const MetadataVersion version{levels->find(kMetadataVersionFeature)->second};
  std::vector<NewScramCredential> credentials;
  for (const std::string& argument : request.scram) {
    auto credential = parse_scram_argument(argument, random);
    if (!credential) return Error{credential.error()};
    credentials.push_back(std::move(*credential));
  }
  if (!credentials.empty() && !version.has_scram()) {
    return failure("SCRAM is only supported in metadata.version 3.5-IV2 or later.");
  }

  auto found = survey(request, disk, out);
  if (!found) return Error{found.error()};
  if (!found->formatted.empty() && !request.ignore_formatted) {
    return failure(
        fmt::format("Log directory {} is already formatted. Use --ignore-formatted to ignore this "
                    "directory and format the others.",
                    found->formatted.begin()->first));
  }
  if (found->empty.empty() && found->formatted.empty())
    return failure("No available log directories to format.");
  if (found->empty.empty()) {
    out << "All of the log directories are already formatted.\n";
    return {};
  }

  std::vector<VersionedRecord> records = feature_records(*levels);
  for (const auto& credential : credentials) records.push_back({credential.record(), 0});
  out << summary(*levels, credentials) << "\n";
  Formatting formatting(request, *levels, bootstrap_file(records, clock.wall_ms()), disk);
  for (const std::string& directory : found->empty) {
    out << "Formatting " << description(request, directory) << " " << directory << " with metadata.version "
        << version.name() << ".\n";
    auto formatted =
        formatting.format(directory, directory_id_for(request, directory, random), clock.wall_ms());
    if (!formatted)
      return failure(fmt::format("Error while formatting {}: {}", directory, formatted.error().message));
  }
  return {};
}

}  // namespace klamm::broker
