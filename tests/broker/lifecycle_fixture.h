// Broker 1 without a cluster: the test is its controller. What the machine gives back is text, without its
// log: "registered 100; beat 100 at 99, fence".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/broker_lifecycle.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker::testing {

// "register", or "beat <epoch> at <offset>" and what it wants.
std::string text_of(const LifecycleRequest& request);

struct LoneBroker {
  SeededRandom random{1};
  LifecycleTimes times;
  std::unique_ptr<BrokerLifecycle> life = make();
  ClusterImage image = image_of({feature("metadata.version", 29)});  // no cordoned directories yet
  int64_t now_ms = 1000;
  LifecycleRequest request;  // the latest
  std::vector<std::string> log;
  std::string fatal;

  static BrokerIdentity identity();
  std::unique_ptr<BrokerLifecycle> make() {
    return std::make_unique<BrokerLifecycle>(identity(), times, random);
  }
  std::string perform(LifecycleOutput output);

  std::string start() { return perform(life->start(now_ms)); }
  std::string pass(int64_t ms) { return perform(life->tick(now_ms += ms)); }
  std::string answer(LifecycleAnswer given) {
    return perform(life->on_answer(request.number, given, now_ms));
  }
  std::string registered(int64_t epoch = 100);
  // Of a heartbeat: some of "caught up", "fenced", "shut down".
  std::string beat(std::string_view said = "caught up");
  std::string refuse(protocol::ErrorCode code);
  std::string silence() { return answer(NoAnswer{"nobody is there"}); }
  std::string found() { return perform(life->on_controller_found(now_ms)); }
  // The image, as it stands behind the record at `offset`.
  std::string read_to(int64_t offset);
  std::string read(const MetadataRecord& record);  // one offset further
  std::string ready() { return perform(life->ready_to_unfence(now_ms)); }
  std::string fail(uint64_t directory) { return perform(life->on_directory_failed(id(directory), now_ms)); }
  std::string cordon(std::vector<Uuid> all) { return perform(life->on_cordoned(std::move(all), now_ms)); }
  std::string shut_down() { return perform(life->begin_controlled_shutdown(now_ms)); }

  void to_starting() { start(), registered(); }  // fenced; a heartbeat is under way
  void to_recovery();                            // the same
  void to_running();                             // nothing is under way
  void to_pending();                             // a heartbeat is under way
  std::string_view state() const { return name_of(life->state()); }
  bool has_log(std::string_view words) const;
};

}  // namespace klamm::broker::testing
