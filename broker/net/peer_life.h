// PeerLife: what a PeerConnection does, apart from it, so that whatever calls back into the node can hold it:
// an answer may be what makes the peer be destroyed. Requests and the end of connections are in peer_life.cc,
// how a connection comes to be in peer_setup.cc.
#pragma once

#include <absl/functional/function_ref.h>

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/net/peer_link.h"
#include "broker/net/peer_login.h"
#include "broker/net/peer_reach.h"
#include "broker/net/peer_versions.h"
#include "broker/net/peers.h"

namespace klamm::broker::net {

//   state            | a link | goes on
//   kIdle            | no     | to kResolving, when a request waits and the backoff is over
//   kResolving       | no     | to kConnecting, or back to kIdle
//   kConnecting      | yes    | to kLoggingIn or kAskingVersions; to the next address, or to kIdle
//   kLoggingIn       | yes    | to kAskingVersions; to kOpen, when it was open before; to kIdle
//   kAskingVersions  | yes    | to kOpen, or to kIdle
//   kOpen            | yes    | to kLoggingIn, when the session's time is nearly over; to kIdle
//   kStopped         | no     | nowhere
// From each it goes to kStopped.
class PeerLife final : public PeerLink::Owner, public std::enable_shared_from_this<PeerLife> {
 public:
  PeerLife(std::shared_ptr<PeerCommons> commons, PeerTarget target, std::string client_id);

  void send(PeerRequest request, Peer::Answered answered);
  void on_disconnect(absl::AnyInvocable<void()> told) { told_ = std::move(told); }
  void stop();
  // The peer is destroyed: nobody is called any more.
  void end();
  bool is_on_its_loop() const { return loop_.is_current(); }

 private:
  // A request that waits, or was sent. One of the connection's own has nobody to be answered, and no timer.
  struct Asked {
    uint64_t id = 0;
    PeerRequest request;
    Peer::Answered answered;
    TimerId timer = TimerId::kNone;
    bool has_timed_out = false;
    // Once it was sent.
    int16_t version = 0;
    int32_t correlation = 0;
  };
  using AskedList = std::deque<Asked>;
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  struct AddressFailure {
    std::string why;
    std::string addresses;  // in a row, that failed so
  };

  enum class State { kIdle, kResolving, kConnecting, kLoggingIn, kAskingVersions, kOpen, kStopped };

  // PeerLink::Owner.
  void on_link_open() override;
  void on_frame(Bytes frame) override;
  void on_connect_failed(int error) override;
  void on_link_lost(const std::string& why) override;

  // Connecting.
  void connect_soon();
  void begin_attempt();
  void on_addresses(Result<std::vector<PeerAddress>, Failure> addresses);
  void try_next_address();
  void note_connect_failure(int error);
  void note_address_failure(const std::string& why);
  std::string address_failures() const;
  void on_address_timeout(int64_t patience_ms);
  void on_attempt_timeout();
  std::string_view present_doing() const;
  void fail_attempt(const std::string& why, PeerFailure::What what = PeerFailure::What::kNotConnected);

  // The beginning of a connection.
  void ask(PeerQuestion question);
  void on_own_answer(ByteView body);
  void logged_in();
  void ask_versions();
  void be_open();
  void log_in_again();

  // Requests.
  void pump_later();
  void pump();
  void send_waiting();
  void send_now(Asked asked);
  Bytes frame_of(const Asked& asked, absl::FunctionRef<void(Bytes&)> append_body) const;
  void on_deadline(uint64_t id);

  // The end of a connection.
  void give_up_link(const std::string& why);
  void lost(const std::string& why);
  void disconnected(const std::string& why);
  void tell_unreachable(const std::string& why);
  void let_go();
  void fail(AskedList list, PeerFailure::What what, const std::string& why);
  void tell_disconnect();

  TimerId call_at(int64_t deadline_ms, absl::AnyInvocable<void(PeerLife&)> task);
  void cancel(TimerId& timer) { loop_.cancel(std::exchange(timer, TimerId::kNone)); }

  const std::shared_ptr<PeerCommons> commons_;
  LoopThread& loop_;
  const PeerTarget target_;
  const std::string client_id_;
  PeerReach reach_;

  State state_ = State::kIdle;
  bool is_established_ = false;  // it was open, and the connection is still the same
  bool has_ended_ = false;       // the peer is destroyed
  bool pumps_later_ = false;
  absl::AnyInvocable<void()> told_;
  int64_t retry_at_ms_ = std::numeric_limits<int64_t>::min();
  TimerId retry_timer_ = TimerId::kNone;

  // Of an attempt.
  bool is_resolving_ = false;               // a worker is at it, be it for an attempt that has failed since
  TimerId attempt_timer_ = TimerId::kNone;  // also of a login on an open connection
  int64_t attempt_deadline_ms_ = 0;
  std::vector<PeerAddress> addresses_;
  size_t next_address_ = 0;
  size_t useless_ = 0;  // attempts that ended at an address which took the connection
  std::vector<AddressFailure> address_failures_;
  size_t refusals_ = 0;   // of addresses
  size_t of_no_use_ = 0;  // addresses to which there is no way from this host
  TimerId address_timer_ = TimerId::kNone;

  // Of a connection.
  std::shared_ptr<PeerLink> link_;
  std::optional<PeerLogin> login_;
  VersionsExchange versions_;
  int64_t log_in_again_at_ms_ = kNever;
  int32_t next_correlation_ = 0;

  uint64_t next_id_ = 0;
  AskedList waiting_;
  AskedList sent_;  // answers come in this order
};

}  // namespace klamm::broker::net
