// klamm_bench: load against any broker that speaks Kafka's protocol, and what it cost the broker.

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>

#include "bench/load/runs.h"

namespace {

using namespace klamm::bench;
using klamm::protocol::Codec;

constexpr std::string_view kUsage =
    "usage: klamm_bench MODE [--option VALUE]... [-- COMMAND...]\n"
    "modes: produce, consume, fill, steady, idle, first-ack, client-produce, client-consume\n"
    "  --address HOST:PORT  --pid N  --topic NAME  --partitions N  --record-size BYTES  --codec "
    "none|lz4|...\n"
    "  --request-records N  --rate RECORDS_PER_S (0: saturate)  --connections N  --in-flight N\n"
    "  --warmup S  --seconds S  --fill-mib N  --fetch-bytes N  --segment-bytes N  --retention-bytes N\n"
    "  --cold-topic NAME  --cold-folder PATH  --cold-rate-mib N   (steady: a slow reader of cold data)\n"
    "  --log FILE -- COMMAND...                                   (first-ack: what to start)\n";

template <class Number>
bool parse(std::string_view text, Number& into) {
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
  return failed == std::errc() && end == text.data() + text.size();
}

bool parse_address(std::string_view text, Address& into) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  into = {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
  return true;
}

bool parse_codec(std::string_view text, Codec& into) {
  static const std::map<std::string_view, Codec> kCodecs = {{"none", Codec::kNone},
                                                            {"gzip", Codec::kGzip},
                                                            {"snappy", Codec::kSnappy},
                                                            {"lz4", Codec::kLz4},
                                                            {"zstd", Codec::kZstd}};
  auto found = kCodecs.find(text);
  if (found == kCodecs.end()) return false;
  into = found->second;
  return true;
}

bool set_option(Options& options, std::string_view name, std::string_view value) {
  auto text = [&](std::string& into) {
    into = value;
    return true;
  };
  using Setter = std::function<bool()>;
  const std::map<std::string_view, Setter> setters = {
      {"address", [&] { return parse_address(value, options.address); }},
      {"pid", [&] { return parse(value, options.pid); }},
      {"topic", [&] { return text(options.topic); }},
      {"partitions", [&] { return parse(value, options.partitions) && options.partitions > 0; }},
      {"record-size", [&] { return parse(value, options.record_size) && options.record_size >= 0; }},
      {"codec", [&] { return parse_codec(value, options.codec); }},
      {"request-records",
       [&] { return parse(value, options.request_records) && options.request_records > 0; }},
      {"rate", [&] { return parse(value, options.rate); }},
      {"connections", [&] { return parse(value, options.connections) && options.connections > 0; }},
      {"in-flight", [&] { return parse(value, options.in_flight) && options.in_flight > 0; }},
      {"warmup", [&] { return parse(value, options.warmup_s); }},
      {"seconds", [&] { return parse(value, options.seconds); }},
      {"fill-mib",
       [&] {
         bool ok = parse(value, options.fill_bytes);
         options.fill_bytes <<= 20;
         return ok;
       }},
      {"fetch-bytes", [&] { return parse(value, options.fetch_bytes); }},
      {"segment-bytes", [&] { return text(options.segment_bytes); }},
      {"retention-bytes", [&] { return text(options.retention_bytes); }},
      {"cold-topic", [&] { return text(options.cold_topic); }},
      {"cold-folder", [&] { return text(options.cold_folder); }},
      {"cold-rate-mib", [&] { return parse(value, options.cold_rate_mib); }},
      {"log", [&] { return text(options.log); }},
  };
  auto found = setters.find(name);
  return found != setters.end() && found->second();
}

bool parse_arguments(const std::vector<std::string_view>& arguments, Options& options) {
  if (arguments.empty()) return false;
  options.mode = arguments[0];
  size_t at = 1;
  for (; at < arguments.size() && arguments[at] != "--"; at += 2) {
    bool whole = arguments[at].starts_with("--") && at + 1 < arguments.size();
    if (!whole || !set_option(options, arguments[at].substr(2), arguments[at + 1])) {
      fmt::print(stderr, "klamm_bench: what is {}?\n", arguments[at]);
      return false;
    }
  }
  for (++at; at < arguments.size(); ++at) options.command.emplace_back(arguments[at]);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse_arguments({argv + 1, argv + argc}, options)) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  const std::map<std::string_view, Report (*)(const Options&)> modes = {
      {"produce", run_produce},
      {"consume", run_consume},
      {"fill", run_fill},
      {"steady", run_steady},
      {"idle", run_idle},
      {"first-ack", run_first_ack},
      {"client-produce", run_client_produce},
      {"client-consume", run_client_consume},
  };
  auto mode = modes.find(options.mode);
  if (mode == modes.end() || (options.mode == "first-ack" && options.command.empty())) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  Report report = mode->second(options);
  fmt::print(stderr, "{}\n", report.to_line());
  fmt::print("{}\n", report.to_json());
  return 0;
}
