// BrokerLifecycle: a broker's life as its cluster sees it, as a machine without I/O. It registers, says by
// heartbeats that it is there, how far it has read and what it wants, and goes in order (KIP-631, KIP-858,
// KIP-966, KIP-1066).
//
// clang-format off
//   from                         to                           when
//   NOT_RUNNING                  STARTING                     start()
//   STARTING                     RECOVERY                     the controller says it has caught up
//   RECOVERY                     RUNNING                      it is ready, and the controller has unfenced it
//   RECOVERY, asked to be        PENDING_CONTROLLED_SHUTDOWN  begin_controlled_shutdown()
//     unfenced; RUNNING
//   PENDING_CONTROLLED_SHUTDOWN  SHUTTING_DOWN                the controller lets it go, or none does in time
//   STARTING                     SHUTTING_DOWN                it could not register in time
//   any                          SHUTTING_DOWN                shut_down(); begin_controlled_shutdown() before
//                                                             it has asked to be unfenced
// clang-format on
//
// A broker that is fenced while it runs stays RUNNING, and whose epoch is STALE_BROKER_EPOCH goes on asking
// with it, as in Kafka: it was unregistered, or another process has its id, and to register again would undo
// the one and fight the other. It registers again only where the metadata log lacks its directories (they
// came with a metadata.version that was raised since), in the same epoch.
//
// Otherwise than Apache Kafka:
// - What no controller has answered is sent again soon (RequestTurns).
// - While it catches up, a heartbeat follows when it has read its registration, not every 10 ms.
// - Told by the metadata log that it was fenced, it sends a heartbeat at once.
// - While it is RUNNING, it sends one as soon as there is another controller, which has not heard of it yet.
// - Who ends in RECOVERY after it has asked to be unfenced says so: it may lead partitions already.
// - A controlled shutdown does not wait for a controller that is silent for broker.session.timeout.ms: one
//   that is there has fenced this broker by then, and where there is none, as when a whole cluster is
//   stopped, there is no hope. Nor for one that says STALE_BROKER_EPOCH.
// - A failed directory counts as told only by a heartbeat that named it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/logging.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/metadata/brokers_image.h"
#include "broker/request_turns.h"
#include "protocol/errors.h"
#include "protocol/messages/broker_heartbeat_request.h"
#include "protocol/messages/broker_heartbeat_response.h"
#include "protocol/messages/broker_registration_request.h"
#include "protocol/messages/broker_registration_response.h"

namespace klamm::broker {

class ClusterImage;

// With the numbers that Kafka's metric BrokerState has.
enum class BrokerState : int8_t {
  kNotRunning = 0,
  kStarting = 1,
  kRecovery = 2,
  kRunning = 3,
  kPendingControlledShutdown = 6,
  kShuttingDown = 7,
};
std::string_view name_of(BrokerState state);

// What a broker says of itself, in one life of its process.
struct BrokerIdentity {
  NodeId id;
  std::string cluster_id;
  Uuid incarnation_id;  // another one in each life
  std::vector<EndpointImage> endpoints;
  std::optional<std::string> rack;
  std::vector<Uuid> directories;
  int64_t previous_epoch = -1;  // of the clean-shutdown mark; -1 without one
};

struct LifecycleTimes {
  int64_t heartbeat_interval_ms = 2'000;             // broker.heartbeat.interval.ms
  int64_t initial_registration_timeout_ms = 60'000;  // initial.broker.registration.timeout.ms
  int64_t directory_failure_timeout_ms = 30'000;     // log.dir.failure.timeout.ms
  int64_t session_timeout_ms = 9'000;                // broker.session.timeout.ms
  int64_t controlled_shutdown_timeout_ms = 300'000;  // no key of Kafka's: its broker waits that long
};

// For the active controller. The message's views are into the machine.
struct LifecycleRequest {
  uint64_t number = 0;
  std::variant<protocol::BrokerRegistrationRequest, protocol::BrokerHeartbeatRequest> message;
  int64_t deadline_ms = 0;  // an answer that comes later is for nothing
};

// No controller is known, or the connection failed or broke, or its answer could not be read.
struct NoAnswer {
  std::string why;
};
using LifecycleAnswer =
    std::variant<protocol::BrokerRegistrationResponse, protocol::BrokerHeartbeatResponse, NoAnswer>;

struct LifecycleLine {
  LogLevel level = LogLevel::kInfo;
  std::string text;
};

// To be performed in this order, before the machine is told anything else.
struct LifecycleOutput {
  std::vector<LifecycleLine> log;
  // The broker has this epoch from now on.
  std::optional<int64_t> registered;
  // RECOVERY: the metadata is as new as the registration. What is left to do for a broker that may lead is to
  // be done now; ready_to_unfence() is for when that is over.
  bool caught_up = false;
  // False with RUNNING, and whenever the metadata log says otherwise while it is RUNNING.
  std::optional<bool> fenced;
  // SHUTTING_DOWN: the cluster need not be asked any more.
  bool may_stop = false;
  // Why the process has to end, and what an operator can do; not empty at most once for each cause.
  std::string fatal;
  // To be answered once by on_answer(). At most one is under way: where another one comes before the answer,
  // the earlier one was given up.
  std::optional<LifecycleRequest> request;
};

class BrokerLifecycle {
 public:
  // `random` outlives the machine.
  BrokerLifecycle(BrokerIdentity identity, const LifecycleTimes& times, Random& random);
  BrokerLifecycle(const BrokerLifecycle&) = delete;
  BrokerLifecycle& operator=(const BrokerLifecycle&) = delete;

  // --- what happens; times are milliseconds of one monotonic clock ---
  [[nodiscard]] LifecycleOutput start(int64_t now_ms);
  // To be called at next_deadline_ms(), or any time.
  [[nodiscard]] LifecycleOutput tick(int64_t now_ms);
  [[nodiscard]] LifecycleOutput on_answer(uint64_t number, const LifecycleAnswer& answer, int64_t now_ms);
  // The active controller can be asked: it was found, is another node now, or is connected again.
  [[nodiscard]] LifecycleOutput on_controller_found(int64_t now_ms);
  // This node acts on `image` from now on.
  [[nodiscard]] LifecycleOutput on_metadata(const ClusterImage& image, int64_t now_ms);
  // The broker can serve. Once in a life; any time, though it asks to be unfenced only when it has caught up.
  [[nodiscard]] LifecycleOutput ready_to_unfence(int64_t now_ms);
  [[nodiscard]] LifecycleOutput on_directory_failed(const Uuid& directory, int64_t now_ms);
  // All that take no new replicas; none until it is said otherwise.
  [[nodiscard]] LifecycleOutput on_cordoned(std::vector<Uuid> directories, int64_t now_ms);
  // The cluster is asked to let the broker go. A second call changes nothing.
  [[nodiscard]] LifecycleOutput begin_controlled_shutdown(int64_t now_ms);
  // The cluster is not asked (controlled.shutdown.enable=false), or no longer.
  [[nodiscard]] LifecycleOutput shut_down(int64_t now_ms);

  // When tick() has to be called next; nothing when no time is waited for.
  std::optional<int64_t> next_deadline_ms() const;

  // --- what is known ---
  BrokerState state() const { return state_; }
  int64_t epoch() const { return epoch_; }  // -1 before it is registered
  bool is_fenced() const { return fenced_; }

 private:
  // What the request that is under way says.
  struct Asked {
    bool is_heartbeat = false;
    bool want_shut_down = false;
    std::vector<Uuid> failed_directories;
  };

  // broker_lifecycle.cc: time, the metadata log, states and lines
  LifecycleOutput finish(int64_t now_ms);
  void check_deadlines(int64_t now_ms);
  void check_directories(int64_t now_ms);
  void check_shutdown(int64_t now_ms);
  void follow_registration(const BrokerImage& broker, bool has_directories, int64_t now_ms);
  void follow_fencing(bool fenced, int64_t now_ms);
  void enter(BrokerState state);
  void end();
  void say(LogLevel level, std::string text);
  void complain(LogLevel level, std::string text);
  void clear_complaint();
  // STARTING, RECOVERY or RUNNING.
  bool is_alive() const { return state_ >= BrokerState::kStarting && state_ <= BrokerState::kRunning; }
  bool waits_for_first_registration() const { return is_alive() && !ever_registered_; }

  // broker_lifecycle_requests.cc
  void send(int64_t now_ms);
  protocol::BrokerRegistrationRequest registration() const;
  protocol::BrokerHeartbeatRequest heartbeat() const;
  bool tells_of_cordoned() const;

  void after(const protocol::BrokerRegistrationResponse& response, int64_t now_ms);
  void after(const protocol::BrokerHeartbeatResponse& response, int64_t now_ms);
  void after(const NoAnswer& none, int64_t now_ms);
  void after_good_heartbeat(const protocol::BrokerHeartbeatResponse& response, int64_t now_ms);
  void after_refused_heartbeat(protocol::ErrorCode code, int64_t now_ms);
  // Whether the active controller has spoken; otherwise all is done that follows from that.
  bool is_heard(protocol::ErrorCode code, int64_t now_ms);

  BrokerIdentity identity_;
  const LifecycleTimes times_;
  BrokerState state_ = BrokerState::kNotRunning;
  RequestTurns turns_;
  Asked asked_;

  int64_t epoch_ = -1;
  bool registered_ = false;  // what is said next is a heartbeat
  bool ever_registered_ = false;
  int64_t registration_deadline_ms_ = 0;

  Offset applied_ = kNoOffset;        // this node acts on everything up to here
  bool cordons_directories_ = false;  // the metadata.version knows of such
  bool lacks_directories_ = false;    // the metadata log's registration
  bool fenced_in_image_ = true;
  bool fenced_ = true;

  bool ready_ = false;
  bool asked_to_be_unfenced_ = false;
  // And by when a controller has to know of it; nothing once one does, or time is up.
  std::map<Uuid, std::optional<int64_t>> failed_directories_;
  std::vector<Uuid> cordoned_;

  int64_t shutdown_deadline_ms_ = 0;  // PENDING_CONTROLLED_SHUTDOWN
  int64_t heard_ms_ = 0;              // likewise: since then the controller is silent
  bool shutdown_answered_ = false;

  bool is_answered_ = false;  // the latest request, by the active controller
  std::string complaint_;     // the latest; empty when all is well
  LifecycleOutput output_;
};

}  // namespace klamm::broker
