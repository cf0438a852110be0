// Ledger: what the clients of a simulated cluster were told, which the cluster must stand by: a value that
// was acknowledged or read is at its offset for ever, each value is there once, and in the order in which its
// producer sent it (the safety contract, S1 to S4, S8, S10 to S12).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "tests/sim/cluster/world.h"

namespace klamm::sim::cluster {

using TopicPartition = std::pair<std::string, int32_t>;

// What a record says: the how many'th of which producer it is, for that partition, from 1.
struct Value {
  int32_t producer = 0;
  int64_t number = 0;

  friend auto operator<=>(const Value&, const Value&) = default;
};

// The bytes of a value: the same each time, padded to a size that follows from it.
Bytes bytes_of(const Value& value);
// nullopt for bytes that no producer has made.
std::optional<Value> value_of(ByteView bytes);

class Ledger {
 public:
  explicit Ledger(World& world) : world_(world) {}

  // ---- what producers did and were told
  void on_sent(const TopicPartition& where, const Value& value);
  // `offset` -1: it is there, and nobody said where. No leader of a later epoch than `epoch` has said it;
  // -1 when that is not known.
  void on_acknowledged(const TopicPartition& where, const Value& value, int64_t offset, int32_t epoch = -1);
  // ---- what was read below a high watermark
  void on_read(const TopicPartition& where, const Value& value, int64_t offset, const char* by);
  // A latest offset that was told by the leader of that epoch, and the largest that was known when it was
  // asked for: answers may overtake each other. What was acknowledged lies below it as well (S11).
  int64_t latest_of(const TopicPartition& where, int32_t epoch) const;
  void on_latest(const TopicPartition& where, int32_t epoch, int64_t offset, int64_t known);
  // ---- what was deleted on purpose
  void on_delete_asked(const TopicPartition& where, int64_t before);
  int64_t deletable_before(const TopicPartition& where) const;

  // One replica's whole log, at rest: (offset, value) in order, from `start` on.
  using Log = std::vector<std::pair<int64_t, Value>>;
  void check_log(const TopicPartition& where, int64_t start, int64_t end, const Log& log);

  int64_t acknowledged() const { return acknowledged_; }
  // Behind the last value of which its producer was told where it is.
  int64_t acknowledged_end(const TopicPartition& where) const;
  const std::map<TopicPartition, int64_t>& read_ends() const { return read_ends_; }

 private:
  struct Sent {
    int64_t sent = 0;               // numbers up to this one were sent
    int64_t acknowledged = 0;       // and up to this one acknowledged, since they are in order
    std::vector<int64_t> places{};  // by number, where it is; -1: nothing is known
  };
  struct Partition {
    std::vector<Value> at;  // by offset; number 0: nothing is known
    std::map<int32_t, Sent> producers;
    std::map<int32_t, int64_t> latest;  // by leader epoch
    int64_t deletable_before = 0;
    int64_t acknowledged_end = 0;
  };

  void learn(const TopicPartition& where, const Value& value, int64_t offset, const char* by);
  void wrong(const TopicPartition& where, const std::string& what);

  World& world_;
  std::map<TopicPartition, Partition> partitions_;
  std::map<TopicPartition, int64_t> read_ends_;
  int64_t acknowledged_ = 0;
};

}  // namespace klamm::sim::cluster
