// How the clients of the tests set librdkafka up.
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

// Ends the program where librdkafka does not take it.
inline void set(rd_kafka_conf_t* config, const std::string& key, const std::string& value) {
  char error[256];
  if (rd_kafka_conf_set(config, key.c_str(), value.c_str(), error, sizeof error) == RD_KAFKA_CONF_OK) return;
  std::fprintf(stderr, "%s\n", error);
  std::exit(2);
}

// The arguments from `first` on, as far as they are "-X KEY=VALUE".
inline void set_all(rd_kafka_conf_t* config, int first, int argc, char** argv) {
  for (int i = first; i + 1 < argc && std::strcmp(argv[i], "-X") == 0; i += 2) {
    const std::string setting = argv[i + 1];
    const size_t equals = setting.find('=');
    set(config, setting.substr(0, equals), equals == std::string::npos ? "" : setting.substr(equals + 1));
  }
}

// Takes the configuration. Ends the program where there can be no such client.
inline rd_kafka_t* client_of(rd_kafka_type_t type, rd_kafka_conf_t* config) {
  char error[256];
  rd_kafka_t* client = rd_kafka_new(type, config, error, sizeof error);
  if (client != nullptr) return client;
  std::fprintf(stderr, "%s\n", error);
  std::exit(2);
}
