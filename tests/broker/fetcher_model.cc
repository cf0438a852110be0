#include "tests/broker/fetcher_model.h"

#include <algorithm>

#include "base/check.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/record_batch.h"
#include "tests/storage/test_batches.h"

namespace klamm::broker::testing {

using protocol::ErrorCode;

// ---- the log ----

FollowedLog ModelLog::followed() const {
  const auto latest = epochs_.latest();
  return {start_, end_, high_watermark_, latest ? latest->epoch : kNoEpoch};
}

void ModelLog::add(ModelBatch batch) {
  epochs_.assign(batch.epoch, batch.base);
  end_ = batch.end;
  batches_.push_back(std::move(batch));
}

void ModelLog::write(Epoch epoch, Random& random) {
  const auto records = static_cast<int32_t>(1 + random.below(4));
  storage::TestBatch batch;
  batch.at(end_.value).records(records).epoch(epoch.value).value_size(random.below(20));
  batch.time(static_cast<int64_t>(random.below(1'000'000'000)));
  add({end_, end_ + records, epoch, batch.bytes()});
}

void ModelLog::append(ByteView run) {
  protocol::BatchCursor cursor(run);
  while (auto view = cursor.next()) {
    CHECK(view->base_offset() >= end_);
    add({view->base_offset(), view->next_offset(), view->leader_epoch(),
         Bytes(view->bytes().begin(), view->bytes().end())});
  }
}

void ModelLog::truncate(Offset offset) {
  if (!batches_.empty() && offset < batches_.front().base) return restart(offset);
  end_ = std::min(end_, offset);
  while (!batches_.empty() && batches_.back().end > end_) {
    end_ = std::min(end_, batches_.back().base);
    batches_.pop_back();
  }
  start_ = std::min(start_, end_);
  high_watermark_ = std::min(high_watermark_, end_);
  epochs_.truncate_from_end(end_);
}

void ModelLog::restart(Offset offset) {
  batches_.clear();
  epochs_ = {};
  start_ = end_ = high_watermark_ = offset;
}

void ModelLog::move_start(Offset offset) {
  start_ = std::max(start_, offset);
  epochs_.truncate_from_start(start_);
}

size_t ModelLog::position_of(Offset offset) const {
  size_t position = 0;
  for (const ModelBatch& batch : batches_) {
    if (batch.end > offset) break;
    position += batch.bytes.size();
  }
  return position;
}

Bytes ModelLog::bytes_at(size_t position, size_t size) const {
  Bytes bytes;
  for (const ModelBatch& batch : batches_) {
    const size_t skipped = std::min(position, batch.bytes.size());
    position -= skipped;
    const size_t taken = std::min(size - bytes.size(), batch.bytes.size() - skipped);
    const auto from = batch.bytes.begin() + static_cast<ptrdiff_t>(skipped);
    bytes.insert(bytes.end(), from, from + static_cast<ptrdiff_t>(taken));
  }
  return bytes;
}

Offset ModelLog::boundary(Offset offset) const {
  for (const ModelBatch& batch : batches_) {
    if (batch.base >= offset) return batch.base;
  }
  return end_;
}

Offset first_difference(const ModelLog& a, const ModelLog& b, Offset from) {
  const Offset shorter = std::min(a.end(), b.end());
  const auto behind = [](const ModelLog& log, Offset offset) {
    return std::ranges::upper_bound(log.batches(), offset, {}, &ModelBatch::end);
  };
  if (!a.batches().empty()) from = std::max(from, a.batches().front().base);
  if (!b.batches().empty()) from = std::max(from, b.batches().front().base);
  auto one = behind(a, from), other = behind(b, from);
  for (; one != a.batches().end() && other != b.batches().end(); ++one, ++other) {
    if (*one != *other) return std::max(from, std::min(one->base, other->base));
  }
  return shorter;
}

// ---- the leader ----

FetchedBytes ModelAnswer::bytes(int16_t version) const {
  auto frame = std::make_shared<Bytes>();
  protocol::Writer writer(*frame);
  response.write(writer, version);
  return {frame, *frame};
}

ErrorCode ModelLeader::check(const PartitionKey& key, Epoch epoch) const {
  const auto found = partitions.find(key);
  if (found == partitions.end()) return ErrorCode::kUnknownTopicId;
  if (found->second.trouble != ErrorCode::kNone) return found->second.trouble;
  if (epoch < found->second.epoch) return ErrorCode::kFencedLeaderEpoch;
  if (epoch > found->second.epoch) return ErrorCode::kUnknownLeaderEpoch;
  return ErrorCode::kNone;
}

std::vector<FetchTarget> ModelLeader::begin_session(const protocol::FetchRequest& request,
                                                    ModelAnswer& answer, int64_t now_ms) {
  std::vector<FetchTarget> asked, forgotten;
  for (const auto& topic : request.topics) {
    for (const auto& p : topic.partitions)
      asked.push_back({.topic = {},
                       .topic_id = topic.topic_id,
                       .partition = p.partition,
                       .size_max = p.partition_max_bytes,
                       .offset = {p.fetch_offset},
                       .current_leader_epoch = {p.current_leader_epoch},
                       .last_fetched_epoch = {p.last_fetched_epoch},
                       .follower_log_start = {p.log_start_offset}});
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (int32_t partition : topic.partitions) {
      FetchTarget& target = forgotten.emplace_back();
      target.topic_id = topic.topic_id;
      target.partition = partition;
    }
  }
  if (request.session_epoch == 0) {
    sessions_.remove(request.session_id);
    session_ = 0;
    auto session =
        has_room ? sessions_.create({.privileged = true, .uses_topic_ids = true}, asked, client_, now_ms)
                 : nullptr;
    if (session) session_ = session->id();
    answer.response.session_id = session_;
    return asked;
  }
  auto session = sessions_.find(request.session_id, client_, now_ms);
  ErrorCode code = ErrorCode::kFetchSessionIdNotFound;
  if (session) code = sessions_.begin(*session, request.session_epoch, asked, forgotten, now_ms);
  answer.response.error_code = wire_value(code);
  if (code != ErrorCode::kNone) return {};
  asked = session->targets();
  if (asked.empty()) lose_session();
  answer.response.session_id = asked.empty() ? 0 : session->id();
  return asked;
}

ModelAnswer ModelLeader::fetch(const protocol::FetchRequest& request, int64_t now_ms) {
  ModelAnswer answer;
  int32_t left = request.max_bytes;
  const auto targets = begin_session(request, answer, now_ms);
  auto session = sessions_.find(answer.response.session_id, client_, now_ms);
  answer.has_news = targets.empty();
  for (const FetchTarget& target : targets) {
    protocol::FetchResponse::PartitionData data;
    data.partition_index = target.partition;
    const size_t reads = answer.reads.size();
    read(target, std::min(left, target.size_max), answer, data);
    const bool has_records = answer.reads.size() > reads;
    if (has_records) left = std::max(0, left - static_cast<int32_t>(answer.records.back().size()));
    const FetchFacts facts{ErrorCode{data.error_code},
                           has_records,
                           data.diverging_epoch.epoch >= 0,
                           {data.high_watermark},
                           {data.log_start_offset}};
    const bool is_news = session == nullptr || session->update(target, facts);
    answer.has_news |= is_news && (has_records || data.error_code != 0 || facts.diverging || session);
    if (request.session_epoch != 0 && !is_news) continue;
    auto& topics = answer.response.responses;
    if (topics.empty() || topics.back().topic_id != target.topic_id)
      topics.emplace_back().topic_id = target.topic_id;
    topics.back().partitions.push_back(std::move(data));
  }
  return answer;
}

// Partition.readRecords, and the follower's progress that comes of it.
void ModelLeader::read(const FetchTarget& target, int32_t size_max, ModelAnswer& answer,
                       protocol::FetchResponse::PartitionData& data) {
  const PartitionKey key{target.topic_id, target.partition};
  data.high_watermark = -1;
  data.error_code = wire_value(check(key, target.current_leader_epoch));
  if (data.error_code != 0) return;
  Partition& partition = partitions.at(key);
  ModelLog& log = partition.log;
  const auto out_of_range = [&] { data.error_code = wire_value(ErrorCode::kOffsetOutOfRange); };
  if (target.offset < log.start()) return out_of_range();
  if (target.last_fetched_epoch != kNoEpoch) {
    const auto end = log.epochs().end_of(target.last_fetched_epoch, log.end());
    if (end.end == kNoOffset) return out_of_range();
    data.high_watermark = log.high_watermark().value;
    data.log_start_offset = log.start().value;
    if (end.epoch < target.last_fetched_epoch || end.end < target.offset) {
      data.diverging_epoch = {end.epoch.value, end.end.value};
      return;
    }
  }
  if (target.offset > log.end()) return out_of_range();
  log.commit(std::max(log.high_watermark(), target.offset));
  data.high_watermark = log.high_watermark().value;
  data.log_start_offset = log.start().value;
  const size_t position = log.position_of(target.offset);
  Bytes bytes =
      log.bytes_at(position, static_cast<size_t>(std::max(size_max, answer.reads.empty() ? 300 : 0)));
  if (bytes.empty()) return;
  answer.reads.push_back({key, partition.epoch, position});
  answer.records.push_back(std::move(bytes));
  data.records = protocol::Records{.bytes = answer.records.back()};
}

bool ModelLeader::tear(ModelAnswer& answer) const {
  bool is_torn = false;
  for (size_t i = 0; i < answer.reads.size(); ++i) {
    const ModelAnswer::Read& read = answer.reads[i];
    const Partition& partition = partitions.at(read.partition);
    if (partition.epoch == read.epoch) continue;
    Bytes again = partition.log.bytes_at(read.position, answer.records[i].size());
    is_torn |= again != answer.records[i];
    std::copy(again.begin(), again.end(), answer.records[i].begin());
  }
  return is_torn;
}

FetchedBytes ModelLeader::list_offsets(const protocol::ListOffsetsRequest& request, int16_t version) {
  protocol::ListOffsetsResponse response;
  for (const auto& topic : request.topics) {
    auto& answers = response.topics.emplace_back();
    answers.name = topic.name;
    for (const auto& p : topic.partitions) {
      const PartitionKey key{Uuid::of(0, 1), p.partition_index};
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = p.partition_index;
      answer.error_code = wire_value(check(key, Epoch{p.current_leader_epoch}));
      if (answer.error_code != 0) continue;
      const ModelLog& log = partitions.at(key).log;
      answer.offset = p.timestamp == -1 ? log.end().value : log.start().value;
    }
  }
  auto frame = std::make_shared<Bytes>();
  protocol::Writer writer(*frame);
  response.write(writer, version);
  return {frame, *frame};
}

}  // namespace klamm::broker::testing
