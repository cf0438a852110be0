#include "tests/testing.h"

#include "tests/broker/lifecycle_fixture.h"

#include <fmt/format.h>

#include <algorithm>

namespace klamm::broker::testing {
namespace {

using protocol::BrokerHeartbeatRequest;
using protocol::BrokerHeartbeatResponse;
using protocol::BrokerRegistrationRequest;
using protocol::BrokerRegistrationResponse;

std::string list(const std::vector<Uuid>& ids) {
  std::string text;
  for (const Uuid& id : ids) {
    text += (text.empty() ? "" : ",") + std::to_string(id.bytes[14] * 256 + id.bytes[15]);
  }
  return text.empty() ? "none" : text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + part;
  return all;
}

bool has(std::string_view text, std::string_view words) { return text.find(words) != text.npos; }

}  // namespace

std::string text_of(const LifecycleRequest& request) {
  const auto* beat = std::get_if<BrokerHeartbeatRequest>(&request.message);
  if (beat == nullptr) return "register";
  return fmt::format("beat {} at {}{}{}{}{}", beat->broker_epoch, beat->current_metadata_offset,
                     beat->want_fence ? ", fence" : "", beat->want_shut_down ? ", shut down" : "",
                     beat->offline_log_dirs.empty() ? "" : ", offline " + list(beat->offline_log_dirs),
                     beat->cordoned_log_dirs ? ", cordoned " + list(*beat->cordoned_log_dirs) : "");
}

BrokerIdentity LoneBroker::identity() {
  return {.id = NodeId{1},
          .cluster_id = "cluster",
          .incarnation_id = id(701),
          .endpoints = {{"PLAINTEXT", "host-1", 9092, 0}, {"SECURE", "host-1", 9093, 3}},
          .rack = "north",
          .directories = {id(951), id(901)},
          .previous_epoch = 7};
}

std::string LoneBroker::perform(LifecycleOutput output) {
  for (const LifecycleLine& line : output.log) log.push_back(line.text);
  std::vector<std::string> parts;
  if (output.registered) parts.push_back(fmt::format("registered {}", *output.registered));
  if (output.caught_up) parts.push_back("caught up");
  if (output.fenced) parts.push_back(*output.fenced ? "fenced" : "unfenced");
  if (output.may_stop) parts.push_back("may stop");
  if (!output.fatal.empty()) {
    fatal = output.fatal;
    parts.push_back("fatal");
  }
  if (output.request) {
    request = *output.request;
    parts.push_back(text_of(request));
  }
  return joined(parts);
}

std::string LoneBroker::registered(int64_t epoch) {
  BrokerRegistrationResponse response;
  response.broker_epoch = epoch;
  return answer(response);
}

std::string LoneBroker::beat(std::string_view said) {
  BrokerHeartbeatResponse response;
  response.is_caught_up = has(said, "caught up");
  response.is_fenced = has(said, "fenced");
  response.should_shut_down = has(said, "shut down");
  return answer(response);
}

std::string LoneBroker::refuse(protocol::ErrorCode code) {
  if (std::holds_alternative<BrokerHeartbeatRequest>(request.message)) {
    BrokerHeartbeatResponse response;
    response.error_code = wire_value(code);
    return answer(response);
  }
  BrokerRegistrationResponse response;
  response.error_code = wire_value(code);
  return answer(response);
}

std::string LoneBroker::read_to(int64_t offset) {
  image.set_last_applied({Offset{offset}, Epoch{1}, 0});
  return perform(life->on_metadata(image, now_ms));
}

std::string LoneBroker::read(const MetadataRecord& record) {
  REQUIRE(image.apply(record).ok());
  return read_to(image.last_applied().offset.value + 1);
}

void LoneBroker::to_recovery() {
  to_starting();
  read_to(100);
  beat("fenced");
  REQUIRE(beat("caught up, fenced") == "caught up");
  REQUIRE(pass(10) == "beat 100 at 100, fence");
}

void LoneBroker::to_running() {
  to_recovery();
  ready();
  REQUIRE(beat("caught up, fenced") == "beat 100 at 100");
  REQUIRE(beat() == "unfenced");
}

void LoneBroker::to_pending() {
  to_running();
  REQUIRE(shut_down() == "beat 100 at 100, shut down");
}

bool LoneBroker::has_log(std::string_view words) const {
  return std::any_of(log.begin(), log.end(), [&](const std::string& line) { return has(line, words); });
}

}  // namespace klamm::broker::testing
