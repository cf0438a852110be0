#include "broker/quorum_start.h"

#include <fmt/core.h>

#include "broker/metadata/bootstrap.h"
#include "broker/metadata/record_version.h"
#include "broker/metadata/snapshot_file.h"

namespace klamm::broker {
namespace {

raft::RaftConfig raft_config(const QuorumConfig& quorum, const std::string& cluster_id) {
  raft::RaftConfig config;
  config.cluster_id = cluster_id;
  config.election_timeout_ms = quorum.election_timeout_ms;
  config.fetch_timeout_ms = quorum.fetch_timeout_ms;
  config.election_backoff_max_ms = quorum.election_backoff_max_ms;
  config.request_timeout_ms = quorum.request_timeout_ms;
  config.retry_backoff_ms = quorum.retry_backoff_ms;
  config.fetch_max_bytes = quorum.fetch_size_max;
  config.snapshot_max_bytes = quorum.fetch_snapshot_size_max;
  return config;
}

Result<raft::ElectionState, Failure> read_state(storage::Disk& disk, const std::string& directory) {
  std::string path = directory + "/quorum-state";
  if (!disk.exists(path)) return raft::ElectionState{};
  auto text = storage::read_file(disk, path);
  if (!text) return Error{Failure{text.error().what}};
  auto state = raft::parse_quorum_state(as_text(*text));
  if (!state) return Error{Failure{fmt::format("{}: {}", path, state.error().message)}};
  return state;
}

// The voters come from the configuration (kraft.version 0), or from what the formatter or a snapshot left.
Result<void, Failure> find_voters(storage::Disk& disk, const NodeConfig& config,
                                  const std::optional<LoadedSnapshot>& snapshot, QuorumStart& start) {
  if (!config.quorum.voters.empty()) {
    std::vector<NodeId> ids;
    for (const QuorumVoter& voter : config.quorum.voters) ids.push_back(voter.id);
    start.voters = raft::Voters::of_ids(ids);
    return {};
  }
  SnapshotControl control;
  std::string first = start.log->directory() + "/" + snapshot_file_name(raft::kBootstrapSnapshot);
  if (snapshot) {
    control = snapshot->control;
  } else if (disk.exists(first)) {
    auto ignore = [](std::span<const protocol::MetadataRecord>) { return Result<void, Failure>(); };
    auto read = read_snapshot_file(disk, first, ignore);
    if (!read) return Error{read.error()};
    control = *read;
  }
  start.kraft_version = control.kraft_version;
  start.voters = control.voters;
  if (start.voters.contains(start.self)) return {};
  return Error{Failure{fmt::format(
      "node {} (directory {}) is not among the voters of its metadata quorum, and this release runs quorums "
      "of one: "
      "format its directory with `klamm storage format --standalone`, or name it in controller.quorum.voters",
      config.id.value, start.self.directory_id.to_string())}};
}

// In a metadata transaction, as Kafka begins a log, followed by the cluster-wide min.insync.replicas that
// KIP-966 needs.
Result<std::vector<Bytes>, Failure> bootstrap_records(storage::Disk& disk, const NodeConfig& config) {
  auto bootstrap = read_bootstrap(disk, config.metadata_log.dir);
  if (!bootstrap) return Error{bootstrap.error()};
  std::vector<Bytes> records;
  MetadataVersion version = kMetadataVersionLatest;
  bool elr = false;
  auto add = [&](const protocol::MetadataRecord& record, int16_t record_version) {
    Bytes& value = records.emplace_back();
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, record, record_version);
  };
  for (const VersionedRecord& versioned : bootstrap->records) {
    const auto* level = std::get_if<protocol::FeatureLevelRecord>(&versioned.record);
    if (level && level->name == kMetadataVersionFeature) version = {level->feature_level};
    if (level && level->name == kElrVersionFeature) elr = level->feature_level > 0;
  }
  bool wrapped = version.has_metadata_transactions();
  if (wrapped) add(protocol::BeginTransactionRecord{.name = "Bootstrap records"}, 0);
  for (const VersionedRecord& versioned : bootstrap->records) add(versioned.record, versioned.version);
  if (elr) {
    auto set = config.file.find("min.insync.replicas");
    protocol::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(ConfigResourceType::kBroker);
    record.name = "min.insync.replicas";
    record.value = set == config.file.end() ? std::string_view("1") : std::string_view(set->second);
    add(record, 0);
  }
  if (wrapped) add(protocol::EndTransactionRecord{}, 0);
  return records;
}

}  // namespace

Result<QuorumStart, Failure> read_quorum_start(storage::Disk& disk, const NodeConfig& config,
                                               const std::string& cluster_id, const Uuid& directory,
                                               int64_t now_ms) {
  QuorumStart start;
  auto log = MetadataLog::open(disk, config.metadata_log, now_ms);
  if (!log) return Error{log.error()};
  start.log = std::move(*log);
  if (auto usable = raft::Raft::may_start_from(*start.log); !usable) return Error{usable.error()};
  start.config = raft_config(config.quorum, cluster_id);
  start.self = {config.id, directory};
  auto remembered = read_state(disk, start.log->directory());
  if (!remembered) return Error{remembered.error()};
  start.remembered = std::move(*remembered);
  start.applied = start.log->start();

  std::optional<LoadedSnapshot> snapshot;
  if (auto id = start.log->latest_snapshot()) {
    auto loaded = load_snapshot(disk, start.log->directory(), *id);
    if (!loaded) return Error{loaded.error()};
    snapshot = std::move(*loaded);
    start.loader = ImageLoader(snapshot->image);
    start.applied = id->offset;
  }
  if (auto found = find_voters(disk, config, snapshot, start); !found) return Error{found.error()};
  auto bootstrap = bootstrap_records(disk, config);
  if (!bootstrap) return Error{bootstrap.error()};
  start.bootstrap = std::move(*bootstrap);
  return start;
}

}  // namespace klamm::broker
