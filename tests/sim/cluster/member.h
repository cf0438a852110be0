// Member: a member of a classic group. Members join, one of them assigns the partitions, they beat, commit
// what they were assigned, and sometimes crash. What they commit are numbers that only grow; whoever is
// assigned a partition begins at the last one that was acknowledged.
#pragma once

#include <set>

#include "tests/sim/cluster/client.h"

namespace klamm::sim::cluster {

// What the members of a group have been told, together.
struct GroupLedger {
  struct Commits {
    int64_t acknowledged = -1;
    int64_t sent = -1;
    int64_t lost = INT64_MAX;  // the least whose answer was lost not long ago
    int64_t lost_at_ms = 0;
  };
  std::string name;
  std::vector<TopicPartition> partitions{};
  std::map<TopicPartition, Commits> commits{};
  std::map<std::pair<int32_t, TopicPartition>, std::string> owners{};  // by generation
};

class Member final : public Client {
 public:
  Member(Cluster& cluster, int32_t number, GroupLedger& group) : Client(cluster, number), group_(group) {}

  void start() { find(); }
  // It has been in its group not long ago: members come and go, and all of them rejoin each time.
  bool is_idle() const override;

 private:
  struct Joined {
    std::string id;
    std::string leader;
    int32_t generation = -1;
    std::vector<std::string> members{};
  };

  void find();
  void join();
  void on_joined(ErrorCode code, Joined joined);
  void sync(const Joined& joined);
  void on_assigned(std::vector<TopicPartition> assigned);
  void read_committed();
  void live();
  void beat();
  void commit();
  void on_committed(const std::map<TopicPartition, int64_t>& what, ErrorCode code);
  // What an error means for a member: false where it is none.
  bool follow(ErrorCode code);
  void begin_again(int64_t pause_ms);

  GroupLedger& group_;
  int64_t life_ = 0;
  int64_t lived_at_ms_ = 0;
  int32_t coordinator_ = -1;
  std::string id_;
  int32_t generation_ = -1;
  std::vector<TopicPartition> assigned_;
  std::map<TopicPartition, int64_t> positions_;
};

}  // namespace klamm::sim::cluster
