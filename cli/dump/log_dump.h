// kafka-dump-log of a log's segment or of a snapshot of the metadata: its batches, and with what is asked for
// its records.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "cli/dump/payloads.h"
#include "cli/error.h"
#include "cli/output.h"
#include "storage/disk.h"

namespace klamm::cli {

struct LogDumpOptions {
  bool deep = false;              // the records, too
  bool prints_contents = false;   // with their keys and values
  bool skips_metadata = false;    // with nothing else
  int64_t bytes_max = std::numeric_limits<int32_t>::max();
};

// Offsets that do not follow each other, by the path of the file: which one is followed by which.
using OffsetGaps = std::map<std::string, std::map<int64_t, int64_t>>;

// `path` is a .log or a .checkpoint. The failure is told on standard error, and ends the tool.
Attempt<> dump_log(storage::Disk& disk, const std::string& path, const LogDumpOptions& options,
                   PayloadDecoder& decoder, Console& console, OffsetGaps& gaps);

}  // namespace klamm::cli
