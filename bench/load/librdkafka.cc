// The same load by librdkafka, for realism: what an application sees. How many records a request holds is up
// to the library's lingering, so these numbers are for looking at, and the raw driver's for comparing
// brokers.

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <memory>
#include <thread>

#include "bench/load/runs.h"

namespace klamm::bench {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

rd_kafka_conf_t* make_conf(const Settings& settings) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[512];
  for (const auto& [key, value] : settings) {
    if (rd_kafka_conf_set(conf, key.c_str(), value.c_str(), why, sizeof why) != RD_KAFKA_CONF_OK)
      give_up(why);
  }
  return conf;
}

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Handle = std::unique_ptr<rd_kafka_t, Destroy>;

Handle make_client(rd_kafka_type_t type, rd_kafka_conf_t* conf) {
  char why[512];
  rd_kafka_t* client = rd_kafka_new(type, conf, why, sizeof why);
  if (client == nullptr) give_up(why);
  return Handle(client);
}

std::string address_of(const Options& options) { return options.address.host + ":" + options.address.port; }

struct Delivery {
  Window* window;
  Tally* tally;
};

// Each message carries when it was due as its opaque.
void on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto* delivery = static_cast<Delivery*>(opaque);
  if (message->err != 0) give_up(fmt::format("delivery failed: {}", rd_kafka_err2str(message->err)));
  delivery->tally->count(1, static_cast<int64_t>(message->len));
  if (delivery->window->recording.load(std::memory_order_relaxed)) {
    delivery->tally->latencies.add(now_ns() - reinterpret_cast<intptr_t>(message->_private));
  }
}

void produce_until_stopped(rd_kafka_t* client, const Options& options, const Window& window) {
  std::string value(static_cast<size_t>(options.record_size), 'k');
  for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>('a' + i * 7 % 23);
  int64_t began = now_ns();
  for (int64_t sent = 0; !window.stopping.load(std::memory_order_relaxed); ++sent) {
    int64_t due = now_ns();
    if (options.rate > 0) {
      due = began + static_cast<int64_t>(1e9 * static_cast<double>(sent) / options.rate);
      while (now_ns() < due) rd_kafka_poll(client, 1);
    }
    auto partition = static_cast<int32_t>(sent % options.partitions);
    while (true) {
      rd_kafka_resp_err_t failed = rd_kafka_producev(
          client, RD_KAFKA_V_TOPIC(options.topic.c_str()), RD_KAFKA_V_PARTITION(partition),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value.data(), value.size()),
          RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(static_cast<intptr_t>(due))), RD_KAFKA_V_END);
      if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      if (failed != RD_KAFKA_RESP_ERR__QUEUE_FULL) give_up(rd_kafka_err2str(failed));
      rd_kafka_poll(client, 10);
    }
    if (sent % 256 == 0) rd_kafka_poll(client, 0);
  }
  rd_kafka_flush(client, 10'000);
}

// Warm-up, then the time that counts, beside a thread that does `work`.
template <class Work>
Report watch(const Options& options, Window& window, Tally& tally, Work work) {
  std::thread worker(work);
  sleep_until_ns(now_ns() + static_cast<int64_t>(options.warmup_s * 1e9));
  ProcessStats before = stats_of(options.pids);
  int64_t records = tally.records;
  int64_t bytes = tally.bytes;
  window.recording = true;
  sleep_until_ns(now_ns() + static_cast<int64_t>(options.seconds * 1e9));
  window.recording = false;
  records = tally.records - records;
  bytes = tally.bytes - bytes;
  ProcessStats after = stats_of(options.pids);
  window.stopping = true;
  worker.join();
  Report report(options.mode);
  report.set("records_per_s", static_cast<double>(records) / options.seconds);
  report.set("mib_per_s", static_cast<double>(bytes) / options.seconds / (1 << 20));
  report.set_latencies("", tally.latencies);
  report.set_process(before, after, options.seconds, records);
  return report;
}

}  // namespace

Report run_client_produce(const Options& options) {
  prepare_topic(options);
  Window window;
  Tally tally;
  Delivery delivery{&window, &tally};
  rd_kafka_conf_t* conf = make_conf({{"bootstrap.servers", address_of(options)},
                                     {"enable.idempotence", "true"},
                                     {"acks", "all"},
                                     {"linger.ms", "5"},
                                     {"compression.type", std::string(protocol::name_of(options.codec))}});
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivered);
  rd_kafka_conf_set_opaque(conf, &delivery);
  Handle client = make_client(RD_KAFKA_PRODUCER, conf);
  return watch(options, window, tally, [&] { produce_until_stopped(client.get(), options, window); });
}

Report run_client_consume(const Options& options) {
  prepare_topic(options);
  if (options.fill_bytes > 0) run_fill(options);
  Window window;
  Tally tally;
  Handle client = make_client(RD_KAFKA_CONSUMER, make_conf({{"bootstrap.servers", address_of(options)},
                                                            {"group.id", "klamm-bench"},
                                                            {"enable.auto.commit", "false"},
                                                            {"enable.partition.eof", "true"}}));
  rd_kafka_poll_set_consumer(client.get());
  rd_kafka_topic_partition_list_t* assigned = rd_kafka_topic_partition_list_new(options.partitions);
  for (int32_t i = 0; i < options.partitions; ++i) {
    rd_kafka_topic_partition_list_add(assigned, options.topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(client.get(), assigned);
  Report report = watch(options, window, tally, [&] {
    int32_t ended = 0;
    while (!window.stopping.load(std::memory_order_relaxed)) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(client.get(), 100);
      if (message == nullptr) continue;
      if (message->err == 0) tally.count(1, static_cast<int64_t>(message->len));
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && ++ended == options.partitions) {
        ended = 0;
        rd_kafka_assign(client.get(), assigned);
      }
      rd_kafka_message_destroy(message);
    }
  });
  rd_kafka_consumer_close(client.get());
  rd_kafka_topic_partition_list_destroy(assigned);
  return report;
}

}  // namespace klamm::bench
