#include "broker/quorum_start.h"

#include <fmt/core.h>

#include "base/logging.h"
#include "broker/metadata/bootstrap.h"
#include "broker/metadata/record_version.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata/voters_record.h"
#include "broker/quorum_records.h"
#include "broker/storage_tool/format.h"

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

Result<QuorumRecords, Failure> read_quorum_records(storage::Disk& disk, const MetadataLog& log,
                                                   const std::optional<LoadedSnapshot>& snapshot, Offset from,
                                                   const std::function<bool()>& is_cancelled) {
  QuorumRecords found;
  std::string first = log.directory() + "/" + snapshot_file_name(raft::kBootstrapSnapshot);
  if (snapshot) {
    found.control = snapshot->control;
    found.voters_in_log = true;
  } else if (disk.exists(first)) {
    auto ignore = [](std::span<const protocol::MetadataRecord>) { return Result<void, Failure>(); };
    auto read = read_snapshot_file(disk, first, ignore);
    if (!read) return Error{read.error()};
    found.control = *read;
  }
  auto read = log.read(from, log.end().offset, [&](ByteView bytes) -> Result<void, Failure> {
    if (is_cancelled && is_cancelled()) return Error{Failure{"the metadata log was not all read"}};
    protocol::BatchView batch(bytes);
    return batch.is_control() ? read_control_batch(batch, found) : Result<void, Failure>();
  });
  if (!read) return Error{read.error()};
  return found;
}

// This node as it is to stand among the voters.
raft::Voter local_voter(const NodeConfig& config, const raft::ReplicaKey& self) {
  raft::Voter voter;
  for (const Endpoint& endpoint : config.network.advertised_controllers) {
    raft::Voter one = new_voter(self.id, self.directory_id, endpoint.listener, endpoint.host,
                                static_cast<uint16_t>(endpoint.port));
    one.endpoints.insert(one.endpoints.begin(), voter.endpoints.begin(), voter.endpoints.end());
    voter = std::move(one);
  }
  return voter;
}

raft::Voters with(const raft::Voters& voters, const raft::Voter& changed) {
  std::vector<raft::Voter> all;
  for (const raft::Voter& voter : voters) all.push_back(voter.key == changed.key ? changed : voter);
  return raft::Voters(std::move(all));
}

// A broker that is no controller, or a controller that has not been added to the voters (KIP-853). Where none
// are configured either, it is formatted with --no-initial-controllers, and kraft.version 1 is what it will
// read.
Result<void, Failure> be_observer(const NodeConfig& config, QuorumStart& start) {
  if (!config.is_controller) return {};
  if (start.kraft_version == 0 && !config.quorum.voters.empty()) {
    return Error{Failure{fmt::format(
        "node {} is a controller, and controller.quorum.voters does not name it: write {}@<host>:<port> "
        "there, on every node; or, for a quorum whose voters may change, leave controller.quorum.voters out "
        "and format "
        "the directory with --standalone, --initial-controllers or --no-initial-controllers",
        config.id.value, config.id.value)}};
  }
  start.config.can_become_voter = true;
  const raft::Voter* same = start.voters.find(config.id);
  LOG_WARN(
      "[RaftManager id={}] this controller, with the directory {}, is not among the voters of its metadata "
      "quorum, and only follows{}. A leader that is Apache Kafka's adds it when kafka-metadata-quorum "
      "add-controller asks for it; this release changes no voters",
      config.id.value, start.self.directory_id.to_string(),
      same == nullptr ? ""
                      : fmt::format(": they have node {} with the directory {}, so that this is another "
                                    "disk, or was formatted anew",
                                    config.id.value, same->key.directory_id.to_string()));
  return {};
}

// The voters come from the configuration (kraft.version 0), or from what the formatter, a snapshot or the log
// says. As Kafka's leaders do, this node says them in the log, when it leads, where nobody has yet, or where
// its listeners are others.
Result<void, Failure> find_voters(const NodeConfig& config, const QuorumRecords& records,
                                  QuorumStart& start) {
  start.kraft_version = records.control.kraft_version;
  if (start.kraft_version > 0) {
    start.voters = records.control.voters;
  } else {
    std::vector<NodeId> ids;
    for (const QuorumVoter& voter : config.quorum.voters) ids.push_back(voter.id);
    start.voters = raft::Voters::of_ids(ids);
  }
  if (!start.voters.contains(start.self)) return be_observer(config, start);
  if (start.kraft_version == 0) return {};
  raft::Voters said = with(start.voters, local_voter(config, start.self));
  if (!records.voters_in_log || said != start.voters) {
    start.config.unsaid_voters = raft::VotersStatement{start.kraft_version, said};
  }
  start.voters = said;
  return {};
}

// Where replicas are reached: what the quorum itself says of its voters goes before the configuration.
std::map<NodeId, NodeAddress> find_addresses(const QuorumConfig& quorum, const raft::Voters& voters) {
  std::map<NodeId, NodeAddress> addresses;
  for (const auto* configured : {&quorum.voters, &quorum.bootstrap_servers}) {
    for (const QuorumVoter& node : *configured) {
      if (auto usable = usable_address(node.host, node.port)) addresses[node.id] = *std::move(usable);
    }
  }
  for (const raft::Voter& voter : voters) {
    for (const raft::Endpoint& endpoint : voter.endpoints) {
      const auto& listeners = quorum.controller_listeners;
      const bool is_ours = !listeners.empty() && endpoint.listener == listeners.front();
      if (is_ours) addresses[voter.key.id] = {endpoint.host, endpoint.port};
    }
  }
  return addresses;
}

// In a metadata transaction, as Kafka begins a log, followed by the cluster-wide min.insync.replicas that
// KIP-966 needs.
Result<Decision, Failure> bootstrap_decision(storage::Disk& disk, const NodeConfig& config) {
  auto bootstrap = read_bootstrap(disk, config.metadata_log.dir);
  if (!bootstrap) return Error{bootstrap.error()};
  Decision decision;
  MetadataVersion version = kMetadataVersionLatest;
  bool elr = false;
  auto add = [&](const protocol::MetadataRecord& record, int16_t record_version) {
    Bytes& value = decision.records.emplace_back();
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, record, record_version);
  };
  for (const VersionedRecord& versioned : bootstrap->records) {
    const auto* level = std::get_if<protocol::FeatureLevelRecord>(&versioned.record);
    if (level && level->name == kMetadataVersionFeature) version = {level->feature_level};
    if (level && level->name == kElrVersionFeature) elr = level->feature_level > 0;
  }
  decision.atomic = !version.has_metadata_transactions();
  if (!decision.atomic) add(protocol::BeginTransactionRecord{.name = "Bootstrap records"}, 0);
  for (const VersionedRecord& versioned : bootstrap->records) add(versioned.record, versioned.version);
  if (elr) {
    auto set = config.file.find("min.insync.replicas");
    protocol::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(ConfigResourceType::kBroker);
    record.name = "min.insync.replicas";
    record.value = set == config.file.end() ? std::string_view("1") : std::string_view(set->second);
    add(record, 0);
  }
  if (!decision.atomic) add(protocol::EndTransactionRecord{}, 0);
  return decision;
}

}  // namespace

Result<QuorumStart, Failure> read_quorum_start(storage::Disk& disk, const NodeConfig& config,
                                               const std::string& cluster_id, const Uuid& directory,
                                               int64_t now_ms, const std::function<bool()>& is_cancelled) {
  QuorumStart start;
  auto log = MetadataLog::open(disk, config.metadata_log, now_ms, is_cancelled);
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
  auto records = read_quorum_records(disk, *start.log, snapshot, start.applied, is_cancelled);
  if (!records) return Error{records.error()};
  if (auto found = find_voters(config, *records, start); !found) return Error{found.error()};
  start.addresses = find_addresses(config.quorum, start.voters);
  for (const QuorumVoter& server : config.quorum.bootstrap_servers)
    start.config.bootstrap_servers.push_back(server.id);
  auto bootstrap = bootstrap_decision(disk, config);
  if (!bootstrap) return Error{bootstrap.error()};
  start.bootstrap = std::move(*bootstrap);
  return start;
}

}  // namespace klamm::broker
