// ClassicMember: one member of a classic group: what the log remembers of it, and what a restart forgets.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "broker/group/journal.h"
#include "protocol/messages/join_group_response.h"
#include "protocol/messages/sync_group_response.h"

namespace klamm::broker::group {

// A way of assigning that a member offers, with what it tells the leader under it.
struct ClassicProtocol {
  std::string name;
  Bytes metadata;
  friend bool operator==(const ClassicProtocol&, const ClassicProtocol&) = default;
};

// Where the answer to a JoinGroup goes, in the form of the request's version. Empty once it is given.
class JoinAnswer {
 public:
  JoinAnswer() = default;
  JoinAnswer(Answer<protocol::JoinGroupResponse> answer, int16_t version)
      : answer_(std::move(answer)), version_(version) {}

  explicit operator bool() const { return static_cast<bool>(answer_); }
  int16_t version() const { return version_; }
  void give(protocol::JoinGroupResponse response) {
    // A name may be null from version 7 on, and no name is null from then on.
    if (version_ < 7 && !response.protocol_name) response.protocol_name = "";
    if (version_ >= 7 && response.protocol_name == "") response.protocol_name.reset();
    std::exchange(answer_, nullptr)(response);
  }

 private:
  Answer<protocol::JoinGroupResponse> answer_;
  int16_t version_ = 0;
};

struct ClassicMember {
  std::string id;
  std::optional<std::string> instance_id{};  // of a static member (KIP-345)
  std::string client_id{};
  std::string client_host{};
  int32_t rebalance_timeout_ms = 0;
  int32_t session_timeout_ms = 0;
  std::vector<ClassicProtocol> protocols{};  // the most preferred first; no name twice
  Bytes assignment{};

  // It has joined and was not answered yet. It may not know its id, so nothing else is heard of it: its
  // session may end while it waits.
  bool is_new = false;
  JoinAnswer join_answer{};
  Answer<protocol::SyncGroupResponse> sync_answer{};
  // When it is given up. The deadline that is set may be an earlier one, and is then set again.
  int64_t session_deadline_ms = 0;
  std::optional<int64_t> session_deadline_set_ms{};

  bool is_static() const { return instance_id.has_value(); }
  bool awaits_join() const { return static_cast<bool>(join_answer); }
  bool awaits_sync() const { return static_cast<bool>(sync_answer); }
  // While it waits for us, it need not show itself.
  bool is_excused() const { return !is_new && (awaits_join() || awaits_sync()); }
  // Under a protocol that it offers; empty for another.
  ByteView metadata(const std::optional<std::string>& protocol) const {
    for (const ClassicProtocol& offered : protocols) {
      if (offered.name == protocol) return offered.metadata;
    }
    return {};
  }
};

}  // namespace klamm::broker::group
