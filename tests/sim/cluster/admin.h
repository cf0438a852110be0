// Admin: makes, changes and deletes topics, deletes records, moves partitions between brokers, asks for
// preferred leaders, and remembers what it was told.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "tests/sim/cluster/client.h"

namespace klamm::sim::cluster {

// Topics whose names end so may be led by whoever is there, and have their min.insync.replicas altered: where
// nobody is in sync at that moment, nobody is known to be eligible any more.
inline constexpr std::string_view kUncleanSuffix = "-unclean";

// Whether no unclean election of what is promised may come, whatever nodes are started with: each topic but
// those that come and go says so for itself.
bool is_protected(const broker::ClusterImage& image);
// Of a topic that comes and goes: nobody counts what is in it.
inline bool comes_and_goes(std::string_view topic) { return topic.starts_with("c"); }

class Admin final : public Client {
 public:
  Admin(Cluster& cluster, int32_t number) : Client(cluster, number) {}

  // The topics that are there from the beginning; `done` when all are.
  void create_steady(std::function<void()> done);
  void start();
  bool is_idle() const override { return !busy_; }
  // Whether the image has the topics that were acknowledged, and none that was deleted.
  void check(int32_t node, const broker::ClusterImage& image) const;
  void elect_preferred(std::function<void()> done);

 private:
  enum class State { kUnknown, kThere, kGone };
  struct Topic {
    State state = State::kUnknown;
    int32_t partitions = 0;      // at least
    int32_t partitions_max = 0;  // and not more
    bool is_doubtful = false;    // a request was lost, and may be carried out at any time
  };

  void act_later();
  void act();
  void create(const std::string& name, int32_t partitions, std::function<void()> done);
  void create_some();
  void remove_some();
  void add_partitions();
  void alter_configs();
  void alter(std::string_view topic, std::string_view key, std::string_view value);
  std::string topic_to_alter();
  void delete_records();
  void move_some();
  std::vector<int32_t> some_brokers();
  void write_some();
  void write_to(const std::string& name, int32_t partition, int32_t leader);
  Topic* any_there(std::string& name);
  void end(bool is_acknowledged);

  std::map<std::string, Topic> topics_;
  int32_t last_name_ = 0;
  bool busy_ = false;
};

}  // namespace klamm::sim::cluster
