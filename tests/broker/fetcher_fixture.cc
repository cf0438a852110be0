#include "tests/broker/fetcher_fixture.h"

#include <fmt/core.h>

#include "protocol/messages/list_offsets_response.h"
#include "protocol/record_batch.h"

namespace klamm::broker::testing {
namespace {

using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::ListOffsetsRequest;

std::string name_of(const PartitionKey& partition) {
  return fmt::format("{}-{}", partition.topic_id == Uuid::of(0, 1) ? "t" : "u", partition.partition);
}

void add(std::string& text, std::string_view more, std::string_view separator) {
  text += (text.empty() ? "" : std::string(separator)) + std::string(more);
}

std::string describe(const FetchRequest& request) {
  std::string asked, forgotten;
  for (const auto& topic : request.topics) {
    for (const auto& p : topic.partitions) {
      add(asked,
          fmt::format("{} @{} {}/{}", name_of({topic.topic_id, p.partition}), p.fetch_offset,
                      p.current_leader_epoch, p.last_fetched_epoch),
          ", ");
      if (p.log_start_offset != 0) asked += fmt::format(" start {}", p.log_start_offset);
    }
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (int32_t partition : topic.partitions) add(forgotten, name_of({topic.topic_id, partition}), ", ");
  }
  std::string text = fmt::format("fetch {}:{} wait {} [{}]", request.session_id, request.session_epoch,
                                 request.max_wait_ms, asked);
  return forgotten.empty() ? text : text + fmt::format(" forget [{}]", forgotten);
}

std::string describe(const ListOffsetsRequest& request) {
  std::string asked;
  for (const auto& topic : request.topics) {
    for (const auto& p : topic.partitions)
      add(asked,
          fmt::format("{}-{} {} in {}", topic.name, p.partition_index,
                      p.timestamp == -1 ? "latest" : "earliest", p.current_leader_epoch),
          ", ");
  }
  return fmt::format("offsets [{}]", asked);
}

}  // namespace

std::string describe(const FetcherRequest& request) {
  return std::visit([](const auto& message) { return describe(message); }, request.message);
}

std::string describe(const LogWork& work) {
  std::string text = name_of(work.partition);
  if (work.restart_at) text += fmt::format(" restart at {}", work.restart_at->value);
  if (work.truncate_to) text += fmt::format(" truncate to {}", work.truncate_to->value);
  if (work.append) text += fmt::format(" append {}..{}", work.append->base.value, work.append->end.value);
  if (work.high_watermark) text += fmt::format(" hw {}", work.high_watermark->value);
  if (work.log_start) text += fmt::format(" start {}", work.log_start->value);
  return text;
}

// ---- answers ----

protocol::FetchResponse::PartitionData& FetchAnswer::add(int32_t partition, uint64_t topic) {
  auto& topics = response_.responses;
  if (topics.empty() || topics.back().topic_id != Uuid::of(0, topic))
    topics.emplace_back().topic_id = Uuid::of(0, topic);
  auto& data = topics.back().partitions.emplace_back();
  data.partition_index = partition;
  data.high_watermark = -1;
  return data;
}

FetchAnswer& FetchAnswer::top(ErrorCode code) {
  response_.error_code = wire_value(code);
  return *this;
}

FetchAnswer& FetchAnswer::throttle(int32_t ms) {
  response_.throttle_time_ms = ms;
  return *this;
}

FetchAnswer& FetchAnswer::error(int32_t partition, ErrorCode code, uint64_t topic) {
  add(partition, topic).error_code = wire_value(code);
  return *this;
}

FetchAnswer& FetchAnswer::news(int32_t partition, int64_t high_watermark, int64_t log_start, uint64_t topic) {
  auto& data = add(partition, topic);
  data.high_watermark = high_watermark;
  data.log_start_offset = log_start;
  return *this;
}

FetchAnswer& FetchAnswer::records(int32_t partition, Bytes batches, int64_t high_watermark,
                                  int64_t log_start) {
  news(partition, high_watermark, log_start);
  records_.push_back(std::move(batches));
  response_.responses.back().partitions.back().records = protocol::Records{.bytes = records_.back()};
  return *this;
}

FetchAnswer& FetchAnswer::null_records(int32_t partition, int64_t high_watermark) {
  news(partition, high_watermark);
  response_.responses.back().partitions.back().records.reset();
  return *this;
}

FetchAnswer& FetchAnswer::diverging(int32_t partition, int32_t epoch, int64_t end, int64_t high_watermark) {
  news(partition, high_watermark);
  response_.responses.back().partitions.back().diverging_epoch = {epoch, end};
  return *this;
}

FetchedBytes FetchAnswer::bytes(int16_t version) const {
  auto frame = std::make_shared<Bytes>();
  protocol::Writer writer(*frame);
  response_.write(writer, version);
  return {frame, *frame};
}

// ---- the fetcher ----

void Fetching::follow(int32_t partition, int32_t leader_epoch, FollowedLog log, uint64_t topic,
                      bool namesakes) {
  const PartitionKey which = key(partition, topic);
  logs[which] = log;
  if (log.last_epoch != kNoEpoch && epochs[which].entries().empty())
    epochs[which].assign(log.last_epoch, log.start);
  const auto name = std::make_shared<const std::string>(topic == 1 || namesakes ? "t" : "u");
  fetcher.follow({.key = which, .topic = name, .leader_epoch = {leader_epoch}, .log = log}, now);
}

std::string Fetching::go() {
  std::string text;
  for (auto output = fetcher.take_output(now); !output.empty(); output = fetcher.take_output(now)) {
    for (const FetcherLine& line : output.lines) lines.push_back(line.text);
    for (LogWork& work : output.work) {
      add(text, describe(work), " | ");
      working[work.partition] = std::move(work);
    }
    if (!output.request) continue;
    add(text, describe(*output.request), " | ");
    sent = std::move(output.request);
  }
  return text;
}

std::string Fetching::answer(const FetchAnswer& answer) {
  fetcher.on_answer(sent->version_max, answer.bytes(sent->version_max), now);
  return go();
}

std::string Fetching::offset(int64_t offset, ErrorCode code) {
  protocol::ListOffsetsResponse response;
  response.topics.push_back({"t", {{.error_code = wire_value(code), .offset = offset}}});
  auto frame = std::make_shared<Bytes>();
  protocol::Writer writer(*frame);
  response.write(writer, sent->version_max);
  fetcher.on_answer(sent->version_max, {frame, *frame}, now);
  return go();
}

std::string Fetching::fail() {
  fetcher.on_failure("no connection", now);
  return go();
}

std::string Fetching::pass(int64_t ms) {
  now += ms;
  return go();
}

std::string Fetching::done(int32_t partition) {
  const LogWork& work = working.at(key(partition));
  FollowedLog& log = logs[work.partition];
  storage::LeaderEpochs& known = epochs[work.partition];
  if (work.restart_at) {
    log.start = log.end = log.high_watermark = *work.restart_at;
    known = {};
  }
  if (work.truncate_to) {
    log.end = std::min(log.end, *work.truncate_to);
    log.high_watermark = std::min(log.high_watermark, log.end);
    known.truncate_from_end(log.end);
  }
  if (work.append) {
    protocol::BatchCursor batches(work.append->content.bytes);
    while (auto view = batches.next()) known.assign(view->leader_epoch(), view->base_offset());
    log.end = work.append->end;
  }
  if (work.high_watermark) log.high_watermark = *work.high_watermark;
  if (work.log_start) log.start = *work.log_start;
  log.last_epoch = known.latest() ? known.latest()->epoch : kNoEpoch;
  return report(partition, LogOutcome::kDone);
}

std::string Fetching::report(int32_t partition, LogOutcome outcome) {
  const auto work = working.extract(key(partition));
  fetcher.on_report(
      {.partition = work.key(), .ticket = work.mapped().ticket, .outcome = outcome, .log = logs[work.key()]},
      now);
  return go();
}

storage::EpochEnd Fetching::epoch_end(const PartitionKey& partition, Epoch epoch) const {
  return epochs.at(partition).end_of(epoch, logs.at(partition).end);
}

}  // namespace klamm::broker::testing
