// Output: what Raft wants done. The driver performs the parts in the order in which they stand here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "raft/messages.h"
#include "raft/quorum_state.h"

namespace klamm::raft {

// Asks for a sync of the log up to `end`. `generation` changes whenever the log is truncated or replaced, so
// that a sync that was under way meanwhile cannot vouch for records that it never saw.
struct Sync {
  Offset end{};
  int64_t generation = 0;

  friend bool operator==(const Sync&, const Sync&) = default;
};

// Bytes of the snapshot that is being fetched, for the temporary file beside the log. Position 0 starts a new
// file.
struct SnapshotChunk {
  SnapshotId id{};
  int64_t position = 0;
  Payload bytes{};
};

// Who leads as far as this replica knows. It names this replica itself only when everything before its epoch
// is committed and has been applied (KAFKA-15345), and never when it has resigned (KAFKA-17333).
struct Leadership {
  Epoch epoch{0};
  NodeId leader = kNoNode;

  friend bool operator==(const Leadership&, const Leadership&) = default;
};

struct Output {
  // 1. Replace quorum-state, and wait for the disk: a vote that is forgotten is given twice.
  std::optional<ElectionState> quorum_state{};
  // 2. Cut the log so that it ends here.
  std::optional<Offset> truncate_to{};
  // 3. Add to the snapshot that is being fetched.
  std::optional<SnapshotChunk> snapshot_chunk{};
  // 4. The snapshot is complete: check it, sync and rename it, drop the whole log, start at its end,
  //    all of it durably. The next call is Raft::installed.
  std::optional<SnapshotId> install_snapshot{};
  // 5. Write to the end of the log.
  std::vector<Batch> append{};
  // 6. Start a sync; call Raft::persisted with this when it is done. A later one includes the earlier ones of
  //    its generation.
  std::optional<Sync> sync{};
  // 7. Send. Nothing here waits for 6: what depends on it comes out of persisted().
  std::vector<Message> messages{};
  // 8. Records below this are committed: apply them, then call Raft::applied.
  std::optional<Offset> high_watermark{};
  // 9. Tell the listeners.
  std::optional<Leadership> leadership{};

  bool empty() const {
    return !quorum_state && !truncate_to && !snapshot_chunk && !install_snapshot && append.empty() && !sync &&
           messages.empty() && !high_watermark && !leadership;
  }
};

}  // namespace klamm::raft
