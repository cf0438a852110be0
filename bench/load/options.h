// What a run is asked for on the command line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "bench/load/client.h"
#include "protocol/compression.h"

namespace klamm::bench {

struct Options {
  std::string mode;
  Address address{"127.0.0.1", "9092"};
  std::vector<int> pids;  // of the broker's process, or of those of a cluster
  std::string topic = "bench";
  int32_t partitions = 1;
  int16_t replication_factor = 1;  // of topics that are created
  int32_t record_size = 1024;
  protocol::Codec codec = protocol::Codec::kNone;
  int32_t request_records = 96;    // of one Produce request, shared by its partitions
  int32_t request_partitions = 0;  // in one Produce request, of the connection's in turn; 0 for all
  double rate = 0;                 // records a second over all connections; 0 for as many as there will be
  int32_t connections = 1;  // of producers, or of consumers, to each broker; each has partitions to itself
  int32_t in_flight = 5;    // Produce requests of one connection
  double warmup_s = 2;
  double seconds = 10;
  int64_t fill_bytes = 0;         // consume: write this much first
  int32_t fetch_bytes = 1 << 20;  // of one partition in one Fetch
  std::string cold_topic;     // steady: a slow reader reads this topic from its start, dropped from the cache
  std::string cold_folder;    // where the broker keeps that topic's partitions
  double cold_rate_mib = 20;  // bytes a second that the slow reader takes
  std::string segment_bytes;  // of topics that are created; the broker's own without it
  std::string retention_bytes;
  int32_t groups = 200;    // of consumers, each member with a connection of its own
  int32_t members = 10;    // of each group
  int32_t threads = 2;     // that the groups are shared by
  int32_t beat_ms = 3000;  // how often a member beats while its group is not whole
  int64_t keys = 0;        // offsets: how many are committed, again and again; 0 for each once
  int64_t records = 0;     // offsets-served: how many were written
  Uuid topic_id;           // of the topic that offsets are committed for
  std::string folder;      // offsets-write: of the partition
  TlsFiles tls;            // of the address
  int32_t count = 2000;    // logins: how many; hostile: connections at once
  std::string kind;        // hostile: silent, slow, huge or hello
  int32_t node_id = -1;    // elections: who is killed; settle: who has to be back
  std::string log;         // first-ack, offsets-served: of the process
  std::vector<std::string> command;
};

// The mode, its options, and behind a "--" the command. A message says what is wrong with what was refused.
Result<Options, Failure> parse_options(std::span<const std::string_view> arguments);

}  // namespace klamm::bench
