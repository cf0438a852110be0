// Consumer: one connection that fetches in a session (KIP-227), one Fetch at a time as Kafka's clients do.
//
// Either it reads what is there, from the start to the end and over again, as fast as it can or at a rate; or
// it tails, and measures how long batches were under way; or it reads slowly from the start, once.
#pragma once

#include <vector>

#include "bench/load/share.h"

namespace klamm::bench {

class Consumer {
 public:
  Consumer(const Options& options, const Topic& topic, const Share& share, const Window& window,
           Tally& tally);

  // Over and over. `rate` in records a second, 0 for as many as there will be.
  void run_around(double rate);
  // From the end on. Latencies are from when a batch was due to be sent until it has been received here.
  void run_tail(SendTimes& times);
  // From the start, this many bytes a second.
  void run_slowly(double bytes_per_s);

 private:
  struct Place {
    int32_t partition;
    int64_t offset = 0;
    int64_t start = 0;
    int64_t high_watermark = 0;
    bool told = false;  // the session knows the offset
  };

  // The records received.
  int64_t fetch(int32_t max_wait_ms, SendTimes* times);
  int64_t take(Place& place, ByteView records, SendTimes* times, int64_t received_ns);
  bool at_end() const;
  void rewind();
  void go_to_end();

  const Options& options_;
  const Topic topic_;
  const Window& window_;
  Tally& tally_;
  Client client_;
  std::vector<Place> places_;
  int32_t session_id_ = 0;
  int32_t session_epoch_ = 0;
  int64_t bytes_received_ = 0;
};

}  // namespace klamm::bench
