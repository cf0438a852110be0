// Producer: an idempotent producer as librdkafka has it: sequences by partition, up to five batches of one in
// flight, and what fails is sent again, in its order and under its sequence, until it is acknowledged.
#pragma once

#include <deque>

#include "tests/sim/cluster/client.h"

namespace klamm::sim::cluster {

class Producer final : public Client {
 public:
  Producer(Cluster& cluster, int32_t number, int64_t interval_ms);

  void start();
  bool is_idle() const override;

 private:
  struct Batch {
    Value first{};
    int32_t count = 0;
    int32_t sequence = 0;
    bool in_flight = false;
    int tries = 0;
  };
  struct Partition {
    std::deque<Batch> batches;  // not acknowledged yet
    int64_t last_number = 0;
    int32_t next_sequence = 0;
    size_t in_flight = 0;
    bool retrying = false;  // what is in flight is waited for, and then all is sent again
    bool waits = false;     // for a backoff
  };

  void initialize();
  void produce();
  void add_batch(const TopicPartition& where);
  void pump(const TopicPartition& where);
  void send(const TopicPartition& where, Batch& batch, const Leader& leader);
  void on_answer(const TopicPartition& where, int64_t number, ErrorCode code, int64_t offset);
  void on_acknowledged(const TopicPartition& where, size_t index, int64_t offset);
  void retry(const TopicPartition& where);

  const int64_t interval_ms_;
  int64_t producer_id_ = -1;
  int16_t producer_epoch_ = -1;
  std::map<TopicPartition, Partition> partitions_;
};

}  // namespace klamm::sim::cluster
