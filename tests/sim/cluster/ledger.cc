#include "tests/sim/cluster/ledger.h"

#include <algorithm>

namespace klamm::sim::cluster {
namespace {

constexpr size_t kNamed = 12;  // producer and number
constexpr size_t kPaddingMax = 400;

uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

std::string text(const Value& value) {
  return fmt::format("#{} of producer {}", value.number, value.producer);
}

}  // namespace

Bytes bytes_of(const Value& value) {
  uint64_t state = mix(static_cast<uint64_t>(value.producer) << 48 ^ static_cast<uint64_t>(value.number));
  Bytes bytes(kNamed + state % kPaddingMax);
  store_be32(bytes.data(), static_cast<uint32_t>(value.producer));
  store_be64(bytes.data() + 4, static_cast<uint64_t>(value.number));
  for (size_t i = kNamed; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(state >> (i % 8 * 8));
  return bytes;
}

std::optional<Value> value_of(ByteView bytes) {
  if (bytes.size() < kNamed) return std::nullopt;
  const Value value{static_cast<int32_t>(load_be32(bytes.data())),
                    static_cast<int64_t>(load_be64(bytes.data() + 4))};
  if (!same_bytes(bytes, bytes_of(value))) return std::nullopt;
  return value;
}

void Ledger::wrong(const TopicPartition& where, const std::string& what) {
  world_.fail(fmt::format("{}-{}: {}", where.first, where.second, what));
}

void Ledger::on_sent(const TopicPartition& where, const Value& value) {
  Sent& sent = partitions_[where].producers[value.producer];
  sent.sent = std::max(sent.sent, value.number);
}

void Ledger::on_acknowledged(const TopicPartition& where, const Value& value, int64_t offset, int32_t epoch) {
  Partition& partition = partitions_[where];
  Sent& sent = partition.producers[value.producer];
  sent.acknowledged = std::max(sent.acknowledged, value.number);
  ++acknowledged_;
  if (offset < 0) return;
  partition.acknowledged_end = std::max(partition.acknowledged_end, offset + 1);
  if (epoch >= 0) {
    int64_t& latest = partition.latest[epoch];
    latest = std::max(latest, offset + 1);
  }
  learn(where, value, offset, "its producer");
}

void Ledger::on_read(const TopicPartition& where, const Value& value, int64_t offset, const char* by) {
  int64_t& end = read_ends_[where];
  end = std::max(end, offset + 1);
  learn(where, value, offset, by);
}

void Ledger::learn(const TopicPartition& where, const Value& value, int64_t offset, const char* by) {
  Partition& partition = partitions_[where];
  const auto sent = partition.producers.find(value.producer);
  if (sent == partition.producers.end() || value.number > sent->second.sent || value.number < 1)
    return wrong(where, fmt::format("offset {}: {} was never sent there, says {}", offset, text(value), by));
  const auto at = static_cast<size_t>(offset);
  if (partition.at.size() <= at) partition.at.resize(at + 1);
  Value& known = partition.at[at];
  if (known.number == 0) known = value;
  if (known != value) {
    return wrong(where,
                 fmt::format("offset {} was {}, and is {}, says {}", offset, text(known), text(value), by));
  }
  // Also of what is deleted before anybody looks at the logs.
  std::vector<int64_t>& places = sent->second.places;
  const auto number = static_cast<size_t>(value.number);
  if (places.size() <= number) places.resize(number + 1, -1);
  if (places[number] < 0) places[number] = offset;
  if (places[number] != offset) {
    wrong(where, fmt::format("{} is at {} and at {}, says {}", text(value), places[number], offset, by));
  }
}

// A leader who was deposed and does not know may say less than the one after it has said.
int64_t Ledger::latest_of(const TopicPartition& where, int32_t epoch) const {
  const auto found = partitions_.find(where);
  if (found == partitions_.end()) return 0;
  const std::map<int32_t, int64_t>& latest = found->second.latest;
  int64_t most = 0;
  for (auto told = latest.begin(); told != latest.end() && told->first <= epoch; ++told)
    most = std::max(most, told->second);
  return most;
}

void Ledger::on_latest(const TopicPartition& where, int32_t epoch, int64_t offset, int64_t known) {
  if (offset < known) {
    wrong(where, fmt::format("the latest offset was {} and is {} in leader epoch {}", known, offset, epoch));
  }
  int64_t& mine = partitions_[where].latest[epoch];
  mine = std::max(mine, offset);
}

void Ledger::on_delete_asked(const TopicPartition& where, int64_t before) {
  int64_t& deletable = partitions_[where].deletable_before;
  deletable = std::max(deletable, before);
}

int64_t Ledger::deletable_before(const TopicPartition& where) const {
  const auto found = partitions_.find(where);
  return found == partitions_.end() ? 0 : found->second.deletable_before;
}

int64_t Ledger::acknowledged_end(const TopicPartition& where) const {
  const auto found = partitions_.find(where);
  return found == partitions_.end() ? 0 : found->second.acknowledged_end;
}

void Ledger::check_log(const TopicPartition& where, int64_t start, int64_t end, const Log& log) {
  Partition& partition = partitions_[where];
  if (start > partition.deletable_before)
    return wrong(where, fmt::format("the log starts at {}, and nobody deleted beyond {}", start,
                                    partition.deletable_before));
  if (end < partition.acknowledged_end)
    return wrong(where, fmt::format("the log ends at {}, and {} was acknowledged", end,
                                    partition.acknowledged_end - 1));
  std::map<int32_t, int64_t> last;  // of each producer
  int64_t next = start;
  for (const auto& [offset, value] : log) {
    if (offset != next) return wrong(where, fmt::format("offset {} is missing", next));
    ++next;
    learn(where, value, offset, "the log");
    if (world_.failure()) return;
    const auto [seen, is_first] = last.try_emplace(value.producer, value.number);
    if (is_first && start == 0 && value.number != 1)
      return wrong(where, fmt::format("{} stands first at offset {}", text(value), offset));
    if (!is_first && value.number != seen->second + 1) {
      return wrong(where,
                   fmt::format("{} stands behind #{} at offset {}", text(value), seen->second, offset));
    }
    seen->second = value.number;
  }
  if (next != end) return wrong(where, fmt::format("offset {} is missing before the end {}", next, end));
  for (const auto& [producer, sent] : partition.producers) {
    const auto found = last.find(producer);
    // All that it sent may have been deleted.
    if (found == last.end() && start > 0) continue;
    const int64_t there = found == last.end() ? 0 : found->second;
    if (there < sent.acknowledged) {
      return wrong(where, fmt::format("{} was acknowledged and is not there; the last is #{}",
                                      text({producer, sent.acknowledged}), there));
    }
  }
}

}  // namespace klamm::sim::cluster
