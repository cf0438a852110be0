#include "bench/load/runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "bench/load/consumer.h"
#include "bench/load/measure.h"
#include "bench/load/producer.h"
#include "bench/load/started.h"

namespace klamm::bench {
namespace {

// So that reading the topic has to wait for the disk. What is dirty cannot be dropped, so it is written
// first.
void drop_from_page_cache(const std::string& folder) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone)) {
    if (entry.path().extension() != ".log") continue;
    int file = open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    fdatasync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

}  // namespace

Report run_produce(const Options& options) {
  Topic topic = prepare_topic(options);
  Window window;
  const std::vector<Share> shares = shares_of(topic, options.connections);
  std::vector<Tally> tallies(shares.size());
  std::vector<std::unique_ptr<Producer>> producers;
  std::vector<Work> work;
  for (size_t i = 0; i < shares.size(); ++i) {
    producers.push_back(std::make_unique<Producer>(options, topic, shares[i], window, tallies[i], nullptr));
    work.push_back([producer = producers.back().get()] { producer->run(); });
  }
  Report report(options.mode);
  measure(options, window, tallies, std::move(work), report);
  return report;
}

Report run_fill(const Options& options) {
  Topic topic = prepare_topic(options);
  Window window;
  Tally tally;
  for (const Share& share : shares_of(topic, 1)) {
    const auto partitions = static_cast<int64_t>(share.partitions.size());
    Producer(options, topic, share, window, tally, nullptr)
        .write_bytes(options.fill_bytes * partitions / topic.partitions);
  }
  Report report(options.mode);
  report.set("records", static_cast<double>(tally.records));
  report.set("mib", static_cast<double>(tally.bytes) / (1 << 20));
  return report;
}

Report run_consume(const Options& options) {
  Topic topic = prepare_topic(options);
  if (options.fill_bytes > 0) run_fill(options);
  reset_rss_peak(options.pids);
  Window window;
  const std::vector<Share> shares = shares_of(topic, options.connections);
  std::vector<Tally> tallies(shares.size());
  std::vector<std::unique_ptr<Consumer>> consumers;
  std::vector<Work> work;
  for (size_t i = 0; i < shares.size(); ++i) {
    consumers.push_back(std::make_unique<Consumer>(options, topic, shares[i], window, tallies[i]));
    work.push_back([consumer = consumers.back().get(), rate = rate_of(options, topic, shares[i])] {
      consumer->run_around(rate);
    });
  }
  Report report(options.mode);
  measure(options, window, tallies, std::move(work), report);
  return report;
}

Report run_steady(const Options& options) {
  Topic topic = prepare_topic(options);
  const Share share = only_share(topic);
  Window window;
  std::vector<Tally> produced(1);
  Tally consumed;
  Tally cold;
  SendTimes times(topic.partitions, batch_records(options, share));
  Producer producer(options, topic, share, window, produced[0], &times);
  Consumer consumer(options, topic, share, window, consumed);
  std::unique_ptr<Consumer> cold_reader;
  std::vector<Work> work;
  work.push_back([&] { producer.run(); });
  work.push_back([&] { consumer.run_tail(times); });
  if (!options.cold_topic.empty()) {
    Topic old = find_topic(options.address, options.cold_topic);
    drop_from_page_cache(options.cold_folder);
    cold_reader = std::make_unique<Consumer>(options, old, only_share(old), window, cold);
    work.push_back([&] { cold_reader->run_slowly(options.cold_rate_mib * (1 << 20)); });
  }
  Report report(options.mode);
  measure(options, window, produced, std::move(work), report);
  report.set("tailed_records", static_cast<double>(consumed.records));
  report.set_latencies("end_to_end_", consumed.latencies);
  report.set("cold_mib", static_cast<double>(cold.bytes) / (1 << 20));
  return report;
}

Report run_idle(const Options& options) {
  sleep_until_ns(after(options.warmup_s));
  ProcessStats before = stats_of(options.pids);
  sleep_until_ns(after(options.seconds));
  Report report(options.mode);
  report.set_process(before, stats_of(options.pids), options.seconds, 0);
  return report;
}

Report run_first_ack(const Options& options) {
  Started started = start_broker(options);
  Topic topic = prepare_topic(options);
  Window window;
  Tally tally;
  Producer(options, topic, only_share(topic), window, tally, nullptr).write_once();
  int64_t acknowledged = now_ns();
  Report report(options.mode);
  report.set("pid", started.pid);
  report.set("listening_ms", static_cast<double>(started.listening_ns - started.began_ns) / 1e6);
  report.set("first_ack_ms", static_cast<double>(acknowledged - started.began_ns) / 1e6);
  return report;
}

}  // namespace klamm::bench
