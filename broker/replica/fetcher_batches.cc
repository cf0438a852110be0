#include "broker/replica/fetcher_batches.h"

#include <fmt/core.h>

#include <string_view>

#include "protocol/record_batch.h"
#include "storage/batch_header.h"

namespace klamm::broker {
namespace {

using What = BadRecords::What;

Error<BadRecords> bad(What what, size_t position, std::string_view why) {
  return {{what, fmt::format("the batch at byte {} of the records {}", position, why)}};
}

}  // namespace

Result<ExaminedRecords, BadRecords> examine_records(const FetchedBytes& records, Offset fetch_offset,
                                                    Epoch leader_epoch, bool may_begin_early) {
  ExaminedRecords examined;
  FetchedRun& run = examined.run;
  run.base = run.end = fetch_offset;
  protocol::BatchCursor cursor(records.bytes);
  for (size_t position = 0; auto view = cursor.next(); position = cursor.position()) {
    const auto header = storage::BatchHeader::decode(view->bytes());
    if (!header) return bad(What::kCorrupt, position, "has an impossible header");
    if (header->leader_epoch > leader_epoch) {
      examined.is_ahead = true;
      break;
    }
    // Outside of the checksum, but no leader writes without an epoch.
    if (header->magic >= 2 && header->leader_epoch.value < 0)
      return bad(What::kCorrupt, position, "has no epoch");
    if (!storage::crc_is_valid(*header, view->bytes()))
      return bad(What::kCorrupt, position, "has a wrong checksum");
    const bool is_early = run.batches == 0 && may_begin_early && header->base_offset < fetch_offset &&
                          header->last_offset() >= fetch_offset;
    if (header->base_offset < run.end && !is_early)
      return bad(What::kOutOfOrder, position,
                 fmt::format("begins at offset {}, and the log ends at {}", header->base_offset.value,
                             run.end.value));
    if (run.batches++ == 0) {
      run.base = header->base_offset;
      examined.is_early = is_early;
    }
    run.end = header->next_offset();
    run.content = {records.owner, records.bytes.first(cursor.position())};
  }
  if (cursor.end() == protocol::BatchCursor::End::kCorrupt)
    return bad(What::kCorrupt, cursor.position(), "is not one");
  return examined;
}

}  // namespace klamm::broker
