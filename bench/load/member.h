// Member: what one client of a classic group says to its coordinator, and what it makes of the answers.
//
// It joins (at first without a member id, which it is given: KIP-394), syncs with an assignment of the
// topic's partitions if it leads, and beats; when it hears of a rebalance it joins again. It does no I/O:
// each frame that is to be sent is returned, each response handed in, and there is one request under way at a
// time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "bench/load/load.h"
#include "protocol/messages/join_group_response.h"

namespace klamm::bench {

class Member {
 public:
  enum class State {
    kIdle,
    kJoining,
    kSyncing,
    kStable,   // has its assignment, and nothing is under way
    kBeating,  // as stable, with a heartbeat under way
  };

  static constexpr int16_t kHeartbeatVersion = 4;

  // The topic outlives the member.
  Member(std::string group, const Topic& topic);

  // Frames are valid until the next call.
  ByteView join();
  ByteView beat();
  // Takes the response without its size. Gives the frame that follows at once; an empty one when the member
  // is stable.
  ByteView hear(ByteView response);

  State state() const { return state_; }
  const std::string& group() const { return group_; }
  const std::string& id() const { return id_; }
  int32_t generation() const { return generation_; }
  // How often it joined a generation: once, where nothing disturbed it.
  int32_t joins() const { return joins_; }

 private:
  template <class Request>
  ByteView say(const Request& request, int16_t version, State next);
  ByteView on_joined(ByteView response);
  ByteView on_synced(ByteView response);
  ByteView on_beaten(ByteView response);
  ByteView sync(const protocol::JoinGroupResponse& joined);
  ByteView join_again(int16_t error);

  const std::string group_;
  const Topic& topic_;
  std::string id_;
  int32_t generation_ = -1;
  int32_t joins_ = 0;
  State state_ = State::kIdle;
  Bytes frame_;
};

}  // namespace klamm::bench
