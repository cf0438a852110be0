// A member of a consumer group, played by a script: it says on stdout, one JSON object a line, what it is
// assigned, what it reads and what becomes of its commits, and does on stdin's lines what it is told.
//
//   klamm_group_member BROKER GROUP TOPIC,... [-X KEY=VALUE]...        ("-" for no topics: nothing is
//   subscribed to)
//
// Offsets are stored when a record has been printed, and committed before partitions are given back, unless
// they are lost. Commands: commit | commit-later | commit TOPIC PARTITION OFFSET [METADATA] | committed TOPIC
// PARTITION | assign TOPIC PARTITION OFFSET | subscribe TOPIC,... | unsubscribe | pause | resume | close |
// die

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include "tests/clients/librdkafka_settings.h"

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c < 0x20) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", c);
      out += code;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

std::string quoted(const char* text, size_t size) { return text == nullptr ? "null" : quoted({text, size}); }

void say(const std::string& event, const std::string& rest) {
  std::printf("{\"event\":%s%s%s}\n", quoted(event).c_str(), rest.empty() ? "" : ",", rest.c_str());
  std::fflush(stdout);
}

std::string name_of(rd_kafka_resp_err_t error) { return quoted(rd_kafka_err2name(error)); }

// ["topic",partition] for each, and with offsets ["topic",partition,offset,"metadata","ERROR"].
std::string listed(const rd_kafka_topic_partition_list_t* list, bool with_offsets) {
  std::string out = "[";
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& each = list->elems[i];
    if (i > 0) out += ',';
    out += '[' + quoted(each.topic) + ',' + std::to_string(each.partition);
    if (with_offsets) {
      out += ',' + std::to_string(each.offset) + ',' +
             quoted(each.metadata_size ? static_cast<const char*>(each.metadata) : "", each.metadata_size) +
             ',' + name_of(each.err);
    }
    out += ']';
  }
  return out + ']';
}

// `event` is commit where the broker answered one, done where a command to commit has been obeyed.
void say_commit(const char* event, rd_kafka_resp_err_t error,
                const rd_kafka_topic_partition_list_t* offsets) {
  say(event, "\"error\":" + name_of(error) + ",\"offsets\":" + listed(offsets, true));
}

// A position that nothing was read at, or that is committed already, is no failure to commit.
void commit(rd_kafka_t* consumer) {
  rd_kafka_topic_partition_list_t* owned = nullptr;
  rd_kafka_assignment(consumer, &owned);
  rd_kafka_resp_err_t error = rd_kafka_commit(consumer, nullptr, 0);
  if (owned != nullptr) rd_kafka_committed(consumer, owned, 10'000);
  say_commit("done", error, owned);
  if (owned != nullptr) rd_kafka_topic_partition_list_destroy(owned);
}

void on_commit(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* offsets, void*) {
  if (error != RD_KAFKA_RESP_ERR__NO_OFFSET) say_commit("commit", error, offsets);
}

void on_error(rd_kafka_t* consumer, int error, const char* reason, void*) {
  char fatal_reason[512] = "";
  auto fatal = rd_kafka_fatal_error(consumer, fatal_reason, sizeof fatal_reason);
  auto shown = fatal ? fatal : static_cast<rd_kafka_resp_err_t>(error);
  say("error", "\"name\":" + name_of(shown) + ",\"fatal\":" + (fatal ? "true" : "false") +
                   ",\"reason\":" + quoted(fatal ? fatal_reason : reason));
}

void on_rebalance(rd_kafka_t* consumer, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions,
                  void*) {
  bool cooperative = std::strcmp(rd_kafka_rebalance_protocol(consumer), "COOPERATIVE") == 0;
  bool assigned = what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  bool lost = rd_kafka_assignment_lost(consumer);
  if (!assigned && !lost) rd_kafka_commit(consumer, nullptr, 0);
  say(assigned ? "assigned"
      : lost   ? "lost"
               : "revoked",
      "\"partitions\":" + listed(partitions, false) + ",\"cooperative\":" + (cooperative ? "true" : "false"));
  if (cooperative) {
    rd_kafka_error_destroy(assigned ? rd_kafka_incremental_assign(consumer, partitions)
                                    : rd_kafka_incremental_unassign(consumer, partitions));
  } else {
    rd_kafka_assign(consumer, assigned ? partitions : nullptr);
  }
}

void on_message(rd_kafka_t* consumer, rd_kafka_message_t* message) {
  if (message->err) {
    on_error(consumer, message->err, rd_kafka_message_errstr(message), nullptr);
    return;
  }
  say("message", "\"topic\":" + quoted(rd_kafka_topic_name(message->rkt)) + ",\"partition\":" +
                     std::to_string(message->partition) + ",\"offset\":" + std::to_string(message->offset) +
                     ",\"value\":" + quoted(static_cast<const char*>(message->payload), message->len));
  rd_kafka_offset_store(message->rkt, message->partition, message->offset);
}

void subscribe(rd_kafka_t* consumer, const std::string& topics) {
  if (topics == "-") return;
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  std::istringstream names(topics);
  for (std::string name; std::getline(names, name, ',');) {
    rd_kafka_topic_partition_list_add(list, name.c_str(), RD_KAFKA_PARTITION_UA);
  }
  rd_kafka_resp_err_t error = rd_kafka_subscribe(consumer, list);
  if (error) on_error(consumer, error, "subscribe", nullptr);
  rd_kafka_topic_partition_list_destroy(list);
}

// The commands that name one partition.
void command_on_partition(rd_kafka_t* consumer, const std::string& verb, std::istringstream& words) {
  std::string topic, metadata;
  int32_t partition = 0;
  int64_t offset = RD_KAFKA_OFFSET_INVALID;
  words >> topic >> partition >> offset >> std::ws;
  std::getline(words, metadata);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  entry->offset = offset;
  if (!metadata.empty()) {
    entry->metadata = strdup(metadata.c_str());
    entry->metadata_size = metadata.size();
  }
  if (verb == "commit") {
    rd_kafka_resp_err_t error = rd_kafka_commit(consumer, list, 0);
    say_commit("done", error, list);
  } else if (verb == "committed") {
    rd_kafka_resp_err_t error = rd_kafka_committed(consumer, list, 10'000);
    say_commit("committed", error, list);
  } else {
    rd_kafka_assign(consumer, list);
  }
  rd_kafka_topic_partition_list_destroy(list);
}

void pause_or_resume(rd_kafka_t* consumer, bool pause) {
  rd_kafka_topic_partition_list_t* owned = nullptr;
  rd_kafka_assignment(consumer, &owned);
  pause ? rd_kafka_pause_partitions(consumer, owned) : rd_kafka_resume_partitions(consumer, owned);
  rd_kafka_topic_partition_list_destroy(owned);
  say(pause ? "paused" : "resumed", "");
}

// Whether to go on.
bool obey(rd_kafka_t* consumer, const std::string& line) {
  std::istringstream words(line);
  std::string verb, topics;
  words >> verb;
  bool more = !(words >> std::ws).eof();
  if (verb == "die") raise(SIGKILL);
  if (verb == "close") return false;
  if (verb == "subscribe" && words >> topics) {
    subscribe(consumer, topics);
  } else if (verb == "unsubscribe") {
    rd_kafka_unsubscribe(consumer);
  } else if (verb == "pause" || verb == "resume") {
    pause_or_resume(consumer, verb == "pause");
  } else if (verb == "commit-later") {
    rd_kafka_commit(consumer, nullptr, 1);
  } else if (verb == "commit" && !more) {
    commit(consumer);
  } else if (verb == "commit" || verb == "committed" || verb == "assign") {
    command_on_partition(consumer, verb, words);
  } else {
    say("error", "\"name\":\"no such command\",\"fatal\":true,\"reason\":" + quoted(line));
  }
  return true;
}

// The lines that stdin has just now; false at its end.
bool read_commands(std::string* rest, std::vector<std::string>* lines) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  while (poll(&input, 1, 0) > 0) {
    char some[4096];
    ssize_t size = read(STDIN_FILENO, some, sizeof some);
    if (size <= 0) return false;
    rest->append(some, static_cast<size_t>(size));
    for (size_t end; (end = rest->find('\n')) != std::string::npos; rest->erase(0, end + 1)) {
      lines->push_back(rest->substr(0, end));
    }
  }
  return true;
}

void run(rd_kafka_t* consumer) {
  std::string rest;
  for (bool open = true; open;) {
    if (rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 20)) {
      on_message(consumer, message);
      rd_kafka_message_destroy(message);
    }
    std::vector<std::string> lines;
    open = read_commands(&rest, &lines);
    for (const std::string& line : lines) open = open && obey(consumer, line);
  }
}

rd_kafka_conf_t* configured(int argc, char** argv) {
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", argv[1]);
  set(config, "group.id", argv[2]);
  set(config, "auto.offset.reset", "earliest");
  set(config, "enable.auto.commit", "false");
  set(config, "enable.auto.offset.store", "false");
  set(config, "heartbeat.interval.ms", "200");
  set(config, "reconnect.backoff.ms", "20");
  set(config, "reconnect.backoff.max.ms", "200");
  set(config, "fetch.wait.max.ms", "100");
  set(config, "log_level", "0");
  set_all(config, 4, argc, argv);
  rd_kafka_conf_set_rebalance_cb(config, on_rebalance);
  rd_kafka_conf_set_offset_commit_cb(config, on_commit);
  rd_kafka_conf_set_error_cb(config, on_error);
  rd_kafka_conf_set_log_cb(config, nullptr);
  return config;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  rd_kafka_t* consumer = client_of(RD_KAFKA_CONSUMER, configured(argc, argv));
  rd_kafka_poll_set_consumer(consumer);
  subscribe(consumer, argv[3]);
  run(consumer);
  rd_kafka_consumer_close(consumer);
  say("closed", "");
  rd_kafka_destroy(consumer);
  return 0;
}
