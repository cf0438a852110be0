// One random life of a log on a disk that loses power: a sequence of everything that its owner may do, cut
// off at a random byte, opened again, judged against a model, and so on for a few lives.
//
// The owner's part, the checkpoints of the recovery point and the log start, is played as the contract in
// log.h asks: they are durable, may be late, and are brought down at once when the log was truncated.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/log.h"
#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"

namespace klamm::storage {

enum class CrashPhase { kAppend, kFlush, kTruncate, kRestart, kRetention, kClose, kOpen };

// A sync that is left out: of the files whose path contains `path_part`, while the log is in this phase.
struct OmittedSync {
  CrashPhase phase;
  sim::DiskOperation operation;  // kSync or kSyncDirectory
  std::string path_part;
};

class CrashRun {
 public:
  explicit CrashRun(uint64_t seed, std::optional<OmittedSync> omitted = std::nullopt);
  // What was wrong, or nothing.
  std::optional<std::string> run();
  uint64_t power_cuts() const { return power_cuts_; }
  // What was done, a line for each step.
  const std::string& story() const { return story_; }

 private:
  struct Stored {
    BatchHeader header;
    Bytes bytes;
  };
  struct Pinned {
    FileSlice slice;
    Bytes expected;
  };
  using Verdict = std::optional<std::string>;

  // What the owner does. False when the power went.
  bool act();
  bool append();
  bool flush();
  bool late_flush();
  bool truncate();
  bool restart_at();
  bool retain();
  bool advance_start();
  bool close_and_open();
  void pin();
  std::map<std::string, Bytes> index_files();
  Bytes next_batch(Offset offset, std::set<int64_t>& used);
  bool done(const DiskResult<>& result);
  void enter(CrashPhase phase);
  void tell(std::string_view what);

  Verdict open(bool clean);
  Verdict judge();
  Verdict judge_content();
  Verdict judge_producers();
  Verdict judge_epochs();
  Verdict judge_indexes();
  Verdict judge_pins();
  Offset model_end() const { return history_.empty() ? origin_ : history_.back().header.next_offset(); }
  void forget_from(Offset offset);

  SeededRandom random_;
  std::optional<OmittedSync> omitted_;
  sim::SimDisk disk_;
  LogConfig config_;
  OpenHints hints_;  // what the checkpoints on disk say
  std::unique_ptr<Log> log_;
  int64_t now_ms_ = 1000;
  Epoch epoch_{0};
  bool is_uniform_ = false;
  uint64_t power_cuts_ = 0;
  Verdict wrong_;
  std::string story_;

  Offset origin_{0};             // where history_ begins
  std::vector<Stored> history_;  // everything since, also what retention has removed
  Offset promised_{0};           // what was flushed
  Offset live_start_{0};
  bool may_be_anything_ = false;  // the power went in truncate_fully_and_start_at
  Offset restart_target_{0};
  std::vector<Pinned> pins_;
};

}  // namespace klamm::storage
