// Consumer: reads its partitions from their leaders, looks at every record, and commits how far it has come
// through its group's coordinator. Sometimes it starts again, from what it had committed. Beside that it
// looks at what followers give.
#pragma once

#include "tests/sim/cluster/client.h"

namespace klamm::protocol {
struct OffsetCommitResponse;
}

namespace klamm::sim::cluster {

class Consumer final : public Client {
 public:
  Consumer(Cluster& cluster, int32_t number, std::vector<TopicPartition> partitions);

  void start();
  // It has read all that was acknowledged (S2).
  bool is_idle() const override;

 private:
  struct Position {
    int64_t next = -1;          // not known yet
    int64_t acknowledged = -1;  // as committed, the coordinator has said
    int64_t sent = -1;          // with a commit
    // A commit whose answer was lost may still arrive behind later ones: the least of them, and since when.
    int64_t lost = INT64_MAX;
    int64_t lost_at_ms = 0;
  };

  // ---- fetching (consumer.cc)
  void fetch();
  void fetch_from(int32_t node, std::vector<TopicPartition> partitions);
  void fetch_again(int64_t life, const std::vector<TopicPartition>& partitions);
  void take(const TopicPartition& where, int16_t code, int64_t high_watermark, int64_t log_start,
            ByteView records);
  void read(const TopicPartition& where, int64_t high_watermark, ByteView records);
  void on_out_of_range(const TopicPartition& where, int64_t log_start);
  void ask_latest();
  void peek();
  void peek_at(int32_t node, const TopicPartition& where, int64_t offset);
  int64_t learn(const TopicPartition& where, int64_t offset, ByteView records);

  // ---- committing (consumer_offsets.cc)
  void find_coordinator(std::function<void()> then);
  void fetch_committed();
  void commit();
  void on_committed(const std::map<TopicPartition, int64_t>& what,
                    const protocol::OffsetCommitResponse* response);
  void commit_later();
  int64_t least_committed(const Position& position) const;
  void begin_again();
  std::string group() const { return "group-" + std::to_string(number_); }

  std::map<TopicPartition, Position> positions_;
  int64_t life_ = 0;  // answers to earlier lives count for nothing
  int32_t coordinator_ = -1;
  bool committing_ = false;
  bool has_positions_ = false;
};

}  // namespace klamm::sim::cluster
