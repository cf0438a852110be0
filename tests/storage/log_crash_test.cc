// Power cuts at random bytes: what is left is a valid prefix that holds everything that was synced. And the
// proof that the test would notice: each sync, left out, is caught.
//
// KLAMM_CRASHES=10000 asks for that many power cuts.
#include <cstdlib>

#include "base/logging.h"
#include "tests/storage/crash_run.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;
using sim::DiskOperation;

namespace {

uint64_t crashes_asked() {
  const char* asked = std::getenv("KLAMM_CRASHES");
  return asked ? std::strtoull(asked, nullptr, 10) : 300;
}

// The number of runs after which it was noticed, or nothing.
std::optional<uint64_t> runs_until_caught(const OmittedSync& omitted, uint64_t runs_max) {
  for (uint64_t seed = 1; seed <= runs_max; ++seed)
    if (CrashRun(seed, omitted).run()) return seed;
  return std::nullopt;
}

}  // namespace

TEST_CASE("after a power cut at any byte a log is a valid prefix with all that was synced") {
  set_log_level(LogLevel::kFatal);
  uint64_t power_cuts = 0;
  for (uint64_t seed = 1; power_cuts < crashes_asked(); ++seed) {
    CrashRun run(seed);
    auto wrong = run.run();
    if (wrong) FAIL("seed " << seed << ": the log " << *wrong << "\n" << run.story());
    power_cuts += run.power_cuts();
  }
}

// Not in the list, since leaving them out does no harm: the syncs of leader-epoch-checkpoint. Epochs that it
// does not know, or all when it is torn, are read from the batches. (That replace_file syncs is the disk's
// own test.)
TEST_CASE("each sync, left out, is caught") {
  using enum CrashPhase;
  constexpr auto kFile = DiskOperation::kSync;
  constexpr auto kNames = DiskOperation::kSyncDirectory;
  const std::vector<OmittedSync> omissions = {
      {kAppend, kNames, ""},
      {kFlush, kFile, ".log"},
      {kFlush, kFile, ".index"},
      {kFlush, kFile, ".timeindex"},
      {kFlush, kFile, ".txnindex"},
      {kFlush, kFile, ".snapshot"},
      {kFlush, kNames, ""},
      {kTruncate, kFile, ".log"},
      {kTruncate, kNames, ""},
      {kRestart, kNames, ""},
      {kRetention, kFile, ".snapshot"},
      {kRetention, kNames, ""},
      {kClose, kFile, ".log"},
      {kClose, kFile, ".index"},
      {kClose, kFile, ".timeindex"},
      {kClose, kFile, ".txnindex"},
      {kClose, kFile, ".snapshot"},
      {kClose, kNames, ""},
      {kOpen, kFile, ".log"},
      {kOpen, kNames, ""},
  };
  set_log_level(LogLevel::kFatal);
  std::string missed;
  for (const OmittedSync& omitted : omissions) {
    const auto caught = runs_until_caught(omitted, 3000);
    const std::string what = std::to_string(static_cast<int>(omitted.phase)) + " " + omitted.path_part;
    if (std::getenv("KLAMM_CRASHES")) WARN(what << " caught after " << (caught ? *caught : 0) << " runs");
    if (!caught) missed += what + (omitted.operation == kNames ? " (names)\n" : "\n");
  }
  REQUIRE(missed.empty());
}
