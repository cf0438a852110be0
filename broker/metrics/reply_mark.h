// What is remembered of a request until its answer is sent: when its steps were, and which errors its answer
// tells. Carried by the reply itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace klamm::broker::metrics {

// Fetches are counted under a second name as well, as in Kafka.
enum class RequestKind : uint8_t { kOther, kFetchConsumer, kFetchFollower };

// The error codes of an answer, 0 among them, and how often it has each. What does not fit is not counted.
struct ErrorTally {
  static constexpr size_t kMax = 4;

  std::array<int16_t, kMax> codes{};
  std::array<uint32_t, kMax> counts{};
  uint8_t size = 0;

  void add(int16_t code) {
    for (size_t i = 0; i < size; ++i) {
      if (codes[i] != code) continue;
      ++counts[i];
      return;
    }
    if (size == kMax) return;
    codes[size] = code;
    counts[size++] = 1;
  }
};

struct ReplyMark {
  int16_t key = -1;  // -1: it is not counted
  int16_t version = 0;
  RequestKind kind = RequestKind::kOther;
  uint32_t request_size = 0;
  // Monotonic microseconds. Where the answer was there before the handler returned, the two are one.
  int64_t begun_us = 0;     // the request was read whole, and given to its handler
  int64_t handled_us = 0;   // the handler returned
  int64_t answered_us = 0;  // the answer was there
  int64_t queued_us = 0;    // those of the requests before it were, too
  int32_t throttle_ms = 0;  // for which its client is held back
  ErrorTally errors{};
};

template <class Message>
void count_errors(const Message& message, ErrorTally& tally);

template <class List>
void count_errors_of_each(const List& list, ErrorTally& tally) {
  for (const auto& one : list) count_errors(one, tally);
}

// Those of the message and of what it lists, wherever Kafka's responses have them: as its errorCounts().
template <class Message>
void count_errors([[maybe_unused]] const Message& message, [[maybe_unused]] ErrorTally& tally) {
  if constexpr (std::is_class_v<Message>) {
    if constexpr (requires { message.error_code; }) tally.add(static_cast<int16_t>(message.error_code));
    if constexpr (requires { message.responses.begin(); }) count_errors_of_each(message.responses, tally);
    if constexpr (requires { message.topics.begin(); }) count_errors_of_each(message.topics, tally);
    if constexpr (requires { message.partitions.begin(); }) count_errors_of_each(message.partitions, tally);
    if constexpr (requires { message.partition_responses.begin(); })
      count_errors_of_each(message.partition_responses, tally);
    if constexpr (requires { message.results.begin(); }) count_errors_of_each(message.results, tally);
    if constexpr (requires { message.groups.begin(); }) count_errors_of_each(message.groups, tally);
    if constexpr (requires { message.members.begin(); }) count_errors_of_each(message.members, tally);
    if constexpr (requires { message.coordinators.begin(); })
      count_errors_of_each(message.coordinators, tally);
    if constexpr (requires { message.filter_results.begin(); })
      count_errors_of_each(message.filter_results, tally);
    if constexpr (requires { message.replica_election_results.begin(); })
      count_errors_of_each(message.replica_election_results, tally);
    if constexpr (requires { message.partition_result.begin(); })
      count_errors_of_each(message.partition_result, tally);
    if constexpr (requires { message.directories.begin(); })
      count_errors_of_each(message.directories, tally);
  }
}

}  // namespace klamm::broker::metrics
