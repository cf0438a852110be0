// What a broker may answer to the tools: never a crash, an end however it answers, and memory in proportion
// to what it has sent. What a tool sends is a whole frame each time, of a request and a version that the
// broker has said it knows; it reads to the end of a frame and no further; and over a connection on which
// something else came than the answer, nothing is sent any more.
//
// tool_runs.h tells how the bytes become a tool's command line and the answers.
#include "tests/fuzz/tool_runs.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/client/stream.h"
#include "cli/output.h"
#include "cli/tool.h"
#include "protocol/catalog.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/fetch_response.h"
#include "storage/posix_disk.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/unpacked_batches.h"

using namespace klamm;
using namespace klamm::cli;

namespace {

// An answer is there as it came, decoded (for which the reader's allowance is eight times its bytes), in the
// tool's own maps and in its text; here once more. Beside it: a frame's first room for each connection, the
// tables of APIs and options, and the decoders' scratch.
constexpr size_t kMemoryPerByte = 400;
constexpr size_t kMemoryBeside = 64 << 20;
constexpr size_t kUnpackedMax = 64 << 10;
// No more room than that is made for what has not come.
constexpr size_t kRoomMax = 256 << 10;
// Behind these nobody is reached any more, so that what tries again comes to its end.
constexpr int kConnectionsMax = 100;
// What a tool does with the network in a run, ten times over: one that does more would go on without end.
constexpr int kStepsMax = 1'000'000;
constexpr size_t kPiece = 3;

class SteppedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return 1'700'000'000'000 + now_ms; }
  int64_t monotonic_ms() const override { return now_ms; }

  int64_t now_ms = 0;
};

class NoSink final : public Sink {
 public:
  void write(std::string_view) override {}
};

const protocol::MessageInfo* request_info(int16_t key) {
  for (const protocol::MessageInfo& info : protocol::messages()) {
    if (info.kind == protocol::MessageKind::kRequest && info.key == key) return &info;
  }
  return nullptr;
}

class HostileBroker final : public Network {
 public:
  HostileBroker(ByteView answers, uint8_t age, bool has_own_versions, SteppedClock& clock, MemoryBound& bound)
      : rest_(answers), has_own_versions_(has_own_versions), clock_(clock), bound_(bound) {
    for (const protocol::MessageInfo& info : protocol::messages()) {
      if (info.kind != protocol::MessageKind::kRequest) continue;
      versions_[info.key] = std::max<int>(info.version_min, info.version_max - age % 16);
    }
  }

  Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline& deadline) override;
  void pause(int64_t ms) override {
    CHECK(ms >= 0);
    step(ms);
  }

  struct Answered {
    Bytes bytes;
    bool closes = false;
    bool in_pieces = false;
  };
  // `request` is a frame without its size.
  Answered answer(ByteView request, int32_t correlation);
  void tick() { step(1); }

 private:
  void step(int64_t ms) {
    CHECK(++steps_ <= kStepsMax);
    clock_.now_ms += ms;
  }
  void answer_versions(int16_t version, int32_t correlation, Bytes& out) const;
  // False for what unpacks to very much, which tools take as Kafka's do.
  bool may_fetch(ByteView body, int16_t version);

  ByteView rest_;
  const bool has_own_versions_;
  SteppedClock& clock_;
  MemoryBound& bound_;
  std::map<int16_t, int> versions_;  // the newest of each API
  int connections_ = 0;
  int steps_ = 0;
  bool allows_zstd_ = false;
};

class HostileStream final : public Stream {
 public:
  explicit HostileStream(HostileBroker& broker) : broker_(broker) {}

  Attempt<> send(ByteView bytes, const Deadline&) override {
    CHECK(!is_broken_);
    broker_.tick();
    if (closes_) {
      is_broken_ = true;
      return network_error("sending failed: Broken pipe");
    }
    // The answer before was read, and with it its whole frame.
    CHECK(head_ == 0 && left_ == 0);
    CHECK(bytes.size() > 4 && load_be32(bytes.data()) == bytes.size() - 4);
    HostileBroker::Answered answered = broker_.answer(bytes.subspan(4), ++correlation_);
    out_.insert(out_.end(), answered.bytes.begin(), answered.bytes.end());
    closes_ = answered.closes;
    in_pieces_ = answered.in_pieces;
    return {};
  }

  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline&) override {
    CHECK(!is_broken_ && !into.empty());
    broker_.tick();
    CHECK(into.size() <= (left_ > 0 ? std::min(left_, kRoomMax) : sizeof word_ - head_));
    const size_t most = in_pieces_ ? kPiece : into.size();
    const size_t count = std::min({into.size(), out_.size(), most});
    if (count > 0) std::memcpy(into.data(), out_.data(), count);
    out_.erase(out_.begin(), out_.begin() + static_cast<ptrdiff_t>(count));
    is_broken_ = count == 0;
    note(into.first(count));
    return count;
  }

 private:
  // Follows what the other end reads: a size, and as many bytes, that begin with the request's number.
  void note(ByteView taken) {
    if (left_ == 0) {
      std::memcpy(word_ + head_, taken.data(), taken.size());
      head_ += taken.size();
      if (head_ < sizeof word_) return;
      head_ = 0;
      left_ = load_be32(word_);
      at_ = 0;
      is_broken_ = left_ == 0 || left_ > (size_t{1} << 30);
      return;
    }
    for (const uint8_t byte : taken) {
      if (at_ < sizeof word_) word_[at_] = byte;
      ++at_;
    }
    left_ -= taken.size();
    const bool is_ours = at_ >= sizeof word_ && load_be32(word_) == static_cast<uint32_t>(correlation_);
    if (left_ == 0 && !is_ours) is_broken_ = true;
  }

  HostileBroker& broker_;
  Bytes out_;
  int32_t correlation_ = 0;
  bool closes_ = false;
  bool in_pieces_ = false;
  bool is_broken_ = false;  // of no use any more to the other end
  uint8_t word_[4] = {};    // a frame's size, and then its first bytes
  size_t head_ = 0;         // how much of the size was read
  size_t left_ = 0;         // of the frame that is being read
  size_t at_ = 0;           // how much of it was
};

Attempt<std::unique_ptr<Stream>> HostileBroker::connect(const HostPort& to, const Deadline&) {
  tick();
  if (++connections_ > kConnectionsMax) return failed("there is no way to " + to.text());
  return std::unique_ptr<Stream>(std::make_unique<HostileStream>(*this));
}

void HostileBroker::answer_versions(int16_t version, int32_t correlation, Bytes& out) const {
  protocol::ApiVersionsResponse response;
  for (const auto& [key, newest] : versions_)
    response.api_keys.push_back({key, request_info(key)->version_min, static_cast<int16_t>(newest)});
  protocol::append_response(out, version, correlation, response);
}

bool HostileBroker::may_fetch(ByteView body, int16_t version) {
  protocol::Reader reader(body);
  protocol::FetchResponse response;
  response.read(reader, version);
  if (!reader.ok()) return true;
  size_t bytes = 0;
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partitions) {
      if (!partition.records) continue;
      const auto plain = unpacked(partition.records->bytes, kUnpackedMax - bytes);
      if (!plain) return false;
      bytes += plain->bytes;
      if (plain->has_zstd && !std::exchange(allows_zstd_, true)) bound_.allow(2 * kZstdWindowMax);
    }
  }
  bound_.allow(kMemoryPerByte * bytes);
  return true;
}

HostileBroker::Answered HostileBroker::answer(ByteView request, int32_t correlation) {
  protocol::Reader reader(request);
  protocol::RequestHeader header;
  header.read(reader);
  const protocol::MessageInfo* info = request_info(header.api_key);
  CHECK(reader.ok() && info != nullptr && header.correlation_id == correlation);
  CHECK(header.api_version >= info->version_min && header.api_version <= info->version_max);
  const bool is_versions = header.api_key == protocol::ApiVersionsRequest::kKey;
  CHECK(is_versions || has_own_versions_ || header.api_version <= versions_.at(header.api_key));
  Bytes again;
  CHECK(info->recode(reader.rest(), header.api_version, again));

  Answered answered;
  if (is_versions && !has_own_versions_) {
    answer_versions(header.api_version, correlation, answered.bytes);
    return answered;
  }
  answered.closes = true;
  if (!has_tool_answer(rest_)) return answered;
  const ToolAnswer next = take_tool_answer(rest_);
  const bool is_fetch = header.api_key == 1;
  if (is_fetch && !may_fetch(next.body, header.api_version)) return answered;
  answered.closes = (next.how & kCloses) != 0;
  answered.in_pieces = (next.how & kInPieces) != 0;
  if ((next.how & kRaw) != 0 && !is_fetch) {
    answered.bytes.assign(next.body.begin(), next.body.end());
    answered.closes = true;
    return answered;
  }
  const size_t start = protocol::begin_frame(answered.bytes);
  protocol::Writer writer(answered.bytes);
  const int32_t number = correlation + ((next.how & kOtherQuestion) != 0 ? 1 : 0);
  protocol::write_response_header(writer, header.api_key, header.api_version, number);
  writer.raw(next.body);
  protocol::end_frame(answered.bytes, start, writer.splices());
  return answered;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const ToolRun& chosen = tool_runs()[data[0] % tool_runs().size()];
  const Tool* tool = find_tool_by_name(chosen.tool);
  CHECK(tool != nullptr);
  std::vector<std::string_view> words = {"--bootstrap-server", "b:9092"};
  words.insert(words.end(), chosen.words.begin(), chosen.words.end());

  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  SteppedClock clock;
  HostileBroker broker({data + 3, size - 3}, data[1], (data[2] & kOwnVersions) != 0, clock, bound);
  SeededRandom random(1);
  storage::PosixDisk disk;
  NoSink out, err;
  Console console(out, err);
  TextSource input("a\nb\n");
  Session session{.console = console,
                  .input = input,
                  .disk = disk,
                  .network = broker,
                  .clock = clock,
                  .random = random,
                  .environment = [](const std::string&) { return std::optional<std::string>(); },
                  .program = std::string(chosen.tool),
                  .is_native = chosen.is_native};
  const int status = tool->run(session, words);
  CHECK(status == 0 || status == 1);
  return 0;
}
