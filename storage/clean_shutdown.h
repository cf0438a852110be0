// `.kafka_cleanshutdown`: a log directory's word that every log in it was flushed and closed. It is written
// last at shutdown and removed, durably, before the first log is loaded: a crash during loading must not
// leave it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/disk.h"

namespace klamm::storage {

inline constexpr std::string_view kCleanShutdownFile = ".kafka_cleanshutdown";

struct CleanShutdown {
  // The broker's epoch then, for its next registration (KIP-966); not known where an old version of Kafka
  // left an empty file, or the file cannot be understood.
  std::optional<int64_t> broker_epoch;
};

std::string clean_shutdown_text(int64_t broker_epoch);
CleanShutdown parse_clean_shutdown(ByteView text);

// Reads the mark and removes it, durably. Nothing when there was none: the logs have to be recovered.
DiskResult<std::optional<CleanShutdown>> take_clean_shutdown(Disk& disk, const std::string& log_dir);
DiskResult<> write_clean_shutdown(Disk& disk, const std::string& log_dir, int64_t broker_epoch);

// The epoch to register with as the previous one: what the marks of all configured directories agree on, or
// -1.
int64_t previous_broker_epoch(std::span<const std::optional<CleanShutdown>> marks);

}  // namespace klamm::storage
