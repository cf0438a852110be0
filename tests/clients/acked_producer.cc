// Produces numbered records with librdkafka's idempotent producer and acks=all, and prints the number of each
// record when the broker has acknowledged it, however often the broker went away meanwhile.
//
//   klamm_acked_producer BROKER TOPIC COUNT PER_SECOND [PARTITIONS [FIRST]]
//
// The numbers begin at FIRST (0) and go to PARTITIONS (1) partitions in turn.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/clients/librdkafka_settings.h"

namespace {

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  if (message->err) {
    std::fprintf(stderr, "not delivered: %s\n", rd_kafka_err2str(message->err));
    return;
  }
  std::printf("%.*s\n", static_cast<int>(message->len), static_cast<const char*>(message->payload));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || argc > 7) return 2;
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", argv[1]);
  set(config, "enable.idempotence", "true");
  set(config, "linger.ms", "1");
  set(config, "message.timeout.ms", "60000");
  set(config, "reconnect.backoff.max.ms", "200");
  set(config, "log_level", "0");
  rd_kafka_conf_set_dr_msg_cb(config, on_delivery);
  rd_kafka_t* producer = client_of(RD_KAFKA_PRODUCER, config);
  long count = std::atol(argv[3]);
  long per_second = std::atol(argv[4]);
  long partitions = argc > 5 ? std::atol(argv[5]) : 1;
  long first = argc > 6 ? std::atol(argv[6]) : 0;
  auto began = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i) {
    std::string value = std::to_string(first + i);
    auto partition = static_cast<int32_t>((first + i) % partitions);
    rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(argv[2]), RD_KAFKA_V_PARTITION(partition),
                      RD_KAFKA_V_VALUE(value.data(), value.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                      RD_KAFKA_V_END);
    std::this_thread::sleep_until(began + std::chrono::microseconds(i * 1'000'000 / per_second));
    rd_kafka_poll(producer, 0);
  }
  rd_kafka_flush(producer, 60'000);
  int left = rd_kafka_outq_len(producer);
  rd_kafka_destroy(producer);
  return left == 0 ? 0 : 1;
}
