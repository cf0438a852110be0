#include "bench/load/producer.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/random.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch_builder.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr int16_t kProduceVersion = 13;
constexpr int16_t kInitProducerIdVersion = 4;
constexpr int16_t kCoordinatorLoadInProgress = 14;
constexpr int64_t kReadyWithinNs = 30'000'000'000;
constexpr int64_t kLookAgainNs = 1'000'000;
// Longer than the replicas of ten thousand partitions take to begin to follow: an error ends the run.
constexpr int32_t kProduceTimeoutMs = 120'000;
// Where a request's frame has its correlation id: behind size, key and version.
constexpr size_t kCorrelationId = 8;

int64_t wall_ms() {
  auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

// Text of the kind that applications send: lz4 makes about half of it.
std::string value_of(Random& random, size_t size) {
  constexpr std::array<std::string_view, 12> kWords = {
      "\"order\":",  "\"customer\":",         "\"status\":\"shipped\",",
      "\"amount\":", "\"currency\":\"EUR\",", "\"items\":[",
      "\"sku\":",    "\"warehouse\":",        "\"created\":",
      "},{",         "\"comment\":\"\",",     "\"quantity\":"};
  std::string text;
  while (text.size() < size) {
    text += kWords[random.next() % kWords.size()];
    text += fmt::format("{:x},", random.next());
  }
  text.resize(size);
  return text;
}

Bytes make_batch(const Options& options, int32_t records, int64_t producer_id, int16_t producer_epoch,
                 uint64_t seed) {
  BatchFields fields;
  fields.compression = Compression::by_default(options.codec);
  fields.producer_id = producer_id;
  fields.producer_epoch = producer_epoch;
  fields.base_sequence = 0;
  RecordBatchBuilder builder(fields);
  SeededRandom random(seed);
  int64_t timestamp = wall_ms();
  for (int32_t i = 0; i < records; ++i) {
    std::string value = value_of(random, static_cast<size_t>(options.record_size));
    builder.append(timestamp, std::nullopt, as_bytes(value));
  }
  Compressor compressor;
  return builder.build(compressor);
}

}  // namespace

Producer::Producer(const Options& options, const Topic& topic, const Share& share, const Window& window,
                   Tally& tally, SendTimes* times)
    : options_(options),
      window_(window),
      tally_(tally),
      times_(times),
      client_(share.address),
      rate_(rate_of(options, topic, share)),
      batch_records_(batch_records(options, share)),
      next_sequence_(static_cast<size_t>(topic.partitions)) {
  begin_session();
  const auto requests = requests_of(options, share);
  do {
    for (const auto& partitions : requests) {
      prepared_.push_back(prepare(topic, prepared_.size(), partitions));
    }
  } while (prepared_.size() < static_cast<size_t>(options.in_flight));
}

void Producer::begin_session() {
  InitProducerIdRequest request;
  request.transactional_id = std::nullopt;
  int64_t deadline = now_ns() + kReadyWithinNs;
  while (true) {
    auto response =
        client_.call<InitProducerIdRequest, InitProducerIdResponse>(request, kInitProducerIdVersion);
    if (response.error_code == 0) {
      producer_id_ = response.producer_id;
      producer_epoch_ = response.producer_epoch;
      return;
    }
    // A broker that has only just started has no block of ids yet.
    bool waits = response.error_code == kCoordinatorLoadInProgress && now_ns() < deadline;
    if (!waits) give_up(fmt::format("no producer id: error {}", response.error_code));
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
}

Producer::Prepared Producer::prepare(const Topic& topic, size_t number,
                                     const std::vector<int32_t>& partitions) {
  std::vector<Bytes> batches;
  for (int32_t partition : partitions) {
    batches.push_back(make_batch(options_, batch_records_, producer_id_, producer_epoch_,
                                 number * 1000 + static_cast<size_t>(partition) + 1));
  }
  ProduceRequest request;
  request.acks = -1;
  request.timeout_ms = kProduceTimeoutMs;
  auto& data = request.topic_data.emplace_back();
  data.topic_id = topic.id;
  for (size_t i = 0; i < partitions.size(); ++i) {
    data.partition_data.push_back({partitions[i], Records{batches[i]}});
  }
  Prepared prepared;
  append_request(prepared.frame, kProduceVersion, 0, kClientId, request);

  Reader reader(ByteView(prepared.frame).subspan(4));
  RequestHeader header;
  header.read(reader);
  ProduceRequest in_place;
  in_place.read(reader, kProduceVersion);
  for (const auto& partition : in_place.topic_data.at(0).partition_data) {
    ByteView bytes = partition.records->bytes;
    prepared.batches.push_back({static_cast<size_t>(bytes.data() - prepared.frame.data()), bytes.size(),
                                partition.index, batch_records_});
    prepared.payload += static_cast<int64_t>(bytes.size());
    prepared.records += batch_records_;
  }
  return prepared;
}

void Producer::send(int64_t due_ns) {
  Prepared& next = prepared_[sent_ % prepared_.size()];
  store_be32(&next.frame[kCorrelationId], static_cast<uint32_t>(sent_));
  next.due_ns = due_ns;
  for (const Batch& batch : next.batches) {
    MutableBatch bytes(&next.frame[batch.position], batch.size);
    int32_t& sequence = next_sequence_[static_cast<size_t>(batch.partition)];
    store_be32(&bytes[batch_layout::kBaseSequence], static_cast<uint32_t>(sequence));
    refresh_crc(bytes);
    if (times_ != nullptr) times_->set(batch.partition, sequence, due_ns);
    sequence = sequence_after(sequence, batch.records);
  }
  ++sent_;
  client_.send(next.frame);
}

void Producer::receive() {
  auto response = Client::decode<ProduceResponse>(client_.receive(), kProduceVersion);
  int64_t now = now_ns();
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partition_responses) {
      if (partition.error_code == 0) continue;
      give_up(fmt::format("produce to partition {}: error {} {}", partition.index, partition.error_code,
                          partition.error_message.value_or("")));
    }
  }
  const Prepared& done = prepared_[answered_++ % prepared_.size()];
  tally_.count(done.records, done.payload);
  if (window_.recording.load(std::memory_order_relaxed)) tally_.latencies.add(now - done.due_ns);
}

// Between two requests, which may be of different sizes; 0 where there is no pace.
int64_t Producer::interval_ns() const {
  if (rate_ <= 0) return 0;
  int64_t records = 0;
  for (const Prepared& each : prepared_) records += each.records;
  const double per_request = static_cast<double>(records) / static_cast<double>(prepared_.size());
  return static_cast<int64_t>(1e9 * per_request / rate_);
}

// Paced, a request's latency counts from when it was due and not from when there was room for it, so that a
// broker that stalls does not stop the clock (coordinated omission).
void Producer::run() {
  const int64_t interval_ns = this->interval_ns();
  int64_t due = now_ns();
  while (!window_.stopping.load(std::memory_order_relaxed)) {
    if (interval_ns == 0) {
      if (is_full()) receive();
      send(now_ns());
      continue;
    }
    if (is_full()) {
      receive();
    } else if (now_ns() >= due) {
      send(due);
      due += interval_ns;
    } else if (answered_ == sent_) {
      sleep_until_ns(due);
    } else if (client_.has_input_before(due)) {
      receive();
    }
  }
  while (answered_ < sent_) receive();
}

void Producer::write_bytes(int64_t bytes) {
  int64_t written = 0;
  while (written < bytes) {
    if (is_full()) receive();
    written += prepared_[sent_ % prepared_.size()].payload;
    send(now_ns());
  }
  while (answered_ < sent_) receive();
}

void Producer::write_once() {
  send(now_ns());
  receive();
}

}  // namespace klamm::bench
