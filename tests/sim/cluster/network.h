// The network of a simulated cluster: connections over which whole frames travel. What is sent keeps its
// order on each connection and comes late or not at all, never changed; between connections there is no
// order. A cut holds back what was sent, as TCP does, until it is over or somebody gives up.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "tests/sim/cluster/world.h"

namespace klamm::sim::cluster {

// Where somebody stands: nodes by their ids until they move, clients from here on.
inline constexpr int32_t kFirstClientPlace = 100;

// What a server's connection has to send beyond which it begins no further request (broker/net/connection).
inline constexpr size_t kUnreadFramesMax = 64;
inline constexpr size_t kUnreadBytesMax = 4 << 20;

// One end of a connection, told of what arrives there.
class WireEnd {
 public:
  virtual ~WireEnd() = default;
  virtual void on_frame(Bytes frame) = 0;
  // The other end has closed it, or is gone.
  virtual void on_closed() = 0;
  // There is room again for what it sends (Network::has_room).
  virtual void on_room() {}
};

struct Wire {
  static constexpr int kDialer = 0;
  static constexpr int kServer = 1;
  struct Item {
    int64_t at = 0;
    Bytes frame{};
    bool is_end = false;
    size_t unread = 0;  // by a slow receiver
  };
  struct Way {
    std::deque<Item> items;
    size_t bytes = 0;
    bool moves = false;
    int64_t last = 0;
  };

  uint64_t id = 0;
  std::array<int32_t, 2> places{};
  std::array<std::shared_ptr<WireEnd>, 2> ends;  // null: that end has gone
  std::array<Way, 2> to;                         // what is on its way to that end
};

class Network {
 public:
  // Makes the server's end of a connection that comes in.
  using Accept = std::function<std::shared_ptr<WireEnd>(const std::shared_ptr<Wire>&)>;
  // Null: nobody listens there.
  using Dialed = std::function<void(std::shared_ptr<Wire>)>;

  explicit Network(World& world) : world_(world) {}
  ~Network();

  // ---- what processes do
  void listen(int32_t place, uint16_t port, Accept accept);
  void stop_listening(int32_t place);
  // Told once, or never if nothing comes back. `is_wanted` says whether the dialer still waits.
  void dial(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end,
            std::function<bool()> is_wanted, Dialed dialed);
  void send(const std::shared_ptr<Wire>& wire, int side, Bytes frame);
  void close(const std::shared_ptr<Wire>& wire, int side);
  // Whether the other end reads what that side sends fast enough for it to send more.
  bool has_room(const Wire& wire, int side) const;

  // ---- what becomes of machines
  // All connections of the place end; those at their other ends hear of it if the machine goes on without the
  // process. Nothing is sent from there until begin_process().
  void end_process(int32_t place, bool is_heard);
  void begin_process(int32_t place) { silent_[place] = false; }
  void set_power(int32_t place, bool is_on) { off_[place] = !is_on; }

  // ---- faults
  void cut(int32_t from, int32_t to, int64_t cut_for);
  void slow(int32_t place, int64_t slow_for);
  // What arrives there is read so slowly, on each connection, and what is sent piles up behind it.
  void slow_receiver(int32_t place, int64_t bytes_per_ms, int64_t slow_for);
  // Whether something keeps a frame of or to that place from coming as fast as ever.
  bool is_disturbed(int32_t place) const;
  void reset_connections(int32_t place);
  void heal();

  int64_t frames = 0;
  int64_t held_back = 0;

 private:
  using Pair = std::pair<int32_t, int32_t>;
  struct SlowReceiver {
    int64_t bytes_per_ms = 0;
    int64_t until = 0;
  };

  int64_t pace_of(int32_t place) const;
  bool reads_on(Wire::Item& item, int32_t place) const;
  int64_t open_at(int32_t from, int32_t to) const;
  int64_t delay(int32_t from, int32_t to);
  void knock(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end,
             std::function<bool()> is_wanted, Dialed dialed, int attempt);
  void arrive(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end, Dialed dialed);
  void put(const std::shared_ptr<Wire>& wire, int side, Wire::Item item);
  void move(const std::shared_ptr<Wire>& wire, int side);
  void take(const std::shared_ptr<Wire>& wire, int side, Wire::Item item);
  void forget(Wire& wire, int side);

  World& world_;
  std::map<std::pair<int32_t, uint16_t>, Accept> listeners_;
  std::map<uint64_t, std::shared_ptr<Wire>> wires_;
  std::map<int32_t, bool> silent_, off_;
  std::map<Pair, int64_t> cut_until_;
  std::map<int32_t, int64_t> slow_until_;
  std::map<int32_t, SlowReceiver> slow_receivers_;
  uint64_t last_wire_ = 0;
};

}  // namespace klamm::sim::cluster
