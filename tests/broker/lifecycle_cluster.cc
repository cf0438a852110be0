#include "tests/testing.h"

#include "tests/broker/lifecycle_cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/controller/broker_changes.h"

namespace klamm::broker::testing {

LifeCluster::Fate LifeCluster::fate(int32_t) {
  return has_controller ? Fate::kDecided : Fate::kNotController;
}

void LifeCluster::start(int32_t number, int64_t previous_epoch) {
  BrokerIdentity identity{.id = NodeId{number},
                          .cluster_id = std::string(kCluster),
                          .incarnation_id = id(10'000 + ++lives_),
                          .endpoints = {{"PLAINTEXT", "host", 9092, 0}},
                          .rack = std::nullopt,
                          .directories = {id(900 + number), id(950 + number)},
                          .previous_epoch = previous_epoch};
  nodes[number] = Node{};
  nodes[number].life = std::make_unique<BrokerLifecycle>(identity, LifecycleTimes{}, random);
  push(number, life(number).start(now_ms));
  publish();
  drain();
}

void LifeCluster::shut_down(int32_t number) {
  push(number, life(number).begin_controlled_shutdown(now_ms));
  drain();
}

void LifeCluster::mend(int32_t number) {
  nodes[number].cut = false;
  publish();
  drain();
  push(number, life(number).on_controller_found(now_ms));
  drain();
}

void LifeCluster::find_controller() {
  has_controller = true;
  sessions.take_over(image.brokers(), now_ms);
  for (auto& [number, node] : nodes) push(number, node.life->on_controller_found(now_ms));
  drain();
}

void LifeCluster::fence_by_controller(int32_t number) {
  Draft draft(view());
  broker::fence(draft, NodeId{number});
  note(records, ManyBrokers::perform(draft.take()));
  sessions.fenced(NodeId{number}, broker(number).epoch);
  publish();
  drain();
}

void LifeCluster::pass(int64_t ms) {
  const int64_t until_ms = now_ms + ms;
  for (int64_t turns = 0; true; ++turns) {
    REQUIRE(turns < 10'000);  // who always wants to be called again does not get on
    now_ms = std::clamp(next_deadline_ms().value_or(until_ms), now_ms, until_ms);
    for (auto& [number, node] : nodes) push(number, node.life->tick(now_ms));
    drain();
    while (has_controller && sessions.expired(image.brokers(), now_ms)) note(records, expire());
    publish();
    drain();
    if (now_ms == until_ms) return;
  }
}

// Of a controller that is gone, sessions end when there is one again.
std::optional<int64_t> LifeCluster::next_deadline_ms() {
  std::optional<int64_t> next;
  auto consider = [&](std::optional<int64_t> deadline_ms) {
    if (deadline_ms) next = std::min(next.value_or(*deadline_ms), *deadline_ms);
  };
  for (auto& [number, node] : nodes) consider(node.life->next_deadline_ms());
  if (has_controller) consider(sessions.next_deadline_ms(image.brokers()));
  return next;
}

void LifeCluster::note(std::string& story, std::string_view what) {
  if (!what.empty()) story += fmt::format("{}{}", story.empty() ? "" : "; ", what);
}

void LifeCluster::drain() {
  while (!outputs_.empty()) {
    auto [number, output] = std::move(outputs_.front());
    outputs_.pop_front();
    perform_one(number, std::move(output));
  }
}

void LifeCluster::perform_one(int32_t number, LifecycleOutput output) {
  Node& node = nodes[number];
  if (output.registered) note(node.told, fmt::format("registered {}", *output.registered));
  if (output.caught_up) note(node.told, "caught up");
  if (output.fenced) note(node.told, *output.fenced ? "fenced" : "unfenced");
  if (output.may_stop) note(node.told, "may stop");
  if (!output.fatal.empty()) note(node.told, "fatal");
  if (output.request) ask(number, *output.request);
  if (output.caught_up && ready_at_once) push(number, node.life->ready_to_unfence(now_ms));
}

void LifeCluster::ask(int32_t number, const LifecycleRequest& request) {
  Node& node = nodes[number];
  ++node.requests;
  const Fate fate_of_it = node.cut ? Fate::kUnanswered : fate(number);
  LifecycleAnswer answer = NoAnswer{"lost"};
  if (fate_of_it == Fate::kDecided || fate_of_it == Fate::kAnswerLost) {
    LifecycleAnswer decided = decide_on(request);
    if (fate_of_it == Fate::kDecided) answer = decided;
  }
  if (fate_of_it == Fate::kNotController) {
    const int16_t code = wire_value(protocol::ErrorCode::kNotController);
    if (std::holds_alternative<protocol::BrokerHeartbeatRequest>(request.message)) {
      answer = protocol::BrokerHeartbeatResponse{.error_code = code};
    } else {
      answer = protocol::BrokerRegistrationResponse{.error_code = code};
    }
  }
  if (fate_of_it != Fate::kUnanswered) push(number, node.life->on_answer(request.number, answer, now_ms));
  publish();
}

LifecycleAnswer LifeCluster::decide_on(const LifecycleRequest& request) {
  if (const auto* registers = std::get_if<protocol::BrokerRegistrationRequest>(&request.message)) {
    RegistrationDecided decided = decide(*registers);
    note(records, ManyBrokers::perform(decided.decision));
    return decided.response;
  }
  const auto& beats = std::get<protocol::BrokerHeartbeatRequest>(request.message);
  sessions.contact(image.brokers(), NodeId{beats.broker_id}, beats.broker_epoch, now_ms);
  HeartbeatDecided decided = decide(beats);
  note(records, ManyBrokers::perform(decided.decision));
  note_heartbeat(sessions, beats, decided, end);
  return decided.response;
}

void LifeCluster::publish() {
  ClusterImage published = image;
  published.set_last_applied({end - 1, Epoch{1}, 0});
  for (auto& [number, node] : nodes) {
    if (node.cut || node.read == end) continue;
    node.read = end;
    push(number, node.life->on_metadata(published, now_ms));
  }
}

}  // namespace klamm::broker::testing
