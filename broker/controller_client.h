// ControllerClient: requests to the active controller, wherever it is, as one channel of Kafka's
// NodeToControllerChannelManager: they go out in the order in which they came, wait while nobody leads, and
// are sent again when the node that was asked is not the controller or has gone, until their time is over.
// A request that was sent may have been done although its answer never came.
//
// What must not wait for each other has a client each, as in Kafka: heartbeats, changes of ISRs, directories
// of replicas, and what clients want.
//
// Otherwise than Apache Kafka: a new leader is asked at once, and not only when the old one has refused; a
// request that the old one holds is given up soon (leave_ms), and not after attempt_timeout_ms; a login that
// fails is tried again until the request's time is over.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/types.h"
#include "broker/loop.h"
#include "broker/peer.h"

namespace klamm::broker {

// The leader of the metadata quorum, and where its controller listens.
struct ControllerNode {
  NodeId id = kNoNode;
  Epoch epoch = kNoEpoch;
  std::string host;
  uint16_t port = 0;

  friend bool operator==(const ControllerNode&, const ControllerNode&) = default;
};

struct ControllerRequest {
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  int16_t key = 0;
  int16_t version_min = 0;
  int16_t version_max = 0;
  // Appends the body; called for each time that it is sent.
  absl::AnyInvocable<void(int16_t version, Bytes& out)> encode;
  int64_t deadline_ms = kNever;  // on the loop's clock
  // Without, it waits for a leader, is sent once, and NOT_CONTROLLER is an answer as any other.
  bool retries = true;
};

struct ControllerFailure {
  enum class What : uint8_t {
    kTimedOut,
    kUnsupportedVersion,  // the controller knows none of the versions
    kLost,                // of a request that is sent once: no answer, and there will be none
    kTooMany,             // held_max others wait
    kStopped,             // by stop()
  };
  What what = What::kTimedOut;
  std::string why;  // for the log; nothing of a request's body is in it
};

// Everything on one loop's thread.
class ControllerClient {
 public:
  // Called exactly once, never from within send(). It may send, stop and destroy.
  using Answered = absl::AnyInvocable<void(Result<PeerAnswer, ControllerFailure>)>;
  // The way to a node, of which this node itself may be one (LocalPeer).
  using MakePeer = std::function<std::unique_ptr<Peer>(const ControllerNode&)>;

  struct Settings {
    std::string name{};                   // for the log: "heartbeat"
    int64_t attempt_timeout_ms = 30'000;  // controller.socket.timeout.ms, for each time that one is sent
    int64_t retry_backoff_ms = 50;
    int64_t leave_ms = 250;  // how long an answer of one who leads no more is waited for
    // Sent and not answered. With one the order is kept whatever happens, as in Kafka; with more, what is
    // sent again may come behind what was sent after it.
    size_t in_flight_max = 1;
    size_t held_max = 1'000;  // sent, or waiting to be
  };

  ControllerClient(Loop& loop, MakePeer make_peer, Settings settings);
  ControllerClient(const ControllerClient&) = delete;
  ControllerClient& operator=(const ControllerClient&) = delete;
  // What waits is not answered any more: stop() comes before it where that matters.
  ~ControllerClient();

  // Who leads, or nothing while that is not known: what waits stays, and what was sent may be answered yet.
  void on_leader(std::optional<ControllerNode> leader);
  void send(ControllerRequest request, Answered answered);
  // What is held is answered with kStopped from within the call, and so is, later, what is sent after it.
  void stop();

 private:
  static constexpr int64_t kAtOnce = std::numeric_limits<int64_t>::min();

  struct Held {
    ControllerRequest request;
    Answered answered;
    TimerId timer = TimerId::kNone;  // of its deadline
    bool is_in_flight = false;
    std::string why{};  // it has not been answered so far
  };

  bool is_at_leader() const;
  bool connect();
  void pump();
  void attempt(uint64_t id, Held& held);
  void on_attempt(uint64_t id, Result<PeerAnswer, PeerFailure> result);
  void retry(uint64_t id, const std::string& why);
  void finish(uint64_t id, Result<PeerAnswer, ControllerFailure> result);
  void expire(uint64_t id);
  ControllerFailure late(const Held& held) const;
  void refuse(Answered answered, ControllerFailure::What what, std::string why);
  void leave();
  void disconnect();
  void cancel(TimerId& timer);

  Loop& loop_;
  const MakePeer make_peer_;
  const Settings settings_;
  bool is_stopped_ = false;
  std::optional<ControllerNode> leader_;
  // Whom peer_ asks; the leader, or one who was it while something that he was sent is not answered.
  std::optional<ControllerNode> at_;
  std::unique_ptr<Peer> peer_;
  size_t in_flight_ = 0;
  TimerId leave_timer_ = TimerId::kNone;  // while another than at_ leads
  int64_t retry_at_ms_ = kAtOnce;
  TimerId retry_timer_ = TimerId::kNone;
  uint64_t next_id_ = 0;
  std::map<uint64_t, Held> held_;  // in the order in which they came
};

}  // namespace klamm::broker
