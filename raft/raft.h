// Raft: the metadata quorum's consensus as KRaft has it (KIP-595, KIP-630, KIP-996), as a machine without
// I/O.
//
// It is told what happened (a message came, time passed, a sync is done) and says what to do (Output). It
// owns no clock, file, socket or thread; its one source of chance is handed in. Whoever drives it performs
// each Output before the next call, but for the sync, which may take its time. Times are milliseconds of one
// monotonic clock. docs/raft.md tells the story; the roles and their transitions are in raft/roles.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "protocol/errors.h"
#include "raft/log_view.h"
#include "raft/messages.h"
#include "raft/output.h"
#include "raft/peers.h"
#include "raft/quorum_state.h"
#include "raft/raft_config.h"
#include "raft/roles.h"
#include "raft/voters.h"

namespace klamm::raft {

class Raft {
 public:
  // `log` and `random` outlive the machine. The log must pass may_start_from(). The first Output is due at
  // once.
  Raft(const RaftConfig& config, ReplicaKey self, Voters voters, const LogView& log, ElectionState remembered,
       Random& random, int64_t now_ms);

  // Whether a log can be started from: records that are missing at its beginning must be in a snapshot
  // (KAFKA-14240).
  static Result<void, Failure> may_start_from(const LogView& log);

  // --- what happens ---
  void step(Message message, int64_t now_ms);
  // To be called at next_deadline(), or any time.
  void tick(int64_t now_ms);
  int64_t next_deadline() const;
  // The connection to a peer was refused or closed. If that is the leader, a voter looks for another one soon
  // rather than after the fetch timeout; pre-vote sees to it that a false alarm disturbs nobody.
  void disconnected(NodeId peer, int64_t now_ms);
  void persisted(const Sync& sync, int64_t now_ms);
  // The state machine has read everything below `end`.
  void applied(Offset end);
  // The answer to Output::install_snapshot. Not ok: its bytes were damaged, and the log is as it was.
  void installed(SnapshotId snapshot, bool ok, int64_t now_ms);

  // --- what the leader's state machine asks ---
  // Gives the offset of the first record. NOT_LEADER_OR_FOLLOWER unless this replica leads in `epoch`, and
  // has not lost touch with its majority. Its leadership does not end in here.
  protocol::Outcome<Offset> append(Epoch epoch, std::vector<NewBatch> batches, int64_t now_ms);
  // Gives up leadership of `epoch`; nothing happens if it is already over (KAFKA-13104).
  void resign(Epoch epoch, int64_t now_ms);
  // Hands leadership over if there is one, starts no elections any more. Done when shutdown_done().
  void begin_shutdown(int64_t now_ms);
  bool shutdown_done() const;

  // --- snapshots of our own ---
  // The id of a snapshot of everything below `end`; OFFSET_OUT_OF_RANGE if that is not committed, older than
  // the latest snapshot or not the end of a batch: a follower could not go on fetching from inside a batch.
  protocol::Outcome<SnapshotId> snapshot_at(Offset end) const;
  // Whether the log may begin at `start` from now on: only at the end of a snapshot that is kept
  // (KAFKA-14238).
  bool may_start_at(Offset start) const;

  Output take_output();

  // --- what is known ---
  RoleKind role() const { return kind_of(role_); }
  Epoch epoch() const { return election_.epoch; }
  // The leader of the epoch: may be this replica before its leadership is announced, or after it has
  // resigned.
  NodeId leader() const { return election_.leader; }
  // Committed, as far as this replica knows.
  Offset high_watermark() const { return high_watermark_; }
  // For whom this replica has voted in the epoch; kNoNode for nobody.
  NodeId voted() const { return election_.voted.id; }
  bool is_voter() const { return voters_.contains(self_); }
  const ReplicaKey& self() const { return self_; }
  const Voters& voters() const { return voters_; }
  // NOT_LEADER_OR_FOLLOWER unless this replica leads.
  protocol::Outcome<QuorumDescription> describe(int64_t now_ms);

 private:
  // raft.cc: start, dispatch, time, output
  void start(int64_t now_ms);
  Response handle_request(const Request& request, int64_t now_ms);
  bool on_response(NodeId from, Response& response, int64_t now_ms);
  void poll(int64_t now_ms);
  void poll_role(int64_t now_ms);
  void poll_resigned(Resigned& resigned, int64_t now_ms);
  Leadership leadership() const;
  void check_log() const;
  bool send_request(NodeId to, Request request, int64_t now_ms);
  void send_response(NodeId to, int64_t correlation, Response response);
  void set_high_watermark(Offset offset);
  bool has_valid_cluster_id(const std::optional<std::string>& cluster_id) const;
  bool is_meant_for_us(const std::optional<ReplicaKey>& voter) const;

  // raft_roles.cc
  void become_unattached(Epoch epoch, NodeId leader, int64_t now_ms);
  void become_prospective(int64_t now_ms);
  void become_candidate(int64_t now_ms);
  void become_leader(int64_t now_ms);
  void become_follower(Epoch epoch, NodeId leader, int64_t now_ms);
  void become_resigned(int64_t now_ms);
  void set_role(Role role);
  void remember(Epoch epoch, NodeId leader, ReplicaKey voted);
  int64_t election_deadline(int64_t now_ms);
  int64_t first_deadline(int64_t now_ms);
  int64_t in_random(int32_t timeout_ms, int64_t now_ms);

  // raft_election.cc: votes, and the beginning and end of epochs
  VoteResponse handle_vote(const VoteRequest& request, int64_t now_ms);
  bool may_grant(const VoteRequest& request) const;
  BeginQuorumEpochResponse handle_begin(const BeginQuorumEpochRequest& request, int64_t now_ms);
  EndQuorumEpochResponse handle_end(const EndQuorumEpochRequest& request, int64_t now_ms);
  bool on_vote_response(NodeId voter, const VoteResponse& response, int64_t now_ms);
  bool on_begin_response(const BeginQuorumEpochResponse& response, int64_t now_ms);
  void after_lost_pre_vote(int64_t now_ms);
  bool is_consistent(Epoch epoch, NodeId leader) const;
  bool on_end_response(NodeId voter, const EndQuorumEpochResponse& response, int64_t now_ms);
  void learn_leader(Epoch epoch, NodeId leader, int64_t now_ms);
  std::optional<bool> handle_common(ErrorCode error, Epoch epoch, NodeId leader, int64_t now_ms);
  void poll_election(const Tally& tally, bool pre_vote, int64_t now_ms);
  void count_votes(int64_t now_ms);
  int64_t end_of_epoch_backoff(const std::vector<ReplicaKey>& preferred) const;

  // raft_leader.cc: answering fetches, the high watermark
  void handle_fetch(NodeId from, int64_t correlation, FetchRequest request, int64_t now_ms);
  FetchResponse answer_fetch(const FetchRequest& request) const;
  FetchResponse fetch_error(ErrorCode error) const;
  std::optional<ErrorCode> refuse_as_leader(Epoch request_epoch) const;
  LogPoint end_of_epoch(Epoch epoch) const;
  void complete_parked();
  void expire_parked(int64_t now_ms);
  void advance_high_watermark();
  FetchSnapshotResponse handle_fetch_snapshot(const FetchSnapshotRequest& request, int64_t now_ms);
  Offset append_batch(int32_t record_count, std::variant<Payload, LeaderChangeRecord> content);
  void poll_leader(Leader& leader, int64_t now_ms);

  // raft_follower.cc: fetching
  void poll_follower(Follower& follower, int64_t now_ms);
  void poll_bootstrap(int64_t now_ms);
  bool may_fetch() const;
  void send_fetch(NodeId to, int64_t now_ms);
  bool on_fetch_response(FetchResponse& response, int64_t now_ms);
  bool truncate_for(const LogPoint& diverging);
  bool begin_download(Follower& follower, SnapshotId snapshot);
  bool append_fetched(FetchResponse& response);
  bool on_fetch_snapshot_response(FetchSnapshotResponse& response, int64_t now_ms);
  bool add_chunk(Follower& follower, FetchSnapshotResponse& response);
  void fetched(Follower& follower, int64_t now_ms);

  template <class T>
  T* role_as() {
    return std::get_if<T>(&role_);
  }
  template <class T>
  const T* role_as() const {
    return std::get_if<T>(&role_);
  }

  const RaftConfig config_;
  const ReplicaKey self_;
  Voters voters_;
  const LogView& log_;
  Random& random_;

  ElectionState election_;  // as the file will have it when the pending output is performed
  Role role_;
  Peers peers_;
  bool shutting_down_ = false;

  LogPoint end_;            // of the log, with the pending output
  Offset synced_end_{0};    // of the log on disk
  int64_t generation_ = 0;  // see Sync
  std::optional<Offset>
      voters_said_at_{};  // where this replica has told the log of RaftConfig::unsaid_voters
  Offset high_watermark_{0};
  bool is_high_watermark_heard_ = false;  // else it is only what a snapshot of its own says
  Offset applied_{0};
  Leadership announced_;
  int64_t last_poll_ms_ = 0;
  bool installing_ = false;  // between install_snapshot and installed()

  Output output_;
};

}  // namespace klamm::raft
