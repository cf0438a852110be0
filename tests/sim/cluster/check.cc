// What is looked at when everything is at rest: each replica's log, byte by byte and value by value, and each
// node's metadata.
#include <algorithm>

#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"
#include "storage/leader_epochs.h"
#include "tests/sim/cluster/admin.h"
#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {
namespace {

// One replica's segments, one behind the other.
struct Replica {
  int32_t node = 0;
  Bytes bytes{};
  std::map<int64_t, size_t> positions{};  // of batches, by base offset
  std::map<int32_t, int64_t> epochs{};    // where the first batch of each begins
  int64_t start = 0, end = 0;
};

// Why it cannot be read; nullopt when it could.
std::optional<std::string> read_replica(SimDisk& disk, const std::string& directory, Replica& replica) {
  auto names = disk.list(directory);
  if (!names) return "has no " + directory;
  for (const std::string& name : *names) {
    if (!name.ends_with(".log")) continue;
    const Bytes segment = disk.content(directory + "/" + name);
    replica.bytes.insert(replica.bytes.end(), segment.begin(), segment.end());
  }
  protocol::BatchCursor cursor(replica.bytes);
  bool is_first = true;
  for (size_t at = 0; const auto batch = cursor.next(); at = cursor.position()) {
    if (!batch->crc_matches())
      return fmt::format("has a wrong checksum at offset {}", batch->base_offset().value);
    if (std::exchange(is_first, false)) replica.start = batch->base_offset().value;
    replica.positions[batch->base_offset().value] = at;
    replica.epochs.try_emplace(batch->leader_epoch().value, batch->base_offset().value);
    replica.end = batch->next_offset().value;
  }
  if (cursor.end() != protocol::BatchCursor::End::kClean) return "ends inside a batch";
  return std::nullopt;
}

// What is on the disk about leader epochs, against the batches. It may be of before a truncation, or end too
// early; but where its last epoch is in the log, that one and all before it begin where it says.
std::optional<std::string> find_wrong_epoch(SimDisk& disk, const std::string& directory,
                                            const Replica& replica) {
  const std::string path = directory + "/" + std::string(storage::kLeaderEpochFile);
  if (!disk.exists(path)) return std::nullopt;
  const auto written = storage::LeaderEpochs::from_text(disk.text(path));
  if (!written) return "has a damaged " + path;
  const auto first = written->earliest(), last = written->latest();
  if (!last || !replica.epochs.contains(last->epoch.value)) return std::nullopt;
  const int64_t known_from = std::max(replica.start, first->start.value);
  for (const auto& [epoch, start] : replica.epochs) {
    if (epoch > last->epoch.value || start <= known_from) continue;
    const storage::EpochStart begun{{epoch}, {start}};
    if (std::ranges::find(written->entries(), begun) == written->entries().end())
      return fmt::format("does not know that leader epoch {} began at {}", epoch, start);
  }
  return std::nullopt;
}

// From the later of their starts on, the two are the same. Where all records may have been deleted, one that
// came later has none of them.
std::optional<std::string> compare(const Replica& a, const Replica& b, int64_t deletable_before) {
  if (a.bytes.empty() != b.bytes.empty() && deletable_before >= std::max(a.end, b.end)) return std::nullopt;
  if (a.end != b.end) {
    return fmt::format("ends at {} on node {} and at {} on node {}", a.end, a.node, b.end, b.node);
  }
  if (a.bytes.empty() || b.bytes.empty()) return std::nullopt;
  const int64_t from = std::max(a.start, b.start);
  const auto in_a = a.positions.find(from), in_b = b.positions.find(from);
  if (in_a == a.positions.end() || in_b == b.positions.end())
    return fmt::format("offset {} begins a batch on one of nodes {} and {}", from, a.node, b.node);
  const auto rest_a = ByteView(a.bytes).subspan(in_a->second),
             rest_b = ByteView(b.bytes).subspan(in_b->second);
  if (!same_bytes(rest_a, rest_b))
    return fmt::format("differs between nodes {} and {} from offset {} on", a.node, b.node, from);
  return std::nullopt;
}

// nullopt where something is not what a producer sent.
std::optional<Ledger::Log> values_of(const Replica& replica) {
  Ledger::Log log;
  protocol::BatchCursor cursor(replica.bytes);
  while (const auto batch = cursor.next()) {
    protocol::RecordCursor records(batch->records(), batch->record_count());
    while (const protocol::Record* record = records.next()) {
      const auto value = value_of(record->value.value_or(ByteView{}));
      if (!value) return std::nullopt;
      log.emplace_back(protocol::offset_of(*batch, *record).value, *value);
    }
    if (!records.ok()) return std::nullopt;
  }
  return log;
}

}  // namespace

void Cluster::note_logs(const TopicPartition& where) {
  for (auto& host : hosts_) {
    if (!host->plan().is_broker) continue;
    Replica replica{.node = host->id()};
    const std::string directory = fmt::format("/d/{}-{}", where.first, where.second);
    const auto wrong = read_replica(host->data_disk(), directory, replica);
    world.note("{}-{} on node {}: from {} to {} {}", where.first, where.second, host->id(), replica.start,
               replica.end, wrong.value_or(""));
  }
}

void Cluster::check_all() {
  const auto newest = newest_image();
  for (auto& host : hosts_) admin_->check(host->id(), *host->node().images().get());
  for (const auto& [id, topic] : newest->topics().by_id()) {
    for (const auto& [index, state] : topic.partitions) {
      const std::string name = fmt::format("{}-{}", topic.name, index);
      std::vector<Replica> replicas;
      for (const NodeId node : state.replicas) {
        Replica& replica = replicas.emplace_back(Replica{node.value});
        Host& host = *hosts_[static_cast<size_t>(node.value) - 1];
        if (auto wrong = read_replica(host.data_disk(), "/d/" + name, replica))
          return world.fail(fmt::format("{}: the replica on node {} {}", name, node.value, *wrong));
        const int64_t deletable = ledger.deletable_before({topic.name, index});
        if (auto wrong = compare(replicas.front(), replica, deletable))
          return world.fail(name + ": " + *wrong);
      }
      const bool is_steady =
          std::ranges::any_of(topics_, [&](const auto& t) { return t.name == topic.name; });
      if (!is_steady) continue;
      for (const Replica& replica : replicas) {
        Host& host = *hosts_[static_cast<size_t>(replica.node) - 1];
        if (auto wrong = find_wrong_epoch(host.data_disk(), "/d/" + name, replica))
          return world.fail(fmt::format("{}: the replica on node {} {}", name, replica.node, *wrong));
      }
      const Replica& longest =
          *std::ranges::max_element(replicas, {}, [](const auto& r) { return r.bytes.size(); });
      const auto log = values_of(longest);
      if (!log) return world.fail(name + ": the log has what nobody has sent");
      ledger.check_log({topic.name, index}, longest.start, longest.end, *log);
    }
  }
}

}  // namespace klamm::sim::cluster
