#include "tests/sim/groups/population.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/groups/client.h"

namespace klamm::sim::groups {
namespace {

constexpr int32_t kWidePartitions = 250;

std::string wide_topic(int i) { return fmt::format("{}{}", std::string(230, 'w'), i); }

// Which versions of the requests a release sends: of 0.10.1, 0.11, 2.0, 2.3, 2.5, 3.x, 4.x.
void choose_age(ClientPlan& plan, Random& random) {
  struct Age {
    int16_t join, sync, heartbeat, leave, commit, fetch;
  };
  static constexpr Age kAges[] = {{1, 0, 0, 0, 2, 1}, {2, 1, 1, 1, 3, 3},  {3, 2, 2, 2, 4, 4},
                                  {5, 3, 3, 3, 7, 5}, {6, 4, 4, 4, 8, 7},  {9, 5, 4, 5, 8, 8},
                                  {9, 5, 4, 5, 9, 9}, {9, 5, 4, 5, 10, 10}};
  // Static members came with 2.3.
  const uint64_t first = plan.instance_id ? 3 : 0;
  const Age& age = kAges[first + random.below(std::size(kAges) - first)];
  plan.join = age.join;
  plan.sync = age.sync;
  plan.heartbeat = age.heartbeat;
  plan.leave = age.leave;
  plan.commit = age.commit;
  plan.fetch = age.fetch;
}

// All of a group offer the same, each in its own order: what members of a loaded group have offered but not
// used is forgotten, and who does not offer what they use is turned away then.
void choose_protocols(ClientPlan& plan, bool cooperative, bool several, Random& random) {
  plan.protocols = {cooperative ? std::string(kCooperative) : "roundrobin"};
  if (several) plan.protocols.insert(plan.protocols.begin() + static_cast<int>(random.below(2)), "range");
}

void add_members(Cluster& cluster, size_t group, bool cooperative, bool is_static) {
  Random& random = cluster.random();
  const GroupPlan& of = cluster.groups()[group];
  const bool several = random.one_in(2);
  for (uint64_t i = 0, count = 1 + random.below(5); i < count; ++i) {
    ClientPlan plan;
    plan.group = group;
    plan.client_id = fmt::format("{}.{}", of.id, i);
    if (is_static && !random.one_in(4)) plan.instance_id = fmt::format("{}-instance-{}", of.id, i);
    plan.topics = of.topics;
    if (plan.topics.size() > 1 && random.one_in(3)) plan.topics.pop_back();
    plan.session_timeout_ms = static_cast<int32_t>(cluster.between(6, 16)) * 1000;
    plan.rebalance_timeout_ms = static_cast<int32_t>(cluster.between(5, 20)) * 1000;
    choose_protocols(plan, cooperative, several, random);
    choose_age(plan, random);
    cluster.clients().push_back(std::make_unique<Client>(cluster, plan));
    // A second process that believes it is the same instance.
    if (!plan.instance_id || !random.one_in(4)) continue;
    plan.client_id += ".twin";
    cluster.clients().push_back(std::make_unique<Client>(cluster, plan));
  }
}

}  // namespace

std::vector<TopicPlan> topic_plans(Random& random) {
  std::vector<TopicPlan> plans;
  for (int i = 0; i < 4; ++i)
    plans.push_back({fmt::format("topic-{}", i), 1 + static_cast<int32_t>(random.below(6))});
  if (random.one_in(4)) {
    for (int i = 0; i < 3; ++i) plans.push_back({wide_topic(i), kWidePartitions});
  }
  return plans;
}

void populate(Cluster& cluster) {
  Random& random = cluster.random();
  const size_t count = 1 + random.below(3);
  for (size_t i = 0; i < count; ++i) {
    GroupPlan plan;
    plan.id = fmt::format("group-{}", i);
    plan.topics.push_back(fmt::format("topic-{}", i));
    if (random.one_in(2)) plan.topics.emplace_back("topic-3");
    cluster.groups().push_back(plan);
  }
  for (size_t i = 0; i < count; ++i) add_members(cluster, i, random.one_in(3), random.one_in(3));
  GroupPlan simple;
  simple.id = "simple";
  simple.simple = true;
  simple.topics = {"topic-0", "topic-3"};
  cluster.groups().push_back(simple);
  if (cluster.image().topics().find(wide_topic(0)) == nullptr) return;
  GroupPlan wide;
  wide.id = kWideGroup;
  wide.simple = true;
  for (int i = 0; i < 3; ++i) wide.topics.push_back(wide_topic(i));
  cluster.groups().push_back(wide);
}

}  // namespace klamm::sim::groups
