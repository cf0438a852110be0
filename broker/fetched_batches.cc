#include "broker/fetched_batches.h"

#include <fmt/core.h>

#include <limits>

#include "protocol/record_batch.h"

namespace klamm::broker {
namespace {

Failure bad_batch(size_t position, std::string_view what) {
  return Failure{fmt::format("the batch at byte {} of the records {}", position, what)};
}

// Offsets of the metadata log have no gaps when they are written, and none are made later: the span of a
// batch is what Raft counts.
Result<raft::Batch, Failure> checked(const protocol::BatchView& view, size_t position,
                                     const std::shared_ptr<const void>& owner) {
  if (view.is_legacy()) return Error{bad_batch(position, "is older than magic 2")};
  if (!view.crc_matches()) return Error{bad_batch(position, "has a wrong checksum")};
  const int32_t delta = view.last_offset_delta();
  const int64_t base = view.base_offset().value;
  const bool is_span = delta >= 0 && delta < std::numeric_limits<int32_t>::max() && base >= 0 &&
                       base < std::numeric_limits<int64_t>::max() - delta;
  if (!is_span) return Error{bad_batch(position, "has impossible offsets")};
  if (view.leader_epoch() < Epoch{0}) return Error{bad_batch(position, "has no epoch")};
  return raft::Batch{.base_offset = view.base_offset(),
                     .record_count = delta + 1,
                     .epoch = view.leader_epoch(),
                     .content = raft::Payload{owner, view.bytes()}};
}

}  // namespace

Result<std::vector<raft::Batch>, Failure> fetched_batches(const raft::Payload& records) {
  std::vector<raft::Batch> batches;
  protocol::BatchCursor cursor(records.bytes);
  for (size_t position = 0; auto view = cursor.next(); position = cursor.position()) {
    auto batch = checked(*view, position, records.owner);
    if (!batch) return Error{batch.error()};
    batches.push_back(std::move(*batch));
  }
  if (cursor.end() == protocol::BatchCursor::End::kCorrupt) {
    return Error{bad_batch(cursor.position(), "is not one")};
  }
  if (batches.empty() && !records.bytes.empty()) return Error{Failure{"the records hold no whole batch"}};
  return batches;
}

}  // namespace klamm::broker
