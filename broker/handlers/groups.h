// Handlers of classic groups and committed offsets. Each takes its request to the group's shard, and answers
// when the shard does; where the shard is not to be had, with Kafka's error for that.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/group_coordinator.h"
#include "broker/handlers/topics.h"
#include "broker/published_image.h"
#include "broker/request.h"

namespace klamm::broker {

using protocol::ErrorCode;
using protocol::Outcome;

struct GroupUses {
  GroupCoordinator& coordinator;
  const PublishedImage& images;
  const GroupCoordinatorConfig& config;
  const AuthorizerRules& authorizer;
};

// Whether who sent the request may do that with the group. Asked before anything else that concerns the
// group, so that nobody hears from its coordinator who may not.
inline bool is_allowed(const GroupUses& uses, const Request& request, security::AclOperation operation,
                       std::string_view group) {
  const auto image = uses.images.get();
  return access_of(uses.authorizer, *image, request).allows(operation, security::ResourceType::kGroup, group);
}

void handle_offset_commit(Request request, Reply reply, const GroupUses& uses);
void handle_offset_fetch(Request request, Reply reply, const GroupUses& uses);
void handle_join_group(Request request, Reply reply, const GroupUses& uses);
void handle_heartbeat(Request request, Reply reply, const GroupUses& uses);
void handle_leave_group(Request request, Reply reply, const GroupUses& uses);
void handle_sync_group(Request request, Reply reply, const GroupUses& uses);
void handle_describe_groups(Request request, Reply reply, const GroupUses& uses);
void handle_list_groups(Request request, Reply reply, const GroupUses& uses);
void handle_delete_groups(Request request, Reply reply, const GroupUses& uses);
void handle_offset_delete(Request request, Reply reply, const GroupUses& uses);

// A request in the turn of its group's shard.
template <class Body>
struct GroupRequest {
  Request request;
  Body body;
  Reply reply;

  GroupRequest(Request request_, Body body_, Reply reply_)
      : request(std::move(request_)), body(std::move(body_)), reply(std::move(reply_)) {}

  // What is known of the sender beside the body. Views into this.
  group::RequestContext context() const {
    return {request.header.api_version, request.header.client_id.value_or(""), request.client->host};
  }
};

// The answer of a shard that is sent as it is.
inline auto answer_with(Reply reply) {
  return [reply = std::move(reply)](const auto& response) mutable { reply.send(response); };
}

// Takes the request to the shard of `group` (a view into it) and does `step(turn, asked)` there, or answers
// what `refuse(body, code)` gives. Without a name it is no group, as Kafka says before it looks for a shard.
template <class Body, class Refuse, class Step>
void in_turn_of_group(GroupRequest<Body> asked, GroupCoordinator& coordinator, std::string_view group,
                      Refuse refuse, Step step) {
  if (group.empty()) return asked.reply.send(refuse(asked.body, ErrorCode::kInvalidGroupId));
  coordinator.with_group(
      group, [asked = std::move(asked), refuse, step](Outcome<GroupCoordinator::Turn> turn) mutable {
        if (!turn) return asked.reply.send(refuse(asked.body, turn.error()));
        step(*turn, std::move(asked));
      });
}

// The same for a request whose group is its field `group_id`, once it is decoded, of a sender who may do
// `operation` with the group.
template <class Body, class Refuse, class Step>
void in_turn_of_group(Request request, Reply reply, const GroupUses& uses, security::AclOperation operation,
                      Refuse refuse, Step step) {
  GroupRequest<Body> asked{std::move(request), {}, std::move(reply)};
  if (!read_body(asked.request, asked.body)) return asked.reply.close();
  const std::string_view group = asked.body.group_id;
  if (!is_allowed(uses, asked.request, operation, group)) {
    return asked.reply.send(refuse(asked.body, ErrorCode::kGroupAuthorizationFailed));
  }
  in_turn_of_group(std::move(asked), uses.coordinator, group, refuse, step);
}

// Answers of several shards to one request: parts come on any thread, in any order, each from a step after
// which its views may mean something else, so that they are kept as bytes. Whoever brings the last one
// answers. A request may name a group as often as it likes: an answer that comes to more than `size_max` is
// not gathered, and its connection is closed.
template <class Body, class Response, class Part>
class GroupParts {
 public:
  // Several times what librdkafka would read of one answer.
  static constexpr size_t kSizeMax = 256 << 20;

  // `list` is where the response has its parts.
  GroupParts(GroupRequest<Body> asked, std::vector<Part> Response::*list, size_t count,
             size_t size_max = kSizeMax)
      : asked_(std::move(asked)),
        list_(list),
        size_max_(size_max),
        parts_(count),
        bytes_(count),
        left_(count) {}

  const Body& body() const { return asked_.body; }
  const Request& request() const { return asked_.request; }
  int16_t version() const { return asked_.reply.version(); }

  void bring(size_t index, const Part& part) {
    protocol::Writer writer(bytes_[index]);
    part.write(writer, version());
    protocol::Reader reader(bytes_[index]);
    parts_[index].read(reader, version());
    bool fits = false;
    {
      absl::MutexLock lock(&mutex_);
      size_ += bytes_[index].size();
      fits = size_ <= size_max_;
      if (!fits) {
        parts_[index] = {};
        bytes_[index] = {};
      }
      if (--left_ > 0) return;
    }
    if (!fits) return asked_.reply.close();
    Response response;
    response.*list_ = std::move(parts_);
    asked_.reply.send(response);
  }

 private:
  GroupRequest<Body> asked_;
  std::vector<Part> Response::*const list_;
  const size_t size_max_;
  // Each element belongs to whoever brings it, until all are there.
  std::vector<Part> parts_;
  std::vector<Bytes> bytes_;
  absl::Mutex mutex_;
  size_t left_ ABSL_GUARDED_BY(mutex_);
  size_t size_ ABSL_GUARDED_BY(mutex_) = 0;  // of all parts, those included that were not kept
};

}  // namespace klamm::broker
