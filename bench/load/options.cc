#include "bench/load/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>

namespace klamm::bench {
namespace {

using protocol::Codec;

constexpr int64_t kMibMax = int64_t{1} << 40;

template <class Number>
bool parse(std::string_view text, Number& into) {
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
  return failed == std::errc() && end == text.data() + text.size();
}

// A rate or a number of seconds: "inf" and "nan" are numbers too, but none that a run could last.
bool parse_quantity(std::string_view text, double& into) {
  return parse(text, into) && std::isfinite(into) && into >= 0;
}

bool parse_address(std::string_view text, Address& into) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  into.host = text.substr(0, colon);
  into.port = text.substr(colon + 1);
  return true;
}

// One, or several with commas between; 0 for none that is known.
bool parse_pids(std::string_view text, std::vector<int>& into) {
  into.clear();
  while (true) {
    const size_t end = std::min(text.find(','), text.size());
    if (!parse(text.substr(0, end), into.emplace_back()) || into.back() < 0) return false;
    if (end == text.size()) return true;
    text.remove_prefix(end + 1);
  }
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

bool parse_uuid(std::string_view text, Uuid& into) {
  auto parsed = Uuid::from_string(text);
  if (parsed) into = *parsed;
  return parsed.has_value();
}

bool set_option(Options& options, std::string_view name, std::string_view value) {
  auto text = [&](std::string& into) {
    into = value;
    return true;
  };
  using Setter = std::function<bool()>;
  const std::map<std::string_view, Setter> setters = {
      {"address", [&] { return parse_address(value, options.address); }},
      {"pid", [&] { return parse_pids(value, options.pids); }},
      {"topic", [&] { return text(options.topic); }},
      {"partitions", [&] { return parse(value, options.partitions) && options.partitions > 0; }},
      {"replication-factor",
       [&] { return parse(value, options.replication_factor) && options.replication_factor > 0; }},
      {"record-size", [&] { return parse(value, options.record_size) && options.record_size >= 0; }},
      {"codec", [&] { return parse_codec(value, options.codec); }},
      {"request-records",
       [&] { return parse(value, options.request_records) && options.request_records > 0; }},
      {"request-partitions",
       [&] { return parse(value, options.request_partitions) && options.request_partitions > 0; }},
      {"rate", [&] { return parse_quantity(value, options.rate); }},
      {"connections", [&] { return parse(value, options.connections) && options.connections > 0; }},
      {"in-flight", [&] { return parse(value, options.in_flight) && options.in_flight > 0; }},
      {"warmup", [&] { return parse_quantity(value, options.warmup_s); }},
      {"seconds", [&] { return parse_quantity(value, options.seconds) && options.seconds > 0; }},
      {"fill-mib",
       [&] {
         bool ok =
             parse(value, options.fill_bytes) && options.fill_bytes >= 0 && options.fill_bytes < kMibMax;
         if (ok) options.fill_bytes <<= 20;
         return ok;
       }},
      {"fetch-bytes", [&] { return parse(value, options.fetch_bytes); }},
      {"segment-bytes", [&] { return text(options.segment_bytes); }},
      {"retention-bytes", [&] { return text(options.retention_bytes); }},
      {"cold-topic", [&] { return text(options.cold_topic); }},
      {"cold-folder", [&] { return text(options.cold_folder); }},
      {"cold-rate-mib", [&] { return parse_quantity(value, options.cold_rate_mib); }},
      {"groups", [&] { return parse(value, options.groups) && options.groups > 0; }},
      {"members", [&] { return parse(value, options.members) && options.members > 0; }},
      {"threads", [&] { return parse(value, options.threads) && options.threads > 0; }},
      {"beat-ms", [&] { return parse(value, options.beat_ms) && options.beat_ms > 0; }},
      {"keys", [&] { return parse(value, options.keys) && options.keys >= 0; }},
      {"records", [&] { return parse(value, options.records) && options.records > 0; }},
      {"topic-id", [&] { return parse_uuid(value, options.topic_id); }},
      {"folder", [&] { return text(options.folder); }},
      {"ca", [&] { return text(options.tls.ca); }},
      {"certificate", [&] { return text(options.tls.certificate); }},
      {"key", [&] { return text(options.tls.key); }},
      {"cipher", [&] { return text(options.tls.cipher); }},
      {"user", [&] { return text(options.address.user); }},
      {"password", [&] { return text(options.address.password); }},
      {"count", [&] { return parse(value, options.count) && options.count > 0; }},
      {"node-id", [&] { return parse(value, options.node_id) && options.node_id >= 0; }},
      {"kind", [&] { return text(options.kind); }},
      {"log", [&] { return text(options.log); }},
  };
  auto found = setters.find(name);
  return found != setters.end() && found->second();
}

}  // namespace

Result<Options, Failure> parse_options(std::span<const std::string_view> arguments) {
  if (arguments.empty()) return Error{Failure{"no mode"}};
  Options options;
  options.mode = arguments[0];
  size_t at = 1;
  for (; at < arguments.size() && arguments[at] != "--"; at += 2) {
    bool whole = arguments[at].starts_with("--") && at + 1 < arguments.size();
    if (!whole || !set_option(options, arguments[at].substr(2), arguments[at + 1])) {
      return Error{Failure{fmt::format("what is {}?", arguments[at])}};
    }
  }
  options.address.tls = make_tls(options.tls);
  for (++at; at < arguments.size(); ++at) options.command.emplace_back(arguments[at]);
  // A connection without partitions would send requests without records, as fast as it can.
  if (options.connections > options.partitions) {
    return Error{Failure{fmt::format("{} connections have no partition to themselves among {}",
                                     options.connections, options.partitions)}};
  }
  return options;
}

}  // namespace klamm::bench
