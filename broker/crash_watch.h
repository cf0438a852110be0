// CrashWatch: which brokers' processes have gone, by what comes of connecting to them: a machine without I/O,
// of one term of the active controller. The rule and its reasons are in
// docs/decisions/009-faster-than-heartbeats.md.
//
// One connection to each broker is kept. When it closes, and for each broker when the term begins, there is a
// doubt whether the process is there. A heartbeat or a new connection ends the doubt. Connections that are
// refused, one after the other for a while, confirm it; failures of any other kind say nothing, and begin the
// row of refusals anew.
//
//   state       goes on to   when
//   kApart      kTrying      its next attempt is due
//   kTrying     kConnected   the broker has answered
//               kApart       the attempt was refused, failed, or its connection closed
//   kConnected  kApart       the connection closed
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/types.h"
#include "broker/quorum_wire.h"

namespace klamm::broker {

class CrashWatch {
 public:
  // A broker in one broker epoch, and where brokers reach each other there.
  struct Broker {
    int64_t epoch = -1;
    NodeAddress address;

    friend bool operator==(const Broker&, const Broker&) = default;
  };
  using Brokers = std::map<NodeId, Broker>;

  // The process of that broker epoch has gone.
  struct Crash {
    NodeId broker;
    int64_t epoch = -1;
    int refusals = 0;  // in a row
    int64_t refused_for_ms = 0;
  };

  // A process that is being started again, or has a full backlog for a moment, is asked for this long.
  static constexpr int64_t kRefusedForMs = 100;
  // By then the heartbeat has come that a broker sends as soon as it has found a new controller.
  static constexpr int64_t kTermBeginsMs = 300;
  // Between attempts that fail: at first, and after each further one twice as long, up to the most.
  static constexpr int64_t kBackoffFirstMs = 100;
  static constexpr int64_t kBackoffMostMs = 5'000;
  // A connection that is closed sooner was as good as none: what is at the other end may do so each time.
  static constexpr int64_t kShortLivedMs = 1'000;

  // The term begins. `brokers` are those that are watched: unfenced, not shutting down, other than this node.
  CrashWatch(Brokers brokers, int64_t now_ms);

  // The same for the time from now on. Gives those that are watched no more, or are others (another epoch,
  // another address): what there is of connections to them is to be dropped. New ones are not in doubt before
  // their first connection closes: a broker listens only once it is unfenced.
  [[nodiscard]] std::vector<NodeId> follow(const Brokers& brokers, int64_t now_ms);
  // nullptr when it is not watched.
  const Broker* find(NodeId id) const;

  // --- what happens ---
  void on_heartbeat(NodeId id, int64_t epoch);
  // What comes of the attempts that take_due() has given. Of brokers that are watched.
  void on_connected(NodeId id, int64_t now_ms);
  [[nodiscard]] std::optional<Crash> on_refused(NodeId id, int64_t now_ms);
  void on_failed(NodeId id, int64_t now_ms);
  // A connection, be it one over which nothing was answered yet. Nothing when its end is known already.
  void on_closed(NodeId id, int64_t now_ms);

  // --- what is to be done ---
  // The brokers that are to be connected to now.
  [[nodiscard]] std::vector<NodeId> take_due(int64_t now_ms);
  // When there are some next; nothing while none is waited for.
  std::optional<int64_t> next_deadline_ms() const;

 private:
  enum class State : uint8_t { kApart, kTrying, kConnected };
  struct Doubt {
    int64_t until_ms = 0;  // it is not confirmed before
    int refusals = 0;      // in a row
    int64_t refused_since_ms = 0;
  };
  struct Watched {
    Broker broker;
    State state = State::kApart;
    int64_t next_attempt_ms = 0;  // kApart
    int64_t connected_ms = 0;     // kConnected: since then
    int failures = 0;             // attempts in a row that led to no connection, or to a short-lived one
    std::optional<Doubt> doubt;
  };

  Watched& at(NodeId id);
  void part(Watched& watched, int64_t next_attempt_ms);
  static int64_t backoff_ms(int failures);
  bool is_widespread() const;

  std::map<NodeId, Watched> watched_;
};

}  // namespace klamm::broker
