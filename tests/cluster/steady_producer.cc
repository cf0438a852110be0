// A steady load by librdkafka's idempotent producer, acks=all, until stdin ends. On stdout a line for each
// record:
//
//   ack NUMBER TOPIC PARTITION OFFSET SENT ACKED       times in microseconds of the monotonic clock
//   failed NUMBER REASON | fatal REASON
//
//   steady_producer BROKERS TOPIC,... PER_SECOND NAME [-X KEY=VALUE]...
//
// Numbers go to the topics in turn, and in each to KEYS keys in turn; the value is "NAME NUMBER ", padded.
// Exit code 0: all was acknowledged. SteadyClient.java does the same with Kafka's own client.

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/clients/librdkafka_settings.h"

namespace {

constexpr long kKeys = 32;
constexpr size_t kValueSize = 100;
constexpr int kFlushMs = 120'000;

struct Sent {
  long number;
  int64_t at_us;
};

int64_t now_us() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

long failures = 0;

void say_failed(long number, const char* reason) {
  ++failures;
  std::printf("failed %ld %s\n", number, reason);
  std::fflush(stdout);
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  auto* sent = static_cast<Sent*>(message->_private);
  if (message->err) {
    say_failed(sent->number, rd_kafka_err2str(message->err));
  } else {
    std::printf("ack %ld %s %d %lld %lld %lld\n", sent->number, rd_kafka_topic_name(message->rkt),
                message->partition, static_cast<long long>(message->offset),
                static_cast<long long>(sent->at_us), static_cast<long long>(now_us()));
    std::fflush(stdout);
  }
  delete sent;
}

void on_error(rd_kafka_t* producer, int error, const char*, void*) {
  if (error != RD_KAFKA_RESP_ERR__FATAL) return;
  char reason[512];
  rd_kafka_fatal_error(producer, reason, sizeof reason);
  ++failures;
  std::printf("fatal %s\n", reason);
  std::fflush(stdout);
}

// Defaults but for two: nothing is given up while a test breaks nodes, and a node that comes back is not kept
// waiting for ten seconds.
rd_kafka_conf_t* configured(int argc, char** argv) {
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", argv[1]);
  set(config, "enable.idempotence", "true");
  set(config, "message.timeout.ms", "120000");
  set(config, "reconnect.backoff.max.ms", "1000");
  set(config, "log_level", "0");
  set_all(config, 5, argc, argv);
  rd_kafka_conf_set_dr_msg_cb(config, on_delivery);
  rd_kafka_conf_set_error_cb(config, on_error);
  rd_kafka_conf_set_log_cb(config, nullptr);
  return config;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream names(text);
  for (std::string name; std::getline(names, name, ',');) parts.push_back(name);
  return parts;
}

bool stdin_has_ended() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char some[64];
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, some, sizeof some) <= 0;
}

void send(rd_kafka_t* producer, const std::vector<std::string>& topics, const std::string& name,
          long number) {
  auto count = static_cast<long>(topics.size());
  const std::string& topic = topics[static_cast<size_t>(number % count)];
  std::string key = "k" + std::to_string(number / count % kKeys);
  std::string value = name + " " + std::to_string(number) + " ";
  value.resize(std::max(value.size(), kValueSize), '.');
  auto* sent = new Sent{number, now_us()};
  auto error =
      rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_KEY(key.data(), key.size()),
                        RD_KAFKA_V_VALUE(value.data(), value.size()), RD_KAFKA_V_OPAQUE(sent),
                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
  if (error) {
    say_failed(number, rd_kafka_err2str(error));
    delete sent;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  rd_kafka_t* producer = client_of(RD_KAFKA_PRODUCER, configured(argc, argv));
  std::vector<std::string> topics = split(argv[2]);
  long per_second = std::atol(argv[3]);
  auto began = std::chrono::steady_clock::now();
  for (long number = 0; !stdin_has_ended(); ++number) {
    send(producer, topics, argv[4], number);
    auto next = began + std::chrono::microseconds((number + 1) * 1'000'000 / per_second);
    do {
      rd_kafka_poll(producer, 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (std::chrono::steady_clock::now() < next);
  }
  rd_kafka_flush(producer, kFlushMs);
  bool all = rd_kafka_outq_len(producer) == 0 && failures == 0;
  rd_kafka_destroy(producer);
  return all ? 0 : 1;
}
