#include "tests/sim/cluster/network.h"

#include <algorithm>
#include <vector>

namespace klamm::sim::cluster {
namespace {

constexpr int64_t kUsualUsMin = 60;
constexpr int64_t kUsualUsMax = 500;
constexpr uint64_t kLateOneIn = 400;
constexpr int64_t kLateUsMax = 250 * kMs;
constexpr int64_t kSlowUsMax = 400 * kMs;
// What was held back by a cut is sent again some time after it.
constexpr int64_t kAgainUsMax = 1500 * kMs;
constexpr int kKnocksMax = 4;
// A slow receiver takes no more than this long for a piece: then it is looked again whether it is slow.
constexpr int64_t kPieceMs = 50;

int other(int side) { return 1 - side; }

}  // namespace

Network::~Network() {
  for (auto& [id, wire] : wires_) wire->ends = {};
}

// ---- Connections

void Network::listen(int32_t place, uint16_t port, Accept accept) {
  listeners_[{place, port}] = std::move(accept);
}

void Network::stop_listening(int32_t place) {
  std::erase_if(listeners_, [place](const auto& entry) { return entry.first.first == place; });
}

void Network::dial(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end,
                   std::function<bool()> is_wanted, Dialed dialed) {
  if (silent_[from]) return;
  knock(from, to, port, std::move(end), std::move(is_wanted), std::move(dialed), 0);
}

// What is lost is tried again after a second, then two, then four.
void Network::knock(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end,
                    std::function<bool()> is_wanted, Dialed dialed, int attempt) {
  if (!is_wanted() || attempt == kKnocksMax) return;
  const bool is_lost = open_at(from, to) > world_.now() || off_[to];
  const int64_t when = is_lost ? kSecond << attempt : delay(from, to);
  world_.after(when, [this, from, to, port, end, is_wanted, dialed, attempt, is_lost] {
    if (is_lost || off_[to]) return knock(from, to, port, end, is_wanted, dialed, attempt + 1);
    if (is_wanted()) arrive(from, to, port, end, dialed);
  });
}

void Network::arrive(int32_t from, int32_t to, uint16_t port, std::shared_ptr<WireEnd> end, Dialed dialed) {
  const int64_t back = std::max(open_at(to, from) - world_.now(), int64_t{0}) + delay(to, from);
  const auto listener = listeners_.find({to, port});
  if (listener == listeners_.end()) {
    return world_.after(back, [dialed] { dialed(nullptr); });
  }
  auto wire = std::make_shared<Wire>();
  wire->id = ++last_wire_;
  wire->places = {from, to};
  wire->ends[Wire::kDialer] = std::move(end);
  wires_[wire->id] = wire;
  wire->ends[Wire::kServer] = listener->second(wire);
  world_.after(back, [this, wire, dialed] {
    if (wire->ends[Wire::kDialer] != nullptr && !silent_[wire->places[Wire::kDialer]]) dialed(wire);
  });
}

void Network::send(const std::shared_ptr<Wire>& wire, int side, Bytes frame) {
  if (wire->ends[static_cast<size_t>(side)] == nullptr || silent_[wire->places[static_cast<size_t>(side)]])
    return;
  put(wire, other(side), {.frame = std::move(frame)});
}

void Network::close(const std::shared_ptr<Wire>& wire, int side) {
  if (wire->ends[static_cast<size_t>(side)] == nullptr) return;
  const bool is_heard = !silent_[wire->places[static_cast<size_t>(side)]];
  forget(*wire, side);
  if (is_heard) put(wire, other(side), {.is_end = true});
}

void Network::forget(Wire& wire, int side) {
  wire.ends[static_cast<size_t>(side)] = nullptr;
  if (wire.ends[static_cast<size_t>(other(side))] == nullptr) wires_.erase(wire.id);
}

void Network::put(const std::shared_ptr<Wire>& wire, int side, Wire::Item item) {
  Wire::Way& way = wire->to[static_cast<size_t>(side)];
  const int32_t from = wire->places[static_cast<size_t>(other(side))];
  item.at = std::max(world_.now() + delay(from, wire->places[static_cast<size_t>(side)]), way.last + 1);
  way.last = item.at;
  way.bytes += item.frame.size();
  item.unread = item.frame.size();
  way.items.push_back(std::move(item));
  if (!way.moves) move(wire, side);
}

bool Network::has_room(const Wire& wire, int side) const {
  const Wire::Way& way = wire.to[static_cast<size_t>(other(side))];
  return way.items.size() < kUnreadFramesMax && way.bytes < kUnreadBytesMax;
}

// The first of what is on its way arrives when its time has come, or when a cut is over.
void Network::move(const std::shared_ptr<Wire>& wire, int side) {
  Wire::Way& way = wire->to[static_cast<size_t>(side)];
  way.moves = !way.items.empty();
  if (!way.moves) return;
  const int64_t at = std::max(way.items.front().at, world_.now());
  world_.at(at, [this, wire, side] {
    Wire::Way& moving = wire->to[static_cast<size_t>(side)];
    if (moving.items.empty()) return move(wire, side);
    const int64_t open =
        open_at(wire->places[static_cast<size_t>(other(side))], wire->places[static_cast<size_t>(side)]);
    if (open > world_.now()) {
      ++held_back;
      moving.items.front().at = open + world_.between(0, kAgainUsMax);
      return move(wire, side);
    }
    const bool is_read = wire->ends[static_cast<size_t>(side)] != nullptr;
    if (is_read && reads_on(moving.items.front(), wire->places[static_cast<size_t>(side)]))
      return move(wire, side);
    const bool had_room = has_room(*wire, other(side));
    Wire::Item item = std::move(moving.items.front());
    moving.items.pop_front();
    moving.bytes -= item.frame.size();
    const std::shared_ptr<WireEnd> sender = wire->ends[static_cast<size_t>(other(side))];
    if (!had_room && sender != nullptr && has_room(*wire, other(side))) sender->on_room();
    take(wire, side, std::move(item));
    move(wire, side);
  });
}

// Whether a piece of it has been read just now, and it has to come again for the next.
bool Network::reads_on(Wire::Item& item, int32_t place) const {
  const int64_t pace = pace_of(place);
  if (pace == 0 || item.unread == 0) return false;
  const size_t piece = std::min(item.unread, static_cast<size_t>(pace * kPieceMs));
  item.unread -= piece;
  item.at = world_.now() + static_cast<int64_t>(piece) * kMs / pace;
  return true;
}

void Network::take(const std::shared_ptr<Wire>& wire, int side, Wire::Item item) {
  const int32_t place = wire->places[static_cast<size_t>(side)];
  const std::shared_ptr<WireEnd> end = wire->ends[static_cast<size_t>(side)];
  ++frames;
  world_.trace(static_cast<uint64_t>(world_.now()) * 31 + item.frame.size() * 7 +
               static_cast<uint64_t>(place));
  if (end == nullptr) {
    // A machine that is up says that it knows no such connection.
    if (!item.is_end && !off_[place]) put(wire, other(side), {.is_end = true});
    return;
  }
  if (!item.is_end) return end->on_frame(std::move(item.frame));
  forget(*wire, side);
  end->on_closed();
}

// ---- Machines

void Network::end_process(int32_t place, bool is_heard) {
  stop_listening(place);
  std::vector<std::shared_ptr<Wire>> all;
  for (const auto& [id, wire] : wires_) all.push_back(wire);
  for (const auto& wire : all) {
    for (int side : {Wire::kDialer, Wire::kServer}) {
      if (wire->places[static_cast<size_t>(side)] != place ||
          wire->ends[static_cast<size_t>(side)] == nullptr)
        continue;
      if (is_heard) {
        close(wire, side);
      } else {
        forget(*wire, side);
      }
    }
  }
  silent_[place] = true;
}

// ---- Faults

void Network::cut(int32_t from, int32_t to, int64_t cut_for) {
  int64_t& until = cut_until_[{from, to}];
  until = std::max(until, world_.now() + cut_for);
}

void Network::slow(int32_t place, int64_t slow_for) { slow_until_[place] = world_.now() + slow_for; }

void Network::slow_receiver(int32_t place, int64_t bytes_per_ms, int64_t slow_for) {
  slow_receivers_[place] = {bytes_per_ms, world_.now() + slow_for};
}

// 0: as fast as it comes.
int64_t Network::pace_of(int32_t place) const {
  const auto found = slow_receivers_.find(place);
  return found == slow_receivers_.end() || found->second.until <= world_.now() ? 0
                                                                               : found->second.bytes_per_ms;
}

bool Network::is_disturbed(int32_t place) const {
  const int64_t now = world_.now();
  const auto slow = slow_until_.find(place);
  if (pace_of(place) != 0 || (slow != slow_until_.end() && slow->second > now)) return true;
  return std::ranges::any_of(cut_until_, [&](const auto& cut) {
    return cut.second > now && (cut.first.first == place || cut.first.second == place);
  });
}

// As a firewall that has forgotten what it knew: both ends hear of it.
void Network::reset_connections(int32_t place) {
  std::vector<std::shared_ptr<Wire>> all;
  for (const auto& [id, wire] : wires_) {
    if (wire->places[0] == place || wire->places[1] == place) all.push_back(wire);
  }
  for (const auto& wire : all) {
    for (auto& way : wire->to) {
      way.items.clear();
      way.bytes = 0;
    }
    for (int side : {Wire::kDialer, Wire::kServer}) {
      if (wire->ends[static_cast<size_t>(side)] != nullptr) put(wire, side, {.is_end = true});
    }
  }
}

void Network::heal() {
  cut_until_.clear();
  slow_until_.clear();
  slow_receivers_.clear();
}

int64_t Network::open_at(int32_t from, int32_t to) const {
  const auto found = cut_until_.find({from, to});
  return found == cut_until_.end() ? 0 : found->second;
}

int64_t Network::delay(int32_t from, int32_t to) {
  int64_t usual = world_.between(kUsualUsMin, kUsualUsMax);
  for (const int32_t place : {from, to}) {
    const auto found = slow_until_.find(place);
    if (found != slow_until_.end() && found->second > world_.now()) usual += world_.between(0, kSlowUsMax);
  }
  if (from == to || !world_.random().one_in(kLateOneIn)) return usual;
  return usual + world_.between(0, kLateUsMax);
}

}  // namespace klamm::sim::cluster
