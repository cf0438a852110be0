// ProcessStats: what the kernel says of this process. Read when it is asked for.
#pragma once

#include <cstdint>

namespace klamm::broker::metrics {

// -1 where the kernel does not say.
struct ProcessStats {
  double cpu_seconds = 0;
  int64_t resident_bytes = -1;
  int64_t virtual_bytes = -1;
  int64_t threads = -1;
  int64_t open_files = -1;
  int64_t files_max = -1;
  double start_time_seconds = -1;  // since 1970
  int64_t disk_read_bytes = -1;
  int64_t disk_write_bytes = -1;

  static ProcessStats read();
};

}  // namespace klamm::broker::metrics
