// Of the process, its memory, its loops and its connections.
#include <algorithm>
#include <string>
#include <utility>

#include "broker/metrics/process_stats.h"
#include "broker/scrape/short_sections.h"

namespace klamm::broker::scrape {
namespace {

using metrics::Labels;
using metrics::ListenerSample;

// Which release of Apache Kafka this one stands for.
constexpr std::string_view kKafkaRelease = "4.3.1";

void add_known(Family family, int64_t value, Exposition& out) {
  if (value >= 0) out.add_only(family, value);
}

void write_usage(Exposition& out) {
  const metrics::ProcessStats process = metrics::ProcessStats::read();
  add_known(Family::kJvmThreads, process.threads, out);
  add_known(Family::kOpenFds, process.open_files, out);
  add_known(Family::kMaxFds, process.files_max, out);
  out.add_only(Family::kCpuSeconds, process.cpu_seconds);
  add_known(Family::kResidentMemory, process.resident_bytes, out);
  add_known(Family::kVirtualMemory, process.virtual_bytes, out);
  if (process.start_time_seconds >= 0) out.add_only(Family::kProcessStart, process.start_time_seconds);
  add_known(Family::kDiskReadBytes, process.disk_read_bytes, out);
  add_known(Family::kDiskWriteBytes, process.disk_write_bytes, out);
}

// The share of the time since the last reading that a loop was idle in. Who asks soon behind another is told
// the same: so short a time says nothing.
double idle_share(Idleness& before, int64_t idle_us, int64_t now_us) {
  constexpr int64_t kWindowMinUs = 1'000'000;
  if (before.read_us != 0) {
    if (now_us - before.read_us < kWindowMinUs) return before.share;
    const double share =
        static_cast<double>(idle_us - before.idle_us) / static_cast<double>(now_us - before.read_us);
    before.share = std::clamp(share, 0.0, 1.0);
  }
  before.idle_us = idle_us;
  before.read_us = now_us;
  return before.share;
}

}  // namespace

void write_process(const Basics& basics, const Kept& kept, Exposition& out) {
  const auto& health = basics.stats.health;
  if (basics.config.is_broker) out.add_only(Family::kBrokerState, health.broker_state.load());
  out.begin(Family::kStartTime);
  out.add(Labels("id", std::to_string(basics.config.id.value)).text(), basics.started_wall_ms);
  out.begin(Family::kBuildInfo);
  out.add(Labels("version", KLAMM_VERSION).add("kafka", kKafkaRelease).text(), 1);
  out.add_only(Family::kUptime,
               static_cast<double>(basics.clock.monotonic_ms() - basics.started_ms) / 1000);
  const int64_t logs = std::max<int64_t>(basics.stats.start.logs.load(), 0);
  const int64_t loaded = basics.stats.start.logs_loaded.load();
  out.add_only(Family::kStartLogs, logs);
  out.add_only(Family::kStartLogsLoaded, loaded);
  out.add_only(Family::kRemainingLogs, std::max<int64_t>(logs - loaded, 0));
  out.begin(Family::kGcTime);
  out.add("gc=\"none\"", 0);
  out.begin(Family::kGcSeconds);
  out.add_sum("gc=\"none\"", 0);
  out.add_count("gc=\"none\"", 0);
  write_usage(out);
  out.add_only(Family::kScrapeSeconds, static_cast<double>(kept.last_us) / 1e6);
}

void write_memory(const NetView& net, Exposition& out) {
  MemoryBudget& memory = net.memory;
  const std::pair<const char*, const MemoryPart*> parts[] = {{"clients", &memory.clients()},
                                                             {"replication", &memory.replication()},
                                                             {"control", &memory.control()},
                                                             {"logins", &memory.logins()}};
  uint64_t used = 0, limit = 0;
  for (const auto& [name, part] : parts) {
    used += part->used();
    limit += part->limit();
  }
  out.add_only(Family::kHeapUsed, used);
  out.add_only(Family::kHeapMax, limit);
  out.begin(Family::kJvmMemoryUsed);
  out.add("area=\"heap\"", used);
  const int64_t resident = metrics::ProcessStats::read().resident_bytes;
  if (resident >= 0) out.add("area=\"nonheap\"", resident);
  out.begin(Family::kJvmMemoryMax);
  out.add("area=\"heap\"", limit);
  out.begin(Family::kMemoryPartUsed);
  for (const auto& [name, part] : parts) out.add(Labels("part", name).text(), part->used());
  out.begin(Family::kMemoryPartMax);
  for (const auto& [name, part] : parts) out.add(Labels("part", name).text(), part->limit());
}

void write_connections(const NetView& net, const Clock& clock, Kept& kept, Exposition& out) {
  const std::vector<ListenerSample> samples = net.listeners();
  std::vector<std::string> labels;
  for (const ListenerSample& sample : samples) {
    labels.push_back(Labels("listener", sample.listener)
                         .add("networkProcessor", std::to_string(sample.loop))
                         .text());
    kept.connections[{sample.listener, sample.loop}].read(sample.connections_opened, clock.monotonic_ms());
  }
  const auto tell = [&](Family family, int64_t ListenerSample::*value) {
    out.begin(family);
    for (size_t i = 0; i < samples.size(); ++i) out.add(labels[i], samples[i].*value);
  };
  tell(Family::kConnectionCount, &ListenerSample::connections);
  out.begin(Family::kConnectionCreationRate);
  for (size_t i = 0; i < samples.size(); ++i)
    out.add(labels[i], kept.connections[{samples[i].listener, samples[i].loop}].one_minute());
  tell(Family::kConnectionCreationTotal, &ListenerSample::connections_opened);
  out.begin(Family::kConnectionCloseTotal);
  for (size_t i = 0; i < samples.size(); ++i)
    out.add(labels[i], std::max<int64_t>(samples[i].connections_opened - samples[i].connections, 0));
  tell(Family::kIncomingByteTotal, &ListenerSample::bytes_in);
  tell(Family::kOutgoingByteTotal, &ListenerSample::bytes_out);
  tell(Family::kSocketRequestTotal, &ListenerSample::requests);
  tell(Family::kAuthenticationTotal, &ListenerSample::authentications);
  tell(Family::kFailedAuthenticationTotal, &ListenerSample::authentications_failed);
  tell(Family::kExpiredConnectionsTotal, &ListenerSample::sessions_expired);
  out.begin(Family::kConnectionsSoftware);
  for (const auto& [kind, connections] : net.softwares.read()) {
    Labels of_kind("listener", kind.listener);
    of_kind.add("clientSoftwareName", kind.name).add("clientSoftwareVersion", kind.version);
    out.add(of_kind.text(), connections);
  }
}

void write_loops(const NetView& net, const Clock& clock, Kept& kept, Exposition& out) {
  const std::vector<metrics::LoopSample> loops = net.loops();
  kept.loops.resize(loops.size());
  const int64_t now_us = clock.monotonic_us();
  double sum = 0, quorum = 1;
  size_t count = 0;
  for (size_t i = 0; i < loops.size(); ++i) {
    const double share = idle_share(kept.loops[i], loops[i].idle_us, now_us);
    if (loops[i].is_quorum) {
      quorum = share;
    } else {
      sum += share;
      ++count;
    }
  }
  const double average = count == 0 ? 1 : sum / static_cast<double>(count);
  out.add_only(Family::kHandlerIdle, average);
  out.add_only(Family::kHandlerIdlePercent, average);
  out.add_only(Family::kNetworkIdle, average);
  out.begin(Family::kProcessorIdle);
  size_t processor = 0;
  for (size_t i = 0; i < loops.size(); ++i) {
    if (loops[i].is_quorum) continue;
    out.add(Labels("networkprocessor", std::to_string(processor++)).text(), kept.loops[i].share);
  }
  out.add_only(Family::kRaftIdle, quorum);
}

}  // namespace klamm::broker::scrape
