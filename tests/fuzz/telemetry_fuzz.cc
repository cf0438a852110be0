// What clients push as their metrics, from the request to what a scrape shows of it: each codec unpacks no
// further than telemetry.max.bytes, and what is packed counts as what is not; what is shown is UTF-8, one
// sample in a line, of nobody but the client that pushed it, and nothing is shown twice; memory is a small
// multiple of what was sent. What is read of a message by itself is otlp_fuzz's.
//
// The first byte says how it was packed and is shown, the second how many bytes the client's own id has. Then
// come these, and the message; packed already, or to be packed here.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "broker/metadata/cluster_image.h"
#include "broker/metrics/exposition.h"
#include "broker/scrape/pushed_section.h"
#include "broker/telemetry/client_subscriptions.h"
#include "broker/telemetry/otlp_metrics.h"
#include "protocol/compression.h"
#include "protocol/metadata_record.h"
#include "security/utf8.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::broker;
using protocol::Codec;
using protocol::ErrorCode;
using security::is_utf8;

namespace {

constexpr int32_t kSizeMax = 8 << 10;  // telemetry.max.bytes
constexpr int64_t kIntervalMs = 100;
constexpr PushedMetrics::Limits kLimits{
    .clients = 2, .of_each = 20, .bytes = 8'000, .labels_size = 600, .name_size = 60};

// What was sent is there plain as well; of a message that is taken, names and labels of each value, which
// kLimits ends; the client's id in several places. Beside it: what the decoders need, of which lz4's largest
// blocks are the most, and with zstd the window that a frame asks for, up to 128 MiB, of which only what
// comes out is touched.
constexpr size_t kMemoryPerByte = 64;
constexpr size_t kMemoryBeside = 24 << 20;
constexpr size_t kZstdWindowMax = (128 << 20) + (1 << 20);

class StoppedClock final : public Clock {
 public:
  int64_t wall_ms() const override { return now_ms; }
  int64_t monotonic_ms() const override { return now_ms; }

  int64_t now_ms = 1'000;
};

struct Input {
  int8_t compression = 0;  // as the request says
  bool is_to_be_packed = false;
  metrics::Format format = metrics::Format::kText;
  std::string_view client_id{};
  ByteView message{};
};

Input read_input(ByteView bytes) {
  Input input;
  input.compression = static_cast<int8_t>(bytes[0] & 7);
  input.is_to_be_packed = (bytes[0] & 8) != 0;
  if ((bytes[0] & 16) != 0) input.format = metrics::Format::kOpenMetrics;
  const ByteView rest = bytes.subspan(2);
  const size_t id_size = std::min<size_t>(bytes[1], rest.size());
  input.client_id = as_text(rest.first(id_size));
  input.message = rest.subspan(id_size);
  return input;
}

// A cluster that asks all clients for everything.
ClusterImage make_image() {
  ClusterImage image;
  for (const auto& [key, value] : {std::pair("metrics", "*"), std::pair("interval.ms", "100")}) {
    protocol::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(ConfigResourceType::kClientMetrics);
    record.resource_name = "all";
    record.name = key;
    record.value = value;
    CHECK(image.apply(record).ok());
  }
  return image;
}

Bytes packed(Codec codec, ByteView message) {
  static protocol::Compressor compressor;
  Bytes out;
  compressor.compress(protocol::Compression::by_default(codec), message, out);
  return out;
}

bool is_metrics(ByteView message) {
  size_t passed_over = 0;
  return read_otlp_metrics(message, [](const OtlpPoint&) {}, passed_over);
}

// Whether a push is answered as it should be. Of what came packed nobody knows here what it is.
bool is_right(ErrorCode error, const Input& input, ByteView sent) {
  const auto codec = protocol::codec_of(input.compression);
  if (!codec) return error == ErrorCode::kUnsupportedCompressionType;
  if (sent.size() > size_t{kSizeMax}) return error == ErrorCode::kTelemetryTooLarge;
  if (sent.empty()) return error == ErrorCode::kNone;
  if (*codec != Codec::kNone && !input.is_to_be_packed)
    return error == ErrorCode::kNone || error == ErrorCode::kInvalidRecord;
  const bool is_taken = input.message.size() <= size_t{kSizeMax} && is_metrics(input.message);
  return error == (is_taken ? ErrorCode::kNone : ErrorCode::kInvalidRecord);
}

bool is_name(std::string_view text) {
  return !text.empty() && (text.front() < '0' || text.front() > '9') && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_number(std::string_view text) {
  if (text == "NaN" || text == "+Inf" || text == "-Inf") return true;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && text.find('n') == text.npos;
}

// A line of the exposition, read by the rules of the format alone.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  // Up to one of these, which stays.
  std::string word(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return std::string(taken);
  }
  std::string quoted() {
    CHECK(take("\""));
    std::string text;
    while (!take("\"")) {
      CHECK(!rest_.empty());
      if (take("\\n")) {
        text += '\n';
        continue;
      }
      if (take("\\")) CHECK(rest_.starts_with('\\') || rest_.starts_with('"'));
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    return text;
  }

 private:
  std::string_view rest_;
};

using LabelSet = std::map<std::string, std::string>;

// The labels of a sample of this family.
LabelSet check_sample(std::string_view text, const std::string& family) {
  Line line(text);
  CHECK(line.word("{ ") == family && line.take("{"));
  LabelSet labels;
  do {
    const std::string name = line.word("=");
    CHECK(is_name(name) && line.take("="));
    CHECK(labels.emplace(name, line.quoted()).second);
  } while (line.take(","));
  CHECK(line.take("} ") && is_number(line.rest()));
  return labels;
}

// Gives the number of samples.
size_t check_text(std::string_view text, const Uuid& client, const Input& input) {
  CHECK(is_utf8(text) && (text.empty() || text.ends_with('\n')));
  std::set<std::string> families;
  std::set<std::pair<std::string, LabelSet>> samples;
  std::string family;
  size_t count = 0;
  bool is_over = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    CHECK(!is_over);
    Line head(line);
    if (head.take("# HELP ")) {
      family = head.word(" ");
      CHECK(is_name(family) && family.starts_with("kafka_client_") && families.insert(family).second);
    } else if (head.take("# TYPE ")) {
      CHECK(head.rest() == family + " gauge");
    } else if (head.take("# EOF")) {
      is_over = true;
      CHECK(head.rest().empty());
    } else {
      LabelSet labels = check_sample(line, family);
      // Whose it is can be said by nobody else.
      CHECK(labels["client_instance_id"] == client.to_string());
      if (is_utf8(input.client_id) && input.client_id.size() <= 128)
        CHECK(labels["client_id"] == input.client_id);
      CHECK(samples.emplace(family, std::move(labels)).second);
      ++count;
    }
  }
  CHECK(is_over == (input.format == metrics::Format::kOpenMetrics));
  return count;
}

std::string shown(const PushedMetrics& pushed, metrics::Format format) {
  metrics::Exposition out(format);
  scrape::PushedSection section(pushed);
  while (section.write(out) != scrape::Progress::kDone) {
  }
  out.end();
  return out.take();
}

void run(const Input& input, ByteView sent, const ClusterImage& image) {
  StoppedClock clock;
  SeededRandom random(1);
  PushedMetrics pushed(kLimits);
  ClientSubscriptions subscriptions{{clock, random, pushed, kSizeMax}};
  Request request;
  request.header.client_id = input.client_id;
  request.client = std::make_shared<ClientInfo>();
  const auto told = subscriptions.subscribe(Uuid(), request, image.configs());
  CHECK(told.error == ErrorCode::kNone && !told.client.is_zero());
  CHECK(told.metrics == std::vector<std::string>{"*"} && told.interval_ms == kIntervalMs);
  // What comes again adds nothing: the same series have new values.
  size_t samples = 0;
  for (int round = 0; round < 2; ++round) {
    const ClientSubscriptions::Push push{.client = told.client,
                                         .subscription_id = told.id,
                                         .compression = input.compression,
                                         .metrics = sent};
    const ErrorCode error = subscriptions.push(push, request, image.configs());
    CHECK(is_right(error, input, sent));
    clock.now_ms += kIntervalMs;
    const std::string text = shown(pushed, input.format);
    const size_t count = check_text(text, told.client, input);
    CHECK(count <= kLimits.of_each && (error == ErrorCode::kNone || count == 0));
    CHECK(round == 0 || count == samples);
    samples = count;
  }
  const auto counts = subscriptions.counts();
  CHECK(counts.clients == 1 && counts.throttled == 0 && counts.taken + counts.malformed <= 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const ClusterImage image = make_image();
  if (size < 2) return 0;
  const Input input = read_input({data, size});
  const auto codec = protocol::codec_of(input.compression);
  Bytes sent(input.message.begin(), input.message.end());
  if (input.is_to_be_packed && codec && !sent.empty()) sent = packed(*codec, input.message);
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside + (codec == Codec::kZstd ? kZstdWindowMax : 0));
  run(input, sent, image);
  return 0;
}
