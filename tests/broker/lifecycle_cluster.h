// Brokers that live their lives against the deciding side of the controller, without a network: what is
// decided is applied at once and read by all whose line is not cut.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "broker/broker_lifecycle.h"
#include "tests/broker/many_brokers.h"

namespace klamm::broker::testing {

struct LifeCluster : ManyBrokers {
  struct Node {
    std::unique_ptr<BrokerLifecycle> life;
    Offset read = kNoOffset;
    bool cut = false;  // nothing reaches it, and nothing comes from it
    std::string told;  // "registered 100; caught up; unfenced"
    int64_t requests = 0;
  };
  std::map<int32_t, Node> nodes;
  std::string records;         // what the metadata log got, since it was last taken
  bool has_controller = true;  // otherwise NOT_CONTROLLER is what everybody hears
  bool ready_at_once = true;   // when it has caught up
  // What becomes of a request of `number`: kDecided as a rule.
  enum class Fate { kDecided, kLost, kAnswerLost, kUnanswered, kNotController };
  virtual Fate fate(int32_t number);
  virtual ~LifeCluster() = default;

  // A new life of the process, with the epoch of the clean-shutdown mark.
  void start(int32_t number, int64_t previous_epoch = -1);
  void kill(int32_t number) { nodes.erase(number); }
  void shut_down(int32_t number);
  void cut(int32_t number) { nodes[number].cut = true; }
  // It can read again, and then is told of the controller.
  void mend(int32_t number);
  void find_controller();
  void fence_by_controller(int32_t number);
  // Goes from deadline to deadline.
  void pass(int64_t ms);

  std::string take_records() { return std::exchange(records, ""); }
  std::string take_told(int32_t number) { return std::exchange(nodes[number].told, ""); }
  BrokerLifecycle& life(int32_t number) { return *nodes[number].life; }
  bool is_running(int32_t number) {
    return life(number).state() == BrokerState::kRunning && !broker(number).fenced;
  }

 private:
  void note(std::string& story, std::string_view what);
  void push(int32_t number, LifecycleOutput output) { outputs_.emplace_back(number, std::move(output)); }
  void drain();
  void perform_one(int32_t number, LifecycleOutput output);
  void ask(int32_t number, const LifecycleRequest& request);
  LifecycleAnswer decide_on(const LifecycleRequest& request);
  void publish();
  std::optional<int64_t> next_deadline_ms();

  std::deque<std::pair<int32_t, LifecycleOutput>> outputs_;
  uint64_t lives_ = 0;
};

}  // namespace klamm::broker::testing
