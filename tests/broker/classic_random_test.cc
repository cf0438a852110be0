// Random histories of a few clients that mostly behave and sometimes do not, over a journal that commits at
// once, later, or refuses. After every step the groups are looked at whole; in the end the clients fall
// silent.
#include "tests/testing.h"

#include <fmt/core.h>

#include <array>

#include "base/logging.h"
#include "tests/broker/classic_invariants.h"

namespace klamm::broker::group {
using namespace testing;

namespace {

// A static member is its instance, under whatever id: instances are called "s1", clients "c1".
std::string identity_of(const std::string& id) { return id[0] == 's' ? id.substr(0, id.find('-')) : id; }

// What the members of one generation were told. All must have been told the same.
struct Generation {
  std::optional<std::string> leader, protocol, attempt;

  static void agree(std::optional<std::string>& known, const std::string& told) {
    if (!known) known = told;
    REQUIRE(*known == told);
  }
};

struct Client {
  std::string group;
  JoinAs as;
  int32_t generation = -1;
  bool leads = false;
  std::vector<std::string> others{};
  std::optional<Call<Joined>> joining{};
  std::optional<Call<Synced>> syncing{};
};

class History {
 public:
  explicit History(uint64_t seed) : world_(seed), random_(seed) {
    world_.config.size_max = random_.one_in(4) ? 3 : INT32_MAX;
    if (random_.one_in(4)) world_.config.initial_rebalance_delay_ms = 0;
    may_refuse_ = random_.one_in(2);
    for (int i = 0; i < 6; ++i) {
      Client& client = clients_.emplace_back(Client{random_.one_in(4) ? "other" : "group", {}});
      client.as.group = client.group;
      client.as.client_id = fmt::format("c{}", i);
      client.as.version = static_cast<int16_t>(random_.below(10));
      if (i < 2) {
        client.as.version = random_.one_in(2) ? 9 : 5;
        client.as.instance_id = fmt::format("s{}", i);
      }
      change(client);
    }
    world_.after_step = [this] { look(); };
  }

  void go_on(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      if (i % 5 == 0) REQUIRE(find_unlike_log(world_, !may_refuse_) == std::nullopt);
    }
  }

  // Nobody says anything more: nothing may stay.
  void fall_silent() {
    world_.journal.mode = FakeJournal::Mode::kAtOnce;
    world_.commit_all();
    world_.advance(3 * 3'600'000);
    for (const auto& [id, group] : world_.groups.by_id()) REQUIRE(group->is_empty());
    REQUIRE(world_.deadlines.size() == 0);
    REQUIRE(unanswered() == 0);
  }

  void resign() {
    world_.after_step = [] {};
    world_.membership.resign();
    REQUIRE(unanswered_now() == 0);
    world_.commit_all();  // Of what was written, which nobody waits for now.
    REQUIRE(unanswered() == 0);
    REQUIRE(world_.deadlines.size() == 0);
  }

 private:
  void look() {
    const auto broken = find_broken(world_);
    REQUIRE(broken == std::nullopt);
    for (Client& client : clients_) receive(client);
  }

  void receive(Client& client) {
    if (client.joining && client.joining->answered()) {
      const Joined joined = **std::exchange(client.joining, {});
      on_joined(client, joined);
    }
    if (client.syncing && client.syncing->answered()) {
      const Synced synced = **std::exchange(client.syncing, {});
      if (synced.error != ErrorCode::kNone || synced.assignment.empty()) return;
      // "<attempt> <whose>"
      const size_t blank = synced.assignment.find(' ');
      Generation::agree(told(client).attempt, synced.assignment.substr(0, blank));
      REQUIRE(synced.assignment.substr(blank + 1) == identity_of(client.as.member_id));
    }
  }

  void on_joined(Client& client, const Joined& joined) {
    if (joined.error == ErrorCode::kMemberIdRequired) client.as.member_id = joined.member_id;
    if (joined.error == ErrorCode::kUnknownMemberId || joined.error == ErrorCode::kFencedInstanceId) {
      client.as.member_id.clear();
    }
    if (joined.error != ErrorCode::kNone) return;
    client.as.member_id = joined.member_id;
    client.generation = joined.generation;
    client.leads = joined.leader == joined.member_id;
    client.others.clear();
    for (const auto& [id, metadata] : joined.members) client.others.push_back(id);
    Generation::agree(told(client).protocol, *joined.protocol);
    if (client.leads) Generation::agree(told(client).leader, identity_of(joined.member_id));
    REQUIRE((client.leads || joined.members.empty()));
  }

  Generation& told(const Client& client) {
    return told_[{client.group, deletions_[client.group], client.generation}];
  }

  void step() {
    if (world_.journal.mode == FakeJournal::Mode::kRefuse && random_.one_in(4)) {
      world_.journal.mode = FakeJournal::Mode::kAtOnce;
    }
    Client& client = clients_[random_.below(clients_.size())];
    // In every other stretch of time next to nothing goes wrong, so that groups get stable.
    const bool calm = ++steps_ / 50 % 2 == 0;
    switch (calm ? 1 + random_.below(30) : random_.below(20)) {
      case 0:
        world_.journal.mode = random_.one_in(2)                  ? FakeJournal::Mode::kAtOnce
                              : may_refuse_ && random_.one_in(3) ? FakeJournal::Mode::kRefuse
                                                                 : FakeJournal::Mode::kLater;
        return;
      case 1:
      case 2:
        if (world_.journal.commit_next(world_.now)) world_.end_step();
        return;
      case 3:
        return world_.advance(static_cast<int64_t>(random_.below(random_.one_in(16) ? 400'000 : 6'000)));
      case 4:
      case 5:
        return world_.advance(static_cast<int64_t>(random_.below(1'500)));
      case 6:
        return calm ? behave(client) : leave(client);
      case 7:
        return calm ? behave(client) : misbehave(client);
      case 8:
        if (world_.state(client.group) == "Empty" && random_.one_in(2)) {
          world_.delete_group(client.group);
          ++deletions_[client.group];
        }
        return;
      case 9:
        return calm ? behave(client) : change(client);
      case 10:
      case 11:
        return crash(client);
      default:
        return behave(client);
    }
  }

  void behave(Client& client) {
    if (client.joining || client.syncing) return;
    const auto beat = client.generation < 0 ? ErrorCode::kUnknownMemberId
                                            : world_.heartbeat(client.as.member_id, client.generation,
                                                               client.as.instance_id, client.group);
    if (beat != ErrorCode::kNone || random_.one_in(6)) return join(client);
    sync(client, client.generation);
  }

  // What it waits for is answered to nobody. A static member is soon back.
  void crash(Client& client) {
    client.joining.reset();
    client.syncing.reset();
    if (client.as.instance_id || random_.one_in(2)) client.as.member_id.clear();
    if (!client.as.instance_id || random_.one_in(4)) return;
    if (random_.one_in(3)) change(client);
    join(client);
  }

  void misbehave(Client& client) {
    Client& other = clients_[random_.below(clients_.size())];
    switch (random_.below(5)) {
      case 0:
        return sync(client, client.generation - 1);
      case 3:
        return sync(client, client.generation);
      case 1:
        // Under the other's name.
        calls_.push_back(answered_of(world_.join(other.as)));
        return;
      case 2:
        leave(other);
        return;
      default:
        join(client);
    }
  }

  void join(Client& client) {
    Call<Joined> call = world_.join(client.as);
    calls_.push_back(answered_of(call));
    client.joining = call;
    receive(client);
  }

  void sync(Client& client, int32_t generation) {
    SyncAs as{.member_id = client.as.member_id,
              .generation = generation,
              .instance_id = client.as.instance_id,
              .protocol_type = {},
              .protocol = {},
              .version = 4,
              .group = client.group};
    ++attempts_;
    for (const std::string& id : client.others) {
      if (client.leads && !random_.one_in(10)) {
        as.assignments[id] = fmt::format("{} {}", attempts_, identity_of(id));
      }
    }
    Call<Synced> call = world_.sync(as);
    calls_.push_back(answered_of(call));
    if (generation != client.generation) return;
    client.syncing = call;
    receive(client);
  }

  void leave(Client& client) {
    std::vector<Leaver> leavers = {{client.as.member_id, client.as.instance_id}};
    if (client.as.instance_id && random_.one_in(3)) leavers[0].member_id.clear();
    calls_.push_back(answered_of(world_.leave(leavers, client.as.version >= 3 ? 5 : 0, client.group)));
  }

  void change(Client& client) {
    client.as.protocols = {{"range", subscription({random_.one_in(2) ? "a" : "b"})}};
    if (random_.one_in(2)) client.as.protocols.emplace_back("sticky", subscription({"c"}));
    if (random_.one_in(2)) std::swap(client.as.protocols.front(), client.as.protocols.back());
    client.as.rebalance_timeout_ms = std::array{5'000, 60'000, 60'000, 0, -2, INT32_MAX}[random_.below(6)];
    client.as.session_timeout_ms = random_.one_in(3) ? 6'000 : 30'000;
  }

  template <class T>
  static std::function<bool()> answered_of(Call<T> call) {
    return [call] { return call.answered(); };
  }
  size_t unanswered() const {
    return static_cast<size_t>(
        std::ranges::count_if(calls_, [](const auto& answered) { return !answered(); }));
  }
  // Those that wait for the log are answered by it.
  size_t unanswered_now() const {
    size_t waiting = 0;
    for (const Client& client : clients_) {
      waiting +=
          (client.joining && !client.joining->answered()) || (client.syncing && !client.syncing->answered());
    }
    return waiting;
  }

  GroupFixture world_;
  SeededRandom random_;
  bool may_refuse_ = false;
  std::vector<Client> clients_;
  std::vector<std::function<bool()>> calls_;
  std::map<std::string, int> deletions_;
  std::map<std::tuple<std::string, int, int32_t>, Generation> told_;
  int attempts_ = 0;
  int steps_ = 0;
};

}  // namespace

TEST_CASE("classic groups: random histories leave nobody waiting, and nothing behind") {
  set_log_level(LogLevel::kFatal);
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.go_on(400);
    seed % 4 == 0 ? history.resign() : history.fall_silent();
  }
  set_log_level(LogLevel::kInfo);
}

}  // namespace klamm::broker::group
