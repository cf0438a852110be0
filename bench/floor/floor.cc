// klamm_floor: the least that a broker can do. It receives produced frames over TCP, takes the checksum of
// each batch, gives it an offset, appends it to a file with pwrite, and answers; a Fetch is sent from the
// page cache with sendfile. One thread, blocking sends, no checks beyond these, no state that survives: what
// it costs is what a record costs in the kernel and in the checksum, and how far a broker can come.
//
// It speaks the versions that klamm_bench uses. There is one topic at a time: creating another drops it. Each
// partition keeps its two last segments.

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/check.h"
#include "protocol/frame.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"
#include "protocol/messages/produce_request.h"
#include "protocol/messages/produce_response.h"
#include "protocol/record_batch.h"

namespace klamm::bench {
namespace {

using namespace protocol;

constexpr size_t kReceiveBytes = 256 << 10;
constexpr int16_t kOffsetOutOfRange = 1;
constexpr int16_t kCorruptMessage = 2;

int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Two files take turns. Where each batch lies is kept in memory.
class FloorLog {
 public:
  FloorLog(const std::string& path, uint32_t segment_bytes) : segment_bytes_(segment_bytes) {
    for (size_t i = 0; i < segments_.size(); ++i) {
      segments_[i].file =
          open(fmt::format("{}.{}", path, i).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
      CHECK(segments_[i].file >= 0);
    }
  }

  ~FloorLog() {
    for (const Segment& segment : segments_) close(segment.file);
  }
  FloorLog(const FloorLog&) = delete;
  FloorLog& operator=(const FloorLog&) = delete;

  int64_t start() const { return other().batches.empty() ? first_of(active()) : first_of(other()); }
  int64_t end() const { return end_; }

  int64_t append(MutableBatch batch) {
    if (active().size + batch.size() > segment_bytes_) turn();
    Segment& to = segments_[active_];
    patch_base_offset(batch, Offset{end_});
    CHECK(pwrite(to.file, batch.data(), batch.size(), to.size) == static_cast<ssize_t>(batch.size()));
    to.batches.push_back({end_, to.size});
    to.size += static_cast<uint32_t>(batch.size());
    int64_t base = end_;
    end_ += BatchView(batch).last_offset_delta() + 1;
    return base;
  }

  struct Slice {
    int file = -1;
    uint32_t position = 0;
    uint32_t size = 0;
  };
  // From the batch that holds `offset`, which is between start() and end().
  Slice find(int64_t offset, uint32_t size_max) const {
    if (offset >= end_) return {};
    const Segment& from = offset >= first_of(active()) && !active().batches.empty() ? active() : other();
    auto after = std::ranges::upper_bound(from.batches, offset, {}, &Place::base);
    CHECK(after != from.batches.begin());
    uint32_t position = std::prev(after)->position;
    return {from.file, position, std::min(size_max, from.size - position)};
  }

 private:
  struct Place {
    int64_t base;
    uint32_t position;
  };
  struct Segment {
    int file = -1;
    uint32_t size = 0;
    std::vector<Place> batches;
  };

  const Segment& active() const { return segments_[active_]; }
  const Segment& other() const { return segments_[1 - active_]; }
  int64_t first_of(const Segment& segment) const {
    return segment.batches.empty() ? end_ : segment.batches.front().base;
  }
  void turn() {
    active_ = 1 - active_;
    Segment& next = segments_[active_];
    CHECK(ftruncate(next.file, 0) == 0);
    next.size = 0;
    next.batches.clear();
  }

  const uint32_t segment_bytes_;
  std::array<Segment, 2> segments_;
  size_t active_ = 0;
  int64_t end_ = 0;
};

class Floor {
 public:
  Floor(std::string folder, int port, uint32_t segment_bytes)
      : folder_(std::move(folder)), port_(port), segment_bytes_(segment_bytes) {}
  void run();

 private:
  struct Connection {
    int socket;
    Bytes buffer = Bytes(kReceiveBytes);
    size_t filled = 0;
  };
  // A Fetch that waits for data.
  struct Parked {
    int socket;
    int32_t correlation_id;
    int64_t deadline_ms;
    FetchRequest request;
  };

  bool receive(Connection& connection);
  void handle(int socket, std::span<uint8_t> frame);
  void produce(int socket, int32_t correlation_id, Reader& body, std::span<uint8_t> frame);
  void fetch(int socket, int32_t correlation_id, FetchRequest request);
  bool answer_fetch(const Parked& parked, bool whatever_there_is);
  void look_at_parked();
  FloorLog& log(int32_t partition);
  template <class Response>
  void answer(int socket, int16_t version, int32_t correlation_id, const Response& response);
  CreateTopicsResponse create(const CreateTopicsRequest& request);
  MetadataResponse describe(const MetadataRequest& request) const;
  ListOffsetsResponse list(const ListOffsetsRequest& request);

  const std::string folder_;
  const int port_;
  const uint32_t segment_bytes_;
  std::string topic_;
  int32_t partitions_ = 1;
  int64_t next_producer_id_ = 1;
  std::vector<std::unique_ptr<FloorLog>> logs_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Parked> parked_;
  Bytes out_;
};

void send_all(int socket, ByteView bytes, int flags) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | flags);
    if (sent <= 0) return;  // receiving finds out
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
}

void Floor::run() {
  int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
        listen(listener, 16) == 0);
  while (true) {
    std::vector<pollfd> watched = {{listener, POLLIN, 0}};
    for (const auto& connection : connections_) watched.push_back({connection->socket, POLLIN, 0});
    int wait_ms = parked_.empty() ? -1 : 10;
    poll(watched.data(), watched.size(), wait_ms);
    for (size_t i = connections_.size(); i > 0; --i) {
      if (watched[i].revents == 0 || receive(*connections_[i - 1])) continue;
      std::erase_if(parked_, [&](const Parked& parked) { return parked.socket == watched[i].fd; });
      close(watched[i].fd);
      connections_.erase(connections_.begin() + static_cast<ptrdiff_t>(i - 1));
    }
    if (watched[0].revents != 0) {
      int accepted = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (accepted >= 0) connections_.push_back(std::make_unique<Connection>(Connection{accepted}));
    }
    look_at_parked();
  }
}

// False when the peer has gone.
bool Floor::receive(Connection& connection) {
  ssize_t got = recv(connection.socket, connection.buffer.data() + connection.filled,
                     connection.buffer.size() - connection.filled, 0);
  if (got <= 0) return got < 0 && errno == EINTR;
  connection.filled += static_cast<size_t>(got);
  size_t at = 0;
  while (connection.filled - at >= 4) {
    size_t size = load_be32(&connection.buffer[at]);
    if (size > (size_t{64} << 20)) return false;
    if (4 + size > connection.buffer.size()) {
      Bytes larger(4 + size + kReceiveBytes);
      std::copy(connection.buffer.begin(), connection.buffer.end(), larger.begin());
      connection.buffer = std::move(larger);
    }
    if (connection.filled - at < 4 + size) break;
    handle(connection.socket, {&connection.buffer[at + 4], size});
    at += 4 + size;
  }
  std::copy(connection.buffer.begin() + static_cast<ptrdiff_t>(at),
            connection.buffer.begin() + static_cast<ptrdiff_t>(connection.filled), connection.buffer.begin());
  connection.filled -= at;
  return true;
}

template <class Message>
Message decode(Reader& reader, int16_t version) {
  Message message;
  message.read(reader, version);
  return message;
}

void Floor::handle(int socket, std::span<uint8_t> frame) {
  Reader reader(frame);
  RequestHeader header;
  header.read(reader);
  int32_t id = header.correlation_id;
  int16_t version = header.api_version;
  switch (header.api_key) {
    case ProduceRequest::kKey:
      return produce(socket, id, reader, frame);
    case FetchRequest::kKey:
      return fetch(socket, id, decode<FetchRequest>(reader, version));
    case CreateTopicsRequest::kKey:
      return answer(socket, version, id, create(decode<CreateTopicsRequest>(reader, version)));
    case MetadataRequest::kKey:
      return answer(socket, version, id, describe(decode<MetadataRequest>(reader, version)));
    case ListOffsetsRequest::kKey:
      return answer(socket, version, id, list(decode<ListOffsetsRequest>(reader, version)));
    case InitProducerIdRequest::kKey: {
      InitProducerIdResponse response;
      response.producer_id = next_producer_id_++;
      return answer(socket, version, id, response);
    }
    default:
      shutdown(socket, SHUT_RDWR);
  }
}

template <class Response>
void Floor::answer(int socket, int16_t version, int32_t correlation_id, const Response& response) {
  out_.clear();
  append_response(out_, version, correlation_id, response);
  send_all(socket, out_, 0);
}

CreateTopicsResponse Floor::create(const CreateTopicsRequest& request) {
  CreateTopicsResponse response;
  for (const auto& topic : request.topics) {
    if (std::exchange(topic_, topic.name) != topic.name) logs_.clear();
    partitions_ = topic.num_partitions;
    response.topics.emplace_back().name = topic.name;
  }
  return response;
}

MetadataResponse Floor::describe(const MetadataRequest& request) const {
  MetadataResponse response;
  for (const auto& asked : *request.topics) {
    auto& topic = response.topics.emplace_back();
    topic.name = asked.name;
    for (int32_t i = 0; i < partitions_; ++i) topic.partitions.emplace_back().partition_index = i;
  }
  return response;
}

ListOffsetsResponse Floor::list(const ListOffsetsRequest& request) {
  ListOffsetsResponse response;
  for (const auto& asked : request.topics) {
    auto& topic = response.topics.emplace_back();
    topic.name = asked.name;
    for (const auto& place : asked.partitions) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = place.partition_index;
      partition.offset =
          place.timestamp == -1 ? log(place.partition_index).end() : log(place.partition_index).start();
    }
  }
  return response;
}

FloorLog& Floor::log(int32_t partition) {
  auto index = static_cast<size_t>(partition);
  CHECK(index < 10'000);
  while (logs_.size() <= index) {
    logs_.push_back(std::make_unique<FloorLog>(fmt::format("{}/{}", folder_, logs_.size()), segment_bytes_));
  }
  return *logs_[index];
}

// Produce, version 13, read without the message's vectors.
void Floor::produce(int socket, int32_t correlation_id, Reader& body, std::span<uint8_t> frame) {
  ProduceResponse response;
  body.nullable_string(true);
  body.i16();
  body.i32();
  for (uint32_t topics = body.array(true, 1, 1); topics > 0; --topics) {
    auto& topic = response.responses.emplace_back();
    topic.topic_id = body.uuid();
    for (uint32_t left = body.array(true, 1, 1); left > 0; --left) {
      auto& partition = topic.partition_responses.emplace_back();
      partition.index = body.i32();
      ByteView records = body.records(true).bytes;
      body.skip_tags();
      MutableBatch batch = frame.subspan(static_cast<size_t>(records.data() - frame.data()), records.size());
      if (batch.size() > batch_layout::kRecords && BatchView(batch).crc_matches()) {
        partition.base_offset = log(partition.index).append(batch);
      } else {
        partition.error_code = kCorruptMessage;
      }
    }
    body.skip_tags();
  }
  answer(socket, 13, correlation_id, response);
}

void Floor::fetch(int socket, int32_t correlation_id, FetchRequest request) {
  Parked parked{socket, correlation_id, now_ms() + request.max_wait_ms, std::move(request)};
  if (!answer_fetch(parked, false)) parked_.push_back(std::move(parked));
}

// False when there is nothing yet.
bool Floor::answer_fetch(const Parked& parked, bool whatever_there_is) {
  FetchResponse response;
  std::vector<FloorLog::Slice> slices;
  uint32_t left = static_cast<uint32_t>(parked.request.max_bytes);
  bool any = whatever_there_is;
  for (const auto& asked : parked.request.topics) {
    auto& topic = response.responses.emplace_back();
    topic.topic_id = asked.topic_id;
    for (const auto& place : asked.partitions) {
      FloorLog& from = log(place.partition);
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = place.partition;
      partition.high_watermark = from.end();
      if (place.fetch_offset < from.start() || place.fetch_offset > from.end()) {
        partition.error_code = kOffsetOutOfRange;
        any = true;
        continue;
      }
      auto slice =
          from.find(place.fetch_offset, std::min(left, static_cast<uint32_t>(place.partition_max_bytes)));
      left -= slice.size;
      any |= slice.size > 0;
      partition.records = Records{{}, slice.size};
      if (slice.size > 0) slices.push_back(slice);
    }
  }
  if (!any) return false;
  out_.clear();
  auto splices = append_response(out_, 17, parked.correlation_id, response);
  std::erase_if(splices, [](const Splice& splice) { return splice.size == 0; });
  CHECK(splices.size() == slices.size());
  size_t at = 0;
  for (size_t i = 0; i < slices.size(); ++i) {
    send_all(parked.socket, ByteView(out_).subspan(at, splices[i].position - at), MSG_MORE);
    at = splices[i].position;
    off_t position = slices[i].position;
    off_t end = position + slices[i].size;
    while (position < end) {
      if (sendfile(parked.socket, slices[i].file, &position, static_cast<size_t>(end - position)) <= 0) break;
    }
  }
  send_all(parked.socket, ByteView(out_).subspan(at), 0);
  return true;
}

void Floor::look_at_parked() {
  int64_t now = now_ms();
  std::erase_if(parked_,
                [&](const Parked& parked) { return answer_fetch(parked, parked.deadline_ms <= now); });
}

}  // namespace
}  // namespace klamm::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: klamm_floor PORT FOLDER SEGMENT_BYTES\n");
    return 2;
  }
  klamm::bench::Floor(argv[2], std::atoi(argv[1]), static_cast<uint32_t>(std::atol(argv[3]))).run();
}
