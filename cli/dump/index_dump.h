// kafka-dump-log of the files beside a log: the offset index, the time index, the transaction index and the
// producers' snapshot.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/error.h"
#include "cli/output.h"
#include "storage/disk.h"

namespace klamm::cli {

struct IndexDumpOptions {
  bool only_sanity = false;  // --index-sanity-check
  bool only_verify = false;  // --verify-index-only
};

// What does not agree with the log, by the path of the index.
struct IndexMismatches {
  using Pairs = std::vector<std::pair<int64_t, int64_t>>;

  // The index's offset and the log's, from the last to the first.
  std::map<std::string, std::map<int64_t, int64_t, std::greater<>>> offsets;
  std::map<std::string, Pairs> timestamps;    // the index's and the log's
  std::map<std::string, Pairs> out_of_order;  // a timestamp, and the one before it
  std::map<std::string, Pairs> not_found;     // the index's offset, and the log's, or -1

  // On standard error, as Kafka's tool does at its end.
  void print(Console& console) const;
};

// The log lies beside its indexes. A name that does not begin with the segment's offset is kFailed.
Attempt<> dump_offset_index(storage::Disk& disk, const std::string& path, const IndexDumpOptions& options,
                            Console& console, IndexMismatches& mismatches);
Attempt<> dump_time_index(storage::Disk& disk, const std::string& path, const IndexDumpOptions& options,
                          Console& console, IndexMismatches& mismatches);
Attempt<> dump_txn_index(storage::Disk& disk, const std::string& path, Console& console);
// What is damaged is told on standard error, and is no failure.
Attempt<> dump_producer_snapshot(storage::Disk& disk, const std::string& path, Console& console);

}  // namespace klamm::cli
