#include "bench/load/consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/record_batch.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kFetchVersion = 17;
constexpr int16_t kListOffsetsVersion = 7;
constexpr int16_t kOffsetOutOfRange = 1;
constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int32_t kFetchBytesMax = 50 << 20;  // as Kafka's clients
constexpr int32_t kPatientlyMs = 500;

int64_t offset_at(Client& client, const std::string& topic, int32_t partition, int64_t timestamp) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& asked = request.topics.emplace_back();
  asked.name = topic;
  auto& place = asked.partitions.emplace_back();
  place.partition_index = partition;
  place.timestamp = timestamp;
  auto response = client.call<ListOffsetsRequest, ListOffsetsResponse>(request, kListOffsetsVersion);
  const auto& answer = response.topics.at(0).partitions.at(0);
  if (answer.error_code != 0) give_up(fmt::format("list offsets: error {}", answer.error_code));
  return answer.offset;
}

}  // namespace

Consumer::Consumer(const Options& options, const Topic& topic, const Share& share, const Window& window,
                   Tally& tally)
    : options_(options), topic_(topic), window_(window), tally_(tally), client_(share.address) {
  for (int32_t partition : share.partitions) {
    Place place{.partition = partition};
    place.offset = place.start = offset_at(client_, topic_.name, partition, kEarliest);
    place.high_watermark = offset_at(client_, topic_.name, partition, kLatest);
    places_.push_back(place);
  }
}

int64_t Consumer::fetch(int32_t max_wait_ms, SendTimes* times) {
  FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  request.max_bytes = kFetchBytesMax;
  request.session_id = session_id_;
  request.session_epoch = session_epoch_;
  FetchRequest::FetchTopic asked;
  asked.topic_id = topic_.id;
  for (Place& place : places_) {
    if (std::exchange(place.told, true) && session_id_ != 0) continue;
    auto& partition = asked.partitions.emplace_back();
    partition.partition = place.partition;
    partition.fetch_offset = place.offset;
    partition.partition_max_bytes = options_.fetch_bytes;
  }
  if (!asked.partitions.empty()) request.topics.push_back(std::move(asked));

  int64_t began = now_ns();
  auto response = client_.call<FetchRequest, FetchResponse>(request, kFetchVersion);
  int64_t received = now_ns();
  if (response.error_code != 0) give_up(fmt::format("fetch: error {}", response.error_code));
  session_id_ = response.session_id;
  session_epoch_ = session_id_ == 0 ? 0 : session_epoch_ + 1;
  int64_t records = 0;
  std::vector<Place*> out_of_range;
  for (const auto& topic : response.responses) {
    for (const auto& data : topic.partitions) {
      auto place = std::ranges::find(places_, data.partition_index, &Place::partition);
      if (place == places_.end()) give_up("fetch: a partition that nobody asked for");
      if (data.error_code == kOffsetOutOfRange) {
        out_of_range.push_back(&*place);
        continue;
      }
      if (data.error_code != 0) give_up(fmt::format("fetch: error {}", data.error_code));
      place->high_watermark = data.high_watermark;
      if (data.records) records += take(*place, data.records->bytes, times, received);
    }
  }
  // Retention was faster. The response's views die with the next call.
  for (Place* place : out_of_range) {
    place->offset = place->start = offset_at(client_, topic_.name, place->partition, kEarliest);
    place->told = false;
  }
  if (times == nullptr && records > 0 && window_.recording.load(std::memory_order_relaxed)) {
    tally_.latencies.add(received - began);
  }
  return records;
}

int64_t Consumer::take(Place& place, ByteView bytes, SendTimes* times, int64_t received_ns) {
  bool recording = window_.recording.load(std::memory_order_relaxed);
  int64_t records = 0;
  BatchCursor cursor(bytes);
  while (auto batch = cursor.next()) {
    if (batch->next_offset().value <= place.offset) continue;
    records += batch->record_count();
    place.offset = batch->next_offset().value;
    if (times != nullptr && recording) {
      tally_.latencies.add(received_ns - times->get(place.partition, batch->base_sequence()));
    }
  }
  if (records > 0) place.told = false;
  bytes_received_ += static_cast<int64_t>(bytes.size());
  tally_.count(records, static_cast<int64_t>(bytes.size()));
  return records;
}

bool Consumer::at_end() const {
  return std::ranges::all_of(places_,
                             [](const Place& place) { return place.offset >= place.high_watermark; });
}

void Consumer::rewind() {
  for (Place& place : places_) {
    place.offset = place.start;
    place.told = false;
  }
}

void Consumer::go_to_end() {
  for (Place& place : places_) {
    place.offset = place.high_watermark;
    place.told = false;
  }
}

void Consumer::run_around(double rate) {
  int64_t began = now_ns();
  int64_t records = 0;
  while (!window_.stopping.load(std::memory_order_relaxed)) {
    if (rate > 0) sleep_until_ns(began + static_cast<int64_t>(1e9 * static_cast<double>(records) / rate));
    records += fetch(kPatientlyMs, nullptr);
    if (at_end()) rewind();
  }
}

void Consumer::run_tail(SendTimes& times) {
  go_to_end();
  while (!window_.stopping.load(std::memory_order_relaxed)) fetch(kPatientlyMs, &times);
}

void Consumer::run_slowly(double bytes_per_s) {
  int64_t began = now_ns();
  while (!window_.stopping.load(std::memory_order_relaxed)) {
    fetch(kPatientlyMs, nullptr);
    double due_s = static_cast<double>(bytes_received_) / bytes_per_s;
    int64_t due = began + static_cast<int64_t>(due_s * 1e9);
    while (now_ns() < due && !window_.stopping.load(std::memory_order_relaxed)) {
      sleep_until_ns(std::min(due, now_ns() + 50'000'000));
    }
    if (at_end()) return;
  }
}

}  // namespace klamm::bench
