// The loading of a partition of the offsets topic, which is written here, by a broker that is started here.

#include <fmt/format.h>

#include <chrono>

#include "bench/load/coordinators.h"
#include "bench/load/offsets_log.h"
#include "bench/load/runs.h"
#include "bench/load/started.h"

namespace klamm::bench {
namespace {

// Of the offsets topic, unless it was set otherwise.
constexpr int64_t kSegmentBytes = 104'857'600;

OffsetsLog log_of(const Options& options) {
  auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {.keys = options.keys,
          .topic = options.topic,
          .topic_id = options.topic_id,
          .batch_records = options.request_records,
          .wall_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()};
}

// What the broker has loaded for the key of this record is what it says.
void expect_committed(Client& client, const OffsetsLog& log, int64_t number) {
  const Commit commit = commit_at(log, number);
  const int64_t found = committed_offset(client, commit.group, log.topic, commit.partition);
  if (found == commit.offset) return;
  give_up(fmt::format("{} has committed {} for partition {}, not {}", commit.group, found, commit.partition,
                      commit.offset));
}

double ms_between(int64_t from_ns, int64_t to_ns) { return static_cast<double>(to_ns - from_ns) / 1e6; }

}  // namespace

Report run_offsets_write(const Options& options) {
  const Written written = write_segments(log_of(options), options.folder, options.fill_bytes, kSegmentBytes);
  Report report(options.mode);
  report.set("records", static_cast<double>(written.records));
  report.set("mib", static_cast<double>(written.bytes) / (1 << 20));
  report.set("segments", static_cast<double>(written.segments));
  return report;
}

Report run_offsets_served(const Options& options) {
  const OffsetsLog log = log_of(options);
  const Started started = start_broker(options);
  Client client(options.address);
  expect_committed(client, log, options.records - 1);
  const int64_t served = now_ns();
  const ProcessStats behind = stats_of(started.pid);
  // The oldest that still counts.
  expect_committed(client, log, log.keys > 0 ? std::max<int64_t>(options.records - log.keys, 0) : 0);
  Report report(options.mode);
  report.set("pid", started.pid);
  report.set("listening_ms", ms_between(started.began_ns, started.listening_ns));
  report.set("served_ms", ms_between(started.began_ns, served));
  report.set("cpu_s", behind.cpu_s);
  report.set("rss_peak_mib", static_cast<double>(behind.rss_peak_kib) / 1024);
  return report;
}

}  // namespace klamm::bench
