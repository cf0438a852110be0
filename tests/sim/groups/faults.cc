#include "tests/sim/groups/faults.h"

#include "tests/sim/groups/client.h"

namespace klamm::sim::groups {
namespace {

Client& any_client(Cluster& cluster) {
  return *cluster.clients()[cluster.random().below(cluster.clients().size())];
}

void restart_later(Cluster& cluster, Client& client) {
  const int64_t down_for = cluster.between(0, cluster.random().one_in(3) ? kMinute : 4 * kSecond);
  cluster.after(down_for, [&client] { client.start(); });
}

void crash_client(Cluster& cluster) {
  ++cluster.counters.client_crashes;
  Client& client = any_client(cluster);
  client.crash();
  restart_later(cluster, client);
}

void close_client(Cluster& cluster) {
  Client& client = any_client(cluster);
  client.close();
  restart_later(cluster, client);
}

// All of a group go, and it is empty for a while; perhaps for long enough that its offsets expire.
void close_group(Cluster& cluster) {
  const size_t group = cluster.random().below(cluster.groups().size());
  const int64_t away_for = cluster.between(10 * kSecond, 7 * kMinute);
  for (auto& client : cluster.clients()) {
    if (client->plan().group != group) continue;
    ++cluster.counters.client_crashes;
    cluster.random().one_in(2) ? client->crash() : client->close();
    cluster.after(away_for + cluster.between(0, 5 * kSecond), [&client = *client] { client.start(); });
  }
}

void freeze_client(Cluster& cluster) {
  ++cluster.counters.pauses;
  Client& client = any_client(cluster);
  if (client.phase() != Client::Phase::kOff) client.freeze(cluster.between(kSecond, 50 * kSecond));
}

void forget_sync(Cluster& cluster) {
  ++cluster.counters.pauses;
  Client& client = any_client(cluster);
  client.forget_to_sync();
  client.rejoin();
  cluster.after(cluster.between(10 * kSecond, 100 * kSecond), [&client] { client.behave(); });
}

void lose_connection(Cluster& cluster) {
  ++cluster.counters.lost_connections;
  any_client(cluster).lose_connection();
}

}  // namespace

void inject_faults(Cluster& cluster) {
  cluster.after(cluster.between(kSecond, 40 * kSecond), [&cluster] { inject_faults(cluster); });
  if (cluster.is_quiet()) return;
  switch (cluster.random().below(22)) {
    case 0:
    case 1:
      return cluster.crash_coordinator();
    case 2:
    case 3:
      return cluster.move_coordinator();
    case 4:
    case 5:
    case 6:
    case 7:
      return crash_client(cluster);
    case 8:
    case 9:
      return close_client(cluster);
    case 10:
      return close_group(cluster);
    case 11:
    case 12:
      return freeze_client(cluster);
    case 13:
      return forget_sync(cluster);
    case 14:
    case 15:
      return lose_connection(cluster);
    case 16:
      return cluster.stall_replication(cluster.between(kSecond, 12 * kSecond));
    case 17:
      return cluster.slow_appends(cluster.between(kSecond, 30 * kSecond));
    case 18:
      return cluster.fail_appends(cluster.between(kSecond, 20 * kSecond));
    case 19:
      return cluster.step_wall_clock();
    case 20:
      return cluster.compact();
    default:
      return cluster.random().one_in(3) ? cluster.recreate_topic() : any_client(cluster).rejoin();
  }
}

}  // namespace klamm::sim::groups
