// Stage: several replicas and the messages between them, moved by commands in words. It reads the scripts in
// tests/raft/scripts, each a play in which the commands are ours and the lines below `----` are what Raft
// does.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "raft/raft.h"
#include "tests/sim/quorum/sim_log.h"

namespace klamm::raft {

// Commands (time is in milliseconds and begins at 0; the election timeout of node n is 1000 + 100 (n - 1)):
//   voters 1 2 3             the voter set, first of all
//   remember 1 epoch=3 leader=2 vote=2
//   records 1 epoch=2 count=5
//   snapshot 1               of everything in the log of 1
//   trim 1                   the log of 1 begins at its latest snapshot
//   start 1 2 3              processes come up
//   at 1000 [1 2]            time passes; everyone who is up (or those named) is told
//   deliver [1-2]            what is under way arrives, until nothing is; or only from 1 to 2
//   lose 1-2                 what is under way from 1 to 2 is lost
//   cut 1-2, heal            from now on everything from 1 to 2 is lost; and no more
//   append 1 count=3
//   slow-disk 1, sync 1      syncs wait for the command; one is done
//   resign 1, shutdown 1
//   kill 1, lose-power 1     the process ends; what was not synced is lost, too
//   hang-up 1-2              1 notices that 2 has closed their connection
//   quietly <command>        the same without a word
//   show                     role, epoch, log and high watermark of everyone
class Stage {
 public:
  // What the command brings about, a line for each part of each output; or a complaint.
  std::string play(std::string_view command);

 private:
  struct Actor {
    sim::SimLog log;
    ElectionState remembered;
    std::unique_ptr<Raft> raft;
    std::unique_ptr<Random> random;
    bool slow_disk = false;
    std::optional<Sync> sync;
    Bytes download;
    int64_t lives = 0;
  };
  struct Words {
    std::string verb;
    std::vector<std::string> names;
    std::map<std::string, int64_t> values;
  };

  static Words read(std::string_view command);
  void prepare(const Words& words);
  void start(NodeId id);
  void append(Raft& raft, int32_t count);
  void deliver(NodeId from, NodeId to);
  void deliver_all();
  void perform(NodeId id);
  void perform_log_parts(NodeId id, Actor& actor, const Output& output);
  void sync(NodeId id);
  void fill(const Actor& from, Message& message) const;
  void show();
  void say(NodeId id, const std::string& what);

  int64_t now_ = 0;
  Voters voters_;
  RaftConfig config_;
  std::map<NodeId, Actor> actors_;
  std::deque<Message> under_way_;
  std::vector<std::pair<NodeId, NodeId>> cuts_;
  std::string said_;
};

}  // namespace klamm::raft
