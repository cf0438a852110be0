// What the active controller knows of the brokers beyond the metadata log: when it heard from each, and how
// far each has read. Soft state, of one term of the controller. Times are monotonic milliseconds.
//
// A session is a broker epoch's: a broker that registers anew has none until its first heartbeat, so that
// one which died before that is replaced at once (KAFKA-19047).
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/types.h"
#include "broker/metadata/brokers_image.h"

namespace klamm::broker {

class BrokerSessions {
 public:
  explicit BrokerSessions(int64_t session_timeout_ms) : session_timeout_ms_(session_timeout_ms) {}

  // This node has become the controller, and cannot know who was silent before: everyone who is unfenced has
  // a full session, or a failover would fence half of the cluster.
  void take_over(const BrokersImage& brokers, int64_t now_ms);
  // After the controller's decisions: whoever is unfenced and not known gets a session from now on, and who
  // is not registered any more, or is in another epoch, is forgotten.
  void follow(const BrokersImage& brokers, int64_t now_ms);

  // The broker has been heard of, whatever becomes of its request. Nothing when that is not its epoch.
  void contact(const BrokersImage& brokers, NodeId id, int64_t epoch, int64_t now_ms);
  // The broker says how far it has read: the last offset that it has applied, not the end.
  void reached(NodeId id, int64_t epoch, Offset metadata_offset);
  // Everybody has to have read up to `offset` before the broker may end. Only the first one counts.
  void shut_down_at(NodeId id, int64_t epoch, Offset offset);
  // It was told to end, or its process has gone: whoever registers under its id next need not wait.
  void end(NodeId id, int64_t epoch);
  // It is fenced: no longer shutting down in order.
  void fenced(NodeId id, int64_t epoch);

  bool is_alive(NodeId id, int64_t epoch, int64_t now_ms) const;
  std::optional<Offset> controlled_shutdown_offset(NodeId id, int64_t epoch) const;
  // What every broker that is unfenced and not shutting down has read: kNoOffset while one has not said,
  // nothing when there is none.
  std::optional<Offset> lowest_active_offset(const BrokersImage& brokers) const;

  // The unfenced broker whose session has been over for the longest time; of several the lowest id. One at a
  // time: who is fenced next sees what became of the partitions.
  std::optional<NodeId> expired(const BrokersImage& brokers, int64_t now_ms) const;
  // When expired() has to be asked again; nothing while no broker is unfenced.
  std::optional<int64_t> next_deadline_ms(const BrokersImage& brokers) const;

 private:
  struct Session {
    int64_t epoch = -1;
    int64_t contact_ms = 0;
    Offset metadata_offset = kNoOffset;
    Offset controlled_shutdown_offset = kNoOffset;  // kNoOffset: it is not shutting down
  };

  const Session* find(NodeId id, int64_t epoch) const;
  Session* find(NodeId id, int64_t epoch);
  bool is_over(const Session& session, int64_t now_ms) const;

  const int64_t session_timeout_ms_;
  std::map<NodeId, Session> sessions_;
};

}  // namespace klamm::broker
