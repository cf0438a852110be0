// Client: a consumer of a group, as clients of several ages are: it finds the coordinator, joins, divides the
// work if it leads, synchronises, fetches offsets, beats, polls and commits. And as processes are: it
// crashes, stands still for longer than its session, loses connections, starts anew.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/groups/assignor.h"
#include "tests/sim/groups/cluster.h"

namespace klamm::sim::groups {

struct ClientPlan {
  size_t group = 0;
  std::string client_id{};
  std::optional<std::string> instance_id{};
  std::vector<std::string> protocols{};  // the most preferred first
  std::vector<std::string> topics{};
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = 0;
  // Of the requests that it sends.
  int16_t join = 0, sync = 0, heartbeat = 0, leave = 0, commit = 0, fetch = 0;
};

class Client {
 public:
  enum class Phase : uint8_t { kOff, kJoining, kSyncing, kStable };

  Client(Cluster& cluster, ClientPlan plan) : cluster_(cluster), plan_(std::move(plan)) {}

  const ClientPlan& plan() const { return plan_; }
  const std::string& group() const { return cluster_.groups()[plan_.group].id; }
  Phase phase() const { return phase_; }
  const std::string& member_id() const { return member_id_; }
  int32_t generation() const { return generation_; }
  const Partitions& owned() const { return owned_; }
  bool is_frozen() const { return cluster_.now() < frozen_until_; }

  void start();
  // Without a word; what it has sent is on its way all the same.
  void crash();
  // Leaves the group first, if it would (static members do not).
  void close();
  void freeze(int64_t for_ms);
  void wake_up() { frozen_until_ = 0; }
  void lose_connection();
  // It beats, and the SyncGroup that it should send is lost in it somewhere.
  void forget_to_sync() { forgets_sync_ = true; }
  void behave() { forgets_sync_ = false; }
  // It wants another assignment, as when a topic has got partitions.
  void rejoin();

 private:
  using Handler = void (Client::*)(const Request&, const Bytes&);

  void wake_in(int64_t delay);
  void wake(int64_t at);
  void find_coordinator();
  void lose_coordinator();
  void send(Api api, int16_t version, Bytes body, int64_t timeout_ms, Handler handler);
  void on_reply(uint64_t call, std::optional<Bytes> reply);

  void join();
  void on_joined(const Request& request, const Bytes& reply);
  void sync(std::vector<std::pair<std::string, Bytes>> assignments);
  void on_synced(const Request& request, const Bytes& reply);
  void beat();
  void on_beaten(const Request& request, const Bytes& reply);
  void fetch_offsets();
  void on_fetched(const Request& request, const Bytes& reply);
  void commit();
  void on_committed(const Request& request, const Bytes& reply);
  void on_left(const Request& request, const Bytes& reply);
  bool on_error(protocol::ErrorCode code);
  void lose_membership();
  void start_rebalance();
  Bytes subscription(const std::string& protocol) const;

  Cluster& cluster_;
  const ClientPlan plan_;
  Phase phase_ = Phase::kOff;
  uint64_t life_ = 0;
  std::shared_ptr<Connection> connection_{};
  bool finding_ = false;

  std::string member_id_{};
  int32_t generation_ = -1;
  std::string protocol_{};
  Partitions owned_{};
  std::set<TopicPartition> fetched_{};  // of which the position is known
  std::set<TopicPartition> committed_{};

  struct Call {
    Request request;
    Handler handler;
    int64_t deadline;
  };
  std::map<uint64_t, Call> calls_{};
  uint64_t next_call_ = 1;
  bool joining_ = false, syncing_ = false, beating_ = false, committing_ = false, fetching_ = false;
  bool rejoins_after_commit_ = false;
  bool forgets_sync_ = false;

  int64_t wake_at_ = INT64_MAX;
  int64_t beat_at_ = 0, commit_at_ = 0, retry_at_ = 0;
  int64_t frozen_until_ = 0;
};

}  // namespace klamm::sim::groups
