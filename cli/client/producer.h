// Producer: sends records to one topic, batch after batch, one request at a time. It partitions as Kafka's
// Java producer does: by the key's murmur2, or one partition for a batch of records without keys.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"
#include "cli/line_reader.h"
#include "protocol/compression.h"

namespace klamm::cli {

struct ProducerConfig {
  int16_t acks = -1;
  int64_t linger_ms = 1'000;
  size_t batch_bytes = 16 << 10;
  int64_t retries = 3;
  int64_t max_block_ms = 60'000;
  bool is_idempotent = true;  // with acks=-1 alone
  protocol::Compression compression;
};

// Of the keys of a Java producer.
Attempt<ProducerConfig> make_producer_config(const ClientProperties& properties);

// A record that could not be sent.
struct LostRecord {
  NewRecord record;
  ToolError error;
};

class Producer {
 public:
  Producer(Client& client, ProducerConfig config, std::string topic);

  // Keeps it, and sends what is full. What cannot be sent is lost, and told here.
  std::vector<LostRecord> add(NewRecord record);
  // Sends all that is kept.
  std::vector<LostRecord> flush();
  // How long the oldest record may still wait; nullopt when none does.
  std::optional<int64_t> linger_left_ms() const;

 private:
  struct Pending {
    std::vector<NewRecord> records;
    std::vector<int64_t> times;
    size_t bytes = 0;
  };

  Attempt<> find_partitions();
  Attempt<> find_producer_id();
  int32_t partition_of(const NewRecord& record);
  Attempt<> send(int32_t partition, const Pending& pending);
  Attempt<> send_with_retries(int32_t partition, const Bytes& batch);
  Bytes batch_of(int32_t partition, const Pending& pending);
  Attempt<> send_once(int32_t partition, ByteView batch, const Deadline& deadline);

  Client& client_;
  const ProducerConfig config_;
  const std::string topic_;
  std::map<int32_t, Pending> pending_;
  std::optional<int64_t> oldest_at_ms_;  // of what is kept; monotonic
  std::map<int32_t, int32_t> leaders_;   // -1: none at present
  int32_t sticky_ = -1;                  // where records without keys go until the next batch
  int64_t producer_id_ = -1;
  int16_t producer_epoch_ = -1;
  std::map<int32_t, int32_t> sequences_;  // the next of each partition
  protocol::Compressor compressor_;
};

// Kafka's murmur2, by which keys find their partitions.
uint32_t murmur2(ByteView bytes);

}  // namespace klamm::cli
