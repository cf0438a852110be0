// Exchange: a request that a coordinator has been given, until it is answered.
#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "protocol/errors.h"

namespace klamm::sim::groups {

enum class Api : int16_t {
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kJoinGroup = 11,
  kHeartbeat = 12,
  kLeaveGroup = 13,
  kSyncGroup = 14,
  kDescribeGroups = 15,
  kListGroups = 16,
  kDeleteGroups = 42,
  kOffsetDelete = 47,
};
std::string_view name_of(Api api);

struct Request {
  Api api{};
  int16_t version = 0;
  std::string client_id{};
  Bytes body{};
};
// The response that says no, whatever was asked.
Bytes refuse(const Request& request, protocol::ErrorCode code);
// Given the response's bytes, or nothing when the connection is lost.
using OnReply = absl::AnyInvocable<void(std::optional<Bytes>)>;

struct Exchange {
  uint64_t id = 0;
  Request request{};
  absl::AnyInvocable<void(Bytes)> reply{};
  int32_t epoch = 0;  // of the coordinator
  int64_t handled_at = 0;
  int answers = 0;
};

}  // namespace klamm::sim::groups
