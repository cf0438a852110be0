#include <fmt/format.h>

#include <algorithm>

#include "bench/load/load.h"
#include "protocol/errors.h"
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kCreateTopicsVersion = 7;
constexpr int16_t kCreatePartitionsVersion = 3;
constexpr auto kTopicAlreadyExists = static_cast<int16_t>(ErrorCode::kTopicAlreadyExists);
constexpr auto kInvalidPartitions = static_cast<int16_t>(ErrorCode::kInvalidPartitions);
constexpr int64_t kLookAgainNs = 1'000'000;
// A controller makes at most 10,000 records of one request, and each partition is one of them.
constexpr int32_t kPartitionsPerRequest = 5000;

// Asks until there is no error, or this one: what is asked for is there already. A broker that has only just
// started is known to nobody as a place for replicas.
template <class Ask>
void insist(const Options& options, int16_t there_already, Ask ask) {
  const int64_t deadline = now_ns() + ready_within_ns(options.partitions);
  while (true) {
    const auto [code, message] = ask();
    if (code == 0 || code == there_already) return;
    if (now_ns() > deadline) {
      give_up(fmt::format("topic {} cannot be created: error {}, {}", options.topic, code, message));
    }
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
}

struct Refusal {
  int16_t code;
  std::string message;
};

template <class Result>
Refusal refusal_of(const Result& result) {
  return {result.error_code, std::string(result.error_message.value_or(""))};
}

void create(Client& client, const Options& options) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = options.topic;
  topic.num_partitions = std::min(options.partitions, kPartitionsPerRequest);
  topic.replication_factor = options.replication_factor;
  if (!options.segment_bytes.empty()) topic.configs.push_back({"segment.bytes", options.segment_bytes});
  if (!options.retention_bytes.empty()) topic.configs.push_back({"retention.bytes", options.retention_bytes});
  insist(options, kTopicAlreadyExists, [&] {
    auto response = client.call<CreateTopicsRequest, CreateTopicsResponse>(request, kCreateTopicsVersion);
    return refusal_of(response.topics.at(0));
  });
}

void grow(Client& client, const Options& options, int32_t count) {
  CreatePartitionsRequest request;
  request.timeout_ms = 60'000;
  auto& topic = request.topics.emplace_back();
  topic.name = options.topic;
  topic.count = count;
  topic.assignments = std::nullopt;
  insist(options, kInvalidPartitions, [&] {
    auto response =
        client.call<CreatePartitionsRequest, CreatePartitionsResponse>(request, kCreatePartitionsVersion);
    return refusal_of(response.results.at(0));
  });
}

Topic await_topic(Client& client, const Address& address, const std::string& name, int32_t partitions) {
  const int64_t deadline = now_ns() + ready_within_ns(partitions);
  while (now_ns() < deadline) {
    const int64_t began = now_ns();
    const View view = look_at(client, address, name);
    const auto count = static_cast<int32_t>(view.partitions.size());
    if (count >= partitions && is_led_without(view)) {
      return {name, view.topic_id, count, leaders_of(view, all_partitions(view))};
    }
    rest_after_look(began, kLookAgainNs);
  }
  give_up(fmt::format("topic {} has no leaders", name));
}

}  // namespace

Topic prepare_topic(const Options& options) {
  Client client(options.address);
  create(client, options);
  for (int32_t count = kPartitionsPerRequest; count < options.partitions;) {
    count = std::min(count + kPartitionsPerRequest, options.partitions);
    grow(client, options, count);
  }
  Topic topic = await_topic(client, options.address, options.topic, options.partitions);
  await_leadership(topic.name, topic.leaders);
  return topic;
}

Topic find_topic(const Address& address, const std::string& name) {
  Client client(address);
  return await_topic(client, address, name, 1);
}

}  // namespace klamm::bench
