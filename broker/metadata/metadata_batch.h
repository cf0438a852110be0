// Metadata records in record batches: how they stand in the metadata log and in snapshots
// (docs/format-metadata-log.md).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/types.h"
#include "protocol/compression.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"

namespace klamm::broker {

// Kafka closes a batch of the metadata log before this size, and refuses to read a larger one.
inline constexpr size_t kMetadataBatchSizeMax = 8 << 20;

struct VersionedRecord {
  protocol::MetadataRecord record;
  int16_t version = 0;
};

// One data batch, not compressed, as the active controller appends it. There is at least one record.
Bytes encode_metadata_batch(Offset base_offset, Epoch epoch, int64_t append_time_ms,
                            std::span<const VersionedRecord> records);

class MetadataBatchReader {
 public:
  // The records of a data batch whose CRC has been checked; views into `batch`, or into this reader until its
  // next call. A record with an unknown key, or a version above the known ones, is a Failure: a node that
  // skipped it would go on with another state than its peers, and must stop instead.
  Result<std::vector<protocol::MetadataRecord>, Failure> read(const protocol::BatchView& batch);

 private:
  protocol::Decompressor decompressor_;
  protocol::DecompressedRecords plain_;
};

}  // namespace klamm::broker
