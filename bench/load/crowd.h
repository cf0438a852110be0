// Crowd: the members of many groups, each on a connection of its own, shared by few threads.
//
// A group belongs to one thread whole. What is timed begins when all are connected, the offsets topic is
// there and its partitions are served, and ends when each group is whole: all of its members have an
// assignment of the same generation.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "bench/load/histogram.h"
#include "bench/load/member.h"
#include "bench/load/poller.h"

namespace klamm::bench {

// A member where it sits: at its connection.
struct Seat {
  Seat(const Address& address, std::string group, const Topic& topic)
      : client(address), member(std::move(group), topic) {}

  Client client;
  Member member;
  int64_t synced_ns = 0;  // when it got its assignment, last
};

class Crowd {
 public:
  // Connects them all. The options outlive the crowd.
  explicit Crowd(const Options& options);

  // All at once; returns when every group is whole, and nothing is under way.
  void join();
  // They say so, rather than be missed: what comes next does not have to bury them.
  void leave();
  // Gives up unless the coordinator says of each group that it is Stable and has all of its members.
  void check_stable();

  const Topic& topic() const { return topic_; }
  size_t threads() const { return shares_.size(); }
  // The seats of one thread, group after group.
  std::vector<Seat*> seats_of(size_t thread);

  int64_t began_ns() const { return began_ns_; }
  int64_t whole_ns() const { return whole_ns_; }
  // How long each member took from the beginning to its last assignment.
  Histogram latencies() const;
  int64_t joins() const;

 private:
  struct Group {
    int32_t generation = -1;
    int32_t synced = 0;  // members that have an assignment of it
  };
  // A thread's part of it.
  struct Share {
    std::vector<std::unique_ptr<Seat>> seats;
    std::vector<Group> groups;
    int32_t whole = 0;  // groups
    // Beats that are due, of stable members. All wait equally long, so the first is due first.
    std::deque<std::pair<int64_t, size_t>> beats;
  };

  void run(Share& share);
  void on_input(Share& share, size_t seat);
  void on_synced(Share& share, size_t seat);
  void send_beats(Share& share);
  void end_beats(Share& share);
  std::vector<std::string> group_names() const;
  std::string group_name(int32_t number) const;

  const Options& options_;
  Client client_;
  Topic topic_;
  std::vector<Share> shares_;
  std::atomic<int32_t> groups_left_;
  int64_t began_ns_ = 0;
  int64_t whole_ns_ = 0;
};

}  // namespace klamm::bench
