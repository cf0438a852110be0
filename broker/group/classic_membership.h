// ClassicMembership: members of classic groups join, synchronise, beat and leave (kafka-facts "Classic
// groups"; KIP-62, KIP-345, KIP-394, KIP-800). What a restart forgets (heartbeats, waiting joins and syncs,
// deadlines) is here and in the groups; what the log remembers is written when a generation is complete, when
// the last member has gone, and when a static member is replaced.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/group/deadlines.h"
#include "broker/group/groups.h"
#include "broker/group/journal.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::broker::group {

// What of a request is not in its body.
struct RequestContext {
  int16_t version = 0;
  std::string_view client_id;
  std::string_view client_host;  // as it is stored: "/127.0.0.1"
};

class ClassicMembership {
 public:
  struct Uses {
    const GroupCoordinatorConfig& config;
    Random& random;
    Journal& journal;
    Groups& groups;
    Deadlines& deadlines;
  };

  explicit ClassicMembership(const Uses& uses) : uses_(uses) {}

  void join(const protocol::JoinGroupRequest& request, const RequestContext& context, Now now,
            Answer<protocol::JoinGroupResponse> answer);
  void sync(const protocol::SyncGroupRequest& request, const RequestContext& context, Now now,
            Answer<protocol::SyncGroupResponse> answer);
  protocol::HeartbeatResponse heartbeat(const protocol::HeartbeatRequest& request, Now now);
  // The answer views the request.
  void leave(const protocol::LeaveGroupRequest& request, const RequestContext& context, Now now,
             Answer<protocol::LeaveGroupResponse> answer);

  // A record of a classic group in a log that is loaded; false for bytes that are none.
  bool load(ByteView key, std::optional<ByteView> value, Now now);
  // All of the log is loaded: members have their session timeout to show themselves.
  void on_loaded(Now now);

  // A deadline of a group or of a member is due.
  void on_deadline(const DeadlineKey& key, Now now);
  // The shard moves elsewhere: everyone who waits is told to ask again.
  void resign();

 private:
  const Uses uses_;
};

}  // namespace klamm::broker::group
