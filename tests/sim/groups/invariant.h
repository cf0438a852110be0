// Invariant: something that must hold after every step of simulated groups, whatever happens to them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/coordinator_record.h"
#include "broker/group/offsets.h"
#include "protocol/messages/delete_groups_response.h"
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"
#include "tests/sim/groups/exchange.h"

namespace klamm::sim::groups {

class Cluster;
class Coordinator;

// One invariant. It is told what happens and says with broken() when that must not be; the first one counts.
class Invariant {
 public:
  using FetchRequest = protocol::OffsetFetchRequest::OffsetFetchRequestGroup;
  using FetchResponse = protocol::OffsetFetchResponse::OffsetFetchResponseGroup;
  using DeleteResult = protocol::DeleteGroupsResponse::DeletableGroupResult;

  virtual ~Invariant() = default;
  virtual std::string_view name() const = 0;

  // A coordinator begins with a request, in a turn of its own.
  virtual void before(const Coordinator&, const Exchange&) {}
  // It gives an answer.
  virtual void on_join(const Coordinator&, const Exchange&, const protocol::JoinGroupRequest&,
                       const protocol::JoinGroupResponse&) {}
  virtual void on_sync(const Coordinator&, const Exchange&, const protocol::SyncGroupRequest&,
                       const protocol::SyncGroupResponse&) {}
  virtual void on_heartbeat(const Coordinator&, const Exchange&, const protocol::HeartbeatRequest&,
                            const protocol::HeartbeatResponse&) {}
  virtual void on_commit(const Coordinator&, const Exchange&, const protocol::OffsetCommitRequest&,
                         const protocol::OffsetCommitResponse&) {}
  virtual void on_fetch(const Coordinator&, const Exchange&, const FetchRequest&, const FetchResponse&) {}
  virtual void on_delete(const Coordinator&, const Exchange&, const DeleteResult&) {}
  virtual void on_offset_delete(const Coordinator&, const Exchange&, const protocol::OffsetDeleteRequest&,
                                const protocol::OffsetDeleteResponse&) {}
  // A request was answered again, or can no longer be answered although its coordinator lives.
  virtual void on_wrong_answers(const Exchange&) {}

  virtual void on_unreadable(const Coordinator&, Offset) {}
  // All of the log is loaded, and nothing has been done with it.
  virtual void on_loaded(const Coordinator&) {}
  virtual void on_resigned(const Coordinator&) {}
  // It has appended a record, and is about to apply it.
  virtual void on_append(const Coordinator&, const broker::CoordinatorRecord&) {}
  // A turn is over.
  virtual void after_step(const Coordinator&) {}
  // Everything has been healed for long enough.
  virtual void after_heal(const Cluster&) {}

  const std::string& failure() const { return failure_; }

 protected:
  void broken(std::string what) {
    if (failure_.empty()) failure_ = std::move(what);
  }

 private:
  std::string failure_;
};

std::vector<std::unique_ptr<Invariant>> all_invariants(Cluster& cluster);

}  // namespace klamm::sim::groups
