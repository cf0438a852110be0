// Producer: one connection that writes prepared batches, idempotent and with acks=all, a few requests ahead.
//
// The batches are made once. What changes from request to request is patched in place: correlation id and
// sequence numbers, and the checksum with them. There are as many prepared requests as may be in flight, or
// more where it takes more until each partition had its turn.
#pragma once

#include <deque>
#include <vector>

#include "bench/load/share.h"

namespace klamm::bench {

class Producer {
 public:
  // `times` may be null. The objects outlive the producer.
  Producer(const Options& options, const Topic& topic, const Share& share, const Window& window, Tally& tally,
           SendTimes* times);

  // Until the window says to stop, and every request has been answered.
  void run();
  // Until at least so many bytes of batches have been written, however long that takes.
  void write_bytes(int64_t bytes);
  // One request, answered.
  void write_once();

 private:
  struct Batch {
    size_t position;  // in the frame
    size_t size;
    int32_t partition;
    int32_t records;
  };
  struct Prepared {
    Bytes frame;
    std::vector<Batch> batches;
    int64_t payload = 0;
    int32_t records = 0;
    int64_t due_ns = 0;
  };

  void begin_session();
  Prepared prepare(const Topic& topic, size_t number, const std::vector<int32_t>& partitions);
  int64_t interval_ns() const;
  bool is_full() const { return sent_ - answered_ == static_cast<size_t>(options_.in_flight); }
  void send(int64_t due_ns);
  void receive();

  const Options& options_;
  const Window& window_;
  Tally& tally_;
  SendTimes* times_;
  Client client_;
  const double rate_;            // records a second; 0 for as many as there will be
  const int32_t batch_records_;  // of each batch
  int64_t producer_id_ = -1;
  int16_t producer_epoch_ = 0;
  std::vector<int32_t> next_sequence_;  // by partition
  std::vector<Prepared> prepared_;
  size_t sent_ = 0;
  size_t answered_ = 0;
};

}  // namespace klamm::bench
